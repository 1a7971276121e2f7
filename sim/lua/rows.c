/*
 * The rows of a pathway from a scenario's tables: what all kinds of rows share, and stages with their timers and
 * routes. Pools are in pools.c, sources and the initial state in sources.c.
 *
 * Invariant: a row that is being read lives in the loader until it is moved into the pathway, so that nothing leaks
 * when a read is cut short; routes are added under their stage's name.
 */
#include "sim/lua/loader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define SUM_TOLERANCE 1e-9
#define FLAGS_ASKED_MAX 6 /* by the routes of one outcome */

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

void
scn_moved(scn_loader_t *ld, int ret)
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

size_t
scn_class_find(const sim_pathway_t *pathway, const char *name)
{
    size_t i = 0;

    while (i < pathway->n_classes && strcmp(pathway->class_name[i], name) != 0) {
        i++;
    }
    return i;
}

void
scn_unknown_class(scn_loader_t *ld, const scn_at_t *at, const char *name)
{
    const sim_pathway_t *pathway = &ld->spec->pathway;
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
    const sim_pathway_t *pathway = &ld->spec->pathway;
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
    const sim_pathway_t *pathway = &ld->spec->pathway;
    double sum = 0.0;
    char name[SIM_NAME_MAX];
    size_t index;

    memset(share, 0, SIM_CLASS_MAX * sizeof(*share));
    if (!lua_istable(ld->L, -1)) {
        if (read_name(ld, at, name)) {
            index = scn_class_find(pathway, name);
            if (index == pathway->n_classes) {
                scn_unknown_class(ld, at, name);
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

void
scn_check_new_name(scn_loader_t *ld, const scn_at_t *at, int room, int first, const char *name)
{
    const scn_row_place_t *place;

    if (name[0] == '\0' || first < 0 || (size_t) first >= ld->scn->n_places[room]) {
        return;
    }
    place = &ld->scn->place[room][first];
    scn_fault(ld, at, "the name is used twice, first in %s:%d", place->file != NULL ? place->file : "?", place->line);
}

size_t
scn_read_steps(scn_loader_t *ld, const scn_at_t *at, const scn_room_t *room)
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

size_t
scn_read_list(scn_loader_t *ld, const scn_at_t *at, const char *unit, size_t max, double **array)
{
    long n = scn_array(ld, at, max);
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

void
scn_step_from(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) scn_day(ld, at, row);
}

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

uint32_t
scn_read_flags(scn_loader_t *ld, const scn_at_t *at)
{
    uint32_t flags = 0;
    scn_at_t item;
    long n;

    if (!lua_istable(ld->L, -1)) {
        return flag_bit(ld, at);
    }
    n = scn_array(ld, at, SCN_FLAGS);
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "flag", &item);
        flags |= flag_bit(ld, &item);
        lua_pop(ld->L, 1);
    }
    return flags;
}

bool
scn_read_target(scn_loader_t *ld, const scn_at_t *at, char to[SIM_NAME_MAX])
{
    if (!read_name(ld, at, to)) {
        return false;
    }
    scn_refer(ld, at, to, false);
    return true;
}

/* ---- stages ---- */

static void
add_route(scn_loader_t *ld, const sim_route_t *route)
{
    scn_moved(ld, sim_pathway_add_route(&ld->spec->pathway, route));
}

/* One of several stages of which the shortest queue is taken. */
static bool
read_shortest(scn_loader_t *ld, const scn_at_t *at, long i, sim_route_t *route)
{
    char *name = i == 1 ? route->to : route->shortest_name[i - 2];

    if (!scn_read_target(ld, at, name)) {
        return false;
    }
    if (strcmp(name, "exit") == 0) {
        scn_fault(ld, at, "'to' takes the shortest of several queues, and \"exit\" has none");
        return false;
    }
    for (long k = 1; k < i; k++) {
        if (strcmp(k == 1 ? route->to : route->shortest_name[k - 2], name) == 0) {
            scn_fault(ld, at, "the stage \"%s\" is there twice", name);
            return false;
        }
    }
    return true;
}

/* A stage, "exit", or an array of stages. */
static bool
read_targets(scn_loader_t *ld, const scn_at_t *at, sim_route_t *route)
{
    bool good = true;
    scn_at_t item;
    long n;

    if (!lua_istable(ld->L, -1)) {
        return scn_read_target(ld, at, route->to);
    }
    n = scn_array(ld, at, SIM_SHORTEST_MAX);
    if (n == 0) {
        scn_fault(ld, at, "'%s' is empty", at->key);
    }
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "stage", &item);
        good = read_shortest(ld, &item, i, route) && good;
        lua_pop(ld->L, 1);
    }
    route->n_shortest = n > 0 ? (size_t) n - 1 : 0;
    return good && n > 0;
}

