/* weir split: searches for the best split of a scenario's money between its budget lines, and says how sure it is. */
#include "sim/cli/cli.h"
#include "sim/cli/load.h"
#include "sim/cli/manifest.h"
#include "sim/cli/search.h"
#include "sim/cli/search_stages.h"
#include "sim/cli/split_results.h"
#include "sim/cli/split_summary.h"
#include "sim/cli/split_target.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_REPS 200 /* of one split in the selection */

typedef struct {
    const cli_options_t *options;
    const char *path; /* of the scenario */
    scn_t *base;
    care_split_t split;
    cli_candidates_t all;
    cli_search_t search;
    store_journal_t *journal;
    char *results;
    store_writer_t *writer;
    bool interrupted;
    double seconds;
} job_t;

static cli_exit_t
exit_of(int error)
{
    switch (error) {
    case 0:
        return CLI_DONE;
    case SIM_ERR_SCENARIO:
        return CLI_SCENARIO;
    case SIM_ERR_NOT_FOUND: /* no split keeps what is asked: said already */
        return CLI_TARGET;
    default:
        return CLI_FAILED;
    }
}

static cli_exit_t
failed(int ret)
{
    if (ret != 0 && ret != SIM_ERR_SCENARIO && ret != SIM_ERR_NOT_FOUND) {
        cli_error("%s", sim_strerror(ret));
    }
    return exit_of(ret);
}

/* ---- before ---- */

/* --weight goes before the scenario's. */
static cli_exit_t
take_weights(job_t *job)
{
    const char *text = job->options->weight;
    double sum = 0;
    size_t n = 0;

    if (text == NULL) {
        return CLI_DONE;
    }
    for (const char *item = text; item != NULL; n++) {
        char *end;
        double weight = strtod(item, &end);

        if (end == item || (*end != ',' && *end != '\0') || n >= job->split.n_aims) {
            n = job->split.n_aims + 1;
            break;
        }
        job->split.aim[n].weight = weight;
        sum += weight;
        item = *end == ',' ? end + 1 : NULL;
    }
    if (n != job->split.n_aims || !(sum > 0)) {
        cli_error("split: --weight: '%s' is not %zu numbers, one above 0: the objectives are as many", text,
            job->split.n_aims);
        return CLI_USAGE;
    }
    return CLI_DONE;
}

/* A growth that cannot be is said before the search, not after it. */
static cli_exit_t
check_growth(const job_t *job, const care_growth_t *growth)
{
    const cli_options_t *options = job->options;
    const char **set = calloc(options->n_set + growth->n_sets + 1, sizeof(*set));
    scn_t *scenario = NULL;
    char why[512] = "";
    int ret = SIM_ERR_NO_MEMORY;

    if (set != NULL) {
        memcpy(set, options->set, options->n_set * sizeof(*set));
        for (size_t i = 0; i < growth->n_sets; i++) {
            set[options->n_set + i] = growth->set[i];
        }
        ret = cli_load_silently(job->path, set, options->n_set + growth->n_sets, why, sizeof(why), &scenario);
    }
    if (ret == SIM_ERR_SCENARIO) {
        (void) fprintf(stderr, "%s: growth \"%s\": %s\n", growth->place, growth->name, why);
    }
    scn_free(scenario);
    free(set);
    return failed(ret);
}

static cli_exit_t
check_growths(const job_t *job)
{
    cli_exit_t code = CLI_DONE;

    for (size_t g = 0; code == CLI_DONE && g < job->split.n_growths; g++) {
        code = check_growth(job, &job->split.growth[g]);
    }
    return code;
}

