/*
 * The state of a replication, for the files that make it up. Not for models.
 *
 *   replication.c    life cycle, the clock, births, chores
 *   arrival.c        sources
 *   account.c        what is counted, month by month
 *   stage_flow.c     an entity's way through stages: entering, waiting, service, timers, leaving, routes
 *   crowding.c       stages that are full: turning away, blocking, jockeying
 *   session.c        sessions and diaries, and stages without a pool
 *   service.c        services of servers that are interrupted, shared out in groups, or chosen by other rules than order
 *   sharing.c        servers shared by all present
 *   capacity.c       units that change: days of diaries, dated steps, timetables, failures, vacations
 *   initial_state.c  those present at day 0
 *   verify.c         the invariants, from scratch
 *
 * Invariant: an entity that is MOVING between stages stands in `pending` until the event is over, so no event
 * recurses from one stage into the next.
 */
#ifndef SIM_REPLICATION_INTERNAL_H
#define SIM_REPLICATION_INTERNAL_H

#include "sim/core/diary.h"
#include "sim/core/level.h"
#include "sim/core/replication.h"
#include "sim/core/waiting_list.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

/* An event's `what`: kind in the upper three bits, index below. */
typedef enum { SIM_EVENT_ENTITY, SIM_EVENT_SOURCE, SIM_EVENT_CHORE, SIM_EVENT_END } sim_event_kind_t;

#define SIM_EVENT_SHIFT 29
#define SIM_EVENT_MASK ((UINT32_C(1) << SIM_EVENT_SHIFT) - 1)

/* Draws of a stage, at {stage hash, visit, draw}; of a source or initial row, at {its hash, 0, draw}. */
enum {
    SIM_DRAW_LEAD,
    SIM_DRAW_SESSIONS,
    SIM_DRAW_SERVICE,
    SIM_DRAW_NOTICE,
    SIM_DRAW_DECLINE,
    SIM_DRAW_ROUTE,
    SIM_DRAW_RESIDUAL,
    SIM_DRAW_FIRST,
    SIM_DRAW_SETUP,
    SIM_DRAW_CLEANING,
    SIM_DRAW_BAULK,
    SIM_DRAW_TRY = 16,       /* and on: the past of an initial entity, two a try */
    SIM_DRAW_AGAIN = 0x8000, /* and on: a service that is drawn again, by attempt; whether a timer is had, by try */
};
enum { SIM_DRAW_ARRIVAL = 0, SIM_DRAW_CLASS = 1, SIM_DRAW_BATCH = 2, SIM_DRAW_AGE = 0 };

#define SIM_TRIES_MAX 1000
#define SIM_MINUTES_PER_DAY 1440.0
#define SIM_DIARY_HOUR (7.0 / 24)

/* What the engine has to do at a time. */
typedef enum {
    SIM_CHORE_CALL,      /* the model's event `number` */
    SIM_CHORE_PERIOD,    /* a month ends */
    SIM_CHORE_WARMUP,    /* statistics start */
    SIM_CHORE_SPAN,      /* a span of the series ends */
    SIM_CHORE_DAY,       /* a diary pool's day begins */
    SIM_CHORE_STEP,      /* a dated change of a pool's units */
    SIM_CHORE_TIMETABLE, /* a pool's timetable, or a day on which it is closed */
    SIM_CHORE_FAILURE,   /* a server fails; number: which */
    SIM_CHORE_REPAIR,
    SIM_CHORE_RETURN, /* a server comes back from its vacation */
    SIM_CHORE_CLEAN,  /* a server has been cleaned; row: the stage */
    SIM_CHORE_GROUP,  /* the first of a list has waited long enough for a group */
    SIM_CHORE_SHARE   /* the next of those who share servers has been served */
} sim_chore_kind_t;

typedef struct {
    sim_chore_kind_t kind;
    uint16_t row; /* pool or stage */
    uint32_t member;
    uint32_t number;
} sim_chore_t;

/* SHARED: servers that all present share. */
typedef enum { SIM_STAGE_UNLIMITED, SIM_STAGE_SERVERS, SIM_STAGE_SHARED, SIM_STAGE_DIARY } sim_stage_kind_t;

/* A stage's numbers and waits of the month so far; of one class of it, when it is kept by class. */
typedef struct {
    double count[SIM_COUNT_QUEUE_DAYS];
    sim_tally_t queue, sojourn;
    sim_tally_t open; /* of those who wait when the month ends */
} sim_account_t;

