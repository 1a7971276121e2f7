/*
 * Every kind of distribution against GSL's cdfs. The exact mean and sd come from the cdf too, by GSL's quadrature of
 * 1 - F (or by summing, for counts), so one oracle serves whole and truncated forms.
 *
 * False alarms. For each of the 36 cases below: 4 standard errors on mean and sd (6.3e-5 each) and one goodness of fit
 * test at 1e-6 (Kolmogorov-Smirnov, or chi-square for counts): 4.6e-3 together. Length bias: 4 standard errors on 36
 * means and 1e-6 on each of four fits, 2.3e-3. The seeds are fixed.
 */
#include "sim/core/dist.h"
#include "sim/core/elementary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_gamma.h>

#define DRAWS 200000
#define KS_LIMIT 2.693 /* 2 exp(-2 x^2) = 1e-6 */

typedef struct {
    const char *name;
    int (*init)(sim_dist_t *self);
    double (*cdf)(double x); /* before truncation; P(X <= x) */
    bool discrete;
    double low, high; /* support, and truncation where it is narrower */
    bool truncated;
    double se_limit; /* of the mean, relative to it */
} case_t;

/* ---- the cases ---- */

static int
make_exponential(sim_dist_t *self)
{
    return sim_dist_init_exponential(self, 7.5);
}

static double
cdf_exponential(double x)
{
    return gsl_cdf_exponential_P(x, 7.5);
}

static int
make_gamma(sim_dist_t *self)
{
    return sim_dist_init_gamma(self, 12.0, 0.5);
}

static double
cdf_gamma(double x)
{
    return gsl_cdf_gamma_P(x, 4.0, 3.0);
}

static int
make_gamma_flat(sim_dist_t *self)
{
    return sim_dist_init_gamma(self, 2.0, 2.0);
}

static double
cdf_gamma_flat(double x)
{
    return gsl_cdf_gamma_P(x, 0.25, 8.0);
}

static int
make_gamma_narrow(sim_dist_t *self)
{
    return sim_dist_init_gamma(self, 100.0, 0.01);
}

static double
cdf_gamma_narrow(double x)
{
    return gsl_cdf_gamma_P(x, 1e4, 0.01);
}

static int
make_erlang(sim_dist_t *self)
{
    return sim_dist_init_erlang(self, 9.0, 3);
}

static double
cdf_erlang(double x)
{
    return gsl_cdf_gamma_P(x, 3.0, 3.0);
}

static int
make_erlang_long(sim_dist_t *self)
{
    return sim_dist_init_erlang(self, 40.0, 20);
}

static double
cdf_erlang_long(double x)
{
    return gsl_cdf_gamma_P(x, 20.0, 2.0);
}

static int
make_normal(sim_dist_t *self)
{
    return sim_dist_init_normal(self, 3.0, 2.0);
}

static double
cdf_normal(double x)
{
    return gsl_cdf_gaussian_P(x - 3.0, 2.0);
}

static int
make_lognormal(sim_dist_t *self)
{
    return sim_dist_init_lognormal(self, 30.0, 0.8);
}

static double
cdf_lognormal(double x)
{
    double variance = log(1.0 + 0.64);

    return gsl_cdf_lognormal_P(x, log(30.0) - 0.5 * variance, sqrt(variance));
}

static int
make_lognormal_log(sim_dist_t *self)
{
    return sim_dist_init_lognormal_log(self, 5.0, 0.6);
}

static double
cdf_lognormal_log(double x)
{
    return gsl_cdf_lognormal_P(x, log(5.0), 0.6);
}

static int
make_lognormal_quantiles(sim_dist_t *self)
{
    return sim_dist_init_lognormal_quantiles(self, 10.0, 30.0);
}

static double
cdf_lognormal_quantiles(double x)
{
    return gsl_cdf_lognormal_P(x, log(10.0), log(3.0) / gsl_cdf_ugaussian_Pinv(0.9));
}

static int
make_weibull(sim_dist_t *self)
{
    return sim_dist_init_weibull(self, 20.0, 1.7);
}

static double
cdf_weibull(double x)
{
    return gsl_cdf_weibull_P(x, 20.0 / gsl_sf_gamma(1.0 + 1.0 / 1.7), 1.7);
}

static int
make_weibull_heavy(sim_dist_t *self)
{
    return sim_dist_init_weibull(self, 20.0, 0.7);
}

static double
cdf_weibull_heavy(double x)
{
    return gsl_cdf_weibull_P(x, 20.0 / gsl_sf_gamma(1.0 + 1.0 / 0.7), 0.7);
}

static int
make_uniform(sim_dist_t *self)
{
    return sim_dist_init_uniform(self, 2.0, 5.0);
}

static double
cdf_uniform(double x)
{
    return gsl_cdf_flat_P(x, 2.0, 5.0);
}

static int
make_triangular(sim_dist_t *self)
{
    return sim_dist_init_triangular(self, 1.0, 2.0, 6.0);
}

static double
cdf_triangular(double x)
{
    if (x <= 1.0 || x >= 6.0) {
        return x <= 1.0 ? 0.0 : 1.0;
    }
    return x < 2.0 ? (x - 1.0) * (x - 1.0) / 5.0 : 1.0 - (6.0 - x) * (6.0 - x) / 20.0;
}

static int
make_pert(sim_dist_t *self)
{
    return sim_dist_init_pert(self, 1.0, 2.0, 6.0);
}

static double
cdf_pert(double x)
{
    return gsl_cdf_beta_P((x - 1.0) / 5.0, 1.8, 4.2);
}

static int
make_empirical(sim_dist_t *self)
{
    const double value[] = { 8.0, 1.0, 3.0, 100.0, 5.0 }, weight[] = { 1.0, 4.0, 3.0, 0.0, 2.0 };

    return sim_dist_init_empirical(self, 5, value, weight);
}

static double
cdf_empirical(double x)
{
    return 0.4 * (x >= 1.0) + 0.3 * (x >= 3.0) + 0.2 * (x >= 5.0) + 0.1 * (x >= 8.0);
}

static int
make_mixture(sim_dist_t *self)
{
    const double weight[] = { 3.0, 1.0 };
    sim_dist_t part[2];

    assert_int_equal(make_gamma(&part[0]), 0);
    assert_int_equal(make_exponential(&part[1]), 0);
    return sim_dist_init_mixture(self, 2, part, weight);
}

static double
cdf_mixture(double x)
{
    return 0.75 * cdf_gamma(x) + 0.25 * cdf_exponential(x);
}

static int
make_hypoexponential(sim_dist_t *self)
{
    const double mean[] = { 1.0, 2.0, 4.0 };

    return sim_dist_init_hypoexponential(self, 3, mean);
}

/* Sum over phases of exp(-rate x) times the product of rate_j / (rate_j - rate_i). */
static double
cdf_hypoexponential(double x)
{
    return 1.0 - (exp(-x) / 3.0 - 2.0 * exp(-0.5 * x) + 8.0 / 3.0 * exp(-0.25 * x));
}

static int
make_poisson(sim_dist_t *self)
{
    return sim_dist_init_poisson(self, 3.7);
}

static double
cdf_poisson(double x)
{
    return x < 0.0 ? 0.0 : gsl_cdf_poisson_P((unsigned) x, 3.7);
}

static int
make_poisson_large(sim_dist_t *self)
{
    return sim_dist_init_poisson(self, 12345.6);
}

