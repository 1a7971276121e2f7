/*
 * The inputs of a sample of points, for what is estimated from any design (given data): a column of values for each
 * input, beside outcomes by point. Points whose outcome is NaN (they failed) are left out everywhere.
 */
#ifndef ANA_INPUTS_H
#define ANA_INPUTS_H

#include "sim/core/error.h"

#include <stddef.h>

typedef struct {
    const double *const *x; /* x[input][point], finite; borrowed. A categorical input: the number of its category */
    size_t n_inputs, n_points;
} ana_inputs_t;

/**
Ranks as shares in (0,1): (rank - 1/2) / n, equal values sharing the mean of theirs.
@return 0 or SIM_ERR_NO_MEMORY. O(n log n).
*/
SIM_MUST_CHECK int ana_rank_shares(const double *x, size_t n, double *share);

#endif
