/*
 * Posts. A plan's posts, on the link or in core, are filled after the recruitment time; some of those who fill them leave the core
 * pool, which replaces them after the backfill time. Money for posts not filled stays unspent and is shown.
 */
#include "models/run.h"

#include <math.h>
#include <stdlib.h>

double
care_layer_wte(const care_layer_run_t *layer, int64_t pence_per_year)
{
    return (double) pence_per_year / 100 / layer->run->spec->money.cost_per_wte;
}

double
care_layer_contact_hours(const care_layer_run_t *layer)
{
    return layer->run->spec->money.hours_per_wte * layer->run->spec->money.contact_share;
}

static int
workforce_core(care_run_t *run, double wte)
{
    if (run->core_pool < 0) {
        return 0;
    }
    return sim_replication_set_units(run->rep, run->core_pool, 0,
        fmax(0, sim_replication_units(run->rep, run->core_pool, 0) + wte));
}

static int
workforce_plan(care_run_t *run, care_move_kind_t kind, size_t layer, double wte, double after_days)
{
    uint32_t what;

    if (run->n_moves == run->cap_moves) {
        size_t cap = run->cap_moves == 0 ? 64 : 2 * run->cap_moves;
        care_move_t *move = realloc(run->move, cap * sizeof(*move));

        if (move == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
        run->move = move;
        run->cap_moves = cap;
    }
    run->move[run->n_moves] = (care_move_t){ kind, layer, wte };
    what = (uint32_t) CARE_EVENT_MOVE << CARE_EVENT_SHIFT | (uint32_t) run->n_moves++;
    return sim_replication_call(run->rep, sim_replication_now(run->rep) + after_days, what);
}

/* Post-days up to now, before anything changes. */
static void
workforce_reckon(care_run_t *run)
{
    double days = sim_replication_now(run->rep) - run->staffed_to;

    for (size_t l = 0; l < run->n_layers; l++) {
        run->layer[l].post_days += run->layer[l].in_post * days;
        run->layer[l].core_post_days += run->layer[l].core_in_post * days;
    }
    run->missing_days += run->core_missing * days;
    run->staffed_to = sim_replication_now(run->rep);
}

static int
workforce_staff(care_layer_run_t *layer)
{
    const care_offer_t *offer = layer->layer->offer;

    return offer->staff != NULL ? offer->staff(layer) : 0;
}

int
care_layer_posts(care_layer_run_t *layer, double wte)
{
    double change = wte - layer->posts;

    workforce_reckon(layer->run);
    layer->posts = wte;
    if (change > 0) {
        return workforce_plan(layer->run, CARE_MOVE_LINK, layer->number, change,
            layer->run->spec->workforce.recruit_days);
    }
    layer->in_post = fmax(0, fmin(layer->in_post, wte));
    return workforce_staff(layer);
}

int
care_layer_core_posts(care_layer_run_t *layer, double wte)
{
    double change = wte - layer->core_posts;

    if (layer->run->core_pool < 0) {
        return 0;
    }
    workforce_reckon(layer->run);
    layer->core_posts = wte;
    if (change > 0) {
        return workforce_plan(layer->run, CARE_MOVE_CORE_EXTRA, layer->number, change,
            layer->run->spec->workforce.recruit_days);
    }
    change = fmax(0, layer->core_in_post - wte);
    layer->core_in_post -= change;
    return workforce_core(layer->run, -change);
}

/* Some of the new staff come out of core; their posts stand empty until they are replaced. */
static int
workforce_leave_core(care_run_t *run, size_t layer, double wte)
{
    double from_core = run->core_pool >= 0 ? wte * run->spec->workforce.from_core : 0;
    int ret;

    if (run->core_pool >= 0) { /* no more than there are */
        from_core = fmin(from_core, sim_replication_units(run->rep, run->core_pool, 0));
    }
    if (from_core <= 0) {
        return 0;
    }
    run->core_missing += from_core;
    ret = workforce_core(run, -from_core);
    return ret != 0 ? ret
                    : workforce_plan(run, CARE_MOVE_CORE_REFILL, layer, from_core, run->spec->workforce.backfill_days);
}

int
care_move(care_run_t *run, uint32_t index)
{
    care_move_t move = run->move[index];
    care_layer_run_t *layer = &run->layer[move.layer];
    int ret = 0;

    workforce_reckon(run);
    switch (move.kind) {
    case CARE_MOVE_CORE_REFILL:
        run->core_missing -= move.wte;
        return workforce_core(run, move.wte);
    case CARE_MOVE_LINK:
        move.wte = fmin(move.wte, layer->posts - layer->in_post); /* posts may have been cut meanwhile */
        layer->in_post += move.wte;
        ret = workforce_staff(layer);
        break;
    case CARE_MOVE_CORE_EXTRA:
        move.wte = fmin(move.wte, layer->core_posts - layer->core_in_post);
        layer->core_in_post += move.wte;
        ret = workforce_core(run, move.wte);
        break;
    }
    return ret != 0 || move.wte <= 0 ? ret : workforce_leave_core(run, move.layer, move.wte);
}

void
care_layer_promise(care_layer_run_t *layer, double promised_hours, double staff_hours)
{
    sim_book_t *book = sim_replication_book(layer->run->rep);
    size_t month = sim_replication_month(layer->run->rep);

    sim_book_count(book, CARE_COUNT_PROMISED_HOURS, month, NULL, promised_hours);
    sim_book_count(book, CARE_COUNT_STAFF_HOURS, month, NULL, staff_hours);
}

void
care_layer_charge(care_layer_run_t *layer, uint32_t school, int64_t pence)
{
    layer->run->school[school].paid_pence += pence;
    layer->school_pence += pence;
}

/* Whole pence of a yearly sum that fall in month m of the year, so that twelve months make the year. */
static int64_t
money_month(int64_t pence_per_year, size_t month)
{
    int64_t m = (int64_t) (month % 12);

    return pence_per_year * (m + 1) / 12 - pence_per_year * m / 12;
}

/* The provider's account of an offer that lives by what it sells. */
static void
money_trade(care_run_t *run, const care_layer_run_t *layer, size_t month, double cost_pence)
{
    sim_book_t *book = sim_replication_book(run->rep);
    double income = (double) money_month(layer->income_pence, month);

    if (layer->trades) {
        sim_book_count(book, CARE_COUNT_TRADED_INCOME, month, NULL, income / 100);
        sim_book_count(book, CARE_COUNT_TRADED_SURPLUS, month, NULL, (income - cost_pence) / 100);
    }
}

static void
money_layer(care_run_t *run, care_layer_run_t *layer, size_t month, double days)
{
    care_ledger_t *ledger = &run->ledger;
    double post_pence = run->spec->money.cost_per_wte * 100 / 12 / days;

    care_ledger_post(ledger, CARE_IN_EXTRA, month, money_month(layer->pence - layer->school_pence, month));
    care_ledger_post(ledger, CARE_OUT_LINK, month, llround(layer->post_days * post_pence));
    care_ledger_post(ledger, CARE_OUT_CORE, month, llround(layer->core_post_days * post_pence));
    money_trade(run, layer, month, layer->post_days * post_pence);
    sim_book_count(sim_replication_book(run->rep), CARE_COUNT_POST_YEARS, month, NULL, layer->post_days / 365.25);
    layer->post_days = layer->core_post_days = 0;
}

static void
money_schools(care_run_t *run, size_t month)
{
    for (size_t i = 0; i < run->n_schools; i++) {
        const care_school_t *school = &run->school[i];
        uint8_t level[SIM_DIM_MAX] = { SIM_NO_LEVEL, SIM_NO_LEVEL, school->quintile, school->type, SIM_NO_LEVEL,
            SIM_NO_LEVEL, SIM_NO_LEVEL, SIM_NO_LEVEL };
        int64_t pence = money_month(school->paid_pence, month);

        if (pence != 0) {
            care_ledger_post(&run->ledger, CARE_IN_SCHOOLS, month, pence);
            sim_book_count(sim_replication_book(run->rep), CARE_COUNT_SCHOOL_PAID, month, level, (double) pence / 100);
        }
    }
}

static void
money_book(care_run_t *run, size_t month)
{
    const care_ledger_t *ledger = &run->ledger;
    sim_book_t *book = sim_replication_book(run->rep);
    double extra = 0, cost, posts = 0, vacant = run->core_missing;

    for (int line = CARE_OUT_LINK; line <= CARE_OUT_CORE; line++) {
        extra += (double) care_ledger_get(ledger, line, month) / 100;
    }
    cost = extra + (double) care_ledger_get(ledger, CARE_OUT_BASE, month) / 100;
    for (size_t l = 0; l < run->n_layers; l++) {
        const care_layer_run_t *layer = &run->layer[l];

        posts += layer->in_post + layer->core_in_post;
        vacant += layer->posts - layer->in_post + layer->core_posts - layer->core_in_post;
    }
    sim_book_count(book, CARE_COUNT_COST, month, NULL, cost);
    sim_book_count(book, CARE_COUNT_EXTRA_SPENT, month, NULL, extra);
    sim_book_count(book, CARE_COUNT_COMMISSIONER_COST, month, NULL,
        cost - (double) care_ledger_get(ledger, CARE_IN_SCHOOLS, month) / 100);
    sim_book_count(book, CARE_COUNT_UNSPENT, month, NULL, (double) care_ledger_get(ledger, CARE_UNSPENT, month) / 100);
    sim_book_count(book, CARE_COUNT_POSTS, month, NULL, posts);
    sim_book_count(book, CARE_COUNT_VACANT, month, NULL, vacant > 1e-9 ? vacant : 0);
}

void
care_month_money(care_run_t *run, size_t month)
{
    int64_t base = llround(run->spec->money.base_per_year * run->grown * run->spec->scale * 100);
    int64_t base_month = money_month(base, month);
    const sim_calendar_t *calendar = &run->model->calendar;
    double days = calendar->month_first[month + 1] - calendar->month_first[month], filled = 1;

    workforce_reckon(run);
    if (run->base_units > 0) {
        filled -= run->missing_days / days / (run->base_units * run->grown);
    }
    run->missing_days = 0;
    care_ledger_post(&run->ledger, CARE_IN_BASE, month, base_month);
    care_ledger_post(&run->ledger, CARE_OUT_BASE, month, llround((double) base_month * filled));
    money_schools(run, month);
    for (size_t l = 0; l < run->n_layers; l++) {
        money_layer(run, &run->layer[l], month, days);
    }
    care_ledger_close(&run->ledger, month);
    money_book(run, month);
}
