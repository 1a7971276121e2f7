/* From a yearly rate to a piecewise-constant process: the expected number of every calendar month, and on which
   days. */
#include "sim/core/rate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAYS 1096

typedef struct {
    sim_calendar_t calendar;
    sim_nhpp_t process;
} built_t;

static void
build(built_t *it, const sim_rate_t *rate, const char *start, size_t days)
{
    sim_date_t date;

    assert_int_equal(sim_date_parse(start, &date), 0);
    assert_int_equal(sim_calendar_init(&it->calendar, date, days), 0);
    assert_int_equal(sim_rate_build(rate, &it->calendar, &it->process), 0);
}

static void
unbuild(built_t *it)
{
    sim_nhpp_free(&it->process);
    sim_calendar_free(&it->calendar);
}

static double
in_month(const built_t *it, size_t month)
{
    return sim_nhpp_expected(&it->process, it->calendar.month_first[month], it->calendar.month_first[month + 1]);
}

static void
assert_near(double value, double expected, double relative)
{
    if (!(fabs(value - expected) <= relative * fabs(expected))) {
        fail_msg("%.15g is not %.15g", value, expected);
    }
}

static const double SEASON[12] = { 1.1, 1.05, 1.2, 0.9, 1.0, 0.95, 0.8, 0.4, 1.0, 1.1, 1.3, 1.2 };

/* The expected number of each month by the formula, with libm's pow as the other opinion. */
static void
test_rate_months(void **state)
{
    static const sim_open_t days[] = { SIM_OPEN_EVERY, SIM_OPEN_WORKING };
    sim_rate_t rate = { .per_year = 5000.0, .growth = 0.07 };
    built_t it;

    (void) state;
    memcpy(rate.season, SEASON, sizeof(SEASON));
    for (size_t d = 0; d < 2; d++) {
        rate.days = days[d];
        build(&it, &rate, "2025-09-01", DAYS);
        for (size_t m = 0; m < it.calendar.n_months; m++) {
            double from = it.calendar.month_first[m], to = it.calendar.month_first[m + 1];
            int month = sim_calendar_date(&it.calendar, (long) from).month;
            double expected = 5000.0 / 365.25 * (to - from) * SEASON[month - 1] * pow(1.07, (from + to) / 2.0 / 365.25);

            assert_near(in_month(&it, m), expected, 1e-12);
        }
        unbuild(&it);
    }
}

/* Over a year without season and growth the expected number is the yearly one (365 of 365.25 days). */
static void
test_rate_year(void **state)
{
    sim_rate_t rate = { .per_year = 1000.0, .days = SIM_OPEN_EVERY };
    built_t it;

    (void) state;
    build(&it, &rate, "2025-01-01", 365);
    assert_near(sim_nhpp_expected(&it.process, 0.0, 365.0), 1000.0 * 365.0 / 365.25, 1e-12);
    assert_int_equal(it.process.n, 1); /* months of equal daily rate are one piece */
    unbuild(&it);
}

static void
test_rate_open_days(void **state)
{
    sim_rate_t rate = { .per_year = 1000.0, .days = SIM_OPEN_WORKING };
    built_t it;

    (void) state;
    build(&it, &rate, "2025-09-01", 365);
    for (long day = 0; day < 365; day++) {
        double here = sim_nhpp_rate(&it.process, (double) day + 0.5);

        assert_true(sim_calendar_is(&it.calendar, day, SIM_DAY_WORKING) ? here > 0.0 : here == 0.0);
    }
    /* within a month all open days are alike */
    assert_true(sim_nhpp_rate(&it.process, 0.5) == sim_nhpp_rate(&it.process, 28.5));
    unbuild(&it);
}

