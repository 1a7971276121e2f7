/*
 * Link workers in school and the network round the service: visits, Choice appointments, children taken on from triage, new staff and
 * turnover, follow-up after discharge and relapse.
 *
 * Posts are looked at at month ends, and relapses as they happen, by standing before care_schools_month and care_child_relapse (the
 * linker's --wrap); nothing is changed.
 */
#include "models/run.h"
#include "tests/model/fixture.h"

#define MONTHS_MAX 144
#define RELAPSES_MAX 100000

typedef struct {
    double in_post[MONTHS_MAX], able[MONTHS_MAX], units[MONTHS_MAX], held_max;
    size_t n_relapses;
    double to_go[RELAPSES_MAX]; /* integrated hazard from a relapse to the next recovery */
} watch_t;

static watch_t watch;

void __real_care_schools_month(care_run_t *run, size_t month);
void __wrap_care_schools_month(care_run_t *run, size_t month);
void __real_care_child_relapse(care_run_t *run, care_child_t *child, sim_entity_t *entity);
void __wrap_care_child_relapse(care_run_t *run, care_child_t *child, sim_entity_t *entity);

void
__wrap_care_schools_month(care_run_t *run, size_t month)
{
    int pool = sim_pathway_find_pool(&run->model->pathway, "in_school_visit");

    __real_care_schools_month(run, month);
    assert_true(month < MONTHS_MAX);
    watch.in_post[month] = run->layer[0].in_post;
    watch.able[month] = care_layer_able(&run->layer[0]);
    watch.units[month] = pool >= 0 ? sim_replication_units(run->rep, pool, 0) : 0;
    for (size_t i = 0; i < run->n_schools; i++) {
        watch.held_max = fmax(watch.held_max, run->school[i].held);
    }
}

void
__wrap_care_child_relapse(care_run_t *run, care_child_t *child, sim_entity_t *entity)
{
    double now = sim_replication_now(run->rep);

    __real_care_child_relapse(run, child, entity);
    assert_false(care_child_recovered(run, child, now));
    assert_true(entity->deadline_days[CARE_DEADLINE_RECOVERED] > now);
    assert_true((entity->flags & CARE_FLAG_RECOVERED) == 0);
    assert_true(watch.n_relapses < RELAPSES_MAX);
    watch.to_go[watch.n_relapses++] = child->recovery - care_child_hazard(run, child, now);
}

/* One replication, watched from the beginning; the book is the caller's. */
static void
watched(const area_t *area, const char *plan, uint32_t rep, sim_book_t *book)
{
    care_model_t model;
    size_t relapses = watch.n_relapses;

    area_model(area, plan, &model);
    memset(watch.in_post, 0, sizeof(watch.in_post));
    watch.n_relapses = relapses;
    area_run(&model, rep, false, book);
    care_model_free(&model);
}

/* Observed of n trials with probability p: within 4 standard errors (1 in 16,000), which are at most a tenth of the mean. */
static void
assert_binomial(const char *what, double observed, double n, double p)
{
    double se = sqrt(n * p * (1 - p));

    assert_true(se < 0.1 * n * p);
    assert_between(what, observed, n * p - 4 * se, n * p + 4 * se);
}

/* ---- visits ---- */

/* The same hours in half the visits: as many schools, half the days, and fewer of them are empty. */
static void
test_link_fortnightly_is_half_the_visits(void **state)
{
    const char *const set[] = { "workforce.recruit_days=0", "plans.in_school.visit_hours=8.46",
        "plans.in_school.visit_weeks=2" };
    double days[2], empty[2], covered[2];

    (void) state;
    for (int fortnightly = 0; fortnightly < 2; fortnightly++) {
        area_t area;
        sim_book_t book;

        area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, fortnightly ? 3 : 1);
        watched(&area, "in_school", 0, &book);
        days[fortnightly] = book_sum(&book, SIM_COUNT_DIARY_DAYS, "pool=in_school_visit", 0, 12);
        empty[fortnightly] = book_sum(&book, SIM_COUNT_DIARY_EMPTY, "pool=in_school_visit", 0, 12) / days[fortnightly];
        covered[fortnightly] = book_sum(&book, CARE_COUNT_COVERED, "all", 11, 12);
        sim_book_free(&book);
        area_free(&area);
    }
    assert_true(covered[0] == 10 && covered[1] == 10);
    assert_between("visits a school, weekly", days[0] / 10, 36, 40);
    assert_between("visits a school, fortnightly", days[1] / 10, 18, 20.5);
    assert_true(empty[0] > 0.1 && empty[1] > 0 && empty[1] < empty[0]);
}

