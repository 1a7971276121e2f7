/*
 * Distributions: parameters are checked and turned into drawing constants once, at load.
 *
 *   kind            a            b            c             d            arrays
 *   fixed           value
 *   exponential     mean
 *   gamma           shape        scale        1/sqrt(9 d)   shape - 1/3 (of shape + 1 when shape < 1)
 *   Erlang          phases       scale        as gamma      as gamma
 *   lognormal       median       log sd
 *   normal          mean         sd
 *   Weibull         1/shape      scale
 *   uniform         low          width
 *   triangular      low          mode         high
 *   PERT            low          width        alpha         beta
 *   empirical                                                            value (ascending), cum
 *   mixture                                                              part, cum
 *   hypoexponential                                                      value (phase means)
 *   Poisson         mean                      first count                cum
 *   neg. binomial   mean         dispersion   first count                cum
 *   geometric       log(1 - p)   mean
 *
 * Exponential, Weibull, geometric and lognormal draws are functions of a standard exponential or normal by ziggurat.
 * Truncated, they are quantiles, as the triangular always is, written in q = 1 - cdf, which keeps its precision in the
 * upper tail; q is drawn between q_high and q_low and falls as its uniform rises, so that a draw rises with it. Gamma,
 * Erlang and PERT draw again until inside, with q_low the probability kept.
 *
 * Invariant: nothing that enters a draw comes from libm or GSL. Only the mean and sd of a truncated form are sums over
 * a quadrature, and they use the same functions.
 *
 * References: gamma: G. Marsaglia, W.W. Tsang, ACM TOMS 26 (2000) 363-372. PERT: D.G. Malcolm et al., Operations
 * Research 7 (1959) 646-669, as a beta with weight 4 on the mode. Quadrature: H. Takahasi, M. Mori, Publ. RIMS 9 (1974)
 * 721-741. Length bias: D.R. Cox, Renewal Theory, Methuen (1962), section 5.4.
 */
#include "sim/core/dist.h"

#include "sim/core/quantile.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SMALLEST_POSITIVE 1e-100
#define LARGEST_VALUE 1e15
#define LARGEST_CV 1e3
#define LARGEST_LOG_SD 10.0
#define LARGEST_SD 1e40
#define LARGEST_SCALE_FACTOR 1e15
#define SMALLEST_SPREAD 1e-6
#define SMALLEST_KEPT 1e-6
#define TABLE_LIMIT ((size_t) 1 << 20)
#define TABLE_TAIL 1e-24
#define ERLANG_SUM 3.0 /* more phases are quicker as a gamma */
#define PI 3.14159265358979323846

typedef struct {
    double value, weight;
} weighted_t;

/* ---- checks and small helpers ---- */

static bool
is_positive(double x)
{
    return x >= SMALLEST_POSITIVE && x <= LARGEST_VALUE;
}

static bool
is_value(double x)
{
    return x >= -LARGEST_VALUE && x <= LARGEST_VALUE;
}

static bool
is_ordered(double low, double mode, double high)
{
    return is_value(low) && is_value(mode) && is_value(high) && low <= mode && mode <= high;
}

static double
larger(double x, double y)
{
    return x > y ? x : y;
}

static double
smaller(double x, double y)
{
    return x < y ? x : y;
}

static double
round_down(double x)
{
    double whole;

    if (!(x > -0x1p53 && x < 0x1p53)) {
        return x;
    }
    whole = (double) (int64_t) x;
    return whole > x ? whole - 1.0 : whole;
}

static double
round_up(double x)
{
    return -round_down(-x);
}

/* log(1 + x) without loss for small x: the error of 1 + x cancels in the quotient (W. Kahan). */
static double
log_of_1_plus(double x)
{
    double sum = 1.0 + x;

    return sum == 1.0 ? x : sim_log(sum) * x / (sum - 1.0);
}

/* exp(x) - 1 for x >= 0, to about 1e-13. */
static double
exp_minus_1(double x)
{
    return x < 1e-3 ? x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0))) : sim_exp(x) - 1.0;
}

static sim_dist_method_t
method_of(const sim_dist_t *self)
{
    switch (self->kind) {
    case SIM_DIST_NONE:
    case SIM_DIST_FIXED:
        return SIM_DIST_BY_VALUE;
    case SIM_DIST_EXPONENTIAL:
        return self->whole ? SIM_DIST_BY_EXPONENTIAL : SIM_DIST_BY_CALL;
    case SIM_DIST_LOGNORMAL:
        return self->whole ? SIM_DIST_BY_NORMAL : SIM_DIST_BY_CALL;
    case SIM_DIST_UNIFORM:
        return SIM_DIST_BY_UNIFORM;
    default:
        return SIM_DIST_BY_CALL;
    }
}

/* Where a family begins that is not truncated: those of positive values at 0, the geometric at 1. */
static double
whole_minimum(const sim_dist_t *self)
{
    return self->kind == SIM_DIST_NORMAL ? -INFINITY : self->kind == SIM_DIST_GEOMETRIC ? 1.0 : 0.0;
}

/* Sets what depends on low and high. */
static void
set_method(sim_dist_t *self)
{
    self->whole = self->low <= whole_minimum(self) && self->high == INFINITY;
    self->method = method_of(self);
}

static int
dist_begin(sim_dist_t *self, sim_dist_kind_t kind, bool valid)
{
    memset(self, 0, sizeof(*self));
    if (!valid) {
        return SIM_ERR_BAD_PARAM;
    }
    self->kind = kind;
    self->low = -INFINITY;
    self->high = INFINITY;
    self->q_low = 1.0;
    set_method(self);
    return 0;
}

static void
set_moments(sim_dist_t *self, double mean, double sd)
{
    self->whole_mean = mean;
    self->mean = mean;
    self->sd = sd;
}

/* Running sums of weights that are finite, >= 0 and not all 0, divided by their total; weight may be cum itself. */
static int
cumulate(size_t n, const double *weight, double *cum)
{
    double total = 0.0;

    for (size_t i = 0; i < n; i++) {
        double w = weight != NULL ? weight[i] : 1.0;

        if (!(w >= 0.0 && w <= LARGEST_VALUE)) {
            return SIM_ERR_BAD_PARAM;
        }
        total += w;
        cum[i] = total;
    }
    if (!(total >= SMALLEST_POSITIVE)) {
        return SIM_ERR_BAD_PARAM;
    }
    for (size_t i = 0; i < n; i++) {
        cum[i] /= total;
    }
    return 0;
}

static double
share_of(const sim_dist_t *self, size_t i)
{
    return i == 0 ? self->cum[0] : self->cum[i] - self->cum[i - 1];
}

