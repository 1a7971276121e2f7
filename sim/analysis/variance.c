#include "sim/analysis/variance.h"

#include "sim/analysis/cross.h"
#include "sim/core/random.h"

#include <stdlib.h>
#include <string.h>

#define NORMAL_975 1.959963984540054

/* Known points, and a replication that may be left out (n_reps for none). */
typedef struct {
    const double *value;
    size_t *point; /* owned */
    size_t n_points, n_reps, left_out;
    bool common;
    double *rep_mean; /* owned; [rep] */
} table_t;

static int
table_init(table_t *self, const double *value, size_t n_points, size_t n_reps, bool common)
{
    *self = (table_t){ .value = value, .n_reps = n_reps, .left_out = n_reps, .common = common };
    self->point = calloc(n_points + 1, sizeof(*self->point));
    self->rep_mean = calloc(n_reps + 1, sizeof(*self->rep_mean));
    if (self->point == NULL || self->rep_mean == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n_points; i++) {
        if (ana_is_known(&value[i * n_reps], n_reps)) {
            self->point[self->n_points++] = i;
        }
    }
    return self->n_points >= 2 && n_reps >= 2 ? 0 : SIM_ERR_BAD_PARAM;
}

static void
table_free(table_t *self)
{
    free(self->point);
    free(self->rep_mean);
}

/* Point number i of the table, or of a bootstrap draw. */
static const double *
values_of(const table_t *self, const sim_stream_t *start, size_t i)
{
    size_t at = i;

    if (start != NULL) {
        sim_stream_t stream = { start->state + i * SIM_STEP64 };

        at = (size_t) ((sim_stream_bits(&stream) >> 32) * self->n_points >> 32);
    }
    return &self->value[self->point[at] * self->n_reps];
}

/* Means of replications over the points (all the mean, when nested); returns the number of replications in use. */
static double
set_rep_means(table_t *self, const sim_stream_t *start, double *mean)
{
    double used = (double) self->n_reps - (self->left_out < self->n_reps ? 1.0 : 0.0);

    memset(self->rep_mean, 0, self->n_reps * sizeof(*self->rep_mean));
    for (size_t i = 0; i < self->n_points; i++) {
        const double *value = values_of(self, start, i);

        for (size_t r = 0; r < self->n_reps; r++) {
            self->rep_mean[r] += value[r] / (double) self->n_points;
        }
    }
    *mean = 0.0;
    for (size_t r = 0; r < self->n_reps; r++) {
        *mean += r == self->left_out ? 0.0 : self->rep_mean[r] / used;
    }
    return used;
}

/* Mean squares to components. */
static void
split_table(table_t *self, const sim_stream_t *start, ana_split_t *split)
{
    double n = (double) self->n_points, mean, used = set_rep_means(self, start, &mean);
    double between = 0.0, shared = 0.0, rest = 0.0;

    for (size_t i = 0; i < self->n_points; i++) {
        const double *value = values_of(self, start, i);
        double own = 0.0;

        for (size_t r = 0; r < self->n_reps; r++) {
            own += r == self->left_out ? 0.0 : (value[r] - mean) / used;
        }
        between += own * own;
        for (size_t r = 0; r < self->n_reps; r++) {
            double gap = value[r] - mean - own - (self->common ? self->rep_mean[r] - mean : 0.0);

            rest += r == self->left_out ? 0.0 : gap * gap;
        }
    }
    for (size_t r = 0; r < self->n_reps && self->common; r++) {
        double gap = self->rep_mean[r] - mean;

        shared += r == self->left_out ? 0.0 : gap * gap;
    }
    split->chance_own = rest / (self->common ? (n - 1.0) * (used - 1.0) : n * (used - 1.0));
    split->ignorance = fmax(between / (n - 1.0) - split->chance_own / used, 0.0);
    split->chance_shared = self->common ? fmax(shared / (used - 1.0) - split->chance_own / n, 0.0) : 0.0;
    split->share.mean = split->ignorance / (split->ignorance + split->chance_shared + split->chance_own);
}

static double
bootstrap_square_error(table_t *self, size_t draws, uint64_t seed)
{
    uint64_t key = sim_key(seed, 0, sim_hash("analysis.variance"), 0);
    double sum = 0.0, square = 0.0;

    for (size_t draw = 0; draw < draws; draw++) {
        sim_stream_t start = sim_draw(key, (uint32_t) draw, 0, 0);
        ana_split_t split;

        split_table(self, &start, &split);
        sum += split.share.mean;
        square += split.share.mean * split.share.mean;
    }
    return ana_not_negative(square - sum * sum / (double) draws) / (double) (draws - 1);
}

static double
jackknife_square_error(table_t *self)
{
    double sum = 0.0, square = 0.0, n = (double) self->n_reps;

    for (self->left_out = 0; self->left_out < self->n_reps; self->left_out++) {
        ana_split_t split;

        split_table(self, NULL, &split);
        sum += split.share.mean;
        square += split.share.mean * split.share.mean;
    }
    return ana_not_negative(square - sum * sum / n) * (n - 1.0) / n;
}

int
ana_split_variance(const double *value, size_t n_points, size_t n_reps, bool common, size_t draws, uint64_t seed,
    ana_split_t *split)
{
    table_t table;
    int ret = table_init(&table, value, n_points, n_reps, common);

    memset(split, 0, sizeof(*split));
    if (ret == 0) {
        ana_interval_t *share = &split->share;
        double square = NAN;

        split_table(&table, NULL, split);
        if (draws > 1) {
            square = bootstrap_square_error(&table, draws, seed);
            square += common && n_reps >= 3 ? jackknife_square_error(&table) : 0.0;
        }
        share->se = sqrt(square);
        share->low = isnan(square) ? NAN : fmax(share->mean - NORMAL_975 * share->se, 0.0);
        share->high = isnan(square) ? NAN : fmin(share->mean + NORMAL_975 * share->se, 1.0);
        share->n = table.n_points;
    }
    table_free(&table);
    return ret;
}
