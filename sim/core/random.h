/*
 * Random draws that have an address, not a place in a sequence.
 *
 * Key: Philox4x32-10 (Salmon et al. 2011) of (master seed; replication, hash of the source's name, birth ordinal), made
 * once when an entity is born and kept in it. Draw: a 64-bit finaliser of key + address x 0x9E3779B97F4A7C15, where
 * address = {name hash (32 bits), visit (16), draw (16)}. A variate that needs more than one number takes further ones
 * from the same stream, which advances by another odd constant, so that it never meets the next address.
 *
 * Invariant: a draw depends on nothing but its key and its address; no offer, plan, thread or order of events is in it.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

#define SIM_GOLDEN64 UINT64_C(0x9E3779B97F4A7C15)
#define SIM_STEP64 UINT64_C(0xD1342543DE82EF95)

typedef struct {
    uint64_t state;
} sim_stream_t;

/** One block of Philox4x32-10, exposed for its known-answer vectors. */
void sim_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/** The key of the entity born as number `ordinal` of the source (or mechanism) whose name hashes to `source`. */
uint64_t sim_key(uint64_t seed, uint32_t replication, uint32_t source, uint64_t ordinal);
/** The keys of ordinals 2 pair and 2 pair + 1: the two halves of one block. */
void sim_key_pair(uint64_t seed, uint32_t replication, uint32_t source, uint64_t pair, uint64_t key[2]);

/** 32-bit hash of a name (FNV-1a followed by a finaliser); never depends on the machine. */
uint32_t sim_hash(const char *name);

/** Bijective 64-bit finaliser (Stafford 2011, variant 13, as used by SplitMix64). */
static inline uint64_t
sim_mix64(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/** The stream at an address. */
static inline sim_stream_t
sim_draw(uint64_t key, uint32_t hash, uint16_t visit, uint16_t draw)
{
    uint64_t address = ((uint64_t) hash << 32) | ((uint64_t) visit << 16) | draw;
    sim_stream_t stream = { key + address * SIM_GOLDEN64 };

    return stream;
}

static inline uint64_t
sim_stream_bits(sim_stream_t *self)
{
    uint64_t bits = sim_mix64(self->state);

    self->state += SIM_STEP64;
    return bits;
}

/** Uniform on the open interval (0,1): 52 bits, centred, so 0 and 1 are never returned. */
static inline double
sim_stream_uniform(sim_stream_t *self)
{
    return ((double) (sim_stream_bits(self) >> 12) + 0.5) * 0x1p-52;
}

/** One uniform at an address, for comparing with a probability. */
static inline double
sim_uniform(uint64_t key, uint32_t hash, uint16_t visit, uint16_t draw)
{
    sim_stream_t stream = sim_draw(key, hash, visit, draw);

    return sim_stream_uniform(&stream);
}

/** The stream as a GSL generator ("weir"): 64 bits, seeded through sim_key(seed, 0, 0, 0). For oracles and analysis. */
const gsl_rng_type *sim_rng_type(void);

#endif