static double
table_value(const sim_dist_t *self, size_t i)
{
    return self->kind == SIM_DIST_EMPIRICAL ? self->value[i] : self->c + (double) i;
}

static void
table_moments(sim_dist_t *self)
{
    double mean = 0.0, variance = 0.0;

    for (size_t i = 0; i < self->n; i++) {
        mean += share_of(self, i) * table_value(self, i);
    }
    for (size_t i = 0; i < self->n; i++) {
        double gap = table_value(self, i) - mean;

        variance += share_of(self, i) * gap * gap;
    }
    self->mean = mean;
    self->sd = sqrt(variance);
}

/* ---- quantiles, in q = 1 - cdf, before truncation ---- */

static double
triangular_quantile(const sim_dist_t *self, double q)
{
    double width = self->c - self->a;

    if (q * width >= self->c - self->b) {
        return self->a + sqrt((1.0 - q) * width * (self->b - self->a));
    }
    return self->c - sqrt(q * width * (self->c - self->b));
}

/* The value that a standard exponential e, or -log q, stands for. */
static double
exponential_function(const sim_dist_t *self, double e)
{
    switch (self->kind) {
    case SIM_DIST_EXPONENTIAL:
        return self->a * e;
    case SIM_DIST_WEIBULL:
        return self->b * sim_pow(e, self->a);
    default: /* geometric */
        return 1.0 + (double) (int64_t) (e / -self->a);
    }
}

static double
whole_quantile(const sim_dist_t *self, double q)
{
    switch (self->kind) {
    case SIM_DIST_LOGNORMAL:
        return self->a * sim_exp(-self->b * sim_normal_quantile(q));
    case SIM_DIST_NORMAL:
        return self->a - self->b * sim_normal_quantile(smaller(q, 1.0 - 0x1p-53));
    case SIM_DIST_TRIANGULAR:
        return triangular_quantile(self, q);
    default:
        return exponential_function(self, -sim_log(q));
    }
}

/* 1 - cdf of the standard normal, by bisection of its own quantile, so that the two always agree. */
static double
normal_upper_tail(double z)
{
    double low = 0.0, high = 1.0;

    for (int i = 0; i < 64; i++) {
        double middle = 0.5 * (low + high);

        if (sim_normal_quantile(middle) < -z) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

static double
triangular_tail(const sim_dist_t *self, double x)
{
    double width = self->c - self->a;

    if (x <= self->a || x >= self->c) {
        return x <= self->a ? 1.0 : 0.0;
    }
    if (x < self->b) {
        return 1.0 - (x - self->a) * (x - self->a) / (width * (self->b - self->a));
    }
    return (self->c - x) * (self->c - x) / (width * (self->c - self->b));
}

/* P(X > x). */
static double
whole_tail(const sim_dist_t *self, double x)
{
    if (self->kind == SIM_DIST_TRIANGULAR) {
        return triangular_tail(self, x);
    }
    if (self->kind == SIM_DIST_NORMAL) {
        return x == -INFINITY ? 1.0 : x == INFINITY ? 0.0 : normal_upper_tail((x - self->a) / self->b);
    }
    if (x <= 0.0 || x == INFINITY) {
        return x <= 0.0 ? 1.0 : 0.0;
    }
    switch (self->kind) {
    case SIM_DIST_EXPONENTIAL:
        return sim_exp(-x / self->a);
    case SIM_DIST_LOGNORMAL:
        return normal_upper_tail(sim_log(x / self->a) / self->b);
    case SIM_DIST_WEIBULL:
        return sim_exp(-sim_pow(x / self->b, 1.0 / self->a));
    default: /* geometric, at whole x */
        return sim_exp(self->a * x);
    }
}

/* ---- mean and sd of truncated forms ---- */

/* Node j of tanh-sinh quadrature on (0,1): accurate at both ends, even where the integrand is not finite there. */
static void
quadrature_node(int j, double *s, double *weight)
{
    double t = j * 0x1p-8;
    double grow = sim_exp(t), shrink = 1.0 / grow;
    double e = sim_exp(-PI * 0.5 * (j > 0 ? grow - shrink : shrink - grow));

    *s = (j > 0 ? 1.0 : e) / (1.0 + e);
    *weight = PI * 0.5 * (grow + shrink) * e / ((1.0 + e) * (1.0 + e));
}

#define QUADRATURE_NODES 1408 /* each side; the last is 1e-167 from the end */

/* (1 + x) - exp(x) */
static double
below_exponential(double x)
{
    if (x > -1e-3 && x < 1e-3) {
        return -x * x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0)));
    }
    return 1.0 + x - sim_exp(x);
}

/* The gamma in y = log(x/scale), whose density is proportional to exp(shape y - e^y); relative to its peak. */
static void
gamma_point(const sim_dist_t *self, double s, double *x, double *density)
{
    double centre = sim_log(self->a), root = sqrt(self->a);
    double from = centre - 40.0 / self->a - 12.0 / root;
    double to = sim_log(self->a + 12.0 * root + 60.0);
    double y;

    from = self->low > 0.0 ? larger(from, sim_log(self->low / self->b)) : from;
    to = self->high > 0.0 ? smaller(to, sim_log(self->high / self->b)) : from;
    y = from + (to - from) * s;
    *x = self->b * sim_exp(y);
    *density = to > from ? (to - from) * sim_exp(self->a * below_exponential(y - centre)) : 0.0;
}

static double
power(double base, double exponent)
{
    return exponent == 0.0 ? 1.0 : sim_pow(base, exponent);
}

static void
pert_point(const sim_dist_t *self, double s, double *x, double *density)
{
    double from = larger(0.0, (self->low - self->a) / self->b);
    double to = smaller(1.0, (self->high - self->a) / self->b);
    double y = from + (to - from) * s;

    *x = self->a + self->b * y;
    *density = to > from ? (to - from) * power(y, self->c - 1.0) * power(1.0 - y, self->d - 1.0) : 0.0;
}

static void
moment_point(const sim_dist_t *self, double s, double *x, double *density)
{
    if (self->kind == SIM_DIST_GAMMA || self->kind == SIM_DIST_ERLANG) {
        gamma_point(self, s, x, density);
    } else if (self->kind == SIM_DIST_PERT) {
        pert_point(self, s, x, density);
    } else {
        *x = whole_quantile(self, self->q_high + (self->q_low - self->q_high) * s);
        *density = 1.0;
    }
}

