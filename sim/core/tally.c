/*
 * The bin of a wait is its exponent and its first SIM_TALLY_BITS bits of mantissa. One is taken from the bits first, so
 * that a wait on an edge falls in the bin below and "within 28 days" counts those of 28 days.
 */
#include "sim/core/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Upper edge of a bin; it is the lower edge of the next. */
static double
tally_edge(size_t bin)
{
    uint64_t bits = (SIM_TALLY_BEFORE_FIRST + bin) << SIM_TALLY_SHIFT;
    double edge;

    memcpy(&edge, &bits, sizeof(edge));
    return edge;
}

/* What is known of a bin's waits beyond its edges: none lies outside [min, max], and the last bin has no upper edge. */
static void
tally_bounds(const sim_tally_t *self, size_t bin, double *low, double *high)
{
    *low = fmax(tally_edge(bin - 1), self->min);
    *high = bin == SIM_TALLY_BINS - 1 ? self->max : fmin(tally_edge(bin), self->max);
}

int
sim_tally_init(sim_tally_t *self)
{
    memset(self, 0, sizeof(*self));
    self->bin = malloc(SIM_TALLY_BINS * sizeof(*self->bin));
    if (self->bin == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    sim_tally_reset(self);
    return 0;
}

void
sim_tally_free(sim_tally_t *self)
{
    free(self->bin);
    memset(self, 0, sizeof(*self));
}

void
sim_tally_reset(sim_tally_t *self)
{
    self->count = 0;
    self->sum = 0;
    self->sum_sq = 0;
    self->min = INFINITY;
    self->max = -INFINITY;
    memset(self->bin, 0, SIM_TALLY_BINS * sizeof(*self->bin));
}

/* Bins outside [from, to] are empty. */
static void
tally_add_bins(uint32_t *restrict bin, const uint32_t *restrict other, size_t from, size_t to)
{
    size_t i;

    for (i = from & ~(size_t) 3; i + 4 <= SIM_TALLY_BINS && i <= to; i += 4) {
        bin[i] += other[i];
        bin[i + 1] += other[i + 1];
        bin[i + 2] += other[i + 2];
        bin[i + 3] += other[i + 3];
    }
    for (; i <= to; i++) {
        bin[i] += other[i];
    }
}

int
sim_tally_merge(sim_tally_t *self, const sim_tally_t *other)
{
    if (other->count == 0) {
        return 0;
    }
    for (size_t i = 0; self->count + other->count > UINT32_MAX && i < SIM_TALLY_BINS; i++) {
        if (self->bin[i] > UINT32_MAX - other->bin[i]) {
            return SIM_ERR_FULL;
        }
    }
    tally_add_bins(self->bin, other->bin, sim_tally_bin(other->min), sim_tally_bin(other->max));
    self->count += other->count;
    self->sum += other->sum;
    self->sum_sq += other->sum_sq;
    self->min = fmin(self->min, other->min);
    self->max = fmax(self->max, other->max);
    return 0;
}

void
sim_tally_clear(sim_tally_t *self)
{
    size_t from, to;

    if (self->count == 0) {
        return;
    }
    from = sim_tally_bin(self->min);
    to = sim_tally_bin(self->max);
    memset(&self->bin[from], 0, (to - from + 1) * sizeof(*self->bin));
    self->count = 0;
    self->sum = 0;
    self->sum_sq = 0;
    self->min = INFINITY;
    self->max = -INFINITY;
}

int
sim_tally_drain(sim_tally_t *self, sim_tally_t *other)
{
    int ret = sim_tally_merge(self, other);

    if (ret == 0) {
        sim_tally_clear(other);
    }
    return ret;
}

double
sim_tally_mean(const sim_tally_t *self)
{
    return self->count > 0 ? self->sum / (double) self->count : NAN;
}

double
sim_tally_sd(const sim_tally_t *self)
{
    double n = (double) self->count;
    double squares = self->sum_sq - self->sum * (self->sum / n);

    if (self->count < 2) {
        return NAN;
    }
    return squares > 0 ? sqrt(squares / (n - 1)) : 0;
}

double
sim_tally_quantile(const sim_tally_t *self, double q)
{
    double rank = q * (double) self->count;
    uint64_t before = self->bin[0];
    size_t bin = 0;
    double low, high;

    if (self->count == 0 || !(q >= 0 && q <= 1)) {
        return NAN;
    }
    if (rank <= (double) before) {
        return self->min;
    }
    do {
        bin++;
        before += self->bin[bin];
    } while ((double) before < rank);
    tally_bounds(self, bin, &low, &high);
    return high - (high - low) * (((double) before - rank) / self->bin[bin]);
}

double
sim_tally_share_within(const sim_tally_t *self, double wait_days)
{
    size_t bin = sim_tally_bin(wait_days + 0.0);
    double within = 0;
    double low, high;

    if (self->count == 0 || isnan(wait_days)) {
        return NAN;
    }
    if (wait_days < self->min || wait_days >= self->max) {
        return wait_days < self->min ? 0 : 1;
    }
    for (size_t i = 0; i < bin; i++) {
        within += self->bin[i];
    }
    if (bin == 0) {
        return self->bin[0] / (double) self->count;
    }
    tally_bounds(self, bin, &low, &high);
    if (wait_days >= high) {
        within += self->bin[bin];
    } else if (wait_days > low) {
        within += self->bin[bin] * ((wait_days - low) / (high - low));
    }
    return within / (double) self->count;
}
