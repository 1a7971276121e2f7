/* Names at the ends of lines: room for them, and heights at which none hides another. */
#include "plots/job.h"
#include "plots/place.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>

#define LABEL_GAP 15.0 /* pixels */

double
plot_name_room(const plot_job_t *job)
{
    size_t longest = 0;

    for (size_t i = 0; i < job->n_plans; i++) {
        size_t n = plot_length(job->label[i]);

        longest = n > longest ? n : longest;
    }
    return fmin(30 + 0.56 * PLOT_TEXT * (double) longest, PLOT_WIDTH / 3);
}

int
plot_put_ends(plot_job_t *job, const plot_grid_t *grid, double low, double top, double pixels)
{
    double *end = calloc(2 * job->n_plans, sizeof(*end)), *at = NULL, unit = (top - low) / pixels;
    int ret = SIM_ERR_NO_MEMORY;

    if (end != NULL) {
        at = end + job->n_plans;
        for (size_t i = 0; i < job->n_plans; i++) {
            end[i] = NAN;
            for (size_t k = 0; k < grid->n_periods; k++) {
                double value = plot_grid_at(grid, i, 0, k)->estimate;

                end[i] = isnan(value) ? end[i] : value;
            }
        }
        ret = plot_spread(job->n_plans, end, LABEL_GAP * unit, low + 4 * unit, top - 4 * unit, at);
    }
    if (ret == 0) {
        plot_let_numbers(job->script, "End", job->n_plans, end);
        plot_let_numbers(job->script, "Name_at", job->n_plans, at);
    }
    free(end);
    return ret == 0 ? 0 : plot_fail(job->fault, ret, "%s", sim_strerror(ret));
}
