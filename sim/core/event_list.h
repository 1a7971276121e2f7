/*
 * The event list: a total order of pending events, by time, then class, then sequence.
 *
 * A 4-ary winner (tournament) tree over slots. Every node holds the least 128-bit key of its four children, so the
 * root is the next event and the path from a slot to the root is fixed by the slot's number: insert, cancel and move
 * are one identical walk of replays, with no tombstones and no map. Key = time (64 bits: a non-negative double orders
 * as its bits) | class (4) | sequence (36) | slot (24).
 *
 * A slot is lent while its event is pending. A popped slot is kept open and given to the next insert, which then costs
 * one walk instead of two.
 *
 * Invariant: a node off the open slot's path equals the least of its children; an unused leaf holds the greatest key;
 * sequence numbers strictly increase, so no two keys are equal.
 */
#ifndef SIM_EVENT_LIST_H
#define SIM_EVENT_LIST_H

#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_NO_SLOT UINT32_MAX

__extension__ typedef unsigned __int128 sim_event_key_t;

/* Releases rank before starts, so a slot freed at t can be used at t. */
typedef enum {
    SIM_RANK_RELEASE = 0,
    SIM_RANK_CAPACITY = 1,
    SIM_RANK_TIMER = 2,
    SIM_RANK_ARRIVAL = 3,
    SIM_RANK_MODEL = 4,
    SIM_RANK_PERIOD = 14, /* closing the books of a month comes after all that happened in it */
    SIM_RANK_END = 15
} sim_event_rank_t;

typedef struct {
    sim_event_key_t *node; /* levels of the tree, leaves last */
    uint32_t *what;        /* by slot */
    uint32_t *free_slot;   /* stack of unused slots */
    size_t n_free;
    size_t n_leaf;     /* a power of four */
    size_t first_leaf; /* index of leaf 0 in node */
    uint64_t sequence;
    size_t pending;
    uint32_t open_slot; /* the slot popped last and not yet lent again, or SIM_NO_SLOT */
    double now_days;    /* time of the last pop; inserts before it are programmer errors */
} sim_event_list_t;

/** Room for `expected` events at first. SIM_ERR_NO_MEMORY, or SIM_ERR_FULL above 2^24. */
SIM_MUST_CHECK int sim_event_list_init(sim_event_list_t *self, size_t expected);
void sim_event_list_free(sim_event_list_t *self);
/**
Schedule `what` at a finite time t >= 0 (and >= the last popped time; else it aborts). Grows as needed.
@return the slot, or SIM_NO_SLOT when memory or the 2^24 slots run out
*/
uint32_t sim_event_list_insert(sim_event_list_t *self, double t_days, sim_event_rank_t rank, uint32_t what);
/** Aborts on a slot that is not lent; so does move. */
void sim_event_list_cancel(sim_event_list_t *self, uint32_t slot);
/** Move a pending event; it takes a new sequence number. */
void sim_event_list_move(sim_event_list_t *self, uint32_t slot, double t_days, sim_event_rank_t rank);
/** @return false when nothing is pending. The slot is no longer lent when this returns. */
bool sim_event_list_pop(sim_event_list_t *self, double *t_days, uint32_t *what);
/** +inf when empty. O(1), or one walk between a pop and the next insert. */
double sim_event_list_next_time(const sim_event_list_t *self);
/** Programmer's check of the invariant: O(n). 0 or SIM_ERR_INVARIANT. */
SIM_MUST_CHECK int sim_event_list_verify(const sim_event_list_t *self);

#endif
