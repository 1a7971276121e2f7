/*
 * Each offer by its signature: what it does that no other does, so that one mechanism under several names is found out.
 *
 * The tests look at schools and posts at month ends, and at every decision, by standing before care_schools_month and
 * care_decide (the linker's --wrap); they change nothing, except where a test silences a school.
 */
#include "models/run.h"
#include "sim/analysis/queueing.h"
#include "tests/model/fixture.h"

#define MONTHS_MAX 144
#define SCHOOLS_MAX 400
#define HELD_MAX 100000

/* What is watched. One run at a time. */
typedef struct {
    bool silence; /* concerns of schools with a place in `quiet` are not raised */
    bool quiet[SCHOOLS_MAX];
    size_t n_schools, n_months;
    uint8_t quintile[SCHOOLS_MAX], type[SCHOOLS_MAX];
    uint32_t cluster[SCHOOLS_MAX];
    bool covered[MONTHS_MAX][SCHOOLS_MAX], bought[MONTHS_MAX][SCHOOLS_MAX];
    double quality[MONTHS_MAX][SCHOOLS_MAX], visit_hours[MONTHS_MAX][SCHOOLS_MAX];
    double in_post[MONTHS_MAX], core_units[MONTHS_MAX], neuro_units[MONTHS_MAX];
    double held_max;      /* children in direct work in one school, at any decision */
    bool held_is_present; /* their sum is the number present in the stage of direct work */
    size_t n_contacts;    /* consultations held with schools that are not quiet */
    struct {
        uint64_t key;
        double days;
    } contact[HELD_MAX];
} watch_t;

static watch_t watch;

void __real_care_schools_month(care_run_t *run, size_t month);
void __wrap_care_schools_month(care_run_t *run, size_t month);
int __real_care_decide(care_run_t *run, uint32_t entity, int decision);
int __wrap_care_decide(care_run_t *run, uint32_t entity, int decision);

static double
watch_units(const care_run_t *run, const char *name)
{
    return sim_replication_units(run->rep, sim_pathway_find_pool(&run->model->pathway, name), 0);
}

void
__wrap_care_schools_month(care_run_t *run, size_t month)
{
    __real_care_schools_month(run, month);
    assert_true(month < MONTHS_MAX && run->n_schools <= SCHOOLS_MAX);
    watch.n_schools = run->n_schools;
    watch.n_months = month + 1;
    for (size_t i = 0; i < run->n_schools; i++) {
        watch.quintile[i] = run->school[i].quintile;
        watch.type[i] = run->school[i].type;
        watch.cluster[i] = run->school[i].cluster;
        watch.covered[month][i] = run->school[i].covered != 0;
        watch.bought[month][i] = run->school[i].bought != 0;
        watch.quality[month][i] = run->school[i].quality;
        watch.visit_hours[month][i] = run->school[i].visit_hours[0];
    }
    watch.in_post[month] = run->layer[0].in_post;
    watch.core_units[month] = watch_units(run, "core");
    watch.neuro_units[month] = watch_units(run, "neuro");
}

static void
watch_held(const care_run_t *run)
{
    int stage = sim_pathway_find_stage(&run->model->pathway, "in_school_case");
    double held = 0;

    for (size_t i = 0; stage >= 0 && i < run->n_schools; i++) {
        held += run->school[i].held;
        watch.held_max = fmax(watch.held_max, run->school[i].held);
    }
    if (stage >= 0 && held != (double) sim_replication_present(run->rep, stage)) {
        watch.held_is_present = false;
    }
}

int
__wrap_care_decide(care_run_t *run, uint32_t entity, int decision)
{
    const care_child_t *child = &run->child[sim_replication_entity(run->rep, entity)->owner];

    watch_held(run);
    if (watch.silence && decision == CARE_DECIDE_CONCERN && watch.quiet[child->school]) {
        return 3; /* "unfound" */
    }
    if (decision == CARE_DECIDE_CONTACT && !watch.quiet[child->school]) {
        assert_true(watch.n_contacts < HELD_MAX);
        watch.contact[watch.n_contacts].key = child->key;
        watch.contact[watch.n_contacts++].days = sim_replication_now(run->rep);
    }
    return __real_care_decide(run, entity, decision);
}

