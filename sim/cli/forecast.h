/*
 * What --dry-run says of a run to come: how long it will take, from a short run made now, and how large its results
 * will be.
 */
#ifndef CLI_FORECAST_H
#define CLI_FORECAST_H

#include "sim/cli/trial.h"

#include <stdio.h>

typedef struct {
    double seconds;      /* of one replication of one plan, on one thread */
    double measured_for; /* years of the run that was measured */
} cli_forecast_t;

/**
Measure: a tenth of the run of the first plan, or the whole when that is too short to be timed.
@param path  of the first scenario, to be read again for a shorter run
@return 0, an error code of the replication, or SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int cli_forecast(const cli_trial_t *trial, const cli_options_t *options, const char *path,
    cli_forecast_t *forecast);
/** "about 40 seconds", "about 3 hours". */
void cli_forecast_time(char *text, size_t size, double seconds);
/** "about 3.1 MB". */
void cli_forecast_size(char *text, size_t size, double bytes);
/** Size of a results file of so many replications. */
double cli_forecast_bytes(const cli_trial_t *trial, uint32_t reps);

#endif
