/*
 * An entity's life in a stage: entering, the list, sessions, timers, leaving, the route onwards.
 *
 * Invariant: outside an event an entity has an event pending exactly when something will happen to it at a known
 * time, and it is the least of its own next step and its timers; its own step comes first when they tie.
 */
#include "sim/core/replication_internal.h"

#include <math.h>

/* ---- timers ---- */

static double
flow_timer_days(const sim_entity_t *e, const sim_timer_t *timer)
{
    if (timer->kind == SIM_TIMER_DEADLINE) {
        return e->deadline_days[timer->deadline];
    }
    return e->entered_days +
           sim_dist_draw(&timer->after, sim_draw(e->key, timer->hash, e->visit, (uint16_t) (2 * e->tries)));
}

/* The next of its timers, +inf when none runs; *which is its number. */
static double
flow_next_timer(const sim_entity_t *e, const sim_stage_t *stage, size_t *which)
{
    double least = INFINITY, t;
    size_t i;

    for (i = 0; i < stage->n_timers; i++) {
        const sim_timer_t *timer = &stage->timer[i];

        if ((e->timers_fired >> i & 1) != 0 || (e->seen != 0 && !timer->in_service)) {
            continue;
        }
        t = flow_timer_days(e, timer);
        if (t < least) {
            least = t;
            *which = i;
        }
    }
    return least;
}

/* When its own next step comes, +inf while it waits to be taken. */
static double
flow_due(const sim_entity_t *e)
{
    switch (e->phase) {
    case SIM_PHASE_LEAD:
    case SIM_PHASE_BOOKED:
    case SIM_PHASE_SERVICE:
    case SIM_PHASE_GAP:
        return e->due_days;
    case SIM_PHASE_FOLLOW:
        return e->lane == SIM_NO_LANE ? e->due_days : INFINITY;
    default:
        return INFINITY;
    }
}

static void
flow_cancel(sim_replication_t *self, sim_entity_t *e)
{
    if (e->slot != SIM_NO_SLOT) {
        sim_event_list_cancel(&self->events, e->slot);
        e->slot = SIM_NO_SLOT;
    }
}

void
sim_rep_schedule(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);
    double t = flow_due(e), timer = INFINITY;
    sim_event_rank_t rank = e->phase == SIM_PHASE_LEAD ? SIM_RANK_ARRIVAL : SIM_RANK_RELEASE;
    size_t which = 0;

    if (stage->n_timers > 0) {
        timer = flow_next_timer(e, stage, &which);
    }
    if (timer < t) {
        t = timer;
        rank = SIM_RANK_TIMER;
    }
    if (!(t < INFINITY)) {
        flow_cancel(self, e);
        return;
    }
    t = t < self->now ? self->now : t;
    if (e->slot != SIM_NO_SLOT) {
        sim_event_list_move(&self->events, e->slot, t, rank);
        return;
    }
    e->slot = sim_event_list_insert(&self->events, t, rank, sim_rep_what(SIM_EVENT_ENTITY, id));
    if (e->slot == SIM_NO_SLOT) {
        sim_rep_fail(self, self->events.pending < (size_t) 1 << 24 ? SIM_ERR_NO_MEMORY : SIM_ERR_FULL);
    }
}

/* ---- leaving ---- */

/* Take it out of whatever holds it: list, diary, server; its event too. */
static void
flow_detach(sim_replication_t *self, sim_entity_t *e, uint32_t id)
{
    sim_stage_kind_t kind = self->stage[e->stage].kind;

    if (e->lane != SIM_NO_LANE) {
        sim_waiting_list_remove(&sim_rep_member_of(self, e)->list, self->entity, id, e->phase == SIM_PHASE_LIST);
    } else if (kind == SIM_STAGE_DIARY && (e->phase == SIM_PHASE_BOOKED || e->phase == SIM_PHASE_GAP)) {
        sim_diary_give_back(&sim_rep_member_of(self, e)->diary, (long) e->due_days, self->stage[e->stage].minutes);
    } else if (kind == SIM_STAGE_SERVERS && e->phase == SIM_PHASE_SERVICE) {
        sim_rep_release(self, e);
    }
    if (e->waiting != 0) {
        sim_rep_stop_waiting(self, e, false);
    }
    flow_cancel(self, e);
    e->phase = SIM_PHASE_MOVING;
}

