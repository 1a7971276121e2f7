/*
 * What a sweep is to vary: uncertain inputs, their rank correlations, and what to keep.
 *
 * Invariant: an input that is kept has a path and either a distribution that can be inverted or levels with weights of
 * which one is above 0; correlations are between two inputs with distributions, and not 1 or -1.
 */
#include "sim/lua/loader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define WORTHS_MAX 16
#define NAMES_MAX 64

void
scn_sweep_free(scn_t *scn)
{
    scn_sweep_t *sweep = &scn->sweep;

    for (size_t i = 0; i < sweep->n_inputs; i++) {
        sim_dist_free(&sweep->input[i].dist);
        free(sweep->input[i].level);
        free(sweep->input[i].weight);
        free((char *) sweep->input[i].file);
    }
    free(sweep->input);
    free(sweep->correlation);
    free(sweep->worth);
    memset(sweep, 0, sizeof(*sweep));
}

/* ---- an input ---- */

static void
field_dist(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_input_t *input = row;
    int ret;

    if (!scn_isdist(ld->L, -1)) {
        scn_fault(ld, at, "'%s' must be a distribution, such as pert { low = 1, mode = 2, high = 4 }", at->key);
        return;
    }
    ret = scn_dist_build(ld->L, -1, &input->dist);
    if (ret != 0) {
        scn_fault(ld, at, "'%s': %s", at->key, sim_strerror(ret));
        return;
    }
    input->is_time = scn_dist_time(ld->L, -1) == 1;
    if (input->dist.kind == SIM_DIST_MIXTURE || input->dist.kind == SIM_DIST_HYPOEXPONENTIAL) {
        scn_fault(ld, at, "'%s': a sweep cannot take %s: its quantiles are not to be had", at->key,
            scn_dist_name(ld->L, -1));
    }
}

/* The value on top as --set takes it. */
static bool
read_level(scn_loader_t *ld, const scn_at_t *at, char text[SCN_LEVEL_MAX])
{
    lua_State *L = ld->L;
    scn_value_t value;
    char shown[96];

    if (lua_type(L, -1) == LUA_TBOOLEAN) {
        snprintf(text, SCN_LEVEL_MAX, "%s", lua_toboolean(L, -1) ? "true" : "false");
        return true;
    }
    if (lua_type(L, -1) == LUA_TSTRING) {
        return scn_string(ld, at, text, SCN_LEVEL_MAX);
    }
    if (!scn_getvalue(L, -1, &value) || !isfinite(value.mag)) {
        scn_fault(ld, at, "a value must be a text, a finite number, a value with a unit, true or false");
        return false;
    }
    snprintf(text, SCN_LEVEL_MAX, "%.*s", SCN_LEVEL_MAX - 1, scn_show(&value, shown, sizeof(shown)));
    return true;
}

static void
field_values(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_input_t *input = row;
    long n = scn_array(ld, at, SCN_LEVELS_MAX);
    scn_at_t item;

    if (n < 1) {
        if (n == 0) {
            scn_fault(ld, at, "'%s' is empty", at->key);
        }
        return;
    }
    input->level = calloc((size_t) n, sizeof(*input->level));
    input->weight = calloc((size_t) n, sizeof(*input->weight));
    if (input->level == NULL || input->weight == NULL) {
        ld->no_memory = true;
        return;
    }
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "value", &item);
        (void) read_level(ld, &item, input->level[i - 1]);
        input->weight[i - 1] = 1.0;
        input->n_levels = (size_t) i;
        lua_pop(ld->L, 1);
    }
}

static void
field_weights(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("", 0.0, 1e15);
    scn_input_t *input = row;
    long n = scn_array(ld, at, SCN_LEVELS_MAX);
    double sum = 0.0;
    scn_at_t item;

    if (n < 0 || input->n_levels == 0) {
        return;
    }
    if ((size_t) n != input->n_levels) {
        scn_fault(ld, at, "there are %zu values and %ld weights", input->n_levels, n);
        return;
    }
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "weight", &item);
        (void) scn_number(ld, &item, &want, &input->weight[i - 1]);
        sum += input->weight[i - 1];
        lua_pop(ld->L, 1);
    }
    if (!(sum > 0.0)) {
        scn_fault(ld, at, "the weights are all 0");
    }
}

