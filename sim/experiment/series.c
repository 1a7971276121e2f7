#include "sim/experiment/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int
exp_series_init(exp_series_t *self, uint32_t n_arms, size_t n_cells, size_t n, exp_sink_t *sink, void *sink_ctx)
{
    memset(self, 0, sizeof(*self));
    self->n_arms = n_arms;
    self->n_cells = n_cells;
    self->n = n;
    self->sink = sink;
    self->sink_ctx = sink_ctx;
    self->reps = calloc(n_arms, sizeof(*self->reps));
    self->mean = calloc((size_t) n_arms * n + 1, sizeof(*self->mean));
    self->square = calloc((size_t) n_arms * n + 1, sizeof(*self->square));
    return self->reps == NULL || self->mean == NULL || self->square == NULL ? SIM_ERR_NO_MEMORY : 0;
}

void
exp_series_free(exp_series_t *self)
{
    free(self->reps);
    free(self->mean);
    free(self->square);
    memset(self, 0, sizeof(*self));
}

static void
series_add(exp_series_t *self, uint32_t arm, const double *value)
{
    double *mean = self->mean + (size_t) arm * self->n, *square = self->square + (size_t) arm * self->n;
    double n = (double) ++self->reps[arm];

    for (size_t i = 0; i < self->n; i++) {
        double off = value[i] - mean[i];

        mean[i] += off / n;
        square[i] += off * (value[i] - mean[i]);
    }
}

int
exp_series_sink(void *ctx, const exp_record_t *record)
{
    exp_series_t *self = ctx;
    exp_record_t cells = *record;

    if (record->n_values != self->n_cells + self->n || record->arm >= self->n_arms) {
        return SIM_ERR_BAD_PARAM;
    }
    if (record->value != NULL) {
        series_add(self, record->arm, record->value + self->n_cells);
    }
    cells.n_values = self->n_cells;
    return self->sink == NULL ? 0 : self->sink(self->sink_ctx, &cells);
}

void
exp_series_at(const exp_series_t *self, uint32_t arm, size_t i, ana_interval_t *interval)
{
    size_t at = (size_t) arm * self->n + i, n = self->reps[arm];
    double half;

    *interval = (ana_interval_t){ .mean = NAN, .low = NAN, .high = NAN, .se = NAN, .n = n };
    if (n > 0) {
        interval->mean = self->mean[at];
    }
    if (n > 1) {
        interval->se = sqrt(self->square[at] / (double) (n - 1) / (double) n);
        half = ana_t_factor(n, ANA_CONFIDENCE) * interval->se;
        interval->low = interval->mean - half;
        interval->high = interval->mean + half;
    }
}
