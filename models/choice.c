/*
 * The choices that children, schools and triage make. Each compares a probability with the child's own uniform, so that what an
 * offer changes is the probability, never the child.
 */
#include "models/run.h"
#include "sim/core/elementary.h"
#include "sim/core/ziggurat.h"

#include <math.h>

enum { LABEL_SUPPORT, LABEL_GP, LABEL_DIRECT, LABEL_UNFOUND, LABEL_CONSULT = 4 };
enum { LABEL_CARRY = 3, LABEL_CHOICE = 4, LABEL_OTHER = 4 };
enum { LABEL_REGISTER, LABEL_SIGNPOST };
enum { LABEL_ADVICE, LABEL_URGENT, LABEL_BRIEF, LABEL_CORE, LABEL_PRIORITY, LABEL_NEURO, LABEL_LINK };

care_contact_t
care_refers(const care_layer_run_t *layer, uint32_t child, double probability)
{
    double u = sim_uniform(layer->run->child[child].key, layer->run->draw[CARE_DRAW_REFER], 0, 0);

    return u < probability ? CARE_CONTACT_REFER : CARE_CONTACT_SUPPORT;
}

int
care_takes_all(care_layer_run_t *layer, uint32_t child, uint32_t school)
{
    (void) layer, (void) child, (void) school;
    return 1;
}

static void
choice_count(care_run_t *run, const sim_entity_t *entity, int counter)
{
    sim_replication_count(run->rep, entity, counter);
}

/* Points of link quality above the base. */
static double
choice_points(const care_run_t *run, const care_school_t *school)
{
    return fmax(0, school->quality - run->spec->link.base);
}

/* Quality of the information that came with the referral. */
static double
choice_info(const care_run_t *run, const care_child_t *child)
{
    const care_door_t *door = &run->spec->door;
    double school = fmin(door->info_linked,
        door->info_school + run->spec->link.inform * choice_points(run, &run->school[child->school]));
    const double info[CARE_SOURCES] = { fmax(door->info_school, school), door->info_gp, door->info_gp,
        door->info_other };

    return (child->state & CARE_CHILD_LINKED) != 0 ? door->info_linked : info[child->source];
}

/* Share referred when the school decides alone; good links refer less. */
static double
choice_refer_alone(const care_run_t *run, const care_school_t *school)
{
    const care_concern_t *concern = &run->spec->concern;

    return concern->refer_alone * sim_exp(-concern->refer_slope * (school->quality - run->spec->link.base));
}

/* Whether the school may refer by itself without a GP: a layer can close that way. */
static bool
choice_direct(const care_run_t *run, uint32_t school)
{
    for (size_t l = 0; l < run->n_layers; l++) {
        const care_layer_run_t *layer = &run->layer[l];

        if (layer->open && layer->layer->offer->direct != NULL && layer->layer->offer->direct(layer, school) == 0) {
            return false;
        }
    }
    return true;
}

/* Refer to the NHS with probability p, directly or through a GP, or support the child in school. */
static int
choice_refer(care_run_t *run, care_child_t *child, sim_entity_t *entity, double p, bool linked)
{
    const care_concern_t *concern = &run->spec->concern;
    const care_school_t *school = &run->school[child->school];
    double gp;

    if (sim_uniform(child->key, run->draw[CARE_DRAW_REFER], 0, 0) >= p) {
        choice_count(run, entity, CARE_COUNT_IN_SCHOOL);
        return LABEL_SUPPORT;
    }
    choice_count(run, entity, CARE_COUNT_SCHOOL_NHS);
    if (sim_uniform(child->key, run->draw[CARE_DRAW_SUPPORTED], 0, 0) <
        run->spec->link.attend * choice_points(run, school)) {
        entity->flags |= CARE_FLAG_SUPPORTED;
    }
    gp = linked || choice_direct(run, child->school)
             ? sim_logistic(concern->gp_base - concern->gp_slope * (school->quality - run->spec->link.base))
             : 1;
    if (sim_uniform(child->key, run->draw[CARE_DRAW_THROUGH_GP], 0, 0) < gp) {
        choice_count(run, entity, CARE_COUNT_THROUGH_GP);
        child->source = CARE_SOURCE_SCHOOL_GP;
        entity->level[CARE_DIM_SOURCE] = child->source;
        return LABEL_GP;
    }
    child->state |= linked ? CARE_CHILD_LINKED : 0;
    return LABEL_DIRECT;
}

/* Today's service: a duty line that meets a share of the wishes, `reach`; otherwise the school decides alone. */
static int
choice_today(care_run_t *run, care_child_t *child, sim_entity_t *entity, double reach)
{
    const care_concern_t *concern = &run->spec->concern;

    if (sim_uniform(child->key, run->draw[CARE_DRAW_REACH], 0, 0) < reach) {
        choice_count(run, entity, CARE_COUNT_CONSULTATIONS);
        care_child_helped(run, child, entity, false);
        return choice_refer(run, child, entity, concern->refer_consulted, false);
    }
    return choice_refer(run, child, entity, choice_refer_alone(run, &run->school[child->school]), false);
}

