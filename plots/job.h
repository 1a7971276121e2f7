/*
 * A figure in the making: the plans it shows, how they are called and coloured, and the two texts that are being
 * written. Inside plots/ only.
 *
 * Invariant: plan[i] < n_plans of the results; label[i] is free of control characters and of bytes that are not UTF-8.
 */
#ifndef PLOTS_JOB_H
#define PLOTS_JOB_H

#include "plots/plot.h"

#include <stdint.h>
#include <stdio.h>

/* The canvas, in pixels; a template may make it higher. Text of the size PLOT_TEXT is legible at this size. */
#define PLOT_WIDTH 900.0
#define PLOT_HEIGHT 560.0
#define PLOT_TEXT 13.0

typedef struct {
    double estimate, low, high; /* NaN where not known */
} plot_value_t;

typedef struct {
    const char *kpi, *group;
} plot_column_t;

typedef struct plot_job {
    store_reader_t *results; /* borrowed */
    const plot_figure_t *figure;
    const char *kpi, *group, *by; /* asked for; NULL = not */
    char title[160];              /* in place of the figure's; "" = as it is */
    const char *template;         /* in place of the figure's name; NULL = that */
    size_t n_plans;
    size_t *plan;      /* which plans of the results */
    char **label;      /* their titles when all are short, else their names */
    char (*colour)[8]; /* "#rrggbb" */
    double years;      /* length of the run */
    uint32_t reps;     /* most replications behind an estimate */
    bool no_intervals; /* the figure shows none */
    FILE *script, *data;
    plot_fault_t *fault;
} plot_job_t;

/* Estimates of some columns for each plan and period. */
typedef struct {
    size_t n_columns, n_periods;
    plot_value_t *value; /* [plan][column][period] */
    size_t *period;      /* which periods of the results */
} plot_grid_t;

SIM_MUST_CHECK int plot_job_init(plot_job_t *self, const plot_request_t *request, plot_fault_t *fault);
void plot_job_free(plot_job_t *self);
/** Fill the fault and return code. */
int plot_fail(plot_fault_t *fault, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/**
Read estimates.
@param kind  of the periods: "all", "month" or "year"
@return 0; SIM_ERR_NOT_FOUND when a column has no estimate for any plan. The caller frees even on error.
*/
SIM_MUST_CHECK int plot_grid_init(plot_grid_t *self, plot_job_t *job, const plot_column_t *column, size_t n,
    const char *kind);
void plot_grid_free(plot_grid_t *self);
static inline const plot_value_t *
plot_grid_at(const plot_grid_t *self, size_t plan, size_t column, size_t period)
{
    return &self->value[(plan * self->n_columns + column) * self->n_periods + period];
}
/** The greatest of estimate and high; 0 when nothing is known. */
double plot_grid_max(const plot_grid_t *self, size_t n_plans);
/** Whether the results hold estimates of a column for at least one of the plans; not an error when they do not. */
bool plot_has(plot_job_t *job, const char *kpi, const char *group);

/**
Legend_x, Legend_y (pixels from the left and the top, one for each plan) and legend_top, for a row or more at the
foot.
*/
SIM_MUST_CHECK int plot_put_legend(plot_job_t *job);

/** x_low, x_top and a tick at the beginning of calendar years, so many that they can be read in a panel. */
void plot_put_calendar_years(plot_job_t *job);
/** Of a figure with a panel for each plan, three beside each other (four in two rows). */
double plot_panels_height(const plot_job_t *job);
/** Pixels at the right for the longest name. */
double plot_name_room(const plot_job_t *job);
/**
Arrays End (last known values of the grid's first column) and Name_at (heights of the names beside them), on an axis from
low to top that is so many pixels high.
*/
SIM_MUST_CHECK int plot_put_ends(plot_job_t *job, const plot_grid_t *grid, double low, double top, double pixels);
/** The measure that the figure was asked for. @return 0 or SIM_ERR_BAD_PARAM */
SIM_MUST_CHECK int plot_asked_kpi(plot_job_t *job, const store_kpi_t **kpi);
/** The figure's title, of words and names that gnuplot is to take as they are. */
void plot_title(plot_job_t *job, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** What the measure means, as one line of at most n characters; room for 4 n bytes. */
void plot_describe(const store_kpi_t *kpi, size_t n, char *text);

int plot_write_list(plot_job_t *job);
int plot_write_waits(plot_job_t *job);
int plot_write_funnel(plot_job_t *job);
int plot_write_frontier(plot_job_t *job);
int plot_write_split(plot_job_t *job);
int plot_write_equity(plot_job_t *job);
int plot_write_welch(plot_job_t *job);
int plot_write_trend(plot_job_t *job);
int plot_write_groups(plot_job_t *job);
int plot_write_facts(plot_job_t *job);
int plot_write_gain(plot_job_t *job);
int plot_write_fan(plot_job_t *job);
int plot_write_cover(plot_job_t *job);
int plot_write_converge(plot_job_t *job);
int plot_write_waterfall(plot_job_t *job);
int plot_write_flow(plot_job_t *job);
int plot_write_bands(plot_job_t *job);

#endif
