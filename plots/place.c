#include "plots/place.h"

#include <math.h>
#include <stdlib.h>

/* ---- along a line ---- */

/* Labels that touch move as one: the mean of what they want, each less its own distance from the first. */
typedef struct {
    double sum;
    size_t first, n;
} pool_t;

/* In the coordinates want[i] - i gap the labels must only not decrease, which is isotonic regression. */
static size_t
pool_violators(size_t n, const double *want, double gap, pool_t *pool)
{
    size_t n_pools = 0;

    for (size_t i = 0; i < n; i++) {
        pool[n_pools++] = (pool_t){ want[i] - gap * (double) i, i, 1 };
        while (n_pools > 1 && pool[n_pools - 2].sum / (double) pool[n_pools - 2].n >
                                  pool[n_pools - 1].sum / (double) pool[n_pools - 1].n) {
            pool[n_pools - 2].sum += pool[n_pools - 1].sum;
            pool[n_pools - 2].n += pool[n_pools - 1].n;
            n_pools--;
        }
    }
    return n_pools;
}

typedef struct {
    double want;
    size_t index;
} wish_t;

static int
by_want(const void *a, const void *b)
{
    const wish_t *x = a, *y = b;

    return x->want != y->want ? (x->want > y->want) - (x->want < y->want)
                              : (x->index > y->index) - (x->index < y->index);
}

int
plot_spread(size_t n, const double *want, double gap, double low, double high, double *to)
{
    wish_t *wish = calloc(n + 1, sizeof(*wish));
    double *sorted = calloc(n + 1, sizeof(*sorted));
    pool_t *pool = calloc(n + 1, sizeof(*pool));
    int ret = wish == NULL || sorted == NULL || pool == NULL ? SIM_ERR_NO_MEMORY : 0;
    size_t m = 0, n_pools;

    if (ret != 0) {
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        to[i] = NAN;
        if (!isnan(want[i])) {
            wish[m++] = (wish_t){ want[i], i };
        }
    }
    qsort(wish, m, sizeof(*wish), by_want);
    for (size_t i = 0; i < m; i++) {
        sorted[i] = wish[i].want;
    }
    n_pools = pool_violators(m, sorted, gap, pool);
    for (size_t p = 0; p < n_pools; p++) {
        double base = fmax(fmin(pool[p].sum / (double) pool[p].n, high - gap * (double) (m - 1)), low);

        for (size_t i = pool[p].first; i < pool[p].first + pool[p].n; i++) {
            to[wish[i].index] = base + gap * (double) i;
        }
    }
out:
    free(wish);
    free(sorted);
    free(pool);
    return ret;
}

/* ---- around points ---- */

#define NEAR 10.0 /* pixels from a point to its label */

plot_box_t
plot_label_box(const plot_label_t *label)
{
    double left = label->left_of ? label->at_x - label->width : label->at_x;

    return (plot_box_t){ left, left + label->width, label->at_y - label->height / 2, label->at_y + label->height / 2 };
}

static double
overlap(const plot_box_t *a, const plot_box_t *b)
{
    double x = fmin(a->right, b->right) - fmax(a->left, b->left);
    double y = fmin(a->top, b->top) - fmax(a->bottom, b->bottom);

    return x > 0 && y > 0 ? x * y + 1 : 0;
}

static double
outside(const plot_box_t *box, const plot_box_t *area)
{
    return fmax(0, area->left - box->left) + fmax(0, box->right - area->right) + fmax(0, area->bottom - box->bottom) +
           fmax(0, box->top - area->top);
}

static double
cost(const plot_label_t *label, size_t i, size_t n_obstacles, const plot_box_t *obstacle, const plot_box_t *area)
{
    plot_box_t box = plot_label_box(&label[i]);
    double sum = hypot(label[i].at_x - label[i].x, label[i].at_y - label[i].y) + (label[i].left_of ? 3 : 0);

    sum += 1000 * outside(&box, area);
    for (size_t j = 0; j < i; j++) {
        plot_box_t other = plot_label_box(&label[j]);

        sum += isnan(label[j].at_x) ? 0 : 100 * overlap(&box, &other);
    }
    for (size_t j = 0; j < n_obstacles; j++) {
        sum += 30 * overlap(&box, &obstacle[j]);
    }
    return sum;
}

static void
put(plot_label_t *label, bool left_of, double across, double up)
{
    label->left_of = left_of;
    label->at_x = label->x + (left_of ? -across : across);
    label->at_y = label->y + up;
    label->far = hypot(across, up) > 2 * NEAR;
}

static void
place_one(plot_label_t *label, size_t i, size_t n_obstacles, const plot_box_t *obstacle, const plot_box_t *area)
{
    plot_label_t best = label[i];
    double least = INFINITY;

    for (int column = 0; column < 12; column++) {
        for (int row = -16; row <= 16; row++) {
            double now;

            put(&label[i], column % 2 != 0, NEAR * (1 + 1.5 * (column / 2)), row * label[i].height / 2);
            now = cost(label, i, n_obstacles, obstacle, area);
            if (now < least) {
                least = now;
                best = label[i];
            }
        }
    }
    label[i] = best;
}

void
plot_place(size_t n, plot_label_t *label, size_t n_obstacles, const plot_box_t *obstacle, const plot_box_t *area)
{
    for (size_t i = 0; i < n; i++) {
        if (isnan(label[i].x) || isnan(label[i].y)) {
            label[i].at_x = label[i].at_y = NAN;
        } else {
            place_one(label, i, n_obstacles, obstacle, area);
        }
    }
}
