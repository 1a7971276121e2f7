/* Warm-up and batch means: worked series, a slow search for the same minimum, and what the theory promises of AR(1). */
#include "sim/analysis/warmup.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static gsl_rng *
generator(unsigned long seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    assert_non_null(rng);
    gsl_rng_set(rng, seed);
    return rng;
}

/* A stationary autoregressive series of order 1 with mean 0 and innovations of variance 1. */
static void
autoregress(gsl_rng *rng, double phi, double *value, size_t n)
{
    double state = gsl_ran_gaussian(rng, 1.0 / sqrt(1.0 - phi * phi));

    for (size_t i = 0; i < n; i++) {
        state = phi * state + gsl_ran_gaussian(rng, 1.0);
        value[i] = state;
    }
}

/* ---- MSER-5 ---- */

static void
test_warmup_mser_decay(void **state)
{
    double value[1000];
    ana_mser_t mser;

    (void) state;
    for (int i = 0; i < 1000; i++) {
        value[i] = 10.0 + (i % 2 == 0 ? 1.0 : -1.0) + 20.0 * exp(-i / 50.0);
    }
    assert_int_equal(ana_mser5(value, 1000, &mser), 0);
    assert_true(mser.enough);
    assert_int_equal(mser.truncate, 225);
    assert_true(fabs(mser.mean - 10.0131877) < 5e-8);
}

static void
test_warmup_mser_step(void **state)
{
    double value[1000];
    ana_mser_t mser;

    (void) state;
    for (int i = 0; i < 1000; i++) {
        value[i] = i < 100 ? 5.0 : 10.0 + (7 * (i - 100) % 11 - 5) * 0.2;
    }
    assert_int_equal(ana_mser5(value, 1000, &mser), 0);
    assert_true(mser.enough);
    assert_int_equal(mser.truncate, 100);
    assert_true(fabs(mser.mean - 9.9995556) < 5e-8);
}

/* Sum of squares of the batches from `first` on, over the square of their number, by the definition. */
static double
statistic(const double *value, size_t n_batches, size_t first)
{
    double mean = 0.0, squares = 0.0, kept = (double) (n_batches - first);

    for (size_t i = 5 * first; i < 5 * n_batches; i++) {
        mean += value[i] / (5.0 * kept);
    }
    for (size_t j = first; j < n_batches; j++) {
        double y = (value[5 * j] + value[5 * j + 1] + value[5 * j + 2] + value[5 * j + 3] + value[5 * j + 4]) / 5.0;

        squares += (y - mean) * (y - mean);
    }
    return squares / (kept * kept);
}

/* 200 series with a transient, 303 observations: the last 3 fill no batch, and the last 5 batches are always kept. */
static void
test_warmup_mser_search(void **state)
{
    gsl_rng *rng = generator(1997);
    int enough = 0;

    (void) state;
    for (int trial = 0; trial < 200; trial++) {
        double value[303], least = INFINITY;
        size_t best = 0;
        ana_mser_t mser;

        autoregress(rng, 0.8, value, 303);
        for (int i = 0; i < 303; i++) {
            value[i] += 1e4 + 5.0 * exp(-i / 20.0);
        }
        for (size_t first = 0; first < 55; first++) {
            if (statistic(value, 60, first) < least) {
                least = statistic(value, 60, first);
                best = first;
            }
        }
        assert_int_equal(ana_mser5(value, 303, &mser), 0);
        assert_true(mser.enough == (best <= 30));
        assert_int_equal(mser.truncate, mser.enough ? 5 * best : 0);
        assert_true(fabs(mser.statistic - least) < 1e-6 * least);
        enough += mser.enough;
    }
    gsl_rng_free(rng);
    assert_true(enough > 100 && enough < 200); /* both answers were met */
}

static void
test_warmup_mser_constant(void **state)
{
    double value[100];
    ana_mser_t mser;

    (void) state;
    for (int i = 0; i < 100; i++) {
        value[i] = 0.1;
    }
    assert_int_equal(ana_mser5(value, 100, &mser), 0);
    assert_true(mser.enough && mser.truncate == 0 && mser.statistic == 0.0);
    assert_true(fabs(mser.mean - 0.1) < 1e-15);
}

