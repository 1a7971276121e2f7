/* weir check: is the scenario valid, what does it say, and where do its numbers come from. */
#include "sim/cli/cli.h"
#include "sim/cli/load.h"
#include "sim/cli/table.h"
#include "sim/core/nhpp.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SWEEPS 10000
#define FAULTS_MAX 64
#define YEAR_DAYS 365.25

typedef struct {
    const scn_t *scenario;
    const care_spec_t *spec;
    const char *plan;
    size_t n_faults;
    char fault[FAULTS_MAX][256]; /* said once, though several plans have it */
    care_model_t model;          /* of the first plan */
    bool has_model;
} check_t;

/* ---- the plans' pathways ---- */

static void
report_fault(void *ctx, const sim_fault_t *fault)
{
    check_t *check = ctx;
    scn_message_t place = scn_place(check->scenario, fault->room, fault->index);

    for (size_t i = 0; i < check->n_faults && i < FAULTS_MAX; i++) {
        if (strcmp(check->fault[i], fault->text) == 0) {
            return;
        }
    }
    if (check->n_faults < FAULTS_MAX) {
        memcpy(check->fault[check->n_faults], fault->text, sizeof(fault->text));
    }
    check->n_faults++;
    if (place.line > 0) {
        (void) fprintf(stderr, "%s:%d: ", place.file, place.line);
    } else {
        (void) fprintf(stderr, "%s: ", place.file);
    }
    (void) fprintf(stderr, "%s%s%s%s\n", check->plan != NULL ? "plan \"" : "", check->plan != NULL ? check->plan : "",
        check->plan != NULL ? "\": " : "", fault->text);
}

static cli_exit_t
prepare_plan(check_t *check, const care_plan_t *plan)
{
    care_model_t model;
    int ret;

    check->plan = plan != NULL ? plan->name : NULL;
    ret = care_model_init(&model, check->spec, plan, report_fault, check);
    if (ret == 0 && !check->has_model) {
        check->model = model;
        check->has_model = true;
        return CLI_DONE;
    }
    care_model_free(&model);
    if (ret == SIM_ERR_NO_MEMORY) {
        cli_error("%s", sim_strerror(ret));
        return CLI_FAILED;
    }
    if (ret != 0 && check->n_faults == 0) {
        cli_error("%s%s%s", check->plan != NULL ? check->plan : "", check->plan != NULL ? ": " : "", sim_strerror(ret));
    }
    return ret == 0 ? CLI_DONE : CLI_SCENARIO;
}

static cli_exit_t
prepare(check_t *check)
{
    cli_exit_t worst = CLI_DONE;

    if (!check->spec->is_care) {
        return prepare_plan(check, NULL);
    }
    for (size_t i = 0; i < check->spec->n_plans; i++) {
        cli_exit_t code = prepare_plan(check, &check->spec->plan[i]);

        worst = code != CLI_DONE ? code : worst;
    }
    return worst;
}

/* ---- flows ---- */

static double
demand_per_year(const check_t *check, const sim_source_t *source)
{
    double horizon = check->model.horizon_days, days = horizon < YEAR_DAYS ? horizon : YEAR_DAYS;
    double batch = sim_dist_given(&source->batch) ? source->batch.mean : 1.0;

    return days > 0.0 ? sim_nhpp_expected(&source->rate, 0.0, days) * batch * YEAR_DAYS / days : 0.0;
}

/* Loads are known from the flows alone when no stage leaves its choice to the care system. */
static bool
flows_known(const sim_pathway_t *pathway)
{
    for (size_t s = 0; s < pathway->n_stages; s++) {
        if (pathway->stage[s].decision >= 0) {
            return false;
        }
    }
    return true;
}

/* Arrivals a year at each stage: the traffic equations, by Gauss-Seidel; everybody is taken to be served. */
static bool
solve_flows(const check_t *check, double *flow)
{
    const sim_pathway_t *pathway = &check->model.pathway;
    size_t n = pathway->n_stages, classes = pathway->n_classes;
    double change = 1.0, total = 0.0;

    for (size_t i = 0; i < n * classes; i++) {
        flow[i] = 0.0;
    }
    for (int sweep = 0; sweep < SWEEPS && change > 1e-9 * (total + 1e-300); sweep++) {
        change = 0.0;
        total = 0.0;
        for (size_t s = 0; s < n; s++) {
            for (size_t c = 0; c < classes; c++) {
                double x = 0.0;

                for (size_t i = 0; i < pathway->n_sources; i++) {
                    const sim_source_t *source = &pathway->source[i];

                    x += source->target == (int) s ? demand_per_year(check, source) * source->class_share[c] : 0.0;
                }
                for (size_t r = 0; r < pathway->n_routes; r++) {
                    const sim_route_t *route = &pathway->route[r];

                    if (route->target == (int) s && route->outcome_index == SIM_OUTCOME_DONE &&
                        (route->class_mask == 0 || (route->class_mask >> c & 1u) != 0)) {
                        x += flow[(size_t) route->stage * classes + c] * route->probability;
                    }
                }
                change += fabs(x - flow[s * classes + c]);
                total += x;
                flow[s * classes + c] = x;
            }
        }
    }
    return change <= 1e-6 * (total + 1e-300);
}

