/*
 * Published facts that a scenario is to reproduce.
 *
 * Invariant: a fact that is kept has a measure that there is, plans that there are, numbers in the measure's unit with
 * low <= value <= high, and a source. Its group and period are looked up when the plans' cells are known.
 */
#include "sim/lua/loader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    care_fact_t fact;
    const sim_kpi_t *kpi; /* NULL until it is known */
    bool as_given;
} fact_row_t;

/* ---- names ---- */

static const sim_kpi_t *
kpi_at(const scn_loader_t *ld, size_t i)
{
    size_t n_care = ld->scn->spec.is_care ? CARE_N_KPIS : 0;

    return i < n_care ? &CARE_KPIS[i] : i < n_care + SIM_N_KPIS ? &SIM_KPIS[i - n_care] : NULL;
}

static void
field_kpi(scn_loader_t *ld, const scn_at_t *at, void *data)
{
    fact_row_t *row = data;
    const char *best = NULL;
    unsigned distance = 0;
    char hint[80];

    if (!scn_string(ld, at, row->fact.kpi, sizeof(row->fact.kpi))) {
        return;
    }
    for (size_t i = 0; row->kpi == NULL && kpi_at(ld, i) != NULL; i++) {
        if (strcmp(kpi_at(ld, i)->name, row->fact.kpi) == 0) {
            row->kpi = kpi_at(ld, i);
            row->fact.unit = row->kpi->unit;
        } else {
            scn_nearest(row->fact.kpi, kpi_at(ld, i)->name, &best, &distance);
        }
    }
    if (row->kpi == NULL) {
        scn_fault(ld, at, "there is no measure \"%s\"%s", row->fact.kpi, scn_hint(best, hint, sizeof(hint)));
    }
}

static void
read_plan(scn_loader_t *ld, const scn_at_t *at, char name[SIM_NAME_MAX])
{
    const care_spec_t *spec = &ld->scn->spec;
    const char *choice[CARE_PLANS_MAX];
    size_t index;

    if (!spec->is_care) {
        scn_fault(ld, at, "'%s': a plain network has no plans", at->key);
        return;
    }
    for (size_t i = 0; i < spec->n_plans; i++) {
        choice[i] = spec->plan[i].name;
    }
    if (scn_choice(ld, at, choice, spec->n_plans, &index)) {
        snprintf(name, SIM_NAME_MAX, "%s", choice[index]);
    }
}

static void
field_plan(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    read_plan(ld, at, ((fact_row_t *) row)->fact.plan);
}

static void
field_versus(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    read_plan(ld, at, ((fact_row_t *) row)->fact.versus);
}

static void
field_as(scn_loader_t *ld, const scn_at_t *at, void *data)
{
    fact_row_t *row = data;
    size_t index;

    if (scn_choice(ld, at, CARE_FACT_AS, 2, &index)) {
        row->fact.as = (care_fact_as_t) index;
        row->as_given = true;
    }
}

/* ---- numbers ---- */

static bool
is_pair(const fact_row_t *row)
{
    const care_fact_t *fact = &row->fact;

    return fact->versus[0] != '\0' || fact->versus_group[0] != '\0' || fact->versus_period[0] != '\0';
}

static bool
is_ratio(const fact_row_t *row)
{
    return is_pair(row) && row->fact.as == CARE_FACT_RATIO;
}

/* Shares and posts are plain numbers too, but no counts. */
static bool
unit_fits(const char *given, const char *wanted)
{
    bool share = strcmp(wanted, "share") == 0, ratio = strcmp(wanted, "ratio") == 0;

    if (strcmp(given, "share") == 0 || strcmp(given, "ratio") == 0) {
        return share || ratio;
    }
    return strcmp(given, "WTE") == 0 ? strcmp(wanted, "WTE") == 0 : !(share || ratio) || given[0] == '\0';
}

static bool
in_range(scn_loader_t *ld, const scn_at_t *at, const fact_row_t *row, double x)
{
    double least = is_pair(row) ? -1.0 : 0.0;

    if (!isfinite(x)) {
        scn_fault(ld, at, "'%s' is not a finite number", at->key);
        return false;
    }
    if (strcmp(row->kpi->unit, "share") == 0 && !is_ratio(row) && (x < least || x > 1.0)) {
        scn_fault(ld, at, "'%s' must be between %g and 1, since '%s' is a share: write percent(%g) for %g%%", at->key,
            least, row->kpi->name, x, x);
        return false;
    }
    return true;
}

