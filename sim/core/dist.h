/*
 * Distributions given by what people know (mean and cv, median and P90, low/mode/high) and drawn from an addressed
 * stream with our own elementary functions, so that a variate is the same on every machine.
 *
 * Invariant: a sim_dist_t that an _init function accepted draws finite values only; draws of a distribution whose
 * support is non-negative are >= 0.
 *
 * Comonotone draws: the same child draws more when a parameter says so, other things equal. Exponential, Weibull and
 * geometric forms are increasing functions of one standard exponential, lognormal and normal of one standard normal;
 * both (ziggurat.h) depend on the stream alone, whatever the parameters. Uniform, triangular, tabled and truncated
 * forms invert their cdf at one uniform. Gamma and Erlang forms are comonotone in their mean (same shape, not
 * truncated). Draws of two families, or of a whole and a truncated form, at one address are not comonotone.
 */
#ifndef SIM_DIST_H
#define SIM_DIST_H

#include "sim/core/elementary.h"
#include "sim/core/error.h"
#include "sim/core/random.h"
#include "sim/core/ziggurat.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    SIM_DIST_NONE = 0, /* not given: draws 0 */
    SIM_DIST_FIXED,
    SIM_DIST_EXPONENTIAL,
    SIM_DIST_GAMMA,
    SIM_DIST_ERLANG,
    SIM_DIST_LOGNORMAL,
    SIM_DIST_WEIBULL,
    SIM_DIST_UNIFORM,
    SIM_DIST_TRIANGULAR,
    SIM_DIST_PERT,
    SIM_DIST_EMPIRICAL, /* values with weights */
    SIM_DIST_MIXTURE,   /* of other distributions, with weights */
    SIM_DIST_HYPOEXPONENTIAL,
    SIM_DIST_POISSON,
    SIM_DIST_NEGBIN,
    SIM_DIST_GEOMETRIC, /* on 1, 2, ... */
    SIM_DIST_NORMAL,
    SIM_DIST_KINDS
} sim_dist_kind_t;

/* How sim_dist_draw goes about it: the commonest kinds, not truncated, need no call. */
typedef enum {
    SIM_DIST_BY_VALUE = 0, /* a */
    SIM_DIST_BY_EXPONENTIAL,
    SIM_DIST_BY_NORMAL,
    SIM_DIST_BY_UNIFORM,
    SIM_DIST_BY_CALL
} sim_dist_method_t;

typedef struct sim_dist {
    sim_dist_kind_t kind;
    sim_dist_method_t method;
    double a, b; /* parameters, by kind: see dist.c */
    double high; /* truncation, with low; +inf, -inf when none; a uniform's ends */
    double c, d; /* further parameters */
    double low;
    double q_low, q_high;  /* 1 - cdf at low and at high: 1, 0 when not truncated */
    bool whole;            /* a family of positive values that is not truncated */
    size_t n;              /* number of values, parts or phases */
    double *value;         /* owned; empirical values, phase means */
    double *cum;           /* owned; cumulative weights, last is 1 */
    struct sim_dist *part; /* owned; mixture parts */
    double whole_mean;     /* before truncation */
    double mean, sd;       /* of the distribution as drawn, truncation included */
} sim_dist_t;

/*
 * Every _init returns 0, SIM_ERR_BAD_PARAM (a parameter outside its range) or SIM_ERR_NO_MEMORY, leaving self safe to
 * free. Means, medians and scales lie in 1e-100 .. 1e15, values in -1e15 .. 1e15, cv in 0 .. 1000, log_sd in 0 .. 10.
 * A cv below 1e-6, a log_sd of 0, low = high, and a Poisson or negative binomial mean of 0 make a fixed value.
 */
