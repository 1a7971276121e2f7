/* One replication of the care system: the hooks that the engine calls. */
#include "models/run.h"
#include "models/build.h"
#include "models/note.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* 06:00: after the books of a month that ends the day before and the staff of that instant, before the day's diaries. */
#define TERM_STARTS 0.25
/* 01:30: after the books of a month, before a layer. */
#define LINES_CHANGE 0.0625
/* 03:00: after the books of a month and the beginning of a contract year, before a term. */
#define LAYER_OPENS 0.125
/* 09:00: after everything that begins a day or a term. */
#define LESSON_STARTS 0.375

static const uint8_t NO_LEVEL[SIM_DIM_MAX] = { SIM_NO_LEVEL, SIM_NO_LEVEL, SIM_NO_LEVEL, SIM_NO_LEVEL, SIM_NO_LEVEL,
    SIM_NO_LEVEL, SIM_NO_LEVEL, SIM_NO_LEVEL };

static care_role_t
run_role(const care_run_t *run, const sim_entity_t *entity)
{
    return (care_role_t) run->model->pathway.stage[entity->stage].tag;
}

/* Numbers present, by group. */
static void
run_level(care_run_t *run, int which, const sim_entity_t *entity, int change)
{
    const sim_book_t *book = sim_replication_book(run->rep);

    sim_book_add(book, &run->level[(size_t) which * (book->n_groups + 1)], entity->level, (uint32_t) change);
}

static void
run_count(care_run_t *run, const sim_entity_t *entity, int counter)
{
    sim_replication_count(run->rep, entity, counter);
}

/* Count in the cohort of the month of registration; those registered before day 0 belong to none. */
static void
run_count_cohort(care_run_t *run, const care_child_t *child, const sim_entity_t *entity, int counter)
{
    if (child->registered_days >= 0) {
        sim_book_count(sim_replication_book(run->rep), counter,
            sim_calendar_month(&run->model->calendar, child->registered_days), entity->level, 1);
    }
}

/* A spell that ends its wait, or is still waiting, at `until`: did it pass 18 weeks within the run, and when? */
static void
run_breach(care_run_t *run, const care_child_t *child, const sim_entity_t *entity, double until)
{
    double breach = child->registered_days + 126;

    if (breach >= 0 && breach < until) {
        sim_book_count(sim_replication_book(run->rep), CARE_COUNT_BREACHES,
            sim_calendar_month(&run->model->calendar, breach), entity->level, 1);
    }
}

/* Its spell waits for a first contact from now on, or no longer. */
static void
run_wait(care_run_t *run, const care_child_t *child, const sim_entity_t *entity, bool waits)
{
    sim_since_t *wait = &run->wait[entity->owner];

    wait->since_days = waits ? child->registered_days : NAN;
    memcpy(wait->level, entity->level, sizeof(wait->level));
    run_level(run, CARE_LEVEL_WAITING, entity, waits ? 1 : -1);
}

static void
run_register(care_run_t *run, care_child_t *child, sim_entity_t *entity)
{
    child->registered_days = sim_replication_now(run->rep);
    child->state &= (uint8_t) ~CARE_CHILD_ACCEPTED;
    entity->contacts = 0;
    run_count(run, entity, CARE_COUNT_REFERRALS);
    run_wait(run, child, entity, true);
    run_level(run, CARE_LEVEL_OPEN, entity, 1);
}

static void
run_first_contact(care_run_t *run, care_child_t *child, sim_entity_t *entity)
{
    static const struct {
        double days;
        int seen, accepted;
    } mark[] = { { 28, CARE_COUNT_SEEN_4, -1 }, { 126, CARE_COUNT_SEEN_18, CARE_COUNT_ACCEPTED_SEEN_18 },
        { 364, CARE_COUNT_SEEN_52, CARE_COUNT_ACCEPTED_SEEN_52 } };
    double wait = sim_replication_now(run->rep) - child->registered_days;

    run_count(run, entity, CARE_COUNT_FIRST_CONTACTS);
    care_child_helped(run, child, entity, true);
    sim_book_wait(sim_replication_book(run->rep), CARE_TALLY_SEEN, sim_replication_month(run->rep), entity->level,
        wait);
    for (size_t i = 0; i < sizeof(mark) / sizeof(mark[0]); i++) {
        if (wait <= mark[i].days) {
            run_count_cohort(run, child, entity, mark[i].seen);
            if (mark[i].accepted >= 0 && (child->state & CARE_CHILD_ACCEPTED) != 0) {
                run_count_cohort(run, child, entity, mark[i].accepted);
            }
        }
    }
    run_breach(run, child, entity, sim_replication_now(run->rep));
    run_wait(run, child, entity, false);
    run_level(run, CARE_LEVEL_CASELOAD, entity, 1);
}

