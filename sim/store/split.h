/*
 * A search among splits of money, in a results file: every candidate that was tried, its money by line, its estimates and
 * replications, and differences between candidates. The tables are STORE_SCHEMA_SPLIT's; files of other commands have none.
 */
#ifndef STORE_SPLIT_H
#define STORE_SPLIT_H

#include "sim/experiment/estimate.h"
#include "sim/store/store.h"

extern const char STORE_SCHEMA_SPLIT[];

/* Texts are never NULL; numbers that are not known are NaN. */
typedef struct {
    const char *name, *stage; /* "s12"; "design", "refine", "named", "growth", "next" */
    const char *growth;       /* "" = the scenario's own */
    const char *roles;        /* "chosen", "current", "equal", "need", "runner-up", separated by spaces */
    const char *status; /* "chosen", "tried", "dropped" (from the selection), "outside" (of what is asked), "refused" */
    const char *message;  /* why it was refused */
    uint32_t reps, first; /* estimates are taken from replications first .. reps-1 */
    bool on_frontier;
    ana_interval_t score;
    double p_best, p_near; /* that it is the best; that it is within the difference that matters of the best */
    double regret, regret_low, regret_high;
} store_candidate_t;

/* Of whom and when a number is, and what for: "objective", "outcome", "watched". */
typedef struct {
    const char *use, *kpi, *group, *period, *unit;
    size_t number; /* of the objective or outcome */
} store_measured_t;

/** Make the tables: once, before the rest. */
SIM_MUST_CHECK int store_split_begin(store_writer_t *self);
/** @param line  n names; pounds a year of each */
SIM_MUST_CHECK int store_put_candidate(store_writer_t *self, size_t id, const store_candidate_t *candidate, size_t n,
    const char *const *line, const double *pounds);
SIM_MUST_CHECK int store_put_candidate_estimate(store_writer_t *self, size_t id, const store_measured_t *of,
    const ana_interval_t *interval);
/** id less minus. */
SIM_MUST_CHECK int store_put_candidate_difference(store_writer_t *self, size_t id, size_t minus,
    const store_measured_t *of, const ana_interval_t *interval);
/** A replication: a value for each cell. */
SIM_MUST_CHECK int store_put_candidate_record(store_writer_t *self, size_t id, uint32_t rep, size_t n,
    const double *value);

/* ---- reading ---- */

/** Whether the results are of a search. */
bool store_is_split(store_reader_t *self);

/* A row of a table as texts and numbers, in the order of its columns. */
typedef struct {
    const char *name, *text; /* text NULL: a number; NaN: empty */
    double number;
} store_field_t;
typedef int store_fields_fn(void *ctx, const store_field_t *field, size_t n);
/**
The rows of a table: for export "candidates", "candidate_estimates", "candidate_differences"; for the figure
"candidate_plane".
@return 0; SIM_ERR_NOT_FOUND when the results hold no such table; what fn returns; SIM_ERR_STORE
*/
SIM_MUST_CHECK int store_rows(store_reader_t *self, const char *table, store_fields_fn *fn, void *ctx);

#endif
