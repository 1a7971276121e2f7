/*
 * The helpline with its rota and its calls back, hubs of several professions, mental health support teams, and plans of several
 * layers. The area's numbers at month ends are looked at by standing before care_schools_month (the linker's --wrap).
 */
#include "models/run.h"
#include "sim/analysis/queueing.h"
#include "tests/model/fixture.h"

#define MONTHS_MAX 144
#define SCHOOLS_MAX 400

static struct {
    size_t n_schools;
    uint32_t member[SCHOOLS_MAX], cluster[SCHOOLS_MAX], covered[MONTHS_MAX][SCHOOLS_MAX],
        trial[MONTHS_MAX][SCHOOLS_MAX];
    uint8_t type[SCHOOLS_MAX], quintile[SCHOOLS_MAX];
    double roll[SCHOOLS_MAX], paid[SCHOOLS_MAX];
    double in_post[MONTHS_MAX], absent[MONTHS_MAX],
        units[MONTHS_MAX]; /* of the first layer and its pool's first member */
} seen;

void __real_care_schools_month(care_run_t *run, size_t month);
void __wrap_care_schools_month(care_run_t *run, size_t month);

void
__wrap_care_schools_month(care_run_t *run, size_t month)
{
    __real_care_schools_month(run, month);
    assert_true(month < MONTHS_MAX && run->n_schools <= SCHOOLS_MAX);
    seen.n_schools = run->n_schools;
    for (size_t i = 0; i < run->n_schools; i++) {
        seen.member[i] = run->school[i].member[0];
        seen.cluster[i] = run->school[i].cluster;
        seen.type[i] = run->school[i].type;
        seen.quintile[i] = run->school[i].quintile;
        seen.roll[i] = run->school[i].roll;
        seen.paid[i] = (double) run->school[i].paid_pence / 100;
        seen.covered[month][i] = run->school[i].covered;
        seen.trial[month][i] = run->school[i].on_trial;
    }
    seen.in_post[month] = run->layer[0].in_post;
    seen.absent[month] = run->layer[0].absent;
    seen.units[month] = run->layer[0].pool < 0 ? 0 : sim_replication_units(run->rep, run->layer[0].pool, 0);
}

static void
access_run(const area_t *area, const char *plan, uint32_t rep, sim_book_t *book)
{
    care_model_t model;

    memset(&seen, 0, sizeof(seen));
    area_model(area, plan, &model);
    area_run(&model, rep, false, book);
    care_model_free(&model);
}

static double
pupils_with(size_t month, bool counted)
{
    double with = 0, all = 0;

    for (size_t i = 0; i < seen.n_schools; i++) {
        uint32_t bits = counted ? seen.covered[month][i] & ~seen.trial[month][i] : seen.covered[month][i];

        with += (bits & 1) != 0 ? seen.roll[i] : 0;
        all += seen.roll[i];
    }
    return with / all;
}

/* ---- the helpline ---- */

/* Calls at a constant rate on school days between 08:30 and 16:30, from the first day; all who wish ring. */
#define OFFICE                                                                                                         \
    TOWN_BEGIN SCHOOLS_ONLY "more.concerns_primary = assumption(per_year(183.5), 'example')\n"                         \
                            "town.concern.wish = 1\n"                                                                  \
                            "town.workforce = { recruit_days = days(0) }\n"                                            \
                            "local schools_only = town.build\n"                                                        \
                            "town.build = function(s)\n"                                                               \
                            "  local rows = schools_only(s)\n"                                                         \
                            "  rows.sources[1].rate.season, rows.sources[1].rate.growth = nil, nil\n"                  \
                            "  return rows\n"                                                                          \
                            "end\n" TOWN_END
#define LINE_POUNDS (1.486 * 95000)

static double
calls_of(sim_book_t *book)
{
    return book_sum(book, CARE_COUNT_LINK_ASKED, "all", 0, 12);
}