/* A number in the measure's unit; one that carries a unit is converted, and refused when it is of another kind. */
static bool
read_number(scn_loader_t *ld, const scn_at_t *at, const fact_row_t *row, scn_value_t *value, double *out)
{
    const char *unit = is_ratio(row) ? "ratio" : row->kpi != NULL ? row->kpi->unit : "";
    scn_want_t want = scn_want(unit, -HUGE_VAL, HUGE_VAL);
    bool bare = scn_getvalue(ld->L, -1, value) && value->unit[0] == '\0' && value->ids[0] == '\0' && value->t == 0 &&
                value->m == 0;
    char text[80];

    if (row->kpi == NULL) {
        return false;
    }
    if (bare) {
        *out = value->mag;
    } else if (!scn_number(ld, at, &want, out)) {
        return false;
    } else if (want.t == 0 && want.m == 0 && !unit_fits(value->unit, unit)) {
        scn_fault(ld, at, "'%s' is in %s, but %s was given", at->key, unit, scn_show(value, text, sizeof(text)));
        return false;
    }
    return in_range(ld, at, row, *out);
}

static void
field_value(scn_loader_t *ld, const scn_at_t *at, void *data)
{
    fact_row_t *row = data;
    scn_value_t value;

    if (read_number(ld, at, row, &value, &row->fact.value)) {
        row->fact.quality = value.grade;
        snprintf(row->fact.source, sizeof(row->fact.source), "%s", value.source);
    }
}

static void
field_low(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_value_t value;

    (void) read_number(ld, at, row, &value, &((fact_row_t *) row)->fact.low);
}

static void
field_high(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_value_t value;

    (void) read_number(ld, at, row, &value, &((fact_row_t *) row)->fact.high);
}

/* ---- the row ---- */

#define FACT(field) offsetof(fact_row_t, fact.field)
/* What the numbers are of comes before them. */
static const scn_field_t FACT_FIELD[] = {
    { "name", SCN_TEXT, 0, 96, true, FACT(name), NULL, NULL, NULL, "What readers are shown." },
    { "kpi", SCN_SPECIAL, 0, 0, true, 0, NULL, field_kpi, "measure", "What was measured." },
    { "plan", SCN_SPECIAL, 0, 0, false, 0, NULL, field_plan, "plan", "The plan it is of; default the first." },
    { "group", SCN_TEXT, 0, sizeof(((care_fact_t *) NULL)->group), false, FACT(group), NULL, NULL, NULL,
        "Of whom, such as \"quintile=1\" or \"stage=triage\"; default \"all\"." },
    { "period", SCN_TEXT, 0, sizeof(((care_fact_t *) NULL)->period), false, FACT(period), NULL, NULL, NULL,
        "Of when: \"y1\", \"2026-27\", \"2026-03\"; default \"all\", the whole run." },
    { "versus", SCN_SPECIAL, 0, 0, false, 0, NULL, field_versus, "plan",
        "The plan it is compared with, replication by replication." },
    { "versus_group", SCN_TEXT, 0, sizeof(((care_fact_t *) NULL)->group), false, FACT(versus_group), NULL, NULL, NULL,
        "The group it is compared with, instead or as well." },
    { "versus_period", SCN_TEXT, 0, sizeof(((care_fact_t *) NULL)->period), false, FACT(versus_period), NULL, NULL,
        NULL, "The period it is compared with." },
    { "as", SCN_SPECIAL, 0, 0, false, 0, NULL, field_as, "\"difference\" or \"ratio\"",
        "How it is compared: less the other, or as the ratio of the two means; default \"difference\"." },
    { "value", SCN_SPECIAL, 0, 0, true, 0, NULL, field_value, "number",
        "What was published, in the measure's unit or with a unit of its own." },
    { "low", SCN_SPECIAL, 0, 0, false, 0, NULL, field_low, "number", "The least that is accepted." },
    { "high", SCN_SPECIAL, 0, 0, false, 0, NULL, field_high, "number", "The most that is accepted." },
    { "source", SCN_TEXT, 0, sizeof(((care_fact_t *) NULL)->source), false, FACT(source), NULL, NULL, NULL,
        "Who says so; default the source of `value`." },
};
const scn_room_t SCN_FACT = { "fact", sizeof(FACT_FIELD) / sizeof(FACT_FIELD[0]), FACT_FIELD };

