/*
 * Training and consultation for school staff (pilot type b, and the national workshops): workshops of some days, weeks apart, for
 * cohorts of schools; then sessions from a menu and follow-up hours each term. It raises link quality, which turnover wears away.
 * A share of the team's time can go to consultation about children; without it there is none beyond today's.
 *
 * Cohorts are whole: the last of a round may be part full. A school is covered from its last workshop day on; without workshops,
 * in terms in which the team has the hours for its sessions.
 */
#include "models/build.h"
#include "models/run.h"
#include "sim/core/elementary.h"

#include <math.h>

#define DAYS_MAX 8

typedef struct {
    double days, day_hours, gap_weeks, facilitators, preparation, cohort_schools, cohorts_year, terms, gain,
        again_terms;
    double staff_school, sessions_term, session_hours, session_schools, termly_hours;
    double consult_share, consult_minutes, refer, patience_days;
} training_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(training_t, field), source, doc                     \
    }

static const care_param_t PARAM[] = {
    ROW(days, "count", 0, DAYS_MAX, 2, "im_workshops", "Days of a workshop; 0 = sessions only."),
    ROW(day_hours, "hours", 1, 12, 6.5, "im_workshop_hours", "Hours of a workshop day."),
    ROW(gap_weeks, "weeks", 0, 26, 6, "im_workshops", "From one day to the next."),
    ROW(facilitators, "count", 1, 10, 2, "im_facilitators", "Staff at a workshop."),
    ROW(preparation, "", 1, 10, 1, "assumption",
        "Contact hours of staff time for each hour given; planning is in money.contact_share already."),
    ROW(cohort_schools, "count", 1, 100, 20, "im_schools_per_cohort", "Schools in a cohort."),
    ROW(cohorts_year, "count", 0, 100000, 241, "im_cohorts", "Most cohorts a year, a third of them a term."),
    ROW(terms, "count", 0, 300, 0, "assumption", "Terms in which cohorts begin, from the first; 0 = all."),
    ROW(gain, "", 0, 3, 0.3, "know_b_end",
        "Rise of link quality from a workshop of two staff, CASCADE scale; a share each day."),
    ROW(again_terms, "count", 1, 60, 9, "assumption", "Terms until a school is trained again."),
    ROW(staff_school, "count", 1, 100, 2, "im_school_attendees",
        "School staff trained; gains go with 1 - exp(-staff / 2), so that two give what is stated."),
    ROW(sessions_term, "count", 0, 50, 0, "assumption", "Training sessions a school takes from the menu each term."),
    ROW(session_hours, "hours", 0.5, 12, 2, "training_slot_hours", "Length of a session."),
    ROW(session_schools, "count", 1, 100, 1, "assumption", "Schools that share a session."),
    ROW(termly_hours, "hours", 0, 50, 1, "assumption", "Follow-up hours a school and term."),
    ROW(consult_share, "share", 0, 0.95, 0, "assumption",
        "Share of the team's contact hours given to consultation about children."),
    ROW(consult_minutes, "minutes", 5, 240, 45, "asm_consult_min", "A consultation."),
    ROW(refer, "share", 0, 1, 0.14, "assumption", "Share of consultations referred to the NHS."),
    ROW(patience_days, "days", 1, 365, 28, "assumption", "Mean time until a school stops waiting for a consultation."),
};

typedef struct {
    double hours;   /* left of earlier terms, for the next cohort */
    double cohorts; /* that may still be held, by the yearly limit */
    uint32_t term;  /* terms so far */
} training_state_t;

static size_t
training_days(const training_t *param)
{
    return (size_t) param->days;
}

/* Contact hours of the team for one cohort. */
static double
training_cohort_hours(const training_t *param)
{
    return (double) training_days(param) * param->day_hours * param->facilitators * param->preparation;
}

/* ... for a term of one school's sessions and follow-up. */
static double
training_term_hours(const training_t *param)
{
    return (param->sessions_term * param->session_hours / param->session_schools + param->termly_hours) *
           param->preparation;
}

