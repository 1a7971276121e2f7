#include "sim/cli/sweep.h"

#include "sim/cli/manifest.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REPS 2 /* at a point, unless told */
#define POINTS 100
#define ROWS 64 /* of the designs that run several points for each */
#define LEVELS 3
#define TRAJECTORIES 20
#define UNITS_A_THREAD 4
#define EXTRA_KPIS "improved,cost_pounds"

static cli_exit_t
no_memory(void)
{
    cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
    return CLI_FAILED;
}

/* ---- what is kept ---- */

/* Whether an item of a list names something; with a complaint when it does not. */
static bool
names_something(const cli_trial_t *trial, const char *option, const char *item)
{
    bool found = false;

    for (size_t i = 0; i < trial->n_kpis && strcmp(option, "kpi") == 0; i++) {
        found = found || strcmp(trial->kpi[i].name, item) == 0;
    }
    for (size_t i = 0; i < trial->n_groups && strcmp(option, "group") == 0; i++) {
        const store_group_t group = { .name = trial->group[i].name, .kind = "" };

        found = found || store_filter_has_group(&(store_filter_t){ .group = item }, &group);
    }
    for (size_t i = 0; i < trial->n_periods && strcmp(option, "period") == 0; i++) {
        static const char *const KIND[] = { "all", "year", "financial", "month" };
        const store_period_t period = { .name = trial->period[i].name, .kind = KIND[trial->period[i].kind] };

        found = found || store_filter_has_period(&(store_filter_t){ .period = item }, &period);
    }
    if (!found) {
        cli_error("sweep: there is no %s '%s' (`weir help reference`)", strcmp(option, "kpi") == 0 ? "measure" : option,
            item);
    }
    return found;
}

static bool
check_names(const cli_trial_t *trial, const char *option, const char *list)
{
    bool good = true;

    for (const char *at = list; good && *at != '\0';) {
        char item[256];
        size_t n = strcspn(at, ",");

        (void) snprintf(item, sizeof(item), "%.*s", (int) n, at);
        good = names_something(trial, option, item);
        at += n + (at[n] == ',');
    }
    return good;
}

/* The measures: those asked for, or the headline; and those that something is said to be worth in. */
static void
list_kpis(const cli_sweep_t *self, char *list, size_t size)
{
    const scn_sweep_t *sweep = scn_sweep(self->base);
    size_t used;

    if (self->options->kpi != NULL || sweep->kpis[0] != '\0') {
        used = (size_t) snprintf(list, size, "%s", self->options->kpi != NULL ? self->options->kpi : sweep->kpis);
    } else {
        used = (size_t) snprintf(list, size, "%s%s", cli_trial_headline(&self->trial),
            scn_spec(self->base)->is_care ? "," EXTRA_KPIS : "");
    }
    for (size_t i = 0; i < sweep->n_worths && used < size; i++) {
        if (!cli_list_has(list, sweep->worth[i].kpi)) {
            used += (size_t) snprintf(list + used, size - used, ",%s", sweep->worth[i].kpi);
        }
    }
}

static bool
is_chosen(const cli_trial_t *trial, const store_filter_t *filter, const sim_cell_t *cell)
{
    static const char *const KIND[] = { "all", "year", "financial", "month" };
    const store_kpi_t kpi = { .name = trial->kpi[cell->kpi].name };
    const store_group_t group = { .name = trial->group[cell->group].name, .kind = "" };
    const store_period_t period = { .name = trial->period[cell->period].name,
        .kind = KIND[trial->period[cell->period].kind] };

    return store_filter_has_kpi(filter, &kpi) && store_filter_has_group(filter, &group) &&
           store_filter_has_period(filter, &period);
}

