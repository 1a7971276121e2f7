/*
 * Sessions of diaries and of stages without a pool: who is taken off a diary's list, booking, attending, missing, and
 * what comes next.
 *
 * Invariant: one between sessions has its next one booked, or stands on the follow-up list, or has an event on the day
 * on which it may be booked.
 */
#include "sim/core/replication_internal.h"

#include <math.h>

/*
 * Keep it until a booking for `day` can be made: on the follow-up list now, or by an event when the day is near
 * enough.
 */
static void
session_follow(sim_replication_t *self, uint32_t id, long day)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    int horizon = stage->pool->row->horizon_days;

    e->phase = SIM_PHASE_FOLLOW;
    if (day > (long) self->now + horizon) {
        e->due_days = (double) (day - horizon);
    } else {
        e->due_days = (double) day;
        sim_waiting_list_push(&sim_rep_member_of(stage, e)->list, self->entity, id,
            sim_waiting_list_lane(true, 0, false), false);
    }
    sim_rep_schedule(self, e);
}

/* A first session, for which time may be kept. */
static bool
session_is_first(const sim_entity_t *e, const sim_stage_t *row)
{
    return !sim_rep_has(e, SIM_MARK_SEEN) && !row->queue_at_front;
}

SIM_ALWAYS_INLINE void
session_book(sim_replication_t *self, const sim_stage_state_t *stage, sim_entity_t *e, long day)
{
    e->due_days = sim_diary_book(&sim_rep_member_of(stage, e)->diary, day, stage->minutes);
    e->phase = sim_rep_has(e, SIM_MARK_SEEN) ? SIM_PHASE_GAP : SIM_PHASE_BOOKED;
    e = sim_rep_note(self, stage, e, 0, SIM_TRACE_BOOKED, -1, e->due_days);
    if ((stage->how & SIM_HOW_TIMERS) == 0 && e->slot == SIM_NO_SLOT) {
        e->slot =
            sim_rep_insert(self, e->due_days, SIM_RANK_RELEASE, sim_rep_what(SIM_EVENT_ENTITY, sim_rep_id(self, e)));
        return;
    }
    sim_rep_schedule(self, e);
}

SIM_ALWAYS_INLINE void
session_next(sim_replication_t *self, uint32_t id, double gap_days, bool early)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    long first = (long) self->now + (early ? 0 : 1), day;

    if (stage->kind != SIM_STAGE_DIARY) {
        e->due_days = self->now + gap_days;
        e->phase = sim_rep_has(e, SIM_MARK_SEEN) ? SIM_PHASE_GAP : SIM_PHASE_BOOKED;
        sim_rep_schedule(self, e);
        return;
    }
    day = gap_days < 1e6 ? (long) (self->now + gap_days) : 1000000;
    day = day < first ? first : day;
    if (day <= (long) self->now + stage->pool->row->horizon_days) {
        long free_day =
            sim_diary_find(&sim_rep_member_of(stage, e)->diary, day, stage->minutes, session_is_first(e, stage->row));

        if (free_day >= 0) {
            session_book(self, stage, e, free_day);
            return;
        }
    }
    session_follow(self, id, day);
}

void
sim_rep_next_session(sim_replication_t *self, uint32_t id, double gap_days, bool early)
{
    session_next(self, id, gap_days, early);
}

SIM_ALWAYS_INLINE double
session_gap(const sim_entity_t *e, const sim_stage_t *row, const sim_dist_t *gap)
{
    return sim_dist_draw(gap, sim_draw(e->key, row->session_hash, e->visit, (uint16_t) (2 * e->attempt + 1)));
}

/* Missed by the client, or cancelled by the provider: tried again, or given up. */
static void
session_missed(sim_replication_t *self, uint32_t id, bool by_client)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    double gap;

    sim_rep_account_of(stage, e)->count[by_client ? SIM_COUNT_MISSED : SIM_COUNT_CANCELLED] += 1;
    e->missed = (uint8_t) (e->missed + (by_client && e->missed < UINT8_MAX));
    e = sim_rep_note(self, stage, e, SIM_TOLD_MISSED, by_client ? SIM_TRACE_MISSED : SIM_TRACE_CANCELLED,
        by_client ? SIM_OUTCOME_MISSED : SIM_OUTCOME_DONE, NAN);
    if (by_client && stage->row->missed_max > 0 && e->missed >= stage->row->missed_max) {
        sim_rep_leave_and_serve(self, id, SIM_OUTCOME_MISSED, NULL, SIM_EXIT);
        return;
    }
    gap = session_gap(e, stage->row, &stage->row->gap);
    e->attempt++;
    sim_rep_next_session(self, id, gap, false);
}

SIM_ALWAYS_INLINE void
session_attended(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    const sim_stage_t *row = stage->row;
    bool first = !sim_rep_has(e, SIM_MARK_SEEN);
    double gap;

    sim_rep_account_of(stage, e)->count[SIM_COUNT_SESSIONS] += 1;
    e->missed = 0;
    e->marks |= SIM_MARK_SEEN;
    e->sessions_left--;
    e->contacts = (uint16_t) (e->contacts + (row->is_contact && e->contacts < UINT16_MAX));
    if (sim_rep_has(e, SIM_MARK_WAITING)) {
        sim_rep_stop_waiting(self, e, true);
    }
    e = sim_rep_note(self, stage, e, SIM_TOLD_SESSION, SIM_TRACE_SESSION, SIM_OUTCOME_DONE, NAN);
    if (e->sessions_left == 0) {
        sim_rep_finish(self, id);
        return;
    }
    gap = session_gap(e, row, first && sim_dist_given(&row->second) ? &row->second : &row->gap);
    e->attempt++;
    session_next(self, id, gap, false);
}

