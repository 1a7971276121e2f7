/* Time-persistent levels. */
#include "sim/core/level.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* All values are sums of powers of two, so every area is exact. */
static void
assert_same(double a, double b)
{
    assert_true(a == b);
}

static void
test_level_area(void **state)
{
    sim_level_t level;

    (void) state;
    sim_level_init(&level, 3);
    assert_same(sim_level_area(&level, 0), 0);
    sim_level_add(&level, 2, 2);    /* 3 x 2 */
    sim_level_add(&level, 2.5, -4); /* 5 x 0.5 */
    sim_level_add(&level, 2.5, 6);  /* two changes at one time */
    assert_same(level.value, 7);
    assert_same(sim_level_area(&level, 4.5), 6 + 2.5 + 14);
    assert_same(level.value, 7);
    assert_same(sim_level_area(&level, 5.5), 6 + 2.5 + 14 + 7);
}

static void
test_level_restart(void **state)
{
    sim_level_t level;

    (void) state;
    sim_level_init(&level, -1);
    sim_level_add(&level, 1, 9);
    sim_level_add(&level, 2, -4);
    assert_same(sim_level_area(&level, 3), -1 + 8 + 4);
    sim_level_restart(&level); /* keeps the level and forgets its past: it is 0 again */
    assert_same(level.value, 4);
    assert_same(sim_level_area(&level, 0), 0);
    sim_level_add(&level, 1, 1);
    assert_same(sim_level_area(&level, 3), 4 + 10);
}

/* The area of a staircase equals the sum over its units of the time each was present (Little's identity). */
static void
test_level_is_sum_of_stays(void **state)
{
    sim_level_t level;
    double stays = 0;

    (void) state;
    sim_level_init(&level, 0);
    for (int i = 0; i < 64; i++) {
        sim_level_add(&level, i * 0.25, 1);
        stays += 32 - i * 0.25;
    }
    for (int i = 0; i < 64; i++) {
        sim_level_add(&level, 32 + i * 0.5, -1);
        stays += i * 0.5;
    }
    assert_same(level.value, 0);
    assert_same(sim_level_area(&level, 100), stays);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_level_area),
        cmocka_unit_test(test_level_restart),
        cmocka_unit_test(test_level_is_sum_of_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
