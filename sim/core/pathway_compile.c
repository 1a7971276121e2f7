/*
 * Compiling a pathway: every row is checked and every fault reported, names become indices, routes are ordered by stage
 * and outcome, and the routes that close a cycle are marked `again`.
 *
 * Cycles are found by depth-first search from the stages in row order: a route to a stage still on the search's path
 * is a back edge, and every cycle has at least one (Tarjan 1972).
 */
#include "sim/core/pathway.h"
#include "sim/core/random.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPILE_TOLERANCE 1e-9
#define COMPILE_HORIZON_DAYS 42

typedef struct {
    sim_pathway_t *pathway;
    void (*report)(void *ctx, const sim_fault_t *fault);
    void *ctx;
    size_t faults;
} compile_t;

__attribute__((format(printf, 4, 5))) static void
compile_fault(compile_t *self, const char *room, size_t index, const char *format, ...)
{
    sim_fault_t fault;
    va_list args;

    memset(&fault, 0, sizeof(fault));
    va_start(args, format);
    vsnprintf(fault.text, sizeof(fault.text), format, args);
    va_end(args);
    snprintf(fault.room, sizeof(fault.room), "%s", room);
    fault.index = index;
    self->faults++;
    if (self->report != NULL) {
        self->report(self->ctx, &fault);
    }
}

static bool
compile_is_probability(double p)
{
    return p >= 0 && p <= 1;
}

static bool
compile_is_whole(double x)
{
    return x >= 0 && x <= INT32_MAX && fabs(x - floor(x + 0.5)) <= COMPILE_TOLERANCE;
}

double
sim_stage_minutes(const sim_stage_t *stage, const sim_pool_t *pool)
{
    double minutes = stage->contact_minutes + stage->admin_minutes, slots;

    if (pool->slot_minutes <= 0) {
        return minutes;
    }
    slots = ceil(minutes / pool->slot_minutes - COMPILE_TOLERANCE);
    return (slots < 1 ? 1 : slots) * pool->slot_minutes;
}

/* ---- pools ---- */

static void
compile_pool_steps(compile_t *self, size_t i)
{
    const sim_pool_t *pool = &self->pathway->pool[i];
    double last = 0;
    size_t k;

    for (k = 0; k < pool->n_steps; k++) {
        if (!(pool->step_day[k] >= last) || !isfinite(pool->step_day[k])) {
            compile_fault(self, "pool", i, "pool \"%s\": the days of its dated changes must not go back", pool->name);
        }
        if (!(pool->step_units[k] >= 0) || !isfinite(pool->step_units[k])) {
            compile_fault(self, "pool", i, "pool \"%s\": units %g of a dated change, must be 0 or more", pool->name,
                pool->step_units[k]);
        } else if (pool->kind == SIM_POOL_SERVERS && !compile_is_whole(pool->step_units[k])) {
            compile_fault(self, "pool", i, "pool \"%s\": %g servers, must be a whole number", pool->name,
                pool->step_units[k]);
        }
        last = pool->step_day[k];
    }
}

static void
compile_diary(compile_t *self, size_t i)
{
    sim_pool_t *pool = &self->pathway->pool[i];

    if (!(pool->minutes_per_unit > 0) || !isfinite(pool->minutes_per_unit)) {
        compile_fault(self, "pool", i, "pool \"%s\": a diary needs minutes a day for each unit", pool->name);
    }
    if (!(pool->slot_minutes >= 0) || !(pool->starts_per_unit >= 0)) {
        compile_fault(self, "pool", i, "pool \"%s\": slot minutes and starts must be 0 or more", pool->name);
    }
    if (pool->horizon_days < 0 || pool->horizon_days > 3660) {
        compile_fault(self, "pool", i, "pool \"%s\": horizon %d days, must be 1 to 3660", pool->name,
            pool->horizon_days);
    } else if (pool->horizon_days == 0) {
        pool->horizon_days = COMPILE_HORIZON_DAYS;
    }
}

static void
compile_pool(compile_t *self, size_t i)
{
    const sim_pool_t *pool = &self->pathway->pool[i];
    int first = sim_pathway_find_pool(self->pathway, pool->name);

    if (pool->name[0] == '\0' || first != (int) i) {
        compile_fault(self, "pool", i, "pool \"%s\": the name is empty or used twice", pool->name);
    }
    if (pool->n_members == 0 || pool->n_members > UINT16_MAX) {
        compile_fault(self, "pool", i, "pool \"%s\": %zu members, must be 1 to 65535", pool->name, pool->n_members);
    }
    if (!(pool->units >= 0) || !isfinite(pool->units)) {
        compile_fault(self, "pool", i, "pool \"%s\": units %g, must be 0 or more", pool->name, pool->units);
    } else if (pool->kind == SIM_POOL_SERVERS && !compile_is_whole(pool->units)) {
        compile_fault(self, "pool", i, "pool \"%s\": %g servers, must be a whole number", pool->name, pool->units);
    }
    compile_pool_steps(self, i);
    if (pool->kind == SIM_POOL_DIARY) {
        compile_diary(self, i);
    }
}

