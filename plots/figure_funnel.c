/* From concern to treatment: what schools' concerns come to in a year, a panel for each plan. */
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>

/* A step is the sum of up to two columns. */
typedef struct {
    const char *name;
    plot_column_t column[2];
} step_t;

static const step_t STEP[] = {
    { "Concerns raised in schools", { { "concerns", "all" } } },
    { "Consultations", { { "consultations", "all" } } },
    { "Handled in school", { { "handled_in_school", "all" } } },
    { "Sent on to the NHS", { { "school_nhs_referrals", "all" } } },
    { "Registered as referrals", { { "referrals", "source=school" }, { "referrals", "source=school_gp" } } },
    { "Accepted at triage", { { "accepted", "source=school" }, { "accepted", "source=school_gp" } } },
    { "First contact", { { "first_contacts", "source=school" }, { "first_contacts", "source=school_gp" } } },
    { "Treatment started", { { "second_contacts", "source=school" }, { "second_contacts", "source=school_gp" } } },
};
#define N_STEPS (sizeof(STEP) / sizeof(STEP[0]))

/* For a year. Of a sum the interval is at most as wide as the parts' intervals together (triangle inequality of
   deviations). */
static plot_value_t
a_year(const plot_job_t *job, const plot_grid_t *grid, size_t plan, size_t first, size_t n)
{
    plot_value_t sum = { 0, 0, 0 };

    for (size_t i = first; i < first + n; i++) {
        const plot_value_t *value = plot_grid_at(grid, plan, i, 0);

        sum.estimate += value->estimate;
        sum.low += value->low;
        sum.high += value->high;
    }
    return (plot_value_t){ sum.estimate / job->years, sum.low / job->years, sum.high / job->years };
}

/* One block a plan: step, number a year, low, high. @return the greatest number */
static double
put_data(plot_job_t *job, const plot_grid_t *grid)
{
    double most = 0;

    (void) fputs("# step\ta year\tlow\thigh\tthe first plan\n", job->data);
    for (size_t i = 0; i < job->n_plans; i++) {
        size_t at = 0;

        (void) fprintf(job->data, "%s# %s\n", i > 0 ? "\n\n" : "", job->label[i]);
        for (size_t s = 0; s < N_STEPS; s++) {
            size_t n = STEP[s].column[1].kpi == NULL ? 1 : 2;
            plot_value_t value = a_year(job, grid, i, at, n);

            most = fmax(most, value.estimate);
            (void) fprintf(job->data, "%zu", s + 1);
            plot_field(job->data, value.estimate);
            plot_field(job->data, value.low);
            plot_field(job->data, value.high);
            plot_field(job->data, a_year(job, grid, 0, at, n).estimate);
            (void) fputc('\n', job->data);
            at += n;
        }
    }
    return most;
}

int
plot_write_funnel(plot_job_t *job)
{
    plot_column_t column[2 * N_STEPS];
    plot_grid_t grid;
    size_t n = 0;
    int ret;

    for (size_t s = 0; s < N_STEPS; s++) {
        for (size_t i = 0; i < 2 && STEP[s].column[i].kpi != NULL; i++) {
            column[n++] = STEP[s].column[i];
        }
    }
    ret = plot_grid_init(&grid, job, column, n, "all");
    if (ret == 0) {
        (void) fprintf(job->script, "n_steps = %zu\narray Step[n_steps] = [", N_STEPS);
        for (size_t s = 0; s < N_STEPS; s++) {
            (void) fprintf(job->script, "%s'%s'", s > 0 ? ", " : "", STEP[s].name);
        }
        (void) fputs("]\n", job->script);
        plot_let(job->script, "x_most", fmax(put_data(job, &grid), 1));
        plot_let(job->script, "height", job->n_plans > 8 ? 280.0 * ceil((double) job->n_plans / 4) : PLOT_HEIGHT);
    }
    plot_grid_free(&grid);
    return ret;
}
