/*
 * Thousands of damaged copies of a valid scenario: each is loaded or refused with an error in words; none crashes,
 * hangs or leaks (the sanitisers see to that). What loads is compiled too. The damage is pseudo-random with a fixed
 * seed.
 */
#include "sim/lua/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TRIES 3000
#define TEXT_MAX 8192

static const char VALID[] =
    "local gap <const> = lognormal { median = weeks(2), p90 = weeks(5) }\n"
    "local function treat(name, n)\n"
    "  return stage { name = name, pool = 'clinic', sessions = negbin { mean = n, dispersion = 2 }, gap = gap,\n"
    "    second = truncate(gamma { mean = days(9), sd = days(4) }, days(1), days(30)), contact = minutes(50),\n"
    "    admin = minutes(30), dna = 0.1, cancel = percent(5), missed_max = 3, takes_start = true, follow = false,\n"
    "    decline = { share = 0.6, flag = 'recovered' }, priority = { core = 1, urgent = 0 }, next = 'closing' }\n"
    "end\n"
    "return scenario {\n"
    "  name = 'fuzz', title = 'A title', start = '2025-09-01', years = 0.5, scale = 1, classes = { 'core', 'urgent' },\n"
    "  pools = {\n"
    "    { name = 'desk', kind = 'servers', units = 3, steps = { { from = '2025-12-01', units = 4 } }, discipline = 'random',\n"
    "      preempt = 'resume', bands = { weeks(18), weeks(52) }, timetable = { 'mon-fri 09:00-17:00', 'sat 22:00-02:00 0.5' },\n"
    "      closed_days = true, on_close = 'restart', fails = { after = exponential { mean = days(30) }, repair = days(1) },\n"
    "      vacation = hours(1) },\n"
    "    { name = 'ward', units = 2, timetable = { cycle = hours(24), { at = hours(8), share = 1 }, { at = hours(20), share = 0 } } },\n"
    "    pool { name = 'clinic', members = 2, hours_per_week = hours(20), units = wte(2), starts_per_unit = per_week(2) },\n"
    "  },\n"
    "  stages = {\n"
    "    { name = 'bed', pool = 'ward', service = days(3), setup = hours(1), cleaning = hours(2), room = 1, full = 'block',\n"
    "      baulk = { { from = 1, share = 0.5 }, { from = 2, share = 1 } }, group = { min = 2, max = 3, wait = days(1) }, states = 5,\n"
    "      by_class = true, on = { full = 'exit', baulked = { 'closing', 'rest' } } },\n"
    "    { name = 'rest', service = days(1), limit = 4, sets = { 'rested' }, routes = { { to = { 'call', 'bed' }, with = 'rested',\n"
    "      becomes = 'urgent' }, { to = 'exit', without = { 'rested' } } } },\n"
    "    { name = 'call', pool = 'desk', service = mixture { { 0.3, fixed(minutes(10)) }, { 0.7, exponential { mean = hours(1) } } },\n"
    "      timers = { { name = 'gone', rate = per_month(0.5), share = 0.8, class = 'core', leave = 0.9, to = 'exit' }, { name = 'better', deadline = 'recovery',\n"
    "        leave = 0.4, flag = 'recovered' } },\n"
    "      routes = { { to = 'treat', share = assumption(share(0.6), 'a guess', { low = 0.5, high = 0.7 }), class = 'core' },\n"
    "        { to = 'exit', class = { 'core' } }, { to = 'treat', class = 'urgent' } } },\n"
    "    treat('treat', ev 'sessions'), { name = 'closing', service = empirical { values = { days(30), days(90) }, weights = { 1, 2 } } },\n"
    "  },\n"
    "  sources = {\n"
    "    { name = 'phone', to = 'call', rate = { per_year = 2000, growth = 0.03, days = 'working',\n"
    "      season = { 1, 1, 1, 1, 1, 1, 1, 0.4, 1.2, 1.2, 1.2, 1 }, steps = { { from = months(3), factor = 0.9 } } },\n"
    "      class = { core = 0.8, urgent = 0.2 }, office_hours = true, batch = poisson { mean = 1.5 } },\n"
    "    { name = 'night', to = 'call', rate = { edges = { hours(0), hours(8) }, rates = { per_hour(0.1) }, every = days(1) },\n"
    "      day_factor = gamma { mean = 1, cv = 0.2 }, sets = 'rested' },\n"
    "    { name = 'clock', to = 'rest', between = erlang { mean = days(2), phases = 3 } },\n"
    "    { name = 'diary', to = 'rest', dates = { days(1), '2025-09-09 12:30', { at = '2025-10-01' } } },\n"
    "    { name = 'file', to = 'rest', dates = csv 'list.csv' },\n"
    "  },\n"
    "  initial = { { stage = 'treat', count = 20, class = 'core', age = triangular { low = days(0), mode = days(9), high = days(90) },\n"
    "    in_progress = true } },\n"
    "  build = function(s) return { stages = { stage { name = 'extra', service = weibull { mean = days(#s.stages), shape = 1.5 } } } } end,\n"
    "}\n";

