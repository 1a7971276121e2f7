#include "sim/cli/workbook.h"

#include "sim/cli/export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define TEXT_MOST 32000 /* bytes in a cell; a sheet takes 32,767 characters */
#define ROWS_MOST LXW_ROW_MAX
#define WIDTH_MOST 60.0

typedef struct {
    store_reader_t *reader;
    lxw_workbook *book;
    lxw_format *head, *share, *pounds, *number, *title;
    char *fault;
    size_t fault_size;
} book_t;

/* ---- cells ---- */

/* Length of the UTF-8 sequence at the beginning of text; 0 when it is none (surrogates are let pass). */
static size_t
utf8_length(const unsigned char *text)
{
    size_t n = text[0] < 0x80                      ? 1
               : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
               : text[0] >= 0xe0 && text[0] < 0xf0 ? 3
               : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
                                                   : 0;

    for (size_t i = 1; i < n; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return n;
}

/* A text that a sheet can hold: cut where too long, "?" for what is no UTF-8. The caller frees it; NULL: no memory. */
static char *
clean(const char *text)
{
    size_t size = strlen(text) < TEXT_MOST ? strlen(text) : TEXT_MOST, used = 0;
    char *copy = malloc(size + 1);

    while (copy != NULL && *text != '\0') {
        size_t n = utf8_length((const unsigned char *) text);
        bool bad = n == 0;

        n = bad ? 1 : n;
        if (used + n > size) {
            break;
        }
        memcpy(copy + used, bad ? "?" : text, n);
        used += n;
        text += n;
    }
    if (copy != NULL) {
        copy[used] = '\0';
    }
    return copy;
}

static int
put_text(lxw_worksheet *sheet, size_t row, size_t column, const char *text, lxw_format *format)
{
    char *copy = clean(text);

    if (copy == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    if (copy[0] != '\0') {
        (void) worksheet_write_string(sheet, (lxw_row_t) row, (lxw_col_t) column, copy, format);
    }
    free(copy);
    return 0;
}

static void
put_number(lxw_worksheet *sheet, size_t row, size_t column, double value, lxw_format *format)
{
    if (isfinite(value)) {
        (void) worksheet_write_number(sheet, (lxw_row_t) row, (lxw_col_t) column, value, format);
    }
}

static lxw_format *
format_of(const book_t *self, const char *unit)
{
    return strcmp(unit, "share") == 0 ? self->share : strncmp(unit, "pounds", 6) == 0 ? self->pounds : self->number;
}

/* ---- tidy sheets, from CSV ---- */

/* One field of RFC 4180 at *at into text (as long as the CSV); leaves *at at the comma, the end of line or 0. */
static void
read_field(const char **at, char *text)
{
    const char *p = *at;

    if (*p == '"') {
        for (p++; *p != '\0' && (*p != '"' || p[1] == '"'); p++) {
            p += *p == '"';
            *text++ = *p;
        }
        p += *p == '"';
    } else {
        size_t n = strcspn(p, ",\n");

        memcpy(text, p, n);
        text += n;
        p += n;
    }
    *text = '\0';
    *at = p;
}

/* A number as the CSV writes them; a period such as 2026-03 is none. */
static bool
is_number(const char *text, double *value)
{
    char *end;

    if (text[strspn(text, "0123456789+-.e")] != '\0' || text[0] == '\0' || text[0] == '+') {
        return false;
    }
    *value = strtod(text, &end);
    return *end == '\0' && isfinite(*value);
}

static int
put_field(lxw_worksheet *sheet, size_t row, size_t column, const char *text, lxw_format *head)
{
    double value;

    if (row > 0 && is_number(text, &value)) {
        put_number(sheet, row, column, value, NULL);
        return 0;
    }
    return put_text(sheet, row, column, text, row == 0 ? head : NULL);
}

static void
widths(lxw_worksheet *sheet, size_t n, const double *width)
{
    for (size_t i = 0; i < n; i++) {
        (void) worksheet_set_column(sheet, (lxw_col_t) i, (lxw_col_t) i, fmin(width[i] + 2.0, WIDTH_MOST), NULL);
    }
}

#define COLUMNS_MOST 512

static int
fill_sheet(book_t *self, lxw_worksheet *sheet, const char *csv, char *field, const char *name)
{
    double width[COLUMNS_MOST] = { 0.0 };
    size_t row = 0, columns = 0;
    int ret = 0;

    for (const char *at = csv; ret == 0 && *at != '\0'; row++) {
        if (row >= ROWS_MOST) {
            (void) snprintf(self->fault, self->fault_size, "%s: more than the %d rows that a sheet holds", name,
                ROWS_MOST);
            return SIM_ERR_FULL;
        }
        for (size_t column = 0; ret == 0 && column < COLUMNS_MOST; column++) {
            read_field(&at, field);
            ret = put_field(sheet, row, column, field, self->head);
            width[column] = row < 1000 ? fmax(width[column], (double) strlen(field)) : width[column];
            columns = column + 1 > columns ? column + 1 : columns;
            if (*at != ',') {
                break;
            }
            at++;
        }
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    worksheet_freeze_panes(sheet, 1, 0);
    if (columns > 0 && row > 1) {
        (void) worksheet_autofilter(sheet, 0, 0, (lxw_row_t) (row - 1), (lxw_col_t) (columns - 1));
    }
    widths(sheet, columns, width);
    return ret;
}

/* A sheet of a CSV text; none when it has only a head. */
static int
tidy_sheet(book_t *self, const char *name, const char *csv, size_t size)
{
    const char *first = strchr(csv, '\n');
    lxw_worksheet *sheet;
    char *field;
    int ret;

    if (first == NULL || first[1] == '\0') {
        return 0;
    }
    field = malloc(size + 1);
    sheet = field != NULL ? workbook_add_worksheet(self->book, name) : NULL;
    ret = sheet == NULL ? SIM_ERR_NO_MEMORY : fill_sheet(self, sheet, csv, field, name);
    free(field);
    return ret;
}

static int
table_sheet(book_t *self, const cli_sheet_t *sheet, void *ctx, size_t i)
{
    char *csv = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&csv, &size);
    int ret = out == NULL ? SIM_ERR_NO_MEMORY : sheet->write(ctx, i, out);

    if (out != NULL && fclose(out) != 0 && ret == 0) {
        ret = SIM_ERR_NO_MEMORY;
    }
    if (ret == 0) {
        ret = tidy_sheet(self, sheet->sheet, csv, size);
    }
    free(csv);
    return ret;
}

/* ---- the summary ---- */

/* What heads the summary: of these the measures that the results have, over the whole run and all. */
static const char *const HEADLINE[] = { "cohort_seen_4w", "cohort_seen_18w", "child_helped_18w", "cohort_waiting_52w",
    "waiting", "wait_open_median_days", "contacts", "unmet_need", "crises", "cost_pounds", "cost_per_child_pounds",
    "school_paid_pounds", "coverage_schools", "equity_ratio", "queue_wait_mean_days", "present_mean",
    "turned_away_share", "left_share" };
#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

static const char *const SUMMARY[] = { "Measure", "Plan", "Estimate", "Low", "High", "From the first plan", "Low",
    "High", "Unit", "Meaning" };

static const store_kpi_t *
find_kpi(const store_contents_t *contents, const char *name)
{
    for (size_t i = 0; i < contents->n_kpis; i++) {
        if (strcmp(contents->kpi[i].name, name) == 0) {
            return &contents->kpi[i];
        }
    }
    return NULL;
}

static int
summary_row(book_t *self, lxw_worksheet *sheet, size_t row, const store_kpi_t *kpi, size_t plan)
{
    const store_contents_t *contents = store_contents(self->reader);
    lxw_format *format = format_of(self, kpi->unit);
    char difference[512];
    store_row_t is, from;
    int ret = store_get(self->reader, contents->plan[plan].name, kpi->name, "all", "all", &is);

    if (ret != 0) {
        return ret;
    }
    (void) snprintf(difference, sizeof(difference), "%s-%s", contents->plan[plan].name, contents->plan[0].name);
    if (plan == 0 || store_get(self->reader, difference, kpi->name, "all", "all", &from) != 0) {
        from = (store_row_t){ .estimate = NAN, .low = NAN, .high = NAN };
    }
    const double number[] = { is.estimate, is.low, is.high, from.estimate, from.low, from.high };

    for (size_t i = 0; i < COUNT_OF(number); i++) {
        put_number(sheet, row, 2 + i, number[i], format);
    }
    const struct {
        size_t column;
        const char *text;
    } text[] = { { 0, kpi->name }, { 1, contents->plan[plan].name }, { 8, kpi->unit },
        { 9, plan == 0 ? kpi->doc : "" } };

    for (size_t i = 0; ret == 0 && i < COUNT_OF(text); i++) {
        ret = put_text(sheet, row, text[i].column, text[i].text, NULL);
    }
    return ret;
}

static int
summary_head(const book_t *self, lxw_worksheet *sheet, size_t *row)
{
    static const char *const LINE[] = { "title", "question" };
    char text[512];
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < COUNT_OF(LINE); i++) {
        ret = put_text(sheet, i, 0, store_manifest(self->reader, LINE[i]), i == 0 ? self->title : NULL);
    }
    (void) snprintf(text, sizeof(text),
        "%s, from %s, %s years, %s replications, seed %s. Low and High: 95%% intervals, of chance alone. Weir %s.",
        store_manifest(self->reader, "scenario"), store_manifest(self->reader, "start"),
        store_manifest(self->reader, "years"), store_manifest(self->reader, "reps_done"),
        store_manifest(self->reader, "seed"), store_manifest(self->reader, "version"));
    ret = ret == 0 ? put_text(sheet, COUNT_OF(LINE), 0, text, NULL) : ret;
    for (size_t i = 0; ret == 0 && i < COUNT_OF(SUMMARY); i++) {
        ret = put_text(sheet, COUNT_OF(LINE) + 2, i, SUMMARY[i], self->head);
    }
    *row = COUNT_OF(LINE) + 3;
    return ret;
}

/* "#rrggbb" as a number; grey when there is none. */
static lxw_color_t
colour_of(const store_plan_t *plan)
{
    return plan->colour[0] == '#' ? (lxw_color_t) strtoul(plan->colour + 1, NULL, 16) : 0x666666;
}

/* Columns of a measure, a plan each in its own colour. */
static void
column_chart(const book_t *self, lxw_worksheet *sheet, const store_kpi_t *kpi, size_t first, size_t n, size_t at)
{
    lxw_chart *chart = workbook_add_chart(self->book, LXW_CHART_COLUMN);
    const store_contents_t *contents = store_contents(self->reader);
    lxw_chart_options place = { .x_scale = 1.3 };

    for (size_t i = 0; chart != NULL && i < n; i++) {
        lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
        lxw_chart_fill fill = { .color = colour_of(&contents->plan[i]) };

        chart_series_set_values(series, "Summary", (lxw_row_t) (first + i), 2, (lxw_row_t) (first + i), 2);
        chart_series_set_name_range(series, "Summary", (lxw_row_t) (first + i), 1);
        chart_series_set_fill(series, &fill);
    }
    if (chart != NULL) {
        chart_title_set_name(chart, kpi->name);
        chart_axis_set_name(chart->y_axis, kpi->unit);
        chart_axis_set_min(chart->y_axis, 0); /* a column is as long as its number is large */
        chart_axis_set_label_position(chart->x_axis, LXW_CHART_AXIS_LABEL_POSITION_NONE);
        (void) worksheet_insert_chart_opt(sheet, (lxw_row_t) at, 11, chart, &place);
    }
}

static int
summary_sheet(book_t *self, lxw_worksheet *sheet)
{
    static const double WIDTH[] = { 24, 16, 12, 12, 12, 18, 12, 12, 10, 60 };
    const store_contents_t *contents = store_contents(self->reader);
    size_t row, charts = 0;
    int ret = summary_head(self, sheet, &row);

    widths(sheet, COUNT_OF(WIDTH), WIDTH);
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 9); /* A4 */
    worksheet_fit_to_pages(sheet, 1, 0);
    for (size_t k = 0; ret == 0 && k < COUNT_OF(HEADLINE); k++) {
        const store_kpi_t *kpi = find_kpi(contents, HEADLINE[k]);
        size_t first = row;

        for (size_t p = 0; ret == 0 && kpi != NULL && p < contents->n_plans; p++) {
            ret = summary_row(self, sheet, row, kpi, p);
            row += ret == 0;
            ret = ret == SIM_ERR_NOT_FOUND ? 0 : ret;
        }
        if (ret == 0 && row == first + contents->n_plans && charts < 4 &&
            (k == 1 || k == 2 || k == 4 || k == 9 || k == 14 || k == 15)) {
            column_chart(self, sheet, kpi, first, contents->n_plans, 4 + 16 * charts++);
        }
    }
    return ret;
}

