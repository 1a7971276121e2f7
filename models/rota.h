/*
 * The hours in which a helpline is staffed: a week of shares of its lines. The week repeats; days on which nobody rings (holidays,
 * weekends) are left out by the days on which the pool is open.
 *
 * Invariant: opens < closes, both in [0, 24]; shares are of the lines paid for.
 */
#ifndef CARE_ROTA_H
#define CARE_ROTA_H

#include "models/param.h"
#include "sim/core/calendar.h"

typedef struct {
    double opens, closes;      /* hours of the day */
    double peak_from, peak_to; /* within them: outside, the share off_peak is there */
    double off_peak, saturday, sunday;
    double all_year; /* 0: on school days only */
} care_rota_t;

/* The rows of a rota inside an offer's parameter struct `type` with a field `rota`. */
#define CARE_ROTA_ROW(type, field, unit, max, value, doc)                                                              \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, 0, max, value, NULL, offsetof(type, rota.field), "assumption", doc                  \
    }
#define CARE_ROTA_ROWS(type)                                                                                           \
    CARE_ROTA_ROW(type, opens, "hours", 24, 8.5, "Time of day at which the lines open."),                              \
        CARE_ROTA_ROW(type, closes, "hours", 24, 16.5, "... and close."),                                              \
        CARE_ROTA_ROW(type, peak_from, "hours", 24, 0, "From this time of day all lines are staffed ..."),             \
        CARE_ROTA_ROW(type, peak_to, "hours", 24, 24, "... to this time."),                                            \
        CARE_ROTA_ROW(type, off_peak, "share", 1, 1, "Share of the lines staffed before and after (rounded)."),        \
        CARE_ROTA_ROW(type, saturday, "share", 1, 0,                                                                   \
            "Share of the lines staffed on Saturdays; then the rota runs all year, holidays included."),               \
        CARE_ROTA_ROW(type, sunday, "share", 1, 0, "... on Sundays."),                                                 \
        CARE_ROTA_ROW(type, all_year, "", 1, 0,                                                                        \
            "1: also on working days outside school terms; 0: on school days only.")

/** Line-hours that a line fully on the rota stands for in a week. */
double care_rota_hours(const care_rota_t *self);
/** Weeks of a year in which the rota runs. */
double care_rota_weeks(const care_rota_t *self);
/** Give the pool the rota's timetable, from `start` on. @return 0, SIM_ERR_NO_MEMORY, or SIM_ERR_BAD_PARAM when it is never open */
SIM_MUST_CHECK int care_rota_pool(const care_rota_t *self, sim_date_t start, sim_pool_t *pool);

#endif
