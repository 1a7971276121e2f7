/*
 * Networks drawn at random from every construct of a pathway: servers, shared servers, diaries, families, timetables,
 * failures, vacations, priorities that interrupt, wait bands, groups, setup and cleaning, rooms and limits, blocking,
 * baulking, changing queues, timers, decisions, classes, flags, batches, lists, those present at the start.
 *
 * Of each: the engine's invariants hold after every event; every entity that the trace shows leads a possible life;
 * numbers and integrals of the book equal those made from the trace (Little's law, an identity of the sample path:
 * the integral of the number present is the sum of the times spent there); and a second run is the same.
 *
 * All checks are exact, so none can fail by chance. Network n is that of the seed n: the one that fails is named.
 */
#include "sim/core/replication.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NETWORKS 20000
#define DAYS 45
#define MONDAY ((sim_date_t){ 2026, 1, 5 })
#define MAX_STAGES 6
#define NO_STAGE UINT16_MAX
#define TOLERANCE 1e-8

/* ---- chance ---- */

typedef struct {
    sim_stream_t stream;
    sim_pathway_t pathway;
    bool grouped[8]; /* pools that serve in groups */
} network_t;

static double
uniform(network_t *self, double low, double high)
{
    return low + (high - low) * sim_stream_uniform(&self->stream);
}

static int
whole(network_t *self, int n)
{
    return (int) (sim_stream_uniform(&self->stream) * n);
}

/* With one chance in n. */
static bool
once(network_t *self, int n)
{
    return whole(self, n) == 0;
}

static sim_interrupt_t
some_interrupt(network_t *self)
{
    return (sim_interrupt_t) (SIM_INTERRUPT_RESUME + whole(self, 3));
}

/* A time of about the mean; whole ones meet each other and the beginnings of days. */
static sim_dist_t
some_time(network_t *self, double mean)
{
    sim_dist_t dist;

    switch (whole(self, 5)) {
    case 0:
        assert_int_equal(sim_dist_init_fixed(&dist, ceil(mean)), 0);
        break;
    case 1:
        assert_int_equal(sim_dist_init_uniform(&dist, 0, 2 * mean), 0);
        break;
    case 2:
        assert_int_equal(sim_dist_init_erlang(&dist, mean, 3), 0);
        break;
    default:
        assert_int_equal(sim_dist_init_exponential(&dist, mean), 0);
        break;
    }
    return dist;
}

static sim_dist_t
perhaps_time(network_t *self, int n, double mean)
{
    sim_dist_t none = { 0 };

    return once(self, n) ? some_time(self, mean) : none;
}

/* Steps on days that increase from `day` on by about `gap`. */
static sim_steps_t
some_steps(network_t *self, double day, double gap, double end, const double *value, int n_values)
{
    sim_steps_t steps = { 0, calloc(4, sizeof(double)), calloc(4, sizeof(double)) };

    assert_non_null(steps.day);
    assert_non_null(steps.value);
    while (steps.n < 4 && day < end) {
        steps.day[steps.n] = day;
        steps.value[steps.n++] = value[whole(self, n_values)];
        day += once(self, 2) ? gap : uniform(self, 0.1 * gap, 2 * gap);
    }
    return steps;
}

/* ---- pools ---- */

static void
some_servers(network_t *self, sim_pool_t *pool, bool grouped)
{
    static const double SHARE[] = { 1, 0, 0.5, 1 };
    bool shared;

    pool->units = 1 + whole(self, 3);
    pool->discipline = (sim_discipline_t) whole(self, grouped ? 3 : 4);
    shared = pool->discipline == SIM_SHARING;
    pool->n_members = once(self, 5) ? 2 : 1;
    pool->minutes_per_unit = once(self, 3) ? 480 : 0;
    if (once(self, 4)) {
        pool->cycle_days = once(self, 2) ? 1 : 3.5;
        pool->timetable = some_steps(self, 0, pool->cycle_days / 4, pool->cycle_days, SHARE, 4);
        pool->timetable.value[0] = 1;
    }
    pool->closed_days = once(self, 6);
    if (!grouped) {
        pool->on_close = once(self, 2) ? SIM_INTERRUPT_FINISH : some_interrupt(self);
    }
    if (shared) {
        return;
    }
    if (!grouped && once(self, 3)) {
        pool->preempt = some_interrupt(self);
    }
    if (!grouped && once(self, 5)) {
        pool->fails_after = some_time(self, 4);
        pool->repair = some_time(self, 1);
        pool->on_failure = some_interrupt(self);
    }
    pool->vacation = perhaps_time(self, 6, 0.7);
}

