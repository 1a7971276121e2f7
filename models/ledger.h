/*
 * The ledger, in whole pence, by month. Invariant: after care_ledger_close, income = spending + unspent, for every month, and what
 * budget lines have and spend adds up to the entries of the whole service; care_ledger_verify checks it.
 */
#ifndef CARE_LEDGER_H
#define CARE_LEDGER_H

#include "sim/core/error.h"

#include <stddef.h>
#include <stdint.h>

typedef enum {
    CARE_IN_BASE,        /* commissioner: today's service */
    CARE_IN_EXTRA,       /* commissioner: the plan */
    CARE_IN_SCHOOLS,     /* schools' payments */
    CARE_OUT_BASE,       /* today's posts */
    CARE_OUT_MANAGEMENT, /* what budget lines take before posts */
    CARE_OUT_LINK,       /* the plan's posts */
    CARE_OUT_CORE,       /* posts in core paid with the plan's money */
    CARE_UNSPENT,        /* balancing item: posts not filled; negative = the provider's loss */
    CARE_ENTRIES
} care_entry_t;

typedef struct {
    size_t n_months, n_lines;
    int64_t *pence; /* [0: the whole, 1 + line][entry][month] */
} care_ledger_t;

/** With the accounts of n_lines budget lines, which hold CARE_IN_BASE, CARE_OUT_BASE and CARE_OUT_MANAGEMENT. */
SIM_MUST_CHECK int care_ledger_init(care_ledger_t *self, size_t n_months, size_t n_lines);
void care_ledger_free(care_ledger_t *self);
void care_ledger_post(care_ledger_t *self, care_entry_t entry, size_t month, int64_t pence);
int64_t care_ledger_get(const care_ledger_t *self, care_entry_t entry, size_t month);
/** Post to a line's account, and so to the whole. */
void care_ledger_post_line(care_ledger_t *self, size_t line, care_entry_t entry, size_t month, int64_t pence);
int64_t care_ledger_get_line(const care_ledger_t *self, size_t line, care_entry_t entry, size_t month);
/** Book the month's balance as unspent. */
void care_ledger_close(care_ledger_t *self, size_t month);
/** 0, or SIM_ERR_INVARIANT when a closed month does not balance, or the lines do not add up. */
SIM_MUST_CHECK int care_ledger_verify(const care_ledger_t *self, size_t months);

#endif
