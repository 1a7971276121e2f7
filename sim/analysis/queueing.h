/*
 * Exact results of queueing theory, used as an oracle for the engine. Time in any one unit; offered load a = rate x
 * mean service; rho = a / servers. "Wait" is the time from arrival until service first starts, "sojourn" until it
 * ends.
 *
 * What would be without bound is +inf: an unstable queue has an infinite wait. A parameter outside its range (a
 * negative rate or time, NaN, no servers) gives NaN, or SIM_ERR_BAD_PARAM where a code is returned; outputs are then
 * not set. Formulae that are approximations or bounds say so in their names.
 */
#ifndef ANA_QUEUEING_H
#define ANA_QUEUEING_H

#include "sim/core/error.h"

#include <stddef.h>

#define ANA_UNLIMITED 0 /* as a number of servers in a network: everyone is served at once */

/** The first two moments of a time, E[X] and E[X^2]. */
typedef struct {
    double mean, square;
} ana_moments_t;

ana_moments_t ana_moments(double mean, double cv);

/** What is asked of a station in its steady state. */
typedef struct {
    double empty;       /* probability that nobody is there */
    double lost;        /* probability that an arrival is turned away */
    double throughput;  /* of those let in, per unit of time */
    double system;      /* mean number there */
    double queue;       /* mean number waiting */
    double wait;        /* mean, of those let in */
    double sojourn;     /* mean, of those let in */
    double utilisation; /* of a server */
} ana_station_t;

/* ---- exponential service, many servers ---- */

/**
Erlang's loss probability for c >= 0 servers and offered load a (Erlang 1917), by its recursion in c. Exact for every
service distribution of that mean, M/G/c/c (Sevastyanov 1957).
*/
double ana_erlang_b(int c, double a);

/**
Those lost by c servers, offered to a group without limit: the mean number there and its variance (Riordan, in
Wilkinson 1956): m = a B, v = m (1 - m + a / (c + 1 + m - a)). With d servers there, c + d lose ana_erlang_b(c + d,
a).
*/
double ana_overflow_mean(int c, double a);
double ana_overflow_variance(int c, double a);

/** Probability that an arrival to M/M/c waits (Erlang 1917); 1 when a >= c. */
double ana_erlang_c(int c, double a);

/** Mean wait in M/M/c; +inf when it is unstable. Any order of service that does not look at service times. */
double ana_mmc_wait(int c, double arrival_rate, double mean_service);

/** P(wait > t), and P(sojourn > t), in M/M/c served in order of arrival (Gross and Harris 1998); 1 when unstable. */
double ana_mmc_wait_above(int c, double arrival_rate, double mean_service, double t);
double ana_mmc_sojourn_above(int c, double arrival_rate, double mean_service, double t);

typedef enum { ANA_FIFO, ANA_LIFO, ANA_RANDOM } ana_order_t; /* the next is chosen when a service ends */

/**
E[wait^2] in M/M/c and in M/G/1 (service moments mean, square, cube). FIFO: 2 W^2 + rate E[S^3] / 3 (1 - rho) (Takacs
1962);
LIFO: that over 1 - rho (Wishart 1960, Riordan 1961); random order: that times 2 / (2 - rho) (Kingman 1962, Takacs
1963).
*/
double ana_mmc_wait_square(ana_order_t order, int c, double arrival_rate, double mean_service);
double ana_mg1_wait_square(ana_order_t order, double arrival_rate, double mean, double square, double cube);

/** Probability of n present in M/M/infinity or M/G/infinity: Poisson with mean a (Mirasol 1963). */
double ana_mginf_probability(int n, double a);

/** M/M/c/K, at most capacity >= c present, arrivals then lost (Kendall 1953; Gross and Harris 1998). */
ana_station_t ana_mmck(int c, int capacity, double arrival_rate, double mean_service);
double ana_mmck_probability(int n, int c, int capacity, double arrival_rate, double mean_service);

/** M/M/c//N: N sources, each away for mean_away and then back (machine repair; Palm 1947). lost is 0. */
ana_station_t ana_finite_source(int c, int population, double mean_away, double mean_service);

/**
The steady state of a birth and death process on 0 .. n: p[k] is proportional to birth[0] .. birth[k-1] / (death[0] ..
death[k-1]), with birth[k] the rate from k to k + 1 and death[k] that from k + 1 to k (Feller 1957). Baulking by
the number present, patience with a limit, servers that come with the load.
@param birth, death  n of each; birth >= 0, death > 0
@param p             n + 1
*/
SIM_MUST_CHECK int ana_birth_death(size_t n, const double *birth, const double *death, double *p);

