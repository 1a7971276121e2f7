/*
 * The rows of a pathway from a scenario's tables: pools, stages with their timers and routes, sources and the initial
 * state.
 *
 * Invariant: a row that is being read lives in the loader until it is moved into the pathway, so that nothing leaks
 * when a read is cut short; routes are added under their stage's name.
 */
#include "sim/lua/loader.h"

#include "sim/core/rate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define SUM_TOLERANCE 1e-9

/* ---- shared ---- */

void
scn_add_place(scn_loader_t *ld, int room, const scn_at_t *at)
{
    scn_t *scn = ld->scn;
    size_t n = scn->n_places[room];
    scn_row_place_t *place = realloc(scn->place[room], (n + 1) * sizeof(*place));

    if (place == NULL) {
        ld->no_memory = true;
        return;
    }
    scn->place[room] = place;
    place[n].line = at->line;
    place[n].file = scn_strdup(ld, at->file);
    scn->n_places[room]++;
}

static void
moved(scn_loader_t *ld, int ret)
{
    if (ret != 0) {
        ld->no_memory = true;
    }
}

static bool
read_name(scn_loader_t *ld, const scn_at_t *at, char name[SIM_NAME_MAX])
{
    return scn_name(ld, at, name);
}

static size_t
class_find(const sim_pathway_t *pathway, const char *name)
{
    size_t i = 0;

    while (i < pathway->n_classes && strcmp(pathway->class_name[i], name) != 0) {
        i++;
    }
    return i;
}

static void
unknown_class(scn_loader_t *ld, const scn_at_t *at, const char *name)
{
    const sim_pathway_t *pathway = &ld->scn->spec.pathway;
    const char *best = NULL;
    unsigned distance = 0;
    char hint[80];

    for (size_t i = 0; i < pathway->n_classes; i++) {
        scn_nearest(name, pathway->class_name[i], &best, &distance);
    }
    scn_fault(ld, at, "there is no class \"%.60s\"%s", name, scn_hint(best, hint, sizeof(hint)));
}

/* Numbers by class name in the table on top; false when one was wrong. */
static bool
numbers_by_class(scn_loader_t *ld, const scn_at_t *at, const char *unit, double max, double *value)
{
    const sim_pathway_t *pathway = &ld->scn->spec.pathway;
    const char *known[SIM_CLASS_MAX];
    scn_want_t want = scn_want(unit, 0.0, max);
    bool good = true;
    scn_at_t child;

    for (size_t i = 0; i < pathway->n_classes; i++) {
        known[i] = pathway->class_name[i];
        if (lua_getfield(ld->L, -1, known[i]) != LUA_TNIL) {
            scn_at_key(ld, at, known[i], &child);
            good = scn_number(ld, &child, &want, &value[i]) && good;
        }
        lua_pop(ld->L, 1);
    }
    scn_unknown(ld, at, known, pathway->n_classes);
    return good;
}

void
scn_read_classes(scn_loader_t *ld, const scn_at_t *at, double *share)
{
    const sim_pathway_t *pathway = &ld->scn->spec.pathway;
    double sum = 0.0;
    char name[SIM_NAME_MAX];
    size_t index;

    memset(share, 0, SIM_CLASS_MAX * sizeof(*share));
    if (!lua_istable(ld->L, -1)) {
        if (read_name(ld, at, name)) {
            index = class_find(pathway, name);
            if (index == pathway->n_classes) {
                unknown_class(ld, at, name);
            } else {
                share[index] = 1.0;
            }
        }
        return;
    }
    if (!numbers_by_class(ld, at, "share", 1.0, share)) {
        return;
    }
    for (size_t i = 0; i < pathway->n_classes; i++) {
        sum += share[i];
    }
    if (fabs(sum - 1.0) > 1e-6) {
        scn_fault(ld, at, "the shares of 'class' sum to %.6g, not 1", sum);
        return;
    }
    for (size_t i = 0; i < pathway->n_classes; i++) {
        share[i] /= sum;
    }
}

/* A name used twice in a room; `index` is the row read last, not yet in the pathway. */
static void
check_new_name(scn_loader_t *ld, const scn_at_t *at, int room, int first, const char *name)
{
    const scn_row_place_t *place;

    if (name[0] == '\0' || first < 0 || (size_t) first >= ld->scn->n_places[room]) {
        return;
    }
    place = &ld->scn->place[room][first];
    scn_fault(ld, at, "the name is used twice, first in %s:%d", place->file != NULL ? place->file : "?", place->line);
}

/* Dated steps: {from = date, <value>} rows into ld->array. Returns their number. */
static size_t
read_steps(scn_loader_t *ld, const scn_at_t *at, const scn_room_t *room)
{
    long n = scn_array(ld, at, SCN_MAX_ROWS);
    scn_at_t item;

    free(ld->array[0]);
    free(ld->array[1]);
    ld->array[0] = calloc(n > 0 ? (size_t) n : 1, sizeof(double));
    ld->array[1] = calloc(n > 0 ? (size_t) n : 1, sizeof(double));
    if (ld->array[0] == NULL || ld->array[1] == NULL) {
        ld->no_memory = true;
        return 0;
    }
    for (long i = 1; i <= n; i++) {
        double step[2] = { 0.0, 1.0 };

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "step", &item);
        scn_row(ld, &item, room, step);
        lua_pop(ld->L, 1);
        ld->array[0][i - 1] = step[0];
        ld->array[1][i - 1] = step[1];
    }
    return n > 0 ? (size_t) n : 0;
}

static void
step_from(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) scn_day(ld, at, row);
}

/* ---- pools ---- */

static const char *const POOL_KIND[] = { "servers", "diary", NULL };
static const char *const OPEN[] = { "working", "school", "weekly", "every", NULL };

