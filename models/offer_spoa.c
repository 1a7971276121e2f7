/*
 * A single point of access (pilot type c): schools telephone a line for the whole area; callers queue and give up (Erlang-A). A
 * caller not reached decides alone, or through today's duty line.
 */
#include "models/build.h"
#include "models/run.h"

#include <math.h>
#include <string.h>

typedef struct {
    double call_minutes, patience_minutes, wte_per_line, refer, found;
} spoa_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(spoa_t, field), source, doc                         \
    }

static const care_param_t PARAM[] = {
    ROW(call_minutes, "minutes", 1, 240, 30, "asm_duty_call_min",
        "Mean length of a call, notes included (exponential)."),
    ROW(patience_minutes, "minutes", 0.1, 600, 6, "assumption", "Mean time a caller holds the line (exponential)."),
    ROW(wte_per_line, "WTE", 0.1, 20, 1.486, "assumption",
        "Posts to keep one line open 40 hours a school week (7 lines, 10.4 posts)."),
    ROW(refer, "share", 0, 1, 0.25, "assumption", "Share of consultations referred to the NHS."),
    ROW(found, "share", 0, 1, 0.08, "assumption", "Concerns uncovered, as a share of those raised today."),
};

static int
spoa_build(care_build_t *build)
{
    const spoa_t *param = build->layer->param;
    sim_pool_t pool;
    sim_stage_t stage;
    int ret;

    sim_pool_default(&pool, "spoa_line", SIM_POOL_SERVERS);
    pool.units = 0;
    pool.open = SIM_OPEN_SCHOOL;
    pool.minutes_per_unit = 8 * 60; /* callers ring between 08:30 and 16:30 on school days */
    ret = sim_pathway_add_pool(build->pathway, &pool);
    sim_stage_default(&stage, "spoa_call", "spoa_line");
    stage.tag = CARE_ROLE_CONSULT;
    stage.n_timers = 1;
    memcpy(stage.timer[0].name, "not_reached", sizeof("not_reached"));
    stage.timer[0].leave = 1;
    care_build_decide(&stage, CARE_DECIDE_CONTACT);
    if (ret == 0) {
        ret = sim_dist_init_exponential(&stage.service, param->call_minutes / 1440);
    }
    if (ret == 0) {
        ret = sim_dist_init_exponential(&stage.timer[0].after, param->patience_minutes / 1440);
    }
    if (ret == 0) {
        ret = sim_pathway_add_stage(build->pathway, &stage);
    }
    return ret != 0 ? ret : care_build_consult_routes(build, "spoa_call", NULL);
}

static int
spoa_start(care_layer_run_t *layer)
{
    layer->pool = sim_pathway_find_pool(&layer->run->model->pathway, "spoa_line");
    layer->found = ((const spoa_t *) layer->layer->param)->found;
    return 0;
}

/* Whole lines only; what is left pays posts in core. */
static int
spoa_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const spoa_t *param = layer->layer->param;
    double wte = care_layer_wte(layer, pence);
    double posts = floor(wte / param->wte_per_line + 1e-9) * param->wte_per_line;
    int ret = care_layer_posts(layer, posts);

    (void) year;
    return ret != 0 ? ret : care_layer_core_posts(layer, wte - posts);
}

static int
spoa_staff(care_layer_run_t *layer)
{
    const spoa_t *param = layer->layer->param;
    double lines = floor(layer->in_post / param->wte_per_line + 1e-9);

    for (size_t i = 0; i < layer->n_schools; i++) {
        care_school_cover(layer, layer->order[i], lines > 0);
    }
    return sim_replication_set_units(layer->run->rep, layer->pool, 0, lines);
}

static care_contact_t
spoa_contact(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const spoa_t *param = layer->layer->param;

    (void) school;
    return care_refers(layer, child, param->refer);
}

const care_offer_t offer_spoa = {
    .name = "spoa",
    .doc = "A single point of access: one telephone line for the area, with callers who queue and give up.",
    .colour = "#0072b2",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(spoa_t),
    .build = spoa_build,
    .start = spoa_start,
    .fund = spoa_fund,
    .staff = spoa_staff,
    .concern = care_takes_all,
    .contact = spoa_contact,
};
