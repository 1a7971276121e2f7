/* The waiting list month by month, by how long those on it have waited: areas one on the other, a panel for each plan. */
#include "plots/axis.h"
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PANELS_MOST 9

/* The list, and the shares of it that have waited at most so long. */
static const plot_column_t COLUMN[] = { { "waiting", "all" }, { "open_within_4w", "all" }, { "open_within_18w", "all" },
    { "open_within_52w", "all" }, { "open_within_104w", "all" } };
#define N_COLUMNS (sizeof(COLUMN) / sizeof(COLUMN[0]))

/* One block a plan: the month's end in days of the run, how many have waited at most so long, and all. */
static void
put_data(plot_job_t *job, const plot_grid_t *grid)
{
    const store_contents_t *contents = store_contents(job->results);

    (void) fputs("# day\tat most 4 weeks\tat most 18\tat most 52\tat most 104\tall\tmonth\n", job->data);
    for (size_t i = 0; i < job->n_plans; i++) {
        (void) fprintf(job->data, "%s# %s\n", i > 0 ? "\n\n" : "", job->label[i]);
        for (size_t k = 0; k < grid->n_periods; k++) {
            const store_period_t *month = &contents->period[grid->period[k]];
            double waiting = plot_grid_at(grid, i, 0, k)->estimate;

            if (isnan(waiting) || !month->whole) {
                continue;
            }
            (void) fprintf(job->data, "%ld", month->end_day);
            for (size_t c = 1; c < N_COLUMNS; c++) {
                plot_field(job->data, waiting * plot_grid_at(grid, i, c, k)->estimate);
            }
            plot_field(job->data, waiting);
            plot_end_line(job->data, month->name);
        }
    }
}

int
plot_write_bands(plot_job_t *job)
{
    plot_grid_t grid;
    plot_axis_t axis;
    double most = 1;
    int ret;

    if (job->n_plans > PANELS_MOST) {
        return plot_fail(job->fault, SIM_ERR_BAD_PARAM,
            "the figure 'bands' shows at most %d plans; choose with --plans", PANELS_MOST);
    }
    ret = plot_grid_init(&grid, job, COLUMN, N_COLUMNS, "month");
    for (size_t i = 0; ret == 0 && i < job->n_plans; i++) {
        for (size_t k = 0; k < grid.n_periods; k++) {
            most = fmax(most, plot_grid_at(&grid, i, 0, k)->estimate);
        }
    }
    if (ret == 0) {
        axis = plot_axis(0, most, 5);
        plot_put_axis(job->script, 'y', &axis, "");
        plot_put_calendar_years(job);
        plot_let(job->script, "height", plot_panels_height(job));
        put_data(job, &grid);
        job->no_intervals = true;
    }
    plot_grid_free(&grid);
    return ret;
}
