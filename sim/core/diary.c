/* Days, slots and starts of a diary: see diary.h. */
#include "sim/core/diary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIARY_START_TOLERANCE 1e-9

static int
diary_weekday(const sim_diary_t *self, long day)
{
    return (int) (((self->calendar->start_serial + day + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

/* Weeks are those of the calendar, from a Monday long ago, so that they do not depend on the start. */
static bool
diary_week(const sim_diary_t *self, long day)
{
    long apart = self->pool->weeks_apart > 1 ? (long) self->pool->weeks_apart : 1;
    long week = (long) ((self->calendar->start_serial + day + 3 + 7 * 52 * 1000) / 7);

    return week % apart == self->week;
}

bool
sim_diary_open(const sim_diary_t *self, long day)
{
    switch (self->pool->open) {
    case SIM_OPEN_WORKING:
        return sim_calendar_is(self->calendar, day, SIM_DAY_WORKING);
    case SIM_OPEN_SCHOOL:
        return sim_calendar_is(self->calendar, day, SIM_DAY_SCHOOL);
    case SIM_OPEN_WEEKLY:
        return sim_calendar_is(self->calendar, day, SIM_DAY_SCHOOL) && diary_weekday(self, day) == self->weekday &&
               diary_week(self, day);
    default:
        return day >= 0 && (size_t) day < self->calendar->n_days + SIM_CALENDAR_AHEAD;
    }
}

/* Minutes of a day; *carry goes in from the day before and out to the day after. */
static double
diary_minutes(const sim_diary_t *self, long day, double *carry)
{
    double minutes = self->units * self->pool->minutes_per_unit, slot = self->pool->slot_minutes;

    if (!sim_diary_open(self, day)) {
        return 0;
    }
    if (slot <= 0) {
        return minutes;
    }
    minutes += *carry;
    *carry = minutes - slot * floor(minutes / slot + DIARY_START_TOLERANCE);
    *carry = *carry < 0 ? 0 : *carry;
    return minutes - *carry;
}

static void
diary_open_to(sim_diary_t *self, long end)
{
    for (; self->opened < end; self->opened++) {
        sim_diary_day_t *room = sim_diary_day(self, self->opened);

        room->minutes = diary_minutes(self, self->opened, &self->carry_open);
        room->booked = 0;
    }
}

int
sim_diary_init(sim_diary_t *self, const sim_pool_t *pool, size_t member, double least_minutes,
    const sim_calendar_t *calendar)
{
    memset(self, 0, sizeof(*self));
    self->pool = pool;
    self->calendar = calendar;
    self->units = pool->units;
    self->weekday = (int) (member % 5);
    self->week = pool->weeks_apart > 1 ? (long) (member / 5 % pool->weeks_apart) : 0;
    self->least_minutes = least_minutes;
    self->share[0] = 1 - pool->kept_share;
    self->share[1] = 1;
    for (self->ring = 1; self->ring < pool->horizon_days + 2;) {
        self->ring *= 2;
    }
    self->room = calloc((size_t) self->ring, sizeof(*self->room));
    if (self->room == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    diary_open_to(self, pool->horizon_days);
    return 0;
}

void
sim_diary_free(sim_diary_t *self)
{
    free(self->room);
    memset(self, 0, sizeof(*self));
}

static double
diary_week_share(const sim_pool_t *pool)
{
    switch (pool->open) {
    case SIM_OPEN_WEEKLY:
        return pool->weeks_apart > 1 ? pool->weeks_apart : 1;
    case SIM_OPEN_EVERY:
        return 1.0 / 7;
    default:
        return 1.0 / 5;
    }
}

static double
diary_accrue(sim_diary_t *self)
{
    double week = self->pool->starts_per_unit * self->units;
    double more = week * diary_week_share(self->pool);
    double most = week > 1 ? week : 1;

    self->starts = self->starts + more > most ? most : self->starts + more;
    return more;
}

/* Room is to be looked for from `day` on, or from later where that is known to be of no use. */
static void
diary_look_from(sim_diary_t *self, long day, bool later)
{
    for (int first = 0; first < 2; first++) {
        if (!later || self->first_free[first] < day) {
            self->first_free[first] = day;
        }
    }
}

void
sim_diary_begin(sim_diary_t *self, long day, double *minutes, double *starts)
{
    double today = 0;

    for (; self->next_day <= day; self->next_day++) {
        today = diary_minutes(self, self->next_day, &self->carry_next);
    }
    diary_open_to(self, day + self->pool->horizon_days + 1);
    diary_look_from(self, self->next_day, true);
    *minutes += today;
    if (sim_diary_open(self, day)) {
        *starts += diary_accrue(self);
    }
}

long
sim_diary_find_later(sim_diary_t *self, long from, double minutes, bool first)
{
    long *free = &self->first_free[first], day;

    while (*free < self->opened && sim_diary_room(self, *free, first) < self->least_minutes) {
        ++*free;
    }
    for (day = from > *free ? from : *free; day < self->opened; day++) {
        if (sim_diary_room(self, day, first) >= minutes) {
            return day;
        }
    }
    return -1;
}

void
sim_diary_give_back(sim_diary_t *self, long day, double minutes)
{
    sim_diary_day_t *room = sim_diary_day(self, day);

    if (day < self->next_day || day >= self->opened) {
        return; /* the day has begun: its time is lost */
    }
    room->booked -= minutes;
    room->booked = room->booked < SIM_DIARY_TOLERANCE ? 0 : room->booked;
    for (int first = 0; first < 2; first++) {
        self->first_free[first] = day < self->first_free[first] ? day : self->first_free[first];
    }
}

bool
sim_diary_has_time(const sim_diary_t *self, long day)
{
    return sim_diary_day(self, day)->minutes > SIM_DIARY_TOLERANCE;
}

bool
sim_diary_is_empty(const sim_diary_t *self, long day)
{
    return sim_diary_has_time(self, day) && sim_diary_day(self, day)->booked <= 0;
}

void
sim_diary_set_units(sim_diary_t *self, double units)
{
    double carry = self->carry_next;
    long day;

    self->units = units;
    for (day = self->next_day; day < self->opened; day++) {
        sim_diary_day_t *room = sim_diary_day(self, day);

        room->minutes = diary_minutes(self, day, &carry);
        self->fell = self->fell || room->booked > room->minutes + SIM_DIARY_TOLERANCE;
    }
    self->carry_open = carry;
    diary_look_from(self, self->next_day, false);
}

bool
sim_diary_has_start(const sim_diary_t *self)
{
    return self->pool->starts_per_unit <= 0 || self->starts >= 1 - DIARY_START_TOLERANCE;
}
