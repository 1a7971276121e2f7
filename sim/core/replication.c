/*
 * The life cycle and the clock of a replication: creating, arrivals, the dispatch of events, closing the months.
 */
#include "sim/core/replication_internal.h"

#include "sim/core/elementary.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define REP_FIRST_ROOM 1024
#define REP_CACHE_LINE 64
#define REP_FETCH_AHEAD 3 /* events */
#define REP_OFFICE_OPENS 8.5
#define REP_OFFICE_HOURS 8.0

static_assert(offsetof(sim_entity_t, born_days) == REP_CACHE_LINE && sizeof(sim_entity_t) == 2 * REP_CACHE_LINE,
    "an entity is two cache lines, and a session touches only the first");

/* ---- entities ---- */

static bool
rep_grow_entities(sim_replication_t *self)
{
    size_t room = self->entity_room == 0 ? REP_FIRST_ROOM : 2 * self->entity_room;
    sim_entity_t *grown = room > SIM_EVENT_MASK ? NULL : aligned_alloc(REP_CACHE_LINE, room * sizeof(*grown));

    if (grown == NULL) {
        sim_rep_fail(self, SIM_ERR_NO_MEMORY);
        return false;
    }
    if (self->n_entities > 0) {
        memcpy(grown, self->entity, self->n_entities * sizeof(*grown));
    }
    free(self->entity);
    self->entity = grown;
    self->entity_room = room;
    return true;
}

static uint32_t
rep_lend_entity(sim_replication_t *self)
{
    uint32_t id = self->free_entity;

    if (id != SIM_NO_ENTITY) {
        self->free_entity = self->entity[id].next;
        return id;
    }
    if (self->n_entities == self->entity_room && !rep_grow_entities(self)) {
        return SIM_NO_ENTITY;
    }
    return (uint32_t) self->n_entities++;
}

uint32_t
sim_rep_birth(sim_replication_t *self, uint64_t key)
{
    uint32_t id = rep_lend_entity(self);
    sim_entity_t *e;
    size_t d;

    if (id == SIM_NO_ENTITY) {
        return id;
    }
    e = &self->entity[id];
    memset(e, 0, sizeof(*e));
    memset(e->level, SIM_NO_LEVEL, sizeof(e->level));
    e->key = key;
    e->born_days = self->now;
    e->entered_days = self->now;
    for (d = 0; d < SIM_DEADLINES; d++) {
        e->deadline_days[d] = INFINITY;
    }
    e->slot = SIM_NO_SLOT;
    e->owner = SIM_NO_ENTITY;
    e->lane = SIM_NO_LANE;
    e->phase = SIM_PHASE_MOVING;
    e->fresh = 1;
    self->created++;
    return id;
}

void
sim_rep_free_entity(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    uint32_t owner = e->owner;

    e->phase = SIM_PHASE_FREE;
    e->next = self->free_entity;
    self->free_entity = id;
    self->gone++;
    if (owner != SIM_NO_ENTITY && self->hooks.entity_freed != NULL) {
        self->hooks.entity_freed(self->hooks.model, self, owner);
    }
}

void
sim_rep_push_pending(sim_replication_t *self, uint32_t id)
{
    if (self->n_pending == self->pending_room) {
        size_t room = self->pending_room == 0 ? 64 : 2 * self->pending_room;
        uint32_t *grown = realloc(self->pending, room * sizeof(*grown));

        if (grown == NULL) {
            sim_rep_fail(self, SIM_ERR_NO_MEMORY);
            return;
        }
        self->pending = grown;
        self->pending_room = room;
    }
    self->pending[self->n_pending++] = id;
}

static void
rep_drain(sim_replication_t *self)
{
    size_t i;

    for (i = 0; i < self->n_pending && self->error == 0; i++) {
        sim_rep_enter(self, self->pending[i]);
    }
    self->n_pending = 0;
}

