/* The words a scenario uses for the parts a stage, a source or a decision plays. */
#include "models/care.h"

const char *const CARE_ROLE_NAME[CARE_ROLES] = { "", "school", "consult", "alone", "carry", "door", "triage", "wait",
    "treat", "close", "return" };

const char *const CARE_SOURCE_NAME[CARE_SOURCES] = { "school", "school_gp", "gp", "other" };

const char *const CARE_SCHOOL_TYPE_NAME[CARE_SCHOOL_TYPES] = { "primary", "secondary", "special" };

const care_decision_row_t CARE_DECISION[CARE_DECISIONS] = {
    [CARE_DECIDE_CONCERN] = { "concern", "What a school does with a concern: asks an offer, or decides by itself.", 8,
        { "support", "gp", "direct", "unfound", "consult1", "consult2", "consult3", "consult4" } },
    [CARE_DECIDE_CONTACT] = { "contact", "What follows a consultation with an offer.", 4,
        { "support", "gp", "direct", "carry" } },
    [CARE_DECIDE_ALONE] = { "alone", "What a school does when the offer it asked could not be reached.", 3,
        { "support", "gp", "direct" } },
    [CARE_DECIDE_DOOR] = { "door", "Whether a request is registered as a referral spell.", 2,
        { "register", "signpost" } },
    [CARE_DECIDE_TRIAGE] = { "triage", "Which stream a referral joins, or that it is turned away.", 6,
        { "advice", "urgent", "brief", "core", "priority", "neuro" } },
};
