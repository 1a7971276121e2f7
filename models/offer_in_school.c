/*
 * A named worker in each school that holds the offer (pilot type a): regular visits, consultation, Choice appointments and direct
 * work with a few children at a time. Capacity is the visits of each school: nothing crosses from one school to another, and what
 * nobody has booked when a visit begins is lost.
 */
#include "models/build.h"
#include "models/run.h"

#include <math.h>

typedef struct {
    double visit_hours, visit_weeks, consult_minutes, refer, choice, choice_minutes, choice_refer, choice_school, carry,
        takes, cases_max, case_hours, found, patience_days, duty;
} in_school_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(in_school_t, field), source, doc                    \
    }

static const care_param_t PARAM[] = {
    ROW(visit_hours, "hours", 0.75, 40, 4.23, "slot_length_days",
        "Contact hours of a visit: with a visit a week 165 a school-year, a fifth of a post."),
    ROW(visit_weeks, "count", 1, 13, 1, "slot_freq_per_fortnight",
        "Weeks from visit to visit: 1 weekly, 2 fortnightly."),
    ROW(consult_minutes, "minutes", 5, 240, 45, "asm_consult_min", "A consultation."),
    ROW(refer, "share", 0, 1, 0.08, "areaI_specialist", "Share of consultations referred to the NHS (3% to 15%)."),
    ROW(choice, "share", 0, 1, 0, "areaI_choice",
        "Share of consultations after which the worker gives a Choice appointment (Area I: 50 of 160); with refer at most 1."),
    ROW(choice_minutes, "minutes", 5, 240, 60, "assumption", "A Choice appointment."),
    ROW(choice_refer, "share", 0, 1, 0.06, "areaI_specialist",
        "Share of Choice appointments referred to the NHS (3 of 50)."),
    ROW(choice_school, "share", 0, 1, 0.56, "areaI_school_supported",
        "... that go back to school with support (28 of 50); the rest end elsewhere."),
    ROW(carry, "share", 0, 1, 0.5, "assumption",
        "Share of those not referred that the worker would take on, when there is a place."),
    ROW(takes, "share", 0, 1, 0, "assumption",
        "Share of the children accepted at triage, crisis and neurodevelopmental need apart, that the worker sees instead of the list, when there is a place."),
    ROW(cases_max, "count", 0, 50, 3, "areaQ_cases_per_site", "Children held at a time in each school."),
    ROW(case_hours, "count", 1, 60, 10, "assumption", "Weekly sessions of an hour for each."),
    ROW(found, "share", 0, 1, 0.15, "asm_unmet_uplift", "Concerns uncovered, as a share of those raised today."),
    ROW(patience_days, "days", 1, 365, 28, "assumption", "Mean time until a school stops waiting for a consultation."),
    ROW(duty, "share", 0, 1, 1, "assumption",
        "Share of the wishes the worker does not meet that go to today's duty line; 0: the worker is the only contact."),
};

/* Member m of the family serves the m-th school taken on. */
typedef struct {
    size_t n_members;
} in_school_state_t;

/* Contact hours of a school's visits in a year. */
static double
in_school_hours(const in_school_t *param)
{
    return param->visit_hours * CARE_SCHOOL_WEEKS / param->visit_weeks;
}

static size_t
in_school_places(double wte, double contact_hours, const in_school_t *param)
{
    return (size_t) floor(wte * contact_hours / in_school_hours(param) + 1e-9);
}

/* A diary for each school, open on one day in so many weeks. */
static int
in_school_visits(care_build_t *build, const in_school_t *param)
{
    size_t members = in_school_places(care_build_wte(build), care_build_contact_hours(build), param);
    size_t schools = care_build_schools(build);
    int ret;

    members = members > schools ? schools : members;
    ret = care_build_diary(build, "visit", members > 0 ? members : 1, SIM_OPEN_WEEKLY, param->visit_hours * 60, 0);
    if (ret == 0) {
        build->pathway->pool[build->pathway->n_pools - 1].weeks_apart = (unsigned) param->visit_weeks;
    }
    return ret;
}