static void
run_left_waiting(care_run_t *run, care_child_t *child, const sim_entity_t *entity)
{
    static const struct {
        double days;
        int left;
    } mark[] = { { 28, CARE_COUNT_LEFT_4 }, { 126, CARE_COUNT_LEFT_18 }, { 364, CARE_COUNT_LEFT_52 } };
    double wait = sim_replication_now(run->rep) - child->registered_days;
    bool accepted = (child->state & CARE_CHILD_ACCEPTED) != 0;

    for (size_t i = 0; i < sizeof(mark) / sizeof(mark[0]); i++) {
        if (wait <= mark[i].days) {
            run_count_cohort(run, child, entity, mark[i].left);
        }
    }
    if (accepted) {
        run_count(run, entity, CARE_COUNT_LEFT_WAITING);
        if (wait <= 364) {
            run_count_cohort(run, child, entity, CARE_COUNT_ACCEPTED_LEFT_52);
        }
        if (!care_child_recovered(run, child, sim_replication_now(run->rep))) {
            child->state |= CARE_CHILD_GAVE_UP;
        }
    }
    run_breach(run, child, entity, sim_replication_now(run->rep));
    run_wait(run, child, entity, false);
}

static void
run_close(care_run_t *run, care_child_t *child, const sim_entity_t *entity)
{
    if (isnan(child->registered_days)) {
        return;
    }
    run_count(run, entity, CARE_COUNT_CLOSED);
    if (run->counts) {
        care_payment_closed(run, child, entity);
    }
    if (entity->contacts == 0) {
        run_left_waiting(run, child, entity);
    } else {
        run_level(run, CARE_LEVEL_CASELOAD, entity, -1);
    }
    run_level(run, CARE_LEVEL_OPEN, entity, -1);
    child->registered_days = NAN;
}

/* A child whose need nobody met, when it leaves the system. */
static void
run_unmet(care_run_t *run, const care_child_t *child, const sim_entity_t *entity)
{
    static const struct {
        uint8_t why;
        int counter;
    } reason[] = { { CARE_CHILD_UNFOUND, CARE_COUNT_UNFOUND }, { CARE_CHILD_TURNED_AWAY, CARE_COUNT_TURNED_AWAY },
        { CARE_CHILD_GAVE_UP, CARE_COUNT_GAVE_UP } };

    for (size_t i = 0; i < sizeof(reason) / sizeof(reason[0]) && (entity->flags & CARE_FLAG_CALLER) == 0; i++) {
        if ((child->state & reason[i].why) != 0) {
            run_count(run, entity, reason[i].counter);
            run_count(run, entity, CARE_COUNT_UNMET);
            return;
        }
    }
}

/* Treatment has ended. Those who were there at the start had an unknown part of theirs before. */
static void
run_treated(care_run_t *run, const care_child_t *child, const sim_entity_t *entity)
{
    if (!run->remits[child->cls] || child->registered_days < 0) {
        return;
    }
    run_count(run, entity, CARE_COUNT_TREATED);
    if (care_child_recovered(run, child, child->treated_to)) {
        run_count(run, entity, CARE_COUNT_TREATED_WELL);
    }
}

static void
run_enter(care_run_t *run, care_child_t *child, sim_entity_t *entity)
{
    switch (run_role(run, entity)) {
    case CARE_ROLE_DOOR:
        run_count(run, entity, CARE_COUNT_REQUESTS);
        break;
    case CARE_ROLE_TRIAGE:
        run_register(run, child, entity);
        break;
    case CARE_ROLE_RETURN:
        run_close(run, child, entity);
        break;
    case CARE_ROLE_RELAPSE:
        run_count(run, entity, CARE_COUNT_RELAPSES);
        run_close(run, child, entity);
        care_child_relapse(run, child, entity);
        break;
    case CARE_ROLE_CLOSE:
        if (!isnan(child->treated_from) && isnan(child->treated_to)) {
            child->treated_to = sim_replication_now(run->rep);
            run_treated(run, child, entity);
        }
        break;
    default:
        break;
    }
}

static void
run_contact(care_run_t *run, care_child_t *child, sim_entity_t *entity)
{
    double now = sim_replication_now(run->rep);
    care_role_t role = run_role(run, entity);

    if (role == CARE_ROLE_CONSULT || role == CARE_ROLE_CARRY || role == CARE_ROLE_CHOICE) {
        if (role == CARE_ROLE_CARRY && run->layer[child->layer].layer->offer->treats && isnan(child->treated_from)) {
            child->treated_from = now; /* it was met at the consultation */
        }
        care_school_deliver(run, child->school, run->model->pathway.stage[entity->stage].contact_minutes / 60);
    }
    if (!run->model->pathway.stage[entity->stage].is_contact || isnan(child->registered_days)) {
        return;
    }
    run_count(run, entity, CARE_COUNT_CONTACTS);
    if (run->counts) {
        care_payment_contact(run, child, entity);
    }
    if (entity->contacts == 1) {
        run_first_contact(run, child, entity);
    } else if (entity->contacts == 2 && child->registered_days >= 0) {
        run_count(run, entity, CARE_COUNT_SECOND_CONTACTS);
        if (now - child->registered_days <= 28) {
            run_count(run, entity, CARE_COUNT_SECOND_28);
        }
    }
    if (entity->contacts >= 2 && isnan(child->treated_from)) { /* treatment starts with the second contact */
        child->treated_from = now;
    }
}

