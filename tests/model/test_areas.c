/*
 * Several areas in one scenario: what each does is what it does alone, whatever others there are and in what order, and the sum is
 * their sum. Comparisons are of doubles, bit for bit; a KPI that cannot be known is NaN on both sides.
 */
#include "tests/model/fixture.h"

#define AREAS_BEGIN                                                                                                    \
    TOWN_BEGIN                                                                                                         \
    "local north = { name = 'north', area = area {}, population = { children = count(20000) } }\n"                     \
    "local south = { name = 'south', area = area { wte_core = assumption(wte(4), 'example') },\n"                      \
    "  schools = { primary = count(40) }, money = { extra_per_year = pounds(300000) } }\n"
#define NORTH AREAS_BEGIN "town.areas = { north }\nreturn scenario(town)\n"
#define SOUTH AREAS_BEGIN "town.areas = { south }\nreturn scenario(town)\n"
#define BOTH AREAS_BEGIN "town.areas = { north, south }\nreturn scenario(town)\n"
#define TURNED AREAS_BEGIN "town.areas = { south, north }\nreturn scenario(town)\n"

/* One replication of a plan; under plan none every invariant is checked after every event. */
typedef struct {
    area_t area;
    care_model_t model;
    sim_book_t book;
    care_effort_t effort;
    size_t n_kpis, n_periods;
    sim_kpi_t *kpi;
    sim_period_t *period;
} whole_t;

static void
whole_run(whole_t *self, const char *text, const char *plan)
{
    bool verify = strcmp(plan, "none") == 0;
    const care_how_t how = { .seed = 1, .replication = 3, .verify = verify, .warmup_days = -1 };

    memset(self, 0, sizeof(*self));
    area_load(&self->area, text, NULL, 0);
    area_model(&self->area, plan, &self->model);
    assert_int_equal(care_model_run_as(&self->model, &how, &self->book, &self->effort), 0);
    assert_int_equal(care_kpis(self->area.spec, &self->n_kpis, &self->kpi), 0);
    assert_int_equal(sim_periods(self->book.calendar, &self->n_periods, &self->period), 0);
}

static void
whole_free(whole_t *self)
{
    sim_book_free(&self->book);
    care_model_free(&self->model);
    area_free(&self->area);
    free(self->kpi);
    free(self->period);
}

static double
whole_value(const whole_t *self, size_t kpi, size_t group, size_t period)
{
    sim_cell_t cell = { (uint16_t) kpi, (uint16_t) group, (int32_t) period };
    double value;

    assert_int_equal(sim_book_extract(&self->book, self->kpi, self->period, &cell, 1, &value), 0);
    return value;
}

static bool
same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Every KPI of all that is kept of one area in a run is what it is of group `there` of another run. */
static size_t
compare_area(const whole_t *a, const char *here, const whole_t *b, const char *there)
{
    size_t known = 0;

    for (size_t k = 0; k < a->n_kpis; k++) {
        for (size_t p = 0; p < a->n_periods; p++) {
            bool has = a->period[p].kind == SIM_PERIOD_ALL || a->period[p].kind == SIM_PERIOD_YEAR;

            if ((a->kpi[k].by & SIM_BY_ALL) != 0 && has && a->kpi[k].kind != SIM_KPI_GROUP_RATIO) {
                double x = whole_value(a, k, book_group(&a->book, here), p);
                double y = whole_value(b, k, book_group(&b->book, there), p);

                if (!same(x, y)) {
                    fail_msg("%s in %s: %.17g of %s, %.17g of %s", a->kpi[k].name, a->period[p].name, x, here, y,
                        there);
                }
                known += !isnan(x) && x != 0;
            }
        }
    }
    return known;
}

/* Counts of a group and month over two areas: the sum, or of days the same days. */
static void
compare_counts(const sim_book_t *sum, const sim_book_t *a, const sim_book_t *b)
{
    for (size_t row = 0; row < sum->n_counters * sum->n_months; row++) {
        bool days = row % sum->n_counters == SIM_COUNT_DAYS;

        for (size_t g = 0; g < a->first_area; g++) {
            double x = a->count[row * a->n_groups + g], y = b->count[row * b->n_groups + g];

            if (sum->count[row * sum->n_groups + g] != (days ? x : x + y)) {
                fail_msg("counter %zu of %s", row % sum->n_counters, sum->group[g].name);
            }
        }
    }
}

static double
tally_count(const sim_book_t *book, size_t i)
{
    return book->tally[i].bin == NULL ? 0 : (double) book->tally[i].count;
}

