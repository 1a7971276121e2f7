/*
 * Several stations against exact theory: overflow (Riordan, in Wilkinson 1956), blocking after service, the shortest
 * queue and changing queues (chains of Markov, tests/theory/markov.h), classes and flags that route (Kelly 1975),
 * closed networks (Palm 1947, Gordon and Newell 1967). How a value is judged: tests/theory/network.h.
 */
#include "sim/analysis/queueing.h"
#include "tests/theory/markov.h"
#include "tests/theory/network.h"

/* ---- overflow ---- */

static void
test_network_overflow(void **state)
{
    network_t n;

    (void) state;
    network_init(&n, "overflow without limit", 20000);
    network_desk(&n, "first", 3, exponential(1))->room = 0;
    network_stage(&n, "second", "", exponential(1));
    network_route(&n, "first", "full", "second", 1);
    network_source(&n, "in", "first", 4);
    check_l(&n, "stage=second", ana_overflow_mean(3, 4), 0.01);
    check_l(&n, "all", 4, 0.01);
    network_run(&n);
    network_init(&n, "overflow to two", 20000);
    network_desk(&n, "first", 3, exponential(1))->room = 0;
    network_desk(&n, "second", 2, exponential(1))->room = 0;
    network_route(&n, "first", "full", "second", 1);
    network_source(&n, "in", "first", 4);
    check_ratio(&n, "lost", "all", SIM_COUNT_LEFT, SIM_COUNT_ENTERED, ana_erlang_b(5, 4), 0.01);
    check_rate(&n, "full", "stage=first", SIM_COUNT_FULL, 4 * ana_erlang_b(3, 4), 0.01);
    network_run(&n);
}

/* A call refused at the second of two stages has been in the first: its time there counts. */
static void
test_network_lost_on_the_way(void **state)
{
    network_t n;

    (void) state;
    network_init(&n, "lost on the way", 20000);
    network_stage(&n, "first", "", exponential(1));
    network_desk(&n, "second", 2, exponential(1))->room = 0;
    network_route(&n, "first", "done", "second", 1);
    network_source(&n, "in", "first", 2);
    check_w(&n, "all", 1 + 1 - ana_erlang_b(2, 2), 0.01);
    network_run(&n);
}

/* ---- blocking after service ---- */

/* Those at the first station, served or not; those of them that are served and blocked; those at the second. */
typedef struct {
    int servers, limit, size;
    double rate, first, second; /* of arrivals, of a server of each */
} tandem_t;

static void
tandem_chain(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const tandem_t *self = ctx;
    int serving = s->x[0] - s->x[1];
    markov_state_t to = *s;

    if (serving > self->servers - s->x[1]) {
        serving = self->servers - s->x[1];
    }
    markov_add(chain, s, 0, 1, s->x[0] < self->size ? self->rate : 0);
    if (s->x[2] < self->limit) {
        markov_move(chain, s, 0, 2, serving * self->first);
    } else {
        markov_add(chain, s, 1, 1, serving * self->first);
    }
    if (s->x[1] > 0) { /* one that was blocked takes the place */
        to.x[0]--;
        to.x[1]--;
        markov_go(chain, to, self->second);
    } else {
        markov_add(chain, s, 2, -1, s->x[2] > 0 ? self->second : 0);
    }
}

static void
check_tandem(const char *name, tandem_t tandem, bool by_room)
{
    sim_stage_t *second;
    markov_t chain;
    network_t n;

    assert_int_equal(markov_init(&chain, (markov_state_t){ { 0 } }, tandem_chain, &tandem), 0);
    assert_int_equal(markov_solve(&chain), 0);
    network_init(&n, name, 40000);
    network_desk(&n, "first", tandem.servers, exponential(1 / tandem.first));
    second = network_desk(&n, "second", 1, exponential(1 / tandem.second));
    second->full = SIM_FULL_BLOCK;
    if (by_room) {
        second->room = (size_t) tandem.limit - 1;
    } else {
        second->limit = (size_t) tandem.limit;
    }
    network_route(&n, "first", "done", "second", 1);
    network_source(&n, "in", "first", tandem.rate);
    check_l(&n, "stage=first", markov_mean_place(&chain, 0), 0.02);
    check_l(&n, "stage=second", markov_mean_place(&chain, 2), 0.02);
    check_blocked(&n, "stage=first", markov_mean_place(&chain, 1), 0.02);
    check_rate(&n, "throughput", "all", SIM_COUNT_SERVED, tandem.rate, 0.01);
    network_run(&n);
    markov_free(&chain);
}

