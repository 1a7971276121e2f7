/*
 * How a scenario's money may be divided: its block `split`.
 *
 * Invariant: read after the lines; a split that is kept has at least two lines, limits of these lines only, and measures
 * that a split may be judged by. What the limits leave room for is looked at by those who use them, by the places kept here.
 */
#include "models/split.h"
#include "sim/lua/loader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define POUNDS_MAX 1e11

static care_split_t *
split_of(scn_loader_t *ld)
{
    return &ld->scn->split;
}

static void
keep_place(const scn_at_t *at, char *place, size_t size)
{
    if (at->line > 0) {
        snprintf(place, size, "%s:%d", at->file, at->line);
    } else {
        snprintf(place, size, "%s", at->file);
    }
}

/* Pounds a year, below 0 refused with its place. */
static bool
read_pounds(scn_loader_t *ld, const scn_at_t *at, double *out)
{
    scn_want_t want = scn_want("pounds/year", 0.0, POUNDS_MAX);

    return scn_number(ld, at, &want, out);
}

/* ---- lines ---- */

/* Index of a line among those divided, or -1 with an error. */
static int
read_divided(scn_loader_t *ld, const scn_at_t *at)
{
    const care_split_t *split = split_of(ld);
    const char *choice[CARE_SPLIT_LINES_MAX];
    size_t index;

    for (size_t l = 0; l < split->n_lines; l++) {
        choice[l] = ld->spec->line[split->line[l]].name;
    }
    return scn_choice(ld, at, choice, split->n_lines, &index) ? (int) index : -1;
}

static void
add_line(scn_loader_t *ld, const scn_at_t *at)
{
    const char *choice[CARE_LINES_MAX];
    care_split_t *split = split_of(ld);
    size_t index;

    for (size_t l = 0; l < ld->spec->n_lines; l++) {
        choice[l] = ld->spec->line[l].name;
    }
    if (!scn_choice(ld, at, choice, ld->spec->n_lines, &index)) {
        return;
    }
    for (size_t l = 0; l < split->n_lines; l++) {
        if (split->line[l] == index) {
            scn_fault(ld, at, "the line \"%s\" is there twice", choice[index]);
        }
    }
    if (ld->spec->line[index].n_pools == 0) {
        scn_fault(ld, at, "the line \"%s\" pays no pools: its money changes nothing", choice[index]);
    }
    split->line[split->n_lines++] = index;
}

static void
split_lines(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    long n = scn_array(ld, at, CARE_SPLIT_LINES_MAX);
    scn_at_t item;

    (void) row;
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "line", &item);
        add_line(ld, &item);
        lua_pop(ld->L, 1);
    }
    if (n >= 0 && n < 2) {
        scn_fault(ld, at, "'lines' names the lines that share the money: two to %d of them", CARE_SPLIT_LINES_MAX);
    }
}

static void
split_total(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("pounds/year", 1.0, POUNDS_MAX);
    care_split_t *split = row;

    (void) scn_number(ld, at, &want, &split->total);
}

static void
split_next(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("pounds/year", 1.0, POUNDS_MAX);
    care_split_t *split = row;

    (void) scn_number(ld, at, &want, &split->next);
}

/* ---- limits ---- */

typedef struct {
    char name[64], lot[SIM_NAME_MAX];
    bool of[CARE_SPLIT_LINES_MAX];
    bool given[2], is_share[2]; /* at least, at most */
    double amount[2];
} limit_row_t;

static void
limit_lines(scn_loader_t *ld, const scn_at_t *at, void *data)
{
    limit_row_t *row = data;
    scn_at_t item;
    int line;
    long n;

    if (!lua_istable(ld->L, -1)) {
        line = read_divided(ld, at);
        row->of[line < 0 ? 0 : line] = line >= 0;
        return;
    }
    n = scn_array(ld, at, CARE_SPLIT_LINES_MAX);
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "line", &item);
        line = read_divided(ld, &item);
        row->of[line < 0 ? 0 : line] |= line >= 0;
        lua_pop(ld->L, 1);
    }
}

static void
limit_lot(scn_loader_t *ld, const scn_at_t *at, void *data)
{
    const care_split_t *split = split_of(ld);
    limit_row_t *row = data;
    bool found = false;

    if (!scn_name(ld, at, row->lot)) {
        return;
    }
    for (size_t l = 0; l < split->n_lines; l++) {
        bool in = strcmp(ld->spec->line[split->line[l]].lot, row->lot) == 0;

        row->of[l] |= in;
        found |= in;
    }
    if (!found) {
        scn_fault(ld, at, "no line that is divided belongs to a lot \"%s\"", row->lot);
    }
}

