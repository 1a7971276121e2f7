/* weir run and weir compare: replications of plans into a results file, and what a terminal shows of it. */
#include "sim/cli/cli.h"
#include "sim/cli/export.h"
#include "sim/cli/facts.h"
#include "sim/cli/flow.h"
#include "sim/cli/forecast.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/load.h"
#include "sim/cli/manifest.h"
#include "sim/cli/progress.h"
#include "sim/cli/summary.h"
#include "sim/cli/trace.h"
#include "sim/cli/trial.h"
#include "sim/cli/warmup.h"
#include "sim/experiment/experiment.h"
#include "sim/experiment/precision.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const cli_options_t *options;
    const char *command;
    bool compare;
    size_t n; /* scenarios */
    scn_t **scenario;
    cli_trial_t trial;
    cli_facts_t facts;
    size_t n_chosen, *chosen; /* cells that --precision looks at; none without it */
    exp_precision_t precision;
    exp_series_t series;
    const char *warmup_from; /* "none", "scenario", "option" or "mser" */
    store_writer_t *writer;
    exp_outcome_t outcome;
    bool interrupted;
    char *path; /* of the results */
} job_t;

/* ---- before ---- */

static cli_exit_t
exit_of(int error)
{
    switch (error) {
    case 0:
        return CLI_DONE;
    case SIM_ERR_SCENARIO:
    case SIM_ERR_BAD_PARAM:
    case SIM_ERR_FULL:
        return CLI_SCENARIO;
    case SIM_ERR_NOT_FOUND:
        return CLI_USAGE;
    default:
        return CLI_FAILED;
    }
}

static cli_exit_t
load_scenarios(job_t *job)
{
    cli_exit_t worst = CLI_DONE;

    job->scenario = calloc(job->options->n_args, sizeof(scn_t *));
    if (job->scenario == NULL) {
        cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
        return CLI_FAILED;
    }
    for (; job->n < job->options->n_args; job->n++) {
        cli_exit_t code = cli_load(job->options, job->options->arg[job->n], &job->scenario[job->n]);

        worst = code != CLI_DONE ? code : worst;
    }
    return worst;
}

static cli_exit_t
make_trial(job_t *job)
{
    int ret = cli_trial_init(&job->trial, (const scn_t *const *) job->scenario, job->n, job->options->plans,
        !job->compare, job->options->seed);

    if (ret == 0) {
        ret = cli_facts_init(&job->facts, &job->trial, (const scn_t *const *) job->scenario, job->n);
    }
    if (ret == SIM_ERR_NO_MEMORY) {
        cli_error("%s", sim_strerror(ret));
    } else if (ret != 0 && ret != SIM_ERR_NOT_FOUND && ret != SIM_ERR_SCENARIO) {
        cli_error("the scenario cannot be made ready: %s", sim_strerror(ret));
    }
    return exit_of(ret);
}

/* A plain network keeps a series unless told otherwise, a care system only when told. */
static void
choose_series(job_t *job)
{
    const cli_options_t *options = job->options;
    bool is_care = job->trial.arm[0].model.spec->is_care;

    cli_trial_keep_series(&job->trial, options->given & CLI_OPT_SERIES ? options->series : is_care ? 0 : CLI_SPANS);
}

static cli_exit_t
choose_warmup(job_t *job)
{
    const cli_options_t *options = job->options;

    job->warmup_from = job->trial.warmup_days > 0.0 ? "scenario" : "none";
    if (!(options->given & CLI_OPT_WARMUP) && job->trial.unlike > 0) {
        cli_error("\"%s\" and \"%s\" cannot be compared: their warm-up differs; --warmup sets one for all",
            job->trial.arm[0].name, job->trial.arm[job->trial.unlike].name);
        return CLI_SCENARIO;
    }
    if (!(options->given & CLI_OPT_WARMUP)) {
        return CLI_DONE;
    }
    if (isnan(options->warmup_days)) { /* after all else is known to be in order */
        job->warmup_from = "mser";
        return CLI_DONE;
    }
    job->warmup_from = "option";
    return cli_trial_warm_up(&job->trial, options->warmup_days) == 0 ? CLI_DONE : CLI_USAGE;
}

