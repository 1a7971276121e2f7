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

typedef enum {
    MEASURE_WAIT_HOURS,
    MEASURE_SOJOURN_HOURS,
    MEASURE_QUEUE,
    MEASURE_LEFT_SHARE,
    MEASURE_UTILISATION,
    MEASURE_WITHIN_4,
    MEASURE_SERVED_HOUR
} measure_t;

/* What is special of a network; the usual is one queue, "desk". */
typedef enum {
    NETWORK_DESK,
    NETWORK_LOSS,     /* nobody waits */
    NETWORK_SHARING,  /* all present share the server */
    NETWORK_FAILURES, /* each server fails every 10 hours on average, for 2 */
    NETWORK_PRIORITY, /* three queues at one server: of 2, 3 and 3 in 8 of those who come */
    NETWORK_PREEMPTIVE,
    NETWORK_JACKSON, /* four queues */
    NETWORK_BLOCKING /* three customers go round two servers, with no room before the second */
} network_t;

/* Rates and times by the hour; patience 0 = none. An hour is as short as lets the run hold so many customers. */
typedef struct {
    const char *name;
    int servers;
    double per_hour, service_hours, service_cv, patience_hours;
    measure_t measure;
    double share;     /* greatest standard error, as a share of the exact value */
    double customers; /* of a replication */
    network_t network;
    const char *group; /* what is measured; NULL = the desk */
    double exact;      /* 0 = by formula */
} case_t;

/* The waits by priority are Cobham's (1954), with preemption those of White and Christie (1958); the network is
   Jackson's (1957); that with blocking serves m n (m + n) / (m^2 + m n + n^2) an hour at rates m, n (Hunt 1956). */
static const case_t CASES[] = {
    { "M/M/1 mean wait", 1, 1, 0.5, 1, 0, MEASURE_WAIT_HOURS, 0.01, 40000, NETWORK_DESK, NULL, 0 },
    { "M/M/1 mean wait, load 0.7", 1, 1, 0.7, 1, 0, MEASURE_WAIT_HOURS, 0.01, 60000, NETWORK_DESK, NULL, 0 },
    { "M/M/1 share who wait at most 4, load 0.7", 1, 1, 0.7, 1, 0, MEASURE_WITHIN_4, 0.01, 60000, NETWORK_DESK, NULL,
        0 },
    { "M/M/2 mean number waiting", 2, 9, 0.2, 1, 0, MEASURE_QUEUE, 0.02, 150000, NETWORK_DESK, NULL, 0 },
    { "M/M/4 mean number waiting", 4, 9, 0.2, 1, 0, MEASURE_QUEUE, 0.01, 100000, NETWORK_DESK, NULL, 0 },
    { "M/D/1 mean wait", 1, 0.8, 1, 0, 0, MEASURE_WAIT_HOURS, 0.02, 60000, NETWORK_DESK, NULL, 0 },
    { "M/G/1 mean wait, lognormal, cv 0.5", 1, 0.8, 1, 0.5, 0, MEASURE_WAIT_HOURS, 0.03, 60000, NETWORK_DESK, NULL, 0 },
    { "M/G/1 mean wait, lognormal, cv 2", 1, 0.8, 1, 2, 0, MEASURE_WAIT_HOURS, 0.03, 400000, NETWORK_DESK, NULL, 0 },
    { "Erlang-A share who give up", 50, 48, 1, 1, 2, MEASURE_LEFT_SHARE, 0.01, 300000, NETWORK_DESK, NULL, 0 },
    { "Erlang-A mean number waiting", 50, 48, 1, 1, 2, MEASURE_QUEUE, 0.01, 300000, NETWORK_DESK, NULL, 0 },
    { "Erlang-A utilisation", 50, 48, 1, 1, 2, MEASURE_UTILISATION, 0.01, 300000, NETWORK_DESK, NULL, 0 },
    { "Erlang-A overloaded, share who give up", 4, 5, 1, 1, 2, MEASURE_LEFT_SHARE, 0.01, 80000, NETWORK_DESK, NULL, 0 },
    { "Erlang-B share lost", 10, 8, 1, 1, 0, MEASURE_LEFT_SHARE, 0.01, 60000, NETWORK_LOSS, NULL, 0 },
    { "Erlang-B share lost, lognormal, cv 1.3", 10, 8, 1, 1.3, 0, MEASURE_LEFT_SHARE, 0.01, 60000, NETWORK_LOSS, NULL,
        0 },
    { "priority, mean wait of the first", 1, 0.8, 1, 1, 0, MEASURE_WAIT_HOURS, 0.02, 60000, NETWORK_PRIORITY,
        "stage=first", 1 },
    { "priority, mean wait of the last", 1, 0.8, 1, 1, 0, MEASURE_WAIT_HOURS, 0.02, 200000, NETWORK_PRIORITY,
        "stage=last", 8 },
    { "preemptive priority, mean time of the first", 1, 0.8, 1, 1, 0, MEASURE_SOJOURN_HOURS, 0.02, 60000,
        NETWORK_PREEMPTIVE, "stage=first", 1.25 },
    { "preemptive priority, mean time of the last", 1, 0.8, 1, 1, 0, MEASURE_SOJOURN_HOURS, 0.02, 200000,
        NETWORK_PREEMPTIVE, "stage=last", 10 },
    { "processor sharing, mean time, cv 2", 1, 0.7, 1, 2, 0, MEASURE_SOJOURN_HOURS, 0.02, 60000, NETWORK_SHARING,
        "stage=desk", 0 },
    { "failures, mean time", 1, 0.5, 1, 1, 0, MEASURE_SOJOURN_HOURS, 0.02, 80000, NETWORK_FAILURES, "stage=desk", 0 },
    { "Jackson network, mean time", 1, 4, 0.05, 1, 0, MEASURE_SOJOURN_HOURS, 0.02, 60000, NETWORK_JACKSON, "all",
        1.5446429 },
    { "blocking, served an hour", 1, 1, 1, 1, 0, MEASURE_SERVED_HOUR, 0.01, 60000, NETWORK_BLOCKING, "stage=second",
        2.0 / 3 },
};

