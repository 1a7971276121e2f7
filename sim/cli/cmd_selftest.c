/*
 * weir selftest: the engine against queueing theory, on the user's machine. The networks are made of the same sources, stages and
 * pools as any scenario, and run by the same replications.
 *
 * A case passes when the mean over the replications is within four standard errors of the exact value and the standard error is at
 * most the stated share of it. With 20 replications a right engine fails a case with probability 8e-4; the seed is fixed.
 */
#include "models/care.h"
#include "sim/analysis/interval.h"
#include "sim/analysis/queueing.h"
#include "sim/cli/cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPS 20
#define WARM_MONTHS 2
#define MONTHS 24
#define DAYS 730.0

typedef enum { MEASURE_WAIT_HOURS, MEASURE_QUEUE, MEASURE_LEFT_SHARE, MEASURE_UTILISATION, MEASURE_WITHIN_4 } measure_t;

/* Rates and times by the hour; patience 0 = none. An hour is as short as lets the run hold so many customers. */
typedef struct {
    const char *name;
    int servers;
    double per_hour, service_hours, service_cv, patience_hours;
    measure_t measure;
    double share;     /* greatest standard error, as a share of the exact value */
    double customers; /* of a replication */
} case_t;

static const case_t CASES[] = {
    { "M/M/1 mean wait", 1, 1, 0.5, 1, 0, MEASURE_WAIT_HOURS, 0.01, 40000 },
    { "M/M/1 mean wait, load 0.7", 1, 1, 0.7, 1, 0, MEASURE_WAIT_HOURS, 0.01, 60000 },
    { "M/M/1 share who wait at most 4, load 0.7", 1, 1, 0.7, 1, 0, MEASURE_WITHIN_4, 0.01, 60000 },
    { "M/M/2 mean number waiting", 2, 9, 0.2, 1, 0, MEASURE_QUEUE, 0.02, 150000 },
    { "M/M/4 mean number waiting", 4, 9, 0.2, 1, 0, MEASURE_QUEUE, 0.01, 100000 },
    { "M/D/1 mean wait", 1, 0.8, 1, 0, 0, MEASURE_WAIT_HOURS, 0.02, 60000 },
    { "M/G/1 mean wait, lognormal, cv 0.5", 1, 0.8, 1, 0.5, 0, MEASURE_WAIT_HOURS, 0.03, 60000 },
    { "M/G/1 mean wait, lognormal, cv 2", 1, 0.8, 1, 2, 0, MEASURE_WAIT_HOURS, 0.03, 400000 },
    { "Erlang-A share who give up", 50, 48, 1, 1, 2, MEASURE_LEFT_SHARE, 0.01, 300000 },
    { "Erlang-A mean number waiting", 50, 48, 1, 1, 2, MEASURE_QUEUE, 0.01, 300000 },
    { "Erlang-A utilisation", 50, 48, 1, 1, 2, MEASURE_UTILISATION, 0.01, 300000 },
    { "Erlang-A overloaded, share who give up", 4, 5, 1, 1, 2, MEASURE_LEFT_SHARE, 0.01, 80000 },
};

static double
case_hour(const case_t *self)
{
    return DAYS * self->per_hour / self->customers;
}

static double
case_exact(const case_t *self)
{
    ana_erlang_a_t a;

    if (self->patience_hours > 0) {
        a = ana_erlang_a(self->servers, self->per_hour, self->service_hours, self->patience_hours);
        return self->measure == MEASURE_QUEUE        ? a.queue
               : self->measure == MEASURE_LEFT_SHARE ? a.abandon
                                                     : a.utilisation;
    }
    if (self->measure == MEASURE_WITHIN_4) { /* first come, first served: 1 - rho exp(-(mu - lambda) t) */
        double rho = self->per_hour * self->service_hours;

        return 1 - rho * exp(-(1 - rho) / self->service_hours * 4);
    }
    if (self->servers == 1 && self->service_cv != 1) {
        return ana_mg1_wait(self->per_hour, self->service_hours, self->service_cv);
    }
    return ana_mmc_wait(self->servers, self->per_hour, self->service_hours) *
           (self->measure == MEASURE_QUEUE ? self->per_hour : 1);
}

static sim_kpi_t
case_kpi(const case_t *self)
{
    sim_kpi_t kpi;

    memset(&kpi, 0, sizeof(kpi));
    switch (self->measure) {
    case MEASURE_WAIT_HOURS:
        kpi.kind = SIM_KPI_TALLY_MEAN;
        kpi.a = SIM_TALLY_QUEUE;
        kpi.factor = 1 / case_hour(self);
        break;
    case MEASURE_QUEUE:
        kpi.kind = SIM_KPI_RATIO;
        kpi.a = SIM_COUNT_QUEUE_DAYS;
        kpi.b = SIM_COUNT_DAYS;
        break;
    case MEASURE_LEFT_SHARE:
        kpi.kind = SIM_KPI_RATIO;
        kpi.a = SIM_COUNT_LEFT;
        kpi.b = SIM_COUNT_ENTERED;
        break;
    case MEASURE_WITHIN_4:
        kpi.kind = SIM_KPI_TALLY_WITHIN;
        kpi.a = SIM_TALLY_QUEUE;
        kpi.q = 4 * case_hour(self);
        break;
    case MEASURE_UTILISATION:
        kpi.kind = SIM_KPI_RATIO;
        kpi.a = SIM_COUNT_USED;
        kpi.b = SIM_COUNT_CAPACITY;
        break;
    }
    kpi.by = SIM_BY_POOL;
    return kpi;
}

