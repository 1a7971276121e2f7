/*
 * Distributions in scenarios: constructors such as gamma { mean = weeks(2), cv = 0.6 }.
 *
 * A distribution is a userdata that describes it; the sim_dist_t is built from it when a row is read. Its user values
 * are the table of its arguments (1), from which it can be made again with one changed, and the array of its parts
 * (2).
 *
 * Invariant: a description that exists has been built once, so its parameters are in range; times are in days; it
 * holds at most NODES_MAX numbers and is at most DEPTH_MAX deep, so that building it costs bounded work.
 */
#include "sim/lua/loader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIST_TYPE "weir.distribution"
#define NODES_MAX 20000
#define DEPTH_MAX 8
#define ARGS_MAX 3

typedef enum {
    FORM_FIXED,
    FORM_EXPONENTIAL,
    FORM_GAMMA,
    FORM_GAMMA_SD,
    FORM_ERLANG,
    FORM_LOGNORMAL,
    FORM_LOGNORMAL_SD,
    FORM_LOGNORMAL_P90,
    FORM_LOGNORMAL_LOG,
    FORM_WEIBULL,
    FORM_UNIFORM,
    FORM_TRIANGULAR,
    FORM_PERT,
    FORM_EMPIRICAL,
    FORM_MIXTURE,
    FORM_HYPOEXPONENTIAL,
    FORM_POISSON,
    FORM_NEGBIN,
    FORM_GEOMETRIC,
    FORM_NORMAL
} form_t;

/* The arguments of a form; `values` says how many of the first of them have the unit of the distribution. */
typedef struct {
    const char *name;
    form_t form;
    size_t n;
    const char *arg[ARGS_MAX];
    size_t values;
    const char *rule;
} dist_form_t;

static const dist_form_t FORM[] = {
    { "fixed", FORM_FIXED, 1, { "value" }, 1, "value finite" },
    { "exponential", FORM_EXPONENTIAL, 1, { "mean" }, 1, "mean above 0" },
    { "gamma", FORM_GAMMA, 2, { "mean", "cv" }, 1, "mean and cv above 0" },
    { "gamma", FORM_GAMMA_SD, 2, { "mean", "sd" }, 2, "mean and sd above 0" },
    { "erlang", FORM_ERLANG, 2, { "mean", "phases" }, 1, "mean above 0, phases a whole number from 1" },
    { "lognormal", FORM_LOGNORMAL, 2, { "mean", "cv" }, 1, "mean and cv above 0" },
    { "lognormal", FORM_LOGNORMAL_SD, 2, { "mean", "sd" }, 2, "mean and sd above 0" },
    { "lognormal", FORM_LOGNORMAL_P90, 2, { "median", "p90" }, 2, "0 < median < p90" },
    { "lognormal", FORM_LOGNORMAL_LOG, 2, { "median", "log_sd" }, 1, "median and log_sd above 0" },
    { "normal", FORM_NORMAL, 2, { "mean", "sd" }, 2, "sd 0 or more" },
    { "weibull", FORM_WEIBULL, 2, { "mean", "shape" }, 1, "mean and shape above 0" },
    { "uniform", FORM_UNIFORM, 2, { "low", "high" }, 2, "low < high" },
    { "triangular", FORM_TRIANGULAR, 3, { "low", "mode", "high" }, 3, "low <= mode <= high, low < high" },
    { "pert", FORM_PERT, 3, { "low", "mode", "high" }, 3, "low <= mode <= high, low < high" },
    { "empirical", FORM_EMPIRICAL, 2, { "values", "weights" }, 1, "values finite, weights 0 or more and not all 0" },
    { "mixture", FORM_MIXTURE, 0, { NULL }, 0, "weights 0 or more and not all 0" },
    { "hypoexponential", FORM_HYPOEXPONENTIAL, 1, { "means" }, 1, "means above 0" },
    { "poisson", FORM_POISSON, 1, { "mean" }, 1, "mean above 0" },
    { "negbin", FORM_NEGBIN, 2, { "mean", "dispersion" }, 1, "mean and dispersion above 0" },
    { "geometric", FORM_GEOMETRIC, 1, { "mean" }, 1, "mean 1 or more" },
};
#define N_FORMS (sizeof(FORM) / sizeof(FORM[0]))

