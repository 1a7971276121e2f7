/* Rows of a table of a results file as CSV or JSON, under the names of its columns. */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include "sim/store/split.h"

#include <stdbool.h>
#include <stdio.h>

/** One field: a text, or a number, empty or null when it is NaN. */
void cli_field_write(const store_field_t *field, bool json, FILE *out);
/** @return 0, SIM_ERR_NOT_FOUND, SIM_ERR_STORE, or SIM_ERR_IO (the output) */
SIM_MUST_CHECK int cli_rows_write(store_reader_t *reader, const char *table, bool json, FILE *out);

#endif
