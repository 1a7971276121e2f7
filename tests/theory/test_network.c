/*
 * One station against exact theory: full rooms and lost calls (Erlang 1917, Sevastyanov 1957), baulking (Feller 1957),
 * orders of service (Riordan 1961, Takacs 1963), shared servers (Kleinrock 1976), interruption by priority (White and
 * Christie 1958, Gaver 1962), batches (Gaver 1959), groups (Neuts 1967), vacations (Levy and Yechiali 1975), failures
 * (Avi-Itzhak and Naor 1963), setup and cleaning, renewal arrivals (Kendall 1953), patience (Baccelli and Hebuterne
 * 1981), wait bands (Kleinrock 1965). How a value is judged: tests/theory/network.h.
 */
#include "sim/analysis/queueing.h"
#include "tests/theory/markov.h"
#include "tests/theory/network.h"

/* ---- finite room ---- */

static void
test_network_finite_room(void **state)
{
    ana_station_t exact = ana_mmck(1, 6, 1, 1 / 1.2);
    network_t n;

    (void) state;
    network_init(&n, "M/M/1/6", 40000);
    network_desk(&n, "desk", 1, exponential(1 / 1.2))->limit = 6;
    network_source(&n, "in", "desk", 1);
    check_l(&n, "stage=desk", 2.2901626, 0.01);
    check_rate(&n, "lost a minute", "stage=desk", SIM_COUNT_FULL, 0.0774239, 0.01);
    check_w(&n, "stage=desk", exact.sojourn, 0.01);
    network_run(&n);

    exact = ana_mmck(2, 5, 3, 0.5);
    network_init(&n, "M/M/2/5", 20000);
    network_desk(&n, "desk", 2, exponential(0.5))->room = 3;
    n.pathway.stage[0].n_states = 5;
    network_source(&n, "in", "desk", 3);
    check_l(&n, "stage=desk", 2.0059545, 0.01);
    check_wq(&n, "stage=desk", 0.2308576, 0.01);
    check_state(&n, "state=desk:0", 0.1793345, 0.01);
    check_state(&n, "state=desk:5+", 0.0851138, 0.01);
    check_ratio(&n, "lost", "stage=desk", SIM_COUNT_FULL, SIM_COUNT_ENTERED, exact.lost, 0.01);
    check_ratio(&n, "left", "all", SIM_COUNT_LEFT, SIM_COUNT_ENTERED, exact.lost, 0.01);
    network_run(&n);
}

static void
lost_calls(const char *name, double days, double servers, double rate, sim_dist_t service, double exact, double share)
{
    network_t n;

    network_init(&n, name, days);
    network_desk(&n, "desk", servers, service)->room = 0;
    network_source(&n, "in", "desk", rate);
    check_ratio(&n, "lost", "stage=desk", SIM_COUNT_FULL, SIM_COUNT_ENTERED, exact, share);
    check_ratio(&n, "busy", "pool=desk", SIM_COUNT_USED, SIM_COUNT_CAPACITY, rate * (1 - exact) / servers,
        share); /* of mean 1 */
    network_run(&n);
}

/* The loss depends on the mean of the service only. */
static void
test_network_lost_calls(void **state)
{
    double a = 8.145493, lost = ana_erlang_b(10, a);

    (void) state;
    lost_calls("Erlang-B 10, 40", 500, 10, 40, exponential(1), 0.7576877, 0.005);
    lost_calls("M/M/10/10", 4000, 10, a, exponential(1), lost, 0.01);
    lost_calls("M/D/10/10", 4000, 10, a, fixed(1), lost, 0.01);
    lost_calls("M/LN(1.3)/10/10", 4000, 10, a, lognormal(1, 1.3), lost, 0.01);
    lost_calls("M/H2(3)/10/10", 12000, 10, a, hyperexponential(1, 3), lost, 0.01);
}

