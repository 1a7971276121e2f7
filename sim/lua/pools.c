/*
 * The pools of a scenario: their kinds, dated steps, timetables, failures.
 *
 * Invariant: a timetable becomes entries of a cycle that begins at day 0 and whose first entry is at 0; a week is
 * turned so that it begins on the weekday of the scenario's start.
 */
#include "sim/lua/loader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define TIMETABLE_MAX 100
#define WEEK_MINUTES 10080
#define SHARE_MAX 1000.0

/* Give what scn_read_steps has read to a row. */
static void
take_steps(scn_loader_t *ld, sim_steps_t *steps, size_t n)
{
    free(steps->day);
    free(steps->value);
    steps->n = n;
    steps->day = ld->array[0];
    steps->value = ld->array[1];
    ld->array[0] = NULL;
    ld->array[1] = NULL;
}

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

    take_steps(ld, &pool->steps, scn_read_steps(ld, at, &SCN_POOL_STEP));
    for (size_t i = 1; i < pool->steps.n; i++) {
        if (pool->steps.day[i] < pool->steps.day[i - 1]) {
            scn_fault(ld, at, "'steps' must be in the order of their dates");
            return;
        }
    }
}

static void
pool_bands(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_pool_t *pool = row;

    pool->n_bands = scn_read_list(ld, at, "days", SIM_BAND_MAX, &ld->array[0]);
    for (size_t i = 0; i < pool->n_bands; i++) {
        pool->band_days[i] = ld->array[0][i];
        if (!(pool->band_days[i] > (i > 0 ? pool->band_days[i - 1] : 0.0))) {
            scn_fault(ld, at, "'bands' must be times above 0 that increase");
            return;
        }
    }
}

/* ---- timetables ---- */

