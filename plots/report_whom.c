/*
 * Who waits: by deprivation fifth, type of school, presentation and source, with small numbers left out.
 *
 * A group whose count under some plan is below the least to be shown is left out of a table under every plan; when it is the only
 * one, the next smallest is left out too, or it could be had by taking the others from the whole.
 */
#include "plots/sections.h"

#include <stdlib.h>
#include <string.h>

#define LEVELS_MOST 32

static const struct {
    const char *dimension, *title, *of, *figure;
} WHO[] = {
    { "quintile", "By deprivation fifth", "fifth", "Seen within 18 weeks, by deprivation fifth" },
    { "school_type", "By type of school", "type of school", "Seen within 18 weeks, by type of school" },
    { "presentation", "By presentation", "presentation", "Seen within 18 weeks, by presentation" },
    { "source", "By who asked for help", "source", "Seen within 18 weeks, by who asked for help" },
};
#define N_WHO (sizeof(WHO) / sizeof(WHO[0]))

/* base: the count that decides whether it is shown. */
static const struct {
    const char *kpi, *caption, *base;
} SHOWN[] = {
    { "referrals", "Referrals over the run", "referrals" },
    { "cohort_seen_18w", "Seen within 18 weeks, of those referred", "referrals" },
    { "waiting", "Waiting for a first contact at the end", "waiting" },
};
#define N_SHOWN (sizeof(SHOWN) / sizeof(SHOWN[0]))

typedef struct {
    const char *group[LEVELS_MOST];
    bool hidden[LEVELS_MOST];
    size_t n, n_hidden;
} levels_t;

static void
find_levels(const report_t *self, const char *dimension, levels_t *levels)
{
    size_t n = strlen(dimension);

    *levels = (levels_t){ .n = 0 };
    for (size_t g = 0; g < self->contents->n_groups && levels->n < LEVELS_MOST; g++) {
        const char *group = self->contents->group[g].name;

        if (strncmp(group, dimension, n) == 0 && group[n] == '=') {
            levels->group[levels->n++] = group;
        }
    }
}

/* The least that any plan has of a count of the group, of those that are not nought; 0 when all are. */
static int
least_count(report_t *self, const char *kpi, const char *group, double *least)
{
    int ret = 0;

    *least = 0;
    for (size_t p = 0; ret == 0 && p < self->contents->n_plans; p++) {
        store_row_t row;

        ret = report_at(self, self->contents->plan[p].name, kpi, group, "all", &row);
        if (row.reps > 0 && row.estimate > 0.0 && (*least <= 0 || row.estimate < *least)) {
            *least = row.estimate;
        }
    }
    return ret;
}

static int
hide_small(report_t *self, const char *base, levels_t *levels)
{
    double count[LEVELS_MOST];
    size_t next = SIZE_MAX;
    int ret = 0;

    levels->n_hidden = 0;
    for (size_t i = 0; ret == 0 && i < levels->n; i++) {
        ret = least_count(self, base, levels->group[i], &count[i]);
        levels->hidden[i] = ret == 0 && count[i] > 0 && count[i] < self->request->suppress;
        levels->n_hidden += levels->hidden[i];
    }
    for (size_t i = 0; ret == 0 && levels->n_hidden == 1 && i < levels->n; i++) {
        if (!levels->hidden[i] && count[i] > 0 && (next == SIZE_MAX || count[i] < count[next])) {
            next = i;
        }
    }
    if (next != SIZE_MAX) {
        levels->hidden[next] = true;
        levels->n_hidden++;
    }
    return ret;
}

static int
put_row(report_t *self, const levels_t *levels, size_t shown, size_t plan)
{
    char text[REPORT_CELL];
    int ret = 0;

    html_row_open(self->out);
    html_row_head(self->out, "%s", self->job.label[plan]);
    for (size_t i = 0; ret == 0 && i < levels->n; i++) {
        store_row_t row;

        ret = report_at(self, self->contents->plan[plan].name, SHOWN[shown].kpi, levels->group[i], "all", &row);
        html_number(self->out, "%s", levels->hidden[i] ? "suppressed" : report_cell(self, &row, text));
    }
    html_row_close(self->out);
    return ret;
}

