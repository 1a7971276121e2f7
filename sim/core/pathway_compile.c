/*
 * Compiling a pathway: every row is checked and every fault reported, names become indices, routes are ordered by stage
 * and outcome, and the routes that close a cycle are marked `again`.
 *
 * Cycles are found by depth-first search from the stages in row order: a route to a stage still on the search's path
 * is a back edge, and every cycle has at least one (Tarjan 1972). A cycle of none but certain routes of those who found
 * a stage full, or baulked, would take no time: it is a fault.
 */
#include "sim/core/pathway.h"
#include "sim/core/random.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPILE_TOLERANCE 1e-9
#define COMPILE_HORIZON_DAYS 42
#define COMPILE_FLAGS_MAX 6

typedef struct {
    sim_pathway_t *pathway;
    void (*report)(void *ctx, const sim_fault_t *fault);
    void *ctx;
    size_t faults;
} compile_t;

__attribute__((format(printf, 4, 5))) static void
compile_fault(compile_t *self, const char *room, size_t index, const char *format, ...)
{
    sim_fault_t fault;
    va_list args;

    memset(&fault, 0, sizeof(fault));
    va_start(args, format);
    vsnprintf(fault.text, sizeof(fault.text), format, args);
    va_end(args);
    snprintf(fault.room, sizeof(fault.room), "%s", room);
    fault.index = index;
    self->faults++;
    if (self->report != NULL) {
        self->report(self->ctx, &fault);
    }
}

static bool
compile_is_probability(double p)
{
    return p >= 0 && p <= 1;
}

static bool
compile_is_whole(double x)
{
    return x >= 0 && x <= INT32_MAX && fabs(x - floor(x + 0.5)) <= COMPILE_TOLERANCE;
}

double
sim_stage_minutes(const sim_stage_t *stage, const sim_pool_t *pool)
{
    double minutes = stage->contact_minutes + stage->admin_minutes, slots;

    if (pool->slot_minutes <= 0) {
        return minutes;
    }
    slots = ceil(minutes / pool->slot_minutes - COMPILE_TOLERANCE);
    return (slots < 1 ? 1 : slots) * pool->slot_minutes;
}

/* ---- pools ---- */

static void
compile_pool_steps(compile_t *self, size_t i)
{
    const sim_pool_t *pool = &self->pathway->pool[i];
    double last = 0;
    size_t k;

    for (k = 0; k < pool->steps.n; k++) {
        double day = pool->steps.day[k], units = pool->steps.value[k];

        if (!(day >= last) || !isfinite(day)) {
            compile_fault(self, "pool", i, "pool \"%s\": the days of its dated changes must not go back", pool->name);
        }
        if (!(units >= 0) || !isfinite(units)) {
            compile_fault(self, "pool", i, "pool \"%s\": units %g of a dated change, must be 0 or more", pool->name,
                units);
        } else if (pool->kind == SIM_POOL_SERVERS && !compile_is_whole(units)) {
            compile_fault(self, "pool", i, "pool \"%s\": %g servers, must be a whole number", pool->name, units);
        }
        last = day;
    }
}

static void
compile_bands(compile_t *self, size_t i)
{
    const sim_pool_t *pool = &self->pathway->pool[i];
    double last = 0;
    size_t b;

    if (pool->n_bands > SIM_BAND_MAX) {
        compile_fault(self, "pool", i, "pool \"%s\": %zu wait bands, must be at most %d", pool->name, pool->n_bands,
            SIM_BAND_MAX);
        return;
    }
    if (pool->n_bands > 0 && pool->discipline == SIM_LIFO) {
        compile_fault(self, "pool", i, "pool \"%s\": wait bands need the longest wait first, not the last come",
            pool->name);
    }
    for (b = 0; b < pool->n_bands; b++) {
        if (!(pool->band_days[b] > last) || !isfinite(pool->band_days[b])) {
            compile_fault(self, "pool", i, "pool \"%s\": its wait bands must be above 0 and increase", pool->name);
            return;
        }
        last = pool->band_days[b];
    }
}

static void
compile_timetable(compile_t *self, size_t i)
{
    const sim_pool_t *pool = &self->pathway->pool[i];
    const sim_steps_t *table = &pool->timetable;
    double total = 0;
    size_t k;

    if (table->n == 0 && pool->cycle_days == 0) {
        return;
    }
    if (!(pool->cycle_days > 0) || !isfinite(pool->cycle_days) || table->n == 0) {
        compile_fault(self, "pool", i, "pool \"%s\": a timetable needs a cycle above 0 days, and entries", pool->name);
        return;
    }
    for (k = 0; k < table->n; k++) {
        if (k == 0 ? table->day[k] != 0 : !(table->day[k] > table->day[k - 1])) {
            compile_fault(self, "pool", i, "pool \"%s\": the times of its timetable must begin at 0 and increase",
                pool->name);
        }
        if (!(table->day[k] < pool->cycle_days)) {
            compile_fault(self, "pool", i, "pool \"%s\": its timetable has an entry at %g of a cycle of %g days",
                pool->name, table->day[k], pool->cycle_days);
        }
        if (!(table->value[k] >= 0) || !isfinite(table->value[k])) {
            compile_fault(self, "pool", i, "pool \"%s\": share %g of its timetable, must be 0 or more", pool->name,
                table->value[k]);
        }
        total += table->value[k];
    }
    if (total == 0) {
        compile_fault(self, "pool", i, "pool \"%s\": by its timetable nobody is ever there", pool->name);
    }
}

