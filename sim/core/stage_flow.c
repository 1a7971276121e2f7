/*
 * An entity's way through stages: entering, waiting, service, timers, leaving, the route onwards. What is special is
 * left to crowding.c, service.c and session.c; what is here is the way of the many.
 *
 * Invariant: outside an event an entity has an event pending exactly when something will happen to it at a known
 * time, and it is the least of its own next step and its timers; its own step comes first when they tie. After
 * sim_rep_serve nobody who could be taken in the list's order still waits.
 */
#include "sim/core/replication_internal.h"

/* ---- timers ---- */

bool
sim_rep_has_timer(const sim_entity_t *e, const sim_timer_t *timer)
{
    if (timer->class_mask != 0 && (timer->class_mask >> e->cls & 1) == 0) {
        return false;
    }
    return timer->kind == SIM_TIMER_DEADLINE || timer->share >= 1 ||
           sim_uniform(e->key, timer->hash, e->visit, (uint16_t) (SIM_DRAW_AGAIN + e->tries)) < timer->share;
}

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
flow_next_timer(const sim_entity_t *e, const sim_stage_t *row, size_t *which)
{
    double least = INFINITY, t;
    size_t i;

    for (i = 0; i < row->n_timers; i++) {
        const sim_timer_t *timer = &row->timer[i];

        if ((e->timers_fired >> i & 1) != 0 || (sim_rep_has(e, SIM_MARK_SEEN) && !timer->in_service) ||
            !sim_rep_has_timer(e, timer)) {
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

/* When its own next step comes, +inf while it waits to be taken or another's event brings it. */
SIM_ALWAYS_INLINE double
flow_due(const sim_stage_state_t *stage, const sim_entity_t *e)
{
    switch (e->phase) {
    case SIM_PHASE_LEAD:
    case SIM_PHASE_BOOKED:
    case SIM_PHASE_GAP:
        return e->due_days;
    case SIM_PHASE_SERVICE:
        return stage->kind == SIM_STAGE_SHARED ? INFINITY : e->due_days;
    case SIM_PHASE_FOLLOW:
        return e->lane == SIM_NO_LANE ? e->due_days : INFINITY;
    default:
        return INFINITY;
    }
}

SIM_ALWAYS_INLINE void
flow_unschedule(sim_replication_t *self, sim_entity_t *e)
{
    if (e->slot != SIM_NO_SLOT) {
        sim_agenda_cancel(&self->events, e->slot);
        e->slot = SIM_NO_SLOT;
    }
}

void
sim_rep_unschedule(sim_replication_t *self, sim_entity_t *e)
{
    flow_unschedule(self, e);
}

void
sim_rep_schedule(sim_replication_t *self, sim_entity_t *e)
{
    const sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    double t = flow_due(stage, e);
    sim_event_rank_t rank = e->phase == SIM_PHASE_LEAD ? SIM_RANK_ARRIVAL : SIM_RANK_RELEASE;
    size_t which = 0;

    if ((stage->how & SIM_HOW_TIMERS) != 0) {
        e->timer_days = flow_next_timer(e, stage->row, &which);
        if (e->timer_days < t) {
            t = e->timer_days;
            rank = SIM_RANK_TIMER;
        }
    }
    if (!(t < INFINITY)) {
        flow_unschedule(self, e);
        return;
    }
    t = t < self->now ? self->now : t;
    if (e->slot != SIM_NO_SLOT) {
        e->slot = sim_rep_move(self, e->slot, t, rank);
    } else {
        e->slot = sim_rep_insert(self, t, rank, sim_rep_what(SIM_EVENT_ENTITY, sim_rep_id(self, e)));
    }
}

/* ---- waiting ---- */

bool
sim_rep_choose_member(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    size_t n = stage->pool->row->n_members;
    uint32_t member;

    if (!stage->row->model_member || self->hooks.member == NULL) {
        e->member = e->member < n ? e->member : 0;
        return true;
    }
    member = self->hooks.member(self->hooks.model, self, id);
    e = &self->entity[id];
    e->member = (uint16_t) (member < n ? member : 0);
    if (member >= n) {
        sim_rep_leave(self, id, SIM_OUTCOME_DECLINED);
    }
    return member < n;
}

SIM_ALWAYS_INLINE void
flow_stop_waiting(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e, bool served)
{
    e->marks &= (uint8_t) ~SIM_MARK_WAITING;
    sim_level_add(&stage->waiting, self->since, -1);
    if (served) {
        sim_rep_tally(self, &sim_rep_account_of(stage, e)->queue, self->now - e->listed_days);
    }
}

void
sim_rep_stop_waiting(sim_replication_t *self, sim_entity_t *e, bool served)
{
    flow_stop_waiting(self, sim_rep_stage_of(self, e), e, served);
}

static void
flow_expect_group(sim_replication_t *self, const sim_stage_state_t *stage, const sim_entity_t *e)
{
    if (stage->row->group_wait_days < INFINITY) {
        sim_rep_chore(self, fmax(self->now, e->listed_days + stage->row->group_wait_days), SIM_RANK_CAPACITY,
            (sim_chore_t){ SIM_CHORE_GROUP, (uint16_t) stage->row->pool_index, e->member, 0 });
    }
}

SIM_ALWAYS_INLINE bool
flow_list(sim_replication_t *self, uint32_t id, double listed_days)
{
    sim_entity_t *e = &self->entity[id];
    sim_stage_state_t *stage = sim_rep_stage_of(self, e);

    if ((stage->how & SIM_HOW_FAMILY) == 0) {
        e->member = 0;
    } else if (!sim_rep_choose_member(self, id)) {
        return false;
    }
    e = &self->entity[id];
    e->listed_days = listed_days;
    e->phase = SIM_PHASE_LIST;
    if (stage->lifo) {
        sim_waiting_list_push_head(&sim_rep_member_of(stage, e)->list, self->entity, id, stage->lane[e->cls], true,
            false);
    } else {
        sim_waiting_list_push(&sim_rep_member_of(stage, e)->list, self->entity, id, stage->lane[e->cls], true);
    }
    e->marks |= SIM_MARK_WAITING;
    sim_level_add(&stage->waiting, self->since, 1);
    if ((stage->how & SIM_HOW_GROUP) != 0) {
        flow_expect_group(self, stage, e);
    }
    return true;
}

bool
sim_rep_list(sim_replication_t *self, uint32_t id, double listed_days)
{
    return flow_list(self, id, listed_days);
}

bool
sim_rep_declines(const sim_entity_t *e, const sim_stage_t *row)
{
    return (e->flags & row->decline_flag) != 0 &&
           sim_uniform(e->key, row->hash, e->visit, SIM_DRAW_DECLINE) < row->decline;
}

/* ---- servers ---- */

SIM_ALWAYS_INLINE void
flow_seize(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e, double days)
{
    sim_member_t *member = sim_rep_member_of(stage, e);

    member->busy++;
    sim_level_add(&stage->busy, self->since, 1);
    e->phase = SIM_PHASE_SERVICE;
    e->marks |= SIM_MARK_SEEN;
    e->service_days = days;
    e->due_days = self->now + days;
    if (__builtin_expect((stage->how & (SIM_HOW_SETUP | SIM_HOW_SERVED)) != 0, 0)) {
        if (sim_dist_given(&stage->row->setup) && e->missed == 0) {
            e->due_days += sim_dist_draw(&stage->row->setup, sim_rep_draw(e, stage->row, SIM_DRAW_SETUP));
        }
        if (stage->pool->keeps_served) {
            sim_rep_add_served(self, member, e);
        }
    }
    e = sim_rep_note(self, stage, e, 0, SIM_TRACE_SERVICE, -1, e->due_days);
    if (__builtin_expect((stage->how & SIM_HOW_LATE_TIMERS) != 0, 0)) {
        sim_rep_schedule(self, e);
        return;
    }
    e->timer_days = INFINITY;
    if (e->slot == SIM_NO_SLOT) {
        e->slot =
            sim_rep_insert(self, e->due_days, SIM_RANK_RELEASE, sim_rep_what(SIM_EVENT_ENTITY, sim_rep_id(self, e)));
    } else {
        e->slot = sim_rep_move(self, e->slot, e->due_days, SIM_RANK_RELEASE);
    }
}

void
sim_rep_seize(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e, double days)
{
    flow_seize(self, stage, e, days);
}

SIM_ALWAYS_INLINE void
flow_idle(sim_replication_t *self, sim_stage_state_t *stage, sim_member_t *member)
{
    member->busy--;
    if (member->limit > member->servers) {
        member->limit = member->busy > member->servers ? member->busy : member->servers;
    }
    sim_level_add(&stage->busy, self->since, -1);
}

void
sim_rep_idle(sim_replication_t *self, sim_stage_state_t *stage, sim_member_t *member)
{
    flow_idle(self, stage, member);
}

/* Its server is free again, or has to be cleaned. */
SIM_ALWAYS_INLINE void
flow_release(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e)
{
    if (stage->kind != SIM_STAGE_SERVERS) {
        if (stage->kind == SIM_STAGE_SHARED && e->phase == SIM_PHASE_SERVICE) {
            sim_rep_unshare(self, sim_rep_id(self, e));
        }
        return;
    }
    if ((stage->how & SIM_HOW_SERVED) != 0 && e->phase == SIM_PHASE_SERVICE) {
        sim_rep_remove_served(self, sim_rep_member_of(stage, e), e);
    }
    if ((stage->how & SIM_HOW_CLEANING) != 0) {
        sim_rep_clean(self, stage, e);
    } else {
        flow_idle(self, stage, sim_rep_member_of(stage, e));
    }
}

SIM_ALWAYS_INLINE void
flow_serve_servers(sim_replication_t *self, sim_pool_state_t *pool, sim_member_t *member)
{
    while (member->list.length > 0) {
        bool none_free = member->busy + member->away >= member->servers;
        sim_stage_state_t *stage;
        sim_entity_t *e;
        uint32_t id;

        if (none_free && !pool->preempts) {
            return;
        }
        id = pool->chooses ? sim_rep_next(self, pool, member, true)
                           : sim_waiting_list_first(&member->list, self->entity, true);
        if (none_free && !sim_rep_preempt(self, pool, member, id)) {
            return;
        }
        e = &self->entity[id];
        stage = sim_rep_stage_of(self, e);
        if (__builtin_expect((stage->how & (SIM_HOW_GROUP | SIM_HOW_DECLINES)) != 0, 0)) {
            if ((stage->how & SIM_HOW_GROUP) != 0) {
                if (!sim_rep_take_group(self, stage, member)) {
                    return;
                }
                continue;
            }
            if (!sim_rep_has(e, SIM_MARK_SEEN) && sim_rep_declines(e, stage->row)) {
                sim_rep_leave(self, id, SIM_OUTCOME_DECLINED);
                continue;
            }
        }
        sim_waiting_list_remove(&member->list, self->entity, id, true);
        flow_stop_waiting(self, stage, e, !sim_rep_has(e, SIM_MARK_SEEN));
        flow_seize(self, stage, e, e->service_days);
    }
}

SIM_ALWAYS_INLINE void
flow_serve(sim_replication_t *self, sim_pool_state_t *pool, size_t m)
{
    sim_member_t *member = &pool->member[m];

    if (member->list.length > 0) {
        if (pool->is_diary) {
            sim_rep_serve_diary(self, pool, member);
        } else {
            flow_serve_servers(self, pool, member);
        }
    }
    if (__builtin_expect(pool->takes_vacation, 0)) {
        sim_rep_vacation(self, pool, m);
    }
}

void
sim_rep_serve(sim_replication_t *self, sim_pool_state_t *pool, size_t m)
{
    flow_serve(self, pool, m);
}

/* Join the list and be served if possible; a free server beside an empty list is taken at once. */
SIM_ALWAYS_INLINE void
flow_join(sim_replication_t *self, uint32_t id, sim_stage_state_t *stage, sim_entity_t *e)
{

    if (stage->kind == SIM_STAGE_SERVERS &&
        (stage->how & (SIM_HOW_FAMILY | SIM_HOW_GROUP | SIM_HOW_DECLINES | SIM_HOW_VACATION)) == 0) {
        const sim_member_t *member = stage->pool->member;

        if (member->busy < member->servers && member->list.length == 0) {
            e->member = 0;
            e->listed_days = self->now;
            sim_rep_tally(self, &sim_rep_account_of(stage, e)->queue, 0);
            flow_seize(self, stage, e, e->service_days);
            return;
        }
    }
    if (!flow_list(self, id, self->now)) {
        return;
    }
    e = sim_rep_note(self, stage, &self->entity[id], 0, SIM_TRACE_WAIT, -1, NAN);
    if (__builtin_expect((stage->how & SIM_HOW_GROUP) != 0, 0)) {
        sim_rep_chore(self, self->now, SIM_RANK_MODEL, /* those who come at the same instant may be of the group */
            (sim_chore_t){ SIM_CHORE_GROUP, (uint16_t) stage->row->pool_index, e->member, 0 });
    } else if (stage->pool->is_diary || stage->pool->preempts ||
               sim_rep_member_of(stage, e)->busy < sim_rep_member_of(stage, e)->servers) {
        sim_rep_serve(self, stage->pool, e->member);
    }
    if ((stage->how & SIM_HOW_TIMERS) != 0) {
        e = &self->entity[id];
        if (e->phase == SIM_PHASE_LIST && sim_rep_stage_of(self, e) == stage) {
            sim_rep_schedule(self, e);
        }
    }
    if (__builtin_expect((stage->how & SIM_HOW_JOCKEY) != 0, 0)) {
        sim_rep_jockey(self, stage);
    }
}

/* ---- routes ---- */

static bool
flow_way_fits(const sim_way_t *way, const sim_entity_t *e)
{
    return (way->class_mask == 0 || (way->class_mask >> e->cls & 1) != 0) &&
           (e->flags & way->with_flags) == way->with_flags && (e->flags & way->without_flags) == 0;
}

static const sim_way_t *
flow_choose_way(const sim_stage_state_t *stage, const sim_entity_t *e, const sim_way_t *way, const sim_way_t *end)
{
    double u = sim_uniform(e->key, stage->hash, e->visit, SIM_DRAW_ROUTE), cum = 0;
    const sim_way_t *last = NULL;

    for (; way < end; way++) {
        if (way->probability <= 0 || (way->guarded && !flow_way_fits(way, e))) {
            continue;
        }
        last = way;
        cum += way->probability;
        if (u < cum) {
            break;
        }
    }
    return last;
}

SIM_ALWAYS_INLINE const sim_way_t *
flow_way(const sim_replication_t *self, const sim_stage_state_t *stage, const sim_entity_t *e, int outcome)
{
    const sim_way_t *way = &self->way[stage->first_way[outcome]], *end = &self->way[stage->first_way[outcome + 1]];

    if (way == end) {
        return NULL;
    }
    return way + 1 == end && !way->guarded ? way : flow_choose_way(stage, e, way, end);
}

const sim_way_t *
sim_rep_way(const sim_replication_t *self, const sim_stage_state_t *stage, const sim_entity_t *e, int outcome)
{
    return flow_way(self, stage, e, outcome);
}

int
sim_rep_target(const sim_replication_t *self, const sim_way_t *way)
{
    int best = way->target;
    size_t i;

    for (i = 0; i < way->n_shortest; i++) {
        const sim_stage_state_t *stage = &self->stage[way->shortest[i]], *least = &self->stage[best];

        if (stage->present.value + stage->reserved < least->present.value + least->reserved) {
            best = way->shortest[i];
        }
    }
    return best;
}

SIM_ALWAYS_INLINE void
flow_exit(sim_replication_t *self, sim_entity_t *e, bool served, int outcome)
{
    e = sim_rep_note(self, sim_rep_stage_of(self, e), e, SIM_TOLD_EXIT, SIM_TRACE_GONE, outcome, NAN);
    if (self->book.n_dims == 0) {
        self->total.count[served ? SIM_COUNT_SERVED : SIM_COUNT_LEFT] += 1;
    } else {
        sim_rep_count(self, e, served ? SIM_COUNT_SERVED : SIM_COUNT_LEFT);
    }
    if ((outcome != SIM_OUTCOME_FULL && outcome != SIM_OUTCOME_BAULKED) || e->born_days < self->now) {
        sim_rep_tally(self, &self->total.sojourn, self->now - e->born_days);
    }
    sim_rep_free_entity(self, e);
}

SIM_ALWAYS_INLINE void
flow_onwards(sim_replication_t *self, sim_entity_t *e, const sim_way_t *way, int target, bool served, int outcome)
{
    if (way == NULL || target == SIM_EXIT) {
        flow_exit(self, e, served, outcome);
        return;
    }
    if (way->again && ++e->visit == UINT16_MAX) {
        e->key = sim_mix64(e->key + SIM_GOLDEN64); /* further visits draw from a further key */
        e->visit = 0;
    }
    if (way->class_to != SIM_SAME_CLASS) {
        e->cls = (uint8_t) way->class_to;
    }
    e->stage = (uint16_t) target;
    sim_rep_push_pending(self, sim_rep_id(self, e));
}

void
sim_rep_onwards(sim_replication_t *self, sim_entity_t *e, const sim_way_t *way, int target, bool served, int outcome)
{
    flow_onwards(self, e, way, target, served, outcome);
}

/* ---- leaving ---- */

SIM_ALWAYS_INLINE void
flow_detach(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e)
{
    if (__builtin_expect((stage->how & SIM_HOW_GROUP) != 0, 0) &&
        (e->phase == SIM_PHASE_SERVICE || e->phase == SIM_PHASE_GROUP) && sim_rep_leave_group(self, e)) {
        /* the others go on without it */
    } else if (e->phase == SIM_PHASE_SERVICE) {
        flow_release(self, stage, e);
    } else if (e->lane != SIM_NO_LANE) {
        sim_waiting_list_remove(&sim_rep_member_of(stage, e)->list, self->entity, sim_rep_id(self, e),
            e->phase == SIM_PHASE_LIST);
    } else if (e->phase == SIM_PHASE_BLOCKED) {
        sim_rep_unlink_blocked(self, e);
        flow_release(self, stage, e);
    } else if (stage->kind == SIM_STAGE_DIARY && (e->phase == SIM_PHASE_BOOKED || e->phase == SIM_PHASE_GAP)) {
        sim_diary_give_back(&sim_rep_member_of(stage, e)->diary, (long) e->due_days, stage->minutes);
    }
    if (sim_rep_has(e, SIM_MARK_CASELOAD | SIM_MARK_WAITING)) {
        if (sim_rep_has(e, SIM_MARK_CASELOAD)) {
            sim_rep_member_of(stage, e)->caseload--;
        }
        if (sim_rep_has(e, SIM_MARK_WAITING)) {
            flow_stop_waiting(self, stage, e, false);
        }
    }
    flow_unschedule(self, e);
    e->phase = SIM_PHASE_MOVING;
}

void
sim_rep_detach(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e)
{
    flow_detach(self, stage, e);
}

/* Detached, it is counted and goes by its route, or by the one given. */
SIM_ALWAYS_INLINE void
flow_depart(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e, double days, int outcome,
    const sim_way_t *way, int target)
{
    sim_account_t *account = sim_rep_account_of(stage, e);
    bool served = outcome == SIM_OUTCOME_DONE || outcome >= stage->first_label;

    account->count[served ? SIM_COUNT_SERVED : SIM_COUNT_LEFT] += 1;
    sim_rep_tally(self, &account->sojourn, days);
    e = sim_rep_note(self, stage, e, SIM_TOLD_LEAVE, SIM_TRACE_LEAVE, outcome, NAN);
    sim_rep_present(self, stage, -1);
    if (way == NULL) {
        way = flow_way(self, stage, e, outcome);
        target = way == NULL ? SIM_EXIT : way->n_shortest == 0 ? way->target : sim_rep_target(self, way);
    }
    flow_onwards(self, e, way, target, served, outcome);
}

SIM_ALWAYS_INLINE void
flow_leave(sim_replication_t *self, uint32_t id, int outcome, const sim_way_t *way, int target)
{
    sim_entity_t *e = &self->entity[id];
    sim_stage_state_t *stage = sim_rep_stage_of(self, e);

    flow_detach(self, stage, e);
    flow_depart(self, stage, e, self->now - e->entered_days, outcome, way, target);
}

void
sim_rep_leave(sim_replication_t *self, uint32_t id, int outcome)
{
    flow_leave(self, id, outcome, NULL, SIM_EXIT);
}

SIM_ALWAYS_INLINE void
flow_leave_and_serve(sim_replication_t *self, uint32_t id, int outcome, const sim_way_t *way, int target)
{
    const sim_entity_t *e = &self->entity[id];
    sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    size_t member = e->member;

    flow_leave(self, id, outcome, way, target);
    if (stage->pool != NULL && member < stage->pool->n_members) {
        flow_serve(self, stage->pool, member);
    }
    if (__builtin_expect((stage->how & SIM_HOW_JOCKEY) != 0, 0)) {
        sim_rep_jockey(self, stage);
    }
}

void
sim_rep_leave_and_serve(sim_replication_t *self, uint32_t id, int outcome, const sim_way_t *way, int target)
{
    flow_leave_and_serve(self, id, outcome, way, target);
}

static int
flow_decide(sim_replication_t *self, uint32_t id, const sim_stage_t *row)
{
    int label;

    if (self->hooks.decide == NULL) {
        return SIM_OUTCOME_DONE;
    }
    label = self->hooks.decide(self->hooks.model, self, id, row->decision);
    if (label < 0 || (size_t) label >= row->n_labels) {
        sim_rep_fail(self, label < 0 ? label : SIM_ERR_BAD_PARAM);
        label = 0;
    }
    return SIM_OUTCOME_FIRST_TIMER + (int) row->n_timers + label;
}

SIM_ALWAYS_INLINE void
flow_finish(sim_replication_t *self, uint32_t id)
{
    sim_stage_state_t *stage = sim_rep_stage_of(self, &self->entity[id]);
    int outcome = SIM_OUTCOME_DONE;

    if (__builtin_expect((stage->how & (SIM_HOW_GROUP | SIM_HOW_DECISION | SIM_HOW_MAY_BLOCK)) != 0, 0)) {
        if ((stage->how & SIM_HOW_GROUP) != 0) {
            sim_rep_finish_group(self, self->entity[id].next);
        } else if ((stage->how & SIM_HOW_DECISION) != 0) {
            outcome = flow_decide(self, id, stage->row);
        }
        if ((stage->how & SIM_HOW_MAY_BLOCK) != 0 && sim_rep_stays(self, stage, &self->entity[id], outcome)) {
            return;
        }
    }
    flow_leave_and_serve(self, id, outcome, NULL, SIM_EXIT);
}

SIM_NEVER_INLINE void
sim_rep_finish(sim_replication_t *self, uint32_t id)
{
    flow_finish(self, id);
}

/* ---- entering ---- */

static uint16_t
flow_draw_sessions(const sim_entity_t *e, const sim_stage_t *row)
{
    double n = floor(sim_dist_draw(&row->sessions, sim_rep_draw(e, row, SIM_DRAW_SESSIONS)) + 0.5);

    return (uint16_t) (n < 1 ? 1 : n > UINT16_MAX ? UINT16_MAX : n);
}

SIM_ALWAYS_INLINE void
flow_begin_stage(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e, double entered_days)
{
    e->entered_days = entered_days;
    e->due_days = self->now;
    e->attempt = 0;
    e->tries = 0;
    e->phase = SIM_PHASE_LEAD;
    e->marks = 0;
    e->missed = 0;
    e->timers_fired = 0;
    if (stage->kind == SIM_STAGE_SERVERS || stage->kind == SIM_STAGE_SHARED) {
        e->service_days = sim_dist_draw(stage->service, sim_draw(e->key, stage->hash, e->visit, SIM_DRAW_SERVICE));
        e->sessions_left = 1;
    } else {
        e->sessions_left = sim_dist_given(&stage->row->sessions) ? flow_draw_sessions(e, stage->row) : 1;
    }
    e->flags |= stage->sets;
    sim_rep_present(self, stage, 1);
}

void
sim_rep_begin_stage(sim_replication_t *self, sim_entity_t *e, double entered_days)
{
    flow_begin_stage(self, sim_rep_stage_of(self, e), e, entered_days);
}

/*
 * Appointments that its sessions take, with those missed and cancelled. With misses d and cancellations c a session is tried until it is
 * attended, or given up after m misses in a row: with r = d / (1 - c) the expected attempts are (1 + r + ... + r^(m-1)) / (1 - c),
 * and it is given up, with those after it, with probability r^m.
 */
static double
flow_expected_attempts(const sim_stage_t *row, const sim_entity_t *e)
{
    double r = sim_rep_dna(e, row) / (1 - row->cancel), term = 1, tries = 0, slots = 0, stays = 1;

    if (row->missed_max == 0) {
        return e->sessions_left / (1 - row->cancel) / (1 - r);
    }
    for (unsigned k = 0; k < row->missed_max && term > 1e-12; k++) {
        tries += term;
        term *= r;
    }
    for (unsigned n = e->sessions_left; n > 0 && stays > 1e-9; n--) {
        slots += stays;
        stays *= 1 - term;
    }
    return slots * tries / (1 - row->cancel);
}

SIM_ALWAYS_INLINE void
flow_count_entry(const sim_stage_state_t *stage, const sim_entity_t *e)
{
    sim_account_t *account = sim_rep_account_of(stage, e);

    account->count[SIM_COUNT_ENTERED] += 1;
    if (stage->kind == SIM_STAGE_SERVERS || stage->kind == SIM_STAGE_SHARED) {
        double minutes = e->service_days * SIM_MINUTES_PER_DAY + stage->extra_minutes;

        account->count[SIM_COUNT_OFFERED_WORK] +=
            (stage->how & SIM_HOW_GROUP) != 0 ? minutes / (double) stage->row->group_max : minutes;
    } else if (stage->kind == SIM_STAGE_DIARY) {
        account->count[SIM_COUNT_OFFERED_WORK] += stage->minutes * flow_expected_attempts(stage->row, e);
        account->count[SIM_COUNT_STARTS_WANTED] += stage->row->takes_start ? 1 : 0;
    }
}

SIM_ALWAYS_INLINE void
flow_start(sim_replication_t *self, uint32_t id, sim_stage_state_t *stage)
{
    switch ((sim_stage_kind_t) stage->kind) {
    case SIM_STAGE_UNLIMITED:
        sim_rep_start_unlimited(self, id);
        break;
    case SIM_STAGE_SHARED:
        sim_rep_share(self, id);
        break;
    default:
        flow_join(self, id, stage, &self->entity[id]);
        break;
    }
}

/* A stage that takes no time: in, decided and out at once, as sim_rep_finish would have it. */
static SIM_NEVER_INLINE void
flow_pass(sim_replication_t *self, uint32_t id, sim_stage_state_t *stage)
{
    int outcome = SIM_OUTCOME_DONE;
    sim_entity_t *e;

    self->entity[id].listed_days = self->now;
    if ((stage->how & SIM_HOW_DECISION) != 0) {
        outcome = flow_decide(self, id, stage->row);
    }
    e = &self->entity[id];
    e->phase = SIM_PHASE_MOVING;
    flow_depart(self, stage, e, 0, outcome, NULL, SIM_EXIT);
}

/* Whether it gets into a stage that not everyone gets into. */
static bool
flow_is_let_in(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e)
{
    if (sim_rep_has(e, SIM_MARK_RESERVED)) {
        stage->reserved--;
        return true;
    }
    return !sim_rep_turned_away(self, stage, e);
}

SIM_ALWAYS_INLINE void
flow_enter(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    sim_stage_state_t *stage = sim_rep_stage_of(self, e);

    if (sim_rep_has(e, SIM_MARK_FRESH)) {
        if (self->book.n_dims == 0) {
            self->total.count[SIM_COUNT_ENTERED] += 1;
        } else {
            sim_rep_count(self, e, SIM_COUNT_ENTERED);
        }
    }
    if (__builtin_expect((stage->how & SIM_HOW_GATED) != 0, 0) && !flow_is_let_in(self, stage, e)) {
        return;
    }
    flow_begin_stage(self, stage, e, self->now);
    flow_count_entry(stage, e);
    e = sim_rep_note(self, stage, e, SIM_TOLD_ENTER, SIM_TRACE_ENTER, -1, NAN);
    if ((stage->how & SIM_HOW_AT_ONCE) != 0) {
        flow_pass(self, id, stage);
        return;
    }
    if ((stage->how & SIM_HOW_LEAD) == 0) {
        flow_start(self, id, stage);
        return;
    }
    e->due_days = self->now + sim_dist_draw(&stage->row->lead, sim_rep_draw(e, stage->row, SIM_DRAW_LEAD));
    sim_rep_schedule(self, e);
}

void
sim_rep_enter(sim_replication_t *self, uint32_t id)
{
    flow_enter(self, id);
}

/* ---- its event ---- */

static void
flow_timer(sim_replication_t *self, uint32_t id, size_t which)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    const sim_timer_t *timer = &stage->row->timer[which];
    int outcome = SIM_OUTCOME_FIRST_TIMER + (int) which;

    if (timer->leave > 0 && sim_uniform(e->key, timer->hash, e->visit, (uint16_t) (2 * e->tries + 1)) < timer->leave) {
        sim_rep_leave_and_serve(self, id, outcome, NULL, SIM_EXIT);
        return;
    }
    e->flags |= timer->flag;
    e->timers_fired = (uint8_t) (e->timers_fired | 1u << which);
    sim_rep_schedule(self, e);
    sim_rep_note(self, stage, e, SIM_TOLD_TIMER, SIM_TRACE_TIMER, outcome, NAN);
}

static SIM_NEVER_INLINE void
flow_end_lead(sim_replication_t *self, uint32_t id, sim_stage_state_t *stage)
{
    flow_start(self, id, stage);
}

static inline void
flow_own_step(sim_replication_t *self, uint32_t id, sim_stage_state_t *stage)
{
    switch (self->entity[id].phase) {
    case SIM_PHASE_LEAD:
        flow_end_lead(self, id, stage);
        break;
    case SIM_PHASE_SERVICE:
        sim_rep_finish(self, id);
        break;
    case SIM_PHASE_FOLLOW:
        sim_rep_next_session(self, id, stage->pool->row->horizon_days, false);
        break;
    default:
        sim_rep_session(self, id);
        break;
    }
}

/* The event of one who has timers: its own step, one of them, or neither since a deadline was moved by the model. */
static SIM_NEVER_INLINE void
flow_timed_step(sim_replication_t *self, uint32_t id, sim_stage_state_t *stage)
{
    sim_entity_t *e = &self->entity[id];
    double due = flow_due(stage, e);
    size_t which = 0;

    if (due <= self->now && due <= e->timer_days) {
        flow_own_step(self, id, stage);
    } else if (flow_next_timer(e, stage->row, &which) <= self->now) {
        flow_timer(self, id, which);
    } else {
        sim_rep_schedule(self, e);
    }
}

/* The usual steps first; each ends in a call, so that no register is saved here. */
void
sim_rep_step(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    sim_stage_state_t *stage = sim_rep_stage_of(self, e);

    e->slot = SIM_NO_SLOT;
    if ((stage->how & SIM_HOW_TIMERS) != 0) {
        flow_timed_step(self, id, stage);
    } else if (e->phase == SIM_PHASE_GAP || e->phase == SIM_PHASE_BOOKED) {
        sim_rep_session(self, id);
    } else if (e->phase == SIM_PHASE_SERVICE) {
        sim_rep_finish(self, id);
    } else {
        flow_own_step(self, id, stage);
    }
}
