#include "sim/core/quantile.h"

#include "sim/core/elementary.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define PI 3.14159265358979323846
#define ROOT_2_PI 2.50662827463100050242
#define SERIES_TO 2.5 /* normal: the series below, the fraction above */
#define FRACTION_TERMS 120
#define TINY 1e-300
#define PRECISION 1e-16
#define TERMS_MAX 100000
#define STEPS_MAX 200
#define LARGE_SHAPE 1e5
#define LEAST_LOG (-740.0)

static double
normal_tail(double z)
{
    double below = z;

    for (int k = FRACTION_TERMS; k > 0; k--) {
        below = z + k / below;
    }
    return sim_exp(-0.5 * z * z) / (ROOT_2_PI * below);
}

double
sim_normal_cdf(double z)
{
    double term = z, sum = z;

    if (!(fabs(z) < SERIES_TO)) {
        return z > 0.0 ? 1.0 - normal_tail(z) : normal_tail(-z);
    }
    for (double k = 3.0; fabs(term) > PRECISION * fabs(sum); k += 2.0) {
        term *= z * z / k;
        sum += term;
    }
    return 0.5 + sum * sim_exp(-0.5 * z * z) / ROOT_2_PI;
}

/* Lanczos's series with g = 7 and nine terms, by P. Godfrey; x > 0. */
static double
log_gamma(double x)
{
    static const double term[] = { 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7 };
    double sum = 0.99999999999980993, top = x + 7.5;

    for (size_t k = 0; k < sizeof(term) / sizeof(term[0]); k++) {
        sum += term[k] / (x + 1.0 + (double) k);
    }
    return (x + 0.5) * sim_log(top) - top + sim_log(ROOT_2_PI * sum / x);
}

static double
not_zero(double x)
{
    return fabs(x) < TINY ? TINY : x;
}

/* One step of Lentz's method for b + a1/(b1 + a2/(b2 + ...)); returns by what the value is multiplied. */
static double
lentz_step(double a, double b, double *c, double *d)
{
    *d = 1.0 / not_zero(b + a * *d);
    *c = not_zero(b + a / *c);
    return *c * *d;
}

/* ---- gamma ---- */

static double
gamma_by_normal(double x, double shape)
{
    double spread = 1.0 / (9.0 * shape);

    return sim_normal_cdf((sim_pow(x / shape, 1.0 / 3.0) - (1.0 - spread)) / sqrt(spread));
}

static double
gamma_series(double x, double shape)
{
    double term = 1.0 / shape, sum = term;

    for (double k = 1.0; term > PRECISION * sum && k < TERMS_MAX; k++) {
        term *= x / (shape + k);
        sum += term;
    }
    return sum;
}

/* 1 - cdf over x^shape exp(-x) / gamma(shape). */
static double
gamma_fraction(double x, double shape)
{
    double b = x + 1.0 - shape, c = 1.0 / TINY, d = 1.0 / not_zero(b), value = d;

    for (double k = 1.0; k < TERMS_MAX; k++) {
        double factor;

        b += 2.0;
        factor = lentz_step(-k * (k - shape), b, &c, &d);
        value *= factor;
        if (fabs(factor - 1.0) < PRECISION) {
            break;
        }
    }
    return value;
}

double
sim_gamma_cdf(double x, double shape)
{
    double front;

    if (!(x > 0.0) || x == INFINITY) {
        return x > 0.0 ? 1.0 : 0.0;
    }
    if (shape >= LARGE_SHAPE) {
        return gamma_by_normal(x, shape);
    }
    front = sim_exp(shape * sim_log(x) - x - log_gamma(shape));
    return x < shape + 1.0 ? front * gamma_series(x, shape) : 1.0 - front * gamma_fraction(x, shape);
}

/* The density of log x. */
static double
gamma_log_density(double y, double shape)
{
    return sim_exp(shape * y - sim_exp(y) - log_gamma(shape));
}

double
sim_gamma_quantile(double p, double shape)
{
    double spread = 1.0 / (9.0 * shape);
    double root = 1.0 - spread + sim_normal_quantile(p) * sqrt(spread);
    double low = LEAST_LOG, high = sim_log(2.0 * shape + 800.0), y;

    if (shape >= LARGE_SHAPE) {
        return shape * root * root * root;
    }
    y = root > 0.1 ? sim_log(shape * root * root * root) : (sim_log(p * shape) + log_gamma(shape)) / shape;
    for (int step = 0; step < STEPS_MAX; step++) {
        double gap, next;

        y = y > low && y < high ? y : 0.5 * (low + high);
        gap = sim_gamma_cdf(sim_exp(y), shape) - p;
        low = gap < 0.0 ? y : low;
        high = gap < 0.0 ? high : y;
        next = y - gap / not_zero(gamma_log_density(y, shape));
        if (fabs(next - y) <= 1e-15 * (1.0 + fabs(y)) || high - low <= 1e-15 * (1.0 + fabs(y))) {
            break;
        }
        y = next;
    }
    return sim_exp(y);
}

/* ---- beta ---- */

static double
beta_fraction(double x, double alpha, double beta)
{
    double c = 1.0, d = 1.0 / not_zero(1.0 - (alpha + beta) * x / (alpha + 1.0)), value = d;

    for (double k = 1.0; k < TERMS_MAX; k++) {
        double even = k * (beta - k) * x / ((alpha + 2.0 * k - 1.0) * (alpha + 2.0 * k));
        double odd = -(alpha + k) * (alpha + beta + k) * x / ((alpha + 2.0 * k) * (alpha + 2.0 * k + 1.0));
        double factor = lentz_step(even, 1.0, &c, &d);

        factor *= lentz_step(odd, 1.0, &c, &d);
        value *= factor;
        if (fabs(factor - 1.0) < PRECISION) {
            break;
        }
    }
    return value;
}

/* x^alpha (1-x)^beta / B(alpha, beta) */
static double
beta_front(double x, double alpha, double beta)
{
    double log_b = log_gamma(alpha) + log_gamma(beta) - log_gamma(alpha + beta);

    return sim_exp(alpha * sim_log(x) + beta * sim_log(1.0 - x) - log_b);
}

double
sim_beta_cdf(double x, double alpha, double beta)
{
    if (!(x > 0.0) || x >= 1.0) {
        return x > 0.0 ? 1.0 : 0.0;
    }
    if (x < (alpha + 1.0) / (alpha + beta + 2.0)) {
        return beta_front(x, alpha, beta) * beta_fraction(x, alpha, beta) / alpha;
    }
    return 1.0 - beta_front(x, alpha, beta) * beta_fraction(1.0 - x, beta, alpha) / beta;
}

double
sim_beta_quantile(double p, double alpha, double beta)
{
    double low = 0.0, high = 1.0, x = alpha / (alpha + beta);

    for (int step = 0; step < STEPS_MAX && high - low > PRECISION; step++) {
        double gap = sim_beta_cdf(x, alpha, beta) - p;
        double next = x - gap * x * (1.0 - x) / not_zero(beta_front(x, alpha, beta));

        low = gap < 0.0 ? x : low;
        high = gap < 0.0 ? high : x;
        next = next > low && next < high ? next : 0.5 * (low + high);
        if (fabs(next - x) <= PRECISION) {
            break;
        }
        x = next;
    }
    return x;
}
