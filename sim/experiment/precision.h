/*
 * Replications until the means are known as closely as was asked for: after each block the 95% t interval of every
 * chosen cell of every arm is looked at, and the block that follows is as long as the widest of them asks for,
 * n (h / target)^2 replications in all, h the half-width after n; at most twice as many as so far, and up to a
 * multiple of EXP_BLOCK.
 * Law, Simulation Modeling and Analysis, 5th ed. (2015), §9.4.1. To stop when the interval is short enough favours
 * samples of small variance, so it covers slightly less often than 95% for a finite target (Chow & Robbins, On the
 * asymptotic theory of fixed-width sequential confidence intervals for the mean, Annals of Mathematical Statistics
 * 36(2), 1965); EXP_PRECISION_REPS replications at the least keep that small.
 *
 * Invariant: decisions are taken from the records of whole blocks in index order, so they are the same for any number
 * of threads; no replication is asked for twice.
 */
#ifndef EXP_PRECISION_H
#define EXP_PRECISION_H

#include "sim/analysis/interval.h"
#include "sim/experiment/experiment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXP_BLOCK 10
#define EXP_PRECISION_REPS 5 /* to begin with */

typedef struct {
    uint32_t n_arms, reps_max;
    double share; /* the half-width is to be at most this share of the mean's size; > 0 */
    size_t n_chosen;
    const size_t *chosen; /* cells of a record; borrowed */
    exp_sink_t *sink;     /* records are handed on to it */
    void *sink_ctx;
    double *value; /* [rep][arm][chosen]; owned */
    size_t room;   /* of value */
} exp_precision_t;

typedef enum {
    EXP_MET,
    EXP_MET_ZERO,    /* 0 in every replication, which is as short as an interval gets */
    EXP_NOT_MET,     /* more replications would do */
    EXP_NOT_DEFINED, /* the mean is 0, of which no share can be taken */
    EXP_NOT_KNOWN    /* fewer than two replications know it */
} exp_precision_state_t;

/* How well one cell of one arm is known. */
typedef struct {
    uint32_t arm;
    size_t chosen; /* index into the chosen cells */
    exp_precision_state_t state;
    ana_interval_t interval;
    double half;        /* half-width of the interval; NaN when not known */
    double reps_needed; /* estimated; NaN unless EXP_MET or EXP_NOT_MET */
} exp_known_t;

/** The arguments are those of the struct; the rest is made. Nothing is allocated yet. */
void exp_precision_init(exp_precision_t *self, uint32_t n_arms, const size_t *chosen, size_t n_chosen, double share,
    uint32_t reps_max);
void exp_precision_free(exp_precision_t *self);
/** An exp_sink_t; ctx is the exp_precision_t. Keeps the chosen cells and hands the record on. */
int exp_precision_sink(void *ctx, const exp_record_t *record);
/** An exp_more_t; ctx is the exp_precision_t. Ends at once when more replications would not help. */
uint32_t exp_precision_more(void *ctx, uint32_t reps);
/** How well a cell is known after reps replications, all of which were handed over. */
void exp_precision_known(const exp_precision_t *self, uint32_t reps, uint32_t arm, size_t chosen, exp_known_t *known);
/**
The cell that is furthest from what was asked for: one that more replications would not help, else the one that needs
most of them.
@return whether there is one that is not met
*/
bool exp_precision_worst(const exp_precision_t *self, uint32_t reps, exp_known_t *worst);

#endif