void
sim_rep_insert(sim_replication_t *self, double t_days, sim_event_rank_t rank, uint32_t what)
{
    if (sim_event_list_insert(&self->events, t_days, rank, what) == SIM_NO_SLOT) {
        sim_rep_fail(self, SIM_ERR_NO_MEMORY);
    }
}

/* ---- arrivals ---- */

uint8_t
sim_rep_class(const sim_replication_t *self, uint64_t key, uint32_t hash, const double *share)
{
    size_t n = self->pathway->n_classes, c;
    double u, cum = 0;

    if (n == 1) {
        return 0;
    }
    u = sim_uniform(key, hash, 0, SIM_DRAW_CLASS);
    for (c = 0; c + 1 < n; c++) {
        cum += share[c];
        if (u < cum) {
            break;
        }
    }
    return (uint8_t) c;
}

bool
sim_rep_admit(sim_replication_t *self, uint32_t id, uint32_t tag, bool initial, int to)
{
    int stage = to;

    if (self->hooks.arrive != NULL) {
        stage = self->hooks.arrive(self->hooks.model, self, id, tag, initial, to);
    }
    if (stage < SIM_EXIT || stage >= (int) self->pathway->n_stages ||
        self->entity[id].cls >= self->pathway->n_classes) {
        sim_rep_fail(self, SIM_ERR_BAD_PARAM);
        stage = SIM_EXIT;
    }
    if (stage == SIM_EXIT) {
        sim_rep_free_entity(self, id);
        return false;
    }
    self->entity[id].stage = (uint16_t) stage;
    return true;
}

/* The same day and order, between 08:30 and 16:30. */
static double
rep_office_time(double t_days)
{
    double day = floor(t_days);

    return day + (REP_OFFICE_OPENS + REP_OFFICE_HOURS * (t_days - day)) / 24;
}

static void
rep_next_arrival(sim_replication_t *self, size_t s)
{
    const sim_source_t *source = &self->pathway->source[s];
    sim_source_state_t *state = &self->source[s];
    double exponential;

    if (source->rate.n == 0) {
        return;
    }
    state->key = sim_key(self->run.seed, self->run.replication, source->hash, state->ordinal);
    exponential = -sim_log(sim_uniform(state->key, source->hash, 0, SIM_DRAW_ARRIVAL));
    state->at_days = sim_nhpp_next(&source->rate, state->at_days, exponential, &state->piece);
    if (state->at_days <= self->run.horizon_days) {
        sim_rep_insert(self, source->office_hours ? rep_office_time(state->at_days) : state->at_days, SIM_RANK_ARRIVAL,
            sim_rep_what(SIM_EVENT_SOURCE, s));
    }
}

static uint64_t
rep_batch(const sim_source_t *source, uint64_t key)
{
    double n;

    if (!sim_dist_given(&source->batch)) {
        return 1;
    }
    n = floor(sim_dist_draw(&source->batch, sim_draw(key, source->hash, 0, SIM_DRAW_BATCH)) + 0.5);
    return n < 1 ? 1 : n > 1e6 ? 1000000 : (uint64_t) n;
}

static void
rep_arrival(sim_replication_t *self, size_t s)
{
    const sim_source_t *source = &self->pathway->source[s];
    sim_source_state_t *state = &self->source[s];
    uint64_t n = rep_batch(source, state->key), i, key = state->key;

    for (i = 0; i < n; i++) {
        uint32_t id;

        if (i > 0) {
            key = sim_key(self->run.seed, self->run.replication, source->hash, state->ordinal + i);
        }
        id = sim_rep_birth(self, key);
        if (id == SIM_NO_ENTITY) {
            return;
        }
        self->entity[id].cls = sim_rep_class(self, key, source->hash, source->class_share);
        if (sim_rep_admit(self, id, source->tag, false, source->target)) {
            sim_rep_push_pending(self, id);
        }
    }
    state->ordinal += n;
    rep_next_arrival(self, s);
}

/* ---- calls ---- */

