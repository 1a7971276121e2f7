/*
 * A report in the making, and its sections. Inside plots/ only.
 *
 * Invariant: every heading, figure and table is closed before a section returns.
 */
#ifndef PLOTS_SECTIONS_H
#define PLOTS_SECTIONS_H

#include "plots/html.h"
#include "plots/job.h"
#include "plots/report.h"

#define REPORT_CELL 192 /* bytes that a number and its interval take */

typedef struct {
    const plot_report_t *request;
    store_reader_t *results;
    const store_contents_t *contents;
    plot_job_t job; /* labels and colours of all plans */
    bool is_care;
    bool no_figures; /* gnuplot cannot be started */
    unsigned n_figures, n_lists;
    FILE *out;
    plot_fault_t *fault;
} report_t;

/* ---- numbers ---- */

/** One estimate; its numbers are NaN, and its replications 0, when there is none. */
SIM_MUST_CHECK int report_at(report_t *self, const char *offer, const char *kpi, const char *group, const char *period,
    store_row_t *row);
/** Of plan - minus, either way round. */
SIM_MUST_CHECK int report_difference(report_t *self, size_t plan, size_t minus, const char *kpi, const char *group,
    store_row_t *row);
/** The plans with the greatest and the second greatest of a measure; SIZE_MAX = none. */
SIM_MUST_CHECK int report_rank(report_t *self, const char *kpi, size_t *best, size_t *second);
const store_kpi_t *report_kpi(const report_t *self, const char *name);
/** Whether any plan has it over the whole run, and some other than 0. */
bool report_tells(report_t *self, const char *kpi, const char *group);
/** "Year 2 from Sep 2026" */
void report_year(const store_period_t *period, char *text, size_t size);
/** "41.2% (40.6 to 41.7)" */
const char *report_cell(const report_t *self, const store_row_t *row, char text[REPORT_CELL]);
/** "core" of "pool=core" */
const char *report_level(const char *group);
/** The words for a level of a dimension: "most deprived fifth". */
const char *report_level_words(const char *group);

/* ---- figures and tables ---- */

/* A figure of PLOT_FIGURES and what it is to show. */
typedef struct {
    const char *figure, *kpi, *group, *by, *plans, *title, *caption; /* title: NULL = the figure's own */
} report_figure_t;

/** The figure, or nothing when the results have not what it shows. alt is what it tells in words. */
SIM_MUST_CHECK int report_figure(report_t *self, const report_figure_t *figure, const char *alt);

/* A column of a table: a measure of a group over a period. */
typedef struct {
    const char *kpi, *head;
    const char *group, *period; /* NULL = all */
} report_column_t;

/** Plans by columns, those that tell nothing left out; below, what each measure means. Nothing when no column is left. */
SIM_MUST_CHECK int report_plans(report_t *self, const char *caption, const report_column_t *column, size_t n);
/** Plans by contract years of one measure. */
SIM_MUST_CHECK int report_years(report_t *self, const char *caption, const char *kpi, const char *group);
/** What the columns mean, in the measures' own words. */
void report_define(report_t *self, const report_column_t *column, size_t n);
int report_no_memory(report_t *self);

/* ---- sections ---- */

bool report_has_care(report_t *self);
bool report_has_network(report_t *self);
bool report_has_groups(report_t *self);
bool report_has_pools(report_t *self);
bool report_has_quick(report_t *self);
bool report_has_facts(report_t *self);
bool report_has_reps(report_t *self);
bool report_has_assumptions(report_t *self);
bool report_has_parameters(report_t *self);

int report_answer(report_t *self);
int report_waits(report_t *self);
int report_network(report_t *self);
int report_whom(report_t *self);
int report_money(report_t *self);
int report_loads(report_t *self);
int report_quick(report_t *self);
int report_facts(report_t *self);
int report_assumptions(report_t *self);
int report_parameters(report_t *self);
int report_stress(report_t *self);
int report_sign_off(report_t *self);
int report_reproduce(report_t *self);
int report_enough(report_t *self);

#endif
