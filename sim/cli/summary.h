/* What a terminal shows of a results file: tables, overloads, and the answer in words. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "sim/cli/options.h"
#include "sim/cli/table.h"
#include "sim/store/store.h"

#include <stdio.h>

/** One plan: its measures over the whole run, the stages of a plain network, and the pools. @return 0, SIM_ERR_NO_MEMORY or SIM_ERR_STORE */
SIM_MUST_CHECK int cli_summary_plan(store_reader_t *reader, size_t plan, FILE *out);
/** Several plans side by side, their paired differences against the first, and, for a care system, the answer. */
SIM_MUST_CHECK int cli_summary_compare(store_reader_t *reader, FILE *out);
/**
A note on stderr that names the headline measures whose replications are so skewed, under some plan, that the t
interval covers badly (ana_is_skewed); the tables mark them. @return as above
*/
SIM_MUST_CHECK int cli_summary_warn_skewed(store_reader_t *reader, const cli_options_t *options);

/* ---- shared by tables of estimates; @return as above ---- */

/** The estimate over the whole run; its numbers are NaN, and its replications 0, when there is none. */
SIM_MUST_CHECK int cli_whole_run(store_reader_t *reader, const char *offer, const char *kpi, const char *group,
    store_row_t *row);
/** A cell with that estimate, its interval, and a mark when its replications are skewed. */
SIM_MUST_CHECK int cli_add_estimate(store_reader_t *reader, cli_table_t *table, const char *offer, const char *kpi,
    const char *group);
/** Print the table, say what the mark means when it is there, and free the table. */
SIM_MUST_CHECK int cli_print_estimates(cli_table_t *table, FILE *out);
void cli_heading(const char *text, FILE *out);

#endif
