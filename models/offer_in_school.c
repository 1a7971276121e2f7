/*
 * A named worker in each school that holds the offer (pilot type a): weekly visits, consultation, and direct work with a few
 * children at a time. Capacity is a visit of its own for each school; nothing crosses from one school to another.
 */
#include "models/build.h"
#include "models/run.h"

#include <math.h>

typedef struct {
    double hours_school, wasted, consult_minutes, refer, carry, cases_max, case_hours, found, patience_days;
} in_school_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(in_school_t, field), source, doc                    \
    }

static const care_param_t PARAM[] = {
    ROW(hours_school, "hours", 10, 1575, 165, "assumption", "Contact hours a school and year (a fifth of a post)."),
    ROW(wasted, "share", 0, 0.9, 0.15, "assumption", "Share of visits in which nothing is booked."),
    ROW(consult_minutes, "minutes", 5, 240, 45, "asm_consult_min", "A consultation."),
    ROW(refer, "share", 0, 1, 0.08, "areaI_specialist", "Share of consultations referred to the NHS (3% to 15%)."),
    ROW(carry, "share", 0, 1, 0.5, "assumption",
        "Share of the others that the worker would take on, when there is a place."),
    ROW(cases_max, "count", 0, 50, 3, "areaQ_cases_per_site", "Children held at a time in each school."),
    ROW(case_hours, "count", 1, 60, 10, "assumption", "Weekly sessions of an hour for each."),
    ROW(found, "share", 0, 1, 0.15, "asm_unmet_uplift", "Concerns uncovered, as a share of those raised today."),
    ROW(patience_days, "days", 1, 365, 28, "assumption", "Mean time until a school stops waiting for a consultation."),
};

/* Member m of the family serves the m-th school taken on. */
typedef struct {
    size_t n_members;
} in_school_state_t;

static size_t
in_school_places(double wte, double contact_hours, const in_school_t *param)
{
    return (size_t) floor(wte * contact_hours / param->hours_school + 1e-9);
}

static int
in_school_build(care_build_t *build)
{
    const in_school_t *param = build->layer->param;
    size_t members = in_school_places(care_build_wte(build), care_build_contact_hours(build), param);
    double week_minutes = param->hours_school * 60 / CARE_SCHOOL_WEEKS * (1 - param->wasted);
    const care_consult_t consult = { "consult", "visit", param->consult_minutes, 0, param->patience_days, true,
        "case" };
    size_t schools = care_build_schools(build);
    int ret;

    members = members > schools ? schools : members;
    if (week_minutes < 60) {
        return SIM_ERR_BAD_PARAM;
    }
    ret = care_build_diary(build, "visit", members > 0 ? members : 1, SIM_OPEN_WEEKLY, week_minutes, 0);
    if (ret == 0) {
        ret = care_build_carry(build, "case", "visit", param->case_hours, true);
    }
    return ret != 0 ? ret : care_build_consult(build, &consult);
}

static int
in_school_start(care_layer_run_t *layer)
{
    in_school_state_t *state = layer->state;

    layer->pool = sim_pathway_find_pool(&layer->run->model->pathway, "in_school_visit");
    state->n_members = layer->run->model->pathway.pool[layer->pool].n_members;
    layer->found = ((const in_school_t *) layer->layer->param)->found;
    return 0;
}

static int
in_school_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const in_school_t *param = layer->layer->param;
    double per_school = param->hours_school / care_layer_contact_hours(layer);
    size_t places = in_school_places(care_layer_wte(layer, pence), care_layer_contact_hours(layer), param);
    double wte;
    int ret;

    (void) year;
    places = places > layer->n_schools ? layer->n_schools : places;
    wte = (double) places * per_school;
    ret = care_layer_posts(layer, wte);
    return ret != 0 ? ret : care_layer_core_posts(layer, care_layer_wte(layer, pence) - wte);
}

/* Schools come forward in their own order and stay; a place needs staff in post. */
static int
in_school_cover(care_layer_run_t *layer, int term)
{
    in_school_state_t *state = layer->state;
    size_t places = in_school_places(layer->in_post, care_layer_contact_hours(layer), layer->layer->param);
    int ret = 0;

    (void) term;
    places = places > state->n_members ? state->n_members : places;
    places = places > layer->n_schools ? layer->n_schools : places;
    while (layer->next < places && ret == 0) {
        uint32_t school = layer->order[layer->next];

        layer->run->school[school].member[layer->number] = (uint32_t) layer->next;
        ret = sim_replication_set_units(layer->run->rep, layer->pool, layer->next++, 1);
        care_school_cover(layer, school, true);
    }
    while (layer->next > places && ret == 0) {
        ret = sim_replication_set_units(layer->run->rep, layer->pool, --layer->next, 0);
        care_school_cover(layer, layer->order[layer->next], false);
    }
    return ret;
}

static uint32_t
in_school_member(care_layer_run_t *layer, uint32_t school)
{
    return layer->run->school[school].member[layer->number];
}

static care_contact_t
in_school_contact(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const in_school_t *param = layer->layer->param;
    uint64_t key = layer->run->child[child].key;
    care_school_t *self = &layer->run->school[school];

    if (sim_uniform(key, layer->run->draw[CARE_DRAW_REFER], 0, 0) < param->refer) {
        return CARE_CONTACT_REFER;
    }
    if (self->held < param->cases_max && (self->covered & (1u << layer->number)) != 0 &&
        sim_uniform(key, layer->run->draw[CARE_DRAW_CARRY], 0, 0) < param->carry) {
        self->held++;
        return CARE_CONTACT_CARRY;
    }
    return CARE_CONTACT_SUPPORT;
}

static void
in_school_carried(care_layer_run_t *layer, uint32_t school)
{
    layer->run->school[school].held--;
}

const care_offer_t offer_in_school = {
    .name = "in_school",
    .doc = "A named worker visits each school that holds the offer, weekly, consults and takes on a few children.",
    .colour = "#d55e00",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(in_school_t),
    .state_size = sizeof(in_school_state_t),
    .build = in_school_build,
    .start = in_school_start,
    .fund = in_school_fund,
    .cover = in_school_cover,
    .concern = care_takes_all,
    .contact = in_school_contact,
    .member = in_school_member,
    .carried = in_school_carried,
};