static void
some_diary(network_t *self, sim_pool_t *pool)
{
    pool->minutes_per_unit = 300;
    pool->units = uniform(self, 0.5, 2);
    pool->horizon_days = 3 + whole(self, 30);
    pool->slot_minutes = once(self, 3) ? 50 : 0;
    pool->starts_per_unit = once(self, 3) ? uniform(self, 1, 8) : 0;
    pool->kept_share = once(self, 4) ? uniform(self, 0.1, 0.6) : 0;
    pool->caseload_per_unit = once(self, 4) ? 2 + whole(self, 5) : 0;
    pool->n_members = once(self, 4) ? 3 : 1;
    pool->discipline = (sim_discipline_t) whole(self, 3);
}

static void
add_pool(network_t *self, int p)
{
    static const double SERVERS[] = { 0, 1, 2, 3 };
    char name[SIM_NAME_MAX];
    sim_pool_t pool;
    int b;

    snprintf(name, sizeof(name), "p%d", p);
    sim_pool_default(&pool, name, once(self, 4) ? SIM_POOL_DIARY : SIM_POOL_SERVERS);
    pool.open = (sim_open_t) whole(self, 4);
    self->grouped[p] = pool.kind == SIM_POOL_SERVERS && once(self, 5);
    if (pool.kind == SIM_POOL_DIARY) {
        some_diary(self, &pool);
    } else {
        some_servers(self, &pool, self->grouped[p]);
    }
    if (once(self, 4)) {
        pool.steps = some_steps(self, whole(self, 10), 10, DAYS, SERVERS, 4);
    }
    if (pool.discipline != SIM_SHARING && pool.discipline != SIM_LIFO && once(self, 5)) {
        pool.n_bands = (size_t) (1 + whole(self, 2));
        for (b = 0; b < (int) pool.n_bands; b++) {
            pool.band_days[b] = 0.5 + 2 * b;
        }
    }
    assert_int_equal(sim_pathway_add_pool(&self->pathway, &pool), 0);
}

/* ---- stages ---- */

static void
some_timers(network_t *self, sim_stage_t *stage)
{
    static const char *const NAME[] = { "gave_up", "aged_out", "moved" };
    int i, n = once(self, 2) ? 0 : 1 + whole(self, 3);

    for (i = 0; i < n; i++) {
        sim_timer_t *timer = &stage->timer[i];

        snprintf(timer->name, sizeof(timer->name), "%s", NAME[i]);
        timer->kind = once(self, 4) ? SIM_TIMER_DEADLINE : SIM_TIMER_PATIENCE;
        timer->leave = once(self, 2) ? 1 : uniform(self, 0, 1);
        timer->flag = 1u << whole(self, 3);
        timer->in_service = once(self, 2);
        timer->share = once(self, 2) ? 1 : uniform(self, 0, 1);
        timer->class_mask = once(self, 4) ? 1 : 0;
        if (timer->kind == SIM_TIMER_PATIENCE) {
            timer->after = some_time(self, uniform(self, 0.5, 5));
        }
    }
    stage->n_timers = (size_t) n;
}

static void
some_crowd(network_t *self, sim_stage_t *stage)
{
    stage->limit = once(self, 4) ? (size_t) (1 + whole(self, 4)) : 0;
    if (stage->pool[0] != '\0') {
        stage->room = once(self, 4) ? (size_t) whole(self, 3) : SIZE_MAX;
        stage->n_baulk = once(self, 5) ? 2 : 0;
        stage->baulk_from[0] = (size_t) whole(self, 2);
        stage->baulk_from[1] = 3;
        stage->baulk_share[0] = uniform(self, 0, 0.5);
        stage->baulk_share[1] = uniform(self, 0, 1);
    }
    if (stage->limit > 0 || stage->room != SIZE_MAX) {
        stage->full = once(self, 2) ? SIM_FULL_BLOCK : SIM_FULL_LEAVE;
    }
}

