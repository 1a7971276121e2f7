/*
 * weir bench: events a second on this machine. A workload is a scenario, bench/NAME.lua, loaded and run as any other,
 * statistics on; an event is an arrival, an end of service or a leaving unserved. Only the run is timed.
 */
#include "models/care.h"
#include "sim/cli/cli.h"
#include "sim/cli/export.h"
#include "sim/cli/load.h"
#include "sim/cli/loads.h"
#include "sim/cli/table.h"
#include "sim/experiment/experiment.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define METRICS 5
#define COLUMNS (7 + 2 * METRICS)
#define SCALING_CUSTOMERS 100000.0
#define SCALING_REPS 100
#define MINUTES 1440.0
#define HOURS 24.0
#define EXACT 10.0 /* mean time in M/M/1 at load 0.9, in services: 1 / (1 - 0.9) */

/* A number that is reported beside the speed. */
typedef struct {
    const char *name, *kpi, *group;
    double factor;
} metric_t;

typedef struct {
    const char *name;
    double customers; /* unless told */
    bool scales;
    size_t n_metrics;
    metric_t metric[METRICS]; /* kpi NULL: what theory says, in factor */
} workload_t;

static const workload_t WORKLOAD[] = {
    { "mm1", 2e6, false, 2,
        { { "mean_sojourn", "sojourn_mean_days", "all", MINUTES }, { "exact_sojourn", NULL, NULL, EXACT } } },
    { "path", 1e6, true, 5,
        { { "mean_wait_0", "queue_wait_mean_days", "stage_class=first:0", HOURS },
            { "mean_wait_1", "queue_wait_mean_days", "stage_class=first:1", HOURS },
            { "mean_wait_2", "queue_wait_mean_days", "stage_class=first:2", HOURS },
            { "mean_time_in_system", "sojourn_mean_days", "all", HOURS }, { "reneged", "left", "all", 1.0 } } },
};
#define N_WORKLOADS (sizeof(WORKLOAD) / sizeof(WORKLOAD[0]))

typedef struct {
    const workload_t *of;
    double scale;
    uint64_t customers, events;
    double seconds, bytes_per_entity;
    double metric[METRICS];
} result_t;

static double
seconds_since(const struct timespec *from)
{
    struct timespec to;

    (void) clock_gettime(CLOCK_MONOTONIC, &to);
    return (double) (to.tv_sec - from->tv_sec) + 1e-9 * (double) (to.tv_nsec - from->tv_nsec);
}

static cli_exit_t
failed(int error)
{
    cli_error("bench: %s", sim_strerror(error));
    return CLI_FAILED;
}

/* ---- a model of so many customers ---- */

static cli_exit_t
load_years(const workload_t *workload, double scale, double years, scn_t **scenario)
{
    char set[2][64];
    const char *const overrides[2] = { set[0], set[1] };

    (void) snprintf(set[0], sizeof(set[0]), "years=%.6f", years);
    (void) snprintf(set[1], sizeof(set[1]), "scale=%.17g", scale);
    return cli_load_workload(workload->name, overrides, 2, scenario);
}

static double
demand_per_day(const scn_t *scenario)
{
    const care_spec_t *spec = scn_spec(scenario);
    double a_year = 0.0;

    for (size_t i = 0; i < spec->pathway.n_sources; i++) {
        a_year += cli_demand(&spec->pathway.source[i], 0.0, 7.0);
    }
    return a_year * spec->scale / 365.25;
}

/* The scenario is loaded twice: first to see how many come, then for so many months as it takes. */
static cli_exit_t
make_model(const workload_t *workload, double scale, double customers, scn_t **scenario, care_model_t *model)
{
    cli_exit_t code = load_years(workload, scale, 1.0, scenario);
    double days;
    int ret;

    if (code != CLI_DONE) {
        return code;
    }
    days = customers / demand_per_day(*scenario);
    scn_free(*scenario);
    *scenario = NULL;
    if (days > 145.0 * 365.25) {
        cli_error("bench: %g customers of %s at scale %g would take more than 145 years: fewer, or a greater scale",
            customers, workload->name, scale);
        return CLI_USAGE;
    }
    code = load_years(workload, scale, days / 365.25 + 0.1, scenario); /* a month more than it takes */
    if (code != CLI_DONE) {
        return code;
    }
    ret = care_model_init(model, scn_spec(*scenario), NULL, NULL, NULL);
    if (ret == 0) {
        model->horizon_days = fmin(days, model->horizon_days);
    }
    return ret == 0 ? CLI_DONE : failed(ret);
}

