/* weir bench: events a second on this machine, on an M/M/1 queue (arrival rate 0.9, service rate 1) with statistics on. */
#include "models/care.h"
#include "sim/cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define YEARS 2
#define CUSTOMERS 2000000.0

static int
bench_build(care_spec_t *spec)
{
    double day[2] = { 0, YEARS * 366 }, per_day = CUSTOMERS / (YEARS * 365.25);
    sim_source_t source;
    sim_stage_t stage;
    sim_pool_t pool;
    int ret;

    sim_pool_default(&pool, "server", SIM_POOL_SERVERS);
    pool.units = 1;
    ret = sim_pathway_add_pool(&spec->pathway, &pool);
    sim_stage_default(&stage, "queue", "server");
    if (ret == 0) {
        ret = sim_dist_init_exponential(&stage.service, 0.9 / per_day);
    }
    if (ret == 0) {
        ret = sim_pathway_add_stage(&spec->pathway, &stage);
    }
    sim_source_default(&source, "arrivals", "queue");
    if (ret == 0) {
        ret = sim_nhpp_init(&source.rate, 1, day, &per_day);
    }
    return ret != 0 ? ret : sim_pathway_add_source(&spec->pathway, &source);
}

static cli_exit_t
bench_run(const cli_options_t *options)
{
    struct timespec from, to;
    care_model_t model;
    care_spec_t spec;
    sim_book_t book;
    uint64_t events = 0;
    double seconds;
    int ret;

    care_spec_init(&spec);
    spec.years = YEARS;
    memset(&model, 0, sizeof(model));
    ret = bench_build(&spec);
    if (ret == 0) {
        ret = care_model_init(&model, &spec, NULL, NULL, NULL);
    }
    clock_gettime(CLOCK_MONOTONIC, &from);
    if (ret == 0) {
        ret = care_model_run(&model, options->seed, 0, false, &book, &events);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    if (ret == 0) {
        seconds = (double) (to.tv_sec - from.tv_sec) + 1e-9 * (double) (to.tv_nsec - from.tv_nsec);
        printf("workload,events,seconds,ns_per_event\nmm1,%llu,%.3f,%.1f\n", (unsigned long long) events, seconds,
            seconds / (double) events * 1e9);
        sim_book_free(&book);
    }
    care_model_free(&model);
    care_spec_free(&spec);
    if (ret != 0) {
        cli_error("bench: %s", sim_strerror(ret));
        return CLI_FAILED;
    }
    return CLI_DONE;
}

const cli_command_t cli_cmd_bench = {
    .name = "bench",
    .args = "",
    .doc = "events per second on this machine",
    .more = "Runs an M/M/1 queue of two million customers and prints one csv line.\n",
    .examples = "weir bench\n",
    .options = CLI_OPT_SEED,
    .run = bench_run,
};
