/*
 * The list of those who wait for one member of a pool: doubly linked through the entities, in lanes.
 *
 * Lanes 0 and 1 are the front (follow-ups and stages served first), then two lanes for each priority: the even one
 * for those who need no new start, the odd one for those who do. Order in a lane is order of joining; between the two
 * lanes of a priority the one who joined first comes first, unless no start is left. All operations are O(1).
 *
 * Invariant: bit l of `occupied` is set when lane l is not empty; `order` rises along every lane.
 */
#ifndef SIM_WAITING_LIST_H
#define SIM_WAITING_LIST_H

#include "sim/core/replication.h"

#define SIM_LANES (2 * (1 + SIM_PRIORITY_MAX))
#define SIM_NO_LANE UINT8_MAX

typedef struct {
    uint32_t head[SIM_LANES], tail[SIM_LANES];
    uint32_t occupied;
    uint32_t order;  /* of the next to join */
    size_t length;   /* all lanes */
    size_t new_ones; /* of them, those in phase LIST */
} sim_waiting_list_t;

void sim_waiting_list_init(sim_waiting_list_t *self);
/** The lane of a priority (0 is served first), or of the front. */
uint8_t sim_waiting_list_lane(bool front, uint8_t priority, bool needs_start);
/** `is_new`: waits for its first session or service, not for a follow-up. */
void sim_waiting_list_push(sim_waiting_list_t *self, sim_entity_t *slab, uint32_t entity, uint8_t lane, bool is_new);
void sim_waiting_list_remove(sim_waiting_list_t *self, sim_entity_t *slab, uint32_t entity, bool is_new);
/** Who comes next, or SIM_NO_ENTITY; without `starts` those who need one are passed over. */
uint32_t sim_waiting_list_first(const sim_waiting_list_t *self, const sim_entity_t *slab, bool starts);

#endif
