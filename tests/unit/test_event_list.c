/*
 * The event list against a plain array searched from end to end, through long random sequences of operations (seeded;
 * they must agree for any sequence), and its orders, limits and asserts one by one.
 */
#define _POSIX_C_SOURCE 200809L

#include "sim/core/event_list.h"

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
#define MAX_PENDING 400

typedef struct {
    double t_days;
    int rank;
    uint64_t sequence;
    uint32_t what, slot;
} pending_t;

/* The reference, the list under test and a generator (xorshift64). */
typedef struct {
    pending_t pending[MAX_PENDING];
    size_t n;
    uint64_t sequence, bits;
    sim_event_list_t list;
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

/* Half the times lie on a coarse grid that starts at the present, so that ties of time and of rank are common. */
static double
random_time(pair_t *pair)
{
    double uniform = ((double) (next_bits(pair) >> 12) + 0.5) * 0x1p-52;

    return pair->list.now_days + (below(pair, 2) ? (double) below(pair, 4) : -5 * log(uniform));
}

static bool
is_before(const pending_t *a, const pending_t *b)
{
    if (a->t_days != b->t_days) {
        return a->t_days < b->t_days;
    }
    return a->rank != b->rank ? a->rank < b->rank : a->sequence < b->sequence;
}

static size_t
find_first(const pair_t *pair)
{
    size_t first = 0;

    for (size_t i = 1; i < pair->n; i++) {
        first = is_before(&pair->pending[i], &pair->pending[first]) ? i : first;
    }
    return first;
}

static void
insert_both(pair_t *pair)
{
    pending_t event = { random_time(pair), (int) below(pair, 16), pair->sequence++, (uint32_t) next_bits(pair), 0 };

    event.slot = sim_event_list_insert(&pair->list, event.t_days, (sim_event_rank_t) event.rank, event.what);
    assert_true(event.slot != SIM_NO_SLOT);
    for (size_t i = 0; i < pair->n; i++) {
        assert_true(pair->pending[i].slot != event.slot);
    }
    pair->pending[pair->n++] = event;
}

static void
cancel_both(pair_t *pair)
{
    size_t i = below(pair, pair->n);

    sim_event_list_cancel(&pair->list, pair->pending[i].slot);
    pair->pending[i] = pair->pending[--pair->n];
}

static void
move_both(pair_t *pair)
{
    pending_t *event = &pair->pending[below(pair, pair->n)];

    event->t_days = random_time(pair);
    event->rank = (int) below(pair, 16);
    event->sequence = pair->sequence++;
    sim_event_list_move(&pair->list, event->slot, event->t_days, (sim_event_rank_t) event->rank);
}

static void
pop_both(pair_t *pair)
{
    size_t first = find_first(pair);
    double t_days = -1;
    uint32_t what = 0;

    assert_true(sim_event_list_pop(&pair->list, &t_days, &what));
    assert_true(t_days == pair->pending[first].t_days);
    assert_int_equal(what, pair->pending[first].what);
    pair->pending[first] = pair->pending[--pair->n];
}

static void
check_both(const pair_t *pair)
{
    double next = pair->n > 0 ? pair->pending[find_first(pair)].t_days : INFINITY;

    assert_int_equal(pair->list.pending, pair->n);
    assert_true(sim_event_list_next_time(&pair->list) == next);
    assert_int_equal(sim_event_list_verify(&pair->list), 0);
}

static void
operate(pair_t *pair, size_t limit)
{
    size_t operation = below(pair, 100);

    if (pair->n == 0 || (operation < 35 && pair->n < limit)) {
        insert_both(pair);
    } else if (operation < 50) {
        cancel_both(pair);
    } else if (operation < 65) {
        move_both(pair);
    } else {
        pop_both(pair);
        if (operation >= 70) { /* most events bring the next */
            insert_both(pair);
        }
    }
}

static void
run_pair(uint64_t seed, size_t limit, int n_operations)
{
    static pair_t pair;

    memset(&pair, 0, sizeof(pair));
    pair.bits = seed;
    assert_int_equal(sim_event_list_init(&pair.list, 0), 0);
    for (int i = 0; i < n_operations; i++) {
        operate(&pair, limit);
        check_both(&pair);
    }
    while (pair.n > 0) {
        pop_both(&pair);
    }
    check_both(&pair);
    sim_event_list_free(&pair.list);
}

static void
test_event_list_random(void **state)
{
    static const uint64_t SEED[] = { 1, 20250901, UINT64_C(0x9E3779B97F4A7C15), 42 };

    (void) state;
    for (size_t i = 0; i < N_OF(SEED); i++) {
        run_pair(SEED[i], 5, 60000);
        run_pair(SEED[i], 60, 40000);
        run_pair(SEED[i], MAX_PENDING, 20000);
    }
}

static void
assert_pops(sim_event_list_t *list, double t_days, uint32_t what)
{
    double t = -1;
    uint32_t popped = UINT32_MAX;

    assert_true(sim_event_list_pop(list, &t, &popped));
    assert_true(t == t_days);
    assert_int_equal(popped, what);
}

static void
test_event_list_ties(void **state)
{
    static const sim_event_rank_t RANK[] = { SIM_RANK_END, SIM_RANK_PERIOD, SIM_RANK_MODEL, SIM_RANK_ARRIVAL,
        SIM_RANK_TIMER, SIM_RANK_CAPACITY, SIM_RANK_RELEASE };
    sim_event_list_t list;

    (void) state;
    assert_int_equal(sim_event_list_init(&list, 20), 0);
    for (uint32_t i = 0; i < 2 * N_OF(RANK); i++) {
        assert_true(sim_event_list_insert(&list, 7, RANK[i % N_OF(RANK)], i) != SIM_NO_SLOT);
    }
    for (uint32_t i = N_OF(RANK); i-- > 0;) { /* by rank, then first in, first out */
        assert_pops(&list, 7, i);
        assert_pops(&list, 7, i + (uint32_t) N_OF(RANK));
    }
    sim_event_list_free(&list);
}

/* A moved event goes behind those of its new time and rank, even when it does not change its time. */
static void
test_event_list_move_is_last(void **state)
{
    sim_event_list_t list;
    uint32_t slot;

    (void) state;
    assert_int_equal(sim_event_list_init(&list, 4), 0);
    slot = sim_event_list_insert(&list, 1, SIM_RANK_TIMER, 10);
    assert_true(sim_event_list_insert(&list, 1, SIM_RANK_TIMER, 11) != SIM_NO_SLOT);
    assert_true(sim_event_list_insert(&list, 0.5, SIM_RANK_TIMER, 12) != SIM_NO_SLOT);
    sim_event_list_move(&list, slot, 1, SIM_RANK_TIMER);
    assert_pops(&list, 0.5, 12);
    sim_event_list_move(&list, slot, 1, SIM_RANK_TIMER); /* after a pop */
    assert_pops(&list, 1, 11);
    assert_pops(&list, 1, 10);
    sim_event_list_free(&list);
}

/* After a pop another event comes before the one popped: same time, lower rank. */
static void
test_event_list_earlier_rank_after_pop(void **state)
{
    sim_event_list_t list;
    uint32_t slot;

    (void) state;
    assert_int_equal(sim_event_list_init(&list, 16), 0);
    assert_true(sim_event_list_insert(&list, 3, SIM_RANK_ARRIVAL, 1) != SIM_NO_SLOT);
    slot = sim_event_list_insert(&list, 9, SIM_RANK_TIMER, 2);
    assert_pops(&list, 3, 1);
    sim_event_list_move(&list, slot, 3, SIM_RANK_RELEASE);
    assert_true(sim_event_list_next_time(&list) == 3);
    assert_true(sim_event_list_insert(&list, 4, SIM_RANK_ARRIVAL, 3) != SIM_NO_SLOT);
    assert_pops(&list, 3, 2);
    assert_pops(&list, 4, 3);
    sim_event_list_free(&list);
}

/* Between a pop and the next insert others are cancelled and moved, also on the popped slot's own way to the root. */
static void
test_event_list_open_slot(void **state)
{
    sim_event_list_t list;

    (void) state;
    for (uint32_t other = 1; other < 64; other++) {
        assert_int_equal(sim_event_list_init(&list, 64), 0);
        for (uint32_t i = 0; i < 64; i++) {
            assert_int_equal(sim_event_list_insert(&list, i, SIM_RANK_TIMER, i), i);
        }
        assert_pops(&list, 0, 0);
        sim_event_list_move(&list, other, 0, SIM_RANK_RELEASE); /* before the one popped */
        assert_int_equal(sim_event_list_verify(&list), 0);
        assert_true(sim_event_list_next_time(&list) == 0);
        sim_event_list_move(&list, other, 100, SIM_RANK_TIMER);
        assert_true(sim_event_list_next_time(&list) == (other == 1 ? 2 : 1));
        sim_event_list_cancel(&list, other);
        assert_int_equal(sim_event_list_insert(&list, 64, SIM_RANK_TIMER, 64), 0);
        assert_int_equal(sim_event_list_verify(&list), 0);
        for (uint32_t i = 1; i <= 64; i++) {
            if (i != other) {
                assert_pops(&list, i, i);
            }
        }
        assert_int_equal(list.pending, 0);
        sim_event_list_free(&list);
    }
}

/* Slots keep their numbers as the list grows from 4 to 16,384. */
static void
test_event_list_growth(void **state)
{
    enum { COUNT = 5000 };
    static uint32_t slot[COUNT];
    sim_event_list_t list;

    (void) state;
    assert_int_equal(sim_event_list_init(&list, 0), 0);
    assert_int_equal(list.n_slots, 4);
    for (uint32_t i = 0; i < COUNT; i++) {
        slot[i] = sim_event_list_insert(&list, (double) (i * 7919u % COUNT), SIM_RANK_TIMER, i);
        assert_int_equal(slot[i], i);
    }
    assert_int_equal(list.n_slots, 16384);
    assert_int_equal(sim_event_list_verify(&list), 0);
    for (uint32_t i = 0; i < COUNT; i += 2) {
        sim_event_list_cancel(&list, slot[i]);
    }
    assert_int_equal(sim_event_list_verify(&list), 0);
    for (uint32_t t = 0, popped = 0; popped < COUNT / 2; t++) {
        for (uint32_t i = 1; i < COUNT; i += 2) {
            if (i * 7919u % COUNT == t) {
                assert_pops(&list, t, i);
                popped++;
            }
        }
    }
    assert_int_equal(list.pending, 0);
    assert_int_equal(sim_event_list_verify(&list), 0);
    sim_event_list_free(&list);
}

static void
test_event_list_empty(void **state)
{
    sim_event_list_t list;
    double t_days = -1;
    uint32_t what = 99;

    (void) state;
    assert_int_equal(sim_event_list_init(&list, 1), 0);
    for (int i = 0; i < 3; i++) {
        assert_false(sim_event_list_pop(&list, &t_days, &what));
        assert_true(isinf(sim_event_list_next_time(&list)));
        assert_int_equal(sim_event_list_verify(&list), 0);
        assert_true(sim_event_list_insert(&list, i, SIM_RANK_MODEL, 5) != SIM_NO_SLOT);
        assert_pops(&list, i, 5);
    }
    sim_event_list_free(&list);
    sim_event_list_free(&list);
}

/* The slot popped last is lent to the next insert; -0 is 0. */
static void
test_event_list_last_slot_first(void **state)
{
    sim_event_list_t list;
    uint32_t slot;

    (void) state;
    assert_int_equal(sim_event_list_init(&list, 64), 0);
    slot = sim_event_list_insert(&list, -0.0, SIM_RANK_MODEL, 1);
    assert_true(sim_event_list_insert(&list, 0.0, SIM_RANK_RELEASE, 2) != SIM_NO_SLOT);
    assert_true(sim_event_list_insert(&list, 5, SIM_RANK_MODEL, 3) != SIM_NO_SLOT);
    assert_pops(&list, 0, 2);
    assert_pops(&list, 0, 1);
    assert_int_equal(sim_event_list_insert(&list, 6, SIM_RANK_MODEL, 4), slot);
    assert_pops(&list, 5, 3);
    assert_pops(&list, 6, 4);
    sim_event_list_free(&list);
}

/* A time on a grid, close by, or far from all others. */
static double
far_time(pair_t *pair)
{
    double now = pair->list.now_days, uniform = ((double) (next_bits(pair) >> 12) + 0.5) * 0x1p-52;

    switch (below(pair, 4)) {
    case 0:
        return now + (double) below(pair, 100);
    case 1:
        return now - 0.1 * log(uniform);
    case 2:
        return now - 50 * log(uniform);
    default:
        return below(pair, 50) == 0 ? now + 1e300 * uniform : now + 20 + 10 * uniform;
    }
}

/* Thousands pending, many cancelled or moved: what is popped is in order, and none is lost. */
static void
run_far(uint64_t seed, size_t most)
{
    enum { ROUNDS = 100000 };
    static uint32_t slot[ROUNDS];
    static double time[ROUNDS];
    static pair_t pair;
    size_t n = 0, popped = 0, cancelled = 0;
    uint32_t what = 0;
    double t = 0;

    memset(&pair, 0, sizeof(pair));
    pair.bits = seed;
    assert_int_equal(sim_event_list_init(&pair.list, 0), 0);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        time[i] = far_time(&pair);
        slot[i] = sim_event_list_insert(&pair.list, time[i], SIM_RANK_TIMER, i);
        n = below(&pair, i + 1);
        if (slot[n] != SIM_NO_SLOT && below(&pair, 2)) {
            time[n] = far_time(&pair);
            sim_event_list_move(&pair.list, slot[n], time[n], SIM_RANK_TIMER);
        } else if (slot[n] != SIM_NO_SLOT && below(&pair, 4) == 0) {
            sim_event_list_cancel(&pair.list, slot[n]);
            slot[n] = SIM_NO_SLOT;
            cancelled++;
        }
        for (; pair.list.pending > most || (i == ROUNDS - 1 && pair.list.pending > 0); popped++) {
            double next = sim_event_list_next_time(&pair.list);

            assert_true(sim_event_list_pop(&pair.list, &t, &what));
            assert_true(t == next && t == time[what] && slot[what] != SIM_NO_SLOT);
            slot[what] = SIM_NO_SLOT;
        }
        if (i % 997 == 0) {
            assert_int_equal(sim_event_list_verify(&pair.list), 0);
        }
    }
    assert_int_equal(popped + cancelled, ROUNDS);
    sim_event_list_free(&pair.list);
}