/* A server shared by all present, in virtual time: V advances at the rate at which each is served. */
typedef struct {
    uint32_t *heap; /* of entities by due_days, in virtual time; e->order is the place */
    size_t n, room;
    double virtual_days, at_days;
    uint32_t slot; /* of the next to finish: its event */
} sim_sharing_t;

typedef struct {
    sim_waiting_list_t list;
    uint32_t servers;   /* at work, on vacation or busy: the timetable's, less those that failed */
    uint32_t busy;      /* also those being cleaned */
    uint32_t limit;     /* busy may not pass this: servers, or more while those in service finish */
    uint32_t away;      /* on vacation */
    uint8_t *failed;    /* whether each has, at work or not; owned */
    uint32_t n_failing; /* those that ever fail: the most there have been */
    uint32_t caseload;
    uint32_t first_served, last_served; /* in order of start, where services may be interrupted */
    uint32_t n_served;
    double units;
    uint64_t draws;         /* of vacations and random picks so far */
    uint64_t failure_draws; /* of failures and repairs */
    sim_sharing_t sharing;
    sim_diary_t diary;
} sim_member_t;

typedef struct {
    const sim_pool_t *row;
    sim_member_t *member;
    sim_level_t units;       /* of all members */
    sim_level_t at_work;     /* servers of all members */
    double capacity, starts; /* of the month so far (diary) */
    double days, days_empty; /* ... days of members with time; of them, with nothing booked */
    double timetable, share; /* of the units: by the timetable; now, which is 0 on a closed day */
    size_t step, entry;      /* next dated change; next entry of the timetable, counted from day 0 */
    bool is_diary;
    bool preempts;
    bool keeps_served; /* services may be interrupted */
    bool chooses;      /* who comes next is not always the first of the list */
    bool takes_vacation;
    uint16_t n_members;
    uint64_t key; /* of its own draws: failures, vacations, random picks */
} sim_pool_state_t;

/* A route, as it is walked. */
typedef struct {
    double probability;
    int target, class_to;
    uint32_t class_mask, with_flags, without_flags;
    bool again, guarded;
    uint8_t n_shortest;
    uint8_t outcome;
    const int *shortest;
} sim_way_t;

/* What is special of a stage: sim_stage_state_t.how. A stage of servers with none of these is the usual queue. */
enum {
    SIM_HOW_LEAD = 1,
    SIM_HOW_TIMERS = 2,
    SIM_HOW_SETUP = 4,
    SIM_HOW_CLEANING = 8,
    SIM_HOW_GROUP = 16,
    SIM_HOW_GATED = 32,     /* not everyone who comes gets in */
    SIM_HOW_MAY_BLOCK = 64, /* a route leads to a stage that blocks */
    SIM_HOW_JOCKEY = 128,
    SIM_HOW_DECISION = 256,
    SIM_HOW_DECLINES = 512,
    SIM_HOW_STATES = 1024,
    SIM_HOW_FAMILY = 2048, /* its pool has several members, or the model names one */
    SIM_HOW_SERVED = 4096, /* services may be interrupted */
    SIM_HOW_VACATION = 8192,
    SIM_HOW_LATE_TIMERS = 16384, /* a timer also runs in service */
    SIM_HOW_AT_ONCE = 32768      /* without pool, sessions, service or lead: whoever enters leaves at once */
};
#define SIM_WATCH_TRACE (UINT32_C(1) << 31)
#define SIM_ALWAYS_INLINE static inline __attribute__((always_inline)) /* on the way of the many */
#define SIM_NEVER_INLINE __attribute__((noinline)) /* so that its caller saves no registers for it */

typedef struct {
    const sim_stage_t *row;
    sim_pool_state_t *pool; /* NULL: unlimited */
    sim_member_t *member;   /* the only one, or the first */
    sim_account_t *account; /* by class when by_class */
    uint32_t how;
    uint32_t watch; /* SIM_TOLD_* that the model is told of, and SIM_WATCH_TRACE */
    uint32_t hash;
    uint8_t kind;        /* sim_stage_kind_t */
    uint8_t first_label; /* outcomes from here on are labels of the decision */
    bool by_class;
    bool lifo;
    uint8_t lane[SIM_CLASS_MAX]; /* of the list, by class */
    sim_level_t present, waiting, busy, blocked;
    double minutes;                       /* of the diary for one session */
    double extra_minutes;                 /* setup and cleaning, on average */
    double *state_days;                   /* of the month so far, by number present; NULL = not kept */
    double state_since;                   /* when the number present last changed */
    uint32_t jockey;                      /* hash of the word */
    uint32_t first_blocked, last_blocked; /* those who wait to enter, elsewhere */
    uint32_t reserved;                    /* on the way here with a place kept */
    uint16_t first_way[SIM_OUTCOME_MAX + 1];
    uint32_t sets; /* flags */
    const sim_dist_t *service;
    uint8_t spare[24]; /* to a size that is found by a shift */
} sim_stage_state_t;

