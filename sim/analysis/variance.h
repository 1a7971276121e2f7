/*
 * The variance of an outcome over points (what is not known: parameters) and replications (chance), split: analysis of
 * variance of points x replications.
 *
 *   common replications (the same children at every point): two ways crossed, y = m + point + replication + rest;
 *     chance is replication + rest. What all points share in a replication moves no comparison between points; the rest
 *     does.
 *   else: replications nested in points, y = m + point + rest.
 *
 * Estimates are the usual moment estimates (Searle, Casella & McCulloch, Variance Components, 1992, ch. 4), without
 * bias; those below 0 are given as 0. The interval of the share is estimate +- 1.96 standard errors, of a bootstrap
 * over points and, where replications are common, of the jackknife over replications, cut to 0 .. 1.
 */
#ifndef ANA_VARIANCE_H
#define ANA_VARIANCE_H

#include "sim/analysis/interval.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    double ignorance;     /* variance of the expected outcome over points */
    double chance_shared; /* variance that all points share in a replication; 0 when nested */
    double chance_own;    /* the rest of chance; over n_reps it is the noise of a point's mean */
    ana_interval_t share; /* of ignorance in ignorance + chance; n is the number of points */
} ana_split_t;

/**
@param value  value[point * n_reps + rep]; a point with a NaN is left out
@param draws  of the bootstrap; 0: no interval
@return 0; SIM_ERR_BAD_PARAM with fewer than two replications or two known points; SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int ana_split_variance(const double *value, size_t n_points, size_t n_reps, bool common, size_t draws,
    uint64_t seed, ana_split_t *split);

#endif
