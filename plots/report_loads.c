/* Which teams are short, by how much and when, in words; and the quick answers beside the simulated ones. */
#include "plots/sections.h"

#include <math.h>
#include <string.h>

static bool
is_pool(const store_group_t *group)
{
    return strcmp(group->kind, "pool") == 0 && strncmp(group->name, "pool=", 5) == 0;
}

bool
report_has_pools(report_t *self)
{
    for (size_t g = 0; g < self->contents->n_groups; g++) {
        if (is_pool(&self->contents->group[g])) {
            return true;
        }
    }
    return false;
}

static const report_column_t FLOW[] = { { "accepted", "Accepted at triage", NULL, NULL },
    { "first_contacts", "Seen", NULL, NULL }, { "left_waiting", "Gave up or aged out", NULL, NULL },
    { "waiting", "Waiting at the end", NULL, NULL } };
#define N_FLOW (sizeof(FLOW) / sizeof(FLOW[0]))

/* Of the work that comes in, the share for which there is no time. */
static double
short_of(double load)
{
    return 100.0 * (1.0 - 1.0 / load);
}

typedef struct {
    size_t worst_plan, n_over, n_known;
    double load; /* under the worst plan, over the run */
} overload_t;

static int
find_overload(report_t *self, const char *group, overload_t *over)
{
    int ret = 0;

    *over = (overload_t){ .load = NAN };
    for (size_t p = 0; ret == 0 && p < self->contents->n_plans; p++) {
        store_row_t row;

        ret = report_at(self, self->contents->plan[p].name, "load", group, "all", &row);
        over->n_known += row.reps > 0;
        over->n_over += row.estimate > 1.0;
        if (row.reps > 0 && !(over->load >= row.estimate)) {
            over->load = row.estimate;
            over->worst_plan = p;
        }
    }
    return ret;
}

/* "worst in year 2 from 2026-09, by 36%" */
static int
say_worst_year(report_t *self, const char *group, size_t plan)
{
    const store_period_t *worst = NULL;
    double most = NAN;
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < self->contents->n_periods; i++) {
        const store_period_t *period = &self->contents->period[i];
        store_row_t row;

        if (strcmp(period->kind, "year") != 0) {
            continue;
        }
        ret = report_at(self, self->contents->plan[plan].name, "load", group, period->name, &row);
        if (row.reps > 0 && !(most >= row.estimate)) {
            most = row.estimate;
            worst = period;
        }
    }
    if (worst != NULL && most > 1.0) {
        html_say(self->out, ", at worst %.0f%% short, in the year from %.7s", short_of(most), worst->first_date);
    }
    return ret;
}

/* How long the list is after the first year and at the end. */
static int
say_list(report_t *self, const char *group, size_t plan)
{
    const char *name = self->contents->plan[plan].name;
    store_row_t first, last;
    char a[64], b[64];
    int ret = report_at(self, name, "queue_end", group, "y1", &first);

    if (ret == 0) {
        ret = report_at(self, name, "queue_end", group, "all", &last);
    }
    if (ret == 0 && last.reps > 0 && first.reps > 0 && fmax(first.estimate, last.estimate) >= 1.0) {
        self->request->numbers.value(a, sizeof(a), "", first.estimate);
        self->request->numbers.value(b, sizeof(b), "", last.estimate);
        html_say(self->out, ". Its list is %s after a year and %s at the end", a, b);
    }
    return ret;
}

static int
say_pool(report_t *self, const char *group)
{
    overload_t over;
    int ret = find_overload(self, group, &over);

    if (ret != 0 || over.n_known == 0 || isnan(over.load)) {
        return ret;
    }
    (void) fputs("<li><strong>", self->out);
    html_text(self->out, report_level(group));
    (void) fputs("</strong> ", self->out);
    if (over.n_over == 0) {
        html_say(self->out, "keeps up: at most %.0f%% of its time is asked for.", 100.0 * over.load);
    } else {
        html_say(self->out, "is %.0f%% short under %s", short_of(over.load), self->job.label[over.worst_plan]);
        ret = say_worst_year(self, group, over.worst_plan);
        ret = ret == 0 ? say_list(self, group, over.worst_plan) : ret;
        if (over.n_known > 1) {
            html_say(self->out, ". It is overloaded under %zu of the %zu plans that have it", over.n_over,
                over.n_known);
        }
        (void) fputs(".", self->out);
    }
    (void) fputs("</li>\n", self->out);
    return ret;
}