static const char LIST[] =
    "id,date,class,note\r\n1,2025-09-05T18:00,core,\"two\r\nlines, \"\"quoted\"\"\"\r\n2,2025-09-04,urgent,\r\n\r\n"
    "3,2025-08-31,core,early\n4,\"2026-01-02 09:30\",\"urgent\",\"\"\n";

static const char EVIDENCE[] =
    "return { { id = 'sessions', name = 'Sessions', value = 7.5, unit = 'sessions', source = 'x', quality = 'C' } }";

static const char *const PIECE[] = { "{", "}", "(", ")", ",", "=", "nil", "0/0", "1e308", "-1", "1e999", "''",
    "\"\\0\"", "scenario", "stage", "pairs", "weeks", "pounds", "math.huge", "function() end", "[1] =", "{ }", "true",
    "name", "to =", "'exit'", "[[", "--", "--[[", "\n", "\r\n", "\\", "..", "...", "goto", "mixture", "days(-1)",
    "1 << 62", "(''):rep(99)", "setmetatable", "require 'x'", "ev 'x'",
    "areas = { { name = 'n' }, { name = 'm', area = { x = 1 }, money = { } } }," };

typedef struct {
    const char *text;
    size_t len;
    const char *list; /* "list.csv"; NULL: LIST */
    size_t list_len;
} main_t;

static int
give(void *ctx, const char *name, char **text, size_t *len)
{
    const main_t *it = ctx;
    const struct {
        const char *name, *text;
        size_t len;
    } file[] = { { "fuzz.lua", it->text, it->len }, { "lib/evidence.lua", EVIDENCE, strlen(EVIDENCE) },
        { "list.csv", it->list != NULL ? it->list : LIST, it->list != NULL ? it->list_len : strlen(LIST) } };

    for (size_t i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
        if (strcmp(name, file[i].name) == 0) {
            *len = file[i].len;
            *text = malloc(*len + 1);
            assert_non_null(*text);
            memcpy(*text, file[i].text, *len);
            return 0;
        }
    }
    return SIM_ERR_NOT_FOUND;
}

/* Numerical Recipes' quick generator: enough to choose where to cut. */
static uint32_t
chance(uint32_t *seed, size_t n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (uint32_t) ((*seed >> 8) % n);
}

static size_t
replace(char *text, size_t len, size_t at, size_t cut, const char *with, size_t with_len)
{
    if (at + cut > len) {
        cut = len - at;
    }
    if (len - cut + with_len >= TEXT_MAX) {
        return len;
    }
    memmove(text + at + with_len, text + at + cut, len - at - cut);
    memcpy(text + at, with, with_len);
    return len - cut + with_len;
}

static size_t
damage(char *text, size_t len, uint32_t *seed)
{
    const char *piece = PIECE[chance(seed, sizeof(PIECE) / sizeof(PIECE[0]))];
    size_t at = chance(seed, len), cut = chance(seed, 12);
    char copy[64];
    char byte = (char) chance(seed, 256);

    switch (chance(seed, 5)) {
    case 0:
        return replace(text, len, at, 1, &byte, 1);
    case 1:
        return replace(text, len, at, cut, "", 0);
    case 2:
        return replace(text, len, at, cut, piece, strlen(piece));
    case 3:
        return replace(text, len, at, 0, piece, strlen(piece));
    default:
        cut = chance(seed, sizeof(copy));
        cut = at + cut > len ? len - at : cut;
        memcpy(copy, text + at, cut);
        return replace(text, len, chance(seed, len), 0, copy, cut);
    }
}

static void
compile(const scn_t *scenario)
{
    const care_spec_t *spec = scn_spec(scenario);
    care_model_t model;

    if (care_model_init(&model, spec, spec->n_plans > 0 ? &spec->plan[0] : NULL, NULL, NULL) == 0) {
        assert_true(model.pathway.compiled);
    }
    care_model_free(&model);
}

