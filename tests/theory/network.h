/*
 * For tests of the engine against exact results: building a network of a few stages, running it, and judging.
 *
 * A network runs in independent replications, counted from a warm-up on. A value passes when the mean over the
 * replications lies within 4 standard errors of the exact one and the standard error is at most the stated share of
 * it: with 24 replications a right engine fails with probability 6e-4 (t, 23 degrees of freedom). The seed is the hash
 * of the network's name, so a check that passes goes on passing. Times are given in units of UNIT days, so that a long run has few months.
 */
#ifndef TESTS_THEORY_NETWORK_H
#define TESTS_THEORY_NETWORK_H

#include "sim/core/replication.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NETWORK_CHECKS 16
#define NETWORK_FOREVER 1e6
#define UNIT 0.0625 /* days */

typedef enum { VALUE_RATIO, VALUE_RATE, VALUE_MEAN, VALUE_SQUARE, VALUE_WITHIN } value_t;

typedef struct {
    const char *name, *group;
    value_t value;
    int a, b; /* counters; a: the tally */
    double q; /* WITHIN: units */
    double exact, share;
} check_t;

typedef struct {
    const char *name;
    double days, warmup_days;
    uint32_t replications;
    sim_hooks_t hooks; /* none unless a test sets some */
    sim_pathway_t pathway;
    size_t n_checks;
    check_t check[NETWORK_CHECKS];
} network_t;

/* ---- building ---- */

static inline void
network_init(network_t *self, const char *name, double units)
{
    double days = ceil(units * UNIT);

    memset(self, 0, sizeof(*self));
    self->name = name;
    self->days = days;
    self->warmup_days = floor(days / 10);
    self->replications = 24;
    sim_pathway_init(&self->pathway);
}

static inline sim_pool_t *
network_pool(network_t *self, const char *name, double servers)
{
    sim_pool_t pool;

    sim_pool_default(&pool, name, SIM_POOL_SERVERS);
    pool.units = servers;
    pool.open = SIM_OPEN_EVERY;
    assert_int_equal(sim_pathway_add_pool(&self->pathway, &pool), 0);
    return &self->pathway.pool[self->pathway.n_pools - 1];
}

/* A stage at a pool, "" for none; it takes over the service time. */
static inline sim_stage_t *
network_stage(network_t *self, const char *name, const char *pool, sim_dist_t service)
{
    sim_stage_t stage;

    sim_stage_default(&stage, name, pool);
    stage.service = service;
    assert_int_equal(sim_pathway_add_stage(&self->pathway, &stage), 0);
    return &self->pathway.stage[self->pathway.n_stages - 1];
}

/* A stage with servers of its own, in a pool of its name. */
static inline sim_stage_t *
network_desk(network_t *self, const char *name, double servers, sim_dist_t service)
{
    network_pool(self, name, servers);
    return network_stage(self, name, name, service);
}

static inline sim_source_t *
network_source(network_t *self, const char *name, const char *to, double rate)
{
    double day[2] = { 0, NETWORK_FOREVER }, per_day = rate / UNIT;
    sim_source_t source;

    sim_source_default(&source, name, to);
    if (rate > 0) {
        assert_int_equal(sim_nhpp_init(&source.rate, 1, day, &per_day), 0);
    }
    assert_int_equal(sim_pathway_add_source(&self->pathway, &source), 0);
    return &self->pathway.source[self->pathway.n_sources - 1];
}

static inline sim_route_t *
network_route(network_t *self, const char *from, const char *outcome, const char *to, double probability)
{
    sim_route_t route;

    sim_route_default(&route, from, outcome, to);
    route.probability = probability;
    assert_int_equal(sim_pathway_add_route(&self->pathway, &route), 0);
    return &self->pathway.route[self->pathway.n_routes - 1];
}

static inline sim_initial_t *
network_initial(network_t *self, const char *stage, double count)
{
    sim_initial_t initial;

    sim_initial_default(&initial, stage);
    initial.count = count;
    assert_int_equal(sim_pathway_add_initial(&self->pathway, &initial), 0);
    return &self->pathway.initial[self->pathway.n_initial - 1];
}

static inline sim_timer_t *
network_patience(sim_stage_t *stage, sim_dist_t after)
{
    sim_timer_t *timer = &stage->timer[stage->n_timers++];

    snprintf(timer->name, sizeof(timer->name), "gave_up");
    timer->after = after;
    timer->leave = 1;
    return timer;
}

/* n classes, "zero" first. */
static inline void
network_classes(network_t *self, size_t n)
{
    static const char *const NAME[] = { "zero", "one", "two" };
    size_t c;

    self->pathway.n_classes = n;
    for (c = 0; c < n; c++) {
        snprintf(self->pathway.class_name[c], SIM_NAME_MAX, "%s", NAME[c]);
    }
}

