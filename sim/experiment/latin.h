/*
 * Latin hypercubes: of each coordinate, one point in each nth. Where a coordinate's points lie is a shuffle that needs
 * no table; tables are made of the correlated coordinates, which are reordered, and of all when the points are spread
 * out.
 *
 * Spreading out exchanges the places of two points in one coordinate whenever that lowers the sum over pairs of
 * distance^-16, whose least value has the greatest least distance (Morris & Mitchell 1995); the search is bounded and
 * always the same.
 */
#ifndef EXP_LATIN_H
#define EXP_LATIN_H

#include "sim/core/error.h"
#include "sim/experiment/correlate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXP_SPREAD_POINTS 2048 /* the search keeps the distance of every pair meanwhile: 32 MB */

typedef struct {
    uint64_t n_points;
    uint32_t n_inputs;
    const uint64_t *key; /* borrowed; of each input */
    uint32_t **place;    /* owned; of each input: places of its points, or NULL for those of its shuffle */
    bool is_spread;
} exp_latin_t;

/**
@param key     of each input; the caller keeps it
@param normal  correlations, may have none
@param spread  whether to spread out, which is done up to EXP_SPREAD_POINTS points of 2 inputs or more
@return 0 or SIM_ERR_NO_MEMORY. Free it in any case.
*/
SIM_MUST_CHECK int exp_latin_init(exp_latin_t *self, uint64_t n_points, uint32_t n_inputs, const uint64_t *key,
    const exp_normal_t *normal, bool spread);
void exp_latin_free(exp_latin_t *self);
/** Coordinate of point i, in (0,1). */
double exp_latin_at(const exp_latin_t *self, uint64_t i, uint32_t input);

#endif
