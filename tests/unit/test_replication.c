/*
 * The replication: invariants after every event of random networks, determinism, common random numbers, the initial
 * state, diaries, gates, timers, families, hooks. Queueing theory is in tests/theory/test_queues.c.
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

#define MONDAY ((sim_date_t){ 2026, 1, 5 })

static void
print_fault(void *ctx, const sim_fault_t *fault)
{
    (void) ctx;
    print_error("%s\n", fault->text);
}

/* ---- building ---- */

static sim_pool_t *
add_pool(sim_pathway_t *p, const char *name, sim_pool_kind_t kind, double units)
{
    sim_pool_t pool;

    sim_pool_default(&pool, name, kind);
    pool.units = units;
    pool.minutes_per_unit = kind == SIM_POOL_DIARY ? 360 : 0;
    pool.open = SIM_OPEN_EVERY;
    assert_int_equal(sim_pathway_add_pool(p, &pool), 0);
    return &p->pool[p->n_pools - 1];
}

/* One hour at a diary, or a day at servers. */
static sim_stage_t *
add_stage(sim_pathway_t *p, const char *name, const char *pool)
{
    int index = sim_pathway_find_pool(p, pool);
    sim_stage_t stage;

    sim_stage_default(&stage, name, pool);
    if (index >= 0 && p->pool[index].kind == SIM_POOL_DIARY) {
        stage.contact_minutes = 45;
        stage.admin_minutes = 15;
    } else {
        assert_int_equal(sim_dist_init_exponential(&stage.service, 1), 0);
    }
    assert_int_equal(sim_pathway_add_stage(p, &stage), 0);
    return &p->stage[p->n_stages - 1];
}

static sim_source_t *
add_source(sim_pathway_t *p, const char *name, const char *to, double per_day)
{
    double day[2] = { 0, 1e5 };
    sim_source_t source;

    sim_source_default(&source, name, to);
    assert_int_equal(sim_nhpp_init(&source.rate, 1, day, &per_day), 0);
    assert_int_equal(sim_pathway_add_source(p, &source), 0);
    return &p->source[p->n_sources - 1];
}

static sim_initial_t *
add_initial(sim_pathway_t *p, const char *stage, double count, double age_days, bool in_progress)
{
    sim_initial_t initial;

    sim_initial_default(&initial, stage);
    initial.count = count;
    initial.in_progress = in_progress;
    assert_int_equal(sim_dist_init_fixed(&initial.age, age_days), 0);
    assert_int_equal(sim_pathway_add_initial(p, &initial), 0);
    return &p->initial[p->n_initial - 1];
}

static void
add_route(sim_pathway_t *p, const char *from, const char *outcome, const char *to, double probability)
{
    sim_route_t route;

    sim_route_default(&route, from, outcome, to);
    route.probability = probability;
    assert_int_equal(sim_pathway_add_route(p, &route), 0);
}

static sim_timer_t *
add_timer(sim_stage_t *stage, const char *name, double leave, uint32_t flag)
{
    sim_timer_t *timer = &stage->timer[stage->n_timers++];

    snprintf(timer->name, sizeof(timer->name), "%s", name);
    timer->share = 1;
    timer->leave = leave;
    timer->flag = flag;
    return timer;
}

/* ---- running ---- */

typedef struct {
    sim_calendar_t calendar;
    sim_replication_t *rep;
} run_t;

static int
run_seed(run_t *self, sim_pathway_t *p, size_t days, const sim_hooks_t *hooks, uint64_t seed, bool verify)
{
    sim_run_t run = { .seed = seed, .replication = 3, .horizon_days = (double) days, .verify = verify };
    int ret;

    assert_int_equal(sim_pathway_compile(p, print_fault, NULL), 0);
    assert_int_equal(sim_calendar_init(&self->calendar, MONDAY, days), 0);
    assert_int_equal(sim_replication_create(&self->rep, p, &self->calendar, hooks, &run), 0);
    ret = sim_replication_run(self->rep);
    if (ret == 0) {
        assert_int_equal(sim_replication_verify(self->rep), 0);
    }
    return ret;
}

static void
run(run_t *self, sim_pathway_t *p, size_t days, const sim_hooks_t *hooks)
{
    assert_int_equal(run_seed(self, p, days, hooks, 11, true), 0);
}

static void
run_free(run_t *self)
{
    sim_replication_free(self->rep);
    sim_calendar_free(&self->calendar);
}

static void
finish(run_t *self, sim_pathway_t *p)
{
    run_free(self);
    sim_pathway_free(p);
}

static double
total(const run_t *self, int counter, size_t group)
{
    sim_book_t *book = sim_replication_book(self->rep);
    double sum = 0;
    size_t m;

    for (m = 0; m < book->n_months; m++) {
        sum += *sim_book_at(book, counter, group, m);
    }
    return sum;
}

static double
stage_total(const run_t *self, int counter, size_t stage)
{
    return total(self, counter, sim_replication_book(self->rep)->first_stage + stage);
}

/* ---- what was told ---- */

#define MAX_TOLD 40000

typedef struct {
    uint64_t key;
    double t;
    uint32_t flags;
    uint16_t stage, contacts, member;
    uint8_t cls;
    sim_told_t what;
    int outcome;
} told_t;

typedef struct {
    size_t n;
    told_t told[MAX_TOLD];
    int freed;
    unsigned wants;
} diary_of_told_t;

static void
keep_told(void *model, sim_replication_t *rep, uint32_t entity, sim_told_t what, int outcome)
{
    const sim_entity_t *e = sim_replication_entity(rep, entity);
    diary_of_told_t *self = model;
    told_t *told = &self->told[self->n++];

    assert_true(self->n <= MAX_TOLD);
    told->key = e->key;
    told->t = sim_replication_now(rep);
    told->flags = e->flags;
    told->stage = e->stage;
    told->contacts = e->contacts;
    told->member = e->member;
    told->cls = e->cls;
    told->what = what;
    told->outcome = outcome;
}

static unsigned
told_wants(void *model, const sim_stage_t *stage)
{
    const diary_of_told_t *self = model;

    (void) stage;
    return self->wants;
}

static diary_of_told_t *
told_new(sim_hooks_t *hooks, unsigned wants)
{
    diary_of_told_t *self = calloc(1, sizeof(*self));

    assert_non_null(self);
    memset(hooks, 0, sizeof(*hooks));
    hooks->model = self;
    self->wants = wants;
    hooks->wants = told_wants;
    hooks->told = keep_told;
    return self;
}

static size_t
count_told(const diary_of_told_t *self, sim_told_t what, int outcome)
{
    size_t i, n = 0;

    for (i = 0; i < self->n; i++) {
        n += self->told[i].what == what && (outcome < 0 || self->told[i].outcome == outcome);
    }
    return n;
}

/* ---- random networks ---- */

typedef struct {
    sim_stream_t chance;
    sim_stream_t life;
    uint64_t born;
    int freed;
} random_t;

static double
uniform(sim_stream_t *stream, double low, double high)
{
    return low + (high - low) * sim_stream_uniform(stream);
}

static int
whole(sim_stream_t *stream, int n)
{
    return (int) (sim_stream_uniform(stream) * n);
}

static void
random_pools(sim_pathway_t *p, sim_stream_t *s)
{
    sim_pool_t *pool;
    int i;

    add_pool(p, "desk", SIM_POOL_SERVERS, whole(s, 4));
    add_pool(p, "desks", SIM_POOL_SERVERS, 1)->n_members = (size_t) (1 + whole(s, 4));
    for (i = 0; i < 3; i++) {
        char name[SIM_NAME_MAX];

        snprintf(name, sizeof(name), "diary%d", i);
        pool = add_pool(p, name, SIM_POOL_DIARY, uniform(s, 0.3, 3));
        pool->open = (sim_open_t) whole(s, 4);
        pool->horizon_days = 3 + whole(s, 50);
        pool->slot_minutes = whole(s, 2) * 50;
        pool->starts_per_unit = whole(s, 2) * uniform(s, 1, 10);
        pool->n_members = (size_t) (1 + whole(s, 3) * (i == 2));
    }
    pool->steps.n = 1;
    pool->steps.day = malloc(sizeof(double));
    pool->steps.value = malloc(sizeof(double));
    assert_non_null(pool->steps.day);
    assert_non_null(pool->steps.value);
    pool->steps.day[0] = 60;
    pool->steps.value[0] = uniform(s, 0, 3);
}

