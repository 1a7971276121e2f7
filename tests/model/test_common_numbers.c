/*
 * Common random numbers and determinism of the care model: the same children under every plan, and nothing that depends on what
 * else is run. Every comparison is of doubles, bit for bit; a KPI that cannot be known is NaN on both sides.
 */
#include "tests/model/fixture.h"

static const char *const OFFER[] = { "none", "specialist", "in_school", "training", "spoa", "traded", "cluster",
    "tiered" };
#define N_OFFERS (sizeof(OFFER) / sizeof(OFFER[0]))

/* All cells of a replication, with what is needed to name them. */
typedef struct {
    sim_book_t book;
    care_model_t model;
    size_t n_kpis, n_periods, n_cells;
    sim_kpi_t *kpi;
    sim_period_t *period;
    sim_cell_t *cell;
    double *value;
} results_t;

static void
results_run(results_t *self, const area_t *area, const char *plan, uint32_t rep)
{
    memset(self, 0, sizeof(*self));
    area_model(area, plan, &self->model);
    area_run(&self->model, rep, false, &self->book);
    assert_int_equal(care_kpis(area->spec, &self->n_kpis, &self->kpi), 0);
    assert_int_equal(sim_periods(self->book.calendar, &self->n_periods, &self->period), 0);
    assert_int_equal(sim_cells(&self->book, self->kpi, self->n_kpis, self->period, self->n_periods, &self->n_cells,
                         &self->cell),
        0);
    self->value = calloc(self->n_cells, sizeof(double));
    assert_non_null(self->value);
    assert_int_equal(sim_book_extract(&self->book, self->kpi, self->period, self->cell, self->n_cells, self->value), 0);
}

static void
results_free(results_t *self)
{
    sim_book_free(&self->book);
    care_model_free(&self->model);
    free(self->kpi);
    free(self->period);
    free(self->cell);
    free(self->value);
}

static bool
same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static const char *
cell_group(const results_t *self, size_t i)
{
    return self->book.group[self->cell[i].group].name;
}

static const char *
cell_period(const results_t *self, size_t i)
{
    return self->period[self->cell[i].period].name;
}

static const char *
cell_kpi(const results_t *self, size_t i)
{
    return self->kpi[self->cell[i].kpi].name;
}

/* The cell of other with the same name, from `from` on; n_cells when there is none. Both lists are in the same order. */
static size_t
cell_find(const results_t *other, size_t from, const results_t *self, size_t i)
{
    for (size_t tried = 0, j = from; tried < other->n_cells; tried++, j++) {
        j = j == other->n_cells ? 0 : j;
        if (self->cell[i].kpi == other->cell[j].kpi && strcmp(cell_period(self, i), cell_period(other, j)) == 0 &&
            strcmp(cell_group(self, i), cell_group(other, j)) == 0) {
            return j;
        }
    }
    return other->n_cells;
}

typedef bool (*cell_filter_t)(const results_t *results, size_t i);

/* Every cell of self that passes the filter is in other, and is the same. @return how many were compared and are numbers */
static size_t
assert_same_results(const char *what, const results_t *self, const results_t *other, cell_filter_t filter)
{
    size_t n = 0, j = 0;

    for (size_t i = 0; i < self->n_cells; i++) {
        if (filter != NULL && !filter(self, i)) {
            continue;
        }
        j = cell_find(other, j, self, i);
        if (j == other->n_cells || !same(self->value[i], other->value[j])) {
            fail_msg("%s: %s, %s, %s is %.17g, not %.17g", what, cell_kpi(self, i), cell_group(self, i),
                cell_period(self, i), j < other->n_cells ? other->value[j] : NAN, self->value[i]);
        }
        n += isnan(self->value[i]) ? 0 : 1;
    }
    return n;
}

/* ---- the same children ---- */

/* Arrivals are counted by presentation, fifth, type of school and source when they come, whatever becomes of them. */
static bool
is_arrival(const results_t *results, size_t i)
{
    return strcmp(cell_kpi(results, i), "arrivals") == 0 && strchr(cell_group(results, i), '=') != NULL &&
           strncmp(cell_group(results, i), "pool=", 5) != 0 && strncmp(cell_group(results, i), "stage=", 6) != 0;
}

static void
test_common_numbers_same_children(void **state)
{
    const char *const set[] = { "years=2", "money.extra_per_year=400000" };
    results_t none;
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, set, 2);
    results_run(&none, &area, "none", 3);
    for (size_t o = 1; o < N_OFFERS; o++) {
        results_t offer;

        results_run(&offer, &area, OFFER[o], 3);
        assert_true(assert_same_results(OFFER[o], &none, &offer, is_arrival) > 30);
        assert_false(same(book_kpi(area.spec, &none.book, "waiting", "all", "all"),
            book_kpi(area.spec, &offer.book, "waiting", "all", "all"))); /* the offers do something */
        results_free(&offer);
    }
    results_free(&none);
    area_free(&area);
}

