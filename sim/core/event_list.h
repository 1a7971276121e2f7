/*
 * The event list: a total order of pending events, by time, then class, then sequence.
 *
 * A 4-ary winner (tournament) tree over slots. A node holds the least 128-bit key of its four children, so that the root
 * is the next event, and the way from a slot to the root is known from the slot's number: insert, cancel and move are
 * one and the same walk, with no tombstones and no map. Key = time (64 bits: a non-negative double orders as its bits) |
 * class (4) | sequence (36) | slot (24). Four siblings fill one cache line.
 *
 * The tree lies in one array: the root is node 3, the children of node j are nodes 4j-8 to 4j-5, so the parent of j is
 * j/4 + 2. It grows fourfold, by a level, when all slots are lent.
 *
 * A slot is lent while its event is pending; the slot freed last is lent first. The slot popped last stays open: its key
 * stays in the tree until the next insert plays the slot again, one walk instead of two, or a pop plays it empty.
 *
 * Invariant: a node is the least of its children; an unused leaf holds the greatest key; sequence numbers strictly
 * increase, so no two keys are equal.
 *
 * Reference: D. E. Knuth, The Art of Computer Programming, vol. 3 (1998), 5.4.1, tree of selection.
 */
#ifndef SIM_EVENT_LIST_H
#define SIM_EVENT_LIST_H

#include "sim/core/error.h"

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SIM_NO_SLOT UINT32_MAX
#define SIM_EVENT_SEQUENCE_SHIFT 24
#define SIM_EVENT_RANK_SHIFT 60
#define SIM_EVENT_SLOT_MASK ((UINT32_C(1) << SIM_EVENT_SEQUENCE_SHIFT) - 1)
#define SIM_EVENT_ROOT 3
#define SIM_EVENT_SOON 24 /* the first of the 64 nodes whose new winners come soon */

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
    sim_event_key_t *node; /* the levels of the tree, leaves last */
    uint32_t *what;        /* by slot */
    size_t first_leaf;     /* number of the node of slot 0 */
    uint32_t open_slot;    /* popped last and not yet lent again, or SIM_NO_SLOT */
    uint32_t soon;         /* the slot that won one of the nodes from SIM_EVENT_SOON last */
    uint32_t soon_named;   /* the one before, whose event is named */
    uint64_t sequence;     /* of the next key, shifted to its place */
    double now_days;       /* time of the last pop; inserts before it are programmer errors */
    size_t pending;
    size_t n_slots;      /* a power of four */
    uint32_t *free_slot; /* stack of unused slots */
    size_t n_free;
} sim_event_list_t;

/** Room for `expected` events at first. SIM_ERR_NO_MEMORY, or SIM_ERR_FULL above 2^24. */
SIM_MUST_CHECK int sim_event_list_init(sim_event_list_t *self, size_t expected);
void sim_event_list_free(sim_event_list_t *self);
/** Aborts on a slot that is not lent; so does move. */
void sim_event_list_cancel(sim_event_list_t *self, uint32_t slot);
/** Move a pending event; it takes a new sequence number. */
void sim_event_list_move(sim_event_list_t *self, uint32_t slot, double t_days, sim_event_rank_t rank);
/** What a pending event stands for. Aborts on a slot that is not lent. */
uint32_t sim_event_list_what(const sim_event_list_t *self, uint32_t slot);
/** +inf when empty. O(1), or one walk between a pop and the next insert. */
double sim_event_list_next_time(const sim_event_list_t *self);
/** Bytes held for events. */
size_t sim_event_list_bytes(const sim_event_list_t *self);
/** Programmer's check of the invariant: O(n). 0 or SIM_ERR_INVARIANT. */
SIM_MUST_CHECK int sim_event_list_verify(const sim_event_list_t *self);

/* Parts of pop and insert that are seldom needed: play the open slot empty; insert when no slot is open. */
void sim_event_list_close(sim_event_list_t *self);
uint32_t sim_event_list_insert_anew(sim_event_list_t *self, double t_days, sim_event_rank_t rank, uint32_t what);

static inline uint32_t
sim_event_key_slot(sim_event_key_t key)
{
    return (uint32_t) key & SIM_EVENT_SLOT_MASK;
}

static inline double
sim_event_key_time(sim_event_key_t key)
{
    uint64_t bits = (uint64_t) (key >> 64);
    double t;

    memcpy(&t, &bits, sizeof(t));
    return t;
}

