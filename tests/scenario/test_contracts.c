/*
 * The systems of several contracts: Kent & Medway's three with and without the county's money, Surrey as one contract and as three
 * lots, Bradford's three lots. What differs is what was meant to differ: the same children come, and money is equal to the penny
 * where it should be. Replications are paired; an interval that must not hold 0 is that of 95%, and seeds are fixed.
 */
#include "tests/model/fixture.h"

#define REPS 8

/* The first plan of two scenarios, with the same overrides, replication by replication: b less a. */
static void
compare(const char *a, const char *b, const char *const *set, size_t n_set, const char *kpi, const char *group,
    const char *period, ana_interval_t *difference)
{
    const char *const name[] = { a, b };
    double value[2][REPS];

    for (int i = 0; i < 2; i++) {
        area_t area = { .text = NULL };
        care_model_t model;

        area_load_file(&area, name[i], set, n_set);
        area_model(&area, area.spec->plan[0].name, &model);
        for (uint32_t rep = 0; rep < REPS; rep++) {
            sim_book_t book;

            area_run(&model, rep, false, &book);
            value[i][rep] = book_kpi(area.spec, &book, kpi, group, period);
            sim_book_free(&book);
        }
        care_model_free(&model);
        area_free(&area);
    }
    ana_paired(value[1], value[0], 1, REPS, difference);
}

static const char *const SMALL[] = { "scale=0.1", "years=2" };

/* Ten months of 1,117,000 pounds a year go, a tenth of it at this scale; the same children ask, and fewer are seen. */
static void
test_contracts_county_money(void **state)
{
    static const char kept[] = "kent_medway_kept.lua", withdrawn[] = "kent_medway_contracts.lua";
    ana_interval_t difference;

    (void) state;
    compare(kept, withdrawn, SMALL, 2, "cost_pounds", "line=alliance", "y1", &difference);
    assert_between("pounds not spent on early help", difference.mean, -93083.35, -93083.31);
    assert_between("of which no two futures differ", difference.se, 0, 1e-9);
    compare(kept, withdrawn, SMALL, 2, "cost_pounds", "line=education", "all", &difference);
    assert_between("pounds on education", difference.mean, -0.03, 0.03);
    compare(kept, withdrawn, SMALL, 2, "concerns", "all", "all", &difference);
    assert_between("concerns", difference.mean, 0, 0);
    compare(kept, withdrawn, SMALL, 2, "cohort_seen_4w", "all", "y2", &difference);
    assert_between("seen in 4 weeks", difference.high, -1, -0.03);
    compare(kept, withdrawn, SMALL, 2, "waiting", "presentation=neurodevelopmental", "all", &difference);
    assert_between("neurodevelopmental list", difference.mean, 0, 0);
}

/* Equal money and the same children. Staff who share a list are never idle while others' lists grow: one contract holds more contacts,
   and nobody loses days by being handed over: more are seen within four weeks. */
static void
test_contracts_lots(void **state)
{
    static const char one[] = "surrey.lua", lots[] = "surrey_lots.lua";
    ana_interval_t difference;

    (void) state;
    compare(one, lots, SMALL, 2, "cost_pounds", "all", "all", &difference);
    assert_between("pounds", difference.mean, -0.5, 0.5);
    compare(one, lots, SMALL, 2, "concerns", "all", "all", &difference);
    assert_between("concerns", difference.mean, 0, 0);
    compare(one, lots, SMALL, 2, "contacts", "all", "all", &difference);
    assert_between("contacts of lots less those of one contract", difference.high, -1e6, 0);
    compare(one, lots, SMALL, 2, "cohort_seen_4w", "all", "all", &difference);
    assert_between("seen in 4 weeks in lots, less in one contract", difference.high, -1, 0);
}

/* Where no time is kept for first sessions, early help in a lot of its own, which is not overloaded, sees its children sooner than
   where they share a list with clinical work; and clinical work in its lot later. */
static void
test_contracts_lots_nothing_kept(void **state)
{
    static const char *const set[] = { "scale=0.1", "years=2", "area.kept_first=0" };
    ana_interval_t difference;

    (void) state;
    compare("surrey.lua", "surrey_lots.lua", set, 3, "queue_wait_mean_days", "stage=brief", "all", &difference);
    assert_between("days more until early help in a lot of its own", difference.high, -100, 0);
    compare("surrey.lua", "surrey_lots.lua", set, 3, "queue_wait_mean_days", "stage=choice", "all", &difference);
    assert_between("days more until Choice in lots", difference.low, 0, 100);
}

