/*
 * Values with units: a number, its dimensions (exponents of time and money), its range, and where it came from.
 *
 * Invariant: mag, low and high are in the value's own unit; `second` is that unit's time in seconds, 1 when there is
 * no time in it. All units of time are whole seconds, so that weeks(2) is exactly 14 days. Arithmetic keeps the first
 * operand's unit, joins the sources and keeps the worst grade; adding unlike dimensions is an error. `^` on a value
 * uses sim_pow; on two plain numbers Lua computes it with the machine's pow, whose last bit may differ between
 * machines: math.pow does not.
 */
#include "sim/lua/loader.h"

#include "sim/core/elementary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_TYPE "weir.value"

/* ---- units ---- */

typedef struct {
    const char *plural, *singular;
    double second;
} time_unit_t;

static const time_unit_t TIME_UNIT[] = {
    { "days", "day", 86400.0 },
    { "weeks", "week", 604800.0 },
    { "months", "month", 2629800.0 }, /* 365.25 / 12 days */
    { "years", "year", 31557600.0 },
    { "hours", "hour", 3600.0 },
    { "minutes", "minute", 60.0 },
    { "seconds", "second", 1.0 },
};
#define N_TIME_UNITS (sizeof(TIME_UNIT) / sizeof(TIME_UNIT[0]))

static const time_unit_t *
time_unit(const char *name)
{
    for (size_t i = 0; i < N_TIME_UNITS; i++) {
        if (strcmp(name, TIME_UNIT[i].plural) == 0 || strcmp(name, TIME_UNIT[i].singular) == 0) {
            return &TIME_UNIT[i];
        }
    }
    return NULL;
}

static void
set_dimension(scn_value_t *value, int t, int m, double second)
{
    value->t = t;
    value->m = m;
    value->second = t != 0 ? second : 1.0;
}

void
scn_unit(const char *unit, scn_value_t *value, double *factor)
{
    const time_unit_t *time = time_unit(unit);
    const char *slash = strchr(unit, '/');

    *factor = 1.0;
    set_dimension(value, 0, 0, 1.0);
    snprintf(value->unit, sizeof(value->unit), "%s", unit);
    if (time != NULL && strcmp(unit, time->plural) == 0) {
        set_dimension(value, 1, 0, time->second);
    } else if (strncmp(unit, "per ", 4) == 0 && (time = time_unit(unit + 4)) != NULL) {
        set_dimension(value, -1, 0, time->second);
    } else if (strcmp(unit, "million pounds") == 0) {
        *factor = 1e6;
        set_dimension(value, 0, 1, 1.0);
        snprintf(value->unit, sizeof(value->unit), "pounds");
    } else if (strncmp(unit, "pounds", 6) == 0 && (unit[6] == '\0' || unit[6] == '/')) {
        time = slash != NULL ? time_unit(slash + 1) : NULL;
        set_dimension(value, time != NULL ? -1 : 0, 1, time != NULL ? time->second : 1.0);
    } else if (slash != NULL && strncmp(unit, "share/", 6) != 0 && strncmp(unit, "hours/", 6) != 0 &&
               (time = time_unit(slash + 1)) != NULL) {
        set_dimension(value, -1, 0, time->second);
    }
}

const char *
scn_dimension(int t, int m)
{
    if (t == 0 && m == 0) {
        return "a number";
    }
    if (t == 1 && m == 0) {
        return "a time";
    }
    if (t == -1 && m == 0) {
        return "a rate";
    }
    if (m == 1 && t == 0) {
        return "money";
    }
    if (m == 1 && t == -1) {
        return "money for a time";
    }
    return "a compound unit";
}

const char *
scn_show(const scn_value_t *value, char *buffer, size_t size)
{
    char number[40];

    scn_format(value->mag, number, sizeof(number));
    if (value->mag == 1.0 && time_unit(value->unit) != NULL) {
        snprintf(buffer, size, "1 %s", time_unit(value->unit)->singular);
    } else {
        snprintf(buffer, size, value->unit[0] != '\0' ? "%s %s" : "%s%s", number, value->unit);
    }
    return buffer;
}

/* ---- the object ---- */

