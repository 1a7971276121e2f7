/*
 * weir init: the first scenario of a new area, with comments, from six answers.
 *
 * Invariant: what is written is a scenario that `weir check` accepts and whose plans can all be built; else nothing is
 * written. What was not answered stands in the file as an expression of the evidence and of what was.
 */
#include "sim/cli/cli.h"
#include "sim/cli/load.h"
#include "sim/cli/output.h"
#include "sim/cli/trial.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an answer is, and what stands in the file without one. */
static const struct {
    cli_mask_t bit;
    const char *name;     /* of the option */
    const char *question; /* on a terminal */
    const char *wrap;     /* the constructor of its value */
    const char *comment;  /* above it in the file */
    const char *otherwise;
    double low, high;
    double per_child; /* about what `otherwise` comes to, for the question; 0 = it must be answered */
} ANSWER[CLI_ANSWERS] = {
    { CLI_OPT_POPULATION, "population", "Children under 18 in the area", "count",
        "Children under 18: Office for National Statistics, mid-year estimates by local authority.", NULL, 100, 2e7,
        0.0 },
    { CLI_OPT_SCHOOLS, "schools", "Schools, all types together", "count",
        "Schools: Department for Education, Get Information About Schools. Below they are split by type as in England.",
        "assumption(all_schools * (children / ev \"eng_pop_u18\"), \"as many for each child as in England\")", 1, 40000,
        21613.0 / 11900000 },
    { CLI_OPT_REQUESTS, "requests", "Requests to the service a year", "per_year",
        "Requests a year to the front door: the service's log; or NHS England, MHSDS MRS11 of your ICB x 4 / 0.877.",
        "assumption(children * (ev \"km_referrals\" / ev \"km_pop_u18\"), \"as many for each child as in Kent & "
        "Medway\")",
        10, 5e6, 42000.0 / 436786 },
    { CLI_OPT_STAFF, "staff", "Clinical staff in post, WTE", "wte",
        "Clinical posts filled, whole-time equivalents: the provider's establishment less vacancies.",
        "assumption(kent_posts * (requests / ev \"km_referrals\"), \"as many for each request as in Kent & Medway\")",
        0.1, 50000, 400.0 / 436786 },
    { CLI_OPT_SPEND, "spend", "What the service costs a year, pounds", "pounds",
        "What today's service costs a year: the contract, or the ICB's accounts.",
        "assumption(ev \"km_budget\" * (posts / kent_posts), \"as much for each post as in Kent & Medway\")", 1000,
        1e10, 37e6 / 436786 },
    { CLI_OPT_EXTRA, "extra", "Extra public money a year for the plans, pounds", "pounds",
        "Public money a year on top of it, the same for every plan but none; what schools pay for an offer is in it.",
        "assumption(ev \"kcc_withdraw\" * (children / ev \"km_pop_u18\"), \"an example: the question put in Kent, "
        "for each child\")",
        0, 1e9, 1.1e6 / 436786 },
};

static const char *const LOCAL[CLI_ANSWERS] = { "children", "schools", "requests", "posts", "spend", "extra" };

typedef struct {
    const cli_options_t *options;
    double answer[CLI_ANSWERS]; /* NaN: not given */
    char path[1024];
    char name[64];   /* letters, digits and _ */
    char title[256]; /* the file's name as it was given */
} init_t;

/* ---- the answers ---- */

static bool
is_good(size_t i, double value)
{
    if (value >= ANSWER[i].low && value <= ANSWER[i].high) {
        return true;
    }
    cli_error("--%s: %.12g is outside %g to %.12g", ANSWER[i].name, value, ANSWER[i].low, ANSWER[i].high);
    return false;
}

