/*
 * Contracts: whatever is agreed, no penny is lost; payment by numbers worked by hand; staff that cannot be found are money unspent; a
 * review moves money by what is known on its day, and in no other future.
 */
#include "models/ledger.h"
#include "sim/core/random.h"
#include "tests/model/fixture.h"

/* One line that pays all, 100,000 pounds a month and nothing else happening to it. */
#define ONE                                                                                                                \
    "town.money = { extra_per_year = pounds(0) }\n"                                                                        \
    "local all = { name = 'all', pools = { 'triage', 'urgent', 'brief', 'core', 'neuro' }, per_year = pounds(1200000) }\n" \
    "town.lines = { all }\n"
#define THREE                                                                                                          \
    "town.money = { extra_per_year = pounds(0) }\n"                                                                    \
    "town.lines = {\n"                                                                                                 \
    "  { name = 'specialist', pools = { 'triage', 'urgent', 'core' }, per_year = pounds(750000.37) },\n"               \
    "  { name = 'early', pools = { 'brief' }, per_year = pounds(200000.21), early = true },\n"                         \
    "  { name = 'neuro', pools = { 'neuro' }, per_year = pounds(199999.42) } }\n"
/* Next to nobody, so that a run is quick. */
#define FEW                                                                                                            \
    "town.schools = { primary = count(2), secondary = count(1), special = count(0) }\n"                                \
    "more.requests, more.waiting_neuro = assumption(per_year(200), 'example'), assumption(count(5), 'example')\n"      \
    "more.waiting_core, more.caseload = assumption(count(5), 'example'), assumption(count(10), 'example')\n"
#define SIGNED "town.contract = { go_live = '2025-09-01', term = years(10) }\n"
#define RULE(bound)                                                                                                    \
    "town.contract.reviews = { { on = '2026-06-01', ['if'] = { kpi = 'cohort_seen_18w', " bound                        \
    ", over = months(4) }, "                                                                                           \
    "move = 0.1, from_line = 'specialist', to_line = 'early' } }\n"

typedef struct {
    area_t area;
    care_model_t model;
    sim_book_t book;
    care_ledger_t ledger;
    char told[400]; /* the last */
} town_t;

static void
hear(void *ctx, double t_days, const char *text)
{
    town_t *town = ctx;

    (void) snprintf(town->told, sizeof(town->told), "%.2f %s", t_days, text);
}

static void
no_trace(void *ctx, const sim_trace_t *line, const char *note)
{
    (void) ctx;
    (void) line;
    (void) note;
}

static void
town_run(town_t *town, const char *text, const char *const *set, size_t n, const char *plan, uint32_t rep)
{
    care_effort_t effort;
    const care_how_t how = { .seed = 1,
        .replication = rep,
        .warmup_days = -1,
        .trace = no_trace,
        .trace_ctx = town,
        .tell = hear,
        .ledger = &town->ledger };

    memset(town, 0, sizeof(*town));
    area_load(&town->area, text, set, n);
    area_model(&town->area, plan, &town->model);
    assert_int_equal(care_model_run_as(&town->model, &how, &town->book, &effort), 0);
}

static void
town_free(town_t *town)
{
    care_ledger_free(&town->ledger);
    sim_book_free(&town->book);
    care_model_free(&town->model);
    area_free(&town->area);
}

static int64_t
debited(const town_t *town, care_account_t account, size_t month)
{
    return care_ledger_entry(&town->ledger, 0, account, month).debit;
}

static int64_t
balance(const town_t *town, care_account_t account, size_t month)
{
    return care_ledger_balance(&town->ledger, 0, account, month);
}

static double
counted(town_t *town, int counter, const char *group, size_t from, size_t to)
{
    return book_sum(&town->book, counter, group, from, to);
}

/* ---- payment ---- */

/* Each attended contact of the line's pools is paid 180 pounds, to the penny, and payment changes nothing that happens to a child. */
static void
test_contract_activity(void **state)
{
    const char *const set[] = { "years=1", "scale=0.3" };
    town_t block, activity;
    int64_t earned = 0;

    (void) state;
    town_run(&block, TOWN_BEGIN ONE TOWN_END, set, 2, "none", 0);
    town_run(&activity, TOWN_BEGIN ONE "all.payment = { per_contact = pounds(180) }\n" TOWN_END, set, 2, "none", 0);
    for (size_t m = 0; m < 12; m++) {
        double contacts = counted(&activity, CARE_COUNT_CONTACTS, "all", m, m + 1);

        assert_true(contacts > 50 && contacts == counted(&block, CARE_COUNT_CONTACTS, "all", m, m + 1));
        assert_int_equal(care_ledger_entry(&activity.ledger, 0, CARE_ACC_ACTIVITY, m).credit,
            llround(contacts * 18000));
        assert_true(counted(&block, CARE_COUNT_COST, "all", m, m + 1) ==
                    counted(&activity, CARE_COUNT_COST, "all", m, m + 1));
        earned += llround(contacts * 18000);
    }
    assert_int_equal(balance(&block, CARE_ACC_UNSPENT, 11), 0);
    assert_int_equal(balance(&activity, CARE_ACC_UNSPENT, 11), 36000000 - earned);
    assert_int_equal(balance(&activity, CARE_ACC_SURPLUS, 11), 36000000 - earned); /* a debit: the provider's loss */
    town_free(&block);
    town_free(&activity);
}

