/*
 * Sensitivity analysis against published answers: Ishigami's function (Ishigami & Homma 1990), Sobol's g-function
 * (Saltelli & Sobol' 1995), Morris's function of 20 inputs (Morris 1991), a sum of five uniforms; with and without the
 * noise of replications. Designs come from exp_points, so the two are tested together.
 *
 * Checks of the form |estimate - exact| <= 4 standard errors, with a stated largest standard error, have a false-alarm
 * rate of 6e-5 each, less where rows are spread more evenly than the bootstrap supposes.
 */
#include "sim/analysis/indices.h"
#include "sim/analysis/variance.h"

#include "sim/core/quantile.h"
#include "sim/core/ziggurat.h"
#include "sim/experiment/design.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define PI 3.14159265358979323846
#define ISHIGAMI_VARIANCE 13.8445879

typedef double model_fn(const double *u);

static double
ishigami(const double *u)
{
    double x = PI * (2.0 * u[0] - 1.0), y = PI * (2.0 * u[1] - 1.0), z = PI * (2.0 * u[2] - 1.0);

    return sin(x) + 7.0 * sin(y) * sin(y) + 0.1 * z * z * z * z * sin(x);
}

static double
sum_of_five(const double *u)
{
    return u[0] + u[1] + u[2] + u[3] + u[4];
}

static const double G_A[] = { 0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0 };

static double
g_function(const double *u)
{
    double product = 1.0;

    for (size_t i = 0; i < LENGTH(G_A); i++) {
        product *= (fabs(4.0 * u[i] - 2.0) + G_A[i]) / (1.0 + G_A[i]);
    }
    return product;
}

/* Exact indices of the g-function: V_i = 1 / (3 (1 + a_i)^2), V + 1 = the product of 1 + V_i. */
static void
g_indices(size_t i, double *first, double *total)
{
    double product = 1.0, own = 1.0 / (3.0 * (1.0 + G_A[i]) * (1.0 + G_A[i]));

    for (size_t j = 0; j < LENGTH(G_A); j++) {
        product *= 1.0 + 1.0 / (3.0 * (1.0 + G_A[j]) * (1.0 + G_A[j]));
    }
    *first = own / (product - 1.0);
    *total = own * product / (1.0 + own) / (product - 1.0);
}

/* Noise of a replication: independent at every point, or shared and interacting with the inputs as children are. */
typedef enum { NO_NOISE, INDEPENDENT, COMMON } noise_t;

typedef struct {
    exp_points_t points;
    double *value;
    size_t n_reps;
} study_t;

static double
noise_at(noise_t kind, uint64_t seed, uint64_t i, uint32_t rep, const double *u)
{
    uint64_t key = sim_key(seed, rep, sim_hash("noise"), kind == COMMON ? 0 : i);

    if (kind == NO_NOISE) {
        return 0.0;
    }
    if (kind == INDEPENDENT) {
        return sqrt(ISHIGAMI_VARIANCE) * sim_ziggurat_normal(sim_draw(key, 0, 0, 0));
    }
    /* A shift of the replication, and a slope of its own in every input: variance (1 + 3/12) V at random u. */
    return sqrt(ISHIGAMI_VARIANCE) * (sim_ziggurat_normal(sim_draw(key, 0, 0, 0)) +
                                         (u[0] - 0.5) * sim_ziggurat_normal(sim_draw(key, 1, 0, 0)) * 2.0 +
                                         (u[2] - 0.5) * sim_ziggurat_normal(sim_draw(key, 2, 0, 0)) * 2.0);
}

static void
run_study(study_t *self, exp_points_spec_t spec, model_fn *model, noise_t noise, size_t n_reps)
{
    double u[32];

    assert_int_equal(exp_points_init(&self->points, &spec), 0);
    self->n_reps = n_reps;
    self->value = calloc(self->points.n_points * n_reps, sizeof(*self->value));
    assert_non_null(self->value);
    for (uint64_t i = 0; i < self->points.n_points; i++) {
        exp_points_at(&self->points, i, u);
        for (size_t r = 0; r < n_reps; r++) {
            self->value[i * n_reps + r] = model(u) + noise_at(noise, spec.seed, i, (uint32_t) r, u);
        }
    }
}

static void
free_study(study_t *self)
{
    free(self->value);
    exp_points_free(&self->points);
}

