/*
 * The rows of a pathway: defaults, adding, copying, scaling and freeing. Compiling is in pathway_compile.c.
 *
 * Invariant: a row that is in the pathway owns its distributions and arrays; one that failed to be added owns nothing.
 */
#include "sim/core/pathway.h"

#include <math.h>
#include <stddef.h>
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

/* ---- the distributions and arrays of a row ---- */

#define TIMER_AFTER(k) offsetof(sim_stage_t, timer[k].after)
static const size_t STAGE_DIST[] = { offsetof(sim_stage_t, lead), offsetof(sim_stage_t, service),
    offsetof(sim_stage_t, notice), offsetof(sim_stage_t, sessions), offsetof(sim_stage_t, second),
    offsetof(sim_stage_t, gap), offsetof(sim_stage_t, setup), offsetof(sim_stage_t, cleaning), TIMER_AFTER(0),
    TIMER_AFTER(1), TIMER_AFTER(2), TIMER_AFTER(3) };
static const size_t POOL_DIST[] = { offsetof(sim_pool_t, fails_after), offsetof(sim_pool_t, repair),
    offsetof(sim_pool_t, vacation) };
static const size_t SOURCE_DIST[] = { offsetof(sim_source_t, day_factor), offsetof(sim_source_t, between),
    offsetof(sim_source_t, batch) };

_Static_assert(SIM_TIMER_MAX == 4, "STAGE_DIST lists the timers");
#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

static void
pathway_free_dists(void *row, const size_t *offset, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        sim_dist_free((sim_dist_t *) (void *) ((char *) row + offset[i]));
    }
}

/* `row` is a plain copy of `from`. On an error it owns what was copied so far. */
static int
pathway_copy_dists(void *row, const void *from, const size_t *offset, size_t n)
{
    int ret = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        memset((char *) row + offset[i], 0, sizeof(sim_dist_t));
    }
    for (i = 0; ret == 0 && i < n; i++) {
        ret = sim_dist_copy((sim_dist_t *) (void *) ((char *) row + offset[i]),
            (const sim_dist_t *) (const void *) ((const char *) from + offset[i]));
    }
    return ret;
}

/* *to is set to a copy of n items, or to NULL when there are none. */
static int
pathway_copy_array(void *to, const void *from, size_t n, size_t size)
{
    void *copy = n > 0 && from != NULL ? malloc(n * size) : NULL;

    memcpy(to, &copy, sizeof(copy));
    if (copy == NULL) {
        return n > 0 && from != NULL ? SIM_ERR_NO_MEMORY : 0;
    }
    memcpy(copy, from, n * size);
    return 0;
}

static void
pathway_free_steps(sim_steps_t *steps)
{
    free(steps->day);
    free(steps->value);
    memset(steps, 0, sizeof(*steps));
}

static int
pathway_copy_steps(sim_steps_t *self, const sim_steps_t *other)
{
    int ret;

    memset(self, 0, sizeof(*self));
    ret = pathway_copy_array(&self->day, other->day, other->n, sizeof(*other->day));
    if (ret == 0) {
        ret = pathway_copy_array(&self->value, other->value, other->n, sizeof(*other->value));
    }
    self->n = ret == 0 ? other->n : 0;
    return ret;
}

void
sim_stage_free(sim_stage_t *self)
{
    pathway_free_dists(self, STAGE_DIST, COUNT_OF(STAGE_DIST));
}

void
sim_source_free(sim_source_t *self)
{
    sim_nhpp_free(&self->rate);
    pathway_free_dists(self, SOURCE_DIST, COUNT_OF(SOURCE_DIST));
    free(self->date_days);
    free(self->date_class);
    self->date_days = NULL;
    self->date_class = NULL;
    self->n_dates = 0;
}