/* A share of the total, or pounds a year. */
static void
limit_amount(scn_loader_t *ld, const scn_at_t *at, limit_row_t *row, int side)
{
    scn_want_t share = scn_want("share", 0.0, 1.0);
    scn_value_t value;

    row->is_share[side] = scn_getvalue(ld->L, -1, &value) && value.m == 0;
    row->given[side] =
        row->is_share[side] ? scn_number(ld, at, &share, &row->amount[side]) : read_pounds(ld, at, &row->amount[side]);
}

static void
limit_least(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    limit_amount(ld, at, row, 0);
}

static void
limit_most(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    limit_amount(ld, at, row, 1);
}

static const scn_field_t LIMIT_FIELD[] = {
    { "name", SCN_TEXT, 0, sizeof(((limit_row_t *) NULL)->name), false, offsetof(limit_row_t, name), NULL, NULL, NULL,
        "What readers are shown; default its lines and amount." },
    { "lines", SCN_SPECIAL, 0, 0, false, 0, NULL, limit_lines, "name, or array of names",
        "The lines whose money is added up." },
    { "lot", SCN_SPECIAL, 0, 0, false, 0, NULL, limit_lot, "name", "Or: all lines of this lot." },
    { "at_least", SCN_SPECIAL, 0, 0, false, 0, NULL, limit_least, "share or pounds a year",
        "They have this or more; a share is of all that is divided." },
    { "at_most", SCN_SPECIAL, 0, 0, false, 0, NULL, limit_most, "share or pounds a year", "They have this or less." },
};
const scn_room_t SCN_SPLIT_LIMIT = { "limit", COUNT_OF(LIMIT_FIELD), LIMIT_FIELD };

static void
add_limits(scn_loader_t *ld, const scn_at_t *at, const limit_row_t *row)
{
    care_split_t *split = split_of(ld);

    for (int side = 0; side < 2; side++) {
        care_limit_t *limit = &split->limit[split->n_limits];

        if (!row->given[side] || split->n_limits == CARE_SPLIT_LIMITS_MAX) {
            continue;
        }
        *limit = (care_limit_t){ .least = side == 0, .is_share = row->is_share[side], .amount = row->amount[side] };
        memcpy(limit->of, row->of, sizeof(limit->of));
        keep_place(at, limit->place, sizeof(limit->place));
        if (row->name[0] != '\0') {
            snprintf(limit->name, sizeof(limit->name), "%s", row->name);
        } else {
            care_limit_name(limit, split, ld->spec);
        }
        split->n_limits++;
    }
}

static void
read_limit(scn_loader_t *ld, const scn_at_t *at)
{
    limit_row_t row = { .name = "" };
    bool any = false;

    scn_row(ld, at, &SCN_SPLIT_LIMIT, &row);
    for (size_t l = 0; l < CARE_SPLIT_LINES_MAX; l++) {
        any |= row.of[l];
    }
    if (!any) {
        scn_fault(ld, at, "which 'lines', or which 'lot', is it about?");
    }
    if (!row.given[0] && !row.given[1]) {
        scn_fault(ld, at, "'at_least' or 'at_most' is missing");
    }
    if (row.given[0] && row.given[1] && row.is_share[0] == row.is_share[1] && row.amount[0] > row.amount[1]) {
        scn_fault(ld, at, "'at_least' is above 'at_most'");
    }
    add_limits(ld, at, &row);
}

/* Each item of the array on top. */
static void
each(scn_loader_t *ld, const scn_at_t *at, size_t max, const char *what,
    void (*read)(scn_loader_t *ld, const scn_at_t *at))
{
    long n = scn_array(ld, at, max);
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, what, &item);
        read(ld, &item);
        lua_pop(ld->L, 1);
    }
}

static void
split_limits(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    each(ld, at, CARE_SPLIT_LIMITS_MAX / 2, "limit", read_limit);
}

/* ---- affordable each year ---- */

static void
cap_pounds(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) read_pounds(ld, at, &((care_cap_t *) row)->pounds);
}

static const scn_field_t CAP_FIELD[] = {
    { "period", SCN_TEXT, 0, sizeof(((care_cap_t *) NULL)->period), false, offsetof(care_cap_t, period), NULL, NULL,
        NULL, "\"y2\" or \"2026-27\"; default every contract year." },
    { "at_most", SCN_SPECIAL, 0, 0, true, 0, NULL, cap_pounds, "pounds a year",
        "All lines of the scenario together have this or less in the period." },
};
const scn_room_t SCN_SPLIT_CAP = { "affordable", COUNT_OF(CAP_FIELD), CAP_FIELD };

