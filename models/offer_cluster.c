/*
 * A team for each cluster of schools that joins: weekly clinics to which its schools bring children. Clinics are a family of
 * diaries, one a cluster: time not used in one cannot be used in another.
 */
#include "models/build.h"
#include "models/run.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    double clinic_hours, slot_minutes, attendance, refer, travel, agree, joins, clinics_max, pooled, top_sliced, found,
        patience_days;
    double psychologist, nurse, voluntary;                   /* shares of the team's posts */
    double price_psychologist, price_nurse, price_voluntary; /* pounds a year and post */
} cluster_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(cluster_t, field), source, doc                      \
    }

static const care_param_t PARAM[] = {
    ROW(clinic_hours, "hours", 0.5, 40, 2, "areaD_clinic_hours", "Length of a clinic."),
    ROW(slot_minutes, "minutes", 5, 240, 45, "asm_consult_min", "A consultation."),
    ROW(attendance, "share", 0.05, 1, 0.7, "assumption", "Share of booked consultations that are attended."),
    ROW(refer, "share", 0, 1, 0.14, "assumption", "Share of consultations referred to the NHS."),
    ROW(travel, "", 1, 5, 1.0, "asm_travel_min",
        "Staff time for each clinic hour, relative to a town (rural about 1.35)."),
    ROW(agree, "share", 0, 1, 0.7, "assumption", "Share of heads who agree to join."),
    ROW(joins, "share", 0, 1, 0.6, "assumption", "A cluster joins when this share of its heads agrees."),
    ROW(clinics_max, "count", 0.1, 20, 2, "assumption", "Most clinics a week in a cluster."),
    ROW(pooled, "share", 0, 1, 0, "assumption",
        "Share of the cost that the schools of joined clusters pool, in equal parts."),
    ROW(top_sliced, "share", 0, 1, 0, "assumption",
        "Share of the cost taken from the budgets of all schools, joined or not, by their pupils; with pooled at most 1."),
    ROW(found, "share", 0, 1, 0.0, "assumption", "Concerns uncovered, as a share of those raised today."),
    ROW(patience_days, "days", 1, 365, 28, "assumption", "Mean time until a school stops waiting for a consultation."),
    ROW(psychologist, "share", 0, 1, 0, "assumption", "Share of the hub's posts that are educational psychologists."),
    ROW(nurse, "share", 0, 1, 0, "assumption", "... school nurses."),
    ROW(voluntary, "share", 0, 1, 0, "assumption", "... workers of the voluntary sector; the rest are the service's."),
    ROW(price_psychologist, "pounds/year", 1000, 1e6, 97500, "price_ep_day",
        "All-in cost of a psychologist's post (195 school days at 500 pounds)."),
    ROW(price_nurse, "pounds/year", 1000, 1e6, 81400, "afc_b6",
        "... a school nurse's: band 6 and 35%, and the 28,200 that the service's post costs beyond band 7 and 35%."),
    ROW(price_voluntary, "pounds/year", 1000, 1e6, 60000, "assumption", "... a voluntary-sector worker's."),
};

typedef struct {
    size_t n_joined, n_schools; /* clusters that joined, and their schools */
} cluster_state_t;

static int
cluster_build(care_build_t *build)
{
    const cluster_t *param = build->layer->param;
    const care_consult_t consult = { "consult", "clinic", param->slot_minutes, 1 - param->attendance,
        param->patience_days, true, NULL };
    double others = param->psychologist + param->nurse + param->voluntary;
    int ret;

    if (param->slot_minutes > param->clinic_hours * 60) {
        ret = care_build_refuse(build,
            "a slot of %g minutes does not fit into a clinic of %g hours (slot_minutes, clinic_hours)",
            param->slot_minutes, param->clinic_hours);
    } else if (others > 1 + 1e-9) {
        ret =
            care_build_refuse(build, "psychologist, nurse and voluntary are shares of one team, but sum to %g", others);
    } else if (param->pooled + param->top_sliced > 1 + 1e-9) {
        ret = care_build_refuse(build, "pooled and top_sliced are shares of the same money, but sum to %g",
            param->pooled + param->top_sliced);
    } else {
        ret = care_build_diary(build, "clinic", care_build_clusters(build), SIM_OPEN_WEEKLY, param->clinic_hours * 60,
            param->slot_minutes);
    }
    return ret != 0 ? ret : care_build_consult(build, &consult);
}

static bool
cluster_has_joined(const care_layer_run_t *layer, uint32_t school)
{
    return (layer->run->school[school].joined & (1u << layer->number)) != 0;
}

/* A post of the hub is so much of each profession's; the labour market of core is that of the service's own staff and nurses. */
static void
cluster_hub(care_layer_run_t *layer)
{
    const cluster_t *param = layer->layer->param;
    double service = layer->run->spec->money.cost_per_wte;
    double others = param->psychologist + param->nurse + param->voluntary;

    layer->price = 1 - others +
                   (param->psychologist * param->price_psychologist + param->nurse * param->price_nurse +
                       param->voluntary * param->price_voluntary) /
                       service;
    layer->own_staff = 1 - param->psychologist - param->voluntary;
}