/* The pilot that --warmup mser asks for. */
static cli_exit_t
find_warmup(job_t *job)
{
    double day = 0.0;
    cli_exit_t code;

    if (strcmp(job->warmup_from, "mser") != 0) {
        return CLI_DONE;
    }
    code = cli_warmup_pilot(&job->trial, job->options, &day);
    if (code == CLI_DONE) {
        cli_note(job->options,
            "warm-up: the numbers present have settled after %g days (MSER-5); what happens before is "
            "left out",
            day);
        code = cli_trial_warm_up(&job->trial, day) == 0 ? CLI_DONE : CLI_TARGET;
    }
    return code;
}

/* Options that make sense only together. */
static cli_exit_t
check_precision(const cli_options_t *options, const char *command)
{
    bool given = options->given & CLI_OPT_PRECISION;

    if (!given && (options->given & (CLI_OPT_MAX_REPS | CLI_OPT_KPI))) {
        cli_error("%s: --%s is for --precision, which was not given", command,
            options->given & CLI_OPT_KPI ? "kpi" : "max-reps");
        return CLI_USAGE;
    }
    if (given && options->max_reps < options->reps) {
        cli_error("%s: --max-reps: '%u' is less than the %u replications to begin with (--reps)", command,
            options->max_reps, options->reps);
        return CLI_USAGE;
    }
    if (given && options->reps < EXP_PRECISION_REPS) {
        cli_error("%s: %u replications are too few to begin with: --precision needs %d or more", command, options->reps,
            EXP_PRECISION_REPS);
        return CLI_USAGE;
    }
    return CLI_DONE;
}

static cli_exit_t
check_trace(const cli_options_t *options, const char *command)
{
    static const struct {
        cli_mask_t bit;
        const char *name;
    } OTHER[] = { { CLI_OPT_OUT, "out" }, { CLI_OPT_FORCE, "force" }, { CLI_OPT_PRECISION, "precision" },
        { CLI_OPT_REPS, "reps" }, { CLI_OPT_WARMUP, "warmup" }, { CLI_OPT_SERIES, "series" },
        { CLI_OPT_DRY_RUN, "dry-run" } };

    for (size_t i = 0; options->given & CLI_OPT_TRACE && i < sizeof(OTHER) / sizeof(OTHER[0]); i++) {
        if (options->given & OTHER[i].bit) {
            cli_error("%s: --trace shows one replication and writes no results, so --%s does not go with it", command,
                OTHER[i].name);
            return CLI_USAGE;
        }
    }
    if (options->given & CLI_OPT_TRACE && options->format != NULL && strcmp(options->format, "json") == 0) {
        cli_error("%s: --format: a trace is text, story or csv, not json", command);
        return CLI_USAGE;
    }
    if (options->given & CLI_OPT_TRACE_FROM && !(options->given & CLI_OPT_TRACE)) {
        cli_error("%s: --trace-from says whom --trace follows, and --trace is not there", command);
        return CLI_USAGE;
    }
    return CLI_DONE;
}

static cli_exit_t
choose_measures(job_t *job)
{
    const cli_options_t *options = job->options;
    int ret;

    if (!(options->given & CLI_OPT_PRECISION)) {
        return CLI_DONE;
    }
    ret = cli_trial_cells(&job->trial, options->kpi != NULL ? options->kpi : cli_trial_headline(&job->trial),
        &job->n_chosen, &job->chosen);
    if (ret == SIM_ERR_NO_MEMORY) {
        cli_error("%s", sim_strerror(ret));
    }
    exp_precision_init(&job->precision, (uint32_t) job->trial.n_arms, job->chosen, job->n_chosen, options->precision,
        options->max_reps);
    return exit_of(ret);
}