static const char *const WEEKDAY[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

#define SPAN_FORM "days and hours such as \"mon-fri 09:00-17:00\" or \"sat,sun 10:00-12:00 0.5\""

/* When a share of the units is there, in minutes of the week from day 0 on. */
typedef struct {
    int from, to;
    double share;
    long item; /* of the timetable */
} span_t;

typedef struct {
    size_t n;
    span_t span[TIMETABLE_MAX * 8]; /* a day of an item, cut in two where the week ends */
} week_t;

/* One line of a timetable. */
typedef struct {
    unsigned days; /* bit 0 = Monday */
    int from, to;  /* minutes of the day; to <= from: on the next day */
    double share;
} line_t;

static int
parse_weekday(const char **p)
{
    for (int d = 0; d < 7; d++) {
        if (strncmp(*p, WEEKDAY[d], 3) == 0) {
            *p += 3;
            return d;
        }
    }
    return -1;
}

/* "mon-thu,sat" */
static bool
parse_days(const char **p, unsigned *days)
{
    for (;;) {
        int first = parse_weekday(p), last = first;

        if (first >= 0 && **p == '-') {
            (*p)++;
            last = parse_weekday(p);
        }
        if (first < 0 || last < 0) {
            return false;
        }
        for (int d = first; d != last; d = (d + 1) % 7) {
            *days |= 1u << d;
        }
        *days |= 1u << last;
        if (**p != ',') {
            return *(*p)++ == ' ';
        }
        (*p)++;
    }
}

/* "09:00", to 24:00; minutes. */
static bool
parse_clock(const char **p, int *minutes)
{
    const char *c = *p;

    for (int i = 0; i < 5; i++) {
        if (i == 2 ? c[i] != ':' : c[i] < '0' || c[i] > '9') {
            return false;
        }
    }
    *minutes = ((c[0] - '0') * 10 + c[1] - '0') * 60 + (c[3] - '0') * 10 + c[4] - '0';
    *p += 5;
    return c[3] < '6' && *minutes <= 1440;
}

static bool
parse_line(const char *p, line_t *line)
{
    char *end;

    memset(line, 0, sizeof(*line));
    line->share = 1.0;
    if (!parse_days(&p, &line->days) || !parse_clock(&p, &line->from) || *p++ != '-' || !parse_clock(&p, &line->to) ||
        line->from == line->to || line->from == 1440) {
        return false;
    }
    if (*p == ' ') {
        line->share = strtod(p + 1, &end);
        if (end == p + 1 || strspn(p + 1, "0123456789.") != (size_t) (end - p - 1)) {
            return false;
        }
        p = end;
    }
    return *p == '\0';
}

static void
add_span(week_t *week, int from, int length, double share, long item)
{
    int end = from + length;

    week->span[week->n++] = (span_t){ from, end < WEEK_MINUTES ? end : WEEK_MINUTES, share, item };
    if (end > WEEK_MINUTES) {
        week->span[week->n++] = (span_t){ 0, end - WEEK_MINUTES, share, item };
    }
}

static void
add_line(scn_loader_t *ld, week_t *week, const line_t *line, long item)
{
    int length = line->to > line->from ? line->to - line->from : line->to + 1440 - line->from;
    int first = sim_date_weekday(ld->spec->start); /* of day 0 */

    for (int d = 0; d < 7; d++) {
        if ((line->days >> d & 1u) != 0) {
            add_span(week, (d - first + 7) % 7 * 1440 + line->from, length, line->share, item);
        }
    }
}

static int
compare_spans(const void *a, const void *b)
{
    const span_t *x = a, *y = b;

    return x->from != y->from ? (x->from > y->from) - (x->from < y->from) : (x->item > y->item) - (x->item < y->item);
}

static bool
check_overlap(scn_loader_t *ld, const scn_at_t *at, const week_t *week)
{
    for (size_t i = 1; i < week->n; i++) {
        if (week->span[i].from < week->span[i - 1].to) {
            long a = week->span[i - 1].item, b = week->span[i].item;

            scn_fault(ld, at, "items %ld and %ld of 'timetable' overlap", a < b ? a : b, a < b ? b : a);
            return false;
        }
    }
    return true;
}

static bool
new_steps(scn_loader_t *ld, sim_steps_t *steps, size_t n)
{
    free(steps->day);
    free(steps->value);
    steps->n = 0;
    steps->day = calloc(n, sizeof(*steps->day));
    steps->value = calloc(n, sizeof(*steps->value));
    if (steps->day == NULL || steps->value == NULL) {
        ld->no_memory = true;
        return false;
    }
    return true;
}

/* An entry that says what held already is left out. */
static void
add_step(sim_steps_t *steps, double day, double value)
{
    if (steps->n > 0 && steps->value[steps->n - 1] == value) {
        return;
    }
    steps->day[steps->n] = day;
    steps->value[steps->n++] = value;
}

static void
week_to_steps(scn_loader_t *ld, const week_t *week, sim_pool_t *pool)
{
    int at = 0;

    pool->cycle_days = 7.0;
    if (!new_steps(ld, &pool->timetable, 2 * week->n + 1)) {
        return;
    }
    for (size_t i = 0; i < week->n; i++) {
        const span_t *it = &week->span[i];

        if (it->from > at) {
            add_step(&pool->timetable, at / 1440.0, 0.0);
        }
        add_step(&pool->timetable, it->from / 1440.0, it->share);
        at = it->to;
    }
    if (at < WEEK_MINUTES) {
        add_step(&pool->timetable, at / 1440.0, 0.0);
    }
}

/* { "mon-fri 09:00-17:00", ... } */
static void
read_week(scn_loader_t *ld, const scn_at_t *at, sim_pool_t *pool)
{
    long n = scn_array(ld, at, TIMETABLE_MAX);
    size_t errors = ld->scn->error.n;
    week_t week = { .n = 0 };
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        char text[128];
        line_t line;

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "timetable", &item);
        if (lua_type(ld->L, -1) != LUA_TSTRING) {
            scn_fault(ld, &item, "must be a text: " SPAN_FORM "; a table { at, share } needs 'cycle' beside it");
        } else if (scn_string(ld, &item, text, sizeof(text))) {
            if (!parse_line(text, &line)) {
                scn_fault(ld, &item, "must be " SPAN_FORM ", not \"%s\"", text);
            } else if (!(line.share <= SHARE_MAX)) {
                scn_fault(ld, &item, "the share must be between 0 and %g; %g was given", SHARE_MAX, line.share);
            } else {
                add_line(ld, &week, &line, i);
            }
        }
        lua_pop(ld->L, 1);
    }
    if (n == 0) {
        scn_fault(ld, at, "'timetable' is empty: nobody would ever be there");
    }
    qsort(week.span, week.n, sizeof(week.span[0]), compare_spans);
    if (n > 0 && ld->scn->error.n == errors && check_overlap(ld, at, &week)) {
        week_to_steps(ld, &week, pool);
    }
}