/* All with an outcome go where the value on top says. */
static void
read_whole_route(scn_loader_t *ld, const scn_at_t *at, const char *outcome)
{
    sim_route_t route;

    sim_route_default(&route, ld->stage.name, outcome, "");
    if (read_targets(ld, at, &route)) {
        add_route(ld, &route);
    }
}

/* A class, or an array of classes, as a mask. */
static void
read_class_bit(scn_loader_t *ld, const scn_at_t *at, uint32_t *mask)
{
    const sim_pathway_t *pathway = &ld->spec->pathway;
    char name[SIM_NAME_MAX];
    size_t index;

    if (!read_name(ld, at, name)) {
        return;
    }
    index = scn_class_find(pathway, name);
    if (index == pathway->n_classes) {
        scn_unknown_class(ld, at, name);
    } else {
        *mask |= 1u << index;
    }
}

static void
read_class_mask(scn_loader_t *ld, const scn_at_t *at, uint32_t *mask)
{
    long n;
    scn_at_t item;

    if (!lua_istable(ld->L, -1)) {
        read_class_bit(ld, at, mask);
        return;
    }
    n = scn_array(ld, at, SIM_CLASS_MAX);
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "class", &item);
        read_class_bit(ld, &item, mask);
        lua_pop(ld->L, 1);
    }
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
        scn_moved(ld, sim_dist_init_exponential(&timer->after, 1.0 / rate));
    } else {
        scn_moved(ld, sim_dist_init_fixed(&timer->after, 1e9)); /* never within a run */
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

    timer->flag = scn_read_flags(ld, at);
}

static void
timer_to(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    const sim_timer_t *timer = row;

    read_whole_route(ld, at, timer->name);
}

static void
timer_class(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_timer_t *timer = row;

    read_class_mask(ld, at, &timer->class_mask);
}