static void
pool_kind(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_pool_t *pool = row;
    size_t index = 0;

    if (scn_choice(ld, at, POOL_KIND, 2, &index)) {
        pool->kind = (sim_pool_kind_t) index;
        ld->kind_given = true;
    }
}

static void
pool_members(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("", 1.0, 65535.0);
    sim_pool_t *pool = row;
    double x;

    if (!scn_number(ld, at, &want, &x)) {
        return;
    }
    if (x != floor(x)) {
        scn_fault(ld, at, "'members' must be a whole number, not %g", x);
        return;
    }
    pool->n_members = (size_t) x;
}

static void
pool_week(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("minutes", 0.0, 7.0 * 1440.0);

    (void) row;
    (void) scn_number(ld, at, &want, &ld->week_minutes);
}

static void
pool_starts(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t rate = scn_want("per week", 0.0, 1e6), plain = scn_want("", 0.0, 1e6);
    sim_pool_t *pool = row;
    const scn_value_t *value = scn_tovalue(ld->L, -1);

    (void) scn_number(ld, at, value != NULL && value->t != 0 ? &rate : &plain, &pool->starts_per_unit);
}

static void
pool_steps(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_pool_t *pool = row;

    pool->n_steps = read_steps(ld, at, &SCN_POOL_STEP);
    pool->step_day = ld->array[0];
    pool->step_units = ld->array[1];
    ld->array[0] = NULL;
    ld->array[1] = NULL;
    for (size_t i = 1; i < pool->n_steps; i++) {
        if (pool->step_day[i] < pool->step_day[i - 1]) {
            scn_fault(ld, at, "'steps' must be in the order of their dates");
            return;
        }
    }
}

#define POOL(field) offsetof(sim_pool_t, field)
static const scn_field_t POOL_STEP_FIELD[] = {
    { "from", SCN_SPECIAL, 0, 0, true, 0, NULL, step_from, "date", "From this day on." },
    { "units", SCN_NUMBER, 0, 1e6, true, sizeof(double), NULL, NULL, NULL, "Units of each member from then on." },
};
static const scn_field_t POOL_FIELD[] = {
    { "name", SCN_NAME, 0, 0, true, POOL(name), NULL, NULL, NULL, "Its name." },
    { "kind", SCN_SPECIAL, 0, 0, false, 0, NULL, pool_kind, "\"servers\" or \"diary\"",
        "Servers hold a client for a time; a diary sells minutes of open days. Default: diary when it is given any." },
    { "members", SCN_SPECIAL, 1, 65535, false, 0, NULL, pool_members, "whole number",
        "Members that share nothing; default 1." },
    { "units", SCN_NUMBER, 0, 1e6, false, POOL(units), NULL, NULL, NULL,
        "Servers, or WTE, of each member; default 1." },
    { "open", SCN_CHOICE, 0, 0, false, POOL(open), OPEN, NULL, NULL, "Days a diary is open; default \"working\"." },
    { "minutes_per_unit", SCN_MINUTES, 0, 1440, false, POOL(minutes_per_unit), NULL, NULL, NULL,
        "Diary: time of a unit on each open day." },
    { "hours_per_week", SCN_SPECIAL, 0, 168, false, 0, NULL, pool_week, "time",
        "Diary: the same by the week, spread over its open days (5, or 1 when weekly, or 7 when every day)." },
    { "slot", SCN_MINUTES, 0, 1440, false, POOL(slot_minutes), NULL, NULL, NULL,
        "Diary: sold in whole slots of this length." },
    { "starts_per_unit", SCN_SPECIAL, 0, 1e6, false, 0, NULL, pool_starts, "number a week",
        "Diary: new starts a week of a unit." },
    { "horizon", SCN_WHOLE_DAYS, 1, 3660, false, POOL(horizon_days), NULL, NULL, NULL,
        "Diary: how far ahead is booked; default six weeks." },
    { "steps", SCN_SPECIAL, 0, 0, false, 0, NULL, pool_steps, "array of steps", "Dated changes of the units." },
};
const scn_room_t SCN_POOL_STEP = { "step", COUNT_OF(POOL_STEP_FIELD), POOL_STEP_FIELD };
const scn_room_t SCN_POOL = { "pool", COUNT_OF(POOL_FIELD), POOL_FIELD };

static void
pool_finish(scn_loader_t *ld, const scn_at_t *at)
{
    sim_pool_t *pool = &ld->pool;
    double days = pool->open == SIM_OPEN_WEEKLY ? 1.0 : pool->open == SIM_OPEN_EVERY ? 7.0 : 5.0;

    if (ld->week_minutes > 0.0 && pool->minutes_per_unit > 0.0) {
        scn_fault(ld, at, "give 'minutes_per_unit' or 'hours_per_week', not both");
    }
    if (ld->week_minutes > 0.0) {
        pool->minutes_per_unit = ld->week_minutes / days;
    }
    if (!ld->kind_given && pool->minutes_per_unit > 0.0) {
        pool->kind = SIM_POOL_DIARY;
    }
    if (pool->kind == SIM_POOL_DIARY && !(pool->minutes_per_unit > 0.0)) {
        scn_fault(ld, at, "a diary needs 'minutes_per_unit' or 'hours_per_week'");
    }
    if (pool->kind == SIM_POOL_SERVERS && pool->units != floor(pool->units)) {
        scn_fault(ld, at, "'units' of servers must be a whole number, not %g", pool->units);
    }
}

void
scn_read_pools(scn_loader_t *ld, const scn_at_t *at)
{
    long n = scn_array(ld, at, SCN_MAX_ROWS);
    sim_pathway_t *pathway = &ld->scn->spec.pathway;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "pool", &item);
        sim_pool_default(&ld->pool, "", SIM_POOL_SERVERS);
        ld->week_minutes = 0.0;
        ld->kind_given = false;
        scn_row(ld, &item, &SCN_POOL, &ld->pool);
        pool_finish(ld, &item);
        check_new_name(ld, &item, SCN_ROOM_POOL, sim_pathway_find_pool(pathway, ld->pool.name), ld->pool.name);
        moved(ld, sim_pathway_add_pool(pathway, &ld->pool));
        memset(&ld->pool, 0, sizeof(ld->pool));
        scn_add_place(ld, SCN_ROOM_POOL, &item);
        lua_pop(ld->L, 1);
    }
}

