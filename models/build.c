#include "models/build.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

double
care_build_pounds(const care_build_t *self)
{
    return self->spec->money.extra_per_year * self->layer->share * self->spec->scale;
}

double
care_build_wte(const care_build_t *self)
{
    return care_build_pounds(self) / self->spec->money.cost_per_wte;
}

double
care_build_contact_hours(const care_build_t *self)
{
    return self->spec->money.hours_per_wte * self->spec->money.contact_share;
}

size_t
care_build_schools(const care_build_t *self)
{
    const care_schools_t *s = &self->spec->schools;
    double scale = self->spec->scale;

    return (size_t) (round(s->primary * scale) + round(s->secondary * scale) + round(s->special * scale));
}

size_t
care_build_clusters(const care_build_t *self)
{
    double clusters = ceil((double) care_build_schools(self) / self->spec->schools.cluster_schools);

    return clusters < 1 ? 1 : (size_t) clusters;
}

void
care_build_name(const care_build_t *self, const char *suffix, char name[SIM_NAME_MAX])
{
    snprintf(name, SIM_NAME_MAX, "%.20s_%.24s", self->layer->offer->name, suffix);
}

int
care_build_diary(care_build_t *self, const char *suffix, size_t members, sim_open_t open, double minutes_per_unit,
    double slot_minutes)
{
    char name[SIM_NAME_MAX];
    sim_pool_t pool;

    care_build_name(self, suffix, name);
    sim_pool_default(&pool, name, SIM_POOL_DIARY);
    pool.n_members = members;
    pool.units = 0;
    pool.open = open;
    pool.minutes_per_unit = minutes_per_unit;
    pool.slot_minutes = slot_minutes;
    return sim_pathway_add_pool(self->pathway, &pool);
}

int
care_build_refuse(care_build_t *self, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void) vsnprintf(self->refusal, sizeof(self->refusal), format, args);
    va_end(args);
    return SIM_ERR_BAD_PARAM;
}

void
care_build_decide(sim_stage_t *stage, care_decision_t decision)
{
    stage->decision = (int) decision;
    stage->n_labels = CARE_DECISION[decision].n_labels;
    for (size_t i = 0; i < stage->n_labels; i++) {
        snprintf(stage->label[i], SIM_NAME_MAX, "%s", CARE_DECISION[decision].label[i]);
    }
}

static int
build_patience(sim_stage_t *stage, double mean_days)
{
    sim_timer_t *timer;

    if (mean_days <= 0) {
        return 0;
    }
    timer = &stage->timer[stage->n_timers++];
    memset(timer, 0, sizeof(*timer));
    snprintf(timer->name, sizeof(timer->name), "not_reached");
    timer->kind = SIM_TIMER_PATIENCE;
    timer->share = 1;
    timer->leave = 1;
    return sim_dist_init_exponential(&timer->after, mean_days);
}

int
care_build_route(const care_build_t *self, const char *stage, const char *outcome, const char *to)
{
    sim_route_t route;

    sim_route_default(&route, stage, outcome, to);
    return sim_pathway_add_route(self->pathway, &route);
}

int
care_build_contact_routes(care_build_t *self, const char *stage, const char *carry)
{
    const struct {
        const char *outcome, *to;
    } route[] = { { "direct", self->door }, { "gp", self->gp }, { "carry", carry }, { "missed", self->alone },
        { "declined", self->alone }, { "not_reached", self->alone } };
    const sim_pathway_t *pathway = self->pathway;
    const sim_stage_t *row = &pathway->stage[sim_pathway_find_stage(pathway, stage)];
    int ret = 0;

    for (size_t i = 0; i < sizeof(route) / sizeof(route[0]) && ret == 0; i++) {
        if (strcmp(route[i].outcome, "not_reached") == 0 && row->n_timers == 0) {
            continue;
        }
        if (route[i].to != NULL) {
            ret = care_build_route(self, stage, route[i].outcome, route[i].to);
        }
    }
    return ret;
}