static void
check_bounds(scn_loader_t *ld, const scn_at_t *at, const care_fact_t *fact)
{
    char a[40], b[40];

    if (isnan(fact->low) && isnan(fact->high)) {
        scn_fault(ld, at, "'low' or 'high' is missing: what is accepted?");
    } else if (fact->low > fact->high) {
        scn_fault(ld, at, "'low' is above 'high': %s and %s were given", scn_format(fact->low, a, sizeof(a)),
            scn_format(fact->high, b, sizeof(b)));
    } else if (fact->value < fact->low || fact->value > fact->high) {
        scn_fault(ld, at, "'value', %s, is not among what is accepted", scn_format(fact->value, a, sizeof(a)));
    }
}

static void
check_fact(scn_loader_t *ld, const scn_at_t *at, const fact_row_t *row)
{
    const care_spec_t *spec = &ld->scn->spec;
    const care_fact_t *fact = &row->fact;

    for (size_t i = 0; i < spec->n_facts; i++) {
        if (strcmp(spec->fact[i].name, fact->name) == 0) {
            scn_fault(ld, at, "the name is used twice");
        }
    }
    if (row->as_given && !fact->is_pair) {
        scn_fault(ld, at, "'as' says how it is compared, but there is no 'versus', 'versus_group' or 'versus_period'");
    }
    if (fact->is_pair && strcmp(fact->versus, fact->plan) == 0 && strcmp(fact->versus_group, fact->group) == 0 &&
        strcmp(fact->versus_period, fact->period) == 0) {
        scn_fault(ld, at, "it is compared with itself");
    }
    if (!isnan(fact->value) && fact->source[0] == '\0') {
        scn_fault(ld, at,
            "'source' is missing: who published it? (a value from the evidence, ev \"...\", brings its own)");
    }
    if (!isnan(fact->value)) {
        check_bounds(ld, at, fact);
    }
}

/* What is not said of the other of a pair is as of the one. */
static void
complete(fact_row_t *row)
{
    care_fact_t *fact = &row->fact;

    fact->unit = is_ratio(row) ? "ratio" : fact->unit;
    fact->is_pair = is_pair(row);
    if (fact->is_pair && fact->versus[0] == '\0') {
        memcpy(fact->versus, fact->plan, sizeof(fact->versus));
    }
    if (fact->is_pair && fact->versus_group[0] == '\0') {
        memcpy(fact->versus_group, fact->group, sizeof(fact->versus_group));
    }
    if (fact->is_pair && fact->versus_period[0] == '\0') {
        memcpy(fact->versus_period, fact->period, sizeof(fact->versus_period));
    }
}

static void
read_fact(scn_loader_t *ld, const scn_at_t *at)
{
    care_spec_t *spec = &ld->scn->spec;
    fact_row_t row = { .fact = { .group = "all", .period = "all", .unit = "", .value = NAN, .low = NAN, .high = NAN } };

    if (spec->is_care && spec->n_plans > 0) {
        memcpy(row.fact.plan, spec->plan[0].name, sizeof(row.fact.plan));
    }
    scn_row(ld, at, &SCN_FACT, &row);
    complete(&row);
    check_fact(ld, at, &row);
    scn_moved(ld, care_spec_add_fact(spec, &row.fact));
    scn_add_place(ld, SCN_ROOM_FACT, at);
}

/* Facts are compared with results and change none: they are no parameters. */
void
scn_read_facts(scn_loader_t *ld, const scn_at_t *at)
{
    care_spec_t *spec = &ld->scn->spec;
    long n = scn_array(ld, at, SCN_MAX_ROWS);
    scn_at_t item;

    ld->unnoted = true;
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "fact", &item);
        read_fact(ld, &item);
        lua_pop(ld->L, 1);
    }
    ld->unnoted = false;
    spec->rescaled = scn_overridden(ld, "scale") != NULL;
    spec->redated = scn_overridden(ld, "years") != NULL || scn_overridden(ld, "start") != NULL;
}

void
scn_read_facts_reps(scn_loader_t *ld, const scn_at_t *at)
{
    scn_want_t want = scn_want("", 2.0, 100000.0);
    double x;
    bool read;

    ld->unnoted = true;
    read = scn_number(ld, at, &want, &x);
    ld->unnoted = false;
    if (read && x != floor(x)) {
        scn_fault(ld, at, "'%s' must be a whole number, not %g", at->key, x);
    } else if (read) {
        ld->scn->spec.facts_reps = (unsigned) x;
    }
}
