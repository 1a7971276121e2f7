#include "sim/cli/inputs.h"

#include "sim/cli/export.h"
#include "sim/core/dist.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LIST_SIZE 16384
#define SAME 1e-9 /* relative, of numbers that are said to be of one piece of evidence */

#define DIGITS 10 /* of a value: what is typed in again is the same number */

/* ---- texts ---- */

static double
rounded(double x)
{
    char text[40];

    (void) snprintf(text, sizeof(text), "%.*g", DIGITS, x);
    return strtod(text, NULL);
}

static char *__attribute__((format(printf, 1, 2))) made(const char *format, ...)
{
    char text[1024];
    va_list args;
    char *copy;

    va_start(args, format);
    (void) vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    copy = malloc(strlen(text) + 1);
    return copy == NULL ? NULL : strcpy(copy, text);
}

/* The parameters of a distribution as its constructor takes them. */
static size_t
arguments(const sim_dist_t *dist, double value[3])
{
    value[0] = dist->a;
    value[1] = dist->b;
    value[2] = dist->c;
    switch (dist->kind) {
    case SIM_DIST_UNIFORM:
        value[1] = dist->high;
        return 2;
    case SIM_DIST_PERT:
        value[1] = dist->a + dist->b * (dist->c - 1.0) / 4.0;
        value[2] = dist->a + dist->b;
        return 3;
    case SIM_DIST_TRIANGULAR:
        return 3;
    case SIM_DIST_FIXED:
        return 1;
    default:
        value[0] = dist->mean;
        value[1] = dist->sd;
        return 2;
    }
}

/* "pert(0.01, 0.02, 0.05)"; of the others mean and sd. */
static char *
describe_dist(const sim_dist_t *dist)
{
    char number[3][32];
    double value[3];
    size_t n = arguments(dist, value);
    bool moments = n == 2 && dist->kind != SIM_DIST_UNIFORM;

    for (size_t i = 0; i < 3; i++) {
        cli_shortest(number[i], sizeof(number[i]), rounded(value[i]));
    }
    return made("%s(%s%s%s%s%s%s%s)", sim_dist_kind_name(dist->kind), moments ? "mean " : "", number[0],
        n > 1 ? ", " : "", moments ? "sd " : "", n > 1 ? number[1] : "", n > 2 ? ", " : "", n > 2 ? number[2] : "");
}

static char *
describe_levels(const cli_input_t *input)
{
    char text[1024];
    size_t used = (size_t) snprintf(text, sizeof(text), "one of");

    for (size_t i = 0; i < input->n_levels && used + 1 < sizeof(text); i++) {
        used += (size_t) snprintf(text + used, sizeof(text) - used, "%s %s", i > 0 ? "," : "", input->level[i]);
    }
    return made("%.900s", text);
}

void
cli_input_show(const cli_input_t *self, double value, char *text, size_t size)
{
    char number[32];

    if (self->n_levels > 0) {
        size_t i = value >= 0.0 && value < (double) self->n_levels ? (size_t) value : 0;

        (void) snprintf(text, size, "%s", self->level[i]);
        return;
    }
    cli_shortest(number, sizeof(number), value);
    (void) snprintf(text, size, "%s%s", number, self->is_time ? "d" : "");
}

/* ---- values ---- */

double
cli_input_at(const cli_input_t *self, double u)
{
    double x;

    for (size_t i = 0; i < self->n_levels; i++) {
        if (u < self->cum[i] || i + 1 == self->n_levels) {
            return (double) i;
        }
    }
    x = rounded(sim_dist_quantile(&self->dist, u));
    return self->whole ? floor(x + 0.5) : x;
}

size_t
cli_inputs_paths(const cli_inputs_t *self)
{
    size_t n = 0;

    for (size_t i = 0; i < self->n; i++) {
        n += self->input[i].n_paths;
    }
    return n;
}

int
cli_inputs_set(const cli_inputs_t *self, const cli_options_t *options, const double *value, const char **set,
    size_t *n_set)
{
    *n_set = options->n_set;
    memcpy(set, options->set, options->n_set * sizeof(*set));
    for (size_t i = 0; i < self->n; i++) {
        const cli_input_t *input = &self->input[i];
        char text[128];

        cli_input_show(input, value[i], text, sizeof(text));
        for (size_t k = 0; k < input->n_paths && !input->is_plan; k++) {
            set[*n_set] = made("%s=%s", input->path[k], text);
            if (set[*n_set] == NULL) {
                return SIM_ERR_NO_MEMORY;
            }
            (*n_set)++;
        }
    }
    return 0;
}