/*
 * A contract year of 1,200,000 pounds, all spent but where posts are vacant. Worked by hand, in thousands of pounds: paid, kept by the
 * commissioner, left to the provider.
 */
static void
test_contract_cap_and_collar(void **state)
{
    static const struct {
        const char *payment, *vacancies;
        double paid, kept, left;
    } row[] = {
        { "block = 1", "0", 1200, 0, 0 },
        { "block = 1, gain_share = 0.5, risk_share = 1", "0", 1200, 0, 0 },
        { "block = 0.9", "0", 1080, 120, -120 },
        { "block = 0.9, collar = 0.95", "0", 1140, 60, -60 },
        { "block = 0.9, risk_share = 0.5", "0", 1140, 60, -60 },
        { "block = 0.9, risk_share = 0.5, share_most = 0.03", "0", 1116, 84, -84 },
        { "block = 1, gain_share = 0.5", "0.2", 1080, 120, 120 },
        { "block = 1, gain_share = 0.5, share_most = 0.04", "0.2", 1152, 48, 192 },
        { "block = 0, collar = 0.8", "0", 960, 240, -240 },
        { "block = 0, collar = 0.8, risk_share = 0.25", "0", 1020, 180, -180 },
        { "per_contact = pounds(100000), cap = 1.05", "0", 1260, -60, 60 },
        { "per_contact = pounds(100000), cap = 1.05, gain_share = 0.5", "0", 1230, -30, 30 },
        { "per_start = pounds(1000000), cap = 1.05, collar = 0.9, gain_share = 1", "0.1", 1080, 120, 0 },
    };

    (void) state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        char text[8192], vacancies[64];
        const char *const set[] = { "years=1", vacancies };
        town_t town;

        (void) snprintf(text, sizeof(text), "%sall.payment = { %s }\n%s", TOWN_BEGIN ONE, row[i].payment, TOWN_END);
        (void) snprintf(vacancies, sizeof(vacancies), "workforce.vacancies=%s", row[i].vacancies);
        town_run(&town, text, set, 2, "none", 0);
        assert_between(row[i].payment, (double) balance(&town, CARE_ACC_PURCHASES, 11) / 1e5, row[i].paid - 2e-5,
            row[i].paid + 2e-5);
        assert_between(row[i].payment, (double) balance(&town, CARE_ACC_UNSPENT, 11) / 1e5, row[i].kept - 2e-5,
            row[i].kept + 2e-5);
        assert_between(row[i].payment, (double) -balance(&town, CARE_ACC_SURPLUS, 11) / 1e5, row[i].left - 2e-5,
            row[i].left + 2e-5);
        town_free(&town);
    }
}

/* Three months are paid ahead; a report 40 days late brings the next advance in the month after it was due, with what is owed by then; */
/* one that never comes brings none: the provider goes on, and lives on credit. */
static void
test_contract_advance(void **state)
{
    static const struct {
        const char *reports;
        int paid[12];       /* hundreds of thousands of pounds in each month */
        int64_t owed, cash; /* at the end */
    } row[] = {
        { "", { 3, 0, 0, 3, 0, 0, 3, 0, 0, 3, 0, 0 }, 0, 0 },
        { ", late = 1, late_days = days(40)", { 3, 0, 0, 0, 3, 0, 0, 3, 0, 0, 3, 0 }, 0, 0 },
        { ", late = 1, late_days = days(20)", { 3, 0, 0, 3, 0, 0, 3, 0, 0, 3, 0, 0 }, 0, 0 },
        { ", missing = 1", { 3 }, 90000000, -90000000 },
    };
    const char *const set[] = { "years=1" };

    (void) state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        char text[8192];
        town_t town;

        (void) snprintf(text, sizeof(text), "%sall.payment = { advance_months = 3%s }\n%s", TOWN_BEGIN ONE,
            row[i].reports, TOWN_END);
        town_run(&town, text, set, 1, "none", 0);
        for (size_t m = 0; m < 12; m++) {
            assert_int_equal(debited(&town, CARE_ACC_PURCHASES, m), 10000000 * (int64_t) row[i].paid[m]);
            assert_int_equal(care_ledger_entry(&town.ledger, 0, CARE_ACC_BLOCK, m).credit, 10000000);
        }
        assert_int_equal(balance(&town, CARE_ACC_RECEIVABLE, 11), row[i].owed);
        assert_int_equal(balance(&town, CARE_ACC_CASH, 11), row[i].cash);
        assert_true(counted(&town, CARE_COUNT_CASH, "line=all", 11, 12) == (double) row[i].cash / 100);
        town_free(&town);
    }
}

