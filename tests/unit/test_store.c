/* The results store: what is written is read back; names are never overwritten; files that are not ours are refused. */
#include "sim/analysis/interval.h"
#include "sim/store/file.h"
#include "sim/store/store.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define N_PLANS 3
#define N_REPS 4

static const store_plan_t PLAN[N_PLANS] = {
    { "none", "Today's service", "#000000", "Nothing added.", "town" },
    { "tiered", "Bronze, \"silver\", gold", "#0072b2", "Tiers.", "town" },
    { "cluster", "", "", "", "town" },
};
static const sim_kpi_t KPI[] = {
    { .name = "waiting", .unit = "spells", .doc = "Waiting." },
    { .name = "load", .unit = "ratio", .doc = "Load." },
};
static const sim_group_t GROUP[] = { { "all", SIM_BY_ALL }, { "pool=core", SIM_BY_POOL }, { "quintile=1", SIM_BY_DIMS },
    { "quintile=2", SIM_BY_DIMS } };
static const sim_period_t PERIOD[] = {
    { "all", SIM_PERIOD_ALL, 0, 2, true },
    { "y1", SIM_PERIOD_YEAR, 0, 2, false },
    { "2025-26", SIM_PERIOD_FINANCIAL, 0, 2, false },
    { "2025-09", SIM_PERIOD_MONTH, 0, 1, true },
    { "2025-10", SIM_PERIOD_MONTH, 1, 2, true },
};
static const sim_cell_t CELL[] = { { 0, 0, 0 }, { 0, 0, 1 }, { 0, 0, 2 }, { 0, 0, 3 }, { 0, 0, 4 }, { 0, 2, 0 },
    { 0, 3, 0 }, { 1, 0, 0 }, { 1, 1, 0 } };
#define N_CELLS (sizeof(CELL) / sizeof(CELL[0]))

/* ---- helpers ---- */

static char *
path_in(const char *directory, const char *name)
{
    static char path[8][256];
    static int next;

    next = (next + 1) % 8;
    (void) snprintf(path[next], sizeof(path[next]), "%s/%s", directory, name);
    return path[next];
}

static int
make_directory(void **state)
{
    char *directory = strdup("/tmp/weir-store-XXXXXX");

    if (directory == NULL || mkdtemp(directory) == NULL) {
        return -1;
    }
    *state = directory;
    return 0;
}

static int
remove_directory(void **state)
{
    char command[320];
    int ret;

    (void) snprintf(command, sizeof(command), "rm -rf '%s'", (char *) *state);
    ret = system(command);
    free(*state);
    return ret;
}

static size_t
count_files(const char *directory)
{
    char command[320];
    unsigned n = 0;
    FILE *pipe;

    (void) snprintf(command, sizeof(command), "find '%s' -type f | wc -l", directory);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%u", &n), 1);
    (void) pclose(pipe);
    return n;
}

/* Cell 7 is never known; cluster failed in replication 1; else a value that tells where it belongs. */
static double
value_at(uint32_t plan, uint32_t rep, size_t cell)
{
    return cell == 7 || (plan == 2 && rep == 1) ? NAN : 10.0 * (double) cell + (double) plan + 0.25 * rep * rep;
}

static int
put_records(store_writer_t *writer, uint32_t n_reps)
{
    int ret = 0;

    for (uint32_t rep = 0; ret == 0 && rep < n_reps; rep++) {
        for (uint32_t plan = 0; ret == 0 && plan < N_PLANS; plan++) {
            bool failed = plan == 2 && rep == 1;
            double value[N_CELLS];

            for (size_t i = 0; i < N_CELLS; i++) {
                value[i] = value_at(plan, rep, i);
            }
            ret = store_put_record(writer, &(exp_record_t){ .index = rep * N_PLANS + plan,
                                               .arm = plan,
                                               .rep = rep,
                                               .status = failed ? SIM_ERR_FULL : 0,
                                               .message = failed ? sim_strerror(SIM_ERR_FULL) : "",
                                               .events = 7,
                                               .seconds = 0.5,
                                               .n_values = N_CELLS,
                                               .value = failed ? NULL : value });
        }
    }
    return ret;
}