/* The number present is a birth and death process whose births grow fewer as the queue grows. */
static void
test_network_baulking(void **state)
{
    double birth[60], death[60], p[61], l = 0, refused = 0;
    sim_stage_t *stage;
    network_t n;
    int k;

    (void) state;
    for (k = 0; k < 60; k++) {
        int waiting = k > 2 ? k - 2 : 0;

        birth[k] = 3 * (waiting >= 4 ? 0.2 : waiting >= 1 ? 0.7 : 1);
        death[k] = k + 1 < 2 ? 1 : 2;
    }
    assert_int_equal(ana_birth_death(60, birth, death, p), 0);
    for (k = 0; k <= 60; k++) {
        l += k * p[k];
        refused += p[k] * (k < 3 ? 0 : k < 6 ? 0.3 : 0.8);
    }
    network_init(&n, "baulking", 20000);
    stage = network_desk(&n, "desk", 2, exponential(1));
    stage->n_baulk = 2;
    stage->baulk_from[0] = 1;
    stage->baulk_share[0] = 0.3;
    stage->baulk_from[1] = 4;
    stage->baulk_share[1] = 0.8;
    network_source(&n, "in", "desk", 3);
    check_l(&n, "stage=desk", l, 0.01);
    check_ratio(&n, "baulked", "stage=desk", SIM_COUNT_BAULKED, SIM_COUNT_ENTERED, refused, 0.01);
    network_run(&n);
}

/* ---- who comes next ---- */

/* The mean does not depend on the order, the mean square does. */
static void
order_of_service(const char *name, double days, sim_discipline_t discipline, ana_order_t order, int servers)
{
    double rate = 0.7 * servers;
    network_t n;

    network_init(&n, name, days);
    network_desk(&n, "desk", servers, exponential(1));
    n.pathway.pool[0].discipline = discipline;
    network_source(&n, "in", "desk", rate);
    check_wq(&n, "stage=desk", ana_mmc_wait(servers, rate, 1), 0.02);
    check_wq_square(&n, "stage=desk", ana_mmc_wait_square(order, servers, rate, 1), 0.05);
    network_run(&n);
}

static void
test_network_orders(void **state)
{
    network_t n;

    (void) state;
    order_of_service("M/M/1 in order", 25000, SIM_FIFO, ANA_FIFO, 1);
    order_of_service("M/M/1 last first", 50000, SIM_LIFO, ANA_LIFO, 1);
    order_of_service("M/M/2 last first", 40000, SIM_LIFO, ANA_LIFO, 2);
    order_of_service("M/M/1 at random", 30000, SIM_RANDOM, ANA_RANDOM, 1);
    order_of_service("M/M/2 at random", 20000, SIM_RANDOM, ANA_RANDOM, 2);

    /* Erlang-2 service of mean 1: E[S^2] = 3/2, E[S^3] = 3 */
    network_init(&n, "M/E2/1 at random", 30000);
    network_desk(&n, "desk", 1, erlang(1, 2));
    n.pathway.pool[0].discipline = SIM_RANDOM;
    network_source(&n, "in", "desk", 0.7);
    check_wq(&n, "stage=desk", ana_mg1_wait(0.7, 1, sqrt(0.5)), 0.02);
    check_wq_square(&n, "stage=desk", ana_mg1_wait_square(ANA_RANDOM, 0.7, 1, 1.5, 3), 0.05);
    network_run(&n);
}

static void
shared_servers(const char *name, double days, int servers, sim_dist_t service)
{
    double rate = 0.7 * servers;
    network_t n;

    network_init(&n, name, days);
    network_desk(&n, "desk", servers, service)->n_states = 8;
    n.pathway.pool[0].discipline = SIM_SHARING;
    network_source(&n, "in", "desk", rate);
    check_w(&n, "stage=desk", 1 + ana_mmc_wait(servers, rate, 1), 0.02);
    check_l(&n, "stage=desk", rate * (1 + ana_mmc_wait(servers, rate, 1)), 0.02);
    check_state(&n, "state=desk:0", ana_mmck_probability(0, servers, 200, rate, 1),
        0.02); /* 200: as good as no limit */
    check_ratio(&n, "busy", "pool=desk", SIM_COUNT_USED, SIM_COUNT_CAPACITY, 0.7, 0.02);
    network_run(&n);
}

