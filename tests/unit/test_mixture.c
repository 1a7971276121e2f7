/* Linear programmes, points among shares that keep limits, and response surfaces. */
#include "sim/analysis/linear.h"
#include "sim/analysis/surface.h"
#include "sim/core/random.h"
#include "sim/experiment/mixture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define N 2000 /* points of a sample */

static void
row(ana_linear_t *self, double a, double b, double bound)
{
    const double of[] = { a, b };

    assert_int_equal(ana_linear_add(self, of, bound), 0);
}

/* ---- linear programmes ---- */

/* The greatest c x over all corners of rows and axes that keep every row. */
static double
best_corner(const ana_linear_t *self, const double *c)
{
    double a[ANA_LINEAR_ROWS + 2][2], b[ANA_LINEAR_ROWS + 2], best = -INFINITY;
    size_t n = self->n_rows;

    memcpy(b, self->b, n * sizeof(*b));
    for (size_t i = 0; i < n; i++) {
        memcpy(a[i], self->a[i], sizeof(a[i]));
    }
    for (size_t i = 0; i < 2; i++) {
        a[n + i][i] = -1;
        a[n + i][1 - i] = b[n + i] = 0;
    }
    for (size_t i = 0; i < n + 2; i++) {
        for (size_t j = 0; j < i; j++) {
            double det = a[i][0] * a[j][1] - a[i][1] * a[j][0];
            double x = (b[i] * a[j][1] - b[j] * a[i][1]) / det, y = (a[i][0] * b[j] - a[j][0] * b[i]) / det;
            bool kept = fabs(det) > 1e-12;

            for (size_t k = 0; kept && k < n + 2; k++) {
                kept = a[k][0] * x + a[k][1] * y <= b[k] + 1e-9;
            }
            best = kept ? fmax(best, c[0] * x + c[1] * y) : best;
        }
    }
    return best;
}

static void
test_linear_corners(void **state)
{
    size_t feasible = 0;

    (void) state;
    for (uint64_t t = 0; t < 500; t++) {
        sim_stream_t draw = sim_draw(sim_key(1, 0, sim_hash("linear"), t), 0, 0, 0);
        double c[2], x[2];
        ana_linear_t lp;
        int ret;

        ana_linear_init(&lp, 2);
        row(&lp, 1, 1, 5); /* so that it is bounded */
        for (size_t i = 0; i < 5; i++) {
            double a = sim_stream_uniform(&draw) * 2 - 1, b = sim_stream_uniform(&draw) * 2 - 1;

            row(&lp, a, b, sim_stream_uniform(&draw) * 2 - 0.7);
        }
        c[0] = sim_stream_uniform(&draw) * 2 - 1;
        c[1] = sim_stream_uniform(&draw) * 2 - 1;
        ret = ana_linear_solve(&lp, c, x);
        if (best_corner(&lp, c) == -INFINITY) {
            assert_int_equal(ret, SIM_ERR_NOT_FOUND);
            continue;
        }
        assert_int_equal(ret, 0);
        assert_true(fabs(c[0] * x[0] + c[1] * x[1] - best_corner(&lp, c)) < 1e-7);
        feasible++;
    }
    assert_true(feasible > 100 && feasible < 490); /* both kinds were there */
}

/* Beale's example, on which the simplex method goes round in circles without a rule against it: the best is 1/20. */
static void
test_linear_cycling(void **state)
{
    static const double A[3][4] = { { 0.25, -60, -1.0 / 25, 9 }, { 0.5, -90, -1.0 / 50, 3 }, { 0, 0, 1, 0 } };
    static const double C[4] = { 0.75, -150, 0.02, -6 };
    double x[4], value = 0;
    ana_linear_t lp;

    (void) state;
    ana_linear_init(&lp, 4);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(ana_linear_add(&lp, A[i], i == 2), 0);
    }
    assert_int_equal(ana_linear_solve(&lp, C, x), 0);
    for (size_t i = 0; i < 4; i++) {
        value += C[i] * x[i];
    }
    assert_true(fabs(value - 0.05) < 1e-9);
}