#define POOL(field) offsetof(sim_pool_t, field)
static const scn_field_t TIMETABLE_FIELD[] = {
    { "cycle", SCN_TIME, 1.0 / 86400.0, 73050, true, POOL(cycle_days), NULL, NULL, NULL,
        "Its length; it repeats from the start on." },
};
const scn_room_t SCN_TIMETABLE = { "timetable", COUNT_OF(TIMETABLE_FIELD), TIMETABLE_FIELD };

typedef struct {
    double at, share;
} entry_t;

static const scn_field_t ENTRY_FIELD[] = {
    { "at", SCN_TIME, 0, 73050, true, offsetof(entry_t, at), NULL, NULL, NULL, "From this time of the cycle on." },
    { "share", SCN_NUMBER, 0, SHARE_MAX, true, offsetof(entry_t, share), NULL, NULL, NULL,
        "Share of the units that is there." },
};
const scn_room_t SCN_ENTRY = { "entry", COUNT_OF(ENTRY_FIELD), ENTRY_FIELD };

/* Push a table of the named fields of the table on top. */
static void
push_named(lua_State *L)
{
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, -3) != 0) {
        if (lua_type(L, -2) == LUA_TNUMBER) {
            lua_pop(L, 1);
            continue;
        }
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
}

/* What holds before the first entry is what the last one says. */
static void
entries_to_steps(scn_loader_t *ld, const entry_t *entry, size_t n, sim_pool_t *pool)
{
    if (!new_steps(ld, &pool->timetable, n + 1)) {
        return;
    }
    if (entry[0].at > 0.0) {
        add_step(&pool->timetable, 0.0, entry[n - 1].share);
    }
    for (size_t i = 0; i < n; i++) {
        add_step(&pool->timetable, entry[i].at, entry[i].share);
    }
}

/* { cycle = hours(24), { at = hours(8), share = 1 }, ... } */
static void
read_cycle(scn_loader_t *ld, const scn_at_t *at, sim_pool_t *pool)
{
    size_t n = lua_rawlen(ld->L, -1), errors = ld->scn->error.n;
    entry_t entry[TIMETABLE_MAX] = { { 0.0, 0.0 } };
    scn_at_t item;

    push_named(ld->L);
    scn_row(ld, at, &SCN_TIMETABLE, pool);
    lua_pop(ld->L, 1);
    if (n == 0 || n > TIMETABLE_MAX) {
        scn_fault(ld, at, "'timetable' holds %zu entries; 1 to %d are allowed", n, TIMETABLE_MAX);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(ld->L, -1, (lua_Integer) i + 1);
        scn_at_item(ld, at, (long) i + 1, "entry", &item);
        scn_row(ld, &item, &SCN_ENTRY, &entry[i]);
        lua_pop(ld->L, 1);
        if (ld->scn->error.n > errors) {
            continue;
        }
        if (i > 0 && entry[i].at <= entry[i - 1].at) {
            scn_fault(ld, &item, "'at' must increase from entry to entry");
        } else if (entry[i].at >= pool->cycle_days) {
            scn_fault(ld, &item, "'at' must be below the cycle of %g days; %g days was given", pool->cycle_days,
                entry[i].at);
        }
    }
    if (ld->scn->error.n == errors) {
        entries_to_steps(ld, entry, n, pool);
    }
}