static void
test_event_list_far(void **state)
{
    (void) state;
    run_far(7, 20);
    run_far(8, 200);
    run_far(9, 5000);
}

/* Hundreds at each of three times: each in the order of insertion. */
static void
test_event_list_crowd(void **state)
{
    sim_event_list_t list;

    (void) state;
    assert_int_equal(sim_event_list_init(&list, 0), 0);
    for (uint32_t i = 0; i < 1000; i++) {
        double t = i % 10 == 9 ? 11 : i % 2 == 0 ? 9 : 10;

        assert_true(sim_event_list_insert(&list, t, SIM_RANK_TIMER, i) != SIM_NO_SLOT);
    }
    for (uint32_t i = 0; i < 1000; i += 2) {
        assert_pops(&list, 9, i);
    }
    assert_int_equal(sim_event_list_verify(&list), 0);
    for (uint32_t i = 1; i < 1000; i += 2) {
        if (i % 10 != 9) {
            assert_pops(&list, 10, i);
        }
    }
    for (uint32_t i = 9; i < 1000; i += 10) {
        assert_pops(&list, 11, i);
    }
    sim_event_list_free(&list);
}

/*
 * 4,000 events, popped to the end: of those that did not stand first in their sixteenth at the outset, nearly all are
 * offered before they come, and on average no more than a few times 16 pops before.
 */
