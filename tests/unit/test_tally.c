/* Tallies against sorted samples and GSL. The samples are seeded; every bound holds for any sample. */
#include "sim/core/tally.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define N_OF(x) (sizeof(x) / sizeof((x)[0]))
#define N 20001

static void
assert_near(double a, double b, double relative)
{
    if (!(fabs(a - b) <= relative * fabs(b))) {
        fail_msg("%.17g is not %.17g within %g", a, b, relative);
    }
}

static void
add_all(sim_tally_t *tally, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(sim_tally_add(tally, x[i]), 0);
    }
}

/* Waits of several shapes, all above the first bin and below 2^15 days. */
static void
draw_sample(double *x, size_t n, int shape)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    gsl_rng_set(rng, 20250901u + (unsigned) shape);
    for (size_t i = 0; i < n; i++) {
        double values[] = { gsl_ran_lognormal(rng, 3, 1), gsl_ran_exponential(rng, 60) + 0.01,
            gsl_ran_flat(rng, 0.001, 2), (double) gsl_ran_poisson(rng, 40) + 1, exp(gsl_ran_flat(rng, -6.9, 10.3)),
            28.0 };

        x[i] = values[shape];
    }
    gsl_rng_free(rng);
}

#define N_SHAPES 6

static void
test_tally_quantile_of_sample(void **state)
{
    static const double Q[] = { 0, 1e-9, 0.0001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.92, 0.99, 0.9999, 1 };
    static double x[N];
    sim_tally_t tally;

    (void) state;
    for (int shape = 0; shape < N_SHAPES; shape++) {
        draw_sample(x, N, shape);
        assert_int_equal(sim_tally_init(&tally), 0);
        add_all(&tally, x, N);
        gsl_sort(x, 1, N);
        for (size_t i = 0; i < N_OF(Q); i++) {
            size_t rank = (size_t) ceil(Q[i] * N);

            assert_near(sim_tally_quantile(&tally, Q[i]), x[rank > 0 ? rank - 1 : 0], 1.0 / 64);
        }
        assert_true(sim_tally_quantile(&tally, 0) == x[0]);
        assert_true(sim_tally_quantile(&tally, 1) == x[N - 1]);
        sim_tally_free(&tally);
    }
}

static void
test_tally_quantile_is_monotone(void **state)
{
    static double x[N];
    sim_tally_t tally;
    double last = 0;

    (void) state;
    draw_sample(x, N, 1);
    assert_int_equal(sim_tally_init(&tally), 0);
    add_all(&tally, x, N);
    for (int i = 0; i <= 1000; i++) {
        double value = sim_tally_quantile(&tally, i / 1000.0);

        assert_true(value >= last);
        last = value;
    }
    sim_tally_free(&tally);
}

static void
test_tally_moments_match_gsl(void **state)
{
    static double x[N];
    sim_tally_t tally;

    (void) state;
    for (int shape = 0; shape < N_SHAPES - 1; shape++) {
        draw_sample(x, N, shape);
        assert_int_equal(sim_tally_init(&tally), 0);
        add_all(&tally, x, N);
        assert_int_equal(tally.count, N);
        assert_near(sim_tally_mean(&tally), gsl_stats_mean(x, 1, N), 1e-12);
        assert_near(sim_tally_sd(&tally), gsl_stats_sd(x, 1, N), 1e-10);
        assert_true(tally.min == gsl_stats_min(x, 1, N));
        assert_true(tally.max == gsl_stats_max(x, 1, N));
        sim_tally_free(&tally);
    }
}

static double
count_within(const double *x, size_t n, double limit)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        count += x[i] <= limit;
    }
    return (double) count / (double) n;
}

/* On an edge the share is exact, waits of just that length included; elsewhere it lies between those of two edges. */
static void
test_tally_share_within(void **state)
{
    static const double EDGE[] = { 0x1p-10, 0x1p-3, 0.5, 1, 7, 14, 28, 42, 63, 126, 182, 364, 728, 0x1p14, 0x1p15 };
    static const double BETWEEN[] = { 0.3, 1.01, 28.1, 41.9, 200.3 };
    static double x[N];
    sim_tally_t tally;

    (void) state;
    for (int shape = 0; shape < N_SHAPES; shape++) {
        draw_sample(x, N, shape);
        assert_int_equal(sim_tally_init(&tally), 0);
        add_all(&tally, x, N);
        for (size_t i = 0; i < N_OF(EDGE); i++) {
            assert_true(sim_tally_share_within(&tally, EDGE[i]) == count_within(x, N, EDGE[i]));
        }
        for (size_t i = 0; i < N_OF(BETWEEN); i++) {
            double share = sim_tally_share_within(&tally, BETWEEN[i]);

            assert_true(share >= count_within(x, N, BETWEEN[i] * (1 - 1.0 / 64)));
            assert_true(share <= count_within(x, N, BETWEEN[i] * (1 + 1.0 / 64)));
        }
        sim_tally_free(&tally);
    }
}

