/*
 * The rows of a pathway: defaults, adding, copying, scaling and freeing. Compiling is in pathway_compile.c.
 *
 * Invariant: a row that is in the pathway owns its distributions and arrays; one that failed to be added owns nothing.
 */
#include "sim/core/pathway.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rooms double at powers of two, so the number of rows is all there is to keep. */
static void *
pathway_grow(void *rows, size_t n, size_t size)
{
    if (n != 0 && (n & (n - 1)) != 0) {
        return rows;
    }
    return realloc(rows, (n == 0 ? 1 : 2 * n) * size);
}

static void
pathway_name(char out[SIM_NAME_MAX], const char *name)
{
    snprintf(out, SIM_NAME_MAX, "%s", name == NULL ? "" : name);
}

static void
pathway_free_stage(sim_stage_t *stage)
{
    size_t i;

    sim_dist_free(&stage->lead);
    sim_dist_free(&stage->service);
    sim_dist_free(&stage->notice);
    sim_dist_free(&stage->sessions);
    sim_dist_free(&stage->second);
    sim_dist_free(&stage->gap);
    for (i = 0; i < SIM_TIMER_MAX; i++) {
        sim_dist_free(&stage->timer[i].after);
    }
}

static void
pathway_free_source(sim_source_t *source)
{
    sim_nhpp_free(&source->rate);
    sim_dist_free(&source->batch);
}

static void
pathway_free_pool(sim_pool_t *pool)
{
    free(pool->step_day);
    free(pool->step_units);
    pool->step_day = NULL;
    pool->step_units = NULL;
}

void
sim_pathway_init(sim_pathway_t *self)
{
    memset(self, 0, sizeof(*self));
    self->n_classes = 1;
    pathway_name(self->class_name[0], "all");
}

void
sim_pathway_free(sim_pathway_t *self)
{
    size_t i;

    for (i = 0; i < self->n_stages; i++) {
        pathway_free_stage(&self->stage[i]);
    }
    for (i = 0; i < self->n_sources; i++) {
        pathway_free_source(&self->source[i]);
    }
    for (i = 0; i < self->n_pools; i++) {
        pathway_free_pool(&self->pool[i]);
    }
    for (i = 0; i < self->n_initial; i++) {
        sim_dist_free(&self->initial[i].age);
    }
    for (i = 0; i < self->n_dims; i++) {
        free(self->dim[i].level);
    }
    free(self->stage);
    free(self->source);
    free(self->pool);
    free(self->route);
    free(self->initial);
    memset(self, 0, sizeof(*self));
}

void
sim_pool_default(sim_pool_t *pool, const char *name, sim_pool_kind_t kind)
{
    memset(pool, 0, sizeof(*pool));
    pathway_name(pool->name, name);
    pool->kind = kind;
    pool->n_members = 1;
    pool->units = 1;
    pool->open = SIM_OPEN_WORKING;
}

void
sim_stage_default(sim_stage_t *stage, const char *name, const char *pool)
{
    memset(stage, 0, sizeof(*stage));
    pathway_name(stage->name, name);
    pathway_name(stage->pool, pool);
    stage->decision = -1;
    stage->pool_index = -1;
}

void
sim_source_default(sim_source_t *source, const char *name, const char *to)
{
    memset(source, 0, sizeof(*source));
    pathway_name(source->name, name);
    pathway_name(source->to, to);
    source->class_share[0] = 1;
    source->target = SIM_EXIT;
}

void
sim_initial_default(sim_initial_t *initial, const char *stage)
{
    memset(initial, 0, sizeof(*initial));
    pathway_name(initial->stage, stage);
    initial->class_share[0] = 1;
    initial->target = SIM_EXIT;
}

int
sim_pathway_add_pool(sim_pathway_t *self, sim_pool_t *pool)
{
    sim_pool_t *grown = pathway_grow(self->pool, self->n_pools, sizeof(*grown));

    if (grown == NULL) {
        pathway_free_pool(pool);
        return SIM_ERR_NO_MEMORY;
    }
    self->pool = grown;
    self->pool[self->n_pools++] = *pool;
    memset(pool, 0, sizeof(*pool));
    self->compiled = false;
    return 0;
}

int
sim_pathway_add_stage(sim_pathway_t *self, sim_stage_t *stage)
{
    sim_stage_t *grown = pathway_grow(self->stage, self->n_stages, sizeof(*grown));

    if (grown == NULL) {
        pathway_free_stage(stage);
        return SIM_ERR_NO_MEMORY;
    }
    self->stage = grown;
    self->stage[self->n_stages++] = *stage;
    memset(stage, 0, sizeof(*stage));
    self->compiled = false;
    return 0;
}

int
sim_pathway_add_source(sim_pathway_t *self, sim_source_t *source)
{
    sim_source_t *grown = pathway_grow(self->source, self->n_sources, sizeof(*grown));

    if (grown == NULL) {
        pathway_free_source(source);
        return SIM_ERR_NO_MEMORY;
    }
    self->source = grown;
    self->source[self->n_sources++] = *source;
    memset(source, 0, sizeof(*source));
    self->compiled = false;
    return 0;
}