static double
choice_found(const care_run_t *run, const care_school_t *school)
{
    double found = run->spec->link.find * choice_points(run, school);

    for (size_t l = 0; l < run->n_layers; l++) {
        if ((school->covered & (1u << l)) != 0 && run->layer[l].found > found) {
            found = run->layer[l].found;
        }
    }
    return found;
}

/* The last layer that covers the school and takes the wish, or the concern, decides. */
static int
choice_layer(care_run_t *run, uint32_t child, bool wishes)
{
    uint32_t school = run->child[child].school;

    for (size_t l = run->n_layers; l-- > 0;) {
        care_layer_run_t *layer = &run->layer[l];

        if ((run->school[school].covered & (1u << l)) != 0 && layer->layer->offer->concern != NULL &&
            (wishes || layer->layer->offer->unasked) && layer->layer->offer->concern(layer, child, school) == 1) {
            return (int) l;
        }
    }
    return -1;
}

static int
choice_concern(care_run_t *run, uint32_t child_index, sim_entity_t *entity)
{
    care_child_t *child = &run->child[child_index];
    const care_concern_t *concern = &run->spec->concern;
    double found = 1 + fmin(choice_found(run, &run->school[child->school]), concern->extra_max);
    double better = run->school[child->school].quality - run->spec->link.base;
    double wish = concern->wish * sim_exp(-concern->wish_slope * better);
    bool wishes = sim_uniform(child->key, run->draw[CARE_DRAW_WISH], 0, 0) < wish;
    int layer;

    if (sim_uniform(child->key, run->draw[CARE_DRAW_FOUND], 0, 0) * (1 + concern->extra_max) >= found) {
        child->state |= child->severity >= run->spec->door.threshold ? CARE_CHILD_UNFOUND : 0;
        return LABEL_UNFOUND;
    }
    choice_count(run, entity, CARE_COUNT_CONCERNS);
    if (run->urgent[child->cls]) { /* nobody waits for a consultation, or for a letter, with a crisis */
        choice_count(run, entity, CARE_COUNT_SCHOOL_NHS);
        return LABEL_DIRECT;
    }
    layer = choice_layer(run, child_index, wishes);
    if (wishes || layer >= 0) { /* what a school takes to an offer is a wish */
        choice_count(run, entity, CARE_COUNT_WISHES);
    }
    if (layer >= 0) {
        choice_count(run, entity, CARE_COUNT_LINK_ASKED);
        child->layer = (uint8_t) layer;
        return LABEL_CONSULT + layer;
    }
    return choice_today(run, child, entity, wishes ? concern->reach : 0);
}

/* What was decided with the link worker. */
static int
choice_follow(care_run_t *run, care_child_t *child, sim_entity_t *entity, care_contact_t contact)
{
    if (contact == CARE_CONTACT_CARRY) {
        choice_count(run, entity, CARE_COUNT_IN_SCHOOL);
        choice_count(run, entity, CARE_COUNT_CARRIED);
        return LABEL_CARRY;
    }
    return choice_refer(run, child, entity, contact == CARE_CONTACT_REFER ? 1 : 0, true);
}

static int
choice_contact(care_run_t *run, uint32_t child_index, sim_entity_t *entity)
{
    care_child_t *child = &run->child[child_index];
    care_layer_run_t *layer = &run->layer[child->layer];
    care_contact_t contact = layer->layer->offer->contact(layer, child_index, child->school);

    choice_count(run, entity, CARE_COUNT_CONSULTATIONS);
    choice_count(run, entity, CARE_COUNT_LINK_CONSULTATIONS);
    care_child_helped(run, child, entity, false);
    return contact == CARE_CONTACT_CHOICE ? LABEL_CHOICE : choice_follow(run, child, entity, contact);
}

/* A Choice appointment has been held. */
static int
choice_choice(care_run_t *run, uint32_t child_index, sim_entity_t *entity)
{
    static const int counter[] = { [CARE_CONTACT_SUPPORT] = CARE_COUNT_CHOICE_BACK,
        [CARE_CONTACT_REFER] = CARE_COUNT_CHOICE_NHS,
        [CARE_CONTACT_CARRY] = CARE_COUNT_CHOICE_BACK,
        [CARE_CONTACT_CHOICE] = CARE_COUNT_CHOICE_OTHER,
        [CARE_CONTACT_OTHER] = CARE_COUNT_CHOICE_OTHER };
    care_child_t *child = &run->child[child_index];
    care_layer_run_t *layer = &run->layer[child->layer];
    care_contact_t contact = layer->layer->offer->choice(layer, child_index, child->school);

    choice_count(run, entity, CARE_COUNT_CHOICE);
    choice_count(run, entity, counter[contact]);
    return contact == CARE_CONTACT_OTHER ? LABEL_OTHER : choice_follow(run, child, entity, contact);
}