static void
random_timers(sim_stage_t *stage, sim_stream_t *s)
{
    int i, n = whole(s, 4);

    for (i = 0; i < n; i++) {
        static const char *const NAME[] = { "gave_up", "aged_out", "crisis" };
        sim_timer_t *timer = add_timer(stage, NAME[i], uniform(s, 0, 1), 1u << i);

        timer->kind = whole(s, 3) == 0 ? SIM_TIMER_DEADLINE : SIM_TIMER_PATIENCE;
        timer->in_service = whole(s, 2) == 0;
        if (timer->kind == SIM_TIMER_PATIENCE) {
            assert_int_equal(sim_dist_init_exponential(&timer->after, uniform(s, 5, 60)), 0);
        }
    }
}

static void
random_sessions(sim_stage_t *stage, sim_stream_t *s)
{
    if (whole(s, 2) == 0) {
        assert_int_equal(sim_dist_init_poisson(&stage->sessions, uniform(s, 1, 6)), 0);
    }
    if (whole(s, 2) == 0) {
        assert_int_equal(sim_dist_init_uniform(&stage->notice, 0, uniform(s, 1, 40)), 0);
    }
    assert_int_equal(sim_dist_init_gamma(&stage->gap, uniform(s, 2, 30), 0.5), 0);
    stage->dna = uniform(s, 0, 0.4);
    stage->cancel = uniform(s, 0, 0.2);
    stage->missed_max = (unsigned) whole(s, 3);
    stage->takes_start = stage->pool[0] != '\0' && whole(s, 2) == 0;
    stage->is_contact = whole(s, 2) == 0;
}

static void
random_stage(sim_pathway_t *p, sim_stream_t *s, int i)
{
    static const char *const POOL[] = { "", "desk", "desks", "diary0", "diary1", "diary2", "diary2", "" };
    const char *pool = POOL[i < 8 ? i : whole(s, 8)];
    char name[SIM_NAME_MAX];
    sim_stage_t *stage;
    int c;

    snprintf(name, sizeof(name), "stage%d", i);
    stage = add_stage(p, name, pool);
    if (whole(s, 3) == 0) {
        assert_int_equal(sim_dist_init_lognormal(&stage->lead, uniform(s, 1, 20), 1), 0);
    }
    if (strncmp(pool, "desk", 4) != 0 && (pool[0] != '\0' || i == 7)) {
        random_sessions(stage, s);
    }
    random_timers(stage, s);
    stage->queue_at_front = whole(s, 4) == 0;
    stage->model_member = strcmp(pool, "desks") == 0 || i == 5;
    stage->decline = uniform(s, 0, 1);
    stage->decline_flag = 1;
    for (c = 0; c < 2; c++) {
        stage->priority[c] = (uint8_t) whole(s, 3);
    }
    if (whole(s, 3) == 0) {
        stage->decision = 1;
        stage->n_labels = 2;
        snprintf(stage->label[0], SIM_NAME_MAX, "yes");
        snprintf(stage->label[1], SIM_NAME_MAX, "no");
    }
}

static void
random_routes(sim_pathway_t *p, sim_stream_t *s)
{
    size_t i, o;

    for (i = 0; i < p->n_stages; i++) {
        sim_stage_t *stage = &p->stage[i];
        size_t n = SIM_OUTCOME_FIRST_TIMER + stage->n_timers + stage->n_labels;

        for (o = 0; o < n; o++) {
            char to[SIM_NAME_MAX];
            double stays = uniform(s, 0, 0.7);

            if (whole(s, 3) == 0) {
                continue;
            }
            snprintf(to, sizeof(to), "stage%d", whole(s, (int) p->n_stages));
            add_route(p, stage->name, sim_stage_outcome_name(stage, o), to, stays);
            add_route(p, stage->name, sim_stage_outcome_name(stage, o), "exit", 1 - stays);
        }
    }
}

static void
random_pathway(sim_pathway_t *p, uint64_t seed)
{
    sim_stream_t s = sim_draw(sim_key(seed, 0, 1, 0), 1, 0, 0);
    int i;

    sim_pathway_init(p);
    p->n_classes = 2;
    random_pools(p, &s);
    for (i = 0; i < 10; i++) {
        random_stage(p, &s, i);
    }
    random_routes(p, &s);
    for (i = 0; i < 10; i++) {
        char name[SIM_NAME_MAX], to[SIM_NAME_MAX];
        sim_source_t *source;
        sim_initial_t *initial;

        snprintf(name, sizeof(name), "source%d", i);
        snprintf(to, sizeof(to), "stage%d", i);
        source = add_source(p, name, to, uniform(&s, 0.05, 0.6));
        source->class_share[0] = 0.3;
        source->class_share[1] = 0.7;
        source->office_hours = whole(&s, 2) == 0;
        initial = add_initial(p, to, whole(&s, 20), whole(&s, 50), whole(&s, 2) == 0);
        initial->class_share[0] = 0;
        initial->class_share[1] = 1;
        initial->tag = 5;
    }
    assert_int_equal(sim_dist_init_geometric(&p->source[0].batch, 2), 0);
}

static int
random_start(void *model, sim_replication_t *rep)
{
    random_t *self = model;
    int i;

    for (i = 0; i < 60; i++) {
        assert_int_equal(sim_replication_call(rep, uniform(&self->life, 0, 150), (uint32_t) i), 0);
    }
    return 0;
}

static int
random_arrive(void *model, sim_replication_t *rep, uint32_t entity, uint32_t tag, bool initial, int to)
{
    sim_entity_t *e = sim_replication_entity(rep, entity);
    random_t *self = model;

    assert_int_equal(tag, initial ? 5 : 0);
    e->deadline_days[0] = sim_replication_now(rep) + uniform(&self->life, -10, 200);
    e->owner = (uint32_t) self->born++;
    return whole(&self->life, 20) == 0 ? SIM_EXIT : to;
}

static int
random_decide(void *model, sim_replication_t *rep, uint32_t entity, int decision)
{
    random_t *self = model;

    (void) rep;
    (void) entity;
    assert_int_equal(decision, 1);
    return whole(&self->life, 2);
}

static uint32_t
random_member(void *model, sim_replication_t *rep, uint32_t entity)
{
    const sim_pathway_t *p = sim_replication_pathway(rep);
    const sim_stage_t *stage = &p->stage[sim_replication_entity(rep, entity)->stage];
    random_t *self = model;
    int n = (int) p->pool[stage->pool_index].n_members, m = whole(&self->life, n + 1);

    return m == n ? SIM_NO_ENTITY : (uint32_t) m;
}

static void
random_told(void *model, sim_replication_t *rep, uint32_t entity, sim_told_t what, int outcome)
{
    random_t *self = model;
    uint32_t owner = sim_replication_entity(rep, entity)->owner;
    const sim_pathway_t *p = sim_replication_pathway(rep);

    (void) what;
    (void) outcome;
    if (whole(&self->life, 50) == 0) {
        assert_int_equal(sim_replication_spawn(rep, sim_key(9, 0, 2, self->born), owner, 1, whole(&self->life, 10),
                             NULL),
            0);
        self->born++;
    }
    if (whole(&self->life, 50) == 0) {
        int pool = whole(&self->life, (int) p->n_pools);

        assert_int_equal(sim_replication_set_units(rep, pool,
                             (size_t) whole(&self->life, (int) p->pool[pool].n_members), uniform(&self->life, 0, 4)),
            0);
    }
}

static int
random_event(void *model, sim_replication_t *rep, uint32_t what)
{
    random_told(model, rep, 0, SIM_TOLD_ENTER, (int) what);
    return 0;
}

static void
random_freed(void *model, sim_replication_t *rep, uint32_t owner)
{
    random_t *self = model;

    (void) rep;
    assert_true(owner < self->born);
    self->freed++;
}