static double
cdf_poisson_large(double x)
{
    return x < 0.0 ? 0.0 : gsl_cdf_poisson_P((unsigned) x, 12345.6);
}

static int
make_negbin(sim_dist_t *self)
{
    return sim_dist_init_negbin(self, 6.0, 2.0);
}

static double
cdf_negbin(double x)
{
    return x < 0.0 ? 0.0 : gsl_cdf_negative_binomial_P((unsigned) x, 2.0 / 8.0, 2.0);
}

static int
make_negbin_wide(sim_dist_t *self)
{
    return sim_dist_init_negbin(self, 300.0, 0.4);
}

static double
cdf_negbin_wide(double x)
{
    return x < 0.0 ? 0.0 : gsl_cdf_negative_binomial_P((unsigned) x, 0.4 / 300.4, 0.4);
}

static int
make_geometric(sim_dist_t *self)
{
    return sim_dist_init_geometric(self, 5.0);
}

static double
cdf_geometric(double x)
{
    return x < 1.0 ? 0.0 : gsl_cdf_geometric_P((unsigned) x, 0.2);
}

#define N_CASES (sizeof(CASES) / sizeof(CASES[0]))

static const case_t CASES[] = {
    { "exponential", make_exponential, cdf_exponential, false, 0.0, INFINITY, false, 0.01 },
    { "gamma", make_gamma, cdf_gamma, false, 0.0, INFINITY, false, 0.01 },
    { "gamma, shape 1/4", make_gamma_flat, cdf_gamma_flat, false, 0.0, INFINITY, false, 0.01 },
    { "gamma, shape 10,000", make_gamma_narrow, cdf_gamma_narrow, false, 50.0, 150.0, false, 0.0001 },
    { "Erlang", make_erlang, cdf_erlang, false, 0.0, INFINITY, false, 0.01 },
    { "Erlang, 20 phases", make_erlang_long, cdf_erlang_long, false, 0.0, INFINITY, false, 0.01 },
    { "lognormal", make_lognormal, cdf_lognormal, false, 0.0, INFINITY, false, 0.01 },
    { "lognormal by log sd", make_lognormal_log, cdf_lognormal_log, false, 0.0, INFINITY, false, 0.01 },
    { "lognormal by quantiles", make_lognormal_quantiles, cdf_lognormal_quantiles, false, 0.0, INFINITY, false, 0.01 },
    { "Weibull", make_weibull, cdf_weibull, false, 0.0, INFINITY, false, 0.01 },
    { "Weibull, heavy", make_weibull_heavy, cdf_weibull_heavy, false, 0.0, INFINITY, false, 0.01 },
    { "uniform", make_uniform, cdf_uniform, false, 2.0, 5.0, false, 0.01 },
    { "triangular", make_triangular, cdf_triangular, false, 1.0, 6.0, false, 0.01 },
    { "PERT", make_pert, cdf_pert, false, 1.0, 6.0, false, 0.01 },
    { "empirical", make_empirical, cdf_empirical, true, 1.0, 8.0, false, 0.01 },
    { "mixture", make_mixture, cdf_mixture, false, 0.0, INFINITY, false, 0.01 },
    { "hypoexponential", make_hypoexponential, cdf_hypoexponential, false, 0.0, INFINITY, false, 0.01 },
    { "Poisson", make_poisson, cdf_poisson, true, 0.0, 60.0, false, 0.01 },
    { "Poisson, large", make_poisson_large, cdf_poisson_large, true, 11000.0, 14000.0, false, 0.01 },
    { "negative binomial", make_negbin, cdf_negbin, true, 0.0, 300.0, false, 0.01 },
    { "negative binomial, wide", make_negbin_wide, cdf_negbin_wide, true, 0.0, 30000.0, false, 0.01 },
    { "geometric", make_geometric, cdf_geometric, true, 1.0, 200.0, false, 0.01 },
    { "truncated exponential", make_exponential, cdf_exponential, false, 2.0, 20.0, true, 0.01 },
    { "truncated gamma", make_gamma, cdf_gamma, false, 14.0, INFINITY, true, 0.01 },
    { "truncated gamma, shape 1/4", make_gamma_flat, cdf_gamma_flat, false, 0.0, 5.0, true, 0.01 },
    { "truncated Erlang", make_erlang, cdf_erlang, false, 1.0, 12.0, true, 0.01 },
    { "truncated lognormal", make_lognormal, cdf_lognormal, false, 0.0, 60.0, true, 0.01 },
    { "lognormal above a bound", make_lognormal, cdf_lognormal, false, 70.0, INFINITY, true, 0.01 },
    { "truncated Weibull", make_weibull_heavy, cdf_weibull_heavy, false, 5.0, 90.0, true, 0.01 },
    { "truncated uniform", make_uniform, cdf_uniform, false, 3.0, 4.0, true, 0.01 },
    { "truncated triangular", make_triangular, cdf_triangular, false, 1.5, 4.0, true, 0.01 },
    { "truncated PERT", make_pert, cdf_pert, false, 2.0, 3.5, true, 0.01 },
    { "truncated empirical", make_empirical, cdf_empirical, true, 3.0, 6.0, true, 0.01 },
    { "truncated Poisson", make_poisson, cdf_poisson, true, 1.0, 6.0, true, 0.01 },
    { "truncated negative binomial", make_negbin, cdf_negbin, true, 1.0, 30.0, true, 0.01 },
    { "truncated geometric", make_geometric, cdf_geometric, true, 3.0, 12.0, true, 0.01 },
    { "truncated normal", make_normal, cdf_normal, false, 0.0, 7.0, true, 0.01 },
    { "normal above a bound", make_normal, cdf_normal, false, 1.0, INFINITY, true, 0.01 },
};

static void
make(const case_t *c, sim_dist_t *self)
{
    assert_int_equal(c->init(self), 0);
    if (c->truncated) {
        assert_int_equal(sim_dist_truncate(self, c->discrete ? c->low - 0.5 : c->low, c->high), 0);
    }
}

/* ---- the oracle ---- */

/* P(X <= x) of the case, truncation included. */
static double
cdf_of(const case_t *c, double x)
{
    double below, kept;

    if (!c->truncated) {
        return c->cdf(x);
    }
    if (x < c->low || x >= c->high) {
        return x < c->low ? 0.0 : 1.0;
    }
    below = c->cdf(c->discrete ? c->low - 1.0 : c->low);
    kept = (isinf(c->high) ? 1.0 : c->cdf(c->high)) - below;
    return (c->cdf(x) - below) / kept;
}

static double
tail_integrand(double x, void *c)
{
    return 1.0 - cdf_of(c, x);
}

static double
tail_moment_integrand(double x, void *c)
{
    return 2.0 * (x - ((const case_t *) c)->low) * (1.0 - cdf_of(c, x));
}

static double
integrate(const case_t *c, double (*f)(double, void *))
{
    gsl_integration_workspace *work = gsl_integration_workspace_alloc(1000);
    gsl_function integrand = { f, (void *) c };
    double result = NAN, error;

    if (isinf(c->high)) {
        gsl_integration_qagiu(&integrand, c->low, 0.0, 1e-8, 1000, work, &result, &error);
    } else {
        gsl_integration_qags(&integrand, c->low, c->high, 0.0, 1e-8, 1000, work, &result, &error);
    }
    gsl_integration_workspace_free(work);
    return result;
}

