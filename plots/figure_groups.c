/* One measure over the whole run by the levels of a dimension: a row a level, a point with its interval for each plan. */
#include "plots/axis.h"
#include "plots/job.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS_MOST 60
#define NAME_MOST 34 /* characters of a level's name */
#define TOP 98.0
#define FOOT 66.0 /* between the lowest row and the legend */

/* "quintile=1" is a level of "quintile". */
static bool
is_level(const char *group, const char *by)
{
    size_t n = strlen(by);

    return strncmp(group, by, n) == 0 && group[n] == '=';
}

/* The first level of its dimension. */
static bool
is_first(const store_contents_t *contents, size_t i)
{
    const char *group = contents->group[i].name;
    size_t n = strcspn(group, "=");

    for (size_t k = 0; k < i; k++) {
        if (strncmp(contents->group[k].name, group, n + 1) == 0) {
            return false;
        }
    }
    return group[n] == '=';
}

static bool
has_by(plot_job_t *job, const char *dimension, size_t n)
{
    const store_contents_t *contents = store_contents(job->results);
    bool has = false;

    for (size_t i = 0; i < contents->n_groups && !has; i++) {
        has =
            strncmp(contents->group[i].name, dimension, n + 1) == 0 && plot_has(job, job->kpi, contents->group[i].name);
    }
    return has;
}

static int
complain(plot_job_t *job, bool known)
{
    const store_contents_t *contents = store_contents(job->results);
    char has[400] = "";

    for (size_t i = 0; i < contents->n_groups; i++) {
        const char *group = contents->group[i].name;
        size_t n = strcspn(group, "="), used = strlen(has);

        if (is_first(contents, i) && (!known || has_by(job, group, n))) {
            (void) snprintf(has + used, sizeof(has) - used, "%s%.*s", used > 0 ? ", " : "", (int) n, group);
        }
    }
    if (!known) {
        return plot_fail(job->fault, SIM_ERR_BAD_PARAM, "the results have no dimension '%.60s' (they have %s)", job->by,
            has);
    }
    return plot_fail(job->fault, SIM_ERR_NOT_FOUND, "these results do not have '%.60s' by %.60s%s%s", job->kpi, job->by,
        has[0] != '\0' ? ", but by " : ", nor by any other dimension", has);
}

/* The levels that have an estimate. */
static int
find_levels(plot_job_t *job, plot_column_t *column, size_t *n)
{
    const store_contents_t *contents = store_contents(job->results);
    bool known = false;

    *n = 0;
    for (size_t i = 0; i < contents->n_groups; i++) {
        const char *group = contents->group[i].name;

        if (is_level(group, job->by)) {
            known = true;
            if (plot_has(job, job->kpi, group)) {
                column[(*n)++] = (plot_column_t){ job->kpi, group };
            }
        }
    }
    if (*n > LEVELS_MOST) {
        return plot_fail(job->fault, SIM_ERR_NOT_FOUND, "%.60s has %zu levels; a figure shows at most %d", job->by, *n,
            LEVELS_MOST);
    }
    return *n > 0 ? 0 : complain(job, known);
}

