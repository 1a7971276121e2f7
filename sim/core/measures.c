/* The engine's own KPIs: what can be said of any pathway, whatever it models. */
#include "sim/core/book.h"

#define EVERYWHERE (SIM_BY_ALL | SIM_BY_POOL | SIM_BY_STAGE)

const sim_kpi_t SIM_KPIS[] = {
    { "arrivals", "entities", SIM_KPI_SUM, SIM_COUNT_ENTERED, 0, 0, 0, 0, 0, 0, EVERYWHERE | SIM_BY_DIMS,
        "Entered the pathway (all), or the stages of the pool; those present at the start are not among them." },
    { "served", "entities", SIM_KPI_SUM, SIM_COUNT_SERVED, 0, 0, 0, 0, 0, 0, EVERYWHERE | SIM_BY_DIMS,
        "Finished: left the pathway (all) or the stage after the last session or the end of service." },
    { "left", "entities", SIM_KPI_SUM, SIM_COUNT_LEFT, 0, 0, 0, 0, 0, 0, EVERYWHERE | SIM_BY_DIMS,
        "Left unfinished: gave up, aged out, missed too many appointments or declined." },
    { "sessions", "sessions", SIM_KPI_SUM, SIM_COUNT_SESSIONS, 0, 0, 0, 0, 0, 0, EVERYWHERE,
        "Sessions that were attended." },
    { "missed_sessions", "sessions", SIM_KPI_SUM, SIM_COUNT_MISSED, 0, 0, 0, 0, 0, 0, EVERYWHERE,
        "Sessions missed by the client (DNA)." },
    { "cancelled_sessions", "sessions", SIM_KPI_SUM, SIM_COUNT_CANCELLED, 0, 0, 0, 0, 0, 0, EVERYWHERE,
        "Sessions cancelled by the provider." },
    { "missed_share", "share", SIM_KPI_RATIO, SIM_COUNT_MISSED, SIM_COUNT_EXPECTED, 0, 0, 0, 0, 0, EVERYWHERE,
        "Share of the sessions not cancelled by the provider that the client missed (DNA rate)." },
    { "queue_end", "entities", SIM_KPI_LAST, SIM_COUNT_QUEUE_END, 0, 0, 0, 0, 0, 0, EVERYWHERE,
        "Waiting at the end of the period: on the list, or booked and not yet seen." },
    { "queue_mean", "entities", SIM_KPI_RATIO, SIM_COUNT_QUEUE_DAYS, SIM_COUNT_DAYS, 0, 0, 0, 0, 0, EVERYWHERE,
        "Mean number waiting over the period." },
    { "present_mean", "entities", SIM_KPI_RATIO, SIM_COUNT_PRESENT_DAYS, SIM_COUNT_DAYS, 0, 0, 0, 0, 0, EVERYWHERE,
        "Mean number present in the pathway, the pool's stages or the stage, waiting or not." },
    { "queue_wait_mean_days", "days", SIM_KPI_TALLY_MEAN, SIM_TALLY_QUEUE, 0, 0, 0, 0, 0, 0, EVERYWHERE,
        "Mean wait from joining the list to service or the first attended session, of those seen in the period." },
    { "queue_wait_median_days", "days", SIM_KPI_TALLY_QUANTILE, SIM_TALLY_QUEUE, 0, 0, 0, 0.5, 0, 0, EVERYWHERE,
        "Median wait from joining the list to service or the first attended session, of those seen in the period." },
    { "queue_wait_p90_days", "days", SIM_KPI_TALLY_QUANTILE, SIM_TALLY_QUEUE, 0, 0, 0, 0.9, 0, 0, EVERYWHERE,
        "Wait that one in ten of those seen in the period exceeded." },
    { "sojourn_mean_days", "days", SIM_KPI_TALLY_MEAN, SIM_TALLY_SOJOURN, 0, 0, 0, 0, 0, 0, SIM_BY_ALL | SIM_BY_STAGE,
        "Mean time in the pathway (all) or the stage, of those who left it in the period." },
    { "utilisation", "ratio", SIM_KPI_RATIO, SIM_COUNT_USED, SIM_COUNT_CAPACITY, 0, 0, 0, 0, 0,
        SIM_BY_ALL | SIM_BY_POOL, "Share of the time there was that was used, missed appointments included." },
    { "load", "ratio", SIM_KPI_RATIO_MAX, SIM_COUNT_OFFERED_WORK, SIM_COUNT_CAPACITY, SIM_COUNT_STARTS_WANTED,
        SIM_COUNT_STARTS_CAPACITY, 0, 0, 0, SIM_BY_ALL | SIM_BY_POOL,
        "Work asked for by those entering, over the time there was, or new starts wanted over new starts there were, "
        "whichever is greater; above 1 the list grows." },
    { "units_end", "units", SIM_KPI_LAST, SIM_COUNT_UNITS, 0, 0, 0, 0, 0, 0, SIM_BY_POOL,
        "Servers, or WTE, at the end of the period." },
};

const size_t SIM_N_KPIS = sizeof(SIM_KPIS) / sizeof(SIM_KPIS[0]);
