/*
 * Exact solutions of continuous-time Markov chains, for tests: every queue with exponential (or phase-type) times is
 * one.
 *
 * A state is an array of small integers. The test gives an initial state and a function that names, for a state,
 * where it goes and at what rate (markov_go, markov_add, markov_move); the states that can be reached are found
 * breadth first. Then:
 *   markov_solve     the stationary distribution into p
 *   markov_advance   p from now to t later, exactly (uniformisation), and the time spent in each state into spent
 *   markov_absorb    from every state, the first two moments of the time until a state that nothing leaves
 *   markov_mean      the mean of a function of the state under p; markov_flow, the mean rate of chosen transitions
 * Rates that change by a schedule: markov_advance, change what ctx points to, markov_rates, markov_advance again.
 *
 * The stationary distribution is by elimination without subtraction, within the band of the breadth-first order
 * (Grassmann, Taksar and Heyman 1985), and else by Gauss-Seidel sweeps (Stewart 1994), forth and back.
 * Uniformisation: Jensen 1953; Grassmann 1977. An unbounded queue is to be cut off where its tail no longer counts
 * (1e-15, say).
 *
 * Invariant: the transitions of state i are arc[first[i]] .. arc[first[i + 1] - 1], none of them from a state to
 * itself; sum of p is 1. The first error stays and is returned by every later call; markov_free is safe at any time.
 */
#ifndef TESTS_THEORY_MARKOV_H
#define TESTS_THEORY_MARKOV_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MARKOV_PLACES 12
#define MARKOV_MAX_STATES 400000
#define MARKOV_MAX_WORK 8e8 /* of elimination: states x band^2 */
#define MARKOV_MAX_ROOM 2e7 /* of elimination: states x band, in doubles */
#define MARKOV_MAX_SWEEPS 200000
#define MARKOV_PRECISION 1e-13 /* estimated error of Gauss-Seidel, in total variation */

enum {
    MARKOV_OK = 0,
    MARKOV_ERR_MEMORY = -1,
    MARKOV_ERR_TOO_MANY = -2, /* more than MARKOV_MAX_STATES, or a place beyond int16 */
    MARKOV_ERR_BAD_RATE = -3, /* negative, infinite or NaN, or a negative time */
    MARKOV_ERR_REDUCIBLE =
        -4, /* a state cannot get back to the initial one, or (absorb) to a state that nothing leaves */
    MARKOV_ERR_NO_CONVERGENCE = -5,
    MARKOV_ERR_UNKNOWN_STATE = -6
};

typedef struct {
    int16_t x[MARKOV_PLACES];
} markov_state_t;

typedef struct {
    size_t to, from;
    double rate;
} markov_arc_t;

typedef struct markov markov_t;
typedef void (*markov_transitions_t)(markov_t *chain, const markov_state_t *state, const void *ctx);
typedef double (*markov_reward_t)(const markov_state_t *state, const void *ctx);
typedef double (*markov_choice_t)(const markov_state_t *from, const markov_state_t *to, const void *ctx);

struct markov {
    size_t n, n_arcs; /* states, transitions */
    markov_state_t *state;
    markov_arc_t *arc; /* by state of departure */
    size_t *first;     /* n + 1 */
    size_t *into;      /* transitions by state of arrival: arc[into[into_first[j]]], ... */
    size_t *into_first;
    double *leave;             /* rate out of each state */
    double *p, *spent;         /* distribution; time spent in each state by markov_advance since markov_start */
    double *moment1, *moment2; /* of the time to absorption, from each state; NULL before markov_absorb */
    int sweeps;                /* of the last iteration; 0 after elimination */
    int error;

    size_t room, arc_room, table_size, now;
    size_t *table; /* hash of state -> index + 1 */
};

/* ---- states ---- */

static inline void
markov_free(markov_t *self)
{
    free(self->state);
    free(self->arc);
    free(self->first);
    free(self->into);
    free(self->into_first);
    free(self->leave);
    free(self->p);
    free(self->spent);
    free(self->moment1);
    free(self->moment2);
    free(self->table);
    memset(self, 0, sizeof(*self));
}

static inline int
markov_fail(markov_t *self, int error)
{
    self->error = self->error == MARKOV_OK ? error : self->error;
    return self->error;
}

