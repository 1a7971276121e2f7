/*
 * The ledger, in whole pence, by month. Invariant: after care_ledger_close, income = spending + unspent, for every month;
 * care_ledger_verify checks it.
 */
#ifndef CARE_LEDGER_H
#define CARE_LEDGER_H

#include "sim/core/error.h"

#include <stddef.h>
#include <stdint.h>

typedef enum {
    CARE_IN_BASE,    /* commissioner: today's service */
    CARE_IN_EXTRA,   /* commissioner: the plan */
    CARE_IN_SCHOOLS, /* schools' payments */
    CARE_OUT_BASE,   /* today's posts */
    CARE_OUT_LINK,   /* the plan's posts */
    CARE_OUT_CORE,   /* posts in core paid with the plan's money */
    CARE_UNSPENT,    /* balancing item: posts not filled; negative = the provider's loss */
    CARE_LEDGER_LINES
} care_ledger_line_t;

typedef struct {
    size_t n_months;
    int64_t *pence; /* [line][month] */
} care_ledger_t;

SIM_MUST_CHECK int care_ledger_init(care_ledger_t *self, size_t n_months);
void care_ledger_free(care_ledger_t *self);
void care_ledger_post(care_ledger_t *self, care_ledger_line_t line, size_t month, int64_t pence);
int64_t care_ledger_get(const care_ledger_t *self, care_ledger_line_t line, size_t month);
/** Book the month's balance as unspent. */
void care_ledger_close(care_ledger_t *self, size_t month);
/** 0, or SIM_ERR_INVARIANT when a closed month does not balance. */
SIM_MUST_CHECK int care_ledger_verify(const care_ledger_t *self, size_t months);

#endif
