/*
 * The list of those who wait for one member of a pool: doubly linked through the entities, in lanes.
 *
 * Lanes 0 and 1 are the front (follow-ups and stages served first), then two lanes for each priority: the even one
 * for those who need no new start, the odd one for those who do. Order in a lane is order of joining (or the reverse:
 * LIFO); between the two lanes of a priority the one who joined first comes first, unless no start is left. All
 * operations are O(1) but the random pick, which walks.
 *
 * Invariant: bit l of `occupied` is set when lane l is not empty; `order` rises along every lane of a FIFO list.
 */
#ifndef SIM_WAITING_LIST_H
#define SIM_WAITING_LIST_H

#include "sim/core/replication.h"

#define SIM_LANES (2 * (1 + SIM_PRIORITY_MAX))
#define SIM_NO_LANE UINT8_MAX
#define SIM_FRONT_LANES UINT32_C(3)

typedef struct {
    uint32_t head[SIM_LANES], tail[SIM_LANES];
    uint32_t number[SIM_LANES];
    uint32_t occupied;
    uint32_t order;  /* of the next to join */
    size_t length;   /* all lanes */
    size_t new_ones; /* of them, those in phase LIST */
} sim_waiting_list_t;

void sim_waiting_list_init(sim_waiting_list_t *self);
/** As sim_waiting_list_first, where several lanes may have to be looked at. */
uint32_t sim_waiting_list_first_of(const sim_waiting_list_t *self, const sim_entity_t *slab, bool starts);
/** Who comes next when those who joined before `since_days[b]` go before all who did not, the last b first. */
uint32_t sim_waiting_list_first_banded(const sim_waiting_list_t *self, const sim_entity_t *slab, bool starts,
    size_t n_bands, const double *since_days);
/** One of those of the best priority, each as likely, for 0 <= u < 1. */
uint32_t sim_waiting_list_random(const sim_waiting_list_t *self, const sim_entity_t *slab, bool starts, double u);
/** The last of the list's last lane, or SIM_NO_ENTITY. */
uint32_t sim_waiting_list_last(const sim_waiting_list_t *self);

/** Who comes next, or SIM_NO_ENTITY; without `starts` those who need one are passed over. */
static inline uint32_t
sim_waiting_list_first(const sim_waiting_list_t *self, const sim_entity_t *slab, bool starts)
{
    uint32_t lanes = self->occupied;

    if (lanes != 0 && (lanes & (lanes - 1)) == 0 && starts) {
        return self->head[__builtin_ctz(lanes)];
    }
    return sim_waiting_list_first_of(self, slab, starts);
}

/** The lane of a priority (0 is served first), or of the front. */
static inline uint8_t
sim_waiting_list_lane(bool front, uint8_t priority, bool needs_start)
{
    return (uint8_t) (2 * (front ? 0 : 1 + priority) + (needs_start ? 1 : 0));
}

static inline void
sim_waiting_list_count(sim_waiting_list_t *self, uint8_t lane, bool is_new)
{
    self->occupied |= UINT32_C(1) << lane;
    self->number[lane]++;
    self->length++;
    self->new_ones += is_new;
}

/** `is_new`: waits for its first session or service, not for a follow-up. */
static inline void
sim_waiting_list_push(sim_waiting_list_t *self, sim_entity_t *slab, uint32_t entity, uint8_t lane, bool is_new)
{
    sim_entity_t *e = &slab[entity];

    e->lane = lane;
    e->order = self->order++;
    e->next = SIM_NO_ENTITY;
    e->prev = self->tail[lane];
    if (e->prev == SIM_NO_ENTITY) {
        self->head[lane] = entity;
    } else {
        slab[e->prev].next = entity;
    }
    self->tail[lane] = entity;
    sim_waiting_list_count(self, lane, is_new);
}

/** At the head of its lane. `again`: it was there before and keeps its order. */
static inline void
sim_waiting_list_push_head(sim_waiting_list_t *self, sim_entity_t *slab, uint32_t entity, uint8_t lane, bool is_new,
    bool again)
{
    sim_entity_t *e = &slab[entity];

    e->lane = lane;
    e->order = again ? e->order : self->order++;
    e->prev = SIM_NO_ENTITY;
    e->next = self->head[lane];
    if (e->next == SIM_NO_ENTITY) {
        self->tail[lane] = entity;
    } else {
        slab[e->next].prev = entity;
    }
    self->head[lane] = entity;
    sim_waiting_list_count(self, lane, is_new);
}

static inline void
sim_waiting_list_remove(sim_waiting_list_t *self, sim_entity_t *slab, uint32_t entity, bool is_new)
{
    sim_entity_t *e = &slab[entity];
    uint8_t lane = e->lane;

    if (e->prev == SIM_NO_ENTITY) {
        self->head[lane] = e->next;
    } else {
        slab[e->prev].next = e->next;
    }
    if (e->next == SIM_NO_ENTITY) {
        self->tail[lane] = e->prev;
    } else {
        slab[e->next].prev = e->prev;
    }
    if (--self->number[lane] == 0) {
        self->occupied &= ~(UINT32_C(1) << lane);
    }
    e->lane = SIM_NO_LANE;
    self->length--;
    self->new_ones -= is_new;
}

#endif
