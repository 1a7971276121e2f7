/*
 * Scenario discovery against boxes that are known: exact cases, cases with noise, a category, and quasi-p-values worked
 * by hand (Bryant & Lempert 2010).
 */
#include "sim/analysis/prim.h"

#include "sim/core/random.h"
#include "sim/experiment/design.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define D 6
#define N 2000

typedef struct {
    double *x[D], *y;
} cases_t;

typedef bool in_box_fn(const double *x);

/* Points of a Latin hypercube; a share `wrong` of the cases says the opposite of the box. */
static void
make_cases(cases_t *self, in_box_fn *in_box, double wrong, uint64_t seed)
{
    const exp_points_spec_t spec = { .kind = EXP_POINTS_LHS, .n = N, .n_inputs = D, .seed = seed, .plain = true };
    exp_points_t points;

    assert_int_equal(exp_points_init(&points, &spec), 0);
    for (size_t j = 0; j < D; j++) {
        assert_non_null(self->x[j] = calloc(N, sizeof(double)));
    }
    assert_non_null(self->y = calloc(N, sizeof(double)));
    for (size_t i = 0; i < N; i++) {
        double u[D];

        exp_points_at(&points, i, u);
        for (size_t j = 0; j < D; j++) {
            self->x[j][i] = j == 5 ? floor(4.0 * u[j]) : u[j]; /* the last is one of four categories */
        }
        for (size_t j = 0; j < D; j++) {
            u[j] = self->x[j][i];
        }
        self->y[i] = in_box(u) != (sim_uniform(sim_key(seed, 1, 0, i), 0, 0, 0) < wrong) ? 1.0 : 0.0;
    }
    exp_points_free(&points);
}

static void
free_cases(cases_t *self)
{
    for (size_t j = 0; j < D; j++) {
        free(self->x[j]);
    }
    free(self->y);
}

static const bool CATEGORICAL[D] = { false, false, false, false, false, true };

static ana_prim_rule_t
rule_of(const cases_t *cases)
{
    return (ana_prim_rule_t){ .inputs = { .x = (const double *const *) cases->x, .n_inputs = D, .n_points = N },
        .y = cases->y,
        .categorical = CATEGORICAL,
        .slice = ANA_PRIM_SLICE,
        .least = ANA_PRIM_LEAST };
}

static bool
corner(const double *x)
{
    return x[0] > 0.6 && x[1] < 0.5;
}

static bool
middle_and_category(const double *x)
{
    return x[2] > 0.3 && x[2] < 0.7 && (x[5] == 1.0 || x[5] == 3.0);
}

static void
assert_no_limit(const ana_limit_t *limit)
{
    assert_true(limit->low == -INFINITY && limit->high == INFINITY && limit->categories == UINT64_MAX);
    assert_true(isnan(limit->p_low) && isnan(limit->p_high));
}

/* What the box is said to hold is what it holds. */
static void
assert_counts(const ana_prim_t *prim, const cases_t *cases)
{
    size_t n = 0, n_interest = 0, all = 0;

    for (size_t i = 0; i < N; i++) {
        double x[D];

        for (size_t j = 0; j < D; j++) {
            x[j] = cases->x[j][i];
        }
        if (isfinite(cases->y[i])) {
            all += cases->y[i] > 0.5;
            n += ana_prim_holds(prim, x);
            n_interest += ana_prim_holds(prim, x) && cases->y[i] > 0.5;
        }
    }
    assert_int_equal(prim->box.n, n);
    assert_int_equal(prim->box.n_interest, n_interest);
    assert_true(fabs(prim->box.coverage - (double) n_interest / (double) all) < 1e-12);
    assert_true(fabs(prim->box.density - (double) n_interest / (double) n) < 1e-12);
}

/* Limits within 0.01 of the known ones (some 20 points), nothing else limited, nearly all covered. */
static void
test_prim_exact_box(void **state)
{
    cases_t cases;
    ana_prim_rule_t rule;
    ana_prim_t prim;

    (void) state;
    make_cases(&cases, corner, 0.0, 1);
    rule = rule_of(&cases);
    assert_int_equal(ana_prim_init(&prim, &rule), 0);
    assert_true(fabs(prim.limit[0].low - 0.6) < 0.01 && fabs(prim.limit[1].high - 0.5) < 0.01);
    assert_true(prim.limit[0].high == INFINITY && prim.limit[1].low == -INFINITY);
    assert_true(prim.limit[0].p_low < 1e-6 && prim.limit[1].p_high < 1e-6);
    for (size_t j = 2; j < D; j++) {
        assert_no_limit(&prim.limit[j]);
    }
    assert_true(prim.box.coverage > 0.97 && prim.box.density > 0.97);
    assert_counts(&prim, &cases);
    assert_true(prim.n_boxes > 10 && prim.peeled[0].support == 1.0 && prim.peeled[0].coverage == 1.0);
    for (size_t i = 1; i < prim.n_boxes; i++) {
        assert_true(prim.peeled[i].density > prim.peeled[i - 1].density && prim.peeled[i].n < prim.peeled[i - 1].n);
    }
    ana_prim_free(&prim);
    free_cases(&cases);
}

/*
 * One case in ten is wrong, and some points failed. The limits are found within 0.05 in ten samples of ten, the two
 * that matter always; the ten samples together may have three limits more (of 110 that could be).
 */
