/*
 * One point of a sweep: the scenario loaded anew with the point's overrides, and its plans made ready to run.
 *
 * A point whose scenario is refused, or a plan that cannot be made ready, fails with a reason; nothing is printed.
 *
 * Invariant: after cli_point_init a point is only read.
 */
#ifndef CLI_POINT_H
#define CLI_POINT_H

#include "sim/cli/load.h"
#include "sim/cli/trial.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLI_REASON_MAX 400

/* What all points have in common: the shape of the records. */
typedef struct {
    const cli_trial_t *trial; /* of the scenario as it is */
    size_t n_chosen;
    const size_t *chosen; /* cells of the trial that are kept, in its order */
} cli_shape_t;

typedef struct {
    bool ready;
    int status; /* why it is not */
    char reason[CLI_REASON_MAX];
    care_model_t model;
} cli_point_plan_t;

typedef struct {
    const cli_shape_t *shape;
    scn_t *scenario;
    size_t n_plans;
    cli_point_plan_t *plan; /* those that were asked for; by arm of the trial */
} cli_point_t;

/**
Load, and make the wanted plans ready.
@param wanted  by arm of the trial
@return 0, also when the scenario is refused: then no plan is ready; SIM_ERR_NO_MEMORY. The caller frees even on error.
*/
SIM_MUST_CHECK int cli_point_init(cli_point_t *self, const cli_shape_t *shape, cli_source_t *source,
    const char *const *set, size_t n_set, const bool *wanted);
void cli_point_free(cli_point_t *self);
/**
Run a replication of a plan.
@param value  as many as cells are chosen
@return 0, or an error code with *reason a sentence that lives as long as the point
*/
SIM_MUST_CHECK int cli_point_run(const cli_point_t *self, size_t arm, uint32_t rep, double *value, uint64_t *events,
    const char **reason);

#endif
