#include "sim/cli/loads.h"

#include <math.h>
#include <stdlib.h>

#define SWEEPS 10000
#define YEAR_DAYS 365.25
#define MINUTES 1440.0

/* ---- demand ---- */

static double
dates_within(const sim_source_t *source, double from_day, double to_day)
{
    double n = 0.0;

    for (size_t i = 0; i < source->n_dates; i++) {
        n += source->date_days[i] >= from_day && source->date_days[i] < to_day ? 1.0 : 0.0;
    }
    return n;
}

double
cli_demand(const sim_source_t *source, double from_day, double to_day)
{
    double batch = sim_dist_given(&source->batch) ? source->batch.mean : 1.0, days = to_day - from_day, n;

    if (sim_dist_given(&source->between)) {
        n = days / source->between.mean;
    } else {
        n = source->n_dates > 0 ? dates_within(source, from_day, to_day)
                                : sim_nhpp_expected(&source->rate, from_day, to_day);
    }
    return days > 0.0 ? n * batch * YEAR_DAYS / days : 0.0;
}

/* Whether the flows alone say where everybody goes. */
static bool
flows_known(const sim_pathway_t *pathway)
{
    if (pathway->n_sources == 0) {
        return false;
    }
    for (size_t s = 0; s < pathway->n_stages; s++) {
        if (pathway->stage[s].decision >= 0) {
            return false;
        }
    }
    for (size_t r = 0; r < pathway->n_routes; r++) {
        const sim_route_t *route = &pathway->route[r];

        if (route->outcome_index == SIM_OUTCOME_DONE && (route->with_flags != 0 || route->without_flags != 0)) {
            return false;
        }
    }
    return true;
}

/* ---- work ---- */

static double
mean_of(const sim_dist_t *dist)
{
    return sim_dist_given(dist) ? dist->mean : 0.0;
}

/* Server-days or minutes that one visit to a stage takes. */
static double
work_per_visit(const sim_stage_t *stage, const sim_pool_t *pool)
{
    double sessions = sim_dist_given(&stage->sessions) ? fmax(1.0, stage->sessions.mean) : 1.0;

    if (pool->kind == SIM_POOL_DIARY) {
        return sessions * sim_stage_minutes(stage, pool) / (1.0 - stage->dna - stage->cancel);
    }
    return (mean_of(&stage->setup) + stage->service.mean + mean_of(&stage->cleaning)) /
           (stage->group_max > 0 ? (double) stage->group_max : 1.0);
}

/* Work a year of each pool, for these visits a year by stage and class. */
static void
pools_work(const sim_pathway_t *pathway, const double *flow, double *work)
{
    for (size_t p = 0; p < pathway->n_pools; p++) {
        work[p] = 0.0;
    }
    for (size_t s = 0; s < pathway->n_stages; s++) {
        const sim_stage_t *stage = &pathway->stage[s];

        for (size_t c = 0; c < pathway->n_classes && stage->pool_index >= 0; c++) {
            work[stage->pool_index] +=
                flow[s * pathway->n_classes + c] * work_per_visit(stage, &pathway->pool[stage->pool_index]);
        }
    }
}

/* Whether a list at this stage may be shortened, or kept short, otherwise than by serving it. */
static bool
has_exit(const sim_stage_t *stage)
{
    bool found = stage->n_baulk > 0 || stage->room != SIZE_MAX || stage->limit > 0 || stage->decline > 0.0;

    for (size_t t = 0; t < stage->n_timers && !found; t++) {
        found = stage->timer[t].leave > 0.0;
    }
    return found;
}

/* ---- flows that are not known ---- */

static bool
leads_to(const sim_route_t *route, size_t stage)
{
    bool found = route->target == (int) stage;

    for (size_t i = 0; i < route->n_shortest && !found; i++) {
        found = route->shortest[i] == (int) stage;
    }
    return found;
}

/* Whether a stage has others than the flows tell of: by an outcome of another pool's stage other than "done", or from
   such a stage. */
