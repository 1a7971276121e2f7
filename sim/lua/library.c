/*
 * What a scenario may call: a subset of Lua's own libraries, changed where they would reach outside, give other
 * results on another machine or run without end inside one call; and csv, print and the constructors that note their
 * line.
 *
 * Invariant: every name is read-only and a global that nobody defined is an error; `pairs` goes in the order of keys
 * (numbers, then strings) and `table.sort` is stable, so that a scenario is the same on every run.
 */
#include "sim/lua/loader.h"

#include "sim/core/elementary.h"

#include <lualib.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRING_MAX ((lua_Integer) 16 << 20)
#define PATTERN_MAX 1e8
#define MOVE_MAX 1000000
#define COLUMNS_MAX 256

/* ---- names that are not there ---- */

static const char *const SYSTEM[] = { "os", "io", "debug", "package", "dofile", "loadfile", "load", "loadstring",
    "collectgarbage", "coroutine" };
static const char *const MISSING[] = { "pcall", "xpcall", "setmetatable", "getmetatable", "rawset", "rawget",
    "rawequal", "rawlen", "next" };

static bool
listed(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(name, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The upvalue is the table of names. */
static int
library_unknown(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    const char *best = NULL;
    unsigned distance = 0;
    char hint[SCN_TEXT_MAX];

    if (listed(name, SYSTEM, sizeof(SYSTEM) / sizeof(SYSTEM[0]))) {
        return luaL_error(L, "scenarios have no access to the system: '%s' is not available", name);
    }
    if (listed(name, MISSING, sizeof(MISSING) / sizeof(MISSING[0]))) {
        return luaL_error(L, "'%s' is not available in scenarios", name);
    }
    lua_pushnil(L);
    while (lua_next(L, lua_upvalueindex(1)) != 0) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            scn_nearest(name, lua_tostring(L, -2), &best, &distance);
        }
        lua_pop(L, 1);
    }
    return luaL_error(L, "'%s' is not defined%s", name, scn_hint(best, hint, sizeof(hint)));
}

static int
library_assign(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";

    return luaL_error(L, "'%s' would be a global variable: write 'local %s = ...'", name, name);
}

/* ---- base ---- */

static int
key_compare(lua_State *L, int a, int b)
{
    bool number_a = lua_type(L, a) == LUA_TNUMBER, number_b = lua_type(L, b) == LUA_TNUMBER;

    if (number_a != number_b) {
        return number_a ? -1 : 1;
    }
    return lua_compare(L, a, b, LUA_OPLT) ? -1 : lua_compare(L, b, a, LUA_OPLT);
}

/* Merge the sorted runs [from, middle) and [middle, to) of table src into dst; less decides. */
static void
merge(lua_State *L, int src, int dst, lua_Integer from, lua_Integer middle, lua_Integer to,
    int (*compare)(lua_State *L, int a, int b))
{
    lua_Integer i = from, j = middle;

    for (lua_Integer k = from; k < to; k++) {
        bool second;

        lua_rawgeti(L, src, i < middle ? i : from);
        lua_rawgeti(L, src, j < to ? j : from);
        second = i >= middle || (j < to && compare(L, lua_gettop(L), lua_gettop(L) - 1) < 0);
        lua_pop(L, second ? 0 : 1);
        if (second) {
            lua_remove(L, -2);
            j++;
        } else {
            i++;
        }
        lua_rawseti(L, dst, k);
    }
}

/* Stable sort of items 1 .. n of the table at idx; leaves rubbish on the stack. */
static void
sort(lua_State *L, int idx, lua_Integer n, int (*compare)(lua_State *L, int a, int b))
{
    int src = idx, dst;

    lua_createtable(L, (int) (n < 1000000 ? n : 0), 0);
    dst = lua_gettop(L);
    for (lua_Integer width = 1; width < n; width *= 2) {
        int swap = src;

        scn_charge(L, (double) n * 4.0);
        for (lua_Integer from = 1; from <= n; from += 2 * width) {
            lua_Integer middle = from + width <= n ? from + width : n + 1;
            lua_Integer to = from + 2 * width <= n ? from + 2 * width : n + 1;

            merge(L, src, dst, from, middle, to, compare);
        }
        src = dst;
        dst = swap;
    }
    for (lua_Integer i = 1; src != idx && i <= n; i++) {
        lua_rawgeti(L, src, i);
        lua_rawseti(L, idx, i);
    }
}