/* ---- stages ---- */

/* The longest booking a day of one member can ever hold, by its units at the start and its dated changes. */
static double
compile_day_minutes(const sim_pool_t *pool)
{
    double units = pool->units, minutes;
    size_t k;

    for (k = 0; k < pool->n_steps; k++) {
        units = pool->step_units[k] > units ? pool->step_units[k] : units;
    }
    minutes = units * pool->minutes_per_unit;
    if (pool->slot_minutes <= 0) {
        return minutes;
    }
    return ceil(minutes / pool->slot_minutes - COMPILE_TOLERANCE) * pool->slot_minutes;
}

static void
compile_diary_stage(compile_t *self, size_t i)
{
    const sim_stage_t *stage = &self->pathway->stage[i];
    const sim_pool_t *pool = &self->pathway->pool[stage->pool_index];
    double needs = sim_stage_minutes(stage, pool), has = compile_day_minutes(pool);

    if (!(stage->contact_minutes >= 0) || !(stage->admin_minutes >= 0) ||
        !(stage->contact_minutes + stage->admin_minutes > 0)) {
        compile_fault(self, "stage", i, "stage \"%s\": needs contact or admin minutes, as pool \"%s\" is a diary",
            stage->name, pool->name);
        return;
    }
    if (has > 0 && needs > has + COMPILE_TOLERANCE) {
        compile_fault(self, "stage", i, "stage \"%s\": needs %g minutes but a day of pool \"%s\" has %g", stage->name,
            needs, pool->name, has);
    }
}

static void
compile_servers_stage(compile_t *self, size_t i)
{
    const sim_stage_t *stage = &self->pathway->stage[i];

    if (!sim_dist_given(&stage->service)) {
        compile_fault(self, "stage", i, "stage \"%s\": needs a service time, as pool \"%s\" has servers", stage->name,
            stage->pool);
    }
    if (sim_dist_given(&stage->sessions)) {
        compile_fault(self, "stage", i, "stage \"%s\": several sessions at servers are not supported; use a diary",
            stage->name);
    }
    if (sim_dist_given(&stage->notice)) {
        compile_fault(self, "stage", i, "stage \"%s\": notice is for diaries and stages without a pool", stage->name);
    }
}

static void
compile_stage_pool(compile_t *self, size_t i)
{
    sim_stage_t *stage = &self->pathway->stage[i];

    stage->pool_index = -1;
    if (stage->pool[0] != '\0') {
        stage->pool_index = sim_pathway_find_pool(self->pathway, stage->pool);
        if (stage->pool_index < 0) {
            compile_fault(self, "stage", i, "stage \"%s\": no pool is called \"%s\"", stage->name, stage->pool);
            return;
        }
    }
    if (stage->pool_index >= 0 && self->pathway->pool[stage->pool_index].kind == SIM_POOL_DIARY) {
        compile_diary_stage(self, i);
        return;
    }
    if (stage->takes_start) {
        compile_fault(self, "stage", i, "stage \"%s\": only a diary has new starts to take", stage->name);
    }
    if (stage->pool_index >= 0) {
        compile_servers_stage(self, i);
    }
}

static void
compile_timers(compile_t *self, size_t i)
{
    sim_stage_t *stage = &self->pathway->stage[i];
    char text[2 * SIM_NAME_MAX + 8];
    size_t k;

    for (k = 0; k < stage->n_timers; k++) {
        sim_timer_t *timer = &stage->timer[k];

        snprintf(text, sizeof(text), "%s:timer:%s", stage->name, timer->name);
        timer->hash = sim_hash(text);
        if (timer->kind == SIM_TIMER_PATIENCE && !sim_dist_given(&timer->after)) {
            compile_fault(self, "stage", i, "stage \"%s\": timer \"%s\" has no time", stage->name, timer->name);
        }
        if (timer->kind == SIM_TIMER_PATIENCE && sim_dist_given(&timer->after) && sim_dist_minimum(&timer->after) < 0) {
            compile_fault(self, "stage", i, "stage \"%s\": timer \"%s\" may be negative", stage->name, timer->name);
        }
        if (timer->deadline >= SIM_DEADLINES) {
            compile_fault(self, "stage", i, "stage \"%s\": timer \"%s\": deadline %u, must be below %d", stage->name,
                timer->name, timer->deadline, SIM_DEADLINES);
        }
        if (!compile_is_probability(timer->leave)) {
            compile_fault(self, "stage", i, "stage \"%s\": timer \"%s\": leave %g, must be 0 to 1", stage->name,
                timer->name, timer->leave);
        }
    }
}

