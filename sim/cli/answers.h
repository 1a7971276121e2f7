/*
 * What a sweep says: how far results spread, by what is not known and by chance; which inputs drive them; which plan is
 * best, how surely, and what it would be worth to know more.
 *
 * Outcomes are, for each measure that is kept, each plan's and each plan's difference from the first. Points at which a
 * replication failed are left out of what they would have been in.
 */
#ifndef CLI_ANSWERS_H
#define CLI_ANSWERS_H

#include "sim/cli/cli.h"
#include "sim/store/sweep.h"

#include <stdio.h>

/** Work them out from a finished sweep, and keep them in it. @return CLI_DONE, or CLI_FAILED with the fault said */
cli_exit_t cli_answers_make(const char *path, const cli_options_t *options);
/** The headline: the first measure, and the choice. */
cli_exit_t cli_answers_show(const char *path, FILE *out);
/** All of them: what,offer,kpi,group,period,input,estimate,low,high,n. @return as cli_sweep_write */
SIM_MUST_CHECK int cli_answers_write(store_reader_t *reader, bool json, FILE *out);

#endif