const cli_input_t *
cli_inputs_plan(const cli_inputs_t *self)
{
    for (size_t i = 0; i < self->n; i++) {
        if (self->input[i].is_plan) {
            return &self->input[i];
        }
    }
    return NULL;
}

/* ---- lists ---- */

static void
free_input(cli_input_t *input)
{
    for (size_t i = 0; i < input->n_paths; i++) {
        free(input->path[i]);
    }
    for (size_t i = 0; i < input->n_levels; i++) {
        free(input->level[i]);
    }
    free(input->path);
    free(input->level);
    free(input->cum);
    free(input->name);
    free(input->group);
    free(input->text);
    sim_dist_free(&input->dist);
}

void
cli_inputs_free(cli_inputs_t *self)
{
    for (size_t i = 0; i < self->n; i++) {
        free_input(&self->input[i]);
    }
    for (size_t i = 0; i < self->n_fixed; i++) {
        free(self->fixed[i].name);
        free(self->fixed[i].why);
    }
    free(self->input);
    free(self->fixed);
    memset(self, 0, sizeof(*self));
}

/* A further input, empty but for its names; NULL when there is no memory. */
static cli_input_t *
add_input(cli_inputs_t *self, const char *name, const char *group)
{
    cli_input_t *input = realloc(self->input, (self->n + 1) * sizeof(*input));

    if (input == NULL) {
        return NULL;
    }
    self->input = input;
    input = &input[self->n++];
    memset(input, 0, sizeof(*input));
    input->name = made("%s", name);
    input->group = made("%s", group);
    return input->name == NULL || input->group == NULL ? NULL : input;
}

