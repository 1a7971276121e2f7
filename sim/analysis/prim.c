#include "sim/analysis/prim.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALL_CATEGORIES UINT64_MAX
#define BOXES_MAX 1024
#define PASTE_PARTS 5.0 /* what is put back at a time is finer */

/* A slice that may be taken off or put back. */
typedef struct {
    size_t input;
    bool is_high;        /* which limit moves */
    double limit;        /* to where; categories: not used */
    uint64_t categories; /* which stay; ALL_CATEGORIES when not categorical */
    size_t n, n_interest;
    double gain; /* of density for what is removed; -inf when there is none */
} slice_t;

typedef struct {
    double x;
    size_t point;
} placed_t;

typedef struct {
    const ana_prim_rule_t *rule;
    size_t n_points, n_inputs, n_interest; /* points known */
    double **x;                            /* owned; [input][point] */
    unsigned char *y, *inside;             /* owned; inside is part of y */
    size_t **order;                        /* owned; [input]: points by rising x */
    placed_t *placed;                      /* owned; scratch */
    ana_limit_t *limit;                    /* [input]: of the box at hand; those of the result */
    size_t n, n_in;                        /* inside: points, and those of interest */
} search_t;

/* ---- making ---- */

static bool
is_categorical(const search_t *self, size_t input)
{
    return self->rule->categorical != NULL && self->rule->categorical[input];
}

static int
compare_placed(const void *left, const void *right)
{
    const placed_t *a = left, *b = right;

    return a->x != b->x ? (a->x > b->x) - (a->x < b->x) : (a->point > b->point) - (a->point < b->point);
}

static void
search_free(search_t *self)
{
    for (size_t j = 0; j < self->n_inputs; j++) {
        if (self->x != NULL) {
            free(self->x[j]);
        }
        if (self->order != NULL) {
            free(self->order[j]);
        }
    }
    free(self->x);
    free(self->order);
    free(self->y);
    free(self->placed);
}

