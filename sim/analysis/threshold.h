/*
 * The least level (of money, of staff) at which something holds with a stated probability, from replications that can be
 * run at any of levels 0 .. n_levels - 1 with common random numbers.
 *
 * Each replication has a threshold of its own: the least level at which it holds. When more never does harm, what holds
 * at a level holds above it, so a replication need be run only where its threshold is still in doubt. The answer is the
 * quantile of the thresholds: the least level at which at least the stated share of replications hold. Its interval is
 * that of order statistics, which supposes no distribution: binomial probabilities say between which of the ordered
 * thresholds the true quantile lies (David and Nagaraja, Order Statistics, 3rd ed. (2003), §7.1).
 *
 * Life cycle: init; while ana_threshold_next names a level, run the replications that ana_threshold_needs there, and put
 * what came of each; answer. A caller who doubts that more never does harm runs the others at the answer as well: a
 * failure there moves it up.
 *
 * Invariant: below[r] < threshold of r <= from[r] as far as is known; both only close in, but for a failure where it was
 * thought to hold.
 */
#ifndef ANA_THRESHOLD_H
#define ANA_THRESHOLD_H

#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    size_t n_reps, n_levels;
    double probability; /* with which it is to hold; 0 < probability < 1 */
    long *below, *from; /* by replication: it fails at the first, -1 = nowhere known; it holds at the second, n_levels =
                           nowhere known; owned */
    bool *fails;        /* at the top level */
    bool *known;        /* false: the replication failed and is left out */
    long *sorted;       /* scratch */
} ana_threshold_t;

typedef struct {
    size_t n;       /* replications that count */
    size_t level;   /* the answer; n_levels when it holds at none */
    size_t holding; /* of them, that hold at the answer; at the top level when there is none */
    long low,
        high; /* 95% interval; -1 when it cannot be said: too few replications (high: or it may be above the top) */
    size_t reps_needed; /* for an upper end */
} ana_threshold_answer_t;

/** @return 0, SIM_ERR_BAD_PARAM, or SIM_ERR_NO_MEMORY. The caller frees even on error. */
SIM_MUST_CHECK int ana_threshold_init(ana_threshold_t *self, size_t n_reps, size_t n_levels, double probability);
void ana_threshold_free(ana_threshold_t *self);
/**
The level to look at next: the top one first; then what the answer and the ends of its interval are in doubt about, by
halves. Nothing more when too few hold at the top.
@return false when the answer is known
*/
bool ana_threshold_next(ana_threshold_t *self, size_t *level);
/** Whether what holds at a level is not known of a replication. */
bool ana_threshold_needs(const ana_threshold_t *self, size_t rep, size_t level);
/** It holds or not at a level. */
void ana_threshold_put(ana_threshold_t *self, size_t rep, size_t level, bool holds);
/** A replication that failed counts no more. */
void ana_threshold_leave_out(ana_threshold_t *self, size_t rep);
/** What is known so far; final when there is no next level. */
void ana_threshold_answer(ana_threshold_t *self, ana_threshold_answer_t *answer);

#endif