/*
 * 7.3 calls an hour of 30 minutes, patience 6 minutes: 4, 5 and 7 lines lose 23, 13 and 3% (Erlang-A). Half an hour of each day, at
 * its beginning and end, is not the steady state, hence a point; eight replications of 11,400 calls have errors of 0.2 points.
 */
static void
test_access_helpline_abandonment(void **state)
{
    static const struct {
        int lines;
        double published;
    } fact[] = { { 4, 0.23 }, { 5, 0.13 }, { 7, 0.03 } };

    (void) state;
    for (int f = 0; f < 3; f++) {
        char money[64];
        const char *const set[] = { money, "plans.spoa.rings=1" };
        double share = 0, calls = 0;
        area_t area;

        (void) snprintf(money, sizeof(money), "money.extra_per_year=%.2f", fact[f].lines * LINE_POUNDS);
        area_load(&area, OFFICE, set, 2);
        for (uint32_t rep = 0; rep < 8; rep++) {
            sim_book_t book;

            access_run(&area, "spoa", rep, &book);
            calls += calls_of(&book) / 8;
            share += book_sum(&book, SIM_COUNT_LEFT, "stage=spoa_call", 0, 12) / calls_of(&book) / 8;
            sim_book_free(&book);
        }
        assert_between("calls an hour", calls / (195 * 8), 7.2, 7.4);
        assert_between("lost, against Erlang-A",
            share - ana_erlang_a(fact[f].lines, calls / (195 * 8), 0.5, 0.1).abandon, -0.01, 0.01);
        assert_between("lost, as published", share - fact[f].published, -0.015, 0.015);
        area_free(&area);
    }
}

/*
 * Lines enough from 09:00 to 12:00, callers all day: reached are those of three hours of eight, and of those who rang before 09:00
 * who held the line till then: (3 + patience (1 - exp(-0.5 / patience))) / 8. Posts are 15 hours of 40.
 */
static void
test_access_rota_keeps_its_hours(void **state)
{
    const char *const set[] = { "money.extra_per_year=2000000", "plans.spoa.rings=1", "plans.spoa.opens=9",
        "plans.spoa.closes=12", "plans.spoa.lines_max=30" };
    double reached[6];
    area_t area;

    (void) state;
    area_load(&area, OFFICE, set, 5);
    for (uint32_t rep = 0; rep < 6; rep++) {
        sim_book_t book;

        access_run(&area, "spoa", rep, &book);
        reached[rep] = book_sum(&book, CARE_COUNT_LINK_CONSULTATIONS, "all", 0, 12) /
                       book_sum(&book, CARE_COUNT_LINK_ASKED, "all", 0, 12);
        sim_book_free(&book);
    }
    assert_mean(reached, 6, (3 + 0.1 * (1 - exp(-5))) / 8,
        0.004); /* t with 5 degrees of freedom: a false alarm in 100 seeds */
    assert_true(fabs(seen.in_post[11] - 30 * 1.486 * 15 / 40) < 1e-6);
    assert_true(seen.units[11] == 30);
    area_free(&area);
}

/* Half the lines outside the peak, a quarter on Saturdays all year: the hours that have to be paid. */
static void
test_access_rota_is_paid(void **state)
{
    const char *const set[] = { "money.extra_per_year=2000000", "plans.spoa.peak_from=10", "plans.spoa.peak_to=14",
        "plans.spoa.off_peak=0.5", "plans.spoa.saturday=0.25", "plans.spoa.lines_max=8" };
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, OFFICE, set, 6);
    access_run(&area, "spoa", 0, &book);
    assert_true(fabs(seen.in_post[11] - 8 * 1.486 * (5.25 * 6) / 40 * (365.25 / 7) / 39) < 1e-6);
    sim_book_free(&book);
    area_free(&area);
}

