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

static void
add_diary(sim_pathway_t *pathway, const char *name, double units)
{
    sim_pool_t pool;

    sim_pool_default(&pool, name, SIM_POOL_DIARY);
    pool.units = units;
    pool.minutes_per_unit = 60;
    pool.n_steps = 1;
    pool.step_day = malloc(sizeof(double));
    pool.step_units = malloc(sizeof(double));
    assert_non_null(pool.step_day);
    assert_non_null(pool.step_units);
    pool.step_day[0] = 100;
    pool.step_units[0] = units / 2;
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
    assert_int_equal(sim_pathway_add_route(pathway, stage, outcome, to, p, mask), 0);
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
    assert_int_equal(second->n_outcomes, 6);
    assert_int_equal(sim_stage_find_outcome(second, "gave_up"), SIM_OUTCOME_FIRST_TIMER);
    assert_int_equal(sim_stage_find_outcome(second, "accept"), 4);
    assert_int_equal(sim_stage_find_outcome(second, "nonsense"), -1);
    assert_string_equal(sim_stage_outcome_name(second, 5), "reject");
    assert_string_equal(sim_stage_outcome_name(second, 6), "");
    /* rows of one outcome keep their order */
    assert_int_equal(second->first_route[5] - second->first_route[4], 3);
    assert_int_equal(p.route[second->first_route[4]].target, 2);
    assert_int_equal(p.route[second->first_route[4] + 1].target, 0);
    assert_int_equal(p.route[second->first_route[4] + 2].target, SIM_EXIT);
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
    assert_true(copy.pool[0].step_day[0] == 100);
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
    assert_true(fabs(p.pool[0].step_units[0] - 0.1) < 1e-12);
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
    p->pool[0].step_day[0] = -5;
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
test_pathway_compile_errors(void **state)
{
    sim_pathway_t p;
    faults_t faults;
    size_t i;

    (void) state;
    for (i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        build(&p);
        CASES[i].harm(&p);
        assert_int_equal(compile(&p, &faults), SIM_ERR_BAD_PARAM);
        assert_false(p.compiled);
        assert_true(faults.n > 0);
        if (strstr(faults.text, CASES[i].says) == NULL) {
            fail_msg("expected \"%s\" in \"%s\"", CASES[i].says, faults.text);
        }
        if (CASES[i].room[0] != '\0') {
            assert_int_equal(faults.n, 1);
            assert_string_equal(faults.room, CASES[i].room);
        }
        sim_pathway_free(&p);
    }
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
    p.pool[0].step_units[0] = 0;
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
        cmocka_unit_test(test_pathway_all_errors),
        cmocka_unit_test(test_pathway_no_units),
        cmocka_unit_test(test_pathway_dim_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
