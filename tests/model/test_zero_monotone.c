/*
 * What must hold whatever the numbers: nothing comes of nothing, more staff never lengthens the wait, without growth nothing
 * trends, the ledger balances in every month, and plans cost the public the same.
 */
#include "tests/model/fixture.h"

/* All invariants of the engine after every event, for every offer. */
static void
test_zero_monotone_invariants(void **state)
{
    const char *const set[] = { "scale=0.3", "years=0.75" };
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, set, 2);
    for (size_t p = 0; p < area.spec->n_plans; p++) {
        care_model_t model;
        sim_book_t book;

        area_model(&area, area.spec->plan[p].name, &model);
        area_run(&model, 0, true, &book);
        sim_book_free(&book);
        care_model_free(&model);
    }
    area_free(&area);
}

/* A KPI of one group over the whole run. */
static double
kpi_of_group(const area_t *area, const char *plan, const char *kpi, const char *group)
{
    care_model_t model;
    sim_book_t book;
    double value;

    area_model(area, plan, &model);
    area_run(&model, 0, false, &book);
    value = book_kpi(area->spec, &book, kpi, group, "all");
    sim_book_free(&book);
    care_model_free(&model);
    return value;
}

/* Nobody comes and nobody is there: today's staff cost what they cost, and there is no waiting. */
static void
test_zero_monotone_no_demand(void **state)
{
    static const int counter[] = { CARE_COUNT_REQUESTS, CARE_COUNT_REFERRALS, CARE_COUNT_CONTACTS, CARE_COUNT_WAITING,
        CARE_COUNT_CASELOAD, CARE_COUNT_OPEN, CARE_COUNT_CONCERNS, CARE_COUNT_UNMET, CARE_COUNT_CLOSED,
        CARE_COUNT_BREACHES };
    area_t area;
    care_model_t model;
    sim_book_t book;

    (void) state;
    area_load(&area,
        TOWN_BEGIN "town.build = function(s)\n"
                   "  local rows = camhs.build(s)\n"
                   "  for _, row in ipairs(rows.sources) do row.rate.per_year = per_year(0) end\n"
                   "  rows.initial = {}\n"
                   "  return rows\n"
                   "end\n" TOWN_END,
        NULL, 0);
    area_model(&area, "none", &model);
    area_run(&model, 0, true, &book);
    for (size_t i = 0; i < sizeof(counter) / sizeof(counter[0]); i++) {
        assert_true(book_sum(&book, counter[i], "all", 0, 12) == 0);
    }
    assert_true(fabs(book_kpi(area.spec, &book, "cost_pounds", "all", "all") - 1150000) < 0.005);
    assert_true(isnan(book_kpi(area.spec, &book, "wait_open_median_days", "all", "all")));
    assert_true(isnan(book_kpi(area.spec, &book, "wait_seen_mean_days", "all", "all")));
    sim_book_free(&book);
    care_model_free(&model);
    area_free(&area);
}

/* Mean days waited so far by the children with emotional need who wait at the ends of the years; and how many wait in all. */
static double
open_wait(const care_model_t *model, uint32_t rep, double *waiting)
{
    static const sim_kpi_t mean = { "wait_open_mean_days", "days", SIM_KPI_TALLY_MEAN, CARE_TALLY_OPEN, 0, 0, 0, 0, 0,
        0, SIM_BY_ALL | SIM_BY_DIMS, "" };
    sim_cell_t cell = { 0, 0, 0 };
    sim_period_t *period;
    size_t n;
    sim_book_t book;
    double value;

    area_run(model, rep, false, &book);
    *waiting = book_kpi(model->spec, &book, "waiting", "all", "all");
    assert_int_equal(sim_periods(book.calendar, &n, &period), 0);
    assert_string_equal(period[0].name, "all");
    cell.group = (uint16_t) book_group(&book, "presentation=emotional");
    assert_int_equal(sim_book_extract(&book, &mean, period, &cell, 1, &value), 0);
    free(period);
    sim_book_free(&book);
    return value;
}

/*
 * Paired over 12 replications, for core posts from half to twice today's: never longer in the mean. (The mean over all children
 * may rise: where fewer wait for core, more of those who wait do so for a neurodevelopmental assessment.)
 */