static void
test_areas_sum(void **state)
{
    static const char *const PLAN[] = { "none", "spoa", "traded", "cluster" };

    (void) state;
    for (size_t i = 0; i < sizeof(PLAN) / sizeof(PLAN[0]); i++) {
        whole_t north, south, both;
        double waits = 0;

        whole_run(&north, NORTH, PLAN[i]);
        whole_run(&south, SOUTH, PLAN[i]);
        whole_run(&both, BOTH, PLAN[i]);
        assert_int_equal(both.book.n_groups, north.book.n_groups + 1 + both.book.n_pools);
        compare_counts(&both.book, &north.book, &south.book);
        for (size_t t = 0; t < both.book.n_tallies; t++) { /* month 2 of all */
            size_t here = t * both.book.n_cells + 2, there = t * north.book.n_cells + 2;

            assert_true(tally_count(&both.book, here) ==
                        tally_count(&north.book, there) + tally_count(&south.book, there));
            waits += tally_count(&north.book, there);
        }
        assert_true(waits > 100);
        assert_true(compare_area(&both, "area=north", &north, "all") > 100);
        assert_true(compare_area(&both, "area=south", &south, "all") > 100);
        assert_true(both.effort.bytes == /* one is gone before the next */
                    (north.effort.bytes > south.effort.bytes ? north.effort.bytes : south.effort.bytes));
        assert_int_equal(both.effort.events, north.effort.events + south.effort.events);
        whole_free(&north);
        whole_free(&south);
        whole_free(&both);
    }
}

/* An area is the same in whatever place; the load of its pools too. */
static void
test_areas_order(void **state)
{
    whole_t both, turned;

    (void) state;
    whole_run(&both, BOTH, "specialist");
    whole_run(&turned, TURNED, "specialist");
    compare_area(&both, "area=north", &turned, "area=north");
    compare_area(&both, "area=south", &turned, "area=south");
    for (size_t k = 0; k < both.n_kpis; k++) {
        if (strcmp(both.kpi[k].name, "load") == 0) {
            double load = whole_value(&both, k, book_group(&both.book, "area_pool=south:core"), 0);

            assert_true(load > 0.5 && load < 5);
            assert_true(load == whole_value(&turned, k, book_group(&turned.book, "area_pool=south:core"), 0));
            assert_true(load != whole_value(&both, k, book_group(&both.book, "area_pool=north:core"), 0));
        }
    }
    whole_free(&both);
    whole_free(&turned);
}

/* Two areas with the same numbers have other children and schools: what is drawn depends on the name. */
static void
test_areas_name_is_the_address(void **state)
{
    whole_t twins;
    size_t east, west;
    double pupils[2];

    (void) state;
    whole_run(&twins,
        AREAS_BEGIN "town.areas = { { name = 'east', area = area {} }, { name = 'west', area = area {} } }\n"
                    "return scenario(town)\n",
        "none");
    east = book_group(&twins.book, "area=east");
    west = book_group(&twins.book, "area=west");
    pupils[0] = *sim_book_at(&twins.book, CARE_COUNT_PUPILS, east, 0);
    pupils[1] = *sim_book_at(&twins.book, CARE_COUNT_PUPILS, west, 0);
    assert_true(pupils[0] != pupils[1] && fabs(pupils[0] / pupils[1] - 1) < 0.5);
    assert_true(*sim_book_at(&twins.book, CARE_COUNT_REQUESTS, east, 3) !=
                *sim_book_at(&twins.book, CARE_COUNT_REQUESTS, west, 3));
    whole_free(&twins);
}

/* What an area does not give is the scenario's; --set reaches one area, or what all take from the scenario, or rows of all. */
static void
test_areas_take_from_scenario(void **state)
{
    static const char *const set[] = { "areas.south.money.cost_per_wte=80000", "areas.north.schools.special=7",
        "areas.north.area.wte_core=3", "concern.wish=0.3", "stages.choice.dna=0.2", "scale=0.5" };
    const care_spec_t *north, *south;
    area_t area;
    int core, choice;

    (void) state;
    area_load(&area, BOTH, set, sizeof(set) / sizeof(set[0]));
    assert_int_equal(area.spec->n_areas, 2);
    north = &area.spec->area[0];
    south = &area.spec->area[1];
    core = sim_pathway_find_pool(&north->pathway, "core");
    choice = sim_pathway_find_stage(&north->pathway, "choice");
    assert_string_equal(south->name, "south");
    assert_true(north->population.children == 20000 && south->population.children != 20000);
    assert_true(north->schools.primary == 20 && south->schools.primary == 40);
    assert_true(north->schools.secondary == 5 && south->schools.secondary == 5);
    assert_true(north->schools.special == 7 && south->schools.special == 5);
    assert_true(north->money.extra_per_year == 200000 && south->money.extra_per_year == 300000);
    assert_true(south->money.cost_per_wte == 80000 && north->money.cost_per_wte != 80000);
    assert_true(north->concern.wish == 0.3 && south->concern.wish == 0.3);
    assert_true(north->pathway.pool[core].units == 3 && south->pathway.pool[core].units == 4);
    assert_true(north->pathway.stage[choice].dna == 0.2 && south->pathway.stage[choice].dna == 0.2);
    assert_true(north->scale == 0.5 && south->years == 1);
    area_free(&area);
}

