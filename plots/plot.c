#include "plots/plot.h"

#include "plots/gnuplot.h"
#include "plots/job.h"
#include "plots/output.h"
#include "plots/script.h"
#include "sim/store/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const PLOT_FORMATS[] = { "svg", "png", "pdf" };
const size_t PLOT_N_FORMATS = sizeof(PLOT_FORMATS) / sizeof(PLOT_FORMATS[0]);

const plot_figure_t PLOT_FIGURES[] = {
    { "list", "Registered spells waiting for a first contact, month by month",
        "Waiting for a first contact, month by month", 0, plot_write_list, NULL },
    { "waits", "How long those wait who are seen, and those who still wait", "How long they wait for a first contact",
        0, plot_write_waits, NULL },
    { "funnel", "From a concern in school to the start of treatment",
        "From concern to treatment: where schools' concerns go in a year", 0, plot_write_funnel, NULL },
    { "frontier", "What each plan costs against the share seen within 18 weeks",
        "What each plan costs, and how many it sees within 18 weeks", 0, plot_write_frontier, NULL },
    { "equity", "Share seen within 18 weeks, and schools covered, by deprivation fifth",
        "Who is seen, and whose school is covered, by deprivation", 0, plot_write_equity, NULL },
    { "welch", "Numbers present over the run, and when they have settled",
        "Numbers present, and when they have settled", 0, plot_write_welch, NULL },
    { "trend", "One measure over time (--kpi, --group)", "Over time", PLOT_TAKES_KPI | PLOT_TAKES_GROUP,
        plot_write_trend, NULL },
    { "groups", "One measure over the whole run, by the levels of a dimension (--kpi, --by)", "By group",
        PLOT_TAKES_KPI | PLOT_TAKES_BY, plot_write_groups, NULL },
    { "facts", "Published facts against what was simulated", "Published facts, and what was simulated", 0,
        plot_write_facts, NULL },
    { "gain", "What each plan gains on the first: paired differences of the two headline shares",
        "What each plan gains", 0, plot_write_gain, NULL },
    { "fan", "How far single futures lie apart, month by month (--kpi, --group)", "Single futures",
        PLOT_TAKES_KPI | PLOT_TAKES_GROUP, plot_write_fan, NULL },
    { "cover", "Schools that hold the offer, over time", "Schools that hold the offer, over time", 0, plot_write_cover,
        "trend" },
    { "converge", "How an estimate settles as replications are added (--kpi, --group)", "As replications are added",
        PLOT_TAKES_KPI | PLOT_TAKES_GROUP, plot_write_converge, NULL },
    { "waterfall", "Why more or fewer wait under the second of two plans (--plans A,B)", "What changes the list", 0,
        plot_write_waterfall, NULL },
    { "flow", "The pathway as it was compiled, with loads, of the first of the plans", "The pathway", 0,
        plot_write_flow, NULL },
    { "bands", "The waiting list month by month, by how long those on it have waited",
        "Waiting for a first contact, by how long so far", 0, plot_write_bands, NULL },
};
const size_t PLOT_N_FIGURES = sizeof(PLOT_FIGURES) / sizeof(PLOT_FIGURES[0]);

/* The names of the three files. directory ends in a slash or is empty; the others have no directory. */
typedef struct {
    char *directory, *stem, *script, *data, *figure;
} names_t;

const plot_figure_t *
plot_find(const char *name)
{
    for (size_t i = 0; i < PLOT_N_FIGURES; i++) {
        if (strcmp(PLOT_FIGURES[i].name, name) == 0) {
            return &PLOT_FIGURES[i];
        }
    }
    return NULL;
}

/* ---- texts and names ---- */