static ana_rows_t
rows_of(const study_t *self, bool common)
{
    return (ana_rows_t){ .value = self->value,
        .n_rows = self->points.spec.n,
        .n_groups = self->points.n_groups,
        .n_reps = self->n_reps,
        .second = self->points.spec.second,
        .common = common,
        .draws = ANA_BOOTSTRAP,
        .seed = 1 };
}

static void
assert_index(const ana_interval_t *index, double exact, double largest_se)
{
    if (!(fabs(index->mean - exact) <= 4.0 * index->se + 1e-9 && index->se <= largest_se)) {
        print_error("%g (se %g) is not %g\n", index->mean, index->se, exact);
    }
    assert_true(fabs(index->mean - exact) <= 4.0 * index->se + 1e-9);
    assert_true(index->se <= largest_se);
    assert_true(index->low <= index->mean && index->mean <= index->high);
}

/* ---- Saltelli designs ---- */

static const double ISHIGAMI_FIRST[] = { 0.3139052, 0.4424111, 0.0 };
static const double ISHIGAMI_TOTAL[] = { 0.5575889, 0.4424111, 0.2436837 };

static exp_points_spec_t
saltelli(uint32_t n_inputs, uint64_t n, uint64_t seed)
{
    return (exp_points_spec_t){ .kind = EXP_POINTS_SALTELLI, .n = n, .n_inputs = n_inputs, .seed = seed };
}

static void
test_sensitivity_ishigami(void **state)
{
    ana_index_t index[3];
    ana_moments_t moments;
    study_t study;

    (void) state;
    for (int second = 0; second < 2; second++) {
        exp_points_spec_t spec = saltelli(3, 4096, 1);
        ana_rows_t rows;

        spec.second = second != 0;
        run_study(&study, spec, ishigami, NO_NOISE, 1);
        rows = rows_of(&study, false);
        assert_int_equal(ana_indices(&rows, index, &moments), 0);
        for (size_t i = 0; i < 3; i++) {
            assert_index(&index[i].first, ISHIGAMI_FIRST[i], 0.03);
            assert_index(&index[i].total, ISHIGAMI_TOTAL[i], 0.03);
        }
        assert_true(fabs(moments.variance - ISHIGAMI_VARIANCE) < 0.02 * ISHIGAMI_VARIANCE);
        assert_true(fabs(moments.mean - 3.5) < 0.05);
        if (second != 0) {
            ana_interval_t pair;

            assert_int_equal(ana_pair_index(&rows, 0, 2, &pair), 0);
            assert_index(&pair, 0.2436837, 0.05);
            assert_int_equal(ana_pair_index(&rows, 0, 1, &pair), 0);
            assert_index(&pair, 0.0, 0.05);
        }
        free_study(&study);
    }
}

static void
test_sensitivity_g_function(void **state)
{
    ana_index_t index[8];
    study_t study;
    ana_rows_t rows;

    (void) state;
    run_study(&study, saltelli(8, 4096, 2), g_function, NO_NOISE, 1);
    rows = rows_of(&study, false);
    assert_int_equal(ana_indices(&rows, index, NULL), 0);
    for (size_t i = 0; i < 8; i++) {
        double first, total;

        g_indices(i, &first, &total);
        assert_index(&index[i].first, first, 0.03);
        assert_index(&index[i].total, total, 0.03);
    }
    free_study(&study);
}

static void
test_sensitivity_sum_and_groups(void **state)
{
    static const uint32_t group[] = { 0, 0, 1, 1, 1 };
    exp_points_spec_t spec = saltelli(5, 512, 3);
    ana_index_t index[5];
    study_t study;
    ana_rows_t rows;

    (void) state;
    run_study(&study, spec, sum_of_five, NO_NOISE, 1);
    rows = rows_of(&study, false);
    assert_int_equal(ana_indices(&rows, index, NULL), 0);
    for (size_t i = 0; i < 5; i++) {
        assert_index(&index[i].first, 0.2, 0.04);
        assert_index(&index[i].total, 0.2, 0.04);
    }
    free_study(&study);
    spec.group = group;
    run_study(&study, spec, sum_of_five, NO_NOISE, 1);
    rows = rows_of(&study, false);
    assert_int_equal(ana_indices(&rows, index, NULL), 0);
    assert_index(&index[0].first, 0.4, 0.05);
    assert_index(&index[1].total, 0.6, 0.05);
    free_study(&study);
}