/* A time that ends: given times must not be negative, and not 0 for ever. */
static void
compile_pool_time(compile_t *self, size_t i, const char *what, const sim_dist_t *dist, bool above_zero)
{
    const sim_pool_t *pool = &self->pathway->pool[i];

    if (!sim_dist_given(dist)) {
        return;
    }
    if (sim_dist_minimum(dist) < 0) {
        compile_fault(self, "pool", i, "pool \"%s\": %s may be negative", pool->name, what);
    } else if (above_zero && !(dist->mean > 0)) {
        compile_fault(self, "pool", i, "pool \"%s\": %s must be above 0", pool->name, what);
    }
}

static void
compile_failures(compile_t *self, size_t i)
{
    const sim_pool_t *pool = &self->pathway->pool[i];

    if (sim_dist_given(&pool->fails_after) != sim_dist_given(&pool->repair)) {
        compile_fault(self, "pool", i, "pool \"%s\": give both the time to a failure and that of its repair",
            pool->name);
    }
    if (sim_dist_given(&pool->fails_after) && pool->on_failure == SIM_INTERRUPT_FINISH) {
        compile_fault(self, "pool", i, "pool \"%s\": a server that fails cannot finish its service", pool->name);
    }
    compile_pool_time(self, i, "the time to a failure", &pool->fails_after, true);
    compile_pool_time(self, i, "repair", &pool->repair, false);
    compile_pool_time(self, i, "vacation", &pool->vacation, true);
}

static bool
compile_interrupts(const sim_pool_t *pool)
{
    return pool->preempt != SIM_INTERRUPT_FINISH;
}

/* What only pools of servers may have. */
static void
compile_servers_only(compile_t *self, size_t i)
{
    const sim_pool_t *pool = &self->pathway->pool[i];
    const struct {
        bool given;
        const char *what;
    } rule[] = { { pool->discipline == SIM_SHARING, "sharing" }, { compile_interrupts(pool), "preemption" },
        { pool->timetable.n > 0 || pool->cycle_days != 0, "a timetable" }, { pool->closed_days, "closed days" },
        { pool->on_close != SIM_INTERRUPT_FINISH, "a rule for closing" },
        { sim_dist_given(&pool->fails_after) || sim_dist_given(&pool->repair), "failures" },
        { sim_dist_given(&pool->vacation), "vacations" } };
    size_t k;

    for (k = 0; k < sizeof(rule) / sizeof(rule[0]); k++) {
        if (rule[k].given) {
            compile_fault(self, "pool", i, "pool \"%s\": a diary cannot have %s", pool->name, rule[k].what);
        }
    }
}

static void
compile_servers(compile_t *self, size_t i)
{
    const sim_pool_t *pool = &self->pathway->pool[i];
    const struct {
        bool given;
        const char *what;
    } rule[] = { { compile_interrupts(pool), "preemption" }, { pool->n_bands > 0, "wait bands" },
        { sim_dist_given(&pool->fails_after), "failures" }, { sim_dist_given(&pool->vacation), "vacations" } };
    size_t k;

    for (k = 0; pool->discipline == SIM_SHARING && k < sizeof(rule) / sizeof(rule[0]); k++) {
        if (rule[k].given) {
            compile_fault(self, "pool", i, "pool \"%s\": servers that are shared cannot have %s", pool->name,
                rule[k].what);
        }
    }
    if (pool->caseload_per_unit != 0 || pool->starts_per_unit != 0 || pool->kept_share != 0) {
        compile_fault(self, "pool", i,
            "pool \"%s\": caseload, new starts and kept time are for a diary, not for servers", pool->name);
    }
    compile_timetable(self, i);
    compile_failures(self, i);
}

static void
compile_diary(compile_t *self, size_t i)
{
    sim_pool_t *pool = &self->pathway->pool[i];

    if (!(pool->minutes_per_unit > 0) || !isfinite(pool->minutes_per_unit)) {
        compile_fault(self, "pool", i, "pool \"%s\": a diary needs minutes a day for each unit", pool->name);
    }
    if (!(pool->slot_minutes >= 0) || !(pool->starts_per_unit >= 0) || !(pool->caseload_per_unit >= 0)) {
        compile_fault(self, "pool", i, "pool \"%s\": slot minutes, starts and caseload must be 0 or more", pool->name);
    }
    if (pool->weeks_apart > 1 && pool->open != SIM_OPEN_WEEKLY) {
        compile_fault(self, "pool", i, "pool \"%s\": weeks apart are for a weekly diary", pool->name);
    }
    if (!(pool->kept_share >= 0 && pool->kept_share < 1)) {
        compile_fault(self, "pool", i,
            "pool \"%s\": the share kept for first sessions is %g, must be 0 or more and below 1", pool->name,
            pool->kept_share);
    }
    if (pool->horizon_days < 0 || pool->horizon_days > 3660) {
        compile_fault(self, "pool", i, "pool \"%s\": horizon %d days, must be 1 to 3660", pool->name,
            pool->horizon_days);
    } else if (pool->horizon_days == 0) {
        pool->horizon_days = COMPILE_HORIZON_DAYS;
    }
}