/* Room for n items; what is new is zero. */
static inline void *
markov_grow(markov_t *self, void *old, size_t n_old, size_t n, size_t size)
{
    char *grown = realloc(old, n * size);

    if (grown == NULL) {
        markov_fail(self, MARKOV_ERR_MEMORY);
        return old;
    }
    if (n > n_old) {
        memset(grown + n_old * size, 0, (n - n_old) * size);
    }
    return grown;
}

/* The slot of the table that holds the state, or is free for it. */
static inline size_t
markov_slot(const markov_t *self, const markov_state_t *state)
{
    uint64_t h = 0;
    size_t slot;

    for (int k = 0; k < MARKOV_PLACES; k++) {
        h = (h ^ (uint16_t) state->x[k]) * 0x9E3779B97F4A7C15u;
        h ^= h >> 29;
    }
    slot = (size_t) h & (self->table_size - 1);
    while (self->table[slot] != 0 && memcmp(self->state[self->table[slot] - 1].x, state->x, sizeof(state->x)) != 0) {
        slot = (slot + 1) & (self->table_size - 1);
    }
    return slot;
}

static inline void
markov_more_states(markov_t *self)
{
    size_t room = self->room == 0 ? 256 : 2 * self->room;
    size_t *table = calloc(4 * room, sizeof(*table));

    self->state = markov_grow(self, self->state, self->room, room, sizeof(*self->state));
    self->first = markov_grow(self, self->first, self->room, room + 1, sizeof(*self->first));
    self->p = markov_grow(self, self->p, self->room, room, sizeof(*self->p));
    self->spent = markov_grow(self, self->spent, self->room, room, sizeof(*self->spent));
    if (table == NULL || self->error != MARKOV_OK) {
        free(table);
        markov_fail(self, MARKOV_ERR_MEMORY);
        return;
    }
    free(self->table);
    self->table = table;
    self->table_size = 4 * room;
    self->room = room;
    for (size_t i = 0; i < self->n; i++) {
        self->table[markov_slot(self, &self->state[i])] = i + 1;
    }
}

/* The index of a state of the chain; after the last where it is none. */
static inline size_t
markov_find(const markov_t *self, const markov_state_t *state)
{
    size_t found = self->table_size == 0 ? 0 : self->table[markov_slot(self, state)];

    return found == 0 ? self->n : found - 1;
}

/* The index of a state, which becomes a state of the chain if it was not. */
static inline size_t
markov_index(markov_t *self, const markov_state_t *state)
{
    size_t found = markov_find(self, state);

    if (found < self->n) {
        return found;
    }
    if (self->n == MARKOV_MAX_STATES) {
        markov_fail(self, MARKOV_ERR_TOO_MANY);
        return 0;
    }
    if (self->n == self->room) {
        markov_more_states(self);
        if (self->error != MARKOV_OK) {
            return 0;
        }
    }
    self->table[markov_slot(self, state)] = self->n + 1;
    self->state[self->n] = *state;
    return self->n++;
}

/* ---- for use within the test's transition function ---- */

/* From the present state to next at the rate; no rate, or no change, is no transition. */
static inline void
markov_go(markov_t *self, markov_state_t next, double rate)
{
    size_t to;

    if (!(rate >= 0) || isinf(rate)) {
        markov_fail(self, MARKOV_ERR_BAD_RATE);
    }
    if (self->error != MARKOV_OK || rate == 0) {
        return;
    }
    to = markov_index(self, &next);
    if (self->n_arcs == self->arc_room) {
        size_t room = self->arc_room == 0 ? 1024 : 2 * self->arc_room;

        self->arc = markov_grow(self, self->arc, self->arc_room, room, sizeof(*self->arc));
        self->arc_room = self->error == MARKOV_OK ? room : self->arc_room;
    }
    if (self->error == MARKOV_OK && to != self->now) {
        self->arc[self->n_arcs++] = (markov_arc_t){ to, self->now, rate };
    }
}

/* To the state in which place k holds by more. */
static inline void
markov_add(markov_t *self, const markov_state_t *state, int k, int by, double rate)
{
    markov_state_t next = *state;

    if (state->x[k] + by < INT16_MIN || state->x[k] + by > INT16_MAX) {
        markov_fail(self, MARKOV_ERR_TOO_MANY);
        return;
    }
    next.x[k] = (int16_t) (state->x[k] + by);
    markov_go(self, next, rate);
}

