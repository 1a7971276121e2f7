/*
 * The oracle twice proven: against published values, and to 1e-9 against the steady states of the Markov chains it
 * solves in closed form (tests/theory/markov.h). Chains are cut off where their tails no longer count.
 */
#include "sim/analysis/queueing.h"
#include "tests/theory/markov.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
assert_within(double value, double exact, double relative)
{
    if (!(fabs(value - exact) <= relative * fabs(exact))) {
        print_error("%.15g, not %.15g\n", value, exact);
        fail();
    }
}

static void
assert_near(double value, double exact)
{
    assert_within(value, exact, 1e-6);
}

static void
assert_same(double value, double exact)
{
    assert_within(value, exact, 1e-9);
}

/* ---- chains ---- */

static markov_state_t
nobody(void)
{
    markov_state_t s = { { 0 } };

    return s;
}

/* A chain in its steady state, from nobody there. */
static void
steady(markov_t *chain, markov_transitions_t transitions, const void *ctx)
{
    assert_int_equal(markov_init(chain, nobody(), transitions, ctx), MARKOV_OK);
    assert_int_equal(markov_solve(chain), MARKOV_OK);
}

static double
waiting(const markov_state_t *s, const void *servers)
{
    return fmax(0, s->x[0] - *(const int *) servers);
}

/* M/M/c/K+M; sources of a finite population when there is one. */
typedef struct {
    int servers, capacity, population;
    double rate, mu, theta;
} line_t;

static void
line(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const line_t *self = ctx;
    int n = s->x[0], busy = n < self->servers ? n : self->servers;
    double come = self->population > 0 ? self->rate * (self->population - n) : self->rate;

    markov_add(chain, s, 0, 1, n < self->capacity ? come : 0);
    markov_add(chain, s, 0, -1, busy * self->mu + (n - busy) * self->theta);
}

/* One server: those there, phases left of the service, phases left of the time away; the rates are those of a phase. */
enum { THERE, SERVICE, AWAY };
enum { PLAIN, VACATIONS, ONE_VACATION, SETUP, BREAK_BUSY, BREAK_ANY };

typedef struct {
    int kind, cap, phases, away_phases;
    double rate, pair; /* of arrivals; the probability that two come together */
    double mu, away_mu, breaks;
} single_t;

/* What a server does that has nothing in hand. */
static markov_state_t
single_next(const single_t *self, markov_state_t s, bool was_away)
{
    bool leaves = self->kind == VACATIONS || (self->kind == ONE_VACATION && !was_away);

    if (s.x[THERE] > 0) {
        s.x[SERVICE] = (int16_t) self->phases;
    } else {
        s.x[AWAY] = (int16_t) (leaves ? self->away_phases : 0);
    }
    return s;
}

static void
single_arrival(markov_t *chain, const single_t *self, markov_state_t s, int n, double rate)
{
    bool idle = s.x[SERVICE] == 0 && s.x[AWAY] == 0;

    s.x[THERE] = (int16_t) (s.x[THERE] + n);
    if (idle && self->kind == SETUP) {
        s.x[AWAY] = (int16_t) self->away_phases;
    } else if (idle) {
        s.x[SERVICE] = (int16_t) self->phases;
    }
    markov_go(chain, s, s.x[THERE] <= self->cap ? rate : 0);
}

static void
single(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const single_t *self = ctx;
    markov_state_t next = *s;

    single_arrival(chain, self, *s, 1, self->rate * (1 - self->pair));
    single_arrival(chain, self, *s, 2, self->rate * self->pair);
    if (s->x[AWAY] > 0) {
        next.x[AWAY]--;
        markov_go(chain, next.x[AWAY] > 0 || s->x[SERVICE] > 0 ? next : single_next(self, next, true), self->away_mu);
        return;
    }
    if (s->x[SERVICE] > 0) {
        next.x[SERVICE]--;
        next.x[THERE] = (int16_t) (s->x[THERE] - (next.x[SERVICE] == 0));
        markov_go(chain, next.x[SERVICE] > 0 ? next : single_next(self, next, false), self->mu);
    }
    if (self->kind == BREAK_ANY || (self->kind == BREAK_BUSY && s->x[SERVICE] > 0)) {
        markov_add(chain, s, AWAY, self->away_phases, self->breaks);
    }
}

/* The mean sojourn of a chain of one server, by Little's law; sums of phases have cv = 1 / sqrt(phases). */
static double
single_sojourn(const single_t *self)
{
    markov_t chain;
    double number;

    assert_int_equal(markov_init(&chain, single_next(self, nobody(), false), single, self), MARKOV_OK);
    assert_int_equal(markov_solve(&chain), MARKOV_OK);
    number = markov_mean_place(&chain, THERE);
    markov_free(&chain);
    return number / (self->rate * (1 + self->pair));
}

static ana_moments_t
phases(int n, double mu)
{
    return ana_moments(n / mu, 1 / sqrt(n));
}

/* Two classes, the first before the second, at servers of one mean by class. */
typedef struct {
    int servers, cap;
    bool preempts, shares;
    double rate[2], mu[2];
} classes_t;

/* Preemption or sharing: places 0 and 1 are those there by class. */
static void
preemption(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const classes_t *self = ctx;
    int all = s->x[0] + s->x[1], left = self->servers;

    for (int k = 0; k < 2; k++) {
        int served = s->x[k] < left ? s->x[k] : left;
        double busy = self->shares ? (double) s->x[k] / (all > 0 ? all : 1) : served;

        left -= served;
        markov_add(chain, s, k, 1, s->x[k] < self->cap ? self->rate[k] : 0);
        markov_add(chain, s, k, -1, busy * self->mu[k]);
    }
}