static int
put_layout(store_writer_t *writer)
{
    sim_calendar_t calendar;
    store_layout_t layout = { .n_plans = N_PLANS,
        .plan = PLAN,
        .n_kpis = 2,
        .kpi = KPI,
        .n_groups = 4,
        .group = GROUP,
        .n_periods = 5,
        .period = PERIOD,
        .calendar = &calendar,
        .n_cells = N_CELLS,
        .cell = CELL };
    int ret = sim_calendar_init(&calendar, (sim_date_t){ 2025, 9, 1 }, 61);

    if (ret == 0) {
        ret = store_put_layout(writer, &layout);
    }
    sim_calendar_free(&calendar);
    return ret;
}

/* 100 spans of half a day of two of the plans: enough that the reader has to make room twice. */
#define N_SPANS 100

static int
put_series(store_writer_t *writer)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < 2 * N_SPANS; i++) {
        size_t at = N_SPANS - 1 - i % N_SPANS; /* backwards: the order is that of time all the same */

        ret = store_put_span(writer, &(store_span_t){ .plan = i / N_SPANS,
                                         .span = at,
                                         .from_day = 0.5 * (double) at,
                                         .to_day = 0.5 * (double) at + 0.5,
                                         .kpi = "present",
                                         .estimate = (double) (100 * (i / N_SPANS) + at),
                                         .low = i < N_SPANS ? NAN : 1.0,
                                         .high = NAN,
                                         .reps = 3 });
    }
    return ret;
}

static int
put_facts(store_writer_t *writer)
{
    double value[N_REPS];
    store_fact_t fact = { .scenario = "town",
        .name = "Waiting, \"all\"",
        .kpi = "waiting",
        .plan = "tiered",
        .group = "all",
        .period = "y1",
        .unit = "spells",
        .as = "ratio",
        .versus = "none",
        .versus_group = "quintile=1",
        .versus_period = "all",
        .value = 5.0,
        .accept_low = NAN,
        .accept_high = 6.0,
        .quality = "A",
        .source = "a paper",
        .low = 4.0,
        .high = 4.5,
        .reps = 4,
        .verdict = "inside",
        .reps_needed = NAN };
    int ret = store_written(writer, 1, 1, N_REPS, value);

    fact.estimate = value[2];
    if (ret == 0) {
        ret = store_put_fact(writer, &fact);
    }
    fact.name = "second";
    fact.verdict = "not sure";
    fact.reps_needed = 90.0;
    return ret == 0 ? store_put_fact(writer, &fact) : ret;
}

static int
write_results(const store_target_t *target, uint32_t n_reps, char *placed, size_t size, store_fault_t *fault)
{
    store_writer_t *writer = NULL;
    int ret = store_writer_create(&writer, target, fault);

    if (ret == 0) {
        ret = put_layout(writer);
    }
    if (ret == 0) {
        ret = store_put_manifest(writer, "status", "draft");
    }
    if (ret == 0) {
        ret = store_put_manifest(writer, "status", "complete");
    }
    if (ret == 0) {
        ret = store_put_parameter(writer, &(store_parameter_t){ .path = "money.extra",
                                              .text = "1m",
                                              .value = 1e6,
                                              .unit = "pounds",
                                              .low = NAN,
                                              .high = 2e6,
                                              .quality = "C",
                                              .range = "uncertainty",
                                              .source = "s",
                                              .origin = "town.lua:3",
                                              .evidence = "id" });
    }
    if (ret == 0) {
        ret = put_series(writer);
    }
    if (ret == 0) {
        ret = put_records(writer, n_reps);
    }
    if (ret == 0) {
        ret = store_put_estimates(writer, n_reps);
    }
    if (ret == 0 && n_reps == N_REPS) {
        ret = put_facts(writer);
    }
    if (ret == 0) {
        ret = store_writer_finish(writer);
    }
    if (ret == 0 && placed != NULL) {
        (void) snprintf(placed, size, "%s", store_writer_path(writer));
    } else if (writer != NULL && ret != 0) {
        (void) snprintf(fault->text, sizeof(fault->text), "%s", store_writer_fault(writer));
    }
    store_writer_free(writer);
    return ret;
}

