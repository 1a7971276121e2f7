/*
 * What a provider is paid. Payment changes who bears a surplus or a loss; the service it changes only where a line's `reinvest` says
 * so, from the next contract year on.
 *
 * What a line is earned for and what its money is are two things: what is given and not earned stays with the commissioner, and is
 * below 0 where more is earned than was given.
 */
#include "models/run.h"

#include <math.h>

void
care_payment_earn(care_run_t *run, size_t unit, size_t month, care_account_t income, int64_t pence)
{
    care_ledger_t *ledger = &run->ledger;

    care_ledger_post(ledger, unit, month, CARE_ACC_RECEIVABLE, income, pence);
    care_ledger_post(ledger, unit, month, CARE_ACC_CASH, CARE_ACC_RECEIVABLE, pence);
    care_ledger_post(ledger, unit, month, CARE_ACC_PURCHASES, CARE_ACC_BUDGET, pence);
}

void
care_payment_contact(care_run_t *run, const care_child_t *child, const sim_entity_t *entity)
{
    int pool = run->model->pathway.stage[entity->stage].pool_index;
    int l = pool < 0 ? -1 : run->line_of[pool];

    if (l < 0) {
        return;
    }
    run->line[l].contacts += 1;
    run->line[l].starts += entity->contacts == 2;
    run->line[l].seen_18w += entity->contacts == 1 && sim_replication_now(run->rep) - child->registered_days <= 126;
    run->paid_line[entity->owner] = (uint8_t) (l + 1);
}

void
care_payment_closed(care_run_t *run, const care_child_t *child, const sim_entity_t *entity)
{
    uint8_t line = run->paid_line[entity->owner];

    if (line > 0 && entity->contacts >= 2 && care_child_recovered(run, child, sim_replication_now(run->rep))) {
        run->line[line - 1].recovered += 1;
    }
    run->paid_line[entity->owner] = 0;
}

/* ---- in advance ---- */

/* The day on which the report on the time before a month comes, INFINITY when it never does. */
static double
payment_report(const care_run_t *run, size_t l, size_t month)
{
    const care_payment_t *payment = &run->spec->line[l].payment;
    uint64_t key = sim_key(sim_replication_seed(run->rep), sim_replication_number(run->rep), sim_hash("report"),
        (uint64_t) l << 32 | month);
    double draw = sim_uniform(key, sim_hash("report"), 0, 0);

    if (draw < payment->missing) {
        return INFINITY;
    }
    return run->model->calendar.month_first[month] + (draw < payment->missing + payment->late ? payment->late_days : 0);
}

/* Block money of the months from one to the end of its time, as the budget stands. */
static int64_t
payment_ahead(const care_run_t *run, size_t l, size_t month)
{
    const sim_calendar_t *calendar = &run->model->calendar;
    const care_payment_t *payment = &run->spec->line[l].payment;
    size_t end = (month / payment->advance_months + 1) * payment->advance_months;
    int64_t pence = 0;

    for (size_t m = month; m < end && m < calendar->n_months; m++) {
        pence += llround((double) (care_budget_month(&run->budget, l + 1, calendar, m) -
                                   (l > 0 ? care_budget_month(&run->budget, l, calendar, m) : 0)) *
                         payment->block);
    }
    return pence;
}

/* What is due is paid, when the report has come: what is owed first, the rest ahead. */
static void
payment_advance(care_run_t *run, size_t l, size_t month)
{
    care_line_run_t *line = &run->line[l];
    int64_t due;

    if (month % run->spec->line[l].payment.advance_months == 0) {
        line->report_day = month == 0 ? 0 : payment_report(run, l, month);
        line->due = true;
    }
    if (!line->due || line->report_day >= run->model->calendar.month_first[month + 1]) {
        return;
    }
    line->due = false;
    due = payment_ahead(run, l, month) + line->owed - line->ahead;
    if (due > 0) {
        int64_t owed = line->owed < due ? line->owed : due;

        care_ledger_post(&run->ledger, l, month, CARE_ACC_PURCHASES, CARE_ACC_BUDGET, due);
        care_ledger_post(&run->ledger, l, month, CARE_ACC_CASH, CARE_ACC_RECEIVABLE, owed);
        care_ledger_post(&run->ledger, l, month, CARE_ACC_CASH, CARE_ACC_ADVANCE, due - owed);
        line->owed -= owed;
        line->ahead += due - owed;
    }
}