static void
exact_moments(const case_t *c, double *mean, double *sd)
{
    double first = 0.0, second = 0.0;

    if (!c->discrete) {
        first = integrate(c, tail_integrand);
        second = integrate(c, tail_moment_integrand);
    } else {
        for (double k = c->low; k < c->high; k++) {
            first += 1.0 - cdf_of(c, k);
            second += (2.0 * (k - c->low) + 1.0) * (1.0 - cdf_of(c, k));
        }
    }
    *mean = c->low + first;
    *sd = sqrt(second - first * first);
}

/* ---- sampling ---- */

typedef double (*draw_fn)(const sim_dist_t *self, sim_stream_t stream);

static double *
sample_of(const sim_dist_t *self, draw_fn draw, size_t n)
{
    double *x = malloc(n * sizeof(*x));

    assert_non_null(x);
    for (size_t i = 0; i < n; i++) {
        x[i] = draw(self, sim_draw(sim_key(2026, 0, 1, i), 99, 0, 0));
        assert_true(isfinite(x[i]) && x[i] >= sim_dist_minimum(self));
    }
    return x;
}

static double
mean_of(const double *x, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        sum += x[i];
    }
    return sum / (double) n;
}

static double
central_moment(const double *x, size_t n, double mean, int power)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        double gap = (x[i] - mean) * (x[i] - mean);

        sum += power == 2 ? gap : gap * gap;
    }
    return sum / (double) n;
}

static int
compare_doubles(const void *left, const void *right)
{
    const double *x = left, *y = right;

    return (*x > *y) - (*x < *y);
}

/* Sorts the sample; sqrt(n) times its Kolmogorov-Smirnov distance. */
static double
ks_statistic(double *x, size_t n, const case_t *c)
{
    double worst = 0.0;

    qsort(x, n, sizeof(*x), compare_doubles);
    for (size_t i = 0; i < n; i++) {
        double cdf = cdf_of(c, x[i]);

        worst = fmax(worst, fmax(cdf - (double) i / (double) n, (double) (i + 1) / (double) n - cdf));
    }
    return sqrt((double) n) * worst;
}

/* The p-value of a chi-square over groups of neighbouring counts, each group with 100 expected or more. */
static double
chi_square_p(double *x, size_t n, const case_t *c)
{
    double sum = 0.0, done = 0.0, groups = 0.0;
    size_t at = 0, start = 0;

    qsort(x, n, sizeof(*x), compare_doubles);
    for (double k = c->low; k <= c->high; k++) {
        double cdf = cdf_of(c, k), expected = (double) n * (cdf - done);

        while (at < n && x[at] <= k) {
            at++;
        }
        if (k >= c->high || (expected >= 100.0 && (double) n * (1.0 - cdf) >= 100.0)) {
            sum += ((double) (at - start) - expected) * ((double) (at - start) - expected) / expected;
            groups++;
            done = cdf;
            start = at;
        }
    }
    assert_int_equal(at, n);
    return gsl_cdf_chisq_Q(sum, groups - 1.0);
}

static void
require(bool holds, const case_t *c, const char *what)
{
    if (!holds) {
        fail_msg("%s: %s", c->name, what);
    }
}

static void
check_moments(const case_t *c, const double *x, double mean, double sd)
{
    double sample_mean = mean_of(x, DRAWS);
    double variance = central_moment(x, DRAWS, sample_mean, 2);
    double fourth = central_moment(x, DRAWS, sample_mean, 4);
    double se_mean = sqrt(variance / DRAWS);
    double se_sd = sqrt((fourth - variance * variance) / DRAWS) / (2.0 * sqrt(variance));

    require(se_mean < c->se_limit * mean && se_sd < 0.03 * sd, c, "standard errors are small");
    require(fabs(sample_mean - mean) <= 4.0 * se_mean, c, "mean of the draws");
    require(fabs(sqrt(variance) - sd) <= 4.0 * se_sd, c, "sd of the draws");
}

/* The mean and sd that a distribution states are exact to 1e-6, and its draws have them and its cdf. */
static void
check_case(const case_t *c)
{
    double mean, sd, *x;
    sim_dist_t dist;

    make(c, &dist);
    exact_moments(c, &mean, &sd);
    require(fabs(dist.mean - mean) < 1e-6 * mean && fabs(dist.sd - sd) < 1e-6 * sd, c, "stated mean and sd");
    x = sample_of(&dist, sim_dist_draw, DRAWS);
    check_moments(c, x, mean, sd);
    if (c->discrete) {
        require(chi_square_p(x, DRAWS, c) > 1e-6, c, "chi-square");
    } else {
        require(ks_statistic(x, DRAWS, c) < KS_LIMIT, c, "Kolmogorov-Smirnov");
    }
    require(!c->truncated || (x[0] >= c->low && x[DRAWS - 1] <= c->high), c, "inside the bounds");
    free(x);
    sim_dist_free(&dist);
}

static void
test_dist_draws(void **state)
{
    (void) state;
    for (size_t i = 0; i < N_CASES; i++) {
        check_case(&CASES[i]);
    }
}

static void
test_dist_fixed(void **state)
{
    sim_dist_t dist;

    (void) state;
    assert_int_equal(sim_dist_init_fixed(&dist, -2.5), 0);
    assert_true(dist.mean == -2.5 && dist.sd == 0.0 && sim_dist_minimum(&dist) == -2.5);
    assert_true(sim_dist_draw(&dist, sim_draw(1, 2, 3, 4)) == -2.5);
    assert_int_equal(sim_dist_truncate(&dist, -3.0, -2.5), 0);
    assert_int_equal(sim_dist_truncate(&dist, 0.0, 1.0), SIM_ERR_BAD_PARAM);
    assert_true(sim_dist_draw(&dist, sim_draw(1, 2, 3, 4)) == -2.5);
}

static void
check_fixed(int ret, sim_dist_t *dist, double value)
{
    assert_int_equal(ret, 0);
    assert_int_equal(dist->kind, SIM_DIST_FIXED);
    assert_true(dist->mean == value && sim_dist_draw(dist, sim_draw(1, 2, 3, 4)) == value);
    sim_dist_free(dist);
}

static void
test_dist_no_spread_is_fixed(void **state)
{
    sim_dist_t d;

    (void) state;
    check_fixed(sim_dist_init_gamma(&d, 3.0, 0.0), &d, 3.0);
    check_fixed(sim_dist_init_lognormal(&d, 3.0, 0.0), &d, 3.0);
    check_fixed(sim_dist_init_lognormal_log(&d, 3.0, 0.0), &d, 3.0);
    check_fixed(sim_dist_init_lognormal_quantiles(&d, 3.0, 3.0), &d, 3.0);
    check_fixed(sim_dist_init_uniform(&d, 3.0, 3.0), &d, 3.0);
    check_fixed(sim_dist_init_triangular(&d, 3.0, 3.0, 3.0), &d, 3.0);
    check_fixed(sim_dist_init_pert(&d, 3.0, 3.0, 3.0), &d, 3.0);
    check_fixed(sim_dist_init_poisson(&d, 0.0), &d, 0.0);
    check_fixed(sim_dist_init_negbin(&d, 0.0, 2.0), &d, 0.0);
    check_fixed(sim_dist_init_geometric(&d, 1.0), &d, 1.0);
}