/* ---- numbers of a book ---- */

typedef struct {
    const sim_book_t *book;
    size_t n_kpis, n_periods;
    sim_kpi_t *kpi;
    sim_period_t *period;
} numbers_t;

static int
numbers_init(numbers_t *self, const care_model_t *model, const sim_book_t *book)
{
    int ret = care_kpis(model->spec, &self->n_kpis, &self->kpi);

    self->book = book;
    return ret == 0 ? sim_periods(&model->calendar, &self->n_periods, &self->period) : ret;
}

static void
numbers_free(numbers_t *self)
{
    free(self->kpi);
    free(self->period);
}

/* Over the whole run. */
static int
number_of(const numbers_t *self, const char *kpi, const char *group, double *value)
{
    sim_cell_t cell = { .kpi = 0 };

    while (cell.kpi < self->n_kpis && strcmp(self->kpi[cell.kpi].name, kpi) != 0) {
        cell.kpi++;
    }
    while (cell.group < self->book->n_groups && strcmp(self->book->group[cell.group].name, group) != 0) {
        cell.group++;
    }
    if (cell.kpi == self->n_kpis || cell.group == self->book->n_groups) {
        return SIM_ERR_NOT_FOUND;
    }
    return sim_book_extract(self->book, self->kpi, self->period, &cell, 1, value);
}

/* Arrivals, ends of service and those who left unserved. */
static int
count_events(const numbers_t *self, result_t *result)
{
    double value = 0.0, events = 0.0;
    int ret = number_of(self, "arrivals", "all", &value);

    result->customers = (uint64_t) value;
    events = value;
    if (ret == 0) {
        ret = number_of(self, "left", "all", &value);
        events += value;
    }
    for (size_t g = 0; ret == 0 && g < self->book->n_groups; g++) {
        if (self->book->group[g].kind == SIM_BY_STAGE) {
            ret = number_of(self, "served", self->book->group[g].name, &value);
            events += value;
        }
    }
    result->events = (uint64_t) events;
    return ret;
}

static int
read_numbers(const care_model_t *model, const sim_book_t *book, result_t *result)
{
    numbers_t numbers = { .n_kpis = 0 };
    int ret = numbers_init(&numbers, model, book);

    if (ret == 0) {
        ret = count_events(&numbers, result);
    }
    for (size_t i = 0; ret == 0 && i < result->of->n_metrics; i++) {
        const metric_t *metric = &result->of->metric[i];

        result->metric[i] = 1.0;
        if (metric->kpi != NULL) {
            ret = number_of(&numbers, metric->kpi, metric->group, &result->metric[i]);
        }
        result->metric[i] *= metric->factor;
    }
    numbers_free(&numbers);
    return ret;
}

/* ---- one workload ---- */

static int
time_run(const care_model_t *model, uint64_t seed, result_t *result)
{
    const care_how_t how = { .seed = seed, .warmup_days = 0.0 };
    care_effort_t effort;
    struct timespec from;
    sim_book_t book;
    int ret;

    memset(&book, 0, sizeof(book));
    (void) clock_gettime(CLOCK_MONOTONIC, &from);
    ret = care_model_run_as(model, &how, &book, &effort);
    result->seconds = seconds_since(&from);
    if (ret == 0) {
        result->bytes_per_entity =
            (double) effort.bytes / (double) (effort.peak_entities > 0 ? effort.peak_entities : 1);
        ret = read_numbers(model, &book, result);
    }
    sim_book_free(&book);
    return ret;
}

static cli_exit_t
run_workload(const workload_t *workload, double scale, const cli_options_t *options, result_t *result)
{
    double customers = options->given & CLI_OPT_CUSTOMERS ? options->customers : workload->customers;
    scn_t *scenario = NULL;
    care_model_t model;
    cli_exit_t code;
    int ret = 0;

    memset(&model, 0, sizeof(model));
    *result = (result_t){ .of = workload, .scale = scale };
    code = make_model(workload, scale, customers, &scenario, &model);
    if (code == CLI_DONE) {
        ret = time_run(&model, options->seed, result);
        code = ret == 0 ? CLI_DONE : failed(ret);
    }
    care_model_free(&model);
    scn_free(scenario);
    return code;
}

