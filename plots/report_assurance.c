/*
 * What others need to judge and repeat the work: the STRESS-DES items (Monks, Currie, Onggo, Robinson, Kunc and Taylor,
 * Strengthening the reporting of empirical simulation studies, Journal of Simulation 13(1), 2019), the sign-off in the manner of
 * the AQuA Book (HM Treasury, 2015), and the manifest.
 *
 * An item is filled from the run where a run can know; what only a person can say is taken from the scenario's `about`, and asked
 * for where it is not there.
 */
#include "plots/sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ABOUT "about."

/* What the scenario says of itself, or "". */
static const char *
about(const report_t *self, const char *key)
{
    char name[64];

    (void) snprintf(name, sizeof(name), ABOUT "%s", key);
    return store_manifest(self->results, name);
}

/* ---- what a run knows of itself ---- */

static size_t
count_groups(const report_t *self, const char *kind, const char *begins)
{
    size_t n = 0;

    for (size_t g = 0; g < self->contents->n_groups; g++) {
        n += strcmp(self->contents->group[g].kind, kind) == 0 &&
             strncmp(self->contents->group[g].name, begins, strlen(begins)) == 0;
    }
    return n;
}

/* "a, b, c" of the groups of a dimension, pools or stages. */
static void
list_groups(report_t *self, const char *begins)
{
    size_t n = 0;

    for (size_t g = 0; g < self->contents->n_groups; g++) {
        const char *group = self->contents->group[g].name;

        if (strncmp(group, begins, strlen(begins)) == 0) {
            html_say(self->out, "%s%s", n++ > 0 ? ", " : "", report_level(group));
        }
    }
}

static void
say_purpose(report_t *self)
{
    html_say(self->out, "Question: %s", store_manifest(self->results, "question"));
}

static void
say_outputs(report_t *self)
{
    html_say(self->out, "%zu measures, in %zu groups and %zu periods; those shown here are defined where they stand.",
        self->contents->n_kpis, self->contents->n_groups, self->contents->n_periods);
}

static void
say_aims(report_t *self)
{
    html_say(self->out, "%zu plan%s: ", self->contents->n_plans, self->contents->n_plans == 1 ? "" : "s compared");
    for (size_t p = 0; p < self->contents->n_plans; p++) {
        html_say(self->out, "%s%s", p > 0 ? ", " : "", self->job.label[p]);
    }
    html_say(self->out, ".");
}

static void
say_logic(report_t *self)
{
    html_say(self->out, "A network of %zu stages served by %zu teams, simulated event by event. %s",
        count_groups(self, "stage", ""), count_groups(self, "pool", "pool="),
        self->is_care ? "docs/model.md describes the care system, docs/engine.md the engine."
                      : "docs/engine.md describes the engine.");
}

static void
say_diagram(report_t *self)
{
    (void) fputs(report_has_pools(self) ? "<a href=\"#pathway\">The pathway</a>, drawn as it was compiled."
                                        : "`weir plot RESULTS flow` draws it.",
        self->out);
}

static void
say_scenarios(report_t *self)
{
    (void) fputs("<ul>", self->out);
    for (size_t p = 0; p < self->contents->n_plans; p++) {
        const store_plan_t *plan = &self->contents->plan[p];

        (void) fputs("<li>", self->out);
        html_say(self->out, "%s%s%s", self->job.label[p], plan->doc[0] != '\0' ? ": " : "", plan->doc);
        (void) fputs("</li>", self->out);
    }
    (void) fputs("</ul>", self->out);
}

static void
say_algorithms(report_t *self)
{
    html_say(self->out,
        "Event scheduling with a total order of events. Arrivals are exact non-homogeneous Poisson processes, by inversion. Lists are "
        "served in the order that each team's discipline says; diaries book the earliest free day. docs/engine.md.");
}

static void
say_entities(report_t *self)
{
    html_say(self->out, self->is_care ? "Requests, spells and children, of these presentations: " : "Clients.");
    list_groups(self, "presentation=");
}

static void
say_stages(report_t *self)
{
    list_groups(self, "stage=");
}

static void
say_pools(report_t *self)
{
    list_groups(self, "pool=");
}

static void
say_queues(report_t *self)
{
    html_say(self->out,
        "One list for each team, in the order of its discipline; follow-ups, priorities and limits are among the parameters "
        "(pools, stages).");
}

static void
say_entry(report_t *self)
{
    html_say(self->out, "Entry: the sources among the parameters%s", self->is_care ? " (" : ".");
    if (self->is_care) {
        list_groups(self, "source=");
        html_say(self->out, "). Exit: closed after treatment, turned away, gave up, aged out, or never found.");
    }
}

static void
say_sources(report_t *self)
{
    (void) fputs("Each parameter carries its source and grade: <a href=\"#parameters\">All parameters</a>.", self->out);
}

