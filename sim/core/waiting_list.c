/* Choosing from the lanes of a waiting list: see waiting_list.h. */
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

static uint32_t
waiting_list_lanes(const sim_waiting_list_t *self, bool starts)
{
    return starts ? self->occupied : self->occupied & LANES_WITHOUT_START;
}

/* Joined before, also when the 32-bit order has wrapped. */
static bool
waiting_list_before(const sim_entity_t *a, const sim_entity_t *b)
{
    return (int32_t) (a->order - b->order) < 0;
}

uint32_t
sim_waiting_list_first_of(const sim_waiting_list_t *self, const sim_entity_t *slab, bool starts)
{
    uint32_t lanes = waiting_list_lanes(self, starts);
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

static size_t
waiting_list_band(const sim_entity_t *e, size_t n_bands, const double *since_days)
{
    size_t band = n_bands;

    while (band > 0 && e->listed_days > since_days[band - 1]) {
        band--;
    }
    return band;
}

uint32_t
sim_waiting_list_first_banded(const sim_waiting_list_t *self, const sim_entity_t *slab, bool starts, size_t n_bands,
    const double *since_days)
{
    uint32_t best = SIM_NO_ENTITY, lanes;
    size_t best_band = 0;

    for (lanes = waiting_list_lanes(self, starts); lanes != 0; lanes &= lanes - 1) {
        int lane = __builtin_ctz(lanes);
        uint32_t id = self->head[lane];
        size_t band = waiting_list_band(&slab[id], n_bands, since_days);

        if (best == SIM_NO_ENTITY || band > best_band ||
            (band == best_band && lane / 2 == slab[best].lane / 2 && waiting_list_before(&slab[id], &slab[best]))) {
            best = id;
            best_band = band;
        }
    }
    return best;
}

uint32_t
sim_waiting_list_random(const sim_waiting_list_t *self, const sim_entity_t *slab, bool starts, double u)
{
    uint32_t lanes = waiting_list_lanes(self, starts), even, odd, place, id;
    int pair;

    if (lanes == 0) {
        return SIM_NO_ENTITY;
    }
    pair = __builtin_ctz(lanes) & ~1;
    even = self->number[pair];
    odd = starts ? self->number[pair + 1] : 0;
    place = (uint32_t) (u * (even + odd));
    id = self->head[place < even ? pair : pair + 1];
    for (place -= place < even ? 0 : even; place > 0; place--) {
        id = slab[id].next;
    }
    return id;
}

uint32_t
sim_waiting_list_last(const sim_waiting_list_t *self)
{
    return self->occupied == 0 ? SIM_NO_ENTITY : self->tail[31 - __builtin_clz(self->occupied)];
}