static void
some_sessions(network_t *self, sim_stage_t *stage)
{
    assert_int_equal(sim_dist_init_geometric(&stage->sessions, 1 + whole(self, 3)), 0);
    stage->notice = perhaps_time(self, 2, 1);
    stage->gap = some_time(self, 2);
    stage->second = perhaps_time(self, 4, 1);
    stage->dna = uniform(self, 0, 0.3);
    stage->cancel = uniform(self, 0, 0.2);
    stage->missed_max = (unsigned) whole(self, 3);
    stage->is_contact = once(self, 2);
}

static void
some_server_stage(network_t *self, sim_stage_t *stage, int p)
{
    const sim_pool_t *pool = &self->pathway.pool[p];

    stage->service = some_time(self, uniform(self, 0.2, 2));
    if (pool->discipline != SIM_SHARING) {
        stage->setup = perhaps_time(self, 6, 0.2);
        stage->cleaning = perhaps_time(self, 6, 0.3);
    }
    if (self->grouped[p]) {
        stage->group_min = (size_t) (1 + whole(self, 3));
        stage->group_max = stage->group_min + (size_t) whole(self, 2);
        stage->group_wait_days = once(self, 2) ? uniform(self, 0, 3) : INFINITY;
    }
}

static int
stage_pool(network_t *self, int s)
{
    int p = whole(self, (int) self->pathway.n_pools + 1) - 1, i;

    for (i = 0; i < s && p >= 0; i++) {
        if (self->grouped[p] && self->pathway.stage[i].pool_index == p) {
            return -1; /* groups need a pool of their own */
        }
    }
    return p;
}

static void
add_stage(network_t *self, int s)
{
    static const char *const LABEL[] = { "left", "right" };
    int p = stage_pool(self, s), c;
    char name[SIM_NAME_MAX], pool[SIM_NAME_MAX] = "";
    sim_stage_t stage;

    snprintf(name, sizeof(name), "s%d", s);
    if (p >= 0) {
        snprintf(pool, sizeof(pool), "p%d", p);
    }
    sim_stage_default(&stage, name, pool);
    stage.pool_index = p;
    stage.lead = perhaps_time(self, 5, 0.5);
    if (p >= 0 && self->pathway.pool[p].kind == SIM_POOL_SERVERS) {
        some_server_stage(self, &stage, p);
    } else if (p >= 0 || once(self, 3)) {
        some_sessions(self, &stage);
        stage.contact_minutes = 45;
        stage.takes_start = p >= 0 && once(self, 2);
    } else {
        stage.service = some_time(self, 1);
    }
    stage.queue_at_front = once(self, 8);
    for (c = 0; c < SIM_CLASS_MAX; c++) {
        stage.priority[c] = (uint8_t) whole(self, 3);
    }
    stage.decline = once(self, 4) ? 0.5 : 0;
    stage.decline_flag = 7;
    stage.sets = 1u << whole(self, 4);
    stage.n_states = once(self, 3) ? 5 : 0;
    stage.by_class = once(self, 2);
    some_timers(self, &stage);
    some_crowd(self, &stage);
    if (once(self, 5)) {
        stage.decision = 1;
        stage.n_labels = 2;
        snprintf(stage.label[0], SIM_NAME_MAX, "%s", LABEL[0]);
        snprintf(stage.label[1], SIM_NAME_MAX, "%s", LABEL[1]);
    }
    stage.model_member = p >= 0 && once(self, 3);
    assert_int_equal(sim_pathway_add_stage(&self->pathway, &stage), 0);
}

/* Whether one who changes to this queue may have to leave it at once, and so go round in no time: a deadline is past, or
   nobody takes it. */
static bool
sends_round(const sim_stage_t *stage)
{
    size_t i;

    if (stage->model_member) {
        return true;
    }
    for (i = 0; i < stage->n_timers; i++) {
        if (stage->timer[i].kind == SIM_TIMER_DEADLINE) {
            return true;
        }
    }
    return false;
}

/* The same word for the stages at which queues may be changed, when there are two. */
static void
some_jockeys(network_t *self)
{
    size_t s, n = 0;

    for (s = 0; s < self->pathway.n_stages; s++) {
        sim_stage_t *stage = &self->pathway.stage[s];
        int p = stage->pool_index;

        if (p >= 0 && self->pathway.pool[p].kind == SIM_POOL_SERVERS && stage->group_max == 0 &&
            self->pathway.pool[p].discipline != SIM_SHARING && self->pathway.pool[p].n_members == 1 &&
            !sends_round(stage) && once(self, 2)) {
            snprintf(stage->jockey, sizeof(stage->jockey), "change");
            n++;
        }
    }
    for (s = 0; s < self->pathway.n_stages && n < 2; s++) {
        self->pathway.stage[s].jockey[0] = '\0';
    }
}