/* ---- stages ---- */

static uint32_t
flag_bit(scn_loader_t *ld, const scn_at_t *at)
{
    char name[SIM_NAME_MAX];

    if (!read_name(ld, at, name)) {
        return 0;
    }
    for (size_t i = 0; i < ld->n_flags; i++) {
        if (strcmp(ld->flag[i], name) == 0) {
            return 1u << i;
        }
    }
    if (ld->n_flags == SCN_FLAGS) {
        scn_fault(ld, at, "there are more than %d names of flags", SCN_FLAGS);
        return 0;
    }
    memcpy(ld->flag[ld->n_flags], name, sizeof(name));
    return 1u << ld->n_flags++;
}

static void
add_route(scn_loader_t *ld, const char *outcome, const char *to, double share, uint32_t mask)
{
    moved(ld, sim_pathway_add_route(&ld->scn->spec.pathway, ld->stage.name, outcome, to, share, mask));
}

static bool
read_target(scn_loader_t *ld, const scn_at_t *at, char to[SIM_NAME_MAX])
{
    if (!read_name(ld, at, to)) {
        return false;
    }
    scn_refer(ld, at, to, false);
    return true;
}

static const char *const DEADLINE[] = { "recovery", "age_out" };

static void
timer_rate(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("per day", 0.0, HUGE_VAL);
    sim_timer_t *timer = row;
    double rate = 0.0;

    if (!scn_number(ld, at, &want, &rate)) {
        return;
    }
    if (sim_dist_given(&timer->after)) {
        scn_fault(ld, at, "give 'after' or 'rate', not both");
    } else if (rate > 0.0) {
        moved(ld, sim_dist_init_exponential(&timer->after, 1.0 / rate));
    } else {
        moved(ld, sim_dist_init_fixed(&timer->after, 1e9)); /* never within a run */
    }
}

static void
timer_deadline(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_timer_t *timer = row;
    size_t index = 0;

    if (scn_choice(ld, at, DEADLINE, COUNT_OF(DEADLINE), &index)) {
        timer->kind = SIM_TIMER_DEADLINE;
        timer->deadline = (unsigned) index;
    }
    if (sim_dist_given(&timer->after)) {
        scn_fault(ld, at, "give 'deadline', or 'after' or 'rate', not both");
    }
}

static void
timer_flag(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_timer_t *timer = row;

    timer->flag = flag_bit(ld, at);
}

static void
timer_to(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    const sim_timer_t *timer = row;
    char to[SIM_NAME_MAX];

    if (read_target(ld, at, to)) {
        add_route(ld, timer->name, to, 1.0, 0);
    }
}

#define TIMER(field) offsetof(sim_timer_t, field)
static const scn_field_t TIMER_FIELD[] = {
    { "name", SCN_NAME, 0, 0, true, TIMER(name), NULL, NULL, NULL,
        "Its name, also of the outcome of those who leave." },
    { "after", SCN_DIST_TIME, 0, 0, false, TIMER(after), NULL, NULL, NULL, "Time in the stage until it fires." },
    { "rate", SCN_SPECIAL, 0, 0, false, 0, NULL, timer_rate, "rate", "The same as a hazard (exponential)." },
    { "deadline", SCN_SPECIAL, 0, 0, false, 0, NULL, timer_deadline, "\"recovery\" or \"age_out\"",
        "Fires when the child recovers, or grows out of the service." },
    { "leave", SCN_SHARE, 0, 1, false, TIMER(leave), NULL, NULL, NULL, "Share that leaves when it fires; default 1." },
    { "flag", SCN_SPECIAL, 0, 0, false, 0, NULL, timer_flag, "name", "Flag that it sets, such as \"recovered\"." },
    { "in_service", SCN_BOOL, 0, 0, false, TIMER(in_service), NULL, NULL, NULL, "Also runs between sessions." },
    { "to", SCN_SPECIAL, 0, 0, false, 0, NULL, timer_to, "stage or \"exit\"",
        "Where those who leave go; default out." },
};
const scn_room_t SCN_TIMER = { "timer", COUNT_OF(TIMER_FIELD), TIMER_FIELD };

static void
stage_timers(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    long n = scn_array(ld, at, SIM_TIMER_MAX);
    sim_stage_t *stage = row;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        sim_timer_t *timer = &stage->timer[i - 1];

        timer->leave = 1.0;
        stage->n_timers = (size_t) i;
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "timer", &item);
        scn_row(ld, &item, &SCN_TIMER, timer);
        if (lua_istable(ld->L, -1) && timer->kind == SIM_TIMER_PATIENCE && !sim_dist_given(&timer->after) &&
            timer->name[0] != '\0') {
            scn_fault(ld, &item, "give 'after', 'rate' or 'deadline'");
        }
        for (long k = 0; k < i - 1; k++) {
            if (strcmp(stage->timer[k].name, timer->name) == 0 && timer->name[0] != '\0') {
                scn_fault(ld, &item, "the name is used twice");
            }
        }
        lua_pop(ld->L, 1);
    }
}

typedef struct {
    double share;
    uint32_t flag;
} decline_t;

static void
decline_flag(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    decline_t *decline = row;

    decline->flag = flag_bit(ld, at);
}

static const scn_field_t DECLINE_FIELD[] = {
    { "share", SCN_SHARE, 0, 1, true, offsetof(decline_t, share), NULL, NULL, NULL, "Share of them that declines." },
    { "flag", SCN_SPECIAL, 0, 0, true, 0, NULL, decline_flag, "name",
        "Flag of those who may decline, such as \"recovered\"." },
};
const scn_room_t SCN_DECLINE = { "decline", COUNT_OF(DECLINE_FIELD), DECLINE_FIELD };

