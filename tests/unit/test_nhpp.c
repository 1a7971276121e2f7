/* Arrivals by inversion against the integral of the rate and against unit exponentials. */
#include "sim/core/elementary.h"
#include "sim/core/nhpp.h"
#include "sim/core/random.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PIECES 8
#define RUNS 2000
#define GAPS 100000

static const double DAY[PIECES + 1] = { 0.0, 1.0, 1.25, 3.0, 10.0, 11.0, 30.0, 30.5, 60.0 };
static const double PER_DAY[PIECES] = { 5.0, 0.0, 2.5, 0.1, 40.0, 0.0, 12.0, 1.0 };

static void
init(sim_nhpp_t *self)
{
    assert_int_equal(sim_nhpp_init(self, PIECES, DAY, PER_DAY), 0);
}

static double
exponential(sim_stream_t *stream)
{
    return -sim_log(sim_stream_uniform(stream));
}

static size_t
piece_of(double t)
{
    size_t i = 0;

    while (i < PIECES && DAY[i + 1] <= t) {
        i++;
    }
    return i;
}

/* One pass; returns the number of arrivals, each counted in its piece. */
static double
run_once(const sim_nhpp_t *nhpp, sim_stream_t stream, double count[PIECES + 1])
{
    size_t piece = 0;
    double n = 0.0, t = sim_nhpp_next(nhpp, 0.0, exponential(&stream), &piece);

    while (t < INFINITY) {
        double last = t;

        count[piece_of(t)]++;
        n++;
        t = sim_nhpp_next(nhpp, t, exponential(&stream), &piece);
        assert_true(t >= last);
    }
    return n;
}

/*
 * Theory: the count in piece i over 2000 runs is Poisson with mean 2000 rate length (1400 and more, so normal to the
 * test's needs), and the variance of the whole count equals its mean. False alarm: 8 two-sided tests at 4 standard
 * errors (6 pieces, mean and variance), 6.3e-5 each, 5e-4 together.
 */
static void
test_nhpp_counts(void **state)
{
    double count[PIECES + 1] = { 0.0 };
    double sum = 0.0, squares = 0.0, whole, mean, variance;
    sim_nhpp_t nhpp;

    (void) state;
    init(&nhpp);
    whole = sim_nhpp_expected(&nhpp, 0.0, 1e9);
    for (uint64_t run = 0; run < RUNS; run++) {
        double n = run_once(&nhpp, sim_draw(sim_key(1, 0, 0, run), 1, 0, 0), count);

        sum += n;
        squares += (n - whole) * (n - whole);
    }
    for (size_t i = 0; i < PIECES; i++) {
        double expected = RUNS * PER_DAY[i] * (DAY[i + 1] - DAY[i]);

        assert_true(expected == 0.0 || sqrt(expected) < 0.03 * expected);
        assert_true(fabs(count[i] - expected) <= 4.0 * sqrt(expected));
    }
    assert_true(count[PIECES] == 0.0);
    mean = sum / RUNS;
    variance = squares / RUNS;
    assert_true(fabs(mean - whole) < 4.0 * sqrt(whole / RUNS));
    assert_true(fabs(variance / whole - 1.0) < 4.0 * sqrt(2.0 / RUNS + 1.0 / (whole * RUNS)));
    sim_nhpp_free(&nhpp);
}

/* The process stops just before a piece of rate 0 and goes on after it. */
static void
test_nhpp_skips_zero_rate(void **state)
{
    sim_nhpp_t nhpp;
    size_t piece = 0;
    double t;

    (void) state;
    init(&nhpp);
    t = sim_nhpp_next(&nhpp, 0.0, 5.0, &piece); /* all that piece 0 holds */
    assert_true(t < 1.0 && t > 1.0 - 1e-12);
    t = sim_nhpp_next(&nhpp, 0.0, 5.0 + 2.5, &piece);
    assert_true(fabs(t - 2.25) < 1e-12 && piece == 2);
    piece = 0;
    t = sim_nhpp_next(&nhpp, 1.1, 2.5, &piece);
    assert_true(fabs(t - 2.25) < 1e-12);
    piece = 0;
    assert_true(sim_nhpp_next(&nhpp, 1.1, 0.0, &piece) == 1.25);
    piece = 0;
    assert_true(sim_nhpp_next(&nhpp, 11.0, 1e-9, &piece) >= 30.0);
    sim_nhpp_free(&nhpp);
}

static int
compare_doubles(const void *left, const void *right)
{
    const double *x = left, *y = right;

    return (*x > *y) - (*x < *y);
}

/* sqrt(n) times the Kolmogorov-Smirnov distance of a sample from the unit exponential. */
static double
ks_exponential(double *gap, size_t n)
{
    double worst = 0.0;

    qsort(gap, n, sizeof(*gap), compare_doubles);
    for (size_t i = 0; i < n; i++) {
        double cdf = -expm1(-gap[i]);

        worst = fmax(worst, fmax(cdf - (double) i / (double) n, (double) (i + 1) / (double) n - cdf));
    }
    return sqrt((double) n) * worst;
}