/* The route of its outcome, or NULL when the outcome leaves the pathway. */
static const sim_route_t *
flow_route(const sim_replication_t *self, const sim_entity_t *e, int outcome)
{
    const sim_stage_t *stage = sim_rep_stage_of(self, e);
    const sim_route_t *last = NULL;
    double u, cum = 0;
    size_t k;

    if (stage->first_route[outcome] == stage->first_route[outcome + 1]) {
        return NULL;
    }
    u = sim_uniform(e->key, stage->hash, e->visit, SIM_DRAW_ROUTE);
    for (k = stage->first_route[outcome]; k < stage->first_route[outcome + 1]; k++) {
        const sim_route_t *route = &self->pathway->route[k];

        if ((route->class_mask != 0 && (route->class_mask >> e->cls & 1) == 0) || route->probability <= 0) {
            continue;
        }
        last = route;
        cum += route->probability;
        if (u < cum) {
            break;
        }
    }
    return last;
}

static bool
flow_was_served(const sim_stage_t *stage, int outcome)
{
    return outcome == SIM_OUTCOME_DONE || outcome >= SIM_OUTCOME_FIRST_TIMER + (int) stage->n_timers;
}

static void
flow_exit(sim_replication_t *self, uint32_t id, bool served, int outcome)
{
    sim_entity_t *e;

    sim_rep_tell(self, id, SIM_TOLD_EXIT, outcome);
    e = &self->entity[id];
    sim_book_count(&self->book, served ? SIM_COUNT_SERVED : SIM_COUNT_LEFT, self->month, e->level, 1);
    sim_book_wait_group(&self->book, SIM_TALLY_SOJOURN, self->month, 0, self->now - e->born_days);
    sim_rep_free_entity(self, id);
}

/* Onwards along a route: into the next stage when this event is over. */
static void
flow_move(sim_replication_t *self, uint32_t id, const sim_route_t *route)
{
    sim_entity_t *e = &self->entity[id];

    if (route->again && ++e->visit == UINT16_MAX) {
        sim_rep_fail(self, SIM_ERR_FULL);
        return;
    }
    e->stage = (uint16_t) route->target;
    sim_rep_push_pending(self, id);
}

void
sim_rep_leave(sim_replication_t *self, uint32_t id, int outcome)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);
    sim_stage_state_t *state = &self->stage[e->stage];
    bool served = flow_was_served(stage, outcome);
    const sim_route_t *route;

    flow_detach(self, e, id);
    state->count[served ? SIM_COUNT_SERVED : SIM_COUNT_LEFT] += 1;
    sim_book_wait_group(&self->book, SIM_TALLY_SOJOURN, self->month, self->book.first_stage + e->stage,
        self->now - e->entered_days);
    sim_rep_tell(self, id, SIM_TOLD_LEAVE, outcome);
    e = &self->entity[id];
    sim_level_add(&state->present, self->now, -1);
    route = flow_route(self, e, outcome);
    if (route == NULL || route->target == SIM_EXIT) {
        flow_exit(self, id, served, outcome);
    } else {
        flow_move(self, id, route);
    }
}

/* Leave, then let the pool use what this has freed. */
static void
flow_leave_and_serve(sim_replication_t *self, uint32_t id, int outcome)
{
    const sim_entity_t *e = &self->entity[id];
    int pool = sim_rep_stage_of(self, e)->pool_index;
    size_t member = e->member;

    sim_rep_leave(self, id, outcome);
    if (pool >= 0 && member < self->pathway->pool[pool].n_members) {
        sim_rep_serve(self, pool, member);
    }
}