/* Sets mean and sd; returns the integral of the density over low..high, in the density's own unit. */
static double
quadrature_moments(sim_dist_t *self)
{
    double s, weight, x, density;
    double total = 0.0, first = 0.0, second = 0.0;

    for (int j = -QUADRATURE_NODES; j <= QUADRATURE_NODES; j++) {
        quadrature_node(j, &s, &weight);
        moment_point(self, s, &x, &density);
        total += weight * density;
        first += weight * density * x;
    }
    self->mean = first / total;
    for (int j = -QUADRATURE_NODES; j <= QUADRATURE_NODES; j++) {
        quadrature_node(j, &s, &weight);
        moment_point(self, s, &x, &density);
        second += weight * density * (x - self->mean) * (x - self->mean);
    }
    self->sd = sqrt(second / total);
    return total;
}

/* Adds the moments about `origin` of the density over from..to, where it is linear: two-point Gauss is exact. */
static void
triangular_piece(const sim_dist_t *self, double from, double to, double origin, double moment[3])
{
    double half = 0.5 * (to - from);

    if (!(half > 0.0)) {
        return;
    }
    for (int sign = -1; sign <= 1; sign += 2) {
        double x = 0.5 * (from + to) + sign * half / sqrt(3.0);
        double density = x < self->b ? (x - self->a) / (self->b - self->a) : (self->c - x) / (self->c - self->b);

        moment[0] += half * density;
        moment[1] += half * density * (x - origin);
        moment[2] += half * density * (x - origin) * (x - origin);
    }
}

static void
triangular_moments(sim_dist_t *self)
{
    double from = larger(self->low, self->a), to = smaller(self->high, self->c);
    double shift = 0.0, origin = 0.5 * (from + to);
    double moment[3];

    for (int pass = 0; pass < 2; pass++) {
        memset(moment, 0, sizeof(moment));
        origin += shift;
        triangular_piece(self, from, smaller(to, self->b), origin, moment);
        triangular_piece(self, larger(from, self->b), to, origin, moment);
        shift = moment[1] / moment[0];
    }
    self->mean = origin + shift;
    self->sd = sqrt(moment[2] / moment[0]);
}

/* Counts low .. high with ratio exp(a) from one to the next; summed when few, else in closed form. */
static void
geometric_moments(sim_dist_t *self)
{
    double counts = self->high - self->low + 1.0;
    double total = 0.0, first = 0.0, second = 0.0, last, odds;

    if (counts <= 1e5) {
        for (double i = 0.0; i < counts; i++) {
            double weight = sim_exp(self->a * i);

            total += weight;
            first += weight * i;
            second += weight * i * i;
        }
        self->mean = self->low + first / total;
        self->sd = sqrt(larger(0.0, second / total - first / total * (first / total)));
        return;
    }
    last = sim_exp(self->a * counts);
    odds = last > 0.0 ? counts * last / (1.0 - last) : 0.0;
    self->mean = self->low + (self->b - 1.0) - odds;
    self->sd = sqrt(larger(0.0, self->b * (self->b - 1.0) - (last > 0.0 ? odds * odds / last : 0.0)));
}

/* ---- initialisers ---- */

int
sim_dist_init_fixed(sim_dist_t *self, double value)
{
    int ret = dist_begin(self, SIM_DIST_FIXED, is_value(value));

    if (ret == 0) {
        self->a = value;
        set_moments(self, value, 0.0);
    }
    return ret;
}

int
sim_dist_init_exponential(sim_dist_t *self, double mean)
{
    int ret = dist_begin(self, SIM_DIST_EXPONENTIAL, is_positive(mean));

    if (ret == 0) {
        self->a = mean;
        set_moments(self, mean, mean);
    }
    return ret;
}

static void
gamma_constants(double shape, double *d, double *c)
{
    *d = (shape < 1.0 ? shape + 1.0 : shape) - 1.0 / 3.0;
    *c = 1.0 / sqrt(9.0 * *d);
}

int
sim_dist_init_gamma(sim_dist_t *self, double mean, double cv)
{
    int ret = dist_begin(self, SIM_DIST_GAMMA, is_positive(mean) && cv >= 0.0 && cv <= LARGEST_CV);

    if (ret != 0) {
        return ret;
    }
    if (cv < SMALLEST_SPREAD) {
        return sim_dist_init_fixed(self, mean);
    }
    self->a = 1.0 / (cv * cv);
    self->b = mean * cv * cv;
    gamma_constants(self->a, &self->d, &self->c);
    set_moments(self, mean, mean * cv);
    return 0;
}

int
sim_dist_init_erlang(sim_dist_t *self, double mean, unsigned phases)
{
    int ret = dist_begin(self, SIM_DIST_ERLANG, is_positive(mean) && phases >= 1);

    if (ret == 0) {
        self->a = phases;
        self->b = mean / phases;
        gamma_constants(self->a, &self->d, &self->c);
        set_moments(self, mean, mean / sqrt(self->a));
    }
    return ret;
}

int
sim_dist_init_lognormal(sim_dist_t *self, double mean, double cv)
{
    int ret = dist_begin(self, SIM_DIST_LOGNORMAL, is_positive(mean) && cv >= 0.0 && cv <= LARGEST_CV);

    if (ret != 0) {
        return ret;
    }
    if (cv < SMALLEST_SPREAD) {
        return sim_dist_init_fixed(self, mean);
    }
    self->a = mean / sqrt(1.0 + cv * cv);
    self->b = sqrt(log_of_1_plus(cv * cv));
    set_moments(self, mean, mean * cv);
    return 0;
}

int
sim_dist_init_lognormal_log(sim_dist_t *self, double median, double log_sd)
{
    bool valid = is_positive(median) && log_sd >= 0.0 && log_sd <= LARGEST_LOG_SD;
    int ret = dist_begin(self, SIM_DIST_LOGNORMAL, valid);
    double mean;

    if (ret != 0) {
        return ret;
    }
    if (log_sd < SMALLEST_SPREAD) {
        return sim_dist_init_fixed(self, median);
    }
    self->a = median;
    self->b = log_sd;
    mean = median * sim_exp(0.5 * log_sd * log_sd);
    set_moments(self, mean, mean * sqrt(exp_minus_1(log_sd * log_sd)));
    return 0;
}

int
sim_dist_init_lognormal_quantiles(sim_dist_t *self, double median, double p90)
{
    int ret = dist_begin(self, SIM_DIST_LOGNORMAL, is_positive(median) && is_positive(p90) && median <= p90);

    if (ret != 0) {
        return ret;
    }
    return sim_dist_init_lognormal_log(self, median, sim_log(p90 / median) / sim_normal_quantile(0.9));
}

int
sim_dist_init_normal(sim_dist_t *self, double mean, double sd)
{
    int ret = dist_begin(self, SIM_DIST_NORMAL, is_value(mean) && sd >= 0.0 && sd <= LARGEST_VALUE);

    if (ret != 0) {
        return ret;
    }
    if (!(sd > SMALLEST_SPREAD * (mean < 0.0 ? -mean : mean) && sd >= SMALLEST_POSITIVE)) {
        return sim_dist_init_fixed(self, mean);
    }
    self->a = mean;
    self->b = sd;
    set_moments(self, mean, sd);
    return 0;
}

