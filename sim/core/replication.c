/*
 * The life cycle and the clock of a replication: creating, births, what there is to do at a time, the dispatch of events.
 */
#include "sim/core/replication_internal.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define REP_FIRST_ROOM 64
#define REP_ENTITIES_MAX ((size_t) 1 << 24)
#define REP_STEPS_MAX 4000000 /* from stage to stage at one instant */
#define REP_CACHE_LINE 64

static_assert(offsetof(sim_entity_t, born_days) == REP_CACHE_LINE && sizeof(sim_entity_t) == 2 * REP_CACHE_LINE,
    "an entity is two cache lines, and a session touches only the first");

/* ---- entities ---- */

bool
sim_rep_grow_entities(sim_replication_t *self)
{
    size_t room = self->entity_room == 0 ? REP_FIRST_ROOM : self->entity_room + self->entity_room / 2;
    sim_entity_t *grown;

    room = room < REP_ENTITIES_MAX ? room : REP_ENTITIES_MAX;
    grown = room == self->entity_room ? NULL : aligned_alloc(REP_CACHE_LINE, room * sizeof(*grown));
    if (grown == NULL) {
        sim_rep_fail(self, room == self->entity_room ? SIM_ERR_FULL : SIM_ERR_NO_MEMORY);
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

void
sim_rep_drain_pending(sim_replication_t *self)
{
    size_t i;

    do {
        for (i = 0; i < self->n_pending && self->error == 0; i++) {
            sim_rep_enter(self, self->pending[i]);
            if (i > REP_STEPS_MAX) {
                sim_rep_fail(self, SIM_ERR_FULL); /* a circle that takes no time */
            }
        }
        self->n_pending = 0;
    } while (self->n_blocked > 0 && self->error == 0 && sim_rep_unblock(self));
}

void
sim_rep_trace(const sim_replication_t *self, uint32_t id, sim_trace_what_t what, int outcome, double at_days)
{
    sim_trace_t line = { self->now, at_days, id, &self->entity[id], what, outcome };

    if (what < SIM_TRACES) {
        self->run.trace(self->run.trace_ctx, &line);
    }
}

/* ---- chores ---- */

static bool
rep_grow_chores(sim_replication_t *self)
{
    size_t room = self->chore_room == 0 ? 64 : 2 * self->chore_room;
    sim_chore_t *chore = realloc(self->chore, room * sizeof(*chore));
    uint32_t *free_chore;

    if (chore == NULL) {
        return false;
    }
    self->chore = chore;
    free_chore = realloc(self->free_chore, room * sizeof(*free_chore));
    if (free_chore == NULL) {
        return false;
    }
    self->free_chore = free_chore;
    self->chore_room = room;
    return true;
}

uint32_t
sim_rep_chore(sim_replication_t *self, double t_days, sim_event_rank_t rank, sim_chore_t chore)
{
    size_t index;

    if (!(t_days <= self->run.horizon_days)) {
        return SIM_NO_SLOT;
    }
    if (self->n_free_chores > 0) {
        index = self->free_chore[--self->n_free_chores];
    } else {
        if (self->n_chores == self->chore_room && !rep_grow_chores(self)) {
            sim_rep_fail(self, SIM_ERR_NO_MEMORY);
            return SIM_NO_SLOT;
        }
        index = self->n_chores++;
    }
    self->chore[index] = chore;
    return sim_rep_insert(self, t_days, rank, sim_rep_what(SIM_EVENT_CHORE, index));
}

uint32_t
sim_rep_move(sim_replication_t *self, uint32_t slot, double t_days, sim_event_rank_t rank)
{
    uint32_t moved = sim_agenda_move(&self->events, slot, t_days, rank);

    if (moved == SIM_NO_SLOT) {
        sim_rep_fail(self, SIM_ERR_NO_MEMORY);
    }
    return moved;
}

static void
rep_take_call(sim_replication_t *self, uint32_t what)
{
    if (self->hooks.event != NULL) {
        sim_rep_fail(self, self->hooks.event(self->hooks.model, self, what));
    }
}

static void
rep_take_chore(sim_replication_t *self, size_t index)
{
    sim_chore_t chore = self->chore[index];

    self->free_chore[self->n_free_chores++] = (uint32_t) index;
    switch (chore.kind) {
    case SIM_CHORE_CALL:
        rep_take_call(self, chore.number);
        break;
    case SIM_CHORE_PERIOD:
        sim_rep_period(self);
        break;
    case SIM_CHORE_WARMUP:
        sim_rep_warmup(self);
        break;
    case SIM_CHORE_SPAN:
        sim_rep_span(self);
        break;
    case SIM_CHORE_DAY:
        sim_rep_pool_day(self, chore.row);
        break;
    case SIM_CHORE_STEP:
        sim_rep_pool_step(self, chore.row);
        break;
    case SIM_CHORE_TIMETABLE:
        sim_rep_timetable(self, chore.row);
        break;
    case SIM_CHORE_FAILURE:
        sim_rep_failure(self, &chore);
        break;
    case SIM_CHORE_REPAIR:
        sim_rep_repair(self, &chore);
        break;
    case SIM_CHORE_RETURN:
        sim_rep_return(self, &chore);
        break;
    case SIM_CHORE_CLEAN:
        sim_rep_idle(self, &self->stage[chore.row], &self->stage[chore.row].pool->member[chore.member]);
        sim_rep_serve(self, self->stage[chore.row].pool, chore.member);
        break;
    case SIM_CHORE_GROUP:
        sim_rep_serve(self, &self->pool[chore.row], chore.member);
        break;
    case SIM_CHORE_SHARE:
        sim_rep_shared(self, &chore);
        break;
    }
}

int
sim_replication_call(sim_replication_t *self, double t_days, uint32_t what)
{
    if (!(t_days >= self->now) || !isfinite(t_days)) {
        return SIM_ERR_BAD_PARAM;
    }
    sim_rep_chore(self, t_days, SIM_RANK_MODEL, (sim_chore_t){ SIM_CHORE_CALL, 0, 0, what });
    return self->error;
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
    sim_rep_note(self, &self->stage[stage], &self->entity[id], 0, SIM_TRACE_BORN, -1, NAN);
    sim_rep_push_pending(self, id);
    if (entity != NULL) {
        *entity = id;
    }
    return self->error;
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
    sim_rep_drain(self);
    for (i = 0; i < self->pathway->n_pools; i++) {
        for (m = 0; m < self->pathway->pool[i].n_members; m++) {
            sim_rep_serve(self, &self->pool[i], m);
        }
    }
    sim_rep_drain(self);
    for (i = 0; i < self->pathway->n_sources; i++) {
        sim_rep_next_arrival(self, i);
    }
    sim_rep_schedule_periods(self);
    sim_rep_insert(self, self->run.horizon_days, SIM_RANK_END, sim_rep_what(SIM_EVENT_END, 0));
}

static inline void
rep_dispatch(sim_replication_t *self, uint32_t what)
{
    uint32_t index = what & SIM_EVENT_MASK;

    switch ((sim_event_kind_t) (what >> SIM_EVENT_SHIFT)) {
    case SIM_EVENT_ENTITY:
        sim_rep_step(self, index);
        break;
    case SIM_EVENT_SOURCE:
        sim_rep_arrival(self, index);
        break;
    case SIM_EVENT_CHORE:
        rep_take_chore(self, index);
        break;
    case SIM_EVENT_END:
        break;
    }
}

/* An entity whose event comes soon, and what the model keeps of it, are fetched before they are needed. */
static inline void
rep_fetch_soon(sim_replication_t *self)
{
    uint32_t what;

    if (sim_agenda_soon(&self->events, &what) && what >> SIM_EVENT_SHIFT == SIM_EVENT_ENTITY) {
        const sim_entity_t *e = &self->entity[what];

        __builtin_prefetch(e, 1);
        __builtin_prefetch(&e->born_days, 1);
        if (self->hooks.rows != NULL) { /* the row need not be there: any address may be fetched */
            uintptr_t rows;

            memcpy(&rows, self->hooks.rows, sizeof(rows));
            __builtin_prefetch((const void *) (rows + what * self->hooks.row_bytes), 1);
        }
    }
}

int
sim_replication_run(sim_replication_t *self)
{
    uint32_t what = 0;
    double t;

    rep_begin(self);
    while (self->error == 0 && sim_agenda_pop(&self->events, &t, &what)) {
        if (t < self->now) {
            return SIM_ERR_INVARIANT;
        }
        self->now = t;
        self->since = t - self->month_start;
        if (what == sim_rep_what(SIM_EVENT_END, 0)) {
            sim_rep_close(self);
            break;
        }
        self->n_events++;
        rep_fetch_soon(self);
        rep_dispatch(self, what);
        sim_rep_drain(self);
        if (__builtin_expect(self->run.verify, 0)) {
            sim_rep_fail(self, sim_replication_verify(self));
        }
    }
    if (what != sim_rep_what(SIM_EVENT_END, 0)) {
        sim_rep_fail(self, SIM_ERR_NO_MEMORY); /* the end is always pending, but a day could not begin */
    }
    return self->error;
}

/* ---- life cycle ---- */

static sim_stage_kind_t
rep_stage_kind(const sim_pathway_t *pathway, const sim_stage_t *stage)
{
    const sim_pool_t *pool;

    if (stage->pool_index < 0) {
        return SIM_STAGE_UNLIMITED;
    }
    pool = &pathway->pool[stage->pool_index];
    if (pool->kind == SIM_POOL_DIARY) {
        return SIM_STAGE_DIARY;
    }
    return pool->discipline == SIM_SHARING ? SIM_STAGE_SHARED : SIM_STAGE_SERVERS;
}

static double
rep_mean(const sim_dist_t *dist)
{
    return sim_dist_given(dist) ? dist->mean : 0;
}

static unsigned
rep_how(const sim_stage_t *row, const sim_pool_state_t *pool)
{
    unsigned how = 0;
    size_t i;

    for (i = 0; i < row->n_timers; i++) {
        how |= row->timer[i].in_service ? SIM_HOW_LATE_TIMERS : 0;
    }
    how |= sim_dist_given(&row->lead) ? SIM_HOW_LEAD : 0;
    how |= row->n_timers > 0 ? SIM_HOW_TIMERS : 0;
    how |= sim_dist_given(&row->setup) ? SIM_HOW_SETUP : 0;
    how |= sim_dist_given(&row->cleaning) ? SIM_HOW_CLEANING : 0;
    how |= row->group_max > 0 ? SIM_HOW_GROUP : 0;
    how |= row->limit > 0 || row->room != SIZE_MAX || row->n_baulk > 0 ? SIM_HOW_GATED : 0;
    how |= row->jockey[0] != '\0' ? SIM_HOW_JOCKEY : 0;
    how |= row->decision >= 0 ? SIM_HOW_DECISION : 0;
    how |= row->decline > 0 && row->decline_flag != 0 ? SIM_HOW_DECLINES : 0;
    how |= row->n_states > 0 ? SIM_HOW_STATES : 0;
    if (pool != NULL) {
        how |= pool->row->n_members > 1 || row->model_member ? SIM_HOW_FAMILY : 0;
        how |= pool->keeps_served ? SIM_HOW_SERVED : 0;
        how |= sim_dist_given(&pool->row->vacation) ? SIM_HOW_VACATION : 0;
    }
    return how;
}

static void
rep_init_stage(sim_replication_t *self, size_t s)
{
    const sim_stage_t *row = &self->pathway->stage[s];
    sim_stage_state_t *stage = &self->stage[s];
    size_t o, c;

    stage->row = row;
    stage->kind = (uint8_t) rep_stage_kind(self->pathway, row);
    stage->pool = row->pool_index < 0 ? NULL : &self->pool[row->pool_index];
    stage->member = stage->pool == NULL ? NULL : stage->pool->member;
    stage->how = rep_how(row, stage->pool);
    stage->hash = row->hash;
    stage->sets = row->sets;
    stage->service = &row->service;
    stage->minutes = stage->kind == SIM_STAGE_DIARY ? sim_stage_minutes(row, stage->pool->row) : 0;
    stage->extra_minutes = (rep_mean(&row->setup) + rep_mean(&row->cleaning)) * SIM_MINUTES_PER_DAY;
    stage->by_class = row->by_class;
    stage->jockey = sim_hash(row->jockey);
    stage->first_blocked = stage->last_blocked = SIM_NO_ENTITY;
    if (self->hooks.told != NULL) {
        stage->watch = self->hooks.wants != NULL ? self->hooks.wants(self->hooks.model, row) : ~SIM_WATCH_TRACE;
    }
    stage->watch |= self->run.trace != NULL ? SIM_WATCH_TRACE : 0;
    stage->first_label = (uint8_t) (SIM_OUTCOME_FIRST_TIMER + row->n_timers);
    stage->lifo = stage->pool != NULL && stage->pool->row->discipline == SIM_LIFO;
    for (c = 0; c < SIM_CLASS_MAX; c++) {
        stage->lane[c] = sim_waiting_list_lane(row->queue_at_front, row->priority[c], row->takes_start);
    }
    for (o = 0; o <= row->n_outcomes; o++) {
        stage->first_way[o] = (uint16_t) row->first_route[o];
    }
}

static void
rep_init_way(sim_replication_t *self, size_t r)
{
    const sim_route_t *row = &self->pathway->route[r];
    sim_way_t *way = &self->way[r];
    size_t i;

    way->probability = row->probability;
    way->target = row->target;
    way->class_to = row->class_to;
    way->class_mask = row->class_mask;
    way->with_flags = row->with_flags;
    way->without_flags = row->without_flags;
    way->guarded = row->class_mask != 0 || row->with_flags != 0 || row->without_flags != 0;
    way->again = row->again;
    way->outcome = (uint8_t) row->outcome_index;
    way->n_shortest = (uint8_t) row->n_shortest;
    way->shortest = row->shortest;
    for (i = 0; i <= row->n_shortest; i++) {
        int target = i == 0 ? row->target : row->shortest[i - 1];

        if (target >= 0 && self->pathway->stage[target].full == SIM_FULL_BLOCK) {
            self->stage[row->stage].how |= SIM_HOW_MAY_BLOCK;
        }
    }
}

/* Once it is known what else is special of it. */
static void
rep_mark_at_once(sim_stage_state_t *stage)
{
    const unsigned may_have = SIM_HOW_DECISION | SIM_HOW_TIMERS | SIM_HOW_GATED | SIM_HOW_STATES;

    if (stage->kind == SIM_STAGE_UNLIMITED && !sim_dist_given(&stage->row->sessions) &&
        !sim_dist_given(&stage->row->service) && (stage->how & ~may_have) == 0) {
        stage->how |= SIM_HOW_AT_ONCE;
    }
}

static int
rep_init(sim_replication_t *self)
{
    const sim_pathway_t *pathway = self->pathway;
    int ret = sim_agenda_init(&self->events);
    size_t i;

    self->stage = calloc(pathway->n_stages + 1, sizeof(*self->stage));
    self->way = calloc(pathway->n_routes + 1, sizeof(*self->way));
    self->source = calloc(pathway->n_sources + 1, sizeof(*self->source));
    if (ret == 0 && (self->stage == NULL || self->way == NULL || self->source == NULL)) {
        ret = SIM_ERR_NO_MEMORY;
    }
    if (ret == 0) {
        ret = sim_rep_init_pools(self);
    }
    if (ret != 0) {
        return ret;
    }
    for (i = 0; i < pathway->n_stages; i++) {
        rep_init_stage(self, i);
    }
    for (i = 0; i < pathway->n_routes; i++) {
        rep_init_way(self, i);
    }
    for (i = 0; i < pathway->n_stages; i++) {
        rep_mark_at_once(&self->stage[i]);
    }
    ret = sim_rep_init_accounts(self);
    return ret != 0 ? ret : self->error;
}

int
sim_replication_create(sim_replication_t **self, const sim_pathway_t *pathway, const sim_calendar_t *calendar,
    const sim_hooks_t *hooks, const sim_run_t *run)
{
    sim_replication_t *rep;
    int ret;

    *self = NULL;
    if (!pathway->compiled || pathway->n_routes > UINT16_MAX || !(run->horizon_days > 0) ||
        run->horizon_days > (double) calendar->n_days || !(run->warmup_days >= 0) ||
        !(run->warmup_days < run->horizon_days)) {
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
    sim_rep_free_accounts(self);
    sim_agenda_free(&self->events);
    free(self->stage);
    free(self->way);
    free(self->source);
    free(self->entity);
    free(self->pending);
    free(self->chore);
    free(self->free_chore);
    free(self);
}

/* ---- looking in ---- */

double
sim_replication_now(const sim_replication_t *self)
{
    return self->now;
}

void
sim_replication_count(sim_replication_t *self, const sim_entity_t *entity, int counter)
{
    sim_rep_count(self, entity, counter);
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

void
sim_replication_memory(const sim_replication_t *self, size_t *bytes, size_t *peak_entities)
{
    *bytes = self->entity_room * sizeof(*self->entity) + sim_agenda_bytes(&self->events) +
             self->pending_room * sizeof(*self->pending);
    *peak_entities = self->n_entities; /* one that is gone is lent again before the slab grows */
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
