/* A legend at the foot of a figure: the plans in rows, each as wide as its name needs. */
#include "plots/job.h"
#include "plots/script.h"

#include <stdlib.h>

#define LEFT 60.0
#define RIGHT (PLOT_WIDTH - 15)
#define ROW 19.0
#define FOOT 14.0

int
plot_put_legend(plot_job_t *job)
{
    double *x = calloc(2 * job->n_plans, sizeof(*x)), *y, at = LEFT, row = 0, first;

    if (x == NULL) {
        return plot_fail(job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    }
    y = x + job->n_plans;
    for (size_t i = 0; i < job->n_plans; i++) {
        double wide = 34 + 0.56 * PLOT_TEXT * (double) plot_length(job->label[i]);

        if (at > LEFT && at + wide > RIGHT) {
            at = LEFT;
            row++;
        }
        x[i] = at;
        y[i] = row;
        at += wide;
    }
    first = PLOT_HEIGHT - FOOT - ROW * row;
    for (size_t i = 0; i < job->n_plans; i++) {
        y[i] = first + ROW * y[i];
    }
    plot_let_numbers(job->script, "Legend_x", job->n_plans, x);
    plot_let_numbers(job->script, "Legend_y", job->n_plans, y);
    plot_let(job->script, "legend_top", first);
    free(x);
    return 0;
}