/* ---- routes ---- */

/* Whether a stage may block those who come from s. */
static bool
may_block(const network_t *self, int s, int to)
{
    int p = self->pathway.stage[s].pool_index;

    return self->pathway.stage[to].full != SIM_FULL_BLOCK || p < 0 ||
           (self->pathway.pool[p].kind == SIM_POOL_SERVERS && self->pathway.stage[s].group_max == 0);
}

/* A stage to go to, or -1: the exit. Those refused go forward only, so that nobody goes round in no time. */
static int
some_target(network_t *self, int s, bool forward)
{
    int n = (int) self->pathway.n_stages, to = whole(self, n);

    if (once(self, 3) || (forward && to <= s) || !may_block(self, s, to)) {
        return -1;
    }
    return to;
}

static void
add_route(network_t *self, int s, const char *outcome, double probability, uint32_t with, uint32_t without,
    bool forward)
{
    int to = some_target(self, s, forward), k;
    char name[SIM_NAME_MAX] = "exit";
    sim_route_t route;

    if (to >= 0) {
        snprintf(name, sizeof(name), "s%d", to);
    }
    sim_route_default(&route, self->pathway.stage[s].name, outcome, name);
    route.probability = probability;
    route.with_flags = with;
    route.without_flags = without;
    route.class_to = once(self, 5) ? whole(self, (int) self->pathway.n_classes) : SIM_SAME_CLASS;
    for (k = 0; to >= 0 && !forward && k < 2 && once(self, 4); k++) {
        int other = some_target(self, s, false);

        if (other >= 0) {
            snprintf(route.shortest_name[route.n_shortest++], SIM_NAME_MAX, "s%d", other);
        }
    }
    assert_int_equal(sim_pathway_add_route(&self->pathway, &route), 0);
}

/* Nothing; or one route; or two by chance; or two by a flag. */
static void
add_routes(network_t *self, int s, const char *outcome, bool forward)
{
    double p = uniform(self, 0, 1);

    switch (whole(self, 4)) {
    case 0:
        break;
    case 1:
        add_route(self, s, outcome, 1, 0, 0, forward);
        break;
    case 2:
        add_route(self, s, outcome, p, 0, 0, forward);
        add_route(self, s, outcome, 1 - p, 0, 0, forward);
        break;
    default:
        add_route(self, s, outcome, 1, 2, 0, forward);
        add_route(self, s, outcome, 1, 0, 2, forward);
        break;
    }
}

static void
add_all_routes(network_t *self, int s)
{
    sim_stage_t *stage = &self->pathway.stage[s];
    bool instant = stage->pool_index < 0; /* may take no time */
    size_t i;

    add_routes(self, s, "done", instant);
    add_routes(self, s, "missed", true);
    add_routes(self, s, "declined", true);
    add_routes(self, s, "full", true);
    add_routes(self, s, "baulked", true);
    for (i = 0; i < stage->n_timers; i++) {
        add_routes(self, s, stage->timer[i].name, true);
    }
    for (i = 0; i < stage->n_labels; i++) {
        add_routes(self, s, stage->label[i], instant);
    }
}

/* ---- arrivals ---- */

static void
some_dates(network_t *self, sim_source_t *source)
{
    size_t n = (size_t) (1 + whole(self, 30)), i;
    double day = 0;

    source->n_dates = n;
    source->date_days = calloc(n, sizeof(*source->date_days));
    source->date_class = calloc(n, sizeof(*source->date_class));
    assert_non_null(source->date_days);
    assert_non_null(source->date_class);
    for (i = 0; i < n; i++) {
        source->date_days[i] = day;
        source->date_class[i] = (uint8_t) whole(self, (int) self->pathway.n_classes);
        day += once(self, 2) ? whole(self, 2) : uniform(self, 0, 1);
    }
}

static void
some_shares(network_t *self, double *share)
{
    size_t n = self->pathway.n_classes, c;

    for (c = 0; c < n; c++) {
        share[c] = 1.0 / (double) n;
    }
}