/* The number present is that of M/M/c whatever the service. */
static void
test_network_sharing(void **state)
{
    (void) state;
    shared_servers("M/M/1 shared", 20000, 1, exponential(1));
    shared_servers("M/D/1 shared", 20000, 1, fixed(1));
    shared_servers("M/H2(2)/1 shared", 40000, 1, hyperexponential(1, 2));
    shared_servers("M/H2(2)/3 shared", 20000, 3, hyperexponential(1, 2));
}

/* ---- classes that go first ---- */

/* Three classes of rates 0.2, 0.3, 0.3 a server, the first first. */
static void
three_classes(network_t *n, const char *name, double days, int servers, sim_interrupt_t preempt)
{
    static const double SHARE[] = { 0.25, 0.375, 0.375 };
    sim_stage_t *stage;
    uint8_t c;

    network_init(n, name, days);
    network_classes(n, 3);
    stage = network_desk(n, "desk", servers, exponential(1));
    stage->by_class = true;
    for (c = 0; c < 3; c++) {
        stage->priority[c] = c;
    }
    n->pathway.pool[0].preempt = preempt;
    memcpy(network_source(n, "in", "desk", 0.8 * servers)->class_share, SHARE, sizeof(SHARE));
}

static void
test_network_priority(void **state)
{
    static const char *const GROUP[] = { "stage_class=desk:zero", "stage_class=desk:one", "stage_class=desk:two" };
    static const double ONE[] = { 1.25, 2.5, 10 }, RATE[] = { 0.6, 0.9, 0.9 };
    double exact[3];
    network_t n;
    int c;

    (void) state;
    three_classes(&n, "preemptive resume", 60000, 1, SIM_INTERRUPT_RESUME);
    for (c = 0; c < 3; c++) {
        check_w(&n, GROUP[c], ONE[c], 0.02);
    }
    network_run(&n);
    assert_int_equal(ana_mmc_preemptive(3, 3, RATE, 1, exact), 0);
    three_classes(&n, "preemptive resume, 3 servers", 30000, 3, SIM_INTERRUPT_RESUME);
    for (c = 0; c < 3; c++) {
        check_w(&n, GROUP[c], exact[c], 0.02);
    }
    network_run(&n);
    assert_int_equal(ana_mmc_priority(3, 3, RATE, 1, exact), 0);
    three_classes(&n, "priority, 3 servers", 30000, 3, SIM_INTERRUPT_FINISH);
    for (c = 0; c < 3; c++) {
        check_wq(&n, GROUP[c], exact[c], 0.02);
    }
    network_run(&n);
}

/* Two classes at a server, the first interrupting the second, each at a stage of its own. */
static void
two_classes(network_t *n, const char *name, double days, sim_interrupt_t preempt, double rate, sim_dist_t service)
{
    network_init(n, name, days);
    network_pool(n, "desk", 1)->preempt = preempt;
    network_stage(n, "high", "desk", exponential(1));
    network_stage(n, "low", "desk", service)->priority[0] = 1;
    network_source(n, "high", "high", 0.2);
    network_source(n, "low", "low", rate);
}

/* A service of length 1 that begins anew after each busy period of the first class. */
static void
test_network_preemptive_restart(void **state)
{
    ana_moments_t busy = ana_mg1_busy_period(0.2, ana_moments(1, 1));
    ana_moments_t completion = ana_completion_restart(1, 0.2, busy);
    double sojourn = ana_mg1_breakdown_wait(0.3, completion, 0.2, busy) + completion.mean;
    network_t n;

    (void) state;
    two_classes(&n, "preemptive restart", 40000, SIM_INTERRUPT_RESTART, 0.3, fixed(1));
    check_w(&n, "stage=high", 1.25, 0.02);
    check_w(&n, "stage=low", sojourn, 0.02);
    network_run(&n);
    two_classes(&n, "preemptive resample, always the same", 40000, SIM_INTERRUPT_RESAMPLE, 0.3, fixed(1));
    check_w(&n, "stage=low", sojourn, 0.02);
    network_run(&n);
}

