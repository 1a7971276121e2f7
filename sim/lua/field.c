/*
 * Reading tables by a table of fields: kinds, units, ranges, unknown names; and the list of what was read.
 *
 * Invariant: every value that enters the spec passes through here and is noted, so that two scenarios with the same
 * list have the same spec. The table or value that is read is on top of the Lua stack, and is left there.
 */
#include "sim/lua/loader.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KNOWN_MAX 160

/* ---- cursors ---- */

void
scn_at_top(scn_loader_t *ld, scn_at_t *at)
{
    const scn_note_t *note = scn_noted(ld, -1);

    memset(at, 0, sizeof(*at));
    at->file = note != NULL ? note->file : ld->scn->main_file;
    at->line = note != NULL ? note->line : 0;
    at->node = note != NULL ? note->node : 0;
    snprintf(at->key, sizeof(at->key), "scenario");
    snprintf(at->label, sizeof(at->label), "scenario: ");
}

/* Whether an override set this path; one of a row sets it in every area. */
static bool
override_sets(const scn_override_t *it, const char *path)
{
    return it->state == SCN_SET_DONE &&
           (strcmp(it->path, path) == 0 || (it->in_areas && strcmp(it->path, scn_path_in_area(path)) == 0));
}

const scn_override_t *
scn_overridden(const scn_loader_t *ld, const char *path)
{
    for (size_t i = ld->n_overrides; i-- > 0;) {
        if (override_sets(&ld->override[i], path)) {
            return &ld->override[i];
        }
    }
    return NULL;
}

/* Place of a child whose key or item number is set already and whose value is on top. */
static void
at_place(scn_loader_t *ld, const scn_at_t *at, const char *key, long item, scn_at_t *child)
{
    size_t node = scn_index_child(ld, at->node, key, item);
    const scn_note_t *note = scn_noted(ld, -1);
    const scn_override_t *set = scn_overridden(ld, child->path);

    child->file = at->file;
    child->line = node != 0 ? ld->node[node].line : at->line;
    child->node = node;
    child->overridden = at->overridden;
    if (note != NULL) {
        child->file = note->file;
        child->line = note->line;
        child->node = note->node;
    }
    if (set != NULL) {
        child->file = set->text;
        child->line = 0;
        child->node = 0;
        child->overridden = true;
    }
}

static void
at_path(const scn_at_t *at, const char *name, scn_at_t *child)
{
    snprintf(child->path, sizeof(child->path), "%.190s%s%.60s", at->path, at->path[0] != '\0' ? "." : "", name);
}

void
scn_at_key(scn_loader_t *ld, const scn_at_t *at, const char *key, scn_at_t *child)
{
    memset(child, 0, sizeof(*child));
    snprintf(child->key, sizeof(child->key), "%s", key);
    at_path(at, key, child);
    memcpy(child->label, at->label, sizeof(child->label));
    at_place(ld, at, key, 0, child);
}

static bool
good_name(const char *name)
{
    if (name[0] == '\0' || strlen(name) >= SIM_NAME_MAX) {
        return false;
    }
    for (const char *c = name; *c != '\0'; c++) {
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", *c) == NULL) {
            return false;
        }
    }
    return true;
}

void
scn_at_item(scn_loader_t *ld, const scn_at_t *at, long i, const char *room, scn_at_t *child)
{
    lua_State *L = ld->L;
    char shown[SIM_NAME_MAX + 4], before[100];

    memset(child, 0, sizeof(*child));
    snprintf(child->key, sizeof(child->key), "%ld", i);
    snprintf(shown, sizeof(shown), "%ld", i);
    if (lua_istable(L, -1)) {
        if (lua_getfield(L, -1, "name") == LUA_TSTRING && good_name(lua_tostring(L, -1))) {
            snprintf(child->key, sizeof(child->key), "%s", lua_tostring(L, -1));
            snprintf(shown, sizeof(shown), "\"%s\"", lua_tostring(L, -1));
        }
        lua_pop(L, 1);
    }
    at_path(at, child->key, child);
    before[0] = '\0';
    if (strcmp(at->label, "scenario: ") != 0) {
        snprintf(before, sizeof(before), "%.90s", at->label);
        if (strlen(before) >= 2) {
            before[strlen(before) - 2] = '\0';
        }
    }
    snprintf(child->label, sizeof(child->label), "%s%s%s %s: ", before, before[0] != '\0' ? ", " : "", room, shown);
    at_place(ld, at, NULL, i, child);
}