static_assert(sizeof(sim_stage_state_t) == 256, "a stage is found by a shift");

typedef struct {
    uint64_t ordinal;      /* of the next to be born */
    uint64_t pair, key[2]; /* keys of ordinals 2 pair and 2 pair + 1 */
    double at_days;        /* of the next arrival, before office hours */
    size_t piece;
    size_t date;       /* next of the list */
    double day_factor; /* of the day of at_days */
    double day_end;
} sim_source_state_t;

struct sim_replication {
    const sim_pathway_t *pathway;
    const sim_calendar_t *calendar;
    sim_agenda_t events;
    double now, since; /* since: the month began, or statistics did */
    sim_entity_t *entity;
    sim_stage_state_t *stage;
    sim_pool_state_t *pool;
    sim_source_state_t *source;
    sim_way_t *way;
    uint32_t *pending;
    size_t n_pending, pending_room;
    size_t n_blocked;
    size_t n_moves; /* from queue to queue at the time moves_at */
    double moves_at;
    uint64_t n_events;
    int error; /* the first; ends the run */
    sim_hooks_t hooks;
    sim_run_t run;
    size_t month;
    double month_start;
    size_t n_entities, entity_room;
    uint32_t free_entity;
    uint64_t created, gone;
    sim_account_t total;                   /* of the pathway: sojourn, and counts of those without a stage */
    double booked_present, booked_waiting; /* integrals of months that are booked */
    double span_present, span_waiting;     /* integrals at the end of the last span */
    size_t span;
    sim_chore_t *chore;
    uint32_t *free_chore;
    size_t n_chores, n_free_chores, chore_room;
    sim_book_t book;
};

static inline void
sim_rep_fail(sim_replication_t *self, int error)
{
    if (self->error == 0) {
        self->error = error;
    }
}

static inline uint32_t
sim_rep_what(sim_event_kind_t kind, size_t index)
{
    return ((uint32_t) kind << SIM_EVENT_SHIFT) | (uint32_t) index;
}

/* Count one in the present month, by the entity's levels. */
static inline void
sim_rep_count(sim_replication_t *self, const sim_entity_t *e, int counter)
{
    sim_book_count_one(&self->book, counter, e->level);
}

static inline sim_stage_state_t *
sim_rep_stage_of(const sim_replication_t *self, const sim_entity_t *e)
{
    return &self->stage[e->stage];
}

static inline sim_member_t *
sim_rep_member_of(const sim_stage_state_t *stage, const sim_entity_t *e)
{
    return (stage->how & SIM_HOW_FAMILY) == 0 ? stage->member : &stage->member[e->member];
}

static inline sim_account_t *
sim_rep_account_of(const sim_stage_state_t *stage, const sim_entity_t *e)
{
    return &stage->account[stage->by_class ? e->cls : 0];
}

static inline sim_stream_t
sim_rep_draw(const sim_entity_t *e, const sim_stage_t *stage, unsigned draw)
{
    return sim_draw(e->key, stage->hash, e->visit, (uint16_t) draw);
}

static inline bool
sim_rep_has(const sim_entity_t *e, unsigned mark)
{
    return (e->marks & mark) != 0;
}

/** A line of the trace; SIM_TRACES says nothing. */
void sim_rep_trace(const sim_replication_t *self, uint32_t id, sim_trace_what_t what, int outcome, double at_days);

