/*
 * The value of information against closed forms: offers whose benefits are straight in independent normal parameters
 * (Raiffa & Schlaifer 1961, the unit normal loss), and a product of two; smoothing against known curves.
 *
 * Checks of the form |estimate - exact| <= 4 standard errors have a false-alarm rate of 6e-5 each.
 */
#include "sim/analysis/spline.h"
#include "sim/analysis/value.h"

#include "sim/core/elementary.h"
#include "sim/core/quantile.h"
#include "sim/core/ziggurat.h"
#include "sim/experiment/design.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define PI 3.14159265358979323846
#define D 4 /* inputs */

typedef void benefits_fn(const double *z, double *benefit);

typedef struct {
    size_t n_offers, n_points, n_reps;
    double *z[D], *benefit[ANA_OFFERS_MAX];
} sample_t;

/* Normal parameters at scrambled Sobol' points; each replication of each offer has normal noise. */
static void
make_sample(sample_t *self, benefits_fn *benefits, size_t n_offers, size_t n_points, size_t n_reps, double noise_sd)
{
    const exp_points_spec_t spec = { .kind = EXP_POINTS_SOBOL, .n = n_points, .n_inputs = D, .seed = 21 };
    exp_points_t points;

    *self = (sample_t){ .n_offers = n_offers, .n_points = n_points, .n_reps = n_reps };
    assert_int_equal(exp_points_init(&points, &spec), 0);
    for (size_t j = 0; j < D; j++) {
        assert_non_null(self->z[j] = calloc(n_points, sizeof(double)));
    }
    for (size_t d = 0; d < n_offers; d++) {
        assert_non_null(self->benefit[d] = calloc(n_points * n_reps, sizeof(double)));
    }
    for (size_t i = 0; i < n_points; i++) {
        double u[D], z[D], benefit[ANA_OFFERS_MAX];

        exp_points_at(&points, i, u);
        for (size_t j = 0; j < D; j++) {
            self->z[j][i] = z[j] = sim_normal_quantile(u[j]);
        }
        benefits(z, benefit);
        for (size_t k = 0; k < n_offers * n_reps; k++) {
            uint64_t key = sim_key(5, (uint32_t) k, 0, i);

            self->benefit[k / n_reps][i * n_reps + k % n_reps] =
                benefit[k / n_reps] + noise_sd * sim_ziggurat_normal(sim_draw(key, 0, 0, 0));
        }
    }
    exp_points_free(&points);
}

static void
free_sample(sample_t *self)
{
    for (size_t j = 0; j < D; j++) {
        free(self->z[j]);
    }
    for (size_t d = 0; d < self->n_offers; d++) {
        free(self->benefit[d]);
    }
}

static ana_decision_t
decision_of(const sample_t *self)
{
    return (ana_decision_t){ .benefit = (const double *const *) self->benefit,
        .n_offers = self->n_offers,
        .n_points = self->n_points,
        .n_reps = self->n_reps };
}

static ana_inputs_t
inputs_of(const sample_t *self)
{
    return (ana_inputs_t){ .x = (const double *const *) self->z, .n_inputs = D, .n_points = self->n_points };
}

/* What knowing a normal difference of mean m and standard deviation s is worth. */
static double
normal_gain(double m, double s)
{
    return s * exp(-0.5 * m * m / s / s) / sqrt(2.0 * PI) + m * sim_normal_cdf(m / s) - fmax(m, 0.0);
}

static void
assert_near_exact(const ana_interval_t *interval, double exact, double largest_se)
{
    if (!(fabs(interval->mean - exact) <= 4.0 * interval->se && interval->se <= largest_se)) {
        print_error("%g (se %g) is not %g\n", interval->mean, interval->se, exact);
    }
    assert_true(fabs(interval->mean - exact) <= 4.0 * interval->se && interval->se <= largest_se);
}

static ana_partial_t
evppi(const sample_t *sample, size_t n_which, const size_t *which)
{
    ana_decision_t decision = decision_of(sample);
    ana_inputs_t inputs = inputs_of(sample);
    ana_partial_t partial;

    assert_int_equal(ana_evppi(&decision, &inputs, n_which, which, ANA_VALUE_DRAWS, 1, &partial), 0);
    return partial;
}

/* ---- two offers, straight in normal parameters ---- */

static void
two_offers(const double *z, double *benefit)
{
    benefit[0] = 100.0 + 10.0 * z[3];
    benefit[1] = 95.0 + 20.0 * z[0] + 10.0 * z[1] + 10.0 * z[3];
}