typedef struct {
    double abandon;     /* probability that an arrival gives up */
    double wait;        /* probability that an arrival waits */
    double queue;       /* mean number waiting */
    double utilisation; /* of a server */
} ana_erlang_a_t;

/**
M/M/c+M with exponential patience (Palm 1957; Garnett, Mandelbaum and Reiman 2002), by its birth and death equations.
*/
ana_erlang_a_t ana_erlang_a(int c, double arrival_rate, double mean_service, double mean_patience);

/**
M/M/c+D: everybody waits up to the same patience (Baccelli and Hebuterne 1981; Zeltyn and Mandelbaum 2005): the
density of the offered wait at x is that at 0 times exp(rate min(x, patience) - c x / mean_service).
*/
ana_erlang_a_t ana_erlang_fixed_patience(int c, double arrival_rate, double mean_service, double patience);

/* ---- one server ---- */

/** Mean wait in M/G/1 (Pollaczek 1930, Khinchine 1932): rate E[S^2] / 2 (1 - rho); +inf when it is unstable. */
double ana_mg1_wait(double arrival_rate, double mean_service, double cv);

/** Mean wait in GI/M/1 with times between arrivals Erlang of k phases, or all equal when k is 0 (Kendall 1953). */
double ana_gm1_wait(int k, double arrival_rate, double mean_service);

/**
Mean sojourn in M/G/1 with processor sharing, and with LIFO that preempts and resumes: mean / (1 - rho) (Kleinrock
1976).
*/
double ana_mg1_sharing_sojourn(double arrival_rate, double mean_service);

/**
Mean wait of a customer in M^X/G/1, groups arriving together at batch_rate (Gaver 1959; Burke 1975): that of the first
of a group, batch_rate E[B^2] / 2 (1 - rho) with B the work of a group, and for those before in it E[X(X-1)] E[S] / 2
E[X].
@param mean_batch, pairs_batch  E[X] > 0 and E[X(X-1)] >= 0
*/
double ana_batch_wait(double batch_rate, double mean_batch, double pairs_batch, double mean_service, double cv);

/**
M/G/1 whose server goes away whenever it finds nobody, again and again: + E[V^2] / 2 E[V] (Levy and Yechiali 1975).
*/
double ana_mg1_vacations_wait(double arrival_rate, ana_moments_t service, ana_moments_t vacation);

/**
The same with one vacation at the end of each busy period, then waiting for work: + rate E[V^2] / 2 (q + rate E[V]).
@param no_arrival  q = E[exp(-rate V)], the probability that nobody comes during a vacation
*/
double ana_mg1_one_vacation_wait(double arrival_rate, ana_moments_t service, ana_moments_t vacation, double no_arrival);

/** M/G/1 that needs a setup D to start each busy period: + (2 E[D] + rate E[D^2]) / 2 (1 + rate E[D]) (Welch 1964). */
double ana_mg1_setup_wait(double arrival_rate, ana_moments_t service, ana_moments_t setup);

/**
The time a service takes with the interruptions that fall into it, which come at a rate while it goes on (Gaver 1962).
_resume: what is done stays done. E[C] = E[S] (1 + rate E[R]), E[C^2] = E[S^2] (1 + rate E[R])^2 + rate E[S] E[R^2].
_restart: a service of always the same length begins anew after each. For exponential service drawn anew, _resume is
exact.
*/
ana_moments_t ana_completion_resume(ana_moments_t service, double rate, ana_moments_t interruption);
ana_moments_t ana_completion_restart(double service, double rate, ana_moments_t interruption);

/** The busy period of M/G/1 (Takacs 1955): E[S] / (1 - rho) and E[S^2] / (1 - rho)^3; +inf when unstable. */
ana_moments_t ana_mg1_busy_period(double arrival_rate, ana_moments_t service);

/**
Mean wait in M/G/1 with breakdowns, service taking its completion time; the sojourn is that + completion.mean
(Avi-Itzhak and Naor 1963): M/G/1 of the completion times + b E[R^2] / 2 (1 + b E[R]).
@param idle_rate  b, of breakdowns while nobody is there: their model A has the rate of a busy server's, model B has 0.
With b the arrival rate of a first class and its busy period as repair, this is the second class under preemption.
*/
double ana_mg1_breakdown_wait(double arrival_rate, ana_moments_t completion, double idle_rate, ana_moments_t repair);

