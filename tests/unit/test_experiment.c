/* Experiments on threads: order, sameness for any number of threads, failures, cancellation, bounded running ahead. */
#include "sim/experiment/estimate.h"
#include "sim/experiment/experiment.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define N_VALUES 3
#define RECORDS_MAX 400

/* Allocation number `fail_at` (from 1) fails; 0 = none. */
static atomic_int fail_at;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *
__wrap_calloc(size_t n, size_t size)
{
    if (atomic_load(&fail_at) > 0 && atomic_fetch_sub(&fail_at, 1) == 1) {
        return NULL;
    }
    return __real_calloc(n, size);
}

typedef struct {
    uint64_t n;
    exp_record_t record[RECORDS_MAX];
    double value[RECORDS_MAX][N_VALUES];
    bool ordered;
    uint64_t refuse_at; /* index at which the sink gives an error */
    uint64_t cancel_at; /* index at which it cancels */
    atomic_int cancel;
    atomic_ullong begun, most_ahead, handed;
    uint64_t progress, progress_total;
    struct timespec nap; /* of even tasks */
} book_t;

static void
book_init(book_t *book)
{
    memset(book, 0, sizeof(*book));
    book->ordered = true;
    book->refuse_at = book->cancel_at = UINT64_MAX;
}

static void
note_ahead(book_t *book)
{
    unsigned long long begun = atomic_fetch_add(&book->begun, 1) + 1, ahead = begun - atomic_load(&book->handed);
    unsigned long long most = atomic_load(&book->most_ahead);

    while (ahead > most && !atomic_compare_exchange_weak(&book->most_ahead, &most, ahead)) {
    }
}

/* Even tasks take longer, so threads finish out of order. Arm 1 of replication 3 fails. */
static int
runner(void *ctx, uint32_t arm, uint32_t rep, double *value, uint64_t *events)
{
    book_t *book = ctx;

    note_ahead(book);
    if ((arm + rep) % 2 == 0 && book->nap.tv_nsec > 0) {
        (void) nanosleep(&book->nap, NULL);
    }
    for (int i = 0; i < N_VALUES; i++) {
        value[i] = 1000.0 * arm + rep + 0.1 * i;
    }
    *events = 10 * rep + arm;
    return arm == 1 && rep == 3 ? SIM_ERR_INVARIANT : 0;
}

static int
sink(void *ctx, const exp_record_t *record)
{
    book_t *book = ctx;

    if (record->index == book->refuse_at) {
        return SIM_ERR_IO;
    }
    if (record->index == book->cancel_at) {
        atomic_store(&book->cancel, 1);
    }
    book->ordered = book->ordered && record->index == book->n;
    if (book->n < RECORDS_MAX) {
        book->record[book->n] = *record;
        if (record->value != NULL) {
            memcpy(book->value[book->n], record->value, sizeof(book->value[0]));
        }
    }
    book->n++;
    atomic_fetch_add(&book->handed, 1);
    return 0;
}

static void
progress(void *ctx, uint64_t done, uint64_t total, double seconds)
{
    book_t *book = ctx;

    assert_true(seconds >= 0.0);
    assert_true(done == book->progress + 1);
    book->progress = done;
    book->progress_total = total;
}

static exp_design_t
design_for(book_t *book, uint32_t n_arms, uint32_t n_reps, unsigned jobs)
{
    return (exp_design_t){ .n_arms = n_arms,
        .n_reps = n_reps,
        .jobs = jobs,
        .n_values = N_VALUES,
        .cancel = &book->cancel,
        .runner = runner,
        .runner_ctx = book,
        .sink = sink,
        .sink_ctx = book,
        .progress = progress,
        .progress_ctx = book };
}

static void
assert_same(const book_t *a, const book_t *b)
{
    assert_true(a->n == b->n);
    for (uint64_t i = 0; i < a->n; i++) {
        assert_true(a->record[i].arm == b->record[i].arm && a->record[i].rep == b->record[i].rep);
        assert_int_equal(a->record[i].status, b->record[i].status);
        assert_string_equal(a->record[i].message, b->record[i].message);
        assert_true(a->record[i].events == b->record[i].events);
        assert_memory_equal(a->value[i], b->value[i], sizeof(a->value[i]));
    }
}

static void
test_experiment_order(void **state)
{
    static book_t one, many;
    static const unsigned jobs[] = { 1, 2, 4, 7 };

    (void) state;
    for (size_t j = 0; j < 4; j++) {
        book_t *book = j == 0 ? &one : &many;
        exp_design_t design;
        exp_outcome_t outcome;

        book_init(book);
        book->nap.tv_nsec = 200000;
        design = design_for(book, 3, 40, jobs[j]);
        assert_int_equal(exp_run(&design, &outcome), 0);
        assert_true(outcome.done == 120 && outcome.failed == 1 && outcome.seconds > 0.0);
        assert_true(book->ordered && book->n == 120 && book->progress == 120 && book->progress_total == 120);
        assert_same(&one, book);
    }
    assert_true(one.record[7].arm == 1 && one.record[7].rep == 2); /* replication by replication */
}