static inline sim_steps_t
network_steps(size_t n, const double *day, const double *value)
{
    sim_steps_t steps = { n, malloc(n * sizeof(double)), malloc(n * sizeof(double)) };

    assert_non_null(steps.day);
    assert_non_null(steps.value);
    memcpy(steps.day, day, n * sizeof(double));
    memcpy(steps.value, value, n * sizeof(double));
    return steps;
}

/* Arrivals at the n times given, which the source copies. */
static inline void
network_dates(sim_source_t *source, size_t n, const double *day)
{
    source->n_dates = n;
    source->date_days = malloc(n * sizeof(double));
    assert_non_null(source->date_days);
    memcpy(source->date_days, day, n * sizeof(double));
}

/* ---- times ---- */

static inline sim_dist_t
fixed(double value)
{
    sim_dist_t dist;

    assert_int_equal(sim_dist_init_fixed(&dist, value * UNIT), 0);
    return dist;
}

static inline sim_dist_t
exponential(double mean)
{
    sim_dist_t dist;

    assert_int_equal(sim_dist_init_exponential(&dist, mean * UNIT), 0);
    return dist;
}

static inline sim_dist_t
erlang(double mean, unsigned phases)
{
    sim_dist_t dist;

    assert_int_equal(sim_dist_init_erlang(&dist, mean * UNIT, phases), 0);
    return dist;
}

static inline sim_dist_t
lognormal(double mean, double cv)
{
    sim_dist_t dist;

    assert_int_equal(sim_dist_init_lognormal(&dist, mean * UNIT, cv), 0);
    return dist;
}

/* Two exponentials with balanced means. */
static inline sim_dist_t
hyperexponential(double mean, double cv)
{
    double p = (1 + sqrt((cv * cv - 1) / (cv * cv + 1))) / 2, weight[2] = { p, 1 - p };
    sim_dist_t part[2] = { exponential(mean / (2 * p)), exponential(mean / (2 * (1 - p))) }, dist;

    assert_int_equal(sim_dist_init_mixture(&dist, 2, part, weight), 0);
    return dist;
}

/* ---- what is checked ---- */

static inline void
network_check(network_t *self, check_t check)
{
    assert_true(self->n_checks < NETWORK_CHECKS);
    self->check[self->n_checks++] = check;
}

static inline void
check_ratio(network_t *self, const char *name, const char *group, int a, int b, double exact, double share)
{
    network_check(self,
        (check_t){
            .name = name, .group = group, .value = VALUE_RATIO, .a = a, .b = b, .exact = exact, .share = share });
}

/* A count per unit of time. */
static inline void
check_rate(network_t *self, const char *name, const char *group, int a, double exact, double share)
{
    network_check(self,
        (check_t){ .name = name, .group = group, .value = VALUE_RATE, .a = a, .exact = exact, .share = share });
}

/* Means over time: number present, waiting, blocked. */
static inline void
check_l(network_t *self, const char *group, double exact, double share)
{
    check_ratio(self, "L", group, SIM_COUNT_PRESENT_DAYS, SIM_COUNT_DAYS, exact, share);
}

static inline void
check_lq(network_t *self, const char *group, double exact, double share)
{
    check_ratio(self, "Lq", group, SIM_COUNT_QUEUE_DAYS, SIM_COUNT_DAYS, exact, share);
}

static inline void
check_blocked(network_t *self, const char *group, double exact, double share)
{
    check_ratio(self, "blocked", group, SIM_COUNT_BLOCKED_DAYS, SIM_COUNT_DAYS, exact, share);
}

/* Share of the time in a state, group "state=desk:3". */
static inline void
check_state(network_t *self, const char *group, double exact, double share)
{
    check_ratio(self, "p", group, SIM_COUNT_STATE_DAYS, SIM_COUNT_DAYS, exact, share);
}

/* Means over those served, and who left: wait, sojourn, and the mean squares of the first. */
static inline void
check_wq(network_t *self, const char *group, double exact, double share)
{
    network_check(self,
        (check_t){
            .name = "Wq", .group = group, .value = VALUE_MEAN, .a = SIM_TALLY_QUEUE, .exact = exact, .share = share });
}

static inline void
check_wq_square(network_t *self, const char *group, double exact, double share)
{
    network_check(self, (check_t){ .name = "Wq^2",
                            .group = group,
                            .value = VALUE_SQUARE,
                            .a = SIM_TALLY_QUEUE,
                            .exact = exact,
                            .share = share });
}

static inline void
check_w(network_t *self, const char *group, double exact, double share)
{
    network_check(self,
        (check_t){
            .name = "W", .group = group, .value = VALUE_MEAN, .a = SIM_TALLY_SOJOURN, .exact = exact, .share = share });
}