static void
watch_clear(void)
{
    memset(&watch, 0, sizeof(watch));
    watch.held_is_present = true;
}

static size_t
watch_covered(size_t month)
{
    size_t n = 0;

    for (size_t i = 0; i < watch.n_schools; i++) {
        n += watch.covered[month][i] ? 1 : 0;
    }
    return n;
}

static size_t
watch_bought(size_t month)
{
    size_t n = 0;

    for (size_t i = 0; i < watch.n_schools; i++) {
        n += watch.bought[month][i] ? 1 : 0;
    }
    return n;
}

/* One watched replication; the book is the caller's when it is asked for. */
static void
watched(const area_t *area, const char *plan, uint32_t rep, sim_book_t *book)
{
    care_model_t model;
    sim_book_t own;

    watch_clear();
    area_model(area, plan, &model);
    area_run(&model, rep, false, &own);
    if (book != NULL) {
        *book = own;
        book->calendar = NULL; /* the model's, which ends here */
    } else {
        sim_book_free(&own);
    }
    care_model_free(&model);
}

/* ---- traded ---- */

/* 300 schools that raise hardly a concern: only who buys is looked at. */
#define MARKET                                                                                                         \
    TOWN_BEGIN SCHOOLS_ONLY "more.concerns_primary = assumption(per_year(0.1), 'example')\n"                           \
                            "town.schools = { primary = count(200), secondary = count(50), special = count(50) }\n"    \
                            "town.money.extra_per_year = pounds(1e8)\n" TOWN_END

/* The formula of docs/model.md, written once more. */
static double
market_logistic(double x)
{
    return 1 / (1 + exp(-x));
}

static double
market_long_run(double c)
{
    double sum = 0;

    for (int fifth = 1; fifth <= 5; fifth++) {
        double first = market_logistic(0.15 * (fifth - 3) - c);
        double again = market_logistic(0.15 * (fifth - 3) + 1.5 - c);

        sum += first / (1 - again + first) / 5;
    }
    return sum;
}

static double
market_centre(void)
{
    double low = -10, high = 10;

    while (high - low > 1e-12) {
        double middle = 0.5 * (low + high);

        *(market_long_run(middle) > 0.57 ? &low : &high) = middle;
    }
    return low;
}

/* In the first year nobody has bought before and link quality is the base: who buys at a price buys at every lower one. */
static void
test_offers_traded_falls_with_price(void **state)
{
    static const char *const price[] = { "plans.traded.price=60", "plans.traded.price=100", "plans.traded.price=101",
        "plans.traded.price=150", "plans.traded.price=400" };
    static bool before[SCHOOLS_MAX];
    size_t n_before = 0;

    (void) state;
    for (size_t p = 0; p < 5; p++) {
        const char *const set[] = { "years=0.08", price[p] };
        area_t area;

        area_load(&area, MARKET, set, 2);
        watched(&area, "traded", 0, NULL);
        for (size_t i = 0; i < watch.n_schools && p > 0; i++) {
            assert_true(before[i] || !watch.bought[0][i]);
        }
        if (p > 0 && p != 2) { /* for a penny in the pound more, at most somebody stops */
            assert_true(watch_bought(0) < n_before);
        }
        n_before = watch_bought(0);
        memcpy(before, watch.bought[0], sizeof(before));
        area_free(&area);
    }
    assert_true(n_before > 0);
}

/* Binomial: 100 areas of some 60 schools in each fifth; 4 standard errors in five fifths, a false alarm in 3,000 seeds. */
static void
test_offers_traded_first_year_uptake(void **state)
{
    const char *const set[] = { "years=0.08", "plans.traded.price=100" };
    double bought[5] = { 0 }, n[5] = { 0 }, c = market_centre();
    area_t area;

    (void) state;
    area_load(&area, MARKET, set, 2);
    for (uint32_t rep = 0; rep < 100; rep++) {
        watched(&area, "traded", rep, NULL);
        for (size_t i = 0; i < watch.n_schools; i++) {
            bought[watch.quintile[i]] += watch.bought[0][i] ? 1 : 0;
            n[watch.quintile[i]]++;
        }
    }
    for (int q = 0; q < 5; q++) {
        double p = market_logistic(0.15 * (q - 2) - c), se = sqrt(p * (1 - p) / n[q]);

        assert_true(n[q] > 4000 && se < 0.008);
        assert_between("uptake of a fifth", bought[q] / n[q], p - 4 * se, p + 4 * se);
        assert_true(q == 0 || bought[q] / n[q] > bought[q - 1] / n[q - 1]); /* the less deprived buy more */
    }
    area_free(&area);
}