void
scn_fault(scn_loader_t *ld, const scn_at_t *at, const char *format, ...)
{
    char text[SCN_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    scn_error(ld, at->file, at->line, "%s%s", at->label, text);
}

/* ---- the list of parameters ---- */

static scn_param_t *
param_new(scn_loader_t *ld)
{
    scn_t *scn = ld->scn;

    if (scn->n_params >= scn->param_capacity) {
        size_t capacity = scn->param_capacity > 0 ? 2 * scn->param_capacity : 256;
        scn_param_t *param = realloc(scn->param, capacity * sizeof(*param));

        if (param == NULL) {
            ld->no_memory = true;
            return NULL;
        }
        scn->param = param;
        scn->param_capacity = capacity;
    }
    memset(&scn->param[scn->n_params], 0, sizeof(*scn->param));
    return &scn->param[scn->n_params++];
}

static void
param_add(scn_loader_t *ld, const scn_param_t *from)
{
    scn_param_t *param = ld->unnoted ? NULL : param_new(ld);

    if (param == NULL) {
        return;
    }
    *param = *from;
    param->path = scn_strdup(ld, from->path);
    param->text = scn_strdup(ld, from->text);
    param->unit = scn_strdup(ld, from->unit);
    param->range = scn_strdup(ld, from->range);
    param->source = scn_strdup(ld, from->source);
    param->origin = scn_strdup(ld, from->origin);
    param->evidence = scn_strdup(ld, from->evidence);
}

static void
describe_place(const scn_loader_t *ld, const scn_at_t *at, char *buffer, size_t size)
{
    const scn_override_t *set = scn_overridden(ld, at->path);

    if (set != NULL) {
        snprintf(buffer, size, "%s", set->text);
    } else if (at->line > 0) {
        snprintf(buffer, size, "%s:%d", at->file, at->line);
    } else {
        snprintf(buffer, size, "%s", at->file);
    }
}

/* "evidence capa_weeks", and the override that replaced its number. */
static void
describe_evidence(const scn_loader_t *ld, const char *ids, char *buffer, size_t size)
{
    char path[SCN_PATH_MAX];
    const scn_override_t *set;

    snprintf(path, sizeof(path), "ev.%s", ids);
    set = scn_overridden(ld, path);
    snprintf(buffer, size, "evidence %.200s%s%.80s", ids, set != NULL ? ", " : "", set != NULL ? set->text : "");
}

void
scn_note_text(scn_loader_t *ld, const scn_at_t *at, const char *text)
{
    char origin[SCN_TEXT_MAX], quoted[SCN_TEXT_MAX];
    scn_param_t param = { at->path, quoted, false, NAN, "", NAN, NAN, 0, "", "", origin, "", false };

    describe_place(ld, at, origin, sizeof(origin));
    snprintf(quoted, sizeof(quoted), "\"%s\"", text);
    param_add(ld, &param);
}

void
scn_note_value(scn_loader_t *ld, const scn_at_t *at, const scn_value_t *value, const char *unit)
{
    char origin[SCN_TEXT_MAX], text[80], place[SCN_TEXT_MAX];
    scn_value_t shown = *value;
    scn_param_t param = { at->path, text, true, value->mag, shown.unit, value->low, value->high, value->grade,
        value->range, value->source, origin, value->ids, false };

    if (shown.unit[0] == '\0') {
        snprintf(shown.unit, sizeof(shown.unit), "%s", unit);
    }
    scn_show(&shown, text, sizeof(text));
    describe_place(ld, at, place, sizeof(place));
    if (value->ids[0] != '\0') {
        describe_evidence(ld, value->ids, origin, sizeof(origin));
    } else {
        snprintf(origin, sizeof(origin), "%s", place);
    }
    param_add(ld, &param);
}

/* The source of a default: an id of the evidence, "assumption", or words. */
void
scn_note_default(scn_loader_t *ld, const scn_at_t *at, const care_param_t *param, const void *block)
{
    char text[80], number[40];
    const char *source = param->source != NULL ? param->source : "";
    const scn_evidence_t *record = scn_evidence_find(ld->scn, source);
    scn_param_t it = { at->path, text, param->kind == CARE_NUMBER, NAN, param->unit, NAN, NAN, 0, "", source, "default",
        "", true };

    if (param->kind == CARE_NAME) {
        snprintf(text, sizeof(text), "\"%s\"", (const char *) block + param->offset);
    } else {
        it.number = care_param_get(param, block);
        snprintf(text, sizeof(text), param->unit[0] != '\0' ? "%s %s" : "%s%s",
            scn_format(it.number, number, sizeof(number)), param->unit);
    }
    if (record != NULL) {
        it.quality = record->quality;
        it.source = record->source;
        it.evidence = record->id;
        if (record->value == it.number) {
            it.low = record->low;
            it.high = record->high;
            it.range = record->range;
        }
    } else if (strcmp(source, "assumption") == 0) {
        it.quality = 'E';
    }
    param_add(ld, &it);
}

/* ---- numbers ---- */

scn_want_t
scn_want(const char *unit, double min, double max)
{
    scn_value_t value;
    double factor;
    scn_want_t want = { .min = min, .max = max, .unit = unit };

    scn_value_plain(&value, 0.0);
    scn_unit(unit, &value, &factor);
    want.t = value.t;
    want.m = value.m;
    want.second = value.second;
    return want;
}

static const char *
type_name(lua_State *L, int idx)
{
    switch (lua_type(L, idx)) {
    case LUA_TSTRING:
        return "a string";
    case LUA_TTABLE:
        return "a table";
    case LUA_TFUNCTION:
        return "a function";
    case LUA_TBOOLEAN:
        return lua_toboolean(L, idx) ? "true" : "false";
    case LUA_TNUMBER:
        return "a number";
    case LUA_TNIL:
        return "nothing";
    default:
        return scn_isdist(L, idx) ? "a distribution" : "a value with a unit";
    }
}

/* "write weeks(2) or days(14)" */
static void
suggest_unit(const scn_want_t *want, double x, char *buffer, size_t size)
{
    char a[40], b[40];

    scn_format(x, a, sizeof(a));
    scn_format(7.0 * x, b, sizeof(b));
    if (want->t == 1 && want->m == 0 && want->second < 86400.0) {
        snprintf(buffer, size, "minutes(%s) or hours(%s)", a, a);
    } else if (want->t == 1 && want->m == 0) {
        snprintf(buffer, size, "weeks(%s) or days(%s)", a, b);
    } else if (want->t == -1 && want->m == 0) {
        snprintf(buffer, size, "per_day(%s) or per_month(%s)", a, a);
    } else {
        snprintf(buffer, size, "pounds(%s)", a);
    }
}

static bool
number_dimension(scn_loader_t *ld, const scn_at_t *at, const scn_want_t *want, const scn_value_t *value)
{
    char text[128];

    if (value->t == want->t && value->m == want->m) {
        return true;
    }
    if (want->m == 1 && want->t == -1 && value->m == 1 && value->t == 0) {
        return true; /* pounds, where the field says for how long */
    }
    if (value->t == 0 && value->m == 0 && value->unit[0] == '\0') {
        if (at->overridden) {
            return true; /* on the command line a bare number is in the parameter's own unit */
        }
        suggest_unit(want, value->mag, text, sizeof(text));
        scn_fault(ld, at, "'%s' is %s: write %s, not %.10g", at->key, scn_dimension(want->t, want->m), text,
            value->mag);
    } else {
        scn_show(value, text, sizeof(text));
        scn_fault(ld, at, "'%s' is %s, but %s was given", at->key, scn_dimension(want->t, want->m), text);
    }
    return false;
}

static bool
number_range(scn_loader_t *ld, const scn_at_t *at, const scn_want_t *want, const scn_value_t *value, double x)
{
    char low[40], high[40], given[80], unit[40];
    scn_value_t shown = *value;

    if (x >= want->min && x <= want->max) {
        return true;
    }
    scn_format(want->min, low, sizeof(low));
    scn_format(want->max, high, sizeof(high));
    if (strcmp(shown.unit, "share") == 0) {
        shown.unit[0] = '\0';
    }
    scn_show(&shown, given, sizeof(given));
    if (want->unit[0] == '\0' || strcmp(want->unit, "count") == 0 || strcmp(want->unit, "share") == 0) {
        unit[0] = '\0';
    } else {
        snprintf(unit, sizeof(unit), " %s", want->unit);
    }
    if (x < want->min && want->max >= 1e6) {
        scn_fault(ld, at, "'%s' must be %s or more%s; %s was given", at->key, low, unit, given);
    } else {
        scn_fault(ld, at, "'%s' must be between %s and %s%s; %s was given", at->key, low, high, unit, given);
    }
    return false;
}

bool
scn_number(scn_loader_t *ld, const scn_at_t *at, const scn_want_t *want, double *out)
{
    scn_value_t value;
    double x;

    if (!scn_getvalue(ld->L, -1, &value)) {
        scn_fault(ld, at, "'%s' must be %s, not %s", at->key, scn_dimension(want->t, want->m), type_name(ld->L, -1));
        return false;
    }
    if (!isfinite(value.mag)) {
        scn_fault(ld, at, "'%s' is not a finite number", at->key);
        return false;
    }
    if (!number_dimension(ld, at, want, &value)) {
        return false;
    }
    x = scn_value_in(&value, value.mag, want->second);
    if (!number_range(ld, at, want, &value, x)) {
        return false;
    }
    scn_note_value(ld, at, &value, want->unit);
    *out = x;
    return true;
}

/* ---- distributions ---- */

static void note_dist(scn_loader_t *ld, const scn_at_t *at, int depth);

static const char *const DIST_ARG[] = { "value", "mean", "median", "low", "mode", "high", "cv", "sd", "p90", "log_sd",
    "phases", "shape", "dispersion" };
static const char *const DIST_LIST[] = { "values", "weights", "means" };

/* A list of numbers is noted by its length and a hash of its bits. */
static void
note_list(scn_loader_t *ld, const scn_at_t *at)
{
    lua_State *L = ld->L;
    uint64_t hash = 14695981039346656037u;
    size_t n = lua_rawlen(L, -1);
    char text[80];

    for (size_t i = 1; i <= n; i++) {
        scn_value_t value;
        double x = 0.0;
        unsigned char byte[sizeof(x)];

        lua_rawgeti(L, -1, (lua_Integer) i);
        if (scn_getvalue(L, -1, &value)) {
            x = scn_value_in(&value, value.mag, SCN_DAY);
        }
        lua_pop(L, 1);
        memcpy(byte, &x, sizeof(x));
        for (size_t k = 0; k < sizeof(x); k++) {
            hash = (hash ^ byte[k]) * 1099511628211u;
        }
    }
    snprintf(text, sizeof(text), "%zu numbers, hash %016llx", n, (unsigned long long) hash);
    scn_note_text(ld, at, text);
}

/* The items {weight, distribution} of a mixture; its arguments are on top. */
static void
note_parts(scn_loader_t *ld, const scn_at_t *at, int depth)
{
    lua_State *L = ld->L;
    size_t n = lua_rawlen(L, -1);

    for (size_t i = 1; i <= n && depth < 8; i++) {
        scn_at_t item, weight;
        scn_value_t value;

        lua_rawgeti(L, -1, (lua_Integer) i);
        scn_at_item(ld, at, (long) i, "part", &item);
        if (!lua_istable(L, -1)) {
            lua_pop(L, 1);
            continue;
        }
        lua_rawgeti(L, -1, 1);
        scn_at_key(ld, &item, "weight", &weight);
        if (scn_getvalue(L, -1, &value)) {
            scn_note_value(ld, &weight, &value, "");
        }
        lua_pop(L, 1);
        lua_rawgeti(L, -1, 2);
        if (scn_isdist(L, -1)) {
            note_dist(ld, &item, depth + 1);
        }
        lua_pop(L, 2);
    }
}

static void
note_bounds(scn_loader_t *ld, const scn_at_t *at)
{
    static const char *const key[] = { "truncate_low", "truncate_high" };
    scn_value_t value;
    scn_at_t child;

    if (!scn_dist_bounds(ld->L, -1)) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (scn_getvalue(ld->L, -2 + i, &value)) {
            scn_at_key(ld, at, key[i], &child);
            scn_note_value(ld, &child, &value, "");
        }
    }
    lua_pop(ld->L, 2);
}

