/*
 * Posts and what they cost. A plan's posts, on the link or in core, are filled after the recruitment time; some of those who fill them leave the core
 * pool, which replaces them after the backfill time. The posts of a budget line follow its money: fewer at once, more after the
 * recruitment time. Money for posts not filled stays unspent and is shown.
 */
#include "models/run.h"
#include "sim/core/elementary.h"

#include <math.h>
#include <stdlib.h>

double
care_post_pence(const care_run_t *run)
{
    return run->spec->money.cost_per_wte * run->prices * 100;
}

double
care_real_growth(const care_run_t *run)
{
    return run->grown / run->prices;
}

double
care_layer_wte(const care_layer_run_t *layer, int64_t pence_per_year)
{
    return (double) pence_per_year / (care_post_pence(layer->run) * layer->price);
}

double
care_layer_as_core(const care_layer_run_t *layer, double wte)
{
    return wte * layer->price;
}

double
care_layer_contact_hours(const care_layer_run_t *layer)
{
    return layer->run->spec->money.hours_per_wte * layer->run->spec->money.contact_share;
}

int
care_change_units(care_run_t *run, int pool, size_t member, double change)
{
    double owed = member == 0 ? run->owed[pool] : 0;
    double units = sim_replication_units(run->rep, pool, member) - owed + change;

    if (member == 0) {
        run->owed[pool] = fmax(0, -units);
    }
    return sim_replication_set_units(run->rep, pool, member, fmax(0, units));
}

double
care_term_hours(const care_layer_run_t *layer)
{
    return layer->in_post * care_layer_contact_hours(layer) / 3 * layer->run->term_share;
}

static int
workforce_core(care_run_t *run, double wte)
{
    return run->core_pool < 0 ? 0 : care_change_units(run, run->core_pool, 0, wte);
}

double
care_layer_able(const care_layer_run_t *layer)
{
    return layer->in_post - layer->learning * (1 - layer->run->spec->workforce.induction_share);
}

void
care_workforce_reckon(care_run_t *run)
{
    double days = sim_replication_now(run->rep) - run->staffed_to;

    for (size_t l = 0; l < run->n_layers; l++) {
        run->layer[l].post_days += (run->layer[l].in_post - run->layer[l].absent) * days;
        run->layer[l].core_post_days += run->layer[l].core_in_post * days;
    }
    for (size_t l = 0; l < run->spec->n_lines; l++) {
        run->line[l].post_days += run->line[l].posts * days;
        run->line[l].in_days += run->line[l].in_post * days;
    }
    run->missing_days += run->core_missing * days;
    run->staffed_to = sim_replication_now(run->rep);
}

void
care_layer_absent(care_layer_run_t *layer, double wte)
{
    care_workforce_reckon(layer->run);
    layer->absent = wte;
}

int64_t
care_layer_on_top(care_layer_run_t *layer)
{
    int64_t pence = llround(layer->run->spec->money.commissioner_equal * (double) layer->school_pence);

    layer->pence += pence;
    return pence;
}

int
care_layer_carve(care_layer_run_t *layer)
{
    care_run_t *run = layer->run;
    const care_money_t *money = &run->spec->money;
    double pounds = money->carved * money->extra_per_year * layer->layer->share * run->spec->scale;
    double price = money->base_per_year > 0 && run->base_units > 0
                       ? money->base_per_year * run->spec->scale / run->base_units
                       : money->cost_per_wte;

    price *= run->prices;
    run->carved_pence += llround(pounds * 100);
    care_workforce_reckon(run);
    return pounds > 0 ? workforce_core(run, -pounds / price) : 0;
}

static int
workforce_plan(care_run_t *run, care_move_kind_t kind, size_t owner, double wte, double after_days)
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
    run->move[run->n_moves] = (care_move_t){ kind, owner, wte };
    what = (uint32_t) CARE_EVENT_MOVE << CARE_EVENT_SHIFT | (uint32_t) run->n_moves++;
    return sim_replication_call(run->rep, sim_replication_now(run->rep) + after_days, what);
}

/* Days until the labour market has found so many: it finds supply_per_year in a year, one after the other, for all who ask. */
static double
workforce_market(care_run_t *run, double wte)
{
    double supply = run->spec->workforce.supply_per_year * run->spec->scale, now = sim_replication_now(run->rep);

    if (!(supply > 0)) {
        return 0;
    }
    run->market_free = fmax(run->market_free, now) + wte / supply * 365.25;
    return run->market_free - now;
}

/* People are found and come when they are trained: post by post where the market sets the pace. `unit`: the WTE that 1 of `wte` is. */
static int
workforce_hire(care_run_t *run, care_move_kind_t kind, size_t owner, double wte, double unit, double after_days)
{
    double most = run->spec->workforce.supply_per_year > 0 && unit > 0 ? 1 / unit : wte;
    int ret = 0;

    do {
        double some = fmin(wte, most);

        ret = workforce_plan(run, kind, owner, some,
            workforce_market(run, some * unit) + after_days + run->spec->workforce.training_days);
        wte -= most;
    } while (wte > 1e-9 && ret == 0);
    return ret;
}

