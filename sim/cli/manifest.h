/* What every results file says of itself: the program, the scenarios and their parameters; and what it is called. */
#ifndef CLI_MANIFEST_H
#define CLI_MANIFEST_H

#include "sim/cli/cli.h"
#include "sim/lua/scenario.h"
#include "sim/store/store.h"

/** The file of --out with ".db", else out/SCENARIO-COMMAND.db. Caller frees; NULL when there is no memory. */
char *cli_results_path(const cli_options_t *options, const char *command, const scn_t *const *scenario,
    size_t n_scenarios);
/** A line of the manifest. */
SIM_MUST_CHECK int cli_put(store_writer_t *writer, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** Now, in UTC. */
SIM_MUST_CHECK int cli_put_time(store_writer_t *writer, const char *key);
/** Version, commit, command line, seed, replications, threads, host and time. */
SIM_MUST_CHECK int cli_put_program(store_writer_t *writer, const cli_options_t *options);
SIM_MUST_CHECK int cli_put_scenarios(store_writer_t *writer, const cli_options_t *options, const scn_t *const *scenario,
    size_t n);
/** What the scenario says of itself, as about.NAME. */
SIM_MUST_CHECK int cli_put_about(store_writer_t *writer, const scn_t *scenario);
SIM_MUST_CHECK int cli_put_parameters(store_writer_t *writer, const scn_t *const *scenario, size_t n);

#endif
