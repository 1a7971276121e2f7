/*
 * Services out of the ordinary: who comes next by chance or by wait band, services that are interrupted, groups that
 * one server takes together, servers that are cleaned.
 *
 * Invariant: where services may be interrupted, those in service are linked through the entities in order of start;
 * those served in a group are linked behind the one who holds the server.
 */
#include "sim/core/replication_internal.h"

/* ---- who comes next ---- */

uint32_t
sim_rep_next(const sim_replication_t *self, const sim_pool_state_t *pool, sim_member_t *member, bool starts)
{
    double since[SIM_BAND_MAX];
    size_t b;

    if (pool->row->n_bands > 0) {
        for (b = 0; b < pool->row->n_bands; b++) {
            since[b] = self->now - pool->row->band_days[b];
        }
        return sim_waiting_list_first_banded(&member->list, self->entity, starts, pool->row->n_bands, since);
    }
    if (pool->row->discipline == SIM_RANDOM && member->list.length > 1) {
        uint64_t pick = pool->key + (uint64_t) (member - pool->member) * SIM_GOLDEN64 + ++member->draws;

        return sim_waiting_list_random(&member->list, self->entity, starts, sim_uniform(sim_mix64(pick), 0, 0, 0));
    }
    return sim_waiting_list_first(&member->list, self->entity, starts);
}

/* ---- interrupting ---- */

void
sim_rep_add_served(sim_replication_t *self, sim_member_t *member, sim_entity_t *e)
{
    uint32_t id = sim_rep_id(self, e);

    e->next = SIM_NO_ENTITY;
    e->prev = member->last_served;
    if (member->last_served == SIM_NO_ENTITY) {
        member->first_served = id;
    } else {
        self->entity[member->last_served].next = id;
    }
    member->last_served = id;
    member->n_served++;
}

void
sim_rep_remove_served(sim_replication_t *self, sim_member_t *member, sim_entity_t *e)
{
    if (e->prev == SIM_NO_ENTITY) {
        member->first_served = e->next;
    } else {
        self->entity[e->prev].next = e->next;
    }
    if (e->next == SIM_NO_ENTITY) {
        member->last_served = e->prev;
    } else {
        self->entity[e->next].prev = e->prev;
    }
    member->n_served--;
}

void
sim_rep_interrupt(sim_replication_t *self, uint32_t id, sim_interrupt_t how)
{
    sim_entity_t *e = &self->entity[id];
    sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    sim_member_t *member = sim_rep_member_of(stage, e);
    double left = fmax(0, e->due_days - self->now);

    sim_rep_unschedule(self, e);
    sim_rep_remove_served(self, member, e);
    sim_rep_idle(self, stage, member);
    e->missed = how == SIM_INTERRUPT_RESUME; /* then its setup is part of what is left */
    if (how == SIM_INTERRUPT_RESUME) {
        e->service_days = left;
    } else if (how == SIM_INTERRUPT_RESAMPLE) {
        e->attempt++;
        e->service_days = sim_dist_draw(&stage->row->service, sim_rep_draw(e, stage->row, SIM_DRAW_AGAIN + e->attempt));
    }
    sim_rep_account_of(stage, e)->count[SIM_COUNT_OFFERED_WORK] += /* what has to be done again */
        how == SIM_INTERRUPT_RESUME ? 0 : (stage->row->setup.mean + e->service_days - left) * SIM_MINUTES_PER_DAY;
    sim_rep_account_of(stage, e)->count[SIM_COUNT_INTERRUPTED] += 1;
    e->phase = SIM_PHASE_LIST;
    sim_waiting_list_push_head(&member->list, self->entity, id, stage->lane[e->cls], true, true);
    e->marks |= SIM_MARK_WAITING;
    sim_level_add(&stage->waiting, self->since, 1);
    e = sim_rep_note(self, stage, e, 0, SIM_TRACE_INTERRUPT, -1, NAN);
    sim_rep_schedule(self, e);
}

static int
service_priority(const sim_replication_t *self, const sim_entity_t *e)
{
    const sim_stage_t *row = sim_rep_stage_of(self, e)->row;

    return row->queue_at_front ? -1 : row->priority[e->cls];
}

