/* Schools that hold the offer, over time: the figure of one measure, that is. */
#include "plots/job.h"

int
plot_write_cover(plot_job_t *job)
{
    int ret;

    job->kpi = "coverage_schools_share";
    if (!plot_has(job, job->kpi, "all")) {
        return plot_fail(job->fault, SIM_ERR_NOT_FOUND,
            "the figure 'cover' shows the measure '%s', which these results do not have (they are not of a care system)",
            job->kpi);
    }
    ret = plot_write_trend(job);
    job->title[0] = '\0';
    return ret;
}
