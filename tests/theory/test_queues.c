/*
 * The engine against exact queueing theory: M/M/c (Erlang 1917), M/G/1 (Pollaczek 1930, Khinchine 1932), Erlang-A (Palm
 * 1957; Garnett, Mandelbaum and Reiman 2002), priorities (Cobham 1954), tandem and Jackson networks (Jackson 1957),
 * M/G/infinity, Little's law (1961).
 *
 * Every stochastic check: the mean over the replications lies within 4 standard errors of the exact value, and the
 * standard error is at most the stated share of it. With 24 replications a right engine fails a check with
 * probability 6e-4 (t, 23 degrees of freedom). The seed is the hash of the case's name, so cases are independent and
 * a check that passes goes on passing.
 */
#include "sim/core/replication.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REPS 24
#define WARM_MONTHS 12
#define MAX_CHECKS 10
#define EDGE_DAYS 0x1p-10 /* the upper edge of a tally's first bin */

/* A KPI of a group, in units of the model (a unit of time is unit_days days), and its exact value. */
typedef struct {
    sim_kpi_t kpi;
    const char *group;
    double exact;
    double share;   /* the greatest standard error, as a share of exact */
    int time_power; /* 1 when the KPI is a time */
} check_t;

typedef struct {
    const char *name;
    size_t days;
    double unit_days;
    sim_pathway_t pathway;
    size_t n_checks;
    check_t check[MAX_CHECKS];
} queue_t;

static void
print_fault(void *ctx, const sim_fault_t *fault)
{
    (void) ctx;
    print_error("%s\n", fault->text);
}

/* ---- building ---- */

static void
queue_init(queue_t *self, const char *name, size_t days, double unit_days)
{
    memset(self, 0, sizeof(*self));
    self->name = name;
    self->days = days;
    self->unit_days = unit_days;
    sim_pathway_init(&self->pathway);
}

static void
queue_servers(queue_t *self, const char *name, double servers)
{
    sim_pool_t pool;

    sim_pool_default(&pool, name, SIM_POOL_SERVERS);
    pool.units = servers;
    assert_int_equal(sim_pathway_add_pool(&self->pathway, &pool), 0);
}

/* A stage at servers of its own, whose service time (already in days) it takes over. */
static void
queue_stage(queue_t *self, const char *name, double servers, sim_dist_t *service)
{
    sim_stage_t stage;

    queue_servers(self, name, servers);
    sim_stage_default(&stage, name, name);
    stage.service = *service;
    assert_int_equal(sim_pathway_add_stage(&self->pathway, &stage), 0);
}

static void
queue_exponential(queue_t *self, const char *name, double servers, double mean)
{
    sim_dist_t service;

    assert_int_equal(sim_dist_init_exponential(&service, mean * self->unit_days), 0);
    queue_stage(self, name, servers, &service);
}

/* Poisson arrivals up to a day. */
static void
queue_source(queue_t *self, const char *to, double rate, double until_days)
{
    double day[2] = { 0, until_days }, per_day = rate / self->unit_days;
    sim_source_t source;

    sim_source_default(&source, "arrivals", to);
    assert_int_equal(sim_nhpp_init(&source.rate, 1, day, &per_day), 0);
    assert_int_equal(sim_pathway_add_source(&self->pathway, &source), 0);
}

static void
queue_route(queue_t *self, const char *from, const char *to, double probability)
{
    sim_route_t route;

    sim_route_default(&route, from, "done", to);
    route.probability = probability;
    assert_int_equal(sim_pathway_add_route(&self->pathway, &route), 0);
}

static void
queue_check(queue_t *self, const char *group, sim_kpi_t kpi, double exact, double share, int time_power)
{
    check_t *check = &self->check[self->n_checks++];

    assert_true(self->n_checks <= MAX_CHECKS);
    check->kpi = kpi;
    check->kpi.by = SIM_BY_ALL | SIM_BY_POOL | SIM_BY_STAGE;
    check->group = group;
    check->exact = exact;
    check->share = share;
    check->time_power = time_power;
}

/* Mean wait in the queue, mean number in the queue, mean time in the stage. */
static void
check_wq(queue_t *self, const char *group, double exact, double share)
{
    queue_check(self, group, (sim_kpi_t){ .name = "Wq", .kind = SIM_KPI_TALLY_MEAN, .a = SIM_TALLY_QUEUE }, exact,
        share, 1);
}