/* One question, until it is answered so that it can be used; false at the end of the input. */
static bool
ask(init_t *self, size_t i)
{
    double about = ANSWER[i].per_child * self->answer[0];
    char line[128];

    for (;;) {
        if (ANSWER[i].per_child > 0.0) {
            (void) fprintf(stderr, "%s [about %.3g, from evidence]: ", ANSWER[i].question, about);
        } else {
            (void) fprintf(stderr, "%s: ", ANSWER[i].question);
        }
        (void) fflush(stderr);
        if (fgets(line, sizeof(line), stdin) == NULL) {
            (void) fputc('\n', stderr);
            return false;
        }
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '\0' && ANSWER[i].per_child > 0.0) {
            return true;
        }
        if (!cli_read_quantity(line, &self->answer[i])) {
            cli_error("'%s' is not a number such as 42000, 42,000, 42k or 1.1m", line);
        } else if (is_good(i, self->answer[i])) {
            return true;
        }
    }
}

static cli_exit_t
answers(init_t *self)
{
    bool terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && !self->options->quiet;

    for (size_t i = 0; i < CLI_ANSWERS; i++) {
        self->answer[i] = self->options->given & ANSWER[i].bit ? self->options->answer[i] : NAN;
        if (!isnan(self->answer[i]) && !is_good(i, self->answer[i])) {
            return CLI_USAGE;
        }
        if (isnan(self->answer[i]) && terminal && !ask(self, i)) {
            cli_error("init: not all was answered; nothing is written");
            return CLI_FAILED;
        }
        if (isnan(self->answer[i]) && ANSWER[i].otherwise == NULL) {
            cli_error("init: --%s is missing, and there is no terminal to ask on", ANSWER[i].name);
            return CLI_USAGE;
        }
    }
    return CLI_DONE;
}

/* ---- names ---- */

/* The file's name without folders and ending; what is not a plain letter is _ in the scenario's own name. */
static cli_exit_t
names(init_t *self)
{
    const char *given = self->options->arg[0], *base = strrchr(given, '/');
    size_t n = strlen(given);
    bool ends = n > 4 && strcmp(given + n - 4, ".lua") == 0;

    if (n == 0 || given[n - 1] == '/' || n + 5 > sizeof(self->path)) {
        cli_error("init: '%s': name a file, not a folder", given);
        return CLI_USAGE;
    }
    (void) snprintf(self->path, sizeof(self->path), "%s%s", given, ends ? "" : ".lua");
    base = base != NULL ? base + 1 : given;
    (void) snprintf(self->title, sizeof(self->title), "%.*s", (int) strlen(base) - (ends ? 4 : 0), base);
    for (char *at = self->title; *at != '\0'; at++) {
        *at = (unsigned char) *at < 0x20 || *at == '"' || *at == '\\' ? ' ' : *at;
    }
    (void) snprintf(self->name, sizeof(self->name), "%.60s", self->title);
    for (char *at = self->name; *at != '\0'; at++) {
        *at = isalnum((unsigned char) *at) && (unsigned char) *at < 0x80 ? *at : '_';
    }
    return CLI_DONE;
}

/* ---- the file ---- */

static void
write_answers(const init_t *self, FILE *out)
{
    for (size_t i = 0; i < CLI_ANSWERS; i++) {
        (void) fprintf(out, "-- %s\nlocal %s <const> = ", ANSWER[i].comment, LOCAL[i]);
        if (isnan(self->answer[i])) {
            (void) fprintf(out, "%s\n\n", ANSWER[i].otherwise);
        } else {
            (void) fprintf(out, "sourced(%s(%.12g), \"answered to weir init: say here who says so\")\n\n",
                ANSWER[i].wrap, self->answer[i]);
        }
    }
}

static const char PREAMBLE[] =
    "local camhs <const> = require \"lib.camhs\"\n"
    "\n"
    "-- For what is not answered: schools of England by type, and the posts of Kent & Medway.\n"
    "local special <const> = assumption(count(1044 + 352), \"special schools and pupil referral units, England "
    "2019\")\n"
    "local all_schools <const> = ev \"eng_primary_schools\" + ev \"eng_secondary_schools\" + special\n"
    "local kent_posts <const> = assumption(wte(400), \"clinical posts fitted to Kent & Medway; docs/calibration.md\")\n"
    "\n"
    "-- ---- your answers ----\n"
    "\n";

