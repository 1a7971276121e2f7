#include "sim/analysis/given.h"

#include "sim/analysis/cross.h"
#include "sim/core/random.h"

#include <stdlib.h>
#include <string.h>

#define NORMAL_975 1.959963984540054
#define LEAST_POINTS 10

typedef struct {
    const ana_outcome_t *outcome;
    size_t n_points, n_classes, left_out; /* points known; left_out: a replication, or n_reps for none */
    size_t *point;                        /* owned; which points they are */
    double *rank, *x;                     /* owned; of the input at hand */
    uint8_t *class;                       /* owned; of each known point */
    double *sum, *mean, *gap;             /* owned; [class * n_reps + rep], [rep], [rep] */
    size_t count[ANA_CLASSES_MAX];
} given_t;

static void
given_free(given_t *self)
{
    free(self->point);
    free(self->rank);
    free(self->class);
    free(self->sum);
}

static int
given_init(given_t *self, size_t n_points, const ana_outcome_t *outcome)
{
    size_t n_reps = outcome->n_reps;

    *self = (given_t){ .outcome = outcome, .left_out = n_reps };
    if (n_reps == 0) {
        return SIM_ERR_BAD_PARAM;
    }
    self->point = calloc(n_points + 1, sizeof(*self->point));
    self->rank = calloc(2 * n_points + 1, sizeof(*self->rank));
    self->class = calloc(n_points + 1, sizeof(*self->class));
    self->sum = calloc((ANA_CLASSES_MAX + 2) * n_reps, sizeof(*self->sum));
    if (self->point == NULL || self->rank == NULL || self->class == NULL || self->sum == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->x = self->rank + n_points;
    self->mean = self->sum + ANA_CLASSES_MAX * n_reps;
    self->gap = self->mean + n_reps;
    for (size_t i = 0; i < n_points; i++) {
        if (ana_is_known(&outcome->value[i * n_reps], n_reps)) {
            self->point[self->n_points++] = i;
        }
    }
    self->n_classes = (size_t) sqrt((double) self->n_points);
    self->n_classes = self->n_classes > ANA_CLASSES_MAX ? ANA_CLASSES_MAX : self->n_classes;
    return self->n_points < LEAST_POINTS ? SIM_ERR_BAD_PARAM : 0;
}

static int
set_classes(given_t *self, const double *x)
{
    int ret;

    for (size_t i = 0; i < self->n_points; i++) {
        self->x[i] = x[self->point[i]];
    }
    ret = ana_rank_shares(self->x, self->n_points, self->rank);
    for (size_t i = 0; ret == 0 && i < self->n_points; i++) {
        self->class[i] = (uint8_t) (self->rank[i] * (double) self->n_classes);
    }
    return ret;
}

/* The product of gap with itself, over different replications of those in use. */
static double
square_of_gap(const given_t *self)
{
    size_t n = self->outcome->n_reps;

    if (self->left_out < n) {
        self->gap[self->left_out] = self->gap[n - 1];
        n--;
    }
    return ana_cross(self->gap, self->gap, n);
}

static void
add_sums(given_t *self, const sim_stream_t *start, double *total)
{
    size_t n_reps = self->outcome->n_reps;
    sim_stream_t stream = start != NULL ? *start : (sim_stream_t){ 0 };

    memset(self->sum, 0, (ANA_CLASSES_MAX + 1) * n_reps * sizeof(*self->sum));
    memset(self->count, 0, sizeof(self->count));
    *total = 0.0;
    for (size_t i = 0; i < self->n_points; i++) {
        size_t at = start == NULL ? i : (size_t) ((sim_stream_bits(&stream) >> 32) * self->n_points >> 32);
        const double *value = &self->outcome->value[self->point[at] * n_reps];

        self->count[self->class[at]]++;
        for (size_t r = 0; r < n_reps; r++) {
            self->sum[self->class[at] * n_reps + r] += value[r];
            self->mean[r] += value[r] / (double) self->n_points;
            self->gap[r] = value[r];
        }
        *total += square_of_gap(self);
    }
}

/* The sum of squares between classes; *used is the number of classes that have points. */
static double
between_classes(given_t *self, size_t *used)
{
    size_t n_reps = self->outcome->n_reps;
    double between = 0.0;

    *used = 0;
    for (size_t k = 0; k < self->n_classes; k++) {
        double n = (double) self->count[k];

        if (self->count[k] > 0) {
            for (size_t r = 0; r < n_reps; r++) {
                self->gap[r] = self->sum[k * n_reps + r] / n - self->mean[r];
            }
            between += n * square_of_gap(self);
            (*used)++;
        }
    }
    return between;
}

/* The index of the input at hand, of all points (NULL) or of a bootstrap draw. */
static double
index_of(given_t *self, const sim_stream_t *start)
{
    double total, between, within, n = (double) self->n_points, noise;
    size_t used;

    add_sums(self, start, &total);
    memcpy(self->gap, self->mean, self->outcome->n_reps * sizeof(*self->gap));
    total -= n * square_of_gap(self);
    between = between_classes(self, &used);
    within = (total - between) / (n - (double) used);
    noise = self->outcome->n_reps == 1 ? self->outcome->noise : 0.0;
    total = total / (n - 1.0) - noise;
    return total > 0.0 ? (between - ((double) used - 1.0) * within) / (n - 1.0) / total : NAN;
}

/* The squared standard error over draws or left-out replications: spread of n estimates times `times`. */
static double
spread(double sum, double square, size_t n, double times)
{
    return ana_not_negative(square - sum * sum / (double) n) * times;
}

static double
square_error(given_t *self, size_t input)
{
    const ana_outcome_t *outcome = self->outcome;
    uint64_t key = sim_key(outcome->seed, 0, sim_hash("analysis.given"), input);
    double sum = 0.0, square = 0.0, result, n = (double) outcome->n_reps;

    for (size_t draw = 0; draw < outcome->draws; draw++) {
        sim_stream_t start = sim_draw(key, (uint32_t) draw, 0, 0);
        double one = index_of(self, &start);

        sum += one;
        square += one * one;
    }
    result = spread(sum, square, outcome->draws, 1.0 / ((double) outcome->draws - 1.0));
    if (!outcome->common || outcome->n_reps < 3) {
        return result;
    }
    sum = square = 0.0;
    for (self->left_out = 0; self->left_out < outcome->n_reps; self->left_out++) {
        double one = index_of(self, NULL);

        sum += one;
        square += one * one;
    }
    return result + spread(sum, square, outcome->n_reps, (n - 1.0) / n);
}

int
ana_given_first(const ana_inputs_t *inputs, const ana_outcome_t *outcome, ana_interval_t *first)
{
    given_t self;
    int ret = given_init(&self, inputs->n_points, outcome);

    for (size_t j = 0; ret == 0 && j < inputs->n_inputs; j++) {
        ret = set_classes(&self, inputs->x[j]);
        if (ret == 0) {
            double index = index_of(&self, NULL), se = outcome->draws > 1 ? sqrt(square_error(&self, j)) : NAN;

            first[j] = (ana_interval_t){ .mean = index,
                .low = index - NORMAL_975 * se,
                .high = index + NORMAL_975 * se,
                .se = se,
                .n = self.n_points };
        }
    }
    given_free(&self);
    return ret;
}

/* ---- tornado ---- */

/* Mean of y over the points whose rank lies in a share at one end; kept is scratch. */
static ana_interval_t
end_mean(const double *rank, const double *y, size_t n, double from, double to, double *kept)
{
    ana_interval_t interval;
    size_t n_kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (rank[i] > from && rank[i] <= to) {
            kept[n_kept++] = y[i];
        }
    }
    ana_mean_interval(kept, 1, n_kept, &interval);
    return interval;
}

