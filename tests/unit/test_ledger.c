/* Double entry: what is debited is credited, whatever is posted; what does not balance is found. */
#include "models/ledger.h"
#include "sim/core/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LINE 0
#define PLAN 1
#define ICB CARE_ACC_FUNDER
#define COUNCIL (CARE_ACC_FUNDER + 1)

/* Money given, earned and paid. */
static void
pay(care_ledger_t *ledger, size_t unit, size_t month, care_account_t income, int64_t pence)
{
    care_ledger_post(ledger, unit, month, CARE_ACC_RECEIVABLE, income, pence);
    care_ledger_post(ledger, unit, month, CARE_ACC_CASH, CARE_ACC_RECEIVABLE, pence);
    care_ledger_post(ledger, unit, month, CARE_ACC_PURCHASES, CARE_ACC_BUDGET, pence);
}

/* 10.00 given by two, 7.00 earned for activity, 3.00 kept; 6.50 spent: 0.50 is the provider's. */
static void
test_ledger_balances(void **state)
{
    care_ledger_t ledger;

    (void) state;
    assert_int_equal(care_ledger_init(&ledger, 2, 2, 2), 0);
    care_ledger_post(&ledger, LINE, 0, CARE_ACC_BUDGET, ICB, 600);
    care_ledger_post(&ledger, LINE, 0, CARE_ACC_BUDGET, COUNCIL, 400);
    pay(&ledger, LINE, 0, CARE_ACC_ACTIVITY, 700);
    care_ledger_post(&ledger, LINE, 0, CARE_ACC_UNSPENT, CARE_ACC_BUDGET, 300);
    care_ledger_post(&ledger, LINE, 0, CARE_ACC_POSTS, CARE_ACC_CASH, 600);
    care_ledger_post(&ledger, LINE, 0, CARE_ACC_MANAGEMENT, CARE_ACC_CASH, 50);
    assert_int_equal(care_ledger_funded(&ledger, LINE, 0), 1000);
    assert_int_equal(care_ledger_earned(&ledger, LINE, 0), 700);
    assert_int_equal(care_ledger_spent(&ledger, CARE_LEDGER_ALL, 0), 650);
    care_ledger_close(&ledger, 0);
    assert_int_equal(care_ledger_balance(&ledger, LINE, CARE_ACC_SURPLUS, 0), -50);
    assert_int_equal(care_ledger_balance(&ledger, LINE, CARE_ACC_CASH, 1), 50);
    assert_int_equal(care_ledger_entry(&ledger, LINE, CARE_ACC_ACTIVITY, 0).credit, 700);
    care_ledger_close(&ledger, 0); /* closing twice changes nothing */
    assert_int_equal(care_ledger_balance(&ledger, LINE, CARE_ACC_SURPLUS, 0), -50);
    assert_int_equal(care_ledger_verify(&ledger, 2), 0);
    care_ledger_free(&ledger);
}

/* Each of these alone is found. */
static void
test_ledger_balances_errors(void **state)
{
    static const struct {
        size_t debit, credit;
    } wrong[] = {
        { CARE_ACC_POSTS, CARE_ACC_CASH },     /* a penny spent after closing */
        { CARE_ACC_CASH, CARE_ACC_BUDGET },    /* from one side's books to the other's */
        { CARE_ACC_BUDGET, ICB },              /* given, and neither earned nor kept */
        { CARE_ACC_RESULT, CARE_ACC_SURPLUS }, /* not closed */
        { CARE_ACC_CASH, CARE_ACC_RECEIVABLE } /* paid from nowhere */
    };

    (void) state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        care_ledger_t ledger;

        assert_int_equal(care_ledger_init(&ledger, 1, 1, 2), 0);
        care_ledger_post(&ledger, 0, 0, CARE_ACC_BUDGET, ICB, 1000);
        pay(&ledger, 0, 0, CARE_ACC_BLOCK, 1000);
        care_ledger_close(&ledger, 0);
        assert_int_equal(care_ledger_verify(&ledger, 1), 0);
        care_ledger_post(&ledger, 0, 0, wrong[i].debit, wrong[i].credit, 1);
        assert_int_equal(care_ledger_verify(&ledger, 1), SIM_ERR_INVARIANT);
        care_ledger_free(&ledger);
    }
    for (size_t a = 0; a < CARE_ACC_FUNDER + 2; a++) { /* an entry without its other half */
        care_ledger_t ledger;

        assert_int_equal(care_ledger_init(&ledger, 1, 1, 2), 0);
        ledger.entry[a].credit = 1;
        assert_int_equal(care_ledger_verify(&ledger, 1), SIM_ERR_INVARIANT);
        care_ledger_free(&ledger);
    }
}

/* Pence below 0 go the other way: no entry is ever below 0. */
static void
test_ledger_below_nothing(void **state)
{
    care_ledger_t ledger;

    (void) state;
    assert_int_equal(care_ledger_init(&ledger, 1, 1, 1), 0);
    care_ledger_post(&ledger, 0, 0, CARE_ACC_BUDGET, CARE_ACC_FUNDER, -7);
    assert_int_equal(care_ledger_entry(&ledger, 0, CARE_ACC_FUNDER, 0).debit, 7);
    assert_int_equal(care_ledger_entry(&ledger, 0, CARE_ACC_BUDGET, 0).credit, 7);
    assert_int_equal(care_ledger_funded(&ledger, 0, 0), -7);
    care_ledger_free(&ledger);
}

static int64_t
some(uint64_t *state, int64_t below)
{
    *state = sim_key(*state, 1, 2, 3);
    return (int64_t) (*state % (uint64_t) below);
}

/* 3,000 ledgers of any postings: debits and credits are the same sum, and closing leaves income, spending and result at nothing. */
static void
test_ledger_any_postings(void **state)
{
    uint64_t seed = 20261122;

    (void) state;
    for (int trial = 0; trial < 3000; trial++) {
        care_ledger_t ledger;
        size_t n = CARE_ACC_FUNDER + 3;
        int64_t sum = 0;

        assert_int_equal(care_ledger_init(&ledger, 3, 2, 3), 0);
        for (int i = 0; i < 40; i++) {
            size_t unit = (size_t) some(&seed, 2), month = (size_t) some(&seed, 3),
                   debit = (size_t) some(&seed, (int64_t) n);
            size_t credit = (size_t) some(&seed, (int64_t) n);

            care_ledger_post(&ledger, unit, month, debit, credit, some(&seed, 2000001) - 1000000);
        }
        for (size_t m = 0; m < 3; m++) {
            care_ledger_close(&ledger, m);
            for (size_t a = CARE_ACC_FIRST_INCOME; a <= CARE_ACC_RESULT; a++) {
                assert_int_equal(care_ledger_month(&ledger, CARE_LEDGER_ALL, a, m), 0);
            }
        }
        for (size_t i = 0; i < 2 * n * 3; i++) {
            assert_true(ledger.entry[i].debit >= 0 && ledger.entry[i].credit >= 0);
            sum += ledger.entry[i].debit - ledger.entry[i].credit;
        }
        assert_int_equal(sum, 0);
        care_ledger_free(&ledger);
    }
}

int
main(void)
{
    const struct CMUnitTest test[] = {
        cmocka_unit_test(test_ledger_balances),
        cmocka_unit_test(test_ledger_balances_errors),
        cmocka_unit_test(test_ledger_below_nothing),
        cmocka_unit_test(test_ledger_any_postings),
    };

    return cmocka_run_group_tests(test, NULL, NULL);
}