static void
test_dist_none(void **state)
{
    sim_dist_t dist, copy;

    (void) state;
    memset(&dist, 0, sizeof(dist));
    assert_false(sim_dist_given(&dist));
    assert_true(sim_dist_draw(&dist, sim_draw(1, 1, 1, 1)) == 0.0);
    assert_true(sim_dist_draw_length_biased(&dist, sim_draw(1, 1, 1, 1)) == 0.0);
    assert_true(sim_dist_minimum(&dist) == 0.0);
    assert_int_equal(sim_dist_scale(&dist, 2.0), 0);
    assert_int_equal(sim_dist_copy(&copy, &dist), 0);
    assert_false(sim_dist_given(&copy));
    sim_dist_free(&dist);
}

/* ---- quantiles of the lognormal, minima, extremes ---- */

static void
test_dist_lognormal_quantiles(void **state)
{
    sim_dist_t dist;
    size_t below_median = 0, below_p90 = 0;
    double *x;

    (void) state;
    assert_int_equal(sim_dist_init_lognormal_quantiles(&dist, 10.0, 30.0), 0);
    x = sample_of(&dist, sim_dist_draw, DRAWS);
    for (size_t i = 0; i < DRAWS; i++) {
        below_median += x[i] <= 10.0;
        below_p90 += x[i] <= 30.0;
    }
    /* Binomial shares; false alarm 1.3e-4 for the two at 4 standard errors (0.0011 and 0.0007). */
    assert_true(fabs((double) below_median / DRAWS - 0.5) < 4.0 * sqrt(0.25 / DRAWS));
    assert_true(fabs((double) below_p90 / DRAWS - 0.9) < 4.0 * sqrt(0.09 / DRAWS));
    free(x);
}

static void
test_dist_minimum(void **state)
{
    sim_dist_t dist;

    (void) state;
    for (size_t i = 0; i < N_CASES; i++) {
        bool from_zero = CASES[i].init == make_gamma_narrow || CASES[i].init == make_poisson_large;

        make(&CASES[i], &dist);
        assert_true(from_zero || sim_dist_minimum(&dist) == CASES[i].low);
        sim_dist_free(&dist);
    }
}

static void
check_finite(int ret, sim_dist_t *dist)
{
    assert_int_equal(ret, 0);
    assert_true(isfinite(dist->mean) && isfinite(dist->sd));
    for (uint64_t i = 0; i < 2000; i++) {
        double x = sim_dist_draw(dist, sim_draw(sim_key(3, 0, 0, i), 1, 0, 0));
        double y = sim_dist_draw_length_biased(dist, sim_draw(sim_key(3, 0, 0, i), 1, 0, 0));

        assert_true(isfinite(x) && x >= 0.0 && isfinite(y) && y >= 0.0);
    }
    sim_dist_free(dist);
}

static void
test_dist_extremes_are_finite(void **state)
{
    sim_dist_t d;

    (void) state;
    check_finite(sim_dist_init_exponential(&d, 1e-100), &d);
    check_finite(sim_dist_init_exponential(&d, 1e15), &d);
    check_finite(sim_dist_init_gamma(&d, 1e15, 1000.0), &d);
    check_finite(sim_dist_init_gamma(&d, 1e-100, 1e-6), &d);
    check_finite(sim_dist_init_erlang(&d, 1.0, 4000000000u), &d);
    check_finite(sim_dist_init_lognormal(&d, 1e15, 1000.0), &d);
    check_finite(sim_dist_init_lognormal_log(&d, 1e15, 10.0), &d);
    check_finite(sim_dist_init_weibull(&d, 1e15, 0.05), &d);
    check_finite(sim_dist_init_weibull(&d, 1e15, 1e4), &d);
    check_finite(sim_dist_init_pert(&d, 0.0, 0.0, 1e15), &d);
    check_finite(sim_dist_init_poisson(&d, 1e-100), &d);
    check_finite(sim_dist_init_poisson(&d, 5e6), &d);
    check_finite(sim_dist_init_negbin(&d, 1000.0, 0.1), &d);
    check_finite(sim_dist_init_negbin(&d, 10.0, 1e15), &d);
    check_finite(sim_dist_init_geometric(&d, 1e9), &d);
    check_finite(sim_dist_init_geometric(&d, 1.0 + 1e-15), &d);
}

/* Exact values: the smallest and the largest uniform there is, and the closed form of a Weibull's sd. */
static void
test_dist_known_values(void **state)
{
    sim_dist_t d;

    (void) state;
    for (double shape = 0.1; shape < 100.0; shape *= 1.5) {
        double unit = gsl_sf_gamma(1.0 + 1.0 / shape), square = gsl_sf_gamma(1.0 + 2.0 / shape);

        assert_int_equal(sim_dist_init_weibull(&d, 3.0, shape), 0);
        assert_true(fabs(d.b * unit / 3.0 - 1.0) < 1e-12);
        assert_true(fabs(d.sd / (3.0 * sqrt(square / (unit * unit) - 1.0)) - 1.0) < 1e-9);
    }
    assert_int_equal(sim_dist_init_negbin(&d, 6.0, 2.0), 0);
    assert_true(d.mean == 6.0 && fabs(d.sd - sqrt(24.0)) < 1e-14);
    sim_dist_free(&d);
}

/* ---- truncation at hard places ---- */

static int
truncated(int ret, sim_dist_t *dist, double low, double high)
{
    assert_int_equal(ret, 0);
    return sim_dist_truncate(dist, low, high);
}

static void
test_dist_truncate_narrow(void **state)
{
    sim_dist_t d;

    (void) state;
    /* Over a thousandth of a day a density is flat: the mean is the middle and the sd the width over sqrt(12). */
    assert_int_equal(truncated(sim_dist_init_exponential(&d, 7.5), &d, 10.0, 10.001), 0);
    assert_true(fabs(d.mean - 10.0005) < 2e-8 && fabs(d.sd / (0.001 / sqrt(12.0)) - 1.0) < 1e-4);
    assert_int_equal(truncated(sim_dist_init_gamma(&d, 12.0, 0.5), &d, 10.0, 10.001), 0);
    assert_true(fabs(d.mean - 10.0005) < 2e-8 && fabs(d.sd / (0.001 / sqrt(12.0)) - 1.0) < 1e-4);
    assert_int_equal(truncated(sim_dist_init_triangular(&d, 1.0, 2.0, 6.0), &d, 3.0, 3.001), 0);
    assert_true(fabs(d.mean - 3.0005) < 1e-7 && fabs(d.sd / (0.001 / sqrt(12.0)) - 1.0) < 1e-4);
    /* Without memory, the tail of an exponential is the exponential, moved. */
    assert_int_equal(truncated(sim_dist_init_exponential(&d, 2.0), &d, 20.0, INFINITY), 0);
    assert_true(fabs(d.mean - 22.0) < 1e-9 && fabs(d.sd - 2.0) < 1e-9);
    assert_int_equal(truncated(sim_dist_init_geometric(&d, 40.0), &d, 100.0, INFINITY), 0);
    assert_true(fabs(d.mean - 139.0) < 1e-9 && fabs(d.sd - sqrt(40.0 * 39.0)) < 1e-9);
    /* Many counts, in closed form: nearly uniform on 1 .. 200,001. */
    assert_int_equal(truncated(sim_dist_init_geometric(&d, 1e9), &d, 1.0, 200001.0), 0);
    assert_true(fabs(d.mean / 100001.0 - 1.0) < 1e-4 && fabs(d.sd / (200001.0 / sqrt(12.0)) - 1.0) < 1e-3);
}

