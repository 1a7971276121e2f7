#include "models/split.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define POINT 0.005 /* half a percentage point of a share */

const care_aim_row_t CARE_AIMS[] = {
    { "cohort_seen_4w", CARE_AIM_MORE, POINT },
    { "cohort_seen_18w", CARE_AIM_MORE, POINT },
    { "cohort_seen_52w", CARE_AIM_MORE, POINT },
    { "cohort_waiting_4w", CARE_AIM_LESS, POINT },
    { "cohort_waiting_18w", CARE_AIM_LESS, POINT },
    { "cohort_waiting_52w", CARE_AIM_LESS, POINT },
    { "accepted_seen_18w", CARE_AIM_MORE, POINT },
    { "accepted_waiting_52w", CARE_AIM_LESS, POINT },
    { "child_seen_18w", CARE_AIM_MORE, POINT },
    { "child_helped_18w", CARE_AIM_MORE, POINT },
    { "recovered_12m_share", CARE_AIM_MORE, POINT },
    { "improved", CARE_AIM_MORE, NAN },
    { "first_contacts", CARE_AIM_MORE, NAN },
    { "unmet_need", CARE_AIM_LESS, NAN },
    { "unmet_turned_away", CARE_AIM_LESS, NAN },
    { "unmet_gave_up", CARE_AIM_LESS, NAN },
    { "crises", CARE_AIM_LESS, NAN },
    { "cost_pounds", CARE_AIM_LESS, NAN },
    { "cost_per_child_pounds", CARE_AIM_LESS, NAN },
    { "unspent_pounds", CARE_AIM_LESS, NAN },
    { "equity_ratio", CARE_AIM_ONE, 0.01 },
};
const size_t CARE_N_AIMS = sizeof(CARE_AIMS) / sizeof(CARE_AIMS[0]);

/* What reads well and misleads: each gets better when the slow are not seen. */
static const struct {
    const char *begin, *reason;
} MISLEADS[] = {
    { "wait_seen_", "it is of those seen alone: it falls when the slow are not seen at all; take cohort_seen_18w" },
    { "seen_within_", "it is of those seen alone: it rises when the slow are not seen at all; take cohort_seen_18w" },
    { "within_4_weeks", "it is of those seen alone: it rises when the slow are not seen at all; take cohort_seen_4w" },
    { "second_contact_28d",
        "it is of those seen twice alone: it rises when the slow are not seen; take cohort_seen_4w" },
    { "wait_open_", "it is of those who still wait: it falls when they leave unseen; take cohort_waiting_52w" },
    { "open_within_", "it is of those who still wait: it rises when they leave unseen; take cohort_waiting_52w" },
    { "cohort_left_", "it falls when nobody is ever told to go: take cohort_seen_18w or unmet_need" },
    { "left_waiting", "it falls when nobody is ever told to go: take cohort_seen_18w or unmet_need" },
    { "waiting", "it falls when those who wait leave unseen; take cohort_waiting_52w" },
};

const care_aim_row_t *
care_aim_find(const char *kpi, const char **reason)
{
    for (size_t i = 0; i < CARE_N_AIMS; i++) {
        if (strcmp(CARE_AIMS[i].kpi, kpi) == 0) {
            return &CARE_AIMS[i];
        }
    }
    *reason = "it says nothing of what becomes of those referred, of unmet need, cost or equity";
    for (size_t i = 0; i < sizeof(MISLEADS) / sizeof(MISLEADS[0]); i++) {
        if (strncmp(kpi, MISLEADS[i].begin, strlen(MISLEADS[i].begin)) == 0) {
            *reason = MISLEADS[i].reason;
        }
    }
    return NULL;
}

void
care_split_init(care_split_t *self)
{
    memset(self, 0, sizeof(*self));
    self->total = NAN;
    self->next = CARE_SPLIT_NEXT;
}

/* ---- what was not said ---- */

static void
default_lines(care_split_t *self, const care_spec_t *spec)
{
    for (size_t l = 0; l < spec->n_lines && self->n_lines < CARE_SPLIT_LINES_MAX; l++) {
        if (spec->line[l].n_pools > 0) {
            self->line[self->n_lines++] = l;
        }
    }
}

/* Whether a limit names this line and no other. */
static bool
has_own_limit(const care_split_t *self, size_t line)
{
    for (size_t i = 0; i < self->n_limits; i++) {
        size_t n = 0;

        for (size_t l = 0; l < self->n_lines; l++) {
            n += self->limit[i].of[l];
        }
        if (n == 1 && self->limit[i].of[line]) {
            return true;
        }
    }
    return false;
}

void
care_limit_name(care_limit_t *self, const care_split_t *split, const care_spec_t *spec)
{
    char amount[40];
    size_t used = 0;

    for (size_t l = 0; l < split->n_lines; l++) {
        if (self->of[l] && used + 1 < sizeof(self->name)) {
            used += (size_t) snprintf(self->name + used, sizeof(self->name) - used, "%s%.24s", used > 0 ? " + " : "",
                spec->line[split->line[l]].name);
        }
    }
    used = used < sizeof(self->name) ? used : sizeof(self->name) - 1;
    snprintf(amount, sizeof(amount), self->is_share ? "%.4g%%" : "%.0f pounds",
        self->is_share ? 100 * self->amount : self->amount);
    snprintf(self->name + used, sizeof(self->name) - used, " at %s %s", self->least ? "least" : "most", amount);
}

static void
add_limit(care_split_t *self, const care_spec_t *spec, size_t line, bool least, double pounds)
{
    care_limit_t *limit = &self->limit[self->n_limits++];

    *limit = (care_limit_t){ .least = least, .amount = pounds };
    limit->of[line] = true;
    care_limit_name(limit, self, spec);
    snprintf(limit->place, sizeof(limit->place), "by default");
}

static void
default_limits(care_split_t *self, const care_spec_t *spec)
{
    bool own[CARE_SPLIT_LINES_MAX];

    for (size_t l = 0; l < self->n_lines; l++) {
        own[l] = has_own_limit(self, l);
    }
    for (size_t l = 0; l < self->n_lines; l++) {
        double now = spec->line[self->line[l]].per_year;

        if (!own[l] && self->n_limits + 2 <= CARE_SPLIT_LIMITS_MAX) {
            add_limit(self, spec, l, true, 0.5 * now);
            add_limit(self, spec, l, false, 2 * now);
        }
    }
}

static void
add_aim(care_split_t *self, const char *kpi)
{
    care_aim_t *aim = &self->aim[self->n_aims++];
    const char *reason;

    *aim = (care_aim_t){ .row = care_aim_find(kpi, &reason), .weight = 1, .matters = NAN };
    snprintf(aim->of.kpi, sizeof(aim->of.kpi), "%s", kpi);
    snprintf(aim->of.group, sizeof(aim->of.group), "all");
    snprintf(aim->of.period, sizeof(aim->of.period), "all");
    aim->of.unit = strcmp(kpi, "unmet_need") == 0 ? "children" : "share";
}

void
care_split_default(care_split_t *self, const care_spec_t *spec)
{
    if (self->n_lines == 0) {
        default_lines(self, spec);
    }
    if (isnan(self->total)) {
        self->total = 0;
        for (size_t l = 0; l < self->n_lines; l++) {
            self->total += spec->line[self->line[l]].per_year;
        }
    }
    default_limits(self, spec);
    if (self->n_aims == 0) {
        add_aim(self, "cohort_seen_18w");
        add_aim(self, "cohort_seen_4w");
        add_aim(self, "unmet_need");
    }
}