/* Number of the first class, number of the second, phase reached by the first of these; Erlang-2 service of mean 1. */
static void
resample_chain(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    markov_state_t to = *s;

    (void) ctx;
    if (s->x[0] < 30) {
        to.x[0]++;
        to.x[2] = 0; /* what was done is lost */
        markov_go(chain, to, 0.2);
    }
    markov_add(chain, s, 1, 1, s->x[1] < 60 ? 0.3 : 0);
    if (s->x[0] > 0) {
        markov_add(chain, s, 0, -1, 1);
    } else if (s->x[1] > 0 && s->x[2] == 0) {
        markov_add(chain, s, 2, 1, 2);
    } else if (s->x[1] > 0) {
        to = *s;
        to.x[1]--;
        to.x[2] = 0;
        markov_go(chain, to, 2);
    }
}

static void
test_network_preemptive_resample(void **state)
{
    markov_t chain;
    network_t n;

    (void) state;
    assert_int_equal(markov_init(&chain, (markov_state_t){ { 0 } }, resample_chain, NULL), 0);
    assert_int_equal(markov_solve(&chain), 0);
    two_classes(&n, "preemptive resample", 40000, SIM_INTERRUPT_RESAMPLE, 0.3, erlang(1, 2));
    check_l(&n, "stage=low", markov_mean_place(&chain, 1), 0.02);
    network_run(&n);
    markov_free(&chain);
}

/* Those who have waited 2 go first, then the first class: each class has another wait, but the work that waits is that
   of any order (Kleinrock 1965). */
static void
test_network_wait_bands(void **state)
{
    static const double SHARE[] = { 0.5, 0.5 };
    sim_calendar_t calendar;
    double sum[2][3] = { { 0 } }, total[3];
    network_t n;
    uint32_t r;
    int c;

    (void) state;
    network_init(&n, "wait bands", 40000);
    network_classes(&n, 2);
    network_desk(&n, "desk", 1, exponential(1))->by_class = true;
    n.pathway.stage[0].priority[1] = 1;
    n.pathway.pool[0].n_bands = 1;
    n.pathway.pool[0].band_days[0] = 2 * UNIT;
    memcpy(network_source(&n, "in", "desk", 0.7)->class_share, SHARE, sizeof(SHARE));
    check_wq(&n, "stage=desk", 0.7 / 0.3, 0.02);
    check_lq(&n, "stage=desk", 0.7 * 0.7 / 0.3, 0.02);
    network_compile(&n, &calendar);
    for (r = 0; r < 4; r++) {
        sim_replication_t *rep;

        network_replicate(&n, &calendar, (sim_run_t){ .replication = r }, &rep);
        for (c = 0; c < 2; c++) {
            network_tally(sim_replication_book(rep), c == 0 ? "stage_class=desk:zero" : "stage_class=desk:one",
                SIM_TALLY_QUEUE, total);
            sum[c][0] += total[0];
            sum[c][1] += total[1];
        }
        sim_replication_free(rep);
    }
    sim_calendar_free(&calendar);
    /* without bands the waits are 1.08 and 3.59; in order of arrival both are 2.33 */
    assert_true(sum[0][1] > 1.2 * UNIT * sum[0][0] && sum[0][1] < 2.2 * UNIT * sum[0][0]);
    assert_true(sum[1][1] > 2.5 * UNIT * sum[1][0] && sum[1][1] < 3.4 * UNIT * sum[1][0]);
    network_run(&n);
}

/* ---- arrivals ---- */

static void
test_network_batches(void **state)
{
    double share[3] = { 0.5, 0.3, 0.2 }, size[3] = { 1, 2, 5 };
    sim_source_t *source;
    network_t n;

    (void) state;
    /* E[X] = 2.1, E[X (X - 1)] = 0.3 x 2 + 0.2 x 20 */
    network_init(&n, "batches", 40000);
    network_desk(&n, "desk", 1, erlang(1, 4));
    source = network_source(&n, "in", "desk", 0.3);
    assert_int_equal(sim_dist_init_empirical(&source->batch, 3, size, share), 0);
    check_wq(&n, "stage=desk", ana_batch_wait(0.3, 2.1, 4.6, 1, 0.5), 0.02);
    check_rate(&n, "arrivals", "all", SIM_COUNT_ENTERED, 0.63, 0.01);
    network_run(&n);
}

