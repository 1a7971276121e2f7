/*
 * Who is turned away at triage, against the published shares: 43% of what GPs send, 31% of what schools send, 18% after an offer's
 * consultation and 11% of the others, within 3 points; twice as many from the most as from the least deprived fifth, within 0.3;
 * crisis and eating disorder never. Each test asserts that its standard error is under a third of its tolerance.
 */
#include "tests/model/fixture.h"

#define REPS 12

static void
triage_area(area_t *area, const char *const *set, size_t n)
{
    memset(area, 0, sizeof(*area));
    area_load_file(area, "kent_medway.lua", set, n);
}

/* A KPI of one group in year 1 of Kent & Medway, over replications. */
static ana_interval_t
triage_share(sim_book_t *book, const area_t *area, const char *group)
{
    ana_interval_t interval;
    double value[REPS];

    for (size_t rep = 0; rep < REPS; rep++) {
        value[rep] = book_kpi(area->spec, &book[rep], "rejected_share", group, "y1");
    }
    ana_mean_interval(value, 1, REPS, &interval);
    return interval;
}

static void
assert_share(sim_book_t *book, const area_t *area, const char *group, double expected)
{
    ana_interval_t share = triage_share(book, area, group);

    assert_true(share.se < 0.01);
    assert_between(group, share.mean, expected - 0.03, expected + 0.03);
}

static void
triage_run(const area_t *area, const char *plan, care_model_t *model, sim_book_t *book)
{
    area_model(area, plan, model);
    for (uint32_t rep = 0; rep < REPS; rep++) {
        area_run(model, rep, false, &book[rep]);
    }
}

static void
triage_free(area_t *area, care_model_t *model, sim_book_t *book)
{
    for (size_t rep = 0; rep < REPS; rep++) {
        sim_book_free(&book[rep]);
    }
    care_model_free(model);
    area_free(area);
}

static void
test_triage_by_source(void **state)
{
    const char *const set[] = { "years=1", "scale=0.25" };
    area_t area;
    care_model_t model;
    sim_book_t book[REPS];
    double ratio[REPS];
    ana_interval_t interval;

    (void) state;
    triage_area(&area, set, 2);
    triage_run(&area, "none", &model, book);
    assert_share(book, &area, "source=gp", 0.43);
    assert_share(book, &area, "source=school_gp", 0.43);
    assert_share(book, &area, "source=school", 0.31);
    assert_share(book, &area, "source=other", 0.11);
    for (size_t rep = 0; rep < REPS; rep++) {
        assert_true(book_sum(&book[rep], CARE_COUNT_REJECTED, "presentation=crisis", 0, 12) == 0);
        assert_true(book_sum(&book[rep], CARE_COUNT_REJECTED, "presentation=eating", 0, 12) == 0);
        assert_true(book_sum(&book[rep], CARE_COUNT_ACCEPTED, "presentation=crisis", 0, 12) > 50);
        assert_true(book_sum(&book[rep], CARE_COUNT_REJECTED, "presentation=neurodevelopmental", 0, 12) > 50);
        ratio[rep] = book_kpi(area.spec, &book[rep], "rejected_share", "quintile=1", "y1") /
                     book_kpi(area.spec, &book[rep], "rejected_share", "quintile=5", "y1");
    }
    ana_mean_interval(ratio, 1, REPS, &interval);
    assert_true(interval.se < 0.1);
    assert_between("most over least deprived", interval.mean, 1.7, 2.3);
    triage_free(&area, &model, book);
}

/* Every wish is a consultation by telephone that is answered, so that what schools send directly comes after a consultation. */
static void
test_triage_after_consultation(void **state)
{
    const char *const set[] = { "years=1", "scale=0.25", "concern.wish=1", "workforce.recruit_days=0",
        "plans.spoa.patience_minutes=600", "money.extra_per_year=20000000", "concern.gp_base=-5",
        "plans.spoa.schools_line=0", "plans.spoa.refer=0.5", "plans.spoa.rings=1" };
    area_t area;
    care_model_t model;
    sim_book_t book[REPS];

    (void) state;
    triage_area(&area, set, 10);
    triage_run(&area, "spoa", &model, book);
    for (size_t rep = 0; rep < REPS; rep++) { /* nobody decides alone; 1.6% are urgent and sent on at once */
        assert_true(book_sum(&book[rep], CARE_COUNT_LINK_CONSULTATIONS, "all", 0, 12) >
                    0.98 * book_sum(&book[rep], CARE_COUNT_CONCERNS, "all", 0, 12));
    }
    assert_share(book, &area, "source=school", 0.18);
    triage_free(&area, &model, book);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_triage_by_source),
        cmocka_unit_test(test_triage_after_consultation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