static double
case_hour(const case_t *self)
{
    return DAYS * self->per_hour / self->customers;
}

static double
case_exact(const case_t *self)
{
    ana_moments_t service = ana_moments(self->service_hours, self->service_cv), repair = ana_moments(2, 1);
    ana_erlang_a_t a;

    if (self->exact > 0) {
        return self->exact;
    }
    if (self->network == NETWORK_LOSS) {
        return ana_erlang_b(self->servers, self->per_hour * self->service_hours);
    }
    if (self->network == NETWORK_SHARING) {
        return ana_mg1_sharing_sojourn(self->per_hour, self->service_hours);
    }
    if (self->network == NETWORK_FAILURES) {
        service = ana_completion_resume(service, 0.1, repair);
        return ana_mg1_breakdown_wait(self->per_hour, service, 0.1, repair) + service.mean;
    }
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
    case MEASURE_SOJOURN_HOURS:
        kpi.kind = SIM_KPI_TALLY_MEAN;
        kpi.a = SIM_TALLY_SOJOURN;
        kpi.factor = 1 / case_hour(self);
        break;
    case MEASURE_SERVED_HOUR:
        kpi.kind = SIM_KPI_RATIO;
        kpi.a = SIM_COUNT_SERVED;
        kpi.b = SIM_COUNT_DAYS;
        kpi.factor = case_hour(self);
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
    kpi.by = SIM_BY_ALL | SIM_BY_POOL | SIM_BY_STAGE;
    return kpi;
}

/* ---- building ---- */

static int
case_add_pool(care_spec_t *spec, const char *name, double servers)
{
    sim_pool_t pool;

    sim_pool_default(&pool, name, SIM_POOL_SERVERS);
    pool.units = servers;
    return sim_pathway_add_pool(&spec->pathway, &pool);
}

static int
case_add_source(const case_t *self, care_spec_t *spec, const char *to, double per_hour)
{
    const double day[2] = { 0, 40000 }, per_day = per_hour / case_hour(self);
    sim_source_t source;
    int ret;

    sim_source_default(&source, to, to);
    ret = sim_nhpp_init(&source.rate, 1, day, &per_day);
    return ret != 0 ? ret : sim_pathway_add_source(&spec->pathway, &source);
}

static int
case_add_route(care_spec_t *spec, const char *from, const char *to, double probability)
{
    sim_route_t route;

    sim_route_default(&route, from, "done", to);
    route.probability = probability;
    return sim_pathway_add_route(&spec->pathway, &route);
}

/* A stage of exponential service. */
static int
case_add_stage(const case_t *self, care_spec_t *spec, const char *name, const char *pool, double hours)
{
    sim_stage_t stage;
    int ret;

    sim_stage_default(&stage, name, pool);
    ret = sim_dist_init_exponential(&stage.service, hours * case_hour(self));
    return ret != 0 ? ret : sim_pathway_add_stage(&spec->pathway, &stage);
}

static int
case_desk_stage(const case_t *self, sim_stage_t *stage)
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
    if (self->network == NETWORK_LOSS) {
        stage->room = 0;
    }
    return ret;
}

static int
case_build_desk(const case_t *self, care_spec_t *spec)
{
    double hour = case_hour(self);
    sim_stage_t stage;
    sim_pool_t *pool;
    int ret = case_add_pool(spec, "desk", self->servers);

    if (ret != 0) {
        return ret;
    }
    pool = &spec->pathway.pool[0];
    pool->discipline = self->network == NETWORK_SHARING ? SIM_SHARING : SIM_FIFO;
    if (self->network == NETWORK_FAILURES) {
        pool->on_failure = SIM_INTERRUPT_RESUME;
        ret = sim_dist_init_exponential(&pool->fails_after, 10 * hour);
        ret = ret != 0 ? ret : sim_dist_init_exponential(&pool->repair, 2 * hour);
    }
    if (ret == 0) {
        ret = case_desk_stage(self, &stage);
    }
    if (ret == 0) {
        ret = sim_pathway_add_stage(&spec->pathway, &stage);
    }
    return ret != 0 ? ret : case_add_source(self, spec, "desk", self->per_hour);
}