static void
payment_block(care_run_t *run, size_t l, size_t month, int64_t pence)
{
    care_line_run_t *line = &run->line[l];
    int64_t ahead;

    if (run->spec->line[l].payment.advance_months == 0) {
        care_payment_earn(run, l, month, CARE_ACC_BLOCK, pence);
        return;
    }
    payment_advance(run, l, month);
    ahead = line->ahead < pence ? line->ahead : pence;
    care_ledger_post(&run->ledger, l, month, CARE_ACC_ADVANCE, CARE_ACC_BLOCK, ahead);
    care_ledger_post(&run->ledger, l, month, CARE_ACC_RECEIVABLE, CARE_ACC_BLOCK, pence - ahead);
    line->ahead -= ahead;
    line->owed += pence - ahead;
}

/* ---- a contract year ---- */

/* What cap and collar add to what was earned. */
static int64_t
payment_bound(const care_payment_t *payment, int64_t money, int64_t earned)
{
    double most = payment->cap * (double) money, least = payment->collar * (double) money;
    double paid = fmax(least, fmin(most, (double) earned));

    return llround(paid) - earned;
}

/* What the commissioner adds for its share of a loss, or takes (below 0) for its share of what is left. */
static int64_t
payment_share(const care_payment_t *payment, int64_t money, int64_t left)
{
    double most = payment->share_most * (double) money;
    double share = left > 0 ? -payment->gain_share * (double) left : -payment->risk_share * (double) left;

    return llround(fmax(-most, fmin(most, share)));
}

/* The year's account of a line; what is left may change the posts of the next. */
static void
payment_year(care_run_t *run, size_t l, size_t month)
{
    const care_payment_t *payment = &run->spec->line[l].payment;
    care_line_run_t *line = &run->line[l];
    int64_t bound = payment_bound(payment, line->year_money, line->year_earned);
    int64_t left = line->year_earned + bound - line->year_spent;
    int64_t share = payment_share(payment, line->year_money, left);

    care_payment_earn(run, l, month, CARE_ACC_ADJUSTMENT, bound);
    care_payment_earn(run, l, month, CARE_ACC_ADJUSTMENT, share);
    line->reinvested = llround(payment->reinvest * (double) (left + share));
    line->year_money = line->year_earned = line->year_spent = 0;
}

void
care_payment_line(care_run_t *run, size_t l, size_t month, int64_t money)
{
    const care_payment_t *payment = &run->spec->line[l].payment;
    care_line_run_t *line = &run->line[l];
    double tariff = 100 * run->prices;

    payment_block(run, l, month, llround((double) money * payment->block));
    care_payment_earn(run, l, month, CARE_ACC_ACTIVITY,
        llround(tariff * (line->contacts * payment->per_contact + line->starts * payment->per_start)));
    care_payment_earn(run, l, month, CARE_ACC_OUTCOME,
        llround(tariff * (line->seen_18w * payment->per_seen_18w + line->recovered * payment->per_recovered)));
    line->contacts = line->starts = line->seen_18w = line->recovered = 0;
    line->year_money += money;
    line->year_earned += care_ledger_earned(&run->ledger, l, month);
    line->year_spent += care_ledger_spent(&run->ledger, l, month);
    if (month % 12 == 11 || month + 1 == run->model->calendar.n_months) {
        payment_year(run, l, month);
    }
    care_ledger_post(&run->ledger, l, month, CARE_ACC_UNSPENT, CARE_ACC_BUDGET,
        money - care_ledger_earned(&run->ledger, l, month));
}