static void
test_experiment_failed_record(void **state)
{
    static book_t book;
    exp_design_t design;
    exp_outcome_t outcome;
    const exp_record_t *record = &book.record[3 * 3 + 1];

    (void) state;
    book_init(&book);
    design = design_for(&book, 3, 5, 2);
    assert_int_equal(exp_run(&design, &outcome), 0);
    assert_int_equal(record->status, SIM_ERR_INVARIANT);
    assert_string_equal(record->message, sim_strerror(SIM_ERR_INVARIANT));
    assert_null(record->value);
    assert_string_equal(book.record[0].message, "");
}

/* A slow first task must not let the others run ahead without end. */
static int
slow_first(void *ctx, uint32_t arm, uint32_t rep, double *value, uint64_t *events)
{
    static const struct timespec NAP = { 0, 50000000 };
    int ret = runner(ctx, arm, rep, value, events);

    if (arm == 0 && rep == 0) {
        (void) nanosleep(&NAP, NULL);
    }
    return ret;
}

static void
test_experiment_bounded(void **state)
{
    static book_t book;
    exp_design_t design;
    exp_outcome_t outcome;

    (void) state;
    book_init(&book);
    design = design_for(&book, 1, 300, 3);
    design.runner = slow_first;
    assert_int_equal(exp_run(&design, &outcome), 0);
    assert_true(book.ordered && book.n == 300);
    assert_true(atomic_load(&book.most_ahead) > 3); /* they did run ahead */
    assert_true(atomic_load(&book.most_ahead) <=
                3 * 4 + 1); /* by no more than the buffer, and the one being handed over */
}

static void
test_experiment_cancelled(void **state)
{
    static book_t book;
    exp_design_t design;
    exp_outcome_t outcome;

    (void) state;
    for (unsigned jobs = 1; jobs <= 4; jobs++) {
        book_init(&book);
        book.nap.tv_nsec = 100000;
        book.cancel_at = 20;
        design = design_for(&book, 2, 150, jobs);
        assert_int_equal(exp_run(&design, &outcome), SIM_ERR_INTERRUPTED);
        assert_true(book.ordered && outcome.done == book.n);
        assert_true(book.n >= 21 && book.n <= 21 + 4 * jobs);
    }
    book_init(&book);
    atomic_store(&book.cancel, 1);
    design = design_for(&book, 2, 150, 2);
    assert_int_equal(exp_run(&design, &outcome), SIM_ERR_INTERRUPTED);
    assert_true(outcome.done == 0 && book.n == 0);
}

static void
test_experiment_errors(void **state)
{
    static book_t book;
    exp_design_t good, bad;
    exp_outcome_t outcome;

    (void) state;
    book_init(&book);
    good = design_for(&book, 2, 20, 2);
    bad = good;
    bad.n_arms = 0;
    assert_int_equal(exp_run(&bad, &outcome), SIM_ERR_BAD_PARAM);
    bad = good;
    bad.n_reps = 0;
    assert_int_equal(exp_run(&bad, &outcome), SIM_ERR_BAD_PARAM);
    bad = good;
    bad.jobs = 0;
    assert_int_equal(exp_run(&bad, &outcome), SIM_ERR_BAD_PARAM);
    bad = good;
    bad.jobs = EXP_JOBS_MAX + 1;
    assert_int_equal(exp_run(&bad, &outcome), SIM_ERR_BAD_PARAM);
    bad = good;
    bad.n_values = SIZE_MAX / 8;
    assert_int_equal(exp_run(&bad, &outcome), SIM_ERR_NO_MEMORY);
    assert_true(book.n == 0);
    book.refuse_at = 11;
    assert_int_equal(exp_run(&good, &outcome), SIM_ERR_IO);
    assert_true(outcome.done == 11 && book.n == 11);
}

static void
test_experiment_no_memory_errors(void **state)
{
    static book_t book;
    exp_design_t design;
    exp_outcome_t outcome;
    int ret = SIM_ERR_NO_MEMORY, failures = 0;

    (void) state;
    for (int i = 1; ret != 0; i++) {
        book_init(&book);
        design = design_for(&book, 1, 3, 2);
        atomic_store(&fail_at, i);
        ret = exp_run(&design, &outcome);
        atomic_store(&fail_at, 0);
        assert_true(ret == 0 || ret == SIM_ERR_NO_MEMORY);
        failures += ret != 0;
    }
    assert_int_equal(failures, 3);
}

/* ---- estimates ---- */

typedef struct {
    size_t n_reps, n_cells;
    size_t n_own, n_against, n_pairs, n_calls;
    bool wrong;
} table_t;

