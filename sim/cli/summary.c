#include "sim/cli/summary.h"

#include "sim/analysis/interval.h"
#include "sim/cli/cli.h"
#include "sim/cli/stages.h"
#include "sim/cli/steady.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FEW_REPS 5
#define SKEWED "!" /* ends a cell whose interval covers badly */
#define MOST_DEPRIVED "quintile=1"
#define LEAST_DEPRIVED "quintile=5"

/* What "best" means. Referral cohorts change with who is referred; the children with a concern or a request do not. */
typedef struct {
    const char *kpi, *lead;
    bool of_referred;
} answer_t;

static const answer_t ANSWER[] = {
    { "cohort_seen_18w", "Of those referred, most are seen within 18 weeks under", true },
    { "child_helped_18w",
        "Who is referred differs between plans. Of the same children, all those with a concern or a request, most are "
        "seen by the service or consulted about within 18 weeks under",
        false },
};

/* A column of a table: a measure that is skipped when the results do not have it. */
typedef struct {
    const char *kpi, *head;
} column_t;

/* What became of those referred: the three shares at each mark sum to 1. */
static const column_t COHORT[] = {
    { "cohort_seen_4w", "seen in 4 weeks" },
    { "cohort_left_4w", "left in 4 weeks" },
    { "cohort_waiting_4w", "waiting at 4 weeks" },
    { "cohort_seen_18w", "seen in 18 weeks" },
    { "cohort_left_18w", "left in 18 weeks" },
    { "cohort_waiting_18w", "waiting at 18 weeks" },
    { "cohort_seen_52w", "seen in 52 weeks" },
    { "cohort_left_52w", "left in 52 weeks" },
    { "cohort_waiting_52w", "waiting at 52 weeks" },
};
#define IN_COHORT 4 /* columns at the front of HEADLINE that the cohort table shows in full */
static const column_t HEADLINE[] = {
    { "cohort_seen_4w", "seen in 4 weeks" },
    { "cohort_seen_18w", "seen in 18 weeks" },
    { "cohort_seen_52w", "seen in 52 weeks" },
    { "cohort_waiting_52w", "waiting at 52 weeks" },
    { "first_contacts", "first contacts" },
    { "child_seen_18w", "same children: seen in 18 weeks" },
    { "child_helped_18w", "seen or consulted on in 18 weeks" },
    { "waiting", "waiting at the end" },
    { "handled_in_school", "handled in school" },
    { "unmet_need", "unmet need" },
    { "crises", "crises waiting" },
    { "school_paid_pounds", "schools pay, pounds" },
    { "cost_pounds", "public cost, pounds" },
    { "unspent_pounds", "unspent, pounds" },
};
static const column_t POOL[] = {
    { "units_end", "units" },
    { "load", "load" },
    { "utilisation", "utilisation" },
    { "queue_end", "waiting at the end" },
    { "queue_wait_mean_days", "mean wait, days" },
    { "queue_wait_p90_days", "P90 wait, days" },
};
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const char *
kpi_unit(const store_contents_t *contents, const char *name)
{
    for (size_t i = 0; i < contents->n_kpis; i++) {
        if (strcmp(contents->kpi[i].name, name) == 0) {
            return contents->kpi[i].unit;
        }
    }
    return NULL;
}

int
cli_whole_run(store_reader_t *reader, const char *offer, const char *kpi, const char *group, store_row_t *row)
{
    int ret = store_get(reader, offer, kpi, group, "all", row);

    return ret == SIM_ERR_NOT_FOUND ? 0 : ret;
}

void
cli_heading(const char *text, FILE *out)
{
    (void) fprintf(out, cli_colour() ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

/* ---- skewed replications ---- */

/* An interval of which both ends are shown as the same number misleads nobody. */
static bool
is_shown(const store_row_t *row)
{
    const char *unit = row->unit == NULL ? "" : row->unit;
    char low[64], high[64];

    if (row->minus_index == SIZE_MAX) {
        cli_format_value(low, sizeof(low), unit, row->low);
        cli_format_value(high, sizeof(high), unit, row->high);
    } else {
        cli_format_change(low, sizeof(low), unit, row->low);
        cli_format_change(high, sizeof(high), unit, row->high);
    }
    return strcmp(low, high) != 0;
}

/* Whether an estimate, of a plan or of its difference from another, is of skewed replications. */
static int
is_skewed(store_reader_t *reader, const store_row_t *row, bool *skewed)
{
    const store_contents_t *c = store_contents(reader);
    size_t n = (size_t) strtoull(store_manifest(reader, "reps_done"), NULL, 10);
    double *value = calloc(2 * n + 1, sizeof(*value));
    int ret = value == NULL ? SIM_ERR_NO_MEMORY : 0;

    *skewed = ret == 0 && row->reps > 0 && is_shown(row);
    if (*skewed) {
        ret = store_replicates(reader, c->plan[row->plan_index].name, row->kpi, row->group, row->period, n, value);
    }
    if (*skewed && ret == 0 && row->minus_index != SIZE_MAX) {
        ret = store_replicates(reader, c->plan[row->minus_index].name, row->kpi, row->group, row->period, n, value + n);
    }
    for (size_t i = 0; ret == 0 && i < n; i++) {
        value[i] -= value[n + i];
    }
    *skewed = *skewed && ret == 0 && ana_is_skewed(value, 1, n);
    free(value);
    return ret;
}

static bool
has_mark(const cli_table_t *table)
{
    for (size_t i = table->n_columns; i < table->n_cells; i++) {
        size_t n = strlen(table->cell[i]);

        if (i % table->n_columns > 0 && n > 0 && table->cell[i][n - 1] == SKEWED[0]) {
            return true;
        }
    }
    return false;
}

int
cli_print_estimates(cli_table_t *table, FILE *out)
{
    int ret = cli_table_print(table, CLI_PAGE, out);

    if (ret == 0 && has_mark(table)) {
        (void) fputs(SKEWED " replications so skewed that the interval covers less often than it says\n", out);
    }
    cli_table_free(table);
    return ret;
}

/* ---- plans by measures ---- */

/* Which columns the results have. */
static size_t
known_columns(const store_contents_t *contents, const column_t *column, size_t n, column_t *known)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (kpi_unit(contents, column[i].kpi) != NULL) {
            known[kept++] = column[i];
        }
    }
    return kept;
}