/* Copies x of the points whose outcome is known; returns how many. */
static size_t
copy_known(const double *x, const double *y, size_t n, double *known)
{
    size_t n_known = 0;

    for (size_t i = 0; i < n; i++) {
        if (isfinite(y[i])) {
            known[n_known++] = x[i];
        }
    }
    return n_known;
}

int
ana_tornado(const ana_inputs_t *inputs, const double *y, double share, ana_bar_t *bar)
{
    size_t n = inputs->n_points;
    double *column[4] = { NULL }; /* y, x, ranks, and scratch */
    int ret = share > 0.0 && share <= 0.5 ? 0 : SIM_ERR_BAD_PARAM;

    for (size_t k = 0; ret == 0 && k < 4; k++) {
        column[k] = calloc(n + 1, sizeof(*column[k]));
        ret = column[k] == NULL ? SIM_ERR_NO_MEMORY : 0;
    }
    for (size_t j = 0; ret == 0 && j < inputs->n_inputs; j++) {
        size_t n_known = copy_known(y, y, n, column[0]);

        (void) copy_known(inputs->x[j], y, n, column[1]);
        ret = ana_rank_shares(column[1], n_known, column[2]);
        bar[j].low = end_mean(column[2], column[0], n_known, 0.0, share, column[3]);
        bar[j].high = end_mean(column[2], column[0], n_known, 1.0 - share, 1.0, column[3]);
    }
    for (size_t k = 0; k < 4; k++) {
        free(column[k]);
    }
    return ret;
}
