/*
 * A pathway: sources, stages, pools and routes as flat arrays. Built by adding rows (from a scenario, from an offer,
 * from a test), compiled once, then only read; every replication of every thread shares it.
 *
 * Units: time in days; contact and admin in minutes; rates per day. Names are the identity of a row: a draw's address
 * is the hash of a stage's name, never its number, so adding a row moves no other row's draws.
 *
 * Invariant after sim_pathway_compile: every name is resolved to an index; for each stage, outcome and class (and each
 * setting of the flags asked for) the route probabilities sum to 1 (an outcome with no route leaves the pathway); every
 * cycle holds a route marked `again`, which raises the entity's visit number.
 */
#ifndef SIM_PATHWAY_H
#define SIM_PATHWAY_H

#include "sim/core/dist.h"
#include "sim/core/error.h"
#include "sim/core/nhpp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_NAME_MAX 48
#define SIM_CLASS_MAX 16
#define SIM_TIMER_MAX 4
#define SIM_DEADLINES 2
#define SIM_OUTCOME_MAX 20
#define SIM_DIM_MAX 8
#define SIM_PRIORITY_MAX 8
#define SIM_BAND_MAX 4     /* wait bands of a pool */
#define SIM_SHORTEST_MAX 8 /* stages among which a route takes the shortest queue */
#define SIM_BAULK_MAX 8
#define SIM_STATES_MAX 1000
#define SIM_EXIT (-1) /* route target: out of the pathway */
#define SIM_SAME_CLASS (-1)

typedef enum { SIM_POOL_SERVERS, SIM_POOL_DIARY } sim_pool_kind_t;

/* The days on which a pool is open. WEEKLY: one school day a week (member m on weekday m mod 5). */
typedef enum { SIM_OPEN_WORKING, SIM_OPEN_SCHOOL, SIM_OPEN_WEEKLY, SIM_OPEN_EVERY } sim_open_t;

/* Who of equal priority is served next. SHARING: servers are shared equally by all present (processor sharing). */
typedef enum { SIM_FIFO, SIM_LIFO, SIM_RANDOM, SIM_SHARING } sim_discipline_t;

/*
 * What becomes of one in service when its server is taken away: by a timetable or a dated step, by a failure, or by
 * one of higher priority. FINISH: nothing, the server goes when it is done. The others go back to the head of the
 * list and later serve what is left (RESUME), the same length again (RESTART) or a new draw (RESAMPLE).
 */
typedef enum {
    SIM_INTERRUPT_FINISH,
    SIM_INTERRUPT_RESUME,
    SIM_INTERRUPT_RESTART,
    SIM_INTERRUPT_RESAMPLE
} sim_interrupt_t;

/* Number of entries and, for each, when it begins and what holds from then on. */
typedef struct {
    size_t n;
    double *day;   /* owned, increasing */
    double *value; /* owned */
} sim_steps_t;

/*
 * A pool's capacity is a number of units (servers, or WTE) for each member. A diary unit gives minutes_per_unit on
 * every open day and starts_per_unit new starts a week. A family is a pool of several members that share nothing.
 * Servers at work at t: units x the share of the timetable, rounded, less those that have failed.
 */
typedef struct {
    char name[SIM_NAME_MAX];
    sim_pool_kind_t kind;
    size_t n_members; /* 1, or the size of the family */
    double units; /* of each member at the start; whole for servers; may be changed by a model while the clock runs */
    sim_open_t open;
    unsigned
        weeks_apart; /* WEEKLY: open in one of so many weeks, member m in week (m / 5) mod it; 0 or 1 = every week */
    double
        minutes_per_unit; /* diary: on each open day; servers: for which one is there (for utilisation only), 0 = always */
    double slot_minutes; /* diary: 0, or sold in whole slots with the remainder carried to the next open day */
    double kept_share;   /* diary: share of each day that only first sessions of stages that do not follow may take */
    double starts_per_unit;   /* diary: new starts a week; 0 = not gated */
    double caseload_per_unit; /* diary: most that one unit has in treatment at stages that take a start; 0 = no limit */
    int horizon_days;         /* diary: how far ahead an appointment may be booked; 0 = 42 */
    sim_steps_t steps;        /* dated changes: from day on, units of each member are value */
    sim_discipline_t discipline;
    sim_interrupt_t preempt; /* servers: FINISH = priorities do not interrupt */
    size_t n_bands;          /* who has waited band_days[b] goes before all who have not, whatever their priority */
    double band_days[SIM_BAND_MAX]; /* increasing */
    double cycle_days;              /* servers: length of the timetable, from day 0 on; 0 = none */
    sim_steps_t timetable;          /* servers: from that time of the cycle on, this share of the units is there */
    bool closed_days;               /* servers: none is there on days on which the pool is not `open` */
    sim_interrupt_t on_close;       /* servers: when timetable or steps take them away */
    sim_dist_t fails_after; /* servers: from repair to the next failure of each, busy or not; not given = never */
    sim_dist_t repair;
    sim_interrupt_t on_failure; /* not FINISH when fails_after is given */
    sim_dist_t vacation;        /* servers: one that finds nobody to serve is away so long, and looks again */
} sim_pool_t;