static void
test_network_renewal(void **state)
{
    network_t n;

    (void) state;
    network_init(&n, "D/M/1", 40000);
    network_desk(&n, "desk", 1, exponential(0.8));
    network_source(&n, "in", "desk", 0)->between = fixed(1);
    check_wq(&n, "stage=desk", ana_gm1_wait(0, 1, 0.8), 0.02);
    network_run(&n);
    network_init(&n, "E3/M/1", 40000);
    network_desk(&n, "desk", 1, exponential(0.8));
    network_source(&n, "in", "desk", 0)->between = erlang(1, 3);
    check_wq(&n, "stage=desk", ana_gm1_wait(3, 1, 0.8), 0.02);
    network_run(&n);
}

/* ---- groups ---- */

static void
test_network_groups(void **state)
{
    ana_station_t exact = ana_group_service(2, 4, 2, 1);
    sim_stage_t *stage;
    network_t n;

    (void) state;
    network_init(&n, "groups of 2 to 4", 20000);
    stage = network_desk(&n, "desk", 1, exponential(1));
    stage->group_min = 2;
    stage->group_max = 4;
    network_source(&n, "in", "desk", 2);
    check_wq(&n, "stage=desk", exact.wait, 0.02);
    check_l(&n, "stage=desk", exact.system, 0.02);
    check_ratio(&n, "busy", "pool=desk", SIM_COUNT_USED, SIM_COUNT_CAPACITY, exact.utilisation, 0.02);
    network_run(&n);
}

/*
 * Servers enough for all (40 for a load below 2), pairs that wait at most T = 1 for the second: a cycle begins with the
 * first of a pair, which waits min(T, X), X exponential; with probability 1 - exp(-rate T) the second comes and waits
 * for nobody. So Wq = E[min(T, X)] / (2 - exp(-rate T)), E[min(T, X)] = (1 - exp(-rate T)) / rate.
 */
static void
test_network_groups_waiting(void **state)
{
    double alone = exp(-0.8);
    sim_stage_t *stage;
    network_t n;

    (void) state;
    network_init(&n, "pairs that wait at most 1", 10000);
    stage = network_desk(&n, "desk", 40, exponential(1));
    stage->group_min = 2;
    stage->group_max = 2;
    stage->group_wait_days = UNIT;
    network_source(&n, "in", "desk", 0.8);
    check_wq(&n, "stage=desk", (1 - alone) / 0.8 / (2 - alone), 0.01);
    check_w(&n, "stage=desk", 1 + (1 - alone) / 0.8 / (2 - alone), 0.01);
    network_run(&n);
}

/* ---- servers that are not always there ---- */

static void
test_network_vacations(void **state)
{
    network_t n;

    (void) state;
    network_init(&n, "vacations", 40000);
    network_desk(&n, "desk", 1, erlang(1, 2));
    n.pathway.pool[0].vacation = lognormal(1.5, 0.5);
    network_source(&n, "in", "desk", 0.7);
    check_wq(&n, "stage=desk", ana_mg1_vacations_wait(0.7, ana_moments(1, sqrt(0.5)), ana_moments(1.5, 0.5)), 0.02);
    network_run(&n);
}

/* A server fails at rate 0.1, busy or not; its repair takes 2 on average. */
static void
failing_server(network_t *n, const char *name, double days, sim_interrupt_t how, sim_dist_t service)
{
    network_init(n, name, days);
    network_desk(n, "desk", 1, service);
    n->pathway.pool[0].fails_after = exponential(10);
    n->pathway.pool[0].repair = erlang(2, 2);
    n->pathway.pool[0].on_failure = how;
    network_source(n, "in", "desk", 0.5);
}

