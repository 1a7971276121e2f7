#include "sim/analysis/selection.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool
is_valid(const ana_selection_rule_t *rule)
{
    return rule->n_candidates >= 1 && rule->n_first >= 2 && rule->difference > 0.0 && isfinite(rule->difference) &&
           rule->confidence < 1.0 && (rule->confidence * (double) rule->n_candidates > 1.0 || rule->n_candidates == 1);
}

/*
 * h^2 / difference^2 with h^2 = 2 c eta (n_first - 1), c = 1. The error is shared among the k - 1 pairs that the best
 * is in (Bonferroni: the pairs may depend on one another), and 1/2 (1 + 2 eta)^(-(n_first - 1) / 2) is each one's share.
 */
static double
bound_of(const ana_selection_rule_t *rule)
{
    double degrees = (double) (rule->n_first - 1), pairs = (double) (rule->n_candidates - 1);
    double eta = 0.5 * (pow(2.0 * (1.0 - rule->confidence) / pairs, -2.0 / degrees) - 1.0);

    return rule->n_candidates == 1 ? 0.0 : 2.0 * eta * degrees / (rule->difference * rule->difference);
}

int
ana_selection_init(ana_selection_t *self, const ana_selection_rule_t *rule)
{
    size_t k = rule->n_candidates;

    memset(self, 0, sizeof(*self));
    if (!is_valid(rule)) {
        return SIM_ERR_BAD_PARAM;
    }
    self->rule = *rule;
    self->n_alive = k;
    self->bound = bound_of(rule);
    self->alive = calloc(k, sizeof(*self->alive));
    self->dropped_at = calloc(k, sizeof(*self->dropped_at));
    self->dropped_by = calloc(k, sizeof(*self->dropped_by));
    self->sum = calloc(k, sizeof(*self->sum));
    self->first = calloc(k, rule->n_first * sizeof(*self->first));
    self->variance = calloc(k, k * sizeof(*self->variance));
    if (self->alive == NULL || self->dropped_at == NULL || self->dropped_by == NULL || self->sum == NULL ||
        self->first == NULL || self->variance == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < k; i++) {
        self->alive[i] = true;
    }
    return 0;
}

void
ana_selection_free(ana_selection_t *self)
{
    free(self->alive);
    free(self->dropped_at);
    free(self->dropped_by);
    free(self->sum);
    free(self->first);
    free(self->variance);
    memset(self, 0, sizeof(*self));
}

bool
ana_selection_done(const ana_selection_t *self)
{
    return self->n_alive <= 1;
}

/* Of the differences of a pair in the first stage, with divisor n_first - 1. */
static double
variance_of(const ana_selection_t *self, size_t i, size_t l)
{
    size_t k = self->rule.n_candidates, n = self->rule.n_first;
    double mean = (self->sum[i] - self->sum[l]) / (double) n, squares = 0.0;

    for (size_t rep = 0; rep < n; rep++) {
        double off = self->first[rep * k + i] - self->first[rep * k + l] - mean;

        squares += off * off;
    }
    return squares / (double) (n - 1);
}

static void
end_first_stage(ana_selection_t *self)
{
    size_t k = self->rule.n_candidates;

    for (size_t i = 0; i < k; i++) {
        for (size_t l = 0; l < i; l++) {
            self->variance[i * k + l] = self->variance[l * k + i] = variance_of(self, i, l);
        }
    }
    free(self->first);
    self->first = NULL;
}

/* How far a sum may lie below another, r W_il(r) in the paper; 0 once the pair has had its replications. */
static double
slack(const ana_selection_t *self, size_t i, size_t l)
{
    double left = self->bound * self->variance[i * self->rule.n_candidates + l] - (double) self->n;

    return left > 0.0 ? self->rule.difference / 2.0 * left : 0.0;
}

/* The survivor that puts candidate i out: the best of those that can; itself when none can. */
static size_t
beaten_by(const ana_selection_t *self, size_t i)
{
    size_t by = i;

    for (size_t l = 0; l < self->rule.n_candidates; l++) {
        if (self->alive[l] && l != i && self->sum[i] < self->sum[l] - slack(self, i, l) &&
            (by == i || self->sum[l] > self->sum[by])) {
            by = l;
        }
    }
    return by;
}

static void
drop(ana_selection_t *self, size_t i, size_t by)
{
    self->dropped_at[i] = self->n;
    self->dropped_by[i] = by;
    self->n_alive--;
}

/* All comparisons are among those alive before the replication, so none depends on the order of candidates. */
static void
screen(ana_selection_t *self)
{
    size_t best;

    for (size_t i = 0; i < self->rule.n_candidates; i++) {
        size_t by = self->alive[i] ? beaten_by(self, i) : i;

        if (by != i) {
            drop(self, i, by);
        }
    }
    for (size_t i = 0; i < self->rule.n_candidates; i++) {
        self->alive[i] = self->alive[i] && self->dropped_at[i] == 0;
    }
    best = ana_selection_best(self);
    if (ana_selection_more(self) == 0) { /* equals are left */
        for (size_t i = 0; i < self->rule.n_candidates; i++) {
            if (self->alive[i] && i != best) {
                self->alive[i] = false;
                drop(self, i, best);
            }
        }
    }
}

static bool
is_known(const ana_selection_t *self, const double *value)
{
    for (size_t i = 0; i < self->rule.n_candidates; i++) {
        if (self->alive[i] && !isfinite(value[i])) {
            return false;
        }
    }
    return true;
}

bool
ana_selection_add(ana_selection_t *self, const double *value)
{
    size_t k = self->rule.n_candidates;

    if (ana_selection_done(self)) {
        return false;
    }
    if (!is_known(self, value)) {
        self->left_out++;
        return false;
    }
    for (size_t i = 0; i < k; i++) {
        double x = self->rule.greatest ? value[i] : -value[i];

        self->sum[i] += self->alive[i] ? x : 0.0;
        if (self->first != NULL) {
            self->first[self->n * k + i] = x;
        }
    }
    self->n++;
    if (self->n == self->rule.n_first) {
        end_first_stage(self);
    }
    if (self->n >= self->rule.n_first) {
        screen(self);
    }
    return true;
}

size_t
ana_selection_best(const ana_selection_t *self)
{
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < self->rule.n_candidates; i++) {
        if (self->alive[i] && (best == SIZE_MAX || self->sum[i] > self->sum[best])) {
            best = i;
        }
    }
    return best;
}

size_t
ana_selection_more(const ana_selection_t *self)
{
    size_t k = self->rule.n_candidates;
    double most = 0.0;

    if (ana_selection_done(self)) {
        return 0;
    }
    if (self->n < self->rule.n_first) {
        return self->rule.n_first - self->n;
    }
    for (size_t i = 0; i < k; i++) {
        for (size_t l = 0; l < i; l++) {
            most = self->alive[i] && self->alive[l] ? fmax(most, self->variance[i * k + l]) : most;
        }
    }
    most = floor(self->bound * most) + 1.0 - (double) self->n;
    return most <= 0.0 ? 0 : most < 1e15 ? (size_t) most : SIZE_MAX;
}
