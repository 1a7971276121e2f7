/*
 * Estimates of every cell from the values of finished replications, a block of cells at a time: the mean of each arm,
 * and the paired differences between arms that the cell's scope asks for. A block's size is bounded, so memory grows
 * with replications times arms but not with the number of cells.
 *
 * Invariant: estimates are handed over by cell within arm or pair within block; a cell known in no replication is
 * skipped.
 */
#ifndef EXP_ESTIMATE_H
#define EXP_ESTIMATE_H

#include "sim/analysis/interval.h"
#include "sim/core/error.h"

#include <stddef.h>
#include <stdint.h>

#define EXP_NO_ARM UINT32_MAX

/* Which differences a cell gets. */
typedef enum { EXP_PLANS_ONLY, EXP_AGAINST_FIRST, EXP_ALL_PAIRS } exp_scope_t;

/** Values of cells [first, first + n) of one replication into value[n]; NaN where it failed. */
typedef int exp_fetch_t(void *ctx, uint32_t arm, uint32_t rep, size_t first, size_t n, double *value);
typedef exp_scope_t exp_scope_fn(void *ctx, size_t cell);
/** minus is EXP_NO_ARM for an arm's own estimate, else the estimate is of arm - minus. */
typedef int exp_estimate_sink_t(void *ctx, uint32_t arm, uint32_t minus, size_t cell, const ana_interval_t *interval);

typedef struct {
    uint32_t n_arms, n_reps;
    size_t n_cells;
    exp_fetch_t *fetch;
    exp_scope_fn *scope;
    exp_estimate_sink_t *sink;
    void *ctx; /* of all three */
} exp_estimate_t;

/** @return 0, SIM_ERR_NO_MEMORY, or an error of fetch or sink. */
SIM_MUST_CHECK int exp_estimate(const exp_estimate_t *self);
/**
Number of differences between n_arms arms: pair (i, j), j < i, has index i (i - 1) / 2 + j and stands for arm i - arm
j.
*/
size_t exp_n_pairs(uint32_t n_arms);
size_t exp_pair_index(uint32_t arm, uint32_t minus);

#endif