static const char *
results_in(const char *directory)
{
    const char *path = path_in(directory, "town.db");
    store_fault_t fault;

    assert_int_equal(write_results(&(store_target_t){ .path = path, .force = true }, N_REPS, NULL, 0, &fault), 0);
    return path;
}

static store_reader_t *
open_results(const char *path)
{
    store_reader_t *reader = NULL;
    store_fault_t fault;
    int ret = store_reader_open(&reader, path, &fault);

    if (ret != 0) {
        fail_msg("%s", fault.text);
    }
    return reader;
}

/* ---- contents ---- */

static void
test_store_contents(void **state)
{
    store_reader_t *reader = open_results(results_in(*state));
    const store_contents_t *c = store_contents(reader);

    assert_int_equal(c->n_plans, 3);
    assert_string_equal(c->plan[1].title, "Bronze, \"silver\", gold");
    assert_string_equal(c->plan[1].colour, "#0072b2");
    assert_string_equal(c->plan[0].scenario, "town");
    assert_int_equal(c->n_kpis, 2);
    assert_string_equal(c->kpi[0].unit, "spells");
    assert_int_equal(c->n_groups, 4);
    assert_string_equal(c->group[1].kind, "pool");
    assert_string_equal(c->group[2].kind, "dimension");
    assert_int_equal(c->n_periods, 5);
    assert_string_equal(c->period[4].first_date, "2025-10-01");
    assert_int_equal(c->period[4].first_day, 30);
    assert_int_equal(c->period[4].end_day, 61);
    assert_true(c->period[4].whole && !c->period[1].whole);
    assert_string_equal(c->period[1].kind, "year");
    assert_string_equal(store_manifest(reader, "status"), "complete");
    assert_string_equal(store_manifest(reader, "no such key"), "");
    store_reader_free(reader);
}

static void
test_store_parameters(void **state)
{
    store_reader_t *reader = open_results(results_in(*state));
    const store_contents_t *c = store_contents(reader);

    assert_int_equal(c->n_parameters, 1);
    assert_string_equal(c->parameter[0].path, "money.extra");
    assert_true(c->parameter[0].value == 1e6 && isnan(c->parameter[0].low) && c->parameter[0].high == 2e6);
    assert_string_equal(c->parameter[0].origin, "town.lua:3");
    assert_string_equal(c->parameter[0].evidence, "id");
    store_reader_free(reader);
}

/* ---- estimates ---- */

static void
test_store_estimates(void **state)
{
    static const double waiting[] = { 1.0, 1.25, 2.0, 3.25 }, difference[] = { 2.0, 2.0, 2.0 };
    store_reader_t *reader = open_results(results_in(*state));
    ana_interval_t wanted;
    store_row_t row;

    ana_mean_interval(waiting, 1, 4, &wanted);
    assert_int_equal(store_get(reader, "tiered", "waiting", "all", "all", &row), 0);
    assert_true(row.estimate == wanted.mean && row.low == wanted.low && row.high == wanted.high);
    assert_int_equal(row.reps, 4);
    assert_int_equal(row.plan_index, 1);
    assert_true(row.minus_index == SIZE_MAX);
    assert_string_equal(row.unit, "spells");
    ana_mean_interval(difference, 1, 3, &wanted);
    assert_int_equal(store_get(reader, "cluster-none", "waiting", "quintile=1", "all", &row), 0);
    assert_true(row.estimate == wanted.mean && row.low == wanted.low && row.high == wanted.high);
    assert_int_equal(row.reps, 3); /* one replication of cluster failed */
    assert_true(row.plan_index == 2 && row.minus_index == 0);
    store_reader_free(reader);
}

