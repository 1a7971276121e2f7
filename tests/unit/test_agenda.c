/*
 * The agenda against an event list, through long random sequences of the same operations (seeded; they must agree for
 * any sequence), and what is special of it: crowded days, foresight, limits and asserts.
 */
#define _POSIX_C_SOURCE 200809L

#include "sim/core/agenda.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define N_OF(x) (sizeof(x) / sizeof((x)[0]))
#define ROUNDS 200000

/* Both lists, the slots of each event (SIM_NO_SLOT when it is not pending), and a generator (xorshift64). */
typedef struct {
    sim_agenda_t agenda;
    sim_event_list_t list;
    uint32_t in_agenda[ROUNDS], in_list[ROUNDS];
    uint64_t bits;
} pair_t;

static uint64_t
next_bits(pair_t *pair)
{
    pair->bits ^= pair->bits << 13;
    pair->bits ^= pair->bits >> 7;
    pair->bits ^= pair->bits << 17;
    return pair->bits;
}

static size_t
below(pair_t *pair, size_t n)
{
    return (size_t) ((next_bits(pair) >> 11) % n);
}

/* The same instant, the same day, the hour of some day, any time of some weeks, some years, or beyond all days. */
static double
random_time(pair_t *pair)
{
    double now = pair->list.now_days, uniform = ((double) (next_bits(pair) >> 12) + 0.5) * 0x1p-52;

    switch (below(pair, 8)) {
    case 0:
        return now;
    case 1:
        return now + uniform / 8;
    case 2:
    case 3:
        return floor(now) + 1 + (double) below(pair, 30) + (9.0 + (double) below(pair, 8)) / 24;
    case 4:
    case 5:
        return now - 20 * log(uniform);
    case 6:
        return now + 3000 * uniform;
    default:
        return below(pair, 50) == 0 ? now + 1e18 * uniform : now + 9000 * uniform;
    }
}

static void
insert_both(pair_t *pair, uint32_t what)
{
    double t = random_time(pair);
    sim_event_rank_t rank = (sim_event_rank_t) below(pair, 16);

    pair->in_agenda[what] = sim_agenda_insert(&pair->agenda, t, rank, what);
    pair->in_list[what] = sim_event_list_insert(&pair->list, t, rank, what);
    assert_true(pair->in_agenda[what] != SIM_NO_SLOT && pair->in_list[what] != SIM_NO_SLOT);
}

static void
move_both(pair_t *pair, uint32_t what)
{
    double t = random_time(pair);
    sim_event_rank_t rank = (sim_event_rank_t) below(pair, 16);

    pair->in_agenda[what] = sim_agenda_move(&pair->agenda, pair->in_agenda[what], t, rank);
    sim_event_list_move(&pair->list, pair->in_list[what], t, rank);
    assert_true(pair->in_agenda[what] != SIM_NO_SLOT);
}

static void
pop_both(pair_t *pair)
{
    double t = -1, in_list = -2;
    uint32_t what = 0, of_list = 1;

    assert_true(sim_agenda_pop(&pair->agenda, &t, &what));
    assert_true(sim_event_list_pop(&pair->list, &in_list, &of_list));
    assert_true(t == in_list);
    assert_int_equal(what, of_list);
    pair->in_agenda[what] = pair->in_list[what] = SIM_NO_SLOT;
}

static void
cancel_both(pair_t *pair, uint32_t what)
{
    sim_agenda_cancel(&pair->agenda, pair->in_agenda[what]);
    sim_event_list_cancel(&pair->list, pair->in_list[what]);
    pair->in_agenda[what] = pair->in_list[what] = SIM_NO_SLOT;
}