static int
put_loads(report_t *self)
{
    int ret = 0;

    html_table_open(self->out, "Load of each team: work asked for over the time there is, over the whole run");
    html_row_open(self->out);
    html_column(self->out, "Team");
    for (size_t p = 0; p < self->contents->n_plans; p++) {
        html_column(self->out, "%s", self->job.label[p]);
    }
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t g = 0; ret == 0 && g < self->contents->n_groups; g++) {
        if (!is_pool(&self->contents->group[g])) {
            continue;
        }
        html_row_open(self->out);
        html_row_head(self->out, "%s", report_level(self->contents->group[g].name));
        for (size_t p = 0; ret == 0 && p < self->contents->n_plans; p++) {
            char text[REPORT_CELL];
            store_row_t row;

            ret = report_at(self, self->contents->plan[p].name, "load", self->contents->group[g].name, "all", &row);
            html_number(self->out, "%s", report_cell(self, &row, text));
        }
        html_row_close(self->out);
    }
    html_table_close(self->out);
    return ret;
}

static int
put_load_years(report_t *self)
{
    char caption[200];
    int ret = 0;

    (void) snprintf(caption, sizeof(caption), "Load of each team by contract year, under %s", self->job.label[0]);
    html_table_open(self->out, caption);
    html_row_open(self->out);
    html_column(self->out, "Team");
    for (size_t i = 0; i < self->contents->n_periods; i++) {
        if (strcmp(self->contents->period[i].kind, "year") == 0) {
            char head[48];

            report_year(&self->contents->period[i], head, sizeof(head));
            html_column(self->out, "%s", head);
        }
    }
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t g = 0; ret == 0 && g < self->contents->n_groups; g++) {
        store_row_t row;

        if (!is_pool(&self->contents->group[g]) ||
            report_at(self, self->contents->plan[0].name, "load", self->contents->group[g].name, "all", &row) != 0 ||
            row.reps == 0) {
            continue;
        }
        html_row_open(self->out);
        html_row_head(self->out, "%s", report_level(self->contents->group[g].name));
        for (size_t i = 0; ret == 0 && i < self->contents->n_periods; i++) {
            char text[REPORT_CELL];

            if (strcmp(self->contents->period[i].kind, "year") == 0) {
                ret = report_at(self, self->contents->plan[0].name, "load", self->contents->group[g].name,
                    self->contents->period[i].name, &row);
                html_number(self->out, "%s", report_cell(self, &row, text));
            }
        }
        html_row_close(self->out);
    }
    html_table_close(self->out);
    return ret;
}

/* ---- stages ---- */

static const report_column_t STAGE[] = { { "arrivals", "Came", NULL, NULL }, { "served", "Served", NULL, NULL },
    { "left", "Left unserved", NULL, NULL }, { "queue_wait_mean_days", "Mean wait, days", NULL, NULL },
    { "queue_wait_p90_days", "P90 wait, days", NULL, NULL },
    { "sojourn_mean_days", "Mean time in it, days", NULL, NULL } };
#define N_STAGE (sizeof(STAGE) / sizeof(STAGE[0]))

static int
put_stage(report_t *self, size_t plan, const char *group)
{
    int ret = 0;

    html_row_open(self->out);
    html_row_head(self->out, "%s", report_level(group));
    for (size_t i = 0; ret == 0 && i < N_STAGE; i++) {
        char text[REPORT_CELL];
        store_row_t row;

        ret = report_at(self, self->contents->plan[plan].name, STAGE[i].kpi, group, "all", &row);
        html_number(self->out, "%s", report_cell(self, &row, text));
    }
    html_row_close(self->out);
    return ret;
}

static int
put_stages(report_t *self, size_t plan)
{
    char caption[200];
    int ret = 0;

    (void) snprintf(caption, sizeof(caption), "Stages under %s, over the whole run", self->job.label[plan]);
    html_table_open(self->out, caption);
    html_row_open(self->out);
    html_column(self->out, "Stage");
    for (size_t i = 0; i < N_STAGE; i++) {
        html_column(self->out, "%s", STAGE[i].head);
    }
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t g = 0; ret == 0 && g < self->contents->n_groups; g++) {
        ret = strcmp(self->contents->group[g].kind, "stage") == 0 ? put_stage(self, plan, self->contents->group[g].name)
                                                                  : 0;
    }
    html_table_close(self->out);
    return ret;
}