/* A tenth of a year's money is not earned: with `reinvest` the posts of the next year are a tenth fewer, and without it none. */
static void
test_contract_reinvest(void **state)
{
    const char *const set[] = { "years=3" };
    town_t town;

    (void) state;
    town_run(&town, TOWN_BEGIN ONE "all.payment = { block = 0.9, reinvest = 1 }\n" TOWN_END, set, 1, "none", 0);
    assert_between("posts in the first year", counted(&town, SIM_COUNT_UNITS, "pool=core", 11, 12), 5.9, 5.9);
    assert_between("... in the second", counted(&town, SIM_COUNT_UNITS, "pool=core", 12, 13), 5.9 * 0.9 - 1e-6,
        5.9 * 0.9 + 1e-6);
    assert_int_equal(balance(&town, CARE_ACC_SURPLUS, 23), balance(&town, CARE_ACC_SURPLUS, 11)); /* it breaks even */
    town_free(&town);
    town_run(&town, TOWN_BEGIN ONE "all.payment = { block = 0.9 }\n" TOWN_END, set, 1, "none", 0);
    assert_between("... without", counted(&town, SIM_COUNT_UNITS, "pool=core", 12, 13), 5.9, 5.9);
    town_free(&town);
}

/* ---- posts ---- */

/* 200,000.21 pounds less a tenth, at 30,000 x 1.25 x 1.2 + 2,000 = 47,000 a post; what is spent is split as the post is. */
static void
test_contract_post(void **state)
{
    const char *const set[] = { "years=1" };
    town_t town;

    (void) state;
    town_run(&town,
        TOWN_BEGIN THREE
        "town.lines[2].management = 0.1\n"
        "town.lines[2].post = { salary = pounds(30000), on_costs = 0.25, overheads = 0.2, non_pay = pounds(2000) }\n" TOWN_END,
        set, 1, "none", 0);
    assert_between("posts", counted(&town, SIM_COUNT_UNITS, "pool=brief", 0, 1), 3.82979, 3.82980);
    assert_between("budgeted", counted(&town, CARE_COUNT_POSTS_BUDGETED, "line=early", 11, 12), 3.82979, 3.82980);
    assert_true(counted(&town, SIM_COUNT_UNITS, "pool=core", 0, 1) == 5.9);
    for (size_t m = 0; m < 12; m++) {
        double posts = (double) care_ledger_entry(&town.ledger, 1, CARE_ACC_POSTS, m).debit;

        assert_between("overheads", (double) care_ledger_entry(&town.ledger, 1, CARE_ACC_OVERHEADS, m).debit / posts,
            0.2 - 1e-5, 0.2 + 1e-5);
        assert_between("non-pay", (double) care_ledger_entry(&town.ledger, 1, CARE_ACC_NON_PAY, m).debit / posts,
            2.0 / 37.5 - 1e-5, 2.0 / 37.5 + 1e-5);
    }
    town_free(&town);
}

/* Money doubles on the first day: 12.5 posts more are wanted. The market yields 2 a year, the first after half a year and recruitment
   of none: those not found are posts unfilled, and their money unspent. */
static void
test_contract_supply(void **state)
{
    const char *const set[] = { "years=3", "workforce.supply_per_year=2", "workforce.recruit_days=0" };
    town_t town;

    (void) state;
    town_run(&town, TOWN_BEGIN ONE "all.steps = { { from = '2025-09-01', times = 2 } }\n" TOWN_END, set, 3, "none", 0);
    for (size_t y = 1; y <= 3; y++) {
        assert_between("found in whole years", counted(&town, CARE_COUNT_POSTS_IN, "line=all", 12 * y - 1, 12 * y),
            12.5 + 2.0 * (double) y - 1.01, 12.5 + 2.0 * (double) y + 1e-6);
        assert_between("budgeted", counted(&town, CARE_COUNT_POSTS_BUDGETED, "line=all", 12 * y - 1, 12 * y), 25 - 1e-9,
            25 + 1e-9);
    }
    assert_between("unfilled at the end", counted(&town, CARE_COUNT_VACANT, "line=all", 35, 36), 6.5 - 1e-6,
        7.5 + 1e-6);
    assert_between("unspent in the first year", counted(&town, CARE_COUNT_UNSPENT, "line=all", 0, 12), 1200000 * 0.9,
        1200000 * 0.98);
    town_free(&town);
    /* training delays, and is nothing but that */
    town_run(&town,
        TOWN_BEGIN ONE
        "all.steps = { { from = '2025-09-01', times = 2 } }\ntown.workforce = { training_days = days(365), recruit_days = days(0) }\n" TOWN_END,
        set, 1, "none", 0);
    assert_between("in training", counted(&town, CARE_COUNT_POSTS_IN, "line=all", 10, 11), 12.5 - 1e-9, 12.5 + 1e-9);
    assert_between("trained", counted(&town, CARE_COUNT_POSTS_IN, "line=all", 12, 13), 25 - 1e-6, 25 + 1e-6);
    town_free(&town);
}

