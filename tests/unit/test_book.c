/* The book: groups, recording, periods, and the value of a KPI in a cell. */
#include "sim/core/book.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAYS 900 /* from 2025-09-01: 30 months, to 2028-02-18 */

typedef struct {
    sim_pathway_t pathway;
    sim_calendar_t calendar;
    sim_book_t book;
    size_t n_periods;
    sim_period_t *period;
} fixture_t;

static int
setup(void **state)
{
    static const char *const LEVELS[] = { "1", "2", "3" };
    fixture_t *self = calloc(1, sizeof(*self));
    sim_pool_t pool;
    sim_stage_t stage;

    assert_non_null(self);
    sim_pathway_init(&self->pathway);
    sim_pool_default(&pool, "core", SIM_POOL_DIARY);
    assert_int_equal(sim_pathway_add_pool(&self->pathway, &pool), 0);
    sim_stage_default(&stage, "choice", "core");
    assert_int_equal(sim_pathway_add_stage(&self->pathway, &stage), 0);
    sim_stage_default(&stage, "partnership", "core");
    assert_int_equal(sim_pathway_add_stage(&self->pathway, &stage), 0);
    assert_int_equal(sim_pathway_add_dim(&self->pathway, "quintile", 3, LEVELS), 0);
    assert_int_equal(sim_calendar_init(&self->calendar, (sim_date_t){ 2025, 9, 1 }, DAYS), 0);
    assert_int_equal(sim_book_init(&self->book, &self->pathway, &self->calendar, SIM_COUNTERS + 1, SIM_TALLIES + 1), 0);
    assert_int_equal(sim_periods(&self->calendar, &self->n_periods, &self->period), 0);
    *state = self;
    return 0;
}

static int
teardown(void **state)
{
    fixture_t *self = *state;

    sim_book_free(&self->book);
    sim_book_free(&self->book);
    sim_calendar_free(&self->calendar);
    sim_pathway_free(&self->pathway);
    free(self->period);
    free(self);
    return 0;
}

static const sim_period_t *
period(const fixture_t *self, const char *name)
{
    size_t i;

    for (i = 0; i < self->n_periods; i++) {
        if (strcmp(self->period[i].name, name) == 0) {
            return &self->period[i];
        }
    }
    fail_msg("no period %s", name);
    return NULL;
}

static double
value(const fixture_t *self, sim_kpi_t kpi, size_t group, const char *name)
{
    sim_cell_t cell = { 0, (uint16_t) group, (int32_t) (period(self, name) - self->period) };
    double v;

    assert_int_equal(sim_book_extract(&self->book, &kpi, self->period, &cell, 1, &v), 0);
    return v;
}

static void
test_book_groups(void **state)
{
    const fixture_t *self = *state;
    const sim_book_t *book = &self->book;

    assert_int_equal(book->n_groups, 1 + 1 + 2 + 3);
    assert_string_equal(book->group[0].name, "all");
    assert_string_equal(book->group[book->first_pool].name, "pool=core");
    assert_string_equal(book->group[book->first_stage + 1].name, "stage=partnership");
    assert_string_equal(book->group[book->first_dim[0] + 2].name, "quintile=3");
    assert_int_equal(book->group[book->first_dim[0]].kind, SIM_BY_DIMS);
    assert_int_equal(book->n_months, 30);
    assert_int_equal(book->n_years, 3);
}

static void
test_book_periods(void **state)
{
    const fixture_t *self = *state;
    const sim_period_t *p;

    assert_int_equal(self->n_periods, 1 + 3 + 3 + 30);
    p = period(self, "all");
    assert_int_equal(p->end_month, 30);
    p = period(self, "y2");
    assert_int_equal(p->first_month, 12);
    assert_int_equal(p->end_month, 24);
    assert_true(p->whole);
    assert_false(period(self, "y3")->whole);
    p = period(self, "2025-26");
    assert_int_equal(p->first_month, 0);
    assert_int_equal(p->end_month, 7);
    assert_false(p->whole);
    p = period(self, "2026-27");
    assert_int_equal(p->first_month, 7);
    assert_int_equal(p->end_month, 19);
    assert_true(p->whole);
    assert_int_equal(period(self, "2027-28")->end_month, 30);
    p = period(self, "2026-03");
    assert_int_equal(p->first_month, 6);
    assert_true(p->whole);
    assert_false(period(self, "2028-02")->whole);
}