static void
read_cap(scn_loader_t *ld, const scn_at_t *at)
{
    care_split_t *split = split_of(ld);
    care_cap_t *cap = &split->cap[split->n_caps++];

    scn_row(ld, at, &SCN_SPLIT_CAP, cap);
    keep_place(at, cap->place, sizeof(cap->place));
}

static void
split_affordable(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    each(ld, at, CARE_SPLIT_CAPS_MAX, "affordable", read_cap);
}

/* ---- measures ---- */

static const sim_kpi_t *
find_kpi(scn_loader_t *ld, const scn_at_t *at, const char *name)
{
    const char *best = NULL;
    unsigned distance = 0;
    char hint[80];

    for (size_t i = 0; i < CARE_N_KPIS; i++) {
        if (strcmp(CARE_KPIS[i].name, name) == 0) {
            return &CARE_KPIS[i];
        }
        scn_nearest(name, CARE_KPIS[i].name, &best, &distance);
    }
    scn_fault(ld, at, "there is no measure \"%s\"%s", name, scn_hint(best, hint, sizeof(hint)));
    return NULL;
}

static bool
read_kpi(scn_loader_t *ld, const scn_at_t *at, care_measure_t *of)
{
    const sim_kpi_t *kpi = scn_string(ld, at, of->kpi, sizeof(of->kpi)) ? find_kpi(ld, at, of->kpi) : NULL;

    of->unit = kpi != NULL ? kpi->unit : "";
    return kpi != NULL;
}

static void
aim_kpi(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_aim_t *aim = row;
    const char *reason = "";

    if (read_kpi(ld, at, &aim->of)) {
        aim->row = care_aim_find(aim->of.kpi, &reason);
        if (aim->row == NULL) {
            scn_fault(ld, at, "a split is not judged by '%s': %s", aim->of.kpi, reason);
        }
    }
}

static void
aim_matters(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_aim_t *aim = row;
    scn_want_t want = scn_want("", 1e-9, 1e12);
    scn_value_t value;

    if (scn_getvalue(ld->L, -1, &value) && value.m == 1) {
        want = scn_want("pounds", 1e-9, 1e12);
    }
    (void) scn_number(ld, at, &want, &aim->matters);
}

#define AIM(field) offsetof(care_aim_t, field)
static const scn_field_t AIM_FIELD[] = {
    { "kpi", SCN_SPECIAL, 0, 0, true, 0, NULL, aim_kpi, "measure",
        "A measure of everyone referred, of unmet need, cost or equity; waits of those seen alone are refused." },
    { "group", SCN_TEXT, 0, sizeof(((care_measure_t *) NULL)->group), false, AIM(of.group), NULL, NULL, NULL,
        "Of whom, such as \"presentation=emotional\"; default \"all\"." },
    { "period", SCN_TEXT, 0, sizeof(((care_measure_t *) NULL)->period), false, AIM(of.period), NULL, NULL, NULL,
        "Of when, such as \"y3\"; default \"all\"." },
    { "weight", SCN_NUMBER, 0, 1000, false, AIM(weight), NULL, NULL, NULL,
        "How much a difference that matters of this one counts; default 1." },
    { "matters", SCN_SPECIAL, 0, 0, false, 0, NULL, aim_matters, "number",
        "The smallest difference that matters; default half a point of a share, 0.01 of a ratio, else 2% of today's." },
};
const scn_room_t SCN_SPLIT_AIM = { "objective", COUNT_OF(AIM_FIELD), AIM_FIELD };

static void
all_of(care_measure_t *of)
{
    snprintf(of->group, sizeof(of->group), "all");
    snprintf(of->period, sizeof(of->period), "all");
}

static void
read_aim(scn_loader_t *ld, const scn_at_t *at)
{
    care_split_t *split = split_of(ld);
    care_aim_t *aim = &split->aim[split->n_aims++];

    *aim = (care_aim_t){ .weight = 1, .matters = NAN };
    all_of(&aim->of);
    scn_row(ld, at, &SCN_SPLIT_AIM, aim);
}

static void
split_objectives(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_split_t *split = row;
    double weight = 0;

    each(ld, at, CARE_SPLIT_AIMS_MAX, "objective", read_aim);
    for (size_t i = 0; i < split->n_aims; i++) {
        weight += split->aim[i].weight;
    }
    if (!(weight > 0)) {
        scn_fault(ld, at, "'objectives' needs one with a weight above 0");
    }
}