static void
note_dist(scn_loader_t *ld, const scn_at_t *at, int depth)
{
    lua_State *L = ld->L;
    scn_value_t value;
    scn_at_t child;

    luaL_checkstack(L, 20, NULL);
    scn_note_text(ld, at, scn_dist_name(L, -1));
    note_bounds(ld, at);
    scn_dist_args(L, -1);
    for (size_t i = 0; i < sizeof(DIST_ARG) / sizeof(DIST_ARG[0]); i++) {
        lua_getfield(L, -1, DIST_ARG[i]);
        if (scn_getvalue(L, -1, &value)) {
            scn_at_key(ld, at, DIST_ARG[i], &child);
            scn_note_value(ld, &child, &value, "");
        }
        lua_pop(L, 1);
    }
    for (size_t i = 0; i < sizeof(DIST_LIST) / sizeof(DIST_LIST[0]); i++) {
        if (lua_getfield(L, -1, DIST_LIST[i]) == LUA_TTABLE) {
            scn_at_key(ld, at, DIST_LIST[i], &child);
            note_list(ld, &child);
        }
        lua_pop(L, 1);
    }
    note_parts(ld, at, depth);
    lua_pop(L, 1);
}

static bool
dist_wrong_kind(scn_loader_t *ld, const scn_at_t *at, int t)
{
    if (scn_dist_time(ld->L, -1) == t) {
        return false;
    }
    if (t == 1) {
        scn_fault(ld, at, "'%s' is a time: give the distribution times, such as %s with weeks(2), not plain numbers",
            at->key, scn_dist_name(ld->L, -1));
    } else {
        scn_fault(ld, at, "'%s' is a number: give the distribution plain numbers, not times", at->key);
    }
    return true;
}

