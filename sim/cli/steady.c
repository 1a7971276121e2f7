#include "sim/cli/steady.h"

#include "sim/analysis/warmup.h"
#include "sim/cli/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HALF_YEAR 180       /* days: years nearer than that say nothing of a drift */
#define CHANGES 0.05        /* of a load between years, below which it is the same */
#define CHANGES_NETWORK 0.1 /* the same in a plain network, whose years differ by chance */
#define MOST_YEARS 12       /* of a plain network that are shown one by one */
#define NO_GROWTH 0.05

static size_t
n_reps(const store_reader_t *reader)
{
    return (size_t) strtoull(store_manifest(reader, "reps_done"), NULL, 10);
}

static double
counted_from(const store_reader_t *reader)
{
    return strtod(store_manifest(reader, "warmup_days"), NULL);
}

static bool
is_care(const store_reader_t *reader)
{
    const store_contents_t *c = store_contents(reader);
    bool found = false;

    for (size_t i = 0; i < c->n_kpis && !found; i++) {
        found = strcmp(c->kpi[i].name, "referrals") == 0;
    }
    return found;
}

/* Contract years of half a year or more that are counted to their end, in order, into *year, which the caller frees. */
static int
find_years(store_reader_t *reader, size_t *n, const store_period_t ***year)
{
    const store_contents_t *c = store_contents(reader);

    *n = 0;
    *year = calloc(c->n_periods + 1, sizeof(const store_period_t *));
    for (size_t i = 0; *year != NULL && i < c->n_periods; i++) {
        const store_period_t *it = &c->period[i];
        double from = fmax((double) it->first_day, counted_from(reader));

        if (strcmp(it->kind, "year") == 0 && (double) it->end_day - from >= HALF_YEAR) {
            (*year)[(*n)++] = it;
        }
    }
    return *year == NULL ? SIM_ERR_NO_MEMORY : 0;
}

/* ---- drift ---- */

/* value += factor x the replicates of a measure. */
static int
add_replicates(store_reader_t *reader, size_t plan, const char *kpi, const char *group, const char *period,
    double factor, double *value)
{
    size_t n = n_reps(reader);
    double *own = calloc(n + 1, sizeof(*own));
    int ret = own == NULL
                  ? SIM_ERR_NO_MEMORY
                  : store_replicates(reader, store_contents(reader)->plan[plan].name, kpi, group, period, n, own);

    for (size_t i = 0; i < n && own != NULL; i++) {
        value[i] = ret == 0 ? value[i] + factor * own[i] : NAN;
    }
    free(own);
    return ret == SIM_ERR_NOT_FOUND ? 0 : ret;
}

static int
between_years(store_reader_t *reader, size_t plan, const char *group, const store_period_t *first,
    const store_period_t *last, double *value)
{
    double weeks = (double) (last->end_day - first->end_day) / 7.0;
    int ret = add_replicates(reader, plan, "queue_end", group, last->name, 1.0 / weeks, value);

    return ret == 0 ? add_replicates(reader, plan, "queue_end", group, first->name, -1.0 / weeks, value) : ret;
}

static int
came_and_went(store_reader_t *reader, size_t plan, const char *group, double *value)
{
    const store_contents_t *c = store_contents(reader);
    double weeks = ((double) c->period[0].end_day - counted_from(reader)) / 7.0;
    int ret = add_replicates(reader, plan, "arrivals", group, "all", 1.0 / weeks, value);

    if (ret == 0) {
        ret = add_replicates(reader, plan, "served", group, "all", -1.0 / weeks, value);
    }
    return ret == 0 ? add_replicates(reader, plan, "left", group, "all", -1.0 / weeks, value) : ret;
}

