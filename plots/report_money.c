/* Money: by payer, by budget line and lot, by year. */
#include "plots/sections.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const report_column_t PAYER[] = {
    { "cost_pounds", "All public money", NULL, NULL },
    { "commissioner_cost_pounds", "Of it, the commissioner", NULL, NULL },
    { "school_paid_pounds", "Of it, schools", NULL, NULL },
    { "extra_spent_pounds", "Spent on the plan", NULL, NULL },
    { "unspent_pounds", "Not spent", NULL, NULL },
    { "cost_per_child_pounds", "Cost for each child first seen", NULL, NULL },
};
static const report_column_t LINE[] = {
    { "cost_pounds", "Spent, pounds", NULL, NULL },
    { "management_pounds", "Of it, management", NULL, NULL },
    { "unspent_pounds", "Not spent", NULL, NULL },
    { "vacancies_wte", "Posts not filled at the end, WTE", NULL, NULL },
};

/* A row for each line, or lot, under one plan. */
static int
put_lines(report_t *self, const char *dimension, size_t plan)
{
    size_t n = strlen(dimension);
    int ret = 0;

    for (size_t g = 0; ret == 0 && g < self->contents->n_groups; g++) {
        const char *group = self->contents->group[g].name;

        if (strncmp(group, dimension, n) != 0 || group[n] != '=') {
            continue;
        }
        html_row_open(self->out);
        html_row_head(self->out, "%s", report_level(group));
        for (size_t i = 0; ret == 0 && i < LENGTH(LINE); i++) {
            char text[REPORT_CELL];
            store_row_t row;

            ret = report_at(self, self->contents->plan[plan].name, LINE[i].kpi, group, "all", &row);
            html_number(self->out, "%s", report_cell(self, &row, text));
        }
        html_row_close(self->out);
    }
    return ret;
}

static bool
has_dimension(const report_t *self, const char *dimension)
{
    size_t n = strlen(dimension);

    for (size_t g = 0; g < self->contents->n_groups; g++) {
        if (strncmp(self->contents->group[g].name, dimension, n) == 0 && self->contents->group[g].name[n] == '=') {
            return true;
        }
    }
    return false;
}

static int
put_by(report_t *self, const char *dimension, const char *words)
{
    int ret = 0;

    for (size_t p = 0; ret == 0 && p < self->contents->n_plans && has_dimension(self, dimension); p++) {
        char caption[200];

        (void) snprintf(caption, sizeof(caption), "By %s under %s, over the whole run", words, self->job.label[p]);
        html_table_open(self->out, caption);
        html_row_open(self->out);
        html_column(self->out, "%s", words);
        for (size_t i = 0; i < LENGTH(LINE); i++) {
            html_column(self->out, "%s", LINE[i].head);
        }
        html_row_close(self->out);
        html_table_body(self->out);
        ret = put_lines(self, dimension, p);
        html_table_close(self->out);
    }
    return ret;
}

int
report_money(report_t *self)
{
    int ret = report_plans(self, "Who pays, over the whole run, in pounds", PAYER, LENGTH(PAYER));

    if (ret == 0) {
        ret = report_years(self, "Public money spent in each contract year, in pounds", "cost_pounds", NULL);
    }
    if (ret == 0) {
        ret = put_by(self, "line", "budget line");
    }
    if (ret == 0) {
        ret = put_by(self, "lot", "lot");
    }
    if (ret == 0 && has_dimension(self, "line")) {
        report_define(self, LINE, LENGTH(LINE));
    }
    return ret;
}