/* The long run, at base link quality, is the evidence's 57%: mean of years 9 to 11, by when the start is forgotten (0.34^8). */
static void
test_offers_traded_long_run_uptake(void **state)
{
    const char *const set[] = { "years=11", "plans.traded.price=100", "plans.traded.quality=0" };
    double uptake[40], first = 0;
    area_t area;

    (void) state;
    area_load(&area, MARKET, set, 3);
    for (uint32_t rep = 0; rep < 40; rep++) {
        watched(&area, "traded", rep, NULL);
        uptake[rep] = 0;
        for (size_t q = 0; q < 5; q++) {
            double bought = 0, n = 0;

            for (size_t i = 0; i < watch.n_schools; i++) {
                bought +=
                    watch.quintile[i] != q ? 0 : watch.bought[96][i] + watch.bought[108][i] + watch.bought[120][i];
                n += watch.quintile[i] != q ? 0 : 3;
            }
            uptake[rep] += bought / n / 5;
        }
        first += (double) watch_bought(0) / 300 / 40;
    }
    assert_mean(uptake, 40, 0.57, 0.005);
    assert_true(first < 0.5); /* loyalty takes years to build up */
    area_free(&area);
}

/* Sales hire after the recruitment time, and from the second year on it is last year's sales that do. */
static void
test_offers_traded_hires_with_a_lag(void **state)
{
    const char *const set[] = { "years=3", "workforce.recruit_days=100", "money.extra_per_year=100000000" };
    double sold[3];
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 3);
    watched(&area, "traded", 0, &book);
    for (size_t y = 0; y < 3; y++) {
        sold[y] = book_sum(&book, CARE_COUNT_SCHOOL_PAID, "all", 12 * y, 12 * y + 12) / 120.6;
    }
    assert_true(sold[0] > 50);
    for (size_t m = 0; m < 3; m++) { /* until 30 November, day 91 */
        assert_true(watch_bought(m) > 0 && watch_covered(m) == 0 && watch.in_post[m] == 0);
    }
    assert_int_equal(watch_covered(3), watch_bought(3));
    assert_true(book_sum(&book, CARE_COUNT_LINK_CONSULTATIONS, "all", 0, 3) == 0);
    assert_true(book_sum(&book, CARE_COUNT_LINK_CONSULTATIONS, "all", 3, 12) > 0);
    assert_true(fabs(watch.in_post[3] - sold[0] / 787.5) < 1e-6);
    assert_true(fabs(watch.in_post[23] - sold[0] / 787.5) < 1e-6);
    assert_true(fabs(watch.in_post[35] - sold[1] / 787.5) < 1e-6);
    assert_true(sold[0] != sold[1]);
    sim_book_free(&book);
    area_free(&area);
}

/* ---- whose capacity it is ---- */

/* Demand far beyond what the staff can do, and children who wait for ever. */
#define BUSY                                                                                                           \
    TOWN_BEGIN SCHOOLS_ONLY "more.concerns_primary = assumption(per_year(100), 'example')\n"                           \
                            "town.concern.wish = 1\n"                                                                  \
                            "town.schools.cluster_schools = 15\n"                                                      \
                            "town.money.extra_per_year = pounds(150000)\n"                                             \
                            "town.workforce = { recruit_days = days(0) }\n" TOWN_END

/*
 * The consultations that the other half of the schools gets when the first half (the first cluster, or one half by place) asks
 * for much and when it asks for nothing. @return whether they are the same, child by child and to the last bit of time
 */