/* A tenth of the posts cannot be filled: so many fewer staff, a tenth of the money unspent, and more money does not make it fewer. */
static void
test_contract_vacancies(void **state)
{
    const char *const set[] = { "years=2", "workforce.vacancies=0.1" };
    town_t town;

    (void) state;
    town_run(&town, TOWN_BEGIN ONE "all.steps = { { from = '2026-03-01', times = 1.5 } }\n" TOWN_END, set, 2, "none",
        0);
    assert_between("core", counted(&town, SIM_COUNT_UNITS, "pool=core", 0, 1), 5.9 * 0.9 - 1e-9, 5.9 * 0.9 + 1e-9);
    assert_between("core, with more", counted(&town, SIM_COUNT_UNITS, "pool=core", 23, 24), 5.9 * 1.35 - 1e-6,
        5.9 * 1.35 + 1e-6);
    assert_between("unspent", counted(&town, CARE_COUNT_UNSPENT, "all", 0, 6), 59900, 60100);
    assert_between("unspent, with more", counted(&town, CARE_COUNT_UNSPENT, "all", 18, 24), 89900, 90100);
    town_free(&town);
}

/* ---- dates ---- */

/* Nothing before the go-live, half from then on, all from the second wave; who was looked for since the award is there on the day. */
static void
test_contract_go_live(void **state)
{
    const char *const set[] = { "years=2" };
    town_t town;

    (void) state;
    town_run(&town,
        TOWN_BEGIN ONE
        "all.waves = { { from = '2025-09-01', share = 0.5 }, { from = '2026-09-01', share = 1 } }\n"
        "town.contract = { award = '2025-09-01', go_live = '2026-03-01', term = years(3), funder = 'icb' }\n" TOWN_END,
        set, 1, "none", 0);
    for (size_t m = 0; m < 24; m++) {
        assert_int_equal(care_ledger_funded(&town.ledger, 0, m), m < 6 ? 0 : m < 12 ? 5000000 : 10000000);
        assert_int_equal(care_ledger_entry(&town.ledger, 0, CARE_ACC_FUNDER + 2, m).credit, m < 6    ? 0
                                                                                            : m < 12 ? 5000000
                                                                                                     : 10000000);
    }
    assert_string_equal(town.area.spec->funder[2], "icb");
    assert_true(counted(&town, SIM_COUNT_UNITS, "pool=core", 5, 6) == 0);
    assert_between("half of core", counted(&town, SIM_COUNT_UNITS, "pool=core", 6, 7), 2.95 - 1e-9, 2.95 + 1e-9);
    assert_between("core", counted(&town, SIM_COUNT_UNITS, "pool=core", 23, 24), 5.9 - 1e-9, 5.9 + 1e-9);
    town_free(&town);
}

/* Uplift is on 1 April, growth at the contract year; funders give by their shares, to the penny together. */
static void
test_contract_uplift(void **state)
{
    const char *const set[] = { "years=2" };
    town_t town;

    (void) state;
    town_run(&town,
        TOWN_BEGIN ONE "all.uplift, all.growth, all.funder = 0.03, 0.1, { icb = 0.601, council = 0.399 }\n" TOWN_END,
        set, 1, "none", 0);
    for (size_t m = 0; m < 24; m++) {
        double money = 1e7 * (m >= 12 ? 1.1 : 1) * (m >= 19 ? 1.03 * 1.03 : m >= 7 ? 1.03 : 1);

        assert_between("money of a month", (double) care_ledger_funded(&town.ledger, 0, m), money - 1.01, money + 1.01);
        assert_between("the ICB's", (double) care_ledger_entry(&town.ledger, 0, CARE_ACC_FUNDER + 3, m).credit / money,
            0.601 - 2e-7, 0.601 + 2e-7);
    }
    town_free(&town);
}

/* ---- reviews ---- */

/* Always, never; and by group. Together the lines have in every month what they have without. */
static void
test_contract_review(void **state)
{
    static const struct {
        const char *text;
        int fires;
    } row[] = { { TOWN_BEGIN THREE SIGNED RULE("below = 1") TOWN_END, 1 },
        { TOWN_BEGIN THREE SIGNED RULE("below = 0") TOWN_END, 0 },
        { TOWN_BEGIN THREE SIGNED RULE("above = 0.01, group = 'quintile=1'") TOWN_END, 1 },
        { TOWN_BEGIN THREE SIGNED RULE("above = 1") TOWN_END, 0 } };
    const char *const set[] = { "years=2" };

    (void) state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        int64_t moved = row[i].fires ? 7500004 : 0; /* a tenth of 750,000.37 a year */
        town_t town;

        town_run(&town, row[i].text, set, 1, "none", 0);
        assert_true(counted(&town, CARE_COUNT_REVIEWS, "all", 9, 10) == row[i].fires);
        assert_true(counted(&town, CARE_COUNT_REVIEWS, "all", 0, 24) == row[i].fires);
        assert_true(llround(100 * counted(&town, CARE_COUNT_REVIEW_MOVED, "all", 0, 24)) == moved);
        for (size_t m = 0; m < 24; m++) {
            assert_int_equal(care_ledger_funded(&town.ledger, 0, m) + care_ledger_funded(&town.ledger, 1, m) +
                                 care_ledger_funded(&town.ledger, 2, m),
                care_budget_month(&town.model.budget, 3, &town.model.calendar, m));
        }
        assert_between("a year of the giving line", (double) (care_ledger_funded(&town.ledger, 0, 23)),
            (75000037 - (double) moved) / 12 - 1, (75000037 - (double) moved) / 12 + 1);
        assert_true((counted(&town, SIM_COUNT_UNITS, "pool=brief", 23, 24) > 2.4 * 1.3) == row[i].fires);
        assert_true((counted(&town, SIM_COUNT_UNITS, "pool=core", 9, 10) < 5.9 * 0.91) == row[i].fires);
        town_free(&town);
    }
}