/**
M/M/1 that serves in groups of a to b, all of a group together, once at least a wait (Neuts 1967; Medhi 1975). system
is the number there with those in service, counted by Little's law.
*/
ana_station_t ana_group_service(int a, int b, double arrival_rate, double mean_service);

/* ---- classes, the first before the others ---- */

/**
Mean wait by class in M/G/1, no preemption (Cobham 1954): W_k = W_0 / (1 - s_{k-1}) (1 - s_k), s_k = rho_1 + .. +
rho_k. Where a class gets only what time is left, those before it see its services in that time (Phipps 1956), later
ones +inf.
*/
SIM_MUST_CHECK int ana_mg1_priority(size_t n, const double *rate, const ana_moments_t *service, double *wait);

/**
Mean sojourn by class in M/G/1, preemption with resumption (White and Christie 1958; Miller 1960): E[S_k] / (1 -
s_{k-1}) + (rate_1 E[S_1^2] + .. + rate_k E[S_k^2]) / 2 (1 - s_{k-1}) (1 - s_k).
*/
SIM_MUST_CHECK int ana_mg1_preemptive(size_t n, const double *rate, const ana_moments_t *service, double *sojourn);

/** Mean wait by class in M/M/c, one mean service, no preemption (Cobham 1954, 1955; Kella and Yechiali 1985). */
SIM_MUST_CHECK int ana_mmc_priority(int c, size_t n, const double *rate, double mean_service, double *wait);

/**
Mean sojourn by class in M/M/c, one mean service, preemption: the first k classes are an M/M/c (Buzen and Bondi 1983).
*/
SIM_MUST_CHECK int ana_mmc_preemptive(int c, size_t n, const double *rate, double mean_service, double *sojourn);

/**
The sum of rho_k W_k in M/G/1, the same for every order without preemption or idling that does not look at service times
(Kleinrock 1965): rho W_0 / (1 - rho). For orders without an exact wait by class.
*/
double ana_conserved_work(size_t n, const double *rate, const ana_moments_t *service);

/* ---- networks ---- */

/**
Open network of n M/M/c nodes (Jackson 1957): total = external + total x routing, each node then like an M/M/c.
@param routing  routing[i * n + j], the probability of going from i to j; what a row lacks to 1 leaves
@param servers  >= 1, or ANA_UNLIMITED
@param total    arrivals at each node per unit of time, n
@param number   mean number at each node, n; +inf where it is unstable
@return 0, SIM_ERR_BAD_PARAM (also where some never leave) or SIM_ERR_NO_MEMORY. O(n^3).
*/
SIM_MUST_CHECK int ana_jackson_open(size_t n, const double *external, const double *routing, const double *mean_service,
    const int *servers, double *total, double *number);

/**
Closed network with population customers (Gordon and Newell 1967), by convolution (Buzen 1973).
@param visits      visits to each node, to any scale
@param throughput  of each node, n
@param number      mean number at each node, n
@return 0, SIM_ERR_BAD_PARAM or SIM_ERR_NO_MEMORY. O(n^2 population^2).
*/
SIM_MUST_CHECK int ana_jackson_closed(size_t n, size_t population, const double *visits, const double *mean_service,
    const int *servers, double *throughput, double *number);

/* ---- rates that change ---- */

/** E[min(S, x)] of a service S, for x >= 0. ctx points to the mean for the two below. */
typedef double (*ana_limited_mean_t)(double x, const void *ctx);
double ana_limited_exponential(double x, const void *mean);
double ana_limited_fixed(double x, const void *mean);

/**
Mean number present at t in M(t)/G/infinity, empty at start[0] (Palm 1943; Eick, Massey and Whitt 1993): the
integral of rate(u) P(S > t - u), the number itself being Poisson.
@param start, rate  the rate is rate[i] from start[i], which rise, to start[i + 1], and rate[n - 1] from then on
*/
double ana_mtginf_mean(size_t n, const double *start, const double *rate, double t, ana_limited_mean_t limited,
    const void *ctx);

/* ---- not exact ---- */

/**
Mean wait in G/G/c, about: M/M/c's times (cv_arrival^2 + cv_service^2) / 2 (Kingman 1961; Allen 1978). Exact for
M/G/1.
*/
double ana_ggc_wait_approximation(int c, double arrival_rate, double mean_service, double cv_arrival,
    double cv_service);

/** Mean wait in G/G/1, at most: rate (variance of times between arrivals + of service) / 2 (1 - rho) (Kingman 1962). */
double ana_gg1_wait_bound(double arrival_rate, double mean_service, double cv_arrival, double cv_service);

#endif
