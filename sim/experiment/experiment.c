#include "sim/experiment/experiment.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXP_AHEAD 4 /* records a thread may be ahead of the sink */
#define EXP_PAD 16  /* doubles: two cache lines between the buffers of two records */

typedef struct {
    exp_record_t record;
    double *value;
    bool full;
} exp_slot_t;

/* Task i lives in slot i mod n_slots from being taken until the sink has had it. */
typedef struct {
    const exp_design_t *design;
    uint64_t n_tasks;
    size_t n_slots;
    exp_slot_t *slot;
    double *values;
    pthread_mutex_t lock;
    pthread_cond_t moved; /* `head` moved, or it is time to stop */
    uint64_t next;        /* task to be taken */
    uint64_t head;        /* record that the sink gets next */
    bool handing;         /* a thread is in the sink */
    bool stop;
    int error;
    struct timespec begun;
    exp_outcome_t outcome;
} exp_room_t;

static double
seconds_since(const struct timespec *begun)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0.0;
    }
    return (double) (now.tv_sec - begun->tv_sec) + 1e-9 * (double) (now.tv_nsec - begun->tv_nsec);
}

static bool
cancelled(const exp_room_t *room)
{
    return room->design->cancel != NULL && atomic_load_explicit(room->design->cancel, memory_order_relaxed) != 0;
}

/* Take the next task when there is a slot for it. Called with the lock held. */
static bool
take(exp_room_t *room, uint64_t *index)
{
    while (!room->stop && !cancelled(room) && room->next < room->n_tasks && room->next >= room->head + room->n_slots) {
        pthread_cond_wait(&room->moved, &room->lock);
    }
    if (room->stop || cancelled(room) || room->next >= room->n_tasks) {
        return false;
    }
    *index = room->next++;
    return true;
}

static void
run_task(const exp_room_t *room, exp_slot_t *slot, uint64_t index)
{
    const exp_design_t *design = room->design;
    exp_record_t *record = &slot->record;
    struct timespec begun = { 0, 0 };

    memset(record, 0, sizeof(*record));
    record->index = index;
    record->arm = (uint32_t) (index % design->n_arms);
    record->rep = (uint32_t) (index / design->n_arms);
    record->n_values = design->n_values;
    (void) clock_gettime(CLOCK_MONOTONIC, &begun);
    record->status = design->runner(design->runner_ctx, record->arm, record->rep, slot->value, &record->events);
    record->seconds = seconds_since(&begun);
    record->message = record->status == 0 ? "" : sim_strerror(record->status);
    record->value = record->status == 0 ? slot->value : NULL;
}

/* Hand one record over, with the lock released meanwhile. */
static void
hand_one(exp_room_t *room, exp_slot_t *slot)
{
    const exp_design_t *design = room->design;
    int error;

    pthread_mutex_unlock(&room->lock);
    error = design->sink(design->sink_ctx, &slot->record);
    if (error == 0 && design->progress != NULL) {
        design->progress(design->progress_ctx, room->head + 1, room->n_tasks, seconds_since(&room->begun));
    }
    pthread_mutex_lock(&room->lock);
    slot->full = false;
    if (error != 0) {
        room->error = error;
        room->stop = true;
    } else {
        room->head++;
        room->outcome.done++;
        room->outcome.failed += slot->record.status != 0;
    }
    pthread_cond_broadcast(&room->moved);
}

/* Hand over all that is in order, unless another thread is at it. Called with the lock held. */
static void
hand_over(exp_room_t *room)
{
    if (room->handing) {
        return;
    }
    room->handing = true;
    while (!room->stop && room->head < room->n_tasks && room->slot[room->head % room->n_slots].full) {
        hand_one(room, &room->slot[room->head % room->n_slots]);
    }
    room->handing = false;
}