static bool
halves_are_apart(const char *plan, const char *const *set, size_t n)
{
    static watch_t loud;
    area_t area;
    bool same;

    area_load(&area, BUSY, set, n);
    for (int silence = 0; silence < 2; silence++) {
        care_model_t model;
        sim_book_t book;

        watched(&area, plan, 0, NULL); /* to learn where the schools are */
        area_model(&area, plan, &model);
        watch.silence = silence == 1;
        watch.n_contacts = 0;
        for (size_t i = 0; i < watch.n_schools; i++) {
            watch.quiet[i] = watch.cluster[i] == 0;
        }
        area_run(&model, 0, false, &book);
        sim_book_free(&book);
        care_model_free(&model);
        if (silence == 0) {
            loud = watch;
        }
    }
    area_free(&area);
    if (loud.n_contacts <= 50) {
        fail_msg("%s: only %zu consultations", plan, loud.n_contacts);
    }
    same = loud.n_contacts == watch.n_contacts;
    for (size_t i = 0; same && i < watch.n_contacts; i++) {
        same = loud.contact[i].key == watch.contact[i].key && loud.contact[i].days == watch.contact[i].days;
    }
    return same;
}

static void
test_offers_cluster_nothing_crosses(void **state)
{
    const char *const set[] = { "plans.cluster.joins=0" };

    (void) state;
    assert_true(halves_are_apart("cluster", set, 1));
}

static void
test_offers_in_school_nothing_crosses(void **state)
{
    (void) state;
    assert_true(halves_are_apart("in_school", NULL, 0));
}

/* The control: a line and a team are shared by the whole area. */
static void
test_offers_team_is_shared(void **state)
{
    const char *const buys[] = { "plans.traded.hours_primary=1000", "plans.traded.hours_secondary=1000",
        "plans.traded.hours_special=1000", "plans.traded.price=1", "plans.traded.anchor_uptake=0.99" };

    (void) state;
    assert_false(halves_are_apart("spoa", NULL, 0));
    assert_false(halves_are_apart("tiered", NULL, 0));
    assert_false(halves_are_apart("traded", buys, 5));
}

/* A cluster whose heads do not agree gets nothing, whatever the money. */
static void
test_offers_cluster_joins_as_a_whole(void **state)
{
    size_t joined[3] = { 0 };
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, NULL, 0);
    for (uint32_t rep = 0; rep < 20; rep++) {
        watched(&area, "cluster", rep, NULL);
        for (uint32_t c = 0; c < 3; c++) {
            size_t n = 0;

            for (size_t i = 0; i < watch.n_schools; i++) {
                n += watch.cluster[i] == c && watch.covered[11][i] ? 1 : 0;
            }
            assert_true(n == 0 || n == 10);
            joined[c] += n / 10;
        }
    }
    /* At least 6 of 10 heads that agree with probability .7: .85; all or none of 60 clusters would be no choice. */
    assert_true(joined[0] + joined[1] + joined[2] > 30 && joined[0] + joined[1] + joined[2] < 60);
    area_free(&area);
}

/* ---- spoa ---- */

/* Calls around the clock at a constant rate (about six an hour) from the first day: M/M/c+M. */
#define LINE                                                                                                           \
    TOWN_BEGIN SCHOOLS_ONLY "more.concerns_primary = assumption(per_year(767), 'example')\n"                           \
                            "town.concern.wish = 1\n"                                                                  \
                            "town.workforce = { recruit_days = days(0) }\n"                                            \
                            "local schools_only = town.build\n"                                                        \
                            "town.build = function(s)\n"                                                               \
                            "  local rows = schools_only(s)\n"                                                         \
                            "  rows.sources[1].office_hours = false\n"                                                 \
                            "  rows.sources[1].rate.days, rows.sources[1].rate.season = 'every', nil\n"                \
                            "  return rows\n"                                                                          \
                            "end\n" TOWN_END

/*
 * Callers who give up, and callers who hold the line, against Erlang-A for the calls of each replication. From the second month
 * on: the first day's empty queue is forgotten within hours. @return the mean share that gives up
 */
