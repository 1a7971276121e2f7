#include "sim/analysis/pareto.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    const double *value;
    size_t n, n_objectives;
    const bool *greatest;
} set_t;

static bool
is_known(const set_t *set, size_t i)
{
    for (size_t o = 0; o < set->n_objectives; o++) {
        if (!isfinite(set->value[o * set->n + i])) {
            return false;
        }
    }
    return true;
}

/* Both are known. */
static bool
dominates(const set_t *set, size_t a, size_t b)
{
    bool better = false;

    for (size_t o = 0; o < set->n_objectives; o++) {
        double gain = set->value[o * set->n + a] - set->value[o * set->n + b];

        gain = set->greatest[o] ? gain : -gain;
        if (gain < 0.0) {
            return false;
        }
        better = better || gain > 0.0;
    }
    return better;
}

/* Dominance is transitive, so whoever dominates the last one found dominates all before it, and the chain ends. */
static size_t
dominator_of(const set_t *set, size_t i)
{
    size_t by = ANA_ON_FRONTIER, last = i;

    if (!is_known(set, i)) {
        return ANA_NOT_KNOWN;
    }
    for (size_t l = 0; l < set->n; l++) {
        if (l != last && is_known(set, l) && dominates(set, l, last)) {
            by = last = l;
        }
    }
    return by;
}

void
ana_pareto(const double *value, size_t n_candidates, size_t n_objectives, const bool *greatest, size_t *dominated_by)
{
    set_t set = { .value = value, .n = n_candidates, .n_objectives = n_objectives, .greatest = greatest };

    for (size_t i = 0; i < n_candidates; i++) {
        dominated_by[i] = dominator_of(&set, i);
    }
}

int
ana_pareto_probability(const ana_sample_t *sample, const bool *greatest, double *probability)
{
    ana_posterior_t posterior = { 0 };
    double *mean = calloc(sample->n_candidates + 1, (sample->n_measures + 1) * sizeof(*mean));
    size_t *dominated_by = calloc(sample->n_candidates + 1, sizeof(*dominated_by));
    int ret = ana_posterior_init(&posterior, sample);

    if (ret == 0 && sample->draws == 0) {
        ret = SIM_ERR_BAD_PARAM;
    } else if (mean == NULL || dominated_by == NULL) {
        ret = SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; ret == 0 && i < sample->n_candidates; i++) {
        probability[i] = 0.0;
    }
    for (size_t draw = 0; ret == 0 && draw < sample->draws; draw++) {
        ana_posterior_draw(&posterior, (uint32_t) draw, mean);
        ana_pareto(mean, sample->n_candidates, sample->n_measures, greatest, dominated_by);
        for (size_t i = 0; i < sample->n_candidates; i++) {
            probability[i] += dominated_by[i] == ANA_ON_FRONTIER ? 1.0 / (double) sample->draws : 0.0;
        }
    }
    free(mean);
    free(dominated_by);
    ana_posterior_free(&posterior);
    return ret;
}