/* To the state in which one has moved from place k to place m. */
static inline void
markov_move(markov_t *self, const markov_state_t *state, int k, int m, double rate)
{
    markov_state_t next = *state;

    next.x[k]--;
    next.x[m]++;
    markov_go(self, next, rate);
}

/* ---- building ---- */

static inline void
markov_index_arcs(markov_t *self)
{
    self->leave = markov_grow(self, self->leave, 0, self->n, sizeof(*self->leave));
    self->into = markov_grow(self, self->into, 0, self->n_arcs + 1, sizeof(*self->into));
    self->into_first = markov_grow(self, self->into_first, 0, self->n + 2, sizeof(*self->into_first));
    if (self->error != MARKOV_OK) {
        return;
    }
    for (size_t a = 0; a < self->n_arcs; a++) {
        self->leave[self->arc[a].from] += self->arc[a].rate;
        self->into_first[self->arc[a].to + 2]++;
    }
    for (size_t i = 2; i < self->n + 2; i++) {
        self->into_first[i] += self->into_first[i - 1];
    }
    for (size_t a = 0; a < self->n_arcs; a++) {
        self->into[self->into_first[self->arc[a].to + 1]++] = a;
    }
}

/**
Finds the transitions anew, and with them states that could not be reached before; p and spent stay.
*/
static inline int
markov_rates(markov_t *self, markov_transitions_t transitions, const void *ctx)
{
    self->n_arcs = 0;
    for (self->now = 0; self->now < self->n && self->error == MARKOV_OK; self->now++) {
        markov_state_t state = self->state[self->now];

        self->first[self->now] = self->n_arcs;
        transitions(self, &state, ctx);
    }
    if (self->error == MARKOV_OK) {
        self->first[self->n] = self->n_arcs;
        markov_index_arcs(self);
    }
    return self->error;
}

/**
The chain of the states that can be reached from the initial one, and p all on that.
*/
static inline int
markov_init(markov_t *self, markov_state_t initial, markov_transitions_t transitions, const void *ctx)
{
    memset(self, 0, sizeof(*self));
    markov_index(self, &initial);
    if (self->error != MARKOV_OK) {
        return self->error;
    }
    self->p[0] = 1;
    return markov_rates(self, transitions, ctx);
}

/** All p on one state, and no time spent anywhere. */
static inline int
markov_start(markov_t *self, markov_state_t initial)
{
    size_t i = markov_find(self, &initial);

    if (i == self->n) {
        markov_fail(self, MARKOV_ERR_UNKNOWN_STATE);
    }
    if (self->error == MARKOV_OK) {
        memset(self->p, 0, self->n * sizeof(*self->p));
        memset(self->spent, 0, self->n * sizeof(*self->spent));
        self->p[i] = 1;
    }
    return self->error;
}

/* ---- the stationary distribution ---- */

/* Whether every state leads to one of those marked, which are list[0 .. n_list - 1]; list has room for all. */
static inline bool
markov_all_lead_to(const markov_t *self, size_t *list, size_t n_list, bool *mark)
{
    for (size_t k = 0; k < n_list; k++) {
        size_t j = list[k];

        for (size_t a = self->into_first[j]; a < self->into_first[j + 1]; a++) {
            size_t from = self->arc[self->into[a]].from;

            if (!mark[from]) {
                mark[from] = true;
                list[n_list++] = from;
            }
        }
    }
    return n_list == self->n;
}

/* Whether every state leads back to state 0, or, when absorbing, to some state that nothing leaves. */
static inline int
markov_check(markov_t *self, bool absorbing)
{
    size_t *list = calloc(self->n, sizeof(*list)), n_list = 0;
    bool *mark = calloc(self->n, sizeof(*mark));

    if (list == NULL || mark == NULL) {
        markov_fail(self, MARKOV_ERR_MEMORY);
        goto out;
    }
    for (size_t i = 0; i < self->n; i++) {
        if (absorbing ? self->leave[i] == 0 : i == 0) {
            mark[i] = true;
            list[n_list++] = i;
        }
    }
    if (!markov_all_lead_to(self, list, n_list, mark)) {
        markov_fail(self, MARKOV_ERR_REDUCIBLE);
    }
out:
    free(list);
    free(mark);
    return self->error;
}

