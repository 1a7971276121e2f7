/* Rows of a pathway, their compiling, and the faults that compiling finds. */
#include "sim/core/pathway.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    size_t n;
    char text[2048];
    char room[16];
} faults_t;

static void
keep_fault(void *ctx, const sim_fault_t *fault)
{
    faults_t *self = ctx;
    size_t used = strlen(self->text);

    self->n++;
    snprintf(self->room, sizeof(self->room), "%s", fault->room);
    snprintf(self->text + used, sizeof(self->text) - used, "%s\n", fault->text);
}

static int
compile(sim_pathway_t *pathway, faults_t *faults)
{
    memset(faults, 0, sizeof(*faults));
    return sim_pathway_compile(pathway, keep_fault, faults);
}

static double *
numbers(size_t n, const double *from)
{
    double *to = malloc(n * sizeof(*to));

    assert_non_null(to);
    memcpy(to, from, n * sizeof(*to));
    return to;
}

static void
give_steps(sim_steps_t *steps, size_t n, const double *day, const double *value)
{
    free(steps->day);
    free(steps->value);
    steps->n = n;
    steps->day = numbers(n, day);
    steps->value = numbers(n, value);
}

static void
add_diary(sim_pathway_t *pathway, const char *name, double units)
{
    sim_pool_t pool;

    sim_pool_default(&pool, name, SIM_POOL_DIARY);
    pool.units = units;
    pool.minutes_per_unit = 60;
    give_steps(&pool.steps, 1, (const double[]){ 100 }, (const double[]){ units / 2 });
    assert_int_equal(sim_pathway_add_pool(pathway, &pool), 0);
}

static void
add_stage(sim_pathway_t *pathway, const char *name, const char *pool)
{
    sim_stage_t stage;

    sim_stage_default(&stage, name, pool);
    stage.contact_minutes = 30;
    stage.n_timers = 1;
    snprintf(stage.timer[0].name, SIM_NAME_MAX, "gave_up");
    stage.timer[0].leave = 1;
    assert_int_equal(sim_dist_init_exponential(&stage.timer[0].after, 100), 0);
    stage.decision = 3;
    stage.n_labels = 2;
    snprintf(stage.label[0], SIM_NAME_MAX, "accept");
    snprintf(stage.label[1], SIM_NAME_MAX, "reject");
    assert_int_equal(sim_dist_init_lognormal(&stage.gap, 14, 0.5), 0);
    assert_int_equal(sim_pathway_add_stage(pathway, &stage), 0);
}

static void
add_source(sim_pathway_t *pathway, const char *name, const char *to)
{
    double day[2] = { 0, 1000 }, rate = 2;
    sim_source_t source;

    sim_source_default(&source, name, to);
    assert_int_equal(sim_nhpp_init(&source.rate, 1, day, &rate), 0);
    assert_int_equal(sim_pathway_add_source(pathway, &source), 0);
}

static void
add_initial(sim_pathway_t *pathway, const char *stage, double count)
{
    sim_initial_t initial;

    sim_initial_default(&initial, stage);
    initial.count = count;
    assert_int_equal(sim_dist_init_uniform(&initial.age, 0, 100), 0);
    assert_int_equal(sim_pathway_add_initial(pathway, &initial), 0);
}

static void
route(sim_pathway_t *pathway, const char *stage, const char *outcome, const char *to, double p, uint32_t mask)
{
    sim_route_t row;

    sim_route_default(&row, stage, outcome, to);
    row.probability = p;
    row.class_mask = mask;
    assert_int_equal(sim_pathway_add_route(pathway, &row), 0);
}

/* Three stages in a loop, two classes, a dimension; every kind of row. */
static void
build(sim_pathway_t *pathway)
{
    static const char *const LEVELS[] = { "low", "high" };

    sim_pathway_init(pathway);
    pathway->n_classes = 2;
    snprintf(pathway->class_name[1], SIM_NAME_MAX, "urgent");
    add_diary(pathway, "team", 2);
    add_stage(pathway, "first", "team");
    add_stage(pathway, "second", "team");
    add_stage(pathway, "third", "");
    add_source(pathway, "gp", "first");
    add_initial(pathway, "second", 10.4);
    route(pathway, "second", "accept", "third", 0.25, 1);
    route(pathway, "third", "accept", "first", 1, 0);
    route(pathway, "second", "accept", "first", 0.75, 1);
    route(pathway, "first", "accept", "second", 1, 0);
    route(pathway, "second", "accept", "exit", 1, 2);
    route(pathway, "first", "gave_up", "third", 1, 0);
    assert_int_equal(sim_pathway_add_dim(pathway, "severity", 2, LEVELS), 0);
}