/* How long, by a short run made now, and how much disk. */
static cli_exit_t
forecast(const job_t *job)
{
    uint32_t reps = job->n_chosen > 0 ? job->options->max_reps : job->options->reps;
    double tasks = (double) reps * (double) job->trial.n_arms, jobs = fmin(job->options->jobs, tasks);
    char time[64], size[64];
    cli_forecast_t one;
    int ret = cli_forecast(&job->trial, job->options, job->options->arg[0], &one);

    if (ret != 0) {
        cli_error("the first replication fails: %s", sim_strerror(ret));
        return CLI_FAILED;
    }
    cli_forecast_time(time, sizeof(time), one.seconds * tasks / jobs);
    cli_forecast_size(size, sizeof(size), cli_forecast_bytes(&job->trial, reps));
    (void) printf("time:         %s%s: %.2g seconds a replication, from %g years run now\n",
        job->n_chosen > 0 ? "at most " : "", time, one.seconds, one.measured_for);
    (void) printf("disk:         %s%s\n", job->n_chosen > 0 ? "at most " : "", size);
    return CLI_DONE;
}

static cli_exit_t
dry_run(const job_t *job)
{
    const cli_trial_t *trial = &job->trial;

    (void) printf("plans:        ");
    for (size_t a = 0; a < trial->n_arms; a++) {
        (void) printf("%s%s", a > 0 ? ", " : "", trial->arm[a].name);
    }
    (void) printf("\nreplications: %u of each, seed %llu, on %u threads\n", job->options->reps,
        (unsigned long long) job->options->seed, job->options->jobs);
    if (job->n_chosen > 0) {
        (void) printf("precision:    up to %u replications, until within %g%%:", job->options->max_reps,
            100.0 * job->options->precision);
        for (size_t i = 0; i < job->n_chosen; i++) {
            (void) printf("%s %s", i > 0 ? "," : "", cli_trial_kpi(&job->trial, job->chosen[i]));
        }
        (void) putchar('\n');
    }
    if (strcmp(job->warmup_from, "none") != 0) {
        (void) printf("warm-up:      ");
        (void) (strcmp(job->warmup_from, "mser") == 0 ? printf("found by a pilot (MSER-5)\n")
                                                      : printf("%g days are left out\n", trial->warmup_days));
    }
    (void) printf("results:      %zu measures, %zu groups, %zu periods: %zu numbers a replication\n", trial->n_kpis,
        trial->n_groups, trial->n_periods, trial->n_cells);
    (void) printf("file:         %s%s\n", job->path, job->options->out == NULL ? " (numbered when it is there)" : "");
    return forecast(job);
}

/* ---- the manifest ---- */

static int
put_begin(job_t *job)
{
    int ret = cli_put_program(job->writer, job->options);

    if (ret == 0) {
        ret = cli_put(job->writer, "warmup_days", "%.17g", job->trial.warmup_days);
    }
    if (ret == 0) {
        ret = cli_put(job->writer, "warmup_from", "%s", job->warmup_from);
    }
    return ret == 0 ? cli_put_scenarios(job->writer, job->options, (const scn_t *const *) job->scenario, job->n) : ret;
}

static int
put_end(job_t *job, uint32_t reps_done)
{
    store_writer_t *writer = job->writer;
    int ret = cli_put(writer, "reps_done", "%u", reps_done);

    if (ret == 0 && job->n_chosen > 0 && !job->interrupted) { /* what the precision asked for */
        ret = cli_put(writer, "reps", "%u", reps_done);
    }
    if (ret == 0) {
        ret = cli_put(writer, "failed", "%llu", (unsigned long long) job->outcome.failed);
    }
    if (ret == 0) {
        ret = cli_put(writer, "seconds", "%.3f", job->outcome.seconds);
    }
    if (ret == 0) {
        ret = cli_put(writer, "status", "%s",
            job->interrupted          ? "interrupted"
            : job->outcome.failed > 0 ? "some failed"
                                      : "complete");
    }
    return ret == 0 ? cli_put_time(writer, "finished") : ret;
}

