/*
 * The ledger, in whole pence, by month: double entry. Each posting debits one account and credits another of the same unit by the
 * same pence. A unit is a budget line, or today's service where there are no lines, or the plan.
 *
 * Two parties keep books. The commissioner's side: funders give money to the budget; what the provider earns is a purchase, what it
 * does not earn stays unspent. The provider's side: what it earns is income and owed to it until it is paid, or was paid in advance;
 * what it spends is paid in cash; a month's result goes to its surplus.
 *
 * Invariant, checked by care_ledger_verify: in every month and unit debits equal credits, of both sides apart; income, spending and
 * result are closed; the budget holds what is owed to the provider less what it was paid in advance.
 */
#ifndef CARE_LEDGER_H
#define CARE_LEDGER_H

#include "sim/core/error.h"

#include <stddef.h>
#include <stdint.h>

typedef enum {
    /* the commissioner's side; after these the funders' accounts, from CARE_ACC_FUNDER on */
    CARE_ACC_BUDGET,    /* given and not yet paid or kept */
    CARE_ACC_PURCHASES, /* paid to the provider */
    CARE_ACC_UNSPENT,   /* kept by the commissioner; negative: more was bought than was given */
    /* the provider's */
    CARE_ACC_CASH,
    CARE_ACC_RECEIVABLE, /* earned, not yet paid */
    CARE_ACC_ADVANCE,    /* paid, not yet earned */
    CARE_ACC_BLOCK,      /* income by kind */
    CARE_ACC_ACTIVITY,
    CARE_ACC_OUTCOME,
    CARE_ACC_TRADED,     /* paid by schools */
    CARE_ACC_ADJUSTMENT, /* cap, collar, risk and gain share */
    CARE_ACC_POSTS,      /* spending by kind */
    CARE_ACC_CORE_POSTS, /* of a plan: its posts in core */
    CARE_ACC_NON_PAY,
    CARE_ACC_OVERHEADS,
    CARE_ACC_MANAGEMENT,
    CARE_ACC_RESULT,  /* of the month */
    CARE_ACC_SURPLUS, /* kept by the provider; negative: its loss */
    CARE_ACC_FUNDER,
} care_account_t;
#define CARE_ACC_FIRST_INCOME CARE_ACC_BLOCK
#define CARE_ACC_FIRST_SPENDING CARE_ACC_POSTS

/* Of the accounts before the funders'. */
extern const char *const CARE_ACCOUNT_NAME[CARE_ACC_FUNDER];

typedef struct {
    int64_t debit, credit;
} care_entry_t;

typedef struct {
    size_t n_months, n_units, n_accounts;
    care_entry_t *entry; /* [unit][account][month]; owned */
} care_ledger_t;

/** With n_funders accounts after the others. */
SIM_MUST_CHECK int care_ledger_init(care_ledger_t *self, size_t n_months, size_t n_units, size_t n_funders);
void care_ledger_free(care_ledger_t *self);
/** Debit one account and credit another; pence below 0 the other way round. */
void care_ledger_post(care_ledger_t *self, size_t unit, size_t month, size_t debit, size_t credit, int64_t pence);
care_entry_t care_ledger_entry(const care_ledger_t *self, size_t unit, size_t account, size_t month);
/** Debits less credits of an account in one month; of all units together with CARE_LEDGER_ALL. */
int64_t care_ledger_month(const care_ledger_t *self, size_t unit, size_t account, size_t month);
/** ... up to the end of a month. */
int64_t care_ledger_balance(const care_ledger_t *self, size_t unit, size_t account, size_t month);
#define CARE_LEDGER_ALL SIZE_MAX
/** What was spent in a month that is not closed yet, and what was earned. */
int64_t care_ledger_spent(const care_ledger_t *self, size_t unit, size_t month);
int64_t care_ledger_earned(const care_ledger_t *self, size_t unit, size_t month);
/** What all funders gave. */
int64_t care_ledger_funded(const care_ledger_t *self, size_t unit, size_t month);
/** Income and spending of the month to its result, and that to the surplus. */
void care_ledger_close(care_ledger_t *self, size_t month);
/** 0, or SIM_ERR_INVARIANT when a closed month breaks the invariant above. */
SIM_MUST_CHECK int care_ledger_verify(const care_ledger_t *self, size_t months);
/** Add the entries of another of the same shape. */
void care_ledger_add(care_ledger_t *self, const care_ledger_t *other);

#endif