/* Requests that no school sends, when nobody comes back: the same number from GPs and from others in every month. */
static void
test_common_numbers_same_requests(void **state)
{
    static const char *const source[] = { "source=gp", "source=other" };
    const char *const set[] = { "years=2", "money.extra_per_year=400000" };
    results_t none;
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN "more.returns = assumption(share(0), 'nobody')\n" TOWN_END, set, 2);
    results_run(&none, &area, "none", 0);
    for (size_t o = 1; o < N_OFFERS; o++) {
        results_t offer;

        results_run(&offer, &area, OFFER[o], 0);
        for (size_t m = 0; m < 24; m++) {
            for (size_t s = 0; s < 2; s++) {
                double n = book_sum(&none.book, CARE_COUNT_REQUESTS, source[s], m, m + 1);

                assert_true(n > 0 && n == book_sum(&offer.book, CARE_COUNT_REQUESTS, source[s], m, m + 1));
            }
        }
        results_free(&offer);
    }
    results_free(&none);
    area_free(&area);
}

/* ---- children whom an offer does not reach ---- */

/* An offer without money adds rows to the pathway and changes nothing, money included: its draws meet nobody else's. */
static void
test_common_numbers_no_money_is_none(void **state)
{
    const char *const set[] = { "years=1.5", "money.extra_per_year=0" };
    results_t none;
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, set, 2);
    results_run(&none, &area, "none", 1);
    for (size_t o = 1; o < N_OFFERS; o++) {
        results_t offer;

        results_run(&offer, &area, OFFER[o], 1);
        assert_true(assert_same_results(OFFER[o], &none, &offer, NULL) > 1000);
        results_free(&offer);
    }
    results_free(&none);
    area_free(&area);
}

/* Before an offer's staff are in post (day 121.75) and where schools are not asked for money, nothing has happened yet. */
static void
test_common_numbers_same_until_staff_come(void **state)
{
    static const char *const quiet[] = { "in_school", "spoa", "cluster", "tiered", "training", "specialist" };
    static const int counter[] = { CARE_COUNT_REQUESTS, CARE_COUNT_REFERRALS, CARE_COUNT_REJECTED,
        CARE_COUNT_FIRST_CONTACTS, CARE_COUNT_CONTACTS, CARE_COUNT_WAITING, CARE_COUNT_CONCERNS, CARE_COUNT_SCHOOL_NHS,
        CARE_COUNT_CLOSED };
    results_t none;
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, NULL, 0);
    results_run(&none, &area, "none", 1);
    for (size_t o = 0; o < sizeof(quiet) / sizeof(quiet[0]); o++) {
        results_t offer;

        results_run(&offer, &area, quiet[o], 1);
        for (size_t c = 0; c < sizeof(counter) / sizeof(counter[0]); c++) {
            for (size_t m = 0; m < 3; m++) {
                assert_true(book_sum(&none.book, counter[c], "all", m, m + 1) ==
                            book_sum(&offer.book, counter[c], "all", m, m + 1));
            }
        }
        results_free(&offer);
    }
    results_free(&none);
    area_free(&area);
}

/* ---- nothing else matters ---- */

/* A replication is the same alone, after others, and by another model of the same plan. */
static void
test_common_numbers_replication_is_its_own(void **state)
{
    const char *const set[] = { "money.extra_per_year=400000" };
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, set, 1);
    for (size_t o = 0; o < N_OFFERS; o++) {
        results_t alone, after;
        sim_book_t book;

        results_run(&alone, &area, OFFER[o], 2);
        for (uint32_t rep = 0; rep < 2; rep++) {
            area_run(&alone.model, rep, false, &book);
            assert_false(same(book_kpi(area.spec, &book, "referrals", "all", "all"),
                book_kpi(area.spec, &alone.book, "referrals", "all", "all")));
            sim_book_free(&book);
        }
        results_run(&after, &area, OFFER[o], 2);
        assert_int_equal(alone.n_cells, after.n_cells);
        assert_true(assert_same_results(OFFER[o], &alone, &after, NULL) > 1000);
        results_free(&alone);
        results_free(&after);
    }
    area_free(&area);
}

/* What of year 1 is known when the year is over: not what is followed beyond it. */
static bool
is_year_1_and_known(const results_t *results, size_t i)
{
    const sim_kpi_t *kpi = &results->kpi[results->cell[i].kpi];

    return strcmp(cell_period(results, i), "y1") == 0 && kpi->follow_days == 0;
}

/* The first year of three is the year by itself. */
static void
test_common_numbers_year_1_stands_alone(void **state)
{
    const char *const one[] = { "years=1", "money.extra_per_year=400000", "money.base_growth=0.05" };
    const char *const three[] = { "years=3", "money.extra_per_year=400000", "money.base_growth=0.05" };
    area_t short_area, long_area;

    (void) state;
    area_load(&short_area, TOWN_BEGIN "more.growth = assumption(number(0.05), 'example')\n" TOWN_END, one, 3);
    area_load(&long_area, TOWN_BEGIN "more.growth = assumption(number(0.05), 'example')\n" TOWN_END, three, 3);
    for (size_t o = 0; o < N_OFFERS; o++) {
        results_t a, b;

        results_run(&a, &short_area, OFFER[o], 0);
        results_run(&b, &long_area, OFFER[o], 0);
        assert_true(assert_same_results(OFFER[o], &a, &b, is_year_1_and_known) > 500);
        results_free(&a);
        results_free(&b);
    }
    area_free(&short_area);
    area_free(&long_area);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_common_numbers_same_children),
        cmocka_unit_test(test_common_numbers_same_requests),
        cmocka_unit_test(test_common_numbers_no_money_is_none),
        cmocka_unit_test(test_common_numbers_same_until_staff_come),
        cmocka_unit_test(test_common_numbers_replication_is_its_own),
        cmocka_unit_test(test_common_numbers_year_1_stands_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