static cli_exit_t
choose_cells(cli_sweep_t *self)
{
    const cli_options_t *options = self->options;
    const scn_sweep_t *sweep = scn_sweep(self->base);
    char kpis[2048];
    const store_filter_t filter = {
        .kpi = kpis,
        .group = options->group != NULL     ? options->group
                 : sweep->groups[0] != '\0' ? sweep->groups
                                            : "all",
        .period = options->period != NULL     ? options->period
                  : sweep->periods[0] != '\0' ? sweep->periods
                                              : "all",
    };

    list_kpis(self, kpis, sizeof(kpis));
    if (!check_names(&self->trial, "kpi", kpis) || !check_names(&self->trial, "group", filter.group) ||
        !check_names(&self->trial, "period", filter.period)) {
        return CLI_USAGE;
    }
    self->chosen = calloc(self->trial.n_cells + 1, sizeof(*self->chosen));
    if (self->chosen == NULL) {
        return no_memory();
    }
    self->shape = (cli_shape_t){ .trial = &self->trial, .chosen = self->chosen };
    for (size_t i = 0; i < self->trial.n_cells; i++) {
        if (is_chosen(&self->trial, &filter, &self->trial.cell[i])) {
            self->chosen[self->shape.n_chosen++] = i;
        }
    }
    if (self->shape.n_chosen == 0) {
        cli_error("sweep: none of these measures is kept for these groups and periods");
        return CLI_USAGE;
    }
    return CLI_DONE;
}

/* ---- the design ---- */

static uint64_t
default_points(exp_points_kind_t kind)
{
    switch (kind) {
    case EXP_POINTS_SALTELLI:
        return ROWS;
    case EXP_POINTS_MORRIS:
        return TRAJECTORIES;
    case EXP_POINTS_GRID:
        return LEVELS;
    default:
        return POINTS;
    }
}

/* Groups are numbered by first appearance; an input without one is its own. */
static void
number_groups(cli_sweep_t *self)
{
    uint32_t n = 0;

    for (size_t i = 0; i < self->inputs.n; i++) {
        const char *name = self->inputs.input[i].group;

        self->group[i] = n;
        for (size_t k = 0; k < i && name[0] != '\0'; k++) {
            if (strcmp(self->inputs.input[k].group, name) == 0) {
                self->group[i] = self->group[k];
                break;
            }
        }
        n += self->group[i] == n;
    }
}

/* An input with levels has those in a grid, whatever n is. */
static void
number_levels(cli_sweep_t *self, uint64_t n)
{
    for (size_t i = 0; i < self->inputs.n; i++) {
        size_t levels = self->inputs.input[i].n_levels;

        self->level[i] = (uint32_t) (levels > 0 ? levels : n < UINT32_MAX ? n : UINT32_MAX);
    }
}

