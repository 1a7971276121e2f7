/*
 * The money of a month, in the ledger and in the book. Money comes to a budget line, to today's service where there are no lines, and
 * to the plan; the provider earns it (models/payment.c) and spends it on the posts that are filled.
 */
#include "models/run.h"

#include <math.h>

void
care_money_fund(care_run_t *run, size_t unit, size_t month, const double *share, int64_t pence)
{
    const size_t n = run->spec->n_funders;
    int64_t given = 0;
    double sum = 0;

    for (size_t f = 0; f < n; f++) {
        int64_t to_here;

        sum += share[f];
        to_here = f + 1 < n && sum < 1 - 1e-9 ? llround((double) pence * sum) : pence;
        care_ledger_post(&run->ledger, unit, month, CARE_ACC_BUDGET, CARE_ACC_FUNDER + f, to_here - given);
        given = to_here;
    }
}

void
care_money_spend(care_run_t *run, size_t unit, size_t month, care_account_t account, int64_t pence)
{
    care_ledger_post(&run->ledger, unit, month, account, CARE_ACC_CASH, pence);
}

/* ---- the plan ---- */

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
    size_t unit = care_ledger_units(run->spec) - 1;
    double post_pence = care_post_pence(run) / 12 / days;
    int64_t extra = care_money_month(layer->pence - layer->school_pence, month);

    if (layer->open_share < 1 && layer->open_month == month) {
        extra = llround((double) extra * layer->open_share);
    }
    care_money_fund(run, unit, month, run->spec->contract.funder, extra);
    care_payment_earn(run, unit, month, CARE_ACC_BLOCK, extra);
    care_money_spend(run, unit, month, CARE_ACC_POSTS, llround(layer->post_days * post_pence * layer->price));
    care_money_spend(run, unit, month, CARE_ACC_CORE_POSTS, llround(layer->core_post_days * post_pence));
    money_trade(run, layer, month, layer->post_days * post_pence * layer->price);
    sim_book_count(sim_replication_book(run->rep), CARE_COUNT_POST_YEARS, month, NULL, layer->post_days / 365.25);
    layer->post_days = layer->core_post_days = 0;
}

static void
money_schools(care_run_t *run, size_t month)
{
    size_t unit = care_ledger_units(run->spec) - 1;
    double share[CARE_FUNDERS_MAX] = { [CARE_FUNDER_SCHOOLS] = 1 };

    for (size_t i = 0; i < run->n_schools; i++) {
        const care_school_t *school = &run->school[i];
        uint8_t level[SIM_DIM_MAX] = { SIM_NO_LEVEL, SIM_NO_LEVEL, school->quintile, school->type, SIM_NO_LEVEL,
            SIM_NO_LEVEL, SIM_NO_LEVEL, SIM_NO_LEVEL };
        int64_t pence = care_money_month(school->paid_pence, month);

        if (pence != 0) {
            care_money_fund(run, unit, month, share, pence);
            care_payment_earn(run, unit, month, CARE_ACC_TRADED, pence);
            sim_book_count(sim_replication_book(run->rep), CARE_COUNT_SCHOOL_PAID, month, level, (double) pence / 100);
        }
    }
}

/* ---- today's service ---- */

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

/* What posts cost, by kind where the line says what a post is. */
static void
money_line_posts(care_run_t *run, size_t l, size_t month, int64_t pence)
{
    const care_post_t *post = &run->spec->line[l].post;
    double pay = post->salary * (1 + post->on_costs), all = care_post_pounds(post);
    int64_t posts = pence, overheads = 0;

    if (all > 0) {
        posts = llround((double) pence * pay / all);
        overheads = llround((double) pence * pay * (1 + post->overheads) / all) - posts;
    }
    care_money_spend(run, l, month, CARE_ACC_POSTS, posts);
    care_money_spend(run, l, month, CARE_ACC_OVERHEADS, overheads);
    care_money_spend(run, l, month, CARE_ACC_NON_PAY, pence - posts - overheads);
}

static void
money_line(care_run_t *run, size_t l, size_t month, int64_t money)
{
    const care_line_t *row = &run->spec->line[l];
    care_line_run_t *line = &run->line[l];
    int64_t management = llround((double) money * row->management);
    int64_t posts = money - management + care_money_month(line->reinvested, month);

    posts = posts > 0 ? llround((double) posts * money_line_filled(run, l)) : 0;
    care_money_fund(run, l, month, row->funder, money);
    care_money_spend(run, l, month, CARE_ACC_MANAGEMENT, management);
    money_line_posts(run, l, month, posts);
    care_payment_line(run, l, month, money);
    line->post_days = line->in_days = 0;
}

