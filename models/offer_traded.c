/*
 * Schools buy packages each year by their willingness to pay. Last year's sales hire this year's staff, or the provider keeps a team
 * of at least so many; hours not bought are its loss. A core of hours can be free for every school: the commissioner buys it at the
 * tariff's price. Schools that do not buy keep today's route. Of the plan's total money, what the team does not cost goes to core posts.
 */
#include "models/build.h"
#include "models/purchase.h"
#include "models/run.h"

#include <math.h>

typedef struct {
    care_tariff_t tariff;
    double posts_least, core_primary, core_secondary, core_special;
    double consult_minutes, refer, found, patience_days;
} traded_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(traded_t, field), source, doc                       \
    }

static const care_param_t PARAM[] = {
    CARE_TARIFF_ROWS(traded_t),
    ROW(posts_least, "WTE", 0, 1000, 0, "assumption", "Posts that the provider keeps however little is sold."),
    ROW(core_primary, "hours", 0, 1000, 0, "assumption",
        "Free hours a year for each primary school, besides a package."),
    ROW(core_secondary, "hours", 0, 1000, 0, "assumption", "... for a secondary school."),
    ROW(core_special, "hours", 0, 1000, 0, "assumption", "... for a special school."),
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
    layer->trades = true;
    return 0;
}

static double
traded_core(const care_layer_run_t *layer, uint32_t school)
{
    const traded_t *param = layer->layer->param;
    const double hours[CARE_SCHOOL_TYPES] = { param->core_primary, param->core_secondary, param->core_special };

    return hours[layer->run->school[school].type];
}

/* Buyers, and schools with a free core, hold the offer once there is anybody to give it. */
static void
traded_cover(care_layer_run_t *layer)
{
    for (size_t i = 0; i < layer->n_schools; i++) {
        uint32_t school = layer->order[i], bought = layer->run->school[school].bought & (1u << layer->number);

        care_school_cover(layer, school, (bought != 0 || traded_core(layer, school) > 0) && layer->in_post > 0);
    }
}

/* The year's free hours, on top of those bought. @return their sum */
static double
traded_give_core(care_layer_run_t *layer)
{
    double sum = 0;

    for (size_t i = 0; i < layer->n_schools; i++) {
        double core = traded_core(layer, layer->order[i]);

        layer->run->school[layer->order[i]].left_hours[layer->number] += core;
        sum += core;
    }
    return sum;
}

static int
traded_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const traded_t *param = layer->layer->param;
    traded_state_t *state = layer->state;
    double sold = care_sell(layer, &param->tariff, year, pence, false);
    double hire = year == 0 ? sold : state->sold_hours, core = traded_give_core(layer), wte;
    int ret;

    state->sold_hours = sold;
    layer->income_pence = layer->school_pence + llround(core * param->tariff.price * 100);
    traded_cover(layer);
    pence += care_layer_on_top(layer);
    wte = care_layer_wte(layer, pence); /* what the plan's money pays, and no more: plans are compared at equal money */
    ret = care_layer_posts(layer,
        fmin(wte, fmax(param->posts_least * layer->run->spec->scale, (hire + core) / care_layer_contact_hours(layer))));
    return ret != 0 ? ret : care_layer_core_posts(layer, wte - layer->posts);
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
