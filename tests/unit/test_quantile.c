/* Distribution functions and quantiles against GSL's, and quantiles of distributions against their own draws. */
#include "sim/core/quantile.h"

#include "sim/core/dist.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const double P[] = { 1e-15, 1e-9, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.9999, 1.0 - 1e-9 };

static void
assert_near(double x, double expected, double relative)
{
    if (!(fabs(x - expected) <= relative * fabs(expected))) {
        print_error("%.17g is not %.17g\n", x, expected);
    }
    assert_true(fabs(x - expected) <= relative * fabs(expected));
}

static void
test_quantile_normal_cdf(void **state)
{
    (void) state;
    for (double z = -37.0; z <= 37.0; z += 0.0625) {
        assert_near(sim_normal_cdf(z), gsl_cdf_ugaussian_P(z), 1e-13);
    }
    assert_true(sim_normal_cdf(-INFINITY) == 0.0 && sim_normal_cdf(INFINITY) == 1.0);
    for (double u = 0x1p-53; u < 1.0; u += 0.001) {
        assert_near(sim_normal_cdf(sim_normal_quantile(u)), u, 1e-13);
    }
}

static void
test_quantile_gamma(void **state)
{
    static const double shape[] = { 0.01, 0.3, 1.0, 2.5, 40.0, 3000.0, 90000.0 };

    (void) state;
    for (size_t s = 0; s < LENGTH(shape); s++) {
        for (size_t i = 0; i < LENGTH(P); i++) {
            double x = sim_gamma_quantile(P[i], shape[s]);

            if (x < 1e-299) { /* too small a number to be told from 0 */
                assert_true(gsl_cdf_gamma_P(1e-299, shape[s], 1.0) >= P[i]);
                continue;
            }
            assert_near(gsl_cdf_gamma_P(x, shape[s], 1.0), P[i], shape[s] > 1000.0 ? 1e-9 : 1e-11);
            assert_near(sim_gamma_cdf(x, shape[s]), gsl_cdf_gamma_P(x, shape[s], 1.0),
                shape[s] > 1000.0 ? 1e-9 : 1e-11);
        }
    }
    for (size_t i = 1; i < LENGTH(P); i++) { /* from 1e5 on by an approximation */
        assert_near(gsl_cdf_gamma_P(sim_gamma_quantile(P[i], 2e5), 2e5, 1.0), P[i], 1e-3);
    }
    assert_true(sim_gamma_cdf(-1.0, 2.0) == 0.0 && sim_gamma_cdf(INFINITY, 2.0) == 1.0);
}

static void
test_quantile_beta(void **state)
{
    static const double shape[][2] = { { 1, 1 }, { 1, 5 }, { 5, 1 }, { 3, 3 }, { 1.2, 4.8 }, { 4.5, 1.5 }, { 50, 20 } };

    (void) state;
    for (size_t s = 0; s < LENGTH(shape); s++) {
        for (size_t i = 0; i < LENGTH(P); i++) {
            double a = shape[s][0], b = shape[s][1], x = sim_beta_quantile(P[i], a, b);

            assert_near(sim_beta_cdf(x, a, b), gsl_cdf_beta_P(x, a, b), 1e-12);
            assert_near(gsl_cdf_beta_P(x, a, b), P[i], P[i] < 1e-8 ? 1e-4 : 1e-10);
        }
    }
    assert_true(sim_beta_cdf(0.0, 2.0, 2.0) == 0.0 && sim_beta_cdf(1.0, 2.0, 2.0) == 1.0);
}

/* ---- of distributions ---- */

enum { N_DISTS = 19 };

static void
make_dists(sim_dist_t dist[N_DISTS])
{
    static const double value[] = { 1.0, 2.0, 5.0 }, weight[] = { 1.0, 2.0, 1.0 };

    assert_int_equal(sim_dist_init_exponential(&dist[0], 3.0), 0);
    assert_int_equal(sim_dist_init_gamma(&dist[1], 3.0, 0.7), 0);
    assert_int_equal(sim_dist_init_erlang(&dist[2], 3.0, 2), 0);
    assert_int_equal(sim_dist_init_lognormal(&dist[3], 3.0, 0.8), 0);
    assert_int_equal(sim_dist_init_weibull(&dist[4], 3.0, 1.7), 0);
    assert_int_equal(sim_dist_init_uniform(&dist[5], -1.0, 4.0), 0);
    assert_int_equal(sim_dist_init_triangular(&dist[6], 1.0, 2.0, 5.0), 0);
    assert_int_equal(sim_dist_init_pert(&dist[7], 1.0, 2.0, 5.0), 0);
    assert_int_equal(sim_dist_init_empirical(&dist[8], 3, value, weight), 0);
    assert_int_equal(sim_dist_init_poisson(&dist[9], 4.0), 0);
    assert_int_equal(sim_dist_init_negbin(&dist[10], 4.0, 2.0), 0);
    assert_int_equal(sim_dist_init_geometric(&dist[11], 4.0), 0);
    assert_int_equal(sim_dist_init_normal(&dist[12], 3.0, 1.0), 0);
    for (size_t i = 13; i < N_DISTS; i++) {
        static const size_t whole[] = { 1, 3, 6, 7, 5, 12 };

        assert_int_equal(sim_dist_copy(&dist[i], &dist[whole[i - 13]]), 0);
        assert_int_equal(sim_dist_truncate(&dist[i], 1.5, 3.5), 0);
    }
}