/* Server-days or minutes that one visit to a stage takes. */
static double
work_per_visit(const sim_stage_t *stage, const sim_pool_t *pool)
{
    double sessions = sim_dist_given(&stage->sessions) ? fmax(1.0, stage->sessions.mean) : 1.0;
    double each = pool->kind == SIM_POOL_SERVERS ? stage->service.mean : sim_stage_minutes(stage, pool);

    return sessions * each / (1.0 - stage->dna - stage->cancel);
}

/* Days a year on which a diary is open to one member. */
static double
open_days(const check_t *check, const sim_pool_t *pool)
{
    const sim_calendar_t *calendar = &check->model.calendar;
    long days = (long) check->model.horizon_days;
    double scale = days > 0 ? YEAR_DAYS / (double) days : 0.0;

    switch (pool->open) {
    case SIM_OPEN_SCHOOL:
        return (double) sim_calendar_count(calendar, 0, days, SIM_DAY_SCHOOL) * scale;
    case SIM_OPEN_WEEKLY:
        return (double) sim_calendar_count(calendar, 0, days, SIM_DAY_SCHOOL) * scale / 5.0;
    case SIM_OPEN_EVERY:
        return YEAR_DAYS;
    default:
        return (double) sim_calendar_count(calendar, 0, days, SIM_DAY_WORKING) * scale;
    }
}

static double
capacity_per_year(const check_t *check, const sim_pool_t *pool)
{
    double units = pool->units * (double) pool->n_members;

    if (pool->kind == SIM_POOL_SERVERS) {
        return units * YEAR_DAYS;
    }
    return units * pool->minutes_per_unit * open_days(check, pool);
}

static double
work_per_year(const check_t *check, size_t pool, const double *flow)
{
    const sim_pathway_t *pathway = &check->model.pathway;
    double work = 0.0;

    for (size_t s = 0; s < pathway->n_stages; s++) {
        double visits = 0.0;

        if (pathway->stage[s].pool_index != (int) pool) {
            continue;
        }
        for (size_t c = 0; c < pathway->n_classes; c++) {
            visits += flow[s * pathway->n_classes + c];
        }
        work += visits * work_per_visit(&pathway->stage[s], &pathway->pool[pool]);
    }
    return work;
}

/* ---- the text ---- */

static int
print_demand(const check_t *check)
{
    const sim_pathway_t *pathway = &check->model.pathway;
    cli_table_t table;
    int ret;

    cli_table_init(&table, 3);
    cli_table_add(&table, "Source");
    cli_table_add(&table, "a year");
    cli_table_add(&table, "enters");
    for (size_t i = 0; i < pathway->n_sources; i++) {
        cli_table_add(&table, "%s", pathway->source[i].name);
        cli_table_add(&table, "%.6g", demand_per_year(check, &pathway->source[i]));
        cli_table_add(&table, "%s", pathway->source[i].to);
    }
    ret = cli_table_print(&table, CLI_PAGE, stdout);
    cli_table_free(&table);
    (void) putchar('\n');
    return ret;
}

static void
add_pool_row(const check_t *check, cli_table_t *table, size_t i, const double *flow)
{
    const sim_pool_t *pool = &check->model.pathway.pool[i];
    double capacity = capacity_per_year(check, pool);
    bool servers = pool->kind == SIM_POOL_SERVERS;

    cli_table_add(table, "%s", pool->name);
    cli_table_add(table, "%s", servers ? "servers" : "diary");
    cli_table_add(table, "%.6g", pool->units * (double) pool->n_members);
    cli_table_add(table, "%.6g %s", servers ? capacity : capacity / 60.0, servers ? "server-days" : "hours");
    if (flow != NULL && capacity > 0.0) {
        cli_table_add(table, "%.3f", work_per_year(check, i, flow) / capacity);
    } else {
        cli_table_add(table, "-");
    }
}

