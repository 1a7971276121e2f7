/*
 * A target as it is written on the command line: "cohort_seen_18w >= 0.8 by 2029-03", or of a group,
 * "cohort_seen_18w quintile=1 >= 80% by y5".
 *
 * The measure is of everyone referred in the period (a month, a contract year or a financial year), never of those seen
 * alone. The period must lie in the run, and the run must go on long enough after it for the measure to be known.
 *
 * Invariant: a target that was read has a cell of the trial.
 */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include "sim/cli/cli.h"
#include "sim/cli/trial.h"

#include <stdbool.h>
#include <stddef.h>

#define CLI_TARGETS_MAX 8

typedef struct {
    const char *text;                       /* as given; borrowed */
    const sim_kpi_t *kpi;                   /* of the trial */
    char group[112];                        /* "all", "quintile=1" */
    bool least;                             /* at least; else at most */
    double value;                           /* in the measure's unit */
    size_t group_index, period_index, cell; /* of the trial */
} cli_target_t;

/** Read a target and find its cell. @return CLI_DONE, or CLI_USAGE with what is wrong said on stderr */
cli_exit_t cli_target_read(cli_target_t *self, const char *text, const cli_trial_t *trial);
bool cli_target_is_met(const cli_target_t *self, double value);
/** "cohort_seen_18w at least 80% by 2029-03" */
void cli_target_describe(const cli_target_t *self, const cli_trial_t *trial, char *text, size_t size);

#endif
