#include "sim/cli/interrupt.h"

#include "sim/cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
wanted_signals(const cli_interrupt_t *self, sigset_t *set)
{
    (void) sigemptyset(set);
    (void) sigaddset(set, SIGINT);
    (void) sigaddset(set, SIGTERM);
    if (self->report != NULL) {
        (void) sigaddset(set, SIGUSR1);
    }
}

/* Nothing is waited for: other threads may never come back. */
static _Noreturn void
end_at_once(const cli_interrupt_t *self, int number)
{
    if (self->unfinished != NULL) {
        (void) unlink(self->unfinished);
    }
    cli_error("ended in the middle of a replication; %s",
        self->lasting ? "what was kept before stays" : "nothing is kept");
    _exit(128 + number);
}

static void *
wait_for_signals(void *ctx)
{
    cli_interrupt_t *self = ctx;
    sigset_t set;
    int number;

    wanted_signals(self, &set);
    while (sigwait(&set, &number) == 0) {
        if (number == SIGUSR1) {
            self->report(self->report_ctx);
            continue;
        }
        if (atomic_fetch_add(&self->seen, 1) > 0) {
            end_at_once(self, number);
        }
        if (!self->quiet) {
            (void) fprintf(stderr,
                "\nweir: finishing the replications that run; Ctrl-C again ends at once and keeps %s\n",
                self->lasting ? "none of them" : "nothing");
        }
    }
    return NULL;
}

static void
begin(cli_interrupt_t *self)
{
    sigset_t set;

    atomic_init(&self->seen, 0);
    wanted_signals(self, &set);
    if (pthread_sigmask(SIG_BLOCK, &set, &self->before) != 0) {
        return;
    }
    self->waiting = pthread_create(&self->thread, NULL, wait_for_signals, self) == 0;
    if (!self->waiting) {
        (void) pthread_sigmask(SIG_SETMASK, &self->before, NULL);
    }
}

void
cli_interrupt_begin(cli_interrupt_t *self, bool quiet, const char *unfinished)
{
    memset(self, 0, sizeof(*self));
    self->quiet = quiet;
    self->unfinished = unfinished;
    begin(self);
}

void
cli_interrupt_begin_lasting(cli_interrupt_t *self, bool quiet, void (*report)(void *ctx), void *ctx)
{
    memset(self, 0, sizeof(*self));
    self->quiet = quiet;
    self->lasting = true;
    self->report = report;
    self->report_ctx = ctx;
    begin(self);
}

void
cli_interrupt_end(cli_interrupt_t *self)
{
    if (self->waiting) {
        (void) pthread_cancel(self->thread);
        (void) pthread_join(self->thread, NULL);
        (void) pthread_sigmask(SIG_SETMASK, &self->before, NULL);
        self->waiting = false;
    }
}