/* Those of which some plan has something: a column of zeros tells nothing. */
static int
telling_columns(store_reader_t *reader, const column_t *column, size_t n_columns, column_t *known, size_t *n)
{
    const store_contents_t *c = store_contents(reader);
    size_t kept = 0;

    *n = known_columns(c, column, n_columns, known);
    for (size_t i = 0; i < *n; i++) {
        bool any = false;

        for (size_t p = 0; p < c->n_plans && !any; p++) {
            store_row_t row;
            int ret = cli_whole_run(reader, c->plan[p].name, known[i].kpi, "all", &row);

            if (ret != 0) {
                return ret;
            }
            any = row.estimate != 0.0;
        }
        if (any) {
            known[kept++] = known[i];
        }
    }
    *n = kept;
    return 0;
}

int
cli_add_estimate(store_reader_t *reader, cli_table_t *table, const char *offer, const char *kpi, const char *group)
{
    store_row_t row;
    char text[160];
    bool skewed = false;
    int ret = cli_whole_run(reader, offer, kpi, group, &row);

    if (ret == 0) {
        ret = is_skewed(reader, &row, &skewed);
    }
    cli_format_interval(text, sizeof(text), row.unit == NULL ? "" : row.unit, row.estimate, row.low, row.high);
    cli_table_add(table, "%s%s", text, skewed ? SKEWED : "");
    return ret;
}

static int
print_headline(store_reader_t *reader, const column_t *wanted, size_t n_wanted, const char *title, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    column_t column[LENGTH(HEADLINE)];
    cli_table_t table;
    size_t n;
    int ret = telling_columns(reader, wanted, n_wanted, column, &n);

    cli_table_init(&table, n + 1);
    cli_table_add(&table, "plan");
    for (size_t i = 0; i < n; i++) {
        cli_table_add(&table, "%s", column[i].head);
    }
    for (size_t p = 0; p < c->n_plans; p++) {
        cli_table_add(&table, "%s", c->plan[p].name);
        for (size_t i = 0; ret == 0 && i < n; i++) {
            ret = cli_add_estimate(reader, &table, c->plan[p].name, column[i].kpi, "all");
        }
    }
    if (ret == 0) {
        cli_heading(title, out);
        return cli_print_estimates(&table, out);
    }
    cli_table_free(&table);
    return ret;
}

/* The name of the difference of two plans; borrowed from row by the caller's buffer. */
static void
difference_name(const store_contents_t *c, size_t plan, size_t minus, char *name, size_t size)
{
    (void) snprintf(name, size, "%s-%s", c->plan[plan].name, c->plan[minus].name);
}

/* A difference that is shown as nought is not starred, however sure it is. */
static bool
excludes_zero(const store_row_t *row)
{
    bool shown = row->unit == NULL || strcmp(row->unit, "share") != 0 || fabs(row->estimate) >= 5e-5;

    return shown && (row->low > 0.0 || row->high < 0.0);
}

static int
add_difference(store_reader_t *reader, cli_table_t *table, size_t plan, const char *kpi)
{
    const store_contents_t *c = store_contents(reader);
    char name[4 * SIM_NAME_MAX + 2], text[192];
    bool skewed = false, sure;
    store_row_t row;
    int ret;

    difference_name(c, plan, 0, name, sizeof(name));
    ret = cli_whole_run(reader, name, kpi, "all", &row);
    if (ret == 0) {
        ret = is_skewed(reader, &row, &skewed);
    }
    sure = excludes_zero(&row);
    cli_format_difference(text, sizeof(text), row.unit == NULL ? "" : row.unit, row.estimate, row.low, row.high);
    cli_table_add(table, "%s%s%s", text, sure ? "*" : skewed ? "" : " ", skewed ? SKEWED : "");
    return ret;
}

