/*
 * The Pareto frontier of candidates in several objectives: a candidate is dominated when another is at least as good in
 * every objective and better in one. Equals do not dominate one another.
 *
 * Invariant: of the candidates that are known in every objective at least one is on the frontier; one that is not known
 * in all is not on it and dominates none.
 */
#ifndef ANA_PARETO_H
#define ANA_PARETO_H

#include "sim/analysis/posterior.h"

#include <stdbool.h>

#define ANA_ON_FRONTIER SIZE_MAX
#define ANA_NOT_KNOWN (SIZE_MAX - 1)

/**
@param value         value[objective * n_candidates + candidate]; not finite: not known
@param greatest      greatest[objective]: more is better; else less is
@param dominated_by  [candidate]: ANA_ON_FRONTIER, ANA_NOT_KNOWN, or a candidate on the frontier that dominates it
O(n_candidates^2 n_objectives).
*/
void ana_pareto(const double *value, size_t n_candidates, size_t n_objectives, const bool *greatest,
    size_t *dominated_by);
/**
The probability that each candidate is on the frontier of the true means: the share of draws of their posterior
(posterior.h) in which it is. The measures of the sample are the objectives.
@param probability  [candidate]; 0 for one with fewer than two replications in an objective
@return 0, SIM_ERR_BAD_PARAM (an empty sample, no draws) or SIM_ERR_NO_MEMORY. O(draws (n^2 objectives + n reps)).
*/
SIM_MUST_CHECK int ana_pareto_probability(const ana_sample_t *sample, const bool *greatest, double *probability);

#endif
