/*
 * The scenario loader: what a valid file gives, and the file, line and words of every error that a user is likely to
 * meet. Files are texts in memory; the loader needs no others.
 */
#include "sim/core/elementary.h"
#include "sim/lua/scenario.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILES_MAX 4

/* A folder in memory: names and texts; the first is the scenario. */
typedef struct {
    const char *name[FILES_MAX];
    const char *text[FILES_MAX];
    size_t len[FILES_MAX]; /* 0 = strlen */
} folder_t;

static int
folder_read(void *ctx, const char *name, char **text, size_t *len)
{
    const folder_t *folder = ctx;

    for (size_t i = 0; i < FILES_MAX && folder->name[i] != NULL; i++) {
        if (strcmp(folder->name[i], name) == 0) {
            *len = folder->len[i] > 0 ? folder->len[i] : strlen(folder->text[i]);
            *text = malloc(*len + 1);
            assert_non_null(*text);
            memcpy(*text, folder->text[i], *len);
            return 0;
        }
    }
    return SIM_ERR_NOT_FOUND;
}

static const char EVIDENCE[] =
    "return {\n"
    "  { id = 'choice_h', name = 'Hours of a Choice appointment', value = 1.5, low = 1, high = 2, unit = 'hours',\n"
    "    year = 2009, source = 'CAPA', quality = 'C', range = 'uncertainty' },\n"
    "  { id = 'transfer', name = 'On to Partnership', value = 0.66, unit = 'share', source = 'CAPA', quality = 'C' },\n"
    "  { id = 'in_words', name = 'A remark', unit = 'note', source = 'somebody', quality = 'D', note = 'many' },\n"
    "  { id = 'budget', name = 'Budget', value = 2, unit = 'million pounds', source = 'paper', quality = 'D' },\n"
    "  { id = 'leave', name = 'Giving up', value = 0.5, unit = 'per month', source = 'guess', quality = 'E' },\n"
    "  { id = 'a_year', name = 'Referrals', value = 42000, unit = 'referrals/year', source = 'returns', quality = 'A' },\n"
    "}\n";

static int
load_folder(folder_t *folder, const char *const *set, size_t n, scn_t **scenario)
{
    scn_reader_t reader = { folder_read, folder };

    return scn_load(&reader, folder->name[0], set, n, NULL, scenario);
}

static int
load_text(const char *text, const char *const *set, size_t n, scn_t **scenario)
{
    folder_t folder = { .name = { "x.lua", "lib/evidence.lua" }, .text = { text, EVIDENCE } };

    return load_folder(&folder, set, n, scenario);
}

static void
print_errors(const scn_t *scenario)
{
    const scn_message_t *message;
    size_t n = scn_errors(scenario, &message);

    for (size_t i = 0; i < n; i++) {
        print_message("    %s:%d: %s\n", message[i].file, message[i].line, message[i].text);
    }
}

static scn_t *
load_good(const char *text, const char *const *set, size_t n)
{
    scn_t *scenario;

    if (load_text(text, set, n, &scenario) != 0) {
        print_errors(scenario);
        fail_msg("the scenario is valid, but was refused");
    }
    return scenario;
}

/* "file:line: text", as the command line shows it. */
static bool
has_error(const scn_t *scenario, const char *expected)
{
    const scn_message_t *message;
    size_t n = scn_errors(scenario, &message);
    char shown[1024];

    for (size_t i = 0; i < n; i++) {
        if (message[i].line > 0) {
            snprintf(shown, sizeof(shown), "%s:%d: %s", message[i].file, message[i].line, message[i].text);
        } else {
            snprintf(shown, sizeof(shown), "%s: %s", message[i].file, message[i].text);
        }
        if (strcmp(shown, expected) == 0) {
            return true;
        }
    }
    return false;
}

static void
expect_error(const char *text, const char *const *set, size_t n, const char *expected)
{
    scn_t *scenario;

    assert_int_equal(load_text(text, set, n, &scenario), SIM_ERR_SCENARIO);
    if (!has_error(scenario, expected)) {
        print_errors(scenario);
        fail_msg("expected: %s", expected);
    }
    scn_free(scenario);
}

static const scn_param_t *
find_param(const scn_t *scenario, const char *path)
{
    const scn_param_t *param;
    size_t n = scn_params(scenario, &param);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(param[i].path, path) == 0) {
            return &param[i];
        }
    }
    fail_msg("there is no parameter %s", path);
    return NULL;
}

#define QUEUE                                                                                                          \
    "return scenario {\n"                                                                                              \
    "  name = 'queue', years = 2, classes = { 'a', 'b' },\n"                                                           \
    "  pools = {\n"                                                                                                    \
    "    { name = 'desk', units = 2 },\n"                                                                              \
    "    { name = 'clinic', hours_per_week = hours(25), units = wte(1.5), horizon = weeks(6) },\n"                     \
    "  },\n"                                                                                                           \
    "  stages = {\n"                                                                                                   \
    "    { name = 'talk', pool = 'desk', service = exponential { mean = minutes(30) },\n"                              \
    "      timers = { { name = 'bored', rate = per_month(2), leave = 0.5, to = 'treat', flag = 'cross' } },\n"         \
    "      routes = { { to = 'treat', share = ev 'transfer' }, { to = 'exit' } } },\n"                                 \
    "    stage { name = 'treat', pool = 'clinic', sessions = lognormal { mean = 7.5, cv = 0.6 }, gap = weeks(3),\n"    \
    "      contact = ev 'choice_h', admin = minutes(30), dna = percent(10), priority = { b = 1 } },\n"                 \
    "  },\n"                                                                                                           \
    "  sources = { { name = 'door', to = 'talk', rate = per_hour(1), class = { a = 0.25, b = 0.75 } } },\n"            \
    "  initial = { { stage = 'treat', count = 10, age = uniform { low = days(0), high = weeks(4) } } },\n"             \
    "}\n"

/* ---- what a valid file gives ---- */

static void
test_scenario_spec(void **state)
{
    scn_t *scenario = load_good(QUEUE, NULL, 0);
    const care_spec_t *spec = scn_spec(scenario);
    const sim_stage_t *talk = &spec->pathway.stage[0], *treat = &spec->pathway.stage[1];

    (void) state;
    assert_false(spec->is_care);
    assert_string_equal(spec->name, "queue");
    assert_true(spec->years == 2.0);
    assert_int_equal(spec->pathway.n_classes, 2);
    assert_int_equal(spec->pathway.pool[0].kind, SIM_POOL_SERVERS);
    assert_int_equal(spec->pathway.pool[1].kind, SIM_POOL_DIARY);
    assert_true(spec->pathway.pool[1].minutes_per_unit == 300.0); /* 25 hours over 5 days */
    assert_int_equal(spec->pathway.pool[1].horizon_days, 42);
    assert_int_equal(talk->service.kind, SIM_DIST_EXPONENTIAL);
    assert_true(fabs(talk->service.mean - 30.0 / 1440.0) < 1e-15);
    assert_true(fabs(talk->timer[0].after.mean - 30.4375 / 2.0) < 1e-12);
    assert_int_equal(talk->timer[0].flag, 1 << CARE_FLAGS); /* the first after the models' own */
    assert_true(talk->timer[0].leave == 0.5);
    assert_true(treat->gap.mean == 21.0);
    assert_true(treat->contact_minutes == 90.0);
    assert_true(treat->dna == 0.1);
    assert_int_equal(treat->priority[0], 0);
    assert_int_equal(treat->priority[1], 1);
    assert_true(spec->pathway.source[0].class_share[1] == 0.75);
    assert_true(fabs(sim_nhpp_rate(&spec->pathway.source[0].rate, 700.0) - 24.0) < 1e-12);
    scn_free(scenario);
}

static void
test_scenario_routes(void **state)
{
    scn_t *scenario = load_good(QUEUE, NULL, 0);
    const sim_pathway_t *pathway = &scn_spec(scenario)->pathway;
    double done = 0.0;

    (void) state;
    assert_int_equal(pathway->n_routes, 3);
    for (size_t i = 0; i < pathway->n_routes; i++) {
        assert_string_equal(pathway->route[i].stage_name, "talk");
        done += strcmp(pathway->route[i].outcome, "done") == 0 ? pathway->route[i].probability : 0.0;
    }
    assert_true(done == 1.0); /* the route without a share takes the rest */
    scn_free(scenario);
}

/* Every number keeps its value as written, unit, range, grade and origin. */
static void
test_scenario_params(void **state)
{
    scn_t *scenario = load_good(QUEUE, NULL, 0);
    const scn_param_t *contact = find_param(scenario, "stages.treat.contact");
    const scn_param_t *gap = find_param(scenario, "stages.treat.gap");

    (void) state;
    assert_string_equal(contact->text, "1.5 hours");
    assert_true(contact->number == 1.5 && contact->low == 1.0 && contact->high == 2.0);
    assert_int_equal(contact->quality, 'C');
    assert_string_equal(contact->range, "uncertainty");
    assert_string_equal(contact->origin, "evidence choice_h");
    assert_string_equal(contact->source, "CAPA, 2009");
    assert_string_equal(gap->text, "3 weeks");
    assert_string_equal(gap->origin, "x.lua:11");
    assert_int_equal(gap->quality, 0);
    assert_true(isnan(gap->low));
    assert_true(find_param(scenario, "stages.treat.sessions.mean")->number == 7.5);
    scn_free(scenario);
}

static void
test_scenario_hash(void **state)
{
    static const char *const change[] = { "stages.treat.dna=0.2" };
    scn_t *a = load_good(QUEUE, NULL, 0), *b = load_good(QUEUE, NULL, 0), *c = load_good(QUEUE, change, 1);

    (void) state;
    assert_true(scn_hash(a) == scn_hash(b));
    assert_string_equal(scn_text(a), scn_text(b));
    assert_true(scn_hash(a) != scn_hash(c));
    assert_non_null(strstr(scn_text(c), "stages.treat.dna = 0.2"));
    scn_free(a);
    scn_free(b);
    scn_free(c);
}

static void
test_scenario_place(void **state)
{
    scn_t *scenario = load_good(QUEUE, NULL, 0);

    (void) state;
    assert_int_equal(scn_place(scenario, "stage", 1).line, 11);
    assert_string_equal(scn_place(scenario, "pool", 0).file, "x.lua");
    assert_int_equal(scn_place(scenario, "pool", 0).line, 4);
    assert_int_equal(scn_place(scenario, "stage", 99).line, 1); /* the scenario's own line */
    scn_free(scenario);
}

/* Windows line ends, a byte order mark, and no line end at the end. */
static void
test_scenario_windows(void **state)
{
    scn_t *scenario = load_good(
        "\xEF\xBB\xBFreturn scenario {\r\n name = 'w',\r\n"
        " stages = { { name = 'a', service = days(1) } },\r\n sources = { { name = 's', to = 'a', rate = per_day(1) } } }",
        NULL, 0);

    (void) state;
    assert_int_equal(scn_place(scenario, "stage", 0).line, 3);
    scn_free(scenario);
}

#define BODY(rest)                                                                                                     \
    "return scenario { name = 'b', stages = { { name = 'a', service = days(1) } },\n"                                  \
    " sources = { { name = 's', to = 'a', rate = " rest " } } }\n"

static double
rate_at(const char *rate, double day)
{
    char text[1024];
    scn_t *scenario;
    double result;

    snprintf(text, sizeof(text), BODY("%s"), rate);
    scenario = load_good(text, NULL, 0);
    result = sim_nhpp_rate(&scn_spec(scenario)->pathway.source[0].rate, day);
    scn_free(scenario);
    return result;
}