static int
print_differences(store_reader_t *reader, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    column_t column[LENGTH(HEADLINE)];
    cli_table_t table;
    char title[256];
    size_t n;
    int ret = telling_columns(reader, HEADLINE, LENGTH(HEADLINE), column, &n);

    cli_table_init(&table, n + 1);
    cli_table_add(&table, "plan");
    for (size_t i = 0; i < n; i++) {
        cli_table_add(&table, "%s ", column[i].head);
    }
    for (size_t p = 1; p < c->n_plans; p++) {
        cli_table_add(&table, "%s", c->plan[p].name);
        for (size_t i = 0; ret == 0 && i < n; i++) {
            ret = add_difference(reader, &table, p, column[i].kpi);
        }
    }
    if (ret == 0) {
        (void) snprintf(title, sizeof(title),
            "Against %s, the same children: paired difference (95%% interval; shares in "
            "percentage points; * excludes 0)",
            c->plan[0].name);
        cli_heading(title, out);
        return cli_print_estimates(&table, out);
    }
    cli_table_free(&table);
    return ret;
}

/* ---- coverage ---- */

static int
add_coverage(store_reader_t *reader, cli_table_t *table, const char *plan, bool *any)
{
    int ret = 0;

    cli_table_add(table, "%s", plan);
    for (int fifth = 1; ret == 0 && fifth <= 5; fifth++) {
        char group[32], text[64];
        store_row_t row;

        (void) snprintf(group, sizeof(group), "quintile=%d", fifth);
        ret = cli_whole_run(reader, plan, "coverage_schools_share", group, &row);
        *any = *any || row.estimate > 0.0;
        cli_format_value(text, sizeof(text), "share", row.estimate);
        cli_table_add(table, "%s", text);
    }
    return ret;
}

/* Means only, to keep to one line a plan; the intervals are in the file. */
static int
print_coverage(store_reader_t *reader, FILE *out)
{
    static const char *const HEAD[] = { "plan", "1 (most deprived)", "2", "3", "4", "5 (least)" };
    const store_contents_t *c = store_contents(reader);
    cli_table_t table;
    bool any = false;
    int ret = 0;

    cli_table_init(&table, LENGTH(HEAD));
    for (size_t i = 0; i < LENGTH(HEAD); i++) {
        cli_table_add(&table, "%s", HEAD[i]);
    }
    for (size_t p = 0; ret == 0 && p < c->n_plans; p++) {
        ret = add_coverage(reader, &table, c->plan[p].name, &any);
    }
    if (ret == 0 && any) {
        cli_heading("Schools that hold the offer at the end, by deprivation fifth", out);
        return cli_print_estimates(&table, out);
    }
    cli_table_free(&table);
    return ret;
}

/* ---- overloads ---- */

/* The plan under which a pool is most loaded, and how many plans overload it. */
static int
most_loaded(store_reader_t *reader, const char *group, size_t *plan, size_t *n_over, store_row_t *most)
{
    const store_contents_t *c = store_contents(reader);
    int ret = 0;

    *n_over = 0;
    *most = (store_row_t){ .estimate = NAN, .low = NAN, .high = NAN };
    for (size_t p = 0; ret == 0 && p < c->n_plans; p++) {
        store_row_t row;

        ret = cli_whole_run(reader, c->plan[p].name, "load", group, &row);
        if (ret == 0 && row.estimate > 1.0) {
            (*n_over)++;
            if (!(most->estimate >= row.estimate)) {
                *most = row;
                *plan = p;
            }
        }
    }
    return ret;
}

/* What the list does: it grows by so many a week, or it does not though the pool is overloaded; a run of one year does not tell. */
static void
say_drift(const ana_interval_t *drift, FILE *out)
{
    char growth[64];

    if (isnan(drift->mean)) {
        (void) fputs("; a longer run shows how fast its list grows", out);
    } else if (cli_drift_grows(drift)) {
        cli_format_value(growth, sizeof(growth), "", drift->mean);
        (void) fprintf(out, ", the list grows by %s a week: unstable", growth);
    } else {
        (void) fputs(", but the list is not sure to grow: people leave it unserved", out);
    }
    (void) fputc('\n', out);
}

static int
print_overload(store_reader_t *reader, const char *group, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    store_row_t most;
    ana_interval_t drift;
    size_t plan = 0, n_over;
    char load[160];
    int ret = most_loaded(reader, group, &plan, &n_over, &most);

    if (ret != 0 || n_over == 0) {
        return ret;
    }
    ret = cli_drift(reader, plan, group, &drift);
    cli_format_interval(load, sizeof(load), "", most.estimate, most.low, most.high);
    (void) fprintf(out, "%s: load %s", strchr(group, '=') + 1, load);
    if (c->n_plans > 1) {
        (void) fprintf(out, " under %s, overloaded under %zu of %zu plans", c->plan[plan].name, n_over, c->n_plans);
    }
    say_drift(&drift, out);
    return ret;
}

/* What a growing list means for the numbers above. */
static int
print_unstable(store_reader_t *reader, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    bool unstable = false;
    int ret = 0;

    for (size_t p = 0; ret == 0 && p < c->n_plans && !unstable; p++) {
        ret = cli_is_unstable(reader, p, &unstable);
    }
    if (ret == 0 && unstable) {
        (void)
            fputs("A list that grows has no steady state: numbers waiting and waits depend on the length of the run.\n",
                out);
    }
    return ret;
}

