/* What a terminal shows of a results file: tables, overloads, and the answer in words. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "sim/cli/options.h"
#include "sim/store/store.h"

#include <stdio.h>

/** One plan: its measures over the whole run, and its pools. @return 0, SIM_ERR_NO_MEMORY or SIM_ERR_STORE */
SIM_MUST_CHECK int cli_summary_plan(store_reader_t *reader, size_t plan, FILE *out);
/** Several plans side by side, their paired differences against the first, and, for a care system, the answer. */
SIM_MUST_CHECK int cli_summary_compare(store_reader_t *reader, FILE *out);
/**
A note on stderr that names the headline measures whose replications are so skewed, under some plan, that the t
interval covers badly (ana_is_skewed); the tables mark them. @return as above
*/
SIM_MUST_CHECK int cli_summary_warn_skewed(store_reader_t *reader, const cli_options_t *options);

#endif