static void
run_leave(care_run_t *run, care_child_t *child, sim_entity_t *entity, int outcome)
{
    const sim_stage_t *stage = &run->model->pathway.stage[entity->stage];
    int timer = outcome - SIM_OUTCOME_FIRST_TIMER;

    if (timer >= 0 && (size_t) timer < stage->n_timers && strcmp(stage->timer[timer].name, "crisis") == 0) {
        run_count(run, entity, CARE_COUNT_CRISES);
    }
    if (run_role(run, entity) == CARE_ROLE_CARRY) {
        care_layer_run_t *layer = &run->layer[child->layer];

        child->treated_to = layer->layer->offer->treats ? sim_replication_now(run->rep) : child->treated_to;
        if (layer->layer->offer->carried != NULL) {
            layer->layer->offer->carried(layer, child->school);
        }
    }
    if (run_role(run, entity) == CARE_ROLE_CONSULT && timer >= 0 && timer < (int) stage->n_timers) {
        entity->flags |= CARE_FLAG_NOT_REACHED;
    }
    if (run_role(run, entity) == CARE_ROLE_CONSULT && timer >= (int) stage->n_timers) {
        sim_book_wait(sim_replication_book(run->rep), CARE_TALLY_LINK, sim_replication_month(run->rep), NO_LEVEL,
            sim_replication_now(run->rep) - entity->entered_days);
        if (sim_dist_given(&stage->service)) { /* a call: it has a length, not sessions */
            care_school_deliver(run, child->school, stage->service.mean * 24);
        }
    }
}

/* What the care system has to know of a stage, by its role. */
static unsigned
run_wants(void *model, const sim_stage_t *stage)
{
    unsigned wants = SIM_TOLD_EXIT;

    (void) model;
    switch ((care_role_t) stage->tag) {
    case CARE_ROLE_CONSULT:
    case CARE_ROLE_CARRY:
        wants |= SIM_TOLD_SESSION | SIM_TOLD_LEAVE;
        break;
    case CARE_ROLE_CHOICE:
        wants |= SIM_TOLD_SESSION;
        break;
    case CARE_ROLE_DOOR:
    case CARE_ROLE_TRIAGE:
    case CARE_ROLE_RETURN:
    case CARE_ROLE_RELAPSE:
    case CARE_ROLE_CLOSE:
        wants |= SIM_TOLD_ENTER;
        break;
    default:
        break;
    }
    wants |= stage->is_contact ? SIM_TOLD_SESSION | SIM_TOLD_MISSED : 0;
    for (size_t i = 0; i < stage->n_timers; i++) {
        wants |= strcmp(stage->timer[i].name, "crisis") == 0 ? SIM_TOLD_LEAVE : 0;
    }
    return wants;
}

static void
run_told(void *model, sim_replication_t *rep, uint32_t index, sim_told_t what, int outcome)
{
    care_run_t *run = model;
    sim_entity_t *entity = sim_replication_entity(rep, index);
    care_child_t *child = &run->child[entity->owner];

    switch (what) {
    case SIM_TOLD_ENTER:
        run_enter(run, child, entity);
        break;
    case SIM_TOLD_SESSION:
        run_contact(run, child, entity);
        break;
    case SIM_TOLD_LEAVE:
        run_leave(run, child, entity, outcome);
        break;
    case SIM_TOLD_MISSED:
        if (run->model->pathway.stage[entity->stage].is_contact && outcome == SIM_OUTCOME_MISSED) {
            run_count(run, entity, CARE_COUNT_MISSED);
        }
        break;
    case SIM_TOLD_EXIT:
        run_close(run, child, entity);
        care_child_outcome(run, child, entity);
        run_unmet(run, child, entity);
        break;
    case SIM_TOLD_TIMER:
        break;
    }
}

/* An entity of the initial state is an open spell: waiting, or on the caseload. */
static void
run_present(care_run_t *run, care_child_t *child, sim_entity_t *entity, int to, bool seen)
{
    if (run->model->pathway.stage[to].tag == CARE_ROLE_RETURN) { /* turned away before, and to come back */
        child->registered_days = NAN;
        return;
    }
    child->registered_days = entity->entered_days;
    if (run->model->pathway.stage[to].tag == CARE_ROLE_WAIT || seen) {
        child->state |= CARE_CHILD_ACCEPTED;
    }
    run_level(run, CARE_LEVEL_OPEN, entity, 1);
    if (seen) {
        run_level(run, CARE_LEVEL_CASELOAD, entity, 1);
    } else {
        run_wait(run, child, entity, true);
    }
}

static int
run_arrive(void *model, sim_replication_t *rep, uint32_t entity, uint32_t tag, bool initial, int to)
{
    care_run_t *run = model;
    uint32_t child;
    int ret = care_child_new(run, &child);

    if (ret != 0) {
        return ret;
    }
    care_child_make(run, child, entity, tag, initial, to);
    if (initial) {
        sim_entity_t *present = sim_replication_entity(rep, entity);

        run_present(run, &run->child[child], present, to, present->contacts > 0);
    }
    return to;
}

static int
run_decide(void *model, sim_replication_t *rep, uint32_t entity, int decision)
{
    (void) rep;
    return care_decide(model, entity, decision);
}