static bool
gets_more(const sim_pathway_t *pathway, const bool *more, size_t stage)
{
    for (size_t r = 0; r < pathway->n_routes; r++) {
        const sim_route_t *route = &pathway->route[r];
        int from = pathway->stage[route->stage].pool_index, to = pathway->stage[stage].pool_index;

        if (route->probability > 0.0 && leads_to(route, stage) &&
            (more[route->stage] || (route->outcome_index != SIM_OUTCOME_DONE && (from != to || from < 0)))) {
            return true;
        }
    }
    return false;
}

/* The stages of which the flows do not tell all. */
static void
find_more(const sim_pathway_t *pathway, bool *more)
{
    bool grown = true;

    while (grown) {
        grown = false;
        for (size_t s = 0; s < pathway->n_stages; s++) {
            if (!more[s] && gets_more(pathway, more, s)) {
                more[s] = grown = true;
            }
        }
    }
}

static bool
begins_again(sim_interrupt_t how)
{
    return how == SIM_INTERRUPT_RESTART || how == SIM_INTERRUPT_RESAMPLE;
}

/* Whether those whom a pool serves may find the stage they go to full, and stay. */
static bool
may_be_blocked(const sim_pathway_t *pathway, size_t pool)
{
    for (size_t r = 0; r < pathway->n_routes; r++) {
        const sim_route_t *route = &pathway->route[r];

        for (size_t s = 0; s < pathway->n_stages && pathway->stage[route->stage].pool_index == (int) pool; s++) {
            if (pathway->stage[s].full == SIM_FULL_BLOCK && leads_to(route, s)) {
                return true;
            }
        }
    }
    return false;
}

static bool
has_repeats(const sim_pathway_t *pathway, size_t pool)
{
    const sim_pool_t *row = &pathway->pool[pool];

    return row->kind == SIM_POOL_SERVERS &&
           (begins_again(row->preempt) || begins_again(row->on_close) ||
               (sim_dist_given(&row->fails_after) && begins_again(row->on_failure)) || may_be_blocked(pathway, pool));
}

/* ---- capacity ---- */

/* Mean of steps over [from, to) when `first` holds before the first of them. */
static double
mean_steps(const sim_steps_t *steps, double first, double from, double to)
{
    double sum = 0.0, at = from, value = first;

    for (size_t i = 0; i < steps->n; i++) {
        double day = fmin(fmax(steps->day[i], from), to);

        sum += value * (day - at);
        at = day;
        value = steps->value[i];
    }
    return to > from ? (sum + value * (to - at)) / (to - from) : first;
}

/* Open days a year. */
static double
open_days(const care_model_t *model, const sim_pool_t *pool, double from_day, double to_day)
{
    const sim_calendar_t *calendar = &model->calendar;
    long from = (long) from_day, to = (long) ceil(to_day);
    double scale = to > from ? YEAR_DAYS / (double) (to - from) : 0.0;
    int flag = pool->open == SIM_OPEN_WORKING ? SIM_DAY_WORKING : SIM_DAY_SCHOOL;
    double week = pool->open != SIM_OPEN_WEEKLY ? 1.0 : pool->weeks_apart > 1 ? 5.0 * pool->weeks_apart : 5.0;

    if (pool->open == SIM_OPEN_EVERY) {
        return YEAR_DAYS;
    }
    return (double) sim_calendar_count(calendar, from, to, flag) * scale / week;
}

/* Server-days a year of one unit: its timetable, closed days and repairs taken off. */
static double
server_days(const care_model_t *model, const sim_pool_t *pool, double from_day, double to_day)
{
    double days = pool->closed_days ? open_days(model, pool, from_day, to_day) : YEAR_DAYS;

    if (pool->minutes_per_unit > 0.0) {
        days = open_days(model, pool, from_day, to_day) * pool->minutes_per_unit / MINUTES;
    }
    if (pool->timetable.n > 0 && pool->cycle_days > 0.0) {
        days *= mean_steps(&pool->timetable, pool->timetable.value[pool->timetable.n - 1], 0.0, pool->cycle_days);
    }
    if (sim_dist_given(&pool->fails_after)) {
        days *= pool->fails_after.mean / (pool->fails_after.mean + pool->repair.mean);
    }
    return days;
}