/*
 * Theory: Lambda(t_i) of the arrivals of any such process is a unit Poisson process (time rescaling). 5000 short
 * pieces, one in seven of rate 0; the gaps are measured by sim_nhpp_expected. False alarm: 1e-6 (asymptotic Kolmogorov
 * distribution, 2 exp(-2 2.693^2)).
 */
static void
test_nhpp_time_rescaling(void **state)
{
    enum { N = 5000 };
    double *day = calloc(N + 1, sizeof(*day)), *rate = calloc(N, sizeof(*rate)), *gap = calloc(GAPS, sizeof(*gap));
    sim_stream_t stream = sim_draw(3, 1, 0, 0);
    sim_nhpp_t nhpp;
    double t = 0.0;
    size_t piece = 0, n = 0;

    (void) state;
    assert_true(day != NULL && rate != NULL && gap != NULL);
    for (size_t i = 0; i < N; i++) {
        day[i + 1] = day[i] + 0.1 + sim_stream_uniform(&stream);
        rate[i] = i % 7 == 0 ? 0.0 : 60.0 * sim_stream_uniform(&stream);
    }
    assert_int_equal(sim_nhpp_init(&nhpp, N, day, rate), 0);
    while (n < GAPS) {
        double next = sim_nhpp_next(&nhpp, t, exponential(&stream), &piece);

        if (next == INFINITY) {
            break;
        }
        gap[n++] = sim_nhpp_expected(&nhpp, t, next);
        t = next;
    }
    assert_true(n > 50000);
    assert_true(ks_exponential(gap, n) < 2.693);
    sim_nhpp_free(&nhpp);
    free(day);
    free(rate);
    free(gap);
}

static void
test_nhpp_cursor_changes_nothing(void **state)
{
    sim_nhpp_t nhpp;
    size_t cursor = 0;
    double t = 0.0;

    (void) state;
    init(&nhpp);
    for (uint64_t run = 0; run < 200; run++) {
        sim_stream_t stream = sim_draw(sim_key(2, 0, 0, run), 1, 0, 0);

        for (t = 0.0; t < INFINITY;) { /* the cursor of the run before points to the end: it has to find back */
            double e = exponential(&stream);
            size_t fresh = 0, beyond = 1000;
            double with = sim_nhpp_next(&nhpp, t, e, &cursor);

            assert_true(with == sim_nhpp_next(&nhpp, t, e, &fresh));
            assert_true(with == sim_nhpp_next(&nhpp, t, e, &beyond));
            assert_true(cursor == fresh && cursor == beyond);
            for (size_t p = 0; p <= PIECES; p++) {
                size_t any = p;

                assert_true(with == sim_nhpp_next(&nhpp, t, e, &any) && any == cursor);
            }
            assert_true(with == INFINITY || sim_nhpp_rate(&nhpp, with) > 0.0);
            t = with;
        }
    }
    sim_nhpp_free(&nhpp);
}

/* In one piece the next arrival is exponential/rate later, to within the rounding that nhpp.h states. */
static void
test_nhpp_gap(void **state)
{
    const double day[2] = { 0.0, 1e6 };
    sim_stream_t stream = sim_draw(4, 1, 0, 0);
    volatile long double one = 1.0L;

    (void) state;
    if (LDBL_MANT_DIG < 64 || one + 0x1p-60L == one) {
        skip();
    }
    for (int run = 0; run < 200; run++) {
        double rate = exp(20.0 * sim_stream_uniform(&stream) - 8.0), t = 0.0;
        sim_nhpp_t nhpp;
        size_t piece = 0;

        assert_int_equal(sim_nhpp_init(&nhpp, 1, day, &rate), 0);
        for (int i = 0; i < 500; i++) {
            double e = exponential(&stream), next = sim_nhpp_next(&nhpp, t, e, &piece);
            long double gap = (long double) e / (long double) rate, error = (long double) next - (t + gap);

            if (next == INFINITY) {
                assert_true(t + gap > 0.999999L * 1e6L);
                break;
            }
            assert_true(fabsl(error) <= (long double) next * 0x1p-53L + gap * 0x1.000001p-52L);
            t = next;
        }
        sim_nhpp_free(&nhpp);
    }
}

/* A rate so small that its reciprocal overflows is as good as none before a piece that has arrivals. */
static void
test_nhpp_smallest_rate(void **state)
{
    const double day[3] = { 0.0, 1.0, 2.0 }, rate[2] = { 5e-324, 1.0 };
    sim_nhpp_t nhpp;
    size_t piece = 0;

    (void) state;
    assert_int_equal(sim_nhpp_init(&nhpp, 2, day, rate), 0);
    assert_true(sim_nhpp_next(&nhpp, 0.5, 0.25, &piece) == 1.25 && piece == 1);
    sim_nhpp_scale(&nhpp, 2.0);
    assert_true(sim_nhpp_next(&nhpp, 1.25, 0.25, &piece) == 1.375);
    sim_nhpp_free(&nhpp);
}

