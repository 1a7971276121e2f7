/*
 * Units that change: the days of diaries, dated steps, timetables, failures and vacations.
 *
 * Invariant: a member's servers are its units x the pool's share, rounded, less those of them that have failed; busy <=
 * limit, which is above servers only while those in service finish.
 */
#include "sim/core/replication_internal.h"

#include <math.h>
#include <stdlib.h>

#define CAPACITY_LEAST_DAYS 1e-9 /* of a vacation, so that time goes on */

enum { CAPACITY_DRAW_UP, CAPACITY_DRAW_REPAIR, CAPACITY_DRAW_WHICH, CAPACITY_DRAW_VACATION };

/* Draws of a pool's own. */
static sim_stream_t
capacity_stream(const sim_pool_state_t *pool, const sim_member_t *member, uint64_t number, uint16_t kind)
{
    uint64_t key = sim_mix64(pool->key + (uint64_t) (member - pool->member) * SIM_GOLDEN64);

    return sim_draw(key, (uint32_t) number, kind, (uint16_t) (number >> 32));
}

/* ---- servers ---- */

/* Those that should be there. */
static uint32_t
capacity_staff(const sim_pool_state_t *pool, const sim_member_t *member)
{
    return (uint32_t) floor(member->units * pool->share + 0.5);
}

static uint32_t
capacity_servers(const sim_pool_state_t *pool, const sim_member_t *member)
{
    uint32_t staff = capacity_staff(pool, member), n = staff, k;

    for (k = 0; k < staff && k < member->n_failing; k++) {
        n -= member->failed[k];
    }
    return n;
}

static void
capacity_schedule_failure(sim_replication_t *self, const sim_pool_state_t *pool, size_t m, uint32_t server)
{
    sim_member_t *member = &pool->member[m];
    double days = sim_dist_draw(&pool->row->fails_after,
        capacity_stream(pool, member, member->failure_draws++, CAPACITY_DRAW_UP));

    sim_rep_chore(self, self->now + days, SIM_RANK_CAPACITY,
        (sim_chore_t){ SIM_CHORE_FAILURE, (uint16_t) (pool - self->pool), (uint32_t) m, server });
}

/* Servers that were never there before fail from now on. */
static void
capacity_let_fail(sim_replication_t *self, const sim_pool_state_t *pool, size_t m)
{
    sim_member_t *member = &pool->member[m];
    uint32_t units = (uint32_t) floor(member->units + 0.5), staff = capacity_staff(pool, member);
    uint32_t n = units > staff ? units : staff;
    uint8_t *grown;

    if (!sim_dist_given(&pool->row->fails_after) || n <= member->n_failing) {
        return;
    }
    grown = realloc(member->failed, n);
    if (grown == NULL) {
        sim_rep_fail(self, SIM_ERR_NO_MEMORY);
        return;
    }
    member->failed = grown;
    while (member->n_failing < n) {
        member->failed[member->n_failing] = 0;
        capacity_schedule_failure(self, pool, m, member->n_failing++);
    }
}

static void
capacity_set_servers(sim_replication_t *self, sim_pool_state_t *pool, size_t m, sim_interrupt_t how)
{
    sim_member_t *member = &pool->member[m];
    uint32_t servers;

    capacity_let_fail(self, pool, m);
    servers = capacity_servers(pool, member);
    if (pool->row->discipline == SIM_SHARING) {
        sim_rep_share_advance(self, member);
    }
    sim_level_add(&pool->at_work, self->since, (double) servers - (double) member->servers);
    member->servers = servers;
    while (how != SIM_INTERRUPT_FINISH && member->busy > servers && member->n_served > 0) {
        sim_rep_interrupt(self, member->last_served, how);
    }
    member->limit = member->busy > servers ? member->busy : servers;
    if (pool->row->discipline == SIM_SHARING) {
        sim_rep_share_schedule(self, pool, member);
    }
}

int
sim_replication_set_units(sim_replication_t *self, int pool_index, size_t m, double units)
{
    sim_pool_state_t *pool;
    sim_member_t *member;

    if (pool_index < 0 || (size_t) pool_index >= self->pathway->n_pools ||
        m >= self->pathway->pool[pool_index].n_members || !(units >= 0) || !(units <= INT32_MAX)) {
        return SIM_ERR_BAD_PARAM;
    }
    pool = &self->pool[pool_index];
    member = &pool->member[m];
    units = pool->row->kind == SIM_POOL_SERVERS ? floor(units + 0.5) : units;
    sim_level_add(&pool->units, self->since, units - member->units);
    member->units = units;
    if (pool->row->kind == SIM_POOL_SERVERS) {
        capacity_set_servers(self, pool, m, pool->row->on_close);
    } else {
        sim_diary_set_units(&member->diary, units);
    }
    sim_rep_serve(self, pool, m);
    return self->error;
}

double
sim_replication_units(const sim_replication_t *self, int pool, size_t member)
{
    return self->pool[pool].member[member].units;
}

/* ---- days of diaries ---- */