/* Ones that are settled in a month are what counting them there gives; 300 of them, some with no level. */
static void
test_book_ones(void **state)
{
    fixture_t *self = *state;
    sim_book_t *book = &self->book;
    uint8_t level[SIM_DIM_MAX];
    size_t i, g;

    memset(level, UINT8_MAX, sizeof(level));
    for (i = 0; i < 300; i++) {
        level[0] = i % 4 == 3 ? UINT8_MAX : (uint8_t) (i % 4);
        sim_book_count_one(book, SIM_COUNT_ENTERED, level);
        sim_book_count(book, SIM_COUNT_SERVED, 7, level, 1);
    }
    assert_true(*sim_book_at(book, SIM_COUNT_ENTERED, 0, 7) == 0);
    sim_book_settle(book, 7);
    sim_book_settle(book, 8); /* nothing is left */
    for (g = 0; g < book->n_groups; g++) {
        assert_true(*sim_book_at(book, SIM_COUNT_ENTERED, g, 7) == *sim_book_at(book, SIM_COUNT_SERVED, g, 7));
        assert_true(*sim_book_at(book, SIM_COUNT_ENTERED, g, 8) == 0);
    }
    assert_true(*sim_book_at(book, SIM_COUNT_ENTERED, 0, 7) == 300);
    assert_true(*sim_book_at(book, SIM_COUNT_ENTERED, book->first_dim[0], 7) == 75);
}

/* Years, financial years and the run are the sums of their months. */
static void
test_book_flows(void **state)
{
    fixture_t *self = *state;
    sim_kpi_t sum = { .kind = SIM_KPI_SUM, .a = SIM_COUNT_SERVED };
    sim_kpi_t mean = { .kind = SIM_KPI_PER_MONTH, .a = SIM_COUNT_SERVED };
    uint8_t level[SIM_DIM_MAX];
    size_t m;

    memset(level, UINT8_MAX, sizeof(level));
    for (m = 0; m < 30; m++) {
        level[0] = (uint8_t) (m % 3 == 0 ? 1 : UINT8_MAX);
        sim_book_count(&self->book, SIM_COUNT_SERVED, m, level, (double) (m + 1));
    }
    assert_true(value(self, sum, 0, "all") == 465);
    assert_true(value(self, sum, 0, "y1") == 78);
    assert_true(value(self, sum, 0, "y1") + value(self, sum, 0, "y2") + value(self, sum, 0, "y3") == 465);
    assert_true(value(self, sum, 0, "2025-26") == 28);
    assert_true(value(self, sum, 0, "2026-03") == 7);
    assert_true(value(self, mean, 0, "y1") == 6.5);
    assert_true(value(self, sum, self->book.first_dim[0] + 1, "all") == 145);
    assert_true(value(self, sum, self->book.first_dim[0], "all") == 0);
    sum.factor = 0.5;
    assert_true(value(self, sum, 0, "2026-03") == 3.5);
}

static void
test_book_levels(void **state)
{
    fixture_t *self = *state;
    sim_kpi_t last = { .kind = SIM_KPI_LAST, .a = SIM_COUNT_QUEUE_END };
    sim_kpi_t mean = { .kind = SIM_KPI_MEAN, .a = SIM_COUNT_QUEUE_END };
    sim_kpi_t ratio = { .kind = SIM_KPI_LEVEL_RATIO, .a = SIM_COUNT_QUEUE_END, .b = SIM_COUNT_UNITS };
    size_t m;

    for (m = 0; m < 30; m++) {
        sim_book_count_group(&self->book, SIM_COUNT_QUEUE_END, m, self->book.first_pool, (double) m);
        sim_book_count_group(&self->book, SIM_COUNT_UNITS, m, self->book.first_pool, m < 24 ? 2 : 0);
    }
    assert_true(value(self, last, self->book.first_pool, "y1") == 11);
    assert_true(value(self, last, self->book.first_pool, "all") == 29);
    assert_true(value(self, mean, self->book.first_pool, "y1") == 5.5);
    assert_true(value(self, ratio, self->book.first_pool, "y2") == 11.5);
    assert_true(isnan(value(self, ratio, self->book.first_pool, "y3")));
}

