/*
 * Loading: run the file in the sandbox, apply the overrides, let `build` add its rows, read the table into the spec,
 * and write down what was read.
 *
 * Invariant: scn_load leaves nothing behind but its scn_t; the loader, with the Lua state, ends with it.
 */
#include "sim/lua/loader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AREA_MAX 200

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define EVIDENCE_FILE "lib/evidence.lua"
#define CALENDAR_SPARE 62 /* days beyond the last, so that every rule of rounding the end is covered */

/* ---- the fields of a scenario ---- */

static void
field_start(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_spec_t *spec = row;
    char text[SIM_NAME_MAX];
    sim_date_t date;

    if (!scn_string(ld, at, text, sizeof(text))) {
        return;
    }
    if (sim_date_parse(text, &date) == 0) {
        spec->start = date;
    } else {
        scn_fault(ld, at, "'start' must be a date such as \"2025-09-01\", not \"%s\"", text);
    }
}

/* A number of years, or a time. */
static void
field_years(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t plain = scn_want("", 1.0 / 400.0, 150.0), time = scn_want("years", 1.0 / 400.0, 150.0);
    const scn_value_t *value = scn_tovalue(ld->L, -1);
    care_spec_t *spec = row;

    (void) scn_number(ld, at, value != NULL && (value->t != 0 || value->m != 0) ? &time : &plain, &spec->years);
}

/* Read after the years. */
static void
field_warmup(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("days", 0.0, 73050.0);
    care_spec_t *spec = row;
    double days;

    if (!scn_number(ld, at, &want, &days)) {
        return;
    }
    if (!(days < spec->years * 365.25)) {
        scn_fault(ld, at, "'warmup' must be shorter than the run of %g days; %g days was given", spec->years * 365.25,
            days);
        return;
    }
    spec->warmup_days = days;
}

static void
field_classes(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_spec_t *spec = row;
    sim_pathway_t *pathway = &spec->pathway;
    long n = scn_array(ld, at, SIM_CLASS_MAX);
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "class", &item);
        (void) scn_name(ld, &item, pathway->class_name[i - 1]);
        for (long k = 0; k < i - 1; k++) {
            if (strcmp(pathway->class_name[k], pathway->class_name[i - 1]) == 0) {
                scn_fault(ld, &item, "the class \"%s\" is there twice", pathway->class_name[k]);
            }
        }
        lua_pop(ld->L, 1);
    }
    if (n > 0) {
        pathway->n_classes = (size_t) n;
    } else if (n == 0) {
        scn_fault(ld, at, "'classes' is empty");
    }
}

/* Rows need the classes and the calendar, which come first in the table of fields. */
static void
need_calendar(scn_loader_t *ld, const care_spec_t *spec)
{
    if (ld->has_calendar || ld->no_memory) {
        return;
    }
    if (sim_calendar_init(&ld->calendar, spec->start, (size_t) ceil(spec->years * 365.25) + CALENDAR_SPARE) == 0) {
        ld->has_calendar = true;
    } else {
        ld->no_memory = true;
    }
}

static void
field_pools(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    scn_read_pools(ld, at);
}

static void
field_stages(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    scn_read_stages(ld, at);
}

static void
field_sources(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    need_calendar(ld, row);
    scn_read_sources(ld, at);
}

static void
field_initial(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    scn_read_initial(ld, at);
}

void
scn_read_named_block(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    for (size_t i = 0; i < CARE_N_BLOCKS; i++) {
        if (strcmp(CARE_BLOCKS[i].name, at->key) == 0) {
            scn_read_block(ld, at, &CARE_BLOCKS[i]);
        }
    }
}

static void
field_plans(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    scn_read_plans(ld, at);
}

static void
field_facts(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    scn_read_facts(ld, at);
}

static void
field_about(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    scn_read_about(ld, at);
}

static void
field_facts_reps(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    scn_read_facts_reps(ld, at);
}

static void
field_sweep(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    scn_read_sweep(ld, at);
}

static void
field_lines(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    need_calendar(ld, row);
    scn_read_lines(ld, at);
}

