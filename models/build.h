/*
 * Adding a layer's pools, stages and routes to a plan's pathway before it is compiled. Names are prefixed with the offer's name,
 * so that the draws of one offer's stages never meet another's.
 *
 * Invariant: every added stage of role CONSULT is entered from a stage of role SCHOOL by the outcome "consult<n>", n the
 * layer's number from 1; leaves by the decision "contact"; and sends those it cannot reach to the stage of role ALONE.
 */
#ifndef CARE_BUILD_H
#define CARE_BUILD_H

#include "models/care.h"

typedef struct care_build {
    const care_spec_t *spec;
    const care_layer_t *layer;
    size_t number; /* of the layer in its plan, from 0 */
    sim_pathway_t *pathway;
    const char *school, *alone, *gp, *door; /* stage names found by role; "" when the pathway has none */
    char refusal[200];                      /* why the offer cannot be built so, when it cannot */
} care_build_t;

#define CARE_SCHOOL_DAYS 195 /* of a school year as sim_date_school_day has it */
#define CARE_SCHOOL_WEEKS 39

/** Say why the layer cannot be built with its parameters. @return SIM_ERR_BAD_PARAM */
int care_build_refuse(care_build_t *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** The labels of a decision become outcomes of the stage. */
void care_build_decide(sim_stage_t *stage, care_decision_t decision);
/** Money for the layer each year, in pounds, at the scenario's scale. */
double care_build_pounds(const care_build_t *self);
/** Posts that the layer's money pays. */
double care_build_wte(const care_build_t *self);
/** Contact hours that a post gives a year. */
double care_build_contact_hours(const care_build_t *self);
/** Number of schools at the scenario's scale. */
size_t care_build_schools(const care_build_t *self);
/** Number of clusters of schools. */
size_t care_build_clusters(const care_build_t *self);

/** A diary pool "<offer>_<suffix>", units 0: the layer's posts set them. */
SIM_MUST_CHECK int care_build_diary(care_build_t *self, const char *suffix, size_t members, sim_open_t open,
    double minutes_per_unit, double slot_minutes);

typedef struct {
    const char *suffix, *pool; /* of the offer's own names */
    double contact_minutes;
    double missed;        /* share of consultations that nobody attends */
    double patience_days; /* mean time until the school stops waiting; 0 = waits for ever */
    bool member;          /* the pool is a family and the offer names the member */
    const char *carry;    /* suffix of the stage for children the worker keeps, or NULL */
} care_consult_t;

/** The consultation stage of the invariant, with its routes. */
SIM_MUST_CHECK int care_build_consult(care_build_t *self, const care_consult_t *consult);
/** Direct work by a link worker: `sessions` of an hour, one a week; ends in the pathway's exit. */
SIM_MUST_CHECK int care_build_carry(care_build_t *self, const char *suffix, const char *pool, double sessions,
    bool member);
/** The same with children that triage has accepted (its outcome "link"): their first contact; then to the stage of role CLOSE. */
SIM_MUST_CHECK int care_build_taken(care_build_t *self, const char *suffix, const char *pool, double sessions);
/** The first stage with a role, or NULL. Borrowed until a stage is added. */
const char *care_build_role(const care_build_t *self, care_role_t role);
SIM_MUST_CHECK int care_build_route(const care_build_t *self, const char *stage, const char *outcome, const char *to);
/** Write "<offer>_<suffix>" into name. */
void care_build_name(const care_build_t *self, const char *suffix, char name[SIM_NAME_MAX]);
/** Routes out of a consultation: its decision's labels, and "alone" for those not reached. */
SIM_MUST_CHECK int care_build_contact_routes(care_build_t *self, const char *stage, const char *carry);
/** The same, and the route that leads from the school to it. */
SIM_MUST_CHECK int care_build_consult_routes(care_build_t *self, const char *stage, const char *carry);

#endif