static void
test_zero_monotone_more_core_staff(void **state)
{
    static const double wte[] = { 3, 4, 5, 6, 8, 12 };
    enum { N = sizeof(wte) / sizeof(wte[0]), REPS = 12 };
    double wait[N][REPS], waiting[N][REPS];
    ana_interval_t paired;

    (void) state;
    for (size_t i = 0; i < N; i++) {
        char units[64];
        const char *const set[] = { "years=2", units };
        care_model_t model;
        area_t area;

        (void) snprintf(units, sizeof(units), "pools.core.units=%g", wte[i]);
        area_load(&area, TOWN_BEGIN TOWN_END, set, 2);
        area_model(&area, "none", &model);
        for (uint32_t rep = 0; rep < REPS; rep++) {
            wait[i][rep] = open_wait(&model, rep, &waiting[i][rep]);
        }
        care_model_free(&model);
        area_free(&area);
    }
    for (size_t i = 1; i < N; i++) {
        ana_paired(wait[i], wait[i - 1], 1, REPS, &paired);
        assert_between("days more with more staff", paired.mean, -1000, 0);
        ana_paired(waiting[i], waiting[i - 1], 1, REPS, &paired);
        assert_between("children more with more staff", paired.mean, -1000, 0);
    }
    for (size_t rep = 0; rep < REPS; rep++) {
        assert_true(wait[N - 1][rep] < wait[0][rep]);
    }
}

/* Link quality stays where it is where nobody comes. */
static void
test_zero_monotone_no_contact_no_gain(void **state)
{
    const char *const set[] = { "years=2" };
    area_t area;
    care_model_t model;
    sim_book_t book;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, set, 1);
    area_model(&area, "none", &model);
    area_run(&model, 0, false, &book);
    for (size_t m = 0; m < 24; m++) {
        assert_true(fabs(book_sum(&book, CARE_COUNT_LINK_QUALITY, "all", m, m + 1) / 30 - 0.37) < 1e-12);
    }
    sim_book_free(&book);
    care_model_free(&model);
    area_free(&area);
}

/* With no growth of demand or money the fourth year has as many requests and concerns, and the same money, as the first. */
static void
test_zero_monotone_no_growth_is_flat(void **state)
{
    const char *const set[] = { "years=4" };
    double requests[40], concerns[40];
    area_t area;
    care_model_t model;

    (void) state;
    area_load(&area, TOWN_BEGIN "more.returns = assumption(share(0), 'nobody')\n" TOWN_END, set, 1);
    area_model(&area, "none", &model);
    for (uint32_t rep = 0; rep < 40; rep++) {
        sim_book_t book;

        area_run(&model, rep, false, &book);
        requests[rep] =
            book_kpi(area.spec, &book, "requests", "all", "y4") - book_kpi(area.spec, &book, "requests", "all", "y1");
        concerns[rep] =
            book_kpi(area.spec, &book, "concerns", "all", "y4") - book_kpi(area.spec, &book, "concerns", "all", "y1");
        assert_true(fabs(book_kpi(area.spec, &book, "cost_pounds", "all", "y4") - 1150000) < 0.005);
        assert_true(book_kpi(area.spec, &book, "units_end", "pool=core", "y4") == 5.9);
        sim_book_free(&book);
    }
    assert_mean(requests, 40, 0, 10); /* of about 1,300; school days of the years differ by one or two in 190 */
    assert_mean(concerns, 40, 0, 10);
    care_model_free(&model);
    area_free(&area);
}

/* A year's growth acts from the first day of the next contract year, on posts and money alike, and not a day before. */
static void
test_zero_monotone_base_growth(void **state)
{
    const char *const set[] = { "years=3", "money.base_growth=0.10" };
    area_t area;
    care_model_t model;
    sim_book_t book;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, set, 2);
    area_model(&area, "none", &model);
    area_run(&model, 0, false, &book);
    for (size_t m = 0; m < 36; m++) {
        double grown = m < 12 ? 1 : m < 24 ? 1.1 : 1.21;

        assert_true(fabs(book_sum(&book, CARE_COUNT_COST, "all", m, m + 1) - 1150000 * grown / 12) < 0.01);
        assert_true(fabs(book_sum(&book, SIM_COUNT_UNITS, "pool=neuro", m, m + 1) - 1.9 * grown) < 1e-9);
    }
    sim_book_free(&book);
    care_model_free(&model);
    area_free(&area);
}

/* ---- money ---- */

/*
 * Income is spending and what is unspent, in every month; the total of public money is the same under every plan that is given
 * money, schools' payments included; what schools pay, the commissioner keeps.
 */
