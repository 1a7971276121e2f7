/*
 * A non-homogeneous Poisson process with a piecewise-constant rate, generated exactly by inverting the cumulative rate
 * (Cinlar 1975): with E_n unit exponentials, the n-th arrival is at Lambda^-1(E_1 + ... + E_n). While the next arrival
 * falls into the piece of the last, it is E/rate later, computed as E x (1/rate): the reciprocal, the product and the
 * sum are each rounded, so the time is within half a unit of its own last place plus 2^-52 E/rate.
 *
 * Invariant: day[0] = 0 < day[1] < ... < day[n]; cum[i] is the integral of the rate over [0, day[i]]; the rate is 0
 * after day[n]; mean_gap[i] is 1/per_day[i].
 */
#ifndef SIM_NHPP_H
#define SIM_NHPP_H

#include "sim/core/error.h"

#include <stddef.h>

typedef struct {
    size_t n;
    double *day;      /* n + 1 edges, days */
    double *mean_gap; /* n; days; +inf where the rate is 0 */
    double *per_day;  /* n rates */
    double *cum;      /* n + 1 expected counts */
} sim_nhpp_t;

/** day has n + 1 increasing edges starting at 0; per_day n finite rates >= 0. Copies both. */
SIM_MUST_CHECK int sim_nhpp_init(sim_nhpp_t *self, size_t n, const double *day, const double *per_day);
SIM_MUST_CHECK int sim_nhpp_copy(sim_nhpp_t *self, const sim_nhpp_t *other);
void sim_nhpp_free(sim_nhpp_t *self);
/** Multiply every rate by factor >= 0. */
void sim_nhpp_scale(sim_nhpp_t *self, double factor);
/** sim_nhpp_next when it has to look for the piece, from *piece or anew. */
double sim_nhpp_next_piece(const sim_nhpp_t *self, double t_days, double exponential, size_t *piece);

/**
The next arrival after t_days when `exponential` >= 0 more unit-rate events have to pass.
@param piece  in/out cursor, 0 at first; makes a pass over the process O(n) in all
@return the time in days, or +inf when the process ends first
*/
static inline double
sim_nhpp_next(const sim_nhpp_t *self, double t_days, double exponential, size_t *piece)
{
    size_t p = *piece;

    if (p < self->n && self->day[p] <= t_days) {
        double next = t_days + exponential * self->mean_gap[p];

        if (next < self->day[p + 1]) {
            return next;
        }
    }
    return sim_nhpp_next_piece(self, t_days, exponential, piece);
}

/** Expected number of arrivals in [from, to]. */
double sim_nhpp_expected(const sim_nhpp_t *self, double from_days, double to_days);
double sim_nhpp_rate(const sim_nhpp_t *self, double t_days);

#endif
