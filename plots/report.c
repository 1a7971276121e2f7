/* The report as a whole: its head, its sections in order, and the file. */
#include "plots/report.h"

#include "plots/output.h"
#include "plots/sections.h"
#include "sim/store/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* has: NULL = always */
static const struct {
    const char *id, *title;
    bool (*has)(report_t *self);
    int (*write)(report_t *self);
} SECTION[] = {
    { "answer", "The answer", NULL, report_answer },
    { "waits", "Waits and lists over the years", report_has_care, report_waits },
    { "stages", "Waits at each stage", report_has_network, report_network },
    { "whom", "Who waits", report_has_groups, report_whom },
    { "money", "Money", report_has_care, report_money },
    { "loads", "Where the bottlenecks are", report_has_pools, report_loads },
    { "quick", "The quick answer beside the simulated one", report_has_quick, report_quick },
    { "facts", "Does it reproduce what is known?", report_has_facts, report_facts },
    { "enough", "Are there enough replications?", report_has_reps, report_enough },
    { "assumptions", "Assumptions log", report_has_assumptions, report_assumptions },
    { "signoff", "Sign-off", NULL, report_sign_off },
    { "reproduce", "How to reproduce this", NULL, report_reproduce },
    { "stress", "Reporting checklist (STRESS-DES)", NULL, report_stress },
    { "parameters", "All parameters", report_has_parameters, report_parameters },
};
#define N_SECTIONS (sizeof(SECTION) / sizeof(SECTION[0]))

static bool
is_there(report_t *self, size_t i)
{
    return SECTION[i].has == NULL || SECTION[i].has(self);
}

/* ---- the page ---- */

static const char *
title_of(const report_t *self)
{
    const char *title = store_manifest(self->results, "title");

    return title[0] != '\0' ? title : store_manifest(self->results, "scenario");
}

static int
put_head(report_t *self)
{
    FILE *out = self->out;
    int ret;

    (void) fputs("<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                 "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                 "<link rel=\"icon\" href=\"data:,\"/>\n",
        out);
    html_element(out, "title", "%s: report", title_of(self));
    (void) fputs("<style>\n", out);
    ret = plot_copy_file(self->request->templates, "report.css", out, self->fault);
    (void) fputs("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n", out);
    return ret;
}

static void
put_banner(report_t *self)
{
    FILE *out = self->out;
    const char *status = store_manifest(self->results, "status");

    (void) fputs("<header>\n", out);
    html_element(out, "h1", "%s", title_of(self));
    html_element(out, "p", "A simulation from %s, %s years, %s replications (simulated futures). Weir %s.",
        store_manifest(self->results, "start"), store_manifest(self->results, "years"),
        store_manifest(self->results, "reps_done"), store_manifest(self->results, "version"));
    if (strcmp(status, "complete") != 0) {
        html_element(out, "p class=\"warning\"", "These results are not complete: the run ended as \"%s\".", status);
    }
    (void) fputs("</header>\n<nav aria-label=\"Contents\">\n<ul>\n", out);
    for (size_t i = 0; i < N_SECTIONS; i++) {
        if (is_there(self, i)) {
            (void) fprintf(out, "<li><a href=\"#%s\">%s</a></li>\n", SECTION[i].id, SECTION[i].title);
        }
    }
    (void) fputs("</ul>\n</nav>\n", out);
}

static int
put_section(report_t *self, size_t i)
{
    int ret;

    (void) fprintf(self->out, "<section id=\"%s\" aria-labelledby=\"%s-head\">\n<h2 id=\"%s-head\">%s</h2>\n",
        SECTION[i].id, SECTION[i].id, SECTION[i].id, SECTION[i].title);
    ret = SECTION[i].write(self);
    (void) fputs("</section>\n", self->out);
    return ret;
}

static int
put_page(report_t *self)
{
    int ret = put_head(self);

    put_banner(self);
    (void) fputs("<main id=\"main\">\n", self->out);
    for (size_t i = 0; ret == 0 && i < N_SECTIONS; i++) {
        ret = is_there(self, i) ? put_section(self, i) : 0;
    }
    (void) fputs("</main>\n<footer>\n", self->out);
    html_element(self->out, "p",
        "Made by weir %s from %s. It shows what follows from its parameters; it does not forecast an area.",
        store_manifest(self->results, "version"), self->request->path);
    (void) fputs("</footer>\n</body>\n</html>\n", self->out);
    return ret;
}

/* ---- making it ---- */

static int
stop(void *ctx, const store_row_t *row)
{
    (void) ctx;
    (void) row;
    return 1;
}

/* Points of a sweep are replications without estimates. */
static int
check_estimates(const report_t *self)
{
    static const store_filter_t ANY = { .group = "all", .period = "all", .no_differences = true };

    return store_query(self->results, &ANY, stop, NULL) == 1
               ? 0
               : plot_fail(self->fault, SIM_ERR_NOT_FOUND,
                     "%s holds no estimates by plan (it is of a sweep, or all replications failed); a report is of the results of "
                     "`weir run`, `weir compare` or `weir split`",
                     self->request->path);
}

static int
explain(report_t *self, int ret)
{
    if (self->fault->text[0] == '\0') {
        return plot_fail(self->fault, ret, "%s",
            ret == SIM_ERR_STORE ? store_reader_fault(self->results) : sim_strerror(ret));
    }
    return ret;
}

static int
report_init(report_t *self, const plot_report_t *request, plot_fault_t *fault)
{
    const plot_request_t all = { .results = request->results, .figure = plot_find("list") };

    *self = (report_t){
        .request = request, .results = request->results, .contents = store_contents(request->results), .fault = fault
    };
    fault->text[0] = '\0';
    self->is_care = report_kpi(self, "cohort_seen_18w") != NULL;
    return plot_job_init(&self->job, &all, fault);
}

int
plot_report(const plot_report_t *request, plot_fault_t *fault)
{
    plot_text_t page = { 0 };
    report_t self;
    int ret = report_init(&self, request, fault), error;

    if (ret == 0) {
        ret = check_estimates(&self);
    }
    if (ret == 0 && !request->force) {
        ret = plot_check_absent(request->out, fault);
    }
    if (ret == 0) {
        ret = plot_text_open(&page, fault);
    }
    if (ret == 0) {
        self.out = page.stream;
        ret = put_page(&self);
        ret = ret == 0 ? plot_text_close(&page, fault) : explain(&self, ret);
    }
    if (ret == 0) {
        error = store_make_directories(request->out);
        ret = error == 0 ? 0 : plot_fail(fault, SIM_ERR_IO, "%s: %s", request->out, strerror(error));
    }
    if (ret == 0) {
        ret = plot_write_text(request->out, &page, request->force, fault);
    }
    plot_text_free(&page);
    plot_job_free(&self.job);
    return ret;
}