/* What ends a wait other than being seen. At most four a stage; ties go to the lower number. */
typedef enum { SIM_TIMER_PATIENCE, SIM_TIMER_DEADLINE } sim_timer_kind_t;

typedef struct {
    char name[SIM_NAME_MAX]; /* also the outcome's name when the entity leaves */
    sim_timer_kind_t
        kind; /* PATIENCE: after `after` days in the stage; DEADLINE: at the entity's deadline_days[deadline] */
    sim_dist_t after;
    double share;        /* PATIENCE: share of entities that have it; sim_stage_default sets 1 */
    uint32_t class_mask; /* bit c: applies to class c; 0 = all */
    unsigned deadline;   /* which of the entity's deadlines, below SIM_DEADLINES */
    double leave;        /* probability that the entity leaves when it fires; otherwise it stays, flagged */
    uint32_t flag;       /* bits set in the entity when it fires */
    bool in_service;     /* also runs between sessions; otherwise only until the first */
    uint32_t hash;       /* compiled */
} sim_timer_t;

/*
 * Where an outcome leads. Of the routes of one outcome those count whose class and flags fit; one is taken by its
 * probability.
 */
typedef struct {
    char stage_name[SIM_NAME_MAX];
    char outcome
        [SIM_NAME_MAX];    /* "done", "missed", "declined", "full", "baulked", a timer's name, or a decision's label */
    char to[SIM_NAME_MAX]; /* a stage's name, or "exit" */
    size_t n_shortest;     /* further stages: the one of them all with the fewest present is taken, ties by order */
    char shortest_name[SIM_SHORTEST_MAX][SIM_NAME_MAX];
    double probability;
    uint32_t class_mask;                /* bit c: applies to class c; 0 = all */
    uint32_t with_flags, without_flags; /* applies to those who have all of these, none of those */
    int class_to;                       /* class that it becomes, or SIM_SAME_CLASS */
    bool again;                         /* compiled (or set): raises the visit number */
    int stage, outcome_index, target;   /* compiled; target SIM_EXIT = out */
    int shortest[SIM_SHORTEST_MAX];     /* compiled */
} sim_route_t;

/* Outcomes that every stage has; timers follow, then the labels of its decision. */
enum {
    SIM_OUTCOME_DONE,
    SIM_OUTCOME_MISSED,   /* sessions missed in a row */
    SIM_OUTCOME_DECLINED, /* when its turn came; or no member takes it */
    SIM_OUTCOME_FULL,     /* there was no room: on entering */
    SIM_OUTCOME_BAULKED,  /* would not join so long a queue: on entering */
    SIM_OUTCOME_FIRST_TIMER
};

/* What happens to one that finds a stage full. BLOCK: it stays where it is, and keeps its server, until there is room
   (one that comes from a source leaves as "full"). */
typedef enum { SIM_FULL_LEAVE, SIM_FULL_BLOCK } sim_full_t;