static int
names_init(names_t *self, const plot_request_t *request, plot_fault_t *fault)
{
    const char *slash = strrchr(request->out, '/'), *base = slash == NULL ? request->out : slash + 1;
    const char *dot = strrchr(base, '.');
    size_t n = dot == NULL || dot == base ? strlen(base) : (size_t) (dot - base);

    *self = (names_t){ 0 };
    for (const char *at = request->out; *at != '\0'; at++) {
        if ((unsigned char) *at < 0x20 || *at == 0x7f) {
            return plot_fail(fault, SIM_ERR_BAD_PARAM, "a figure's name may not have control characters");
        }
    }
    if (n == 0 || (dot != NULL && (strcmp(dot, ".gp") == 0 || strcmp(dot, ".dat") == 0))) {
        return plot_fail(fault, SIM_ERR_BAD_PARAM, "%s: is not the name of a figure", request->out);
    }
    self->directory = plot_join(request->out, (size_t) (base - request->out), "", "");
    self->stem = plot_join(base, n, "", "");
    self->script = plot_join(base, n, ".gp", "");
    self->data = plot_join(base, n, ".dat", "");
    self->figure = plot_join(base, strlen(base), "", "");
    if (self->directory == NULL || self->stem == NULL || self->script == NULL || self->data == NULL ||
        self->figure == NULL) {
        return plot_fail(fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    }
    return 0;
}

static void
names_free(names_t *self)
{
    free(self->directory);
    free(self->stem);
    free(self->script);
    free(self->data);
    free(self->figure);
}

/* ---- what is written ---- */

static void
put_plans(const plot_job_t *job)
{
    FILE *out = job->script;

    (void) fprintf(out, "n_plans = %zu\narray Label[n_plans] = [", job->n_plans);
    for (size_t i = 0; i < job->n_plans; i++) {
        (void) fputs(i > 0 ? ", " : "", out);
        plot_quote(out, job->label[i]);
    }
    (void) fputs("]\narray Colour[n_plans] = [", out);
    for (size_t i = 0; i < job->n_plans; i++) {
        (void) fprintf(out, "%s'%s'", i > 0 ? ", " : "", job->colour[i]);
    }
    (void) fputs("]\n", out);
}

/* "Kent & Medway; 20 replications, 95% intervals" */
static int
put_titles(const plot_job_t *job, const plot_request_t *request)
{
    const char *title = store_manifest(job->results, "title");
    char *clean = plot_clean(title[0] != '\0' ? title : store_manifest(job->results, "scenario"));
    char line[512];

    if (clean == NULL) {
        return plot_fail(job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    }
    plot_cut(clean, 80);
    (void) snprintf(line, sizeof(line), "%s%s%u replication%s", clean, clean[0] != '\0' ? "; " : "", job->reps,
        job->no_intervals ? (job->reps == 1 ? "" : "s")
        : job->reps == 1  ? ", so without intervals"
                          : "s, 95% intervals");
    free(clean);
    plot_let(job->script, "reps", job->reps);
    plot_let_text(job->script, "title",
        request->title != NULL  ? request->title
        : job->title[0] != '\0' ? job->title
                                : job->figure->title);
    plot_let_text(job->script, "subtitle", line);
    return 0;
}

/* The numbers come first, because the title says how many replications they are from. */
static int
put_script(plot_job_t *job, const plot_request_t *request, const names_t *names)
{
    int ret;

    (void) fputs("# A figure of weir. Change what you like, then: gnuplot ", job->script);
    (void) fprintf(job->script, "FILE.gp\n# Another format: gnuplot -e \"format='png'\" FILE.gp   (svg, png, pdf)\n\n");
    plot_let_text(job->script, "stem", names->stem);
    put_plans(job);
    ret = job->figure->write(job);
    if (ret == 0) {
        ret = put_titles(job, request);
    }
    (void) fputc('\n', job->script);
    if (ret == 0) {
        ret = plot_copy_file(request->templates, "style.gp", job->script, job->fault);
    }
    (void) fputc('\n', job->script);
    if (ret == 0) {
        char name[64];

        (void) snprintf(name, sizeof(name), "%s.gp",
            job->template != NULL           ? job->template
            : job->figure->template != NULL ? job->figure->template
                                            : job->figure->name);
        ret = plot_copy_file(request->templates, name, job->script, job->fault);
    }
    return ret;
}

static int
compose(const plot_request_t *request, const names_t *names, plot_text_t *script, plot_text_t *data,
    plot_fault_t *fault)
{
    plot_job_t job;
    int ret = plot_job_init(&job, request, fault);

    if (ret == 0) {
        ret = plot_text_open(script, fault);
    }
    if (ret == 0) {
        ret = plot_text_open(data, fault);
    }
    if (ret == 0) {
        job.script = script->stream;
        job.data = data->stream;
        ret = put_script(&job, request, names);
    }
    if (ret == 0) {
        ret = plot_text_close(script, fault);
    }
    if (ret == 0) {
        ret = plot_text_close(data, fault);
    }
    plot_job_free(&job);
    return ret;
}

/* ---- files ---- */

static bool
holds(const char *path, const plot_text_t *text)
{
    FILE *file = fopen(path, "rb");
    bool same = file != NULL;
    size_t i = 0;
    int c = EOF;

    while (same && (c = fgetc(file)) != EOF) {
        same = i < text->n && (unsigned char) text->text[i++] == c;
    }
    if (file != NULL) {
        (void) fclose(file);
    }
    return same && i == text->n;
}

/* Script or numbers: a file that holds the same is left as it is. */
static int
keep(const names_t *names, const char *name, const plot_text_t *text, bool force, bool write, plot_fault_t *fault)
{
    char *path = plot_join(names->directory, strlen(names->directory), name, "");
    int ret = path == NULL ? plot_fail(fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY)) : 0;

    if (ret == 0 && !holds(path, text)) {
        ret = force ? 0 : plot_check_absent(path, fault);
        if (ret == 0 && write) {
            ret = plot_write_text(path, text, force, fault);
        }
    }
    free(path);
    return ret;
}

static int
keep_both(const plot_request_t *request, const names_t *names, const plot_text_t *script, const plot_text_t *data,
    plot_fault_t *fault)
{
    int ret = request->force ? 0 : plot_check_absent(request->out, fault);

    for (int write = 0; write < 2 && ret == 0; write++) {
        ret = keep(names, names->data, data, request->force, write != 0, fault);
        if (ret == 0) {
            ret = keep(names, names->script, script, request->force, write != 0, fault);
        }
    }
    return ret;
}

/* ---- gnuplot ---- */

/* The script as it is run now: where the figure goes, with this format, into a temporary file. */
static int
compose_run(const plot_request_t *request, const names_t *names, const char *temporary, const plot_text_t *script,
    plot_text_t *run, plot_fault_t *fault)
{
    const char *slash = strrchr(temporary, '/');
    char *here = plot_join("./", 2, slash == NULL ? temporary : slash + 1, "");
    /* gnuplot would take ~ at the beginning for a home. */
    char *directory = plot_join(temporary[0] == '/' ? "" : "./", temporary[0] == '/' ? 0 : 2, names->directory, "");
    int ret = here == NULL || directory == NULL
                  ? plot_fail(fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY))
                  : plot_text_open(run, fault);

    if (ret == 0) {
        if (slash != NULL) {
            (void) fputs("cd ", run->stream);
            plot_quote(run->stream, directory);
            (void) fputc('\n', run->stream);
        }
        plot_let_text(run->stream, "format", request->format);
        plot_let_text(run->stream, "target", here);
        (void) fwrite(script->text, 1, script->n, run->stream);
        ret = plot_text_close(run, fault);
    }
    free(here);
    free(directory);
    return ret;
}

