/*
 * From a yearly rate to a piecewise-constant process.
 *
 * Invariant: the rate of a day depends on that day, the start date and the parameters only, never on where the run
 * ends: the open days of a month are counted over the whole calendar month, also when the run holds a part of it. A
 * longer run therefore has the same arrivals in the years it shares with a shorter one. Neighbouring days of equal
 * rate make one piece.
 */
#include "sim/core/rate.h"

#include "sim/core/elementary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE_YEAR_DAYS 365.25

void
sim_rate_free(sim_rate_t *self)
{
    free(self->step_day);
    free(self->step_factor);
    self->step_day = NULL;
    self->step_factor = NULL;
    self->n_steps = 0;
}

static bool
rate_valid(const sim_rate_t *self)
{
    if (!isfinite(self->per_year) || self->per_year < 0.0 || !isfinite(self->growth) || !(self->growth > -1.0)) {
        return false;
    }
    if (self->days != SIM_OPEN_WORKING && self->days != SIM_OPEN_SCHOOL && self->days != SIM_OPEN_EVERY) {
        return false;
    }
    for (size_t i = 0; i < 12; i++) {
        if (!isfinite(self->season[i]) || self->season[i] < 0.0) {
            return false;
        }
    }
    for (size_t i = 0; i < self->n_steps; i++) {
        if (!isfinite(self->step_day[i]) || !isfinite(self->step_factor[i]) || self->step_factor[i] < 0.0) {
            return false;
        }
    }
    return true;
}

static bool
rate_open(sim_open_t days, sim_date_t date)
{
    switch (days) {
    case SIM_OPEN_WORKING:
        return sim_date_weekday(date) < 5 && !sim_date_bank_holiday(date);
    case SIM_OPEN_SCHOOL:
        return sim_date_school_day(date);
    default:
        return true;
    }
}

static double
rate_season(const sim_rate_t *self, int month)
{
    for (size_t i = 0; i < 12; i++) {
        if (self->season[i] != 0.0) {
            return self->season[month - 1];
        }
    }
    return 1.0;
}

/* The first day of the calendar month after the one that holds `first`. */
static sim_date_t
rate_next_month(sim_date_t first)
{
    sim_date_t next = { first.year, first.month + 1, 1 };

    if (next.month == 13) {
        next.month = 1;
        next.year++;
    }
    return next;
}

/* The rate of an open day in the calendar month that begins on `first`, before the steps. */
static double
rate_of_month(const sim_rate_t *self, const sim_calendar_t *calendar, sim_date_t first)
{
    int64_t from = sim_date_serial(first), to = sim_date_serial(rate_next_month(first));
    double middle = ((double) (from - calendar->start_serial) + (double) (to - calendar->start_serial)) / 2.0;
    double expected, open = 0.0;

    for (int64_t serial = from; serial < to; serial++) {
        open += rate_open(self->days, sim_date_from_serial(serial)) ? 1.0 : 0.0;
    }
    if (open == 0.0) {
        return 0.0;
    }
    expected = self->per_year / RATE_YEAR_DAYS * (double) (to - from) * rate_season(self, first.month);
    if (self->growth != 0.0) {
        expected *= sim_pow(1.0 + self->growth, middle / RATE_YEAR_DAYS);
    }
    return expected / open;
}

static double
rate_steps(const sim_rate_t *self, double day)
{
    double factor = 1.0;

    for (size_t i = 0; i < self->n_steps; i++) {
        if (day >= self->step_day[i]) {
            factor *= self->step_factor[i];
        }
    }
    return factor;
}

/* Fill edges and rates; returns the number of pieces. */
static size_t
rate_fill(const sim_rate_t *self, const sim_calendar_t *calendar, double *edge, double *per_day)
{
    size_t n = 0;
    double month_rate = 0.0;

    for (size_t day = 0; day < calendar->n_days; day++) {
        sim_date_t date = sim_calendar_date(calendar, (long) day);
        double rate;

        if (day == 0 || date.day == 1) {
            month_rate = rate_of_month(self, calendar, (sim_date_t){ date.year, date.month, 1 });
        }
        rate = rate_open(self->days, date) ? month_rate * rate_steps(self, (double) day) : 0.0;
        if (n == 0 || rate != per_day[n - 1]) {
            edge[n] = (double) day;
            per_day[n++] = rate;
        }
    }
    edge[n] = (double) calendar->n_days;
    return n;
}

int
sim_rate_build(const sim_rate_t *self, const sim_calendar_t *calendar, sim_nhpp_t *process)
{
    int ret = SIM_ERR_BAD_PARAM;
    double *edge = NULL, *per_day = NULL;

    memset(process, 0, sizeof(*process));
    if (!rate_valid(self)) {
        goto out;
    }
    edge = calloc(calendar->n_days + 1, sizeof(*edge));
    per_day = calloc(calendar->n_days + 1, sizeof(*per_day));
    if (edge == NULL || per_day == NULL) {
        ret = SIM_ERR_NO_MEMORY;
        goto out;
    }
    ret = sim_nhpp_init(process, rate_fill(self, calendar, edge, per_day), edge, per_day);
out:
    free(edge);
    free(per_day);
    return ret;
}
