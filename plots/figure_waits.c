/* How long was waited, by those seen and by those still waiting: shares within so many weeks. */
#include "plots/job.h"
#include "plots/script.h"

#include <stdio.h>

static const unsigned WEEKS[] = { 2, 4, 8, 18, 26, 52, 78, 104, 156 };
#define N_WEEKS (sizeof(WEEKS) / sizeof(WEEKS[0]))

/* One block a plan: weeks, then share, low and high of those seen and of those waiting. */
static void
put_data(plot_job_t *job, const plot_grid_t *grid)
{
    (void) fputs("# weeks\tseen\tlow\thigh\twaiting\tlow\thigh\n", job->data);
    for (size_t i = 0; i < job->n_plans; i++) {
        (void) fprintf(job->data, "%s# %s\n", i > 0 ? "\n\n" : "", job->label[i]);
        for (size_t w = 0; w < N_WEEKS; w++) {
            (void) fprintf(job->data, "%u", WEEKS[w]);
            for (size_t of = 0; of < 2; of++) {
                const plot_value_t *value = plot_grid_at(grid, i, of * N_WEEKS + w, 0);

                plot_field(job->data, value->estimate);
                plot_field(job->data, value->low);
                plot_field(job->data, value->high);
            }
            (void) fputc('\n', job->data);
        }
    }
}

int
plot_write_waits(plot_job_t *job)
{
    char name[2 * N_WEEKS][32];
    plot_column_t column[2 * N_WEEKS];
    plot_grid_t grid;
    int ret;

    for (size_t w = 0; w < N_WEEKS; w++) {
        (void) snprintf(name[w], sizeof(name[w]), "seen_within_%uw", WEEKS[w]);
        (void) snprintf(name[N_WEEKS + w], sizeof(name[w]), "open_within_%uw", WEEKS[w]);
        column[w] = (plot_column_t){ name[w], "all" };
        column[N_WEEKS + w] = (plot_column_t){ name[N_WEEKS + w], "all" };
    }
    ret = plot_grid_init(&grid, job, column, 2 * N_WEEKS, "all");
    if (ret == 0) {
        put_data(job, &grid);
        ret = plot_put_legend(job);
    }
    plot_grid_free(&grid);
    return ret;
}
