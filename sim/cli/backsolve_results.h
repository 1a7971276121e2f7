/*
 * What a back-solved target leaves in its results file: every change of money that was tried, as a candidate, with the
 * share of futures in which the targets are met; and as plans with their replications what was run to the end: "now", and
 * for each line the answer, or the most that was tried ("LINE_most"), so that export and plot show their paths.
 */
#ifndef CLI_BACKSOLVE_RESULTS_H
#define CLI_BACKSOLVE_RESULTS_H

#include "sim/cli/backsolve.h"

/** @param path  what was written; the caller frees. @return CLI_DONE, or CLI_FAILED with what is wrong said on stderr */
cli_exit_t cli_backsolve_write(const cli_backsolve_t *self, const scn_t *scenario, const char *results, char **path);

#endif
