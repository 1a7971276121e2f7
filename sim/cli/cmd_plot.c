/* weir plot: a figure of a results file. */
#include "plots/output.h"
#include "plots/plot.h"
#include "sim/cli/cli.h"
#include "sim/cli/templates.h"
#include "sim/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is asked for ---- */

static cli_exit_t
complain_figure(const char *name)
{
    const char **candidate = calloc(PLOT_N_FIGURES, sizeof(*candidate)), *near = NULL;

    for (size_t i = 0; candidate != NULL && i < PLOT_N_FIGURES; i++) {
        candidate[i] = PLOT_FIGURES[i].name;
    }
    if (candidate != NULL) {
        near = cli_nearest(name, candidate, PLOT_N_FIGURES);
    }
    if (near != NULL) {
        cli_error("plot: there is no figure '%s' (did you mean '%s'?)", name, near);
    } else {
        cli_error("plot: there is no figure '%s'; `weir plot --help` lists them", name);
    }
    free(candidate);
    return CLI_USAGE;
}

static const char *
find_format(const char *name, size_t n)
{
    for (size_t i = 0; i < PLOT_N_FORMATS; i++) {
        if (strlen(PLOT_FORMATS[i]) == n && strncmp(PLOT_FORMATS[i], name, n) == 0) {
            return PLOT_FORMATS[i];
        }
    }
    return NULL;
}

/* --format, else the ending of --out, else svg. NULL after an error. */
static const char *
choose_format(const cli_options_t *options)
{
    const char *dot = options->out == NULL ? NULL : strrchr(options->out, '.');
    const char *ending = dot == NULL || strchr(dot, '/') != NULL ? NULL : find_format(dot + 1, strlen(dot + 1));
    const char *format = options->format == NULL ? NULL : find_format(options->format, strlen(options->format));

    if (options->format != NULL && format == NULL) {
        cli_error("plot: --format: '%s' is not svg, png or pdf", options->format);
        return NULL;
    }
    if (format != NULL && ending != NULL && format != ending) {
        cli_error("plot: --format %s and --out %s do not agree", format, options->out);
        return NULL;
    }
    if (format == NULL && ending == NULL && options->out != NULL) {
        cli_error("plot: --out %s: end its name in .svg, .png or .pdf, or give --format", options->out);
        return NULL;
    }
    return format != NULL ? format : ending != NULL ? ending : PLOT_FORMATS[0];
}

/* "out/kent.db" and "list" -> "out/kent-list.svg"; --out without an ending gets one. Caller frees. */
static char *
choose_out(const cli_options_t *options, const char *figure, const char *format)
{
    const char *base = options->out != NULL ? options->out : options->arg[0], *dot = strrchr(base, '.');
    size_t n = strlen(base), size = n + strlen(figure) + strlen(format) + 3;
    bool ends = dot != NULL && strchr(dot, '/') == NULL;
    char *out = malloc(size);

    if (out == NULL) {
        return NULL;
    }
    if (options->out == NULL) {
        n = ends && strcmp(dot, ".db") == 0 ? (size_t) (dot - base) : n;
        (void) snprintf(out, size, "%.*s-%s.%s", (int) n, base, figure, format);
    } else if (ends && strcmp(dot + 1, format) == 0) {
        (void) snprintf(out, size, "%s", base);
    } else {
        (void) snprintf(out, size, "%s.%s", base, format);
    }
    return out;
}

/* ---- names ---- */

/* Names that stand `size` bytes apart. */
static cli_exit_t
check_name(const char *option, const char *name, const char *const *names, size_t size, size_t n)
{
    const char **candidate = calloc(n + 1, sizeof(*candidate)), *near = NULL;
    bool found = name == NULL || candidate == NULL;

    for (size_t i = 0; !found && i < n; i++) {
        candidate[i] = *(const char *const *) ((const char *) names + i * size);
        found = strcmp(candidate[i], name) == 0;
    }
    if (!found) {
        near = cli_nearest(name, candidate, n);
        cli_error("plot: --%s: the results have no '%s'%s%s%s", option, name, near != NULL ? " (did you mean '" : "",
            near != NULL ? near : "", near != NULL ? "'?)" : "");
    }
    free(candidate);
    return found ? CLI_DONE : CLI_USAGE;
}

static cli_exit_t
check_names(const store_contents_t *contents, const cli_options_t *options)
{
    cli_exit_t code =
        check_name("kpi", options->kpi, &contents->kpi[0].name, sizeof(contents->kpi[0]), contents->n_kpis);

    return code != CLI_DONE ? code
                            : check_name("group", options->group, &contents->group[0].name, sizeof(contents->group[0]),
                                  contents->n_groups);
}

/* ---- the command ---- */

static cli_exit_t
draw(store_reader_t *reader, const cli_options_t *options, const plot_figure_t *figure, const char *format)
{
    char templates[4096];
    char *out = choose_out(options, figure->name, format);
    const plot_request_t request = { .results = reader,
        .figure = figure,
        .plans = options->plans,
        .kpi = options->kpi,
        .group = options->group,
        .by = options->by,
        .templates = templates,
        .out = out,
        .format = format,
        .force = options->force };
    plot_fault_t fault;
    int ret;

    if (out == NULL) {
        cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
        return CLI_FAILED;
    }
    cli_find_templates(templates, sizeof(templates));
    ret = plot_make(&request, &fault);
    if (ret == 0) {
        (void) printf("%s\n", out);
    } else {
        cli_error("plot: %s", fault.text);
    }
    free(out);
    return ret == 0 ? CLI_DONE : ret == SIM_ERR_BAD_PARAM ? CLI_USAGE : CLI_FAILED;
}