static void
test_scenario_rates(void **state)
{
    const char *daily =
        "{ edges = { hours(0), hours(8), hours(16) }, rates = { per_hour(0), per_hour(2) }, every = days(1) }";

    (void) state;
    assert_true(rate_at("per_week(14)", 100.0) == 2.0);
    assert_true(fabs(rate_at("ev 'a_year'", 1.0) - 42000.0 / 365.25) < 1e-9);
    assert_true(fabs(rate_at("{ per_year = 365.25 }", 10.5) - 1.0) < 1e-12);
    assert_true(fabs(rate_at("{ per_year = 365.25, steps = { { from = '2025-09-11', factor = 0.5 } } }", 10.5) - 0.5) <
                1e-12);
    assert_true(rate_at("{ per_year = 365.25, days = 'working' }", 5.5) == 0.0); /* 2025-09-06 is a Saturday */
    assert_true(rate_at(daily, 30.25) == 0.0);
    assert_true(fabs(rate_at(daily, 30.5) - 48.0) < 1e-9);
    assert_true(rate_at(daily, 30.9) == 0.0);
}

/* Arithmetic of values: run as a scenario that raises an error when a line is wrong. */
static void
test_scenario_values(void **state)
{
    static const char text[] =
        "assert(weeks(2) == days(14) and months(12) == years(1) and hours(24) == days(1))\n"
        "assert(weeks(2) + days(7) == weeks(3) and number(weeks(2) + days(7)) == 3)\n"
        "assert(weeks(2) * 3 == weeks(6) and 3 * weeks(2) == weeks(6) and weeks(6) / 2 == weeks(3))\n"
        "assert(number(weeks(6) / days(1)) == 42 and number(days(2) * per_day(3)) == 6)\n"
        "assert(days(1) < weeks(1) and share(0.5) < 1 and not (days(8) < weeks(1)))\n"
        "assert(share(0.5) * count(10) == count(5) and number(1 - percent(30)) == 0.7)\n"
        "assert(number(pence(250)) == 2.5 and pounds(2) + pence(50) == pounds(2.5))\n"
        "assert(number(ev 'budget') == 2e6 and number(ev 'a_year') == 42000)\n"
        "assert(number(weeks(2), 'days') == 14 and ev('choice_h').low == 1 and ev('choice_h').unit == 'hours')\n"
        "assert(tostring(weeks(2)) == '2 weeks' and 'in ' .. weeks(1) == 'in 1 week')\n"
        "assert(number(ev 'transfer' ^ 2) == math.pow(0.66, 2))\n"
        "local a = assumption(weeks(2), 'a guess', { low = 1, high = weeks(3) })\n"
        "assert(a.low == 1 and a.high == 3 and a.value == 2 and a == weeks(2) and (2 * a).high == 6)\n"
        "local keys = {}\n"
        "for k in pairs({ zebra = 1, ant = 2, [10] = 3, [2] = 4, cow = 5 }) do keys[#keys + 1] = tostring(k) end\n"
        "assert(table.concat(keys, ' ') == '2 10 ant cow zebra')\n"
        "local order = { { 3, 'a' }, { 1, 'b' }, { 3, 'c' }, { 1, 'd' }, { 2, 'e' } }\n"
        "table.sort(order, function(x, y) return x[1] < y[1] end)\n"
        "local s = '' for _, v in ipairs(order) do s = s .. v[2] end\n"
        "assert(s == 'bdeac')\n"
        "assert(('a-b'):match('%a$') == 'b' and ('x'):rep(3) == 'xxx')\n" QUEUE;

    (void) state;
    scn_free(load_good(text, NULL, 0));
}

/* A derived value joins its sources and takes the worst grade. */
static void
test_scenario_derived(void **state)
{
    scn_t *scenario = load_good(
        "local x = ev 'choice_h' * ev 'transfer' + assumption(minutes(6), 'tea')\n"
        "return scenario { name = 'd', pools = { { name = 'p', hours_per_week = hours(20) } },\n"
        " stages = { { name = 'a', pool = 'p', contact = x } }, sources = { { name = 's', to = 'a', rate = per_day(1) } } }",
        NULL, 0);
    const scn_param_t *it = find_param(scenario, "stages.a.contact");

    (void) state;
    assert_true(fabs(it->number - (1.5 * 0.66 + 0.1)) < 1e-12);
    assert_string_equal(it->unit, "hours");
    assert_int_equal(it->quality, 'E');
    assert_string_equal(it->evidence, "choice_h, transfer");
    assert_non_null(strstr(it->source, "tea"));
    scn_free(scenario);
}

/* The mathematics of the sandbox is our own: the same bits on every machine. */
static void
test_scenario_elementary(void **state)
{
    scn_t *scenario = load_good(
        "return scenario { name = 'm', scale = math.exp(-0.3) * math.log(7), "
        "stages = { { name = 'a', service = days(1) } }, sources = { { name = 's', to = 'a', rate = per_day(1) } } }",
        NULL, 0);
    double expected = sim_exp(-0.3) * sim_log(7.0);

    (void) state;
    assert_true(scn_spec(scenario)->scale == expected);
    scn_free(scenario);
}

static void
test_scenario_module(void **state)
{
    folder_t folder = { .name = { "folder/x.lua", "lib/rows.lua", "lists.csv" },
        .text = {
            "local rows <const> = require 'lib.rows'\nlocal again <const> = require 'lib.rows'\nassert(rows == again)\n"
            "return scenario { name = 'm', stages = rows.all(), build = rows.build,\n"
            "  sources = { { name = 's', to = 'one', rate = per_day(1) } } }",
            "local M = {}\n"
            "function M.all()\n"
            "  local list = {}\n"
            "  for _, row in ipairs(csv 'lists.csv') do list[#list + 1] = stage { name = row.name, service = days(row.days) } end\n"
            "  return list\n"
            "end\n"
            "function M.build(s)\n"
            "  return { stages = { stage { name = 'built', service = days(#s.stages) } } }\n"
            "end\n"
            "return M",
            "name,days,note\r\none,1.5,\"a, \"\"quoted\"\" note\"\r\n\r\ntwo,2,\r\n" } };
    static const char *const set[] = { "stages.built.service=9" };
    const care_spec_t *spec;
    scn_t *scenario;

    (void) state;
    assert_int_equal(load_folder(&folder, set, 1, &scenario), 0);
    spec = scn_spec(scenario);
    assert_int_equal(spec->pathway.n_stages, 3);
    assert_true(spec->pathway.stage[0].service.mean == 1.5);
    assert_string_equal(spec->pathway.stage[2].name, "built");
    assert_true(spec->pathway.stage[2].service.mean == 9.0); /* overrides reach rows made by build */
    assert_string_equal(scn_place(scenario, "stage", 0).file, "lib/rows.lua");
    assert_int_equal(scn_place(scenario, "stage", 0).line, 4);
    scn_free(scenario);
}

#define CARE                                                                                                           \
    "return scenario { name = 'care',\n"                                                                               \
    "  stages = { { name = 'a', service = days(1) } }, sources = { { name = 's', to = 'a', rate = per_day(1) } },\n"   \
    "  money = { extra_per_year = pounds(500000) },\n"                                                                 \
    "%s}\n"

static scn_t *
load_care(const char *rest, const char *const *set, size_t n)
{
    char text[2048];

    snprintf(text, sizeof(text), CARE, rest);
    return load_good(text, set, n);
}

static void
test_scenario_care(void **state)
{
    static const char *const set[] = { "money.hours_per_wte=1600", "plans.none.title=Today", "concern.wish=40%" };
    scn_t *scenario = load_care("", set, 3);
    const care_spec_t *spec = scn_spec(scenario);

    (void) state;
    assert_true(spec->is_care);
    assert_true(spec->money.extra_per_year == 500000.0);
    assert_true(spec->money.hours_per_wte == 1600.0);
    assert_true(spec->concern.wish == 0.4);
    assert_int_equal(spec->n_plans, CARE_N_OFFERS);
    assert_string_equal(spec->plan[0].name, "none");
    assert_string_equal(spec->plan[0].title, "Today");
    assert_true(find_param(scenario, "child.recovery_per_month")->is_default);
    assert_string_equal(find_param(scenario, "money.hours_per_wte")->origin, "--set money.hours_per_wte=1600");
    scn_free(scenario);
}

static void
test_scenario_plans(void **state)
{
    scn_t *scenario =
        load_care("plans = {\n"
                  " { name = 'as_is', offer = 'none' },\n"
                  " { name = 'both', title = 'Both', { offer = 'specialist', share = 0.25, from = '2026-09-01' },\n"
                  "   { offer = 'none', school_types = { 'secondary' }, quintiles = { 1, 5 } } } }",
            NULL, 0);
    const care_spec_t *spec = scn_spec(scenario);
    const care_plan_t *both = &spec->plan[1];

    (void) state;
    assert_int_equal(spec->n_plans, 2);
    assert_int_equal(both->n_layers, 2);
    assert_string_equal(both->layer[0].offer->name, "specialist");
    assert_true(both->layer[0].share == 0.25 && both->layer[1].share == 0.75);
    assert_true(both->layer[0].from_day == 365.0);
    assert_int_equal(both->layer[1].type_mask, 1u << CARE_SECONDARY);
    assert_int_equal(both->layer[1].quintile_mask, 1u | 16u);
    scn_free(scenario);
}

static void
test_scenario_facts(void **state)
{
    static const char *const set[] = { "facts.change.low=-0.3", "years=2" };
    scn_t *plain = load_care("", NULL, 0);
    scn_t *scenario = load_care(
        "facts = {\n"
        " { name = 'Median so far', kpi = 'wait_open_median_days', period = 'y1', value = sourced(weeks(30), 'a paper'),\n"
        "   low = weeks(20), high = 300 },\n"
        " { name = 'change', kpi = 'rejected_share', plan = 'traded', versus = 'none', group = 'quintile=1',\n"
        "   value = -0.1, low = -0.2, source = 'them' },\n"
        " { name = 'fifths', kpi = 'referrals', group = 'quintile=1', versus_group = 'quintile=5', as = 'ratio',\n"
        "   value = ev 'choice_h' / hours(1), high = 2 } }, facts_reps = 30",
        set, 2);
    const care_fact_t *fact = scn_spec(scenario)->fact;

    (void) state;
    assert_int_equal(scn_spec(plain)->n_facts, 0);
    assert_int_equal(scn_spec(plain)->facts_reps, 20);
    assert_int_equal(scn_spec(scenario)->n_facts, 3);
    assert_int_equal(scn_spec(scenario)->facts_reps, 30);
    assert_true(scn_spec(scenario)->redated && !scn_spec(scenario)->rescaled);
    assert_true(fact[0].value == 210.0 && fact[0].low == 140.0 && fact[0].high == 300.0 && !fact[0].is_pair);
    assert_string_equal(fact[0].source, "a paper");
    assert_string_equal(fact[0].plan, "none");
    assert_string_equal(fact[0].group, "all");
    assert_string_equal(fact[0].unit, "days");
    assert_true(fact[1].is_pair && fact[1].as == CARE_FACT_DIFFERENCE && isnan(fact[1].high) && fact[1].low == -0.3);
    assert_string_equal(fact[1].versus, "none");
    assert_string_equal(fact[1].versus_group, "quintile=1");
    assert_string_equal(fact[1].versus_period, "all");
    assert_string_equal(fact[2].unit, "ratio");
    assert_true(fact[2].value == 1.5 && fact[2].quality == 'C');
    assert_string_equal(fact[2].versus, "none");
    assert_string_equal(scn_place(scenario, "fact", 1).file, "x.lua");
    assert_int_equal(scn_place(scenario, "fact", 1).line, 7);
    scn_free(plain);
    scn_free(scenario);
}

/* They change no result, so neither the list of parameters nor what the hash is of. */
static void
test_scenario_facts_apart(void **state)
{
    scn_t *plain = load_care("", NULL, 0);
    scn_t *scenario =
        load_care("facts = { { name = 'a', kpi = 'requests', value = sourced(9, 'b'), low = 1 } }", NULL, 0);

    (void) state;
    assert_true(scn_hash(plain) == scn_hash(scenario));
    scn_free(plain);
    scn_free(scenario);
}