static void
test_book_ratios(void **state)
{
    fixture_t *self = *state;
    sim_kpi_t ratio = { .kind = SIM_KPI_RATIO, .a = SIM_COUNT_USED, .b = SIM_COUNT_CAPACITY };
    sim_kpi_t most = { .kind = SIM_KPI_RATIO_MAX,
        .a = SIM_COUNT_USED,
        .b = SIM_COUNT_CAPACITY,
        .c = SIM_COUNT_STARTS_WANTED,
        .d = SIM_COUNT_STARTS_CAPACITY };

    sim_book_count_group(&self->book, SIM_COUNT_USED, 0, 1, 30);
    sim_book_count_group(&self->book, SIM_COUNT_CAPACITY, 0, 1, 40);
    sim_book_count_group(&self->book, SIM_COUNT_USED, 1, 1, 30);
    sim_book_count_group(&self->book, SIM_COUNT_CAPACITY, 1, 1, 60);
    assert_true(value(self, ratio, 1, "y1") == 0.6);
    assert_true(value(self, most, 1, "y1") == 0.6);
    sim_book_count_group(&self->book, SIM_COUNT_STARTS_WANTED, 0, 1, 11);
    sim_book_count_group(&self->book, SIM_COUNT_STARTS_CAPACITY, 0, 1, 10);
    assert_true(value(self, most, 1, "y1") == 1.1);
    assert_true(isnan(value(self, ratio, 1, "y2")));
    assert_true(isnan(value(self, most, 1, "y2")));
}

static void
test_book_tallies(void **state)
{
    fixture_t *self = *state;
    sim_kpi_t mean = { .kind = SIM_KPI_TALLY_MEAN, .a = SIM_TALLY_QUEUE };
    sim_kpi_t within = { .kind = SIM_KPI_TALLY_WITHIN, .a = SIM_TALLY_QUEUE, .q = 8 };
    sim_kpi_t median = { .kind = SIM_KPI_TALLY_QUANTILE, .a = SIM_TALLY_QUEUE, .q = 0.5 };
    uint8_t level[SIM_DIM_MAX];
    size_t m;

    memset(level, UINT8_MAX, sizeof(level));
    level[0] = 2;
    for (m = 0; m < 30; m++) {
        sim_book_wait(&self->book, SIM_TALLY_QUEUE, m, level, (double) (m + 1));
        sim_book_wait_group(&self->book, SIM_TALLY_QUEUE, m, self->book.first_stage + m % 2, (double) (m + 1));
    }
    assert_int_equal(self->book.error, 0);
    assert_true(value(self, mean, 0, "all") == 15.5);
    assert_true(value(self, mean, 0, "y2") == 18.5);
    assert_true(value(self, mean, 0, "2026-03") == 7);
    assert_true(value(self, mean, self->book.first_dim[0] + 2, "y2") == 18.5);
    assert_true(isnan(value(self, mean, self->book.first_dim[0] + 1, "y2")));
    assert_true(fabs(value(self, within, 0, "y1") - 8.0 / 12) < 0.02);
    assert_true(fabs(value(self, median, 0, "all") - 15.5) <= 0.5 + 15.5 / 64);
    sim_book_fold(&self->book, SIM_TALLY_QUEUE, self->book.first_stage, self->book.first_pool);
    sim_book_fold(&self->book, SIM_TALLY_QUEUE, self->book.first_stage + 1, self->book.first_pool);
    assert_true(value(self, mean, self->book.first_pool, "all") == 15.5);
}