int
cli_drift(store_reader_t *reader, size_t plan, const char *group, ana_interval_t *per_week)
{
    const store_period_t **year = NULL;
    size_t n = n_reps(reader), n_years;
    double *value = calloc(n + 1, sizeof(*value));
    int ret = find_years(reader, &n_years, &year);

    ret = value == NULL ? SIM_ERR_NO_MEMORY : ret;
    *per_week = (ana_interval_t){ .mean = NAN, .low = NAN, .high = NAN, .se = NAN };
    if (ret == 0 && n_years > 1) {
        ret = between_years(reader, plan, group, year[0], year[n_years - 1], value);
    } else if (ret == 0 && !is_care(reader)) {
        ret = came_and_went(reader, plan, group, value);
    } else {
        n = 0;
    }
    if (ret == 0) {
        ana_mean_interval(value, 1, n, per_week);
    }
    free(value);
    free(year);
    return ret;
}

bool
cli_drift_grows(const ana_interval_t *per_week)
{
    return per_week->mean >= NO_GROWTH && !(per_week->low <= 0.0);
}

static bool
is_pool(const store_group_t *group)
{
    return strcmp(group->kind, "pool") == 0 && strchr(group->name, '=') != NULL;
}

static int
load_of(store_reader_t *reader, size_t plan, const char *group, const char *period, double *load)
{
    store_row_t row;
    int ret = store_get(reader, store_contents(reader)->plan[plan].name, "load", group, period, &row);

    *load = row.estimate;
    return ret == SIM_ERR_NOT_FOUND ? 0 : ret;
}

int
cli_is_unstable(store_reader_t *reader, size_t plan, bool *unstable)
{
    const store_contents_t *c = store_contents(reader);
    int ret = 0;

    *unstable = false;
    for (size_t g = 0; ret == 0 && g < c->n_groups && !*unstable; g++) {
        ana_interval_t drift;
        double load = NAN;

        if (is_pool(&c->group[g])) {
            ret = load_of(reader, plan, c->group[g].name, "all", &load);
        }
        if (ret == 0 && load > 1.0) {
            ret = cli_drift(reader, plan, c->group[g].name, &drift);
            *unstable = ret == 0 && cli_drift_grows(&drift);
        }
    }
    return ret;
}

/* ---- year by year ---- */

/* Whether the load of some pool changes from year to year; of a plain network of many years it is not asked. */
static int
find_change(store_reader_t *reader, size_t plan, size_t n, const store_period_t *const *year, bool *changes)
{
    const store_contents_t *c = store_contents(reader);
    bool care = is_care(reader);
    double enough = care ? CHANGES : CHANGES_NETWORK;
    size_t n_groups = care || n <= MOST_YEARS ? c->n_groups : 0;
    int ret = 0;

    *changes = false;
    for (size_t g = 0; ret == 0 && g < n_groups && !*changes; g++) {
        double least = INFINITY, most = -INFINITY, load;

        for (size_t i = 0; ret == 0 && i < n && is_pool(&c->group[g]); i++) {
            ret = load_of(reader, plan, c->group[g].name, year[i]->name, &load);
            least = fmin(least, load);
            most = fmax(most, load);
        }
        *changes = most - least > enough;
    }
    return ret;
}

static int
add_loads(store_reader_t *reader, cli_table_t *table, size_t plan, const char *group, size_t n,
    const store_period_t *const *year)
{
    int ret = 0;

    cli_table_add(table, "%s", strchr(group, '=') + 1);
    for (size_t i = 0; ret == 0 && i < n; i++) {
        double load;
        char text[64];

        ret = load_of(reader, plan, group, year[i]->name, &load);
        cli_format_value(text, sizeof(text), "ratio", load);
        cli_table_add(table, "%s", text);
    }
    return ret;
}

/* From the end of the year before to the end of this; the first year begins with what is not known. */
static int
add_growth(store_reader_t *reader, cli_table_t *table, size_t plan, const char *group, size_t n,
    const store_period_t *const *year)
{
    double before = NAN;
    int ret = 0;

    cli_table_add(table, "%s", strchr(group, '=') + 1);
    for (size_t i = 0; ret == 0 && i < n; i++) {
        double weeks = i == 0 ? NAN : (double) (year[i]->end_day - year[i - 1]->end_day) / 7.0;
        store_row_t row;
        char text[64];

        ret = store_get(reader, store_contents(reader)->plan[plan].name, "queue_end", group, year[i]->name, &row);
        cli_format_change(text, sizeof(text), "entities", (row.estimate - before) / weeks);
        cli_table_add(table, "%s", text);
        before = row.estimate;
        ret = ret == SIM_ERR_NOT_FOUND ? 0 : ret;
    }
    return ret;
}

