/*
 * weir export --format xlsx: the results as a workbook. A sheet "Summary" (headline measures by plan, differences from
 * the first plan, and charts), then a tidy sheet a table: what the CSV of that table has, numbers as numbers; then
 * parameters with their sources, the measures, and what was run. A table without rows has no sheet.
 */
#ifndef CLI_WORKBOOK_H
#define CLI_WORKBOOK_H

#include "sim/store/store.h"

#include <stddef.h>
#include <stdio.h>

/* A table that can be written as CSV. */
typedef struct {
    const char *sheet; /* its name */
    int (*write)(void *ctx, size_t table, FILE *out);
} cli_sheet_t;

/**
Write the workbook.
@param sheet    n tables; sheet[i].write(ctx, i, ...) writes the i-th
@param path     to be overwritten
@param fault    what was wrong, for SIM_ERR_FULL and SIM_ERR_IO
@return 0, SIM_ERR_STORE (the results), SIM_ERR_IO, SIM_ERR_FULL (more rows than a sheet holds) or SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int cli_workbook_write(store_reader_t *reader, const cli_sheet_t *sheet, size_t n, void *ctx,
    const char *path, char *fault, size_t fault_size);

#endif