static cli_exit_t
load(job_t *job)
{
    const care_spec_t *spec;
    cli_exit_t code = cli_load(job->options, job->path, &job->base);

    if (code != CLI_DONE) {
        return code;
    }
    spec = scn_spec(job->base);
    job->split = *scn_split(job->base);
    care_split_default(&job->split, spec);
    if (!spec->is_care || spec->n_areas > 0 || job->split.n_lines < 2) {
        scn_message_t place = scn_place(job->base, "", 0);

        (void) fprintf(stderr, "%s:%d: money is divided between two budget lines or more that pay pools; %s\n",
            place.file, place.line,
            spec->n_areas > 0 ? "this scenario has several areas" : "see `lines` in `weir help reference`");
        return CLI_SCENARIO;
    }
    code = take_weights(job);
    return code == CLI_DONE ? check_growths(job) : code;
}

static uint32_t
first_reps(const job_t *job)
{
    if (job->options->given & CLI_OPT_REPS) {
        return job->options->reps;
    }
    return job->split.reps > 0 ? job->split.reps : CLI_SEARCH_REPS;
}

static cli_exit_t
make_search(job_t *job)
{
    const cli_search_how_t how = { .reps = first_reps(job),
        .max_reps = job->options->given & CLI_OPT_MAX_REPS ? job->options->max_reps : first_reps(job) + MAX_REPS,
        .seconds = job->options->max_seconds > 0 ? job->options->max_seconds : INFINITY,
        .pcs = job->options->pcs,
        .matters = job->options->matters };
    int ret;

    if (how.reps < 2) {
        cli_error("split: --reps: 1 replication of each split says nothing of chance: 2 or more");
        return CLI_USAGE;
    }
    if (how.max_reps < how.reps) {
        cli_error("split: --max-reps: '%u' is less than the %u replications of each split to begin with", how.max_reps,
            how.reps);
        return CLI_USAGE;
    }
    ret = cli_candidates_init(&job->all, job->options, job->path, job->base, &job->split);
    for (size_t i = 0; ret == 0 && i < job->split.n_aims; i++) {
        ret = cli_candidates_want(&job->all, &job->split.aim[i].of);
    }
    for (size_t i = 0; ret == 0 && i < job->split.n_outcomes; i++) {
        ret = cli_candidates_want(&job->all, &job->split.outcome[i].of);
    }
    if (ret == 0) {
        ret = cli_search_init(&job->search, &job->all, &how);
    }
    return failed(ret);
}

/* ---- dry run ---- */

static void
say_time(double seconds, FILE *out)
{
    if (seconds >= 90) {
        (void) fprintf(out, "about %.0f minutes", seconds / 60);
    } else {
        (void) fprintf(out, "about %.0f seconds", fmax(seconds, 1));
    }
}

/* One replication of the present split says how long a replication takes. */
static cli_exit_t
dry_run(job_t *job)
{
    cli_money_t money;
    uint32_t reps = 1;
    size_t index;
    int ret;

    for (size_t l = 0; l < job->split.n_lines; l++) {
        money[l] = scn_spec(job->base)->line[job->split.line[l]].per_year;
    }
    ret = cli_candidates_add(&job->all, "current", "named", 0, money, &index);
    if (ret == 0) {
        ret = cli_candidates_run(&job->all, &reps, NULL, NULL, NULL);
    }
    if (ret != 0) {
        return failed(ret);
    }
    cli_split_print_problem(&job->search, stdout);
    (void) printf("splits:        %zu to begin with, then 4 rounds of %zu; %u replications of each, seed %llu\n",
        cli_search_design_size(&job->search), cli_search_round_size(&job->search), job->search.how.reps,
        (unsigned long long) job->options->seed);
    (void) printf("selection:     probability %g, at most %u replications of a split\n", job->search.how.pcs,
        job->search.how.max_reps);
    (void) printf("growth:        %zu\n", job->split.n_growths);
    (void) printf("replications:  %llu or so, %.2g seconds each, on %u threads: ",
        (unsigned long long) cli_search_planned(&job->search), job->all.seconds, job->options->jobs);
    say_time(job->all.seconds * (double) cli_search_planned(&job->search) / job->options->jobs, stdout);
    (void) putchar('\n');
    return CLI_DONE;
}