bool
scn_dist(scn_loader_t *ld, const scn_at_t *at, int t, sim_dist_t *out)
{
    scn_want_t want = scn_want(t == 1 ? "days" : "", 0.0, HUGE_VAL);
    double x;
    int ret;

    if (scn_isdist(ld->L, -1)) {
        if (dist_wrong_kind(ld, at, t)) {
            return false;
        }
        ret = scn_dist_build(ld->L, -1, out);
        note_dist(ld, at, 0);
    } else if (!scn_number(ld, at, &want, &x)) {
        return false;
    } else {
        ret = sim_dist_init_fixed(out, x);
    }
    if (ret != 0) {
        scn_fault(ld, at, "'%s': %s", at->key,
            ret == SIM_ERR_FULL ? "the distributions of the scenario are too large" : sim_strerror(ret));
        return false;
    }
    if (sim_dist_minimum(out) < 0.0) {
        scn_fault(ld, at, "'%s' must not be negative, and this distribution can be", at->key);
        return false;
    }
    return true;
}

/* ---- texts ---- */

bool
scn_string(scn_loader_t *ld, const scn_at_t *at, char *out, size_t size)
{
    const char *text;
    size_t length;

    if (lua_type(ld->L, -1) != LUA_TSTRING) {
        scn_fault(ld, at, "'%s' must be a text in quotes, not %s", at->key, type_name(ld->L, -1));
        return false;
    }
    text = lua_tolstring(ld->L, -1, &length);
    if (strlen(text) != length) {
        scn_fault(ld, at, "'%s' holds a zero byte", at->key);
        return false;
    }
    if (length >= size) {
        scn_fault(ld, at, "'%s' is longer than %zu characters", at->key, size - 1);
        return false;
    }
    memcpy(out, text, length + 1);
    scn_note_text(ld, at, out);
    return true;
}

