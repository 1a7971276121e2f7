/*
 * Stages that are full: turning away, baulking, blocking after service, and changing to a shorter queue.
 *
 * One that is blocked stays in its stage with its server and stands in the list of the stage it goes to (linked
 * through the entities; e->order is that stage). When room is made there it leaves with a place reserved.
 *
 * Invariant: n_blocked is the number in those lists; nobody is in one when there is room, once an event is over.
 */
#include "sim/core/replication_internal.h"

#define CROWD_MOVES_MAX 4000000

/* Servers that a member has for those who come: none while others wait, but one who completes a group is taken. */
static double
crowd_free_servers(const sim_stage_state_t *stage, const sim_member_t *member)
{
    if (member->busy + member->away >= member->servers) {
        return 0;
    }
    if (stage->row->group_max > 0) {
        return member->list.length + 1 >= stage->row->group_min ? 1 : 0;
    }
    return member->list.length == 0 ? member->servers - member->busy - member->away : 0;
}

/* How many more could come and be served at once: not those whose server is meant for one on the way to another stage. */
static double
crowd_served_at_once(const sim_replication_t *self, const sim_stage_state_t *stage)
{
    double n = 0;
    size_t m, s;

    if (stage->kind != SIM_STAGE_SERVERS) {
        return stage->kind == SIM_STAGE_DIARY ? 0 : INFINITY;
    }
    for (m = 0; m < stage->pool->row->n_members; m++) {
        n += crowd_free_servers(stage, &stage->pool->member[m]);
    }
    for (s = 0; s < self->pathway->n_stages && n > 0; s++) {
        n -= self->stage[s].pool == stage->pool && &self->stage[s] != stage ? self->stage[s].reserved : 0;
    }
    return fmax(0, n);
}

static bool
crowd_is_full(const sim_replication_t *self, const sim_stage_state_t *stage)
{
    const sim_stage_t *row = stage->row;

    if (row->limit > 0 && stage->present.value + stage->reserved >= (double) row->limit) {
        return true;
    }
    return row->room != SIZE_MAX &&
           stage->reserved >= fmax(0, (double) row->room - stage->waiting.value) + crowd_served_at_once(self, stage);
}

/* ---- turning away ---- */

static bool
crowd_baulks(const sim_stage_state_t *stage, const sim_entity_t *e)
{
    const sim_stage_t *row = stage->row;
    double share = 0;
    size_t i;

    for (i = 0; i < row->n_baulk && stage->waiting.value >= (double) row->baulk_from[i]; i++) {
        share = row->baulk_share[i];
    }
    return share > 0 && sim_uniform(e->key, row->hash, e->visit, SIM_DRAW_BAULK) < share;
}

bool
sim_rep_turned_away(sim_replication_t *self, const sim_stage_state_t *stage, sim_entity_t *e)
{
    sim_account_t *account = sim_rep_account_of(stage, e);
    int outcome = crowd_is_full(self, stage) ? SIM_OUTCOME_FULL : crowd_baulks(stage, e) ? SIM_OUTCOME_BAULKED : -1;
    const sim_way_t *way;

    if (outcome < 0) {
        return false;
    }
    account->count[SIM_COUNT_ENTERED] += 1;
    account->count[SIM_COUNT_LEFT] += 1;
    account->count[outcome == SIM_OUTCOME_FULL ? SIM_COUNT_FULL : SIM_COUNT_BAULKED] += 1;
    e->marks = 0;
    e = sim_rep_note(self, stage, e, SIM_TOLD_ENTER, SIM_TRACES, -1, NAN);
    e = sim_rep_note(self, stage, e, SIM_TOLD_LEAVE, SIM_TRACE_LEAVE, outcome, NAN);
    way = sim_rep_way(self, stage, e, outcome);
    sim_rep_onwards(self, e, way, way == NULL ? SIM_EXIT : sim_rep_target(self, way), false, outcome);
    return true;
}

/* ---- blocking ---- */

