/*
 * A quality gate: only schools that have been accredited refer to the service themselves, all others through a GP. Schools are
 * assessed in the order in which they come forward, by a team for so many a year, once their link quality is up to the
 * standard; what is accredited stays so. What is agreed in a consultation with another offer's worker is the worker's referral and
 * passes the gate, and so does a crisis. As a layer it goes with an offer that raises link quality.
 */
#include "models/build.h"
#include "models/run.h"

#include <math.h>

typedef struct {
    double hours_school, first_year, later_years, standard;
} gate_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(gate_t, field), source, doc                         \
    }

static const care_param_t PARAM[] = {
    ROW(hours_school, "hours", 0.1, 500, 6, "assumption", "Contact hours to assess a school."),
    ROW(first_year, "count", 0, 30000, 20, "areaM_phase2", "Most schools accredited in the first contract year."),
    ROW(later_years, "count", 0, 30000, 60, "areaM_final", "... in each later year."),
    ROW(standard, "", 0, 3, 0, "assumption", "Link quality below which a school is not accredited, CASCADE scale."),
};

typedef struct {
    double hours; /* left of earlier terms, for less than one school */
} gate_state_t;

static int
gate_start(care_layer_run_t *layer)
{
    for (size_t i = 0; i < layer->n_schools; i++) {
        layer->run->school[layer->order[i]].member[layer->number] = 1; /* the gate is for this school */
    }
    return 0;
}

/* Posts for the year's schools; the rest to core. */
static int
gate_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const gate_t *param = layer->layer->param;
    double wte = care_layer_wte(layer, pence);
    double schools = (year == 0 ? param->first_year : param->later_years) * layer->run->spec->scale;
    double posts = fmin(wte, schools * param->hours_school / care_layer_contact_hours(layer));
    int ret = care_layer_posts(layer, posts);

    return ret != 0 ? ret : care_layer_core_posts(layer, wte - posts);
}

static int
gate_cover(care_layer_run_t *layer, int term)
{
    const gate_t *param = layer->layer->param;
    gate_state_t *state = layer->state;

    (void) term;
    state->hours += care_term_hours(layer);
    for (size_t i = 0; i < layer->n_schools; i++) {
        uint32_t school = layer->order[i];
        const care_school_t *self = &layer->run->school[school];

        if ((self->covered & (1u << layer->number)) == 0 && self->quality >= param->standard &&
            state->hours >= param->hours_school - 1e-9) {
            care_school_cover(layer, school, true);
            care_school_count(layer->run, school, CARE_COUNT_REACHED, 1);
            state->hours -= param->hours_school;
        }
    }
    state->hours = fmin(state->hours, param->hours_school);
    return 0;
}

static int
gate_direct(const care_layer_run_t *layer, uint32_t school)
{
    const care_school_t *self = &layer->run->school[school];

    return self->member[layer->number] == 0 || (self->covered & (1u << layer->number)) != 0;
}

const care_offer_t offer_gate = {
    .name = "gate",
    .doc = "Only accredited schools refer directly, the others through a GP; accreditation in waves.",
    .colour = "#882255",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(gate_t),
    .state_size = sizeof(gate_state_t),
    .start = gate_start,
    .fund = gate_fund,
    .cover = gate_cover,
    .direct = gate_direct,
};
