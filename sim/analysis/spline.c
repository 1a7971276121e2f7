#include "sim/analysis/spline.h"

#include "sim/analysis/inputs.h"
#include "sim/analysis/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NORMAL_975 1.959963984540054
#define LEAST_POINTS 10
#define RIDGE 1e-6 /* of an average diagonal term: decides between sums that fit the same */
#define WEIGHTS 25 /* tried, half a decade apart */
#define LEAST_WEIGHT 1e-4

/* ---- terms ---- */

/* The four splines that are not 0 at a share; returns the first. */
static size_t
bases_at(double share, double value[4])
{
    double t = share * ANA_SPLINE_CELLS;
    size_t cell = t < ANA_SPLINE_CELLS ? (size_t) t : ANA_SPLINE_CELLS - 1;
    double f = t - (double) cell, g = 1.0 - f;

    value[0] = g * g * g / 6.0;
    value[1] = (3.0 * f * f * f - 6.0 * f * f + 4.0) / 6.0;
    value[2] = (3.0 * g * g * g - 6.0 * g * g + 4.0) / 6.0;
    value[3] = f * f * f / 6.0;
    return cell;
}

void
ana_spline_terms(const ana_spline_t *self, const double *share, double *term)
{
    size_t at = self->n_inputs * ANA_SPLINE_BASES;

    memset(term, 0, self->n_terms * sizeof(*term));
    for (size_t j = 0; j < self->n_inputs; j++) {
        double value[4];
        size_t first = bases_at(share[j], value);

        memcpy(&term[j * ANA_SPLINE_BASES + first], value, sizeof(value));
        for (size_t i = 0; i < j; i++) {
            term[at++] = (share[i] - 0.5) * (share[j] - 0.5);
        }
    }
}

double
ana_spline_value(const ana_spline_t *self, const double *term, const double *beta, double mean)
{
    double sum = mean;

    for (size_t i = 0; i < self->n_terms; i++) {
        sum += term[i] * beta[i];
    }
    return sum;
}

/* ---- fitting ---- */

/* Sums over points that the fit at every weight is made of. */
typedef struct {
    ana_spline_t *spline;
    size_t n_points;
    const double *const *share;
    const double *const *y;
    double *gram;                 /* owned; [term][term] */
    double *moment;               /* [outcome][term] */
    double *square;               /* [outcome][outcome] */
    double *term, *trial, *solve; /* [term], [term][term], [term] */
} fit_t;

static void
terms_of_point(const fit_t *self, size_t i)
{
    double share[ANA_SPLINE_INPUTS];

    for (size_t j = 0; j < self->spline->n_inputs; j++) {
        share[j] = self->share[j][i];
    }
    ana_spline_terms(self->spline, share, self->term);
}

static void
add_point(fit_t *self, size_t i)
{
    size_t n = self->spline->n_terms, n_outcomes = self->spline->n_outcomes;

    terms_of_point(self, i);
    for (size_t a = 0; a < n; a++) {
        if (self->term[a] == 0.0) {
            continue;
        }
        for (size_t b = 0; b <= a; b++) {
            self->gram[a * n + b] += self->term[a] * self->term[b];
        }
        for (size_t d = 0; d < n_outcomes; d++) {
            self->moment[d * n + a] += self->term[a] * (self->y[d][i] - self->spline->mean[d]);
        }
    }
    for (size_t d = 0; d < n_outcomes; d++) {
        for (size_t e = 0; e < n_outcomes; e++) {
            self->square[d * n_outcomes + e] +=
                (self->y[d][i] - self->spline->mean[d]) * (self->y[e][i] - self->spline->mean[e]);
        }
    }
}

static void
add_points(fit_t *self)
{
    size_t n = self->spline->n_terms;

    for (size_t d = 0; d < self->spline->n_outcomes; d++) {
        for (size_t i = 0; i < self->n_points; i++) {
            self->spline->mean[d] += self->y[d][i] / (double) self->n_points;
        }
    }
    for (size_t i = 0; i < self->n_points; i++) {
        add_point(self, i);
    }
    for (size_t a = 0; a < n; a++) {
        for (size_t b = a + 1; b < n; b++) {
            self->gram[a * n + b] = self->gram[b * n + a];
        }
    }
}