static uint32_t
run_member(void *model, sim_replication_t *rep, uint32_t entity)
{
    care_run_t *run = model;
    const care_child_t *child = &run->child[sim_replication_entity(rep, entity)->owner];
    care_layer_run_t *layer;

    if (child->layer >= run->n_layers) {
        return SIM_NO_ENTITY;
    }
    layer = &run->layer[child->layer];
    return layer->layer->offer->member != NULL ? layer->layer->offer->member(layer, child->school) : 0;
}

static void
run_freed(void *model, sim_replication_t *rep, uint32_t owner)
{
    (void) rep;
    care_child_free(model, owner);
}

/* A year's growth of today's posts that no line pays: a change, not a level, since other moves of staff act on the same pools. */
static int
run_grow(care_run_t *run, double from)
{
    double growth = care_real_growth(run) - from;
    int ret = 0;

    for (size_t p = 0; growth != 0 && p < run->spec->pathway.n_pools && ret == 0; p++) {
        const sim_pool_t *row = &run->spec->pathway.pool[p];
        int pool = sim_pathway_find_pool(&run->model->pathway, row->name);
        double change = run->model->pathway.pool[pool].units * growth;

        if (row->kind != SIM_POOL_DIARY || care_line_of(run->spec, row->name) >= 0) {
            continue;
        }
        for (size_t m = 0; m < row->n_members && ret == 0; m++) {
            ret = care_change_units(run, pool, m, change);
        }
    }
    return ret;
}

/* A contract year's prices, and its money for today's service. */
static int
run_prices(care_run_t *run, int year)
{
    double from = care_real_growth(run);
    int ret = year == 0 ? care_lines_open(run) : 0;

    if (ret == 0) {
        ret = care_lines_fund(run);
    }

    if (ret != 0 || year == 0) {
        return ret;
    }
    run->grown *= 1 + run->spec->money.base_growth;
    return run_grow(run, from);
}

static int
run_fund(care_run_t *run, care_layer_run_t *layer, int year)
{
    const care_offer_t *offer = layer->layer->offer;

    if (offer->fund == NULL) {
        return 0;
    }
    if (!layer->carved) {
        int ret = care_layer_carve(layer);

        layer->carved = true;
        if (ret != 0) {
            return ret;
        }
    }
    layer->pence = llround(run->spec->money.extra_per_year * layer->layer->share * run->spec->scale * 100);
    return offer->fund(layer, year, layer->pence);
}

/* Share of a term's school days from now to the next term: 1 on its first day. */
static double
run_term_left(const care_run_t *run)
{
    const sim_calendar_t *calendar = &run->model->calendar;
    long today = (long) sim_replication_now(run->rep),
         next = sim_calendar_next(calendar, today + 1, SIM_DAY_TERM_START);

    return fmin(1, (double) sim_calendar_count(calendar, today, next, SIM_DAY_SCHOOL) / (CARE_SCHOOL_DAYS / 3.0));
}

/* A layer that starts within the run: its money and its schools from this day on. */
static int
run_open(care_run_t *run, size_t number)
{
    care_layer_run_t *layer = &run->layer[number];
    const int32_t *first = run->model->calendar.month_first;
    size_t month = sim_replication_month(run->rep);
    double days = (double) (first[month + 1] - first[month]);
    int ret;

    layer->open = true;
    layer->open_month = month;
    layer->open_share = ((double) first[month + 1] - floor(sim_replication_now(run->rep))) / days;
    run->year_share = (12 - (double) (month % 12) - 1 + layer->open_share) / 12;
    ret = run_fund(run, layer, 0);
    run->year_share = 1;
    if (sim_calendar_is(&run->model->calendar, (long) sim_replication_now(run->rep), SIM_DAY_TERM_START)) {
        return ret; /* the term that starts today asks the layer */
    }
    if (ret == 0 && layer->layer->offer->cover != NULL) {
        run->term_share = run_term_left(run);
        ret = layer->layer->offer->cover(layer, 0);
        run->term_share = 1;
    }
    return ret;
}

static int
run_year(care_run_t *run, int year)
{
    int ret = run_prices(run, year);

    if (year == 0) {
        run->start_waiting = run->level[CARE_LEVEL_WAITING];
    }

    for (size_t i = 0; i < run->n_schools; i++) {
        run->school[i].paid_pence = 0;
    }
    for (size_t l = 0; l < run->n_layers && ret == 0; l++) {
        care_layer_run_t *layer = &run->layer[l];

        layer->open = layer->open || layer->layer->from_day <= 0;
        layer->school_pence = 0;
        if (layer->open) {
            ret = run_fund(run, layer, year);
        }
    }
    return ret;
}

static int
run_term(care_run_t *run, int term)
{
    bool begins = sim_calendar_is(&run->model->calendar, (long) sim_replication_now(run->rep), SIM_DAY_TERM_START);
    int ret = 0;

    run->term_share = begins ? 1 : run_term_left(run); /* on day 0 one may be under way */
    for (size_t l = 0; l < run->n_layers && ret == 0; l++) {
        care_layer_run_t *layer = &run->layer[l];

        if (layer->open && layer->layer->offer->cover != NULL) {
            ret = layer->layer->offer->cover(layer, term);
        }
    }
    run->term_share = 1;
    return ret;
}