typedef struct {
    const dist_form_t *form;
    int t; /* 1: values are times */
    double arg[ARGS_MAX];
    bool truncated;
    double low, high;
    scn_value_t low_value, high_value;
    unsigned nodes, depth;
    size_t n; /* of the list below: n values, then n weights */
    double list[];
} dist_t;

static dist_t *
to_dist(lua_State *L, int idx)
{
    return luaL_testudata(L, idx, DIST_TYPE);
}

bool
scn_isdist(lua_State *L, int idx)
{
    return to_dist(L, idx) != NULL;
}

int
scn_dist_time(lua_State *L, int idx)
{
    return to_dist(L, idx)->t;
}

const char *
scn_dist_name(lua_State *L, int idx)
{
    return to_dist(L, idx)->form->name;
}

void
scn_dist_args(lua_State *L, int idx)
{
    lua_getiuservalue(L, idx, 1);
}

bool
scn_dist_bounds(lua_State *L, int idx)
{
    const dist_t *it = to_dist(L, idx);

    if (!it->truncated) {
        return false;
    }
    if (isnan(it->low_value.mag)) {
        lua_pushnil(L);
    } else {
        scn_pushvalue(L, &it->low_value);
    }
    if (isnan(it->high_value.mag)) {
        lua_pushnil(L);
    } else {
        scn_pushvalue(L, &it->high_value);
    }
    return true;
}

/* ---- building ---- */

static int build(lua_State *L, int idx, sim_dist_t *dist);

