#include "models/fact.h"

#include "models/care.h"

#include <stdlib.h>

const char *const CARE_FACT_AS[] = { "difference", "ratio", NULL };

int
care_spec_add_fact(care_spec_t *self, const care_fact_t *fact)
{
    care_fact_t *grown = realloc(self->fact, (self->n_facts + 1) * sizeof(*grown));

    if (grown == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->fact = grown;
    self->fact[self->n_facts++] = *fact;
    return 0;
}
