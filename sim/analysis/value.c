#include "sim/analysis/value.h"

#include "sim/analysis/matrix.h"
#include "sim/analysis/spline.h"
#include "sim/core/ziggurat.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NORMAL_975 1.959963984540054
#define DRAWN_POINTS 2000 /* at which each draw of coefficients is valued, about */

/* The points that count, with benefits averaged over replications. */
typedef struct {
    const ana_decision_t *decision;
    size_t n_points, best;
    size_t *point;  /* owned */
    double *mean;   /* owned; [offer][point] */
    double *column; /* of it; [point], scratch */
} table_t;

static void
table_free(table_t *self)
{
    free(self->point);
    free(self->mean);
}

static const double *
replications(const table_t *self, size_t offer, size_t i)
{
    return &self->decision->benefit[offer][self->point[i] * self->decision->n_reps];
}

/* Whether all offers are known at a point, with their means into mean[offer]. */
static bool
means_at(const ana_decision_t *decision, size_t point, double *mean)
{
    bool known = true;

    for (size_t d = 0; d < decision->n_offers; d++) {
        mean[d] = 0.0;
        for (size_t r = 0; r < decision->n_reps; r++) {
            mean[d] += decision->benefit[d][point * decision->n_reps + r] / (double) decision->n_reps;
        }
        known = known && isfinite(mean[d]);
    }
    return known;
}

static double
mean_of(const double *x, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        sum += x[i];
    }
    return sum / (double) n;
}

