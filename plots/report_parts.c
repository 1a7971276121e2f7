/* What the sections of a report are made of: estimates in words, figures, and tables of plans. */
#include "plots/output.h"
#include "plots/sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ---- */

int
report_no_memory(report_t *self)
{
    return plot_fail(self->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
}

int
report_at(report_t *self, const char *offer, const char *kpi, const char *group, const char *period, store_row_t *row)
{
    int ret = store_get(self->results, offer, kpi, group, period, row);

    return ret == SIM_ERR_NOT_FOUND ? 0 : ret;
}

int
report_difference(report_t *self, size_t plan, size_t minus, const char *kpi, const char *group, store_row_t *row)
{
    const store_plan_t *name = self->contents->plan;
    size_t first = plan > minus ? plan : minus, second = plan > minus ? minus : plan;
    char offer[512];
    int ret;

    (void) snprintf(offer, sizeof(offer), "%s-%s", name[first].name, name[second].name);
    ret = report_at(self, offer, kpi, group, "all", row);
    if (plan < minus) {
        double low = row->low;

        row->estimate = -row->estimate;
        row->low = -row->high;
        row->high = -low;
    }
    return ret;
}

int
report_rank(report_t *self, const char *kpi, size_t *best, size_t *second)
{
    double top = -INFINITY, next = -INFINITY;
    int ret = 0;

    *best = *second = SIZE_MAX;
    for (size_t p = 0; ret == 0 && p < self->contents->n_plans; p++) {
        store_row_t row;

        ret = report_at(self, self->contents->plan[p].name, kpi, "all", "all", &row);
        if (row.estimate > top) {
            *second = *best;
            next = top;
            *best = p;
            top = row.estimate;
        } else if (row.estimate > next) {
            *second = p;
            next = row.estimate;
        }
    }
    return ret;
}

const store_kpi_t *
report_kpi(const report_t *self, const char *name)
{
    for (size_t i = 0; i < self->contents->n_kpis; i++) {
        if (strcmp(self->contents->kpi[i].name, name) == 0) {
            return &self->contents->kpi[i];
        }
    }
    return NULL;
}

static bool
tells(report_t *self, const report_column_t *column)
{
    const char *group = column->group != NULL ? column->group : "all";
    const char *period = column->period != NULL ? column->period : "all";

    for (size_t p = 0; p < self->contents->n_plans; p++) {
        store_row_t row;

        if (report_at(self, self->contents->plan[p].name, column->kpi, group, period, &row) == 0 && row.reps > 0 &&
            row.estimate != 0.0) {
            return true;
        }
    }
    return false;
}

bool
report_tells(report_t *self, const char *kpi, const char *group)
{
    const report_column_t column = { .kpi = kpi, .group = group };

    return tells(self, &column);
}

/* An interval of which both ends are shown as the estimate says nothing more. */
static bool
is_plain(const report_t *self, const store_row_t *row, const char *unit)
{
    char text[3][64];

    self->request->numbers.value(text[0], sizeof(text[0]), unit, row->estimate);
    self->request->numbers.value(text[1], sizeof(text[1]), unit, row->low);
    self->request->numbers.value(text[2], sizeof(text[2]), unit, row->high);
    return strcmp(text[0], text[1]) == 0 && strcmp(text[0], text[2]) == 0;
}

const char *
report_cell(const report_t *self, const store_row_t *row, char text[REPORT_CELL])
{
    const char *unit = row->unit != NULL ? row->unit : "";

    if (row->reps == 0) {
        (void) snprintf(text, REPORT_CELL, "-");
    } else if (row->minus_index != SIZE_MAX) {
        self->request->numbers.difference(text, REPORT_CELL, unit, row->estimate, row->low, row->high);
    } else if (is_plain(self, row, unit)) {
        self->request->numbers.value(text, REPORT_CELL, unit, row->estimate);
    } else {
        self->request->numbers.interval(text, REPORT_CELL, unit, row->estimate, row->low, row->high);
    }
    return text;
}

const char *
report_level(const char *group)
{
    const char *equals = strchr(group, '=');

    return equals != NULL ? equals + 1 : group;
}

const char *
report_level_words(const char *group)
{
    static const struct {
        const char *group, *words;
    } WORDS[] = { { "quintile=1", "1 (most deprived)" }, { "quintile=5", "5 (least deprived)" },
        { "source=school", "school, direct" }, { "source=school_gp", "school, through a GP" }, { "source=gp", "GP" },
        { "source=other", "parents, social care, hospital and others" } };

    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
        if (strcmp(WORDS[i].group, group) == 0) {
            return WORDS[i].words;
        }
    }
    return report_level(group);
}

