/*
 * What a contract holds the lines' money to, and its reviews.
 *
 * A review looks at a measure of months that are past: of a cohort, those that by the day of the review have been followed as long as
 * the measure asks, so that nothing that happens later can change what is seen. What it moves stays as many pounds a year, whatever
 * growth, uplift and steps do to the lines afterwards, and the lines together have at every time what they would have had without.
 */
#include "models/run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- bounds ---- */

/* By no more than a penny, which rounding may make, a bound is kept. */
static bool
funding_holds(const care_spec_t *spec, const care_funding_t *funding, care_budget_fault_t *fault)
{
    const care_contract_t *contract = &spec->contract;
    double all = 0, early = 0, admin = 0;

    for (size_t l = 0; l < spec->n_lines; l++) {
        double pence = (double) funding->pence[l];

        all += pence;
        early += spec->line[l].early ? pence : 0;
        admin += pence * spec->line[l].management;
    }
    if (!contract->given || !(all > 0)) {
        return true;
    }
    *fault = (care_budget_fault_t){ .kind = CARE_FAULT_EARLY, .day = funding->day, .share = early / all };
    if (early < contract->early_least * all - 1) { /* never, when it is NaN */
        return false;
    }
    *fault = (care_budget_fault_t){ .kind = CARE_FAULT_ADMIN, .day = funding->day, .share = admin / all };
    return !(admin > contract->admin_most * all + 1);
}

bool
care_budget_holds(const care_budget_t *self, const care_spec_t *spec, care_budget_fault_t *fault)
{
    bool holds = true;

    for (size_t i = 0; i < self->n && holds; i++) {
        bool passing = i + 1 < self->n && self->funding[i + 1].day == self->funding[i].day;

        holds = passing || funding_holds(spec, &self->funding[i], fault);
    }
    return holds;
}

/* ---- moves ---- */

/* The first funding that holds after a day has come; one that begins on it is made where there is none. */
static size_t
budget_from(care_budget_t *self, long day)
{
    size_t i = self->n;

    while (i > 1 && self->funding[i - 1].day > day) {
        i--;
    }
    if (self->funding[i - 1].day == day && i > 1) {
        return i - 1;
    }
    memmove(&self->funding[i + 1], &self->funding[i], (self->n - i) * sizeof(*self->funding));
    self->funding[i] = self->funding[i - 1];
    self->funding[i].day = day;
    self->n++;
    return i;
}

static void
budget_shift(care_budget_t *self, size_t first, size_t from, size_t to, int64_t pence)
{
    for (size_t i = first; i < self->n; i++) {
        self->funding[i].pence[from] -= pence;
        self->funding[i].pence[to] += pence;
    }
}

/* Whether so much can be moved. */
static bool
budget_bears(care_budget_t *self, const care_spec_t *spec, size_t first, size_t from, size_t to, int64_t pence)
{
    care_budget_fault_t fault;
    bool bears = true;

    for (size_t i = first; i < self->n; i++) {
        bears = bears && self->funding[i].pence[from] >= pence;
    }
    if (bears) {
        budget_shift(self, first, from, to, pence);
        bears = care_budget_holds(self, spec, &fault);
        budget_shift(self, first, from, to, -pence);
    }
    return bears;
}

