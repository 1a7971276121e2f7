/*
 * Random orders of 0 .. n-1 that need no table: place i of an order is worked out from the order's key alone, by a
 * keyed network that shuffles the numbers below a power of 4, applied until its result is below n.
 *
 * References: M. Luby, C. Rackoff, SIAM J. Comput. 17 (1988) 373-386 (the network); J. Black, P. Rogaway, CT-RSA 2002
 * (walking the cycle).
 */
#ifndef EXP_SHUFFLE_H
#define EXP_SHUFFLE_H

#include "sim/core/random.h"

#include <stddef.h>
#include <stdint.h>

#define EXP_SHUFFLE_MAX (UINT64_C(1) << 32)

/** Place i < n <= EXP_SHUFFLE_MAX of the order with that key; every i < n gives another number below n. */
uint64_t exp_shuffle(uint64_t key, uint64_t n, uint64_t i);

/**
A uniform of 20 bits and a half: a whole number below 2^32 plus it is exact, so that it stays in its cell however
divided.
*/
static inline double
exp_jitter(sim_stream_t stream)
{
    return ((double) (sim_stream_bits(&stream) >> 44) + 0.5) * 0x1p-20;
}

#endif
