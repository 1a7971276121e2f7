/*
 * The published facts of the scenarios of a trial: where in its records each is, what it came to, and how that is told.
 *
 * A fact is compared only with what it is of: its plans are among those that run, its period is one of the run and whole,
 * and neither scale nor, for the whole run, start and length are set to others than the scenario's. The rest is left out,
 * and counted.
 *
 * Invariant: after cli_facts_init every fact whose plans run, and whose period is in the run, has a cell that they keep.
 */
#ifndef CLI_FACTS_H
#define CLI_FACTS_H

#include "sim/cli/trial.h"
#include "sim/store/store.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Where a number is: arm, period and cell of the trial; SIZE_MAX = not run. */
typedef struct {
    size_t arm, period, cell;
} cli_of_t;

typedef struct {
    const care_fact_t *fact; /* borrowed */
    const char *scenario;    /* its name */
    cli_of_t of, versus;     /* versus: of a pair only */
} cli_fact_t;

typedef struct {
    size_t n;
    cli_fact_t *fact;
} cli_facts_t;

/**
Find the facts' cells.
@param scenario  n scenarios, those of the trial; borrowed
@return 0; SIM_ERR_SCENARIO for a group or a period that there is not, said on stderr; SIM_ERR_NO_MEMORY. The caller
frees even on error.
*/
SIM_MUST_CHECK int cli_facts_init(cli_facts_t *self, const cli_trial_t *trial, const scn_t *const *scenario, size_t n);
void cli_facts_free(cli_facts_t *self);
/** Judge each and put it into the results, from replications 0 .. reps - 1, which are there. */
SIM_MUST_CHECK int cli_facts_put(const cli_facts_t *self, const cli_trial_t *trial, store_writer_t *writer,
    uint32_t reps);
/** What the results say of the facts: nothing when they hold none. @return 0, SIM_ERR_NO_MEMORY or SIM_ERR_STORE */
SIM_MUST_CHECK int cli_facts_print(store_reader_t *reader, FILE *out);
/** The facts as a scenario has them, and the command that runs what they need. @return 0 or SIM_ERR_NO_MEMORY */

SIM_MUST_CHECK int cli_facts_list(const care_spec_t *spec, const char *file, FILE *out);
/** The facts of the results as CSV or JSON. @return 0, SIM_ERR_NO_MEMORY, SIM_ERR_STORE, or SIM_ERR_IO (the output) */
SIM_MUST_CHECK int cli_facts_write(store_reader_t *reader, bool json, FILE *out);

#endif