/* ---- the list by month ---- */

static int
month_rows(book_t *self, lxw_worksheet *sheet, size_t *rows)
{
    const store_contents_t *contents = store_contents(self->reader);
    size_t row = 0;
    int ret = put_text(sheet, 0, 0, "month", self->head);

    for (size_t p = 0; ret == 0 && p < contents->n_plans; p++) {
        ret = put_text(sheet, 0, 1 + p, contents->plan[p].name, self->head);
    }
    for (size_t t = 0; ret == 0 && t < contents->n_periods; t++) {
        bool month = strcmp(contents->period[t].kind, "month") == 0;

        ret = month ? put_text(sheet, ++row, 0, contents->period[t].name, NULL) : 0;
        for (size_t p = 0; ret == 0 && month && p < contents->n_plans; p++) {
            store_row_t is;

            ret = store_get(self->reader, contents->plan[p].name, "waiting", "all", contents->period[t].name, &is);
            put_number(sheet, row, 1 + p, is.estimate, self->number);
            ret = ret == SIM_ERR_NOT_FOUND ? 0 : ret;
        }
    }
    *rows = row;
    return ret;
}

/* Waiting at the end of each month, a column and a line for each plan; nothing where it is not kept. */
static int
month_sheet(book_t *self)
{
    const store_contents_t *contents = store_contents(self->reader);
    lxw_worksheet *sheet;
    lxw_chart *chart;
    store_row_t is;
    size_t rows;
    int ret;

    if (contents->n_plans == 0 || store_get(self->reader, contents->plan[0].name, "waiting", "all", "all", &is) != 0) {
        return 0;
    }
    sheet = workbook_add_worksheet(self->book, "Waiting by month");
    ret = sheet == NULL ? SIM_ERR_NO_MEMORY : month_rows(self, sheet, &rows);
    if (ret != 0 || rows < 2) {
        return ret;
    }
    chart = workbook_add_chart(self->book, LXW_CHART_LINE);
    for (size_t p = 0; chart != NULL && p < contents->n_plans; p++) {
        lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
        lxw_chart_line line = { .color = colour_of(&contents->plan[p]), .width = 1.75 };

        chart_series_set_categories(series, "Waiting by month", 1, 0, (lxw_row_t) rows, 0);
        chart_series_set_values(series, "Waiting by month", 1, (lxw_col_t) (1 + p), (lxw_row_t) rows,
            (lxw_col_t) (1 + p));
        chart_series_set_name_range(series, "Waiting by month", 0, (lxw_col_t) (1 + p));
        chart_series_set_line(series, &line);
    }
    if (chart != NULL) {
        lxw_chart_options place = { .x_scale = 1.8, .y_scale = 1.4 };

        chart_title_set_name(chart, "Spells waiting for a first contact at the end of each month");
        chart_axis_set_name(chart->y_axis, "spells");
        chart_axis_set_min(chart->y_axis, 0);
        (void) worksheet_insert_chart_opt(sheet, 1, (lxw_col_t) (contents->n_plans + 2), chart, &place);
    }
    return 0;
}

