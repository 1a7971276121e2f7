/* How an estimate settles as replications are added: its running mean, with the 95% interval that it had by then. */
#include "plots/axis.h"
#include "plots/job.h"
#include "plots/script.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#define FIRST 3 /* replications from which an interval is worth drawing */

typedef struct {
    double least, most;
    plot_value_t last; /* of the plan that was written last */
} drawn_t;

/* Running mean and sum of squares (Welford 1962) of the replications that know it. */
static void
put_plan(plot_job_t *job, const double *value, size_t n_reps, drawn_t *drawn)
{
    double mean = 0, squares = 0;
    unsigned n = 0;

    for (size_t rep = 0; rep < n_reps; rep++) {
        double before = mean, half;

        if (isnan(value[rep])) {
            continue;
        }
        n++;
        mean += (value[rep] - mean) / n;
        squares += (value[rep] - before) * (value[rep] - mean);
        if (n < FIRST) {
            continue;
        }
        half = gsl_cdf_tdist_Pinv(0.975, n - 1.0) * sqrt(squares / (n - 1.0) / n);
        drawn->last = (plot_value_t){ mean, mean - half, mean + half };
        drawn->least = fmin(drawn->least, mean - half);
        drawn->most = fmax(drawn->most, mean + half);
        (void) fprintf(job->data, "%u", n);
        plot_field(job->data, mean);
        plot_field(job->data, mean - half);
        plot_field(job->data, mean + half);
        (void) fputc('\n', job->data);
    }
}

static int
put_data(plot_job_t *job, const char *group, size_t n_reps, drawn_t *drawn, plot_grid_t *ends)
{
    const store_contents_t *contents = store_contents(job->results);
    double *value = calloc(n_reps + 1, sizeof(*value));
    int ret = value == NULL ? plot_fail(job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY)) : 0;

    (void) fputs("# replications\tmean\tlow\thigh\n", job->data);
    for (size_t i = 0; ret == 0 && i < job->n_plans; i++) {
        (void) fprintf(job->data, "%s# %s\n", i > 0 ? "\n\n" : "", job->label[i]);
        drawn->last = (plot_value_t){ NAN, NAN, NAN };
        ret = store_replicates(job->results, contents->plan[job->plan[i]].name, job->kpi, group, "all", n_reps, value);
        if (ret == 0) {
            put_plan(job, value, n_reps, drawn);
        } else if (ret != SIM_ERR_NOT_FOUND) {
            ret = plot_fail(job->fault, ret, "%s", store_reader_fault(job->results));
        } else {
            ret = 0;
        }
        ends->value[i * ends->n_periods] = drawn->last;
    }
    free(value);
    return ret;
}

static int
put_figure(plot_job_t *job, const store_kpi_t *kpi, const drawn_t *drawn, const plot_grid_t *ends, size_t n_reps)
{
    plot_axis_t axis = plot_axis(drawn->least, drawn->most, 6);
    plot_axis_t reps = plot_axis(0, (double) n_reps, 8);
    const char *unit = plot_unit_name(&axis, kpi->unit);
    char what[4 * 100 + 4], note[700];

    plot_put_axis(job->script, 'y', &axis, kpi->unit);
    plot_put_axis(job->script, 'x', &reps, "");
    plot_let(job->script, "name_room", plot_name_room(job));
    plot_describe(kpi, 100, what);
    (void) snprintf(note, sizeof(note), "%s%s%s%s%s", what, unit[0] != '\0' ? " (" : "", unit,
        unit[0] != '\0' ? ")" : "", axis.low > 0 ? "; the axis does not begin at zero" : "");
    plot_let_text(job->script, "y_title", note);
    return plot_put_ends(job, ends, axis.low, axis.high, PLOT_HEIGHT - 98 - 60);
}

int
plot_write_converge(plot_job_t *job)
{
    const char *group = job->group != NULL ? job->group : "all";
    const plot_column_t column = { job->kpi, group };
    size_t n_reps = (size_t) strtoull(store_manifest(job->results, "reps_done"), NULL, 10);
    drawn_t drawn = { .least = INFINITY, .most = -INFINITY };
    const store_kpi_t *kpi = NULL;
    plot_grid_t ends = { 0 };
    int ret = plot_asked_kpi(job, &kpi);

    if (ret == 0) {
        ret = plot_grid_init(&ends, job, &column, 1, "all");
    }
    if (ret == 0) {
        ret = put_data(job, group, n_reps, &drawn, &ends);
    }
    if (ret == 0 && !isfinite(drawn.least)) {
        ret = plot_fail(job->fault, SIM_ERR_NOT_FOUND,
            "the figure 'converge' needs %d replications or more that know '%.60s' of group '%.80s'", FIRST, job->kpi,
            group);
    }
    if (ret == 0) {
        plot_title(job, "%s%s%s, as replications are added", job->kpi, job->group != NULL ? " of " : "",
            job->group != NULL ? job->group : "");
        ret = put_figure(job, kpi, &drawn, &ends, n_reps);
    }
    plot_grid_free(&ends);
    return ret;
}