/* Of a pool's groups by area: how many are overloaded under some plan, and which is the worst. */
static int
worst_area(store_reader_t *reader, const char *pool, size_t *n_areas, size_t *n_over, const char **worst)
{
    const store_contents_t *c = store_contents(reader);
    double most = NAN;
    int ret = 0;

    *n_areas = *n_over = 0;
    for (size_t g = 0; ret == 0 && g < c->n_groups; g++) {
        const char *name = c->group[g].name, *colon = strrchr(name, ':');
        store_row_t row;
        size_t plan, plans = 0;

        if (strncmp(name, "area_pool=", strlen("area_pool=")) != 0 || strcmp(colon + 1, pool) != 0) {
            continue;
        }
        ret = most_loaded(reader, name, &plan, &plans, &row);
        (*n_areas)++;
        *n_over += plans > 0;
        if (plans > 0 && !(most >= row.estimate)) {
            most = row.estimate;
            *worst = name;
        }
    }
    return ret;
}

/* A line for each pool that is overloaded in some area. */
static int
print_area_overloads(store_reader_t *reader, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    bool headed = false;
    int ret = 0;

    for (size_t g = 0; ret == 0 && g < c->n_groups; g++) {
        const char *pool = strchr(c->group[g].name, '='), *worst = NULL;
        size_t n_areas, n_over = 0;

        if (strcmp(c->group[g].kind, "pool") != 0 || pool == NULL) {
            continue;
        }
        ret = worst_area(reader, pool + 1, &n_areas, &n_over, &worst);
        if (ret != 0 || n_over == 0) {
            continue;
        }
        if (!headed) {
            cli_heading("Overloaded areas, and the worst of them, for each pool", out);
        }
        headed = true;
        (void) fprintf(out, "%s in %zu of %zu areas; ", pool + 1, n_over, n_areas);
        ret = print_overload(reader, worst, out);
    }
    return ret;
}

/* A plan that promises schools more hours than its staff have: their visits are in no pool. */
static int
print_promises(store_reader_t *reader, bool headed, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    int ret = 0;

    for (size_t p = 0; ret == 0 && p < c->n_plans; p++) {
        store_row_t row = { .estimate = NAN, .low = NAN, .high = NAN };
        char hours[160];

        ret = cli_whole_run(reader, c->plan[p].name, "promised_load", "all", &row);
        if (ret != 0 || !(row.estimate > 1.0)) {
            continue;
        }
        if (!headed) {
            cli_heading("Overloaded: more work comes in than there is capacity for", out);
        }
        headed = true;
        cli_format_interval(hours, sizeof(hours), "", row.estimate, row.low, row.high);
        (void) fprintf(out,
            "%s: schools are promised %s hours for each contact hour of the staff: the plan cannot be kept\n",
            c->plan[p].name, hours);
    }
    return ret;
}

static int
print_overloads(store_reader_t *reader, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    bool headed = false;
    int ret = 0;

    for (size_t g = 0; ret == 0 && g < c->n_groups; g++) {
        size_t plan, n_over = 0;
        store_row_t most;

        if (strcmp(c->group[g].kind, "pool") != 0) {
            continue;
        }
        ret = most_loaded(reader, c->group[g].name, &plan, &n_over, &most);
        if (ret == 0 && n_over > 0) {
            if (!headed) {
                cli_heading("Overloaded: more work comes in than there is capacity for", out);
            }
            headed = true;
            ret = print_overload(reader, c->group[g].name, out);
        }
    }
    if (ret == 0) {
        ret = print_promises(reader, headed, out);
    }
    if (ret == 0) {
        ret = print_area_overloads(reader, out);
    }
    return ret == 0 ? print_unstable(reader, out) : ret;
}

/* ---- the answer ---- */

typedef struct {
    const char *kpi;
    char text[4096];
    size_t n;
} words_t;

static void __attribute__((format(printf, 2, 3))) say(words_t *words, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(words->text + words->n, sizeof(words->text) - words->n, format, args);
    va_end(args);
    words->n += n > 0 ? (size_t) n : 0;
    if (words->n >= sizeof(words->text)) {
        words->n = sizeof(words->text) - 1;
    }
}

/* The plans with the greatest and the second greatest share; SIZE_MAX when there is none. */
static int
rank(store_reader_t *reader, const char *kpi, const char *group, size_t *best, size_t *second, store_row_t *best_row)
{
    const store_contents_t *c = store_contents(reader);
    double top = -INFINITY, next = -INFINITY;
    int ret = 0;

    *best = *second = SIZE_MAX;
    for (size_t p = 0; ret == 0 && p < c->n_plans; p++) {
        store_row_t row;

        ret = cli_whole_run(reader, c->plan[p].name, kpi, group, &row);
        if (row.estimate > top) {
            *second = *best;
            next = top;
            *best = p;
            top = row.estimate;
            *best_row = row;
        } else if (row.estimate > next) {
            *second = p;
            next = row.estimate;
        }
    }
    return ret;
}