static void
compile_outcomes(compile_t *self, size_t i)
{
    sim_stage_t *stage = &self->pathway->stage[i];
    size_t o;

    if (stage->n_timers > SIM_TIMER_MAX || stage->n_labels > SIM_OUTCOME_MAX ||
        SIM_OUTCOME_FIRST_TIMER + stage->n_timers + stage->n_labels > SIM_OUTCOME_MAX) {
        compile_fault(self, "stage", i, "stage \"%s\": at most %d timers and %d outcomes", stage->name, SIM_TIMER_MAX,
            SIM_OUTCOME_MAX);
        stage->n_timers = 0;
        stage->n_labels = 0;
    }
    stage->n_outcomes = SIM_OUTCOME_FIRST_TIMER + stage->n_timers + stage->n_labels;
    for (o = 0; o < stage->n_outcomes; o++) {
        const char *name = sim_stage_outcome_name(stage, o);

        if (name[0] == '\0' || sim_stage_find_outcome(stage, name) != (int) o) {
            compile_fault(self, "stage", i, "stage \"%s\": outcome \"%s\" is empty or there twice", stage->name, name);
        }
    }
    if (stage->decision >= 0 && stage->n_labels == 0) {
        compile_fault(self, "stage", i, "stage \"%s\": its decision has no outcomes", stage->name);
    }
}

static void
compile_negative(compile_t *self, size_t i, const char *what, const sim_dist_t *dist)
{
    if (sim_dist_given(dist) && sim_dist_minimum(dist) < 0) {
        compile_fault(self, "stage", i, "stage \"%s\": %s may be negative", self->pathway->stage[i].name, what);
    }
}

static void
compile_stage_numbers(compile_t *self, size_t i)
{
    const sim_stage_t *stage = &self->pathway->stage[i];
    size_t c;

    compile_negative(self, i, "lead", &stage->lead);
    compile_negative(self, i, "service", &stage->service);
    compile_negative(self, i, "notice", &stage->notice);
    compile_negative(self, i, "second", &stage->second);
    compile_negative(self, i, "gap", &stage->gap);
    if (!compile_is_probability(stage->dna) || !compile_is_probability(stage->cancel) ||
        !(stage->dna + stage->cancel < 1)) {
        compile_fault(self, "stage", i, "stage \"%s\": dna %g and cancel %g must be 0 or more and sum to less than 1",
            stage->name, stage->dna, stage->cancel);
    }
    if (!compile_is_probability(stage->decline)) {
        compile_fault(self, "stage", i, "stage \"%s\": decline %g, must be 0 to 1", stage->name, stage->decline);
    }
    if (stage->missed_max > UINT8_MAX) {
        compile_fault(self, "stage", i, "stage \"%s\": missed_max %u, must be at most 255", stage->name,
            stage->missed_max);
    }
    for (c = 0; c < SIM_CLASS_MAX; c++) {
        if (stage->priority[c] >= SIM_PRIORITY_MAX) {
            compile_fault(self, "stage", i, "stage \"%s\": priority %d, must be 0 to %d", stage->name,
                stage->priority[c], SIM_PRIORITY_MAX - 1);
        }
    }
}

static void
compile_stage(compile_t *self, size_t i)
{
    sim_stage_t *stage = &self->pathway->stage[i];
    char text[SIM_NAME_MAX + 8];

    if (stage->name[0] == '\0' || strcmp(stage->name, "exit") == 0 ||
        sim_pathway_find_stage(self->pathway, stage->name) != (int) i) {
        compile_fault(self, "stage", i, "stage \"%s\": the name is empty, \"exit\" or used twice", stage->name);
    }
    snprintf(text, sizeof(text), "%s:session", stage->name);
    stage->hash = sim_hash(stage->name);
    stage->session_hash = sim_hash(text);
    compile_outcomes(self, i);
    compile_timers(self, i);
    compile_stage_pool(self, i);
    compile_stage_numbers(self, i);
}

/* ---- sources and initial state ---- */

