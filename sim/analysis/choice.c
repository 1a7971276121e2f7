#include "sim/analysis/choice.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TAIL ((1.0 - ANA_CONFIDENCE) / 2.0)

/* Draws of n numbers, value[draw][n]; and room for those of one of them. */
typedef struct {
    size_t n, draws;
    double *value, *scratch;
} table_t;

static int
table_init(table_t *self, size_t n, size_t draws)
{
    self->n = n;
    self->draws = draws;
    self->value = calloc(n, draws * sizeof(*self->value));
    self->scratch = calloc(draws > n ? draws : n, sizeof(*self->scratch));
    return self->value == NULL || self->scratch == NULL ? SIM_ERR_NO_MEMORY : 0;
}

static void
table_free(table_t *self)
{
    free(self->value);
    free(self->scratch);
}

/* NaN when number i is not known. */
static void
interval_of(const table_t *self, size_t i, double *low, double *high)
{
    *low = *high = NAN;
    if (isnan(self->value[i])) {
        return;
    }
    for (size_t draw = 0; draw < self->draws; draw++) {
        self->scratch[draw] = self->value[draw * self->n + i];
    }
    gsl_sort(self->scratch, 1, self->draws);
    *low = gsl_stats_quantile_from_sorted_data(self->scratch, 1, self->draws, TAIL);
    *high = gsl_stats_quantile_from_sorted_data(self->scratch, 1, self->draws, 1.0 - TAIL);
}

/* The best of n values that are known; NaN when none is. */
static double
best_of(const double *value, size_t n, bool greatest)
{
    double best = NAN;

    for (size_t i = 0; i < n; i++) {
        best = greatest ? fmax(best, value[i]) : fmin(best, value[i]);
    }
    return best;
}

/* The share of draws in which each of the n is best, into scratch[n]; equals share a draw. */
static void
share_best(const table_t *self, bool greatest)
{
    memset(self->scratch, 0, self->n * sizeof(*self->scratch));
    for (size_t draw = 0; draw < self->draws; draw++) {
        const double *row = self->value + draw * self->n;
        double best = best_of(row, self->n, greatest);
        size_t equal = 0;

        for (size_t i = 0; i < self->n; i++) {
            equal += row[i] == best ? 1u : 0u;
        }
        for (size_t i = 0; i < self->n; i++) {
            self->scratch[i] += row[i] == best ? 1.0 / (double) equal / (double) self->draws : 0.0;
        }
    }
}

static int
draw_all(table_t *self, const ana_sample_t *sample, ana_posterior_t *posterior)
{
    int ret = ana_posterior_init(posterior, sample);

    if (ret == 0) {
        ret = table_init(self, posterior->n_columns, sample->draws);
    }
    for (size_t draw = 0; ret == 0 && draw < sample->draws; draw++) {
        ana_posterior_draw(posterior, (uint32_t) draw, self->value + draw * self->n);
    }
    return ret;
}

static bool
has_draws(const ana_sample_t *sample)
{
    return sample->draws > 0 && sample->draws <= UINT32_MAX;
}

/* ---- one measure ---- */

static void
choice_of(const ana_column_t *column, const table_t *means, const table_t *regrets, size_t i, double difference,
    ana_choice_t *choice)
{
    choice->mean = column->mean;
    choice->n = column->n;
    choice->regret = isnan(column->mean) ? NAN : 0.0;
    for (size_t draw = 0; draw < means->draws; draw++) {
        double regret = regrets->value[draw * regrets->n + i];

        choice->regret += regret / (double) means->draws;
        choice->p_near += regret <= difference ? 1.0 / (double) means->draws : 0.0;
    }
    interval_of(means, i, &choice->low, &choice->high);
    interval_of(regrets, i, &choice->regret_low, &choice->regret_high);
}

static void
take_regrets(const table_t *means, bool greatest, table_t *regrets)
{
    for (size_t draw = 0; draw < means->draws; draw++) {
        const double *row = means->value + draw * means->n;
        double best = best_of(row, means->n, greatest);

        for (size_t i = 0; i < means->n; i++) {
            regrets->value[draw * means->n + i] = fabs(best - row[i]);
        }
    }
}

int
ana_choose(const ana_sample_t *sample, size_t measure, bool greatest, double difference, ana_choice_t *choice)
{
    ana_posterior_t posterior = { 0 };
    ana_sample_t one = *sample;
    table_t means = { 0 }, regrets = { 0 };
    int ret = SIM_ERR_BAD_PARAM;

    if (!has_draws(sample) || measure >= sample->n_measures) {
        goto out;
    }
    one.value += measure * sample->n_candidates;
    one.n_measures = 1;
    if ((ret = draw_all(&means, &one, &posterior)) != 0 || (ret = table_init(&regrets, means.n, means.draws)) != 0) {
        goto out;
    }
    memset(choice, 0, means.n * sizeof(*choice));
    take_regrets(&means, greatest, &regrets);
    share_best(&means, greatest);
    for (size_t i = 0; i < means.n; i++) {
        choice[i].p_best = means.scratch[i];
    }
    for (size_t i = 0; i < means.n; i++) {
        choice_of(&posterior.column[i], &means, &regrets, i, difference, &choice[i]);
    }
out:
    table_free(&means);
    table_free(&regrets);
    ana_posterior_free(&posterior);
    return ret;
}

