/*
 * Candidates: splits of a scenario's money, each made of the scenario by overrides (lines.NAME.per_year, as after --set) and
 * simulated on the same children as all others, under the scenario's own growth or another.
 *
 * Where the scenario's `build` does not make posts of a line's money, the units of the line's pools are set with it, so that
 * money buys posts at the price that the scenario gives them; servers, which are whole, at their number rounded down.
 *
 * Of each replication the numbers kept are those over the whole run, those of the measures that a split may be judged by in
 * every group and contract year, and whatever was asked for. Replication r has the same children for every candidate.
 *
 * Lifecycle: init; want the measures; add candidates; run; ask. Invariant: all candidates have the same cells; replications
 * 0 .. reps-1 of each are there; a candidate that was refused has none, and says why.
 */
#ifndef CLI_CANDIDATES_H
#define CLI_CANDIDATES_H

#include "models/split.h"
#include "sim/analysis/interval.h"
#include "sim/cli/cli.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/trial.h"
#include "sim/store/journal.h"

#define CLI_MONEY_LEAST 0.01 /* pounds a year: what a line without money keeps, since posts are paid from it */
#define CLI_WANTED_MAX 64

typedef double cli_money_t[CARE_SPLIT_LINES_MAX]; /* pounds a year in the first year, by line divided */

typedef struct {
    char name[40];     /* "current", "equal", "need", or "s12" */
    const char *stage; /* in which it was thought of */
    size_t growth;     /* 0: the scenario's own; else growth - 1 of the split */
    cli_money_t money;
    bool refused;
    char why[256];
    char *key; /* the overrides that make it; owned */
    scn_t *scenario;
    cli_trial_t trial; /* of one arm */
    uint32_t reps, room, failed;
    double *value; /* [rep][cell]; NaN where a replication failed */
    double seconds;
    uint64_t events;
} cli_candidate_t;

typedef struct cli_candidates {
    const cli_options_t *options;
    const char *path;          /* of the scenario */
    const scn_t *base;         /* borrowed */
    const care_split_t *split; /* borrowed; complete */
    bool follows[CARE_SPLIT_LINES_MAX];
    size_t n_wanted;
    care_measure_t wanted[CLI_WANTED_MAX];
    size_t n, room;
    cli_candidate_t **item; /* owned, so that they stay where they are */
    size_t n_cells;
    store_journal_t *journal; /* borrowed; NULL = none is kept */
    uint64_t simulated;       /* replications, those of the journal apart */
    uint64_t failed;
    double seconds; /* spent in simulating, of all threads */
} cli_candidates_t;

/**
@param base   the scenario, loaded with the options' --set
@param split  what care_split_default has completed
@return 0, SIM_ERR_SCENARIO (said on stderr) or SIM_ERR_NO_MEMORY. The caller frees even on error.
*/
SIM_MUST_CHECK int cli_candidates_init(cli_candidates_t *self, const cli_options_t *options, const char *path,
    const scn_t *base, const care_split_t *split);
void cli_candidates_free(cli_candidates_t *self);
/** Keep this measure too: before the first candidate. @return 0 or SIM_ERR_FULL */
SIM_MUST_CHECK int cli_candidates_want(cli_candidates_t *self, const care_measure_t *measure);
/**
Add a candidate, or find the one of that money and growth.
@return 0 or SIM_ERR_NO_MEMORY; *index is a candidate's even when it is refused
*/
SIM_MUST_CHECK int cli_candidates_add(cli_candidates_t *self, const char *name, const char *stage, size_t growth,
    const double *money, size_t *index);
/**
Run candidates until each has its number of replications.
@param reps      reps[n]; fewer than there are: nothing to do
@param cancel    may be NULL
@param progress  may be NULL
@return 0, SIM_ERR_INTERRUPTED (finished replications are kept), or an error
*/
SIM_MUST_CHECK int cli_candidates_run(cli_candidates_t *self, const uint32_t *reps, const atomic_int *cancel,
    exp_progress_t *progress, void *progress_ctx);
/** The cell of a measure, or SIZE_MAX when candidates do not have it. */
size_t cli_candidates_cell(const cli_candidates_t *self, const care_measure_t *measure);
/** NaN when the replication failed or was not run. */
double cli_candidates_value(const cli_candidates_t *self, size_t candidate, uint32_t rep, size_t cell);
/** Mean and interval of a cell over replications first .. reps-1. */
void cli_candidates_estimate(const cli_candidates_t *self, size_t candidate, size_t cell, uint32_t first,
    ana_interval_t *interval);
/** The same of a - b, replication by replication, as far as both have them. */
void cli_candidates_difference(const cli_candidates_t *self, size_t a, size_t b, size_t cell, uint32_t first,
    ana_interval_t *interval);
/** Sum of a candidate's money. */
double cli_candidates_total(const cli_candidates_t *self, const double *money);

#endif