/* Whoever is not reached decides without today's duty line when the worker is the only contact. */
static void
test_link_only_contact(void **state)
{
    const char *const set[] = { "workforce.recruit_days=0", "plans.in_school.duty=0", "plans.in_school.patience_days=7",
        "money.extra_per_year=1000000" };
    double held[2], asked = 0, gave_up = 0;

    (void) state;
    for (int line = 0; line < 2; line++) {
        area_t area;
        sim_book_t book;

        area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 4);
        if (line) {
            area_free(&area);
            area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END,
                (const char *const[]){ set[0], "plans.in_school.duty=1", set[2], set[3] }, 4);
        }
        watched(&area, "in_school", 0, &book);
        held[line] = book_sum(&book, CARE_COUNT_CONSULTATIONS, "all", 0, 12);
        asked = book_sum(&book, CARE_COUNT_LINK_ASKED, "all", 0, 12);
        gave_up = book_sum(&book, CARE_COUNT_GAVE_UP_LINK, "all", 0, 12);
        if (!line) {
            assert_true(gave_up > 100 && held[0] <= asked - gave_up &&
                        held[0] > asked - gave_up - 30); /* 30: still waiting */
        }
        sim_book_free(&book);
        area_free(&area);
    }
    assert_binomial("given up, that the duty line takes", held[1] - held[0], gave_up, 0.47);
}

/* ---- Choice appointments ---- */

/* 50 of 160 consultations lead to one, 3 of 50 of these to the NHS and 28 back to school (Area I); nobody is lost on the way. */
static void
test_link_choice_funnel(void **state)
{
    const char *const set[] = { "workforce.recruit_days=0", "years=3", "money.extra_per_year=1000000",
        "plans.in_school.choice=0.3125", "plans.in_school.refer=0", "plans.in_school.carry=0",
        "plans.in_school.duty=0" };
    double n, choice, nhs, back, other;
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 7);
    watched(&area, "in_school", 0, &book);
    n = book_sum(&book, CARE_COUNT_LINK_CONSULTATIONS, "all", 0, 36);
    choice = book_sum(&book, CARE_COUNT_CHOICE, "all", 0, 36);
    nhs = book_sum(&book, CARE_COUNT_CHOICE_NHS, "all", 0, 36);
    back = book_sum(&book, CARE_COUNT_CHOICE_BACK, "all", 0, 36);
    other = book_sum(&book, CARE_COUNT_CHOICE_OTHER, "all", 0, 36);
    assert_binomial("Choice appointments", choice, n, 0.3125);
    assert_between("referred on", nhs, 0.06 * choice - 4 * sqrt(0.06 * 0.94 * choice),
        0.06 * choice + 4 * sqrt(0.06 * 0.94 * choice));
    assert_binomial("back to school", back, choice, 0.56);
    assert_true(nhs > 0 && nhs + back + other == choice);
    assert_true(book_sum(&book, SIM_COUNT_SERVED, "stage=in_school_choice", 0, 36) == choice);
    sim_book_free(&book);
    area_free(&area);
}

/* Without the parameter there is no such stage, and shares above 1 are refused. */
static void
test_link_choice_errors(void **state)
{
    const char *const set[] = { "plans.in_school.choice=0.95" };
    care_model_t model;
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, NULL, 0);
    area_model(&area, "in_school", &model);
    assert_int_equal(sim_pathway_find_stage(&model.pathway, "in_school_choice"), -1);
    care_model_free(&model);
    area_free(&area);
    area_load(&area, TOWN_BEGIN TOWN_END, set, 1);
    for (size_t i = 0; i < area.spec->n_plans; i++) {
        if (strcmp(area.spec->plan[i].name, "in_school") == 0) {
            assert_int_not_equal(care_model_init(&model, area.spec, &area.spec->plan[i], NULL, NULL), 0);
        }
    }
    area_free(&area);
}

/* ---- children seen in school instead of waiting ---- */