/* Without preemption: places 0 and 1 wait, places 2 and 3 are served. */
static void
no_preemption(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const classes_t *self = ctx;
    bool full = s->x[2] + s->x[3] == self->servers;

    for (int k = 0; k < 2; k++) {
        markov_state_t next = *s;
        int first = s->x[0] > 0 ? 0 : s->x[1] > 0 ? 1 : -1;

        markov_add(chain, s, full ? k : 2 + k, 1, !full || s->x[k] < self->cap ? self->rate[k] : 0);
        next.x[2 + k]--;
        if (first >= 0) {
            next.x[first]--;
            next.x[2 + first]++;
        }
        markov_go(chain, next, s->x[2 + k] * self->mu[k]);
    }
}

/* ---- published values ---- */

static void
test_queueing_mmc(void **state)
{
    (void) state;
    assert_near(ana_mmc_wait(1, 1, 0.5), 0.5);
    assert_near(ana_mmc_wait(1, 1, 0.7), 1.6333333);
    assert_near(ana_erlang_c(2, 1.8), 0.85263158);
    assert_near(9 * ana_mmc_wait(2, 9, 0.2), 7.6736842);
    assert_near(ana_erlang_c(4, 1.8), 0.12853362);
    assert_near(9 * ana_mmc_wait(4, 9, 0.2), 0.10516387);
    assert_near(ana_mmc_wait(6, 1.0 / 3, 10), 0.55581237);
    assert_near(ana_mmc_sojourn_above(1, 1, 0.7, 4), 0.1800923);
}

static void
test_queueing_unstable(void **state)
{
    ana_moments_t service = ana_moments(1.2, 1);

    (void) state;
    assert_true(isinf(ana_mmc_wait(1, 1, 1)));
    assert_true(isinf(ana_mmc_wait(2, 3, 1)));
    assert_true(isinf(ana_mg1_wait(1, 1.2, 1)));
    assert_near(ana_erlang_c(2, 2.5), 1);
    assert_true(isinf(ana_gm1_wait(0, 1, 1)) && isinf(ana_mg1_sharing_sojourn(1, 1)));
    assert_true(isinf(ana_batch_wait(0.5, 2, 2, 1, 1)) && isinf(ana_mmc_wait_square(ANA_FIFO, 1, 1, 1)));
    assert_true(isinf(ana_mg1_wait_square(ANA_LIFO, 1, 1, 2, 6)) && isinf(ana_mg1_vacations_wait(1, service, service)));
    assert_true(isinf(ana_mg1_busy_period(1, service).mean) && isinf(ana_group_service(1, 2, 2, 1).wait));
    assert_true(isinf(ana_mg1_breakdown_wait(1, service, 0, service)) && isinf(ana_gg1_wait_bound(1, 1, 1, 1)));
    assert_near(ana_mmc_wait_above(1, 2, 1, 3), 1);
    assert_near(ana_mmc_sojourn_above(1, 2, 1, 3), 1);
    assert_true(isinf(ana_conserved_work(1, (double[]){ 1 }, &service)));
}

static void
test_queueing_erlang_b(void **state)
{
    (void) state;
    assert_near(ana_erlang_b(10, 40), 0.7576877);
    assert_true(fabs(ana_erlang_b(10, 8.145493) - 0.1283) < 5e-5);
    assert_true(ana_erlang_b(3, 0) == 0 && ana_erlang_b(0, 2) == 1);
}

static void
test_queueing_mg1(void **state)
{
    (void) state;
    assert_near(ana_mg1_wait(0.8, 1, 0), 2);
    assert_near(ana_mg1_wait(0.8, 1, sqrt(0.5)), 3);
    assert_near(ana_mg1_wait(0.8, 1, 1), 4);
    assert_near(ana_mg1_wait(0.8, 1, 2), 10);
    assert_near(ana_mg1_wait(0.8, 1, 0.5), 2.5);
}

static void
test_queueing_erlang_a(void **state)
{
    ana_erlang_a_t a = ana_erlang_a(50, 48, 1, 2), b = ana_erlang_a(4, 5, 1, 2);

    (void) state;
    assert_near(a.queue, 2.9675757);
    assert_true(fabs(a.abandon - 0.0309122) < 1e-7);
    assert_true(fabs(a.utilisation - 0.9303242) < 1e-7);
    assert_true(fabs(a.wait - 0.4677741) < 1e-7);
    assert_true(fabs(b.abandon - 0.2590255) < 1e-7);
    assert_true(fabs(b.queue - 2.590255) < 1e-6);
}

static void
test_queueing_published_capacity(void **state)
{
    ana_station_t a = ana_mmck(1, 6, 1, 1 / 1.2), b = ana_mmck(2, 5, 3, 0.5);

    (void) state;
    assert_near(a.lost, 0.07742386);
    assert_near(a.system, 2.2901626);
    assert_near(b.empty, 0.1793345);
    assert_near(b.lost, 0.0851138);
    assert_near(b.system, 2.0059545);
    assert_near(b.wait, 0.2308576);
}

static void
test_queueing_published_priorities(void **state)
{
    double rate[] = { 0.2, 0.3, 0.3 }, wait[3], by_c[3], sojourn[3], preempted[3];
    ana_moments_t service[] = { ana_moments(1, 1), ana_moments(1, 1), ana_moments(1, 1) };

    (void) state;
    assert_int_equal(ana_mg1_priority(3, rate, service, wait), SIM_OK);
    assert_int_equal(ana_mmc_priority(1, 3, rate, 1, by_c), SIM_OK);
    assert_int_equal(ana_mg1_preemptive(3, rate, service, sojourn), SIM_OK);
    assert_int_equal(ana_mmc_preemptive(1, 3, rate, 1, preempted), SIM_OK);
    for (int k = 0; k < 3; k++) {
        assert_same(wait[k], (double[]){ 1, 2, 8 }[k]);
        assert_same(by_c[k], wait[k]);
        assert_same(sojourn[k], (double[]){ 1.25, 2.5, 10 }[k]);
        assert_same(preempted[k], sojourn[k]);
    }
    assert_same(ana_conserved_work(3, rate, service), 0.2 * 1 + 0.3 * 2 + 0.3 * 8);
}