/* ---- running ---- */

static char *
identity(const job_t *job)
{
    size_t size = strlen(scn_text(job->base)) + 512;
    char *text = malloc(size);

    if (text != NULL) {
        (void) snprintf(text, size, "weir %s %s\nseed %llu\nplans %s\n%s", cli_version(), cli_commit(),
            (unsigned long long) job->options->seed, job->options->plans != NULL ? job->options->plans : "",
            scn_text(job->base));
    }
    return text;
}

static cli_exit_t
open_journal(job_t *job)
{
    const scn_t *base = job->base;
    char *path = cli_results_path(job->options, "split", &base, 1), *what = identity(job);
    const store_target_t target = { .path = path, .numbered = job->options->out == NULL, .force = job->options->force };
    store_fault_t fault = { "" };
    int ret = SIM_ERR_NO_MEMORY;

    if (path != NULL && what != NULL) {
        ret = store_journal_open(&job->journal, &target, what, job->options->resume, &job->results, &fault);
        if (ret == SIM_ERR_NOT_FOUND) { /* nothing was begun: begin */
            free(job->results);
            ret = store_journal_open(&job->journal, &target, what, false, &job->results, &fault);
        }
    }
    if (ret != 0) {
        cli_error("%s", fault.text[0] != '\0' ? fault.text : sim_strerror(ret));
    } else if (job->options->resume) {
        cli_note(job->options, "going on with %s: %llu replications are there", store_journal_path(job->journal),
            (unsigned long long) store_journal_count(job->journal));
    }
    job->all.journal = job->journal;
    free(path);
    free(what);
    return ret == 0 ? CLI_DONE : CLI_FAILED;
}

static int
run_search(job_t *job)
{
    cli_interrupt_t interrupt;
    cli_progress_t bar;
    struct timespec from, to;
    int ret;

    cli_interrupt_begin(&interrupt, job->options->quiet, NULL);
    cli_progress_init(&bar, job->options, "split");
    job->search.cancel = &interrupt.seen;
    job->search.bar = &bar;
    job->search.planned = cli_search_planned(&job->search);
    (void) clock_gettime(CLOCK_MONOTONIC, &from);
    ret = cli_search_run(&job->search);
    (void) clock_gettime(CLOCK_MONOTONIC, &to);
    job->seconds = (double) (to.tv_sec - from.tv_sec) + 1e-9 * (double) (to.tv_nsec - from.tv_nsec);
    cli_progress_end(&bar);
    cli_interrupt_end(&interrupt);
    job->interrupted = ret == SIM_ERR_INTERRUPTED;
    return ret;
}

/* ---- results ---- */

static int
put_manifest(job_t *job)
{
    const scn_t *base = job->base;
    const cli_candidate_t *chosen = job->all.item[job->search.chosen];
    char words[600], verdict[600], answer[6000];
    int ret = cli_put_program(job->writer, job->options);

    if (ret == 0) {
        ret = cli_put_scenarios(job->writer, job->options, &base, 1);
    }
    if (ret == 0) {
        ret = cli_put_parameters(job->writer, &base, 1);
    }
    cli_split_words(&job->all, chosen->money, words, sizeof(words));
    cli_split_answer(&job->search, verdict, sizeof(verdict), answer, sizeof(answer));
    const struct {
        const char *key, *text;
    } line[] = { { "split_chosen", words }, { "split_verdict", verdict }, { "split_answer", answer },
        { "split_selection", job->search.reached ? "reached" : "not reached" }, { "warmup_from", "scenario" },
        { "status", job->all.failed > 0 ? "some failed" : "complete" } };

    for (size_t i = 0; ret == 0 && i < sizeof(line) / sizeof(line[0]); i++) {
        ret = cli_put(job->writer, line[i].key, "%s", line[i].text);
    }
    const struct {
        const char *key;
        double number;
    } number[] = { { "split_total_pounds", job->split.total }, { "split_pcs", job->search.how.pcs },
        { "split_matters", job->search.matters }, { "split_p_best", job->search.choice[job->search.chosen].p_best },
        { "reps", job->search.how.reps }, { "reps_done", chosen->reps }, { "failed", (double) job->all.failed },
        { "seconds", job->seconds }, { "warmup_days", job->all.item[job->search.current]->trial.warmup_days } };

    for (size_t i = 0; ret == 0 && i < sizeof(number) / sizeof(number[0]); i++) {
        ret = cli_put(job->writer, number[i].key, "%.10g", number[i].number);
    }
    return ret == 0 ? cli_put_time(job->writer, "finished") : ret;
}