static void
check_lq(queue_t *self, const char *group, double exact, double share)
{
    queue_check(self, group,
        (sim_kpi_t){ .name = "Lq", .kind = SIM_KPI_RATIO, .a = SIM_COUNT_QUEUE_DAYS, .b = SIM_COUNT_DAYS }, exact,
        share, 0);
}

static void
check_l(queue_t *self, const char *group, double exact, double share)
{
    queue_check(self, group,
        (sim_kpi_t){ .name = "L", .kind = SIM_KPI_RATIO, .a = SIM_COUNT_PRESENT_DAYS, .b = SIM_COUNT_DAYS }, exact,
        share, 0);
}

static void
check_w(queue_t *self, const char *group, double exact, double share)
{
    queue_check(self, group, (sim_kpi_t){ .name = "W", .kind = SIM_KPI_TALLY_MEAN, .a = SIM_TALLY_SOJOURN }, exact,
        share, 1);
}

/* Of those served, the share that waited at most the first bin's edge: 1 - P(wait > edge). */
static void
check_no_wait(queue_t *self, const char *group, double exact, double share)
{
    queue_check(self, group,
        (sim_kpi_t){ .name = "no wait", .kind = SIM_KPI_TALLY_WITHIN, .a = SIM_TALLY_QUEUE, .q = EDGE_DAYS }, exact,
        share, 0);
}

static void
check_ratio(queue_t *self, const char *group, const char *name, int a, int b, double exact, double share)
{
    queue_check(self, group, (sim_kpi_t){ .name = name, .kind = SIM_KPI_RATIO, .a = a, .b = b }, exact, share, 0);
}

/* ---- running ---- */

static size_t
find_group(const sim_book_t *book, const char *name)
{
    size_t g;

    for (g = 0; g < book->n_groups; g++) {
        if (strcmp(book->group[g].name, name) == 0) {
            return g;
        }
    }
    fail_msg("no group %s", name);
    return 0;
}

static double
extract(const sim_book_t *book, const sim_kpi_t *kpi, const char *group, size_t first_month)
{
    sim_period_t period = { .first_month = first_month, .end_month = book->n_months };
    sim_cell_t cell = { 0, (uint16_t) find_group(book, group), 0 };
    double value;

    assert_int_equal(sim_book_extract(book, kpi, &period, &cell, 1, &value), 0);
    return value;
}

static void
queue_run_one(queue_t *self, const sim_calendar_t *calendar, uint32_t number, double *value)
{
    sim_run_t run = { .seed = sim_hash(self->name), .replication = number, .horizon_days = (double) self->days };
    sim_replication_t *rep;
    size_t i;

    assert_int_equal(sim_replication_create(&rep, &self->pathway, calendar, NULL, &run), 0);
    assert_int_equal(sim_replication_run(rep), 0);
    for (i = 0; i < self->n_checks; i++) {
        value[i] = extract(sim_replication_book(rep), &self->check[i].kpi, self->check[i].group, WARM_MONTHS) /
                   pow(self->unit_days, self->check[i].time_power);
    }
    sim_replication_free(rep);
}

static void
queue_judge(const queue_t *self, const check_t *check, const double *sum, const double *sum_sq)
{
    double mean = *sum / REPS, se = sqrt((*sum_sq - *sum * mean) / (REPS - 1) / REPS);

    print_message("  %s %s %s: %.6g, exact %.6g, %+.2f SE, SE %.2f%%\n", self->name, check->kpi.name, check->group,
        mean, check->exact, (mean - check->exact) / se, 100 * se / check->exact);
    assert_true(se > 0 && se <= check->share * check->exact);
    assert_true(fabs(mean - check->exact) <= 4 * se);
}

static void
queue_run(queue_t *self)
{
    double sum[MAX_CHECKS] = { 0 }, sum_sq[MAX_CHECKS] = { 0 }, value[MAX_CHECKS];
    sim_calendar_t calendar;
    uint32_t r;
    size_t i;

    assert_int_equal(sim_pathway_compile(&self->pathway, print_fault, NULL), 0);
    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 2000, 1, 1 }, self->days), 0);
    for (r = 0; r < REPS; r++) {
        queue_run_one(self, &calendar, r, value);
        for (i = 0; i < self->n_checks; i++) {
            sum[i] += value[i];
            sum_sq[i] += value[i] * value[i];
        }
    }
    for (i = 0; i < self->n_checks; i++) {
        queue_judge(self, &self->check[i], &sum[i], &sum_sq[i]);
    }
    sim_calendar_free(&calendar);
    sim_pathway_free(&self->pathway);
}