static inline size_t
markov_band(const markov_t *self)
{
    size_t band = 0;

    for (size_t a = 0; a < self->n_arcs; a++) {
        size_t i = self->arc[a].from, j = self->arc[a].to, d = i > j ? i - j : j - i;

        band = d > band ? d : band;
    }
    return band;
}

static inline void
markov_normalise(const markov_t *self, double *p)
{
    double sum = 0;

    for (size_t i = 0; i < self->n; i++) {
        sum += p[i];
    }
    for (size_t i = 0; i < self->n; i++) {
        p[i] /= sum;
    }
}

/* Censors the states from the last to the second; the rate from i to j is q[i * width + j - i + band]. */
static inline void
markov_censor(const markov_t *self, double *q, size_t band)
{
    size_t width = 2 * band + 1;

    for (size_t k = self->n - 1; k > 0; k--) {
        size_t low = k > band ? k - band : 0;
        double *row = q + k * width + band - k, down = 0;

        for (size_t j = low; j < k; j++) {
            down += row[j];
        }
        for (size_t i = low; i < k; i++) {
            double *other = q + i * width + band - i;

            other[k] /= down;
            for (size_t j = low; other[k] > 0 && j < k; j++) {
                other[j] += other[k] * row[j];
            }
        }
    }
}

static inline void
markov_eliminate(markov_t *self, size_t band)
{
    size_t width = 2 * band + 1;
    double *q = calloc(self->n * width, sizeof(*q));

    if (q == NULL) {
        markov_fail(self, MARKOV_ERR_MEMORY);
        return;
    }
    for (size_t a = 0; a < self->n_arcs; a++) {
        q[self->arc[a].from * width + self->arc[a].to + band - self->arc[a].from] += self->arc[a].rate;
    }
    markov_censor(self, q, band);
    self->p[0] = 1;
    for (size_t k = 1; k < self->n; k++) {
        self->p[k] = 0;
        for (size_t i = k > band ? k - band : 0; i < k; i++) {
            self->p[k] += self->p[i] * q[i * width + k + band - i];
        }
    }
    free(q);
    markov_normalise(self, self->p);
}

/* What flows into j, over what leaves it. */
static inline void
markov_relax(markov_t *self, size_t j)
{
    double in = 0;

    for (size_t a = self->into_first[j]; a < self->into_first[j + 1]; a++) {
        const markov_arc_t *arc = &self->arc[self->into[a]];

        in += self->p[arc->from] * arc->rate;
    }
    self->p[j] = in / self->leave[j];
}

/* A sweep forth and one back; the change of p. */
static inline double
markov_sweep(markov_t *self, double *old)
{
    double change = 0;

    memcpy(old, self->p, self->n * sizeof(*old));
    for (size_t j = 0; j < self->n; j++) {
        markov_relax(self, j);
    }
    for (size_t j = self->n; j-- > 0;) {
        markov_relax(self, j);
    }
    markov_normalise(self, self->p);
    for (size_t j = 0; j < self->n; j++) {
        change += fabs(self->p[j] - old[j]);
    }
    return change;
}

/* How an iteration converges: changes fall by a factor r in the end, so what is to come is the last x r / (1 - r). */
typedef struct {
    double change, factor, left;
} markov_pace_t;

static inline bool
markov_goes_on(markov_t *self, markov_pace_t *pace, double change)
{
    double r = change / pace->change;

    pace->factor = fmax(r, 0.98 * pace->factor);
    pace->left = pace->factor < 1 && self->sweeps > 20 ? change * pace->factor / (1 - pace->factor) : INFINITY;
    pace->change = change;
    if (++self->sweeps == MARKOV_MAX_SWEEPS) {
        markov_fail(self, MARKOV_ERR_NO_CONVERGENCE);
    }
    /* Changes no longer falling are those of rounding. */
    return self->error == MARKOV_OK && pace->left > MARKOV_PRECISION && !(change < 1e-13 && r >= 1) && change > 1e-16;
}