int
care_layer_call(care_layer_run_t *layer, double day, uint32_t what)
{
    const sim_calendar_t *calendar = &layer->run->model->calendar;
    long school_day = sim_calendar_next(calendar, (long) ceil(day), SIM_DAY_SCHOOL);

    if ((double) school_day >= layer->run->model->horizon_days) {
        return 0;
    }
    return sim_replication_call(layer->run->rep, (double) school_day + LESSON_STARTS,
        (uint32_t) CARE_EVENT_DUE << CARE_EVENT_SHIFT | (uint32_t) layer->number << CARE_DUE_SHIFT | what);
}

static int
run_due(care_run_t *run, uint32_t number)
{
    care_layer_run_t *layer = &run->layer[number >> CARE_DUE_SHIFT];

    return layer->layer->offer->due(layer, number & ((1u << CARE_DUE_SHIFT) - 1));
}

static int
run_event(void *model, sim_replication_t *rep, uint32_t what)
{
    care_run_t *run = model;
    uint32_t number = what & ((1u << CARE_EVENT_SHIFT) - 1);

    (void) rep;
    switch (what >> CARE_EVENT_SHIFT) {
    case CARE_EVENT_YEAR:
        return run_year(run, (int) number);
    case CARE_EVENT_TERM:
        return run_term(run, (int) number);
    case CARE_EVENT_MOVE:
        return care_move(run, number);
    case CARE_EVENT_OPEN:
        return run_open(run, number);
    case CARE_EVENT_DUE:
        return run_due(run, number);
    case CARE_EVENT_FUNDING:
        return care_lines_fund(run);
    case CARE_EVENT_REVIEW:
        return care_review(run, number);
    default:
        return SIM_ERR_INVARIANT;
    }
}

/* Numbers at the month's end. */
static void
run_month_levels(care_run_t *run, size_t month)
{
    static const int counter[CARE_LEVELS] = { CARE_COUNT_WAITING, CARE_COUNT_CASELOAD, CARE_COUNT_OPEN };
    sim_book_t *book = sim_replication_book(run->rep);

    for (int which = 0; which < CARE_LEVELS; which++) {
        for (size_t g = 0; g < book->n_groups; g++) {
            *sim_book_at(book, counter[which], g, month) = run->level[(size_t) which * (book->n_groups + 1) + g];
        }
    }
}

/* How long those still waiting have waited. */
static void
run_month_waits(care_run_t *run, size_t month)
{
    sim_book_t *book = sim_replication_book(run->rep);
    double end = run->model->calendar.month_first[month + 1];
    size_t over_52 = 0, over_104 = 0;

    sim_book_waits(book, CARE_TALLY_OPEN, month, end, run->n_child, run->wait);
    for (size_t i = 0; i < run->n_child; i++) { /* NaN, of one who does not wait, is not over anything */
        over_52 += end - run->wait[i].since_days > 364;
        over_104 += end - run->wait[i].since_days > 728;
    }
    sim_book_count(book, CARE_COUNT_OVER_52, month, NULL, (double) over_52);
    sim_book_count(book, CARE_COUNT_OVER_104, month, NULL, (double) over_104);
}

/* What is counted of a spell or child when it ends, of those who are still there when the run does. */
static void
run_still_there(care_run_t *run, double end)
{
    const sim_entity_t *slab = sim_replication_entity(run->rep, 0);
    size_t n = sim_replication_slab(run->rep);

    for (size_t i = 0; i < n; i++) {
        const sim_entity_t *entity = &slab[i];

        if (entity->phase != SIM_PHASE_FREE && entity->owner != SIM_NO_ENTITY) {
            const care_child_t *child = &run->child[entity->owner];

            if (!isnan(run->wait[entity->owner].since_days)) {
                run_breach(run, child, entity, end);
            }
            care_child_outcome(run, child, entity);
        }
    }
}

static void
run_month_schools(care_run_t *run, size_t month)
{
    sim_book_t *book = sim_replication_book(run->rep);

    for (size_t i = 0; i < run->n_schools; i++) {
        const care_school_t *school = &run->school[i];
        uint8_t level[SIM_DIM_MAX];

        memcpy(level, NO_LEVEL, sizeof(level));
        level[CARE_DIM_QUINTILE] = school->quintile;
        level[CARE_DIM_SCHOOL_TYPE] = school->type;
        sim_book_count(book, CARE_COUNT_SCHOOLS, month, level, 1);
        sim_book_count(book, CARE_COUNT_PUPILS, month, level, school->roll);
        sim_book_count(book, CARE_COUNT_LINK_QUALITY, month, level, school->quality);
        if (school->bought != 0) {
            sim_book_count(book, CARE_COUNT_BUYERS, month, level, 1);
        }
        if ((school->covered & ~school->on_trial) != 0) {
            sim_book_count(book, CARE_COUNT_COVERED, month, level, 1);
            sim_book_count(book, CARE_COUNT_PUPILS_COVERED, month, level, school->roll);
        }
    }
}