static int
put_table(report_t *self, const levels_t *levels, size_t shown, size_t who)
{
    char caption[200];
    int ret = 0;

    (void) snprintf(caption, sizeof(caption), "%s, by %s", SHOWN[shown].caption, WHO[who].of);
    html_table_open(self->out, caption);
    html_row_open(self->out);
    html_column(self->out, "Plan");
    for (size_t i = 0; i < levels->n; i++) {
        html_column(self->out, "%s", report_level_words(levels->group[i]));
    }
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t p = 0; ret == 0 && p < self->contents->n_plans; p++) {
        ret = put_row(self, levels, shown, p);
    }
    html_table_close(self->out);
    return ret;
}

/* "fifth 1 (most deprived): none 39.3%, cluster 39.8%; ..." of the first and last levels */
static int
in_words(report_t *self, const levels_t *levels, char *text, size_t size)
{
    size_t n = 0;
    int ret = 0;

    text[0] = '\0';
    for (size_t i = 0; ret == 0 && i < levels->n; i++) {
        char number[64];
        store_row_t row;

        ret = report_at(self, self->contents->plan[0].name, "cohort_seen_18w", levels->group[i], "all", &row);
        self->request->numbers.value(number, sizeof(number), "share", row.estimate);
        n += n < size ? (size_t) snprintf(text + n, size - n, "%s%s %s", i > 0 ? ", " : "",
                            report_level_words(levels->group[i]), number)
                      : 0;
    }
    return ret;
}

/* A figure would show what a table may not. */
static int
put_figure(report_t *self, const levels_t *levels, size_t who)
{
    const report_figure_t figure = { .figure = "groups",
        .kpi = "cohort_seen_18w",
        .by = WHO[who].dimension,
        .title = WHO[who].figure,
        .caption = "Seen within 18 weeks, of those referred" };
    char words[600], alt[800];
    int ret = in_words(self, levels, words, sizeof(words));

    (void) snprintf(alt, sizeof(alt), "Seen within 18 weeks under %s: %s. The table has every plan.",
        self->job.label[0], words);
    return ret == 0 && levels->n_hidden == 0 ? report_figure(self, &figure, alt) : ret;
}

static int
put_who(report_t *self, size_t who)
{
    levels_t levels;
    int ret = 0;

    find_levels(self, WHO[who].dimension, &levels);
    if (levels.n == 0) {
        return 0;
    }
    html_element(self->out, "h3", "%s", WHO[who].title);
    for (size_t i = 0; ret == 0 && i < N_SHOWN; i++) {
        ret = hide_small(self, SHOWN[i].base, &levels);
        if (ret == 0 && i == 0) {
            ret = put_figure(self, &levels, who);
        }
        if (ret == 0) {
            ret = put_table(self, &levels, i, who);
        }
        if (levels.n_hidden > 0) {
            html_element(self->out, "p class=\"note\"",
                "%zu of %zu groups are suppressed: a count is below %u, or could be worked out from the others.",
                levels.n_hidden, levels.n, self->request->suppress);
        }
    }
    return ret;
}

/* Whose school holds the offer, and from when. */
static int
put_cover(report_t *self)
{
    static const report_figure_t COVER = { .figure = "cover", .caption = "Schools that hold the offer, over time" };
    int ret;

    html_element(self->out, "h3", "Schools that hold the offer");
    ret =
        report_figure(self, &COVER, "Share of schools that hold the offer, month by month; the table has it by year.");
    return ret == 0 ? report_years(self, "Share of schools that hold the offer at the end of each contract year",
                          "coverage_schools_share", NULL)
                    : ret;
}

bool
report_has_groups(report_t *self)
{
    levels_t levels;

    find_levels(self, WHO[0].dimension, &levels);
    return self->is_care && levels.n > 0;
}

int
report_whom(report_t *self)
{
    static const report_column_t EQUITY[] = { { "equity_ratio", "Least over most deprived fifth", NULL, NULL } };
    static const report_column_t MEANS[] = { { "referrals", "Referrals", NULL, NULL },
        { "cohort_seen_18w", "Seen within 18 weeks", NULL, NULL }, { "waiting", "Waiting", NULL, NULL } };
    int ret = 0;

    if (self->request->suppress > 1) {
        html_element(self->out, "p", "Groups with a count above 0 and below %u are suppressed (--suppress).",
            self->request->suppress);
    }
    report_define(self, MEANS, sizeof(MEANS) / sizeof(MEANS[0]));
    for (size_t i = 0; ret == 0 && i < N_WHO; i++) {
        ret = put_who(self, i);
        if (ret == 0 && i == 0) {
            ret = report_plans(self, "Share seen within 18 weeks, least over most deprived fifth", EQUITY, 1);
        }
    }
    return ret == 0 && report_tells(self, "coverage_schools_share", "all") ? put_cover(self) : ret;
}
