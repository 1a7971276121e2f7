/* weir check: is the scenario valid, what does it say, and where do its numbers come from. */
#include "sim/cli/check_areas.h"
#include "sim/cli/check_pilot.h"
#include "sim/cli/cli.h"
#include "sim/cli/facts.h"
#include "sim/cli/load.h"
#include "sim/cli/loads.h"
#include "sim/cli/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAULTS_MAX 64
#define CHANGES 0.005 /* of a load between years, below which it is the same */

typedef struct {
    const cli_options_t *options;
    const char *file; /* as the user named it */
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

/* Whether every fact has its group and period, under the plans that it names. */
static cli_exit_t
check_facts(const check_t *check)
{
    cli_trial_t trial;
    cli_facts_t facts = { 0, NULL };
    int ret = cli_trial_init(&trial, &check->scenario, 1, NULL, false, 1);

    if (ret == 0) {
        ret = cli_facts_init(&facts, &trial, &check->scenario, 1);
    }
    cli_facts_free(&facts);
    cli_trial_free(&trial);
    if (ret == SIM_ERR_NO_MEMORY) {
        cli_error("%s", sim_strerror(ret));
    }
    return ret == 0 ? CLI_DONE : ret == SIM_ERR_SCENARIO ? CLI_SCENARIO : CLI_FAILED;
}

/* ---- the text ---- */

static double
first_year_end(const check_t *check)
{
    const sim_calendar_t *calendar = &check->model.calendar;

    return (double) calendar->month_first[calendar->n_months < 12 ? calendar->n_months : 12];
}

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
        cli_table_add(&table, "%.6g", cli_demand(&pathway->source[i], 0.0, first_year_end(check)));
        cli_table_add(&table, "%s", pathway->source[i].to);
    }
    ret = cli_table_print(&table, CLI_PAGE, stdout);
    cli_table_free(&table);
    (void) putchar('\n');
    return ret;
}

static void
add_pool_row(const check_t *check, cli_table_t *table, size_t i, const cli_load_t *load)
{
    const sim_pool_t *pool = &check->model.pathway.pool[i];
    bool servers = pool->kind == SIM_POOL_SERVERS;
    char text[64];

    cli_table_add(table, "%s", pool->name);
    cli_table_add(table, "%s", servers ? "servers" : "diary");
    cli_table_add(table, "%.6g", pool->units * (double) pool->n_members);
    cli_table_add(table, "%.6g %s", servers ? load->capacity : load->capacity / 60.0,
        servers ? "server-days" : "hours");
    if (isnan(load->load)) {
        cli_table_add(table, "-");
        cli_table_add(table, "-");
        cli_table_add(table, "-");
        return;
    }
    cli_table_add(table, "%.3f", load->load);
    cli_table_add(table, "%.3f", fmin(load->load, 1.0));
    cli_format_value(text, sizeof(text), "", cli_growth(load));
    cli_table_add(table, "%s", cli_growth(load) > 0.0 ? (load->has_exit ? "-" : text) : "0");
}

static int
print_pool_table(const check_t *check, const cli_load_t *load)
{
    static const char *const HEAD[] = { "Pool", "kind", "units", "capacity a year", "offered load", "utilisation",
        "list grows, a week" };
    cli_table_t table;
    int ret;

    cli_table_init(&table, sizeof(HEAD) / sizeof(HEAD[0]));
    for (size_t i = 0; i < sizeof(HEAD) / sizeof(HEAD[0]); i++) {
        cli_table_add(&table, "%s", HEAD[i]);
    }
    for (size_t i = 0; i < check->model.pathway.n_pools; i++) {
        add_pool_row(check, &table, i, &load[i]);
    }
    ret = cli_table_print(&table, CLI_PAGE, stdout);
    cli_table_free(&table);
    return ret;
}

/* Of whose load the flows do not tell all. */
static void
name_unknown(const check_t *check, const cli_load_t *load)
{
    for (size_t i = 0; i < check->model.pathway.n_pools; i++) {
        if (load[i].has_more) {
            (void) printf("%s: %s\n", check->model.pathway.pool[i].name,
                isnan(load[i].load)
                    ? "reached only by those who are turned away, baulk or leave elsewhere; how many is "
                      "not known before a run"
                    : "also reached by those who are turned away, baulk or leave elsewhere; how many is "
                      "not known before a run, so they are not in its load");
        }
        if (load[i].has_repeats) {
            (void) printf("%s: services begun again, or servers held by blocked clients, are not in its load; how much "
                          "that is shows in a run\n",
                check->model.pathway.pool[i].name);
        }
    }
}

