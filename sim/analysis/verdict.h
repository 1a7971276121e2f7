/*
 * Whether an estimate agrees with a published number, within what is accepted of it.
 *
 * The tolerance is half of the accepted range, or with one bound only the way from the published number to it. An
 * interval whose half-width is more than a third of the tolerance is too wide to tell: "not sure", unless it lies
 * wholly outside. When the published number is itself the only bound the tolerance is 0, and the whole interval must
 * lie on one side of it.
 *
 * Invariant: one verdict for every estimate; ANA_INSIDE only when the mean is accepted.
 */
#ifndef ANA_VERDICT_H
#define ANA_VERDICT_H

#include "sim/analysis/interval.h"

#define ANA_TOLERANCE_PARTS 3.0 /* of the tolerance, a half-width may be one part in so many */

typedef enum {
    ANA_INSIDE,
    ANA_OUTSIDE,
    ANA_NOT_SURE /* also when there is no interval */
} ana_verdict_t;

/**
@param value        published
@param low, high    accepted; NaN = no bound; at least one is known
@param reps_needed  replications that would make the interval short enough, estimated; NaN when that cannot be said
*/
ana_verdict_t ana_judge(const ana_interval_t *interval, double value, double low, double high, double *reps_needed);

#endif
