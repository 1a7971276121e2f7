/*
 * When a run has settled: MSER-5 (sim/analysis/warmup.h) on the numbers present, the mean over replications of each
 * span. To choose a warm-up, a pilot of other replications than those that are to be counted is run, so that what is
 * left out does not depend on what is kept.
 */
#ifndef CLI_WARMUP_H
#define CLI_WARMUP_H

#include "sim/cli/cli.h"
#include "sim/cli/trial.h"
#include "sim/experiment/series.h"

#include <stdbool.h>

#define CLI_SPANS 1000   /* of a series, unless told */
#define CLI_PILOT_REPS 5 /* at the least */

/** Day of the run at which the numbers present of an arm have settled; NaN when they have not in its first half. */
SIM_MUST_CHECK int cli_warmup_settled(const cli_trial_t *trial, const exp_series_t *series, uint32_t arm, double *day);
/**
The warm-up of a trial that has none yet: the latest of its plans' truncations.
@return CLI_DONE; CLI_TARGET when a plan does not settle; CLI_INTERRUPTED; CLI_FAILED: said on stderr
*/
cli_exit_t cli_warmup_pilot(cli_trial_t *trial, const cli_options_t *options, double *day);

#endif