int
sim_dist_init_weibull(sim_dist_t *self, double mean, double shape)
{
    int ret = dist_begin(self, SIM_DIST_WEIBULL, is_positive(mean) && shape >= 0.05 && shape <= 1e4);

    if (ret != 0) {
        return ret;
    }
    self->a = 1.0 / shape;
    self->b = 1.0;
    quadrature_moments(self);
    self->b = mean / self->mean;
    set_moments(self, mean, mean * (self->sd / self->mean));
    return 0;
}

int
sim_dist_init_uniform(sim_dist_t *self, double low, double high)
{
    int ret = dist_begin(self, SIM_DIST_UNIFORM, is_ordered(low, low, high));

    if (ret != 0) {
        return ret;
    }
    if (low == high) {
        return sim_dist_init_fixed(self, low);
    }
    self->a = self->low = low;
    self->b = high - low;
    self->high = high;
    set_moments(self, 0.5 * (low + high), self->b / sqrt(12.0));
    return 0;
}

int
sim_dist_init_triangular(sim_dist_t *self, double low, double mode, double high)
{
    int ret = dist_begin(self, SIM_DIST_TRIANGULAR, is_ordered(low, mode, high));
    double rise = mode - low, fall = high - mode;

    if (ret != 0) {
        return ret;
    }
    if (low == high) {
        return sim_dist_init_fixed(self, low);
    }
    self->a = low;
    self->b = mode;
    self->c = high;
    set_moments(self, (low + mode + high) / 3.0, sqrt((rise * rise + rise * fall + fall * fall) / 18.0));
    return 0;
}

int
sim_dist_init_pert(sim_dist_t *self, double low, double mode, double high)
{
    int ret = dist_begin(self, SIM_DIST_PERT, is_ordered(low, mode, high));
    double width = high - low;

    if (ret != 0) {
        return ret;
    }
    if (low == high) {
        return sim_dist_init_fixed(self, low);
    }
    self->a = low;
    self->b = width;
    self->c = 1.0 + 4.0 * (mode - low) / width;
    self->d = 1.0 + 4.0 * (high - mode) / width;
    set_moments(self, (low + 4.0 * mode + high) / 6.0, width * sqrt(self->c * self->d / (36.0 * 7.0)));
    return 0;
}

static int
compare_weighted(const void *left, const void *right)
{
    const weighted_t *x = left, *y = right;

    if (x->value != y->value) {
        return x->value < y->value ? -1 : 1;
    }
    return (x->weight > y->weight) - (x->weight < y->weight);
}

/* Copies the pairs of positive weight, in order of value; returns their number, or 0 when one is outside its range. */
static size_t
sort_weighted(size_t n, const double *value, const double *weight, weighted_t *pair)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        double w = weight != NULL ? weight[i] : 1.0;

        if (!is_value(value[i]) || !(w >= 0.0 && w <= LARGEST_VALUE)) {
            return 0;
        }
        if (w > 0.0) {
            pair[kept].value = value[i];
            pair[kept].weight = w;
            kept++;
        }
    }
    qsort(pair, kept, sizeof(*pair), compare_weighted);
    return kept;
}

int
sim_dist_init_empirical(sim_dist_t *self, size_t n, const double *value, const double *weight)
{
    int ret = dist_begin(self, SIM_DIST_EMPIRICAL, n >= 1);
    weighted_t *pair = NULL;

    if (ret != 0) {
        return ret;
    }
    pair = calloc(n, sizeof(*pair));
    self->value = calloc(n, sizeof(*self->value));
    self->cum = calloc(n, sizeof(*self->cum));
    if (pair == NULL || self->value == NULL || self->cum == NULL) {
        ret = SIM_ERR_NO_MEMORY;
        goto out;
    }
    self->n = sort_weighted(n, value, weight, pair);
    for (size_t i = 0; i < self->n; i++) {
        self->value[i] = pair[i].value;
        self->cum[i] = pair[i].weight;
    }
    ret = cumulate(self->n, self->cum, self->cum);
    if (ret != 0) {
        goto out;
    }
    table_moments(self);
    self->whole_mean = self->mean;
out:
    free(pair);
    if (ret != 0) {
        sim_dist_free(self);
    }
    return ret;
}

static void
mixture_moments(sim_dist_t *self)
{
    double mean = 0.0, variance = 0.0;

    for (size_t i = 0; i < self->n; i++) {
        mean += share_of(self, i) * self->part[i].mean;
    }
    for (size_t i = 0; i < self->n; i++) {
        double gap = self->part[i].mean - mean;

        variance += share_of(self, i) * (self->part[i].sd * self->part[i].sd + gap * gap);
    }
    set_moments(self, mean, sqrt(variance));
}

int
sim_dist_init_mixture(sim_dist_t *self, size_t n, sim_dist_t *part, const double *weight)
{
    int ret = dist_begin(self, SIM_DIST_MIXTURE, n >= 1);

    for (size_t i = 0; ret == 0 && i < n; i++) {
        ret = sim_dist_given(&part[i]) ? 0 : SIM_ERR_BAD_PARAM;
    }
    if (ret != 0) {
        goto out;
    }
    self->part = calloc(n, sizeof(*self->part));
    self->cum = calloc(n, sizeof(*self->cum));
    if (self->part == NULL || self->cum == NULL) {
        ret = SIM_ERR_NO_MEMORY;
        goto out;
    }
    ret = cumulate(n, weight, self->cum);
    if (ret != 0) {
        goto out;
    }
    self->n = n;
    memcpy(self->part, part, n * sizeof(*part));
    memset(part, 0, n * sizeof(*part));
    mixture_moments(self);
out:
    if (ret != 0) {
        sim_dist_free(self);
    }
    return ret;
}

int
sim_dist_init_hypoexponential(sim_dist_t *self, size_t n, const double *mean)
{
    int ret = dist_begin(self, SIM_DIST_HYPOEXPONENTIAL, n >= 1);
    double total = 0.0, variance = 0.0;

    for (size_t i = 0; ret == 0 && i < n; i++) {
        ret = is_positive(mean[i]) ? 0 : SIM_ERR_BAD_PARAM;
        total += mean[i];
        variance += mean[i] * mean[i];
    }
    if (ret == 0) {
        self->value = calloc(n, sizeof(*self->value));
        ret = self->value == NULL ? SIM_ERR_NO_MEMORY : 0;
    }
    if (ret != 0) {
        sim_dist_free(self);
        return ret;
    }
    self->n = n;
    memcpy(self->value, mean, n * sizeof(*mean));
    set_moments(self, total, sqrt(variance));
    return 0;
}