static void
field_shifts(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    scn_read_shifts(ld, at);
}

static void
field_split(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    bool areas = lua_getfield(ld->L, -2, "areas") != LUA_TNIL;

    (void) row;
    lua_pop(ld->L, 1);
    if (areas) {
        scn_fault(ld, at, "'split' divides the lines of one area: this scenario has several");
    } else {
        scn_read_split(ld, at);
    }
}

static void
field_contract(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    lua_pushvalue(ld->L, -2); /* the scenario */
    if (scn_has_areas(ld->L)) {
        scn_fault(ld, at, "'contract' is of one area: this scenario has several");
        lua_pop(ld->L, 1);
        return;
    }
    lua_pop(ld->L, 1);
    need_calendar(ld, row);
    scn_read_contract(ld, at);
}

static void
field_build(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    if (!lua_isfunction(ld->L, -1)) {
        scn_fault(ld, at, "'build' must be a function that returns rows: sources, stages, pools, initial, classes");
    }
}

static int
compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* The values of a library's own table: noted for the list of parameters and the hash, in the order of their names. */
static void
note_area(scn_loader_t *ld, const scn_at_t *at, const char **key, size_t n)
{
    scn_value_t value;
    scn_at_t child;

    qsort(key, n, sizeof(*key), compare_keys);
    for (size_t i = 0; i < n; i++) {
        lua_getfield(ld->L, -1, key[i]);
        scn_at_key(ld, at, key[i], &child);
        if (lua_type(ld->L, -1) == LUA_TSTRING) {
            scn_note_text(ld, &child, lua_tostring(ld->L, -1));
        } else if (!scn_getvalue(ld->L, -1, &value)) {
            scn_fault(ld, &child, "'%s' must be a number, a value with a unit, or a string", key[i]);
        } else if (!isfinite(value.mag)) {
            scn_fault(ld, &child, "'%s' must be a finite number", key[i]);
        } else {
            scn_note_value(ld, &child, &value, value.unit);
        }
        lua_pop(ld->L, 1);
    }
}

void
scn_read_values(scn_loader_t *ld, const scn_at_t *at)
{
    const char *key[AREA_MAX];
    size_t n = 0;

    if (!lua_istable(ld->L, -1)) {
        scn_fault(ld, at, "'area' must be a table of named values for 'build'");
        return;
    }
    for (lua_pushnil(ld->L); lua_next(ld->L, -2) != 0; lua_pop(ld->L, 1)) {
        if (lua_type(ld->L, -2) != LUA_TSTRING || n == AREA_MAX) {
            scn_fault(ld, at, "'area' must be a table of at most %d named values", AREA_MAX);
            lua_pop(ld->L, 2);
            return;
        }
        key[n++] = lua_tostring(ld->L, -2);
    }
    note_area(ld, at, key, n);
}

static void
field_area(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    scn_read_values(ld, at);
}

/* What is read elsewhere: areas after all else, and rows of a scenario of areas with each of them. */
static void
field_later(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) ld;
    (void) at;
    (void) row;
}

