/*
 * What is counted: each stage keeps the numbers and waits of the month so far, and the book gets them when the month
 * ends.
 *
 * Invariant: what a stage's account holds is not yet in the book.
 */
#include "sim/core/replication_internal.h"

#include <stdlib.h>
#include <string.h>

static int
account_init(sim_account_t *self)
{
    int ret = sim_tally_init(&self->queue);

    ret = ret != 0 ? ret : sim_tally_init(&self->sojourn);
    return ret != 0 ? ret : sim_tally_init(&self->open);
}

static void
account_free(sim_account_t *self)
{
    sim_tally_free(&self->queue);
    sim_tally_free(&self->sojourn);
    sim_tally_free(&self->open);
}

static size_t
account_number(const sim_replication_t *self, const sim_stage_state_t *stage)
{
    return stage->by_class ? self->pathway->n_classes : 1;
}

static int
account_init_stage(const sim_replication_t *self, sim_stage_state_t *stage)
{
    size_t n = account_number(self, stage), c;
    int ret = 0;

    stage->account = calloc(n, sizeof(*stage->account));
    if (stage->account == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (c = 0; c < n && ret == 0; c++) {
        ret = account_init(&stage->account[c]);
    }
    if (ret == 0 && stage->row->n_states > 0) {
        stage->state_days = calloc(stage->row->n_states + 1, sizeof(*stage->state_days));
        ret = stage->state_days == NULL ? SIM_ERR_NO_MEMORY : 0;
    }
    return ret;
}

int
sim_rep_init_accounts(sim_replication_t *self)
{
    int ret = sim_book_init(&self->book, self->pathway, self->calendar, SIM_COUNTERS + self->run.model_counters,
        SIM_TALLIES + self->run.model_tallies);
    size_t s;

    if (ret == 0 && self->run.n_spans > 0) {
        ret = sim_book_keep_series(&self->book, self->run.n_spans);
    }
    if (ret == 0) {
        ret = account_init(&self->total);
    }
    for (s = 0; s < self->pathway->n_stages && ret == 0; s++) {
        ret = account_init_stage(self, &self->stage[s]);
    }
    return ret;
}

void
sim_rep_free_accounts(sim_replication_t *self)
{
    size_t s, c;

    for (s = 0; self->stage != NULL && s < self->pathway->n_stages; s++) {
        sim_stage_state_t *stage = &self->stage[s];

        for (c = 0; stage->account != NULL && c < account_number(self, stage); c++) {
            account_free(&stage->account[c]);
        }
        free(stage->account);
        free(stage->state_days);
    }
    account_free(&self->total);
    sim_book_free(&self->book);
}

/* ---- states ---- */

/* The time since the number present last changed belongs to that number. */
void
sim_rep_note_state(sim_replication_t *self, sim_stage_state_t *stage)
{
    size_t n = (size_t) stage->present.value, most = stage->row->n_states;

    stage->state_days[n < most ? n : most] += self->since - stage->state_since;
    stage->state_since = self->since;
}

static void
account_states(sim_replication_t *self, size_t s)
{
    sim_stage_state_t *stage = &self->stage[s];
    size_t n;

    if (stage->state_days == NULL) {
        return;
    }
    sim_rep_note_state(self, stage);
    stage->state_since = 0;
    for (n = 0; n <= stage->row->n_states; n++) {
        sim_book_count_group(&self->book, SIM_COUNT_STATE_DAYS, self->month, self->book.first_state[s] + n,
            stage->state_days[n]);
        stage->state_days[n] = 0;
    }
}

/* ---- months ---- */

static void
account_book(sim_replication_t *self, size_t s, int counter, double amount)
{
    int pool = self->pathway->stage[s].pool_index;

    if (amount == 0) {
        return;
    }
    sim_book_count_group(&self->book, counter, self->month, self->book.first_stage + s, amount);
    if (pool >= 0) {
        sim_book_count_group(&self->book, counter, self->month, self->book.first_pool + (size_t) pool, amount);
    }
    if (counter > SIM_COUNT_LEFT) { /* of the pathway as a whole these are counted as they happen */
        sim_book_count_group(&self->book, counter, self->month, 0, amount);
    }
}

/* A stage's waits, which are then forgotten; those of the pathway's sojourns are not the sum of its stages'. */
static void
account_book_waits(sim_replication_t *self, int tally, size_t s, size_t cls, sim_tally_t *waits)
{
    if (tally != SIM_TALLY_SOJOURN) {
        sim_book_tally(&self->book, tally, self->month, 0, waits);
    }
    sim_book_tally(&self->book, tally, self->month, self->book.first_stage + s, waits);
    if (self->stage[s].by_class) {
        sim_book_tally(&self->book, tally, self->month, self->book.first_class[s] + cls, waits);
    }
    sim_tally_clear(waits);
}

static void
account_flush(sim_replication_t *self, size_t s, size_t cls)
{
    sim_stage_state_t *stage = &self->stage[s];
    sim_account_t *account = &stage->account[cls];
    size_t class_group = self->book.first_class[s] + cls;
    int c;

    for (c = 0; c < SIM_COUNT_QUEUE_DAYS; c++) {
        account_book(self, s, c, account->count[c]);
        if (stage->by_class) {
            sim_book_count_group(&self->book, c, self->month, class_group, account->count[c]);
        }
        account->count[c] = 0;
    }
    account_book_waits(self, SIM_TALLY_QUEUE, s, cls, &account->queue);
    account_book_waits(self, SIM_TALLY_SOJOURN, s, cls, &account->sojourn);
    account_book_waits(self, SIM_TALLY_OPEN, s, cls, &account->open);
}

/* Book the flows of the month so far. */
static void
account_flush_all(sim_replication_t *self)
{
    size_t s, p, c;

    sim_book_settle(&self->book, self->month);
    for (s = 0; s < self->pathway->n_stages; s++) {
        for (c = 0; c < account_number(self, &self->stage[s]); c++) {
            account_flush(self, s, c);
        }
    }
    for (c = 0; c <= SIM_COUNT_LEFT; c++) { /* with dimensions these are booked as they happen */
        sim_book_count_group(&self->book, (int) c, self->month, 0, self->total.count[c]);
        self->total.count[c] = 0;
    }
    sim_book_tally(&self->book, SIM_TALLY_SOJOURN, self->month, 0, &self->total.sojourn);
    sim_tally_clear(&self->total.sojourn);
    for (p = 0; p < self->pathway->n_pools; p++) {
        sim_pool_state_t *pool = &self->pool[p];
        size_t group = self->book.first_pool + p;

        sim_book_count_group(&self->book, SIM_COUNT_CAPACITY, self->month, group, pool->capacity);
        sim_book_count_group(&self->book, SIM_COUNT_CAPACITY, self->month, 0, pool->capacity);
        sim_book_count_group(&self->book, SIM_COUNT_STARTS_CAPACITY, self->month, group, pool->starts);
        sim_book_count_group(&self->book, SIM_COUNT_STARTS_CAPACITY, self->month, 0, pool->starts);
        sim_book_count_group(&self->book, SIM_COUNT_DIARY_DAYS, self->month, group, pool->days);
        sim_book_count_group(&self->book, SIM_COUNT_DIARY_EMPTY, self->month, group, pool->days_empty);
        pool->capacity = pool->starts = pool->days = pool->days_empty = 0;
    }
}

/* Minutes of a day, on average over the month so far, for which a server is there: all of them, or the open days' minutes. */
static double
account_staffed_minutes(const sim_replication_t *self, const sim_pool_t *pool)
{
    double days = self->now - self->month_start;
    int flag = pool->open == SIM_OPEN_WORKING ? SIM_DAY_WORKING : SIM_DAY_SCHOOL;

    if (pool->minutes_per_unit <= 0 || pool->open == SIM_OPEN_EVERY || days <= 0) {
        return pool->minutes_per_unit > 0 ? pool->minutes_per_unit : SIM_MINUTES_PER_DAY;
    }
    return pool->minutes_per_unit *
           (double) sim_calendar_count(self->calendar, (long) self->month_start, (long) self->now, flag) / days;
}

static double
account_take_area(const sim_replication_t *self, sim_level_t *level)
{
    double area = sim_level_area(level, self->since);

    sim_level_restart(level);
    return area;
}

static void
account_stage_levels(sim_replication_t *self, size_t s)
{
    sim_stage_state_t *stage = &self->stage[s];
    double waiting, present;

    account_states(self, s);
    waiting = account_take_area(self, &stage->waiting);
    present = account_take_area(self, &stage->present);
    self->booked_waiting += waiting;
    self->booked_present += present;
    account_book(self, s, SIM_COUNT_QUEUE_DAYS, waiting);
    account_book(self, s, SIM_COUNT_PRESENT_DAYS, present);
    account_book(self, s, SIM_COUNT_BLOCKED_DAYS, account_take_area(self, &stage->blocked));
    account_book(self, s, SIM_COUNT_USED, account_take_area(self, &stage->busy) * SIM_MINUTES_PER_DAY);
    account_book(self, s, SIM_COUNT_QUEUE_END, stage->waiting.value);
}

/* How long those who wait have waited. */
static void
account_open_waits(sim_replication_t *self)
{
    size_t i;

    for (i = 0; i < self->n_entities; i++) {
        const sim_entity_t *e = &self->entity[i];

        if (sim_rep_has(e, SIM_MARK_WAITING) && e->phase != SIM_PHASE_FREE) {
            sim_rep_tally(self, &sim_rep_account_of(sim_rep_stage_of(self, e), e)->open, self->now - e->listed_days);
        }
    }
}

/* Integrals and levels of the month that ends now. */
static void
account_levels(sim_replication_t *self)
{
    size_t s, p, g;

    for (s = 0; s < self->pathway->n_stages; s++) {
        account_stage_levels(self, s);
    }
    for (p = 0; p < self->pathway->n_pools; p++) {
        sim_pool_state_t *pool = &self->pool[p];
        double area = account_take_area(self, &pool->at_work);

        sim_book_count_group(&self->book, SIM_COUNT_UNITS, self->month, self->book.first_pool + p, pool->units.value);
        pool->capacity += pool->row->kind == SIM_POOL_SERVERS ? area * account_staffed_minutes(self, pool->row) : 0;
    }
    for (g = 0; g < self->book.n_groups; g++) {
        sim_book_count_group(&self->book, SIM_COUNT_DAYS, self->month, g, self->now - self->month_start);
    }
}

static void
account_close_month(sim_replication_t *self)
{
    account_flush_all(self);
    if (self->hooks.period != NULL) {
        sim_rep_fail(self, self->hooks.period(self->hooks.model, self, self->month));
        sim_rep_drain(self);
    }
    account_levels(self);
    account_open_waits(self);
    account_flush_all(self);
    self->month_start = self->now;
    self->since = 0;
    self->month++;
}

static void
account_next_period(sim_replication_t *self)
{
    if (self->month < self->calendar->n_months) {
        sim_rep_chore(self, self->calendar->month_first[self->month + 1], SIM_RANK_PERIOD,
            (sim_chore_t){ .kind = SIM_CHORE_PERIOD });
    }
}

void
sim_rep_period(sim_replication_t *self)
{
    account_close_month(self);
    account_next_period(self);
}

void
sim_rep_close(sim_replication_t *self)
{
    size_t s;

    if (self->month < self->calendar->n_months && self->now > self->month_start) {
        account_close_month(self);
    }
    if (self->month > 0) {
        self->month--;
    }
    sim_book_settle(&self->book, self->month);
    for (s = 0; s < self->pathway->n_stages; s++) {
        int pool = self->pathway->stage[s].pool_index;

        if (pool >= 0) {
            sim_book_fold(&self->book, SIM_TALLY_QUEUE, self->book.first_stage + s,
                self->book.first_pool + (size_t) pool);
            sim_book_fold(&self->book, SIM_TALLY_OPEN, self->book.first_stage + s,
                self->book.first_pool + (size_t) pool);
        }
    }
    if (self->run.n_spans > self->span) {
        sim_rep_span(self);
    }
    sim_rep_fail(self, self->book.error);
}

/* ---- warm-up and series ---- */

/* What has happened so far is booked, so that it can be forgotten. The series goes on: it shows the warm-up. */
void
sim_rep_warmup(sim_replication_t *self)
{
    account_levels(self);
    account_flush_all(self);
    sim_book_reset(&self->book);
    self->month_start = self->now;
    self->since = 0;
}

static void
account_next_span(sim_replication_t *self)
{
    if (self->span + 1 < self->run.n_spans) {
        sim_rep_chore(self, self->run.horizon_days * (double) (self->span + 1) / (double) self->run.n_spans,
            SIM_RANK_PERIOD, (sim_chore_t){ .kind = SIM_CHORE_SPAN });
    }
}

void
sim_rep_span(sim_replication_t *self)
{
    double present = self->booked_present, waiting = self->booked_waiting;
    double days = self->run.horizon_days / (double) self->run.n_spans;
    size_t s;

    for (s = 0; s < self->pathway->n_stages; s++) {
        const sim_stage_state_t *stage = &self->stage[s];

        present += sim_level_area(&stage->present, self->since);
        waiting += sim_level_area(&stage->waiting, self->since);
    }
    self->book.span_present[self->span] = (present - self->span_present) / days;
    self->book.span_waiting[self->span] = (waiting - self->span_waiting) / days;
    self->span_present = present;
    self->span_waiting = waiting;
    self->span++;
    account_next_span(self);
}

void
sim_rep_schedule_periods(sim_replication_t *self)
{
    account_next_period(self);
    account_next_span(self);
    if (self->run.warmup_days > 0) {
        sim_rep_chore(self, self->run.warmup_days, SIM_RANK_MODEL, (sim_chore_t){ .kind = SIM_CHORE_WARMUP });
    }
}