static int
explain(int code, const names_t *names, const char *said, plot_fault_t *fault)
{
    size_t n = strcspn(said, "\n");
    const char *line = said;

    if (code == SIM_ERR_UNSUPPORTED) {
        return plot_fail(fault, code,
            "gnuplot cannot be started, so there is no figure yet; its script and numbers are in "
            "%s%s and %s%s. Install gnuplot (Debian: gnuplot-nox), then run it on the script",
            names->directory, names->script, names->directory, names->data);
    }
    /* Its first line that has letters, without the blanks before it. */
    while (line[0] != '\0' && strspn(line, " \t^") == n && n > 0) {
        line += n + (line[n] == '\n');
        n = strcspn(line, "\n");
    }
    line += strspn(line, " \t\n");
    return plot_fail(fault, code, "gnuplot failed on %s%s: %.*s", names->directory, names->script,
        (int) strcspn(line, "\n"), line);
}

static int
draw(const plot_request_t *request, const names_t *names, const plot_text_t *script, plot_fault_t *fault)
{
    char *temporary = NULL, said[2000];
    int error = store_make_temporary(request->out, &temporary), ret;
    plot_text_t run = { 0 };
    struct stat info;

    ret = error == 0 ? compose_run(request, names, temporary, script, &run, fault)
                     : plot_fail(fault, SIM_ERR_IO, "%s: %s", request->out, strerror(error));
    if (ret == 0) {
        ret = plot_gnuplot(run.text, run.n, said, sizeof(said));
        if (ret == 0 && (stat(temporary, &info) != 0 || info.st_size == 0)) {
            ret = SIM_ERR_IO;
        }
        ret = ret == 0 ? plot_place_file(temporary, request->out, request->force, fault)
                       : explain(ret, names, said, fault);
    }
    if (ret != 0 && temporary != NULL) {
        (void) unlink(temporary);
    }
    plot_text_free(&run);
    free(temporary);
    return ret;
}