/* ---- running ---- */

static inline void
network_print_fault(void *ctx, const sim_fault_t *fault)
{
    (void) ctx;
    print_error("%s\n", fault->text);
}

static inline size_t
network_group(const sim_book_t *book, const char *name)
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

static inline double
network_count(const sim_book_t *book, const char *group, int counter)
{
    size_t g = network_group(book, group), m;
    double sum = 0;

    for (m = 0; m < book->n_months; m++) {
        sum += book->count[(m * book->n_counters + (size_t) counter) * book->n_groups + g];
    }
    return sum;
}

/* Count, sum and sum of squares of a tally of a group over the run. */
static inline void
network_tally(const sim_book_t *book, const char *group, int tally, double total[3])
{
    size_t g = network_group(book, group);
    size_t first = g == 0 ? 0 : book->n_months + (g - 1) * book->n_years, n = g == 0 ? book->n_months : book->n_years;
    const sim_tally_t *cell = &book->tally[(size_t) tally * book->n_cells + first];
    size_t i;

    total[0] = total[1] = total[2] = 0;
    for (i = 0; i < n; i++) {
        if (cell[i].count > 0) {
            total[0] += (double) cell[i].count;
            total[1] += cell[i].sum;
            total[2] += cell[i].sum_sq;
        }
    }
}

static inline double
network_within(const sim_book_t *book, const check_t *check)
{
    sim_kpi_t kpi = { .kind = SIM_KPI_TALLY_WITHIN, .a = check->a, .q = check->q * UNIT };
    sim_period_t period = { .end_month = book->n_months };
    sim_cell_t cell = { 0, (uint16_t) network_group(book, check->group), 0 };
    double value;

    assert_int_equal(sim_book_extract(book, &kpi, &period, &cell, 1, &value), 0);
    return value;
}

static inline double
network_value(const sim_book_t *book, const check_t *check)
{
    double total[3];

    if (check->value == VALUE_RATIO) {
        return network_count(book, check->group, check->a) / network_count(book, check->group, check->b);
    }
    if (check->value == VALUE_RATE) {
        return network_count(book, check->group, check->a) / network_count(book, check->group, SIM_COUNT_DAYS) * UNIT;
    }
    if (check->value == VALUE_WITHIN) {
        return network_within(book, check);
    }
    network_tally(book, check->group, check->a, total);
    return (check->value == VALUE_MEAN ? total[1] / UNIT : total[2] / (UNIT * UNIT)) / total[0];
}

static inline void
network_judge(const network_t *self, const check_t *check, double sum, double sum_sq)
{
    double n = self->replications, mean = sum / n, se = sqrt(fmax(0, sum_sq - sum * mean) / (n - 1) / n);

    print_message("  %s %s %s: %.6g, exact %.6g, %+.2f SE, SE %.2f%%\n", self->name, check->name, check->group, mean,
        check->exact, (mean - check->exact) / se, 100 * se / check->exact);
    assert_true(se > 0 && se <= check->share * check->exact);
    assert_true(fabs(mean - check->exact) <= 4 * se);
}

static inline void
network_compile(network_t *self, sim_calendar_t *calendar)
{
    assert_int_equal(sim_pathway_compile(&self->pathway, network_print_fault, NULL), 0);
    assert_int_equal(sim_calendar_init(calendar, (sim_date_t){ 2000, 1, 1 }, (size_t) ceil(self->days)), 0);
}

/* One replication; the caller frees *rep. */
static inline void
network_replicate(const network_t *self, const sim_calendar_t *calendar, sim_run_t run, sim_replication_t **rep)
{
    run.seed = sim_hash(self->name);
    run.horizon_days = self->days;
    assert_int_equal(sim_replication_create(rep, &self->pathway, calendar, &self->hooks, &run), 0);
    assert_int_equal(sim_replication_run(*rep), 0);
}

static inline void
network_run(network_t *self)
{
    double sum[NETWORK_CHECKS] = { 0 }, sum_sq[NETWORK_CHECKS] = { 0 };
    sim_run_t run = { .warmup_days = self->warmup_days };
    sim_calendar_t calendar;
    size_t i;

    network_compile(self, &calendar);
    for (run.replication = 0; run.replication < self->replications; run.replication++) {
        sim_replication_t *rep;

        network_replicate(self, &calendar, run, &rep);
        for (i = 0; i < self->n_checks; i++) {
            double value = network_value(sim_replication_book(rep), &self->check[i]);

            sum[i] += value;
            sum_sq[i] += value * value;
        }
        sim_replication_free(rep);
    }
    for (i = 0; i < self->n_checks; i++) {
        network_judge(self, &self->check[i], sum[i], sum_sq[i]);
    }
    sim_calendar_free(&calendar);
    sim_pathway_free(&self->pathway);
}

#endif
