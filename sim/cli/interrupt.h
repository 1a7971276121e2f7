/*
 * Ctrl-C: a thread of its own waits for SIGINT and SIGTERM, so nothing runs in a signal handler. The first sets a flag
 * that the experiment looks at between replications; the second ends the process at once with 128 + its number, whatever
 * a replication does, and removes the unfinished file. SIGUSR1, when there is something to report, reports it.
 *
 * Invariant: between begin and end the signals are blocked in every other thread.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include "sim/core/error.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

typedef struct {
    atomic_int seen; /* signals so far */
    bool quiet, waiting;
    const char *unfinished;    /* borrowed; NULL = none */
    bool lasting;              /* what was kept so far stays */
    void (*report)(void *ctx); /* on SIGUSR1; NULL = none */
    void *report_ctx;
    pthread_t thread;
    sigset_t before;
} cli_interrupt_t;

/**
Before any other thread is made. Without a thread Ctrl-C keeps its usual meaning.
@param unfinished  a file to remove when the process is ended at once; NULL for none
*/
void cli_interrupt_begin(cli_interrupt_t *self, bool quiet, const char *unfinished);
/** The same for work that goes on in another run: nothing is removed, and SIGUSR1 calls report, on a thread of its own. */
void cli_interrupt_begin_lasting(cli_interrupt_t *self, bool quiet, void (*report)(void *ctx), void *ctx);
void cli_interrupt_end(cli_interrupt_t *self);

#endif
