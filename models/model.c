/* A plan made ready to run: calendar, the pathway with the layers' rows, compiled. */
#include "models/build.h"
#include "models/care.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *
model_stage_by_role(const sim_pathway_t *pathway, care_role_t role)
{
    for (size_t s = 0; s < pathway->n_stages; s++) {
        if (pathway->stage[s].tag == (uint32_t) role) {
            return pathway->stage[s].name;
        }
    }
    return "";
}

static void
model_fault(void (*report)(void *ctx, const sim_fault_t *fault), void *ctx, const char *text, const char *what)
{
    sim_fault_t fault;

    memset(&fault, 0, sizeof(fault));
    snprintf(fault.text, sizeof(fault.text), text, what);
    snprintf(fault.room, sizeof(fault.room), "plan");
    if (report != NULL) {
        report(ctx, &fault);
    }
}

static int
model_calendar(care_model_t *self)
{
    sim_date_t end = self->spec->start;
    double months = round(self->spec->years * 12);
    int64_t days;

    end.year += (int) (months / 12);
    end.month += (int) fmod(months, 12);
    if (end.month > 12) {
        end.month -= 12;
        end.year++;
    }
    while (!sim_date_valid(end)) {
        end.day--;
    }
    days = sim_date_serial(end) - sim_date_serial(self->spec->start);
    if (days < 1) {
        days = (int64_t) ceil(self->spec->years * 365.25);
    }
    self->horizon_days = (double) days;
    return sim_calendar_init(&self->calendar, self->spec->start, (size_t) days);
}

static int
model_dims(care_model_t *self)
{
    static const char *const quintile[] = { "1", "2", "3", "4", "5" };
    const char *class_name[SIM_CLASS_MAX];
    int ret;

    for (size_t c = 0; c < self->pathway.n_classes; c++) {
        class_name[c] = self->pathway.class_name[c];
    }
    ret = sim_pathway_add_dim(&self->pathway, "source", CARE_SOURCES, CARE_SOURCE_NAME);
    if (ret == 0) {
        ret = sim_pathway_add_dim(&self->pathway, "presentation", self->pathway.n_classes, class_name);
    }
    if (ret == 0) {
        ret = sim_pathway_add_dim(&self->pathway, "quintile", CARE_QUINTILES, quintile);
    }
    if (ret == 0) {
        ret = sim_pathway_add_dim(&self->pathway, "school_type", CARE_SCHOOL_TYPES, CARE_SCHOOL_TYPE_NAME);
    }
    return ret;
}

/* Concerns in schools arrive at the rate raised today and the most that contact could uncover; see care_concern_t. */
static void
model_unfound(care_model_t *self)
{
    for (size_t s = 0; s < self->pathway.n_sources; s++) {
        if (self->pathway.source[s].tag == CARE_SOURCE_SCHOOL) {
            sim_nhpp_scale(&self->pathway.source[s].rate, 1 + self->spec->concern.extra_max);
        }
    }
}

static int
model_layers(care_model_t *self, void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    care_build_t build = { self->spec, NULL, 0, &self->pathway, NULL, NULL, NULL, NULL };
    char school[SIM_NAME_MAX], alone[SIM_NAME_MAX], gp[SIM_NAME_MAX], door[SIM_NAME_MAX];
    int gp_stage, ret = 0;

    /* Copies: adding stages moves the table that holds the names. */
    snprintf(school, sizeof(school), "%s", model_stage_by_role(&self->pathway, CARE_ROLE_SCHOOL));
    snprintf(alone, sizeof(alone), "%s", model_stage_by_role(&self->pathway, CARE_ROLE_ALONE));
    snprintf(door, sizeof(door), "%s", model_stage_by_role(&self->pathway, CARE_ROLE_DOOR));
    gp_stage = sim_pathway_find_stage(&self->pathway, "gp_letter");
    snprintf(gp, sizeof(gp), "%s", gp_stage >= 0 ? "gp_letter" : door);
    build.school = school;
    build.alone = alone;
    build.gp = gp;
    build.door = door;
    for (size_t l = 0; l < self->plan->n_layers && ret == 0; l++) {
        const care_offer_t *offer = self->plan->layer[l].offer;

        if (offer->build == NULL) {
            continue;
        }
        if (offer->concern != NULL && (school[0] == '\0' || alone[0] == '\0' || door[0] == '\0')) {
            model_fault(report, ctx, "offer \"%s\" needs stages with the roles school, alone and door", offer->name);
            return SIM_ERR_SCENARIO;
        }
        build.layer = &self->plan->layer[l];
        build.number = l;
        ret = offer->build(&build);
        if (ret == SIM_ERR_BAD_PARAM) {
            model_fault(report, ctx,
                "offer \"%s\" cannot be built with these parameters: a consultation does not fit into its clinic or visit, or its pool is not there",
                offer->name);
        }
    }
    return ret;
}

/* What cannot be a plan of the care system, said before anything is built. */
static int
model_check(const care_model_t *self, void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    const care_spec_t *spec = self->spec;
    const care_schools_t *s = &spec->schools;
    int ret = 0;

    if (round(s->primary * spec->scale) + round(s->secondary * spec->scale) + round(s->special * spec->scale) < 1) {
        model_fault(report, ctx, "there are no schools%s", spec->scale == 1 ? "" : " at this scale");
        ret = SIM_ERR_SCENARIO;
    }
    if (self->plan != NULL && strchr(self->plan->name, '-') != NULL) {
        model_fault(report, ctx, "the name \"%s\" may not hold '-', which stands for a difference of plans",
            self->plan->name);
        ret = SIM_ERR_SCENARIO;
    }
    for (size_t l = 0; self->plan != NULL && l < self->plan->n_layers; l++) {
        const care_layer_t *layer = &self->plan->layer[l];

        if (layer->offer->fund != NULL && sim_pathway_find_pool(&spec->pathway, spec->workforce.core_pool) < 0) {
            model_fault(report, ctx, "workforce.core_pool: there is no pool \"%s\"", spec->workforce.core_pool);
            ret = SIM_ERR_SCENARIO;
        }
        if (layer->from_day >= self->horizon_days) {
            model_fault(report, ctx, "offer \"%s\" starts after the end of the run", layer->offer->name);
            ret = SIM_ERR_SCENARIO;
        }
    }
    return ret;
}

int
care_model_init(care_model_t *self, const care_spec_t *spec, const care_plan_t *plan,
    void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    int ret;

    memset(self, 0, sizeof(*self));
    self->spec = spec;
    self->plan = plan;
    sim_pathway_init(&self->pathway);
    ret = model_calendar(self);
    if (ret != 0) {
        model_fault(report, ctx, "the contract cannot be laid on the calendar: is '%s' between 1900 and 2199?",
            "start");
        goto out;
    }
    ret = spec->is_care ? model_check(self, report, ctx) : 0;
    if (ret == 0) {
        ret = sim_pathway_copy(&self->pathway, &spec->pathway);
    }
    if (ret == 0) {
        ret = sim_pathway_scale(&self->pathway, spec->scale);
    }
    if (ret == 0 && spec->is_care) {
        model_unfound(self);
        ret = model_dims(self);
    }
    if (ret == 0 && plan != NULL) {
        ret = model_layers(self, report, ctx);
    }
    if (ret == 0) {
        ret = sim_pathway_compile(&self->pathway, report, ctx);
    }
out:
    if (ret != 0) {
        care_model_free(self);
    }
    return ret;
}

void
care_model_free(care_model_t *self)
{
    sim_pathway_free(&self->pathway);
    sim_calendar_free(&self->calendar);
    memset(self, 0, sizeof(*self));
}