void
sim_rep_session(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    const sim_stage_t *row = stage->row;
    double u = 1, dna = sim_rep_dna(e, row);

    e->phase = SIM_PHASE_MOVING;
    sim_rep_account_of(stage, e)->count[SIM_COUNT_USED] += stage->minutes;
    if (dna + row->cancel > 0) {
        u = sim_uniform(e->key, row->session_hash, e->visit, (uint16_t) (2 * e->attempt));
    }
    if (u < dna + row->cancel) {
        session_missed(self, id, u < dna);
    } else {
        session_attended(self, id);
    }
}

void
sim_rep_start_unlimited(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    const sim_stage_t *row = stage->row;

    e->listed_days = self->now;
    if (sim_dist_given(&row->sessions)) {
        if (!sim_dist_given(&row->notice)) {
            sim_rep_session(self, id);
            return;
        }
        e->phase = SIM_PHASE_BOOKED;
        e->due_days = self->now + sim_dist_draw(&row->notice, sim_rep_draw(e, row, SIM_DRAW_NOTICE));
    } else {
        if (!sim_dist_given(&row->service)) {
            sim_rep_finish(self, id);
            return;
        }
        e->phase = SIM_PHASE_SERVICE;
        e->marks |= SIM_MARK_SEEN;
        e->due_days = self->now + sim_dist_draw(&row->service, sim_rep_draw(e, row, SIM_DRAW_SERVICE));
        e = sim_rep_note(self, stage, e, 0, SIM_TRACE_SERVICE, -1, e->due_days);
    }
    sim_rep_schedule(self, e);
}

/* ---- the list of a diary ---- */

/* The first day that one on the list may be booked for. */
static long
session_wanted_day(const sim_replication_t *self, const sim_entity_t *e, const sim_stage_state_t *stage)
{
    const sim_stage_t *row = stage->row;
    long tomorrow = (long) self->now + 1, day;
    double notice;

    if (e->phase == SIM_PHASE_FOLLOW) {
        day = (long) e->due_days;
    } else if (sim_dist_given(&row->notice)) {
        int horizon = stage->pool->row->horizon_days;

        notice = sim_dist_draw(&row->notice, sim_rep_draw(e, row, SIM_DRAW_NOTICE));
        day = (long) (self->now + (notice < horizon ? notice : horizon));
    } else {
        return tomorrow;
    }
    return day > tomorrow ? day : tomorrow;
}

static void
session_start_treatment(const sim_pool_state_t *pool, sim_member_t *member, sim_entity_t *e)
{
    if (pool->row->starts_per_unit > 0) {
        member->diary.starts -= 1;
    }
    member->caseload++;
    e->marks |= SIM_MARK_CASELOAD;
}

/* Take the first of the list if an appointment can be found for it. */
static bool
session_take(sim_replication_t *self, const sim_pool_state_t *pool, sim_member_t *member, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    bool is_new = e->phase == SIM_PHASE_LIST;
    long day = sim_diary_find(&member->diary, session_wanted_day(self, e, stage), stage->minutes,
        session_is_first(e, stage->row));

    if (day < 0) {
        return false;
    }
    if (is_new && (stage->how & SIM_HOW_DECLINES) != 0 && sim_rep_declines(e, stage->row)) {
        sim_rep_leave(self, id, SIM_OUTCOME_DECLINED);
        return true;
    }
    sim_waiting_list_remove(&member->list, self->entity, id, is_new);
    if (is_new && stage->row->takes_start) {
        session_start_treatment(pool, member, e);
    }
    session_book(self, stage, e, day);
    return true;
}

static bool
session_has_start(const sim_pool_state_t *pool, const sim_member_t *member)
{
    return sim_diary_has_start(&member->diary) &&
           (pool->row->caseload_per_unit <= 0 || member->caseload + 1 <= pool->row->caseload_per_unit * member->units);
}

static void
session_serve(sim_replication_t *self, const sim_pool_state_t *pool, sim_member_t *member)
{
    uint32_t id;

    do {
        bool starts = session_has_start(pool, member);

        id = pool->chooses ? sim_rep_next(self, pool, member, starts)
                           : sim_waiting_list_first(&member->list, self->entity, starts);
    } while (id != SIM_NO_ENTITY && session_take(self, pool, member, id));
}

/* Where time is kept for first sessions, those at the front who find no room do not stand in their way. */
void
sim_rep_serve_diary(sim_replication_t *self, sim_pool_state_t *pool, sim_member_t *member)
{
    uint32_t front;

    session_serve(self, pool, member);
    front = member->list.occupied & SIM_FRONT_LANES;
    if (pool->row->kept_share > 0 && front != 0) {
        member->list.occupied &= ~SIM_FRONT_LANES;
        session_serve(self, pool, member);
        member->list.occupied |= front;
    }
}