static void
test_network_failures(void **state)
{
    ana_moments_t repair = ana_moments(2, sqrt(0.5)), resume, restart = ana_completion_restart(1, 0.1, repair);
    network_t n;

    (void) state;
    resume = ana_completion_resume(ana_moments(1, sqrt(0.5)), 0.1, repair);
    failing_server(&n, "failures, resumed", 60000, SIM_INTERRUPT_RESUME, erlang(1, 2));
    check_w(&n, "stage=desk", ana_mg1_breakdown_wait(0.5, resume, 0.1, repair) + resume.mean, 0.02);
    check_ratio(&n, "there", "pool=desk", SIM_COUNT_CAPACITY, SIM_COUNT_DAYS, 1440 / 1.2, 0.01);
    network_run(&n);
    failing_server(&n, "failures, restarted", 60000, SIM_INTERRUPT_RESTART, fixed(1));
    check_w(&n, "stage=desk", ana_mg1_breakdown_wait(0.5, restart, 0.1, repair) + restart.mean, 0.02);
    network_run(&n);
    resume = ana_completion_resume(ana_moments(1, 1), 0.1, repair);
    failing_server(&n, "failures, drawn anew", 60000, SIM_INTERRUPT_RESAMPLE, exponential(1));
    check_w(&n, "stage=desk", ana_mg1_breakdown_wait(0.5, resume, 0.1, repair) + resume.mean, 0.02);
    network_run(&n);
}

/* Number present, and how many of 3 servers work. */
static void
failing_chain(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    (void) ctx;
    markov_add(chain, s, 0, 1, s->x[0] < 120 ? 1.5 : 0);
    markov_add(chain, s, 0, -1, s->x[0] < s->x[1] ? s->x[0] : s->x[1]);
    markov_add(chain, s, 1, -1, 0.1 * s->x[1]);
    markov_add(chain, s, 1, 1, 0.3 * (3 - s->x[1]));
}

static void
test_network_failures_of_several(void **state)
{
    markov_t chain;
    network_t n;

    (void) state;
    assert_int_equal(markov_init(&chain, (markov_state_t){ { 0, 3 } }, failing_chain, NULL), 0);
    assert_int_equal(markov_solve(&chain), 0);
    network_init(&n, "failures of 3 servers", 40000);
    network_desk(&n, "desk", 3, exponential(1));
    n.pathway.pool[0].fails_after = exponential(10);
    n.pathway.pool[0].repair = exponential(1 / 0.3);
    n.pathway.pool[0].on_failure = SIM_INTERRUPT_RESUME;
    network_source(&n, "in", "desk", 1.5);
    check_l(&n, "stage=desk", markov_mean_place(&chain, 0), 0.02);
    check_ratio(&n, "there", "pool=desk", SIM_COUNT_CAPACITY, SIM_COUNT_DAYS, 3 * 1440 * 0.75, 0.01);
    network_run(&n);
    markov_free(&chain);
}

/* Of four servers two are there, by the timetable: each works 3/4 of the time, whether there or not. */
static void
test_network_failures_by_timetable(void **state)
{
    double at = 0, share = 0.5;
    network_t n;

    (void) state;
    network_init(&n, "failures of 2 of 4 servers", 40000);
    network_desk(&n, "desk", 4, exponential(1));
    n.pathway.pool[0].fails_after = exponential(10);
    n.pathway.pool[0].repair = exponential(1 / 0.3);
    n.pathway.pool[0].on_failure = SIM_INTERRUPT_RESUME;
    n.pathway.pool[0].cycle_days = 1;
    n.pathway.pool[0].timetable = network_steps(1, &at, &share);
    network_source(&n, "in", "desk", 0.5);
    check_ratio(&n, "there", "pool=desk", SIM_COUNT_CAPACITY, SIM_COUNT_DAYS, 2 * 1440 * 0.75, 0.01);
    network_run(&n);
}