static void
stage_decline(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_stage_t *stage = row;
    decline_t decline = { 0.0, 0 };

    scn_row(ld, at, &SCN_DECLINE, &decline);
    stage->decline = decline.share;
    stage->decline_flag = decline.flag;
}

static void
stage_priority(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("", 0.0, SIM_PRIORITY_MAX - 1);
    sim_stage_t *stage = row;
    double value[SIM_CLASS_MAX] = { 0.0 };

    if (lua_istable(ld->L, -1)) {
        (void) numbers_by_class(ld, at, "", SIM_PRIORITY_MAX - 1, value);
    } else if (scn_number(ld, at, &want, &value[0])) {
        for (size_t i = 1; i < SIM_CLASS_MAX; i++) {
            value[i] = value[0];
        }
    }
    for (size_t i = 0; i < SIM_CLASS_MAX; i++) {
        if (value[i] != floor(value[i])) {
            scn_fault(ld, at, "'priority' must be whole numbers from 0 (served first) to %d", SIM_PRIORITY_MAX - 1);
            return;
        }
        stage->priority[i] = (uint8_t) value[i];
    }
}

static void
stage_role(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_stage_t *stage = row;
    size_t index = 0;

    if (scn_choice(ld, at, CARE_ROLE_NAME, CARE_ROLES, &index)) {
        stage->tag = (uint32_t) index;
    }
}

static void
stage_decide(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    const char *name[CARE_DECISIONS];
    sim_stage_t *stage = row;
    size_t index = 0;

    for (size_t i = 0; i < CARE_DECISIONS; i++) {
        name[i] = CARE_DECISION[i].name;
    }
    if (!scn_choice(ld, at, name, CARE_DECISIONS, &index)) {
        return;
    }
    stage->decision = (int) index;
    stage->n_labels = CARE_DECISION[index].n_labels;
    for (size_t i = 0; i < stage->n_labels; i++) {
        snprintf(stage->label[i], sizeof(stage->label[i]), "%s", CARE_DECISION[index].label[i]);
    }
}

static void
stage_pool(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_stage_t *stage = row;

    if (read_name(ld, at, stage->pool)) {
        scn_refer(ld, at, stage->pool, true);
    }
}

/* ---- routes ---- */

typedef struct {
    char to[SIM_NAME_MAX], on[SIM_NAME_MAX];
    double share; /* NaN: what the routes before it leave */
    uint32_t mask;
} route_row_t;

static bool
mask_has(uint32_t mask, size_t cls)
{
    return mask == 0 || (mask >> cls & 1u) != 0;
}

/* Sum of the routes of the present stage on an outcome that apply to a class. */
static double
route_sum(const scn_loader_t *ld, const char *outcome, size_t cls)
{
    const sim_pathway_t *pathway = &ld->scn->spec.pathway;
    double sum = 0.0;

    for (size_t i = ld->route_first; i < pathway->n_routes; i++) {
        if (strcmp(pathway->route[i].outcome, outcome) == 0 && mask_has(pathway->route[i].class_mask, cls)) {
            sum += pathway->route[i].probability;
        }
    }
    return sum;
}

static const char *const ENGINE_OUTCOME[] = { "done", "missed", "declined" };

/* Whether the present stage has an outcome; otherwise an error. */
static bool
known_outcome(scn_loader_t *ld, const scn_at_t *at, const char *outcome)
{
    const sim_stage_t *stage = &ld->stage;
    const char *name[COUNT_OF(ENGINE_OUTCOME) + SIM_TIMER_MAX + SIM_OUTCOME_MAX], *best = NULL;
    unsigned distance = 0;
    size_t n = 0;
    char hint[80];

    for (size_t i = 0; i < COUNT_OF(ENGINE_OUTCOME); i++) {
        name[n++] = ENGINE_OUTCOME[i];
    }
    for (size_t i = 0; i < stage->n_timers; i++) {
        name[n++] = stage->timer[i].name;
    }
    for (size_t i = 0; i < stage->n_labels; i++) {
        name[n++] = stage->label[i];
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(outcome, name[i]) == 0) {
            return true;
        }
        scn_nearest(outcome, name[i], &best, &distance);
    }
    scn_fault(ld, at, "the stage has no outcome \"%.60s\"%s", outcome, scn_hint(best, hint, sizeof(hint)));
    return false;
}

static void
route_to(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    route_row_t *route = row;

    (void) read_target(ld, at, route->to);
}

static void
route_on(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    route_row_t *route = row;

    if (read_name(ld, at, route->on)) {
        (void) known_outcome(ld, at, route->on);
    }
}

static void
route_one_class(scn_loader_t *ld, const scn_at_t *at, route_row_t *route)
{
    const sim_pathway_t *pathway = &ld->scn->spec.pathway;
    char name[SIM_NAME_MAX];
    size_t index;

    if (!read_name(ld, at, name)) {
        return;
    }
    index = class_find(pathway, name);
    if (index == pathway->n_classes) {
        unknown_class(ld, at, name);
    } else {
        route->mask |= 1u << index;
    }
}

static void
route_class(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    long n;
    scn_at_t item;

    if (!lua_istable(ld->L, -1)) {
        route_one_class(ld, at, row);
        return;
    }
    n = scn_array(ld, at, SIM_CLASS_MAX);
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "class", &item);
        route_one_class(ld, &item, row);
        lua_pop(ld->L, 1);
    }
}