/* In how many replications each plan is best. */
static int
count_best(store_reader_t *reader, const char *kpi, size_t n_reps, size_t *best, size_t *counted)
{
    const store_contents_t *c = store_contents(reader);
    double *value = calloc(c->n_plans * n_reps + 1, sizeof(*value));
    const double **series = calloc(c->n_plans + 1, sizeof(*series));
    int ret = value == NULL || series == NULL ? SIM_ERR_NO_MEMORY : 0;

    for (size_t p = 0; ret == 0 && p < c->n_plans; p++) {
        series[p] = value + p * n_reps;
        ret = store_replicates(reader, c->plan[p].name, kpi, "all", "all", n_reps, value + p * n_reps);
    }
    if (ret == 0) {
        *counted = ana_count_best(series, c->n_plans, n_reps, 1, best);
    }
    free(series);
    free(value);
    return ret;
}

/* best minus other, whichever way round the difference is kept. */
static int
say_difference(store_reader_t *reader, words_t *words, size_t best, size_t other, const char *group, bool *certain)
{
    char name[4 * SIM_NAME_MAX + 2], text[192];
    store_row_t row;
    int ret;

    difference_name(store_contents(reader), best > other ? best : other, best > other ? other : best, name,
        sizeof(name));
    ret = cli_whole_run(reader, name, words->kpi, group, &row);
    if (best > other) {
        cli_format_difference(text, sizeof(text), "share", row.estimate, row.low, row.high);
    } else {
        cli_format_difference(text, sizeof(text), "share", -row.estimate, -row.high, -row.low);
    }
    *certain = excludes_zero(&row);
    say(words, "%s percentage points", text);
    return ret;
}

static int
say_lead(store_reader_t *reader, words_t *words, size_t best, size_t second, bool *certain)
{
    const store_contents_t *c = store_contents(reader);
    bool against_first = true;
    int ret = 0;

    if (best == 0) {
        say(words, " No other plan does better. Its lead over the runner-up, %s, is ", c->plan[second].name);
        ret = say_difference(reader, words, best, second, "all", certain);
    } else {
        say(words, " Against %s that is ", c->plan[0].name);
        ret = say_difference(reader, words, best, 0, "all", &against_first);
        *certain = against_first;
        if (ret == 0 && second != 0) {
            say(words, "; against the runner-up, %s, ", c->plan[second].name);
            ret = say_difference(reader, words, best, second, "all", certain);
        }
    }
    say(words, ".");
    return ret;
}

static int
say_how_sure(store_reader_t *reader, words_t *words, size_t best, size_t second, bool certain)
{
    const store_contents_t *c = store_contents(reader);
    size_t n_reps = (size_t) strtoull(store_manifest(reader, "reps_done"), NULL, 10), counted = 0;
    size_t *wins = calloc(c->n_plans, sizeof(*wins));
    int ret = wins == NULL ? SIM_ERR_NO_MEMORY : count_best(reader, words->kpi, n_reps, wins, &counted);

    if (ret == 0 && counted < 2) {
        say(words, " With one replication nothing can be said of how sure this is.");
    } else if (ret == 0) {
        double share = (double) wins[best] / (double) counted;
        size_t most = best;

        for (size_t p = 0; p < c->n_plans; p++) {
            most = wins[p] > wins[most] ? p : most;
        }
        say(words, " It is best in %zu of %zu replications", wins[best], counted);
        if (most != best) {
            say(words, " (%s in %zu: on average it does less well, but more often a little better)", c->plan[most].name,
                wins[most]);
        }
        if (certain && share >= 0.95) {
            say(words, ": chance alone does not put the order in doubt.");
        } else if (certain) {
            say(words, ": on average it leads, in a single future it need not.");
        } else {
            say(words, ": it cannot be told from %s; more replications may, or the two are as good as equal.",
                c->plan[second].name);
        }
    }
    free(wins);
    return ret;
}

/* The best plan of one fifth, and what it gains on the first plan there. */
static int
say_fifth(store_reader_t *reader, words_t *words, const char *group, const char *name)
{
    const store_contents_t *c = store_contents(reader);
    store_row_t row;
    size_t best, second;
    bool certain;
    char text[64];
    int ret = rank(reader, words->kpi, group, &best, &second, &row);

    if (ret != 0 || best == SIZE_MAX) {
        return ret;
    }
    cli_format_value(text, sizeof(text), "share", row.estimate);
    say(words, " In the %s deprived fifth the best is %s with %s", name, c->plan[best].name, text);
    if (best != 0) {
        say(words, ", against %s ", c->plan[0].name);
        ret = say_difference(reader, words, best, 0, group, &certain);
    }
    say(words, ".");
    return ret;
}

static int
say_for_whom(store_reader_t *reader, words_t *words, size_t best)
{
    const char *plan = store_contents(reader)->plan[best].name;
    store_row_t most = { .estimate = NAN }, least = { .estimate = NAN };
    int ret = say_fifth(reader, words, MOST_DEPRIVED, "most");

    if (ret == 0) {
        ret = say_fifth(reader, words, LEAST_DEPRIVED, "least");
    }
    if (ret == 0) {
        ret = cli_whole_run(reader, plan, words->kpi, MOST_DEPRIVED, &most);
    }
    if (ret == 0) {
        ret = cli_whole_run(reader, plan, words->kpi, LEAST_DEPRIVED, &least);
    }
    if (ret == 0 && !isnan(most.estimate - least.estimate)) {
        say(words, " Under %s the share is %.1f percentage points %s in the most deprived fifth than in the least.",
            plan, fabs(100.0 * (most.estimate - least.estimate)), most.estimate < least.estimate ? "lower" : "higher");
    }
    return ret;
}

