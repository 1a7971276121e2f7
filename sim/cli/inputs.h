/*
 * The inputs of a sweep: what the scenario's `sweep` says, or else all that the scenario uses whose range is
 * uncertainty, as PERT(low, value, high).
 *
 * Which of the latter there are is found by trying: each is set to another value and what changes is looked at, so that
 * evidence that changes nothing is left out, and a number that is made from another is not varied a second time.
 *
 * A point gives each input a number: of one with a distribution the value, to 10 digits; of one with levels the index
 * of the level.
 */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include "sim/cli/load.h"
#include "sim/cli/trial.h"

#include <stddef.h>

typedef struct {
    char *name, *group, *text; /* text: "pert(0.01, 0.02, 0.05)" */
    size_t n_paths;
    char **path; /* what is set, all to the same value; "plan" alone is which plan runs */
    bool is_plan, is_time, whole;
    sim_dist_t dist; /* not given: levels */
    size_t n_levels;
    char **level;
    double *cum; /* cumulative weights, the last is 1 */
} cli_input_t;

typedef struct {
    char *name, *why;
} cli_fixed_t;

typedef struct {
    size_t n, n_fixed;
    cli_input_t *input;
    cli_fixed_t *fixed; /* what could have been varied and is not */
} cli_inputs_t;

/**
Find the inputs.
@param base   the scenario with the options' --set
@param trial  for the names of the plans
@return CLI_DONE; otherwise what was wrong has been said. The caller frees even on error.
*/
cli_exit_t cli_inputs_init(cli_inputs_t *self, cli_source_t *source, const cli_options_t *options, const scn_t *base,
    const cli_trial_t *trial);
void cli_inputs_free(cli_inputs_t *self);
/** The input that chooses the plan, or NULL. */
const cli_input_t *cli_inputs_plan(const cli_inputs_t *self);
/** What u in (0, 1) stands for. */
double cli_input_at(const cli_input_t *self, double u);
/** The value as a person, and --set, writes it. */
void cli_input_show(const cli_input_t *self, double value, char *text, size_t size);
/**
The overrides of a point: those of the options, then the inputs'.
@param set  room for options->n_set + cli_inputs_paths texts; those from options->n_set on are the caller's to free
*/
SIM_MUST_CHECK int cli_inputs_set(const cli_inputs_t *self, const cli_options_t *options, const double *value,
    const char **set, size_t *n_set);
/** How many paths all inputs set together. */
size_t cli_inputs_paths(const cli_inputs_t *self);

#endif