#define SPEC(field) offsetof(care_spec_t, field)
static const scn_field_t SCENARIO_FIELD[] = {
    { "name", SCN_NAME, 0, 0, true, SPEC(name), NULL, NULL, NULL, "Its name, in results and file names." },
    { "title", SCN_TEXT, 0, 160, false, SPEC(title), NULL, NULL, NULL, "What readers are shown." },
    { "question", SCN_TEXT, 0, 256, false, SPEC(question), NULL, NULL, NULL, "The question it is to answer." },
    { "start", SCN_SPECIAL, 0, 0, false, 0, NULL, field_start, "date", "The first day; default \"2025-09-01\"." },
    { "years", SCN_SPECIAL, 0, 0, false, 0, NULL, field_years, "number of years, or time",
        "How long it runs; default 1." },
    { "warmup", SCN_SPECIAL, 0, 0, false, 0, NULL, field_warmup, "time",
        "Results leave out what happens before it; default nothing is left out." },
    { "scale", SCN_NUMBER, 1e-6, 1000, false, SPEC(scale), NULL, NULL, NULL,
        "Demand, schools and capacity alike times this." },
    { "classes", SCN_SPECIAL, 0, 0, false, 0, NULL, field_classes, "array of names",
        "Classes of clients; default one." },
    { "pools", SCN_SPECIAL, 0, 0, false, 0, NULL, field_pools, "array of pools", "Capacity." },
    { "stages", SCN_SPECIAL, 0, 0, false, 0, NULL, field_stages, "array of stages", "What happens to clients." },
    { "sources", SCN_SPECIAL, 0, 0, false, 0, NULL, field_sources, "array of sources", "Where clients come from." },
    { "initial", SCN_SPECIAL, 0, 0, false, 0, NULL, field_initial, "array of initial rows",
        "Who is there at the start." },
    { "plans", SCN_SPECIAL, 0, 0, false, 0, NULL, field_plans, "array of plans",
        "What is compared; default each offer." },
    { "facts", SCN_SPECIAL, 0, 0, false, 0, NULL, field_facts, "array of facts",
        "Published facts that it is to reproduce; results say which it does." },
    { "about", SCN_SPECIAL, 0, 0, false, 0, NULL, field_about, "texts",
        "What only a person can say of the study; `weir report` prints it." },
    { "facts_reps", SCN_SPECIAL, 0, 0, false, 0, NULL, field_facts_reps, "whole number",
        "Replications that know the facts well enough; default 20." },
    { "sweep", SCN_SPECIAL, 0, 0, false, 0, NULL, field_sweep, "a sweep",
        "What `weir sweep` varies; default all evidence that is uncertain." },
    { "lines", SCN_SPECIAL, 0, 0, false, 0, NULL, field_lines, "array of lines",
        "Budget lines: money that pays pools." },
    { "shifts", SCN_SPECIAL, 0, 0, false, 0, NULL, field_shifts, "array of shifts",
        "Money that moves from line to line." },
    { "contract", SCN_SPECIAL, 0, 0, false, 0, NULL, field_contract, "contract",
        "Its dates, bounds and reviews; default none." },
    { "split", SCN_SPECIAL, 0, 0, false, 0, NULL, field_split, "split",
        "How the money of lines may be divided: for `weir split`." },
    { "area", SCN_SPECIAL, 0, 0, false, 0, NULL, field_area, "named values", "What `build` makes its rows from." },
    { "areas", SCN_SPECIAL, 0, 0, false, 0, NULL, field_later, "array of areas",
        "Areas with schools, pools and money of their own; default the scenario is one." },
    { "build", SCN_SPECIAL, 0, 0, false, 0, NULL, field_build, "function",
        "Called with the scenario, or with each area and what it takes from the scenario; returns further sources, stages, pools, initial rows and classes." },
};
const scn_room_t SCN_SCENARIO = { "scenario", COUNT_OF(SCENARIO_FIELD), SCENARIO_FIELD };

static const scn_room_t *const ROOMS[] = { &SCN_SCENARIO, &SCN_POOL, &SCN_POOL_STEP, &SCN_TIMETABLE, &SCN_ENTRY,
    &SCN_FAILS, &SCN_STAGE, &SCN_TIMER, &SCN_DECLINE, &SCN_FLAGGED, &SCN_BAULK, &SCN_GROUP, &SCN_ROUTE, &SCN_SOURCE,
    &SCN_RATE, &SCN_RATE_STEP, &SCN_PIECES, &SCN_DATE, &SCN_INITIAL, &SCN_PLAN, &SCN_LAYER, &SCN_LINE, &SCN_LINE_STEP,
    &SCN_SHIFT, &SCN_POST, &SCN_PAYMENT, &SCN_WAVE, &SCN_CONTRACT, &SCN_REVIEW, &SCN_RULE, &SCN_SPLIT, &SCN_SPLIT_LIMIT,
    &SCN_SPLIT_CAP, &SCN_SPLIT_AIM, &SCN_SPLIT_OUTCOME, &SCN_SPLIT_GROWTH, &SCN_FACT, &SCN_ABOUT, &SCN_AREA, &SCN_SWEEP,
    &SCN_INPUT, &SCN_CORRELATION, &SCN_WORTH };

