#include "models/care.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
care_spec_init(care_spec_t *self)
{
    memset(self, 0, sizeof(*self));
    sim_pathway_init(&self->pathway);
    self->start = (sim_date_t){ 2025, 9, 1 };
    self->years = 1;
    self->scale = 1;
    self->facts_reps = 20;
    self->n_funders = CARE_FUNDERS;
    strcpy(self->funder[CARE_FUNDER_COMMISSIONER], "commissioner");
    strcpy(self->funder[CARE_FUNDER_SCHOOLS], "schools");
    self->contract.funder[CARE_FUNDER_COMMISSIONER] = 1;
    self->contract.early_least = self->contract.admin_most = NAN;
    for (size_t b = 0; b < CARE_N_BLOCKS; b++) {
        care_params_default(CARE_BLOCKS[b].param, CARE_BLOCKS[b].n_params, (char *) self + CARE_BLOCKS[b].offset);
    }
}

void
care_line_init(care_line_t *self)
{
    memset(self, 0, sizeof(*self));
    self->admin_most = NAN;
    self->funder[CARE_FUNDER_COMMISSIONER] = 1;
    self->payment = (care_payment_t){ .block = 1, .cap = INFINITY, .share_most = 1 };
}

size_t
care_spec_funder(care_spec_t *self, const char *name)
{
    size_t f = 0;

    while (f < self->n_funders && strcmp(self->funder[f], name) != 0) {
        f++;
    }
    if (f == self->n_funders && f < CARE_FUNDERS_MAX) {
        snprintf(self->funder[self->n_funders++], SIM_NAME_MAX, "%s", name);
    }
    return f;
}

bool
care_has_terms(const care_spec_t *self)
{
    const care_workforce_t *force = &self->workforce;
    bool has = self->contract.given || force->vacancies > 0 || force->supply_per_year > 0 || force->training_days > 0;

    for (size_t l = 0; l < self->n_lines; l++) {
        has = has || self->line[l].has_terms;
    }
    for (size_t a = 0; a < self->n_areas; a++) {
        has = has || care_has_terms(&self->area[a]);
    }
    return has;
}

void
care_spec_free(care_spec_t *self)
{
    for (size_t p = 0; p < self->n_plans; p++) {
        for (size_t l = 0; l < self->plan[p].n_layers; l++) {
            free(self->plan[p].layer[l].param);
        }
    }
    free(self->fact);
    free(self->about);
    for (size_t a = 0; a < self->n_areas; a++) {
        care_spec_free(&self->area[a]);
    }
    free(self->area);
    sim_pathway_free(&self->pathway);
    memset(self, 0, sizeof(*self));
}

int
care_spec_add_areas(care_spec_t *self, size_t n)
{
    self->area = calloc(n, sizeof(*self->area));
    if (self->area == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->n_areas = n;
    for (size_t a = 0; a < n; a++) {
        care_spec_t *area = &self->area[a];

        *area = *self;
        sim_pathway_init(&area->pathway); /* what is owned is not shared */
        area->area = NULL;
        area->fact = NULL;
        area->about = NULL;
        area->n_areas = area->n_plans = area->n_facts = 0;
        area->is_care = area->is_area = true;
    }
    return 0;
}

care_plan_t *
care_spec_add_plan(care_spec_t *self, const char *name)
{
    care_plan_t *plan;

    if (self->n_plans == CARE_PLANS_MAX) {
        return NULL;
    }
    plan = &self->plan[self->n_plans++];
    memset(plan, 0, sizeof(*plan));
    strncpy(plan->name, name, sizeof(plan->name) - 1);
    strncpy(plan->title, name, sizeof(plan->title) - 1);
    return plan;
}

care_layer_t *
care_plan_add_layer(care_plan_t *self, const care_offer_t *offer)
{
    care_layer_t *layer;

    if (self->n_layers == CARE_LAYERS_MAX) {
        return NULL;
    }
    layer = &self->layer[self->n_layers];
    memset(layer, 0, sizeof(*layer));
    layer->param = calloc(1, offer->param_size > 0 ? offer->param_size : 1);
    if (layer->param == NULL) {
        return NULL;
    }
    layer->offer = offer;
    layer->share = 1;
    care_params_default(offer->param, offer->n_params, layer->param);
    self->n_layers++;
    return layer;
}