static void
run_month_population(care_run_t *run, size_t month)
{
    const care_population_t *people = &run->spec->population;
    const sim_calendar_t *calendar = &run->model->calendar;
    double years = (calendar->month_first[month + 1] - calendar->month_first[month]) / 365.25 * run->spec->scale;

    sim_book_count(sim_replication_book(run->rep), CARE_COUNT_CHILD_YEARS, month, NULL, people->children * years);
    sim_book_count(sim_replication_book(run->rep), CARE_COUNT_DISORDER_YEARS, month, NULL,
        people->probable_disorder * years);
}

static int
run_period(void *model, sim_replication_t *rep, size_t month)
{
    care_run_t *run = model;
    bool last = month + 1 == run->model->calendar.n_months;
    int ret;

    run_month_levels(run, month);
    run_month_waits(run, month);
    if (last) {
        run_still_there(run, run->model->calendar.month_first[month + 1]);
    }
    care_schools_month(run, month);
    run_month_schools(run, month);
    run_month_population(run, month);
    care_month_money(run, month);
    ret = care_month_turnover(run, month);
    if (last || ret != 0) {
        return ret != 0 ? ret : care_money_verify(run);
    }
    if ((month + 1) % 12 != 0) {
        return 0;
    }
    /* The next contract year begins at this instant, after the books of the old one are closed. */
    return sim_replication_call(rep, sim_replication_now(rep),
        (uint32_t) CARE_EVENT_YEAR << CARE_EVENT_SHIFT | (uint32_t) ((month + 1) / 12));
}

/* The days on which the money of a line changes; at the start of a contract year there is nothing left to do. */
static int
run_line_events(care_run_t *run)
{
    const care_budget_t *budget = &run->model->budget;
    int ret = 0;

    for (size_t i = 1; i < budget->n && run->spec->n_lines > 0 && ret == 0; i++) {
        ret = sim_replication_call(run->rep, (double) budget->funding[i].day + LINES_CHANGE,
            (uint32_t) CARE_EVENT_FUNDING << CARE_EVENT_SHIFT);
    }
    return ret;
}

static int
run_plan_events(care_run_t *run)
{
    const sim_calendar_t *calendar = &run->model->calendar;
    long first = sim_calendar_next(calendar, 0, SIM_DAY_TERM_START);
    bool under_way = sim_calendar_count(calendar, 0, first, SIM_DAY_SCHOOL) > 0; /* a term, on day 0 */
    int ret = sim_replication_call(run->rep, 0, (uint32_t) CARE_EVENT_YEAR << CARE_EVENT_SHIFT), term = 0;

    if (ret == 0 && under_way) {
        ret = sim_replication_call(run->rep, TERM_STARTS,
            (uint32_t) CARE_EVENT_TERM << CARE_EVENT_SHIFT | (uint32_t) term++);
    }
    for (size_t l = 0; l < run->n_layers && ret == 0; l++) {
        if (run->layer[l].layer->from_day > 0 && run->layer[l].layer->from_day < run->model->horizon_days) {
            ret = sim_replication_call(run->rep, run->layer[l].layer->from_day + LAYER_OPENS,
                (uint32_t) CARE_EVENT_OPEN << CARE_EVENT_SHIFT | (uint32_t) l);
        }
    }
    for (size_t day = 0; day < calendar->n_days && ret == 0; day++) {
        if (sim_calendar_is(calendar, (long) day, SIM_DAY_TERM_START)) {
            ret = sim_replication_call(run->rep, (double) day + TERM_STARTS,
                (uint32_t) CARE_EVENT_TERM << CARE_EVENT_SHIFT | (uint32_t) term++);
        }
    }
    for (size_t r = 0; r < run->spec->contract.n_reviews && ret == 0; r++) {
        ret = care_review_plan(run, r, 0);
    }
    return ret != 0 ? ret : run_line_events(run);
}

/* The schools a layer is meant for: a type or a fifth that its masks name; no mask, all. */
static int
run_meant(care_run_t *run, care_layer_run_t *layer)
{
    uint32_t types = layer->layer->type_mask, fifths = layer->layer->quintile_mask;

    layer->order = malloc((run->n_schools + 1) * sizeof(*layer->order));
    if (layer->order == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < run->n_schools; i++) {
        const care_school_t *school = &run->school[run->order[i]];

        if ((types == 0 || (types & (1u << school->type)) != 0) &&
            (fifths == 0 || (fifths & (1u << school->quintile)) != 0)) {
            layer->order[layer->n_schools++] = run->order[i];
        }
    }
    return 0;
}