void
sim_pool_free(sim_pool_t *self)
{
    pathway_free_steps(&self->steps);
    pathway_free_steps(&self->timetable);
    pathway_free_dists(self, POOL_DIST, COUNT_OF(POOL_DIST));
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
        sim_stage_free(&self->stage[i]);
    }
    for (i = 0; i < self->n_sources; i++) {
        sim_source_free(&self->source[i]);
    }
    for (i = 0; i < self->n_pools; i++) {
        sim_pool_free(&self->pool[i]);
    }
    for (i = 0; i < self->n_initial; i++) {
        sim_dist_free(&self->initial[i].age);
    }
    for (i = 0; i < self->n_dims; i++) {
        free(self->dim[i].level);
    }
    free(self->area);
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
    stage->room = SIZE_MAX;
    stage->group_wait_days = INFINITY;
    stage->decision = -1;
    stage->pool_index = -1;
    for (size_t k = 0; k < SIM_TIMER_MAX; k++) {
        stage->timer[k].share = 1;
    }
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

void
sim_route_default(sim_route_t *route, const char *stage, const char *outcome, const char *to)
{
    memset(route, 0, sizeof(*route));
    pathway_name(route->stage_name, stage);
    pathway_name(route->outcome, outcome);
    pathway_name(route->to, to);
    route->probability = 1;
    route->class_to = SIM_SAME_CLASS;
    route->stage = SIM_EXIT;
    route->target = SIM_EXIT;
}

