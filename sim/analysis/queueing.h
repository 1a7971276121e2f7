/*
 * Exact results of queueing theory, used as an oracle for the engine. Time in any one unit; offered load a = lambda x mean service.
 */
#ifndef ANA_QUEUEING_H
#define ANA_QUEUEING_H

/** Erlang's loss probability for c servers and offered load a (Erlang 1917), by its recursion in c. */
double ana_erlang_b(int c, double a);
/** Probability that an arrival to M/M/c waits; 1 when a >= c. */
double ana_erlang_c(int c, double a);
/** Mean wait in M/M/c; +inf when it is unstable. */
double ana_mmc_wait(int c, double arrival_rate, double mean_service);
/** Mean wait in M/G/1 (Pollaczek 1930, Khinchine 1932): lambda E[S^2] / 2 (1 - rho); +inf when it is unstable. */
double ana_mg1_wait(double arrival_rate, double mean_service, double cv);

typedef struct {
    double abandon;     /* probability that an arrival gives up */
    double wait;        /* probability that an arrival waits */
    double queue;       /* mean number waiting */
    double utilisation; /* of a server */
} ana_erlang_a_t;

/** M/M/c+M with exponential patience (Palm 1957; Garnett, Mandelbaum and Reiman 2002), by its birth and death equations. */
ana_erlang_a_t ana_erlang_a(int c, double arrival_rate, double mean_service, double mean_patience);

#endif
