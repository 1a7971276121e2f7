/* What a choice risks: posterior probabilities and regrets against closed forms, and tables worked by hand. */
#include "sim/analysis/choice.h"
#include "sim/analysis/pareto.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define N 12
#define DRAWS 40000
/* A share of 40,000 draws has a standard error of at most 0.0025; four of them, false alarm below 1 in 15,000. */
#define SHARE_ERROR (4.0 * 0.0025)

static const double A[N] = { 61.0, 58.5, 60.2, 63.1, 59.4, 60.8, 62.2, 57.9, 61.7, 60.1, 59.0, 62.6 };
static const double B[N] = { 60.1, 58.9, 60.0, 62.0, 59.9, 60.1, 61.3, 58.3, 61.0, 59.3, 59.2, 61.9 };

/* Of two candidates: D = A - B has mean m and standard error s, and (mean - m) / s is Student's t with n - 1 degrees. */
static void
test_choice_two_normals(void **state)
{
    static const double *const value[] = { A, B };
    ana_sample_t sample = { value, 2, 1, N, DRAWS, 5 };
    ana_choice_t choice[2];
    ana_interval_t d, mean;

    (void) state;
    ana_paired(A, B, 1, N, &d);
    ana_mean_interval(A, 1, N, &mean);
    assert_int_equal(ana_choose(&sample, 0, true, 0.0, choice), 0);
    double t = d.mean / d.se, nu = N - 1;
    double p = gsl_cdf_tdist_P(t, nu), density = gsl_ran_tdist_pdf(t, nu);
    double gain = d.mean * p + d.se * (nu + t * t) / (nu - 1.0) * density; /* E max(D, 0) */

    assert_true(p > 0.9 && p < 0.99);
    assert_true(fabs(choice[0].p_best - p) < SHARE_ERROR && fabs(choice[1].p_best - (1.0 - p)) < SHARE_ERROR);
    assert_true(fabs(choice[0].p_best + choice[1].p_best - 1.0) < 1e-9);
    assert_true(fabs(choice[0].p_near - choice[0].p_best) < 1e-9); /* within nothing of the best is best */
    assert_true(fabs(choice[1].regret - gain) < 4.0 * d.se * 1.2 / sqrt(DRAWS));
    assert_true(fabs(choice[0].regret - (gain - d.mean)) < 4.0 * d.se * 0.5 / sqrt(DRAWS));
    assert_true(choice[0].mean == mean.mean && choice[0].n == N);
    assert_true(fabs(choice[0].low - mean.low) < 0.05 * mean.se && fabs(choice[0].high - mean.high) < 0.05 * mean.se);
    assert_true(choice[0].regret_low == 0.0 && fabs(choice[1].regret_high - d.high) < 0.06 * d.se);
    assert_int_equal(ana_choose(&sample, 0, false, 10.0, choice), 0);
    assert_true(fabs(choice[1].p_best - p) < SHARE_ERROR && choice[1].p_near > 0.9999);
}

/* Equals share: B twice, and A worse when the least is best. Nothing varies but with the seed. */
static void
test_choice_equals(void **state)
{
    static const double *const value[] = { B, A, B };
    ana_sample_t sample = { value, 3, 1, N, 2000, 5 };
    ana_choice_t choice[3], again[3];

    (void) state;
    assert_int_equal(ana_choose(&sample, 0, false, 0.0, choice), 0);
    assert_true(fabs(choice[0].p_best - choice[2].p_best) < 1e-12 && choice[1].p_best < 0.1);
    assert_int_equal(ana_choose(&sample, 0, false, 0.0, again), 0);
    assert_memory_equal(choice, again, sizeof(choice));
    sample.seed = 6;
    assert_int_equal(ana_choose(&sample, 0, false, 0.0, again), 0);
    assert_memory_not_equal(choice, again, sizeof(choice));
}

/* More candidates than replications: 30 of B, shifted down, leave the probability of the pair as it is. */
static void
test_choice_many(void **state)
{
    static double far[28][4];
    const double *value[30] = { A, B };
    ana_sample_t sample = { value, 30, 1, 4, DRAWS, 5 };
    ana_choice_t choice[30];
    ana_interval_t d;
    double sum = 0.0;

    (void) state;
    for (size_t i = 0; i < 28; i++) {
        for (size_t j = 0; j < 4; j++) {
            far[i][j] = B[j] - 1000.0 - (double) i * (double) j;
        }
        value[i + 2] = far[i];
    }
    ana_paired(A, B, 1, 4, &d);
    assert_int_equal(ana_choose(&sample, 0, true, 0.0, choice), 0);
    for (size_t i = 0; i < 30; i++) {
        sum += choice[i].p_best;
    }
    assert_true(fabs(sum - 1.0) < 1e-9);
    assert_true(fabs(choice[0].p_best - gsl_cdf_tdist_P(d.mean / d.se, 3.0)) < SHARE_ERROR);
}