static void
test_queueing_published_network(void **state)
{
    double external[] = { 0, 0, 0, 4 }, service[] = { 0.04, 0.03, 0.06, 0.05 }, total[4], number[4];
    double routing[16] = { 0, 0.5, 0.5, 0, 1, 0, 0, 0, 0.6, 0, 0, 0, 1, 0, 0, 0 };
    int servers[] = { 1, 1, 1, 1 };

    (void) state;
    assert_int_equal(ana_jackson_open(4, external, routing, service, servers, total, number), SIM_OK);
    assert_near(number[0], 4);
    assert_near(number[1], 0.4285714);
    assert_near(number[2], 1.5);
    assert_near(number[3], 0.25);
    assert_near((number[0] + number[1] + number[2] + number[3]) / 4, 1.5446429);
}

/* Root 0.2031878 of x = exp(-2 (1 - x)): Gross and Harris 1998, D/M/1. M/M/1 is GI/M/1 with one phase. */
static void
test_queueing_published_gm1(void **state)
{
    (void) state;
    assert_near(ana_gm1_wait(0, 0.5, 1), 0.2031878700 / (1 - 0.2031878700));
    assert_same(ana_gm1_wait(1, 0.95, 1), ana_mmc_wait(1, 0.95, 1));
    assert_within(ana_gm1_wait(100000, 0.5, 1), ana_gm1_wait(0, 0.5, 1), 1e-4);
}

/* ---- against chains ---- */

static void
test_queueing_chain_mmck(void **state)
{
    line_t l = { 3, 8, 0, 4, 1.7, 0 };
    ana_station_t a = ana_mmck(3, 8, 4, 1 / 1.7);
    markov_t chain;

    (void) state;
    steady(&chain, line, &l);
    assert_same(a.system, markov_mean_place(&chain, 0));
    assert_same(a.queue, markov_mean(&chain, waiting, &l.servers));
    for (int n = 0; n <= 8; n++) {
        assert_same(ana_mmck_probability(n, 3, 8, 4, 1 / 1.7), markov_share(&chain, 0, n));
    }
    assert_same(a.lost, markov_share(&chain, 0, 8));
    assert_same(a.empty, markov_share(&chain, 0, 0));
    assert_same(a.utilisation, (a.system - a.queue) / 3);
    assert_same(a.sojourn, a.wait + 1 / 1.7);
    assert_true(ana_mmck_probability(9, 3, 8, 4, 1 / 1.7) == 0);
    markov_free(&chain);
    assert_same(ana_mmck(5, 5, 4, 1).lost, ana_erlang_b(5, 4));
    assert_same(ana_mmck(2, 300, 1, 1).wait, ana_mmc_wait(2, 1, 1));
}

static void
test_queueing_chain_finite_source(void **state)
{
    line_t l = { 2, 7, 7, 0.25, 0.8, 0 };
    ana_station_t a = ana_finite_source(2, 7, 4, 1.25);
    markov_t chain;

    (void) state;
    steady(&chain, line, &l);
    assert_same(a.system, markov_mean_place(&chain, 0));
    assert_same(a.queue, markov_mean(&chain, waiting, &l.servers));
    assert_same(a.empty, markov_share(&chain, 0, 0));
    assert_same(a.utilisation, (a.system - a.queue) / 2);
    assert_same(a.sojourn, a.wait + 1.25);
    markov_free(&chain);
}

static void
test_queueing_chain_patience(void **state)
{
    line_t l = { 4, 120, 0, 5, 1, 0.5 };
    ana_erlang_a_t a = ana_erlang_a(4, 5, 1, 2);
    double birth[120], death[120], p[121], queue = 0;
    markov_t chain;

    (void) state;
    steady(&chain, line, &l);
    assert_same(a.queue, markov_mean(&chain, waiting, &l.servers));
    for (int k = 0; k < 120; k++) {
        birth[k] = 5;
        death[k] = k < 4 ? k + 1 : 4 + (k - 3) * 0.5;
    }
    assert_int_equal(ana_birth_death(120, birth, death, p), SIM_OK);
    for (int k = 0; k <= 120; k++) {
        queue += k > 4 ? (k - 4) * p[k] : 0;
    }
    assert_same(queue, a.queue);
    assert_same(p[3], markov_share(&chain, 0, 3));
    markov_free(&chain);
}

/* One patience for all: those busy are those served, no patience is Erlang-B and endless patience Erlang-C. */
static void
test_queueing_fixed_patience(void **state)
{
    double rate[] = { 2.5, 3, 4, 3.0001 };

    (void) state;
    for (int i = 0; i < 4; i++) {
        double lost = ana_erlang_b(2, rate[i]), below;
        ana_erlang_a_t a = ana_erlang_fixed_patience(3, rate[i], 1, 0.7);

        below = (1 - a.wait) * rate[i] * (1 - lost); /* mean busy when not all are */
        assert_same(3 * a.utilisation, below + 3 * a.wait);
        a = ana_erlang_fixed_patience(3, rate[i], 1, 1e-12);
        assert_same(a.abandon, ana_erlang_b(3, rate[i]));
    }
    assert_same(ana_erlang_fixed_patience(3, 2.5, 1, 200).queue, 2.5 * ana_mmc_wait(3, 2.5, 1));
    assert_same(ana_erlang_fixed_patience(3, 2.5, 1, 200).wait, ana_erlang_c(3, 2.5));
}

/* The mean of the lesser of patience and offered wait, by Simpson's rule over the density of that. */
static void
test_queueing_fixed_patience_queue(void **state)
{
    double rate[] = { 2.5, 3, 4.5 }, patience = 0.7, h = patience / 400;

    (void) state;
    for (int i = 0; i < 3; i++) {
        ana_erlang_a_t a = ana_erlang_fixed_patience(3, rate[i], 1, patience);
        double density = rate[i] * (1 - a.wait) * ana_erlang_b(2, rate[i]), sum = 0, all = 0;

        for (int k = 0; k <= 400; k++) {
            double v = density * exp((rate[i] - 3) * k * h) * h / 3 * (k % 400 == 0 ? 1 : k % 2 == 0 ? 2 : 4);

            sum += v * k * h;
            all += v;
        }
        assert_same(a.queue, rate[i] * (sum + patience * a.abandon));
        assert_same(a.wait, all + a.abandon);
    }
}

