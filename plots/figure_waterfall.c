/*
 * Why the list is longer or shorter under one plan than under another: what each flow adds to those waiting or takes from them,
 * the second plan less the first, over the whole run. The bars add up, because a mean of sums is the sum of the means; what
 * the named flows do not account for is shown as the rest.
 */
#include "plots/axis.h"
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>
#include <string.h>

#define REST 0.5 /* spells, below which the rest is not shown */

/* sign: whether more of it makes the list longer */
static const struct {
    const char *kpi, *name;
    int sign;
} FLOW[] = { { "accepted", "accepted\nat triage", 1 }, { "first_contacts", "seen", -1 },
    { "left_waiting", "gave up or\naged out", -1 } };
#define N_FLOWS (sizeof(FLOW) / sizeof(FLOW[0]))

static int
read_difference(plot_job_t *job, const char *kpi, plot_value_t *value)
{
    const store_plan_t *plan = store_contents(job->results)->plan;
    char name[512];
    store_row_t row;
    int ret;

    (void) snprintf(name, sizeof(name), "%s-%s", plan[job->plan[1]].name, plan[job->plan[0]].name);
    ret = store_get(job->results, name, kpi, "all", "all", &row);
    if (ret == SIM_ERR_NOT_FOUND) {
        return plot_fail(job->fault, ret,
            "the figure 'waterfall' shows the measure '%s', which these results do not have (they are not of a care system)",
            kpi);
    }
    if (ret != 0) {
        return plot_fail(job->fault, ret, "%s", store_reader_fault(job->results));
    }
    job->reps = row.reps > job->reps ? row.reps : job->reps;
    *value = (plot_value_t){ row.estimate, row.low, row.high };
    return 0;
}

/* A bar from one height to another. */
static void
put_bar(plot_job_t *job, size_t at, double from, double to, const char *name)
{
    char text[64];

    (void) fprintf(job->data, "%zu", at);
    plot_field(job->data, from);
    plot_field(job->data, to);
    plot_end_line(job->data, name);
    plot_show_number(text, sizeof(text), "", fabs(to - from));
    (void) fprintf(job->script, "Bar[%zu] = '%s%s'\nName[%zu] = \"", at,
        to > from   ? "+"
        : to < from ? "-"
                    : "",
        text, at);
    for (; *name != '\0'; name++) {
        (void) fputs(*name == '\n' ? "\\n" : (char[]){ *name, '\0' }, job->script);
    }
    (void) fputs("\"\n", job->script);
}

static int
put_bars(plot_job_t *job, double *least, double *most)
{
    plot_value_t net, flow;
    double sum = 0;
    size_t n = 0;
    int ret = read_difference(job, "waiting", &net);

    *least = fmin(0, net.estimate);
    *most = fmax(0, net.estimate);
    (void) fprintf(job->script, "array Bar[%zu]\narray Name[%zu]\n", N_FLOWS + 2, N_FLOWS + 2);
    (void) fputs("# bar\tfrom\tto\twhat\n", job->data);
    for (size_t i = 0; ret == 0 && i < N_FLOWS; i++) {
        ret = read_difference(job, FLOW[i].kpi, &flow);
        if (ret == 0) {
            put_bar(job, ++n, sum, sum + FLOW[i].sign * flow.estimate, FLOW[i].name);
            sum += FLOW[i].sign * flow.estimate;
            *least = fmin(*least, sum);
            *most = fmax(*most, sum);
        }
    }
    if (ret == 0 && fabs(net.estimate - sum) >= REST) {
        put_bar(job, ++n, sum, net.estimate, "all else");
    }
    if (ret == 0) {
        put_bar(job, ++n, 0, net.estimate, "waiting\nat the end");
        plot_let(job->script, "n_bars", (double) n);
        plot_let(job->script, "net_low", net.low);
        plot_let(job->script, "net_high", net.high);
        *least = fmin(*least, fmin(net.estimate, net.low));
        *most = fmax(*most, fmax(net.estimate, net.high));
    }
    return ret;
}

int
plot_write_waterfall(plot_job_t *job)
{
    double least = 0, most = 0, room;
    plot_axis_t axis;
    int ret;

    if (job->n_plans < 2) {
        return plot_fail(job->fault, SIM_ERR_NOT_FOUND,
            "the figure 'waterfall' compares two plans, and there is one only");
    }
    ret = put_bars(job, &least, &most);
    if (ret != 0) {
        return ret;
    }
    room = 0.08 * (most - least); /* for the numbers beside the bars */
    axis = plot_axis(least < most ? least - room * (least < 0) : -1, least < most ? most + room * (most > 0) : 1, 6);
    plot_put_axis(job->script, 'y', &axis, "");
    plot_title(job, "Why %s has other numbers waiting than %s", job->label[1], job->label[0]);
    return 0;
}
