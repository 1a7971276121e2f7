/*
 * Designs: which points of the unit cube to run a model at, one coordinate an input. What an input's value is at a
 * coordinate u is its quantile (sim_dist_quantile); so a design knows of inputs nothing but how many there are, which
 * belong together, and which are correlated.
 *
 *   grid      n levels of every input: every combination; coordinates (level + 1/2) / levels
 *   mc        n independent points
 *   lhs       n points, one in each nth of every coordinate (Latin hypercube); spread out (maximin) up to
 *             EXP_SPREAD_POINTS
 *   halton    n points: radical inverses in the first primes, their digits scrambled
 *   sobol     n points, scrambled, best a power of 2; up to EXP_SOBOL_DIMENSIONS inputs
 *   morris    n trajectories of groups + 1 points: one group moves at a time, by half of the levels
 *   saltelli  n rows of groups + 2 points, A, AB_1 .. AB_k, B, of a scrambled Sobol' sequence of twice as many
 *             dimensions; with `second` BA_1 .. BA_k before B; up to EXP_SOBOL_DIMENSIONS / 2 inputs
 *   one       1 + 2 groups points: every input at 1/2, then one group at low, at high; n is not used
 *
 * Invariant: point i depends on the description and i alone, so any share of a design can be run anywhere; coordinates
 * lie in (0,1) strictly; points 0 .. m-1 of mc, halton, sobol, morris and saltelli stay the same when n grows. Nothing
 * in them comes from libm, so they are the same on every machine. Memory does not grow with n, but for two designs:
 * the spread-out hypercube (n x inputs places of 4 bytes) and a correlated one (n places of 4 bytes for each correlated
 * input).
 *
 * Correlations asked for are Spearman's, between ranks. In a Latin hypercube the places are reordered (Iman & Conover
 * 1982), which keeps its margins; elsewhere a Gaussian copula turns the coordinates of each point. Grids and
 * one-at-a-time designs take none; Morris and Saltelli designs only between inputs of one group, since an index of one
 * of two correlated inputs has no single meaning.
 *
 * References: M.D. McKay, R.J. Beckman, W.J. Conover, Technometrics 21 (1979) 239-245; M.D. Morris, T.J. Mitchell, J.
 * Statist. Plann. Inference 43 (1995) 381-402 (spreading out); J.H. Halton, Numer. Math. 2 (1960) 84-90; J. Matousek,
 * J. Complexity 14 (1998) 527-556 (scrambled digits); M.D. Morris, Technometrics 33 (1991) 161-174; A. Saltelli et al.,
 * Comput. Phys. Commun. 181 (2010) 259-270; R.L. Iman, W.J. Conover, Commun. Statist. B 11 (1982) 311-334.
 */
#ifndef EXP_DESIGN_H
#define EXP_DESIGN_H

#include "sim/core/error.h"
#include "sim/experiment/correlate.h"
#include "sim/experiment/latin.h"
#include "sim/experiment/sobol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXP_POINTS_MAX (UINT64_C(1) << 32)
#define EXP_INPUTS_MAX 4096
#define EXP_MORRIS_LEVELS 4
#define EXP_ONE_LOW 0.1
#define EXP_ONE_HIGH 0.9

typedef enum {
    EXP_POINTS_GRID,
    EXP_POINTS_MC,
    EXP_POINTS_LHS,
    EXP_POINTS_HALTON,
    EXP_POINTS_SOBOL,
    EXP_POINTS_MORRIS,
    EXP_POINTS_SALTELLI,
    EXP_POINTS_ONE,
    EXP_POINTS_KINDS
} exp_points_kind_t;

/* Zeroed, it lacks only kind, n and n_inputs. */
typedef struct {
    exp_points_kind_t kind;
    uint64_t n;
    uint32_t n_inputs;
    uint64_t seed;
    const uint32_t *group; /* borrowed; group of each input, 0 .. n_groups-1, none empty; NULL: each input is one */
    unsigned levels;       /* morris: even, 2 .. 1000; 0 means EXP_MORRIS_LEVELS */
    const uint32_t *level; /* borrowed; grid: levels of each input (categories of a discrete one), >= 1; NULL: n */
    bool second;           /* saltelli: BA points too */
    bool plain;            /* lhs: not spread out. halton, sobol, saltelli: not scrambled (coordinates may be 0) */
    double low, high;      /* one: coordinates; both 0 means EXP_ONE_LOW and EXP_ONE_HIGH */
    size_t n_correlations;
    const exp_correlation_t *correlation; /* borrowed */
} exp_points_spec_t;

typedef struct {
    exp_points_spec_t spec; /* with defaults filled in; borrows what the caller's does */
    uint32_t n_groups;
    uint64_t block; /* points a row (saltelli) or trajectory (morris); else 1 */
    uint64_t n_points;
    exp_sobol_t sobol;
    uint32_t source; /* of the keys: hash of the design's name */
    uint64_t *key;   /* owned; of each dimension */
    uint32_t *prime; /* owned; halton: base of each dimension */
    exp_latin_t latin;
    exp_normal_t normal; /* of the correlated inputs */
} exp_points_t;

/* What a point is in its design. */
typedef struct {
    uint64_t row;  /* row (saltelli), trajectory (morris); else the point's number */
    uint32_t part; /* saltelli: 0 = A, 1 .. k = AB_part, then BA_(part-k) if any, last = B; morris: 0 .. k; else 0 */
    int64_t group; /* moved to come here: AB and BA points, morris and one but for their first; else -1 */
} exp_point_role_t;

/**
@return 0; SIM_ERR_BAD_PARAM (a field outside its range, a group left empty, a correlation not allowed there);
SIM_ERR_UNSUPPORTED (more inputs than the design has); SIM_ERR_FULL (more than EXP_POINTS_MAX points);
SIM_ERR_INVARIANT (correlations that no inputs can have together: not positive definite); SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int exp_points_init(exp_points_t *self, const exp_points_spec_t *spec);
void exp_points_free(exp_points_t *self);
/** Point i < n_points into u[n_inputs]. May be called by several threads at once. */
void exp_points_at(const exp_points_t *self, uint64_t i, double *u);
exp_point_role_t exp_points_role(const exp_points_t *self, uint64_t i);

/** "grid", "mc", "lhs", "halton", "sobol", "morris", "saltelli", "one". */
const char *exp_points_kind_name(exp_points_kind_t kind);
/** EXP_POINTS_KINDS when there is none of that name. */
exp_points_kind_t exp_points_kind_named(const char *name);

#endif