#define TIMER(field) offsetof(sim_timer_t, field)
static const scn_field_t TIMER_FIELD[] = {
    { "name", SCN_NAME, 0, 0, true, TIMER(name), NULL, NULL, NULL,
        "Its name, also of the outcome of those who leave." },
    { "after", SCN_DIST_TIME, 0, 0, false, TIMER(after), NULL, NULL, NULL, "Time in the stage until it fires." },
    { "rate", SCN_SPECIAL, 0, 0, false, 0, NULL, timer_rate, "rate", "The same as a hazard (exponential)." },
    { "deadline", SCN_SPECIAL, 0, 0, false, 0, NULL, timer_deadline, "\"recovery\" or \"age_out\"",
        "Fires when the child recovers, or grows out of the service." },
    { "share", SCN_SHARE, 0, 1, false, TIMER(share), NULL, NULL, NULL,
        "Share of clients that have this timer at all; default 1. Not with a deadline." },
    { "class", SCN_SPECIAL, 0, 0, false, 0, NULL, timer_class, "class or array of classes",
        "Classes that have it; default all." },
    { "leave", SCN_SHARE, 0, 1, false, TIMER(leave), NULL, NULL, NULL, "Share that leaves when it fires; default 1." },
    { "flag", SCN_SPECIAL, 0, 0, false, 0, NULL, timer_flag, "name or array of names",
        "Flag that it sets, such as \"recovered\"." },
    { "in_service", SCN_BOOL, 0, 0, false, TIMER(in_service), NULL, NULL, NULL, "Also runs between sessions." },
    { "to", SCN_SPECIAL, 0, 0, false, 0, NULL, timer_to, "stage, array of stages or \"exit\"",
        "Where those who leave go; of several stages the shortest queue; default out." },
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
        if (timer->kind == SIM_TIMER_DEADLINE && timer->share != 1.0) {
            scn_fault(ld, &item, "'share' is for a timer with 'after' or 'rate': all have the deadline");
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

    decline->flag = scn_read_flags(ld, at);
}

static const scn_field_t DECLINE_FIELD[] = {
    { "share", SCN_SHARE, 0, 1, true, offsetof(decline_t, share), NULL, NULL, NULL, "Share of them that declines." },
    { "flag", SCN_SPECIAL, 0, 0, true, 0, NULL, decline_flag, "name",
        "Flag of those who may decline, such as \"recovered\"." },
};
static const scn_field_t FLAGGED_FIELD[] = {
    { "share", SCN_SHARE, 0, 1, true, offsetof(decline_t, share), NULL, NULL, NULL,
        "Share of their sessions that they miss." },
    { "flag", SCN_SPECIAL, 0, 0, true, 0, NULL, decline_flag, "name",
        "Flag of those it is for, such as \"supported\"." },
};
const scn_room_t SCN_FLAGGED = { "dna_flagged", COUNT_OF(FLAGGED_FIELD), FLAGGED_FIELD };

const scn_room_t SCN_DECLINE = { "decline", COUNT_OF(DECLINE_FIELD), DECLINE_FIELD };

static void
stage_dna_flagged(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_stage_t *stage = row;
    decline_t flagged = { 0.0, 0 };

    scn_row(ld, at, &SCN_FLAGGED, &flagged);
    stage->dna_flagged = flagged.share;
    stage->dna_flag = flagged.flag;
}

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

/* ---- room, baulking, groups ---- */

typedef struct {
    double from, share;
} baulk_t;

static const scn_field_t BAULK_FIELD[] = {
    { "from", SCN_NUMBER, 0, 1e9, true, offsetof(baulk_t, from), NULL, NULL, "whole number",
        "This many waiting, or more, up to the next step." },
    { "share", SCN_SHARE, 0, 1, true, offsetof(baulk_t, share), NULL, NULL, NULL,
        "Share of those who come that does not join: outcome \"baulked\"." },
};
const scn_room_t SCN_BAULK = { "baulk", COUNT_OF(BAULK_FIELD), BAULK_FIELD };

static void
stage_baulk(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    long n = scn_array(ld, at, SIM_BAULK_MAX);
    sim_stage_t *stage = row;
    double last = -1.0;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        baulk_t baulk = { 0.0, 0.0 };

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "baulk", &item);
        scn_row(ld, &item, &SCN_BAULK, &baulk);
        lua_pop(ld->L, 1);
        if (baulk.from != floor(baulk.from)) {
            scn_fault(ld, &item, "'from' must be a whole number, not %g", baulk.from);
        } else if (baulk.from <= last) {
            scn_fault(ld, &item, "'from' must increase from step to step; %g follows %g", baulk.from, last);
        }
        last = baulk.from;
        stage->baulk_from[i - 1] = (size_t) baulk.from;
        stage->baulk_share[i - 1] = baulk.share;
        stage->n_baulk = (size_t) i;
    }
}