/* Who leaves a number is called back: with time to spare in the afternoon nearly all are reached, and nobody is counted twice. */
static void
test_access_call_back_reaches(void **state)
{
    const char *const set[] = { "money.extra_per_year=2000000", "plans.spoa.rings=1", "plans.spoa.opens=9",
        "plans.spoa.closes=12", "plans.spoa.lines_max=30", "plans.spoa.callback_message=1",
        "plans.spoa.callback_patience=60" };
    double asked, reached, gave_up, waiting;
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, OFFICE, set, 7);
    access_run(&area, "spoa", 0, &book);
    asked = book_sum(&book, CARE_COUNT_LINK_ASKED, "all", 0, 12);
    reached = book_sum(&book, CARE_COUNT_LINK_CONSULTATIONS, "all", 0, 12);
    gave_up = book_sum(&book, CARE_COUNT_GAVE_UP_LINK, "all", 0, 12);
    waiting = book_sum(&book, SIM_COUNT_QUEUE_END, "stage=spoa_callback", 11, 12);
    assert_true(book_sum(&book, SIM_COUNT_ENTERED, "stage=spoa_callback", 0, 12) ==
                book_sum(&book, SIM_COUNT_LEFT, "stage=spoa_call", 0, 12));
    assert_true(fabs(asked - reached - gave_up - waiting) <= 1); /* one may be on the line at midnight */
    assert_between("reached", reached / asked, 0.95, 1);         /* a night or a weekend, against a mean of 60 days */
    sim_book_free(&book);
    area_free(&area);
}

/* One line for four times its calls, and callers who hold for hours: calls back wait until they are due, and then go first. */
static void
test_access_call_back_is_due(void **state)
{
    const char *set[] = { "money.extra_per_year=142000", "plans.spoa.rings=1", "plans.spoa.callback_message=0.02",
        "plans.spoa.callback_patience=60", "plans.spoa.patience_minutes=600", NULL };
    const char *const within[] = { "plans.spoa.callback_within=24", "plans.spoa.callback_within=240" };
    double wait[2];

    (void) state;
    for (int i = 0; i < 2; i++) {
        area_t area;
        sim_book_t book;

        set[5] = within[i];
        area_load(&area, OFFICE, set, 6);
        access_run(&area, "spoa", 0, &book);
        assert_true(seen.units[5] == 1);
        assert_true(book_sum(&book, SIM_COUNT_SERVED, "stage=spoa_callback", 0, 12) > 100);
        wait[i] = book_sum(&book, SIM_COUNT_QUEUE_DAYS, "stage=spoa_callback", 0, 12) /
                  book_sum(&book, SIM_COUNT_ENTERED, "stage=spoa_callback", 0, 12);
        sim_book_free(&book);
        area_free(&area);
    }
    assert_between("days until a call due in one", wait[0], 1, 4); /* weekends and holidays lie between */
    assert_between("days until a call due in ten", wait[1], 10, 14);
}

