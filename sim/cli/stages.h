/* Tables of a plain network's stages, of their classes and of the numbers present in them, as a terminal shows them. */
#ifndef CLI_STAGES_H
#define CLI_STAGES_H

#include "sim/store/store.h"

#include <stdio.h>

/**
Over the whole run under one plan: who came to each stage and how long it took; the same for each class of stages that
keep them; and the share of time with 0, 1, ... present in stages that keep it. A column of zeros is left out.
@return 0, SIM_ERR_NO_MEMORY or SIM_ERR_STORE
*/
SIM_MUST_CHECK int cli_print_stages(store_reader_t *reader, size_t plan, FILE *out);

#endif
