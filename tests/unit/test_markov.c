/*
 * The solver of Markov chains against answers known without it: two states, birth and death, random walks, a closed
 * form of the transient, and its two ways of finding a stationary distribution against each other.
 */
#include "tests/theory/markov.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
assert_near(double value, double exact, double relative)
{
    if (!(fabs(value - exact) <= relative * fabs(exact))) {
        print_error("%.15g, not %.15g\n", value, exact);
        fail();
    }
}

/* ---- chains ---- */

typedef struct {
    int limit;
    double up, down;
} walk_t;

static void
walk(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const walk_t *self = ctx;

    markov_add(chain, s, 0, 1, s->x[0] < self->limit ? self->up : 0);
    markov_add(chain, s, 0, -1, s->x[0] > 0 ? self->down : 0);
}

/* The same, never leaving 0 once there. */
static void
ruin(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    if (s->x[0] > 0) {
        walk(chain, s, ctx);
    }
}

/* Customers of two independent M/M/1/limit, in one chain. */
static void
two_walks(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const walk_t *self = ctx;

    for (int k = 0; k < 2; k++) {
        markov_add(chain, s, k, 1, s->x[k] < self->limit ? self->up : 0);
        markov_add(chain, s, k, -1, s->x[k] > 0 ? self->down * (k + 1) : 0);
    }
}

/* Customers circulating among three nodes, all of whose states have the same probability. */
static void
circle(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    (void) ctx;
    for (int k = 0; k < 3; k++) {
        markov_move(chain, s, k, (k + 1) % 3, s->x[k] > 0);
    }
}

static void
immigration_death(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const walk_t *self = ctx;

    markov_add(chain, s, 0, 1, s->x[0] < self->limit ? self->up : 0);
    markov_add(chain, s, 0, -1, self->down * s->x[0]);
}

static void
negative_rate(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    (void) ctx;
    markov_add(chain, s, 0, 1, -1);
}

static double
is_up(const markov_state_t *from, const markov_state_t *to, const void *ctx)
{
    (void) ctx;
    return to->x[0] > from->x[0];
}

static double
square(const markov_state_t *s, const void *ctx)
{
    (void) ctx;
    return (double) s->x[0] * s->x[0];
}

static markov_state_t
at(int n)
{
    markov_state_t s = { { (int16_t) n } };

    return s;
}

/* ---- tests ---- */

static void
test_markov_birth_death(void **state)
{
    walk_t w = { 20, 3, 4 };
    double total = (1 - pow(0.75, 21)) / 0.25, mean = 0, mean_square = 0;
    markov_t chain;

    (void) state;
    assert_int_equal(markov_init(&chain, at(0), walk, &w), MARKOV_OK);
    assert_int_equal(chain.n, 21);
    assert_int_equal(chain.n_arcs, 40);
    assert_int_equal(markov_solve(&chain), MARKOV_OK);
    for (int n = 0; n <= 20; n++) {
        double p = pow(0.75, n) / total;

        mean += n * p;
        mean_square += n * n * p;
        assert_near(markov_share(&chain, 0, n), p, 1e-13);
    }
    assert_near(markov_mean_place(&chain, 0), mean, 1e-13);
    assert_near(markov_mean(&chain, square, NULL), mean_square, 1e-13);
    assert_near(markov_flow(&chain, is_up, NULL), 3 * (1 - pow(0.75, 20) / total), 1e-13);
    markov_free(&chain);
}

/* Probabilities down to 1e-200 have their digits too: nothing is subtracted. */
static void
test_markov_small_probabilities(void **state)
{
    walk_t w = { 200, 1, 10 };
    markov_t chain;

    (void) state;
    assert_int_equal(markov_init(&chain, at(0), walk, &w), MARKOV_OK);
    assert_int_equal(markov_solve(&chain), MARKOV_OK);
    assert_near(markov_share(&chain, 0, 200), 0.9e-200, 1e-12);
    markov_free(&chain);
}