static void
overflow(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    int c = *(const int *) ctx;

    markov_add(chain, s, s->x[0] < c ? 0 : 1, 1, s->x[0] < c || s->x[1] < 40 ? 3 : 0);
    markov_add(chain, s, 0, -1, s->x[0]);
    markov_add(chain, s, 1, -1, s->x[1]);
}

static double
second_squared(const markov_state_t *s, const void *ctx)
{
    (void) ctx;
    return (double) s->x[1] * s->x[1];
}

static void
test_queueing_chain_overflow(void **state)
{
    int c = 4;
    double mean = ana_overflow_mean(c, 3);
    markov_t chain;

    (void) state;
    steady(&chain, overflow, &c);
    assert_same(mean, markov_mean_place(&chain, 1));
    assert_same(ana_overflow_variance(c, 3), markov_mean(&chain, second_squared, NULL) - mean * mean);
    markov_free(&chain);
}

/* M/E_3/1, arrivals in pairs, and the same queue with vacations, a setup or breakdowns of two phases. */
static void
test_queueing_chain_single(void **state)
{
    single_t s = { PLAIN, 120, 3, 2, 0.5, 0, 4, 3, 0.4 };
    ana_moments_t service = phases(3, 4), away = phases(2, 3), longer = ana_completion_resume(service, 0.4, away);

    (void) state;
    assert_same(single_sojourn(&s), ana_mg1_wait(0.5, 0.75, sqrt(1.0 / 3)) + 0.75);
    s.kind = VACATIONS;
    assert_same(single_sojourn(&s), ana_mg1_vacations_wait(0.5, service, away) + 0.75);
    s.kind = ONE_VACATION;
    assert_same(single_sojourn(&s), ana_mg1_one_vacation_wait(0.5, service, away, pow(3 / 3.5, 2)) + 0.75);
    s.kind = SETUP;
    assert_same(single_sojourn(&s), ana_mg1_setup_wait(0.5, service, away) + 0.75);
    s.kind = BREAK_BUSY;
    assert_same(single_sojourn(&s), ana_mg1_breakdown_wait(0.5, longer, 0, away) + longer.mean);
    s.kind = BREAK_ANY;
    assert_same(single_sojourn(&s), ana_mg1_breakdown_wait(0.5, longer, 0.4, away) + longer.mean);
    s = (single_t){ PLAIN, 160, 3, 0, 0.4, 0.3, 4, 0, 0 };
    assert_same(single_sojourn(&s), ana_batch_wait(0.4, 1.3, 0.6, 0.75, sqrt(1.0 / 3)) + 0.75);
    s = (single_t){ PLAIN, 160, 1, 0, 0.4, 0.3, 2, 0, 0 };
    assert_same(single_sojourn(&s), ana_batch_wait(0.4, 1.3, 0.6, 0.5, 1) + 0.5);
}

/*
 * The transform of a completion time with restarts: f / (1 - rate (1 - f) R(s) / (s + rate)), f = exp(-(s + rate) d).
 */
static double
restart_transform(double s, double d, double rate, double repair_rate)
{
    double f = exp(-(s + rate) * d), lost = rate * (1 - f) / (s + rate) * repair_rate / (repair_rate + s);

    return f / (1 - lost);
}

static void
test_queueing_restart(void **state)
{
    double h = 0.01, f[7], first, second;
    ana_moments_t c = ana_completion_restart(0.8, 0.5, ana_moments(0.5, 1));

    (void) state;
    for (int i = 0; i < 7; i++) {
        f[i] = restart_transform((i - 3) * h, 0.8, 0.5, 2);
    }
    first = (f[6] - f[0] - 9 * (f[5] - f[1]) + 45 * (f[4] - f[2])) / (60 * h);
    second = (2 * (f[6] + f[0]) - 27 * (f[5] + f[1]) + 270 * (f[4] + f[2]) - 490 * f[3]) / (180 * h * h);
    assert_within(c.mean, -first, 1e-8);
    assert_within(c.square, second, 1e-8);
    assert_same(c.mean, expm1(0.4) * (2 + 0.5));
    assert_same(ana_completion_restart(0.8, 0, c).square, 0.64);
}

/* The second of two classes, the first preempting, finds a server that breaks down for busy periods of the first. */
static void
test_queueing_preemption_is_breakdown(void **state)
{
    double rate[] = { 0.3, 0.4 }, sojourn[2];
    ana_moments_t service[] = { ana_moments(0.9, 0.5), ana_moments(1.1, 1.3) }, busy, completion;

    (void) state;
    busy = ana_mg1_busy_period(rate[0], service[0]);
    completion = ana_completion_resume(service[1], rate[0], busy);
    assert_int_equal(ana_mg1_preemptive(2, rate, service, sojourn), SIM_OK);
    assert_same(ana_mg1_breakdown_wait(rate[1], completion, rate[0], busy) + completion.mean, sojourn[1]);
    assert_same(sojourn[0], ana_mg1_wait(0.3, 0.9, 0.5) + 0.9);
}

static void
test_queueing_chain_preemption(void **state)
{
    classes_t c = { 1, 45, true, false, { 0.2, 0.3 }, { 1, 1.5 } };
    ana_moments_t service[] = { ana_moments(1, 1), ana_moments(1 / 1.5, 1) };
    double sojourn[2];
    markov_t chain;

    (void) state;
    steady(&chain, preemption, &c);
    assert_int_equal(ana_mg1_preemptive(2, c.rate, service, sojourn), SIM_OK);
    assert_same(sojourn[0], markov_mean_place(&chain, 0) / 0.2);
    assert_same(sojourn[1], markov_mean_place(&chain, 1) / 0.3);
    markov_free(&chain);

    c = (classes_t){ 3, 45, true, false, { 0.6, 0.9 }, { 1, 1 } };
    steady(&chain, preemption, &c);
    assert_int_equal(ana_mmc_preemptive(3, 2, c.rate, 1, sojourn), SIM_OK);
    assert_same(sojourn[0], markov_mean_place(&chain, 0) / 0.6);
    assert_same(sojourn[1], markov_mean_place(&chain, 1) / 0.9);
    markov_free(&chain);
}