static void
test_linear_errors(void **state)
{
    const double up[] = { 1, 0 };
    double x[2];
    ana_linear_t lp;

    (void) state;
    ana_linear_init(&lp, 2);
    row(&lp, -1, 0, -1);
    assert_int_equal(ana_linear_solve(&lp, up, x), SIM_ERR_FULL); /* no greatest */
    assert_int_equal(ana_linear_solve(&lp, NULL, x), 0);
    assert_true(x[0] >= 1 - 1e-9);
    row(&lp, 1, 0, 0.5);
    assert_int_equal(ana_linear_solve(&lp, up, x), SIM_ERR_NOT_FOUND);
    while (lp.n_rows < ANA_LINEAR_ROWS) {
        row(&lp, 1, 0, 0.5);
    }
    assert_int_equal(ana_linear_add(&lp, up, 1), SIM_ERR_FULL);
}

/* ---- mixtures ---- */

/*
 * Uniform over three shares: each has the mean 1/3 and the variance 1/18 (Dirichlet). Two shares and a limit of a half on
 * one: uniform on [0, 1/2]. Steps lie between points, so they are taken as independent; false alarm 1 in 16,000 a mean.
 */
static void
test_mixture_uniform(void **state)
{
    const bool first[] = { true, false };
    exp_mix_t *x = calloc(N, sizeof(*x));
    exp_mixture_t mixture;
    double mean[3] = { 0 }, square = 0;

    (void) state;
    assert_non_null(x);
    exp_mixture_init(&mixture, 3);
    assert_int_equal(exp_mixture_ready(&mixture), 0);
    exp_mixture_sample(&mixture, 17, N, x);
    for (size_t p = 0; p < N; p++) {
        for (size_t i = 0; i < 3; i++) {
            mean[i] += x[p].x[i] / N;
        }
        square += (x[p].x[0] - 1.0 / 3) * (x[p].x[0] - 1.0 / 3) / N;
        assert_true(exp_mixture_has(&mixture, x[p].x, 1e-9));
    }
    for (size_t i = 0; i < 3; i++) {
        assert_true(fabs(mean[i] - 1.0 / 3) < 4 * sqrt(1.0 / 18 / N));
    }
    assert_true(fabs(square - 1.0 / 18) < 0.006); /* four standard errors of it are 0.0053 */
    exp_mixture_init(&mixture, 2);
    assert_int_equal(exp_mixture_limit(&mixture, first, false, 0.5), 0);
    assert_int_equal(exp_mixture_ready(&mixture), 0);
    assert_true(fabs(mixture.low[0]) < 1e-9 && fabs(mixture.high[0] - 0.5) < 1e-9 && fabs(mixture.low[1] - 0.5) < 1e-9);
    exp_mixture_sample(&mixture, 17, N, x);
    mean[0] = 0;
    for (size_t p = 0; p < N; p++) {
        mean[0] += x[p].x[0] / N;
    }
    assert_true(fabs(mean[0] - 0.25) < 4 * sqrt(1.0 / 48 / N));
    free(x);
}

/* Limits over several parts, eight parts: every point keeps them; the same key gives the same points, another others. */
static void
test_mixture_limits(void **state)
{
    bool early[8] = { true, true }, one[8] = { false, false, true };
    exp_mix_t *x = calloc(2 * 200, sizeof(*x));
    exp_mixture_t mixture;

    (void) state;
    assert_non_null(x);
    exp_mixture_init(&mixture, 8);
    assert_int_equal(exp_mixture_limit(&mixture, early, true, 0.4), 0);
    assert_int_equal(exp_mixture_limit(&mixture, one, false, 0.05), 0);
    assert_int_equal(exp_mixture_ready(&mixture), 0);
    exp_mixture_sample(&mixture, 3, 200, x);
    exp_mixture_sample(&mixture, 3, 200, x + 200);
    assert_memory_equal(x, x + 200, 200 * sizeof(*x));
    for (size_t p = 0; p < 200; p++) {
        double sum = 0;

        for (size_t i = 0; i < 8; i++) {
            sum += x[p].x[i];
            assert_true(x[p].x[i] >= -1e-12);
        }
        assert_true(fabs(sum - 1) < 1e-9);
        assert_true(x[p].x[0] + x[p].x[1] >= 0.4 - 1e-9 && x[p].x[2] <= 0.05 + 1e-9);
    }
    exp_mixture_sample(&mixture, 4, 200, x + 200);
    assert_memory_not_equal(x, x + 200, 200 * sizeof(*x));
    free(x);
}