static void
expect_fact_error(const char *fields, const char *expected)
{
    char text[2048], error[512], facts[512];

    snprintf(facts, sizeof(facts),
        "plans = { { name = 'none', offer = 'none' }, { name = 'tiered', offer = 'tiered' } }, facts = {\n"
        " { name = 'a', %s } }",
        fields);
    snprintf(text, sizeof(text), CARE, facts);
    snprintf(error, sizeof(error), "x.lua:5: fact \"a\": %s", expected);
    expect_error(text, NULL, 0, error);
}

static void
test_scenario_facts_errors(void **state)
{
    (void) state;
    expect_fact_error("kpi = 'refferals', value = ev 'transfer', low = 1",
        "there is no measure \"refferals\" (did you mean 'referrals'?)");
    expect_fact_error("kpi = 'waiting', plan = 'tierd', value = sourced(5, 'b'), low = 1",
        "'plan' must be one of \"none\", \"tiered\", not \"tierd\" (did you mean 'tiered'?)");
    expect_fact_error("kpi = 'waiting', value = sourced(5, 'b'), low = 6, high = 4",
        "'low' is above 'high': 6 and 4 were given");
    expect_fact_error("kpi = 'waiting', value = sourced(5, 'b'), low = 6", "'value', 5, is not among what is accepted");
    expect_fact_error("kpi = 'waiting', value = sourced(5, 'b')", "'low' or 'high' is missing: what is accepted?");
    expect_fact_error("kpi = 'waiting', value = 5, low = 1",
        "'source' is missing: who published it? (a value from the evidence, ev \"...\", brings its own)");
    expect_fact_error("kpi = 'waiting', value = ev 'choice_h', low = 1",
        "'value' is a number, but 1.5 hours was given");
    expect_fact_error("kpi = 'waiting', value = ev 'transfer', low = 0",
        "'value' is in spells, but 0.66 share was given");
    expect_fact_error("kpi = 'wait_open_p90_days', value = ev 'transfer', low = 0",
        "'value' is a time, but 0.66 share was given");
    expect_fact_error("kpi = 'dna_share', value = sourced(44, 'b'), low = 0",
        "'value' must be between 0 and 1, since 'dna_share' is a share: write percent(44) for 44%");
    expect_fact_error("kpi = 'waiting', value = sourced(5, 'b'), low = 1, as = 'ratio'",
        "'as' says how it is compared, but there is no 'versus', 'versus_group' or 'versus_period'");
    expect_fact_error("kpi = 'waiting', value = sourced(5, 'b'), low = 1, versus = 'none'",
        "it is compared with itself");
    expect_fact_error("kpi = 'waiting', value = sourced(5, 'b'), lwo = 1", "unknown field 'lwo' (did you mean 'low'?)");
    expect_fact_error("kpi = 'waiting', value = sourced(5, 'b'), low = 1 }, { name = 'a', kpi = 'waiting', "
                      "value = sourced(5, 'b'), low = 1",
        "the name is used twice");
    expect_error("return scenario { name = 'n', stages = { { name = 'a', service = days(1) } },\n"
                 "sources = { { name = 's', to = 'a', rate = per_day(1) } },\n"
                 "facts = { { name = 'f', kpi = 'served', plan = 'none', value = sourced(5, 'b'), low = 1 } } }",
        NULL, 0, "x.lua:3: fact \"f\": 'plan': a plain network has no plans");
    expect_error("return scenario { name = 'n', stages = { { name = 'a', service = days(1) } },\n"
                 "sources = { { name = 's', to = 'a', rate = per_day(1) } }, facts_reps = 2.5 }",
        NULL, 0, "x.lua:2: scenario: 'facts_reps' must be a whole number, not 2.5");
}

static void
test_scenario_evidence(void **state)
{
    folder_t folder = { .name = { "lib/evidence.lua" }, .text = { EVIDENCE } };
    scn_reader_t reader = { folder_read, &folder };
    const scn_evidence_t *record;
    scn_t *scenario;

    (void) state;
    assert_int_equal(scn_load_evidence(&reader, &scenario), 0);
    assert_int_equal(scn_evidence(scenario, &record), 6);
    assert_string_equal(record[0].id, "choice_h");
    assert_string_equal(record[0].year, "2009");
    assert_true(isnan(record[2].value));
    scn_free(scenario);
}

/* ---- queueing networks ---- */

#define NETWORK                                                                                                           \
    "return scenario {\n"                                                                                                 \
    "  name = 'net', start = '2025-09-03', warmup = weeks(4), classes = { 'a', 'b' },\n" /* a Wednesday */                \
    "  pools = {\n"                                                                                                       \
    "    { name = 'till', units = 3, open = 'every', preempt = 'restart', closed_days = true,\n"                          \
    "      bands = { weeks(18), weeks(52) }, on_close = 'resample', vacation = exponential { mean = hours(2) },\n"        \
    "      timetable = { 'mon-fri 09:00-17:00', 'sat 10:00-12:00 0.5' },\n"                                               \
    "      fails = { after = exponential { mean = days(30) }, repair = hours(4), on_failure = 'restart' } },\n"           \
    "    { name = 'bench', discipline = 'sharing', timetable = { cycle = hours(24), { at = hours(8), share = 1 },\n"      \
    "      { at = hours(18), share = 0.25 } } },\n"                                                                       \
    "    { name = 'night', discipline = 'random', timetable = { 'tue,wed 22:00-06:00', 'thu 06:00-07:00' },\n"            \
    "      fails = { after = days(9), repair = days(1) } },\n"                                                            \
    "    { name = 'bus' },\n"                                                                                             \
    "    { name = 'team', hours_per_week = hours(20), caseload_per_unit = 30 }, { name = 'van', discipline = 'lifo' },\n" \
    "  },\n"                                                                                                              \
    "  stages = {\n"                                                                                                      \
    "    { name = 'pay', pool = 'till', service = minutes(5), setup = minutes(1), cleaning = minutes(2), limit = 9,\n"    \
    "      baulk = { { from = 3, share = 0.25 }, { from = 6, share = 1 } }, jockey = 'tills', sets = 'paid',\n"           \
    "      states = 20, by_class = true,\n"                                                                               \
    "      timers = { { name = 'bored', after = minutes(10), share = 0.4, class = { 'b' }, to = { 'sit', 'pay2' } } },\n" \
    "      routes = { { to = { 'sit', 'pay2' }, with = 'vip', becomes = 'b' }, { to = 'ride', without = { 'vip' } },\n"   \
    "        { on = 'full', to = 'pay2' }, { on = 'baulked', to = 'exit' } } },\n"                                        \
    "    { name = 'pay2', pool = 'till', service = minutes(5), jockey = 'tills', next = { 'sit', 'ride' } },\n"           \
    "    { name = 'sit', pool = 'bench', service = hours(1), on = { full = 'exit' } },\n"                                 \
    "    { name = 'ride', pool = 'bus', service = hours(1), room = 0, full = 'block',\n"                                  \
    "      group = { min = 5, max = 10, wait = minutes(30) } },\n"                                                        \
    "    { name = 'talk', pool = 'team', contact = minutes(30), takes_start = true },\n"                                  \
    "    { name = 'drive', pool = 'van', service = hours(1), group = { max = 4 } },\n"                                    \
    "  },\n"                                                                                                              \
    "  sources = {\n"                                                                                                     \
    "    { name = 'walk', to = 'pay', rate = per_hour(2), day_factor = gamma { mean = 1, cv = 0.2 },\n"                   \
    "      sets = { 'vip', 'recovered' } },\n"                                                                            \
    "    { name = 'tram', to = 'pay', between = erlang { mean = minutes(10), phases = 4 }, class = 'b' },\n"              \
    "    { name = 'list', to = 'talk', dates = { { at = '2025-09-05', class = 'b' }, { at = days(1), class = 'a' },\n"    \
    "      { at = '2025-09-05', class = 'a' }, { at = '2025-09-04 06:30', class = 'b' } } },\n"                           \
    "    { name = 'two', to = 'talk', dates = { days(1), '2025-10-03' } },\n"                                             \
    "  },\n"                                                                                                              \
    "}\n"

static void
assert_steps(const sim_steps_t *steps, size_t n, const double (*expected)[2])
{
    assert_int_equal(steps->n, n);
    for (size_t i = 0; i < n; i++) {
        assert_true(fabs(steps->day[i] - expected[i][0] / 24.0) < 1e-12); /* given in hours */
        assert_true(steps->value[i] == expected[i][1]);
    }
}

static void
test_scenario_network_pools(void **state)
{
    static const double week[][2] = { { 0, 0 }, { 9, 1 }, { 17, 0 }, { 33, 1 }, { 41, 0 }, { 57, 1 }, { 65, 0 },
        { 82, 0.5 }, { 84, 0 }, { 129, 1 }, { 137, 0 }, { 153, 1 }, { 161, 0 } };
    static const double day[][2] = { { 0, 0.25 }, { 8, 1 }, { 18, 0.25 } };
    static const double night[][2] = { { 0, 1 }, { 6, 0 }, { 22, 1 }, { 31, 0 }, { 166, 1 } };
    scn_t *scenario = load_good(NETWORK, NULL, 0);
    const sim_pool_t *pool = scn_spec(scenario)->pathway.pool;

    (void) state;
    assert_true(scn_spec(scenario)->warmup_days == 28.0);
    assert_int_equal(pool[0].preempt, SIM_INTERRUPT_RESTART);
    assert_int_equal(pool[0].on_close, SIM_INTERRUPT_RESAMPLE);
    assert_int_equal(pool[0].on_failure, SIM_INTERRUPT_RESTART);
    assert_true(pool[0].closed_days && pool[0].open == SIM_OPEN_EVERY);
    assert_true(pool[0].n_bands == 2 && pool[0].band_days[0] == 126.0 && pool[0].band_days[1] == 364.0);
    assert_true(pool[0].fails_after.mean == 30.0 && fabs(pool[0].repair.mean - 4.0 / 24.0) < 1e-15);
    assert_true(fabs(pool[0].vacation.mean - 2.0 / 24.0) < 1e-15);
    assert_true(pool[0].cycle_days == 7.0);
    assert_steps(&pool[0].timetable, 13, week);
    assert_int_equal(pool[1].discipline, SIM_SHARING);
    assert_true(pool[1].cycle_days == 1.0);
    assert_steps(&pool[1].timetable, 3, day); /* what the last entry says holds before the first */
    assert_int_equal(pool[2].discipline, SIM_RANDOM);
    assert_int_equal(pool[2].on_failure, SIM_INTERRUPT_RESUME);
    assert_steps(&pool[2].timetable, 5, night); /* past midnight, past the week's end, and joined to the next */
    assert_true(pool[3].cycle_days == 0.0 && pool[3].timetable.n == 0 && pool[3].discipline == SIM_FIFO);
    assert_true(pool[4].caseload_per_unit == 30.0);
    assert_int_equal(pool[5].discipline, SIM_LIFO);
    scn_free(scenario);
}