static int
order_by_function(lua_State *L, int a, int b)
{
    int less;

    a = lua_absindex(L, a);
    b = lua_absindex(L, b);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, a);
    lua_pushvalue(L, b);
    lua_call(L, 2, 1);
    less = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return less ? -1 : 0;
}

static int
order_by_value(lua_State *L, int a, int b)
{
    return lua_compare(L, a, b, LUA_OPLT) ? -1 : 0;
}

static int
library_sort(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (!lua_isnoneornil(L, 2)) {
        luaL_checktype(L, 2, LUA_TFUNCTION);
    }
    lua_settop(L, 2);
    sort(L, 1, (lua_Integer) lua_rawlen(L, 1), lua_isnil(L, 2) ? order_by_value : order_by_function);
    return 0;
}

/* Upvalues: the table, its sorted keys, the next place. */
static int
pairs_next(lua_State *L)
{
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(3));

    lua_settop(L, 0);
    for (;;) {
        if (lua_rawgeti(L, lua_upvalueindex(2), i) == LUA_TNIL) {
            return 1;
        }
        i++;
        lua_pushinteger(L, i);
        lua_replace(L, lua_upvalueindex(3));
        lua_pushvalue(L, -1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
            return 2;
        }
        lua_settop(L, 0); /* removed since */
    }
}

static int
library_pairs(lua_State *L)
{
    lua_Integer n = 0;

    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, 1) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING && lua_type(L, -1) != LUA_TNUMBER) {
            return luaL_error(L, "pairs: the keys of a table must be numbers and strings");
        }
        lua_pushvalue(L, -1);
        lua_rawseti(L, 2, ++n);
    }
    sort(L, 2, n, key_compare);
    lua_settop(L, 2);
    lua_pushinteger(L, 1);
    lua_pushcclosure(L, pairs_next, 3);
    return 1;
}

/* Addresses in memory differ between runs: they are not shown. */
static int
library_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    if (lua_type(L, 1) > LUA_TSTRING && scn_tovalue(L, 1) == NULL) {
        lua_pushstring(L, scn_isdist(L, 1) ? scn_dist_name(L, 1) : luaL_typename(L, 1));
    } else {
        luaL_tolstring(L, 1, NULL);
    }
    return 1;
}

static int
library_print(lua_State *L)
{
    scn_loader_t *ld = scn_loader(L);
    int n = lua_gettop(L);
    luaL_Buffer buffer;
    const char *file = ld->scn->main_file;
    int line = 0;

    for (int i = 1; i <= n; i++) {
        lua_pushcfunction(L, library_tostring);
        lua_pushvalue(L, i);
        lua_call(L, 1, 1);
        lua_replace(L, i);
    }
    luaL_buffinit(L, &buffer);
    for (int i = 1; i <= n; i++) {
        if (i > 1) {
            luaL_addchar(&buffer, ' ');
        }
        lua_pushvalue(L, i);
        luaL_addvalue(&buffer);
    }
    luaL_pushresult(&buffer);
    scn_running(L, &file, &line);
    scn_warn(ld, file, line, "print: %s", lua_tostring(L, -1));
    return 0;
}

/* ---- strings and tables ---- */