void
report_year(const store_period_t *period, char *text, size_t size)
{
    static const char *const MONTH[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
        "Dec" };

    (void) snprintf(text, size, "Year %.8s from %s %.4s%s", period->name + 1,
        MONTH[(atoi(period->first_date + 5) + 11) % 12], period->first_date, period->whole ? "" : ", in part");
}

/* ---- figures ---- */

/* Ids and what points at them are made this figure's own. @return what follows, or NULL when there is none here */
static const char *
put_id(FILE *out, const char *at, unsigned figure)
{
    static const struct {
        const char *from, *to;
    } CHANGE[] = { { " id='", " id='" }, { " id=\"", " id=\"" }, { "xlink:href='#", "href='#" }, { "url(#", "url(#" } };

    for (size_t i = 0; i < sizeof(CHANGE) / sizeof(CHANGE[0]); i++) {
        size_t n = strlen(CHANGE[i].from);

        if (strncmp(at, CHANGE[i].from, n) == 0) {
            (void) fprintf(out, "%sf%u-", CHANGE[i].to, figure);
            return at + n;
        }
    }
    return NULL;
}

/* gnuplot leaves the sign > in texts as it is. */
static void
put_drawing(FILE *out, const char *at, unsigned figure)
{
    bool in_tag = false;

    while (*at != '\0') {
        const char *next = in_tag ? put_id(out, at, figure) : NULL;

        if (next == NULL && *at == '>' && !in_tag) {
            (void) fputs("&gt;", out);
        } else if (next == NULL) {
            (void) fputc(*at, out);
        }
        in_tag = *at == '<' || (in_tag && *at != '>');
        at = next != NULL ? next : at + 1;
    }
}

/* The drawing without its prologue, title and namespaces, with a label of ours. */
static void
put_svg(report_t *self, const char *svg, const char *alt)
{
    FILE *out = self->out;
    const char *box = strstr(svg, "viewBox="), *body = strstr(svg, "<g id=\"gnuplot_canvas\"");
    size_t n = box != NULL ? strcspn(box + 9, "\"") : 0;

    if (box == NULL || body == NULL) {
        return;
    }
    (void) fprintf(out, "<svg viewBox=\"%.*s\" role=\"img\" aria-labelledby=\"f%u-title\">\n<title id=\"f%u-title\">",
        (int) n, box + 9, self->n_figures, self->n_figures);
    html_text(out, alt);
    (void) fputs("</title>\n", out);
    put_drawing(out, body, self->n_figures);
}

int
report_figure(report_t *self, const report_figure_t *figure, const char *alt)
{
    const plot_request_t request = { .results = self->results,
        .figure = plot_find(figure->figure),
        .plans = figure->plans,
        .kpi = figure->kpi,
        .group = figure->group,
        .by = figure->by,
        .title = figure->title,
        .templates = self->request->templates,
        .format = "svg" };
    plot_fault_t fault = { "" };
    plot_text_t svg = { 0 };
    int ret = self->no_figures || request.figure == NULL ? SIM_ERR_UNSUPPORTED : plot_draw_text(&request, &svg, &fault);

    self->no_figures = self->no_figures || ret == SIM_ERR_UNSUPPORTED;
    if (ret == 0) {
        self->n_figures++;
        (void) fputs("<figure>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Figure: ", self->out);
        html_text(self->out, figure->caption);
        (void) fputs("\">\n", self->out);
        put_svg(self, svg.text, alt);
        (void) fputs("</div>\n", self->out);
        html_element(self->out, "figcaption", "Figure %u. %s", self->n_figures, figure->caption);
        (void) fputs("</figure>\n", self->out);
    }
    plot_text_free(&svg);
    if (ret != 0 && ret != SIM_ERR_UNSUPPORTED && ret != SIM_ERR_NOT_FOUND) {
        return plot_fail(self->fault, ret, "%s", fault.text);
    }
    return 0;
}

