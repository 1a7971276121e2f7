/*
 * Pools at work: who is taken off a list, when and by whom; the days of diaries; units that change.
 *
 * Invariant: after sim_rep_serve nobody who could be taken in the list's order still waits.
 */
#include "sim/core/replication_internal.h"

#include <math.h>
#include <stdlib.h>

void
sim_rep_start_waiting(sim_replication_t *self, sim_entity_t *e)
{
    e->waiting = 1;
    sim_level_add(&self->stage[e->stage].waiting, self->now, 1);
}

void
sim_rep_stop_waiting(sim_replication_t *self, sim_entity_t *e, bool served)
{
    double days = self->now - e->listed_days;

    e->waiting = 0;
    sim_level_add(&self->stage[e->stage].waiting, self->now, -1);
    if (served) {
        sim_book_wait_group(&self->book, SIM_TALLY_QUEUE, self->month, 0, days);
        sim_book_wait_group(&self->book, SIM_TALLY_QUEUE, self->month, self->book.first_stage + e->stage, days);
    }
}

/* Whether it declines when its turn comes. */
static bool
service_declines(const sim_entity_t *e, const sim_stage_t *stage)
{
    return (e->flags & stage->decline_flag) != 0 &&
           sim_uniform(e->key, stage->hash, e->visit, SIM_DRAW_DECLINE) < stage->decline;
}

/* ---- servers ---- */

void
sim_rep_seize(sim_replication_t *self, uint32_t id, double days)
{
    sim_entity_t *e = &self->entity[id];

    sim_rep_member_of(self, e)->busy++;
    sim_level_add(&self->stage[e->stage].busy, self->now, 1);
    e->phase = SIM_PHASE_SERVICE;
    e->seen = 1;
    e->due_days = self->now + days;
    sim_rep_schedule(self, id);
}

void
sim_rep_release(sim_replication_t *self, sim_entity_t *e)
{
    sim_member_t *member = sim_rep_member_of(self, e);

    member->busy--;
    if (member->limit > member->servers) {
        member->limit = member->busy > member->servers ? member->busy : member->servers;
    }
    sim_level_add(&self->stage[e->stage].busy, self->now, -1);
}

static void
service_serve_servers(sim_replication_t *self, sim_member_t *member)
{
    while (member->busy < member->servers) {
        uint32_t id = sim_waiting_list_first(&member->list, self->entity, true);
        sim_entity_t *e;

        if (id == SIM_NO_ENTITY) {
            return;
        }
        e = &self->entity[id];
        if (service_declines(e, sim_rep_stage_of(self, e))) {
            sim_rep_leave(self, id, SIM_OUTCOME_DECLINED);
            continue;
        }
        sim_waiting_list_remove(&member->list, self->entity, id, true);
        sim_rep_stop_waiting(self, e, true);
        sim_rep_seize(self, id, e->service_days);
    }
}

/* ---- diaries ---- */

bool
sim_rep_book(sim_replication_t *self, uint32_t id, long from_day)
{
    sim_entity_t *e = &self->entity[id];
    sim_diary_t *diary = &sim_rep_member_of(self, e)->diary;
    double minutes = self->stage[e->stage].minutes;
    long day = sim_diary_find(diary, from_day, minutes);

    if (day < 0) {
        return false;
    }
    e->due_days = sim_diary_book(diary, day, minutes);
    e->phase = e->seen != 0 ? SIM_PHASE_GAP : SIM_PHASE_BOOKED;
    sim_rep_schedule(self, id);
    return true;
}

/* The first day that one on the list may be booked for. */
static long
service_wanted_day(const sim_replication_t *self, const sim_entity_t *e, const sim_stage_t *stage)
{
    long tomorrow = (long) self->now + 1, day;
    double notice;

    if (e->phase == SIM_PHASE_FOLLOW) {
        day = (long) e->due_days;
    } else if (sim_dist_given(&stage->notice)) {
        int horizon = self->pool[stage->pool_index].row->horizon_days;

        notice = sim_dist_draw(&stage->notice, sim_rep_draw(e, stage, SIM_DRAW_NOTICE));
        day = (long) (self->now + (notice < horizon ? notice : horizon));
    } else {
        return tomorrow;
    }
    return day > tomorrow ? day : tomorrow;
}

/* Take the first of the list if an appointment can be found for it. */
static bool
service_take(sim_replication_t *self, sim_member_t *member, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);
    bool is_new = e->phase == SIM_PHASE_LIST;
    long day = service_wanted_day(self, e, stage);

    day = sim_diary_find(&member->diary, day, self->stage[e->stage].minutes);
    if (day < 0) {
        return false;
    }
    if (is_new && service_declines(e, stage)) {
        sim_rep_leave(self, id, SIM_OUTCOME_DECLINED);
        return true;
    }
    sim_waiting_list_remove(&member->list, self->entity, id, is_new);
    if (is_new && stage->takes_start && member->diary.pool->starts_per_unit > 0) {
        member->diary.starts -= 1;
    }
    return sim_rep_book(self, id, day);
}

static void
service_serve_diary(sim_replication_t *self, sim_member_t *member)
{
    uint32_t id;

    do {
        id = sim_waiting_list_first(&member->list, self->entity, sim_diary_has_start(&member->diary));
    } while (id != SIM_NO_ENTITY && service_take(self, member, id));
}

void
sim_rep_serve(sim_replication_t *self, int pool, size_t member)
{
    sim_pool_state_t *state = &self->pool[pool];

    if (state->member[member].list.length == 0) {
        return;
    }
    if (state->row->kind == SIM_POOL_SERVERS) {
        service_serve_servers(self, &state->member[member]);
    } else {
        service_serve_diary(self, &state->member[member]);
    }
}

