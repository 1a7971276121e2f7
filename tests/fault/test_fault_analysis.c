/*
 * Memory that runs out in designs and analysis: the failing call is moved on until the work passes. Each time before
 * that SIM_ERR_NO_MEMORY is returned, and nothing is left behind (the sanitisers and valgrind see to that).
 */
#include "sim/analysis/given.h"
#include "sim/analysis/indices.h"
#include "sim/analysis/morris.h"
#include "sim/analysis/prim.h"
#include "sim/analysis/regress.h"
#include "sim/analysis/spline.h"
#include "sim/analysis/value.h"
#include "sim/analysis/variance.h"
#include "sim/experiment/design.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define ROWS 8
#define N (ROWS * 6) /* points of two groups with BA points */

/* Calls are counted while `fault_armed`; the one numbered `fault_at` and all after it fail. */
static long fault_count, fault_at;
static int fault_armed;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *
__wrap_calloc(size_t n, size_t size)
{
    return fault_armed && fault_count++ >= fault_at ? NULL : __real_calloc(n, size);
}

typedef struct {
    double x[2][N], y[N * 2], other[N * 2];
    int64_t moved[N];
} data_t;

static const double *
column(const data_t *data, size_t j)
{
    return data->x[j];
}

static int
make_points(exp_points_kind_t kind)
{
    static const exp_correlation_t pair = { .a = 0, .b = 1, .rank = 0.5 };
    static const uint32_t group[3] = { 0, 0, 1 };
    const exp_points_spec_t spec = {
        .kind = kind, .n = 8, .n_inputs = 3, .group = group, .correlation = &pair, .n_correlations = 1
    };
    exp_points_t points;
    int ret = exp_points_init(&points, &spec);

    exp_points_free(&points);
    return ret;
}

static int
try_latin(const data_t *data)
{
    (void) data;
    return make_points(EXP_POINTS_LHS);
}

static int
try_halton(const data_t *data)
{
    (void) data;
    return make_points(EXP_POINTS_HALTON);
}

static int
try_saltelli(const data_t *data)
{
    (void) data;
    return make_points(EXP_POINTS_SALTELLI);
}

static ana_rows_t
rows_of(const data_t *data)
{
    return (ana_rows_t){
        .value = data->y, .n_rows = ROWS / 2, .n_groups = 2, .n_reps = 4, .second = true, .common = true, .draws = 3
    };
}

static int
try_indices(const data_t *data)
{
    const ana_rows_t rows = rows_of(data);
    ana_index_t index[2];

    return ana_indices(&rows, index, NULL);
}

static int
try_pair(const data_t *data)
{
    const ana_rows_t rows = rows_of(data);
    ana_interval_t index;

    return ana_pair_index(&rows, 0, 1, &index);
}

static int
try_variance(const data_t *data)
{
    ana_split_t split;

    return ana_split_variance(data->y, N, 2, true, 3, 1, &split);
}

static int
try_morris(const data_t *data)
{
    ana_effect_t effect[2];

    return ana_morris(&(ana_trajectories_t){ .value = data->y,
                          .moved = data->moved,
                          .n_trajectories = N / 3,
                          .n_groups = 2,
                          .n_reps = 2,
                          .draws = 3 },
        effect);
}

static int
try_given(const data_t *data)
{
    const double *x[] = { column(data, 0), column(data, 1) };
    const ana_inputs_t inputs = { .x = x, .n_inputs = 2, .n_points = N };
    ana_interval_t first[2];

    return ana_given_first(&inputs, &(ana_outcome_t){ .value = data->y, .n_reps = 2, .draws = 3 }, first);
}

static int
try_tornado(const data_t *data)
{
    const double *x[] = { column(data, 0), column(data, 1) };
    const ana_inputs_t inputs = { .x = x, .n_inputs = 2, .n_points = N };
    ana_bar_t bar[2];

    return ana_tornado(&inputs, data->y, 0.2, bar);
}

static int
try_regress(const data_t *data)
{
    const double *x[] = { column(data, 0), column(data, 1) };
    const ana_inputs_t inputs = { .x = x, .n_inputs = 2, .n_points = N };
    ana_coefficient_t coefficient[2];
    double r2;

    return ana_regress(&inputs, data->y, true, coefficient, &r2);
}

static int
try_smooth(const data_t *data)
{
    ana_curve_t curve[5];

    return ana_smooth(data->x[0], data->y, N, LENGTH(curve), curve);
}

static int
try_value(const data_t *data)
{
    static const size_t which[] = { 0, 1 };
    const double *x[] = { column(data, 0), column(data, 1) }, *benefit[] = { data->y, data->other };
    const ana_inputs_t inputs = { .x = x, .n_inputs = 2, .n_points = N };
    const ana_decision_t decision = { .benefit = benefit, .n_offers = 2, .n_points = N, .n_reps = 2 };
    ana_offer_t offer[2];
    ana_information_t information;
    ana_partial_t partial;
    int ret = ana_decide(&decision, offer, &information);

    return ret != 0 ? ret : ana_evppi(&decision, &inputs, 2, which, 3, 1, &partial);
}

static int
try_prim(const data_t *data)
{
    const double *x[] = { column(data, 0), column(data, 1) };
    ana_prim_t prim;
    int ret = ana_prim_init(&prim,
        &(ana_prim_rule_t){
            .inputs = { .x = x, .n_inputs = 2, .n_points = N }, .y = data->other, .slice = 0.1, .least = 0.1 });

    ana_prim_free(&prim);
    return ret;
}

static void
test_fault_analysis(void **state)
{
    static int (*const attempt[])(const data_t *) = { try_latin, try_halton, try_saltelli, try_indices, try_pair,
        try_variance, try_morris, try_given, try_tornado, try_regress, try_smooth, try_value, try_prim };
    data_t data;

    (void) state;
    for (size_t i = 0; i < 2 * N; i++) {
        data.x[i % 2][i / 2] = (double) (i * 37 % 101);
        data.y[i] = (double) (i * 53 % 97);
        data.other[i] = (double) (i * 29 % 3);
        data.moved[i / 2] = (int64_t) (i / 2 % 3) - 1;
    }
    for (size_t k = 0; k < LENGTH(attempt); k++) {
        int ret = SIM_ERR_NO_MEMORY;

        for (fault_at = 0; ret != 0 && fault_at < 1000; fault_at++) {
            fault_count = 0;
            fault_armed = 1;
            ret = attempt[k](&data);
            fault_armed = 0;
            assert_true(ret == 0 || ret == SIM_ERR_NO_MEMORY);
        }
        assert_int_equal(ret, 0);
        assert_true(fault_at > 1);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_fault_analysis) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