/* Where an input of the scenario's list is among those that vary; SIZE_MAX when it is fixed. */
static size_t
place_of(const cli_sweep_t *self, size_t given)
{
    const char *name = scn_sweep(self->base)->input[given].name;

    for (size_t i = 0; i < self->inputs.n; i++) {
        if (strcmp(self->inputs.input[i].name, name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static size_t
list_correlations(cli_sweep_t *self)
{
    const scn_sweep_t *sweep = scn_sweep(self->base);
    size_t n = 0;

    for (size_t i = 0; i < sweep->n_correlations; i++) {
        size_t a = place_of(self, sweep->correlation[i].a), b = place_of(self, sweep->correlation[i].b);

        if (a != SIZE_MAX && b != SIZE_MAX) {
            self->correlation[n++] =
                (exp_correlation_t){ .a = (uint32_t) a, .b = (uint32_t) b, .rank = sweep->correlation[i].rank };
        }
    }
    return n;
}

static cli_exit_t
complain_design(int error, const char *name)
{
    if (error == SIM_ERR_BAD_PARAM) {
        cli_error(
            "sweep: a %s design cannot be made of these inputs and this -n: grids and one-at-a-time designs take no "
            "correlations, Morris and Saltelli only within a group",
            name);
    } else if (error == SIM_ERR_INVARIANT) {
        cli_error("sweep: no inputs can have all these correlations together");
        return CLI_SCENARIO;
    } else {
        cli_error("sweep: %s design: %s", name, sim_strerror(error));
    }
    return error == SIM_ERR_NO_MEMORY ? CLI_FAILED : CLI_USAGE;
}

static cli_exit_t
choose_design(cli_sweep_t *self)
{
    const char *name = self->options->design != NULL ? self->options->design : "lhs";
    exp_points_kind_t kind = exp_points_kind_named(name);
    uint64_t n = self->options->given & CLI_OPT_POINTS ? self->options->points : default_points(kind);
    int ret;

    if (kind == EXP_POINTS_KINDS) {
        cli_error("sweep: --design: '%s' is not grid, mc, lhs, halton, sobol, morris, saltelli or one", name);
        return CLI_USAGE;
    }
    self->group = calloc(self->inputs.n + 1, sizeof(*self->group));
    self->level = calloc(self->inputs.n + 1, sizeof(*self->level));
    self->correlation = calloc(scn_sweep(self->base)->n_correlations + 1, sizeof(*self->correlation));
    if (self->group == NULL || self->level == NULL || self->correlation == NULL) {
        return no_memory();
    }
    number_groups(self);
    number_levels(self, n);
    const exp_points_spec_t spec = { .kind = kind,
        .n = n,
        .n_inputs = (uint32_t) self->inputs.n,
        .seed = self->options->seed,
        .group = self->group,
        .level = self->level,
        .n_correlations = list_correlations(self),
        .correlation = self->correlation };

    ret = exp_points_init(&self->points, &spec);
    if (ret != 0) {
        return complain_design(ret, name);
    }
    self->reps = self->options->given & CLI_OPT_REPS ? self->options->reps : REPS;
    if (self->points.n_points > UINT32_MAX / self->reps) {
        cli_error("sweep: %llu points of %u replications are too many", (unsigned long long) self->points.n_points,
            self->reps);
        return CLI_USAGE;
    }
    return CLI_DONE;
}

size_t
cli_sweep_arms(const cli_sweep_t *self)
{
    return cli_inputs_plan(&self->inputs) != NULL ? 1 : self->trial.n_arms;
}

uint64_t
cli_sweep_point(const cli_sweep_t *self, uint64_t i)
{
    return self->shard - 1 + i * self->shards;
}

void
cli_sweep_values(const cli_sweep_t *self, uint64_t point, double *value)
{
    exp_points_at(&self->points, point, value);
    for (size_t i = 0; i < self->inputs.n; i++) {
        value[i] = cli_input_at(&self->inputs.input[i], value[i]);
    }
}

/* ---- the shard ---- */

/* A whole number of the environment; 0 when it is not there. */
static uint32_t
environment(const char *name)
{
    const char *text = getenv(name);
    unsigned long value = text != NULL && strspn(text, "0123456789") == strlen(text) ? strtoul(text, NULL, 10) : 0;

    return value <= 9999999 ? (uint32_t) value : 0;
}

static cli_exit_t
choose_shard(cli_sweep_t *self)
{
    const cli_options_t *options = self->options;
    uint32_t first = environment("SLURM_ARRAY_TASK_MIN"), count = environment("SLURM_ARRAY_TASK_COUNT");
    uint32_t task = environment("SLURM_ARRAY_TASK_ID");

    self->shard = self->shards = 1;
    if (options->given & CLI_OPT_SHARD && options->shards > 0) {
        self->shard = options->shard;
        self->shards = options->shards;
    } else if (options->given & CLI_OPT_SHARD) {
        if (count == 0 || task < first || task - first >= count ||
            environment("SLURM_ARRAY_TASK_MAX") - first + 1 != count) {
            cli_error("sweep: --shard: which of how many is not known: write --shard 3/8 (SLURM_ARRAY_TASK_ID and "
                      "SLURM_ARRAY_TASK_COUNT are not those of a whole array)");
            return CLI_USAGE;
        }
        self->shard = task - first + 1;
        self->shards = count;
    } else if (count > 1) {
        cli_note(options, "this is a task of a Slurm array and runs the whole sweep: --shard would run its part");
    }
    self->n_local = self->points.n_points < self->shard ? 0 : (self->points.n_points - self->shard) / self->shards + 1;
    return CLI_DONE;
}

/* Where there are few points for the threads, a point is cut into several units. */
static void
cut_units(cli_sweep_t *self)
{
    uint64_t tasks = (uint64_t) cli_sweep_arms(self) * self->reps, wanted = UNITS_A_THREAD * self->options->jobs;

    self->parts = self->n_local == 0 ? 1 : (wanted + self->n_local - 1) / self->n_local;
    self->parts = self->parts < 1 ? 1 : self->parts > tasks ? tasks : self->parts;
    self->n_records = self->n_local * tasks;
}

/* out/a.db -> out/a.shard-3-of-8.db */
static char *
shard_path(const char *path, uint32_t shard, uint32_t shards)
{
    size_t stem = strlen(path) - 3, size = strlen(path) + 48;
    char *name = malloc(size);

    if (name != NULL) {
        (void) snprintf(name, size, "%.*s.shard-%u-of-%u.db", (int) stem, path, shard, shards);
    }
    return name;
}

static cli_exit_t
choose_path(cli_sweep_t *self)
{
    const scn_t *const scenario[] = { self->base };
    char *path = cli_results_path(self->options, "sweep", scenario, 1);

    self->path = path;
    if (path != NULL && self->shards > 1) {
        self->path = shard_path(path, self->shard, self->shards);
        free(path);
    }
    return self->path == NULL ? no_memory() : CLI_DONE;
}

/* ---- identity ---- */

/* FNV-1a, 64 bits, of what is fed to it. */
static void __attribute__((format(printf, 2, 3))) feed(uint64_t *hash, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    (void) vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    for (const char *c = text; *c != '\0'; c++) {
        *hash = (*hash ^ (unsigned char) *c) * 0x100000001b3u;
    }
}

static uint64_t
hash_inputs(const cli_sweep_t *self)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < self->inputs.n; i++) {
        const cli_input_t *input = &self->inputs.input[i];

        feed(&hash, "%s|%s|%s|%d|%d|", input->name, input->group, input->text, input->is_time, input->whole);
        for (size_t k = 0; k < input->n_paths; k++) {
            feed(&hash, "%s,", input->path[k]);
        }
        for (size_t k = 0; k < input->n_levels; k++) {
            feed(&hash, "%s,%.17g,", input->level[k], input->cum[k]);
        }
    }
    for (size_t i = 0; i < self->points.spec.n_correlations; i++) {
        feed(&hash, "%u~%u=%.17g,", self->correlation[i].a, self->correlation[i].b, self->correlation[i].rank);
    }
    return hash;
}

static uint64_t
hash_shape(const cli_sweep_t *self)
{
    const cli_trial_t *trial = &self->trial;
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t a = 0; a < trial->n_arms; a++) {
        feed(&hash, "%s,", trial->arm[a].name);
    }
    for (size_t i = 0; i < self->shape.n_chosen; i++) {
        const sim_cell_t *cell = &trial->cell[self->chosen[i]];

        feed(&hash, "%s|%s|%s,", trial->kpi[cell->kpi].name, trial->group[cell->group].name,
            trial->period[cell->period].name);
    }
    return hash;
}

static void __attribute__((format(printf, 3, 4))) identify(cli_sweep_t *self, size_t i, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void) vsnprintf(self->identity[i], sizeof(self->identity[i]), format, args);
    va_end(args);
}