const scn_value_t *
scn_tovalue(lua_State *L, int idx)
{
    return luaL_testudata(L, idx, VALUE_TYPE);
}

void
scn_value_plain(scn_value_t *value, double number)
{
    memset(value, 0, sizeof(*value));
    value->mag = number;
    value->low = NAN;
    value->high = NAN;
    value->second = 1.0;
    value->kind = 'l';
}

bool
scn_getvalue(lua_State *L, int idx, scn_value_t *value)
{
    const scn_value_t *object = scn_tovalue(L, idx);

    if (object != NULL) {
        *value = *object;
        return true;
    }
    if (lua_type(L, idx) == LUA_TNUMBER) {
        scn_value_plain(value, lua_tonumber(L, idx));
        return true;
    }
    return false;
}

void
scn_pushvalue(lua_State *L, const scn_value_t *value)
{
    scn_value_t *object = lua_newuserdatauv(L, sizeof(*object), 0);

    *object = *value;
    luaL_setmetatable(L, VALUE_TYPE);
}

/* x x (from / to)^t */
static double
change_unit(double x, int t, double from, double to)
{
    if (from == to) {
        return x;
    }
    for (; t > 0; t--) {
        x = x * from / to;
    }
    for (; t < 0; t++) {
        x = x * to / from;
    }
    return x;
}

double
scn_value_in(const scn_value_t *value, double x, double second)
{
    return change_unit(x, value->t, value->second, second);
}

/* ---- arithmetic ---- */

static void
join_ids(scn_value_t *a, const scn_value_t *b)
{
    size_t n = strlen(a->ids);

    if (b->ids[0] == '\0' || strstr(a->ids, b->ids) != NULL) {
        return;
    }
    snprintf(a->ids + n, sizeof(a->ids) - n, n > 0 ? ", %s" : "%s", b->ids);
}

static void
join_origin(scn_value_t *a, const scn_value_t *b)
{
    size_t n = strlen(a->source);

    if (a->kind == 'l') {
        a->kind = b->kind;
    } else if (b->kind != 'l') {
        a->kind = 'd';
    }
    join_ids(a, b);
    if (b->source[0] != '\0' && strstr(a->source, b->source) == NULL) {
        snprintf(a->source + n, sizeof(a->source) - n, n > 0 ? "; %s" : "%s", b->source);
    }
    if (b->grade > a->grade) {
        a->grade = b->grade;
    }
    if (a->range[0] == '\0') {
        snprintf(a->range, sizeof(a->range), "%s", b->range);
    }
}

static void
get_operands(lua_State *L, scn_value_t *a, scn_value_t *b)
{
    if (!scn_getvalue(L, 1, a) || !scn_getvalue(L, 2, b)) {
        luaL_error(L, "arithmetic on a value and a %s", luaL_typename(L, scn_tovalue(L, 1) != NULL ? 2 : 1));
    }
}

static double
apply(char op, double x, double y)
{
    switch (op) {
    case '+':
        return x + y;
    case '-':
        return x - y;
    case '*':
        return x * y;
    default:
        return x / y;
    }
}

/* The range of the result when one operand has one; none when both have. */
static void
apply_range(char op, scn_value_t *result, const scn_value_t *a, const scn_value_t *b)
{
    bool range_a = !isnan(a->low) || !isnan(a->high), range_b = !isnan(b->low) || !isnan(b->high);
    double x, y;

    result->low = NAN;
    result->high = NAN;
    if (range_a == range_b) {
        result->range[0] = '\0';
        return;
    }
    x = apply(op, range_a ? a->low : a->mag, range_b ? b->low : b->mag);
    y = apply(op, range_a ? a->high : a->mag, range_b ? b->high : b->mag);
    result->low = x < y || isnan(y) ? x : y;
    result->high = x < y || isnan(y) ? y : x;
    if (op == '/' && range_b && !(b->low > 0.0)) {
        result->low = NAN;
        result->high = NAN;
    }
}