typedef int add_row_fn(store_reader_t *, cli_table_t *, size_t, const char *, size_t, const store_period_t *const *);

static int
print_by_year(store_reader_t *reader, size_t plan, size_t n, const store_period_t *const *year, const char *title,
    add_row_fn *add, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    cli_table_t table;
    int ret = 0;

    cli_table_init(&table, n + 1);
    cli_table_add(&table, "pool");
    for (size_t i = 0; i < n; i++) {
        cli_table_add(&table, "%s", year[i]->name);
    }
    for (size_t g = 0; ret == 0 && g < c->n_groups; g++) {
        if (is_pool(&c->group[g])) {
            ret = add(reader, &table, plan, c->group[g].name, n, year);
        }
    }
    if (ret == 0) {
        (void) fprintf(out, "\n%s\n", title);
        ret = cli_table_print(&table, CLI_PAGE, out);
    }
    cli_table_free(&table);
    return ret;
}

int
cli_print_years(store_reader_t *reader, size_t plan, FILE *out)
{
    const store_period_t **year = NULL;
    bool changes = false;
    size_t n;
    int ret = find_years(reader, &n, &year);

    if (ret == 0 && n > 1) {
        ret = find_change(reader, plan, n, (const store_period_t *const *) year, &changes);
    }
    if (ret == 0 && changes) {
        ret = print_by_year(reader, plan, n, (const store_period_t *const *) year, "Load by contract year", add_loads,
            out);
    }
    if (ret == 0 && changes) {
        ret = print_by_year(reader, plan, n, (const store_period_t *const *) year,
            "Growth of the list, a week, by contract year", add_growth, out);
    }
    free(year);
    return ret;
}

/* ---- one long replication ---- */

static int
say_batch_means(const double *value, size_t n, double span_days, FILE *out)
{
    ana_batch_means_t means;
    char text[160];
    int ret = ana_batch_means(value, n, &means);

    if (ret != 0) {
        (void) fputs("\nOne replication, and too few spans are counted for an interval by batch means.\n", out);
        return 0;
    }
    cli_format_interval(text, sizeof(text), "entities", means.interval.mean, means.interval.low, means.interval.high);
    (void) fprintf(out,
        "\nOne replication: mean number present %s, 95%% interval by batch means, %zu batches of %.4g days\n", text,
        means.interval.n, (double) means.batch_size * span_days);
    if (!means.independent) {
        (void) fprintf(out, "The batches are still correlated (%.2f), so the interval is too narrow: run for longer.\n",
            means.correlation);
    }
    return 0;
}

int
cli_print_batch_means(store_reader_t *reader, size_t plan, FILE *out)
{
    store_span_t *span = NULL;
    double *value = NULL;
    size_t n = 0, counted = 0;
    bool unstable = false;
    int ret = n_reps(reader) == 1 ? store_series(reader, plan, "present", &n, &span) : 0;

    if (ret == 0 && n > 0) {
        value = calloc(n, sizeof(*value));
        ret = value == NULL ? SIM_ERR_NO_MEMORY : cli_is_unstable(reader, plan, &unstable);
    }
    for (size_t i = 0; ret == 0 && i < n; i++) {
        if (span[i].from_day >= counted_from(reader) - 1e-9) {
            value[counted++] = span[i].estimate;
        }
    }
    if (ret == 0 && n > 0 && unstable) {
        (void) fputs("\nOne replication of an unstable system: there is no steady state to take batch means of.\n",
            out);
    } else if (ret == 0 && n > 0) {
        ret = say_batch_means(value, counted, span[0].to_day - span[0].from_day, out);
    }
    free(value);
    free(span);
    return ret;
}