static void
pool_timetable(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    bool has_cycle = false;

    if (lua_istable(ld->L, -1)) {
        has_cycle = lua_getfield(ld->L, -1, "cycle") != LUA_TNIL;
        lua_pop(ld->L, 1);
    }
    if (has_cycle) {
        read_cycle(ld, at, row);
    } else {
        read_week(ld, at, row);
    }
}

/* ---- failures ---- */

static const char *const INTERRUPT[] = { "resume", "restart", "resample" };

static void
fails_then(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_pool_t *pool = row;
    size_t index = 0;

    if (scn_choice(ld, at, INTERRUPT, COUNT_OF(INTERRUPT), &index)) {
        pool->on_failure = (sim_interrupt_t) (index + SIM_INTERRUPT_RESUME);
    }
}

static const scn_field_t FAILS_FIELD[] = {
    { "after", SCN_DIST_TIME, 0, 0, true, POOL(fails_after), NULL, NULL, NULL,
        "From the repair of a server to its next failure, busy or not." },
    { "repair", SCN_DIST_TIME, 0, 0, true, POOL(repair), NULL, NULL, NULL, "How long its repair takes." },
    { "on_failure", SCN_SPECIAL, 0, 0, false, 0, NULL, fails_then, "\"resume\", \"restart\" or \"resample\"",
        "What is left of an interrupted service: the rest (default), all of it again, or a new draw." },
};
const scn_room_t SCN_FAILS = { "fails", COUNT_OF(FAILS_FIELD), FAILS_FIELD };

static void
pool_fails(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_pool_t *pool = row;

    pool->on_failure = SIM_INTERRUPT_RESUME;
    scn_row(ld, at, &SCN_FAILS, pool);
}

/* ---- the room ---- */

static const char *const DISCIPLINE[] = { "fifo", "lifo", "random", "sharing", NULL };
static const char *const PREEMPT[] = { "never", "resume", "restart", "resample", NULL };
static const char *const ON_CLOSE[] = { "finish", "resume", "restart", "resample", NULL };

