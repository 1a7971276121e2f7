/*
 * Tallies of waits: count, mean, variance, least, greatest, and quantiles from an integer histogram indexed by the bits
 * of the double. Two tallies merge exactly: the merged histogram is the histogram of the merged sample, in any order.
 *
 * A bin holds 2^-SIM_TALLY_BITS of an octave from 2^-10 to 2^15 days (84 seconds to 90 years), its upper edge included:
 * whole days up to 128 and 26, 52 and 104 weeks are edges, so the share within them is exact. Waits up to 2^-10 share
 * the first bin and count as no wait; those above 2^15 share the last. A quantile is interpolated inside its bin, so
 * its relative error is below 1/64 (in the first bin its error is below 2^-10 days; the last bin has no such bound).
 *
 * Invariant: the sum of the bins equals count.
 */
#ifndef SIM_TALLY_H
#define SIM_TALLY_H

#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SIM_TALLY_BITS 6
#define SIM_TALLY_OCTAVES 25
#define SIM_TALLY_BINS ((SIM_TALLY_OCTAVES << SIM_TALLY_BITS) + 1)
#define SIM_TALLY_LEAST_WAIT 0x1p-10 /* upper edge of the first bin */
#define SIM_TALLY_SHIFT (52 - SIM_TALLY_BITS)
#define SIM_TALLY_BEFORE_FIRST ((uint64_t) (1023 - 10) << SIM_TALLY_BITS)

typedef struct {
    uint64_t count;
    double sum, sum_sq;
    double min, max;
    uint32_t *bin; /* SIM_TALLY_BINS; owned */
} sim_tally_t;

/** Whether it is finite and >= +0: the bits of a double rise with it, and a sign or a NaN lies above them all. */
static inline bool
sim_tally_is_wait(double wait_days)
{
    uint64_t bits;

    memcpy(&bits, &wait_days, sizeof(bits));
    return bits < UINT64_C(0x7FF) << 52;
}

/* Its exponent and the first bits of its mantissa, counted from the first bin's: below 0, or too great, at the ends. */
static inline int64_t
sim_tally_place(double wait_days)
{
    int64_t bits;

    memcpy(&bits, &wait_days, sizeof(bits));
    return ((bits - 1) >> SIM_TALLY_SHIFT) - (int64_t) (SIM_TALLY_BEFORE_FIRST - 1);
}

/** The bin of a wait that is finite and >= 0 (+0, not -0). */
static inline size_t
sim_tally_bin(double wait_days)
{
    int64_t place = sim_tally_place(wait_days);

    place = place > 0 ? place : 0;
    return (size_t) (place < SIM_TALLY_BINS ? place : SIM_TALLY_BINS - 1);
}

SIM_MUST_CHECK int sim_tally_init(sim_tally_t *self);
void sim_tally_free(sim_tally_t *self);
void sim_tally_reset(sim_tally_t *self);
/** Record a wait known to be finite and >= 0, whose bin is known. 0 or SIM_ERR_FULL. */
SIM_MUST_CHECK static inline int
sim_tally_add_in(sim_tally_t *self, double wait_days, size_t bin)
{
    if (__builtin_expect(++self->bin[bin] == 0, 0)) {
        --self->bin[bin];
        return SIM_ERR_FULL;
    }
    self->count++;
    self->sum += wait_days;
    self->sum_sq += wait_days * wait_days;
    if (wait_days < self->min) { /* seldom: no store */
        self->min = wait_days;
    }
    if (wait_days > self->max) {
        self->max = wait_days;
    }
    return 0;
}

/**
Record one wait.
@param wait_days  days; finite, >= 0
@return 0, or with self unchanged SIM_ERR_BAD_PARAM, or SIM_ERR_FULL when its bin holds 2^32 - 1 waits. O(1).
*/
SIM_MUST_CHECK static inline int
sim_tally_add(sim_tally_t *self, double wait_days)
{
    size_t bin;

    wait_days += 0.0; /* -0 is 0 */
    bin = (size_t) sim_tally_place(wait_days);
    if (bin >= SIM_TALLY_BINS) { /* at the ends, or no wait */
        if (!sim_tally_is_wait(wait_days)) {
            return SIM_ERR_BAD_PARAM;
        }
        bin = sim_tally_bin(wait_days);
    }
    return sim_tally_add_in(self, wait_days, bin);
}

/** Add all of other to self. @return 0, or SIM_ERR_FULL with self unchanged when a bin would pass 2^32 - 1. */
SIM_MUST_CHECK int sim_tally_merge(sim_tally_t *self, const sim_tally_t *other);
/** Move all of other to self, leaving other empty. As merge otherwise. */
SIM_MUST_CHECK int sim_tally_drain(sim_tally_t *self, sim_tally_t *other);
/** Make it empty; touches only the bins in use. */
void sim_tally_clear(sim_tally_t *self);
/** NaN when empty. */
double sim_tally_mean(const sim_tally_t *self);
/**
Sample standard deviation; NaN below two values. From the sum of squares, so its relative error is about
2^-53 n (mean/sd)^2: ample for waits, whose sd is of the size of the mean.
*/
double sim_tally_sd(const sim_tally_t *self);
/** The value below which a share q of the sample lies; NaN when empty or unless 0 <= q <= 1. */
double sim_tally_quantile(const sim_tally_t *self, double q);
/** Share of the sample <= wait_days (interpolated in its bin; exact at bin edges); NaN when empty. */
double sim_tally_share_within(const sim_tally_t *self, double wait_days);

#endif