/* Returns whether the text, or the list beside it, was valid. */
static bool
load_it(main_t *it)
{
    scn_reader_t reader = { give, it };
    scn_limits_t limits = { .memory_bytes = 8u << 20, .instructions = 200000 };
    const scn_message_t *message;
    scn_t *scenario;
    int ret = scn_load(&reader, "fuzz.lua", NULL, 0, &limits, &scenario);

    assert_non_null(scenario);
    if (ret == 0) {
        assert_int_equal(scn_errors(scenario, &message), 0);
        compile(scenario);
    } else {
        assert_int_equal(ret, SIM_ERR_SCENARIO);
        assert_true(scn_errors(scenario, &message) > 0);
        assert_true(strlen(message[0].text) > 0);
    }
    scn_free(scenario);
    return ret == 0;
}

static bool
load(const char *text, size_t len)
{
    main_t it = { .text = text, .len = len };

    return load_it(&it);
}

static void
test_fuzz_scenario_damage(void **state)
{
    static char text[TEXT_MAX];
    uint32_t seed = 20250901;
    size_t good = 0;

    (void) state;
    assert_true(load(VALID, strlen(VALID)));
    for (int i = 0; i < TRIES; i++) {
        size_t len = strlen(VALID);

        memcpy(text, VALID, len);
        for (uint32_t k = chance(&seed, 3) + 1; k > 0; k--) {
            len = damage(text, len, &seed);
        }
        good += load(text, len) ? 1u : 0u;
    }
    /* some damage does no harm (comments, spaces, other numbers); most does */
    assert_true(good > TRIES / 100 && good < TRIES / 2);
}

/* A scenario that does nothing but read a list, and damaged lists. */
static void
test_fuzz_scenario_csv(void **state)
{
    static const char text[] = "return scenario { name = 'l', start = '2025-09-01', classes = { 'core', 'urgent' },\n"
                               " stages = { { name = 'a', service = days(1) } },\n"
                               " sources = { { name = 's', to = 'a', dates = csv 'list.csv' } } }\n";
    static char list[TEXT_MAX];
    uint32_t seed = 11;
    size_t good = 0;

    (void) state;
    for (int i = 0; i < TRIES; i++) {
        size_t len = strlen(LIST);
        main_t it = { .text = text, .len = strlen(text), .list = list };

        memcpy(list, LIST, len);
        for (uint32_t k = chance(&seed, 3); k > 0; k--) {
            len = damage(list, len, &seed);
        }
        it.list_len = len;
        good += load_it(&it) ? 1u : 0u;
    }
    assert_true(good > TRIES / 5 && good < TRIES * 4 / 5);
}

/* Every beginning of the file. */
static void
test_fuzz_scenario_cut(void **state)
{
    (void) state;
    for (size_t len = 0; len + 2 < strlen(VALID); len += 3) {
        assert_false(load(VALID, len));
    }
}

static void
test_fuzz_scenario_overrides(void **state)
{
    static const char *const path[] = { "years", "stages", "call", "treat", "dna", "sessions", "mean", "1", "timers",
        "gone", "rate", "ev", "areas", "plans", "area", "money", "0", "99999999", "[", "]", "", "sources", "phone",
        "build", "routes", "share" };
    main_t it = { .text = VALID, .len = strlen(VALID) };
    scn_reader_t reader = { give, &it };
    uint32_t seed = 7;

    (void) state;
    for (int i = 0; i < TRIES / 3; i++) {
        char set[200] = "";
        const char *sets[] = { set };
        scn_t *scenario;

        for (uint32_t k = chance(&seed, 5) + 1; k > 0; k--) {
            snprintf(set + strlen(set), sizeof(set) - strlen(set), "%s%s",
                path[chance(&seed, sizeof(path) / sizeof(path[0]))], k > 1 ? "." : "=");
        }
        snprintf(set + strlen(set), sizeof(set) - strlen(set), "%s",
            PIECE[chance(&seed, sizeof(PIECE) / sizeof(PIECE[0]))]);
        (void) !scn_load(&reader, "fuzz.lua", sets, 1, NULL, &scenario);
        assert_non_null(scenario);
        scn_free(scenario);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fuzz_scenario_damage),
        cmocka_unit_test(test_fuzz_scenario_cut),
        cmocka_unit_test(test_fuzz_scenario_csv),
        cmocka_unit_test(test_fuzz_scenario_overrides),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
