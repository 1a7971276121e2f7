/*
 * The calendar of a run: day 0 is the scenario's start date; each day knows whether people work and whether schools are
 * in term. Bank holidays are those of England and Wales, by rule (Banking and Financial Dealings Act 1971: New Year's
 * Day, Good Friday, Easter Monday, early May, spring, summer, Christmas Day, Boxing Day, with substitute days) and the
 * proclaimed one-off changes since 2011. Easter is the Gregorian computus (Meeus/Jones/Butcher).
 *
 * Appointments are made beyond the end of a run, so days are known for a while after it; months and counts end with the run.
 *
 * Invariant: flags has n_days + SIM_CALENDAR_AHEAD entries; month_first[0] = 0 and month_first[m] is the first day of the m-th month of the
 * run (month 0 is the one that holds day 0).
 */
#ifndef SIM_CALENDAR_H
#define SIM_CALENDAR_H

#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SIM_DAY_WORKING = 1,
    SIM_DAY_SCHOOL = 2,
    SIM_DAY_BANK_HOLIDAY = 4,
    SIM_DAY_WEEKEND = 8,
    SIM_DAY_TERM_START = 16
};

#define SIM_CALENDAR_AHEAD 3700 /* days; more than any pool's horizon */

typedef struct {
    int year, month, day; /* month 1..12, day 1..31 */
} sim_date_t;

typedef struct {
    sim_date_t start;
    int64_t start_serial; /* days from 1970-01-01 */
    size_t n_days;
    uint8_t *flags; /* SIM_DAY_* by day */
    size_t n_months;
    int32_t *month_first; /* n_months + 1: first day of each month of the run; the last is n_days */
    uint16_t *month_of;   /* by day, n_days of them: the month that holds it */
} sim_calendar_t;

bool sim_date_valid(sim_date_t date);
/** Days from 1970-01-01 (proleptic Gregorian). */
int64_t sim_date_serial(sim_date_t date);
sim_date_t sim_date_from_serial(int64_t serial);
/** "2025-09-01" -> date; SIM_ERR_BAD_PARAM when it is not a date of the years 1900 to 2199. */
SIM_MUST_CHECK int sim_date_parse(const char *text, sim_date_t *date);
/** 0 Monday .. 6 Sunday. */
int sim_date_weekday(sim_date_t date);
/** On a weekday: of a holiday that falls on a weekend only the substitute day counts. */
bool sim_date_bank_holiday(sim_date_t date);
sim_date_t sim_date_easter(int year);
/** Whether state schools of England are in session, by a rule that follows the usual county calendar (calendar.c). */
bool sim_date_school_day(sim_date_t date);

/** The n_days days from start, 1 <= n_days <= 200 years. */
SIM_MUST_CHECK int sim_calendar_init(sim_calendar_t *self, sim_date_t start, size_t n_days);
void sim_calendar_free(sim_calendar_t *self);
sim_date_t sim_calendar_date(const sim_calendar_t *self, long day);
/** The month of the run that holds a day, 0 .. n_months-1; days past the end give the last month. */
static inline size_t
sim_calendar_month(const sim_calendar_t *self, double t_days)
{
    if (!(t_days >= 0)) {
        return 0;
    }
    return t_days < (double) self->n_days ? self->month_of[(size_t) t_days] : self->n_months - 1;
}

static inline bool
sim_calendar_is(const sim_calendar_t *self, long day, int flag)
{
    return day >= 0 && (size_t) day < self->n_days + SIM_CALENDAR_AHEAD && (self->flags[day] & flag) != 0;
}
/** The first day >= day with the flag; n_days when there is none. */
long sim_calendar_next(const sim_calendar_t *self, long day, int flag);
/** Number of days with the flag in [from, to). */
long sim_calendar_count(const sim_calendar_t *self, long from, long to, int flag);

#endif
