/*
 * Sensitivity indices of a Saltelli design: what share of the variance of an outcome each input, or group of inputs,
 * explains alone (first order) and with all that it takes part in (total).
 *
 *   first  V_i / V, V_i = E[b (ab_i - a)]             Saltelli et al. 2010, table 2 (b)
 *   total  T_i / V, T_i = E[(ab_i - a)^2] / 2         Jansen 1999
 *   pair   (V_ij - V_i - V_j) / V, V_ij = E[ba_i ab_j - a b]    Saltelli 2002, theorem 2
 *
 * a, b, ab_i, ba_i are the outcomes of a row's points A, B, AB_i, BA_i; with BA points both forms of V_i and T_i are
 * averaged. Outcomes are taken about their mean, which changes no expectation and makes V_i vary less.
 *
 * Noise. With one replication a point V and T_i hold the variance of chance, and first-order indices come out too
 * small. From two replications on every product is one of different replications (cross.h), which removes it; with one,
 * the variance `noise` is taken off, if known.
 *
 * Intervals are estimate +- 1.96 standard errors: of a bootstrap over rows, and, where replications are common to all
 * points (the same children everywhere), of the jackknife over replications too, from three on. Rows of a scrambled
 * Sobol' sequence are spread more evenly than the bootstrap supposes, so intervals are rather too wide. Where the variance
 * is so little that a repeat has none left, the interval is not known (NaN).
 *
 * References: I.M. Sobol', Math. Comput. Simul. 55 (2001) 271-280; A. Saltelli, Comput. Phys. Commun. 145 (2002)
 * 280-297; A. Saltelli et al., ibid. 181 (2010) 259-270; M.J.W. Jansen, ibid. 117 (1999) 35-43; G.E.B. Archer, A.
 * Saltelli, I.M. Sobol', J. Statist. Comput. Simul. 58 (1997) 99-120 (bootstrap).
 */
#ifndef ANA_INDICES_H
#define ANA_INDICES_H

#include "sim/analysis/interval.h"

#include <stdbool.h>
#include <stdint.h>

#define ANA_BOOTSTRAP 300

/* Outcomes in the order of the design's points (exp_points_t): rows of block points, each of n_reps replications. */
typedef struct {
    const double *value; /* [(row * block + part) * n_reps + rep]; NaN where a point failed; borrowed */
    size_t n_rows, n_groups, n_reps;
    bool second;  /* blocks have BA points: 2 n_groups + 2 points, else n_groups + 2 */
    bool common;  /* replications are common to all points */
    double noise; /* with one replication: the variance of chance, independent from point to point; 0 = not known */
    size_t draws; /* of the bootstrap, ANA_BOOTSTRAP say; 0: no intervals */
    uint64_t seed;
} ana_rows_t;

typedef struct {
    ana_interval_t first, total; /* n is the number of rows they rest on */
} ana_index_t;

typedef struct {
    double mean, variance; /* of the expected outcome over the inputs */
    size_t n_rows;         /* rows with A and B known */
} ana_moments_t;

/**
@param index    index[n_groups]; NaN where no variance is left
@param moments  may be NULL
@return 0, SIM_ERR_BAD_PARAM (no rows, groups or replications), SIM_ERR_NO_MEMORY. O((draws + n_reps) n_rows n_groups).
*/
SIM_MUST_CHECK int ana_indices(const ana_rows_t *rows, ana_index_t *index, ana_moments_t *moments);
/**
The share that groups a and b explain together beyond what each does; asks for BA points.
@return as ana_indices; SIM_ERR_BAD_PARAM also without BA points
*/
SIM_MUST_CHECK int ana_pair_index(const ana_rows_t *rows, size_t a, size_t b, ana_interval_t *index);

#endif