static void
test_pathway_compile(void **state)
{
    sim_pathway_t p;
    faults_t faults;
    const sim_stage_t *second;

    (void) state;
    build(&p);
    assert_int_equal(compile(&p, &faults), 0);
    assert_int_equal(faults.n, 0);
    assert_true(p.compiled);
    assert_int_equal(p.pool[0].horizon_days, 42);
    assert_int_equal(p.source[0].target, 0);
    assert_int_equal(p.initial[0].target, 1);
    assert_int_equal(p.stage[1].pool_index, 0);
    assert_int_equal(p.stage[2].pool_index, -1);
    second = &p.stage[1];
    assert_int_equal(second->n_outcomes, 8);
    assert_int_equal(sim_stage_find_outcome(second, "gave_up"), SIM_OUTCOME_FIRST_TIMER);
    assert_int_equal(sim_stage_find_outcome(second, "accept"), 6);
    assert_int_equal(sim_stage_find_outcome(second, "nonsense"), -1);
    assert_string_equal(sim_stage_outcome_name(second, 7), "reject");
    assert_string_equal(sim_stage_outcome_name(second, 8), "");
    assert_string_equal(sim_stage_outcome_name(second, SIM_OUTCOME_FULL), "full");
    assert_string_equal(sim_stage_outcome_name(second, SIM_OUTCOME_BAULKED), "baulked");
    /* rows of one outcome keep their order */
    assert_int_equal(second->first_route[7] - second->first_route[6], 3);
    assert_int_equal(p.route[second->first_route[6]].target, 2);
    assert_int_equal(p.route[second->first_route[6] + 1].target, 0);
    assert_int_equal(p.route[second->first_route[6] + 2].target, SIM_EXIT);
    sim_pathway_free(&p);
}

static const sim_route_t *
find_route(const sim_pathway_t *p, const char *from, const char *to)
{
    size_t i;

    for (i = 0; i < p->n_routes; i++) {
        if (strcmp(p->route[i].stage_name, from) == 0 && strcmp(p->route[i].to, to) == 0) {
            return &p->route[i];
        }
    }
    fail();
    return NULL;
}

static void
test_pathway_loops(void **state)
{
    sim_pathway_t p;
    faults_t faults;

    (void) state;
    build(&p);
    assert_int_equal(compile(&p, &faults), 0);
    assert_true(find_route(&p, "second", "first")->again);
    assert_true(find_route(&p, "third", "first")->again);
    assert_false(find_route(&p, "first", "second")->again);
    assert_false(find_route(&p, "second", "third")->again);
    assert_false(find_route(&p, "first", "third")->again);
    assert_false(find_route(&p, "second", "exit")->again);
    sim_pathway_free(&p);
}

/* A draw's address is a name: rows added before a stage change its number and nothing else. */
static void
test_pathway_hashes(void **state)
{
    sim_pathway_t p;
    faults_t faults;
    uint32_t hash, session, timer;

    (void) state;
    build(&p);
    assert_int_equal(compile(&p, &faults), 0);
    hash = p.stage[0].hash;
    session = p.stage[0].session_hash;
    timer = p.stage[0].timer[0].hash;
    assert_int_not_equal(timer, p.stage[1].timer[0].hash);
    assert_int_not_equal(hash, session);
    sim_pathway_free(&p);
    sim_pathway_init(&p);
    add_diary(&p, "team", 1);
    add_stage(&p, "other", "team");
    add_stage(&p, "first", "team");
    assert_int_equal(compile(&p, &faults), 0);
    assert_int_equal(p.stage[1].hash, hash);
    assert_int_equal(p.stage[1].session_hash, session);
    assert_int_equal(p.stage[1].timer[0].hash, timer);
    sim_pathway_free(&p);
}

static void
test_pathway_copy(void **state)
{
    sim_pathway_t p, copy;
    faults_t faults;

    (void) state;
    build(&p);
    assert_int_equal(compile(&p, &faults), 0);
    assert_int_equal(sim_pathway_copy(&copy, &p), 0);
    sim_pathway_free(&p);
    assert_false(copy.compiled);
    assert_int_equal(compile(&copy, &faults), 0);
    assert_int_equal(copy.n_classes, 2);
    assert_true(copy.pool[0].steps.day[0] == 100);
    assert_true(copy.source[0].rate.per_day[0] == 2);
    assert_true(copy.stage[0].timer[0].after.mean == 100);
    assert_true(copy.initial[0].age.mean == 50);
    assert_string_equal(copy.dim[0].level[1], "high");
    assert_true(find_route(&copy, "second", "first")->again);
    sim_pathway_free(&copy);
}

static void
test_pathway_scale(void **state)
{
    sim_pathway_t p;
    sim_pool_t pool;

    (void) state;
    build(&p);
    sim_pool_default(&pool, "lines", SIM_POOL_SERVERS);
    pool.units = 4;
    assert_int_equal(sim_pathway_add_pool(&p, &pool), 0);
    assert_int_equal(sim_pathway_scale(&p, 0.1), 0);
    assert_true(fabs(p.source[0].rate.per_day[0] - 0.2) < 1e-12);
    assert_true(fabs(p.initial[0].count - 1.04) < 1e-12);
    assert_true(fabs(p.pool[0].units - 0.2) < 1e-12);
    assert_true(fabs(p.pool[0].steps.value[0] - 0.1) < 1e-12);
    assert_true(p.pool[1].units == 1);
    assert_int_equal(sim_pathway_scale(&p, 0), SIM_ERR_BAD_PARAM);
    assert_int_equal(sim_pathway_scale(&p, NAN), SIM_ERR_BAD_PARAM);
    sim_pathway_free(&p);
}