static void *
work(void *ctx)
{
    exp_room_t *room = ctx;
    uint64_t index;

    pthread_mutex_lock(&room->lock);
    while (take(room, &index)) {
        exp_slot_t *slot = &room->slot[index % room->n_slots];

        pthread_mutex_unlock(&room->lock);
        run_task(room, slot, index);
        pthread_mutex_lock(&room->lock);
        slot->full = true;
        hand_over(room);
    }
    pthread_cond_broadcast(&room->moved);
    pthread_mutex_unlock(&room->lock);
    return NULL;
}

static int
room_init(exp_room_t *room, const exp_design_t *design)
{
    size_t stride = design->n_values + EXP_PAD;

    memset(room, 0, sizeof(*room));
    room->design = design;
    room->n_tasks = (uint64_t) design->n_arms * design->n_reps;
    room->n_slots = (size_t) design->jobs * EXP_AHEAD;
    if (stride < design->n_values || stride > SIZE_MAX / sizeof(double) / room->n_slots) {
        return SIM_ERR_NO_MEMORY;
    }
    room->slot = calloc(room->n_slots, sizeof(*room->slot));
    room->values = calloc(room->n_slots * stride, sizeof(*room->values));
    if (room->slot == NULL || room->values == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < room->n_slots; i++) {
        room->slot[i].value = room->values + i * stride;
    }
    return 0;
}

/* Start the threads and wait for them; with fewer than asked for the others do the work. */
static int
run_threads(exp_room_t *room)
{
    pthread_t *thread = calloc(room->design->jobs, sizeof(*thread));
    unsigned n = 0;

    if (thread == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    while (n < room->design->jobs && pthread_create(&thread[n], NULL, work, room) == 0) {
        n++;
    }
    for (unsigned i = 0; i < n; i++) {
        (void) pthread_join(thread[i], NULL);
    }
    free(thread);
    return n == 0 ? SIM_ERR_FULL : 0;
}

/* Whether there is to be another block. Called between blocks, so by one thread. */
static bool
extend(exp_room_t *room)
{
    const exp_design_t *design = room->design;
    uint32_t reps = (uint32_t) (room->n_tasks / design->n_arms), wanted;

    if (design->more == NULL || room->error != 0 || room->head < room->n_tasks) {
        return false;
    }
    wanted = design->more(design->more_ctx, reps);
    room->n_tasks = (uint64_t) design->n_arms * (wanted > reps ? wanted : reps);
    return wanted > reps;
}

static int
run_blocks(exp_room_t *room)
{
    int ret;

    do {
        ret = run_threads(room);
    } while (ret == 0 && extend(room));
    return ret;
}

static int
run_locked(exp_room_t *room)
{
    int ret = SIM_ERR_NO_MEMORY;

    if (pthread_mutex_init(&room->lock, NULL) != 0) {
        return ret;
    }
    if (pthread_cond_init(&room->moved, NULL) == 0) {
        (void) clock_gettime(CLOCK_MONOTONIC, &room->begun);
        ret = run_blocks(room);
        pthread_cond_destroy(&room->moved);
    }
    pthread_mutex_destroy(&room->lock);
    return ret;
}

int
exp_run(const exp_design_t *design, exp_outcome_t *outcome)
{
    exp_room_t room;
    int ret;

    memset(outcome, 0, sizeof(*outcome));
    if (design->n_arms == 0 || design->n_reps == 0 || design->jobs == 0 || design->jobs > EXP_JOBS_MAX ||
        design->runner == NULL || design->sink == NULL) {
        return SIM_ERR_BAD_PARAM;
    }
    ret = room_init(&room, design);
    if (ret == 0) {
        ret = run_locked(&room);
        *outcome = room.outcome;
        outcome->seconds = seconds_since(&room.begun);
    }
    free(room.values);
    free(room.slot);
    if (ret == 0) {
        ret = room.error;
    }
    return ret == 0 && room.head < room.n_tasks ? SIM_ERR_INTERRUPTED : ret;
}
