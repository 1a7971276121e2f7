/*
 * Philox4x32-10: ten rounds of two 32 x 32 -> 64 bit products on a 128-bit counter, with a 64-bit key that moves by a
 * Weyl step each round.
 *
 * Invariant: every function here is a pure function of its arguments; only a gsl_rng holds state, and it is the
 * caller's.
 *
 * References: J.K. Salmon, M.A. Moraes, R.O. Dror, D.E. Shaw, Parallel random numbers: as easy as 1, 2, 3, SC11 (2011);
 * known answers from the authors' Random123 library. FNV-1a: G. Fowler, L.C. Noll, K.-P. Vo; finaliser of 32 bits:
 * A. Appleby, MurmurHash3. GSL generator "weir": seed s = 1 gives 11521056147022658731 as its 10,000th value.
 */
#include "sim/core/random.h"

#include <limits.h>

/* Counters that are multiplied are kept as 64 bits, with the upper half 0, so that no conversion is needed. */
typedef struct {
    uint64_t c0, c2;
    uint32_t c1, c3;
} philox_t;

static inline void
philox_round(philox_t *at, uint32_t key0, uint32_t key1)
{
    uint64_t first = at->c0 * UINT32_C(0xD2511F53);
    uint64_t second = at->c2 * UINT32_C(0xCD9E8D57);

    at->c0 = (uint32_t) (second >> 32) ^ at->c1 ^ key0;
    at->c1 = (uint32_t) second;
    at->c2 = (uint32_t) (first >> 32) ^ at->c3 ^ key1;
    at->c3 = (uint32_t) first;
}

/* Rounds `round` and the next. */
static inline void
philox_two(philox_t *at, uint32_t key0, uint32_t key1, uint32_t round)
{
    philox_round(at, key0 + round * UINT32_C(0x9E3779B9), key1 + round * UINT32_C(0xBB67AE85));
    philox_round(at, key0 + (round + 1) * UINT32_C(0x9E3779B9), key1 + (round + 1) * UINT32_C(0xBB67AE85));
}

/* Ten rounds, written out, so that the keys of the rounds are constants apart and nothing is kept in memory. */
static inline void
philox_ten(philox_t *at, uint32_t key0, uint32_t key1)
{
    philox_two(at, key0, key1, 0);
    philox_two(at, key0, key1, 2);
    philox_two(at, key0, key1, 4);
    philox_two(at, key0, key1, 6);
    philox_two(at, key0, key1, 8);
}

void
sim_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    philox_t at = { counter[0], counter[2], counter[1], counter[3] };

    philox_ten(&at, key[0], key[1]);
    out[0] = (uint32_t) at.c0;
    out[1] = at.c1;
    out[2] = (uint32_t) at.c2;
    out[3] = at.c3;
}

void
sim_key_pair(uint64_t seed, uint32_t replication, uint32_t source, uint64_t pair, uint64_t key[2])
{
    philox_t at = { (uint32_t) pair, replication, (uint32_t) (pair >> 32), source };

    philox_ten(&at, (uint32_t) seed, (uint32_t) (seed >> 32));
    key[0] = (uint64_t) at.c1 << 32 | (uint32_t) at.c0;
    key[1] = (uint64_t) at.c3 << 32 | (uint32_t) at.c2;
}

uint64_t
sim_key(uint64_t seed, uint32_t replication, uint32_t source, uint64_t ordinal)
{
    uint64_t key[2];

    sim_key_pair(seed, replication, source, ordinal / 2, key);
    return key[ordinal % 2];
}

uint32_t
sim_hash(const char *name)
{
    uint32_t hash = UINT32_C(2166136261);

    for (const char *at = name; *at != '\0'; at++) {
        hash = (hash ^ (unsigned char) *at) * UINT32_C(16777619);
    }
    hash = (hash ^ (hash >> 16)) * UINT32_C(0x85EBCA6B);
    hash = (hash ^ (hash >> 13)) * UINT32_C(0xC2B2AE35);
    return hash ^ (hash >> 16);
}

static void
rng_set(void *state, unsigned long seed)
{
    sim_stream_t *stream = state;

    stream->state = sim_key(seed, 0, 0, 0);
}

static unsigned long
rng_get(void *state)
{
    return (unsigned long) (sim_stream_bits(state) >> (64 - CHAR_BIT * sizeof(unsigned long)));
}

static double
rng_get_double(void *state)
{
    return sim_stream_uniform(state);
}

static const gsl_rng_type WEIR = {
    .name = "weir",
    .max = ULONG_MAX,
    .min = 0,
    .size = sizeof(sim_stream_t),
    .set = rng_set,
    .get = rng_get,
    .get_double = rng_get_double,
};

const gsl_rng_type *
sim_rng_type(void)
{
    return &WEIR;
}