static void
add_source(network_t *self, int i)
{
    double day[3] = { 0, 10, 25 }, rate[2] = { uniform(self, 0, 3), uniform(self, 0, 2) };
    char name[SIM_NAME_MAX], to[SIM_NAME_MAX];
    sim_source_t source;

    snprintf(name, sizeof(name), "a%d", i);
    snprintf(to, sizeof(to), "s%d", whole(self, (int) self->pathway.n_stages));
    sim_source_default(&source, name, to);
    some_shares(self, source.class_share);
    source.sets = once(self, 2) ? 2 : 0;
    switch (whole(self, 4)) {
    case 0:
        some_dates(self, &source);
        break;
    case 1:
        assert_int_equal(sim_dist_init_uniform(&source.between, 0.2, 2), 0);
        break;
    default:
        assert_int_equal(sim_nhpp_init(&source.rate, 2, day, rate), 0);
        source.office_hours = once(self, 4);
        if (once(self, 3)) {
            assert_int_equal(sim_dist_init_gamma(&source.day_factor, 1, 0.5), 0);
        }
        break;
    }
    if (once(self, 4)) {
        assert_int_equal(sim_dist_init_geometric(&source.batch, 2), 0);
    }
    assert_int_equal(sim_pathway_add_source(&self->pathway, &source), 0);
}

static void
add_initial(network_t *self)
{
    char name[SIM_NAME_MAX];
    sim_initial_t initial;

    snprintf(name, sizeof(name), "s%d", whole(self, (int) self->pathway.n_stages));
    sim_initial_default(&initial, name);
    some_shares(self, initial.class_share);
    initial.count = whole(self, 8);
    initial.in_progress = once(self, 2);
    initial.age = perhaps_time(self, 2, 3);
    assert_int_equal(sim_pathway_add_initial(&self->pathway, &initial), 0);
}

static void
print_fault(void *ctx, const sim_fault_t *fault)
{
    (void) ctx;
    print_error("%s\n", fault->text);
}

static void
network_init(network_t *self, uint32_t seed)
{
    int i, n;

    memset(self, 0, sizeof(*self));
    self->stream = sim_draw(sim_key(20, seed, 1, 2), 3, 4, 5);
    sim_pathway_init(&self->pathway);
    self->pathway.n_classes = (size_t) (1 + whole(self, 3));
    snprintf(self->pathway.class_name[1], SIM_NAME_MAX, "one");
    snprintf(self->pathway.class_name[2], SIM_NAME_MAX, "two");
    for (i = 0, n = 1 + whole(self, 3); i < n; i++) {
        add_pool(self, i);
    }
    for (i = 0, n = 1 + whole(self, MAX_STAGES - 1); i < n; i++) {
        add_stage(self, i);
    }
    some_jockeys(self);
    for (i = 0; i < n; i++) {
        add_all_routes(self, i);
    }
    for (i = 0, n = 1 + whole(self, 2); i < n; i++) {
        add_source(self, i);
    }
    for (i = 0, n = whole(self, 3); i < n; i++) {
        add_initial(self);
    }
    assert_int_equal(sim_pathway_compile(&self->pathway, print_fault, NULL), 0);
}

/* ---- the trace: lives ---- */

/* What the trace has told of an entity; of the time before day 0 only its end counts. */
typedef struct {
    bool alive, waits;
    uint16_t stage; /* NO_STAGE between stages */
    double entered_days, born_days, waits_from_days;
} life_t;

/* How often what has happened, over all networks: by SIM_TRACE_*, served in a group, refused. */
enum { SEEN_GROUP = SIM_TRACES, SEEN_FULL, SEEN_BAULKED, SEEN };

typedef struct {
    const sim_pathway_t *pathway;
    uint64_t *seen;
    life_t *life;
    size_t n;
    double now_days;
    const char *wrong; /* the first thing that cannot be */
    uint64_t digest;
    double present_days[MAX_STAGES], queue_days[MAX_STAGES], all_days;
    double sojourn_days;
    uint64_t born, gone, entered[MAX_STAGES], left[MAX_STAGES], present[MAX_STAGES];
    uint64_t initial[MAX_STAGES], all_initial; /* there at day 0: they enter without being counted */
} lives_t;

static void
lives_expect(lives_t *self, bool right, const char *wrong)
{
    if (!right && self->wrong == NULL) {
        self->wrong = wrong;
    }
}

static life_t *
lives_of(lives_t *self, uint32_t entity)
{
    if (entity >= self->n) {
        size_t n = 2 * (size_t) entity + 64;

        self->life = realloc(self->life, n * sizeof(*self->life));
        assert_non_null(self->life);
        memset(self->life + self->n, 0, (n - self->n) * sizeof(*self->life));
        self->n = n;
    }
    return &self->life[entity];
}

