/* Philox and the addressed streams: known answers, independence of neighbours, no meeting of streams. */
#include "sim/core/random.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#define SIDE 16
#define CELLS (SIDE * SIDE)
#define PAIRS 400000

static void
check_philox(uint32_t c, uint32_t k, const uint32_t expected[4])
{
    uint32_t counter[4] = { c, c, c, c };
    uint32_t key[2] = { k, k };
    uint32_t out[4];

    sim_philox4x32(counter, key, out);
    assert_memory_equal(out, expected, sizeof(out));
}

/* From kat_vectors of the Random123 library. */
static void
test_random_philox_known_answers(void **state)
{
    const uint32_t zeros[4] = { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 };
    const uint32_t ones[4] = { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd };
    const uint32_t pi[4] = { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 };
    const uint32_t counter[4] = { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 };
    const uint32_t key[2] = { 0xa4093822, 0x299f31d0 };
    uint32_t out[4];

    (void) state;
    check_philox(0, 0, zeros);
    check_philox(UINT32_MAX, UINT32_MAX, ones);
    sim_philox4x32(counter, key, out);
    assert_memory_equal(out, pi, sizeof(out));
}

/* Values from a second program, written from the definitions. */
static void
test_random_known_answers(void **state)
{
    uint64_t key = sim_key(UINT64_C(0x0123456789ABCDEF), 7, 0x89ABCDEF, (UINT64_C(5) << 32) + 3);
    sim_stream_t stream;

    (void) state;
    assert_true(key == UINT64_C(0xAE3A89A205276643));
    assert_true(sim_key(UINT64_C(0x0123456789ABCDEF), 7, 0x89ABCDEF, (UINT64_C(5) << 32) + 2) ==
                UINT64_C(0x2E51026E62A0A806));
    assert_int_equal(sim_hash(""), 0xAB3E7C0B);
    assert_int_equal(sim_hash("choice"), 0x199FB526);
    assert_int_equal(sim_hash("partnership"), 0x6FF09D4B);
    stream = sim_draw(key, sim_hash("choice"), 2, 5);
    assert_true(sim_stream_bits(&stream) == UINT64_C(0x336A1D6918C125E8));
    assert_true(sim_stream_bits(&stream) == UINT64_C(0xB690C960638CB95F));
    assert_true(sim_uniform(key, sim_hash("choice"), 2, 5) == (0x336A1D6918C12p0 + 0.5) * 0x1p-52);
}

static void
test_random_key_uses_every_argument(void **state)
{
    uint64_t key = sim_key(1, 2, 3, 4);

    (void) state;
    assert_true(key == sim_key(1, 2, 3, 4));
    for (int bit = 0; bit < 64; bit++) {
        uint64_t flip = UINT64_C(1) << bit;

        assert_true(key != sim_key(1 ^ flip, 2, 3, 4));
        assert_true(key != sim_key(1, 2, 3, 4 ^ flip));
        assert_true(bit >= 32 || key != sim_key(1, 2 ^ (uint32_t) flip, 3, 4));
        assert_true(bit >= 32 || key != sim_key(1, 2, 3 ^ (uint32_t) flip, 4));
    }
}

static void
test_random_gsl(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(sim_rng_type());
    gsl_rng *copy;
    unsigned long value = 0;

    (void) state;
    assert_string_equal(gsl_rng_name(rng), "weir");
    assert_true(gsl_rng_max(rng) == ULONG_MAX && gsl_rng_min(rng) == 0);
    assert_int_equal(gsl_rng_size(rng), sizeof(sim_stream_t));
    gsl_rng_set(rng, 1);
    for (int i = 0; i < 10000; i++) {
        value = gsl_rng_get(rng);
    }
    assert_true(value == (unsigned long) (UINT64_C(11521056147022658731) >> (64 - CHAR_BIT * sizeof(long))));
    copy = gsl_rng_clone(rng);
    assert_true(gsl_rng_get(copy) == gsl_rng_get(rng));
    assert_true(gsl_rng_uniform(copy) == gsl_rng_uniform(rng));
    gsl_rng_free(copy);
    gsl_rng_free(rng);
}

/* A state whose draw is the given bits: the finaliser is a bijection, so its inverse shows the ends of the range. */
static uint64_t
unmix(uint64_t z)
{
    z ^= z >> 31 ^ z >> 62;
    z *= UINT64_C(0x319642B2D24D8EC3);
    z ^= z >> 27 ^ z >> 54;
    z *= UINT64_C(0x96DE1B173F119089);
    return z ^ z >> 30 ^ z >> 60;
}

static void
test_random_uniform_is_open(void **state)
{
    sim_stream_t least = { unmix(0) }, most = { unmix(UINT64_MAX) };
    double low = sim_stream_uniform(&least), high = sim_stream_uniform(&most);

    (void) state;
    assert_true(low == 0x1p-53);
    assert_true(high == 1.0 - 0x1p-53);
}

typedef double (*pair_fn)(uint64_t i, int second);

static double
by_draw(uint64_t i, int second)
{
    return sim_uniform(sim_key(1, 0, 1, i), 77, 3, (uint16_t) (10 + second));
}

static double
by_visit(uint64_t i, int second)
{
    return sim_uniform(sim_key(1, 0, 1, i), 77, (uint16_t) (10 + second), 3);
}

static double
by_hash(uint64_t i, int second)
{
    return sim_uniform(sim_key(1, 0, 1, i), 77 + (uint32_t) second, 3, 0);
}

static double
by_ordinal(uint64_t i, int second)
{
    return sim_uniform(sim_key(1, 0, 1, 2 * i + (uint64_t) second), 77, 3, 0);
}

