/* Schools: made from counts and rolls, the same in every replication; their link quality moves. */
#include "models/build.h"
#include "models/run.h"
#include "sim/core/elementary.h"

#include <math.h>
#include <stdlib.h>

#define SCHOOL_GUIDES 1024
#define AREA_SEED UINT64_C(0x5765697241726561) /* the area's schools do not depend on the run's seed */

static double
school_weight(const care_spec_t *spec, int type)
{
    const double weight[CARE_SCHOOL_TYPES] = { spec->schools.weight_primary, spec->schools.weight_secondary,
        spec->schools.weight_special };

    return weight[type];
}

static double
school_mean_roll(const care_spec_t *spec, int type)
{
    const double roll[CARE_SCHOOL_TYPES] = { spec->schools.pupils_primary, spec->schools.pupils_secondary,
        spec->schools.pupils_special };

    return roll[type];
}

/* Most to least deprived, geometric in the fifths. */
static double
school_deprivation(const care_spec_t *spec, int quintile)
{
    return sim_exp(sim_log(spec->schools.deprivation_ratio) * (2 - quintile) / 4.0);
}

static int
school_make(const care_run_t *run, size_t index, int type, care_school_t *school)
{
    const care_spec_t *spec = run->spec;
    sim_dist_t roll;
    int ret;

    school->area_key = sim_key(care_seed(spec, AREA_SEED), 0, sim_hash("school"), index);
    school->key = sim_key(sim_replication_seed(run->rep), sim_replication_number(run->rep), sim_hash("school"), index);
    school->type = (uint8_t) type;
    school->quality = spec->link.base;
    ret = sim_dist_init_lognormal(&roll, school_mean_roll(spec, type), spec->schools.roll_cv);
    if (ret == 0) {
        school->roll = sim_dist_draw(&roll, sim_draw(school->area_key, sim_hash("roll"), 0, 0));
        sim_dist_free(&roll);
    }
    return ret;
}

static int
school_compare(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return x[0] < y[0] ? -1 : x[0] > y[0];
}

/* Ranks by the schools' own uniforms: `area` for what no run changes, the replication's otherwise. NULL without memory. */
static uint32_t *
schools_order(const care_run_t *run, const char *why, bool area)
{
    uint32_t hash = sim_hash(why), *order = malloc((run->n_schools + 1) * sizeof(*order));
    double(*rank)[2] = malloc((run->n_schools + 1) * sizeof(*rank));

    if (order == NULL || rank == NULL) {
        free(order);
        free(rank);
        return NULL;
    }
    for (size_t i = 0; i < run->n_schools; i++) {
        rank[i][0] = sim_uniform(area ? run->school[i].area_key : run->school[i].key, hash, 0, 0);
        rank[i][1] = (double) i;
    }
    qsort(rank, run->n_schools, sizeof(*rank), school_compare);
    for (size_t i = 0; i < run->n_schools; i++) {
        order[i] = (uint32_t) rank[i][1];
    }
    free(rank);
    return order;
}

/* Clusters take schools as they lie: an order of the area's own, in groups of cluster_schools. */
static int
schools_cluster(care_run_t *run)
{
    uint32_t *place = schools_order(run, "place", true);

    if (place == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < run->n_schools; i++) {
        run->school[place[i]].cluster = (uint32_t) ((double) i / run->spec->schools.cluster_schools);
    }
    free(place);
    return 0;
}

/*
 * Fifths of the pupils: in an order of the area's own, largest type first, each school goes to the fifth with the fewest pupils so
 * far, so that the fifths are of one size also where schools are few.
 */
static int
schools_fifths(care_run_t *run)
{
    static const int type[] = { CARE_SECONDARY, CARE_PRIMARY, CARE_SPECIAL };
    uint32_t *order = schools_order(run, "fifth", true);
    double pupils[CARE_QUINTILES] = { 0 };

    if (order == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < CARE_SCHOOL_TYPES * run->n_schools; i++) {
        care_school_t *school = &run->school[order[i % run->n_schools]];

        if (school->type == type[i / run->n_schools]) {
            for (int q = 0; q < CARE_QUINTILES; q++) {
                school->quintile = (uint8_t) (pupils[q] < pupils[school->quintile] ? q : school->quintile);
            }
            pupils[school->quintile] += school->roll;
        }
    }
    free(order);
    return 0;
}

/* The first school for a uniform of g / SCHOOL_GUIDES (a power of two, so that this is exact), for every g. */
static void
schools_guide(care_run_t *run, int by)
{
    const double *cum = run->school_cum[by];
    size_t last = run->n_schools - 1, school = 0;

    for (size_t g = 0; run->n_schools > 0 && g < SCHOOL_GUIDES; g++) {
        double target = (double) g / SCHOOL_GUIDES * cum[last];

        while (school < last && cum[school] <= target) {
            school++;
        }
        run->school_guide[by][g] = (uint32_t) school;
    }
}