static const char BODY[] =
    "-- ---- what follows from them, until you know better ----\n"
    "\n"
    "-- Staff of a team: so many of 400 posts, as in Kent & Medway. Write wte(5.9) where you know your own.\n"
    "local function team(n) return assumption(posts * (n / 400), \"split between teams as in Kent & Medway\") end\n"
    "\n"
    "-- Today's lists and caseload: as long for each request as in Kent & Medway. NHS England, MHSDS MRS10 has your "
    "ICB's list, MRS13\n"
    "-- its open spells.\n"
    "local function listed(n) return assumption(count(n) * (requests / ev \"km_referrals\"), \"as in Kent & Medway "
    "for each request\") end\n"
    "\n"
    "local function of_type(n) return schools * (n / all_schools) end\n"
    "\n";

static const char SCENARIO[] =
    "  start = \"2026-04-01\", -- first of a month\n"
    "  years = 5,\n"
    "\n"
    "  population = { children = children },\n"
    "  schools = {\n"
    "    primary = of_type(ev \"eng_primary_schools\"),\n"
    "    secondary = of_type(ev \"eng_secondary_schools\"),\n"
    "    special = of_type(special),\n"
    "  },\n"
    "\n"
    "  -- The service. `weir check` shows every number that this comes to; any default of lib/camhs.lua may be "
    "given here.\n"
    "  area = camhs.area {\n"
    "    requests = requests,\n"
    "    growth = ev \"ref_growth_scot\", -- a year; Scotland's, as the longest series there is\n"
    "    wte_triage = team(16), wte_urgent = team(58), wte_brief = team(82), wte_core = team(186), wte_neuro = "
    "team(58),\n"
    "    waiting_neuro = listed(8340), waiting_core = listed(3240), waiting_priority = listed(255), waiting_brief = "
    "listed(267),\n"
    "    waiting_rejected = listed(250), waiting_urgent = listed(53),\n"
    "    caseload = listed(16000),\n"
    "  },\n"
    "\n"
    "  money = {\n"
    "    base_per_year = spend,\n"
    "    base_growth = assumption(ev \"ref_growth_scot\", \"money for today's service keeps pace with requests\"),\n"
    "    extra_per_year = extra,\n"
    "  },\n"
    "\n"
    "  -- What is compared. The offers and their parameters: weir help reference. A layer may begin later (from = "
    "\"2027-09-01\"),\n"
    "  -- take a share of the money (share = 0.3), and stand with others: { name = \"both\", { offer = ... }, { "
    "offer = ... } }.\n"
    "  plans = {\n"
    "    { name = \"none\", title = \"Today's service\", offer = \"none\" },\n"
    "    { name = \"specialist\", title = \"More posts in core\", offer = \"specialist\", pool = \"core\" },\n"
    "    { name = \"in_school\", title = \"A worker in school\", offer = \"in_school\" },\n"
    "    { name = \"training\", title = \"Training for school staff\", offer = \"training\" },\n"
    "    { name = \"spoa\", title = \"Single point of access\", offer = \"spoa\" },\n"
    "    { name = \"traded\", title = \"Schools buy\", offer = \"traded\" },\n"
    "    { name = \"cluster\", title = \"Clusters of schools\", offer = \"cluster\" },\n"
    "    { name = \"tiered\", title = \"Universal tiers\", offer = \"tiered\" },\n"
    "  },\n"
    "\n"
    "  -- What you know and did not put in above: run and compare say whether it came out so. For example\n"
    "  -- facts = {\n"
    "  --   { name = \"Waited so far, median\", kpi = \"wait_open_median_days\", period = \"y1\",\n"
    "  --     value = sourced(days(202), \"MHSDS MRS10a, June 2024, our ICB\"), low = 187, high = 255 },\n"
    "  -- },\n"
    "\n"
    "  build = camhs.build,\n"
    "}\n";

