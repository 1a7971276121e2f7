#include "sim/cli/formula.h"

#include "sim/analysis/queueing.h"
#include "sim/cli/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define SERVERS_MOST 2000
#define WEEK 7.0
#define CHANGES 0.05 /* of the load, from year to year, that matters */

/* What the results say of a pool over the whole run. */
typedef struct {
    const char *plan, *group;
    bool is_care;
    double days, last_days; /* of the run; after its first year */
    store_row_t arrivals, load, units, left, missed, wait, first_list, last_list, first_load, last_load;
} pool_t;

static void __attribute__((format(printf, 3, 4))) add(char *text, size_t size, const char *format, ...)
{
    size_t n = strlen(text);
    va_list args;

    va_start(args, format);
    (void) vsnprintf(text + n, size - n, format, args);
    va_end(args);
}

/* ---- what is known ---- */

static int
get(store_reader_t *reader, const pool_t *pool, const char *kpi, const char *period, store_row_t *row)
{
    int ret = store_get(reader, pool->plan, kpi, pool->group, period, row);

    return ret == SIM_ERR_NOT_FOUND ? 0 : ret;
}

/* The last whole contract year, "y1" when there is no other. */
static const char *
last_year(const store_contents_t *contents, pool_t *pool)
{
    const char *name = "y1";
    long end = 0;

    for (size_t i = 0; i < contents->n_periods; i++) {
        const store_period_t *period = &contents->period[i];

        if (strcmp(period->kind, "all") == 0) {
            pool->days = (double) (period->end_day - period->first_day);
        } else if (strcmp(period->name, "y1") == 0) {
            end = period->end_day;
        }
        if (strcmp(period->kind, "year") == 0 && period->whole) {
            name = period->name;
            pool->last_days = (double) (period->end_day - end);
        }
    }
    return name;
}

static int
read_pool(store_reader_t *reader, const char *group, pool_t *pool)
{
    const store_contents_t *contents = store_contents(reader);
    const char *last;

    *pool = (pool_t){ .plan = contents->plan[0].name, .group = group };
    last = last_year(contents, pool);
    for (size_t i = 0; i < contents->n_kpis; i++) {
        pool->is_care = pool->is_care || strcmp(contents->kpi[i].name, "cohort_seen_18w") == 0;
    }
    const struct {
        const char *kpi, *period;
        store_row_t *row;
    } wanted[] = { { "arrivals", "all", &pool->arrivals }, { "load", "all", &pool->load },
        { "units_end", "all", &pool->units }, { "left_share", "all", &pool->left },
        { "missed_share", "all", &pool->missed }, { "queue_wait_mean_days", "all", &pool->wait },
        { "queue_end", "y1", &pool->first_list }, { "queue_end", last, &pool->last_list },
        { "load", "y1", &pool->first_load }, { "load", last, &pool->last_load } };
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        ret = get(reader, pool, wanted[i].kpi, wanted[i].period, wanted[i].row);
    }
    return ret;
}

/* ---- the formula ---- */

static int
servers_of(const pool_t *pool)
{
    return (int) fmin(fmax(1.0, rint(pool->units.estimate)), SERVERS_MOST);
}

/* Mean wait in days by Erlang C, the load kept when posts are made whole; +inf when there is too much work. */
static double
wait_by_formula(const pool_t *pool)
{
    double a_day = pool->arrivals.estimate / pool->days;
    int servers = servers_of(pool);

    return ana_mmc_wait(servers, a_day, pool->load.estimate * servers / a_day);
}

static void
put_given(const pool_t *pool, plot_quick_t *quick)
{
    char units[64];

    cli_format_value(units, sizeof(units), "", pool->units.estimate);
    add(quick->given, sizeof(quick->given), "%.3g come a week; %s %s", pool->arrivals.estimate * WEEK / pool->days,
        units, pool->is_care ? "posts" : "servers");
    if (fabs(pool->units.estimate - servers_of(pool)) > 1e-9) {
        add(quick->given, sizeof(quick->given), " (taken as %d)", servers_of(pool));
    }
    add(quick->given, sizeof(quick->given), "; load %.2f", pool->load.estimate);
}