static void
test_zero_monotone_money(void **state)
{
    const char *const set[] = { "years=3", "money.base_growth=0.04", "plans.cluster.pooled=0.3",
        "plans.traded.price=60" };
    const double base[] = { 1150000, 1150000 * 1.04, 1150000 * 1.04 * 1.04 };
    size_t paying = 0;
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, set, 4);
    for (size_t p = 0; p < area.spec->n_plans; p++) {
        double extra = strcmp(area.spec->plan[p].name, "none") == 0 ? 0 : 200000;
        care_model_t model;
        sim_book_t book;

        area_model(&area, area.spec->plan[p].name, &model);
        area_run(&model, 0, false, &book);
        for (size_t m = 0; m < 36; m++) {
            double cost = book_sum(&book, CARE_COUNT_COST, "all", m, m + 1);
            double schools = book_sum(&book, CARE_COUNT_SCHOOL_PAID, "all", m, m + 1);
            double unspent = book_sum(&book, CARE_COUNT_UNSPENT, "all", m, m + 1);

            /* Each school's twelfth is in whole pence; the twelve make the year. */
            assert_true(fabs(cost + unspent - (base[m / 12] + extra) / 12) < 0.01 * 32);
            assert_true(fabs(cost - schools - book_sum(&book, CARE_COUNT_COMMISSIONER_COST, "all", m, m + 1)) < 0.02);
        }
        for (size_t y = 0; y < 3; y++) {
            double cost = book_sum(&book, CARE_COUNT_COST, "all", 12 * y, 12 * y + 12);
            double unspent = book_sum(&book, CARE_COUNT_UNSPENT, "all", 12 * y, 12 * y + 12);
            double spent = book_sum(&book, CARE_COUNT_EXTRA_SPENT, "all", 12 * y, 12 * y + 12);

            assert_true(fabs(cost + unspent - base[y] - extra) < 1);
            /* Only a provider that sells can hire more than its income pays: that is its loss. */
            assert_true(spent >= 0 && (spent <= extra + 1 || strcmp(area.spec->plan[p].name, "traded") == 0));
        }
        paying += book_sum(&book, CARE_COUNT_SCHOOL_PAID, "all", 0, 36) > 1000 ? 1 : 0;
        sim_book_free(&book);
        care_model_free(&model);
    }
    assert_int_equal(paying, 3); /* traded, tiered, cluster with pooled money */
    area_free(&area);
}

/* When nobody leaves core, today's posts stay filled, and the plan's own money is spent or shown, to the pound. */
static void
test_zero_monotone_extra_money(void **state)
{
    const char *const set[] = { "years=2", "workforce.from_core=0", "plans.traded.price=60" };
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, set, 3);
    for (size_t p = 1; p < area.spec->n_plans; p++) {
        care_model_t model;
        sim_book_t book;

        area_model(&area, area.spec->plan[p].name, &model);
        area_run(&model, 0, false, &book);
        for (size_t y = 0; y < 2; y++) {
            double spent = book_sum(&book, CARE_COUNT_EXTRA_SPENT, "all", 12 * y, 12 * y + 12);
            double unspent = book_sum(&book, CARE_COUNT_UNSPENT, "all", 12 * y, 12 * y + 12);

            assert_true(fabs(spent + unspent - 200000) < 1);
        }
        sim_book_free(&book);
        care_model_free(&model);
    }
    area_free(&area);
}

/*
 * Carved out of today's service, a plan costs the public no more than today's service does, and what is not spent on posts not yet
 * filled is shown; the core pool loses what the money paid. With the commissioner's money equal, what schools pay comes on top.
 */