static double
line_gives_up(int lines, size_t n_reps)
{
    double excess[16], queue[16], mean = 0;
    char money[64];
    const char *const set[] = { money, "plans.spoa.rings=1", "plans.spoa.opens=0", "plans.spoa.closes=24",
        "plans.spoa.saturday=1", "plans.spoa.sunday=1" };
    care_model_t model;
    area_t area;

    (void) snprintf(money, sizeof(money), "money.extra_per_year=%.2f",
        lines * 1.486 * 95000 * (168 * 365.25 / 7) / (40 * 39)); /* a line all week and all year */
    area_load(&area, LINE, set, 6);
    area_model(&area, "spoa", &model);
    for (uint32_t rep = 0; rep < n_reps; rep++) {
        sim_book_t book;
        double asked, share;
        ana_erlang_a_t exact;

        watch_clear();
        area_run(&model, rep, false, &book);
        asked = book_sum(&book, CARE_COUNT_LINK_ASKED, "all", 1, 12);
        exact = ana_erlang_a(lines, asked / 335, 30.0 / 1440, 6.0 / 1440);
        share = book_sum(&book, CARE_COUNT_GAVE_UP_LINK, "all", 1, 12) / asked;
        excess[rep] = share - exact.abandon;
        queue[rep] = book_sum(&book, SIM_COUNT_QUEUE_DAYS, "stage=spoa_call", 1, 12) / 335 / exact.queue;
        mean += share / (double) n_reps;
        sim_book_free(&book);
    }
    care_model_free(&model);
    area_free(&area);
    assert_mean(excess, n_reps, 0, 0.002); /* with 8 replications t gives a false alarm in 200 seeds */
    assert_mean(queue, n_reps, 1, 0.02);
    return mean;
}

static void
test_offers_spoa_is_erlang_a(void **state)
{
    double two, four, six;

    (void) state;
    two = line_gives_up(2, 8);
    four = line_gives_up(4, 8);
    six = line_gives_up(6, 8);
    assert_true(two > four && four > six);
    assert_between("lost by 2 lines", two, 0.3, 0.5); /* 6 calls an hour for 4 */
    assert_between("lost by 6 lines", six, 0.01, 0.06);
}

/* Only whole lines are bought; nobody is covered before there is one. */
static void
test_offers_spoa_whole_lines(void **state)
{
    const char *const set[] = { "workforce.recruit_days=100", "workforce.from_core=0", "money.extra_per_year=300000" };
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 3);
    watched(&area, "spoa", 0, NULL);
    assert_int_equal(watch_covered(2), 0);
    assert_int_equal(watch_covered(3), 30);
    assert_true(fabs(watch.in_post[3] - 2 * 1.486) < 1e-9); /* 3.158 posts pay two lines */
    assert_true(fabs(watch.core_units[3] - (5.9 + 300000.0 / 95000 - 2 * 1.486)) < 1e-9); /* the rest goes to core */
    area_free(&area);
}

/* ---- tiered ---- */

/* The months (from September, for two years) in whose course or before which a term starts after the staff are in post. */
static size_t
terms_by(size_t month)
{
    static const size_t start[] = { 4, 7, 12, 16, 19 }; /* January, April, September, ... */
    size_t n = 0;

    while (n < 5 && start[n] <= month) {
        n++;
    }
    return n;
}

/* 2.105 posts give 1,658 hours a year: 20 schools a term, to all 90 in the fifth term, without end. */
static void
test_offers_tiered_grows_in_waves(void **state)
{
    const char *const set[] = { "years=2", "schools.primary=90", "schools.secondary=0", "schools.special=0",
        "plans.tiered.anchor_uptake=0.01", "plans.tiered.price=1000" };
    const size_t wave = (size_t) floor(200000.0 / 95000 * 787.5 / 3 / 27.5);
    area_t area;

    (void) state;
    assert_int_equal(wave, 20);
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 6);
    watched(&area, "tiered", 0, NULL);
    for (size_t m = 0; m < 24; m++) {
        size_t due = terms_by(m) * wave, visited = 0;

        assert_int_equal(watch_covered(m), due > 90 ? 90 : due);
        for (size_t i = 0; i < 90; i++) {
            visited += watch.visit_hours[m][i] > 0 ? 1 : 0;
        }
        assert_int_equal(visited, due > 0 ? wave : 0); /* the first ten of the fifth wave are the last ten of all */
    }
    area_free(&area);
}

/* 262.5 hours a term are 250 schools of 1.05 hours: none is lost to the rounding of the sum. */
static void
test_offers_tiered_loses_no_school(void **state)
{
    const char *const set[] = { "workforce.recruit_days=0", "schools.primary=300", "money.extra_per_year=95000",
        "plans.tiered.bronze_hours=1.05" };
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 4);
    watched(&area, "tiered", 0, NULL);
    assert_int_equal(watch_covered(0), 250);
    area_free(&area);
}

