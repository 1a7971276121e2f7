/*
 * What changes with time, against exact theory: timetables and dated steps (chains of Markov advanced by
 * uniformisation, tests/theory/markov.h), what becomes of a service when its server goes, rates that vary from day to
 * day, warm-up, arrivals at given times, the caseload of a diary. How a value is judged: tests/theory/network.h.
 * Where times are given outright the results are exact, and compared for equality.
 */
#include "tests/theory/markov.h"
#include "tests/theory/network.h"

/* ---- timetables ---- */

/* Arrivals at a rate, so many servers; place 0 those present, place 1 those in service (only where they finish). */
typedef struct {
    double rate;
    int servers;
    bool finishes;
} shift_t;

static void
shift_chain(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const shift_t *self = ctx;
    markov_state_t to = *s;
    int least = s->x[0] < self->servers ? s->x[0] : self->servers;
    int serving = self->finishes ? s->x[1] : least;

    if (s->x[0] < 150) {
        to.x[0]++;
        to.x[1] = (int16_t) (serving < self->servers ? serving + 1 : serving);
        to.x[1] = self->finishes ? to.x[1] : 0;
        markov_go(chain, to, self->rate);
    }
    to = *s;
    to.x[0]--;
    if (self->finishes && (s->x[0] == serving || serving > self->servers)) {
        to.x[1]--;
    }
    if (serving > 0) {
        markov_go(chain, to, serving);
    }
}

/* Servers come: those who wait are taken at once. */
static void
shift_begins(markov_t *chain, const shift_t *shift)
{
    size_t i;

    for (i = 0; shift->finishes && i < chain->n; i++) {
        markov_state_t to = chain->state[i];
        int least = to.x[0] < shift->servers ? to.x[0] : shift->servers;
        size_t k;

        if (to.x[1] < least && chain->p[i] > 0) {
            to.x[1] = (int16_t) least;
            k = markov_find(chain, &to);
            assert_true(k < chain->n);
            chain->p[k] += chain->p[i];
            chain->p[i] = 0;
        }
    }
}

static double
present(const markov_state_t *s, const void *ctx)
{
    (void) ctx;
    return s->x[0];
}

static void
shift_advance(markov_t *chain, const shift_t *shift, double t)
{
    assert_int_equal(markov_rates(chain, shift_chain, shift), 0);
    shift_begins(chain, shift);
    assert_int_equal(markov_advance(chain, t), 0);
}

/* The mean number present over a cycle of 8: rates 2 and 0.4 by turns of 4, servers 2 and 1 by turns that differ. */
static double
cycle_mean(bool finishes)
{
    static const double RATE[] = { 2, 2, 0.4, 0.4 };
    static const int SERVERS[] = { 2, 1, 1, 2 };
    static const double LENGTH[] = { 2, 2, 1, 3 };
    double before = 0, after = 0;
    markov_t chain;
    int cycle, k;

    assert_int_equal(markov_init(&chain, (markov_state_t){ { 0 } }, shift_chain, &(shift_t){ 2, 2, finishes }), 0);
    for (cycle = 0; cycle < 60; cycle++) {
        before = markov_integral(&chain, present, NULL);
        for (k = 0; k < 4; k++) {
            shift_advance(&chain, &(shift_t){ RATE[k], SERVERS[k], finishes }, LENGTH[k]);
        }
        after = markov_integral(&chain, present, NULL);
    }
    markov_free(&chain);
    return (after - before) / 8;
}

static void
cyclic_rate(sim_source_t *source, size_t n_cycles)
{
    double *day = malloc((2 * n_cycles + 1) * sizeof(*day)), *rate = malloc(2 * n_cycles * sizeof(*rate));
    size_t i;

    assert_non_null(day);
    assert_non_null(rate);
    for (i = 0; i < 2 * n_cycles; i++) {
        day[i] = 4 * (double) i * UNIT;
        rate[i] = (i % 2 == 0 ? 2 : 0.4) / UNIT;
    }
    day[2 * n_cycles] = 8 * (double) n_cycles * UNIT;
    assert_int_equal(sim_nhpp_init(&source->rate, 2 * n_cycles, day, rate), 0);
    free(day);
    free(rate);
}

