/*
 * The care system in a scenario: blocks of parameters, and plans made of layers of offers. What the fields are
 * called, their units and ranges stand in the tables of models/; here they are only read.
 *
 * Invariant: every parameter of a block and of a layer is noted once, as given or as its default.
 */
#include "sim/lua/loader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

static void
read_param(scn_loader_t *ld, const scn_at_t *at, const care_param_t *param, void *block)
{
    scn_want_t want = scn_want(param->unit, param->min, param->max);
    double x;

    if (param->kind == CARE_NAME) {
        (void) scn_name(ld, at, (char *) block + param->offset);
    } else if (scn_number(ld, at, &want, &x) && care_param_set(param, block, x) != 0) {
        scn_fault(ld, at, "'%s' is out of range", at->key);
    }
}

/* What the scenario says of a field, by an override, is nothing to an area with a value of its own. */
static void
check_shadow(scn_loader_t *ld, const scn_at_t *at)
{
    const char *path = scn_path_in_area(at->path);
    const scn_override_t *set = path != at->path ? scn_overridden(ld, path) : NULL;

    if (set != NULL && strcmp(set->path, path) == 0) {
        scn_error(ld, set->text, 0, "areas have their own '%.80s': set %.120s", path, at->path);
    }
}

/* Those of the table on top that are given are read, the others noted as defaults. */
void
scn_read_params(scn_loader_t *ld, const scn_at_t *at, const care_param_t *param, size_t n, void *block)
{
    scn_at_t child;

    for (size_t i = 0; i < n; i++) {
        bool given = lua_getfield(ld->L, -1, param[i].name) != LUA_TNIL;

        scn_at_key(ld, at, param[i].name, &child);
        if (given) {
            check_shadow(ld, &child);
            read_param(ld, &child, &param[i], block);
        } else if (!ld->spec->is_area) { /* what an area does not say is the scenario's */
            scn_note_default(ld, &child, &param[i], block);
        }
        lua_pop(ld->L, 1);
    }
}

void
scn_read_block(scn_loader_t *ld, const scn_at_t *at, const care_block_t *block)
{
    const char *known[128];
    size_t n = block->n_params < COUNT_OF(known) ? block->n_params : COUNT_OF(known);
    scn_at_t named = *at;

    if (!lua_istable(ld->L, -1)) {
        scn_fault(ld, at, "'%s' must be a table { ... }", block->name);
        return;
    }
    snprintf(named.label, sizeof(named.label), "%.90s%s: ", ld->spec->is_area ? at->label : "", block->name);
    for (size_t i = 0; i < n; i++) {
        known[i] = block->param[i].name;
    }
    scn_read_params(ld, &named, block->param, block->n_params, (char *) ld->spec + block->offset);
    scn_unknown(ld, &named, known, n);
}

/* ---- layers ---- */

typedef struct {
    const care_offer_t *offer;
    double share; /* NaN: not given */
    double from_day;
    uint32_t type_mask, quintile_mask;
} layer_row_t;

static void
layer_offer(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    layer_row_t *layer = row;
    const char *name[128];
    size_t n = CARE_N_OFFERS < COUNT_OF(name) ? CARE_N_OFFERS : COUNT_OF(name), index = 0;

    for (size_t i = 0; i < n; i++) {
        name[i] = CARE_OFFERS[i]->name;
    }
    if (scn_choice(ld, at, name, n, &index)) {
        layer->offer = CARE_OFFERS[index];
    }
}

static void
layer_from(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    layer_row_t *layer = row;

    (void) scn_day(ld, at, &layer->from_day);
}

static void
layer_types(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    layer_row_t *layer = row;
    long n = scn_array(ld, at, CARE_SCHOOL_TYPES);
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        size_t index = 0;

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "type", &item);
        if (scn_choice(ld, &item, CARE_SCHOOL_TYPE_NAME, CARE_SCHOOL_TYPES, &index)) {
            layer->type_mask |= 1u << index;
        }
        lua_pop(ld->L, 1);
    }
}

static void
layer_quintiles(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("", 1.0, CARE_QUINTILES);
    layer_row_t *layer = row;
    long n = scn_array(ld, at, CARE_QUINTILES);
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        double x = 0.0;

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "quintile", &item);
        if (scn_number(ld, &item, &want, &x)) {
            layer->quintile_mask |= 1u << ((unsigned) x - 1);
        }
        lua_pop(ld->L, 1);
    }
}