static int
in_school_choice_stage(care_build_t *build, const in_school_t *param)
{
    const char *name = "in_school_choice";
    sim_stage_t stage;
    int ret = care_build_route(build, "in_school_consult", "choice", name);

    if (ret == 0) {
        ret = care_build_route(build, name, "direct", build->door);
    }
    if (ret == 0) {
        ret = care_build_route(build, name, "gp", build->gp);
    }
    if (ret == 0) {
        ret = care_build_route(build, name, "carry", "in_school_case");
    }
    if (ret != 0) {
        return ret;
    }
    sim_stage_default(&stage, name, "in_school_visit");
    stage.contact_minutes = param->choice_minutes;
    stage.queue_at_front = true;
    stage.model_member = true;
    stage.tag = CARE_ROLE_CHOICE;
    care_build_decide(&stage, CARE_DECIDE_CHOICE);
    return sim_pathway_add_stage(build->pathway, &stage);
}

/* What cannot be, in words; `longest` is the longest appointment, in minutes. */
static int
in_school_adds_up(care_build_t *build, const in_school_t *param, double longest)
{
    if (param->visit_hours * 60 < longest) {
        return care_build_refuse(build,
            "an appointment of %g minutes does not fit into a visit of %g hours (visit_hours)", longest,
            param->visit_hours);
    }
    if (param->refer + param->choice > 1 + 1e-9) {
        return care_build_refuse(build, "refer and choice are shares of consultations, but sum to %g",
            param->refer + param->choice);
    }
    if (param->choice_refer + param->choice_school > 1 + 1e-9) {
        return care_build_refuse(build,
            "choice_refer and choice_school are shares of Choice appointments, but sum to %g",
            param->choice_refer + param->choice_school);
    }
    if (param->visit_weeks != floor(param->visit_weeks)) {
        return care_build_refuse(build, "visit_weeks must be a whole number of weeks, not %g", param->visit_weeks);
    }
    return 0;
}

static int
in_school_build(care_build_t *build)
{
    const in_school_t *param = build->layer->param;
    const care_consult_t consult = { "consult", "visit", param->consult_minutes, 0, param->patience_days, true,
        "case" };
    double longest = fmax(param->consult_minutes, 60); /* an hour of direct work */
    int ret;

    longest = param->choice > 0 ? fmax(longest, param->choice_minutes) : longest;
    ret = in_school_adds_up(build, param, longest);
    if (ret == 0) {
        ret = in_school_visits(build, param);
    }
    if (ret == 0) {
        ret = care_build_carry(build, "case", "visit", param->case_hours, true);
    }
    if (ret == 0) {
        ret = care_build_consult(build, &consult);
    }
    if (ret == 0 && param->choice > 0) {
        ret = in_school_choice_stage(build, param);
    }
    return ret != 0 || param->takes <= 0 ? ret : care_build_taken(build, "taken", "visit", param->case_hours);
}

static int
in_school_start(care_layer_run_t *layer)
{
    const in_school_t *param = layer->layer->param;
    in_school_state_t *state = layer->state;

    layer->pool = sim_pathway_find_pool(&layer->run->model->pathway, "in_school_visit");
    state->n_members = layer->run->model->pathway.pool[layer->pool].n_members;
    layer->found = param->found;
    layer->line_lost = 1 - param->duty;
    return 0;
}

static int
in_school_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const in_school_t *param = layer->layer->param;
    double per_school = in_school_hours(param) / care_layer_contact_hours(layer);
    size_t places = in_school_places(care_layer_wte(layer, pence), care_layer_contact_hours(layer), param);
    double wte;
    int ret;

    (void) year;
    places = places > layer->n_schools ? layer->n_schools : places;
    wte = (double) places * per_school;
    ret = care_layer_posts(layer, wte);
    return ret != 0 ? ret : care_layer_core_posts(layer, care_layer_wte(layer, pence) - wte);
}

/* Of the time that a full set of visits takes, what those in post can give: a vacancy or new staff thin every school's visits. */
static double
in_school_share(const care_layer_run_t *layer, size_t schools)
{
    double hours = (double) schools * in_school_hours(layer->layer->param);

    return fmin(1, care_layer_able(layer) * care_layer_contact_hours(layer) / hours);
}