/* All its sessions, or its service, are over. */
static void
flow_finish(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);
    int outcome = SIM_OUTCOME_DONE, label;

    if (stage->decision >= 0 && self->hooks.decide != NULL) {
        label = self->hooks.decide(self->hooks.model, self, id, stage->decision);
        if (label < 0 || (size_t) label >= stage->n_labels) {
            sim_rep_fail(self, label < 0 ? label : SIM_ERR_BAD_PARAM);
            label = 0;
        }
        outcome = SIM_OUTCOME_FIRST_TIMER + (int) stage->n_timers + label;
    }
    flow_leave_and_serve(self, id, outcome);
}

/* ---- sessions ---- */

/*
 * Keep it until a booking for `day` can be made: on the follow-up list now, or by an event when the day is near
 * enough.
 */
static void
flow_follow(sim_replication_t *self, uint32_t id, long day)
{
    sim_entity_t *e = &self->entity[id];
    int horizon = self->pool[sim_rep_stage_of(self, e)->pool_index].row->horizon_days;

    e->phase = SIM_PHASE_FOLLOW;
    if (day > (long) self->now + horizon) {
        e->due_days = (double) (day - horizon);
    } else {
        e->due_days = (double) day;
        sim_waiting_list_push(&sim_rep_member_of(self, e)->list, self->entity, id,
            sim_waiting_list_lane(true, 0, false), false);
    }
    sim_rep_schedule(self, id);
}

void
sim_rep_next_session(sim_replication_t *self, uint32_t id, double gap_days, bool early)
{
    sim_entity_t *e = &self->entity[id];
    long first = (long) self->now + (early ? 0 : 1), day;

    if (self->stage[e->stage].kind != SIM_STAGE_DIARY) {
        e->due_days = self->now + gap_days;
        e->phase = e->seen != 0 ? SIM_PHASE_GAP : SIM_PHASE_BOOKED;
        sim_rep_schedule(self, id);
        return;
    }
    day = gap_days < 1e6 ? (long) (self->now + gap_days) : 1000000;
    day = day < first ? first : day;
    if (day > (long) self->now + self->pool[sim_rep_stage_of(self, e)->pool_index].row->horizon_days ||
        !sim_rep_book(self, id, day)) {
        flow_follow(self, id, day);
    }
}

static double
flow_gap(const sim_entity_t *e, const sim_stage_t *stage, const sim_dist_t *gap)
{
    return sim_dist_draw(gap, sim_draw(e->key, stage->session_hash, e->visit, (uint16_t) (2 * e->attempt + 1)));
}

/* Missed by the client, or cancelled by the provider: tried again, or given up. */
static void
flow_missed(sim_replication_t *self, uint32_t id, bool by_client)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);
    double gap;

    self->stage[e->stage].count[by_client ? SIM_COUNT_MISSED : SIM_COUNT_CANCELLED] += 1;
    e->missed = (uint8_t) (e->missed + (by_client && e->missed < UINT8_MAX));
    sim_rep_tell(self, id, SIM_TOLD_MISSED, by_client ? SIM_OUTCOME_MISSED : SIM_OUTCOME_DONE);
    e = &self->entity[id];
    if (by_client && stage->missed_max > 0 && e->missed >= stage->missed_max) {
        flow_leave_and_serve(self, id, SIM_OUTCOME_MISSED);
        return;
    }
    gap = flow_gap(e, stage, &stage->gap);
    e->attempt++;
    sim_rep_next_session(self, id, gap, false);
}

static void
flow_attended(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);
    bool first = e->seen == 0;
    double gap;

    self->stage[e->stage].count[SIM_COUNT_SESSIONS] += 1;
    e->missed = 0;
    e->seen = 1;
    e->sessions_left--;
    e->contacts = (uint16_t) (e->contacts + (stage->is_contact && e->contacts < UINT16_MAX));
    if (e->waiting != 0) {
        sim_rep_stop_waiting(self, e, true);
    }
    sim_rep_tell(self, id, SIM_TOLD_SESSION, SIM_OUTCOME_DONE);
    e = &self->entity[id];
    if (e->sessions_left == 0) {
        flow_finish(self, id);
        return;
    }
    gap = flow_gap(e, stage, first && sim_dist_given(&stage->second) ? &stage->second : &stage->gap);
    e->attempt++;
    sim_rep_next_session(self, id, gap, false);
}