/* A second truncation conditions again: the result is that of both at once. */
static void
test_dist_truncate_twice(void **state)
{
    sim_dist_t once, twice;

    (void) state;
    for (size_t i = 0; i < N_CASES; i++) {
        if (CASES[i].truncated) {
            make(&CASES[i], &once);
            assert_int_equal(CASES[i].init(&twice), 0);
            assert_int_equal(sim_dist_truncate(&twice, CASES[i].low, INFINITY), 0);
            assert_int_equal(sim_dist_truncate(&twice, -1.0, CASES[i].high), 0);
            assert_true(fabs(once.mean - twice.mean) < 1e-9 && fabs(once.sd - twice.sd) < 1e-9);
            for (uint16_t visit = 0; visit < 1000; visit++) {
                double x = sim_dist_draw(&once, sim_draw(1, 2, visit, 0));

                assert_true(fabs(x - sim_dist_draw(&twice, sim_draw(1, 2, visit, 0))) < 1e-9);
            }
            sim_dist_free(&once);
            sim_dist_free(&twice);
        }
    }
}

/* What must be refused leaves the distribution as it was. */
static void
refuse_truncation(sim_dist_t *dist, double low, double high)
{
    sim_dist_t before = *dist;

    assert_int_equal(sim_dist_truncate(dist, low, high), SIM_ERR_BAD_PARAM);
    assert_memory_equal(&before, dist, sizeof(before));
}

static void
test_dist_truncate_errors(void **state)
{
    sim_dist_t dist;

    (void) state;
    for (size_t i = 0; i < N_CASES; i++) {
        make(&CASES[i], &dist);
        refuse_truncation(&dist, 5.0, 4.0);
        refuse_truncation(&dist, NAN, 4.0);
        refuse_truncation(&dist, 0.0, NAN);
        refuse_truncation(&dist, -10.0, -1.0);
        refuse_truncation(&dist, 1e9, INFINITY);
        sim_dist_free(&dist);
    }
    assert_int_equal(make_mixture(&dist), 0);
    refuse_truncation(&dist, 1.0, 50.0);
    sim_dist_free(&dist);
    assert_int_equal(make_hypoexponential(&dist), 0);
    refuse_truncation(&dist, 1.0, 50.0);
    sim_dist_free(&dist);
    /* exp(-13.8) = 1.01e-6 is enough, exp(-13.83) = 0.98e-6 is not. */
    assert_int_equal(truncated(sim_dist_init_exponential(&dist, 1.0), &dist, 13.8, INFINITY), 0);
    assert_int_equal(truncated(sim_dist_init_exponential(&dist, 1.0), &dist, 13.83, INFINITY), SIM_ERR_BAD_PARAM);
    assert_int_equal(truncated(sim_dist_init_erlang(&dist, 1.0, 1), &dist, 13.8, INFINITY), 0);
    assert_int_equal(truncated(sim_dist_init_erlang(&dist, 1.0, 1), &dist, 13.83, INFINITY), SIM_ERR_BAD_PARAM);
}

/* ---- scaling and copying ---- */

static bool
is_count(const case_t *c)
{
    return c->discrete && c->cdf != cdf_empirical;
}

static void
test_dist_scale(void **state)
{
    sim_dist_t one, seven;

    (void) state;
    for (size_t i = 0; i < N_CASES; i++) {
        make(&CASES[i], &one);
        make(&CASES[i], &seven);
        if (is_count(&CASES[i])) {
            assert_int_equal(sim_dist_scale(&seven, 7.0), SIM_ERR_BAD_PARAM);
        } else {
            assert_int_equal(sim_dist_scale(&seven, 7.0), 0);
            assert_true(fabs(seven.mean / one.mean - 7.0) < 1e-12 && fabs(seven.sd / one.sd - 7.0) < 1e-12);
            for (uint16_t visit = 0; visit < 1000; visit++) {
                sim_stream_t stream = sim_draw(5, 6, visit, 0);

                assert_true(fabs(sim_dist_draw(&seven, stream) / sim_dist_draw(&one, stream) - 7.0) < 1e-12);
            }
        }
        sim_dist_free(&one);
        sim_dist_free(&seven);
    }
}

static void
test_dist_scale_errors(void **state)
{
    const double bad[] = { 0.0, -1.0, NAN, INFINITY, 1e300, 1e-300 };
    sim_dist_t part[2], mixture, before;

    (void) state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        sim_dist_t dist;

        assert_int_equal(make_exponential(&dist), 0);
        assert_int_equal(sim_dist_scale(&dist, bad[i]), SIM_ERR_BAD_PARAM);
        assert_true(dist.mean == 7.5);
    }
    assert_int_equal(make_exponential(&part[0]), 0);
    assert_int_equal(make_poisson(&part[1]), 0);
    assert_int_equal(sim_dist_init_mixture(&mixture, 2, part, NULL), 0);
    before = mixture.part[0];
    assert_int_equal(sim_dist_scale(&mixture, 2.0), SIM_ERR_BAD_PARAM);
    assert_memory_equal(&before, &mixture.part[0], sizeof(before));
    sim_dist_free(&mixture);
}

static void
test_dist_copy(void **state)
{
    sim_dist_t dist, copy;
    double x[500];

    (void) state;
    for (size_t i = 0; i < N_CASES; i++) {
        make(&CASES[i], &dist);
        for (uint16_t visit = 0; visit < 500; visit++) {
            x[visit] = sim_dist_draw(&dist, sim_draw(5, 6, visit, 0));
        }
        assert_int_equal(sim_dist_copy(&copy, &dist), 0);
        assert_true(copy.mean == dist.mean && copy.sd == dist.sd);
        sim_dist_free(&dist);
        sim_dist_free(&dist);
        for (uint16_t visit = 0; visit < 500; visit++) {
            assert_true(x[visit] == sim_dist_draw(&copy, sim_draw(5, 6, visit, 0)));
        }
        sim_dist_free(&copy);
    }
}

/* ---- length bias ---- */

/* The cdf of the length-biased form where it is a known one. */
static double
biased_exponential_cdf(double x)
{
    return gsl_cdf_gamma_P(x, 2.0, 7.5);
}

static double
biased_gamma_flat_cdf(double x)
{
    return gsl_cdf_gamma_P(x, 1.25, 8.0);
}

static double
biased_lognormal_cdf(double x)
{
    double variance = log(1.0 + 0.64);

    return gsl_cdf_lognormal_P(x, log(30.0) + 0.5 * variance, sqrt(variance));
}

static double
biased_weibull_cdf(double x)
{
    return gsl_cdf_gamma_P(pow(x * gsl_sf_gamma(1.0 + 1.0 / 0.7) / 20.0, 0.7), 1.0 + 1.0 / 0.7, 1.0);
}

static void
check_biased_fit(int (*init)(sim_dist_t *), double (*cdf)(double))
{
    case_t c = { "", init, cdf, false, 0.0, INFINITY, false, 0.0 };
    sim_dist_t dist;
    double *x;

    assert_int_equal(init(&dist), 0);
    x = sample_of(&dist, sim_dist_draw_length_biased, DRAWS);
    assert_true(ks_statistic(x, DRAWS, &c) < KS_LIMIT);
    free(x);
}