#define STAGE(field) offsetof(sim_stage_t, field)
static const scn_field_t GROUP_FIELD[] = {
    { "min", SCN_COUNT, 1, 1e6, false, STAGE(group_min), NULL, NULL, NULL, "Fewest served together; default 1." },
    { "max", SCN_COUNT, 1, 1e6, true, STAGE(group_max), NULL, NULL, NULL, "Most served together." },
    { "wait", SCN_TIME, 0, 73050, false, STAGE(group_wait_days), NULL, NULL, NULL,
        "Fewer than `min` are served when the first has waited so long; default never." },
};
const scn_room_t SCN_GROUP = { "group", COUNT_OF(GROUP_FIELD), GROUP_FIELD };

static void
stage_group(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_stage_t *stage = row;

    stage->group_min = 1;
    scn_row(ld, at, &SCN_GROUP, stage);
    if (stage->group_max > 0 && stage->group_min > stage->group_max) {
        scn_fault(ld, at, "'min' of a group must not be above its 'max'; %zu and %zu were given", stage->group_min,
            stage->group_max);
    }
}

static void
stage_sets(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_stage_t *stage = row;

    stage->sets = scn_read_flags(ld, at);
}

/* ---- routes ---- */

typedef struct {
    sim_route_t route;
    double share; /* NaN: what the routes before it leave of each class and setting of flags */
} route_row_t;

static bool
mask_has(uint32_t mask, size_t cls)
{
    return mask == 0 || (mask >> cls & 1u) != 0;
}

/* Sum of the routes of the present stage on an outcome that apply to a class with these flags. */
static double
route_sum(const scn_loader_t *ld, const char *outcome, size_t cls, uint32_t flags)
{
    const sim_pathway_t *pathway = &ld->spec->pathway;
    double sum = 0.0;

    for (size_t i = ld->route_first; i < pathway->n_routes; i++) {
        const sim_route_t *it = &pathway->route[i];

        if (strcmp(it->outcome, outcome) == 0 && mask_has(it->class_mask, cls) &&
            (flags & it->with_flags) == it->with_flags && (flags & it->without_flags) == 0) {
            sum += it->probability;
        }
    }
    return sum;
}

static const char *const ENGINE_OUTCOME[] = { "done", "missed", "declined", "full", "baulked" };

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
    route_row_t *it = row;

    if (!read_targets(ld, at, &it->route)) {
        it->route.to[0] = '\0';
    }
}

static void
route_on(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    route_row_t *it = row;

    if (read_name(ld, at, it->route.outcome)) {
        (void) known_outcome(ld, at, it->route.outcome);
    }
}

static void
route_class(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    route_row_t *it = row;

    read_class_mask(ld, at, &it->route.class_mask);
}

static void
route_becomes(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    const sim_pathway_t *pathway = &ld->spec->pathway;
    route_row_t *it = row;
    char name[SIM_NAME_MAX];

    if (!read_name(ld, at, name)) {
        return;
    }
    if (scn_class_find(pathway, name) == pathway->n_classes) {
        scn_unknown_class(ld, at, name);
    } else {
        it->route.class_to = (int) scn_class_find(pathway, name);
    }
}

static void
route_with(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    route_row_t *it = row;

    it->route.with_flags = scn_read_flags(ld, at);
}

static void
route_without(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    route_row_t *it = row;

    it->route.without_flags = scn_read_flags(ld, at);
    if ((it->route.with_flags & it->route.without_flags) != 0) {
        scn_fault(ld, at, "'with' and 'without' name the same flag: the route would take nobody");
    }
}