int
sim_pathway_add_pool(sim_pathway_t *self, sim_pool_t *pool)
{
    sim_pool_t *grown = pathway_grow(self->pool, self->n_pools, sizeof(*grown));

    if (grown == NULL) {
        sim_pool_free(pool);
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
        sim_stage_free(stage);
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
        sim_source_free(source);
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
sim_pathway_add_route(sim_pathway_t *self, const sim_route_t *route)
{
    sim_route_t *grown = pathway_grow(self->route, self->n_routes, sizeof(*grown));

    if (grown == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->route = grown;
    self->route[self->n_routes++] = *route;
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
    dim->account = false;
    self->n_dims++;
    return 0;
}

int
sim_pathway_add_account(sim_pathway_t *self, const char *name, size_t n_levels, const char *const *level)
{
    int ret = sim_pathway_add_dim(self, name, n_levels, level);

    if (ret == 0) {
        self->dim[self->n_dims - 1].account = true;
    }
    return ret;
}

int
sim_pathway_name_areas(sim_pathway_t *self, size_t n, const char *const *name)
{
    size_t i;

    free(self->area);
    self->n_areas = 0;
    self->area = calloc(n + 1, sizeof(*self->area));
    if (self->area == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (i = 0; i < n; i++) {
        pathway_name(self->area[i], name[i]);
    }
    self->n_areas = n;
    return 0;
}

/* ---- copying ---- */

static int
pathway_copy_stage(sim_stage_t *self, const sim_stage_t *other)
{
    *self = *other;
    return pathway_copy_dists(self, other, STAGE_DIST, COUNT_OF(STAGE_DIST));
}

static int
pathway_copy_source(sim_source_t *self, const sim_source_t *other)
{
    int ret;

    *self = *other;
    memset(&self->rate, 0, sizeof(self->rate));
    self->date_days = NULL;
    self->date_class = NULL;
    ret = pathway_copy_dists(self, other, SOURCE_DIST, COUNT_OF(SOURCE_DIST));
    if (ret == 0 && other->rate.n > 0) {
        ret = sim_nhpp_copy(&self->rate, &other->rate);
    }
    if (ret == 0) {
        ret = pathway_copy_array(&self->date_days, other->date_days, other->n_dates, sizeof(*other->date_days));
    }
    if (ret == 0) {
        ret = pathway_copy_array(&self->date_class, other->date_class, other->n_dates, sizeof(*other->date_class));
    }
    return ret;
}

static int
pathway_copy_pool(sim_pool_t *self, const sim_pool_t *other)
{
    int ret;

    *self = *other;
    memset(&self->timetable, 0, sizeof(self->timetable));
    ret = pathway_copy_dists(self, other, POOL_DIST, COUNT_OF(POOL_DIST));
    if (ret != 0) {
        memset(&self->steps, 0, sizeof(self->steps));
        return ret;
    }
    ret = pathway_copy_steps(&self->steps, &other->steps);
    return ret != 0 ? ret : pathway_copy_steps(&self->timetable, &other->timetable);
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
            sim_stage_free(&row);
        } else {
            ret = sim_pathway_add_stage(self, &row);
        }
    }
    for (i = 0; ret == 0 && i < other->n_pools; i++) {
        sim_pool_t row;

        ret = pathway_copy_pool(&row, &other->pool[i]);
        if (ret != 0) {
            sim_pool_free(&row);
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
            sim_source_free(&row);
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
        ret = sim_pathway_add_route(self, &other->route[i]);
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
        to->account = from->account;
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

static size_t
pathway_scaled_count(size_t count, double factor, size_t least)
{
    double scaled = floor((double) count * factor + 0.5);

    return scaled < (double) least ? least : (size_t) scaled;
}

static void
pathway_scale_pool(sim_pool_t *pool, double factor)
{
    size_t k;

    pool->units = pathway_scaled_units(pool, pool->units, factor);
    for (k = 0; k < pool->steps.n; k++) {
        pool->steps.value[k] = pathway_scaled_units(pool, pool->steps.value[k], factor);
    }
}

/* Of the first i dates floor(i x factor) are kept, or made. */
static int
pathway_scale_dates(sim_source_t *source, double factor)
{
    size_t n = (size_t) floor((double) source->n_dates * factor), k = 0, i;
    sim_source_t to = { .date_days = calloc(n + 1, sizeof(*to.date_days)), .date_class = calloc(n + 1, 1) };

    if (to.date_days == NULL || to.date_class == NULL) {
        sim_source_free(&to);
        return SIM_ERR_NO_MEMORY;
    }
    for (i = 0; i < source->n_dates; i++) {
        for (; k < n && (double) k < floor((double) (i + 1) * factor); k++) {
            to.date_days[k] = source->date_days[i];
            to.date_class[k] = source->date_class != NULL ? source->date_class[i] : 0;
        }
    }
    free(source->date_days);
    source->date_days = to.date_days;
    source->n_dates = n;
    free(source->date_class != NULL ? source->date_class : to.date_class);
    source->date_class = source->date_class != NULL ? to.date_class : NULL;
    return 0;
}

static int
pathway_scale_source(sim_source_t *source, double factor)
{
    sim_nhpp_scale(&source->rate, factor);
    if (sim_dist_given(&source->between)) {
        return sim_dist_scale(&source->between, 1 / factor);
    }
    return source->n_dates > 0 ? pathway_scale_dates(source, factor) : 0;
}

int
sim_pathway_scale(sim_pathway_t *self, double factor)
{
    int ret = 0;
    size_t i;

    if (!(factor > 0) || !isfinite(factor)) {
        return SIM_ERR_BAD_PARAM;
    }
    self->compiled = false;
    if (factor == 1) {
        return 0;
    }
    for (i = 0; ret == 0 && i < self->n_sources; i++) {
        ret = pathway_scale_source(&self->source[i], factor);
    }
    for (i = 0; i < self->n_initial; i++) {
        self->initial[i].count *= factor;
    }
    for (i = 0; i < self->n_pools; i++) {
        pathway_scale_pool(&self->pool[i], factor);
    }
    for (i = 0; i < self->n_stages; i++) {
        sim_stage_t *stage = &self->stage[i];

        stage->limit = stage->limit == 0 ? 0 : pathway_scaled_count(stage->limit, factor, 1);
        stage->room = stage->room == SIZE_MAX ? SIZE_MAX : pathway_scaled_count(stage->room, factor, 0);
    }
    return ret;
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
    static const char *const COMMON[SIM_OUTCOME_FIRST_TIMER] = { "done", "missed", "declined", "full", "baulked" };

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
