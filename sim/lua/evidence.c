/*
 * The evidence base in scenarios: ev "id", assumption(), sourced().
 *
 * Invariant: loader->scn->evidence is empty, or holds every record of lib/evidence.lua, with overrides applied; texts
 * are never NULL.
 */
#include "sim/lua/loader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVIDENCE_FILE "lib/evidence.lua"
#define EVIDENCE_MAX 20000

void
scn_evidence_free(scn_t *scn)
{
    for (size_t i = 0; i < scn->n_evidence; i++) {
        scn_evidence_t *it = &scn->evidence[i];
        const char *text[] = { it->id, it->name, it->unit, it->year, it->source, it->where, it->range, it->note };

        for (size_t k = 0; k < sizeof(text) / sizeof(text[0]); k++) {
            free((char *) text[k]);
        }
    }
    free(scn->evidence);
    scn->evidence = NULL;
    scn->n_evidence = 0;
}

scn_evidence_t *
scn_evidence_find(scn_t *scn, const char *id)
{
    for (size_t i = 0; i < scn->n_evidence; i++) {
        if (scn->evidence[i].id != NULL && strcmp(scn->evidence[i].id, id) == 0) {
            return &scn->evidence[i];
        }
    }
    return NULL;
}

static double
record_number(lua_State *L, const char *key)
{
    double x = NAN;

    if (lua_getfield(L, -1, key) == LUA_TNUMBER) {
        x = lua_tonumber(L, -1);
    }
    lua_pop(L, 1);
    return x;
}

static const char *
record_text(lua_State *L, const char *key)
{
    scn_loader_t *ld = scn_loader(L);
    char number[40];
    const char *copy;

    lua_getfield(L, -1, key);
    if (lua_type(L, -1) == LUA_TNUMBER) {
        copy = scn_strdup(ld, scn_format(lua_tonumber(L, -1), number, sizeof(number)));
    } else {
        copy = scn_strdup(ld, lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "");
    }
    lua_pop(L, 1);
    return copy;
}

static void
take_record(lua_State *L, scn_evidence_t *it)
{
    const char *quality;

    it->value = record_number(L, "value");
    it->low = record_number(L, "low");
    it->high = record_number(L, "high");
    it->id = record_text(L, "id");
    it->name = record_text(L, "name");
    it->unit = record_text(L, "unit");
    it->year = record_text(L, "year");
    it->source = record_text(L, "source");
    it->where = record_text(L, "where");
    it->range = record_text(L, "range");
    it->note = record_text(L, "note");
    lua_getfield(L, -1, "quality");
    quality = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    it->quality = quality[0] >= 'A' && quality[0] <= 'E' ? quality[0] : 0;
    lua_pop(L, 1);
}

/* The module's array is on top of the stack. */
static void
take_records(lua_State *L)
{
    scn_loader_t *ld = scn_loader(L);
    scn_t *scn = ld->scn;
    lua_Integer n = lua_istable(L, -1) ? (lua_Integer) lua_rawlen(L, -1) : 0;

    if (n < 1 || n > EVIDENCE_MAX) {
        luaL_error(L, "%s must return an array of records", EVIDENCE_FILE);
    }
    scn->evidence = calloc((size_t) n, sizeof(*scn->evidence));
    if (scn->evidence == NULL) {
        ld->no_memory = true;
        luaL_error(L, "out of memory");
    }
    for (lua_Integer i = 1; i <= n; i++) {
        if (lua_rawgeti(L, -1, i) != LUA_TTABLE) {
            luaL_error(L, "%s: record %d is not a table", EVIDENCE_FILE, (int) i);
        }
        scn->n_evidence = (size_t) i;
        take_record(L, &scn->evidence[i - 1]);
        if (ld->no_memory) {
            luaL_error(L, "out of memory");
        }
        scn_overrides_evidence(ld, &scn->evidence[i - 1]);
        lua_pop(L, 1);
    }
}

void
scn_evidence_need(lua_State *L)
{
    if (scn_loader(L)->scn->n_evidence > 0) {
        return;
    }
    scn_sandbox_run(L, EVIDENCE_FILE, false);
    take_records(L);
    lua_pop(L, 1);
}

/* ---- ev ---- */

static void
unknown_id(lua_State *L, const char *id)
{
    scn_t *scn = scn_loader(L)->scn;
    const char *best = NULL;
    unsigned distance = 0;
    char hint[SCN_TEXT_MAX];

    for (size_t i = 0; i < scn->n_evidence; i++) {
        scn_nearest(id, scn->evidence[i].id, &best, &distance);
    }
    luaL_error(L, "ev \"%s\": the evidence has no such id%s", id, scn_hint(best, hint, sizeof(hint)));
}

static void
from_record(const scn_evidence_t *record, scn_value_t *value)
{
    double factor;

    scn_value_plain(value, record->value);
    scn_unit(record->unit, value, &factor);
    value->mag = record->value * factor;
    value->low = record->low * factor;
    value->high = record->high * factor;
    value->kind = 'e';
    value->grade = record->quality;
    snprintf(value->range, sizeof(value->range), "%s", record->range);
    snprintf(value->ids, sizeof(value->ids), "%s", record->id);
    snprintf(value->source, sizeof(value->source), "%.200s%s%.40s", record->source, record->year[0] != '\0' ? ", " : "",
        record->year);
}

