/*
 * A rate given by what people know: so many a year, growing, with a season, on certain days, with dated steps. It is turned
 * into a piecewise-constant process over the calendar of a run; the factors multiply.
 *
 * Invariant of the result: the expected number in a calendar month is per_year / 365.25 x days of the month x season[month] x
 * growth^(years to the middle of the month) x the steps in force, spread evenly over the open days of that month (all of it is
 * lost when the month has none).
 */
#ifndef SIM_RATE_H
#define SIM_RATE_H

#include "sim/core/calendar.h"
#include "sim/core/nhpp.h"
#include "sim/core/pathway.h"

typedef struct {
    double per_year;   /* at the start, before the season */
    double growth;     /* share a year, compounding from day 0; > -1 */
    double season[12]; /* January first; all 0 = none */
    sim_open_t days;   /* WORKING, SCHOOL or EVERY */
    size_t n_steps;
    double *step_day;    /* from this day on ... */
    double *step_factor; /* ... the rate is multiplied by this; owned */
} sim_rate_t;

void sim_rate_free(sim_rate_t *self);
/** SIM_ERR_BAD_PARAM on a negative or non-finite value. */
SIM_MUST_CHECK int sim_rate_build(const sim_rate_t *self, const sim_calendar_t *calendar, sim_nhpp_t *process);

#endif
