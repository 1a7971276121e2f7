/*
 * Areas of a scenario. Each has rows of its own, which the scenario's `build` makes from the area's table and whatever that
 * takes from the scenario; its blocks are the scenario's but for the fields that it gives.
 *
 * Invariant: nothing an area is given shows in another: its spec, its rows and the table that `build` gets are its own.
 */
#include "sim/lua/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define ROWS "weir.areas" /* in the registry: the rows of each area */

bool
scn_has_areas(lua_State *L)
{
    bool has = lua_getfield(L, -1, "areas") != LUA_TNIL;

    lua_pop(L, 1);
    return has;
}

/* ---- what `build` is given ---- */

/* Set in the table at `to` the named fields of the table at `from`. */
static void
copy_fields(lua_State *L, int from, int to)
{
    for (lua_pushnil(L); lua_next(L, from) != 0;) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_rawset(L, to);
        } else {
            lua_pop(L, 1);
        }
    }
}

/* A block of the area over the scenario's; stack index of the scenario, the area and their view. */
static void
merge_block(lua_State *L, int scenario, int area, int view, const char *name)
{
    int merged;

    lua_newtable(L);
    merged = lua_gettop(L);
    if (lua_getfield(L, scenario, name) == LUA_TTABLE) {
        copy_fields(L, lua_gettop(L), merged);
    }
    if (lua_getfield(L, area, name) == LUA_TTABLE) {
        copy_fields(L, lua_gettop(L), merged);
        lua_pushvalue(L, merged);
        lua_setfield(L, view, name);
    }
    lua_settop(L, merged - 1);
}

/* Push the scenario as the area at index `area` sees it. */
static void
push_view(lua_State *L, int scenario, int area)
{
    static const char *const own[] = { "name", "title", "area", "lines", "shifts" };
    int view;

    lua_newtable(L);
    view = lua_gettop(L);
    copy_fields(L, scenario, view);
    lua_pushnil(L);
    lua_setfield(L, view, "areas");
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        if (lua_getfield(L, area, own[i]) != LUA_TNIL) {
            lua_setfield(L, view, own[i]);
        } else {
            lua_pop(L, 1);
        }
    }
    for (size_t i = 0; i < CARE_N_BLOCKS; i++) {
        merge_block(L, scenario, area, view, CARE_BLOCKS[i].name);
    }
}

/* Replace the view on top, whose `build` has run, by a table of its rows. */
static void
keep_rows(lua_State *L)
{
    lua_newtable(L);
    for (size_t i = 0; SCN_BUILT[i] != NULL; i++) {
        lua_getfield(L, -2, SCN_BUILT[i]);
        lua_setfield(L, -2, SCN_BUILT[i]);
    }
    lua_remove(L, -2);
}

/* The money of the area on top is what its lines have, in a table of its own, since areas may share one. */
static void
money_of_lines(lua_State *L)
{
    int area = lua_gettop(L);

    if (lua_getfield(L, area, "lines") == LUA_TTABLE && lua_getfield(L, area, "money") == LUA_TTABLE) {
        lua_newtable(L);
        copy_fields(L, area + 2, area + 3);
        lua_setfield(L, area, "money");
    }
    lua_settop(L, area + 1);
    if (!lua_isnil(L, -1)) {
        lua_pop(L, 1);
        scn_default_base(L);
    }
    lua_settop(L, area);
}

/* The area is on top, the scenario at an index. Pushes its rows. */
static void
build_area(lua_State *L, int scenario, const scn_at_t *at)
{
    scn_loader_t *ld = scn_loader(L);

    money_of_lines(L);
    push_view(L, scenario, lua_gettop(L));
    scn_note_place(L, at->file, at->line);
    ld->building = at->key;
    scn_run_build(L);
    ld->building = NULL;
    keep_rows(L);
}

void
scn_areas_build(lua_State *L)
{
    scn_loader_t *ld = scn_loader(L);
    int scenario = lua_gettop(L);
    lua_Integer n;
    scn_at_t top, areas, at;

    luaL_checkstack(L, 40, NULL);
    scn_at_top(ld, &top);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, ROWS);
    if (lua_getfield(L, scenario, "areas") == LUA_TTABLE) {
        scn_at_key(ld, &top, "areas", &areas);
        n = (lua_Integer) lua_rawlen(L, -1);
        for (lua_Integer i = 1; i <= n && i <= CARE_AREAS_MAX; i++) {
            if (lua_rawgeti(L, -1, i) == LUA_TTABLE) {
                scn_at_item(ld, &areas, (long) i, "area", &at);
                build_area(L, scenario, &at);
                lua_rawseti(L, scenario + 1, i);
            }
            lua_pop(L, 1);
        }
    }
    lua_settop(L, scenario);
}

bool
scn_push_area_rows(lua_State *L, lua_Integer i)
{
    int top = lua_gettop(L);
    bool found = lua_getfield(L, LUA_REGISTRYINDEX, ROWS) == LUA_TTABLE && lua_rawgeti(L, -1, i) == LUA_TTABLE;

    if (found) {
        lua_replace(L, top + 1);
    }
    lua_settop(L, found ? top + 1 : top);
    return found;
}