/* P(k + 1) / P(k) of a Poisson or negative binomial count. */
static double
count_ratio(const sim_dist_t *self, double k)
{
    if (self->kind == SIM_DIST_POISSON) {
        return self->a / (k + 1.0);
    }
    return (k + self->b) / (k + 1.0) * (self->a / (self->a + self->b));
}

/* How many counts above and below the mode have a probability above TABLE_TAIL of the mode's. */
static void
table_extent(const sim_dist_t *self, double mode, size_t *below, size_t *above)
{
    double p = 1.0;

    for (*above = 0; p >= TABLE_TAIL && *above <= TABLE_LIMIT; (*above)++) {
        p *= count_ratio(self, mode + (double) *above);
    }
    p = 1.0;
    for (*below = 0; p >= TABLE_TAIL && (double) *below < mode && *below <= TABLE_LIMIT; (*below)++) {
        p /= count_ratio(self, mode - (double) *below - 1.0);
    }
}

/* The cdf, from probabilities that spread from the mode by their ratios, so that rounding grows with distance only. */
static int
table_build(sim_dist_t *self, double mode)
{
    size_t below, above;
    int ret = SIM_ERR_BAD_PARAM;

    table_extent(self, mode, &below, &above);
    if (below + above + 1 > TABLE_LIMIT) {
        goto out;
    }
    self->n = below + above + 1;
    self->c = mode - (double) below;
    self->cum = calloc(self->n, sizeof(*self->cum));
    if (self->cum == NULL) {
        ret = SIM_ERR_NO_MEMORY;
        goto out;
    }
    self->cum[below] = 1.0;
    for (size_t i = below; i + 1 < self->n; i++) {
        self->cum[i + 1] = self->cum[i] * count_ratio(self, self->c + (double) i);
    }
    for (size_t i = below; i > 0; i--) {
        self->cum[i - 1] = self->cum[i] / count_ratio(self, self->c + (double) i - 1.0);
    }
    ret = cumulate(self->n, self->cum, self->cum);
out:
    if (ret != 0) {
        sim_dist_free(self);
    }
    return ret;
}

int
sim_dist_init_poisson(sim_dist_t *self, double mean)
{
    int ret = dist_begin(self, SIM_DIST_POISSON, mean == 0.0 || is_positive(mean));

    if (ret != 0) {
        return ret;
    }
    if (mean == 0.0) {
        return sim_dist_init_fixed(self, 0.0);
    }
    self->a = mean;
    set_moments(self, mean, sqrt(mean));
    return table_build(self, round_down(mean));
}

int
sim_dist_init_negbin(sim_dist_t *self, double mean, double dispersion)
{
    bool valid = (mean == 0.0 || is_positive(mean)) && is_positive(dispersion);
    int ret = dist_begin(self, SIM_DIST_NEGBIN, valid);

    if (ret != 0) {
        return ret;
    }
    if (mean == 0.0) {
        return sim_dist_init_fixed(self, 0.0);
    }
    self->a = mean;
    self->b = dispersion;
    set_moments(self, mean, sqrt(mean + mean * mean / dispersion));
    return table_build(self, dispersion > 1.0 ? round_down((dispersion - 1.0) * (mean / dispersion)) : 0.0);
}

int
sim_dist_init_geometric(sim_dist_t *self, double mean)
{
    int ret = dist_begin(self, SIM_DIST_GEOMETRIC, mean >= 1.0 && mean <= 1e9);

    if (ret != 0) {
        return ret;
    }
    if (mean == 1.0) {
        return sim_dist_init_fixed(self, 1.0);
    }
    self->a = log_of_1_plus(-1.0 / mean);
    self->b = mean;
    set_moments(self, mean, sqrt(mean * (mean - 1.0)));
    return 0;
}

/* ---- truncation, scaling, copying ---- */

static int
truncate_uniform(sim_dist_t *self, double low, double high)
{
    if (!((high - low) / self->b >= SMALLEST_KEPT)) {
        return SIM_ERR_BAD_PARAM;
    }
    self->a = low;
    self->b = high - low;
    self->mean = 0.5 * (low + high);
    self->sd = self->b / sqrt(12.0);
    return 0;
}

static int
truncate_table(sim_dist_t *self, double low, double high)
{
    size_t from = 0, to = self->n;
    double below, kept;

    while (from < to && table_value(self, from) < low) {
        from++;
    }
    while (to > from && table_value(self, to - 1) > high) {
        to--;
    }
    below = from > 0 ? self->cum[from - 1] : 0.0;
    kept = to > from ? self->cum[to - 1] - below : 0.0;
    if (!(kept >= SMALLEST_KEPT)) {
        return SIM_ERR_BAD_PARAM;
    }
    self->n = to - from;
    self->c += (double) from;
    for (size_t i = 0; i < self->n; i++) {
        self->cum[i] = i + 1 < self->n ? (self->cum[from + i] - below) / kept : 1.0;
    }
    if (self->value != NULL) {
        memmove(self->value, self->value + from, self->n * sizeof(*self->value));
    }
    table_moments(self);
    return 0;
}

static int
truncate_quantile(sim_dist_t *self, double low, double high)
{
    bool geometric = self->kind == SIM_DIST_GEOMETRIC;

    self->low = geometric ? larger(1.0, round_up(low)) : low;
    self->high = geometric ? round_down(high) : high;
    self->q_low = whole_tail(self, geometric ? self->low - 1.0 : low);
    self->q_high = whole_tail(self, self->high);
    if (!(self->q_low - self->q_high >= SMALLEST_KEPT)) {
        return SIM_ERR_BAD_PARAM;
    }
    if (geometric) {
        geometric_moments(self);
    } else if (self->kind == SIM_DIST_TRIANGULAR) {
        triangular_moments(self);
    } else {
        quadrature_moments(self);
    }
    return 0;
}

static int
truncate_density(sim_dist_t *self, double low, double high)
{
    sim_dist_t whole = *self;

    whole.low = -INFINITY;
    whole.high = INFINITY;
    self->low = low;
    self->high = high;
    self->q_low = quadrature_moments(self) / quadrature_moments(&whole);
    return self->q_low >= SMALLEST_KEPT ? 0 : SIM_ERR_BAD_PARAM;
}

