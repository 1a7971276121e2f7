/*
 * The state of a replication, for the files that make it up: replication.c (life cycle and clock), stage_flow.c (an
 * entity's life in a stage), service.c (taking from lists), initial_state.c, verify.c. Not for models.
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

/* An event's `what`: kind in the upper three bits, index below. */
typedef enum {
    SIM_EVENT_ENTITY,
    SIM_EVENT_SOURCE,
    SIM_EVENT_POOL_DAY,
    SIM_EVENT_POOL_STEP,
    SIM_EVENT_CALL,
    SIM_EVENT_PERIOD,
    SIM_EVENT_END
} sim_event_kind_t;

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
    SIM_DRAW_TRY = 16 /* and on: the past of an initial entity, two a try */
};
enum { SIM_DRAW_ARRIVAL = 0, SIM_DRAW_CLASS = 1, SIM_DRAW_BATCH = 2, SIM_DRAW_AGE = 0 };

#define SIM_TRIES_MAX 1000
#define SIM_MINUTES_PER_DAY 1440.0
#define SIM_DIARY_HOUR (7.0 / 24)

typedef enum { SIM_STAGE_UNLIMITED, SIM_STAGE_SERVERS, SIM_STAGE_DIARY } sim_stage_kind_t;

typedef struct {
    sim_level_t waiting, present, busy;
    double count[SIM_COUNT_QUEUE_DAYS]; /* of the month so far, by counter */
    double minutes;                     /* of the diary for one session */
    sim_stage_kind_t kind;
} sim_stage_state_t;

typedef struct {
    sim_waiting_list_t list;
    sim_diary_t diary;
    double units;
    uint32_t servers, busy;
    uint32_t limit; /* busy may not pass this: servers, or more while those in service finish */
} sim_member_t;

typedef struct {
    const sim_pool_t *row;
    sim_member_t *member;
    sim_level_t units;       /* of all members */
    double capacity, starts; /* of the month so far (diary) */
    size_t step;             /* next dated change */
} sim_pool_state_t;

typedef struct {
    uint64_t ordinal; /* of the next to be born */
    uint64_t key;     /* its key */
    double at_days;   /* of the next arrival, before office hours */
    size_t piece;
} sim_source_state_t;

struct sim_replication {
    const sim_pathway_t *pathway;
    const sim_calendar_t *calendar;
    sim_hooks_t hooks;
    sim_run_t run;
    sim_event_list_t events;
    double now;
    size_t month;
    double month_start;
    uint64_t n_events;
    int error; /* the first; ends the run */
    sim_entity_t *entity;
    size_t n_entities, entity_room;
    uint32_t free_entity;
    uint64_t created, gone;
    uint32_t *pending;
    size_t n_pending, pending_room;
    sim_stage_state_t *stage;
    sim_pool_state_t *pool;
    sim_source_state_t *source;
    uint32_t *call, *free_call;
    size_t n_calls, n_free_calls, call_room;
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

static inline void
sim_rep_tell(sim_replication_t *self, uint32_t id, sim_told_t what, int outcome)
{
    if ((self->hooks.wants & (unsigned) what) != 0 && self->hooks.told != NULL) {
        self->hooks.told(self->hooks.model, self, id, what, outcome);
    }
}

static inline const sim_stage_t *
sim_rep_stage_of(const sim_replication_t *self, const sim_entity_t *e)
{
    return &self->pathway->stage[e->stage];
}

static inline sim_member_t *
sim_rep_member_of(const sim_replication_t *self, const sim_entity_t *e)
{
    return &self->pool[self->pathway->stage[e->stage].pool_index].member[e->member];
}

static inline sim_stream_t
sim_rep_draw(const sim_entity_t *e, const sim_stage_t *stage, unsigned draw)
{
    return sim_draw(e->key, stage->hash, e->visit, (uint16_t) draw);
}

/* replication.c */
/** A new entity with neutral fields, born now; SIM_NO_ENTITY when memory runs out (and the run fails). */
uint32_t sim_rep_birth(sim_replication_t *self, uint64_t key);
/** A class by its share, at draw SIM_DRAW_CLASS of a source or initial row. */
uint8_t sim_rep_class(const sim_replication_t *self, uint64_t key, uint32_t hash, const double *share);
/** The model's arrive hook: sets the entity's stage; false when it was dropped (and freed). */
bool sim_rep_admit(sim_replication_t *self, uint32_t id, uint32_t tag, bool initial, int to);
void sim_rep_free_entity(sim_replication_t *self, uint32_t id);
/** It enters its e->stage when the present event is over. */
void sim_rep_push_pending(sim_replication_t *self, uint32_t id);
void sim_rep_insert(sim_replication_t *self, double t_days, sim_event_rank_t rank, uint32_t what);

/* stage_flow.c */
void sim_rep_enter(sim_replication_t *self, uint32_t id);
/** Fields of a stage begun at entered_days (which may lie in the past), and the count of those present. */
void sim_rep_begin_stage(sim_replication_t *self, uint32_t id, double entered_days);
/** Name the member of the pool's family; false when nobody takes it, and it has left. */
bool sim_rep_choose_member(sim_replication_t *self, uint32_t id);
/** Put on its list, without serving anyone; false when nobody of a family takes it, and it has left. */
bool sim_rep_list(sim_replication_t *self, uint32_t id, double listed_days);
/** Schedule the least of what may happen to it next; idempotent. */
void sim_rep_schedule(sim_replication_t *self, uint32_t id);
/** Its event has come. */
void sim_rep_step(sim_replication_t *self, uint32_t id);
/** Leave the stage, whatever the phase, and be routed. Serves nobody. */
void sim_rep_leave(sim_replication_t *self, uint32_t id, int outcome);
/** The next session of a diary or unlimited stage is wanted `gap_days` from now (a date `early` may be today's). */
void sim_rep_next_session(sim_replication_t *self, uint32_t id, double gap_days, bool early);

/* service.c */
void sim_rep_start_waiting(sim_replication_t *self, sim_entity_t *e);
/** The wait is over; `served` when it is to be recorded. */
void sim_rep_stop_waiting(sim_replication_t *self, sim_entity_t *e, bool served);
void sim_rep_serve(sim_replication_t *self, int pool, size_t member);
/** Find and book an appointment on or after a day; false when there is none within the horizon. */
bool sim_rep_book(sim_replication_t *self, uint32_t id, long from_day);
/** A server takes it: busy, in service until now + days. */
void sim_rep_seize(sim_replication_t *self, uint32_t id, double days);
void sim_rep_release(sim_replication_t *self, sim_entity_t *e);
void sim_rep_pool_day(sim_replication_t *self, size_t pool);
void sim_rep_pool_step(sim_replication_t *self, size_t pool);
SIM_MUST_CHECK int sim_rep_init_pools(sim_replication_t *self);
void sim_rep_free_pools(sim_replication_t *self);

/* initial_state.c */
void sim_rep_load_initial(sim_replication_t *self);

#endif
