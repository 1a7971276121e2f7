#include "sim/analysis/surface.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#define RIDGE 1e-4 /* of the greatest diagonal element, on all but the constant */

/* 1, x_i, x_i x_j. @return their number */
static size_t
terms(size_t n, const double *x, double *term)
{
    size_t k = 0;

    term[k++] = 1;
    for (size_t i = 0; i < n; i++) {
        term[k++] = x[i];
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            term[k++] = x[i] * x[j];
        }
    }
    return k;
}

static void
add_point(gsl_matrix *normal, gsl_vector *right, const double *term, double y, double weight)
{
    for (size_t i = 0; i < right->size; i++) {
        *gsl_vector_ptr(right, i) += weight * term[i] * y;
        for (size_t j = 0; j < right->size; j++) {
            *gsl_matrix_ptr(normal, i, j) += weight * term[i] * term[j];
        }
    }
}

static void
add_ridge(gsl_matrix *normal)
{
    double most = 0;

    for (size_t i = 0; i < normal->size1; i++) {
        most = fmax(most, gsl_matrix_get(normal, i, i));
    }
    for (size_t i = 1; i < normal->size1; i++) {
        *gsl_matrix_ptr(normal, i, i) += RIDGE * most;
    }
}

static int
solve(ana_surface_t *self, gsl_matrix *normal, gsl_vector *right)
{
    add_ridge(normal);
    if (gsl_linalg_cholesky_decomp1(normal) != 0 || gsl_linalg_cholesky_svx(normal, right) != 0) {
        return SIM_ERR_BAD_PARAM;
    }
    for (size_t i = 0; i < right->size; i++) {
        self->coefficient[i] = gsl_vector_get(right, i);
    }
    return 0;
}

int
ana_surface_fit(ana_surface_t *self, size_t n_variables, size_t n_points, const double *x, size_t stride,
    const double *y, const double *weight)
{
    size_t n_terms = 1 + n_variables + n_variables * (n_variables + 1) / 2, used = 0;
    gsl_matrix *normal = gsl_matrix_calloc(n_terms, n_terms);
    gsl_vector *right = gsl_vector_calloc(n_terms);
    int ret = normal == NULL || right == NULL ? SIM_ERR_NO_MEMORY : 0;

    memset(self, 0, sizeof(*self));
    self->n = n_variables;
    for (size_t p = 0; ret == 0 && p < n_points; p++) {
        double term[ANA_SURFACE_TERMS];

        if (isfinite(y[p]) && weight[p] > 0) {
            (void) terms(n_variables, x + p * stride, term);
            add_point(normal, right, term, y[p], weight[p]);
            used++;
        }
    }
    if (ret == 0) {
        ret = used == 0 ? SIM_ERR_BAD_PARAM : solve(self, normal, right);
    }
    if (normal != NULL) {
        gsl_matrix_free(normal);
    }
    if (right != NULL) {
        gsl_vector_free(right);
    }
    return ret;
}

double
ana_surface_at(const ana_surface_t *self, const double *x)
{
    double term[ANA_SURFACE_TERMS], sum = 0;
    size_t n = terms(self->n, x, term);

    for (size_t i = 0; i < n; i++) {
        sum += self->coefficient[i] * term[i];
    }
    return sum;
}
