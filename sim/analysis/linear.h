/*
 * Small linear programmes: maximise c x subject to a x <= b and x >= 0, by the simplex method on a dense dictionary, with
 * Bland's rule, so that it ends (Bland, New finite pivoting rules for the simplex method, Mathematics of Operations Research
 * 2(2), 1977; first feasible dictionary by one auxiliary variable: Chvatal, Linear Programming, 1983, ch. 3). For a few
 * variables and tens of rows whose numbers are near 1 in size.
 *
 * Invariant: the rows added so far stay; a solution satisfies every row to ANA_LINEAR_TOLERANCE.
 */
#ifndef ANA_LINEAR_H
#define ANA_LINEAR_H

#include "sim/core/error.h"

#include <stddef.h>

#define ANA_LINEAR_VARIABLES 8
#define ANA_LINEAR_ROWS 48
#define ANA_LINEAR_TOLERANCE 1e-9

typedef struct {
    size_t n_variables, n_rows;
    double a[ANA_LINEAR_ROWS][ANA_LINEAR_VARIABLES], b[ANA_LINEAR_ROWS];
} ana_linear_t;

/** No rows yet; 1 <= n_variables <= ANA_LINEAR_VARIABLES. */
void ana_linear_init(ana_linear_t *self, size_t n_variables);
/** a x <= b. @return 0, or SIM_ERR_FULL */
SIM_MUST_CHECK int ana_linear_add(ana_linear_t *self, const double *a, double b);
/**
@param c  what is maximised; NULL: any x that satisfies the rows
@param x  [n_variables], filled when 0 is returned
@return 0; SIM_ERR_NOT_FOUND when no x satisfies the rows; SIM_ERR_FULL when c x has no greatest value
*/
SIM_MUST_CHECK int ana_linear_solve(const ana_linear_t *self, const double *c, double *x);

#endif