/* About `most` pending at any time; then all are popped. */
static void
run_pair(uint64_t seed, size_t most, uint32_t rounds)
{
    static pair_t pair;

    memset(&pair, 0, sizeof(pair));
    pair.bits = seed;
    assert_int_equal(sim_agenda_init(&pair.agenda), 0);
    assert_int_equal(sim_event_list_init(&pair.list, 0), 0);
    for (uint32_t i = 0; i < rounds; i++) {
        uint32_t other = (uint32_t) below(&pair, i + 1);

        insert_both(&pair, i);
        if (pair.in_agenda[other] != SIM_NO_SLOT && below(&pair, 3) == 0) {
            move_both(&pair, other);
        } else if (pair.in_agenda[other] != SIM_NO_SLOT && below(&pair, 3) == 0) {
            cancel_both(&pair, other);
        }
        while (pair.list.pending > most) {
            pop_both(&pair);
        }
        assert_int_equal(sim_agenda_pending(&pair.agenda), pair.list.pending);
        if (i % 499 == 0) {
            assert_int_equal(sim_agenda_verify(&pair.agenda), 0);
        }
    }
    assert_int_equal(pair.agenda.by_day, most >= SIM_AGENDA_MANY);
    while (pair.list.pending > 0) {
        pop_both(&pair);
    }
    assert_false(sim_agenda_pop(&pair.agenda, &(double){ 0 }, &(uint32_t){ 0 }));
    assert_int_equal(sim_agenda_verify(&pair.agenda), 0);
    sim_agenda_free(&pair.agenda);
    sim_event_list_free(&pair.list);
}

static void
test_agenda_random(void **state)
{
    (void) state;
    run_pair(1, 20, 20000);
    run_pair(2, SIM_AGENDA_MANY, 50000);
    run_pair(20250901, 1000, 100000);
    run_pair(UINT64_C(0x9E3779B97F4A7C15), 20000, ROUNDS);
}

static void
assert_pops(sim_agenda_t *agenda, double t_days, uint32_t what)
{
    double t = -1;
    uint32_t popped = UINT32_MAX;

    assert_true(sim_agenda_pop(agenda, &t, &popped));
    assert_true(t == t_days);
    assert_int_equal(popped, what);
}

/* 5,000 events within a minute of one day, inserted backwards, some at one instant, and one in the evening. */
static void
test_agenda_crowded_day(void **state)
{
    enum { COUNT = 5000 };
    sim_agenda_t agenda;

    (void) state;
    assert_int_equal(sim_agenda_init(&agenda), 0);
    for (uint32_t i = 0; i < SIM_AGENDA_MANY; i++) {
        assert_true(sim_agenda_insert(&agenda, 0, SIM_RANK_TIMER, i) != SIM_NO_SLOT);
    }
    for (uint32_t i = COUNT; i-- > 0;) {
        double t = 40.5 + 1e-7 * (double) (i - i % 4);

        assert_true(sim_agenda_insert(&agenda, t, SIM_RANK_TIMER, i) != SIM_NO_SLOT);
    }
    assert_true(sim_agenda_insert(&agenda, 40.9, SIM_RANK_TIMER, COUNT) != SIM_NO_SLOT);
    assert_int_equal(agenda.n_ahead, COUNT); /* all but the one that made it keep days */
    for (uint32_t i = 0; i < SIM_AGENDA_MANY; i++) {
        assert_pops(&agenda, 0, i);
    }
    for (uint32_t i = 0; i < COUNT; i++) { /* of one instant, the first inserted comes first */
        assert_pops(&agenda, 40.5 + 1e-7 * (double) (i - i % 4), i - i % 4 + 3 - i % 4);
        assert_true(i % 97 != 0 || sim_agenda_verify(&agenda) == 0);
    }
    assert_pops(&agenda, 40.9, COUNT);
    sim_agenda_free(&agenda);
}

/* Of 30 events a day each brings the next in 50 days: nearly all are named SIM_AGENDA_AHEAD pops before they come. */
static void
test_agenda_soon(void **state)
{
    enum { COUNT = 1500, POPS = 30000 };
    static uint32_t named[COUNT];
    uint32_t n = 0, what = 0, soon;
    sim_agenda_t agenda;
    double t = 0;

    (void) state;
    memset(named, 0xff, sizeof(named));
    assert_int_equal(sim_agenda_init(&agenda), 0);
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_true(sim_agenda_insert(&agenda, i / 30.0, SIM_RANK_TIMER, i) != SIM_NO_SLOT);
    }
    for (uint32_t i = 0; i < POPS; i++) {
        assert_true(sim_agenda_pop(&agenda, &t, &what));
        n += i - named[what] == SIM_AGENDA_AHEAD + 1;
        if (sim_agenda_soon(&agenda, &soon)) {
            assert_true(soon < COUNT);
            named[soon] = i;
        }
        assert_true(sim_agenda_insert(&agenda, t + 50, SIM_RANK_TIMER, what) != SIM_NO_SLOT);
    }
    assert_in_range(n, POPS * 6 / 10, POPS * 7 / 10); /* 21 of a day's 30 follow 9 others */
    sim_agenda_free(&agenda);
}