/* ---- the series ---- */

static int
put_spans(job_t *job, uint32_t arm)
{
    static const char *const KPI[] = { "present", "waiting" };
    size_t n = job->trial.n_spans;
    double days = job->trial.arm[arm].model.horizon_days;
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < 2 * n; i++) {
        ana_interval_t interval;

        exp_series_at(&job->series, arm, i, &interval);
        ret = store_put_span(job->writer, &(store_span_t){ .plan = arm,
                                              .span = i % n,
                                              .from_day = days * (double) (i % n) / (double) n,
                                              .to_day = days * (double) (i % n + 1) / (double) n,
                                              .kpi = KPI[i / n],
                                              .estimate = interval.mean,
                                              .low = interval.low,
                                              .high = interval.high,
                                              .reps = (uint32_t) interval.n });
    }
    return ret;
}

/* The spans of every plan that ran, and when each has settled. */
static int
put_series(job_t *job)
{
    char settled[16 * CARE_PLANS_MAX * 12] = "", day[32];
    size_t length = 0;
    int ret = cli_put(job->writer, "spans", "%zu", job->trial.n_spans);

    if (job->trial.n_spans == 0) {
        return ret;
    }
    for (uint32_t arm = 0; ret == 0 && arm < job->trial.n_arms; arm++) {
        double at;

        ret = cli_warmup_settled(&job->trial, &job->series, arm, &at);
        (void) snprintf(day, sizeof(day), isnan(at) ? "never" : "%.10g", at);
        length += (size_t) snprintf(settled + length, length < sizeof(settled) ? sizeof(settled) - length : 0, "%s%s",
            arm > 0 ? "," : "", day);
        length = length < sizeof(settled) ? length : sizeof(settled) - 1;
        if (ret == 0 && job->series.reps[arm] > 0) {
            ret = put_spans(job, arm);
        }
    }
    return ret == 0 ? store_put_manifest(job->writer, "settled_days", settled) : ret;
}

/* ---- running ---- */

static cli_exit_t
store_failed(const job_t *job, int ret)
{
    const char *fault = job->writer != NULL ? store_writer_fault(job->writer) : "";

    cli_error("%s", fault[0] != '\0' ? fault : sim_strerror(ret));
    return CLI_FAILED;
}

static cli_exit_t
begin_results(job_t *job)
{
    const store_target_t target = {
        .path = job->path, .numbered = job->options->out == NULL, .force = job->options->force
    };
    store_fault_t fault = { "" };
    int ret = store_writer_create(&job->writer, &target, &fault);

    if (ret != 0) {
        cli_error("%s", fault.text);
        return CLI_FAILED;
    }
    ret = cli_trial_put_layout(&job->trial, job->writer);
    if (ret == 0) {
        ret = put_begin(job);
    }
    if (ret == 0) {
        ret = cli_put_parameters(job->writer, (const scn_t *const *) job->scenario, job->n);
    }
    if (ret == 0) {
        ret = cli_flow_put(&job->trial, job->writer);
    }
    return ret == 0 ? CLI_DONE : store_failed(job, ret);
}

typedef struct {
    cli_progress_t bar;
    uint64_t total;
} progress_t;

/* When more replications are found to be needed, the lines of progress count from there. */
static void
show_progress(void *ctx, uint64_t done, uint64_t total, double seconds)
{
    progress_t *self = ctx;

    if (total != self->total) {
        self->bar.last_tenth = (unsigned) ((done - 1) * 10 / total);
        self->total = total;
    }
    cli_progress_show(&self->bar, done, total, seconds);
}