/* The normal equations at a weight, factorised in trial. */
static int
factorise(fit_t *self, double weight)
{
    size_t n = self->spline->n_terms;
    double scale = (double) self->n_points / ANA_SPLINE_BASES;

    memcpy(self->trial, self->gram, n * n * sizeof(*self->trial));
    for (size_t a = 0; a < n; a++) {
        self->trial[a * n + a] += RIDGE * scale;
    }
    for (size_t j = 0; j < self->spline->n_inputs; j++) {
        for (size_t k = j * ANA_SPLINE_BASES; k + 2 < (j + 1) * ANA_SPLINE_BASES; k++) {
            static const double difference[3] = { 1.0, -2.0, 1.0 };

            for (size_t a = 0; a < 9; a++) {
                self->trial[(k + a / 3) * n + k + a % 3] += weight * scale * difference[a / 3] * difference[a % 3];
            }
        }
    }
    return ana_cholesky(n, self->trial, 1e-12 * scale);
}

/* Effective number of terms: the trace of what turns outcomes into fitted values. */
static double
trace(const fit_t *self)
{
    size_t n = self->spline->n_terms;
    double sum = 0.0;

    for (size_t a = 0; a < n; a++) {
        memcpy(self->solve, &self->gram[a * n], n * sizeof(*self->solve));
        ana_cholesky_solve(n, self->trial, self->solve);
        sum += self->solve[a];
    }
    return sum + 1.0; /* the mean */
}