/* ---- parameters, measures, what was run ---- */

static void
csv_number(double value, FILE *out)
{
    char text[32];

    cli_shortest(text, sizeof(text), value);
    (void) fputs(text, out);
}

static int
write_parameters(void *ctx, size_t table, FILE *out)
{
    const store_contents_t *contents = store_contents(((book_t *) ctx)->reader);

    (void) table;
    (void) fputs("parameter,value,number,unit,low,high,range,quality,source,origin,evidence\n", out);
    for (size_t i = 0; i < contents->n_parameters; i++) {
        const store_parameter_t *it = &contents->parameter[i];
        const char *const text[] = { it->range, it->quality, it->source, it->origin, it->evidence };

        cli_csv_field(it->path, out);
        (void) fputc(',', out);
        cli_csv_field(it->text, out);
        (void) fputc(',', out);
        csv_number(it->value, out);
        (void) fputc(',', out);
        cli_csv_field(it->unit, out);
        (void) fputc(',', out);
        csv_number(it->low, out);
        (void) fputc(',', out);
        csv_number(it->high, out);
        for (size_t k = 0; k < COUNT_OF(text); k++) {
            (void) fputc(',', out);
            cli_csv_field(text[k], out);
        }
        (void) fputc('\n', out);
    }
    return 0;
}