static void
run_random(run_t *self, sim_pathway_t *p, random_t *model, uint64_t seed, bool verify)
{
    sim_hooks_t hooks = { .model = model,
        .start = random_start,
        .arrive = random_arrive,
        .decide = random_decide,
        .member = random_member,
        .told = random_told,
        .event = random_event,
        .entity_freed = random_freed };

    memset(model, 0, sizeof(*model));
    model->life = sim_draw(sim_key(seed, 0, 2, 0), 2, 0, 0);
    assert_int_equal(run_seed(self, p, 150, &hooks, seed, verify), 0);
}

/* The invariant holds after every event, whatever the network and whatever the model does from inside its hooks. */
static void
test_replication_invariant(void **state)
{
    uint64_t seed;

    (void) state;
    for (seed = 1; seed <= 16; seed++) {
        sim_pathway_t p;
        random_t model;
        run_t r;
        size_t s, present = 0;

        random_pathway(&p, seed);
        run_random(&r, &p, &model, seed, true);
        for (s = 0; s < p.n_stages; s++) {
            present += sim_replication_present(r.rep, (int) s);
        }
        assert_true(sim_replication_events(r.rep) > 1000);
        assert_true(model.freed > 100);
        assert_int_equal(model.born, (uint64_t) model.freed + present);
        assert_true(fabs(total(&r, SIM_COUNT_DAYS, 0) - 150) < 1e-9);
        finish(&r, &p);
    }
}

/* ---- determinism ---- */

static bool
same_books(sim_book_t *a, sim_book_t *b)
{
    size_t counts = a->n_counters * a->n_groups * a->n_months * sizeof(double), i;
    size_t cells = a->n_tallies * (a->n_months + (a->n_groups - 1) * a->n_years);

    if (memcmp(a->count, b->count, counts) != 0) {
        return false;
    }
    for (i = 0; i < cells; i++) {
        const sim_tally_t *x = &a->tally[i], *y = &b->tally[i];

        if (x->count != y->count || memcmp(&x->sum, &y->sum, sizeof(x->sum)) != 0 ||
            (x->bin != NULL && memcmp(x->bin, y->bin, SIM_TALLY_BINS * sizeof(*x->bin)) != 0)) {
            return false;
        }
    }
    return true;
}

static void
test_replication_same_bytes(void **state)
{
    uint64_t seed;

    (void) state;
    for (seed = 1; seed <= 4; seed++) {
        sim_pathway_t p, copy;
        random_t model;
        run_t a, b, c;

        random_pathway(&p, seed);
        assert_int_equal(sim_pathway_copy(&copy, &p), 0);
        run_random(&a, &p, &model, seed, true);
        run_random(&b, &copy, &model, seed, false);
        run_random(&c, &copy, &model, seed + 100, false);
        assert_true(same_books(sim_replication_book(a.rep), sim_replication_book(b.rep)));
        assert_false(same_books(sim_replication_book(a.rep), sim_replication_book(c.rep)));
        run_free(&c);
        finish(&b, &copy);
        finish(&a, &p);
    }
}

/* A course of treatment with chance in all its parts. */
static void
build_course(sim_pathway_t *p)
{
    sim_stage_t *stage;

    add_pool(p, "team", SIM_POOL_DIARY, 3);
    stage = add_stage(p, "course", "team");
    assert_int_equal(sim_dist_init_lognormal(&stage->sessions, 4, 0.6), 0);
    assert_int_equal(sim_dist_init_gamma(&stage->gap, 10, 0.4), 0);
    assert_int_equal(sim_dist_init_exponential(&stage->lead, 3), 0);
    stage->dna = 0.2;
    stage->cancel = 0.05;
    stage->is_contact = true;
    assert_int_equal(sim_dist_init_exponential(&add_timer(stage, "gave_up", 0.5, 1)->after, 20), 0);
    add_route(p, "course", "done", "course", 0.2);
    add_route(p, "course", "done", "exit", 0.8);
    add_source(p, "gp", "course", 1);
}

/* An unrelated source, stage and pool, put first in every table, change nothing for the others' entities. */
static void
test_replication_common_numbers(void **state)
{
    sim_pathway_t p, q;
    sim_hooks_t hooks;
    diary_of_told_t *alone = told_new(&hooks, 63), *among;
    size_t i, k = 0;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    build_course(&p);
    run(&r, &p, 200, &hooks);
    finish(&r, &p);
    sim_pathway_init(&q);
    add_pool(&q, "lines", SIM_POOL_SERVERS, 2);
    add_stage(&q, "calls", "lines");
    add_source(&q, "parents", "calls", 3);
    build_course(&q);
    among = told_new(&hooks, 63);
    run(&r, &q, 200, &hooks);
    finish(&r, &q);
    assert_true(alone->n > 1000);
    assert_true(among->n > alone->n + 1000);
    for (i = 0; i < among->n; i++) {
        if (among->told[i].stage == 1) {
            assert_true(k < alone->n);
            assert_true(among->told[i].key == alone->told[k].key && among->told[i].t == alone->told[k].t &&
                        among->told[i].what == alone->told[k].what && among->told[i].outcome == alone->told[k].outcome);
            k++;
        }
    }
    assert_int_equal(k, alone->n);
    free(alone);
    free(among);
}

/* ---- the initial state ---- */

/*
 * Those waiting for `age` days when recovery comes at rate l and 0.4 of the recovered leave: of those still there the
 * recovered share is 0.6 (1 - exp(-l t)) / (0.6 (1 - exp(-l t)) + exp(-l t)); of the others 0.4 of those whose recovery
 * comes in the next 60 days leave. Each check is one of a binomial share at 4 standard errors: false alarms 6e-5.
 */
static void
test_replication_initial_flags(void **state)
{
    double rate = 0.01, age = 100, gone = 1 - exp(-rate * age), exact = 0.6 * gone / (0.6 * gone + exp(-rate * age));
    double flagged, n = 20000, leavers = (1 - exact) * 0.4 * (1 - exp(-rate * 60)), se;
    sim_pathway_t p;
    sim_hooks_t hooks;
    diary_of_told_t *told = told_new(&hooks, SIM_TOLD_ENTER);
    size_t i;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 0);
    add_stage(&p, "list", "team");
    assert_int_equal(sim_dist_init_exponential(&add_timer(&p.stage[0], "recovered", 0.4, 1)->after, 1 / rate), 0);
    add_initial(&p, "list", n, age, false);
    assert_int_equal(run_seed(&r, &p, 60, &hooks, 21, false), 0);
    assert_int_equal(told->n, (size_t) n);
    for (flagged = 0, i = 0; i < told->n; i++) {
        flagged += told->told[i].flags & 1;
    }
    se = sqrt(exact * (1 - exact) / n);
    assert_true(se < 0.01 * exact);
    assert_true(fabs(flagged / n - exact) <= 4 * se);
    se = sqrt(leavers * (1 - leavers) / n);
    assert_true(se < 0.03 * leavers);
    assert_true(fabs(stage_total(&r, SIM_COUNT_LEFT, 0) / n - leavers) <= 4 * se);
    finish(&r, &p);
    free(told);
}

/* Patience that cannot have lasted so long: accepted all the same, without flags, and it stays. */
static void
test_replication_initial_impossible(void **state)
{
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 0);
    add_stage(&p, "list", "team");
    assert_int_equal(sim_dist_init_fixed(&add_timer(&p.stage[0], "gave_up", 1, 1)->after, 10), 0);
    add_initial(&p, "list", 30.4, 50, false);
    run(&r, &p, 100, NULL);
    assert_int_equal(sim_replication_present(r.rep, 0), 30);
    assert_true(stage_total(&r, SIM_COUNT_LEFT, 0) == 0);
    finish(&r, &p);
}