static void
write_scenario(const init_t *self, FILE *out)
{
    (void) fprintf(out,
        "-- %s: a first scenario, written by `weir init`. Every number is yours to replace.\n"
        "-- What is not your answer is evidence (ev \"id\": weir evidence ID), or an assumption (grade E) taken "
        "from Kent & Medway,\n"
        "-- the area that the model was fitted to. An answer not given is such an assumption too. Then\n"
        "--   weir check %s      every number with its source, and what is wrong, with its line\n"
        "--   weir compare %s    the plans at the end, on the same children\n\n",
        self->title, self->path, self->path);
    (void) fputs(PREAMBLE, out);
    write_answers(self, out);
    (void) fputs(BODY, out);
    (void) fprintf(out,
        "return scenario {\n  name = \"%s\",\n  title = \"%s\",\n"
        "  question = \"Which way of organising the school link gives the shortest waits, and for whom?\",\n",
        self->name, self->title);
    (void) fputs(SCENARIO, out);
}

/* Whether it loads and all plans can be built; says why not. */
static cli_exit_t
try(const char *path)
{
    cli_trial_t trial = { .n_arms = 0 };
    scn_t *scenario = NULL;
    char fault[512] = "";
    int ret = cli_load_silently(path, NULL, 0, fault, sizeof(fault), &scenario);

    if (ret == 0) {
        ret = cli_trial_init(&trial, (const scn_t *const *) &scenario, 1, NULL, false, 1);
        cli_trial_free(&trial);
    }
    if (ret != 0) {
        cli_error("init: these answers make no scenario: %s", fault[0] != '\0' ? fault : sim_strerror(ret));
    }
    scn_free(scenario);
    return ret == 0 ? CLI_DONE : ret == SIM_ERR_NO_MEMORY ? CLI_FAILED : CLI_SCENARIO;
}

static cli_exit_t
write_file(const init_t *self)
{
    cli_output_t output;
    cli_exit_t code = cli_output_begin(&output, self->path, self->options->force);
    FILE *out = code == CLI_DONE ? fopen(output.temporary, "w") : NULL;

    if (code == CLI_DONE && out == NULL) {
        code = CLI_FAILED;
    }
    if (out != NULL) {
        write_scenario(self, out);
        if (ferror(out) | (fclose(out) != 0)) {
            cli_error("%s: %s", self->path, strerror(errno));
            code = CLI_FAILED;
        }
    }
    if (code == CLI_DONE) {
        code = try(output.temporary);
    }
    return cli_output_end(&output, code);
}

static cli_exit_t
run_init(const cli_options_t *options)
{
    init_t self = { .options = options };
    cli_exit_t code = names(&self);

    if (code == CLI_DONE && !options->force && access(self.path, F_OK) == 0) {
        cli_error("%s: exists already (--force overwrites it)", self.path); /* before anything is asked */
        code = CLI_FAILED;
    }
    if (code == CLI_DONE) {
        code = answers(&self);
    }
    if (code == CLI_DONE && options->dry_run) {
        write_scenario(&self, stdout);
        return CLI_DONE;
    }
    if (code == CLI_DONE) {
        code = write_file(&self);
    }
    if (code == CLI_DONE) {
        (void) puts(self.path);
        cli_note(options, "next: weir check %s, then weir compare %s", self.path, self.path);
    }
    return code;
}

const cli_command_t cli_cmd_init = {
    .name = "init",
    .args = "FILE",
    .doc = "write the first scenario of a new area, from six answers",
    .more = "On a terminal it asks what is not given by an option: children under 18, schools,\n"
            "requests a year, staff, what the service costs, and extra money. Only the first must\n"
            "be answered; for the others the file takes evidence, or Kent & Medway's numbers for\n"
            "each child, request or post, and calls them assumptions. The file has comments, passes\n"
            "`weir check` and runs; .lua is added to its name. Numbers may be written 42000,\n"
            "42,000, 42k or 1.1m. --dry-run prints the file instead of writing it.\n",
    .examples = "weir init mytown\n"
                "weir init mytown --population 60000 --requests 5200 --staff 48 --extra 150k\n",
    .args_min = 1,
    .args_max = 1,
    .options = CLI_OPT_POPULATION | CLI_OPT_SCHOOLS | CLI_OPT_REQUESTS | CLI_OPT_STAFF | CLI_OPT_SPEND | CLI_OPT_EXTRA |
               CLI_OPT_FORCE | CLI_OPT_DRY_RUN | CLI_OPT_QUIET,
    .run = run_init,
};