/*
 * Noise of the outcome's own variance halves first-order indices and lifts totals to (T + 1) / 2; removed by its known
 * variance, or by products of different replications, they are right again.
 */
static void
test_sensitivity_noise(void **state)
{
    ana_index_t index[3];
    study_t study;
    ana_rows_t rows;

    (void) state;
    run_study(&study, saltelli(3, 8192, 4), ishigami, INDEPENDENT, 1);
    rows = rows_of(&study, false);
    assert_int_equal(ana_indices(&rows, index, NULL), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_index(&index[i].first, ISHIGAMI_FIRST[i] / 2.0, 0.03);
        assert_index(&index[i].total, (ISHIGAMI_TOTAL[i] + 1.0) / 2.0, 0.03);
    }
    rows.noise = ISHIGAMI_VARIANCE;
    assert_int_equal(ana_indices(&rows, index, NULL), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_index(&index[i].first, ISHIGAMI_FIRST[i], 0.06);
        assert_index(&index[i].total, ISHIGAMI_TOTAL[i], 0.06);
    }
    free_study(&study);
    run_study(&study, saltelli(3, 4096, 5), ishigami, INDEPENDENT, 3);
    rows = rows_of(&study, false);
    assert_int_equal(ana_indices(&rows, index, NULL), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_index(&index[i].first, ISHIGAMI_FIRST[i], 0.05);
        assert_index(&index[i].total, ISHIGAMI_TOTAL[i], 0.05);
    }
    free_study(&study);
}

/* The first-order index of input 3 from the means of replications, as if these had no noise. */
static double
index_of_means(const study_t *study)
{
    size_t n = study->points.n_points, n_reps = study->n_reps;
    double *mean = calloc(n, sizeof(*mean));
    ana_rows_t rows = rows_of(study, false);
    ana_index_t index[3];

    assert_non_null(mean);
    for (size_t i = 0; i < n * n_reps; i++) {
        mean[i / n_reps] += study->value[i] / (double) n_reps;
    }
    rows.value = mean;
    rows.n_reps = 1;
    rows.draws = 0;
    assert_int_equal(ana_indices(&rows, index, NULL), 0);
    free(mean);
    return index[2].first.mean;
}

/*
 * The same children at every point: what a replication does to an input's effect is not taken for the input's own. Of
 * 200 studies of four replications, the mean of V_i (a ratio of means would have a bias) is within 4 standard errors of
 * the exact one. Means of replications would give input 3 an index of (1/12) / (1 + 1/6) = 0.071.
 */
static void
test_sensitivity_common_noise(void **state)
{
    enum { SEEDS = 200 };
    double sum[3] = { 0.0 }, squares[3] = { 0.0 }, of_means = 0.0;

    (void) state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        ana_index_t index[3];
        ana_moments_t moments;
        study_t study;
        ana_rows_t rows;

        run_study(&study, saltelli(3, 256, 100 + seed), ishigami, COMMON, 4);
        rows = rows_of(&study, true);
        rows.draws = 0;
        assert_int_equal(ana_indices(&rows, index, &moments), 0);
        assert_true(isnan(index[0].first.se));
        of_means += index_of_means(&study) / SEEDS;
        for (size_t i = 0; i < 3; i++) {
            double own = index[i].first.mean * moments.variance / ISHIGAMI_VARIANCE;

            sum[i] += own / SEEDS;
            squares[i] += own * own / SEEDS;
        }
        free_study(&study);
    }
    assert_true(of_means > 0.05);
    for (size_t i = 0; i < 3; i++) {
        double se = sqrt((squares[i] - sum[i] * sum[i]) / (SEEDS - 1));

        assert_true(se < 0.03);
        assert_true(fabs(sum[i] - ISHIGAMI_FIRST[i]) <= 4.0 * se);
    }
}

/*
 * Intervals hold what they say: of 100 studies with common replications the 95% interval of the first index holds the
 * exact value in 85 at least (false alarms 1e-4 if it were 95; a normal interval from few replications gives less).
 */
