/*
 * Standard exponential and standard normal variates by the ziggurat of McFarland (2014): 256 equal shares of the area
 * under the density, nearly all of them whole rectangles below the curve. A 64-bit word chooses a share with its low 8
 * bits. When that is a rectangle (98.4 % of exponentials, 98.8 % of normals) the variate is its width times a fraction
 * from the word's high bits, with no look at the density; otherwise further words of the stream choose a place between
 * the curve and the rectangles.
 *
 * Invariant: a variate depends on its stream alone, has the same bits on every IEEE-754 machine and is never 0. Bits
 * 0-7 choose the layer; bits 12-63 (exponential) or 11-63 (normal, the highest the sign) make a fraction that is an odd
 * multiple of 2^-53, so the two are independent.
 *
 * References: C.D. McFarland, J. Statist. Comput. Simul. 86 (2016) 1281-1294 (arXiv:1403.6870, 2014); after
 * G. Marsaglia, W.W. Tsang, J. Statist. Softw. 5(8) (2000).
 */
#ifndef SIM_ZIGGURAT_H
#define SIM_ZIGGURAT_H

#include "sim/core/random.h"

#include <stddef.h>
#include <stdint.h>

#define SIM_ZIGGURAT_EXPONENTIAL_LAYERS 252
#define SIM_ZIGGURAT_NORMAL_LAYERS 253

/* Widths of the rectangles from the widest (the lowest) to the narrowest, times 2^-53; then 0. */
extern const double SIM_ZIGGURAT_EXPONENTIAL[SIM_ZIGGURAT_EXPONENTIAL_LAYERS + 1];
extern const double SIM_ZIGGURAT_NORMAL[SIM_ZIGGURAT_NORMAL_LAYERS + 1];
/* The heights of their tops, then 1; and the cumulative shares of what they leave out. Used by the rest alone. */
extern const double SIM_ZIGGURAT_EXPONENTIAL_TOP[SIM_ZIGGURAT_EXPONENTIAL_LAYERS + 1];
extern const double SIM_ZIGGURAT_EXPONENTIAL_REST[SIM_ZIGGURAT_EXPONENTIAL_LAYERS + 1];
extern const double SIM_ZIGGURAT_NORMAL_TOP[SIM_ZIGGURAT_NORMAL_LAYERS + 1];
extern const double SIM_ZIGGURAT_NORMAL_REST[SIM_ZIGGURAT_NORMAL_LAYERS + 1];

/** A variate from what the rectangles leave out, given the stream after its first word, and that word for the sign. */
double sim_ziggurat_exponential_rest(sim_stream_t *stream);
double sim_ziggurat_normal_rest(uint64_t bits, sim_stream_t *stream);

static inline double
sim_ziggurat_exponential_inside(uint64_t bits, size_t layer)
{
    return (double) (int64_t) (bits >> 11 | 1u) * SIM_ZIGGURAT_EXPONENTIAL[layer];
}

static inline double
sim_ziggurat_normal_inside(uint64_t bits, size_t layer)
{
    return (double) ((int64_t) bits >> 10 | 1) * SIM_ZIGGURAT_NORMAL[layer];
}

/** Standard exponential (mean 1) at an address. */
static inline double
sim_ziggurat_exponential(sim_stream_t stream)
{
    uint64_t bits = sim_stream_bits(&stream);
    size_t layer = bits & 255u;

    if (layer >= SIM_ZIGGURAT_EXPONENTIAL_LAYERS) {
        sim_stream_t rest = stream; /* a copy, so that the stream itself can stay in a register */

        return sim_ziggurat_exponential_rest(&rest);
    }
    return sim_ziggurat_exponential_inside(bits, layer);
}

/** The same as the next of several variates of a stream. */
static inline double
sim_ziggurat_exponential_next(sim_stream_t *stream)
{
    uint64_t bits = sim_stream_bits(stream);
    size_t layer = bits & 255u;

    if (layer >= SIM_ZIGGURAT_EXPONENTIAL_LAYERS) {
        return sim_ziggurat_exponential_rest(stream);
    }
    return sim_ziggurat_exponential_inside(bits, layer);
}

/** Standard normal (mean 0, sd 1) at an address. */
static inline double
sim_ziggurat_normal(sim_stream_t stream)
{
    uint64_t bits = sim_stream_bits(&stream);
    size_t layer = bits & 255u;

    if (layer >= SIM_ZIGGURAT_NORMAL_LAYERS) {
        sim_stream_t rest = stream;

        return sim_ziggurat_normal_rest(bits, &rest);
    }
    return sim_ziggurat_normal_inside(bits, layer);
}

/** The same as the next of several variates of a stream. */
static inline double
sim_ziggurat_normal_next(sim_stream_t *stream)
{
    uint64_t bits = sim_stream_bits(stream);
    size_t layer = bits & 255u;

    if (layer >= SIM_ZIGGURAT_NORMAL_LAYERS) {
        return sim_ziggurat_normal_rest(bits, stream);
    }
    return sim_ziggurat_normal_inside(bits, layer);
}

#endif