static void
lives_stop_waiting(lives_t *self, life_t *life, double now_days)
{
    if (life->waits) {
        self->queue_days[life->stage] += now_days - life->waits_from_days;
        life->waits = false;
    }
}

static void
lives_leave(lives_t *self, life_t *life, double now_days)
{
    lives_stop_waiting(self, life, now_days);
    self->present_days[life->stage] += now_days - life->entered_days;
    self->present[life->stage]--;
    life->stage = NO_STAGE;
}

static void
lives_enter(lives_t *self, life_t *life, uint16_t stage, double now_days)
{
    life->stage = stage;
    life->entered_days = now_days;
    self->present[stage]++;
}

static void
lives_told_leave(lives_t *self, life_t *life, const sim_trace_t *line)
{
    if (line->outcome == SIM_OUTCOME_FULL || line->outcome == SIM_OUTCOME_BAULKED) {
        lives_expect(self, life->stage == NO_STAGE, "refused where it is");
        self->entered[line->e->stage]++;
        self->left[line->e->stage]++;
        return;
    }
    lives_expect(self, life->stage == line->e->stage, "left a stage where it was not");
    if (life->stage == line->e->stage) {
        self->left[life->stage]++;
        lives_leave(self, life, line->now_days);
    }
}

static void
lives_told_gone(lives_t *self, life_t *life, const sim_trace_t *line)
{
    lives_expect(self, life->alive && life->stage == NO_STAGE, "gone from within a stage");
    life->alive = false;
    self->gone++;
    self->all_days += line->now_days - life->born_days;
    self->sojourn_days += line->now_days - line->e->born_days;
}

static void
lives_told_jockey(lives_t *self, life_t *life, const sim_trace_t *line)
{
    lives_expect(self, life->stage != NO_STAGE && life->stage != line->e->stage, "changed to no other queue");
    if (life->stage != NO_STAGE) {
        self->left[life->stage]++;
        lives_leave(self, life, line->now_days);
    }
    self->entered[line->e->stage]++;
    lives_enter(self, life, line->e->stage, line->now_days);
    life->waits = true;
    life->waits_from_days = line->now_days;
}

static void
lives_told(lives_t *self, life_t *life, const sim_trace_t *line)
{
    bool in_stage = life->stage == line->e->stage;

    switch (line->what) {
    case SIM_TRACE_BORN:
        lives_expect(self, !life->alive, "born twice");
        *life = (life_t){ .alive = true, .stage = NO_STAGE, .born_days = line->now_days };
        self->born++;
        break;
    case SIM_TRACE_ENTER:
        lives_expect(self, life->stage == NO_STAGE, "entered a stage from within one");
        self->entered[line->e->stage]++;
        lives_enter(self, life, line->e->stage, line->now_days);
        break;
    case SIM_TRACE_WAIT:
    case SIM_TRACE_INTERRUPT:
        lives_expect(self, in_stage && !life->waits, "began to wait twice, or elsewhere");
        life->waits = true;
        life->waits_from_days = line->now_days;
        break;
    case SIM_TRACE_SERVICE:
    case SIM_TRACE_SESSION:
        lives_expect(self, in_stage, "served in a stage where it was not");
        if (in_stage) {
            lives_stop_waiting(self, life, line->now_days);
        }
        break;
    case SIM_TRACE_LEAVE:
        lives_told_leave(self, life, line);
        break;
    case SIM_TRACE_JOCKEY:
        lives_told_jockey(self, life, line);
        break;
    case SIM_TRACE_GONE:
        lives_told_gone(self, life, line);
        break;
    default:
        lives_expect(self, in_stage, "something happened where it was not");
        break;
    }
}

