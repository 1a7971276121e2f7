/*
 * Processor sharing: n present at c servers are each served at the rate min(1, c/n).
 *
 * Virtual time V is the service that one present all along has received; one that comes at V with service S is done at
 * V + S, whoever comes or goes. Those present stand in a binary heap by that mark (Kleinrock 1976, Queueing Systems II,
 * 4.4), so coming and going are O(log n).
 *
 * Invariant: heap[e->order] is e for all in it; dV/dt = min(1, servers/n) from at_days on; an event is pending for the
 * first of the heap when there is one and a server is at work.
 */
#include "sim/core/replication_internal.h"

#include <math.h>
#include <stdlib.h>

static bool
share_before(const sim_entity_t *slab, uint32_t a, uint32_t b)
{
    return slab[a].due_days < slab[b].due_days;
}

static void
share_put(sim_sharing_t *self, sim_entity_t *slab, size_t place, uint32_t id)
{
    self->heap[place] = id;
    slab[id].order = (uint32_t) place;
}

static void
share_up(sim_sharing_t *self, sim_entity_t *slab, size_t place, uint32_t id)
{
    while (place > 0 && share_before(slab, id, self->heap[(place - 1) / 2])) {
        share_put(self, slab, place, self->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    share_put(self, slab, place, id);
}

static void
share_down(sim_sharing_t *self, sim_entity_t *slab, size_t place, uint32_t id)
{
    size_t child;

    for (child = 2 * place + 1; child < self->n; child = 2 * place + 1) {
        child += child + 1 < self->n && share_before(slab, self->heap[child + 1], self->heap[child]);
        if (!share_before(slab, self->heap[child], id)) {
            break;
        }
        share_put(self, slab, place, self->heap[child]);
        place = child;
    }
    share_put(self, slab, place, id);
}

static double
share_rate(const sim_member_t *member)
{
    double n = (double) member->sharing.n;

    return n <= member->servers ? 1 : member->servers / n;
}

void
sim_rep_share_advance(sim_replication_t *self, sim_member_t *member)
{
    sim_sharing_t *sharing = &member->sharing;

    sharing->virtual_days += (self->now - sharing->at_days) * share_rate(member);
    sharing->at_days = self->now;
}

void
sim_rep_share_schedule(sim_replication_t *self, const sim_pool_state_t *pool, sim_member_t *member)
{
    sim_sharing_t *sharing = &member->sharing;
    double t;

    if (sharing->n == 0 || member->servers == 0) {
        return; /* a pending event finds nobody served */
    }
    t = fmax(0, self->entity[sharing->heap[0]].due_days - sharing->virtual_days) / share_rate(member) + self->now;
    if (sharing->slot != SIM_NO_SLOT) {
        sharing->slot = sim_rep_move(self, sharing->slot, fmin(t, self->run.horizon_days + 1), SIM_RANK_RELEASE);
        return;
    }
    sharing->slot = sim_rep_chore(self, t, SIM_RANK_RELEASE,
        (sim_chore_t){ SIM_CHORE_SHARE, (uint16_t) (pool - self->pool), (uint32_t) (member - pool->member), 0 });
}

void
sim_rep_share(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e;
    sim_stage_state_t *stage;
    sim_member_t *member;
    sim_sharing_t *sharing;

    if (!sim_rep_choose_member(self, id)) {
        return;
    }
    e = &self->entity[id];
    stage = sim_rep_stage_of(self, e);
    member = sim_rep_member_of(stage, e);
    sharing = &member->sharing;
    if (sharing->n == sharing->room) {
        size_t room = sharing->room == 0 ? 64 : 2 * sharing->room;
        uint32_t *heap = realloc(sharing->heap, room * sizeof(*heap));

        if (heap == NULL) {
            sim_rep_fail(self, SIM_ERR_NO_MEMORY);
            return;
        }
        sharing->heap = heap;
        sharing->room = room;
    }
    sim_rep_share_advance(self, member);
    e->listed_days = self->now;
    e->phase = SIM_PHASE_SERVICE;
    e->marks |= SIM_MARK_SEEN;
    e->due_days = sharing->virtual_days + e->service_days;
    share_up(sharing, self->entity, sharing->n++, id);
    sim_rep_tally(self, &sim_rep_account_of(stage, e)->queue, 0);
    e = sim_rep_note(self, stage, e, 0, SIM_TRACE_SERVICE, -1, NAN);
    sim_rep_share_schedule(self, stage->pool, member);
    if (stage->row->n_timers > 0) {
        sim_rep_schedule(self, e);
    }
}

void
sim_rep_unshare(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];
    sim_stage_state_t *stage = sim_rep_stage_of(self, e);
    sim_member_t *member = sim_rep_member_of(stage, e);
    sim_sharing_t *sharing = &member->sharing;
    size_t place = e->order;
    uint32_t last;

    sim_rep_share_advance(self, member);
    /* what it was given is used */
    sim_rep_account_of(stage, e)->count[SIM_COUNT_USED] +=
        (e->service_days - fmax(0, e->due_days - sharing->virtual_days)) * SIM_MINUTES_PER_DAY;
    last = sharing->heap[--sharing->n];
    if (last != id) {
        if (place > 0 && share_before(self->entity, last, sharing->heap[(place - 1) / 2])) {
            share_up(sharing, self->entity, place, last);
        } else {
            share_down(sharing, self->entity, place, last);
        }
    }
    sim_rep_share_schedule(self, stage->pool, member);
}

void
sim_rep_shared(sim_replication_t *self, const sim_chore_t *chore)
{
    sim_member_t *member = &self->pool[chore->row].member[chore->member];
    sim_sharing_t *sharing = &member->sharing;
    uint32_t id;

    sharing->slot = SIM_NO_SLOT;
    if (sharing->n == 0 || member->servers == 0) {
        return;
    }
    sim_rep_share_advance(self, member);
    id = sharing->heap[0];
    if (self->entity[id].due_days > sharing->virtual_days) {
        sharing->virtual_days = self->entity[id].due_days; /* by rounding only: this is its event */
    }
    sim_rep_finish(self, id);
}