/* Parts come from user value 2. No Lua error can leave this: it only reads. */
static int
build_mixture(lua_State *L, int idx, const dist_t *it, sim_dist_t *dist)
{
    sim_dist_t *part = calloc(it->n > 0 ? it->n : 1, sizeof(*part));
    int ret = part != NULL ? 0 : SIM_ERR_NO_MEMORY;

    lua_getiuservalue(L, idx, 2);
    for (size_t i = 0; ret == 0 && i < it->n; i++) {
        lua_rawgeti(L, -1, (lua_Integer) i + 1);
        ret = build(L, lua_gettop(L), &part[i]);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    if (ret == 0) {
        ret = sim_dist_init_mixture(dist, it->n, part, it->list); /* empties the parts when it takes them */
    }
    for (size_t i = 0; part != NULL && i < it->n; i++) {
        sim_dist_free(&part[i]);
    }
    free(part);
    return ret;
}

static int
build_phases(const dist_t *it, sim_dist_t *dist)
{
    if (!(it->arg[1] >= 1.0 && it->arg[1] <= 10000.0) || it->arg[1] != floor(it->arg[1])) {
        return SIM_ERR_BAD_PARAM;
    }
    return sim_dist_init_erlang(dist, it->arg[0], (unsigned) it->arg[1]);
}

static int
build_form(lua_State *L, int idx, const dist_t *it, sim_dist_t *dist)
{
    const double *a = it->arg;

    switch (it->form->form) {
    case FORM_FIXED:
        return sim_dist_init_fixed(dist, a[0]);
    case FORM_EXPONENTIAL:
        return sim_dist_init_exponential(dist, a[0]);
    case FORM_GAMMA:
        return sim_dist_init_gamma(dist, a[0], a[1]);
    case FORM_GAMMA_SD:
        return a[0] > 0.0 ? sim_dist_init_gamma(dist, a[0], a[1] / a[0]) : SIM_ERR_BAD_PARAM;
    case FORM_ERLANG:
        return build_phases(it, dist);
    case FORM_LOGNORMAL:
        return sim_dist_init_lognormal(dist, a[0], a[1]);
    case FORM_LOGNORMAL_SD:
        return a[0] > 0.0 ? sim_dist_init_lognormal(dist, a[0], a[1] / a[0]) : SIM_ERR_BAD_PARAM;
    case FORM_LOGNORMAL_P90:
        return sim_dist_init_lognormal_quantiles(dist, a[0], a[1]);
    case FORM_LOGNORMAL_LOG:
        return sim_dist_init_lognormal_log(dist, a[0], a[1]);
    case FORM_NORMAL:
        return sim_dist_init_normal(dist, a[0], a[1]);
    case FORM_WEIBULL:
        return sim_dist_init_weibull(dist, a[0], a[1]);
    case FORM_UNIFORM:
        return sim_dist_init_uniform(dist, a[0], a[1]);
    case FORM_TRIANGULAR:
        return sim_dist_init_triangular(dist, a[0], a[1], a[2]);
    case FORM_PERT:
        return sim_dist_init_pert(dist, a[0], a[1], a[2]);
    case FORM_EMPIRICAL:
        return sim_dist_init_empirical(dist, it->n, it->list, it->list + it->n);
    case FORM_MIXTURE:
        return build_mixture(L, idx, it, dist);
    case FORM_HYPOEXPONENTIAL:
        return sim_dist_init_hypoexponential(dist, it->n, it->list);
    case FORM_POISSON:
        return sim_dist_init_poisson(dist, a[0]);
    case FORM_NEGBIN:
        return sim_dist_init_negbin(dist, a[0], a[1]);
    case FORM_GEOMETRIC:
        return sim_dist_init_geometric(dist, a[0]);
    default:
        return SIM_ERR_UNSUPPORTED;
    }
}

static int
build(lua_State *L, int idx, sim_dist_t *dist)
{
    const dist_t *it = to_dist(L, idx);
    int ret;

    memset(dist, 0, sizeof(*dist));
    if (it == NULL) {
        return SIM_ERR_BAD_PARAM;
    }
    ret = build_form(L, idx, it, dist);
    if (ret == 0 && it->truncated) {
        ret = sim_dist_truncate(dist, it->low, it->high);
    }
    if (ret != 0) {
        sim_dist_free(dist);
        memset(dist, 0, sizeof(*dist));
    }
    return ret;
}

int
scn_dist_build(lua_State *L, int idx, sim_dist_t *dist)
{
    scn_loader_t *ld = scn_loader(L);

    ld->built += to_dist(L, idx)->nodes;
    if (ld->built > SCN_MAX_BUILT) {
        return SIM_ERR_FULL;
    }
    luaL_checkstack(L, 4 * DEPTH_MAX + 8, NULL);
    return build(L, lua_absindex(L, idx), dist);
}

/* Build once and forget, to know that the parameters are in range. */
static void
check(lua_State *L, const char *name)
{
    const dist_t *it = to_dist(L, -1);
    sim_dist_t dist;
    int ret;

    luaL_checkstack(L, 4 * DEPTH_MAX + 8, NULL);
    scn_charge(L, 10.0 * it->nodes);
    ret = build(L, lua_gettop(L), &dist);
    if (ret == 0) {
        sim_dist_free(&dist);
    } else if (ret == SIM_ERR_BAD_PARAM && it->truncated) {
        luaL_error(L,
            "truncate: the bounds must keep a part of the distribution (low < high); mixtures and hypoexponentials "
            "cannot be truncated");
    } else if (ret == SIM_ERR_BAD_PARAM) {
        luaL_error(L, "%s: parameters out of range: %s", name, it->form->rule);
    } else {
        luaL_error(L, "%s: %s", name, sim_strerror(ret));
    }
}

/* ---- arguments ---- */

static dist_t *
new_dist(lua_State *L, const dist_form_t *form, size_t list)
{
    dist_t *it = lua_newuserdatauv(L, sizeof(*it) + list * sizeof(double), 2);

    memset(it, 0, sizeof(*it));
    it->form = form;
    it->t = -1;
    it->nodes = 1 + (unsigned) list;
    it->depth = 1;
    luaL_setmetatable(L, DIST_TYPE);
    return it;
}

/* The value on top as a number of the distribution's unit (has_unit) or a plain one; pops it. */
static double
argument(lua_State *L, const char *name, const char *arg, bool has_unit, int *t)
{
    scn_value_t value;
    double x;

    if (!scn_getvalue(L, -1, &value)) {
        luaL_error(L, "%s: '%s' must be a number or a value, not a %s", name, arg, luaL_typename(L, -1));
    }
    if (value.m != 0 || value.t < 0 || value.t > 1 || (!has_unit && value.t != 0)) {
        luaL_error(L, "%s: '%s' is %s; it must be a %s", name, arg, scn_dimension(value.t, value.m),
            has_unit ? "time or a number" : "number");
    }
    if (has_unit && *t >= 0 && *t != value.t) {
        luaL_error(L, "%s: '%s' is %s, but what stands before it is %s", name, arg, scn_dimension(value.t, 0),
            scn_dimension(*t, 0));
    }
    if (has_unit) {
        *t = value.t;
    }
    x = scn_value_in(&value, value.mag, SCN_DAY);
    if (!isfinite(x)) {
        luaL_error(L, "%s: '%s' is not a finite number", name, arg);
    }
    lua_pop(L, 1);
    return x;
}

static void
describe_forms(const char *name, char *buffer, size_t size)
{
    size_t used = 0;

    buffer[0] = '\0';
    for (size_t i = 0; i < N_FORMS; i++) {
        if (strcmp(FORM[i].name, name) != 0 || used >= size) {
            continue;
        }
        used += (size_t) snprintf(buffer + used, size - used, used > 0 ? ", or " : "");
        for (size_t k = 0; k < FORM[i].n && used < size; k++) {
            used += (size_t) snprintf(buffer + used, size - used, "%s%s",
                k == 0               ? ""
                : k + 1 == FORM[i].n ? " and "
                                     : ", ",
                FORM[i].arg[k]);
        }
    }
}

/* Whether the keys of the table at idx are those of a form; weights may be left out. */
static bool
form_matches(lua_State *L, int idx, const dist_form_t *form)
{
    size_t found = 0, needed = form->form == FORM_EMPIRICAL ? 1 : form->n;

    lua_pushnil(L);
    while (lua_next(L, idx) != 0) {
        bool known = false;

        lua_pop(L, 1);
        for (size_t k = 0; lua_type(L, -1) == LUA_TSTRING && k < form->n; k++) {
            known = known || strcmp(lua_tostring(L, -1), form->arg[k]) == 0;
        }
        if (!known) {
            lua_pop(L, 1);
            return false;
        }
        found++;
    }
    lua_getfield(L, idx, form->arg[0]);
    if (lua_isnil(L, -1)) {
        found = 0;
    }
    lua_pop(L, 1);
    return found >= needed;
}

static const dist_form_t *
find_form(lua_State *L, int idx, const char *name)
{
    char forms[SCN_TEXT_MAX];

    for (size_t i = 0; i < N_FORMS; i++) {
        if (strcmp(FORM[i].name, name) == 0 && form_matches(L, idx, &FORM[i])) {
            return &FORM[i];
        }
    }
    describe_forms(name, forms, sizeof(forms));
    luaL_error(L, "%s needs %s", name, forms);
    return NULL;
}

/* A copy of the argument table at index 1, as user value 1 of the distribution on top. */
static void
keep_arguments(lua_State *L)
{
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, 1) != 0) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    lua_setiuservalue(L, -2, 1);
}

