/*
 * The agenda: pending events by day. Those of today stand in an event list; those of the days to come stand, unsorted,
 * in a chain for each day. When a day begins, its chain is copied and sorted once: the run. The next event is the
 * lesser of the run's next and the event list's first, so an event that lies days ahead costs an append and its share
 * of one sort, however many are pending, and the model knows exactly which come next (sim_agenda_soon).
 *
 * Days are kept only once many events have been pending at one time: until then all stand in the event list, and so
 * do those of today that come up today, and any that lie beyond the ring of days.
 *
 * The order is the event list's: all keys take their sequence number from it. A chain is made of chunks of eight; an
 * event keeps its position until its day is over, so cancelling is O(1): the position is marked.
 *
 * Invariant: with days, every event of a chain lies at or after tomorrow_days, every pending event of the run before;
 * run[run_n] is the greatest key; what[position] is SIM_AGENDA_NOTHING unless an event is pending there.
 *
 * Reference: R. Brown, Calendar queues, Communications of the ACM 31 (1988) 1220-1227.
 */
#ifndef SIM_AGENDA_H
#define SIM_AGENDA_H

#include "sim/core/event_list.h"

#define SIM_AGENDA_DAYS 4096 /* of the ring; a power of two */
#define SIM_AGENDA_MANY 128  /* days are kept once so many are pending */
#define SIM_AGENDA_CHUNK 8   /* events */
#define SIM_AGENDA_AHEAD 8   /* sim_agenda_soon names the one that comes so many later */
#define SIM_AGENDA_NOTHING UINT32_MAX
#define SIM_AGENDA_CHAINED (UINT32_C(1) << 31) /* in a slot: a position of a chain; else the event list's */

typedef struct {
    uint32_t first; /* chunk; SIM_AGENDA_NOTHING when the chain is empty */
    uint32_t end;   /* position after the last event; a multiple of the chunk's size when that is full */
} sim_agenda_day_t;

typedef struct {
    sim_event_list_t near;
    bool by_day;
    double tomorrow_days;     /* a whole number; +inf when no days are kept, or no more */
    sim_event_key_t tomorrow; /* the least key of that time */
    sim_agenda_day_t *day;    /* ring */
    sim_event_key_t *run, *spare;
    size_t run_next, run_n, run_room;
    uint32_t open_chain;  /* first chunk of today's, whose positions the run still names */
    sim_event_key_t *key; /* by position, as are the next */
    uint32_t *what;
    uint32_t *next_chunk; /* by chunk: of its chain, or of the free ones */
    uint32_t free_chunk;
    size_t n_chunks;
    size_t n_ahead, n_today; /* pending in chains of days to come; in the run */
} sim_agenda_t;

/** SIM_ERR_NO_MEMORY. */
SIM_MUST_CHECK int sim_agenda_init(sim_agenda_t *self);
void sim_agenda_free(sim_agenda_t *self);
/** Aborts on a slot that is not lent; so does move. */
void sim_agenda_cancel(sim_agenda_t *self, uint32_t slot);
/** Move a pending event; it takes a new sequence number. @return its slot from now on, as insert */
uint32_t sim_agenda_move(sim_agenda_t *self, uint32_t slot, double t_days, sim_event_rank_t rank);
/** So many are about to be scheduled: days are kept from the start when they are many. False without memory. */
SIM_MUST_CHECK bool sim_agenda_expect(sim_agenda_t *self, size_t n);
size_t sim_agenda_bytes(const sim_agenda_t *self);
/** Programmer's check of the invariant: O(n). 0 or SIM_ERR_INVARIANT. */
SIM_MUST_CHECK int sim_agenda_verify(const sim_agenda_t *self);

/* Parts of insert and pop: into a chain whose last chunk is full; into the event list when it has no open slot. */
uint32_t sim_agenda_lengthen(sim_agenda_t *self, sim_agenda_day_t *day, double t_days, sim_event_rank_t rank,
    uint32_t what);