static void
test_scenario_network_stages(void **state)
{
    scn_t *scenario = load_good(NETWORK, NULL, 0);
    const sim_stage_t *stage = scn_spec(scenario)->pathway.stage;

    (void) state;
    assert_true(fabs(stage[0].setup.mean - 1.0 / 1440.0) < 1e-15 &&
                fabs(stage[0].cleaning.mean - 2.0 / 1440.0) < 1e-15);
    assert_true(stage[0].limit == 9 && stage[0].room == SIZE_MAX && stage[0].full == SIM_FULL_LEAVE);
    assert_true(stage[0].n_baulk == 2 && stage[0].baulk_from[0] == 3 && stage[0].baulk_from[1] == 6);
    assert_true(stage[0].baulk_share[0] == 0.25 && stage[0].baulk_share[1] == 1.0);
    assert_string_equal(stage[0].jockey, "tills");
    assert_true(stage[0].n_states == 20 && stage[0].by_class);
    assert_true(stage[0].timer[0].share == 0.4 && stage[0].timer[0].class_mask == 2);
    assert_true(stage[1].limit == 0 && stage[1].n_states == 0 && !stage[1].by_class && stage[1].group_max == 0);
    assert_true(stage[3].room == 0 && stage[3].full == SIM_FULL_BLOCK);
    assert_true(stage[3].group_min == 5 && stage[3].group_max == 10);
    assert_true(fabs(stage[3].group_wait_days - 30.0 / 1440.0) < 1e-15);
    assert_true(stage[5].group_min == 1 && stage[5].group_max == 4 && isinf(stage[5].group_wait_days));
    scn_free(scenario);
}

static void
test_scenario_network_routes(void **state)
{
    scn_t *scenario = load_good(NETWORK, NULL, 0);
    const care_spec_t *spec = scn_spec(scenario);
    const sim_pathway_t *pathway = &spec->pathway;
    const sim_route_t *route = pathway->route;
    uint32_t vip = pathway->source[0].sets & ~1u;
    care_model_t model;

    (void) state;
    assert_int_equal(pathway->n_routes, 7);
    assert_string_equal(route[0].outcome, "bored");
    assert_int_equal(route[0].n_shortest, 1);
    assert_true(route[1].n_shortest == 1 && route[1].probability == 1.0 && route[1].class_to == 1);
    assert_string_equal(route[1].to, "sit");
    assert_string_equal(route[1].shortest_name[0], "pay2");
    assert_true(vip != 0 && (vip & (vip - 1)) == 0 && (pathway->source[0].sets & 1) != 0);
    assert_true(route[1].with_flags == vip && route[1].without_flags == 0);
    assert_true(route[2].with_flags == 0 && route[2].without_flags == vip && route[2].class_to == SIM_SAME_CLASS);
    assert_true(pathway->stage[0].sets != 0 && (pathway->stage[0].sets & pathway->source[0].sets) == 0);
    assert_string_equal(route[3].outcome, "full");
    assert_string_equal(route[4].outcome, "baulked");
    assert_string_equal(route[5].shortest_name[0], "ride");
    assert_string_equal(route[6].outcome, "full");
    assert_int_equal(care_model_init(&model, spec, NULL, NULL, NULL), 0);
    care_model_free(&model);
    scn_free(scenario);
}

typedef struct {
    const char *to;
    uint32_t classes, with, without;
    double share;
} rest_t;

#define RESTS(routes)                                                                                                  \
    "return scenario { name = 'r', classes = { 'a', 'b', 'c' }, stages = { { name = 'x', routes = {\n" routes          \
    " } }, { name = 'y' } }, sources = { { name = 's', to = 'x', rate = per_day(1) } } }\n"

static void
expect_routes(const char *text, const rest_t *rest, size_t n)
{
    scn_t *scenario = load_good(text, NULL, 0);
    const sim_pathway_t *pathway = &scn_spec(scenario)->pathway;

    assert_int_equal(pathway->n_routes, n);
    for (size_t i = 0; i < n; i++) {
        const sim_route_t *route = &pathway->route[i];

        assert_string_equal(route->to, rest[i].to);
        assert_int_equal(route->class_mask, rest[i].classes);
        assert_int_equal(route->with_flags, rest[i].with);
        assert_int_equal(route->without_flags, rest[i].without);
        assert_true(fabs(route->probability - rest[i].share) < 1e-12);
    }
    scn_free(scenario);
}

#define EXPECT_ROUTES(text, table) expect_routes(text, table, sizeof(table) / sizeof((table)[0]))

#define OWN (1 << CARE_FLAGS) /* the first flag of a scenario's own */

/* A route without a share takes what is left of each class, and of those with and without each flag. */
static void
test_scenario_rest_routes(void **state)
{
    static const rest_t one[] = { { "y", 1, 0, 0, 0.6 }, { "exit", 1, 0, 0, 0.4 }, { "exit", 6, 0, 0, 1.0 } };
    static const rest_t used[] = { { "y", 3, 0, 0, 1.0 }, { "exit", 4, 0, 0, 1.0 } };
    static const rest_t same[] = { { "y", 0, 0, 0, 0.25 }, { "exit", 0, 0, 0, 0.75 } };
    static const rest_t own[] = { { "y", 2, 0, 0, 0.5 }, { "x", 2, 0, 0, 0.5 }, { "exit", 5, 0, 0, 1.0 } };
    static const rest_t flag[] = { { "y", 0, OWN, 0, 0.3 }, { "exit", 7, 0, OWN, 1.0 }, { "exit", 7, OWN, 0, 0.7 } };
    static const rest_t both[] = { { "y", 1, OWN, 0, 0.3 }, { "exit", 7, 0, OWN, 1.0 }, { "exit", 1, OWN, 0, 0.7 },
        { "exit", 6, OWN, 0, 1.0 } };
    static const rest_t split[] = { { "y", 0, OWN, 0, 0.3 }, { "x", 0, OWN, 0, 0.7 }, { "exit", 7, 0, OWN, 1.0 } };

    (void) state;
    EXPECT_ROUTES(RESTS("{ class = 'a', share = 0.6, to = 'y' }, { to = 'exit' }"), one);
    EXPECT_ROUTES(RESTS("{ class = { 'a', 'b' }, to = 'y' }, { to = 'exit' }"), used);
    EXPECT_ROUTES(RESTS("{ share = 0.25, to = 'y' }, { to = 'exit' }"), same);
    EXPECT_ROUTES(RESTS("{ class = 'b', share = 0.5, to = 'y' }, { class = 'b', to = 'x' }, { to = 'exit' }"), own);
    EXPECT_ROUTES(RESTS("{ with = 'f', share = 0.3, to = 'y' }, { to = 'exit' }"), flag);
    EXPECT_ROUTES(RESTS("{ class = 'a', with = 'f', share = 0.3, to = 'y' }, { to = 'exit' }"), both);
    EXPECT_ROUTES(RESTS("{ with = 'f', share = 0.3, to = 'y' }, { with = 'f', to = 'x' }, { to = 'exit' }"), split);
}

static void
test_scenario_rest_routes_errors(void **state)
{
    (void) state;
    expect_error(RESTS("{ class = 'a', share = 0.6, to = 'y' }, { class = 'b', to = 'exit' }"), NULL, 0,
        "x.lua:1: stage \"x\": the routes on \"done\" of class \"a\" sum to 0.6, not 1");
    expect_error(RESTS("{ to = 'y' }, { class = 'c', share = 0.1, to = 'exit' }"), NULL, 0,
        "x.lua:1: stage \"x\": the routes on \"done\" of class \"c\" sum to 1.1, not 1");
    expect_error(RESTS("{ with = { 'f', 'g', 'h', 'i', 'j', 'k', 'l' }, share = 0.5, to = 'y' }, { to = 'exit' }"),
        NULL, 0, "x.lua:1: stage \"x\": the routes on \"done\" ask about 7 flags; at most 6 are allowed");
}

static void
test_scenario_network_sources(void **state)
{
    scn_t *scenario = load_good(NETWORK, NULL, 0);
    const sim_source_t *source = scn_spec(scenario)->pathway.source;
    const double day[] = { 1.0, 1.0 + 6.5 / 24.0, 2.0, 2.0 };
    const uint8_t cls[] = { 0, 1, 1, 0 };

    (void) state;
    assert_true(fabs(source[0].day_factor.mean - 1.0) < 1e-12 && source[0].rate.n == 1);
    assert_true(fabs(source[1].between.mean - 10.0 / 1440.0) < 1e-15 && source[1].rate.n == 0);
    assert_true(source[1].class_share[1] == 1.0);
    assert_int_equal(source[2].n_dates, 4);
    for (size_t i = 0; i < 4; i++) { /* sorted; those of one time in the order given */
        assert_true(source[2].date_days[i] == day[i]);
        assert_int_equal(source[2].date_class[i], cls[i]);
    }
    assert_int_equal(source[3].n_dates, 2);
    assert_true(source[3].date_days[1] == 30.0 && source[3].date_class == NULL);
    scn_free(scenario);
}

#define LISTED                                                                                                         \
    "return scenario { name = 'l', start = '2025-09-03', classes = { 'a', '2' },\n"                                    \
    "  stages = { { name = 's', service = days(1) } },\n"                                                              \
    "  sources = { { name = 'x', to = 's',\n dates = csv 'list.csv' } } }"

static int
load_list(const char *list, scn_t **scenario)
{
    folder_t folder = { .name = { "x.lua", "list.csv" }, .text = { LISTED, list } };

    return load_folder(&folder, NULL, 0, scenario);
}

static void
test_scenario_dates_csv(void **state)
{
    const sim_source_t *source;
    const scn_message_t *warning;
    scn_t *scenario;
    uint64_t hash;

    (void) state;
    assert_int_equal(
        load_list("\xEF\xBB\xBFid,date,class,note\r\n7,2025-09-05T18:00,a,\"two\r\nlines, \"\"quoted\"\"\"\r\n"
                  "8,2025-09-04,2,\r\n9,2025-08-31,a,early\r\n",
            &scenario),
        0);
    source = &scn_spec(scenario)->pathway.source[0];
    assert_int_equal(source->n_dates, 2);
    assert_true(source->date_days[0] == 1.0 && source->date_days[1] == 2.75);
    assert_true(source->date_class[0] == 1 && source->date_class[1] == 0);
    assert_int_equal(scn_warnings(scenario, &warning), 1);
    assert_string_equal(warning[0].text, "source \"x\": 1 of the 3 'dates' are before the start and are left out");
    hash = scn_hash(scenario);
    scn_free(scenario);
    assert_int_equal(load_list("day\n3.5\n1\n2.5", &scenario), 0);
    source = &scn_spec(scenario)->pathway.source[0];
    assert_true(source->n_dates == 3 && source->date_days[0] == 1.0 && source->date_days[2] == 3.5);
    assert_true(source->date_class == NULL);
    assert_true(scn_hash(scenario) != hash);
    scn_free(scenario);
}

/* ---- overrides ---- */

static void
test_scenario_overrides(void **state)
{
    static const char *const set[] = { "years=3", "stages.treat.gap=2", "stages.treat.dna=20%",
        "stages.treat.sessions.mean=9", "ev.transfer=0.5", "sources.door.rate=2", "initial.treat.count=7",
        "stages.1.timers.bored.leave=1", "pools[2].units=4", "stages.treat.admin=1h", "stages.treat.is_contact=true",
        "title=A new title" };
    scn_t *scenario = load_good(QUEUE, set, sizeof(set) / sizeof(set[0]));
    const care_spec_t *spec = scn_spec(scenario);
    const sim_stage_t *treat = &spec->pathway.stage[1];

    (void) state;
    assert_true(spec->years == 3.0);
    assert_true(treat->gap.mean == 14.0); /* in the unit of what it replaces: weeks */
    assert_true(treat->dna == 0.2);
    assert_true(fabs(treat->sessions.mean - 9.0) < 1e-9 && fabs(treat->sessions.sd - 5.4) < 1e-9);
    assert_true(fabs(spec->pathway.route[1].probability - 0.5) < 1e-15);
    assert_true(fabs(sim_nhpp_rate(&spec->pathway.source[0].rate, 1.0) - 48.0) < 1e-9);
    assert_true(spec->pathway.initial[0].count == 7.0);
    assert_true(spec->pathway.stage[0].timer[0].leave == 1.0);
    assert_true(spec->pathway.pool[1].units == 4.0);
    assert_true(treat->admin_minutes == 60.0);
    assert_true(treat->is_contact);
    assert_string_equal(spec->title, "A new title");
    assert_string_equal(find_param(scenario, "stages.treat.gap")->origin, "--set stages.treat.gap=2");
    scn_free(scenario);
}

