/* Waits and lists over the years. */
#include "plots/sections.h"

#include <math.h>
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

int
report_waits(report_t *self)
{
    static const report_figure_t SEEN = {
        .figure = "trend", .kpi = "cohort_seen_18w", .caption = "Share of those referred who are seen within 18 weeks"
    };
    static const report_figure_t WAITS = { .figure = "waits",
        .caption = "How long those wait who are seen, and how long those have waited who still wait" };
    char words[1024], alt[1200];
    int ret = report_years(self, "Waiting for a first contact at the end of each contract year", "waiting", NULL);

    html_element(self->out, "h3", "What becomes of those referred");
    html_element(self->out, "p",
        "Waits of those seen look good when only the quick are seen. So those referred are followed: at each mark they have been "
        "seen, have left, or still wait.");
    if (ret == 0) {
        ret = report_plans(self, "Of all those referred", COHORT, LENGTH(COHORT));
    }
    if (ret == 0) {
        ret = ends_in_words(self, "cohort_seen_18w", words, sizeof(words));
    }
    if (ret == 0) {
        (void) snprintf(alt, sizeof(alt), "Seen within 18 weeks over the run: %s.", words);
        ret = report_figure(self, &SEEN, alt);
    }
    if (ret == 0) {
        ret = report_years(self, "Seen within 18 weeks, by the contract year of referral", "cohort_seen_18w", NULL);
    }
    html_element(self->out, "h3", "How long they wait");
    if (ret == 0) {
        ret = ends_in_words(self, "wait_open_median_days", words, sizeof(words));
    }
    if (ret == 0) {
        (void) snprintf(alt, sizeof(alt), "Median days waited so far by those still waiting: %s.", words);
        ret = report_figure(self, &WAITS, alt);
    }
    return ret == 0 ? report_plans(self, "Waits, over the whole run", WAIT, LENGTH(WAIT)) : ret;
}