/* ---- lists ---- */

static size_t
list_length(lua_State *L, const char *name, const char *arg)
{
    size_t n;

    if (lua_getfield(L, 1, arg) != LUA_TTABLE) {
        luaL_error(L, "%s: '%s' must be an array of numbers", name, arg);
    }
    n = lua_rawlen(L, -1);
    lua_pop(L, 1);
    if (n < 1 || n > NODES_MAX / 2) {
        luaL_error(L, "%s: '%s' must hold 1 to %d numbers", name, arg, NODES_MAX / 2);
    }
    return n;
}

static void
list_fill(lua_State *L, const char *name, const char *arg, size_t n, double *list, bool has_unit, int *t)
{
    lua_getfield(L, 1, arg);
    if (lua_rawlen(L, -1) != n) {
        luaL_error(L, "%s: '%s' must hold %d numbers, one for each value", name, arg, (int) n);
    }
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, -1, (lua_Integer) i + 1);
        list[i] = argument(L, name, arg, has_unit, t);
    }
    lua_pop(L, 1);
}

static void
make_list(lua_State *L, const dist_form_t *form)
{
    size_t n = list_length(L, form->name, form->arg[0]);
    dist_t *it = new_dist(L, form, 2 * n);

    it->n = n;
    list_fill(L, form->name, form->arg[0], n, it->list, true, &it->t);
    for (size_t i = 0; i < n; i++) {
        it->list[n + i] = 1.0;
    }
    if (form->n > 1) {
        if (lua_getfield(L, 1, form->arg[1]) == LUA_TTABLE) {
            list_fill(L, form->name, form->arg[1], n, it->list + n, false, NULL);
        } else if (!lua_isnil(L, -1)) {
            luaL_error(L, "%s: '%s' must be an array of numbers", form->name, form->arg[1]);
        }
        lua_pop(L, 1);
    }
}