static void
test_tally_share_inverts_quantile(void **state)
{
    static double x[N];
    sim_tally_t tally;

    (void) state;
    draw_sample(x, N, 0);
    assert_int_equal(sim_tally_init(&tally), 0);
    add_all(&tally, x, N);
    for (int i = 1; i < 100; i++) {
        double q = i / 100.0;

        assert_near(sim_tally_share_within(&tally, sim_tally_quantile(&tally, q)), q, 1e-10);
    }
    sim_tally_free(&tally);
}

/* The first and last bins, which have no lower and no upper edge of their own. */
static void
test_tally_extremes(void **state)
{
    static const double X[] = { 0, 0, 0, 0x1p-11, 0x1p-1074, 40000, 1e6, 1e9 };
    sim_tally_t tally;

    (void) state;
    assert_int_equal(sim_tally_init(&tally), 0);
    add_all(&tally, X, N_OF(X));
    assert_int_equal(tally.bin[0], 5);
    assert_int_equal(tally.bin[SIM_TALLY_BINS - 1], 3);
    assert_true(sim_tally_share_within(&tally, 0) == 5.0 / 8);
    assert_true(sim_tally_share_within(&tally, 1) == 5.0 / 8);
    assert_true(sim_tally_share_within(&tally, 1e9) == 1);
    assert_true(sim_tally_share_within(&tally, INFINITY) == 1);
    assert_true(sim_tally_share_within(&tally, -1) == 0);
    assert_true(sim_tally_quantile(&tally, 0.5) == 0);
    assert_true(sim_tally_quantile(&tally, 1) == 1e9);
    sim_tally_reset(&tally);
    assert_int_equal(tally.count, 0);
    assert_int_equal(sim_tally_add(&tally, -0.0), 0);
    assert_int_equal(sim_tally_add(&tally, 28), 0);
    assert_int_equal(sim_tally_add(&tally, 29), 0);
    assert_true(sim_tally_share_within(&tally, 28) == 2.0 / 3);
    assert_true(sim_tally_quantile(&tally, 2.0 / 3) == 28);
    sim_tally_reset(&tally);
    assert_int_equal(sim_tally_add(&tally, 28), 0);
    assert_int_equal(sim_tally_add(&tally, 30), 0);
    assert_true(sim_tally_share_within(&tally, 28) == 0.5);
    sim_tally_free(&tally);
}

static void
test_tally_small_samples(void **state)
{
    sim_tally_t tally;

    (void) state;
    assert_int_equal(sim_tally_init(&tally), 0);
    assert_true(isnan(sim_tally_mean(&tally)) && isnan(sim_tally_sd(&tally)));
    assert_true(isnan(sim_tally_quantile(&tally, 0.5)) && isnan(sim_tally_share_within(&tally, 1)));
    assert_int_equal(sim_tally_add(&tally, 3.3), 0);
    assert_true(sim_tally_mean(&tally) == 3.3);
    assert_true(isnan(sim_tally_sd(&tally)));
    assert_true(sim_tally_quantile(&tally, 0.5) == 3.3);
    assert_int_equal(sim_tally_add(&tally, 3.3), 0);
    assert_near(sim_tally_sd(&tally) + 1, 1, 1e-7);
    sim_tally_free(&tally);
    sim_tally_free(&tally);
}

