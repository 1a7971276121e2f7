#include "sim/analysis/interval.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

#define ROUNDING 1e-12  /* a spread this small beside the mean is none */
#define SKEW_ERRORS 3.0 /* standard errors of the skewness of normal samples */

double
ana_t_factor(size_t n, double confidence)
{
    if (n < 2 || !(confidence > 0.0 && confidence < 1.0)) {
        return NAN;
    }
    return gsl_cdf_tdist_Pinv(0.5 + confidence / 2.0, (double) (n - 1));
}

/* Replicate i, or the difference of a pair. */
static double
replicate(const double *a, const double *b, size_t i)
{
    return b == NULL ? a[i] : a[i] - b[i];
}

static double
sum_of_squares(const double *a, const double *b, size_t stride, size_t n, double mean, size_t counted)
{
    double sum = 0.0, rest = 0.0;

    for (size_t i = 0; i < n; i++) {
        double x = replicate(a, b, i * stride);

        if (isfinite(x)) {
            sum += (x - mean) * (x - mean);
            rest += x - mean; /* corrects the rounding of the mean: Chan, Golub & LeVeque 1983 */
        }
    }
    return sum - rest * rest / (double) counted;
}

static void
interval_of(const double *a, const double *b, size_t stride, size_t n, ana_interval_t *interval)
{
    double sum = 0.0;

    *interval = (ana_interval_t){ .mean = NAN, .low = NAN, .high = NAN, .se = NAN };
    for (size_t i = 0; i < n; i++) {
        double x = replicate(a, b, i * stride);

        if (isfinite(x)) {
            sum += x;
            interval->n++;
        }
    }
    if (interval->n == 0) {
        return;
    }
    interval->mean = sum / (double) interval->n;
    if (interval->n >= 2) {
        double squares = fmax(sum_of_squares(a, b, stride, n, interval->mean, interval->n), 0.0);

        interval->se = sqrt(squares / (double) (interval->n - 1) / (double) interval->n);
        double half = ana_t_factor(interval->n, ANA_CONFIDENCE) * interval->se;

        interval->low = interval->mean - half;
        interval->high = interval->mean + half;
    }
}

void
ana_mean_interval(const double *value, size_t stride, size_t n, ana_interval_t *interval)
{
    interval_of(value, NULL, stride, n, interval);
}

void
ana_paired(const double *a, const double *b, size_t stride, size_t n, ana_interval_t *interval)
{
    interval_of(a, b, stride, n, interval);
}

/* Sums over the pairs of which both are known. */
static size_t
sum_pairs(const double *a, const double *b, size_t stride, size_t n, double sum[2])
{
    size_t counted = 0;

    sum[0] = sum[1] = 0.0;
    for (size_t i = 0; i < n * stride; i += stride) {
        if (isfinite(a[i]) && isfinite(b[i])) {
            sum[0] += a[i];
            sum[1] += b[i];
            counted++;
        }
    }
    return counted;
}

void
ana_paired_ratio(const double *a, const double *b, size_t stride, size_t n, ana_interval_t *interval)
{
    double sum[2], squares = 0.0, half;
    size_t counted = sum_pairs(a, b, stride, n, sum);

    *interval = (ana_interval_t){ .mean = NAN, .low = NAN, .high = NAN, .se = NAN };
    if (counted == 0 || sum[1] == 0.0) {
        return;
    }
    interval->n = counted;
    interval->mean = sum[0] / sum[1];
    for (size_t i = 0; i < n * stride; i += stride) {
        double rest = isfinite(a[i]) && isfinite(b[i]) ? a[i] - interval->mean * b[i] : 0.0;

        squares += rest * rest;
    }
    if (counted >= 2) {
        interval->se = sqrt(squares * (double) counted / (double) (counted - 1)) / fabs(sum[1]);
        half = ana_t_factor(counted, ANA_CONFIDENCE) * interval->se;
        interval->low = interval->mean - half;
        interval->high = interval->mean + half;
    }
}

static bool
all_finite(const double *const *value, size_t n_arms, size_t rep)
{
    for (size_t arm = 0; arm < n_arms; arm++) {
        if (!isfinite(value[arm][rep])) {
            return false;
        }
    }
    return true;
}

size_t
ana_count_best(const double *const *value, size_t n_arms, size_t n_reps, int greatest, size_t *best)
{
    size_t counted = 0;

    for (size_t arm = 0; arm < n_arms; arm++) {
        best[arm] = 0;
    }
    for (size_t rep = 0; rep < n_reps; rep++) {
        size_t winner = 0;

        if (n_arms == 0 || !all_finite(value, n_arms, rep)) {
            continue;
        }
        for (size_t arm = 1; arm < n_arms; arm++) {
            double gain = value[arm][rep] - value[winner][rep];

            winner = (greatest ? gain > 0.0 : gain < 0.0) ? arm : winner;
        }
        best[winner]++;
        counted++;
    }
    return counted;
}

typedef struct {
    double n, skewness;
} shape_t;

static shape_t
shape_of(const double *value, size_t stride, size_t n)
{
    ana_interval_t interval;
    double squares = 0.0, cubes = 0.0;

    ana_mean_interval(value, stride, n, &interval);
    for (size_t i = 0; i < n; i++) {
        double off = value[i * stride] - interval.mean;

        if (isfinite(value[i * stride])) {
            squares += off * off;
            cubes += off * off * off;
        }
    }
    shape_t shape = { .n = (double) interval.n, .skewness = NAN };
    double sd = sqrt(squares / shape.n);

    if (interval.n >= 3 && sd > ROUNDING * fabs(interval.mean)) {
        shape.skewness = cubes / shape.n / (sd * sd * sd);
    }
    return shape;
}

double
ana_skewness(const double *value, size_t stride, size_t n)
{
    return shape_of(value, stride, n).skewness;
}

bool
ana_is_skewed(const double *value, size_t stride, size_t n)
{
    shape_t shape = shape_of(value, stride, n);
    double k = shape.n, se = sqrt(6.0 * (k - 2.0) / ((k + 1.0) * (k + 3.0))), skewness = fabs(shape.skewness);

    return skewness > SKEW_ERRORS * se && k <= ANA_COCHRAN * skewness * skewness;
}