const char *const CLI_IDENTITY_KEY[CLI_IDENTITY] = { "version", "commit", "scenario_hash", "design", "n", "points",
    "seed", "reps", "inputs_hash", "shape_hash" };

const char *
cli_identity_name(const char *key)
{
    return strcmp(key, "n") == 0               ? "-n"
           : strcmp(key, "scenario_hash") == 0 ? "scenario (its hash)"
           : strcmp(key, "inputs_hash") == 0   ? "set of inputs (its hash)"
           : strcmp(key, "shape_hash") == 0    ? "set of plans or measures (its hash)"
                                               : key;
}

static void
make_identity(cli_sweep_t *self)
{
    identify(self, 0, "%s", cli_version());
    identify(self, 1, "%s", cli_commit());
    identify(self, 2, "%016llx", (unsigned long long) scn_hash(self->base));
    identify(self, 3, "%s", exp_points_kind_name(self->points.spec.kind));
    identify(self, 4, "%llu", (unsigned long long) self->points.spec.n);
    identify(self, 5, "%llu", (unsigned long long) self->points.n_points);
    identify(self, 6, "%llu", (unsigned long long) self->options->seed);
    identify(self, 7, "%u", self->reps);
    identify(self, 8, "%016llx", (unsigned long long) hash_inputs(self));
    identify(self, 9, "%016llx", (unsigned long long) hash_shape(self));
}

/* ---- ready ---- */