/* Oldest first over all rows of a pool: the first to be seen are those of the older row, though it comes second. */
static void
test_replication_initial_order(void **state)
{
    sim_pathway_t p;
    sim_hooks_t hooks;
    diary_of_told_t *told = told_new(&hooks, SIM_TOLD_SESSION);
    size_t i;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 1);
    add_stage(&p, "young", "team")->takes_start = true; /* another lane of the list, though nothing is gated */
    add_stage(&p, "old", "team");
    add_initial(&p, "young", 50, 10, false);
    add_initial(&p, "old", 50, 20, false);
    run(&r, &p, 60, &hooks);
    assert_int_equal(told->n, 100);
    for (i = 0; i < told->n; i++) {
        assert_int_equal(told->told[i].stage, i < 50 ? 1 : 0);
    }
    finish(&r, &p);
    free(told);
}

/*
 * A caseload in progress found by an inspector: of courses of 6 sessions with a gap of 7 days, residual sessions are
 * uniform on 1 .. 6, so 3.5 a head are still to come (sd 1.71). 4 standard errors: false alarms 6e-5.
 */
static void
test_replication_in_progress(void **state)
{
    double n = 3000, se = sqrt(35.0 / 12 / n), sessions;
    sim_pathway_t p;
    sim_hooks_t hooks;
    diary_of_told_t *told = told_new(&hooks, SIM_TOLD_SESSION);
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 1000);
    add_stage(&p, "course", "team")->is_contact = true;
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].sessions, 6), 0);
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].gap, 7), 0);
    add_initial(&p, "course", n, 0, true);
    assert_int_equal(run_seed(&r, &p, 60, &hooks, 31, false), 0);
    sessions = stage_total(&r, SIM_COUNT_SESSIONS, 0) / n;
    assert_true(se < 0.01 * 3.5);
    assert_true(fabs(sessions - 3.5) <= 4 * se);
    assert_true(told->told[0].contacts == 2);
    assert_true(told->told[0].t < 1);
    assert_true(stage_total(&r, SIM_COUNT_SERVED, 0) == n);
    assert_true(stage_total(&r, SIM_COUNT_ENTERED, 0) == 0);
    finish(&r, &p);
    free(told);
}

/*
 * Part-way through a stage without a pool: exponential time is memoryless, so exp(-20/10) of them remain after 20
 * days.
 */
static void
test_replication_in_progress_unlimited(void **state)
{
    double n = 5000, exact = exp(-2.0), se = sqrt(exact * (1 - exact) / n);
    sim_pathway_t p;
    int in_progress;
    run_t r;

    (void) state;
    for (in_progress = 0; in_progress < 2; in_progress++) {
        sim_pathway_init(&p);
        add_stage(&p, "home", "");
        sim_dist_free(&p.stage[0].service);
        assert_int_equal(sim_dist_init_exponential(&p.stage[0].service, 10), 0);
        add_initial(&p, "home", n, 5, in_progress == 1);
        assert_int_equal(run_seed(&r, &p, 20, NULL, 41, false), 0);
        assert_true(se < 0.05 * exact);
        assert_true(fabs((double) sim_replication_present(r.rep, 0) / n - exact) <= 4 * se);
        finish(&r, &p);
    }
}

/* ---- diaries ---- */

/* Never more minutes on a day than there are, whatever was booked, missed or given back; and the order is kept. */
static void
test_replication_never_overbooked(void **state)
{
    double minutes[400] = { 0 };
    sim_pathway_t p;
    sim_hooks_t hooks;
    diary_of_told_t *told = told_new(&hooks, SIM_TOLD_SESSION | SIM_TOLD_MISSED);
    size_t i, full = 0;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    build_course(&p);
    sim_nhpp_scale(&p.source[0].rate, 4);
    run(&r, &p, 400, &hooks);
    for (i = 0; i < told->n; i++) {
        minutes[(size_t) told->told[i].t] += 60;
        assert_true(told->told[i].t - floor(told->told[i].t) >= 9.0 / 24 - 1e-9);
        assert_true(told->told[i].t - floor(told->told[i].t) <= 17.0 / 24 + 1e-9);
    }
    for (i = 0; i < 400; i++) {
        assert_true(minutes[i] <= 3 * 360 + 1e-9);
        full += minutes[i] == 3 * 360;
    }
    assert_true(full > 100);
    assert_true(fabs(total(&r, SIM_COUNT_CAPACITY, 0) - 400 * 3 * 360) < 1e-6);
    finish(&r, &p);
    free(told);
}

/* With a long list, starts a week are exactly those of the gate; the others of the list who need none pass. */
static void
test_replication_gate(void **state)
{
    static const sim_open_t OPEN[] = { SIM_OPEN_WORKING, SIM_OPEN_EVERY };
    size_t k, i;

    (void) state;
    for (k = 0; k < 2; k++) {
        int weeks[20] = { 0 }, w;
        sim_pathway_t p;
        sim_hooks_t hooks;
        diary_of_told_t *told = told_new(&hooks, SIM_TOLD_SESSION);
        run_t r;

        sim_pathway_init(&p);
        add_pool(&p, "team", SIM_POOL_DIARY, 2);
        p.pool[0].open = OPEN[k];
        p.pool[0].starts_per_unit = 1.5;
        add_stage(&p, "start", "team")->takes_start = true;
        add_stage(&p, "review", "team");
        add_initial(&p, "start", 100, 30, false);
        add_initial(&p, "review", 7, 10, false);
        run(&r, &p, 85, &hooks); /* from a Monday in January to before Easter: twelve weeks without a holiday */
        for (i = 0; i < told->n; i++) {
            int week = (int) ((told->told[i].t - 1) / 7);

            weeks[week] += told->told[i].stage == 0;
            assert_true(told->told[i].stage == 0 || told->told[i].t < 4);
        }
        for (w = 0; w < 12; w++) {
            assert_int_equal(weeks[w], 3);
        }
        assert_true(stage_total(&r, SIM_COUNT_SERVED, 1) == 7);
        assert_true(fabs(total(&r, SIM_COUNT_STARTS_CAPACITY, 0) - 3 * 85 / 7.0) < 0.7);
        finish(&r, &p);
        free(told);
    }
}

static int
burst_start(void *model, sim_replication_t *rep)
{
    (void) model;
    return sim_replication_call(rep, 50.5, 20);
}

static int
burst_event(void *model, sim_replication_t *rep, uint32_t what)
{
    uint32_t i;

    (void) model;
    for (i = 0; i < what; i++) {
        assert_int_equal(sim_replication_spawn(rep, sim_key(1, 0, 1, i), SIM_NO_ENTITY, 0, 0, NULL), 0);
    }
    return 0;
}

/* Seven idle weeks save one week's starts, not seven: of twenty who come together three are seen on the next day. */
static void
test_replication_saved_starts(void **state)
{
    sim_pathway_t p;
    sim_hooks_t hooks;
    diary_of_told_t *told = told_new(&hooks, SIM_TOLD_SESSION);
    size_t i, next_day = 0;
    run_t r;

    (void) state;
    hooks.start = burst_start;
    hooks.event = burst_event;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 50);
    p.pool[0].starts_per_unit = 0.06;
    add_stage(&p, "start", "team")->takes_start = true;
    run(&r, &p, 120, &hooks);
    assert_int_equal(told->n, 20);
    for (i = 0; i < told->n; i++) {
        next_day += told->told[i].t < 52;
    }
    assert_int_equal(next_day, 3);
    finish(&r, &p);
    free(told);
}

/* An arrival that finds a start, a free day and nobody ahead is booked at once: seen on the next day. */
static void
test_replication_booked_at_once(void **state)
{
    sim_pathway_t p;
    sim_hooks_t hooks;
    diary_of_told_t *told = told_new(&hooks, SIM_TOLD_ENTER | SIM_TOLD_SESSION);
    size_t i;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 50);
    p.pool[0].starts_per_unit = 1;
    add_stage(&p, "start", "team")->takes_start = true;
    add_source(&p, "gp", "start", 0.5)->office_hours = true;
    run(&r, &p, 200, &hooks);
    assert_true(told->n > 100);
    for (i = 0; i + 1 < told->n; i++) {
        double hour = 24 * (told->told[i].t - floor(told->told[i].t));

        if (told->told[i].what == SIM_TOLD_ENTER) {
            assert_true(hour >= 8.5 && hour <= 16.5);
        }
    }
    assert_true(stage_total(&r, SIM_COUNT_QUEUE_DAYS, 0) < 1.4 * stage_total(&r, SIM_COUNT_ENTERED, 0));
    assert_true(stage_total(&r, SIM_COUNT_QUEUE_DAYS, 0) > 0.6 * stage_total(&r, SIM_COUNT_ENTERED, 0));
    finish(&r, &p);
    free(told);
}