/*
 * All pairs for group "all" over run and years; against the first plan for groups; none for months and financial
 * years.
 */
static void
test_store_estimates_scope(void **state)
{
    store_reader_t *reader = open_results(results_in(*state));
    store_row_t row;

    assert_int_equal(store_get(reader, "cluster-tiered", "waiting", "all", "all", &row), 0);
    assert_int_equal(store_get(reader, "cluster-tiered", "waiting", "all", "y1", &row), 0);
    assert_int_equal(store_get(reader, "cluster-tiered", "waiting", "quintile=1", "all", &row), SIM_ERR_NOT_FOUND);
    assert_int_equal(store_get(reader, "tiered-none", "load", "pool=core", "all", &row), 0);
    assert_int_equal(store_get(reader, "tiered-none", "waiting", "all", "2025-09", &row), SIM_ERR_NOT_FOUND);
    assert_int_equal(store_get(reader, "tiered-none", "waiting", "all", "2025-26", &row), SIM_ERR_NOT_FOUND);
    assert_int_equal(store_get(reader, "tiered", "waiting", "all", "2025-09", &row), 0);
    assert_int_equal(store_get(reader, "none-tiered", "waiting", "all", "all", &row), SIM_ERR_NOT_FOUND);
    assert_int_equal(store_get(reader, "tiered", "load", "all", "all", &row), SIM_ERR_NOT_FOUND); /* known in none */
    assert_true(isnan(row.estimate) && isnan(row.low) && row.reps == 0);
    store_reader_free(reader);
}

/* ---- facts ---- */

static void
test_store_facts(void **state)
{
    store_reader_t *reader = open_results(results_in(*state));
    store_fact_t *fact;
    size_t n;

    assert_int_equal(store_facts(reader, &n, &fact), 0);
    assert_int_equal(n, 2);
    assert_string_equal(fact[0].name, "Waiting, \"all\"");
    assert_string_equal(fact[0].kpi, "waiting");
    assert_string_equal(fact[0].plan, "tiered");
    assert_string_equal(fact[0].period, "y1");
    assert_string_equal(fact[0].as, "ratio");
    assert_string_equal(fact[0].versus, "none");
    assert_string_equal(fact[0].versus_group, "quintile=1");
    assert_string_equal(fact[0].versus_period, "all");
    assert_string_equal(fact[0].unit, "spells");
    assert_string_equal(fact[0].source, "a paper");
    assert_string_equal(fact[0].verdict, "inside");
    assert_true(fact[0].value == 5.0 && isnan(fact[0].accept_low) && fact[0].accept_high == 6.0);
    assert_true(fact[0].estimate == value_at(1, 2, 1)); /* what was written is read back before the file is finished */
    assert_true(fact[0].low == 4.0 && fact[0].high == 4.5 && fact[0].reps == 4 && isnan(fact[0].reps_needed));
    assert_true(fact[1].reps_needed == 90.0);
    free(fact);
    store_reader_free(reader);
}

/* A file of before there were facts; and one with none. */
static void
test_store_facts_errors(void **state)
{
    const char *path = results_in(*state);
    store_reader_t *reader;
    store_fact_t *fact;
    sqlite3 *db = NULL;
    size_t n;

    for (int i = 0; i < 2; i++) {
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, i == 0 ? "DELETE FROM fact" : "DROP TABLE fact", NULL, NULL, NULL),
            SQLITE_OK);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        reader = open_results(path);
        assert_int_equal(store_facts(reader, &n, &fact), 0);
        assert_int_equal(n, 0);
        free(fact);
        store_reader_free(reader);
    }
}

/* ---- series ---- */

