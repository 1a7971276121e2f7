#include "sim/analysis/matrix.h"

#include <math.h>
#include <string.h>

int
ana_cholesky(size_t n, double *m, double least)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = m[i * n + j];

            for (size_t k = 0; k < j; k++) {
                sum -= m[i * n + k] * m[j * n + k];
            }
            if (i == j && !(sum > least)) {
                return SIM_ERR_INVARIANT;
            }
            m[i * n + j] = i == j ? sqrt(sum) : sum / m[j * n + j];
        }
        memset(&m[i * n + i + 1], 0, (n - i - 1) * sizeof(*m));
    }
    return 0;
}

void
ana_cholesky_forward(size_t n, const double *factor, double *b)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            b[i] -= factor[i * n + j] * b[j];
        }
        b[i] /= factor[i * n + i];
    }
}

void
ana_cholesky_back(size_t n, const double *factor, double *b)
{
    for (size_t i = n; i-- > 0;) {
        for (size_t j = i + 1; j < n; j++) {
            b[i] -= factor[j * n + i] * b[j];
        }
        b[i] /= factor[i * n + i];
    }
}

void
ana_cholesky_solve(size_t n, const double *factor, double *b)
{
    ana_cholesky_forward(n, factor, b);
    ana_cholesky_back(n, factor, b);
}