/* ---- M/M/c ---- */

static void
queue_mmc(queue_t *self, const char *name, size_t days, double unit_days, double lambda, double mean, double servers)
{
    queue_init(self, name, days, unit_days);
    queue_exponential(self, "desk", servers, mean);
    queue_source(self, "desk", lambda, 1e6);
}

static void
test_queue_mm1(void **state)
{
    queue_t q;

    (void) state;
    queue_mmc(&q, "M/M/1 1, 2", 36500, 1, 1, 0.5, 1);
    check_wq(&q, "stage=desk", 0.5, 0.01);
    check_lq(&q, "stage=desk", 0.5, 0.01);
    queue_run(&q);
    queue_mmc(&q, "M/M/1 1, 1/0.7", 73000, 1, 1, 0.7, 1);
    check_wq(&q, "stage=desk", 1.633333, 0.01);
    check_wq(&q, "pool=desk", 1.633333, 0.01);
    check_w(&q, "stage=desk", 2.333333, 0.01);
    queue_check(&q, "stage=desk",
        (sim_kpi_t){ .name = "P(W<=4)", .kind = SIM_KPI_TALLY_WITHIN, .a = SIM_TALLY_SOJOURN, .q = 4 }, 1 - 0.1800923,
        0.01, 0);
    queue_run(&q);
}

static void
test_queue_mmc(void **state)
{
    queue_t q;

    (void) state;
    queue_mmc(&q, "M/M/2 9, 5", 36500, 1, 9, 0.2, 2);
    check_lq(&q, "stage=desk", 7.673684, 0.02);
    check_w(&q, "stage=desk", 1.052632, 0.02);
    check_no_wait(&q, "stage=desk", 1 - 0.8526316 * exp(-1 * EDGE_DAYS), 0.02);
    queue_run(&q);
    queue_mmc(&q, "M/M/4 9, 5", 18250, 1, 9, 0.2, 4);
    check_lq(&q, "stage=desk", 0.1051639, 0.01);
    check_no_wait(&q, "stage=desk", 1 - 0.1285336 * exp(-11 * EDGE_DAYS), 0.01);
    check_ratio(&q, "pool=desk", "utilisation", SIM_COUNT_USED, SIM_COUNT_CAPACITY, 0.45, 0.01);
    queue_run(&q);
    queue_mmc(&q, "M/M/6 1/3, 1/10", 36500, 0.125, 1.0 / 3, 10, 6);
    check_wq(&q, "stage=desk", 0.5558124, 0.02);
    queue_run(&q);
}

/* ---- M/G/1: Wq = lambda E S^2 / (2 (1 - rho)) ---- */

static void
queue_mg1(const char *name, size_t days, sim_dist_t *service, double wq, double share)
{
    queue_t q;

    queue_init(&q, name, days, 1);
    queue_stage(&q, "desk", 1, service);
    queue_source(&q, "desk", 0.8, 1e6);
    check_wq(&q, "stage=desk", wq, share);
    queue_run(&q);
}

/* Hyperexponential of mean 1 with balanced means and squared coefficient of variation 4. */
static void
init_hyperexponential(sim_dist_t *dist)
{
    double p = (1 + sqrt(3.0 / 5)) / 2, weight[2] = { p, 1 - p };
    sim_dist_t part[2];

    assert_int_equal(sim_dist_init_exponential(&part[0], 0.5 / p), 0);
    assert_int_equal(sim_dist_init_exponential(&part[1], 0.5 / (1 - p)), 0);
    assert_int_equal(sim_dist_init_mixture(dist, 2, part, weight), 0);
}

static void
test_queue_mg1(void **state)
{
    sim_dist_t service;

    (void) state;
    assert_int_equal(sim_dist_init_fixed(&service, 1), 0);
    queue_mg1("M/D/1", 36500, &service, 2, 0.02);
    assert_int_equal(sim_dist_init_erlang(&service, 1, 2), 0);
    queue_mg1("M/E2/1", 36500, &service, 3, 0.02);
    assert_int_equal(sim_dist_init_exponential(&service, 1), 0);
    queue_mg1("M/M/1", 36500, &service, 4, 0.02);
    init_hyperexponential(&service);
    queue_mg1("M/H2/1", 73000, &service, 10, 0.02);
}