/* August has no school day: its share is lost, not moved to other months. */
static void
test_rate_school_days(void **state)
{
    sim_rate_t rate = { .per_year = 1000.0, .days = SIM_OPEN_SCHOOL };
    built_t it;

    (void) state;
    build(&it, &rate, "2025-09-01", 365);
    assert_true(in_month(&it, 11) == 0.0);
    assert_near(in_month(&it, 0), 1000.0 / 365.25 * 30.0, 1e-12);
    for (long day = 0; day < 365; day++) {
        double here = sim_nhpp_rate(&it.process, (double) day + 0.5);

        assert_true((here > 0.0) == sim_calendar_is(&it.calendar, day, SIM_DAY_SCHOOL));
    }
    unbuild(&it);
}

/* Steps take effect on their day and multiply, in whatever order they are given. */
static void
test_rate_steps(void **state)
{
    double day[] = { 40.0, 10.0 }, factor[] = { 0.5, 3.0 };
    sim_rate_t rate = {
        .per_year = 365.25, .days = SIM_OPEN_EVERY, .n_steps = 2, .step_day = day, .step_factor = factor
    };
    built_t it;

    (void) state;
    build(&it, &rate, "2025-09-01", 100);
    assert_near(sim_nhpp_rate(&it.process, 9.5), 1.0, 1e-12);
    assert_near(sim_nhpp_rate(&it.process, 10.0), 3.0, 1e-12);
    assert_near(sim_nhpp_rate(&it.process, 39.9), 3.0, 1e-12);
    assert_near(sim_nhpp_rate(&it.process, 40.0), 1.5, 1e-12);
    unbuild(&it);
}

/* A longer run has the same rates in the days that both share, also in the month where the shorter ends. */
static void
test_rate_length(void **state)
{
    sim_rate_t rate = { .per_year = 700.0, .growth = -0.1, .days = SIM_OPEN_WORKING };
    built_t brief, lengthy;

    (void) state;
    build(&brief, &rate, "2025-09-17", 100);
    build(&lengthy, &rate, "2025-09-17", 1000);
    for (int day = 0; day < 100; day++) {
        assert_true(sim_nhpp_rate(&brief.process, day + 0.5) == sim_nhpp_rate(&lengthy.process, day + 0.5));
    }
    unbuild(&brief);
    unbuild(&lengthy);
}

static void
refuse(const sim_calendar_t *calendar, const sim_rate_t *rate)
{
    sim_nhpp_t process;

    assert_int_equal(sim_rate_build(rate, calendar, &process), SIM_ERR_BAD_PARAM);
    sim_nhpp_free(&process);
}

static void
test_rate_errors(void **state)
{
    double day[] = { 1.0 }, factor[] = { -1.0 };
    sim_calendar_t calendar;

    (void) state;
    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 2025, 9, 1 }, 30), 0);
    refuse(&calendar, &(sim_rate_t){ .per_year = -1.0 });
    refuse(&calendar, &(sim_rate_t){ .per_year = NAN });
    refuse(&calendar, &(sim_rate_t){ .per_year = INFINITY });
    refuse(&calendar, &(sim_rate_t){ .per_year = 1.0, .growth = -1.0 });
    refuse(&calendar, &(sim_rate_t){ .per_year = 1.0, .growth = NAN });
    refuse(&calendar, &(sim_rate_t){ .per_year = 1.0, .season = { 1.0, -0.1 } });
    refuse(&calendar, &(sim_rate_t){ .per_year = 1.0, .season = { NAN } });
    refuse(&calendar, &(sim_rate_t){ .per_year = 1.0, .days = SIM_OPEN_WEEKLY });
    refuse(&calendar, &(sim_rate_t){ .per_year = 1.0, .n_steps = 1, .step_day = day, .step_factor = factor });
    factor[0] = 1.0;
    day[0] = NAN;
    refuse(&calendar, &(sim_rate_t){ .per_year = 1.0, .n_steps = 1, .step_day = day, .step_factor = factor });
    sim_calendar_free(&calendar);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rate_months),
        cmocka_unit_test(test_rate_year),
        cmocka_unit_test(test_rate_open_days),
        cmocka_unit_test(test_rate_school_days),
        cmocka_unit_test(test_rate_steps),
        cmocka_unit_test(test_rate_length),
        cmocka_unit_test(test_rate_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