int
sim_dist_truncate(sim_dist_t *self, double low, double high)
{
    sim_dist_t next = *self; /* shares the arrays; truncate_table changes them only when it succeeds */
    int ret = SIM_ERR_BAD_PARAM;

    if (!(low <= high)) {
        return ret;
    }
    low = next.low = larger(self->low, low);
    high = next.high = smaller(self->high, high);
    if (self->kind == SIM_DIST_FIXED) {
        ret = low <= self->a && self->a <= high ? 0 : SIM_ERR_BAD_PARAM;
    } else if (self->kind == SIM_DIST_UNIFORM) {
        ret = truncate_uniform(&next, low, high);
    } else if (self->cum != NULL && self->part == NULL) {
        ret = truncate_table(&next, low, high);
    } else if (self->kind == SIM_DIST_GAMMA || self->kind == SIM_DIST_ERLANG || self->kind == SIM_DIST_PERT) {
        ret = truncate_density(&next, low, high);
    } else if (self->kind == SIM_DIST_EXPONENTIAL || self->kind == SIM_DIST_LOGNORMAL ||
               self->kind == SIM_DIST_WEIBULL || self->kind == SIM_DIST_TRIANGULAR ||
               self->kind == SIM_DIST_GEOMETRIC || self->kind == SIM_DIST_NORMAL) {
        ret = truncate_quantile(&next, low, high);
    }
    if (ret == 0) {
        set_method(&next);
        *self = next;
    }
    return ret;
}

static bool
is_scalable(const sim_dist_t *self, double factor)
{
    if (self->kind == SIM_DIST_POISSON || self->kind == SIM_DIST_NEGBIN || self->kind == SIM_DIST_GEOMETRIC) {
        return false;
    }
    for (size_t i = 0; self->part != NULL && i < self->n; i++) {
        if (!is_scalable(&self->part[i], factor)) {
            return false;
        }
    }
    return is_value(self->mean * factor) && self->sd * factor <= LARGEST_SD;
}

static void
scale_checked(sim_dist_t *self, double factor)
{
    sim_dist_kind_t kind = self->kind;

    if (kind != SIM_DIST_GAMMA && kind != SIM_DIST_ERLANG && kind != SIM_DIST_WEIBULL) {
        self->a *= factor;
    }
    if (kind != SIM_DIST_LOGNORMAL) {
        self->b *= factor;
    }
    if (kind == SIM_DIST_TRIANGULAR) {
        self->c *= factor;
    }
    for (size_t i = 0; self->value != NULL && i < self->n; i++) {
        self->value[i] *= factor;
    }
    for (size_t i = 0; self->part != NULL && i < self->n; i++) {
        scale_checked(&self->part[i], factor);
    }
    self->low *= factor;
    self->high *= factor;
    self->whole_mean *= factor;
    self->mean *= factor;
    self->sd *= factor;
}

int
sim_dist_scale(sim_dist_t *self, double factor)
{
    bool in_range = factor >= 1.0 / LARGEST_SCALE_FACTOR && factor <= LARGEST_SCALE_FACTOR;

    if (!in_range || !is_scalable(self, factor)) {
        return SIM_ERR_BAD_PARAM;
    }
    scale_checked(self, factor);
    return 0;
}