static void
test_pathway_minutes(void **state)
{
    sim_stage_t stage;
    sim_pool_t pool;

    (void) state;
    sim_pool_default(&pool, "team", SIM_POOL_DIARY);
    sim_stage_default(&stage, "first", "team");
    stage.contact_minutes = 50;
    stage.admin_minutes = 20;
    assert_true(sim_stage_minutes(&stage, &pool) == 70);
    pool.slot_minutes = 30;
    assert_true(sim_stage_minutes(&stage, &pool) == 90);
    pool.slot_minutes = 35;
    assert_true(sim_stage_minutes(&stage, &pool) == 70);
    pool.slot_minutes = 120;
    assert_true(sim_stage_minutes(&stage, &pool) == 120);
}

/* ---- faults: each breaks a sound pathway in one way ---- */

static void
break_source(sim_pathway_t *p)
{
    snprintf(p->source[0].to, SIM_NAME_MAX, "nowhere");
}
static void
break_share(sim_pathway_t *p)
{
    p->source[0].class_share[1] = 0.5;
}
static void
break_pool_name(sim_pathway_t *p)
{
    snprintf(p->stage[0].pool, SIM_NAME_MAX, "nobody");
}
static void
break_twice(sim_pathway_t *p)
{
    snprintf(p->stage[1].name, SIM_NAME_MAX, "first");
}
static void
break_dna(sim_pathway_t *p)
{
    p->stage[0].dna = 0.6;
    p->stage[0].cancel = 0.4;
}
static void
break_minutes(sim_pathway_t *p)
{
    p->stage[0].contact_minutes = 0;
}
static void
break_horizon(sim_pathway_t *p)
{
    p->pool[0].horizon_days = -1;
}
static void
break_weeks(sim_pathway_t *p)
{
    p->pool[0].weeks_apart = 2;
}
static void
break_priority(sim_pathway_t *p)
{
    p->stage[0].priority[1] = SIM_PRIORITY_MAX;
}
static void
break_timer(sim_pathway_t *p)
{
    snprintf(p->stage[0].timer[0].name, SIM_NAME_MAX, "done");
}
static void
break_leave(sim_pathway_t *p)
{
    p->stage[0].timer[0].leave = 1.5;
}
static void
break_initial(sim_pathway_t *p)
{
    p->initial[0].count = -1;
}
static void
break_initial_stage(sim_pathway_t *p)
{
    snprintf(p->initial[0].stage, SIM_NAME_MAX, "nowhere");
}
static void
break_step(sim_pathway_t *p)
{
    p->pool[0].steps.day[0] = -5;
}
static void
break_decision(sim_pathway_t *p)
{
    p->stage[2].n_labels = 0;
}
static void
break_start(sim_pathway_t *p)
{
    p->stage[2].takes_start = true;
}
static void
break_deadline(sim_pathway_t *p)
{
    p->stage[0].timer[0].deadline = SIM_DEADLINES;
}

static void
break_route(sim_pathway_t *p)
{
    route(p, "first", "done", "nowhere", 1, 0);
}

static void
break_outcome(sim_pathway_t *p)
{
    route(p, "first", "finished", "second", 1, 0);
}

static void
break_from(sim_pathway_t *p)
{
    route(p, "zeroth", "done", "second", 1, 0);
}

static void
break_sum(sim_pathway_t *p)
{
    route(p, "first", "done", "second", 0.3, 0);
    route(p, "first", "done", "third", 0.6, 0);
}

static void
break_day(sim_pathway_t *p)
{
    p->stage[0].admin_minutes = 150;
}

static void
break_servers(sim_pathway_t *p)
{
    p->pool[0].kind = SIM_POOL_SERVERS;
    p->pool[0].units = 1.5;
    p->stage[0].sessions = p->stage[0].gap;
    memset(&p->stage[0].gap, 0, sizeof(p->stage[0].gap));
}

typedef struct {
    void (*harm)(sim_pathway_t *p);
    const char *room;
    const char *says;
} fault_case_t;

static const fault_case_t CASES[] = {
    { break_source, "source", "no stage is called \"nowhere\"" },
    { break_share, "source", "class shares sum to 1.5" },
    { break_pool_name, "stage", "no pool is called \"nobody\"" },
    { break_twice, "", "used twice" },
    { break_dna, "stage", "dna 0.6 and cancel 0.4" },
    { break_minutes, "stage", "needs contact or admin minutes" },
    { break_horizon, "pool", "horizon -1 days" },
    { break_weeks, "pool", "weeks apart are for a weekly diary" },
    { break_priority, "stage", "priority 8" },
    { break_timer, "", "\"done\" is empty or there twice" },
    { break_leave, "stage", "leave 1.5" },
    { break_initial, "initial", "count -1" },
    { break_initial_stage, "initial", "no stage is called \"nowhere\"" },
    { break_step, "pool", "must not go back" },
    { break_decision, "", "decision has no outcomes" },
    { break_start, "stage", "only a diary has new starts" },
    { break_deadline, "stage", "deadline 2" },
    { break_route, "route", "no stage is called \"nowhere\"" },
    { break_outcome, "route", "no outcome \"finished\"" },
    { break_from, "route", "no such stage" },
    { break_sum, "stage", "\"done\" sum to 0.9 for class \"all\"" },
    { break_day, "stage", "needs 180 minutes but a day of pool \"team\" has 120" },
    { break_servers, "", "1.5 servers" },
    { break_servers, "", "several sessions at servers are not supported" },
    { break_servers, "", "needs a service time" },
};