static int
print_pools(const check_t *check)
{
    const sim_pathway_t *pathway = &check->model.pathway;
    double *flow = calloc(pathway->n_stages * pathway->n_classes + 1, sizeof(*flow));
    bool known = flow != NULL && flows_known(pathway) && solve_flows(check, flow);
    cli_table_t table;
    int ret;

    cli_table_init(&table, 5);
    cli_table_add(&table, "Pool");
    cli_table_add(&table, "kind");
    cli_table_add(&table, "units");
    cli_table_add(&table, "capacity a year");
    cli_table_add(&table, "offered load");
    for (size_t i = 0; i < pathway->n_pools; i++) {
        add_pool_row(check, &table, i, known ? flow : NULL);
    }
    ret = pathway->n_pools > 0 ? cli_table_print(&table, CLI_PAGE, stdout) : 0;
    cli_table_free(&table);
    for (size_t i = 0; known && i < pathway->n_pools; i++) {
        double load = work_per_year(check, i, flow) / capacity_per_year(check, &pathway->pool[i]);

        if (load >= 1.0) {
            (void) printf("%s: load %.2f, more than it can serve unless people leave the list\n", pathway->pool[i].name,
                load);
        }
    }
    if (!known && pathway->n_pools > 0) {
        (void) puts("Loads depend on decisions taken in the run: see the results of `weir run`.");
    }
    free(flow);
    (void) putchar('\n');
    return ret;
}

static void
range_text(const scn_param_t *it, char *text, size_t size)
{
    if (isnan(it->low) && isnan(it->high)) {
        text[0] = '\0';
    } else if (isnan(it->low) || isnan(it->high)) {
        (void) snprintf(text, size, "%s %.6g", isnan(it->low) ? "to" : "from", isnan(it->low) ? it->high : it->low);
    } else {
        (void) snprintf(text, size, "%.6g to %.6g", it->low, it->high);
    }
}

/* Six digits are for reading; --format csv has them all. */
static void
value_text(const scn_param_t *it, char *text, size_t size)
{
    bool plain = strcmp(it->unit, "count") == 0 || strcmp(it->unit, "share") == 0;

    (void) snprintf(text, size, "%.6g%s%s", it->number, plain || it->unit[0] == '\0' ? "" : " ", plain ? "" : it->unit);
}

/* Rows that a library made from the others come after what the scenario itself says. */
static bool
is_row(const scn_param_t *it)
{
    static const char *const ROOM[] = { "pools.", "stages.", "sources.", "initial." };

    for (size_t i = 0; i < sizeof(ROOM) / sizeof(ROOM[0]); i++) {
        if (strncmp(it->path, ROOM[i], strlen(ROOM[i])) == 0) {
            return true;
        }
    }
    return false;
}

static void
add_param_row(cli_table_t *table, const scn_param_t *it)
{
    char range[80], origin[80], value[96];

    range_text(it, range, sizeof(range));
    (void) snprintf(origin, sizeof(origin), "%.70s%s", it->origin, strlen(it->origin) > 70 ? "..." : "");
    if (it->is_default && it->evidence[0] != '\0') {
        (void) snprintf(origin, sizeof(origin), "default, %.60s", it->evidence);
    }
    cli_table_add(table, "%s", it->path);
    value_text(it, value, sizeof(value));
    cli_table_add(table, "%s", value);
    cli_table_add(table, "%s", range);
    cli_table_add(table, "%s%c", it->quality == 'E' ? "assumption " : "", it->quality != 0 ? it->quality : '-');
    cli_table_add(table, "%s", origin);
}

static int
print_params(const scn_t *scenario)
{
    const scn_param_t *param;
    size_t n = scn_params(scenario, &param);
    size_t assumed = 0, unsourced = 0, numbers = 0;
    cli_table_t table;
    int ret;

    cli_table_init(&table, 5);
    cli_table_add(&table, "Parameter");
    cli_table_add(&table, "value");
    cli_table_add(&table, "range");
    cli_table_add(&table, "grade");
    cli_table_add(&table, "from");
    for (size_t i = 0; i < 2 * n; i++) {
        const scn_param_t *it = &param[i % n];

        if (it->is_number && is_row(it) == (i >= n)) {
            add_param_row(&table, it);
            numbers++;
            assumed += it->quality == 'E' ? 1u : 0u;
            unsourced += it->source[0] == '\0' ? 1u : 0u;
        }
    }
    ret = cli_table_print(&table, 1000, stdout);
    cli_table_free(&table);
    (void) printf("\n%zu numbers: %zu are assumptions (grade E), %zu carry no source.\n", numbers, assumed, unsourced);
    return ret;
}

