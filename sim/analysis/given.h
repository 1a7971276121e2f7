/*
 * What a sample of points from any design says about each input on its own: first-order indices without a Saltelli
 * design, and the outcome where an input is low and where it is high (the bars of a tornado).
 *
 * The index is the variance between the means of classes of the input (equal shares of its ranks; equal values stay
 * together) over the variance of the outcome, less what classes of a few points differ by chance (Pearson's correlation
 * ratio, corrected as epsilon squared). Noise of replications is removed as in indices.h. For inputs that are
 * correlated with others it is the share that knowing the input would explain, the others' part included.
 *
 * References: E. Plischke, E. Borgonovo, C.L. Smith, Eur. J. Oper. Res. 226 (2013) 536-550; T.L. Kelley, PNAS 21 (1935)
 * 554-559 (the correction).
 */
#ifndef ANA_GIVEN_H
#define ANA_GIVEN_H

#include "sim/analysis/inputs.h"
#include "sim/analysis/interval.h"

#include <stdbool.h>
#include <stdint.h>

#define ANA_CLASSES_MAX 48

typedef struct {
    const double *value; /* [point * n_reps + rep]; NaN where a point failed; borrowed */
    size_t n_reps;
    bool common;  /* replications are common to all points: the jackknife over them widens intervals, from three on */
    double noise; /* with one replication: the variance of chance; 0 = not known */
    size_t draws; /* of the bootstrap over points; 0: no intervals */
    uint64_t seed;
} ana_outcome_t;

/**
@param first  [n_inputs]; +- 1.96 standard errors
@return 0; SIM_ERR_BAD_PARAM (fewer than 10 known points, no replication); SIM_ERR_NO_MEMORY.
O(n_inputs n_points n_reps draws).
*/
SIM_MUST_CHECK int ana_given_first(const ana_inputs_t *inputs, const ana_outcome_t *outcome, ana_interval_t *first);

typedef struct {
    ana_interval_t low, high; /* means of the outcome, Student's t over points */
} ana_bar_t;

/**
Mean outcome where each input lies in the lowest, and in the highest, share of its ranks.
@param y      y[point]; NaN: left out
@param share  0 < share <= 1/2
@param bar    [n_inputs]
@return 0, SIM_ERR_BAD_PARAM or SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int ana_tornado(const ana_inputs_t *inputs, const double *y, double share, ana_bar_t *bar);

#endif