/* Nothing crosses: a stage of a lot is served by the pools of its lot, and each pool is paid by one line. */
static void
test_contracts_lots_share_nothing(void **state)
{
    static const struct {
        const char *stage, *lot;
    } row[] = { { "triage", "early" }, { "brief", "early" }, { "step_down", "early" }, { "choice", "clinical" },
        { "choice_priority", "clinical" }, { "partnership", "clinical" }, { "specific", "clinical" },
        { "urgent", "clinical" }, { "again_core", "clinical" }, { "neuro_assessment", "neuro" },
        { "neuro_follow", "neuro" }, { "triage_neuro", "neuro" }, { "again_neuro", "neuro" } };
    area_t area = { .text = NULL };

    (void) state;
    area_load_file(&area, "surrey_lots.lua", NULL, 0);
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        const sim_pathway_t *pathway = &area.spec->pathway;
        int line = care_line_of(area.spec, pathway->stage[sim_pathway_find_stage(pathway, row[i].stage)].pool);

        assert_true(line >= 0);
        assert_string_equal(area.spec->line[line].lot, row[i].lot);
    }
    area_free(&area);
}

/* Nobody before a lot opens, nothing paid before it opens, no schools; and more money sees more people twice in four weeks. */
static void
test_contracts_bradford(void **state)
{
    static const double more[] = { 200000, 275000, 350000 };
    double twice[3][REPS];
    ana_interval_t difference;

    (void) state;
    for (size_t i = 0; i < 3; i++) {
        char money[64];
        const char *const set[] = { money };
        area_t area = { .text = NULL };
        care_model_t model;

        (void) snprintf(money, sizeof(money), "lines.one.per_year=%g", more[i]);
        area_load_file(&area, "bradford.lua", set, 1);
        area_model(&area, "lots", &model);
        for (uint32_t rep = 0; rep < REPS; rep++) {
            sim_book_t book;

            area_run(&model, rep, rep == 0, &book);
            twice[i][rep] = book_kpi(area.spec, &book, "second_contact_28d", "presentation=one", "all");
            assert_true(book_sum(&book, CARE_COUNT_REFERRALS, "presentation=three", 0, 2) == 0);
            assert_true(book_sum(&book, CARE_COUNT_REFERRALS, "presentation=three", 2, 3) > 0);
            assert_true(book_sum(&book, CARE_COUNT_COST, "line=three", 0, 2) == 0);
            assert_true(book_sum(&book, CARE_COUNT_SCHOOLS, "all", 0, 36) == 0);
            assert_true(book_sum(&book, CARE_COUNT_REFERRALS, "quintile=3", 0, 36) == 0);
            assert_true(fabs(book_sum(&book, CARE_COUNT_COST, "line=one", 12, 24) - more[i]) < 0.02);
            sim_book_free(&book);
        }
        care_model_free(&model);
        area_free(&area);
    }
    for (size_t i = 1; i < 3; i++) {
        ana_paired(twice[i], twice[i - 1], 1, REPS, &difference);
        assert_between("more seen twice with more money", difference.low, 0.05, 1);
    }
}

/* A service that schools refer to needs some. */
static void
test_contracts_no_schools_errors(void **state)
{
    static const char *const none[] = { "schools.primary=0", "schools.secondary=0", "schools.special=0" };
    area_t area = { .text = TOWN_BEGIN TOWN_END };
    scn_reader_t reader = { area_read, &area };
    care_model_t model;

    (void) state;
    assert_int_equal(scn_load(&reader, "test.lua", none, 3, NULL, &area.scenario), 0);
    assert_int_equal(care_model_init(&model, scn_spec(area.scenario), &scn_spec(area.scenario)->plan[0], NULL, NULL),
        SIM_ERR_SCENARIO);
    scn_free(area.scenario);
}

int
main(void)
{
    const struct CMUnitTest test[] = {
        cmocka_unit_test(test_contracts_county_money),
        cmocka_unit_test(test_contracts_lots),
        cmocka_unit_test(test_contracts_lots_nothing_kept),
        cmocka_unit_test(test_contracts_lots_share_nothing),
        cmocka_unit_test(test_contracts_bradford),
        cmocka_unit_test(test_contracts_no_schools_errors),
    };

    return cmocka_run_group_tests(test, NULL, NULL);
}