static bool
capacity_is_open(const sim_replication_t *self, const sim_pool_t *pool, long day)
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
capacity_schedule_day(sim_replication_t *self, size_t pool, long day)
{
    while ((size_t) day < self->calendar->n_days && !capacity_is_open(self, self->pool[pool].row, day)) {
        day++;
    }
    if ((size_t) day < self->calendar->n_days) {
        sim_rep_chore(self, (double) day + SIM_DIARY_HOUR, SIM_RANK_CAPACITY,
            (sim_chore_t){ SIM_CHORE_DAY, (uint16_t) pool, 0, 0 });
    }
}

void
sim_rep_pool_day(sim_replication_t *self, size_t p)
{
    sim_pool_state_t *pool = &self->pool[p];
    long day = (long) self->now;
    size_t m;

    for (m = 0; m < pool->row->n_members; m++) {
        sim_diary_begin(&pool->member[m].diary, day, &pool->capacity, &pool->starts);
        pool->days += sim_diary_has_time(&pool->member[m].diary, day);
        pool->days_empty += sim_diary_is_empty(&pool->member[m].diary, day);
        sim_rep_serve(self, pool, m);
    }
    capacity_schedule_day(self, p, day + 1);
}

/* ---- dated steps ---- */

static void
capacity_schedule_step(sim_replication_t *self, size_t pool)
{
    const sim_pool_state_t *state = &self->pool[pool];

    if (state->step < state->row->steps.n) {
        sim_rep_chore(self, state->row->steps.day[state->step], SIM_RANK_CAPACITY,
            (sim_chore_t){ SIM_CHORE_STEP, (uint16_t) pool, 0, 0 });
    }
}

void
sim_rep_pool_step(sim_replication_t *self, size_t pool)
{
    sim_pool_state_t *state = &self->pool[pool];
    double units = state->row->steps.value[state->step++];
    size_t m;

    for (m = 0; m < state->row->n_members; m++) {
        sim_rep_fail(self, sim_replication_set_units(self, (int) pool, m, units));
    }
    capacity_schedule_step(self, pool);
}

/* ---- timetables ---- */

static double
capacity_entry_day(const sim_pool_t *row, size_t entry)
{
    return row->cycle_days * (double) (entry / row->timetable.n) + row->timetable.day[entry % row->timetable.n];
}

/* Bring the share up to now; whether there is anything to come is for the caller. */
static void
capacity_share(const sim_replication_t *self, sim_pool_state_t *pool)
{
    const sim_pool_t *row = pool->row;

    while (row->cycle_days > 0 && capacity_entry_day(row, pool->entry) <= self->now) {
        pool->timetable = row->timetable.value[pool->entry % row->timetable.n];
        pool->entry++;
    }
    pool->share = row->closed_days && !capacity_is_open(self, row, (long) self->now) ? 0 : pool->timetable;
}

static void
capacity_schedule_timetable(sim_replication_t *self, size_t p)
{
    const sim_pool_t *row = self->pool[p].row;
    double entry = row->cycle_days > 0 ? capacity_entry_day(row, self->pool[p].entry) : INFINITY;
    double midnight = row->closed_days ? floor(self->now) + 1 : INFINITY;

    sim_rep_chore(self, fmin(entry, midnight), SIM_RANK_CAPACITY,
        (sim_chore_t){ SIM_CHORE_TIMETABLE, (uint16_t) p, 0, 0 });
}

void
sim_rep_timetable(sim_replication_t *self, size_t p)
{
    sim_pool_state_t *pool = &self->pool[p];
    double share = pool->share;
    size_t m;

    capacity_share(self, pool);
    for (m = 0; m < pool->row->n_members && pool->share != share; m++) {
        capacity_set_servers(self, pool, m, pool->row->on_close);
        sim_rep_serve(self, pool, m);
    }
    capacity_schedule_timetable(self, p);
}

static void
capacity_init_timetable(sim_replication_t *self, size_t p)
{
    sim_pool_state_t *pool = &self->pool[p];
    const sim_pool_t *row = pool->row;

    pool->timetable = row->cycle_days > 0 ? row->timetable.value[row->timetable.n - 1] : 1;
    capacity_share(self, pool);
    capacity_schedule_timetable(self, p);
}

/* ---- failures ---- */

/* Which of those at work has failed is a matter of chance; a busy one interrupts whom it serves. */
static void
capacity_hit(sim_replication_t *self, const sim_pool_state_t *pool, const sim_member_t *member, double u)
{
    uint32_t place = (uint32_t) (u * member->servers), id;

    if (place >= member->n_served) {
        return; /* idle, away, or being cleaned: then it fails when that is done */
    }
    for (id = member->first_served; place > 0; place--) {
        id = self->entity[id].next;
    }
    sim_rep_interrupt(self, id, pool->row->on_failure);
}