static void
compile_pool(compile_t *self, size_t i)
{
    const sim_pool_t *pool = &self->pathway->pool[i];
    int first = sim_pathway_find_pool(self->pathway, pool->name);

    if (pool->name[0] == '\0' || first != (int) i) {
        compile_fault(self, "pool", i, "pool \"%s\": the name is empty or used twice", pool->name);
    }
    if (pool->n_members == 0 || pool->n_members > UINT16_MAX) {
        compile_fault(self, "pool", i, "pool \"%s\": %zu members, must be 1 to 65535", pool->name, pool->n_members);
    }
    if (!(pool->units >= 0) || !isfinite(pool->units)) {
        compile_fault(self, "pool", i, "pool \"%s\": units %g, must be 0 or more", pool->name, pool->units);
    } else if (pool->kind == SIM_POOL_SERVERS && !compile_is_whole(pool->units)) {
        compile_fault(self, "pool", i, "pool \"%s\": %g servers, must be a whole number", pool->name, pool->units);
    }
    compile_pool_steps(self, i);
    compile_bands(self, i);
    if (pool->kind == SIM_POOL_DIARY) {
        compile_diary(self, i);
        compile_servers_only(self, i);
    } else {
        compile_servers(self, i);
    }
}

/* ---- stages ---- */

/* The longest booking a day of one member can ever hold, by its units at the start and its dated changes. */
static double
compile_day_minutes(const sim_pool_t *pool)
{
    double units = pool->units, minutes;
    size_t k;

    for (k = 0; k < pool->steps.n; k++) {
        units = pool->steps.value[k] > units ? pool->steps.value[k] : units;
    }
    minutes = units * pool->minutes_per_unit;
    if (pool->slot_minutes <= 0) {
        return minutes;
    }
    return ceil(minutes / pool->slot_minutes - COMPILE_TOLERANCE) * pool->slot_minutes;
}

static void
compile_diary_stage(compile_t *self, size_t i)
{
    const sim_stage_t *stage = &self->pathway->stage[i];
    const sim_pool_t *pool = &self->pathway->pool[stage->pool_index];
    double needs = sim_stage_minutes(stage, pool), has = compile_day_minutes(pool);

    if (!(stage->contact_minutes >= 0) || !(stage->admin_minutes >= 0) ||
        !(stage->contact_minutes + stage->admin_minutes > 0)) {
        compile_fault(self, "stage", i, "stage \"%s\": needs contact or admin minutes, as pool \"%s\" is a diary",
            stage->name, pool->name);
        return;
    }
    if (has > 0 && needs > has + COMPILE_TOLERANCE) {
        compile_fault(self, "stage", i, "stage \"%s\": needs %g minutes but a day of pool \"%s\" has %g", stage->name,
            needs, pool->name, has);
    }
}

static void
compile_servers_stage(compile_t *self, size_t i)
{
    const sim_stage_t *stage = &self->pathway->stage[i];

    if (!sim_dist_given(&stage->service)) {
        compile_fault(self, "stage", i, "stage \"%s\": needs a service time, as pool \"%s\" has servers", stage->name,
            stage->pool);
    }
    if (sim_dist_given(&stage->sessions)) {
        compile_fault(self, "stage", i, "stage \"%s\": several sessions at servers are not supported; use a diary",
            stage->name);
    }
    if (sim_dist_given(&stage->notice)) {
        compile_fault(self, "stage", i, "stage \"%s\": notice is for diaries and stages without a pool", stage->name);
    }
}

static void
compile_stage_pool(compile_t *self, size_t i)
{
    sim_stage_t *stage = &self->pathway->stage[i];

    stage->pool_index = -1;
    if (stage->pool[0] != '\0') {
        stage->pool_index = sim_pathway_find_pool(self->pathway, stage->pool);
        if (stage->pool_index < 0) {
            compile_fault(self, "stage", i, "stage \"%s\": no pool is called \"%s\"", stage->name, stage->pool);
            return;
        }
    }
    if (stage->pool_index >= 0 && self->pathway->pool[stage->pool_index].kind == SIM_POOL_DIARY) {
        compile_diary_stage(self, i);
        return;
    }
    if (stage->takes_start) {
        compile_fault(self, "stage", i, "stage \"%s\": only a diary has new starts to take", stage->name);
    }
    if (stage->pool_index >= 0) {
        compile_servers_stage(self, i);
    }
}

static void
compile_timers(compile_t *self, size_t i)
{
    sim_stage_t *stage = &self->pathway->stage[i];
    char text[2 * SIM_NAME_MAX + 16];
    size_t k;

    for (k = 0; k < stage->n_timers; k++) {
        sim_timer_t *timer = &stage->timer[k];

        /* one who changes queues keeps its patience: stages with the same word share the draws of a name */
        snprintf(text, sizeof(text), "%s%s:timer:%s",
            stage->jockey[0] == '\0' ? "" : "jockey:", stage->jockey[0] == '\0' ? stage->name : stage->jockey,
            timer->name);
        timer->hash = sim_hash(text);
        if (timer->kind == SIM_TIMER_PATIENCE && !sim_dist_given(&timer->after)) {
            compile_fault(self, "stage", i, "stage \"%s\": timer \"%s\" has no time", stage->name, timer->name);
        }
        if (timer->kind == SIM_TIMER_PATIENCE && sim_dist_given(&timer->after) && sim_dist_minimum(&timer->after) < 0) {
            compile_fault(self, "stage", i, "stage \"%s\": timer \"%s\" may be negative", stage->name, timer->name);
        }
        if (timer->kind == SIM_TIMER_PATIENCE && !compile_is_probability(timer->share)) {
            compile_fault(self, "stage", i, "stage \"%s\": timer \"%s\": share %g, must be 0 to 1", stage->name,
                timer->name, timer->share);
        }
        if (timer->deadline >= SIM_DEADLINES) {
            compile_fault(self, "stage", i, "stage \"%s\": timer \"%s\": deadline %u, must be below %d", stage->name,
                timer->name, timer->deadline, SIM_DEADLINES);
        }
        if (!compile_is_probability(timer->leave)) {
            compile_fault(self, "stage", i, "stage \"%s\": timer \"%s\": leave %g, must be 0 to 1", stage->name,
                timer->name, timer->leave);
        }
    }
}