#define INPUT(field) offsetof(scn_input_t, field)
/* Weights are read after the values. */
static const scn_field_t INPUT_FIELD[] = {
    { "path", SCN_TEXT, 0, SCN_INPUT_PATH_MAX, true, INPUT(path), NULL, NULL, NULL,
        "What varies: a parameter as `--set` takes it, `ev.` with the id of evidence, or \"plan\"." },
    { "name", SCN_TEXT, 0, 96, false, INPUT(name), NULL, NULL, NULL, "What readers are shown; default the path." },
    { "dist", SCN_SPECIAL, 0, 0, false, 0, NULL, field_dist, "distribution",
        "How likely each number is, in the parameter's own unit or as times." },
    { "values", SCN_SPECIAL, 0, 0, false, 0, NULL, field_values, "array of values",
        "Instead of a distribution: names, numbers or true and false. Without either: all plans of \"plan\"." },
    { "weights", SCN_SPECIAL, 0, 0, false, 0, NULL, field_weights, "array of numbers",
        "How likely each value is, relative to the others; default alike." },
    { "group", SCN_TEXT, 0, 96, false, INPUT(group), NULL, NULL, NULL,
        "Inputs of one group are varied together in a Saltelli or Morris design." },
    { "whole", SCN_BOOL, 0, 0, false, INPUT(whole), NULL, NULL, NULL, "Numbers are rounded to whole ones." },
};
const scn_room_t SCN_INPUT = { "input", COUNT_OF(INPUT_FIELD), INPUT_FIELD };

static void
check_input(scn_loader_t *ld, const scn_at_t *at, const scn_input_t *input)
{
    const scn_sweep_t *sweep = &ld->scn->sweep;
    bool plan = strcmp(input->path, "plan") == 0;

    if (input->path[0] == '\0') {
        return;
    }
    for (size_t i = 0; &sweep->input[i] != input; i++) {
        if (strcmp(sweep->input[i].path, input->path) == 0 || strcmp(sweep->input[i].name, input->name) == 0) {
            scn_fault(ld, at, "\"%s\" is an input already", input->name);
        }
    }
    if (sim_dist_given(&input->dist) == (input->n_levels > 0) && !(plan && input->n_levels == 0)) {
        scn_fault(ld, at, "give 'dist' or 'values'");
    }
    if (plan && sim_dist_given(&input->dist)) {
        scn_fault(ld, at, "a plan has no distribution: give 'values' and 'weights'");
    }
    if (strchr(input->path, '=') != NULL) {
        scn_fault(ld, at, "'path' must be a path such as children.recovery_per_month");
    }
}

static void
field_inputs(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_sweep_t *sweep = row;
    long n = scn_array(ld, at, SCN_INPUTS_MAX);
    scn_at_t item;

    sweep->input = n > 0 ? calloc((size_t) n, sizeof(*sweep->input)) : NULL;
    if (n > 0 && sweep->input == NULL) {
        ld->no_memory = true;
        return;
    }
    for (long i = 1; i <= n; i++) {
        scn_input_t *input = &sweep->input[i - 1];

        sweep->n_inputs = (size_t) i;
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "input", &item);
        scn_row(ld, &item, &SCN_INPUT, input);
        if (input->name[0] == '\0') {
            snprintf(input->name, sizeof(input->name), "%.95s", input->path);
        }
        input->file = scn_strdup(ld, item.file);
        input->line = item.line;
        check_input(ld, &item, input);
        lua_pop(ld->L, 1);
    }
}

/* ---- correlations ---- */

typedef struct {
    char of[SCN_INPUT_PATH_MAX], with[SCN_INPUT_PATH_MAX];
    double rank;
} correlation_row_t;