void
sim_rep_failure(sim_replication_t *self, const sim_chore_t *chore)
{
    sim_pool_state_t *pool = &self->pool[chore->row];
    sim_member_t *member = &pool->member[chore->member];
    uint64_t number = member->failure_draws++;
    sim_stream_t which = capacity_stream(pool, member, number, CAPACITY_DRAW_WHICH);
    double days = sim_dist_draw(&pool->row->repair, capacity_stream(pool, member, number, CAPACITY_DRAW_REPAIR));

    if (member->servers > 0 && chore->number < capacity_staff(pool, member)) {
        capacity_hit(self, pool, member, sim_stream_uniform(&which));
    }
    member->failed[chore->number] = 1;
    capacity_set_servers(self, pool, chore->member, SIM_INTERRUPT_FINISH);
    sim_rep_serve(self, pool, chore->member);
    sim_rep_chore(self, self->now + days, SIM_RANK_CAPACITY,
        (sim_chore_t){ SIM_CHORE_REPAIR, chore->row, chore->member, chore->number });
}

void
sim_rep_repair(sim_replication_t *self, const sim_chore_t *chore)
{
    sim_pool_state_t *pool = &self->pool[chore->row];

    pool->member[chore->member].failed[chore->number] = 0;
    capacity_set_servers(self, pool, chore->member, SIM_INTERRUPT_FINISH);
    sim_rep_serve(self, pool, chore->member);
    capacity_schedule_failure(self, pool, chore->member, chore->number);
}

/* ---- vacations ---- */

void
sim_rep_vacation(sim_replication_t *self, sim_pool_state_t *pool, size_t m)
{
    sim_member_t *member = &pool->member[m];

    while (member->busy + member->away < member->servers) {
        double days =
            sim_dist_draw(&pool->row->vacation, capacity_stream(pool, member, member->draws++, CAPACITY_DRAW_VACATION));

        member->away++;
        sim_rep_chore(self, self->now + fmax(days, CAPACITY_LEAST_DAYS), SIM_RANK_CAPACITY,
            (sim_chore_t){ SIM_CHORE_RETURN, (uint16_t) (pool - self->pool), (uint32_t) m, 0 });
    }
}

void
sim_rep_return(sim_replication_t *self, const sim_chore_t *chore)
{
    self->pool[chore->row].member[chore->member].away--;
    sim_rep_serve(self, &self->pool[chore->row], chore->member);
}

/* ---- setting up ---- */

static double
capacity_least_minutes(const sim_replication_t *self, size_t pool)
{
    double least = INFINITY;
    size_t s;

    for (s = 0; s < self->pathway->n_stages; s++) {
        const sim_stage_t *row = &self->pathway->stage[s];

        if (row->pool_index == (int) pool) {
            least = fmin(least, sim_stage_minutes(row, &self->pathway->pool[pool]));
        }
    }
    return least;
}

static int
capacity_init_member(sim_replication_t *self, size_t p, size_t m)
{
    sim_pool_state_t *pool = &self->pool[p];
    sim_member_t *member = &pool->member[m];

    sim_waiting_list_init(&member->list);
    member->units = pool->row->units;
    member->first_served = member->last_served = SIM_NO_ENTITY;
    member->sharing.slot = SIM_NO_SLOT;
    if (pool->row->kind == SIM_POOL_DIARY) {
        return sim_diary_init(&member->diary, pool->row, m, capacity_least_minutes(self, p), self->calendar);
    }
    capacity_set_servers(self, pool, m, SIM_INTERRUPT_FINISH);
    return self->error;
}

static int
capacity_init_pool(sim_replication_t *self, size_t p)
{
    sim_pool_state_t *pool = &self->pool[p];
    const sim_pool_t *row = &self->pathway->pool[p];
    char name[SIM_NAME_MAX + 8] = "pool:";
    int ret = 0;
    size_t m, i;

    pool->row = row;
    for (i = 0; row->name[i] != '\0'; i++) {
        name[5 + i] = row->name[i];
    }
    pool->key = sim_key(self->run.seed, self->run.replication, sim_hash(name), 0);
    pool->is_diary = row->kind == SIM_POOL_DIARY;
    pool->preempts = row->preempt != SIM_INTERRUPT_FINISH;
    pool->n_members = (uint16_t) row->n_members;
    pool->takes_vacation = sim_dist_given(&row->vacation);
    pool->chooses = row->n_bands > 0 || row->discipline == SIM_RANDOM;
    pool->keeps_served = row->preempt != SIM_INTERRUPT_FINISH || row->on_close != SIM_INTERRUPT_FINISH ||
                         sim_dist_given(&row->fails_after);
    pool->member = calloc(row->n_members, sizeof(*pool->member));
    if (pool->member == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    sim_level_init(&pool->units, row->units * (double) row->n_members);
    capacity_init_timetable(self, p);
    for (m = 0; ret == 0 && m < row->n_members; m++) {
        ret = capacity_init_member(self, p, m);
    }
    capacity_schedule_step(self, p);
    if (row->kind == SIM_POOL_DIARY) {
        capacity_schedule_day(self, p, 0);
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
        ret = capacity_init_pool(self, p);
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
            free(self->pool[p].member[m].sharing.heap);
            free(self->pool[p].member[m].failed);
        }
        free(self->pool[p].member);
    }
    free(self->pool);
    self->pool = NULL;
}
