/*
 * Elementary functions built from + - x / and sqrt alone, so that a variate has the same bits on every IEEE-754
 * machine (libm's log and exp do not). Each is tested against a long-double reference to within one ulp or the error
 * stated here.
 */
#ifndef SIM_ELEMENTARY_H
#define SIM_ELEMENTARY_H

/** Natural logarithm. x > 0 finite (also subnormal); log(0) = -inf, x < 0 gives NaN. Error <= 1 ulp. */
double sim_log(double x);

/** Exponential. Overflows to +inf, underflows to 0. Error <= 1 ulp. */
double sim_exp(double x);

/** x^y for x > 0, as exp(y log x): relative error grows with |y log x| (documented in the source). */
double sim_pow(double x, double y);

/** Standard normal quantile, 0 < p < 1 (Wichura 1988, AS 241, PPND16); relative error about 1e-16 plus log's. */
double sim_normal_quantile(double p);

/** Logistic function 1/(1+exp(-x)); no overflow for any finite x. */
double sim_logistic(double x);

#endif