/* A KPI that must be followed for 52 weeks is not known for the last year of the run: NaN, not a guess. */
static void
test_book_follow(void **state)
{
    fixture_t *self = *state;
    sim_kpi_t sum = { .kind = SIM_KPI_SUM, .a = SIM_COUNT_SERVED, .follow_days = 364 };
    sim_kpi_t mean = { .kind = SIM_KPI_TALLY_MEAN, .a = SIM_TALLY_QUEUE, .follow_days = 364 };
    size_t m, known = 0;

    for (m = 0; m < 30; m++) {
        sim_book_count(&self->book, SIM_COUNT_SERVED, m, NULL, 1);
        sim_book_wait(&self->book, SIM_TALLY_QUEUE, m, NULL, m < 12 ? 10 : 100);
        sim_book_wait_group(&self->book, SIM_TALLY_QUEUE, m, self->book.first_pool, m < 12 ? 10 : 100);
        known += self->calendar.month_first[m + 1] + 364 <= DAYS;
    }
    assert_int_equal(known, 17); /* months that end by 2027-02-20: to January 2027 */
    assert_true(value(self, sum, 0, "all") == 17);
    assert_true(value(self, sum, 0, "2027-01") == 1);
    assert_true(isnan(value(self, sum, 0, "2027-02")));
    assert_true(isnan(value(self, sum, 0, "y3")));
    assert_true(value(self, mean, 0, "all") == (12 * 10 + 5 * 100) / 17.0);
    assert_true(value(self, mean, self->book.first_pool, "all") == 10); /* by year: only the first is known */
    assert_true(isnan(value(self, mean, self->book.first_pool, "y2")));
}

/* A book of one area: so many left in month 3, with waits in months 3 and 4. */
static void
area_book(const fixture_t *self, sim_book_t *book, double left, double days)
{
    assert_int_equal(sim_book_init(book, &self->pathway, &self->calendar, SIM_COUNTERS + 1, SIM_TALLIES + 1), 0);
    sim_book_count(book, SIM_COUNT_LEFT, 3, NULL, left);
    sim_book_count(book, SIM_COUNT_DAYS, 3, NULL, 31);
    sim_book_count_group(book, SIM_COUNT_LEFT, 3, book->first_pool, left / 2);
    sim_book_wait(book, SIM_TALLY_SOJOURN, 3, NULL, days);
    sim_book_wait(book, SIM_TALLY_SOJOURN, 4, NULL, days + 30);
    sim_book_wait_group(book, SIM_TALLY_QUEUE, 3, book->first_pool, days);
}

static void
test_book_areas(void **state)
{
    static const char *const name[2] = { "north", "south" };
    const sim_kpi_t sum = { .kind = SIM_KPI_SUM, .a = SIM_COUNT_LEFT };
    const sim_kpi_t days = { .kind = SIM_KPI_SUM, .a = SIM_COUNT_DAYS };
    const sim_kpi_t mean = { .kind = SIM_KPI_TALLY_MEAN, .a = SIM_TALLY_SOJOURN };
    const sim_kpi_t queue = { .kind = SIM_KPI_TALLY_MEAN, .a = SIM_TALLY_QUEUE };
    fixture_t *self = *state;
    sim_book_t area[2], *book = &self->book;
    size_t first;

    area_book(self, &area[0], 4, 10);
    area_book(self, &area[1], 6, 40);
    sim_book_free(book);
    assert_int_equal(sim_pathway_name_areas(&self->pathway, 2, name), 0);
    assert_int_equal(sim_book_init(book, &self->pathway, &self->calendar, SIM_COUNTERS + 1, SIM_TALLIES + 1), 0);
    first = book->first_area;
    assert_int_equal(first, area[0].n_groups);
    assert_int_equal(book->n_groups, first + 2 + 2);
    assert_string_equal(book->group[first + 1].name, "area=south");
    assert_string_equal(book->group[first + 3].name, "area_pool=south:core");
    sim_book_add_area(book, 0, &area[0]);
    sim_book_add_area(book, 1, &area[1]);
    assert_true(value(self, sum, 0, "all") == 10 && value(self, sum, 0, "2025-12") == 10);
    assert_true(value(self, sum, first, "y1") == 4 && value(self, sum, first + 1, "all") == 6);
    assert_true(value(self, sum, book->first_pool, "y1") == 5);
    assert_true(value(self, sum, first + 2, "y1") == 2 && value(self, sum, first + 3, "y1") == 3);
    assert_true(value(self, days, 0, "all") == 31 && value(self, days, first + 1, "all") == 31);
    assert_true(value(self, mean, 0, "all") == 40 && value(self, mean, 0, "2025-12") == 25);
    assert_true(value(self, mean, first, "y1") == 25 && value(self, mean, first + 1, "y1") == 55);
    assert_true(value(self, queue, book->first_pool, "y1") == 25 && value(self, queue, first + 3, "y1") == 40);
    sim_book_free(&area[0]);
    sim_book_free(&area[1]);
}