bool
scn_name(scn_loader_t *ld, const scn_at_t *at, char out[SIM_NAME_MAX])
{
    if (!scn_string(ld, at, out, SIM_NAME_MAX)) {
        return false;
    }
    if (!good_name(out)) {
        scn_fault(ld, at, "'%s' must be a name of letters, digits, _ and -, not \"%.60s\"", at->key, out);
        return false;
    }
    return true;
}

bool
scn_choice(scn_loader_t *ld, const scn_at_t *at, const char *const *choice, size_t n, size_t *index)
{
    char text[SIM_NAME_MAX], all[200] = "", hint[80];
    const char *best = NULL;
    unsigned distance = 0;
    size_t used = 0;

    if (!scn_string(ld, at, text, sizeof(text))) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(text, choice[i]) == 0) {
            *index = i;
            return true;
        }
        scn_nearest(text, choice[i], &best, &distance);
        if (choice[i][0] != '\0' && used < sizeof(all)) {
            used += (size_t) snprintf(all + used, sizeof(all) - used, "%s\"%s\"", used > 0 ? ", " : "", choice[i]);
        }
    }
    scn_fault(ld, at, "'%s' must be one of %s, not \"%s\"%s", at->key, all, text, scn_hint(best, hint, sizeof(hint)));
    return false;
}