/* Two classes of exponential service are one of hyperexponential service; each has its mean over 1 - rho. */
static void
test_queueing_chain_sharing(void **state)
{
    classes_t c = { 1, 45, false, true, { 0.2, 0.3 }, { 1, 1.5 } };
    markov_t chain;

    (void) state;
    steady(&chain, preemption, &c);
    assert_same(ana_mg1_sharing_sojourn(0.5, 0.8), (markov_mean_place(&chain, 0) + markov_mean_place(&chain, 1)) / 0.5);
    assert_same(markov_mean_place(&chain, 0) / 0.2, 1 / 0.6);
    markov_free(&chain);
}

static void
test_queueing_chain_priority(void **state)
{
    classes_t c = { 1, 40, false, false, { 0.2, 0.3 }, { 1, 1.5 } };
    ana_moments_t service[] = { ana_moments(1, 1), ana_moments(1 / 1.5, 1) };
    double wait[2];
    markov_t chain;

    (void) state;
    steady(&chain, no_preemption, &c);
    assert_int_equal(ana_mg1_priority(2, c.rate, service, wait), SIM_OK);
    assert_same(wait[0], markov_mean_place(&chain, 0) / 0.2);
    assert_same(wait[1], markov_mean_place(&chain, 1) / 0.3);
    assert_same(ana_conserved_work(2, c.rate, service), 0.2 * wait[0] + 0.2 * wait[1]);
    markov_free(&chain);

    c = (classes_t){ 3, 40, false, false, { 1.2, 1.8 }, { 2, 2 } };
    steady(&chain, no_preemption, &c);
    assert_int_equal(ana_mmc_priority(3, 2, c.rate, 0.5, wait), SIM_OK);
    assert_same(wait[0], markov_mean_place(&chain, 0) / 1.2);
    assert_same(wait[1], markov_mean_place(&chain, 1) / 1.8);
    markov_free(&chain);
}

/* A second class that is too much: the first waits for one of its services, or for one of three, and it for ever. */
static void
test_queueing_chain_overload(void **state)
{
    classes_t c = { 3, 60, false, false, { 0.6, 9 }, { 1, 1 } };
    ana_moments_t service[] = { ana_moments(1, 1), ana_moments(2, 0.5) };
    double wait[2], rate[] = { 0.4, 0.5 };
    markov_t chain;

    (void) state;
    steady(&chain, no_preemption, &c);
    assert_int_equal(ana_mmc_priority(3, 2, c.rate, 1, wait), SIM_OK);
    assert_same(wait[0], markov_mean_place(&chain, 0) / 0.6);
    assert_true(isinf(wait[1]));
    markov_free(&chain);
    assert_int_equal(ana_mg1_priority(2, rate, service, wait), SIM_OK);
    assert_same(wait[0], (0.4 * 2 / 2 + 0.6 * 5 / 4) / 0.6);
    assert_true(isinf(wait[1]));
}

/* ---- the order of service ---- */

/* One who waits at M/E_k/1: place 0 counts those that matter to the wait, place 1 the phases left of the service. */
typedef struct {
    ana_order_t order;
    int phases, cap;
    double rate, mu;
} tagged_t;

static void
tagged(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const tagged_t *self = ctx;
    int n = s->x[0];
    markov_state_t next = *s, gone = { { -1, 0 } };
    double chosen = self->order == ANA_RANDOM ? 1.0 / (n + 1) : n == 0;

    if (n < 0) {
        return;
    }
    markov_add(chain, s, 0, 1, self->order != ANA_FIFO && n < self->cap ? self->rate : 0);
    next.x[1] = (int16_t) (s->x[1] - 1);
    if (next.x[1] > 0) {
        markov_go(chain, next, self->mu);
        return;
    }
    markov_go(chain, gone, self->mu * chosen);
    next.x[0]--;
    next.x[1] = (int16_t) self->phases;
    markov_go(chain, next, self->mu * (1 - chosen));
}

/* E[wait^power] of an arrival that finds the queue in its steady state. */
static double
tagged_moment(ana_order_t order, const single_t *queue, int power)
{
    tagged_t t = { order, queue->phases, queue->cap, queue->rate, queue->mu };
    markov_state_t most = { { (int16_t) queue->cap, (int16_t) queue->phases } };
    markov_t seen, chain;
    double sum = 0;

    steady(&seen, single, queue);
    assert_int_equal(markov_init(&chain, most, tagged, &t), MARKOV_OK);
    assert_int_equal(markov_absorb(&chain), MARKOV_OK);
    for (size_t i = 0; i < seen.n; i++) {
        int n = seen.state[i].x[THERE];
        markov_state_t s = { { (int16_t) (order == ANA_LIFO ? 0 : n - 1), seen.state[i].x[SERVICE] } };

        sum += n > 0 ? seen.p[i] * markov_time_from(&chain, s, power) : 0;
    }
    markov_free(&seen);
    markov_free(&chain);
    return sum;
}