/*
 * A share of those referred also moves when fewer are referred. Beside it stand the same share of accepted spells, the share at 52
 * weeks, and the number of children seen.
 */
static int
say_composition(store_reader_t *reader, words_t *words, size_t best)
{
    static const struct {
        const char *kpi, *lead;
        bool share;
    } also[] = { { "accepted_seen_18w",
                     " A plan that refers fewer also changes who is counted here: of accepted spells alone it is ",
                     true },
        { "cohort_seen_52w", "; at 52 weeks, of those referred, ", true },
        { "first_contacts", "; in first contacts, ", false } };
    char name[4 * SIM_NAME_MAX + 2], text[192];
    int ret = 0;

    for (size_t i = 0; i < LENGTH(also) && best != 0 && ret == 0; i++) {
        store_row_t row;

        difference_name(store_contents(reader), best, 0, name, sizeof(name));
        ret = cli_whole_run(reader, name, also[i].kpi, "all", &row);
        if (ret == 0 && !isnan(row.estimate)) {
            cli_format_difference(text, sizeof(text), also[i].share ? "share" : "", row.estimate, row.low, row.high);
            say(words, "%s%s%s", also[i].lead, text, also[i].share ? " percentage points" : "");
        }
    }
    say(words, "%s", best != 0 ? "." : "");
    return ret;
}

/* The best plan by one measure, by how much, for whom and how surely. */
static int
print_best(store_reader_t *reader, const answer_t *answer, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    words_t words = { .kpi = answer->kpi, .n = 0 };
    store_row_t row;
    size_t best, second;
    bool certain = false;
    char text[160];
    int ret = rank(reader, answer->kpi, "all", &best, &second, &row);

    if (ret != 0 || best == SIZE_MAX) {
        return ret;
    }
    cli_format_interval(text, sizeof(text), "share", row.estimate, row.low, row.high);
    say(&words, "%s %s: %s.", answer->lead, c->plan[best].name, text);
    if (second != SIZE_MAX) {
        ret = say_lead(reader, &words, best, second, &certain);
    }
    if (ret == 0 && second != SIZE_MAX) {
        ret = say_how_sure(reader, &words, best, second, certain);
    }
    if (ret == 0 && answer->of_referred) {
        ret = say_composition(reader, &words, best);
    }
    if (ret == 0) {
        ret = say_for_whom(reader, &words, best);
    }
    cli_print_wrapped(words.text, CLI_PAGE, out);
    return ret;
}

/* How much of it rests on what nobody has measured. */
static void
print_assumptions(store_reader_t *reader, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    words_t words = { .kpi = NULL, .n = 0 };
    size_t numbers = 0, assumed = 0;

    for (size_t i = 0; i < c->n_parameters; i++) {
        numbers += isnan(c->parameter[i].value) ? 0 : 1;
        assumed += !isnan(c->parameter[i].value) && strcmp(c->parameter[i].quality, "E") == 0 ? 1 : 0;
    }
    say(&words, "The intervals are of chance alone.");
    if (assumed > 0) {
        say(&words,
            " %zu of the %zu numbers in this scenario are assumptions (grade E), among them most of what sets one offer apart from "
            "another: `weir check` lists them, --set changes them, and another value can change the order.",
            assumed, numbers);
    }
    cli_print_wrapped(words.text, CLI_PAGE, out);
}

static int
print_answer(store_reader_t *reader, FILE *out)
{
    store_row_t row;
    size_t best, second;
    int ret = rank(reader, ANSWER[0].kpi, "all", &best, &second, &row);

    if (ret != 0 || best == SIZE_MAX) {
        (void) fputs(ret == 0 ? "\nThe run is too short to follow those referred for 18 weeks.\n" : "", out);
        return ret;
    }
    cli_heading("Which way of organising the school link gives the shortest waits, for whom, and how sure is that?",
        out);
    for (size_t i = 0; i < LENGTH(ANSWER) && ret == 0; i++) {
        ret = print_best(reader, &ANSWER[i], out);
    }
    print_assumptions(reader, out);
    if (strtoull(store_manifest(reader, "reps_done"), NULL, 10) < FEW_REPS) {
        (void) fprintf(out, "With fewer than %d replications the intervals are rough: use more before deciding.\n",
            FEW_REPS);
    }
    (void) fputs("`weir help reference` says what each measure is.\n", out);
    return ret;
}

/* Waits of those seen look good when only the quick are seen, so they are shown last and called what they are. */
static int
print_descriptive(store_reader_t *reader, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    words_t words = { .kpi = NULL, .n = 0 };
    int ret = 0;

    say(&words,
        "Descriptive, of those seen only (a failing service can look quick here): median / P90 days to first contact");
    for (size_t p = 0; ret == 0 && p < c->n_plans; p++) {
        store_row_t median, p90 = { .estimate = NAN };
        char a[64], b[64];

        ret = cli_whole_run(reader, c->plan[p].name, "wait_seen_median_days", "all", &median);
        if (ret == 0) {
            ret = cli_whole_run(reader, c->plan[p].name, "wait_seen_p90_days", "all", &p90);
        }
        cli_format_value(a, sizeof(a), "days", median.estimate);
        cli_format_value(b, sizeof(b), "days", p90.estimate);
        say(&words, "%s %s %s / %s", p == 0 ? ":" : ",", c->plan[p].name, a, b);
    }
    say(&words, ".");
    (void) fputc('\n', out);
    cli_print_wrapped(words.text, CLI_PAGE, out);
    return ret;
}