static void
expect_faults(void (*make)(sim_pathway_t *p), const fault_case_t *item, size_t n)
{
    sim_pathway_t p;
    faults_t faults;
    size_t i;

    for (i = 0; i < n; i++) {
        make(&p);
        item[i].harm(&p);
        assert_int_equal(compile(&p, &faults), SIM_ERR_BAD_PARAM);
        assert_false(p.compiled);
        assert_true(faults.n > 0);
        if (strstr(faults.text, item[i].says) == NULL) {
            fail_msg("expected \"%s\" in \"%s\"", item[i].says, faults.text);
        }
        if (item[i].room[0] != '\0') {
            if (faults.n != 1) {
                fail_msg("%zu faults: %s", faults.n, faults.text);
            }
            assert_string_equal(faults.room, item[i].room);
        }
        sim_pathway_free(&p);
    }
}

static void
test_pathway_compile_errors(void **state)
{
    (void) state;
    expect_faults(build, CASES, sizeof(CASES) / sizeof(CASES[0]));
}

/* ---- a network of servers, with what only they may have ---- */

static void
give_exponential(sim_dist_t *dist, double mean)
{
    sim_dist_free(dist);
    assert_int_equal(sim_dist_init_exponential(dist, mean), 0);
}

/* Draws below 0. */
static void
give_negative(sim_dist_t *dist)
{
    sim_dist_free(dist);
    assert_int_equal(sim_dist_init_uniform(dist, -1, 1), 0);
}

static void
give_zero(sim_dist_t *dist)
{
    sim_dist_free(dist);
    assert_int_equal(sim_dist_init_fixed(dist, 0), 0);
}

static void
add_servers(sim_pathway_t *p, const char *name, double units)
{
    sim_pool_t pool;

    sim_pool_default(&pool, name, SIM_POOL_SERVERS);
    pool.units = units;
    assert_int_equal(sim_pathway_add_pool(p, &pool), 0);
}

static sim_stage_t *
add_service(sim_pathway_t *p, const char *name, const char *pool)
{
    sim_stage_t stage;

    sim_stage_default(&stage, name, pool);
    stage.contact_minutes = 30;
    give_exponential(&stage.service, 0.5);
    assert_int_equal(sim_pathway_add_stage(p, &stage), 0);
    return &p->stage[p->n_stages - 1];
}

static void
give_dates(sim_source_t *source, size_t n, const double *day)
{
    free(source->date_days);
    source->n_dates = n;
    source->date_days = numbers(n, day);
}

enum { COUNTER, WARD, TEAM };           /* pools */
enum { DESK, SIDE, BED, TALK, LOUNGE }; /* stages */
enum { PHONE, CLOCK, LIST };            /* sources */

static void
build_pools(sim_pathway_t *p)
{
    sim_pool_t *counter, *ward;

    add_servers(p, "counter", 2);
    add_servers(p, "ward", 3);
    add_diary(p, "team", 2);
    counter = &p->pool[COUNTER];
    counter->discipline = SIM_RANDOM;
    counter->preempt = SIM_INTERRUPT_RESTART;
    counter->n_bands = 2;
    counter->band_days[0] = 7;
    counter->band_days[1] = 14;
    counter->cycle_days = 1;
    give_steps(&counter->timetable, 3, (const double[]){ 0, 0.375, 0.75 }, (const double[]){ 0, 1, 0.5 });
    counter->closed_days = true;
    counter->on_close = SIM_INTERRUPT_RESUME;
    counter->on_failure = SIM_INTERRUPT_RESAMPLE;
    give_exponential(&counter->fails_after, 30);
    give_exponential(&counter->repair, 1);
    ward = &p->pool[WARD];
    give_exponential(&ward->vacation, 2);
    p->pool[TEAM].caseload_per_unit = 40;
}

static void
build_stages(sim_pathway_t *p)
{
    sim_stage_t *stage = add_service(p, "desk", "counter");

    give_exponential(&stage->setup, 0.01);
    give_exponential(&stage->cleaning, 0.02);
    stage->limit = 10;
    stage->n_baulk = 2;
    stage->baulk_from[0] = 3;
    stage->baulk_share[0] = 0.5;
    stage->baulk_from[1] = 6;
    stage->baulk_share[1] = 1;
    snprintf(stage->jockey, SIM_NAME_MAX, "till");
    stage->n_states = 20;
    stage = add_service(p, "side", "counter");
    snprintf(stage->jockey, SIM_NAME_MAX, "till");
    stage = add_service(p, "bed", "ward");
    stage->room = 0;
    stage->full = SIM_FULL_BLOCK;
    stage->group_min = 2;
    stage->group_max = 3;
    stage->group_wait_days = 1;
    (void) add_service(p, "talk", "team");
    (void) add_service(p, "lounge", "");
}

static void
build_sources(sim_pathway_t *p)
{
    sim_source_t source;

    add_source(p, "phone", "desk");
    assert_int_equal(sim_dist_init_gamma(&p->source[PHONE].day_factor, 1, 0.3), 0);
    sim_source_default(&source, "clock", "desk");
    give_exponential(&source.between, 0.25);
    assert_int_equal(sim_pathway_add_source(p, &source), 0);
    sim_source_default(&source, "list", "talk");
    give_dates(&source, 3, (const double[]){ 1, 1, 9.5 });
    source.date_class = calloc(3, 1);
    assert_non_null(source.date_class);
    source.date_class[2] = 1;
    assert_int_equal(sim_pathway_add_source(p, &source), 0);
}