static const scn_field_t ROUTE_FIELD[] = {
    { "to", SCN_SPECIAL, 0, 0, true, 0, NULL, route_to, "stage or \"exit\"", "Where it leads." },
    { "share", SCN_SHARE, 0, 1, false, offsetof(route_row_t, share), NULL, NULL, NULL,
        "Share of those with this outcome; default: what the routes before it leave." },
    { "on", SCN_SPECIAL, 0, 0, false, 0, NULL, route_on, "outcome",
        "\"done\" (default), \"missed\", \"declined\", a timer's name or a decision's label." },
    { "class", SCN_SPECIAL, 0, 0, false, 0, NULL, route_class, "class or array of classes",
        "Classes it is for; default all." },
};
const scn_room_t SCN_ROUTE = { "route", COUNT_OF(ROUTE_FIELD), ROUTE_FIELD };

static void
finish_route(scn_loader_t *ld, const route_row_t *route)
{
    size_t cls = 0;

    if (route->to[0] == '\0') {
        return;
    }
    while (cls + 1 < SIM_CLASS_MAX && !mask_has(route->mask, cls)) {
        cls++;
    }
    if (isnan(route->share)) {
        double rest = 1.0 - route_sum(ld, route->on, cls);

        add_route(ld, route->on, route->to, rest > 0.0 ? rest : 0.0, route->mask);
    } else {
        add_route(ld, route->on, route->to, route->share, route->mask);
    }
}

static void
stage_routes(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    long n = scn_array(ld, at, 200);
    scn_at_t item;

    (void) row;
    for (long i = 1; i <= n; i++) {
        route_row_t route = { .on = "done", .share = NAN };

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "route", &item);
        scn_row(ld, &item, &SCN_ROUTE, &route);
        finish_route(ld, &route);
        lua_pop(ld->L, 1);
    }
}

static void
stage_next(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    char to[SIM_NAME_MAX];

    (void) row;
    if (read_target(ld, at, to)) {
        add_route(ld, "done", to, 1.0, 0);
    }
}

static int
compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* on = { outcome = "stage" }: in the order of the outcomes' names, so that routes have one order. */
static void
stage_on(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    lua_State *L = ld->L;
    const char *outcome[32];
    size_t n = 0;
    char to[SIM_NAME_MAX];
    scn_at_t child;

    (void) row;
    if (!lua_istable(L, -1)) {
        scn_fault(ld, at, "'on' must be a table { outcome = \"stage\" }");
        return;
    }
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING || n == COUNT_OF(outcome)) {
            scn_fault(ld, at, "'on' must be a table { outcome = \"stage\" }");
            lua_pop(L, 1);
            return;
        }
        outcome[n++] = lua_tostring(L, -1);
    }
    qsort(outcome, n, sizeof(outcome[0]), compare_text);
    for (size_t i = 0; i < n; i++) {
        lua_getfield(L, -1, outcome[i]);
        scn_at_key(ld, at, outcome[i], &child);
        if (known_outcome(ld, &child, outcome[i]) && read_target(ld, &child, to)) {
            add_route(ld, outcome[i], to, 1.0, 0);
        }
        lua_pop(L, 1);
    }
}

#define STAGE(field) offsetof(sim_stage_t, field)
static const scn_field_t STAGE_FIELD[] = {
    { "name", SCN_NAME, 0, 0, true, STAGE(name), NULL, NULL, NULL, "Its name: the address of its random draws." },
    { "pool", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_pool, "pool", "Whose capacity it uses; default unlimited." },
    { "role", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_role, "role", "What it is to the care system." },
    { "lead", SCN_DIST_TIME, 0, 0, false, STAGE(lead), NULL, NULL, NULL,
        "From entering the stage to joining the list." },
    { "service", SCN_DIST_TIME, 0, 0, false, STAGE(service), NULL, NULL, NULL,
        "How long servers, or an unlimited stage, hold it." },
    { "notice", SCN_DIST_TIME, 0, 0, false, STAGE(notice), NULL, NULL, NULL, "From its turn to the day wanted." },
    { "sessions", SCN_DIST_COUNT, 0, 0, false, STAGE(sessions), NULL, NULL, NULL, "Number of sessions; default 1." },
    { "second", SCN_DIST_TIME, 0, 0, false, STAGE(second), NULL, NULL, NULL,
        "From first to second session; default as gap." },
    { "gap", SCN_DIST_TIME, 0, 0, false, STAGE(gap), NULL, NULL, NULL, "Between sessions." },
    { "contact", SCN_MINUTES, 0, 1440, false, STAGE(contact_minutes), NULL, NULL, NULL,
        "Contact time of a session (diary)." },
    { "admin", SCN_MINUTES, 0, 1440, false, STAGE(admin_minutes), NULL, NULL, NULL,
        "Other time of a session (diary)." },
    { "dna", SCN_SHARE, 0, 1, false, STAGE(dna), NULL, NULL, NULL, "Share of sessions that the client misses." },
    { "cancel", SCN_SHARE, 0, 1, false, STAGE(cancel), NULL, NULL, NULL, "Share that the provider cancels." },
    { "missed_max", SCN_WHOLE, 0, 1000, false, STAGE(missed_max), NULL, NULL, NULL,
        "Missed in a row before it leaves with outcome \"missed\"; default never." },
    { "takes_start", SCN_BOOL, 0, 0, false, STAGE(takes_start), NULL, NULL, NULL,
        "Uses one of the pool's new starts." },
    { "is_contact", SCN_BOOL, 0, 0, false, STAGE(is_contact), NULL, NULL, NULL,
        "Its sessions are contacts of the service." },
    { "decline", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_decline, "{ share, flag }", "Who declines when offered." },
    { "priority", SCN_SPECIAL, 0, SIM_PRIORITY_MAX - 1, false, 0, NULL, stage_priority, "whole number, or by class",
        "0 is served first." },
    { "timers", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_timers, "array of timers", "What may end the wait." },
    { "decide", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_decide, "decision",
        "Decision of the care system taken at its end." },
    { "follow", SCN_BOOL, 0, 0, false, STAGE(queue_at_front), NULL, NULL, NULL,
        "Served before those who wait for a start." },
    { "routes", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_routes, "array of routes",
        "Where each outcome leads; default out." },
    { "next", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_next, "stage or \"exit\"", "Where all who are done go." },
    { "on", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_on, "{ outcome = stage }",
        "Where each outcome leads, all of it." },
};
const scn_room_t SCN_STAGE = { "stage", COUNT_OF(STAGE_FIELD), STAGE_FIELD };

