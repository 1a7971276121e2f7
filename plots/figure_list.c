/* Waiting for a first contact, by month: a line and a band for each plan, named at its end. */
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>

static const plot_column_t COLUMN = { "waiting", "all" };

/* One block a plan: end of the month as its first day and its length, estimate, low, high. */
static void
put_data(plot_job_t *job, const plot_grid_t *grid)
{
    const store_contents_t *contents = store_contents(job->results);

    (void) fputs("# month\tdays\twaiting\tlow\thigh\n", job->data);
    for (size_t i = 0; i < job->n_plans; i++) {
        (void) fprintf(job->data, "%s# %s\n", i > 0 ? "\n\n" : "", job->label[i]);
        for (size_t k = 0; k < grid->n_periods; k++) {
            const store_period_t *month = &contents->period[grid->period[k]];
            const plot_value_t *value = plot_grid_at(grid, i, 0, k);

            (void) fprintf(job->data, "%s\t%ld", month->first_date, month->end_day - month->first_day);
            plot_field(job->data, value->estimate);
            plot_field(job->data, value->low);
            plot_field(job->data, value->high);
            (void) fputc('\n', job->data);
        }
    }
}

/* Ticks at the beginnings of years, quarters or months, so many that they can be read. */
static void
put_dates(plot_job_t *job, const plot_grid_t *grid)
{
    const store_contents_t *contents = store_contents(job->results);
    int every = grid->n_periods > 12 * 24   ? 60
                : grid->n_periods > 12 * 12 ? 24
                : grid->n_periods > 30      ? 12
                : grid->n_periods > 9       ? 3
                                            : 1;
    size_t n = 0;

    (void) fprintf(job->script, "tick_format = '%s'\nticks = '", every >= 12 ? "%Y" : "%b %Y");
    for (size_t k = 0; k < grid->n_periods; k++) {
        const char *date = contents->period[grid->period[k]].first_date;
        int month = atoi(date) * 12 + atoi(date + 5) - 1;

        if (month % every == 0) {
            (void) fprintf(job->script, "%s%s", n++ > 0 ? " " : "", date);
        }
    }
    (void) fputs("'\n", job->script);
}

int
plot_write_list(plot_job_t *job)
{
    double step, top, pixels = PLOT_HEIGHT - 98 - 45;
    plot_grid_t grid;
    int ret = plot_grid_init(&grid, job, &COLUMN, 1, "month");

    if (ret == 0) {
        top = fmax(plot_grid_max(&grid, job->n_plans), 1);
        step = fmax(plot_step(top, 6), 1);
        top = step * ceil(top / step - 1e-9);
        plot_let(job->script, "y_step", step);
        plot_let(job->script, "y_top", top);
        plot_let(job->script, "name_room", plot_name_room(job));
        put_dates(job, &grid);
        put_data(job, &grid);
        ret = plot_put_ends(job, &grid, 0, top, pixels);
    }
    plot_grid_free(&grid);
    return ret;
}
