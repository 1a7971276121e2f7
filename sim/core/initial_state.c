/*
 * Those present at day 0. One who waits has its past drawn by acceptance: its patience is drawn again (at further
 * draws of the same address) until it is still there after its age, so its hidden flags are those of survivors. One
 * in progress is found by an inspector: length-biased course, uniform place in it (Cox 1962, Renewal Theory, 5.4).
 */
#include "sim/core/replication_internal.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    double age_days;
    size_t index;
    uint32_t id;
} initial_t;

/*
 * Whether it is still there `elapsed` days after entering, under the present try; flags and timers of that past are
 * set.
 */
static bool
initial_survives(sim_entity_t *e, const sim_stage_t *stage, double elapsed_days, bool in_progress)
{
    uint32_t flags = 0;
    unsigned fired = 0;
    size_t i;

    for (i = 0; i < stage->n_timers; i++) {
        const sim_timer_t *timer = &stage->timer[i];

        if (timer->kind != SIM_TIMER_PATIENCE || (in_progress && !timer->in_service) || !sim_rep_has_timer(e, timer) ||
            sim_dist_draw(&timer->after, sim_draw(e->key, timer->hash, e->visit, (uint16_t) (2 * e->tries))) >
                elapsed_days) {
            continue;
        }
        if (timer->leave > 0 &&
            sim_uniform(e->key, timer->hash, e->visit, (uint16_t) (2 * e->tries + 1)) < timer->leave) {
            return false;
        }
        flags |= timer->flag;
        fired |= 1u << i;
    }
    e->flags |= flags;
    e->timers_fired = (uint8_t) fired;
    return true;
}

/* No past was found in which it is still there: it stays, and its patience no longer ends. */
static void
initial_give_in(sim_entity_t *e, const sim_stage_t *stage)
{
    size_t i;

    e->tries = 0;
    for (i = 0; i < stage->n_timers; i++) {
        if (stage->timer[i].kind == SIM_TIMER_PATIENCE) {
            e->timers_fired = (uint8_t) (e->timers_fired | 1u << i);
        }
    }
}

static void
initial_past(sim_entity_t *e, const sim_stage_t *stage, double elapsed_days, bool in_progress)
{
    for (e->tries = 0; e->tries < SIM_TRIES_MAX; e->tries++) {
        if (initial_survives(e, stage, elapsed_days, in_progress)) {
            return;
        }
    }
    initial_give_in(e, stage);
}

static void
initial_tell(sim_replication_t *self, uint32_t id)
{
    sim_entity_t *e = &self->entity[id];

    sim_rep_note(self, sim_rep_stage_of(self, e), e, SIM_TOLD_ENTER, SIM_TRACE_ENTER, -1, NAN);
}

/* ---- waiting ---- */

static void
initial_wait_in_list(sim_replication_t *self, uint32_t id, double age_days)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e)->row;
    double lead = sim_dist_given(&stage->lead) ? sim_dist_draw(&stage->lead, sim_rep_draw(e, stage, SIM_DRAW_LEAD)) : 0;

    e->born_days -= lead;
    sim_rep_begin_stage(self, &self->entity[id], -age_days - lead);
    initial_past(e, stage, age_days + lead, false);
    initial_tell(self, id);
    if (sim_rep_list(self, id, -age_days)) {
        e = &self->entity[id];
        e = sim_rep_note(self, sim_rep_stage_of(self, e), e, 0, SIM_TRACE_WAIT, -1, NAN);
        sim_rep_schedule(self, e);
    }
}

/* Lead, then notice or service, of a stage without a pool, under one try: the second of the two is due at their sum. */
static double
initial_lead(const sim_entity_t *e, const sim_stage_t *stage)
{
    if (!sim_dist_given(&stage->lead)) {
        return 0;
    }
    return sim_dist_draw(&stage->lead, sim_rep_draw(e, stage, SIM_DRAW_TRY + 2u * e->tries));
}

static double
initial_after_lead(const sim_entity_t *e, const sim_stage_t *stage)
{
    const sim_dist_t *dist = sim_dist_given(&stage->sessions) ? &stage->notice : &stage->service;

    return sim_dist_given(dist) ? sim_dist_draw(dist, sim_rep_draw(e, stage, SIM_DRAW_TRY + 2u * e->tries + 1)) : 0;
}

static void
initial_set_due(sim_entity_t *e, const sim_stage_t *stage, double lead, double after)
{
    e->due_days = e->entered_days + lead;
    if (e->due_days > 0) {
        e->phase = SIM_PHASE_LEAD;
        return;
    }
    e->due_days += after;
    e->listed_days = e->entered_days + lead;
    e->phase = sim_dist_given(&stage->sessions) ? SIM_PHASE_BOOKED : SIM_PHASE_SERVICE;
    e->marks |= e->phase == SIM_PHASE_SERVICE ? SIM_MARK_SEEN : 0;
}