static int
value_add(lua_State *L, char op)
{
    scn_value_t a, b, result;

    get_operands(L, &a, &b);
    if (a.t != b.t || a.m != b.m) {
        return luaL_error(L, "%s and %s cannot be %s", scn_dimension(a.t, a.m), scn_dimension(b.t, b.m),
            op == '+' ? "added" : "subtracted");
    }
    b.mag = scn_value_in(&b, b.mag, a.second);
    b.low = scn_value_in(&b, b.low, a.second);
    b.high = scn_value_in(&b, b.high, a.second);
    result = a;
    result.mag = apply(op, a.mag, b.mag);
    join_origin(&result, &b);
    apply_range(op, &result, &a, &b);
    if (a.unit[0] == '\0' || scn_tovalue(L, 1) == NULL) {
        memcpy(result.unit, b.unit, sizeof(result.unit));
    }
    scn_pushvalue(L, &result);
    return 1;
}

static int
value_sum(lua_State *L)
{
    return value_add(L, '+');
}

static int
value_difference(lua_State *L)
{
    return value_add(L, '-');
}

static const char *
unit_of_time(double second, bool plural)
{
    for (size_t i = 0; i < N_TIME_UNITS; i++) {
        if (TIME_UNIT[i].second == second) {
            return plural ? TIME_UNIT[i].plural : TIME_UNIT[i].singular;
        }
    }
    return plural ? "days" : "day";
}

/* The name of a unit made by arithmetic. */
static void
name_unit(scn_value_t *value)
{
    const char *many = unit_of_time(value->second, true), *one = unit_of_time(value->second, false);

    if (value->t == 0 && value->m == 0) {
        value->unit[0] = '\0';
    } else if (value->t == 1 && value->m == 0) {
        snprintf(value->unit, sizeof(value->unit), "%s", many);
    } else if (value->t == -1 && value->m == 0) {
        snprintf(value->unit, sizeof(value->unit), "per %s", one);
    } else if (value->t == 0 && value->m == 1) {
        snprintf(value->unit, sizeof(value->unit), "pounds");
    } else if (value->t == -1 && value->m == 1) {
        snprintf(value->unit, sizeof(value->unit), "pounds/%s", one);
    } else {
        snprintf(value->unit, sizeof(value->unit), "pounds^%d %s^%d", value->m, many, value->t);
    }
}

static bool
is_plain(const scn_value_t *value)
{
    return value->t == 0 && value->m == 0;
}

static bool
is_factor(const scn_value_t *value)
{
    return is_plain(value) && (value->unit[0] == '\0' || strcmp(value->unit, "share") == 0);
}

static int
value_multiply(lua_State *L, char op)
{
    scn_value_t a, b, result;
    int sign = op == '*' ? 1 : -1;

    get_operands(L, &a, &b);
    if (abs(a.t) > 8 || abs(a.m) > 8 || abs(b.t) > 8 || abs(b.m) > 8) {
        return luaL_error(L, "the unit of this value is too compound");
    }
    if (a.t != 0 && b.t != 0) {
        b.mag = scn_value_in(&b, b.mag, a.second);
        b.low = scn_value_in(&b, b.low, a.second);
        b.high = scn_value_in(&b, b.high, a.second);
        b.second = a.second;
    }
    result = a;
    result.mag = apply(op, a.mag, b.mag);
    join_origin(&result, &b);
    apply_range(op, &result, &a, &b);
    set_dimension(&result, a.t + sign * b.t, a.m + sign * b.m, a.t != 0 ? a.second : b.second);
    if (op == '*' && is_factor(&a) && !is_factor(&b)) {
        memcpy(result.unit, b.unit, sizeof(result.unit));
    } else if (!is_factor(&b)) {
        name_unit(&result);
    } else if (op == '/' && is_factor(&a)) {
        result.unit[0] = '\0';
    }
    scn_pushvalue(L, &result);
    return 1;
}

static int
value_product(lua_State *L)
{
    return value_multiply(L, '*');
}

static int
value_quotient(lua_State *L)
{
    return value_multiply(L, '/');
}

static int
value_minus(lua_State *L)
{
    scn_value_t value;
    double low;

    if (!scn_getvalue(L, 1, &value)) {
        return luaL_error(L, "arithmetic on a %s", luaL_typename(L, 1));
    }
    low = value.low;
    value.mag = -value.mag;
    value.low = -value.high;
    value.high = -low;
    scn_pushvalue(L, &value);
    return 1;
}

