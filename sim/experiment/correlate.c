#include "sim/experiment/correlate.h"

#include "sim/analysis/matrix.h"
#include "sim/core/elementary.h"
#include "sim/core/quantile.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define LEAST_PIVOT 1e-10
#define PASSES 10
#define NEAR_ENOUGH 1e-3

typedef struct {
    double score;
    uint32_t point;
} scored_t;

/* 2 sin(pi r / 6): |angle| <= pi/6, where twelve terms are exact to the last bit. */
static double
pearson_of_rank(double rank)
{
    double x = rank * (PI / 6.0), term = x, sum = x;

    for (int k = 1; k <= 12; k++) {
        term *= -x * x / ((2.0 * k) * (2.0 * k + 1.0));
        sum += term;
    }
    return 2.0 * sum;
}

static bool
is_pair(const exp_correlation_t *pair, uint32_t n_inputs)
{
    return pair->a < n_inputs && pair->b < n_inputs && pair->a != pair->b && fabs(pair->rank) <= EXP_RANK_MAX;
}

static size_t
row_of(const exp_normal_t *self, uint32_t input)
{
    size_t row = 0;

    while (self->input[row] != input) {
        row++;
    }
    return row;
}

/* Notes which inputs occur. */
static int
list_inputs(exp_normal_t *self, uint32_t n_inputs, size_t n, const exp_correlation_t *pair)
{
    bool *occurs = calloc(n_inputs, sizeof(*occurs));

    self->input = calloc(n_inputs, sizeof(*self->input));
    if (occurs == NULL || self->input == NULL) {
        free(occurs);
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        occurs[pair[i].a] = true;
        occurs[pair[i].b] = true;
    }
    for (uint32_t j = 0; j < n_inputs; j++) {
        if (occurs[j]) {
            self->input[self->n++] = j;
        }
    }
    free(occurs);
    return 0;
}

/* Sets the correlations; a pair met twice is refused. NaN marks those not yet met. */
static int
set_correlations(exp_normal_t *self, size_t n_pairs, const exp_correlation_t *pair)
{
    size_t n = self->n;

    for (size_t i = 0; i < n * n; i++) {
        self->factor[i] = i % (n + 1) == 0 ? 1.0 : NAN;
    }
    for (size_t i = 0; i < n_pairs; i++) {
        size_t a = row_of(self, pair[i].a), b = row_of(self, pair[i].b);

        if (!isnan(self->factor[a * n + b])) {
            return SIM_ERR_BAD_PARAM;
        }
        self->factor[a * n + b] = self->factor[b * n + a] = pearson_of_rank(pair[i].rank);
    }
    for (size_t i = 0; i < n * n; i++) {
        self->factor[i] = isnan(self->factor[i]) ? 0.0 : self->factor[i];
    }
    return 0;
}

int
exp_normal_init(exp_normal_t *self, uint32_t n_inputs, size_t n_correlations, const exp_correlation_t *correlation)
{
    int ret;

    memset(self, 0, sizeof(*self));
    if (n_correlations == 0) {
        return 0;
    }
    for (size_t i = 0; i < n_correlations; i++) {
        if (!is_pair(&correlation[i], n_inputs)) {
            return SIM_ERR_BAD_PARAM;
        }
    }
    ret = list_inputs(self, n_inputs, n_correlations, correlation);
    if (ret != 0) {
        return ret;
    }
    self->factor = calloc(self->n * self->n, sizeof(*self->factor));
    if (self->factor == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    ret = set_correlations(self, n_correlations, correlation);
    return ret == 0 ? ana_cholesky(self->n, self->factor, LEAST_PIVOT) : ret;
}

void
exp_normal_free(exp_normal_t *self)
{
    free(self->input);
    free(self->factor);
    memset(self, 0, sizeof(*self));
}

void
exp_normal_turn(const exp_normal_t *self, double *u)
{
    /* From the last row up, so that each still finds those before it as they were. */
    for (size_t k = self->n; k-- > 0;) {
        const double *row = &self->factor[k * self->n];
        double z = 0.0;

        for (size_t j = 0; j <= k; j++) {
            z += row[j] * sim_normal_quantile(fmax(u[self->input[j]], 0x1p-53));
        }
        u[self->input[k]] = fmin(fmax(sim_normal_cdf(z), 0x1p-53), 1.0 - 0x1p-53);
    }
}

/* ---- reordering ---- */

/* The product of a lower triangle and its transpose. */
static void
multiply_transposed(size_t n, const double *factor, double *product)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            product[i * n + j] = 0.0;
            for (size_t k = 0; k <= i && k <= j; k++) {
                product[i * n + j] += factor[i * n + k] * factor[j * n + k];
            }
        }
    }
}

/* Correlations between the columns' scores, into m; their mean is 0 as orders hold every place once. */
static void
correlate_scores(size_t n, size_t n_points, uint32_t *const *place, const double *table, double *m)
{
    double squares = 0.0;

    for (size_t i = 0; i < n_points; i++) {
        squares += table[i] * table[i];
    }
    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b <= a; b++) {
            double sum = 0.0;

            for (size_t i = 0; i < n_points; i++) {
                sum += table[place[a][i]] * table[place[b][i]];
            }
            m[a * n + b] = m[b * n + a] = sum / squares;
        }
    }
}