static const scn_field_t ROUTE_FIELD[] = {
    { "to", SCN_SPECIAL, 0, 0, true, 0, NULL, route_to, "stage, array of stages or \"exit\"",
        "Where it leads; of several stages to the one with the fewest present, ties to the first." },
    { "share", SCN_SHARE, 0, 1, false, offsetof(route_row_t, share), NULL, NULL, NULL,
        "Share of those with this outcome; default: what the routes before it leave of each class, and of those with "
        "and without each flag." },
    { "on", SCN_SPECIAL, 0, 0, false, 0, NULL, route_on, "outcome",
        "\"done\" (default), \"missed\", \"declined\", \"full\", \"baulked\", a timer's name or a decision's label." },
    { "class", SCN_SPECIAL, 0, 0, false, 0, NULL, route_class, "class or array of classes",
        "Classes it is for; default all." },
    { "with", SCN_SPECIAL, 0, 0, false, 0, NULL, route_with, "flag or array of flags",
        "Only for those who have these flags." },
    { "without", SCN_SPECIAL, 0, 0, false, 0, NULL, route_without, "flag or array of flags",
        "Only for those who have none of these flags." },
    { "becomes", SCN_SPECIAL, 0, 0, false, 0, NULL, route_becomes, "class",
        "Class that they have from here on; default as before." },
};
const scn_room_t SCN_ROUTE = { "route", COUNT_OF(ROUTE_FIELD), ROUTE_FIELD };

/* Flags that the routes of the present stage on an outcome ask about. */
static uint32_t
flags_asked(const scn_loader_t *ld, const char *outcome)
{
    const sim_pathway_t *pathway = &ld->spec->pathway;
    uint32_t flags = 0;

    for (size_t i = ld->route_first; i < pathway->n_routes; i++) {
        if (strcmp(pathway->route[i].outcome, outcome) == 0) {
            flags |= pathway->route[i].with_flags | pathway->route[i].without_flags;
        }
    }
    return flags;
}

static size_t
count_bits(uint32_t mask)
{
    size_t n = 0;

    for (; mask != 0; mask &= mask - 1) {
        n++;
    }
    return n;
}

/* Classes that a route is for, none of them left out. */
static uint32_t
classes_of(const scn_loader_t *ld, const sim_route_t *route)
{
    return route->class_mask != 0 ? route->class_mask : (1u << ld->spec->pathway.n_classes) - 1u;
}

static double
rest_of(const scn_loader_t *ld, const sim_route_t *route, size_t cls, uint32_t flags)
{
    return fmax(0.0, 1.0 - route_sum(ld, route->outcome, cls, flags));
}

/* Whether the routes before one leave all of its classes the same, however the flags that they ask about are set. */
static bool
same_rest(const scn_loader_t *ld, const sim_route_t *route, uint32_t asked, double *share)
{
    uint32_t flags = 0;

    *share = NAN;
    do {
        for (size_t cls = 0; cls < ld->spec->pathway.n_classes; cls++) {
            if (mask_has(route->class_mask, cls)) {
                double rest = rest_of(ld, route, cls, route->with_flags | flags);

                if (!isnan(*share) && rest != *share) {
                    return false;
                }
                *share = rest;
            }
        }
        flags = (flags - asked) & asked;
    } while (flags != 0);
    return true;
}

/* A route for the classes with each share; none where nothing is left. */
static void
add_rests(scn_loader_t *ld, const sim_route_t *route)
{
    double rest[SIM_CLASS_MAX] = { 0.0 };
    uint32_t left = classes_of(ld, route);

    for (size_t cls = 0; cls < ld->spec->pathway.n_classes; cls++) {
        rest[cls] = rest_of(ld, route, cls, route->with_flags);
    }
    for (size_t first = 0; first < SIM_CLASS_MAX && left != 0; first++) {
        sim_route_t part = *route;

        part.class_mask = 0;
        part.probability = rest[first];
        for (size_t cls = first; cls < ld->spec->pathway.n_classes && (left >> first & 1u) != 0; cls++) {
            part.class_mask |= rest[cls] == rest[first] ? left & 1u << cls : 0u;
        }
        left &= ~part.class_mask;
        if (part.class_mask != 0 && part.probability > 0.0) {
            add_route(ld, &part);
        }
    }
}

