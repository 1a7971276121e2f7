/* Units of work: each once, records handed over one at a time, whatever stops it; and a store that takes them as they come. */
#include "sim/experiment/schedule.h"
#include "sim/experiment/units.h"
#include "sim/store/sweep.h"

#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define N_UNITS 500
#define TASKS 4

typedef struct {
    unsigned char seen[N_UNITS * TASKS];
    uint64_t n, fail_at; /* the record at which the sink fails; 0 = none */
    atomic_int busy;
    atomic_int cancel;
    uint64_t cancel_at;
} log_t;

static int
note(void *ctx, const exp_record_t *record)
{
    log_t *log = ctx;

    assert_int_equal(atomic_fetch_add(&log->busy, 1), 0);
    assert_true(record->index < N_UNITS * TASKS);
    assert_int_equal(log->seen[record->index]++, 0);
    log->n++;
    if (log->n == log->cancel_at) {
        atomic_store(&log->cancel, 1);
    }
    assert_int_equal(atomic_fetch_sub(&log->busy, 1), 1);
    return log->n == log->fail_at ? SIM_ERR_STORE : 0;
}

static int
do_unit(void *ctx, uint64_t unit, exp_crew_t *crew)
{
    int ret = 0;

    (void) ctx;
    for (uint64_t task = 0; ret == 0 && task < TASKS && !exp_crew_stopped(crew); task++) {
        const exp_record_t record = { .index = unit * TASKS + task, .status = unit % 7 == 0 ? SIM_ERR_SCENARIO : 0 };

        ret = exp_crew_hand(crew, &record);
    }
    return ret;
}

static exp_units_t
units(log_t *log, unsigned jobs)
{
    memset(log, 0, sizeof(*log));
    return (exp_units_t){ .n_units = N_UNITS,
        .n_records = N_UNITS * TASKS,
        .jobs = jobs,
        .cancel = &log->cancel,
        .unit = do_unit,
        .sink = note,
        .sink_ctx = log };
}

static void
test_units_each_once(void **state)
{
    (void) state;
    for (unsigned jobs = 1; jobs <= 16; jobs *= 4) {
        log_t log;
        exp_units_t work = units(&log, jobs);
        exp_outcome_t outcome;

        assert_int_equal(exp_units_run(&work, &outcome), 0);
        assert_int_equal(log.n, N_UNITS * TASKS);
        assert_int_equal(outcome.done, N_UNITS * TASKS);
        assert_int_equal(outcome.failed, TASKS * ((N_UNITS + 6) / 7));
    }
}

static void
test_units_stopped(void **state)
{
    log_t log;
    exp_units_t work = units(&log, 4);
    exp_outcome_t outcome;

    (void) state;
    log.cancel_at = 100;
    assert_int_equal(exp_units_run(&work, &outcome), SIM_ERR_INTERRUPTED);
    assert_in_range(log.n, 100, 100 + 4); /* a task of each thread may be under way */
    assert_int_equal(outcome.done, log.n);

    for (int i = 0; i < 200; i++) { /* a race would show in some */
        work = units(&log, 8);
        log.fail_at = 50;
        assert_int_equal(exp_units_run(&work, &outcome), SIM_ERR_STORE);
        assert_int_equal(log.n, 50);
    }

    work = units(&log, 2);
    work.seconds_max = 1e-9;
    assert_int_equal(exp_units_run(&work, &outcome), SIM_ERR_INTERRUPTED);
    assert_int_equal(log.n, 0);
}

static void
test_units_errors(void **state)
{
    log_t log;
    exp_units_t work = units(&log, 0);
    exp_outcome_t outcome;

    (void) state;
    assert_int_equal(exp_units_run(&work, &outcome), SIM_ERR_BAD_PARAM);
    work = units(&log, 1);
    work.sink = NULL;
    assert_int_equal(exp_units_run(&work, &outcome), SIM_ERR_BAD_PARAM);
    work = units(&log, 1);
    work.n_units = 0;
    assert_int_equal(exp_units_run(&work, &outcome), 0);
}