static inline int
markov_iterate(markov_t *self)
{
    double *old = malloc(self->n * sizeof(*old));
    markov_pace_t pace = { INFINITY, 0, INFINITY };

    if (old == NULL) {
        return markov_fail(self, MARKOV_ERR_MEMORY);
    }
    for (size_t i = 0; i < self->n; i++) {
        self->p[i] = 1 / (double) self->n;
    }
    self->sweeps = 0;
    while (markov_goes_on(self, &pace, markov_sweep(self, old))) {
    }
    free(old);
    return self->error;
}

/** The stationary distribution into p, by Gauss-Seidel. */
static inline int
markov_solve_sweeping(markov_t *self)
{
    if (self->error != MARKOV_OK || markov_check(self, false) != MARKOV_OK || self->n == 1) {
        return self->error;
    }
    return markov_iterate(self);
}

/** The stationary distribution into p, by the fitter way. */
static inline int
markov_solve(markov_t *self)
{
    size_t band;

    if (self->error != MARKOV_OK) {
        return self->error;
    }
    band = markov_band(self);
    if ((double) self->n * (double) (band * band) > MARKOV_MAX_WORK || (double) (self->n * band) > MARKOV_MAX_ROOM) {
        return markov_solve_sweeping(self);
    }
    if (markov_check(self, false) == MARKOV_OK) {
        self->sweeps = 0;
        markov_eliminate(self, band);
    }
    return self->error;
}

/* ---- transients ---- */

/* One step of the chain made uniform at rate q. */
static inline void
markov_jump(const markov_t *self, double q, const double *p, double *next)
{
    for (size_t j = 0; j < self->n; j++) {
        double in = 0;

        for (size_t a = self->into_first[j]; a < self->into_first[j + 1]; a++) {
            const markov_arc_t *arc = &self->arc[self->into[a]];

            in += p[arc->from] * arc->rate;
        }
        next[j] = p[j] * (1 - self->leave[j] / q) + in / q;
    }
}

/* p and spent after a time in which q t is small enough for exp(-q t). room is for 3 n. */
static inline void
markov_short_advance(markov_t *self, double q, double t, double *room)
{
    double *step = room, *next = room + self->n, *sum = room + 2 * self->n, weight = exp(-q * t),
           after = -expm1(-q * t);

    memcpy(step, self->p, self->n * sizeof(*step));
    memset(sum, 0, self->n * sizeof(*sum));
    for (int k = 0; k < q * t || weight > 1e-20; k++) {
        double *spare = step;

        for (size_t i = 0; i < self->n; i++) {
            sum[i] += weight * step[i];
            self->spent[i] += after / q * step[i];
        }
        markov_jump(self, q, step, next);
        step = next;
        next = spare;
        weight *= q * t / (k + 1);
        after = after > weight ? after - weight : 0;
    }
    memcpy(self->p, sum, self->n * sizeof(*sum));
    markov_normalise(self, self->p);
}

/**
p from now to t later; spent grows by the time spent in each state. O(transitions x fastest rate x t).
*/
static inline int
markov_advance(markov_t *self, double t)
{
    double q = 0, *room;
    size_t n_parts;

    if (!(t >= 0) || isinf(t)) {
        markov_fail(self, MARKOV_ERR_BAD_RATE);
    }
    if (self->error != MARKOV_OK) {
        return self->error;
    }
    room = malloc(3 * self->n * sizeof(*room));
    if (room == NULL) {
        return markov_fail(self, MARKOV_ERR_MEMORY);
    }
    for (size_t i = 0; i < self->n; i++) {
        q = self->leave[i] > q ? self->leave[i] : q;
    }
    q = q > 0 ? q : 1; /* a chain that never moves */
    n_parts = (size_t) (q * t / 32) + 1;
    for (size_t i = 0; i < n_parts; i++) {
        markov_short_advance(self, q, t / (double) n_parts, room);
    }
    free(room);
    return self->error;
}

/* ---- times to absorption ---- */