static cli_exit_t
load_base(cli_sweep_t *self)
{
    const cli_options_t *options = self->options;
    const scn_t *scenario[1];
    const char *plans;
    int ret;
    cli_exit_t code;

    self->source = cli_source_open(options->arg[0]);
    if (self->source == NULL) {
        return no_memory();
    }
    code = cli_source_load_aloud(self->source, options->set, options->n_set, options->quiet, &self->base);
    if (code != CLI_DONE) {
        return code;
    }
    scenario[0] = self->base;
    plans = options->plans != NULL ? options->plans : scn_sweep(self->base)->plans;
    ret = cli_trial_init(&self->trial, scenario, 1, plans[0] != '\0' ? plans : NULL, false, options->seed);
    if (ret == SIM_ERR_NO_MEMORY) {
        return no_memory();
    }
    return ret == 0 ? CLI_DONE : ret == SIM_ERR_NOT_FOUND ? CLI_USAGE : CLI_SCENARIO;
}

/* Paths that mean nothing are said before anything is run, by loading the point in the middle. */
static cli_exit_t
try_middle(cli_sweep_t *self)
{
    size_t room = self->options->n_set + cli_inputs_paths(&self->inputs), n_set = 0;
    const char **set = calloc(room + 1, sizeof(*set));
    double *value = calloc(self->inputs.n + 1, sizeof(*value));
    scn_t *scenario = NULL;
    cli_exit_t code = CLI_FAILED;

    for (size_t i = 0; value != NULL && i < self->inputs.n; i++) {
        value[i] = cli_input_at(&self->inputs.input[i], 0.5);
    }
    if (set == NULL || value == NULL || cli_inputs_set(&self->inputs, self->options, value, set, &n_set) != 0) {
        code = no_memory();
    } else {
        code = cli_source_load_aloud(self->source, set, n_set, true, &scenario);
    }
    for (size_t i = self->options->n_set; set != NULL && i < n_set; i++) {
        free((char *) set[i]);
    }
    scn_free(scenario);
    free(set);
    free(value);
    return code;
}

cli_exit_t
cli_sweep_init(cli_sweep_t *self, const cli_options_t *options)
{
    cli_exit_t code;

    memset(self, 0, sizeof(*self));
    self->options = options;
    code = load_base(self);
    if (code == CLI_DONE) {
        code = choose_cells(self);
    }
    if (code == CLI_DONE) {
        code = cli_inputs_init(&self->inputs, self->source, options, self->base, &self->trial);
    }
    if (code == CLI_DONE) {
        code = choose_design(self);
    }
    if (code == CLI_DONE) {
        code = try_middle(self);
    }
    if (code == CLI_DONE) {
        code = choose_shard(self);
    }
    if (code == CLI_DONE) {
        cut_units(self);
        make_identity(self);
        code = choose_path(self);
    }
    return code;
}

void
cli_sweep_free(cli_sweep_t *self)
{
    store_writer_free(self->writer);
    exp_points_free(&self->points);
    cli_inputs_free(&self->inputs);
    cli_trial_free(&self->trial);
    scn_free(self->base);
    cli_source_free(self->source);
    free(self->group);
    free(self->level);
    free(self->correlation);
    free(self->chosen);
    free(self->bitmap);
    free(self->path);
    memset(self, 0, sizeof(*self));
}

/* ---- the file ---- */

static cli_exit_t
store_failed(const cli_sweep_t *self, int ret)
{
    const char *fault = self->writer != NULL ? store_writer_fault(self->writer) : "";

    cli_error("%s", fault[0] != '\0' ? fault : sim_strerror(ret));
    return CLI_FAILED;
}

static int
put_layout(const cli_sweep_t *self)
{
    cli_trial_t kept = self->trial; /* as the trial, but with the chosen cells only */
    sim_cell_t *cell = calloc(self->shape.n_chosen + 1, sizeof(*cell));
    int ret = SIM_ERR_NO_MEMORY;

    if (cell != NULL) {
        for (size_t i = 0; i < self->shape.n_chosen; i++) {
            cell[i] = self->trial.cell[self->chosen[i]];
        }
        kept.cell = cell;
        kept.n_cells = self->shape.n_chosen;
        ret = cli_trial_put_layout(&kept, self->writer);
    }
    free(cell);
    return ret;
}

/* All levels of an input, joined. */
static char *
join_levels(const cli_input_t *input)
{
    size_t size = 1, used = 0;
    char *text;

    for (size_t i = 0; i < input->n_levels; i++) {
        size += strlen(input->level[i]) + 1;
    }
    text = calloc(1, size);
    for (size_t i = 0; text != NULL && i < input->n_levels; i++) {
        used += (size_t) snprintf(text + used, size - used, "%s%s", i > 0 ? "|" : "", input->level[i]);
    }
    return text;
}