static void
say_parameters(report_t *self)
{
    (void) fputs("<a href=\"#parameters\">All parameters</a>, with ranges.", self->out);
}

static void
say_assumptions(report_t *self)
{
    (void) fputs(report_has_assumptions(self) ? "<a href=\"#assumptions\">Assumptions log</a>."
                                              : "No number is marked as an assumption.",
        self->out);
}

static void
say_initial(report_t *self)
{
    const char *warmup = store_manifest(self->results, "warmup_from");

    if (strcmp(warmup, "none") == 0) {
        html_say(self->out,
            "No warm-up. The run starts with the lists and caseloads that the parameters (initial) give, or empty.");
    } else {
        html_say(self->out, "What happens in the first %s days is left out (%s).",
            store_manifest(self->results, "warmup_days"), warmup);
    }
}

static void
say_length(report_t *self)
{
    html_say(self->out, "%s years from %s. Time is counted in days.", store_manifest(self->results, "years"),
        store_manifest(self->results, "start"));
}

static void
say_estimation(report_t *self)
{
    html_say(self->out,
        "%s independent replications of each plan, %s failed. Means and 95%% intervals (Student's t). Every plan meets the same "
        "children, and differences are taken within each replication.",
        store_manifest(self->results, "reps_done"), store_manifest(self->results, "failed"));
}

static void
say_software(report_t *self)
{
    html_say(self->out, "Weir %s, commit %s: C11, with GSL, Lua and SQLite.", store_manifest(self->results, "version"),
        store_manifest(self->results, "commit"));
}

static void
say_random(report_t *self)
{
    html_say(self->out,
        "Philox4x32-10 gives each child, or client, a key from the seed (%s), the replication and its birth; a 64-bit finaliser makes its "
        "draws from the key and an address. So a draw does not depend on the plan, the machine or the number of threads.",
        store_manifest(self->results, "seed"));
}

static void
say_execution(report_t *self)
{
    html_say(self->out, "The next event from a list ordered by time, class and sequence. %s seconds on %s threads.",
        store_manifest(self->results, "seconds"), store_manifest(self->results, "jobs"));
}

static void
say_system(report_t *self)
{
    html_say(self->out, "Run on \"%s\", from %s to %s (UTC). Linux on x86-64 or Arm; results do not depend on which.",
        store_manifest(self->results, "host"), store_manifest(self->results, "started"),
        store_manifest(self->results, "finished"));
}

static void
say_sharing(report_t *self)
{
    html_say(self->out,
        "Weir is free software (GPL-3.0-or-later). The resolved scenario is in the results file, hash %s.",
        store_manifest(self->results, "scenario_hash"));
}

/* ---- STRESS-DES ---- */

/* about: what only a person can say; NULL when the run can say all of it */
static const struct {
    const char *number, *item;
    void (*say)(report_t *self);
    const char *about;
} STRESS[] = {
    { "1.1", "Purpose of the model", say_purpose, "purpose" },
    { "1.2", "Model outputs", say_outputs, NULL },
    { "1.3", "Experimentation aims", say_aims, "aims" },
    { "2.1", "Base model overview diagram", say_diagram, NULL },
    { "2.2", "Base model logic", say_logic, NULL },
    { "2.3", "Scenario logic", say_scenarios, NULL },
    { "2.4", "Algorithms", say_algorithms, NULL },
    { "2.5.1", "Components: entities", say_entities, NULL },
    { "2.5.2", "Components: activities", say_stages, NULL },
    { "2.5.3", "Components: resources", say_pools, NULL },
    { "2.5.4", "Components: queues", say_queues, NULL },
    { "2.5.5", "Components: entry and exit points", say_entry, NULL },
    { "3.1", "Data sources", say_sources, "data" },
    { "3.2", "Pre-processing of data", NULL, "preprocessing" },
    { "3.3", "Input parameters", say_parameters, NULL },
    { "3.4", "Assumptions", say_assumptions, "assumptions" },
    { "4.1", "Initialisation", say_initial, NULL },
    { "4.2", "Run length", say_length, NULL },
    { "4.3", "Estimation approach", say_estimation, NULL },
    { "5.1", "Software and programming language", say_software, NULL },
    { "5.2", "Random sampling", say_random, NULL },
    { "5.3", "Model execution", say_execution, NULL },
    { "5.4", "System specification", say_system, NULL },
    { "6.1", "Computer model sharing", say_sharing, "sharing" },
};
#define N_STRESS (sizeof(STRESS) / sizeof(STRESS[0]))

/* What a person has said, or what to write where. */
static void
put_about(report_t *self, const char *key)
{
    const char *text = about(self, key);

    if (text[0] != '\0') {
        html_element(self->out, "p", "%s", text);
    } else {
        (void) fputs("<p class=\"missing\">Not given. In the scenario: <code>", self->out);
        html_say(self->out, "about = { %s = \"...\" }", key);
        (void) fputs("</code></p>\n", self->out);
    }
}