/* Gains relative to those of two staff. */
static double
training_reach(const training_t *param)
{
    return (1 - sim_exp(-param->staff_school / 2)) / (1 - sim_exp(-1));
}

/* Cohorts of a round: once every school. */
static size_t
training_round(const care_layer_run_t *layer)
{
    const training_t *param = layer->layer->param;

    return training_days(param) > 0 ? (size_t) ceil((double) layer->n_schools / floor(param->cohort_schools)) : 0;
}

/* The schools of a cohort: [from, to) of the layer's order. */
static void
training_cohort(const care_layer_run_t *layer, size_t cohort, size_t *from, size_t *to)
{
    const training_t *param = layer->layer->param;
    size_t size = (size_t) param->cohort_schools;

    *from = cohort % training_round(layer) * size;
    *to = *from + size < layer->n_schools ? *from + size : layer->n_schools;
}

static int
training_build(care_build_t *build)
{
    const training_t *param = build->layer->param;
    const care_consult_t consult = { "consult", "team", param->consult_minutes, 0, param->patience_days, false, NULL };
    double minutes = care_build_contact_hours(build) * 60 / CARE_SCHOOL_DAYS * param->consult_share;
    int ret;

    if (param->consult_share <= 0) {
        return 0;
    }
    ret = care_build_diary(build, "team", 1, SIM_OPEN_SCHOOL, minutes, param->consult_minutes);
    return ret != 0 ? ret : care_build_consult(build, &consult);
}

static int
training_start(care_layer_run_t *layer)
{
    layer->pool = sim_pathway_find_pool(&layer->run->model->pathway, "training_team");
    return 0;
}

static bool
training_is_over(const care_layer_run_t *layer, double after_terms)
{
    const training_t *param = layer->layer->param;

    return param->terms > 0 && after_terms >= param->terms;
}

/* As many posts as the whole area can use; money beyond that goes to core. Until the first round is done, a year for it. */
static int
training_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const training_t *param = layer->layer->param;
    const training_state_t *state = layer->state;
    double wte = care_layer_wte(layer, pence), round = (double) training_round(layer), limit, hours, posts;
    int ret;

    (void) year;
    limit = param->cohorts_year * layer->run->spec->scale;
    round = (double) layer->next < round ? 3 * ceil(fmin(round, limit) / 3) : round * 3 / param->again_terms;
    round = training_is_over(layer, state->term) ? 0 : fmin(round, 3 * ceil(limit / 3));
    hours = round * training_cohort_hours(param) + 3 * (double) layer->n_schools * training_term_hours(param);
    posts = fmin(wte, hours / (1 - param->consult_share) / care_layer_contact_hours(layer));
    ret = care_layer_posts(layer, posts);
    return ret != 0 ? ret : care_layer_core_posts(layer, wte - posts);
}

static int
training_staff(care_layer_run_t *layer)
{
    return layer->pool < 0 ? 0 : sim_replication_set_units(layer->run->rep, layer->pool, 0, layer->in_post);
}

/* Sessions and follow-up of a term, to the schools that had a workshop; without workshops, to all. @return hours left */
static double
training_follow_up(care_layer_run_t *layer, double hours)
{
    const training_t *param = layer->layer->param;
    double takes = training_term_hours(param);
    double given = param->sessions_term * param->session_hours * training_reach(param) + param->termly_hours;

    for (size_t i = 0; i < layer->n_schools; i++) {
        care_school_t *school = &layer->run->school[layer->order[i]];
        bool due = training_days(param) == 0 || (school->covered & (1u << layer->number)) != 0;
        bool held = due && hours >= takes - 1e-9 && layer->in_post > 0;

        school->visit_hours[layer->number] = held ? given * 3 / CARE_SCHOOL_WEEKS : 0;
        hours -= held ? takes : 0;
        if (training_days(param) == 0) {
            care_school_cover(layer, layer->order[i], held);
        }
    }
    return hours;
}

