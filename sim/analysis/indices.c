#include "sim/analysis/indices.h"

#include "sim/analysis/cross.h"
#include "sim/core/random.h"

#include <stdlib.h>
#include <string.h>

#define NORMAL_975 1.959963984540054

/* Columns of a row's terms; what is to be divided by the variance follows: V_i and T_i in turn, or one V_ij. */
enum { MEAN, SQUARE, FIRST_RATIO };

/* The terms of every row, of which the indices are ratios of means. */
typedef struct {
    size_t n_rows, width;
    double *term; /* [row * width + column]; NaN where a point that it needs failed */
} terms_t;

typedef struct maker maker_t;
typedef void ratio_terms_fn(const maker_t *self, size_t row, double *term);

/* How terms are made: replications in use and their centres, and where a row's points are kept. */
struct maker {
    const ana_rows_t *rows;
    ratio_terms_fn *ratio_terms; /* fills what follows FIRST_RATIO, of a row whose A and B are taken */
    size_t pair[2];              /* groups of V_ij */
    size_t block, n_reps;        /* n_reps without the one left out */
    size_t left_out;             /* a replication, or n_reps of the rows for none */
    double *centre;              /* [rep] */
    double *point[5];            /* [rep] each: a, b, ab or ba, a difference, ba */
};

static size_t
block_of(const ana_rows_t *rows)
{
    return rows->n_groups * (rows->second ? 2 : 1) + 2;
}

/* Copies a point's replications, less their centres; false when it failed. */
static bool
take(const maker_t *self, size_t row, size_t part, double *out)
{
    const ana_rows_t *rows = self->rows;
    const double *value = &rows->value[(row * self->block + part) * rows->n_reps];
    size_t n = 0;

    for (size_t r = 0; r < rows->n_reps; r++) {
        if (r != self->left_out) {
            out[n] = value[r] - self->centre[n];
            n++;
        }
    }
    return ana_is_known(value, rows->n_reps);
}

/* The mean of A and B points, replication by replication; returns how many rows are known. */
static size_t
set_centres(maker_t *self)
{
    size_t n = 0;

    memset(self->centre, 0, self->rows->n_reps * sizeof(*self->centre));
    for (size_t pass = 0; pass < 2; pass++) {
        double *sum = self->point[2];

        memset(sum, 0, self->rows->n_reps * sizeof(*sum));
        n = 0;
        for (size_t row = 0; row < self->rows->n_rows; row++) {
            if (take(self, row, 0, self->point[0]) && take(self, row, self->block - 1, self->point[1])) {
                n++;
                for (size_t r = 0; r < self->n_reps; r++) {
                    sum[r] += self->point[0][r] + self->point[1][r];
                }
            }
        }
        for (size_t r = 0; n > 0 && r < self->n_reps; r++) {
            self->centre[r] += sum[r] / (2.0 * (double) n);
        }
    }
    return n;
}

static double
cross_with_difference(const maker_t *self, const double *left, const double *to, const double *from, double *square)
{
    double *gap = self->point[3];

    for (size_t r = 0; r < self->n_reps; r++) {
        gap[r] = to[r] - from[r];
    }
    *square = 0.5 * ana_cross(gap, gap, self->n_reps);
    return ana_cross(left, gap, self->n_reps);
}

/* V_i and T_i of one row: from AB, and from BA where there are such. */
static void
group_terms(const maker_t *self, size_t row, size_t group, double *first, double *total)
{
    const double *a = self->point[0], *b = self->point[1];
    double square;

    *first = *total = NAN;
    if (take(self, row, 1 + group, self->point[2])) {
        *first = cross_with_difference(self, b, self->point[2], a, total);
    }
    if (self->rows->second && take(self, row, 1 + self->rows->n_groups + group, self->point[2])) {
        double other = cross_with_difference(self, a, self->point[2], b, &square);

        *first = isnan(*first) ? other : 0.5 * (*first + other);
        *total = isnan(*total) ? square : 0.5 * (*total + square);
    }
}