typedef struct {
    char name[SIM_NAME_MAX];
    char pool[SIM_NAME_MAX]; /* "" = unlimited */
    bool queue_at_front;     /* follow-ups: served before those who wait for a new start */
    sim_dist_t lead;         /* days from entering the stage to joining the list; not given = at once */
    sim_dist_t service;      /* days: servers hold it, unlimited stages last it; diaries ignore it */
    sim_dist_t notice;       /* days from being taken off the list to the day wanted */
    sim_dist_t sessions;     /* number of sessions, rounded, at least 1; not given = 1 */
    sim_dist_t second;       /* days from first to second session; not given = as gap */
    sim_dist_t gap;          /* days between sessions */
    sim_dist_t setup;        /* days before service for which the server is taken (servers) */
    sim_dist_t cleaning;     /* days after the entity has left for which the server is taken (servers) */
    double contact_minutes;  /* of a session (diary) */
    double admin_minutes;
    double dna;          /* probability that the client misses a session */
    double dna_flagged;  /* dna of an entity with dna_flag */
    uint32_t dna_flag;   /* 0 = none */
    double cancel;       /* probability that the provider cancels it; either dna + cancel < 1 */
    unsigned missed_max; /* missed in a row before the entity leaves with outcome "missed"; 0 = never */
    bool takes_start;    /* uses one of the pool's new starts a week */
    bool is_contact;     /* its attended sessions are contacts of the service */
    double decline;      /* probability that an entity with decline_flag declines when its turn comes */
    uint32_t decline_flag;
    uint8_t priority[SIM_CLASS_MAX]; /* 0 served first */
    size_t limit;                    /* most present, blocked ones among them; 0 = no limit */
    size_t room;                     /* most waiting; SIZE_MAX = no limit */
    sim_full_t full;
    size_t n_baulk; /* of those who find baulk_from[i] or more waiting, and fewer than baulk_from[i+1], the share
                       baulk_share[i] does not join */
    size_t baulk_from[SIM_BAULK_MAX]; /* increasing */
    double baulk_share[SIM_BAULK_MAX];
    size_t group_min, group_max; /* group service by one server; group_max 0 = one at a time */
    double group_wait_days;      /* fewer than group_min are taken when the first has waited so long; +inf = never */
    char jockey[SIM_NAME_MAX];   /* stages of servers with the same word: the last of a longer queue moves to one that
                                    is shorter by two or more; "" = nobody moves */
    uint32_t sets;               /* flags set on entering */
    size_t n_states;             /* keep the share of time with 0, 1, ... n_states or more present; 0 = do not */
    bool by_class;               /* keep its numbers and waits by class */
    size_t n_timers;
    sim_timer_t timer[SIM_TIMER_MAX];
    int decision;      /* model decision taken at the end, -1 = none; labels name further outcomes */
    bool model_member; /* the model names the member of the pool's family */
    uint32_t tag;      /* for the model: the stage's role */
    size_t n_labels;
    char label[SIM_OUTCOME_MAX][SIM_NAME_MAX];
    /* compiled */
    uint32_t hash, session_hash;
    int pool_index;
    size_t n_outcomes;
    size_t first_route[SIM_OUTCOME_MAX + 1]; /* routes of outcome o: [first_route[o], first_route[o+1]) */
} sim_stage_t;

/* Arrivals: an exact Poisson process of `rate`, or a renewal process (`between`), or the dates of a list. */
typedef struct {
    char name[SIM_NAME_MAX];
    char to[SIM_NAME_MAX];
    sim_nhpp_t rate;
    sim_dist_t day_factor; /* with rate: each day's rate is multiplied by a draw of its own; mean 1; not given = none */
    sim_dist_t between;    /* days from one arrival to the next, the first counted from day 0 */
    size_t n_dates;
    double *date_days;                 /* owned; not decreasing, >= 0 */
    uint8_t *date_class;               /* owned; NULL: by class_share */
    double class_share[SIM_CLASS_MAX]; /* sums to 1 */
    bool office_hours;                 /* each day's arrivals fall between 08:30 and 16:30 */
    sim_dist_t batch;                  /* number arriving together; not given = 1 */
    uint32_t sets;                     /* flags set at birth */
    uint32_t tag;                      /* for the model */
    uint32_t hash;                     /* compiled */
    int target;
} sim_source_t;

/*
 * Entities present at day 0. Those of a waiting list have waited `age` days; the engine draws their timers
 * conditional on their still being there. Those in progress have residual sessions from the length-biased
 * distribution, or are part-way through an unlimited stage.
 */
typedef struct {
    char stage[SIM_NAME_MAX];
    double count; /* the fraction is kept by rounding to the nearest whole */
    double class_share[SIM_CLASS_MAX];
    sim_dist_t age; /* days since it joined */
    bool in_progress;
    uint32_t tag;
    int target; /* compiled */
    uint32_t hash;
} sim_initial_t;

/* A dimension by which results are kept, one at a time. An account is one that no entity has a level of: the model books to its
   groups itself, and only KPIs that ask for accounts are kept by it. */
typedef struct {
    char name[SIM_NAME_MAX];
    size_t n_levels;
    char (*level)[SIM_NAME_MAX]; /* owned */
    bool account;
} sim_dim_t;

