/*
 * One replication: the only owner of mutable state. It runs a compiled pathway from day 0 to the horizon by event
 * scheduling.
 *
 * An entity is a 32-bit index into a slab. It enters a stage, may wait out a lead, joins its pool's list, is taken
 * off in order, has its sessions, and is routed by its outcome. It schedules one event at a time: the least of what
 * may happen to it next (its timers among them).
 *
 * A model rides on the engine through hooks: it fills in arrivals, takes decisions, names pool members and is told what
 * happened; it never schedules entities, seizes capacity or records the engine's measures itself.
 *
 * Days of a diary: nothing is booked for the day that has begun, so the earliest appointment is tomorrow's; a session
 * wanted in `gap` days is looked for from that date on. A diary's day begins at 07:00: it takes up its new starts,
 * opens the day `horizon` ahead and books follow-ups, then the list in strict order (one that does not fit holds up
 * those behind it; one that lacks a new start holds up only those that need one). Appointments lie between 09:00 and
 * 17:00.
 *
 * Invariant (sim_replication_verify, after every event in tests): entities created = present + gone; every present
 * entity is in exactly one phase; the lists hold exactly those that wait; busy <= servers unless capacity fell;
 * bookings of a day equal the sum of their minutes; time never goes back.
 */
#ifndef SIM_REPLICATION_H
#define SIM_REPLICATION_H

#include "sim/core/agenda.h"
#include "sim/core/book.h"
#include "sim/core/calendar.h"
#include "sim/core/error.h"
#include "sim/core/pathway.h"

#include <stdbool.h>
#include <stdint.h>

#define SIM_NO_ENTITY UINT32_MAX
#define SIM_NO_LEVEL 255

typedef struct sim_replication sim_replication_t;

typedef enum {
    SIM_PHASE_FREE,
    SIM_PHASE_LEAD,    /* in the stage, not yet on the list */
    SIM_PHASE_LIST,    /* on the list */
    SIM_PHASE_BOOKED,  /* first session booked */
    SIM_PHASE_SERVICE, /* held by a server, or in an unlimited stage */
    SIM_PHASE_GAP,     /* between sessions, next one booked */
    SIM_PHASE_FOLLOW,  /* between sessions, next one not yet booked (beyond the horizon, or on the follow-up list) */
    SIM_PHASE_GROUP,   /* served together with another, who holds the server */
    SIM_PHASE_BLOCKED, /* served, but where it goes is full: it stays and keeps its server */
    SIM_PHASE_MOVING   /* between stages, or being seen, within one event */
} sim_phase_t;

/* What is true of an entity in its stage: sim_entity_t.marks. */
enum {
    SIM_MARK_FRESH = 1,    /* not yet entered its first stage */
    SIM_MARK_WAITING = 2,  /* counted among those waiting */
    SIM_MARK_SEEN = 4,     /* in service, or a session of this stage has been attended */
    SIM_MARK_CASELOAD = 8, /* counted in its member's caseload */
    SIM_MARK_RESERVED = 16 /* on the way to a stage that keeps a place for it */
};

/* Two cache lines: a session touches only the first. Fields marked (e) are the engine's own, not for models. */
typedef struct {
    uint64_t key;        /* of its draws */
    double due_days;     /* of the appointment, end of service, end of lead, or when or for when to book a follow-up */
    double entered_days; /* the present stage */
    uint32_t slot;       /* its event (e) */
    uint32_t prev, next; /* in its list, or among those in service (e) */
    uint32_t flags;      /* bits below 2^16 are the model's and the timers' */
    uint16_t stage;
    uint16_t visit;
    uint16_t contacts; /* attended sessions of contact stages since registration */
    uint16_t member;   /* of the pool's family */
    uint16_t attempt;  /* session attempts in this stage; times that its service was begun again */
    uint16_t tries;    /* of the accepted past of an initial entity: the first draw of its timers (e) */
    uint8_t phase;
    uint8_t marks;        /* SIM_MARK_* */
    uint8_t missed;       /* in a row */
    uint8_t timers_fired; /* bit i: timer i of this stage has fired */
    uint8_t cls;
    uint8_t lane; /* of its list; 255 when on none (e) */
    uint16_t sessions_left;
    uint32_t way;                        /* the route that a blocked one will take (e) */
    double born_days;                    /* second line from here; may be before day 0 */
    double listed_days;                  /* when it joined the present stage's list */
    double deadline_days[SIM_DEADLINES]; /* set by the model; +inf when none; a past one fires now */
    double service_days;                 /* of servers: the length of service, or what is left of it (e) */
    double timer_days;                   /* the next of its timers, as last scheduled (e) */
    uint32_t owner;                      /* the model's, e.g. the child; SIM_NO_ENTITY when none */
    uint32_t order;                      /* of joining its list; place in a shared server's heap (e) */
    uint8_t level[SIM_DIM_MAX];
} sim_entity_t;