static void
test_book_cells(void **state)
{
    const fixture_t *self = *state;
    const sim_kpi_t kpi[3] = {
        { .name = "everywhere", .by = SIM_BY_ALL | SIM_BY_POOL | SIM_BY_STAGE | SIM_BY_DIMS },
        { .name = "pools", .by = SIM_BY_POOL },
        { .name = "nowhere" },
    };
    sim_cell_t *cell;
    size_t n, i;

    assert_int_equal(sim_cells(&self->book, kpi, 3, self->period, self->n_periods, &n, &cell), 0);
    assert_int_equal(n, self->n_periods + 6 * 4 + 4);
    for (i = 0; i < n; i++) {
        const sim_period_t *p = &self->period[cell[i].period];

        assert_true(cell[i].kpi < 2);
        assert_true(cell[i].kpi == 0 || cell[i].group == self->book.first_pool);
        assert_true(cell[i].group == 0 || p->kind == SIM_PERIOD_ALL || p->kind == SIM_PERIOD_YEAR);
    }
    free(cell);
}

/* Every KPI of the engine has a name of its own, a unit and a sentence, and can be taken from an empty book. */
static void
test_book_measures(void **state)
{
    const fixture_t *self = *state;
    sim_cell_t *cell;
    double *v;
    size_t n, i, k;

    for (i = 0; i < SIM_N_KPIS; i++) {
        assert_true(strlen(SIM_KPIS[i].name) > 0 && strlen(SIM_KPIS[i].unit) > 0 && strlen(SIM_KPIS[i].doc) > 20);
        assert_true(SIM_KPIS[i].by != 0);
        for (k = 0; k < i; k++) {
            assert_string_not_equal(SIM_KPIS[i].name, SIM_KPIS[k].name);
        }
    }
    assert_int_equal(sim_cells(&self->book, SIM_KPIS, SIM_N_KPIS, self->period, self->n_periods, &n, &cell), 0);
    v = malloc(n * sizeof(*v));
    assert_non_null(v);
    assert_int_equal(sim_book_extract(&self->book, SIM_KPIS, self->period, cell, n, v), 0);
    for (i = 0; i < n; i++) {
        assert_true(isnan(v[i]) || v[i] == 0);
    }
    free(v);
    free(cell);
}

static void
test_book_errors(void **state)
{
    fixture_t *self = *state;
    sim_book_t book;

    assert_int_equal(sim_book_init(&book, &self->pathway, &self->calendar, SIM_COUNTERS - 1, SIM_TALLIES),
        SIM_ERR_BAD_PARAM);
    sim_book_free(&book);
    assert_int_equal(sim_book_init(&book, &self->pathway, &self->calendar, SIM_COUNTERS, SIM_TALLIES - 1),
        SIM_ERR_BAD_PARAM);
    sim_book_free(&book);
    sim_book_wait(&self->book, SIM_TALLY_QUEUE, 0, NULL, 1);
    assert_int_equal(self->book.error, 0);
    sim_book_wait(&self->book, SIM_TALLY_QUEUE, 0, NULL, -1);
    assert_int_equal(self->book.error, SIM_ERR_INVARIANT);
    sim_book_wait(&self->book, SIM_TALLY_QUEUE, 0, NULL, NAN);
    assert_int_equal(self->book.error, SIM_ERR_INVARIANT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_book_groups),
        CASE(test_book_periods),
        CASE(test_book_ones),
        CASE(test_book_flows),
        CASE(test_book_levels),
        CASE(test_book_ratios),
        CASE(test_book_tallies),
        CASE(test_book_follow),
        CASE(test_book_areas),
        CASE(test_book_cells),
        CASE(test_book_measures),
        CASE(test_book_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