SIM_MUST_CHECK int sim_dist_init_fixed(sim_dist_t *self, double value);
SIM_MUST_CHECK int sim_dist_init_exponential(sim_dist_t *self, double mean);
SIM_MUST_CHECK int sim_dist_init_gamma(sim_dist_t *self, double mean, double cv);
SIM_MUST_CHECK int sim_dist_init_erlang(sim_dist_t *self, double mean, unsigned phases);
SIM_MUST_CHECK int sim_dist_init_lognormal(sim_dist_t *self, double mean, double cv);
SIM_MUST_CHECK int sim_dist_init_lognormal_log(sim_dist_t *self, double median, double log_sd);
SIM_MUST_CHECK int sim_dist_init_lognormal_quantiles(sim_dist_t *self, double median, double p90);
/** shape 0.05 .. 10,000. */
SIM_MUST_CHECK int sim_dist_init_weibull(sim_dist_t *self, double mean, double shape);
/** For what is uncertain; sd 0 .. 1e15. It draws negative values unless truncated. */
SIM_MUST_CHECK int sim_dist_init_normal(sim_dist_t *self, double mean, double sd);
SIM_MUST_CHECK int sim_dist_init_uniform(sim_dist_t *self, double low, double high);
SIM_MUST_CHECK int sim_dist_init_triangular(sim_dist_t *self, double low, double mode, double high);
SIM_MUST_CHECK int sim_dist_init_pert(sim_dist_t *self, double low, double mode, double high);
/** weight NULL means equal; values of weight 0 are left out. */
SIM_MUST_CHECK int sim_dist_init_empirical(sim_dist_t *self, size_t n, const double *value, const double *weight);
/**
Moves the parts out of the caller's array on success only: the array stays the caller's and holds empty distributions.
weight NULL means equal.
*/
SIM_MUST_CHECK int sim_dist_init_mixture(sim_dist_t *self, size_t n, sim_dist_t *part, const double *weight);
SIM_MUST_CHECK int sim_dist_init_hypoexponential(sim_dist_t *self, size_t n, const double *mean);
/** Kept as a table of the cdf, of at most 2^20 values (a mean up to about 1e9): more is SIM_ERR_BAD_PARAM. */
SIM_MUST_CHECK int sim_dist_init_poisson(sim_dist_t *self, double mean);
/** Variance mean + mean^2/dispersion; a table as for Poisson. */
SIM_MUST_CHECK int sim_dist_init_negbin(sim_dist_t *self, double mean, double dispersion);
/** mean 1 .. 1e9. */
SIM_MUST_CHECK int sim_dist_init_geometric(sim_dist_t *self, double mean);
/**
Condition on low <= x <= high (either may be infinite); the probability kept must be at least 1e-6.
Not for mixtures and hypoexponentials. On an error self is unchanged.
*/
SIM_MUST_CHECK int sim_dist_truncate(sim_dist_t *self, double low, double high);
/** Multiply every value by factor > 0 (a unit change). Not for discrete counts. On an error self is unchanged. */
SIM_MUST_CHECK int sim_dist_scale(sim_dist_t *self, double factor);
SIM_MUST_CHECK int sim_dist_copy(sim_dist_t *self, const sim_dist_t *other);
void sim_dist_free(sim_dist_t *self);

/** A draw by a method that takes a call; any distribution may be given. */
double sim_dist_draw_other(const sim_dist_t *self, sim_stream_t stream);

static inline double
sim_dist_uniform_at(const sim_dist_t *self, double u)
{
    double x = self->a + self->b * u;

    return x < self->high ? x : self->high;
}

static inline double
sim_dist_draw(const sim_dist_t *self, sim_stream_t stream)
{
    switch (self->method) {
    case SIM_DIST_BY_VALUE:
        return self->a;
    case SIM_DIST_BY_EXPONENTIAL:
        return self->a * sim_ziggurat_exponential(stream);
    case SIM_DIST_BY_NORMAL:
        return self->a * sim_exp(self->b * sim_ziggurat_normal(stream));
    case SIM_DIST_BY_UNIFORM:
        return sim_dist_uniform_at(self, sim_stream_uniform(&stream));
    default:
        return sim_dist_draw_other(self, stream);
    }
}

/**
 * A draw from the length-biased distribution (density x f(x)/mean): the length of the course of treatment that an
 * inspector finds in progress. Direct for all kinds but triangular, PERT and truncated forms, which take acceptance.
 * 0 for a distribution that can draw a negative value or draws nothing but 0.
 */
double sim_dist_draw_length_biased(const sim_dist_t *self, sim_stream_t stream);

/**
The quantile: the least x with P(X <= x) > u (discrete), or with P(X <= x) = u; 0 < u < 1. Never decreases in u, but for
rounding in the last digits. NaN for mixtures and hypoexponentials, which sim_dist_has_quantile tells.
*/
double sim_dist_quantile(const sim_dist_t *self, double u);
bool sim_dist_has_quantile(const sim_dist_t *self);

static inline bool
sim_dist_given(const sim_dist_t *self)
{
    return self->kind != SIM_DIST_NONE;
}

/** The smallest value that can be drawn (0 for the usual positive families). */
double sim_dist_minimum(const sim_dist_t *self);
const char *sim_dist_kind_name(sim_dist_kind_t kind);

#endif