static const scn_field_t POOL_STEP_FIELD[] = {
    { "from", SCN_SPECIAL, 0, 0, true, 0, NULL, scn_step_from, "date", "From this day on." },
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
    { "open", SCN_CHOICE, 0, 0, false, POOL(open), OPEN, NULL, "\"working\", \"school\", \"weekly\" or \"every\"",
        "Days a diary is open, and servers with `closed_days`; default \"working\"." },
    { "weeks_apart", SCN_WHOLE, 1, 52, false, POOL(weeks_apart), NULL, NULL, NULL,
        "Weekly: open in one of so many weeks only; 2 is fortnightly. Default 1." },
    { "minutes_per_unit", SCN_MINUTES, 0, 1440, false, POOL(minutes_per_unit), NULL, NULL, NULL,
        "Diary: time of a unit on each open day." },
    { "hours_per_week", SCN_SPECIAL, 0, 168, false, 0, NULL, pool_week, "time",
        "Diary: the same by the week, spread over its open days (5, or 1 when weekly and fewer when weeks apart, or 7 when every day)." },
    { "slot", SCN_MINUTES, 0, 1440, false, POOL(slot_minutes), NULL, NULL, NULL,
        "Diary: sold in whole slots of this length." },
    { "kept", SCN_SHARE, 0, 0.999, false, POOL(kept_share), NULL, NULL, NULL,
        "Diary: share of each day's time kept for first sessions, at stages that do not `follow`; default none." },
    { "starts_per_unit", SCN_SPECIAL, 0, 1e6, false, 0, NULL, pool_starts, "number a week",
        "Diary: new starts a week of a unit." },
    { "horizon", SCN_WHOLE_DAYS, 1, 3660, false, POOL(horizon_days), NULL, NULL, NULL,
        "Diary: how far ahead is booked; default six weeks." },
    { "caseload_per_unit", SCN_NUMBER, 0, 1e6, false, POOL(caseload_per_unit), NULL, NULL, NULL,
        "Diary: most that a unit has in treatment at stages that take a start; default no limit." },
    { "steps", SCN_SPECIAL, 0, 0, false, 0, NULL, pool_steps, "array of steps", "Dated changes of the units." },
    { "discipline", SCN_CHOICE, 0, 0, false, POOL(discipline), DISCIPLINE, NULL,
        "\"fifo\", \"lifo\", \"random\" or \"sharing\"",
        "Who of equal priority is next: the first come (default), the last come, anyone; or servers are shared equally "
        "by all present." },
    { "preempt", SCN_CHOICE, 0, 0, false, POOL(preempt), PREEMPT, NULL,
        "\"never\", \"resume\", \"restart\" or \"resample\"",
        "Servers: whether a higher priority interrupts a service, and how that goes on: the rest of it, all of it again, "
        "or a new draw; default never." },
    { "bands", SCN_SPECIAL, 0, 0, false, 0, NULL, pool_bands, "array of times",
        "Wait bands, at most 4: who has waited so long goes before all who have not, whatever their priority." },
    { "timetable", SCN_SPECIAL, 0, 0, false, 0, NULL, pool_timetable, "array of spans, or { cycle, entries }",
        "Servers: when which share of them is there, by the week (`\"mon-fri 09:00-17:00\"`, with a share behind it if "
        "not all; outside the spans nobody is) or by any cycle from the start on." },
    { "closed_days", SCN_BOOL, 0, 0, false, POOL(closed_days), NULL, NULL, NULL,
        "Servers: nobody is there on days on which the pool is not `open`." },
    { "on_close", SCN_CHOICE, 0, 0, false, POOL(on_close), ON_CLOSE, NULL,
        "\"finish\", \"resume\", \"restart\" or \"resample\"",
        "Servers: a service at closing time, or when steps take servers away, is finished first (default), or "
        "interrupted, and how it goes on." },
    { "fails", SCN_SPECIAL, 0, 0, false, 0, NULL, pool_fails, "{ after, repair, on_failure }",
        "Servers: how they break down." },
    { "vacation", SCN_DIST_TIME, 0, 0, false, POOL(vacation), NULL, NULL, NULL,
        "Servers: one that finds nobody to serve is away so long, and looks again." },
};
const scn_room_t SCN_POOL_STEP = { "step", COUNT_OF(POOL_STEP_FIELD), POOL_STEP_FIELD };
const scn_room_t SCN_POOL = { "pool", COUNT_OF(POOL_FIELD), POOL_FIELD };

static void
pool_finish(scn_loader_t *ld, const scn_at_t *at)
{
    sim_pool_t *pool = &ld->pool;
    double days = pool->open == SIM_OPEN_WEEKLY  ? 1.0 / (pool->weeks_apart > 1 ? pool->weeks_apart : 1)
                  : pool->open == SIM_OPEN_EVERY ? 7.0
                                                 : 5.0;

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
    sim_pathway_t *pathway = &ld->spec->pathway;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "pool", &item);
        sim_pool_default(&ld->pool, "", SIM_POOL_SERVERS);
        ld->week_minutes = 0.0;
        ld->kind_given = false;
        scn_row(ld, &item, &SCN_POOL, &ld->pool);
        pool_finish(ld, &item);
        scn_check_new_name(ld, &item, SCN_ROOM_POOL, sim_pathway_find_pool(pathway, ld->pool.name), ld->pool.name);
        scn_moved(ld, sim_pathway_add_pool(pathway, &ld->pool));
        memset(&ld->pool, 0, sizeof(ld->pool));
        scn_add_place(ld, SCN_ROOM_POOL, &item);
        lua_pop(ld->L, 1);
    }
}
