/*
 * A measure month by month in single futures: what half of the replications lie between, and nine in ten. A panel for each
 * plan. The spread is of futures; it does not shrink with more replications, as an interval of the mean does.
 */
#include "plots/axis.h"
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FUTURES 10 /* that a fan needs */
#define PANELS_MOST 9

static const double SHARE[] = { 0.05, 0.25, 0.5, 0.75, 0.95 };
#define N_SHARES (sizeof(SHARE) / sizeof(SHARE[0]))

static int
compare(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* The known values are moved to the front, in order. */
static size_t
sort_known(double *value, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (!isnan(value[i])) {
            value[kept++] = value[i];
        }
    }
    qsort(value, kept, sizeof(*value), compare);
    return kept;
}

/* Hyndman and Fan (1996), type 7. */
static double
quantile(const double *sorted, size_t n, double share)
{
    double at = share * (double) (n - 1);
    size_t i = (size_t) floor(at);

    return i + 1 < n ? sorted[i] + (at - (double) i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

static int
put_month(plot_job_t *job, size_t plan, const char *group, const store_period_t *month, double *value, size_t n_reps,
    double *least, double *most)
{
    const char *name = store_contents(job->results)->plan[job->plan[plan]].name;
    int ret = store_replicates(job->results, name, job->kpi, group, month->name, n_reps, value);
    size_t n = ret == 0 ? sort_known(value, n_reps) : 0;

    if (ret != 0 && ret != SIM_ERR_NOT_FOUND) {
        return plot_fail(job->fault, ret, "%s", store_reader_fault(job->results));
    }
    if (n < FUTURES || !month->whole) {
        return 0;
    }
    (void) fprintf(job->data, "%ld", month->end_day);
    for (size_t s = 0; s < N_SHARES; s++) {
        plot_field(job->data, quantile(value, n, SHARE[s]));
    }
    *least = fmin(*least, quantile(value, n, SHARE[0]));
    *most = fmax(*most, quantile(value, n, SHARE[N_SHARES - 1]));
    job->reps = (uint32_t) n > job->reps ? (uint32_t) n : job->reps;
    plot_end_line(job->data, month->name);
    return 0;
}

static int
put_data(plot_job_t *job, const char *group, size_t n_reps, double *least, double *most)
{
    const store_contents_t *contents = store_contents(job->results);
    double *value = calloc(n_reps + 1, sizeof(*value));
    int ret = value == NULL ? plot_fail(job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY)) : 0;

    (void) fputs("# day\t5%\t25%\tmedian\t75%\t95%\tmonth\n", job->data);
    for (size_t i = 0; ret == 0 && i < job->n_plans; i++) {
        (void) fprintf(job->data, "%s# %s\n", i > 0 ? "\n\n" : "", job->label[i]);
        for (size_t k = 0; ret == 0 && k < contents->n_periods; k++) {
            if (strcmp(contents->period[k].kind, "month") == 0) {
                ret = put_month(job, i, group, &contents->period[k], value, n_reps, least, most);
            }
        }
    }
    free(value);
    return ret;
}

int
plot_write_fan(plot_job_t *job)
{
    const char *group = job->group != NULL ? job->group : "all";
    size_t n_reps = (size_t) strtoull(store_manifest(job->results, "reps_done"), NULL, 10);
    double least = INFINITY, most = -INFINITY;
    const store_kpi_t *kpi = NULL;
    char what[4 * 100 + 4], note[500];
    plot_axis_t axis;
    int ret = plot_asked_kpi(job, &kpi);

    if (ret == 0 && job->n_plans > PANELS_MOST) {
        return plot_fail(job->fault, SIM_ERR_BAD_PARAM, "the figure 'fan' shows at most %d plans; choose with --plans",
            PANELS_MOST);
    }
    if (ret == 0) {
        ret = put_data(job, group, n_reps, &least, &most);
    }
    if (ret == 0 && !isfinite(least)) {
        return plot_fail(job->fault, SIM_ERR_NOT_FOUND,
            "the figure 'fan' needs %d replications or more that know '%.60s' of group '%.80s' by month", FUTURES,
            job->kpi, group);
    }
    if (ret != 0) {
        return ret;
    }
    plot_title(job, "%s%s%s: how far single futures lie apart", job->kpi, job->group != NULL ? " of " : "",
        job->group != NULL ? job->group : "");
    axis = plot_axis(least, most, 5);
    plot_put_axis(job->script, 'y', &axis, kpi->unit);
    plot_describe(kpi, 100, what);
    (void) snprintf(note, sizeof(note), "%s%s", what, axis.low > 0 ? "; the axis does not begin at zero" : "");
    plot_let_text(job->script, "what", note);
    plot_put_calendar_years(job);
    plot_let(job->script, "height", plot_panels_height(job));
    job->no_intervals = true;
    return 0;
}