static int
library_rep(lua_State *L)
{
    size_t length, separator = 0;
    lua_Integer n = luaL_checkinteger(L, 2);

    luaL_checklstring(L, 1, &length);
    luaL_optlstring(L, 3, "", &separator);
    if (n > 0 && (n > STRING_MAX || (double) n * (double) (length + separator) > (double) STRING_MAX)) {
        return luaL_error(L, "string.rep: the result would be longer than 16 MiB");
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

/* Patterns backtrack: the time can grow as the length to the power of the number of repetitions. */
static int
library_pattern(lua_State *L)
{
    size_t length, pattern_length;
    const char *pattern;
    double work;

    luaL_checklstring(L, 1, &length);
    pattern = luaL_checklstring(L, 2, &pattern_length);
    work = (double) length + 1.0;
    for (size_t i = 0; i < pattern_length; i++) {
        if (strchr("*+-?", pattern[i]) != NULL) {
            work *= (double) length + 1.0;
        }
    }
    if (pattern_length > 200 || work > PATTERN_MAX) {
        return luaL_error(L, "the pattern could take very long on a text of %d characters: use fewer * + - ? in it",
            (int) (length < 1000000 ? length : 1000000));
    }
    scn_charge(L, work / 10.0);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static int
library_format(lua_State *L)
{
    const char *format = luaL_checkstring(L, 1);

    if (strstr(format, "%p") != NULL) {
        return luaL_error(L, "string.format: %%p is not available in scenarios");
    }
    for (int i = 2; i <= lua_gettop(L); i++) {
        if (lua_type(L, i) > LUA_TSTRING) {
            lua_pushcfunction(L, library_tostring);
            lua_pushvalue(L, i);
            lua_call(L, 1, 1);
            lua_replace(L, i);
        }
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static int
library_move(lua_State *L)
{
    double from = (double) luaL_checkinteger(L, 2), to = (double) luaL_checkinteger(L, 3);

    if (to - from > MOVE_MAX) {
        return luaL_error(L, "table.move: at most %d items at a time", MOVE_MAX);
    }
    scn_charge(L, to > from ? to - from : 0.0);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

/* ---- mathematics ---- */

static int
library_exp(lua_State *L)
{
    lua_pushnumber(L, sim_exp(luaL_checknumber(L, 1)));
    return 1;
}

static int
library_log(lua_State *L)
{
    double x = luaL_checknumber(L, 1), y = sim_log(x);

    if (!lua_isnoneornil(L, 2)) {
        y /= sim_log(luaL_checknumber(L, 2));
    }
    lua_pushnumber(L, y);
    return 1;
}

static int
library_pow(lua_State *L)
{
    double x = luaL_checknumber(L, 1), y = luaL_checknumber(L, 2);

    if (x < 0.0) {
        return luaL_error(L, "math.pow: the base must not be negative");
    }
    lua_pushnumber(L, x > 0.0 ? sim_pow(x, y) : y > 0.0 ? 0.0 : y == 0.0 ? 1.0 : HUGE_VAL);
    return 1;
}

/* ---- csv ---- */

#define CSV_ROW "weir.csv"

typedef struct {
    lua_State *L;
    const char *name;
    const char *p, *end;
    char *cell; /* as long as the file */
    size_t len;
    int line; /* of the next character */
    bool quoted;
    bool last; /* the cell ended its line */
} csv_t;

bool
scn_is_csv_row(lua_State *L, int idx)
{
    bool found = lua_istable(L, idx) && lua_getmetatable(L, idx);

    if (found) {
        luaL_getmetatable(L, CSV_ROW);
        found = lua_rawequal(L, -1, -2) != 0;
        lua_pop(L, 2);
    }
    return found;
}

/* \n, \r and \r\n each end a line. */
static bool
csv_at_newline(const csv_t *csv)
{
    return *csv->p == '\n' || (*csv->p == '\r' && (csv->p + 1 == csv->end || csv->p[1] != '\n'));
}

static void
csv_advance(csv_t *csv)
{
    csv->line += csv_at_newline(csv) ? 1 : 0;
    csv->p++;
}

/* After the opening quote, to the end of the quotes; two quotes are one (RFC 4180). */
static void
csv_quotes(csv_t *csv)
{
    int line = csv->line;
    bool closed = false;

    while (!closed && csv->p < csv->end) {
        if (*csv->p == '"' && (csv->p + 1 == csv->end || csv->p[1] != '"')) {
            closed = true;
            csv->p++;
        } else {
            csv->p += *csv->p == '"' ? 1 : 0;
            csv->cell[csv->len++] = *csv->p;
            csv_advance(csv);
        }
    }
    if (!closed) {
        luaL_error(csv->L, "csv \"%s\": line %d has a quote that is not closed", csv->name, line);
    }
    if (csv->p < csv->end && *csv->p != ',' && *csv->p != '\n' && *csv->p != '\r') {
        luaL_error(csv->L, "csv \"%s\": line %d has text behind a closing quote", csv->name, csv->line);
    }
}

static void
csv_cell(csv_t *csv)
{
    csv->len = 0;
    csv->quoted = csv->p < csv->end && *csv->p == '"';
    if (csv->quoted) {
        csv->p++;
        csv_quotes(csv);
    } else {
        for (; csv->p < csv->end && *csv->p != ',' && *csv->p != '\n' && *csv->p != '\r'; csv->p++) {
            csv->cell[csv->len++] = *csv->p;
        }
    }
    csv->last = csv->p >= csv->end || *csv->p != ',';
    if (csv->p < csv->end) {
        bool two = csv->last && *csv->p == '\r' && csv->p + 1 < csv->end && csv->p[1] == '\n';

        csv_advance(csv);
        if (two) {
            csv_advance(csv);
        }
    }
}

static void
csv_push(lua_State *L, const csv_t *csv)
{
    lua_pushlstring(L, csv->cell, csv->len);
    if (!csv->quoted && csv->len > 0 && csv->len < 40 && lua_stringtonumber(L, lua_tostring(L, -1)) != 0) {
        lua_remove(L, -2);
    }
}

/* The names of the columns into the table at index 2; returns their number. A column without a name is passed over. */
static lua_Integer
csv_header(lua_State *L, csv_t *csv)
{
    lua_Integer columns = 0;

    do {
        csv_cell(csv);
        if (++columns > COLUMNS_MAX) {
            luaL_error(L, "csv \"%s\": more than %d columns", csv->name, COLUMNS_MAX);
        }
        for (lua_Integer i = 1; csv->len > 0 && i < columns; i++) {
            lua_rawgeti(L, 2, i);
            if (lua_rawlen(L, -1) == csv->len && memcmp(lua_tostring(L, -1), csv->cell, csv->len) == 0) {
                luaL_error(L, "csv \"%s\": two columns are called \"%s\"", csv->name, lua_tostring(L, -1));
            }
            lua_pop(L, 1);
        }
        lua_pushlstring(L, csv->cell, csv->len);
        lua_rawseti(L, 2, columns);
    } while (!csv->last);
    return columns;
}

/* A line of cells into the table on top, keys from the header (the table at index 2); empty cells are left out. */
static void
csv_line(lua_State *L, csv_t *csv, lua_Integer columns)
{
    int line = csv->line;
    lua_Integer n = 0;

    do {
        csv_cell(csv);
        if (++n > columns) {
            luaL_error(L, "csv \"%s\": line %d has more cells than the header", csv->name, line);
        }
        lua_rawgeti(L, 2, n);
        if (csv->len > 0 && lua_rawlen(L, -1) > 0) {
            csv_push(L, csv);
            lua_rawset(L, -3);
        } else {
            lua_pop(L, 1);
        }
    } while (!csv->last);
}

/* The lines after the header into the array at index 3; each knows its line. Blank lines are left out. */
static void
csv_lines(lua_State *L, csv_t *csv, lua_Integer columns)
{
    lua_Integer rows = 0;

    while (csv->p < csv->end) {
        int line = csv->line;

        lua_newtable(L);
        csv_line(L, csv, columns);
        lua_pushnil(L);
        if (lua_next(L, -2) == 0) {
            lua_pop(L, 1);
            continue;
        }
        lua_pop(L, 2);
        luaL_setmetatable(L, CSV_ROW);
        scn_note_place(L, csv->name, line);
        lua_rawseti(L, 3, ++rows);
    }
}

/* csv "file.csv": an array with a table for each line, by the names in the first line. */
static int
library_csv(lua_State *L)
{
    scn_loader_t *ld = scn_loader(L);
    const char *name = luaL_checkstring(L, 1);
    const scn_file_t *file = scn_read_or_tell(L, name);
    csv_t csv = { .L = L, .name = name, .line = 1 };

    if (file == NULL) {
        ld->csv_absent = true;
        lua_newtable(L);
        return 1;
    }
    csv.p = file->text;
    csv.end = file->text + file->len;
    free(ld->csv);
    ld->csv = csv.cell = malloc(file->len + 1);
    if (ld->csv == NULL) {
        ld->no_memory = true;
        return luaL_error(L, "csv: out of memory");
    }
    luaL_newmetatable(L, CSV_ROW);
    lua_settop(L, 1);
    lua_newtable(L);
    lua_newtable(L);
    scn_charge(L, (double) file->len);
    csv_lines(L, &csv, csv_header(L, &csv));
    return 1;
}

/* ---- constructors ---- */

/* Returns its table, with the line of the call noted. The upvalue is the name. */
static int
library_constructor(lua_State *L)
{
    const char *name = lua_tostring(L, lua_upvalueindex(1));

    if (!lua_istable(L, 1) || lua_gettop(L) != 1) {
        return luaL_error(L, "%s takes one table: write %s { ... }", name, name);
    }
    scn_note_table(L, name);
    return 1;
}

static const char *const CONSTRUCTOR[] = { "scenario", "stage", "pool", "source", "initial", "route", "plan", "timer" };

/* ---- putting it together ---- */

static const char *const BASE_KEPT[] = { "assert", "error", "ipairs", "select", "tonumber", "type" };
static const char *const MATH_KEPT[] = { "floor", "ceil", "abs", "min", "max", "sqrt", "huge", "pi", "tointeger",
    "type", "fmod", "ult", "maxinteger", "mininteger", "modf" };
static const char *const STRING_KEPT[] = { "byte", "char", "len", "lower", "upper", "reverse", "sub" };
static const char *const STRING_PATTERN[] = { "find", "match", "gmatch", "gsub" };
static const char *const TABLE_KEPT[] = { "concat", "insert", "remove", "pack", "unpack" };

/* Copy fields of the table at `from` to the table at `to`; wrapped by `wrapper` when it is given. */
static void
copy_fields(lua_State *L, int from, int to, const char *const *name, size_t n, lua_CFunction wrapper)
{
    for (size_t i = 0; i < n; i++) {
        lua_getfield(L, from, name[i]);
        if (wrapper != NULL) {
            lua_pushcclosure(L, wrapper, 1);
        }
        lua_setfield(L, to, name[i]);
    }
}

#define COPY(from, to, list, wrapper) copy_fields(L, from, to, list, sizeof(list) / sizeof((list)[0]), wrapper)

static void
set_function(lua_State *L, int table, const char *name, lua_CFunction function)
{
    lua_pushcfunction(L, function);
    lua_setfield(L, table, name);
}

/* Open a library of Lua and a new, empty table beside it; returns the index of the new one (the old one is below). */
static int
open_library(lua_State *L, const char *name, lua_CFunction open)
{
    luaL_requiref(L, name, open, 0);
    lua_newtable(L);
    return lua_gettop(L);
}

static void
library_strings(lua_State *L, int names)
{
    int to = open_library(L, LUA_STRLIBNAME, luaopen_string);
    static const char *const rep[] = { "rep" }, *const format[] = { "format" };

    COPY(to - 1, to, STRING_KEPT, NULL);
    COPY(to - 1, to, STRING_PATTERN, library_pattern);
    COPY(to - 1, to, rep, library_rep);
    COPY(to - 1, to, format, library_format);
    /* methods of strings too */
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_newtable(L);
    lua_pushvalue(L, to);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -3);
    lua_settop(L, to);
    lua_setfield(L, names, "string");
    lua_pop(L, 1);
}

static void
library_tables(lua_State *L, int names)
{
    int to = open_library(L, LUA_TABLIBNAME, luaopen_table);
    static const char *const move[] = { "move" };

    COPY(to - 1, to, TABLE_KEPT, NULL);
    COPY(to - 1, to, move, library_move);
    set_function(L, to, "sort", library_sort);
    lua_setfield(L, names, "table");
    lua_pop(L, 1);
}

static void
library_maths(lua_State *L, int names)
{
    int to = open_library(L, LUA_MATHLIBNAME, luaopen_math);

    COPY(to - 1, to, MATH_KEPT, NULL);
    set_function(L, to, "exp", library_exp);
    set_function(L, to, "log", library_log);
    set_function(L, to, "pow", library_pow);
    lua_setfield(L, names, "math");
    lua_pop(L, 1);
}

static void
library_base(lua_State *L, int names)
{
    luaL_requiref(L, LUA_GNAME, luaopen_base, 0);
    COPY(names + 1, names, BASE_KEPT, NULL);
    lua_pop(L, 1);
    set_function(L, names, "pairs", library_pairs);
    set_function(L, names, "tostring", library_tostring);
    set_function(L, names, "print", library_print);
    set_function(L, names, "csv", library_csv);
    luaL_requiref(L, LUA_UTF8LIBNAME, luaopen_utf8, 0);
    lua_setfield(L, names, "utf8");
    for (size_t i = 0; i < sizeof(CONSTRUCTOR) / sizeof(CONSTRUCTOR[0]); i++) {
        lua_pushstring(L, CONSTRUCTOR[i]);
        lua_pushcclosure(L, library_constructor, 1);
        lua_setfield(L, names, CONSTRUCTOR[i]);
    }
}

/* _ENV becomes an empty table that reads through to the names and cannot be written. */
void
scn_library_open(lua_State *L)
{
    int names;

    lua_newtable(L);
    names = lua_gettop(L);
    library_base(L, names);
    library_strings(L, names);
    library_tables(L, names);
    library_maths(L, names);
    lua_newtable(L);
    lua_pushvalue(L, names);
    lua_pushcclosure(L, library_unknown, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, names);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushvalue(L, names);
    lua_setfield(L, -2, "__index");
    set_function(L, lua_gettop(L), "__newindex", library_assign);
    lua_setmetatable(L, -2);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    scn_values_open(L);
    scn_evidence_open(L);
    scn_dists_open(L);
    lua_settop(L, names);
}