static void
test_store_series(void **state)
{
    store_reader_t *reader = open_results(results_in(*state));
    store_span_t *span;
    size_t n;

    assert_int_equal(store_series(reader, 1, "present", &n, &span), 0);
    assert_int_equal(n, N_SPANS);
    for (size_t i = 0; i < n; i++) {
        assert_true(span[i].plan == 1 && span[i].span == i && span[i].estimate == 100.0 + (double) i);
        assert_true(span[i].from_day == 0.5 * (double) i && span[i].to_day == span[i].from_day + 0.5);
        assert_true(span[i].low == 1.0 && isnan(span[i].high) && span[i].reps == 3);
    }
    free(span);
    store_reader_free(reader);
}

/* None of that plan or measure; a file of before there were series; a plan and span twice. */
static void
test_store_series_errors(void **state)
{
    const char *path = results_in(*state);
    store_reader_t *reader = open_results(path);
    store_writer_t *writer;
    store_fault_t fault;
    store_span_t *span;
    sqlite3 *db;
    size_t n = 1;

    assert_int_equal(store_series(reader, 2, "present", &n, &span), 0);
    assert_true(n == 0 && span == NULL);
    assert_int_equal(store_series(reader, 1, "waiting", &n, &span), 0);
    assert_true(n == 0 && span == NULL);
    store_reader_free(reader);

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DROP TABLE series", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    reader = open_results(path);
    assert_int_equal(store_series(reader, 1, "present", &n, &span), 0);
    assert_true(n == 0 && span == NULL);
    store_reader_free(reader);

    assert_int_equal(store_writer_create(&writer, &(store_target_t){ .path = path, .force = true }, &fault), 0);
    assert_int_equal(put_series(writer), 0);
    assert_int_equal(put_series(writer), SIM_ERR_STORE);
    store_writer_free(writer);
}

/* Of a warm-up of 10 days neither September nor the year is whole; October, and the run itself, are. */
static void
test_store_counted_from(void **state)
{
    const char *path = path_in(*state, "warm.db");
    static const sim_period_t period[] = { { "all", SIM_PERIOD_ALL, 0, 2, true }, { "y1", SIM_PERIOD_YEAR, 0, 2, true },
        { "2025-09", SIM_PERIOD_MONTH, 0, 1, true }, { "2025-10", SIM_PERIOD_MONTH, 1, 2, true } };
    sim_calendar_t calendar;
    store_layout_t layout = { .n_plans = 1,
        .plan = PLAN,
        .n_kpis = 1,
        .kpi = KPI,
        .n_groups = 1,
        .group = GROUP,
        .n_periods = 4,
        .period = period,
        .calendar = &calendar,
        .n_cells = 1,
        .cell = CELL,
        .counted_from = 10 };
    store_reader_t *reader;
    store_writer_t *writer;
    store_fault_t fault;

    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 2025, 9, 1 }, 61), 0);
    assert_int_equal(store_writer_create(&writer, &(store_target_t){ .path = path }, &fault), 0);
    assert_int_equal(store_put_layout(writer, &layout), 0);
    assert_int_equal(store_writer_finish(writer), 0);
    store_writer_free(writer);
    sim_calendar_free(&calendar);
    reader = open_results(path);
    assert_true(store_contents(reader)->period[0].whole && !store_contents(reader)->period[1].whole);
    assert_true(!store_contents(reader)->period[2].whole && store_contents(reader)->period[3].whole);
    store_reader_free(reader);
}

static void
test_store_one_replication(void **state)
{
    const char *path = path_in(*state, "one.db");
    store_reader_t *reader;
    store_fault_t fault;
    store_row_t row;

    assert_int_equal(write_results(&(store_target_t){ .path = path }, 1, NULL, 0, &fault), 0);
    reader = open_results(path);
    assert_int_equal(store_get(reader, "tiered", "waiting", "all", "all", &row), 0);
    assert_true(row.estimate == 1.0 && isnan(row.low) && isnan(row.high) && row.reps == 1);
    store_reader_free(reader);
}

