/*
 * Results in one SQLite file. The writer fills a temporary file beside the target, named <target>.partial-<pid>, and
 * gives it its name only when it is complete; the reader refuses files that are not ours, are newer, or are cut short.
 * The schema is STORE_SCHEMA, documented in place.
 *
 * What depends on the machine (wall time, host, threads) is in the manifest and in two columns of `replicate`, and
 * nowhere else: estimates are the same for the same scenario, seed and number of replications.
 *
 * Invariant: a cell that no replication knows has no estimate; low and high are NaN (NULL in the file) below two
 * replications.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "sim/core/book.h"
#include "sim/core/calendar.h"
#include "sim/core/error.h"
#include "sim/experiment/experiment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_VERSION 1                 /* PRAGMA user_version */
#define STORE_APPLICATION_ID 0x57656972 /* "Weir" */

/** The schema as it is executed, one after the other, with comments. */
extern const char STORE_SCHEMA[], STORE_SCHEMA_SERIES[], STORE_SCHEMA_FACT[], STORE_SCHEMA_LEDGER[];

/* What went wrong, in one sentence for the user. */
typedef struct {
    char text[512];
} store_fault_t;

typedef struct {
    const char *name, *title, *colour, *doc; /* colour "#rrggbb" or "" */
    const char *scenario;                    /* the scenario that it belongs to */
} store_plan_t;

typedef struct {
    const char *name, *unit, *doc;
} store_kpi_t;

typedef struct {
    const char *name; /* "all", "pool=core" */
    const char *kind; /* "all", "dimension", "pool", "stage" */
} store_group_t;

typedef struct {
    const char *name;        /* "all", "y1", "2026-27", "2026-03" */
    const char *kind;        /* "all", "year", "financial", "month" */
    const char *first_date;  /* "2026-03-01" */
    long first_day, end_day; /* days of the run, half-open */
    bool whole;              /* the run covers the whole of it */
} store_period_t;

/* A resolved parameter and where it came from. low and high are NaN when there are none. */
typedef struct {
    const char *path, *unit, *quality, *range, *source, *origin;
    const char *evidence; /* ids that the value was made from */
    const char *text;     /* the value as a person writes it */
    double value, low, high;
} store_parameter_t;

/* ---- writing ---- */

typedef struct store_writer store_writer_t;

typedef struct {
    const char *path; /* with its ending */
    bool numbered;    /* when the path is taken, write path-2, path-3, ... (before the ending) instead */
    bool force;       /* overwrite a named file */
} store_target_t;

/* The shape of every record: one value for each cell. */
typedef struct {
    size_t n_plans;
    const store_plan_t *plan;
    size_t n_kpis;
    const sim_kpi_t *kpi;
    size_t n_groups;
    const sim_group_t *group;
    size_t n_periods;
    const sim_period_t *period;
    const sim_calendar_t *calendar;
    size_t n_cells;
    const sim_cell_t *cell;
    double counted_from; /* day from which on things are counted */
} store_layout_t;

/* Part of a series: the mean number present or waiting in one of the equal spans of a run. */
typedef struct {
    size_t plan, span;
    double from_day, to_day;
    const char *kpi; /* "present" or "waiting" */
    double estimate, low, high;
    uint32_t reps;
} store_span_t;

/* A published fact beside what was simulated. Numbers that are not known are NaN, texts "". */
typedef struct {
    const char *scenario, *name;
    const char *kpi, *plan, *group, *period, *unit;
    const char *as; /* "difference" or "ratio" of a pair with these; else all four are "" */
    const char *versus, *versus_group, *versus_period;
    double value, accept_low, accept_high; /* published; accepted, NaN = no bound */
    const char *quality, *source;          /* of what was published */
    double estimate, low, high;
    uint32_t reps;
    const char *verdict; /* "inside", "OUTSIDE", "not sure", or "left out" */
    double reps_needed;  /* of one that is not sure */
} store_fact_t;

/* What an account was debited and credited in a month of a plan's first replication. */
typedef struct {
    size_t plan;
    const char *month, *line, *lot, *funder, *account; /* lot and funder may be "" */
    int64_t debit, credit;                             /* pence */
} store_ledger_t;