static int
evidence_ev(lua_State *L)
{
    const char *id;
    scn_evidence_t *record;
    scn_value_t value;

    if (lua_type(L, 1) != LUA_TSTRING) {
        return luaL_error(L, "ev takes the id of a record: ev \"capa_mean_sessions\"");
    }
    id = lua_tostring(L, 1);
    scn_evidence_need(L);
    record = scn_evidence_find(scn_loader(L)->scn, id);
    if (record == NULL) {
        unknown_id(L, id);
        return 0;
    }
    if (isnan(record->value)) {
        return luaL_error(L, "ev \"%s\": the evidence gives no number (%s)", id, record->note);
    }
    record->used = true;
    from_record(record, &value);
    scn_pushvalue(L, &value);
    return 1;
}

/* ---- assumption and sourced ---- */

static double
option_number(lua_State *L, const scn_value_t *value, const char *function, const char *key)
{
    scn_value_t bound;

    if (lua_getfield(L, 3, key) == LUA_TNIL) {
        lua_pop(L, 1);
        return NAN;
    }
    if (!scn_getvalue(L, -1, &bound)) {
        luaL_error(L, "%s: '%s' must be a number or a value", function, key);
    }
    lua_pop(L, 1);
    if (bound.t == 0 && bound.m == 0) {
        return bound.mag;
    }
    if (bound.t != value->t || bound.m != value->m) {
        luaL_error(L, "%s: '%s' is %s, but the value is %s", function, key, scn_dimension(bound.t, bound.m),
            scn_dimension(value->t, value->m));
    }
    return scn_value_in(&bound, bound.mag, value->second);
}

static const char *const OPTION[] = { "low", "high", "quality", "range" };

static void
check_options(lua_State *L, const char *function)
{
    lua_pushnil(L);
    while (lua_next(L, 3) != 0) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?", *best = NULL;
        unsigned distance = 0;
        char hint[SCN_TEXT_MAX];
        bool known = false;

        for (size_t i = 0; i < sizeof(OPTION) / sizeof(OPTION[0]); i++) {
            known = known || strcmp(key, OPTION[i]) == 0;
            scn_nearest(key, OPTION[i], &best, &distance);
        }
        if (!known) {
            luaL_error(L, "%s: unknown field '%s'%s", function, key, scn_hint(best, hint, sizeof(hint)));
        }
        lua_pop(L, 1);
    }
}

static const char *const RANGE[] = { "uncertainty", "spread", "trend", "none" };

static void
take_range(lua_State *L, const char *function, scn_value_t *value)
{
    if (lua_getfield(L, 3, "range") == LUA_TSTRING) {
        for (size_t i = 0; i < sizeof(RANGE) / sizeof(RANGE[0]); i++) {
            if (strcmp(lua_tostring(L, -1), RANGE[i]) == 0) {
                snprintf(value->range, sizeof(value->range), "%s", RANGE[i]);
                lua_pop(L, 1);
                return;
            }
        }
    }
    if (!lua_isnil(L, -1)) {
        luaL_error(L, "%s: 'range' must be \"uncertainty\", \"spread\", \"trend\" or \"none\"", function);
    }
    lua_pop(L, 1);
    snprintf(value->range, sizeof(value->range), "%s",
        isnan(value->low) && isnan(value->high) ? "none" : "uncertainty");
}

static void
take_quality(lua_State *L, const char *function, scn_value_t *value)
{
    if (lua_getfield(L, 3, "quality") != LUA_TNIL) {
        const char *quality = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";

        if (strlen(quality) != 1 || quality[0] < 'A' || quality[0] > 'E') {
            luaL_error(L, "%s: 'quality' is a letter from \"A\" to \"E\"", function);
        }
        value->grade = quality[0];
    }
    lua_pop(L, 1);
}

static void
take_options(lua_State *L, const char *function, scn_value_t *value)
{
    check_options(L, function);
    value->low = option_number(L, value, function, "low");
    value->high = option_number(L, value, function, "high");
    if (value->low > value->mag || value->high < value->mag) {
        luaL_error(L, "%s: the value must lie between 'low' and 'high'", function);
    }
    take_range(L, function, value);
    take_quality(L, function, value);
}

static int
with_origin(lua_State *L, const char *function, char kind, char grade)
{
    scn_value_t value;

    if (!scn_getvalue(L, 1, &value)) {
        return luaL_error(L, "%s takes a number or a value first, not a %s", function, luaL_typename(L, 1));
    }
    if (lua_type(L, 2) != LUA_TSTRING || lua_rawlen(L, 2) == 0) {
        return luaL_error(L, "%s(value, \"%s\"): the text is missing", function, kind == 'a' ? "why" : "who says so");
    }
    value.kind = kind;
    value.grade = grade;
    value.range[0] = '\0';
    snprintf(value.source, sizeof(value.source), "%s", lua_tostring(L, 2));
    if (!lua_isnoneornil(L, 3)) {
        luaL_checktype(L, 3, LUA_TTABLE);
        take_options(L, function, &value);
    }
    if (kind == 'a') {
        value.grade = 'E';
    }
    scn_pushvalue(L, &value);
    return 1;
}

static int
evidence_assumption(lua_State *L)
{
    return with_origin(L, "assumption", 'a', 'E');
}

static int
evidence_sourced(lua_State *L)
{
    return with_origin(L, "sourced", 's', 0);
}

void
scn_evidence_open(lua_State *L)
{
    lua_pushcfunction(L, evidence_ev);
    lua_setfield(L, 1, "ev");
    lua_pushcfunction(L, evidence_assumption);
    lua_setfield(L, 1, "assumption");
    lua_pushcfunction(L, evidence_sourced);
    lua_setfield(L, 1, "sourced");
}
