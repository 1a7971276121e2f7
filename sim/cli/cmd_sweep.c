/* weir sweep: a scenario at the points of a design, into a file that survives whatever ends the program. */
#include "sim/cli/answers.h"
#include "sim/cli/cli.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/manifest.h"
#include "sim/cli/progress.h"
#include "sim/cli/sweep.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* What SIGUSR1 tells. */
typedef struct {
    _Atomic uint64_t done, failed, millis;
    uint64_t before, total;
} report_t;

typedef struct {
    cli_sweep_t *sweep;
    report_t *report;
    cli_progress_t bar;
} watch_t;

/* ---- before ---- */

static void
print_number(FILE *out, uint64_t n)
{
    if (n >= 1000) {
        print_number(out, n / 1000);
        (void) fprintf(out, ",%03u", (unsigned) (n % 1000));
    } else {
        (void) fprintf(out, "%u", (unsigned) n);
    }
}

static cli_exit_t
dry_run(const cli_sweep_t *sweep)
{
    const cli_inputs_t *inputs = &sweep->inputs;

    (void) printf("plans:    ");
    for (size_t a = 0; a < sweep->trial.n_arms; a++) {
        (void) printf("%s%s", a > 0 ? ", " : "", sweep->trial.arm[a].name);
    }
    (void) printf("%s\nmeasures: ", cli_inputs_plan(inputs) != NULL ? " (one at each point)" : "");
    for (size_t i = 0; i < sweep->shape.n_chosen; i++) {
        const sim_cell_t *cell = &sweep->trial.cell[sweep->chosen[i]];

        (void) printf("%s%s", i > 0 ? ", " : "", sweep->trial.kpi[cell->kpi].name);
        if (cell->group != 0 || cell->period != 0) {
            (void) printf(" [%s, %s]", sweep->trial.group[cell->group].name, sweep->trial.period[cell->period].name);
        }
    }
    (void) printf("\ndesign:   %s, ", exp_points_kind_name(sweep->points.spec.kind));
    print_number(stdout, sweep->points.n_points);
    (void) printf(" points, %u replications of each, seed %llu\n", sweep->reps,
        (unsigned long long) sweep->options->seed);
    if (sweep->shards > 1) {
        (void) printf("shard:    %u of %u, ", sweep->shard, sweep->shards);
        print_number(stdout, sweep->n_local);
        (void) printf(" points\n");
    }
    (void) printf("records:  ");
    print_number(stdout, sweep->n_records);
    (void) printf(", on %u threads\nfile:     %s%s\n\nInputs that vary:\n", sweep->options->jobs, sweep->path,
        sweep->options->out == NULL && sweep->shards == 1 ? " (numbered when it is there)" : "");
    for (size_t i = 0; i < inputs->n; i++) {
        const cli_input_t *input = &inputs->input[i];

        (void) printf("  %-40s %s%s%s\n", input->name, input->text, input->group[0] != '\0' ? ", group " : "",
            input->group);
    }
    (void) printf("%s", inputs->n_fixed > 0 ? "Not varied:\n" : "");
    for (size_t i = 0; i < inputs->n_fixed; i++) {
        (void) printf("  %-40s %s\n", inputs->fixed[i].name, inputs->fixed[i].why);
    }
    return CLI_DONE;
}

/* ---- running ---- */

static void
tell(void *ctx)
{
    report_t *report = ctx;
    uint64_t done = atomic_load(&report->done), left = report->total - report->before - done;
    double seconds = (double) atomic_load(&report->millis) / 1000.0;

    (void) fprintf(stderr, "weir: %llu of %llu records, %llu failed", (unsigned long long) (report->before + done),
        (unsigned long long) report->total, (unsigned long long) atomic_load(&report->failed));
    if (done > 0) {
        (void) fprintf(stderr, ", about %.0f s left", seconds * (double) left / (double) done);
    }
    (void) fputc('\n', stderr);
}

static int
take(void *ctx, const exp_record_t *record)
{
    watch_t *watch = ctx;

    if (record->status != 0) {
        (void) atomic_fetch_add(&watch->report->failed, 1);
    }
    return store_sweep_record(watch->sweep->writer, record);
}

static void
show_progress(void *ctx, uint64_t done, uint64_t total, double seconds)
{
    watch_t *watch = ctx;

    atomic_store(&watch->report->done, done);
    atomic_store(&watch->report->millis, (uint64_t) (1000.0 * seconds));
    cli_progress_show(&watch->bar, done, total, seconds);
}

