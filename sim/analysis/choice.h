/*
 * What a choice among candidates risks, given their replications: the probability that each is best, and the regret
 * (expected opportunity cost: how much better the best is) of choosing it; and the same over several scenarios, where a
 * candidate is judged by its worst case or by its greatest regret (Savage, The theory of statistical decision, JASA 46
 * (1951)). Chance is that of the replications (posterior.h): a candidate that is best in most futures, or under other
 * parameters, is another question.
 *
 * Invariant: probabilities of being best add up to 1 (equals share a draw); a regret is never negative. A candidate with
 * fewer than two replications is left out: all its numbers are NaN, its probabilities 0.
 */
#ifndef ANA_CHOICE_H
#define ANA_CHOICE_H

#include "sim/analysis/interval.h"
#include "sim/analysis/posterior.h"

#include <stdbool.h>

typedef struct {
    double mean, low, high;                 /* with its 95% interval, as if it had all replications */
    double p_best;                          /* that its mean is the best */
    double p_near;                          /* that its mean is worse than the best by the difference, or less */
    double regret, regret_low, regret_high; /* expected, with 95% interval */
    size_t n;                               /* replications of its own */
} ana_choice_t;

typedef struct {
    double worst, worst_low, worst_high; /* the mean of its worst scenario, with 95% interval */
    size_t worst_measure;
    double regret, regret_low, regret_high; /* the greatest over scenarios, of the means; 95% interval of draws */
    size_t regret_measure;
    double p_maximin; /* probability that its worst case is the best worst case */
    double p_minimax; /* probability that its greatest regret is the least */
} ana_robust_t;

/**
The choice by one measure of a sample.
@param greatest    the greatest mean is best; else the least
@param difference  the smallest that matters, >= 0; for p_near
@param choice      choice[n_candidates]
@return 0, SIM_ERR_BAD_PARAM (an empty sample, no such measure, no draws) or SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int ana_choose(const ana_sample_t *sample, size_t measure, bool greatest, double difference,
    ana_choice_t *choice);
/**
The choice over scenarios: the measures of the sample are one measure under each of them. A candidate must be known in
all of them, else it is left out. Regret is against the best candidate of the same scenario.
@param robust  robust[n_candidates]
@return as ana_choose
*/
SIM_MUST_CHECK int ana_choose_robust(const ana_sample_t *sample, bool greatest, ana_robust_t *robust);
/** What is lost by taking `taken` and not `other`: the paired difference with its interval, > 0 when other is better. */
void ana_regret(const double *taken, const double *other, size_t n_reps, bool greatest, ana_interval_t *interval);

#endif