/* Of the posts that money is there for, those that can be filled. */
static double
workforce_fillable(const care_run_t *run, double posts)
{
    return posts * (1 - run->spec->workforce.vacancies);
}

/* Who is wanted for the day on which the contract goes live is looked for from its award on. */
static double
workforce_lag(const care_run_t *run, double days)
{
    const care_contract_t *contract = &run->spec->contract;
    bool live = contract->given && !contract->takes_over && contract->go_live_day > 0 &&
                floor(sim_replication_now(run->rep)) == contract->go_live_day;

    return live ? fmax(0, days - (contract->go_live_day - contract->award_day)) : days;
}

static int
workforce_staff(care_layer_run_t *layer)
{
    const care_offer_t *offer = layer->layer->offer;

    return offer->staff != NULL ? offer->staff(layer) : 0;
}

/* Days until the layer's next post is filled; its own draw, so that it is the same under every plan. */
static int
workforce_recruit_days(care_layer_run_t *layer, double *days)
{
    const care_run_t *run = layer->run;
    const care_workforce_t *force = &run->spec->workforce;
    uint64_t post = (uint64_t) layer->number << 32 | layer->n_hired++;
    uint64_t key = sim_key(sim_replication_seed(run->rep), sim_replication_number(run->rep), sim_hash("post"), post);
    sim_dist_t dist;
    int ret;

    *days = force->recruit_days;
    if (force->recruit_max <= 0) {
        return 0;
    }
    ret = sim_dist_init_triangular(&dist, 0, fmin(force->recruit_days, force->recruit_max), force->recruit_max);
    if (ret == 0) {
        *days = sim_dist_draw(&dist, sim_draw(key, sim_hash("recruited"), 0, 0));
        sim_dist_free(&dist);
    }
    return ret;
}

/* All posts together, or each (and what is left of one) when it is filled. */
static int
workforce_recruit(care_layer_run_t *layer, care_move_kind_t kind, double wte)
{
    double most = layer->run->spec->workforce.recruit_max > 0 ? 1 : wte;
    int ret = 0;

    while (wte > 1e-9 && ret == 0) {
        double days;

        ret = workforce_recruit_days(layer, &days);
        if (ret == 0) {
            ret = workforce_hire(layer->run, kind, layer->number, fmin(wte, most), 1, workforce_lag(layer->run, days));
        }
        wte -= most;
    }
    return ret;
}

int
care_layer_posts(care_layer_run_t *layer, double wte)
{
    double change = wte - layer->posts;

    care_workforce_reckon(layer->run);
    layer->posts = wte;
    if (change > 0) {
        return workforce_recruit(layer, CARE_MOVE_LINK, workforce_fillable(layer->run, change));
    }
    layer->in_post = fmax(0, fmin(layer->in_post, workforce_fillable(layer->run, wte)));
    layer->learning = fmin(layer->learning, layer->in_post);
    return workforce_staff(layer);
}

int
care_layer_core_posts(care_layer_run_t *layer, double wte)
{
    double change = wte - layer->core_posts;

    if (layer->run->core_pool < 0) {
        return 0;
    }
    care_workforce_reckon(layer->run);
    layer->core_posts = wte;
    if (change > 0) {
        return workforce_recruit(layer, CARE_MOVE_CORE_EXTRA, workforce_fillable(layer->run, change));
    }
    change = fmax(0, layer->core_in_post - workforce_fillable(layer->run, wte));
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
    return ret != 0
               ? ret
               : workforce_hire(run, CARE_MOVE_CORE_REFILL, layer, from_core, 1, run->spec->workforce.backfill_days);
}

/* New holders of link posts, who learn for a while. */
static int
workforce_begin(care_layer_run_t *layer, double wte)
{
    const care_workforce_t *force = &layer->run->spec->workforce;
    int ret = 0;

    if (force->induction_days > 0 && wte > 0) {
        double stay = sim_exp(-force->turnover * force->induction_days / 365.25);

        layer->learning += wte;
        ret = workforce_plan(layer->run, CARE_MOVE_LEARNT, layer->number, wte * stay, force->induction_days);
    }
    return ret != 0 ? ret : workforce_staff(layer);
}

/* ---- budget lines ---- */

/* Servers come and go whole. */
static double
line_units(const sim_pool_t *row, double share)
{
    return row->kind == SIM_POOL_SERVERS ? floor(row->units * share + 0.5) : row->units * share;
}

