/*
 * Schools buy packages each year by their willingness to pay. Last year's sales hire this year's staff; hours not bought are the
 * provider's loss; schools that do not buy keep today's route. Of the plan's total money, what the team does not cost goes to core.
 */
#include "models/build.h"
#include "models/purchase.h"
#include "models/run.h"

#include <math.h>

typedef struct {
    care_tariff_t tariff;
    double consult_minutes, refer, found, patience_days;
} traded_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(traded_t, field), source, doc                       \
    }

static const care_param_t PARAM[] = {
    CARE_TARIFF_ROWS(traded_t),
    ROW(consult_minutes, "minutes", 5, 240, 45, "asm_consult_min", "A consultation."),
    ROW(refer, "share", 0, 1, 0.14, "assumption", "Share of consultations referred to the NHS."),
    ROW(found, "share", 0, 1, 0.0, "assumption", "Concerns uncovered, as a share of those raised today."),
    ROW(patience_days, "days", 1, 365, 28, "assumption", "Mean time until a school stops waiting for a consultation."),
};

typedef struct {
    double sold_hours; /* last year */
} traded_state_t;

static int
traded_build(care_build_t *build)
{
    const traded_t *param = build->layer->param;
    const care_consult_t consult = { "consult", "team", param->consult_minutes, 0, param->patience_days, false, NULL };
    int ret = care_build_diary(build, "team", 1, SIM_OPEN_SCHOOL,
        care_build_contact_hours(build) * 60 / CARE_SCHOOL_DAYS, param->consult_minutes);

    return ret != 0 ? ret : care_build_consult(build, &consult);
}

static int
traded_start(care_layer_run_t *layer)
{
    layer->pool = sim_pathway_find_pool(&layer->run->model->pathway, "traded_team");
    layer->found = ((const traded_t *) layer->layer->param)->found;
    return 0;
}

/* Buyers hold the offer once there is anybody to give it. */
static void
traded_cover(care_layer_run_t *layer)
{
    for (size_t i = 0; i < layer->n_schools; i++) {
        uint32_t bought = layer->run->school[layer->order[i]].bought & (1u << layer->number);

        care_school_cover(layer, layer->order[i], bought != 0 && layer->in_post > 0);
    }
}

static int
traded_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const traded_t *param = layer->layer->param;
    traded_state_t *state = layer->state;
    double sold = care_sell(layer, &param->tariff, year, pence, false);
    double hire = year == 0 ? sold : state->sold_hours;
    int ret;

    state->sold_hours = sold;
    traded_cover(layer);
    ret = care_layer_posts(layer, hire / care_layer_contact_hours(layer));
    return ret != 0 ? ret : care_layer_core_posts(layer, fmax(0, care_layer_wte(layer, pence) - layer->posts));
}

static int
traded_staff(care_layer_run_t *layer)
{
    traded_cover(layer);
    return sim_replication_set_units(layer->run->rep, layer->pool, 0, layer->in_post);
}

/* A consultation uses up hours the school has bought. */
static int
traded_concern(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const traded_t *param = layer->layer->param;

    (void) child;
    return care_use_hours(layer, school, param->consult_minutes / 60);
}

static void
traded_missed(care_layer_run_t *layer, uint32_t school)
{
    const traded_t *param = layer->layer->param;

    layer->run->school[school].left_hours[layer->number] += param->consult_minutes / 60;
}

static care_contact_t
traded_contact(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const traded_t *param = layer->layer->param;

    (void) school;
    return care_refers(layer, child, param->refer);
}

const care_offer_t offer_traded = {
    .name = "traded",
    .doc = "Schools buy packages of consultation each year, by price, link quality and means.",
    .colour = "#cc79a7",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(traded_t),
    .state_size = sizeof(traded_state_t),
    .build = traded_build,
    .start = traded_start,
    .fund = traded_fund,
    .staff = traded_staff,
    .concern = traded_concern,
    .missed = traded_missed,
    .contact = traded_contact,
};