static int
run_replications(job_t *job)
{
    cli_interrupt_t interrupt;
    progress_t progress = { .total = 0 };
    bool sequential = job->n_chosen > 0;
    int ret;

    cli_interrupt_begin(&interrupt, job->options->quiet, store_writer_path(job->writer));
    cli_progress_init(&progress.bar, job->options, job->command);
    job->precision.sink = store_put_record;
    job->precision.sink_ctx = job->writer;
    job->series.sink = sequential ? exp_precision_sink : store_put_record;
    job->series.sink_ctx = sequential ? (void *) &job->precision : job->writer;
    const exp_design_t design = {
        .n_arms = (uint32_t) job->trial.n_arms,
        .n_reps = job->options->reps,
        .jobs = job->options->jobs,
        .n_values = cli_trial_values(&job->trial),
        .cancel = &interrupt.seen,
        .runner = cli_trial_run,
        .runner_ctx = &job->trial,
        .sink = exp_series_sink,
        .sink_ctx = &job->series,
        .more = sequential ? exp_precision_more : NULL,
        .more_ctx = &job->precision,
        .progress = show_progress,
        .progress_ctx = &progress,
    };

    ret = exp_run(&design, &job->outcome);
    cli_progress_end(&progress.bar);
    cli_interrupt_end(&interrupt);
    job->interrupted = ret == SIM_ERR_INTERRUPTED;
    return job->interrupted ? 0 : ret;
}

/* Replications of which every plan was run count; those that failed are left out of the estimates of their plan. */
static cli_exit_t
end_results(job_t *job)
{
    uint32_t reps_done = (uint32_t) (job->outcome.done / job->trial.n_arms);
    int ret;

    if (reps_done == 0) {
        cli_note(job->options, "interrupted before the first replication was finished; nothing is kept");
        return CLI_INTERRUPTED;
    }
    ret = store_put_estimates(job->writer, reps_done);
    if (ret == 0) {
        ret = put_series(job);
    }
    if (ret == 0) {
        ret = cli_trial_put_ledger(&job->trial, job->writer);
    }
    if (ret == 0) {
        ret = cli_facts_put(&job->facts, &job->trial, job->writer, reps_done);
    }
    if (ret == 0) {
        ret = put_end(job, reps_done);
    }
    if (ret == 0) {
        ret = store_writer_finish(job->writer);
    }
    return ret == 0 ? CLI_DONE : store_failed(job, ret);
}

static cli_exit_t
show_results(const job_t *job, const char *path)
{
    cli_tidy_t tidy = job->options->format != NULL ? cli_tidy_format(job->options->format) : CLI_TIDY_UNKNOWN;
    store_reader_t *reader = NULL;
    store_fault_t fault = { "" };
    int ret = store_reader_open(&reader, path, &fault);

    if (ret != 0) {
        cli_error("%s", fault.text);
        return CLI_FAILED;
    }
    if (tidy != CLI_TIDY_UNKNOWN) {
        ret = cli_tidy_write(reader, NULL, tidy, stdout);
        cli_note(job->options, "results: %s", path);
    } else {
        (void) printf("%s\n%s, from %s, %s years, %s replications, seed %s\n", store_manifest(reader, "title"),
            store_manifest(reader, "scenario"), store_manifest(reader, "start"), store_manifest(reader, "years"),
            store_manifest(reader, "reps_done"), store_manifest(reader, "seed"));
        if (strcmp(store_manifest(reader, "warmup_from"), "none") != 0) {
            (void) printf("What happens in the first %g days (warm-up) is left out.\n", job->trial.warmup_days);
        }
        ret = job->compare ? cli_summary_compare(reader, stdout) : cli_summary_plan(reader, 0, stdout);
        if (ret == 0) {
            ret = cli_facts_print(reader, stdout);
        }
        (void) printf("\nResults: %s\n", path);
    }
    if (ret == 0) {
        ret = cli_summary_warn_skewed(reader, job->options);
    }
    if (ret != 0) {
        cli_error("%s", ret == SIM_ERR_STORE ? store_reader_fault(reader) : sim_strerror(ret));
    }
    store_reader_free(reader);
    return ret == 0 ? CLI_DONE : CLI_FAILED;
}