typedef enum {
    SIM_TOLD_ENTER = 1,   /* entered the stage e->stage */
    SIM_TOLD_SESSION = 2, /* attended a session; e->contacts already counts it if the stage is a contact */
    SIM_TOLD_LEAVE = 4,   /* is leaving e->stage with `outcome`, before routing */
    SIM_TOLD_EXIT = 8,    /* leaves the pathway */
    SIM_TOLD_TIMER = 16,  /* timer `outcome - SIM_OUTCOME_FIRST_TIMER` fired and it stays */
    SIM_TOLD_MISSED = 32  /* a session was missed by the client (outcome MISSED) or cancelled by the provider (DONE) */
} sim_told_t;

/* Any hook may be NULL. `model` is the model's state for this replication. */
typedef struct {
    void *model;
    /** SIM_TOLD_* that `told` is called for at a stage, asked once; NULL = all. */
    unsigned (*wants)(void *model, const sim_stage_t *stage);
    /** Before the clock starts: schedule model events, set capacities. 0 or an error. */
    int (*start)(void *model, sim_replication_t *rep);
    /** A new entity of a source (initial = false) or of the initial state. May set cls, level, flags, owner and
        deadline_days. Of the initial state, born_days and entered_days already lie its age before day 0.
        @return the stage to enter (usually `to`), or SIM_EXIT to drop it. */
    int (*arrive)(void *model, sim_replication_t *rep, uint32_t entity, uint32_t tag, bool initial, int to);
    /** The decision of a stage: which of the stage's labels, 0 .. n_labels-1. */
    int (*decide)(void *model, sim_replication_t *rep, uint32_t entity, int decision);
    /** Member of the pool's family for a stage with model_member; SIM_NO_ENTITY = nobody: the entity leaves as
        "declined". */
    uint32_t (*member)(void *model, sim_replication_t *rep, uint32_t entity);
    void (*told)(void *model, sim_replication_t *rep, uint32_t entity, sim_told_t what, int outcome);
    /** A model event. */
    int (*event)(void *model, sim_replication_t *rep, uint32_t what);
    /** The end of a month, before the engine closes its own books; `month` is the one that ends. */
    int (*period)(void *model, sim_replication_t *rep, size_t month);
    void (*entity_freed)(void *model, sim_replication_t *rep, uint32_t owner);
    /** Points to the model's pointer to its rows, one for each entity by its number: the row of one whose event comes
        soon is fetched ahead. A guess, on which nothing may depend. */
    const void *rows;
    size_t row_bytes;
} sim_hooks_t;

/* What happened to a single entity. */
typedef enum {
    SIM_TRACE_BORN,
    SIM_TRACE_ENTER,
    SIM_TRACE_WAIT,      /* joined the list */
    SIM_TRACE_BOOKED,    /* an appointment was made; at_days is when */
    SIM_TRACE_SERVICE,   /* service began; at_days is when it should end */
    SIM_TRACE_INTERRUPT, /* its server was taken away */
    SIM_TRACE_SESSION,
    SIM_TRACE_MISSED,
    SIM_TRACE_CANCELLED,
    SIM_TRACE_TIMER, /* a timer fired and it stays */
    SIM_TRACE_BLOCKED,
    SIM_TRACE_LEAVE,  /* the stage, with outcome */
    SIM_TRACE_JOCKEY, /* changed to another queue */
    SIM_TRACE_GONE,
    SIM_TRACES
} sim_trace_what_t;