/* Where staff are there at once the first wave is that of the first term. */
static void
test_offers_tiered_first_term(void **state)
{
    const char *const set[] = { "workforce.recruit_days=0", "schools.primary=90" };
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 2);
    watched(&area, "tiered", 0, NULL);
    assert_int_equal(watch_covered(0), 20);
    area_free(&area);
}

/* What was sold is served first: the wave is what is left of the hours. */
static void
test_offers_tiered_serves_what_was_bought(void **state)
{
    const char *const set[] = { "years=2", "schools.primary=90", "schools.secondary=0", "schools.special=0",
        "plans.tiered.price=20" };
    double hours = 200000.0 / 95000 * 787.5, sold;
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 5);
    watched(&area, "tiered", 0, &book);
    sold = book_sum(&book, CARE_COUNT_SCHOOL_PAID, "all", 12, 24) / 20;
    assert_true(book_sum(&book, CARE_COUNT_SCHOOL_PAID, "all", 0, 12) == 0); /* silver comes after bronze */
    assert_true(sold >= 100);
    assert_int_equal(watch_covered(11), 40);
    assert_int_equal(watch_covered(12) - watch_covered(11), (size_t) floor((hours - sold) / 3 / 27.5));
    sim_book_free(&book);
    area_free(&area);
}

/* A team of less than half a post has no day long enough for a consultation: what is left of a day is kept for the next. */
static void
test_offers_small_team_consults(void **state)
{
    const char *const set[] = { "years=2", "money.extra_per_year=40000", "workforce.from_core=0" };
    double hours = 40000.0 / 95000 * 787.5 * 0.3, held;
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, BUSY, set, 3);
    watched(&area, "tiered", 0, &book);
    held = book_sum(&book, CARE_COUNT_LINK_CONSULTATIONS, "all", 12, 24);
    assert_between("hours used of those there are", held * 0.75 / hours, 0.85, 1.05);
    sim_book_free(&book);
    area_free(&area);
}

/* ---- in_school ---- */

static void
test_offers_in_school_holds_a_few(void **state)
{
    const char *const set[] = { "years=2", "workforce.from_core=0", "plans.in_school.carry=1" };
    const size_t places = (size_t) floor(200000.0 / 95000 * 787.5 / 165);
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 3);
    watched(&area, "in_school", 0, &book);
    for (size_t m = 0; m < 24; m++) { /* staff come on 31 December */
        assert_int_equal(watch_covered(m), m < 3 ? 0 : places);
    }
    assert_int_equal(places, 10);
    assert_true(watch.held_max == 3); /* never more, and sometimes as many */
    assert_true(watch.held_is_present);
    assert_true(book_sum(&book, CARE_COUNT_CARRIED, "all", 0, 24) > 50);
    assert_true(book_sum(&book, CARE_COUNT_CARRIED, "all", 0, 3) == 0);
    sim_book_free(&book);
    area_free(&area);
}

/* ---- specialist, none ---- */

static void
test_offers_specialist_adds_posts(void **state)
{
    const char *const nobody_leaves[] = { "workforce.recruit_days=100", "workforce.from_core=0",
        "plans.specialist.pool=neuro" };
    const char *const half_leave[] = { "workforce.recruit_days=100", "workforce.backfill_days=100" };
    const double wte = 200000.0 / 95000;
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, nobody_leaves, 3);
    watched(&area, "specialist", 0, NULL);
    for (size_t m = 0; m < 12; m++) {
        assert_true(fabs(watch.neuro_units[m] - (1.9 + (m < 3 ? 0 : wte))) < 1e-9);
        assert_true(fabs(watch.core_units[m] - 5.9) < 1e-9);
        assert_int_equal(watch_covered(m), 0);
    }
    area_free(&area);
    area_load(&area, TOWN_BEGIN TOWN_END, half_leave, 2);
    watched(&area, "specialist", 0, NULL);
    for (size_t m = 0; m < 12; m++) { /* in post on day 100, half of them out of core until day 200 */
        assert_true(fabs(watch.core_units[m] - (5.9 + (m < 3 ? 0 : m < 6 ? wte / 2 : wte))) < 1e-9);
        assert_true(fabs(watch.neuro_units[m] - 1.9) < 1e-9);
    }
    area_free(&area);
}

