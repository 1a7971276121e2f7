/*
 * The search for the best split, in stages that are the same whatever the number of threads:
 *   design   the present split, an equal one, one by need, and splits spread over all that the limits leave room for;
 *   refine   new splits where a quadratic surface fitted to those had so far promises most, nearer to the best each round,
 *            and where it promises most of each objective alone, for the frontier;
 *   select   ranking and selection (sim/analysis/selection.h) among the splits that may still be best, on replications that
 *            no earlier stage has seen;
 *   growth   the best splits under other growth;
 *   next     a little more money, and a little less, on each line of the chosen split.
 *
 * The score of a split is in the unit of the first objective that has a weight: its own value and those of the others, each
 * exchanged at weight x difference that matters; more is better.
 *
 * Invariant: what is chosen keeps every limit, and every outcome asked for as far as its mean goes; the present split is
 * compared with even when it does not.
 */
#ifndef CLI_SEARCH_H
#define CLI_SEARCH_H

#include "sim/analysis/choice.h"
#include "sim/analysis/selection.h"
#include "sim/cli/candidates.h"
#include "sim/cli/progress.h"
#include "sim/experiment/mixture.h"

#define CLI_SEARCH_REPS 10
#define CLI_SEARCH_TRIED 8 /* splits under other growth, at most */
#define CLI_NONE SIZE_MAX

typedef struct {
    uint32_t reps;     /* of each split in design and refine */
    uint32_t max_reps; /* of each split in select, at most */
    double seconds;    /* INFINITY: as long as it takes */
    double pcs;        /* probability of a correct selection */
    double matters;    /* of the score; NaN: that of the first objective */
    size_t design;     /* splits of the design; 0: by the number of lines */
} cli_search_how_t;

typedef struct {
    size_t cell;
    double factor; /* of its value in the score, with its sign */
    bool to_one;   /* it is the distance from 1 that counts */
} cli_goal_t;

/* One split under other growth. */
typedef struct {
    size_t own;                           /* the candidate under the scenario's own */
    size_t under[CARE_SPLIT_GROWTHS_MAX]; /* the same under each growth */
    ana_robust_t robust;
} cli_tried_t;

typedef struct {
    cli_candidates_t *all;
    const care_split_t *split;
    cli_search_how_t how;
    exp_mixture_t mixture;
    double grain; /* pounds to which new splits are rounded */
    size_t n_goals;
    cli_goal_t goal[CARE_SPLIT_AIMS_MAX];
    size_t lead; /* the objective in whose unit the score is */
    double matters;
    size_t outcome_cell[CARE_SPLIT_OUTCOMES_MAX];
    size_t current, equal, need; /* candidates; CLI_NONE */
    size_t chosen, runner_up;
    size_t n_judged;                            /* candidates when the selection had ended: what follows is of them */
    ana_choice_t *choice;                       /* owned */
    bool *on_frontier;                          /* owned */
    size_t n_survivors, *survivor, *dropped_at; /* of the selection; owned */
    uint32_t selection_reps;
    bool reached; /* the selection came to its end */
    size_t n_tried;
    cli_tried_t tried[CLI_SEARCH_TRIED];
    size_t next_more[CARE_SPLIT_LINES_MAX], next_less[CARE_SPLIT_LINES_MAX];
    /* progress */
    const atomic_int *cancel;
    cli_progress_t *bar;
    double began;
    uint64_t done, planned;
} cli_search_t;

/** The limits as shares of the whole. @return 0; SIM_ERR_SCENARIO, said on stderr with the limits that contradict; SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int cli_search_limits(exp_mixture_t *mixture, const care_split_t *split, const care_spec_t *spec);
/** @return as cli_search_limits */
SIM_MUST_CHECK int cli_search_init(cli_search_t *self, cli_candidates_t *all, const cli_search_how_t *how);
void cli_search_free(cli_search_t *self);
/** Replications that it takes, about. */
uint64_t cli_search_planned(const cli_search_t *self);
/** @return 0 (reached says whether the selection came to its end), SIM_ERR_INTERRUPTED, SIM_ERR_SCENARIO (said), or an error */
SIM_MUST_CHECK int cli_search_run(cli_search_t *self);
/** The first replication that estimates of a candidate are taken from: those of the selection alone when it was in it. */
uint32_t cli_search_first(const cli_search_t *self, size_t candidate);
/** NaN when it was not run. */
double cli_search_score(const cli_search_t *self, size_t candidate, uint32_t rep);
/** Mean and interval of the score. */
void cli_search_score_of(const cli_search_t *self, size_t candidate, ana_interval_t *interval);
/** What is lost by b instead of a, replication by replication. */
void cli_search_regret(const cli_search_t *self, size_t a, size_t b, ana_interval_t *interval);
/** Whether no candidate is better in every objective. */
bool cli_search_on_frontier(const cli_search_t *self, size_t candidate);
/** Of a candidate that was judged; NULL of one that was not, or may not be chosen. */
const ana_choice_t *cli_search_choice(const cli_search_t *self, size_t candidate);
/** Whether a candidate may be chosen: not refused, within the limits, and its outcomes as asked for. */
bool cli_search_may(const cli_search_t *self, size_t candidate);

#endif
