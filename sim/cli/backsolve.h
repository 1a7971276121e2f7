/*
 * How little more money on a budget line is enough for targets to be met: the line's money changes by so many pounds a year
 * from a day on, posts follow as the scenario says (fewer at once, more after the time to recruit), and the least change
 * is sought with which all targets are met with a stated probability.
 *
 * A future is a replication; every change is tried on the same futures. Of each future the least change is found with which
 * it meets all targets; the answer is their quantile (sim/analysis/threshold.h), and is then run in all futures. That more
 * staff never does harm is supposed in the search, and looked at in that last run: a future that fails there moves the
 * answer up.
 *
 * Lifecycle: init; run; show. Invariant: level `zero` of a lever is no change; levels are whole steps of money, from nothing
 * to CLI_BACKSOLVE_MOST times more, or as far as later changes of the line and the bounds of the scenario allow.
 */
#ifndef CLI_BACKSOLVE_H
#define CLI_BACKSOLVE_H

#include "sim/analysis/interval.h"
#include "sim/analysis/threshold.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/progress.h"
#include "sim/cli/target.h"
#include "sim/cli/trial.h"
#include "sim/store/journal.h"

#define CLI_BACKSOLVE_SURE 0.9 /* probability with which targets are to be met, unless said */
#define CLI_BACKSOLVE_REPS 40  /* futures, unless said: 36 are the fewest that bound a 0.9 quantile from above */
#define CLI_BACKSOLVE_MOST 4.0 /* more money than the line has, times */
#define CLI_BACKSOLVE_NONE SIZE_MAX

/* A line, or several together in proportion to their money. */
typedef struct {
    char name[SIM_NAME_MAX];
    bool of[CARE_LINES_MAX];
    double pounds[CARE_LINES_MAX]; /* a year, of each line on the day, as simulated: times the scenario's scale */
    double base;                   /* their sum */
    double posts;                  /* what they pay on that day */
    double step;                   /* pounds a year */
    long zero;                     /* level of no change */
    size_t n_levels;
    bool capped; /* more would be against a bound that the scenario sets */
    ana_threshold_t threshold;
    ana_threshold_answer_t answer; /* level n_levels: not feasible */
    size_t shown;                  /* what was tried that tells most of it: the answer, or the most */
    size_t at_once;                /* the most with posts filled at once, tried when it is not feasible */
} cli_lever_t;

typedef enum {
    CLI_FUTURE_FAILED = -1,
    CLI_FUTURE_NOT_RUN = 0,
    CLI_FUTURE_SHORT = 1, /* as far as the targets are known */
    CLI_FUTURE_WHOLE = 2
} cli_future_t;

/* One change of money that was tried. */
typedef struct {
    size_t lever; /* CLI_BACKSOLVE_NONE: no change */
    size_t level;
    bool at_once;       /* posts are filled on the day the money comes */
    double pounds;      /* more a year */
    signed char *state; /* [rep] cli_future_t */
    double *own;        /* [rep][target] */
    double *whole;      /* [rep][cell of the trial]; NULL: not run to the end */
} cli_tried_level_t;

typedef struct {
    const cli_options_t *options;
    cli_trial_t trial; /* of the one plan */
    size_t n_targets;
    cli_target_t target[CLI_TARGETS_MAX];
    double from_day, sure;
    uint32_t n_reps;
    size_t n_months, n_pools;
    size_t short_months;      /* of a run that is long enough for the targets to be known */
    size_t n_values, *at;     /* cell of the trial that each value is, n_cells = none; owned */
    store_journal_t *journal; /* borrowed; NULL: none is kept */
    size_t n_levers;
    cli_lever_t lever[CARE_LINES_MAX + 1];
    size_t n_tried, room;
    cli_tried_level_t *tried;
    size_t best; /* lever; CLI_BACKSOLVE_NONE: none is feasible */
    cli_interrupt_t interrupt;
    cli_progress_t bar;
    uint64_t done, total, failed;
    double seconds;
} cli_backsolve_t;

/**
Read the targets, the lines and the day from the options, and make the plan ready.
@return CLI_DONE, or CLI_USAGE, CLI_SCENARIO, CLI_FAILED with what is wrong said on stderr. The caller frees always.
*/
cli_exit_t cli_backsolve_init(cli_backsolve_t *self, const cli_options_t *options, const scn_t *scenario);
void cli_backsolve_free(cli_backsolve_t *self);
/** @return 0, SIM_ERR_INTERRUPTED, or an error */
SIM_MUST_CHECK int cli_backsolve_run(cli_backsolve_t *self);

/* ---- what was tried ---- */

/*
 * Values of a replication: of each target; of what leaves unseen beside it; of each target in the period like its own that
 * ends with a month; by line and month; by pool in the contract year of the first target.
 */
size_t cli_backsolve_own(const cli_backsolve_t *self, size_t target);
size_t cli_backsolve_left(const cli_backsolve_t *self, size_t target);
size_t cli_backsolve_until(const cli_backsolve_t *self, size_t target, size_t month);
size_t cli_backsolve_vacant(const cli_backsolve_t *self, size_t line, size_t month);
size_t cli_backsolve_unspent(const cli_backsolve_t *self, size_t line, size_t month);
size_t cli_backsolve_load(const cli_backsolve_t *self, size_t pool);
/** Mean and interval over all futures that were run to the end. */
void cli_backsolve_mean(const cli_backsolve_t *self, size_t tried, size_t value, ana_interval_t *interval);
/** Whether all targets are met in a future that was run. */
bool cli_backsolve_is_met(const cli_backsolve_t *self, size_t tried, size_t rep);
/** In how many futures a target (CLI_BACKSOLVE_NONE: all of them) is met, of *n that were run. */
size_t cli_backsolve_met(const cli_backsolve_t *self, size_t tried, size_t target, size_t *n);
/** The same of a target in the period that ends with a month; *n is 0 when there is none, or it is not known. */
size_t cli_backsolve_met_in(const cli_backsolve_t *self, size_t tried, size_t target, size_t month, size_t *n);
/** The model of what was tried; spec is the caller's, borrows from the scenario, and must outlive the model. */
SIM_MUST_CHECK int cli_backsolve_model(const cli_backsolve_t *self, const cli_tried_level_t *tried, care_spec_t *spec,
    care_model_t *model);
/** Posts that a line pays for at the prices of a day; and its money, in pounds a year. */
double cli_backsolve_posts(const care_model_t *model, size_t line, double day);
double cli_backsolve_pounds(const care_model_t *model, size_t line, double day);

/* ---- backsolve_show.c ---- */

/** @return 0 or SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int cli_backsolve_show(const cli_backsolve_t *self, FILE *out);

#endif