static const scn_field_t LAYER_FIELD[] = {
    { "offer", SCN_SPECIAL, 0, 0, true, 0, NULL, layer_offer, "offer",
        "Which offer; its own parameters stand beside it." },
    { "share", SCN_SHARE, 0, 1, false, offsetof(layer_row_t, share), NULL, NULL, NULL,
        "Of the plan's extra money; default equal parts." },
    { "from", SCN_SPECIAL, 0, 0, false, 0, NULL, layer_from, "date or time", "When it begins; default the start." },
    { "school_types", SCN_SPECIAL, 0, 0, false, 0, NULL, layer_types, "array of school types",
        "Schools meant; default all." },
    { "quintiles", SCN_SPECIAL, 0, 0, false, 0, NULL, layer_quintiles, "array of 1 to 5",
        "Schools meant; default all." },
};
const scn_room_t SCN_LAYER = { "layer", COUNT_OF(LAYER_FIELD), LAYER_FIELD };

typedef struct {
    char name[SIM_NAME_MAX];
    char title[96];
} plan_row_t;

static const scn_field_t PLAN_FIELD[] = {
    { "name", SCN_NAME, 0, 0, true, offsetof(plan_row_t, name), NULL, NULL, NULL, "Its name in the results." },
    { "title", SCN_TEXT, 0, 96, false, offsetof(plan_row_t, title), NULL, NULL, NULL, "What readers are shown." },
};
const scn_room_t SCN_PLAN = { "plan", COUNT_OF(PLAN_FIELD), PLAN_FIELD };

/* Read the fields of a room that the table on top has, without refusing others: layers and plans may share a
   table. */
static void
read_some(scn_loader_t *ld, const scn_at_t *at, const scn_room_t *room, void *row)
{
    scn_room_t one = { room->name, 1, NULL };

    for (size_t i = 0; i < room->n; i++) {
        bool given = lua_getfield(ld->L, -1, room->field[i].name) != LUA_TNIL;

        lua_pop(ld->L, 1);
        if (!given && !room->field[i].required) {
            continue;
        }
        one.field = &room->field[i];
        lua_createtable(ld->L, 0, 1);
        lua_getfield(ld->L, -2, room->field[i].name);
        lua_setfield(ld->L, -2, room->field[i].name);
        scn_row(ld, at, &one, row);
        lua_pop(ld->L, 1);
    }
}

static void
layer_unknown(scn_loader_t *ld, const scn_at_t *at, const care_offer_t *offer, bool with_plan)
{
    const char *known[160];
    size_t n = 0;

    for (size_t i = 0; i < SCN_LAYER.n; i++) {
        known[n++] = SCN_LAYER.field[i].name;
    }
    for (size_t i = 0; with_plan && i < SCN_PLAN.n; i++) {
        known[n++] = SCN_PLAN.field[i].name;
    }
    for (size_t i = 0; i < offer->n_params && n < COUNT_OF(known); i++) {
        known[n++] = offer->param[i].name;
    }
    scn_unknown(ld, at, known, n);
}

/* The layer's table is on top; with_plan: it is also the plan's. */
static void
read_layer(scn_loader_t *ld, const scn_at_t *at, care_plan_t *plan, bool with_plan)
{
    layer_row_t row = { NULL, NAN, 0.0, 0, 0 };
    care_layer_t *layer;

    if (!lua_istable(ld->L, -1)) {
        scn_fault(ld, at, "a layer must be a table { offer = ... }");
        return;
    }
    read_some(ld, at, &SCN_LAYER, &row);
    if (row.offer == NULL) {
        return;
    }
    layer = care_plan_add_layer(plan, row.offer);
    if (layer == NULL) {
        scn_fault(ld, at, "a plan may have at most %d layers", CARE_LAYERS_MAX);
        return;
    }
    layer->share = row.share;
    layer->from_day = row.from_day;
    layer->type_mask = row.type_mask;
    layer->quintile_mask = row.quintile_mask;
    scn_read_params(ld, at, row.offer->param, row.offer->n_params, layer->param);
    layer_unknown(ld, at, row.offer, with_plan);
}

/* Shares not given are equal parts of what the others leave. */
static void
share_money(scn_loader_t *ld, const scn_at_t *at, care_plan_t *plan)
{
    double sum = 0.0;
    size_t open = 0;

    for (size_t i = 0; i < plan->n_layers; i++) {
        open += isnan(plan->layer[i].share) ? 1u : 0u;
        sum += isnan(plan->layer[i].share) ? 0.0 : plan->layer[i].share;
    }
    for (size_t i = 0; i < plan->n_layers; i++) {
        if (isnan(plan->layer[i].share)) {
            plan->layer[i].share = sum < 1.0 ? (1.0 - sum) / (double) open : 0.0;
        }
    }
    if (plan->n_layers > 0 && (sum > 1.0 + 1e-9 || (open == 0 && sum < 1.0 - 1e-9))) {
        scn_fault(ld, at, "the shares of its layers sum to %.10g, not 1", sum);
    }
}

