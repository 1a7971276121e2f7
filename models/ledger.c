#include "models/ledger.h"

#include <stdlib.h>

int
care_ledger_init(care_ledger_t *self, size_t n_months)
{
    self->n_months = n_months;
    self->pence = calloc(CARE_LEDGER_LINES * n_months, sizeof(*self->pence));
    return self->pence == NULL ? SIM_ERR_NO_MEMORY : 0;
}

void
care_ledger_free(care_ledger_t *self)
{
    free(self->pence);
    self->pence = NULL;
}

void
care_ledger_post(care_ledger_t *self, care_ledger_line_t line, size_t month, int64_t pence)
{
    self->pence[(size_t) line * self->n_months + month] += pence;
}

int64_t
care_ledger_get(const care_ledger_t *self, care_ledger_line_t line, size_t month)
{
    return self->pence[(size_t) line * self->n_months + month];
}

static int64_t
ledger_balance(const care_ledger_t *self, size_t month)
{
    int64_t balance = 0;

    for (int line = CARE_IN_BASE; line <= CARE_IN_SCHOOLS; line++) {
        balance += care_ledger_get(self, line, month);
    }
    for (int line = CARE_OUT_BASE; line <= CARE_OUT_CORE; line++) {
        balance -= care_ledger_get(self, line, month);
    }
    return balance;
}

void
care_ledger_close(care_ledger_t *self, size_t month)
{
    care_ledger_post(self, CARE_UNSPENT, month,
        ledger_balance(self, month) - care_ledger_get(self, CARE_UNSPENT, month));
}

int
care_ledger_verify(const care_ledger_t *self, size_t months)
{
    for (size_t m = 0; m < months; m++) {
        if (ledger_balance(self, m) != care_ledger_get(self, CARE_UNSPENT, m)) {
            return SIM_ERR_INVARIANT;
        }
    }
    return 0;
}