bool
scn_any_day(scn_loader_t *ld, const scn_at_t *at, double *day)
{
    scn_want_t want = scn_want("days", 0.0, 200.0 * 365.25);
    sim_date_t date;
    char text[SIM_NAME_MAX];

    if (lua_type(ld->L, -1) != LUA_TSTRING) {
        return scn_number(ld, at, &want, day);
    }
    if (!scn_string(ld, at, text, sizeof(text))) {
        return false;
    }
    if (sim_date_parse(text, &date) != 0) {
        scn_fault(ld, at,
            "'%s' must be a date such as \"2027-04-01\", or a time after the start such as months(6), not \"%s\"",
            at->key, text);
        return false;
    }
    *day = (double) (sim_date_serial(date) - sim_date_serial(ld->spec->start));
    return true;
}

bool
scn_day(scn_loader_t *ld, const scn_at_t *at, double *day)
{
    bool read = scn_any_day(ld, at, day);

    if (read && *day < 0.0) {
        *day = 0.0;
        scn_warn(ld, at->file, at->line, "%s'%s' is before the start: it holds from the start", at->label, at->key);
    }
    return read;
}

/* ---- tables ---- */

static bool
is_known(const char *key, const char *const *known, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(key, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Words that people use for a field that has another name here. */
static const char *const ALSO[][2] = { { "duration", "service" }, { "interval", "gap" }, { "frequency", "gap" },
    { "visits", "sessions" }, { "servers", "units" }, { "capacity", "units" }, { "wte", "units" },
    { "patience", "timers" }, { "reneging", "timers" }, { "target", "to" }, { "probability", "share" },
    { "outcome", "on" }, { "length", "years" }, { "horizon", "years" }, { "arrivals", "sources" },
    { "resources", "pools" }, { "schedule", "timetable" }, { "shifts", "timetable" }, { "queue", "discipline" },
    { "preemptive", "preempt" }, { "failures", "fails" }, { "breakdowns", "fails" }, { "buffer", "room" },
    { "queue_limit", "room" }, { "capacity", "limit" }, { "blocking", "full" }, { "overflow", "full" },
    { "balking", "baulk" }, { "bulk", "group" }, { "switching", "jockey" }, { "changeover", "setup" },
    { "interarrival", "between" }, { "schedule", "dates" }, { "class_change", "becomes" } };

static const char *
nearest_synonym(const char *key, const char *const *known, size_t n, unsigned limit)
{
    for (size_t i = 0; i < sizeof(ALSO) / sizeof(ALSO[0]); i++) {
        if (scn_distance(key, ALSO[i][0], limit) <= limit && is_known(ALSO[i][1], known, n)) {
            return ALSO[i][1];
        }
    }
    return NULL;
}

static void
unknown_field(scn_loader_t *ld, const scn_at_t *at, const char *key, const char *const *known, size_t n)
{
    const char *best = nearest_synonym(key, known, n, 0);
    bool synonym = best != NULL;
    unsigned distance = 0;
    char hint[SCN_TEXT_MAX];
    scn_at_t child;

    for (size_t i = 0; !synonym && i < n; i++) {
        scn_nearest(key, known[i], &best, &distance);
    }
    if (best == NULL) {
        best = nearest_synonym(key, known, n, 2);
    }
    scn_at_key(ld, at, key, &child);
    scn_fault(ld, &child, "unknown field '%.60s'%s", key, scn_hint(best, hint, sizeof(hint)));
}

void
scn_unknown(scn_loader_t *ld, const scn_at_t *at, const char *const *known, size_t n)
{
    lua_State *L = ld->L;
    scn_at_t child;

    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            if (!is_known(lua_tostring(L, -2), known, n)) {
                unknown_field(ld, at, lua_tostring(L, -2), known, n);
            }
        } else if (lua_isinteger(L, -2)) {
            scn_at_item(ld, at, (long) lua_tointeger(L, -2), "item", &child);
            child.label[0] = '\0';
            scn_error(ld, child.file, child.line, "%sunexpected item %lld: the fields here have names", at->label,
                (long long) lua_tointeger(L, -2));
        } else {
            scn_fault(ld, at, "a key is %s: the fields here have names", type_name(L, -2));
        }
        lua_pop(L, 1);
    }
}

