/*
 * A single point of access (pilot type c): schools telephone a line for the whole area. Lines are staffed by rota; callers queue and
 * give up (Erlang-A). Those who leave a number, on hold or after they gave up, are called back when no caller waits, or once they
 * have waited as long as was promised. A school not reached decides alone, or through today's duty line. Parents may share the line.
 */
#include "models/build.h"
#include "models/rota.h"
#include "models/run.h"

#include <math.h>
#include <string.h>

typedef struct {
    double call_minutes, patience_minutes, wte_per_line, lines_max, schools_line, rings, refer, found;
    double callback, callback_after, callback_message, callback_within, callback_patience;
    double parents, parent_minutes, parent_refers;
    care_rota_t rota;
} spoa_t;

typedef struct {
    uint32_t rings; /* the address of the draw */
} spoa_state_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(spoa_t, field), source, doc                         \
    }
#define ROTA_HOURS 40.0 /* a week, of which wte_per_line speaks */

static const care_param_t PARAM[] = {
    ROW(call_minutes, "minutes", 1, 240, 30, "asm_duty_call_min",
        "Mean length of a school's call, notes included (exponential)."),
    ROW(patience_minutes, "minutes", 0.1, 600, 6, "assumption", "Mean time a caller holds the line (exponential)."),
    ROW(wte_per_line, "WTE", 0.1, 20, 1.486, "assumption",
        "Posts to keep one line open 40 hours a school week (7 lines, 10.4 posts); other rotas in proportion."),
    ROW(lines_max, "count", 0, 1000, 1000, "assumption", "Most lines; money beyond goes to core."),
    ROW(schools_line, "count", 0, 1000, 80, "assumption",
        "Schools for each line at least: 800 lose 3% of calls on seven lines, and hardly any on ten. More lines than that are not "
        "staffed; 0 = no such limit, as for a line that is open to parents."),
    ROW(rings, "share", 0, 1, 0.8, "assumption", "Share of wishes for which the school rings the line."),
    ROW(refer, "share", 0, 1, 0.25, "assumption", "Share of consultations referred to the NHS."),
    ROW(found, "share", 0, 1, 0.08, "assumption", "Concerns uncovered, as a share of those raised today."),
    ROW(callback, "share", 0, 1, 0, "assumption", "Share of those offered a call-back while on hold who take it."),
    ROW(callback_after, "minutes", 0.1, 240, 3, "assumption", "When it is offered."),
    ROW(callback_message, "share", 0, 1, 0, "assumption",
        "Share of those who give up, or find nobody on duty, who leave a number."),
    ROW(callback_within, "hours", 0.1, 336, 24, "assumption",
        "Who has waited so long for the call goes before those on hold."),
    ROW(callback_patience, "days", 0.1, 60, 3, "assumption", "Mean time until a school no longer needs the call."),
    ROW(parents, "", 0, 100, 0, "assumption",
        "Calls of parents for each school's call; 7.3: schools are 12% of callers."),
    ROW(parent_minutes, "minutes", 1, 240, 10, "asm_duty_call_min", "Mean length of a parent's call (exponential)."),
    ROW(parent_refers, "share", 0, 1, 0.05, "assumption",
        "Share of parents' calls answered that become requests which nobody would have made otherwise."),
    CARE_ROTA_ROWS(spoa_t),
};

/* A stage of the line: so long a call, so long patience. */
static int
spoa_stage(const char *name, double call_minutes, double patience_days, sim_stage_t *stage)
{
    int ret;

    sim_stage_default(stage, name, "spoa_line");
    stage->n_timers = 1;
    memcpy(stage->timer[0].name, "not_reached", sizeof("not_reached"));
    stage->timer[0].leave = 1;
    ret = sim_dist_init_exponential(&stage->service, call_minutes / 1440);
    return ret != 0 ? ret : sim_dist_init_exponential(&stage->timer[0].after, patience_days);
}

static int
spoa_route(care_build_t *build, const char *stage, const char *outcome, const char *to, double probability)
{
    sim_route_t route;

    sim_route_default(&route, stage, outcome, to);
    route.probability = probability;
    return sim_pathway_add_route(build->pathway, &route);
}

