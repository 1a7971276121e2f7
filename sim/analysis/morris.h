/*
 * Elementary effects of a Morris design: mu, their mean; mu*, the mean of their sizes, by which inputs are ranked; and
 * sigma, their standard deviation: large beside mu* where an effect depends on the other inputs or is not straight.
 *
 * An effect is the change of the outcome over the step taken, so with the design's coordinates as steps it is per unit
 * of probability. Of a group of inputs that move together only mu* has a meaning; its step is taken as the size of one
 * input's.
 *
 * Noise: sigma is of expected effects (products of different replications, cross.h) from two replications on. Chance
 * lifts mu*: by about `noise` for an input without effect, less for others.
 *
 * References: M.D. Morris, Technometrics 33 (1991) 161-174; F. Campolongo, J. Cariboni, A. Saltelli, Environ. Model.
 * Softw. 22 (2007) 1509-1518 (mu*, groups).
 */
#ifndef ANA_MORRIS_H
#define ANA_MORRIS_H

#include "sim/analysis/interval.h"

#include <stdint.h>

/* Points in the order of the design (exp_points_t): trajectories of n_groups + 1 points. */
typedef struct {
    const double *value;  /* [point * n_reps + rep]; NaN where a point failed; borrowed */
    const int64_t *moved; /* [point]: the group that moved to come here, -1 for a trajectory's first; borrowed */
    const double *step;   /* [point]: by how much, with its sign; NULL: by 1; borrowed */
    size_t n_trajectories, n_groups, n_reps;
    size_t draws; /* of the bootstrap for sigma; 0: no interval */
    uint64_t seed;
} ana_trajectories_t;

typedef struct {
    ana_interval_t mu, mu_star; /* Student's t over trajectories; n is the number of effects */
    ana_interval_t sigma;       /* +- 1.96 standard errors of a bootstrap over trajectories */
    double noise;               /* mean size of an effect that is chance alone; NaN with one replication */
} ana_effect_t;

/** @return 0, SIM_ERR_BAD_PARAM (nothing there, a group out of range) or SIM_ERR_NO_MEMORY. effect[n_groups]. */
SIM_MUST_CHECK int ana_morris(const ana_trajectories_t *self, ana_effect_t *effect);

#endif
