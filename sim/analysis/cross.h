/*
 * Products of two estimates that were each made from the same n replications, free of the replications' noise: the mean
 * of a[r] b[s] over all pairs of different replications r and s. What is noise in one replication is not in another, so
 * the expected product is that of the expected values, whether replications differ from point to point or are the same
 * children everywhere.
 *
 * With one replication there is no such pair; the plain product, noise and all, is returned.
 */
#ifndef ANA_CROSS_H
#define ANA_CROSS_H

#include <math.h>
#include <stddef.h>

static inline double
ana_cross(const double *a, const double *b, size_t n)
{
    double sum_a = 0.0, sum_b = 0.0, same = 0.0;

    for (size_t r = 0; r < n; r++) {
        sum_a += a[r];
        sum_b += b[r];
        same += a[r] * b[r];
    }
    return n < 2 ? same : (sum_a * sum_b - same) / ((double) n * (double) (n - 1));
}

/* Whether all n replications of a point are known. */
static inline int
ana_is_known(const double *value, size_t n)
{
    double sum = 0.0;

    for (size_t r = 0; r < n; r++) {
        sum += value[r];
    }
    return isfinite(sum);
}

#endif