/* 276 states in three places, each with probability 1 / 276. */
static void
test_markov_closed_circle(void **state)
{
    markov_t chain;

    (void) state;
    assert_int_equal(markov_init(&chain, at(22), circle, NULL), MARKOV_OK);
    assert_int_equal(chain.n, 276);
    assert_int_equal(markov_solve(&chain), MARKOV_OK);
    for (size_t i = 0; i < chain.n; i++) {
        assert_near(chain.p[i], 1.0 / 276, 1e-12);
    }
    assert_near(markov_mean_place(&chain, 1), 22.0 / 3, 1e-12);
    markov_free(&chain);
}

/* Elimination and sweeping agree, and both with the product of two geometric distributions. */
static void
test_markov_two_ways(void **state)
{
    walk_t w = { 24, 3, 4 };
    double exact = 0, total = 0;
    markov_t chain;

    (void) state;
    for (int n = 0; n <= 24; n++) {
        total += pow(0.75, n);
        exact += n * pow(0.75, n);
    }
    assert_int_equal(markov_init(&chain, at(0), two_walks, &w), MARKOV_OK);
    assert_int_equal(chain.n, 625);
    assert_int_equal(markov_solve(&chain), MARKOV_OK);
    assert_int_equal(chain.sweeps, 0);
    assert_near(markov_mean_place(&chain, 0), exact / total, 1e-12);
    assert_int_equal(markov_solve_sweeping(&chain), MARKOV_OK);
    assert_true(chain.sweeps > 0);
    assert_near(markov_mean_place(&chain, 0), exact / total, 1e-11);
    markov_free(&chain);
}

/* Too large for elimination: 40401 states. */
static void
test_markov_large(void **state)
{
    walk_t w = { 200, 1, 2 };
    markov_t chain;

    (void) state;
    assert_int_equal(markov_init(&chain, at(0), two_walks, &w), MARKOV_OK);
    assert_int_equal(chain.n, 201 * 201);
    assert_int_equal(markov_solve(&chain), MARKOV_OK);
    assert_true(chain.sweeps > 0);
    assert_near(markov_mean_place(&chain, 0), 1, 1e-11);
    assert_near(markov_mean_place(&chain, 1), 1.0 / 3, 1e-11);
    markov_free(&chain);
}

/* On at rate 3, off at rate 2: p(t) = 0.6 (1 - exp(-5 t)) from off, and its integral. */
static void
test_markov_advance_two_states(void **state)
{
    walk_t w = { 1, 3, 2 };
    double time[] = { 0.01, 0.3, 2, 40 }, now = 0;
    markov_t chain;

    (void) state;
    assert_int_equal(markov_init(&chain, at(0), walk, &w), MARKOV_OK);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(markov_advance(&chain, time[i]), MARKOV_OK);
        now += time[i];
        assert_near(chain.p[1], -0.6 * expm1(-5 * now), 1e-13);
        assert_near(chain.spent[1], 0.6 * (now + expm1(-5 * now) / 5), 1e-12);
        assert_near(chain.spent[0] + chain.spent[1], now, 1e-13);
    }
    assert_int_equal(markov_start(&chain, at(1)), MARKOV_OK);
    assert_true(chain.spent[0] == 0 && chain.p[1] == 1);
    assert_int_equal(markov_advance(&chain, 0), MARKOV_OK);
    assert_true(chain.p[1] == 1);
    markov_free(&chain);
}

/*
 * M/M/infinity from empty, its arrivals doubled at time 1: a Poisson number whose mean is known. New states are found
 * then.
 */
static void
test_markov_rates_change(void **state)
{
    walk_t w = { 30, 2, 1 };
    double mean;
    size_t n;
    markov_t chain;

    (void) state;
    assert_int_equal(markov_init(&chain, at(0), immigration_death, &w), MARKOV_OK);
    n = chain.n;
    assert_int_equal(markov_advance(&chain, 1), MARKOV_OK);
    mean = -2 * expm1(-1);
    assert_near(markov_mean_place(&chain, 0), mean, 1e-13);
    assert_near(markov_mean(&chain, square, NULL), mean * mean + mean, 1e-12);
    w = (walk_t){ 60, 4, 1 };
    assert_int_equal(markov_rates(&chain, immigration_death, &w), MARKOV_OK);
    assert_int_equal(chain.n, n + 30);
    assert_int_equal(markov_advance(&chain, 0.5), MARKOV_OK);
    mean = 4 + (mean - 4) * exp(-0.5);
    assert_near(markov_mean_place(&chain, 0), mean, 1e-13);
    assert_near(markov_share(&chain, 0, 0), exp(-mean), 1e-12);
    markov_free(&chain);
}

