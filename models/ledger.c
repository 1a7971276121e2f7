#include "models/ledger.h"

#include <stdbool.h>
#include <stdlib.h>

const char *const CARE_ACCOUNT_NAME[CARE_ACC_FUNDER] = { "budget", "purchases", "unspent", "cash", "receivable",
    "advance", "income_block", "income_activity", "income_outcome", "income_traded", "income_adjustment",
    "spending_posts", "spending_core_posts", "spending_non_pay", "spending_overheads", "spending_management", "result",
    "surplus" };

int
care_ledger_init(care_ledger_t *self, size_t n_months, size_t n_units, size_t n_funders)
{
    self->n_months = n_months;
    self->n_units = n_units;
    self->n_accounts = CARE_ACC_FUNDER + n_funders;
    self->entry = calloc(n_units * self->n_accounts * n_months + 1, sizeof(*self->entry));
    return self->entry == NULL ? SIM_ERR_NO_MEMORY : 0;
}

void
care_ledger_free(care_ledger_t *self)
{
    free(self->entry);
    self->entry = NULL;
}

static care_entry_t *
ledger_at(const care_ledger_t *self, size_t unit, size_t account, size_t month)
{
    return &self->entry[(unit * self->n_accounts + account) * self->n_months + month];
}

void
care_ledger_post(care_ledger_t *self, size_t unit, size_t month, size_t debit, size_t credit, int64_t pence)
{
    bool back = pence < 0;

    ledger_at(self, unit, back ? credit : debit, month)->debit += back ? -pence : pence;
    ledger_at(self, unit, back ? debit : credit, month)->credit += back ? -pence : pence;
}

care_entry_t
care_ledger_entry(const care_ledger_t *self, size_t unit, size_t account, size_t month)
{
    return *ledger_at(self, unit, account, month);
}

int64_t
care_ledger_month(const care_ledger_t *self, size_t unit, size_t account, size_t month)
{
    size_t first = unit == CARE_LEDGER_ALL ? 0 : unit, end = unit == CARE_LEDGER_ALL ? self->n_units : unit + 1;
    int64_t pence = 0;

    for (size_t u = first; u < end; u++) {
        const care_entry_t *entry = ledger_at(self, u, account, month);

        pence += entry->debit - entry->credit;
    }
    return pence;
}

int64_t
care_ledger_balance(const care_ledger_t *self, size_t unit, size_t account, size_t month)
{
    int64_t pence = 0;

    for (size_t m = 0; m <= month; m++) {
        pence += care_ledger_month(self, unit, account, m);
    }
    return pence;
}

/* Debits less credits of accounts [first, end). */
static int64_t
ledger_range(const care_ledger_t *self, size_t unit, size_t month, size_t first, size_t end)
{
    int64_t pence = 0;

    for (size_t a = first; a < end; a++) {
        pence += care_ledger_month(self, unit, a, month);
    }
    return pence;
}

int64_t
care_ledger_spent(const care_ledger_t *self, size_t unit, size_t month)
{
    return ledger_range(self, unit, month, CARE_ACC_FIRST_SPENDING, CARE_ACC_RESULT);
}

int64_t
care_ledger_earned(const care_ledger_t *self, size_t unit, size_t month)
{
    return -ledger_range(self, unit, month, CARE_ACC_FIRST_INCOME, CARE_ACC_FIRST_SPENDING);
}

int64_t
care_ledger_funded(const care_ledger_t *self, size_t unit, size_t month)
{
    return -ledger_range(self, unit, month, CARE_ACC_FUNDER, self->n_accounts);
}

void
care_ledger_close(care_ledger_t *self, size_t month)
{
    for (size_t u = 0; u < self->n_units; u++) {
        for (size_t a = CARE_ACC_FIRST_INCOME; a < CARE_ACC_RESULT; a++) {
            care_ledger_post(self, u, month, CARE_ACC_RESULT, a, care_ledger_month(self, u, a, month));
        }
        care_ledger_post(self, u, month, CARE_ACC_SURPLUS, CARE_ACC_RESULT,
            care_ledger_month(self, u, CARE_ACC_RESULT, month));
    }
}

/* Two sums of accounts that must be nothing, and the closed accounts, of one unit and month. */
static bool
ledger_month_good(const care_ledger_t *self, size_t unit, size_t month)
{
    int64_t commissioner = ledger_range(self, unit, month, CARE_ACC_BUDGET, CARE_ACC_CASH) +
                           ledger_range(self, unit, month, CARE_ACC_FUNDER, self->n_accounts);
    int64_t provider = ledger_range(self, unit, month, CARE_ACC_CASH, CARE_ACC_FUNDER);
    bool good = commissioner == 0 && provider == 0;

    for (size_t a = CARE_ACC_FIRST_INCOME; good && a <= CARE_ACC_RESULT; a++) {
        good = care_ledger_month(self, unit, a, month) == 0;
    }
    return good;
}

int
care_ledger_verify(const care_ledger_t *self, size_t months)
{
    for (size_t u = 0; u < self->n_units; u++) {
        int64_t held = 0;

        for (size_t m = 0; m < months; m++) {
            held += care_ledger_month(self, u, CARE_ACC_BUDGET, m) -
                    care_ledger_month(self, u, CARE_ACC_RECEIVABLE, m) -
                    care_ledger_month(self, u, CARE_ACC_ADVANCE, m);
            if (!ledger_month_good(self, u, m) || held != 0) {
                return SIM_ERR_INVARIANT;
            }
        }
    }
    return 0;
}

void
care_ledger_add(care_ledger_t *self, const care_ledger_t *other)
{
    size_t n = self->n_units * self->n_accounts * self->n_months;

    for (size_t i = 0; i < n; i++) {
        self->entry[i].debit += other->entry[i].debit;
        self->entry[i].credit += other->entry[i].credit;
    }
}
