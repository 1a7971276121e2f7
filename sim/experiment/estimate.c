#include "sim/experiment/estimate.h"

#include <stdlib.h>

#define BLOCK_BYTES ((size_t) 32 << 20)
#define BLOCK_CELLS_MIN 64

/* value[arm][rep][cell of the block] */
typedef struct {
    const exp_estimate_t *of;
    size_t first, n, stride;
    double *value;
} block_t;

size_t
exp_pair_index(uint32_t arm, uint32_t minus)
{
    return (size_t) arm * (arm - 1) / 2 + minus;
}

size_t
exp_n_pairs(uint32_t n_arms)
{
    return n_arms < 2 ? 0 : (size_t) n_arms * (n_arms - 1) / 2;
}

static size_t
block_cells(const exp_estimate_t *self)
{
    size_t records = (size_t) self->n_arms * self->n_reps;
    size_t cells = BLOCK_BYTES / sizeof(double) / (records > 0 ? records : 1);

    if (cells < BLOCK_CELLS_MIN) {
        cells = BLOCK_CELLS_MIN;
    }
    return cells < self->n_cells ? cells : self->n_cells;
}

static double *
series(const block_t *block, uint32_t arm, size_t i)
{
    return block->value + (size_t) arm * block->of->n_reps * block->stride + i;
}

static int
fetch_block(block_t *block)
{
    const exp_estimate_t *of = block->of;

    for (uint32_t arm = 0; arm < of->n_arms; arm++) {
        for (uint32_t rep = 0; rep < of->n_reps; rep++) {
            int ret = of->fetch(of->ctx, arm, rep, block->first, block->n, series(block, arm, 0) + rep * block->stride);

            if (ret != 0) {
                return ret;
            }
        }
    }
    return 0;
}

static int
hand_interval(const block_t *block, uint32_t arm, uint32_t minus, size_t i)
{
    const exp_estimate_t *of = block->of;
    ana_interval_t interval;

    if (minus == EXP_NO_ARM) {
        ana_mean_interval(series(block, arm, i), block->stride, of->n_reps, &interval);
    } else {
        ana_paired(series(block, arm, i), series(block, minus, i), block->stride, of->n_reps, &interval);
    }
    return interval.n == 0 ? 0 : of->sink(of->ctx, arm, minus, block->first + i, &interval);
}

static int
estimate_pair(const block_t *block, uint32_t arm, uint32_t minus)
{
    const exp_estimate_t *of = block->of;
    exp_scope_t wanted = minus == EXP_NO_ARM ? EXP_PLANS_ONLY : minus == 0 ? EXP_AGAINST_FIRST : EXP_ALL_PAIRS;
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < block->n; i++) {
        if (of->scope(of->ctx, block->first + i) >= wanted) {
            ret = hand_interval(block, arm, minus, i);
        }
    }
    return ret;
}

static int
estimate_block(block_t *block)
{
    int ret = fetch_block(block);

    for (uint32_t arm = 0; ret == 0 && arm < block->of->n_arms; arm++) {
        ret = estimate_pair(block, arm, EXP_NO_ARM);
    }
    for (uint32_t arm = 1; ret == 0 && arm < block->of->n_arms; arm++) {
        for (uint32_t minus = 0; ret == 0 && minus < arm; minus++) {
            ret = estimate_pair(block, arm, minus);
        }
    }
    return ret;
}

int
exp_estimate(const exp_estimate_t *self)
{
    block_t block = { .of = self, .stride = block_cells(self) };
    int ret = 0;

    if (block.stride == 0 || self->n_arms == 0 || self->n_reps == 0) {
        return 0;
    }
    block.value = calloc((size_t) self->n_arms * self->n_reps * block.stride, sizeof(*block.value));
    if (block.value == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (block.first = 0; ret == 0 && block.first < self->n_cells; block.first += block.stride) {
        block.n = self->n_cells - block.first < block.stride ? self->n_cells - block.first : block.stride;
        ret = estimate_block(&block);
    }
    free(block.value);
    return ret;
}