/* Parents' calls are on top: the children compared are the same, the line is busier, and a share of the calls are new requests. */
static void
test_access_parents(void **state)
{
    const char *const with[] = { "money.extra_per_year=2000000", "plans.spoa.rings=1", "plans.spoa.parents=3",
        "plans.spoa.parent_refers=0.2", "plans.spoa.refer=0" };
    const char *const without[] = { "money.extra_per_year=2000000", "plans.spoa.rings=1", "plans.spoa.refer=0" };
    double cohort[2], requests[2], calls = 0, served = 0, unmet[2], rejected[2], school_calls = 0;

    (void) state;
    for (int i = 0; i < 2; i++) {
        area_t area;
        sim_book_t book;

        area_load(&area, OFFICE, i == 0 ? without : with, i == 0 ? 3 : 5);
        access_run(&area, "spoa", 0, &book);
        cohort[i] = book_sum(&book, CARE_COUNT_CHILD_COHORT, "all", 0, 12);
        requests[i] = book_sum(&book, CARE_COUNT_REQUESTS, "all", 0, 12);
        unmet[i] = book_sum(&book, CARE_COUNT_UNMET, "all", 0, 12);
        rejected[i] = book_sum(&book, CARE_COUNT_REJECTED, "all", 0, 12);
        if (i == 1) {
            calls = book_sum(&book, SIM_COUNT_ENTERED, "stage=spoa_parent", 0, 12);
            served = book_sum(&book, SIM_COUNT_SERVED, "stage=spoa_parent", 0, 12);
            school_calls = book_sum(&book, CARE_COUNT_LINK_ASKED, "all", 0, 12);
        }
        sim_book_free(&book);
        area_free(&area);
    }
    assert_true(cohort[0] == cohort[1] && unmet[0] == unmet[1]);
    assert_true(rejected[0] == 0 &&
                rejected[1] > 100); /* some of the parents' children, whom no other plan would count */
    /* Schools ring for found concerns too (8%). Binomial and Poisson, 4 standard errors. */
    assert_between("parents' calls a school call", calls / school_calls, 3 / 1.08 * 0.95, 3 / 1.08 * 1.05);
    assert_between("new requests", (requests[1] - requests[0]) / served, 0.2 - 4 * sqrt(0.16 / served),
        0.2 + 4 * sqrt(0.16 / served));
}

/* ---- clusters ---- */

#define CLUSTERS                                                                                                       \
    TOWN_BEGIN SCHOOLS_ONLY "town.money.extra_per_year = pounds(100000)\n"                                             \
                            "town.workforce = { recruit_days = days(0) }\n" TOWN_END

/* Area D: three leads, a clinic of two hours each week for ten schools: six hours over 30 schools, 0.2 a school-week. */
static void
test_access_area_d_hours(void **state)
{
    const char *const set[] = { "plans.cluster.agree=1", "plans.cluster.clinics_max=1" };
    area_t area;
    sim_book_t book;
    double hours;

    (void) state;
    area_load(&area, CLUSTERS, set, 2);
    access_run(&area, "cluster", 0, &book);
    assert_int_equal(seen.n_schools, 30);
    hours = book_sum(&book, SIM_COUNT_CAPACITY, "pool=cluster_clinic", 0, 12) / 60;
    assert_between("clinic hours a school-week", hours / 30 / 39, 0.2 * 0.97,
        0.2 * 1.03); /* weekdays are not all 39 times */
    sim_book_free(&book);
    area_free(&area);
}

/* Money for less than a clinic: a third more time for each hour of clinic leaves a third less of them. */
static void
test_access_travel_costs_time(void **state)
{
    const char *const town[] = { "plans.cluster.agree=1", "money.extra_per_year=20000" };
    const char *const country[] = { "plans.cluster.agree=1", "money.extra_per_year=20000",
        "plans.cluster.travel=1.35" };
    double units[2];

    (void) state;
    for (int i = 0; i < 2; i++) {
        area_t area;
        sim_book_t book;

        area_load(&area, CLUSTERS, i == 0 ? town : country, i == 0 ? 2 : 3);
        access_run(&area, "cluster", 0, &book);
        units[i] = seen.units[11];
        sim_book_free(&book);
        area_free(&area);
    }
    assert_true(units[0] > 0.5 && units[0] < 1);
    assert_true(fabs(units[0] / units[1] - 1.35) < 1e-9);
}

/* A hub's posts cost what their professions cost, and the ledger is of that money. */
static void
test_access_hub_has_prices(void **state)
{
    const char *const set[] = { "plans.cluster.agree=1", "money.extra_per_year=20000", "plans.cluster.psychologist=0.2",
        "plans.cluster.nurse=0.3", "plans.cluster.voluntary=0.5", "plans.cluster.price_psychologist=100000",
        "plans.cluster.price_nurse=80000", "plans.cluster.price_voluntary=40000", "workforce.from_core=0" };
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, CLUSTERS, set, 9);
    access_run(&area, "cluster", 0, &book);
    assert_true(fabs(seen.in_post[11] - 20000 / (0.2 * 100000 + 0.3 * 80000 + 0.5 * 40000)) < 1e-9);
    assert_true(fabs(book_sum(&book, CARE_COUNT_EXTRA_SPENT, "all", 0, 12) - 20000) < 0.1);
    sim_book_free(&book);
    area_free(&area);
}