static void
compile_outcomes(compile_t *self, size_t i)
{
    sim_stage_t *stage = &self->pathway->stage[i];
    size_t o;

    if (stage->n_timers > SIM_TIMER_MAX || stage->n_labels > SIM_OUTCOME_MAX ||
        SIM_OUTCOME_FIRST_TIMER + stage->n_timers + stage->n_labels > SIM_OUTCOME_MAX) {
        compile_fault(self, "stage", i, "stage \"%s\": at most %d timers and %d outcomes", stage->name, SIM_TIMER_MAX,
            SIM_OUTCOME_MAX);
        stage->n_timers = 0;
        stage->n_labels = 0;
    }
    stage->n_outcomes = SIM_OUTCOME_FIRST_TIMER + stage->n_timers + stage->n_labels;
    for (o = 0; o < stage->n_outcomes; o++) {
        const char *name = sim_stage_outcome_name(stage, o);

        if (name[0] == '\0' || sim_stage_find_outcome(stage, name) != (int) o) {
            compile_fault(self, "stage", i, "stage \"%s\": outcome \"%s\" is empty or there twice", stage->name, name);
        }
    }
    if (stage->decision >= 0 && stage->n_labels == 0) {
        compile_fault(self, "stage", i, "stage \"%s\": its decision has no outcomes", stage->name);
    }
}

static void
compile_negative(compile_t *self, size_t i, const char *what, const sim_dist_t *dist)
{
    if (sim_dist_given(dist) && sim_dist_minimum(dist) < 0) {
        compile_fault(self, "stage", i, "stage \"%s\": %s may be negative", self->pathway->stage[i].name, what);
    }
}

static void
compile_queue(compile_t *self, size_t i)
{
    const sim_stage_t *stage = &self->pathway->stage[i];
    size_t k;

    if (stage->full == SIM_FULL_BLOCK && stage->limit == 0 && stage->room == SIZE_MAX) {
        compile_fault(self, "stage", i, "stage \"%s\": it is never full: give a limit or room", stage->name);
    }
    if (stage->pool[0] == '\0' && (stage->room != SIZE_MAX || stage->n_baulk > 0)) {
        compile_fault(self, "stage", i, "stage \"%s\": nobody waits at a stage without a pool: no room, no baulking",
            stage->name);
    }
    if (stage->n_baulk > SIM_BAULK_MAX) {
        compile_fault(self, "stage", i, "stage \"%s\": %zu steps of baulking, must be at most %d", stage->name,
            stage->n_baulk, SIM_BAULK_MAX);
        return;
    }
    for (k = 0; k < stage->n_baulk; k++) {
        if (k > 0 && stage->baulk_from[k] <= stage->baulk_from[k - 1]) {
            compile_fault(self, "stage", i, "stage \"%s\": the queues at which people baulk must increase",
                stage->name);
        }
        if (!compile_is_probability(stage->baulk_share[k])) {
            compile_fault(self, "stage", i, "stage \"%s\": baulking share %g, must be 0 to 1", stage->name,
                stage->baulk_share[k]);
        }
    }
}

/* The stage's pool of servers, or NULL. */
static const sim_pool_t *
compile_servers_of(const compile_t *self, const sim_stage_t *stage)
{
    int p = stage->pool[0] != '\0' ? sim_pathway_find_pool(self->pathway, stage->pool) : -1;

    return p >= 0 && self->pathway->pool[p].kind == SIM_POOL_SERVERS ? &self->pathway->pool[p] : NULL;
}

static void
compile_group(compile_t *self, size_t i)
{
    const sim_stage_t *stage = &self->pathway->stage[i];
    const sim_pool_t *pool = compile_servers_of(self, stage);
    size_t k;

    if (stage->group_max == 0) {
        return;
    }
    if (stage->group_min < 1 || stage->group_min > stage->group_max || !(stage->group_wait_days >= 0)) {
        compile_fault(self, "stage", i, "stage \"%s\": a group of %zu to %zu, waiting %g days, makes no sense",
            stage->name, stage->group_min, stage->group_max, stage->group_wait_days);
    }
    if (pool == NULL) {
        compile_fault(self, "stage", i, "stage \"%s\": groups are served by servers: give it a pool of them",
            stage->name);
        return;
    }
    if (pool->discipline == SIM_SHARING || compile_interrupts(pool) || pool->on_close != SIM_INTERRUPT_FINISH ||
        sim_dist_given(&pool->fails_after)) {
        compile_fault(self, "stage", i,
            "stage \"%s\": servers of groups cannot be shared, interrupted or fail; those of pool \"%s\" can",
            stage->name, pool->name);
    }
    for (k = 0; k < self->pathway->n_stages; k++) {
        if (k != i && strcmp(self->pathway->stage[k].pool, stage->pool) == 0) {
            compile_fault(self, "stage", i, "stage \"%s\": groups need a pool of their own, stage \"%s\" has it too",
                stage->name, self->pathway->stage[k].name);
        }
    }
}

static void
compile_held(compile_t *self, size_t i)
{
    const sim_stage_t *stage = &self->pathway->stage[i];
    const sim_pool_t *pool = compile_servers_of(self, stage);

    if (!sim_dist_given(&stage->setup) && !sim_dist_given(&stage->cleaning)) {
        return;
    }
    if (pool == NULL) {
        compile_fault(self, "stage", i, "stage \"%s\": setup and cleaning hold a server: give it a pool of them",
            stage->name);
    } else if (pool->discipline == SIM_SHARING) {
        compile_fault(self, "stage", i, "stage \"%s\": servers that are shared cannot have setup or cleaning",
            stage->name);
    }
}