static int
run_units(cli_sweep_t *sweep)
{
    report_t report = { .before = sweep->n_before, .total = sweep->n_records };
    watch_t watch = { .sweep = sweep, .report = &report };
    cli_interrupt_t interrupt;
    int ret;

    atomic_init(&report.done, 0);
    atomic_init(&report.failed, sweep->n_failed_before);
    atomic_init(&report.millis, 0);
    cli_interrupt_begin_lasting(&interrupt, sweep->options->quiet, tell, &report);
    cli_progress_init(&watch.bar, sweep->options, "sweep");
    const exp_units_t units = {
        .n_units = sweep->n_local * sweep->parts,
        .n_records = sweep->n_records - sweep->n_before,
        .jobs = sweep->options->jobs,
        .seconds_max = sweep->options->max_seconds,
        .cancel = &interrupt.seen,
        .unit = cli_sweep_unit,
        .unit_ctx = sweep,
        .sink = take,
        .sink_ctx = &watch,
        .progress = show_progress,
        .progress_ctx = &watch,
    };

    ret = sweep->n_before < sweep->n_records ? exp_units_run(&units, &sweep->outcome) : 0;
    cli_progress_end(&watch.bar);
    cli_interrupt_end(&interrupt);
    return ret == SIM_ERR_INTERRUPTED ? 0 : ret;
}

/* ---- after ---- */

/* A word as a shell takes it. */
static void
print_word(const char *word)
{
    if (word[0] != '\0' &&
        strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:%+@") == strlen(word)) {
        (void) fputs(word, stderr);
        return;
    }
    (void) fputc('\'', stderr);
    for (; *word != '\0'; word++) {
        (void) fputs(*word == '\'' ? "'\\''" : (const char[]){ *word, '\0' }, stderr);
    }
    (void) fputc('\'', stderr);
}

/* The command line again, to go on with: --resume for --force, and the file by name. */
static void
print_resume(const cli_sweep_t *sweep)
{
    const cli_options_t *options = sweep->options;

    (void) fputs("weir: to go on:", stderr);
    for (int i = 0; i < options->argc; i++) {
        if (strcmp(options->argv[i], "--force") != 0 && strcmp(options->argv[i], "--resume") != 0 &&
            strcmp(options->argv[i], "--retry-failed") != 0) {
            (void) fputc(' ', stderr);
            print_word(options->argv[i]);
        }
    }
    if (options->out == NULL && sweep->shards == 1) {
        (void) fputs(" --out ", stderr);
        print_word(store_sweep_path(sweep->writer));
    }
    (void) fputs(" --resume\n", stderr);
}

static cli_exit_t
store_failed(const cli_sweep_t *sweep, int ret)
{
    const char *fault = store_writer_fault(sweep->writer);

    cli_error("%s", fault[0] != '\0' ? fault : sim_strerror(ret));
    cli_error("what was kept before stays in %s.partial", store_sweep_path(sweep->writer));
    print_resume(sweep);
    return CLI_FAILED;
}

static int
put_end(const cli_sweep_t *sweep)
{
    uint64_t failed = sweep->n_failed_before + sweep->outcome.failed;
    int ret = cli_put(sweep->writer, "failed", "%llu", (unsigned long long) failed);

    if (ret == 0) {
        ret = cli_put(sweep->writer, "status", "%s", failed > 0 ? "some failed" : "complete");
    }
    return ret == 0 ? cli_put_time(sweep->writer, "finished") : ret;
}

static cli_exit_t
stop_here(const cli_sweep_t *sweep)
{
    int ret = store_sweep_commit(sweep->writer);

    if (ret != 0) {
        return store_failed(sweep, ret);
    }
    cli_error("stopped: %llu of %llu records are kept in %s.partial",
        (unsigned long long) (sweep->n_before + sweep->outcome.done), (unsigned long long) sweep->n_records,
        store_sweep_path(sweep->writer));
    print_resume(sweep);
    return CLI_INTERRUPTED;
}

