#include "sim/analysis/inputs.h"

#include <stdlib.h>

typedef struct {
    double x;
    size_t point;
} placed_t;

static int
compare_placed(const void *left, const void *right)
{
    const placed_t *a = left, *b = right;

    return (a->x > b->x) - (a->x < b->x);
}

int
ana_rank_shares(const double *x, size_t n, double *share)
{
    placed_t *placed = calloc(n + 1, sizeof(*placed));

    if (placed == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        placed[i] = (placed_t){ .x = x[i], .point = i };
    }
    qsort(placed, n, sizeof(*placed), compare_placed);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && placed[to].x == placed[from].x; to++) {
        }
        for (size_t i = from; i < to; i++) {
            share[placed[i].point] = (double) (from + to) / (2.0 * (double) n);
        }
    }
    free(placed);
    return 0;
}