int
plot_make(const plot_request_t *request, plot_fault_t *fault)
{
    plot_text_t script = { 0 }, data = { 0 };
    names_t names;
    int ret = names_init(&names, request, fault), error;

    if (ret == 0) {
        ret = compose(request, &names, &script, &data, fault);
    }
    if (ret == 0) {
        error = store_make_directories(request->out);
        ret = error == 0 ? 0 : plot_fail(fault, SIM_ERR_IO, "%s: %s", request->out, strerror(error));
    }
    if (ret == 0) {
        ret = keep_both(request, &names, &script, &data, fault);
    }
    if (ret == 0) {
        ret = draw(request, &names, &script, fault);
    }
    plot_text_free(&script);
    plot_text_free(&data);
    names_free(&names);
    return ret;
}

/* ---- without files ---- */

#define PRIVATE "/tmp/weir-XXXXXX"

/* A folder of our own, and what plot_make leaves in it. */
typedef struct {
    char folder[sizeof(PRIVATE)], figure[sizeof(PRIVATE) + 16];
} nest_t;

static int
nest_make(nest_t *self, const char *format, plot_fault_t *fault)
{
    *self = (nest_t){ .folder = PRIVATE };
    if (mkdtemp(self->folder) == NULL) {
        return plot_fail(fault, SIM_ERR_IO, "%s: %s", self->folder, strerror(errno));
    }
    (void) snprintf(self->figure, sizeof(self->figure), "%s/figure.%s", self->folder, format);
    return 0;
}

static void
nest_remove(const nest_t *self)
{
    static const char *const ENDING[] = { "gp", "dat" };
    char path[sizeof(self->figure) + 8];

    (void) unlink(self->figure);
    for (size_t i = 0; i < sizeof(ENDING) / sizeof(ENDING[0]); i++) {
        (void) snprintf(path, sizeof(path), "%s/figure.%s", self->folder, ENDING[i]);
        (void) unlink(path);
    }
    (void) rmdir(self->folder);
}

int
plot_draw_text(const plot_request_t *request, plot_text_t *bytes, plot_fault_t *fault)
{
    plot_request_t inside = *request;
    nest_t nest;
    int ret = nest_make(&nest, request->format, fault);

    if (ret != 0) {
        return ret;
    }
    inside.out = nest.figure;
    inside.force = false;
    ret = plot_make(&inside, fault);
    if (ret == 0) {
        ret = plot_text_open(bytes, fault);
    }
    if (ret == 0) {
        ret = plot_copy_file(nest.folder, strrchr(nest.figure, '/') + 1, bytes->stream, fault);
    }
    if (ret == 0) {
        ret = plot_text_close(bytes, fault);
    }
    nest_remove(&nest);
    return ret;
}