/* One {weight, distribution} of a mixture, on top; pops it. The distribution being made is at index 2, its parts
   at 3. */
static void
mixture_part(lua_State *L, dist_t *it, size_t i)
{
    const dist_t *part;
    int none = 0;

    if (!lua_istable(L, -1) || lua_rawlen(L, -1) != 2) {
        luaL_error(L, "mixture: item %d must be { weight, distribution }", (int) i + 1);
    }
    lua_rawgeti(L, -1, 1);
    it->list[i] = argument(L, "mixture", "weight", false, &none);
    lua_rawgeti(L, -1, 2);
    part = to_dist(L, -1);
    if (part == NULL) {
        luaL_error(L, "mixture: item %d must be { weight, distribution }", (int) i + 1);
        return;
    }
    if (it->t >= 0 && part->t != it->t) {
        luaL_error(L, "mixture: item %d is %s, but those before it are %s", (int) i + 1,
            part->t == 1 ? "of times" : "of numbers", it->t == 1 ? "of times" : "of numbers");
    }
    it->t = part->t;
    it->nodes += part->nodes;
    it->depth = part->depth + 1 > it->depth ? part->depth + 1 : it->depth;
    if (it->nodes > NODES_MAX || it->depth > DEPTH_MAX) {
        luaL_error(L, "mixture: too large (at most %d numbers, %d levels)", NODES_MAX, DEPTH_MAX);
    }
    lua_rawseti(L, 3, (lua_Integer) i + 1);
    lua_pop(L, 1);
}

static void
make_mixture(lua_State *L, const dist_form_t *form)
{
    size_t n = lua_rawlen(L, 1);
    dist_t *it;

    if (n < 1 || n > 100) {
        luaL_error(L, "mixture needs 1 to 100 items { weight, distribution }");
    }
    it = new_dist(L, form, n);
    it->n = n;
    lua_newtable(L);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 1, (lua_Integer) i + 1);
        mixture_part(L, it, i);
    }
    lua_setiuservalue(L, 2, 2);
}

static void
make_plain(lua_State *L, const dist_form_t *form)
{
    dist_t *it = new_dist(L, form, 0);

    for (size_t k = 0; k < form->n; k++) {
        lua_getfield(L, 1, form->arg[k]);
        it->arg[k] = argument(L, form->name, form->arg[k], k < form->values, &it->t);
    }
}

/* Leaves the distribution of the arguments at index 1 on top. */
static void
make(lua_State *L, const char *name)
{
    const dist_form_t *form;

    lua_settop(L, 1);
    if (strcmp(name, "mixture") == 0) {
        for (form = FORM; form->form != FORM_MIXTURE; form++) {
        }
        make_mixture(L, form);
    } else {
        form = find_form(L, 1, name);
        if (form->form == FORM_EMPIRICAL || form->form == FORM_HYPOEXPONENTIAL) {
            make_list(L, form);
        } else {
            make_plain(L, form);
        }
    }
    keep_arguments(L);
    check(L, name);
}

