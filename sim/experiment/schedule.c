#include "sim/experiment/schedule.h"

#include <stdlib.h>

static double
latest(const double *end, size_t n)
{
    double last = 0.0;

    for (size_t i = 0; i < n; i++) {
        last = end[i] > last ? end[i] : last;
    }
    return last;
}

/* The root of a heap of times has grown: put it where it belongs. */
static void
sink_root(double *heap, size_t n)
{
    size_t at = 0;

    for (;;) {
        size_t least = at, left = 2 * at + 1, right = left + 1;
        double time = heap[at];

        least = left < n && heap[left] < heap[least] ? left : least;
        least = right < n && heap[right] < heap[least] ? right : least;
        if (least == at) {
            return;
        }
        heap[at] = heap[least];
        heap[least] = time;
        at = least;
    }
}

int
exp_schedule_stealing(const double *seconds, size_t n, size_t workers, double *makespan)
{
    double *end = calloc(workers + 1, sizeof(*end));

    if (end == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n && workers > 0; i++) {
        end[0] += seconds[i];
        sink_root(end, workers);
    }
    *makespan = latest(end, workers);
    free(end);
    return 0;
}

int
exp_schedule_shards(const double *seconds, size_t n, size_t workers, double *makespan)
{
    double *end = calloc(workers + 1, sizeof(*end));

    if (end == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n && workers > 0; i++) {
        end[i % workers] += seconds[i];
    }
    *makespan = latest(end, workers);
    free(end);
    return 0;
}