static const scn_field_t CORRELATION_FIELD[] = {
    { "of", SCN_TEXT, 0, SCN_INPUT_PATH_MAX, true, offsetof(correlation_row_t, of), NULL, NULL, NULL,
        "An input, by its path or its name." },
    { "with", SCN_TEXT, 0, SCN_INPUT_PATH_MAX, true, offsetof(correlation_row_t, with), NULL, NULL, NULL, "Another." },
    { "rank", SCN_NUMBER, -0.99, 0.99, true, offsetof(correlation_row_t, rank), NULL, NULL, NULL,
        "The rank correlation (Spearman's) that they are to have." },
};
const scn_room_t SCN_CORRELATION = { "correlation", COUNT_OF(CORRELATION_FIELD), CORRELATION_FIELD };

static bool
find_input(scn_loader_t *ld, const scn_at_t *at, const char *name, size_t *index)
{
    const scn_sweep_t *sweep = &ld->scn->sweep;
    const char *best = NULL;
    unsigned distance = 0;
    char hint[SCN_TEXT_MAX];

    for (*index = 0; *index < sweep->n_inputs; (*index)++) {
        const scn_input_t *input = &sweep->input[*index];

        if (strcmp(input->path, name) == 0 || strcmp(input->name, name) == 0) {
            return true;
        }
        scn_nearest(name, input->path, &best, &distance);
    }
    scn_fault(ld, at, "there is no input \"%.80s\"%s", name, scn_hint(best, hint, sizeof(hint)));
    return false;
}

static void
add_correlation(scn_loader_t *ld, const scn_at_t *at, const correlation_row_t *row)
{
    scn_sweep_t *sweep = &ld->scn->sweep;
    scn_correlation_t *it = &sweep->correlation[sweep->n_correlations];

    if (row->of[0] == '\0' || row->with[0] == '\0' || !find_input(ld, at, row->of, &it->a) ||
        !find_input(ld, at, row->with, &it->b)) {
        return;
    }
    it->rank = row->rank;
    if (it->a == it->b) {
        scn_fault(ld, at, "an input cannot be correlated with itself");
        return;
    }
    for (size_t i = 0; i < sweep->n_correlations; i++) {
        const scn_correlation_t *other = &sweep->correlation[i];

        if ((other->a == it->a && other->b == it->b) || (other->a == it->b && other->b == it->a)) {
            scn_fault(ld, at, "the two have a correlation already");
        }
    }
    if (!sim_dist_given(&sweep->input[it->a].dist) || !sim_dist_given(&sweep->input[it->b].dist)) {
        scn_fault(ld, at, "only inputs with distributions can be correlated");
    }
    sweep->n_correlations++;
}

static void
field_correlations(scn_loader_t *ld, const scn_at_t *at, void *data)
{
    scn_sweep_t *sweep = data;
    long n = scn_array(ld, at, SCN_INPUTS_MAX);
    scn_at_t item;

    sweep->correlation = n > 0 ? calloc((size_t) n, sizeof(*sweep->correlation)) : NULL;
    if (n > 0 && sweep->correlation == NULL) {
        ld->no_memory = true;
        return;
    }
    for (long i = 1; i <= n; i++) {
        correlation_row_t row = { .rank = 0.0 };

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "correlation", &item);
        scn_row(ld, &item, &SCN_CORRELATION, &row);
        add_correlation(ld, &item, &row);
        lua_pop(ld->L, 1);
    }
}

/* ---- what a unit is worth ---- */

static void
worth_pounds(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("pounds", -1e12, 1e12);

    (void) scn_number(ld, at, &want, &((scn_worth_t *) row)->pounds);
}

static const scn_field_t WORTH_FIELD[] = {
    { "kpi", SCN_TEXT, 0, 96, true, offsetof(scn_worth_t, kpi), NULL, NULL, NULL, "The measure." },
    { "pounds", SCN_SPECIAL, 0, 0, true, 0, NULL, worth_pounds, "pounds",
        "What one more of it over the whole run is worth; below 0 for what should be less." },
};
const scn_room_t SCN_WORTH = { "worth", COUNT_OF(WORTH_FIELD), WORTH_FIELD };