static void
money_lines(care_run_t *run, size_t month)
{
    const sim_calendar_t *calendar = &run->model->calendar;
    int64_t before = 0;

    for (size_t l = 0; l < run->spec->n_lines; l++) {
        int64_t to_here = care_budget_month(&run->budget, l + 1, calendar, month);

        money_line(run, l, month, to_here - before);
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
    care_money_fund(run, 0, month, run->spec->contract.funder, base_month);
    care_payment_earn(run, 0, month, CARE_ACC_BLOCK, base_month);
    care_money_spend(run, 0, month, CARE_ACC_POSTS, llround((double) base_month * filled));
}

/* ---- the book ---- */

typedef struct {
    int counter;
    double amount;
} money_count_t;

static double
pounds(int64_t pence)
{
    return (double) pence / 100;
}

/* Money and posts of a line to its group and its lot's. */
static void
money_account(care_run_t *run, size_t l, int lot, size_t month)
{
    sim_book_t *book = sim_replication_book(run->rep);
    const care_ledger_t *ledger = &run->ledger;
    const care_line_run_t *line = &run->line[l];
    int64_t funded = care_ledger_funded(ledger, l, month), cost = care_ledger_spent(ledger, l, month);
    int64_t earned = care_ledger_earned(ledger, l, month);
    const money_count_t count[] = { { CARE_COUNT_COST, pounds(cost) },
        { CARE_COUNT_MANAGEMENT, pounds(care_ledger_month(ledger, l, CARE_ACC_MANAGEMENT, month)) },
        { CARE_COUNT_UNSPENT, pounds(funded - cost) },
        { CARE_COUNT_VACANT, line->units * (line->posts - line->in_post) }, { CARE_COUNT_FUNDED, pounds(funded) },
        { CARE_COUNT_EARNED, pounds(earned) }, { CARE_COUNT_SURPLUS, pounds(earned - cost) },
        { CARE_COUNT_KEPT, pounds(funded - earned) },
        { CARE_COUNT_CASH, pounds(care_ledger_balance(ledger, l, CARE_ACC_CASH, month)) },
        { CARE_COUNT_POSTS_BUDGETED, line->units * line->posts },
        { CARE_COUNT_POSTS_IN, line->units * line->in_post } };

    for (size_t i = 0; i < sizeof(count) / sizeof(count[0]); i++) {
        sim_book_count_group(book, count[i].counter, month, book->first_dim[CARE_ACCOUNT_LINE] + l, count[i].amount);
        if (lot >= 0) {
            sim_book_count_group(book, count[i].counter, month, book->first_dim[CARE_ACCOUNT_LOT] + (size_t) lot,
                count[i].amount);
        }
    }
}

static void
money_accounts(care_run_t *run, size_t month)
{
    const char *name[CARE_LINES_MAX];
    int lot_of[CARE_LINES_MAX];

    (void) care_lots(run->spec, name, lot_of);
    for (size_t l = 0; l < run->spec->n_lines; l++) {
        money_account(run, l, lot_of[l], month);
    }
}

/* What only contracts have a name for, of all lines and the plan. */
static void
money_book_terms(care_run_t *run, size_t month, double vacant)
{
    const care_ledger_t *ledger = &run->ledger;
    sim_book_t *book = sim_replication_book(run->rep);
    int64_t funded = care_ledger_funded(ledger, CARE_LEDGER_ALL, month);
    int64_t earned = care_ledger_earned(ledger, CARE_LEDGER_ALL, month);
    double posts = 0;

    for (size_t l = 0; l < run->spec->n_lines; l++) {
        posts += run->line[l].units * run->line[l].posts;
    }
    for (size_t l = 0; l < run->n_layers; l++) {
        posts += run->layer[l].posts + run->layer[l].core_posts;
    }
    sim_book_count(book, CARE_COUNT_FUNDED, month, NULL, pounds(funded));
    sim_book_count(book, CARE_COUNT_EARNED, month, NULL, pounds(earned));
    sim_book_count(book, CARE_COUNT_SURPLUS, month, NULL,
        pounds(earned - care_ledger_spent(ledger, CARE_LEDGER_ALL, month)));
    sim_book_count(book, CARE_COUNT_KEPT, month, NULL, pounds(funded - earned));
    sim_book_count(book, CARE_COUNT_CASH, month, NULL,
        pounds(care_ledger_balance(ledger, CARE_LEDGER_ALL, CARE_ACC_CASH, month)));
    sim_book_count(book, CARE_COUNT_POSTS_BUDGETED, month, NULL, posts);
    sim_book_count(book, CARE_COUNT_POSTS_IN, month, NULL, posts - vacant);
}

static void
money_book(care_run_t *run, size_t month)
{
    const care_ledger_t *ledger = &run->ledger;
    sim_book_t *book = sim_replication_book(run->rep);
    size_t plan = care_ledger_units(run->spec) - 1;
    int64_t link = care_ledger_month(ledger, plan, CARE_ACC_POSTS, month);
    int64_t core = care_ledger_month(ledger, plan, CARE_ACC_CORE_POSTS, month);
    int64_t management = care_ledger_month(ledger, CARE_LEDGER_ALL, CARE_ACC_MANAGEMENT, month);
    int64_t spent = care_ledger_spent(ledger, CARE_LEDGER_ALL, month);
    int64_t schools = -care_ledger_month(ledger, plan, CARE_ACC_FUNDER + CARE_FUNDER_SCHOOLS, month);
    double extra = pounds(link) + pounds(core);
    double cost = extra + pounds(management) + pounds(spent - link - core - management);
    double posts = 0, vacant = run->core_missing;

    for (size_t l = 0; l < run->spec->n_lines; l++) {
        vacant += run->line[l].units * (run->line[l].posts - run->line[l].in_post);
    }
    for (size_t l = 0; l < run->n_layers; l++) {
        const care_layer_run_t *layer = &run->layer[l];

        posts += layer->in_post - layer->absent + layer->core_in_post;
        vacant += layer->posts - layer->in_post + layer->absent + layer->core_posts - layer->core_in_post;
    }
    sim_book_count(book, CARE_COUNT_COST, month, NULL, cost);
    sim_book_count(book, CARE_COUNT_MANAGEMENT, month, NULL, pounds(management));
    sim_book_count(book, CARE_COUNT_EXTRA_SPENT, month, NULL, extra);
    sim_book_count(book, CARE_COUNT_COMMISSIONER_COST, month, NULL, cost - pounds(schools));
    sim_book_count(book, CARE_COUNT_UNSPENT, month, NULL,
        pounds(care_ledger_funded(ledger, CARE_LEDGER_ALL, month) - spent));
    sim_book_count(book, CARE_COUNT_POSTS, month, NULL, posts);
    sim_book_count(book, CARE_COUNT_VACANT, month, NULL, vacant > 1e-9 ? vacant : 0);
    money_book_terms(run, month, vacant);
}

void
care_month_money(care_run_t *run, size_t month)
{
    const sim_calendar_t *calendar = &run->model->calendar;
    double days = calendar->month_first[month + 1] - calendar->month_first[month];

    care_workforce_reckon(run);
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
    money_book(run, month);
    if (run->spec->n_lines > 0) {
        money_accounts(run, month);
    }
    care_ledger_close(&run->ledger, month);
}

/* ---- checks ---- */

/* In a month the lines were given what the budget says, and together what they would have had without reviews. */
static bool
money_month_funded(const care_run_t *run, size_t month)
{
    const care_model_t *model = run->model;
    size_t n = run->spec->n_lines;
    int64_t given = 0;
    bool good = true;

    for (size_t l = 0; l < n && good; l++) {
        given += care_ledger_funded(&run->ledger, l, month);
        good = given == care_budget_month(&run->budget, l + 1, &model->calendar, month);
    }
    return good && (n == 0 || given == care_budget_month(&model->budget, n, &model->calendar, month));
}

int
care_money_verify(const care_run_t *run)
{
    size_t months = run->model->calendar.n_months;
    int ret = care_ledger_verify(&run->ledger, months);

    for (size_t m = 0; m < months && ret == 0; m++) {
        ret = money_month_funded(run, m) ? 0 : SIM_ERR_INVARIANT;
    }
    return ret;
}
