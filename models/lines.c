/*
 * Budget lines: the money of each from day to day, worked out once for a run.
 *
 * A line has its first-year money. Each contract year multiplies that by its growth, each financial year by its uplift; dated steps add
 * to it, multiply or replace it; shifts move it from one line to another. All is in whole pence a year, and rounded together: line l
 * has what lines 0 .. l have less what lines 0 .. l-1 have, so that a sum of lines never differs from the whole by a penny. Of this a
 * line has the share that is released: none before the contract goes live, and what its waves say.
 *
 * Invariant: days never go down; the first funding is that of the first year before any step, and no line is ever below 0.
 */
#include "models/care.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum { ACT_YEAR, ACT_UPLIFT, ACT_STEP, ACT_SHIFT, ACT_RELEASE } act_kind_t; /* in this order on one day */

typedef struct {
    long day;
    act_kind_t kind;
    size_t line, index;
} act_t;

static int
act_compare(const void *a, const void *b)
{
    const act_t *x = a, *y = b;

    if (x->day != y->day) {
        return x->day < y->day ? -1 : 1;
    }
    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    if (x->line != y->line) {
        return x->line < y->line ? -1 : 1;
    }
    return (x->index > y->index) - (x->index < y->index);
}

long
care_months_later(const sim_calendar_t *calendar, double from_day, size_t months)
{
    sim_date_t date = sim_date_from_serial(calendar->start_serial + (int64_t) from_day);
    int month = date.month - 1 + (int) months;

    date.year += month / 12;
    date.month = month % 12 + 1;
    while (!sim_date_valid(date)) {
        date.day--;
    }
    return (long) (sim_date_serial(date) - calendar->start_serial);
}

/* Whether the lines have nothing until a day within the run. */
static bool
contract_opens(const care_spec_t *spec)
{
    return spec->contract.given && !spec->contract.takes_over && spec->contract.go_live_day > 0;
}

/* The share of a line's money that is released on a day. */
static double
line_released(const care_spec_t *spec, size_t l, double day)
{
    const care_line_t *line = &spec->line[l];
    double share = line->n_waves == 0 ? 1 : 0;

    for (size_t w = 0; w < line->n_waves && line->wave[w].from_day <= day; w++) {
        share = line->wave[w].share;
    }
    return contract_opens(spec) && day < spec->contract.go_live_day ? 0 : share;
}

/* Uplifts on 1 April, and days on which money is released; n are there already. */
static size_t
acts_of_contract(const care_spec_t *spec, const sim_calendar_t *calendar, act_t *act, size_t n)
{
    bool uplifted = false, released = contract_opens(spec);

    for (size_t l = 0; l < spec->n_lines; l++) {
        uplifted = uplifted || spec->line[l].uplift != 0;
        released = released || spec->line[l].n_waves > 0;
    }
    for (size_t m = 1; uplifted && m < calendar->n_months; m++) {
        if (sim_calendar_date(calendar, calendar->month_first[m]).month == 4) {
            act[n++] = (act_t){ calendar->month_first[m], ACT_UPLIFT, 0, 0 };
        }
    }
    if (released) {
        act[n++] = (act_t){ 0, ACT_RELEASE, 0, 0 };
    }
    if (contract_opens(spec)) {
        act[n++] = (act_t){ (long) spec->contract.go_live_day, ACT_RELEASE, 0, 0 };
    }
    for (size_t l = 0; l < spec->n_lines; l++) {
        for (size_t w = 0; w < spec->line[l].n_waves; w++) {
            act[n++] = (act_t){ (long) spec->line[l].wave[w].from_day, ACT_RELEASE, 0, 0 };
        }
    }
    return n;
}

