/*
 * Rank correlations between inputs, through the normal distribution that has them: normal variates with Pearson's
 * correlation 2 sin(pi r / 6) have Spearman's r (K. Pearson 1907).
 *
 * Invariant: factor is the lower Cholesky factor of that distribution's correlations among the inputs that occur in a
 * pair, and nothing in it comes from libm.
 */
#ifndef EXP_CORRELATE_H
#define EXP_CORRELATE_H

#include "sim/core/error.h"

#include <stddef.h>
#include <stdint.h>

#define EXP_RANK_MAX 0.999

typedef struct {
    uint32_t a, b; /* inputs, a != b; a pair may be given once */
    double rank;   /* -EXP_RANK_MAX .. EXP_RANK_MAX */
} exp_correlation_t;

typedef struct {
    size_t n;        /* inputs that are correlated; 0 when none is */
    uint32_t *input; /* owned; ascending */
    double *factor;  /* owned; n rows of n */
} exp_normal_t;

/**
@return 0; SIM_ERR_BAD_PARAM (an input beyond n_inputs, a pair twice or of one input, a rank out of range);
SIM_ERR_INVARIANT (no inputs can have these correlations together); SIM_ERR_NO_MEMORY. Free it in any case.
*/
SIM_MUST_CHECK int exp_normal_init(exp_normal_t *self, uint32_t n_inputs, size_t n_correlations,
    const exp_correlation_t *correlation);
void exp_normal_free(exp_normal_t *self);
/** Turn independent coordinates u in [0,1) into correlated ones in (0,1): a Gaussian copula. */
void exp_normal_turn(const exp_normal_t *self, double *u);
/**
Reorder places so that the ranks of the correlated columns have the correlations asked for.
@param place  place[k][i], of column input[k]: an order of 0 .. n_points-1, random on entry
@return 0 or SIM_ERR_NO_MEMORY
@source R.L. Iman, W.J. Conover, Commun. Statist. B 11 (1982) 311-334, with van der Waerden scores; then the
correlations aimed at are moved by what is missing, and the columns reordered again, until the ranks have them to 0.001
*/
SIM_MUST_CHECK int exp_normal_reorder(const exp_normal_t *self, size_t n_points, uint32_t *const *place);

#endif