static void
check_timetable(const char *name, sim_interrupt_t on_close)
{
    double at[3] = { 0, 2 * UNIT, 5 * UNIT }, share[3] = { 1, 0.5, 1 };
    sim_pool_t *pool;
    network_t n;

    network_init(&n, name, 16000);
    n.warmup_days = 1600 * UNIT;
    network_desk(&n, "desk", 2, exponential(1));
    pool = &n.pathway.pool[0];
    pool->cycle_days = 8 * UNIT;
    pool->timetable = network_steps(3, at, share);
    pool->on_close = on_close;
    cyclic_rate(network_source(&n, "in", "desk", 0), 2001);
    check_l(&n, "stage=desk", cycle_mean(on_close == SIM_INTERRUPT_FINISH), 0.01);
    check_rate(&n, "arrivals", "all", SIM_COUNT_ENTERED, 1.2, 0.01);
    check_ratio(&n, "there", "pool=desk", SIM_COUNT_CAPACITY, SIM_COUNT_DAYS, 1440 * 13.0 / 8, 1);
    n.n_checks--; /* it does not vary */
    network_run(&n);
}

/* Of exponential services what is left, or a new draw, is the same. */
static void
test_network_timetable(void **state)
{
    (void) state;
    check_timetable("timetable, finished", SIM_INTERRUPT_FINISH);
    check_timetable("timetable, resumed", SIM_INTERRUPT_RESUME);
    check_timetable("timetable, drawn anew", SIM_INTERRUPT_RESAMPLE);
}

/* From empty; one server, and three from 24 of 48 units on. */
static void
test_network_steps(void **state)
{
    double day = 24 * UNIT, servers = 3, exact;
    markov_t chain;
    network_t n;

    (void) state;
    assert_int_equal(markov_init(&chain, (markov_state_t){ { 0 } }, shift_chain, &(shift_t){ 2, 1, false }), 0);
    shift_advance(&chain, &(shift_t){ 2, 1, false }, 24);
    shift_advance(&chain, &(shift_t){ 2, 3, false }, 24);
    exact = markov_integral(&chain, present, NULL) / 48;
    markov_free(&chain);
    network_init(&n, "dated step", 48);
    n.warmup_days = 0;
    n.replications = 4000;
    network_desk(&n, "desk", 1, exponential(1));
    n.pathway.pool[0].steps = network_steps(1, &day, &servers);
    network_source(&n, "in", "desk", 2);
    check_l(&n, "stage=desk", exact, 0.01);
    network_run(&n);
}

/* ---- given times ---- */

typedef struct {
    double last_days; /* when the last one was served */
    size_t n, served;
    double left_days[8];
} log_t;

static void
log_trace(void *ctx, const sim_trace_t *line)
{
    log_t *self = ctx;

    if (line->what == SIM_TRACE_LEAVE && line->outcome == SIM_OUTCOME_DONE) {
        self->served++;
        self->last_days = line->now_days;
        if (self->n < 8) {
            self->left_days[self->n++] = line->now_days;
        }
    }
}

/* Once, under verification; the caller frees *rep and *calendar. */
static log_t
run_once(network_t *n, sim_calendar_t *calendar, sim_replication_t **rep)
{
    log_t self = { 0 };

    network_compile(n, calendar);
    network_replicate(n, calendar,
        (sim_run_t){ .warmup_days = n->warmup_days, .verify = true, .trace = log_trace, .trace_ctx = &self }, rep);
    return self;
}

static void
free_once(network_t *n, sim_calendar_t *calendar, sim_replication_t *rep)
{
    sim_replication_free(rep);
    sim_calendar_free(calendar);
    sim_pathway_free(&n->pathway);
}

static sim_dist_t
fixed_days(double days)
{
    return fixed(days / UNIT);
}

/* Arrivals on days 1 to 100, service 1.5: every other one finds the server busy. */
static void
test_network_list(void **state)
{
    double day[100];
    sim_calendar_t calendar;
    sim_replication_t *rep;
    sim_source_t *source;
    network_t n;
    log_t log;
    int i;

    (void) state;
    network_init(&n, "list", 200 / UNIT);
    n.warmup_days = 0;
    network_classes(&n, 2);
    network_desk(&n, "desk", 1, fixed_days(1.5))->room = 0;
    n.pathway.stage[0].by_class = true;
    for (i = 0; i < 100; i++) {
        day[i] = i + 1;
    }
    source = network_source(&n, "in", "desk", 0);
    network_dates(source, 100, day);
    source->date_class = calloc(100, 1);
    assert_non_null(source->date_class);
    for (i = 0; i < 100; i += 2) {
        source->date_class[i] = 1;
    }
    log = run_once(&n, &calendar, &rep);
    assert_true(log.served == 50 && log.last_days == 100.5);
    assert_true(network_count(sim_replication_book(rep), "all", SIM_COUNT_SERVED) == 50);
    assert_true(network_count(sim_replication_book(rep), "stage=desk", SIM_COUNT_FULL) == 50);
    assert_true(network_count(sim_replication_book(rep), "stage_class=desk:one", SIM_COUNT_SERVED) == 50);
    assert_true(network_count(sim_replication_book(rep), "stage_class=desk:zero", SIM_COUNT_FULL) == 50);
    assert_true(network_count(sim_replication_book(rep), "pool=desk", SIM_COUNT_USED) == 75 * 1440);
    free_once(&n, &calendar, rep);
}