static void
test_store_replicates(void **state)
{
    store_reader_t *reader = open_results(results_in(*state));
    double value[N_REPS + 1];

    assert_int_equal(store_replicates(reader, "cluster", "waiting", "quintile=2", "all", N_REPS + 1, value), 0);
    assert_true(value[0] == 62.0 && isnan(value[1]) && value[2] == 63.0 && value[3] == 64.25 && isnan(value[4]));
    assert_int_equal(store_replicates(reader, "cluster-none", "waiting", "all", "all", 1, value), SIM_ERR_NOT_FOUND);
    assert_int_equal(store_replicates(reader, "cluster", "waiting", "all", "y9", 1, value), SIM_ERR_NOT_FOUND);
    store_reader_free(reader);
}

/* ---- queries ---- */

typedef struct {
    size_t n;
    char text[4096];
    size_t stop_at;
} rows_t;

static int
collect(void *ctx, const store_row_t *row)
{
    rows_t *rows = ctx;
    size_t at = strlen(rows->text);

    (void) snprintf(rows->text + at, sizeof(rows->text) - at, "%s/%s/%s/%s ", row->offer, row->kpi, row->group,
        row->period);
    rows->n++;
    return rows->stop_at != 0 && rows->n == rows->stop_at ? 42 : 0;
}

static void
assert_query(store_reader_t *reader, const store_filter_t *filter, const char *wanted)
{
    rows_t rows = { .n = 0 };

    assert_int_equal(store_query(reader, filter, collect, &rows), 0);
    assert_string_equal(rows.text, wanted);
}

static void
test_store_query(void **state)
{
    store_reader_t *reader = open_results(results_in(*state));
    rows_t rows = { .n = 0 };

    assert_query(reader,
        &(store_filter_t){ .offer = "tiered,tiered-none", .kpi = "waiting", .group = "all", .period = "all,y1" },
        "tiered/waiting/all/all tiered/waiting/all/y1 tiered-none/waiting/all/all tiered-none/waiting/all/y1 ");
    assert_query(reader, &(store_filter_t){ .group = "quintile", .no_differences = true },
        "none/waiting/quintile=1/all none/waiting/quintile=2/all "
        "tiered/waiting/quintile=1/all tiered/waiting/quintile=2/all "
        "cluster/waiting/quintile=1/all cluster/waiting/quintile=2/all ");
    assert_query(reader, &(store_filter_t){ .offer = "none", .period = "month" },
        "none/waiting/all/2025-09 none/waiting/all/2025-10 ");
    assert_query(reader, &(store_filter_t){ .kpi = "wait" }, "");
    assert_int_equal(store_query(reader, NULL, collect, &rows), 0);
    /* 8 known cells for 3 plans; for pairs with the first plan 2 of "all" and 3 of groups, for the other pair 2 */
    assert_int_equal(rows.n, 3 * 8 + 2 * 5 + 2);
    rows = (rows_t){ .stop_at = 2 };
    assert_int_equal(store_query(reader, NULL, collect, &rows), 42);
    assert_int_equal(rows.n, 2);
    store_reader_free(reader);
}

/* ---- names ---- */

static void
test_store_numbered(void **state)
{
    const char *path = path_in(*state, "out/deep/town-run.db");
    char placed[256];
    store_fault_t fault;
    const store_target_t target = { .path = path, .numbered = true };

    assert_int_equal(write_results(&target, 2, placed, sizeof(placed), &fault), 0);
    assert_string_equal(placed, path);
    assert_int_equal(write_results(&target, 2, placed, sizeof(placed), &fault), 0);
    assert_string_equal(placed, path_in(*state, "out/deep/town-run-2.db"));
    assert_int_equal(write_results(&target, 2, placed, sizeof(placed), &fault), 0);
    assert_string_equal(placed, path_in(*state, "out/deep/town-run-3.db"));
    assert_int_equal(count_files(*state), 3);
}

