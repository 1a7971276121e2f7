/*
 * weir help reference: what a scenario may say and what results may be asked for, in Markdown, from the tables of the program.
 *
 * Invariant: the text depends on the program alone. Fields, parameters, offers, decisions and measures are printed from the tables
 * that the loader and the models read; what those tables do not say (headings, what a role means, how units and distributions are
 * written) stands here.
 */
#include "models/care.h"
#include "sim/cli/cli.h"
#include "sim/lua/scenario.h"

#include <stdio.h>
#include <string.h>

/* ---- Markdown ---- */

/* A cell of a table: its text with the bars that would end it escaped. */
static void
cell(const char *text, FILE *out)
{
    for (; *text != '\0'; text++) {
        (void) fputs(*text == '|' ? "\\" : "", out);
        (void) fputc(*text, out);
    }
    (void) fputs(" |", out);
}

static void
row(const char *const *text, size_t n, FILE *out)
{
    (void) fputs("|", out);
    for (size_t i = 0; i < n; i++) {
        (void) fputs(text[i][0] != '\0' ? " " : "", out);
        cell(text[i], out);
    }
    (void) fputs("\n", out);
}

static void
head(const char *const *text, size_t n, FILE *out)
{
    (void) fputs("\n", out);
    row(text, n, out);
    (void) fputs("|", out);
    for (size_t i = 0; i < n; i++) {
        (void) fputs("---|", out);
    }
    (void) fputs("\n", out);
}

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))
#define HEAD(out, ...) head((const char *const[]){ __VA_ARGS__ }, COUNT_OF(((const char *const[]){ __VA_ARGS__ })), out)
#define ROW(out, ...) row((const char *const[]){ __VA_ARGS__ }, COUNT_OF(((const char *const[]){ __VA_ARGS__ })), out)

static const char *
code(const char *text, char *buffer, size_t size)
{
    (void) snprintf(buffer, size, text[0] != '\0' ? "`%s`" : "%s", text);
    return buffer;
}

/* ---- the fields of a scenario ---- */