/* Schools come forward in their own order, as the staff come, and stay. */
static int
in_school_staff(care_layer_run_t *layer)
{
    in_school_state_t *state = layer->state;
    double full = layer->in_post * care_layer_contact_hours(layer) / in_school_hours(layer->layer->param);
    size_t places = (size_t) floor(full + 0.5);
    int ret = 0;

    places = places > state->n_members ? state->n_members : places;
    places = places > layer->n_schools ? layer->n_schools : places;
    for (; layer->next < places; layer->next++) {
        layer->run->school[layer->order[layer->next]].member[layer->number] = (uint32_t) layer->next;
        care_school_cover(layer, layer->order[layer->next], true);
    }
    while (layer->next > places && ret == 0) {
        ret = sim_replication_set_units(layer->run->rep, layer->pool, --layer->next, 0);
        care_school_cover(layer, layer->order[layer->next], false);
    }
    for (size_t m = 0; m < layer->next && ret == 0; m++) {
        ret = sim_replication_set_units(layer->run->rep, layer->pool, m, in_school_share(layer, layer->next));
    }
    return ret;
}

static uint32_t
in_school_member(care_layer_run_t *layer, uint32_t school)
{
    return layer->run->school[school].member[layer->number];
}

/* A place in direct work, for children whose own uniform is below p. */
static bool
in_school_hold(care_layer_run_t *layer, uint32_t child, uint32_t school, double p)
{
    const in_school_t *param = layer->layer->param;
    care_school_t *self = &layer->run->school[school];

    if (self->held >= param->cases_max || (self->covered & (1u << layer->number)) == 0 ||
        sim_uniform(layer->run->child[child].key, layer->run->draw[CARE_DRAW_CARRY], 0, 0) >= p) {
        return false;
    }
    self->held++;
    return true;
}

/* The children for whom today's duty line refers come first: they are referred, or given the Choice appointment. */
static care_contact_t
in_school_contact(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const in_school_t *param = layer->layer->param;
    double u = sim_uniform(layer->run->child[child].key, layer->run->draw[CARE_DRAW_REFER], 0, 0);

    if (u < param->refer) {
        return CARE_CONTACT_REFER;
    }
    if (u < param->refer + param->choice) {
        return CARE_CONTACT_CHOICE;
    }
    return in_school_hold(layer, child, school, param->carry) ? CARE_CONTACT_CARRY : CARE_CONTACT_SUPPORT;
}

/* The same uniform, given that it led to the appointment. */
static care_contact_t
in_school_choice(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const in_school_t *param = layer->layer->param;
    double u = sim_uniform(layer->run->child[child].key, layer->run->draw[CARE_DRAW_REFER], 0, 0);
    double given = (u - param->refer) / param->choice;

    if (given < param->choice_refer) {
        return CARE_CONTACT_REFER;
    }
    if (given >= param->choice_refer + param->choice_school) {
        return CARE_CONTACT_OTHER;
    }
    return in_school_hold(layer, child, school, param->carry) ? CARE_CONTACT_CARRY : CARE_CONTACT_SUPPORT;
}

static int
in_school_takes(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const in_school_t *param = layer->layer->param;

    return param->takes > 0 && in_school_hold(layer, child, school, param->takes);
}

static void
in_school_carried(care_layer_run_t *layer, uint32_t school)
{
    layer->run->school[school].held--;
}

const care_offer_t offer_in_school = {
    .name = "in_school",
    .doc =
        "A named worker visits each school that holds the offer, consults, gives Choice appointments and takes on a few children.",
    .colour = "#d55e00",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(in_school_t),
    .state_size = sizeof(in_school_state_t),
    .build = in_school_build,
    .start = in_school_start,
    .fund = in_school_fund,
    .staff = in_school_staff,
    .concern = care_takes_all,
    .contact = in_school_contact,
    .choice = in_school_choice,
    .takes = in_school_takes,
    .member = in_school_member,
    .carried = in_school_carried,
};