static void
lives_trace(void *ctx, const sim_trace_t *line)
{
    lives_t *self = ctx;
    life_t *life = lives_of(self, line->entity);
    uint64_t bits;

    self->seen[line->what]++;
    self->seen[SEEN_GROUP] += line->what == SIM_TRACE_SERVICE && line->e->phase == SIM_PHASE_GROUP;
    self->seen[SEEN_FULL] += line->what == SIM_TRACE_LEAVE && line->outcome == SIM_OUTCOME_FULL;
    self->seen[SEEN_BAULKED] += line->what == SIM_TRACE_LEAVE && line->outcome == SIM_OUTCOME_BAULKED;
    lives_expect(self, line->now_days >= self->now_days, "time went back");
    lives_expect(self, line->what == SIM_TRACE_BORN || life->alive, "something happened to nobody");
    self->now_days = line->now_days;
    memcpy(&bits, &line->now_days, sizeof(bits));
    self->digest = sim_mix64(self->digest ^ bits) + ((uint64_t) line->entity << 8 | (uint64_t) line->what);
    lives_told(self, life, line);
}

/* At the end those present count up to now. */
static void
lives_close(lives_t *self)
{
    size_t i;

    for (i = 0; i < self->n; i++) {
        life_t *life = &self->life[i];

        if (life->alive) {
            lives_expect(self, life->stage != NO_STAGE, "nowhere at the end");
            self->all_days += DAYS - life->born_days;
            if (life->stage != NO_STAGE) {
                uint16_t stage = life->stage;

                lives_leave(self, life, DAYS);
                self->present[stage]++;
            }
        }
    }
}

/* ---- hooks: decisions, members, deadlines ---- */

static int
hook_arrive(void *model, sim_replication_t *rep, uint32_t entity, uint32_t tag, bool initial, int to)
{
    sim_entity_t *e = sim_replication_entity(rep, entity);

    lives_t *lives = model;

    (void) tag;
    if (e->key % 3 == 0) {
        e->deadline_days[0] = sim_replication_now(rep) + (double) (e->key % 7);
    }
    if (e->key % 23 == 0) {
        return SIM_EXIT;
    }
    lives->initial[to] += initial;
    lives->all_initial += initial;
    return to;
}

static int
hook_decide(void *model, sim_replication_t *rep, uint32_t entity, int decision)
{
    const sim_entity_t *e = sim_replication_entity(rep, entity);

    (void) model;
    (void) decision;
    return (int) ((e->key >> 8 ^ e->visit) & 1);
}

static uint32_t
hook_member(void *model, sim_replication_t *rep, uint32_t entity)
{
    const sim_entity_t *e = sim_replication_entity(rep, entity);

    (void) model;
    return e->key % 11 == 0 ? SIM_NO_ENTITY : (uint32_t) (e->key % 3);
}

/* ---- one network ---- */

static double
booked(const sim_book_t *book, size_t group, int counter)
{
    double sum = 0;
    size_t m;

    for (m = 0; m < book->n_months; m++) {
        sum += book->count[(m * book->n_counters + (size_t) counter) * book->n_groups + group];
    }
    return sum;
}

static bool
near(double a, double b)
{
    return fabs(a - b) <= TOLERANCE * (1 + fabs(b));
}

static const char *
compare_stage(const sim_replication_t *rep, const sim_book_t *book, const lives_t *lives, size_t s)
{
    size_t g = book->first_stage + s;
    const sim_stage_t *row = &lives->pathway->stage[s];
    bool waits_are_told = row->pool_index >= 0 && lives->pathway->pool[row->pool_index].kind == SIM_POOL_SERVERS;
    double in = booked(book, g, SIM_COUNT_ENTERED) + (double) lives->initial[s];
    double out = booked(book, g, SIM_COUNT_SERVED) + booked(book, g, SIM_COUNT_LEFT);

    if (in - out != (double) lives->present[s] || lives->present[s] != sim_replication_present(rep, (int) s)) {
        return "a stage's flows do not add up";
    }
    if (in != (double) lives->entered[s] || out != (double) lives->left[s]) {
        return "a stage's flows are not those of the trace";
    }
    if (!near(booked(book, g, SIM_COUNT_PRESENT_DAYS), lives->present_days[s])) {
        return "Little's law fails for a stage";
    }
    if (waits_are_told && !near(booked(book, g, SIM_COUNT_QUEUE_DAYS), lives->queue_days[s])) {
        return "Little's law fails for a queue";
    }
    return NULL;
}

static double
all_sojourns(const sim_book_t *book)
{
    const sim_tally_t *tally = &book->tally[SIM_TALLY_SOJOURN * book->n_cells];
    double sum = 0;
    size_t m;

    for (m = 0; m < book->n_months; m++) {
        sum += tally[m].count > 0 ? tally[m].sum : 0;
    }
    return sum;
}