static void
compile_jockey(compile_t *self, size_t i)
{
    const sim_pathway_t *pathway = self->pathway;
    const sim_stage_t *stage = &pathway->stage[i];
    const sim_pool_t *pool = compile_servers_of(self, stage);
    size_t k = 0;

    if (stage->jockey[0] == '\0') {
        return;
    }
    if (pool == NULL || pool->discipline == SIM_SHARING || stage->group_max > 0 || pool->n_members > 1 ||
        stage->model_member) {
        compile_fault(self, "stage", i,
            "stage \"%s\": those who change queues need servers, not shared, without groups and of one member",
            stage->name);
    }
    while (k < pathway->n_stages && (k == i || strcmp(pathway->stage[k].jockey, stage->jockey) != 0)) {
        k++;
    }
    if (k == pathway->n_stages) {
        compile_fault(self, "stage", i, "stage \"%s\": no other stage has the word \"%s\" for changing queues",
            stage->name, stage->jockey);
    }
}

static void
compile_stage_numbers(compile_t *self, size_t i)
{
    const sim_stage_t *stage = &self->pathway->stage[i];
    size_t c;

    compile_negative(self, i, "lead", &stage->lead);
    compile_negative(self, i, "service", &stage->service);
    compile_negative(self, i, "notice", &stage->notice);
    compile_negative(self, i, "second", &stage->second);
    compile_negative(self, i, "gap", &stage->gap);
    compile_negative(self, i, "setup", &stage->setup);
    compile_negative(self, i, "cleaning", &stage->cleaning);
    if (!compile_is_probability(stage->dna) || !compile_is_probability(stage->cancel) ||
        !(stage->dna + stage->cancel < 1)) {
        compile_fault(self, "stage", i, "stage \"%s\": dna %g and cancel %g must be 0 or more and sum to less than 1",
            stage->name, stage->dna, stage->cancel);
    }
    if (stage->dna_flag != 0 &&
        (!compile_is_probability(stage->dna_flagged) || !(stage->dna_flagged + stage->cancel < 1))) {
        compile_fault(self, "stage", i,
            "stage \"%s\": dna of the flagged %g must be 0 or more, and with cancel %g less than 1", stage->name,
            stage->dna_flagged, stage->cancel);
    }
    if (!compile_is_probability(stage->decline)) {
        compile_fault(self, "stage", i, "stage \"%s\": decline %g, must be 0 to 1", stage->name, stage->decline);
    }
    if (stage->missed_max > UINT8_MAX) {
        compile_fault(self, "stage", i, "stage \"%s\": missed_max %u, must be at most 255", stage->name,
            stage->missed_max);
    }
    if (stage->n_states > SIM_STATES_MAX) {
        compile_fault(self, "stage", i, "stage \"%s\": %zu states, must be at most %d", stage->name, stage->n_states,
            SIM_STATES_MAX);
    }
    for (c = 0; c < SIM_CLASS_MAX; c++) {
        if (stage->priority[c] >= SIM_PRIORITY_MAX) {
            compile_fault(self, "stage", i, "stage \"%s\": priority %d, must be 0 to %d", stage->name,
                stage->priority[c], SIM_PRIORITY_MAX - 1);
        }
    }
}

static void
compile_stage(compile_t *self, size_t i)
{
    sim_stage_t *stage = &self->pathway->stage[i];
    char text[SIM_NAME_MAX + 8];

    if (stage->name[0] == '\0' || strcmp(stage->name, "exit") == 0 ||
        sim_pathway_find_stage(self->pathway, stage->name) != (int) i) {
        compile_fault(self, "stage", i, "stage \"%s\": the name is empty, \"exit\" or used twice", stage->name);
    }
    snprintf(text, sizeof(text), "%s:session", stage->name);
    stage->hash = sim_hash(stage->name);
    stage->session_hash = sim_hash(text);
    compile_outcomes(self, i);
    compile_timers(self, i);
    compile_stage_pool(self, i);
    compile_stage_numbers(self, i);
    compile_queue(self, i);
    compile_held(self, i);
    compile_group(self, i);
    compile_jockey(self, i);
}

/* ---- sources and initial state ---- */

static void
compile_shares(compile_t *self, const char *room, size_t i, const char *name, const double share[SIM_CLASS_MAX])
{
    double sum = 0;
    bool sound = true;
    size_t c;

    for (c = 0; c < self->pathway->n_classes; c++) {
        sound = sound && compile_is_probability(share[c]);
        sum += share[c];
    }
    if (!sound || !(fabs(sum - 1) <= COMPILE_TOLERANCE)) {
        compile_fault(self, room, i, "%s \"%s\": the class shares sum to %.10g, must be 1", room, name, sum);
    }
}

/* A stage's index, SIM_EXIT for "exit", or -2. */
static int
compile_target(const sim_pathway_t *pathway, const char *name)
{
    int stage;

    if (strcmp(name, "exit") == 0) {
        return SIM_EXIT;
    }
    stage = sim_pathway_find_stage(pathway, name);
    return stage < 0 ? -2 : stage;
}