static void
test_sensitivity_interval_coverage(void **state)
{
    enum { STUDIES = 100 };
    size_t held = 0;

    (void) state;
    for (uint64_t seed = 0; seed < STUDIES; seed++) {
        ana_index_t index[3];
        study_t study;
        ana_rows_t rows;

        run_study(&study, saltelli(3, 128, 1000 + seed), ishigami, COMMON, 8);
        rows = rows_of(&study, true);
        rows.draws = 100;
        assert_int_equal(ana_indices(&rows, index, NULL), 0);
        held += index[0].first.low <= ISHIGAMI_FIRST[0] && ISHIGAMI_FIRST[0] <= index[0].first.high;
        free_study(&study);
    }
    assert_true(held >= 85);
}

/* Failed points are left out: the rest gives the same answer but for its error. */
static void
test_sensitivity_failed_points(void **state)
{
    ana_index_t index[3];
    study_t study;
    ana_rows_t rows;

    (void) state;
    run_study(&study, saltelli(3, 4096, 6), ishigami, NO_NOISE, 1);
    for (size_t row = 0; row < 4096; row += 16) {
        study.value[row * 5 + row / 16 % 5] = NAN;
    }
    rows = rows_of(&study, false);
    assert_int_equal(ana_indices(&rows, index, NULL), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_index(&index[i].first, ISHIGAMI_FIRST[i], 0.03);
        assert_index(&index[i].total, ISHIGAMI_TOTAL[i], 0.03);
        assert_true(index[i].first.n < 4096 && index[i].first.n > 3900);
    }
    free_study(&study);
}

static void
test_sensitivity_errors(void **state)
{
    const double value[6] = { 1.0, 1.0, 1.0, 1.0, 1.0, 1.0 };
    ana_rows_t rows = { .value = value, .n_rows = 2, .n_groups = 1, .n_reps = 1, .draws = 10 };
    ana_index_t index;
    ana_interval_t pair;
    ana_split_t split;

    (void) state;
    assert_int_equal(ana_indices(&rows, &index, NULL), 0); /* an outcome that never changes */
    assert_true(isnan(index.first.mean) && isnan(index.total.low));
    assert_int_equal(ana_pair_index(&rows, 0, 1, &pair), SIM_ERR_BAD_PARAM);
    rows.n_reps = 0;
    assert_int_equal(ana_indices(&rows, &index, NULL), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_split_variance(value, 6, 1, true, 0, 0, &split), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_split_variance(value, 1, 6, true, 0, 0, &split), SIM_ERR_BAD_PARAM);
}

/* ---- ignorance and chance ---- */

static void
test_sensitivity_variance_split(void **state)
{
    const exp_points_spec_t spec = { .kind = EXP_POINTS_SOBOL, .n = 2048, .n_inputs = 3, .seed = 7 };
    ana_split_t split;
    study_t study;

    (void) state;
    run_study(&study, spec, ishigami, INDEPENDENT, 4);
    assert_int_equal(ana_split_variance(study.value, 2048, 4, false, ANA_BOOTSTRAP, 1, &split), 0);
    assert_index(&split.share, 0.5, 0.02);
    assert_true(fabs(split.chance_own / ISHIGAMI_VARIANCE - 1.0) < 0.06);
    assert_true(fabs(split.ignorance / ISHIGAMI_VARIANCE - 1.0) < 0.06);
    assert_int_equal(ana_split_variance(study.value, 2048, 4, true, ANA_BOOTSTRAP, 1, &split), 0);
    assert_true(split.chance_shared < 0.02 * ISHIGAMI_VARIANCE);
    free_study(&study);
    /* Common: shift of variance V, slopes of 4 V / 12 each, so 1 / (1 + 1 + 2/3) of all is ignorance. */
    run_study(&study, spec, ishigami, COMMON, 100);
    assert_int_equal(ana_split_variance(study.value, 2048, 100, true, 50, 1, &split), 0);
    assert_index(&split.share, 0.375, 0.04);
    free_study(&study);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sensitivity_ishigami),
        cmocka_unit_test(test_sensitivity_g_function),
        cmocka_unit_test(test_sensitivity_sum_and_groups),
        cmocka_unit_test(test_sensitivity_noise),
        cmocka_unit_test(test_sensitivity_common_noise),
        cmocka_unit_test(test_sensitivity_interval_coverage),
        cmocka_unit_test(test_sensitivity_failed_points),
        cmocka_unit_test(test_sensitivity_errors),
        cmocka_unit_test(test_sensitivity_variance_split),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
