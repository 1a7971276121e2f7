#include "sim/analysis/threshold.h"

#include "sim/analysis/interval.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TAIL ((1.0 - ANA_CONFIDENCE) / 2.0)

int
ana_threshold_init(ana_threshold_t *self, size_t n_reps, size_t n_levels, double probability)
{
    memset(self, 0, sizeof(*self));
    if (n_reps == 0 || n_levels == 0 || n_levels > 1000000000 || !(probability > 0.0 && probability < 1.0)) {
        return SIM_ERR_BAD_PARAM;
    }
    self->n_reps = n_reps;
    self->n_levels = n_levels;
    self->probability = probability;
    self->below = calloc(n_reps, sizeof(*self->below));
    self->from = calloc(n_reps, sizeof(*self->from));
    self->fails = calloc(n_reps, sizeof(*self->fails));
    self->known = calloc(n_reps, sizeof(*self->known));
    self->sorted = calloc(n_reps, sizeof(*self->sorted));
    if (self->below == NULL || self->from == NULL || self->fails == NULL || self->known == NULL ||
        self->sorted == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t r = 0; r < n_reps; r++) {
        self->below[r] = -1;
        self->from[r] = (long) n_levels;
        self->known[r] = true;
    }
    return 0;
}

void
ana_threshold_free(ana_threshold_t *self)
{
    free(self->below);
    free(self->from);
    free(self->fails);
    free(self->known);
    free(self->sorted);
    memset(self, 0, sizeof(*self));
}

static size_t
count_known(const ana_threshold_t *self)
{
    size_t n = 0;

    for (size_t r = 0; r < self->n_reps; r++) {
        n += self->known[r] ? 1u : 0u;
    }
    return n;
}

static int
compare_longs(const void *a, const void *b)
{
    long x = *(const long *) a, y = *(const long *) b;

    return (x > y) - (x < y);
}

/* The k-th smallest, k from 1, of those that count. */
static long
kth(const ana_threshold_t *self, const long *value, size_t k)
{
    size_t n = 0;

    for (size_t r = 0; r < self->n_reps; r++) {
        if (self->known[r]) {
            self->sorted[n++] = value[r];
        }
    }
    qsort(self->sorted, n, sizeof(*self->sorted), compare_longs);
    return self->sorted[k - 1];
}

/* How many must hold. Rounding of the product must not ask for one more. */
static size_t
wanted(const ana_threshold_t *self, size_t n)
{
    size_t k = (size_t) ceil(self->probability * (double) n * (1.0 - 1e-12));

    return k < 1 ? 1 : k;
}

/* The least k with P(X <= k) >= p, X binomial. */
static size_t
binomial_quantile(double p, double probability, size_t n)
{
    size_t k = 0;

    while (k < n && gsl_cdf_binomial_P((unsigned) k, probability, (unsigned) n) < p) {
        k++;
    }
    return k;
}

/* Orders of the thresholds between which the quantile lies; 0 and n + 1 are beyond what there is. */
static void
orders(const ana_threshold_t *self, size_t n, size_t order[3])
{
    order[0] = wanted(self, n);
    order[1] = binomial_quantile(TAIL, self->probability, n);
    order[2] = binomial_quantile(1.0 - TAIL, self->probability, n) + 1;
}

bool
ana_threshold_needs(const ana_threshold_t *self, size_t rep, size_t level)
{
    return self->known[rep] && self->below[rep] < (long) level && (long) level < self->from[rep] && !self->fails[rep];
}

static bool
is_open(const ana_threshold_t *self, size_t level)
{
    for (size_t r = 0; r < self->n_reps; r++) {
        if (ana_threshold_needs(self, r, level)) {
            return true;
        }
    }
    return false;
}

bool
ana_threshold_next(ana_threshold_t *self, size_t *level)
{
    size_t n = count_known(self), order[3];

    *level = self->n_levels - 1;
    if (n == 0 || is_open(self, *level)) {
        return n > 0;
    }
    orders(self, n, order);
    if (kth(self, self->from, order[0]) == (long) self->n_levels) {
        return false;
    }
    for (size_t i = 0; i < 3; i++) {
        long below, from;

        if (order[i] < 1 || order[i] > n) {
            continue;
        }
        below = kth(self, self->below, order[i]);
        from = kth(self, self->from, order[i]);
        if (from < (long) self->n_levels && from - below > 1) {
            *level = (size_t) (below + (from - below) / 2);
            return true;
        }
    }
    return false;
}

void
ana_threshold_put(ana_threshold_t *self, size_t rep, size_t level, bool holds)
{
    long at = (long) level, top = (long) self->n_levels - 1;

    if (holds) {
        self->from[rep] = at < self->from[rep] ? at : self->from[rep];
        return;
    }
    self->fails[rep] = self->fails[rep] || at == top;
    self->below[rep] = at > self->below[rep] ? at : self->below[rep];
    if (self->from[rep] <= at) { /* it was thought to hold: what is known above is that it holds at the top */
        self->from[rep] = self->fails[rep] ? top + 1 : top;
    }
}

void
ana_threshold_leave_out(ana_threshold_t *self, size_t rep)
{
    self->known[rep] = false;
}

static size_t
count_holding(const ana_threshold_t *self, size_t level)
{
    size_t n = 0;

    for (size_t r = 0; r < self->n_reps; r++) {
        n += self->known[r] && self->from[r] <= (long) level ? 1u : 0u;
    }
    return n;
}

void
ana_threshold_answer(ana_threshold_t *self, ana_threshold_answer_t *answer)
{
    size_t n = count_known(self), order[3], top = self->n_levels - 1;
    long high;

    *answer = (ana_threshold_answer_t){ .n = n, .level = self->n_levels, .low = -1, .high = -1 };
    answer->reps_needed = (size_t) ceil(log(TAIL) / log(self->probability));
    if (n == 0) {
        return;
    }
    orders(self, n, order);
    answer->level = (size_t) kth(self, self->from, order[0]);
    answer->holding = count_holding(self, answer->level <= top ? answer->level : top);
    answer->low = order[1] >= 1 && answer->level <= top ? kth(self, self->from, order[1]) : -1;
    high = order[2] <= n ? kth(self, self->from, order[2]) : (long) top + 1;
    answer->high = high <= (long) top ? high : -1;
}