/* Pooled by those who join, in equal parts; top-sliced from all, by pupils; either way the cost is paid once. */
static void
test_access_pooled_and_top_sliced(void **state)
{
    const char *const set[] = { "plans.cluster.agree=0.6", "plans.cluster.pooled=0.25", "plans.cluster.top_sliced=0.5",
        "money.extra_per_year=16000" };
    double pupils = 0, joined = 0;
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, CLUSTERS, set, 4);
    access_run(&area, "cluster", 1, &book);
    for (size_t i = 0; i < 30; i++) {
        pupils += seen.roll[i];
        joined += seen.covered[11][i] != 0 ? 1 : 0;
    }
    assert_true(joined > 0 && joined < 30);
    for (size_t i = 0; i < 30; i++) {
        double pays = 16000 * (0.5 * seen.roll[i] / pupils + (seen.covered[11][i] != 0 ? 0.25 / joined : 0));

        assert_true(fabs(seen.paid[i] - pays) < 0.02);
    }
    assert_true(fabs(book_sum(&book, CARE_COUNT_SCHOOL_PAID, "all", 0, 12) - 12000) < 1);
    sim_book_free(&book);
    area_free(&area);
}

/* ---- teams in waves ---- */

/* 200 schools; three waves a year apart, of one, two and three teams of 8,400. */
#define TEAMS                                                                                                          \
    TOWN_BEGIN SCHOOLS_ONLY "town.schools = { primary = count(160), secondary = count(34), special = count(6) }\n"     \
                            "town.years = 5\n"                                                                         \
                            "town.money.extra_per_year = pounds(5000000)\n"                                            \
                            "town.workforce = { recruit_days = days(0), from_core = 0 }\n"                             \
                            "town.plans[#town.plans] = { name = 'mhst', offer = 'mhst', teams_1 = 1, teams_2 = 2,\n"   \
                            "  after_2 = days(366), teams_3 = 3, after_3 = days(731), ring_fenced = 1 }\n" TOWN_END

/* Pupils served are those of the teams begun; pupils counted are those of the teams whose first trainees have qualified. */
static void
test_access_waves_cover(void **state)
{
    static const struct {
        size_t month;
        double begun, counted;
    } at[] = { { 1, 1, 0 }, { 11, 1, 0 }, { 13, 3, 1 }, { 25, 6, 3 }, { 37, 6, 6 }, { 59, 6, 6 } };
    double pupils = 0;
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, TEAMS, NULL, 0);
    access_run(&area, "mhst", 0, &book);
    for (size_t i = 0; i < seen.n_schools; i++) {
        pupils += seen.roll[i];
    }
    for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) { /* to a school: half of a large one is 900 pupils */
        assert_between("pupils served", pupils_with(at[i].month, false) * pupils, at[i].begun * 8400 - 900,
            at[i].begun * 8400 + 900);
        assert_between("pupils counted", pupils_with(at[i].month, true) * pupils, at[i].counted * 8400 - 900,
            at[i].counted * 8400 + 900);
    }
    assert_true(fabs(seen.in_post[59] - 48) < 1e-9);
    sim_book_free(&book);
    area_free(&area);
}