static int
put_input(const cli_sweep_t *self, const cli_input_t *input)
{
    char *level = join_levels(input), path[4096];
    size_t used = 0;
    int ret = SIM_ERR_NO_MEMORY;

    path[0] = '\0';
    for (size_t i = 0; i < input->n_paths && used < sizeof(path); i++) {
        used += (size_t) snprintf(path + used, sizeof(path) - used, "%s%s", i > 0 ? "," : "", input->path[i]);
    }
    if (level != NULL) {
        ret = store_sweep_put_input(self->writer, &(store_input_t){ .path = path,
                                                      .name = input->name,
                                                      .group = input->group,
                                                      .text = input->text,
                                                      .level = level,
                                                      .n_levels = input->n_levels });
    }
    free(level);
    return ret;
}

static int
put_inputs(const cli_sweep_t *self)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < self->inputs.n; i++) {
        ret = put_input(self, &self->inputs.input[i]);
    }
    for (size_t i = 0; ret == 0 && i < self->inputs.n_fixed; i++) {
        const cli_fixed_t *fixed = &self->inputs.fixed[i];

        ret = store_sweep_put_input(self->writer,
            &(store_input_t){ .path = fixed->name, .name = fixed->why, .group = "", .text = "fixed", .level = "" });
    }
    return ret;
}

/* "kpi=pounds,...": what the net benefit is counted in. */
static int
put_worth(const cli_sweep_t *self)
{
    const scn_sweep_t *sweep = scn_sweep(self->base);
    char text[2048] = "";
    size_t used = 0;

    for (size_t i = 0; i < sweep->n_worths && used < sizeof(text); i++) {
        used += (size_t) snprintf(text + used, sizeof(text) - used, "%s%s=%.17g", i > 0 ? "," : "", sweep->worth[i].kpi,
            sweep->worth[i].pounds);
    }
    return store_put_manifest(self->writer, "worth", text);
}

static int
put_begin(cli_sweep_t *self)
{
    const scn_t *const scenario[] = { self->base };
    int ret = put_layout(self);

    if (ret == 0) {
        ret = cli_put_program(self->writer, self->options);
    }
    if (ret == 0) {
        ret = cli_put_scenarios(self->writer, self->options, scenario, 1);
    }
    if (ret == 0) {
        ret = cli_put_parameters(self->writer, scenario, 1);
    }
    for (size_t i = 0; ret == 0 && i < CLI_IDENTITY; i++) {
        ret = store_put_manifest(self->writer, CLI_IDENTITY_KEY[i], self->identity[i]);
    }
    if (ret == 0) {
        ret = cli_put(self->writer, "warmup_days", "%.17g", self->trial.warmup_days);
    }
    if (ret == 0) {
        ret = cli_put(self->writer, "shard", "%u/%u", self->shard, self->shards);
    }
    if (ret == 0) {
        ret = put_worth(self);
    }
    if (ret == 0) {
        ret = cli_put(self->writer, "plans_a_point", "%zu", cli_sweep_arms(self));
    }
    if (ret == 0) {
        ret = cli_put(self->writer, "records", "%llu", (unsigned long long) self->n_records);
    }
    if (ret == 0) {
        ret = put_inputs(self);
    }
    return ret == 0 ? store_sweep_commit(self->writer) : ret;
}

/* What was begun must be what is asked for now. */
static cli_exit_t
check_identity(cli_sweep_t *self)
{
    char said[512], shard[48];

    for (size_t i = 0; i < CLI_IDENTITY; i++) {
        int ret = store_sweep_says(self->writer, CLI_IDENTITY_KEY[i], said, sizeof(said));

        if (ret != 0) {
            return store_failed(self, ret);
        }
        if (strcmp(said, self->identity[i]) != 0) {
            cli_error("%s was begun with another %s: %s, and now it is %s", store_sweep_path(self->writer),
                cli_identity_name(CLI_IDENTITY_KEY[i]), said, self->identity[i]);
            return CLI_USAGE;
        }
    }
    (void) snprintf(shard, sizeof(shard), "%u/%u", self->shard, self->shards);
    if (store_sweep_says(self->writer, "shard", said, sizeof(said)) != 0 || strcmp(said, shard) != 0) {
        cli_error("%s was begun as shard %s, and now it is %s", store_sweep_path(self->writer), said, shard);
        return CLI_USAGE;
    }
    store_sweep_shape(self->writer, self->trial.n_arms, self->shape.n_chosen);
    return CLI_DONE;
}

