/*
 * Training, tiers, the quality gate and trade: how many schools they reach and when, what the money buys, and who buys.
 *
 * The tests stand before care_schools_month, care_school_count and care_decide (the linker's --wrap) and change nothing.
 */
#include "models/run.h"
#include "tests/model/fixture.h"

#define MONTHS_MAX 60
#define SCHOOLS_MAX 400
#define DAYS_SEEN 4

static struct {
    size_t n_schools, n_months;
    bool covered[MONTHS_MAX][SCHOOLS_MAX], bought[SCHOOLS_MAX];
    double quality[MONTHS_MAX][SCHOOLS_MAX], visit_hours[SCHOOLS_MAX], sold[SCHOOLS_MAX];
    size_t n_days[SCHOOLS_MAX];
    double day[SCHOOLS_MAX][DAYS_SEEN];           /* of hours counted at one time: workshop days */
    double gp[2][MONTHS_MAX], nhs[2][MONTHS_MAX]; /* school referrals, of schools without and with a layer */
} watch;

void __real_care_schools_month(care_run_t *run, size_t month);
void __wrap_care_schools_month(care_run_t *run, size_t month);
void __real_care_school_count(care_run_t *run, uint32_t school, int counter, double amount);
void __wrap_care_school_count(care_run_t *run, uint32_t school, int counter, double amount);
int __real_care_decide(care_run_t *run, uint32_t entity, int decision);
int __wrap_care_decide(care_run_t *run, uint32_t entity, int decision);

void
__wrap_care_schools_month(care_run_t *run, size_t month)
{
    __real_care_schools_month(run, month);
    watch.n_schools = run->n_schools < SCHOOLS_MAX ? run->n_schools : SCHOOLS_MAX;
    watch.n_months = month + 1;
    assert_true(month < MONTHS_MAX);
    for (size_t i = 0; i < watch.n_schools; i++) {
        watch.covered[month][i] = run->school[i].covered != 0;
        watch.bought[i] = run->school[i].bought != 0;
        watch.quality[month][i] = run->school[i].quality;
        watch.visit_hours[i] = run->school[i].visit_hours[0];
    }
}

void
__wrap_care_school_count(care_run_t *run, uint32_t school, int counter, double amount)
{
    double now = sim_replication_now(run->rep);

    if (counter == CARE_COUNT_LINK_HOURS && school < SCHOOLS_MAX && watch.n_days[school] < DAYS_SEEN) {
        watch.day[school][watch.n_days[school]++] = now;
        assert_true(sim_calendar_is(&run->model->calendar, (long) now, SIM_DAY_SCHOOL));
    }
    if (counter == CARE_COUNT_SOLD_HOURS && school < SCHOOLS_MAX) {
        watch.sold[school] = amount;
    }
    __real_care_school_count(run, school, counter, amount);
}

int
__wrap_care_decide(care_run_t *run, uint32_t entity, int decision)
{
    const care_child_t *child = &run->child[sim_replication_entity(run->rep, entity)->owner];
    bool with = run->n_schools > 0 && run->school[child->school].covered != 0;
    int label = __real_care_decide(run, entity, decision);

    if (decision == CARE_DECIDE_CONCERN && !run->urgent[child->cls] &&
        (label == 1 || label == 2)) { /* "gp", "direct" */
        watch.nhs[with][sim_replication_month(run->rep)]++;
        watch.gp[with][sim_replication_month(run->rep)] += label == 1 ? 1 : 0;
    }
    return label;
}

/* One watched replication of a plan; the book is the caller's. */
static void
watched(const area_t *area, const char *plan, uint32_t rep, care_model_t *model, sim_book_t *book)
{
    memset(&watch, 0, sizeof(watch));
    area_model(area, plan, model);
    area_run(model, rep, false, book);
}

static void
unwatch(care_model_t *model, sim_book_t *book)
{
    sim_book_free(book);
    care_model_free(model);
}

static double
sum(sim_book_t *book, int counter, size_t from, size_t to)
{
    return book_sum(book, counter, "all", from, to);
}

/* ---- training ---- */

#define QUIET_TOWN                                                                                                     \
    TOWN_BEGIN SCHOOLS_ONLY "more.concerns_primary = assumption(per_year(0.1), 'hardly any')\n"                        \
                            "town.workforce = { recruit_days = days(0), from_core = share(0) }\n" TOWN_END

/*
 * 30 schools are a cohort of 20 in the autumn and one of 10 in the spring; half the gain after each of two days, six weeks apart
 * (in the spring half-term moves the second by up to a week); then it wears off, by the equation, exactly.
 */