/** Tell the model, and the trace; told 0 = the trace only. @return the entity, which may have moved */
static inline sim_entity_t *
sim_rep_note(sim_replication_t *self, const sim_stage_state_t *stage, sim_entity_t *e, unsigned told,
    sim_trace_what_t what, int outcome, double at_days)
{
    uint32_t id;

    if ((stage->watch & (told | SIM_WATCH_TRACE)) == 0) {
        return e;
    }
    id = (uint32_t) (e - self->entity);
    if ((stage->watch & SIM_WATCH_TRACE) != 0) {
        sim_rep_trace(self, id, what, outcome, at_days);
    }
    if ((stage->watch & told) != 0) {
        self->hooks.told(self->hooks.model, self, id, (sim_told_t) told, outcome);
    }
    return &self->entity[id];
}

static inline uint32_t
sim_rep_id(const sim_replication_t *self, const sim_entity_t *e)
{
    return (uint32_t) (e - self->entity);
}

/** Probability that it misses a session of this stage. */
static inline double
sim_rep_dna(const sim_entity_t *e, const sim_stage_t *row)
{
    return (e->flags & row->dna_flag) != 0 ? row->dna_flagged : row->dna;
}

void sim_rep_note_state(sim_replication_t *self, sim_stage_state_t *stage);

static inline void
sim_rep_present(sim_replication_t *self, sim_stage_state_t *stage, double change)
{
    if (__builtin_expect((stage->how & SIM_HOW_STATES) != 0, 0)) {
        sim_rep_note_state(self, stage);
    }
    sim_level_add(&stage->present, self->since, change);
}

static inline void
sim_rep_tally(sim_replication_t *self, sim_tally_t *tally, double days)
{
    if (__builtin_expect(sim_tally_add(tally, days) != 0, 0)) {
        sim_rep_fail(self, SIM_ERR_INVARIANT);
    }
}

/* replication.c */
SIM_MUST_CHECK bool sim_rep_grow_entities(sim_replication_t *self);
/** It enters its e->stage when the present event is over. */
void sim_rep_push_pending(sim_replication_t *self, uint32_t id);
/** Let those enter that are pending, and those that were blocked. */
void sim_rep_drain_pending(sim_replication_t *self);

static inline void
sim_rep_drain(sim_replication_t *self)
{
    if (self->n_pending > 0 || self->n_blocked > 0) {
        sim_rep_drain_pending(self);
    }
}

/** Something to do at a time; nothing when it is beyond the run. @return its event's slot, or SIM_NO_SLOT */
uint32_t sim_rep_chore(sim_replication_t *self, double t_days, sim_event_rank_t rank, sim_chore_t chore);

/** @return the slot of the event that was moved. */
uint32_t sim_rep_move(sim_replication_t *self, uint32_t slot, double t_days, sim_event_rank_t rank);

SIM_ALWAYS_INLINE uint32_t
sim_rep_insert(sim_replication_t *self, double t_days, sim_event_rank_t rank, uint32_t what)
{
    uint32_t slot = sim_agenda_insert(&self->events, t_days, rank, what);

    if (__builtin_expect(slot == SIM_NO_SLOT, 0)) {
        sim_rep_fail(self, sim_agenda_pending(&self->events) < (size_t) 1 << 24 ? SIM_ERR_NO_MEMORY : SIM_ERR_FULL);
    }
    return slot;
}

/** A new entity with neutral fields, born now; SIM_NO_ENTITY when memory runs out (and the run fails). */
static inline uint32_t
sim_rep_birth(sim_replication_t *self, uint64_t key)
{
    uint32_t id = self->free_entity;
    sim_entity_t *e;

    if (id != SIM_NO_ENTITY) {
        self->free_entity = self->entity[id].next;
    } else if (self->n_entities == self->entity_room && !sim_rep_grow_entities(self)) {
        return SIM_NO_ENTITY;
    } else {
        id = (uint32_t) self->n_entities++;
    }
    e = &self->entity[id];
    memset(e, 0, offsetof(sim_entity_t, born_days)); /* line by line: compilers write one without a loop */
    memset(&e->born_days, 0, sizeof(*e) - offsetof(sim_entity_t, born_days));
    memset(e->level, SIM_NO_LEVEL, sizeof(e->level));
    e->key = key;
    e->born_days = self->now;
    e->entered_days = self->now;
    e->deadline_days[0] = INFINITY;
    e->deadline_days[1] = INFINITY;
    e->slot = SIM_NO_SLOT;
    e->owner = SIM_NO_ENTITY;
    e->lane = SIM_NO_LANE;
    e->phase = SIM_PHASE_MOVING;
    e->marks = SIM_MARK_FRESH;
    self->created++;
    return id;
}