static void
read_layers(scn_loader_t *ld, const scn_at_t *at, care_plan_t *plan)
{
    static const char *const known[] = { "name", "title" };
    lua_State *L = ld->L;
    long n = (long) lua_rawlen(L, -1);
    scn_at_t item;
    bool whole;

    whole = lua_getfield(L, -1, "offer") != LUA_TNIL || n == 0;
    lua_pop(L, 1);
    if (whole) {
        read_layer(ld, at, plan, true);
        return;
    }
    for (long i = 1; i <= n && i <= CARE_LAYERS_MAX + 1; i++) {
        lua_rawgeti(L, -1, i);
        scn_at_item(ld, at, i, "layer", &item);
        read_layer(ld, &item, plan, false);
        lua_pop(L, 1);
    }
    lua_newtable(L); /* the named fields only */
    lua_pushnil(L);
    while (lua_next(L, -3) != 0) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_rawset(L, -4);
        } else {
            lua_pop(L, 1);
        }
    }
    scn_unknown(ld, at, known, COUNT_OF(known));
    lua_pop(L, 1);
}

static void
read_plan(scn_loader_t *ld, const scn_at_t *at)
{
    care_spec_t *spec = ld->spec;
    plan_row_t row = { "", "" };
    care_plan_t *plan;

    if (!lua_istable(ld->L, -1)) {
        scn_fault(ld, at, "a plan must be a table { name = ..., offer = ... }");
        return;
    }
    read_some(ld, at, &SCN_PLAN, &row);
    for (size_t i = 0; i < spec->n_plans; i++) {
        if (row.name[0] != '\0' && strcmp(spec->plan[i].name, row.name) == 0) {
            scn_fault(ld, at, "the name is used twice");
        }
    }
    plan = care_spec_add_plan(spec, row.name);
    if (plan == NULL) {
        scn_fault(ld, at, "there are more than %d plans", CARE_PLANS_MAX);
        return;
    }
    scn_add_place(ld, SCN_ROOM_PLAN, at);
    if (row.title[0] != '\0') {
        memcpy(plan->title, row.title, sizeof(plan->title));
    }
    read_layers(ld, at, plan);
    share_money(ld, at, plan);
}

void
scn_read_plans(scn_loader_t *ld, const scn_at_t *at)
{
    long n = scn_array(ld, at, 10 * CARE_PLANS_MAX);
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "plan", &item);
        read_plan(ld, &item);
        lua_pop(ld->L, 1);
    }
    if (n == 0) {
        scn_fault(ld, at, "'plans' is empty");
    }
}

/* One plan for each offer, "none" first. */
void
scn_default_plans(lua_State *L)
{
    lua_Integer n = 0;

    lua_newtable(L);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < CARE_N_OFFERS; i++) {
            bool none = strcmp(CARE_OFFERS[i]->name, "none") == 0;

            if (none != (pass == 0)) {
                continue;
            }
            lua_createtable(L, 0, 2);
            lua_pushstring(L, CARE_OFFERS[i]->name);
            lua_setfield(L, -2, "name");
            lua_pushstring(L, CARE_OFFERS[i]->name);
            lua_setfield(L, -2, "offer");
            lua_rawseti(L, -2, ++n);
        }
    }
    lua_setfield(L, -2, "plans");
}

static bool
has_role(lua_State *L)
{
    bool found = false;
    lua_Integer n;

    if (lua_getfield(L, -1, "stages") == LUA_TTABLE) {
        n = (lua_Integer) lua_rawlen(L, -1);
        for (lua_Integer i = 1; !found && i <= n; i++) {
            if (lua_rawgeti(L, -1, i) == LUA_TTABLE) {
                found = lua_getfield(L, -1, "role") != LUA_TNIL;
                lua_pop(L, 1);
            }
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
    return found;
}

bool
scn_is_care(lua_State *L)
{
    bool found = lua_getfield(L, -1, "plans") != LUA_TNIL;

    found = lua_getfield(L, -2, "lines") != LUA_TNIL || found;
    found = lua_getfield(L, -3, "contract") != LUA_TNIL || found;
    lua_pop(L, 3);
    for (size_t i = 0; !found && i < CARE_N_BLOCKS; i++) {
        found = lua_getfield(L, -1, CARE_BLOCKS[i].name) != LUA_TNIL;
        lua_pop(L, 1);
    }
    return found || has_role(L);
}