/* Whole slots with the remainder carried: 100 minutes a day sell five slots of an hour in three days, one a session. */
static void
test_replication_slots(void **state)
{
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 1);
    p.pool[0].minutes_per_unit = 100;
    p.pool[0].slot_minutes = 60;
    add_stage(&p, "start", "team")->contact_minutes = 5;
    add_initial(&p, "start", 400, 1, false);
    run(&r, &p, 61, NULL); /* day 0 has begun before anyone can be booked, with one slot */
    assert_true(stage_total(&r, SIM_COUNT_SESSIONS, 0) == 101 - 1);
    assert_true(stage_total(&r, SIM_COUNT_USED, 0) == 60 * 100);
    assert_true(total(&r, SIM_COUNT_CAPACITY, 0) == 60 * 101);
    finish(&r, &p);
}

/* A family that sells one day a week: member m is seen on weekday m mod 5 of a school day, by the model's word. */
static uint32_t
member_by_key(void *model, sim_replication_t *rep, uint32_t entity)
{
    (void) model;
    return (uint32_t) (sim_replication_entity(rep, entity)->key % 8);
}

static void
test_replication_weekly(void **state)
{
    sim_pathway_t p;
    sim_hooks_t hooks;
    diary_of_told_t *told = told_new(&hooks, SIM_TOLD_SESSION | SIM_TOLD_LEAVE);
    size_t i;
    run_t r;

    (void) state;
    hooks.member = member_by_key;
    sim_pathway_init(&p);
    add_pool(&p, "schools", SIM_POOL_DIARY, 1);
    p.pool[0].n_members = 7;
    p.pool[0].open = SIM_OPEN_WEEKLY;
    add_stage(&p, "visit", "schools")->model_member = true;
    add_source(&p, "schools", "visit", 3);
    run(&r, &p, 100, &hooks);
    assert_true(count_told(told, SIM_TOLD_SESSION, -1) > 150);
    assert_true(count_told(told, SIM_TOLD_LEAVE, SIM_OUTCOME_DECLINED) > 10); /* nobody took the eighth part */
    for (i = 0; i < told->n; i++) {
        if (told->told[i].what == SIM_TOLD_SESSION) {
            assert_int_equal((int) told->told[i].t % 7, told->told[i].member % 5);
            assert_true(sim_calendar_is(&r.calendar, (long) told->told[i].t, SIM_DAY_SCHOOL));
        }
    }
    finish(&r, &p);
    free(told);
}

/* Chances of emptiness of the visits after the first: their number, their sum, and the variance of the number that are empty. */
typedef struct {
    double n, empty, variance;
} visits_t;

static visits_t
visits_expected(const sim_calendar_t *calendar, unsigned apart, double per_day)
{
    visits_t visits = { 0, 0, 0 };
    long last = -1;

    for (long day = 0; (size_t) day < calendar->n_days; day++) {
        long week = (long) ((calendar->start_serial + day + 3) / 7); /* of the calendar, from a Monday */

        if (sim_calendar_is(calendar, day, SIM_DAY_SCHOOL) && (calendar->start_serial + day + 3) % 7 == 0 &&
            week % (long) apart == 0) {
            double p = last < 0 ? 1 : exp(-per_day * (double) (day - last));

            visits.n++;
            visits.empty += last < 0 ? exp(-per_day * (double) day) : p;
            visits.variance += p * (1 - p);
            last = day;
        }
    }
    return visits;
}

/*
 * A visit that nobody has booked when it begins is empty. Clients come at rate lambda and are booked into the next visit, which has
 * room for all: a visit is empty with probability exp(-lambda x time since the last), weekly or fortnightly. 4 standard errors: a
 * false alarm in 8,000 seeds.
 */
static void
test_replication_empty_visits(void **state)
{
    (void) state;
    for (unsigned apart = 1; apart <= 2; apart++) {
        double empty = 0, expected = 0, variance = 0;

        for (uint64_t seed = 0; seed < 60; seed++) {
            sim_pathway_t p;
            visits_t visits;
            run_t r;

            sim_pathway_init(&p);
            add_pool(&p, "visit", SIM_POOL_DIARY, 1);
            p.pool[0].open = SIM_OPEN_WEEKLY;
            p.pool[0].weeks_apart = apart;
            p.pool[0].horizon_days = 90;
            add_stage(&p, "consult", "visit")->contact_minutes = 1;
            add_source(&p, "schools", "consult", 0.1);
            assert_int_equal(run_seed(&r, &p, 364, NULL, seed, true), 0);
            visits = visits_expected(&r.calendar, apart, 0.1);
            assert_true(total(&r, SIM_COUNT_DIARY_DAYS, sim_replication_book(r.rep)->first_pool) == visits.n);
            empty += total(&r, SIM_COUNT_DIARY_EMPTY, sim_replication_book(r.rep)->first_pool);
            expected += visits.empty;
            variance += visits.variance;
            finish(&r, &p);
        }
        assert_true(sqrt(variance) < 0.05 * expected);
        assert_true(fabs(empty - expected) <= 4 * sqrt(variance));
    }
}

/* The number of pairs of sessions that follow each other in one course, none of them closer than `days`. */
static size_t
count_gaps(const diary_of_told_t *told, double days)
{
    size_t i, k, pairs = 0;

    for (i = 1; i < told->n; i++) {
        for (k = i; k > 0 && told->told[k - 1].key != told->told[i].key; k--) {
        }
        if (k > 0) {
            assert_true(floor(told->told[i].t) - floor(told->told[k - 1].t) >= days);
            pairs++;
        }
    }
    return pairs;
}

/* Courses of four sessions ten days apart, beyond the horizon of seven. */
static diary_of_told_t *
run_courses(double number)
{
    sim_pathway_t p;
    sim_hooks_t hooks;
    diary_of_told_t *told = told_new(&hooks, SIM_TOLD_SESSION);
    run_t r;

    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 1);
    p.pool[0].horizon_days = 7;
    add_stage(&p, "course", "team");
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].sessions, 4), 0);
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].gap, 10), 0);
    add_initial(&p, "course", number, 1, false);
    run(&r, &p, 120, &hooks);
    finish(&r, &p);
    return told;
}

/*
 * Follow-ups are booked before the list, and never before their day. With a list that never ends, six places a day
 * and none idle, a course still takes little more than its thirty days, so most of those seen have all four sessions.
 */
static void
test_replication_follow_ups(void **state)
{
    diary_of_told_t *told = run_courses(3000);

    (void) state;
    assert_true((double) told->n >= 0.97 * 6 * 119);
    assert_true((double) count_gaps(told, 10) > 0.65 * (double) told->n);
    free(told);
    told = run_courses(20);
    assert_int_equal(told->n, 80);
    assert_int_equal(count_gaps(told, 10), 60);
    free(told);
}

static void
test_replication_notice(void **state)
{
    sim_pathway_t p;
    sim_hooks_t hooks;
    diary_of_told_t *told = told_new(&hooks, SIM_TOLD_SESSION);
    sim_kpi_t within = { .kind = SIM_KPI_TALLY_WITHIN, .a = SIM_TALLY_QUEUE, .q = 16 };
    sim_period_t all = { .end_month = 4 };
    sim_cell_t cell = { 0, 0, 0 };
    double share;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 5);
    add_stage(&p, "course", "team");
    assert_int_equal(sim_dist_init_uniform(&p.stage[0].notice, 22, 67), 0); /* cut at the horizon, 42 days */
    add_source(&p, "gp", "course", 2);
    run(&r, &p, 110, &hooks);
    assert_true(told->n > 50);
    all.end_month = sim_replication_book(r.rep)->n_months;
    assert_int_equal(sim_book_extract(sim_replication_book(r.rep), &within, &all, &cell, 1, &share), 0);
    assert_true(share == 0);
    assert_true(sim_replication_list_length(r.rep, 0, SIZE_MAX) == 0 || sim_replication_list_length(r.rep, 0, 0) > 0);
    finish(&r, &p);
    free(told);
}