/* x with x q = p for lower triangles p and q, so that columns of correlations q q' get p p'; x may be p itself. */
static void
divide(size_t n, const double *p, const double *q, double *x)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = n; j-- > 0;) {
            double sum = p[i * n + j];

            for (size_t k = j + 1; k < n; k++) {
                sum -= x[i * n + k] * q[k * n + j];
            }
            x[i * n + j] = sum / q[j * n + j];
        }
    }
}

static int
compare_scored(const void *left, const void *right)
{
    const scored_t *a = left, *b = right;

    if (a->score != b->score) {
        return a->score < b->score ? -1 : 1;
    }
    return (a->point > b->point) - (a->point < b->point);
}

/* Work space of a reordering. */
typedef struct {
    size_t n, n_points;
    double *table;     /* scores by place */
    scored_t *scored;  /* a column to be sorted */
    uint32_t *initial; /* the columns as they came */
    double *asked, *target, *own, *x;
} reorder_t;

/* Column k gets the order of the scores' mixture, row k of x. */
static void
reorder_column(const reorder_t *self, size_t k, uint32_t *place)
{
    for (size_t i = 0; i < self->n_points; i++) {
        double sum = 0.0;

        for (size_t j = 0; j <= k; j++) {
            sum += self->x[k * self->n + j] * self->table[self->initial[j * self->n_points + i]];
        }
        self->scored[i] = (scored_t){ .score = sum, .point = (uint32_t) i };
    }
    qsort(self->scored, self->n_points, sizeof(*self->scored), compare_scored);
    for (size_t i = 0; i < self->n_points; i++) {
        place[self->scored[i].point] = (uint32_t) i;
    }
}

static double
spearman(size_t n_points, const uint32_t *a, const uint32_t *b)
{
    double n = (double) n_points, sum = 0.0;

    for (size_t i = 0; i < n_points; i++) {
        double gap = (double) a[i] - (double) b[i];

        sum += gap * gap;
    }
    return 1.0 - 6.0 * sum / (n * (n * n - 1.0));
}

/* Moves the target by what is missing of the correlations asked for; returns the largest of these. */
static double
correct_target(const reorder_t *self, uint32_t *const *place)
{
    double largest = 0.0;

    for (size_t a = 0; a < self->n; a++) {
        for (size_t b = 0; b < a; b++) {
            size_t at = a * self->n + b;
            double missing = self->asked[at] - pearson_of_rank(spearman(self->n_points, place[a], place[b]));

            self->target[at] += missing;
            largest = fmax(largest, fabs(missing));
        }
    }
    return largest;
}

/* The orders that come nearest are those of the last pass: each is made from the columns as they came. */
static void
reorder(const reorder_t *self, uint32_t *const *place)
{
    size_t n = self->n;

    for (int pass = 0; pass < PASSES; pass++) {
        memcpy(self->x, self->target, n * n * sizeof(*self->x));
        if (ana_cholesky(n, self->x, LEAST_PIVOT) != 0) {
            return;
        }
        divide(n, self->x, self->own, self->x);
        for (size_t k = 0; k < n; k++) {
            reorder_column(self, k, place[k]);
        }
        if (correct_target(self, place) < NEAR_ENOUGH) {
            return;
        }
    }
}

static int
reorder_init(reorder_t *self, const exp_normal_t *normal, size_t n_points, uint32_t *const *place)
{
    size_t n = normal->n;

    *self = (reorder_t){ .n = n, .n_points = n_points };
    self->table = calloc(n_points, sizeof(*self->table));
    self->scored = calloc(n_points, sizeof(*self->scored));
    self->initial = calloc(n * n_points, sizeof(*self->initial));
    self->asked = calloc(4 * n * n, sizeof(*self->asked));
    if (self->table == NULL || self->scored == NULL || self->initial == NULL || self->asked == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->target = self->asked + n * n;
    self->own = self->target + n * n;
    self->x = self->own + n * n;
    for (size_t i = 0; i < n_points; i++) {
        self->table[i] = sim_normal_quantile(((double) i + 1.0) / ((double) n_points + 1.0));
    }
    for (size_t k = 0; k < n; k++) {
        memcpy(self->initial + k * n_points, place[k], n_points * sizeof(*self->initial));
    }
    multiply_transposed(n, normal->factor, self->asked);
    memcpy(self->target, self->asked, n * n * sizeof(*self->target));
    correlate_scores(n, n_points, place, self->table, self->own);
    return 0;
}

static void
reorder_free(reorder_t *self)
{
    free(self->table);
    free(self->scored);
    free(self->initial);
    free(self->asked);
}

int
exp_normal_reorder(const exp_normal_t *self, size_t n_points, uint32_t *const *place)
{
    reorder_t work;
    int ret = reorder_init(&work, self, n_points, place);

    /* Too few points to be independent in: the orders stay as they are. */
    if (ret == 0 && ana_cholesky(work.n, work.own, LEAST_PIVOT) == 0) {
        reorder(&work, place);
    }
    reorder_free(&work);
    return ret;
}