static void
test_queueing_chain_order(void **state)
{
    single_t one = { PLAIN, 90, 1, 0, 0.6, 0, 1, 0, 0 }, two = { PLAIN, 90, 2, 0, 0.6, 0, 2, 0, 0 };

    (void) state;
    for (int order = ANA_FIFO; order <= ANA_RANDOM; order++) {
        double square = tagged_moment(order, &one, 2);

        assert_same(tagged_moment(order, &one, 1), ana_mmc_wait(1, 0.6, 1));
        assert_same(square, ana_mmc_wait_square(order, 1, 0.6, 1));
        assert_same(square, ana_mg1_wait_square(order, 0.6, 1, 2, 6));
        /* Given that three servers of a third the speed are busy, all is as with one. */
        assert_same(square / 0.6, ana_mmc_wait_square(order, 3, 0.6, 3) / ana_erlang_c(3, 1.8));
        assert_same(tagged_moment(order, &two, 1), ana_mg1_wait(0.6, 1, sqrt(0.5)));
        assert_same(tagged_moment(order, &two, 2), ana_mg1_wait_square(order, 0.6, 1, 1.5, 3));
    }
}

/* Place 0: those before one in the queue of an M/M/3, then -1 in service, -2 gone. */
static void
in_line(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const double *mu = ctx;

    markov_add(chain, s, 0, -1, s->x[0] >= 0 ? 3 * *mu : s->x[0] == -1 ? *mu : 0);
}

static void
test_queueing_chain_tail(void **state)
{
    double mu = 0.8, rate[] = { 2, 3 * 0.8 - 0.8 }, t = 1.7; /* the second: the wait is as fast as a service */
    markov_state_t most = { { 200 } };
    markov_t chain;

    (void) state;
    for (int i = 0; i < 2; i++) {
        double rho = rate[i] / (3 * mu), waits = ana_erlang_c(3, rate[i] / mu);

        assert_int_equal(markov_init(&chain, most, in_line, &mu), MARKOV_OK);
        for (size_t k = 0; k < chain.n; k++) {
            int n = chain.state[k].x[0];

            chain.p[k] = n >= 0 ? waits * (1 - rho) * pow(rho, n) : n == -1 ? 1 - waits : 0;
        }
        assert_int_equal(markov_advance(&chain, t), MARKOV_OK);
        assert_same(ana_mmc_sojourn_above(3, rate[i], 1 / mu, t), 1 - markov_share(&chain, 0, -2));
        markov_free(&chain);
        assert_same(ana_mmc_wait_above(3, rate[i], 1 / mu, t), waits * exp(-(3 * mu - rate[i]) * t));
    }
}

/* ---- groups, arrivals, networks, time ---- */

typedef struct {
    int least, most, cap;
    double rate, mu;
} group_t;

/* Place 0 waits, place 1 is 1 when a group is served. */
static void
group(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    const group_t *self = ctx;
    int n = s->x[0] < self->most ? s->x[0] : self->most;
    markov_state_t start = { { 0, 1 } }, next = { { (int16_t) (s->x[0] - n), 1 } };

    if (s->x[1] == 0 && s->x[0] + 1 >= self->least) {
        markov_go(chain, start, self->rate);
    } else {
        markov_add(chain, s, 0, 1, s->x[0] < self->cap ? self->rate : 0);
    }
    if (s->x[1] == 1 && n >= self->least) {
        markov_go(chain, next, self->mu);
    } else {
        markov_add(chain, s, 1, -1, s->x[1] * self->mu);
    }
}

static void
test_queueing_chain_group(void **state)
{
    group_t g[] = { { 1, 1, 160, 2, 3 }, { 1, 4, 160, 2, 1 }, { 3, 5, 160, 2, 0.8 }, { 4, 4, 160, 2, 1 } };

    (void) state;
    for (int i = 0; i < 4; i++) {
        ana_station_t a = ana_group_service(g[i].least, g[i].most, 2, 1 / g[i].mu);
        markov_state_t idle = nobody();
        markov_t chain;

        steady(&chain, group, &g[i]);
        assert_same(a.queue, markov_mean_place(&chain, 0));
        assert_same(a.utilisation, markov_mean_place(&chain, 1));
        assert_same(a.empty, chain.p[markov_find(&chain, &idle)]);
        assert_same(a.sojourn, a.wait + 1 / g[i].mu);
        markov_free(&chain);
    }
    assert_same(ana_group_service(1, 3, 20, 0.5).throughput, 6);
    assert_same(ana_group_service(1, 1, 2, 1.0 / 3).wait, ana_mmc_wait(1, 2, 1.0 / 3));
}

/* E_3/M/1: place 1 counts the phases since the last arrival. */
static void
erlang_arrivals(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    markov_state_t next = { { (int16_t) (s->x[0] + (s->x[1] == 2 && s->x[0] < 150)), (int16_t) ((s->x[1] + 1) % 3) } };

    (void) ctx;
    markov_go(chain, next, 3 * 0.75);
    markov_add(chain, s, 0, -1, s->x[0] > 0);
}

static void
test_queueing_chain_gm1(void **state)
{
    markov_t chain;

    (void) state;
    steady(&chain, erlang_arrivals, NULL);
    assert_same(ana_gm1_wait(3, 0.75, 1) + 1, markov_mean_place(&chain, 0) / 0.75);
    markov_free(&chain);
}

/* From 0 half go to 1, a quarter leave; from 1 a third go back. Two servers at 0, no limit at 2. */
static void
open_network(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    int cap = *(const int *) ctx;
    double served[] = { 2.0 * (s->x[0] < 2 ? s->x[0] : 2), 2.0 * (s->x[1] > 0), s->x[2] };

    markov_add(chain, s, 0, 1, s->x[0] < cap ? 0.5 : 0);
    markov_move(chain, s, 0, 1, s->x[1] < cap ? served[0] / 2 : 0);
    markov_move(chain, s, 0, 2, s->x[2] < cap ? served[0] / 4 : 0);
    markov_add(chain, s, 0, -1, served[0] / 4);
    markov_move(chain, s, 1, 0, s->x[0] < cap ? served[1] / 3 : 0);
    markov_add(chain, s, 1, -1, served[1] * 2 / 3);
    markov_add(chain, s, 2, -1, served[2]);
}

