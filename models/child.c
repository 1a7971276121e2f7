/*
 * Children. Recovery has one scale: a child recovers when its integrated hazard, untreated or treated, reaches a unit exponential
 * drawn once, so that the same child can be compared under every plan.
 */
#include "models/run.h"
#include "sim/core/ziggurat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_A_MONTH (365.25 / 12)
#define RETRIES 1000
#define PLACES 64 /* tries to find a school that fits */

_Static_assert(sizeof(care_child_t) == CARE_CHILD_BYTES, "a child fills a cache line");

/* Grown by hand, since a child is to lie in one cache line. */
static care_child_t *
child_room(care_child_t *old, size_t n, size_t cap)
{
    care_child_t *row = aligned_alloc(CARE_CHILD_BYTES, cap * sizeof(*row));

    if (row != NULL && n > 0) {
        memcpy(row, old, n * sizeof(*row));
    }
    if (row != NULL) {
        free(old);
    }
    return row;
}

int
care_child_new(care_run_t *run, uint32_t *child)
{
    if (run->n_free > 0) {
        *child = run->free_child[--run->n_free];
        return 0;
    }
    if (run->n_child == run->cap_child) {
        size_t cap = run->cap_child == 0 ? 4096 : 2 * run->cap_child;
        care_child_t *row = child_room(run->child, run->n_child, cap);
        sim_since_t *wait = realloc(run->wait, cap * sizeof(*wait));
        uint32_t *unused;

        run->child = row != NULL ? row : run->child;
        run->wait = wait != NULL ? wait : run->wait;
        if (row == NULL || wait == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
        unused = realloc(run->free_child, cap * sizeof(*unused));
        if (unused == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
        run->free_child = unused;
        if (run->counts) {
            uint8_t *line = realloc(run->paid_line, cap);

            if (line == NULL) {
                return SIM_ERR_NO_MEMORY;
            }
            run->paid_line = line;
        }
        run->cap_child = cap;
    }
    *child = (uint32_t) run->n_child++;
    return 0;
}

void
care_child_free(care_run_t *run, uint32_t child)
{
    run->free_child[run->n_free++] = child;
}

static double
child_rate(const care_run_t *run, const care_child_t *child)
{
    return (child->state & CARE_CHILD_REMITS) != 0 ? run->spec->child.recovery_per_month / DAYS_A_MONTH : 0;
}

double
care_child_hazard(const care_run_t *run, const care_child_t *child, double t_days)
{
    double rate = child_rate(run, child);
    double treated = 0;

    if (!isnan(child->treated_from) && t_days > child->treated_from) {
        double to = isnan(child->treated_to) || child->treated_to > t_days ? t_days : child->treated_to;

        treated = to - child->treated_from;
    }
    return rate * (t_days - child->onset_days + treated * (run->spec->child.treatment_multiplier - 1));
}

bool
care_child_recovered(const care_run_t *run, const care_child_t *child, double t_days)
{
    return care_child_hazard(run, child, t_days) >=
           child->recovery * (1 - 1e-9); /* at the very time, rounding must not deny it */
}

/*
 * On the one scale of recovery the child gets a further unit exponential to go. What it was a year after its first concern is counted
 * before, if that year is over; from then on it belongs to no cohort.
 */
void
care_child_relapse(care_run_t *run, care_child_t *child, sim_entity_t *entity)
{
    double now = sim_replication_now(run->rep), rate = child_rate(run, child), more;

    if (now > child->onset_days + 365.25) {
        care_child_outcome(run, child, entity);
        child->onset_days = -1;
    }
    child->treated_from = child->treated_to = NAN;
    child->state &= (uint8_t) ~(CARE_CHILD_LINKED | CARE_CHILD_ACCEPTED);
    more = sim_ziggurat_exponential(sim_draw(child->key, run->draw[CARE_DRAW_RECOVERY], entity->visit, 1));
    child->recovery = care_child_hazard(run, child, now) + more;
    entity->flags &= ~CARE_FLAG_RECOVERED;
    entity->deadline_days[CARE_DEADLINE_RECOVERED] = rate > 0 ? now + more / rate : INFINITY;
}

void
care_child_count(care_run_t *run, const care_child_t *child, const sim_entity_t *entity, int counter)
{
    uint8_t level[SIM_DIM_MAX];

    if (child->onset_days < 0 || (entity->flags & CARE_FLAG_CALLER) != 0) {
        return;
    }
    memcpy(level, entity->level, sizeof(level));
    level[CARE_DIM_SOURCE] = SIM_NO_LEVEL;
    sim_book_count(sim_replication_book(run->rep), counter,
        sim_calendar_month(&run->model->calendar, child->onset_days), level, 1);
}

void
care_child_outcome(care_run_t *run, const care_child_t *child, const sim_entity_t *entity)
{
    double at = child->onset_days + 365.25;

    if ((child->state & CARE_CHILD_REMITS) == 0 || child->onset_days < 0 || at > run->model->horizon_days) {
        return;
    }
    care_child_count(run, child, entity, CARE_COUNT_CHILDREN);
    if (care_child_recovered(run, child, at)) {
        care_child_count(run, child, entity, CARE_COUNT_RECOVERED_12);
    }
}

void
care_child_helped(care_run_t *run, care_child_t *child, const sim_entity_t *entity, bool seen)
{
    if (sim_replication_now(run->rep) - child->onset_days > 126) {
        return;
    }
    if (seen && (child->state & CARE_CHILD_SEEN) == 0) {
        child->state |= CARE_CHILD_SEEN;
        care_child_count(run, child, entity, CARE_COUNT_CHILD_SEEN);
    }
    if ((child->state & CARE_CHILD_HELPED) == 0) {
        child->state |= CARE_CHILD_HELPED;
        care_child_count(run, child, entity, CARE_COUNT_CHILD_HELPED);
    }
}

/* Age in years when the concern arose, uniform in bands of three years. */
static double
child_any_age(const care_run_t *run, uint64_t key, uint16_t retry)
{
    const double share[] = { run->spec->child.age_7_9, run->spec->child.age_10_12, run->spec->child.age_13_15 };
    const double from[] = { 7, 10, 13, 16 }, to[] = { 10, 13, 16, 18 };
    double u = sim_uniform(key, run->draw[CARE_DRAW_AGE_BAND], 0, retry);
    int band = 0;

    while (band < 3 && u >= share[band]) {
        u -= share[band++];
    }
    return from[band] + (to[band] - from[band]) * sim_uniform(key, run->draw[CARE_DRAW_AGE], 0, retry);
}

/* A primary school's children are under 11 and a half, a secondary school's older: the middle of the year they change in. */
static bool
child_fits(const care_run_t *run, const care_child_t *child, double age)
{
    uint8_t type = run->school[child->school].type;

    return type == CARE_SPECIAL || (type == CARE_PRIMARY) == (age < 11.5);
}

/* Age in years: drawn again where the need does not come so early. */
static double
child_age(const care_run_t *run, const care_child_t *child, uint16_t *visit)
{
    double age = child_any_age(run, child->key, *visit);

    while (run->urgent[child->cls] && age < run->spec->child.urgent_from && *visit < RETRIES) {
        age = child_any_age(run, child->key, ++*visit);
    }
    return age;
}

/*
 * A child of whom a school is concerned is of that school, and its age is drawn until it fits; any other has its age, and its school
 * is drawn until it fits. An area whose schools are all of one kind keeps what does not fit. @return the age
 */
static double
child_place(const care_run_t *run, care_child_t *child)
{
    bool raised = child->source == CARE_SOURCE_SCHOOL;
    uint16_t visit = 0, retry = 0;
    double age = child_age(run, child, &visit);

    if (run->n_schools == 0) {
        return age; /* of no school: number 0 stands for none */
    }
    child->school = care_school_pick(run, raised ? 0 : 1, sim_uniform(child->key, run->draw[CARE_DRAW_SCHOOL], 0, 0));
    while (!child_fits(run, child, age) && ++retry < PLACES) {
        if (raised) {
            visit++;
            age = child_age(run, child, &visit);
        } else {
            child->school = care_school_pick(run, 1, sim_uniform(child->key, run->draw[CARE_DRAW_SCHOOL], 0, retry));
        }
    }
    return age;
}

static void
child_need(const care_run_t *run, care_child_t *child)
{
    const care_door_t *door = &run->spec->door;
    double mean = run->urgent[child->cls]              ? door->severity_mean_urgent
                  : child->source == CARE_SOURCE_OTHER ? door->severity_mean_other
                                                       : door->severity_mean;

    double normal = sim_ziggurat_normal(sim_draw(child->key, run->draw[CARE_DRAW_SEVERITY], 0, 0));

    child->severity = fmin(1, fmax(0, mean + door->severity_sd * normal));
    child->state = run->remits[child->cls] ? CARE_CHILD_REMITS : 0;
    child->recovery = sim_ziggurat_exponential(sim_draw(child->key, run->draw[CARE_DRAW_RECOVERY], 0, 0));
}

/* The share of the recovered who leave this stage's list; -1 where recovery is not one of its timers. */
static double
child_tells(const care_run_t *run, int stage)
{
    const sim_stage_t *row = &run->model->pathway.stage[stage];

    for (size_t i = 0; i < row->n_timers; i++) {
        if (row->timer[i].kind == SIM_TIMER_DEADLINE && row->timer[i].deadline == CARE_DEADLINE_RECOVERED) {
            return row->timer[i].leave;
        }
    }
    return -1;
}

/*
 * Of those found waiting, some have recovered unseen: a child drawn as recovered before day 0 who would have told the service
 * is not there, so it is drawn again.
 */
static void
child_survives(const care_run_t *run, care_child_t *child, sim_entity_t *entity, int stage)
{
    double rate = child_rate(run, child), tells = child_tells(run, stage);

    for (uint16_t retry = 1; retry < RETRIES && rate > 0 && tells >= 0; retry++) {
        if (child->onset_days + child->recovery / rate > 0) {
            return;
        }
        if (sim_uniform(child->key, run->draw[CARE_DRAW_TELLS], 0, retry) >= tells) {
            entity->flags |= CARE_FLAG_RECOVERED;
            return;
        }
        child->recovery = sim_ziggurat_exponential(sim_draw(child->key, run->draw[CARE_DRAW_RECOVERY], 0, retry));
    }
}

static void
child_deadlines(const care_run_t *run, const care_child_t *child, sim_entity_t *entity, double age)
{
    double rate = child_rate(run, child);
    double birthday = child->onset_days + (run->spec->child.age_out - age) * 365.25;

    entity->deadline_days[CARE_DEADLINE_RECOVERED] =
        rate > 0 && (entity->flags & CARE_FLAG_RECOVERED) == 0 ? child->onset_days + child->recovery / rate : INFINITY;
    while (birthday <= 0) {
        birthday += 365.25; /* found present at day 0, so younger than that */
    }
    entity->deadline_days[CARE_DEADLINE_AGE_OUT] = birthday;
}

void
care_child_make(care_run_t *run, uint32_t index, uint32_t entity_index, uint32_t tag, bool initial, int stage)
{
    care_child_t *child = &run->child[index];
    sim_entity_t *entity = sim_replication_entity(run->rep, entity_index);
    const care_school_t *school;
    double age;

    memset(child, 0, sizeof(*child));
    child->key = entity->key;
    child->source = (uint8_t) tag;
    child->cls = entity->cls;
    child->layer = 255;
    age = child_place(run, child);
    child->onset_days = initial ? entity->entered_days : sim_replication_now(run->rep);
    child->treated_from = child->treated_to = child->registered_days = NAN;
    run->wait[index].since_days = NAN;
    if (run->paid_line != NULL) {
        run->paid_line[index] = 0;
    }
    child_need(run, child);
    school = &run->school[child->school];
    entity->owner = index;
    entity->level[CARE_DIM_SOURCE] = child->source;
    entity->level[CARE_DIM_PRESENTATION] = child->cls;
    entity->level[CARE_DIM_QUINTILE] = run->n_schools > 0 ? school->quintile : SIM_NO_LEVEL;
    entity->level[CARE_DIM_SCHOOL_TYPE] = run->n_schools > 0 ? school->type : SIM_NO_LEVEL;
    if (initial) {
        child_survives(run, child, entity, stage);
    }
    child_deadlines(run, child, entity, age);
    care_child_count(run, child, entity, CARE_COUNT_CHILD_COHORT);
}
