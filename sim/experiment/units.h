/*
 * Units of work, taken by threads from one counter in order, each of several tasks. A record is handed over as soon as
 * its task is finished, so records come in any order, and a thread that is done takes the next unit whatever the others
 * are at.
 *
 * Invariant: every unit is taken once; the sink is called by one thread at a time, and after an error not at all; after
 * a stop no further task is begun, and every record of a task that was finished has been handed over.
 */
#ifndef EXP_UNITS_H
#define EXP_UNITS_H

#include "sim/experiment/experiment.h"

#include <stdbool.h>

typedef struct exp_crew exp_crew_t;

/**
Run the tasks of a unit, handing over a record for each with exp_crew_hand and asking exp_crew_stopped before each.
Called by several threads at once.
@return 0, or an error that stops everything
*/
typedef int exp_unit_fn(void *ctx, uint64_t unit, exp_crew_t *crew);

typedef struct {
    uint64_t n_units;
    uint64_t n_records;       /* expected, for the progress */
    unsigned jobs;            /* threads, 1 .. EXP_JOBS_MAX */
    double seconds_max;       /* no further task is begun after so long; 0 = no limit */
    const atomic_int *cancel; /* borrowed, may be NULL: once not 0, no further task is begun */
    exp_unit_fn *unit;
    void *unit_ctx;
    exp_sink_t *sink;
    void *sink_ctx;
    exp_progress_t *progress; /* may be NULL; after each record, never by two threads at once */
    void *progress_ctx;
} exp_units_t;

/** Hand a record over. @return 0, or the sink's error: the unit then returns it. */
SIM_MUST_CHECK int exp_crew_hand(exp_crew_t *self, const exp_record_t *record);
/** Do something to where the records go while no other thread does; as exp_crew_hand. */
SIM_MUST_CHECK int exp_crew_do(exp_crew_t *self, int (*what)(void *ctx), void *ctx);
/** Whether no further task is to be begun. */
bool exp_crew_stopped(exp_crew_t *self);
/** Seconds since the crew set to work. */
double exp_crew_seconds(const exp_crew_t *self);

/**
Do all units.
@return 0; SIM_ERR_INTERRUPTED when stopped before the last task; an error of the sink or of a unit; SIM_ERR_BAD_PARAM;
SIM_ERR_NO_MEMORY; SIM_ERR_FULL when threads cannot be made
*/
SIM_MUST_CHECK int exp_units_run(const exp_units_t *self, exp_outcome_t *outcome);

#endif