/* One source on odd days, one on even, each service of one day: every release comes before the next arrival. */
static void
test_network_equal_times(void **state)
{
    double day[50];
    sim_calendar_t calendar;
    sim_replication_t *rep;
    network_t n;
    log_t log;
    int i, odd;

    (void) state;
    network_init(&n, "odd and even", 200 / UNIT);
    n.warmup_days = 0;
    network_desk(&n, "desk", 1, fixed_days(1))->room = 0;
    for (odd = 1; odd >= 0; odd--) {
        for (i = 0; i < 50; i++) {
            day[i] = 2 * i + (odd ? 1 : 2);
        }
        network_dates(network_source(&n, odd ? "odd" : "even", "desk", 0), 50, day);
    }
    log = run_once(&n, &calendar, &rep);
    assert_true(log.served == 100 && log.last_days == 101);
    free_once(&n, &calendar, rep);
}

/* Five who come at one instant to a free server of groups of up to three: three of them for a day, then the other two. */
static void
test_network_group_of_a_batch(void **state)
{
    const double day[5] = { 1, 1, 1, 1, 1 };
    sim_calendar_t calendar;
    sim_replication_t *rep;
    sim_stage_t *stage;
    network_t n;
    log_t log;

    (void) state;
    network_init(&n, "group of a batch", 20 / UNIT);
    n.warmup_days = 0;
    stage = network_desk(&n, "desk", 1, fixed_days(1));
    stage->group_min = 1;
    stage->group_max = 3;
    network_dates(network_source(&n, "in", "desk", 0), 5, day);
    log = run_once(&n, &calendar, &rep);
    assert_true(log.served == 5 && log.last_days == 3);
    assert_true(network_count(sim_replication_book(rep), "pool=desk", SIM_COUNT_USED) == 2 * 1440);
    free_once(&n, &calendar, rep);
}

/* ---- a server that goes ---- */

typedef struct {
    sim_interrupt_t on_close;
    bool shared, by_steps;
    double service_days;
    size_t n;
    double at_days[2], left_days[2];
} closing_t;

/* One server, there on days 0, 2, 4, ...; one who finishes at the instant of closing has finished. */
static void
check_closing(const closing_t *self)
{
    static const double AT[] = { 0, 1 }, SHARE[] = { 1, 0 }, DAY[] = { 1, 2, 3, 4, 5 }, UNITS[] = { 0, 1, 0, 1, 0 };
    sim_calendar_t calendar;
    sim_replication_t *rep;
    network_t n;
    log_t log;
    size_t i;

    network_init(&n, "closing", 20 / UNIT);
    n.warmup_days = 0;
    network_desk(&n, "desk", 1, fixed_days(self->service_days));
    n.pathway.pool[0].on_close = self->on_close;
    n.pathway.pool[0].discipline = self->shared ? SIM_SHARING : SIM_FIFO;
    if (self->by_steps) {
        n.pathway.pool[0].steps = network_steps(5, DAY, UNITS);
    } else {
        n.pathway.pool[0].cycle_days = 2;
        n.pathway.pool[0].timetable = network_steps(2, AT, SHARE);
    }
    network_dates(network_source(&n, "in", "desk", 0), self->n, self->at_days);
    log = run_once(&n, &calendar, &rep);
    assert_int_equal(log.n, self->n);
    for (i = 0; i < self->n; i++) {
        assert_true(fabs(log.left_days[i] - self->left_days[i]) < 1e-9);
    }
    free_once(&n, &calendar, rep);
}