int
care_build_consult_routes(care_build_t *self, const char *stage, const char *carry)
{
    char label[SIM_NAME_MAX];
    int ret = care_build_contact_routes(self, stage, carry);

    snprintf(label, sizeof(label), "consult%zu", self->number + 1);
    return ret != 0 ? ret : care_build_route(self, self->school, label, stage);
}

int
care_build_consult(care_build_t *self, const care_consult_t *consult)
{
    char name[SIM_NAME_MAX], pool[SIM_NAME_MAX], carry[SIM_NAME_MAX];
    sim_stage_t stage;
    int ret;

    care_build_name(self, consult->suffix, name);
    care_build_name(self, consult->pool, pool);
    care_build_name(self, consult->carry != NULL ? consult->carry : "", carry);
    sim_stage_default(&stage, name, pool);
    stage.contact_minutes = consult->contact_minutes;
    stage.dna = consult->missed;
    stage.missed_max = 1;
    stage.model_member = consult->member;
    stage.tag = CARE_ROLE_CONSULT;
    care_build_decide(&stage, CARE_DECIDE_CONTACT);
    ret = build_patience(&stage, consult->patience_days);
    if (ret == 0) {
        ret = sim_pathway_add_stage(self->pathway, &stage);
    }
    return ret != 0 ? ret : care_build_consult_routes(self, name, consult->carry != NULL ? carry : NULL);
}

const char *
care_build_role(const care_build_t *self, care_role_t role)
{
    for (size_t s = 0; s < self->pathway->n_stages; s++) {
        if (self->pathway->stage[s].tag == (uint32_t) role) {
            return self->pathway->stage[s].name;
        }
    }
    return NULL;
}

/* The stage of a link worker's sessions with a child, a week apart. */
static int
build_sessions(care_build_t *self, sim_stage_t *stage, double sessions)
{
    int ret = sim_dist_init_fixed(&stage->sessions, sessions);

    if (ret == 0) {
        ret = sim_dist_init_fixed(&stage->gap, 7);
    }
    return ret != 0 ? ret : sim_pathway_add_stage(self->pathway, stage);
}

int
care_build_carry(care_build_t *self, const char *suffix, const char *pool_suffix, double sessions, bool member)
{
    char name[SIM_NAME_MAX], pool[SIM_NAME_MAX];
    sim_stage_t stage;

    care_build_name(self, suffix, name);
    care_build_name(self, pool_suffix, pool);
    sim_stage_default(&stage, name, pool);
    stage.contact_minutes = 60;
    stage.queue_at_front = true;
    stage.model_member = member;
    stage.tag = CARE_ROLE_CARRY;
    return build_sessions(self, &stage, sessions);
}

int
care_build_taken(care_build_t *self, const char *suffix, const char *pool_suffix, double sessions)
{
    char name[SIM_NAME_MAX], pool[SIM_NAME_MAX];
    const char *closing = care_build_role(self, CARE_ROLE_CLOSE);
    sim_stage_t stage;
    int ret;

    if (closing == NULL) {
        return care_build_refuse(self, "the pathway has no stage with the role close");
    }
    care_build_name(self, suffix, name);
    care_build_name(self, pool_suffix, pool);
    sim_stage_default(&stage, name, pool);
    stage.contact_minutes = 60;
    stage.queue_at_front = true;
    stage.model_member = true;
    stage.is_contact = true;
    stage.tag = CARE_ROLE_CARRY;
    ret = care_build_route(self, name, "done", closing);
    for (size_t s = 0; s < self->pathway->n_stages && ret == 0; s++) {
        if (self->pathway->stage[s].tag == CARE_ROLE_TRIAGE) {
            ret = care_build_route(self, self->pathway->stage[s].name, "link", name);
        }
    }
    return ret != 0 ? ret : build_sessions(self, &stage, sessions);
}
