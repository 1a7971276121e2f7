/*
 * Sources: the next arrival of each, and the entities it brings.
 *
 * An arrival's time is drawn from the key of the first entity it brings, so the n-th entity of a source comes at the
 * same time whatever happens to the others. With a factor for each day the rate is the table's times the day's own
 * draw, and the process is inverted day by day (Cinlar 1975).
 */
#include "sim/core/replication_internal.h"
#include "sim/core/ziggurat.h"

#include <math.h>

#define ARRIVAL_OFFICE_OPENS 8.5
#define ARRIVAL_OFFICE_HOURS 8.0
#define ARRIVAL_BATCH_MAX 1000000

uint8_t
sim_rep_class(const sim_replication_t *self, uint64_t key, uint32_t hash, const double *share)
{
    size_t n = self->pathway->n_classes, c;
    double u, cum = 0;

    if (n == 1) {
        return 0;
    }
    u = sim_uniform(key, hash, 0, SIM_DRAW_CLASS);
    for (c = 0; c + 1 < n; c++) {
        cum += share[c];
        if (u < cum) {
            break;
        }
    }
    return (uint8_t) c;
}

/* The model's arrive hook; SIM_EXIT when it drops the entity. */
static int
arrival_ask(sim_replication_t *self, uint32_t id, uint32_t tag, bool initial, int to)
{
    int stage = self->hooks.arrive(self->hooks.model, self, id, tag, initial, to);

    if (stage < SIM_EXIT || stage >= (int) self->pathway->n_stages ||
        self->entity[id].cls >= self->pathway->n_classes) {
        sim_rep_fail(self, SIM_ERR_BAD_PARAM);
        stage = SIM_EXIT;
    }
    return stage;
}

SIM_ALWAYS_INLINE bool
arrival_admit(sim_replication_t *self, uint32_t id, uint32_t tag, bool initial, int to)
{
    int stage = self->hooks.arrive == NULL ? to : arrival_ask(self, id, tag, initial, to);

    if (stage == SIM_EXIT) {
        sim_rep_free_entity(self, &self->entity[id]);
        return false;
    }
    self->entity[id].stage = (uint16_t) stage;
    sim_rep_note(self, &self->stage[stage], &self->entity[id], 0, SIM_TRACE_BORN, -1, NAN);
    return true;
}

bool
sim_rep_admit(sim_replication_t *self, uint32_t id, uint32_t tag, bool initial, int to)
{
    return arrival_admit(self, id, tag, initial, to);
}

/* The same day and order, between 08:30 and 16:30. */
static double
arrival_office_time(double t_days)
{
    double day = floor(t_days);

    return day + (ARRIVAL_OFFICE_OPENS + ARRIVAL_OFFICE_HOURS * (t_days - day)) / 24;
}

/* From day to day until the exponential is used up. */
static double
arrival_by_day(const sim_replication_t *self, const sim_source_t *source, sim_source_state_t *state, double exponential)
{
    double t = state->at_days;

    while (t <= self->run.horizon_days) {
        double left;

        if (t >= state->day_end) {
            uint64_t key = sim_key(self->run.seed, self->run.replication, source->hash, UINT64_MAX - (uint64_t) t);

            state->day_factor = sim_dist_draw(&source->day_factor, sim_draw(key, source->hash, 1, SIM_DRAW_ARRIVAL));
            state->day_end = floor(t) + 1;
        }
        left = state->day_factor * sim_nhpp_expected(&source->rate, t, state->day_end);
        if (exponential < left) {
            return sim_nhpp_next(&source->rate, t, exponential / state->day_factor, &state->piece);
        }
        exponential -= left;
        t = state->day_end;
    }
    return INFINITY;
}

SIM_ALWAYS_INLINE uint64_t
arrival_key(const sim_replication_t *self, const sim_source_t *source, sim_source_state_t *state, uint64_t ordinal)
{
    if (ordinal / 2 != state->pair) {
        state->pair = ordinal / 2;
        sim_key_pair(self->run.seed, self->run.replication, source->hash, state->pair, state->key);
    }
    return state->key[ordinal % 2];
}

SIM_ALWAYS_INLINE double
arrival_next(const sim_replication_t *self, const sim_source_t *source, sim_source_state_t *state)
{
    sim_stream_t stream = sim_draw(arrival_key(self, source, state, state->ordinal), source->hash, 0, SIM_DRAW_ARRIVAL);

    if (source->n_dates > 0) {
        return state->date < source->n_dates ? source->date_days[state->date] : INFINITY;
    }
    if (sim_dist_given(&source->between)) {
        return state->at_days + sim_dist_draw(&source->between, stream);
    }
    if (source->rate.n == 0) {
        return INFINITY;
    }
    if (sim_dist_given(&source->day_factor)) {
        return arrival_by_day(self, source, state, sim_ziggurat_exponential(stream));
    }
    return sim_nhpp_next(&source->rate, state->at_days, sim_ziggurat_exponential(stream), &state->piece);
}

SIM_ALWAYS_INLINE void
arrival_schedule(sim_replication_t *self, size_t s)
{
    const sim_source_t *source = &self->pathway->source[s];
    sim_source_state_t *state = &self->source[s];

    state->at_days = arrival_next(self, source, state);
    if (state->at_days <= self->run.horizon_days) {
        sim_rep_insert(self, source->office_hours ? arrival_office_time(state->at_days) : state->at_days,
            SIM_RANK_ARRIVAL, sim_rep_what(SIM_EVENT_SOURCE, s));
    }
}

void
sim_rep_next_arrival(sim_replication_t *self, size_t s)
{
    self->source[s].pair = UINT64_MAX;
    arrival_schedule(self, s);
}

static uint64_t
arrival_batch(const sim_source_t *source, uint64_t key)
{
    double n = floor(sim_dist_draw(&source->batch, sim_draw(key, source->hash, 0, SIM_DRAW_BATCH)) + 0.5);

    return n < 1 ? 1 : n > ARRIVAL_BATCH_MAX ? ARRIVAL_BATCH_MAX : (uint64_t) n;
}

SIM_ALWAYS_INLINE void
arrival_one(sim_replication_t *self, const sim_source_t *source, const sim_source_state_t *state, uint64_t key)
{
    uint32_t id = sim_rep_birth(self, key);

    if (id == SIM_NO_ENTITY) {
        return;
    }
    self->entity[id].flags = source->sets;
    if (self->pathway->n_classes > 1) {
        self->entity[id].cls = source->date_class != NULL ? source->date_class[state->date]
                                                          : sim_rep_class(self, key, source->hash, source->class_share);
    }
    if (arrival_admit(self, id, source->tag, false, source->target)) {
        sim_rep_enter(self, id);
    }
}

/* The others of a batch; the ones before come first also into further stages. */
static uint64_t
arrival_others(sim_replication_t *self, const sim_source_t *source, sim_source_state_t *state, uint64_t first_key)
{
    uint64_t n = arrival_batch(source, first_key), i;

    for (i = 1; i < n && self->error == 0; i++) {
        sim_rep_drain(self);
        arrival_one(self, source, state, arrival_key(self, source, state, state->ordinal + i));
    }
    return n;
}

void
sim_rep_arrival(sim_replication_t *self, size_t s)
{
    const sim_source_t *source = &self->pathway->source[s];
    sim_source_state_t *state = &self->source[s];
    uint64_t key = arrival_key(self, source, state, state->ordinal), n = 1;

    arrival_one(self, source, state, key);
    if (sim_dist_given(&source->batch)) {
        n = arrival_others(self, source, state, key);
    }
    state->ordinal += n;
    state->date++;
    arrival_schedule(self, s);
}
