/* One measure over time: a line and a band for each plan, named at its end; by month where months tell, else by contract year. */
#include "plots/axis.h"
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PIXELS (PLOT_HEIGHT - 98 - 45)
#define NOISY 0.25 /* half-width over the range of the means, beyond which months are noise */

/* Numbers of a period of which the run covers a part would look like a fall. */
static void
drop_parts(plot_job_t *job, plot_grid_t *grid)
{
    const store_contents_t *contents = store_contents(job->results);

    for (size_t i = 0; i < job->n_plans; i++) {
        for (size_t k = 0; k < grid->n_periods; k++) {
            if (!contents->period[grid->period[k]].whole) {
                grid->value[i * grid->n_periods + k] = (plot_value_t){ NAN, NAN, NAN };
            }
        }
    }
}

/* How many periods any plan knows. */
static size_t
count_known(const plot_job_t *job, const plot_grid_t *grid)
{
    size_t n = 0;

    for (size_t k = 0; k < grid->n_periods; k++) {
        bool known = false;

        for (size_t i = 0; i < job->n_plans; i++) {
            known = known || !isnan(plot_grid_at(grid, i, 0, k)->estimate);
        }
        n += known ? 1u : 0u;
    }
    return n;
}

static void
range_of(const plot_job_t *job, const plot_grid_t *grid, bool intervals, double *least, double *most)
{
    *least = INFINITY;
    *most = -INFINITY;
    for (size_t i = 0; i < job->n_plans * grid->n_periods; i++) {
        const plot_value_t *value = &grid->value[i];

        *least = fmin(*least, intervals ? fmin(value->estimate, value->low) : value->estimate);
        *most = fmax(*most, intervals ? fmax(value->estimate, value->high) : value->estimate);
    }
}

/* Whether half-widths are, on average, a large part of what the means range over. */
static bool
is_noisy(const plot_job_t *job, const plot_grid_t *grid)
{
    double least, most, sum = 0;
    size_t n = 0;

    range_of(job, grid, false, &least, &most);
    for (size_t i = 0; i < job->n_plans * grid->n_periods; i++) {
        if (!isnan(grid->value[i].low)) {
            sum += (grid->value[i].high - grid->value[i].low) / 2;
            n++;
        }
    }
    return n > 0 && sum / (double) n > NOISY * (most - least);
}

static int
read_grid(plot_job_t *job, const plot_column_t *column, const char *kind, plot_grid_t *grid, size_t *known)
{
    int ret = plot_grid_init(grid, job, column, 1, kind);

    *known = 0;
    if (ret == 0) {
        drop_parts(job, grid);
        *known = count_known(job, grid);
    }
    return ret == SIM_ERR_NOT_FOUND ? 0 : ret;
}

/* Months when there are two or more and they are not noise, or when there are not two years to show instead. */
static int
choose_grid(plot_job_t *job, const plot_column_t *column, plot_grid_t *grid, bool *by_month)
{
    plot_grid_t years;
    size_t n_months, n_years = 0;
    int ret = read_grid(job, column, "month", grid, &n_months);

    *by_month = true;
    if (ret != 0 || (n_months >= 2 && !is_noisy(job, grid))) {
        return ret;
    }
    ret = read_grid(job, column, "year", &years, &n_years);
    if (ret == 0 && (n_years >= 2 || n_months < 2)) {
        plot_grid_free(grid);
        *grid = years;
        *by_month = false;
    } else {
        plot_grid_free(&years);
    }
    return ret;
}

/* One block a plan: the middle of each period in days of the run, estimate, low, high, and its name. */
static void
put_data(plot_job_t *job, const plot_grid_t *grid)
{
    const store_contents_t *contents = store_contents(job->results);

    (void) fputs("# day (middle of the period)\testimate\tlow\thigh\tperiod\n", job->data);
    for (size_t i = 0; i < job->n_plans; i++) {
        (void) fprintf(job->data, "%s# %s\n", i > 0 ? "\n\n" : "", job->label[i]);
        for (size_t k = 0; k < grid->n_periods; k++) {
            const store_period_t *period = &contents->period[grid->period[k]];
            const plot_value_t *value = plot_grid_at(grid, i, 0, k);

            (void) fprintf(job->data, "%g", (double) (period->first_day + period->end_day) / 2);
            plot_field(job->data, value->estimate);
            plot_field(job->data, value->low);
            plot_field(job->data, value->high);
            plot_end_line(job->data, period->name);
        }
    }
}