static void
compile_shares(compile_t *self, const char *room, size_t i, const char *name, const double share[SIM_CLASS_MAX])
{
    double sum = 0;
    bool sound = true;
    size_t c;

    for (c = 0; c < self->pathway->n_classes; c++) {
        sound = sound && compile_is_probability(share[c]);
        sum += share[c];
    }
    if (!sound || !(fabs(sum - 1) <= COMPILE_TOLERANCE)) {
        compile_fault(self, room, i, "%s \"%s\": the class shares sum to %.10g, must be 1", room, name, sum);
    }
}

/* A stage's index, SIM_EXIT for "exit", or -2. */
static int
compile_target(const sim_pathway_t *pathway, const char *name)
{
    int stage;

    if (strcmp(name, "exit") == 0) {
        return SIM_EXIT;
    }
    stage = sim_pathway_find_stage(pathway, name);
    return stage < 0 ? -2 : stage;
}

static void
compile_source(compile_t *self, size_t i)
{
    sim_source_t *source = &self->pathway->source[i];

    if (source->name[0] == '\0' || sim_pathway_find_source(self->pathway, source->name) != (int) i) {
        compile_fault(self, "source", i, "source \"%s\": the name is empty or used twice", source->name);
    }
    source->hash = sim_hash(source->name);
    source->target = compile_target(self->pathway, source->to);
    if (source->target < SIM_EXIT) {
        compile_fault(self, "source", i, "source \"%s\": no stage is called \"%s\"", source->name, source->to);
    }
    if (sim_dist_given(&source->batch) && sim_dist_minimum(&source->batch) < 0) {
        compile_fault(self, "source", i, "source \"%s\": batch may be negative", source->name);
    }
    compile_shares(self, "source", i, source->name, source->class_share);
}

static void
compile_initial(compile_t *self, size_t i)
{
    sim_initial_t *initial = &self->pathway->initial[i];
    char text[SIM_NAME_MAX + 40];

    snprintf(text, sizeof(text), "initial:%s:%s:%u", initial->stage, initial->in_progress ? "progress" : "list",
        (unsigned) initial->tag);
    initial->hash = sim_hash(text);
    initial->target = sim_pathway_find_stage(self->pathway, initial->stage);
    if (initial->target < 0) {
        compile_fault(self, "initial", i, "initial state: no stage is called \"%s\"", initial->stage);
    }
    if (!(initial->count >= 0) || !(initial->count < 1e7)) {
        compile_fault(self, "initial", i, "initial state of \"%s\": count %g, must be 0 to 10,000,000", initial->stage,
            initial->count);
    }
    if (sim_dist_given(&initial->age) && sim_dist_minimum(&initial->age) < 0) {
        compile_fault(self, "initial", i, "initial state of \"%s\": age may be negative", initial->stage);
    }
    compile_shares(self, "initial", i, initial->stage, initial->class_share);
}

/* ---- routes ---- */

static void
compile_route(compile_t *self, size_t i)
{
    sim_route_t *route = &self->pathway->route[i];

    route->outcome_index = -1;
    route->target = compile_target(self->pathway, route->to);
    route->stage = sim_pathway_find_stage(self->pathway, route->stage_name);
    if (route->stage < 0) {
        compile_fault(self, "route", i, "route from \"%s\": no such stage", route->stage_name);
        return;
    }
    route->outcome_index = sim_stage_find_outcome(&self->pathway->stage[route->stage], route->outcome);
    if (route->outcome_index < 0) {
        compile_fault(self, "route", i, "route from \"%s\": it has no outcome \"%s\"", route->stage_name,
            route->outcome);
    }
    if (route->target < SIM_EXIT) {
        compile_fault(self, "route", i, "route from \"%s\": no stage is called \"%s\"", route->stage_name, route->to);
    }
    if (!compile_is_probability(route->probability)) {
        compile_fault(self, "route", i, "route from \"%s\" to \"%s\": probability %g, must be 0 to 1",
            route->stage_name, route->to, route->probability);
    }
}

static bool
compile_route_after(const sim_route_t *a, const sim_route_t *b)
{
    return a->stage != b->stage ? a->stage > b->stage : a->outcome_index > b->outcome_index;
}

/* A stable sort: rows of one outcome keep their order, so a route's interval of the uniform is where its row stands. */
static void
compile_sort_routes(sim_pathway_t *pathway)
{
    size_t i, k;

    for (i = 1; i < pathway->n_routes; i++) {
        sim_route_t row = pathway->route[i];

        for (k = i; k > 0 && compile_route_after(&pathway->route[k - 1], &row); k--) {
            pathway->route[k] = pathway->route[k - 1];
        }
        pathway->route[k] = row;
    }
}