/* Without the form feed that gnuplot begins with, and the blanks at the ends of its lines. */
static void
print_letters(const char *text)
{
    text += strspn(text, "\f");
    while (*text != '\0') {
        size_t n = strcspn(text, "\n"), kept = n;

        while (kept > 0 && text[kept - 1] == ' ') {
            kept--;
        }
        (void) printf("%.*s\n", (int) kept, text);
        text += n + (text[n] == '\n');
    }
}

/* In letters, on standard output; no file is kept. */
static cli_exit_t
draw_terminal(store_reader_t *reader, const cli_options_t *options, const plot_figure_t *figure)
{
    char templates[4096];
    const plot_request_t request = { .results = reader,
        .figure = figure,
        .plans = options->plans,
        .kpi = options->kpi,
        .group = options->group,
        .by = options->by,
        .templates = templates,
        .format = "txt" };
    plot_fault_t fault;
    plot_text_t letters = { 0 };
    int ret;

    cli_find_templates(templates, sizeof(templates));
    ret = plot_draw_text(&request, &letters, &fault);
    if (ret == 0) {
        print_letters(letters.text);
    } else {
        cli_error("plot: %s",
            ret == SIM_ERR_UNSUPPORTED ? "gnuplot cannot be started (Debian: gnuplot-nox)" : fault.text);
    }
    plot_text_free(&letters);
    return ret == 0 ? CLI_DONE : ret == SIM_ERR_BAD_PARAM ? CLI_USAGE : CLI_FAILED;
}

static cli_exit_t
check_terminal(const cli_options_t *options)
{
    if (options->terminal && (options->out != NULL || options->format != NULL)) {
        cli_error("plot: --terminal draws in the terminal and writes no file, so --%s does not go with it",
            options->out != NULL ? "out" : "format");
        return CLI_USAGE;
    }
    return CLI_DONE;
}

static cli_exit_t
run_plot(const cli_options_t *options)
{
    const plot_figure_t *figure = plot_find(options->arg[1]);
    const char *format = choose_format(options);
    store_reader_t *reader = NULL;
    store_fault_t fault;
    cli_exit_t code;

    if (figure == NULL) {
        return complain_figure(options->arg[1]);
    }
    if (format == NULL || check_terminal(options) != CLI_DONE) {
        return CLI_USAGE;
    }
    if (store_reader_open(&reader, options->arg[0], &fault) != 0) {
        cli_error("%s", fault.text);
        return CLI_FAILED;
    }
    code = check_names(store_contents(reader), options);
    if (code == CLI_DONE) {
        code = options->terminal ? draw_terminal(reader, options, figure) : draw(reader, options, figure, format);
    }
    store_reader_free(reader);
    return code;
}

const cli_command_t cli_cmd_plot = {
    .name = "plot",
    .args = "RESULTS FIGURE",
    .doc = "Draw a figure of the results: svg, png or pdf",
    .more = "Figures:\n"
            "  list      registered spells waiting for a first contact, month by month\n"
            "  waits     how long is waited, by those seen and by those still waiting\n"
            "  funnel    from a concern in school to the start of treatment, in a year\n"
            "  frontier  what each plan costs, against the share seen within 18 weeks\n"
            "            (of `weir split`: the splits tried, one objective against another)\n"
            "  equity    share seen within 18 weeks and schools covered, by deprivation\n"
            "  welch     numbers present over the run, and when they have settled (MSER-5);\n"
            "            of results with a series: a network's, or made with --series\n"
            "  trend     one measure over time, by month or, where months are only noise or not\n"
            "            kept, by contract year: --kpi, and --group when not of all\n"
            "  groups    one measure over the whole run by the levels of a dimension: --kpi, --by\n"
            "  facts     the scenario's published facts against what was simulated\n"
            "  gain      what each plan gains on the first: paired differences of both headline\n"
            "            shares\n"
            "  fan       how far single futures lie apart, month by month: --kpi, --group; of ten\n"
            "            replications or more\n"
            "  cover     schools that hold the offer, over time\n"
            "  converge  how an estimate settles as replications are added: --kpi, --group\n"
            "  waterfall what makes the list longer or shorter under the second of two plans than\n"
            "            under the first: --plans A,B\n"
            "  bands     the waiting list month by month, by how long those on it have waited\n"
            "  flow      the pathway as it was compiled, with loads, of the first of the plans\n"
            "The file is RESULTS-FIGURE.svg unless --out names another; its name is printed.\n"
            "The format is that of --format or of the ending of --out.\n"
            "--terminal draws in the terminal instead, in letters, and writes no file.\n"
            "Beside it are kept its numbers (.dat) and a gnuplot script (.gp), complete in\n"
            "itself: change it as you like, then run gnuplot on it. Needs gnuplot\n"
            "(Debian: gnuplot-nox); without it the numbers and the script are still written.\n",
    .examples = "weir plot out/kent_medway-compare.db list\n"
                "weir plot out/kent_medway-compare.db frontier --out frontier.pdf --force\n"
                "weir plot out/kent_medway-compare.db waits --terminal\n"
                "weir plot out/kent_medway-compare.db waits --plans none,tiered --format png\n"
                "weir plot out/kent_medway-compare.db waterfall --plans none,cluster\n"
                "weir plot out/kent_medway-compare.db trend --kpi contacts --group quintile=1\n"
                "weir plot out/kent_medway-compare.db groups --kpi cohort_seen_18w --by school_type\n",
    .args_min = 2,
    .args_max = 2,
    .options = CLI_OPT_OUT | CLI_OPT_FORMAT | CLI_OPT_PLANS | CLI_OPT_KPI | CLI_OPT_GROUP | CLI_OPT_BY | CLI_OPT_FORCE |
               CLI_OPT_TERMINAL | CLI_OPT_QUIET,
    .formats = "svg png pdf",
    .run = run_plot,
};