/* A tick at a period: a contract year by its name and its first month, a month by itself, or the calendar year alone. */
static void
put_tick(FILE *out, const store_period_t *period, bool by_month, bool years_only)
{
    static const char *const MONTH[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
        "Dec" };
    int month = atoi(period->first_date + 5);

    (void) fputs("set xtics add (", out);
    if (!by_month) {
        plot_quote(out, period->name);
        (void) fputs(" . \"\\n\" . ", out);
    }
    (void) fprintf(out, "'%s%s%d' %g)\n", by_month && years_only ? "" : MONTH[(month + 11) % 12],
        by_month && years_only ? "" : " ", atoi(period->first_date),
        by_month ? (double) period->first_day : (double) (period->first_day + period->end_day) / 2);
}

/* Months are named at their beginning, contract years at their middle; so many that they can be read. */
static void
put_times(plot_job_t *job, const plot_grid_t *grid, bool by_month)
{
    const store_contents_t *contents = store_contents(job->results);
    size_t n = grid->n_periods, years_each = (n + 7) / 8;
    int every = n > 288 ? 60 : n > 144 ? 24 : n > 30 ? 12 : n > 9 ? 3 : 1;

    (void) fputs("set xtics out ()\n", job->script);
    for (size_t k = 0; k < n; k++) {
        const store_period_t *period = &contents->period[grid->period[k]];
        int month = atoi(period->first_date) * 12 + atoi(period->first_date + 5) - 1;

        if (by_month ? month % every == 0 : k % years_each == 0) {
            put_tick(job->script, period, by_month, every >= 12);
        }
    }
    plot_let(job->script, "x_low", n > 0 ? (double) contents->period[grid->period[0]].first_day : 0);
    plot_let(job->script, "x_top", n > 0 ? (double) contents->period[grid->period[n - 1]].end_day : 1);
}

static int
put_figure(plot_job_t *job, const plot_grid_t *grid, const store_kpi_t *kpi, bool by_month)
{
    char what[4 * 100 + 4], note[700];
    const char *unit;
    double least, most, least_mean, most_mean;
    plot_axis_t axis;

    range_of(job, grid, true, &least, &most);
    range_of(job, grid, false, &least_mean, &most_mean);
    plot_within(kpi->unit, least_mean, most_mean, &least, &most);
    axis = plot_axis(least, most, 6);
    unit = plot_unit_name(&axis, kpi->unit);
    plot_put_axis(job->script, 'y', &axis, kpi->unit);
    plot_let(job->script, "name_room", plot_name_room(job));
    plot_let(job->script, "dots", by_month ? 0 : 1);
    plot_describe(kpi, 100, what);
    (void) snprintf(note, sizeof(note), "%s%s%s%s%s", what, unit[0] != '\0' ? " (" : "", unit,
        unit[0] != '\0' ? ")" : "", axis.low > 0 ? "; the axis does not begin at zero" : "");
    plot_let_text(job->script, "y_title", note);
    put_times(job, grid, by_month);
    put_data(job, grid);
    return plot_put_ends(job, grid, axis.low, axis.high, PIXELS);
}

int
plot_write_trend(plot_job_t *job)
{
    const plot_column_t column = { job->kpi, job->group != NULL ? job->group : "all" };
    const store_kpi_t *kpi = NULL;
    plot_grid_t grid = { 0 };
    bool by_month;
    int ret = plot_asked_kpi(job, &kpi);

    if (ret == 0) {
        ret = choose_grid(job, &column, &grid, &by_month);
    }
    if (ret == 0 && count_known(job, &grid) == 0) {
        ret = plot_fail(job->fault, SIM_ERR_NOT_FOUND,
            "the figure 'trend': these results have '%.60s' of group '%.80s' neither by month nor by whole contract year",
            job->kpi, column.group);
    }
    if (ret == 0) {
        plot_title(job, "%s%s%s, by %s", job->kpi, job->group != NULL ? " of " : "",
            job->group != NULL ? job->group : "", by_month ? "month" : "contract year");
        ret = put_figure(job, &grid, kpi, by_month);
    }
    plot_grid_free(&grid);
    return ret;
}
