/*
 * Welch's plot: the mean number present over the run, as it is and as a moving average; and the warm-up that was left
 * out or, when there was none, where MSER-5 says that the numbers have settled. Welch, The statistical analysis of
 * simulation results (1983); the moving average as in Law, Simulation Modeling and Analysis, 5th ed. (2015), §9.5.1:
 * fewer spans on either side near the beginning.
 */
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIDE 20 /* the moving average takes a twentieth of the spans on either side */

typedef struct {
    const char *name;
    double days;
} unit_t;

/* A unit in which the length of a run has two or three digits. */
static unit_t
choose_unit(double days)
{
    static const unit_t UNIT[] = { { "hours", 1.0 / 24.0 }, { "days", 1.0 }, { "weeks", 7.0 }, { "years", 365.25 } };
    static const double MOST[] = { 4.0, 400.0, 1500.0 };
    size_t i = 0;

    while (i < 3 && days > MOST[i]) {
        i++;
    }
    return UNIT[i];
}

/* Over the spans i - side .. i + side, near the beginning as many as are in front; NaN near the end. */
static double
average(const store_span_t *span, size_t n, size_t i, size_t side)
{
    double sum = 0.0;

    if (i + side >= n) {
        return NAN;
    }
    side = i < side ? i : side;
    for (size_t k = i - side; k <= i + side; k++) {
        sum += span[k].estimate;
    }
    return sum / (double) (2 * side + 1);
}

static double
put_plan(plot_job_t *job, const store_span_t *span, size_t n, unit_t unit)
{
    double top = 0.0;

    for (size_t i = 0; i < n; i++) {
        (void) fprintf(job->data, "%.10g", (span[i].from_day + span[i].to_day) / 2.0 / unit.days);
        plot_field(job->data, span[i].estimate);
        plot_field(job->data, average(span, n, i, n / SIDE));
        (void) fputc('\n', job->data);
        top = fmax(top, span[i].estimate);
        job->reps = span[i].reps > job->reps ? span[i].reps : job->reps;
    }
    return top;
}

static double
left_out_days(const plot_job_t *job)
{
    return strtod(store_manifest(job->results, "warmup_days"), NULL);
}

/* Item i of the manifest's comma-separated days: NaN for "never", or when there is none. */
static double
settled_day(const plot_job_t *job, size_t i)
{
    const char *at = store_manifest(job->results, "settled_days");
    char *end;
    double day;

    for (; i > 0 && at != NULL; i--) {
        at = strchr(at, ',');
        at = at == NULL ? NULL : at + 1;
    }
    day = at == NULL ? NAN : strtod(at, &end);
    return at == NULL || end == at ? NAN : day;
}

/* "desk: settled after 5.5 days" */
static int
name_settled(plot_job_t *job, size_t i, double day, unit_t unit)
{
    size_t size = strlen(job->label[i]) + 64;
    char *label = malloc(size);

    if (label == NULL) {
        return plot_fail(job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    }
    if (isnan(day)) {
        (void) snprintf(label, size, "%s: not settled within half the run", job->label[i]);
    } else {
        (void) snprintf(label, size, "%s: settled after %.3g %s", job->label[i], day / unit.days, unit.name);
    }
    free(job->label[i]);
    job->label[i] = label;
    return 0;
}

/*
 * Names with what MSER-5 says, in place of the plain names, and where it says so. When a warm-up was left out the names
 * stay plain: it came from elsewhere (a pilot, say), and what MSER-5 says of this run would be a second answer.
 */
static int
put_settled(plot_job_t *job, unit_t unit)
{
    double *at = calloc(job->n_plans + 1, sizeof(*at));
    bool told = left_out_days(job) > 0.0;
    int ret = at == NULL ? SIM_ERR_NO_MEMORY : 0;

    for (size_t i = 0; ret == 0 && i < job->n_plans; i++) {
        double day = told ? NAN : settled_day(job, job->plan[i]);

        at[i] = day / unit.days;
        ret = told ? 0 : name_settled(job, i, day, unit);
    }
    if (ret == 0) {
        plot_let_numbers(job->script, "Settled", job->n_plans, at);
        (void) fputs("array Label[n_plans] = [", job->script);
        for (size_t i = 0; i < job->n_plans; i++) {
            (void) fputs(i > 0 ? ", " : "", job->script);
            plot_quote(job->script, job->label[i]);
        }
        (void) fputs("]\n", job->script);
        ret = plot_put_legend(job);
    }
    free(at);
    return ret;
}

static const char *
explain_mark(const plot_job_t *job)
{
    const char *from = store_manifest(job->results, "warmup_from");

    if (!(left_out_days(job) > 0.0)) {
        return "Dashed: settled (MSER-5)";
    }
    return from != NULL && strcmp(from, "mser") == 0 ? "Grey: left out (pilot run, MSER-5)" : "Grey: warm-up left out";
}

static void
put_axes(plot_job_t *job, double top, double days, size_t n, unit_t unit)
{
    double step = plot_step(fmax(top, 1e-9), 6), width = (2.0 * (double) (n / SIDE) + 1.0) * days / (double) n;
    char note[160];

    plot_let(job->script, "y_step", step);
    plot_let(job->script, "y_top", step * ceil(fmax(top, 1e-9) / step - 1e-9));
    plot_let(job->script, "mark", n < 10 ? 1 : (double) (n / 10)); /* spans from one mark to the next */
    plot_let(job->script, "x_end", days / unit.days);
    plot_let(job->script, "x_step", plot_step(days / unit.days, 10));
    plot_let(job->script, "warmup", left_out_days(job) / unit.days);
    (void) snprintf(note, sizeof(note), "Thin: mean of the replications. Thick: moving average over %.3g %s. %s.",
        width / unit.days, unit.name, explain_mark(job));
    plot_let_text(job->script, "note", note);
    (void) snprintf(note, sizeof(note), "%s since the start", unit.name);
    plot_let_text(job->script, "x_title", note);
}

int
plot_write_welch(plot_job_t *job)
{
    double top = 0.0, days = 0.0;
    unit_t unit = { "days", 1.0 };
    size_t n = 0;
    int ret = 0;

    job->no_intervals = true;
    (void) fputs("# time\tpresent\tmoving average\n", job->data);
    for (size_t i = 0; ret == 0 && i < job->n_plans; i++) {
        store_span_t *span;

        ret = store_series(job->results, job->plan[i], "present", &n, &span);
        if (ret != 0) {
            ret = plot_fail(job->fault, ret, "%s", store_reader_fault(job->results));
        } else if (n == 0) {
            ret = plot_fail(job->fault, SIM_ERR_NOT_FOUND,
                "the figure 'welch' shows a series, which these results do not hold for %s: run with --series 1000",
                job->label[i]);
        } else {
            days = span[n - 1].to_day;
            unit = choose_unit(days);
            (void) fprintf(job->data, "%s# %s\n", i > 0 ? "\n\n" : "", job->label[i]);
            top = fmax(top, put_plan(job, span, n, unit));
        }
        free(span);
    }
    if (ret == 0) {
        put_axes(job, top, days, n, unit);
        ret = put_settled(job, unit);
    }
    return ret;
}
