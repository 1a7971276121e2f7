/*
 * A trial: the plans of one or more scenarios, ready to run on the same simulated children, and the cells that they
 * share.
 *
 * Plans differ in pools and stages (offers add their own), so the groups of a trial are those of all plans together,
 * in order of first appearance; a cell that a plan does not have is NaN for it. Periods and measures must be the same
 * for all.
 *
 * What happens before the warm-up is forgotten, and a period that lies wholly before its end is not known (NaN). A plain
 * network is counted from that instant on. A care system is counted from the first whole month after it: its cohorts
 * belong to months, and a month of which a part is forgotten would have more seen than referred.
 *
 * A record is a value for each cell and then, when a series is kept, the mean numbers present in each span and those
 * waiting.
 *
 * Invariant: after cli_trial_init and the settings that follow it the trial is only read; threads share it.
 */
#ifndef CLI_TRIAL_H
#define CLI_TRIAL_H

#include "models/care.h"
#include "sim/cli/options.h"
#include "sim/lua/scenario.h"
#include "sim/store/store.h"

#include <stddef.h>
#include <stdint.h>

/* An arm: a plan of a scenario. */
typedef struct {
    char *name; /* "tiered", or "scenario/tiered" when there are several scenarios; owned */
    const char *colour;
    const scn_t *scenario;   /* borrowed */
    const care_plan_t *plan; /* NULL: a plain network */
    char *why;               /* where the first fault is said instead of on stderr; NULL: on stderr; borrowed */
    size_t why_size;
    care_model_t model;
    size_t n_cells;
    sim_cell_t *cell; /* its own */
    size_t *to;       /* which cell of the trial each of them is */
} cli_arm_t;

typedef struct {
    uint64_t seed;
    size_t n_arms, n_kpis, n_groups, n_periods, n_cells;
    cli_arm_t *arm;
    sim_kpi_t *kpi;
    sim_group_t *group;
    sim_period_t *period;
    sim_period_t *counted; /* the part of each period that is counted; without months when there is none */
    double warmup_days;
    char *why; /* as of an arm, while it is made */
    size_t why_size;
    size_t unlike; /* a plan whose scenario has another warm-up than the first; 0 = they agree */
    size_t n_spans;
    sim_cell_t *cell;
    care_ledger_t *ledger; /* of each arm, of its first replication; NULL = not kept */
} cli_trial_t;

/**
Make the plans ready.
@param scenario  n loaded scenarios, borrowed
@param plans     comma-separated names, or NULL for all
@param first     only the first plan
@return 0; SIM_ERR_NOT_FOUND for a plan that is not there; SIM_ERR_SCENARIO; SIM_ERR_NO_MEMORY. What was wrong
has been said on stderr. The caller frees even on error.
*/
SIM_MUST_CHECK int cli_trial_init(cli_trial_t *self, const scn_t *const *scenario, size_t n, const char *plans,
    bool first, uint64_t seed);
/**
The first plan of one scenario; what is wrong with it is said in why alone.
@return as above
*/
SIM_MUST_CHECK int cli_trial_init_silently(cli_trial_t *self, const scn_t *scenario, const char *plans, uint64_t seed,
    char *why, size_t why_size);
/**
Leave out what happens before a day; without this it is as the first scenario says.
@return 0, or SIM_ERR_BAD_PARAM, said on stderr, when nothing would be left or the day is below 0
*/
SIM_MUST_CHECK int cli_trial_warm_up(cli_trial_t *self, double days);
/** Day from which on things are counted. */
double cli_trial_counted_from(const cli_trial_t *self);
/** Whether a cell of the trial is wanted. */
typedef bool cli_cell_fn(void *ctx, const cli_trial_t *trial, const sim_cell_t *cell);
/** Keep only the cells that are wanted. @return 0 or SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int cli_trial_keep_cells(cli_trial_t *self, cli_cell_fn *wanted, void *ctx);
/** Keep a series of n spans; 0 = none. */
void cli_trial_keep_series(cli_trial_t *self, size_t n);
/** Keep the ledger of the first replication of each plan. @return 0 or SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int cli_trial_keep_ledger(cli_trial_t *self);
/** ... and put it into a results file, when that replication has run. */
SIM_MUST_CHECK int cli_trial_put_ledger(const cli_trial_t *self, store_writer_t *writer);
/** Length of a record. */
size_t cli_trial_values(const cli_trial_t *self);
/**
The cells of measures over the whole run and all children, in the order named.
@param names  comma-separated measures
@param cell   as many as *n; the caller frees it, even on error
@return 0; SIM_ERR_NOT_FOUND for a measure that is not there or is not kept so, said on stderr; SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int cli_trial_cells(const cli_trial_t *self, const char *names, size_t *n, size_t **cell);
/** The cell of a measure, group and period by their numbers; n_cells when there is none. */
size_t cli_trial_find(const cli_trial_t *self, size_t kpi, size_t group, size_t period);
/** The name of the measure that a cell is of. */
const char *cli_trial_kpi(const cli_trial_t *self, size_t cell);
/** The measures that --precision looks at unless told: "a,b". */
const char *cli_trial_headline(const cli_trial_t *self);
void cli_trial_free(cli_trial_t *self);
/** An exp_runner_t; ctx is the trial. */
int cli_trial_run(void *ctx, uint32_t arm, uint32_t rep, double *value, uint64_t *events);
/** Plans, measures, groups, periods and cells into a results file. */
SIM_MUST_CHECK int cli_trial_put_layout(const cli_trial_t *self, store_writer_t *writer);
/** The same with plans of other names than the arms. */
SIM_MUST_CHECK int cli_trial_put_layout_of(const cli_trial_t *self, size_t n_plans, const store_plan_t *plan,
    store_writer_t *writer);

#endif