static void
test_queue_mg1_lognormal(void **state)
{
    sim_dist_t service;

    (void) state;
    assert_int_equal(sim_dist_init_lognormal(&service, 1, 0.5), 0);
    queue_mg1("M/LN(0.5)/1", 36500, &service, 2.5, 0.03);
    assert_int_equal(sim_dist_init_lognormal(&service, 1, 2), 0);
    queue_mg1("M/LN(2)/1", 73000, &service, 10, 0.03);
}

/* ---- Erlang-A ---- */

static void
queue_erlang_a(queue_t *self, const char *name, size_t days, double unit_days, double lambda, double theta, double c)
{
    sim_stage_t *stage;

    queue_mmc(self, name, days, unit_days, lambda, 1, c);
    stage = &self->pathway.stage[0];
    stage->n_timers = 1;
    snprintf(stage->timer[0].name, SIM_NAME_MAX, "gave_up");
    stage->timer[0].kind = SIM_TIMER_PATIENCE;
    stage->timer[0].leave = 1;
    stage->timer[0].share = 1;
    assert_int_equal(sim_dist_init_exponential(&stage->timer[0].after, unit_days / theta), 0);
}

static void
test_queue_erlang_a(void **state)
{
    queue_t q;

    (void) state;
    /* 16 days a unit: the first bin is 6e-5 units, in which 50 x 6e-5 = 0.3% of those who wait are taken */
    queue_erlang_a(&q, "Erlang-A 48, 1, 0.5, 50", 73000, 16, 48, 0.5, 50);
    check_ratio(&q, "pool=desk", "P(abandon)", SIM_COUNT_LEFT, SIM_COUNT_ENTERED, 0.0309122, 0.01);
    check_lq(&q, "stage=desk", 2.967576, 0.01);
    check_ratio(&q, "pool=desk", "utilisation", SIM_COUNT_USED, SIM_COUNT_CAPACITY, 0.9303242, 0.01);
    check_no_wait(&q, "stage=desk", (1 - 0.4677741) / (1 - 0.0309122), 0.01);
    queue_run(&q);
    queue_erlang_a(&q, "Erlang-A 5, 1, 0.5, 4", 36500, 4, 5, 0.5, 4);
    check_ratio(&q, "pool=desk", "P(abandon)", SIM_COUNT_LEFT, SIM_COUNT_ENTERED, 0.2590255, 0.01);
    check_lq(&q, "stage=desk", 2.590255, 0.01);
    queue_run(&q);
}

/* ---- non-preemptive priority (Cobham 1954) ---- */

static void
test_queue_priority(void **state)
{
    static const char *const NAME[] = { "high", "middle", "low" };
    static const char *const GROUP[] = { "stage=high", "stage=middle", "stage=low" };
    static const double RATE[] = { 0.2, 0.3, 0.3 }, EXACT[] = { 1, 2, 8 };
    double day[2] = { 0, 1e6 };
    sim_source_t source;
    sim_stage_t stage;
    queue_t q;
    int i;

    (void) state;
    queue_init(&q, "priority", 73000, 1);
    queue_servers(&q, "desk", 1);
    for (i = 0; i < 3; i++) {
        sim_stage_default(&stage, NAME[i], "desk");
        stage.priority[0] = (uint8_t) i;
        assert_int_equal(sim_dist_init_exponential(&stage.service, 1), 0);
        assert_int_equal(sim_pathway_add_stage(&q.pathway, &stage), 0);
        sim_source_default(&source, NAME[i], NAME[i]);
        assert_int_equal(sim_nhpp_init(&source.rate, 1, day, &RATE[i]), 0);
        assert_int_equal(sim_pathway_add_source(&q.pathway, &source), 0);
        check_wq(&q, GROUP[i], EXACT[i], 0.02);
    }
    queue_run(&q);
}

/* ---- no queue: M/G/infinity, L = lambda E S whatever the service ---- */

static void
test_queue_unlimited(void **state)
{
    sim_stage_t stage;
    queue_t q;

    (void) state;
    queue_init(&q, "M/G/inf", 20000, 1);
    sim_stage_default(&stage, "home", "");
    assert_int_equal(sim_dist_init_lognormal(&stage.service, 7, 2), 0);
    assert_int_equal(sim_pathway_add_stage(&q.pathway, &stage), 0);
    queue_source(&q, "home", 2, 1e6);
    check_l(&q, "stage=home", 14, 0.01);
    check_l(&q, "all", 14, 0.01);
    queue_run(&q);
}