/*
 * A diary of six hours a day whose clients in treatment would take all of it. With a third kept for first sessions those who come
 * now are seen within two days (twenty to one), and those in treatment take two thirds and no more; without, the new ones wait for weeks.
 */
static void
test_replication_kept_time(void **state)
{
    static const double kept[] = { 0, 1.0 / 3 };
    double seen[2], taken[2];

    (void) state;
    for (size_t k = 0; k < 2; k++) {
        sim_kpi_t within = { .kind = SIM_KPI_TALLY_WITHIN, .a = SIM_TALLY_QUEUE, .q = 2 };
        sim_period_t all = { .end_month = 4 };
        sim_cell_t cell = { 0, 0, 0 };
        sim_pathway_t p;
        run_t r;

        sim_pathway_init(&p);
        add_pool(&p, "team", SIM_POOL_DIARY, 1)->kept_share = kept[k];
        add_stage(&p, "first", "team");
        add_stage(&p, "course", "team")->queue_at_front = true;
        assert_int_equal(sim_dist_init_fixed(&p.stage[1].sessions, 1000), 0);
        assert_int_equal(sim_dist_init_fixed(&p.stage[1].gap, 1), 0);
        add_initial(&p, "course", 200, 0, true);
        add_source(&p, "gp", "first", 0.4);
        run(&r, &p, 110, NULL);
        cell.group = (uint16_t) sim_replication_book(r.rep)->first_stage;
        all.end_month = sim_replication_book(r.rep)->n_months;
        assert_int_equal(sim_book_extract(sim_replication_book(r.rep), &within, &all, &cell, 1, &seen[k]), 0);
        taken[k] = stage_total(&r, SIM_COUNT_SESSIONS, 1) / 110;
        finish(&r, &p);
    }
    assert_true(seen[1] > 0.95 && (isnan(seen[0]) || seen[0] < 0.2));
    assert_true(taken[0] > 5 && taken[1] > 3.9 && taken[1] < 4.2);
}

/* ---- sessions ---- */

/*
 * Missed appointments are drawn anew at every try: of all attempts a tenth is missed and 0.037 cancelled, and
 * everybody has exactly the sessions drawn. Binomial shares at 4 standard errors: false alarms 6e-5 each.
 */
static void
test_replication_attendance(void **state)
{
    double attended, missed, cancelled, tries;
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 1000);
    add_stage(&p, "course", "team");
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].sessions, 5), 0);
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].gap, 7), 0);
    p.stage[0].dna = 0.1;
    p.stage[0].cancel = 0.037;
    add_initial(&p, "course", 4000, 3, false);
    assert_int_equal(run_seed(&r, &p, 200, NULL, 51, false), 0);
    attended = stage_total(&r, SIM_COUNT_SESSIONS, 0);
    missed = stage_total(&r, SIM_COUNT_MISSED, 0);
    cancelled = stage_total(&r, SIM_COUNT_CANCELLED, 0);
    tries = attended + missed + cancelled;
    assert_true(attended == 20000);
    assert_true(stage_total(&r, SIM_COUNT_SESSIONS, 0) + stage_total(&r, SIM_COUNT_MISSED, 0) == attended + missed);
    assert_true(stage_total(&r, SIM_COUNT_USED, 0) == 60 * tries);
    assert_true(fabs(missed / tries - 0.1) <= 4 * sqrt(0.1 * 0.9 / tries));
    assert_true(fabs(cancelled / tries - 0.037) <= 4 * sqrt(0.037 * 0.963 / tries));
    assert_true(sqrt(0.037 * 0.963 / tries) < 0.04 * 0.037);
    finish(&r, &p);
}

/*
 * Those with a flag miss as often as is said of them, the others as often as of the others; the work offered expects it. 4 standard
 * errors, 6e-5 each.
 */
static void
test_replication_attendance_flagged(void **state)
{
    double rate[2] = { 0.3, 0.1 };

    (void) state;
    for (size_t k = 0; k < 2; k++) {
        double attended, missed, tries;
        sim_pathway_t p;
        sim_stage_t *stage;
        run_t r;

        sim_pathway_init(&p);
        add_pool(&p, "team", SIM_POOL_DIARY, 1000);
        add_stage(&p, "before", "")->sets = k == 1 ? 4 : 8;
        stage = add_stage(&p, "course", "team");
        stage->dna = rate[0];
        stage->dna_flagged = rate[1];
        stage->dna_flag = 4;
        assert_int_equal(sim_dist_init_fixed(&stage->sessions, 5), 0);
        assert_int_equal(sim_dist_init_fixed(&stage->gap, 7), 0);
        add_route(&p, "before", "done", "course", 1);
        add_initial(&p, "before", 2000, 3, false);
        assert_int_equal(run_seed(&r, &p, 300, NULL, 52, false), 0);
        attended = stage_total(&r, SIM_COUNT_SESSIONS, 1);
        missed = stage_total(&r, SIM_COUNT_MISSED, 1);
        tries = attended + missed;
        assert_true(attended == 10000);
        assert_true(fabs(missed / tries - rate[k]) <= 4 * sqrt(rate[k] * (1 - rate[k]) / tries));
        assert_true(fabs(stage_total(&r, SIM_COUNT_OFFERED_WORK, 1) - 60 * 10000 / (1 - rate[k])) < 1e-3);
        finish(&r, &p);
    }
}

/* Two in a row and out: with dna 0.5 a session is reached by 3/4, two sessions by 9/16. 4 standard errors, 6e-5. */
static void
test_replication_missed_max(void **state)
{
    double n = 4000, exact = 7.0 / 16, se = sqrt(exact * (1 - exact) / n);
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 1000);
    add_stage(&p, "course", "team");
    p.stage[0].dna = 0.5;
    p.stage[0].missed_max = 2;
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].sessions, 2), 0);
    add_initial(&p, "course", n, 3, false);
    assert_int_equal(run_seed(&r, &p, 50, NULL, 61, false), 0);
    assert_true(stage_total(&r, SIM_COUNT_LEFT, 0) + stage_total(&r, SIM_COUNT_SERVED, 0) == n);
    assert_true(se < 0.03 * exact);
    assert_true(fabs(stage_total(&r, SIM_COUNT_LEFT, 0) / n - exact) <= 4 * se);
    finish(&r, &p);
}

/* Sessions in a stage without a pool: the first after notice, then `second`, then `gap`. */
static void
test_replication_unlimited_sessions(void **state)
{
    static const double AT[] = { 2, 5, 12, 19 };
    sim_pathway_t p;
    sim_hooks_t hooks;
    diary_of_told_t *told = told_new(&hooks, SIM_TOLD_SESSION | SIM_TOLD_ENTER);
    size_t i, n = 0;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_stage(&p, "duty", "")->is_contact = true;
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].sessions, 4), 0);
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].notice, 2), 0);
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].second, 3), 0);
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].gap, 7), 0);
    add_source(&p, "gp", "duty", 0.1);
    run(&r, &p, 100, &hooks);
    for (i = 1; i < told->n; i++) {
        if (told->told[i].key == told->told[0].key) {
            assert_true(n < 4 && fabs(told->told[i].t - told->told[0].t - AT[n]) < 1e-9);
            assert_int_equal(told->told[i].contacts, ++n);
        }
    }
    assert_int_equal(n, 4);
    finish(&r, &p);
    free(told);
}

/* ---- timers ---- */

static int
arrive_with_deadline(void *model, sim_replication_t *rep, uint32_t entity, uint32_t tag, bool initial, int to)
{
    sim_entity_t *e = sim_replication_entity(rep, entity);

    (void) model;
    (void) tag;
    e->deadline_days[1] = initial ? -3 : sim_replication_now(rep) + 4.5;
    return to;
}