/* ---- what is shown ---- */

/* The columns of a result: seven for all, then those of the workloads that are shown, empty where it is another's. */
typedef struct {
    size_t n;
    const workload_t *of[COLUMNS];
    size_t metric[COLUMNS];
} columns_t;

static void
choose_columns(const result_t *result, size_t n, columns_t *columns)
{
    columns->n = 0;
    for (size_t w = 0; w < N_WORKLOADS; w++) {
        bool shown = false;

        for (size_t i = 0; i < n; i++) {
            shown = shown || result[i].of == &WORKLOAD[w];
        }
        for (size_t m = 0; shown && m < WORKLOAD[w].n_metrics; m++) {
            columns->of[columns->n] = &WORKLOAD[w];
            columns->metric[columns->n++] = m;
        }
    }
}

static void
print_csv(const result_t *result, size_t n, const columns_t *columns)
{
    (void) printf("workload,scale,customers,events,seconds,ns_per_event,live_bytes_per_entity");
    for (size_t c = 0; c < columns->n; c++) {
        (void) printf(",%s", columns->of[c]->metric[columns->metric[c]].name);
    }
    (void) putchar('\n');
    for (size_t i = 0; i < n; i++) {
        const result_t *it = &result[i];

        (void) printf("%s,%g,%llu,%llu,%.6f,%.2f,%.1f", it->of->name, it->scale, (unsigned long long) it->customers,
            (unsigned long long) it->events, it->seconds, it->seconds / (double) it->events * 1e9,
            it->bytes_per_entity);
        for (size_t c = 0; c < columns->n; c++) {
            char text[32] = "";

            if (columns->of[c] == it->of) {
                cli_shortest(text, sizeof(text), it->metric[columns->metric[c]]);
            }
            (void) printf(",%s", text);
        }
        (void) putchar('\n');
    }
}

static void
add_row(cli_table_t *table, const result_t *it, const columns_t *columns)
{
    cli_table_add(table, "%s", it->of->name);
    cli_table_add(table, "%g", it->scale);
    cli_table_add(table, "%llu", (unsigned long long) it->customers);
    cli_table_add(table, "%llu", (unsigned long long) it->events);
    cli_table_add(table, "%.3f", it->seconds);
    cli_table_add(table, "%.1f", it->seconds / (double) it->events * 1e9);
    cli_table_add(table, "%.0f", it->bytes_per_entity);
    for (size_t c = 0; c < columns->n; c++) {
        double value = it->metric[columns->metric[c]];

        if (columns->of[c] != it->of) {
            cli_table_add(table, "%s", "");
        } else {
            cli_table_add(table, value == floor(value) ? "%.0f" : "%.4f", value);
        }
    }
}

static int
print_text(const result_t *result, size_t n, const columns_t *columns)
{
    static const char *const HEAD[] = { "workload", "scale", "customers", "events", "seconds", "ns an event",
        "live bytes an entity" };
    cli_table_t table;
    int ret;

    cli_table_init(&table, sizeof(HEAD) / sizeof(HEAD[0]) + columns->n);
    for (size_t i = 0; i < sizeof(HEAD) / sizeof(HEAD[0]); i++) {
        cli_table_add(&table, "%s", HEAD[i]);
    }
    for (size_t c = 0; c < columns->n; c++) {
        cli_table_add(&table, "%s", columns->of[c]->metric[columns->metric[c]].name);
    }
    for (size_t i = 0; i < n; i++) {
        add_row(&table, &result[i], columns);
    }
    ret = cli_table_print(&table, CLI_PAGE, stdout);
    cli_table_free(&table);
    return ret;
}

static bool
wants_csv(const cli_options_t *options)
{
    return options->format != NULL && strcmp(options->format, "csv") == 0;
}

static cli_exit_t
show(const result_t *result, size_t n, const cli_options_t *options)
{
    columns_t columns;
    int ret = 0;

    choose_columns(result, n, &columns);
    if (wants_csv(options)) {
        print_csv(result, n, &columns);
    } else {
        ret = print_text(result, n, &columns);
    }
    return ret == 0 ? CLI_DONE : failed(ret);
}

