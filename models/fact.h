/*
 * Published facts that a scenario is to reproduce: a measure of a plan, or two that are compared replication by replication
 * (of two plans, groups or periods), with what was published and what is accepted. They are compared with results and change none of them.
 *
 * Invariant: at least one of low and high is known, and low <= value <= high.
 */
#ifndef CARE_FACT_H
#define CARE_FACT_H

#include "sim/core/book.h"

typedef enum { CARE_FACT_DIFFERENCE, CARE_FACT_RATIO } care_fact_as_t;
extern const char *const CARE_FACT_AS[]; /* "difference", "ratio", NULL */

typedef struct {
    char name[96];
    char kpi[SIM_NAME_MAX];
    char plan[SIM_NAME_MAX];           /* "" for a plain network */
    char group[2 * SIM_NAME_MAX + 16]; /* as in sim_group_t */
    char period[16];                   /* as in sim_period_t */
    bool is_pair;                      /* compared with another plan, group or period: */
    char versus[SIM_NAME_MAX], versus_group[2 * SIM_NAME_MAX + 16], versus_period[16]; /* "" when it is no pair */
    care_fact_as_t as;
    const char *unit; /* of the numbers: the measure's, or "ratio" */
    double value;     /* published */
    double low, high; /* accepted; NaN = no bound */
    char quality;     /* of the published number, 'A' to 'E'; 0 = not graded */
    char source[256];
} care_fact_t;

#endif
