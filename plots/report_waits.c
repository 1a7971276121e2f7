/* Waits and lists over the years. */
#include "plots/sections.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const report_column_t COHORT[] = {
    { "cohort_seen_4w", "Seen in 4 weeks", NULL, NULL },
    { "cohort_seen_18w", "Seen in 18 weeks", NULL, NULL },
    { "cohort_left_18w", "Left unseen in 18 weeks", NULL, NULL },
    { "cohort_waiting_18w", "Waiting at 18 weeks", NULL, NULL },
    { "cohort_seen_52w", "Seen in 52 weeks", NULL, NULL },
    { "cohort_left_52w", "Left unseen in 52 weeks", NULL, NULL },
    { "cohort_waiting_52w", "Waiting at 52 weeks", NULL, NULL },
};
static const report_column_t WAIT[] = {
    { "wait_open_median_days", "Still waiting: median days so far", NULL, NULL },
    { "wait_open_p90_days", "Still waiting: P90 days so far", NULL, NULL },
    { "waiting_over_52w_share", "Of those waiting, over 52 weeks", NULL, NULL },
    { "waiting_over_104w", "Waiting over 104 weeks", NULL, NULL },
    { "breaches_per_month", "Breaches of 18 weeks a month", NULL, NULL },
    { "wait_seen_median_days", "Seen: median days (descriptive)", NULL, NULL },
    { "wait_seen_p90_days", "Seen: P90 days (descriptive)", NULL, NULL },
};

bool
report_has_care(report_t *self)
{
    return self->is_care;
}

/* "none 812, cluster 790": what a figure tells, in words. */
static int
ends_in_words(report_t *self, const char *kpi, char *text, size_t size)
{
    size_t n = 0;
    int ret = 0;

    text[0] = '\0';
    for (size_t p = 0; ret == 0 && p < self->contents->n_plans && n < size; p++) {
        char number[64];
        store_row_t row;

        ret = report_at(self, self->contents->plan[p].name, kpi, "all", "all", &row);
        self->request->numbers.value(number, sizeof(number), row.unit != NULL ? row.unit : "", row.estimate);
        n += (size_t) snprintf(text + n, size - n, "%s%s %s", p > 0 ? ", " : "", self->job.label[p], number);
    }
    return ret;
}

/* A figure with the measure's number under each plan as its words. */
static int
put_figure(report_t *self, const report_figure_t *figure, const char *kpi, const char *lead)
{
    char words[1024], alt[1200];
    int ret = ends_in_words(self, kpi, words, sizeof(words));

    (void) snprintf(alt, sizeof(alt), "%s: %s. The table has the numbers.", lead, words);
    return ret == 0 ? report_figure(self, figure, alt) : ret;
}

int
report_waits(report_t *self)
{
    static const report_figure_t LIST = { .figure = "list", .caption = "Waiting for a first contact, month by month" };
    static const report_figure_t FAN = { .figure = "fan",
        .kpi = "waiting",
        .title = "Waiting: how far single futures lie apart",
        .caption = "How far the list may be from its mean in a single future" };
    static const report_figure_t BANDS = { .figure = "bands",
        .caption = "The list by how long those on it have waited" };
    static const report_figure_t SEEN = { .figure = "trend",
        .kpi = "cohort_seen_18w",
        .title = "Seen within 18 weeks, of those referred",
        .caption = "Share of those referred who are seen within 18 weeks, by when they were referred" };
    static const report_figure_t WAITS = { .figure = "waits",
        .caption = "How long those wait who are seen, and how long those have waited who still wait" };
    int ret = put_figure(self, &LIST, "waiting", "Number waiting by month; at the end of the run");

    ret = ret == 0 ? report_years(self, "Waiting for a first contact at the end of each contract year", "waiting", NULL)
                   : ret;
    ret = ret == 0 ? put_figure(self, &FAN, "waiting", "Spread of single futures about their mean, which at the end is")
                   : ret;
    ret = ret == 0 ? put_figure(self, &BANDS, "waiting_over_52w_share", "Of those waiting at the end, over 52 weeks")
                   : ret;
    html_element(self->out, "h3", "What becomes of those referred");
    html_element(self->out, "p",
        "Waits of those seen look good when only the quick are seen. So those referred are followed: at each mark they have been "
        "seen, have left, or still wait.");
    ret = ret == 0 ? report_plans(self, "Of all those referred", COHORT, LENGTH(COHORT)) : ret;
    ret = ret == 0 ? put_figure(self, &SEEN, "cohort_seen_18w", "Seen within 18 weeks over the run") : ret;
    ret = ret == 0
              ? report_years(self, "Seen within 18 weeks, by the contract year of referral", "cohort_seen_18w", NULL)
              : ret;
    html_element(self->out, "h3", "How long they wait");
    ret = ret == 0
              ? put_figure(self, &WAITS, "wait_open_median_days", "Median days waited so far by those still waiting")
              : ret;
    return ret == 0 ? report_plans(self, "Waits, over the whole run", WAIT, LENGTH(WAIT)) : ret;
}

/* ---- replications ---- */

bool
report_has_reps(report_t *self)
{
    return strtoul(store_manifest(self->results, "reps_done"), NULL, 10) > 2;
}

int
report_enough(report_t *self)
{
    const char *kpi = self->is_care ? "cohort_seen_18w" : "queue_wait_mean_days";
    const report_figure_t figure = { .figure = "converge",
        .kpi = kpi,
        .title =
            self->is_care ? "Seen within 18 weeks, as replications are added" : "Mean wait, as replications are added",
        .caption = "How the estimate and its 95% interval settle as replications are added" };
    const report_column_t column[] = { { kpi, self->is_care ? "Seen within 18 weeks" : "Mean wait, days", NULL,
        NULL } };
    int ret;

    html_element(self->out, "p",
        "A replication is one simulated future. When the lines have levelled off and their intervals are narrow, more replications "
        "would not change the answer. They say nothing of how right the numbers are that were put in.");
    ret = put_figure(self, &figure, kpi, "The mean after the last replication");
    return ret == 0 ? report_plans(self, "After the last replication", column, 1) : ret;
}
