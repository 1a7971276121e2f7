/* Published facts against estimates: verdicts worked by hand, and the ratio of means against the coverage of its interval. */
#include "sim/analysis/verdict.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N 20

/* An interval of 20 replications with that mean and half-width. */
static ana_interval_t
interval_of(double mean, double half)
{
    return (ana_interval_t){
        .mean = mean, .low = mean - half, .high = mean + half, .se = half / ana_t_factor(N, ANA_CONFIDENCE), .n = N
    };
}

static const struct {
    double mean, half, value, low, high;
    ana_verdict_t verdict;
    double reps_needed;
} ROW[] = {
    { 50.0, 3.9, 50.0, 38.0, 62.0, ANA_INSIDE, NAN }, /* tolerance 12, of which a third is 4 */
    { 50.0, 4.1, 50.0, 38.0, 62.0, ANA_NOT_SURE, 22 },
    { 50.0, 8.0, 50.0, 38.0, 62.0, ANA_NOT_SURE, 80 },
    { 61.9, 1.0, 50.0, 38.0, 62.0, ANA_INSIDE, NAN },
    { 62.1, 1.0, 50.0, 38.0, 62.0, ANA_OUTSIDE, NAN },
    { 37.9, 1.0, 50.0, 38.0, 62.0, ANA_OUTSIDE, NAN },
    { 100.0, 37.0, 50.0, 38.0, 62.0, ANA_OUTSIDE, NAN }, /* wide, but wholly outside */
    { 100.0, 39.0, 50.0, 38.0, 62.0, ANA_NOT_SURE, 1902 },
    { 500.0, 3.9, 50.0, 38.0, NAN, ANA_INSIDE, NAN }, /* one bound: the tolerance is 12 */
    { 500.0, 4.1, 50.0, 38.0, NAN, ANA_NOT_SURE, 22 },
    { 30.0, 3.9, 50.0, 38.0, NAN, ANA_OUTSIDE, NAN },
    { 10.0, 3.9, 50.0, NAN, 62.0, ANA_INSIDE, NAN },
    { 70.0, 3.9, 50.0, NAN, 62.0, ANA_OUTSIDE, NAN },
    { 51.0, 0.9, 50.0, 50.0, NAN, ANA_INSIDE, NAN }, /* no tolerance: the whole interval counts */
    { 51.0, 1.1, 50.0, 50.0, NAN, ANA_NOT_SURE, NAN },
    { 50.0, 0.0, 50.0, 50.0, 50.0, ANA_INSIDE, NAN },
};

static void
test_verdict_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof(ROW) / sizeof(ROW[0]); i++) {
        const ana_interval_t interval = interval_of(ROW[i].mean, ROW[i].half);
        double reps_needed;

        assert_int_equal(ana_judge(&interval, ROW[i].value, ROW[i].low, ROW[i].high, &reps_needed), ROW[i].verdict);
        assert_true(isnan(ROW[i].reps_needed) ? isnan(reps_needed) : reps_needed == ROW[i].reps_needed);
    }
}

static void
test_verdict_errors(void **state)
{
    static const double one[] = { 50.0 };
    ana_interval_t interval;
    double reps_needed = 0.0;

    (void) state;
    ana_mean_interval(one, 1, 1, &interval);
    assert_int_equal(ana_judge(&interval, 50.0, 38.0, 62.0, &reps_needed), ANA_NOT_SURE);
    assert_true(isnan(reps_needed));
    ana_mean_interval(one, 1, 0, &interval);
    assert_int_equal(ana_judge(&interval, 50.0, 38.0, 62.0, &reps_needed), ANA_NOT_SURE);
}

/* 12 / 7; residuals 2/7, 4/7, -6/7, so the standard error is sqrt(8/7 x 3/2) / 7. */
static void
test_verdict_ratio(void **state)
{
    static const double a[] = { 2.0, NAN, 4.0, 6.0, 9.0 }, b[] = { 1.0, 1.0, 2.0, 4.0, NAN };
    ana_interval_t is;

    (void) state;
    ana_paired_ratio(a, b, 1, 5, &is);
    assert_int_equal(is.n, 3);
    assert_true(fabs(is.mean - 12.0 / 7.0) < 1e-14);
    assert_true(fabs(is.se - sqrt(12.0 / 7.0) / 7.0) < 1e-14);
    assert_true(fabs(is.high - is.mean - 4.302652730 * is.se) < 1e-8);
}

static void
test_verdict_ratio_errors(void **state)
{
    static const double a[] = { 2.0, 3.0 }, none[] = { 0.0, 0.0 }, unknown[] = { NAN, NAN };
    ana_interval_t is;

    (void) state;
    ana_paired_ratio(a, none, 1, 2, &is);
    assert_true(isnan(is.mean) && is.n == 0);
    ana_paired_ratio(a, unknown, 1, 2, &is);
    assert_true(isnan(is.mean) && is.n == 0);
    ana_paired_ratio(a, a, 1, 1, &is);
    assert_true(is.mean == 1.0 && isnan(is.low) && is.n == 1);
}

/*
 * b is normal, a is 2 b and a normal error of its own: the linearisation is then all but exact, so the 95% interval
 * covers 2 in 95% of samples, within 4 standard errors of that share of 4,000 (false alarm 1 in 16,000; seed fixed).
 */
static void
test_verdict_ratio_coverage(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    const size_t samples = 4000;
    size_t covered = 0;

    (void) state;
    assert_non_null(rng);
    gsl_rng_set(rng, 7);
    for (size_t s = 0; s < samples; s++) {
        double a[N], b[N];
        ana_interval_t is;

        for (size_t i = 0; i < N; i++) {
            b[i] = 10.0 + gsl_ran_gaussian(rng, 1.0);
            a[i] = 2.0 * b[i] + gsl_ran_gaussian(rng, 1.0);
        }
        ana_paired_ratio(a, b, 1, N, &is);
        covered += is.low <= 2.0 && 2.0 <= is.high ? 1u : 0u;
    }
    gsl_rng_free(rng);
    assert_true(fabs((double) covered / (double) samples - 0.95) < 4.0 * sqrt(0.95 * 0.05 / (double) samples));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict_rows),
        cmocka_unit_test(test_verdict_errors),
        cmocka_unit_test(test_verdict_ratio),
        cmocka_unit_test(test_verdict_ratio_errors),
        cmocka_unit_test(test_verdict_ratio_coverage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