static void
test_tiers_training_two_days(void **state)
{
    static const double days[] = { 30, 31, 30, 31, 31, 28, 31, 30 };
    const char *const set[] = { "years=0.6667", "plans.training.termly_hours=0" };
    size_t n[2] = { 0 };
    care_model_t model;
    sim_book_t book;
    area_t area;

    (void) state;
    area_load(&area, QUIET_TOWN, set, 2);
    watched(&area, "training", 0, &model, &book);
    for (size_t i = 0; i < 30; i++) {
        bool spring = watch.day[i][0] > 100;
        size_t first = spring ? 4 : 0;
        double k = 0.37;

        n[spring]++;
        assert_int_equal(watch.n_days[i], 2);
        assert_between("days apart", watch.day[i][1] - watch.day[i][0], 42, spring ? 50 : 42);
        for (size_t m = 0; m < 8; m++) {
            k += m == first || m == first + 1 ? 0.15 : 0;
            k -= 0.35 * (k - 0.37) * days[m] / 365.25;
            assert_true(fabs(watch.quality[m][i] - k) < 1e-9);
            assert_int_equal(watch.covered[m][i], m > first);
        }
    }
    assert_true(n[0] == 20 && n[1] == 10);
    assert_true(sum(&book, CARE_COUNT_REACHED, 0, 8) == 30);
    assert_true(sum(&book, CARE_COUNT_LINK_HOURS, 0, 8) == 30 * 13);
    assert_true(sum(&book, CARE_COUNT_LINK_ASKED, 0, 8) == 0);
    unwatch(&model, &book);
    area_free(&area);
}

/* One trained member of staff carries less of it than two, three more: 1 - exp(-staff / 2). */
static void
test_tiers_training_more_staff(void **state)
{
    static const char *const staff[] = { "plans.training.staff_school=1", "plans.training.staff_school=3" };

    (void) state;
    for (size_t s = 0; s < 2; s++) {
        const char *const set[] = { "years=0.0834", "plans.training.termly_hours=0", "link.decay=0", staff[s] };
        double best = 0, expected = 0.15 * (1 - exp(s == 0 ? -0.5 : -1.5)) / (1 - exp(-1));
        care_model_t model;
        sim_book_t book;
        area_t area;

        area_load(&area, QUIET_TOWN, set, 4);
        watched(&area, "training", 0, &model, &book);
        for (size_t i = 0; i < 30; i++) {
            best = fmax(best, watch.quality[0][i] - 0.37);
        }
        assert_true(fabs(best - expected) < 1e-9);
        unwatch(&model, &book);
        area_free(&area);
    }
}

/* 241 cohorts a year of 20 schools for four years are 19,280 schools when every cohort is full, exactly. */
static void
test_tiers_training_national(void **state)
{
    const char *const set[] = { "years=5", "plans.training.terms=12", "schools.primary=20000", "schools.secondary=500",
        "schools.special=500", "plans.training.termly_hours=0", "money.extra_per_year=1000000" };
    care_model_t model;
    sim_book_t book;
    area_t area;

    (void) state;
    area_load(&area,
        TOWN_BEGIN SCHOOLS_ONLY "more.requests = assumption(per_year(1e7), 'example')\n"
                                "more.concerns_primary = assumption(per_year(0.001), 'hardly any')\n"
                                "town.workforce = { recruit_days = days(0), from_core = share(0) }\n" TOWN_END,
        set, 7);
    watched(&area, "training", 0, &model, &book);
    assert_true(sum(&book, CARE_COUNT_REACHED, 0, 60) == 19280); /* and nobody in the fifth year */
    assert_true(sum(&book, CARE_COUNT_REACHED, 0, 48) == 19280);
    assert_true(sum(&book, CARE_COUNT_REACHED, 0, 12) == 4820);
    assert_true(sum(&book, CARE_COUNT_COVERED, 47, 48) == 19280); /* nobody twice */
    unwatch(&model, &book);
    area_free(&area);
}

/* Schools are trained again after so many terms, and not before. */
static void
test_tiers_training_again(void **state)
{
    const char *const set[] = { "years=4", "plans.training.again_terms=6" };
    care_model_t model;
    sim_book_t book;
    area_t area;

    (void) state;
    area_load(&area, QUIET_TOWN, set, 2);
    watched(&area, "training", 0, &model, &book);
    assert_true(sum(&book, CARE_COUNT_REACHED, 0, 8) == 30);
    assert_true(sum(&book, CARE_COUNT_REACHED, 8, 24) == 0);
    assert_true(sum(&book, CARE_COUNT_REACHED, 24, 36) == 30); /* two years on */
    unwatch(&model, &book);
    area_free(&area);
}