static int
case_stage(const case_t *self, sim_stage_t *stage)
{
    double hour = case_hour(self);
    int ret;

    sim_stage_default(stage, "desk", "desk");
    if (self->service_cv == 0) {
        ret = sim_dist_init_fixed(&stage->service, self->service_hours * hour);
    } else if (self->service_cv == 1) {
        ret = sim_dist_init_exponential(&stage->service, self->service_hours * hour);
    } else {
        ret = sim_dist_init_lognormal(&stage->service, self->service_hours * hour, self->service_cv);
    }
    if (ret == 0 && self->patience_hours > 0) {
        stage->n_timers = 1;
        memcpy(stage->timer[0].name, "gave_up", sizeof("gave_up"));
        stage->timer[0].leave = 1;
        ret = sim_dist_init_exponential(&stage->timer[0].after, self->patience_hours * hour);
    }
    return ret;
}

static int
case_build(const case_t *self, care_spec_t *spec)
{
    const double day[2] = { 0, 40000 }, per_day = self->per_hour / case_hour(self);
    sim_source_t source;
    sim_stage_t stage;
    sim_pool_t pool;
    int ret;

    sim_pool_default(&pool, "desk", SIM_POOL_SERVERS);
    pool.units = self->servers;
    ret = sim_pathway_add_pool(&spec->pathway, &pool);
    if (ret == 0) {
        ret = case_stage(self, &stage);
    }
    if (ret == 0) {
        ret = sim_pathway_add_stage(&spec->pathway, &stage);
    }
    sim_source_default(&source, "arrivals", "desk");
    if (ret == 0) {
        ret = sim_nhpp_init(&source.rate, 1, day, &per_day);
    }
    return ret != 0 ? ret : sim_pathway_add_source(&spec->pathway, &source);
}

static int
case_replication(const care_model_t *model, const case_t *self, uint32_t number, double *value, uint64_t *events)
{
    const sim_period_t after_warm_up = { "steady", SIM_PERIOD_ALL, WARM_MONTHS, MONTHS, true };
    const sim_kpi_t kpi = case_kpi(self);
    sim_cell_t cell = { 0, 0, 0 };
    sim_book_t book;
    int ret = care_model_run(model, 20250901, number, false, &book, events);

    if (ret != 0) {
        return ret;
    }
    cell.group = (uint16_t) book.first_pool;
    ret = sim_book_extract(&book, &kpi, &after_warm_up, &cell, 1, value);
    sim_book_free(&book);
    return ret;
}

/* @return 1 passed, 0 failed, or an error */
static int
case_run(const case_t *self, uint64_t *events)
{
    double value[REPS], exact = case_exact(self);
    ana_interval_t interval;
    care_model_t model;
    care_spec_t spec;
    uint64_t n = 0;
    bool passed;
    int ret;

    care_spec_init(&spec);
    spec.years = MONTHS / 12.0;
    ret = case_build(self, &spec);
    memset(&model, 0, sizeof(model));
    if (ret == 0) {
        ret = care_model_init(&model, &spec, NULL, NULL, NULL);
    }
    for (uint32_t r = 0; r < REPS && ret == 0; r++) {
        ret = case_replication(&model, self, r, &value[r], &n);
        *events += n;
    }
    care_model_free(&model);
    care_spec_free(&spec);
    if (ret != 0) {
        return ret;
    }
    ana_mean_interval(value, 1, REPS, &interval);
    passed = fabs(interval.mean - exact) <= 4 * interval.se && interval.se <= self->share * exact;
    printf("%-40s %10.6f %10.6f %9.6f %6.2f  %s\n", self->name, exact, interval.mean, interval.se,
        (interval.mean - exact) / interval.se, passed ? "ok" : "FAILED");
    fflush(stdout);
    return passed ? 1 : 0;
}

static cli_exit_t
selftest_run(const cli_options_t *options)
{
    size_t n_cases = sizeof(CASES) / sizeof(CASES[0]), passed = 0;
    uint64_t events = 0;

    (void) options;
    printf("%-40s %10s %10s %9s %6s\n", "case", "exact", "mean", "se", "z");
    for (size_t i = 0; i < n_cases; i++) {
        int ret = case_run(&CASES[i], &events);

        if (ret < 0) {
            cli_error("selftest: %s: %s", CASES[i].name, sim_strerror(ret));
            return CLI_FAILED;
        }
        passed += ret == 1;
    }
    printf("%zu of %zu cases agree with theory (%llu events)\n", passed, n_cases, (unsigned long long) events);
    return passed == n_cases ? CLI_DONE : CLI_FAILED;
}

const cli_command_t cli_cmd_selftest = {
    .name = "selftest",
    .args = "",
    .doc = "the engine against queueing theory, on this machine",
    .more = "Runs M/M/c, M/G/1 and Erlang-A queues made of the same parts as any scenario and\n"
            "compares them with exact results: the mean of 20 replications must lie within\n"
            "four standard errors, and the standard error must be small. Exit 1 if one does not.\n",
    .examples = "weir selftest\n",
    .run = selftest_run,
};