static int
value_power(lua_State *L)
{
    scn_value_t a, b;

    get_operands(L, &a, &b);
    if (!is_plain(&a) || !is_plain(&b)) {
        return luaL_error(L, "only plain numbers can be raised to a power");
    }
    if (!(a.mag > 0.0)) {
        return luaL_error(L, "the base of a power must be above 0");
    }
    a.mag = sim_pow(a.mag, b.mag);
    join_origin(&a, &b);
    a.low = NAN;
    a.high = NAN;
    a.range[0] = '\0';
    a.unit[0] = '\0';
    scn_pushvalue(L, &a);
    return 1;
}

/* ---- comparison and reading ---- */

static double
difference(lua_State *L)
{
    scn_value_t a, b;

    get_operands(L, &a, &b);
    if (a.t != b.t || a.m != b.m) {
        luaL_error(L, "%s and %s cannot be compared", scn_dimension(a.t, a.m), scn_dimension(b.t, b.m));
    }
    b.mag = scn_value_in(&b, b.mag, a.second);
    return a.mag < b.mag ? -1.0 : a.mag > b.mag ? 1.0 : a.mag == b.mag ? 0.0 : NAN;
}

static int
value_less(lua_State *L)
{
    lua_pushboolean(L, difference(L) < 0.0);
    return 1;
}

static int
value_less_equal(lua_State *L)
{
    lua_pushboolean(L, difference(L) <= 0.0);
    return 1;
}

static int
value_equal(lua_State *L)
{
    const scn_value_t *a = scn_tovalue(L, 1), *b = scn_tovalue(L, 2);

    if (a == NULL || b == NULL || a->t != b->t || a->m != b->m) {
        lua_pushboolean(L, 0);
    } else {
        lua_pushboolean(L, difference(L) == 0.0);
    }
    return 1;
}

static void
push_number(lua_State *L, double x)
{
    if (isnan(x)) {
        lua_pushnil(L);
    } else {
        lua_pushnumber(L, x);
    }
}

static int
value_index(lua_State *L)
{
    const scn_value_t *value = luaL_checkudata(L, 1, VALUE_TYPE);
    const char *key = luaL_checkstring(L, 2);

    if (strcmp(key, "value") == 0) {
        push_number(L, value->mag);
    } else if (strcmp(key, "low") == 0) {
        push_number(L, value->low);
    } else if (strcmp(key, "high") == 0) {
        push_number(L, value->high);
    } else if (strcmp(key, "unit") == 0) {
        lua_pushstring(L, value->unit);
    } else {
        return luaL_error(L, "a value has .value, .low, .high and .unit, not '.%s'", key);
    }
    return 1;
}

static int
value_string(lua_State *L)
{
    char text[80];

    lua_pushstring(L, scn_show(luaL_checkudata(L, 1, VALUE_TYPE), text, sizeof(text)));
    return 1;
}

static int
value_concat(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    luaL_tolstring(L, 2, NULL);
    lua_concat(L, 2);
    return 1;
}

/* number(x): the plain number, in the value's own unit; number(x, "days"): in another unit of the same dimension. */
static int
value_number(lua_State *L)
{
    scn_value_t value, unit;
    double factor;

    if (!scn_getvalue(L, 1, &value)) {
        return luaL_error(L, "number takes a value, not a %s", luaL_typename(L, 1));
    }
    if (lua_isnoneornil(L, 2)) {
        lua_pushnumber(L, value.mag);
        return 1;
    }
    scn_value_plain(&unit, 0.0);
    scn_unit(luaL_checkstring(L, 2), &unit, &factor);
    if (unit.t != value.t || unit.m != value.m) {
        return luaL_error(L, "number: %s cannot be put into '%s'", scn_dimension(value.t, value.m), unit.unit);
    }
    lua_pushnumber(L, scn_value_in(&value, value.mag, unit.second) / factor);
    return 1;
}

/* ---- unit functions ---- */

typedef struct {
    const char *name; /* of the function */
    const char *unit;
    int t, m;
    double second, factor;
} unit_function_t;