/* ---- threads ---- */

typedef struct {
    const care_model_t *model;
    uint64_t seed;
    uint64_t events;
} scaling_t;

static int
scaling_run(void *ctx, uint32_t arm, uint32_t rep, double *value, uint64_t *events)
{
    const scaling_t *self = ctx;
    sim_book_t book;
    int ret = care_model_run(self->model, self->seed, rep, false, &book, events);

    (void) arm;
    if (ret == 0) {
        value[0] = (double) *events;
        sim_book_free(&book);
    }
    return ret;
}

static int
scaling_sink(void *ctx, const exp_record_t *record)
{
    scaling_t *self = ctx;

    self->events += record->events;
    return record->status;
}

static int
time_jobs(scaling_t *scaling, uint32_t reps, unsigned jobs, double *seconds)
{
    const exp_design_t design = { .n_arms = 1,
        .n_reps = reps,
        .jobs = jobs,
        .n_values = 1,
        .runner = scaling_run,
        .runner_ctx = scaling,
        .sink = scaling_sink,
        .sink_ctx = scaling };
    exp_outcome_t outcome;
    int ret;

    scaling->events = 0;
    ret = exp_run(&design, &outcome);
    *seconds = outcome.seconds;
    return ret;
}

static int
print_scaling(uint32_t reps, unsigned jobs, const double *seconds, uint64_t events, bool csv)
{
    cli_table_t table;
    int ret;

    if (csv) {
        (void)
            printf("workload,reps,events,jobs,seconds,ratio\nscaling,%u,%llu,1,%.6f,1\nscaling,%u,%llu,%u,%.6f,%.4f\n",
                reps, (unsigned long long) events, seconds[0], reps, (unsigned long long) events, jobs, seconds[1],
                seconds[0] / seconds[1]);
        return 0;
    }
    cli_table_init(&table, 4);
    cli_table_add(&table, "scaling");
    cli_table_add(&table, "events");
    cli_table_add(&table, "seconds");
    cli_table_add(&table, "times as fast");
    for (int i = 0; i < 2; i++) {
        cli_table_add(&table, "%u replications, jobs %u", reps, i == 0 ? 1 : jobs);
        cli_table_add(&table, "%llu", (unsigned long long) events);
        cli_table_add(&table, "%.3f", seconds[i]);
        cli_table_add(&table, "%.2f", seconds[0] / seconds[i]);
    }
    ret = cli_table_print(&table, CLI_PAGE, stdout);
    cli_table_free(&table);
    return ret;
}

static cli_exit_t
run_scaling(const cli_options_t *options)
{
    uint32_t reps = options->given & CLI_OPT_REPS ? options->reps : SCALING_REPS;
    unsigned jobs = options->given & CLI_OPT_JOBS ? options->jobs : 2;
    double customers = options->given & CLI_OPT_CUSTOMERS ? options->customers : SCALING_CUSTOMERS, seconds[2];
    scn_t *scenario = NULL;
    care_model_t model;
    cli_exit_t code;

    memset(&model, 0, sizeof(model));
    code = make_model(&WORKLOAD[0], 1.0, customers, &scenario, &model);
    if (code == CLI_DONE) {
        scaling_t scaling = { .model = &model, .seed = options->seed };
        int ret = time_jobs(&scaling, reps, 1, &seconds[0]);

        if (ret == 0) {
            ret = time_jobs(&scaling, reps, jobs, &seconds[1]);
        }
        if (ret == 0) {
            ret = print_scaling(reps, jobs, seconds, scaling.events, wants_csv(options));
        }
        code = ret == 0 ? CLI_DONE : failed(ret);
    }
    care_model_free(&model);
    scn_free(scenario);
    return code;
}

/* ---- the command ---- */

static cli_exit_t
complain(const char *name)
{
    static const char *const NAME[] = { "mm1", "path", "scaling" };
    const char *near = cli_nearest(name, NAME, sizeof(NAME) / sizeof(NAME[0]));

    if (near != NULL) {
        cli_error("bench: there is no workload '%s' (did you mean '%s'?)", name, near);
    } else {
        cli_error("bench: there is no workload '%s': mm1, path or scaling", name);
    }
    return CLI_USAGE;
}