static int
table_init(table_t *self, const ana_decision_t *decision)
{
    size_t n = decision->n_points, n_offers = decision->n_offers;
    double mean[ANA_OFFERS_MAX], greatest = -INFINITY;

    *self = (table_t){ .decision = decision };
    if (n_offers == 0 || n_offers > ANA_OFFERS_MAX || decision->n_reps == 0) {
        return SIM_ERR_BAD_PARAM;
    }
    self->point = calloc(n + 1, sizeof(*self->point));
    self->mean = calloc((n_offers + 1) * n + 1, sizeof(*self->mean));
    if (self->point == NULL || self->mean == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->column = self->mean + n_offers * n;
    for (size_t i = 0; i < n; i++) {
        if (means_at(decision, i, mean)) {
            for (size_t d = 0; d < n_offers; d++) {
                self->mean[d * n + self->n_points] = mean[d];
            }
            self->point[self->n_points++] = i;
        }
    }
    for (size_t d = 0; self->n_points > 0 && d < n_offers; d++) {
        double own = mean_of(&self->mean[d * n], self->n_points);

        self->best = own > greatest ? d : self->best;
        greatest = fmax(greatest, own);
    }
    return self->n_points < 2 ? SIM_ERR_BAD_PARAM : 0;
}

static double
benefit_of(const table_t *self, size_t offer, size_t i)
{
    return self->mean[offer * self->decision->n_points + i];
}

static double
greatest_at(const table_t *self, size_t i)
{
    double greatest = -INFINITY;

    for (size_t d = 0; d < self->decision->n_offers; d++) {
        greatest = fmax(greatest, benefit_of(self, d, i));
    }
    return greatest;
}

/* ---- choosing ---- */

/* Wilson's interval of a share (JASA 22, 1927). */
static ana_interval_t
share_interval(double share, size_t n)
{
    double m = (double) n, z2 = NORMAL_975 * NORMAL_975;
    double middle = (share + z2 / (2.0 * m)) / (1.0 + z2 / m);
    double half = NORMAL_975 * sqrt(share * (1.0 - share) / m + z2 / (4.0 * m * m)) / (1.0 + z2 / m);

    return (ana_interval_t){ .mean = share,
        .low = fmin(fmax(middle - half, 0.0), share),
        .high = fmax(fmin(middle + half, 1.0), share),
        .se = sqrt(share * (1.0 - share) / m),
        .n = n };
}

/* The share of a point that an offer wins: 1 over how many are equally best. */
static double
won_at(const table_t *self, size_t offer, size_t i)
{
    double greatest = greatest_at(self, i), equals = 0.0;

    for (size_t d = 0; d < self->decision->n_offers; d++) {
        equals += benefit_of(self, d, i) == greatest ? 1.0 : 0.0;
    }
    return benefit_of(self, offer, i) == greatest ? 1.0 / equals : 0.0;
}

static void
judge_offer(table_t *self, size_t offer, ana_offer_t *out)
{
    double won = 0.0;

    for (size_t i = 0; i < self->n_points; i++) {
        won += won_at(self, offer, i) / (double) self->n_points;
        self->column[i] = greatest_at(self, i) - benefit_of(self, offer, i);
    }
    ana_mean_interval(self->column, 1, self->n_points, &out->regret);
    ana_mean_interval(&self->mean[offer * self->decision->n_points], 1, self->n_points, &out->mean);
    out->p_best = share_interval(fmin(won, 1.0), self->n_points);
}

/* The offer that the other replications of a point choose. */
static size_t
chosen_without(const table_t *self, size_t i, size_t rep)
{
    double greatest = -INFINITY, n = (double) self->decision->n_reps;
    size_t chosen = 0;

    for (size_t d = 0; d < self->decision->n_offers; d++) {
        double others = benefit_of(self, d, i) * n - replications(self, d, i)[rep];

        chosen = others > greatest ? d : chosen;
        greatest = fmax(greatest, others);
    }
    return chosen;
}

static void
set_lower(table_t *self, ana_interval_t *lower)
{
    size_t n_reps = self->decision->n_reps;

    for (size_t i = 0; i < self->n_points; i++) {
        self->column[i] = 0.0;
        for (size_t r = 0; r < n_reps; r++) {
            double gain = replications(self, chosen_without(self, i, r), i)[r] - replications(self, self->best, i)[r];

            self->column[i] += gain / (double) n_reps;
        }
    }
    ana_mean_interval(self->column, 1, self->n_points, lower);
}

/* Whether the best of a point leads its second by less than 2 standard errors of their paired difference. */
static bool
is_unclear(const table_t *self, size_t i)
{
    size_t first = 0, second = SIZE_MAX;
    ana_interval_t lead;

    for (size_t d = 1; d < self->decision->n_offers; d++) {
        if (benefit_of(self, d, i) > benefit_of(self, first, i)) {
            second = first;
            first = d;
        } else if (second == SIZE_MAX || benefit_of(self, d, i) > benefit_of(self, second, i)) {
            second = d;
        }
    }
    if (second == SIZE_MAX) {
        return false;
    }
    ana_paired(replications(self, first, i), replications(self, second, i), 1, self->decision->n_reps, &lead);
    return lead.mean < 2.0 * lead.se;
}

int
ana_decide(const ana_decision_t *decision, ana_offer_t *offer, ana_information_t *information)
{
    static const ana_interval_t unknown = { .mean = NAN, .low = NAN, .high = NAN, .se = NAN };
    table_t table;
    int ret = table_init(&table, decision);

    if (ret == 0) {
        size_t unclear = 0;

        for (size_t d = 0; d < decision->n_offers; d++) {
            judge_offer(&table, d, &offer[d]);
        }
        *information =
            (ana_information_t){ .best = table.best, .lower = unknown, .unclear = NAN, .n_points = table.n_points };
        information->upper = offer[table.best].regret;
        if (decision->n_reps >= 2) {
            set_lower(&table, &information->lower);
            for (size_t i = 0; i < table.n_points; i++) {
                unclear += is_unclear(&table, i) ? 1 : 0;
            }
            information->unclear = (double) unclear / (double) table.n_points;
        }
    }
    table_free(&table);
    return ret;
}

/* ---- partial information ---- */

/* The regression of all offers' benefits, less that of the best, on the inputs asked about. */
typedef struct {
    table_t table;
    ana_spline_t spline;
    size_t n_others, n_terms;
    double *share;  /* owned; [which][point] */
    double *gain;   /* owned; [other][point]: benefit less that of the best */
    double *term;   /* owned; [term], scratch */
    double *beta;   /* owned; [other][term]: drawn */
    double *chance; /* owned; [other][other]: Cholesky factor of the residuals' covariance, or 0 */
} partial_t;

static void
partial_free(partial_t *self)
{
    table_free(&self->table);
    ana_spline_free(&self->spline);
    free(self->share);
    free(self->gain);
    free(self->term);
    free(self->beta);
    free(self->chance);
}

static int
set_shares(partial_t *self, const ana_inputs_t *inputs, size_t n_which, const size_t *which)
{
    size_t n = self->table.n_points;
    int ret = 0;

    self->share = calloc(n_which * n + 1, sizeof(*self->share));
    if (self->share == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t j = 0; ret == 0 && j < n_which; j++) {
        double *share = &self->share[j * n];

        if (which[j] >= inputs->n_inputs) {
            return SIM_ERR_BAD_PARAM;
        }
        for (size_t i = 0; i < n; i++) {
            share[i] = inputs->x[which[j]][self->table.point[i]];
        }
        ret = ana_rank_shares(share, n, share);
    }
    return ret;
}

static int
set_gains(partial_t *self)
{
    size_t n = self->table.n_points, n_offers = self->table.decision->n_offers, at = 0;

    self->n_others = n_offers - 1;
    self->gain = calloc(self->n_others * n + 1, sizeof(*self->gain));
    if (self->gain == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t d = 0; d < n_offers; d++) {
        for (size_t i = 0; d != self->table.best && i < n; i++) {
            self->gain[at++] = benefit_of(&self->table, d, i) - benefit_of(&self->table, self->table.best, i);
        }
    }
    return 0;
}

static int
fit(partial_t *self, size_t n_which)
{
    const double *share[ANA_SPLINE_INPUTS], *y[ANA_OFFERS_MAX];
    size_t n = self->table.n_points;
    int ret;

    for (size_t j = 0; j < n_which; j++) {
        share[j] = &self->share[j * n];
    }
    for (size_t d = 0; d < self->n_others; d++) {
        y[d] = &self->gain[d * n];
    }
    ret = ana_spline_init(&self->spline, n_which, share, self->n_others, y, n);
    if (ret != 0) {
        return ret;
    }
    self->n_terms = self->spline.n_terms;
    self->term = calloc(self->n_terms, sizeof(*self->term));
    self->beta = calloc((self->n_others + 1) * self->n_terms, sizeof(*self->beta));
    self->chance = calloc(self->n_others * self->n_others, sizeof(*self->chance));
    return self->term == NULL || self->beta == NULL || self->chance == NULL ? SIM_ERR_NO_MEMORY : 0;
}

static void
set_terms(partial_t *self, size_t i)
{
    double place[ANA_SPLINE_INPUTS];

    for (size_t j = 0; j < self->spline.n_inputs; j++) {
        place[j] = self->share[j * self->table.n_points + i];
    }
    ana_spline_terms(&self->spline, place, self->term);
}

/* EVPPI for coefficients, over every stride-th point; *spread is the variance of the mean over these. */
static double
gain_of(partial_t *self, const double *beta, size_t stride, double *spread)
{
    double sum = 0.0, square = 0.0, n = 0.0, known = 0.0;
    double mean[ANA_OFFERS_MAX] = { 0.0 };

    for (size_t i = 0; i < self->table.n_points; i += stride) {
        double most = 0.0;

        set_terms(self, i);
        for (size_t d = 0; d < self->n_others; d++) {
            double value = ana_spline_value(&self->spline, self->term, &beta[d * self->n_terms], self->spline.mean[d]);

            mean[d] += value;
            most = fmax(most, value);
        }
        sum += most;
        square += most * most;
        n += 1.0;
    }
    for (size_t d = 0; d < self->n_others; d++) {
        known = fmax(known, mean[d] / n);
    }
    *spread = ana_not_negative(square / n - sum / n * (sum / n)) / n;
    return sum / n - known;
}

/* The lower factor of the residuals' covariance; offers that are all but sums of others get no chance of their own. */
static void
set_chance(partial_t *self)
{
    size_t n = self->n_others;

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = self->spline.residual[i * n + j];

            for (size_t k = 0; k < j; k++) {
                sum -= self->chance[i * n + k] * self->chance[j * n + k];
            }
            if (i == j) {
                self->chance[i * n + i] = sum > 1e-10 * self->spline.residual[i * n + i] ? sqrt(sum) : 0.0;
            } else {
                self->chance[i * n + j] = self->chance[j * n + j] > 0.0 ? sum / self->chance[j * n + j] : 0.0;
            }
        }
    }
}