static double
units_of(const sim_pool_t *pool, double from_day, double to_day)
{
    return mean_steps(&pool->steps, pool->units, from_day, to_day) * (double) pool->n_members;
}

static double
capacity_of(const care_model_t *model, const sim_pool_t *pool, double from_day, double to_day)
{
    double units = units_of(pool, from_day, to_day);

    return pool->kind == SIM_POOL_SERVERS ? units * server_days(model, pool, from_day, to_day)
                                          : units * pool->minutes_per_unit * open_days(model, pool, from_day, to_day);
}

/* ---- flows ---- */

/* Add to next what a route takes on of the flow of one class. */
static void
follow_route(const sim_pathway_t *pathway, const sim_route_t *route, size_t cls, double x, double *next)
{
    size_t to = route->class_to == SIM_SAME_CLASS ? cls : (size_t) route->class_to, n = pathway->n_classes;

    if (route->target != SIM_EXIT) {
        next[(size_t) route->target * n + to] += x / (double) (route->n_shortest + 1);
    }
    for (size_t i = 0; i < route->n_shortest; i++) {
        if (route->shortest[i] != SIM_EXIT) {
            next[(size_t) route->shortest[i] * n + to] += x / (double) (route->n_shortest + 1);
        }
    }
}

/* passed[s]: share of those at stage s that its pool can serve. */
static void
follow_routes(const sim_pathway_t *pathway, const double *flow, const double *passed, double *next)
{
    for (size_t r = 0; r < pathway->n_routes; r++) {
        const sim_route_t *route = &pathway->route[r];
        size_t s = (size_t) route->stage;

        for (size_t c = 0; c < pathway->n_classes && route->outcome_index == SIM_OUTCOME_DONE; c++) {
            if (route->class_mask == 0 || (route->class_mask >> c & 1u) != 0) {
                follow_route(pathway, route, c, flow[s * pathway->n_classes + c] * passed[s] * route->probability,
                    next);
            }
        }
    }
}

/* What each pool can serve of what is asked of it; load holds the capacities, work has room for the pools. */
static void
find_passed(const sim_pathway_t *pathway, const double *flow, const cli_load_t *load, double *passed, double *work)
{
    pools_work(pathway, flow, work);
    for (size_t s = 0; s < pathway->n_stages; s++) {
        int pool = pathway->stage[s].pool_index;

        passed[s] = pool < 0 || work[pool] <= load[pool].capacity ? 1.0 : load[pool].capacity / work[pool];
    }
}

/* One step of x <- demand + min(x, capacity) P; @return how much it changed, relative to the whole. */
static double
sweep(const care_model_t *model, const cli_load_t *load, const double *demand, double *flow, double *next)
{
    size_t n = model->pathway.n_stages * model->pathway.n_classes;
    double change = 0.0, total = 1e-300, *passed = next + n;

    for (size_t i = 0; i < n; i++) {
        next[i] = demand[i];
    }
    find_passed(&model->pathway, flow, load, passed, passed + model->pathway.n_stages);
    follow_routes(&model->pathway, flow, passed, next);
    for (size_t i = 0; i < n; i++) {
        change += fabs(next[i] - flow[i]);
        total += next[i];
        flow[i] = next[i];
    }
    return change / total;
}

static void
put_demand(const care_model_t *model, double from_day, double to_day, double *demand)
{
    const sim_pathway_t *pathway = &model->pathway;

    for (size_t i = 0; i < pathway->n_sources; i++) {
        const sim_source_t *source = &pathway->source[i];
        double a_year = cli_demand(source, from_day, to_day);

        for (size_t c = 0; c < pathway->n_classes && source->target >= 0; c++) {
            demand[(size_t) source->target * pathway->n_classes + c] += a_year * source->class_share[c];
        }
    }
}