/* ---- reading ---- */

static void
area_values(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    for (size_t i = 0; i < ld->n_overrides; i++) {
        if (ld->override[i].state == SCN_SET_DONE && strncmp(ld->override[i].path, "area.", 5) == 0) {
            scn_error(ld, ld->override[i].text, 0, "areas have their own '%.80s': set %.80s.%.60s",
                ld->override[i].path, at->path, ld->override[i].path + 5);
        }
    }
    scn_read_values(ld, at);
}

/* Before the blocks: the money of an area with lines of its own is theirs, unless it says so itself. */
static void
area_lines(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_spec_t *spec = row;

    memset(spec->line, 0, sizeof(spec->line));
    spec->n_lines = spec->n_shifts = 0;
    spec->money.base_per_year = 0.0;
    scn_read_lines(ld, at);
}

static void
area_shifts(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_spec_t *spec = row;

    memset(spec->shift, 0, sizeof(spec->shift));
    spec->n_shifts = 0;
    scn_read_shifts(ld, at);
}

static const scn_field_t AREA_FIELD[] = {
    { "name", SCN_NAME, 0, 0, true, offsetof(care_spec_t, name), NULL, NULL, NULL,
        "Its name: group area=NAME of the results. What is drawn in an area depends on it." },
    { "title", SCN_TEXT, 0, 160, false, offsetof(care_spec_t, title), NULL, NULL, NULL, "What readers are shown." },
    { "area", SCN_SPECIAL, 0, 0, false, 0, NULL, area_values, "named values",
        "What `build` makes its rows from; default the scenario's." },
    { "lines", SCN_SPECIAL, 0, 0, false, 0, NULL, area_lines, "array of lines",
        "Its budget lines, of the names and lots that all areas have; default the scenario's lines and shifts." },
    { "shifts", SCN_SPECIAL, 0, 0, false, 0, NULL, area_shifts, "array of shifts",
        "Money that moves between its lines; default the scenario's, with its lines." },
};
const scn_room_t SCN_AREA = { "area", COUNT_OF(AREA_FIELD), AREA_FIELD };

static void
forget_places(scn_t *scn)
{
    for (size_t r = 0; r < SCN_ROOM_AREA; r++) {
        for (size_t i = 0; i < scn->n_places[r]; i++) {
            free(scn->place[r][i].file);
        }
        scn->n_places[r] = 0;
    }
}

/* The area is on top. Rows of areas are alike: the places of the last area's are those of all. */
static void
read_area(scn_loader_t *ld, const scn_at_t *at, size_t i)
{
    scn_field_t field[COUNT_OF(AREA_FIELD) + 64];
    scn_room_t room = { "area", COUNT_OF(AREA_FIELD), field };
    size_t refs = ld->n_refs; /* of the scenario, to be found in each area */

    memcpy(field, AREA_FIELD, sizeof(AREA_FIELD));
    for (size_t b = 0; b < CARE_N_BLOCKS && room.n < COUNT_OF(field); b++) {
        field[room.n++] =
            (scn_field_t){ .name = CARE_BLOCKS[b].name, .kind = SCN_SPECIAL, .special = scn_read_named_block };
    }
    scn_add_place(ld, SCN_ROOM_AREA, at);
    ld->spec = &ld->scn->spec.area[i];
    scn_row(ld, at, &room, ld->spec);
    if (scn_push_area_rows(ld->L, (lua_Integer) i + 1)) {
        forget_places(ld->scn);
        scn_read_rows(ld, at);
        lua_pop(ld->L, 1);
    }
    scn_check_lines(ld, at);
    ld->n_refs = refs;
    ld->spec = &ld->scn->spec;
}

static void
check_new_area(scn_loader_t *ld, const scn_at_t *at, size_t i)
{
    const care_spec_t *area = ld->scn->spec.area;

    for (size_t k = 0; k < i; k++) {
        if (area[i].name[0] != '\0' && strcmp(area[k].name, area[i].name) == 0) {
            scn_fault(ld, at, "the name is used twice");
        }
    }
}

void
scn_read_areas(scn_loader_t *ld, const scn_at_t *at)
{
    scn_at_t areas, item;
    long n;

    lua_getfield(ld->L, -1, "areas");
    scn_at_key(ld, at, "areas", &areas);
    n = scn_array(ld, &areas, CARE_AREAS_MAX);
    if (n == 0) {
        scn_fault(ld, &areas, "'areas' is empty");
    }
    if (n > 0 && care_spec_add_areas(&ld->scn->spec, (size_t) n) != 0) {
        ld->no_memory = true;
        n = 0;
    }
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, &areas, i, "area", &item);
        read_area(ld, &item, (size_t) i - 1);
        check_new_area(ld, &item, (size_t) i - 1);
        lua_pop(ld->L, 1);
    }
    lua_pop(ld->L, 1);
}