static int
rep_grow_calls(sim_replication_t *self)
{
    size_t room = self->call_room == 0 ? 64 : 2 * self->call_room;
    uint32_t *call = realloc(self->call, room * sizeof(*call)), *free_call;

    if (call == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->call = call;
    free_call = realloc(self->free_call, room * sizeof(*free_call));
    if (free_call == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->free_call = free_call;
    self->call_room = room;
    return 0;
}

int
sim_replication_call(sim_replication_t *self, double t_days, uint32_t what)
{
    size_t index;

    if (!(t_days >= self->now) || !isfinite(t_days)) {
        return SIM_ERR_BAD_PARAM;
    }
    if (self->n_free_calls > 0) {
        index = self->free_call[--self->n_free_calls];
    } else {
        if (self->n_calls == self->call_room && rep_grow_calls(self) != 0) {
            return SIM_ERR_NO_MEMORY;
        }
        index = self->n_calls++;
    }
    self->call[index] = what;
    sim_rep_insert(self, t_days, SIM_RANK_MODEL, sim_rep_what(SIM_EVENT_CALL, index));
    return self->error;
}

static void
rep_take_call(sim_replication_t *self, size_t index)
{
    uint32_t what = self->call[index];

    self->free_call[self->n_free_calls++] = (uint32_t) index;
    if (self->hooks.event != NULL) {
        sim_rep_fail(self, self->hooks.event(self->hooks.model, self, what));
    }
}

int
sim_replication_spawn(sim_replication_t *self, uint64_t key, uint32_t owner, uint8_t cls, int stage, uint32_t *entity)
{
    uint32_t id;

    if (stage < 0 || (size_t) stage >= self->pathway->n_stages || cls >= self->pathway->n_classes) {
        return SIM_ERR_BAD_PARAM;
    }
    id = sim_rep_birth(self, key);
    if (id == SIM_NO_ENTITY) {
        return SIM_ERR_NO_MEMORY;
    }
    self->entity[id].owner = owner;
    self->entity[id].cls = cls;
    self->entity[id].stage = (uint16_t) stage;
    sim_rep_push_pending(self, id);
    if (entity != NULL) {
        *entity = id;
    }
    return self->error;
}

/* ---- months ---- */

static void
rep_book_stage(sim_replication_t *self, size_t s, int counter, double amount)
{
    int pool = self->pathway->stage[s].pool_index;

    if (amount == 0) {
        return;
    }
    sim_book_count_group(&self->book, counter, self->month, self->book.first_stage + s, amount);
    if (pool >= 0) {
        sim_book_count_group(&self->book, counter, self->month, self->book.first_pool + (size_t) pool, amount);
    }
    if (counter > SIM_COUNT_LEFT) { /* of the pathway as a whole these are counted as they happen */
        sim_book_count_group(&self->book, counter, self->month, 0, amount);
    }
}

/* Minutes of a day, on average over the month so far, for which a server is there: all of them, or the open days' minutes. */
static double
rep_staffed_minutes(const sim_replication_t *self, const sim_pool_t *pool)
{
    double days = self->now - self->month_start;
    int flag = pool->open == SIM_OPEN_WORKING ? SIM_DAY_WORKING : SIM_DAY_SCHOOL;

    if (pool->minutes_per_unit <= 0 || pool->open == SIM_OPEN_EVERY || days <= 0) {
        return pool->minutes_per_unit > 0 ? pool->minutes_per_unit : SIM_MINUTES_PER_DAY;
    }
    return pool->minutes_per_unit *
           (double) sim_calendar_count(self->calendar, (long) self->month_start, (long) self->now, flag) / days;
}

/* Book the flows of the month so far. */
static void
rep_flush(sim_replication_t *self)
{
    size_t s, p;
    int c;

    for (s = 0; s < self->pathway->n_stages; s++) {
        double *count = self->stage[s].count;

        count[SIM_COUNT_EXPECTED] = count[SIM_COUNT_SESSIONS] + count[SIM_COUNT_MISSED];
        for (c = 0; c < SIM_COUNT_QUEUE_DAYS; c++) {
            rep_book_stage(self, s, c, count[c]);
            count[c] = 0;
        }
    }
    for (p = 0; p < self->pathway->n_pools; p++) {
        sim_pool_state_t *state = &self->pool[p];
        size_t group = self->book.first_pool + p;

        sim_book_count_group(&self->book, SIM_COUNT_CAPACITY, self->month, group, state->capacity);
        sim_book_count_group(&self->book, SIM_COUNT_CAPACITY, self->month, 0, state->capacity);
        sim_book_count_group(&self->book, SIM_COUNT_STARTS_CAPACITY, self->month, group, state->starts);
        sim_book_count_group(&self->book, SIM_COUNT_STARTS_CAPACITY, self->month, 0, state->starts);
        state->capacity = 0;
        state->starts = 0;
    }
}

static double
rep_take_area(sim_replication_t *self, sim_level_t *level)
{
    double area = sim_level_area(level, self->now);

    level->area = 0;
    return area;
}

/* Integrals and levels of the month that ends now. */
static void
rep_book_levels(sim_replication_t *self)
{
    size_t s, p, g;

    for (s = 0; s < self->pathway->n_stages; s++) {
        sim_stage_state_t *state = &self->stage[s];

        rep_book_stage(self, s, SIM_COUNT_QUEUE_DAYS, rep_take_area(self, &state->waiting));
        rep_book_stage(self, s, SIM_COUNT_PRESENT_DAYS, rep_take_area(self, &state->present));
        rep_book_stage(self, s, SIM_COUNT_USED, rep_take_area(self, &state->busy) * SIM_MINUTES_PER_DAY);
        rep_book_stage(self, s, SIM_COUNT_QUEUE_END, state->waiting.value);
    }
    for (p = 0; p < self->pathway->n_pools; p++) {
        sim_pool_state_t *state = &self->pool[p];
        double area = rep_take_area(self, &state->units);

        sim_book_count_group(&self->book, SIM_COUNT_UNITS, self->month, self->book.first_pool + p, state->units.value);
        state->capacity += state->row->kind == SIM_POOL_SERVERS ? area * rep_staffed_minutes(self, state->row) : 0;
    }
    for (g = 0; g < self->book.n_groups; g++) {
        sim_book_count_group(&self->book, SIM_COUNT_DAYS, self->month, g, self->now - self->month_start);
    }
}

static void
rep_close_month(sim_replication_t *self)
{
    rep_flush(self);
    if (self->hooks.period != NULL) {
        sim_rep_fail(self, self->hooks.period(self->hooks.model, self, self->month));
        rep_drain(self);
    }
    rep_book_levels(self);
    rep_flush(self);
    self->month_start = self->now;
    self->month++;
}

static void
rep_schedule_period(sim_replication_t *self)
{
    if (self->month < self->calendar->n_months) {
        sim_rep_insert(self, self->calendar->month_first[self->month + 1], SIM_RANK_PERIOD,
            sim_rep_what(SIM_EVENT_PERIOD, 0));
    }
}

/* The end: the month that was cut short is closed, and pools get the waits of their stages. */
static void
rep_close(sim_replication_t *self)
{
    size_t s;

    if (self->month < self->calendar->n_months && self->now > self->month_start) {
        rep_close_month(self);
    }
    if (self->month > 0) {
        self->month--;
    }
    for (s = 0; s < self->pathway->n_stages; s++) {
        int pool = self->pathway->stage[s].pool_index;

        if (pool >= 0) {
            sim_book_fold(&self->book, SIM_TALLY_QUEUE, self->book.first_stage + s,
                self->book.first_pool + (size_t) pool);
        }
    }
    sim_rep_fail(self, self->book.error);
}

/* ---- running ---- */

static void
rep_begin(sim_replication_t *self)
{
    size_t i, m;

    if (self->hooks.start != NULL) {
        sim_rep_fail(self, self->hooks.start(self->hooks.model, self));
    }
    sim_rep_load_initial(self);
    rep_drain(self);
    for (i = 0; i < self->pathway->n_pools; i++) {
        for (m = 0; m < self->pathway->pool[i].n_members; m++) {
            sim_rep_serve(self, (int) i, m);
        }
    }
    rep_drain(self);
    for (i = 0; i < self->pathway->n_sources; i++) {
        rep_next_arrival(self, i);
    }
    rep_schedule_period(self);
    sim_rep_insert(self, self->run.horizon_days, SIM_RANK_END, sim_rep_what(SIM_EVENT_END, 0));
}

static void
rep_dispatch(sim_replication_t *self, uint32_t what)
{
    uint32_t index = what & SIM_EVENT_MASK;

    switch ((sim_event_kind_t) (what >> SIM_EVENT_SHIFT)) {
    case SIM_EVENT_ENTITY:
        sim_rep_step(self, index);
        break;
    case SIM_EVENT_SOURCE:
        rep_arrival(self, index);
        break;
    case SIM_EVENT_POOL_DAY:
        sim_rep_pool_day(self, index);
        break;
    case SIM_EVENT_POOL_STEP:
        sim_rep_pool_step(self, index);
        break;
    case SIM_EVENT_CALL:
        rep_take_call(self, index);
        break;
    case SIM_EVENT_PERIOD:
        rep_close_month(self);
        rep_schedule_period(self);
        break;
    case SIM_EVENT_END:
        break;
    }
}

/* Entities whose events come soon, and what the model keeps of them, are fetched before they are needed. */
static void
rep_fetch_soon(const sim_replication_t *self)
{
    size_t i = self->events.run_head == 1 ? 0 : REP_FETCH_AHEAD;
    uint32_t what;

    for (; i <= REP_FETCH_AHEAD; i++) {
        if (sim_event_list_soon(&self->events, i, &what) && what >> SIM_EVENT_SHIFT == SIM_EVENT_ENTITY) {
            const sim_entity_t *e = &self->entity[what];

            __builtin_prefetch(e, 1);
            __builtin_prefetch(&e->born_days, 1);
            if (self->hooks.soon != NULL) {
                self->hooks.soon(self->hooks.model, what);
            }
        }
    }
}

int
sim_replication_run(sim_replication_t *self)
{
    uint32_t what = 0;
    double t;

    rep_begin(self);
    while (self->error == 0 && sim_event_list_pop(&self->events, &t, &what)) {
        if (t < self->now) {
            return SIM_ERR_INVARIANT;
        }
        self->now = t;
        if (what == sim_rep_what(SIM_EVENT_END, 0)) {
            rep_close(self);
            break;
        }
        self->n_events++;
        rep_fetch_soon(self);
        rep_dispatch(self, what);
        rep_drain(self);
        if (self->run.verify) {
            sim_rep_fail(self, sim_replication_verify(self));
        }
    }
    return self->error;
}

/* ---- life cycle ---- */

static sim_stage_kind_t
rep_stage_kind(const sim_pathway_t *pathway, const sim_stage_t *stage)
{
    if (stage->pool_index < 0) {
        return SIM_STAGE_UNLIMITED;
    }
    return pathway->pool[stage->pool_index].kind == SIM_POOL_SERVERS ? SIM_STAGE_SERVERS : SIM_STAGE_DIARY;
}

static int
rep_init_stages(sim_replication_t *self)
{
    size_t s;

    self->stage = calloc(self->pathway->n_stages + 1, sizeof(*self->stage));
    if (self->stage == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (s = 0; s < self->pathway->n_stages; s++) {
        const sim_stage_t *stage = &self->pathway->stage[s];
        sim_stage_state_t *state = &self->stage[s];

        state->kind = rep_stage_kind(self->pathway, stage);
        state->minutes =
            state->kind == SIM_STAGE_DIARY ? sim_stage_minutes(stage, &self->pathway->pool[stage->pool_index]) : 0;
    }
    return 0;
}

static int
rep_init(sim_replication_t *self)
{
    int ret = sim_event_list_init(&self->events, REP_FIRST_ROOM);

    if (ret == 0) {
        ret = sim_book_init(&self->book, self->pathway, self->calendar, SIM_COUNTERS + self->run.model_counters,
            SIM_TALLIES + self->run.model_tallies);
    }
    if (ret == 0) {
        ret = rep_init_stages(self);
    }
    if (ret == 0) {
        ret = sim_rep_init_pools(self);
    }
    if (ret == 0) {
        self->source = calloc(self->pathway->n_sources + 1, sizeof(*self->source));
        ret = self->source == NULL ? SIM_ERR_NO_MEMORY : self->error;
    }
    return ret;
}

int
sim_replication_create(sim_replication_t **self, const sim_pathway_t *pathway, const sim_calendar_t *calendar,
    const sim_hooks_t *hooks, const sim_run_t *run)
{
    sim_replication_t *rep;
    int ret;

    *self = NULL;
    if (!pathway->compiled || !(run->horizon_days > 0) || run->horizon_days > (double) calendar->n_days) {
        return SIM_ERR_BAD_PARAM;
    }
    rep = calloc(1, sizeof(*rep));
    if (rep == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    rep->pathway = pathway;
    rep->calendar = calendar;
    rep->run = *run;
    rep->free_entity = SIM_NO_ENTITY;
    if (hooks != NULL) {
        rep->hooks = *hooks;
    }
    ret = rep_init(rep);
    if (ret != 0) {
        sim_replication_free(rep);
        return ret;
    }
    *self = rep;
    return 0;
}

void
sim_replication_free(sim_replication_t *self)
{
    if (self == NULL) {
        return;
    }
    sim_rep_free_pools(self);
    sim_event_list_free(&self->events);
    sim_book_free(&self->book);
    free(self->stage);
    free(self->source);
    free(self->entity);
    free(self->pending);
    free(self->call);
    free(self->free_call);
    free(self);
}

/* ---- looking in ---- */

double
sim_replication_now(const sim_replication_t *self)
{
    return self->now;
}

size_t
sim_replication_month(const sim_replication_t *self)
{
    return self->month < self->calendar->n_months ? self->month : self->calendar->n_months - 1;
}

sim_entity_t *
sim_replication_entity(sim_replication_t *self, uint32_t entity)
{
    return &self->entity[entity];
}

size_t
sim_replication_slab(const sim_replication_t *self)
{
    return self->n_entities;
}

sim_book_t *
sim_replication_book(sim_replication_t *self)
{
    return &self->book;
}

const sim_pathway_t *
sim_replication_pathway(const sim_replication_t *self)
{
    return self->pathway;
}

const sim_calendar_t *
sim_replication_calendar(const sim_replication_t *self)
{
    return self->calendar;
}

uint64_t
sim_replication_seed(const sim_replication_t *self)
{
    return self->run.seed;
}

uint32_t
sim_replication_number(const sim_replication_t *self)
{
    return self->run.replication;
}

uint64_t
sim_replication_events(const sim_replication_t *self)
{
    return self->n_events;
}

size_t
sim_replication_list_length(const sim_replication_t *self, int pool, size_t member)
{
    const sim_pool_state_t *state = &self->pool[pool];
    size_t m, n = 0;

    if (member != SIZE_MAX) {
        return state->member[member].list.new_ones;
    }
    for (m = 0; m < state->row->n_members; m++) {
        n += state->member[m].list.new_ones;
    }
    return n;
}

size_t
sim_replication_present(const sim_replication_t *self, int stage)
{
    return (size_t) self->stage[stage].present.value;
}
