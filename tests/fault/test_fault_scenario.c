/*
 * Memory that runs out while a scenario is loaded: the failing call is moved on until the load passes. Each load
 * before that returns SIM_ERR_NO_MEMORY, and leaves nothing behind (the sanitisers and valgrind see to that).
 */
#include "sim/lua/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Calls are counted while `fault_armed`; the one numbered `fault_at` and all after it fail. */
static long fault_count, fault_at;
static int fault_armed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);

static int
fault_now(void)
{
    return fault_armed && fault_count++ >= fault_at;
}

void *
__wrap_malloc(size_t size)
{
    return fault_now() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
    return fault_now() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *block, size_t size)
{
    return fault_now() ? NULL : __real_realloc(block, size);
}

static const char TEXT[] =
    "return scenario {\n"
    "  name = 'fault', classes = { 'a', 'b' },\n"
    "  pools = { { name = 'p', units = 2, steps = { { from = '2026-01-01', units = 3 } } } },\n"
    "  stages = { stage { name = 'a', pool = 'p', service = mixture { { 1, fixed(days(1)) }, { 2, exponential { mean = hours(ev 'h') } } },\n"
    "    timers = { { name = 't', rate = per_month(1), to = 'exit' } }, routes = { { to = 'exit' } } } },\n"
    "  sources = { { name = 's', to = 'a', rate = { per_year = 100, steps = { { from = months(1), factor = 2 } } }, class = 'b' } },\n"
    "  plans = { { name = 'n', offer = 'none' } },\n"
    "  facts = { { name = 'f', kpi = 'waiting', value = ev 'h', low = 1 }, { name = 'g', kpi = 'load', value = 0, high = 1, source = 's' } },\n"
    "  areas = { { name = 'x', money = { extra_per_year = pounds(1) } }, { name = 'y', area = { z = 1 } } },\n"
    "  build = function(s) return { classes = { s.name } } end,\n"
    "  dream = 1,\n"
    "}\n";
static const char EVIDENCE[] = "return { { id = 'h', value = 2, unit = '', source = 'x' } }";

static int
give(void *ctx, const char *name, char **text, size_t *len)
{
    const char *source = strcmp(name, "f.lua") == 0 ? TEXT : EVIDENCE;

    (void) ctx;
    *len = strlen(source);
    *text = malloc(*len + 1);
    if (*text == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    memcpy(*text, source, *len);
    return 0;
}

static void
test_fault_scenario_memory(void **state)
{
    static const char *const set[] = { "stages.a.timers.t.leave=0.5" };
    scn_reader_t reader = { give, NULL };

    (void) state;
    for (fault_at = 0;; fault_at++) {
        scn_t *scenario = NULL;
        int ret;

        fault_count = 0;
        fault_armed = 1;
        ret = scn_load(&reader, "f.lua", set, 1, NULL, &scenario);
        fault_armed = 0;
        scn_free(scenario);
        if (fault_count <= fault_at) {
            assert_int_equal(ret, SIM_ERR_SCENARIO); /* it passes: the unknown field is all that is wrong */
            break;
        }
        assert_int_equal(ret, SIM_ERR_NO_MEMORY);
    }
    assert_true(fault_at > 300);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fault_scenario_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