static int
spoa_build_line(care_build_t *build)
{
    const spoa_t *param = build->layer->param;
    sim_pool_t pool;
    int ret;

    if (param->rota.peak_from > param->rota.peak_to) {
        return care_build_refuse(build, "peak_from %g is after peak_to %g", param->rota.peak_from, param->rota.peak_to);
    }
    sim_pool_default(&pool, "spoa_line", SIM_POOL_SERVERS);
    pool.units = 0;
    pool.n_bands = 1;
    pool.band_days[0] = param->callback_within / 24;
    ret = care_rota_pool(&param->rota, build->spec->start, &pool);
    if (ret != 0) {
        sim_pool_free(&pool);
        return ret == SIM_ERR_BAD_PARAM ? care_build_refuse(build, "its lines are never open (opens %g, closes %g)",
                                              param->rota.opens, param->rota.closes)
                                        : ret;
    }
    return sim_pathway_add_pool(build->pathway, &pool);
}

/* Callers on hold are offered a call-back once; those who give up may leave a number. */
static int
spoa_build_call(care_build_t *build)
{
    const spoa_t *param = build->layer->param;
    sim_timer_t *offered;
    sim_stage_t stage;
    int ret = spoa_stage("spoa_call", param->call_minutes, param->patience_minutes / 1440, &stage);

    stage.tag = CARE_ROLE_CONSULT;
    care_build_decide(&stage, CARE_DECIDE_CONTACT);
    if (ret == 0 && param->callback > 0) {
        offered = &stage.timer[stage.n_timers++];
        memcpy(offered->name, "call_back", sizeof("call_back"));
        offered->leave = param->callback;
        ret = sim_dist_init_fixed(&offered->after, param->callback_after / 1440);
    }
    if (ret == 0) {
        ret = sim_pathway_add_stage(build->pathway, &stage);
    }
    if (ret == 0 && param->callback > 0) {
        ret = spoa_route(build, "spoa_call", "call_back", "spoa_callback", 1);
    }
    return ret != 0 ? ret : care_build_consult_routes(build, "spoa_call", NULL);
}

/* Of the route "not_reached" that every consultation has, a share leads to the call-back. */
static int
spoa_message(care_build_t *build, double share)
{
    for (size_t i = 0; i < build->pathway->n_routes && share > 0; i++) {
        sim_route_t *route = &build->pathway->route[i];

        if (strcmp(route->stage_name, "spoa_call") == 0 && strcmp(route->outcome, "not_reached") == 0) {
            route->probability = 1 - share;
        }
    }
    return share > 0 ? spoa_route(build, "spoa_call", "not_reached", "spoa_callback", share) : 0;
}

/* Calls back are made when nobody is on hold, or when they are due. */
static int
spoa_build_callback(care_build_t *build)
{
    const spoa_t *param = build->layer->param;
    sim_stage_t stage;
    int ret;

    if (param->callback <= 0 && param->callback_message <= 0) {
        return 0;
    }
    ret = spoa_stage("spoa_callback", param->call_minutes, param->callback_patience, &stage);
    stage.tag = CARE_ROLE_CONSULT;
    memset(stage.priority, 1, sizeof(stage.priority));
    care_build_decide(&stage, CARE_DECIDE_CONTACT);
    if (ret == 0) {
        ret = sim_pathway_add_stage(build->pathway, &stage);
    }
    if (ret == 0) {
        ret = care_build_contact_routes(build, "spoa_callback", NULL);
    }
    return ret != 0 ? ret : spoa_message(build, param->callback_message);
}

/* Parents ring as schools do, so many times as often. They come on top of the children of every plan and are not counted among them. */
static int
spoa_build_parent_source(care_build_t *build, const sim_source_t *school)
{
    const spoa_t *param = build->layer->param;
    const care_concern_t *concern = &build->spec->concern;
    double calls = concern->wish * param->rings / (1 + concern->extra_max);
    sim_source_t source;
    int ret;

    sim_source_default(&source, "spoa_parents", "spoa_parent");
    source.tag = CARE_SOURCE_OTHER;
    source.sets = CARE_FLAG_CALLER;
    source.office_hours = school->office_hours;
    memcpy(source.class_share, school->class_share, sizeof(source.class_share));
    ret = sim_nhpp_copy(&source.rate, &school->rate);
    if (ret != 0) {
        return ret;
    }
    sim_nhpp_scale(&source.rate, calls * param->parents);
    return sim_pathway_add_source(build->pathway, &source);
}