static void
outcome_kpi(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) read_kpi(ld, at, &((care_outcome_t *) row)->of);
}

static void
outcome_bound(scn_loader_t *ld, const scn_at_t *at, double *out)
{
    scn_want_t want = scn_want("", -HUGE_VAL, HUGE_VAL);
    scn_value_t value;

    if (scn_getvalue(ld->L, -1, &value) && value.m == 1) {
        want = scn_want("pounds", 0, HUGE_VAL);
    }
    (void) scn_number(ld, at, &want, out);
}

static void
outcome_least(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    outcome_bound(ld, at, &((care_outcome_t *) row)->low);
}

static void
outcome_most(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    outcome_bound(ld, at, &((care_outcome_t *) row)->high);
}

#define OUTCOME(field) offsetof(care_outcome_t, field)
static const scn_field_t OUTCOME_FIELD[] = {
    { "kpi", SCN_SPECIAL, 0, 0, true, 0, NULL, outcome_kpi, "measure", "Any measure." },
    { "group", SCN_TEXT, 0, sizeof(((care_measure_t *) NULL)->group), false, OUTCOME(of.group), NULL, NULL, NULL,
        "Of whom; default \"all\"." },
    { "period", SCN_TEXT, 0, sizeof(((care_measure_t *) NULL)->period), false, OUTCOME(of.period), NULL, NULL, NULL,
        "Of when; default \"all\"." },
    { "at_least", SCN_SPECIAL, 0, 0, false, 0, NULL, outcome_least, "number",
        "A split that gives less is not chosen." },
    { "at_most", SCN_SPECIAL, 0, 0, false, 0, NULL, outcome_most, "number", "A split that gives more is not chosen." },
};
const scn_room_t SCN_SPLIT_OUTCOME = { "outcome", COUNT_OF(OUTCOME_FIELD), OUTCOME_FIELD };

static void
read_outcome(scn_loader_t *ld, const scn_at_t *at)
{
    care_split_t *split = split_of(ld);
    care_outcome_t *outcome = &split->outcome[split->n_outcomes++];

    *outcome = (care_outcome_t){ .low = NAN, .high = NAN };
    all_of(&outcome->of);
    scn_row(ld, at, &SCN_SPLIT_OUTCOME, outcome);
    keep_place(at, outcome->place, sizeof(outcome->place));
    if (isnan(outcome->low) && isnan(outcome->high)) {
        scn_fault(ld, at, "'at_least' or 'at_most' is missing");
    } else if (outcome->low > outcome->high) {
        scn_fault(ld, at, "'at_least' is above 'at_most'");
    }
}

static void
split_outcomes(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    each(ld, at, CARE_SPLIT_OUTCOMES_MAX, "outcome", read_outcome);
}

/* ---- growth ---- */

static void
growth_set(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    long n = scn_array(ld, at, CARE_SPLIT_SETS_MAX);
    care_growth_t *growth = row;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        char *set = growth->set[growth->n_sets];

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "set", &item);
        if (scn_string(ld, &item, set, sizeof(growth->set[0]))) {
            if (strchr(set, '=') == NULL || set[0] == '=') {
                scn_fault(ld, &item, "write \"key=value\" as after --set, not \"%.60s\"", set);
            }
            growth->n_sets++;
        }
        lua_pop(ld->L, 1);
    }
}

static const scn_field_t GROWTH_FIELD[] = {
    { "name", SCN_NAME, 0, 0, true, offsetof(care_growth_t, name), NULL, NULL, NULL, "Such as \"low\" or \"high\"." },
    { "set", SCN_SPECIAL, 0, 0, true, 0, NULL, growth_set, "array of texts",
        "What is set otherwise, as after --set: { \"area.growth=0.01\" }; {} is the scenario as it is." },
};
const scn_room_t SCN_SPLIT_GROWTH = { "growth", COUNT_OF(GROWTH_FIELD), GROWTH_FIELD };

static void
read_growth(scn_loader_t *ld, const scn_at_t *at)
{
    care_split_t *split = split_of(ld);
    care_growth_t *growth = &split->growth[split->n_growths++];

    scn_row(ld, at, &SCN_SPLIT_GROWTH, growth);
    keep_place(at, growth->place, sizeof(growth->place));
    for (size_t i = 0; i + 1 < split->n_growths; i++) {
        if (strcmp(split->growth[i].name, growth->name) == 0) {
            scn_fault(ld, at, "the name is used twice");
        }
    }
}