/* ---- any network ---- */

/* Nothing but zeros, in every replication. */
static bool
is_nought(const store_row_t *row)
{
    return row->estimate == 0.0 && !(row->low < 0.0) && !(row->high > 0.0);
}

static int
add_kpi(store_reader_t *reader, cli_table_t *table, size_t plan, const store_kpi_t *kpi, bool noughts)
{
    char number[3][64];
    bool skewed = false;
    store_row_t row;
    int ret = cli_whole_run(reader, store_contents(reader)->plan[plan].name, kpi->name, "all", &row);

    if (ret == 0) {
        ret = is_skewed(reader, &row, &skewed);
    }
    if (row.reps == 0 || (is_nought(&row) && !noughts)) {
        return ret;
    }
    cli_clip_share(kpi->unit, row.estimate, &row.low, &row.high);
    cli_format_value(number[0], sizeof(number[0]), kpi->unit, row.estimate);
    cli_format_value(number[1], sizeof(number[1]), kpi->unit, row.low);
    cli_format_value(number[2], sizeof(number[2]), kpi->unit, row.high);
    cli_table_add(table, "%s", kpi->name);
    cli_table_add(table, "%s%s", number[0], skewed ? SKEWED : "");
    cli_table_add(table, "%s", number[1]);
    cli_table_add(table, "%s", number[2]);
    cli_table_add(table, "%s", kpi->unit);
    return ret;
}

/* Of a plain network those only that say something: the file has them all. */
static int
print_kpis(store_reader_t *reader, size_t plan, bool noughts, FILE *out)
{
    static const char *const HEAD[] = { "measure", "estimate", "low", "high", "unit" };
    const store_contents_t *c = store_contents(reader);
    cli_table_t table;
    int ret = 0;

    cli_table_init(&table, LENGTH(HEAD));
    for (size_t i = 0; i < LENGTH(HEAD); i++) {
        cli_table_add(&table, "%s", HEAD[i]);
    }
    for (size_t k = 0; ret == 0 && k < c->n_kpis; k++) {
        ret = add_kpi(reader, &table, plan, &c->kpi[k], noughts);
    }
    if (ret == 0) {
        cli_heading("Whole run: mean over replications and 95% interval", out);
        ret = cli_print_estimates(&table, out);
        (void) fputs(noughts ? "" : "Measures that are zero throughout are in the file only.\n", out);
        return ret;
    }
    cli_table_free(&table);
    return ret;
}

static int
add_pool(store_reader_t *reader, cli_table_t *table, size_t plan, const char *group, const column_t *column, size_t n)
{
    ana_interval_t drift;
    char text[192];
    int ret = 0;

    cli_table_add(table, "%s", strchr(group, '=') + 1);
    for (size_t i = 0; ret == 0 && i < n; i++) {
        ret = cli_add_estimate(reader, table, store_contents(reader)->plan[plan].name, column[i].kpi, group);
    }
    if (ret == 0) {
        ret = cli_drift(reader, plan, group, &drift);
        cli_format_difference(text, sizeof(text), "entities", drift.mean, drift.low, drift.high);
        cli_table_add(table, "%s", text);
    }
    return ret;
}

static int
print_pools(store_reader_t *reader, size_t plan, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    column_t column[LENGTH(POOL)];
    size_t n = known_columns(c, POOL, LENGTH(POOL), column), n_pools = 0;
    cli_table_t table;
    int ret = 0;

    cli_table_init(&table, n + 2);
    cli_table_add(&table, "pool");
    for (size_t i = 0; i < n; i++) {
        cli_table_add(&table, "%s", column[i].head);
    }
    cli_table_add(&table, "list grows, a week");
    for (size_t g = 0; ret == 0 && g < c->n_groups; g++) {
        if (strcmp(c->group[g].kind, "pool") == 0 && strchr(c->group[g].name, '=') != NULL) {
            ret = add_pool(reader, &table, plan, c->group[g].name, column, n);
            n_pools++;
        }
    }
    if (ret == 0 && n_pools > 0) {
        cli_heading("Pools", out);
        return cli_print_estimates(&table, out);
    }
    cli_table_free(&table);
    return ret;
}

int
cli_summary_plan(store_reader_t *reader, size_t plan, FILE *out)
{
    bool care = kpi_unit(store_contents(reader), ANSWER[0].kpi) != NULL;
    int ret = print_kpis(reader, plan, care, out);

    if (ret == 0 && !care) {
        ret = cli_print_stages(reader, plan, out);
    }
    if (ret == 0) {
        ret = print_pools(reader, plan, out);
    }
    if (ret == 0) {
        ret = cli_print_years(reader, plan, out);
    }
    if (ret == 0) {
        ret = cli_print_batch_means(reader, plan, out);
    }
    return ret == 0 ? print_overloads(reader, out) : ret;
}

