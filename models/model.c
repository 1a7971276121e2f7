/* A plan made ready to run: calendar, the pathway with the layers' rows, compiled. */
#include "models/build.h"
#include "models/care.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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

double
care_horizon(const care_spec_t *spec)
{
    sim_date_t end = spec->start;
    double months = round(spec->years * 12);
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
    days = sim_date_serial(end) - sim_date_serial(spec->start);
    if (days < 1) {
        days = (int64_t) ceil(spec->years * 365.25);
    }
    return (double) days;
}

static int
model_calendar(care_model_t *self)
{
    self->horizon_days = care_horizon(self->spec);
    return sim_calendar_init(&self->calendar, self->spec->start, (size_t) self->horizon_days);
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

/* Accounts for money: budget lines, and lots where lines have them. */
static int
model_accounts(care_model_t *self)
{
    const care_spec_t *spec = self->spec;
    const char *line[CARE_LINES_MAX], *lot[CARE_LINES_MAX];
    int lot_of[CARE_LINES_MAX];
    size_t n_lots = care_lots(spec, lot, lot_of);
    int ret = 0;

    for (size_t l = 0; l < spec->n_lines; l++) {
        line[l] = spec->line[l].name;
    }
    if (spec->n_lines > 0) {
        ret = sim_pathway_add_account(&self->pathway, "line", spec->n_lines, line);
    }
    if (ret == 0 && n_lots > 0) {
        ret = sim_pathway_add_account(&self->pathway, "lot", n_lots, lot);
    }
    return ret;
}

static int
model_budget(care_model_t *self, void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    care_budget_fault_t fault;
    int ret = care_budget_init(&self->budget, self->spec, &self->calendar, &fault);

    if (ret == SIM_ERR_SCENARIO) {
        model_fault(report, ctx,
            fault.kind >= CARE_FAULT_EARLY ? "the lines' money breaks a bound of the contract%s"
                                           : "the line \"%s\" is left with less than nothing",
            fault.kind >= CARE_FAULT_EARLY ? "" : self->spec->line[fault.line].name);
    }
    return ret;
}

/* Where a line says what a post costs, its money makes the posts; the units that its pools were given say how they share them. */
static void
model_posts(care_model_t *self)
{
    const care_spec_t *spec = self->spec;

    for (size_t l = 0; l < spec->n_lines; l++) {
        const care_line_t *line = &spec->line[l];
        double cost = care_post_pounds(&line->post), units = 0;

        for (size_t p = 0; p < line->n_pools; p++) {
            const sim_pool_t *pool = &self->pathway.pool[sim_pathway_find_pool(&self->pathway, line->pool[p])];

            units += pool->units * (double) pool->n_members;
        }
        for (size_t p = 0; p < line->n_pools && cost > 0 && units > 0; p++) {
            sim_pool_t *pool = &self->pathway.pool[sim_pathway_find_pool(&self->pathway, line->pool[p])];

            pool->units *= line->per_year * spec->scale * (1 - line->management) / cost / units;
            pool->units = pool->kind == SIM_POOL_SERVERS ? floor(pool->units + 0.5) : pool->units;
        }
    }
}

/* "quintile=1" is of a dimension of children. */
static bool
model_has_group(const care_model_t *self, const char *group)
{
    char name[2 * SIM_NAME_MAX];
    bool has = strcmp(group, "all") == 0;

    for (size_t d = 0; d < CARE_DIMS && d < self->pathway.n_dims; d++) {
        for (size_t i = 0; i < self->pathway.dim[d].n_levels; i++) {
            (void) snprintf(name, sizeof(name), "%s=%s", self->pathway.dim[d].name, self->pathway.dim[d].level[i]);
            has = has || strcmp(group, name) == 0;
        }
    }
    return has;
}

static int
model_reviews(const care_model_t *self, void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    const care_contract_t *contract = &self->spec->contract;
    int ret = 0;

    for (size_t r = 0; r < contract->n_reviews; r++) {
        sim_fault_t fault = { .index = r };

        if (!model_has_group(self, contract->review[r].group)) {
            (void) snprintf(fault.text, sizeof(fault.text), "review %zu: there is no group \"%s\"", r + 1,
                contract->review[r].group);
            (void) snprintf(fault.room, sizeof(fault.room), "review");
            if (report != NULL) {
                report(ctx, &fault);
            }
            ret = SIM_ERR_SCENARIO;
        }
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
    care_build_t build = { .spec = self->spec, .pathway = &self->pathway };
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
            char text[240];

            snprintf(text, sizeof(text), "offer \"%.30s\": %s", offer->name, build.refusal);
            model_fault(report, ctx, "%s", text);
        }
    }
    return ret;
}

