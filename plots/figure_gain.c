/* What each plan gains on the first: paired differences, in percentage points, of the two shares that the answer rests on. */
#include "plots/axis.h"
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROW 46.0
#define TOP 118.0
#define FOOT 60.0

static const char *const KPI[] = { "cohort_seen_18w", "child_helped_18w" };
#define N_KPIS (sizeof(KPI) / sizeof(KPI[0]))

/* Of a plan less the first of those chosen, in percentage points; nothing is known when there is none. */
static int
read_difference(plot_job_t *job, size_t plan, const char *kpi, plot_value_t *value)
{
    const store_plan_t *of = store_contents(job->results)->plan;
    size_t a = job->plan[plan], b = job->plan[0];
    char name[512];
    store_row_t row;
    int ret;

    (void) snprintf(name, sizeof(name), "%s-%s", of[a].name, of[b].name);
    ret = store_get(job->results, name, kpi, "all", "all", &row);
    if (ret != 0 && ret != SIM_ERR_NOT_FOUND) {
        return plot_fail(job->fault, ret, "%s", store_reader_fault(job->results));
    }
    *value = (plot_value_t){ 100 * row.estimate, 100 * row.low, 100 * row.high };
    job->reps = row.reps > job->reps ? row.reps : job->reps;
    return 0;
}

/* One block a measure: row, difference, low, high, plan. */
static int
put_data(plot_job_t *job, double *least, double *most)
{
    int ret = 0;

    *least = *most = 0;
    (void) fputs("# row\tpercentage points\tlow\thigh\tplan\n", job->data);
    for (size_t k = 0; k < N_KPIS; k++) {
        (void) fprintf(job->data, "%s# %s\n", k > 0 ? "\n\n" : "", KPI[k]);
        for (size_t i = 1; ret == 0 && i < job->n_plans; i++) {
            plot_value_t value;

            ret = read_difference(job, i, KPI[k], &value);
            *least = fmin(*least, fmin(value.estimate, value.low));
            *most = fmax(*most, fmax(value.estimate, value.high));
            (void) fprintf(job->data, "%zu", i);
            plot_field(job->data, value.estimate);
            plot_field(job->data, value.low);
            plot_field(job->data, value.high);
            plot_end_line(job->data, job->label[i]);
        }
    }
    return ret;
}

int
plot_write_gain(plot_job_t *job)
{
    double least, most;
    plot_axis_t axis;
    int ret = 0;

    if (job->n_plans < 2) {
        return plot_fail(job->fault, SIM_ERR_NOT_FOUND,
            "the figure 'gain' compares plans with the first, and there is one plan only");
    }
    ret = put_data(job, &least, &most);
    if (ret == 0 && job->reps == 0) {
        return plot_fail(job->fault, SIM_ERR_NOT_FOUND,
            "the figure 'gain' shows the measure '%s', of which these results have no difference", KPI[0]);
    }
    axis = plot_axis(least < most ? least : -1, least < most ? most : 1, 8);
    plot_put_axis(job->script, 'x', &axis, "points");
    plot_let(job->script, "name_room", plot_name_room(job));
    plot_let(job->script, "height", fmax(TOP + ROW * (double) (job->n_plans - 1) + FOOT, 220));
    return ret;
}