/* The loader's rooms in its order; two rooms may share a name, and then their first field tells them apart. */
static const struct {
    const char *room, *first, *title, *text;
} ROOM[] = {
    { "scenario", "name", "The scenario: `scenario { ... }`",
        "What the file returns. The [parameter blocks](#parameter-blocks) stand beside these fields." },
    { "pool", "name", "A pool: `pool { ... }`", "Capacity: servers, or a diary of appointments." },
    { "step", "units", "A step of a pool", "An item of `steps`." },
    { "timetable", "cycle", "A timetable of a pool",
        "The field `timetable` of a pool, written `{ cycle = hours(24), { at = hours(8), share = 1 }, { at = hours(20), share = "
        "0.5 } }`. By the\nweek it is written `{ \"mon-fri 09:00-17:00\", \"sat,sun 10:00-12:00 0.5\" }`: weekdays (`mon` to "
        "`sun`), hours (those that end\nbefore they begin end on the next day), and the share of the units that is there, if "
        "not all." },
    { "entry", "at", "An entry of a timetable",
        "An item of `timetable` beside `cycle`. Before the first the last holds." },
    { "fails", "after", "Failures", "The field `fails` of a pool." },
    { "stage", "name", "A stage: `stage { ... }`",
        "A place where clients wait, are served, or are sent on. Its [role](#roles-and-decisions) says what it is to the care "
        "system." },
    { "timer", "name", "A timer of a stage", "An item of `timers`. What fires first ends the wait." },
    { "decline", "share", "Declining", "The field `decline` of a stage." },
    { "baulk", "from", "A step of baulking", "An item of `baulk` of a stage." },
    { "group", "max", "Service in groups", "The field `group` of a stage." },
    { "route", "to", "A route of a stage",
        "An item of `routes`. For each outcome the shares sum to 1, for every class and with and without every flag that its "
        "routes ask about." },
    { "source", "name", "A source: `source { ... }`", "Where clients come from." },
    { "rate", "per_year", "A rate by the year", "The field `rate` of a source, written `{ per_year = ... }`." },
    { "step", "factor", "A step of a rate", "An item of the rate's `steps`." },
    { "rate", "edges", "A rate in pieces", "The field `rate` of a source, written `{ edges = ..., rates = ... }`." },
    { "date", "at", "A date of a source", "An item of `dates`, which may also be a date or a time by itself." },
    { "initial", "stage", "A row of the initial state", "An item of `initial`: those who are there on the first day." },
    { "plan", "name", "A plan",
        "An item of `plans`. A plan of one layer has the layer's fields too; a plan of several lists "
        "them: `{ name = \"both\", { offer = \"training\" }, { offer = \"spoa\" } }`." },
    { "layer", "offer", "A layer of a plan", "An [offer](#offers) with its parameters." },
    { "fact", "name", "A fact",
        "An item of `facts`: a published number that the scenario is to reproduce, and what is accepted of it (`low`, `high`, "
        "or both).\n`weir run` and `weir compare` say of each whether it came out so; they change no result. A pair (with "
        "`versus`, `versus_group` or\n`versus_period`) is compared replication by replication; what is not said of the other is "
        "as of the one." },
    { "about", "purpose", "About the study",
        "The field `about`: texts that `weir report` prints in its sign-off and its checklist. They change no result." },
    { "line", "name", "A budget line",
        "An item of `lines`. The units of its pools move with its money at the prices of the first year: fewer at once, more "
        "after\n`workforce.recruit_days`." },
    { "step", "add", "A step of a budget line", "An item of a line's `steps`." },
    { "shift", "from_line", "A shift between lines", "An item of `shifts`." },
    { "post", "salary", "A post of a line",
        "The field `post` of a line: a post costs salary x (1 + on_costs) x (1 + overheads) + non_pay in the first year." },
    { "payment", "block", "Payment of a line", "The field `payment` of a line: see [contracts.md](contracts.md)." },
    { "wave", "from", "A wave of a line", "An item of a line's `waves`." },
    { "contract", "award", "A contract", "The field `contract`: see [contracts.md](contracts.md)." },
    { "review", "name", "A review of a contract",
        "An item of a contract's `reviews`. What has moved stays as many pounds a year, whatever becomes of the lines' own money." },
    { "rule", "kpi", "The rule of a review", "The field `if` of a review, written `[\"if\"] = { ... }`." },
    { "sweep", "inputs", "A sweep", "The field `sweep`: what `weir sweep` varies and keeps. It changes no run." },
    { "input", "path", "An input of a sweep",
        "An item of `inputs`: it has `dist` or `values`. A `path` of \"plan\" makes the plan itself an input: one runs at each "
        "point." },
    { "correlation", "of", "A correlation of inputs", "An item of `correlations`." },
    { "worth", "kpi", "What a measure is worth", "An item of `worth`." },
    { "area", "name", "An area",
        "An item of `areas`. The [parameter blocks](#parameter-blocks) may stand beside its fields; what an area does not give of them "
        "is the\nscenario's. No child, post or pound crosses from one area to another." },
};

