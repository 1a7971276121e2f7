/*
 * Published facts against what was simulated. Each is a row, as a share of what was published, so that people, days and
 * pounds stand on one axis: published is at 100%, beside it what is accepted. Facts too many for rows are points: published
 * across, simulated up, equality a line, and their colours tell measures apart.
 */
#include "plots/axis.h"
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOP 98.0        /* of the rows, in pixels */
#define ROWS_MOST 40    /* more facts are points */
#define KINDS_MOST 8    /* measures that have a colour of their own */
#define NAME_MOST 46    /* characters of a fact's name */
#define VALUE_SPAN 10.0 /* of values from one to more than so many times as much, the axes are logarithmic */
#define RATIO_SPAN 16.0 /* likewise of shares of what was published */

typedef struct {
    plot_job_t *job;
    size_t n;
    store_fact_t *fact; /* those that are shown, in the order of the results */
    size_t n_kinds;
    const char *kind[KINDS_MOST]; /* measures, in order of first appearance */
    bool has_others;              /* the last kind stands for several */
    bool rows, is_log;
} facts_t;

static bool
is_chosen(const plot_job_t *job, const char *plan)
{
    const store_contents_t *contents = store_contents(job->results);

    for (size_t i = 0; i < job->n_plans; i++) {
        const char *name = contents->plan[job->plan[i]].name, *slash = strrchr(name, '/');

        if (strcmp(name, plan) == 0 || (slash != NULL && strcmp(slash + 1, plan) == 0)) {
            return true;
        }
    }
    return plan[0] == '\0';
}

static bool
is_shown(const facts_t *self, const store_fact_t *fact)
{
    return !isnan(fact->estimate) && is_chosen(self->job, fact->plan);
}

/* Those that were run, of plans that were chosen. */
static int
read_facts(facts_t *self)
{
    size_t n;
    int ret = store_facts(self->job->results, &n, &self->fact);

    for (size_t i = 0; ret == 0 && i < n; i++) {
        if (is_shown(self, &self->fact[i])) {
            self->fact[self->n++] = self->fact[i];
            self->job->reps = self->fact[i].reps > self->job->reps ? self->fact[i].reps : self->job->reps;
        }
    }
    if (ret != 0) {
        return plot_fail(self->job->fault, ret, "%s",
            ret == SIM_ERR_STORE ? store_reader_fault(self->job->results) : sim_strerror(ret));
    }
    if (self->n == 0) {
        return plot_fail(self->job->fault, SIM_ERR_NOT_FOUND,
            n == 0
                ? "the figure 'facts' shows published facts, of which these results hold none: their scenario lists none"
                : "none of the %zu facts was run, or is of the plans chosen: `weir check` gives the command that runs "
                  "them",
            n);
    }
    return 0;
}

static size_t
kind_of(facts_t *self, const char *kpi)
{
    size_t i = 0;

    while (i < self->n_kinds && strcmp(self->kind[i], kpi) != 0) {
        i++;
    }
    if (i == self->n_kinds && i < KINDS_MOST) {
        self->kind[self->n_kinds++] = kpi;
    }
    self->has_others = self->has_others || i == KINDS_MOST;
    return i < KINDS_MOST ? i : KINDS_MOST - 1;
}

static bool
is_one_unit(const facts_t *self)
{
    for (size_t i = 1; i < self->n; i++) {
        if (strcmp(self->fact[i].unit, self->fact[0].unit) != 0) {
            return false;
        }
    }
    return true;
}

/* Of published and simulated numbers, and the ends of their intervals. */
static void
range_of(const facts_t *self, double *least, double *most)
{
    *least = INFINITY;
    *most = -INFINITY;
    for (size_t i = 0; i < self->n; i++) {
        const store_fact_t *fact = &self->fact[i];

        *least = fmin(*least, fmin(fact->value, fmin(fact->estimate, fact->low)));
        *most = fmax(*most, fmax(fact->value, fmax(fact->estimate, fact->high)));
    }
}