static cli_exit_t
write_results(job_t *job)
{
    const store_target_t target = { .path = job->results, .force = job->options->force || job->options->resume };
    store_fault_t fault = { "" };
    int ret = store_writer_create(&job->writer, &target, &fault);

    if (ret != 0) {
        cli_error("%s", fault.text);
        return CLI_FAILED;
    }
    ret = cli_split_put(&job->search, job->writer);
    if (ret == 0) {
        ret = put_manifest(job);
    }
    if (ret == 0) {
        ret = store_writer_finish(job->writer);
    }
    if (ret != 0) {
        cli_error("%s",
            store_writer_fault(job->writer)[0] != '\0' ? store_writer_fault(job->writer) : sim_strerror(ret));
    }
    return ret == 0 ? CLI_DONE : CLI_FAILED;
}

static cli_exit_t
show(job_t *job)
{
    const care_spec_t *spec = scn_spec(job->base);
    int ret;

    (void) printf("%s\n%s, from %04d-%02d-%02d, %g years, seed %llu\n\n", spec->title, spec->name, spec->start.year,
        spec->start.month, spec->start.day, spec->years, (unsigned long long) job->options->seed);
    ret = cli_split_print(&job->search, stdout);
    (void) printf("\nResults: %s\n", store_writer_path(job->writer));
    return failed(ret);
}

static cli_exit_t
verdict(const job_t *job)
{
    if (job->all.failed > 0) {
        cli_error("%llu replications failed and are left out", (unsigned long long) job->all.failed);
        return CLI_SOME_FAILED;
    }
    if (!job->search.reached) {
        cli_error("the probability %g of a correct selection is not reached after %u replications of %zu splits "
                  "(--max-reps, --max-time): the best so far has %.2f; --resume goes on",
            job->search.how.pcs, job->search.selection_reps, job->search.n_survivors,
            job->search.choice[job->search.chosen].p_best);
        return CLI_TARGET;
    }
    return CLI_DONE;
}

static cli_exit_t
execute(job_t *job)
{
    cli_exit_t code = open_journal(job);
    int ret;

    if (code != CLI_DONE) {
        return code;
    }
    ret = run_search(job);
    if (job->interrupted) {
        cli_error(
            "interrupted: %s keeps the %llu replications that were finished; the same command with --resume goes on",
            store_journal_path(job->journal), (unsigned long long) store_journal_count(job->journal));
        return CLI_INTERRUPTED;
    }
    if (ret != 0) {
        store_journal_close(job->journal, true);
        job->journal = NULL;
        return failed(ret);
    }
    code = write_results(job);
    if (code == CLI_DONE) {
        code = show(job);
    }
    if (code == CLI_DONE) {
        store_journal_close(job->journal, job->search.reached);
        job->journal = NULL;
    }
    return code == CLI_DONE ? verdict(job) : code;
}

static cli_exit_t
check_options(const cli_options_t *options)
{
    static const struct {
        cli_mask_t bit;
        const char *name;
    } OTHER[] = { { CLI_OPT_VARY, "vary" }, { CLI_OPT_FROM, "from" }, { CLI_OPT_SURE, "sure" } };

    for (size_t i = 0; i < sizeof(OTHER) / sizeof(OTHER[0]); i++) {
        if (options->given & OTHER[i].bit) {
            cli_error("split: --%s is for --target, which was not given", OTHER[i].name);
            return CLI_USAGE;
        }
    }
    return CLI_DONE;
}

