/* Lanes of a waiting list: see waiting_list.h. */
#include "sim/core/waiting_list.h"

#include <string.h>

#define LANES_WITHOUT_START UINT32_C(0x55555555)

void
sim_waiting_list_init(sim_waiting_list_t *self)
{
    size_t l;

    memset(self, 0, sizeof(*self));
    for (l = 0; l < SIM_LANES; l++) {
        self->head[l] = SIM_NO_ENTITY;
        self->tail[l] = SIM_NO_ENTITY;
    }
}

uint8_t
sim_waiting_list_lane(bool front, uint8_t priority, bool needs_start)
{
    return (uint8_t) (2 * (front ? 0 : 1 + priority) + (needs_start ? 1 : 0));
}

void
sim_waiting_list_push(sim_waiting_list_t *self, sim_entity_t *slab, uint32_t entity, uint8_t lane, bool is_new)
{
    sim_entity_t *e = &slab[entity];

    e->lane = lane;
    e->order = self->order++;
    e->next = SIM_NO_ENTITY;
    e->prev = self->tail[lane];
    if (e->prev == SIM_NO_ENTITY) {
        self->head[lane] = entity;
        self->occupied |= UINT32_C(1) << lane;
    } else {
        slab[e->prev].next = entity;
    }
    self->tail[lane] = entity;
    self->length++;
    self->new_ones += is_new;
}

void
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
    if (self->head[lane] == SIM_NO_ENTITY) {
        self->occupied &= ~(UINT32_C(1) << lane);
    }
    e->lane = SIM_NO_LANE;
    self->length--;
    self->new_ones -= is_new;
}

/* Joined before, also when the 32-bit order has wrapped. */
static bool
waiting_list_before(const sim_entity_t *a, const sim_entity_t *b)
{
    return (int32_t) (a->order - b->order) < 0;
}

uint32_t
sim_waiting_list_first(const sim_waiting_list_t *self, const sim_entity_t *slab, bool starts)
{
    uint32_t lanes = starts ? self->occupied : self->occupied & LANES_WITHOUT_START;
    uint32_t even, odd;
    int pair;

    if (lanes == 0) {
        return SIM_NO_ENTITY;
    }
    pair = __builtin_ctz(lanes) & ~1;
    even = self->head[pair];
    odd = starts ? self->head[pair + 1] : SIM_NO_ENTITY;
    if (even == SIM_NO_ENTITY || odd == SIM_NO_ENTITY) {
        return even == SIM_NO_ENTITY ? odd : even;
    }
    return waiting_list_before(&slab[odd], &slab[even]) ? odd : even;
}