static const char *
compare_all(const sim_book_t *book, const lives_t *lives)
{
    double in = booked(book, 0, SIM_COUNT_ENTERED) + (double) lives->all_initial;
    double out = booked(book, 0, SIM_COUNT_SERVED) + booked(book, 0, SIM_COUNT_LEFT);

    if (in != (double) lives->born || out != (double) lives->gone) {
        return "the pathway's flows do not add up";
    }
    if (!near(all_sojourns(book), lives->sojourn_days)) {
        return "times in the pathway are not those of the trace";
    }
    return near(booked(book, 0, SIM_COUNT_PRESENT_DAYS), lives->all_days) ? NULL : "Little's law fails for the pathway";
}

static uint64_t
digest_book(const sim_book_t *book)
{
    uint64_t digest = 0, bits;
    size_t i;

    for (i = 0; i < book->n_months * book->n_counters * book->n_groups; i++) {
        memcpy(&bits, &book->count[i], sizeof(bits));
        digest = sim_mix64(digest ^ bits);
    }
    return digest;
}

typedef struct {
    uint64_t events, digest;
    const char *wrong;
} outcome_t;

static const char *
compare(const sim_replication_t *rep, const sim_book_t *book, const lives_t *lives)
{
    const char *wrong = lives->wrong;
    size_t s;

    for (s = 0; wrong == NULL && s < lives->pathway->n_stages; s++) {
        wrong = compare_stage(rep, book, lives, s);
    }
    return wrong != NULL ? wrong : compare_all(book, lives);
}

static outcome_t
network_run(const network_t *self, const sim_calendar_t *calendar, bool verify, uint64_t *seen)
{
    lives_t lives = { .pathway = &self->pathway, .seen = seen };
    sim_hooks_t hooks = { .model = &lives, .arrive = hook_arrive, .decide = hook_decide, .member = hook_member };
    sim_run_t run = { .seed = 7, .horizon_days = DAYS, .verify = verify, .trace = lives_trace, .trace_ctx = &lives };
    outcome_t outcome = { 0, 0, NULL };
    sim_replication_t *rep;
    int ret;

    assert_int_equal(sim_replication_create(&rep, &self->pathway, calendar, &hooks, &run), 0);
    ret = sim_replication_run(rep);
    lives_close(&lives);
    if (ret != 0) {
        print_error("day %g, event %llu: %s\n", sim_replication_now(rep),
            (unsigned long long) sim_replication_events(rep), sim_strerror(ret));
        outcome.wrong = "it ended with an error";
    } else {
        outcome.wrong = compare(rep, sim_replication_book(rep), &lives);
    }
    outcome.events = sim_replication_events(rep);
    outcome.digest = lives.digest ^ digest_book(sim_replication_book(rep));
    sim_replication_free(rep);
    free(lives.life);
    return outcome;
}

/* @return the number of events */
static uint64_t
check_network(uint32_t seed, const sim_calendar_t *calendar, uint64_t *seen)
{
    outcome_t first, second;
    network_t network;

    network_init(&network, seed);
    first = network_run(&network, calendar, true, seen);
    second = network_run(&network, calendar, false, seen);
    sim_pathway_free(&network.pathway);
    if (first.wrong == NULL && (first.digest != second.digest || first.events != second.events)) {
        first.wrong = "a second run differs";
    }
    if (first.wrong != NULL) {
        fail_msg("network %u: %s", (unsigned) seed, first.wrong);
    }
    return first.events;
}

static void
test_random_networks(void **state)
{
    const char *only = *state;
    sim_calendar_t calendar;
    uint64_t events = 0, seen[SEEN] = { 0 };
    uint32_t seed;
    int i;

    assert_int_equal(sim_calendar_init(&calendar, MONDAY, DAYS), 0);
    if (only != NULL) {
        events = check_network((uint32_t) strtoul(only, NULL, 10), &calendar, seen);
    }
    for (seed = 0; only == NULL && seed < NETWORKS; seed++) {
        events += check_network(seed, &calendar, seen);
    }
    for (i = 0; only == NULL && i < SEEN; i++) {
        assert_true(seen[i] > NETWORKS / 100); /* what never happens is not tested */
    }
    print_message("  %llu events\n", (unsigned long long) events);
    sim_calendar_free(&calendar);
}

/* With the number of a network, that one only. */
int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { { "test_random_networks", test_random_networks, NULL, NULL,
        argc > 1 ? argv[1] : NULL } };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