static void
compile_dates(compile_t *self, size_t i)
{
    const sim_source_t *source = &self->pathway->source[i];
    double last = 0;
    size_t k;

    for (k = 0; k < source->n_dates; k++) {
        if (!(source->date_days[k] >= last) || !isfinite(source->date_days[k])) {
            compile_fault(self, "source", i, "source \"%s\": its dates must be 0 or more and in order", source->name);
            return;
        }
        if (source->date_class != NULL && source->date_class[k] >= self->pathway->n_classes) {
            compile_fault(self, "source", i, "source \"%s\": class %d of a date, there are %zu classes", source->name,
                source->date_class[k], self->pathway->n_classes);
            return;
        }
        last = source->date_days[k];
    }
}

static void
compile_arrivals(compile_t *self, size_t i)
{
    const sim_source_t *source = &self->pathway->source[i];
    bool rate = source->rate.n > 0, between = sim_dist_given(&source->between);

    if (rate + between + (source->n_dates > 0) > 1) {
        compile_fault(self, "source", i, "source \"%s\": give a rate, or times between arrivals, or dates, one of them",
            source->name);
    }
    if (between && (sim_dist_minimum(&source->between) < 0 || !(source->between.mean > 0))) {
        compile_fault(self, "source", i, "source \"%s\": the times between arrivals must not be negative, nor always 0",
            source->name);
    }
    if (sim_dist_given(&source->day_factor)) {
        if (!rate) {
            compile_fault(self, "source", i, "source \"%s\": a factor of the day needs a rate", source->name);
        }
        if (sim_dist_minimum(&source->day_factor) < 0) {
            compile_fault(self, "source", i, "source \"%s\": the factor of the day may be negative", source->name);
        }
    }
    if (source->office_hours && (between || source->n_dates > 0)) {
        compile_fault(self, "source", i, "source \"%s\": office hours are for arrivals by a rate", source->name);
    }
    compile_dates(self, i);
}

static void
compile_source(compile_t *self, size_t i)
{
    sim_source_t *source = &self->pathway->source[i];

    if (source->name[0] == '\0' || sim_pathway_find_source(self->pathway, source->name) != (int) i) {
        compile_fault(self, "source", i, "source \"%s\": the name is empty or used twice", source->name);
    }
    source->hash = sim_hash(source->name);
    source->target = compile_target(self->pathway, source->to);
    if (source->target < SIM_EXIT) {
        compile_fault(self, "source", i, "source \"%s\": no stage is called \"%s\"", source->name, source->to);
    }
    if (sim_dist_given(&source->batch) && sim_dist_minimum(&source->batch) < 0) {
        compile_fault(self, "source", i, "source \"%s\": batch may be negative", source->name);
    }
    compile_arrivals(self, i);
    compile_shares(self, "source", i, source->name, source->class_share);
}

static void
compile_initial(compile_t *self, size_t i)
{
    sim_initial_t *initial = &self->pathway->initial[i];
    char text[SIM_NAME_MAX + 40];

    snprintf(text, sizeof(text), "initial:%s:%s:%u", initial->stage, initial->in_progress ? "progress" : "list",
        (unsigned) initial->tag);
    initial->hash = sim_hash(text);
    initial->target = sim_pathway_find_stage(self->pathway, initial->stage);
    if (initial->target < 0) {
        compile_fault(self, "initial", i, "initial state: no stage is called \"%s\"", initial->stage);
    }
    if (!(initial->count >= 0) || !(initial->count < 1e7)) {
        compile_fault(self, "initial", i, "initial state of \"%s\": count %g, must be 0 to 10,000,000", initial->stage,
            initial->count);
    }
    if (sim_dist_given(&initial->age) && sim_dist_minimum(&initial->age) < 0) {
        compile_fault(self, "initial", i, "initial state of \"%s\": age may be negative", initial->stage);
    }
    compile_shares(self, "initial", i, initial->stage, initial->class_share);
}

/* ---- routes ---- */

/* The stages among which a route takes the shortest queue. */
static void
compile_shortest(compile_t *self, size_t i)
{
    sim_route_t *route = &self->pathway->route[i];
    size_t k;

    if (route->n_shortest > SIM_SHORTEST_MAX) {
        compile_fault(self, "route", i, "route from \"%s\": the shortest queue of more than %d stages",
            route->stage_name, SIM_SHORTEST_MAX);
        route->n_shortest = 0;
    }
    if (route->n_shortest > 0 && route->target == SIM_EXIT) {
        compile_fault(self, "route", i, "route from \"%s\": the exit has no queue to compare", route->stage_name);
    }
    for (k = 0; k < route->n_shortest; k++) {
        route->shortest[k] = sim_pathway_find_stage(self->pathway, route->shortest_name[k]);
        if (route->shortest[k] < 0) {
            compile_fault(self, "route", i, "route from \"%s\": no stage is called \"%s\"", route->stage_name,
                route->shortest_name[k]);
        }
    }
}

static int
compile_route_target(const sim_route_t *route, size_t k)
{
    return k == 0 ? route->target : route->shortest[k - 1];
}

/* Who waits for room keeps its server: there must be one of its own, or none is needed. */
static void
compile_blocking(compile_t *self, size_t i)
{
    const sim_pathway_t *pathway = self->pathway;
    const sim_route_t *route = &pathway->route[i];
    int pool = pathway->stage[route->stage].pool_index;
    size_t k;

    if (pool < 0 || (pathway->pool[pool].kind == SIM_POOL_SERVERS && pathway->stage[route->stage].group_max == 0)) {
        return;
    }
    for (k = 0; k <= route->n_shortest; k++) {
        int target = compile_route_target(route, k);

        if (target >= 0 && pathway->stage[target].full == SIM_FULL_BLOCK) {
            compile_fault(self, "route", i,
                "route from \"%s\" to \"%s\": only servers of one at a time, or a stage without a pool, can be blocked",
                route->stage_name, pathway->stage[target].name);
        }
    }
}