static int
write_measures(void *ctx, size_t table, FILE *out)
{
    const store_contents_t *contents = store_contents(((book_t *) ctx)->reader);

    (void) table;
    (void) fputs("kpi,unit,meaning\n", out);
    for (size_t i = 0; i < contents->n_kpis; i++) {
        cli_csv_field(contents->kpi[i].name, out);
        (void) fputc(',', out);
        cli_csv_field(contents->kpi[i].unit, out);
        (void) fputc(',', out);
        cli_csv_field(contents->kpi[i].doc, out);
        (void) fputc('\n', out);
    }
    return 0;
}

static int
write_manifest(void *ctx, size_t table, FILE *out)
{
    static const char *const KEY[] = { "title", "question", "scenario", "scenario_file", "scenario_hash", "start",
        "years", "seed", "reps", "reps_done", "failed", "status", "warmup_days", "warmup_from", "command", "version",
        "commit", "host", "jobs", "started", "finished", "seconds" };

    (void) table;
    (void) fputs("key,value\n", out);
    for (size_t i = 0; i < COUNT_OF(KEY); i++) {
        (void) fprintf(out, "%s,", KEY[i]);
        cli_csv_field(store_manifest(((book_t *) ctx)->reader, KEY[i]), out);
        (void) fputc('\n', out);
    }
    return 0;
}