static int
add_path(cli_input_t *input, const char *path)
{
    char **list = realloc(input->path, (input->n_paths + 1) * sizeof(*list));

    if (list == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    input->path = list;
    list[input->n_paths] = made("%s", path);
    return list[input->n_paths++] == NULL ? SIM_ERR_NO_MEMORY : 0;
}

static int
add_fixed(cli_inputs_t *self, const char *name, const char *why)
{
    cli_fixed_t *fixed = realloc(self->fixed, (self->n_fixed + 1) * sizeof(*fixed));

    if (fixed == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->fixed = fixed;
    fixed[self->n_fixed] = (cli_fixed_t){ .name = made("%s", name), .why = made("%s", why) };
    self->n_fixed++;
    return fixed[self->n_fixed - 1].name == NULL || fixed[self->n_fixed - 1].why == NULL ? SIM_ERR_NO_MEMORY : 0;
}

static int
add_levels(cli_input_t *input, size_t n, const char *const *level, const double *weight)
{
    double sum = 0.0;

    input->level = calloc(n, sizeof(*input->level));
    input->cum = calloc(n, sizeof(*input->cum));
    if (input->level == NULL || input->cum == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        input->level[i] = made("%s", level[i]);
        input->n_levels = i + 1;
        sum += weight != NULL ? weight[i] : 1.0;
        input->cum[i] = sum;
        if (input->level[i] == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
    }
    for (size_t i = 0; i < n; i++) {
        input->cum[i] /= sum;
    }
    input->text = describe_levels(input);
    return input->text == NULL ? SIM_ERR_NO_MEMORY : 0;
}

/* ---- what the scenario says ---- */

static cli_exit_t
no_memory(void)
{
    cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
    return CLI_FAILED;
}

static cli_exit_t
check_plan(const scn_input_t *from, const cli_input_t *input, const cli_trial_t *trial)
{
    for (size_t i = 0; i < input->n_levels; i++) {
        const char *name[CARE_PLANS_MAX], *near;
        size_t a = 0;

        for (; a < trial->n_arms && a < CARE_PLANS_MAX && strcmp(trial->arm[a].name, input->level[i]) != 0; a++) {
            name[a] = trial->arm[a].name;
        }
        if (a == trial->n_arms) {
            near = cli_nearest(input->level[i], name, a);
            cli_error("%s:%d: input \"plan\": there is no plan \"%s\"%s%s%s", from->file, from->line, input->level[i],
                near != NULL ? " (did you mean \"" : "", near != NULL ? near : "", near != NULL ? "\"?)" : "");
            return CLI_SCENARIO;
        }
    }
    return CLI_DONE;
}

static int
all_plans(cli_input_t *input, const cli_trial_t *trial)
{
    const char *name[CARE_PLANS_MAX];
    size_t n = 0;

    for (; n < trial->n_arms && n < CARE_PLANS_MAX; n++) {
        name[n] = trial->arm[n].name;
    }
    return add_levels(input, n, name, NULL);
}

static int
fill_given(cli_input_t *input, const scn_input_t *from, const cli_trial_t *trial)
{
    int ret = add_path(input, from->path);

    input->is_plan = strcmp(from->path, "plan") == 0;
    input->is_time = from->is_time;
    input->whole = from->whole;
    if (ret == 0 && from->n_levels > 0) {
        const char *level[SCN_LEVELS_MAX];

        for (size_t i = 0; i < from->n_levels; i++) {
            level[i] = from->level[i];
        }
        return add_levels(input, from->n_levels, level, from->weight);
    }
    if (ret == 0 && input->is_plan) {
        return all_plans(input, trial);
    }
    if (ret == 0) {
        ret = sim_dist_copy(&input->dist, &from->dist);
    }
    if (ret == 0) {
        input->text = describe_dist(&input->dist);
        ret = input->text == NULL ? SIM_ERR_NO_MEMORY : 0;
    }
    return ret;
}

static bool
is_fixed(const cli_options_t *options, const scn_sweep_t *sweep, const char *name, const char *path)
{
    for (size_t i = 0; i < options->n_fix; i++) {
        if (strcmp(options->fix[i], name) == 0 || strcmp(options->fix[i], path) == 0) {
            return true;
        }
    }
    return sweep->fixed[0] != '\0' && (cli_list_has(sweep->fixed, name) || cli_list_has(sweep->fixed, path));
}

static cli_exit_t
take_given(cli_inputs_t *self, const cli_options_t *options, const scn_sweep_t *sweep, const cli_trial_t *trial)
{
    for (size_t i = 0; i < sweep->n_inputs; i++) {
        const scn_input_t *from = &sweep->input[i];
        cli_input_t *input;
        cli_exit_t code;

        if (is_fixed(options, sweep, from->name, from->path)) {
            if (add_fixed(self, from->name, "fixed on request") != 0) {
                return no_memory();
            }
            continue;
        }
        input = add_input(self, from->name, from->group);
        if (input == NULL || fill_given(input, from, trial) != 0) {
            return no_memory();
        }
        code = input->is_plan ? check_plan(from, input, trial) : CLI_DONE;
        if (code != CLI_DONE) {
            return code;
        }
    }
    return CLI_DONE;
}

/* ---- what is uncertain ---- */

/* Something that might be an input: evidence, or a number of the scenario with a range of its own. */
typedef struct {
    char path[512];
    const char *evidence; /* its id; "" = none */
    double low, value, high;
    bool covered; /* made from another */
    bool changes; /* something, when it is set to another value */
} candidate_t;

typedef struct {
    cli_source_t *source;
    const cli_options_t *options;
    const scn_t *base;
    size_t n;
    candidate_t *candidate;
} search_t;

static bool
is_uncertain(const char *range, double low, double value, double high)
{
    return strcmp(range, "uncertainty") == 0 && low < high && low <= value && value <= high;
}

static candidate_t *
add_candidate(search_t *search, const char *evidence, double low, double value, double high)
{
    candidate_t *list = realloc(search->candidate, (search->n + 1) * sizeof(*list));

    if (list == NULL) {
        return NULL;
    }
    search->candidate = list;
    list = &list[search->n++];
    *list = (candidate_t){ .evidence = evidence, .low = low, .value = value, .high = high };
    return list;
}

static int
list_evidence(search_t *search)
{
    const scn_evidence_t *record;
    size_t n = scn_evidence(search->base, &record);

    for (size_t i = 0; i < n; i++) {
        if (record[i].used && is_uncertain(record[i].range, record[i].low, record[i].value, record[i].high)) {
            candidate_t *candidate =
                add_candidate(search, record[i].id, record[i].low, record[i].value, record[i].high);

            if (candidate == NULL) {
                return SIM_ERR_NO_MEMORY;
            }
            (void) snprintf(candidate->path, sizeof(candidate->path), "ev.%s", record[i].id);
        }
    }
    return 0;
}

/* Numbers with a range: of a library's own table first, since others are made from them. */
static int
list_parameters(search_t *search, bool area)
{
    const scn_param_t *param;
    size_t n = scn_params(search->base, &param);

    for (size_t i = 0; i < n; i++) {
        bool in_area = strncmp(param[i].path, "area.", 5) == 0 || strstr(param[i].path, ".area.") != NULL;
        bool one = strchr(param[i].evidence, ',') == NULL;

        if (param[i].is_number && in_area == area && (param[i].is_default ? one : param[i].evidence[0] == '\0') &&
            strncmp(param[i].origin, "--set", 5) != 0 &&
            is_uncertain(param[i].range, param[i].low, param[i].number, param[i].high)) {
            candidate_t *candidate =
                add_candidate(search, param[i].evidence, param[i].low, param[i].number, param[i].high);

            if (candidate == NULL) {
                return SIM_ERR_NO_MEMORY;
            }
            (void) snprintf(candidate->path, sizeof(candidate->path), "%s", param[i].path);
        }
    }
    return 0;
}

/* Whether a parameter has another value in the other scenario; one that is not there has. */
static bool
differs(const scn_param_t *param, const scn_t *other)
{
    const scn_param_t *list;
    size_t n = scn_params(other, &list);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i].path, param->path) == 0) {
            return list[i].number != param->number && !(isnan(list[i].number) && isnan(param->number));
        }
    }
    return true;
}