static void
test_value_linear_normal(void **state)
{
    static const struct {
        size_t n, which[2];
        double sd; /* of what is learnt about the difference */
    } row[] = { { 1, { 0 }, 20.0 }, { 1, { 1 }, 10.0 }, { 2, { 0, 1 }, 22.360679774997898 } };
    sample_t sample;
    ana_decision_t decision;
    ana_information_t information;
    ana_offer_t offer[2];

    (void) state;
    make_sample(&sample, two_offers, 2, 4096, 1, 0.0);
    decision = decision_of(&sample);
    assert_int_equal(ana_decide(&decision, offer, &information), 0);
    assert_int_equal(information.best, 0);
    assert_near_exact(&information.upper, normal_gain(-5.0, sqrt(500.0)), 0.25);
    assert_near_exact(&offer[1].p_best, sim_normal_cdf(-5.0 / sqrt(500.0)), 0.01);
    assert_near_exact(&offer[1].regret, normal_gain(-5.0, sqrt(500.0)) + 5.0, 0.25);
    assert_near_exact(&offer[1].mean, 95.0, 0.5);
    assert_true(isnan(information.lower.mean) && fabs(offer[0].p_best.mean + offer[1].p_best.mean - 1.0) < 1e-12);
    for (size_t i = 0; i < LENGTH(row); i++) {
        ana_partial_t partial = evppi(&sample, row[i].n, row[i].which);

        assert_near_exact(&partial.value, normal_gain(-5.0, row[i].sd), 0.3);
    }
    free_sample(&sample);
}

/*
 * With noise of 30 a replication, four of them: the plain EVPI is too great, its bounds hold the exact value, and EVPPI
 * is right all the same. An input that moves both offers alike, and one that moves none, are worth nothing.
 */
static void
test_value_noise(void **state)
{
    double exact = normal_gain(-5.0, sqrt(500.0)), noisy = normal_gain(-5.0, sqrt(500.0 + 2.0 * 900.0 / 4.0));
    sample_t sample;
    ana_decision_t decision;
    ana_information_t information;
    ana_offer_t offer[2];

    (void) state;
    make_sample(&sample, two_offers, 2, 4096, 4, 30.0);
    decision = decision_of(&sample);
    assert_int_equal(ana_decide(&decision, offer, &information), 0);
    assert_near_exact(&information.upper, noisy, 0.4);
    assert_true(information.upper.low > exact);
    assert_true(information.lower.mean < exact && information.lower.mean > 0.5 * exact);
    assert_true(information.unclear > 0.5 && information.unclear < 1.0);
    for (size_t j = 0; j < D; j++) {
        static const double sd[D] = { 20.0, 10.0, 0.0, 0.0 };
        ana_partial_t partial = evppi(&sample, 1, &j);

        assert_near_exact(&partial.value, sd[j] > 0.0 ? normal_gain(-5.0, sd[j]) : 0.0, 0.4);
        assert_true(partial.freedom <= 1.0 + ANA_SPLINE_BASES);
        if (j >= 2) {
            assert_true(partial.value.low == 0.0 && partial.value.mean < 0.2);
        }
    }
    free_sample(&sample);
}

/*
 * Standard errors are honest: over 60 samples of 256 points with noise, the estimates of EVPPI scatter by 0.6 to 1.5 of
 * the mean standard error (chi-squared with 59 degrees of freedom: 1e-4 at an honest one), about a mean near the exact.
 */
static void
test_value_standard_error(void **state)
{
    enum { SAMPLES = 60, N = 256 };
    double sum = 0.0, square = 0.0, error = 0.0, bias = 0.0, sd;

    (void) state;
    for (uint64_t s = 0; s < SAMPLES; s++) {
        const size_t which = 0;
        double *z = calloc(N, sizeof(*z)), *benefit[2] = { calloc(N, sizeof(double)), calloc(N, sizeof(double)) };
        ana_partial_t partial;
        ana_decision_t decision = {
            .benefit = (const double *const *) benefit, .n_offers = 2, .n_points = N, .n_reps = 1
        };

        assert_true(z != NULL && benefit[0] != NULL && benefit[1] != NULL);
        for (size_t i = 0; i < N; i++) {
            uint64_t key = sim_key(77, (uint32_t) s, 0, i);

            z[i] = sim_ziggurat_normal(sim_draw(key, 0, 0, 0));
            benefit[1][i] = -5.0 + 20.0 * z[i] + 30.0 * sim_ziggurat_normal(sim_draw(key, 1, 0, 0));
        }
        assert_int_equal(ana_evppi(&decision,
                             &(ana_inputs_t){ .x = (const double *const[]){ z }, .n_inputs = 1, .n_points = N }, 1,
                             &which, ANA_VALUE_DRAWS, s, &partial),
            0);
        sum += partial.value.mean / SAMPLES;
        square += partial.value.mean * partial.value.mean / SAMPLES;
        error += partial.value.se / SAMPLES;
        bias += partial.bias / SAMPLES;
        free(z);
        free(benefit[0]);
        free(benefit[1]);
    }
    sd = sqrt((square - sum * sum) * SAMPLES / (SAMPLES - 1.0));
    assert_true(sd > 0.6 * error && sd < 1.5 * error);
    assert_true(bias > 0.0 && bias < 0.5);
    assert_true(fabs(sum - normal_gain(-5.0, 20.0)) < 4.0 * sd / sqrt(SAMPLES) + bias);
}

/* ---- three offers and a product ---- */