/* Theory: the length-biased mean is E[X^2] / E[X]. */
static void
check_biased_mean(const case_t *c)
{
    double exact, mean, se, *x;
    sim_dist_t dist;

    make(c, &dist);
    exact = (dist.sd * dist.sd + dist.mean * dist.mean) / dist.mean;
    x = sample_of(&dist, sim_dist_draw_length_biased, DRAWS);
    mean = mean_of(x, DRAWS);
    se = sqrt(central_moment(x, DRAWS, mean, 2) / DRAWS);
    qsort(x, DRAWS, sizeof(*x), compare_doubles);
    require(se < 0.01 * exact, c, "standard error of the length-biased mean is small");
    require(fabs(mean - exact) <= 4.0 * se, c, "length-biased mean");
    require(!c->truncated || (x[0] >= c->low && x[DRAWS - 1] <= c->high), c, "length-biased, inside the bounds");
    free(x);
    sim_dist_free(&dist);
}

static void
test_dist_length_biased(void **state)
{
    (void) state;
    for (size_t i = 0; i < N_CASES; i++) {
        /* A table of thousands of counts is searched from its start: fewer cases keep the test short. */
        if (CASES[i].init != make_poisson_large && CASES[i].init != make_negbin_wide) {
            check_biased_mean(&CASES[i]);
        }
    }
    check_biased_fit(make_exponential, biased_exponential_cdf);
    check_biased_fit(make_gamma_flat, biased_gamma_flat_cdf);
    check_biased_fit(make_lognormal, biased_lognormal_cdf);
    check_biased_fit(make_weibull_heavy, biased_weibull_cdf);
}

/* A bound far out or far in does not make acceptance endless. */
static void
test_dist_length_biased_truncated_far(void **state)
{
    const case_t far_out = { "bound far out", make_exponential, cdf_exponential, false, 0.0, 1e12, true, 0.0 };
    const case_t far_in = { "bound far in", make_lognormal, cdf_lognormal, false, 0.0, 1.2, true, 0.0 };

    (void) state;
    check_biased_mean(&far_out);
    check_biased_mean(&far_in);
}

static void
test_dist_length_biased_errors(void **state)
{
    const double zeros[] = { 0.0, 0.0 };
    sim_dist_t dist;

    (void) state;
    assert_int_equal(sim_dist_init_uniform(&dist, -1.0, 3.0), 0);
    assert_true(sim_dist_draw_length_biased(&dist, sim_draw(1, 1, 1, 1)) == 0.0);
    assert_int_equal(sim_dist_init_empirical(&dist, 2, zeros, NULL), 0);
    assert_true(sim_dist_draw_length_biased(&dist, sim_draw(1, 1, 1, 1)) == 0.0);
    sim_dist_free(&dist);
}

/* ---- comonotone draws ---- */

static void
check_comonotone(int smaller_ret, sim_dist_t *smaller, int larger_ret, sim_dist_t *larger)
{
    assert_int_equal(smaller_ret, 0);
    assert_int_equal(larger_ret, 0);
    for (uint64_t i = 0; i < 20000; i++) {
        sim_stream_t stream = sim_draw(sim_key(8, 0, 0, i), 1, 0, 0);

        assert_true(sim_dist_draw(smaller, stream) <= sim_dist_draw(larger, stream));
    }
    sim_dist_free(smaller);
    sim_dist_free(larger);
}

static void
test_dist_comonotone(void **state)
{
    const double few[] = { 1.0, 2.0, 9.0 }, more[] = { 2.0, 2.0, 10.0 };
    sim_dist_t a, b;

    (void) state;
    check_comonotone(sim_dist_init_exponential(&a, 3.0), &a, sim_dist_init_exponential(&b, 3.01), &b);
    check_comonotone(sim_dist_init_gamma(&a, 3.0, 0.7), &a, sim_dist_init_gamma(&b, 3.01, 0.7), &b);
    check_comonotone(sim_dist_init_erlang(&a, 3.0, 4), &a, sim_dist_init_erlang(&b, 3.01, 4), &b);
    check_comonotone(sim_dist_init_lognormal(&a, 3.0, 0.7), &a, sim_dist_init_lognormal(&b, 3.01, 0.7), &b);
    check_comonotone(sim_dist_init_normal(&a, 3.0, 0.7), &a, sim_dist_init_normal(&b, 3.01, 0.7), &b);
    check_comonotone(sim_dist_init_weibull(&a, 3.0, 1.5), &a, sim_dist_init_weibull(&b, 3.01, 1.5), &b);
    check_comonotone(sim_dist_init_uniform(&a, 1.0, 4.0), &a, sim_dist_init_uniform(&b, 1.0, 5.0), &b);
    check_comonotone(sim_dist_init_triangular(&a, 1.0, 2.0, 4.0), &a, sim_dist_init_triangular(&b, 1.0, 3.0, 4.0), &b);
    check_comonotone(sim_dist_init_empirical(&a, 3, few, NULL), &a, sim_dist_init_empirical(&b, 3, more, NULL), &b);
    check_comonotone(sim_dist_init_poisson(&a, 3.0), &a, sim_dist_init_poisson(&b, 3.01), &b);
    check_comonotone(sim_dist_init_negbin(&a, 3.0, 2.0), &a, sim_dist_init_negbin(&b, 3.01, 2.0), &b);
    check_comonotone(sim_dist_init_geometric(&a, 3.0), &a, sim_dist_init_geometric(&b, 3.01), &b);
    check_comonotone(truncated(sim_dist_init_exponential(&a, 3.0), &a, 1.0, 9.0), &a,
        truncated(sim_dist_init_exponential(&b, 3.01), &b, 1.0, 9.0), &b);
}

/* Whole families of a standard variate: it is the stream's own, whatever the parameters. */
static void
test_dist_standard_variates(void **state)
{
    sim_dist_t d;

    (void) state;
    for (uint64_t i = 0; i < 1000; i++) {
        sim_stream_t stream = sim_draw(sim_key(8, 0, 0, i), 1, 0, 0);
        double e = sim_ziggurat_exponential(stream), z = sim_ziggurat_normal(stream);
        double mean = 0.1 + (double) i, cv = 0.01 + (double) i * 1e-3;

        assert_int_equal(sim_dist_init_exponential(&d, mean), 0);
        assert_true(sim_dist_draw(&d, stream) == mean * e);
        assert_int_equal(sim_dist_init_lognormal(&d, mean, cv), 0);
        assert_true(sim_dist_draw(&d, stream) == d.a * sim_exp(d.b * z));
        assert_int_equal(sim_dist_init_weibull(&d, mean, 1.0), 0);
        assert_true(fabs(sim_dist_draw(&d, stream) / (mean * e) - 1.0) < 1e-13);
        assert_int_equal(sim_dist_init_geometric(&d, 1.0 + mean), 0);
        assert_true(sim_dist_draw(&d, stream) == 1.0 + floor(e / -d.a));
    }
}