/* One team: 15 sessions of its seniors, and of four practitioners 4 a week each in training, 10 when qualified; nobody leaves. */
static void
test_access_trainees_qualify(void **state)
{
    const char *const still[] = { "plans.mhst.turnover=0" };
    const char *const moving[] = { "plans.mhst.turnover=0.22" };
    double term = 1 - pow(0.78, 1.0 / 3), q = 0, t[3] = { 4, 0, 0 }, vacant = 0;
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, TEAMS, still, 1);
    access_run(&area, "mhst", 0, &book);
    assert_true(fabs(seen.units[10] - (15 + 4 * 4)) < 1e-9);
    assert_true(fabs(seen.units[13] - (15 + 4 * 10)) < 1e-9);
    assert_true(seen.absent[59] == 0);
    sim_book_free(&book);
    area_free(&area);
    area_load(&area, TEAMS, moving, 1);
    access_run(&area, "mhst", 0, &book);
    for (int n = 0; n < 12; n++) { /* 12 terms after the first: the same chain, written once more */
        double left = term * (t[0] + t[1] + t[2] + q);

        q = (q + t[2]) * (1 - term);
        t[2] = t[1] * (1 - term);
        t[1] = t[0] * (1 - term);
        t[0] = vacant;
        vacant = left;
    }
    assert_true(fabs(seen.units[49] - (15 + 10 * q + 4 * (t[0] + t[1] + t[2]))) < 1e-6);
    assert_true(seen.units[49] < 15 + 40 * 0.9 && vacant > 0.25);
    sim_book_free(&book);
    area_free(&area);
}

/* A qualified team with enough to do treats 300 to 600 children a year; the arithmetic of its sessions allows no more. */
static void
test_access_team_treats(void **state)
{
    double cases[4];
    area_t area;

    (void) state;
    area_load(&area, TEAMS, NULL, 0);
    for (uint32_t rep = 0; rep < 4; rep++) {
        sim_book_t book;

        access_run(&area, "mhst", rep, &book);
        cases[rep] = book_sum(&book, CARE_COUNT_CARRIED, "all", 48, 60) / 6; /* six teams, all qualified by then */
        assert_true(book_sum(&book, SIM_COUNT_SESSIONS, "pool=mhst_team", 48, 60) / 6 < 55 * 45);
        sim_book_free(&book);
    }
    for (int rep = 0; rep < 4; rep++) {
        assert_between("cases a team and year", cases[rep], 270, 600); /* 300 with nobody leaving */
    }
    area_free(&area);
}

/* Nothing crosses: pupils are dealt to teams in whole schools, neighbours together, each team about its 8,400. */
static void
test_access_teams_have_their_schools(void **state)
{
    double pupils[20] = { 0 }, all = 0;
    size_t split = 0;
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, TEAMS, NULL, 0);
    access_run(&area, "mhst", 0, &book);
    for (size_t i = 0; i < seen.n_schools; i++) {
        assert_true(seen.member[i] < 20);
        all += seen.roll[i];
        pupils[seen.member[i]] += seen.roll[i];
        for (size_t j = 0; j < i; j++) {
            split += seen.cluster[i] == seen.cluster[j] && seen.member[i] != seen.member[j] ? 1 : 0;
        }
    }
    for (int t = 0; t < floor(all / 8400) - 1; t++) {
        assert_between("pupils of a team", pupils[t], 8400 - 1800, 8400 + 1800);
    }
    assert_between("pairs of neighbours in two teams", (double) split, 1,
        all / 8400 * 25); /* at most a cluster at each bound */
    sim_book_free(&book);
    area_free(&area);
}

/* A treated child recovers sooner: of the same children, none of whom goes on to the service, more have recovered in a year. */
static void
test_access_teams_treat(void **state)
{
    const char *const one[] = { "plans.mhst.refer=0", "child.treatment_multiplier=1" };
    double share[2];

    (void) state;
    for (int i = 0; i < 2; i++) {
        area_t area;
        sim_book_t book;

        area_load(&area, TEAMS, one, i == 0 ? 2 : 1);
        access_run(&area, "mhst", 0, &book);
        share[i] = book_sum(&book, CARE_COUNT_RECOVERED_12, "all", 36, 48) /
                   book_sum(&book, CARE_COUNT_CHILDREN, "all", 36, 48);
        sim_book_free(&book);
        area_free(&area);
    }
    /* Paired: the same children, hazard by hazard. The few whom a crisis brings to the service make 0.0004 of it. */
    assert_true(share[1] - share[0] > 0.003);
}

