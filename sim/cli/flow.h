/* The pathways of a trial into its results. */
#ifndef CLI_FLOW_H
#define CLI_FLOW_H

#include "sim/cli/trial.h"

/** Stages, sources and routes of every plan, as compiled. @return 0 or SIM_ERR_STORE */
SIM_MUST_CHECK int cli_flow_put(const cli_trial_t *trial, store_writer_t *writer);

#endif