/* A review sees cohorts that were registered from September to December, whose 18 weeks are over by 1 June. It fires in the replications in
   which fewer of them were seen in time, and in no others. */
static void
test_contract_review_fires(void **state)
{
    enum { REPS = 16 };
    const char *const set[] = { "years=1", "scale=0.3" };
    double share[REPS], sorted[REPS], bound;
    char rule[512], text[16384];
    int fired = 0;

    (void) state;
    for (uint32_t rep = 0; rep < REPS; rep++) {
        town_t town;

        town_run(&town, TOWN_BEGIN THREE TOWN_END, set, 2, "none", rep);
        sorted[rep] = share[rep] =
            counted(&town, CARE_COUNT_SEEN_18, "all", 0, 4) / counted(&town, CARE_COUNT_REFERRALS, "all", 0, 4);
        town_free(&town);
    }
    for (int i = 1; i < REPS; i++) {
        for (int k = i; k > 0 && sorted[k] < sorted[k - 1]; k--) {
            double swap = sorted[k];

            sorted[k] = sorted[k - 1];
            sorted[k - 1] = swap;
        }
    }
    bound = (sorted[REPS / 2 - 1] + sorted[REPS / 2]) / 2;
    assert_true(sorted[0] < sorted[REPS - 1] - 0.02);
    (void) snprintf(rule, sizeof(rule),
        "town.contract.reviews = { { on = '2026-06-01', ['if'] = { kpi = 'cohort_seen_18w', below = %.12g, over = months(4) }, "
        "move = 0.1, from_line = 'specialist', to_line = 'early' } }\n",
        bound);
    (void) snprintf(text, sizeof(text), "%s%s%s", TOWN_BEGIN THREE SIGNED, rule, TOWN_END);
    for (uint32_t rep = 0; rep < REPS; rep++) {
        town_t town;

        town_run(&town, text, set, 2, "none", rep);
        assert_true(counted(&town, CARE_COUNT_REVIEWS, "all", 0, 12) == (share[rep] < bound));
        fired += share[rep] < bound;
        town_free(&town);
    }
    assert_int_equal(fired, REPS / 2);
}

/* What is seen on the day does not depend on what comes after: all money ends the day after the review, or does not. */
static void
test_contract_review_sees_no_future(void **state)
{
    const char *const set[] = { "years=1" };
    town_t a, b;

    (void) state;
    town_run(&a, TOWN_BEGIN THREE SIGNED RULE("below = 0.001") TOWN_END, set, 1, "none", 0);
    town_run(&b,
        TOWN_BEGIN THREE SIGNED RULE(
            "below = 0.001") "for _, line in ipairs(town.lines) do line.steps = { { from = '2026-06-02', times = 0 } } end\n" TOWN_END,
        set, 1, "none", 0);
    assert_non_null(strstr(a.told, "273.05 review 1: cohort_seen_18w (all) is 0."));
    assert_string_equal(a.told, b.told);
    town_free(&a);
    town_free(&b);
}

/* A move that a bound or a line's later money does not bear is made as far as it does. */
static void
test_contract_review_limited(void **state)
{
    const char *const set[] = { "years=2" };
    const char *const back =
        "town.contract.reviews[1].from_line, town.contract.reviews[1].to_line = 'early', 'specialist'\n"
        "town.contract.reviews[1].move = 0.5\n";
    char text[16384];
    town_t town;

    (void) state;
    /* early lines keep 15% of 1,150,000.00: 172,500.00 of 200,000.21 */
    (void) snprintf(text, sizeof(text), "%s%stown.contract.early_least = 0.15\n%s",
        TOWN_BEGIN THREE SIGNED RULE("below = 1"), back, TOWN_END);
    town_run(&town, text, set, 1, "none", 0);
    assert_between("moved", counted(&town, CARE_COUNT_REVIEW_MOVED, "all", 0, 24), 27500.2, 27500.23);
    town_free(&town);
    /* a tenth is left of it from December on */
    (void) snprintf(text, sizeof(text), "%s%stown.lines[2].steps = { { from = '2026-12-01', to = pounds(20000) } }\n%s",
        TOWN_BEGIN THREE SIGNED RULE("below = 1"), back, TOWN_END);
    town_run(&town, text, set, 1, "none", 0);
    assert_between("moved", counted(&town, CARE_COUNT_REVIEW_MOVED, "all", 0, 24), 20000, 20000);
    assert_int_equal(care_ledger_funded(&town.ledger, 1, 20), 0);
    town_free(&town);
}

/* ---- whatever is agreed ---- */

static double
any(uint64_t *seed, double low, double high)
{
    *seed = sim_key(*seed, 5, 7, 11);
    return low + (high - low) * (double) (*seed >> 11) * 0x1p-53;
}

static bool
often(uint64_t *seed, double share)
{
    return any(seed, 0, 1) < share;
}

