/*
 * The diary of one member of a pool: how many minutes each day has, and how many of them are booked, from today to
 * `horizon` days ahead, and its new starts.
 *
 * A day's minutes are units x minutes_per_unit when the member is open, else 0. With slots they are cut to whole
 * slots and the remainder is carried to the next open day. Starts accrue on open days, a fifth (WORKING, SCHOOL), a
 * seventh (EVERY) or the whole (WEEKLY) of a week's at a time; at most a week's worth, or 1, is saved.
 *
 * A share of each day may be kept for first sessions: others find no room in it.
 *
 * Invariant: booked <= minutes for every day ahead unless units fell; no day before `first_free` that may still be
 * booked has room for the least booking, of a first session ([1]) or another ([0]); room holds days [opened - ring, opened).
 */
#ifndef SIM_DIARY_H
#define SIM_DIARY_H

#include "sim/core/calendar.h"
#include "sim/core/pathway.h"

#define SIM_DIARY_TOLERANCE 1e-6
#define SIM_DIARY_FIRST_HOUR 9.0
#define SIM_DIARY_HOURS 8.0

typedef struct {
    double minutes, booked;
} sim_diary_day_t;

typedef struct {
    const sim_pool_t *pool;
    const sim_calendar_t *calendar;
    sim_diary_day_t *room; /* ring of days; owned */
    long ring;
    long next_day; /* first day that has not begun */
    long opened;   /* first day that is not open for booking */
    long first_free[2];
    double units;
    double carry_next;    /* minutes carried into next_day */
    double carry_open;    /* minutes carried into opened */
    double starts;        /* saved */
    double least_minutes; /* of any booking */
    double share[2];      /* of a day's minutes, that there are for a first session [1], or another [0] */
    int weekday;          /* of a WEEKLY member: 0 Monday */
    long week;            /* of a WEEKLY member: which of weeks_apart */
    bool fell;            /* units fell below what was booked at some time */
} sim_diary_t;

/** Opens days 0 .. horizon - 1. */
SIM_MUST_CHECK int sim_diary_init(sim_diary_t *self, const sim_pool_t *pool, size_t member, double least_minutes,
    const sim_calendar_t *calendar);
void sim_diary_free(sim_diary_t *self);
bool sim_diary_open(const sim_diary_t *self, long day);
/** Day begins: it can no longer be booked, day + horizon can. Adds its minutes and new starts to *minutes and
    *starts. */
void sim_diary_begin(sim_diary_t *self, long day, double *minutes, double *starts);
/** Give an appointment's minutes back to its day. */
void sim_diary_give_back(sim_diary_t *self, long day, double minutes);
/** Whether the day, which has begun, has any minutes; and whether none of them was booked. */
bool sim_diary_has_time(const sim_diary_t *self, long day);
bool sim_diary_is_empty(const sim_diary_t *self, long day);
void sim_diary_set_units(sim_diary_t *self, double units);
bool sim_diary_has_start(const sim_diary_t *self);
/** As sim_diary_find, where `from` has no room. */
long sim_diary_find_later(sim_diary_t *self, long from, double minutes, bool first);

static inline sim_diary_day_t *
sim_diary_day(const sim_diary_t *self, long day)
{
    return &self->room[day & (self->ring - 1)];
}

/* Minutes that are left of a day. */
static inline double
sim_diary_room(const sim_diary_t *self, long day, bool first)
{
    const sim_diary_day_t *room = sim_diary_day(self, day);

    return room->minutes * self->share[first] - room->booked + SIM_DIARY_TOLERANCE;
}

/** The earliest day >= from, open for booking and not begun, that has the minutes, of the time kept too for a first
    session; -1 when there is none. */
static inline long
sim_diary_find(sim_diary_t *self, long from, double minutes, bool first)
{
    if (from >= self->first_free[first] && from < self->opened && sim_diary_room(self, from, first) >= minutes) {
        return from;
    }
    return sim_diary_find_later(self, from, minutes, first);
}

/** Book it; returns the appointment's time in days. */
static inline double
sim_diary_book(sim_diary_t *self, long day, double minutes)
{
    sim_diary_day_t *room = sim_diary_day(self, day);
    double share = room->minutes > 0 ? room->booked / room->minutes : 1;

    room->booked += minutes;
    return (double) day + (SIM_DIARY_FIRST_HOUR + SIM_DIARY_HOURS * (share < 0 ? 0 : share > 1 ? 1 : share)) / 24;
}

#endif
