#include "sim/cli/facts.h"

#include "sim/analysis/verdict.h"
#include "sim/cli/cli.h"
#include "sim/cli/export.h"
#include "sim/cli/rows.h"
#include "sim/cli/summary.h"
#include "sim/cli/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- finding ---- */

static size_t
find_arm(const cli_trial_t *trial, const scn_t *scenario, const char *plan)
{
    for (size_t a = 0; a < trial->n_arms; a++) {
        const cli_arm_t *arm = &trial->arm[a];

        if (arm->scenario == scenario && (arm->plan == NULL || strcmp(arm->plan->name, plan) == 0)) {
            return a;
        }
    }
    return SIZE_MAX;
}

static size_t
find_period(const cli_trial_t *trial, const char *name)
{
    for (size_t i = 0; i < trial->n_periods; i++) {
        if (strcmp(trial->period[i].name, name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

typedef struct {
    const cli_trial_t *trial;
    const scn_t *scenario;
    size_t number; /* of the fact in its scenario */
    const care_fact_t *fact;
} place_t;

static int
complain(const place_t *place, const char *text)
{
    scn_message_t at = scn_place(place->scenario, "fact", place->number);

    (void) fprintf(stderr, "%s:%d: fact \"%s\": %s\n", at.file, at.line, place->fact->name, text);
    return SIM_ERR_SCENARIO;
}

/* There is no such group or period; is one spelled nearly so? Names stand `size` bytes apart. */
static int
complain_name(const place_t *place, const char *what, const char *name, const char *names, size_t size, size_t n)
{
    const char **candidate = calloc(n + 1, sizeof(*candidate)), *near;
    char text[400];

    if (candidate == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        candidate[i] = names + i * size;
    }
    near = cli_nearest(name, candidate, n);
    (void) snprintf(text, sizeof(text), "there is no %s \"%s\"%s%s%s", what, name,
        near != NULL ? " (did you mean \"" : "", near != NULL ? near : "", near != NULL ? "\"?)" : "");
    free(candidate);
    return complain(place, text);
}

/* The trial's cell that an arm keeps, or SIZE_MAX; and whether the arm has the group at all. */
static size_t
find_cell(const place_t *place, const cli_of_t *of, const char *group, bool *has_group)
{
    const cli_trial_t *trial = place->trial;
    const cli_arm_t *arm = &trial->arm[of->arm];

    *has_group = false;
    for (size_t i = 0; i < arm->n_cells; i++) {
        const sim_cell_t *cell = &trial->cell[arm->to[i]];

        if (strcmp(trial->group[cell->group].name, group) != 0) {
            continue;
        }
        *has_group = true;
        if (cell->period == (int32_t) of->period && strcmp(trial->kpi[cell->kpi].name, place->fact->kpi) == 0) {
            return arm->to[i];
        }
    }
    return SIZE_MAX;
}

static int
look_up_cell(const place_t *place, const char *group, cli_of_t *of)
{
    const cli_trial_t *trial = place->trial;
    const care_plan_t *plan = trial->arm[of->arm].plan;
    char text[400];
    bool has_group;

    of->cell = find_cell(place, of, group, &has_group);
    if (of->cell != SIZE_MAX) {
        return 0;
    }
    if (!has_group) {
        (void) snprintf(text, sizeof(text), plan != NULL ? "group under plan \"%s\" called" : "group%s",
            plan != NULL ? plan->name : "");
        return complain_name(place, text, group, trial->group[0].name, sizeof(trial->group[0]), trial->n_groups);
    }
    (void) snprintf(text, sizeof(text),
        "'%s' is not kept for group \"%s\" and period \"%s\": see `weir help reference`", place->fact->kpi, group,
        trial->period[of->period].name);
    return complain(place, text);
}

/* A period that the scenario's own run has not, or has a part of, is a mistake; one that --set took away is not run. */
static int
check_period(const place_t *place, const char *name, size_t period)
{
    const cli_trial_t *trial = place->trial;

    if (scn_spec(place->scenario)->redated) {
        return 0;
    }
    if (period == SIZE_MAX) {
        return complain_name(place, "period", name, trial->period[0].name, sizeof(trial->period[0]), trial->n_periods);
    }
    return trial->period[period].whole ? 0 : complain(place, "the run covers only a part of its period");
}

static int
look_up(const place_t *place, const char *plan, const char *group, const char *period, cli_of_t *of)
{
    const cli_trial_t *trial = place->trial;
    int ret;

    *of = (cli_of_t){ find_arm(trial, place->scenario, plan), find_period(trial, period), SIZE_MAX };
    ret = check_period(place, period, of->period);
    return ret == 0 && of->arm != SIZE_MAX && of->period != SIZE_MAX ? look_up_cell(place, group, of) : ret;
}

static int
find_fact(const place_t *place, cli_fact_t *out)
{
    const care_fact_t *fact = place->fact;
    int ret;

    *out = (cli_fact_t){ .fact = fact, .scenario = scn_spec(place->scenario)->name };
    ret = look_up(place, fact->plan, fact->group, fact->period, &out->of);
    if (ret == 0 && fact->is_pair) {
        ret = look_up(place, fact->versus, fact->versus_group, fact->versus_period, &out->versus);
    }
    return ret;
}

int
cli_facts_init(cli_facts_t *self, const cli_trial_t *trial, const scn_t *const *scenario, size_t n)
{
    size_t all = 0;
    int ret = 0;

    memset(self, 0, sizeof(*self));
    for (size_t s = 0; s < n; s++) {
        all += scn_spec(scenario[s])->n_facts;
    }
    self->fact = calloc(all + 1, sizeof(*self->fact));
    if (self->fact == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t s = 0; s < n; s++) {
        const care_spec_t *spec = scn_spec(scenario[s]);

        for (size_t i = 0; i < spec->n_facts; i++) {
            const place_t place = { trial, scenario[s], i, &spec->fact[i] };
            int code = find_fact(&place, &self->fact[self->n++]);

            ret = code != 0 ? code : ret;
        }
    }
    return ret;
}

void
cli_facts_free(cli_facts_t *self)
{
    free(self->fact);
    memset(self, 0, sizeof(*self));
}

/* ---- judging ---- */

/* Whether what was run is what the number is of. */
static bool
is_run(const cli_of_t *of, const cli_trial_t *trial)
{
    const care_spec_t *spec;
    const sim_period_t *period;

    if (of->cell == SIZE_MAX) {
        return false;
    }
    spec = trial->arm[of->arm].model.spec;
    period = &trial->period[of->period];
    if (spec->rescaled || (spec->redated && period->kind == SIM_PERIOD_ALL)) {
        return false;
    }
    return period->kind == SIM_PERIOD_ALL ||
           (period->whole && trial->counted[of->period].first_month == period->first_month);
}

/* value has room for 2 reps. */
static int
estimate(const cli_fact_t *self, store_writer_t *writer, uint32_t reps, double *value, ana_interval_t *interval)
{
    int ret = store_written(writer, self->of.arm, self->of.cell, reps, value);

    if (ret == 0 && !self->fact->is_pair) {
        ana_mean_interval(value, 1, reps, interval);
        return 0;
    }
    if (ret == 0) {
        ret = store_written(writer, self->versus.arm, self->versus.cell, reps, value + reps);
    }
    if (ret == 0 && self->fact->as == CARE_FACT_RATIO) {
        ana_paired_ratio(value, value + reps, 1, reps, interval);
    } else if (ret == 0) {
        ana_paired(value, value + reps, 1, reps, interval);
    }
    return ret;
}

static const char *const VERDICT[] = { "inside", "OUTSIDE", "not sure" };
#define LEFT_OUT "left out"

static int
put_fact(const cli_fact_t *self, const cli_trial_t *trial, store_writer_t *writer, uint32_t reps, double *value)
{
    const care_fact_t *fact = self->fact;
    ana_interval_t interval = { .mean = NAN, .low = NAN, .high = NAN, .se = NAN };
    const char quality[2] = { fact->quality, '\0' };
    const char *verdict = LEFT_OUT;
    double reps_needed = NAN;
    int ret = 0;

    if (is_run(&self->of, trial) && (!fact->is_pair || is_run(&self->versus, trial))) {
        ret = estimate(self, writer, reps, value, &interval);
        verdict = VERDICT[ana_judge(&interval, fact->value, fact->low, fact->high, &reps_needed)];
    }
    return ret != 0 ? ret
                    : store_put_fact(writer, &(store_fact_t){ .scenario = self->scenario,
                                                 .name = fact->name,
                                                 .kpi = fact->kpi,
                                                 .plan = fact->plan,
                                                 .group = fact->group,
                                                 .period = fact->period,
                                                 .as = fact->is_pair ? CARE_FACT_AS[fact->as] : "",
                                                 .versus = fact->versus,
                                                 .versus_group = fact->versus_group,
                                                 .versus_period = fact->versus_period,
                                                 .unit = fact->unit,
                                                 .value = fact->value,
                                                 .accept_low = fact->low,
                                                 .accept_high = fact->high,
                                                 .quality = quality,
                                                 .source = fact->source,
                                                 .estimate = interval.mean,
                                                 .low = interval.low,
                                                 .high = interval.high,
                                                 .reps = (uint32_t) interval.n,
                                                 .verdict = verdict,
                                                 .reps_needed = reps_needed });
}

int
cli_facts_put(const cli_facts_t *self, const cli_trial_t *trial, store_writer_t *writer, uint32_t reps)
{
    double *value = calloc(2 * (size_t) reps + 1, sizeof(*value));
    int ret = value == NULL ? SIM_ERR_NO_MEMORY : 0;

    for (size_t i = 0; ret == 0 && i < self->n; i++) {
        ret = put_fact(&self->fact[i], trial, writer, reps, value);
    }
    free(value);
    return ret;
}

/* ---- telling ---- */

#define SHOWN_MOST 40 /* of more facts, only those that are not inside are shown */

static bool
is_difference(const store_fact_t *fact)
{
    return strcmp(fact->as, CARE_FACT_AS[CARE_FACT_DIFFERENCE]) == 0;
}

/* Grade E: nobody published it. */
static bool
is_assumed(const store_fact_t *fact)
{
    return fact->quality[0] == 'E';
}

static void
format_number(char *text, size_t size, const store_fact_t *fact, double value)
{
    if (is_difference(fact)) {
        cli_format_change(text, size, fact->unit, value);
    } else {
        cli_format_value(text, size, fact->unit, value);
    }
}

static void
format_accepted(char *text, size_t size, const store_fact_t *fact)
{
    char low[64], high[64];

    format_number(low, sizeof(low), fact, fact->accept_low);
    format_number(high, sizeof(high), fact, fact->accept_high);
    if (isnan(fact->accept_low)) {
        (void) snprintf(text, size, "at most %s", high);
    } else if (isnan(fact->accept_high)) {
        (void) snprintf(text, size, "at least %s", low);
    } else {
        (void) snprintf(text, size, "%s to %s", low, high);
    }
}

/* "tiered", "tiered - none", "quintile=1 / quintile=5"; what a pair has in common is said once, or not at all. */
static void
format_pair(char *text, size_t size, const store_fact_t *fact, const char *one, const char *other)
{
    bool pair = fact->as[0] != '\0' && strcmp(one, other) != 0;

    (void) snprintf(text, size, "%s%s%s", one, !pair ? "" : is_difference(fact) ? " - " : " / ", pair ? other : "");
}

static void
add_row(cli_table_t *table, const store_fact_t *fact)
{
    char text[256];

    cli_table_add(table, "%s", fact->name);
    format_pair(text, sizeof(text), fact, fact->plan, fact->versus);
    cli_table_add(table, "%s", text);
    format_number(text, sizeof(text), fact, fact->value);
    cli_table_add(table, "%s%s", is_assumed(fact) ? "assumed " : "", text);
    format_accepted(text, sizeof(text), fact);
    cli_table_add(table, "%s", text);
    if (is_difference(fact)) {
        cli_format_difference(text, sizeof(text), fact->unit, fact->estimate, fact->low, fact->high);
    } else {
        cli_format_interval(text, sizeof(text), fact->unit, fact->estimate, fact->low, fact->high);
    }
    cli_table_add(table, "%s", text);
    if (isnan(fact->reps_needed)) {
        cli_table_add(table, "%s", fact->verdict);
    } else {
        cli_table_add(table, "%s (needs %.0f)", fact->verdict, fact->reps_needed);
    }
}

static bool
has_verdict(const store_fact_t *fact, const char *verdict)
{
    return strcmp(fact->verdict, verdict) == 0;
}

static size_t
count_verdict(size_t n, const store_fact_t *fact, const char *verdict)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        count += has_verdict(&fact[i], verdict) ? 1u : 0u;
    }
    return count;
}

static int
print_table(size_t n, const store_fact_t *fact, bool all, FILE *out)
{
    static const char *const HEAD[] = { "fact", "plan", "stated", "accepted", "simulated (95%)", "verdict" };
    cli_table_t table;
    int ret;

    cli_table_init(&table, sizeof(HEAD) / sizeof(HEAD[0]));
    for (size_t i = 0; i < sizeof(HEAD) / sizeof(HEAD[0]); i++) {
        cli_table_add(&table, "%s", HEAD[i]);
    }
    for (size_t i = 0; i < n; i++) {
        if (!has_verdict(&fact[i], LEFT_OUT) && (all || !has_verdict(&fact[i], VERDICT[ANA_INSIDE]))) {
            add_row(&table, &fact[i]);
        }
    }
    ret = table.n_cells > table.n_columns ? cli_table_print(&table, CLI_PAGE, out) : 0;
    cli_table_free(&table);
    return ret;
}

static void
print_counts(size_t n, const store_fact_t *fact, FILE *out)
{
    size_t inside = count_verdict(n, fact, VERDICT[ANA_INSIDE]), outside = count_verdict(n, fact, VERDICT[ANA_OUTSIDE]);
    size_t unsure = count_verdict(n, fact, VERDICT[ANA_NOT_SURE]), left = count_verdict(n, fact, LEFT_OUT);
    size_t assumed = 0;
    char text[512];

    for (size_t i = 0; i < n; i++) {
        assumed += is_assumed(&fact[i]) && !has_verdict(&fact[i], LEFT_OUT) ? 1u : 0u;
    }
    if (left < n) {
        (void) snprintf(text, sizeof(text), "%zu of %zu facts inside, %zu outside, %zu not sure.", inside, n - left,
            outside, unsure);
        cli_print_wrapped(text, CLI_PAGE, out);
    }
    if (assumed > 0) {
        (void) snprintf(text, sizeof(text),
            "%zu of them %s held against an assumption or arithmetic (grade E), not against a published number.",
            assumed, assumed == 1 ? "is" : "are");
        cli_print_wrapped(text, CLI_PAGE, out);
    }
    if (unsure > 0) {
        cli_print_wrapped(
            "Not sure: the half-width of the interval is more than a third of the tolerance, or there is no "
            "interval. Needs: about so many replications would tell.",
            CLI_PAGE, out);
    }
    if (left > 0) {
        (void) snprintf(text, sizeof(text),
            "%zu of the scenario's %zu facts %s left out: of plans or periods that were not run so, or of another scale.",
            left, n, left == 1 ? "is" : "are");
        cli_print_wrapped(text, CLI_PAGE, out);
    }
}

/* What the scenario does not say itself, but for its scale and dates, which leave facts out. */
static bool
is_changed(const store_parameter_t *parameter)
{
    static const char *const DATES[] = { "scale", "years", "start" };
    bool changed = strncmp(parameter->origin, "--set", 5) == 0;

    for (size_t i = 0; i < sizeof(DATES) / sizeof(DATES[0]); i++) {
        changed = changed && strcmp(parameter->path, DATES[i]) != 0;
    }
    return changed;
}

/* Facts are of the scenario as it was written. */
static void
print_changed(const store_contents_t *contents, FILE *out)
{
    for (size_t i = 0; i < contents->n_parameters; i++) {
        if (is_changed(&contents->parameter[i])) {
            cli_print_wrapped(
                "Facts are stated of the scenario as it is written; --set has changed it, so that what is "
                "outside may be the change.",
                CLI_PAGE, out);
            return;
        }
    }
}

int
cli_facts_print(store_reader_t *reader, FILE *out)
{
    store_fact_t *fact;
    size_t n;
    int ret = store_facts(reader, &n, &fact);

    if (ret == 0 && n > 0) {
        bool all = n - count_verdict(n, fact, LEFT_OUT) <= SHOWN_MOST;

        cli_heading(all ? "Facts: what is stated, and what came out" : "Facts that are not met", out);
        ret = print_table(n, fact, all, out);
        print_counts(n, fact, out);
        print_changed(store_contents(reader), out);
    }
    free(fact);
    return ret;
}

/* ---- the list of a scenario ---- */

static void
add_listed(cli_table_t *table, const care_fact_t *fact)
{
    const store_fact_t shown = { .plan = fact->plan,
        .versus = fact->versus,
        .as = fact->is_pair ? CARE_FACT_AS[fact->as] : "",
        .unit = fact->unit,
        .accept_low = fact->low,
        .accept_high = fact->high };
    char text[256];

    cli_table_add(table, "%s", fact->name);
    cli_table_add(table, "%s", fact->kpi);
    format_pair(text, sizeof(text), &shown, fact->plan, fact->versus);
    cli_table_add(table, "%s", text);
    format_pair(text, sizeof(text), &shown, fact->group, fact->versus_group);
    cli_table_add(table, "%s", text);
    format_pair(text, sizeof(text), &shown, fact->period, fact->versus_period);
    cli_table_add(table, "%s", text);
    format_number(text, sizeof(text), &shown, fact->value);
    cli_table_add(table, "%s", text);
    format_accepted(text, sizeof(text), &shown);
    cli_table_add(table, "%s", text);
    cli_table_add(table, "%c", fact->quality != 0 ? fact->quality : '-');
}

/* The years that have every fact's period; 0 when one is of the whole run, or is no contract year. */
static double
years_needed(const care_spec_t *spec)
{
    unsigned years = 0, year;

    for (size_t i = 0; i < 2 * spec->n_facts; i++) {
        const care_fact_t *fact = &spec->fact[i / 2];

        if (i % 2 == 1 && !fact->is_pair) {
            continue;
        }
        if (sscanf(i % 2 == 0 ? fact->period : fact->versus_period, "y%u", &year) != 1) {
            return 0.0;
        }
        years = year > years ? year : years;
    }
    return (double) years < spec->years ? (double) years : 0.0;
}

static bool
is_needed(const care_spec_t *spec, const char *plan)
{
    for (size_t i = 0; i < spec->n_facts; i++) {
        if (strcmp(spec->fact[i].plan, plan) == 0 || strcmp(spec->fact[i].versus, plan) == 0) {
            return true;
        }
    }
    return false;
}

static void
print_command(const care_spec_t *spec, const char *file, FILE *out)
{
    size_t plans = 0;

    (void) fprintf(out, "To compare them with results: weir %s %s", spec->is_care ? "compare" : "run", file);
    for (size_t i = 0; spec->is_care && i < spec->n_plans; i++) {
        if (is_needed(spec, spec->plan[i].name)) {
            (void) fprintf(out, "%s%s", plans++ == 0 ? " --plans " : ",", spec->plan[i].name);
        }
    }
    if (years_needed(spec) > 0.0) {
        (void) fprintf(out, " --set years=%g", years_needed(spec));
    }
    (void) fprintf(out, " --reps %u\n", spec->facts_reps);
}

int
cli_facts_list(const care_spec_t *spec, const char *file, FILE *out)
{
    static const char *const HEAD[] = { "Fact", "measure", "plan", "group", "period", "stated", "accepted", "grade" };
    cli_table_t table;
    int ret;

    if (spec->n_facts == 0) {
        return 0;
    }
    cli_table_init(&table, sizeof(HEAD) / sizeof(HEAD[0]));
    for (size_t i = 0; i < sizeof(HEAD) / sizeof(HEAD[0]); i++) {
        cli_table_add(&table, "%s", HEAD[i]);
    }
    for (size_t i = 0; i < spec->n_facts; i++) {
        add_listed(&table, &spec->fact[i]);
    }
    ret = cli_table_print(&table, 1000, out);
    cli_table_free(&table);
    print_command(spec, file, out);
    (void) fputc('\n', out);
    return ret;
}

/* ---- export ---- */

#define FACT_FIELDS 22

static void
fact_fields(const store_fact_t *fact, store_field_t field[FACT_FIELDS])
{
    const store_field_t all[FACT_FIELDS] = { { "scenario", fact->scenario, 0 }, { "name", fact->name, 0 },
        { "kpi", fact->kpi, 0 }, { "plan", fact->plan, 0 }, { "group", fact->group, 0 }, { "period", fact->period, 0 },
        { "as", fact->as, 0 }, { "versus", fact->versus, 0 }, { "versus_group", fact->versus_group, 0 },
        { "versus_period", fact->versus_period, 0 }, { "unit", fact->unit, 0 }, { "value", NULL, fact->value },
        { "accept_low", NULL, fact->accept_low }, { "accept_high", NULL, fact->accept_high },
        { "estimate", NULL, fact->estimate }, { "low", NULL, fact->low }, { "high", NULL, fact->high },
        { "reps", NULL, fact->reps }, { "verdict", fact->verdict, 0 }, { "reps_needed", NULL, fact->reps_needed },
        { "quality", fact->quality, 0 }, { "source", fact->source, 0 } };

    memcpy(field, all, sizeof(all));
}

static void
write_fact(const store_fact_t *fact, bool json, FILE *out)
{
    store_field_t field[FACT_FIELDS];

    fact_fields(fact, field);
    (void) fputs(json ? "{" : "", out);
    for (size_t i = 0; i < FACT_FIELDS; i++) {
        (void) fputs(i > 0 ? "," : "", out);
        cli_field_write(&field[i], json, out);
    }
    (void) fputs(json ? "}" : "\n", out);
}

int
cli_facts_write(store_reader_t *reader, bool json, FILE *out)
{
    static const store_fact_t NONE = { .name = "" };
    store_field_t head[FACT_FIELDS];
    store_fact_t *fact;
    size_t n;
    int ret = store_facts(reader, &n, &fact);

    fact_fields(&NONE, head);
    for (size_t i = 0; !json && i < FACT_FIELDS; i++) {
        (void) fprintf(out, "%s%s", head[i].name, i + 1 < FACT_FIELDS ? "," : "\n");
    }
    for (size_t i = 0; ret == 0 && i < n; i++) {
        (void) fputs(!json ? "" : i > 0 ? ",\n" : "[\n", out);
        write_fact(&fact[i], json, out);
    }
    (void) fputs(!json ? "" : n > 0 ? "\n]\n" : "[\n]\n", out);
    free(fact);
    return ret == 0 && (fflush(out) != 0 || ferror(out)) ? SIM_ERR_IO : ret;
}