static inline void
sim_rep_free_entity(sim_replication_t *self, sim_entity_t *e)
{
    uint32_t owner = e->owner;

    e->phase = SIM_PHASE_FREE;
    e->next = self->free_entity;
    self->free_entity = sim_rep_id(self, e);
    self->gone++;
    if (owner != SIM_NO_ENTITY && self->hooks.entity_freed != NULL) {
        self->hooks.entity_freed(self->hooks.model, self, owner);
    }
}

/* arrival.c */
/** A class by its share, at draw SIM_DRAW_CLASS of a source or initial row. */
uint8_t sim_rep_class(const sim_replication_t *self, uint64_t key, uint32_t hash, const double *share);
/** The model's arrive hook: sets the entity's stage; false when it was dropped (and freed). */
bool sim_rep_admit(sim_replication_t *self, uint32_t id, uint32_t tag, bool initial, int to);
void sim_rep_next_arrival(sim_replication_t *self, size_t source);
void sim_rep_arrival(sim_replication_t *self, size_t source);

/* account.c */
SIM_MUST_CHECK int sim_rep_init_accounts(sim_replication_t *self);
void sim_rep_free_accounts(sim_replication_t *self);
void sim_rep_schedule_periods(sim_replication_t *self);
void sim_rep_period(sim_replication_t *self);
void sim_rep_warmup(sim_replication_t *self);
void sim_rep_span(sim_replication_t *self);
/** The end: the month that was cut short is closed, and pools get the waits of their stages. */
void sim_rep_close(sim_replication_t *self);

/* stage_flow.c */
void sim_rep_enter(sim_replication_t *self, uint32_t id);
/** Fields of a stage begun at entered_days (which may lie in the past), and the count of those present. */
void sim_rep_begin_stage(sim_replication_t *self, sim_entity_t *e, double entered_days);
/** Schedule the least of what may happen to it next; idempotent. */
void sim_rep_schedule(sim_replication_t *self, sim_entity_t *e);
void sim_rep_unschedule(sim_replication_t *self, sim_entity_t *e);
/** Its event has come. */
void sim_rep_step(sim_replication_t *self, uint32_t id);
/** Leave the stage, whatever the phase, and be routed. Serves nobody. */
void sim_rep_leave(sim_replication_t *self, uint32_t id, int outcome);
/** Leave, then let the pool use what this has freed; by way and target, or (way NULL) by that of the outcome. */
void sim_rep_leave_and_serve(sim_replication_t *self, uint32_t id, int outcome, const sim_way_t *way, int target);
/** All its sessions, or its service, are over. */
void sim_rep_finish(sim_replication_t *self, uint32_t id);
/** Whether it has this timer at all: by its class, and by chance. */
bool sim_rep_has_timer(const sim_entity_t *e, const sim_timer_t *timer);
/** The route of its outcome, or NULL when the outcome leaves the pathway; and where that leads now. */
const sim_way_t *sim_rep_way(const sim_replication_t *self, const sim_stage_state_t *stage, const sim_entity_t *e,
    int outcome);
int sim_rep_target(const sim_replication_t *self, const sim_way_t *way);
/** Onwards: into the next stage when this event is over, or out. */
void sim_rep_onwards(sim_replication_t *self, sim_entity_t *e, const sim_way_t *way, int target, bool served,
    int outcome);
/** Name the member of the pool's family; false when nobody takes it, and it has left. */
bool sim_rep_choose_member(sim_replication_t *self, uint32_t id);
/** Put on its list, without serving anyone; false when nobody of a family takes it, and it has left. */
bool sim_rep_list(sim_replication_t *self, uint32_t id, double listed_days);
/** The wait is over; `served` when it is to be recorded. */
void sim_rep_stop_waiting(sim_replication_t *self, sim_entity_t *e, bool served);
void sim_rep_serve(sim_replication_t *self, sim_pool_state_t *pool, size_t member);
/** Whether it declines when its turn comes. */
bool sim_rep_declines(const sim_entity_t *e, const sim_stage_t *row);
/** A server takes it: busy, in service until now + days. */
void sim_rep_seize(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e, double days);
/** Take out of whatever holds it: list, diary, server; its event too. */
void sim_rep_detach(sim_replication_t *self, sim_stage_state_t *stage, sim_entity_t *e);
/** A server of the stage is no longer busy. */
void sim_rep_idle(sim_replication_t *self, sim_stage_state_t *stage, sim_member_t *member);