static void
compile_route_numbers(compile_t *self, size_t i)
{
    const sim_route_t *route = &self->pathway->route[i];

    if (!compile_is_probability(route->probability)) {
        compile_fault(self, "route", i, "route from \"%s\" to \"%s\": probability %g, must be 0 to 1",
            route->stage_name, route->to, route->probability);
    }
    if (route->class_to != SIM_SAME_CLASS &&
        (route->class_to < 0 || (size_t) route->class_to >= self->pathway->n_classes)) {
        compile_fault(self, "route", i, "route from \"%s\" to \"%s\": class %d, there are %zu classes",
            route->stage_name, route->to, route->class_to, self->pathway->n_classes);
    }
    if ((route->with_flags & route->without_flags) != 0) {
        compile_fault(self, "route", i, "route from \"%s\" to \"%s\": asks for a flag and for its absence",
            route->stage_name, route->to);
    }
}

static void
compile_route(compile_t *self, size_t i)
{
    sim_route_t *route = &self->pathway->route[i];

    route->outcome_index = -1;
    route->target = compile_target(self->pathway, route->to);
    route->stage = sim_pathway_find_stage(self->pathway, route->stage_name);
    if (route->stage < 0) {
        compile_fault(self, "route", i, "route from \"%s\": no such stage", route->stage_name);
        return;
    }
    route->outcome_index = sim_stage_find_outcome(&self->pathway->stage[route->stage], route->outcome);
    if (route->outcome_index < 0) {
        compile_fault(self, "route", i, "route from \"%s\": it has no outcome \"%s\"", route->stage_name,
            route->outcome);
    }
    if (route->target < SIM_EXIT) {
        compile_fault(self, "route", i, "route from \"%s\": no stage is called \"%s\"", route->stage_name, route->to);
    }
    compile_shortest(self, i);
    compile_blocking(self, i);
    compile_route_numbers(self, i);
}

static bool
compile_route_after(const sim_route_t *a, const sim_route_t *b)
{
    return a->stage != b->stage ? a->stage > b->stage : a->outcome_index > b->outcome_index;
}

/* A stable sort: rows of one outcome keep their order, so a route's interval of the uniform is where its row stands. */
static void
compile_sort_routes(sim_pathway_t *pathway)
{
    size_t i, k;

    for (i = 1; i < pathway->n_routes; i++) {
        sim_route_t row = pathway->route[i];

        for (k = i; k > 0 && compile_route_after(&pathway->route[k - 1], &row); k--) {
            pathway->route[k] = pathway->route[k - 1];
        }
        pathway->route[k] = row;
    }
}

static bool
compile_route_fits(const sim_route_t *route, size_t c, uint32_t flags)
{
    return (route->class_mask == 0 || (route->class_mask >> c & 1) != 0) &&
           (flags & route->with_flags) == route->with_flags && (flags & route->without_flags) == 0;
}

/* Flags that the routes ask about: their number, and each in bit[], which holds COMPILE_FLAGS_MAX. */
static size_t
compile_flags(const sim_route_t *route, size_t n, uint32_t *bit)
{
    uint32_t all = 0, b;
    size_t n_bits = 0, k;

    for (k = 0; k < n; k++) {
        all |= route[k].with_flags | route[k].without_flags;
    }
    for (b = 1; b != 0; b <<= 1) {
        if ((all & b) != 0) {
            if (n_bits < COMPILE_FLAGS_MAX) {
                bit[n_bits] = b;
            }
            n_bits++;
        }
    }
    return n_bits;
}

/* For each class and each setting of those flags the sum must be 1; the first that is not is told. */
static void
compile_route_sums(compile_t *self, int stage, int outcome, const sim_route_t *route, size_t n)
{
    const sim_pathway_t *pathway = self->pathway;
    const sim_stage_t *row = &pathway->stage[stage];
    const char *name = sim_stage_outcome_name(row, (size_t) outcome);
    uint32_t bit[COMPILE_FLAGS_MAX];
    size_t n_bits = compile_flags(route, n, bit), c, setting, k;

    if (n_bits > COMPILE_FLAGS_MAX) {
        compile_fault(self, "stage", (size_t) stage,
            "stage \"%s\": its routes on \"%s\" ask about %zu flags, at most %d", row->name, name, n_bits,
            COMPILE_FLAGS_MAX);
        return;
    }
    for (c = 0; c < pathway->n_classes; c++) {
        for (setting = 0; setting < (size_t) 1 << n_bits; setting++) {
            uint32_t flags = 0;
            double sum = 0;

            for (k = 0; k < n_bits; k++) {
                flags |= (setting >> k & 1) != 0 ? bit[k] : 0;
            }
            for (k = 0; k < n; k++) {
                sum += compile_route_fits(&route[k], c, flags) ? route[k].probability : 0;
            }
            if (!(fabs(sum - 1) <= COMPILE_TOLERANCE)) {
                compile_fault(self, "stage", (size_t) stage,
                    "stage \"%s\": its routes on \"%s\" sum to %.10g for class \"%s\"%s, must be 1", row->name, name,
                    sum, pathway->class_name[c],
                    n_bits == 0    ? ""
                    : setting == 0 ? " without the flags they ask about"
                                   : " with some of the flags they ask about");
                return;
            }
        }
    }
}

