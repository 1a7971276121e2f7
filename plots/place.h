/*
 * Where labels go so that none hides another: beside the ends of lines, and around points.
 */
#ifndef PLOTS_PLACE_H
#define PLOTS_PLACE_H

#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>

/**
Spread labels along a line: each as near as can be to where it wants to be, in the same order, at least gap apart,
within [low, high] as far as they fit (labels that want too much room are gap-spaced from low). Least sum of squares,
by pooling adjacent violators (Barlow and others, 1972).
@param want  n places; those that are NaN are left out and come back as NaN
@param to    n places
@return 0 or SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int plot_spread(size_t n, const double *want, double gap, double low, double high, double *to);

/* Left, right, bottom and top, in pixels; y grows upwards. */
typedef struct {
    double left, right, bottom, top;
} plot_box_t;

/* A label at a point. */
typedef struct {
    double x, y;          /* the point */
    double width, height; /* of the text */
    /* where it is put: its middle height, and the end at which it begins (right of the point) or ends (left of it) */
    double at_x, at_y;
    bool left_of;
    bool far; /* a line should lead to it */
} plot_label_t;

/**
Place labels one after another beside their points (NaN: nowhere), free of one another and of the obstacles where that can be had.
@param area  that labels must stay in
*/
void plot_place(size_t n, plot_label_t *label, size_t n_obstacles, const plot_box_t *obstacle, const plot_box_t *area);
/** The box of a placed label. */
plot_box_t plot_label_box(const plot_label_t *label);

#endif