static void
test_link_takes_children_from_the_list(void **state)
{
    const char *const set[] = { "workforce.recruit_days=0", "plans.in_school.carry=0", "workforce.from_core=0",
        "plans.in_school.takes=1" };
    double accepted[2], first[2], waiting[2];
    area_t area;
    sim_book_t book;

    (void) state;
    for (int takes = 0; takes < 2; takes++) {
        area_load(&area, TOWN_BEGIN TOWN_END, set, takes ? 4 : 3);
        memset(&watch, 0, sizeof(watch));
        watched(&area, "in_school", 0, &book);
        accepted[takes] = book_sum(&book, CARE_COUNT_ACCEPTED, "all", 0, 12);
        first[takes] = book_sum(&book, CARE_COUNT_FIRST_CONTACTS, "all", 0, 12);
        waiting[takes] = book_sum(&book, CARE_COUNT_WAITING, "all", 11, 12);
        if (takes) {
            double taken = book_sum(&book, CARE_COUNT_TAKEN, "all", 0, 12);

            assert_true(taken > 50 && watch.held_max == 3);
            assert_true(book_sum(&book, SIM_COUNT_ENTERED, "stage=in_school_taken", 0, 12) == taken);
            assert_true(book_sum(&book, SIM_COUNT_SESSIONS, "stage=in_school_taken", 0, 12) > 5 * taken);
        } else {
            assert_true(book_sum(&book, CARE_COUNT_TAKEN, "all", 0, 12) == 0);
        }
        sim_book_free(&book);
        area_free(&area);
    }
    assert_true(fabs(accepted[1] - accepted[0]) < 0.1 * accepted[0]);
    assert_between("more first contacts", first[1] - first[0], 10, 200);
    assert_between("fewer waiting", waiting[0] - waiting[1], 10, 200);
}

/* ---- posts ---- */

/* Posts filled one by one: the mean of a triangular distribution from 0, most often 60, to 180 days is 80 days. */
static void
test_link_posts_fill_one_by_one(void **state)
{
    const char *const set[] = { "workforce.recruit_days=60", "workforce.recruit_max=180",
        "money.extra_per_year=950000" };
    double empty[60]; /* post-days not filled in the first year, for each post */
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 3);
    for (uint32_t rep = 0; rep < 60; rep++) {
        double years;

        watched(&area, "specialist", rep, &book);
        years = book_sum(&book, CARE_COUNT_POST_YEARS, "all", 0, 12);
        empty[rep] = 365 - years * 365.25 / 10;
        assert_true(watch.in_post[5] == 10); /* the end of February: all */
        assert_true(rep > 0 || (watch.in_post[0] < 10 && watch.in_post[2] > watch.in_post[0]));
        sim_book_free(&book);
    }
    assert_mean(empty, 60, 80, 2.5);
    area_free(&area);
}

/* In the long run a post is filled for 1 / (1 + turnover x time to fill it) of the time: .5 a year and 100 days. */
static void
test_link_turnover(void **state)
{
    const char *const set[] = { "years=6", "workforce.recruit_days=100", "workforce.turnover=0.5",
        "workforce.from_core=0" };
    double posts, mean = 0;
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 4);
    watched(&area, "specialist", 0, &book);
    posts = 200000.0 / 95000;
    for (size_t m = 24; m < 72; m++) {
        mean += watch.in_post[m] / 48;
    }
    assert_between("share of posts filled", mean / posts, 0.99 / (1 + 0.5 * 100 / 365.25),
        1.015 / (1 + 0.5 * 100 / 365.25));
    sim_book_free(&book);
    area_free(&area);
}

/* For 120 days after it is filled a post does half, and the visits are half as long. */
static void
test_link_new_staff_do_less(void **state)
{
    const char *const set[] = { "workforce.recruit_days=0", "workforce.induction_days=120",
        "workforce.induction_share=0.5" };
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 3);
    watched(&area, "in_school", 0, &book);
    for (size_t m = 0; m < 12; m++) { /* day 120 is 30 December */
        double share = m < 3 ? 0.5 : 1;

        assert_true(fabs(watch.able[m] - share * watch.in_post[m]) < 1e-9 && watch.in_post[m] > 2);
        assert_true(fabs(watch.units[m] - share) < 1e-9);
    }
    sim_book_free(&book);
    area_free(&area);
}