static void
flow_session(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);
    double u = 1;

    e->phase = SIM_PHASE_MOVING;
    self->stage[e->stage].count[SIM_COUNT_USED] += self->stage[e->stage].minutes;
    if (stage->dna + stage->cancel > 0) {
        u = sim_uniform(e->key, stage->session_hash, e->visit, (uint16_t) (2 * e->attempt));
    }
    if (u < stage->dna + stage->cancel) {
        flow_missed(self, id, u < stage->dna);
    } else {
        flow_attended(self, id);
    }
}

/* ---- entering ---- */

static uint16_t
flow_draw_sessions(const sim_entity_t *e, const sim_stage_t *stage)
{
    double n = 1;

    if (sim_dist_given(&stage->sessions)) {
        n = floor(sim_dist_draw(&stage->sessions, sim_rep_draw(e, stage, SIM_DRAW_SESSIONS)) + 0.5);
    }
    return (uint16_t) (n < 1 ? 1 : n > UINT16_MAX ? UINT16_MAX : n);
}

void
sim_rep_begin_stage(sim_replication_t *self, uint32_t id, double entered_days)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);
    sim_stage_state_t *state = &self->stage[e->stage];

    e->entered_days = entered_days;
    e->due_days = self->now;
    e->phase = SIM_PHASE_LEAD;
    e->attempt = 0;
    e->missed = 0;
    e->timers_fired = 0;
    e->tries = 0;
    e->seen = 0;
    e->sessions_left = flow_draw_sessions(e, stage);
    if (state->kind == SIM_STAGE_SERVERS) {
        e->service_days = sim_dist_draw(&stage->service, sim_rep_draw(e, stage, SIM_DRAW_SERVICE));
    }
    sim_level_add(&state->present, self->now, 1);
}

static void
flow_count_entry(sim_replication_t *self, sim_entity_t *e)
{
    sim_stage_state_t *state = &self->stage[e->stage];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);

    if (e->fresh != 0) {
        e->fresh = 0;
        sim_book_count(&self->book, SIM_COUNT_ENTERED, self->month, e->level, 1);
    }
    state->count[SIM_COUNT_ENTERED] += 1;
    if (state->kind == SIM_STAGE_SERVERS) {
        state->count[SIM_COUNT_OFFERED_WORK] += e->service_days * SIM_MINUTES_PER_DAY;
    } else {
        state->count[SIM_COUNT_OFFERED_WORK] += e->sessions_left * state->minutes;
    }
    state->count[SIM_COUNT_STARTS_WANTED] += stage->takes_start ? 1 : 0;
}

bool
sim_rep_choose_member(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);
    const sim_pool_t *pool = &self->pathway->pool[stage->pool_index];
    uint32_t member = e->member < pool->n_members ? e->member : 0;

    if (stage->model_member && self->hooks.member != NULL) {
        member = self->hooks.member(self->hooks.model, self, id);
    }
    e = &self->entity[id];
    e->member = (uint16_t) (member < pool->n_members ? member : 0);
    if (member >= pool->n_members) {
        sim_rep_leave(self, id, SIM_OUTCOME_DECLINED);
    }
    return member < pool->n_members;
}

bool
sim_rep_list(sim_replication_t *self, uint32_t id, double listed_days)
{
    sim_entity_t *e;
    const sim_stage_t *stage;

    if (!sim_rep_choose_member(self, id)) {
        return false;
    }
    e = &self->entity[id];
    stage = sim_rep_stage_of(self, e);
    e->listed_days = listed_days;
    e->phase = SIM_PHASE_LIST;
    sim_waiting_list_push(&sim_rep_member_of(self, e)->list, self->entity, id,
        sim_waiting_list_lane(stage->queue_at_front, stage->priority[e->cls], stage->takes_start), true);
    sim_rep_start_waiting(self, e);
    return true;
}

