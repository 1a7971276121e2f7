/*
 * What replications say about the means of several candidates in several measures, all at once: draws from the
 * posterior of the means, given an uninformative prior and normal replications. Each mean, and each difference between
 * two candidates with the same replications, has the posterior that Student's t interval belongs to (n - 1 degrees of
 * freedom), and means depend on one another as their replications do (common random numbers, measures of one child).
 *
 * A draw moves the means by sum_j z_j (x_j - mean) / sqrt(n (n - 1)), z_j standard normal and the same for all
 * candidates and measures of replication j, over sqrt(chi^2 / (n - 1)): that is the multivariate t with the sample
 * covariance, also where there are more candidates than replications (Gelman and others, Bayesian Data Analysis, 3rd ed.
 * (2013), §3.2, §3.6).
 *
 * A candidate with fewer replications than others (it fell out of a selection) is not compared by its bare mean: its
 * replications may have been hard ones for all. Its mean is that of its regression on the candidate with most
 * replications (the anchor) at the anchor's mean of all replications (Anderson, Maximum likelihood estimates for a
 * multivariate normal distribution when some observations are missing, JASA 52 (1957)), with the error of the
 * regression; with fewer than 4 replications in common the slope is taken as 1, a paired difference.
 *
 * Invariant: a draw depends on the values, the seed and its number alone.
 */
#ifndef ANA_POSTERIOR_H
#define ANA_POSTERIOR_H

#include "sim/core/dist.h"
#include "sim/core/error.h"

#include <stddef.h>
#include <stdint.h>

#define ANA_DRAWS 4000 /* a share of draws then has a standard error of at most 0.008 */

typedef struct {
    const double *const *value; /* value[measure * n_candidates + candidate][rep]; NaN where not run; borrowed */
    size_t n_candidates, n_measures, n_reps;
    size_t draws; /* for the functions that count draws */
    uint64_t seed;
} ana_sample_t;

/* The mean of one candidate in one measure. */
typedef struct {
    double mean;    /* estimate; NaN when n < 2 */
    size_t n;       /* replications it rests on of its own */
    size_t anchor;  /* the column that it is regressed on; itself when it has all replications */
    double slope;   /* on the anchor */
    double degrees; /* of freedom of its own error */
    sim_dist_t chi; /* chi^2 / degrees */
    double *weight; /* [rep] times z_j makes its own error; owned */
} ana_column_t;

typedef struct {
    size_t n_columns, n_reps;
    uint64_t seed;
    ana_column_t *column; /* [measure * n_candidates + candidate] */
    double *normal;       /* [rep], scratch */
} ana_posterior_t;

/** @return 0, SIM_ERR_BAD_PARAM for an empty sample, or SIM_ERR_NO_MEMORY. The caller frees even on error. */
SIM_MUST_CHECK int ana_posterior_init(ana_posterior_t *self, const ana_sample_t *sample);
void ana_posterior_free(ana_posterior_t *self);
/** Draw number `draw` of all means into mean[n_columns]; NaN where there are fewer than two replications. */
void ana_posterior_draw(ana_posterior_t *self, uint32_t draw, double *mean);

#endif