int64_t
care_budget_move(care_budget_t *self, const care_spec_t *spec, long day, size_t from, size_t to, int64_t pence)
{
    size_t first = budget_from(self, day);
    int64_t good = 0, bad = pence + 1;

    if (pence > 0 && budget_bears(self, spec, first, from, to, pence)) {
        good = pence;
    }
    while (good < pence && bad - good > 1) { /* what can be borne is one interval from 0 */
        int64_t middle = good + (bad - good) / 2;

        if (budget_bears(self, spec, first, from, to, middle)) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    budget_shift(self, first, from, to, good);
    return good;
}

/* ---- reviews ---- */

static size_t
review_group(const sim_book_t *book, const char *name)
{
    size_t g = book->n_groups - 1;

    while (g > 0 && strcmp(book->group[g].name, name) != 0) {
        g--;
    }
    return g;
}

/* The measure over the last months that are known today; NaN when there is none. */
static int
review_value(const care_run_t *run, const care_review_t *review, double today, double *value)
{
    const sim_calendar_t *calendar = &run->model->calendar;
    const sim_book_t *book = sim_replication_book(run->rep);
    sim_period_t period = { .kind = SIM_PERIOD_ALL };
    const sim_cell_t cell = { 0, (uint16_t) review_group(book, review->group), 0 };

    while (period.end_month < calendar->n_months &&
           calendar->month_first[period.end_month + 1] + review->kpi->follow_days <= today) {
        period.end_month++;
    }
    *value = NAN;
    if (period.end_month == 0) {
        return 0;
    }
    period.first_month = period.end_month > review->over_months ? period.end_month - review->over_months : 0;
    return sim_book_extract(book, review->kpi, &period, &cell, 1, value);
}

static void
review_tell(const care_run_t *run, const care_review_t *review, double value, bool fires, int64_t pence)
{
    const care_spec_t *spec = run->spec;
    char text[320];

    if (run->tell == NULL) {
        return;
    }
    if (fires) {
        (void) snprintf(text, sizeof(text), "review %s: %s (%s) is %.4g: %.2f pounds a year move from %s to %s",
            review->name, review->kpi->name, review->group, value, (double) pence / 100,
            spec->line[review->from_line].name, spec->line[review->to_line].name);
    } else {
        char known[40] = "not known yet";

        if (!isnan(value)) {
            (void) snprintf(known, sizeof(known), "%.4g", value);
        }
        (void) snprintf(text, sizeof(text), "review %s: %s (%s) is %s: nothing moves", review->name, review->kpi->name,
            review->group, known);
    }
    run->tell(run->tell_ctx, sim_replication_now(run->rep), text);
}

int
care_review_plan(care_run_t *run, size_t number, size_t times)
{
    const care_contract_t *contract = &run->spec->contract;
    const care_review_t *review = &contract->review[number];
    long day = (long) review->on_day;
    int ret = 0;

    if (review->every_months > 0) {
        day = care_months_later(&run->model->calendar, review->on_day, times * review->every_months);
    }
    if ((review->every_months > 0 || times == 0) && (double) day < contract->end_day &&
        (double) day < run->model->horizon_days) {
        ret = day > 0 ? sim_replication_call(run->rep, (double) day + CARE_REVIEW_AT,
                            (uint32_t) CARE_EVENT_REVIEW << CARE_EVENT_SHIFT | (uint32_t) number << CARE_REVIEW_SHIFT |
                                (uint32_t) times)
                      : care_review_plan(run, number, times + 1); /* held before the run began */
    }
    return ret;
}

int
care_review(care_run_t *run, uint32_t what)
{
    size_t number = what >> CARE_REVIEW_SHIFT, times = what & ((1u << CARE_REVIEW_SHIFT) - 1);
    const care_review_t *review = &run->spec->contract.review[number];
    sim_book_t *book = sim_replication_book(run->rep);
    double today = floor(sim_replication_now(run->rep)), value;
    size_t month = sim_replication_month(run->rep);
    int ret = review_value(run, review, today, &value);
    int64_t pence = 0;

    if (ret != 0) {
        return ret;
    }
    if (value < review->below || value > review->above) { /* NaN is neither */
        const care_funding_t *now = care_budget_at(&run->budget, today);

        pence = care_budget_move(&run->budget, run->spec, (long) today, review->from_line, review->to_line,
            llround((double) now->pence[review->from_line] * review->share));
    }
    if (pence > 0) {
        sim_book_count(book, CARE_COUNT_REVIEWS, month, NULL, 1);
        sim_book_count(book, CARE_COUNT_REVIEW_MOVED, month, NULL, (double) pence / 100);
        ret = care_lines_fund(run);
    }
    review_tell(run, review, value, pence > 0, pence);
    return ret == 0 ? care_review_plan(run, number, times + 1) : ret;
}