/* Sessions alone: two of two hours a term to three staff, in the equation's hours a school-week; consultation only if it is paid for. */
static void
test_tiers_training_sessions(void **state)
{
    const char *const menu[] = { "years=1", "plans.training.days=0", "plans.training.sessions_term=2",
        "plans.training.staff_school=3", "plans.training.termly_hours=0", "plans.training.consult_share=0.5" };
    const double hours = 4 * (1 - exp(-1.5)) / (1 - exp(-1)) * 3 / 39;
    care_model_t model;
    sim_book_t book;
    area_t area;

    (void) state;
    area_load(&area, QUIET_TOWN, menu, 6);
    watched(&area, "training", 0, &model, &book);
    assert_int_equal(watch.n_schools, 30);
    for (size_t i = 0; i < 30; i++) {
        assert_true(watch.covered[0][i] && fabs(watch.visit_hours[i] - hours) < 1e-9);
        assert_true(watch.quality[11][i] > 0.6);
    }
    assert_true(sum(&book, CARE_COUNT_REACHED, 0, 12) == 0);
    assert_true(sum(&book, CARE_COUNT_LINK_ASKED, 0, 12) > 0);
    unwatch(&model, &book);
    area_free(&area);
}

/* ---- tiered ---- */

/*
 * A plan of 20 schools a term a worker wants 550 hours of the 262.5 that half of a term's paid time gives: a load of 2.1, and 27 to 29
 * schools a worker and year instead of 60 (9 a term are whole schools). With all paid hours for contact it is still overloaded.
 */
static void
test_tiers_bronze_is_overloaded(void **state)
{
    static const struct {
        const char *share, *plan;
        double load, schools;
    } row[] = { { "money.contact_share=0.5", "plans.tiered.schools_term=20", 550 / 262.5, 27 },
        { "money.contact_share=0.5", "plans.tiered.schools_term=0", 9 * 27.5 / 262.5, 27 },
        { "money.contact_share=1", "plans.tiered.schools_term=20", 550 / 525.0, 57 },
        { "money.contact_share=1", "plans.tiered.schools_term=15", 412.5 / 525, 45 } };

    (void) state;
    for (size_t r = 0; r < sizeof(row) / sizeof(row[0]); r++) {
        const char *const set[] = { "years=2", "schools.primary=300", "money.extra_per_year=95000",
            "plans.tiered.anchor_uptake=0.01", "plans.tiered.price=1000", row[r].share, row[r].plan };
        care_model_t model;
        sim_book_t book;
        area_t area;

        area_load(&area, QUIET_TOWN, set, 7);
        watched(&area, "tiered", 0, &model, &book);
        assert_true(fabs(book_kpi(area.spec, &book, "promised_load", "all", "all") - row[r].load) < 0.02);
        assert_between("schools a post and year", book_kpi(area.spec, &book, "schools_reached_per_wte", "all", "all"),
            row[r].schools * 0.99, row[r].schools * 1.01);
        unwatch(&model, &book);
        area_free(&area);
    }
}

/* ---- gold ---- */

/* Those who buy are the same with gold on sale; of them 30% take 1.5 times the hours: binomial, 4 standard errors in 2 prices. */
static void
test_tiers_gold_is_a_larger_package(void **state)
{
    static const char *const gold_price[] = { "plans.traded.gold_price=100", "plans.traded.gold_price=150" };
    static bool silver[40][SCHOOLS_MAX];
    area_t area;

    (void) state;
    for (int p = -1; p < 2; p++) {
        const char *const set[] = { "years=0.0834", "schools.primary=250", "plans.traded.price=100",
            "money.extra_per_year=10000000", "plans.traded.gold_share=0.3", gold_price[p < 0 ? 0 : p] };
        double bought = 0, gold = 0, odds = 3 / 7.0 * (p == 1 ? 1 / 2.25 : 1), share = odds / (1 + odds), se;

        area_load(&area, QUIET_TOWN, set, p < 0 ? 4 : 6);
        for (uint32_t rep = 0; rep < 40; rep++) {
            care_model_t model;
            sim_book_t book;

            watched(&area, "traded", rep, &model, &book);
            for (size_t i = 0; i < 250; i++) {
                silver[rep][i] = p < 0 ? watch.bought[i] : silver[rep][i];
                assert_int_equal(watch.bought[i], silver[rep][i]);
                assert_true(watch.sold[i] == 0 || watch.sold[i] == 10 || watch.sold[i] == 15);
                bought += watch.sold[i] > 0 ? 1 : 0;
                gold += watch.sold[i] == 15 ? 1 : 0;
            }
            unwatch(&model, &book);
        }
        se = sqrt(share * (1 - share) / bought);
        assert_true(bought > 3000 && se < 0.01);
        assert_true(p >= 0 || gold == 0);
        if (p >= 0) {
            assert_between("share of gold", gold / bought, share - 4 * se, share + 4 * se);
        }
        area_free(&area);
    }
}