static void
any_payment(uint64_t *seed, care_payment_t *payment)
{
    static const size_t ahead[] = { 1, 2, 3, 4, 6, 12 };

    payment->block = often(seed, 0.5) ? 1 : any(seed, 0, 1);
    payment->per_contact = often(seed, 0.5) ? any(seed, 0, 400) : 0;
    payment->per_start = often(seed, 0.3) ? any(seed, 0, 2000) : 0;
    payment->per_seen_18w = often(seed, 0.3) ? any(seed, 0, 2000) : 0;
    payment->per_recovered = often(seed, 0.3) ? any(seed, 0, 2000) : 0;
    payment->collar = often(seed, 0.5) ? any(seed, 0, 1) : 0;
    payment->cap = often(seed, 0.5) ? payment->collar + any(seed, 0, 1) : INFINITY;
    payment->gain_share = often(seed, 0.5) ? any(seed, 0, 1) : 0;
    payment->risk_share = often(seed, 0.5) ? any(seed, 0, 1) : 0;
    payment->share_most = any(seed, 0, 1);
    payment->reinvest = often(seed, 0.5) ? any(seed, 0, 1) : 0;
    payment->advance_months = often(seed, 0.5) ? ahead[(size_t) any(seed, 0, 6)] : 0;
    payment->late = any(seed, 0, 0.5);
    payment->missing = any(seed, 0, 0.5);
    payment->late_days = any(seed, 0, 200);
}

static void
any_line(uint64_t *seed, care_line_t *line)
{
    line->per_year = floor(any(seed, 300000, 2e6) * 100) / 100;
    line->growth = any(seed, -0.1, 0.1);
    line->uplift = any(seed, -0.1, 0.1);
    line->management = any(seed, 0, 0.4);
    line->early = often(seed, 0.5);
    line->funder[0] = any(seed, 0, 1);
    line->funder[1] = 1 - line->funder[0];
    line->n_steps = often(seed, 0.6) ? 1 : 0;
    line->step[0] =
        (care_line_step_t){ floor(any(seed, 0, 600)), (care_step_kind_t) (1 + often(seed, 0.5)), any(seed, 0, 2) };
    line->n_waves = often(seed, 0.4) ? 2 : 0;
    line->wave[0] = (care_wave_t){ floor(any(seed, 0, 200)), any(seed, 0, 1) };
    line->wave[1] = (care_wave_t){ floor(any(seed, 200, 700)), any(seed, 0, 1) };
    line->post =
        (care_post_t){ often(seed, 0.3) ? any(seed, 10000, 30000) : 0, any(seed, 0, 0.5), any(seed, 0, 0.5), 0 };
    any_payment(seed, &line->payment);
}

static void
any_contract(uint64_t *seed, care_spec_t *spec, const sim_kpi_t *kpi)
{
    care_contract_t *contract = &spec->contract;

    for (size_t l = 0; l < spec->n_lines; l++) {
        any_line(seed, &spec->line[l]);
    }
    spec->n_shifts = often(seed, 0.3) ? 1 : 0;
    spec->shift[0] = (care_shift_t){ 0, 1, any(seed, 0, 0.2), floor(any(seed, 0, 300)), 2 };
    spec->workforce.vacancies = often(seed, 0.4) ? any(seed, 0, 0.5) : 0;
    spec->workforce.supply_per_year = often(seed, 0.4) ? any(seed, 1, 50) : 0;
    spec->workforce.training_days = often(seed, 0.3) ? any(seed, 0, 300) : 0;
    spec->money.price_growth = any(seed, -0.05, 0.05);
    *contract = (care_contract_t){ .given = true, .end_day = 5000, .early_least = NAN, .admin_most = NAN };
    contract->go_live_day = often(seed, 0.3) ? floor(any(seed, 1, 300)) : 0;
    contract->award_day = contract->go_live_day - any(seed, 0, 200);
    contract->early_least = often(seed, 0.3) ? any(seed, 0, 0.3) : NAN;
    contract->n_reviews = (size_t) any(seed, 0, 4);
    for (size_t r = 0; r < contract->n_reviews; r++) {
        contract->review[r] = (care_review_t){ .on_day = floor(any(seed, 1, 700)),
            .every_months = (size_t) any(seed, 0, 6),
            .kpi = kpi,
            .group = "all",
            .below = any(seed, 0, 1.5),
            .above = any(seed, 0, 1.5),
            .over_months = 3,
            .share = any(seed, 0, 1),
            .from_line = r % 3,
            .to_line = (r + 1) % 3 };
    }
}

/* 2,000 contracts in which everything is drawn: what funders gave is spent, or kept by the commissioner, or left to the provider, to the
   penny; the ledger is verified in each run. The seed is fixed: a failure says which contract it was. */