static void
test_warmup_mser_errors(void **state)
{
    double value[200];
    ana_mser_t mser;

    (void) state;
    for (int i = 0; i < 200; i++) {
        value[i] = i < 150 ? i : 150.0 + i % 2; /* grows for three quarters of the run */
    }
    assert_int_equal(ana_mser5(value, 200, &mser), 0);
    assert_true(!mser.enough && mser.truncate == 0);
    assert_true(fabs(mser.mean - (11175.0 + 7525.0) / 200.0) < 1e-9); /* 0 + ... + 149, and 25 pairs of 301 */
    assert_int_equal(ana_mser5(value, 49, &mser), 0);
    assert_false(mser.enough);
    assert_true(fabs(mser.mean - 22.0) < 1e-12); /* of the 45 that fill batches */
    assert_int_equal(ana_mser5(value, 0, &mser), 0);
    assert_true(!mser.enough && isnan(mser.mean) && isnan(mser.statistic));
    value[7] = NAN;
    assert_int_equal(ana_mser5(value, 200, &mser), SIM_ERR_BAD_PARAM);
    assert_true(!mser.enough && isnan(mser.mean));
    value[7] = INFINITY;
    assert_int_equal(ana_mser5(value, 200, &mser), SIM_ERR_BAD_PARAM);
}

/* ---- Welch ---- */

static void
test_warmup_welch(void **state)
{
    static const double value[] = { 4, 1, 7, 3, 5, 12, 2, 6, 9, 0 };
    static const double wanted[] = { 4, 4, 4, 5.6, 5.8, 5.6, 6.8, 5.8 };
    double average[10];

    (void) state;
    assert_int_equal(ana_welch(value, 10, 2, average), 0);
    for (int i = 0; i < 8; i++) {
        assert_true(fabs(average[i] - wanted[i]) < 1e-14);
    }
    assert_int_equal(ana_welch(value, 10, 0, average), 0);
    for (int i = 0; i < 10; i++) {
        assert_true(average[i] == value[i]);
    }
}

static void
test_warmup_welch_errors(void **state)
{
    double value[10] = { 1, 2, 3 }, average[10];

    (void) state;
    assert_int_equal(ana_welch(value, 10, 3, average), SIM_ERR_BAD_PARAM);
    value[9] = NAN;
    assert_int_equal(ana_welch(value, 10, 1, average), SIM_ERR_BAD_PARAM);
}

/* ---- batch means ---- */

/* Ten batches of two: mean 3, sum of squares 20, of successive differences 64, so 1 - 64/40; t(9) = 2.262157. */
static void
test_warmup_batches(void **state)
{
    static const double mean[] = { 5, 1, 4, 2, 3, 5, 1, 4, 2, 3 };
    double value[21] = { 1000.0 };
    ana_batch_means_t result;

    (void) state;
    for (int i = 0; i < 10; i++) {
        value[1 + 2 * i] = mean[i] - 0.5;
        value[2 + 2 * i] = mean[i] + 0.5;
    }
    assert_int_equal(ana_batch_means(value, 21, &result), 0);
    assert_true(result.interval.n == 10 && result.batch_size == 2 && result.dropped == 1);
    assert_true(fabs(result.interval.mean - 3.0) < 1e-14);
    assert_true(fabs(result.interval.high - 3.0 - 2.262157 * sqrt(20.0 / 90.0)) < 1e-6);
    assert_true(fabs(result.correlation + 0.6) < 1e-14);
    assert_true(result.independent);
}

/* A trend is seen, and then there are as few batches as there may be. */
static void
test_warmup_batches_trend(void **state)
{
    double value[600];
    ana_batch_means_t result;

    (void) state;
    for (int i = 0; i < 600; i++) {
        value[i] = i;
    }
    assert_int_equal(ana_batch_means(value, 600, &result), 0);
    assert_true(!result.independent && result.interval.n == 10 && result.batch_size == 60);
    assert_true(fabs(result.correlation - (1.0 - 9.0 / 165.0)) < 1e-12); /* 9 steps of 1; 2 x 82.5 */
    for (int i = 0; i < 600; i++) {
        value[i] = 7.0;
    }
    assert_int_equal(ana_batch_means(value, 600, &result), 0);
    assert_true(result.independent && result.correlation == 0.0 && result.interval.low == 7.0);
}