/*
 * Within the same total, what schools pay for silver replaces the commissioner's money and displaces bronze; on top of it, at the price
 * that an hour costs, it hires the staff that it needs, and bronze goes on as if nothing were sold. In both the ledger balances.
 */
static void
test_tiers_silver_on_top(void **state)
{
    static const char *const way[] = { "plans.tiered.on_top=0", "plans.tiered.on_top=1" };
    double reached[2], paid[2], bill[2];
    area_t area;

    (void) state;
    for (size_t w = 0; w < 2; w++) {
        const char *const set[] = { "years=4", "schools.primary=300", "plans.tiered.price=120.634920634920635",
            way[w] };
        care_model_t model;
        sim_book_t book;

        area_load(&area, QUIET_TOWN, set, 4);
        watched(&area, "tiered", 0, &model, &book);
        reached[w] = sum(&book, CARE_COUNT_REACHED, 0, 48);
        paid[w] = sum(&book, CARE_COUNT_SCHOOL_PAID, 0, 48);
        bill[w] = sum(&book, CARE_COUNT_COMMISSIONER_COST, 0, 48) - 4 * 1150000;
        unwatch(&model, &book);
        area_free(&area);
    }
    assert_true(paid[0] > 50000 && paid[1] > 50000);
    assert_true(fabs(bill[0] - (800000 - paid[0])) < 1000 && fabs(bill[1] - 800000) < 1000);
    assert_true(reached[1] == 12 * floor(200000.0 / 95000 * 262.5 / 27.5)); /* 20 a term */
    assert_true(reached[0] < reached[1] * 0.8);
}

/* ---- trade ---- */

/* The provider's account: what schools pay less what the filled posts cost, whatever the year brings. */
static void
test_tiers_traded_breaks_even(void **state)
{
    static const char *const price[] = { "plans.traded.price=100", "plans.traded.price=120.634920634920635",
        "plans.traded.price=150" };
    const double margin[] = { 100 - 95000 / 787.5, 0, 150 - 95000 / 787.5 };

    (void) state;
    for (size_t p = 0; p < 3; p++) {
        const char *const set[] = { "years=1", "schools.primary=250", "money.extra_per_year=10000000", price[p] };
        care_model_t model;
        sim_book_t book;
        area_t area;
        double sold, surplus;

        area_load(&area, QUIET_TOWN, set, 4);
        watched(&area, "traded", 0, &model, &book);
        sold = sum(&book, CARE_COUNT_SOLD_HOURS, 0, 12);
        surplus = sum(&book, CARE_COUNT_TRADED_SURPLUS, 0, 12);
        assert_true(sold > 500);
        assert_true(fabs(surplus - sold * margin[p]) < 300); /* a year's posts are 365 days of 365.25 */
        unwatch(&model, &book);
        area_free(&area);
    }
}

/* A team that nobody buys from is the provider's loss, whole. */
static void
test_tiers_traded_unsold_is_lost(void **state)
{
    const char *const set[] = { "years=1", "money.extra_per_year=1000000", "plans.traded.posts_least=3",
        "plans.traded.anchor_uptake=0.01", "plans.traded.price=1000" };
    care_model_t model;
    sim_book_t book;
    area_t area;

    (void) state;
    area_load(&area, QUIET_TOWN, set, 5);
    watched(&area, "traded", 0, &model, &book);
    assert_true(sum(&book, CARE_COUNT_SOLD_HOURS, 0, 12) == 0);
    assert_true(fabs(sum(&book, CARE_COUNT_TRADED_SURPLUS, 0, 12) + 3 * 95000) < 300);
    unwatch(&model, &book);
    area_free(&area);
}

/* Free hours for every school lift the link, and so the share that buys more. The same schools: never fewer in 10 areas of 300. */
static void
test_tiers_traded_free_core(void **state)
{
    const char *const set[] = { "years=4", "schools.primary=200", "schools.secondary=50", "schools.special=50",
        "money.extra_per_year=3000000", "plans.traded.price=100", "plans.traded.core_primary=13",
        "plans.traded.core_secondary=26", "plans.traded.core_special=13" };
    const char *const text =
        TOWN_BEGIN SCHOOLS_ONLY "town.workforce = { recruit_days = days(0), from_core = share(0) }\n" TOWN_END;
    double with[10], without[10];
    area_t area;

    (void) state;
    area_load(&area, text, set, 6);
    area_kpi(&area, "traded", "buying_schools_share", "y4", 10, without);
    area_free(&area);
    area_load(&area, text, set, 9);
    area_kpi(&area, "traded", "buying_schools_share", "y4", 10, with);
    for (size_t r = 0; r < 10; r++) {
        assert_true(with[r] > without[r]);
    }
    area_free(&area);
}