static bool
service_pool_open(const sim_replication_t *self, const sim_pool_t *pool, long day)
{
    switch (pool->open) {
    case SIM_OPEN_WORKING:
        return sim_calendar_is(self->calendar, day, SIM_DAY_WORKING);
    case SIM_OPEN_EVERY:
        return true;
    default:
        return sim_calendar_is(self->calendar, day, SIM_DAY_SCHOOL);
    }
}

/* Schedule the beginning of the pool's next open day, from `day` on. */
static void
service_schedule_day(sim_replication_t *self, size_t pool, long day)
{
    while ((size_t) day < self->calendar->n_days && !service_pool_open(self, self->pool[pool].row, day)) {
        day++;
    }
    if ((size_t) day < self->calendar->n_days) {
        sim_rep_insert(self, (double) day + SIM_DIARY_HOUR, SIM_RANK_CAPACITY, sim_rep_what(SIM_EVENT_POOL_DAY, pool));
    }
}

void
sim_rep_pool_day(sim_replication_t *self, size_t pool)
{
    sim_pool_state_t *state = &self->pool[pool];
    long day = (long) self->now;
    size_t m;

    for (m = 0; m < state->row->n_members; m++) {
        sim_diary_begin(&state->member[m].diary, day, &state->capacity, &state->starts);
        sim_rep_serve(self, (int) pool, m);
    }
    service_schedule_day(self, pool, day + 1);
}

/* ---- units ---- */

static void
service_set_servers(sim_member_t *member, double units)
{
    member->servers = (uint32_t) floor(units + 0.5);
    member->limit = member->busy > member->servers ? member->busy : member->servers;
}

int
sim_replication_set_units(sim_replication_t *self, int pool, size_t member, double units)
{
    sim_pool_state_t *state;
    sim_member_t *m;

    if (pool < 0 || (size_t) pool >= self->pathway->n_pools || member >= self->pathway->pool[pool].n_members ||
        !(units >= 0) || !(units <= INT32_MAX)) {
        return SIM_ERR_BAD_PARAM;
    }
    state = &self->pool[pool];
    m = &state->member[member];
    if (state->row->kind == SIM_POOL_SERVERS) {
        units = floor(units + 0.5);
        service_set_servers(m, units);
    } else {
        sim_diary_set_units(&m->diary, units);
    }
    sim_level_add(&state->units, self->now, units - m->units);
    m->units = units;
    sim_rep_serve(self, pool, member);
    return self->error;
}

double
sim_replication_units(const sim_replication_t *self, int pool, size_t member)
{
    return self->pool[pool].member[member].units;
}

static void
service_schedule_step(sim_replication_t *self, size_t pool)
{
    sim_pool_state_t *state = &self->pool[pool];

    if (state->step < state->row->n_steps) {
        sim_rep_insert(self, state->row->step_day[state->step], SIM_RANK_CAPACITY,
            sim_rep_what(SIM_EVENT_POOL_STEP, pool));
    }
}

void
sim_rep_pool_step(sim_replication_t *self, size_t pool)
{
    sim_pool_state_t *state = &self->pool[pool];
    double units = state->row->step_units[state->step++];
    size_t m;

    for (m = 0; m < state->row->n_members; m++) {
        sim_rep_fail(self, sim_replication_set_units(self, (int) pool, m, units));
    }
    service_schedule_step(self, pool);
}

/* ---- setting up ---- */

static double
service_least_minutes(const sim_replication_t *self, size_t pool)
{
    double least = INFINITY;
    size_t s;

    for (s = 0; s < self->pathway->n_stages; s++) {
        if (self->pathway->stage[s].pool_index == (int) pool && self->stage[s].minutes < least) {
            least = self->stage[s].minutes;
        }
    }
    return least;
}

static int
service_init_member(sim_replication_t *self, size_t pool, size_t m)
{
    sim_pool_state_t *state = &self->pool[pool];
    sim_member_t *member = &state->member[m];

    sim_waiting_list_init(&member->list);
    member->units = state->row->units;
    if (state->row->kind == SIM_POOL_SERVERS) {
        service_set_servers(member, member->units);
        return 0;
    }
    return sim_diary_init(&member->diary, state->row, m, service_least_minutes(self, pool), self->calendar);
}

static int
service_init_pool(sim_replication_t *self, size_t pool)
{
    sim_pool_state_t *state = &self->pool[pool];
    int ret = 0;
    size_t m;

    state->row = &self->pathway->pool[pool];
    state->member = calloc(state->row->n_members, sizeof(*state->member));
    if (state->member == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (m = 0; ret == 0 && m < state->row->n_members; m++) {
        ret = service_init_member(self, pool, m);
    }
    sim_level_init(&state->units, 0, state->row->units * (double) state->row->n_members);
    service_schedule_step(self, pool);
    if (state->row->kind == SIM_POOL_DIARY) {
        service_schedule_day(self, pool, 0);
    }
    return ret;
}

int
sim_rep_init_pools(sim_replication_t *self)
{
    int ret = 0;
    size_t p;

    self->pool = calloc(self->pathway->n_pools + 1, sizeof(*self->pool));
    if (self->pool == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (p = 0; ret == 0 && p < self->pathway->n_pools; p++) {
        ret = service_init_pool(self, p);
    }
    return ret;
}

void
sim_rep_free_pools(sim_replication_t *self)
{
    size_t p, m;

    for (p = 0; self->pool != NULL && p < self->pathway->n_pools; p++) {
        for (m = 0; self->pool[p].member != NULL && m < self->pathway->pool[p].n_members; m++) {
            sim_diary_free(&self->pool[p].member[m].diary);
        }
        free(self->pool[p].member);
    }
    free(self->pool);
    self->pool = NULL;
}