static void
test_nhpp_expected_and_rate(void **state)
{
    sim_nhpp_t nhpp, copy;

    (void) state;
    init(&nhpp);
    assert_true(fabs(sim_nhpp_expected(&nhpp, 0.5, 2.25) - 5.0) < 1e-12);
    assert_true(fabs(sim_nhpp_expected(&nhpp, -5.0, 1e6) - (5.0 + 4.375 + 0.7 + 40.0 + 6.0 + 29.5)) < 1e-12);
    assert_true(sim_nhpp_expected(&nhpp, 1.0, 1.25) == 0.0 && sim_nhpp_expected(&nhpp, 60.0, 70.0) == 0.0);
    assert_true(sim_nhpp_expected(&nhpp, 3.0, 2.0) == 0.0);
    for (size_t i = 0; i < PIECES; i++) {
        assert_true(sim_nhpp_rate(&nhpp, DAY[i]) == PER_DAY[i]);
    }
    assert_true(sim_nhpp_rate(&nhpp, -1.0) == 0.0 && sim_nhpp_rate(&nhpp, 60.0) == 0.0);
    assert_int_equal(sim_nhpp_copy(&copy, &nhpp), 0);
    sim_nhpp_scale(&nhpp, 0.5);
    assert_true(fabs(sim_nhpp_expected(&nhpp, 0.5, 2.25) - 2.5) < 1e-12);
    assert_true(sim_nhpp_rate(&nhpp, 10.5) == 20.0);
    sim_nhpp_free(&nhpp);
    assert_true(fabs(sim_nhpp_expected(&copy, 0.5, 2.25) - 5.0) < 1e-12);
    sim_nhpp_scale(&copy, 0.0);
    assert_true(sim_nhpp_next(&copy, 0.0, 1e-300, &(size_t){ 0 }) == INFINITY);
    sim_nhpp_free(&copy);
    sim_nhpp_free(&copy);
}

static void
check_refused(size_t n, const double *day, const double *per_day)
{
    sim_nhpp_t nhpp;

    assert_int_equal(sim_nhpp_init(&nhpp, n, day, per_day), SIM_ERR_BAD_PARAM);
    assert_true(nhpp.n == 0 && nhpp.day == NULL && nhpp.mean_gap == NULL && nhpp.per_day == NULL && nhpp.cum == NULL);
    sim_nhpp_free(&nhpp);
}

static void
test_nhpp_init_errors(void **state)
{
    const double good_day[3] = { 0.0, 1.0, 2.0 }, good_rate[2] = { 1.0, 1.0 };
    const double bad_day[][3] = { { 0.1, 1.0, 2.0 }, { -1.0, 1.0, 2.0 }, { 0.0, 1.0, 1.0 }, { 0.0, 2.0, 1.0 },
        { 0.0, NAN, 2.0 }, { 0.0, 1.0, INFINITY }, { NAN, 1.0, 2.0 } };
    const double bad_rate[][2] = { { 1.0, -0.1 }, { NAN, 1.0 }, { INFINITY, 1.0 }, { 1e308, 1e308 } };

    (void) state;
    check_refused(0, good_day, good_rate);
    for (size_t i = 0; i < sizeof(bad_day) / sizeof(bad_day[0]); i++) {
        check_refused(2, bad_day[i], good_rate);
    }
    for (size_t i = 0; i < sizeof(bad_rate) / sizeof(bad_rate[0]); i++) {
        check_refused(2, good_day, bad_rate[i]);
    }
}

static void
test_nhpp_next_errors(void **state)
{
    sim_nhpp_t nhpp;
    size_t piece = 0;

    (void) state;
    init(&nhpp);
    assert_true(sim_nhpp_next(&nhpp, 0.0, 1e6, &piece) == INFINITY && piece == PIECES);
    assert_true(sim_nhpp_next(&nhpp, 0.0, INFINITY, &piece) == INFINITY);
    assert_true(sim_nhpp_next(&nhpp, 0.0, NAN, &piece) == INFINITY);
    assert_true(sim_nhpp_next(&nhpp, 60.0, 0.1, &piece) == INFINITY);
    assert_true(sim_nhpp_next(&nhpp, 1e300, 0.1, &piece) == INFINITY);
    assert_true(fabs(sim_nhpp_next(&nhpp, -7.0, 1.0, &piece) - 0.2) < 1e-15 && piece == 0);
    sim_nhpp_free(&nhpp);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nhpp_counts),
        cmocka_unit_test(test_nhpp_skips_zero_rate),
        cmocka_unit_test(test_nhpp_time_rescaling),
        cmocka_unit_test(test_nhpp_cursor_changes_nothing),
        cmocka_unit_test(test_nhpp_gap),
        cmocka_unit_test(test_nhpp_smallest_rate),
        cmocka_unit_test(test_nhpp_expected_and_rate),
        cmocka_unit_test(test_nhpp_init_errors),
        cmocka_unit_test(test_nhpp_next_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