int
sim_pathway_add_initial(sim_pathway_t *self, sim_initial_t *initial)
{
    sim_initial_t *grown = pathway_grow(self->initial, self->n_initial, sizeof(*grown));

    if (grown == NULL) {
        sim_dist_free(&initial->age);
        return SIM_ERR_NO_MEMORY;
    }
    self->initial = grown;
    self->initial[self->n_initial++] = *initial;
    memset(initial, 0, sizeof(*initial));
    self->compiled = false;
    return 0;
}

int
sim_pathway_add_route(sim_pathway_t *self, const char *stage, const char *outcome, const char *to, double probability,
    uint32_t class_mask)
{
    sim_route_t *grown = pathway_grow(self->route, self->n_routes, sizeof(*grown));
    sim_route_t *route;

    if (grown == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->route = grown;
    route = &self->route[self->n_routes++];
    memset(route, 0, sizeof(*route));
    pathway_name(route->stage_name, stage);
    pathway_name(route->outcome, outcome);
    pathway_name(route->to, to);
    route->probability = probability;
    route->class_mask = class_mask;
    route->stage = SIM_EXIT;
    route->target = SIM_EXIT;
    self->compiled = false;
    return 0;
}

int
sim_pathway_add_dim(sim_pathway_t *self, const char *name, size_t n_levels, const char *const *level)
{
    sim_dim_t *dim;
    size_t i;

    if (self->n_dims == SIM_DIM_MAX || n_levels == 0 || n_levels >= 255) {
        return SIM_ERR_FULL;
    }
    dim = &self->dim[self->n_dims];
    dim->level = calloc(n_levels, sizeof(*dim->level));
    if (dim->level == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    pathway_name(dim->name, name);
    for (i = 0; i < n_levels; i++) {
        pathway_name(dim->level[i], level[i]);
    }
    dim->n_levels = n_levels;
    self->n_dims++;
    return 0;
}

/* ---- copying ---- */

static int
pathway_copy_stage(sim_stage_t *self, const sim_stage_t *other)
{
    sim_dist_t *to[6] = { &self->lead, &self->service, &self->notice, &self->sessions, &self->second, &self->gap };
    const sim_dist_t *from[6] = { &other->lead, &other->service, &other->notice, &other->sessions, &other->second,
        &other->gap };
    int ret = 0;
    size_t i;

    *self = *other;
    for (i = 0; i < 6; i++) {
        memset(to[i], 0, sizeof(*to[i]));
    }
    for (i = 0; i < SIM_TIMER_MAX; i++) {
        memset(&self->timer[i].after, 0, sizeof(self->timer[i].after));
    }
    for (i = 0; ret == 0 && i < 6; i++) {
        ret = sim_dist_copy(to[i], from[i]);
    }
    for (i = 0; ret == 0 && i < SIM_TIMER_MAX; i++) {
        ret = sim_dist_copy(&self->timer[i].after, &other->timer[i].after);
    }
    return ret;
}

static int
pathway_copy_source(sim_source_t *self, const sim_source_t *other)
{
    int ret;

    *self = *other;
    memset(&self->rate, 0, sizeof(self->rate));
    memset(&self->batch, 0, sizeof(self->batch));
    ret = other->rate.n == 0 ? 0 : sim_nhpp_copy(&self->rate, &other->rate);
    return ret != 0 ? ret : sim_dist_copy(&self->batch, &other->batch);
}

static int
pathway_copy_pool(sim_pool_t *self, const sim_pool_t *other)
{
    size_t bytes = other->n_steps * sizeof(double);

    *self = *other;
    self->step_day = NULL;
    self->step_units = NULL;
    if (other->n_steps == 0) {
        return 0;
    }
    self->step_day = malloc(bytes);
    self->step_units = malloc(bytes);
    if (self->step_day == NULL || self->step_units == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    memcpy(self->step_day, other->step_day, bytes);
    memcpy(self->step_units, other->step_units, bytes);
    return 0;
}

static int
pathway_copy_initial(sim_initial_t *self, const sim_initial_t *other)
{
    *self = *other;
    memset(&self->age, 0, sizeof(self->age));
    return sim_dist_copy(&self->age, &other->age);
}

static int
pathway_copy_nodes(sim_pathway_t *self, const sim_pathway_t *other)
{
    int ret = 0;
    size_t i;

    for (i = 0; ret == 0 && i < other->n_stages; i++) {
        sim_stage_t row;

        ret = pathway_copy_stage(&row, &other->stage[i]);
        if (ret != 0) {
            pathway_free_stage(&row);
        } else {
            ret = sim_pathway_add_stage(self, &row);
        }
    }
    for (i = 0; ret == 0 && i < other->n_pools; i++) {
        sim_pool_t row;

        ret = pathway_copy_pool(&row, &other->pool[i]);
        if (ret != 0) {
            pathway_free_pool(&row);
        } else {
            ret = sim_pathway_add_pool(self, &row);
        }
    }
    return ret;
}

static int
pathway_copy_flows(sim_pathway_t *self, const sim_pathway_t *other)
{
    int ret = 0;
    size_t i;

    for (i = 0; ret == 0 && i < other->n_sources; i++) {
        sim_source_t row;

        ret = pathway_copy_source(&row, &other->source[i]);
        if (ret != 0) {
            pathway_free_source(&row);
        } else {
            ret = sim_pathway_add_source(self, &row);
        }
    }
    for (i = 0; ret == 0 && i < other->n_initial; i++) {
        sim_initial_t row;

        ret = pathway_copy_initial(&row, &other->initial[i]);
        if (ret != 0) {
            sim_dist_free(&row.age);
        } else {
            ret = sim_pathway_add_initial(self, &row);
        }
    }
    for (i = 0; ret == 0 && i < other->n_routes; i++) {
        const sim_route_t *row = &other->route[i];

        ret = sim_pathway_add_route(self, row->stage_name, row->outcome, row->to, row->probability, row->class_mask);
        if (ret == 0) {
            self->route[i].again = row->again;
        }
    }
    return ret;
}

static int
pathway_copy_dims(sim_pathway_t *self, const sim_pathway_t *other)
{
    size_t i;

    for (i = 0; i < other->n_dims; i++) {
        const sim_dim_t *from = &other->dim[i];
        sim_dim_t *to = &self->dim[i];

        to->level = malloc(from->n_levels * sizeof(*to->level));
        if (to->level == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
        memcpy(to->level, from->level, from->n_levels * sizeof(*to->level));
        memcpy(to->name, from->name, sizeof(to->name));
        to->n_levels = from->n_levels;
        self->n_dims++;
    }
    return 0;
}

int
sim_pathway_copy(sim_pathway_t *self, const sim_pathway_t *other)
{
    int ret;

    sim_pathway_init(self);
    self->n_classes = other->n_classes;
    memcpy(self->class_name, other->class_name, sizeof(self->class_name));
    ret = pathway_copy_nodes(self, other);
    if (ret == 0) {
        ret = pathway_copy_flows(self, other);
    }
    if (ret == 0) {
        ret = pathway_copy_dims(self, other);
    }
    return ret;
}

/* ---- scaling and finding ---- */

static double
pathway_scaled_units(const sim_pool_t *pool, double units, double factor)
{
    double scaled = units * factor;

    if (pool->kind == SIM_POOL_DIARY || units <= 0) {
        return scaled;
    }
    scaled = floor(scaled + 0.5);
    return scaled < 1 ? 1 : scaled;
}

int
sim_pathway_scale(sim_pathway_t *self, double factor)
{
    size_t i, k;

    if (!(factor > 0) || !isfinite(factor)) {
        return SIM_ERR_BAD_PARAM;
    }
    for (i = 0; i < self->n_sources; i++) {
        sim_nhpp_scale(&self->source[i].rate, factor);
    }
    for (i = 0; i < self->n_initial; i++) {
        self->initial[i].count *= factor;
    }
    for (i = 0; i < self->n_pools; i++) {
        sim_pool_t *pool = &self->pool[i];

        pool->units = pathway_scaled_units(pool, pool->units, factor);
        for (k = 0; k < pool->n_steps; k++) {
            pool->step_units[k] = pathway_scaled_units(pool, pool->step_units[k], factor);
        }
    }
    self->compiled = false;
    return 0;
}

int
sim_pathway_find_stage(const sim_pathway_t *self, const char *name)
{
    size_t i;

    for (i = 0; i < self->n_stages; i++) {
        if (strcmp(self->stage[i].name, name) == 0) {
            return (int) i;
        }
    }
    return -1;
}

int
sim_pathway_find_pool(const sim_pathway_t *self, const char *name)
{
    size_t i;

    for (i = 0; i < self->n_pools; i++) {
        if (strcmp(self->pool[i].name, name) == 0) {
            return (int) i;
        }
    }
    return -1;
}

int
sim_pathway_find_source(const sim_pathway_t *self, const char *name)
{
    size_t i;

    for (i = 0; i < self->n_sources; i++) {
        if (strcmp(self->source[i].name, name) == 0) {
            return (int) i;
        }
    }
    return -1;
}

const char *
sim_stage_outcome_name(const sim_stage_t *stage, size_t outcome)
{
    static const char *const COMMON[SIM_OUTCOME_FIRST_TIMER] = { "done", "missed", "declined" };

    if (outcome < SIM_OUTCOME_FIRST_TIMER) {
        return COMMON[outcome];
    }
    outcome -= SIM_OUTCOME_FIRST_TIMER;
    if (outcome < stage->n_timers) {
        return stage->timer[outcome].name;
    }
    outcome -= stage->n_timers;
    return outcome < stage->n_labels ? stage->label[outcome] : "";
}

int
sim_stage_find_outcome(const sim_stage_t *stage, const char *name)
{
    size_t n = SIM_OUTCOME_FIRST_TIMER + stage->n_timers + stage->n_labels, o;

    for (o = 0; o < n; o++) {
        if (strcmp(sim_stage_outcome_name(stage, o), name) == 0) {
            return (int) o;
        }
    }
    return -1;
}
