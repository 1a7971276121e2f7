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
/** The earliest day >= from, open for booking and not begun, that has the minutes, of the time kept too for a first
    session; -1 when there is none. */
long sim_diary_find(sim_diary_t *self, long from, double minutes, bool first);
/** Book it; returns the appointment's time in days. */
double sim_diary_book(sim_diary_t *self, long day, double minutes);
/** Give an appointment's minutes back to its day. */
void sim_diary_give_back(sim_diary_t *self, long day, double minutes);
/** Whether the day, which has begun, has any minutes; and whether none of them was booked. */
bool sim_diary_has_time(const sim_diary_t *self, long day);
bool sim_diary_is_empty(const sim_diary_t *self, long day);
void sim_diary_set_units(sim_diary_t *self, double units);
bool sim_diary_has_start(const sim_diary_t *self);

#endif