static void
test_store_numbered_names(void **state)
{
    static const char *const row[][2] = { { "out/a.db", "out/a-7.db" }, { "a", "a-7" }, { "o.ut/a", "o.ut/a-7" } };

    (void) state;
    for (size_t i = 0; i < 3; i++) {
        char *name = store_numbered(row[i][0], 7);

        assert_string_equal(name, row[i][1]);
        free(name);
    }
}

static void
test_store_force(void **state)
{
    const char *path = path_in(*state, "town.db");
    store_fault_t fault;
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    (void) fputs("mine", file);
    (void) fclose(file);
    assert_int_equal(write_results(&(store_target_t){ .path = path }, 2, NULL, 0, &fault), SIM_ERR_EXISTS);
    assert_non_null(strstr(fault.text, "exists already"));
    assert_int_equal(count_files(*state), 1);
    assert_int_equal(write_results(&(store_target_t){ .path = path, .force = true }, 2, NULL, 0, &fault), 0);
    store_reader_free(open_results(path));
    assert_int_equal(count_files(*state), 1);
}

/* A name that is taken while we run is not overwritten either. */
static void
test_store_taken_meanwhile(void **state)
{
    const char *path = path_in(*state, "town.db");
    store_writer_t *writer = NULL;
    store_fault_t fault;
    FILE *file;

    assert_int_equal(store_writer_create(&writer, &(store_target_t){ .path = path }, &fault), 0);
    assert_non_null(strstr(store_writer_path(writer), "town.db.partial-"));
    assert_int_equal(put_layout(writer), 0);
    file = fopen(path, "w");
    assert_non_null(file);
    (void) fclose(file);
    assert_int_equal(store_writer_finish(writer), 0);
    assert_string_equal(store_writer_path(writer), path_in(*state, "town-2.db"));
    store_writer_free(writer);
    assert_int_equal(count_files(*state), 2);
}

static void
test_store_unfinished(void **state)
{
    store_writer_t *writer = NULL;
    store_fault_t fault;

    assert_int_equal(store_writer_create(&writer, &(store_target_t){ .path = path_in(*state, "town.db") }, &fault), 0);
    assert_int_equal(put_layout(writer), 0);
    assert_int_equal(put_records(writer, 2), 0);
    assert_int_equal(count_files(*state), 1);
    store_writer_free(writer);
    assert_int_equal(count_files(*state), 0);
    store_writer_free(NULL);
}

/* ---- errors ---- */

static void
test_store_create_errors(void **state)
{
    store_writer_t *writer = NULL;
    store_fault_t fault;
    FILE *file = fopen(path_in(*state, "file"), "w");

    assert_non_null(file);
    (void) fclose(file);
    assert_int_equal(store_writer_create(&writer, &(store_target_t){ .path = path_in(*state, "file/x.db") }, &fault),
        SIM_ERR_STORE);
    assert_null(writer);
    assert_non_null(strstr(fault.text, "file/x.db: cannot write there"));
    assert_int_equal(store_writer_create(&writer, &(store_target_t){ .path = *state }, &fault), SIM_ERR_STORE);
    assert_non_null(strstr(fault.text, "is a directory"));
    assert_int_equal(store_writer_create(&writer, &(store_target_t){ .path = "/proc/x.db" }, &fault), SIM_ERR_STORE);
    assert_int_equal(count_files(*state), 1);
}