/* "1 (most deprived)", "core". */
static int
name_level(plot_job_t *job, const char *group, char *text, size_t size)
{
    char *clean = plot_clean(group + strlen(job->by) + 1);
    const char *more = strcmp(group, "quintile=1") == 0   ? " (most deprived)"
                       : strcmp(group, "quintile=5") == 0 ? " (least deprived)"
                                                          : "";

    if (clean == NULL) {
        return plot_fail(job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    }
    plot_cut(clean, NAME_MOST);
    (void) snprintf(text, size, "%s%s", clean, more);
    free(clean);
    return 0;
}

/* Names of the levels, and room for the longest. */
static int
put_names(plot_job_t *job, const plot_column_t *column, size_t n)
{
    size_t longest = 0;
    char name[4 * NAME_MOST + 32];
    int ret = 0;

    (void) fprintf(job->script, "n_levels = %zu\narray Level[n_levels] = [", n);
    for (size_t i = 0; ret == 0 && i < n; i++) {
        ret = name_level(job, column[i].group, name, sizeof(name));
        (void) fputs(i > 0 ? ", " : "", job->script);
        plot_quote(job->script, name);
        longest = plot_length(name) > longest ? plot_length(name) : longest;
    }
    (void) fputs("]\n", job->script);
    plot_let(job->script, "level_room", fmax(70, 30 + 0.56 * PLOT_TEXT * (double) longest));
    return ret;
}

/* One block a plan: level, estimate, low, high. */
static void
put_data(plot_job_t *job, const plot_grid_t *grid, const plot_column_t *column)
{
    (void) fputs("# row\testimate\tlow\thigh\tlevel\n", job->data);
    for (size_t i = 0; i < job->n_plans; i++) {
        (void) fprintf(job->data, "%s# %s\n", i > 0 ? "\n\n" : "", job->label[i]);
        for (size_t k = 0; k < grid->n_columns; k++) {
            const plot_value_t *value = plot_grid_at(grid, i, k, 0);

            (void) fprintf(job->data, "%zu", k + 1);
            plot_field(job->data, value->estimate);
            plot_field(job->data, value->low);
            plot_field(job->data, value->high);
            plot_end_line(job->data, column[k].group);
        }
    }
}

static plot_axis_t
axis_of(const plot_job_t *job, const plot_grid_t *grid, const char *unit)
{
    double least = INFINITY, most = -INFINITY, least_mean = INFINITY, most_mean = -INFINITY;

    for (size_t i = 0; i < job->n_plans * grid->n_columns; i++) {
        least_mean = fmin(least_mean, grid->value[i].estimate);
        most_mean = fmax(most_mean, grid->value[i].estimate);
        least = fmin(least, fmin(grid->value[i].estimate, grid->value[i].low));
        most = fmax(most, fmax(grid->value[i].estimate, grid->value[i].high));
    }
    plot_within(unit, least_mean, most_mean, &least, &most);
    return plot_axis(least, most, 8);
}

static int
put_figure(plot_job_t *job, const plot_grid_t *grid, const plot_column_t *column, const store_kpi_t *kpi)
{
    char what[4 * 110 + 4], note[700];
    plot_axis_t axis = axis_of(job, grid, kpi->unit);
    const char *unit = plot_unit_name(&axis, kpi->unit);
    double row = fmax(24, 9.0 * (double) job->n_plans + 9);
    int ret = plot_put_legend(job);

    plot_put_axis(job->script, 'x', &axis, kpi->unit);
    /* The legend is put at the foot of the usual canvas; this one is as high as its rows. */
    plot_let(job->script, "canvas", PLOT_HEIGHT);
    (void) fprintf(job->script, "height = %.10g + (canvas - legend_top)\n",
        fmax(TOP + row * (double) grid->n_columns + FOOT, 200));
    plot_describe(kpi, 110, what);
    plot_let_text(job->script, "what", what);
    (void) snprintf(note, sizeof(note), "%s%s", unit[0] != '\0' ? unit : "share",
        axis.low > 0 ? "; the axis does not begin at zero" : "");
    plot_let_text(job->script, "x_title", note);
    put_data(job, grid, column);
    return ret;
}

int
plot_write_groups(plot_job_t *job)
{
    plot_column_t *column = calloc(store_contents(job->results)->n_groups + 1, sizeof(*column));
    const store_kpi_t *kpi = NULL;
    plot_grid_t grid = { 0 };
    size_t n = 0;
    int ret = column == NULL ? plot_fail(job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY))
                             : plot_asked_kpi(job, &kpi);

    if (ret == 0) {
        ret = find_levels(job, column, &n);
    }
    if (ret == 0) {
        ret = plot_grid_init(&grid, job, column, n, "all");
    }
    if (ret == 0) {
        plot_title(job, "%s by %s, over the whole run", job->kpi, job->by);
        ret = put_names(job, column, n);
    }
    if (ret == 0) {
        ret = put_figure(job, &grid, column, kpi);
    }
    plot_grid_free(&grid);
    free(column);
    return ret;
}