/* Towards leave m1 = 1 + sum rate m1(to) and leave m2 = 2 m1 + sum rate m2(to); the greater relative change. */
static inline double
markov_absorb_one(markov_t *self, size_t i)
{
    double in1 = 1, in2 = 0, change;

    if (self->leave[i] == 0) {
        return 0;
    }
    for (size_t a = self->first[i]; a < self->first[i + 1]; a++) {
        in1 += self->arc[a].rate * self->moment1[self->arc[a].to];
        in2 += self->arc[a].rate * self->moment2[self->arc[a].to];
    }
    in1 /= self->leave[i];
    in2 = (in2 + 2 * in1) / self->leave[i];
    change = fmax(fabs(in1 - self->moment1[i]) / in1, fabs(in2 - self->moment2[i]) / in2);
    self->moment1[i] = in1;
    self->moment2[i] = in2;
    return change;
}

static inline double
markov_absorb_sweep(markov_t *self)
{
    double change = 0;

    for (size_t i = 0; i < self->n; i++) {
        change = fmax(change, markov_absorb_one(self, i));
    }
    for (size_t i = self->n; i-- > 0;) {
        change = fmax(change, markov_absorb_one(self, i));
    }
    return change;
}

/**
The mean and mean square of the time until a state that nothing leaves, into moment1 and moment2, from every state.
*/
static inline int
markov_absorb(markov_t *self)
{
    markov_pace_t pace = { INFINITY, 0, INFINITY };

    if (self->error != MARKOV_OK || markov_check(self, true) != MARKOV_OK) {
        return self->error;
    }
    self->moment1 = markov_grow(self, self->moment1, 0, self->n, sizeof(*self->moment1));
    self->moment2 = markov_grow(self, self->moment2, 0, self->n, sizeof(*self->moment2));
    self->sweeps = 0;
    while (self->error == MARKOV_OK && markov_goes_on(self, &pace, markov_absorb_sweep(self))) {
    }
    return self->error;
}

/* ---- answers ---- */

/* The sum over the states of weight x reward; NaN after an error. */
static inline double
markov_sum(const markov_t *self, const double *weight, markov_reward_t reward, const void *ctx)
{
    double sum = 0;

    for (size_t i = 0; i < self->n; i++) {
        sum += weight[i] * reward(&self->state[i], ctx);
    }
    return self->error == MARKOV_OK ? sum : NAN;
}

/** The mean of a function of the state under p; NaN after an error. */
static inline double
markov_mean(const markov_t *self, markov_reward_t reward, const void *ctx)
{
    return markov_sum(self, self->p, reward, ctx);
}

/** The expected integral over time of a function of the state, since markov_start. */
static inline double
markov_integral(const markov_t *self, markov_reward_t reward, const void *ctx)
{
    return markov_sum(self, self->spent, reward, ctx);
}

/** The mean of what one place holds. */
static inline double
markov_mean_place(const markov_t *self, int k)
{
    double sum = 0;

    for (size_t i = 0; i < self->n; i++) {
        sum += self->p[i] * self->state[i].x[k];
    }
    return self->error == MARKOV_OK ? sum : NAN;
}

/** The probability that a place holds a value. */
static inline double
markov_share(const markov_t *self, int k, int value)
{
    double sum = 0;

    for (size_t i = 0; i < self->n; i++) {
        sum += self->state[i].x[k] == value ? self->p[i] : 0;
    }
    return self->error == MARKOV_OK ? sum : NAN;
}

/** The mean rate of transitions, each counted with the weight that choice gives it. */
static inline double
markov_flow(const markov_t *self, markov_choice_t choice, const void *ctx)
{
    double sum = 0;

    for (size_t a = 0; a < self->n_arcs; a++) {
        const markov_arc_t *arc = &self->arc[a];

        sum += self->p[arc->from] * arc->rate * choice(&self->state[arc->from], &self->state[arc->to], ctx);
    }
    return self->error == MARKOV_OK ? sum : NAN;
}

/** The mean (power 1) or mean square (power 2) of the time to absorption from a state of the chain. */
static inline double
markov_time_from(markov_t *self, markov_state_t state, int power)
{
    size_t i = markov_find(self, &state);

    if (i == self->n) {
        markov_fail(self, MARKOV_ERR_UNKNOWN_STATE);
    }
    if (self->error != MARKOV_OK || self->moment1 == NULL) {
        return NAN;
    }
    return power == 1 ? self->moment1[i] : self->moment2[i];
}

#endif
