/*
 * Ranking and selection: which of k candidates has the best mean, by the fully sequential indifference-zone procedure
 * KN of Kim and Nelson, A fully sequential procedure for indifference-zone selection in simulation, ACM Transactions
 * on Modeling and Computer Simulation 11(3) (2001), with c = 1.
 *
 * After n_first replications of every candidate each further replication is one of all that survive; one falls out as
 * soon as the sum of its paired differences to another leaves a triangle whose size goes with the variance of the
 * differences and shrinks as replications come in. So poor candidates cost n_first replications, and common random
 * numbers, which make differences vary less, save replications.
 *
 * What is promised: when the best mean is better than every other by the smallest difference that matters, or more, it
 * is selected with at least the probability asked for, if replications are independent of one another and normal.
 * Candidates may have unequal variances and may depend on one another within a replication. With means closer than
 * that difference one of the best is likely to be chosen, but nothing is proven. Shares of many children are near
 * normal; a few skewed replications are not.
 *
 * Life cycle: init; add replications until done; best. Values of candidates that have fallen out are not read.
 * Invariant: at least one survives; after the end nothing changes.
 */
#ifndef ANA_SELECTION_H
#define ANA_SELECTION_H

#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>

#define ANA_SELECTION_CONFIDENCE 0.95
#define ANA_SELECTION_FIRST 10 /* replications of the first stage, when nothing else is asked for */

typedef struct {
    size_t n_candidates, n_first;
    bool greatest;     /* the greatest mean is best; else the least */
    double difference; /* the smallest that matters, in the unit of the values; > 0 */
    double confidence; /* the probability of a correct selection that is asked for; 1/k < confidence < 1 */
} ana_selection_rule_t;

typedef struct {
    ana_selection_rule_t rule;
    size_t n;        /* replications used */
    size_t left_out; /* replications in which a survivor was not finite: they are not used */
    size_t n_alive;
    double bound; /* h^2 / difference^2: times the variance of a difference, the replications it may take */
    /* owned */
    bool *alive;
    size_t *dropped_at; /* replications used when a candidate fell out; 0 = it has not */
    size_t *dropped_by; /* the candidate it fell out against */
    double *sum;        /* of each candidate; negated when the least is best */
    double *first;      /* [n_first][candidate]; NULL after the first stage */
    double *variance;   /* [candidate][candidate] of the paired difference in the first stage */
} ana_selection_t;

/**
@return 0; SIM_ERR_BAD_PARAM for a rule outside its ranges (at least 1 candidate; n_first at least 2, 10 or more is
advised); SIM_ERR_NO_MEMORY. The caller frees even on error. Memory goes with n_candidates^2.
*/
SIM_MUST_CHECK int ana_selection_init(ana_selection_t *self, const ana_selection_rule_t *rule);
void ana_selection_free(ana_selection_t *self);
/**
One replication of all survivors, in order of replication.
@param value  value[candidate]; those of candidates that fell out may be anything
@return whether it was used: not after the end, nor when a survivor's value is not finite. O(survivors^2).
*/
bool ana_selection_add(ana_selection_t *self, const double *value);
bool ana_selection_done(const ana_selection_t *self);
/** The one survivor, or the leader among them before the end; of equals the lowest. */
size_t ana_selection_best(const ana_selection_t *self);
/**
How many more replications of the survivors it takes at most; before the first stage is over, how many that still
takes (what follows is not known yet).
*/
size_t ana_selection_more(const ana_selection_t *self);

#endif