static cli_exit_t
find_done(cli_sweep_t *self)
{
    uint64_t n_ids = self->points.n_points * self->reps * self->trial.n_arms;
    int ret = 0;

    self->bitmap = calloc(n_ids / 8 + 1, 1);
    if (self->bitmap == NULL) {
        return no_memory();
    }
    if (self->options->retry_failed) {
        uint64_t n;

        ret = store_sweep_forget_failed(self->writer, &n);
    }
    if (ret == 0) {
        ret = store_sweep_done(self->writer, n_ids, self->bitmap, &self->n_before, &self->n_failed_before);
    }
    return ret == 0 ? CLI_DONE : store_failed(self, ret);
}

/* A file that is finished already, and of this sweep, leaves nothing to do. */
static cli_exit_t
finished_already(cli_sweep_t *self)
{
    store_reader_t *reader = NULL;
    store_fault_t fault = { "" };
    cli_exit_t code = CLI_DONE;

    if (store_reader_open(&reader, self->path, &fault) != 0) {
        cli_error("%s", fault.text);
        return CLI_FAILED;
    }
    for (size_t i = 0; code == CLI_DONE && i < CLI_IDENTITY; i++) {
        const char *said = store_manifest(reader, CLI_IDENTITY_KEY[i]);

        if (strcmp(said, self->identity[i]) != 0) {
            cli_error("%s is of another %s: %s, and now it is %s", self->path, cli_identity_name(CLI_IDENTITY_KEY[i]),
                said, self->identity[i]);
            code = CLI_USAGE;
        }
    }
    if (code == CLI_DONE) {
        cli_note(self->options, "%s is finished already", self->path);
        self->finished = true;
    }
    store_reader_free(reader);
    return code;
}

cli_exit_t
cli_sweep_open(cli_sweep_t *self)
{
    const cli_options_t *options = self->options;
    const store_target_t target = {
        .path = self->path, .numbered = options->out == NULL && self->shards == 1, .force = options->force
    };
    store_fault_t fault = { "" };
    int ret = SIM_ERR_NOT_FOUND;
    cli_exit_t code;

    if (options->resume || options->retry_failed) {
        ret = store_sweep_resume(&self->writer, &target, options->retry_failed, &fault);
    }
    if (ret == 0) {
        code = check_identity(self);
        return code == CLI_DONE ? find_done(self) : code;
    }
    if (ret == SIM_ERR_EXISTS && !target.numbered) {
        return finished_already(self);
    }
    if (ret == SIM_ERR_NOT_FOUND) {
        ret = store_sweep_begin(&self->writer, &target, &fault);
    }
    if (ret != 0) {
        cli_error("%s", fault.text);
        return CLI_FAILED;
    }
    ret = put_begin(self);
    return ret == 0 ? find_done(self) : store_failed(self, ret);
}

/* ---- a unit ---- */

/* The tasks of a unit and what they need. A task is a replication of a plan; tasks are in order of plan. */
typedef struct {
    cli_sweep_t *sweep;
    uint64_t point, first, end; /* tasks */
    size_t only;                /* the plan that runs, when it is an input; else SIZE_MAX */
    double *input, *value;
    const char **set;
    size_t n_set;
    bool *wanted;
    cli_point_t prepared;
} unit_t;

static size_t
arm_of(const unit_t *unit, uint64_t task)
{
    return unit->only != SIZE_MAX ? unit->only : (size_t) (task / unit->sweep->reps);
}

static uint32_t
rep_of(const unit_t *unit, uint64_t task)
{
    return (uint32_t) (unit->point * unit->sweep->reps + task % unit->sweep->reps);
}

static bool
is_done(const unit_t *unit, uint64_t task)
{
    uint64_t id = (uint64_t) rep_of(unit, task) * unit->sweep->trial.n_arms + arm_of(unit, task);

    return unit->sweep->bitmap[id / 8] >> (id % 8) & 1;
}

