/*
 * Training and consultation for school staff (pilot type b, and the national workshops): two days for cohorts of schools, then an
 * hour a term. It raises link quality, which turnover wears away; there is no consultation about single children beyond today's.
 */
#include "models/build.h"
#include "models/run.h"

#include <math.h>

typedef struct {
    double workshop_hours, facilitators, preparation, cohort_schools, gain, termly_hours, again_terms;
} training_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(training_t, field), source, doc                     \
    }

static const care_param_t PARAM[] = {
    ROW(workshop_hours, "hours", 1, 100, 13, "im_workshop_hours", "Hours of the workshop (two days of 6.5)."),
    ROW(facilitators, "count", 1, 10, 2, "im_facilitators", "Staff at a workshop."),
    ROW(preparation, "", 1, 10, 2, "admin_multiplier", "Contact hours of staff time taken for each hour given."),
    ROW(cohort_schools, "count", 1, 100, 20, "im_schools_per_cohort", "Schools in a cohort."),
    ROW(gain, "", 0, 3, 0.3, "know_b_end", "Rise of link quality from a workshop, CASCADE scale."),
    ROW(termly_hours, "hours", 0, 50, 1, "assumption", "Follow-up hours a school and term."),
    ROW(again_terms, "count", 1, 60, 9, "assumption", "Terms until a school is trained again."),
};

static double
training_hours_school(const training_t *param)
{
    return param->workshop_hours * param->facilitators * param->preparation / param->cohort_schools;
}

/* As many posts as the whole area can use; money beyond that goes to core. */
static int
training_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const training_t *param = layer->layer->param;
    double schools = (double) layer->n_schools, wte = care_layer_wte(layer, pence);
    double terms =
        layer->next < layer->n_schools ? 3 : param->again_terms; /* until the first round is done, a year for it */
    double hours = schools * (training_hours_school(param) * 3 / terms + 3 * param->termly_hours * param->preparation);
    double posts = fmin(wte, hours / care_layer_contact_hours(layer));
    int ret = care_layer_posts(layer, posts);

    (void) year;
    return ret != 0 ? ret : care_layer_core_posts(layer, wte - posts);
}

/* Follow-up first, then as many new schools as the term's hours allow, in the order they come forward, over and over. */
static int
training_cover(care_layer_run_t *layer, int term)
{
    const training_t *param = layer->layer->param;
    care_run_t *run = layer->run;
    size_t cycle = (size_t) ceil((double) layer->n_schools / param->again_terms);
    double hours = layer->in_post * care_layer_contact_hours(layer) / 3;
    double link_top = run->spec->link.top;

    (void) term;
    for (size_t i = 0; i < layer->n_schools; i++) {
        care_school_t *school = &run->school[layer->order[i]];

        if ((school->covered & (1u << layer->number)) != 0) {
            bool held = hours >= param->termly_hours * param->preparation - 1e-9;

            school->visit_hours[layer->number] = held ? param->termly_hours * 3 / CARE_SCHOOL_WEEKS : 0;
            hours -= held ? param->termly_hours * param->preparation : 0;
        }
    }
    for (size_t n = 0; n < layer->n_schools && hours >= training_hours_school(param) - 1e-9; n++) {
        care_school_t *school = &run->school[layer->order[layer->next % layer->n_schools]];

        if (layer->next >= layer->n_schools && n >= cycle) {
            break; /* after the first round only as many a term as are due */
        }
        school->quality = fmin(link_top, school->quality + param->gain);
        care_school_count_hours(run, (uint32_t) (school - run->school), param->workshop_hours);
        care_school_cover(layer, layer->order[layer->next++ % layer->n_schools], true);
        hours -= training_hours_school(param);
    }
    return 0;
}

const care_offer_t offer_training = {
    .name = "training",
    .doc = "Workshops and termly consultation for school staff; no direct work with children.",
    .colour = "#e69f00",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(training_t),
    .fund = training_fund,
    .cover = training_cover,
};
