#include "sim/analysis/warmup.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static bool
all_finite(const double *value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(value[i])) {
            return false;
        }
    }
    return true;
}

static double
mean_of(const double *value, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        sum += value[i];
    }
    return sum / (double) n;
}

/* ---- MSER-5 ---- */

/* From the last batch to the first, so that the sums are only added to: Welford (1962). */
int
ana_mser5(const double *value, size_t n, ana_mser_t *mser)
{
    size_t n_batches = n / ANA_MSER_BATCH, best = 0;
    double mean = 0.0, squares = 0.0;

    *mser = (ana_mser_t){ .mean = NAN, .statistic = NAN };
    if (!all_finite(value, n)) {
        return SIM_ERR_BAD_PARAM;
    }
    for (size_t at = n_batches; at-- > 0;) {
        double kept = (double) (n_batches - at), y = mean_of(value + at * ANA_MSER_BATCH, ANA_MSER_BATCH);
        double off = y - mean;

        mean += off / kept;
        squares += off * (y - mean);
        if (n_batches - at > ANA_MSER_LAST && !(squares / (kept * kept) > mser->statistic)) {
            mser->statistic = squares / (kept * kept);
            mser->mean = mean;
            best = at;
        }
    }
    mser->enough = n_batches >= ANA_MSER_LEAST && 2 * best <= n_batches;
    mser->truncate = mser->enough ? best * ANA_MSER_BATCH : 0;
    mser->mean = mser->enough || n_batches == 0 ? mser->mean : mean;
    return 0;
}

/* ---- Welch ---- */

int
ana_welch(const double *value, size_t n, size_t window, double *average)
{
    if (window > n / 4 || !all_finite(value, n)) {
        return SIM_ERR_BAD_PARAM;
    }
    for (size_t i = 0; i < n - window; i++) {
        size_t side = i < window ? i : window;

        average[i] = mean_of(value + i - side, 2 * side + 1);
    }
    return 0;
}

/* ---- batch means ---- */

/* 1 - sum of squared successive differences / (2 sum of squares about the mean). */
static double
von_neumann(const double *batch, size_t n)
{
    double mean = mean_of(batch, n), squares = 0.0, steps = 0.0;

    for (size_t i = 0; i < n; i++) {
        squares += (batch[i] - mean) * (batch[i] - mean);
        steps += i > 0 ? (batch[i] - batch[i - 1]) * (batch[i] - batch[i - 1]) : 0.0;
    }
    return steps > 0.0 ? 1.0 - steps / (2.0 * squares) : 0.0;
}

static void
batch_means(const double *value, size_t n, size_t n_batches, ana_batch_means_t *result)
{
    double batch[ANA_BATCHES_MOST], k = (double) n_batches;

    result->batch_size = n / n_batches;
    result->dropped = n % n_batches;
    for (size_t i = 0; i < n_batches; i++) {
        batch[i] = mean_of(value + result->dropped + i * result->batch_size, result->batch_size);
    }
    ana_mean_interval(batch, 1, n_batches, &result->interval);
    result->correlation = von_neumann(batch, n_batches);
    result->independent =
        result->correlation / sqrt((k - 2.0) / (k * k - 1.0)) <= gsl_cdf_ugaussian_Qinv(ANA_BATCH_LEVEL);
}

int
ana_batch_means(const double *value, size_t n, ana_batch_means_t *result)
{
    *result = (ana_batch_means_t){ .interval = { .mean = NAN, .low = NAN, .high = NAN, .se = NAN } };
    if (n < 2 * ANA_BATCHES_LEAST || !all_finite(value, n)) {
        return SIM_ERR_BAD_PARAM;
    }
    for (size_t k = ANA_BATCHES_MOST; k >= ANA_BATCHES_LEAST && !result->independent; k -= ANA_BATCHES_LEAST) {
        if (n >= 2 * k) {
            batch_means(value, n, k, result);
        }
    }
    return 0;
}
