#include "sim/analysis/morris.h"

#include "sim/analysis/cross.h"
#include "sim/core/random.h"

#include <stdlib.h>
#include <string.h>

#define NORMAL_975 1.959963984540054
#define ROOT_2_OVER_PI 0.79788456080286535588

/* The effects of one group. */
typedef struct {
    size_t n, n_reps;
    double *rep;         /* [effect * n_reps + rep] */
    double *mean, *size; /* [effect]: over replications, and its absolute value */
    double *gap;         /* [rep], scratch */
} effects_t;

static void
effects_free(effects_t *self)
{
    free(self->rep);
    free(self->mean);
}

static int
effects_init(effects_t *self, size_t n_trajectories, size_t n_reps)
{
    *self = (effects_t){ .n_reps = n_reps };
    self->rep = calloc((n_trajectories + 2) * n_reps, sizeof(*self->rep));
    self->mean = calloc(2 * n_trajectories, sizeof(*self->mean));
    if (self->rep == NULL || self->mean == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->size = self->mean + n_trajectories;
    self->gap = self->rep + n_trajectories * n_reps;
    return 0;
}

static void
add_effect(effects_t *self, const double *from, const double *to, double step)
{
    double *rep = &self->rep[self->n * self->n_reps], sum = 0.0;

    for (size_t r = 0; r < self->n_reps; r++) {
        rep[r] = (to[r] - from[r]) / step;
        sum += rep[r];
    }
    if (isfinite(sum)) {
        self->mean[self->n] = sum / (double) self->n_reps;
        self->size[self->n] = fabs(self->mean[self->n]);
        self->n++;
    }
}

static void
collect(const ana_trajectories_t *all, size_t group, effects_t *self)
{
    size_t block = all->n_groups + 1;

    self->n = 0;
    for (size_t i = 0; i < all->n_trajectories * block; i++) {
        if (i % block != 0 && all->moved[i] == (int64_t) group) {
            const double *to = &all->value[i * all->n_reps];

            add_effect(self, to - all->n_reps, to, all->step != NULL ? all->step[i] : 1.0);
        }
    }
}

static size_t
drawn(sim_stream_t *stream, size_t i, size_t n)
{
    return stream == NULL ? i : (size_t) ((sim_stream_bits(stream) >> 32) * n >> 32);
}

/* The variance of expected effects, of all (stream NULL) or of a bootstrap draw. */
static double
variance_of(const effects_t *self, const sim_stream_t *start)
{
    sim_stream_t copy = start != NULL ? *start : (sim_stream_t){ 0 }, again = copy;
    double *centre = self->gap + self->n_reps, sum = 0.0;

    memset(centre, 0, self->n_reps * sizeof(*centre));
    for (size_t i = 0; i < self->n; i++) {
        const double *rep = &self->rep[drawn(start != NULL ? &copy : NULL, i, self->n) * self->n_reps];

        for (size_t r = 0; r < self->n_reps; r++) {
            centre[r] += rep[r] / (double) self->n;
        }
    }
    for (size_t i = 0; i < self->n; i++) {
        const double *rep = &self->rep[drawn(start != NULL ? &again : NULL, i, self->n) * self->n_reps];

        for (size_t r = 0; r < self->n_reps; r++) {
            self->gap[r] = rep[r] - centre[r];
        }
        sum += ana_cross(self->gap, self->gap, self->n_reps);
    }
    return sum / (double) (self->n - 1);
}

static ana_interval_t
sigma_of(const effects_t *self, const ana_trajectories_t *all, size_t group)
{
    uint64_t key = sim_key(all->seed, 0, sim_hash("analysis.morris"), group);
    ana_interval_t sigma = { .mean = NAN, .low = NAN, .high = NAN, .se = NAN, .n = self->n };
    double sum = 0.0, square = 0.0, draws = (double) all->draws;

    if (self->n < 2) {
        return sigma;
    }
    sigma.mean = sqrt(ana_not_negative(variance_of(self, NULL)));
    for (size_t draw = 0; draw < all->draws; draw++) {
        sim_stream_t start = sim_draw(key, (uint32_t) draw, 0, 0);
        double one = sqrt(ana_not_negative(variance_of(self, &start)));

        sum += one;
        square += one * one;
    }
    if (all->draws > 1) {
        sigma.se = sqrt(ana_not_negative(square - sum * sum / draws) / (draws - 1.0));
        sigma.low = fmax(sigma.mean - NORMAL_975 * sigma.se, 0.0);
        sigma.high = sigma.mean + NORMAL_975 * sigma.se;
    }
    return sigma;
}

/* The mean size of a normal variate with the variance of an effect's mean over replications. */
static double
noise_of(const effects_t *self)
{
    double sum = 0.0, n_reps = (double) self->n_reps;

    if (self->n == 0 || self->n_reps < 2) {
        return NAN;
    }
    for (size_t i = 0; i < self->n; i++) {
        for (size_t r = 0; r < self->n_reps; r++) {
            double gap = self->rep[i * self->n_reps + r] - self->mean[i];

            sum += gap * gap / (n_reps - 1.0);
        }
    }
    return ROOT_2_OVER_PI * sqrt(sum / (double) self->n / n_reps);
}

int
ana_morris(const ana_trajectories_t *self, ana_effect_t *effect)
{
    effects_t effects = { .n = 0 };
    int ret = self->n_trajectories > 0 && self->n_groups > 0 && self->n_reps > 0 ? 0 : SIM_ERR_BAD_PARAM;

    if (ret == 0) {
        ret = effects_init(&effects, self->n_trajectories, self->n_reps);
    }
    for (size_t group = 0; ret == 0 && group < self->n_groups; group++) {
        collect(self, group, &effects);
        ana_mean_interval(effects.mean, 1, effects.n, &effect[group].mu);
        ana_mean_interval(effects.size, 1, effects.n, &effect[group].mu_star);
        effect[group].sigma = sigma_of(&effects, self, group);
        effect[group].noise = noise_of(&effects);
    }
    effects_free(&effects);
    return ret;
}
