/*
 * The book of a replication: what was counted and how long was waited, by month, and by one dimension at a time.
 *
 * A group is "all", or one level of a dimension ("pool=core", "quintile=1"); groups are never crossed. Counters hold
 * one number for each group and month; years, financial years and the whole run are sums (flows) or last values
 * (levels) of months, so they always agree. Tallies keep a histogram for each month of group "all", and for each
 * contract year of every other group; the longer periods merge exactly.
 *
 * Areas run apart, each with a book of its own, which is added to the book of the sum. There group "area=NAME" holds what
 * "all" is in the area's own book, and "area_pool=NAME:POOL" what its pool is; both are filled only when an area is added.
 *
 * A KPI is a row of a table (sim_kpi_t) that says how it is made from counters and tallies; a period in which it
 * cannot be known (a 52-week cohort that the run does not follow to the end) is NaN.
 *
 * Invariant: group 0 is "all"; a count is booked in group 0 and in at most one group of each dimension.
 */
#ifndef SIM_BOOK_H
#define SIM_BOOK_H

#include "sim/core/calendar.h"
#include "sim/core/error.h"
#include "sim/core/pathway.h"
#include "sim/core/tally.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    SIM_KPI_SUM,       /* sum of counter a */
    SIM_KPI_PER_MONTH, /* mean of counter a over the months of the period */
    SIM_KPI_LAST,      /* counter a (a level) in the last month of the period */
    SIM_KPI_MEAN,      /* mean over months of counter a (a level) */
    SIM_KPI_RATIO,     /* sum of a / sum of b; NaN when b is 0 */
    SIM_KPI_SHARE,     /* sum of a / sum of a and b; NaN when there are none */
    SIM_KPI_RATIO_MAX, /* the greater of a/b and c/d */
    SIM_KPI_TALLY_MEAN,
    SIM_KPI_TALLY_QUANTILE, /* quantile q of tally a */
    SIM_KPI_TALLY_WITHIN,   /* share of tally a at most q days */
    SIM_KPI_LEVEL_RATIO,    /* last a / last b */
    SIM_KPI_RATIO_REST,     /* (a - b - c) / a, of sums; NaN when a is 0 */
    SIM_KPI_GROUP_RATIO     /* sum a / sum b in the last level of dimension c, over the same in its first level */
} sim_kpi_kind_t;

typedef enum {
    SIM_BY_ALL = 1,  /* group "all", every period */
    SIM_BY_DIMS = 2, /* the model's dimensions, whole run and contract years */
    SIM_BY_POOL = 4,
    SIM_BY_STAGE = 8,
    SIM_BY_CLASS = 16,     /* a stage's classes: "stage_class=triage:urgent" */
    SIM_BY_STATE = 32,     /* numbers present in a stage: "state=triage:3" */
    SIM_BY_ACCOUNT = 64,   /* dimensions of accounts, every period; counters only */
    SIM_BY_AREA = 128,     /* an area; no KPI asks for it: what is kept of all is kept of each */
    SIM_BY_AREA_POOL = 256 /* a pool in an area: "area_pool=north:core" */
} sim_kpi_by_t;

typedef struct {
    const char *name;
    const char *unit;
    sim_kpi_kind_t kind;
    int a, b, c, d;     /* counters, or a tally */
    double q;           /* quantile, or days */
    double follow_days; /* a month counts only when the run goes on this long after its end */
    double factor;      /* the value is multiplied by this; 0 means 1 */
    unsigned by;        /* SIM_BY_* */
    const char *doc;    /* one sentence, in the words of the NHS */
} sim_kpi_t;