/* Of those of the lowest priority the one last begun. */
bool
sim_rep_preempt(sim_replication_t *self, const sim_pool_state_t *pool, const sim_member_t *member, uint32_t first)
{
    int most = service_priority(self, &self->entity[first]), priority;
    uint32_t victim = SIM_NO_ENTITY, id;

    for (id = member->last_served; id != SIM_NO_ENTITY; id = self->entity[id].prev) {
        priority = service_priority(self, &self->entity[id]);
        if (priority > most) {
            most = priority;
            victim = id;
        }
    }
    if (victim == SIM_NO_ENTITY || member->busy + member->away > member->servers) {
        return false; /* nobody, or the server that became free would go */
    }
    sim_rep_interrupt(self, victim, pool->row->preempt);
    return true;
}

/* ---- groups ---- */

static void
service_follow(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e, uint32_t first)
{
    sim_entity_t *leader = &self->entity[first];

    sim_waiting_list_remove(&sim_rep_member_of(stage, e)->list, self->entity, sim_rep_id(self, e), true);
    sim_rep_stop_waiting(self, e, true);
    e->phase = SIM_PHASE_GROUP;
    e->marks |= SIM_MARK_SEEN;
    e->due_days = leader->due_days;
    e->prev = first;
    e->next = leader->next;
    if (e->next != SIM_NO_ENTITY) {
        self->entity[e->next].prev = sim_rep_id(self, e);
    }
    leader->next = sim_rep_id(self, e);
    e = sim_rep_note(self, stage, e, 0, SIM_TRACE_SERVICE, -1, e->due_days);
    sim_rep_schedule(self, e);
}

/* Whether it declines now that a group is taken; if so it has left. */
static bool
service_declines(sim_replication_t *self, const sim_stage_state_t *stage, uint32_t id)
{
    if ((stage->how & SIM_HOW_DECLINES) == 0 || !sim_rep_declines(&self->entity[id], stage->row)) {
        return false;
    }
    sim_rep_leave(self, id, SIM_OUTCOME_DECLINED);
    return true;
}

bool
sim_rep_take_group(sim_replication_t *self, sim_stage_state_t *stage, sim_member_t *member)
{
    const sim_stage_t *row = stage->row;
    uint32_t first = sim_rep_next(self, stage->pool, member, true), id;
    sim_entity_t *leader = &self->entity[first];
    size_t n = 1;

    if (member->list.length < row->group_min && self->now < leader->listed_days + row->group_wait_days) {
        return false;
    }
    if (service_declines(self, stage, first)) {
        return true;
    }
    sim_waiting_list_remove(&member->list, self->entity, first, true);
    sim_rep_stop_waiting(self, leader, true);
    leader->next = SIM_NO_ENTITY;
    sim_rep_seize(self, stage, leader, leader->service_days);
    while (n < row->group_max && member->list.length > 0 && self->error == 0) {
        id = sim_rep_next(self, stage->pool, member, true);
        if (!service_declines(self, stage, id)) {
            service_follow(self, stage, &self->entity[id], first);
            n++;
        }
    }
    return true;
}

bool
sim_rep_leave_group(sim_replication_t *self, sim_entity_t *e)
{
    sim_entity_t *next = e->next == SIM_NO_ENTITY ? NULL : &self->entity[e->next];

    if (e->phase == SIM_PHASE_GROUP) {
        self->entity[e->prev].next = e->next;
        if (next != NULL) {
            next->prev = e->prev;
        }
        return true;
    }
    if (next == NULL) {
        return false;
    }
    next->phase = SIM_PHASE_SERVICE; /* it takes over the server */
    sim_rep_schedule(self, next);
    return true;
}

void
sim_rep_finish_group(sim_replication_t *self, uint32_t next)
{
    while (next != SIM_NO_ENTITY && self->error == 0) {
        uint32_t id = next;

        next = self->entity[id].next;
        sim_rep_leave(self, id, SIM_OUTCOME_DONE);
    }
}

/* ---- cleaning ---- */

void
sim_rep_clean(sim_replication_t *self, const sim_stage_state_t *stage, const sim_entity_t *e)
{
    double days = sim_dist_draw(&stage->row->cleaning, sim_rep_draw(e, stage->row, SIM_DRAW_CLEANING));

    sim_rep_chore(self, self->now + days, SIM_RANK_RELEASE, (sim_chore_t){ SIM_CHORE_CLEAN, e->stage, e->member, 0 });
}