/* The short way of sim_dist_draw and the call give the same draw, also as part of a mixture. */
static void
test_dist_draw_inline(void **state)
{
    (void) state;
    for (size_t i = 0; i < N_CASES; i++) {
        sim_dist_t dist;

        make(&CASES[i], &dist);
        for (uint16_t visit = 0; visit < 2000; visit++) {
            sim_stream_t stream = sim_draw(4, 4, visit, 0);

            assert_true(sim_dist_draw(&dist, stream) == sim_dist_draw_other(&dist, stream));
        }
        sim_dist_free(&dist);
    }
    assert_true(offsetof(sim_dist_t, high) + sizeof(double) <= 32);
}

/* Truncation at the ends of the support is none: the draws stay the same. A bound that cuts draws by inversion. */
static void
test_dist_truncate_at_the_ends(void **state)
{
    sim_dist_t d, whole;

    (void) state;
    assert_int_equal(truncated(sim_dist_init_lognormal(&d, 3.0, 0.7), &d, 0.0, INFINITY), 0);
    assert_int_equal(sim_dist_init_lognormal(&whole, 3.0, 0.7), 0);
    assert_int_equal(d.method, SIM_DIST_BY_NORMAL);
    assert_true(sim_dist_draw(&d, sim_draw(1, 2, 3, 4)) == sim_dist_draw(&whole, sim_draw(1, 2, 3, 4)));
    assert_int_equal(sim_dist_truncate(&d, 0.0, 1e6), 0);
    assert_int_equal(d.method, SIM_DIST_BY_CALL);
    assert_int_equal(truncated(sim_dist_init_exponential(&d, 3.0), &d, 1e-30, INFINITY), 0);
    assert_int_equal(d.method, SIM_DIST_BY_CALL);
    assert_int_equal(truncated(sim_dist_init_geometric(&d, 3.0), &d, 0.5, INFINITY), 0);
    assert_true(d.whole);
}

/* Draws by inversion, across kinds too: the same uniform gives the same percentile, a larger one a larger draw. */
static void
test_dist_inversion_rises_with_its_uniform(void **state)
{
    sim_dist_kind_t other = SIM_DIST_KINDS;
    size_t kinds = 0;

    (void) state;
    for (size_t i = 0; i < N_CASES; i++) {
        sim_dist_t dist;

        make(&CASES[i], &dist);
        other = dist.kind;
        if (!dist.whole && other != SIM_DIST_GAMMA && other != SIM_DIST_ERLANG && other != SIM_DIST_PERT &&
            other != SIM_DIST_MIXTURE && other != SIM_DIST_HYPOEXPONENTIAL) {
            kinds++;
            for (uint16_t visit = 0; visit < 2000; visit++) {
                sim_stream_t first = sim_draw(4, 4, visit, 0), second = sim_draw(4, 4, visit, 1);
                double u = sim_uniform(4, 4, visit, 0), v = sim_uniform(4, 4, visit, 1);
                double x = sim_dist_draw(&dist, first), y = sim_dist_draw(&dist, second);

                assert_true(u < v ? x <= y : x >= y);
                assert_true(CASES[i].discrete || fabs(cdf_of(&CASES[i], x) - u) < 1e-9);
            }
        }
        sim_dist_free(&dist);
    }
    assert_true(kinds >= 10);
}

/* ---- errors of the initialisers ---- */

static void
refused(int ret, sim_dist_t *dist)
{
    assert_int_equal(ret, SIM_ERR_BAD_PARAM);
    assert_false(sim_dist_given(dist));
    assert_true(dist->value == NULL && dist->cum == NULL && dist->part == NULL);
    sim_dist_free(dist);
}

static void
test_dist_init_positive_errors(void **state)
{
    const double bad[] = { NAN, INFINITY, -INFINITY, -1.0, 0.0, 1e-200, 1e16 };
    sim_dist_t d;

    (void) state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        bool zero = bad[i] == 0.0;

        refused(sim_dist_init_exponential(&d, bad[i]), &d);
        refused(sim_dist_init_gamma(&d, bad[i], 1.0), &d);
        refused(sim_dist_init_erlang(&d, bad[i], 2), &d);
        refused(sim_dist_init_lognormal(&d, bad[i], 1.0), &d);
        refused(sim_dist_init_lognormal_log(&d, bad[i], 1.0), &d);
        refused(sim_dist_init_lognormal_quantiles(&d, bad[i], 1e15), &d);
        refused(sim_dist_init_lognormal_quantiles(&d, 1.0, bad[i]), &d);
        refused(sim_dist_init_weibull(&d, bad[i], 1.0), &d);
        refused(sim_dist_init_weibull(&d, 1.0, bad[i]), &d);
        refused(sim_dist_init_hypoexponential(&d, 1, &bad[i]), &d);
        refused(sim_dist_init_geometric(&d, bad[i]), &d);
        if (!zero) {
            refused(sim_dist_init_normal(&d, 1.0, bad[i] == 1e-200 ? -1e-200 : bad[i]), &d);
        }
        refused(sim_dist_init_negbin(&d, 1.0, bad[i]), &d);
        if (!zero) {
            refused(sim_dist_init_poisson(&d, bad[i]), &d);
            refused(sim_dist_init_negbin(&d, bad[i], 1.0), &d);
        }
    }
}

static void
test_dist_init_shape_errors(void **state)
{
    const double bad[] = { NAN, INFINITY, -INFINITY, -0.1, 1001.0 };
    sim_dist_t d;

    (void) state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        refused(sim_dist_init_gamma(&d, 1.0, bad[i]), &d);
        refused(sim_dist_init_lognormal(&d, 1.0, bad[i]), &d);
        refused(sim_dist_init_lognormal_log(&d, 1.0, bad[i]), &d);
    }
    refused(sim_dist_init_erlang(&d, 1.0, 0), &d);
    refused(sim_dist_init_weibull(&d, 1.0, 0.01), &d);
    refused(sim_dist_init_weibull(&d, 1.0, 2e4), &d);
    refused(sim_dist_init_lognormal_quantiles(&d, 2.0, 1.0), &d);
    refused(sim_dist_init_lognormal_quantiles(&d, 1e-50, 1e10), &d);
    refused(sim_dist_init_geometric(&d, 0.99), &d);
    refused(sim_dist_init_geometric(&d, 2e9), &d);
    refused(sim_dist_init_poisson(&d, 1e13), &d);
    refused(sim_dist_init_negbin(&d, 1e6, 0.01), &d);
}

static void
test_dist_init_value_errors(void **state)
{
    const double bad[] = { NAN, INFINITY, -INFINITY, 1e16, -1e16 };
    sim_dist_t d;

    (void) state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        refused(sim_dist_init_fixed(&d, bad[i]), &d);
        refused(sim_dist_init_uniform(&d, bad[i], 1.0), &d);
        refused(sim_dist_init_uniform(&d, 1.0, bad[i]), &d);
        refused(sim_dist_init_triangular(&d, bad[i], 1.0, 2.0), &d);
        refused(sim_dist_init_triangular(&d, 0.0, bad[i], 2.0), &d);
        refused(sim_dist_init_pert(&d, 0.0, 1.0, bad[i]), &d);
        refused(sim_dist_init_pert(&d, 0.0, bad[i], 2.0), &d);
        refused(sim_dist_init_empirical(&d, 1, &bad[i], NULL), &d);
    }
    refused(sim_dist_init_uniform(&d, 2.0, 1.0), &d);
    refused(sim_dist_init_triangular(&d, 2.0, 1.0, 3.0), &d);
    refused(sim_dist_init_triangular(&d, 1.0, 4.0, 3.0), &d);
    refused(sim_dist_init_pert(&d, 2.0, 1.0, 3.0), &d);
}