/* ---- precision ---- */

static void
note_zeros(const job_t *job, uint32_t reps)
{
    for (uint32_t arm = 0; arm < job->trial.n_arms; arm++) {
        for (size_t i = 0; i < job->n_chosen; i++) {
            exp_known_t known;

            exp_precision_known(&job->precision, reps, arm, i, &known);
            if (known.state == EXP_MET_ZERO) {
                cli_note(job->options,
                    "%s under %s is 0 in every replication; of 0 no share can be taken, so it counts as met",
                    cli_trial_kpi(&job->trial, job->chosen[i]), job->trial.arm[arm].name);
            }
        }
    }
}

static void
complain_precision(const job_t *job, uint32_t reps, const exp_known_t *worst)
{
    const char *kpi = cli_trial_kpi(&job->trial, job->chosen[worst->chosen]), *plan = job->trial.arm[worst->arm].name;
    double mean = worst->interval.mean, asked = 100.0 * job->options->precision;

    if (worst->state == EXP_NOT_KNOWN) {
        cli_error("precision not met: %s under %s is known in %zu of %u replications, so it has no interval, and more "
                  "would not help (`weir help reference` says what it needs; a longer run may)",
            kpi, plan, worst->interval.n, reps);
    } else if (worst->state == EXP_NOT_DEFINED) {
        cli_error("precision not met: %s under %s is 0 with a half-width of %.4g after %u replications; of 0 no share "
                  "can be taken: choose other measures with --kpi",
            kpi, plan, worst->half, reps);
    } else {
        cli_error(
            "precision not met after %u replications (--max-reps): %s under %s is %.6g with a half-width of %.4g, "
            "%.3g%% of it where %g%% was asked for; about %.0f replications would do",
            reps, kpi, plan, mean, worst->half, 100.0 * worst->half / fabs(mean), asked, ceil(worst->reps_needed));
    }
}

static cli_exit_t
judge_precision(const job_t *job)
{
    uint32_t reps = (uint32_t) (job->outcome.done / job->trial.n_arms);
    exp_known_t worst;

    if (job->n_chosen == 0) {
        return CLI_DONE;
    }
    note_zeros(job, reps);
    if (exp_precision_worst(&job->precision, reps, &worst)) {
        complain_precision(job, reps, &worst);
        return CLI_TARGET;
    }
    cli_note(job->options,
        "precision met: every interval asked for is within %g%% of its estimate after %u replications",
        100.0 * job->options->precision, reps);
    return CLI_DONE;
}

/* The first failure stands for the others: they are all in the file. */
static cli_exit_t
verdict(const job_t *job, const char *path)
{
    if (job->outcome.failed > 0) {
        cli_error("%llu of %llu replications failed: SELECT plan, rep, message FROM replicate WHERE status <> 0 in %s",
            (unsigned long long) job->outcome.failed, (unsigned long long) job->outcome.done, path);
    }
    if (job->interrupted && job->n_chosen > 0) {
        cli_error("interrupted before the precision was met: %s holds the %llu replications that were finished", path,
            (unsigned long long) job->outcome.done);
        return CLI_INTERRUPTED;
    }
    if (job->interrupted) {
        cli_error("interrupted: %s holds the %llu of %llu replications that were finished", path,
            (unsigned long long) job->outcome.done, (unsigned long long) job->options->reps * job->trial.n_arms);
        return CLI_INTERRUPTED;
    }
    if (job->outcome.failed == job->outcome.done) {
        return CLI_FAILED;
    }
    cli_exit_t precision = judge_precision(job);

    return job->outcome.failed > 0 ? CLI_SOME_FAILED : precision;
}

