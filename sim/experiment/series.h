/*
 * Series of an experiment: values that follow the cells in every record, kept as their mean over replications and its
 * 95% interval (Student's t) for each arm, without keeping the replications.
 *
 * Invariant: records are added in index order, so the sums are the same for any number of threads (Welford, Note on a
 * method for calculating corrected sums of squares and products, Technometrics 4(3), 1962).
 */
#ifndef EXP_SERIES_H
#define EXP_SERIES_H

#include "sim/analysis/interval.h"
#include "sim/experiment/experiment.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t n_arms;
    size_t n_cells;   /* of a record that is handed on */
    size_t n;         /* values that follow them */
    exp_sink_t *sink; /* records are handed on to it without the series */
    void *sink_ctx;
    uint32_t *reps;        /* of each arm; owned */
    double *mean, *square; /* [arm][n], square about the mean; owned */
} exp_series_t;

/** @return 0 or SIM_ERR_NO_MEMORY; the caller frees even on error */
SIM_MUST_CHECK int exp_series_init(exp_series_t *self, uint32_t n_arms, size_t n_cells, size_t n, exp_sink_t *sink,
    void *sink_ctx);
void exp_series_free(exp_series_t *self);
/** An exp_sink_t; ctx is the exp_series_t. Failed records add nothing and are handed on. */
int exp_series_sink(void *ctx, const exp_record_t *record);
/** Mean and interval of value i of an arm. */
void exp_series_at(const exp_series_t *self, uint32_t arm, size_t i, ana_interval_t *interval);

#endif
