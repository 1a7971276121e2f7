/*
 * Least squares of an outcome on all inputs at once, in units of standard deviations, and partial correlations; of the
 * values themselves (SRC, PCC) or of their ranks (SRRC, PRCC), which serve where effects are not straight but never
 * turn. R2 says how much of the variance such a line explains: near 1 the squared coefficients of independent inputs
 * are their first-order indices, far from it they say little.
 *
 * Intervals: coefficients by Student's t, partial correlations by Fisher's z.
 *
 * References: A. Saltelli, K. Chan, E.M. Scott (eds), Sensitivity Analysis (2000), ch. 6; R.L. Iman, W.J. Conover,
 * Technometrics 21 (1979) 499-509 (ranks); R.A. Fisher, Metron 3 (1924) 329-332 (partial correlation).
 */
#ifndef ANA_REGRESS_H
#define ANA_REGRESS_H

#include "sim/analysis/inputs.h"
#include "sim/analysis/interval.h"

#include <stdbool.h>

typedef struct {
    ana_interval_t standard; /* standardised coefficient; NaN for an input that never changes */
    ana_interval_t partial;  /* partial correlation, of input and outcome with the other inputs held; se is NaN */
} ana_coefficient_t;

/**
@param y            y[point]; NaN: left out
@param ranks        of ranks instead of values
@param coefficient  [n_inputs]
@param r2           share of the variance explained, not adjusted
@return 0; SIM_ERR_BAD_PARAM (an outcome that never changes, or fewer than n_inputs + 3 points); SIM_ERR_INVARIANT
(one input follows from others); SIM_ERR_NO_MEMORY. O(n_points n_inputs^2).
*/
SIM_MUST_CHECK int ana_regress(const ana_inputs_t *inputs, const double *y, bool ranks, ana_coefficient_t *coefficient,
    double *r2);

#endif