/* The stage's table is on top: the line of `routes`, or of `next`, if it has one. */
static void
check_route_sums(scn_loader_t *ld, const scn_at_t *at)
{
    const sim_pathway_t *pathway = &ld->scn->spec.pathway;
    scn_at_t routes;

    lua_getfield(ld->L, -1, "routes");
    scn_at_key(ld, at, "routes", &routes);
    lua_pop(ld->L, 1);
    for (size_t i = ld->route_first; i < pathway->n_routes; i++) {
        const char *outcome = pathway->route[i].outcome;

        for (size_t cls = 0; cls < pathway->n_classes; cls++) {
            double sum = route_sum(ld, outcome, cls);

            if (!mask_has(pathway->route[i].class_mask, cls) || fabs(sum - 1.0) <= SUM_TOLERANCE) {
                continue;
            }
            scn_fault(ld, &routes, "the routes on \"%s\"%s%s%s sum to %.10g, not 1", outcome,
                pathway->n_classes > 1 ? " of class \"" : "", pathway->n_classes > 1 ? pathway->class_name[cls] : "",
                pathway->n_classes > 1 ? "\"" : "", sum);
        }
    }
}

void
scn_read_stages(scn_loader_t *ld, const scn_at_t *at)
{
    long n = scn_array(ld, at, SCN_MAX_ROWS);
    sim_pathway_t *pathway = &ld->scn->spec.pathway;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "stage", &item);
        sim_stage_default(&ld->stage, "", "");
        ld->route_first = pathway->n_routes;
        scn_row(ld, &item, &SCN_STAGE, &ld->stage);
        if (ld->stage.dna + ld->stage.cancel >= 1.0) {
            scn_fault(ld, &item, "'dna' and 'cancel' together must be below 1, not %g",
                ld->stage.dna + ld->stage.cancel);
        }
        if (lua_istable(ld->L, -1)) {
            check_route_sums(ld, &item);
        }
        check_new_name(ld, &item, SCN_ROOM_STAGE, sim_pathway_find_stage(pathway, ld->stage.name), ld->stage.name);
        moved(ld, sim_pathway_add_stage(pathway, &ld->stage));
        memset(&ld->stage, 0, sizeof(ld->stage));
        scn_add_place(ld, SCN_ROOM_STAGE, &item);
        lua_pop(ld->L, 1);
    }
}

/* ---- sources ---- */

static const char *const RATE_DAYS[] = { "working", "school", "every" };

static void
rate_days(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    static const sim_open_t days[] = { SIM_OPEN_WORKING, SIM_OPEN_SCHOOL, SIM_OPEN_EVERY };
    sim_rate_t *rate = row;
    size_t index = 0;

    if (scn_choice(ld, at, RATE_DAYS, COUNT_OF(RATE_DAYS), &index)) {
        rate->days = days[index];
    }
}

/* A number a year, or a rate. */
static void
rate_per_year(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t rate_want = scn_want("per year", 0.0, 1e12), plain = scn_want("", 0.0, 1e12);
    const scn_value_t *value = scn_tovalue(ld->L, -1);
    sim_rate_t *rate = row;

    (void) scn_number(ld, at, value != NULL && (value->t != 0 || value->m != 0) ? &rate_want : &plain, &rate->per_year);
}

static void
rate_season(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("", 0.0, 1000.0);
    sim_rate_t *rate = row;
    long n = scn_array(ld, at, 12);
    double sum = 0.0;
    scn_at_t item;

    if (n >= 0 && n != 12) {
        scn_fault(ld, at, "'season' must hold 12 numbers, January first, not %ld", n);
        return;
    }
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "month", &item);
        (void) scn_number(ld, &item, &want, &rate->season[i - 1]);
        sum += rate->season[i - 1];
        lua_pop(ld->L, 1);
    }
    if (n == 12 && !(sum > 0.0)) {
        scn_fault(ld, at, "'season' is 0 in every month");
    } else if (n == 12 && fabs(sum / 12.0 - 1.0) > 0.02) {
        scn_warn(ld, at->file, at->line, "%s'season' has the mean %.4g, not 1: it changes the yearly number", at->label,
            sum / 12.0);
    }
}

static void
rate_steps(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_rate_t *rate = row;

    rate->n_steps = read_steps(ld, at, &SCN_RATE_STEP);
    rate->step_day = ld->array[0];
    rate->step_factor = ld->array[1];
    ld->array[0] = NULL;
    ld->array[1] = NULL;
}

static const scn_field_t RATE_STEP_FIELD[] = {
    { "from", SCN_SPECIAL, 0, 0, true, 0, NULL, step_from, "date", "From this day on." },
    { "factor", SCN_NUMBER, 0, 1e6, true, sizeof(double), NULL, NULL, NULL,
        "The rate is multiplied by this; steps multiply." },
};
static const scn_field_t RATE_FIELD[] = {
    { "per_year", SCN_SPECIAL, 0, 1e12, true, 0, NULL, rate_per_year, "number a year, or rate",
        "At the start, before the season." },
    { "growth", SCN_NUMBER, -0.99, 10, false, offsetof(sim_rate_t, growth), NULL, NULL, NULL,
        "Share a year, compounding." },
    { "season", SCN_SPECIAL, 0, 0, false, 0, NULL, rate_season, "12 numbers", "Factor of each month, January first." },
    { "days", SCN_SPECIAL, 0, 0, false, 0, NULL, rate_days, "\"working\", \"school\" or \"every\"",
        "Days on which they arrive; default every day." },
    { "steps", SCN_SPECIAL, 0, 0, false, 0, NULL, rate_steps, "array of steps", "Dated changes." },
};
const scn_room_t SCN_RATE_STEP = { "step", COUNT_OF(RATE_STEP_FIELD), RATE_STEP_FIELD };
const scn_room_t SCN_RATE = { "rate", COUNT_OF(RATE_FIELD), RATE_FIELD };