/* A stage without a pool has no list: what is left of its lead, notice or service, given that it has not ended yet. */
static void
initial_wait_unlimited(sim_replication_t *self, uint32_t id, double age_days)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e)->row;
    double lead = 0, after = 0;

    sim_rep_begin_stage(self, &self->entity[id], -age_days);
    for (e->tries = 0; e->tries < SIM_TRIES_MAX; e->tries++) {
        lead = initial_lead(e, stage);
        after = initial_after_lead(e, stage);
        if (lead + after > age_days && initial_survives(e, stage, age_days, false)) {
            break;
        }
    }
    if (e->tries == SIM_TRIES_MAX) {
        initial_give_in(e, stage);
        lead = age_days;
        after = initial_after_lead(e, stage); /* as if taken up today */
    }
    initial_set_due(e, stage, lead, after);
    initial_tell(self, id);
    sim_rep_schedule(self, &self->entity[id]);
}

/* ---- in progress ---- */

static double
initial_residual(const sim_entity_t *e, const sim_stage_t *stage, const sim_dist_t *dist, unsigned draw)
{
    return sim_uniform(e->key, stage->hash, e->visit, SIM_DRAW_RESIDUAL) *
           sim_dist_draw_length_biased(dist, sim_rep_draw(e, stage, draw));
}

static void
initial_in_service(sim_replication_t *self, uint32_t id, const sim_stage_t *stage)
{
    sim_entity_t *e = &self->entity[id];
    double days = sim_dist_given(&stage->service) ? initial_residual(e, stage, &stage->service, SIM_DRAW_SERVICE) : 0;
    sim_member_t *member;

    if (stage->pool_index < 0) {
        e->phase = SIM_PHASE_SERVICE;
        e->due_days = self->now + days;
        sim_rep_schedule(self, &self->entity[id]);
        return;
    }
    if (!sim_rep_choose_member(self, id)) {
        return;
    }
    member = sim_rep_member_of(sim_rep_stage_of(self, &self->entity[id]), &self->entity[id]);
    if (member->limit <= member->busy) {
        member->limit = member->busy + 1; /* more were in service than there are servers */
    }
    self->entity[id].next = SIM_NO_ENTITY; /* a group of its own */
    sim_rep_seize(self, sim_rep_stage_of(self, &self->entity[id]), &self->entity[id], days);
}

/* Of its service what is left; it shares from now on. */
static void
initial_in_share(sim_replication_t *self, uint32_t id, const sim_stage_t *stage)
{
    self->entity[id].service_days = initial_residual(&self->entity[id], stage, &stage->service, SIM_DRAW_SERVICE);
    sim_rep_share(self, id);
}

/* Nobody waits for a shared server: it begins now, whatever its age. */
static void
initial_begin_share(sim_replication_t *self, uint32_t id, double age_days)
{
    sim_entity_t *e = &self->entity[id];

    sim_rep_begin_stage(self, e, -age_days);
    initial_past(e, sim_rep_stage_of(self, e)->row, age_days, false);
    initial_tell(self, id);
    sim_rep_share(self, id);
}

static void
initial_between_sessions(sim_replication_t *self, uint32_t id, const sim_stage_t *stage)
{
    sim_entity_t *e = &self->entity[id];
    sim_stream_t stream = sim_rep_draw(e, stage, SIM_DRAW_FIRST);
    double u = sim_stream_uniform(&stream), n = 1, gap = 0;

    if (sim_dist_given(&stage->sessions)) {
        n = ceil(initial_residual(e, stage, &stage->sessions, SIM_DRAW_SESSIONS));
    }
    e->sessions_left = (uint16_t) (n < 1 ? 1 : n > UINT16_MAX ? UINT16_MAX : n);
    if (stage->pool_index >= 0) {
        if (!sim_rep_choose_member(self, id)) {
            return;
        }
        if (stage->takes_start) {
            sim_rep_member_of(sim_rep_stage_of(self, e), e)->caseload++;
            e->marks |= SIM_MARK_CASELOAD;
        }
    }
    if (sim_dist_given(&stage->gap)) {
        gap = u * sim_dist_draw_length_biased(&stage->gap, stream);
    }
    sim_rep_next_session(self, id, gap, true);
}