static void
print_head(const check_t *check)
{
    const care_spec_t *spec = check->spec;

    (void) printf("%s%s%s\n", spec->name, spec->title[0] != '\0' ? ": " : "", spec->title);
    if (spec->question[0] != '\0') {
        cli_print_wrapped(spec->question, 80, stdout);
    }
    (void) printf("From %04d-%02d-%02d for %g %s, at scale %g. %zu sources, %zu stages, %zu pools.\n", spec->start.year,
        spec->start.month, spec->start.day, spec->years, spec->years == 1.0 ? "year" : "years", spec->scale,
        spec->pathway.n_sources, spec->pathway.n_stages, spec->pathway.n_pools);
    if (spec->is_care) {
        (void) printf("Plans:");
        for (size_t i = 0; i < spec->n_plans; i++) {
            (void) printf("%s %s", i > 0 ? "," : "", spec->plan[i].name);
        }
        (void) printf(". What follows is the first plan's.\n");
    }
    (void) printf("Resolved scenario %016llx.\n\n", (unsigned long long) scn_hash(check->scenario));
}

/* ---- CSV ---- */

static void
csv_text(const char *text)
{
    (void) putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            (void) putchar('"');
        }
        (void) putchar(*text);
    }
    (void) putchar('"');
}

static void
csv_number(double value)
{
    if (!isnan(value)) {
        (void) printf("%.17g", value);
    }
}

static void
print_csv(const scn_t *scenario)
{
    const scn_param_t *param;
    size_t n = scn_params(scenario, &param);

    (void) puts("parameter,value,number,unit,low,high,quality,range,origin,evidence,source");
    for (size_t i = 0; i < n; i++) {
        const scn_param_t *it = &param[i];
        char quality[2] = { it->quality, '\0' };
        const char *rest[] = { quality, it->range, it->origin, it->evidence, it->source };

        csv_text(it->path);
        (void) putchar(',');
        csv_text(it->text);
        (void) putchar(',');
        csv_number(it->number);
        (void) putchar(',');
        csv_text(it->unit);
        (void) putchar(',');
        csv_number(it->low);
        (void) putchar(',');
        csv_number(it->high);
        for (size_t k = 0; k < sizeof(rest) / sizeof(rest[0]); k++) {
            (void) putchar(',');
            csv_text(rest[k]);
        }
        (void) putchar('\n');
    }
}

/* ---- the command ---- */

static cli_exit_t
print_all(const check_t *check, bool csv)
{
    if (csv) {
        print_csv(check->scenario);
        return CLI_DONE;
    }
    print_head(check);
    if (print_demand(check) != 0 || print_pools(check) != 0 || print_params(check->scenario) != 0) {
        cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
        return CLI_FAILED;
    }
    return CLI_DONE;
}

static cli_exit_t
run(const cli_options_t *options)
{
    bool csv = options->format != NULL && strcmp(options->format, "csv") == 0;
    check_t *check;
    scn_t *scenario = NULL;
    cli_exit_t code;

    if (options->format != NULL && !csv && strcmp(options->format, "text") != 0) {
        cli_error("check: --format is text or csv, not '%s'", options->format);
        return CLI_USAGE;
    }
    check = calloc(1, sizeof(*check));
    if (check == NULL) {
        cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
        return CLI_FAILED;
    }
    code = cli_load(options, options->arg[0], &scenario);
    if (code == CLI_DONE) {
        check->scenario = scenario;
        check->spec = scn_spec(scenario);
        code = prepare(check);
    }
    if (code == CLI_DONE) {
        code = print_all(check, csv);
    }
    if (check->has_model) {
        care_model_free(&check->model);
    }
    free(check);
    scn_free(scenario);
    return code;
}

const cli_command_t cli_cmd_check = {
    .name = "check",
    .args = "SCENARIO",
    .doc = "validate a scenario; print its parameters and their sources",
    .more = "Prints the resolved parameters with range, grade and origin, the demand of each\n"
            "source and the capacity of each pool, with its load where the flows alone tell\n"
            "it. Grade E is an assumption. Everything that is wrong is told in one pass, with\n"
            "file and line; the exit code is then 3.\n",
    .examples = "weir check scenarios/kent_medway.lua\n"
                "weir check scenarios/kent_medway.lua --set years=3 --format csv\n",
    .args_min = 1,
    .args_max = 1,
    .options = CLI_OPT_SET | CLI_OPT_FORMAT | CLI_OPT_QUIET,
    .run = run,
};
