/* The records of a sweep as tables for export. */
#ifndef CLI_SWEEP_SHOW_H
#define CLI_SWEEP_SHOW_H

#include "sim/cli/cli.h"
#include "sim/store/store.h"

#include <stdio.h>

/**
One row a record, or with `failed` one a failed record: point, rep and offer, the inputs, the measures (or the reason).
@return 0, SIM_ERR_STORE, SIM_ERR_IO or SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int cli_sweep_write(store_reader_t *reader, bool failed, bool json, FILE *out);

/** How long it would take on 1, 2, 4, ... 1,024 workers. @return as cli_sweep_write */
SIM_MUST_CHECK int cli_schedule_write(store_reader_t *reader, bool json, FILE *out);

#endif