static void
test_network_closing(void **state)
{
    static const closing_t CASE[] = {
        { SIM_INTERRUPT_FINISH, false, false, 0.75, 2, { 0.5, 0.5 }, { 1.25, 2.75 } },
        { SIM_INTERRUPT_RESUME, false, false, 0.75, 2, { 0.5, 0.5 }, { 2.25, 3 } },
        { SIM_INTERRUPT_RESTART, false, false, 0.75, 2, { 0.5, 0.5 }, { 2.75, 4.75 } },
        { SIM_INTERRUPT_RESAMPLE, false, false, 0.75, 2, { 0.5, 0.5 }, { 2.75, 4.75 } },
        { SIM_INTERRUPT_RESUME, false, false, 2.5, 1, { 0.25 }, { 4.75 } },
        { SIM_INTERRUPT_FINISH, true, false, 0.75, 2, { 0, 0 }, { 2.5, 2.5 } },
    };
    size_t i;

    (void) state;
    for (i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        closing_t by_steps = CASE[i];

        by_steps.by_steps = true;
        check_closing(&CASE[i]);
        if (CASE[i].left_days[0] < 5) {
            check_closing(&by_steps);
        }
    }
}

/* 2000-01-01 was a Saturday, and the Monday a bank holiday: a pool that keeps working days opens on day 3. */
static void
test_network_closed_days(void **state)
{
    double at = 0;
    sim_calendar_t calendar;
    sim_replication_t *rep;
    network_t n;
    log_t log;

    (void) state;
    network_init(&n, "closed days", 20 / UNIT);
    n.warmup_days = 0;
    network_desk(&n, "desk", 1, fixed_days(5.25));
    n.pathway.pool[0].open = SIM_OPEN_WORKING;
    n.pathway.pool[0].closed_days = true;
    n.pathway.pool[0].on_close = SIM_INTERRUPT_RESUME;
    network_dates(network_source(&n, "in", "desk", 0), 1, &at);
    log = run_once(&n, &calendar, &rep);
    assert_true(log.n == 1 && fabs(log.left_days[0] - 10.25) < 1e-9); /* days 3 to 6, then 9 and a quarter of 10 */
    free_once(&n, &calendar, rep);
}

/* ---- days that differ ---- */

#define COUNTED_DAYS 3650

typedef struct {
    double number[COUNTED_DAYS];
} daily_t;

static void
daily_trace(void *ctx, const sim_trace_t *line)
{
    daily_t *self = ctx;

    if (line->what == SIM_TRACE_BORN && line->now_days < COUNTED_DAYS) {
        self->number[(int) line->now_days]++;
    }
}

/* A Poisson number whose mean m varies with coefficient c has the variance m + m^2 c^2. */
static void
test_network_day_factor(void **state)
{
    double sum = 0, sum_sq = 0, mean[2] = { 0 };
    daily_t *daily = malloc(sizeof(*daily));
    sim_calendar_t calendar;
    network_t n;
    uint32_t r;
    int i;

    (void) state;
    assert_non_null(daily);
    network_init(&n, "days that differ", COUNTED_DAYS / UNIT);
    network_stage(&n, "home", "", fixed_days(0.1));
    assert_int_equal(sim_dist_init_gamma(&network_source(&n, "in", "home", 20 * UNIT)->day_factor, 1, 0.5), 0);
    network_compile(&n, &calendar);
    for (r = 0; r < n.replications; r++) {
        double total = 0, total_sq = 0, variance;
        sim_replication_t *rep;

        memset(daily, 0, sizeof(*daily));
        network_replicate(&n, &calendar, (sim_run_t){ .replication = r, .trace = daily_trace, .trace_ctx = daily },
            &rep);
        for (i = 0; i < COUNTED_DAYS; i++) {
            total += daily->number[i];
            total_sq += daily->number[i] * daily->number[i];
        }
        variance = (total_sq - total * total / COUNTED_DAYS) / (COUNTED_DAYS - 1);
        sum += variance;
        sum_sq += variance * variance;
        mean[0] += total / COUNTED_DAYS;
        mean[1] += total / COUNTED_DAYS * (total / COUNTED_DAYS);
        sim_replication_free(rep);
    }
    network_judge(&n, &(check_t){ .name = "mean", .group = "arrivals a day", .exact = 20, .share = 0.01 }, mean[0],
        mean[1]);
    network_judge(&n, &(check_t){ .name = "variance", .group = "arrivals a day", .exact = 120, .share = 0.01 }, sum,
        sum_sq);
    sim_calendar_free(&calendar);
    sim_pathway_free(&n.pathway);
    free(daily);
}

/* ---- warm-up ---- */