/* Candidates that change when this one does are made from it. */
static void
cover(search_t *search, candidate_t *by, const scn_t *other)
{
    const scn_param_t *param;
    size_t n = scn_params(search->base, &param);

    by->changes = strcmp(scn_text(search->base), scn_text(other)) != 0;
    for (candidate_t *it = search->candidate; by->changes && it < search->candidate + search->n; it++) {
        for (size_t i = 0; i < n && it != by; i++) {
            if (strcmp(param[i].path, it->path) == 0 && differs(&param[i], other)) {
                it->covered = true;
            }
        }
    }
}

/* Set a candidate to one of its ends and look. */
static int
try_candidate(search_t *search, candidate_t *it)
{
    double other = it->low < it->value ? it->low : it->high;
    const char **set = calloc(search->options->n_set + 1, sizeof(*set));
    char number[32];
    scn_t *scenario = NULL;
    char *text;
    int ret;

    cli_shortest(number, sizeof(number), other);
    text = made("%s=%s", it->path, number);
    if (set == NULL || text == NULL) {
        free(set);
        free(text);
        return SIM_ERR_NO_MEMORY;
    }
    memcpy(set, search->options->set, search->options->n_set * sizeof(*set));
    set[search->options->n_set] = text;
    ret = cli_source_load(search->source, set, search->options->n_set + 1, &scenario);
    if (ret == 0) {
        cover(search, it, scenario);
    } else if (ret != SIM_ERR_NO_MEMORY) {
        it->changes = true; /* it is refused there: the sweep will show it */
        ret = 0;
    }
    scn_free(scenario);
    free(set);
    free(text);
    return ret;
}

static bool
near(double a, double b)
{
    return fabs(a - b) <= SAME * (fabs(a) + fabs(b));
}

/* The input of the same evidence with the same numbers, so that the two vary together; NULL when there is none. */
static cli_input_t *
find_same(cli_inputs_t *self, const candidate_t *it)
{
    for (size_t i = 0; it->evidence[0] != '\0' && i < self->n; i++) {
        const sim_dist_t *dist = &self->input[i].dist;
        double value[3];

        (void) arguments(dist, value);
        if (strncmp(self->input[i].name, "ev.", 3) == 0 && strcmp(self->input[i].name + 3, it->evidence) == 0 &&
            near(value[0], it->low) && near(value[1], it->value) && near(value[2], it->high)) {
            return &self->input[i];
        }
    }
    return NULL;
}

/* Inputs made from one piece of evidence carry its name; "ev." marks it. */
static int
add_uncertain(cli_inputs_t *self, const cli_options_t *options, const scn_sweep_t *sweep, const candidate_t *it)
{
    cli_input_t *input = find_same(self, it);
    char name[520];
    int ret;

    (void) snprintf(name, sizeof(name), "%s%s", it->evidence[0] != '\0' ? "ev." : "",
        it->evidence[0] != '\0' ? it->evidence : it->path);
    if (is_fixed(options, sweep, name, it->path)) {
        return add_fixed(self, it->path, "fixed on request");
    }
    if (input != NULL) {
        return add_path(input, it->path);
    }
    for (size_t i = 0; i < self->n; i++) {
        if (strcmp(self->input[i].name, name) == 0) { /* the same evidence in another unit */
            (void) snprintf(name, sizeof(name), "%s", it->path);
        }
    }
    input = add_input(self, name, "");
    ret = input == NULL ? SIM_ERR_NO_MEMORY : add_path(input, it->path);
    if (ret == 0) {
        ret = sim_dist_init_pert(&input->dist, it->low, it->value, it->high);
    }
    if (ret == 0) {
        input->text = describe_dist(&input->dist);
        ret = input->text == NULL ? SIM_ERR_NO_MEMORY : 0;
    }
    return ret;
}