static void
test_warmup_batches_errors(void **state)
{
    double value[40] = { 1, 2 };
    ana_batch_means_t result;

    (void) state;
    assert_int_equal(ana_batch_means(value, 19, &result), SIM_ERR_BAD_PARAM);
    assert_true(isnan(result.interval.mean) && result.interval.n == 0 && !result.independent);
    value[39] = NAN;
    assert_int_equal(ana_batch_means(value, 40, &result), SIM_ERR_BAD_PARAM);
    assert_true(isnan(result.interval.mean));
}

typedef struct {
    double covered, thirty, independent;
} shares_t;

static shares_t
many_series(unsigned long seed, double phi, size_t n, int trials)
{
    gsl_rng *rng = generator(seed);
    double *value = malloc(n * sizeof(*value));
    shares_t share = { 0 };

    assert_non_null(value);
    for (int trial = 0; trial < trials; trial++) {
        ana_batch_means_t result;

        autoregress(rng, phi, value, n);
        assert_int_equal(ana_batch_means(value, n, &result), 0);
        share.covered += result.interval.low <= 0.0 && 0.0 <= result.interval.high;
        share.thirty += result.interval.n == 30;
        share.independent += result.independent;
    }
    free(value);
    gsl_rng_free(rng);
    return (shares_t){ share.covered / trials, share.thirty / trials, share.independent / trials };
}

/*
 * Independent normal observations: every choice of batches has Student's t interval, so 95% hold the mean, and the
 * test of 30 batches rejects one in ten (its normal approximation: to .01). 4,000 series: standard errors .0034 and
 * .0047; false alarm at 4 of them 6e-5 each.
 */
static void
test_warmup_batches_independent(void **state)
{
    enum { TRIALS = 4000 };
    double se = sqrt(0.95 * 0.05 / TRIALS), se_test = sqrt(0.9 * 0.1 / TRIALS);
    shares_t share = many_series(1941, 0.0, 600, TRIALS);

    (void) state;
    assert_true(se < 0.004 && se_test < 0.005);
    assert_true(fabs(share.covered - 0.95) < 4.0 * se + 0.005); /* .005: batches are chosen by looking at them */
    assert_true(fabs(share.thirty - 0.9) < 4.0 * se_test + 0.01);
}

/*
 * AR(1): with batches many times as long as the correlation the interval covers as it should; a t interval of the
 * observations themselves would hold the mean in only 74% (its variance is a third). With batches as short as the
 * correlation the test says so. 1,500 series: standard error .0056; false alarm at 4 of them 6e-5.
 */
static void
test_warmup_batches_correlated(void **state)
{
    enum { TRIALS = 1500 };
    double se = sqrt(0.95 * 0.05 / TRIALS);
    shares_t loose = many_series(1982, 0.5, 3000, TRIALS), tight = many_series(1983, 0.99, 400, 200);

    (void) state;
    assert_true(se < 0.006);
    assert_true(fabs(loose.covered - 0.95) < 4.0 * se + 0.005);
    assert_true(loose.independent > 0.97);
    assert_true(tight.independent < 0.5 && tight.covered < 0.85);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_warmup_mser_decay),
        cmocka_unit_test(test_warmup_mser_step),
        cmocka_unit_test(test_warmup_mser_search),
        cmocka_unit_test(test_warmup_mser_constant),
        cmocka_unit_test(test_warmup_mser_errors),
        cmocka_unit_test(test_warmup_welch),
        cmocka_unit_test(test_warmup_welch_errors),
        cmocka_unit_test(test_warmup_batches),
        cmocka_unit_test(test_warmup_batches_trend),
        cmocka_unit_test(test_warmup_batches_errors),
        cmocka_unit_test(test_warmup_batches_independent),
        cmocka_unit_test(test_warmup_batches_correlated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
