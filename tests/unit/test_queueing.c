/* The oracle against published values, recomputed independently to six digits. */
#include "sim/analysis/queueing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
assert_near(double value, double exact)
{
    assert_true(fabs(value - exact) <= 1e-6 * fabs(exact));
}

static void
test_queueing_mmc(void **state)
{
    (void) state;
    assert_near(ana_mmc_wait(1, 1, 0.5), 0.5);
    assert_near(ana_mmc_wait(1, 1, 0.7), 1.6333333);
    assert_near(ana_erlang_c(2, 1.8), 0.85263158);
    assert_near(9 * ana_mmc_wait(2, 9, 0.2), 7.6736842);
    assert_near(ana_erlang_c(4, 1.8), 0.12853362);
    assert_near(9 * ana_mmc_wait(4, 9, 0.2), 0.10516387);
    assert_near(ana_mmc_wait(6, 1.0 / 3, 10), 0.55581237);
}

static void
test_queueing_unstable(void **state)
{
    (void) state;
    assert_true(isinf(ana_mmc_wait(1, 1, 1)));
    assert_true(isinf(ana_mmc_wait(2, 3, 1)));
    assert_true(isinf(ana_mg1_wait(1, 1.2, 1)));
    assert_near(ana_erlang_c(2, 2.5), 1);
}

static void
test_queueing_erlang_b(void **state)
{
    (void) state;
    assert_near(ana_erlang_b(10, 40), 0.7576877);
    assert_true(fabs(ana_erlang_b(10, 8.145493) - 0.1283) < 5e-5);
}

static void
test_queueing_mg1(void **state)
{
    (void) state;
    assert_near(ana_mg1_wait(0.8, 1, 0), 2);
    assert_near(ana_mg1_wait(0.8, 1, sqrt(0.5)), 3);
    assert_near(ana_mg1_wait(0.8, 1, 1), 4);
    assert_near(ana_mg1_wait(0.8, 1, 2), 10);
}

static void
test_queueing_erlang_a(void **state)
{
    ana_erlang_a_t a = ana_erlang_a(50, 48, 1, 2), b = ana_erlang_a(4, 5, 1, 2);

    (void) state;
    assert_near(a.queue, 2.9675757);
    assert_true(fabs(a.abandon - 0.0309122) < 1e-7);
    assert_true(fabs(a.utilisation - 0.9303242) < 1e-7);
    assert_true(fabs(a.wait - 0.4677741) < 1e-7);
    assert_true(fabs(b.abandon - 0.2590255) < 1e-7);
    assert_true(fabs(b.queue - 2.590255) < 1e-6);
}

int
main(void)
{
    const struct CMUnitTest test[] = {
        cmocka_unit_test(test_queueing_mmc),
        cmocka_unit_test(test_queueing_unstable),
        cmocka_unit_test(test_queueing_erlang_b),
        cmocka_unit_test(test_queueing_mg1),
        cmocka_unit_test(test_queueing_erlang_a),
    };

    return cmocka_run_group_tests(test, NULL, NULL);
}
