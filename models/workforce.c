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

/* Post-days up to now, before anything changes. */
static void
workforce_reckon(care_run_t *run)
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
    workforce_reckon(layer->run);
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
    workforce_reckon(run);
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
            ret = workforce_plan(layer->run, kind, layer->number, fmin(wte, most), days);
        }
        wte -= most;
    }
    return ret;
}

int
care_layer_posts(care_layer_run_t *layer, double wte)
{
    double change = wte - layer->posts;

    workforce_reckon(layer->run);
    layer->posts = wte;
    if (change > 0) {
        return workforce_recruit(layer, CARE_MOVE_LINK, change);
    }
    layer->in_post = fmax(0, fmin(layer->in_post, wte));
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
    workforce_reckon(layer->run);
    layer->core_posts = wte;
    if (change > 0) {
        return workforce_recruit(layer, CARE_MOVE_CORE_EXTRA, change);
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

    workforce_reckon(run);
    line->posts = posts;
    if (change > 0) {
        return workforce_plan(run, CARE_MOVE_LINE, l, change, run->spec->workforce.recruit_days);
    }
    return posts < line->in_post ? line_staff(run, l, posts) : 0;
}

int
care_lines_fund(care_run_t *run)
{
    const care_funding_t *first = &run->model->budget.funding[0];
    const care_funding_t *now = care_budget_at(&run->model->budget, sim_replication_now(run->rep));
    int ret = 0;

    run->prices = now->prices;
    for (size_t l = 0; l < run->spec->n_lines && ret == 0; l++) {
        double pence = (double) first->pence[l];
        double posts = (double) now->pence[l] / pence / now->prices;

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
    double wte = fmin(move->wte, link ? layer->posts - layer->in_post : layer->core_posts - layer->core_in_post);
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

    workforce_reckon(run);
    switch (move.kind) {
    case CARE_MOVE_CORE_REFILL:
        run->core_missing -= move.wte;
        return workforce_core(run, move.wte);
    case CARE_MOVE_LINE:
        line = &run->line[move.owner];
        return line_staff(run, move.owner, fmin(line->in_post + move.wte, line->posts));
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

        workforce_reckon(run);
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

/* ---- the money of a month ---- */

/* The provider's account of an offer that lives by what it sells. */
static void
money_trade(care_run_t *run, const care_layer_run_t *layer, size_t month, double cost_pence)
{
    sim_book_t *book = sim_replication_book(run->rep);
    double income = (double) care_money_month(layer->income_pence, month);

    if (layer->trades) {
        sim_book_count(book, CARE_COUNT_TRADED_INCOME, month, NULL, income / 100);
        sim_book_count(book, CARE_COUNT_TRADED_SURPLUS, month, NULL, (income - cost_pence) / 100);
    }
}

static void
money_layer(care_run_t *run, care_layer_run_t *layer, size_t month, double days)
{
    care_ledger_t *ledger = &run->ledger;
    double post_pence = care_post_pence(run) / 12 / days;

    int64_t extra = care_money_month(layer->pence - layer->school_pence, month);

    if (layer->open_share < 1 && layer->open_month == month) {
        extra = llround((double) extra * layer->open_share);
    }
    care_ledger_post(ledger, CARE_IN_EXTRA, month, extra);
    care_ledger_post(ledger, CARE_OUT_LINK, month, llround(layer->post_days * post_pence * layer->price));
    care_ledger_post(ledger, CARE_OUT_CORE, month, llround(layer->core_post_days * post_pence));
    money_trade(run, layer, month, layer->post_days * post_pence * layer->price);
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
        int64_t pence = care_money_month(school->paid_pence, month);

        if (pence != 0) {
            care_ledger_post(&run->ledger, CARE_IN_SCHOOLS, month, pence);
            sim_book_count(sim_replication_book(run->rep), CARE_COUNT_SCHOOL_PAID, month, level, (double) pence / 100);
        }
    }
}

/* The share of a line's posts that were filled in the month. */
static double
money_line_filled(const care_run_t *run, size_t l)
{
    const care_line_run_t *line = &run->line[l];
    double empty = line->post_days - line->in_days;

    if (!(line->post_days > 0) || !(line->units > 0)) {
        return 1;
    }
    if ((int) l == run->core_line) {
        empty += run->missing_days / line->units;
    }
    return 1 - fmin(empty / line->post_days, 1);
}

static void
money_lines(care_run_t *run, size_t month)
{
    const care_model_t *model = run->model;
    int64_t before = 0;

    for (size_t l = 0; l < run->spec->n_lines; l++) {
        int64_t to_here = care_budget_month(&model->budget, l + 1, &model->calendar, month), money = to_here - before;
        int64_t management = llround((double) money * run->spec->line[l].management);

        care_ledger_post_line(&run->ledger, l, CARE_IN_BASE, month, money);
        care_ledger_post_line(&run->ledger, l, CARE_OUT_MANAGEMENT, month, management);
        care_ledger_post_line(&run->ledger, l, CARE_OUT_BASE, month,
            llround((double) (money - management) * money_line_filled(run, l)));
        run->line[l].post_days = run->line[l].in_days = 0;
        before = to_here;
    }
}

/* Today's service as one, where the scenario has no lines. */
static void
money_base(care_run_t *run, size_t month, double days)
{
    int64_t base = llround(run->spec->money.base_per_year * run->grown * run->spec->scale * 100) - run->carved_pence;
    int64_t base_month = care_money_month(base, month);
    double filled = 1;

    if (run->base_units > 0) {
        filled -= run->missing_days / days / (run->base_units * care_real_growth(run));
    }
    care_ledger_post(&run->ledger, CARE_IN_BASE, month, base_month);
    care_ledger_post(&run->ledger, CARE_OUT_BASE, month, llround((double) base_month * filled));
}

/* Money and empty posts by line and by lot. */
static void
money_accounts(care_run_t *run, size_t month)
{
    sim_book_t *book = sim_replication_book(run->rep);
    const char *name[CARE_LINES_MAX];
    int lot_of[CARE_LINES_MAX];

    (void) care_lots(run->spec, name, lot_of);
    for (size_t l = 0; l < run->spec->n_lines; l++) {
        const care_line_run_t *line = &run->line[l];
        int64_t management = care_ledger_get_line(&run->ledger, l, CARE_OUT_MANAGEMENT, month);
        int64_t cost = care_ledger_get_line(&run->ledger, l, CARE_OUT_BASE, month) + management;
        const struct {
            int counter;
            double amount;
        } entry[] = { { CARE_COUNT_COST, (double) cost / 100 }, { CARE_COUNT_MANAGEMENT, (double) management / 100 },
            { CARE_COUNT_UNSPENT, (double) (care_ledger_get_line(&run->ledger, l, CARE_IN_BASE, month) - cost) / 100 },
            { CARE_COUNT_VACANT, line->units * (line->posts - line->in_post) } };

        for (size_t i = 0; i < sizeof(entry) / sizeof(entry[0]); i++) {
            sim_book_count_group(book, entry[i].counter, month, book->first_dim[CARE_ACCOUNT_LINE] + l,
                entry[i].amount);
            if (lot_of[l] >= 0) {
                sim_book_count_group(book, entry[i].counter, month,
                    book->first_dim[CARE_ACCOUNT_LOT] + (size_t) lot_of[l], entry[i].amount);
            }
        }
    }
}

static void
money_book(care_run_t *run, size_t month)
{
    const care_ledger_t *ledger = &run->ledger;
    sim_book_t *book = sim_replication_book(run->rep);
    double management = (double) care_ledger_get(ledger, CARE_OUT_MANAGEMENT, month) / 100;
    double extra = 0, cost, posts = 0, vacant = run->core_missing;

    for (int entry = CARE_OUT_LINK; entry <= CARE_OUT_CORE; entry++) {
        extra += (double) care_ledger_get(ledger, entry, month) / 100;
    }
    cost = extra + management + (double) care_ledger_get(ledger, CARE_OUT_BASE, month) / 100;
    for (size_t l = 0; l < run->spec->n_lines; l++) {
        vacant += run->line[l].units * (run->line[l].posts - run->line[l].in_post);
    }
    for (size_t l = 0; l < run->n_layers; l++) {
        const care_layer_run_t *layer = &run->layer[l];

        posts += layer->in_post - layer->absent + layer->core_in_post;
        vacant += layer->posts - layer->in_post + layer->absent + layer->core_posts - layer->core_in_post;
    }
    sim_book_count(book, CARE_COUNT_COST, month, NULL, cost);
    sim_book_count(book, CARE_COUNT_MANAGEMENT, month, NULL, management);
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
    const sim_calendar_t *calendar = &run->model->calendar;
    double days = calendar->month_first[month + 1] - calendar->month_first[month];

    workforce_reckon(run);
    if (run->spec->n_lines > 0) {
        money_lines(run, month);
    } else {
        money_base(run, month, days);
    }
    run->missing_days = 0;
    money_schools(run, month);
    for (size_t l = 0; l < run->n_layers; l++) {
        money_layer(run, &run->layer[l], month, days);
    }
    care_ledger_close(&run->ledger, month);
    money_book(run, month);
    if (run->spec->n_lines > 0) {
        money_accounts(run, month);
    }
}
