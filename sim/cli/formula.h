/*
 * The quick answer to each team of a results file: Erlang C from the same arrivals and the same work, or what is left over
 * each week when there is more work than time, beside what was simulated, and what sets the two apart.
 */
#ifndef CLI_FORMULA_H
#define CLI_FORMULA_H

#include "plots/report.h"
#include "sim/store/store.h"

/**
Every pool under the first plan, over the whole run.
@param quick  *n rows; the caller frees them, even on error
@return 0, SIM_ERR_NO_MEMORY or SIM_ERR_STORE
*/
SIM_MUST_CHECK int cli_formula(store_reader_t *reader, size_t *n, plot_quick_t **quick);

#endif