/* Whether the next cohort is to be trained: in its first round, or long enough after its last workshop. */
static bool
training_is_due(const care_layer_run_t *layer)
{
    const training_t *param = layer->layer->param;
    const training_state_t *state = layer->state;
    size_t from, to;

    if (training_round(layer) == 0 || training_is_over(layer, state->term - 1.0)) {
        return false;
    }
    training_cohort(layer, layer->next, &from, &to);
    return layer->next < training_round(layer) ||
           state->term - layer->run->school[layer->order[from]].member[layer->number] >= param->again_terms;
}

/* A cohort's days: the first in one of the term's first weeks, the others so many weeks apart. */
static int
training_plan(care_layer_run_t *layer, size_t nth)
{
    const training_t *param = layer->layer->param;
    const training_state_t *state = layer->state;
    double first = sim_replication_now(layer->run->rep) + 7 * (double) (nth % 6);
    size_t from, to;
    int ret = 0;

    training_cohort(layer, layer->next, &from, &to);
    for (size_t i = from; i < to; i++) {
        layer->run->school[layer->order[i]].member[layer->number] = state->term;
    }
    for (size_t day = 0; day < training_days(param) && ret == 0; day++) {
        ret = care_layer_call(layer, first + 7 * param->gap_weeks * (double) day,
            (uint32_t) (layer->next % training_round(layer) * DAYS_MAX + day));
    }
    layer->next++;
    return ret;
}

/* Follow-up first, then as many cohorts as the hours and the yearly limit allow, in the order in which schools come forward. */
static int
training_cover(care_layer_run_t *layer, int term)
{
    const training_t *param = layer->layer->param;
    training_state_t *state = layer->state;
    double takes = training_cohort_hours(param);
    double hours = care_term_hours(layer) * (1 - param->consult_share);
    int ret = 0;

    (void) term;
    state->term++;
    state->cohorts += param->cohorts_year * layer->run->spec->scale / 3 * layer->run->term_share;
    hours = training_follow_up(layer, hours) + state->hours;
    for (size_t n = 0; ret == 0 && layer->in_post > 0 && hours >= takes - 1e-9 && state->cohorts >= 1 - 1e-9 &&
                       training_is_due(layer);
         n++) {
        ret = training_plan(layer, n);
        hours -= takes;
        state->cohorts--;
    }
    state->hours = fmin(hours, takes);
    return ret;
}

/* A workshop day. */
static int
training_due(care_layer_run_t *layer, uint32_t what)
{
    const training_t *param = layer->layer->param;
    care_run_t *run = layer->run;
    bool last = what % DAYS_MAX + 1 == training_days(param);
    size_t from, to;

    training_cohort(layer, what / DAYS_MAX, &from, &to);
    for (size_t i = from; i < to; i++) {
        uint32_t school = layer->order[i];
        double *quality = &run->school[school].quality;

        *quality =
            fmin(run->spec->link.top, *quality + param->gain * training_reach(param) / (double) training_days(param));
        care_school_count(run, school, CARE_COUNT_LINK_HOURS, param->day_hours);
        if (last) {
            care_school_cover(layer, school, true);
            care_school_count(run, school, CARE_COUNT_REACHED, 1);
        }
    }
    return 0;
}

static int
training_concern(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    (void) child, (void) school;
    return layer->pool >= 0;
}

static care_contact_t
training_contact(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const training_t *param = layer->layer->param;

    (void) school;
    return care_refers(layer, child, param->refer);
}

const care_offer_t offer_training = {
    .name = "training",
    .doc = "Workshops, sessions and consultation for school staff; no direct work with children.",
    .colour = "#e69f00",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(training_t),
    .state_size = sizeof(training_state_t),
    .build = training_build,
    .start = training_start,
    .fund = training_fund,
    .staff = training_staff,
    .cover = training_cover,
    .concern = training_concern,
    .contact = training_contact,
    .due = training_due,
};
