#include "models/note.h"

#include <math.h>
#include <stdio.h>

/* Whole years, at the line's time. */
static int
note_age(const care_run_t *run, const sim_trace_t *line)
{
    double birthday = line->e->deadline_days[CARE_DEADLINE_AGE_OUT];

    return (int) floor(run->spec->child.age_out - (birthday - line->now_days) / 365.25);
}

static const char *const FROM[CARE_SOURCES] = { "the school", "the school", "a GP", "elsewhere" };

static void
note_born(const care_run_t *run, const care_child_t *child, const sim_trace_t *line, char *text, size_t size)
{
    const care_school_t *school = &run->school[child->school];

    if (run->n_schools == 0) {
        (void) snprintf(text, size, "severity %.2f", child->severity); /* a child's age is not theirs */
        return;
    }
    (void) snprintf(text, size, "aged %d, severity %.2f, %s school %u, fifth %d, from %s", note_age(run, line),
        child->severity, CARE_SCHOOL_TYPE_NAME[school->type], (unsigned) child->school + 1, school->quintile + 1,
        FROM[child->source]);
}

static void
note_triage(const care_run_t *run, const care_child_t *child, const sim_trace_t *line, char *text, size_t size)
{
    if (run->urgent[child->cls]) {
        (void) snprintf(text, size, "urgent need is not turned away");
    } else {
        (void) snprintf(text, size, "severity %.2f read as %.2f, threshold %.2f", child->severity,
            care_triage_estimate(run, child, line->e->visit), care_triage_threshold(run));
    }
}

/* Why its need is unmet, "" when it is not: one that leaves the list now is not told of before its line is written. */
static const char *
note_unmet(const care_child_t *child, const sim_trace_t *line, bool recovered)
{
    bool unseen = (child->state & CARE_CHILD_ACCEPTED) != 0 && line->e->contacts == 0 && !isnan(child->registered_days);

    if ((child->state & CARE_CHILD_UNFOUND) != 0) {
        return ": unmet, nobody raised it";
    }
    if ((child->state & CARE_CHILD_TURNED_AWAY) != 0) {
        return ": unmet, turned away";
    }
    return (child->state & CARE_CHILD_GAVE_UP) != 0 || (unseen && !recovered) ? ": unmet, left the list unseen" : "";
}

static void
note_gone(const care_run_t *run, const care_child_t *child, const sim_trace_t *line, char *text, size_t size)
{
    bool recovered = care_child_recovered(run, child, line->now_days);

    (void) snprintf(text, size, "%s%s",
        (child->state & CARE_CHILD_REMITS) == 0 ? "need that does not remit"
        : recovered                             ? "recovered"
                                                : "not recovered",
        note_unmet(child, line, recovered));
}

void
care_note(const care_run_t *run, const sim_trace_t *line, char *text, size_t size)
{
    const care_child_t *child = line->e->owner < run->n_child ? &run->child[line->e->owner] : NULL;
    bool triage = run->model->pathway.stage[line->e->stage].tag == CARE_ROLE_TRIAGE;

    text[0] = '\0';
    if (child == NULL) {
        return;
    }
    if (line->what == SIM_TRACE_BORN) {
        note_born(run, child, line, text, size);
    } else if (line->what == SIM_TRACE_GONE) {
        note_gone(run, child, line, text, size);
    } else if (line->what == SIM_TRACE_LEAVE && triage) {
        note_triage(run, child, line, text, size);
    }
}