/*
 * A candidate that fell out after 10 of 200 replications, with a correlation of 0.95: its mean is known nearly as well as
 * that of one that was not, and its interval covers as often as it says. The bare mean of 10 has a standard error of
 * 0.316; with all 200 of the other it is sqrt(0.0975 / 10 + 0.9025 / 200) = 0.119, and about 0.126 with an estimated
 * slope. Coverage of 1,000 samples within four standard errors and what 600 draws shorten an interval by.
 */
static void
test_choice_fell_out(void **state)
{
    enum { SAMPLES = 1000, ALL = 200, FEW = 10 };
    static double full[ALL], part[ALL];
    const double *value[] = { part, full };
    double squares = 0.0;
    size_t covered = 0;

    (void) state;
    for (uint32_t s = 0; s < SAMPLES; s++) {
        ana_sample_t sample = { value, 2, 1, ALL, 600, s };
        sim_stream_t stream = { sim_key(77, s, 0, 0) };
        ana_choice_t choice[2];

        for (size_t j = 0; j < ALL; j++) {
            double z = sim_ziggurat_normal_next(&stream), own = sim_ziggurat_normal_next(&stream);

            full[j] = z;
            part[j] = j < FEW ? 0.95 * z + sqrt(1.0 - 0.95 * 0.95) * own - 1.0 : NAN;
        }
        assert_int_equal(ana_choose(&sample, 0, true, 0.0, choice), 0);
        assert_int_equal(choice[0].n, FEW);
        squares += (choice[0].mean + 1.0) * (choice[0].mean + 1.0) / SAMPLES;
        covered += choice[0].low <= -1.0 && -1.0 <= choice[0].high ? 1u : 0u;
    }
    print_message("standard error %.3f, covered %.1f%%\n", sqrt(squares), 100.0 * (double) covered / SAMPLES);
    assert_true(sqrt(squares) < 0.14);
    assert_true(fabs((double) covered / SAMPLES - 0.95) < 4.0 * sqrt(0.95 * 0.05 / SAMPLES) + 0.005);
}