static int
schools_weigh(care_run_t *run)
{
    double sum[2] = { 0, 0 };

    for (int by = 0; by < 2; by++) {
        run->school_cum[by] = malloc((run->n_schools + 1) * sizeof(double));
        run->school_guide[by] = malloc(SCHOOL_GUIDES * sizeof(**run->school_guide));
        if (run->school_cum[by] == NULL || run->school_guide[by] == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
    }
    for (size_t i = 0; i < run->n_schools; i++) {
        const care_school_t *school = &run->school[i];
        double deprivation = school_deprivation(run->spec, school->quintile);
        double share = school->roll / school_mean_roll(run->spec, school->type);

        sum[0] += share * school_weight(run->spec, school->type) * deprivation;
        sum[1] += school->roll * deprivation;
        run->school_cum[0][i] = sum[0];
        run->school_cum[1][i] = sum[1];
    }
    schools_guide(run, 0);
    schools_guide(run, 1);
    return 0;
}

int
care_schools_make(care_run_t *run)
{
    const care_spec_t *spec = run->spec;
    const size_t count[CARE_SCHOOL_TYPES] = { (size_t) round(spec->schools.primary * spec->scale),
        (size_t) round(spec->schools.secondary * spec->scale), (size_t) round(spec->schools.special * spec->scale) };
    int ret = 0;

    run->n_schools = count[0] + count[1] + count[2];
    run->school = calloc(run->n_schools + 1, sizeof(*run->school));
    if (run->school == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    run->school[run->n_schools].quintile = CARE_QUINTILES / 2; /* where there are none: neither deprived nor not */
    for (size_t i = 0; i < run->n_schools && ret == 0; i++) {
        int type = i < count[0] ? CARE_PRIMARY : i < count[0] + count[1] ? CARE_SECONDARY : CARE_SPECIAL;

        ret = school_make(run, i, type, &run->school[i]);
    }
    if (ret == 0) {
        ret = schools_fifths(run);
    }
    if (ret == 0) {
        ret = schools_cluster(run);
    }
    if (ret == 0) {
        run->order = schools_order(run, "comes_forward", false);
        ret = run->order == NULL ? SIM_ERR_NO_MEMORY : 0;
    }
    return ret != 0 ? ret : schools_weigh(run);
}

uint32_t
care_school_pick(const care_run_t *run, int by, double uniform)
{
    const double *cum = run->school_cum[by];
    size_t last = run->n_schools - 1, school = run->school_guide[by][(size_t) (uniform * SCHOOL_GUIDES)];
    double target = uniform * cum[last];

    while (school < last && cum[school] <= target) {
        school++;
    }
    return (uint32_t) school;
}

void
care_school_cover(care_layer_run_t *layer, uint32_t school, bool covered)
{
    uint32_t bit = 1u << layer->number;
    uint32_t *mask = &layer->run->school[school].covered;

    *mask = covered ? *mask | bit : *mask & ~bit;
}

static void
school_count(care_run_t *run, uint32_t school, int counter, size_t month, double amount)
{
    const care_school_t *self = &run->school[school];
    const uint8_t level[SIM_DIM_MAX] = { SIM_NO_LEVEL, SIM_NO_LEVEL, self->quintile, self->type, SIM_NO_LEVEL,
        SIM_NO_LEVEL, SIM_NO_LEVEL, SIM_NO_LEVEL };

    sim_book_count(sim_replication_book(run->rep), counter, month, level, amount);
}

void
care_school_count(care_run_t *run, uint32_t school, int counter, double amount)
{
    school_count(run, school, counter, sim_replication_month(run->rep), amount);
}

static void
school_deliver(care_run_t *run, uint32_t school, size_t month, double hours)
{
    run->school[school].hours += hours;
    school_count(run, school, CARE_COUNT_LINK_HOURS, month, hours);
}

void
care_school_deliver(care_run_t *run, uint32_t school, double hours)
{
    school_deliver(run, school, sim_replication_month(run->rep), hours);
}

/*
 * dk/dt = gain (1 - exp(-h)) (1 - k/top) - decay (k - base), h hours delivered a school-week. A month's gain is its share of the
 * year's school days; turnover acts all year.
 */
void
care_schools_month(care_run_t *run, size_t month)
{
    const care_link_t *link = &run->spec->link;
    const sim_calendar_t *calendar = &run->model->calendar;
    long from = calendar->month_first[month], to = calendar->month_first[month + 1];
    double school_days = (double) sim_calendar_count(calendar, from, to, SIM_DAY_SCHOOL);
    double year = (double) (to - from) / 365.25;

    for (size_t i = 0; i < run->n_schools; i++) {
        care_school_t *school = &run->school[i];
        double gain = 0, weeks = school_days / 5;

        for (size_t l = 0; l < run->n_layers && weeks > 0; l++) {
            if (school->visit_hours[l] > 0) {
                school_deliver(run, (uint32_t) i, month, school->visit_hours[l] * weeks);
            }
        }
        if (school->hours > 0 && weeks > 0) {
            gain = link->gain * (1 - sim_exp(-school->hours / weeks)) * (1 - school->quality / link->top) * weeks /
                   CARE_SCHOOL_WEEKS;
        }
        school->quality += gain - link->decay * (school->quality - link->base) * year;
        school->quality = school->quality > link->top ? link->top : school->quality;
        school->hours = 0;
    }
}
