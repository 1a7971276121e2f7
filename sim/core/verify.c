/* The invariants of a replication, checked from scratch: see replication.h. */
#include "sim/core/replication_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double waiting, present, busy, blocked, cleaning;
} verify_stage_t;

typedef struct {
    uint32_t busy, served, shared, caseload, cleaning;
    uint32_t just_come; /* onto the list, at this instant */
    double *booked;     /* ring of the diary */
} verify_member_t;

typedef struct {
    const sim_replication_t *rep;
    verify_stage_t *stage;
    verify_member_t **member; /* by pool, member */
    uint64_t present, blocked;
} verify_t;

static void
verify_free(verify_t *self)
{
    size_t p, m;

    for (p = 0; self->member != NULL && p < self->rep->pathway->n_pools; p++) {
        for (m = 0; self->member[p] != NULL && m < self->rep->pathway->pool[p].n_members; m++) {
            free(self->member[p][m].booked);
        }
        free(self->member[p]);
    }
    free(self->member);
    free(self->stage);
}

static int
verify_init(verify_t *self, const sim_replication_t *rep)
{
    size_t p, m;

    memset(self, 0, sizeof(*self));
    self->rep = rep;
    self->stage = calloc(rep->pathway->n_stages + 1, sizeof(*self->stage));
    self->member = calloc(rep->pathway->n_pools + 1, sizeof(*self->member));
    if (self->stage == NULL || self->member == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (p = 0; p < rep->pathway->n_pools; p++) {
        size_t n = rep->pathway->pool[p].n_members;

        self->member[p] = calloc(n, sizeof(**self->member));
        for (m = 0; self->member[p] != NULL && m < n; m++) {
            self->member[p][m].booked = calloc((size_t) rep->pool[p].member[m].diary.ring + 1, sizeof(double));
            if (self->member[p][m].booked == NULL) {
                return SIM_ERR_NO_MEMORY;
            }
        }
        if (self->member[p] == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
    }
    return 0;
}

/* Whether its event, or the lack of one, fits its phase. */
static bool
verify_event(const sim_entity_t *e, const sim_stage_state_t *stage)
{
    bool listed = e->phase == SIM_PHASE_LIST || (e->phase == SIM_PHASE_FOLLOW && e->lane != SIM_NO_LANE);
    bool carried = e->phase == SIM_PHASE_GROUP || e->phase == SIM_PHASE_BLOCKED ||
                   (e->phase == SIM_PHASE_SERVICE && stage->kind == SIM_STAGE_SHARED);

    if (listed ? e->lane >= SIM_LANES : e->lane != SIM_NO_LANE) {
        return false;
    }
    return listed || carried ? stage->row->n_timers > 0 || e->slot == SIM_NO_SLOT : e->slot != SIM_NO_SLOT;
}

/* One that waits has not been seen, unless its service was interrupted. */
static bool
verify_marks(const sim_entity_t *e, const sim_stage_state_t *stage)
{
    if (sim_rep_has(e, SIM_MARK_FRESH | SIM_MARK_RESERVED)) {
        return false;
    }
    return !sim_rep_has(e, SIM_MARK_WAITING) || (stage->pool != NULL && e->phase != SIM_PHASE_LEAD &&
                                                    (!sim_rep_has(e, SIM_MARK_SEEN) || stage->pool->keeps_served));
}

static bool
verify_held(verify_t *self, const sim_entity_t *e, const sim_stage_state_t *stage, verify_member_t *member)
{
    bool holds = e->phase == SIM_PHASE_SERVICE || e->phase == SIM_PHASE_BLOCKED;

    if (stage->kind == SIM_STAGE_DIARY) {
        if (e->phase == SIM_PHASE_BOOKED || e->phase == SIM_PHASE_GAP) {
            member->booked[(long) e->due_days % sim_rep_member_of(stage, e)->diary.ring] += stage->minutes;
        }
        member->caseload += sim_rep_has(e, SIM_MARK_CASELOAD);
        return e->phase != SIM_PHASE_SERVICE && e->phase != SIM_PHASE_GROUP && e->phase != SIM_PHASE_BLOCKED;
    }
    if (stage->kind == SIM_STAGE_SERVERS) {
        member->busy += holds;
        member->served += e->phase == SIM_PHASE_SERVICE && stage->pool->keeps_served;
        self->stage[e->stage].busy += holds;
        member->just_come += e->phase == SIM_PHASE_LIST && e->listed_days == self->rep->now;
    } else {
        member->shared += e->phase == SIM_PHASE_SERVICE;
    }
    return e->phase != SIM_PHASE_BOOKED && e->phase != SIM_PHASE_GAP;
}

static bool
verify_entity(verify_t *self, const sim_entity_t *e)
{
    const sim_replication_t *rep = self->rep;
    const sim_stage_state_t *stage = sim_rep_stage_of(rep, e);

    self->present++;
    self->stage[e->stage].present += 1;
    self->stage[e->stage].waiting += sim_rep_has(e, SIM_MARK_WAITING);
    self->stage[e->stage].blocked += e->phase == SIM_PHASE_BLOCKED;
    self->blocked += e->phase == SIM_PHASE_BLOCKED;
    if (e->phase <= SIM_PHASE_FREE || e->phase >= SIM_PHASE_MOVING || !verify_event(e, stage) ||
        !verify_marks(e, stage) || e->entered_days > rep->now) {
        return false;
    }
    if (stage->pool == NULL) {
        return e->phase != SIM_PHASE_LIST && e->phase != SIM_PHASE_FOLLOW && e->phase != SIM_PHASE_GROUP;
    }
    return e->phase == SIM_PHASE_LEAD || verify_held(self, e, stage, &self->member[stage->row->pool_index][e->member]);
}

/* A lane walked from its head meets `order` rising (FIFO, and nobody interrupted) and ends at its tail; returns its
   length, or SIZE_MAX. */
static size_t
verify_lane(const sim_replication_t *rep, const sim_waiting_list_t *list, uint8_t lane, bool fifo, size_t *new_ones)
{
    uint32_t id = list->head[lane], last = SIM_NO_ENTITY;
    size_t n = 0;

    while (id != SIM_NO_ENTITY) {
        const sim_entity_t *e = &rep->entity[id];

        if (e->lane != lane || e->prev != last || (e->phase != SIM_PHASE_LIST && e->phase != SIM_PHASE_FOLLOW) ||
            (fifo && last != SIM_NO_ENTITY && (int32_t) (e->order - rep->entity[last].order) <= 0)) {
            return SIZE_MAX;
        }
        *new_ones += e->phase == SIM_PHASE_LIST;
        last = id;
        id = e->next;
        n++;
    }
    return last == list->tail[lane] && n == list->number[lane] && (n > 0) == ((list->occupied >> lane & 1) != 0)
               ? n
               : SIZE_MAX;
}

static bool
verify_list(const sim_replication_t *rep, const sim_waiting_list_t *list, bool fifo)
{
    size_t n = 0, new_ones = 0, length;
    uint8_t lane;

    for (lane = 0; lane < SIM_LANES; lane++) {
        length = verify_lane(rep, list, lane, fifo, &new_ones);
        if (length == SIZE_MAX) {
            return false;
        }
        n += length;
    }
    return n == list->length && new_ones == list->new_ones;
}

static bool
verify_diary(const sim_diary_t *diary, const double *booked)
{
    long day;

    for (day = diary->next_day; day < diary->opened; day++) {
        const sim_diary_day_t *room = &diary->room[day % diary->ring];

        if (fabs(room->booked - booked[day % diary->ring]) > SIM_DIARY_TOLERANCE ||
            (!diary->fell && room->booked > room->minutes + SIM_DIARY_TOLERANCE)) {
            return false;
        }
        for (int first = 0; first < 2; first++) {
            double open = room->minutes * (first ? 1 : 1 - diary->pool->kept_share);

            if (day < diary->first_free[first] && open - room->booked >= diary->least_minutes) {
                return false;
            }
        }
    }
    return true;
}

/* The heap of those who share, and the chain of those whose service may be interrupted. */
static bool
verify_served(const sim_replication_t *rep, const sim_member_t *member, const verify_member_t *seen)
{
    const sim_sharing_t *sharing = &member->sharing;
    uint32_t id, n = 0;
    size_t i;

    for (id = member->first_served; id != SIM_NO_ENTITY; id = rep->entity[id].next) {
        if (rep->entity[id].phase != SIM_PHASE_SERVICE || n++ > seen->served) {
            return false;
        }
    }
    for (i = 0; i < sharing->n; i++) {
        const sim_entity_t *e = &rep->entity[sharing->heap[i]];

        if (e->order != i || e->due_days < rep->entity[sharing->heap[i == 0 ? 0 : (i - 1) / 2]].due_days) {
            return false;
        }
    }
    return n == seen->served && n == member->n_served && sharing->n == seen->shared;
}

/* Nobody waits beside a free server, but for a group that is too small, or until all of an instant have come. */
static bool
verify_idle(const sim_replication_t *rep, size_t pool, const sim_member_t *member, const verify_member_t *seen)
{
    const sim_entity_t *first;

    if (member->list.length == 0 || member->busy + member->away >= member->servers) {
        return true;
    }
    first = &rep->entity[sim_waiting_list_first(&member->list, rep->entity, true)];
    if (rep->pathway->pool[pool].kind == SIM_POOL_DIARY) {
        return true;
    }
    return sim_rep_stage_of(rep, first)->row->group_max > 0 &&
           (sim_rep_stage_of(rep, first)->row->group_min > member->list.length || seen->just_come > 0);
}

/* Servers held: those of entities, and those being cleaned; one that is clean after the end of the run has no chore. */
static bool
verify_busy(double busy, double held, bool cleans)
{
    return busy == held || (cleans && busy > held);
}

static bool
verify_cleans(const sim_replication_t *rep, size_t pool)
{
    size_t s;

    for (s = 0; s < rep->pathway->n_stages; s++) {
        if ((rep->stage[s].how & SIM_HOW_CLEANING) != 0 && rep->pathway->stage[s].pool_index == (int) pool) {
            return true;
        }
    }
    return false;
}

static bool
verify_member(const verify_t *self, size_t p, size_t m)
{
    const sim_replication_t *rep = self->rep;
    const sim_pool_t *row = &rep->pathway->pool[p];
    const sim_member_t *member = &rep->pool[p].member[m];
    const verify_member_t *seen = &self->member[p][m];

    if (!verify_list(rep, &member->list, row->discipline == SIM_FIFO && !rep->pool[p].keeps_served) ||
        member->caseload != seen->caseload) {
        return false;
    }
    if (row->kind == SIM_POOL_DIARY) {
        return verify_diary(&member->diary, seen->booked);
    }
    return verify_busy(member->busy, seen->busy + seen->cleaning, verify_cleans(rep, p)) &&
           member->busy <= member->limit && verify_served(rep, member, seen) && verify_idle(rep, p, member, seen);
}

static bool
verify_members(const verify_t *self)
{
    size_t p, m;

    for (p = 0; p < self->rep->pathway->n_pools; p++) {
        for (m = 0; m < self->rep->pathway->pool[p].n_members; m++) {
            if (!verify_member(self, p, m)) {
                return false;
            }
        }
    }
    return true;
}

static bool
verify_stages(const verify_t *self)
{
    const sim_replication_t *rep = self->rep;
    size_t s;

    for (s = 0; s < rep->pathway->n_stages; s++) {
        const sim_stage_state_t *state = &rep->stage[s];

        if (state->present.value != self->stage[s].present || state->waiting.value != self->stage[s].waiting ||
            !verify_busy(state->busy.value, self->stage[s].busy + self->stage[s].cleaning,
                (state->how & SIM_HOW_CLEANING) != 0) ||
            state->blocked.value != self->stage[s].blocked || state->reserved != 0) {
            return false;
        }
    }
    return true;
}

/* Servers being cleaned are known by the chores that end it. */
static int
verify_cleaning(verify_t *self)
{
    const sim_replication_t *rep = self->rep;
    bool *pending = malloc((rep->n_chores + 1) * sizeof(*pending));
    size_t i;

    if (pending == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (i = 0; i < rep->n_chores; i++) {
        pending[i] = rep->chore[i].kind == SIM_CHORE_CLEAN;
    }
    for (i = 0; i < rep->n_free_chores; i++) {
        pending[rep->free_chore[i]] = false;
    }
    for (i = 0; i < rep->n_chores; i++) {
        if (pending[i]) {
            const sim_chore_t *chore = &rep->chore[i];

            self->stage[chore->row].cleaning += 1;
            self->member[rep->pathway->stage[chore->row].pool_index][chore->member].cleaning++;
        }
    }
    free(pending);
    return 0;
}

static int
verify_all(verify_t *self)
{
    const sim_replication_t *rep = self->rep;
    size_t listed = 0, on_lists = 0, p, m;
    uint32_t id;
    int ret = verify_cleaning(self);

    if (ret != 0) {
        return ret;
    }

    for (id = 0; id < rep->n_entities; id++) {
        const sim_entity_t *e = &rep->entity[id];

        if (e->phase != SIM_PHASE_FREE && !verify_entity(self, e)) {
            return SIM_ERR_INVARIANT;
        }
        on_lists += e->phase != SIM_PHASE_FREE && e->lane != SIM_NO_LANE;
    }
    for (p = 0; p < rep->pathway->n_pools; p++) {
        for (m = 0; m < rep->pathway->pool[p].n_members; m++) {
            listed += rep->pool[p].member[m].list.length;
        }
    }
    if (rep->created != self->present + rep->gone || rep->n_blocked != self->blocked || listed != on_lists ||
        !verify_stages(self) || !verify_members(self)) {
        return SIM_ERR_INVARIANT;
    }
    return sim_agenda_verify(&rep->events);
}

int
sim_replication_verify(const sim_replication_t *self)
{
    verify_t verify;
    int ret = verify_init(&verify, self);

    if (ret == 0) {
        ret = verify_all(&verify);
    }
    verify_free(&verify);
    return ret;
}