/* ---- networks ---- */

static void
queue_tandem(queue_t *self, size_t days, double until_days)
{
    queue_init(self, "tandem", days, 1);
    queue_exponential(self, "a", 1, 0.7);
    queue_exponential(self, "b", 1, 0.9);
    queue_route(self, "a", "b", 1);
    queue_source(self, "a", 1, until_days);
}

static void
queue_jackson(queue_t *self, size_t days, double until_days)
{
    queue_init(self, "Jackson", days, 1);
    queue_exponential(self, "one", 1, 0.04);
    queue_exponential(self, "two", 1, 0.03);
    queue_exponential(self, "three", 1, 0.06);
    queue_exponential(self, "four", 1, 0.05);
    queue_route(self, "one", "two", 0.5);
    queue_route(self, "one", "three", 0.5);
    queue_route(self, "two", "one", 1);
    queue_route(self, "three", "one", 0.6);
    queue_route(self, "three", "exit", 0.4);
    queue_route(self, "four", "one", 1);
    queue_source(self, "four", 4, until_days);
}

static void
test_queue_tandem(void **state)
{
    queue_t q;

    (void) state;
    queue_tandem(&q, 73000, 1e6);
    check_w(&q, "stage=a", 2.333333, 0.02);
    check_w(&q, "stage=b", 9, 0.02);
    check_w(&q, "all", 11.333333, 0.02);
    queue_run(&q);
}

static void
test_queue_jackson(void **state)
{
    queue_t q;

    (void) state;
    queue_jackson(&q, 9000, 1e6);
    check_l(&q, "stage=one", 4, 0.02);
    check_l(&q, "stage=two", 0.4285714, 0.02);
    check_l(&q, "stage=three", 1.5, 0.02);
    check_l(&q, "stage=four", 0.25, 0.02);
    check_w(&q, "all", 1.5446429, 0.02);
    queue_run(&q);
}

/* ---- Little's law on a run that ends empty: an identity of the sample path ---- */

static double
count_sum(const sim_book_t *book, int counter, const char *group)
{
    sim_kpi_t kpi = { .kind = SIM_KPI_SUM, .a = counter };

    return extract(book, &kpi, group, 0);
}

static void
assert_little(const sim_book_t *book, const char *group, int tally, int integral)
{
    sim_kpi_t mean = { .kind = SIM_KPI_TALLY_MEAN, .a = tally };
    double waits = extract(book, &mean, group, 0) * count_sum(book, SIM_COUNT_SERVED, group);
    double area = count_sum(book, integral, group);

    assert_true(area > 0);
    assert_true(fabs(waits - area) <= 1e-9 * area);
}

static void
queue_little(queue_t *self, const char *const *stage, size_t n)
{
    sim_run_t run = { .seed = 5, .horizon_days = (double) self->days };
    sim_calendar_t calendar;
    sim_replication_t *rep;
    sim_book_t *book;
    size_t i;

    assert_int_equal(sim_pathway_compile(&self->pathway, print_fault, NULL), 0);
    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 2000, 1, 1 }, self->days), 0);
    assert_int_equal(sim_replication_create(&rep, &self->pathway, &calendar, NULL, &run), 0);
    assert_int_equal(sim_replication_run(rep), 0);
    book = sim_replication_book(rep);
    assert_true(count_sum(book, SIM_COUNT_ENTERED, "all") == count_sum(book, SIM_COUNT_SERVED, "all"));
    for (i = 0; i < n; i++) {
        assert_little(book, stage[i], SIM_TALLY_QUEUE, SIM_COUNT_QUEUE_DAYS);
        assert_little(book, stage[i], SIM_TALLY_SOJOURN, SIM_COUNT_PRESENT_DAYS);
    }
    assert_little(book, "all", SIM_TALLY_SOJOURN, SIM_COUNT_PRESENT_DAYS);
    sim_replication_free(rep);
    sim_calendar_free(&calendar);
    sim_pathway_free(&self->pathway);
}

static void
test_queue_little(void **state)
{
    static const char *const TANDEM[] = { "stage=a", "stage=b" };
    static const char *const JACKSON[] = { "stage=one", "stage=two", "stage=three", "stage=four" };
    queue_t q;

    (void) state;
    queue_tandem(&q, 4000, 3000);
    queue_little(&q, TANDEM, 2);
    queue_jackson(&q, 1200, 1000);
    queue_little(&q, JACKSON, 4);
}