static void
test_event_list_soon(void **state)
{
    enum { COUNT = 4000 };
    static uint32_t offered[COUNT];
    uint32_t what = 0, soon, popped = 0, n = 0, ahead = 0;
    sim_event_list_t list;
    double t = 0;

    (void) state;
    memset(offered, 0xff, sizeof(offered));
    assert_int_equal(sim_event_list_init(&list, COUNT), 0);
    assert_false(sim_event_list_soon(&list, &soon));
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_true(sim_event_list_insert(&list, i * 7919u % COUNT, SIM_RANK_TIMER, i) != SIM_NO_SLOT);
    }
    while (sim_event_list_pop(&list, &t, &what)) {
        n += offered[what] != UINT32_MAX;
        ahead += offered[what] != UINT32_MAX ? popped - offered[what] : 0;
        if (sim_event_list_soon(&list, &soon)) {
            assert_true(soon < COUNT);
            offered[soon] = offered[soon] == UINT32_MAX ? popped : offered[soon];
        }
        popped++;
    }
    assert_int_equal(popped, COUNT);
    assert_true(n > COUNT * 9 / 10);
    assert_true(ahead / n >= 4 && ahead / n <= 64);
    sim_event_list_free(&list);
}

/* In a list of 16 slots there is no need to guess. */
static void
test_event_list_soon_small(void **state)
{
    sim_event_list_t list;
    uint32_t what = 0, soon;
    double t = 0;

    (void) state;
    assert_int_equal(sim_event_list_init(&list, 16), 0);
    for (uint32_t i = 0; i < 16; i++) {
        assert_true(sim_event_list_insert(&list, i, SIM_RANK_TIMER, i) != SIM_NO_SLOT);
    }
    for (int i = 0; i < 100; i++) {
        assert_true(sim_event_list_pop(&list, &t, &what));
        assert_false(sim_event_list_soon(&list, &soon));
        assert_true(sim_event_list_insert(&list, t + 3.5, SIM_RANK_TIMER, what) != SIM_NO_SLOT);
    }
    sim_event_list_free(&list);
}