/* Room for one point only, and for none. */
static void
test_mixture_errors(void **state)
{
    const bool first[] = { true, false }, second[] = { false, true };
    exp_mixture_t mixture;
    exp_mix_t x[3];

    (void) state;
    exp_mixture_init(&mixture, 2);
    assert_int_equal(exp_mixture_limit(&mixture, first, true, 0.7), 0);
    assert_int_equal(exp_mixture_limit(&mixture, second, true, 0.3), 0);
    assert_int_equal(exp_mixture_ready(&mixture), 0);
    exp_mixture_sample(&mixture, 5, 3, x);
    assert_true(fabs(x[2].x[0] - 0.7) < 1e-9 && fabs(x[2].x[1] - 0.3) < 1e-9);
    assert_true(exp_mixture_distance(&mixture, x[0].x, x[2].x) < 1e-6);
    assert_int_equal(exp_mixture_farthest(&mixture, 1, x, 2, x + 1, 1e-3), 2);
    assert_int_equal(exp_mixture_limit(&mixture, second, true, 0.31), 0);
    assert_int_equal(exp_mixture_ready(&mixture), SIM_ERR_NOT_FOUND);
}

/* The farthest of a pool, in ranges: a small share counts as much as a large one. */
static void
test_mixture_farthest(void **state)
{
    const bool small[] = { true, false, false };
    const exp_mix_t pool[] = { { { 0.05, 0.5, 0.45 } }, { { 0.1, 0.45, 0.45 } }, { { 0, 0.5, 0.5 } } };
    const exp_mix_t had[] = { { { 0, 0.5, 0.5 } } };
    exp_mixture_t mixture;

    (void) state;
    exp_mixture_init(&mixture, 3);
    assert_int_equal(exp_mixture_limit(&mixture, small, false, 0.1), 0);
    assert_int_equal(exp_mixture_ready(&mixture), 0);
    assert_int_equal(exp_mixture_farthest(&mixture, 1, had, 3, pool, 0), 1);
    assert_int_equal(exp_mixture_farthest(&mixture, 1, had, 3, pool, 5), 3);
}

/* ---- surfaces ---- */

/* An exact quadratic in two variables comes back, but for the ridge; of a plane fitted on two points, something finite. */
static void
test_surface(void **state)
{
    double x[36 * 2], y[36], weight[36];
    const double at[] = { 0.33, -0.41 };
    ana_surface_t surface;

    (void) state;
    for (size_t i = 0; i < 36; i++) {
        double u = (double) (i % 6) / 2.5 - 1, v = (double) (i / 6) / 2.5 - 1;

        x[2 * i] = u;
        x[2 * i + 1] = v;
        y[i] = 3 + 2 * u - v + u * u - 4 * u * v + 0.5 * v * v;
        weight[i] = 1;
    }
    assert_int_equal(ana_surface_fit(&surface, 2, 36, x, 2, y, weight), 0);
    assert_true(fabs(ana_surface_at(&surface, at) -
                     (3 + 2 * 0.33 + 0.41 + 0.33 * 0.33 + 4 * 0.33 * 0.41 + 0.5 * 0.41 * 0.41)) < 0.01);
    assert_int_equal(ana_surface_fit(&surface, 2, 2, x, 2, y, weight), 0);
    assert_true(isfinite(ana_surface_at(&surface, at)));
    y[0] = y[1] = NAN;
    assert_int_equal(ana_surface_fit(&surface, 2, 2, x, 2, y, weight), SIM_ERR_BAD_PARAM);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear_corners),
        cmocka_unit_test(test_linear_cycling),
        cmocka_unit_test(test_linear_errors),
        cmocka_unit_test(test_mixture_uniform),
        cmocka_unit_test(test_mixture_limits),
        cmocka_unit_test(test_mixture_errors),
        cmocka_unit_test(test_mixture_farthest),
        cmocka_unit_test(test_surface),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
