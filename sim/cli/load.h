/*
 * Scenarios from files: what the command line gives the loader to read, and how it says what was wrong.
 *
 * A scenario is looked for as named, then (also without ".lua") among the scenarios that come with Weir. Modules and
 * CSV files are looked for in the scenario's own folder first, then beside the program and in the folder it was
 * installed to.
 */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include "sim/cli/cli.h"
#include "sim/lua/scenario.h"

/**
Load a scenario with the options' --set; errors and warnings go to stderr.
@param scenario  the caller scn_frees it, also on error; NULL when there is none
@return CLI_DONE, CLI_SCENARIO, or CLI_FAILED when memory ran out
*/
cli_exit_t cli_load(const cli_options_t *options, const char *path, scn_t **scenario);
/**
The same with overrides of one's own; nothing is said but in fault, the first error.
@return 0, SIM_ERR_SCENARIO or SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int cli_load_silently(const char *path, const char *const *set, size_t n_set, char *fault, size_t size,
    scn_t **scenario);
/** Call fn with each folder of scenarios that come with Weir. */
void cli_scenario_folders(void (*fn)(const char *folder, void *ctx), void *ctx);
/** A workload of the benchmark: bench/NAME.lua beside the program, or where it was installed. */
cli_exit_t cli_load_workload(const char *name, const char *const *set, size_t n_set, scn_t **scenario);

/*
 * A scenario that is loaded many times with other overrides. What it reads is read once, so that all loads are of the
 * same texts though a file changes meanwhile.
 */
typedef struct cli_source cli_source_t;

/** NULL when there is no memory. */
cli_source_t *cli_source_open(const char *path);
void cli_source_free(cli_source_t *self);
/**
Load without a word: what was wrong is in the scenario's errors. Threads may load at the same time.
@return as scn_load
*/
SIM_MUST_CHECK int cli_source_load(cli_source_t *self, const char *const *set, size_t n_set, scn_t **scenario);
/** Load and say what was wrong, as cli_load does. */
cli_exit_t cli_source_load_aloud(cli_source_t *self, const char *const *set, size_t n_set, bool quiet,
    scn_t **scenario);

/** The evidence base that comes with Weir. */
cli_exit_t cli_load_evidence(scn_t **scenario);

#endif
