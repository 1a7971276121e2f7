/*
 * The value of information: what it would be worth to know parameters before choosing an offer. Each point of a sample
 * is a state of the world; an offer's benefit there is in pounds, or in days of waiting, whichever the caller states:
 *
 *   net benefit in pounds = value of a day x days of waiting saved - cost     (or of an improved child)
 *   in days of waiting = net benefit in pounds / value of a day
 *
 * Now the offer of the greatest mean benefit is chosen for all points. With perfect information the best is chosen at
 * each point: EVPI is the mean gain. With perfect information on some parameters the best is chosen by the expected
 * benefits given these, which are estimated by regression (spline.h): EVPPI.
 *
 * Benefits of a point are means of replications, and the greatest of several noisy means is too great: the plain EVPI
 * is an upper bound in expectation. Choosing by all replications but one and counting the gain in that one gives a
 * lower bound. Regression averages the noise out, so EVPPI needs no such bounds; but a fit to nothing but noise gains a
 * little too, which `bias` estimates (Strong, Oakley & Brennan 2014).
 *
 * References: H. Raiffa, R. Schlaifer, Applied Statistical Decision Theory (1961); M. Strong, J.E. Oakley, A. Brennan,
 * Med. Decis. Making 34 (2014) 311-326; M.D. Stevenson et al., ibid. 24 (2004) 89-100.
 */
#ifndef ANA_VALUE_H
#define ANA_VALUE_H

#include "sim/analysis/inputs.h"
#include "sim/analysis/interval.h"

#include <stdint.h>

#define ANA_OFFERS_MAX 64
#define ANA_VALUE_DRAWS 200

/* A point counts when all offers are known there. */
typedef struct {
    const double *const *benefit; /* benefit[offer][point * n_reps + rep]; NaN where it failed; the greatest is best */
    size_t n_offers, n_points, n_reps;
} ana_decision_t;

typedef struct {
    ana_interval_t mean;   /* benefit, over points */
    ana_interval_t p_best; /* share of points in which it is best; Wilson's interval; equals share a point */
    ana_interval_t regret; /* how much better the best of each point is, on average; an upper bound as EVPI is */
} ana_offer_t;

typedef struct {
    size_t best;          /* offer of the greatest mean */
    ana_interval_t upper; /* of EVPI: plain */
    ana_interval_t lower; /* of EVPI: chosen by other replications; NaN with one replication */
    double unclear;  /* share of points whose best leads by less than 2 standard errors; NaN with one replication */
    size_t n_points; /* that count */
} ana_information_t;

/**
@param offer  [n_offers]
@return 0; SIM_ERR_BAD_PARAM (no or too many offers, no replication, fewer than 2 points); SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int ana_decide(const ana_decision_t *decision, ana_offer_t *offer, ana_information_t *information);

typedef struct {
    ana_interval_t value; /* EVPPI, in the unit of benefit; low is not below 0 */
    double bias;          /* by which it is probably too great */
    double freedom;       /* effective number of terms of the regression */
} ana_partial_t;

/**
EVPPI of one input, or of several together.
@param which  which[n_which]: inputs, 1 .. ANA_SPLINE_INPUTS of them
@param draws  of the regressions' coefficients, for the standard error; at least 2
@return as ana_decide and ana_spline_init
*/
SIM_MUST_CHECK int ana_evppi(const ana_decision_t *decision, const ana_inputs_t *inputs, size_t n_which,
    const size_t *which, size_t draws, uint64_t seed, ana_partial_t *partial);

#endif