static bool
room_has(size_t i, const char *room, const char *name)
{
    scn_field_doc_t doc;

    for (; scn_field_doc(i, &doc) && strcmp(doc.room, room) == 0; i++) {
        if (strcmp(doc.name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void
room_title(size_t i, const char *room, FILE *out)
{
    for (size_t r = 0; r < COUNT_OF(ROOM); r++) {
        if (strcmp(ROOM[r].room, room) == 0 && room_has(i, room, ROOM[r].first)) {
            (void) fprintf(out, "\n### %s\n\n%s\n", ROOM[r].title, ROOM[r].text);
            return;
        }
    }
    (void) fprintf(out, "\n### %s\n", room);
}

static void
fields(FILE *out)
{
    scn_field_doc_t doc;
    char room[64] = "", name[96];

    (void) fputs("\n## Fields\n\nA field in **bold** must be given. Times, rates, money and shares are written with "
                 "[units](#values-with-units).\n",
        out);
    for (size_t i = 0; scn_field_doc(i, &doc); i++) {
        if (strcmp(room, doc.room) != 0) {
            (void) snprintf(room, sizeof(room), "%s", doc.room);
            room_title(i, room, out);
            HEAD(out, "Field", "Kind", "Meaning");
        }
        (void) snprintf(name, sizeof(name), doc.required ? "**`%s`**" : "`%s`", doc.name);
        ROW(out, name, doc.kind, doc.doc);
    }
}

/* ---- parameters ---- */

static void
param(const care_param_t *self, FILE *out)
{
    char name[96], value[96], range[96] = "", source[96];

    (void) code(self->name, name, sizeof(name));
    if (self->kind == CARE_NAME) {
        (void) snprintf(value, sizeof(value), "\"%s\"", self->text != NULL ? self->text : "");
    } else {
        (void) snprintf(value, sizeof(value), "%.12g", self->value);
        (void) snprintf(range, sizeof(range), "%.12g to %.12g", self->min, self->max);
    }
    if (self->source == NULL || strcmp(self->source, "assumption") == 0) {
        (void) snprintf(source, sizeof(source), "%s", self->source != NULL ? "assumption" : "");
    } else {
        (void) code(self->source, source, sizeof(source));
    }
    ROW(out, name, self->kind == CARE_NAME ? "name" : self->unit, value, range, source, self->doc);
}

static void
params(const care_param_t *list, size_t n, FILE *out)
{
    if (n == 0) {
        (void) fputs("\nNo parameters.\n", out);
        return;
    }
    HEAD(out, "Parameter", "Unit", "Default", "Allowed", "Source", "Meaning");
    for (size_t i = 0; i < n; i++) {
        param(&list[i], out);
    }
}

static void
blocks(FILE *out)
{
    (void) fputs(
        "\n## Parameter blocks\n\nA scenario gives a block as a field: `money = { extra_per_year = pounds(60000) }`. What "
        "it does not give keeps its default. On\nthe command line: `--set money.extra_per_year=60000`. A source is a "
        "record of the evidence (`weir evidence ID`) or an\nassumption (grade E).\n",
        out);
    for (size_t i = 0; i < CARE_N_BLOCKS; i++) {
        (void) fprintf(out, "\n### `%s`\n\n%s\n", CARE_BLOCKS[i].name, CARE_BLOCKS[i].doc);
        params(CARE_BLOCKS[i].param, CARE_BLOCKS[i].n_params, out);
    }
}

static void
offers(FILE *out)
{
    (void) fputs(
        "\n## Offers\n\nWays of organising the link between schools and the service, for the layers of a plan. On the command "
        "line:\n`--set plans.PLAN.PARAMETER=VALUE`.\n",
        out);
    for (size_t i = 0; i < CARE_N_OFFERS; i++) {
        (void) fprintf(out, "\n### Offer `%s`\n\n%s\n", CARE_OFFERS[i]->name, CARE_OFFERS[i]->doc);
        params(CARE_OFFERS[i]->param, CARE_OFFERS[i]->n_params, out);
    }
}

/* ---- words ---- */

static const char *const ROLE_DOC[CARE_ROLES] = {
    [CARE_ROLE_SCHOOL] = "A concern has arisen in a school; the school asks an offer or decides.",
    [CARE_ROLE_CONSULT] = "An offer's consultation. Offers add it.",
    [CARE_ROLE_ALONE] = "The school decides without the offer it asked.",
    [CARE_ROLE_CARRY] = "Direct work by a link worker. Offers add it.",
    [CARE_ROLE_DOOR] = "A request reaches the service.",
    [CARE_ROLE_TRIAGE] = "A registered spell is triaged.",
    [CARE_ROLE_WAIT] = "The first contact is given here; until then the spell is waiting.",
    [CARE_ROLE_TREAT] = "Treatment. Recovery is faster from the second contact on.",
    [CARE_ROLE_CLOSE] = "No more contacts are planned; the spell is still open.",
    [CARE_ROLE_RETURN] = "The spell is closed; a child that was turned away, or discharged, may come back.",
    [CARE_ROLE_RELAPSE] = "A discharged child is ill again: a further unit exponential to go on its scale of recovery.",
    [CARE_ROLE_CHOICE] = "A Choice appointment given by a link worker. Offers add it.",
};

static void
list_words(const char *text, const char *const *word, size_t n, FILE *out)
{
    (void) fputs(text, out);
    for (size_t i = 0; i < n; i++) {
        (void) fprintf(out, "%s`%s`", i > 0 ? ", " : "", word[i]);
    }
    (void) fputs(".\n", out);
}

static void
decision(const care_decision_row_t *self, FILE *out)
{
    char name[64], labels[512] = "";

    for (size_t i = 0; i < self->n_labels; i++) {
        size_t n = strlen(labels);

        (void) snprintf(labels + n, sizeof(labels) - n, "%s`%s`", i > 0 ? ", " : "", self->label[i]);
    }
    ROW(out, code(self->name, name, sizeof(name)), labels, self->doc);
}

static void
roles(FILE *out)
{
    char name[64];

    (void) fputs("\n## Roles and decisions\n\nThe field `role` of a stage:\n", out);
    HEAD(out, "Role", "Meaning");
    for (int i = CARE_ROLE_NONE + 1; i < CARE_ROLES; i++) {
        ROW(out, code(CARE_ROLE_NAME[i], name, sizeof(name)), ROLE_DOC[i]);
    }
    (void) fputs("\nThe field `decide` of a stage, and the outcomes that its `on` or `routes` send somewhere:\n", out);
    HEAD(out, "Decision", "Outcomes", "Meaning");
    for (size_t i = 0; i < CARE_DECISIONS; i++) {
        decision(&CARE_DECISION[i], out);
    }
    list_words("\nThe field `role` of a source or of an initial row: ", CARE_SOURCE_NAME, CARE_SOURCES, out);
    list_words("\nSchool types: ", CARE_SCHOOL_TYPE_NAME, CARE_SCHOOL_TYPES, out);
}

/* ---- values and distributions ---- */

static const struct {
    const char *write, *meaning;
} VALUE[] = {
    { "seconds(30) minutes(30) hours(2) days(14) weeks(2) months(3) years(2)", "A time. A month is 365.25 / 12 days." },
    { "per_hour(2) per_day(2) per_week(2) per_month(0.015) per_year(900)", "A rate." },
    { "pounds(60000) pence(50)", "Money." },
    { "share(0.15) percent(15)", "A share, from 0 to 1." },
    { "wte(5.9)", "Whole-time equivalents." },
    { "count(1300)", "A plain number." },
    { "ev \"capa_mean_sessions\"", "A number of the evidence, with its source, range and grade." },
    { "assumption(weeks(2), \"why\", { low = weeks(1), high = weeks(4) })",
        "A value that is assumed: grade E. The words and the range may be left out." },
    { "sourced(weeks(2), \"who says so\", { quality = \"C\" })",
        "A value with a source of its own. Also: `low`, `high`, and `range`, one of \"uncertainty\", \"spread\", \"trend\", "
        "\"none\"." },
    { "number(weeks(2), \"days\")", "The plain number, here 14; without a unit, in the value's own." },
};

static const struct {
    const char *write, *meaning;
} DISTRIBUTION[] = {
    { "fixed(days(7))", "Always this." },
    { "exponential { mean = days(7) }", "Exponential." },
    { "gamma { mean = days(7), cv = 0.6 }", "Gamma, by mean and coefficient of variation." },
    { "gamma { mean = days(7), sd = days(4) }", "Gamma, by mean and standard deviation." },
    { "erlang { mean = days(7), phases = 3 }", "Sum of so many equal exponential phases." },
    { "lognormal { mean = days(7), cv = 0.6 }", "Lognormal, by mean and coefficient of variation." },
    { "lognormal { mean = days(7), sd = days(4) }", "... by mean and standard deviation." },
    { "lognormal { median = days(7), p90 = days(20) }", "... by median and 90th percentile." },
    { "lognormal { median = days(7), log_sd = 0.8 }", "... by median and standard deviation of the log." },
    { "normal { mean = 0.3, sd = 0.05 }", "Normal, for what is uncertain; of a time, truncated at 0 or above." },
    { "weibull { mean = days(7), shape = 1.5 }", "Weibull." },
    { "uniform { low = days(7), high = days(21) }", "Every value between two bounds alike." },
    { "triangular { low = days(1), mode = days(2), high = days(6) }", "Triangular." },
    { "pert { low = days(1), mode = days(2), high = days(6) }", "PERT: a beta distribution with that mode." },
    { "empirical { values = { 1, 2, 6 }, weights = { 5, 3, 2 } }",
        "One of a list of values; without weights, all alike." },
    { "mixture { { 0.2, fixed(1) }, { 0.8, poisson { mean = 6 } } }", "One of several distributions, by weight." },
    { "hypoexponential { means = { days(2), days(5) } }", "Sum of exponential phases with these means." },
    { "poisson { mean = 6 }", "Poisson: whole numbers." },
    { "negbin { mean = 6, dispersion = 2 }", "Negative binomial; variance mean + mean^2 / dispersion." },
    { "geometric { mean = 6 }", "Geometric on 1, 2, 3, ..." },
    { "truncate(exponential { mean = days(7) }, days(1), days(30))",
        "A distribution kept between two bounds; `nil` for none." },
};

static void
values(FILE *out)
{
    char text[160];

    (void) fputs(
        "\n## Values with units\n\nValues add, subtract, multiply, divide and compare; unlike units cannot be added. The "
        "result keeps the sources, and the\nworst grade.\n",
        out);
    HEAD(out, "Write", "Meaning");
    for (size_t i = 0; i < COUNT_OF(VALUE); i++) {
        ROW(out, code(VALUE[i].write, text, sizeof(text)), VALUE[i].meaning);
    }
    (void) fputs(
        "\nA file of numbers beside the scenario is read with `csv \"file.csv\"`: an array with a table for each line, by "
        "the names in\nthe first line.\n\n## Distributions\n\nOf times as shown, or of numbers: `gamma { mean = 6, cv = 0.5 "
        "}`. A number or a time alone means always that.\n",
        out);
    HEAD(out, "Write", "Meaning");
    for (size_t i = 0; i < COUNT_OF(DISTRIBUTION); i++) {
        ROW(out, code(DISTRIBUTION[i].write, text, sizeof(text)), DISTRIBUTION[i].meaning);
    }
}

/* ---- measures ---- */

static void
measure(const sim_kpi_t *self, FILE *out)
{
    static const struct {
        cli_mask_t bit;
        const char *name;
    } BY[] = { { SIM_BY_ALL, "all" }, { SIM_BY_DIMS, "groups" }, { SIM_BY_POOL, "pools" }, { SIM_BY_STAGE, "stages" },
        { SIM_BY_ACCOUNT, "lines" } };
    char name[96], by[64] = "", follow[32] = "";

    for (size_t i = 0; i < COUNT_OF(BY); i++) {
        size_t n = strlen(by);

        if ((self->by & BY[i].bit) != 0) {
            (void) snprintf(by + n, sizeof(by) - n, "%s%s", n > 0 ? ", " : "", BY[i].name);
        }
    }
    if (self->follow_days > 0) {
        (void) snprintf(follow, sizeof(follow), "%g", self->follow_days);
    }
    ROW(out, code(self->name, name, sizeof(name)), self->unit, by, follow, self->doc);
}

static void
measures(const char *title, const sim_kpi_t *kpi, size_t n, FILE *out)
{
    (void) fprintf(out, "\n### %s\n", title);
    HEAD(out, "Measure", "Unit", "Kept for", "Follow-up days", "Meaning");
    for (size_t i = 0; i < n; i++) {
        measure(&kpi[i], out);
    }
}

void
cli_help_reference(FILE *out)
{
    (void) fputs(
        "# Reference\n\nWhat a scenario may say, and what results may be asked for. Made by `weir help reference` from the "
        "tables of the program;\n`make docs` writes it to docs/reference.md.\n",
        out);
    fields(out);
    values(out);
    blocks(out);
    offers(out);
    roles(out);
    (void) fputs(
        "\n## Measures\n\nKept for *all* children together, and money for budget *lines* and their lots, by month, financial "
        "year, contract year and\nwhole run; for *groups* (source, presentation, fifth of deprivation, school type), *pools* "
        "and *stages* by contract year and\nwhole run. What is kept for all is kept for each of several areas too, by contract year and whole run. A measure\nwith follow-up is known only for months that the run goes on so many days after. A meaning "
        "that begins with \"...\" goes on from the row above.\n",
        out);
    measures("Of the care system", CARE_KPIS, CARE_N_KPIS, out);
    measures("Of any pathway", SIM_KPIS, SIM_N_KPIS, out);
}