/* Counters and tallies are named by small numbers: the engine's first, then the model's. */
enum {
    SIM_COUNT_ENTERED,     /* entering a stage (pool, stage) or the pathway (all, dims); not the initial ones */
    SIM_COUNT_SERVED,      /* leaving a stage (all, dims: the pathway) with outcome done or a decision's label */
    SIM_COUNT_LEFT,        /* leaving it otherwise: by a timer, missed, declined */
    SIM_COUNT_SESSIONS,    /* attended */
    SIM_COUNT_MISSED,      /* missed by the client */
    SIM_COUNT_CANCELLED,   /* cancelled by the provider */
    SIM_COUNT_FULL,        /* left on entering, since there was no room; also among those who left */
    SIM_COUNT_BAULKED,     /* left on entering, since the queue was too long; also among those who left */
    SIM_COUNT_INTERRUPTED, /* services interrupted */
    SIM_COUNT_OFFERED_WORK, /* minutes asked for by those entering, and what has to be done again (a server's day is 1,440) */
    SIM_COUNT_USED,         /* minutes used */
    SIM_COUNT_CAPACITY,    /* minutes there were (all, pool) */
    SIM_COUNT_DIARY_DAYS,  /* days x members with time in a diary (pool) */
    SIM_COUNT_DIARY_EMPTY, /* of them, with nothing booked when the day begins (pool) */
    SIM_COUNT_STARTS_WANTED,
    SIM_COUNT_STARTS_CAPACITY,
    SIM_COUNT_QUEUE_DAYS,   /* integral of the number waiting: on the list, or booked and not yet seen */
    SIM_COUNT_PRESENT_DAYS, /* integral of the number present */
    SIM_COUNT_BLOCKED_DAYS, /* integral of the number that cannot leave, since where they go is full */
    SIM_COUNT_STATE_DAYS,   /* days with so many present (state) */
    SIM_COUNT_DAYS,         /* days of the period */
    SIM_COUNT_QUEUE_END,    /* level: number waiting at the end of the month */
    SIM_COUNT_UNITS,        /* level: units at the end of the month (pool) */
    SIM_COUNTERS
};
enum {
    SIM_TALLY_QUEUE,   /* from joining the list to service or the first attended session (all, pool, stage) */
    SIM_TALLY_SOJOURN, /* time in the pathway of those who left it (all), in the stage (stage) */
    SIM_TALLY_OPEN,    /* time on the list so far of those still waiting when a month ends (all, pool, stage) */
    SIM_TALLIES
};

typedef struct {
    char name[2 * SIM_NAME_MAX + 16]; /* "all", "pool=core", "quintile=1", "area=north" */
    int kind;                         /* one of SIM_BY_* */
} sim_group_t;

typedef struct {
    const sim_calendar_t *calendar; /* borrowed */
    size_t n_groups;
    sim_group_t *group;
    size_t first_pool, first_stage;     /* groups of pool 0 and stage 0 */
    size_t first_dim[SIM_DIM_MAX];      /* group of level 0 of each dimension */
    size_t n_dims;                      /* accounts, which come after them, apart */
    size_t first_area, first_area_pool; /* groups of area 0 and of its pool 0; n_groups when there are no areas */
    size_t n_pools, n_areas;
    size_t *first_class, *first_state;   /* by stage: group of its class 0, and of nobody present; 0 = it has none */
    size_t n_spans;                      /* of the series; 0 = none */
    double *span_present, *span_waiting; /* mean numbers in each of the equal spans of the run */
    size_t n_months, n_years;
    size_t n_counters, n_tallies, n_cells; /* cells of a tally */
    double *count;                         /* [month][counter][group]: what a month books lies close together */
    uint32_t *ones;                        /* [counter][group, and one that is none]: not yet in a month's count */
    uint16_t (*group_of)[UINT8_MAX + 1];   /* by dimension and level; the group that is none for 255 */
    sim_tally_t *tally;                    /* [tally][cell], cells: months of "all", then years of each other group */
    int error; /* the first failure of a recording: out of memory, or a wait that is no wait */
} sim_book_t;

/* Since when one waits, NaN when it does not, and the levels by which it is counted. */
typedef struct {
    double since_days;
    uint8_t level[SIM_DIM_MAX];
} sim_since_t;

/* A cell of the results: which KPI, group and period. The list is the same for every replication of a comparison. */
typedef struct {
    uint16_t kpi; /* row of the KPI table */
    uint16_t group;
    int32_t period; /* index into the periods */
} sim_cell_t;

typedef enum { SIM_PERIOD_ALL, SIM_PERIOD_YEAR, SIM_PERIOD_FINANCIAL, SIM_PERIOD_MONTH } sim_period_kind_t;