static const char *const KIND[] = { "name", "text", "true or false", "number", "share", "whole number", "whole number",
    "time", "time", "time", "distribution of times", "distribution of numbers", "one of its words", "" };

bool
scn_field_doc(size_t i, scn_field_doc_t *doc)
{
    for (size_t r = 0; r < COUNT_OF(ROOMS); r++) {
        if (i < ROOMS[r]->n) {
            const scn_field_t *field = &ROOMS[r]->field[i];

            doc->room = ROOMS[r]->name;
            doc->name = field->name;
            doc->kind = field->shape != NULL ? field->shape : KIND[field->kind];
            doc->required = field->required;
            doc->doc = field->doc;
            return true;
        }
        i -= ROOMS[r]->n;
    }
    return false;
}

/* ---- references between rows ---- */

static void
check_ref(scn_loader_t *ld, const scn_ref_t *ref)
{
    const sim_pathway_t *pathway = &ld->spec->pathway;
    const char *best = NULL;
    unsigned distance = 0;
    size_t n = ref->pool ? pathway->n_pools : pathway->n_stages;
    char hint[80];

    if (!ref->pool && strcmp(ref->name, "exit") == 0) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char *name = ref->pool ? pathway->pool[i].name : pathway->stage[i].name;

        if (strcmp(name, ref->name) == 0) {
            return;
        }
        scn_nearest(ref->name, name, &best, &distance);
    }
    scn_error(ld, ref->file, ref->line, "%sthere is no %s \"%s\"%s", ref->label, ref->pool ? "pool" : "stage",
        ref->name, scn_hint(best, hint, sizeof(hint)));
}

static void
check_whole(scn_loader_t *ld, const scn_at_t *at)
{
    const care_spec_t *spec = ld->spec;

    for (size_t i = 0; i < ld->n_refs; i++) {
        check_ref(ld, &ld->ref[i]);
    }
    if (spec->pathway.n_stages == 0) {
        scn_fault(ld, at, "there are no stages");
    }
    if (spec->pathway.n_sources == 0 && spec->pathway.n_initial == 0) {
        scn_fault(ld, at, "there are no sources: nobody would ever come");
    }
}

/* ---- running the file ---- */