/* Evidence in use that is not varied, and why. */
static int
list_fixed(cli_inputs_t *self, const scn_t *base)
{
    const scn_evidence_t *record;
    size_t n = scn_evidence(base, &record);
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < n; i++) {
        bool ranged = record[i].low < record[i].high;
        char name[256], why[128];

        if (record[i].used && !is_uncertain(record[i].range, record[i].low, record[i].value, record[i].high)) {
            (void) snprintf(name, sizeof(name), "ev.%s", record[i].id);
            (void) snprintf(why, sizeof(why), "%s%s", ranged ? "its range is " : "no range is known",
                !ranged                                       ? ""
                : strcmp(record[i].range, "spread") == 0      ? "a spread between places or cases"
                : strcmp(record[i].range, "trend") == 0       ? "a change over time"
                : strcmp(record[i].range, "uncertainty") == 0 ? "not around its value"
                                                              : "no uncertainty");
            ret = add_fixed(self, name, why);
        }
    }
    return ret;
}

static int
take_uncertain(cli_inputs_t *self, search_t *search)
{
    const scn_sweep_t *sweep = scn_sweep(search->base);
    int ret = list_evidence(search);

    if (ret == 0) {
        ret = list_parameters(search, true);
    }
    if (ret == 0) {
        ret = list_parameters(search, false);
    }
    for (size_t i = 0; ret == 0 && i < search->n; i++) {
        if (!search->candidate[i].covered) {
            ret = try_candidate(search, &search->candidate[i]);
        }
    }
    for (size_t i = 0; ret == 0 && i < search->n; i++) {
        const candidate_t *it = &search->candidate[i];

        if (!it->covered && it->changes) {
            ret = add_uncertain(self, search->options, sweep, it);
        } else if (!it->covered) {
            ret = add_fixed(self, it->path, "it changes nothing that is run");
        }
    }
    return ret == 0 ? list_fixed(self, search->base) : ret;
}

/* ---- together ---- */

static cli_exit_t
check_fixed(const cli_inputs_t *self, const cli_options_t *options)
{
    for (size_t i = 0; i < options->n_fix; i++) {
        const char **name = calloc(self->n + self->n_fixed + 1, sizeof(*name)), *near_name;
        size_t n = 0;
        bool found = false;

        for (; name != NULL && n < self->n; n++) {
            name[n] = self->input[n].name;
        }
        for (size_t k = 0; k < self->n_fixed; k++) {
            found = found || strcmp(self->fixed[k].name, options->fix[i]) == 0;
        }
        near_name = name != NULL ? cli_nearest(options->fix[i], name, n) : NULL;
        if (!found) {
            cli_error("--fix: there is no input '%s'%s%s%s; --dry-run lists them", options->fix[i],
                near_name != NULL ? " (did you mean '" : "", near_name != NULL ? near_name : "",
                near_name != NULL ? "'?)" : "");
        }
        free(name);
        if (!found) {
            return CLI_USAGE;
        }
    }
    return CLI_DONE;
}

cli_exit_t
cli_inputs_init(cli_inputs_t *self, cli_source_t *source, const cli_options_t *options, const scn_t *base,
    const cli_trial_t *trial)
{
    const scn_sweep_t *sweep = scn_sweep(base);
    search_t search = { .source = source, .options = options, .base = base };
    cli_exit_t code = CLI_DONE;

    memset(self, 0, sizeof(*self));
    if (sweep->n_inputs > 0) {
        code = take_given(self, options, sweep, trial);
    } else {
        code = take_uncertain(self, &search) == 0 ? CLI_DONE : no_memory();
        free(search.candidate);
    }
    if (code == CLI_DONE) {
        code = check_fixed(self, options);
    }
    if (code == CLI_DONE && self->n == 0) {
        cli_error("there is nothing to vary: give the scenario a `sweep` with inputs, or numbers with ranges");
        code = CLI_SCENARIO;
    }
    return code;
}