/* A deadline fires on its day, one that has passed fires at once; a timer of the wait stops at the first session. */
static void
test_replication_deadline(void **state)
{
    sim_pathway_t p;
    sim_hooks_t hooks;
    diary_of_told_t *told = told_new(&hooks, SIM_TOLD_ENTER | SIM_TOLD_LEAVE | SIM_TOLD_TIMER);
    size_t i, k, initial = 0, left = 0;
    run_t r;

    (void) state;
    hooks.arrive = arrive_with_deadline;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 0);
    add_stage(&p, "list", "team");
    add_timer(&p.stage[0], "aged_out", 1, 0);
    p.stage[0].timer[0].kind = SIM_TIMER_DEADLINE;
    p.stage[0].timer[0].deadline = 1;
    assert_int_equal(sim_dist_init_fixed(&add_timer(&p.stage[0], "worse", 0, 2)->after, 2), 0);
    add_source(&p, "gp", "list", 1);
    add_initial(&p, "list", 5, 30, false);
    run(&r, &p, 50, &hooks);
    for (i = 0; i < told->n; i++) {
        if (told->told[i].what == SIM_TOLD_LEAVE) {
            assert_int_equal(told->told[i].outcome, SIM_OUTCOME_FIRST_TIMER);
            for (k = 0; told->told[k].key != told->told[i].key; k++) {
            }
            initial += told->told[k].t == 0 && told->told[i].t == 0;
            left += told->told[i].t > 0 && fabs(told->told[i].t - told->told[k].t - 4.5) < 1e-9;
            assert_int_equal(told->told[i].flags, 2);
        } else if (told->told[i].what == SIM_TOLD_TIMER) {
            assert_int_equal(told->told[i].outcome, SIM_OUTCOME_FIRST_TIMER + 1);
        }
    }
    assert_int_equal(initial, 5);
    assert_true(left > 20);
    assert_int_equal(initial + left, count_told(told, SIM_TOLD_LEAVE, -1));
    finish(&r, &p);
    free(told);
}

/* A lead that ends as patience does: its own step comes first, and with a server free the wait is over. */
static void
test_replication_tie(void **state)
{
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "desk", SIM_POOL_SERVERS, 100);
    add_stage(&p, "call", "desk");
    assert_int_equal(sim_dist_init_fixed(&p.stage[0].lead, 5), 0);
    assert_int_equal(sim_dist_init_fixed(&add_timer(&p.stage[0], "gave_up", 1, 0)->after, 5), 0);
    add_source(&p, "gp", "call", 1);
    run(&r, &p, 60, NULL);
    assert_true(stage_total(&r, SIM_COUNT_SERVED, 0) > 20);
    assert_true(stage_total(&r, SIM_COUNT_LEFT, 0) == 0);
    finish(&r, &p);
}

/*
 * Those who leave while booked give the place back; those flagged decline when offered and use neither start nor
 * place.
 */
static void
test_replication_places_given_back(void **state)
{
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 1);
    p.pool[0].starts_per_unit = 21; /* three a day: half the places */
    add_stage(&p, "start", "team")->takes_start = true;
    assert_int_equal(sim_dist_init_exponential(&add_timer(&p.stage[0], "recovered", 0, 1)->after, 5), 0);
    p.stage[0].decline = 0.5;
    p.stage[0].decline_flag = 1;
    add_initial(&p, "start", 2000, 100, false);
    run(&r, &p, 50, NULL);
    /* all are flagged: as many decline as take a place, and every start is used (day 0's three are used for day 1) */
    assert_true(stage_total(&r, SIM_COUNT_SERVED, 0) == 49 * 3);
    assert_true(fabs(stage_total(&r, SIM_COUNT_LEFT, 0) - 150) < 4 * sqrt(150.0 * 2));
    finish(&r, &p);
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 1);
    add_stage(&p, "list", "team");
    assert_int_equal(sim_dist_init_exponential(&add_timer(&p.stage[0], "gave_up", 1, 0)->after, 100), 0);
    add_initial(&p, "list", 3000, 0, false);
    run(&r, &p, 90, NULL);
    /*
     * booked six weeks ahead a third leave before they are seen: without others in their places a third would be idle
     */
    assert_true(stage_total(&r, SIM_COUNT_LEFT, 0) > 1500);
    assert_true(stage_total(&r, SIM_COUNT_USED, 0) >= 0.97 * 360 * 89);
    finish(&r, &p);
}

/* ---- units ---- */

static int
units_event(void *model, sim_replication_t *rep, uint32_t what)
{
    (void) model;
    assert_true(sim_replication_units(rep, 0, 0) == (what == 0 ? 1 : 0));
    assert_int_equal(sim_replication_set_units(rep, 1, 0, 9), SIM_ERR_BAD_PARAM);
    assert_int_equal(sim_replication_set_units(rep, 0, 1, 9), SIM_ERR_BAD_PARAM);
    assert_int_equal(sim_replication_set_units(rep, 0, 0, -1), SIM_ERR_BAD_PARAM);
    return sim_replication_set_units(rep, 0, 0, what);
}

static int
units_start(void *model, sim_replication_t *rep)
{
    int ret = sim_replication_call(rep, 10.5, 0);

    (void) model;
    return ret != 0 ? ret : sim_replication_call(rep, 30.5, 3);
}

/* From day 10 nobody, from day 30 three: those booked are still seen, and capacity is what there was. */
static void
test_replication_set_units(void **state)
{
    sim_hooks_t hooks = { .start = units_start, .event = units_event };
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 1);
    p.pool[0].horizon_days = 5;
    add_stage(&p, "list", "team");
    add_initial(&p, "list", 1000, 0, false);
    run(&r, &p, 50, &hooks);
    assert_true(total(&r, SIM_COUNT_CAPACITY, 0) == 360 * (11 + 3 * 19));
    /* seen on days 1 to 15 six a day, booked before the fall, then from day 31 eighteen a day */
    assert_true(stage_total(&r, SIM_COUNT_SESSIONS, 0) == 6 * 15 + 18 * 19);
    finish(&r, &p);
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_SERVERS, 1);
    add_stage(&p, "list", "team");
    add_initial(&p, "list", 1000, 0, false);
    run(&r, &p, 50, &hooks);
    assert_true(fabs(total(&r, SIM_COUNT_CAPACITY, 0) - 1440 * (10.5 + 3 * 19.5)) < 1e-6);
    finish(&r, &p);
}

static void
test_replication_dated_steps(void **state)
{
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "team", SIM_POOL_DIARY, 1);
    p.pool[0].n_members = 2;
    p.pool[0].steps.n = 2;
    p.pool[0].steps.day = malloc(2 * sizeof(double));
    p.pool[0].steps.value = malloc(2 * sizeof(double));
    assert_non_null(p.pool[0].steps.day);
    assert_non_null(p.pool[0].steps.value);
    p.pool[0].steps.day[0] = 10;
    p.pool[0].steps.value[0] = 2;
    p.pool[0].steps.day[1] = 30;
    p.pool[0].steps.value[1] = 0.5;
    add_stage(&p, "list", "team");
    run(&r, &p, 40, NULL);
    assert_true(total(&r, SIM_COUNT_CAPACITY, 0) == 2 * 360 * (10 + 2 * 20 + 0.5 * 10));
    assert_true(sim_replication_units(r.rep, 0, 1) == 0.5);
    finish(&r, &p);
}

/* ---- hooks and months ---- */

typedef struct {
    size_t months;
    double last;
} months_t;

static int
count_months(void *model, sim_replication_t *rep, size_t month)
{
    months_t *self = model;

    assert_int_equal(month, self->months);
    assert_int_equal(sim_replication_month(rep), month);
    assert_true(sim_replication_now(rep) > self->last);
    self->last = sim_replication_now(rep);
    self->months++;
    return 0;
}