/* Graham's worst case for two workers: 1, 1, 2 in that order takes 3; one worker takes the sum, and shards what they have. */
static void
test_schedule(void **state)
{
    const double seconds[] = { 1.0, 1.0, 2.0, 4.0 };
    double makespan;

    (void) state;
    assert_int_equal(exp_schedule_stealing(seconds, 3, 2, &makespan), 0);
    assert_true(makespan == 3.0);
    assert_int_equal(exp_schedule_stealing(seconds, 4, 1, &makespan), 0);
    assert_true(makespan == 8.0);
    assert_int_equal(exp_schedule_stealing(seconds, 4, 1000, &makespan), 0);
    assert_true(makespan == 4.0);
    assert_int_equal(exp_schedule_shards(seconds, 4, 2, &makespan), 0);
    assert_true(makespan == 5.0);
}

/* ---- the store ---- */

#define N_CELLS 4

static int
put_unit(void *ctx, uint64_t unit, exp_crew_t *crew)
{
    double value[N_CELLS] = { (double) unit, 0.5, NAN, -1.0 };
    const exp_record_t record = {
        .index = unit, .rep = (uint32_t) unit, .n_values = N_CELLS, .value = value, .message = ""
    };

    (void) ctx;
    return exp_crew_hand(crew, &record);
}

/* Of the heap, in use; 0 where a checker has put its own in place. */
static long
heap_kb(void)
{
    struct mallinfo2 info = mallinfo2();

    return (long) ((info.uordblks + info.hblkhd) / 1024);
}

static store_writer_t *
open_sweep(const char *path)
{
    const store_target_t target = { .path = path, .force = true };
    store_writer_t *writer = NULL;
    store_fault_t fault;

    assert_int_equal(store_sweep_begin(&writer, &target, &fault), 0);
    store_sweep_shape(writer, 1, N_CELLS);
    assert_int_equal(store_put_manifest(writer, "points", "1000000"), 0);
    assert_int_equal(store_sweep_commit(writer), 0);
    return writer;
}

/* Twice: what a hundred thousand records more take of memory is nothing. WEIR_RECORDS=1000000 prints the rate. */
static void
test_store_takes_many(void **state)
{
    const char *wanted = getenv("WEIR_RECORDS");
    uint64_t n = wanted != NULL ? strtoull(wanted, NULL, 10) : 100000, done, failed;
    char folder[] = "/tmp/weir-units-XXXXXX", path[64], command[96];
    uint8_t *bitmap = calloc(n / 8 + 1, 1);
    exp_outcome_t outcome;
    store_writer_t *writer;
    long before;

    (void) state;
    assert_non_null(bitmap);
    assert_non_null(mkdtemp(folder));
    (void) snprintf(path, sizeof(path), "%s/many.db", folder);
    writer = open_sweep(path);
    exp_units_t work = {
        .n_units = 20000, .n_records = n, .jobs = 2, .unit = put_unit, .sink = store_sweep_record, .sink_ctx = writer
    };
    assert_int_equal(exp_units_run(&work, &outcome), 0);
    store_writer_free(writer);

    before = heap_kb();
    writer = open_sweep(path);
    work.n_units = n;
    work.sink_ctx = writer;
    assert_int_equal(exp_units_run(&work, &outcome), 0);
    assert_true(heap_kb() - before < 4096);
    if (wanted != NULL) {
        (void) printf("%llu records in %.2f s: %.0f a second, %ld kB more memory\n", (unsigned long long) n,
            outcome.seconds, (double) n / outcome.seconds, heap_kb() - before);
    }
    assert_int_equal(store_sweep_done(writer, n, bitmap, &done, &failed), 0);
    assert_int_equal(done, n);
    assert_int_equal(bitmap[n / 8 - 1], 0xff);
    assert_int_equal(store_sweep_finish(writer), 0);
    store_writer_free(writer);
    free(bitmap);
    (void) snprintf(command, sizeof(command), "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units_each_once),
        cmocka_unit_test(test_units_stopped),
        cmocka_unit_test(test_units_errors),
        cmocka_unit_test(test_schedule),
        cmocka_unit_test(test_store_takes_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