/* What the routes before it leave: one route, or where that differs one for each setting of the flags and each share. */
static void
add_rest(scn_loader_t *ld, sim_route_t *route)
{
    uint32_t asked = flags_asked(ld, route->outcome) & ~(route->with_flags | route->without_flags), flags = 0;

    if (count_bits(asked) > FLAGS_ASKED_MAX) {
        asked = 0; /* refused when the sums are checked */
    }
    if (same_rest(ld, route, asked, &route->probability)) {
        add_route(ld, route);
        return;
    }
    do {
        sim_route_t part = *route;

        part.with_flags |= flags;
        part.without_flags |= asked & ~flags;
        add_rests(ld, &part);
        flags = (flags - asked) & asked;
    } while (flags != 0);
}

static void
finish_route(scn_loader_t *ld, route_row_t *it)
{
    if (it->route.to[0] == '\0') {
        return;
    }
    if (isnan(it->share)) {
        add_rest(ld, &it->route);
    } else {
        it->route.probability = it->share;
        add_route(ld, &it->route);
    }
}

static void
stage_routes(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    long n = scn_array(ld, at, 200);
    scn_at_t item;

    (void) row;
    for (long i = 1; i <= n; i++) {
        route_row_t route = { .share = NAN };

        sim_route_default(&route.route, ld->stage.name, "done", "");
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
    (void) row;
    read_whole_route(ld, at, "done");
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
        if (known_outcome(ld, &child, outcome[i])) {
            read_whole_route(ld, &child, outcome[i]);
        }
        lua_pop(L, 1);
    }
}

static const char *const FULL[] = { "leave", "block", NULL };

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
    { "dna_flagged", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_dna_flagged, "{ share, flag }",
        "Share of sessions missed by those with a flag, in place of `dna`." },
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
    { "setup", SCN_DIST_TIME, 0, 0, false, STAGE(setup), NULL, NULL, NULL,
        "Before service, while the server is taken." },
    { "cleaning", SCN_DIST_TIME, 0, 0, false, STAGE(cleaning), NULL, NULL, NULL,
        "After the client has left, while the server is still taken." },
    { "limit", SCN_COUNT, 1, 1e9, false, STAGE(limit), NULL, NULL, NULL,
        "Most that may be in the stage, waiting or served; default no limit." },
    { "room", SCN_COUNT, 0, 1e9, false, STAGE(room), NULL, NULL, NULL,
        "Most that may wait in it; 0: nobody waits; default no limit." },
    { "full", SCN_CHOICE, 0, 0, false, STAGE(full), FULL, NULL, "\"leave\" or \"block\"",
        "Who finds it full leaves with outcome \"full\" (default), or stays where it was, with its server, until there "
        "is room." },
    { "baulk", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_baulk, "array of steps", "Who does not join so long a queue." },
    { "group", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_group, "{ min, max, wait }",
        "Served in groups, each by one server." },
    { "jockey", SCN_NAME, 0, 0, false, STAGE(jockey), NULL, NULL, NULL,
        "Between stages with the same word the last of a longer queue moves to one shorter by two or more." },
    { "sets", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_sets, "flag or array of flags",
        "Flags that those who enter have from then on." },
    { "states", SCN_COUNT, 1, SIM_STATES_MAX, false, STAGE(n_states), NULL, NULL, NULL,
        "Keep the share of time with 0, 1, ... and this many or more present." },
    { "by_class", SCN_BOOL, 0, 0, false, STAGE(by_class), NULL, NULL, NULL,
        "Keep its numbers and waits for each class." },
    { "decide", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_decide, "decision",
        "Decision of the care system taken at its end." },
    { "follow", SCN_BOOL, 0, 0, false, STAGE(queue_at_front), NULL, NULL, NULL,
        "Served before those who wait for a start." },
    { "routes", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_routes, "array of routes",
        "Where each outcome leads; default out." },
    { "next", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_next, "stage, array of stages or \"exit\"",
        "Where all who are done go." },
    { "on", SCN_SPECIAL, 0, 0, false, 0, NULL, stage_on, "{ outcome = stage }",
        "Where each outcome leads, all of it." },
};
const scn_room_t SCN_STAGE = { "stage", COUNT_OF(STAGE_FIELD), STAGE_FIELD };

