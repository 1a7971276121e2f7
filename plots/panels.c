/* What figures of a panel for each plan over time share: the ticks of their years, and how high they are. */
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
plot_put_calendar_years(plot_job_t *job)
{
    const store_contents_t *contents = store_contents(job->results);
    int every = job->years > 12 ? 5 : job->years > 5 ? 2 : 1;
    bool any = false;

    (void) fputs("set xtics out ()\n", job->script);
    for (size_t k = 0; k < contents->n_periods; k++) {
        const store_period_t *month = &contents->period[k];
        int year = atoi(month->first_date);

        if (strcmp(month->kind, "month") != 0) {
            continue;
        }
        if (!any) {
            plot_let(job->script, "x_low", (double) month->first_day);
        }
        any = true;
        if (strcmp(month->first_date + 4, "-01-01") == 0 && year % every == 0) {
            (void) fprintf(job->script, "set xtics add ('%d' %ld)\n", year, month->first_day);
        }
    }
    plot_let(job->script, "x_top", job->years * 365.25);
}

double
plot_panels_height(const plot_job_t *job)
{
    double columns = job->n_plans == 4 ? 2 : 3;

    return job->n_plans > 3 ? 98 + 190 * ceil((double) job->n_plans / columns) + 40 : 420;
}
