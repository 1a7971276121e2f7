/*
 * Warm-up of a series of n observations equally far apart in time (one replication, or the mean of several at each
 * time): how many to leave out, a moving average to look at, and an interval from one long run by batch means.
 *
 * MSER-5: White, An effective truncation heuristic for bias reduction in simulation output, Simulation 69(6) (1997);
 * White, Cobb & Spratt, A comparison of five steady-state truncation heuristics for simulation, WSC (2000).
 * Moving average: Welch, The statistical analysis of simulation results (1983), as in Law, Simulation Modeling and
 * Analysis, 5th ed. (2015), §9.5.1. Batch means: Schmeiser, Batch size effects in the analysis of simulation output,
 * Operations Research 30(3) (1982). Test of batches: von Neumann, Distribution of the ratio of the mean square
 * successive difference to the variance, Annals of Mathematical Statistics 12 (1941).
 *
 * Invariant: a series that holds a value that is not finite is refused, and the answer is then NaN.
 */
#ifndef ANA_WARMUP_H
#define ANA_WARMUP_H

#include "sim/analysis/interval.h"
#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>

#define ANA_MSER_BATCH 5
#define ANA_MSER_LAST 5      /* batches at the end at which no series is cut: Hoad, Robinson & Davies (2010) */
#define ANA_MSER_LEAST 10    /* batches without which nothing is said */
#define ANA_BATCHES_LEAST 10 /* Schmeiser (1982): fewer make a wide interval, more than 30 gain next to nothing */
#define ANA_BATCHES_MOST 30
#define ANA_BATCH_LEVEL 0.1 /* of the test of independence; a choice */

typedef struct {
    size_t truncate;  /* observations to leave out: a multiple of 5 */
    double mean;      /* of whole batches after them */
    double statistic; /* squared half-width over its quantile, of the batches kept: what was minimised */
    bool enough;      /* the minimum is in the first half; else the series is too short for its warm-up */
} ana_mser_t;

typedef struct {
    ana_interval_t interval; /* of the mean of the batches; interval.n is their number */
    size_t batch_size;
    size_t dropped;     /* observations at the front that fill no batch */
    double correlation; /* lag-1 correlation of the batches by von Neumann's ratio; 0 when they are all the same */
    bool independent;   /* the test does not reject independence; else the interval is too narrow */
} ana_batch_means_t;

/**
The truncation point of MSER-5: of all cuts between batches of 5 the one that minimises sum (y - mean)^2 / n^2 over the
n batch means that stay. The earliest of several; up to 4 observations at the end that fill no batch are left out.
@return 0, or SIM_ERR_BAD_PARAM for a series that is not finite. With fewer than 10 batches, or a minimum in the
second half, enough is false: there is not enough data (the mean is then that of the whole). O(n).
*/
SIM_MUST_CHECK int ana_mser5(const double *value, size_t n, ana_mser_t *mser);

/**
Welch's moving average: average[i] is the mean of value[i - window .. i + window], and of as many on either side as
there are in front for i < window.
@param window   observations on either side; at most n / 4 (Law 2015)
@param average  n - window of them
@return 0, or SIM_ERR_BAD_PARAM for a window that is too wide or a series that is not finite. O(n window).
*/
SIM_MUST_CHECK int ana_welch(const double *value, size_t n, size_t window, double *average);

/**
Mean and 95% interval from one series by means of batches: the most batches of 30, 20 and 10 that pass the test of
independence, or 10 that do not. The warm-up must have been cut off. The test is one-sided, at the level
ANA_BATCH_LEVEL: correlation / sqrt((k - 2) / (k^2 - 1)) against the normal quantile, k batches (Young 1941).
@return 0, or SIM_ERR_BAD_PARAM for a series that is not finite or has fewer than 20 observations.
*/
SIM_MUST_CHECK int ana_batch_means(const double *value, size_t n, ana_batch_means_t *result);

#endif