/* Each head agrees or not, once; a cluster joins as a whole. */
static int
cluster_start(care_layer_run_t *layer)
{
    const cluster_t *param = layer->layer->param;
    care_run_t *run = layer->run;
    cluster_state_t *state = layer->state;
    size_t n;
    double *agreed, *size;

    layer->pool = sim_pathway_find_pool(&run->model->pathway, "cluster_clinic");
    layer->found = param->found;
    cluster_hub(layer);
    n = run->model->pathway.pool[layer->pool].n_members;
    agreed = calloc(2 * n, sizeof(*agreed));
    if (agreed == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    size = agreed + n;
    for (size_t i = 0; i < layer->n_schools; i++) {
        const care_school_t *school = &run->school[layer->order[i]];

        size[school->cluster]++;
        agreed[school->cluster] += sim_uniform(school->key, sim_hash("agrees"), 0, 0) < param->agree ? 1 : 0;
    }
    for (size_t i = 0; i < layer->n_schools; i++) {
        care_school_t *school = &run->school[layer->order[i]];
        uint32_t c = school->cluster;

        if (agreed[c] >= param->joins * size[c]) {
            school->joined |= 1u << layer->number;
            state->n_schools++;
        }
    }
    for (size_t c = 0; c < n; c++) {
        state->n_joined += size[c] > 0 && agreed[c] >= param->joins * size[c] ? 1 : 0;
    }
    free(agreed);
    return 0;
}

/* Staff time of one clinic a week through the school year, in posts. */
static double
cluster_clinic_wte(const care_layer_run_t *layer)
{
    const cluster_t *param = layer->layer->param;

    return param->clinic_hours * param->travel * CARE_SCHOOL_WEEKS / care_layer_contact_hours(layer);
}

/* Schools' part of the cost: pooled in equal parts by those that joined, top-sliced by pupils from all. */
static void
cluster_charge(care_layer_run_t *layer, double cost_pence)
{
    const cluster_t *param = layer->layer->param;
    const cluster_state_t *state = layer->state;
    const care_run_t *run = layer->run;
    double pupils = 0;

    for (size_t i = 0; i < layer->n_schools; i++) {
        pupils += run->school[layer->order[i]].roll;
    }
    for (size_t i = 0; i < layer->n_schools; i++) {
        uint32_t school = layer->order[i];
        double pays = param->top_sliced * run->school[school].roll / pupils;

        if (cluster_has_joined(layer, school)) {
            pays += param->pooled / (double) state->n_schools;
        }
        if (pays * cost_pence >= 1) {
            care_layer_charge(layer, school, llround(pays * cost_pence));
        }
    }
}

static int
cluster_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const cluster_t *param = layer->layer->param;
    const cluster_state_t *state = layer->state;
    double wte = care_layer_wte(layer, pence);
    double posts = fmin(wte, param->clinics_max * (double) state->n_joined * cluster_clinic_wte(layer));
    int ret;

    (void) year;
    cluster_charge(layer, wte > 0 ? posts / wte * (double) pence : 0);
    wte = care_layer_wte(layer, pence + care_layer_on_top(layer));
    ret = care_layer_posts(layer, posts);
    return ret != 0 ? ret : care_layer_core_posts(layer, care_layer_as_core(layer, wte - posts));
}

static int
cluster_staff(care_layer_run_t *layer)
{
    const cluster_state_t *state = layer->state;
    double clinics = state->n_joined > 0 ? layer->in_post / cluster_clinic_wte(layer) / (double) state->n_joined : 0;
    int ret = 0;

    for (uint32_t i = 0; i < layer->run->n_schools && ret == 0; i++) {
        bool joined = cluster_has_joined(layer, i);

        care_school_cover(layer, i, joined && clinics > 0);
        if (joined) {
            ret = sim_replication_set_units(layer->run->rep, layer->pool, layer->run->school[i].cluster, clinics);
        }
    }
    return ret;
}

static uint32_t
cluster_member(care_layer_run_t *layer, uint32_t school)
{
    return layer->run->school[school].cluster;
}

static care_contact_t
cluster_contact(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    const cluster_t *param = layer->layer->param;

    (void) school;
    return care_refers(layer, child, param->refer);
}

const care_offer_t offer_cluster = {
    .name = "cluster",
    .doc = "A team for each cluster of schools that joins, with weekly clinics; nothing crosses between clusters.",
    .colour = "#009e73",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(cluster_t),
    .state_size = sizeof(cluster_state_t),
    .build = cluster_build,
    .start = cluster_start,
    .fund = cluster_fund,
    .staff = cluster_staff,
    .concern = care_takes_all,
    .contact = cluster_contact,
    .member = cluster_member,
};
