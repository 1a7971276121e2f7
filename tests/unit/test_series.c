/* Series of an experiment: means and intervals as from all replications at once; records are handed on without them. */
#include "sim/experiment/series.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_CELLS 2
#define N 3
#define N_REPS 7

/* A large mean with a small spread, of which naive sums of squares would lose all digits. */
static double
value_of(uint32_t arm, uint32_t rep, size_t i)
{
    return 1e8 + 10.0 * arm + (double) i + 0.001 * (double) (rep * rep % 5);
}

typedef struct {
    unsigned n;
    int code;
} seen_t;

static int
see(void *ctx, const exp_record_t *record)
{
    seen_t *seen = ctx;

    assert_int_equal(record->n_values, N_CELLS);
    assert_true(record->value == NULL || record->value[1] == -1.0);
    seen->n++;
    return seen->code;
}

static int
add(exp_series_t *series, uint32_t arm, uint32_t rep, bool failed)
{
    double value[N_CELLS + N] = { -2.0, -1.0 };
    const exp_record_t record = {
        .arm = arm, .rep = rep, .n_values = N_CELLS + N, .status = failed ? -1 : 0, .value = failed ? NULL : value
    };

    for (size_t i = 0; i < N; i++) {
        value[N_CELLS + i] = value_of(arm, rep, i);
    }
    return exp_series_sink(series, &record);
}

static void
test_series_interval(void **state)
{
    seen_t seen = { 0, 0 };
    exp_series_t series;

    (void) state;
    assert_int_equal(exp_series_init(&series, 2, N_CELLS, N, see, &seen), 0);
    for (uint32_t rep = 0; rep < N_REPS; rep++) {
        assert_int_equal(add(&series, 0, rep, false), 0);
        assert_int_equal(add(&series, 1, rep, rep == 2), 0);
    }
    assert_int_equal(seen.n, 2 * N_REPS);
    for (uint32_t arm = 0; arm < 2; arm++) {
        for (size_t i = 0; i < N; i++) {
            double value[N_REPS];
            ana_interval_t got, wanted;

            for (uint32_t rep = 0; rep < N_REPS; rep++) {
                value[rep] = arm == 1 && rep == 2 ? NAN : value_of(arm, rep, i);
            }
            ana_mean_interval(value, 1, N_REPS, &wanted);
            exp_series_at(&series, arm, i, &got);
            assert_int_equal(got.n, wanted.n);
            assert_true(fabs(got.mean - wanted.mean) < 1e-7);
            assert_true(wanted.high - wanted.low > 1e-4);
            assert_true(fabs(got.high - got.low - (wanted.high - wanted.low)) < 1e-7);
        }
    }
    exp_series_free(&series);
}

static void
test_series_few(void **state)
{
    seen_t seen = { 0, 0 };
    ana_interval_t got;
    exp_series_t series;

    (void) state;
    assert_int_equal(exp_series_init(&series, 1, N_CELLS, N, see, &seen), 0);
    exp_series_at(&series, 0, 1, &got);
    assert_true(isnan(got.mean) && got.n == 0);
    assert_int_equal(add(&series, 0, 0, false), 0);
    exp_series_at(&series, 0, 1, &got);
    assert_true(got.mean == value_of(0, 0, 1) && isnan(got.low) && isnan(got.high) && got.n == 1);
    exp_series_free(&series);
}

/* A record of another length, an arm that is not there, and what the next sink says. */
static void
test_series_errors(void **state)
{
    double value[N_CELLS + N] = { -2.0, -1.0 };
    exp_record_t record = { .n_values = N_CELLS, .value = value };
    seen_t seen = { 0, SIM_ERR_IO };
    exp_series_t series;

    (void) state;
    assert_int_equal(exp_series_init(&series, 1, N_CELLS, N, see, &seen), 0);
    assert_int_equal(exp_series_sink(&series, &record), SIM_ERR_BAD_PARAM);
    assert_int_equal(add(&series, 1, 0, false), SIM_ERR_BAD_PARAM);
    assert_int_equal(seen.n, 0);
    assert_int_equal(add(&series, 0, 0, false), SIM_ERR_IO);
    exp_series_free(&series);
    exp_series_free(&series);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_series_interval),
        cmocka_unit_test(test_series_few),
        cmocka_unit_test(test_series_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
