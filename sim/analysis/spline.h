/*
 * Smooth functions of one input or a sum of smooth functions of several, fitted by penalised least squares (P-splines):
 * cubic B-splines on equal cells of the input's rank shares, with a penalty on second differences of their coefficients
 * whose weight is chosen by generalised cross-validation. With several inputs the products of each two (about their
 * middles) are terms too, so a sum can bend where two inputs act together, but not more than that.
 *
 * Several outcomes are fitted at once with one weight. Coefficients of outcome d are normal about `beta` with
 * covariance residual[d][d] (L L')^-1, those of two outcomes with residual[d][e] in its place.
 *
 * References: P.H.C. Eilers, B.D. Marx, Statist. Sci. 11 (1996) 89-121; P. Craven, G. Wahba, Numer. Math. 31 (1979)
 * 377-403 (cross-validation); S.N. Wood, Generalized Additive Models, 2nd ed. (2017), §4.2, §6.10 (covariance).
 */
#ifndef ANA_SPLINE_H
#define ANA_SPLINE_H

#include "sim/core/error.h"

#include <stddef.h>

#define ANA_SPLINE_CELLS 12
#define ANA_SPLINE_BASES (ANA_SPLINE_CELLS + 3)
#define ANA_SPLINE_INPUTS 8

typedef struct {
    size_t n_inputs, n_outcomes, n_terms;
    double *factor;   /* owned; [term][term]: Cholesky factor L of the penalised normal equations */
    double *beta;     /* owned; [outcome][term], for the outcome less its mean */
    double *mean;     /* owned; [outcome] */
    double *residual; /* owned; [outcome][outcome]: covariance of residuals */
    double freedom;   /* effective number of terms */
} ana_spline_t;

/**
@param share  share[input][point]: rank shares (ana_rank_shares), in (0,1)
@param y      y[outcome][point]
@return 0; SIM_ERR_BAD_PARAM (no input or outcome, more than ANA_SPLINE_INPUTS, fewer than 10 points);
SIM_ERR_NO_MEMORY; SIM_ERR_INVARIANT. Free it in any case. O(n_points (4 n_inputs)^2 + n_terms^3).
*/
SIM_MUST_CHECK int ana_spline_init(ana_spline_t *self, size_t n_inputs, const double *const *share, size_t n_outcomes,
    const double *const *y, size_t n_points);
void ana_spline_free(ana_spline_t *self);
/** Terms at a place into term[n_terms]. */
void ana_spline_terms(const ana_spline_t *self, const double *share, double *term);
/** The fitted value from terms and coefficients beta[n_terms]. */
double ana_spline_value(const ana_spline_t *self, const double *term, const double *beta, double mean);

typedef struct {
    double x, mean, low, high; /* of the input; of the expected outcome there, with its 95% band, point by point */
} ana_curve_t;

/**
The expected outcome over one input: a smoothed scatter plot, which for independent inputs is the partial dependence.
@param y      y[point]; NaN: left out
@param curve  curve[n_places], at the middles of n_places equal shares of the input's ranks
@return as ana_spline_init
*/
SIM_MUST_CHECK int ana_smooth(const double *x, const double *y, size_t n_points, size_t n_places, ana_curve_t *curve);

#endif