typedef struct {
    double now_days, at_days; /* at_days: NaN where it says nothing */
    uint32_t entity;          /* its index; lent again when it is gone */
    const sim_entity_t *e;
    sim_trace_what_t what;
    int outcome; /* of LEAVE and TIMER, else -1 */
} sim_trace_t;

typedef struct {
    uint64_t seed;
    uint32_t replication;
    double horizon_days;   /* at most the calendar's days */
    bool verify;           /* check the invariant after every event (tests) */
    size_t model_counters; /* the model's counters and tallies, after the engine's */
    size_t model_tallies;
    double warmup_days; /* everything counted before is forgotten then; 0 = none */
    size_t n_spans;     /* equal spans of the run for which mean numbers are kept as a series; 0 = none */
    void (*trace)(void *ctx, const sim_trace_t *line); /* NULL = none */
    void *trace_ctx;
} sim_run_t;

/** pathway (compiled), calendar and hooks are borrowed for the life of the replication. */
SIM_MUST_CHECK int sim_replication_create(sim_replication_t **self, const sim_pathway_t *pathway,
    const sim_calendar_t *calendar, const sim_hooks_t *hooks, const sim_run_t *run);
void sim_replication_free(sim_replication_t *self);
/** Run to the horizon and close the book. 0, an error of a hook, or SIM_ERR_NO_MEMORY. */
SIM_MUST_CHECK int sim_replication_run(sim_replication_t *self);
SIM_MUST_CHECK int sim_replication_verify(const sim_replication_t *self);

double sim_replication_now(const sim_replication_t *self);
/** The month of the run that holds now. O(1). */
size_t sim_replication_month(const sim_replication_t *self);
sim_entity_t *sim_replication_entity(sim_replication_t *self, uint32_t entity);
/** Highest entity index ever lent + 1, for scanning; skip those whose phase is SIM_PHASE_FREE. */
size_t sim_replication_slab(const sim_replication_t *self);
sim_book_t *sim_replication_book(sim_replication_t *self);
/** Count one in the present month, by the levels of an entity. */
void sim_replication_count(sim_replication_t *self, const sim_entity_t *entity, int counter);
const sim_pathway_t *sim_replication_pathway(const sim_replication_t *self);
const sim_calendar_t *sim_replication_calendar(const sim_replication_t *self);
uint64_t sim_replication_seed(const sim_replication_t *self);
uint32_t sim_replication_number(const sim_replication_t *self);
uint64_t sim_replication_events(const sim_replication_t *self);
/** Bytes held for entities and pending events, and the most entities there were at one time. */
void sim_replication_memory(const sim_replication_t *self, size_t *bytes, size_t *peak_entities);

/** Schedule hooks->event(what) at t_days >= now. */
SIM_MUST_CHECK int sim_replication_call(sim_replication_t *self, double t_days, uint32_t what);
/** A further entity of the same owner, with its own key. It enters `stage` when the present event is over: its levels,
    flags and deadlines may still be set; entity may be NULL. Pointers to entities may move. */
SIM_MUST_CHECK int sim_replication_spawn(sim_replication_t *self, uint64_t key, uint32_t owner, uint8_t cls, int stage,
    uint32_t *entity);
/** Change a member's units from now on (servers: the nearest whole number): booked appointments and those in service
    are kept, free time of the days ahead changes. */
SIM_MUST_CHECK int sim_replication_set_units(sim_replication_t *self, int pool, size_t member, double units);
double sim_replication_units(const sim_replication_t *self, int pool, size_t member);
/** Number on a member's list, follow-ups not among them (all members: member = SIZE_MAX). */
size_t sim_replication_list_length(const sim_replication_t *self, int pool, size_t member);
/** Number present in a stage, in any phase. */
size_t sim_replication_present(const sim_replication_t *self, int stage);

#endif