typedef struct {
    char name[16]; /* "all", "y1", "2026-27", "2026-03" */
    sim_period_kind_t kind;
    size_t first_month, end_month; /* months of the run, half-open */
    bool whole;                    /* the run covers the whole of it */
} sim_period_t;

SIM_MUST_CHECK int sim_book_init(sim_book_t *self, const sim_pathway_t *pathway, const sim_calendar_t *calendar,
    size_t n_counters, size_t n_tallies);
/** Keep a series of n spans. */
SIM_MUST_CHECK int sim_book_keep_series(sim_book_t *self, size_t n);
void sim_book_free(sim_book_t *self);

static inline double *
sim_book_at(sim_book_t *self, int counter, size_t group, size_t month)
{
    return &self->count[(month * self->n_counters + (size_t) counter) * self->n_groups + group];
}

/**
Add to a row of whole numbers, one for each group and one that is nobody's: to group "all" and each dimension's group.
The usual few dimensions need no loop: those that are not there have none of the groups.
*/
static inline void
sim_book_add(const sim_book_t *self, uint32_t *row, const uint8_t *level, uint32_t change)
{
    size_t d;

    row[0] += change;
    row[self->group_of[0][level[0]]] += change;
    row[self->group_of[1][level[1]]] += change;
    row[self->group_of[2][level[2]]] += change;
    row[self->group_of[3][level[3]]] += change;
    for (d = 4; d < self->n_dims; d++) {
        row[self->group_of[d][level[d]]] += change;
    }
}

/** Count one, in the month that sim_book_settle will name. */
static inline void
sim_book_count_one(sim_book_t *self, int counter, const uint8_t *level)
{
    sim_book_add(self, &self->ones[(size_t) counter * (self->n_groups + 1)], level, 1);
}

/** Add what was counted by ones to a month. */
void sim_book_settle(sim_book_t *self, size_t month);
/** Add to counter in group "all" and, with level (n_dims of them, 255 = none), in each dimension's group. */
void sim_book_count(sim_book_t *self, int counter, size_t month, const uint8_t *level, double amount);
/** Add to one group only. */
void sim_book_count_group(sim_book_t *self, int counter, size_t month, size_t group, double amount);
/** Record a wait in group "all" and each dimension's group. */
void sim_book_wait(sim_book_t *self, int tally, size_t month, const uint8_t *level, double days);
/** Record how long each of many has waited by end_days. */
void sim_book_waits(sim_book_t *self, int tally, size_t month, double end_days, size_t n, const sim_since_t *who);
void sim_book_wait_group(sim_book_t *self, int tally, size_t month, size_t group, double days);
/** Add a whole tally to that of a group. */
void sim_book_tally(sim_book_t *self, int tally, size_t month, size_t group, const sim_tally_t *waits);
/** Forget everything: all counts and waits are 0 again. */
void sim_book_reset(sim_book_t *self);
/** Add tally a's cells of one group to those of another (neither "all"): a pool is the sum of its stages. */
void sim_book_fold(sim_book_t *self, int tally, size_t from_group, size_t to_group);
/** Add the book of area number `area`, which has the groups of this one but those of areas, in the same order. */
void sim_book_add_area(sim_book_t *self, size_t area, const sim_book_t *other);

/** The periods of a run: whole run, contract years, financial years (April), months. Caller frees *period. */
SIM_MUST_CHECK int sim_periods(const sim_calendar_t *calendar, size_t *n, sim_period_t **period);
/** The cells for a KPI table. Caller frees *cell. */
SIM_MUST_CHECK int sim_cells(const sim_book_t *book, const sim_kpi_t *kpi, size_t n_kpis, const sim_period_t *period,
    size_t n_periods, size_t *n, sim_cell_t **cell);
/** The value of each cell into value[n]. */
SIM_MUST_CHECK int sim_book_extract(const sim_book_t *self, const sim_kpi_t *kpi, const sim_period_t *period,
    const sim_cell_t *cell, size_t n, double *value);

/** The engine's own KPIs (core/measures.c). */
extern const sim_kpi_t SIM_KPIS[];
extern const size_t SIM_N_KPIS;

#endif
