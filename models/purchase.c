#include "models/purchase.h"

#include "sim/core/elementary.h"

#include <math.h>

/* Long-run share of buyers when each buys with p1 after buying and p0 after not: s = s p1 + (1 - s) p0. */
static double
tariff_uptake(const care_tariff_t *tariff, double centre)
{
    double sum = 0;

    for (int q = 1; q <= CARE_QUINTILES; q++) {
        double logit = tariff->fifth * (q - 3) - centre;
        double p0 = sim_logistic(logit), p1 = sim_logistic(logit + tariff->loyalty);

        sum += p0 / (1 - p1 + p0);
    }
    return sum / CARE_QUINTILES;
}

double
care_tariff_centre(const care_tariff_t *tariff)
{
    double low = -30, high = 30;

    for (int i = 0; i < 80; i++) { /* uptake falls with c: halve the bracket */
        double middle = (low + high) / 2;

        if (tariff_uptake(tariff, middle) > tariff->anchor_uptake) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

double
care_tariff_hours(const care_tariff_t *tariff, const care_school_t *school)
{
    const double hours[CARE_SCHOOL_TYPES] = { tariff->hours_primary, tariff->hours_secondary, tariff->hours_special };

    return hours[school->type];
}

bool
care_school_buys(care_layer_run_t *layer, const care_tariff_t *tariff, double centre, uint32_t index, int year)
{
    care_school_t *school = &layer->run->school[index];
    uint32_t bit = 1u << layer->number;
    double logit = -tariff->elasticity * sim_log(tariff->price / tariff->anchor_price) +
                   tariff->quality * (school->quality - layer->run->spec->link.base) +
                   tariff->fifth * (school->quintile - 2) + ((school->bought & bit) != 0 ? tariff->loyalty : 0) -
                   centre;
    bool buys = sim_uniform(school->key, layer->run->draw[CARE_DRAW_BUYS], (uint16_t) year, 0) < sim_logistic(logit);

    school->bought = buys ? school->bought | bit : school->bought & ~bit;
    return buys;
}

int
care_use_hours(care_layer_run_t *layer, uint32_t school, double hours)
{
    double *left = &layer->run->school[school].left_hours[layer->number];

    if (*left < hours) {
        return 0;
    }
    *left -= hours;
    return 1;
}

/* Whether a buyer takes the larger package: by the school's own uniform of the year. */
static bool
school_takes_gold(const care_layer_run_t *layer, const care_tariff_t *tariff, uint32_t index, int year)
{
    double odds = tariff->gold_share / (1 - tariff->gold_share);
    double u = sim_uniform(layer->run->school[index].key, layer->run->draw[CARE_DRAW_BUYS], (uint16_t) year, 1);

    odds *= sim_exp(-tariff->elasticity * sim_log(tariff->gold_price / tariff->price));
    return u < odds / (1 + odds);
}

/* One school's purchase. @return hours */
static double
school_purchase(care_layer_run_t *layer, const care_tariff_t *tariff, uint32_t index, int year, int64_t limit_pence)
{
    double hours = care_tariff_hours(tariff, &layer->run->school[index]);
    double gold_hours = hours * tariff->gold_times;
    int64_t pence = llround(hours * tariff->price * 100), gold_pence = llround(gold_hours * tariff->gold_price * 100);

    if (tariff->gold_share > 0 && layer->school_pence + gold_pence <= limit_pence &&
        school_takes_gold(layer, tariff, index, year)) {
        hours = gold_hours;
        pence = gold_pence;
    }
    care_layer_charge(layer, index, pence);
    care_school_count(layer->run, index, CARE_COUNT_SOLD_HOURS, hours * layer->run->year_share);
    return hours;
}

double
care_sell(care_layer_run_t *layer, const care_tariff_t *tariff, int year, int64_t limit_pence, bool only_covered)
{
    double centre = care_tariff_centre(tariff), sold = 0;
    uint32_t bit = 1u << layer->number;

    for (size_t i = 0; i < layer->n_schools; i++) {
        uint32_t index = layer->order[i];
        care_school_t *school = &layer->run->school[index];
        int64_t pence = llround(care_tariff_hours(tariff, school) * tariff->price * 100);

        school->left_hours[layer->number] = 0;
        if (only_covered && (school->covered & bit) == 0) {
            continue;
        }
        if (pence <= 0 || layer->school_pence + pence > limit_pence) { /* nothing to sell, or no more money */
            school->bought &= ~bit;
            continue;
        }
        if (care_school_buys(layer, tariff, centre, index, year)) {
            double hours = school_purchase(layer, tariff, index, year, limit_pence);

            school->left_hours[layer->number] = hours * layer->run->year_share;
            sold += hours;
        }
    }
    return sold;
}