/* Everything that happens to the lines' money within the calendar, in order. Returns how many; NULL in *act without memory. */
static size_t
acts_make(const care_spec_t *spec, const sim_calendar_t *calendar, act_t **act)
{
    size_t n = 0, most = 4 + 2 * (calendar->n_months / 12);

    for (size_t l = 0; l < spec->n_lines; l++) {
        most += spec->line[l].n_steps + spec->line[l].n_waves;
    }
    for (size_t s = 0; s < spec->n_shifts; s++) {
        most += spec->shift[s].years;
    }
    *act = calloc(most, sizeof(**act));
    if (*act == NULL) {
        return 0;
    }
    for (size_t m = 12; m < calendar->n_months; m += 12) {
        (*act)[n++] = (act_t){ calendar->month_first[m], ACT_YEAR, 0, 0 };
    }
    n = acts_of_contract(spec, calendar, *act, n);
    for (size_t l = 0; l < spec->n_lines; l++) {
        for (size_t i = 0; i < spec->line[l].n_steps; i++) {
            (*act)[n++] = (act_t){ (long) spec->line[l].step[i].from_day, ACT_STEP, l, i };
        }
    }
    for (size_t s = 0; s < spec->n_shifts; s++) {
        for (size_t y = 0; y < spec->shift[s].years; y++) {
            (*act)[n++] = (act_t){ care_months_later(calendar, spec->shift[s].from_day, 12 * y), ACT_SHIFT,
                spec->shift[s].from_line, s };
        }
    }
    qsort(*act, n, sizeof(**act), act_compare);
    return n;
}

/* Pence rounded so that every partial sum is the nearest whole number to what it was. */
static void
round_together(const double *pence, size_t n, int64_t *whole)
{
    double sum = 0;
    int64_t before = 0;

    for (size_t i = 0; i < n; i++) {
        sum += pence[i];
        whole[i] = llround(sum) - before;
        before += whole[i];
    }
}

/* What lines have before any of it is held back. */
typedef struct {
    int64_t pence[CARE_LINES_MAX];
    bool held; /* of some a part is */
} budget_now_t;

static void
act_grow(const care_spec_t *spec, bool year, budget_now_t *now)
{
    double pence[CARE_LINES_MAX];

    for (size_t l = 0; l < spec->n_lines; l++) {
        pence[l] = (double) now->pence[l] * (1 + (year ? spec->line[l].growth : spec->line[l].uplift));
    }
    round_together(pence, spec->n_lines, now->pence);
}

/* What the line is left with. */
static int64_t
act_do(const care_spec_t *spec, const act_t *act, const care_funding_t *first, budget_now_t *now)
{
    int64_t *pence = &now->pence[act->line];

    if (act->kind == ACT_STEP) {
        const care_line_step_t *step = &spec->line[act->line].step[act->index];

        *pence = step->kind == CARE_STEP_TIMES
                     ? llround((double) *pence * step->amount)
                     : (step->kind == CARE_STEP_ADD ? *pence : 0) + llround(step->amount * spec->scale * 100);
    } else if (act->kind == ACT_SHIFT) {
        const care_shift_t *shift = &spec->shift[act->index];
        int64_t moved = llround((double) first->pence[act->line] * shift->share_per_year);

        *pence -= moved;
        now->pence[shift->to_line] += moved;
    } else if (act->kind == ACT_RELEASE) {
        now->held = true;
    } else {
        act_grow(spec, act->kind == ACT_YEAR, now);
    }
    return *pence;
}

static void
funding_first(const care_spec_t *spec, care_funding_t *funding)
{
    double pence[CARE_LINES_MAX];

    memset(funding, 0, sizeof(*funding));
    funding->prices = 1;
    for (size_t l = 0; l < spec->n_lines; l++) {
        pence[l] = spec->line[l].per_year * spec->scale * 100;
    }
    round_together(pence, spec->n_lines, funding->pence);
}

static void
funding_release(const care_spec_t *spec, const budget_now_t *now, care_funding_t *funding)
{
    for (size_t l = 0; l < spec->n_lines; l++) {
        double share = now->held ? line_released(spec, l, (double) funding->day) : 1;

        funding->pence[l] = share == 1 ? now->pence[l] : llround((double) now->pence[l] * share);
    }
}

static int
budget_fill(care_budget_t *self, const care_spec_t *spec, const act_t *act, size_t n, care_budget_fault_t *fault)
{
    care_funding_t *funding = &self->funding[0];
    budget_now_t now = { .held = false };

    funding_first(spec, funding);
    memcpy(now.pence, funding->pence, sizeof(now.pence));
    self->n = 1;
    for (size_t i = 0; i < n; i++) {
        int64_t left;

        if (i == 0 || act[i].day != funding->day) { /* the first stays as it is */
            funding = &self->funding[self->n++];
            *funding = funding[-1];
            funding->day = act[i].day;
        }
        left = act_do(spec, &act[i], &self->funding[0], &now);
        funding->prices *= act[i].kind == ACT_YEAR ? 1 + spec->money.price_growth : 1;
        funding_release(spec, &now, funding);
        if (left < 0) {
            *fault = (care_budget_fault_t){ .kind = act[i].kind == ACT_SHIFT ? CARE_FAULT_SHIFT : CARE_FAULT_STEP,
                .line = act[i].line,
                .index = act[i].index,
                .pounds_per_year = (double) left / 100 };
            return SIM_ERR_SCENARIO;
        }
    }
    return care_budget_holds(self, spec, fault) ? 0 : SIM_ERR_SCENARIO;
}

