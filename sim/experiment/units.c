#include "sim/experiment/units.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct exp_crew {
    const exp_units_t *work;
    _Atomic uint64_t next; /* unit to be taken */
    atomic_bool stopped;   /* a task was not begun */
    atomic_int error;      /* the first */
    pthread_mutex_t lock;  /* of the sink and the outcome */
    struct timespec begun;
    exp_outcome_t outcome;
};

double
exp_crew_seconds(const exp_crew_t *self)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0.0;
    }
    return (double) (now.tv_sec - self->begun.tv_sec) + 1e-9 * (double) (now.tv_nsec - self->begun.tv_nsec);
}

static bool
must_stop(const exp_crew_t *self)
{
    const exp_units_t *work = self->work;

    return atomic_load(&self->error) != 0 ||
           (work->cancel != NULL && atomic_load_explicit(work->cancel, memory_order_relaxed) != 0) ||
           (work->seconds_max > 0.0 && exp_crew_seconds(self) >= work->seconds_max);
}

bool
exp_crew_stopped(exp_crew_t *self)
{
    if (must_stop(self)) {
        atomic_store(&self->stopped, true);
    }
    return atomic_load(&self->stopped);
}

static int
keep_error(exp_crew_t *self, int error)
{
    int none = 0;

    if (error != 0) {
        (void) atomic_compare_exchange_strong(&self->error, &none, error);
    }
    return error;
}

int
exp_crew_do(exp_crew_t *self, int (*what)(void *ctx), void *ctx)
{
    int ret;

    (void) pthread_mutex_lock(&self->lock);
    ret = atomic_load(&self->error);
    ret = keep_error(self, ret == 0 ? what(ctx) : ret);
    (void) pthread_mutex_unlock(&self->lock);
    return ret;
}

int
exp_crew_hand(exp_crew_t *self, const exp_record_t *record)
{
    const exp_units_t *work = self->work;
    int ret;

    (void) pthread_mutex_lock(&self->lock);
    ret = atomic_load(&self->error); /* asked with the lock held: after an error nothing more goes to the sink */
    ret = keep_error(self, ret == 0 ? work->sink(work->sink_ctx, record) : ret);
    if (ret == 0) {
        self->outcome.done++;
        self->outcome.failed += record->status != 0;
        if (work->progress != NULL) {
            work->progress(work->progress_ctx, self->outcome.done, work->n_records, exp_crew_seconds(self));
        }
    }
    (void) pthread_mutex_unlock(&self->lock);
    return ret;
}

static void *
work(void *ctx)
{
    exp_crew_t *self = ctx;

    while (!exp_crew_stopped(self)) {
        uint64_t unit = atomic_fetch_add(&self->next, 1);

        if (unit >= self->work->n_units) {
            break;
        }
        (void) keep_error(self, self->work->unit(self->work->unit_ctx, unit, self));
    }
    return NULL;
}

/* Start the threads and wait for them; with fewer than asked for the others do the work. */
static int
run_threads(exp_crew_t *self)
{
    pthread_t *thread = calloc(self->work->jobs, sizeof(*thread));
    unsigned n = 0;

    if (thread == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    while (n < self->work->jobs && n < self->work->n_units && pthread_create(&thread[n], NULL, work, self) == 0) {
        n++;
    }
    for (unsigned i = 0; i < n; i++) {
        (void) pthread_join(thread[i], NULL);
    }
    free(thread);
    return n == 0 && self->work->n_units > 0 ? SIM_ERR_FULL : 0;
}

int
exp_units_run(const exp_units_t *self, exp_outcome_t *outcome)
{
    exp_crew_t crew;
    int ret;

    memset(outcome, 0, sizeof(*outcome));
    if (self->jobs == 0 || self->jobs > EXP_JOBS_MAX || self->unit == NULL || self->sink == NULL) {
        return SIM_ERR_BAD_PARAM;
    }
    memset(&crew, 0, sizeof(crew));
    crew.work = self;
    atomic_init(&crew.next, 0);
    atomic_init(&crew.stopped, false);
    atomic_init(&crew.error, 0);
    if (pthread_mutex_init(&crew.lock, NULL) != 0) {
        return SIM_ERR_NO_MEMORY;
    }
    (void) clock_gettime(CLOCK_MONOTONIC, &crew.begun);
    ret = run_threads(&crew);
    crew.outcome.seconds = exp_crew_seconds(&crew);
    *outcome = crew.outcome;
    pthread_mutex_destroy(&crew.lock);
    if (ret == 0) {
        ret = atomic_load(&crew.error);
    }
    return ret == 0 && atomic_load(&crew.stopped) ? SIM_ERR_INTERRUPTED : ret;
}