static void
test_queueing_chain_open_network(void **state)
{
    double external[] = { 0.5, 0, 0 }, service[] = { 0.5, 0.5, 1 }, total[3], number[3];
    double routing[] = { 0, 0.5, 0.25, 1.0 / 3, 0, 0, 0, 0, 0 };
    int servers[] = { 2, 1, ANA_UNLIMITED }, cap = 15;
    markov_t chain;

    (void) state;
    assert_int_equal(ana_jackson_open(3, external, routing, service, servers, total, number), SIM_OK);
    assert_same(total[0], 0.6);
    assert_int_equal(markov_init(&chain, nobody(), open_network, &cap), MARKOV_OK);
    assert_int_equal(markov_solve_sweeping(&chain), MARKOV_OK);
    for (int k = 0; k < 3; k++) {
        assert_same(markov_mean_place(&chain, k), number[k]);
    }
    markov_free(&chain);
}

/* Six go round: two servers at 0, one at 1, no limit at 2; from 0 to 1 or 2, and back. */
static void
closed_network(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    (void) ctx;
    markov_move(chain, s, 0, 1, 0.4 * 1.5 * (s->x[0] < 2 ? s->x[0] : 2));
    markov_move(chain, s, 0, 2, 0.6 * 1.5 * (s->x[0] < 2 ? s->x[0] : 2));
    markov_move(chain, s, 1, 0, 0.7 * (s->x[1] > 0));
    markov_move(chain, s, 2, 0, 0.3 * s->x[2]);
}

static void
test_queueing_chain_closed_network(void **state)
{
    double visits[] = { 10, 4, 6 }, service[] = { 1 / 1.5, 1 / 0.7, 1 / 0.3 }, throughput[3], number[3];
    int servers[] = { 2, 1, ANA_UNLIMITED };
    markov_state_t six = { { 6 } };
    markov_t chain;

    (void) state;
    assert_int_equal(ana_jackson_closed(3, 6, visits, service, servers, throughput, number), SIM_OK);
    assert_int_equal(markov_init(&chain, six, closed_network, NULL), MARKOV_OK);
    assert_int_equal(markov_solve(&chain), MARKOV_OK);
    for (int k = 0; k < 3; k++) {
        assert_same(number[k], markov_mean_place(&chain, k));
    }
    assert_same(throughput[1], 0.7 * (1 - markov_share(&chain, 1, 0)));
    assert_same(throughput[2], 0.3 * number[2]);
    assert_same(throughput[0], throughput[1] + throughput[2]);
    markov_free(&chain);
}

/* Machines away at a node without limit and repaired by two. */
static void
test_queueing_closed_network_is_finite_source(void **state)
{
    double visits[] = { 1, 1 }, service[] = { 4, 1.25 }, throughput[2], number[2];
    ana_station_t a = ana_finite_source(2, 7, 4, 1.25);

    (void) state;
    assert_int_equal(ana_jackson_closed(2, 7, visits, service, (int[]){ ANA_UNLIMITED, 2 }, throughput, number),
        SIM_OK);
    assert_same(number[1], a.system);
    assert_same(throughput[0], a.throughput);
}

static void
unlimited(markov_t *chain, const markov_state_t *s, const void *ctx)
{
    markov_add(chain, s, 0, 1, s->x[0] < 80 ? *(const double *) ctx : 0);
    markov_add(chain, s, 0, -1, s->x[0] / 1.6);
}

static void
test_queueing_chain_rates_change(void **state)
{
    double start[] = { 0, 1, 2.5 }, rate[] = { 3, 8, 0.5 }, mean = 1.6, time[] = { 0.5, 1, 2, 2.5, 6 }, now = 0;
    markov_t chain;

    (void) state;
    assert_int_equal(markov_init(&chain, nobody(), unlimited, rate), MARKOV_OK);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(markov_rates(&chain, unlimited, &rate[now < 1 ? 0 : now < 2.5 ? 1 : 2]), MARKOV_OK);
        assert_int_equal(markov_advance(&chain, time[i] - now), MARKOV_OK);
        now = time[i];
        assert_same(ana_mtginf_mean(3, start, rate, now, ana_limited_exponential, &mean), markov_mean_place(&chain, 0));
    }
    assert_same(ana_mginf_probability(3, markov_mean_place(&chain, 0)), markov_share(&chain, 0, 3));
    markov_free(&chain);
    assert_same(ana_mtginf_mean(3, start, rate, 2, ana_limited_fixed, &mean), 3 * 0.6 + 8);
    assert_true(ana_mtginf_mean(3, start, rate, -1, ana_limited_fixed, &mean) == 0);
}

/* Exact where they should be. */
static void
test_queueing_approximations(void **state)
{
    (void) state;
    assert_same(ana_ggc_wait_approximation(3, 2.5, 1, 1, 1), ana_mmc_wait(3, 2.5, 1));
    assert_same(ana_ggc_wait_approximation(1, 0.8, 1, 1, 2), ana_mg1_wait(0.8, 1, 2));
    assert_same(ana_ggc_wait_approximation(3, 2.5, 1, 2, 0.5), ana_mmc_wait(3, 2.5, 1) * 4.25 / 2);
    assert_true(ana_gg1_wait_bound(0.8, 1, 1, 1) > ana_mmc_wait(1, 0.8, 1));
    assert_true(ana_gg1_wait_bound(0.8, 1, 0, 1) > ana_gm1_wait(0, 0.8, 1));
    assert_within(ana_gg1_wait_bound(0.999, 1, 1, 2), ana_mg1_wait(0.999, 1, 2), 1e-3);
}

/* ---- errors ---- */

