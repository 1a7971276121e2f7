/*
 * What a scenario says of dividing its money: which budget lines share a total, what bounds and conditions a split must
 * keep, by what it is judged, and the growth it is to stand up to.
 *
 * A split is the first-year money of the lines that are divided. Conditions on money are linear and known before anything
 * is simulated; conditions on outcomes are known only from replications. What a split is judged by is counted over
 * everyone referred, never over those seen alone: CARE_AIMS lists what may be aimed at.
 *
 * Invariant: n_lines is 0 when nothing can be divided; every line of a limit is one that is divided.
 */
#ifndef CARE_SPLIT_H
#define CARE_SPLIT_H

#include "models/care.h"

#define CARE_SPLIT_LINES_MAX 8
#define CARE_SPLIT_LIMITS_MAX 32
#define CARE_SPLIT_AIMS_MAX 6
#define CARE_SPLIT_OUTCOMES_MAX 8
#define CARE_SPLIT_CAPS_MAX 16
#define CARE_SPLIT_GROWTHS_MAX 5
#define CARE_SPLIT_SETS_MAX 8
#define CARE_SPLIT_NEXT 100000.0 /* pounds a year, of which it is asked what they would do */

typedef enum {
    CARE_AIM_MORE,
    CARE_AIM_LESS,
    CARE_AIM_ONE, /* a ratio: the nearer to 1 the better */
} care_aim_sense_t;

/* A measure that a split may be judged by. */
typedef struct {
    const char *kpi;
    care_aim_sense_t sense;
    double matters; /* smallest difference that matters unless the scenario says; NaN: 2% of what today's split gives */
} care_aim_row_t;
extern const care_aim_row_t CARE_AIMS[];
extern const size_t CARE_N_AIMS;
/** The row of a measure, or NULL with the reason why a split is not judged by it. */
const care_aim_row_t *care_aim_find(const char *kpi, const char **reason);

/* A number of the results: of whom and of when. */
typedef struct {
    char kpi[SIM_NAME_MAX], group[2 * SIM_NAME_MAX + 16], period[16];
    const char *unit; /* of the measure */
} care_measure_t;

typedef struct {
    care_measure_t of;
    const care_aim_row_t *row;
    double weight, matters; /* matters: NaN as in the row */
} care_aim_t;

/* The money of some lines together. */
typedef struct {
    char name[96];                 /* as messages show it */
    char place[160];               /* where it was written: "x.lua:12" */
    bool of[CARE_SPLIT_LINES_MAX]; /* lines divided */
    bool least;                    /* else at most */
    bool is_share;                 /* amount is of the total, else in pounds a year */
    double amount;
} care_limit_t;

/* Condition on a result. NaN: no bound on that side. */
typedef struct {
    care_measure_t of;
    double low, high;
    char place[160];
} care_outcome_t;

/* The most that all lines of the scenario may have, by contract or financial year ("" = in each contract year). */
typedef struct {
    char period[16];
    double pounds;
    char place[160];
} care_cap_t;

/* Overrides under which a split is tried as well. */
typedef struct {
    char name[SIM_NAME_MAX];
    size_t n_sets;
    char set[CARE_SPLIT_SETS_MAX][128];
    char place[160];
} care_growth_t;

typedef struct {
    bool given; /* in the scenario; else all is as care_split_default has it */
    char place[160];
    size_t n_lines, line[CARE_SPLIT_LINES_MAX]; /* of the spec */
    double total;                               /* pounds a year; NaN: what the lines have */
    size_t n_limits;
    care_limit_t limit[CARE_SPLIT_LIMITS_MAX];
    size_t n_caps;
    care_cap_t cap[CARE_SPLIT_CAPS_MAX];
    size_t n_aims;
    care_aim_t aim[CARE_SPLIT_AIMS_MAX];
    size_t n_outcomes;
    care_outcome_t outcome[CARE_SPLIT_OUTCOMES_MAX];
    size_t n_growths;
    care_growth_t growth[CARE_SPLIT_GROWTHS_MAX];
    bool has_need;
    double need[CARE_SPLIT_LINES_MAX]; /* in any unit */
    unsigned reps;                     /* of each split at first; 0 = not said */
    double next;                       /* pounds a year */
} care_split_t;

void care_split_init(care_split_t *self);
/**
Fill in what was not said: all lines that pay pools are divided; each between half and double of what it has, unless a
limit names it alone; judged by the shares of those referred who are seen within 18 and 4 weeks, and by unmet need.
*/
void care_split_default(care_split_t *self, const care_spec_t *spec);
/** A limit's name, made from its lines: `line "a" at least 20%`. */
void care_limit_name(care_limit_t *self, const care_split_t *split, const care_spec_t *spec);

#endif