/* ---- layers ---- */

/* A helpline for all, bronze above it, traded on top for two fifths, teams for secondary schools from the second year. */
#define LAYERED                                                                                                        \
    TOWN_BEGIN SCHOOLS_ONLY                                                                                            \
        "town.years, town.money.extra_per_year = 2, pounds(500000)\n"                                                  \
        "town.workforce = { recruit_days = days(0), from_core = 0 }\n"                                                 \
        "town.plans = { { name = 'layered',\n"                                                                         \
        "  { offer = 'spoa', share = 0.4, rings = 1 }, { offer = 'tiered', share = 0.2 },\n"                           \
        "  { offer = 'traded', share = 0.2, quintiles = { 4, 5 } },\n"                                                 \
        "  { offer = 'mhst', share = 0.2, from = '2026-09-01', school_types = { 'secondary' } } } }\n" TOWN_END

/* Every wish is taken by one layer and no more; each layer serves its own schools from its own date; the money is all of it. */
static void
test_access_layers(void **state)
{
    static const char *const stage[] = { "stage=spoa_call", "stage=tiered_consult", "stage=traded_consult",
        "stage=mhst_meeting" };
    double taken = 0, first = 0;
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, LAYERED, NULL, 0);
    access_run(&area, "layered", 0, &book);
    for (int l = 0; l < 4; l++) {
        double entered = book_sum(&book, SIM_COUNT_ENTERED, stage[l], 0, 24);

        assert_between(stage[l], entered, 5, 1e6);
        taken += entered;
    }
    assert_true(taken == book_sum(&book, CARE_COUNT_LINK_ASKED, "all", 0, 24));
    first = book_sum(&book, SIM_COUNT_ENTERED, "stage=mhst_meeting", 0, 12);
    assert_true(first == 0);
    for (size_t i = 0; i < 30; i++) {
        assert_true((seen.covered[23][i] & 1) != 0);
        assert_true((seen.covered[23][i] & 4) == 0 || seen.quintile[i] >= 3);
        assert_true((seen.covered[23][i] & 8) == 0 || seen.type[i] == CARE_SECONDARY);
    }
    for (size_t y = 0; y < 2;
         y++) { /* 1.15 million of today's service, 500,000 of layers, a fifth of it from year 2 on */
        double spent = book_sum(&book, CARE_COUNT_COST, "all", 12 * y, 12 * y + 12) +
                       book_sum(&book, CARE_COUNT_UNSPENT, "all", 12 * y, 12 * y + 12);

        assert_between("spent and unspent", spent, y == 0 ? 1549999 : 1649999,
            (y == 0 ? 1550001 : 1650001) + book_sum(&book, CARE_COUNT_SCHOOL_PAID, "all", 12 * y, 12 * y + 12));
    }
    sim_book_free(&book);
    area_free(&area);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_access_helpline_abandonment),
        cmocka_unit_test(test_access_rota_keeps_its_hours),
        cmocka_unit_test(test_access_rota_is_paid),
        cmocka_unit_test(test_access_call_back_reaches),
        cmocka_unit_test(test_access_call_back_is_due),
        cmocka_unit_test(test_access_parents),
        cmocka_unit_test(test_access_area_d_hours),
        cmocka_unit_test(test_access_travel_costs_time),
        cmocka_unit_test(test_access_hub_has_prices),
        cmocka_unit_test(test_access_pooled_and_top_sliced),
        cmocka_unit_test(test_access_waves_cover),
        cmocka_unit_test(test_access_trainees_qualify),
        cmocka_unit_test(test_access_team_treats),
        cmocka_unit_test(test_access_teams_have_their_schools),
        cmocka_unit_test(test_access_teams_treat),
        cmocka_unit_test(test_access_layers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