/* Takes the next sequence number. A time that is NaN, infinite or past aborts, and so does a wrong rank. */
static inline sim_event_key_t
sim_event_list_key(sim_event_list_t *self, double t_days, sim_event_rank_t rank, uint32_t slot)
{
    uint64_t bits, sequence = self->sequence;

    if (!(t_days >= self->now_days && t_days <= DBL_MAX) || (unsigned) rank > SIM_RANK_END ||
        sequence >> SIM_EVENT_RANK_SHIFT != 0) {
        abort();
    }
    self->sequence = sequence + (UINT64_C(1) << SIM_EVENT_SEQUENCE_SHIFT);
    memcpy(&bits, &t_days, sizeof(bits));
    bits &= UINT64_MAX >> 1; /* -0 is 0 */
    return (sim_event_key_t) bits << 64 | ((uint64_t) rank << SIM_EVENT_RANK_SHIFT | sequence | slot);
}

static inline sim_event_key_t *
sim_event_node_at(sim_event_key_t *node, size_t byte)
{
    return (sim_event_key_t *) (void *) ((char *) node + byte);
}

/*
 * The key comes to the node at *byte, which is set to its parent. Which key is less cannot be predicted: compilers make
 * conditional moves of choices between addresses. The siblings do not depend on the key, so a level adds one comparison
 * to the chain.
 */
static inline sim_event_key_t
sim_event_node_play(sim_event_key_t *node, size_t *byte, sim_event_key_t key)
{
    const sim_event_key_t *p = sim_event_node_at(node, *byte ^ 16);
    const sim_event_key_t *q = sim_event_node_at(node, *byte ^ 32);
    const sim_event_key_t *r = sim_event_node_at(node, *byte ^ 48);

    *sim_event_node_at(node, *byte) = key;
    *byte = (*byte >> 2 & ~(size_t) 15) + 32;
    p = *p < *q ? p : q;
    p = *p < *r ? p : r;
    return *p < key ? *p : key;
}

/* Give the slot's leaf a key and play every node on the way to the root. */
static inline void
sim_event_list_play(sim_event_list_t *self, uint32_t slot, sim_event_key_t key)
{
    size_t byte = (self->first_leaf + slot) * sizeof(key);

    if (byte >= (4 * SIM_EVENT_SOON - 8) * sizeof(key)) {
        do {
            key = sim_event_node_play(self->node, &byte, key);
        } while (byte >= (4 * SIM_EVENT_SOON - 8) * sizeof(key));
        self->soon = sim_event_key_slot(key);
    }
    do {
        key = sim_event_node_play(self->node, &byte, key);
    } while (byte != SIM_EVENT_ROOT * sizeof(key));
    self->node[SIM_EVENT_ROOT] = key;
}

/**
Schedule `what` at a finite time t >= 0 (and >= the last popped time; else it aborts). Grows as needed.
@return the slot, or SIM_NO_SLOT when memory or the 2^24 slots run out
*/
static inline __attribute__((always_inline)) uint32_t
sim_event_list_insert(sim_event_list_t *self, double t_days, sim_event_rank_t rank, uint32_t what)
{
    uint32_t slot = self->open_slot;

    if (slot == SIM_NO_SLOT) {
        return sim_event_list_insert_anew(self, t_days, rank, what);
    }
    self->what[slot] = what;
    self->open_slot = SIM_NO_SLOT;
    self->pending++;
    sim_event_list_play(self, slot, sim_event_list_key(self, t_days, rank, slot));
    return slot;
}

/** The key of the next event, greater than any other when nothing is pending. */
static inline sim_event_key_t
sim_event_list_first(sim_event_list_t *self)
{
    if (self->open_slot != SIM_NO_SLOT) {
        sim_event_list_close(self);
    }
    return self->node[SIM_EVENT_ROOT];
}

/** @return false when nothing is pending. The slot is no longer lent when this returns. */
static inline bool
sim_event_list_pop(sim_event_list_t *self, double *t_days, uint32_t *what)
{
    sim_event_key_t key;

    if (self->pending == 0) {
        return false;
    }
    key = sim_event_list_first(self);
    self->open_slot = sim_event_key_slot(key);
    self->pending--;
    self->now_days = sim_event_key_time(key);
    *t_days = self->now_days;
    *what = self->what[self->open_slot];
    return true;
}

/**
An event that has lately become the first of a 64th of the list, so that it comes within a few pops: a guess, to fetch
its memory in time. What the list keeps of an event is fetched one call before it is named. False when there is none,
and for a list of no more than 64 slots.
*/
static inline bool
sim_event_list_soon(sim_event_list_t *self, uint32_t *what)
{
    uint32_t next = self->soon, slot = self->soon_named;

    self->soon_named = next;
    if (next < self->n_slots) {
        size_t leaf = self->first_leaf + next;

        __builtin_prefetch(&self->what[next]);
        __builtin_prefetch(&self->node[leaf], 1);
        __builtin_prefetch(&self->node[leaf / 4 + 2], 1);
    }
    if (slot >= self->n_slots) {
        return false;
    }
    *what = self->what[slot];
    return true;
}

#endif