int
care_budget_init(care_budget_t *self, const care_spec_t *spec, const sim_calendar_t *calendar,
    care_budget_fault_t *fault)
{
    act_t *act;
    size_t n = acts_make(spec, calendar, &act), within = 0;
    int ret = SIM_ERR_NO_MEMORY;

    memset(self, 0, sizeof(*self));
    while (within < n && act[within].day < (long) calendar->n_days) {
        within++;
    }
    self->funding = calloc(1 + n, sizeof(*self->funding));
    if (act != NULL && self->funding != NULL) {
        ret = budget_fill(self, spec, act, within, fault);
    }
    free(act);
    if (ret != 0) {
        care_budget_free(self);
    }
    return ret;
}

int
care_budget_copy(care_budget_t *self, const care_budget_t *from, size_t spare)
{
    self->n = 0;
    self->funding = calloc(from->n + spare, sizeof(*self->funding));
    if (self->funding == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    memcpy(self->funding, from->funding, from->n * sizeof(*self->funding));
    self->n = from->n;
    return 0;
}

void
care_budget_free(care_budget_t *self)
{
    free(self->funding);
    memset(self, 0, sizeof(*self));
}

const care_funding_t *
care_budget_at(const care_budget_t *self, double t_days)
{
    size_t i = self->n - 1;

    while (i > 0 && (double) self->funding[i].day > t_days) {
        i--;
    }
    return &self->funding[i];
}

int64_t
care_money_month(int64_t pence_per_year, size_t month)
{
    int64_t m = (int64_t) (month % 12);

    return pence_per_year * (m + 1) / 12 - pence_per_year * m / 12;
}

int64_t
care_budget_month(const care_budget_t *self, size_t n_lines, const sim_calendar_t *calendar, size_t month)
{
    long from = calendar->month_first[month], to = calendar->month_first[month + 1];
    double pence_days = 0; /* whole, and far below 2^53 */

    for (size_t i = 0; i < self->n; i++) {
        long begin = self->funding[i].day > from ? self->funding[i].day : from;
        long end = i + 1 < self->n && self->funding[i + 1].day < to ? self->funding[i + 1].day : to;

        for (size_t l = 0; l < n_lines && end > begin; l++) {
            pence_days += (double) self->funding[i].pence[l] * (double) (end - begin);
        }
    }
    return care_money_month(llround(pence_days / (double) (to - from)), month);
}

int
care_line_of(const care_spec_t *spec, const char *pool)
{
    for (size_t l = 0; l < spec->n_lines; l++) {
        for (size_t p = 0; p < spec->line[l].n_pools; p++) {
            if (strcmp(spec->line[l].pool[p], pool) == 0) {
                return (int) l;
            }
        }
    }
    return -1;
}

double
care_post_pounds(const care_post_t *post)
{
    return post->salary * (1 + post->on_costs) * (1 + post->overheads) + post->non_pay;
}

size_t
care_ledger_units(const care_spec_t *spec)
{
    return (spec->n_lines > 0 ? spec->n_lines : 1) + 1;
}

const char *
care_ledger_unit(const care_spec_t *spec, size_t unit)
{
    return unit + 1 == care_ledger_units(spec) ? "plan" : spec->n_lines > 0 ? spec->line[unit].name : "service";
}

size_t
care_lots(const care_spec_t *spec, const char *name[CARE_LINES_MAX], int lot_of[CARE_LINES_MAX])
{
    size_t n = 0;

    for (size_t l = 0; l < spec->n_lines; l++) {
        size_t i = 0;

        lot_of[l] = -1;
        if (spec->line[l].lot[0] == '\0') {
            continue;
        }
        while (i < n && strcmp(name[i], spec->line[l].lot) != 0) {
            i++;
        }
        name[i] = spec->line[l].lot;
        n += i == n ? 1 : 0;
        lot_of[l] = (int) i;
    }
    return n;
}