static void
crowd_block(sim_replication_t *self, sim_entity_t *e, const sim_way_t *way, int target)
{
    sim_stage_state_t *stage = sim_rep_stage_of(self, e), *to = &self->stage[target];
    uint32_t id = sim_rep_id(self, e);

    if (stage->kind == SIM_STAGE_SHARED) {
        sim_rep_unshare(self, id); /* it takes no share any more */
    } else if ((stage->how & SIM_HOW_SERVED) != 0) {
        sim_rep_remove_served(self, sim_rep_member_of(stage, e), e);
    }
    e->phase = SIM_PHASE_BLOCKED;
    e->way = (uint32_t) (way - self->way);
    e->order = (uint32_t) target;
    e->next = SIM_NO_ENTITY;
    e->prev = to->last_blocked;
    if (e->prev == SIM_NO_ENTITY) {
        to->first_blocked = id;
    } else {
        self->entity[e->prev].next = id;
    }
    to->last_blocked = id;
    self->n_blocked++;
    sim_level_add(&stage->blocked, self->since, 1);
    e = sim_rep_note(self, stage, e, 0, SIM_TRACE_BLOCKED, -1, NAN);
    sim_rep_schedule(self, e);
}

void
sim_rep_unlink_blocked(sim_replication_t *self, sim_entity_t *e)
{
    sim_stage_state_t *to = &self->stage[e->order];

    if (e->prev == SIM_NO_ENTITY) {
        to->first_blocked = e->next;
    } else {
        self->entity[e->prev].next = e->next;
    }
    if (e->next == SIM_NO_ENTITY) {
        to->last_blocked = e->prev;
    } else {
        self->entity[e->next].prev = e->prev;
    }
    self->n_blocked--;
    sim_level_add(&sim_rep_stage_of(self, e)->blocked, self->since, -1);
    if (sim_rep_stage_of(self, e)->kind == SIM_STAGE_SERVERS) { /* it has held its server for longer */
        sim_rep_account_of(sim_rep_stage_of(self, e), e)->count[SIM_COUNT_OFFERED_WORK] +=
            fmax(0, self->now - e->due_days) * SIM_MINUTES_PER_DAY;
    }
}

bool
sim_rep_stays(sim_replication_t *self, const sim_stage_state_t *stage, sim_entity_t *e, int outcome)
{
    const sim_way_t *way = sim_rep_way(self, stage, e, outcome);
    int target = way == NULL ? SIM_EXIT : sim_rep_target(self, way);

    if (target == SIM_EXIT || target == e->stage || self->stage[target].row->full != SIM_FULL_BLOCK ||
        !crowd_is_full(self, &self->stage[target])) {
        return false; /* one that comes back to its own stage takes the place that it leaves */
    }
    crowd_block(self, e, way, target);
    return true;
}

bool
sim_rep_unblock(sim_replication_t *self)
{
    bool moved = false;
    size_t s;

    for (s = 0; s < self->pathway->n_stages; s++) {
        sim_stage_state_t *stage = &self->stage[s];

        while (stage->first_blocked != SIM_NO_ENTITY && !crowd_is_full(self, stage) && self->error == 0) {
            sim_entity_t *e = &self->entity[stage->first_blocked];
            const sim_way_t *way = &self->way[e->way];

            stage->reserved++;
            e->marks |= SIM_MARK_RESERVED;
            sim_rep_leave_and_serve(self, stage->first_blocked, way->outcome, way, (int) s);
            moved = true;
        }
    }
    return moved;
}

/* ---- jockeying ---- */

/* Of the stages of the same word the one with the fewest present: this one when they tie. */
static sim_stage_state_t *
crowd_shortest(sim_replication_t *self, sim_stage_state_t *stage)
{
    sim_stage_state_t *shortest = stage;
    size_t s;

    for (s = 0; s < self->pathway->n_stages; s++) {
        sim_stage_state_t *other = &self->stage[s];

        if ((other->how & SIM_HOW_JOCKEY) != 0 && other->jockey == stage->jockey &&
            other->present.value < shortest->present.value && !crowd_is_full(self, other)) {
            shortest = other;
        }
    }
    return shortest;
}