static void
test_contract_any(void **state)
{
    const char *const set[] = { "years=2" };
    uint64_t seed = 20261122;
    area_t area;
    size_t run = 0, fired = 0;
    const sim_kpi_t *kpi = CARE_KPIS;

    (void) state;
    area_load(&area, TOWN_BEGIN THREE FEW TOWN_END, set, 1);
    while (strcmp(kpi->name, "rejected_share") != 0) {
        kpi++;
    }
    for (size_t i = 0; run < 2000; i++) {
        care_spec_t spec = *area.spec;
        care_ledger_t ledger = { .entry = NULL };
        const care_how_t how = { .seed = i, .warmup_days = -1, .ledger = &ledger };
        care_effort_t effort;
        care_model_t model;
        sim_book_t book;
        int64_t funded = 0, kept, left, spent = 0;
        uint64_t before = seed;
        int ret;

        assert_true(i < 20000);
        any_contract(&seed, &spec, kpi);
        if (care_model_init(&model, &spec, &spec.plan[0], NULL, NULL) != 0) {
            continue; /* its steps take more than there is, or a bound is broken */
        }
        ret = care_model_run_as(&model, &how, &book, &effort);
        if (ret != 0) {
            fail_msg("contract %zu, drawn from seed %llu: %s", i, (unsigned long long) before, sim_strerror(ret));
        }
        for (size_t m = 0; m < ledger.n_months; m++) {
            funded += care_ledger_funded(&ledger, CARE_LEDGER_ALL, m);
            for (size_t u = 0; u < ledger.n_units; u++) {
                for (size_t a = CARE_ACC_FIRST_SPENDING; a < CARE_ACC_RESULT; a++) {
                    spent += care_ledger_entry(&ledger, u, a, m).debit;
                }
            }
        }
        kept = care_ledger_balance(&ledger, CARE_LEDGER_ALL, CARE_ACC_UNSPENT, ledger.n_months - 1);
        left = -care_ledger_balance(&ledger, CARE_LEDGER_ALL, CARE_ACC_SURPLUS, ledger.n_months - 1);
        if (funded != spent + kept + left) {
            fail_msg("contract %zu, drawn from seed %llu: given %lld, spent %lld, kept %lld, left %lld", i,
                (unsigned long long) before, (long long) funded, (long long) spent, (long long) kept, (long long) left);
        }
        fired += book_sum(&book, CARE_COUNT_REVIEWS, "all", 0, 24) > 0;
        run++;
        care_ledger_free(&ledger);
        sim_book_free(&book);
        care_model_free(&model);
    }
    assert_true(fired > 200);
    area_free(&area);
}

/* A line without money or posts does nothing; more money on a line is never worse for those who ask. */
static void
test_contract_zero_and_more(void **state)
{
    enum { REPS = 6 };
    const char *const set[] = { "years=2", "scale=0.3" };
    static const char *const add[] = { "0", "150000", "400000" };
    double before[REPS] = { 0 };
    town_t a, b;

    (void) state;
    town_run(&a, TOWN_BEGIN THREE TOWN_END, set, 2, "none", 0);
    town_run(&b,
        TOWN_BEGIN THREE
        "table.insert(town.lines, { name = 'empty', per_year = pounds(0), payment = { per_contact = pounds(100) } })\n" TOWN_END,
        set, 2, "none", 0);
    for (int c = 0; c < CARE_COUNTERS_END; c++) {
        for (size_t m = 0; m < 24; m++) {
            assert_true(*sim_book_at(&a.book, c, 0, m) == *sim_book_at(&b.book, c, 0, m));
        }
    }
    for (size_t m = 0; m < 24; m++) {
        for (size_t account = 0; account < b.ledger.n_accounts; account++) {
            assert_int_equal(care_ledger_entry(&b.ledger, 3, account, m).debit, 0);
        }
    }
    town_free(&a);
    town_free(&b);
    for (size_t i = 0; i < 3; i++) {
        double sum = 0, last = 0;

        for (uint32_t rep = 0; rep < REPS; rep++) {
            char text[16384];

            (void) snprintf(text, sizeof(text),
                "%stown.lines[1].steps = { { from = '2025-09-01', add = pounds(%s) } }\n%s", TOWN_BEGIN THREE, add[i],
                TOWN_END);
            town_run(&a, text, set, 2, "none", rep);
            sum += book_kpi(a.area.spec, &a.book, "cohort_seen_18w", "all", "y2");
            last += before[rep];
            before[rep] = book_kpi(a.area.spec, &a.book, "cohort_seen_18w", "all", "y2");
            town_free(&a);
        }
        assert_true(i == 0 || sum > last); /* the same children, six times over */
    }
}

/* ---- what cannot be ---- */