static void
name_overloaded(const check_t *check, const cli_load_t *load)
{
    for (size_t i = 0; i < check->model.pathway.n_pools; i++) {
        const char *name = check->model.pathway.pool[i].name;
        char growth[64];

        cli_format_value(growth, sizeof(growth), "", cli_growth(&load[i]));
        if (load[i].load > 1.0 && load[i].has_exit) {
            (void) printf("%s: load %.2f, more than it can serve: some leave its list or are turned away\n", name,
                load[i].load);
        } else if (load[i].load > 1.0) {
            (void) printf("%s: load %.2f, the list grows by %s a week: unstable\n", name, load[i].load, growth);
        } else if (load[i].load > 1.0 - 1e-9 && !load[i].has_exit) {
            (void) printf("%s: load 1, so its list never settles: unstable\n", name);
        }
    }
}

/* The loads of every contract year, when they change; load has room for a year. */
static int
print_years(const check_t *check, size_t n_years, const cli_load_t *load)
{
    const sim_pathway_t *pathway = &check->model.pathway;
    cli_table_t table;
    bool changes = false;
    int ret = 0;

    cli_table_init(&table, n_years + 1);
    cli_table_add(&table, "Offered load");
    for (size_t y = 0; y < n_years; y++) {
        cli_table_add(&table, "y%zu", y + 1);
    }
    for (size_t i = 0; i < pathway->n_pools; i++) {
        cli_table_add(&table, "%s", pathway->pool[i].name);
        for (size_t y = 0; y < n_years; y++) {
            if (isnan(load[y * pathway->n_pools + i].load)) {
                cli_table_add(&table, "-");
                continue;
            }
            cli_table_add(&table, "%.3f", load[y * pathway->n_pools + i].load);
            changes = changes || fabs(load[y * pathway->n_pools + i].load - load[i].load) > CHANGES;
        }
    }
    if (changes) {
        (void) putchar('\n');
        ret = cli_table_print(&table, CLI_PAGE, stdout);
    }
    cli_table_free(&table);
    return ret;
}

static int
print_loads_by_year(const check_t *check)
{
    const sim_calendar_t *calendar = &check->model.calendar;
    size_t n = calendar->n_months / 12, n_pools = check->model.pathway.n_pools;
    cli_load_t *load = calloc(n * n_pools + 1, sizeof(*load));
    int ret = load == NULL ? SIM_ERR_NO_MEMORY : 0;

    for (size_t y = 0; ret == 0 && y < n; y++) {
        ret = cli_loads(&check->model, (double) calendar->month_first[12 * y],
            (double) calendar->month_first[12 * (y + 1)], load + y * n_pools);
    }
    if (ret == 0 && n > 1) {
        ret = print_years(check, n, load);
    }
    free(load);
    return ret;
}