static cli_exit_t
run_split(const cli_options_t *options)
{
    job_t job = { .options = options, .path = options->arg[0] };
    cli_exit_t code;

    if (options->given & CLI_OPT_TARGET) {
        return cli_split_target(options);
    }
    code = check_options(options);
    if (code == CLI_DONE) {
        code = load(&job);
    }

    if (code == CLI_DONE) {
        code = make_search(&job);
    }
    if (code == CLI_DONE) {
        code = options->dry_run ? dry_run(&job) : execute(&job);
    }
    store_journal_close(job.journal, false);
    store_writer_free(job.writer);
    cli_search_free(&job.search);
    cli_candidates_free(&job.all);
    scn_free(job.base);
    free(job.results);
    return code;
}

const cli_command_t cli_cmd_split = {
    .name = "split",
    .args = "SCENARIO",
    .doc = "Search for the best split of the money between budget lines",
    .more = "Tries splits of the scenario's budget lines on the same children: the present one, an\n"
            "equal one, one by need where the scenario says it, splits spread over all that the\n"
            "limits leave room for, and then others near the best. Those that may still be best\n"
            "are compared until the best is selected with the probability --pcs, when it leads by\n"
            "what matters. Then the best are tried under the scenario's other growth, and a little\n"
            "more money on each line.\n"
            "The scenario's block `split` says what may be divided, within what, and by what it is\n"
            "judged (`weir help reference`); without it all lines that pay pools are divided, each\n"
            "between half and double of what it has, by cohort_seen_18w, cohort_seen_4w and\n"
            "unmet_need.\n"
            "--reps: replications of each split at first (default 10, or the scenario's).\n"
            "--max-reps: of one split in the selection at most (default 200 more). When it or\n"
            "--max-time comes first, the exit code is 5.\n"
            "What is finished is kept beside the results (.partial) until they are complete; the\n"
            "same command with --resume goes on from there and comes to the same end.\n"
            "--target asks another question: how little more money on a line, from a day on (--from),\n"
            "is enough for a share of all those referred to be as asked by a date, in so many futures\n"
            "(--sure, default 90%) of --reps (default 40). Several targets are met together. --vary\n"
            "names the lines; without it each is tried, and all in proportion to what they have. The\n"
            "cheapest is named, with the path to the target and what comes after it. When no money\n"
            "will do the exit code is 5, and it is said what binds. The file is SCENARIO-target.db.\n",
    .examples = "weir split scenarios/bradford.lua\n"
                "weir split scenarios/kent_medway_contracts.lua --max-time 10min\n"
                "weir split scenarios/bradford.lua --weight 2,1,1 --matters 1%\n"
                "weir split scenarios/bradford.lua --target \"cohort_seen_4w >= 0.7 by 2025-03\" --from 2024-07-01\n"
                "weir export out/bradford-split.db --table candidates\n",
    .args_min = 1,
    .args_max = 1,
    .options = CLI_OPT_REPS | CLI_OPT_MAX_REPS | CLI_OPT_SEED | CLI_OPT_JOBS | CLI_OPT_SET | CLI_OPT_PLANS |
               CLI_OPT_OUT | CLI_OPT_FORCE | CLI_OPT_DRY_RUN | CLI_OPT_PROGRESS | CLI_OPT_QUIET | CLI_OPT_PCS |
               CLI_OPT_MATTERS | CLI_OPT_WEIGHT | CLI_OPT_RESUME | CLI_OPT_MAX_TIME | CLI_OPT_TARGET | CLI_OPT_VARY |
               CLI_OPT_FROM | CLI_OPT_SURE,
    .run = run_split,
};