/* " with flag "a" without flag "b"" */
static void
describe_flags(const scn_loader_t *ld, uint32_t asked, uint32_t flags, char *buffer, size_t size)
{
    size_t used = 0;

    buffer[0] = '\0';
    for (size_t i = 0; i < ld->n_flags && used < size; i++) {
        if ((asked >> i & 1u) != 0) {
            used += (size_t) snprintf(buffer + used, size - used, " %s flag \"%.30s\"",
                (flags >> i & 1u) != 0 ? "with" : "without", ld->flag[i]);
        }
    }
}

static void
check_sum(scn_loader_t *ld, const scn_at_t *at, const char *outcome, size_t cls, uint32_t asked, uint32_t flags)
{
    const sim_pathway_t *pathway = &ld->spec->pathway;
    double sum = route_sum(ld, outcome, cls, flags);
    bool several = pathway->n_classes > 1;
    char with[160];

    if (fabs(sum - 1.0) <= SUM_TOLERANCE) {
        return;
    }
    describe_flags(ld, asked, flags, with, sizeof(with));
    scn_fault(ld, at, "the routes on \"%s\"%s%s%s%s sum to %.10g, not 1", outcome, several ? " of class \"" : "",
        several ? pathway->class_name[cls] : "", several ? "\"" : "", with, sum);
}

/* Each subset of the flags asked about, beginning with none of them. */
static void
check_outcome(scn_loader_t *ld, const scn_at_t *at, const char *outcome)
{
    uint32_t asked = flags_asked(ld, outcome), flags;
    size_t n = count_bits(asked);

    if (n > FLAGS_ASKED_MAX) {
        scn_fault(ld, at, "the routes on \"%s\" ask about %zu flags; at most %d are allowed", outcome, n,
            FLAGS_ASKED_MAX);
        return;
    }
    for (size_t cls = 0; cls < ld->spec->pathway.n_classes; cls++) {
        flags = 0;
        do {
            check_sum(ld, at, outcome, cls, asked, flags);
            flags = (flags - asked) & asked;
        } while (flags != 0);
    }
}

/* The stage's table is on top: the line of `routes`, or of the stage when it has none. */
static void
check_route_sums(scn_loader_t *ld, const scn_at_t *at)
{
    const sim_pathway_t *pathway = &ld->spec->pathway;
    scn_at_t routes;

    lua_getfield(ld->L, -1, "routes");
    scn_at_key(ld, at, "routes", &routes);
    lua_pop(ld->L, 1);
    for (size_t i = ld->route_first; i < pathway->n_routes; i++) {
        bool first = true;

        for (size_t k = ld->route_first; k < i; k++) {
            first = first && strcmp(pathway->route[k].outcome, pathway->route[i].outcome) != 0;
        }
        if (first) {
            check_outcome(ld, &routes, pathway->route[i].outcome);
        }
    }
}

void
scn_read_stages(scn_loader_t *ld, const scn_at_t *at)
{
    long n = scn_array(ld, at, SCN_MAX_ROWS);
    sim_pathway_t *pathway = &ld->spec->pathway;
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
        if (ld->stage.dna_flag != 0 && ld->stage.dna_flagged + ld->stage.cancel >= 1.0) {
            scn_fault(ld, &item, "'dna_flagged' and 'cancel' together must be below 1, not %g",
                ld->stage.dna_flagged + ld->stage.cancel);
        }
        if (lua_istable(ld->L, -1)) {
            check_route_sums(ld, &item);
        }
        scn_check_new_name(ld, &item, SCN_ROOM_STAGE, sim_pathway_find_stage(pathway, ld->stage.name), ld->stage.name);
        scn_moved(ld, sim_pathway_add_stage(pathway, &ld->stage));
        memset(&ld->stage, 0, sizeof(ld->stage));
        scn_add_place(ld, SCN_ROOM_STAGE, &item);
        lua_pop(ld->L, 1);
    }
}