#define WORDS                                                                                                          \
    "return scenario { name = 'w',\n"                                                                                  \
    "  pools = { { name = 'desk', fails = { after = days(9), repair = days(1) } } },\n"                                \
    "  stages = { { name = 'one', pool = 'desk', service = hours(1), room = 3, next = 'two' }, { name = 'two' } },\n"  \
    "  sources = { { name = 's', to = 'one', rate = per_day(1) } } }\n"

/* Fields that are one of a list of words, and other texts. */
static void
test_scenario_overrides_words(void **state)
{
    static const char *const set[] = { "pools.desk.discipline=lifo", "pools.desk.preempt=restart",
        "pools.desk.on_close=resume", "pools.desk.fails.on_failure=restart", "pools.desk.open=working",
        "stages.one.full=block", "stages.one.next=exit" };
    scn_t *scenario = load_good(WORDS, set, sizeof(set) / sizeof(set[0]));
    const sim_pathway_t *pathway = &scn_spec(scenario)->pathway;

    (void) state;
    assert_int_equal(pathway->pool[0].discipline, SIM_LIFO);
    assert_int_equal(pathway->pool[0].preempt, SIM_INTERRUPT_RESTART);
    assert_int_equal(pathway->pool[0].on_close, SIM_INTERRUPT_RESUME);
    assert_int_equal(pathway->pool[0].on_failure, SIM_INTERRUPT_RESTART);
    assert_int_equal(pathway->pool[0].open, SIM_OPEN_WORKING);
    assert_int_equal(pathway->stage[0].full, SIM_FULL_BLOCK);
    assert_string_equal(pathway->route[0].to, "exit");
    scn_free(scenario);
}

static void
test_scenario_overrides_words_errors(void **state)
{
    static const char *const wrong[][2] = {
        { "pools.desk.preempt=restrat",
            "pool \"desk\": 'preempt' must be one of \"never\", \"resume\", \"restart\", \"resample\", not \"restrat\" "
            "(did you mean 'restart'?)" },
        { "stages.one.full=blcok",
            "stage \"one\": 'full' must be one of \"leave\", \"block\", not \"blcok\" (did you mean 'block'?)" },
        { "pools.desk.discipline=2", "pool \"desk\": 'discipline' must be a text in quotes, not a number" },
    };

    (void) state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char message[512];

        snprintf(message, sizeof(message), "--set %s: %s", wrong[i][0], wrong[i][1]);
        expect_error(WORDS, &wrong[i][0], 1, message);
    }
}

static void
expect_override_error(const char *set, const char *expected)
{
    char message[512];

    snprintf(message, sizeof(message), "--set %s: %s", set, expected);
    expect_error(QUEUE, &set, 1, message);
}

static void
test_scenario_overrides_errors(void **state)
{
    (void) state;
    expect_override_error("stages.treet.dna=0.1", "there is no 'treet' in stages (did you mean 'treat'?)");
    expect_override_error("stages.zzzz.dna=0.1", "there is no 'zzzz' in stages; there is talk, treat");
    expect_override_error("stages.treat.dnaa=0.1", "stage \"treat\": unknown field 'dnaa' (did you mean 'dna'?)");
    expect_override_error("stages.treat.dna=1.2", "stage \"treat\": 'dna' must be between 0 and 1; 1.2 was given");
    expect_override_error("stages.treat.gap=3%", "stage \"treat\": 'gap' is a time, but 0.03 share was given");
    expect_override_error("stages.treat.sessions=9",
        "'sessions' is a distribution: set one of its fields, such as stages.treat.sessions.mean");
    expect_override_error("stages.treat.sessions.cv=-1", "lognormal: parameters out of range: mean and cv above 0");
    expect_override_error("yeers=3", "scenario: unknown field 'yeers' (did you mean 'years'?)");
    expect_override_error("years=nan", "scenario: 'years' must be a number, not a string");
    expect_override_error("ev.transfr=1",
        "the scenario takes nothing from evidence 'transfr' (did you mean 'transfer'?)");
    expect_override_error("ev.transfer=many", "must be a number, in the unit of the evidence (share)");
    expect_override_error("stages..dna=1", "'stages..dna' is not a path such as stages.choice.dna");
    expect_override_error("years", "write --set key=value, such as --set years=3");
}

/* ---- errors, with file and line ---- */

typedef struct {
    const char *text, *error;
} wrong_t;

static void
expect_all(const wrong_t *wrong, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        expect_error(wrong[i].text, NULL, 0, wrong[i].error);
    }
}

#define EXPECT_ALL(table) expect_all(table, sizeof(table) / sizeof((table)[0]))

/* Rows with one fault each; the stage's table begins on line 3. */
#define STAGE(fields)                                                                                                  \
    "return scenario { name = 'e',\n  stages = {\n    { name = 'choice',\n" fields " } },\n"                           \
    "  sources = { { name = 's', to = 'choice', rate = per_day(1) } } }\n"

static void
test_scenario_fields_errors(void **state)
{
    static const wrong_t wrong[] = {
        { STAGE("duratoin = 1"), "x.lua:4: stage \"choice\": unknown field 'duratoin' (did you mean 'service'?)" },
        { STAGE("sevrice = days(1)"), "x.lua:4: stage \"choice\": unknown field 'sevrice' (did you mean 'service'?)" },
        { STAGE("gap = 2"), "x.lua:4: stage \"choice\": 'gap' is a time: write weeks(2) or days(14), not 2" },
        { STAGE("\n\n gap = pounds(3)"), "x.lua:6: stage \"choice\": 'gap' is a time, but 3 pounds was given" },
        { STAGE("['gap'] = 'soon'"), "x.lua:4: stage \"choice\": 'gap' must be a time, not a string" },
        { STAGE("contact = 30"),
            "x.lua:4: stage \"choice\": 'contact' is a time: write minutes(30) or hours(30), not 30" },
        { STAGE("dna = 1.2"), "x.lua:4: stage \"choice\": 'dna' must be between 0 and 1; 1.2 was given" },
        { STAGE("dna = 0 / 0"), "x.lua:4: stage \"choice\": 'dna' is not a finite number" },
        { STAGE("gap = days(0 / 0)"), "x.lua:4: stage \"choice\": 'gap' is not a finite number" },
        { STAGE("service = weeks(-1)"),
            "x.lua:4: stage \"choice\": 'service' must be 0 or more days; -1 weeks was given" },
        { STAGE("missed_max = 1.5"), "x.lua:4: stage \"choice\": 'missed_max' must be a whole number, not 1.5" },
        { STAGE("takes_start = 1"), "x.lua:4: stage \"choice\": 'takes_start' must be true or false, not a number" },
        { STAGE("[1] = 3"), "x.lua:4: stage \"choice\": unexpected item 1: the fields here have names" },
        { STAGE("[true] = 3"), "x.lua:3: stage \"choice\": a key is true: the fields here have names" },
        { STAGE("sessions = gamma { mean = weeks(2), cv = 1 }"),
            "x.lua:4: stage \"choice\": 'sessions' is a number: give the distribution plain numbers, not times" },
        { STAGE("role = 'tirage'"),
            "x.lua:4: stage \"choice\": 'role' must be one of \"school\", \"consult\", \"alone\", "
            "\"carry\", \"door\", \"triage\", \"wait\", \"treat\", \"close\", \"return\", \"relapse\", \"link_choice\", not \"tirage\" (did you mean 'triage'?)" },
        { STAGE("pool = 'core'"), "x.lua:4: stage \"choice\": there is no pool \"core\"" },
        { STAGE("next = 'choise'"),
            "x.lua:4: stage \"choice\": there is no stage \"choise\" (did you mean 'choice'?)" },
        { STAGE("routes = { { to = 'choice', share = 0.6 },\n { to = 'exit', share = 0.5 } }"),
            "x.lua:4: stage \"choice\": the routes on \"done\" sum to 1.1, not 1" },
        { STAGE("routes = {\n { to = 'exit', shrae = 1 } }"),
            "x.lua:5: stage \"choice\", route 1: unknown field 'shrae' (did you mean 'share'?)" },
        { STAGE("on = { rejct = 'exit' }"), "x.lua:4: stage \"choice\": the stage has no outcome \"rejct\"" },
        { STAGE("timers = { { name = 't' } }"),
            "x.lua:4: stage \"choice\", timer \"t\": give 'after', 'rate' or 'deadline'" },
        { STAGE("timers = 3"), "x.lua:4: stage \"choice\": 'timers' must be an array { {...}, {...} }, not a number" },
        { STAGE("priority = 1.5"),
            "x.lua:4: stage \"choice\": 'priority' must be whole numbers from 0 (served first) to 7" },
        { STAGE("priority = { c = 1 }"), "x.lua:4: stage \"choice\": unknown field 'c'" },
    };

    (void) state;
    EXPECT_ALL(wrong);
}

#define ROOMS(fields) "return scenario { name = 'e', stages = { { name = 'a', service = days(1) } },\n" fields " }\n"
#define GOOD_SOURCE "sources = { { name = 's', to = 'a', rate = per_day(1) } }"