static cli_exit_t
execute(job_t *job)
{
    cli_exit_t code = find_warmup(job);
    int ret;

    if (code == CLI_DONE) {
        code = begin_results(job);
    }
    if (code != CLI_DONE) {
        return code;
    }
    ret = exp_series_init(&job->series, (uint32_t) job->trial.n_arms, job->trial.n_cells, 2 * job->trial.n_spans, NULL,
        NULL);
    if (ret == 0) {
        ret = run_replications(job);
    }
    if (ret != 0) {
        return store_failed(job, ret);
    }
    code = end_results(job);
    if (code == CLI_DONE && job->outcome.failed < job->outcome.done) { /* nothing to show when all failed */
        code = show_results(job, store_writer_path(job->writer));
    }
    return code == CLI_DONE ? verdict(job, store_writer_path(job->writer)) : code;
}

static cli_exit_t
prepare(job_t *job)
{
    cli_exit_t code = load_scenarios(job);

    if (code == CLI_DONE) {
        code = make_trial(job);
    }
    if (code == CLI_DONE) {
        code = choose_measures(job);
    }
    if (code == CLI_DONE) {
        choose_series(job);
        code = cli_trial_keep_ledger(&job->trial) == 0 ? choose_warmup(job) : CLI_FAILED;
    }
    if (code != CLI_DONE) {
        return code;
    }
    if (job->options->out != NULL &&
        (job->options->out[0] == '\0' || job->options->out[strlen(job->options->out) - 1] == '/')) {
        cli_error("--out %s: name a file, not a folder", job->options->out);
        return CLI_USAGE;
    }
    job->path = cli_results_path(job->options, job->command, (const scn_t *const *) job->scenario, job->n);
    if (job->path == NULL) {
        cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
        return CLI_FAILED;
    }
    return CLI_DONE;
}

static cli_exit_t
run_job(const cli_options_t *options, const char *command, bool compare)
{
    job_t job = { .options = options, .command = command, .compare = compare };
    cli_exit_t code;

    bool story = options->given & CLI_OPT_TRACE && options->format != NULL && strcmp(options->format, "story") == 0;

    if (options->format != NULL && !story && strcmp(options->format, "text") != 0 &&
        cli_tidy_format(options->format) == CLI_TIDY_UNKNOWN) {
        cli_error("%s: --format: '%s' is not text, csv or json", command, options->format);
        return CLI_USAGE;
    }
    code = check_precision(options, command);
    if (code == CLI_DONE) {
        code = check_trace(options, command);
    }
    if (code == CLI_DONE) {
        code = prepare(&job);
    }
    if (code == CLI_DONE && options->given & CLI_OPT_TRACE) {
        code = cli_trace(&job.trial.arm[0].model, options, stdout);
    } else if (code == CLI_DONE) {
        code = options->dry_run ? dry_run(&job) : execute(&job);
    }
    store_writer_free(job.writer);
    exp_precision_free(&job.precision);
    exp_series_free(&job.series);
    free(job.chosen);
    cli_facts_free(&job.facts);
    cli_trial_free(&job.trial);
    for (size_t i = 0; i < job.n; i++) {
        scn_free(job.scenario[i]);
    }
    free(job.scenario);
    free(job.path);
    return code;
}

static cli_exit_t
run_run(const cli_options_t *options)
{
    return run_job(options, "run", false);
}

static cli_exit_t
run_compare(const cli_options_t *options)
{
    return run_job(options, "compare", true);
}

#define RUN_OPTIONS                                                                                                    \
    (CLI_OPT_REPS | CLI_OPT_SEED | CLI_OPT_JOBS | CLI_OPT_SET | CLI_OPT_OUT | CLI_OPT_FORMAT | CLI_OPT_FORCE |         \
        CLI_OPT_DRY_RUN | CLI_OPT_PROGRESS | CLI_OPT_QUIET | CLI_OPT_PRECISION | CLI_OPT_MAX_REPS | CLI_OPT_KPI |      \
        CLI_OPT_WARMUP | CLI_OPT_SERIES)