/* Each node of the tree is made a little less or greater: how many of these verify does not see. */
static size_t
unseen_spoils(sim_event_list_t *list)
{
    size_t j, unseen = 0;

    for (j = SIM_EVENT_ROOT; j < list->first_leaf + list->n_slots; j++) {
        list->node[j] ^= 1;
        unseen += sim_event_list_verify(list) == 0;
        list->node[j] ^= 1;
        assert_int_equal(sim_event_list_verify(list), 0);
    }
    return unseen;
}

static void
fill(sim_event_list_t *list, uint32_t n)
{
    assert_int_equal(sim_event_list_init(list, n), 0);
    for (uint32_t i = 0; i < n; i++) {
        double t = i % 4 == 0 ? 1000 + i : 100 - 50.0 * i / n;

        assert_true(sim_event_list_insert(list, t, SIM_RANK_TIMER, i) != SIM_NO_SLOT);
    }
}

/* 40 events in 64 slots, before and after a pop. */
static void
test_event_list_verify_tree_errors(void **state)
{
    sim_event_list_t list;
    uint32_t what = 0;
    double t = 0;

    (void) state;
    fill(&list, 40);
    assert_int_equal(unseen_spoils(&list), 0);
    assert_true(sim_event_list_pop(&list, &t, &what));
    assert_int_equal(unseen_spoils(&list), 0);
    assert_true(sim_event_list_insert(&list, t, SIM_RANK_TIMER, what) != SIM_NO_SLOT);
    assert_int_equal(unseen_spoils(&list), 0);
    sim_event_list_free(&list);
}

