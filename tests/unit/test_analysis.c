/* Intervals: against t quantiles from tables, samples worked by hand, and the coverage that the theory promises. */
#include "sim/analysis/interval.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Quantiles of Student's t at .975: Fisher & Yates, Statistical Tables, table III, to six decimals. */
static void
test_analysis_t_factor(void **state)
{
    static const struct {
        size_t df;
        double t;
    } row[] = { { 1, 12.706205 }, { 4, 2.776445 }, { 9, 2.262157 }, { 19, 2.093024 }, { 29, 2.045230 },
        { 99, 1.984217 } };

    (void) state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        assert_true(fabs(ana_t_factor(row[i].df + 1, 0.95) - row[i].t) < 5.1e-7);
    }
}

static void
test_analysis_t_factor_errors(void **state)
{
    (void) state;
    assert_true(isnan(ana_t_factor(0, 0.95)));
    assert_true(isnan(ana_t_factor(1, 0.95)));
    assert_true(isnan(ana_t_factor(5, 0.0)));
    assert_true(isnan(ana_t_factor(5, 1.0)));
    assert_true(isnan(ana_t_factor(5, NAN)));
}

/* 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squares 32, sd sqrt(32/7), se sqrt(4/7), t(7) = 2.364624. */
static void
test_analysis_mean(void **state)
{
    static const double value[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
    ana_interval_t interval;

    (void) state;
    ana_mean_interval(value, 1, 8, &interval);
    assert_int_equal(interval.n, 8);
    assert_true(fabs(interval.mean - 5.0) < 1e-14);
    assert_true(fabs(interval.se - sqrt(4.0 / 7.0)) < 1e-14);
    assert_true(fabs(interval.high - (5.0 + 2.364624252 * sqrt(4.0 / 7.0))) < 1e-8);
    assert_true(fabs(interval.high + interval.low - 10.0) < 1e-13);
}

static void
test_analysis_mean_stride(void **state)
{
    static const double value[] = { 2, 90, 4, 91, 4, 92, 4, 93, 5, 94, 5, 95, 7, 96, 9, 97 };
    ana_interval_t interval;

    (void) state;
    ana_mean_interval(value, 2, 8, &interval);
    assert_true(fabs(interval.mean - 5.0) < 1e-14);
    ana_mean_interval(value + 1, 2, 8, &interval);
    assert_true(fabs(interval.mean - 93.5) < 1e-12);
}

static void
test_analysis_mean_missing(void **state)
{
    static const double value[] = { NAN, 2, 4, 4, NAN, 4, 5, 5, 7, INFINITY, 9 };
    ana_interval_t interval;

    (void) state;
    ana_mean_interval(value, 1, 11, &interval);
    assert_int_equal(interval.n, 8);
    assert_true(fabs(interval.mean - 5.0) < 1e-14);
    assert_true(fabs(interval.se - sqrt(4.0 / 7.0)) < 1e-14);
}

static void
test_analysis_mean_errors(void **state)
{
    static const double none[] = { NAN, NAN }, one[] = { NAN, 3.5 };
    ana_interval_t interval;

    (void) state;
    ana_mean_interval(none, 1, 2, &interval);
    assert_int_equal(interval.n, 0);
    assert_true(isnan(interval.mean) && isnan(interval.low) && isnan(interval.high) && isnan(interval.se));
    ana_mean_interval(one, 1, 2, &interval);
    assert_int_equal(interval.n, 1);
    assert_true(interval.mean == 3.5);
    assert_true(isnan(interval.low) && isnan(interval.high) && isnan(interval.se));
}

/* A great offset must not drown the spread: the same sample at 1e9. */
static void
test_analysis_mean_offset(void **state)
{
    static const double at[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
    double value[8];
    ana_interval_t interval;

    (void) state;
    for (int i = 0; i < 8; i++) {
        value[i] = 1e9 + at[i];
    }
    ana_mean_interval(value, 1, 8, &interval);
    assert_true(fabs(interval.se - sqrt(4.0 / 7.0)) < 1e-7);
    for (int i = 0; i < 8; i++) {
        value[i] = 0.1;
    }
    ana_mean_interval(value, 1, 8, &interval);
    assert_true(interval.se < 1e-16);
}

static void
test_analysis_paired(void **state)
{
    static const double a[] = { 12, 14, 24, 34, NAN, 45, 55, 67, 79, 3 };
    static const double b[] = { 10, 10, 20, 30, 3, 40, 50, 60, 70, NAN };
    ana_interval_t interval, single;

    (void) state;
    ana_paired(a, b, 1, 10, &interval);
    assert_int_equal(interval.n, 8);
    assert_true(fabs(interval.mean - 5.0) < 1e-14);
    assert_true(fabs(interval.se - sqrt(4.0 / 7.0)) < 1e-14);
    ana_mean_interval(a, 1, 10, &single);
    assert_true(interval.se < single.se / 5); /* that is what pairing is for */
}

static void
test_analysis_count_best(void **state)
{
    static const double a[] = { 1, 5, 3, NAN, 2 }, b[] = { 2, 4, 3, 9, 8 }, c[] = { 0, 6, 1, 1, 9 };
    static const double *const value[] = { a, b, c };
    size_t best[3];

    (void) state;
    assert_int_equal(ana_count_best(value, 3, 5, 1, best), 4);
    assert_int_equal(best[0], 1); /* the tie of the third replication */
    assert_int_equal(best[1], 1);
    assert_int_equal(best[2], 2);
    assert_int_equal(ana_count_best(value, 3, 5, 0, best), 4);
    assert_int_equal(best[0], 1);
    assert_int_equal(best[1], 1);
    assert_int_equal(best[2], 2);
    assert_int_equal(ana_count_best(value, 0, 5, 1, best), 0);
}

/*
 * Student's theorem: of intervals from n = 5 normal replicates, 95% hold the mean (a normal quantile would give
 * 87.8%). 40,000 intervals: standard error .0011; false alarm at 4 standard errors 6e-5, for each of the two.
 */
static void
test_analysis_coverage(void **state)
{
    enum { TRIALS = 40000, N = 5 };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double se = sqrt(0.95 * 0.05 / TRIALS);
    int mean_holds = 0, paired_holds = 0;

    (void) state;
    assert_non_null(rng);
    gsl_rng_set(rng, 20250901);
    for (int trial = 0; trial < TRIALS; trial++) {
        double a[N], b[N];
        ana_interval_t interval;

        for (int i = 0; i < N; i++) {
            double common = gsl_ran_gaussian(rng, 10.0);

            a[i] = 3.0 + gsl_ran_gaussian(rng, 2.0) + common;
            b[i] = 1.0 + gsl_ran_gaussian(rng, 1.0) + common;
        }
        ana_mean_interval(a, 1, N, &interval);
        mean_holds += interval.low <= 3.0 && 3.0 <= interval.high;
        ana_paired(a, b, 1, N, &interval);
        paired_holds += interval.low <= 2.0 && 2.0 <= interval.high;
    }
    gsl_rng_free(rng);
    assert_true(se < 0.002);
    assert_true(fabs((double) mean_holds / TRIALS - 0.95) < 4.0 * se);
    assert_true(fabs((double) paired_holds / TRIALS - 0.95) < 4.0 * se);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_analysis_t_factor),
        cmocka_unit_test(test_analysis_t_factor_errors),
        cmocka_unit_test(test_analysis_mean),
        cmocka_unit_test(test_analysis_mean_stride),
        cmocka_unit_test(test_analysis_mean_missing),
        cmocka_unit_test(test_analysis_mean_errors),
        cmocka_unit_test(test_analysis_mean_offset),
        cmocka_unit_test(test_analysis_paired),
        cmocka_unit_test(test_analysis_count_best),
        cmocka_unit_test(test_analysis_coverage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