static void
read_whole(scn_loader_t *ld, const scn_at_t *at, const scn_field_t *field, unsigned *out)
{
    scn_want_t want = scn_want("", field->min, field->max);
    double x;

    if (!scn_number(ld, at, &want, &x)) {
        return;
    }
    if (x != floor(x)) {
        scn_fault(ld, at, "'%s' must be a whole number, not %g", at->key, x);
        return;
    }
    *out = (unsigned) x;
}

static void
read_count(scn_loader_t *ld, const scn_at_t *at, const scn_field_t *field, size_t *out)
{
    scn_want_t want = scn_want("", field->min, field->max);
    double x;

    if (!scn_number(ld, at, &want, &x)) {
        return;
    }
    if (x != floor(x)) {
        scn_fault(ld, at, "'%s' must be a whole number, not %g", at->key, x);
        return;
    }
    *out = (size_t) x;
}

static void
read_number(scn_loader_t *ld, const scn_at_t *at, const scn_field_t *field, const char *unit, void *out)
{
    scn_want_t want = scn_want(unit, field->min, field->max);
    double x;

    if (!scn_number(ld, at, &want, &x)) {
        return;
    }
    if (field->kind == SCN_WHOLE_DAYS) {
        int days = (int) ceil(x);

        memcpy(out, &days, sizeof(days));
    } else {
        memcpy(out, &x, sizeof(x));
    }
}

static void
read_bool(scn_loader_t *ld, const scn_at_t *at, bool *out)
{
    if (lua_type(ld->L, -1) != LUA_TBOOLEAN) {
        scn_fault(ld, at, "'%s' must be true or false, not %s", at->key, type_name(ld->L, -1));
        return;
    }
    *out = lua_toboolean(ld->L, -1) != 0;
    scn_note_text(ld, at, *out ? "true" : "false");
}

static void
read_choice(scn_loader_t *ld, const scn_at_t *at, const scn_field_t *field, void *out)
{
    size_t n = 0, index = 0;
    int number;

    while (field->choice[n] != NULL) {
        n++;
    }
    if (scn_choice(ld, at, field->choice, n, &index)) {
        number = (int) index;
        memcpy(out, &number, sizeof(number));
    }
}

