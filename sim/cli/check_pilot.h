/*
 * Loads of a care system before anyone waits for a run: of one replication of the first plan's first year, since what
 * triage decides is not known from the flows alone. One future says about how loaded a team is, not how sure that is.
 */
#ifndef CLI_CHECK_PILOT_H
#define CLI_CHECK_PILOT_H

#include "sim/cli/options.h"
#include "sim/lua/scenario.h"

/** Print the loads, and name what is short. @return 0 (also when a year cannot be cut from the run) or an error code */
SIM_MUST_CHECK int cli_check_pilot(const cli_options_t *options, const care_spec_t *spec);

#endif