/* Estimated severity: the truth, pulled down and blurred where information is missing. */
double
care_triage_estimate(const care_run_t *run, const care_child_t *child, uint16_t visit)
{
    const care_door_t *door = &run->spec->door;
    double unknown = 1 - choice_info(run, child);
    double normal = sim_ziggurat_normal(sim_draw(child->key, run->draw[CARE_DRAW_TRIAGE_NOISE], visit, 0));

    return child->severity - door->shrink * unknown + door->noise * unknown * normal -
           door->deprivation_shift * (2 - run->school[child->school].quintile);
}

double
care_triage_threshold(const care_run_t *run)
{
    const care_door_t *door = &run->spec->door;

    if (door->threshold_drift <= 0 || run->start_waiting <= 0) {
        return door->threshold;
    }
    return door->threshold + door->threshold_drift * (run->level[0] / run->start_waiting - 1);
}

/* Whether the worker of one of the layers that cover the school sees the accepted child. */
static bool
choice_taken(care_run_t *run, uint32_t child_index)
{
    care_child_t *child = &run->child[child_index];

    for (size_t l = run->n_layers; l-- > 0;) {
        care_layer_run_t *layer = &run->layer[l];

        if ((run->school[child->school].covered & (1u << l)) != 0 && layer->layer->offer->takes != NULL &&
            layer->layer->offer->takes(layer, child_index, child->school) == 1) {
            child->layer = (uint8_t) l;
            return true;
        }
    }
    return false;
}

static int
choice_triage(care_run_t *run, uint32_t child_index, sim_entity_t *entity)
{
    care_child_t *child = &run->child[child_index];
    const care_door_t *door = &run->spec->door;
    double estimate = care_triage_estimate(run, child, entity->visit);

    /* Crisis and eating disorder are never turned away. */
    if (!run->urgent[child->cls] && estimate < care_triage_threshold(run)) {
        choice_count(run, entity, CARE_COUNT_REJECTED);
        if (child->severity >= door->threshold && !care_child_recovered(run, child, sim_replication_now(run->rep))) {
            child->state |= CARE_CHILD_TURNED_AWAY;
        }
        return LABEL_ADVICE;
    }
    choice_count(run, entity, CARE_COUNT_ACCEPTED);
    child->state = (uint8_t) ((child->state | CARE_CHILD_ACCEPTED) & ~CARE_CHILD_TURNED_AWAY);
    sim_book_count(sim_replication_book(run->rep), CARE_COUNT_ACCEPTED_COHORT,
        sim_calendar_month(&run->model->calendar, child->registered_days), entity->level, 1);
    if (run->urgent[child->cls]) {
        return LABEL_URGENT;
    }
    if (run->neuro[child->cls]) {
        return LABEL_NEURO;
    }
    if (choice_taken(run, child_index)) {
        choice_count(run, entity, CARE_COUNT_TAKEN);
        return LABEL_LINK;
    }
    return estimate < door->brief_cut ? LABEL_BRIEF : estimate < door->core_cut ? LABEL_CORE : LABEL_PRIORITY;
}

int
care_decide(care_run_t *run, uint32_t entity_index, int decision)
{
    sim_entity_t *entity = sim_replication_entity(run->rep, entity_index);
    care_child_t *child = &run->child[entity->owner];

    switch ((care_decision_t) decision) {
    case CARE_DECIDE_CONCERN:
        return choice_concern(run, entity->owner, entity);
    case CARE_DECIDE_CONTACT:
        return choice_contact(run, entity->owner, entity);
    case CARE_DECIDE_CHOICE:
        return choice_choice(run, entity->owner, entity);
    case CARE_DECIDE_ALONE:
        if ((entity->flags & CARE_FLAG_NOT_REACHED) != 0) {
            choice_count(run, entity, CARE_COUNT_GAVE_UP_LINK);
        }
        if (run->layer[child->layer].layer->offer->missed != NULL) {
            run->layer[child->layer].layer->offer->missed(&run->layer[child->layer], child->school);
        }
        return choice_today(run, child, entity, run->spec->concern.reach * (1 - run->layer[child->layer].line_lost));
    case CARE_DECIDE_DOOR:
        if (run->urgent[child->cls] ||
            sim_uniform(child->key, run->draw[CARE_DRAW_REGISTERED], entity->visit, 0) < run->spec->door.registered) {
            return LABEL_REGISTER;
        }
        choice_count(run, entity, CARE_COUNT_SIGNPOSTED);
        return LABEL_SIGNPOST;
    case CARE_DECIDE_TRIAGE:
        return choice_triage(run, entity->owner, entity);
    default:
        return SIM_ERR_INVARIANT;
    }
}