static void
compile_route_sums(compile_t *self, int stage, int outcome, size_t first, size_t end)
{
    const sim_pathway_t *pathway = self->pathway;
    size_t c, k;

    for (c = 0; c < pathway->n_classes; c++) {
        double sum = 0;

        for (k = first; k < end; k++) {
            const sim_route_t *route = &pathway->route[k];

            sum += route->class_mask == 0 || (route->class_mask >> c & 1) != 0 ? route->probability : 0;
        }
        if (!(fabs(sum - 1) <= COMPILE_TOLERANCE)) {
            compile_fault(self, "stage", (size_t) stage,
                "stage \"%s\": its routes on \"%s\" sum to %.10g for class \"%s\", must be 1",
                pathway->stage[stage].name, sim_stage_outcome_name(&pathway->stage[stage], (size_t) outcome), sum,
                pathway->class_name[c]);
            return;
        }
    }
}

static void
compile_index_routes(compile_t *self)
{
    sim_pathway_t *pathway = self->pathway;
    size_t s, o, k = 0;

    compile_sort_routes(pathway);
    for (s = 0; s < pathway->n_stages; s++) {
        sim_stage_t *stage = &pathway->stage[s];

        for (o = 0; o < stage->n_outcomes; o++) {
            while (k < pathway->n_routes &&
                   (pathway->route[k].stage < (int) s ||
                       (pathway->route[k].stage == (int) s && pathway->route[k].outcome_index < (int) o))) {
                k++; /* rows at fault */
            }
            stage->first_route[o] = k;
            while (k < pathway->n_routes && pathway->route[k].stage == (int) s &&
                   pathway->route[k].outcome_index == (int) o) {
                k++;
            }
            if (k > stage->first_route[o]) {
                compile_route_sums(self, (int) s, (int) o, stage->first_route[o], k);
            }
        }
        stage->first_route[stage->n_outcomes] = k;
    }
}

enum { COMPILE_NEW, COMPILE_ON_PATH, COMPILE_DONE };

static void
compile_search(sim_pathway_t *pathway, size_t s, uint8_t *colour)
{
    const sim_stage_t *stage = &pathway->stage[s];
    size_t k;

    colour[s] = COMPILE_ON_PATH;
    for (k = stage->first_route[0]; k < stage->first_route[stage->n_outcomes]; k++) {
        int target = pathway->route[k].target;

        if (target == SIM_EXIT) {
            continue;
        }
        if (colour[target] == COMPILE_ON_PATH) {
            pathway->route[k].again = true;
        } else if (colour[target] == COMPILE_NEW) {
            compile_search(pathway, (size_t) target, colour);
        }
    }
    colour[s] = COMPILE_DONE;
}

static int
compile_mark_loops(sim_pathway_t *pathway)
{
    uint8_t *colour = calloc(pathway->n_stages + 1, 1);
    size_t s;

    if (colour == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (s = 0; s < pathway->n_stages; s++) {
        if (colour[s] == COMPILE_NEW) {
            compile_search(pathway, s, colour);
        }
    }
    free(colour);
    return 0;
}

static void
compile_rows(compile_t *self)
{
    size_t i;

    for (i = 0; i < self->pathway->n_pools; i++) {
        compile_pool(self, i);
    }
    for (i = 0; i < self->pathway->n_stages; i++) {
        compile_stage(self, i);
    }
    for (i = 0; i < self->pathway->n_sources; i++) {
        compile_source(self, i);
    }
    for (i = 0; i < self->pathway->n_initial; i++) {
        compile_initial(self, i);
    }
    for (i = 0; i < self->pathway->n_routes; i++) {
        compile_route(self, i);
    }
}

int
sim_pathway_compile(sim_pathway_t *self, void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    compile_t compile = { self, report, ctx, 0 };
    int ret;

    self->compiled = false;
    if (self->n_classes == 0 || self->n_classes > SIM_CLASS_MAX || self->n_stages > UINT16_MAX) {
        compile_fault(&compile, "stage", 0, "%zu classes and %zu stages: at most %d and %d, and at least one class",
            self->n_classes, self->n_stages, SIM_CLASS_MAX, UINT16_MAX);
        return SIM_ERR_BAD_PARAM;
    }
    compile_rows(&compile);
    compile_index_routes(&compile);
    if (compile.faults > 0) {
        return SIM_ERR_BAD_PARAM;
    }
    ret = compile_mark_loops(self);
    self->compiled = ret == 0;
    return ret;
}