/* Setup lengthens the service; cleaning too, but the customer has gone. Variances add. */
static void
test_network_setup_cleaning(void **state)
{
    double mean = 0.5 + 0.2 + 0.3, sd = sqrt(0.25 / 2 + 0.2 * 0.2 + 0.3 * 0.3 / 4), wq;
    sim_stage_t *stage;
    network_t n;

    (void) state;
    wq = ana_mg1_wait(0.7, mean, sd / mean);
    network_init(&n, "setup and cleaning", 40000);
    stage = network_desk(&n, "desk", 1, erlang(0.5, 2));
    stage->setup = exponential(0.2);
    stage->cleaning = lognormal(0.3, 0.5);
    network_source(&n, "in", "desk", 0.7);
    check_wq(&n, "stage=desk", wq, 0.02);
    check_w(&n, "stage=desk", wq + 0.7, 0.02);
    check_ratio(&n, "busy", "pool=desk", SIM_COUNT_USED, SIM_COUNT_CAPACITY, 0.7, 0.01);
    network_run(&n);
}

/* ---- patience ---- */

/*
 * M/M/1+G (Baccelli and Hebuterne 1981): the density of the offered wait at x is proportional to exp(rate H(x) - mu x),
 * H(x) the integral of the share still there; here a share q has exponential patience of mean 2, the others wait for
 * ever. Those of the first kind give up with the probability that their patience is less than the offered wait.
 */
static double
offered(double x, double q)
{
    return exp(0.9 * ((1 - q) * x + q * 2 * (1 - exp(-x / 2))) - x);
}

static double
give_up(double q)
{
    double h = 1e-3, mass = 0, lost = 0, x;

    for (x = h / 2; x < 200; x += h) {
        mass += h * offered(x, q);
        lost += h * offered(x, q) * (1 - exp(-x / 2));
    }
    return 0.9 * lost / (1 + 0.9 * mass); /* an empty server's atom is the density at 0 over the rate */
}

static void
test_network_patience(void **state)
{
    double exact = give_up(0.4), share[2] = { 0.4, 0.6 };
    network_t n;

    (void) state;
    network_init(&n, "patience of 4 in 10", 20000);
    network_patience(network_desk(&n, "desk", 1, exponential(1)), exponential(2))->share = 0.4;
    network_source(&n, "in", "desk", 0.9);
    check_ratio(&n, "P(abandon)", "stage=desk", SIM_COUNT_LEFT, SIM_COUNT_ENTERED, 0.4 * exact, 0.02);
    network_run(&n);
    network_init(&n, "patience of a class", 20000);
    network_classes(&n, 2);
    network_patience(network_desk(&n, "desk", 1, exponential(1)), exponential(2))->class_mask = 1;
    n.pathway.stage[0].by_class = true;
    memcpy(network_source(&n, "in", "desk", 0.9)->class_share, share, sizeof(share));
    check_ratio(&n, "P(abandon)", "stage_class=desk:zero", SIM_COUNT_LEFT, SIM_COUNT_ENTERED, exact, 0.02);
    check_rate(&n, "served", "stage_class=desk:one", SIM_COUNT_SERVED, 0.54, 0.01);
    network_run(&n);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_network_finite_room),
        cmocka_unit_test(test_network_lost_calls),
        cmocka_unit_test(test_network_baulking),
        cmocka_unit_test(test_network_orders),
        cmocka_unit_test(test_network_sharing),
        cmocka_unit_test(test_network_priority),
        cmocka_unit_test(test_network_preemptive_restart),
        cmocka_unit_test(test_network_preemptive_resample),
        cmocka_unit_test(test_network_wait_bands),
        cmocka_unit_test(test_network_batches),
        cmocka_unit_test(test_network_renewal),
        cmocka_unit_test(test_network_groups),
        cmocka_unit_test(test_network_groups_waiting),
        cmocka_unit_test(test_network_vacations),
        cmocka_unit_test(test_network_failures),
        cmocka_unit_test(test_network_failures_of_several),
        cmocka_unit_test(test_network_failures_by_timetable),
        cmocka_unit_test(test_network_setup_cleaning),
        cmocka_unit_test(test_network_patience),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