static double
noise_of(const maker_t *self)
{
    return self->n_reps == 1 ? self->rows->noise : 0.0;
}

static void
all_group_terms(const maker_t *self, size_t row, double *term)
{
    for (size_t group = 0; group < self->rows->n_groups; group++) {
        group_terms(self, row, group, &term[2 * group], &term[2 * group + 1]);
        term[2 * group + 1] -= noise_of(self);
    }
}

/* V_ij - V_i - V_j */
static void
pair_terms(const maker_t *self, size_t row, double *term)
{
    size_t i = self->pair[0], j = self->pair[1], n = self->n_reps;
    double first[2], total;

    group_terms(self, row, i, &first[0], &total);
    group_terms(self, row, j, &first[1], &total);
    *term = NAN;
    if (take(self, row, 1 + self->rows->n_groups + i, self->point[4]) && take(self, row, 1 + j, self->point[2])) {
        *term = ana_cross(self->point[4], self->point[2], n) - ana_cross(self->point[0], self->point[1], n) - first[0] -
                first[1];
    }
}

static void
row_terms(const maker_t *self, size_t row, size_t width, double *term)
{
    double *a = self->point[0], *b = self->point[1], sum = 0.0;

    for (size_t column = 0; column < width; column++) {
        term[column] = NAN;
    }
    if (!(take(self, row, 0, a) && take(self, row, self->block - 1, b))) {
        return;
    }
    for (size_t r = 0; r < self->n_reps; r++) {
        sum += a[r] + b[r];
    }
    term[MEAN] = sum / (2.0 * (double) self->n_reps);
    term[SQUARE] = 0.5 * (ana_cross(a, a, self->n_reps) + ana_cross(b, b, self->n_reps)) - noise_of(self);
    self->ratio_terms(self, row, &term[FIRST_RATIO]);
}

static int
maker_init(maker_t *self, const ana_rows_t *rows, ratio_terms_fn *ratio_terms)
{
    *self = (maker_t){ .rows = rows,
        .ratio_terms = ratio_terms,
        .block = block_of(rows),
        .n_reps = rows->n_reps,
        .left_out = rows->n_reps };
    self->centre = calloc(6 * rows->n_reps, sizeof(*self->centre));
    for (size_t i = 0; self->centre != NULL && i < 5; i++) {
        self->point[i] = self->centre + (i + 1) * rows->n_reps;
    }
    return self->centre == NULL ? SIM_ERR_NO_MEMORY : 0;
}

static void
leave_out(maker_t *self, size_t rep)
{
    self->left_out = rep;
    self->n_reps = self->rows->n_reps - (rep < self->rows->n_reps ? 1 : 0);
}

static void
make_terms(maker_t *self, terms_t *terms)
{
    (void) set_centres(self);
    for (size_t row = 0; row < terms->n_rows; row++) {
        row_terms(self, row, terms->width, &terms->term[row * terms->width]);
    }
}

/* ---- from terms to ratios ---- */

/* Mean of every column over the rows of one bootstrap draw (stream), or over all (NULL). */
static void
mean_terms(const terms_t *terms, sim_stream_t *stream, double *mean, size_t *count)
{
    memset(mean, 0, terms->width * sizeof(*mean));
    memset(count, 0, terms->width * sizeof(*count));
    for (size_t i = 0; i < terms->n_rows; i++) {
        size_t row = stream == NULL ? i : (size_t) ((sim_stream_bits(stream) >> 32) * terms->n_rows >> 32);
        const double *term = &terms->term[row * terms->width];

        for (size_t column = 0; column < terms->width; column++) {
            if (!isnan(term[column])) {
                mean[column] += term[column];
                count[column]++;
            }
        }
    }
    for (size_t column = 0; column < terms->width; column++) {
        mean[column] = count[column] > 0 ? mean[column] / (double) count[column] : NAN;
    }
}

/* The variance from means of terms, of 2 n points. */
static double
variance_of(const double *mean, size_t n)
{
    double points = 2.0 * (double) n;

    return n < 1 ? NAN : (mean[SQUARE] - mean[MEAN] * mean[MEAN]) * points / (points - 1.0);
}