static void
test_scenario_rooms_errors(void **state)
{
    static const wrong_t wrong[] = {
        { ROOMS("sources = { { name = 's', to = 'a', rate = per_day(-3) } }"),
            "x.lua:2: source \"s\": 'rate' must be 0 or more per day; -3 per day was given" },
        { ROOMS("sources = { { name = 's', to = 'a', rate = { per_year = -3 } } }"),
            "x.lua:2: source \"s\": 'per_year' must be 0 or more; -3 was given" },
        { ROOMS("sources = { { name = 's', to = 'a', rate = 3 } }"),
            "x.lua:2: source \"s\": 'rate' is a rate: write per_day(3) or per_month(3), not 3" },
        { ROOMS("sources = { { name = 's', to = 'a', rate = { edges = { days(0), days(1) }, rates = {} } } }"),
            "x.lua:2: source \"s\": a rate with 0 'rates' needs 1 'edges', not 2" },
        { ROOMS("sources = { { name = 's', to = 'a', rate = { per_year = 1, season = { 1, 2 } } } }"),
            "x.lua:2: source \"s\": 'season' must hold 12 numbers, January first, not 2" },
        { ROOMS(
              "sources = { { name = 's', to = 'a', rate = { per_year = 1, steps = { { from = '2026-02-30', factor = 1 } } } } }"),
            "x.lua:2: source \"s\", step 1: 'from' must be a date such as \"2027-04-01\", or a time after the start such as "
            "months(6), not \"2026-02-30\"" },
        { ROOMS(GOOD_SOURCE
              ", classes = { 'a', 'b' },\n initial = { { stage = 'a', count = 1, class = { a = 0.5, b = 0.6 } } }"),
            "x.lua:3: initial 1: the shares of 'class' sum to 1.1, not 1" },
        { ROOMS(GOOD_SOURCE
              ", classes = { 'emotional' },\n initial = { { stage = 'a', count = 1, class = 'emotinal' } }"),
            "x.lua:3: initial 1: there is no class \"emotinal\" (did you mean 'emotional'?)" },
        { ROOMS(GOOD_SOURCE ",\n pools = { { name = 'p', units = 2.5 } }"),
            "x.lua:3: pool \"p\": 'units' of servers must be a whole number, not 2.5" },
        { ROOMS(GOOD_SOURCE ",\n pools = { { name = 'p', kind = 'diary' } }"),
            "x.lua:3: pool \"p\": a diary needs 'minutes_per_unit' or 'hours_per_week'" },
        { ROOMS(GOOD_SOURCE ",\n pools = { { name = 'p' },\n { name = 'p' } }"),
            "x.lua:4: pool \"p\": the name is used twice, first in x.lua:3" },
        { ROOMS(GOOD_SOURCE ",\n pools = { name = 'p' }"),
            "x.lua:3: scenario: 'pools' must be an array { {...}, {...} }: 'name' is a name" },
        { ROOMS(GOOD_SOURCE ",\n pools = { [2] = { name = 'p' } }"),
            "x.lua:3: scenario: 'pools' must be an array without holes" },
        { ROOMS(GOOD_SOURCE ",\n pools = { 'p' }"), "x.lua:3: pool 1: a pool must be a table { ... }, not a string" },
        { ROOMS(GOOD_SOURCE ",\n pools = { { name = 'a b' } }"),
            "x.lua:3: pool 1: 'name' must be a name of letters, digits, _ and -, not \"a b\"" },
        { ROOMS(GOOD_SOURCE ",\n start = 'tomorrow'"),
            "x.lua:3: scenario: 'start' must be a date such as \"2025-09-01\", not \"tomorrow\"" },
        { ROOMS(GOOD_SOURCE ",\n years = -1"),
            "x.lua:3: scenario: 'years' must be between 0.0025 and 150; -1 was given" },
        { ROOMS(GOOD_SOURCE ",\n build = 3"),
            "x.lua:3: scenario: 'build' must be a function that returns rows: sources, stages, pools, initial, classes" },
        { ROOMS(GOOD_SOURCE ",\n build = function() return { stagse = {} } end"),
            "x.lua:3: what 'build' returns: unknown field 'stagse' (did you mean 'stages'?)" },
        { ROOMS(GOOD_SOURCE ",\n money = { extra_per_year = 3 }"),
            "x.lua:3: money: 'extra_per_year' is money for a time: write pounds(3), not 3" },
        { ROOMS(GOOD_SOURCE ",\n money = { contact_share = share(1.5) }"),
            "x.lua:3: money: 'contact_share' must be between 0.01 and 1; 1.5 was given" },
        { ROOMS(GOOD_SOURCE ",\n money = { hours_per_wt = hours(1) }"),
            "x.lua:3: money: unknown field 'hours_per_wt' (did you mean 'hours_per_wte'?)" },
        { ROOMS(GOOD_SOURCE ",\n plans = { { name = 'p', offer = 'nonne' } }"),
            "x.lua:3: plan \"p\": 'offer' must be one of \"cluster\", \"gate\", \"in_school\", \"mhst\", \"none\", \"specialist\", "
            "\"spoa\", \"tiered\", \"traded\", \"training\", not \"nonne\" (did you mean 'none'?)" },
        { ROOMS(GOOD_SOURCE ",\n plans = { { name = 'p', offer = 'none', colour = 3 } }"),
            "x.lua:3: plan \"p\": unknown field 'colour'" },
        { ROOMS(GOOD_SOURCE
              ",\n plans = { { name = 'p', { offer = 'none', share = 0.5 }, { offer = 'none', share = 0.6 } } }"),
            "x.lua:3: plan \"p\": the shares of its layers sum to 1.1, not 1" },
        { ROOMS(GOOD_SOURCE ",\n plans = { { name = 'p', offer = 'none' }, { name = 'p', offer = 'none' } }"),
            "x.lua:3: plan \"p\": the name is used twice" },
    };

    (void) state;
    EXPECT_ALL(wrong);
}

#define POOL(fields) ROOMS(GOOD_SOURCE ", classes = { 'a', 'bee' },\n pools = { { name = 'p',\n" fields " } }")

static void
test_scenario_pool_errors(void **state)
{
    static const wrong_t wrong[] = {
        { POOL("discipline = 'fiffo'"),
            "x.lua:4: pool \"p\": 'discipline' must be one of \"fifo\", \"lifo\", \"random\", "
            "\"sharing\", not \"fiffo\" (did you mean 'fifo'?)" },
        { POOL("preempt = true"), "x.lua:4: pool \"p\": 'preempt' must be a text in quotes, not true" },
        { POOL("preempt = 'finish'"),
            "x.lua:4: pool \"p\": 'preempt' must be one of \"never\", \"resume\", \"restart\", "
            "\"resample\", not \"finish\"" },
        { POOL("on_close = 'stop'"),
            "x.lua:4: pool \"p\": 'on_close' must be one of \"finish\", \"resume\", \"restart\", "
            "\"resample\", not \"stop\"" },
        { POOL("closed_days = 'yes'"), "x.lua:4: pool \"p\": 'closed_days' must be true or false, not a string" },
        { POOL("bands = { weeks(18), weeks(18) }"),
            "x.lua:4: pool \"p\": 'bands' must be times above 0 that increase" },
        { POOL("bands = { 18 }"), "x.lua:4: pool \"p\", bands 1: '1' is a time: write weeks(18) or days(126), not 18" },
        { POOL("bands = { days(1), days(2), days(3), days(4), days(5) }"),
            "x.lua:4: pool \"p\": 'bands' holds 5 items; at most 4 are allowed" },
        { POOL("vacation = 3"), "x.lua:4: pool \"p\": 'vacation' is a time: write weeks(3) or days(21), not 3" },
        { POOL("caseload_per_unit = -1"), "x.lua:4: pool \"p\": 'caseload_per_unit' must be 0 or more; -1 was given" },
        { POOL("fails = { after = days(3) }"), "x.lua:4: pool \"p\": 'repair' is missing" },
        { POOL("fails = { after = days(3),\n repair = hours(1), on_failure = 'finish' }"),
            "x.lua:5: pool \"p\": 'on_failure' must be one of \"resume\", \"restart\", \"resample\", not \"finish\"" },
        { POOL("fails = { afer = days(3), repair = days(1) }"),
            "x.lua:4: pool \"p\": unknown field 'afer' (did you mean 'after'?)" },
        { POOL("failures = 3"), "x.lua:4: pool \"p\": unknown field 'failures' (did you mean 'fails'?)" },
        { POOL("shifts = 3"), "x.lua:4: pool \"p\": unknown field 'shifts' (did you mean 'timetable'?)" },
    };

    (void) state;
    EXPECT_ALL(wrong);
}

#define LINE_ERROR(text)                                                                                                 \
    "x.lua:4: pool \"p\", timetable 1: must be days and hours such as \"mon-fri 09:00-17:00\" or \"sat,sun 10:00-12:00 " \
    "0.5\", not \"" text "\""

static void
test_scenario_timetable_errors(void **state)
{
    static const wrong_t wrong[] = {
        { POOL("timetable = { 'mon-fry 09:00-17:00' }"), LINE_ERROR("mon-fry 09:00-17:00") },
        { POOL("timetable = { '09:00-17:00' }"), LINE_ERROR("09:00-17:00") },
        { POOL("timetable = { 'mon 9:00-17:00' }"), LINE_ERROR("mon 9:00-17:00") },
        { POOL("timetable = { 'mon 09:00-24:01' }"), LINE_ERROR("mon 09:00-24:01") },
        { POOL("timetable = { 'mon 09:60-17:00' }"), LINE_ERROR("mon 09:60-17:00") },
        { POOL("timetable = { 'mon 24:00-17:00' }"), LINE_ERROR("mon 24:00-17:00") },
        { POOL("timetable = { 'mon 09:00-09:00' }"), LINE_ERROR("mon 09:00-09:00") },
        { POOL("timetable = { 'mon 09:00-17:00 half' }"), LINE_ERROR("mon 09:00-17:00 half") },
        { POOL("timetable = { 'mon 09:00-17:00 0x1' }"), LINE_ERROR("mon 09:00-17:00 0x1") },
        { POOL("timetable = { 'mon 09:00-17:00 1 1' }"), LINE_ERROR("mon 09:00-17:00 1 1") },
        { POOL("timetable = { 'mon 09:00-17:00 -1' }"), LINE_ERROR("mon 09:00-17:00 -1") },
        { POOL("timetable = { 'mon 09:00-17:00 1001' }"),
            "x.lua:4: pool \"p\", timetable 1: the share must be between 0 and 1000; 1001 was given" },
        { POOL("timetable = {}"), "x.lua:4: pool \"p\": 'timetable' is empty: nobody would ever be there" },
        { POOL("timetable = 'mon'"),
            "x.lua:4: pool \"p\": 'timetable' must be an array { {...}, {...} }, not a string" },
        { POOL("timetable = { 'mon-fri 09:00-17:00',\n 'fri 16:00-18:00' }"),
            "x.lua:4: pool \"p\": items 1 and 2 of 'timetable' overlap" },
        { POOL("timetable = { 'sun 22:00-06:00',\n 'mon 05:00-06:00' }"),
            "x.lua:4: pool \"p\": items 1 and 2 of 'timetable' overlap" },
        { POOL("timetable = { { at = hours(1), share = 1 } }"),
            "x.lua:4: pool \"p\", timetable 1: must be a text: days and hours such as \"mon-fri 09:00-17:00\" or \"sat,sun "
            "10:00-12:00 0.5\"; a table { at, share } needs 'cycle' beside it" },
        { POOL("timetable = { cycle = 24, { at = hours(1), share = 1 } }"),
            "x.lua:4: pool \"p\": 'cycle' is a time: write weeks(24) or days(168), not 24" },
        { POOL("timetable = { cycle = hours(24) }"),
            "x.lua:4: pool \"p\": 'timetable' holds 0 entries; 1 to 100 are allowed" },
        { POOL("timetable = { cycle = hours(24),\n { at = hours(1), share = -1 } }"),
            "x.lua:5: pool \"p\", entry 1: 'share' must be between 0 and 1000; -1 was given" },
        { POOL("timetable = { cycle = hours(24),\n { at = hours(1), share = 1 },\n { at = hours(1), share = 0 } }"),
            "x.lua:6: pool \"p\", entry 2: 'at' must increase from entry to entry" },
        { POOL("timetable = { cycle = hours(24),\n { at = days(1), share = 1 } }"),
            "x.lua:5: pool \"p\", entry 1: 'at' must be below the cycle of 1 days; 1 days was given" },
        { POOL("timetable = { cycle = hours(24),\n 'mon 09:00-17:00' }"),
            "x.lua:5: pool \"p\", entry 1: an entry must be a table { ... }, not a string" },
        { POOL("timetable = { cycel = hours(24), cycle = hours(24), { at = hours(0), share = 1 } }"),
            "x.lua:4: pool \"p\": unknown field 'cycel' (did you mean 'cycle'?)" },
    };

    (void) state;
    EXPECT_ALL(wrong);
}

