#include "models/ledger.h"

#include <stdbool.h>
#include <stdlib.h>

int
care_ledger_init(care_ledger_t *self, size_t n_months, size_t n_lines)
{
    self->n_months = n_months;
    self->n_lines = n_lines;
    self->pence = calloc((1 + n_lines) * CARE_ENTRIES * n_months, sizeof(*self->pence));
    return self->pence == NULL ? SIM_ERR_NO_MEMORY : 0;
}

void
care_ledger_free(care_ledger_t *self)
{
    free(self->pence);
    self->pence = NULL;
}

/* Account 0 is the whole, 1 + l that of line l. */
static int64_t *
ledger_at(const care_ledger_t *self, size_t account, care_entry_t entry, size_t month)
{
    return &self->pence[(account * CARE_ENTRIES + (size_t) entry) * self->n_months + month];
}

void
care_ledger_post(care_ledger_t *self, care_entry_t entry, size_t month, int64_t pence)
{
    *ledger_at(self, 0, entry, month) += pence;
}

int64_t
care_ledger_get(const care_ledger_t *self, care_entry_t entry, size_t month)
{
    return *ledger_at(self, 0, entry, month);
}

void
care_ledger_post_line(care_ledger_t *self, size_t line, care_entry_t entry, size_t month, int64_t pence)
{
    *ledger_at(self, 1 + line, entry, month) += pence;
    care_ledger_post(self, entry, month, pence);
}

int64_t
care_ledger_get_line(const care_ledger_t *self, size_t line, care_entry_t entry, size_t month)
{
    return *ledger_at(self, 1 + line, entry, month);
}

static int64_t
ledger_balance(const care_ledger_t *self, size_t month)
{
    int64_t balance = 0;

    for (int entry = CARE_IN_BASE; entry <= CARE_IN_SCHOOLS; entry++) {
        balance += care_ledger_get(self, entry, month);
    }
    for (int entry = CARE_OUT_BASE; entry <= CARE_OUT_CORE; entry++) {
        balance -= care_ledger_get(self, entry, month);
    }
    return balance;
}

void
care_ledger_close(care_ledger_t *self, size_t month)
{
    care_ledger_post(self, CARE_UNSPENT, month,
        ledger_balance(self, month) - care_ledger_get(self, CARE_UNSPENT, month));
}

/* Whether the lines' accounts add up to the entries of the whole that are theirs. */
static bool
ledger_adds_up(const care_ledger_t *self, size_t month)
{
    static const care_entry_t theirs[] = { CARE_IN_BASE, CARE_OUT_BASE, CARE_OUT_MANAGEMENT };

    for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++) {
        int64_t rest = care_ledger_get(self, theirs[i], month);

        for (size_t l = 0; l < self->n_lines; l++) {
            rest -= care_ledger_get_line(self, l, theirs[i], month);
        }
        if (rest != 0) {
            return false;
        }
    }
    return true;
}

int
care_ledger_verify(const care_ledger_t *self, size_t months)
{
    for (size_t m = 0; m < months; m++) {
        if (ledger_balance(self, m) != care_ledger_get(self, CARE_UNSPENT, m) ||
            (self->n_lines > 0 && !ledger_adds_up(self, m))) {
            return SIM_ERR_INVARIANT;
        }
    }
    return 0;
}