static void
split_growth(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) row;
    each(ld, at, CARE_SPLIT_GROWTHS_MAX, "growth", read_growth);
}

/* ---- need ---- */

static void
split_need(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    const char *known[CARE_SPLIT_LINES_MAX];
    care_split_t *split = row;
    scn_want_t want = scn_want("", 1e-9, 1e12);
    scn_value_t value;
    scn_at_t child;

    if (!lua_istable(ld->L, -1)) {
        scn_fault(ld, at, "'need' is a table: { line = number, ... }");
        return;
    }
    for (size_t l = 0; l < split->n_lines; l++) {
        known[l] = ld->spec->line[split->line[l]].name;
        if (lua_getfield(ld->L, -1, known[l]) == LUA_TNIL) {
            scn_fault(ld, at, "'need' says nothing of the line \"%s\"", known[l]);
        } else {
            scn_at_key(ld, at, known[l], &child);
            if (scn_getvalue(ld->L, -1, &value)) { /* in any unit: only their proportion counts */
                want.t = value.t;
                want.m = value.m;
                want.second = value.second;
            }
            (void) scn_number(ld, &child, &want, &split->need[l]);
        }
        lua_pop(ld->L, 1);
    }
    scn_unknown(ld, at, known, split->n_lines);
    split->has_need = true;
}

/* ---- the block ---- */

/* The lines come first: what follows is of them. */
static const scn_field_t SPLIT_FIELD[] = {
    { "lines", SCN_SPECIAL, 0, 0, false, 0, NULL, split_lines, "array of names",
        "The lines that share the money, two to eight; default all that pay pools." },
    { "total", SCN_SPECIAL, 0, 0, false, 0, NULL, split_total, "pounds a year",
        "What they share in the first year; default what they have." },
    { "limits", SCN_SPECIAL, 0, 0, false, 0, NULL, split_limits, "array of limits",
        "Least and most of lines, alone or together; a line with none of its own stays between half and double." },
    { "affordable", SCN_SPECIAL, 0, 0, false, 0, NULL, split_affordable, "array",
        "What all lines may cost, year by year, when they grow unlike." },
    { "objectives", SCN_SPECIAL, 0, 0, false, 0, NULL, split_objectives, "array of objectives",
        "By what splits are judged; default cohort_seen_18w, cohort_seen_4w, unmet_need." },
    { "outcomes", SCN_SPECIAL, 0, 0, false, 0, NULL, split_outcomes, "array of outcomes",
        "What a chosen split must keep." },
    { "growth", SCN_SPECIAL, 0, 0, false, 0, NULL, split_growth, "array of growths",
        "Other futures in which the best splits are tried." },
    { "need", SCN_SPECIAL, 0, 0, false, 0, NULL, split_need, "numbers by line",
        "How great the need is that each line serves: the split by need is shown too." },
    { "reps", SCN_WHOLE, 2, 10000, false, offsetof(care_split_t, reps), NULL, NULL, NULL,
        "Replications of each split at first; --reps goes before it." },
    { "next", SCN_SPECIAL, 0, 0, false, 0, NULL, split_next, "pounds a year",
        "More money, of which it is shown what it would do on each line; default 100,000." },
};
const scn_room_t SCN_SPLIT = { "split", COUNT_OF(SPLIT_FIELD), SPLIT_FIELD };

/* What has been said before `lines` is of all lines that pay pools. */
static void
need_lines(scn_loader_t *ld, const scn_at_t *at)
{
    care_split_t *split = split_of(ld);
    const care_spec_t *spec = ld->spec;
    bool named = lua_getfield(ld->L, -1, "lines") != LUA_TNIL;

    lua_pop(ld->L, 1);
    for (size_t l = 0; !named && l < spec->n_lines && split->n_lines < CARE_SPLIT_LINES_MAX; l++) {
        if (spec->line[l].n_pools > 0) {
            split->line[split->n_lines++] = l;
        }
    }
    if (!named && split->n_lines < 2) {
        scn_fault(ld, at, "money is divided between two lines or more that pay pools; the scenario has %zu",
            split->n_lines);
    }
}

void
scn_read_split(scn_loader_t *ld, const scn_at_t *at)
{
    care_split_t *split = split_of(ld);

    split->given = true;
    keep_place(at, split->place, sizeof(split->place));
    ld->unnoted = true;
    if (lua_istable(ld->L, -1)) {
        need_lines(ld, at);
    }
    scn_row(ld, at, &SCN_SPLIT, split);
    ld->unnoted = false;
}
