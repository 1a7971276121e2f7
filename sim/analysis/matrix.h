/* Symmetric positive definite matrices, row by row, with + - x / and sqrt alone: the same on every machine. */
#ifndef ANA_MATRIX_H
#define ANA_MATRIX_H

#include "sim/core/error.h"

#include <stddef.h>

/**
The lower Cholesky factor of m[n][n], in place; above the diagonal it is set to 0.
@param least  the least squared pivot, > 0
@return 0, or SIM_ERR_INVARIANT when a pivot is not above it: not positive definite (m is spoilt)
*/
SIM_MUST_CHECK int ana_cholesky(size_t n, double *m, double least);
/** Solve L L' x = b for the factor L, in place. */
void ana_cholesky_solve(size_t n, const double *factor, double *b);
/** Solve L' x = b, in place: normal b gives x of covariance (L L')^-1. */
void ana_cholesky_back(size_t n, const double *factor, double *b);
/** Solve L x = b, in place. */
void ana_cholesky_forward(size_t n, const double *factor, double *b);

#endif