typedef struct {
    size_t n_classes;
    char class_name[SIM_CLASS_MAX][SIM_NAME_MAX];
    size_t n_sources, n_stages, n_pools, n_routes, n_initial, n_dims;
    sim_source_t *source;
    sim_stage_t *stage;
    sim_pool_t *pool;
    sim_route_t *route; /* sorted by stage, outcome after compiling */
    sim_initial_t *initial;
    sim_dim_t dim[SIM_DIM_MAX];
    size_t n_areas;             /* whose books are added to one of this pathway's shape; 0 = it stands alone */
    char (*area)[SIM_NAME_MAX]; /* owned */
    bool compiled;
} sim_pathway_t;

/** Where compiling found fault: one short sentence naming the row, for the user. */
typedef struct {
    char text[256];
    char room[16]; /* "stage", "source", "pool", "route", "initial" */
    size_t index;
} sim_fault_t;

void sim_pathway_init(sim_pathway_t *self);
void sim_pathway_free(sim_pathway_t *self);
/** Deep copy; not compiled, and without names of areas. */
SIM_MUST_CHECK int sim_pathway_copy(sim_pathway_t *self, const sim_pathway_t *other);

/* Rows with neutral defaults, to be filled and added. */
void sim_pool_default(sim_pool_t *pool, const char *name, sim_pool_kind_t kind);
void sim_stage_default(sim_stage_t *stage, const char *name, const char *pool);
void sim_source_default(sim_source_t *source, const char *name, const char *to);
void sim_initial_default(sim_initial_t *initial, const char *stage);
/** probability 1, for all classes. */
void sim_route_default(sim_route_t *route, const char *stage, const char *outcome, const char *to);
/* Free what a row owns that was never added. */
void sim_pool_free(sim_pool_t *self);
void sim_stage_free(sim_stage_t *self);
void sim_source_free(sim_source_t *self);

/* Adding moves the row (distributions and arrays included) into the pathway, which then owns it, also on error. */
SIM_MUST_CHECK int sim_pathway_add_pool(sim_pathway_t *self, sim_pool_t *pool);
SIM_MUST_CHECK int sim_pathway_add_stage(sim_pathway_t *self, sim_stage_t *stage);
SIM_MUST_CHECK int sim_pathway_add_source(sim_pathway_t *self, sim_source_t *source);
SIM_MUST_CHECK int sim_pathway_add_initial(sim_pathway_t *self, sim_initial_t *initial);
SIM_MUST_CHECK int sim_pathway_add_route(sim_pathway_t *self, const sim_route_t *route);
SIM_MUST_CHECK int sim_pathway_add_dim(sim_pathway_t *self, const char *name, size_t n_levels,
    const char *const *level);
/** A dimension of accounts. They come after all others. */
SIM_MUST_CHECK int sim_pathway_add_account(sim_pathway_t *self, const char *name, size_t n_levels,
    const char *const *level);

/** Give the books of this pathway groups for areas that run apart and are added to them. */
SIM_MUST_CHECK int sim_pathway_name_areas(sim_pathway_t *self, size_t n, const char *const *name);

/** Thin demand and capacity alike: rates, lists of dates, initial counts, units (servers: at least 1, rounded), limits
    and room of stages times factor. */
SIM_MUST_CHECK int sim_pathway_scale(sim_pathway_t *self, double factor);
/** Resolve names, order routes, mark loops. Reports every fault through `report` (may be NULL); SIM_ERR_BAD_PARAM if
    any. */
SIM_MUST_CHECK int sim_pathway_compile(sim_pathway_t *self, void (*report)(void *ctx, const sim_fault_t *fault),
    void *ctx);
/** Index by name, or -1. */
int sim_pathway_find_stage(const sim_pathway_t *self, const char *name);
int sim_pathway_find_pool(const sim_pathway_t *self, const char *name);
int sim_pathway_find_source(const sim_pathway_t *self, const char *name);
/** Index of an outcome of a stage by name after compiling, or -1. */
int sim_stage_find_outcome(const sim_stage_t *stage, const char *name);
/** "done", "missed", "declined", "full", "baulked", a timer's name or a label; "" when there is no such outcome. */
const char *sim_stage_outcome_name(const sim_stage_t *stage, size_t outcome);
/** Minutes of the diary that one session takes: contact and admin, in whole slots where the pool sells slots. */
double sim_stage_minutes(const sim_stage_t *stage, const sim_pool_t *pool);

#endif