/* The one with the most present, if its last would gain by a move to that stage. */
static sim_stage_state_t *
crowd_longest(sim_replication_t *self, const sim_stage_state_t *stage)
{
    sim_stage_state_t *longest = NULL;
    double most = stage->present.value + 1;
    size_t s;

    for (s = 0; s < self->pathway->n_stages; s++) {
        sim_stage_state_t *other = &self->stage[s];

        if ((other->how & SIM_HOW_JOCKEY) != 0 && other->jockey == stage->jockey && other->present.value > most &&
            other->waiting.value > 0) {
            longest = other;
            most = other->present.value;
        }
    }
    return longest;
}

/* Moves at one instant have an end, unless those who move leave at once and come back. */
static bool
crowd_moves_for_ever(sim_replication_t *self)
{
    self->n_moves = self->moves_at == self->now ? self->n_moves + 1 : 0;
    self->moves_at = self->now;
    if (self->n_moves > CROWD_MOVES_MAX) {
        sim_rep_fail(self, SIM_ERR_FULL);
    }
    return self->n_moves > CROWD_MOVES_MAX;
}

/* Whether the timers of two stages are the same; then they run on when the queue is changed, else they begin anew. */
static bool
crowd_same_timers(const sim_stage_t *a, const sim_stage_t *b)
{
    size_t i;

    for (i = 0; i < a->n_timers && i < b->n_timers; i++) {
        if (a->timer[i].hash != b->timer[i].hash) {
            return false;
        }
    }
    return a->n_timers == b->n_timers;
}

void
sim_rep_jockey(sim_replication_t *self, sim_stage_state_t *changed)
{
    sim_stage_state_t *stage = crowd_shortest(self, changed), *from = crowd_longest(self, stage);
    uint32_t id = from == NULL ? SIM_NO_ENTITY : sim_waiting_list_last(&from->pool->member[0].list);
    sim_entity_t *e;
    double entered, listed;
    uint8_t fired;
    uint16_t tries;
    bool same;

    if (id == SIM_NO_ENTITY || crowd_is_full(self, stage)) {
        return;
    }
    e = &self->entity[id];
    if (sim_rep_stage_of(self, e) != from || sim_rep_has(e, SIM_MARK_SEEN)) {
        return; /* another stage's, or one whose service was interrupted */
    }
    if (crowd_moves_for_ever(self)) {
        return;
    }
    same = crowd_same_timers(from->row, stage->row);
    entered = same ? e->entered_days : self->now;
    listed = e->listed_days;
    fired = e->timers_fired;
    tries = e->tries;
    sim_rep_detach(self, from, e);
    sim_rep_account_of(from, e)->count[SIM_COUNT_LEFT] += 1;
    sim_rep_account_of(from, e)->count[SIM_COUNT_OFFERED_WORK] -= e->service_days * SIM_MINUTES_PER_DAY;
    sim_rep_present(self, from, -1);
    e->stage = (uint16_t) (stage - self->stage);
    sim_rep_begin_stage(self, e, entered);
    e->timers_fired = same ? fired : 0;
    e->tries = same ? tries : 0;
    sim_rep_account_of(stage, e)->count[SIM_COUNT_OFFERED_WORK] += e->service_days * SIM_MINUTES_PER_DAY;
    sim_rep_account_of(stage, e)->count[SIM_COUNT_ENTERED] += 1;
    sim_rep_note(self, stage, e, 0, SIM_TRACE_JOCKEY, -1, NAN);
    if (sim_rep_list(self, id, listed)) {
        sim_rep_serve(self, stage->pool, self->entity[id].member);
        e = &self->entity[id];
        if (e->phase == SIM_PHASE_LIST && sim_rep_stage_of(self, e) == stage) {
            sim_rep_schedule(self, e);
        }
    }
}
