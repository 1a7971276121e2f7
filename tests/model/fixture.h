/*
 * What the tests of the care model share: scenarios loaded through the public loader, with the library of scenarios/lib; one
 * replication with every invariant checked or not; single numbers of its book by name; the interval of a number over replications.
 *
 * A scenario is a file below scenarios/, or the text TOWN below, whose parts a test replaces by overrides ("key=value") and by
 * Lua that runs before the scenario is returned.
 */
#ifndef TESTS_MODEL_FIXTURE_H
#define TESTS_MODEL_FIXTURE_H

#include "models/care.h"
#include "models/measures.h"
#include "sim/analysis/interval.h"
#include "sim/lua/scenario.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REPS_MAX 512

/* A small area with every offer; the numbers are examples. Lua given by a test runs where TOWN_END begins. */
#define TOWN_BEGIN                                                                                                     \
    "local camhs <const> = require 'lib.camhs'\n"                                                                      \
    "local function area(extra)\n"                                                                                     \
    "  local a = {\n"                                                                                                  \
    "    requests = assumption(per_year(1300), 'example'), growth = assumption(number(0), 'example'),\n"               \
    "    wte_triage = assumption(wte(0.5), 'example'), wte_urgent = assumption(wte(1.8), 'example'),\n"                \
    "    wte_brief = assumption(wte(2.4), 'example'), wte_core = assumption(wte(5.9), 'example'),\n"                   \
    "    wte_neuro = assumption(wte(1.9), 'example'), waiting_neuro = assumption(count(250), 'example'),\n"            \
    "    waiting_core = assumption(count(100), 'example'), caseload = assumption(count(490), 'example'),\n"            \
    "  }\n"                                                                                                            \
    "  for key, value in pairs(extra) do a[key] = value end\n"                                                         \
    "  return camhs.area(a)\n"                                                                                         \
    "end\n"                                                                                                            \
    "local town = {\n"                                                                                                 \
    "  name = 'town', title = 'A town', start = '2025-09-01', years = 1,\n"                                            \
    "  schools = { primary = count(20), secondary = count(5), special = count(5) },\n"                                 \
    "  money = { base_per_year = pounds(1150000), extra_per_year = pounds(200000) },\n"                                \
    "  plans = {\n"                                                                                                    \
    "    { name = 'none', offer = 'none' }, { name = 'specialist', offer = 'specialist', pool = 'core' },\n"           \
    "    { name = 'in_school', offer = 'in_school' }, { name = 'training', offer = 'training' },\n"                    \
    "    { name = 'spoa', offer = 'spoa', schools_line = 0 }, { name = 'traded', offer = 'traded' },\n"                \
    "    { name = 'cluster', offer = 'cluster' }, { name = 'tiered', offer = 'tiered' },\n"                            \
    "    { name = 'gate', offer = 'gate' }, { name = 'mhst', offer = 'mhst' },\n"                                      \
    "  },\n"                                                                                                           \
    "  build = camhs.build,\n"                                                                                         \
    "}\n"                                                                                                              \
    "local more = {}\n"
#define TOWN_END                                                                                                       \
    "town.area = area(more)\n"                                                                                         \
    "return scenario(town)\n"

/* Nobody but the schools' children, who stay in school: a run is quick. */
#define SCHOOLS_ONLY                                                                                                   \
    "more.requests = assumption(per_year(1000000), 'example')\n"                                                       \
    "town.concern = { refer_consulted = 0, refer_alone = 0 }\n"                                                        \
    "town.build = function(s)\n"                                                                                       \
    "  local rows = camhs.build(s)\n"                                                                                  \
    "  rows.sources, rows.initial = { rows.sources[1] }, {}\n"                                                         \
    "  return rows\n"                                                                                                  \
    "end\n"

typedef struct {
    scn_t *scenario;
    const care_spec_t *spec;
    const char *text; /* of "test.lua" */
} area_t;

static inline int
area_read(void *ctx, const char *name, char **text, size_t *len)
{
    const area_t *area = ctx;
    char path[256];
    FILE *file;

    if (strcmp(name, "test.lua") == 0) {
        *len = strlen(area->text);
        *text = malloc(*len + 1);
        assert_non_null(*text);
        memcpy(*text, area->text, *len);
        return 0;
    }
    (void) snprintf(path, sizeof(path), "scenarios/%s", name);
    file = fopen(path, "rb");
    if (file == NULL) {
        return SIM_ERR_NOT_FOUND;
    }
    *text = malloc(1 << 20);
    assert_non_null(*text);
    *len = fread(*text, 1, 1 << 20, file);
    assert_true(*len < 1 << 20);
    assert_int_equal(fclose(file), 0);
    return 0;
}

