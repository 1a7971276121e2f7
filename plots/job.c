#include "plots/job.h"

#include "plots/script.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_MAX 26 /* characters of a plan's title that serves as its label */
#define NAME_MAX_SHOWN 32

/* Okabe and Ito (2008), for plans without a colour or with that of another plan, and four more of like strength. */
static const char *const PALETTE[] = { "#7f7f7f", "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
    "#000000", "#882255", "#117733", "#332288", "#999933" };
#define N_PALETTE (sizeof(PALETTE) / sizeof(PALETTE[0]))

int
plot_fail(plot_fault_t *fault, int code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void) vsnprintf(fault->text, sizeof(fault->text), format, args);
    va_end(args);
    return code;
}

static int
no_memory(plot_job_t *self)
{
    return plot_fail(self->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
}

/* ---- plans ---- */

/* The plan whose name is the n bytes at name, or SIZE_MAX. */
static size_t
find_plan(const store_contents_t *contents, const char *name, size_t n)
{
    for (size_t i = 0; i < contents->n_plans; i++) {
        if (strlen(contents->plan[i].name) == n && memcmp(contents->plan[i].name, name, n) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static int
complain_plan(plot_job_t *self, const store_contents_t *contents, const char *name, size_t n)
{
    char known[400] = "";

    for (size_t i = 0; i < contents->n_plans; i++) {
        size_t used = strlen(known);

        (void) snprintf(known + used, sizeof(known) - used, "%s%s", i > 0 ? ", " : "", contents->plan[i].name);
    }
    return plot_fail(self->fault, SIM_ERR_BAD_PARAM, "the results have no plan '%.*s' (they have %s)",
        (int) (n < 100 ? n : 100), name, known);
}

/* Chosen plans in the order of the results. */
static int
choose_plans(plot_job_t *self, const char *list)
{
    const store_contents_t *contents = store_contents(self->results);
    bool *chosen = calloc(contents->n_plans + 1, sizeof(*chosen));
    int ret = chosen == NULL ? no_memory(self) : 0;

    for (const char *at = list; ret == 0 && at != NULL && *at != '\0';) {
        size_t n = strcspn(at, ","), plan = find_plan(contents, at, n);

        if (plan == SIZE_MAX) {
            ret = complain_plan(self, contents, at, n);
        } else {
            chosen[plan] = true;
        }
        at += n + (at[n] == ',');
    }
    for (size_t i = 0; ret == 0 && i < contents->n_plans; i++) {
        if (list == NULL || chosen[i]) {
            self->plan[self->n_plans++] = i;
        }
    }
    free(chosen);
    return ret != 0 || self->n_plans > 0 ? ret : plot_fail(self->fault, SIM_ERR_BAD_PARAM, "no plan is chosen");
}

static int
name_plans(plot_job_t *self)
{
    const store_contents_t *contents = store_contents(self->results);
    bool titles = true;

    for (size_t i = 0; i < self->n_plans; i++) {
        size_t n = plot_length(contents->plan[self->plan[i]].title);

        titles = titles && n > 0 && n <= TITLE_MAX;
    }
    /* Plans of several scenarios may share their titles; their names differ. */
    for (size_t i = 1; i < self->n_plans; i++) {
        for (size_t j = 0; j < i; j++) {
            titles = titles && strcmp(contents->plan[self->plan[i]].title, contents->plan[self->plan[j]].title) != 0;
        }
    }
    for (size_t i = 0; i < self->n_plans; i++) {
        const store_plan_t *plan = &contents->plan[self->plan[i]];

        self->label[i] = plot_clean(titles ? plan->title : plan->name);
        if (self->label[i] == NULL) {
            return no_memory(self);
        }
        plot_cut(self->label[i], NAME_MAX_SHOWN);
    }
    return 0;
}

static bool
is_colour(const char *text)
{
    return strlen(text) == 7 && text[0] == '#' && strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

static bool
is_taken(const plot_job_t *self, size_t n, const char *colour)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(self->colour[i], colour) == 0) {
            return true;
        }
    }
    return false;
}

/* Each plan its own colour if that is its alone, else the first of the palette that no plan has. */
static void
colour_plans(plot_job_t *self)
{
    const store_contents_t *contents = store_contents(self->results);

    for (size_t i = 0; i < self->n_plans; i++) {
        const char *own = contents->plan[self->plan[i]].colour;

        if (is_colour(own) && !is_taken(self, self->n_plans, own)) {
            (void) snprintf(self->colour[i], sizeof(self->colour[i]), "%s", own);
        }
    }
    for (size_t i = 0; i < self->n_plans; i++) {
        size_t k = 0;

        while (k < N_PALETTE && is_taken(self, self->n_plans, PALETTE[k])) {
            k++;
        }
        if (self->colour[i][0] == '\0') {
            (void) snprintf(self->colour[i], sizeof(self->colour[i]), "%s", PALETTE[k < N_PALETTE ? k : i % N_PALETTE]);
        }
    }
}

/* What a figure needs must be given, and nothing else. */
static int
check_asked(plot_job_t *self)
{
    const struct {
        unsigned bit;
        const char *value, *option, *what;
        bool needed;
    } asked[] = { { PLOT_TAKES_KPI, self->kpi, "kpi", "which measure?", true },
        { PLOT_TAKES_GROUP, self->group, "group", "", false },
        { PLOT_TAKES_BY, self->by, "by", "by which dimension: quintile, source, stage, pool, ...?", true } };

    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        bool takes = (self->figure->takes & asked[i].bit) != 0;

        if (takes && asked[i].needed && asked[i].value == NULL) {
            return plot_fail(self->fault, SIM_ERR_BAD_PARAM, "the figure '%s' needs --%s: %s", self->figure->name,
                asked[i].option, asked[i].what);
        }
        if (!takes && asked[i].value != NULL) {
            return plot_fail(self->fault, SIM_ERR_BAD_PARAM, "the figure '%s' takes no --%s", self->figure->name,
                asked[i].option);
        }
    }
    return 0;
}

static double
run_years(const store_contents_t *contents)
{
    for (size_t i = 0; i < contents->n_periods; i++) {
        if (strcmp(contents->period[i].kind, "all") == 0) {
            return round((double) (contents->period[i].end_day - contents->period[i].first_day) / (365.25 / 12)) / 12;
        }
    }
    return 0;
}

int
plot_job_init(plot_job_t *self, const plot_request_t *request, plot_fault_t *fault)
{
    const store_contents_t *contents = store_contents(request->results);
    int ret;

    *self = (plot_job_t){ .results = request->results,
        .figure = request->figure,
        .kpi = request->kpi,
        .group = request->group,
        .by = request->by,
        .fault = fault };
    self->plan = calloc(contents->n_plans + 1, sizeof(*self->plan));
    self->label = calloc(contents->n_plans + 1, sizeof(*self->label));
    self->colour = calloc(contents->n_plans + 1, sizeof(*self->colour));
    if (self->plan == NULL || self->label == NULL || self->colour == NULL) {
        return no_memory(self);
    }
    self->years = run_years(contents);
    ret = check_asked(self);
    if (ret == 0) {
        ret = choose_plans(self, request->plans);
    }
    if (ret == 0) {
        ret = name_plans(self);
    }
    if (ret == 0) {
        colour_plans(self);
    }
    return ret;
}

void
plot_job_free(plot_job_t *self)
{
    for (size_t i = 0; self->label != NULL && i < self->n_plans; i++) {
        free(self->label[i]);
    }
    free(self->plan);
    free(self->label);
    free(self->colour);
}

/* ---- estimates ---- */

/* Where the rows of one column go. */
typedef struct {
    plot_job_t *job;
    plot_grid_t *grid;
    size_t column, found;
} fill_t;

static size_t
index_of(const size_t *of, size_t n, size_t value)
{
    for (size_t i = 0; i < n; i++) {
        if (of[i] == value) {
            return i;
        }
    }
    return SIZE_MAX;
}

static int
fill_row(void *ctx, const store_row_t *row)
{
    fill_t *fill = ctx;
    plot_grid_t *grid = fill->grid;
    size_t plan = index_of(fill->job->plan, fill->job->n_plans, row->plan_index);
    size_t period = index_of(grid->period, grid->n_periods, row->period_index);

    if (plan != SIZE_MAX && period != SIZE_MAX) {
        grid->value[(plan * grid->n_columns + fill->column) * grid->n_periods + period] =
            (plot_value_t){ row->estimate, row->low, row->high };
        fill->job->reps = row->reps > fill->job->reps ? row->reps : fill->job->reps;
        fill->found++;
    }
    return 0;
}

static int
lacks(const plot_job_t *job, const plot_column_t *column, const char *kind)
{
    const store_contents_t *contents = store_contents(job->results);
    bool known = false;

    for (size_t i = 0; i < contents->n_kpis; i++) {
        known = known || strcmp(contents->kpi[i].name, column->kpi) == 0;
    }
    if (!known) {
        return plot_fail(job->fault, SIM_ERR_NOT_FOUND,
            "the figure '%s' shows the measure '%s', which these results do not have (they are not of a care system)",
            job->figure->name, column->kpi);
    }
    return plot_fail(job->fault, SIM_ERR_NOT_FOUND,
        "the figure '%s' shows the measure '%s' of group '%s' %s, of which these results have no estimate "
        "(the run may be too short for it)",
        job->figure->name, column->kpi, column->group,
        strcmp(kind, "month") == 0  ? "by month"
        : strcmp(kind, "year") == 0 ? "by year"
                                    : "over the whole run");
}

static int
fill_column(plot_grid_t *self, plot_job_t *job, const plot_column_t *column, size_t index, const char *kind)
{
    const store_filter_t filter = {
        .kpi = column->kpi, .group = column->group, .period = kind, .no_differences = true
    };
    fill_t fill = { .job = job, .grid = self, .column = index };
    int ret = store_query(job->results, &filter, fill_row, &fill);

    if (ret == 0 && fill.found == 0) {
        return lacks(job, column, kind);
    }
    return ret == SIM_ERR_STORE ? plot_fail(job->fault, ret, "%s", store_reader_fault(job->results))
           : ret == 0           ? 0
                                : plot_fail(job->fault, ret, "%s", sim_strerror(ret));
}

int
plot_grid_init(plot_grid_t *self, plot_job_t *job, const plot_column_t *column, size_t n, const char *kind)
{
    const store_contents_t *contents = store_contents(job->results);
    size_t size;
    int ret = 0;

    *self = (plot_grid_t){ .n_columns = n };
    self->period = calloc(contents->n_periods + 1, sizeof(*self->period));
    for (size_t i = 0; self->period != NULL && i < contents->n_periods; i++) {
        if (strcmp(contents->period[i].kind, kind) == 0) {
            self->period[self->n_periods++] = i;
        }
    }
    size = job->n_plans * n * self->n_periods;
    self->value = calloc(size + 1, sizeof(*self->value));
    if (self->period == NULL || self->value == NULL) {
        return no_memory(job);
    }
    for (size_t i = 0; i < size; i++) {
        self->value[i] = (plot_value_t){ NAN, NAN, NAN };
    }
    for (size_t i = 0; ret == 0 && i < n; i++) {
        ret = fill_column(self, job, &column[i], i, kind);
    }
    return ret;
}

void
plot_grid_free(plot_grid_t *self)
{
    free(self->value);
    free(self->period);
}

double
plot_grid_max(const plot_grid_t *self, size_t n_plans)
{
    double max = 0;

    for (size_t i = 0; i < n_plans * self->n_columns * self->n_periods; i++) {
        max = fmax(max, fmax(self->value[i].estimate, self->value[i].high));
    }
    return max;
}

static int
stop(void *ctx, const store_row_t *row)
{
    plot_job_t *job = ctx;

    return index_of(job->plan, job->n_plans, row->plan_index) != SIZE_MAX ? 1 : 0;
}

bool
plot_has(plot_job_t *job, const char *kpi, const char *group)
{
    const store_filter_t filter = { .kpi = kpi, .group = group, .period = "all", .no_differences = true };

    return store_query(job->results, &filter, stop, job) == 1;
}

/* ---- the measure asked for ---- */

int
plot_asked_kpi(plot_job_t *job, const store_kpi_t **kpi)
{
    const store_contents_t *contents = store_contents(job->results);

    for (size_t i = 0; i < contents->n_kpis; i++) {
        if (strcmp(contents->kpi[i].name, job->kpi) == 0) {
            *kpi = &contents->kpi[i];
            return 0;
        }
    }
    return plot_fail(job->fault, SIM_ERR_BAD_PARAM,
        "the results have no measure '%.100s'; `weir help reference` lists them", job->kpi);
}

void
plot_describe(const store_kpi_t *kpi, size_t n, char *text)
{
    char *clean = plot_clean(kpi->doc + (strncmp(kpi->doc, "... ", 4) == 0 ? 4 : 0));
    size_t length;

    text[0] = '\0';
    if (clean != NULL) {
        length = strlen(clean);
        clean[length - (length > 0 && clean[length - 1] == '.' ? 1 : 0)] = '\0';
        plot_cut(clean, n);
        (void) snprintf(text, 4 * n, "%s", clean);
    }
    free(clean);
}

/* The title is enhanced text: its signs are quoted, or left out. */
void
plot_title(plot_job_t *job, const char *format, ...)
{
    char text[120];
    size_t n = 0;
    va_list args;

    va_start(args, format);
    (void) vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    for (const char *at = text; *at != '\0' && n + 3 < sizeof(job->title); at++) {
        if (*at == '_') {
            job->title[n++] = '\\';
        }
        job->title[n++] = strchr("{}^@&~\\", *at) != NULL ? '?' : *at;
    }
    job->title[n] = '\0';
}