/* Visits a year by stage and class; the caller frees *flow. */
static int
solve_flows(const care_model_t *model, const cli_load_t *load, double from_day, double to_day, double **flow)
{
    size_t n = model->pathway.n_stages * model->pathway.n_classes;
    double *demand = calloc(2 * n + model->pathway.n_stages + model->pathway.n_pools + 1, sizeof(*demand)),
           change = 1.0;

    *flow = calloc(n + 1, sizeof(**flow));
    if (demand == NULL || *flow == NULL) {
        free(demand);
        return SIM_ERR_NO_MEMORY;
    }
    put_demand(model, from_day, to_day, demand);
    for (int i = 0; i < SWEEPS && change > 1e-12; i++) {
        change = sweep(model, load, demand, *flow, demand + n);
    }
    free(demand);
    return change <= 1e-6 ? 0 : SIM_ERR_UNSUPPORTED;
}

static void
load_pool(const care_model_t *model, size_t p, const double *flow, const bool *more, double work, double units,
    cli_load_t *load)
{
    const sim_pathway_t *pathway = &model->pathway;
    const sim_pool_t *pool = &pathway->pool[p];
    double starts = 0.0, all = 0.0, most = pool->kind == SIM_POOL_DIARY ? pool->starts_per_unit * units : 0.0;

    for (size_t s = 0; s < pathway->n_stages; s++) {
        double visits = 0.0;

        for (size_t c = 0; c < pathway->n_classes && pathway->stage[s].pool_index == (int) p; c++) {
            visits += flow[s * pathway->n_classes + c];
        }
        starts += pathway->stage[s].takes_start ? visits : 0.0;
        load->has_more = load->has_more || (pathway->stage[s].pool_index == (int) p && more[s]);
        load->has_exit = load->has_exit || (pathway->stage[s].pool_index == (int) p && has_exit(&pathway->stage[s]));
        all += visits;
    }
    load->per_week = all * 7.0 / YEAR_DAYS;
    load->load = load->capacity > 0.0 ? work / load->capacity : NAN;
    if (most > 0.0) {
        load->load = fmax(load->load, starts * 7.0 / YEAR_DAYS / most);
    }
    if (load->has_more && all <= 0.0) {
        load->load = load->per_week = NAN;
    }
}

int
cli_loads(const care_model_t *model, double from_day, double to_day, cli_load_t *load)
{
    const sim_pathway_t *pathway = &model->pathway;
    double *flow = NULL, *work = calloc(pathway->n_pools + 1, sizeof(*work));
    bool *more = calloc(pathway->n_stages + 1, sizeof(*more));
    int ret;

    for (size_t p = 0; p < pathway->n_pools; p++) {
        load[p].capacity = capacity_of(model, &model->pathway.pool[p], from_day, to_day);
        load[p].load = load[p].per_week = NAN;
        load[p].has_more = load[p].has_exit = false;
        load[p].has_repeats = has_repeats(&model->pathway, p);
    }
    ret = flows_known(pathway) ? solve_flows(model, load, from_day, to_day, &flow) : SIM_ERR_UNSUPPORTED;
    ret = work == NULL || more == NULL ? SIM_ERR_NO_MEMORY : ret;
    if (ret == 0) {
        pools_work(pathway, flow, work);
        find_more(pathway, more);
    }
    for (size_t p = 0; ret == 0 && p < pathway->n_pools; p++) {
        load_pool(model, p, flow, more, work[p], units_of(&pathway->pool[p], from_day, to_day), &load[p]);
    }
    free(more);
    free(work);
    free(flow);
    return ret;
}

double
cli_growth(const cli_load_t *load)
{
    return load->load > 1.0 ? load->per_week * (1.0 - 1.0 / load->load) : 0.0;
}