/* Area Q: 300,000 pounds a year are four posts at 75,000, filled at once and kept: to the pound. */
static void
test_link_liaison_money(void **state)
{
    const char *const set[] = { "workforce.recruit_days=0", "workforce.recruit_max=0", "workforce.turnover=0",
        "years=2" };
    double spent, posts;
    area_t area = { .text = NULL };
    sim_book_t book;

    (void) state;
    area_load_file(&area, "link_liaison.lua", set, 4);
    watched(&area, "liaison", 0, &book);
    spent = book_sum(&book, CARE_COUNT_EXTRA_SPENT, "all", 12, 24);
    posts = book_sum(&book, CARE_COUNT_POSTS, "all", 23, 24);
    assert_true(fabs(spent - 300000) < 1);
    assert_true(fabs(posts - 4) < 1e-9);
    assert_between("link posts", watch.in_post[23], 3.999, 4);
    sim_book_free(&book);
    area_free(&area);
}

/* ---- discharge ---- */

/* Six half-hours a child, and no more children ill again with follow-up than without, in every replication. */
static void
test_link_follow_up(void **state)
{
    area_t with = { .text = NULL }, without = { .text = NULL };
    double fewer[6], well = 0, followed = 0, again = 0, discharged = 0;

    (void) state;
    area_load_file(&with, "wider_network.lua", NULL, 0);
    area_load_file(&without, "wider_network_without.lua", NULL, 0);
    for (uint32_t rep = 0; rep < 6; rep++) {
        sim_book_t a, b;
        double served, sessions, hours;

        watched(&with, "none", rep, &a);
        watched(&without, "none", rep, &b);
        served = book_sum(&a, SIM_COUNT_SERVED, "stage=nurse_followup", 0, 48);
        sessions = book_sum(&a, SIM_COUNT_SESSIONS, "stage=nurse_followup", 0, 48);
        hours = book_sum(&a, SIM_COUNT_USED, "pool=school_nurses", 0, 48) / 60;
        assert_true(fabs(hours - sessions / 2) < 1); /* half an hour each */
        assert_true(sessions >= 6 * served &&
                    sessions <= 6 * book_sum(&a, SIM_COUNT_ENTERED, "stage=nurse_followup", 0, 48));
        fewer[rep] = book_sum(&b, CARE_COUNT_RELAPSES, "all", 0, 48) - book_sum(&a, CARE_COUNT_RELAPSES, "all", 0, 48);
        assert_true(fewer[rep] > 0);
        well += book_sum(&a, SIM_COUNT_ENTERED, "stage=well", 0, 48);
        followed += book_sum(&a, SIM_COUNT_ENTERED, "stage=discharged", 0, 48);
        again += book_sum(&b, SIM_COUNT_ENTERED, "stage=well", 0, 48);
        discharged += book_sum(&b, SIM_COUNT_ENTERED, "stage=discharged", 0, 48);
        sim_book_free(&a);
        sim_book_free(&b);
    }
    assert_binomial("ill again without follow-up", again, discharged, 0.377);
    assert_binomial("ill again with follow-up", well, followed, 0.377 * 0.8);
    area_free(&with);
    area_free(&without);
}

/* A relapse leaves a unit exponential to go on the one scale of recovery (checked at each by the wrapper). */
static void
test_link_relapse_recovers_anew(void **state)
{
    const char *const set[] = { "area.relapse=0.9" };
    area_t area = { .text = NULL };
    sim_book_t book;
    double sum = 0;

    (void) state;
    area_load_file(&area, "wider_network_without.lua", set, 1);
    memset(&watch, 0, sizeof(watch));
    for (uint32_t rep = 0; rep < 3; rep++) {
        watched(&area, "none", rep, &book);
        sim_book_free(&book);
    }
    for (size_t i = 0; i < watch.n_relapses; i++) {
        sum += watch.to_go[i];
    }
    assert_true(watch.n_relapses > 2000);
    assert_between("mean to go", sum / (double) watch.n_relapses, 1 - 4 / sqrt((double) watch.n_relapses),
        1 + 4 / sqrt((double) watch.n_relapses));
    area_free(&area);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_link_fortnightly_is_half_the_visits),
        cmocka_unit_test(test_link_only_contact),
        cmocka_unit_test(test_link_choice_funnel),
        cmocka_unit_test(test_link_choice_errors),
        cmocka_unit_test(test_link_takes_children_from_the_list),
        cmocka_unit_test(test_link_posts_fill_one_by_one),
        cmocka_unit_test(test_link_turnover),
        cmocka_unit_test(test_link_new_staff_do_less),
        cmocka_unit_test(test_link_liaison_money),
        cmocka_unit_test(test_link_follow_up),
        cmocka_unit_test(test_link_relapse_recovers_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
