/* weir report: one HTML file of a results file, for those who decide. */
#include "plots/report.h"
#include "sim/analysis/interval.h"
#include "sim/cli/cli.h"
#include "sim/cli/formula.h"
#include "sim/cli/table.h"
#include "sim/cli/templates.h"
#include "sim/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Measures by which plans are ranked: those of the report's answer. */
static const char *const RANKED[] = { "cohort_seen_18w", "child_helped_18w" };
#define N_RANKED (sizeof(RANKED) / sizeof(RANKED[0]))

/* In how many replications each plan is best. */
static int
count_wins(store_reader_t *reader, plot_wins_t *wins)
{
    const store_contents_t *c = store_contents(reader);
    size_t n_reps = (size_t) strtoull(store_manifest(reader, "reps_done"), NULL, 10);
    double *value = calloc(c->n_plans * n_reps + 1, sizeof(*value));
    const double **series = calloc(c->n_plans + 1, sizeof(*series));
    int ret;

    wins->wins = calloc(c->n_plans + 1, sizeof(*wins->wins));
    ret = value == NULL || series == NULL || wins->wins == NULL ? SIM_ERR_NO_MEMORY : 0;
    for (size_t p = 0; ret == 0 && p < c->n_plans; p++) {
        series[p] = value + p * n_reps;
        ret = store_replicates(reader, c->plan[p].name, wins->kpi, "all", "all", n_reps, value + p * n_reps);
    }
    if (ret == 0) {
        wins->counted = ana_count_best(series, c->n_plans, n_reps, 1, wins->wins);
    }
    free(series);
    free(value);
    return ret == SIM_ERR_NOT_FOUND ? 0 : ret;
}

/* "out/kent.db" -> "out/kent-report.html"; caller frees. */
static char *
choose_out(const cli_options_t *options)
{
    const char *base = options->out != NULL ? options->out : options->arg[0], *dot = strrchr(base, '.');
    bool ends = dot != NULL && strchr(dot, '/') == NULL;
    size_t n = strlen(base), size = n + sizeof("-report.html");
    char *out = malloc(size);

    if (out != NULL && options->out == NULL) {
        n = ends && strcmp(dot, ".db") == 0 ? (size_t) (dot - base) : n;
        (void) snprintf(out, size, "%.*s-report.html", (int) n, base);
    } else if (out != NULL) {
        (void) snprintf(out, size, "%s%s", base, ends && strcmp(dot, ".html") == 0 ? "" : ".html");
    }
    return out;
}

/* What the report needs and the store has not. */
typedef struct {
    plot_wins_t wins[N_RANKED];
    size_t n_quick;
    plot_quick_t *quick;
} worked_out_t;

static int
work_out(store_reader_t *reader, worked_out_t *self)
{
    int ret = 0;

    *self = (worked_out_t){ .n_quick = 0 };
    for (size_t i = 0; i < N_RANKED; i++) {
        self->wins[i].kpi = RANKED[i];
        ret = ret == 0 ? count_wins(reader, &self->wins[i]) : ret;
    }
    return ret == 0 ? cli_formula(reader, &self->n_quick, &self->quick) : ret;
}

static void
worked_out_free(worked_out_t *self)
{
    for (size_t i = 0; i < N_RANKED; i++) {
        free(self->wins[i].wins);
    }
    free(self->quick);
}

static cli_exit_t
write_report(store_reader_t *reader, const cli_options_t *options, const char *out)
{
    worked_out_t found;
    char templates[4096];
    plot_fault_t fault = { "" };
    int ret = work_out(reader, &found);
    const plot_report_t request = { .results = reader,
        .path = options->arg[0],
        .templates = templates,
        .out = out,
        .force = options->force,
        .suppress = options->suppress,
        .numbers = { cli_format_value, cli_format_interval, cli_format_difference },
        .n_wins = N_RANKED,
        .wins = found.wins,
        .n_quick = found.n_quick,
        .quick = found.quick };

    cli_find_templates(templates, sizeof(templates));
    if (ret != 0) {
        cli_error("report: %s", ret == SIM_ERR_STORE ? store_reader_fault(reader) : sim_strerror(ret));
    } else {
        ret = plot_report(&request, &fault);
        if (ret == 0) {
            (void) printf("%s\n", out);
        } else {
            cli_error("report: %s", fault.text);
        }
    }
    worked_out_free(&found);
    return ret == 0 ? CLI_DONE : CLI_FAILED;
}

static cli_exit_t
run_report(const cli_options_t *options)
{
    store_reader_t *reader = NULL;
    store_fault_t fault;
    cli_exit_t code;
    char *out;

    if (store_reader_open(&reader, options->arg[0], &fault) != 0) {
        cli_error("%s", fault.text);
        return CLI_FAILED;
    }
    out = choose_out(options);
    if (out == NULL) {
        cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
        code = CLI_FAILED;
    } else {
        code = write_report(reader, options, out);
    }
    free(out);
    store_reader_free(reader);
    return code;
}

const cli_command_t cli_cmd_report = {
    .name = "report",
    .args = "RESULTS",
    .doc = "write one HTML file to send to a board",
    .more = "The file needs nothing else: figures are inside, and it reads on a telephone, on paper\n"
            "(A4) and to a screen reader. It holds the answer with how sure it is, waits over the\n"
            "years, who waits, money, bottlenecks, facts, every parameter with its source, the\n"
            "assumptions, a sign-off, the STRESS-DES checklist and how to reproduce it. What only a\n"
            "person can say is taken from the scenario's `about`.\n"
            "--suppress N leaves out groups with a count above 0 and below N (default 5; 0: none).\n"
            "The file is RESULTS-report.html unless --out names another; its name is printed.\n"
            "Figures need gnuplot (Debian: gnuplot-nox); without it the tables are still there.\n",
    .examples = "weir report out/kent_medway-compare.db\n"
                "weir report out/kent_medway-compare.db --suppress 10 --out board.html --force\n",
    .args_min = 1,
    .args_max = 1,
    .options = CLI_OPT_OUT | CLI_OPT_FORCE | CLI_OPT_QUIET | CLI_OPT_SUPPRESS,
    .run = run_report,
};
