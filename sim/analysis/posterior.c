#include "sim/analysis/posterior.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLOPE_REPS 4 /* in common, for a slope to be estimated with two degrees of freedom left */

/* Sums over the replications in which both are known. */
typedef struct {
    size_t n;
    double x, y;        /* means of the anchor and of the column */
    double xx, xy;      /* about them */
    double anchor_mean; /* of all its replications */
} common_t;

static size_t
count_known(const double *value, size_t n_reps)
{
    size_t n = 0;

    for (size_t j = 0; j < n_reps; j++) {
        n += isfinite(value[j]) ? 1u : 0u;
    }
    return n;
}

/* Of the candidates of a measure, the first with the most replications. */
static size_t
anchor_of(const ana_sample_t *sample, size_t measure)
{
    size_t best = measure * sample->n_candidates, most = 0;

    for (size_t c = measure * sample->n_candidates; c < (measure + 1) * sample->n_candidates; c++) {
        size_t n = count_known(sample->value[c], sample->n_reps);

        if (n > most) {
            most = n;
            best = c;
        }
    }
    return best;
}

static common_t
common_of(const double *x, const double *y, size_t n_reps)
{
    common_t common = { 0 };
    size_t all = 0;

    for (size_t j = 0; j < n_reps; j++) {
        bool both = isfinite(x[j]) && isfinite(y[j]);

        common.anchor_mean += isfinite(x[j]) ? x[j] : 0.0;
        all += isfinite(x[j]) ? 1u : 0u;
        common.x += both ? x[j] : 0.0;
        common.y += both ? y[j] : 0.0;
        common.n += both ? 1u : 0u;
    }
    common.anchor_mean /= (double) all;
    common.x /= (double) common.n;
    common.y /= (double) common.n;
    for (size_t j = 0; j < n_reps; j++) {
        if (isfinite(x[j]) && isfinite(y[j])) {
            common.xx += (x[j] - common.x) * (x[j] - common.x);
            common.xy += (x[j] - common.x) * (y[j] - common.y);
        }
    }
    return common;
}

/*
 * The mean is linear in the column's values, sum_j a_j y_j; its own error is sum_j a_j z_j e_j sqrt(n / degrees), e_j
 * what is left of y_j.
 */
static void
weigh(ana_column_t *column, const double *x, const double *y, size_t n_reps, const common_t *common)
{
    double n = (double) common->n, ahead = common->anchor_mean - common->x;
    double lever = common->n >= SLOPE_REPS && common->xx > 0.0 ? ahead / common->xx : 0.0;

    for (size_t j = 0; j < n_reps; j++) {
        if (isfinite(x[j]) && isfinite(y[j])) {
            double off = x[j] - common->x, rest = y[j] - common->y - column->slope * off;

            column->weight[j] = (1.0 / n + lever * off) * rest * sqrt(n / column->degrees);
        }
    }
}

/* A column with all replications of its anchor, the anchor among them, stands on its own. */
static void
fit(ana_column_t *column, const ana_sample_t *sample, size_t c, size_t anchor)
{
    const double *x = sample->value[anchor], *y = sample->value[c];
    common_t common = common_of(x, y, sample->n_reps);
    bool whole = common.n == count_known(x, sample->n_reps), sloped = common.n >= SLOPE_REPS && common.xx > 0.0;

    column->n = common.n;
    column->mean = NAN;
    column->anchor = whole ? c : anchor;
    if (common.n < 2) {
        return;
    }
    column->slope = whole ? 0.0 : sloped ? common.xy / common.xx : 1.0;
    column->degrees = (double) (common.n - (!whole && sloped ? 2u : 1u));
    column->mean = common.y + column->slope * (common.anchor_mean - common.x);
    weigh(column, x, y, sample->n_reps, &common);
}

/* A chi^2 with f degrees of freedom over f is a gamma of mean 1 and cv sqrt(2 / f). */
static int
column_init(ana_column_t *column, const ana_sample_t *sample, size_t c, size_t anchor)
{
    column->weight = calloc(sample->n_reps, sizeof(*column->weight));
    if (column->weight == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    fit(column, sample, c, anchor);
    return isnan(column->mean) ? 0 : sim_dist_init_gamma(&column->chi, 1.0, sqrt(2.0 / column->degrees));
}

int
ana_posterior_init(ana_posterior_t *self, const ana_sample_t *sample)
{
    int ret = 0;

    memset(self, 0, sizeof(*self));
    if (sample->n_candidates == 0 || sample->n_measures == 0 || sample->n_reps == 0) {
        return SIM_ERR_BAD_PARAM;
    }
    self->n_reps = sample->n_reps;
    self->seed = sample->seed;
    self->column = calloc(sample->n_candidates, sample->n_measures * sizeof(*self->column));
    self->normal = calloc(sample->n_reps, sizeof(*self->normal));
    if (self->column == NULL || self->normal == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->n_columns = sample->n_candidates * sample->n_measures;
    for (size_t m = 0; ret == 0 && m < sample->n_measures; m++) {
        size_t anchor = anchor_of(sample, m), first = m * sample->n_candidates;

        for (size_t c = first; ret == 0 && c < first + sample->n_candidates; c++) {
            ret = column_init(&self->column[c], sample, c, anchor);
        }
    }
    return ret;
}

void
ana_posterior_free(ana_posterior_t *self)
{
    for (size_t c = 0; c < self->n_columns; c++) {
        sim_dist_free(&self->column[c].chi);
        free(self->column[c].weight);
    }
    free(self->column);
    free(self->normal);
    memset(self, 0, sizeof(*self));
}

/* Columns with the same degrees of freedom get the same chi^2. */
static double
error_of(const ana_posterior_t *self, const ana_column_t *column, uint32_t draw)
{
    uint64_t key = sim_key(self->seed, draw, sim_hash("posterior: scale"), (uint64_t) column->degrees);
    double error = 0.0;

    for (size_t j = 0; j < self->n_reps; j++) {
        error += self->normal[j] * column->weight[j];
    }
    return error / sqrt(sim_dist_draw(&column->chi, (sim_stream_t){ key }));
}

void
ana_posterior_draw(ana_posterior_t *self, uint32_t draw, double *mean)
{
    sim_stream_t stream = { sim_key(self->seed, draw, sim_hash("posterior: replications"), 0) };

    for (size_t j = 0; j < self->n_reps; j++) {
        self->normal[j] = sim_ziggurat_normal_next(&stream);
    }
    for (size_t c = 0; c < self->n_columns; c++) {
        const ana_column_t *column = &self->column[c];

        mean[c] = isnan(column->mean) ? NAN : column->mean + error_of(self, column, draw);
    }
    for (size_t c = 0; c < self->n_columns; c++) {
        const ana_column_t *column = &self->column[c];

        if (column->anchor != c && !isnan(column->mean)) {
            mean[c] += column->slope * (mean[column->anchor] - self->column[column->anchor].mean);
        }
    }
}