static void
test_dist_init_weight_errors(void **state)
{
    const double value[2] = { 1.0, 2.0 };
    const double bad[][2] = { { 0.0, 0.0 }, { 1.0, -1.0 }, { NAN, 1.0 }, { INFINITY, 1.0 } };
    sim_dist_t d, part[2];

    (void) state;
    assert_int_equal(make_exponential(&part[0]), 0);
    assert_int_equal(make_empirical(&part[1]), 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        refused(sim_dist_init_empirical(&d, 2, value, bad[i]), &d);
        refused(sim_dist_init_mixture(&d, 2, part, bad[i]), &d);
        assert_true(sim_dist_given(&part[0]) && sim_dist_given(&part[1]));
    }
    refused(sim_dist_init_empirical(&d, 0, value, NULL), &d);
    refused(sim_dist_init_hypoexponential(&d, 0, value), &d);
    refused(sim_dist_init_mixture(&d, 0, part, NULL), &d);
    sim_dist_free(&part[1]);
    refused(sim_dist_init_mixture(&d, 2, part, NULL), &d);
}

static void
test_dist_mixture_takes_its_parts(void **state)
{
    sim_dist_t part[2], dist;

    (void) state;
    assert_int_equal(make_exponential(&part[0]), 0);
    assert_int_equal(make_mixture(&part[1]), 0);
    assert_int_equal(sim_dist_init_mixture(&dist, 2, part, NULL), 0);
    assert_false(sim_dist_given(&part[0]) || sim_dist_given(&part[1]));
    assert_true(fabs(dist.mean - 0.5 * (7.5 + 0.75 * 12.0 + 0.25 * 7.5)) < 1e-12);
    sim_dist_free(&dist);
    sim_dist_free(&part[0]);
    sim_dist_free(&part[1]);
}

/*
 * Normals with negative values: the share of 20,000 draws below each of five values lies within 4.5 standard errors of
 * the cdf's (false alarms 10 x 7e-6), and so the mean of those below a bound, 3 - 2 phi(-1/2) / Phi(-1/2).
 */
static void
test_dist_normal(void **state)
{
    enum { N = 20000 };
    static const double at[] = { -2.0, 0.0, 1.0, 1.5, 4.0 };
    double cut = cdf_normal(2.0);

    (void) state;
    for (int bounded = 0; bounded < 2; bounded++) {
        double below[5] = { 0.0 }, sum = 0.0;
        sim_dist_t dist;

        assert_int_equal(make_normal(&dist), 0);
        if (bounded != 0) {
            assert_int_equal(sim_dist_truncate(&dist, -INFINITY, 2.0), 0);
            assert_true(fabs(dist.mean - (3.0 - 2.0 * exp(-0.125) / sqrt(2.0 * acos(-1.0)) / cut)) < 1e-6);
        }
        for (uint16_t i = 0; i < N; i++) {
            double x = sim_dist_draw(&dist, sim_draw(21, 22, i, (uint16_t) bounded));

            assert_true(bounded == 0 || x <= 2.0);
            sum += x / N;
            for (size_t k = 0; k < 5; k++) {
                below[k] += x < at[k] ? 1.0 / N : 0.0;
            }
        }
        for (size_t k = 0; k < 5; k++) {
            double p = bounded != 0 ? fmin(cdf_normal(at[k]) / cut, 1.0) : cdf_normal(at[k]);

            assert_true(fabs(below[k] - p) <= 4.5 * sqrt(p * (1.0 - p) / N) + 1e-9);
        }
        assert_true(fabs(sum - dist.mean) <= 4.5 * dist.sd / sqrt((double) N));
        assert_true(sim_dist_minimum(&dist) == -INFINITY);
        assert_true(sim_dist_draw_length_biased(&dist, sim_draw(1, 1, 1, 1)) == 0.0);
        sim_dist_free(&dist);
    }
}

static void
test_dist_kind_name(void **state)
{
    (void) state;
    assert_string_equal(sim_dist_kind_name(SIM_DIST_NONE), "none");
    assert_string_equal(sim_dist_kind_name(SIM_DIST_LOGNORMAL), "lognormal");
    assert_string_equal(sim_dist_kind_name(SIM_DIST_GEOMETRIC), "geometric");
    assert_string_equal(sim_dist_kind_name(SIM_DIST_NORMAL), "normal");
    assert_string_equal(sim_dist_kind_name(SIM_DIST_KINDS), "unknown");
    for (int kind = 0; kind < SIM_DIST_KINDS; kind++) {
        assert_true(strlen(sim_dist_kind_name((sim_dist_kind_t) kind)) > 3);
    }
}

/* The bits of draws of every kind: the same with every compiler, processor and libm. */
static void
test_dist_bits(void **state)
{
    uint64_t hash = 0;

    (void) state;
    for (size_t i = 0; i < N_CASES; i++) {
        sim_dist_t dist;

        make(&CASES[i], &dist);
        for (uint16_t visit = 0; visit < 2000; visit++) {
            double x[2] = { sim_dist_draw(&dist, sim_draw(11, 12, visit, 0)),
                sim_dist_draw_length_biased(&dist, sim_draw(11, 12, visit, 1)) };
            uint64_t bits[2];

            memcpy(bits, x, sizeof(bits));
            hash = sim_mix64(hash ^ bits[0]) + SIM_GOLDEN64;
            hash = sim_mix64(hash ^ bits[1]) + SIM_GOLDEN64;
        }
        sim_dist_free(&dist);
    }
    assert_true(hash == UINT64_C(0x13C986BC5A506B18));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dist_draws),
        cmocka_unit_test(test_dist_fixed),
        cmocka_unit_test(test_dist_no_spread_is_fixed),
        cmocka_unit_test(test_dist_none),
        cmocka_unit_test(test_dist_lognormal_quantiles),
        cmocka_unit_test(test_dist_minimum),
        cmocka_unit_test(test_dist_extremes_are_finite),
        cmocka_unit_test(test_dist_known_values),
        cmocka_unit_test(test_dist_truncate_narrow),
        cmocka_unit_test(test_dist_truncate_twice),
        cmocka_unit_test(test_dist_truncate_errors),
        cmocka_unit_test(test_dist_scale),
        cmocka_unit_test(test_dist_scale_errors),
        cmocka_unit_test(test_dist_copy),
        cmocka_unit_test(test_dist_length_biased),
        cmocka_unit_test(test_dist_length_biased_truncated_far),
        cmocka_unit_test(test_dist_length_biased_errors),
        cmocka_unit_test(test_dist_comonotone),
        cmocka_unit_test(test_dist_standard_variates),
        cmocka_unit_test(test_dist_draw_inline),
        cmocka_unit_test(test_dist_truncate_at_the_ends),
        cmocka_unit_test(test_dist_inversion_rises_with_its_uniform),
        cmocka_unit_test(test_dist_init_positive_errors),
        cmocka_unit_test(test_dist_init_shape_errors),
        cmocka_unit_test(test_dist_init_value_errors),
        cmocka_unit_test(test_dist_init_weight_errors),
        cmocka_unit_test(test_dist_mixture_takes_its_parts),
        cmocka_unit_test(test_dist_normal),
        cmocka_unit_test(test_dist_kind_name),
        cmocka_unit_test(test_dist_bits),
    };

    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