static void
test_scenario_stage_errors(void **state)
{
    static const wrong_t wrong[] = {
        { STAGE("setup = 1"), "x.lua:4: stage \"choice\": 'setup' is a time: write weeks(1) or days(7), not 1" },
        { STAGE("cleaning = gamma { mean = 1, cv = 1 }"),
            "x.lua:4: stage \"choice\": 'cleaning' is a time: give the distribution times, such as gamma with weeks(2), not "
            "plain numbers" },
        { STAGE("limit = 0"), "x.lua:4: stage \"choice\": 'limit' must be 1 or more; 0 was given" },
        { STAGE("limit = 2.5"), "x.lua:4: stage \"choice\": 'limit' must be a whole number, not 2.5" },
        { STAGE("room = -1"), "x.lua:4: stage \"choice\": 'room' must be 0 or more; -1 was given" },
        { STAGE("full = 'wait'"),
            "x.lua:4: stage \"choice\": 'full' must be one of \"leave\", \"block\", not \"wait\"" },
        { STAGE("baulk = { { from = 5 } }"), "x.lua:4: stage \"choice\", baulk 1: 'share' is missing" },
        { STAGE("baulk = { { from = 5, share = 0.5 },\n { from = 5, share = 1 } }"),
            "x.lua:5: stage \"choice\", baulk 2: 'from' must increase from step to step; 5 follows 5" },
        { STAGE("baulk = { { from = 5.5, share = 0.5 } }"),
            "x.lua:4: stage \"choice\", baulk 1: 'from' must be a whole number, not 5.5" },
        { STAGE("baulk = { { from = 5, share = 1.5 } }"),
            "x.lua:4: stage \"choice\", baulk 1: 'share' must be between 0 and 1; 1.5 was given" },
        { STAGE("group = { min = 5 }"), "x.lua:4: stage \"choice\": 'max' is missing" },
        { STAGE("group = { min = 5, max = 3 }"),
            "x.lua:4: stage \"choice\": 'min' of a group must not be above its 'max'; 5 and 3 were given" },
        { STAGE("group = { max = 3, wait = 2 }"),
            "x.lua:4: stage \"choice\": 'wait' is a time: write weeks(2) or days(14), not 2" },
        { STAGE("jockey = true"), "x.lua:4: stage \"choice\": 'jockey' must be a text in quotes, not true" },
        { STAGE("sets = { 'a', 3 }"), "x.lua:4: stage \"choice\", flag 2: '2' must be a text in quotes, not a number" },
        { STAGE("states = 1001"), "x.lua:4: stage \"choice\": 'states' must be between 1 and 1000; 1001 was given" },
        { STAGE("by_class = 1"), "x.lua:4: stage \"choice\": 'by_class' must be true or false, not a number" },
        { STAGE("buffer = 1"), "x.lua:4: stage \"choice\": unknown field 'buffer' (did you mean 'room'?)" },
        { STAGE("timers = { { name = 't', deadline = 'recovery', share = 0.5 } }"),
            "x.lua:4: stage \"choice\", timer \"t\": 'share' is for a timer with 'after' or 'rate': all have the deadline" },
        { STAGE("timers = { { name = 't', after = days(1), share = 2 } }"),
            "x.lua:4: stage \"choice\", timer \"t\": 'share' must be between 0 and 1; 2 was given" },
        { STAGE("timers = { { name = 't', after = days(1), class = 'urgent' } }"),
            "x.lua:4: stage \"choice\", timer \"t\": there is no class \"urgent\"" },
        { STAGE("timers = { { name = 't', after = days(1), to = {} } }"),
            "x.lua:4: stage \"choice\", timer \"t\": 'to' is empty" },
        { STAGE("routes = { { to = { 'choice', 'exit' } } }"),
            "x.lua:4: stage \"choice\", route 1, stage 2: 'to' takes the shortest of several queues, and \"exit\" has none" },
        { STAGE("routes = { { to = { 'choice', 'choice' } } }"),
            "x.lua:4: stage \"choice\", route 1, stage 2: the stage \"choice\" is there twice" },
        { STAGE("routes = { { to = { 'choice', 'choise' } } }"),
            "x.lua:4: stage \"choice\", route 1, stage 2: there is no stage \"choise\" (did you mean 'choice'?)" },
        { STAGE("routes = { { to = 'exit', becomes = 'al' } }"),
            "x.lua:4: stage \"choice\", route 1: there is no class \"al\" (did you mean 'all'?)" },
        { STAGE("routes = { { to = 'exit', with = 'f', without = { 'g', 'f' } } }"),
            "x.lua:4: stage \"choice\", route 1: 'with' and 'without' name the same flag: the route would take nobody" },
        { STAGE("routes = { { to = 'exit', with = 'f' } }"),
            "x.lua:4: stage \"choice\": the routes on \"done\" without flag \"f\" sum to 0, not 1" },
        { STAGE("routes = { { to = 'exit', with = 'f', share = 0.7 },\n { to = 'choice', share = 0.5 } }"),
            "x.lua:4: stage \"choice\": the routes on \"done\" without flag \"f\" sum to 0.5, not 1" },
        { STAGE("routes = { { to = 'exit', with = { 'a', 'b', 'c', 'd', 'e', 'f', 'g' } } }"),
            "x.lua:4: stage \"choice\": the routes on \"done\" ask about 7 flags; at most 6 are allowed" },
        { STAGE("routes = { { on = 'ful', to = 'exit' } }"),
            "x.lua:4: stage \"choice\", route 1: the stage has no outcome \"ful\" (did you mean 'full'?)" },
        { STAGE("next = { 'choice', 3 }"),
            "x.lua:4: stage \"choice\", stage 2: '2' must be a text in quotes, not a number" },
    };

    (void) state;
    EXPECT_ALL(wrong);
}

#define SOURCE(fields) ROOMS("classes = { 'a', 'bee' }, sources = { { name = 's', to = 'a',\n" fields " } }")

static void
test_scenario_source_errors(void **state)
{
    static const wrong_t wrong[] = {
        { SOURCE(""), "x.lua:2: source \"s\": give 'rate', 'between' or 'dates'" },
        { SOURCE("rate = per_day(1), between = days(1)"),
            "x.lua:2: source \"s\": give one of 'rate', 'between' and 'dates', not several" },
        { SOURCE("between = per_day(1)"), "x.lua:3: source \"s\": 'between' is a time, but 1 per day was given" },
        { SOURCE("between = days(0)"), "x.lua:2: source \"s\": 'between' must not always be 0" },
        { SOURCE("between = days(1), day_factor = gamma { mean = 1, cv = 1 }"),
            "x.lua:2: source \"s\": 'day_factor' needs a 'rate' to multiply" },
        { SOURCE("rate = per_day(1), day_factor = uniform { low = -1, high = 3 }"),
            "x.lua:3: source \"s\": 'day_factor' must not be negative, and this distribution can be" },
        { SOURCE("between = days(1), office_hours = true"), "x.lua:2: source \"s\": 'office_hours' needs a 'rate'" },
        { SOURCE("dates = days(1)"),
            "x.lua:3: source \"s\": 'dates' must be an array { {...}, {...} }, not a value with a unit" },
        { SOURCE("dates = { 3 }"),
            "x.lua:3: source \"s\", date 1: 'dates' is a time: write weeks(3) or days(21), not 3" },
        { SOURCE("dates = { '2025-13-01' }"),
            "x.lua:3: source \"s\", date 1: 'dates' must be a date such as \"2026-03-01\" or \"2026-03-01 14:30\", or a time "
            "after the start such as days(3), not \"2025-13-01\"" },
        { SOURCE("dates = { { at = days(1) },\n { class = 'a' } }"), "x.lua:4: source \"s\", date 2: 'at' is missing" },
        { SOURCE("dates = { { at = days(1), class = 'be' } }"),
            "x.lua:3: source \"s\", date 1: there is no class \"be\" (did you mean 'bee'?)" },
        { SOURCE("dates = { { at = days(1), class = 'a' }, days(2) }"),
            "x.lua:3: source \"s\": 1 of the 2 'dates' have a class: give it to all of them or to none" },
        { SOURCE("dates = { { at = days(1), class = 'a' } }, class = 'a'"),
            "x.lua:2: source \"s\": give 'class' for the source or for its dates, not both" },
        { SOURCE("rate = per_day(1), sets = 3"),
            "x.lua:3: source \"s\": 'sets' must be a text in quotes, not a number" },
        { ROOMS(GOOD_SOURCE ",\n warmup = years(1)"),
            "x.lua:3: scenario: 'warmup' must be shorter than the run of 365.25 days; 365.25 days was given" },
        { ROOMS(GOOD_SOURCE ",\n warmup = 3"),
            "x.lua:3: scenario: 'warmup' is a time: write weeks(3) or days(21), not 3" },
    };

    (void) state;
    EXPECT_ALL(wrong);
}

static void
test_scenario_language_errors(void **state)
{
    static const wrong_t wrong[] = {
        { "local x = = 3", "x.lua:1: unexpected symbol near '='" },
        { "\nos.execute('true')", "x.lua:2: scenarios have no access to the system: 'os' is not available" },
        { "local f = io.open('x')", "x.lua:1: scenarios have no access to the system: 'io' is not available" },
        { "local f = load('return 1')", "x.lua:1: scenarios have no access to the system: 'load' is not available" },
        { "pcall(error)", "x.lua:1: 'pcall' is not available in scenarios" },
        { "local x = weks(2)", "x.lua:1: 'weks' is not defined (did you mean 'weeks'?)" },
        { "\n\nx = 3", "x.lua:3: 'x' would be a global variable: write 'local x = ...'" },
        { "local x = math.random()", "x.lua:1: attempt to call a nil value (field 'random')" },
        { "local x = nil + 1", "x.lua:1: attempt to perform arithmetic on a nil value" },
        { "local x = '1' + 1", "x.lua:1: attempt to perform arithmetic on a string value (constant '1')" },
        { "error('my own words')", "x.lua:1: my own words" },
        { "error({})", "x.lua:1: the scenario raised an error without words" },
        { "\nlocal t = days(3) + 2", "x.lua:2: a time and a number cannot be added" },
        { "local t = days(3) < 2", "x.lua:1: a time and a number cannot be compared" },
        { "local t = days('x')", "x.lua:1: days takes a number, such as days(2), not a string" },
        { "local t = weeks(pounds(2))", "x.lua:1: weeks of money: that is not a number" },
        { "local v = ev 'tranfer'", "x.lua:1: ev \"tranfer\": the evidence has no such id (did you mean 'transfer'?)" },
        { "local v = ev 'in_words'", "x.lua:1: ev \"in_words\": the evidence gives no number (many)" },
        { "local v = assumption(3)", "x.lua:1: assumption(value, \"why\"): the text is missing" },
        { "local v = assumption(3, 'x', { low = 4 })",
            "x.lua:1: assumption: the value must lie between 'low' and 'high'" },
        { "local d = gamma { mean = 2 }", "x.lua:1: gamma needs mean and cv, or mean and sd" },
        { "local d = gamma { mean = -2, cv = 1 }", "x.lua:1: gamma: parameters out of range: mean and cv above 0" },
        { "local d = exponential { mean = 0 / 0 }", "x.lua:1: exponential: 'mean' is not a finite number" },
        { "local d = uniform { low = days(1), high = 2 }",
            "x.lua:1: uniform: 'high' is a number, but what stands before it is a time" },
        { "local d = mixture { 3 }", "x.lua:1: mixture: item 1 must be { weight, distribution }" },
        { "stage()", "x.lua:1: stage takes one table: write stage { ... }" },
        { "", "x.lua: the file must end with 'return scenario { ... }'; it returned nothing" },
        { "return 3", "x.lua: the file must end with 'return scenario { ... }'; it returned number" },
        { "return { name = 'x' }",
            "x.lua: the file must end with 'return scenario { ... }'; it returned a table without scenario" },
        { "\x1bLua", "x.lua: 'x.lua' is compiled Lua; scenarios are text" },
    };

    (void) state;
    EXPECT_ALL(wrong);
}

/* Hostile scenarios end with an error, not with the machine. */
static void
test_scenario_limits_errors(void **state)
{
    static const wrong_t wrong[] = {
        { "local function f() return 1 + f() end\nf()",
            "x.lua:1: stack overflow; does a function call itself for ever?" },
        { "local s = ('x'):rep(1000000000)", "x.lua:1: string.rep: the result would be longer than 16 MiB" },
        { "local s = (''):rep(1 << 60)", "x.lua:1: string.rep: the result would be longer than 16 MiB" },
        { "local s = 'x'\nfor i = 1, 40 do s = s .. s end", "x.lua:2: the scenario needs more than 256 MiB of memory" },
        { "local t = {}\nfor i = 1, 1e9 do t[i] = i end", "x.lua:2: the scenario needs more than 256 MiB of memory" },
        { "local s = string.find(('a'):rep(9999), ('a*'):rep(20) .. 'b')",
            "x.lua:1: the pattern could take very long on a text of 9999 characters: use fewer * + - ? in it" },
        { "table.move({}, 1, 1 << 60, 2)", "x.lua:1: table.move: at most 1000000 items at a time" },
        { "local d = fixed(1)\nfor i = 1, 30 do d = mixture { { 1, d }, { 1, d } } end",
            "x.lua:2: mixture: too large (at most 20000 numbers, 8 levels)" },
        { "local t = { name = 'x' }\nt.stages = t\nt.sources = { t }\nreturn scenario(t)",
            "x.lua:4: scenario: 'stages' must be an array { {...}, {...} }: 'name' is a name" },
    };

    (void) state;
    EXPECT_ALL(wrong);
}

