/*
 * Distribution functions and quantiles of the normal, gamma and beta, from our own elementary functions, so that a
 * design point has the same bits on every IEEE-754 machine. They are tested against GSL's.
 *
 * References: G. Marsaglia, J. Statist. Softw. 11(4) (2004) (normal series); Laplace's continued fraction for its tail;
 * W.J. Lentz, Appl. Opt. 15 (1976) 668-671 (continued fractions of the incomplete gamma and beta, Abramowitz & Stegun
 * 6.5.31, 26.5.8); C. Lanczos, SIAM J. Numer. Anal. 1 (1964) 86-96 (log gamma); E.B. Wilson, M.M. Hilferty, PNAS 17
 * (1931) 684-688 (gamma of a large shape).
 */
#ifndef SIM_QUANTILE_H
#define SIM_QUANTILE_H

/** P(Z <= z); the relative error is below 1e-13 down to 1e-300. */
double sim_normal_cdf(double z);

/** P(X <= x) of a gamma of shape > 0 and scale 1. From shape 1e5 on by Wilson and Hilferty, to about 1e-6. */
double sim_gamma_cdf(double x, double shape);
/** 0 < p < 1; relative error about 1e-12 of x, or from shape 1e5 on 1e-8. */
double sim_gamma_quantile(double p, double shape);

/** P(X <= x) of a beta on 0 .. 1; alpha and beta 0.1 .. 100. */
double sim_beta_cdf(double x, double alpha, double beta);
/** 0 < p < 1; error about 1e-14. */
double sim_beta_quantile(double p, double alpha, double beta);

#endif