/* With one replication nothing can be said of a candidate; with three in common the slope is 1. */
static void
test_choice_few(void **state)
{
    static const double one[N] = { 61.0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
    static const double three[N] = { 62.0, 59.5, 61.3, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
    static const double *const value[] = { one, A, three };
    ana_sample_t sample = { value, 3, 1, N, 2000, 5 };
    ana_choice_t choice[3];

    (void) state;
    assert_int_equal(ana_choose(&sample, 0, true, 0.0, choice), 0);
    assert_true(isnan(choice[0].mean) && isnan(choice[0].regret) && isnan(choice[0].low) && choice[0].p_best == 0.0);
    assert_true(fabs(choice[2].mean - choice[1].mean - 3.1 / 3.0) < 1e-9);
    assert_true(choice[2].p_best > 0.99 && choice[2].n == 3);
}

static void
test_choice_errors(void **state)
{
    static const double *const value[] = { A, B };
    ana_sample_t sample = { value, 2, 1, N, 0, 5 }, empty = { value, 0, 1, N, 10, 5 };
    ana_choice_t choice[2];
    ana_robust_t robust[2];
    double probability[2];
    static const bool greatest[1] = { true };

    (void) state;
    assert_int_equal(ana_choose(&sample, 0, true, 0.0, choice), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_choose_robust(&sample, true, robust), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_pareto_probability(&sample, greatest, probability), SIM_ERR_BAD_PARAM);
    sample.draws = 10;
    assert_int_equal(ana_choose(&sample, 1, true, 0.0, choice), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_choose(&empty, 0, true, 0.0, choice), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_choose_robust(&empty, true, robust), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_pareto_probability(&empty, greatest, probability), SIM_ERR_BAD_PARAM);
}

/* What is lost by A when the least is best is A - B; by B, its opposite. */
static void
test_choice_regret(void **state)
{
    ana_interval_t d, regret;

    (void) state;
    ana_paired(A, B, 1, N, &d);
    ana_regret(A, B, N, false, &regret);
    assert_true(regret.mean == d.mean && regret.low == d.low);
    ana_regret(B, A, N, false, &regret);
    assert_true(regret.mean == -d.mean && fabs(regret.low + d.high) < 1e-12);
    ana_regret(B, A, N, true, &regret);
    assert_true(regret.mean == d.mean);
}

/*
 * Shares seen by X, Y and Z when growth is low, central and high (rows). X is best when it is low and worst when it is
 * high; Y is never far from the best; Z has the best worst case. Regrets: X 0, 5, 30; Y 10, 0, 5; Z 38, 15, 0.
 */
static const double TABLE[3][3] = { { 90, 80, 52 }, { 70, 75, 60 }, { 20, 45, 50 } };

static void
fill(double value[9][2], const double *pointer[9])
{
    for (size_t c = 0; c < 9; c++) {
        value[c][0] = value[c][1] = TABLE[c / 3][c % 3];
        pointer[c] = value[c];
    }
}

static void
test_choice_robust(void **state)
{
    static const double worst[3] = { 20, 45, 50 }, regret[3] = { 30, 10, 38 };
    double value[9][2];
    const double *pointer[9];
    ana_sample_t sample = { pointer, 3, 3, 2, 100, 5 };
    ana_robust_t robust[3];

    (void) state;
    fill(value, pointer);
    assert_int_equal(ana_choose_robust(&sample, true, robust), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_true(robust[i].worst == worst[i] && robust[i].worst_measure == 2 && robust[i].worst_low == worst[i]);
        assert_true(robust[i].regret == regret[i] && robust[i].regret_high == regret[i]);
        assert_true(fabs(robust[i].p_maximin - (i == 2 ? 1.0 : 0.0)) < 1e-9);
        assert_true(fabs(robust[i].p_minimax - (i == 1 ? 1.0 : 0.0)) < 1e-9);
    }
    assert_true(robust[0].regret_measure == 2 && robust[1].regret_measure == 0 && robust[2].regret_measure == 0);
}

/* The same with signs changed, the least best; and Y, not known in one scenario, is left out. */
static void
test_choice_robust_least(void **state)
{
    double value[9][2];
    const double *pointer[9];
    ana_sample_t sample = { pointer, 3, 3, 2, 100, 5 };
    ana_robust_t robust[3];

    (void) state;
    fill(value, pointer);
    for (size_t c = 0; c < 9; c++) {
        value[c][0] = value[c][1] = c == 4 ? NAN : -value[c][0];
    }
    assert_int_equal(ana_choose_robust(&sample, false, robust), 0);
    assert_true(robust[0].regret == 30.0 && robust[2].regret == 38.0 && isnan(robust[1].regret));
    assert_true(robust[2].worst == -50.0 && isnan(robust[1].worst) && isnan(robust[1].worst_low));
    assert_true(fabs(robust[0].p_minimax - 1.0) < 1e-9 && fabs(robust[2].p_maximin - 1.0) < 1e-9);
    assert_true(robust[1].p_minimax == 0.0 && robust[1].p_maximin == 0.0);
}

/* Seen (more is better) and cost (less is): 0, 1 and 4 on the frontier, 5 equal to 1; 2 and 3 dominated; 6 not known. */
static void
test_pareto_known(void **state)
{
    static const double value[] = { 10, 20, 15, 5, 30, 20, NAN, 1, 4, 4, 3, 9, 4, 0 };
    static const bool greatest[] = { true, false };
    static const size_t expected[] = { ANA_ON_FRONTIER, ANA_ON_FRONTIER, 1, 0, ANA_ON_FRONTIER, ANA_ON_FRONTIER,
        ANA_NOT_KNOWN };
    size_t dominated_by[7];

    (void) state;
    ana_pareto(value, 7, 2, greatest, dominated_by);
    for (size_t i = 0; i < 7; i++) {
        assert_true(dominated_by[i] == expected[i] || (i == 2 && dominated_by[i] == 5));
    }
}

/* A chain: each is dominated by the next, and all are told of the last, in whatever order they stand. */
static void
test_pareto_chain(void **state)
{
    static const double value[] = { 3, 1, 5, 2, 4, 3, 1, 5, 2, 4, 3, 1, 5, 2, 4 };
    static const bool greatest[] = { true, true, true };
    size_t dominated_by[5];

    (void) state;
    ana_pareto(value, 5, 3, greatest, dominated_by);
    for (size_t i = 0; i < 5; i++) {
        assert_true(dominated_by[i] == (i == 2 ? ANA_ON_FRONTIER : 2));
    }
}

/*
 * B costs what A costs, always, so it is on the frontier when its mean is not less: Student's t of the pair. C is cheaper
 * and worse than either, D dearer and worse.
 */
static void
test_pareto_probability(void **state)
{
    static const double low[N] = { 50, 51, 50, 49, 50, 51, 50, 49, 50, 51, 50, 49 };
    static const double same[N] = { 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5 },
                        less[N] = { 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4 };
    static const double more[N] = { 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6 };
    static const double *const value[] = { A, B, low, low, same, same, less, more };
    static const bool greatest[] = { true, false };
    ana_sample_t sample = { value, 4, 2, N, DRAWS, 9 };
    double probability[4];
    ana_interval_t d;

    (void) state;
    ana_paired(B, A, 1, N, &d);
    assert_int_equal(ana_pareto_probability(&sample, greatest, probability), 0);
    assert_true(fabs(probability[1] - gsl_cdf_tdist_P(d.mean / d.se, N - 1.0)) < SHARE_ERROR);
    assert_true(fabs(probability[0] + probability[1] - 1.0) < 1e-9);
    assert_true(fabs(probability[2] - 1.0) < 1e-9 && probability[3] == 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice_two_normals),
        cmocka_unit_test(test_choice_equals),
        cmocka_unit_test(test_choice_many),
        cmocka_unit_test(test_choice_fell_out),
        cmocka_unit_test(test_choice_few),
        cmocka_unit_test(test_choice_errors),
        cmocka_unit_test(test_choice_regret),
        cmocka_unit_test(test_choice_robust),
        cmocka_unit_test(test_choice_robust_least),
        cmocka_unit_test(test_pareto_known),
        cmocka_unit_test(test_pareto_chain),
        cmocka_unit_test(test_pareto_probability),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