static void
test_contract_errors(void **state)
{
    static const struct {
        const char *text, *error;
    } row[] = {
        { "town.contract = { go_live = '2025-09-01', ends = '2025-03-31' }\n", "contract: it ends before it starts" },
        { "town.contract = { go_live = '2025-09-01' }\n", "needs either 'term' or 'ends'" },
        { "town.contract = { go_live = '2025-09-01', term = years(1), ends = '2030-01-01' }\n",
            "needs either 'term' or 'ends'" },
        { "town.contract = { go_live = '2027-09-01', term = years(1) }\n", "'go_live' is after the end of the run" },
        { "town.contract = { award = '2025-10-01', go_live = '2025-09-01', term = years(3) }\n",
            "'award' is after 'go_live'" },
        { "town.contract = { go_live = '2025-09-01', term = years(1) }\n",
            "contract: it ends on 2026-08-31, but the run goes on until 2027-08-31" },
        { "town.contract = { go_live = '2025-09-01', term = years(1), extension = years(1), extended = true }\n",
            NULL },
        { "town.contract = { go_live = '2025-09-01', term = years(2), extended = true }\n",
            "'extension' does not say by how much" },
        { SIGNED "town.contract.early_least = 0.2\n",
            "'early_least' is 0.2, but from 2025-09-01 on early intervention, line \"early\" has 0.1739" },
        { SIGNED "town.contract.early_least = 0.17\ntown.lines[2].steps = { { from = '2026-12-01', times = 0.9 } }\n",
            "'early_least' is 0.17, but from 2026-12-01 on" },
        { SIGNED "town.contract.early_least = 0.17\n", NULL },
        { SIGNED "town.contract.admin_most = 0.05\ntown.lines[1].management = 0.1\n",
            "'admin_most' is 0.05, but from 2025-09-01 on management" },
        { "town.lines[1].management, town.lines[1].admin_most = 0.1, 0.0999\n",
            "line \"specialist\": 'management' takes 0.1 of the line's money" },
        { "town.lines[1].funder = { icb = 0.5, council = 0.4 }\n", "the shares of its funders sum to 0.9, not 1" },
        { "town.lines[1].payment = { cap = 0.9, collar = 1 }\n", "'collar' is above 'cap'" },
        { "town.lines[1].payment = { advance_months = 5 }\n", "'advance_months' must be 1, 2, 3, 4, 6 or 12" },
        { "town.lines[1].payment = { late = 0.7, missing = 0.7 }\n", "'late' and 'missing' sum to more than 1" },
        { "town.lines[1].payment = { tarif = 3 }\n", "unknown field 'tarif'" },
        { "town.lines[1].post = { on_costs = 0.2 }\n", "'salary' is missing" },
        { "town.lines[1].per_year = pounds(-1)\n", "'per_year' must be 0 or more" },
        { "town.lines[1].waves = { { from = '2026-09-01', share = 1 }, { from = '2026-01-01', share = 1 } }\n",
            "'waves' must be in the order of their dates" },
        { "town.lines[1].steps = { { from = '2026-01-01', add = pounds(1), to = pounds(1) } }\n",
            "one of 'add', 'times' and 'to'" },
        { SIGNED RULE("over = months(4)"), "a rule needs 'below' or 'above'" },
        { SIGNED RULE("below = 1") "town.contract.reviews[1].on = '2040-01-01'\n",
            "review 1 is on 2040-01-01, outside the contract's term of 2025-09-01 to 2035-08-31" },
        { SIGNED RULE("below = 1") "town.contract.reviews[1].on = nil\n", "a review needs 'on' or 'every'" },
        { SIGNED RULE("below = 1") "town.contract.reviews[1]['if'].kpi = 'cohort_seen_81w'\n",
            "there is no measure \"cohort_seen_81w\" that a review can look at" },
        { SIGNED RULE("below = 1") "town.contract.reviews[1].to_line = 'specialist'\n", "are one line" },
        { "town.lines = nil\n" SIGNED RULE("below = 1"), "there are no 'lines'" },
    };
    const char *const set[] = { "years=2" };

    (void) state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        char text[16384];
        area_t area = { .text = text };
        scn_reader_t reader = { area_read, &area };
        const scn_message_t *message;
        bool found = row[i].error == NULL;

        (void) snprintf(text, sizeof(text), "%s%s%s", TOWN_BEGIN THREE, row[i].text, TOWN_END);
        assert_int_equal(scn_load(&reader, "test.lua", set, 1, NULL, &area.scenario),
            row[i].error == NULL ? 0 : SIM_ERR_SCENARIO);
        for (size_t k = 0; k < scn_errors(area.scenario, &message) && !found; k++) {
            found = strstr(message[k].text, row[i].error) != NULL && message[k].line > 0;
        }
        if (!found) {
            for (size_t k = 0; k < scn_errors(area.scenario, &message); k++) {
                print_message("    %s:%d: %s\n", message[k].file, message[k].line, message[k].text);
            }
            fail_msg("expected: %s", row[i].error);
        }
        scn_free(area.scenario);
    }
}

int
main(void)
{
    const struct CMUnitTest test[] = {
        cmocka_unit_test(test_contract_activity),
        cmocka_unit_test(test_contract_cap_and_collar),
        cmocka_unit_test(test_contract_advance),
        cmocka_unit_test(test_contract_reinvest),
        cmocka_unit_test(test_contract_post),
        cmocka_unit_test(test_contract_supply),
        cmocka_unit_test(test_contract_vacancies),
        cmocka_unit_test(test_contract_go_live),
        cmocka_unit_test(test_contract_uplift),
        cmocka_unit_test(test_contract_review),
        cmocka_unit_test(test_contract_review_fires),
        cmocka_unit_test(test_contract_review_sees_no_future),
        cmocka_unit_test(test_contract_review_limited),
        cmocka_unit_test(test_contract_any),
        cmocka_unit_test(test_contract_zero_and_more),
        cmocka_unit_test(test_contract_errors),
    };

    return cmocka_run_group_tests(test, NULL, NULL);
}