#define PRECISION_MORE                                                                                                 \
    "--precision 5% adds replications to --reps (5 or more) until the half-width of the 95%\n"                         \
    "interval of every measure in --kpi, over the whole run, is at most 5% of its estimate\n"                          \
    "under every plan. Without --kpi: cohort_seen_18w and child_helped_18w, or for a plain\n"                          \
    "network queue_wait_mean_days and present_mean. When --max-reps comes first the exit\n"                            \
    "code is 5, and it is said how many it would take. To stop when an interval is short\n"                            \
    "enough makes it cover a little less often than 95% (Chow & Robbins 1965; 93.5% to 95%\n"                          \
    "in our tests).\n"                                                                                                 \
    "A mean marked ! is of replications so skewed that its interval covers less often than\n"                          \
    "95%: they are fewer than 25 times their squared skewness (Cochran 1977).\n"

#define WARMUP_MORE                                                                                                    \
    "--warmup TIME forgets what happens before it (months before it have no estimates); a\n"                           \
    "care system counts from the first whole month after it. --warmup mser finds it: a pilot\n"                        \
    "of --reps (5 or more) other replications, whose numbers present are cut by MSER-5\n"                              \
    "(White 1997). When they do not settle nothing is written and the exit code is 5: run\n"                           \
    "without --warmup, then `weir plot FILE welch` shows it.\n"

const cli_command_t cli_cmd_run = {
    .name = "run",
    .args = "SCENARIO",
    .doc = "run replications of a scenario's first plan",
    .more = "Shows every measure over the whole run with its 95% interval, the stages of a plain\n"
            "network with the classes and states that they keep, and the pools, and names those\n"
            "that are overloaded. Results go to out/SCENARIO-run.db (numbered when\n"
            "that is there), or to the file named by --out, to which .db is added.\n"
            "--format is text (the default), or csv or json for the tidy table.\n"
            "--trace shows, instead of running replications, what happens to the first entities of\n"
            "one replication, an event a line, as text or csv, or one entity after another (--format\n"
            "story); of a care system, who the child is and what becomes of it. It writes no results file.\n"
            "Ctrl-C keeps what is finished; a second one ends at once and keeps nothing.\n" WARMUP_MORE PRECISION_MORE,
    .examples = "weir run scenarios/kent_medway.lua\n"
                "weir run scenarios/tutorial.lua --precision 2% --kpi cohort_seen_18w,waiting\n"
                "weir run scenarios/tutorial.lua --trace 3 --trace-from 2025-09-01 --format story\n"
                "weir run scenarios/kent_medway.lua --reps 100 --set years=5 --out out/five_years.db\n",
    .args_min = 1,
    .args_max = 1,
    .options = RUN_OPTIONS | CLI_OPT_TRACE | CLI_OPT_TRACE_FROM | CLI_OPT_PLANS,
    .formats = "text csv json story",
    .run = run_run,
};

const cli_command_t cli_cmd_compare = {
    .name = "compare",
    .args = "SCENARIO...",
    .doc = "run all plans on the same children, and compare them",
    .more = "Every plan meets the same simulated children, so differences are taken within each\n"
            "replication. Shows the headline by plan, the differences from the first plan, who\n"
            "is covered, what is overloaded, and the answer in words; intervals are 95%.\n"
            "With several scenarios a plan is called scenario/plan; they must start on the same\n"
            "day and last equally long. Results go to out/SCENARIO-compare.db (numbered when that\n"
            "is there), or to the file named by --out, to which .db is added.\n"
            "--format is text (the default), or csv or json for the tidy table.\n"
            "Ctrl-C keeps what is finished; a second one ends at once and keeps nothing.\n" WARMUP_MORE PRECISION_MORE,
    .examples = "weir compare scenarios/kent_medway.lua\n"
                "weir compare scenarios/kent_medway.lua --plans none,tiered,cluster --reps 50\n"
                "weir compare scenarios/kent_medway.lua --set money.extra_per_year=2000000 --seed 7\n",
    .args_min = 1,
    .args_max = 16,
    .options = RUN_OPTIONS | CLI_OPT_PLANS,
    .formats = "text csv json",
    .run = run_compare,
};