static size_t
count_verdict(const facts_t *self, const char *verdict)
{
    size_t n = 0;

    for (size_t i = 0; i < self->n; i++) {
        n += strcmp(self->fact[i].verdict, verdict) == 0 ? 1u : 0u;
    }
    return n;
}

/* 0 inside, 1 outside, 2 not sure. */
static int
verdict_of(const store_fact_t *fact)
{
    return strcmp(fact->verdict, "inside") == 0 ? 0 : strcmp(fact->verdict, "OUTSIDE") == 0 ? 1 : 2;
}

/* One line a fact: row, published, accepted, simulated with its interval, verdict, kind, name. In rows as shares of what
   was published; a bound that is not there is at the edge. */
static void
put_data(facts_t *self, const plot_axis_t *axis)
{
    FILE *out = self->job->data;

    (void) fputs(
        "# row\tpublished\taccepted from\tto\tsimulated\tlow\thigh\tverdict (0 inside, 1 outside, 2 not sure)\tkind\tfact\n",
        out);
    for (size_t i = 0; i < self->n; i++) {
        const store_fact_t *fact = &self->fact[i];
        double by = self->rows ? fact->value : 1;
        double low = (by < 0 ? fact->accept_high : fact->accept_low) / by;
        double high = (by < 0 ? fact->accept_low : fact->accept_high) / by;
        const double field[] = { fact->value / by, isnan(low) ? axis->low : low, isnan(high) ? axis->high : high,
            fact->estimate / by, fact->low / by, fact->high / by, verdict_of(fact),
            (double) kind_of(self, fact->kpi) + 1 };

        (void) fprintf(out, "%zu", i + 1);
        for (size_t k = 0; k < sizeof(field) / sizeof(field[0]); k++) {
            plot_field(out, k == 1 || k == 2 ? fmin(fmax(field[k], axis->low), axis->high) : field[k]);
        }
        plot_end_line(out, fact->name);
    }
}

/* ---- rows ---- */

/* What cannot be a share of what was published is not shown. */
static size_t
drop_zeros(facts_t *self)
{
    size_t n = 0, dropped;

    for (size_t i = 0; i < self->n; i++) {
        if (self->fact[i].value != 0) {
            self->fact[n++] = self->fact[i];
        }
    }
    dropped = self->n - n;
    self->n = n;
    return dropped;
}

static plot_axis_t
rows_axis(const facts_t *self)
{
    double least = 1, most = 1;

    for (size_t i = 0; i < self->n; i++) {
        const store_fact_t *fact = &self->fact[i];
        const double at[] = { fact->estimate, fact->low, fact->high, fact->accept_low, fact->accept_high };

        for (size_t k = 0; k < sizeof(at) / sizeof(at[0]); k++) {
            least = fmin(least, at[k] / fact->value);
            most = fmax(most, at[k] / fact->value);
        }
    }
    return least > 0 && most / least > RATIO_SPAN ? plot_axis_log(least, most) : plot_axis(least, most, 8);
}

static int
put_names(const facts_t *self)
{
    char published[64], simulated[64], *clean;
    int ret = 0;

    (void) fprintf(self->job->script, "array Fact[%zu] = [", self->n);
    for (size_t i = 0; ret == 0 && i < self->n; i++) {
        clean = plot_clean(self->fact[i].name);
        ret = clean == NULL ? plot_fail(self->job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY)) : 0;
        if (ret == 0) {
            plot_cut(clean, NAME_MOST);
            (void) fputs(i > 0 ? ", " : "", self->job->script);
            plot_quote(self->job->script, clean);
        }
        free(clean);
    }
    (void) fprintf(self->job->script, "]\narray Numbers[%zu] = [", self->n);
    for (size_t i = 0; ret == 0 && i < self->n; i++) {
        char text[160];

        plot_show_number(published, sizeof(published), self->fact[i].unit, self->fact[i].value);
        plot_show_number(simulated, sizeof(simulated), self->fact[i].unit, self->fact[i].estimate);
        (void) snprintf(text, sizeof(text), "%s (%s)", simulated, published);
        (void) fputs(i > 0 ? ", " : "", self->job->script);
        plot_quote(self->job->script, text);
    }
    (void) fputs("]\n", self->job->script);
    return ret;
}

