/*
 * A journal of a search: replications that are finished, by what made them and their number, in a file beside the results
 * to come, <results>.partial. What is put is there after kill -9; a search that is begun again asks for what it needs and
 * finds it, so it goes on as if nothing had been. The journal goes when the results are complete.
 *
 * Invariant: a journal says by its first entry what search it belongs to; one of another search is refused. One program at
 * a time has it open.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "sim/store/store.h"

typedef struct store_journal store_journal_t;

/**
Open the journal of the results at target->path, or of its first free number (resume: the last that was not finished).
@param what    what must be the same for the replications to be of use: scenario, seed, version
@param resume  go on with one that is there; else one that is there is an error, unless target->force
@param results the path that the results will have; the caller frees it
@return 0; SIM_ERR_NOT_FOUND (resume, and there is none), SIM_ERR_EXISTS, SIM_ERR_STORE or SIM_ERR_NO_MEMORY with fault filled
*/
SIM_MUST_CHECK int store_journal_open(store_journal_t **self, const store_target_t *target, const char *what,
    bool resume, char **results, store_fault_t *fault);
/** Close it, and remove its file when done. Safe on NULL. */
void store_journal_close(store_journal_t *self, bool done);
/** Keep one replication. @return 0, SIM_ERR_STORE or SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int store_journal_put(store_journal_t *self, const char *key, uint32_t rep, size_t n,
    const double *value);
/** @return 0, SIM_ERR_NOT_FOUND (also when it has another length), SIM_ERR_STORE or SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int store_journal_get(store_journal_t *self, const char *key, uint32_t rep, size_t n, double *value);
/** Commit what was put. Puts commit by themselves now and then. */
SIM_MUST_CHECK int store_journal_commit(store_journal_t *self);
/** Replications in it. */
uint64_t store_journal_count(store_journal_t *self);
const char *store_journal_path(const store_journal_t *self);

#endif