/* Cell 5 is never known; arm 2 failed in replication 1. */
static double
value_at(uint32_t arm, uint32_t rep, size_t cell)
{
    if (cell == 5 || (arm == 2 && rep == 1)) {
        return NAN;
    }
    return (double) cell + 100.0 * arm + (double) (rep * rep);
}

static int
fetch(void *ctx, uint32_t arm, uint32_t rep, size_t first, size_t n, double *value)
{
    table_t *table = ctx;

    table->n_calls++;
    for (size_t i = 0; i < n; i++) {
        value[i] = value_at(arm, rep, first + i);
    }
    return 0;
}

static exp_scope_t
scope(void *ctx, size_t cell)
{
    (void) ctx;
    return (exp_scope_t) (cell % 3);
}

static int
take(void *ctx, uint32_t arm, uint32_t minus, size_t cell, const ana_interval_t *interval)
{
    table_t *table = ctx;
    double a[16], b[16];
    ana_interval_t wanted;

    for (uint32_t rep = 0; rep < table->n_reps; rep++) {
        a[rep] = value_at(arm, rep, cell);
        b[rep] = minus == EXP_NO_ARM ? 0.0 : value_at(minus, rep, cell);
    }
    ana_paired(a, b, 1, table->n_reps, &wanted);
    table->n_own += minus == EXP_NO_ARM;
    table->n_against += minus == 0;
    table->n_pairs += minus != EXP_NO_ARM && minus > 0;
    table->wrong = table->wrong || wanted.n != interval->n || wanted.mean != interval->mean || cell == 5;
    return 0;
}

static void
test_estimate_scopes(void **state)
{
    table_t table = { .n_reps = 6, .n_cells = 1000 };
    const exp_estimate_t estimate = {
        .n_arms = 4, .n_reps = 6, .n_cells = 1000, .fetch = fetch, .scope = scope, .sink = take, .ctx = &table
    };

    (void) state;
    assert_int_equal(exp_estimate(&estimate), 0);
    assert_false(table.wrong);
    assert_int_equal(table.n_own, 4 * 999);
    assert_int_equal(table.n_against, 3 * 665); /* cells 1 and 2 of every three, without cell 5 */
    assert_int_equal(table.n_pairs, 3 * 332);
}

/* With enough records the cells are taken in several blocks; the answer is the same. */
static void
test_estimate_blocks(void **state)
{
    table_t table = { .n_reps = 16, .n_cells = 70000 };
    const exp_estimate_t estimate = {
        .n_arms = 4, .n_reps = 16, .n_cells = 70000, .fetch = fetch, .scope = scope, .sink = take, .ctx = &table
    };

    (void) state;
    assert_int_equal(exp_estimate(&estimate), 0);
    assert_true(table.n_calls > 4 * 16);
    assert_false(table.wrong);
    assert_int_equal(table.n_own, 4 * 69999);
}

static int
refuse(void *ctx, uint32_t arm, uint32_t minus, size_t cell, const ana_interval_t *interval)
{
    (void) ctx;
    (void) interval;
    return arm == 1 && minus == 0 && cell == 4 ? SIM_ERR_IO : 0;
}

static void
test_estimate_errors(void **state)
{
    table_t table = { .n_reps = 6, .n_cells = 10 };
    exp_estimate_t estimate = {
        .n_arms = 2, .n_reps = 6, .n_cells = 10, .fetch = fetch, .scope = scope, .sink = refuse, .ctx = &table
    };

    (void) state;
    assert_int_equal(exp_estimate(&estimate), SIM_ERR_IO);
    atomic_store(&fail_at, 1);
    assert_int_equal(exp_estimate(&estimate), SIM_ERR_NO_MEMORY);
    atomic_store(&fail_at, 0);
    estimate.n_reps = 0;
    assert_int_equal(exp_estimate(&estimate), 0);
}

static void
test_estimate_pairs(void **state)
{
    (void) state;
    assert_int_equal(exp_n_pairs(0), 0);
    assert_int_equal(exp_n_pairs(1), 0);
    assert_int_equal(exp_n_pairs(4), 6);
    assert_int_equal(exp_pair_index(1, 0), 0);
    assert_int_equal(exp_pair_index(2, 0), 1);
    assert_int_equal(exp_pair_index(2, 1), 2);
    assert_int_equal(exp_pair_index(3, 2), 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_experiment_order),
        cmocka_unit_test(test_experiment_failed_record),
        cmocka_unit_test(test_experiment_bounded),
        cmocka_unit_test(test_experiment_cancelled),
        cmocka_unit_test(test_experiment_errors),
        cmocka_unit_test(test_experiment_no_memory_errors),
        cmocka_unit_test(test_estimate_scopes),
        cmocka_unit_test(test_estimate_blocks),
        cmocka_unit_test(test_estimate_errors),
        cmocka_unit_test(test_estimate_pairs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