int
report_stress(report_t *self)
{
    size_t asked = 0, missing = 0;

    for (size_t i = 0; i < N_STRESS; i++) {
        asked += STRESS[i].about != NULL;
        missing += STRESS[i].about != NULL && about(self, STRESS[i].about)[0] == '\0';
    }
    html_element(self->out, "p",
        "The items of STRESS-DES (Monks and others, Journal of Simulation 13(1), 2019). %zu of them need a person's words; %zu of "
        "those are not given.",
        asked, missing);
    html_table_open(self->out, "STRESS-DES");
    html_row_open(self->out);
    html_column(self->out, "Item");
    html_column(self->out, "What is asked");
    html_column(self->out, "Answer");
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t i = 0; i < N_STRESS; i++) {
        html_row_open(self->out);
        html_row_head(self->out, "%s", STRESS[i].number);
        html_words(self->out, "%s", STRESS[i].item);
        (void) fputs("<td>", self->out);
        if (STRESS[i].say != NULL) {
            STRESS[i].say(self);
        }
        if (STRESS[i].about != NULL) {
            put_about(self, STRESS[i].about);
        }
        (void) fputs("</td>", self->out);
        html_row_close(self->out);
    }
    html_table_close(self->out);
    return 0;
}

/* ---- the AQuA Book ---- */

int
report_sign_off(report_t *self)
{
    static const struct {
        const char *key, *words;
    } SAID[] = { { "use", "What it may be used for, and what not" }, { "limitations", "Known limitations" },
        { "validation", "What was checked, by whom" }, { "uncertainty", "Uncertainty that is not in the intervals" } };
    static const struct {
        const char *key, *words, *what;
    } ROLE[] = { { "commissioner", "Commissioner", "the question is the right one and the answer fits its use" },
        { "analyst", "Analyst", "the work was done as described, and its limits are stated" },
        { "assurer", "Analytical assurer",
            "assurance in proportion to the risk was done, by someone else than the analyst" },
        { "approver", "Approver", "the analysis may be used for the stated purpose" } };

    html_element(self->out, "p",
        "The roles are those of the AQuA Book (HM Treasury, guidance on producing quality analysis). Sign on paper, or name each in the "
        "scenario's `about`.");
    for (size_t i = 0; i < sizeof(SAID) / sizeof(SAID[0]); i++) {
        html_element(self->out, "h3", "%s", SAID[i].words);
        put_about(self, SAID[i].key);
    }
    html_table_open(self->out, "Sign-off");
    html_row_open(self->out);
    html_column(self->out, "Role");
    html_column(self->out, "Name");
    html_column(self->out, "Confirms that");
    html_column(self->out, "Date and signature");
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t i = 0; i < sizeof(ROLE) / sizeof(ROLE[0]); i++) {
        html_row_open(self->out);
        html_row_head(self->out, "%s", ROLE[i].words);
        html_words(self->out, "%s", about(self, ROLE[i].key));
        html_words(self->out, "%s", ROLE[i].what);
        (void) fputs("<td class=\"sign\"></td>", self->out);
        html_row_close(self->out);
    }
    html_table_close(self->out);
    return 0;
}

/* ---- the manifest ---- */

int
report_reproduce(report_t *self)
{
    static const struct {
        const char *key, *words;
    } LINE[] = { { "scenario_file", "Scenario file" }, { "scenario_hash", "Hash of the resolved scenario" },
        { "version", "Version of Weir" }, { "commit", "Commit" }, { "seed", "Seed" },
        { "reps", "Replications asked for" }, { "reps_done", "Replications finished" }, { "failed", "Failed" },
        { "warmup_days", "Warm-up, days" }, { "started", "Started (UTC)" }, { "finished", "Finished (UTC)" },
        { "seconds", "Seconds" }, { "status", "Status" } };

    html_element(self->out, "p",
        "The same version, scenario, seed and replications give the same numbers, on any machine:");
    (void) fputs("<pre tabindex=\"0\"><code>", self->out);
    html_text(self->out, store_manifest(self->results, "command"));
    (void) fputs("</code></pre>\n", self->out);
    html_table_open(self->out, "Manifest");
    html_row_open(self->out);
    html_column(self->out, "What");
    html_column(self->out, "Value");
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t i = 0; i < sizeof(LINE) / sizeof(LINE[0]); i++) {
        html_row_open(self->out);
        html_row_head(self->out, "%s", LINE[i].words);
        html_words(self->out, "%s", store_manifest(self->results, LINE[i].key));
        html_row_close(self->out);
    }
    html_table_close(self->out);
    return 0;
}
