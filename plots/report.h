/*
 * The report of a results file: one HTML file that needs nothing else, with figures as inline SVG, each with a text in its
 * place for those who cannot see it and a table of its numbers.
 *
 * A section is a row of a table (plots/report.c): what it is called, what the results must hold for it, and what writes
 * it. What needs more than the store (how numbers are written, queueing theory) is handed in.
 */
#ifndef PLOTS_REPORT_H
#define PLOTS_REPORT_H

#include "plots/plot.h"

/* How numbers are written: text, its size, the unit, and the numbers. */
typedef struct {
    void (*value)(char *text, size_t size, const char *unit, double value);
    void (*interval)(char *text, size_t size, const char *unit, double value, double low, double high);
    void (*difference)(char *text, size_t size, const char *unit, double value, double low, double high);
} plot_numbers_t;

/* A team as a formula sees it, beside the simulation. */
typedef struct {
    size_t plan;
    char pool[64];
    char given[200], quick[200], simulated[200], why[600];
} plot_quick_t;

/* In how many replications each plan has the greatest value of a measure over the whole run. */
typedef struct {
    const char *kpi;
    size_t counted, *wins; /* wins[plan]; NULL = not known */
} plot_wins_t;

typedef struct {
    store_reader_t *results; /* borrowed */
    const char *path;        /* of the results */
    const char *templates;   /* the directory of templates */
    const char *out;
    bool force;
    unsigned suppress; /* counts of groups below this, but above 0, are not shown; 0 = all are */
    plot_numbers_t numbers;
    size_t n_wins, n_quick;
    const plot_wins_t *wins;
    const plot_quick_t *quick;
} plot_report_t;

/**
Write the report. Without gnuplot it has its tables and no figures.
@return 0; SIM_ERR_NOT_FOUND when the results hold no estimates; SIM_ERR_EXISTS; SIM_ERR_IO; SIM_ERR_STORE; SIM_ERR_NO_MEMORY. fault says what was wrong.
*/
SIM_MUST_CHECK int plot_report(const plot_report_t *request, plot_fault_t *fault);

#endif
