#include "sim/analysis/linear.h"

#include <math.h>
#include <string.h>

#define EPSILON 1e-12
#define COLUMNS (ANA_LINEAR_VARIABLES + 2) /* the constant, the variables, the auxiliary one */

/* Row i: basic variable = row[0] + sum row[j] x nonbasic variable j. The last row is what is maximised. */
typedef struct {
    size_t m, n;
    double row[ANA_LINEAR_ROWS + 1][COLUMNS];
    size_t basic[ANA_LINEAR_ROWS], nonbasic[COLUMNS]; /* numbers: variables 1 .. n, slacks after them, 0 = auxiliary */
} dictionary_t;

void
ana_linear_init(ana_linear_t *self, size_t n_variables)
{
    memset(self, 0, sizeof(*self));
    self->n_variables = n_variables;
}

int
ana_linear_add(ana_linear_t *self, const double *a, double b)
{
    if (self->n_rows == ANA_LINEAR_ROWS) {
        return SIM_ERR_FULL;
    }
    memcpy(self->a[self->n_rows], a, self->n_variables * sizeof(*a));
    self->b[self->n_rows++] = b;
    return 0;
}

/* Column `in` enters, row `out` leaves. */
static void
pivot(dictionary_t *d, size_t in, size_t out)
{
    double *leave = d->row[out], factor = -1 / leave[in];
    size_t swap = d->basic[out];

    leave[in] = -1;
    for (size_t j = 0; j <= d->n; j++) {
        leave[j] *= factor;
    }
    for (size_t i = 0; i <= d->m; i++) {
        double times = d->row[i][in];

        if (i == out || times == 0) {
            continue;
        }
        d->row[i][in] = 0;
        for (size_t j = 0; j <= d->n; j++) {
            d->row[i][j] += times * leave[j];
        }
    }
    d->basic[out] = d->nonbasic[in];
    d->nonbasic[in] = swap;
}

/* The column that enters: of those that help, the variable of the lowest number; 0 = the best has been reached. */
static size_t
entering(const dictionary_t *d)
{
    size_t in = 0;

    for (size_t j = 1; j <= d->n; j++) {
        if (d->row[d->m][j] > EPSILON && (in == 0 || d->nonbasic[j] < d->nonbasic[in])) {
            in = j;
        }
    }
    return in;
}

/* The row that leaves: the first to reach 0, of equals the variable of the lowest number; m = none ever does. */
static size_t
leaving(const dictionary_t *d, size_t in)
{
    double least = INFINITY;
    size_t out = d->m;

    for (size_t i = 0; i < d->m; i++) {
        double ratio = -d->row[i][0] / d->row[i][in];

        if (d->row[i][in] < -EPSILON &&
            (ratio < least - EPSILON || (ratio < least + EPSILON && d->basic[i] < d->basic[out]))) {
            least = ratio < least ? ratio : least;
            out = i;
        }
    }
    return out;
}

static int
climb(dictionary_t *d)
{
    for (size_t in = entering(d); in != 0; in = entering(d)) {
        size_t out = leaving(d, in);

        if (out == d->m) {
            return SIM_ERR_FULL;
        }
        pivot(d, in, out);
    }
    return 0;
}

static void
begin(dictionary_t *d, const ana_linear_t *self)
{
    memset(d, 0, sizeof(*d));
    d->m = self->n_rows;
    d->n = self->n_variables;
    for (size_t j = 1; j <= d->n; j++) {
        d->nonbasic[j] = j;
    }
    for (size_t i = 0; i < d->m; i++) {
        d->basic[i] = d->n + 1 + i;
        d->row[i][0] = self->b[i];
        for (size_t j = 1; j <= d->n; j++) {
            d->row[i][j] = -self->a[i][j - 1];
        }
    }
}

/* The auxiliary variable out of the basis, and its column away. */
static void
drop_auxiliary(dictionary_t *d)
{
    size_t at = 0;

    for (size_t i = 0; i < d->m; i++) {
        for (size_t j = 1; d->basic[i] == 0 && j <= d->n; j++) {
            if (fabs(d->row[i][j]) > EPSILON) {
                pivot(d, j, i);
            }
        }
    }
    for (size_t j = 1; j <= d->n; j++) {
        at = d->nonbasic[j] == 0 ? j : at;
    }
    for (size_t i = 0; at != 0 && i <= d->m; i++) {
        d->row[i][at] = d->row[i][d->n];
    }
    if (at != 0) {
        d->nonbasic[at] = d->nonbasic[d->n];
        d->n--;
    }
}

/* The auxiliary variable x0 is taken from every row, and made as small as it can be. */
static int
first_feasible(dictionary_t *d)
{
    size_t worst = 0;

    for (size_t i = 1; i < d->m; i++) {
        worst = d->row[i][0] < d->row[worst][0] ? i : worst;
    }
    if (d->m == 0 || d->row[worst][0] >= 0) {
        return 0;
    }
    d->n++;
    d->nonbasic[d->n] = 0;
    for (size_t i = 0; i < d->m; i++) {
        d->row[i][d->n] = 1;
    }
    d->row[d->m][d->n] = -1;
    pivot(d, d->n, worst);
    if (climb(d) != 0 || d->row[d->m][0] < -ANA_LINEAR_TOLERANCE) {
        return SIM_ERR_NOT_FOUND;
    }
    drop_auxiliary(d);
    return 0;
}

/* c x in terms of what is not in the basis. */
static void
set_goal(dictionary_t *d, const double *c, size_t n_variables)
{
    double *goal = d->row[d->m];

    memset(goal, 0, sizeof(d->row[0]));
    for (size_t j = 1; j <= d->n; j++) {
        goal[j] += d->nonbasic[j] <= n_variables ? c[d->nonbasic[j] - 1] : 0;
    }
    for (size_t i = 0; i < d->m; i++) {
        for (size_t j = 0; d->basic[i] >= 1 && d->basic[i] <= n_variables && j <= d->n; j++) {
            goal[j] += c[d->basic[i] - 1] * d->row[i][j];
        }
    }
}

int
ana_linear_solve(const ana_linear_t *self, const double *c, double *x)
{
    dictionary_t d;
    int ret;

    begin(&d, self);
    ret = first_feasible(&d);
    if (ret == 0 && c != NULL) {
        set_goal(&d, c, self->n_variables);
        ret = climb(&d);
    }
    memset(x, 0, self->n_variables * sizeof(*x));
    for (size_t i = 0; ret == 0 && i < d.m; i++) {
        if (d.basic[i] >= 1 && d.basic[i] <= self->n_variables) {
            x[d.basic[i] - 1] = d.row[i][0];
        }
    }
    return ret;
}