static void
test_offers_none_adds_nothing(void **state)
{
    static const int counter[] = { CARE_COUNT_EXTRA_SPENT, CARE_COUNT_UNSPENT, CARE_COUNT_SCHOOL_PAID, CARE_COUNT_POSTS,
        CARE_COUNT_VACANT, CARE_COUNT_LINK_HOURS, CARE_COUNT_LINK_ASKED, CARE_COUNT_COVERED };
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, TOWN_BEGIN TOWN_END, NULL, 0);
    watched(&area, "none", 0, &book);
    for (size_t i = 0; i < sizeof(counter) / sizeof(counter[0]); i++) {
        assert_true(book_sum(&book, counter[i], "all", 0, 12) == 0);
    }
    assert_true(fabs(book_sum(&book, CARE_COUNT_COST, "all", 0, 12) - 1150000) < 0.005);
    assert_true(book_sum(&book, CARE_COUNT_CONSULTATIONS, "all", 0, 12) > 0); /* today's duty line */
    sim_book_free(&book);
    area_free(&area);
}

/* ---- layers ---- */

#define LAYERS                                                                                                         \
    TOWN_BEGIN SCHOOLS_ONLY                                                                                            \
        "town.years = 3\n"                                                                                             \
        "town.plans = {\n"                                                                                             \
        "  { name = 'types', { offer = 'in_school', school_types = { 'secondary', 'special' } } },\n"                  \
        "  { name = 'fifths', { offer = 'traded', quintiles = { 1, 5 }, price = pounds(50) } },\n"                     \
        "  { name = 'late', { offer = 'traded', from = '2026-09-01', price = pounds(50) } },\n"                        \
        "  { name = 'both', { offer = 'spoa', share = 0.9 }, { offer = 'in_school', share = 0.1 } },\n"                \
        "}\n" TOWN_END

/* A layer serves the schools it is meant for, and no others. */
static void
test_offers_layer_is_for_some(void **state)
{
    size_t n[2] = { 0 };
    area_t area;

    (void) state;
    area_load(&area, LAYERS, NULL, 0);
    watched(&area, "types", 0, NULL);
    for (size_t i = 0; i < 30; i++) {
        assert_true(!watch.covered[11][i] || watch.type[i] != CARE_PRIMARY);
    }
    assert_int_equal(watch_covered(11), 10); /* all five of each type */
    watched(&area, "fifths", 0, NULL);
    for (size_t i = 0; i < 30; i++) {
        assert_true(!watch.covered[11][i] || watch.quintile[i] == 0 || watch.quintile[i] == 4);
        n[watch.quintile[i] == 4] += watch.covered[11][i] ? 1 : 0;
    }
    assert_true(n[0] > 0 && n[1] > 0);
    area_free(&area);
}

/* A layer that starts with the second contract year does nothing and costs nothing in the first, to its last month. */
static void
test_offers_layer_starts_late(void **state)
{
    area_t area;
    sim_book_t book;

    (void) state;
    area_load(&area, LAYERS, NULL, 0);
    watched(&area, "late", 0, &book);
    for (size_t m = 0; m < 12; m++) {
        assert_true(watch_covered(m) == 0 && watch_bought(m) == 0);
        assert_true(book_sum(&book, CARE_COUNT_SCHOOL_PAID, "all", m, m + 1) == 0);
        assert_true(book_sum(&book, CARE_COUNT_EXTRA_SPENT, "all", m, m + 1) == 0);
        assert_true(book_sum(&book, CARE_COUNT_UNSPENT, "all", m, m + 1) == 0);
    }
    assert_true(watch_bought(12) > 0 && watch_covered(12) == 0 && watch_covered(23) > 0);
    assert_true(watch.in_post[14] == 0 && watch.in_post[16] > 0); /* recruits from then on */
    for (size_t y = 1; y < 3; y++) {
        double cost = book_sum(&book, CARE_COUNT_COST, "all", 12 * y, 12 * y + 12);

        assert_true(book_sum(&book, CARE_COUNT_SCHOOL_PAID, "all", 12 * y, 12 * y + 12) > 0);
        assert_true(fabs(cost + book_sum(&book, CARE_COUNT_UNSPENT, "all", 12 * y, 12 * y + 12) - 1350000) < 1);
    }
    sim_book_free(&book);
    area_free(&area);
}