static double
dot(const double *a, const double *b, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

/* Sum over points of the products of two outcomes' residuals, for coefficients in beta. */
static double
residual_product(const fit_t *self, size_t d, size_t e)
{
    const ana_spline_t *spline = self->spline;
    size_t n = spline->n_terms;
    const double *of_d = &spline->beta[d * n], *of_e = &spline->beta[e * n];
    double sum = self->square[d * spline->n_outcomes + e] - dot(of_d, &self->moment[e * n], n) -
                 dot(of_e, &self->moment[d * n], n);

    for (size_t a = 0; a < n; a++) {
        sum += of_d[a] * dot(&self->gram[a * n], of_e, n);
    }
    return sum;
}

/* Fits at a weight and returns its cross-validation score, outcomes weighed by their variances. */
static int
fit_at(fit_t *self, double weight, double *score)
{
    ana_spline_t *spline = self->spline;
    size_t n = spline->n_terms;
    double left;
    int ret = factorise(self, weight);

    if (ret != 0) {
        return ret;
    }
    spline->freedom = trace(self);
    left = (double) self->n_points - spline->freedom;
    *score = 0.0;
    for (size_t d = 0; d < spline->n_outcomes; d++) {
        double total = self->square[d * spline->n_outcomes + d];

        memcpy(&spline->beta[d * n], &self->moment[d * n], n * sizeof(*spline->beta));
        ana_cholesky_solve(n, self->trial, &spline->beta[d * n]);
        *score += total > 0.0 ? residual_product(self, d, d) / total / (left * left) : 0.0;
    }
    return left > 1.0 ? 0 : SIM_ERR_BAD_PARAM;
}

static int
fit_best(fit_t *self)
{
    double weight = LEAST_WEIGHT, best = 0.0, least = INFINITY, score;
    int ret = 0;

    for (size_t i = 0; i < WEIGHTS; i++, weight *= sqrt(10.0)) {
        if (fit_at(self, weight, &score) == 0 && score < least) {
            least = score;
            best = weight;
        }
    }
    ret = best > 0.0 ? fit_at(self, best, &score) : SIM_ERR_INVARIANT;
    if (ret == 0) {
        ana_spline_t *spline = self->spline;
        size_t n = spline->n_outcomes;

        memcpy(spline->factor, self->trial, spline->n_terms * spline->n_terms * sizeof(*spline->factor));
        for (size_t i = 0; i < n * n; i++) {
            spline->residual[i] = residual_product(self, i / n, i % n) / ((double) self->n_points - spline->freedom);
        }
    }
    return ret;
}

static int
spline_alloc(ana_spline_t *self)
{
    size_t n = self->n_terms, n_outcomes = self->n_outcomes;

    self->factor = calloc(n * n, sizeof(*self->factor));
    self->beta = calloc(n_outcomes * n, sizeof(*self->beta));
    self->mean = calloc(n_outcomes, sizeof(*self->mean));
    self->residual = calloc(n_outcomes * n_outcomes, sizeof(*self->residual));
    return self->factor == NULL || self->beta == NULL || self->mean == NULL || self->residual == NULL
               ? SIM_ERR_NO_MEMORY
               : 0;
}

int
ana_spline_init(ana_spline_t *self, size_t n_inputs, const double *const *share, size_t n_outcomes,
    const double *const *y, size_t n_points)
{
    size_t n = n_inputs * ANA_SPLINE_BASES + n_inputs * (n_inputs - (n_inputs > 0 ? 1 : 0)) / 2;
    fit_t fit = { .spline = self, .n_points = n_points, .share = share, .y = y };
    int ret;

    *self = (ana_spline_t){ .n_inputs = n_inputs, .n_outcomes = n_outcomes, .n_terms = n };
    if (n_inputs == 0 || n_inputs > ANA_SPLINE_INPUTS || n_outcomes == 0 || n_points < LEAST_POINTS) {
        return SIM_ERR_BAD_PARAM;
    }
    ret = spline_alloc(self);
    fit.gram = calloc(2 * n * n + n_outcomes * (n + n_outcomes) + 2 * n, sizeof(*fit.gram));
    if (ret == 0 && fit.gram == NULL) {
        ret = SIM_ERR_NO_MEMORY;
    }
    if (ret == 0) {
        fit.trial = fit.gram + n * n;
        fit.moment = fit.trial + n * n;
        fit.square = fit.moment + n_outcomes * n;
        fit.term = fit.square + n_outcomes * n_outcomes;
        fit.solve = fit.term + n;
        add_points(&fit);
        ret = fit_best(&fit);
    }
    free(fit.gram);
    return ret;
}

void
ana_spline_free(ana_spline_t *self)
{
    free(self->factor);
    free(self->beta);
    free(self->mean);
    free(self->residual);
    memset(self, 0, sizeof(*self));
}

/* ---- one input ---- */

static int
compare_doubles(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static void
curve_at(const ana_spline_t *spline, double share, ana_curve_t *out)
{
    double term[ANA_SPLINE_BASES], half = 0.0;

    ana_spline_terms(spline, &share, term);
    out->mean = ana_spline_value(spline, term, spline->beta, spline->mean[0]);
    ana_cholesky_forward(spline->n_terms, spline->factor, term);
    half = NORMAL_975 * sqrt(fmax(spline->residual[0], 0.0) * dot(term, term, spline->n_terms));
    out->low = out->mean - half;
    out->high = out->mean + half;
}

int
ana_smooth(const double *x, const double *y, size_t n_points, size_t n_places, ana_curve_t *curve)
{
    double *known = calloc(3 * n_points + 1, sizeof(*known));
    double *outcome = known == NULL ? NULL : known + n_points, *share = known == NULL ? NULL : outcome + n_points;
    ana_spline_t spline = { .n_terms = 0 };
    size_t n = 0;
    int ret = known == NULL ? SIM_ERR_NO_MEMORY : 0;

    for (size_t i = 0; ret == 0 && i < n_points; i++) {
        if (isfinite(y[i])) {
            known[n] = x[i];
            outcome[n++] = y[i];
        }
    }
    if (ret == 0) {
        ret = ana_rank_shares(known, n, share);
    }
    if (ret == 0) {
        ret = ana_spline_init(&spline, 1, (const double *const[]){ share }, 1, (const double *const[]){ outcome }, n);
    }
    if (ret == 0) {
        qsort(known, n, sizeof(*known), compare_doubles);
        qsort(share, n, sizeof(*share), compare_doubles);
    }
    for (size_t k = 0; ret == 0 && k < n_places; k++) {
        size_t middle = (size_t) (((double) k + 0.5) / (double) n_places * (double) n);

        curve[k].x = known[middle];
        curve_at(&spline, share[middle], &curve[k]);
    }
    ana_spline_free(&spline);
    free(known);
    return ret;
}