/**
Begin a file and make its directory.
@return 0, SIM_ERR_EXISTS, SIM_ERR_STORE or SIM_ERR_NO_MEMORY, with fault filled; *self is NULL on error.
*/
SIM_MUST_CHECK int store_writer_create(store_writer_t **self, const store_target_t *target, store_fault_t *fault);
/** Closes; a file that was not finished is removed. Safe on NULL. */
void store_writer_free(store_writer_t *self);
SIM_MUST_CHECK int store_put_layout(store_writer_t *self, const store_layout_t *layout);
/** A line of the manifest; a second value replaces the first. */
SIM_MUST_CHECK int store_put_manifest(store_writer_t *self, const char *key, const char *value);
SIM_MUST_CHECK int store_put_parameter(store_writer_t *self, const store_parameter_t *parameter);
/** An exp_sink_t; ctx is the writer. */
SIM_MUST_CHECK int store_put_record(void *ctx, const exp_record_t *record);
/** Estimates of every cell for every plan and the paired differences, from replications 0 .. n_reps-1. */
SIM_MUST_CHECK int store_put_estimates(store_writer_t *self, uint32_t n_reps);
SIM_MUST_CHECK int store_put_span(store_writer_t *self, const store_span_t *span);
/** Values of one cell of a plan, of the replications put so far: value[rep] for rep < n, NaN where it is not known. */
SIM_MUST_CHECK int store_written(store_writer_t *self, size_t plan, size_t cell, size_t n, double *value);
SIM_MUST_CHECK int store_put_fact(store_writer_t *self, const store_fact_t *fact);
SIM_MUST_CHECK int store_put_ledger(store_writer_t *self, const store_ledger_t *row);
/** Flush and give the file its name. The writer may then only be asked for its path and freed. */
SIM_MUST_CHECK int store_writer_finish(store_writer_t *self);
/** The temporary path, and after finishing the final one. */
const char *store_writer_path(const store_writer_t *self);
/** What the last error was, in one sentence. */
const char *store_writer_fault(const store_writer_t *self);

/* ---- reading ---- */

typedef struct store_reader store_reader_t;

/* Everything but estimates and replicates. Strings live as long as the reader. */
typedef struct {
    size_t n_plans, n_kpis, n_groups, n_periods, n_parameters;
    const store_plan_t *plan;
    const store_kpi_t *kpi;
    const store_group_t *group;
    const store_period_t *period;
    const store_parameter_t *parameter;
} store_contents_t;

/*
 * Comma-separated names; NULL = all. A dimension's name ("quintile") stands for all its groups, and a kind ("year",
 * "month", "financial") for all its periods.
 */
typedef struct {
    const char *offer, *kpi, *group, *period;
    bool no_differences; /* plans only */
} store_filter_t;

typedef struct {
    const char *scenario, *offer, *kpi, *group, *period, *unit;
    double estimate, low, high; /* low, high NaN with one replication */
    uint32_t reps;              /* that the estimate is taken from */
    size_t kpi_index, group_index, period_index;
    size_t plan_index;  /* the plan, or the first of a difference */
    size_t minus_index; /* the second of a difference; SIZE_MAX for a plan */
} store_row_t;

/** Whether a filter (NULL = all) passes one thing; with these a caller can tell which names matched nothing. */
bool store_filter_has_kpi(const store_filter_t *filter, const store_kpi_t *kpi);
bool store_filter_has_group(const store_filter_t *filter, const store_group_t *group);
bool store_filter_has_period(const store_filter_t *filter, const store_period_t *period);

/** A row at a time; a non-zero answer stops the query and is returned. */
typedef int store_row_fn(void *ctx, const store_row_t *row);

/** Open a results file for reading only. SIM_ERR_STORE with fault filled when it is not one. */
SIM_MUST_CHECK int store_reader_open(store_reader_t **self, const char *path, store_fault_t *fault);
void store_reader_free(store_reader_t *self);
const store_contents_t *store_contents(const store_reader_t *self);
/** Value of a manifest key, or "" when there is none. Keys: see STORE_SCHEMA. */
const char *store_manifest(const store_reader_t *self, const char *key);
/** Estimates that pass the filter (NULL = all), ordered by offer (plans, then differences), KPI, group, period. */
SIM_MUST_CHECK int store_query(store_reader_t *self, const store_filter_t *filter, store_row_fn *fn, void *ctx);
/** One estimate; SIM_ERR_NOT_FOUND when there is none (*row is then zero, its numbers NaN). offer may be "a-b". */
SIM_MUST_CHECK int store_get(store_reader_t *self, const char *offer, const char *kpi, const char *group,
    const char *period, store_row_t *row);
/** Values of one cell by replication: value[rep] for rep < n, NaN where it failed or is not known. */
SIM_MUST_CHECK int store_replicates(store_reader_t *self, const char *plan, const char *kpi, const char *group,
    const char *period, size_t n, double *value);
/**
The series of a plan, in order of time; *n is 0 when the results hold none. The caller frees *span; its kpi is that given.
@return 0, SIM_ERR_STORE or SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int store_series(store_reader_t *self, size_t plan, const char *kpi, size_t *n, store_span_t **span);
/**
The facts, in the scenario's order; *n is 0 when the results hold none. The caller frees *fact; its texts live as long as
the reader.
@return 0, SIM_ERR_STORE or SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int store_facts(store_reader_t *self, size_t *n, store_fact_t **fact);
/** A row at a time; a non-zero answer stops and is returned. */
typedef int store_ledger_fn(void *ctx, const store_ledger_t *row);
/** The ledger in its order: by plan, unit, account, month. Nothing when the results hold none. */
SIM_MUST_CHECK int store_ledger(store_reader_t *self, store_ledger_fn *fn, void *ctx);
const char *store_reader_fault(const store_reader_t *self);

#endif
