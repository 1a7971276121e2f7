/*
 * A response surface: a quadratic in a few variables, fitted by weighted least squares with a little ridge, so that it also
 * stands on fewer points than it has terms (Myers, Montgomery & Anderson-Cook, Response Surface Methodology, 4th ed., 2016,
 * ch. 6; Hoerl & Kennard, Technometrics 12(1), 1970). It proposes where to look next; nothing is concluded from it.
 *
 * Invariant: after a fit that returned 0 the prediction is finite wherever its variables are.
 */
#ifndef ANA_SURFACE_H
#define ANA_SURFACE_H

#include "sim/core/error.h"

#include <stddef.h>

#define ANA_SURFACE_VARIABLES 8
#define ANA_SURFACE_TERMS (1 + ANA_SURFACE_VARIABLES + ANA_SURFACE_VARIABLES * (ANA_SURFACE_VARIABLES + 1) / 2)

typedef struct {
    size_t n; /* variables */
    double coefficient[ANA_SURFACE_TERMS];
} ana_surface_t;

/**
@param x       x[point * stride + variable]
@param y       [n_points]; points that are not finite are left out
@param weight  [n_points], >= 0
@return 0; SIM_ERR_BAD_PARAM without a point; SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int ana_surface_fit(ana_surface_t *self, size_t n_variables, size_t n_points, const double *x,
    size_t stride, const double *y, const double *weight);
double ana_surface_at(const ana_surface_t *self, const double *x);

#endif