/* ---- gate ---- */

#define GATED                                                                                                          \
    TOWN_BEGIN "town.years = 2\n"                                                                                      \
               "town.schools = { primary = count(80), secondary = count(15), special = count(5) }\n"                   \
               "more.requests = assumption(per_year(5200), 'example')\n"                                               \
               "more.urgent_school = assumption(share(0), 'a crisis is sent on past any gate')\n"                      \
               "town.workforce = { recruit_days = days(0), from_core = share(0) }\n" TOWN_END

/* 20 schools in the first year, 60 in the second, a third of them a term; no other school refers but through a GP, or with a crisis. */
static void
test_tiers_gate_opens_in_waves(void **state)
{
    static const size_t expected[] = { 6, 13, 20, 40, 60, 80 }, month[] = { 1, 5, 8, 13, 17, 20 };
    double gp = 0, nhs = 0, share, se, p = 1 / (1 + exp(-0.376));
    care_model_t model;
    sim_book_t book;
    area_t area;

    (void) state;
    area_load(&area, GATED, NULL, 0);
    watched(&area, "gate", 0, &model, &book);
    for (size_t m = 0; m < 6; m++) {
        assert_true(sum(&book, CARE_COUNT_COVERED, month[m], month[m] + 1) == (double) expected[m]);
    }
    for (size_t m = 0; m < 24; m++) {
        assert_true(watch.gp[0][m] == watch.nhs[0][m]);
        gp += watch.gp[1][m];
        nhs += watch.nhs[1][m];
    }
    share = gp / nhs;
    se = sqrt(p * (1 - p) / nhs);
    assert_true(nhs > 500 && se < 0.025);
    assert_between("through a GP, accredited", share, p - 4 * se, p + 4 * se); /* a false alarm in 16,000 seeds */
    unwatch(&model, &book);
    area_free(&area);
}

/* A school is not accredited before its link is up to the standard. */
static void
test_tiers_gate_has_a_standard(void **state)
{
    const char *const set[] = { "plans.gate.standard=0.38" };
    care_model_t model;
    sim_book_t book;
    area_t area;

    (void) state;
    area_load(&area, GATED, set, 1);
    watched(&area, "gate", 0, &model, &book);
    assert_true(sum(&book, CARE_COUNT_REACHED, 0, 24) == 0);
    for (size_t m = 0; m < 24; m++) {
        assert_true(watch.nhs[1][m] == 0 && watch.gp[0][m] == watch.nhs[0][m]);
    }
    unwatch(&model, &book);
    area_free(&area);
}

/* A closed gate sends all by letter: in each of 8 areas more are turned away than today. */
static void
test_tiers_closed_gate_turns_away(void **state)
{
    const char *const set[] = { "plans.gate.first_year=0", "plans.gate.later_years=0" };
    double today[8], closed[8];
    area_t area;

    (void) state;
    area_load(&area, GATED, set, 2);
    area_kpi(&area, "none", "rejected", "all", 8, today);
    area_kpi(&area, "gate", "rejected", "all", 8, closed);
    for (size_t r = 0; r < 8; r++) {
        assert_true(closed[r] > today[r] * 1.02);
    }
    area_free(&area);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tiers_training_two_days),
        cmocka_unit_test(test_tiers_training_more_staff),
        cmocka_unit_test(test_tiers_training_national),
        cmocka_unit_test(test_tiers_training_again),
        cmocka_unit_test(test_tiers_training_sessions),
        cmocka_unit_test(test_tiers_bronze_is_overloaded),
        cmocka_unit_test(test_tiers_gold_is_a_larger_package),
        cmocka_unit_test(test_tiers_silver_on_top),
        cmocka_unit_test(test_tiers_traded_breaks_even),
        cmocka_unit_test(test_tiers_traded_unsold_is_lost),
        cmocka_unit_test(test_tiers_traded_free_core),
        cmocka_unit_test(test_tiers_gate_opens_in_waves),
        cmocka_unit_test(test_tiers_gate_has_a_standard),
        cmocka_unit_test(test_tiers_closed_gate_turns_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