static int
search_alloc(search_t *self, size_t n_all)
{
    self->x = calloc(self->n_inputs, sizeof(*self->x));
    self->order = calloc(self->n_inputs, sizeof(*self->order));
    self->y = calloc(2 * n_all, sizeof(*self->y));
    self->placed = calloc(n_all, sizeof(*self->placed));
    if (self->x == NULL || self->order == NULL || self->y == NULL || self->placed == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->inside = self->y + n_all;
    for (size_t j = 0; j < self->n_inputs; j++) {
        self->x[j] = calloc(n_all, sizeof(**self->x));
        self->order[j] = calloc(n_all, sizeof(**self->order));
        if (self->x[j] == NULL || self->order[j] == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
    }
    return 0;
}

static int
sort_input(search_t *self, size_t input)
{
    for (size_t i = 0; i < self->n_points; i++) {
        double x = self->x[input][i];

        if (is_categorical(self, input) && !(x >= 0.0 && x < ANA_CATEGORIES_MAX)) {
            return SIM_ERR_BAD_PARAM;
        }
        self->placed[i] = (placed_t){ .x = x, .point = i };
    }
    qsort(self->placed, self->n_points, sizeof(*self->placed), compare_placed);
    for (size_t i = 0; i < self->n_points; i++) {
        self->order[input][i] = self->placed[i].point;
    }
    return 0;
}

static int
search_init(search_t *self, const ana_prim_rule_t *rule, ana_limit_t *limit)
{
    size_t n_all = rule->inputs.n_points;
    int ret;

    *self = (search_t){ .rule = rule, .n_inputs = rule->inputs.n_inputs, .limit = limit };
    ret = search_alloc(self, n_all);
    for (size_t i = 0; ret == 0 && i < n_all; i++) {
        if (isfinite(rule->y[i])) {
            for (size_t j = 0; j < self->n_inputs; j++) {
                self->x[j][self->n_points] = rule->inputs.x[j][i];
            }
            self->y[self->n_points] = rule->y[i] > 0.5;
            self->n_interest += rule->y[i] > 0.5;
            self->n_points++;
        }
    }
    for (size_t j = 0; ret == 0 && j < self->n_inputs; j++) {
        ret = sort_input(self, j);
    }
    return ret == 0 && self->n_interest == 0 ? SIM_ERR_BAD_PARAM : ret;
}

/* ---- boxes ---- */

static bool
is_within(const ana_limit_t *limit, double x, bool categorical)
{
    return categorical ? (limit->categories >> (unsigned) x & 1u) != 0 : x > limit->low && x < limit->high;
}

/* Whether a point lies in the box, but for one input's limits (n_inputs: none left out). */
static bool
is_inside_but(const search_t *self, size_t point, size_t input)
{
    for (size_t j = 0; j < self->n_inputs; j++) {
        if (j != input && !is_within(&self->limit[j], self->x[j][point], is_categorical(self, j))) {
            return false;
        }
    }
    return true;
}

static void
fill_box(search_t *self)
{
    self->n = self->n_in = 0;
    for (size_t i = 0; i < self->n_points; i++) {
        self->inside[i] = is_inside_but(self, i, self->n_inputs);
        self->n += self->inside[i];
        self->n_in += self->inside[i] && self->y[i];
    }
}

static ana_box_t
box_of(const search_t *self)
{
    return (ana_box_t){ .n = self->n,
        .n_interest = self->n_in,
        .coverage = (double) self->n_in / (double) self->n_interest,
        .density = self->n > 0 ? (double) self->n_in / (double) self->n : 0.0,
        .support = (double) self->n / (double) self->n_points };
}

static size_t
slice_size(const search_t *self, double parts)
{
    size_t size = (size_t) (self->rule->slice * (double) self->n / parts);

    return size > 0 ? size : 1;
}

static void
apply(search_t *self, const slice_t *slice)
{
    ana_limit_t *limit = &self->limit[slice->input];

    if (is_categorical(self, slice->input)) {
        limit->categories = slice->categories;
    } else if (slice->is_high) {
        limit->high = slice->limit;
    } else {
        limit->low = slice->limit;
    }
    fill_box(self);
}

/* ---- peeling ---- */

/* What the density gains for each share removed. */
static void
set_gain(const search_t *self, slice_t *slice)
{
    size_t n = self->n - slice->n;

    slice->gain = -INFINITY;
    if (slice->n > 0 && n > 0 && (double) n >= self->rule->least * (double) self->n_points) {
        double before = (double) self->n_in / (double) self->n;
        double after = (double) (self->n_in - slice->n_interest) / (double) n;

        slice->gain = (after - before) / ((double) slice->n / (double) self->n);
    }
}

/* Point number i of an input's order, from the end that the limit is at. */
static size_t
from_end(const search_t *self, size_t input, bool is_high, size_t i)
{
    return self->order[input][is_high ? self->n_points - 1 - i : i];
}

/* A slice at one end of an input: as many points as wanted, and those of equal value. */
static slice_t
end_slice(const search_t *self, size_t input, bool is_high)
{
    slice_t slice = { .input = input, .is_high = is_high, .categories = ALL_CATEGORIES, .gain = -INFINITY };
    size_t wanted = slice_size(self, 1.0);
    double last = 0.0;

    for (size_t i = 0; i < self->n_points; i++) {
        size_t point = from_end(self, input, is_high, i);
        double x = self->x[input][point];

        if (!self->inside[point]) {
            continue;
        }
        if (slice.n >= wanted && x != last) {
            slice.limit = 0.5 * (last + x);
            set_gain(self, &slice);
            return slice;
        }
        slice.n++;
        slice.n_interest += self->y[point];
        last = x;
    }
    return slice; /* all of it: no slice */
}

static slice_t
better(slice_t a, slice_t b)
{
    return b.gain > a.gain ? b : a;
}

/* The best category to take out. */
static slice_t
category_slice(const search_t *self, size_t input)
{
    slice_t best = { .gain = -INFINITY };
    size_t n[ANA_CATEGORIES_MAX] = { 0 }, n_interest[ANA_CATEGORIES_MAX] = { 0 };

    for (size_t i = 0; i < self->n_points; i++) {
        size_t category = (size_t) self->x[input][i];

        n[category] += self->inside[i];
        n_interest[category] += self->inside[i] && self->y[i];
    }
    for (size_t k = 0; k < ANA_CATEGORIES_MAX; k++) {
        slice_t slice = { .input = input,
            .n = n[k],
            .n_interest = n_interest[k],
            .categories = self->limit[input].categories & ~(UINT64_C(1) << k) };

        set_gain(self, &slice);
        best = better(best, slice);
    }
    return best;
}

static slice_t
best_slice(const search_t *self)
{
    slice_t best = { .gain = -INFINITY };

    for (size_t j = 0; j < self->n_inputs; j++) {
        if (is_categorical(self, j)) {
            best = better(best, category_slice(self, j));
        } else {
            best = better(best, end_slice(self, j, false));
            best = better(best, end_slice(self, j, true));
        }
    }
    return best;
}

static double
harmonic_mean(const ana_box_t *box)
{
    double sum = box->coverage + box->density;

    return sum > 0.0 ? 2.0 * box->coverage * box->density / sum : 0.0;
}

/* Peels until nothing gains; leaves the limits of the best box, which are kept in `best` on the way. */
static void
peel(search_t *self, ana_prim_t *prim, ana_limit_t *best)
{
    double greatest = -1.0;
    slice_t slice;

    fill_box(self);
    do {
        ana_box_t box = box_of(self);

        prim->peeled[prim->n_boxes++] = box;
        if (harmonic_mean(&box) > greatest) {
            greatest = harmonic_mean(&box);
            memcpy(best, self->limit, self->n_inputs * sizeof(*best));
        }
        slice = best_slice(self);
        if (slice.gain > 0.0) {
            apply(self, &slice);
        }
    } while (slice.gain > 0.0 && prim->n_boxes < BOXES_MAX);
    memcpy(self->limit, best, self->n_inputs * sizeof(*best));
    fill_box(self);
}

/* ---- pasting and pruning ---- */

/* What moving a limit outwards by a slice would add; gain is that of density. */
static slice_t
outer_slice(const search_t *self, size_t input, bool is_high)
{
    slice_t slice = { .input = input, .is_high = is_high, .categories = ALL_CATEGORIES, .gain = -INFINITY };
    size_t wanted = slice_size(self, PASTE_PARTS);
    double last = 0.0;

    slice.limit = is_high ? INFINITY : -INFINITY;
    for (size_t i = self->n_points; i-- > 0;) {
        size_t point = from_end(self, input, is_high, i);
        double x = self->x[input][point];
        bool beyond = is_high ? x > self->limit[input].high : x < self->limit[input].low;

        if (!beyond || !is_inside_but(self, point, input)) {
            continue;
        }
        if (slice.n >= wanted && x != last) {
            slice.limit = 0.5 * (last + x);
            break;
        }
        slice.n++;
        slice.n_interest += self->y[point];
        last = x;
    }
    if (slice.n > 0) {
        double after = (double) (self->n_in + slice.n_interest) / (double) (self->n + slice.n);

        slice.gain = after - (double) self->n_in / (double) self->n;
    }
    return slice;
}

static void
paste(search_t *self)
{
    slice_t best;

    do {
        best = (slice_t){ .gain = -INFINITY };
        for (size_t j = 0; j < self->n_inputs; j++) {
            if (!is_categorical(self, j) && isfinite(self->limit[j].low)) {
                best = better(best, outer_slice(self, j, false));
            }
            if (!is_categorical(self, j) && isfinite(self->limit[j].high)) {
                best = better(best, outer_slice(self, j, true));
            }
        }
        if (best.gain >= 0.0) {
            apply(self, &best);
        }
    } while (best.gain >= 0.0);
}

/* The quasi-p-value of the box when one of an input's limits is replaced by none. */
static double
quasi_p(search_t *self, size_t input, ana_limit_t without)
{
    ana_limit_t kept = self->limit[input];
    size_t n = 0, n_interest = 0;

    self->limit[input] = without;
    for (size_t i = 0; i < self->n_points; i++) {
        if (is_inside_but(self, i, self->n_inputs)) {
            n++;
            n_interest += self->y[i];
        }
    }
    self->limit[input] = kept;
    if (self->n_in == 0) {
        return 1.0;
    }
    return gsl_cdf_binomial_Q((unsigned) self->n_in - 1, (double) n_interest / (double) n, (unsigned) self->n);
}

static void
set_p(search_t *self, size_t input)
{
    ana_limit_t *limit = &self->limit[input], low = *limit, high = *limit;

    limit->p_low = limit->p_high = NAN;
    low.low = -INFINITY;
    low.categories = ALL_CATEGORIES;
    high.high = INFINITY;
    if (isfinite(limit->low) || limit->categories != ALL_CATEGORIES) {
        limit->p_low = quasi_p(self, input, low);
    }
    if (isfinite(limit->high)) {
        limit->p_high = quasi_p(self, input, high);
    }
}

/* Drops the limit of the greatest quasi-p-value above ANA_PRIM_P; false when there is none. */
static bool
drop_worst(search_t *self)
{
    double greatest = ANA_PRIM_P;
    ana_limit_t *worst = NULL;
    bool is_high = false;

    for (size_t j = 0; j < self->n_inputs; j++) {
        ana_limit_t *limit = &self->limit[j];

        set_p(self, j);
        if (limit->p_low > greatest) {
            greatest = limit->p_low;
            worst = limit;
            is_high = false;
        }
        if (limit->p_high > greatest) {
            greatest = limit->p_high;
            worst = limit;
            is_high = true;
        }
    }
    if (worst != NULL && is_high) {
        worst->high = INFINITY;
    } else if (worst != NULL) {
        worst->low = -INFINITY;
        worst->categories = ALL_CATEGORIES;
    }
    fill_box(self);
    return worst != NULL;
}

/* ---- the whole ---- */

static bool
is_valid(const ana_prim_rule_t *rule)
{
    return rule->inputs.n_inputs > 0 && rule->inputs.n_points > 0 && rule->slice > 0.0 && rule->slice <= 0.5 &&
           rule->least >= 0.0 && rule->least < 1.0;
}

int
ana_prim_init(ana_prim_t *self, const ana_prim_rule_t *rule)
{
    size_t n = rule->inputs.n_inputs;
    ana_limit_t *best = calloc(n + 1, sizeof(*best));
    search_t search = { .n_inputs = 0 };
    int ret = is_valid(rule) ? 0 : SIM_ERR_BAD_PARAM;

    *self = (ana_prim_t){ .n_inputs = n };
    self->limit = calloc(n + 1, sizeof(*self->limit));
    self->peeled = calloc(BOXES_MAX, sizeof(*self->peeled));
    if (ret == 0 && (best == NULL || self->limit == NULL || self->peeled == NULL)) {
        ret = SIM_ERR_NO_MEMORY;
    }
    for (size_t j = 0; ret == 0 && j < n; j++) {
        self->limit[j] = (ana_limit_t){ .low = -INFINITY, .high = INFINITY, .categories = ALL_CATEGORIES };
    }
    if (ret == 0) {
        ret = search_init(&search, rule, self->limit);
    }
    if (ret == 0) {
        peel(&search, self, best);
        paste(&search);
        while (drop_worst(&search)) {
        }
        self->box = box_of(&search);
    }
    search_free(&search);
    free(best);
    return ret;
}

void
ana_prim_free(ana_prim_t *self)
{
    free(self->limit);
    free(self->peeled);
    memset(self, 0, sizeof(*self));
}

bool
ana_prim_holds(const ana_prim_t *self, const double *x)
{
    for (size_t j = 0; j < self->n_inputs; j++) {
        if (!is_within(&self->limit[j], x[j], self->limit[j].categories != ALL_CATEGORIES)) {
            return false;
        }
    }
    return true;
}
