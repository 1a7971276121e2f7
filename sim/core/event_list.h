/*
 * The event list: a total order of pending events, by time, then class, then sequence.
 *
 * Key = time (64 bits: a non-negative double orders as its bits) | class (4) | sequence (36) | slot (24), so that one
 * comparison of 128 bits decides. A key lies in one of four places: `run`, the few events that come next, sorted; a
 * 4-ary `heap` of those that joined since the run was sorted; a bucket of a window of equal spans of time; or `later`,
 * unsorted, beyond the window. When run and heap are empty the next bucket becomes the run; when no bucket is left, a
 * window is laid over at least half of what is later. Hence insert, cancel and move are O(1) for events far ahead,
 * every event is sorted once, among few, and the model knows which events come next (sim_event_list_soon). A small
 * list is a heap and nothing else.
 *
 * A slot is lent while its event is pending; the slot freed last is lent first.
 *
 * Invariant: times in run and heap < times in buckets < times in later, buckets by number; slot[i].where tells the place
 * of the slot's key; sequence numbers strictly increase, so no two keys are equal.
 *
 * Reference: W. T. Tang, R. S. M. Goh and I. L.-J. Thng, Ladder queue, ACM TOMACS 15 (2005) 175-204.
 */
#ifndef SIM_EVENT_LIST_H
#define SIM_EVENT_LIST_H

#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_NO_SLOT UINT32_MAX
#define SIM_EVENT_RUN 64
#define SIM_EVENT_CHUNK 7
#define SIM_EVENT_SLOT_MASK ((UINT32_C(1) << 24) - 1)

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

/* Two cache lines of a bucket. Only the first chunk of a bucket is not full. */
typedef struct {
    uint32_t next;
    sim_event_key_t key[SIM_EVENT_CHUNK];
} sim_event_chunk_t;

typedef struct {
    uint32_t what, where; /* place of its key, and index there */
} sim_event_slot_t;

typedef struct {
    size_t run_head, run_end; /* of run; run[run_head] is pending unless the run is over */
    size_t n_heap;
    sim_event_key_t *heap;
    sim_event_slot_t *slot;
    uint32_t *free_slot; /* stack of unused slots */
    size_t n_free, n_slots;
    uint64_t sequence;
    size_t pending;
    double now_days;           /* time of the last pop; inserts before it are programmer errors */
    double base_days, per_day; /* bucket = (t - base_days) per_day */
    size_t n_buckets;          /* of the window; 0 before the first window */
    size_t next_bucket;        /* the first not yet taken; events of earlier buckets go to the heap */
    uint32_t *bucket;          /* 8 x its first chunk + the number of keys in that, 1 to 7 */
    uint64_t *used;            /* bit b: bucket b is not empty */
    sim_event_chunk_t *chunk;
    uint32_t free_chunk, n_chunks; /* chunks from n_chunks on were never used */
    sim_event_key_t *later;
    size_t n_later;
    bool only_heap;
    sim_event_key_t run[SIM_EVENT_RUN];
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
/** +inf when empty. O(1), or O(n) where the next bucket or window has not been opened. */
double sim_event_list_next_time(const sim_event_list_t *self);
/** Programmer's check of the invariant: O(n). 0 or SIM_ERR_INVARIANT. */
SIM_MUST_CHECK int sim_event_list_verify(const sim_event_list_t *self);

/** A guess at the event that comes `ahead` pops after the next, to fetch its memory in time; false when unknown. */
static inline bool
sim_event_list_soon(const sim_event_list_t *self, size_t ahead, uint32_t *what)
{
    size_t i = self->run_head + ahead;
    uint32_t slot = i < self->run_end ? (uint32_t) self->run[i] & SIM_EVENT_SLOT_MASK : SIM_NO_SLOT;

    if (slot >= self->n_slots) {
        return false;
    }
    *what = self->slot[slot].what;
    return true;
}

#endif