/* Day d has an event for d < 200. */
static void
fill(sim_agenda_t *agenda)
{
    assert_int_equal(sim_agenda_init(agenda), 0);
    for (uint32_t i = 0; i < 200; i++) {
        assert_true(sim_agenda_insert(agenda, i + 0.5, SIM_RANK_TIMER, i) != SIM_NO_SLOT);
    }
    for (uint32_t i = 0; i < 100; i++) {
        assert_pops(agenda, i + 0.5, i);
    }
    assert_int_equal(sim_agenda_verify(agenda), 0);
}

static void
test_agenda_verify_errors(void **state)
{
    sim_agenda_t agenda;
    uint32_t at;

    (void) state;
    fill(&agenda);
    agenda.n_ahead++;
    assert_int_equal(sim_agenda_verify(&agenda), SIM_ERR_INVARIANT);
    agenda.n_ahead--;
    agenda.n_today++;
    assert_int_equal(sim_agenda_verify(&agenda), SIM_ERR_INVARIANT);
    agenda.n_today--;
    at = agenda.day[150].first * SIM_AGENDA_CHUNK;
    agenda.what[at] = SIM_AGENDA_NOTHING; /* lost without being counted */
    assert_int_equal(sim_agenda_verify(&agenda), SIM_ERR_INVARIANT);
    agenda.what[at] = 150;
    agenda.key[at] += (sim_event_key_t) 1 << 113; /* another day */
    assert_int_equal(sim_agenda_verify(&agenda), SIM_ERR_INVARIANT);
    agenda.key[at] -= (sim_event_key_t) 1 << 113;
    agenda.run[agenda.run_n] = 0; /* no end */
    assert_int_equal(sim_agenda_verify(&agenda), SIM_ERR_INVARIANT);
    sim_agenda_free(&agenda);
}

/* Programmer errors, each tried in a child, which must abort. */
static void
misuse(int which)
{
    sim_agenda_t agenda;
    uint32_t slot;

    fill(&agenda);
    slot = sim_agenda_insert(&agenda, 120, SIM_RANK_TIMER, 7);
    switch (which) {
    case 0:
        sim_agenda_insert(&agenda, NAN, SIM_RANK_TIMER, 3);
        break;
    case 1:
        sim_agenda_insert(&agenda, INFINITY, SIM_RANK_TIMER, 3);
        break;
    case 2:
        sim_agenda_insert(&agenda, 99.4, SIM_RANK_TIMER, 3);
        break;
    case 3:
        sim_agenda_insert(&agenda, 130, (sim_event_rank_t) 16, 3);
        break;
    case 4:
        sim_agenda_cancel(&agenda, slot);
        sim_agenda_cancel(&agenda, slot);
        break;
    case 5:
        sim_agenda_cancel(&agenda, SIM_NO_SLOT);
        break;
    case 6:
        sim_agenda_cancel(&agenda, slot);
        sim_agenda_move(&agenda, slot, 140, SIM_RANK_TIMER);
        break;
    case 7:
        sim_agenda_move(&agenda, slot, 99, SIM_RANK_TIMER);
        break;
    default:
        break;
    }
    sim_agenda_free(&agenda);
    _exit(0);
}

static int
status_of_misuse(int which)
{
    struct rlimit no_core = { 0, 0 };
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL);
        if (freopen("/dev/null", "w", stderr) != NULL) {
            misuse(which);
        }
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void
test_agenda_errors(void **state)
{
    (void) state;
    for (int which = 0; which < 8; which++) {
        int status = status_of_misuse(which);

        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) {
            fail_msg("misuse %d did not abort", which);
        }
    }
    assert_int_equal(status_of_misuse(8), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agenda_random),
        cmocka_unit_test(test_agenda_crowded_day),
        cmocka_unit_test(test_agenda_soon),
        cmocka_unit_test(test_agenda_verify_errors),
        cmocka_unit_test(test_agenda_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
