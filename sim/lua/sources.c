/*
 * The sources of a scenario (rates, times between arrivals, lists of dates) and its initial state.
 *
 * Invariant: a row that is being read lives in the loader until it is moved into the pathway; dates are kept in order
 * of time, those of one time in the order given.
 */
#include "sim/lua/loader.h"

#include "sim/core/rate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define PIECES_MAX 100000
#define DATES_MAX 500000

/* ---- rates ---- */

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

    rate->n_steps = scn_read_steps(ld, at, &SCN_RATE_STEP);
    rate->step_day = ld->array[0];
    rate->step_factor = ld->array[1];
    ld->array[0] = NULL;
    ld->array[1] = NULL;
}

static const scn_field_t RATE_STEP_FIELD[] = {
    { "from", SCN_SPECIAL, 0, 0, true, 0, NULL, scn_step_from, "date", "From this day on." },
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

static void
pieces_edges(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    pieces_t *pieces = row;

    pieces->n_edges = scn_read_list(ld, at, "days", PIECES_MAX, &ld->array[0]);
}

static void
pieces_rates(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    pieces_t *pieces = row;

    pieces->n_rates = scn_read_list(ld, at, "per day", PIECES_MAX, &ld->array[1]);
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
            scn_moved(ld, sim_nhpp_init(&source->rate, 1, edge, &per_day));
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

/* ---- dates ---- */

typedef struct {
    double day; /* may be before the start */
    int cls;    /* -1: not given */
} date_row_t;

#define MOMENT_FORM "a date such as \"2026-03-01\" or \"2026-03-01 14:30\""

/* "2026-03-01", "2026-03-01 14:30", with a T between them or with seconds; days from the start. */
static bool
parse_moment(const scn_loader_t *ld, const char *text, double *day)
{
    int hour = 0, minute = 0, second = 0, used = 0;
    char head[11];
    sim_date_t date;

    snprintf(head, sizeof(head), "%.10s", text);
    if (sim_date_parse(head, &date) != 0) {
        return false;
    }
    *day = (double) (sim_date_serial(date) - sim_date_serial(ld->spec->start));
    text += 10;
    if (*text == '\0') {
        return true;
    }
    if ((*text != ' ' && *text != 'T') || text[1] < '0' || text[1] > '9' ||
        (sscanf(text + 1, "%2d:%2d%n:%2d%n", &hour, &minute, &used, &second, &used) < 2) || text[1 + used] != '\0' ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return false;
    }
    *day += (hour * 3600 + minute * 60 + second) / SCN_DAY;
    return true;
}

/* A date as a text, or a time after the start. */
static void
date_at(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("days", 0.0, 200.0 * 365.25);
    date_row_t *it = row;
    char text[SIM_NAME_MAX];

    if (lua_type(ld->L, -1) != LUA_TSTRING) {
        (void) scn_number(ld, at, &want, &it->day);
    } else if (scn_string(ld, at, text, sizeof(text)) && !parse_moment(ld, text, &it->day)) {
        scn_fault(ld, at, "'%s' must be " MOMENT_FORM ", or a time after the start such as days(3), not \"%s\"",
            at->key, text);
    }
}

static void
date_class_name(scn_loader_t *ld, const scn_at_t *at, const char *name, date_row_t *row)
{
    size_t index = scn_class_find(&ld->spec->pathway, name);

    if (index == ld->spec->pathway.n_classes) {
        scn_unknown_class(ld, at, name);
    } else {
        row->cls = (int) index;
    }
}

static void
date_class(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    char name[SIM_NAME_MAX];

    if (scn_name(ld, at, name)) {
        date_class_name(ld, at, name, row);
    }
}

static const scn_field_t DATE_FIELD[] = {
    { "at", SCN_SPECIAL, 0, 0, true, 0, NULL, date_at, "date or time", "When they arrive." },
    { "class", SCN_SPECIAL, 0, 0, false, 0, NULL, date_class, "class", "Their class: of all dates or of none." },
};
const scn_room_t SCN_DATE = { "date", COUNT_OF(DATE_FIELD), DATE_FIELD };

/* The row of a CSV file on top: its column `date`, or `day` (a number of days after the start). */
static void
date_csv(scn_loader_t *ld, const scn_at_t *at, date_row_t *row)
{
    lua_State *L = ld->L;

    if (lua_getfield(L, -1, "date") == LUA_TSTRING) {
        if (!parse_moment(ld, lua_tostring(L, -1), &row->day)) {
            scn_fault(ld, at, "'date' must be " MOMENT_FORM ", not \"%.40s\"", lua_tostring(L, -1));
        }
    } else if (!lua_isnil(L, -1)) {
        scn_fault(ld, at, "'date' must be " MOMENT_FORM ", not a number");
    } else if (lua_getfield(L, -2, "day") == LUA_TNUMBER) {
        row->day = lua_tonumber(L, -1);
        if (!(fabs(row->day) <= 200.0 * 365.25)) {
            scn_fault(ld, at, "'day' must be a number of days after the start; %g was given", row->day);
        }
        lua_pop(L, 1);
    } else {
        scn_fault(ld, at, "the line has no 'date', and no number in 'day'");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    if (lua_getfield(L, -1, "class") != LUA_TNIL) {
        date_class_name(ld, at, lua_tostring(L, -1), row);
    }
    lua_pop(L, 1);
}

static void
date_read(scn_loader_t *ld, const scn_at_t *at, date_row_t *row)
{
    scn_at_t named = *at;

    if (scn_is_csv_row(ld->L, -1)) {
        date_csv(ld, at, row);
    } else if (lua_istable(ld->L, -1)) {
        scn_row(ld, at, &SCN_DATE, row);
    } else {
        snprintf(named.key, sizeof(named.key), "dates");
        date_at(ld, &named, row);
    }
}

static int
compare_dates(const void *a, const void *b)
{
    const scn_date_t *x = a, *y = b;

    return x->day != y->day ? (x->day > y->day) - (x->day < y->day) : (x->order > y->order) - (x->order < y->order);
}

/* In order of time; noted by their number and a hash of their bits. */
static void
dates_note(scn_loader_t *ld, const scn_at_t *at, const scn_date_t *date, size_t n)
{
    uint64_t hash = 14695981039346656037u;
    char text[80];

    for (size_t i = 0; i < n; i++) {
        unsigned char byte[sizeof(date[i].day)];

        memcpy(byte, &date[i].day, sizeof(byte));
        for (size_t k = 0; k < sizeof(byte); k++) {
            hash = (hash ^ byte[k]) * 1099511628211u;
        }
        hash = (hash ^ (unsigned char) date[i].cls) * 1099511628211u;
    }
    snprintf(text, sizeof(text), "%zu dates, hash %016llx", n, (unsigned long long) hash);
    scn_note_text(ld, at, text);
}

static void
dates_keep(scn_loader_t *ld, sim_source_t *source, const scn_date_t *date, size_t n, bool classes)
{
    source->date_days = calloc(n + 1, sizeof(*source->date_days));
    source->date_class = classes ? calloc(n + 1, sizeof(*source->date_class)) : NULL;
    if (source->date_days == NULL || (classes && source->date_class == NULL)) {
        ld->no_memory = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        source->date_days[i] = date[i].day;
        if (classes) {
            source->date_class[i] = (uint8_t) date[i].cls;
        }
    }
    source->n_dates = n;
}

/* Reads n rows into ld->date; returns how many of them are not before the start. */
static size_t
dates_read(scn_loader_t *ld, const scn_at_t *at, long n, size_t *with_class)
{
    size_t kept = 0;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        date_row_t row = { 0.0, -1 };

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "date", &item);
        date_read(ld, &item, &row);
        lua_pop(ld->L, 1);
        *with_class += row.cls >= 0 ? 1u : 0u;
        if (row.day >= 0.0) {
            ld->date[kept++] = (scn_date_t){ row.day, (uint32_t) i, (uint8_t) (row.cls >= 0 ? row.cls : 0) };
        }
    }
    return kept;
}

static void
source_dates(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    long n = scn_array(ld, at, DATES_MAX);
    size_t errors = ld->scn->error.n, with_class = 0, kept;

    if (n <= 0) {
        if (n == 0 && !ld->csv_absent) {
            scn_fault(ld, at, "'dates' is empty");
        }
        return;
    }
    free(ld->date);
    ld->date = calloc((size_t) n, sizeof(*ld->date));
    if (ld->date == NULL) {
        ld->no_memory = true;
        return;
    }
    kept = dates_read(ld, at, n, &with_class);
    if (ld->scn->error.n > errors) {
        return;
    }
    if (with_class != 0 && with_class != (size_t) n) {
        scn_fault(ld, at, "%zu of the %ld 'dates' have a class: give it to all of them or to none", with_class, n);
    }
    if (kept < (size_t) n) {
        scn_warn(ld, at->file, at->line, "%s%ld of the %ld 'dates' are before the start and are left out", at->label,
            n - (long) kept, n);
    }
    qsort(ld->date, kept, sizeof(*ld->date), compare_dates);
    dates_note(ld, at, ld->date, kept);
    dates_keep(ld, row, ld->date, kept, with_class > 0);
}

/* ---- sources ---- */

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

    (void) scn_read_target(ld, at, source->to);
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

static void
source_sets(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    sim_source_t *source = row;

    source->sets = scn_read_flags(ld, at);
}

#define SOURCE(field) offsetof(sim_source_t, field)
static const scn_field_t SOURCE_FIELD[] = {
    { "name", SCN_NAME, 0, 0, true, SOURCE(name), NULL, NULL, NULL, "Its name: the address of its arrivals." },
    { "to", SCN_SPECIAL, 0, 0, true, 0, NULL, source_to, "stage", "The stage they enter." },
    { "rate", SCN_SPECIAL, 0, 0, false, 0, NULL, source_rate, "rate, { per_year } or { edges, rates }",
        "How many come, at random (a Poisson process); or give `between` or `dates`." },
    { "day_factor", SCN_DIST_COUNT, 0, 0, false, SOURCE(day_factor), NULL, NULL, NULL,
        "With a rate: the rate of each day is multiplied by a draw of its own, of mean 1." },
    { "between", SCN_DIST_TIME, 0, 0, false, SOURCE(between), NULL, NULL, NULL,
        "Time from one arrival to the next, the first counted from the start." },
    { "dates", SCN_SPECIAL, 0, 0, false, 0, NULL, source_dates, "array of dates, or csv \"file.csv\"",
        "When they come: times after the start, dates, tables { at, class }, or the lines of a CSV file with a column "
        "`date` (or `day`, a number of days after the start) and perhaps `class`." },
    { "class", SCN_SPECIAL, 0, 0, false, 0, NULL, source_class, "class, or shares by class",
        "Their classes; default the first." },
    { "office_hours", SCN_BOOL, 0, 0, false, SOURCE(office_hours), NULL, NULL, NULL,
        "With a rate: between 08:30 and 16:30." },
    { "batch", SCN_DIST_COUNT, 0, 0, false, SOURCE(batch), NULL, NULL, NULL, "Number that come together; default 1." },
    { "sets", SCN_SPECIAL, 0, 0, false, 0, NULL, source_sets, "flag or array of flags", "Flags that they have." },
    { "role", SCN_SPECIAL, 0, 0, false, 0, NULL, source_role, "source of the care system",
        "Where requests come from." },
};
const scn_room_t SCN_SOURCE = { "source", COUNT_OF(SOURCE_FIELD), SOURCE_FIELD };

static bool
given(lua_State *L, const char *field)
{
    bool it = lua_getfield(L, -1, field) != LUA_TNIL;

    lua_pop(L, 1);
    return it;
}

/* The source's table is on top. */
static void
source_finish(scn_loader_t *ld, const scn_at_t *at)
{
    const sim_source_t *source = &ld->source;
    int ways = 0;

    if (!lua_istable(ld->L, -1)) {
        return;
    }
    ways = given(ld->L, "rate") + given(ld->L, "between") + given(ld->L, "dates");
    if (ways != 1) {
        scn_fault(ld, at,
            ways == 0 ? "give 'rate', 'between' or 'dates'" : "give one of 'rate', 'between' and 'dates', not several");
    }
    if (sim_dist_given(&source->between) && !(source->between.mean > 0.0)) {
        scn_fault(ld, at, "'between' must not always be 0");
    }
    if (given(ld->L, "day_factor") && !given(ld->L, "rate")) {
        scn_fault(ld, at, "'day_factor' needs a 'rate' to multiply");
    } else if (sim_dist_given(&source->day_factor) && fabs(source->day_factor.mean - 1.0) > 0.02) {
        scn_warn(ld, at->file, at->line, "%s'day_factor' has the mean %.4g, not 1: it changes the rate", at->label,
            source->day_factor.mean);
    }
    if (source->office_hours && !given(ld->L, "rate")) {
        scn_fault(ld, at, "'office_hours' needs a 'rate'");
    }
    if (source->date_class != NULL && given(ld->L, "class")) {
        scn_fault(ld, at, "give 'class' for the source or for its dates, not both");
    }
}

void
scn_read_sources(scn_loader_t *ld, const scn_at_t *at)
{
    long n = scn_array(ld, at, SCN_MAX_ROWS);
    sim_pathway_t *pathway = &ld->spec->pathway;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "source", &item);
        sim_source_default(&ld->source, "", "");
        scn_row(ld, &item, &SCN_SOURCE, &ld->source);
        source_finish(ld, &item);
        scn_check_new_name(ld, &item, SCN_ROOM_SOURCE, sim_pathway_find_source(pathway, ld->source.name),
            ld->source.name);
        scn_moved(ld, sim_pathway_add_source(pathway, &ld->source));
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

    (void) scn_read_target(ld, at, initial->stage);
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
    sim_pathway_t *pathway = &ld->spec->pathway;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "initial", &item);
        sim_initial_default(&ld->initial, "");
        scn_row(ld, &item, &SCN_INITIAL, &ld->initial);
        scn_moved(ld, sim_pathway_add_initial(pathway, &ld->initial));
        memset(&ld->initial, 0, sizeof(ld->initial));
        scn_add_place(ld, SCN_ROOM_INITIAL, &item);
        lua_pop(ld->L, 1);
    }
}