/* Piecewise: n + 1 edges and n rates, repeated every `every` when it is given. */
typedef struct {
    size_t n_edges, n_rates;
    double every;
} pieces_t;

static size_t
read_list(scn_loader_t *ld, const scn_at_t *at, const char *unit, double **array)
{
    long n = scn_array(ld, at, 100000);
    scn_want_t want = scn_want(unit, 0.0, 1e12);
    scn_at_t item;

    free(*array);
    *array = calloc(n > 0 ? (size_t) n : 1, sizeof(double));
    if (*array == NULL) {
        ld->no_memory = true;
        return 0;
    }
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, at->key, &item);
        (void) scn_number(ld, &item, &want, &(*array)[i - 1]);
        lua_pop(ld->L, 1);
    }
    return n > 0 ? (size_t) n : 0;
}

static void
pieces_edges(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    pieces_t *pieces = row;

    pieces->n_edges = read_list(ld, at, "days", &ld->array[0]);
}

static void
pieces_rates(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    pieces_t *pieces = row;

    pieces->n_rates = read_list(ld, at, "per day", &ld->array[1]);
}

static const scn_field_t PIECES_FIELD[] = {
    { "edges", SCN_SPECIAL, 0, 0, true, 0, NULL, pieces_edges, "array of times", "n + 1 times from 0, increasing." },
    { "rates", SCN_SPECIAL, 0, 0, true, 0, NULL, pieces_rates, "array of rates",
        "The rate between each edge and the next." },
    { "every", SCN_TIME, 1e-3, 73050, false, offsetof(pieces_t, every), NULL, NULL, NULL,
        "Repeated with this period." },
};
const scn_room_t SCN_PIECES = { "rate", COUNT_OF(PIECES_FIELD), PIECES_FIELD };

static bool
pieces_valid(scn_loader_t *ld, const scn_at_t *at, const pieces_t *pieces)
{
    const double *edge = ld->array[0];

    if (pieces->n_rates == 0 || pieces->n_edges != pieces->n_rates + 1) {
        scn_fault(ld, at, "a rate with %zu 'rates' needs %zu 'edges', not %zu", pieces->n_rates, pieces->n_rates + 1,
            pieces->n_edges);
        return false;
    }
    for (size_t i = 0; i < pieces->n_rates; i++) {
        if (edge[0] != 0.0 || !(edge[i + 1] > edge[i])) {
            scn_fault(ld, at, "'edges' must begin at 0 and increase");
            return false;
        }
    }
    if (pieces->every > 0.0 && pieces->every < edge[pieces->n_rates]) {
        scn_fault(ld, at, "'every' must not be shorter than the last edge");
        return false;
    }
    return true;
}

/* Number of pieces when written out over the run, gaps between repetitions included. */
static double
pieces_total(const scn_loader_t *ld, const pieces_t *pieces)
{
    double turns = pieces->every > 0.0 ? ceil((double) ld->calendar.n_days / pieces->every) : 1.0;

    return turns * (double) (pieces->n_rates + 1);
}

static void
pieces_write(const scn_loader_t *ld, const pieces_t *pieces, size_t total, double *edge, double *rate, size_t *n)
{
    double last = ld->array[0][pieces->n_rates];
    size_t turns = total / (pieces->n_rates + 1);

    for (size_t turn = 0; turn < turns; turn++) {
        double start = (double) turn * pieces->every;

        for (size_t i = 0; i < pieces->n_rates; i++) {
            edge[*n] = start + ld->array[0][i];
            rate[(*n)++] = ld->array[1][i];
        }
        if (pieces->every > last) {
            edge[*n] = start + last;
            rate[(*n)++] = 0.0;
        }
    }
    edge[*n] = (double) (turns - 1) * pieces->every + (pieces->every > last ? pieces->every : last);
}

static void
source_pieces(scn_loader_t *ld, const scn_at_t *at, sim_source_t *source)
{
    pieces_t pieces = { 0, 0, 0.0 };
    double total, *edge, *rate;
    size_t n = 0;

    scn_row(ld, at, &SCN_PIECES, &pieces);
    if (!pieces_valid(ld, at, &pieces)) {
        return;
    }
    total = pieces_total(ld, &pieces);
    ld->built += total < 1e9 ? (size_t) total : SCN_MAX_BUILT;
    if (ld->built > SCN_MAX_BUILT) {
        scn_fault(ld, at, "the rate has %.0f pieces over the run: too many", total);
        return;
    }
    edge = calloc((size_t) total + 1, sizeof(*edge));
    rate = calloc((size_t) total + 1, sizeof(*rate));
    if (edge == NULL || rate == NULL) {
        ld->no_memory = true;
    } else {
        pieces_write(ld, &pieces, (size_t) total, edge, rate, &n);
        if (sim_nhpp_init(&source->rate, n, edge, rate) != 0) {
            scn_fault(ld, at, "'edges' must begin at 0 and increase");
        }
    }
    free(edge);
    free(rate);
}

static void
source_composite(scn_loader_t *ld, const scn_at_t *at, sim_source_t *source)
{
    size_t errors = ld->scn->error.n;

    memset(&ld->rate, 0, sizeof(ld->rate));
    ld->rate.days = SIM_OPEN_EVERY;
    scn_row(ld, at, &SCN_RATE, &ld->rate);
    ld->built += ld->calendar.n_days;
    if (ld->scn->error.n == errors && ld->built > SCN_MAX_BUILT) {
        scn_fault(ld, at, "the rates of the scenario are too many for so long a run");
    } else if (ld->scn->error.n == errors && sim_rate_build(&ld->rate, &ld->calendar, &source->rate) != 0) {
        scn_fault(ld, at, "the rate is out of range");
    }
    sim_rate_free(&ld->rate);
}

