#include "sim/experiment/sobol.h"

#include "sim/experiment/shuffle.h"

#include <stdlib.h>
#include <string.h>

static size_t
degree_of(uint16_t polynomial)
{
    size_t degree = 0;

    while (polynomial >> (degree + 1) != 0) {
        degree++;
    }
    return degree;
}

/* Fills one dimension; v_k has its first digit that is not 0 at place k. Returns how many starts it took. */
static size_t
fill_directions(uint16_t polynomial, const uint16_t *start, uint32_t v[EXP_SOBOL_BITS])
{
    size_t degree = degree_of(polynomial);

    for (size_t k = 0; k < degree; k++) {
        v[k] = (uint32_t) start[k] << (EXP_SOBOL_BITS - 1 - k);
    }
    for (size_t k = degree; k < EXP_SOBOL_BITS; k++) {
        v[k] = v[k - degree] ^ (v[k - degree] >> degree);
        for (size_t i = 1; i < degree; i++) {
            if ((polynomial >> (degree - i) & 1u) != 0) {
                v[k] ^= v[k - i];
            }
        }
    }
    return degree;
}

int
exp_sobol_init(exp_sobol_t *self, size_t n_dimensions)
{
    const uint16_t *start = EXP_SOBOL_START;

    memset(self, 0, sizeof(*self));
    if (n_dimensions == 0 || n_dimensions > EXP_SOBOL_DIMENSIONS) {
        return n_dimensions == 0 ? SIM_ERR_BAD_PARAM : SIM_ERR_UNSUPPORTED;
    }
    self->direction = calloc(n_dimensions, sizeof(*self->direction));
    if (self->direction == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->n_dimensions = n_dimensions;
    for (size_t k = 0; k < EXP_SOBOL_BITS; k++) {
        self->direction[0][k] = UINT32_C(1) << (EXP_SOBOL_BITS - 1 - k);
    }
    for (size_t j = 1; j < n_dimensions; j++) {
        start += fill_directions(EXP_SOBOL_POLYNOMIAL[j - 1], start, self->direction[j]);
    }
    return 0;
}

void
exp_sobol_free(exp_sobol_t *self)
{
    free(self->direction);
    memset(self, 0, sizeof(*self));
}

uint32_t
exp_sobol_bits(const exp_sobol_t *self, uint64_t i, size_t dimension)
{
    const uint32_t *v = self->direction[dimension];
    uint32_t bits = 0;

    for (uint64_t gray = i ^ (i >> 1); gray != 0; gray >>= 1, v++) {
        bits ^= (gray & 1u) != 0 ? *v : 0;
    }
    return bits;
}

double
exp_sobol_scramble(uint32_t bits, uint64_t key)
{
    uint32_t turned = 0;

    for (unsigned k = 0; k < EXP_SOBOL_BITS; k++) {
        unsigned place = EXP_SOBOL_BITS - 1 - k;
        uint32_t before = (uint32_t) ((uint64_t) bits >> (place + 1));
        sim_stream_t draw = sim_draw(key, before, (uint16_t) k, 0);

        turned |= (uint32_t) (sim_stream_bits(&draw) >> 63) << place;
    }
    return ((double) (bits ^ turned) + exp_jitter(sim_draw(key, bits, EXP_SOBOL_BITS, 0))) * 0x1p-32;
}