static int
copy_array(double **to, const double *from, size_t n)
{
    if (from == NULL) {
        return 0;
    }
    *to = calloc(n, sizeof(**to));
    if (*to == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    memcpy(*to, from, n * sizeof(*from));
    return 0;
}

int
sim_dist_copy(sim_dist_t *self, const sim_dist_t *other)
{
    int ret;

    *self = *other;
    self->value = NULL;
    self->cum = NULL;
    self->part = other->part == NULL ? NULL : calloc(other->n, sizeof(*self->part));
    ret = other->part != NULL && self->part == NULL ? SIM_ERR_NO_MEMORY : 0;
    if (ret == 0) {
        ret = copy_array(&self->value, other->value, other->n);
    }
    if (ret == 0) {
        ret = copy_array(&self->cum, other->cum, other->n);
    }
    for (size_t i = 0; ret == 0 && other->part != NULL && i < other->n; i++) {
        ret = sim_dist_copy(&self->part[i], &other->part[i]);
    }
    if (ret != 0) {
        sim_dist_free(self);
    }
    return ret;
}

void
sim_dist_free(sim_dist_t *self)
{
    for (size_t i = 0; self->part != NULL && i < self->n; i++) {
        sim_dist_free(&self->part[i]);
    }
    free(self->part);
    free(self->value);
    free(self->cum);
    memset(self, 0, sizeof(*self));
}

/* ---- draws ---- */

typedef double (*draw_fn)(const sim_dist_t *self, sim_stream_t *stream);

/* One minus a uniform, which is exact: a uniform of the stream is an odd multiple of 2^-53. */
static inline double
draw_q(sim_stream_t *stream)
{
    return 1.0 - sim_stream_uniform(stream);
}

static inline double
clamp(const sim_dist_t *self, double x)
{
    return x < self->low ? self->low : x > self->high ? self->high : x;
}

static double
draw_value(const sim_dist_t *self, sim_stream_t *stream)
{
    (void) stream;
    return self->a;
}

static double
draw_quantile(const sim_dist_t *self, sim_stream_t *stream)
{
    return clamp(self, whole_quantile(self, self->q_high + (self->q_low - self->q_high) * draw_q(stream)));
}

static double
draw_by_exponential(const sim_dist_t *self, sim_stream_t *stream)
{
    return self->whole ? exponential_function(self, sim_ziggurat_exponential_next(stream))
                       : draw_quantile(self, stream);
}

static double
draw_lognormal(const sim_dist_t *self, sim_stream_t *stream)
{
    return self->whole ? self->a * sim_exp(self->b * sim_ziggurat_normal_next(stream)) : draw_quantile(self, stream);
}

static double
draw_normal(const sim_dist_t *self, sim_stream_t *stream)
{
    return self->whole ? self->a + self->b * sim_ziggurat_normal_next(stream) : draw_quantile(self, stream);
}

static double
draw_uniform(const sim_dist_t *self, sim_stream_t *stream)
{
    return sim_dist_uniform_at(self, sim_stream_uniform(stream));
}

/* One try of Marsaglia and Tsang's method for shape d + 1/3 >= 1, with c = 1/sqrt(9 d); 0 when it is refused. */
static inline double
try_gamma(double d, double c, sim_stream_t *stream)
{
    double z = sim_ziggurat_normal_next(stream);
    double u = sim_stream_uniform(stream);
    double root = 1.0 + c * z, z2 = z * z;
    double v = root * root * root;

    if (root > 0.0 && (u < 1.0 - 0.0331 * z2 * z2 || sim_log(u) < 0.5 * z2 + d * (1.0 - v + sim_log(v)))) {
        return d * v;
    }
    return 0.0;
}

__attribute__((noinline)) static double
draw_gamma_again(double d, double c, sim_stream_t *stream)
{
    double x;

    do {
        x = try_gamma(d, c, stream);
    } while (x == 0.0);
    return x;
}

/* The first try stands alone: it is accepted 95 times in 100 and more, and a loop costs registers. */
static inline double
draw_gamma_standard(double d, double c, sim_stream_t *stream)
{
    double x = try_gamma(d, c, stream);

    return x > 0.0 ? x : draw_gamma_again(d, c, stream);
}

static double
draw_gamma_shape(double shape, sim_stream_t *stream)
{
    double c, d;

    gamma_constants(shape, &d, &c);
    return draw_gamma_standard(d, c, stream);
}

/* The sum of n >= 1 standard exponentials. */
static inline double
draw_exponentials(int n, sim_stream_t *stream)
{
    double sum = sim_ziggurat_exponential_next(stream);

    for (int i = 1; i < n; i++) {
        sum += sim_ziggurat_exponential_next(stream);
    }
    return sum;
}

static inline double
gamma_once(const sim_dist_t *self, sim_stream_t *stream)
{
    double x = self->b * draw_gamma_standard(self->d, self->c, stream);

    return self->a < 1.0 ? x * sim_exp(-sim_ziggurat_exponential_next(stream) / self->a) : x;
}

/* Few phases are summed, without a loop. */
static inline double
erlang_once(const sim_dist_t *self, sim_stream_t *stream)
{
    double sum;

    if (self->a > ERLANG_SUM) {
        return gamma_once(self, stream);
    }
    sum = sim_ziggurat_exponential_next(stream);
    if (self->a > 1.0) {
        sum += sim_ziggurat_exponential_next(stream);
    }
    if (self->a > 2.0) {
        sum += sim_ziggurat_exponential_next(stream);
    }
    return self->b * sum;
}

static double
pert_once(const sim_dist_t *self, sim_stream_t *stream)
{
    double rise = draw_gamma_shape(self->c, stream);
    double fall = draw_gamma_shape(self->d, stream);

    return self->a + self->b * (rise / (rise + fall));
}

__attribute__((noinline)) static double
draw_until_inside(const sim_dist_t *self, sim_stream_t *stream, draw_fn once)
{
    double x;

    do {
        x = once(self, stream);
    } while (x < self->low || x > self->high);
    return x;
}

static double
draw_gamma(const sim_dist_t *self, sim_stream_t *stream)
{
    return self->whole ? gamma_once(self, stream) : draw_until_inside(self, stream, gamma_once);
}

static double
draw_erlang(const sim_dist_t *self, sim_stream_t *stream)
{
    return self->whole ? erlang_once(self, stream) : draw_until_inside(self, stream, erlang_once);
}

static double
draw_pert(const sim_dist_t *self, sim_stream_t *stream)
{
    return draw_until_inside(self, stream, pert_once);
}

/* The first index whose cumulative weight exceeds u. */
static inline size_t
index_at(const sim_dist_t *self, double u)
{
    size_t low = 0, high = self->n - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (self->cum[middle] > u) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static size_t
draw_index(const sim_dist_t *self, sim_stream_t *stream)
{
    return index_at(self, sim_stream_uniform(stream));
}

static double
draw_empirical(const sim_dist_t *self, sim_stream_t *stream)
{
    return self->value[draw_index(self, stream)];
}

static double
draw_count(const sim_dist_t *self, sim_stream_t *stream)
{
    return self->c + (double) (int64_t) draw_index(self, stream);
}

static double
draw_hypoexponential(const sim_dist_t *self, sim_stream_t *stream)
{
    double sum = 0.0;

    for (size_t i = 0; i < self->n; i++) {
        sum += self->value[i] * sim_ziggurat_exponential_next(stream);
    }
    return sum;
}

static double draw_mixture(const sim_dist_t *self, sim_stream_t *stream);

/* By kind; a table, so that a short draw does not save the registers of a long one. */
static const draw_fn DRAW[SIM_DIST_KINDS] = {
    [SIM_DIST_NONE] = draw_value,
    [SIM_DIST_FIXED] = draw_value,
    [SIM_DIST_EXPONENTIAL] = draw_by_exponential,
    [SIM_DIST_GAMMA] = draw_gamma,
    [SIM_DIST_ERLANG] = draw_erlang,
    [SIM_DIST_LOGNORMAL] = draw_lognormal,
    [SIM_DIST_WEIBULL] = draw_by_exponential,
    [SIM_DIST_UNIFORM] = draw_uniform,
    [SIM_DIST_TRIANGULAR] = draw_quantile,
    [SIM_DIST_PERT] = draw_pert,
    [SIM_DIST_EMPIRICAL] = draw_empirical,
    [SIM_DIST_MIXTURE] = draw_mixture,
    [SIM_DIST_HYPOEXPONENTIAL] = draw_hypoexponential,
    [SIM_DIST_POISSON] = draw_count,
    [SIM_DIST_NEGBIN] = draw_count,
    [SIM_DIST_GEOMETRIC] = draw_by_exponential,
    [SIM_DIST_NORMAL] = draw_normal,
};

static inline double
dist_draw(const sim_dist_t *self, sim_stream_t *stream)
{
    return DRAW[self->kind](self, stream);
}

static double
draw_mixture(const sim_dist_t *self, sim_stream_t *stream)
{
    return dist_draw(&self->part[draw_index(self, stream)], stream);
}

double
sim_dist_draw_other(const sim_dist_t *self, sim_stream_t stream)
{
    return dist_draw(self, &stream);
}

/* ---- length-biased draws ---- */

/* An index with probability proportional to its share of the mean. */
static size_t
biased_index(const sim_dist_t *self, sim_stream_t *stream)
{
    double rest = sim_stream_uniform(stream) * self->mean;
    size_t last = 0;

    for (size_t i = 0; i < self->n; i++) {
        double part = self->kind == SIM_DIST_HYPOEXPONENTIAL ? self->value[i]
                      : self->kind == SIM_DIST_MIXTURE       ? share_of(self, i) * self->part[i].mean
                                                             : share_of(self, i) * table_value(self, i);

        if (part > 0.0) {
            last = i;
            rest -= part;
            if (rest < 0.0) {
                break;
            }
        }
    }
    return last;
}

/* Untruncated: x f(x) is a gamma of shape + 1, a lognormal moved by its variance, a power of a gamma, two counts. */
static double
biased_whole(const sim_dist_t *self, sim_stream_t *stream)
{
    switch (self->kind) {
    case SIM_DIST_EXPONENTIAL:
        return self->a * draw_exponentials(2, stream);
    case SIM_DIST_LOGNORMAL:
        return self->a * sim_exp(self->b * (self->b + sim_ziggurat_normal_next(stream)));
    case SIM_DIST_WEIBULL:
        return self->b * sim_pow(draw_gamma_shape(1.0 + self->a, stream), self->a);
    case SIM_DIST_ERLANG:
        if (self->a <= ERLANG_SUM) {
            return self->b * draw_exponentials((int) self->a + 1, stream);
        }
        return self->b * draw_gamma_shape(self->a + 1.0, stream);
    case SIM_DIST_GAMMA:
        return self->b * draw_gamma_shape(self->a + 1.0, stream);
    default: /* geometric: one more than a negative binomial of two successes */
        return exponential_function(self, sim_ziggurat_exponential_next(stream)) +
               exponential_function(self, sim_ziggurat_exponential_next(stream)) - 1.0;
    }
}

/* Draws x and keeps it with probability x / top. */
static double
biased_by_size(const sim_dist_t *self, double top, sim_stream_t *stream)
{
    double x;

    do {
        x = dist_draw(self, stream);
    } while (sim_stream_uniform(stream) * top > x);
    return x;
}

/* Truncation and length bias commute; of two ways of accepting, takes the one that accepts more. */
static double
biased_truncated(const sim_dist_t *self, sim_stream_t *stream)
{
    double x;

    if ((self->q_low - self->q_high) * self->high < self->whole_mean) {
        return biased_by_size(self, self->high, stream);
    }
    do {
        x = biased_whole(self, stream);
    } while (x < self->low || x > self->high);
    return x;
}

static double
biased_uniform(const sim_dist_t *self, sim_stream_t *stream)
{
    double low = self->low, high = self->high;

    return sqrt(low * low + sim_stream_uniform(stream) * (high - low) * (high + low));
}

static double
biased_hypoexponential(const sim_dist_t *self, sim_stream_t *stream)
{
    double extra = self->value[biased_index(self, stream)];

    return draw_hypoexponential(self, stream) + extra * sim_ziggurat_exponential_next(stream);
}

static double
dist_draw_biased(const sim_dist_t *self, sim_stream_t *stream)
{
    switch (self->kind) {
    case SIM_DIST_NONE:
    case SIM_DIST_FIXED:
        return self->a;
    case SIM_DIST_UNIFORM:
        return clamp(self, biased_uniform(self, stream));
    case SIM_DIST_TRIANGULAR:
        return biased_by_size(self, smaller(self->high, self->c), stream);
    case SIM_DIST_PERT:
        return biased_by_size(self, smaller(self->high, self->a + self->b), stream);
    case SIM_DIST_NORMAL: /* what lies beyond ten standard deviations is as good as none */
        return biased_by_size(self, smaller(self->high, larger(self->low, self->a) + 10.0 * self->b), stream);
    case SIM_DIST_EMPIRICAL:
    case SIM_DIST_POISSON:
    case SIM_DIST_NEGBIN:
        return table_value(self, biased_index(self, stream));
    case SIM_DIST_MIXTURE:
        return dist_draw_biased(&self->part[biased_index(self, stream)], stream);
    case SIM_DIST_HYPOEXPONENTIAL:
        return biased_hypoexponential(self, stream);
    default:
        return self->low > -INFINITY || self->high < INFINITY ? biased_truncated(self, stream)
                                                              : biased_whole(self, stream);
    }
}

double
sim_dist_draw_length_biased(const sim_dist_t *self, sim_stream_t stream)
{
    if (!(self->mean > 0.0) || sim_dist_minimum(self) < 0.0) {
        return 0.0;
    }
    return dist_draw_biased(self, &stream);
}

/* ---- quantiles ---- */

static double
gamma_quantile(const sim_dist_t *self, double u)
{
    double from = sim_gamma_cdf(self->low / self->b, self->a), to = sim_gamma_cdf(self->high / self->b, self->a);

    return clamp(self, self->b * sim_gamma_quantile(from + u * (to - from), self->a));
}

static double
pert_quantile(const sim_dist_t *self, double u)
{
    double from = sim_beta_cdf((self->low - self->a) / self->b, self->c, self->d);
    double to = sim_beta_cdf((self->high - self->a) / self->b, self->c, self->d);

    return clamp(self, self->a + self->b * sim_beta_quantile(from + u * (to - from), self->c, self->d));
}

bool
sim_dist_has_quantile(const sim_dist_t *self)
{
    return self->kind != SIM_DIST_MIXTURE && self->kind != SIM_DIST_HYPOEXPONENTIAL;
}

double
sim_dist_quantile(const sim_dist_t *self, double u)
{
    switch (self->kind) {
    case SIM_DIST_NONE:
    case SIM_DIST_FIXED:
        return self->a;
    case SIM_DIST_UNIFORM:
        return sim_dist_uniform_at(self, u);
    case SIM_DIST_GAMMA:
    case SIM_DIST_ERLANG:
        return gamma_quantile(self, u);
    case SIM_DIST_PERT:
        return pert_quantile(self, u);
    case SIM_DIST_EMPIRICAL:
    case SIM_DIST_POISSON:
    case SIM_DIST_NEGBIN:
        return table_value(self, index_at(self, u));
    case SIM_DIST_MIXTURE:
    case SIM_DIST_HYPOEXPONENTIAL:
        return NAN;
    default:
        return clamp(self, whole_quantile(self, self->q_high + (self->q_low - self->q_high) * (1.0 - u)));
    }
}

/* ---- questions ---- */

static double
mixture_minimum(const sim_dist_t *self)
{
    double least = INFINITY;

    for (size_t i = 0; i < self->n; i++) {
        if (share_of(self, i) > 0.0) {
            least = smaller(least, sim_dist_minimum(&self->part[i]));
        }
    }
    return least;
}

double
sim_dist_minimum(const sim_dist_t *self)
{
    switch (self->kind) {
    case SIM_DIST_NONE:
    case SIM_DIST_FIXED:
    case SIM_DIST_UNIFORM:
        return self->a;
    case SIM_DIST_TRIANGULAR:
    case SIM_DIST_PERT:
        return larger(self->a, self->low);
    case SIM_DIST_EMPIRICAL:
    case SIM_DIST_POISSON:
    case SIM_DIST_NEGBIN:
        return table_value(self, 0);
    case SIM_DIST_MIXTURE:
        return mixture_minimum(self);
    default:
        return larger(whole_minimum(self), self->low);
    }
}

const char *
sim_dist_kind_name(sim_dist_kind_t kind)
{
    static const char name[SIM_DIST_KINDS][16] = {
        "none",
        "fixed",
        "exponential",
        "gamma",
        "erlang",
        "lognormal",
        "weibull",
        "uniform",
        "triangular",
        "pert",
        "empirical",
        "mixture",
        "hypoexponential",
        "poisson",
        "negbin",
        "geometric",
        "normal",
    };

    return (size_t) kind < SIM_DIST_KINDS ? name[kind] : "unknown";
}