/* A measure that no plan knows over the whole run, or that is zero under all, has no row. */
static int
add_network_row(store_reader_t *reader, cli_table_t *table, const store_kpi_t *kpi)
{
    const store_contents_t *c = store_contents(reader);
    bool known = false;
    int ret = 0;

    for (size_t p = 0; ret == 0 && p < c->n_plans; p++) {
        store_row_t row;

        ret = cli_whole_run(reader, c->plan[p].name, kpi->name, "all", &row);
        known = known || (row.reps > 0 && !is_nought(&row));
    }
    if (ret != 0 || !known) {
        return ret;
    }
    cli_table_add(table, "%s (%s)", kpi->name, kpi->unit);
    for (size_t p = 0; ret == 0 && p < c->n_plans; p++) {
        ret = cli_add_estimate(reader, table, c->plan[p].name, kpi->name, "all");
    }
    for (size_t p = 1; ret == 0 && p < c->n_plans; p++) {
        ret = add_difference(reader, table, p, kpi->name);
    }
    return ret;
}

/* Plain networks: every measure by plan, and its difference from the first plan. */
static int
print_networks(store_reader_t *reader, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    cli_table_t table;
    int ret = 0;

    cli_table_init(&table, 2 * c->n_plans);
    cli_table_add(&table, "measure");
    for (size_t p = 0; p < c->n_plans; p++) {
        cli_table_add(&table, "%s", c->plan[p].name);
    }
    for (size_t p = 1; p < c->n_plans; p++) {
        cli_table_add(&table, "%s-%s ", c->plan[p].name, c->plan[0].name);
    }
    for (size_t k = 0; ret == 0 && k < c->n_kpis; k++) {
        ret = add_network_row(reader, &table, &c->kpi[k]);
    }
    if (ret == 0) {
        cli_heading("Whole run: mean over replications, and paired differences (95% interval; * excludes 0)", out);
        return cli_print_estimates(&table, out);
    }
    cli_table_free(&table);
    return ret;
}

static int
compare_care(store_reader_t *reader, FILE *out)
{
    int ret = print_headline(reader, COHORT, LENGTH(COHORT),
        "Of all those referred in the run: mean over replications (95% interval); left: closed unseen, turned away included",
        out);

    if (ret == 0) {
        ret = print_answer(reader, out);
    }
    if (ret == 0) {
        ret =
            print_headline(reader, HEADLINE + IN_COHORT, LENGTH(HEADLINE) - IN_COHORT, "Whole run, all children", out);
    }
    if (ret == 0) {
        ret = print_differences(reader, out);
    }
    if (ret == 0) {
        ret = print_coverage(reader, out);
    }
    if (ret == 0) {
        ret = print_overloads(reader, out);
    }
    return ret == 0 ? print_descriptive(reader, out) : ret;
}

int
cli_summary_compare(store_reader_t *reader, FILE *out)
{
    int ret;

    if (kpi_unit(store_contents(reader), ANSWER[0].kpi) != NULL) {
        return compare_care(reader, out);
    }
    ret = print_networks(reader, out);
    return ret == 0 ? print_overloads(reader, out) : ret;
}

/* ---- the warning ---- */

/* Of a care system the headline; of a plain network all. */
static bool
is_headline(const store_contents_t *c, const char *kpi)
{
    bool found = kpi_unit(c, ANSWER[0].kpi) == NULL;

    for (size_t i = 0; i < LENGTH(HEADLINE) && !found; i++) {
        found = strcmp(HEADLINE[i].kpi, kpi) == 0;
    }
    for (size_t i = 0; i < LENGTH(COHORT) && !found; i++) {
        found = strcmp(COHORT[i].kpi, kpi) == 0;
    }
    return found;
}

/* In how many plans a measure's replications are skewed. */
static int
count_skewed(store_reader_t *reader, const char *kpi, size_t *n)
{
    const store_contents_t *c = store_contents(reader);
    int ret = 0;

    *n = 0;
    for (size_t p = 0; ret == 0 && p < c->n_plans; p++) {
        store_row_t row;
        bool skewed = false;

        ret = cli_whole_run(reader, c->plan[p].name, kpi, "all", &row);
        if (ret == 0) {
            ret = is_skewed(reader, &row, &skewed);
        }
        *n += skewed;
    }
    return ret;
}

int
cli_summary_warn_skewed(store_reader_t *reader, const cli_options_t *options)
{
    const store_contents_t *c = store_contents(reader);
    words_t words = { .kpi = NULL, .n = 0 };
    int ret = 0;

    for (size_t k = 0; ret == 0 && k < c->n_kpis && !options->quiet; k++) {
        size_t n = 0;

        if (is_headline(c, c->kpi[k].name)) {
            ret = count_skewed(reader, c->kpi[k].name, &n);
        }
        if (n > 0) {
            say(&words, "%s%s", words.n > 0 ? ", " : "", c->kpi[k].name);
        }
        if (n > 0 && c->n_plans > 1) {
            say(&words, " (%zu of %zu plans)", n, c->n_plans);
        }
    }
    if (ret == 0 && words.n > 0) {
        cli_note(options,
            "warning: replications are skewed, so the 95%% interval covers less often than that; more --reps mend it: %s",
            words.text);
    }
    return ret;
}