static void
test_scenario_loop_errors(void **state)
{
    folder_t folder = { .name = { "x.lua" }, .text = { "local n = 0\nwhile true do\n  n = n + 1\nend" } };
    scn_reader_t reader = { folder_read, &folder };
    scn_limits_t limits = { .instructions = 100000 };
    scn_t *scenario;

    (void) state;
    assert_int_equal(scn_load(&reader, "x.lua", NULL, 0, &limits, &scenario), SIM_ERR_SCENARIO);
    assert_true(has_error(scenario,
                    "x.lua:3: the scenario ran for more than 100000 instructions; does it loop for ever?") ||
                has_error(scenario,
                    "x.lua:2: the scenario ran for more than 100000 instructions; does it loop for ever?"));
    scn_free(scenario);
}

static void
expect_file_error(folder_t *folder, const char *expected)
{
    scn_t *scenario;

    assert_int_equal(load_folder(folder, NULL, 0, &scenario), SIM_ERR_SCENARIO);
    if (!has_error(scenario, expected)) {
        print_errors(scenario);
        fail_msg("expected: %s", expected);
    }
    scn_free(scenario);
}

static void
test_scenario_files_errors(void **state)
{
    folder_t none = { .name = { NULL } };
    folder_t one = { .name = { "a/x.lua" }, .text = { "\nlocal m = require 'lib.none'" } };
    folder_t csv = { .name = { "x.lua" }, .text = { "local t = csv 'none.csv'" } };
    folder_t outside = { .name = { "x.lua" }, .text = { "local t = csv '../secret.csv'" } };
    folder_t name = { .name = { "x.lua" }, .text = { "local t = require '/etc/passwd'" } };
    folder_t cycle = { .name = { "x.lua", "a.lua", "b.lua" },
        .text = { "require 'a'", "require 'b'", "\nrequire 'a'" } };
    folder_t deep = { .name = { "x.lua", "m.lua" }, .text = { "\nlocal m = require 'm'", "local t = {}\nt.x.y = 1" } };
    folder_t wide = { .name = { "x.lua", "w.csv" }, .text = { "local t = csv 'w.csv'", "a,b\n1,2\n1,2,3\n" } };
    scn_reader_t reader = { folder_read, &none };
    scn_t *scenario;

    (void) state;
    assert_int_equal(scn_load(&reader, "gone.lua", NULL, 0, NULL, &scenario), SIM_ERR_SCENARIO);
    assert_true(has_error(scenario, "gone.lua: cannot be read: there is no such file"));
    scn_free(scenario);
    expect_file_error(&one, "a/x.lua:2: 'lib/none.lua' cannot be read: there is no such file");
    expect_file_error(&csv, "x.lua:1: 'none.csv' cannot be read: there is no such file");
    expect_file_error(&outside,
        "x.lua:1: '../secret.csv' cannot be read: a scenario may read files in its own folder, with names "
        "of letters, digits, _ - . and /");
    expect_file_error(&name,
        "x.lua:1: require \"/etc/passwd\": the name of a module is letters, digits, _ and dots, such as "
        "\"lib.camhs\"");
    expect_file_error(&cycle, "b.lua:2: require \"a\": the module requires itself, through others perhaps");
    expect_file_error(&deep, "m.lua:2: attempt to index a nil value (field 'x')");
    expect_file_error(&wide, "x.lua:1: csv \"w.csv\": line 3 has more cells than the header");
}

static void
expect_list_error(const char *list, const char *expected)
{
    folder_t folder = { .name = { "x.lua", "list.csv" }, .text = { LISTED, list } };

    expect_file_error(&folder, expected);
}

/* Lines of the CSV file where a line is wrong; the scenario's where it cannot be read at all. */
static void
test_scenario_dates_csv_errors(void **state)
{
    (void) state;
    expect_list_error("date,class\n2025-09-05,a\n2025-02-30,a\n",
        "list.csv:3: source \"x\", date 2: 'date' must be a date such as \"2026-03-01\" or \"2026-03-01 14:30\", not "
        "\"2025-02-30\"");
    expect_list_error("date\n\"2025-09-05 25:00\"\n",
        "list.csv:2: source \"x\", date 1: 'date' must be a date such as \"2026-03-01\" or \"2026-03-01 14:30\", not "
        "\"2025-09-05 25:00\"");
    expect_list_error("date,note\n2025-09-05,\"a\nb\"\n20250906,x\n",
        "list.csv:4: source \"x\", date 2: 'date' must be a date such as \"2026-03-01\" or \"2026-03-01 14:30\", not a number");
    expect_list_error("day\n1\n99999\n",
        "list.csv:3: source \"x\", date 2: 'day' must be a number of days after the start; 99999 was given");
    expect_list_error("id,day\n1,2\n2,\n",
        "list.csv:3: source \"x\", date 2: the line has no 'date', and no number in 'day'");
    expect_list_error("day,class\n1,aa\n", "list.csv:2: source \"x\", date 1: there is no class \"aa\"");
    expect_list_error("day,class\n1,a\n2,\n",
        "x.lua:4: source \"x\": 1 of the 2 'dates' have a class: give it to all of them or to none");
    expect_list_error("day\n", "x.lua:4: source \"x\": 'dates' is empty");
    expect_list_error("day,class\n1,a\n2,\"a\n", "x.lua:4: csv \"list.csv\": line 3 has a quote that is not closed");
    expect_list_error("day,class\n1,\"a\" b\n", "x.lua:4: csv \"list.csv\": line 2 has text behind a closing quote");
    expect_list_error("day,class,day\n1,a,2\n", "x.lua:4: csv \"list.csv\": two columns are called \"day\"");
    expect_list_error("day,class\n\"1\n\",a\n2,a,3\n",
        "x.lua:4: csv \"list.csv\": line 4 has more cells than the header");
}

/* All that is wrong is told in one pass, in the order of the lines. */
static void
test_scenario_one_pass_errors(void **state)
{
    scn_t *scenario;
    const scn_message_t *message;

    (void) state;
    assert_int_equal(
        load_text("return scenario { name = 'e',\n nmae = 1,\n stages = { { name = 'a',\n gap = 2,\n dna = 2 } },\n"
                  " sources = { { name = 's', to = 'b',\n rate = per_day(-1) } } }",
            NULL, 0, &scenario),
        SIM_ERR_SCENARIO);
    assert_int_equal(scn_errors(scenario, &message), 5);
    for (size_t i = 1; i < 5; i++) {
        assert_true(message[i].line > message[i - 1].line);
    }
    scn_free(scenario);
}

/* A CSV file that is not there hides nothing else, and is the only thing said of itself. */
static void
test_scenario_csv_absent_errors(void **state)
{
    scn_t *scenario;
    const scn_message_t *message;

    (void) state;
    assert_int_equal(load_text("local rows <const> = csv 'none.csv'\nreturn scenario { name = 'e', nmae = 1,\n"
                               " stages = { { name = 'a',\n dna = 2 } },\n"
                               " sources = { { name = 's', to = 'a', dates = rows } } }",
                         NULL, 0, &scenario),
        SIM_ERR_SCENARIO);
    assert_int_equal(scn_errors(scenario, &message), 3);
    assert_true(has_error(scenario, "x.lua:1: 'none.csv' cannot be read: there is no such file"));
    assert_true(has_error(scenario, "x.lua:2: scenario: unknown field 'nmae' (did you mean 'name'?)"));
    scn_free(scenario);
}

/* A row made by a library has the line of its constructor; a table in a local variable has its own lines. */
static void
test_scenario_lines_errors(void **state)
{
    folder_t folder = {
        .name = { "x.lua", "lib/r.lua" },
        .text = { "local r = require 'lib.r'\nlocal other <const> = {\n  { name = 'b', service = days(1),\n    gap = 2 },\n}\n"
                  "return scenario { name = 'l', stages = { r.make('a'), other[1] },\n  pools = other,\n"
                  "  sources = { { name = 's', to = 'a', rate = per_day(1) } } }",
            "local M = {}\nfunction M.make(name)\n  return stage { name = name,\n    service = days(1),\n    gap = 3 }\nend\nreturn M" }
    };

    (void) state;
    expect_file_error(&folder, "lib/r.lua:5: stage \"a\": 'gap' is a time: write weeks(3) or days(21), not 3");
    expect_file_error(&folder, "x.lua:4: pool \"b\": unknown field 'gap'");
    expect_file_error(&folder, "x.lua:6: stage \"b\": 'gap' is a time: write weeks(2) or days(14), not 2");
}

static void
test_scenario_free_errors(void **state)
{
    (void) state;
    scn_free(NULL);
}

static void
test_scenario_fields_documented(void **state)
{
    scn_field_doc_t doc;
    size_t n = 0;

    (void) state;
    while (scn_field_doc(n, &doc)) {
        assert_true(strlen(doc.room) > 0 && strlen(doc.name) > 0 && strlen(doc.kind) > 0 && strlen(doc.doc) > 0);
        n++;
    }
    assert_true(n > 120);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenario_spec),
        cmocka_unit_test(test_scenario_routes),
        cmocka_unit_test(test_scenario_params),
        cmocka_unit_test(test_scenario_hash),
        cmocka_unit_test(test_scenario_place),
        cmocka_unit_test(test_scenario_windows),
        cmocka_unit_test(test_scenario_rates),
        cmocka_unit_test(test_scenario_values),
        cmocka_unit_test(test_scenario_derived),
        cmocka_unit_test(test_scenario_elementary),
        cmocka_unit_test(test_scenario_module),
        cmocka_unit_test(test_scenario_care),
        cmocka_unit_test(test_scenario_plans),
        cmocka_unit_test(test_scenario_facts),
        cmocka_unit_test(test_scenario_facts_apart),
        cmocka_unit_test(test_scenario_facts_errors),
        cmocka_unit_test(test_scenario_evidence),
        cmocka_unit_test(test_scenario_network_pools),
        cmocka_unit_test(test_scenario_network_stages),
        cmocka_unit_test(test_scenario_network_routes),
        cmocka_unit_test(test_scenario_rest_routes),
        cmocka_unit_test(test_scenario_rest_routes_errors),
        cmocka_unit_test(test_scenario_network_sources),
        cmocka_unit_test(test_scenario_dates_csv),
        cmocka_unit_test(test_scenario_overrides),
        cmocka_unit_test(test_scenario_overrides_words),
        cmocka_unit_test(test_scenario_overrides_words_errors),
        cmocka_unit_test(test_scenario_overrides_errors),
        cmocka_unit_test(test_scenario_fields_errors),
        cmocka_unit_test(test_scenario_rooms_errors),
        cmocka_unit_test(test_scenario_pool_errors),
        cmocka_unit_test(test_scenario_timetable_errors),
        cmocka_unit_test(test_scenario_stage_errors),
        cmocka_unit_test(test_scenario_source_errors),
        cmocka_unit_test(test_scenario_language_errors),
        cmocka_unit_test(test_scenario_limits_errors),
        cmocka_unit_test(test_scenario_loop_errors),
        cmocka_unit_test(test_scenario_files_errors),
        cmocka_unit_test(test_scenario_dates_csv_errors),
        cmocka_unit_test(test_scenario_one_pass_errors),
        cmocka_unit_test(test_scenario_csv_absent_errors),
        cmocka_unit_test(test_scenario_lines_errors),
        cmocka_unit_test(test_scenario_free_errors),
        cmocka_unit_test(test_scenario_fields_documented),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
