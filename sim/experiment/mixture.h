/*
 * Mixtures: shares of a whole, none below 0, that keep linear limits; and points among them for an experiment. (Cornell,
 * Experiments with Mixtures, 3rd ed., 2002; points by hit-and-run: Smith, Operations Research 32(6), 1984; spread by the
 * greatest least distance: Johnson, Moore & Ylvisaker, Journal of Statistical Planning and Inference 26, 1990, one after
 * another.)
 *
 * Distances are taken with each share divided by the range that its limits leave it, so that a small share counts as much as
 * a large one.
 *
 * Invariant: once exp_mixture_ready has returned 0 there is a point that keeps every limit; centre is one, low and high are
 * what the limits leave each share.
 */
#ifndef EXP_MIXTURE_H
#define EXP_MIXTURE_H

#include "sim/analysis/linear.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXP_MIXTURE_PARTS ANA_LINEAR_VARIABLES
#define EXP_MIXTURE_LIMITS (ANA_LINEAR_ROWS - 2)

typedef struct {
    double x[EXP_MIXTURE_PARTS];
} exp_mix_t;

typedef struct {
    size_t n;            /* parts */
    ana_linear_t limits; /* the first two rows: the shares sum to 1 */
    double low[EXP_MIXTURE_PARTS], high[EXP_MIXTURE_PARTS], centre[EXP_MIXTURE_PARTS];
} exp_mixture_t;

/** @param n  parts, 1 .. EXP_MIXTURE_PARTS */
void exp_mixture_init(exp_mixture_t *self, size_t n);
/** The parts of a set together have at least, or at most, this share. @return 0 or SIM_ERR_FULL */
SIM_MUST_CHECK int exp_mixture_limit(exp_mixture_t *self, const bool *of, bool least, double share);
/** @return 0, or SIM_ERR_NOT_FOUND when no point keeps the limits */
SIM_MUST_CHECK int exp_mixture_ready(exp_mixture_t *self);
/** Whether a point keeps every limit, to within a tolerance. */
bool exp_mixture_has(const exp_mixture_t *self, const double *x, double tolerance);
/** n points, uniformly over what the limits leave; a function of the key alone. */
void exp_mixture_sample(const exp_mixture_t *self, uint64_t key, size_t n, exp_mix_t *x);
double exp_mixture_distance(const exp_mixture_t *self, const double *a, const double *b);
/**
The point of a pool that is farthest from all of those had so far.
@return its index; n_pool when there is none at a distance above `least`
*/
size_t exp_mixture_farthest(const exp_mixture_t *self, size_t n_had, const exp_mix_t *had, size_t n_pool,
    const exp_mix_t *pool, double least);

#endif