/* The upvalue is the name. fixed(x) takes the value itself. */
static int
dist_constructor(lua_State *L)
{
    const char *name = lua_tostring(L, lua_upvalueindex(1));

    if (strcmp(name, "fixed") == 0 && !lua_istable(L, 1) && !lua_isnone(L, 1)) {
        lua_settop(L, 1);
        lua_newtable(L);
        lua_insert(L, 1);
        lua_setfield(L, 1, "value");
    }
    if (!lua_istable(L, 1)) {
        char forms[SCN_TEXT_MAX];

        describe_forms(name, forms, sizeof(forms));
        return luaL_error(L, "%s takes a table with %s", name, forms[0] != '\0' ? forms : "its parts");
    }
    make(L, name);
    return 1;
}

/* ---- truncation ---- */

static double
bound(lua_State *L, int idx, int t, double none, scn_value_t *value)
{
    scn_value_plain(value, NAN);
    if (lua_isnoneornil(L, idx)) {
        return none;
    }
    if (!scn_getvalue(L, idx, value) || value->m != 0 || value->t != t) {
        luaL_error(L, "truncate(distribution, low, high): the bounds must be %s, or nil", t == 1 ? "times" : "numbers");
    }
    return scn_value_in(value, value->mag, SCN_DAY);
}

/* Copy the distribution at idx, user values included, with bounds; leaves it on top, unchecked. */
static dist_t *
copy_dist(lua_State *L, int idx)
{
    const dist_t *from = to_dist(L, idx);
    size_t list = from->form->form == FORM_MIXTURE ? from->n : 2 * from->n;
    dist_t *it = new_dist(L, from->form, list);

    memcpy(it, from, sizeof(*from) + list * sizeof(double));
    for (int k = 1; k <= 2; k++) {
        lua_getiuservalue(L, idx, k);
        lua_setiuservalue(L, -2, k);
    }
    return it;
}

static int
dist_truncate(lua_State *L)
{
    const dist_t *from = to_dist(L, 1);
    scn_value_t low, high;
    dist_t *it;

    if (from == NULL) {
        return luaL_error(L, "truncate(distribution, low, high): the first must be a distribution");
    }
    if (from->truncated) {
        return luaL_error(L, "truncate: the distribution is truncated already");
    }
    bound(L, 2, from->t, -HUGE_VAL, &low);
    bound(L, 3, from->t, HUGE_VAL, &high);
    lua_settop(L, 3);
    it = copy_dist(L, 1);
    it->truncated = true;
    it->low = bound(L, 2, it->t, -HUGE_VAL, &it->low_value);
    it->high = bound(L, 3, it->t, HUGE_VAL, &it->high_value);
    check(L, "truncate");
    return 1;
}

/* Called with the distribution and the new arguments. */
static int
dist_again(lua_State *L)
{
    dist_t before = *to_dist(L, 1), *it;

    lua_remove(L, 1);
    make(L, before.form->name);
    it = to_dist(L, -1);
    if (before.truncated) {
        if (it->t != before.t) {
            return luaL_error(L, "truncate: the bounds must be %s", it->t == 1 ? "times" : "numbers");
        }
        it->truncated = true;
        it->low = before.low;
        it->high = before.high;
        it->low_value = before.low_value;
        it->high_value = before.high_value;
        check(L, "truncate");
    }
    return 1;
}

void
scn_dist_again(lua_State *L, int idx)
{
    idx = lua_absindex(L, idx);
    lua_pushcfunction(L, dist_again);
    lua_insert(L, -2);
    lua_pushvalue(L, idx);
    lua_insert(L, -2);
    lua_call(L, 2, 1);
}

static int
dist_index(lua_State *L)
{
    return luaL_error(L, "a distribution has no fields that a scenario may read");
}

void
scn_dists_open(lua_State *L)
{
    luaL_newmetatable(L, DIST_TYPE);
    lua_pushcfunction(L, dist_index);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    for (size_t i = 0; i < N_FORMS; i++) {
        lua_pushstring(L, FORM[i].name);
        lua_pushcclosure(L, dist_constructor, 1);
        lua_setfield(L, 1, FORM[i].name);
    }
    lua_pushcfunction(L, dist_truncate);
    lua_setfield(L, 1, "truncate");
}