/* Append the items of field `key` of the table at `from` to the array of the table at `to`. */
static void
append_items(lua_State *L, int from, int to, const char *key)
{
    lua_Integer n, have;

    if (lua_getfield(L, from, key) != LUA_TTABLE) {
        lua_pop(L, 1);
        return;
    }
    if (lua_getfield(L, to, key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
    }
    have = (lua_Integer) lua_rawlen(L, -1);
    n = (lua_Integer) lua_rawlen(L, -2);
    lua_newtable(L); /* a copy, so that a table used twice does not grow */
    for (lua_Integer i = 1; i <= have + n; i++) {
        lua_rawgeti(L, i <= have ? -2 : -3, i <= have ? i : i - have);
        lua_rawseti(L, -2, i);
    }
    lua_setfield(L, to, key);
    lua_pop(L, 2);
}

const char *const SCN_BUILT[] = { "classes", "pools", "stages", "sources", "initial", NULL };
#define N_BUILT (COUNT_OF(SCN_BUILT) - 1)

void
scn_run_build(lua_State *L)
{
    scn_loader_t *ld = scn_loader(L);
    int scenario = lua_gettop(L);
    scn_at_t top, at;

    scn_at_top(ld, &top);
    if (lua_getfield(L, scenario, "build") != LUA_TFUNCTION) {
        lua_pop(L, 1);
        return;
    }
    scn_at_key(ld, &top, "build", &at);
    lua_pushvalue(L, scenario);
    lua_call(L, 1, 1);
    if (!lua_istable(L, -1)) {
        scn_fault(ld, &at, "'build' must return a table of rows: sources, stages, pools, initial, classes");
        lua_pop(L, 1);
        return;
    }
    snprintf(at.label, sizeof(at.label), "what 'build' returns: ");
    at.node = 0;
    scn_unknown(ld, &at, SCN_BUILT, N_BUILT);
    for (size_t i = 0; i < N_BUILT; i++) {
        append_items(L, scenario + 1, scenario, SCN_BUILT[i]);
    }
    lua_pop(L, 1);
}

/* The evidence gives the defaults of the care system their grades; a scenario without it still loads. */
static void
load_evidence(lua_State *L)
{
    int code;

    if (scn_loader(L)->scn->n_evidence == 0 && scn_try(scn_loader(L), EVIDENCE_FILE, &code) != NULL) {
        scn_evidence_need(L);
    }
}

/* Defaults of blocks that the scenario does not mention are noted too. */
static void
note_absent_blocks(scn_loader_t *ld, const scn_at_t *at)
{
    scn_at_t child;

    for (size_t i = 0; i < CARE_N_BLOCKS; i++) {
        const care_block_t *block = &CARE_BLOCKS[i];

        if (lua_getfield(ld->L, -1, block->name) == LUA_TNIL) {
            lua_newtable(ld->L);
            scn_at_key(ld, at, block->name, &child);
            scn_read_params(ld, &child, block->param, block->n_params, (char *) ld->spec + block->offset);
            lua_pop(ld->L, 1);
        }
        lua_pop(ld->L, 1);
    }
}

static bool
is_built(const char *name)
{
    size_t i = 0;

    while (i < N_BUILT && strcmp(SCN_BUILT[i], name) != 0) {
        i++;
    }
    return i < N_BUILT;
}

void
scn_read_rows(scn_loader_t *ld, const scn_at_t *at)
{
    scn_field_t field[N_BUILT];
    scn_room_t room = { "area", 0, field };

    for (size_t i = 0; i < SCN_SCENARIO.n; i++) {
        if (is_built(SCENARIO_FIELD[i].name)) {
            field[room.n++] = SCENARIO_FIELD[i];
        }
    }
    scn_row(ld, at, &room, ld->spec);
    check_whole(ld, at);
}

/* The fields of a scenario with those of the care system's blocks. */
static size_t
all_fields(scn_field_t *field, size_t max, bool has_areas)
{
    size_t n = SCN_SCENARIO.n;

    memcpy(field, SCENARIO_FIELD, sizeof(SCENARIO_FIELD));
    for (size_t i = 0; i < n && has_areas; i++) {
        field[i].special = is_built(field[i].name) ? field_later : field[i].special;
    }
    for (size_t i = 0; i < CARE_N_BLOCKS && n < max; i++) {
        field[n++] = (scn_field_t){ .name = CARE_BLOCKS[i].name, .kind = SCN_SPECIAL, .special = scn_read_named_block };
    }
    return n;
}

void
scn_read_scenario(scn_loader_t *ld)
{
    care_spec_t *spec = ld->spec;
    scn_field_t field[COUNT_OF(SCENARIO_FIELD) + 64];
    bool has_areas = scn_has_areas(ld->L);
    scn_room_t room = { "scenario", all_fields(field, COUNT_OF(field), has_areas), field };
    scn_at_t at;

    scn_at_top(ld, &at);
    ld->scn->main_line = at.line;
    spec->is_care = has_areas || scn_is_care(ld->L);
    scn_row(ld, &at, &room, spec);
    if (spec->is_care) {
        note_absent_blocks(ld, &at);
        scn_check_contract(ld);
        scn_check_lines(ld, &at);
    }
    if (has_areas) {
        scn_read_areas(ld, &at);
    } else {
        check_whole(ld, &at);
    }
}

static void
check_returned(lua_State *L)
{
    scn_loader_t *ld = scn_loader(L);
    const scn_note_t *note = scn_noted(ld, -1);

    if (note == NULL || strcmp(note->name, "scenario") != 0) {
        scn_error(ld, ld->scn->main_file, 0, "the file must end with 'return scenario { ... }'; it returned %s",
            lua_isnil(L, -1)     ? "nothing"
            : lua_istable(L, -1) ? "a table without scenario"
                                 : luaL_typename(L, -1));
        lua_pushlightuserdata(L, ld);
        lua_error(L);
    }
}

static int
load_run(lua_State *L)
{
    scn_loader_t *ld = scn_loader(L);

    scn_sandbox_run(L, ld->scn->main_file, true);
    check_returned(L);
    scn_overrides_apply(ld, false);
    if (scn_has_areas(L)) {
        scn_areas_build(L);
    } else {
        scn_run_build(L);
    }
    if (scn_has_areas(L) || scn_is_care(L)) {
        load_evidence(L);
        if (lua_getfield(L, -1, "plans") == LUA_TNIL) {
            lua_pop(L, 1);
            scn_default_plans(L);
            lua_pushnil(L);
        }
        lua_pop(L, 1);
    }
    scn_overrides_apply(ld, true);
    scn_default_base(L);
    scn_read_scenario(ld);
    return 0;
}

static int
evidence_run(lua_State *L)
{
    scn_evidence_need(L);
    return 0;
}

/* ---- the resolved text ---- */

static void
write_text(scn_loader_t *ld)
{
    scn_t *scn = ld->scn;
    size_t size = 1, used = 0;

    for (size_t i = 0; i < scn->n_params; i++) {
        size += strlen(scn->param[i].path) + strlen(scn->param[i].text) + strlen(scn->param[i].unit) + 40;
    }
    scn->text = malloc(size);
    if (scn->text == NULL) {
        ld->no_memory = true;
        return;
    }
    scn->text[0] = '\0';
    for (size_t i = 0; i < scn->n_params; i++) {
        const scn_param_t *it = &scn->param[i];

        if (it->is_number) {
            used += (size_t) snprintf(scn->text + used, size - used, "%s = %.17g%s%s\n", it->path, it->number,
                it->unit[0] != '\0' ? " " : "", it->unit);
        } else {
            used += (size_t) snprintf(scn->text + used, size - used, "%s = %s\n", it->path, it->text);
        }
    }
    scn->hash = 14695981039346656037u;
    for (size_t i = 0; i < used; i++) {
        scn->hash = (scn->hash ^ (unsigned char) scn->text[i]) * 1099511628211u;
    }
}

/* ---- lifecycle ---- */

static void
loader_free(scn_loader_t *ld)
{
    scn_sandbox_close(ld);
    for (size_t i = 0; i < ld->n_overrides; i++) {
        free(ld->override[i].text);
        free(ld->override[i].key);
        free(ld->override[i].value);
    }
    free(ld->override);
    free(ld->ref);
    free(ld->array[0]);
    free(ld->array[1]);
    free(ld->date);
    free(ld->csv);
    sim_rate_free(&ld->rate);
    sim_pool_free(&ld->pool);
    sim_stage_free(&ld->stage);
    sim_source_free(&ld->source);
    sim_dist_free(&ld->initial.age);
    sim_calendar_free(&ld->calendar);
}

static int
loader_run(scn_loader_t *ld, const char *const *overrides, size_t n, lua_CFunction function)
{
    int ret = scn_overrides_init(ld, overrides, n);

    for (ld->n_flags = 0; ld->n_flags < CARE_FLAGS; ld->n_flags++) {
        snprintf(ld->flag[ld->n_flags], SIM_NAME_MAX, "%s", CARE_FLAG_NAME[ld->n_flags]);
    }
    if (ret == 0) {
        ret = scn_sandbox_open(ld);
    }
    if (ret == 0) {
        ret = scn_protected(ld, function);
    }
    if (ret == 0) {
        write_text(ld);
    }
    scn_list_sort(&ld->scn->error);
    scn_list_sort(&ld->scn->warning);
    if (ld->no_memory) {
        ret = SIM_ERR_NO_MEMORY;
    } else if (ret == 0 && ld->scn->error.n > 0) {
        ret = SIM_ERR_SCENARIO;
    }
    loader_free(ld);
    return ret;
}

static scn_t *
scn_new(const char *name)
{
    scn_t *self = calloc(1, sizeof(*self));

    if (self == NULL) {
        return NULL;
    }
    care_spec_init(&self->spec);
    care_split_init(&self->split);
    self->main_file = malloc(strlen(name) + 1);
    if (self->main_file == NULL) {
        scn_free(self);
        return NULL;
    }
    strcpy(self->main_file, name);
    return self;
}

static int
load(const scn_reader_t *reader, const char *name, const char *const *overrides, size_t n, const scn_limits_t *limits,
    lua_CFunction function, scn_t **out)
{
    scn_loader_t *ld = calloc(1, sizeof(*ld));
    int ret = SIM_ERR_NO_MEMORY;

    *out = ld != NULL ? scn_new(name) : NULL;
    if (*out != NULL) {
        ld->scn = *out;
        ld->spec = &(*out)->spec;
        ld->reader = reader;
        if (limits != NULL) {
            ld->limits = *limits;
        }
        ret = loader_run(ld, overrides, n, function);
    }
    free(ld);
    return ret;
}

int
scn_load(const scn_reader_t *reader, const char *name, const char *const *overrides, size_t n,
    const scn_limits_t *limits, scn_t **out)
{
    return load(reader, name, overrides, n, limits, load_run, out);
}

int
scn_load_evidence(const scn_reader_t *reader, scn_t **out)
{
    return load(reader, EVIDENCE_FILE, NULL, 0, NULL, evidence_run, out);
}

static void
free_params(scn_t *self)
{
    for (size_t i = 0; i < self->n_params; i++) {
        const scn_param_t *it = &self->param[i];
        const char *text[] = { it->path, it->text, it->unit, it->range, it->source, it->origin, it->evidence };

        for (size_t k = 0; k < COUNT_OF(text); k++) {
            free((char *) text[k]);
        }
    }
    free(self->param);
}

void
scn_free(scn_t *self)
{
    if (self == NULL) {
        return;
    }
    care_spec_free(&self->spec);
    scn_list_free(&self->error);
    scn_list_free(&self->warning);
    free_params(self);
    scn_evidence_free(self);
    scn_sweep_free(self);
    for (size_t r = 0; r < SCN_ROOMS; r++) {
        for (size_t i = 0; i < self->n_places[r]; i++) {
            free(self->place[r][i].file);
        }
        free(self->place[r]);
    }
    free(self->text);
    free(self->main_file);
    free(self);
}

/* ---- reading ---- */

const care_spec_t *
scn_spec(const scn_t *self)
{
    return &self->spec;
}

const care_split_t *
scn_split(const scn_t *self)
{
    return &self->split;
}

size_t
scn_errors(const scn_t *self, const scn_message_t **message)
{
    *message = self->error.item;
    return self->error.n;
}

size_t
scn_warnings(const scn_t *self, const scn_message_t **message)
{
    *message = self->warning.item;
    return self->warning.n;
}

size_t
scn_params(const scn_t *self, const scn_param_t **param)
{
    *param = self->param;
    return self->n_params;
}

size_t
scn_evidence(const scn_t *self, const scn_evidence_t **record)
{
    *record = self->evidence;
    return self->n_evidence;
}

const scn_sweep_t *
scn_sweep(const scn_t *self)
{
    return &self->sweep;
}

const char *
scn_text(const scn_t *self)
{
    return self->text != NULL ? self->text : "";
}

uint64_t
scn_hash(const scn_t *self)
{
    return self->hash;
}

scn_message_t
scn_place(const scn_t *self, const char *room, size_t index)
{
    static const char *const name[SCN_ROOMS] = { "source", "stage", "pool", "initial", "area", "fact", "plan",
        "review" };

    for (size_t r = 0; r < SCN_ROOMS; r++) {
        if (strcmp(room, name[r]) == 0 && index < self->n_places[r] && self->place[r][index].file != NULL) {
            return (scn_message_t){ self->place[r][index].file, self->place[r][index].line, "" };
        }
    }
    return (scn_message_t){ self->main_file, self->main_line, "" };
}
