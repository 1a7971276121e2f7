/*
 * Overrides (--set key=value): they change the scenario's table before it is read, so that they are checked like
 * everything else. A key is the path that the list of parameters shows: fields, and items by name or by number,
 * joined by dots.
 *
 * Invariant: an override is applied once, in the order given; one whose path is not there yet waits until `build` has
 * run.
 */
#include "sim/lua/loader.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENTS_MAX 12

static int
override_init(scn_loader_t *ld, scn_override_t *it, const char *text)
{
    const char *equals = strchr(text, '=');
    size_t size = strlen(text) + 8;

    it->text = malloc(size);
    it->key = scn_strdup(ld, text);
    it->value = scn_strdup(ld, equals != NULL ? equals + 1 : "");
    if (it->text == NULL || it->key == NULL || it->value == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    snprintf(it->text, size, "--set %s", text);
    if (equals != NULL) {
        it->key[equals - text] = '\0';
    }
    if (equals == NULL || equals == text) {
        scn_error(ld, it->text, 0, "write --set key=value, such as --set years=3");
        it->state = SCN_SET_FAILED;
    }
    return 0;
}

int
scn_overrides_init(scn_loader_t *ld, const char *const *text, size_t n)
{
    int ret = 0;

    ld->override = calloc(n > 0 ? n : 1, sizeof(*ld->override));
    if (ld->override == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; ret == 0 && i < n; i++) {
        ld->n_overrides++;
        ret = override_init(ld, &ld->override[i], text[i]);
    }
    return ret;
}

/* ---- values ---- */

typedef struct {
    const char *suffix;
    const char *unit;
    double factor;
} suffix_t;

static const suffix_t SUFFIX[] = {
    { "%", "share", 0.01 },
    { "d", "days", 1.0 },
    { "day", "days", 1.0 },
    { "days", "days", 1.0 },
    { "w", "weeks", 1.0 },
    { "week", "weeks", 1.0 },
    { "weeks", "weeks", 1.0 },
    { "month", "months", 1.0 },
    { "months", "months", 1.0 },
    { "y", "years", 1.0 },
    { "year", "years", 1.0 },
    { "years", "years", 1.0 },
    { "h", "hours", 1.0 },
    { "hour", "hours", 1.0 },
    { "hours", "hours", 1.0 },
    { "min", "minutes", 1.0 },
    { "minutes", "minutes", 1.0 },
    { "pounds", "pounds", 1.0 },
};

/* A decimal number: no hexadecimal, infinity or NaN. */
static bool
parse_number(const char *text, double *x, const char **end)
{
    char *stop;

    if (strspn(text, "+-.0123456789") == 0 || strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0) {
        return false;
    }
    *x = strtod(text, &stop);
    *end = stop;
    return stop != text && isfinite(*x);
}

static bool
with_suffix(const char *suffix, double x, scn_value_t *value)
{
    double factor;

    for (size_t i = 0; i < sizeof(SUFFIX) / sizeof(SUFFIX[0]); i++) {
        if (strcmp(suffix, SUFFIX[i].suffix) == 0) {
            scn_value_plain(value, 0.0);
            scn_unit(SUFFIX[i].unit, value, &factor);
            value->mag = SUFFIX[i].factor == 0.01 ? x / 100.0 : x;
            return true;
        }
    }
    return false;
}

/* Replace the value on top by the override's, in the unit of what it replaces. */
static void
push_override(lua_State *L, const scn_override_t *it)
{
    const scn_value_t *old = scn_tovalue(L, -1);
    scn_value_t value;
    const char *end;
    double x;

    if (strcmp(it->value, "true") == 0 || strcmp(it->value, "false") == 0) {
        lua_pushboolean(L, it->value[0] == 't');
    } else if (!parse_number(it->value, &x, &end)) {
        lua_pushstring(L, it->value);
    } else if (*end == '\0' && old != NULL) {
        scn_value_plain(&value, x);
        value.t = old->t;
        value.m = old->m;
        value.second = old->second;
        memcpy(value.unit, old->unit, sizeof(value.unit));
        scn_pushvalue(L, &value);
    } else if (*end == '\0' && x == floor(x) && fabs(x) < 1e15) {
        lua_pushinteger(L, (lua_Integer) x);
    } else if (*end == '\0') {
        lua_pushnumber(L, x);
    } else if (with_suffix(end + strspn(end, " "), x, &value)) {
        scn_pushvalue(L, &value);
    } else {
        lua_pushstring(L, it->value);
    }
    lua_remove(L, -2);
}

/* ---- paths ---- */

typedef struct {
    size_t n;
    char segment[SEGMENTS_MAX][SIM_NAME_MAX + 16];
    size_t at; /* the segment that was looked for last */
} path_t;

static bool
split(const char *key, path_t *path)
{
    size_t length = 0;

    path->n = 0;
    path->at = 0;
    for (const char *c = key;; c++) {
        if (*c == '.' || *c == '[' || *c == '\0') {
            if (length == 0 || path->n == SEGMENTS_MAX) {
                return false;
            }
            path->segment[path->n++][length] = '\0';
            length = 0;
        } else if (*c != ']') {
            if (path->n == SEGMENTS_MAX || length + 1 >= sizeof(path->segment[0])) {
                return false;
            }
            path->segment[path->n][length++] = *c;
        }
        if (*c == '\0') {
            return true;
        }
    }
}

static bool
all_digits(const char *text)
{
    return text[0] != '\0' && strspn(text, "0123456789") == strlen(text) && strlen(text) < 7;
}

/* Whether the item on top goes by a name: its name, offer or stage. */
static bool
item_is(lua_State *L, const char *name)
{
    static const char *const key[] = { "name", "offer", "stage" };

    for (size_t i = 0; lua_istable(L, -1) && i < sizeof(key) / sizeof(key[0]); i++) {
        bool same = lua_getfield(L, -1, key[i]) == LUA_TSTRING && strcmp(lua_tostring(L, -1), name) == 0;

        lua_pop(L, 1);
        if (same) {
            return true;
        }
    }
    return false;
}

/* Number of the item of the array on top that a segment means, or 0. */
static lua_Integer
find_item(lua_State *L, const char *segment)
{
    lua_Integer n = (lua_Integer) lua_rawlen(L, -1);

    for (lua_Integer i = 1; i <= n; i++) {
        bool found;

        lua_rawgeti(L, -1, i);
        found = item_is(L, segment);
        lua_pop(L, 1);
        if (found) {
            return i;
        }
    }
    if (all_digits(segment) && strtol(segment, NULL, 10) <= n) {
        return strtol(segment, NULL, 10);
    }
    return 0;
}

static void
append_path(char path[SCN_PATH_MAX], const char *segment)
{
    size_t n = strlen(path);

    snprintf(path + n, SCN_PATH_MAX - n, n > 0 ? ".%s" : "%s", segment);
}

/* The name under which cursors know item i, which is on top. */
static void
append_item(lua_State *L, char path[SCN_PATH_MAX], lua_Integer i)
{
    char number[24];

    if (lua_istable(L, -1)) {
        bool named = lua_getfield(L, -1, "name") == LUA_TSTRING;

        if (named) {
            append_path(path, lua_tostring(L, -1));
        }
        lua_pop(L, 1);
        if (named) {
            return;
        }
    }
    snprintf(number, sizeof(number), "%lld", (long long) i);
    append_path(path, number);
}

static bool
is_block(const char *name)
{
    for (size_t i = 0; i < CARE_N_BLOCKS; i++) {
        if (strcmp(CARE_BLOCKS[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

const char *
scn_path_in_area(const char *path)
{
    const char *dot = strncmp(path, "areas.", 6) == 0 ? strchr(path + 6, '.') : NULL;

    return dot != NULL ? dot + 1 : path;
}

/* Whether a path is that of an area: "areas.north". */
static bool
is_area(const char *path)
{
    return strncmp(path, "areas.", 6) == 0 && strchr(path + 6, '.') == NULL;
}

/* The field on top, of an area below it, is made the area's own, since areas may share a table; absent, it is made. */
static void
own_table(lua_State *L, const char *field)
{
    int from = lua_gettop(L);

    lua_newtable(L);
    for (lua_pushnil(L); lua_istable(L, from) && lua_next(L, from) != 0;) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, from + 1);
    }
    lua_settop(L, from + 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, from - 1, field);
    lua_remove(L, from);
}

/* Step into the child of the table on top that a segment names, replacing it; false when there is none. */
static bool
step_into(lua_State *L, scn_override_t *it, const char *segment, bool first)
{
    lua_Integer item;

    if (!lua_istable(L, -1)) {
        return false;
    }
    if (lua_getfield(L, -1, segment) == LUA_TTABLE || scn_isdist(L, -1)) {
        if (is_area(it->path)) {
            own_table(L, segment);
        }
        append_path(it->path, segment);
        lua_remove(L, -2);
        return true;
    }
    if (lua_isnil(L, -1) && is_area(it->path) && is_block(segment)) {
        own_table(L, segment);
        append_path(it->path, segment);
        lua_remove(L, -2);
        return true;
    }
    lua_pop(L, 1);
    item = find_item(L, segment);
    if (item > 0) {
        lua_rawgeti(L, -1, item);
        append_item(L, it->path, item);
        lua_remove(L, -2);
        return true;
    }
    if (first && is_block(segment)) {
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, segment);
        append_path(it->path, segment);
        lua_remove(L, -2);
        return true;
    }
    return false;
}

/* A plan whose only layer is an item: its parameters may be addressed through the plan. */
static void
step_into_layer(lua_State *L, scn_override_t *it, const char *segment)
{
    bool plan = strncmp(it->path, "plans.", 6) == 0 && strchr(it->path + 6, '.') == NULL;

    if (plan && lua_istable(L, -1) && lua_rawlen(L, -1) == 1 && strcmp(segment, "name") != 0 &&
        strcmp(segment, "title") != 0) {
        lua_rawgeti(L, -1, 1);
        append_item(L, it->path, 1);
        lua_remove(L, -2);
    }
}

static bool set_argument(lua_State *L, scn_override_t *it, const char *field, const char *segment);

/* The field on top holds a table or a distribution: only a fixed value can be replaced as a whole. */
static bool
set_composite(lua_State *L, scn_override_t *it, const char *segment)
{
    if (!scn_isdist(L, -1) || strcmp(scn_dist_name(L, -1), "fixed") != 0) {
        lua_pop(L, 1);
        return false;
    }
    append_path(it->path, segment);
    return set_argument(L, it, segment, "value");
}

/* The table on top gets the value at the last segment. */
static bool
set_last(lua_State *L, scn_override_t *it, const char *segment)
{
    lua_Integer item;

    if (!lua_istable(L, -1)) {
        return false;
    }
    step_into_layer(L, it, segment);
    item = lua_rawlen(L, -1) > 0 && all_digits(segment) ? find_item(L, segment) : 0;
    if (item > 0) {
        lua_rawgeti(L, -1, item);
        push_override(L, it);
        lua_rawseti(L, -2, item);
        append_path(it->path, segment);
        return true;
    }
    if (lua_rawlen(L, -1) > 0) {
        return false; /* an array: a new name in it would mean nothing */
    }
    if (lua_getfield(L, -1, segment) == LUA_TTABLE || scn_isdist(L, -1)) {
        return set_composite(L, it, segment);
    }
    if (strcmp(scn_path_in_area(it->path), "area") == 0 && lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return false; /* all that `build` understands is there */
    }
    push_override(L, it);
    lua_setfield(L, -2, segment);
    append_path(it->path, segment);
    return true;
}

/* The distribution on top is made again with one argument changed, and put into the table below it. */
static bool
set_argument(lua_State *L, scn_override_t *it, const char *field, const char *segment)
{
    scn_dist_args(L, -1);
    if (lua_getfield(L, -1, segment) == LUA_TNIL || lua_istable(L, -1)) {
        lua_pop(L, 2);
        return false;
    }
    push_override(L, it);
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, -4) != 0) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    lua_insert(L, -2);
    lua_setfield(L, -2, segment);
    lua_remove(L, -2);
    scn_dist_again(L, -2);
    lua_setfield(L, -3, field);
    append_path(it->path, segment);
    return true;
}

/* ---- what was meant ---- */

static void
collect_name(lua_State *L, const char *word, const char **best, unsigned *distance, char *all, size_t size)
{
    const char *name = lua_tostring(L, -1);
    size_t used = strlen(all);

    scn_nearest(word, name, best, distance);
    if (used + strlen(name) + 8 < size) {
        snprintf(all + used, size - used, "%s%.60s", used > 0 ? ", " : "", name);
    }
}

/* Names near to the word among the fields and the items of the table on top; without one, the items' names. */
static void
not_found(scn_loader_t *ld, const scn_override_t *it, const path_t *path)
{
    lua_State *L = ld->L;
    const char *word = path->segment[path->at], *best = NULL;
    unsigned distance = 0;
    char all[160] = "", hint[SCN_TEXT_MAX];

    if (scn_isdist(L, -1)) {
        scn_dist_args(L, -1);
    } else {
        lua_pushvalue(L, -1);
    }
    lua_pushnil(L);
    while (lua_istable(L, -2) && lua_next(L, -2) != 0) {
        if (lua_istable(L, -1) && lua_isinteger(L, -2)) {
            if (lua_getfield(L, -1, "name") == LUA_TSTRING) {
                collect_name(L, word, &best, &distance, all, sizeof(all));
            }
            lua_pop(L, 1);
        } else if (lua_type(L, -2) == LUA_TSTRING) {
            scn_nearest(word, lua_tostring(L, -2), &best, &distance);
        }
        lua_pop(L, 1);
    }
    scn_error(ld, it->text, 0, "there is no '%.60s'%s%s%s", word, it->path[0] != '\0' ? " in " : "", it->path,
        best != NULL     ? scn_hint(best, hint, sizeof(hint))
        : all[0] != '\0' ? "; there is "
                         : "");
    if (best == NULL && all[0] != '\0') {
        scn_message_t *last = &ld->scn->error.item[ld->scn->error.n - 1];
        char text[SCN_TEXT_MAX * 2];
        char *copy;

        snprintf(text, sizeof(text), "%s%s", last->text, all);
        copy = scn_strdup(ld, text);
        if (copy != NULL) {
            free((char *) last->text);
            last->text = copy;
        }
    }
}

/* The field holds a table or a distribution: say what can be set in it. */
static bool
is_composite(lua_State *L, const char *segment)
{
    if (!lua_istable(L, -1)) {
        return false;
    }
    if (lua_getfield(L, -1, segment) == LUA_TTABLE || scn_isdist(L, -1)) {
        return true;
    }
    lua_pop(L, 1);
    if (find_item(L, segment) == 0) {
        return false;
    }
    lua_rawgeti(L, -1, find_item(L, segment));
    return true;
}

/* An argument or a field of what is on top, as an example. */
static const char *
example_of(lua_State *L)
{
    static const char *const argument[] = { "mean", "median", "low" };

    if (!scn_isdist(L, -1)) {
        return lua_rawlen(L, -1) > 0 ? "1" : "name";
    }
    scn_dist_args(L, -1);
    for (size_t i = 0; i < sizeof(argument) / sizeof(argument[0]); i++) {
        if (lua_getfield(L, -1, argument[i]) != LUA_TNIL) {
            return argument[i];
        }
        lua_pop(L, 1);
    }
    return "value";
}

static void
apply(scn_loader_t *ld, scn_override_t *it, bool last)
{
    lua_State *L = ld->L;
    int top = lua_gettop(L);
    path_t path;
    bool done;

    it->path[0] = '\0';
    if (!split(it->key, &path)) {
        scn_error(ld, it->text, 0, "'%.60s' is not a path such as stages.choice.dna", it->key);
        it->state = SCN_SET_FAILED;
        return;
    }
    ld->context = it->text;
    luaL_checkstack(L, 40, NULL);
    lua_pushvalue(L, top); /* a table, for the field of a distribution */
    lua_pushvalue(L, top);
    for (path.at = 0; path.at + 1 < path.n; path.at++) {
        lua_pushvalue(L, -1);
        if (!step_into(L, it, path.segment[path.at], path.at == 0)) {
            break;
        }
        lua_remove(L, -3);
    }
    if (path.at + 1 < path.n) {
        done = false;
        lua_pop(L, 1);
    } else if (scn_isdist(L, -1) && path.n >= 2) {
        done = set_argument(L, it, path.segment[path.n - 2], path.segment[path.at]);
    } else {
        done = set_last(L, it, path.segment[path.at]);
    }
    if (done) {
        it->state = SCN_SET_DONE;
    } else if (last) {
        it->state = SCN_SET_FAILED;
        if (path.at + 1 == path.n && is_composite(L, path.segment[path.at])) {
            bool dist = scn_isdist(L, -1);

            scn_error(ld, it->text, 0, "'%.60s' is a %s: set one of its fields, such as %.60s.%s",
                path.segment[path.at], dist ? "distribution" : "table", it->key, example_of(L));
        } else {
            not_found(ld, it, &path);
        }
    }
    ld->context = NULL;
    lua_settop(L, top);
}

static void
unknown_evidence(scn_loader_t *ld, scn_override_t *it)
{
    const char *best = NULL;
    unsigned distance = 0;
    char hint[SCN_TEXT_MAX];

    for (size_t i = 0; i < ld->scn->n_evidence; i++) {
        scn_nearest(it->key + 3, ld->scn->evidence[i].id, &best, &distance);
    }
    scn_error(ld, it->text, 0, "the scenario takes nothing from evidence '%.60s'%s", it->key + 3,
        scn_hint(best, hint, sizeof(hint)));
    it->state = SCN_SET_FAILED;
}

static void
warn_unused(scn_loader_t *ld, const scn_override_t *it)
{
    const scn_evidence_t *record = strncmp(it->key, "ev.", 3) == 0 ? scn_evidence_find(ld->scn, it->key + 3) : NULL;

    if (record != NULL && !record->used) {
        scn_warn(ld, it->text, 0, "the scenario does not use this evidence: nothing changes");
    }
}

static bool
is_row(const char *key)
{
    for (size_t i = 0; SCN_BUILT[i] != NULL; i++) {
        size_t n = strlen(SCN_BUILT[i]);

        if (strncmp(key, SCN_BUILT[i], n) == 0 && (key[n] == '.' || key[n] == '[')) {
            return true;
        }
    }
    return false;
}

/* An override of a row acts in all areas; that it is nowhere is said of the first. */
static void
apply_areas(scn_loader_t *ld, scn_override_t *it)
{
    bool done = false;

    for (lua_Integer i = 1; it->state != SCN_SET_FAILED && scn_push_area_rows(ld->L, i); i++) {
        it->state = SCN_SET_WAITING;
        apply(ld, it, i == 1);
        done = done || it->state == SCN_SET_DONE;
        lua_pop(ld->L, 1);
    }
    it->in_areas = true;
    it->state = done ? SCN_SET_DONE : it->state;
}

void
scn_overrides_apply(scn_loader_t *ld, bool last)
{
    for (size_t i = 0; i < ld->n_overrides; i++) {
        scn_override_t *it = &ld->override[i];

        if (it->state != SCN_SET_WAITING) {
            continue;
        }
        if (last && is_row(it->key) && scn_has_areas(ld->L)) {
            apply_areas(ld, it);
        } else if (strncmp(it->key, "ev.", 3) != 0) {
            apply(ld, it, last);
        } else if (last) {
            unknown_evidence(ld, it);
        }
    }
    for (size_t i = 0; last && i < ld->n_overrides; i++) {
        warn_unused(ld, &ld->override[i]);
    }
}

/* ---- evidence ---- */

void
scn_overrides_evidence(scn_loader_t *ld, scn_evidence_t *record)
{
    for (size_t i = 0; i < ld->n_overrides; i++) {
        scn_override_t *it = &ld->override[i];
        const char *end;
        double x;

        if (it->state == SCN_SET_FAILED || strncmp(it->key, "ev.", 3) != 0 || strcmp(it->key + 3, record->id) != 0) {
            continue;
        }
        if (!parse_number(it->value, &x, &end) || *end != '\0') {
            scn_error(ld, it->text, 0, "must be a number, in the unit of the evidence (%s)", record->unit);
            it->state = SCN_SET_FAILED;
            continue;
        }
        record->value = x;
        it->state = SCN_SET_DONE;
        snprintf(it->path, sizeof(it->path), "%.200s", it->key);
    }
}