/* Coefficients drawn about those fitted. */
static void
draw_beta(partial_t *self, sim_stream_t *stream)
{
    size_t n = self->n_others, n_terms = self->n_terms;
    double *normal = &self->beta[n * n_terms];

    memcpy(self->beta, self->spline.beta, n * n_terms * sizeof(*self->beta));
    for (size_t e = 0; e < n; e++) {
        for (size_t k = 0; k < n_terms; k++) {
            normal[k] = sim_ziggurat_normal_next(stream);
        }
        ana_cholesky_back(n_terms, self->spline.factor, normal);
        for (size_t d = e; d < n; d++) {
            for (size_t k = 0; k < n_terms; k++) {
                self->beta[d * n_terms + k] += self->chance[d * n + e] * normal[k];
            }
        }
    }
}

static void
estimate(partial_t *self, size_t draws, uint64_t seed, ana_partial_t *out)
{
    uint64_t key = sim_key(seed, 0, sim_hash("analysis.value"), 0);
    size_t stride = 1 + self->table.n_points / DRAWN_POINTS;
    double spread, unused, sum = 0.0, square = 0.0, se;
    double value = gain_of(self, self->spline.beta, 1, &spread);
    double centre = stride == 1 ? value : gain_of(self, self->spline.beta, stride, &unused);

    set_chance(self);
    for (size_t draw = 0; draw < draws; draw++) {
        sim_stream_t stream = sim_draw(key, (uint32_t) draw, 0, 0);
        double one;

        draw_beta(self, &stream);
        one = gain_of(self, self->beta, stride, &unused) - centre;
        sum += one;
        square += one * one;
    }
    se = sqrt(ana_not_negative(square - sum * sum / (double) draws) / (double) (draws - 1) + spread);
    out->bias = sum / (double) draws;
    out->freedom = self->spline.freedom;
    out->value = (ana_interval_t){ .mean = value,
        .low = fmax(value - NORMAL_975 * se, 0.0),
        .high = value + NORMAL_975 * se,
        .se = se,
        .n = self->table.n_points };
}

int
ana_evppi(const ana_decision_t *decision, const ana_inputs_t *inputs, size_t n_which, const size_t *which, size_t draws,
    uint64_t seed, ana_partial_t *partial)
{
    partial_t self = { .n_others = 0 };
    int ret = draws < 2 || n_which == 0 || n_which > ANA_SPLINE_INPUTS || inputs->n_points != decision->n_points ||
                      decision->n_offers < 2
                  ? SIM_ERR_BAD_PARAM
                  : 0;

    if (ret == 0) {
        ret = table_init(&self.table, decision);
    }
    if (ret == 0) {
        ret = set_shares(&self, inputs, n_which, which);
    }
    if (ret == 0) {
        ret = set_gains(&self);
    }
    if (ret == 0) {
        ret = fit(&self, n_which);
    }
    if (ret == 0) {
        estimate(&self, draws, seed, partial);
    }
    partial_free(&self);
    return ret;
}
