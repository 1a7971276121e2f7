#include "sim/analysis/verdict.h"

#include <math.h>

static double
tolerance_of(double value, double low, double high)
{
    if (isnan(low) || isnan(high)) {
        return fabs(value - (isnan(low) ? high : low));
    }
    return (high - low) / 2.0;
}

/* Comparisons with a bound that is not there are false. */
static bool
is_inside(double from, double to, double low, double high)
{
    return !(from < low) && !(to > high);
}

ana_verdict_t
ana_judge(const ana_interval_t *interval, double value, double low, double high, double *reps_needed)
{
    double half = ana_t_factor(interval->n, ANA_CONFIDENCE) * interval->se;
    double most = tolerance_of(value, low, high) / ANA_TOLERANCE_PARTS;

    *reps_needed = NAN;
    if (interval->n < 2) {
        return ANA_NOT_SURE;
    }
    if (interval->low > high || interval->high < low) {
        return ANA_OUTSIDE;
    }
    if (half > most && !(most == 0.0 && is_inside(interval->low, interval->high, low, high))) {
        *reps_needed = most > 0.0 ? ceil((double) interval->n * (half / most) * (half / most)) : NAN;
        return ANA_NOT_SURE;
    }
    return is_inside(interval->mean, interval->mean, low, high) ? ANA_INSIDE : ANA_OUTSIDE;
}
