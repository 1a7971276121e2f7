/*
 * A sweep: a scenario, its uncertain inputs, a design that says at which points it is run, and the file that the records
 * go to. What it is, and so what its records are, is told by its identity: two files of the same identity hold parts of
 * the same sweep.
 *
 * Invariant: after cli_sweep_init it is only read, but for the writer and the counts, which the crew guards.
 */
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H

#include "sim/cli/inputs.h"
#include "sim/cli/point.h"
#include "sim/experiment/design.h"
#include "sim/experiment/units.h"
#include "sim/store/sweep.h"

#include <stdbool.h>
#include <stdint.h>

/* Keys of the manifest that together say what sweep a file is of, and how they are called before people. */
#define CLI_IDENTITY 10
extern const char *const CLI_IDENTITY_KEY[CLI_IDENTITY];
const char *cli_identity_name(const char *key);

typedef struct {
    const cli_options_t *options;
    cli_source_t *source;
    scn_t *base;
    cli_trial_t trial;
    cli_shape_t shape;
    size_t *chosen;
    cli_inputs_t inputs;
    exp_points_t points;
    uint32_t *group, *level; /* of the design's description */
    exp_correlation_t *correlation;
    uint32_t reps, shard, shards; /* shards 1: the whole */
    uint64_t n_local;             /* points of this shard */
    uint64_t parts;               /* units that a point is cut into */
    char identity[CLI_IDENTITY][512];
    char *path; /* of the results */
    store_writer_t *writer;
    uint8_t *bitmap; /* records that are there, by id */
    bool finished;   /* by a run before */
    uint64_t n_records, n_before, n_failed_before;
    exp_outcome_t outcome;
} cli_sweep_t;

/** Everything but the file. @return CLI_DONE; otherwise what was wrong has been said. The caller frees even on error. */
cli_exit_t cli_sweep_init(cli_sweep_t *self, const cli_options_t *options);
void cli_sweep_free(cli_sweep_t *self);
/** Plans that are run at each point: all, or one when the plan is an input. */
size_t cli_sweep_arms(const cli_sweep_t *self);
/** Number of point i of this shard in the design. */
uint64_t cli_sweep_point(const cli_sweep_t *self, uint64_t i);
/** The values of the inputs at a point. */
void cli_sweep_values(const cli_sweep_t *self, uint64_t point, double *value);
/** Open the file, and find what is there. */
cli_exit_t cli_sweep_open(cli_sweep_t *self);
/** An exp_unit_fn; ctx is the cli_sweep_t. */
int cli_sweep_unit(void *ctx, uint64_t unit, exp_crew_t *crew);

#endif
