/* The ledger balances in whole pence, and says so when it does not. */
#include "models/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
test_ledger_balances(void **state)
{
    care_ledger_t ledger;

    (void) state;
    assert_int_equal(care_ledger_init(&ledger, 2, 0), 0);
    care_ledger_post(&ledger, CARE_IN_BASE, 0, 1000);
    care_ledger_post(&ledger, CARE_IN_SCHOOLS, 0, 7);
    care_ledger_post(&ledger, CARE_OUT_LINK, 0, 999);
    care_ledger_close(&ledger, 0);
    assert_int_equal(care_ledger_get(&ledger, CARE_UNSPENT, 0), 8);
    care_ledger_post(&ledger, CARE_OUT_CORE, 1, 5);
    care_ledger_close(&ledger, 1);
    assert_int_equal(care_ledger_get(&ledger, CARE_UNSPENT, 1), -5);
    assert_int_equal(care_ledger_verify(&ledger, 2), 0);
    care_ledger_close(&ledger, 0); /* closing twice changes nothing */
    assert_int_equal(care_ledger_get(&ledger, CARE_UNSPENT, 0), 8);
    care_ledger_free(&ledger);
}

static void
test_ledger_balances_errors(void **state)
{
    care_ledger_t ledger;

    (void) state;
    assert_int_equal(care_ledger_init(&ledger, 1, 0), 0);
    care_ledger_post(&ledger, CARE_IN_BASE, 0, 1000);
    care_ledger_close(&ledger, 0);
    care_ledger_post(&ledger, CARE_OUT_BASE, 0, 1); /* a penny spent after closing */
    assert_int_equal(care_ledger_verify(&ledger, 1), SIM_ERR_INVARIANT);
    care_ledger_free(&ledger);
}

int
main(void)
{
    const struct CMUnitTest test[] = {
        cmocka_unit_test(test_ledger_balances),
        cmocka_unit_test(test_ledger_balances_errors),
    };

    return cmocka_run_group_tests(test, NULL, NULL);
}