static int
case_build_priority(const case_t *self, care_spec_t *spec)
{
    static const char *const NAME[] = { "first", "middle", "last" };
    static const double EIGHTHS[] = { 2, 3, 3 };
    int ret = case_add_pool(spec, "desk", self->servers);
    int i;

    for (i = 0; i < 3 && ret == 0; i++) {
        ret = case_add_stage(self, spec, NAME[i], "desk", self->service_hours);
        if (ret == 0) {
            spec->pathway.stage[i].priority[0] = (uint8_t) i;
            ret = case_add_source(self, spec, NAME[i], self->per_hour * EIGHTHS[i] / 8);
        }
    }
    if (ret == 0 && self->network == NETWORK_PREEMPTIVE) {
        spec->pathway.pool[0].preempt = SIM_INTERRUPT_RESUME;
    }
    return ret;
}

static int
case_build_jackson(const case_t *self, care_spec_t *spec)
{
    static const char *const NAME[] = { "one", "two", "three", "four" };
    static const double HOURS[] = { 0.04, 0.03, 0.06, 0.05 };
    static const struct {
        const char *from, *to;
        double probability;
    } ROUTE[] = { { "one", "two", 0.5 }, { "one", "three", 0.5 }, { "two", "one", 1 }, { "three", "one", 0.6 },
        { "three", "exit", 0.4 }, { "four", "one", 1 } };
    int ret = 0;
    size_t i;

    for (i = 0; i < 4 && ret == 0; i++) {
        ret = case_add_pool(spec, NAME[i], 1);
        ret = ret != 0 ? ret : case_add_stage(self, spec, NAME[i], NAME[i], HOURS[i]);
    }
    for (i = 0; i < sizeof(ROUTE) / sizeof(ROUTE[0]) && ret == 0; i++) {
        ret = case_add_route(spec, ROUTE[i].from, ROUTE[i].to, ROUTE[i].probability);
    }
    return ret != 0 ? ret : case_add_source(self, spec, "four", self->per_hour);
}

static int
case_build_blocking(const case_t *self, care_spec_t *spec)
{
    static const char *const NAME[] = { "first", "second" };
    sim_initial_t initial;
    int ret = 0;
    int i;

    for (i = 0; i < 2 && ret == 0; i++) {
        ret = case_add_pool(spec, NAME[i], self->servers);
        ret = ret != 0 ? ret : case_add_stage(self, spec, NAME[i], NAME[i], self->service_hours);
    }
    for (i = 0; i < 2 && ret == 0; i++) {
        ret = case_add_route(spec, NAME[i], NAME[1 - i], 1);
    }
    if (ret != 0) {
        return ret;
    }
    spec->pathway.stage[1].room = 0;
    spec->pathway.stage[1].full = SIM_FULL_BLOCK;
    sim_initial_default(&initial, "first");
    initial.count = 3;
    return sim_pathway_add_initial(&spec->pathway, &initial);
}

static int
case_build(const case_t *self, care_spec_t *spec)
{
    switch (self->network) {
    case NETWORK_PRIORITY:
    case NETWORK_PREEMPTIVE:
        return case_build_priority(self, spec);
    case NETWORK_JACKSON:
        return case_build_jackson(self, spec);
    case NETWORK_BLOCKING:
        return case_build_blocking(self, spec);
    default:
        return case_build_desk(self, spec);
    }
}

/* ---- running ---- */

static uint16_t
case_group(const case_t *self, const sim_book_t *book)
{
    const char *name = self->group == NULL ? "pool=desk" : self->group;
    size_t g = 0;

    while (g + 1 < book->n_groups && strcmp(book->group[g].name, name) != 0) {
        g++;
    }
    return (uint16_t) g;
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
    cell.group = case_group(self, &book);
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
    printf("%-44s %10.6f %10.6f %9.6f %6.2f  %s\n", self->name, exact, interval.mean, interval.se,
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
    printf("%-44s %10s %10s %9s %6s\n", "case", "exact", "mean", "se", "z");
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
    .more = "Runs queues made of the same parts as any scenario - M/M/c, M/G/1, Erlang-A, Erlang-B,\n"
            "priorities, processor sharing, failures, blocking, a Jackson network - and compares\n"
            "them with exact results: the mean of 20 replications must lie within four standard\n"
            "errors, and the standard error must be small. Exit 1 if one does not.\n",
    .examples = "weir selftest\n",
    .run = selftest_run,
};
