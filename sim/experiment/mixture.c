#include "sim/experiment/mixture.h"

#include "sim/core/random.h"

#include <math.h>
#include <string.h>

#define STEPS 24 /* of the walk between two points, for each part */

/* Sum of coefficients x shares <= bound. */
static int
add_row(exp_mixture_t *self, const bool *of, double sign, double bound)
{
    double row[EXP_MIXTURE_PARTS] = { 0 };

    for (size_t i = 0; i < self->n; i++) {
        row[i] = of == NULL || of[i] ? sign : 0;
    }
    return ana_linear_add(&self->limits, row, bound);
}

void
exp_mixture_init(exp_mixture_t *self, size_t n)
{
    memset(self, 0, sizeof(*self));
    self->n = n;
    ana_linear_init(&self->limits, n);
    (void) add_row(self, NULL, 1, 1); /* there is room */
    (void) add_row(self, NULL, -1, -1);
}

int
exp_mixture_limit(exp_mixture_t *self, const bool *of, bool least, double share)
{
    return least ? add_row(self, of, -1, -share) : add_row(self, of, 1, share);
}

/* The centre is the mean of the points at which each share is least and greatest. */
int
exp_mixture_ready(exp_mixture_t *self)
{
    memset(self->centre, 0, sizeof(self->centre));
    for (size_t i = 0; i < 2 * self->n; i++) {
        double goal[EXP_MIXTURE_PARTS] = { 0 }, x[EXP_MIXTURE_PARTS] = { 0 };
        int ret;

        goal[i / 2] = i % 2 == 0 ? -1 : 1;
        ret = ana_linear_solve(&self->limits, goal, x);
        if (ret != 0) {
            return ret;
        }
        *(i % 2 == 0 ? &self->low[i / 2] : &self->high[i / 2]) = x[i / 2];
        for (size_t j = 0; j < self->n; j++) {
            self->centre[j] += x[j] / (double) (2 * self->n);
        }
    }
    return 0;
}

static double
row_value(const exp_mixture_t *self, size_t r, const double *x)
{
    double sum = 0;

    for (size_t i = 0; i < self->n; i++) {
        sum += self->limits.a[r][i] * x[i];
    }
    return sum;
}

bool
exp_mixture_has(const exp_mixture_t *self, const double *x, double tolerance)
{
    for (size_t i = 0; i < self->n; i++) {
        if (x[i] < -tolerance) {
            return false;
        }
    }
    for (size_t r = 0; r < self->limits.n_rows; r++) {
        if (row_value(self, r, x) > self->limits.b[r] + tolerance) {
            return false;
        }
    }
    return true;
}

/* ---- points ---- */

static double
range(const exp_mixture_t *self, size_t i)
{
    return self->high[i] - self->low[i];
}

/* A direction whose shares sum to 0, longer where the range is longer. */
static void
draw_direction(const exp_mixture_t *self, sim_stream_t *stream, double *d)
{
    double sum = 0, ranges = 0;

    for (size_t i = 0; i < self->n; i++) {
        double u = sim_stream_uniform(stream), v = sim_stream_uniform(stream), w = sim_stream_uniform(stream);

        d[i] = range(self, i) * (u + v + w - 1.5);
        sum += d[i];
        ranges += range(self, i);
    }
    for (size_t i = 0; i < self->n && ranges > 0; i++) {
        d[i] -= sum * range(self, i) / ranges;
    }
}

/* How far one may go from x along d, and backwards. */
static void
chord(const exp_mixture_t *self, const double *x, const double *d, double *back, double *ahead)
{
    *back = -1e9;
    *ahead = 1e9;
    for (size_t r = 2; r < self->limits.n_rows + self->n; r++) { /* then: none below 0 */
        size_t part = r - self->limits.n_rows;
        bool is_row = r < self->limits.n_rows;
        double slope = is_row ? row_value(self, r, d) : -d[part];
        double left = is_row ? self->limits.b[r] - row_value(self, r, x) : x[part];

        if (slope > 1e-15) {
            *ahead = fmin(*ahead, fmax(left, 0) / slope);
        } else if (slope < -1e-15) {
            *back = fmax(*back, fmax(left, 0) / slope);
        }
    }
}

static void
walk(const exp_mixture_t *self, sim_stream_t *stream, double *x)
{
    double d[EXP_MIXTURE_PARTS] = { 0 };
    double back, ahead, step;

    draw_direction(self, stream, d);
    chord(self, x, d, &back, &ahead);
    step = back + (ahead - back) * sim_stream_uniform(stream);
    for (size_t i = 0; ahead < 1e9 && back > -1e9 && i < self->n; i++) {
        x[i] += step * d[i];
    }
}

void
exp_mixture_sample(const exp_mixture_t *self, uint64_t key, size_t n, exp_mix_t *x)
{
    sim_stream_t stream = sim_draw(key, sim_hash("mixture"), 0, 0);
    double at[EXP_MIXTURE_PARTS];

    memcpy(at, self->centre, sizeof(at));
    for (size_t p = 0; p < n; p++) {
        for (size_t s = 0; s < STEPS * self->n; s++) {
            walk(self, &stream, at);
        }
        memcpy(x[p].x, at, sizeof(at));
    }
}

/* ---- spreading them ---- */

double
exp_mixture_distance(const exp_mixture_t *self, const double *a, const double *b)
{
    double sum = 0;

    for (size_t i = 0; i < self->n; i++) {
        double d = range(self, i) > 1e-12 ? (a[i] - b[i]) / range(self, i) : 0;

        sum += d * d;
    }
    return sqrt(sum);
}

size_t
exp_mixture_farthest(const exp_mixture_t *self, size_t n_had, const exp_mix_t *had, size_t n_pool,
    const exp_mix_t *pool, double least)
{
    size_t found = n_pool;

    for (size_t p = 0; p < n_pool; p++) {
        double nearest = INFINITY;

        for (size_t h = 0; h < n_had && nearest > least; h++) {
            nearest = fmin(nearest, exp_mixture_distance(self, had[h].x, pool[p].x));
        }
        if (nearest > least) {
            least = nearest;
            found = p;
        }
    }
    return found;
}
