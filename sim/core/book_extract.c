/*
 * From a book to numbers: the periods of a run, the cells of a KPI table, and the value of each cell.
 *
 * Invariant: a period's value is made of whole months (flows) or of its last month (levels), and of merged
 * histograms, so that years, financial years and the run agree with the months they hold.
 */
#include "sim/core/book.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- periods ---- */

static bool
book_month_whole(const sim_calendar_t *calendar, size_t month)
{
    sim_date_t first = sim_calendar_date(calendar, calendar->month_first[month]);
    sim_date_t after = sim_calendar_date(calendar, calendar->month_first[month + 1]);

    return first.day == 1 && after.day == 1;
}

static bool
book_span_whole(const sim_calendar_t *calendar, const sim_period_t *period, size_t months)
{
    return period->end_month - period->first_month == months && book_month_whole(calendar, period->first_month) &&
           book_month_whole(calendar, period->end_month - 1);
}

static sim_period_t *
book_add_period(sim_period_t *period, sim_period_kind_t kind, size_t first_month, size_t end_month)
{
    memset(period, 0, sizeof(*period));
    period->kind = kind;
    period->first_month = first_month;
    period->end_month = end_month;
    return period;
}

static size_t
book_add_years(const sim_calendar_t *calendar, sim_period_t *period)
{
    size_t n = 0, month, end;

    for (month = 0; month < calendar->n_months; month += 12) {
        sim_period_t *year = &period[n++];

        end = month + 12 < calendar->n_months ? month + 12 : calendar->n_months;
        book_add_period(year, SIM_PERIOD_YEAR, month, end);
        snprintf(year->name, sizeof(year->name), "y%u", (unsigned) (n % 1000));
        year->whole = book_span_whole(calendar, year, 12);
    }
    return n;
}

static size_t
book_add_financial(const sim_calendar_t *calendar, sim_period_t *period)
{
    size_t n = 0, first = 0, month;

    for (month = 1; month <= calendar->n_months; month++) {
        sim_date_t date = sim_calendar_date(calendar, calendar->month_first[first]);
        int start = date.month >= 4 ? date.year : date.year - 1;
        sim_period_t *year = &period[n];

        if (month < calendar->n_months && sim_calendar_date(calendar, calendar->month_first[month]).month != 4) {
            continue;
        }
        book_add_period(year, SIM_PERIOD_FINANCIAL, first, month);
        snprintf(year->name, sizeof(year->name), "%04u-%02u", (unsigned) start % 10000, (unsigned) (start + 1) % 100);
        year->whole = book_span_whole(calendar, year, 12);
        first = month;
        n++;
    }
    return n;
}

static size_t
book_add_months(const sim_calendar_t *calendar, sim_period_t *period)
{
    size_t month;

    for (month = 0; month < calendar->n_months; month++) {
        sim_date_t date = sim_calendar_date(calendar, calendar->month_first[month]);

        book_add_period(&period[month], SIM_PERIOD_MONTH, month, month + 1);
        snprintf(period[month].name, sizeof(period[month].name), "%04u-%02u", (unsigned) date.year % 10000,
            (unsigned) date.month % 100);
        period[month].whole = book_month_whole(calendar, month);
    }
    return calendar->n_months;
}