/* Eight parts merged forwards, backwards and as a tree have the bins of the whole. */
static void
test_tally_merge_any_order(void **state)
{
    enum { PARTS = 8 };
    static double x[PARTS * 2500];
    sim_tally_t part[PARTS], whole, forward, backward;

    (void) state;
    draw_sample(x, N_OF(x), 4);
    assert_int_equal(sim_tally_init(&whole), 0);
    assert_int_equal(sim_tally_init(&forward), 0);
    assert_int_equal(sim_tally_init(&backward), 0);
    add_all(&whole, x, N_OF(x));
    for (int i = 0; i < PARTS; i++) {
        assert_int_equal(sim_tally_init(&part[i]), 0);
        add_all(&part[i], x + i * 2500, 2500);
        assert_int_equal(sim_tally_merge(&forward, &part[i]), 0);
    }
    for (int i = PARTS; i-- > 0;) {
        assert_int_equal(sim_tally_merge(&backward, &part[i]), 0);
    }
    for (int step = 1; step < PARTS; step *= 2) {
        for (int i = 0; i < PARTS; i += 2 * step) {
            assert_int_equal(sim_tally_merge(&part[i], &part[i + step]), 0);
        }
    }
    for (int i = 0; i < 3; i++) {
        const sim_tally_t *merged = i == 0 ? &forward : i == 1 ? &backward : &part[0];

        assert_memory_equal(merged->bin, whole.bin, SIM_TALLY_BINS * sizeof(*whole.bin));
        assert_int_equal(merged->count, whole.count);
        assert_true(merged->min == whole.min && merged->max == whole.max);
        assert_true(sim_tally_quantile(merged, 0.9) == sim_tally_quantile(&whole, 0.9));
        assert_true(sim_tally_share_within(merged, 100.5) == sim_tally_share_within(&whole, 100.5));
        assert_near(sim_tally_mean(merged), sim_tally_mean(&whole), 1e-12);
        assert_near(sim_tally_sd(merged), sim_tally_sd(&whole), 1e-10);
    }
    for (int i = 0; i < PARTS; i++) {
        sim_tally_free(&part[i]);
    }
    sim_tally_free(&whole);
    sim_tally_free(&forward);
    sim_tally_free(&backward);
}

static uint64_t
sum_of_bins(const sim_tally_t *tally)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < SIM_TALLY_BINS; i++) {
        sum += tally->bin[i];
    }
    return sum;
}

static void
test_tally_errors(void **state)
{
    static const double BAD[] = { -1, -0x1p-1074, INFINITY, -INFINITY, NAN };
    sim_tally_t tally, before, other;

    (void) state;
    assert_int_equal(sim_tally_init(&tally), 0);
    assert_int_equal(sim_tally_init(&other), 0);
    assert_int_equal(sim_tally_add(&tally, 12), 0);
    before = tally;
    for (size_t i = 0; i < N_OF(BAD); i++) {
        assert_int_equal(sim_tally_add(&tally, BAD[i]), SIM_ERR_BAD_PARAM);
        assert_memory_equal(&tally, &before, sizeof(tally));
        assert_int_equal(sum_of_bins(&tally), 1);
    }
    assert_true(isnan(sim_tally_quantile(&tally, -0.1)) && isnan(sim_tally_quantile(&tally, 1.1)));
    assert_true(isnan(sim_tally_quantile(&tally, NAN)) && isnan(sim_tally_share_within(&tally, NAN)));
    /* A full bin. */
    assert_int_equal(sim_tally_add(&other, 0), 0);
    other.bin[0] = UINT32_MAX;
    other.count = UINT32_MAX;
    before = other;
    assert_int_equal(sim_tally_add(&other, 0), SIM_ERR_FULL);
    assert_int_equal(sim_tally_merge(&other, &other), SIM_ERR_FULL);
    assert_memory_equal(&other, &before, sizeof(other));
    assert_int_equal(sim_tally_merge(&other, &tally), 0);
    assert_int_equal(sum_of_bins(&other), (uint64_t) UINT32_MAX + 1);
    assert_int_equal(other.count, (uint64_t) UINT32_MAX + 1);
    sim_tally_free(&tally);
    sim_tally_free(&other);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tally_quantile_of_sample),
        cmocka_unit_test(test_tally_quantile_is_monotone),
        cmocka_unit_test(test_tally_moments_match_gsl),
        cmocka_unit_test(test_tally_share_within),
        cmocka_unit_test(test_tally_share_inverts_quantile),
        cmocka_unit_test(test_tally_extremes),
        cmocka_unit_test(test_tally_small_samples),
        cmocka_unit_test(test_tally_merge_any_order),
        cmocka_unit_test(test_tally_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