static void
compile_index_routes(compile_t *self)
{
    sim_pathway_t *pathway = self->pathway;
    size_t s, o, k = 0;

    compile_sort_routes(pathway);
    for (s = 0; s < pathway->n_stages; s++) {
        sim_stage_t *stage = &pathway->stage[s];

        for (o = 0; o < stage->n_outcomes; o++) {
            while (k < pathway->n_routes &&
                   (pathway->route[k].stage < (int) s ||
                       (pathway->route[k].stage == (int) s && pathway->route[k].outcome_index < (int) o))) {
                k++; /* rows at fault */
            }
            stage->first_route[o] = k;
            while (k < pathway->n_routes && pathway->route[k].stage == (int) s &&
                   pathway->route[k].outcome_index == (int) o) {
                k++;
            }
            if (k > stage->first_route[o]) {
                compile_route_sums(self, (int) s, (int) o, &pathway->route[stage->first_route[o]],
                    k - stage->first_route[o]);
            }
        }
        stage->first_route[stage->n_outcomes] = k;
    }
}

enum { COMPILE_NEW, COMPILE_ON_PATH, COMPILE_DONE };

static void
compile_search(sim_pathway_t *pathway, size_t s, uint8_t *colour)
{
    const sim_stage_t *stage = &pathway->stage[s];
    size_t r, k;

    colour[s] = COMPILE_ON_PATH;
    for (r = stage->first_route[0]; r < stage->first_route[stage->n_outcomes]; r++) {
        for (k = 0; k <= pathway->route[r].n_shortest; k++) {
            int target = compile_route_target(&pathway->route[r], k);

            if (target == SIM_EXIT) {
                continue;
            }
            if (pathway->stage[target].jockey[0] != '\0') {
                pathway->route[r].again = true; /* changing queues may close a cycle that no route does */
            }
            if (colour[target] == COMPILE_ON_PATH) {
                pathway->route[r].again = true;
            } else if (colour[target] == COMPILE_NEW) {
                compile_search(pathway, (size_t) target, colour);
            }
        }
    }
    colour[s] = COMPILE_DONE;
}

/* Whether those who find stage s full, or baulk there, may come back to it at once: each route is taken for sure. */
static bool
compile_returns(const sim_pathway_t *pathway, size_t s, uint8_t *colour)
{
    const sim_stage_t *stage = &pathway->stage[s];
    bool found = false;
    size_t r, k;

    colour[s] = COMPILE_ON_PATH;
    for (r = stage->first_route[SIM_OUTCOME_FULL]; r < stage->first_route[SIM_OUTCOME_BAULKED + 1]; r++) {
        const sim_route_t *route = &pathway->route[r];

        for (k = 0; !found && route->probability >= 1 && k <= route->n_shortest; k++) {
            int target = compile_route_target(route, k);

            found = target >= 0 &&
                    (colour[target] == COMPILE_ON_PATH ||
                        (colour[target] == COMPILE_NEW && compile_returns(pathway, (size_t) target, colour)));
        }
    }
    colour[s] = COMPILE_DONE;
    return found;
}

static int
compile_refused(compile_t *self)
{
    const sim_pathway_t *pathway = self->pathway;
    uint8_t *colour = calloc(pathway->n_stages + 1, 1);
    size_t s;

    if (colour == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (s = 0; s < pathway->n_stages; s++) {
        if (colour[s] == COMPILE_NEW && compile_returns(pathway, s, colour)) {
            compile_fault(self, "stage", s,
                "stage \"%s\": those who find it full or baulk are sent round in a circle without time passing",
                pathway->stage[s].name);
        }
    }
    free(colour);
    return 0;
}

static int
compile_mark_loops(sim_pathway_t *pathway)
{
    uint8_t *colour = calloc(pathway->n_stages + 1, 1);
    size_t s;

    if (colour == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (s = 0; s < pathway->n_stages; s++) {
        if (colour[s] == COMPILE_NEW) {
            compile_search(pathway, s, colour);
        }
    }
    free(colour);
    return 0;
}

static void
compile_rows(compile_t *self)
{
    size_t i;

    for (i = 0; i < self->pathway->n_pools; i++) {
        compile_pool(self, i);
    }
    for (i = 0; i < self->pathway->n_stages; i++) {
        compile_stage(self, i);
    }
    for (i = 0; i < self->pathway->n_sources; i++) {
        compile_source(self, i);
    }
    for (i = 0; i < self->pathway->n_initial; i++) {
        compile_initial(self, i);
    }
    for (i = 0; i < self->pathway->n_routes; i++) {
        compile_route(self, i);
    }
}

int
sim_pathway_compile(sim_pathway_t *self, void (*report)(void *ctx, const sim_fault_t *fault), void *ctx)
{
    compile_t compile = { self, report, ctx, 0 };
    int ret;

    self->compiled = false;
    if (self->n_classes == 0 || self->n_classes > SIM_CLASS_MAX || self->n_stages > UINT16_MAX) {
        compile_fault(&compile, "stage", 0, "%zu classes and %zu stages: at most %d and %d, and at least one class",
            self->n_classes, self->n_stages, SIM_CLASS_MAX, UINT16_MAX);
        return SIM_ERR_BAD_PARAM;
    }
    compile_rows(&compile);
    compile_index_routes(&compile);
    if (compile.faults == 0) {
        ret = compile_refused(&compile);
        if (ret != 0) {
            return ret;
        }
    }
    if (compile.faults > 0) {
        return SIM_ERR_BAD_PARAM;
    }
    ret = compile_mark_loops(self);
    self->compiled = ret == 0;
    return ret;
}