static void
test_network_blocking(void **state)
{
    (void) state;
    check_tandem("blocking, limit 2", (tandem_t){ 1, 2, 150, 0.5, 1, 1 }, false);
    check_tandem("blocking, room 1", (tandem_t){ 1, 2, 150, 0.5, 1, 1 }, true);
    check_tandem("blocking of 3 servers, no room", (tandem_t){ 3, 1, 150, 0.7, 0.6, 1.2 }, true);
}

/* One that goes back to its own full stage takes the place that it leaves: feedback of 1 in 2, at most 3 present. */
static void
test_network_blocking_by_itself(void **state)
{
    ana_station_t exact = ana_mmck(1, 3, 0.5, 2);
    network_t n;

    (void) state;
    network_init(&n, "feedback to a full stage", 40000);
    network_desk(&n, "desk", 1, exponential(1))->limit = 3;
    n.pathway.stage[0].full = SIM_FULL_BLOCK;
    network_route(&n, "desk", "done", "desk", 0.5);
    network_route(&n, "desk", "done", "exit", 0.5);
    network_source(&n, "in", "desk", 0.5);
    check_l(&n, "stage=desk", exact.system, 0.01);
    check_rate(&n, "throughput", "all", SIM_COUNT_SERVED, exact.throughput, 0.01);
    network_run(&n);
}

/* Shared servers: one that is blocked takes no share. Present at the first, of them blocked, present at the second. */
static void
sharing_chain(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    int serving = s->x[0] - s->x[1];
    markov_state_t to = *s;

    (void) ctx;
    markov_add(chain, s, 0, 1, s->x[0] < 60 ? 0.5 : 0);
    if (s->x[2] < 1) {
        markov_move(chain, s, 0, 2, serving > 0 ? 1 : 0);
    } else {
        markov_add(chain, s, 1, 1, serving > 0 ? 1 : 0);
    }
    if (s->x[1] > 0) {
        to.x[0]--;
        to.x[1]--;
        markov_go(chain, to, 1);
    } else {
        markov_add(chain, s, 2, -1, s->x[2]);
    }
}

static void
test_network_blocking_of_shared(void **state)
{
    markov_t chain;
    network_t n;

    (void) state;
    assert_int_equal(markov_init(&chain, (markov_state_t){ { 0 } }, sharing_chain, NULL), 0);
    assert_int_equal(markov_solve(&chain), 0);
    network_init(&n, "blocking of shared servers", 30000);
    network_desk(&n, "first", 1, exponential(1));
    n.pathway.pool[0].discipline = SIM_SHARING;
    network_desk(&n, "second", 1, exponential(1))->limit = 1;
    n.pathway.stage[1].full = SIM_FULL_BLOCK;
    network_route(&n, "first", "done", "second", 1);
    network_source(&n, "in", "first", 0.5);
    check_l(&n, "stage=first", markov_mean_place(&chain, 0), 0.02);
    check_blocked(&n, "stage=first", markov_mean_place(&chain, 1), 0.02);
    network_run(&n);
    markov_free(&chain);
}

/* ---- the shortest queue ---- */

typedef struct {
    bool jockeys, shortest;
    double rate, mu[2];
} queues_t;

/* The two numbers present; who changes queue does so when it would have two fewer before it. */
static void
queues_go(markov_t *chain, const queues_t *self, markov_state_t to, double rate)
{
    int k;

    for (k = 0; self->jockeys && k < 2; k++) {
        if (to.x[k] > to.x[1 - k] + 1) {
            to.x[k]--;
            to.x[1 - k]++;
        }
    }
    markov_go(chain, to, rate);
}

static void
queues_chain(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const queues_t *self = ctx;
    int k;

    for (k = 0; k < 2; k++) {
        double share = !self->shortest ? 0.5 : s->x[k] < s->x[1 - k] || (s->x[0] == s->x[1] && k == 0);
        markov_state_t to = *s;

        to.x[k]++;
        if (to.x[k] <= 70) {
            queues_go(chain, self, to, share * self->rate);
        }
        to.x[k] -= 2;
        if (to.x[k] >= 0) {
            queues_go(chain, self, to, self->mu[k]);
        }
    }
}