static inline void
area_load_file(area_t *area, const char *name, const char *const *set, size_t n)
{
    scn_reader_t reader = { area_read, area };
    const scn_message_t *message;

    if (scn_load(&reader, name, set, n, NULL, &area->scenario) != 0) {
        for (size_t i = 0; i < scn_errors(area->scenario, &message); i++) {
            print_message("    %s:%d: %s\n", message[i].file, message[i].line, message[i].text);
        }
        fail_msg("the scenario was refused");
    }
    area->spec = scn_spec(area->scenario);
}

static inline void
area_load(area_t *area, const char *text, const char *const *set, size_t n)
{
    memset(area, 0, sizeof(*area));
    area->text = text;
    area_load_file(area, "test.lua", set, n);
}

static inline void
area_free(area_t *area)
{
    scn_free(area->scenario);
}

static inline void
area_fault(void *ctx, const sim_fault_t *fault)
{
    (void) ctx;
    print_message("    %s\n", fault->text);
}

static inline void
area_model(const area_t *area, const char *plan, care_model_t *model)
{
    for (size_t i = 0; i < area->spec->n_plans; i++) {
        if (strcmp(area->spec->plan[i].name, plan) == 0) {
            assert_int_equal(care_model_init(model, area->spec, &area->spec->plan[i], area_fault, NULL), 0);
            return;
        }
    }
    fail_msg("there is no plan %s", plan);
}

static inline void
area_run(const care_model_t *model, uint32_t rep, bool verify, sim_book_t *book)
{
    uint64_t events;

    assert_int_equal(care_model_run(model, 1, rep, verify, book, &events), 0);
}

static inline size_t
book_group(const sim_book_t *book, const char *name)
{
    for (size_t g = 0; g < book->n_groups; g++) {
        if (strcmp(book->group[g].name, name) == 0) {
            return g;
        }
    }
    fail_msg("there is no group %s", name);
    return 0;
}

/* A counter in months [from, to). */
static inline double
book_sum(sim_book_t *book, int counter, const char *group, size_t from, size_t to)
{
    size_t g = book_group(book, group);
    double sum = 0;

    for (size_t m = from; m < to; m++) {
        sum += *sim_book_at(book, counter, g, m);
    }
    return sum;
}

/* A KPI of the joined table by name. */
static inline double
book_kpi(const care_spec_t *spec, const sim_book_t *book, const char *kpi, const char *group, const char *period)
{
    sim_kpi_t *table;
    sim_period_t *periods;
    size_t n_kpis, n_periods, k = 0, p = 0;
    sim_cell_t cell;
    double value;

    assert_int_equal(care_kpis(spec, &n_kpis, &table), 0);
    assert_int_equal(sim_periods(book->calendar, &n_periods, &periods), 0);
    while (k < n_kpis && strcmp(table[k].name, kpi) != 0) {
        k++;
    }
    while (p < n_periods && strcmp(periods[p].name, period) != 0) {
        p++;
    }
    if (k == n_kpis || p == n_periods) {
        fail_msg("there is no %s in %s", kpi, period);
    }
    cell = (sim_cell_t){ (uint16_t) k, (uint16_t) book_group(book, group), (int32_t) p };
    assert_int_equal(sim_book_extract(book, table, periods, &cell, 1, &value), 0);
    free(table);
    free(periods);
    return value;
}

/* A KPI of group "all" in each of n replications. */
static inline void
area_kpi(const area_t *area, const char *plan, const char *kpi, const char *period, uint32_t n, double *value)
{
    care_model_t model;

    area_model(area, plan, &model);
    for (uint32_t rep = 0; rep < n; rep++) {
        sim_book_t book;

        area_run(&model, rep, false, &book);
        value[rep] = book_kpi(area->spec, &book, kpi, "all", period);
        sim_book_free(&book);
    }
    care_model_free(&model);
}

/* The mean of value[n] agrees with the theory within 4 standard errors (about 1 in 16,000 by chance when n is large), and its
   standard error is at most se_max. */
static inline void
assert_mean(const double *value, size_t n, double expected, double se_max)
{
    ana_interval_t interval;

    ana_mean_interval(value, 1, n, &interval);
    if (!(interval.se <= se_max) || !(fabs(interval.mean - expected) <= 4 * interval.se)) {
        fail_msg("mean %.6g, standard error %.3g; expected %.6g, standard error at most %.3g", interval.mean,
            interval.se, expected, se_max);
    }
}

static inline void
assert_between(const char *what, double value, double low, double high)
{
    if (!(value >= low && value <= high)) {
        fail_msg("%s is %.6g, not between %.6g and %.6g", what, value, low, high);
    }
}

#endif