/* ---- tables ---- */

/* "" when the results have it not. */
static const char *
meaning_of(const store_kpi_t *kpi)
{
    return kpi == NULL ? "" : kpi->doc + (strncmp(kpi->doc, "... ", 4) == 0 ? 4 : 0);
}

void
report_define(report_t *self, const report_column_t *column, size_t n)
{
    (void) fputs("<details class=\"means\">\n<summary>What this means</summary>\n<dl>\n", self->out);
    for (size_t i = 0; i < n; i++) {
        const store_kpi_t *kpi = report_kpi(self, column[i].kpi);

        if (kpi != NULL) {
            html_element(self->out, "dt", "%s", column[i].head);
            html_element(self->out, "dd", "%s (%s)", meaning_of(kpi), kpi->name);
        }
    }
    (void) fputs("</dl>\n</details>\n", self->out);
}

static int
put_plan(report_t *self, size_t plan, const report_column_t *column, size_t n)
{
    char text[REPORT_CELL];
    int ret = 0;

    html_row_open(self->out);
    html_row_head(self->out, "%s", self->job.label[plan]);
    for (size_t i = 0; ret == 0 && i < n; i++) {
        store_row_t row;

        ret = report_at(self, self->contents->plan[plan].name, column[i].kpi,
            column[i].group != NULL ? column[i].group : "all", column[i].period != NULL ? column[i].period : "all",
            &row);
        html_number(self->out, "%s", report_cell(self, &row, text));
    }
    html_row_close(self->out);
    return ret;
}

static int
put_plans(report_t *self, const char *caption, const report_column_t *column, size_t n, bool define)
{
    report_column_t *kept = calloc(n + 1, sizeof(*kept));
    size_t n_kept = 0;
    int ret = kept == NULL ? report_no_memory(self) : 0;

    for (size_t i = 0; ret == 0 && i < n; i++) {
        if (tells(self, &column[i])) {
            kept[n_kept++] = column[i];
        }
    }
    if (ret == 0 && n_kept > 0) {
        html_table_open(self->out, caption);
        html_row_open(self->out);
        html_column(self->out, "Plan");
        for (size_t i = 0; i < n_kept; i++) {
            html_column(self->out, "%s", kept[i].head);
        }
        html_row_close(self->out);
        html_table_body(self->out);
        for (size_t p = 0; ret == 0 && p < self->contents->n_plans; p++) {
            ret = put_plan(self, p, kept, n_kept);
        }
        html_table_close(self->out);
    }
    if (ret == 0 && define && n_kept > 0) {
        report_define(self, kept, n_kept);
    }
    free(kept);
    return ret;
}

int
report_plans(report_t *self, const char *caption, const report_column_t *column, size_t n)
{
    return put_plans(self, caption, column, n, true);
}

int
report_years(report_t *self, const char *caption, const char *kpi, const char *group)
{
    report_column_t *column = calloc(self->contents->n_periods + 1, sizeof(*column));
    char(*head)[48] = calloc(self->contents->n_periods + 1, sizeof(*head));
    size_t n = 0;
    int ret = column == NULL || head == NULL ? report_no_memory(self) : 0;

    for (size_t i = 0; ret == 0 && i < self->contents->n_periods; i++) {
        const store_period_t *period = &self->contents->period[i];

        if (strcmp(period->kind, "year") == 0) {
            report_year(period, head[n], sizeof(head[n]));
            column[n] = (report_column_t){ kpi, head[n], group, period->name };
            n++;
        }
    }
    if (ret == 0) {
        ret = put_plans(self, caption, column, n, false);
    }
    if (ret == 0 && n > 0) {
        html_element(self->out, "p class=\"means\"", "%s", meaning_of(report_kpi(self, kpi)));
    }
    free(head);
    free(column);
    return ret;
}
