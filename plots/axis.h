/*
 * Axes that hold some numbers, in round steps, with ticks named in their unit.
 *
 * Invariant: low < high; both, and every tick, are multiples of the step, or on a logarithmic axis 1, 2 or 5 times a power
 * of ten.
 */
#ifndef PLOTS_AXIS_H
#define PLOTS_AXIS_H

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    double low, high, step;
    bool is_log; /* the step is then of no use */
} plot_axis_t;

/** An axis from least to most (finite) in about so many steps; from 0 unless that would take half of it or more. */
plot_axis_t plot_axis(double least, double most, int steps);
/** The same, logarithmic; 0 < least. */
plot_axis_t plot_axis_log(double least, double most);
/** The ends of intervals, not beyond what a measure can be: 0 where no estimate is below it, 1 for a share that is at most that. */
void plot_within(const char *unit, double least_estimate, double most_estimate, double *least, double *most);
/** NAME_low, NAME_top, and arrays NAME_tick and NAME_tick_name into a script. */
void plot_put_axis(FILE *script, char name, const plot_axis_t *axis, const char *unit);
/** "spells", "£ million"; "" for a share, whose ticks say it all. */
const char *plot_unit_name(const plot_axis_t *axis, const char *unit);

/** "12,497", "44.2%", "£37.02m". */
void plot_show_number(char *text, size_t size, const char *unit, double value);

#endif