static void
check_queues(const char *name, queues_t queues)
{
    sim_route_t *route;
    markov_t chain;
    network_t n;
    int k;

    assert_int_equal(markov_init(&chain, (markov_state_t){ { 0 } }, queues_chain, &queues), 0);
    assert_int_equal(markov_solve(&chain), 0);
    network_init(&n, name, 40000);
    network_stage(&n, "door", "", (sim_dist_t){ 0 });
    network_desk(&n, "left", 1, exponential(1 / queues.mu[0]));
    network_desk(&n, "right", 1, exponential(1 / queues.mu[1]));
    for (k = 1; k <= 2 && queues.jockeys; k++) {
        snprintf(n.pathway.stage[k].jockey, SIM_NAME_MAX, "change");
    }
    if (queues.shortest) {
        route = network_route(&n, "door", "done", "left", 1);
        route->n_shortest = 1;
        snprintf(route->shortest_name[0], SIM_NAME_MAX, "right");
    } else {
        network_route(&n, "door", "done", "left", 0.5);
        network_route(&n, "door", "done", "right", 0.5);
    }
    network_source(&n, "in", "door", queues.rate);
    check_l(&n, "stage=left", markov_mean_place(&chain, 0), 0.02);
    check_l(&n, "stage=right", markov_mean_place(&chain, 1), 0.02);
    check_w(&n, "all", (markov_mean_place(&chain, 0) + markov_mean_place(&chain, 1)) / queues.rate, 0.02);
    network_run(&n);
    markov_free(&chain);
}

static void
test_network_shortest_queue(void **state)
{
    (void) state;
    check_queues("the shortest of two queues", (queues_t){ false, true, 1.6, { 1, 1 } });
    check_queues("the shortest of two unequal queues", (queues_t){ false, true, 1.5, { 1.4, 0.6 } });
}

static void
test_network_jockeying(void **state)
{
    (void) state;
    check_queues("changing queues", (queues_t){ true, true, 1.6, { 1, 1 } });
    check_queues("changing to a faster queue", (queues_t){ true, true, 1.5, { 1.4, 0.6 } });
    check_queues("changing queues chosen by chance", (queues_t){ true, false, 1.6, { 1, 1 } });
}

/* Nobody waits beside a free desk, and one who changes keeps its patience: together they are M/M/2+M (Erlang-A). */
static void
test_network_jockeying_patience(void **state)
{
    ana_erlang_a_t exact = ana_erlang_a(2, 5, 0.5, 1);
    const char *const desk[] = { "left", "right" };
    sim_route_t *route;
    network_t n;
    size_t k;

    (void) state;
    network_init(&n, "changing queues with patience", 20000);
    network_stage(&n, "door", "", (sim_dist_t){ 0 });
    for (k = 0; k < 2; k++) {
        sim_stage_t *stage = network_desk(&n, desk[k], 1, exponential(0.5));

        snprintf(stage->jockey, SIM_NAME_MAX, "change");
        network_patience(stage, exponential(1));
    }
    route = network_route(&n, "door", "done", "left", 1);
    route->n_shortest = 1;
    snprintf(route->shortest_name[0], SIM_NAME_MAX, "right");
    network_source(&n, "in", "door", 5);
    check_l(&n, "all", exact.queue + 2 * exact.utilisation, 0.01);
    network_run(&n);
}

/* Two stages without room at one server: nobody ever waits there, however many are blocked before them. */
static void
test_network_shared_room(void **state)
{
    const char *const before[] = { "a", "b" }, *const after[] = { "first", "second" };
    sim_calendar_t calendar;
    sim_replication_t *rep;
    network_t n;
    size_t k;

    (void) state;
    network_init(&n, "rooms of a shared server", 2000);
    network_pool(&n, "doctor", 1);
    for (k = 0; k < 2; k++) {
        sim_stage_t *stage;

        network_desk(&n, before[k], 1, exponential(0.2))->room = 0;
        stage = network_stage(&n, after[k], "doctor", exponential(0.5));
        stage->room = 0;
        stage->full = SIM_FULL_BLOCK;
        network_route(&n, before[k], "done", after[k], 1);
        network_source(&n, k == 0 ? "to a" : "to b", before[k], 3);
    }
    network_compile(&n, &calendar);
    network_replicate(&n, &calendar, (sim_run_t){ .verify = true }, &rep);
    assert_true(network_count(sim_replication_book(rep), "pool=doctor", SIM_COUNT_QUEUE_DAYS) == 0);
    assert_true(network_count(sim_replication_book(rep), "pool=doctor", SIM_COUNT_SERVED) > 500);
    sim_replication_free(rep);
    sim_calendar_free(&calendar);
    sim_pathway_free(&n.pathway);
}

/* ---- classes and flags ---- */

/* Everyone comes twice, the second time as another class: quasi-reversible, so L is that of M/M/1 at twice the rate. */
static void
test_network_class_change(void **state)
{
    network_t n;

    (void) state;
    network_init(&n, "twice, by class", 30000);
    network_classes(&n, 2);
    network_desk(&n, "desk", 1, exponential(1))->by_class = true;
    network_route(&n, "desk", "done", "desk", 1)->class_mask = 1;
    n.pathway.route[0].class_to = 1;
    network_route(&n, "desk", "done", "exit", 1)->class_mask = 2;
    network_source(&n, "in", "desk", 0.35);
    check_l(&n, "stage=desk", 0.7 / 0.3, 0.02);
    check_w(&n, "stage_class=desk:zero", 1 / 0.3, 0.02);
    check_w(&n, "stage_class=desk:one", 1 / 0.3, 0.02);
    check_w(&n, "all", 2 / 0.3, 0.02);
    network_run(&n);
}