static void
test_zero_monotone_carved(void **state)
{
    static const char *const way[] = { "money.carved=0", "money.carved=1" };
    double cost[2], unspent[2], units[2], none, paid;

    (void) state;
    for (size_t i = 0; i < 2; i++) {
        const char *const set[] = { "years=2", way[i] };
        area_t area;

        area_load(&area, TOWN_BEGIN TOWN_END, set, 2);
        area_kpi(&area, "none", "cost_pounds", "all", 1, &none);
        area_kpi(&area, "cluster", "cost_pounds", "all", 1, &cost[i]);
        area_kpi(&area, "cluster", "unspent_pounds", "all", 1, &unspent[i]);
        units[i] = kpi_of_group(&area, "cluster", "units_end", "pool=core");
        area_free(&area);
    }
    assert_true(fabs(cost[0] + unspent[0] - none - 2 * 200000) < 1);
    assert_true(fabs(cost[1] + unspent[1] - none) < 1);
    assert_true(fabs(units[0] - units[1] - 200000 / (1150000 / 12.5)) < 1e-6); /* 12.5 posts for 1,150,000 pounds */
    for (size_t i = 0; i < 2; i++) {
        const char *const set[] = { "years=2", i == 0 ? "money.commissioner_equal=0" : "money.commissioner_equal=1" };
        area_t area;

        area_load(&area, TOWN_BEGIN TOWN_END, set, 2);
        area_kpi(&area, "traded", "cost_pounds", "all", 1, &cost[i]);
        area_kpi(&area, "traded", "unspent_pounds", "all", 1, &unspent[i]);
        area_kpi(&area, "traded", "school_paid_pounds", "all", 1, &paid);
        area_free(&area);
    }
    assert_true(paid > 10000 && fabs(cost[1] + unspent[1] - cost[0] - unspent[0] - paid) < 1);
}

static void
say_no(void *ctx, const sim_fault_t *fault)
{
    snprintf(ctx, sizeof(fault->text), "%s", fault->text);
}

/* A plan of the town with settings is refused, in words. */
static void
refused(const char *const *set, size_t n, const char *plan, const char *words)
{
    area_t area;
    care_model_t model;
    sim_fault_t fault = { .text = "" };

    area_load(&area, TOWN_BEGIN TOWN_END, set, n);
    for (size_t i = 0; i < area.spec->n_plans; i++) {
        if (strcmp(area.spec->plan[i].name, plan) == 0) {
            assert_int_not_equal(care_model_init(&model, area.spec, &area.spec->plan[i], say_no, fault.text), 0);
        }
    }
    assert_non_null(strstr(fault.text, words));
    area_free(&area);
}

/*
 * No plan has posts or money from nowhere: what is carved must be there; a service sold below its cost is staffed as far as the money
 * goes; posts cut while their staff are away do not come back with them; years and months of money are whole.
 */
static void
test_zero_monotone_nothing_for_nothing(void **state)
{
    static const char *const carve[] = { "money.carved=1", "money.extra_per_year=1000000" };
    static const char *const day[] = { "start=2025-09-15" };
    static const char *const cheap[] = { "plans.traded.price=20", "money.extra_per_year=10000", "years=2" };
    double unspent;
    area_t area;

    (void) state;
    refused(carve, 2, "specialist", "money.carved takes more posts");
    refused(day, 1, "none", "first of a month");
    area_load(&area, TOWN_BEGIN TOWN_END, cheap, 3);
    area_kpi(&area, "traded", "unspent_pounds", "y2", 1, &unspent);
    assert_true(unspent > -1);
    area_free(&area);
}

/* A gate's first year has one year's hours, also when a run begins within a term. */
static void
test_zero_monotone_part_of_a_term(void **state)
{
    static const char *const start[] = { "start=2025-09-01", "start=2025-11-01", "start=2026-05-01" };

    (void) state;
    for (size_t i = 0; i < 3; i++) {
        const char *const set[] = { start[i], "plans.gate.first_year=9", "plans.gate.later_years=9",
            "workforce.recruit_days=0" };
        double reached;
        area_t area;

        area_load(&area, TOWN_BEGIN TOWN_END, set, 4);
        area_kpi(&area, "gate", "schools_reached", "y1", 1, &reached);
        assert_true(reached >= 8 &&
                    reached <= 11); /* a year's hours, and what a term that reaches into the next year takes */
        area_free(&area);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zero_monotone_invariants),
        cmocka_unit_test(test_zero_monotone_no_demand),
        cmocka_unit_test(test_zero_monotone_more_core_staff),
        cmocka_unit_test(test_zero_monotone_no_contact_no_gain),
        cmocka_unit_test(test_zero_monotone_no_growth_is_flat),
        cmocka_unit_test(test_zero_monotone_base_growth),
        cmocka_unit_test(test_zero_monotone_carved),
        cmocka_unit_test(test_zero_monotone_nothing_for_nothing),
        cmocka_unit_test(test_zero_monotone_part_of_a_term),
        cmocka_unit_test(test_zero_monotone_money),
        cmocka_unit_test(test_zero_monotone_extra_money),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
