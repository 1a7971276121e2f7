/*
 * Kent & Medway today: the first year of the plan `none` reproduces the published totals and waits together, in one run. Expected
 * values and tolerances are those that docs/calibration.md keeps; each check asserts that the half-width of its 95% interval is
 * under a third of its tolerance, and that the mean lies inside it. Seeds are fixed.
 */
#include "tests/model/fixture.h"

#define REPS 20

typedef struct {
    const char *what; /* the KPI, in year 1 */
    double low, high;
} fact_t;

static const fact_t FACT[] = {
    /* given to the model: tests of the arithmetic between sources and results */
    { "requests", 42000 * 0.99, 42000 * 1.01 },
    { "referrals", 36840 * 0.985, 36840 * 1.015 },
    /* the state of the service */
    { "waiting", 11000, 15500 },
    { "wait_open_median_days", 187, 255 },
    { "wait_open_p90_days", 767 * 0.85, 767 * 1.15 },
    { "wait_seen_median_days", 7, 25 },
    { "wait_seen_p90_days", 150, 300 },
    { "caseload", 16000 * 0.9, 16000 * 1.1 },
    { "contacts", 233000 * 0.9, 233000 * 1.1 },
    { "open_spells", 31745 * 0.9, 31745 * 1.1 },
    { "closed_per_started", 0.87, 1.0 },
    { "rejected_share", 0.21 - 0.03, 0.27 + 0.03 },
    { "second_contact_28d", 0.44 - 0.05, 0.44 + 0.05 },
};
#define N_FACTS (sizeof(FACT) / sizeof(FACT[0]))

static void
kent_medway_run(const area_t *area, double value[N_FACTS][REPS])
{
    care_model_t model;

    area_model(area, "none", &model);
    for (uint32_t rep = 0; rep < REPS; rep++) {
        sim_book_t book;

        area_run(&model, rep, false, &book);
        for (size_t f = 0; f < N_FACTS; f++) {
            value[f][rep] = book_kpi(area->spec, &book, FACT[f].what, "all", "y1");
        }
        sim_book_free(&book);
    }
    care_model_free(&model);
}

static void
test_kent_medway_first_year(void **state)
{
    const char *const set[] = { "years=1" };
    double value[N_FACTS][REPS];
    size_t faults = 0;
    area_t area;

    (void) state;
    memset(&area, 0, sizeof(area));
    area_load_file(&area, "kent_medway.lua", set, 1);
    kent_medway_run(&area, value);
    for (size_t f = 0; f < N_FACTS; f++) {
        double tolerance = (FACT[f].high - FACT[f].low) / 2;
        ana_interval_t is;

        ana_mean_interval(value[f], 1, REPS, &is);
        print_message("    %-22s %10.5g (%.5g to %.5g); wanted %.5g to %.5g\n", FACT[f].what, is.mean, is.low, is.high,
            FACT[f].low, FACT[f].high);
        if (!(is.mean >= FACT[f].low && is.mean <= FACT[f].high) || !(is.high - is.mean < tolerance / 3)) {
            print_message("    FAULT: %s\n", FACT[f].what);
            faults++;
        }
    }
    area_free(&area);
    assert_int_equal(faults, 0);
}

/* The plan none spends today's money: 37 million pounds, within 5%. */
static void
test_kent_medway_spend(void **state)
{
    const char *const set[] = { "years=1", "scale=0.05" };
    double cost;
    area_t area;

    (void) state;
    memset(&area, 0, sizeof(area));
    area_load_file(&area, "kent_medway.lua", set, 2);
    area_kpi(&area, "none", "cost_pounds", "y1", 1, &cost);
    assert_between("spend", cost / 0.05, 37e6 * 0.95, 37e6 * 1.05);
    area_free(&area);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kent_medway_first_year),
        cmocka_unit_test(test_kent_medway_spend),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