/* ---- equal times ---- */

typedef struct {
    int entered;
    int company; /* those who met another one in the stage on entering */
    double at_days[64];
    int n_calls;
} equal_t;

static int
equal_start(void *model, sim_replication_t *rep)
{
    equal_t *self = model;
    int i;

    for (i = 0; i < self->n_calls; i++) {
        assert_int_equal(sim_replication_call(rep, self->at_days[i], (uint32_t) i), 0);
    }
    return 0;
}

static unsigned
equal_wants(void *model, const sim_stage_t *stage)
{
    (void) model;
    (void) stage;
    return SIM_TOLD_ENTER;
}

static int
equal_event(void *model, sim_replication_t *rep, uint32_t what)
{
    (void) model;
    return sim_replication_spawn(rep, sim_key(1, 0, 7, what), SIM_NO_ENTITY, 0, 0, NULL);
}

static void
equal_told(void *model, sim_replication_t *rep, uint32_t entity, sim_told_t what, int outcome)
{
    equal_t *self = model;

    (void) entity;
    (void) what;
    (void) outcome;
    self->entered++;
    self->company += sim_replication_present(rep, 0) > 1;
}

/* Run spawns at the given times through one server with service 1; returns those served. */
static double
run_equal(equal_t *self, double patience_days)
{
    sim_hooks_t hooks = {
        .model = self, .wants = equal_wants, .start = equal_start, .event = equal_event, .told = equal_told
    };
    sim_run_t run = { .seed = 1, .horizon_days = 200, .verify = true };
    sim_calendar_t calendar;
    sim_replication_t *rep;
    sim_dist_t service;
    double served;
    queue_t q;

    queue_init(&q, "equal times", 200, 1);
    assert_int_equal(sim_dist_init_fixed(&service, 1), 0);
    queue_stage(&q, "desk", 1, &service);
    if (patience_days > 0) {
        q.pathway.stage[0].n_timers = 1;
        snprintf(q.pathway.stage[0].timer[0].name, SIM_NAME_MAX, "gave_up");
        q.pathway.stage[0].timer[0].leave = 1;
        q.pathway.stage[0].timer[0].share = 1;
        assert_int_equal(sim_dist_init_fixed(&q.pathway.stage[0].timer[0].after, patience_days), 0);
    }
    assert_int_equal(sim_pathway_compile(&q.pathway, print_fault, NULL), 0);
    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 2000, 1, 1 }, 200), 0);
    assert_int_equal(sim_replication_create(&rep, &q.pathway, &calendar, &hooks, &run), 0);
    assert_int_equal(sim_replication_run(rep), 0);
    served = count_sum(sim_replication_book(rep), SIM_COUNT_SERVED, "all");
    sim_replication_free(rep);
    sim_calendar_free(&calendar);
    sim_pathway_free(&q.pathway);
    return served;
}

/* Each arrives at the instant the one before is released: it finds the stage empty, though it was scheduled first. */
static void
test_queue_release_before_seize(void **state)
{
    equal_t self = { .n_calls = 50 };
    int i;

    (void) state;
    for (i = 0; i < 50; i++) {
        self.at_days[i] = i;
    }
    assert_true(run_equal(&self, 0) == 50);
    assert_int_equal(self.entered, 50);
    assert_int_equal(self.company, 0);
}

/*
 * The third one's patience ends at the instant the server is released, and was scheduled before that release: the
 * release wins. A moment less and the wait is given up.
 */
static void
test_queue_release_before_timer(void **state)
{
    equal_t self = { .n_calls = 3 };

    (void) state;
    assert_true(run_equal(&self, 2) == 3);
    assert_true(run_equal(&self, 1.999) == 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue_mm1),
        cmocka_unit_test(test_queue_mmc),
        cmocka_unit_test(test_queue_mg1),
        cmocka_unit_test(test_queue_mg1_lognormal),
        cmocka_unit_test(test_queue_erlang_a),
        cmocka_unit_test(test_queue_priority),
        cmocka_unit_test(test_queue_unlimited),
        cmocka_unit_test(test_queue_tandem),
        cmocka_unit_test(test_queue_jackson),
        cmocka_unit_test(test_queue_little),
        cmocka_unit_test(test_queue_release_before_seize),
        cmocka_unit_test(test_queue_release_before_timer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
