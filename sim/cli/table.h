/*
 * Tables on a terminal. The first row is the head, the first column the name of a row; the other columns are set flush
 * right. A table wider than the page is printed in blocks that repeat the first column.
 *
 * Invariant: a failed allocation is kept in `error`, later calls do nothing, and printing returns it.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CLI_PAGE 120 /* columns */

typedef struct {
    size_t n_columns;
    size_t n_cells, room;
    char **cell; /* row by row; owned */
    bool bold_head;
    int error;
} cli_table_t;

void cli_table_init(cli_table_t *self, size_t n_columns);
void cli_table_free(cli_table_t *self);
/** The next cell, row by row. */
void cli_table_add(cli_table_t *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** @return 0 or SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int cli_table_print(const cli_table_t *self, size_t page, FILE *out);

/** A number as its unit is read: shares as percentages, pounds and large numbers with thousands; "-" for NaN. */
void cli_format_value(char *text, size_t size, const char *unit, double value);
/** The same with its sign, for differences: "+1.2 points" for a share. */
void cli_format_change(char *text, size_t size, const char *unit, double value);
/** The interval of a share is shown as far as 0 and 1. */
void cli_clip_share(const char *unit, double value, double *low, double *high);
/** "45.2% (44.1 to 46.3)"; no bracket when low is NaN. */
void cli_format_interval(char *text, size_t size, const char *unit, double value, double low, double high);
/** "+1.3 (0.4 to 2.2)", percentage points for shares. */
void cli_format_difference(char *text, size_t size, const char *unit, double value, double low, double high);
/** Words over lines of at most `page` columns. */
void cli_print_wrapped(const char *text, size_t page, FILE *out);

#endif
