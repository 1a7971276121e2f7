#include "sim/experiment/precision.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
exp_precision_init(exp_precision_t *self, uint32_t n_arms, const size_t *chosen, size_t n_chosen, double share,
    uint32_t reps_max)
{
    *self = (exp_precision_t){
        .n_arms = n_arms, .reps_max = reps_max, .share = share, .n_chosen = n_chosen, .chosen = chosen
    };
}

void
exp_precision_free(exp_precision_t *self)
{
    free(self->value);
    memset(self, 0, sizeof(*self));
}

static int
make_room(exp_precision_t *self, size_t n)
{
    size_t room = self->room > 0 ? self->room : 64;
    double *value;

    if (n <= self->room) {
        return 0;
    }
    while (room < n) {
        room *= 2;
    }
    value = realloc(self->value, room * sizeof(*value));
    if (value == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->value = value;
    self->room = room;
    return 0;
}

int
exp_precision_sink(void *ctx, const exp_record_t *record)
{
    exp_precision_t *self = ctx;
    size_t first = (size_t) record->index * self->n_chosen;
    int ret = make_room(self, first + self->n_chosen);

    if (ret != 0) {
        return ret;
    }
    for (size_t i = 0; i < self->n_chosen; i++) {
        self->value[first + i] = record->value != NULL ? record->value[self->chosen[i]] : NAN;
    }
    return self->sink(self->sink_ctx, record);
}

static exp_precision_state_t
state_of(const ana_interval_t *interval, double half, double target)
{
    if (interval->n < 2) {
        return EXP_NOT_KNOWN;
    }
    if (interval->mean == 0.0) {
        return half > 0.0 ? EXP_NOT_DEFINED : EXP_MET_ZERO;
    }
    return half <= target ? EXP_MET : EXP_NOT_MET;
}

void
exp_precision_known(const exp_precision_t *self, uint32_t reps, uint32_t arm, size_t chosen, exp_known_t *known)
{
    double target;

    *known = (exp_known_t){ .arm = arm, .chosen = chosen, .reps_needed = NAN };
    ana_mean_interval(self->value + (size_t) arm * self->n_chosen + chosen, self->n_arms * self->n_chosen, reps,
        &known->interval);
    known->half = ana_t_factor(known->interval.n, ANA_CONFIDENCE) * known->interval.se;
    target = self->share * fabs(known->interval.mean);
    known->state = state_of(&known->interval, known->half, target);
    if (known->state == EXP_MET || known->state == EXP_NOT_MET) {
        known->reps_needed = (double) reps * (known->half / target) * (known->half / target);
    }
}

static bool
is_worse(const exp_known_t *a, const exp_known_t *b)
{
    return a->state > b->state ||
           (a->state == EXP_NOT_MET && b->state == EXP_NOT_MET && a->reps_needed > b->reps_needed);
}

bool
exp_precision_worst(const exp_precision_t *self, uint32_t reps, exp_known_t *worst)
{
    *worst = (exp_known_t){ .state = EXP_MET, .half = NAN, .reps_needed = NAN };
    for (uint32_t arm = 0; arm < self->n_arms; arm++) {
        for (size_t i = 0; i < self->n_chosen; i++) {
            exp_known_t known;

            exp_precision_known(self, reps, arm, i, &known);
            if (is_worse(&known, worst)) {
                *worst = known;
            }
        }
    }
    return worst->state >= EXP_NOT_MET;
}

uint32_t
exp_precision_more(void *ctx, uint32_t reps)
{
    const exp_precision_t *self = ctx;
    exp_known_t worst;
    double wanted;

    if (reps >= self->reps_max || !exp_precision_worst(self, reps, &worst) || worst.state != EXP_NOT_MET) {
        return reps;
    }
    wanted = ceil(fmin(worst.reps_needed, 2.0 * reps) / EXP_BLOCK) * EXP_BLOCK;
    wanted = fmin(fmax(wanted, (double) (reps / EXP_BLOCK + 1) * EXP_BLOCK), (double) self->reps_max);
    return (uint32_t) wanted;
}