static void
test_prim_noisy_box(void **state)
{
    size_t more = 0;

    (void) state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        cases_t cases;
        ana_prim_rule_t rule;
        ana_prim_t prim;

        make_cases(&cases, corner, 0.1, 100 + seed);
        for (size_t i = 0; i < N; i += 50) {
            cases.y[i] = NAN;
        }
        rule = rule_of(&cases);
        assert_int_equal(ana_prim_init(&prim, &rule), 0);
        assert_true(fabs(prim.limit[0].low - 0.6) < 0.05 && fabs(prim.limit[1].high - 0.5) < 0.05);
        assert_true(prim.limit[0].p_low < 1e-6 && prim.limit[1].p_high < 1e-6);
        more += prim.limit[0].high < INFINITY ? 1 : 0;
        more += prim.limit[1].low > -INFINITY ? 1 : 0;
        for (size_t j = 2; j < D; j++) {
            more += prim.limit[j].low > -INFINITY ? 1 : 0;
            more += prim.limit[j].high < INFINITY ? 1 : 0;
            more += prim.limit[j].categories != UINT64_MAX ? 1 : 0;
        }
        assert_true(prim.box.density > 0.8 && prim.box.density < 0.98);
        assert_counts(&prim, &cases);
        ana_prim_free(&prim);
        free_cases(&cases);
    }
    assert_true(more <= 3);
}

static void
test_prim_two_sided_and_category(void **state)
{
    cases_t cases;
    ana_prim_rule_t rule;
    ana_prim_t prim;

    (void) state;
    make_cases(&cases, middle_and_category, 0.05, 3);
    rule = rule_of(&cases);
    assert_int_equal(ana_prim_init(&prim, &rule), 0);
    assert_true(fabs(prim.limit[2].low - 0.3) < 0.05 && fabs(prim.limit[2].high - 0.7) < 0.05);
    assert_true((prim.limit[5].categories & 15u) == 10u);
    assert_true(prim.limit[5].p_low < 1e-6 && isnan(prim.limit[5].p_high));
    for (size_t j = 0; j < 2; j++) {
        assert_no_limit(&prim.limit[j]);
    }
    assert_counts(&prim, &cases);
    ana_prim_free(&prim);
    free_cases(&cases);
}

/* Ten points in a line, the last four of interest: the box starts between 6 and 7; P(4 of 4 | 4/10) = 0.0256. */
static void
test_prim_by_hand(void **state)
{
    static const double x[10] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, y[10] = { 0, 0, 0, 0, 0, 0, 1, 1, 1, 1 };
    const double *column[] = { x };
    const ana_prim_rule_t rule = {
        .inputs = { .x = column, .n_inputs = 1, .n_points = 10 }, .y = y, .slice = 0.05, .least = 0.1
    };
    ana_prim_t prim;

    (void) state;
    assert_int_equal(ana_prim_init(&prim, &rule), 0);
    assert_true(prim.limit[0].low == 6.5 && prim.limit[0].high == INFINITY);
    assert_true(fabs(prim.limit[0].p_low - 0.0256) < 1e-12);
    assert_true(prim.box.coverage == 1.0 && prim.box.density == 1.0 && prim.box.support == 0.4);
    assert_int_equal(prim.n_boxes, 7);
    ana_prim_free(&prim);
}

/*
 * 32 points in a line, the last 19 of interest, and slices of a quarter: 1 to 8 go, then 9 to 14, which is one too
 * many; pasting puts 14 back, and no more. P(19 of 19 | 19/32) = (19/32)^19.
 */
static void
test_prim_paste_by_hand(void **state)
{
    double x[32], y[32];
    const double *column[] = { x };
    const ana_prim_rule_t rule = {
        .inputs = { .x = column, .n_inputs = 1, .n_points = 32 }, .y = y, .slice = 0.25, .least = 0.1
    };
    ana_prim_t prim;

    (void) state;
    for (size_t i = 0; i < 32; i++) {
        x[i] = (double) (i + 1);
        y[i] = i >= 13 ? 1.0 : 0.0;
    }
    assert_int_equal(ana_prim_init(&prim, &rule), 0);
    assert_int_equal(prim.n_boxes, 3);
    assert_int_equal(prim.peeled[2].n, 18);
    assert_true(prim.limit[0].low == 13.5 && prim.limit[0].high == INFINITY);
    assert_true(fabs(prim.limit[0].p_low / pow(19.0 / 32.0, 19.0) - 1.0) < 1e-9);
    assert_true(prim.box.coverage == 1.0 && prim.box.density == 1.0);
    ana_prim_free(&prim);
}

static void
test_prim_errors(void **state)
{
    static const double x[3] = { 1, 2, 70 }, y[3] = { 0, 1, 1 }, none[3] = { 0, 0, 0 }, failed[3] = { NAN, NAN, NAN };
    static const bool categorical[] = { true };
    const double *column[] = { x };
    ana_prim_rule_t rule = {
        .inputs = { .x = column, .n_inputs = 1, .n_points = 3 }, .y = y, .slice = 0.05, .least = 0.1
    };
    ana_prim_t prim;

    (void) state;
    rule.categorical = categorical;
    assert_int_equal(ana_prim_init(&prim, &rule), SIM_ERR_BAD_PARAM);
    ana_prim_free(&prim);
    rule.categorical = NULL;
    rule.y = none;
    assert_int_equal(ana_prim_init(&prim, &rule), SIM_ERR_BAD_PARAM);
    ana_prim_free(&prim);
    rule.y = failed;
    assert_int_equal(ana_prim_init(&prim, &rule), SIM_ERR_BAD_PARAM);
    ana_prim_free(&prim);
    rule.y = y;
    rule.slice = 0.0;
    assert_int_equal(ana_prim_init(&prim, &rule), SIM_ERR_BAD_PARAM);
    ana_prim_free(&prim);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prim_exact_box),
        cmocka_unit_test(test_prim_noisy_box),
        cmocka_unit_test(test_prim_two_sided_and_category),
        cmocka_unit_test(test_prim_by_hand),
        cmocka_unit_test(test_prim_paste_by_hand),
        cmocka_unit_test(test_prim_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
