/*
 * Scenario discovery: the patient rule induction method looks for a box, limits on a few inputs, that holds most of the
 * cases of interest (coverage) and little else (density): "the cluster model fails when growth is above 6% a year and
 * recruitment takes more than 5 months".
 *
 *   peel    from the whole space a thin slice is taken off at one limit of one input, again and again, the one that
 *           raises the density most for what it removes; each box on the way is kept
 *   choose  of these the box with the greatest harmonic mean of coverage and density
 *   paste   slices are put back at its limits while the density does not fall
 *   prune   a limit whose quasi-p-value is above ANA_PRIM_P is dropped, the greatest first
 *
 * The quasi-p-value of a limit is the probability of as many cases of interest among as many points as the box has, at
 * the density that the box has without this limit (binomial): small where the limit is not there by chance. The box was
 * found in the same points, so it is no proper p-value.
 *
 * A limit lies midway between the points it parts. Of a categorical input categories are taken out, one at a time.
 *
 * References: J.H. Friedman, N.I. Fisher, Statist. Comput. 9 (1999) 123-143; B.P. Bryant, R.J. Lempert, Technol.
 * Forecast. Soc. Change 77 (2010) 34-49; J.H. Kwakkel, S.C. Cunningham, ibid. 111 (2016) 124-134 (gain for what is
 * removed).
 */
#ifndef ANA_PRIM_H
#define ANA_PRIM_H

#include "sim/analysis/inputs.h"

#include <stdbool.h>
#include <stdint.h>

#define ANA_CATEGORIES_MAX 64
#define ANA_PRIM_SLICE 0.05
#define ANA_PRIM_LEAST 0.02
#define ANA_PRIM_P 0.05

typedef struct {
    ana_inputs_t inputs;
    const double *y;         /* y[point]: 1 = of interest, 0 = not, NaN: left out; borrowed */
    const bool *categorical; /* categorical[input], NULL: none; values 0 .. ANA_CATEGORIES_MAX-1; borrowed */
    double slice;            /* share of the box taken off at a time, 0 .. 0.5; a fifth of it is put back at a time */
    double least;            /* least share of all points that a box may have */
} ana_prim_rule_t;

typedef struct {
    double low, high;    /* -inf and inf where there is no limit */
    uint64_t categories; /* bits of those inside; all ones when not categorical or not limited */
    double p_low;        /* quasi-p-value of low, or of the categories; NaN where there is no limit */
    double p_high;
} ana_limit_t;

typedef struct {
    size_t n, n_interest; /* points inside, and those of interest */
    double coverage;      /* share of all cases of interest that are inside */
    double density;       /* share of what is inside that is of interest */
    double support;       /* share of all points that are inside */
} ana_box_t;

typedef struct {
    size_t n_inputs;
    ana_limit_t *limit; /* owned; [input]: the box chosen, pasted and pruned */
    ana_box_t box;      /* what it holds */
    size_t n_boxes;     /* peeled, the whole space first */
    ana_box_t *peeled;  /* owned; [n_boxes]: the trade between coverage and density */
} ana_prim_t;

/**
@return 0; SIM_ERR_BAD_PARAM (a rule outside its ranges; no point or no case of interest; a category out of range);
SIM_ERR_NO_MEMORY. Free it in any case. O(n_points n_inputs (log n_points + boxes)).
*/
SIM_MUST_CHECK int ana_prim_init(ana_prim_t *self, const ana_prim_rule_t *rule);
void ana_prim_free(ana_prim_t *self);
/** Whether values x[input] lie in the box. */
bool ana_prim_holds(const ana_prim_t *self, const double *x);

#endif