static void
flow_join(sim_replication_t *self, uint32_t id)
{
    const sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);

    if (!sim_rep_list(self, id, self->now)) {
        return;
    }
    e = &self->entity[id];
    sim_rep_serve(self, stage->pool_index, e->member);
    e = &self->entity[id];
    if (e->phase == SIM_PHASE_LIST && sim_rep_stage_of(self, e)->n_timers > 0) {
        sim_rep_schedule(self, id);
    }
}

/* A stage without a pool: appointments when sessions are given, else its service. */
static void
flow_start_unlimited(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);

    e->listed_days = self->now;
    if (sim_dist_given(&stage->sessions)) {
        if (!sim_dist_given(&stage->notice)) {
            flow_session(self, id);
            return;
        }
        e->phase = SIM_PHASE_BOOKED;
        e->due_days = self->now + sim_dist_draw(&stage->notice, sim_rep_draw(e, stage, SIM_DRAW_NOTICE));
    } else {
        if (!sim_dist_given(&stage->service)) {
            flow_finish(self, id);
            return;
        }
        e->phase = SIM_PHASE_SERVICE;
        e->seen = 1;
        e->due_days = self->now + sim_dist_draw(&stage->service, sim_rep_draw(e, stage, SIM_DRAW_SERVICE));
    }
    sim_rep_schedule(self, id);
}

static void
flow_start(sim_replication_t *self, uint32_t id)
{
    if (sim_rep_stage_of(self, &self->entity[id])->pool_index >= 0) {
        flow_join(self, id);
    } else {
        flow_start_unlimited(self, id);
    }
}

void
sim_rep_enter(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e;
    const sim_stage_t *stage;

    sim_rep_begin_stage(self, id, self->now);
    flow_count_entry(self, &self->entity[id]);
    sim_rep_tell(self, id, SIM_TOLD_ENTER, SIM_OUTCOME_DONE);
    e = &self->entity[id];
    stage = sim_rep_stage_of(self, e);
    if (!sim_dist_given(&stage->lead)) {
        flow_start(self, id);
        return;
    }
    e->due_days = self->now + sim_dist_draw(&stage->lead, sim_rep_draw(e, stage, SIM_DRAW_LEAD));
    sim_rep_schedule(self, id);
}

/* ---- its event ---- */

static void
flow_timer(sim_replication_t *self, uint32_t id, size_t which)
{
    sim_entity_t *e = &self->entity[id];
    const sim_timer_t *timer = &sim_rep_stage_of(self, e)->timer[which];
    int outcome = SIM_OUTCOME_FIRST_TIMER + (int) which;

    if (timer->leave > 0 && sim_uniform(e->key, timer->hash, e->visit, (uint16_t) (2 * e->tries + 1)) < timer->leave) {
        flow_leave_and_serve(self, id, outcome);
        return;
    }
    e->flags |= timer->flag;
    e->timers_fired = (uint8_t) (e->timers_fired | 1u << which);
    sim_rep_schedule(self, id);
    sim_rep_tell(self, id, SIM_TOLD_TIMER, outcome);
}

static void
flow_own_step(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];

    switch (e->phase) {
    case SIM_PHASE_LEAD:
        flow_start(self, id);
        break;
    case SIM_PHASE_SERVICE:
        flow_finish(self, id);
        break;
    case SIM_PHASE_FOLLOW:
        sim_rep_next_session(self, id, self->pool[sim_rep_stage_of(self, e)->pool_index].row->horizon_days, false);
        break;
    default:
        flow_session(self, id);
        break;
    }
}

void
sim_rep_step(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e);
    double due = flow_due(e), timer = INFINITY;
    size_t which = 0;

    e->slot = SIM_NO_SLOT;
    if (stage->n_timers > 0) {
        timer = flow_next_timer(e, stage, &which);
    }
    if (due <= self->now && due <= timer) {
        flow_own_step(self, id);
    } else if (timer <= self->now) {
        flow_timer(self, id, which);
    } else {
        sim_rep_schedule(self, id); /* a deadline was moved by the model */
    }
}
