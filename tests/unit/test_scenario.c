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
    assert_int_equal(talk->timer[0].flag, 2); /* "recovered" is 1 */
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
            "\"carry\", \"door\", \"triage\", \"wait\", \"treat\", \"close\", \"return\", not \"tirage\" (did you mean 'triage'?)" },
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
            "x.lua:3: plan \"p\": 'offer' must be one of \"cluster\", \"in_school\", \"none\", \"specialist\", \"spoa\", "
            "\"tiered\", \"traded\", \"training\", not \"nonne\" (did you mean 'none'?)" },
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
    assert_true(n > 70);
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
        cmocka_unit_test(test_scenario_evidence),
        cmocka_unit_test(test_scenario_overrides),
        cmocka_unit_test(test_scenario_overrides_errors),
        cmocka_unit_test(test_scenario_fields_errors),
        cmocka_unit_test(test_scenario_rooms_errors),
        cmocka_unit_test(test_scenario_language_errors),
        cmocka_unit_test(test_scenario_limits_errors),
        cmocka_unit_test(test_scenario_loop_errors),
        cmocka_unit_test(test_scenario_files_errors),
        cmocka_unit_test(test_scenario_one_pass_errors),
        cmocka_unit_test(test_scenario_lines_errors),
        cmocka_unit_test(test_scenario_free_errors),
        cmocka_unit_test(test_scenario_fields_documented),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