/* The pathway of the first plan, drawn. */
static int
put_pathway(report_t *self)
{
    char caption[200], alt[300];
    const report_figure_t figure = { .figure = "flow", .plans = self->contents->plan[0].name, .caption = caption };

    (void) snprintf(caption, sizeof(caption),
        "The pathway under %s: stages, how many come to each a year, and the loads of their teams", self->job.label[0]);
    (void) snprintf(alt, sizeof(alt),
        "The stages of the pathway under %s and the routes between them; the table has how many came to "
        "each stage and how long they waited.",
        self->job.label[0]);
    html_element(self->out, "h3 id=\"pathway\"", "The pathway");
    return report_figure(self, &figure, alt);
}

/* From the first plan to the best: what makes the list longer or shorter. */
static int
put_waterfall(report_t *self)
{
    char plans[512], caption[300];
    report_figure_t figure = { .figure = "waterfall", .plans = plans, .caption = caption };
    size_t best = SIZE_MAX, second;
    int ret = self->is_care ? report_rank(self, "cohort_seen_18w", &best, &second) : 0;

    if (ret != 0 || best == SIZE_MAX || self->contents->n_plans < 2) {
        return ret;
    }
    best = best == 0 ? second : best;
    (void) snprintf(plans, sizeof(plans), "%s,%s", self->contents->plan[0].name, self->contents->plan[best].name);
    (void) snprintf(caption, sizeof(caption), "What %s changes in the list, against %s", self->job.label[best],
        self->job.label[0]);
    html_element(self->out, "h3", "What changes the list");
    ret = report_figure(self, &figure,
        "What those accepted, seen and leaving add to the list or take from it; the table has the numbers.");
    return ret == 0 ? report_plans(self, "The flows that make the list, over the whole run", FLOW, N_FLOW) : ret;
}

int
report_loads(report_t *self)
{
    static const report_column_t MEANS[] = { { "load", "Load", NULL, NULL } };
    int ret = 0;

    html_element(self->out, "p",
        "A team is short when more work comes in than it has time for. \"17%% short\": there is no time for 17%% of the work. Its "
        "list then grows unless people leave it unserved.");
    (void) fputs("<ul>\n", self->out);
    for (size_t g = 0; ret == 0 && g < self->contents->n_groups; g++) {
        ret = is_pool(&self->contents->group[g]) ? say_pool(self, self->contents->group[g].name) : 0;
    }
    (void) fputs("</ul>\n", self->out);
    ret = ret == 0 ? put_loads(self) : ret;
    ret = ret == 0 ? put_load_years(self) : ret;
    report_define(self, MEANS, 1);
    ret = ret == 0 ? put_pathway(self) : ret;
    if (ret == 0 && self->is_care) {
        ret = put_stages(self, 0);
        report_define(self, STAGE, N_STAGE);
    }
    return ret == 0 ? put_waterfall(self) : ret;
}

/* ---- stages of a plain network ---- */

bool
report_has_network(report_t *self)
{
    return !self->is_care;
}

int
report_network(report_t *self)
{
    static const report_figure_t WELCH = { .figure = "welch",
        .caption = "Numbers present over the run, and when they have settled" };
    int ret = 0;

    for (size_t p = 0; ret == 0 && p < self->contents->n_plans; p++) {
        ret = put_stages(self, p);
    }
    report_define(self, STAGE, N_STAGE);
    return ret == 0
               ? report_figure(self, &WELCH, "Numbers present over the run. The manifest says when they have settled.")
               : ret;
}

/* ---- quick answers ---- */

bool
report_has_quick(report_t *self)
{
    return self->request->n_quick > 0;
}

int
report_quick(report_t *self)
{
    html_element(self->out, "p",
        "What a formula gives at once for each team, from the same arrivals and the same work, beside what was simulated. Where they "
        "agree, the formula would have done. Where they do not, the last column says what it leaves out.");
    html_table_open(self->out, "By formula and by simulation, over the whole run");
    html_row_open(self->out);
    html_column(self->out, "Team");
    html_column(self->out, "Given");
    html_column(self->out, "By formula");
    html_column(self->out, "Simulated");
    html_column(self->out, "Why they differ");
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t i = 0; i < self->request->n_quick; i++) {
        const plot_quick_t *quick = &self->request->quick[i];

        html_row_open(self->out);
        html_row_head(self->out, "%s%s%s", quick->pool, self->contents->n_plans > 1 ? ", " : "",
            self->contents->n_plans > 1 ? self->job.label[quick->plan] : "");
        html_words(self->out, "%s", quick->given);
        html_words(self->out, "%s", quick->quick);
        html_words(self->out, "%s", quick->simulated);
        html_words(self->out, "%s", quick->why);
        html_row_close(self->out);
    }
    html_table_close(self->out);
    return 0;
}