/* Either parameter alone tells nothing of the product; both together tell all: E max(0, k z0 z1) = k / pi. */
static void
product_offers(const double *z, double *benefit)
{
    benefit[0] = 50.0;
    benefit[1] = 50.0 + 10.0 * z[0] * z[1];
    benefit[2] = 20.0 + z[2];
}

static void
test_value_product(void **state)
{
    static const size_t both[] = { 0, 1 };
    sample_t sample;
    ana_partial_t partial;

    (void) state;
    make_sample(&sample, product_offers, 3, 4096, 1, 0.0);
    partial = evppi(&sample, 1, &both[0]);
    assert_true(partial.value.low == 0.0 && partial.value.mean < 0.3);
    partial = evppi(&sample, 2, both);
    assert_true(fabs(partial.value.mean / (10.0 / PI) - 1.0) <
                0.15); /* the product of ranks is not quite that of values */
    free_sample(&sample);
}

static void
test_value_errors(void **state)
{
    static const size_t beyond = D, none = 0;
    sample_t sample;
    ana_decision_t decision;
    ana_inputs_t inputs;
    ana_partial_t partial;
    ana_information_t information;
    ana_offer_t offer[2];

    (void) state;
    make_sample(&sample, two_offers, 2, 64, 1, 0.0);
    decision = decision_of(&sample);
    inputs = inputs_of(&sample);
    assert_int_equal(ana_evppi(&decision, &inputs, 1, &beyond, 10, 1, &partial), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_evppi(&decision, &inputs, 0, &none, 10, 1, &partial), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_evppi(&decision, &inputs, 1, &none, 1, 1, &partial), SIM_ERR_BAD_PARAM);
    for (size_t i = 0; i < 63; i++) { /* points that failed in one offer do not count */
        sample.benefit[i % 2][i] = NAN;
    }
    assert_int_equal(ana_decide(&decision, offer, &information), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_evppi(&decision, &inputs, 1, &none, 10, 1, &partial), SIM_ERR_BAD_PARAM);
    sample.benefit[0][0] = sample.benefit[1][0] = 1.0;
    assert_int_equal(ana_decide(&decision, offer, &information), 0);
    assert_int_equal(information.n_points, 2);
    free_sample(&sample);
}

/* ---- smoothing ---- */

static double
wave(double x)
{
    return sin(2.0 * PI * x) + x;
}

/*
 * 2,000 points of a wave with noise of 0.5: at 40 places the band holds the curve in 30 at least (95% each, but places
 * hang together), and is nowhere wider than 0.25. Of a straight line little is left but the line.
 */
static void
test_value_smooth(void **state)
{
    enum { N = 2000, PLACES = 40 };
    static double x[N], y[N], straight[N];
    ana_curve_t curve[PLACES];
    size_t held = 0;

    (void) state;
    for (size_t i = 0; i < N; i++) {
        uint64_t key = sim_key(3, 0, 0, i);
        double noise = 0.5 * sim_ziggurat_normal(sim_draw(key, 1, 0, 0));

        x[i] = sim_uniform(key, 0, 0, 0);
        y[i] = i % 100 == 0 ? NAN : wave(x[i]) + noise;
        straight[i] = 2.0 * x[i] + noise;
    }
    assert_int_equal(ana_smooth(x, y, N, PLACES, curve), 0);
    for (size_t k = 0; k < PLACES; k++) {
        held += curve[k].low <= wave(curve[k].x) && wave(curve[k].x) <= curve[k].high ? 1 : 0;
        assert_true(curve[k].high - curve[k].low < 0.25);
        assert_true(fabs(curve[k].x - ((double) k + 0.5) / PLACES) < 0.05);
    }
    assert_true(held >= 30);
    assert_int_equal(ana_smooth(x, straight, N, PLACES, curve), 0);
    for (size_t k = 0; k < PLACES; k++) {
        assert_true(fabs(curve[k].mean - 2.0 * curve[k].x) < 0.08);
    }
}

/* An input of two values: the fit is the two means. */
static void
test_value_smooth_discrete(void **state)
{
    enum { N = 400 };
    static double x[N], y[N];
    ana_curve_t curve[2];
    double mean[2] = { 0.0 };

    (void) state;
    for (size_t i = 0; i < N; i++) {
        x[i] = (double) (i % 2);
        y[i] = 3.0 * x[i] + sim_ziggurat_normal(sim_draw(sim_key(4, 0, 0, i), 0, 0, 0));
        mean[i % 2] += y[i] / (N / 2);
    }
    assert_int_equal(ana_smooth(x, y, N, 2, curve), 0);
    for (size_t k = 0; k < 2; k++) {
        assert_true(curve[k].x == (double) k);
        assert_true(fabs(curve[k].mean - mean[k]) < 0.01);
    }
    assert_int_equal(ana_smooth(x, y, 5, 2, curve), SIM_ERR_BAD_PARAM);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_linear_normal),
        cmocka_unit_test(test_value_noise),
        cmocka_unit_test(test_value_standard_error),
        cmocka_unit_test(test_value_product),
        cmocka_unit_test(test_value_errors),
        cmocka_unit_test(test_value_smooth),
        cmocka_unit_test(test_value_smooth_discrete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