/* Turns means into ratios, in place, from FIRST_RATIO on. */
static void
take_ratios(const terms_t *terms, double *mean, const size_t *count)
{
    double variance = variance_of(mean, count[SQUARE]);

    for (size_t column = FIRST_RATIO; column < terms->width; column++) {
        mean[column] = variance > 0.0 ? mean[column] / variance : NAN;
    }
}

/* Running sums of ratios estimated again and again. */
typedef struct {
    size_t width;
    double *mean, *sum, *square; /* [column]; mean owned, the others part of it */
    size_t *count;               /* owned; [column] */
} repeats_t;

static int
repeats_init(repeats_t *self, size_t width)
{
    *self = (repeats_t){ .width = width };
    self->mean = calloc(3 * width, sizeof(*self->mean));
    self->count = calloc(width, sizeof(*self->count));
    if (self->mean == NULL || self->count == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->sum = self->mean + width;
    self->square = self->sum + width;
    return 0;
}

static void
repeats_free(repeats_t *self)
{
    free(self->mean);
    free(self->count);
}

static void
repeats_add(repeats_t *self, const terms_t *terms, sim_stream_t *stream)
{
    mean_terms(terms, stream, self->mean, self->count);
    take_ratios(terms, self->mean, self->count);
    for (size_t column = FIRST_RATIO; column < self->width; column++) {
        self->sum[column] += self->mean[column];
        self->square[column] += self->mean[column] * self->mean[column];
    }
}

/* Adds `times` the sum of squares of the n repeats about their mean to error[width]; NaN when one of them left no variance. */
static void
repeats_add_errors(const repeats_t *self, size_t n, double times, double *error)
{
    for (size_t column = FIRST_RATIO; column < self->width; column++) {
        error[column] +=
            times * ana_not_negative(self->square[column] - self->sum[column] * self->sum[column] / (double) n);
    }
}

/* Squared standard errors of the bootstrap over rows. */
static int
add_bootstrap_errors(const terms_t *terms, const ana_rows_t *rows, double *error)
{
    uint64_t key = sim_key(rows->seed, 0, sim_hash("analysis.indices"), 0);
    repeats_t repeats;
    int ret = repeats_init(&repeats, terms->width);

    for (size_t draw = 0; ret == 0 && draw < rows->draws; draw++) {
        sim_stream_t stream = sim_draw(key, (uint32_t) draw, 0, 0);

        repeats_add(&repeats, terms, &stream);
    }
    if (ret == 0) {
        repeats_add_errors(&repeats, rows->draws, 1.0 / (double) (rows->draws - 1), error);
    }
    repeats_free(&repeats);
    return ret;
}

/* Squared standard errors of the jackknife over replications. */
static int
add_jackknife_errors(maker_t *maker, terms_t *terms, double *error)
{
    size_t n = maker->rows->n_reps;
    repeats_t repeats;
    int ret = repeats_init(&repeats, terms->width);

    for (size_t rep = 0; ret == 0 && rep < n; rep++) {
        leave_out(maker, rep);
        make_terms(maker, terms);
        repeats_add(&repeats, terms, NULL);
    }
    if (ret == 0) {
        repeats_add_errors(&repeats, n, (double) (n - 1) / (double) n, error);
    }
    repeats_free(&repeats);
    return ret;
}

static bool
is_valid(const ana_rows_t *rows)
{
    return rows->n_rows > 0 && rows->n_groups > 0 && rows->n_reps > 0 && rows->draws != 1 && rows->noise >= 0.0;
}

static double
mean_of_centres(const maker_t *maker)
{
    double sum = 0.0;

    for (size_t r = 0; r < maker->n_reps; r++) {
        sum += maker->centre[r];
    }
    return sum / (double) maker->n_reps;
}

/* Estimates of all columns and their squared errors. */
typedef struct {
    terms_t terms;
    double *mean, *error; /* [column]; mean owned, error part of it */
    size_t *count;        /* owned */
} ratios_t;

static void
ratios_free(ratios_t *self)
{
    free(self->terms.term);
    free(self->mean);
    free(self->count);
}

static int
ratios_init(ratios_t *self, const ana_rows_t *rows, size_t n_ratios)
{
    size_t width = FIRST_RATIO + n_ratios;

    *self = (ratios_t){ .terms = { .n_rows = rows->n_rows, .width = width } };
    self->terms.term = calloc(rows->n_rows * width, sizeof(*self->terms.term));
    self->mean = calloc(2 * width, sizeof(*self->mean));
    self->count = calloc(width, sizeof(*self->count));
    if (self->terms.term == NULL || self->mean == NULL || self->count == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->error = self->mean + width;
    return 0;
}

/* Leaves variance and mean of the terms in their columns, and ratios in the rest. */
static int
ratios_estimate(ratios_t *self, maker_t *maker)
{
    const ana_rows_t *rows = maker->rows;
    double mean;
    int ret = 0;

    make_terms(maker, &self->terms);
    mean_terms(&self->terms, NULL, self->mean, self->count);
    mean = self->count[MEAN] > 0 ? mean_of_centres(maker) : NAN;
    if (rows->draws > 0) {
        ret = add_bootstrap_errors(&self->terms, rows, self->error);
    }
    if (ret == 0 && rows->draws > 0 && rows->common && rows->n_reps >= 3) {
        ret = add_jackknife_errors(maker, &self->terms, self->error);
    }
    take_ratios(&self->terms, self->mean, self->count);
    self->mean[SQUARE] = variance_of(self->mean, self->count[SQUARE]);
    self->mean[MEAN] = mean;
    return ret;
}

static ana_interval_t
interval_of(const ratios_t *self, size_t ratio, bool known)
{
    size_t column = FIRST_RATIO + ratio;
    double estimate = self->mean[column], se = known ? sqrt(self->error[column]) : NAN;

    return (ana_interval_t){ .mean = estimate,
        .low = estimate - NORMAL_975 * se,
        .high = estimate + NORMAL_975 * se,
        .se = se,
        .n = self->count[column] };
}

int
ana_indices(const ana_rows_t *rows, ana_index_t *index, ana_moments_t *moments)
{
    ratios_t ratios = { .mean = NULL };
    maker_t maker = { .rows = rows };
    int ret = is_valid(rows) ? maker_init(&maker, rows, all_group_terms) : SIM_ERR_BAD_PARAM;

    if (ret == 0) {
        ret = ratios_init(&ratios, rows, 2 * rows->n_groups);
    }
    if (ret == 0) {
        ret = ratios_estimate(&ratios, &maker);
    }
    for (size_t group = 0; ret == 0 && group < rows->n_groups; group++) {
        index[group].first = interval_of(&ratios, 2 * group, rows->draws > 0);
        index[group].total = interval_of(&ratios, 2 * group + 1, rows->draws > 0);
    }
    if (ret == 0 && moments != NULL) {
        *moments = (ana_moments_t){
            .mean = ratios.mean[MEAN], .variance = ratios.mean[SQUARE], .n_rows = ratios.count[SQUARE]
        };
    }
    free(maker.centre);
    ratios_free(&ratios);
    return ret;
}

int
ana_pair_index(const ana_rows_t *rows, size_t a, size_t b, ana_interval_t *index)
{
    bool valid = is_valid(rows) && rows->second && a < rows->n_groups && b < rows->n_groups && a != b;
    ratios_t ratios = { .mean = NULL };
    maker_t maker = { .rows = rows };
    int ret = valid ? maker_init(&maker, rows, pair_terms) : SIM_ERR_BAD_PARAM;

    if (ret == 0) {
        maker.pair[0] = a;
        maker.pair[1] = b;
        ret = ratios_init(&ratios, rows, 1);
    }
    if (ret == 0) {
        ret = ratios_estimate(&ratios, &maker);
    }
    if (ret == 0) {
        *index = interval_of(&ratios, 0, rows->draws > 0);
    }
    free(maker.centre);
    ratios_free(&ratios);
    return ret;
}