static void
test_store_record_errors(void **state)
{
    store_writer_t *writer = NULL;
    store_fault_t fault;
    double value[N_CELLS] = { 0 };
    exp_record_t record = { .message = "", .n_values = N_CELLS, .value = value };

    assert_int_equal(store_writer_create(&writer, &(store_target_t){ .path = path_in(*state, "town.db") }, &fault), 0);
    assert_int_equal(put_layout(writer), 0);
    record.n_values = 1;
    assert_int_equal(store_put_record(writer, &record), SIM_ERR_BAD_PARAM);
    record.n_values = N_CELLS;
    record.arm = N_PLANS;
    assert_int_equal(store_put_record(writer, &record), SIM_ERR_BAD_PARAM);
    record.arm = 0;
    assert_int_equal(store_put_record(writer, &record), 0);
    assert_int_equal(store_put_record(writer, &record), SIM_ERR_STORE); /* the same twice */
    assert_true(store_writer_fault(writer)[0] != '\0');
    store_writer_free(writer);
}

/* A file that may not grow stands for a full disk: everything is taken back. */
static void
test_store_full_errors(void **state)
{
    struct rlimit before, limit;
    store_fault_t fault;
    int ret;

    (void) signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 20000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ret = write_results(&(store_target_t){ .path = path_in(*state, "town.db") }, N_REPS, NULL, 0, &fault);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(ret, SIM_ERR_STORE);
    assert_non_null(strstr(fault.text, "town.db: "));
    assert_int_equal(count_files(*state), 0);
}

static void
assert_refused(const char *path, const char *why)
{
    store_reader_t *reader = NULL;
    store_fault_t fault;

    assert_int_equal(store_reader_open(&reader, path, &fault), SIM_ERR_STORE);
    assert_null(reader);
    assert_non_null(strstr(fault.text, path));
    if (strstr(fault.text, why) == NULL) {
        fail_msg("'%s' does not say '%s'", fault.text, why);
    }
}

static void
write_byte(const char *path, long at, int byte)
{
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fputc(byte, file), byte);
    assert_int_equal(fclose(file), 0);
}

static void
test_store_open_errors(void **state)
{
    const char *path = results_in(*state);
    struct stat info;
    FILE *file = fopen(path_in(*state, "text"), "w");

    assert_non_null(file);
    for (int i = 0; i < 100; i++) {
        (void) fputs("not a database\n", file);
    }
    (void) fclose(file);
    assert_refused(path_in(*state, "absent.db"), "No such file");
    assert_refused(path_in(*state, "text"), "not a results file");
    assert_refused(*state, "not a results file");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(truncate(path, info.st_size - 4096), 0);
    assert_refused(path, "cut short");
    assert_int_equal(truncate(path, 50), 0);
    assert_refused(path, "not a results file");
    path = results_in(*state);
    write_byte(path, 63, STORE_VERSION + 1);
    assert_refused(path, "newer weir");
    path = results_in(*state);
    write_byte(path, 68, 0);
    assert_refused(path, "not a results file");
}

/* Pages of noise behind a good header: an error, never a crash. */
static void
test_store_damaged_errors(void **state)
{
    const char *path = results_in(*state);
    store_reader_t *reader = NULL;
    store_fault_t fault;
    struct stat info;

    assert_int_equal(stat(path, &info), 0);
    for (long at = 100; at < (long) info.st_size; at += 3) {
        write_byte(path, at, 0xA5);
    }
    assert_int_equal(store_reader_open(&reader, path, &fault), SIM_ERR_STORE);
    assert_non_null(strstr(fault.text, "damaged"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_directory, remove_directory)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_store_contents),
        TEST(test_store_parameters),
        TEST(test_store_estimates),
        TEST(test_store_estimates_scope),
        TEST(test_store_facts),
        TEST(test_store_facts_errors),
        TEST(test_store_series),
        TEST(test_store_series_errors),
        TEST(test_store_counted_from),
        TEST(test_store_one_replication),
        TEST(test_store_replicates),
        TEST(test_store_query),
        TEST(test_store_numbered),
        TEST(test_store_numbered_names),
        TEST(test_store_force),
        TEST(test_store_taken_meanwhile),
        TEST(test_store_unfinished),
        TEST(test_store_create_errors),
        TEST(test_store_record_errors),
        TEST(test_store_full_errors),
        TEST(test_store_open_errors),
        TEST(test_store_damaged_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