int
sim_periods(const sim_calendar_t *calendar, size_t *n, sim_period_t **period)
{
    size_t most = 3 + calendar->n_months + 2 * (calendar->n_months / 12 + 1);

    *n = 0;
    *period = calloc(most, sizeof(**period));
    if (*period == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    book_add_period(&(*period)[0], SIM_PERIOD_ALL, 0, calendar->n_months);
    snprintf((*period)[0].name, sizeof((*period)[0].name), "all");
    (*period)[0].whole = true;
    *n = 1;
    *n += book_add_years(calendar, *period + *n);
    *n += book_add_financial(calendar, *period + *n);
    *n += book_add_months(calendar, *period + *n);
    return 0;
}

/* ---- cells ---- */

static bool
book_has_cell(const sim_kpi_t *kpi, const sim_group_t *group, const sim_period_t *period)
{
    unsigned kind = group->kind == SIM_BY_AREA ? SIM_BY_ALL : (unsigned) group->kind;

    return (kpi->by & kind) != 0 && (group->kind == SIM_BY_ALL || group->kind == SIM_BY_ACCOUNT ||
                                        period->kind == SIM_PERIOD_ALL || period->kind == SIM_PERIOD_YEAR);
}

static size_t
book_list_cells(const sim_book_t *book, const sim_kpi_t *kpi, size_t n_kpis, const sim_period_t *period,
    size_t n_periods, sim_cell_t *cell)
{
    size_t n = 0, k, g, p;

    for (k = 0; k < n_kpis; k++) {
        for (g = 0; g < book->n_groups; g++) {
            for (p = 0; p < n_periods; p++) {
                if (!book_has_cell(&kpi[k], &book->group[g], &period[p])) {
                    continue;
                }
                if (cell != NULL) {
                    cell[n] = (sim_cell_t){ (uint16_t) k, (uint16_t) g, (int32_t) p };
                }
                n++;
            }
        }
    }
    return n;
}

int
sim_cells(const sim_book_t *book, const sim_kpi_t *kpi, size_t n_kpis, const sim_period_t *period, size_t n_periods,
    size_t *n, sim_cell_t **cell)
{
    *n = 0;
    *cell = NULL;
    if (n_kpis > UINT16_MAX || book->n_groups > UINT16_MAX) {
        return SIM_ERR_FULL;
    }
    *n = book_list_cells(book, kpi, n_kpis, period, n_periods, NULL);
    *cell = malloc((*n + 1) * sizeof(**cell));
    if (*cell == NULL) {
        *n = 0;
        return SIM_ERR_NO_MEMORY;
    }
    book_list_cells(book, kpi, n_kpis, period, n_periods, *cell);
    return 0;
}

/* ---- values ---- */

typedef struct {
    const sim_book_t *book;
    const sim_kpi_t *kpi;
    const sim_period_t *period;
    size_t group;
    sim_tally_t merged;
    int error;
} book_view_t;

static double
book_value(const sim_book_t *book, int counter, size_t group, size_t month)
{
    return book->count[(month * book->n_counters + (size_t) counter) * book->n_groups + group];
}

/* Whether the run goes on long enough after the end of a month for the KPI to be known. */
static bool
book_followed(const book_view_t *view, size_t month)
{
    const sim_calendar_t *calendar = view->book->calendar;

    return calendar->month_first[month + 1] + view->kpi->follow_days <= (double) calendar->n_days;
}

/* The sum of a counter over the months that count; *months is their number. */
static double
book_sum(const book_view_t *view, int counter, size_t *months)
{
    double sum = 0;
    size_t m;

    *months = 0;
    for (m = view->period->first_month; m < view->period->end_month; m++) {
        if (book_followed(view, m)) {
            sum += book_value(view->book, counter, view->group, m);
            (*months)++;
        }
    }
    return sum;
}

static double
book_mean(const book_view_t *view, int counter, bool per_month)
{
    size_t months;
    double sum = book_sum(view, counter, &months);

    if (months == 0) {
        return NAN;
    }
    return per_month ? sum / (double) months : sum;
}

static double
book_last(const book_view_t *view, int counter)
{
    return book_value(view->book, counter, view->group, view->period->end_month - 1);
}

static double
book_ratio(double a, double b)
{
    return b == 0 ? NAN : a / b;
}

static double
book_sum_ratio(const book_view_t *view, int a, int b)
{
    size_t months;
    double top = book_sum(view, a, &months);

    return book_ratio(top, book_sum(view, b, &months));
}

static double
book_share(const book_view_t *view)
{
    size_t months;
    double part = book_sum(view, view->kpi->a, &months);

    return book_ratio(part, part + book_sum(view, view->kpi->b, &months));
}

/* The group of a dimension's last level. */
static size_t
book_last_level(const sim_book_t *book, size_t dim)
{
    size_t end = book->first_dim[dim];

    if (dim + 1 < book->n_dims) {
        return book->first_dim[dim + 1] - 1;
    }
    while (end < book->n_groups && book->group[end].kind == SIM_BY_DIMS) {
        end++; /* to the first account */
    }
    return end - 1;
}

/* The last level of a dimension over its first. */
static double
book_group_ratio(const book_view_t *view)
{
    size_t dim = (size_t) view->kpi->c;
    book_view_t level = *view;
    double first;

    if (dim >= view->book->n_dims) {
        return NAN;
    }
    level.group = view->book->first_dim[dim];
    first = book_sum_ratio(&level, view->kpi->a, view->kpi->b);
    level.group = book_last_level(view->book, dim);
    return book_ratio(book_sum_ratio(&level, view->kpi->a, view->kpi->b), first);
}

static void
book_add_tally(book_view_t *view, size_t cell)
{
    const sim_book_t *book = view->book;
    size_t cells = book->n_months + (book->n_groups - 1) * book->n_years;
    const sim_tally_t *tally = &book->tally[(size_t) view->kpi->a * cells + cell];

    if (tally->bin != NULL && view->error == 0) {
        view->error = sim_tally_merge(&view->merged, tally);
    }
}

/* The histogram of the period: months of "all", contract years of other groups. */
static void
book_merge_period(book_view_t *view)
{
    const sim_book_t *book = view->book;
    size_t m, y, end;

    sim_tally_reset(&view->merged);
    if (view->group == 0) {
        for (m = view->period->first_month; m < view->period->end_month; m++) {
            if (book_followed(view, m)) {
                book_add_tally(view, m);
            }
        }
        return;
    }
    for (y = view->period->first_month / 12; 12 * y < view->period->end_month; y++) {
        end = 12 * (y + 1) < book->n_months ? 12 * (y + 1) : book->n_months;
        if (book_followed(view, end - 1)) {
            book_add_tally(view, book->n_months + (view->group - 1) * book->n_years + y);
        }
    }
}

static double
book_tally_value(book_view_t *view)
{
    book_merge_period(view);
    switch (view->kpi->kind) {
    case SIM_KPI_TALLY_MEAN:
        return sim_tally_mean(&view->merged);
    case SIM_KPI_TALLY_QUANTILE:
        return sim_tally_quantile(&view->merged, view->kpi->q);
    default:
        return sim_tally_share_within(&view->merged, view->kpi->q);
    }
}

static double
book_cell_value(book_view_t *view)
{
    const sim_kpi_t *kpi = view->kpi;

    switch (kpi->kind) {
    case SIM_KPI_SUM:
        return book_mean(view, kpi->a, false);
    case SIM_KPI_PER_MONTH:
    case SIM_KPI_MEAN:
        return book_mean(view, kpi->a, true);
    case SIM_KPI_LAST:
        return book_last(view, kpi->a);
    case SIM_KPI_RATIO:
        return book_sum_ratio(view, kpi->a, kpi->b);
    case SIM_KPI_SHARE:
        return book_share(view);
    case SIM_KPI_RATIO_MAX:
        return fmax(book_sum_ratio(view, kpi->a, kpi->b), book_sum_ratio(view, kpi->c, kpi->d));
    case SIM_KPI_LEVEL_RATIO:
        return book_ratio(book_last(view, kpi->a), book_last(view, kpi->b));
    case SIM_KPI_RATIO_REST:
        return 1 - (book_sum_ratio(view, kpi->b, kpi->a) + book_sum_ratio(view, kpi->c, kpi->a));
    case SIM_KPI_GROUP_RATIO:
        return book_group_ratio(view);
    default:
        return book_tally_value(view);
    }
}

int
sim_book_extract(const sim_book_t *self, const sim_kpi_t *kpi, const sim_period_t *period, const sim_cell_t *cell,
    size_t n, double *value)
{
    book_view_t view;
    size_t i;
    int ret;

    memset(&view, 0, sizeof(view));
    view.book = self;
    ret = sim_tally_init(&view.merged);
    for (i = 0; ret == 0 && view.error == 0 && i < n; i++) {
        view.kpi = &kpi[cell[i].kpi];
        view.period = &period[cell[i].period];
        view.group = cell[i].group;
        value[i] = book_cell_value(&view) * (view.kpi->factor == 0 ? 1 : view.kpi->factor);
    }
    sim_tally_free(&view.merged);
    return ret != 0 ? ret : view.error;
}
