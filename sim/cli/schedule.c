/* How long a sweep would take on more workers, from the time of each of its points. */
#include "sim/experiment/schedule.h"

#include "sim/cli/sweep_show.h"
#include "sim/store/sweep.h"

#include <stdlib.h>

#define WORKERS_MOST 1024

static int
take(void *ctx, const store_point_record_t *record)
{
    double *seconds = ctx;

    seconds[record->point] += record->seconds;
    return 0;
}

static int
write_rows(const double *seconds, size_t n, bool json, FILE *out)
{
    double total = 0.0;
    int ret = 0;

    for (size_t i = 0; i < n; i++) {
        total += seconds[i];
    }
    (void) fputs(json ? "[" : "workers,threads_hours,threads_efficiency,shards_hours,shards_efficiency\n", out);
    for (size_t workers = 1; ret == 0 && workers <= WORKERS_MOST; workers *= 2) {
        double threads, shards;

        ret = exp_schedule_stealing(seconds, n, workers, &threads);
        ret = ret == 0 ? exp_schedule_shards(seconds, n, workers, &shards) : ret;
        if (ret == 0) {
            (void) fprintf(out,
                json ? "%s\n{\"workers\":%zu,\"threads_hours\":%.6g,\"threads_efficiency\":%.4f,\"shards_hours\":%.6g,"
                       "\"shards_efficiency\":%.4f}"
                     : "%s%zu,%.6g,%.4f,%.6g,%.4f\n",
                json && workers > 1 ? "," : "", workers, threads / 3600.0, total / threads / (double) workers,
                shards / 3600.0, total / shards / (double) workers);
        }
    }
    (void) fputs(json ? "\n]\n" : "", out);
    return ret == 0 && (fflush(out) != 0 || ferror(out)) ? SIM_ERR_IO : ret;
}

int
cli_schedule_write(store_reader_t *reader, bool json, FILE *out)
{
    store_sweep_t sweep;
    int ret = store_sweep_contents(reader, &sweep);
    double *seconds = ret == 0 ? calloc((size_t) sweep.n_points + 1, sizeof(*seconds)) : NULL;

    if (ret == 0 && seconds == NULL) {
        ret = SIM_ERR_NO_MEMORY;
    }
    if (ret == 0) {
        ret = store_sweep_records(reader, take, seconds);
    }
    if (ret == 0) {
        ret = write_rows(seconds, (size_t) sweep.n_points, json, out);
    }
    free(seconds);
    return ret;
}