/* Those who leave the desk: flag 1 decides, and without it class "all" becomes "urgent" at the shorter of two queues. */
static void
build_network(sim_pathway_t *p)
{
    sim_route_t row;

    sim_pathway_init(p);
    p->n_classes = 2;
    snprintf(p->class_name[1], SIM_NAME_MAX, "urgent");
    build_pools(p);
    build_stages(p);
    build_sources(p);
    sim_route_default(&row, "desk", "done", "exit");
    row.with_flags = 1;
    assert_int_equal(sim_pathway_add_route(p, &row), 0);
    sim_route_default(&row, "desk", "done", "lounge");
    row.without_flags = 1;
    row.class_to = 1;
    row.n_shortest = 1;
    snprintf(row.shortest_name[0], SIM_NAME_MAX, "bed");
    assert_int_equal(sim_pathway_add_route(p, &row), 0);
    route(p, "lounge", "done", "desk", 1, 0);
    route(p, "desk", "full", "talk", 1, 0);
    route(p, "desk", "baulked", "exit", 1, 0);
}

static void
test_pathway_network(void **state)
{
    sim_pathway_t p, copy;
    const sim_pool_t *counter;
    faults_t faults;

    (void) state;
    build_network(&p);
    if (compile(&p, &faults) != 0) {
        fail_msg("%s", faults.text);
    }
    assert_int_equal(sim_pathway_copy(&copy, &p), 0);
    sim_pathway_free(&p);
    assert_int_equal(compile(&copy, &faults), 0);
    counter = &copy.pool[COUNTER];
    assert_int_equal(counter->timetable.n, 3);
    assert_true(counter->timetable.value[2] == 0.5);
    assert_true(counter->fails_after.mean == 30 && counter->repair.mean == 1);
    assert_true(copy.pool[WARD].vacation.mean == 2);
    assert_true(copy.stage[DESK].setup.mean == 0.01 && copy.stage[DESK].cleaning.mean == 0.02);
    assert_true(copy.stage[SIDE].room == SIZE_MAX && copy.stage[SIDE].group_wait_days == INFINITY);
    assert_true(copy.stage[SIDE].timer[3].share == 1);
    assert_true(fabs(copy.source[PHONE].day_factor.mean - 1) < 1e-12);
    assert_true(copy.source[CLOCK].between.mean == 0.25);
    assert_true(copy.source[LIST].date_days[2] == 9.5 && copy.source[LIST].date_class[2] == 1);
    assert_int_equal(find_route(&copy, "desk", "lounge")->shortest[0], BED);
    assert_int_equal(find_route(&copy, "desk", "lounge")->class_to, 1);
    assert_int_equal(find_route(&copy, "desk", "exit")->class_to, SIM_SAME_CLASS);
    assert_true(find_route(&copy, "lounge", "desk")->again);
    sim_pathway_free(&copy);
}

/* The back edge is one of the further stages of a route. */
static void
test_pathway_shortest_loop(void **state)
{
    sim_pathway_t p;
    sim_route_t row;
    faults_t faults;

    (void) state;
    build_network(&p);
    sim_route_default(&row, "side", "done", "talk");
    row.n_shortest = 1;
    snprintf(row.shortest_name[0], SIM_NAME_MAX, "side");
    assert_int_equal(sim_pathway_add_route(&p, &row), 0);
    assert_int_equal(compile(&p, &faults), 0);
    assert_true(find_route(&p, "side", "talk")->again);
    assert_false(find_route(&p, "desk", "talk")->again);
    sim_pathway_free(&p);
}