/* A constant rate, pieces with edges, or so many a year. */
static void
source_rate(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("per day", 0.0, 1e9);
    sim_source_t *source = row;
    double edge[2] = { 0.0, 1.0 }, per_day;
    bool has_edges;

    if (!ld->has_calendar) {
        return; /* the start or the years are wrong, and an error says so */
    }
    edge[1] = (double) ld->calendar.n_days;
    if (!lua_istable(ld->L, -1)) {
        if (scn_number(ld, at, &want, &per_day)) {
            moved(ld, sim_nhpp_init(&source->rate, 1, edge, &per_day));
        }
        return;
    }
    has_edges = lua_getfield(ld->L, -1, "edges") != LUA_TNIL;
    lua_pop(ld->L, 1);
    if (has_edges) {
        source_pieces(ld, at, source);
    } else {
        source_composite(ld, at, source);
    }
}

static void
source_class(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_source_t *source = row;

    scn_read_classes(ld, at, source->class_share);
}

static void
source_to(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_source_t *source = row;

    (void) read_target(ld, at, source->to);
}

static void
source_role(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_source_t *source = row;
    size_t index = 0;

    if (scn_choice(ld, at, CARE_SOURCE_NAME, CARE_SOURCES, &index)) {
        source->tag = (uint32_t) index;
    }
}

#define SOURCE(field) offsetof(sim_source_t, field)
static const scn_field_t SOURCE_FIELD[] = {
    { "name", SCN_NAME, 0, 0, true, SOURCE(name), NULL, NULL, NULL, "Its name: the address of its arrivals." },
    { "to", SCN_SPECIAL, 0, 0, true, 0, NULL, source_to, "stage", "The stage they enter." },
    { "rate", SCN_SPECIAL, 0, 0, true, 0, NULL, source_rate, "rate, { per_year } or { edges, rates }",
        "How many come." },
    { "class", SCN_SPECIAL, 0, 0, false, 0, NULL, source_class, "class, or shares by class",
        "Their classes; default the first." },
    { "office_hours", SCN_BOOL, 0, 0, false, SOURCE(office_hours), NULL, NULL, NULL, "Between 08:30 and 16:30." },
    { "batch", SCN_DIST_COUNT, 0, 0, false, SOURCE(batch), NULL, NULL, NULL, "Number that come together; default 1." },
    { "role", SCN_SPECIAL, 0, 0, false, 0, NULL, source_role, "source of the care system",
        "Where requests come from." },
};
const scn_room_t SCN_SOURCE = { "source", COUNT_OF(SOURCE_FIELD), SOURCE_FIELD };

void
scn_read_sources(scn_loader_t *ld, const scn_at_t *at)
{
    long n = scn_array(ld, at, SCN_MAX_ROWS);
    sim_pathway_t *pathway = &ld->scn->spec.pathway;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "source", &item);
        sim_source_default(&ld->source, "", "");
        scn_row(ld, &item, &SCN_SOURCE, &ld->source);
        check_new_name(ld, &item, SCN_ROOM_SOURCE, sim_pathway_find_source(pathway, ld->source.name), ld->source.name);
        moved(ld, sim_pathway_add_source(pathway, &ld->source));
        memset(&ld->source, 0, sizeof(ld->source));
        scn_add_place(ld, SCN_ROOM_SOURCE, &item);
        lua_pop(ld->L, 1);
    }
}

/* ---- the initial state ---- */

static void
initial_stage(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_initial_t *initial = row;

    (void) read_target(ld, at, initial->stage);
}

static void
initial_class(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_initial_t *initial = row;

    scn_read_classes(ld, at, initial->class_share);
}

static void
initial_role(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_initial_t *initial = row;
    size_t index = 0;

    if (scn_choice(ld, at, CARE_SOURCE_NAME, CARE_SOURCES, &index)) {
        initial->tag = (uint32_t) index;
    }
}

#define INITIAL(field) offsetof(sim_initial_t, field)
static const scn_field_t INITIAL_FIELD[] = {
    { "stage", SCN_SPECIAL, 0, 0, true, 0, NULL, initial_stage, "stage", "Where they are at the start." },
    { "count", SCN_NUMBER, 0, 1e8, true, INITIAL(count), NULL, NULL, NULL, "How many." },
    { "class", SCN_SPECIAL, 0, 0, false, 0, NULL, initial_class, "class, or shares by class",
        "Their classes; default the first." },
    { "age", SCN_DIST_TIME, 0, 0, false, INITIAL(age), NULL, NULL, NULL, "How long they have been there." },
    { "in_progress", SCN_BOOL, 0, 0, false, INITIAL(in_progress), NULL, NULL, NULL,
        "In treatment, with residual sessions." },
    { "role", SCN_SPECIAL, 0, 0, false, 0, NULL, initial_role, "source of the care system", "Where they came from." },
};
const scn_room_t SCN_INITIAL = { "initial", COUNT_OF(INITIAL_FIELD), INITIAL_FIELD };

void
scn_read_initial(scn_loader_t *ld, const scn_at_t *at)
{
    long n = scn_array(ld, at, SCN_MAX_ROWS);
    sim_pathway_t *pathway = &ld->scn->spec.pathway;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "initial", &item);
        sim_initial_default(&ld->initial, "");
        scn_row(ld, &item, &SCN_INITIAL, &ld->initial);
        moved(ld, sim_pathway_add_initial(pathway, &ld->initial));
        memset(&ld->initial, 0, sizeof(ld->initial));
        scn_add_place(ld, SCN_ROOM_INITIAL, &item);
        lua_pop(ld->L, 1);
    }
}
