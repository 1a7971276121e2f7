/*
 * Arrivals by inversion of a piecewise-linear cumulative rate.
 *
 * Invariant: an arrival never falls into a piece whose rate is 0, nor before the time it was asked from; which piece
 * holds a time depends on that time alone, so a cursor changes the work and not the answer.
 *
 * Reference: E. Cinlar, Introduction to Stochastic Processes, Prentice-Hall (1975), section 4.7.
 */
#include "sim/core/nhpp.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool
nhpp_valid(size_t n, const double *day, const double *per_day)
{
    if (n == 0 || day[0] != 0.0) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(day[i + 1]) || !(day[i + 1] > day[i]) || !isfinite(per_day[i]) || per_day[i] < 0.0) {
            return false;
        }
    }
    return true;
}

static int
nhpp_alloc(sim_nhpp_t *self, size_t n)
{
    self->day = calloc(n + 1, sizeof(*self->day));
    self->mean_gap = calloc(n, sizeof(*self->mean_gap));
    self->per_day = calloc(n, sizeof(*self->per_day));
    self->cum = calloc(n + 1, sizeof(*self->cum));
    if (self->day == NULL || self->mean_gap == NULL || self->per_day == NULL || self->cum == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->n = n;
    return 0;
}

static void
nhpp_accumulate(sim_nhpp_t *self)
{
    for (size_t i = 0; i < self->n; i++) {
        self->mean_gap[i] = self->per_day[i] > 0.0 ? 1.0 / self->per_day[i] : INFINITY;
        self->cum[i + 1] = self->cum[i] + (self->day[i + 1] - self->day[i]) * self->per_day[i];
    }
}

int
sim_nhpp_init(sim_nhpp_t *self, size_t n, const double *day, const double *per_day)
{
    int ret = SIM_ERR_BAD_PARAM;

    memset(self, 0, sizeof(*self));
    if (!nhpp_valid(n, day, per_day)) {
        goto out;
    }
    ret = nhpp_alloc(self, n);
    if (ret != 0) {
        goto out;
    }
    memcpy(self->day, day, (n + 1) * sizeof(*day));
    memcpy(self->per_day, per_day, n * sizeof(*per_day));
    nhpp_accumulate(self);
    if (!isfinite(self->cum[n])) {
        ret = SIM_ERR_BAD_PARAM;
    }
out:
    if (ret != 0) {
        sim_nhpp_free(self);
    }
    return ret;
}

int
sim_nhpp_copy(sim_nhpp_t *self, const sim_nhpp_t *other)
{
    return sim_nhpp_init(self, other->n, other->day, other->per_day);
}

void
sim_nhpp_free(sim_nhpp_t *self)
{
    free(self->day);
    free(self->mean_gap);
    free(self->per_day);
    free(self->cum);
    memset(self, 0, sizeof(*self));
}

void
sim_nhpp_scale(sim_nhpp_t *self, double factor)
{
    assert(factor >= 0.0 && isfinite(factor));
    for (size_t i = 0; i < self->n; i++) {
        self->per_day[i] *= factor;
    }
    nhpp_accumulate(self);
}

/* The piece that holds t >= 0, or n after the end; by bisection. */
static size_t
nhpp_find(const sim_nhpp_t *self, double t_days)
{
    size_t low = 0, high = self->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (self->day[middle + 1] <= t_days) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static double
nhpp_cumulative(const sim_nhpp_t *self, double t_days)
{
    size_t piece;

    if (!(t_days > 0.0)) {
        return 0.0;
    }
    piece = nhpp_find(self, t_days);
    if (piece == self->n) {
        return self->cum[self->n];
    }
    return self->cum[piece] + (t_days - self->day[piece]) * self->per_day[piece];
}

/* Solves for the time inside a piece of positive rate; rounding may not carry it out of the piece or before `from`. */
static double
nhpp_solve(const sim_nhpp_t *self, size_t piece, double target, double from)
{
    double end = self->day[piece + 1];
    double t = self->day[piece] + (target - self->cum[piece]) / self->per_day[piece];

    if (t >= end) {
        t = end * (1.0 - 0x1p-53);
    }
    return t > from ? t : from;
}

double
sim_nhpp_next_piece(const sim_nhpp_t *self, double t_days, double exponential, size_t *piece)
{
    size_t p = *piece;
    double target = INFINITY;

    t_days = t_days > 0.0 ? t_days : 0.0;
    if (p > self->n || (p > 0 && self->day[p] > t_days)) {
        p = nhpp_find(self, t_days);
    }
    while (p < self->n && self->day[p + 1] <= t_days) {
        p++;
    }
    if (p < self->n) {
        double next = t_days + exponential * self->mean_gap[p];

        if (next < self->day[p + 1]) { /* as sim_nhpp_next with the right cursor */
            *piece = p;
            return next;
        }
        target = self->cum[p] + (t_days - self->day[p]) * self->per_day[p] + exponential;
    }
    while (p < self->n && (!(target <= self->cum[p + 1]) || self->per_day[p] == 0.0)) {
        p++;
    }
    *piece = p;
    return p == self->n ? INFINITY : nhpp_solve(self, p, target, t_days > self->day[p] ? t_days : self->day[p]);
}

double
sim_nhpp_expected(const sim_nhpp_t *self, double from_days, double to_days)
{
    double expected = nhpp_cumulative(self, to_days) - nhpp_cumulative(self, from_days);

    return expected > 0.0 ? expected : 0.0;
}

double
sim_nhpp_rate(const sim_nhpp_t *self, double t_days)
{
    size_t piece;

    if (!(t_days >= 0.0)) {
        return 0.0;
    }
    piece = nhpp_find(self, t_days);
    return piece < self->n ? self->per_day[piece] : 0.0;
}