/* ---- the workbook ---- */

static lxw_format *
add_format(lxw_workbook *book, const char *number, bool bold)
{
    lxw_format *format = workbook_add_format(book);

    if (format != NULL && number != NULL) {
        format_set_num_format(format, number);
    }
    if (format != NULL && bold) {
        format_set_bold(format);
    }
    return format;
}

static int
begin(book_t *self)
{
    self->head = add_format(self->book, NULL, true);
    self->title = add_format(self->book, NULL, true);
    self->share = add_format(self->book, "0.0%", false);
    self->pounds = add_format(self->book, "\"£\"#,##0", false);
    self->number = add_format(self->book, "[>=100]#,##0;[<=-100]-#,##0;0.0##", false);
    if (self->head == NULL || self->title == NULL || self->share == NULL || self->pounds == NULL ||
        self->number == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    format_set_bottom(self->head, LXW_BORDER_THIN);
    format_set_font_size(self->title, 14);
    return 0;
}

/* The day of the results, so that the same results give the same workbook. */
static void
properties(const book_t *self)
{
    lxw_doc_properties about = { .title = (char *) (uintptr_t) store_manifest(self->reader, "scenario"),
        .comments = "Written by weir export" };
    const char *day = store_manifest(self->reader, "finished");
    long year = 0, month = 1, date = 1;

    if (sscanf(day, "%4ld-%2ld-%2ld", &year, &month, &date) == 3) {
        /* days since 1970 of the civil calendar (Hinnant 2013, chrono-compatible low-level date algorithms) */
        long y = month <= 2 ? year - 1 : year, era = y / 400, yoe = y - era * 400;
        long doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date - 1;

        about.created = (time_t) 86400 * (era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468);
    }
    (void) workbook_set_properties(self->book, &about);
}

static int
fill_book(book_t *self, const cli_sheet_t *sheet, size_t n, void *ctx)
{
    static const cli_sheet_t OWN[] = { { "Parameters", write_parameters }, { "Measures", write_measures },
        { "Run", write_manifest } };
    lxw_worksheet *summary;
    int ret = begin(self);

    properties(self);
    summary = ret == 0 ? workbook_add_worksheet(self->book, "Summary") : NULL;
    ret = summary == NULL ? SIM_ERR_NO_MEMORY : summary_sheet(self, summary);
    ret = ret == 0 ? month_sheet(self) : ret;
    for (size_t i = 0; ret == 0 && i < n; i++) {
        ret = table_sheet(self, &sheet[i], ctx, i);
    }
    for (size_t i = 0; ret == 0 && i < COUNT_OF(OWN); i++) {
        ret = table_sheet(self, &OWN[i], self, i);
    }
    return ret;
}

int
cli_workbook_write(store_reader_t *reader, const cli_sheet_t *sheet, size_t n, void *ctx, const char *path, char *fault,
    size_t fault_size)
{
    lxw_workbook_options options = { .constant_memory = LXW_FALSE };
    book_t self = {
        .reader = reader, .book = workbook_new_opt(path, &options), .fault = fault, .fault_size = fault_size
    };
    lxw_error error;
    int ret;

    fault[0] = '\0';
    if (self.book == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    ret = fill_book(&self, sheet, n, ctx);
    error = workbook_close(self.book); /* frees it, whatever happened */
    if (ret == 0 && error != LXW_NO_ERROR) {
        (void) snprintf(fault, fault_size, "%s", lxw_strerror(error));
        ret = SIM_ERR_IO;
    }
    return ret;
}
