/*
 * Whether a school buys: each year, by its own uniform, with probability
 *   logistic(- elasticity ln(price / anchor price) + quality (k - k0) + fifth (quintile - 3) + loyalty [bought last year] - c)
 * where c makes the long-run uptake at the anchor price, averaged over the fifths at base link quality, the anchor uptake. Of the
 * buyers a share, logistic(logit(gold share) - elasticity ln(gold price / price)), takes the larger package.
 */
#ifndef CARE_PURCHASE_H
#define CARE_PURCHASE_H

#include "models/run.h"

typedef struct {
    double price;                                         /* pounds a contact hour */
    double hours_primary, hours_secondary, hours_special; /* in a year's package */
    double elasticity, quality, fifth, loyalty;
    double anchor_price, anchor_uptake;
    double gold_share, gold_times, gold_price; /* of a larger package */
} care_tariff_t;

/* The rows of a tariff inside an offer's parameter struct `type` with a field `tariff`. */
#define CARE_TARIFF_ROW(type, field, unit, min, max, value, source, doc)                                               \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(type, tariff.field), source, doc                    \
    }
#define CARE_TARIFF_ROWS(type)                                                                                         \
    CARE_TARIFF_ROW(type, price, "pounds", 1, 1000, 120.6, "cost_per_link_fte_2016",                                   \
        "Price of a contact hour; the default just pays for it (95,000 pounds for 787.5 hours)."),                     \
        CARE_TARIFF_ROW(type, hours_primary, "hours", 0, 1000, 10, "assumption",                                       \
            "Contact hours a year in a primary school's package."),                                                    \
        CARE_TARIFF_ROW(type, hours_secondary, "hours", 0, 1000, 30, "assumption", "... a secondary school's."),       \
        CARE_TARIFF_ROW(type, hours_special, "hours", 0, 1000, 15, "assumption", "... a special school's."),           \
        CARE_TARIFF_ROW(type, elasticity, "", 0, 20, 2, "assumption",                                                  \
            "Fall of the logit for each unit of log price."),                                                          \
        CARE_TARIFF_ROW(type, quality, "", 0, 10, 1, "assumption", "Rise for each point of link quality."),            \
        CARE_TARIFF_ROW(type, fifth, "", -2, 2, 0.15, "assumption", "Rise for each fifth less deprived."),             \
        CARE_TARIFF_ROW(type, loyalty, "", 0, 10, 1.5, "assumption", "Rise when the school bought last year."),        \
        CARE_TARIFF_ROW(type, anchor_price, "pounds", 1, 1000, 100, "assumption", "Price at which uptake is known."),  \
        CARE_TARIFF_ROW(type, anchor_uptake, "share", 0.01, 0.99, 0.57, "asm_traded_price_elast",                      \
            "Uptake at that price."),                                                                                  \
        CARE_TARIFF_ROW(type, gold_share, "share", 0, 0.99, 0, "assumption",                                           \
            "Share of buyers who take gold when its hour costs the same; 0 = silver only."),                           \
        CARE_TARIFF_ROW(type, gold_times, "", 1, 10, 1.5, "price_ep_tiers",                                            \
            "Hours of a gold package, in silver packages (15 sessions and 10)."),                                      \
        CARE_TARIFF_ROW(type, gold_price, "pounds", 1, 1000, 120.6, "cost_per_link_fte_2016",                          \
            "Price of a contact hour in a gold package.")

/** The constant c. */
double care_tariff_centre(const care_tariff_t *tariff);
double care_tariff_hours(const care_tariff_t *tariff, const care_school_t *school);
/** Ask a school for contract year `year`; records the answer in the school. */
bool care_school_buys(care_layer_run_t *layer, const care_tariff_t *tariff, double centre, uint32_t school, int year);
/** Take so many bought hours; 0 when the school has fewer left. */
int care_use_hours(care_layer_run_t *layer, uint32_t school, double hours);
/** A year's sales: schools are asked in the order they come forward, as long as their payment keeps the sum within the limit;
    buyers are charged and given their hours. @return hours sold */
double care_sell(care_layer_run_t *layer, const care_tariff_t *tariff, int year, int64_t limit_pence,
    bool only_covered);

#endif