/* Posts filled change to a share of those of the first year: a change, not a level, since other moves act on the same pools. */
static int
line_staff(care_run_t *run, size_t l, double in_post)
{
    const care_line_t *line = &run->spec->line[l];
    int ret = 0;

    for (size_t p = 0; p < line->n_pools && ret == 0; p++) {
        int pool = sim_pathway_find_pool(&run->model->pathway, line->pool[p]);
        const sim_pool_t *row = &run->model->pathway.pool[pool];
        double change = line_units(row, in_post) - line_units(row, run->line[l].in_post);

        for (size_t m = 0; m < row->n_members && ret == 0; m++) {
            ret = care_change_units(run, pool, m, change);
        }
    }
    run->line[l].in_post = in_post;
    return ret;
}

static int
line_posts(care_run_t *run, size_t l, double posts)
{
    care_line_run_t *line = &run->line[l];
    double change = posts - line->posts;

    care_workforce_reckon(run);
    line->posts = posts;
    if (change > 0) {
        return workforce_hire(run, CARE_MOVE_LINE, l, workforce_fillable(run, change), line->units,
            workforce_lag(run, run->spec->workforce.recruit_days));
    }
    posts = workforce_fillable(run, posts);
    return posts < line->in_post ? line_staff(run, l, posts) : 0;
}

int
care_lines_open(care_run_t *run)
{
    int ret = 0;

    for (size_t l = 0; l < run->spec->n_lines && run->spec->workforce.vacancies > 0 && ret == 0; l++) {
        ret = line_staff(run, l, workforce_fillable(run, 1));
    }
    return ret;
}

/* The money that pays posts at the price that the line's money pays: with what last year left, or lacked, and no management on that. */
static double
line_paid(const care_run_t *run, size_t l, double pence)
{
    double management = run->spec->line[l].management, more = (double) run->line[l].reinvested;

    return more == 0 || !(management < 1) ? pence : fmax(0, pence + more / (1 - management));
}

int
care_lines_fund(care_run_t *run)
{
    const care_funding_t *first = &run->budget.funding[0];
    const care_funding_t *now = care_budget_at(&run->budget, sim_replication_now(run->rep));
    int ret = 0;

    run->prices = now->prices;
    for (size_t l = 0; l < run->spec->n_lines && ret == 0; l++) {
        double pence = (double) first->pence[l];
        double posts = line_paid(run, l, (double) now->pence[l]) / pence / now->prices;

        if (run->spec->line[l].n_pools > 0 && fabs(posts - run->line[l].posts) * pence >= 100) {
            ret = line_posts(run, l, posts); /* less than a pound a year is rounding */
        }
    }
    return ret;
}

/* ---- scheduled moves ---- */

/* A layer's posts are filled; those who come from core leave a gap there. */
static int
move_layer(care_run_t *run, const care_move_t *move)
{
    care_layer_run_t *layer = &run->layer[move->owner];
    bool link = move->kind == CARE_MOVE_LINK;
    /* posts may have been cut meanwhile */
    double wte = fmin(move->wte, link ? workforce_fillable(run, layer->posts) - layer->in_post
                                      : workforce_fillable(run, layer->core_posts) - layer->core_in_post);
    int ret;

    if (link) {
        layer->in_post += wte;
        ret = workforce_begin(layer, wte);
    } else {
        layer->core_in_post += wte;
        ret = workforce_core(run, wte);
    }
    return ret != 0 || wte <= 0 ? ret : workforce_leave_core(run, move->owner, link ? wte * layer->own_staff : wte);
}

int
care_move(care_run_t *run, uint32_t index)
{
    const care_move_t move = run->move[index]; /* a copy: further moves may make the table move */
    const care_line_run_t *line;
    care_layer_run_t *layer;

    care_workforce_reckon(run);
    switch (move.kind) {
    case CARE_MOVE_CORE_REFILL:
        run->core_missing -= move.wte;
        return workforce_core(run, move.wte);
    case CARE_MOVE_LINE:
        line = &run->line[move.owner];
        return line_staff(run, move.owner, fmin(line->in_post + move.wte, workforce_fillable(run, line->posts)));
    case CARE_MOVE_LEARNT:
        layer = &run->layer[move.owner];
        layer->learning = fmax(0, layer->learning - move.wte);
        return workforce_staff(layer);
    default:
        return move_layer(run, &move);
    }
}

/* Those who leave are of every length of service; the same share of each month's posts. */
int
care_month_turnover(care_run_t *run, size_t month)
{
    const sim_calendar_t *calendar = &run->model->calendar;
    double days = calendar->month_first[month + 1] - calendar->month_first[month];
    double share = 1 - sim_exp(-run->spec->workforce.turnover * days / 365.25);
    int ret = 0;

    for (size_t l = 0; l < run->n_layers && share > 0 && ret == 0; l++) {
        care_layer_run_t *layer = &run->layer[l];
        double leave = layer->in_post * share;

        care_workforce_reckon(run);
        layer->in_post -= leave;
        layer->learning *= 1 - share;
        ret = workforce_recruit(layer, CARE_MOVE_LINK, leave);
        if (ret == 0) {
            ret = workforce_staff(layer);
        }
    }
    return ret;
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