/* One arrival each noon, served for a quarter of a day; of 100 days the first 40 are forgotten. */
static void
test_network_warm_up(void **state)
{
    double day[100], total[3];
    sim_calendar_t calendar;
    sim_replication_t *rep;
    sim_book_t *book;
    network_t n;
    int i;

    (void) state;
    network_init(&n, "warm-up", 100 / UNIT);
    n.warmup_days = 40;
    network_desk(&n, "desk", 1, fixed_days(0.25))->n_states = 1;
    for (i = 0; i < 100; i++) {
        day[i] = i + 0.5;
    }
    network_dates(network_source(&n, "in", "desk", 0), 100, day);
    run_once(&n, &calendar, &rep);
    book = sim_replication_book(rep);
    network_tally(book, "stage=desk", SIM_TALLY_SOJOURN, total);
    assert_true(total[0] == 60 && fabs(total[1] - 15) < 1e-9);
    assert_true(network_count(book, "all", SIM_COUNT_ENTERED) == 60);
    assert_true(network_count(book, "stage=desk", SIM_COUNT_SERVED) == 60);
    assert_true(network_count(book, "all", SIM_COUNT_DAYS) == 60);
    assert_true(fabs(network_count(book, "stage=desk", SIM_COUNT_PRESENT_DAYS) - 15) < 1e-9);
    assert_true(fabs(network_count(book, "state=desk:0", SIM_COUNT_STATE_DAYS) - 45) < 1e-9);
    assert_true(fabs(network_count(book, "pool=desk", SIM_COUNT_USED) - 15 * 1440) < 1e-6);
    assert_true(fabs(network_count(book, "pool=desk", SIM_COUNT_CAPACITY) - 60 * 1440) < 1e-6);
    free_once(&n, &calendar, rep);
}

/* ---- those in progress at day 0 ---- */

/* What is left of a service that an inspector finds has the mean E[S^2] / 2 E[S] (Cox 1962, Renewal Theory, 5.4). */
static void
test_network_in_progress(void **state)
{
    network_t n;

    (void) state;
    network_init(&n, "in progress", 160);
    n.warmup_days = 0;
    network_stage(&n, "same", "", fixed(10));
    network_stage(&n, "varied", "", lognormal(2, 0.5));
    network_desk(&n, "served", 2000, erlang(4, 2));
    network_initial(&n, "same", 1000)->in_progress = true;
    network_initial(&n, "varied", 1000)->in_progress = true;
    network_initial(&n, "served", 1000)->in_progress = true;
    check_l(&n, "stage=same", 1000 * 5 / 160.0, 0.01);
    check_l(&n, "stage=varied", 1000 * 1.25 / 160.0, 0.01);
    check_l(&n, "stage=served", 1000 * 3 / 160.0, 0.01);
    network_run(&n);
}

/* ---- caseload ---- */

/*
 * A diary of which one may have 4 in treatment: three sessions a week apart, on days 1, 8 and 15, and the next four
 * begin on the day after. In 100 days six times four have finished, and 26 of the 50 are there.
 */
static void
test_network_caseload(void **state)
{
    sim_calendar_t calendar;
    sim_replication_t *rep;
    sim_stage_t *stage;
    sim_pool_t *pool;
    network_t n;
    log_t log;

    (void) state;
    network_init(&n, "caseload", 100 / UNIT);
    n.warmup_days = 0;
    pool = network_pool(&n, "team", 1);
    pool->kind = SIM_POOL_DIARY;
    pool->minutes_per_unit = 480;
    pool->caseload_per_unit = 4;
    stage = network_stage(&n, "therapy", "team", (sim_dist_t){ 0 });
    stage->contact_minutes = 60;
    stage->takes_start = true;
    stage->sessions = fixed_days(3);
    stage->gap = fixed_days(7);
    network_initial(&n, "therapy", 50);
    log = run_once(&n, &calendar, &rep);
    assert_int_equal(log.served, 24);
    assert_int_equal(sim_replication_present(rep, 0), 26);
    assert_true(network_count(sim_replication_book(rep), "stage=therapy", SIM_COUNT_SESSIONS) == 24 * 3 + 4 * 2);
    free_once(&n, &calendar, rep);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_network_timetable),
        cmocka_unit_test(test_network_steps),
        cmocka_unit_test(test_network_list),
        cmocka_unit_test(test_network_equal_times),
        cmocka_unit_test(test_network_group_of_a_batch),
        cmocka_unit_test(test_network_closing),
        cmocka_unit_test(test_network_closed_days),
        cmocka_unit_test(test_network_day_factor),
        cmocka_unit_test(test_network_warm_up),
        cmocka_unit_test(test_network_in_progress),
        cmocka_unit_test(test_network_caseload),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