static void
test_event_list_verify_slot_errors(void **state)
{
    sim_event_list_t list;
    uint32_t what = 0, slot;
    double t = 0;

    (void) state;
    fill(&list, 40);
    list.pending++;
    assert_int_equal(sim_event_list_verify(&list), SIM_ERR_INVARIANT);
    list.pending--;
    slot = list.free_slot[0];
    list.free_slot[0] = list.free_slot[1];
    assert_int_equal(sim_event_list_verify(&list), SIM_ERR_INVARIANT);
    list.free_slot[0] = 64;
    assert_int_equal(sim_event_list_verify(&list), SIM_ERR_INVARIANT);
    list.free_slot[0] = slot;
    list.sequence -= UINT64_C(1) << SIM_EVENT_SEQUENCE_SHIFT;
    assert_int_equal(sim_event_list_verify(&list), SIM_ERR_INVARIANT);
    list.sequence += UINT64_C(1) << SIM_EVENT_SEQUENCE_SHIFT;
    list.now_days = 60;
    assert_int_equal(sim_event_list_verify(&list), SIM_ERR_INVARIANT);
    list.now_days = 0;
    assert_int_equal(sim_event_list_verify(&list), 0);
    assert_true(sim_event_list_pop(&list, &t, &what));
    list.open_slot = SIM_NO_SLOT;
    assert_int_equal(sim_event_list_verify(&list), SIM_ERR_INVARIANT);
    sim_event_list_free(&list);
}

