#include "sim/experiment/shuffle.h"

#define ROUNDS 8
#define LEAST_HALF_BITS 3 /* orders of a few numbers come out evenly only from a larger network */

static uint64_t
network(uint64_t key, unsigned half_bits, uint64_t i)
{
    uint64_t mask = (UINT64_C(1) << half_bits) - 1;
    uint64_t left = i >> half_bits, right = i & mask;

    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t turned = left ^ (sim_mix64(key + (right * ROUNDS + round + 1) * SIM_GOLDEN64) & mask);

        left = right;
        right = turned;
    }
    return left << half_bits | right;
}

uint64_t
exp_shuffle(uint64_t key, uint64_t n, uint64_t i)
{
    unsigned half_bits = LEAST_HALF_BITS;

    while (UINT64_C(1) << (2 * half_bits) < n) {
        half_bits++;
    }
    do {
        i = network(key, half_bits, i);
    } while (i >= n);
    return i;
}
