/* The least level that holds with a stated probability: thresholds that are known, and the coverage of its interval. */
#include "sim/analysis/threshold.h"

#include "sim/core/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define REPS 40
#define LEVELS 1000

/* Runs until it is known; threshold[r] is the least level at which replication r holds. Returns the runs that it took. */
static size_t
search(ana_threshold_t *self, const size_t *threshold)
{
    size_t runs = 0, level;

    while (ana_threshold_next(self, &level)) {
        for (size_t r = 0; r < self->n_reps; r++) {
            if (ana_threshold_needs(self, r, level)) {
                ana_threshold_put(self, r, level, level >= threshold[r]);
                runs++;
            }
        }
        assert_true(runs < 100 * self->n_reps);
    }
    return runs;
}

/* Thresholds 10, 20, ..., 400: of 40, 36 hold from 360 on. The 95% interval of the 0.9 quantile is orders 32 to 40. */
static void
test_threshold_known(void **state)
{
    size_t threshold[REPS], runs;
    ana_threshold_answer_t answer;
    ana_threshold_t self;

    (void) state;
    for (size_t r = 0; r < REPS; r++) {
        threshold[r] = 10 * ((r * 7) % REPS + 1);
    }
    assert_int_equal(ana_threshold_init(&self, REPS, LEVELS, 0.9), 0);
    runs = search(&self, threshold);
    ana_threshold_answer(&self, &answer);
    assert_int_equal(answer.n, REPS);
    assert_int_equal(answer.level, 360);
    assert_int_equal(answer.holding, 36);
    assert_int_equal(answer.low, 320);
    assert_int_equal(answer.high, 400);
    print_message("%zu runs instead of %d\n", runs, REPS * 10);
    assert_true(runs < 5 * REPS);
    ana_threshold_free(&self);
}

/* All hold everywhere; all but the stated share hold nowhere; just as many as are needed hold at the top alone. */
static void
test_threshold_ends(void **state)
{
    size_t threshold[REPS];
    ana_threshold_answer_t answer;
    ana_threshold_t self;

    (void) state;
    for (size_t hold = 35; hold <= 40; hold++) {
        for (size_t r = 0; r < REPS; r++) {
            threshold[r] = hold == 40 ? 0 : r < hold ? LEVELS - 1 : LEVELS;
        }
        assert_int_equal(ana_threshold_init(&self, REPS, LEVELS, 0.9), 0);
        (void) search(&self, threshold);
        ana_threshold_answer(&self, &answer);
        assert_int_equal(answer.level, hold == 40 ? 0 : hold == 35 ? LEVELS : LEVELS - 1);
        assert_int_equal(answer.holding, hold);
        assert_int_equal(answer.high, hold == 40 ? 0 : -1);
        ana_threshold_free(&self);
    }
}

/* With fewer than 36 replications the 0.9 quantile has no upper end: 0.9^36 < 0.025. */
static void
test_threshold_few(void **state)
{
    size_t threshold[35] = { 0 };
    ana_threshold_answer_t answer;
    ana_threshold_t self;

    (void) state;
    assert_int_equal(ana_threshold_init(&self, 35, LEVELS, 0.9), 0);
    (void) search(&self, threshold);
    ana_threshold_answer(&self, &answer);
    assert_true(answer.level == 0 && answer.low == 0 && answer.high == -1 && answer.reps_needed == 36);
    ana_threshold_free(&self);
}

/* A replication that is left out does not count; one that fails where it was thought to hold moves the answer up. */
static void
test_threshold_failures(void **state)
{
    size_t threshold[10] = { 5, 5, 5, 5, 5, 5, 5, 5, 900, 900 };
    ana_threshold_answer_t answer;
    ana_threshold_t self;
    size_t level;

    (void) state;
    assert_int_equal(ana_threshold_init(&self, 10, LEVELS, 0.8), 0);
    ana_threshold_leave_out(&self, 9);
    (void) search(&self, threshold);
    ana_threshold_answer(&self, &answer);
    assert_true(answer.n == 9 && answer.level == 5 && answer.holding == 8);
    ana_threshold_put(&self, 0, 5, false);
    assert_true(ana_threshold_next(&self, &level) && level > 5);
    threshold[0] = 17;
    (void) search(&self, threshold);
    ana_threshold_answer(&self, &answer);
    assert_true(answer.level == 17 && answer.holding == 8);
    ana_threshold_free(&self);
}

/*
 * Thresholds uniform on 0 .. 999: the 0.9 quantile is level 900. The interval covers it in at least 95% of samples (it
 * is conservative: orders are whole), within 4 standard errors of 2,000 (false alarm 1 in 16,000; seed fixed), and seldom
 * in all of them.
 */
static void
test_threshold_coverage(void **state)
{
    const size_t samples = 2000;
    size_t covered = 0, threshold[REPS];

    (void) state;
    for (uint32_t s = 0; s < samples; s++) {
        ana_threshold_answer_t answer;
        ana_threshold_t self;

        for (uint16_t r = 0; r < REPS; r++) {
            threshold[r] = (size_t) floor(LEVELS * sim_uniform(sim_key(3, s, 0, 0), 0, 0, r));
        }
        assert_int_equal(ana_threshold_init(&self, REPS, LEVELS, 0.9), 0);
        (void) search(&self, threshold);
        ana_threshold_answer(&self, &answer);
        covered += answer.low <= 899 && (answer.high >= 899 || answer.high < 0) ? 1u : 0u;
        ana_threshold_free(&self);
    }
    print_message("covered %.1f%%\n", 100.0 * (double) covered / (double) samples);
    assert_true((double) covered / (double) samples > 0.95 - 4.0 * sqrt(0.95 * 0.05 / (double) samples));
    assert_true((double) covered / (double) samples < 0.99);
}

static void
test_threshold_errors(void **state)
{
    ana_threshold_answer_t answer;
    ana_threshold_t self;
    size_t level;

    (void) state;
    assert_int_equal(ana_threshold_init(&self, 0, 10, 0.9), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_threshold_init(&self, 10, 0, 0.9), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_threshold_init(&self, 10, 10, 0.0), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_threshold_init(&self, 10, 10, 1.0), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_threshold_init(&self, 10, 10, NAN), SIM_ERR_BAD_PARAM);
    ana_threshold_free(&self);
    assert_int_equal(ana_threshold_init(&self, 1, 10, 0.9), 0);
    ana_threshold_leave_out(&self, 0);
    assert_false(ana_threshold_next(&self, &level));
    ana_threshold_answer(&self, &answer);
    assert_true(answer.n == 0 && answer.level == 10 && answer.low == -1 && answer.high == -1);
    ana_threshold_free(&self);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threshold_known),
        cmocka_unit_test(test_threshold_ends),
        cmocka_unit_test(test_threshold_few),
        cmocka_unit_test(test_threshold_failures),
        cmocka_unit_test(test_threshold_coverage),
        cmocka_unit_test(test_threshold_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