/* Lines are the scenario's, or an area's own, which then are its money. */
static void
test_areas_lines(void **state)
{
    const care_spec_t *north, *south;
    care_model_t model;
    sim_book_t book;
    area_t area;

    (void) state;
    area_load(&area,
        AREAS_BEGIN
        "town.money = { extra_per_year = pounds(200000) }\n"
        "town.lines = { { name = 'core', pools = { 'core' }, per_year = pounds(600000) }, { name = 'rest', per_year = pounds(400000) } }\n"
        "south.lines = { { name = 'core', pools = { 'core' }, per_year = pounds(500000) }, { name = 'rest', per_year = pounds(200000) } }\n"
        "town.areas = { north, south }\n"
        "return scenario(town)\n",
        NULL, 0);
    north = &area.spec->area[0];
    south = &area.spec->area[1];
    assert_true(north->money.base_per_year == 1000000 && south->money.base_per_year == 700000);
    assert_true(north->line[0].per_year == 600000 && south->line[0].per_year == 500000);
    assert_true(south->money.extra_per_year == 300000 && south->n_lines == 2);
    area_model(&area, "none", &model);
    area_run(&model, 0, false, &book);
    assert_true(fabs(book_kpi(area.spec, &book, "cost_pounds", "area=south", "y1") - 700000) < 1);
    assert_true(fabs(book_kpi(area.spec, &book, "cost_pounds", "line=core", "y1") - 1100000) < 1);
    sim_book_free(&book);
    care_model_free(&model);
    area_free(&area);
}

static void
keep_fault(void *ctx, const sim_fault_t *fault)
{
    memcpy(ctx, fault, sizeof(*fault));
}

static void
refused(const char *text, const char *room, size_t index, const char *words)
{
    sim_fault_t fault;
    care_model_t model;
    area_t area;

    memset(&fault, 0, sizeof(fault));
    area_load(&area, text, NULL, 0);
    assert_int_equal(care_model_init(&model, area.spec, &area.spec->plan[0], keep_fault, &fault), SIM_ERR_SCENARIO);
    if (strstr(fault.text, words) == NULL || strcmp(fault.room, room) != 0 || fault.index != index) {
        fail_msg("%s %zu: %s", fault.room, fault.index, fault.text);
    }
    area_free(&area);
}

/* The groups of the results are named once for all areas. */
static void
test_areas_errors(void **state)
{
    (void) state;
    refused(AREAS_BEGIN
        "town.areas = { north, south }\n"
        "town.build = function(s)\n"
        "  local rows = camhs.build(s)\n"
        "  if s.name == 'south' then table.insert(rows.stages, stage { name = 'spare', service = fixed(days(1)) }) end\n"
        "  return rows\n"
        "end\n"
        "return scenario(town)\n",
        "area", 1, "is \"spare\" here and \"(none)\" in area \"north\"");
    refused(AREAS_BEGIN
        "town.areas = { north, south }\n"
        "town.build = function(s)\n"
        "  local rows = camhs.build(s)\n"
        "  rows.pools[5].name = s.name == 'south' and 'neuro' or 'neura'\n"
        "  for _, row in ipairs(rows.stages) do if row.pool == 'neuro' then row.pool = rows.pools[5].name end end\n"
        "  return rows\n"
        "end\n"
        "return scenario(town)\n",
        "area", 1, "pool 5 is \"neuro\" here and \"neura\"");
    refused(AREAS_BEGIN "town.money.base_per_year = nil\n"
                        "town.lines = { { name = 'all', pools = { 'core' }, per_year = pounds(1000) } }\n"
                        "south.lines = { { name = 'other', pools = { 'core' }, per_year = pounds(1000) } }\n"
                        "town.areas = { north, south }\n"
                        "return scenario(town)\n",
        "area", 1, "line 1 is \"other\" here and \"all\" in area \"north\"");
    refused(AREAS_BEGIN
        "town.areas = { { name = 'bare', area = area {}, schools = { primary = 0, secondary = 0, special = 0 } } }\n"
        "return scenario(town)\n",
        "area", 0, "area \"bare\": there are no schools");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_areas_sum),
        cmocka_unit_test(test_areas_order),
        cmocka_unit_test(test_areas_name_is_the_address),
        cmocka_unit_test(test_areas_take_from_scenario),
        cmocka_unit_test(test_areas_lines),
        cmocka_unit_test(test_areas_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