/* ---- several scenarios ---- */

/* A candidate that one scenario does not know is taken out of all: row[measure * n + candidate]. */
static void
take_out_unknown(double *row, size_t n, size_t n_measures)
{
    for (size_t c = 0; c < n * n_measures; c++) {
        for (size_t m = 0; isnan(row[c]) && m < n_measures; m++) {
            row[m * n + c % n] = NAN;
        }
    }
}

/* Which measure is worst for a candidate: the worst value, or with `best` the greatest regret against it. */
static size_t
worst_measure(const double *row, const double *best, size_t n, size_t n_measures, bool greatest, double *value)
{
    size_t worst = 0;

    *value = NAN;
    for (size_t m = 0; m < n_measures; m++) {
        double at = best == NULL ? row[m * n] : fabs(best[m] - row[m * n]);
        bool worse = best == NULL && greatest ? at < *value : at > *value;

        if (isnan(*value) || worse) {
            *value = at;
            worst = m;
        }
    }
    return worst;
}

/* The worst cases and greatest regrets of one row of means. */
static void
judge_row(double *row, size_t n, size_t n_measures, bool greatest, double *best, ana_robust_t *robust)
{
    take_out_unknown(row, n, n_measures);
    for (size_t m = 0; m < n_measures; m++) {
        best[m] = best_of(row + m * n, n, greatest);
    }
    for (size_t i = 0; i < n; i++) {
        robust[i].worst_measure = worst_measure(row + i, NULL, n, n_measures, greatest, &robust[i].worst);
        robust[i].regret_measure = worst_measure(row + i, best, n, n_measures, greatest, &robust[i].regret);
    }
}

typedef struct {
    table_t means, worst, regret;
    double *row, *best; /* means; the best in each scenario */
} robust_work_t;

static int
robust_work_init(robust_work_t *self, const ana_sample_t *sample, ana_posterior_t *posterior)
{
    int ret = draw_all(&self->means, sample, posterior);

    self->row = calloc(sample->n_measures, sample->n_candidates * sizeof(*self->row));
    self->best = calloc(sample->n_measures, sizeof(*self->best));
    if (ret != 0 || (ret = table_init(&self->worst, sample->n_candidates, sample->draws)) != 0 ||
        (ret = table_init(&self->regret, sample->n_candidates, sample->draws)) != 0) {
        return ret;
    }
    return self->row == NULL || self->best == NULL ? SIM_ERR_NO_MEMORY : 0;
}

static void
robust_work_free(robust_work_t *self)
{
    table_free(&self->means);
    table_free(&self->worst);
    table_free(&self->regret);
    free(self->row);
    free(self->best);
}

/* robust[] serves each draw before it takes the answer. */
static void
judge_draws(robust_work_t *self, size_t n, size_t n_measures, bool greatest, ana_robust_t *robust)
{
    for (size_t draw = 0; draw < self->means.draws; draw++) {
        judge_row(self->means.value + draw * self->means.n, n, n_measures, greatest, self->best, robust);
        for (size_t i = 0; i < n; i++) {
            self->worst.value[draw * n + i] = robust[i].worst;
            self->regret.value[draw * n + i] = robust[i].regret;
        }
    }
}

int
ana_choose_robust(const ana_sample_t *sample, bool greatest, ana_robust_t *robust)
{
    ana_posterior_t posterior = { 0 };
    robust_work_t work = { 0 };
    size_t n = sample->n_candidates;
    int ret = SIM_ERR_BAD_PARAM;

    if (!has_draws(sample) || (ret = robust_work_init(&work, sample, &posterior)) != 0) {
        goto out;
    }
    memset(robust, 0, n * sizeof(*robust));
    judge_draws(&work, n, sample->n_measures, greatest, robust);
    for (size_t c = 0; c < posterior.n_columns; c++) {
        work.row[c] = posterior.column[c].mean;
    }
    judge_row(work.row, n, sample->n_measures, greatest, work.best, robust);
    share_best(&work.worst, greatest);
    share_best(&work.regret, false);
    for (size_t i = 0; i < n; i++) {
        robust[i].p_maximin = work.worst.scratch[i];
        robust[i].p_minimax = work.regret.scratch[i];
    }
    for (size_t i = 0; i < n; i++) {
        interval_of(&work.worst, i, &robust[i].worst_low, &robust[i].worst_high);
        interval_of(&work.regret, i, &robust[i].regret_low, &robust[i].regret_high);
    }
out:
    robust_work_free(&work);
    ana_posterior_free(&posterior);
    return ret;
}

void
ana_regret(const double *taken, const double *other, size_t n_reps, bool greatest, ana_interval_t *interval)
{
    ana_paired(greatest ? other : taken, greatest ? taken : other, 1, n_reps, interval);
}
