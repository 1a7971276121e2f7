#include "sim/cli/split_target.h"

#include "sim/cli/backsolve.h"
#include "sim/cli/backsolve_results.h"
#include "sim/cli/load.h"
#include "sim/cli/manifest.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const cli_options_t *options;
    scn_t *scenario;
    cli_backsolve_t work;
    store_journal_t *journal;
    char *results;
} job_t;

/* What must be the same for finished replications to be of use again. */
static char *
identity(const job_t *job)
{
    size_t size = strlen(scn_text(job->scenario)) + 1024;
    char *text = malloc(size);
    int used = text == NULL ? 0
                            : snprintf(text, size, "weir %s %s target\nseed %llu\nplan %s\nfrom %g\n", cli_version(),
                                  cli_commit(), (unsigned long long) job->options->seed, job->work.trial.arm[0].name,
                                  job->work.from_day);

    for (size_t t = 0; text != NULL && t < job->work.n_targets; t++) {
        const cli_target_t *target = &job->work.target[t];

        used += snprintf(text + used, size - (size_t) used, "%s %s %s\n", target->kpi->name, target->group,
            job->work.trial.period[target->period_index].name);
    }
    if (text != NULL) {
        (void) snprintf(text + used, size - (size_t) used, "%s", scn_text(job->scenario));
    }
    return text;
}

static cli_exit_t
open_journal(job_t *job)
{
    const cli_options_t *options = job->options;
    const scn_t *base = job->scenario;
    char *path = cli_results_path(options, "target", &base, 1), *what = identity(job);
    const store_target_t target = { .path = path, .numbered = options->out == NULL, .force = options->force };
    store_fault_t fault = { "" };
    int ret = SIM_ERR_NO_MEMORY;

    if (path != NULL && what != NULL) {
        ret = store_journal_open(&job->journal, &target, what, options->resume, &job->results, &fault);
        if (ret == SIM_ERR_NOT_FOUND) { /* nothing was begun: begin */
            free(job->results);
            ret = store_journal_open(&job->journal, &target, what, false, &job->results, &fault);
        }
    }
    if (ret != 0) {
        cli_error("%s", fault.text[0] != '\0' ? fault.text : sim_strerror(ret));
    } else if (options->resume) {
        cli_note(options, "going on with %s: %llu replications are there", store_journal_path(job->journal),
            (unsigned long long) store_journal_count(job->journal));
    }
    job->work.journal = job->journal;
    free(path);
    free(what);
    return ret == 0 ? CLI_DONE : CLI_FAILED;
}

static cli_exit_t
dry_run(const job_t *job)
{
    const cli_backsolve_t *work = &job->work;
    char text[256];

    for (size_t t = 0; t < work->n_targets; t++) {
        cli_target_describe(&work->target[t], &work->trial, text, sizeof(text));
        (void) printf("target:        %s\n", text);
    }
    (void) printf("with:          probability %g, %u futures, seed %llu, on %u threads\n", work->sure, work->n_reps,
        (unsigned long long) job->options->seed, job->options->jobs);
    for (size_t l = 0; l < work->n_levers; l++) {
        const cli_lever_t *lever = &work->lever[l];

        (void) printf("line:          %s, %.0f pounds a year, tried from %+.0f to %+.0f in steps of %.0f\n",
            lever->name, lever->base, -(double) lever->zero * lever->step,
            (double) ((long) lever->n_levels - 1 - lever->zero) * lever->step, lever->step);
    }
    return CLI_DONE;
}

static cli_exit_t
verdict(const job_t *job)
{
    const cli_backsolve_t *work = &job->work;

    if (work->failed > 0) {
        cli_error("%llu replications failed, or had nobody to count: they are left out",
            (unsigned long long) work->failed);
    }
    if (work->best == CLI_BACKSOLVE_NONE) {
        cli_error("no money that was tried reaches %s", work->n_targets > 1 ? "all the targets" : "the target");
        return CLI_TARGET;
    }
    return work->failed > 0 ? CLI_SOME_FAILED : CLI_DONE;
}

static cli_exit_t
execute(job_t *job)
{
    cli_exit_t code = open_journal(job);
    char *path = NULL;
    int ret;

    if (code != CLI_DONE) {
        return code;
    }
    ret = cli_backsolve_run(&job->work);
    if (ret == SIM_ERR_INTERRUPTED) {
        cli_error(
            "interrupted: %s keeps the %llu replications that were finished; the same command with --resume goes on",
            store_journal_path(job->journal), (unsigned long long) store_journal_count(job->journal));
        return CLI_INTERRUPTED;
    }
    if (ret != 0) {
        cli_error("%s", sim_strerror(ret));
        return CLI_FAILED;
    }
    code = cli_backsolve_write(&job->work, job->scenario, job->results, &path);
    if (code == CLI_DONE) {
        ret = cli_backsolve_show(&job->work, stdout);
        (void) printf("\nResults: %s\n", path);
        store_journal_close(job->journal, true);
        job->journal = NULL;
    }
    free(path);
    return code == CLI_DONE && ret == 0 ? verdict(job) : code == CLI_DONE ? CLI_FAILED : code;
}

static cli_exit_t
check_options(const cli_options_t *options)
{
    static const struct {
        cli_mask_t bit;
        const char *name;
    } OTHER[] = { { CLI_OPT_MAX_REPS, "max-reps" }, { CLI_OPT_PCS, "pcs" }, { CLI_OPT_MATTERS, "matters" },
        { CLI_OPT_WEIGHT, "weight" }, { CLI_OPT_MAX_TIME, "max-time" } };

    for (size_t i = 0; i < sizeof(OTHER) / sizeof(OTHER[0]); i++) {
        if (options->given & OTHER[i].bit) {
            cli_error("split: --%s is for the search of a split, and does not go with --target", OTHER[i].name);
            return CLI_USAGE;
        }
    }
    if (options->n_target > CLI_TARGETS_MAX) {
        cli_error("split: --target: %zu of them, and %d are the most", options->n_target, CLI_TARGETS_MAX);
        return CLI_USAGE;
    }
    return CLI_DONE;
}

cli_exit_t
cli_split_target(const cli_options_t *options)
{
    job_t *job = calloc(1, sizeof(*job));
    cli_exit_t code = check_options(options);

    if (job == NULL) {
        cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
        return CLI_FAILED;
    }
    job->options = options;
    if (code == CLI_DONE) {
        code = cli_load(options, options->arg[0], &job->scenario);
    }
    if (code == CLI_DONE) {
        code = cli_backsolve_init(&job->work, options, job->scenario);
    }
    if (code == CLI_DONE) {
        code = options->dry_run ? dry_run(job) : execute(job);
    }
    store_journal_close(job->journal, false);
    cli_backsolve_free(&job->work);
    scn_free(job->scenario);
    free(job->results);
    free(job);
    return code;
}