static void
test_replication_months(void **state)
{
    months_t months = { 0, 0 };
    sim_hooks_t hooks = { .model = &months, .period = count_months };
    sim_run_t params = { .horizon_days = 100.5 };
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "lines", SIM_POOL_SERVERS, 2);
    add_stage(&p, "calls", "lines");
    add_source(&p, "gp", "calls", 1);
    assert_int_equal(sim_pathway_compile(&p, print_fault, NULL), 0);
    assert_int_equal(sim_calendar_init(&r.calendar, MONDAY, 400), 0);
    assert_int_equal(sim_replication_create(&r.rep, &p, &r.calendar, &hooks, &params), 0);
    assert_int_equal(sim_replication_run(r.rep), 0);
    assert_int_equal(months.months, 4); /* January to the middle of April */
    assert_true(total(&r, SIM_COUNT_DAYS, 0) == 100.5);
    assert_true(fabs(total(&r, SIM_COUNT_CAPACITY, 0) - 2 * 1440 * 100.5) < 1e-6);
    assert_true(*sim_book_at(sim_replication_book(r.rep), SIM_COUNT_UNITS, 1, 3) == 2);
    finish(&r, &p);
}

static int
fail_period(void *model, sim_replication_t *rep, size_t month)
{
    (void) model;
    (void) rep;
    return month == 1 ? SIM_ERR_IO : 0;
}

static int
decide_badly(void *model, sim_replication_t *rep, uint32_t entity, int decision)
{
    (void) model;
    (void) rep;
    (void) entity;
    return decision;
}

static void
test_replication_errors(void **state)
{
    sim_hooks_t hooks = { .period = fail_period };
    sim_run_t params = { .horizon_days = 101 };
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_stage(&p, "home", "");
    add_source(&p, "gp", "home", 1);
    assert_int_equal(sim_calendar_init(&r.calendar, MONDAY, 100), 0);
    params.horizon_days = 50;
    assert_int_equal(sim_replication_create(&r.rep, &p, &r.calendar, &hooks, &params), SIM_ERR_BAD_PARAM);
    assert_null(r.rep);
    assert_int_equal(sim_pathway_compile(&p, print_fault, NULL), 0);
    params.horizon_days = 101;
    assert_int_equal(sim_replication_create(&r.rep, &p, &r.calendar, &hooks, &params), SIM_ERR_BAD_PARAM);
    params.horizon_days = 0;
    assert_int_equal(sim_replication_create(&r.rep, &p, &r.calendar, &hooks, &params), SIM_ERR_BAD_PARAM);
    sim_replication_free(NULL);
    sim_calendar_free(&r.calendar);
    assert_int_equal(run_seed(&r, &p, 100, &hooks, 1, true), SIM_ERR_IO);
    assert_int_equal(sim_replication_call(r.rep, 3, 0), SIM_ERR_BAD_PARAM);
    assert_int_equal(sim_replication_spawn(r.rep, 1, 0, 0, 9, NULL), SIM_ERR_BAD_PARAM);
    assert_int_equal(sim_replication_spawn(r.rep, 1, 0, 9, 0, NULL), SIM_ERR_BAD_PARAM);
    run_free(&r);
    p.stage[0].decision = 7;
    p.stage[0].n_labels = 1;
    snprintf(p.stage[0].label[0], SIM_NAME_MAX, "yes");
    memset(&hooks, 0, sizeof(hooks));
    hooks.decide = decide_badly;
    assert_int_equal(run_seed(&r, &p, 100, &hooks, 1, true), SIM_ERR_BAD_PARAM);
    finish(&r, &p);
}

/* A loop that takes no time is an error after 65,535 rounds, not a hang or an overflow of the stack. */
static void
test_replication_endless_loop(void **state)
{
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_stage(&p, "a", "");
    add_stage(&p, "b", "");
    sim_dist_free(&p.stage[0].service);
    sim_dist_free(&p.stage[1].service);
    add_route(&p, "a", "done", "b", 1);
    add_route(&p, "b", "done", "a", 1);
    add_source(&p, "gp", "a", 1);
    assert_int_equal(run_seed(&r, &p, 100, NULL, 1, false), SIM_ERR_FULL);
    finish(&r, &p);
}

/*
 * The work asked for counts appointments that have to be made again: with misses d, cancellations c and r = d / (1 - c),
 * a session takes 1 / (1 - d - c) of them, or (1 + r) / (1 - c) when it is given up after two misses in a row.
 */
static void
test_replication_offered_work(void **state)
{
    const double d = 0.2, c = 0.1, r = 0.2 / 0.9, keep = 1 - r * r;
    const double expected[2] = { 3 / (1 - d - c), (1 + keep + keep * keep) * (1 + r) / (1 - c) };
    unsigned k;

    (void) state;
    for (k = 0; k < 2; k++) {
        sim_pathway_t p;
        sim_stage_t *stage;
        run_t now;

        sim_pathway_init(&p);
        add_pool(&p, "team", SIM_POOL_DIARY, 3);
        stage = add_stage(&p, "course", "team");
        assert_int_equal(sim_dist_init_fixed(&stage->sessions, 3), 0);
        assert_int_equal(sim_dist_init_fixed(&stage->gap, 7), 0);
        stage->dna = d;
        stage->cancel = c;
        stage->missed_max = 2 * k;
        add_source(&p, "in", "course", 1);
        run(&now, &p, 200, NULL);
        assert_true(fabs(stage_total(&now, SIM_COUNT_OFFERED_WORK, 0) / stage_total(&now, SIM_COUNT_ENTERED, 0) -
                         60 * expected[k]) < 1e-9);
        run_free(&now);
        sim_pathway_free(&p);
    }
}

/* One client may come round more often than its visits have numbers: further ones draw from a further key. */
static void
test_replication_many_visits(void **state)
{
    sim_pathway_t p;
    run_t r;

    (void) state;
    sim_pathway_init(&p);
    add_pool(&p, "desk", SIM_POOL_SERVERS, 1);
    add_stage(&p, "desk", "desk");
    assert_int_equal(sim_dist_scale(&p.stage[0].service, 0.01), 0);
    add_route(&p, "desk", "done", "desk", 1);
    add_initial(&p, "desk", 1, 0, false);
    assert_int_equal(run_seed(&r, &p, 1000, NULL, 1, false), 0);
    /* Poisson, 100,000: 6 sd */
    assert_true(fabs(stage_total(&r, SIM_COUNT_SERVED, 0) - 1e5) < 1900);
    assert_true(sim_replication_present(r.rep, 0) == 1);
    run_free(&r);
    sim_pathway_free(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replication_invariant),
        cmocka_unit_test(test_replication_same_bytes),
        cmocka_unit_test(test_replication_common_numbers),
        cmocka_unit_test(test_replication_initial_flags),
        cmocka_unit_test(test_replication_initial_impossible),
        cmocka_unit_test(test_replication_initial_order),
        cmocka_unit_test(test_replication_in_progress),
        cmocka_unit_test(test_replication_in_progress_unlimited),
        cmocka_unit_test(test_replication_never_overbooked),
        cmocka_unit_test(test_replication_gate),
        cmocka_unit_test(test_replication_saved_starts),
        cmocka_unit_test(test_replication_booked_at_once),
        cmocka_unit_test(test_replication_slots),
        cmocka_unit_test(test_replication_weekly),
        cmocka_unit_test(test_replication_empty_visits),
        cmocka_unit_test(test_replication_follow_ups),
        cmocka_unit_test(test_replication_notice),
        cmocka_unit_test(test_replication_kept_time),
        cmocka_unit_test(test_replication_attendance),
        cmocka_unit_test(test_replication_attendance_flagged),
        cmocka_unit_test(test_replication_missed_max),
        cmocka_unit_test(test_replication_unlimited_sessions),
        cmocka_unit_test(test_replication_deadline),
        cmocka_unit_test(test_replication_tie),
        cmocka_unit_test(test_replication_places_given_back),
        cmocka_unit_test(test_replication_set_units),
        cmocka_unit_test(test_replication_dated_steps),
        cmocka_unit_test(test_replication_months),
        cmocka_unit_test(test_replication_errors),
        cmocka_unit_test(test_replication_offered_work),
        cmocka_unit_test(test_replication_many_visits),
        cmocka_unit_test(test_replication_endless_loop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