static void
test_pathway_scale_network(void **state)
{
    const double day[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    sim_pathway_t p;

    (void) state;
    build_network(&p);
    p.stage[SIDE].room = 5;
    give_dates(&p.source[PHONE], 10, day);
    assert_int_equal(sim_pathway_scale(&p, 0.3), 0);
    assert_true(p.stage[DESK].limit == 3 && p.stage[SIDE].limit == 0);
    assert_true(p.stage[SIDE].room == 2 && p.stage[BED].room == 0 && p.stage[DESK].room == SIZE_MAX);
    assert_true(fabs(p.source[CLOCK].between.mean - 0.25 / 0.3) < 1e-12);
    assert_int_equal(p.source[PHONE].n_dates, 3); /* the 4th, the 7th and the 10th */
    assert_true(p.source[PHONE].date_days[0] == 3 && p.source[PHONE].date_days[2] == 9);
    assert_int_equal(p.source[LIST].n_dates, 0);
    give_dates(&p.source[PHONE], 2, day);
    assert_int_equal(sim_pathway_scale(&p, 2.5), 0);
    assert_int_equal(p.source[PHONE].n_dates, 5);
    assert_true(p.source[PHONE].date_days[1] == 0 && p.source[PHONE].date_days[2] == 1);
    sim_pathway_free(&p);
    build_network(&p);
    assert_int_equal(sim_pathway_scale(&p, 2), 0);
    assert_int_equal(p.source[LIST].n_dates, 6);
    assert_true(p.source[LIST].date_class[3] == 0 && p.source[LIST].date_class[4] == 1);
    sim_pathway_free(&p);
}

/* Those who try again at once until chance sends them away are no fault. */
static void
test_pathway_retry(void **state)
{
    sim_pathway_t p;
    faults_t faults;

    (void) state;
    build_network(&p);
    p.route[3].probability = 0.5;
    route(&p, "desk", "full", "desk", 0.5, 0);
    assert_int_equal(compile(&p, &faults), 0);
    sim_pathway_free(&p);
}

#define HARM(name, ...)                                                                                                \
    static void harm_##name(sim_pathway_t *p)                                                                          \
    {                                                                                                                  \
        __VA_ARGS__;                                                                                                   \
    }
HARM(sharing, p->pool[WARD].discipline = SIM_SHARING)
HARM(sharing_all, p->pool[COUNTER].discipline = SIM_SHARING)
HARM(diary_sharing, p->pool[TEAM].discipline = SIM_SHARING)
HARM(diary_preempt, p->pool[TEAM].preempt = SIM_INTERRUPT_RESUME)
HARM(diary_timetable, p->pool[TEAM].cycle_days = 7)
HARM(diary_closed, p->pool[TEAM].closed_days = true)
HARM(diary_close, p->pool[TEAM].on_close = SIM_INTERRUPT_RESUME)
HARM(diary_fails, give_exponential(&p->pool[TEAM].fails_after, 1))
HARM(diary_vacation, give_exponential(&p->pool[TEAM].vacation, 1))
HARM(diary_caseload, p->pool[TEAM].caseload_per_unit = -1)
HARM(caseload, p->pool[WARD].caseload_per_unit = 3)
HARM(bands, p->pool[COUNTER].band_days[1] = 7)
HARM(bands_zero, p->pool[TEAM].n_bands = 1; p->pool[TEAM].band_days[0] = 0)
HARM(bands_lifo, p->pool[COUNTER].discipline = SIM_LIFO)
HARM(group_blocked, p->stage[DESK].full = SIM_FULL_BLOCK; p->stage[DESK].limit = 5;
     route(p, "bed", "done", "desk", 1, 0))
HARM(jockey_family, p->pool[COUNTER].n_members = 2)
HARM(bands_many, p->pool[COUNTER].n_bands = SIM_BAND_MAX + 1)
HARM(cycle, p->pool[COUNTER].cycle_days = -1)
HARM(cycle_short, p->pool[COUNTER].cycle_days = 0.75)
HARM(table_first, p->pool[COUNTER].timetable.day[0] = 0.1)
HARM(table_order, p->pool[COUNTER].timetable.day[2] = 0.375)
HARM(table_share, p->pool[COUNTER].timetable.value[2] = -0.5)
HARM(table_none, p->pool[COUNTER].timetable.value[1] = 0; p->pool[COUNTER].timetable.value[2] = 0)
HARM(repair, sim_dist_free(&p->pool[COUNTER].repair))
HARM(on_failure, p->pool[COUNTER].on_failure = SIM_INTERRUPT_FINISH)
HARM(fails_zero, give_zero(&p->pool[COUNTER].fails_after))
HARM(repair_negative, give_negative(&p->pool[COUNTER].repair))
HARM(vacation_zero, give_zero(&p->pool[WARD].vacation))
HARM(group_none, p->stage[BED].group_min = 0)
HARM(group_wrong, p->stage[BED].group_min = 4)
HARM(group_wait, p->stage[BED].group_wait_days = NAN)
HARM(group_diary, p->stage[TALK].group_min = 1; p->stage[TALK].group_max = 2)
HARM(group_close, p->pool[WARD].on_close = SIM_INTERRUPT_RESUME)
HARM(group_preempt, p->pool[WARD].preempt = SIM_INTERRUPT_RESUME)
HARM(group_fails, p->pool[WARD].on_failure = SIM_INTERRUPT_RESUME; give_exponential(&p->pool[WARD].fails_after, 1);
     give_exponential(&p->pool[WARD].repair, 1))
HARM(group_alone, snprintf(p->stage[SIDE].pool, SIM_NAME_MAX, "ward"))
HARM(setup_diary, give_exponential(&p->stage[TALK].setup, 1))
HARM(cleaning_lounge, give_exponential(&p->stage[LOUNGE].cleaning, 1))
HARM(setup_negative, give_negative(&p->stage[DESK].setup))
HARM(cleaning_negative, give_negative(&p->stage[DESK].cleaning))
HARM(jockey_diary, snprintf(p->stage[TALK].jockey, SIM_NAME_MAX, "till"))
HARM(jockey_group, snprintf(p->stage[BED].jockey, SIM_NAME_MAX, "till"))
HARM(jockey_alone, snprintf(p->stage[DESK].jockey, SIM_NAME_MAX, "tills"))
HARM(never_full, p->stage[TALK].full = SIM_FULL_BLOCK)
HARM(room_lounge, p->stage[LOUNGE].room = 3)
HARM(baulk_order, p->stage[DESK].baulk_from[1] = 3)
HARM(baulk_share, p->stage[DESK].baulk_share[1] = 1.1)
HARM(baulk_many, p->stage[DESK].n_baulk = SIM_BAULK_MAX + 1)
HARM(states, p->stage[DESK].n_states = SIM_STATES_MAX + 1)
HARM(timer_share, p->stage[TALK].n_timers = 1; snprintf(p->stage[TALK].timer[0].name, SIM_NAME_MAX, "bored");
     give_exponential(&p->stage[TALK].timer[0].after, 1); p->stage[TALK].timer[0].share = -0.1)
HARM(two_ways, give_exponential(&p->source[PHONE].between, 1))
HARM(two_lists, give_dates(&p->source[CLOCK], 1, (const double[]){ 1 }))
HARM(between_zero, give_zero(&p->source[CLOCK].between))
HARM(between_negative, give_negative(&p->source[CLOCK].between))
HARM(factor_alone, give_exponential(&p->source[CLOCK].day_factor, 1))
HARM(factor_negative, give_negative(&p->source[PHONE].day_factor))
HARM(dates_order, p->source[LIST].date_days[2] = 0.5)
HARM(dates_before, p->source[LIST].date_days[0] = -1)
HARM(dates_class, p->source[LIST].date_class[1] = 2)
HARM(office, p->source[CLOCK].office_hours = true)
HARM(shortest, snprintf(p->route[1].shortest_name[0], SIM_NAME_MAX, "bad"))
HARM(shortest_exit, p->route[0].n_shortest = 1; snprintf(p->route[0].shortest_name[0], SIM_NAME_MAX, "bed"))
HARM(shortest_many, p->route[1].n_shortest = SIM_SHORTEST_MAX + 1)
HARM(becomes, p->route[1].class_to = 2)
HARM(becomes_negative, p->route[1].class_to = -2)
HARM(flags_both, p->route[0].without_flags = 1)
HARM(flags_sum, p->route[0].with_flags = 3)
HARM(flags_none, p->route[1].without_flags = 2)
HARM(flags_many, p->route[0].with_flags = 0x7f)
HARM(block_diary, route(p, "talk", "done", "bed", 1, 0))
HARM(circle, snprintf(p->route[3].to, SIM_NAME_MAX, "desk"))
HARM(circle_two, route(p, "talk", "full", "bed", 1, 0); p->stage[BED].full = SIM_FULL_LEAVE;
     route(p, "bed", "baulked", "desk", 1, 0))

static const fault_case_t NETWORK_CASES[] = {
    { harm_sharing, "", "servers that are shared cannot have vacations" },
    { harm_sharing_all, "", "servers that are shared cannot have preemption" },
    { harm_sharing_all, "", "servers that are shared cannot have wait bands" },
    { harm_sharing_all, "", "servers that are shared cannot have failures" },
    { harm_sharing_all, "", "servers that are shared cannot have setup or cleaning" },
    { harm_sharing_all, "", "\"desk\": those who change queues need servers, not shared" },
    { harm_sharing, "", "servers of groups cannot be shared" },
    { harm_diary_sharing, "pool", "\"team\": a diary cannot have sharing" },
    { harm_diary_preempt, "pool", "\"team\": a diary cannot have preemption" },
    { harm_diary_timetable, "pool", "\"team\": a diary cannot have a timetable" },
    { harm_diary_closed, "pool", "\"team\": a diary cannot have closed days" },
    { harm_diary_close, "pool", "\"team\": a diary cannot have a rule for closing" },
    { harm_diary_fails, "pool", "\"team\": a diary cannot have failures" },
    { harm_diary_vacation, "pool", "\"team\": a diary cannot have vacations" },
    { harm_diary_caseload, "pool", "starts and caseload must be 0 or more" },
    { harm_caseload, "pool", "caseload, new starts and kept time are for a diary" },
    { harm_bands, "pool", "wait bands must be above 0 and increase" },
    { harm_bands_lifo, "pool", "wait bands need the longest wait first" },
    { harm_group_blocked, "route", "only servers of one at a time" },
    { harm_jockey_family, "", "of one member" },
    { harm_bands_zero, "pool", "wait bands must be above 0 and increase" },
    { harm_bands_many, "pool", "5 wait bands, must be at most 4" },
    { harm_cycle, "pool", "a timetable needs a cycle above 0 days" },
    { harm_cycle_short, "pool", "an entry at 0.75 of a cycle of 0.75 days" },
    { harm_table_first, "pool", "must begin at 0 and increase" },
    { harm_table_order, "pool", "must begin at 0 and increase" },
    { harm_table_share, "pool", "share -0.5 of its timetable" },
    { harm_table_none, "pool", "nobody is ever there" },
    { harm_repair, "pool", "give both the time to a failure and that of its repair" },
    { harm_on_failure, "pool", "a server that fails cannot finish" },
    { harm_fails_zero, "pool", "the time to a failure must be above 0" },
    { harm_repair_negative, "pool", "repair may be negative" },
    { harm_vacation_zero, "pool", "vacation must be above 0" },
    { harm_group_none, "stage", "a group of 0 to 3" },
    { harm_group_wrong, "stage", "a group of 4 to 3" },
    { harm_group_wait, "stage", "waiting nan days" },
    { harm_group_diary, "stage", "groups are served by servers" },
    { harm_group_close, "stage", "servers of groups cannot be shared, interrupted or fail; those of pool \"ward\"" },
    { harm_group_preempt, "stage", "servers of groups cannot be shared, interrupted or fail" },
    { harm_group_fails, "stage", "servers of groups cannot be shared, interrupted or fail" },
    { harm_group_alone, "stage", "groups need a pool of their own, stage \"side\" has it too" },
    { harm_setup_diary, "stage", "setup and cleaning hold a server" },
    { harm_cleaning_lounge, "stage", "setup and cleaning hold a server" },
    { harm_setup_negative, "stage", "setup may be negative" },
    { harm_cleaning_negative, "stage", "cleaning may be negative" },
    { harm_jockey_diary, "stage", "\"talk\": those who change queues need servers" },
    { harm_jockey_group, "stage", "\"bed\": those who change queues need servers" },
    { harm_jockey_alone, "", "no other stage has the word \"tills\"" },
    { harm_never_full, "", "it is never full" },
    { harm_room_lounge, "stage", "nobody waits at a stage without a pool" },
    { harm_baulk_order, "stage", "the queues at which people baulk must increase" },
    { harm_baulk_share, "stage", "baulking share 1.1" },
    { harm_baulk_many, "stage", "9 steps of baulking" },
    { harm_states, "stage", "1001 states, must be at most 1000" },
    { harm_timer_share, "stage", "timer \"bored\": share -0.1" },
    { harm_two_ways, "source", "\"phone\": give a rate, or times between arrivals, or dates, one of them" },
    { harm_two_lists, "source", "\"clock\": give a rate, or times between arrivals, or dates, one of them" },
    { harm_between_zero, "source", "must not be negative, nor always 0" },
    { harm_between_negative, "source", "must not be negative, nor always 0" },
    { harm_factor_alone, "source", "a factor of the day needs a rate" },
    { harm_factor_negative, "source", "the factor of the day may be negative" },
    { harm_dates_order, "source", "its dates must be 0 or more and in order" },
    { harm_dates_before, "source", "its dates must be 0 or more and in order" },
    { harm_dates_class, "source", "class 2 of a date, there are 2 classes" },
    { harm_office, "source", "office hours are for arrivals by a rate" },
    { harm_shortest, "route", "no stage is called \"bad\"" },
    { harm_shortest_exit, "route", "the exit has no queue to compare" },
    { harm_shortest_many, "route", "the shortest queue of more than 8 stages" },
    { harm_becomes, "route", "class 2, there are 2 classes" },
    { harm_becomes_negative, "route", "class -2, there are 2 classes" },
    { harm_flags_both, "", "asks for a flag and for its absence" },
    { harm_flags_sum, "stage", "sum to 0 for class \"all\" with some of the flags they ask about" },
    { harm_flags_none, "stage", "sum to 2 for class \"all\" with some of the flags" },
    { harm_flags_many, "stage", "ask about 7 flags, at most 6" },
    { harm_block_diary, "route", "from \"talk\" to \"bed\": only servers of one at a time" },
    { harm_circle, "stage", "\"desk\": those who find it full or baulk are sent round in a circle" },
    { harm_circle_two, "stage", "\"desk\": those who find it full or baulk are sent round in a circle" },
};

static void
test_pathway_network_errors(void **state)
{
    (void) state;
    expect_faults(build_network, NETWORK_CASES, sizeof(NETWORK_CASES) / sizeof(NETWORK_CASES[0]));
}

/* All faults are told in one pass. */
static void
test_pathway_all_errors(void **state)
{
    sim_pathway_t p;
    faults_t faults;

    (void) state;
    build(&p);
    break_source(&p);
    break_sum(&p);
    break_route(&p);
    break_dna(&p);
    assert_int_equal(compile(&p, &faults), SIM_ERR_BAD_PARAM);
    assert_int_equal(faults.n, 4);
    assert_int_equal(sim_pathway_compile(&p, NULL, NULL), SIM_ERR_BAD_PARAM);
    sim_pathway_free(&p);
}

/* Nobody works there yet: not a fault, though a day has no minutes. */
static void
test_pathway_no_units(void **state)
{
    sim_pathway_t p;
    faults_t faults;

    (void) state;
    build(&p);
    p.pool[0].units = 0;
    p.pool[0].steps.value[0] = 0;
    assert_int_equal(compile(&p, &faults), 0);
    sim_pathway_free(&p);
}

static void
test_pathway_dim_errors(void **state)
{
    static const char *const LEVEL[] = { "one" };
    sim_pathway_t p;
    int i;

    (void) state;
    sim_pathway_init(&p);
    assert_int_equal(sim_pathway_add_dim(&p, "none", 0, LEVEL), SIM_ERR_FULL);
    for (i = 0; i < SIM_DIM_MAX; i++) {
        assert_int_equal(sim_pathway_add_dim(&p, "dim", 1, LEVEL), 0);
    }
    assert_int_equal(sim_pathway_add_dim(&p, "more", 1, LEVEL), SIM_ERR_FULL);
    sim_pathway_free(&p);
    sim_pathway_free(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pathway_compile),
        cmocka_unit_test(test_pathway_loops),
        cmocka_unit_test(test_pathway_hashes),
        cmocka_unit_test(test_pathway_copy),
        cmocka_unit_test(test_pathway_scale),
        cmocka_unit_test(test_pathway_minutes),
        cmocka_unit_test(test_pathway_compile_errors),
        cmocka_unit_test(test_pathway_network),
        cmocka_unit_test(test_pathway_network_errors),
        cmocka_unit_test(test_pathway_shortest_loop),
        cmocka_unit_test(test_pathway_scale_network),
        cmocka_unit_test(test_pathway_retry),
        cmocka_unit_test(test_pathway_all_errors),
        cmocka_unit_test(test_pathway_no_units),
        cmocka_unit_test(test_pathway_dim_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