static cli_exit_t
finish(cli_sweep_t *sweep)
{
    uint64_t failed = sweep->n_failed_before + sweep->outcome.failed;
    cli_exit_t code = CLI_DONE;
    int ret = put_end(sweep);

    if (ret == 0) {
        ret = store_sweep_finish(sweep->writer);
    }
    if (ret != 0) {
        return store_failed(sweep, ret);
    }
    if (sweep->shards == 1 && failed < sweep->n_records) {
        code = cli_answers_make(store_writer_path(sweep->writer), sweep->options);
        code = code == CLI_DONE ? cli_answers_show(store_writer_path(sweep->writer), stdout) : code;
    }
    if (sweep->shards == 1 || !sweep->options->quiet) {
        (void) printf("Results: %s\n", store_writer_path(sweep->writer));
    }
    if (failed > 0) {
        cli_error(
            "%llu of %llu records failed and are left out of everything: weir export %s --table failed shows why; "
            "--retry-failed runs them again",
            (unsigned long long) failed, (unsigned long long) sweep->n_records, store_writer_path(sweep->writer));
        code = code == CLI_DONE ? (failed == sweep->n_records ? CLI_FAILED : CLI_SOME_FAILED) : code;
    }
    return code;
}

static cli_exit_t
execute(cli_sweep_t *sweep)
{
    cli_exit_t code = cli_sweep_open(sweep);
    int ret;

    if (code != CLI_DONE || sweep->finished) {
        return code;
    }
    if (sweep->n_before > 0) {
        cli_note(sweep->options, "%llu of %llu records are there already", (unsigned long long) sweep->n_before,
            (unsigned long long) sweep->n_records);
    }
    ret = run_units(sweep);
    if (ret != 0) {
        return store_failed(sweep, ret);
    }
    return sweep->n_before + sweep->outcome.done < sweep->n_records ? stop_here(sweep) : finish(sweep);
}

static cli_exit_t
run_sweep(const cli_options_t *options)
{
    cli_sweep_t sweep;
    cli_exit_t code = cli_sweep_init(&sweep, options);

    if (code == CLI_DONE) {
        code = options->dry_run ? dry_run(&sweep) : execute(&sweep);
    }
    cli_sweep_free(&sweep);
    return code;
}

const cli_command_t cli_cmd_sweep = {
    .name = "sweep",
    .args = "SCENARIO",
    .doc = "run a scenario over what is uncertain in it",
    .more = "Runs every plan at the points of a design, over the inputs that the scenario's `sweep`\n"
            "names, or else over all evidence in use whose range is uncertainty. --dry-run lists them.\n"
            "--design is lhs (the default: -n points, 100 unless told), mc, halton, sobol, grid (-n\n"
            "levels of each), morris (-n trajectories, 20), saltelli (-n rows of points, 64), or one\n"
            "(one input at a time). --reps is 2 at each point unless told.\n"
            "Records go to out/SCENARIO-sweep.db; until all are there the file ends in .partial, and\n"
            "--resume goes on with it after Ctrl-C, --max-time, kill -9 or a power cut. The results\n"
            "are the same as those of a run without a break, for any --jobs and any shards.\n"
            "SIGUSR1 tells how far it is.\n"
            "--shard 3/8 runs every eighth point from the third, into FILE.shard-3-of-8.db;\n"
            "`weir merge` puts shards together. See docs/sweep.md and docs/cluster.md.\n"
            "--kpi, --group and --period say what is kept of a replication.\n",
    .examples = "weir sweep scenarios/tutorial.lua --dry-run\n"
                "weir sweep scenarios/tutorial.lua -n 50 --kpi cohort_seen_18w,cost_pounds\n"
                "weir sweep scenarios/kent_medway.lua --design saltelli -n 64 --set scale=0.1 --out out/km\n",
    .args_min = 1,
    .args_max = 1,
    .options = CLI_OPT_DESIGN | CLI_OPT_POINTS | CLI_OPT_REPS | CLI_OPT_SEED | CLI_OPT_JOBS | CLI_OPT_SET |
               CLI_OPT_FIX | CLI_OPT_PLANS | CLI_OPT_KPI | CLI_OPT_GROUP | CLI_OPT_PERIOD | CLI_OPT_OUT |
               CLI_OPT_FORCE | CLI_OPT_RESUME | CLI_OPT_RETRY_FAILED | CLI_OPT_MAX_TIME | CLI_OPT_SHARD |
               CLI_OPT_DRY_RUN | CLI_OPT_PROGRESS | CLI_OPT_QUIET,
    .run = run_sweep,
};