/* Three visits, told apart by the flags that two further stages set. */
static void
test_network_flags(void **state)
{
    sim_route_t *route;
    network_t n;

    (void) state;
    network_init(&n, "three times, by flags", 30000);
    network_desk(&n, "desk", 1, exponential(1));
    network_stage(&n, "once", "", exponential(2))->sets = 1;
    network_stage(&n, "twice", "", exponential(3))->sets = 2;
    network_route(&n, "desk", "done", "once", 1)->without_flags = 1;
    route = network_route(&n, "desk", "done", "twice", 1);
    route->with_flags = 1;
    route->without_flags = 2;
    network_route(&n, "desk", "done", "exit", 1)->with_flags = 3;
    network_route(&n, "desk", "done", "exit", 1)->with_flags = 2;
    n.pathway.route[3].without_flags = 1;
    n.pathway.route[0].without_flags = 3;
    network_route(&n, "once", "done", "desk", 1);
    network_route(&n, "twice", "done", "desk", 1);
    network_source(&n, "in", "desk", 0.25);
    check_l(&n, "stage=desk", 3, 0.02);
    check_l(&n, "stage=once", 0.5, 0.02);
    check_l(&n, "stage=twice", 0.75, 0.02);
    check_w(&n, "all", 3 * 4 + 5, 0.02);
    network_run(&n);
}

/* ---- closed ---- */

static void
test_network_machine_repair(void **state)
{
    ana_station_t exact = ana_finite_source(2, 6, 4, 1);
    network_t n;

    (void) state;
    network_init(&n, "machine repair", 20000);
    network_stage(&n, "running", "", exponential(4));
    network_desk(&n, "repair", 2, exponential(1))->n_states = 6;
    network_route(&n, "running", "done", "repair", 1);
    network_route(&n, "repair", "done", "running", 1);
    network_initial(&n, "running", 6)->in_progress = true;
    check_l(&n, "stage=repair", exact.system, 0.01);
    check_lq(&n, "stage=repair", exact.queue, 0.02);
    check_wq(&n, "stage=repair", exact.wait, 0.02);
    check_state(&n, "state=repair:0", exact.empty, 0.01);
    check_ratio(&n, "busy", "pool=repair", SIM_COUNT_USED, SIM_COUNT_CAPACITY, exact.utilisation, 0.01);
    network_run(&n);
}

static void
test_network_closed(void **state)
{
    double visits[3] = { 1, 0.6, 0.4 }, mean[3] = { 0.8, 1.5, 3 }, throughput[3], number[3];
    int servers[3] = { 1, 1, 2 };
    network_t n;

    (void) state;
    assert_int_equal(ana_jackson_closed(3, 8, visits, mean, servers, throughput, number), 0);
    network_init(&n, "closed network of 8", 20000);
    network_desk(&n, "a", 1, exponential(0.8));
    network_desk(&n, "b", 1, exponential(1.5));
    network_desk(&n, "c", 2, exponential(3));
    network_route(&n, "a", "done", "b", 0.6);
    network_route(&n, "a", "done", "c", 0.4);
    network_route(&n, "b", "done", "a", 1);
    network_route(&n, "c", "done", "a", 1);
    network_initial(&n, "a", 8);
    check_l(&n, "stage=a", number[0], 0.02);
    check_l(&n, "stage=b", number[1], 0.02);
    check_l(&n, "stage=c", number[2], 0.02);
    check_rate(&n, "throughput", "stage=a", SIM_COUNT_SERVED, throughput[0], 0.01);
    network_run(&n);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_network_overflow),
        cmocka_unit_test(test_network_lost_on_the_way),
        cmocka_unit_test(test_network_blocking),
        cmocka_unit_test(test_network_blocking_by_itself),
        cmocka_unit_test(test_network_blocking_of_shared),
        cmocka_unit_test(test_network_shortest_queue),
        cmocka_unit_test(test_network_jockeying),
        cmocka_unit_test(test_network_shared_room),
        cmocka_unit_test(test_network_jockeying_patience),
        cmocka_unit_test(test_network_class_change),
        cmocka_unit_test(test_network_flags),
        cmocka_unit_test(test_network_machine_repair),
        cmocka_unit_test(test_network_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