static void
field_worth(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_sweep_t *sweep = row;
    long n = scn_array(ld, at, WORTHS_MAX);
    scn_at_t item;

    sweep->worth = n > 0 ? calloc((size_t) n, sizeof(*sweep->worth)) : NULL;
    if (n > 0 && sweep->worth == NULL) {
        ld->no_memory = true;
        return;
    }
    for (long i = 1; i <= n; i++) {
        sweep->n_worths = (size_t) i;
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "worth", &item);
        scn_row(ld, &item, &SCN_WORTH, &sweep->worth[i - 1]);
        lua_pop(ld->L, 1);
    }
}

/* ---- the whole ---- */

/* An array of names as one text, joined by commas. */
static void
read_names(scn_loader_t *ld, const scn_at_t *at, char *out, size_t size)
{
    long n = scn_array(ld, at, NAMES_MAX);
    size_t used = 0;
    char name[SCN_INPUT_PATH_MAX];
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "name", &item);
        if (scn_string(ld, &item, name, sizeof(name))) {
            if (used + strlen(name) + 2 > size || strchr(name, ',') != NULL) {
                scn_fault(ld, &item, "'%s' holds too much, or a comma", at->key);
            } else {
                used += (size_t) snprintf(out + used, size - used, "%s%s", used > 0 ? "," : "", name);
            }
        }
        lua_pop(ld->L, 1);
    }
}

static void
field_names(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_sweep_t *sweep = row;
    const struct {
        const char *key;
        char *out;
        size_t size;
    } list[] = { { "kpis", sweep->kpis, sizeof(sweep->kpis) }, { "groups", sweep->groups, sizeof(sweep->groups) },
        { "periods", sweep->periods, sizeof(sweep->periods) }, { "plans", sweep->plans, sizeof(sweep->plans) },
        { "fix", sweep->fixed, sizeof(sweep->fixed) } };

    for (size_t i = 0; i < COUNT_OF(list); i++) {
        if (strcmp(at->key, list[i].key) == 0) {
            read_names(ld, at, list[i].out, list[i].size);
        }
    }
}

/* Inputs come before what names them. */
static const scn_field_t SWEEP_FIELD[] = {
    { "inputs", SCN_SPECIAL, 0, 0, false, 0, NULL, field_inputs, "array of inputs",
        "What varies; default all evidence in use whose range is uncertainty, as PERT(low, value, high)." },
    { "correlations", SCN_SPECIAL, 0, 0, false, 0, NULL, field_correlations, "array of correlations",
        "Between inputs; default none." },
    { "fix", SCN_SPECIAL, 0, 0, false, 0, NULL, field_names, "array of paths", "Inputs that stay as they are." },
    { "kpis", SCN_SPECIAL, 0, 0, false, 0, NULL, field_names, "array of measures", "What is kept of a replication." },
    { "groups", SCN_SPECIAL, 0, 0, false, 0, NULL, field_names, "array of groups", "Of whom; default all." },
    { "periods", SCN_SPECIAL, 0, 0, false, 0, NULL, field_names, "array of periods", "Of when; default all." },
    { "plans", SCN_SPECIAL, 0, 0, false, 0, NULL, field_names, "array of plans", "Which plans; default all." },
    { "worth", SCN_SPECIAL, 0, 0, false, 0, NULL, field_worth, "array of worths",
        "What measures are worth, by which the best plan and the value of information are told." },
};
const scn_room_t SCN_SWEEP = { "sweep", COUNT_OF(SWEEP_FIELD), SWEEP_FIELD };

/* What a sweep varies is no parameter of a run. */
void
scn_read_sweep(scn_loader_t *ld, const scn_at_t *at)
{
    ld->unnoted = true;
    ld->scn->sweep.given = true;
    scn_row(ld, at, &SCN_SWEEP, &ld->scn->sweep);
    ld->unnoted = false;
}