static void
initial_in_progress(sim_replication_t *self, uint32_t id, double age_days)
{
    sim_entity_t *e = &self->entity[id];
    const sim_stage_t *stage = sim_rep_stage_of(self, e)->row;
    sim_stage_kind_t kind = self->stage[e->stage].kind;

    sim_rep_begin_stage(self, &self->entity[id], -age_days);
    e->marks |= SIM_MARK_SEEN;
    e->listed_days = -age_days;
    initial_past(e, stage, age_days, true);
    initial_tell(self, id);
    if (kind == SIM_STAGE_DIARY || (kind == SIM_STAGE_UNLIMITED && sim_dist_given(&stage->sessions))) {
        initial_between_sessions(self, id, stage);
    } else if (kind == SIM_STAGE_SHARED) {
        initial_in_share(self, id, stage);
    } else {
        initial_in_service(self, id, stage);
    }
}

/* ---- loading ---- */

static int
initial_older_first(const void *a, const void *b)
{
    const initial_t *x = a, *y = b;

    if (x->age_days != y->age_days) {
        return x->age_days > y->age_days ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

static size_t
initial_number(const sim_initial_t *row)
{
    return (size_t) floor(row->count + 0.5);
}

/* Rows that share a hash (same stage, tag and kind) go on where the last one stopped. */
static uint64_t
initial_first_ordinal(const sim_pathway_t *pathway, size_t row)
{
    uint64_t ordinal = 0;
    size_t i;

    for (i = 0; i < row; i++) {
        ordinal += pathway->initial[i].hash == pathway->initial[row].hash ? initial_number(&pathway->initial[i]) : 0;
    }
    return ordinal;
}

/* One entity of a row; *age_days is its age; SIM_NO_ENTITY when the model drops it. */
static uint32_t
initial_birth(sim_replication_t *self, const sim_initial_t *row, uint64_t ordinal, double *age_days)
{
    uint64_t key = sim_key(self->run.seed, self->run.replication, row->hash, ordinal);
    uint32_t id = sim_rep_birth(self, key);
    sim_entity_t *e;

    if (id == SIM_NO_ENTITY) {
        return id;
    }
    e = &self->entity[id];
    *age_days = sim_dist_given(&row->age) ? sim_dist_draw(&row->age, sim_draw(key, row->hash, 0, SIM_DRAW_AGE)) : 0;
    e->cls = sim_rep_class(self, key, row->hash, row->class_share);
    e->born_days = -*age_days;
    e->entered_days = -*age_days;
    e->marks = 0;
    e->contacts = row->in_progress ? 1 : 0; /* those in progress have been seen; the hook is told so */
    return sim_rep_admit(self, id, row->tag, true, row->target) ? id : SIM_NO_ENTITY;
}

/* Births of one row: those in progress take their places, those who wait are added to `waiting`. */
static size_t
initial_load_row(sim_replication_t *self, size_t row, initial_t *waiting, size_t n)
{
    const sim_initial_t *initial = &self->pathway->initial[row];
    uint64_t first = initial_first_ordinal(self->pathway, row);
    size_t number = initial_number(initial), i;

    for (i = 0; i < number && self->error == 0; i++) {
        double age_days = 0;
        uint32_t id = initial_birth(self, initial, first + i, &age_days);

        if (id == SIM_NO_ENTITY) {
            continue;
        }
        if (initial->in_progress) {
            initial_in_progress(self, id, age_days);
        } else {
            waiting[n] = (initial_t){ age_days, n, id };
            n++;
        }
    }
    return n;
}

static void
initial_place(sim_replication_t *self, initial_t *waiting, size_t n)
{
    size_t i;

    qsort(waiting, n, sizeof(*waiting), initial_older_first);
    for (i = 0; i < n && self->error == 0; i++) {
        sim_stage_kind_t kind = sim_rep_stage_of(self, &self->entity[waiting[i].id])->kind;

        if (kind == SIM_STAGE_UNLIMITED) {
            initial_wait_unlimited(self, waiting[i].id, waiting[i].age_days);
        } else if (kind == SIM_STAGE_SHARED) {
            initial_begin_share(self, waiting[i].id, waiting[i].age_days);
        } else {
            initial_wait_in_list(self, waiting[i].id, waiting[i].age_days);
        }
    }
}

void
sim_rep_load_initial(sim_replication_t *self)
{
    initial_t *waiting;
    size_t n = 0, i;

    for (i = 0; i < self->pathway->n_initial; i++) {
        n += initial_number(&self->pathway->initial[i]);
    }
    waiting = malloc((n + 1) * sizeof(*waiting));
    if (waiting == NULL || !sim_agenda_expect(&self->events, n)) {
        free(waiting);
        sim_rep_fail(self, SIM_ERR_NO_MEMORY);
        return;
    }
    for (n = 0, i = 0; i < self->pathway->n_initial; i++) {
        n = initial_load_row(self, i, waiting, n);
    }
    initial_place(self, waiting, n);
    free(waiting);
}