static int
run_layers(care_run_t *run)
{
    const care_plan_t *plan = run->model->plan;
    int ret = 0;

    run->n_layers = plan == NULL ? 0 : plan->n_layers;
    for (size_t l = 0; l < run->n_layers && ret == 0; l++) {
        care_layer_run_t *layer = &run->layer[l];
        const care_offer_t *offer = plan->layer[l].offer;

        layer->run = run;
        layer->layer = &plan->layer[l];
        layer->number = l;
        layer->pool = -1;
        layer->open_share = 1;
        layer->price = layer->own_staff = 1;
        layer->state = calloc(1, offer->state_size > 0 ? offer->state_size : 1);
        if (layer->state == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
        ret = run_meant(run, layer);
        if (ret == 0 && offer->start != NULL) {
            ret = offer->start(layer);
        }
    }
    return ret;
}

static void
run_words(care_run_t *run)
{
    const sim_pathway_t *pathway = &run->model->pathway;

    for (size_t d = 0; d < CARE_DRAWS; d++) {
        run->draw[d] = sim_hash(CARE_DRAW_NAME[d]);
    }
    for (size_t c = 0; c < pathway->n_classes; c++) {
        run->neuro[c] = strcmp(pathway->class_name[c], "neurodevelopmental") == 0;
        run->urgent[c] = strcmp(pathway->class_name[c], "crisis") == 0 || strcmp(pathway->class_name[c], "eating") == 0;
        run->remits[c] = !run->neuro[c];
    }
}

static bool
run_pays(const care_payment_t *payment)
{
    return payment->per_contact > 0 || payment->per_start > 0 || payment->per_seen_18w > 0 ||
           payment->per_recovered > 0;
}

/* The run's own budget, where reviews may change it; whose contacts are paid for. */
static int
run_contract(care_run_t *run)
{
    const care_contract_t *contract = &run->spec->contract;
    const sim_pathway_t *pathway = &run->model->pathway;
    size_t held = 0;

    for (size_t l = 0; l < run->spec->n_lines; l++) {
        run->counts = run->counts || run_pays(&run->spec->line[l].payment);
    }
    run->line_of = malloc(pathway->n_pools + 1);
    if (run->line_of == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t p = 0; p < pathway->n_pools; p++) {
        run->line_of[p] = (int8_t) care_line_of(run->spec, pathway->pool[p].name);
    }
    for (size_t r = 0; r < contract->n_reviews; r++) {
        size_t every = contract->review[r].every_months;

        held += every == 0 ? 1 : run->model->calendar.n_months / every + 2;
    }
    return held > 0 ? care_budget_copy(&run->budget, &run->model->budget, held) : 0;
}

static void
run_lines(care_run_t *run)
{
    const sim_pathway_t *pathway = &run->model->pathway;

    run->grown = run->prices = 1;
    run->core_line = care_line_of(run->spec, run->spec->workforce.core_pool);
    for (size_t l = 0; l < run->spec->n_lines; l++) {
        care_line_run_t *line = &run->line[l];

        line->posts = line->in_post = 1;
        for (size_t p = 0; p < run->spec->line[l].n_pools; p++) {
            const sim_pool_t *pool = &pathway->pool[sim_pathway_find_pool(pathway, run->spec->line[l].pool[p])];

            line->units += pool->units * (double) pool->n_members;
        }
    }
}

static int
run_start(void *model, sim_replication_t *rep)
{
    care_run_t *run = model;
    sim_book_t *book = sim_replication_book(rep);
    int ret;

    run->rep = rep;
    run->term_share = run->year_share = 1;
    run_words(run);
    run_lines(run);
    run->level = calloc(CARE_LEVELS * (book->n_groups + 1), sizeof(*run->level));
    run->owed = calloc(run->model->pathway.n_pools + 1, sizeof(*run->owed));
    if (run->level == NULL || run->owed == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    run->core_pool = sim_pathway_find_pool(&run->model->pathway, run->spec->workforce.core_pool);
    for (size_t p = 0; p < run->model->pathway.n_pools; p++) {
        const sim_pool_t *pool = &run->model->pathway.pool[p];

        run->base_units += pool->units * (double) pool->n_members;
    }
    ret = care_schools_make(run);
    if (ret == 0) {
        ret = run_contract(run);
    }
    if (ret == 0) {
        ret = care_ledger_init(&run->ledger, run->model->calendar.n_months, care_ledger_units(run->spec),
            run->spec->n_funders);
    }
    if (ret == 0) {
        ret = run_layers(run);
    }
    return ret != 0 ? ret : run_plan_events(run);
}

static void
run_free(care_run_t *run)
{
    for (size_t l = 0; l < run->n_layers; l++) {
        free(run->layer[l].state);
        free(run->layer[l].order);
    }
    free(run->school);
    free(run->order);
    free(run->school_cum[0]);
    free(run->school_cum[1]);
    free(run->school_guide[0]);
    free(run->school_guide[1]);
    free(run->child);
    free(run->wait);
    free(run->free_child);
    free(run->move);
    free(run->level);
    free(run->owed);
    free(run->line_of);
    free(run->paid_line);
    if (run->budget.funding != run->model->budget.funding) {
        care_budget_free(&run->budget);
    }
    care_ledger_free(&run->ledger);
}

/* The book leaves its replication; what stays behind is an empty one. */
static void
run_take_book(sim_replication_t *rep, sim_book_t *book)
{
    *book = *sim_replication_book(rep);
    memset(sim_replication_book(rep), 0, sizeof(*book));
}

/* The ledger leaves its run, or is added to that of the areas before. */
static void
run_take_ledger(care_run_t *run, care_ledger_t *ledger)
{
    if (ledger == NULL || !run->spec->is_care) {
        return;
    }
    if (ledger->entry != NULL) {
        care_ledger_add(ledger, &run->ledger);
    } else {
        *ledger = run->ledger;
        memset(&run->ledger, 0, sizeof(run->ledger));
    }
}

/* The engine's trace with the care system's notes. */
typedef struct {
    const care_how_t *how;
    const care_run_t *run; /* NULL for a plain network */
} run_trace_t;

static void
run_trace(void *ctx, const sim_trace_t *line)
{
    const run_trace_t *self = ctx;
    char note[96] = "";

    if (self->run != NULL) {
        care_note(self->run, line, note, sizeof(note));
    }
    self->how->trace(self->how->trace_ctx, line, note);
}

uint64_t
care_seed(const care_spec_t *spec, uint64_t seed)
{
    return spec->is_area ? sim_key(seed, 0, sim_hash(spec->name), 0) : seed;
}

static sim_run_t
run_how(const care_model_t *model, const care_how_t *how, run_trace_t *trace)
{
    bool is_care = model->spec->is_care;

    return (sim_run_t){ .seed = care_seed(model->spec, how->seed),
        .replication = how->replication,
        .horizon_days = model->horizon_days,
        .verify = how->verify,
        .warmup_days = how->warmup_days < 0 ? model->spec->warmup_days : how->warmup_days,
        .n_spans = how->n_spans,
        .trace = how->trace != NULL ? run_trace : NULL,
        .trace_ctx = trace,
        .model_counters = is_care ? CARE_N_COUNTERS : 0,
        .model_tallies = is_care ? CARE_N_TALLIES : 0 };
}

static void
run_effort(const sim_replication_t *rep, care_effort_t *effort)
{
    effort->events = sim_replication_events(rep);
    sim_replication_memory(rep, &effort->bytes, &effort->peak_entities);
}

static int
run_one(const care_model_t *self, const care_how_t *how, sim_book_t *book, care_effort_t *effort)
{
    care_run_t *run = calloc(1, sizeof(*run));
    sim_replication_t *rep = NULL;
    sim_hooks_t hooks = { run, run_wants, run_start, run_arrive, run_decide, run_member, run_told, run_event,
        run_period, run_freed, NULL, 0 };
    const sim_hooks_t none = { .model = NULL };
    run_trace_t trace = { how, self->spec->is_care ? run : NULL };
    sim_run_t engine = run_how(self, how, &trace);
    int ret;

    if (run == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    hooks.rows = &run->child; /* lent and freed together with entities, so that as a rule they have the same numbers */
    hooks.row_bytes = sizeof(*run->child);
    run->model = self;
    run->spec = self->spec;
    run->budget = self->budget;
    run->tell = how->tell;
    run->tell_ctx = how->trace_ctx;
    run->core_pool = -1;
    ret = sim_replication_create(&rep, &self->pathway, &self->calendar, self->spec->is_care ? &hooks : &none, &engine);
    if (ret == 0) {
        ret = sim_replication_run(rep);
    }
    if (ret == 0) {
        run_effort(rep, effort);
        run_take_book(rep, book);
        run_take_ledger(run, how->ledger);
    }
    sim_replication_free(rep);
    run_free(run);
    free(run);
    return ret;
}

/* The sum's book, of the shape of an area's and with groups for areas. */
static int
run_sum_book(const care_model_t *self, const care_how_t *how, sim_book_t *book)
{
    int ret = sim_book_init(book, &self->pathway, &self->calendar, CARE_COUNTERS_END, CARE_TALLIES_END);

    if (ret == 0 && how->n_spans > 0) {
        ret = sim_book_keep_series(book, how->n_spans);
    }
    return ret;
}

/* Areas one after another, each gone before the next begins, added in their order. */
static int
run_areas(const care_model_t *self, const care_how_t *how, sim_book_t *book, care_effort_t *effort)
{
    int ret = run_sum_book(self, how, book);

    *effort = (care_effort_t){ 0, 0, 0 };
    for (size_t a = 0; a < self->n_areas && ret == 0; a++) {
        care_effort_t part;
        sim_book_t area;

        ret = run_one(&self->area[a], how, &area, &part);
        if (ret == 0) {
            sim_book_add_area(book, a, &area);
            sim_book_free(&area);
            ret = book->error;
            effort->events += part.events;
            effort->bytes = part.bytes > effort->bytes ? part.bytes : effort->bytes;
            effort->peak_entities =
                part.peak_entities > effort->peak_entities ? part.peak_entities : effort->peak_entities;
        }
    }
    if (ret != 0) {
        sim_book_free(book);
    }
    return ret;
}

int
care_model_run_as(const care_model_t *self, const care_how_t *how, sim_book_t *book, care_effort_t *effort)
{
    return self->n_areas > 0 ? run_areas(self, how, book, effort) : run_one(self, how, book, effort);
}

int
care_model_run(const care_model_t *self, uint64_t seed, uint32_t replication, bool verify, sim_book_t *book,
    uint64_t *events)
{
    const care_how_t how = { .seed = seed, .replication = replication, .verify = verify, .warmup_days = -1 };
    care_effort_t effort = { .events = 0 };
    int ret = care_model_run_as(self, &how, book, &effort);

    if (ret == 0) {
        *events = effort.events;
    }
    return ret;
}
