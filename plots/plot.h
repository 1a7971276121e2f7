/*
 * Figures of a results file, drawn by gnuplot through a pipe.
 *
 * A figure is a row of PLOT_FIGURES: a function that takes its numbers from the store, and a template, which is a
 * gnuplot script. Beside every figure STEM.svg two files are kept: STEM.dat, the numbers, and STEM.gp, a script that
 * is complete in itself, so that `gnuplot STEM.gp` makes the figure again after a change. The script is the same for
 * every format.
 *
 * Names and titles that users chose reach gnuplot only within single quotes, where it neither expands nor runs
 * anything, and no shell ever sees them.
 */
#ifndef PLOTS_PLOT_H
#define PLOTS_PLOT_H

#include "sim/core/error.h"
#include "sim/store/store.h"

#include <stdbool.h>
#include <stddef.h>

/* What went wrong, in one sentence for the user. */
typedef struct {
    char text[1024];
} plot_fault_t;

struct plot_job;

/* A figure that takes a measure or a dimension needs it; a group is "all" unless one is named. */
enum { PLOT_TAKES_KPI = 1, PLOT_TAKES_GROUP = 2, PLOT_TAKES_BY = 4 };

typedef struct {
    const char *name;  /* "list" */
    const char *doc;   /* one line */
    const char *title; /* what is seen */
    unsigned takes;    /* PLOT_TAKES_*: what can be asked for */
    /* Numbers into job->data, and what the template must know into job->script. */
    int (*write)(struct plot_job *job);
    const char *template; /* of its script; NULL = its name */
} plot_figure_t;

extern const plot_figure_t PLOT_FIGURES[];
extern const size_t PLOT_N_FIGURES;

/** "svg", "png" or "pdf", in that order. */
extern const char *const PLOT_FORMATS[];
extern const size_t PLOT_N_FORMATS;

typedef struct {
    store_reader_t *results; /* borrowed */
    const plot_figure_t *figure;
    const char *plans;     /* comma-separated names; NULL = all */
    const char *kpi;       /* the measure, for figures of any measure; NULL = not given */
    const char *group;     /* the group; NULL = all */
    const char *by;        /* the dimension; NULL = not given */
    const char *title;     /* NULL = the figure's own */
    const char *templates; /* the directory of the templates */
    const char *out;       /* the file to make */
    const char *format;    /* one of PLOT_FORMATS */
    bool force;            /* overwrite what is there */
} plot_request_t;

/** NULL when there is none. */
const plot_figure_t *plot_find(const char *name);

/**
Make a figure, and keep its script and its numbers beside it.
@return 0;
SIM_ERR_BAD_PARAM for a plan, measure, group or dimension that is not there, is missing or is not for this figure, or a
name that cannot be one of a figure;
SIM_ERR_NOT_FOUND when the results have not what the figure shows;
SIM_ERR_EXISTS when one of the three files is there, and is not what would be written;
SIM_ERR_UNSUPPORTED when gnuplot cannot be started: script and numbers are written;
SIM_ERR_IO when it failed, or a file cannot be read or written; SIM_ERR_STORE; SIM_ERR_NO_MEMORY.
fault says what was wrong.
*/
SIM_MUST_CHECK int plot_make(const plot_request_t *request, plot_fault_t *fault);

#endif
