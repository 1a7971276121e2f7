/* By deprivation fifth: the share of referred children seen within 18 weeks, and the share of schools covered. */
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>

#define N_FIFTHS 5

static const plot_column_t COLUMN[] = {
    { "cohort_seen_18w", "quintile=1" },
    { "cohort_seen_18w", "quintile=2" },
    { "cohort_seen_18w", "quintile=3" },
    { "cohort_seen_18w", "quintile=4" },
    { "cohort_seen_18w", "quintile=5" },
    { "coverage_schools_share", "quintile=1" },
    { "coverage_schools_share", "quintile=2" },
    { "coverage_schools_share", "quintile=3" },
    { "coverage_schools_share", "quintile=4" },
    { "coverage_schools_share", "quintile=5" },
};

/* One block a plan: fifth, then share, low and high of those seen and of schools covered. */
static void
put_data(plot_job_t *job, const plot_grid_t *grid)
{
    (void) fputs("# fifth (1 = most deprived)\tseen within 18 weeks\tlow\thigh\tschools covered\tlow\thigh\n",
        job->data);
    for (size_t i = 0; i < job->n_plans; i++) {
        (void) fprintf(job->data, "%s# %s\n", i > 0 ? "\n\n" : "", job->label[i]);
        for (size_t q = 0; q < N_FIFTHS; q++) {
            (void) fprintf(job->data, "%zu", q + 1);
            for (size_t of = 0; of < 2; of++) {
                const plot_value_t *value = plot_grid_at(grid, i, of * N_FIFTHS + q, 0);

                plot_field(job->data, value->estimate);
                plot_field(job->data, value->low);
                plot_field(job->data, value->high);
            }
            (void) fputc('\n', job->data);
        }
    }
}

/* The left axis shows the range of the data, in round steps. */
static void
put_range(plot_job_t *job, const plot_grid_t *grid)
{
    double least = 1, most = 0, step;

    for (size_t i = 0; i < job->n_plans; i++) {
        for (size_t q = 0; q < N_FIFTHS; q++) {
            const plot_value_t *value = plot_grid_at(grid, i, q, 0);

            least = fmin(least, fmin(value->estimate, value->low));
            most = fmax(most, fmax(value->estimate, value->high));
        }
    }
    step = fmax(plot_step(fmax(most - least, 1e-9), 5), 0.01);
    plot_let(job->script, "y_step", step);
    plot_let(job->script, "y_low", fmax(0, step * floor(least / step)));
    plot_let(job->script, "y_top", fmin(1, step * ceil(most / step)));
}

int
plot_write_equity(plot_job_t *job)
{
    plot_grid_t grid;
    int ret = plot_grid_init(&grid, job, COLUMN, 2 * N_FIFTHS, "all");

    if (ret == 0) {
        put_data(job, &grid);
        put_range(job, &grid);
        ret = plot_put_legend(job);
    }
    plot_grid_free(&grid);
    return ret;
}