/* Midpoints of 20,000 equal shares of probability have the distribution's own mean and sd, and never fall. */
static void
test_quantile_moments(void **state)
{
    enum { N = 20000 };
    sim_dist_t dist[N_DISTS];

    (void) state;
    make_dists(dist);
    for (size_t k = 0; k < N_DISTS; k++) {
        double sum = 0.0, squares = 0.0, before = -INFINITY;

        assert_true(sim_dist_has_quantile(&dist[k]));
        for (size_t i = 0; i < N; i++) {
            double x = sim_dist_quantile(&dist[k], ((double) i + 0.5) / N);

            assert_true(x >= before - 1e-12 * fabs(before));
            before = x;
            sum += x;
            squares += (x - dist[k].mean) * (x - dist[k].mean);
        }
        assert_near(sum / N, dist[k].mean, 1e-3);
        assert_near(sqrt(squares / N), dist[k].sd, 0.01);
        sim_dist_free(&dist[k]);
    }
}

/*
 * Draws fall below the quantile of u with probability u: of 20,000 draws at each of three u for each distribution the
 * share lies within 4.5 standard errors (false alarms 57 x 7e-6). Steps of discrete ones are allowed for.
 */
static void
test_quantile_agrees_with_draws(void **state)
{
    enum { N = 20000 };
    static const double at[] = { 0.1, 0.5, 0.9 };
    sim_dist_t dist[N_DISTS];

    (void) state;
    make_dists(dist);
    for (size_t k = 0; k < N_DISTS; k++) {
        for (size_t j = 0; j < LENGTH(at); j++) {
            double x = sim_dist_quantile(&dist[k], at[j]), se = sqrt(at[j] * (1.0 - at[j]) / N);
            double below = 0.0, up_to = 0.0;

            for (size_t i = 0; i < N; i++) {
                double draw = sim_dist_draw(&dist[k], sim_draw(sim_mix64(i), (uint32_t) k, 0, 0));

                below += draw < x ? 1.0 / N : 0.0;
                up_to += draw <= x ? 1.0 / N : 0.0;
            }
            assert_true(below <= at[j] + 4.5 * se && up_to >= at[j] - 4.5 * se);
        }
        sim_dist_free(&dist[k]);
    }
}

static void
test_quantile_ends(void **state)
{
    sim_dist_t pert, fixed, parts[2], mixture;

    (void) state;
    assert_int_equal(sim_dist_init_pert(&pert, 1.0, 2.0, 5.0), 0);
    assert_true(sim_dist_quantile(&pert, 0x1p-53) >= 1.0 && sim_dist_quantile(&pert, 1.0 - 0x1p-53) <= 5.0);
    assert_int_equal(sim_dist_init_fixed(&fixed, 7.0), 0);
    assert_true(sim_dist_quantile(&fixed, 0.3) == 7.0);
    assert_int_equal(sim_dist_init_exponential(&parts[0], 1.0), 0);
    assert_int_equal(sim_dist_init_exponential(&parts[1], 2.0), 0);
    assert_int_equal(sim_dist_init_mixture(&mixture, 2, parts, NULL), 0);
    assert_false(sim_dist_has_quantile(&mixture));
    assert_true(isnan(sim_dist_quantile(&mixture, 0.5)));
    sim_dist_free(&mixture);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantile_normal_cdf),
        cmocka_unit_test(test_quantile_gamma),
        cmocka_unit_test(test_quantile_beta),
        cmocka_unit_test(test_quantile_moments),
        cmocka_unit_test(test_quantile_agrees_with_draws),
        cmocka_unit_test(test_quantile_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
