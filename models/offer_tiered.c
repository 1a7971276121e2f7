/*
 * A universal offer in tiers: bronze for every school in waves, a term each (fortnightly sessions and follow-up visits); then silver
 * or gold, bought year by year. A wave is as many schools as the hours allow, or as many a worker as the plan says: then those whom
 * the hours do not reach wait for the next term, and the KPI promised_load is above 1. The team serves what was bought first and spends the rest of its time on the next wave; when every school has
 * had bronze the waves begin again. A school is covered from its first bronze term on; it can ask for consultation during a bronze
 * term, and as far as it has bought silver.
 */
#include "models/build.h"
#include "models/purchase.h"
#include "models/run.h"

#include <math.h>

typedef struct {
    care_tariff_t tariff;
    double on_top, bronze_hours, schools_term, consult_share, consult_minutes, refer, found, patience_days;
} tiered_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(tiered_t, field), source, doc                       \
    }

static const care_param_t PARAM[] = {
    CARE_TARIFF_ROWS(tiered_t),
    ROW(on_top, "", 0, 1, 0, "assumption",
        "1: what schools pay comes on top of the plan's money and hires as much more; 0: it replaces as much of the commissioner's."),
    ROW(bronze_hours, "hours", 1, 500, 27.5, "bronze_visits",
        "Contact hours of a bronze term: 3 h a fortnight and four visits of 2 h; about 29 schools a post and year."),
    ROW(schools_term, "count", 0, 500, 0, "bronze_schools_per_term",
        "Schools in a wave for each worker, as planned (20 in the source); 0 = as many as the hours allow."),
    ROW(consult_share, "share", 0.05, 1, 0.3, "assumption",
        "Share of the team's contact hours given to consultation about children."),
    ROW(consult_minutes, "minutes", 5, 240, 45, "asm_consult_min", "A consultation."),
    ROW(refer, "share", 0, 1, 0.14, "assumption", "Share of consultations referred to the NHS."),
    ROW(found, "share", 0, 1, 0.0, "assumption", "Concerns uncovered, as a share of those raised today."),
    ROW(patience_days, "days", 1, 365, 28, "assumption", "Mean time until a school stops waiting for a consultation."),
};

typedef struct {
    double sold_hours; /* this year */
    uint32_t wave;     /* number of the present term's wave; a school's member is the wave it had bronze in */
} tiered_state_t;

static int
tiered_build(care_build_t *build)
{
    const tiered_t *param = build->layer->param;
    const care_consult_t consult = { "consult", "team", param->consult_minutes, 0, param->patience_days, false, NULL };
    double minutes = care_build_contact_hours(build) * 60 / CARE_SCHOOL_DAYS * param->consult_share;
    int ret = care_build_diary(build, "team", 1, SIM_OPEN_SCHOOL, minutes, param->consult_minutes);

    return ret != 0 ? ret : care_build_consult(build, &consult);
}

static int
tiered_start(care_layer_run_t *layer)
{
    layer->pool = sim_pathway_find_pool(&layer->run->model->pathway, "tiered_team");
    layer->found = ((const tiered_t *) layer->layer->param)->found;
    return 0;
}

static int
tiered_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const tiered_t *param = layer->layer->param;
    tiered_state_t *state = layer->state;
    double wte, posts;
    int ret;

    state->sold_hours = care_sell(layer, &param->tariff, year, param->on_top > 0 ? INT64_MAX / 2 : pence, true);
    if (param->on_top > 0) {
        layer->pence += layer->school_pence;
    } else {
        (void) care_layer_on_top(layer);
    }
    wte = care_layer_wte(layer, layer->pence);
    posts =
        fmin(wte, (3 * param->bronze_hours * (double) layer->n_schools + state->sold_hours) /
                      care_layer_contact_hours(layer)); /* bronze for every school in every term, and what is sold */
    ret = care_layer_posts(layer, posts);
    return ret != 0 ? ret : care_layer_core_posts(layer, wte - posts);
}

static int
tiered_staff(care_layer_run_t *layer)
{
    return sim_replication_set_units(layer->run->rep, layer->pool, 0, layer->in_post);
}

/* Visits besides consultation, hours a school-week. */
static void
tiered_visit(care_layer_run_t *layer, uint32_t school, double hours, double weeks)
{
    const tiered_t *param = layer->layer->param;

    layer->run->school[school].visit_hours[layer->number] += hours * (1 - param->consult_share) / weeks;
}

/* Schools whose bronze term is now, if the hours are there. */
static size_t
tiered_wave(const care_layer_run_t *layer, double hours)
{
    const tiered_t *param = layer->layer->param;
    double wave = param->schools_term > 0 ? floor(param->schools_term * layer->in_post + 1e-9)
                                          : floor(fmax(0, hours) / param->bronze_hours + 1e-9);

    return wave < (double) layer->n_schools ? (size_t) wave : layer->n_schools;
}

static int
tiered_cover(care_layer_run_t *layer, int term)
{
    const tiered_t *param = layer->layer->param;
    tiered_state_t *state = layer->state;
    care_run_t *run = layer->run;
    double staff = care_term_hours(layer), hours = staff - state->sold_hours / 3 * run->term_share;
    size_t wave = tiered_wave(layer, hours);

    (void) term;
    if (layer->n_schools == 0) {
        return 0;
    }
    for (size_t i = 0; i < layer->n_schools; i++) {
        uint32_t school = layer->order[i];

        run->school[school].visit_hours[layer->number] = 0;
        tiered_visit(layer, school, run->school[school].left_hours[layer->number], CARE_SCHOOL_WEEKS);
    }
    state->wave++;
    if (layer->in_post > 0) {
        care_layer_promise(layer, (double) wave * param->bronze_hours + state->sold_hours / 3 * run->term_share, staff);
    }
    for (size_t n = 0; n < wave && hours >= param->bronze_hours - 1e-9; n++, hours -= param->bronze_hours) {
        uint32_t school = layer->order[layer->next++ % layer->n_schools];

        run->school[school].member[layer->number] = state->wave;
        care_school_cover(layer, school, true);
        care_school_count(run, school, CARE_COUNT_REACHED, 1);
        tiered_visit(layer, school, param->bronze_hours, CARE_SCHOOL_WEEKS / 3.0);
    }
    return 0;
}

static int
tiered_concern(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const tiered_t *param = layer->layer->param;
    const tiered_state_t *state = layer->state;

    (void) child;
    return layer->run->school[school].member[layer->number] == state->wave ||
           care_use_hours(layer, school, param->consult_minutes / 60);
}

static void
tiered_missed(care_layer_run_t *layer, uint32_t school)
{
    const tiered_t *param = layer->layer->param;
    const tiered_state_t *state = layer->state;

    if (layer->run->school[school].member[layer->number] != state->wave) {
        layer->run->school[school].left_hours[layer->number] += param->consult_minutes / 60;
    }
}

static care_contact_t
tiered_contact(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const tiered_t *param = layer->layer->param;

    (void) school;
    return care_refers(layer, child, param->refer);
}

const care_offer_t offer_tiered = {
    .name = "tiered",
    .doc = "Bronze for every school in waves by term, silver or gold bought on top.",
    .colour = "#56b4e9",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(tiered_t),
    .state_size = sizeof(tiered_state_t),
    .build = tiered_build,
    .start = tiered_start,
    .fund = tiered_fund,
    .staff = tiered_staff,
    .cover = tiered_cover,
    .concern = tiered_concern,
    .missed = tiered_missed,
    .contact = tiered_contact,
};