static int
print_pools(const check_t *check)
{
    size_t n = check->model.pathway.n_pools;
    cli_load_t *load = calloc(n + 1, sizeof(*load));
    int ret = load == NULL ? SIM_ERR_NO_MEMORY : cli_loads(&check->model, 0.0, check->model.horizon_days, load);
    bool known = ret == 0;

    ret = ret == SIM_ERR_UNSUPPORTED ? 0 : ret;
    if (ret == 0 && n > 0) {
        ret = print_pool_table(check, load);
    }
    if (ret == 0 && known && n > 0) {
        name_overloaded(check, load);
        name_unknown(check, load);
        ret = print_loads_by_year(check);
    }
    if (!known && n > 0) {
        (void) puts(check->model.pathway.n_sources > 0
                        ? "Loads depend on decisions taken in the run: see the results of `weir run`."
                        : "Nobody comes but those who are there at the start: see the results of `weir run`.");
    }
    if (ret == 0 && !known && n > 0 && check->spec->is_care) {
        ret = cli_check_pilot(check->options, check->spec);
    }
    free(load);
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

/* A path without the "areas.NAME." before it. */
static const char *
path_in_area(const char *path)
{
    const char *dot = strncmp(path, "areas.", 6) == 0 ? strchr(path + 6, '.') : NULL;

    return dot != NULL ? dot + 1 : path;
}

/* Rows that a library made from the others come after what the scenario itself says. */
static bool
is_row(const scn_param_t *it)
{
    static const char *const ROOM[] = { "pools.", "stages.", "sources.", "initial." };
    const char *path = path_in_area(it->path);

    for (size_t i = 0; i < sizeof(ROOM) / sizeof(ROOM[0]); i++) {
        if (strncmp(path, ROOM[i], strlen(ROOM[i])) == 0) {
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

/* The parameters of the first area, by their paths within it; of the others only those that differ are shown. */
typedef struct {
    size_t n, prefix; /* prefix: length of "areas.NAME." */
    const scn_param_t **param;
} first_area_t;

static int
compare_paths(const void *a, const void *b)
{
    return strcmp(path_in_area((*(const scn_param_t *const *) a)->path),
        path_in_area((*(const scn_param_t *const *) b)->path));
}

static bool
of_area(const scn_param_t *it)
{
    return path_in_area(it->path) != it->path;
}

/* The caller frees first->param. */
static int
find_first_area(const scn_param_t *param, size_t n, first_area_t *first)
{
    *first = (first_area_t){ 0, 0, calloc(n + 1, sizeof(*first->param)) };
    if (first->param == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        size_t prefix = (size_t) (path_in_area(param[i].path) - param[i].path);

        if (prefix > 0 && (first->n == 0 || (prefix == first->prefix &&
                                                strncmp(param[i].path, first->param[0]->path, prefix) == 0))) {
            first->prefix = prefix;
            first->param[first->n++] = &param[i];
        }
    }
    qsort(first->param, first->n, sizeof(*first->param), compare_paths);
    return 0;
}

/* Of an area other than the first: a row, or the same number from the same source. */
static bool
is_repeated(const first_area_t *first, const scn_param_t *it)
{
    const scn_param_t **found =
        first->n == 0 ? NULL : bsearch(&it, first->param, first->n, sizeof(*first->param), compare_paths);

    if (!of_area(it) || strncmp(it->path, first->param[0]->path, first->prefix) == 0) {
        return false;
    }
    return is_row(it) || (found != NULL && (*found)->number == it->number && strcmp((*found)->source, it->source) == 0);
}

static int
print_params(const scn_t *scenario)
{
    const scn_param_t *param;
    size_t n = scn_params(scenario, &param);
    size_t assumed = 0, unsourced = 0, numbers = 0, repeated = 0;
    first_area_t first;
    cli_table_t table;
    int ret = find_first_area(param, n, &first);

    if (ret != 0) {
        return ret;
    }

    cli_table_init(&table, 5);
    cli_table_add(&table, "Parameter");
    cli_table_add(&table, "value");
    cli_table_add(&table, "range");
    cli_table_add(&table, "grade");
    cli_table_add(&table, "from");
    for (size_t i = 0; i < 2 * n; i++) {
        const scn_param_t *it = &param[i % n];

        if (it->is_number && is_row(it) == (i >= n) && is_repeated(&first, it)) {
            repeated++;
        } else if (it->is_number && is_row(it) == (i >= n)) {
            add_param_row(&table, it);
            numbers++;
            assumed += it->quality == 'E' ? 1u : 0u;
            unsourced += it->source[0] == '\0' ? 1u : 0u;
        }
    }
    ret = cli_table_print(&table, 1000, stdout);
    cli_table_free(&table);
    free(first.param);
    (void) printf("\n%zu numbers: %zu are assumptions (grade E), %zu carry no source.\n", numbers, assumed, unsourced);
    if (repeated > 0) {
        (void) printf(
            "%zu more, of other areas, are as in the first or follow from what is shown: --format csv lists them.\n",
            repeated);
    }
    return ret;
}

static const char *
plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void
print_head(const check_t *check)
{
    const care_spec_t *spec = check->spec;
    const sim_pathway_t *pathway = spec->n_areas > 0 ? &spec->area[0].pathway : &spec->pathway;

    (void) printf("%s%s%s\n", spec->name, spec->title[0] != '\0' ? ": " : "", spec->title);
    if (spec->question[0] != '\0') {
        cli_print_wrapped(spec->question, 80, stdout);
    }
    (void) printf("From %04d-%02d-%02d for %g %s, at scale %g. ", spec->start.year, spec->start.month, spec->start.day,
        spec->years, spec->years == 1.0 ? "year" : "years", spec->scale);
    if (spec->n_areas > 0) {
        (void) printf("%zu area%s, each with ", spec->n_areas, plural(spec->n_areas));
    }
    (void) printf("%zu source%s, %zu stage%s, %zu pool%s.\n", pathway->n_sources, plural(pathway->n_sources),
        pathway->n_stages, plural(pathway->n_stages), pathway->n_pools, plural(pathway->n_pools));
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
    int ret;

    if (csv) {
        print_csv(check->scenario);
        return CLI_DONE;
    }
    print_head(check);
    if (check->spec->n_areas > 0) {
        ret = cli_check_areas(&check->model);
    } else {
        ret = print_demand(check);
        ret = ret == 0 ? print_pools(check) : ret;
    }
    if (ret != 0 || cli_facts_list(check->spec, check->file, stdout) != 0 || print_params(check->scenario) != 0) {
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
        check->options = options;
        check->file = options->arg[0];
        check->scenario = scenario;
        check->spec = scn_spec(scenario);
        code = prepare(check);
    }
    if (code == CLI_DONE && check->spec->n_facts > 0) {
        code = check_facts(check);
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
            "source and the capacity of each pool; where the flows alone tell them (a network\n"
            "without decisions of the care system), also its offered load, utilisation and how\n"
            "its list grows, year by year when that changes. A pool with a load of 1 or more\n"
            "is named: it has no steady state. Of a care system one replication of the first year is\n"
            "run for its loads. Grade E is an assumption. Everything that is wrong is told in one\n"
            "pass, with file and line; the exit code is then 3.\n",
    .examples = "weir check scenarios/kent_medway.lua\n"
                "weir check scenarios/kent_medway.lua --set years=3 --format csv\n",
    .args_min = 1,
    .args_max = 1,
    .options = CLI_OPT_SET | CLI_OPT_FORMAT | CLI_OPT_QUIET,
    .formats = "text csv",
    .run = run,
};