static const unit_function_t UNIT_FUNCTION[] = {
    { "seconds", "seconds", 1, 0, 1.0, 1.0 },
    { "minutes", "minutes", 1, 0, 60.0, 1.0 },
    { "hours", "hours", 1, 0, 3600.0, 1.0 },
    { "days", "days", 1, 0, 86400.0, 1.0 },
    { "weeks", "weeks", 1, 0, 604800.0, 1.0 },
    { "months", "months", 1, 0, 2629800.0, 1.0 },
    { "years", "years", 1, 0, 31557600.0, 1.0 },
    { "per_hour", "per hour", -1, 0, 3600.0, 1.0 },
    { "per_day", "per day", -1, 0, 86400.0, 1.0 },
    { "per_week", "per week", -1, 0, 604800.0, 1.0 },
    { "per_month", "per month", -1, 0, 2629800.0, 1.0 },
    { "per_year", "per year", -1, 0, 31557600.0, 1.0 },
    { "pounds", "pounds", 0, 1, 1.0, 1.0 },
    { "pence", "pounds", 0, 1, 1.0, 0.01 },
    { "share", "share", 0, 0, 1.0, 1.0 },
    { "percent", "share", 0, 0, 1.0, 0.01 },
    { "wte", "WTE", 0, 0, 1.0, 1.0 },
    { "count", "", 0, 0, 1.0, 1.0 },
};
#define N_UNIT_FUNCTIONS (sizeof(UNIT_FUNCTION) / sizeof(UNIT_FUNCTION[0]))

static void
convert(scn_value_t *value, const unit_function_t *unit)
{
    bool plain = is_plain(value);
    double *x[] = { &value->mag, &value->low, &value->high };

    for (size_t i = 0; i < 3; i++) {
        if (!plain || unit->t != 0) {
            *x[i] = scn_value_in(value, *x[i], unit->second);
        }
        if (plain) {
            *x[i] = unit->factor == 0.01 ? *x[i] / 100.0 : *x[i] * unit->factor;
        }
    }
    set_dimension(value, unit->t, unit->m, unit->second);
    snprintf(value->unit, sizeof(value->unit), "%s", unit->unit);
}

/* weeks(2); a value that has the dimensions already is put into the unit. The upvalue is the row of the table. */
static int
value_unit(lua_State *L)
{
    const unit_function_t *unit = &UNIT_FUNCTION[lua_tointeger(L, lua_upvalueindex(1))];
    scn_value_t value;

    if (!scn_getvalue(L, 1, &value)) {
        return luaL_error(L, "%s takes a number, such as %s(2), not a %s", unit->name, unit->name,
            lua_isnone(L, 1) ? "missing one" : luaL_typename(L, 1));
    }
    if (!is_plain(&value) && (value.t != unit->t || value.m != unit->m)) {
        return luaL_error(L, "%s of %s: that is not a number", unit->name, scn_dimension(value.t, value.m));
    }
    convert(&value, unit);
    scn_pushvalue(L, &value);
    return 1;
}

static const luaL_Reg VALUE_META[] = {
    { "__add", value_sum },
    { "__sub", value_difference },
    { "__mul", value_product },
    { "__div", value_quotient },
    { "__unm", value_minus },
    { "__pow", value_power },
    { "__lt", value_less },
    { "__le", value_less_equal },
    { "__eq", value_equal },
    { "__index", value_index },
    { "__tostring", value_string },
    { "__concat", value_concat },
    { NULL, NULL },
};

/* The table of names is at index 1. */
void
scn_values_open(lua_State *L)
{
    luaL_newmetatable(L, VALUE_TYPE);
    luaL_setfuncs(L, VALUE_META, 0);
    lua_pop(L, 1);
    for (size_t i = 0; i < N_UNIT_FUNCTIONS; i++) {
        lua_pushinteger(L, (lua_Integer) i);
        lua_pushcclosure(L, value_unit, 1);
        lua_setfield(L, 1, UNIT_FUNCTION[i].name);
    }
    lua_pushcfunction(L, value_number);
    lua_setfield(L, 1, "number");
}