static size_t
longest_name(const facts_t *self)
{
    size_t longest = 0;

    for (size_t i = 0; i < self->n; i++) {
        size_t n = plot_length(self->fact[i].name);

        longest = n > longest ? n : longest;
    }
    return longest < NAME_MOST ? longest : NAME_MOST;
}

static int
put_rows(facts_t *self)
{
    size_t dropped = drop_zeros(self);
    plot_axis_t axis = rows_axis(self);

    if (self->n == 0) {
        return plot_fail(self->job->fault, SIM_ERR_NOT_FOUND,
            "every fact's published number is 0, of which no share can "
            "be taken");
    }
    self->is_log = axis.is_log;
    plot_put_axis(self->job->script, 'x', &axis, "share");
    plot_let(self->job->script, "name_room", 30 + 0.56 * PLOT_TEXT * (double) longest_name(self));
    plot_let(self->job->script, "height", TOP + 66 + fmax(22.0 * (double) self->n, 100));
    plot_let(self->job->script, "dropped", (double) dropped);
    put_data(self, &axis);
    return put_names(self);
}

/* ---- points ---- */

/* Measures with the colours of the palette, in place of the plans. */
static int
put_kinds(facts_t *self)
{
    static const char *const COLOUR[KINDS_MOST] = { "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
        "#000000", "#7f7f7f" };
    plot_job_t kinds = *self->job;
    char *label[KINDS_MOST];

    for (size_t i = 0; i < self->n_kinds; i++) {
        label[i] = (char *) (self->has_others && i + 1 == KINDS_MOST ? "other" : self->kind[i]);
    }
    kinds.n_plans = self->n_kinds;
    kinds.label = label;
    (void) fprintf(self->job->script, "n_kinds = %zu\narray Kind[n_kinds] = [", self->n_kinds);
    for (size_t i = 0; i < self->n_kinds; i++) {
        (void) fputs(i > 0 ? ", " : "", self->job->script);
        plot_quote(self->job->script, label[i]);
    }
    (void) fputs("]\narray Kind_colour[n_kinds] = [", self->job->script);
    for (size_t i = 0; i < self->n_kinds; i++) {
        (void) fprintf(self->job->script, "%s'%s'", i > 0 ? ", " : "", COLOUR[i]);
    }
    (void) fputs("]\n", self->job->script);
    return plot_put_legend(&kinds);
}

static int
put_points(facts_t *self)
{
    const char *unit = is_one_unit(self) ? self->fact[0].unit : "";
    double least, most;
    plot_axis_t axis;

    range_of(self, &least, &most);
    self->is_log = least > 0 && most / least > VALUE_SPAN;
    axis = self->is_log ? plot_axis_log(least, most) : plot_axis(least, most, 6);
    plot_put_axis(self->job->script, 'x', &axis, unit);
    plot_let_text(self->job->script, "unit", plot_unit_name(&axis, unit));
    put_data(self, &axis);
    return put_kinds(self);
}

int
plot_write_facts(plot_job_t *job)
{
    facts_t self = { .job = job };
    int ret = read_facts(&self);

    if (ret == 0) {
        size_t inside = count_verdict(&self, "inside"), n = self.n;

        self.rows = self.n <= ROWS_MOST;
        ret = self.rows ? put_rows(&self) : put_points(&self);
        plot_let(job->script, "rows", self.rows);
        plot_let(job->script, "is_log", self.is_log);
        plot_let(job->script, "n_facts", (double) self.n);
        plot_title(job, "Published facts, and what was simulated: %zu of %zu inside what is accepted", inside, n);
    }
    free(self.fact);
    return ret;
}
