#include "sim/analysis/regress.h"

#include "sim/analysis/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NORMAL_975 1.959963984540054
#define COLLINEAR 1e-9

typedef struct {
    size_t n_inputs, n_points; /* inputs that change, points known */
    size_t *input;             /* owned; which inputs they are */
    double *column;            /* owned; [(n_inputs + 1)][n_points]: standardised, the outcome last */
    double *factor, *beta;     /* owned; of the correlations between inputs */
} regression_t;

static void
regression_free(regression_t *self)
{
    free(self->input);
    free(self->column);
    free(self->factor);
    free(self->beta);
}

/* Mean 0 and sum of squares 1; false when the column never changes. */
static bool
standardise(double *column, size_t n)
{
    double mean = 0.0, squares = 0.0, largest = 0.0;

    for (size_t i = 0; i < n; i++) {
        mean += column[i] / (double) n;
        largest = fmax(largest, fabs(column[i]));
    }
    for (size_t i = 0; i < n; i++) {
        column[i] -= mean;
        squares += column[i] * column[i];
    }
    if (!(sqrt(squares / (double) n) > 1e-12 * largest)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        column[i] /= sqrt(squares);
    }
    return true;
}

/* Copies the known points of a variable to the next column; *changes says whether it is of use. */
static int
fill_column(regression_t *self, const double *x, const double *y, size_t n_all, bool ranks, bool *changes)
{
    double *column = &self->column[self->n_inputs * self->n_points];
    size_t n = 0;
    int ret = 0;

    for (size_t i = 0; i < n_all; i++) {
        if (isfinite(y[i])) {
            column[n++] = x[i];
        }
    }
    if (ranks) {
        ret = ana_rank_shares(column, n, column);
    }
    *changes = standardise(column, n);
    return ret;
}

static int
regression_init(regression_t *self, const ana_inputs_t *inputs, const double *y, bool ranks)
{
    size_t k = inputs->n_inputs;
    bool changes = false;
    int ret = 0;

    *self = (regression_t){ .n_inputs = 0 };
    for (size_t i = 0; i < inputs->n_points; i++) {
        self->n_points += isfinite(y[i]) ? 1 : 0;
    }
    if (self->n_points < k + 3) {
        return SIM_ERR_BAD_PARAM;
    }
    self->input = calloc(k + 1, sizeof(*self->input));
    self->column = calloc((k + 1) * self->n_points, sizeof(*self->column));
    self->factor = calloc((k + 1) * (k + 1), sizeof(*self->factor));
    self->beta = calloc(2 * (k + 1), sizeof(*self->beta));
    if (self->input == NULL || self->column == NULL || self->factor == NULL || self->beta == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t j = 0; ret == 0 && j < k; j++) {
        ret = fill_column(self, inputs->x[j], y, inputs->n_points, ranks, &changes);
        self->input[self->n_inputs] = j;
        self->n_inputs += changes ? 1 : 0;
    }
    if (ret == 0) {
        ret = fill_column(self, y, y, inputs->n_points, ranks, &changes);
    }
    return ret == 0 && !changes ? SIM_ERR_BAD_PARAM : ret;
}

static double
product(const regression_t *self, size_t a, size_t b)
{
    const double *x = &self->column[a * self->n_points], *y = &self->column[b * self->n_points];
    double sum = 0.0;

    for (size_t i = 0; i < self->n_points; i++) {
        sum += x[i] * y[i];
    }
    return sum;
}

/* Solves the normal equations, whose matrix is the inputs' correlations. */
static int
solve(regression_t *self, double *r2)
{
    size_t k = self->n_inputs;
    int ret;

    for (size_t a = 0; a < k; a++) {
        for (size_t b = 0; b <= a; b++) {
            self->factor[a * k + b] = self->factor[b * k + a] = product(self, a, b);
        }
        self->beta[a] = self->beta[k + a] = product(self, a, k);
    }
    ret = ana_cholesky(k, self->factor, COLLINEAR);
    if (ret == 0) {
        ana_cholesky_solve(k, self->factor, self->beta);
        *r2 = 0.0;
        for (size_t a = 0; a < k; a++) {
            *r2 += self->beta[a] * self->beta[k + a];
        }
        *r2 = fmin(fmax(*r2, 0.0), 1.0);
    }
    return ret;
}

/* Element (a, a) of the inverse of the inputs' correlations: the sum of squares of a column of the inverse factor. */
static double
inverse_diagonal(const regression_t *self, size_t a, double *unit)
{
    double sum = 0.0;

    memset(unit, 0, self->n_inputs * sizeof(*unit));
    unit[a] = 1.0;
    ana_cholesky_forward(self->n_inputs, self->factor, unit);
    for (size_t i = a; i < self->n_inputs; i++) {
        sum += unit[i] * unit[i];
    }
    return sum;
}

static void
set_coefficient(const regression_t *self, double beta, double se, ana_coefficient_t *out)
{
    size_t freedom = self->n_points - self->n_inputs - 1, n = self->n_points;
    double half = ana_t_factor(freedom + 1, ANA_CONFIDENCE) * se, t = beta / se;
    double partial = se > 0.0 ? t / sqrt(t * t + (double) freedom) : copysign(1.0, beta);
    double z = atanh(partial), wide = NORMAL_975 / sqrt(fmax((double) freedom - 1.0, 1.0));

    out->standard = (ana_interval_t){ .mean = beta, .low = beta - half, .high = beta + half, .se = se, .n = n };
    out->partial =
        (ana_interval_t){ .mean = partial, .low = tanh(z - wide), .high = tanh(z + wide), .se = NAN, .n = n };
}

int
ana_regress(const ana_inputs_t *inputs, const double *y, bool ranks, ana_coefficient_t *coefficient, double *r2)
{
    static const ana_interval_t unknown = { .mean = NAN, .low = NAN, .high = NAN, .se = NAN };
    regression_t self;
    int ret = regression_init(&self, inputs, y, ranks);

    for (size_t j = 0; j < inputs->n_inputs; j++) {
        coefficient[j] = (ana_coefficient_t){ .standard = unknown, .partial = unknown };
    }
    *r2 = NAN;
    if (ret == 0) {
        ret = solve(&self, r2);
    }
    for (size_t a = 0; ret == 0 && a < self.n_inputs; a++) {
        double freedom = (double) (self.n_points - self.n_inputs - 1);
        double variance = (1.0 - *r2) / freedom * inverse_diagonal(&self, a, &self.beta[self.n_inputs]);

        set_coefficient(&self, self.beta[a], sqrt(variance), &coefficient[self.input[a]]);
    }
    regression_free(&self);
    return ret;
}