static size_t
find_only(const cli_sweep_t *sweep, const double *value)
{
    const cli_input_t *input = cli_inputs_plan(&sweep->inputs);

    for (size_t a = 0; input != NULL && a < sweep->trial.n_arms; a++) {
        if (strcmp(sweep->trial.arm[a].name, input->level[(size_t) value[input - sweep->inputs.input]]) == 0) {
            return a;
        }
    }
    return SIZE_MAX;
}

static int
unit_init(unit_t *unit, cli_sweep_t *sweep, uint64_t number)
{
    uint64_t tasks = (uint64_t) cli_sweep_arms(sweep) * sweep->reps, part = number % sweep->parts;

    memset(unit, 0, sizeof(*unit));
    unit->sweep = sweep;
    unit->point = cli_sweep_point(sweep, number / sweep->parts);
    unit->first = tasks * part / sweep->parts;
    unit->end = tasks * (part + 1) / sweep->parts;
    unit->input = calloc(sweep->inputs.n + 1, sizeof(*unit->input));
    unit->value = calloc(sweep->shape.n_chosen + 1, sizeof(*unit->value));
    unit->wanted = calloc(sweep->trial.n_arms, sizeof(*unit->wanted));
    unit->set = calloc(sweep->options->n_set + cli_inputs_paths(&sweep->inputs) + 1, sizeof(*unit->set));
    if (unit->input == NULL || unit->value == NULL || unit->wanted == NULL || unit->set == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    cli_sweep_values(sweep, unit->point, unit->input);
    unit->only = find_only(sweep, unit->input);
    return 0;
}

static void
unit_free(unit_t *unit)
{
    for (size_t i = unit->sweep->options->n_set; i < unit->n_set; i++) {
        free((char *) unit->set[i]);
    }
    cli_point_free(&unit->prepared);
    free(unit->input);
    free(unit->value);
    free(unit->wanted);
    free(unit->set);
}

/* Mark the plans that something is left to run of. */
static bool
mark_wanted(unit_t *unit)
{
    bool any = false;

    for (uint64_t task = unit->first; task < unit->end; task++) {
        if (!is_done(unit, task)) {
            unit->wanted[arm_of(unit, task)] = any = true;
        }
    }
    return any;
}

static int
put_point(void *ctx)
{
    const unit_t *unit = ctx;

    return store_sweep_put_point(unit->sweep->writer, unit->point, unit->input, unit->sweep->inputs.n);
}

static double
clock_seconds(void)
{
    struct timespec now = { 0, 0 };

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static int
run_task(unit_t *unit, uint64_t task, exp_crew_t *crew)
{
    exp_record_t record = { .arm = (uint32_t) arm_of(unit, task), .rep = rep_of(unit, task) };
    double begun = clock_seconds();

    record.index = (uint64_t) record.rep * unit->sweep->trial.n_arms + record.arm;
    record.n_values = unit->sweep->shape.n_chosen;
    record.status = cli_point_run(&unit->prepared, record.arm, (uint32_t) (task % unit->sweep->reps), unit->value,
        &record.events, &record.message);
    record.seconds = clock_seconds() - begun;
    record.value = record.status == 0 ? unit->value : NULL;
    return exp_crew_hand(crew, &record);
}

static int
run_tasks(unit_t *unit, exp_crew_t *crew)
{
    cli_sweep_t *sweep = unit->sweep;
    int ret = cli_inputs_set(&sweep->inputs, sweep->options, unit->input, unit->set, &unit->n_set);

    if (ret == 0) {
        ret = cli_point_init(&unit->prepared, &sweep->shape, sweep->source, unit->set, unit->n_set, unit->wanted);
    }
    if (ret == 0) {
        ret = exp_crew_do(crew, put_point, unit);
    }
    for (uint64_t task = unit->first; ret == 0 && task < unit->end && !exp_crew_stopped(crew); task++) {
        if (!is_done(unit, task)) {
            ret = run_task(unit, task, crew);
        }
    }
    return ret;
}

int
cli_sweep_unit(void *ctx, uint64_t number, exp_crew_t *crew)
{
    unit_t unit;
    int ret = unit_init(&unit, ctx, number);

    if (ret == 0 && mark_wanted(&unit)) {
        ret = run_tasks(&unit, crew);
    }
    unit_free(&unit);
    return ret;
}
