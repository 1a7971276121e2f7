#include "sim/cli/interrupt.h"

#include <stdio.h>
#include <string.h>

static void
wanted_signals(sigset_t *set)
{
    (void) sigemptyset(set);
    (void) sigaddset(set, SIGINT);
    (void) sigaddset(set, SIGTERM);
}

static void *
wait_for_signals(void *ctx)
{
    cli_interrupt_t *self = ctx;
    sigset_t set;
    int number;

    wanted_signals(&set);
    while (sigwait(&set, &number) == 0) {
        if (atomic_fetch_add(&self->seen, 1) > 0) {
            (void) pthread_sigmask(SIG_UNBLOCK, &set, NULL);
            (void) raise(number);
        }
        if (!self->quiet) {
            (void) fputs("\nweir: finishing what runs; Ctrl-C again gives up\n", stderr);
        }
    }
    return NULL;
}

void
cli_interrupt_begin(cli_interrupt_t *self, bool quiet)
{
    sigset_t set;

    memset(self, 0, sizeof(*self));
    atomic_init(&self->seen, 0);
    self->quiet = quiet;
    wanted_signals(&set);
    if (pthread_sigmask(SIG_BLOCK, &set, &self->before) != 0) {
        return;
    }
    self->waiting = pthread_create(&self->thread, NULL, wait_for_signals, self) == 0;
    if (!self->waiting) {
        (void) pthread_sigmask(SIG_SETMASK, &self->before, NULL);
    }
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