/* A list of more than 2^24 events is refused, and what was refused can be freed. */
static void
test_event_list_init_errors(void **state)
{
    sim_event_list_t list;

    (void) state;
    assert_int_equal(sim_event_list_init(&list, ((size_t) 1 << 24) + 1), SIM_ERR_FULL);
    sim_event_list_free(&list);
}

/* The 36 bits of the sequence are not overrun into the class. */
static void
test_event_list_sequence_last(void **state)
{
    sim_event_list_t list;

    (void) state;
    assert_int_equal(sim_event_list_init(&list, 4), 0);
    list.sequence = (UINT64_C(1) << SIM_EVENT_RANK_SHIFT) - (UINT64_C(1) << SIM_EVENT_SEQUENCE_SHIFT);
    assert_true(sim_event_list_insert(&list, 1, SIM_RANK_RELEASE, 1) != SIM_NO_SLOT);
    assert_true(list.sequence >> SIM_EVENT_RANK_SHIFT == 1);
    assert_int_equal(sim_event_list_verify(&list), 0);
    assert_pops(&list, 1, 1);
    sim_event_list_free(&list);
}

/* Programmer errors, each tried in a child, which must abort. A list at day 3 with slot 1 pending and slot 0 popped. */
static void
misuse(int which)
{
    sim_event_list_t list;
    double t_days;
    uint32_t what, slot = 0;

    if (sim_event_list_init(&list, 4) != 0) {
        _exit(1);
    }
    sim_event_list_insert(&list, 3, SIM_RANK_MODEL, 1);
    slot = sim_event_list_insert(&list, 8, SIM_RANK_MODEL, 2);
    sim_event_list_pop(&list, &t_days, &what);
    switch (which) {
    case 0:
        sim_event_list_insert(&list, NAN, SIM_RANK_MODEL, 3);
        break;
    case 1:
        sim_event_list_insert(&list, INFINITY, SIM_RANK_MODEL, 3);
        break;
    case 2:
        sim_event_list_insert(&list, 2.999, SIM_RANK_MODEL, 3);
        break;
    case 3:
        sim_event_list_insert(&list, -1, SIM_RANK_MODEL, 3);
        break;
    case 4:
        sim_event_list_insert(&list, 4, (sim_event_rank_t) 16, 3);
        break;
    case 5:
        sim_event_list_move(&list, slot, 1, SIM_RANK_MODEL);
        break;
    case 6:
        sim_event_list_cancel(&list, 0);
        break; /* popped */
    case 7:
        sim_event_list_cancel(&list, 3);
        break; /* never lent */
    case 8:
        sim_event_list_move(&list, 4, 5, SIM_RANK_MODEL);
        break; /* no such slot */
    case 9:
        sim_event_list_cancel(&list, SIM_NO_SLOT);
        break;
    case 10:
        list.sequence = UINT64_C(1) << SIM_EVENT_RANK_SHIFT;
        sim_event_list_insert(&list, 4, SIM_RANK_MODEL, 3);
        break;
    case 11:
        sim_event_list_cancel(&list, slot);
        sim_event_list_cancel(&list, slot);
        break;
    default:
        break;
    }
    sim_event_list_free(&list);
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
test_event_list_errors(void **state)
{
    (void) state;
    for (int which = 0; which < 12; which++) {
        int status = status_of_misuse(which);

        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) {
            fail_msg("misuse %d did not abort", which);
        }
    }
    assert_int_equal(status_of_misuse(12), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event_list_random),
        cmocka_unit_test(test_event_list_ties),
        cmocka_unit_test(test_event_list_move_is_last),
        cmocka_unit_test(test_event_list_earlier_rank_after_pop),
        cmocka_unit_test(test_event_list_open_slot),
        cmocka_unit_test(test_event_list_growth),
        cmocka_unit_test(test_event_list_empty),
        cmocka_unit_test(test_event_list_last_slot_first),
        cmocka_unit_test(test_event_list_far),
        cmocka_unit_test(test_event_list_crowd),
        cmocka_unit_test(test_event_list_soon),
        cmocka_unit_test(test_event_list_soon_small),
        cmocka_unit_test(test_event_list_verify_tree_errors),
        cmocka_unit_test(test_event_list_verify_slot_errors),
        cmocka_unit_test(test_event_list_init_errors),
        cmocka_unit_test(test_event_list_sequence_last),
        cmocka_unit_test(test_event_list_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