/* A busy period of M/M/1: mean 1 / (down - up), second moment 2 down / (down - up)^3; from 3 it is three of them. */
static void
test_markov_absorb_busy_period(void **state)
{
    walk_t w = { 300, 1, 2 };
    markov_t chain;

    (void) state;
    assert_int_equal(markov_init(&chain, at(1), ruin, &w), MARKOV_OK);
    assert_int_equal(markov_absorb(&chain), MARKOV_OK);
    assert_near(markov_time_from(&chain, at(1), 1), 1, 1e-11);
    assert_near(markov_time_from(&chain, at(1), 2), 4, 1e-11);
    assert_near(markov_time_from(&chain, at(3), 1), 3, 1e-11);
    assert_near(markov_time_from(&chain, at(3), 2), 3 * 4 + 6, 1e-11);
    assert_true(markov_time_from(&chain, at(0), 1) == 0);
    markov_free(&chain);
}

static void
test_markov_errors(void **state)
{
    walk_t w = { 5, 1, 2 }, endless = { 40000, 1, 0 };
    markov_t chain;

    (void) state;
    assert_int_equal(markov_init(&chain, at(0), negative_rate, NULL), MARKOV_ERR_BAD_RATE);
    assert_int_equal(markov_solve(&chain), MARKOV_ERR_BAD_RATE);
    assert_int_equal(markov_advance(&chain, 1), MARKOV_ERR_BAD_RATE);
    assert_int_equal(markov_absorb(&chain), MARKOV_ERR_BAD_RATE);
    assert_true(isnan(markov_mean_place(&chain, 0)) && isnan(markov_share(&chain, 0, 0)));
    assert_true(isnan(markov_flow(&chain, is_up, NULL)) && isnan(markov_integral(&chain, square, NULL)));
    markov_free(&chain);
    markov_free(&chain);

    assert_int_equal(markov_init(&chain, at(3), ruin, &w), MARKOV_OK);
    assert_int_equal(markov_solve(&chain), MARKOV_ERR_REDUCIBLE);
    markov_free(&chain);
    assert_int_equal(markov_init(&chain, at(3), walk, &w), MARKOV_OK);
    assert_int_equal(markov_absorb(&chain), MARKOV_ERR_REDUCIBLE);
    markov_free(&chain);
    assert_int_equal(markov_init(&chain, at(3), walk, &w), MARKOV_OK);
    assert_int_equal(markov_advance(&chain, -1), MARKOV_ERR_BAD_RATE);
    markov_free(&chain);
    assert_int_equal(markov_init(&chain, at(3), walk, &w), MARKOV_OK);
    assert_int_equal(markov_start(&chain, at(6)), MARKOV_ERR_UNKNOWN_STATE);
    markov_free(&chain);
    assert_int_equal(markov_init(&chain, at(0), walk, &endless), MARKOV_ERR_TOO_MANY);
    markov_free(&chain);
}

int
main(void)
{
    const struct CMUnitTest test[] = {
        cmocka_unit_test(test_markov_birth_death),
        cmocka_unit_test(test_markov_small_probabilities),
        cmocka_unit_test(test_markov_closed_circle),
        cmocka_unit_test(test_markov_two_ways),
        cmocka_unit_test(test_markov_large),
        cmocka_unit_test(test_markov_advance_two_states),
        cmocka_unit_test(test_markov_rates_change),
        cmocka_unit_test(test_markov_absorb_busy_period),
        cmocka_unit_test(test_markov_errors),
    };

    return cmocka_run_group_tests(test, NULL, NULL);
}