/* A service that no school refers to, and whose plans offer schools nothing, can do without: that of adults, say. */
static bool
model_needs_schools(const care_model_t *self)
{
    bool needs = model_stage_by_role(&self->spec->pathway, CARE_ROLE_SCHOOL)[0] != '\0';

    for (size_t s = 0; s < self->spec->pathway.n_sources; s++) {
        needs = needs || self->spec->pathway.source[s].tag == CARE_SOURCE_SCHOOL;
    }
    for (size_t l = 0; self->plan != NULL && l < self->plan->n_layers; l++) {
        const care_offer_t *offer = self->plan->layer[l].offer;

        needs = needs || offer->cover != NULL || offer->concern != NULL;
    }
    return needs;
}

/* What cannot be a plan of the care system, said before anything is built. */
static int
model_check(const care_model_t *self, void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    const care_spec_t *spec = self->spec;
    const care_schools_t *s = &spec->schools;
    int ret = 0;

    if (round(s->primary * spec->scale) + round(s->secondary * spec->scale) + round(s->special * spec->scale) < 1 &&
        model_needs_schools(self)) {
        model_fault(report, ctx, "there are no schools%s", spec->scale == 1 ? "" : " at this scale");
        ret = SIM_ERR_SCENARIO;
    }
    if (spec->start.day != 1) {
        model_fault(report, ctx,
            "a care system starts on the first of a month: money and contract years are of months%s", "");
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

/* What is carved out of today's service must be there: at the price of its posts, no more than the core pool has. */
static int
model_carved(const care_model_t *self, void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    const care_money_t *money = &self->spec->money;
    int core = sim_pathway_find_pool(&self->pathway, self->spec->workforce.core_pool);
    double units = 0, share = 0;

    for (size_t p = 0; p < self->spec->pathway.n_pools; p++) {
        units += self->pathway.pool[p].units * (double) self->pathway.pool[p].n_members;
    }
    for (size_t l = 0; l < self->plan->n_layers; l++) {
        share += self->plan->layer[l].offer->fund != NULL ? self->plan->layer[l].share : 0;
    }
    share *= money->carved * money->extra_per_year;
    if (share <= 0 || core < 0 || !(money->base_per_year > 0) || units <= 0 ||
        share / money->base_per_year * units <= self->pathway.pool[core].units) {
        return 0;
    }
    model_fault(report, ctx,
        "money.carved takes more posts out of pool \"%s\" than it has: the plan's extra_per_year is too much",
        self->spec->workforce.core_pool);
    return SIM_ERR_SCENARIO;
}

/* One area, or all there is; the pathway of several is that of their first. */
/* A fault of a plan says which. */
typedef struct {
    size_t number;
    void (*report)(void *ctx, const sim_fault_t *fault);
    void *ctx;
} model_plan_fault_t;

static void
model_plan_fault(void *ctx, const sim_fault_t *fault)
{
    const model_plan_fault_t *self = ctx;
    sim_fault_t numbered = *fault;

    numbered.index = strcmp(fault->room, "plan") == 0 ? self->number : fault->index;
    if (self->report != NULL) {
        self->report(self->ctx, &numbered);
    }
}

static size_t
model_plan_number(const care_spec_t *spec, const care_plan_t *plan)
{
    size_t number = 0;

    while (plan != NULL && number < spec->n_plans && strcmp(spec->plan[number].name, plan->name) != 0) {
        number++;
    }
    return number;
}

static int
model_init(care_model_t *self, const care_spec_t *spec, const care_plan_t *plan, size_t n_areas,
    const char *const *area, void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    model_plan_fault_t named = { model_plan_number(spec, plan), report, ctx };
    int ret;

    memset(self, 0, sizeof(*self));
    self->spec = spec;
    self->plan = plan;
    sim_pathway_init(&self->pathway);
    ret = model_calendar(self);
    if (ret != 0) {
        model_fault(model_plan_fault, &named,
            "the contract cannot be laid on the calendar: is '%s' between 1900 and 2199?", "start");
        goto out;
    }
    ret = spec->is_care ? model_check(self, model_plan_fault, &named) : 0;
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
    if (ret == 0 && spec->is_care) {
        ret = model_accounts(self);
    }
    if (ret == 0 && spec->is_care) {
        model_posts(self);
        ret = model_reviews(self, report, ctx);
    }
    if (ret == 0) {
        ret = model_budget(self, model_plan_fault, &named);
    }
    if (ret == 0 && plan != NULL) {
        ret = model_layers(self, model_plan_fault, &named);
    }
    if (ret == 0 && plan != NULL) {
        ret = model_carved(self, model_plan_fault, &named);
    }
    if (ret == 0 && n_areas > 0) {
        ret = sim_pathway_name_areas(&self->pathway, n_areas, area);
    }
    if (ret == 0) {
        ret = sim_pathway_compile(&self->pathway, model_plan_fault, &named);
    }
out:
    if (ret != 0) {
        care_model_free(self);
    }
    return ret;
}

/* ---- several areas ---- */

/* Faults of an area, with its name before them. */
typedef struct {
    const care_spec_t *area;
    size_t number;
    void (*report)(void *ctx, const sim_fault_t *fault);
    void *ctx;
} model_area_fault_t;

static void
model_area_fault(void *ctx, const sim_fault_t *fault)
{
    const model_area_fault_t *self = ctx;
    sim_fault_t named = *fault;

    if (strcmp(fault->room, "plan") == 0) {
        snprintf(named.room, sizeof(named.room), "area");
        named.index = self->number;
    }
    snprintf(named.text, sizeof(named.text), "area \"%s\": %.180s", self->area->name, fault->text);
    if (self->report != NULL) {
        self->report(self->ctx, &named);
    }
}

typedef struct {
    const char *what;
    size_t n;
    const char *name; /* of the first */
    size_t size;      /* from one name to the next */
} model_names_t;

/* What results are named by is the same in all areas, in the same order. */
static bool
model_same_names(const model_names_t *first, const model_names_t *other, const char *first_area,
    model_area_fault_t *fault)
{
    char text[256];

    for (size_t i = 0; i < first->n || i < other->n; i++) {
        const char *here = i < other->n ? other->name + i * other->size : "";
        const char *there = i < first->n ? first->name + i * first->size : "";

        if (strcmp(here, there) != 0) {
            snprintf(text, sizeof(text), "%s %zu is \"%.40s\" here and \"%.40s\" in area \"%.40s\"", first->what, i + 1,
                here[0] != '\0' ? here : "(none)", there[0] != '\0' ? there : "(none)", first_area);
            model_fault(model_area_fault, fault, "%s", text);
            return false;
        }
    }
    return true;
}

/* The levels of a dimension, none when it is not there. */
static model_names_t
model_levels(const sim_pathway_t *pathway, size_t d)
{
    const sim_dim_t *dim = &pathway->dim[d];

    return d < pathway->n_dims ? (model_names_t){ dim->name, dim->n_levels, dim->level[0], sizeof(dim->level[0]) }
                               : (model_names_t){ "level", 0, "", 1 };
}

static bool
model_same_shape(const care_model_t *first, const care_model_t *other, model_area_fault_t *fault)
{
    const sim_pathway_t *a = &first->pathway, *b = &other->pathway;
    const model_names_t pools[2] = { { "pool", a->n_pools, a->pool[0].name, sizeof(a->pool[0]) },
        { "pool", b->n_pools, b->pool[0].name, sizeof(b->pool[0]) } };
    const model_names_t stages[2] = { { "stage", a->n_stages, a->stage[0].name, sizeof(a->stage[0]) },
        { "stage", b->n_stages, b->stage[0].name, sizeof(b->stage[0]) } };
    const model_names_t classes[2] = { { "class", a->n_classes, a->class_name[0], sizeof(a->class_name[0]) },
        { "class", b->n_classes, b->class_name[0], sizeof(b->class_name[0]) } };
    const model_names_t funders[2] = { { "funder", first->spec->n_funders, first->spec->funder[0], SIM_NAME_MAX },
        { "funder", other->spec->n_funders, other->spec->funder[0], SIM_NAME_MAX } };
    const char *name = first->spec->name;
    bool same = model_same_names(&pools[0], &pools[1], name, fault) &&
                model_same_names(&funders[0], &funders[1], name, fault) &&
                model_same_names(&stages[0], &stages[1], name, fault) &&
                model_same_names(&classes[0], &classes[1], name, fault);

    for (size_t s = 0; same && s < a->n_stages; s++) {
        same = a->stage[s].by_class == b->stage[s].by_class && a->stage[s].n_states == 0 && b->stage[s].n_states == 0;
        if (!same) {
            model_fault(model_area_fault, fault,
                "stage \"%s\": 'states' cannot be kept of several areas, and 'by_class' is the same in all",
                a->stage[s].name);
        }
    }
    for (size_t d = 0; same && (d < a->n_dims || d < b->n_dims); d++) { /* accounts are made from lines */
        const model_names_t x = model_levels(a, d), y = model_levels(b, d);

        same = model_same_names(&x, &y, name, fault);
    }
    return same;
}

static int
model_each_area(care_model_t **area, const care_spec_t *spec, const care_plan_t *plan,
    void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    int ret = 0;

    *area = calloc(spec->n_areas, sizeof(**area));
    if (*area == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t a = 0; a < spec->n_areas && ret == 0; a++) {
        model_area_fault_t fault = { &spec->area[a], a, report, ctx };

        ret = model_init(&(*area)[a], fault.area, plan, 0, NULL, model_area_fault, &fault);
        if (ret == 0 && !model_same_shape(&(*area)[0], &(*area)[a], &fault)) {
            ret = SIM_ERR_SCENARIO;
        }
    }
    return ret;
}

int
care_model_init(care_model_t *self, const care_spec_t *spec, const care_plan_t *plan,
    void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    const char *name[CARE_AREAS_MAX];
    size_t n = spec->n_areas < CARE_AREAS_MAX ? spec->n_areas : CARE_AREAS_MAX;
    care_model_t *area = NULL;
    int ret;

    if (n == 0) {
        return model_init(self, spec, plan, 0, NULL, report, ctx);
    }
    for (size_t a = 0; a < n; a++) {
        name[a] = spec->area[a].name;
    }
    memset(self, 0, sizeof(*self));
    ret = model_each_area(&area, spec, plan, report, ctx);
    if (ret == 0) {
        ret = model_init(self, &spec->area[0], plan, n, name, NULL, NULL);
    }
    self->spec = spec;
    self->n_areas = area != NULL ? n : 0;
    self->area = area;
    if (ret != 0) {
        care_model_free(self);
    }
    return ret;
}

void
care_model_free(care_model_t *self)
{
    for (size_t a = 0; a < self->n_areas; a++) {
        care_model_free(&self->area[a]);
    }
    free(self->area);
    sim_pathway_free(&self->pathway);
    sim_calendar_free(&self->calendar);
    care_budget_free(&self->budget);
    memset(self, 0, sizeof(*self));
}
