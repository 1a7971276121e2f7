/*
 * An experiment: n_arms plans times n_reps replications, run on threads that share nothing but a counter. Tasks are
 * numbered replication by replication (all arms of replication 0, then of 1, ...) and taken in that order; finished
 * records are handed to the sink in that order too, whatever the number of threads, so what the sink sees does not
 * depend on it.
 *
 * A thread may run ahead of the sink by a fixed number of records, so memory does not grow with the number of
 * replications.
 *
 * Invariant: records are handed over once each, in index order, by one thread at a time; after a cancellation those
 * handed over are 0 .. k-1 without a gap.
 */
#ifndef EXP_EXPERIMENT_H
#define EXP_EXPERIMENT_H

#include "sim/core/error.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define EXP_JOBS_MAX 1024

/* One replication of one arm. */
typedef struct {
    uint64_t index; /* rep * n_arms + arm */
    uint32_t arm, rep;
    int status;          /* 0, or the runner's error code */
    const char *message; /* sentence for status; "" when 0 */
    uint64_t events;
    double seconds; /* wall time of this task */
    size_t n_values;
    const double *value; /* borrowed until the sink returns; NULL when status is not 0 */
} exp_record_t;

/** Fill value[n_values]. Called by several threads at once. @return 0 or an error code, kept in the record. */
typedef int exp_runner_t(void *ctx, uint32_t arm, uint32_t rep, double *value, uint64_t *events);
/** Take a record. @return 0, or an error code that stops the experiment. */
typedef int exp_sink_t(void *ctx, const exp_record_t *record);
/**
After reps replications of every arm were handed over, and before any further is begun: how many there are to be in
all; reps or fewer ends the experiment. As it is asked at the end of a block only, what it sees, and so how long the
experiment goes on, does not depend on the number of threads.
*/
typedef uint32_t exp_more_t(void *ctx, uint32_t reps);
/** After each record handed over; never by two threads at once. total grows when there are to be more. */
typedef void exp_progress_t(void *ctx, uint64_t done, uint64_t total, double seconds);

typedef struct {
    uint32_t n_arms, n_reps;  /* at least 1 each */
    unsigned jobs;            /* threads, 1 .. EXP_JOBS_MAX */
    size_t n_values;          /* of each record */
    const atomic_int *cancel; /* borrowed, may be NULL: once not 0, no further task is begun */
    exp_runner_t *runner;
    void *runner_ctx;
    exp_sink_t *sink;
    void *sink_ctx;
    exp_more_t *more; /* may be NULL: n_reps and no more */
    void *more_ctx;
    exp_progress_t *progress; /* may be NULL */
    void *progress_ctx;
} exp_design_t;

typedef struct {
    uint64_t done;   /* records handed over */
    uint64_t failed; /* of them with a status */
    double seconds;
} exp_outcome_t;

/**
Run the experiment.
@return 0; SIM_ERR_INTERRUPTED when cancelled before the last record (those finished in order were handed over); the
sink's error; SIM_ERR_BAD_PARAM; SIM_ERR_NO_MEMORY; SIM_ERR_FULL when threads cannot be made.
*/
SIM_MUST_CHECK int exp_run(const exp_design_t *design, exp_outcome_t *outcome);

#endif