static double
by_replication(uint64_t i, int second)
{
    return sim_uniform(sim_key(1, (uint32_t) second, 1, i), 77, 3, 0);
}

static double
by_source(uint64_t i, int second)
{
    return sim_uniform(sim_key(1, 0, 1 + (uint32_t) second, i), 77, 3, 0);
}

static double
by_seed(uint64_t i, int second)
{
    return sim_uniform(sim_key(1 + (uint64_t) second, 0, 1, i), 77, 3, 0);
}

/* Neighbours for one key, over all visits and draws: the worst case for a counter. */
static double
by_counter(uint64_t i, int second)
{
    uint64_t at = 2 * i + (uint64_t) second;

    return sim_uniform(12345, 77, (uint16_t) (at >> 16), (uint16_t) at);
}

static double
by_further_number(uint64_t i, int second)
{
    sim_stream_t stream = sim_draw(sim_key(1, 0, 1, i), 77, 3, 0);
    double first = sim_stream_uniform(&stream);

    return second ? sim_stream_uniform(&stream) : first;
}

static double
further_meets_next(uint64_t i, int second)
{
    sim_stream_t stream = sim_draw(sim_key(1, 0, 1, i), 77, 3, (uint16_t) second);

    if (!second) {
        sim_stream_bits(&stream);
    }
    return sim_stream_uniform(&stream);
}

/* The chi-square of the joint uniforms over 16 x 16 cells of equal probability. */
static double
joint_chi_square(pair_fn uniform)
{
    double count[CELLS] = { 0.0 };
    double expected = (double) PAIRS / CELLS, sum = 0.0;

    for (uint64_t i = 0; i < PAIRS; i++) {
        count[(int) (SIDE * uniform(i, 0)) * SIDE + (int) (SIDE * uniform(i, 1))]++;
    }
    for (int i = 0; i < CELLS; i++) {
        sum += (count[i] - expected) * (count[i] - expected) / expected;
    }
    return sum;
}

static double
joint_correlation(pair_fn uniform)
{
    double sum = 0.0;

    for (uint64_t i = 0; i < PAIRS; i++) {
        sum += (uniform(i, 0) - 0.5) * (uniform(i, 1) - 0.5);
    }
    return 12.0 * sum / PAIRS;
}

/*
 * Theory: independent uniforms, so chi-square with 255 degrees of freedom and a correlation of standard error
 * 1/sqrt(400000) = 0.0016. False alarms: 1e-6 for each chi-square (both tails) and 6.3e-5 for each correlation (4
 * standard errors); for the ten pairs together below 1e-3.
 */
static void
test_random_neighbours_are_independent(void **state)
{
    const pair_fn pair[] = { by_draw, by_visit, by_hash, by_ordinal, by_replication, by_source, by_seed, by_counter,
        by_further_number, further_meets_next };

    (void) state;
    for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
        double p = gsl_cdf_chisq_Q(joint_chi_square(pair[i]), CELLS - 1);

        assert_true(p > 5e-7 && p < 1.0 - 5e-7);
        assert_true(fabs(joint_correlation(pair[i])) < 4.0 / sqrt(PAIRS));
    }
}

/* The inverse of an odd number modulo 2^64, by Newton's iteration. */
static uint64_t
inverse_of(uint64_t odd)
{
    uint64_t inverse = odd;

    for (int i = 0; i < 6; i++) {
        inverse *= 2 - odd * inverse;
    }
    return inverse;
}

/*
 * Number i of a stream equals number j of the stream at another address of the same key only if
 * (i - j) SIM_STEP64 = (difference of address) SIM_GOLDEN64 modulo 2^64. So this is exact, for every key: no two
 * addresses of one name (they differ in the low 32 bits) meet within 2^22 numbers.
 */
static void
test_random_streams_never_meet(void **state)
{
    uint64_t inverse = inverse_of(SIM_GOLDEN64);

    (void) state;
    assert_true(inverse * SIM_GOLDEN64 == 1);
    for (uint64_t i = 1; i < (UINT64_C(1) << 22); i++) {
        uint64_t address = i * SIM_STEP64 * inverse;

        assert_true(address >> 32 != 0 && address >> 32 != UINT32_MAX);
    }
}

static int
compare_bits(const void *left, const void *right)
{
    const uint64_t *x = left, *y = right;

    return (*x > *y) - (*x < *y);
}

/* The same by brute force: 64 visits x 64 draws x 64 numbers of one key are all different (chance alone: 2e-9). */
static void
test_random_numbers_are_distinct(void **state)
{
    enum { EACH = 64, ALL = EACH * EACH * EACH };
    uint64_t *bits = test_calloc(ALL, sizeof(*bits));
    size_t n = 0;

    (void) state;
    for (uint16_t visit = 0; visit < EACH; visit++) {
        for (uint16_t draw = 0; draw < EACH; draw++) {
            sim_stream_t stream = sim_draw(sim_key(9, 0, 0, 0), sim_hash("choice"), visit, draw);

            for (int i = 0; i < EACH; i++) {
                bits[n++] = sim_stream_bits(&stream);
            }
        }
    }
    qsort(bits, ALL, sizeof(*bits), compare_bits);
    for (size_t i = 1; i < ALL; i++) {
        assert_true(bits[i] != bits[i - 1]);
    }
    test_free(bits);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_philox_known_answers),
        cmocka_unit_test(test_random_known_answers),
        cmocka_unit_test(test_random_key_uses_every_argument),
        cmocka_unit_test(test_random_gsl),
        cmocka_unit_test(test_random_uniform_is_open),
        cmocka_unit_test(test_random_neighbours_are_independent),
        cmocka_unit_test(test_random_streams_never_meet),
        cmocka_unit_test(test_random_numbers_are_distinct),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