uint32_t sim_agenda_insert_anew(sim_agenda_t *self, double t_days, sim_event_rank_t rank, uint32_t what);
/** When nothing is left before tomorrow, begin the next day that has events; false when nothing is pending. */
SIM_MUST_CHECK bool sim_agenda_go_on(sim_agenda_t *self);

static inline size_t
sim_agenda_pending(const sim_agenda_t *self)
{
    return self->near.pending + self->n_ahead + self->n_today;
}

static inline uint32_t
sim_agenda_append(sim_agenda_t *self, sim_agenda_day_t *day, double t_days, sim_event_rank_t rank, uint32_t what)
{
    uint32_t at = day->end++;

    self->key[at] = sim_event_list_key(&self->near, t_days, rank, at);
    self->what[at] = what;
    self->n_ahead++;
    return at | SIM_AGENDA_CHAINED;
}

/**
Schedule `what`, any number but SIM_AGENDA_NOTHING, at a finite time t >= 0 (and >= the last popped time; else it
aborts). Grows as needed.
@return the slot, or SIM_NO_SLOT when memory or the 2^24 slots run out
*/
static inline __attribute__((always_inline)) uint32_t
sim_agenda_insert(sim_agenda_t *self, double t_days, sim_event_rank_t rank, uint32_t what)
{
    if (t_days >= self->tomorrow_days && t_days < self->tomorrow_days + SIM_AGENDA_DAYS) {
        sim_agenda_day_t *day = &self->day[(uint64_t) (int64_t) t_days % SIM_AGENDA_DAYS]; /* one instruction */

        return __builtin_expect(day->end % SIM_AGENDA_CHUNK == 0, 0)
                   ? sim_agenda_lengthen(self, day, t_days, rank, what)
                   : sim_agenda_append(self, day, t_days, rank, what);
    }
    if (self->near.open_slot == SIM_NO_SLOT) {
        return sim_agenda_insert_anew(self, t_days, rank, what);
    }
    return sim_event_list_insert(&self->near, t_days, rank, what);
}

/* The next of the run, or the event list's first; false when it is for tomorrow, or cancelled. */
static inline bool
sim_agenda_pop_today(sim_agenda_t *self, double *t_days, uint32_t *what)
{
    sim_event_key_t near = sim_event_list_first(&self->near), run = self->run[self->run_next];
    uint32_t at = sim_event_key_slot(run);

    if (near < run) {
        return near < self->tomorrow && sim_event_list_pop(&self->near, t_days, what);
    }
    if (run >= self->tomorrow) {
        return false;
    }
    self->run_next++;
    *what = self->what[at];
    if (*what == SIM_AGENDA_NOTHING) {
        return false;
    }
    self->what[at] = SIM_AGENDA_NOTHING;
    self->n_today--;
    *t_days = sim_event_key_time(run);
    self->near.now_days = *t_days;
    return true;
}

/**
@return false when nothing is pending, or, with events pending, when memory runs out. The slot is no longer lent when
this returns.
*/
static inline bool
sim_agenda_pop(sim_agenda_t *self, double *t_days, uint32_t *what)
{
    if (!self->by_day) {
        return sim_event_list_pop(&self->near, t_days, what);
    }
    while (!sim_agenda_pop_today(self, t_days, what)) {
        if (!sim_agenda_go_on(self)) {
            return false;
        }
    }
    return true;
}

/** An event that comes within a few pops: a guess, to fetch its memory in time. False when there is none. */
static inline bool
sim_agenda_soon(sim_agenda_t *self, uint32_t *what)
{
    size_t i = self->run_next + SIM_AGENDA_AHEAD;

    if (!self->by_day) {
        return sim_event_list_soon(&self->near, what);
    }
    if (i >= self->run_n) {
        return false;
    }
    *what = self->what[sim_event_key_slot(self->run[i])];
    return *what != SIM_AGENDA_NOTHING;
}

#endif
