/*
 * Sobol' points: base-2 digital sequences in which every coordinate fills the unit interval evenly, and every 2^k
 * points from a multiple of 2^k on hold one in each interval of length 2^-k. In the order of the Gray code, so that
 * unscrambled points are those published; each is worked out from its number alone.
 *
 * Scrambled, the points keep that balance and each is uniform on the unit cube, so a mean over them is without bias.
 *
 * References: I.M. Sobol', USSR Comput. Math. Math. Phys. 7(4) (1967) 86-112; I.A. Antonov, V.M. Saleev, ibid. 19(1)
 * (1979) 252-256; S. Joe, F.Y. Kuo, SIAM J. Sci. Comput. 30 (2008) 2635-2654; scrambling: A.B. Owen, in Monte Carlo and
 * Quasi-Monte Carlo Methods in Scientific Computing, Springer (1995) 299-317.
 */
#ifndef EXP_SOBOL_H
#define EXP_SOBOL_H

#include "sim/core/error.h"

#include <stddef.h>
#include <stdint.h>

#define EXP_SOBOL_DIMENSIONS 481
#define EXP_SOBOL_STARTS 5033
#define EXP_SOBOL_BITS 32
#define EXP_SOBOL_POINTS (UINT64_C(1) << EXP_SOBOL_BITS)

extern const uint16_t EXP_SOBOL_POLYNOMIAL[EXP_SOBOL_DIMENSIONS - 1];
extern const uint16_t EXP_SOBOL_START[EXP_SOBOL_STARTS];

typedef struct {
    size_t n_dimensions;
    uint32_t (*direction)[EXP_SOBOL_BITS]; /* owned */
} exp_sobol_t;

/**
@return 0, SIM_ERR_UNSUPPORTED (more than EXP_SOBOL_DIMENSIONS), SIM_ERR_BAD_PARAM (none), SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int exp_sobol_init(exp_sobol_t *self, size_t n_dimensions);
void exp_sobol_free(exp_sobol_t *self);
/** Coordinate of point i < EXP_SOBOL_POINTS, times 2^32. */
uint32_t exp_sobol_bits(const exp_sobol_t *self, uint64_t i, size_t dimension);
/**
Owen's nested uniform scrambling of one coordinate: each digit is turned or not by a draw addressed by the digits before
it, and a uniform below the last digit follows.
@param key  of the dimension
@return a coordinate in (0,1)
*/
double exp_sobol_scramble(uint32_t bits, uint64_t key);

#endif
