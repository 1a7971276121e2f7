/*
 * Intervals from independent replications: mean and Student's t interval, and the same for paired differences (common
 * random numbers: a and b of one replication belong together). Law, Simulation Modeling and Analysis, 5th ed. (2015),
 * §4.5, §10.2.
 *
 * A replicate that is NaN (a failed replication, a share of nothing) is left out, and the count says so.
 *
 * Invariant: low <= mean <= high when n >= 2; otherwise low and high are NaN, and mean too when n is 0.
 */
#ifndef ANA_INTERVAL_H
#define ANA_INTERVAL_H

#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>

#define ANA_CONFIDENCE 0.95
#define ANA_COCHRAN 25.0 /* replicates for each unit of squared skewness */

typedef struct {
    double mean;
    double low, high; /* NaN when n < 2 */
    double se;        /* standard error of the mean; NaN when n < 2 */
    size_t n;         /* replicates that were not NaN */
} ana_interval_t;

/**
Half-width of a two-sided interval in standard errors: the t quantile with n - 1 degrees of freedom; NaN when n < 2.
*/
double ana_t_factor(size_t n, double confidence);

/**
Mean and 95% interval of value[0], value[stride], ..., n of them. Two passes; O(n).
An infinite replicate counts as NaN.
*/
void ana_mean_interval(const double *value, size_t stride, size_t n, ana_interval_t *interval);

/** The same for a[i] - b[i]; a pair of which one is NaN is left out. */
void ana_paired(const double *a, const double *b, size_t stride, size_t n, ana_interval_t *interval);

/**
The ratio of the means of a and b, paired, with the interval that its linearisation gives: that of the mean of
(a[i] - ratio b[i]) / mean(b) (Cochran, Sampling Techniques, 3rd ed., 1977, eq. 6.4). NaN when the mean of b is 0.
*/
void ana_paired_ratio(const double *a, const double *b, size_t stride, size_t n, ana_interval_t *interval);

/**
In how many replications each of n_arms is best.
@param value    value[arm][rep]; replications in which any arm is NaN are left out
@param best     best[arm]; ties count for the lowest arm
@return the number of replications counted
*/
size_t ana_count_best(const double *const *value, size_t n_arms, size_t n_reps, int greatest, size_t *best);

/**
Fisher's measure of skewness of value[0], value[stride], ..., n of them: the third moment about the mean over the
standard deviation cubed, both with divisor n; NaN below three finite replicates, or when they are all the same.
*/
double ana_skewness(const double *value, size_t stride, size_t n);

/**
Whether replicates are so skewed that a t interval of their mean covers worse than it says. The error of its coverage
goes with the squared skewness over n (Hall, Annals of Statistics 11(2), 1983; Johnson, JASA 73, 1978), and Cochran's
rule (Sampling Techniques, 3rd ed., 1977, p. 42) asks for n > 25 G^2, G the skewness. True when the sample breaks the
rule and G is beyond 3 of its standard errors in normal samples (Fisher 1930), so that a few symmetric replicates
seldom raise it.
*/
bool ana_is_skewed(const double *value, size_t stride, size_t n);

/** A sum of squares about the mean, which rounding may leave below zero; NaN, unlike with fmax, stays NaN. */
static inline double
ana_not_negative(double squares)
{
    return squares < 0.0 ? 0.0 : squares;
}

#endif