static int
spoa_build_parents(care_build_t *build)
{
    const spoa_t *param = build->layer->param;
    const sim_pathway_t *pathway = build->pathway;
    sim_stage_t stage;
    size_t school = 0;
    int ret;

    while (school < pathway->n_sources && pathway->source[school].tag != CARE_SOURCE_SCHOOL) {
        school++;
    }
    if (param->parents <= 0 || school == pathway->n_sources) {
        return 0;
    }
    ret = spoa_stage("spoa_parent", param->parent_minutes, param->patience_minutes / 1440, &stage);
    if (ret == 0) {
        ret = sim_pathway_add_stage(build->pathway, &stage);
    }
    if (ret == 0) {
        ret = spoa_route(build, "spoa_parent", "done", build->door, param->parent_refers);
    }
    if (ret == 0) {
        ret = spoa_route(build, "spoa_parent", "done", "exit", 1 - param->parent_refers);
    }
    return ret != 0 ? ret : spoa_build_parent_source(build, &pathway->source[school]);
}

static int
spoa_build(care_build_t *build)
{
    int ret = spoa_build_line(build);

    if (ret == 0) {
        ret = spoa_build_call(build);
    }
    if (ret == 0) {
        ret = spoa_build_callback(build);
    }
    return ret != 0 ? ret : spoa_build_parents(build);
}

static int
spoa_start(care_layer_run_t *layer)
{
    spoa_state_t *state = layer->state;

    state->rings = sim_hash("rings");
    layer->pool = sim_pathway_find_pool(&layer->run->model->pathway, "spoa_line");
    layer->found = ((const spoa_t *) layer->layer->param)->found;
    return 0;
}

/* Posts that keep one line on its rota. */
static double
spoa_line_wte(const spoa_t *param)
{
    return param->wte_per_line * care_rota_hours(&param->rota) * care_rota_weeks(&param->rota) /
           (ROTA_HOURS * CARE_SCHOOL_WEEKS);
}

/* Whole lines only; what is left pays posts in core. */
static int
spoa_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const spoa_t *param = layer->layer->param;
    double wte = care_layer_wte(layer, pence), line = spoa_line_wte(param);
    double most = fmax(1, round(param->lines_max * layer->run->spec->scale));
    double useful = param->schools_line > 0 ? ceil((double) layer->n_schools / param->schools_line) : INFINITY;
    double posts = fmin(floor(wte / line + 1e-9), fmin(most, useful)) * line;
    int ret = care_layer_posts(layer, posts);

    (void) year;
    return ret != 0 ? ret : care_layer_core_posts(layer, wte - posts);
}

static int
spoa_staff(care_layer_run_t *layer)
{
    double lines = floor(layer->in_post / spoa_line_wte(layer->layer->param) + 1e-9);

    for (size_t i = 0; i < layer->n_schools; i++) {
        care_school_cover(layer, layer->order[i], lines > 0);
    }
    return sim_replication_set_units(layer->run->rep, layer->pool, 0, lines);
}

/* Some wish for a consultation and do not ring. */
static int
spoa_concern(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const spoa_t *param = layer->layer->param;
    const spoa_state_t *state = layer->state;

    (void) school;
    return sim_uniform(layer->run->child[child].key, state->rings, 0, 0) < param->rings;
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
    .doc =
        "A single point of access: telephone lines for the area, staffed by rota, with callers who give up and calls back.",
    .colour = "#0072b2",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(spoa_t),
    .state_size = sizeof(spoa_state_t),
    .build = spoa_build,
    .start = spoa_start,
    .fund = spoa_fund,
    .staff = spoa_staff,
    .concern = spoa_concern,
    .contact = spoa_contact,
};