static void
read_field(scn_loader_t *ld, const scn_at_t *at, const scn_field_t *field, void *row)
{
    void *out = (char *) row + field->offset;

    switch (field->kind) {
    case SCN_NAME:
        (void) scn_name(ld, at, out);
        break;
    case SCN_TEXT:
        if (scn_string(ld, at, out, (size_t) field->max) && field->required && ((char *) out)[0] == '\0') {
            scn_fault(ld, at, "'%s' is empty", at->key);
        }
        break;
    case SCN_BOOL:
        read_bool(ld, at, out);
        break;
    case SCN_NUMBER:
        read_number(ld, at, field, "", out);
        break;
    case SCN_SHARE:
        read_number(ld, at, field, "share", out);
        break;
    case SCN_WHOLE:
        read_whole(ld, at, field, out);
        break;
    case SCN_COUNT:
        read_count(ld, at, field, out);
        break;
    case SCN_TIME:
    case SCN_WHOLE_DAYS:
        read_number(ld, at, field, "days", out);
        break;
    case SCN_MINUTES:
        read_number(ld, at, field, "minutes", out);
        break;
    case SCN_DIST_TIME:
        (void) scn_dist(ld, at, 1, out);
        break;
    case SCN_DIST_COUNT:
        (void) scn_dist(ld, at, 0, out);
        break;
    case SCN_CHOICE:
        read_choice(ld, at, field, out);
        break;
    case SCN_SPECIAL:
        field->special(ld, at, row);
        break;
    }
}

void
scn_row(scn_loader_t *ld, const scn_at_t *at, const scn_room_t *room, void *row)
{
    const char *known[KNOWN_MAX];
    lua_State *L = ld->L;
    scn_at_t child;

    if (!lua_istable(L, -1)) {
        scn_fault(ld, at, "%s %s must be a table { ... }, not %s", strchr("aeiou", room->name[0]) != NULL ? "an" : "a",
            room->name, type_name(L, -1));
        return;
    }
    luaL_checkstack(L, 20, NULL);
    for (size_t i = 0; i < room->n; i++) {
        const scn_field_t *field = &room->field[i];

        known[i] = field->name;
        if (lua_getfield(L, -1, field->name) != LUA_TNIL) {
            scn_at_key(ld, at, field->name, &child);
            read_field(ld, &child, field, row);
        } else if (field->required) {
            scn_fault(ld, at, "'%s' is missing", field->name);
        }
        lua_pop(L, 1);
    }
    scn_unknown(ld, at, known, room->n);
}

long
scn_array(scn_loader_t *ld, const scn_at_t *at, size_t max)
{
    lua_State *L = ld->L;
    const char *name = NULL; /* the first, so that the message does not depend on the order of a hash */
    size_t n, found = 0;

    if (!lua_istable(L, -1)) {
        scn_fault(ld, at, "'%s' must be an array { {...}, {...} }, not %s", at->key, type_name(L, -1));
        return -1;
    }
    n = lua_rawlen(L, -1);
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING && (name == NULL || strcmp(lua_tostring(L, -1), name) < 0)) {
            name = lua_tostring(L, -1);
        }
        found++;
    }
    if (name != NULL) {
        scn_fault(ld, at, "'%s' must be an array { {...}, {...} }: '%.40s' is a name", at->key, name);
        return -1;
    }
    if (found != n) {
        scn_fault(ld, at, "'%s' must be an array without holes", at->key);
        return -1;
    }
    if (n > max) {
        scn_fault(ld, at, "'%s' holds %zu items; at most %zu are allowed", at->key, n, max);
        return -1;
    }
    return (long) n;
}

/* ---- references ---- */

void
scn_refer(scn_loader_t *ld, const scn_at_t *at, const char *name, bool pool)
{
    scn_ref_t *ref;

    if (ld->n_refs >= ld->ref_capacity) {
        size_t capacity = ld->ref_capacity > 0 ? 2 * ld->ref_capacity : 64;

        ref = realloc(ld->ref, capacity * sizeof(*ref));
        if (ref == NULL) {
            ld->no_memory = true;
            return;
        }
        ld->ref = ref;
        ld->ref_capacity = capacity;
    }
    ref = &ld->ref[ld->n_refs++];
    ref->file = at->file;
    ref->line = at->line;
    ref->pool = pool;
    memcpy(ref->key, at->key, sizeof(ref->key));
    memcpy(ref->label, at->label, sizeof(ref->label));
    snprintf(ref->name, sizeof(ref->name), "%s", name);
}