/* One workload; or both, path at two scales. */
static cli_exit_t
run_workloads(const workload_t *only, const cli_options_t *options)
{
    static const struct {
        size_t workload;
        double scale;
    } ALL[] = { { 0, 1.0 }, { 1, 1.0 }, { 1, 100.0 } };
    size_t n = only != NULL ? 1 : sizeof(ALL) / sizeof(ALL[0]);
    result_t result[sizeof(ALL) / sizeof(ALL[0])];
    cli_exit_t code = CLI_DONE;

    for (size_t i = 0; code == CLI_DONE && i < n; i++) {
        code = run_workload(only != NULL ? only : &WORKLOAD[ALL[i].workload],
            only != NULL ? options->scale : ALL[i].scale, options, &result[i]);
    }
    return code == CLI_DONE ? show(result, n, options) : code;
}

static cli_exit_t
check_options(const cli_options_t *options)
{
    bool scaling = options->n_args > 0 && strcmp(options->arg[0], "scaling") == 0;

    if (options->format != NULL && strcmp(options->format, "text") != 0 && !wants_csv(options)) {
        cli_error("bench: --format: '%s' is not text or csv", options->format);
        return CLI_USAGE;
    }
    if ((options->n_args == 0 || scaling) && options->given & CLI_OPT_SCALE) {
        cli_error("bench: --scale is for path");
        return CLI_USAGE;
    }
    if (!scaling && options->given & (CLI_OPT_REPS | CLI_OPT_JOBS)) {
        cli_error("bench: --reps and --jobs are for scaling");
        return CLI_USAGE;
    }
    return CLI_DONE;
}

static cli_exit_t
bench_run(const cli_options_t *options)
{
    const char *name = options->n_args > 0 ? options->arg[0] : NULL;
    cli_exit_t code = check_options(options);

    if (code != CLI_DONE || name == NULL) {
        return code == CLI_DONE ? run_workloads(NULL, options) : code;
    }
    if (strcmp(name, "scaling") == 0) {
        return run_scaling(options);
    }
    for (size_t i = 0; i < N_WORKLOADS; i++) {
        if (strcmp(name, WORKLOAD[i].name) == 0 && options->scale != 1.0 && !WORKLOAD[i].scales) {
            cli_error("bench: --scale is for path");
            return CLI_USAGE;
        }
        if (strcmp(name, WORKLOAD[i].name) == 0) {
            return run_workloads(&WORKLOAD[i], options);
        }
    }
    return complain(name);
}

const cli_command_t cli_cmd_bench = {
    .name = "bench",
    .args = "[WORKLOAD]",
    .doc = "events per second on this machine",
    .more = "Workloads are scenarios (bench/*.lua), read and run as any other, statistics on:\n"
            "  mm1      M/M/1 at load 0.9, 2,000,000 customers; mean time in the system in\n"
            "           services, beside the exact 10\n"
            "  path     three stages, arrivals by the hour, three classes, patience;\n"
            "           1,000,000 customers; waits and times in hours. --scale K (1 to 1000)\n"
            "           multiplies demand and servers\n"
            "  scaling  100 replications of mm1 with 100,000 customers on one thread, and on\n"
            "           two (--jobs): seconds, and how many times as fast\n"
            "Without one: mm1, and path at scales 1 and 100. An event is an arrival, an end of\n"
            "service or a leaving unserved; seconds are of the run alone; live bytes are those\n"
            "held for entities and pending events, over the most entities there were at once.\n"
            "--format is text (the default) or csv. The columns of csv are workload, scale,\n"
            "customers, events, seconds, ns_per_event, live_bytes_per_entity, then the numbers\n"
            "that go with the workload; those of scaling, a row for each number of threads, are\n"
            "workload, reps, events, jobs, seconds, ratio (times as fast as on one thread).\n",
    .examples = "weir bench\n"
                "weir bench path --customers 1000000 --scale 100 --format csv\n"
                "weir bench scaling --jobs 2\n",
    .args_min = 0,
    .args_max = 1,
    .options =
        CLI_OPT_SEED | CLI_OPT_CUSTOMERS | CLI_OPT_SCALE | CLI_OPT_FORMAT | CLI_OPT_REPS | CLI_OPT_JOBS | CLI_OPT_QUIET,
    .formats = "text csv",
    .run = bench_run,
};
