/*
 * The ledger as a table: plan,month,line,lot,funder,account,debit_pounds,credit_pounds, to the penny, of the first replication of each
 * plan. Debits and credits of each plan, month and line add up to the same.
 */
#ifndef CLI_LEDGER_H
#define CLI_LEDGER_H

#include "sim/store/store.h"

#include <stdbool.h>
#include <stdio.h>

/** @return 0, SIM_ERR_NO_MEMORY, SIM_ERR_STORE, or SIM_ERR_IO (the output) */
SIM_MUST_CHECK int cli_ledger_write(store_reader_t *reader, bool json, FILE *out);

#endif
