/*
 * The tidy table: scenario,offer,kpi,group,period,estimate,low,high,reps,unit. Its rows are estimates in the order of
 * the results file; a cell that no replication knows has no row, and with one replication low and high are empty.
 * Numbers are the shortest that read back as the same double, so files of the same results are the same bytes.
 */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "sim/store/store.h"

#include <stddef.h>
#include <stdio.h>

typedef enum { CLI_TIDY_CSV, CLI_TIDY_JSON, CLI_TIDY_UNKNOWN } cli_tidy_t;

/** "csv" or "json". */
cli_tidy_t cli_tidy_format(const char *name);
/** @return 0, SIM_ERR_STORE (the results), or SIM_ERR_IO (the output) */
SIM_MUST_CHECK int cli_tidy_write(store_reader_t *reader, const store_filter_t *filter, cli_tidy_t format, FILE *out);
/** The shortest decimal that reads back as value; "" for NaN. */
void cli_shortest(char *text, size_t size, double value);

/** A text as a field of CSV (RFC 4180), and as a member of a JSON object. */
void cli_csv_field(const char *text, FILE *out);
/** The name of a member, quoted, with the colon. */
void cli_json_name(const char *name, FILE *out);
void cli_json_field(const char *name, const char *text, FILE *out);

#endif