static void
test_queueing_errors(void **state)
{
    ana_moments_t good = ana_moments(1, 1), bad = { 1, 0.5 };

    (void) state;
    assert_true(isnan(ana_erlang_b(-1, 1)) && isnan(ana_erlang_b(1, -1)) && isnan(ana_erlang_c(0, 0)));
    assert_true(isnan(ana_mmc_wait(0, 1, 1)) && isnan(ana_mmc_wait(1, -1, 1)) && isnan(ana_mmc_wait(1, 1, NAN)));
    assert_true(isnan(ana_mmc_wait_above(1, 1, 0.5, -1)) && isnan(ana_mmc_sojourn_above(1, 1, 0, 1)));
    assert_true(isnan(ana_mmc_wait_square(ANA_LIFO, 0, 1, 0.5)) && isnan(ana_mg1_wait(1, 0.5, -1)));
    assert_true(isnan(ana_mg1_wait_square(ANA_FIFO, 0.5, 1, 0.5, 1)) && isnan(ana_mginf_probability(-1, 1)));
    assert_true(isnan(ana_mmck(2, 1, 1, 1).lost) && isnan(ana_mmck_probability(0, 1, 2, 0, 1)));
    assert_true(isnan(ana_finite_source(1, 0, 1, 1).wait) && isnan(ana_finite_source(1, 2, 0, 1).wait));
    assert_true(isnan(ana_erlang_a(0, 1, 1, 1).queue) && isnan(ana_erlang_fixed_patience(1, 1, 1, INFINITY).queue));
    assert_true(isnan(ana_gm1_wait(-1, 0.5, 1)) && isnan(ana_mg1_sharing_sojourn(0.5, -1)));
    assert_true(isnan(ana_batch_wait(0.1, 0, 0, 1, 1)) && isnan(ana_batch_wait(-0.1, 1, 0, 1, 1)));
    assert_true(isnan(ana_mg1_vacations_wait(0.5, bad, good)) && isnan(ana_mg1_vacations_wait(0.5, good, bad)));
    assert_true(isnan(ana_mg1_one_vacation_wait(0.5, good, good, 1.1)) && isnan(ana_mg1_setup_wait(0.5, good, bad)));
    assert_true(isnan(ana_completion_resume(bad, 1, good).mean) && isnan(ana_completion_restart(-1, 1, good).mean));
    assert_true(isnan(ana_mg1_busy_period(-1, good).mean) && isnan(ana_mg1_breakdown_wait(0.5, good, -1, good)));
    assert_true(isnan(ana_group_service(0, 1, 1, 1).wait) && isnan(ana_group_service(2, 1, 1, 1).wait));
    assert_true(isnan(ana_mtginf_mean(2, (double[]){ 1, 0 }, (double[]){ 1, 1 }, 2, ana_limited_fixed, &good.mean)));
    assert_true(isnan(ana_ggc_wait_approximation(1, 0.5, 1, -1, 1)) && isnan(ana_gg1_wait_bound(0, 1, 1, 1)));
}

static void
test_queueing_array_errors(void **state)
{
    ana_moments_t good = ana_moments(1, 1), bad = { 1, 0.5 };
    double rate = 0.5, negative = -1, zero = 0, one = 1, out[2];
    int server = 1, none = -1;

    (void) state;
    assert_int_equal(ana_mg1_priority(1, &rate, &bad, out), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_mg1_preemptive(1, &negative, &good, out), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_mmc_priority(0, 1, &rate, 1, out), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_mmc_preemptive(1, 1, &rate, NAN, out), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_mmc_preemptive(1, 1, &zero, 1, out), SIM_ERR_BAD_PARAM);
    assert_true(isnan(ana_conserved_work(1, &rate, &bad)));
    assert_int_equal(ana_birth_death(1, &rate, &zero, out), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_jackson_open(1, &rate, &one, &rate, &server, out, out + 1), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_jackson_open(1, &rate, &negative, &rate, &server, out, out + 1), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_jackson_open(1, &rate, &zero, &rate, &none, out, out + 1), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_jackson_open(1, &rate, &(double){ 1.5 }, &rate, &server, out, out + 1), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_jackson_closed(1, 0, &one, &one, &server, out, out + 1), SIM_ERR_BAD_PARAM);
    assert_int_equal(ana_jackson_closed(1, 2, &zero, &one, &server, out, out + 1), SIM_ERR_BAD_PARAM);
}

int
main(void)
{
    const struct CMUnitTest test[] = {
        cmocka_unit_test(test_queueing_mmc),
        cmocka_unit_test(test_queueing_unstable),
        cmocka_unit_test(test_queueing_erlang_b),
        cmocka_unit_test(test_queueing_mg1),
        cmocka_unit_test(test_queueing_erlang_a),
        cmocka_unit_test(test_queueing_published_capacity),
        cmocka_unit_test(test_queueing_published_priorities),
        cmocka_unit_test(test_queueing_published_network),
        cmocka_unit_test(test_queueing_published_gm1),
        cmocka_unit_test(test_queueing_chain_mmck),
        cmocka_unit_test(test_queueing_chain_finite_source),
        cmocka_unit_test(test_queueing_chain_patience),
        cmocka_unit_test(test_queueing_fixed_patience),
        cmocka_unit_test(test_queueing_fixed_patience_queue),
        cmocka_unit_test(test_queueing_chain_overflow),
        cmocka_unit_test(test_queueing_chain_single),
        cmocka_unit_test(test_queueing_restart),
        cmocka_unit_test(test_queueing_preemption_is_breakdown),
        cmocka_unit_test(test_queueing_chain_preemption),
        cmocka_unit_test(test_queueing_chain_sharing),
        cmocka_unit_test(test_queueing_chain_priority),
        cmocka_unit_test(test_queueing_chain_overload),
        cmocka_unit_test(test_queueing_chain_order),
        cmocka_unit_test(test_queueing_chain_tail),
        cmocka_unit_test(test_queueing_chain_group),
        cmocka_unit_test(test_queueing_chain_gm1),
        cmocka_unit_test(test_queueing_chain_open_network),
        cmocka_unit_test(test_queueing_chain_closed_network),
        cmocka_unit_test(test_queueing_closed_network_is_finite_source),
        cmocka_unit_test(test_queueing_chain_rates_change),
        cmocka_unit_test(test_queueing_approximations),
        cmocka_unit_test(test_queueing_errors),
        cmocka_unit_test(test_queueing_array_errors),
    };

    return cmocka_run_group_tests(test, NULL, NULL);
}
