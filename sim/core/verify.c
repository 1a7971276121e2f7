/* The invariants of a replication, checked from scratch: see replication.h. */
#include "sim/core/replication_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double waiting, present, busy;
} verify_stage_t;

typedef struct {
    uint32_t busy;
    double *booked; /* ring of the diary */
} verify_member_t;

typedef struct {
    const sim_replication_t *rep;
    verify_stage_t *stage;
    verify_member_t **member; /* by pool, member */
    uint64_t present;
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
verify_event(const sim_entity_t *e, const sim_stage_t *stage)
{
    bool listed = e->phase == SIM_PHASE_LIST || (e->phase == SIM_PHASE_FOLLOW && e->lane != SIM_NO_LANE);

    if (!listed) {
        return e->slot != SIM_NO_SLOT && e->lane == SIM_NO_LANE;
    }
    return e->lane < SIM_LANES && (stage->n_timers > 0 || e->slot == SIM_NO_SLOT);
}

static bool
verify_entity(verify_t *self, const sim_entity_t *e)
{
    const sim_replication_t *rep = self->rep;
    const sim_stage_t *stage = sim_rep_stage_of(rep, e);
    sim_stage_kind_t kind = rep->stage[e->stage].kind;
    verify_member_t *member;

    self->present++;
    self->stage[e->stage].present += 1;
    self->stage[e->stage].waiting += e->waiting;
    if (e->phase <= SIM_PHASE_FREE || e->phase >= SIM_PHASE_MOVING || !verify_event(e, stage) ||
        (e->waiting != 0 && (e->seen != 0 || stage->pool_index < 0 || e->phase == SIM_PHASE_LEAD)) ||
        e->entered_days > rep->now) {
        return false;
    }
    if (stage->pool_index < 0) {
        return e->phase != SIM_PHASE_LIST && e->phase != SIM_PHASE_FOLLOW;
    }
    if (e->phase == SIM_PHASE_LEAD) {
        return true;
    }
    member = &self->member[stage->pool_index][e->member];
    if (kind == SIM_STAGE_SERVERS) {
        member->busy += e->phase == SIM_PHASE_SERVICE;
        self->stage[e->stage].busy += e->phase == SIM_PHASE_SERVICE;
    } else if (e->phase == SIM_PHASE_BOOKED || e->phase == SIM_PHASE_GAP) {
        member->booked[(long) e->due_days % rep->pool[stage->pool_index].member[e->member].diary.ring] +=
            rep->stage[e->stage].minutes;
    }
    return e->phase != SIM_PHASE_BOOKED || kind == SIM_STAGE_DIARY;
}

/* A lane walked from its head meets `order` rising and ends at its tail; returns its length, or SIZE_MAX. */
static size_t
verify_lane(const sim_replication_t *rep, const sim_waiting_list_t *list, uint8_t lane, size_t *new_ones)
{
    uint32_t id = list->head[lane], last = SIM_NO_ENTITY;
    size_t n = 0;

    while (id != SIM_NO_ENTITY) {
        const sim_entity_t *e = &rep->entity[id];

        if (e->lane != lane || e->prev != last || (e->phase != SIM_PHASE_LIST && e->phase != SIM_PHASE_FOLLOW) ||
            (last != SIM_NO_ENTITY && (int32_t) (e->order - rep->entity[last].order) <= 0)) {
            return SIZE_MAX;
        }
        *new_ones += e->phase == SIM_PHASE_LIST;
        last = id;
        id = e->next;
        n++;
    }
    return last == list->tail[lane] && (n > 0) == ((list->occupied >> lane & 1) != 0) ? n : SIZE_MAX;
}

static bool
verify_list(const sim_replication_t *rep, const sim_waiting_list_t *list)
{
    size_t n = 0, new_ones = 0, length;
    uint8_t lane;

    for (lane = 0; lane < SIM_LANES; lane++) {
        length = verify_lane(rep, list, lane, &new_ones);
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
        if (day < diary->first_free && room->minutes - room->booked >= diary->least_minutes) {
            return false;
        }
    }
    return true;
}

static bool
verify_members(const verify_t *self)
{
    const sim_replication_t *rep = self->rep;
    size_t p, m, listed;

    for (p = 0; p < rep->pathway->n_pools; p++) {
        for (m = 0; m < rep->pathway->pool[p].n_members; m++) {
            const sim_member_t *member = &rep->pool[p].member[m];

            listed = member->list.length;
            if (!verify_list(rep, &member->list) || member->busy != self->member[p][m].busy ||
                member->busy > member->limit) {
                return false;
            }
            if (rep->pathway->pool[p].kind == SIM_POOL_SERVERS && listed > 0 && member->busy < member->servers) {
                return false; /* someone waits beside a free server */
            }
            if (rep->pathway->pool[p].kind == SIM_POOL_DIARY &&
                !verify_diary(&member->diary, self->member[p][m].booked)) {
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
            state->busy.value != self->stage[s].busy) {
            return false;
        }
    }
    return true;
}

static int
verify_all(verify_t *self)
{
    const sim_replication_t *rep = self->rep;
    size_t listed = 0, on_lists = 0, p, m;
    uint32_t id;

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
    if (rep->created != self->present + rep->gone || listed != on_lists || !verify_stages(self) ||
        !verify_members(self)) {
        return SIM_ERR_INVARIANT;
    }
    return sim_event_list_verify(&rep->events);
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
