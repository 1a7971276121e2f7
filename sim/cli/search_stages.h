/* The stages of a search (search.h), one after another. Each returns as cli_search_run. */
#ifndef CLI_SEARCH_STAGES_H
#define CLI_SEARCH_STAGES_H

#include "sim/cli/search.h"

/** Splits of the design, by the number of lines when the user does not say. */
size_t cli_search_design_size(const cli_search_t *self);
size_t cli_search_round_size(const cli_search_t *self);
SIM_MUST_CHECK int cli_search_design(cli_search_t *self);
/** How objectives are exchanged, once the present split is known. */
SIM_MUST_CHECK int cli_search_weigh(cli_search_t *self);
SIM_MUST_CHECK int cli_search_refine(cli_search_t *self);
SIM_MUST_CHECK int cli_search_select(cli_search_t *self);
SIM_MUST_CHECK int cli_search_growth(cli_search_t *self);
SIM_MUST_CHECK int cli_search_next(cli_search_t *self);

#endif