/* crowding.c */
/** It does not get in: it has entered and left within the instant, and is routed by that outcome. */
bool sim_rep_turned_away(sim_replication_t *self, const sim_stage_state_t *stage, sim_entity_t *e);
/** Whether it has to stay where it is, since the stage it goes to is full. */
bool sim_rep_stays(sim_replication_t *self, const sim_stage_state_t *stage, sim_entity_t *e, int outcome);
void sim_rep_unlink_blocked(sim_replication_t *self, sim_entity_t *e);
/** Let in those for whom there is room now; false when there are none. */
bool sim_rep_unblock(sim_replication_t *self);
/** The queue of a stage has changed: the last of the longest of its word changes to the shortest, if that is shorter by
    two or more. */
void sim_rep_jockey(sim_replication_t *self, sim_stage_state_t *changed);

/* session.c */
void sim_rep_session(sim_replication_t *self, uint32_t id);
/** The next session of a diary or unlimited stage is wanted `gap_days` from now (a date `early` may be today's). */
void sim_rep_next_session(sim_replication_t *self, uint32_t id, double gap_days, bool early);
/** A stage without a pool: appointments when sessions are given, else its service. */
void sim_rep_start_unlimited(sim_replication_t *self, uint32_t id);
/** Take from the list those for whom an appointment can be found. */
void sim_rep_serve_diary(sim_replication_t *self, sim_pool_state_t *pool, sim_member_t *member);

/* service.c */
/** Who comes next by the pool's discipline and wait bands. */
uint32_t sim_rep_next(const sim_replication_t *self, const sim_pool_state_t *pool, sim_member_t *member, bool starts);
/** It is among those whose service may be interrupted, or no longer. */
void sim_rep_add_served(sim_replication_t *self, sim_member_t *member, sim_entity_t *e);
void sim_rep_remove_served(sim_replication_t *self, sim_member_t *member, sim_entity_t *e);
/** Its server is taken away: back to the head of the list. */
void sim_rep_interrupt(sim_replication_t *self, uint32_t id, sim_interrupt_t how);
/** Interrupt one of lower priority than the first of the list, if there is one. */
bool sim_rep_preempt(sim_replication_t *self, const sim_pool_state_t *pool, const sim_member_t *member, uint32_t first);
/** One server takes a group; false when they are too few and have not waited long enough. */
bool sim_rep_take_group(sim_replication_t *self, sim_stage_state_t *stage, sim_member_t *member);
/** One served in a group leaves the others; false when it was the last of them, and its server is to be released. */
bool sim_rep_leave_group(sim_replication_t *self, sim_entity_t *e);
/** The others of the group of one who has finished leave. */
void sim_rep_finish_group(sim_replication_t *self, uint32_t next);
/** The server of one who leaves is to be cleaned. */
void sim_rep_clean(sim_replication_t *self, const sim_stage_state_t *stage, const sim_entity_t *e);

/* sharing.c */
void sim_rep_share(sim_replication_t *self, uint32_t id);
void sim_rep_unshare(sim_replication_t *self, uint32_t id);
/** The number of servers, or of those present, has changed or is about to: bring virtual time up to now. */
void sim_rep_share_advance(sim_replication_t *self, sim_member_t *member);
void sim_rep_share_schedule(sim_replication_t *self, const sim_pool_state_t *pool, sim_member_t *member);
/** The first of them has been served. */
void sim_rep_shared(sim_replication_t *self, const sim_chore_t *chore);

/* capacity.c */
SIM_MUST_CHECK int sim_rep_init_pools(sim_replication_t *self);
void sim_rep_free_pools(sim_replication_t *self);
void sim_rep_pool_day(sim_replication_t *self, size_t pool);
void sim_rep_pool_step(sim_replication_t *self, size_t pool);
void sim_rep_timetable(sim_replication_t *self, size_t pool);
void sim_rep_failure(sim_replication_t *self, const sim_chore_t *chore);
void sim_rep_repair(sim_replication_t *self, const sim_chore_t *chore);
/** Servers with nobody to serve go on vacation, where the pool has such. */
void sim_rep_vacation(sim_replication_t *self, sim_pool_state_t *pool, size_t member);
void sim_rep_return(sim_replication_t *self, const sim_chore_t *chore);

/* initial_state.c */
void sim_rep_load_initial(sim_replication_t *self);

#endif