static void
put_overloaded(const pool_t *pool, plot_quick_t *quick)
{
    double a_week = pool->arrivals.estimate * WEEK / pool->days;
    double grown = pool->last_list.estimate - pool->first_list.estimate;

    add(quick->quick, sizeof(quick->quick), "no steady state: the list grows by %.3g a week if nobody leaves it",
        a_week * (1.0 - 1.0 / pool->load.estimate));
    if (pool->last_days > 0.0) {
        add(quick->simulated, sizeof(quick->simulated),
            "the list grows by %.3g a week after the first year; mean wait of those seen ",
            grown * WEEK / pool->last_days);
    } else {
        add(quick->simulated, sizeof(quick->simulated), "mean wait of those seen ");
    }
}

static void
put_wait(const pool_t *pool, plot_quick_t *quick)
{
    char text[192];

    cli_format_interval(text, sizeof(text), "", pool->wait.estimate, pool->wait.low, pool->wait.high);
    add(quick->simulated, sizeof(quick->simulated), "%s%s days", quick->simulated[0] == '\0' ? "mean wait " : "", text);
}

/* ---- why they differ ---- */

static void
put_reasons(const pool_t *pool, plot_quick_t *quick)
{
    double years = pool->last_load.estimate / pool->first_load.estimate - 1.0;
    size_t size = sizeof(quick->why);

    if (pool->left.estimate > 0.005) {
        add(quick->why, size, "%.0f%% of those who come leave unserved (gave up, aged out, recovered). ",
            100.0 * pool->left.estimate);
    }
    if (fabs(years) > CHANGES) {
        add(quick->why, size, "Its load goes from %.2f in the first year to %.2f in the last. ",
            pool->first_load.estimate, pool->last_load.estimate);
    }
    if (pool->is_care) {
        add(quick->why, size,
            "Time is sold as appointments on working days, booked ahead and by courses of several; the run starts with a list; demand "
            "has seasons.");
    } else if (quick->why[0] == '\0') {
        add(quick->why, size,
            "The formula takes exponential service, chance arrivals at one steady rate, one list and no limits.");
    }
}

/* Whether the formula is among what chance allows. */
static bool
agrees(const pool_t *pool, double wait)
{
    return wait >= pool->wait.low && wait <= pool->wait.high;
}

static void
put_answer(const pool_t *pool, plot_quick_t *quick)
{
    double wait = wait_by_formula(pool);

    if (isinf(wait)) {
        put_overloaded(pool, quick);
    } else {
        add(quick->quick, sizeof(quick->quick), "mean wait %.3g days (Erlang C)", wait);
    }
    put_wait(pool, quick);
    if (!isinf(wait) && agrees(pool, wait)) {
        add(quick->why, sizeof(quick->why), "They agree.");
    } else {
        put_reasons(pool, quick);
    }
}

static bool
can_tell(const pool_t *pool)
{
    return pool->arrivals.estimate > 0.0 && pool->load.estimate > 0.0 && pool->units.estimate > 0.0 && pool->days > 0.0;
}

int
cli_formula(store_reader_t *reader, size_t *n, plot_quick_t **quick)
{
    const store_contents_t *contents = store_contents(reader);
    int ret = 0;

    *n = 0;
    *quick = calloc(contents->n_groups + 1, sizeof(**quick));
    if (*quick == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t g = 0; ret == 0 && g < contents->n_groups; g++) {
        pool_t pool;

        if (strncmp(contents->group[g].name, "pool=", 5) != 0) {
            continue;
        }
        ret = read_pool(reader, contents->group[g].name, &pool);
        if (ret == 0 && can_tell(&pool)) {
            plot_quick_t *row = &(*quick)[(*n)++];

            (void) snprintf(row->pool, sizeof(row->pool), "%.60s", contents->group[g].name + 5);
            put_given(&pool, row);
            put_answer(&pool, row);
        }
    }
    return ret;
}