/* Of two layers that cover a school the last decides: the one school with a worker does not telephone. */
static void
test_offers_last_layer_decides(void **state)
{
    area_t area;
    care_model_t model;
    sim_book_t book;
    double present;

    (void) state;
    area_load(&area, LAYERS, NULL, 0);
    area_model(&area, "both", &model);
    watch_clear();
    area_run(&model, 0, false, &book);
    assert_int_equal(watch_covered(11), 30);
    present = book_sum(&book, SIM_COUNT_ENTERED, "stage=in_school_consult", 0, 36);
    assert_true(present > 0);
    assert_true(book_sum(&book, SIM_COUNT_ENTERED, "stage=spoa_call", 0, 36) + present ==
                book_sum(&book, CARE_COUNT_LINK_ASKED, "all", 0, 36));
    assert_true(book_sum(&book, CARE_COUNT_CARRIED, "all", 0, 36) > 0);
    sim_book_free(&book);
    care_model_free(&model);
    area_free(&area);
}

/* No two offers do the same: coverage, consultations, hours and posts over two years tell them apart. */
static void
test_offers_are_all_different(void **state)
{
    static const int counter[] = { CARE_COUNT_LINK_CONSULTATIONS, CARE_COUNT_LINK_HOURS, CARE_COUNT_COVERED,
        CARE_COUNT_EXTRA_SPENT, CARE_COUNT_SCHOOL_PAID };
    enum { N = sizeof(counter) / sizeof(counter[0]), PLANS_MAX = 32 };
    const char *const set[] = { "years=2" };
    double value[PLANS_MAX][N];
    area_t area;

    (void) state;
    area_load(&area, TOWN_BEGIN SCHOOLS_ONLY TOWN_END, set, 1);
    assert_int_equal(area.spec->n_plans, CARE_N_OFFERS); /* a new offer wants a plan in the fixture's town */
    assert_true(CARE_N_OFFERS <= PLANS_MAX);
    for (size_t a = 0; a < CARE_N_OFFERS; a++) {
        sim_book_t book;

        watched(&area, area.spec->plan[a].name, 0, &book);
        for (size_t i = 0; i < N; i++) {
            value[a][i] = book_sum(&book, counter[i], "all", 0, 24);
        }
        sim_book_free(&book);
        for (size_t b = 0; b < a; b++) {
            assert_memory_not_equal(value[a], value[b], sizeof(value[a]));
        }
    }
    area_free(&area);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offers_traded_falls_with_price),
        cmocka_unit_test(test_offers_traded_first_year_uptake),
        cmocka_unit_test(test_offers_traded_long_run_uptake),
        cmocka_unit_test(test_offers_traded_hires_with_a_lag),
        cmocka_unit_test(test_offers_cluster_nothing_crosses),
        cmocka_unit_test(test_offers_in_school_nothing_crosses),
        cmocka_unit_test(test_offers_team_is_shared),
        cmocka_unit_test(test_offers_cluster_joins_as_a_whole),
        cmocka_unit_test(test_offers_spoa_is_erlang_a),
        cmocka_unit_test(test_offers_spoa_whole_lines),
        cmocka_unit_test(test_offers_tiered_grows_in_waves),
        cmocka_unit_test(test_offers_tiered_first_term),
        cmocka_unit_test(test_offers_tiered_loses_no_school),
        cmocka_unit_test(test_offers_tiered_serves_what_was_bought),
        cmocka_unit_test(test_offers_small_team_consults),
        cmocka_unit_test(test_offers_in_school_holds_a_few),
        cmocka_unit_test(test_offers_specialist_adds_posts),
        cmocka_unit_test(test_offers_none_adds_nothing),
        cmocka_unit_test(test_offers_layer_is_for_some),
        cmocka_unit_test(test_offers_layer_starts_late),
        cmocka_unit_test(test_offers_last_layer_decides),
        cmocka_unit_test(test_offers_are_all_different),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
