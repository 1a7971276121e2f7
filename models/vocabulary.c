/* The words a scenario uses for the parts a stage, a source or a decision plays. */
#include "models/care.h"
#include "models/run.h"

const char *const CARE_ROLE_NAME[CARE_ROLES] = { "", "school", "consult", "alone", "carry", "door", "triage", "wait",
    "treat", "close", "return", "relapse", "link_choice" };

const char *const CARE_SOURCE_NAME[CARE_SOURCES] = { "school", "school_gp", "gp", "other" };

const char *const CARE_FLAG_NAME[CARE_FLAGS] = { "recovered", "supported", "not_reached", "caller" };
const char *const CARE_SCHOOL_TYPE_NAME[CARE_SCHOOL_TYPES] = { "primary", "secondary", "special" };

const care_decision_row_t CARE_DECISION[CARE_DECISIONS] = {
    [CARE_DECIDE_CONCERN] = { "concern", "What a school does with a concern: asks an offer, or decides by itself.", 8,
        { "support", "gp", "direct", "unfound", "consult1", "consult2", "consult3", "consult4" } },
    [CARE_DECIDE_CONTACT] = { "contact", "What follows a consultation with an offer.", 5,
        { "support", "gp", "direct", "carry", "choice" } },
    [CARE_DECIDE_CHOICE] = { "choice", "What follows a Choice appointment given by a link worker.", 5,
        { "support", "gp", "direct", "carry", "other" } },
    [CARE_DECIDE_ALONE] = { "alone", "What a school does when the offer it asked could not be reached.", 3,
        { "support", "gp", "direct" } },
    [CARE_DECIDE_DOOR] = { "door", "Whether a request is registered as a referral spell.", 2,
        { "register", "signpost" } },
    [CARE_DECIDE_TRIAGE] = { "triage",
        "Which stream a referral joins, that a link worker sees the child, or that it is turned away.", 7,
        { "advice", "urgent", "brief", "core", "priority", "neuro", "link" } },
};

const char *const CARE_DRAW_NAME[CARE_DRAWS] = {
    [CARE_DRAW_REFER] = "refer",
    [CARE_DRAW_CARRY] = "carry",
    [CARE_DRAW_BUYS] = "buys",
    [CARE_DRAW_THROUGH_GP] = "through_gp",
    [CARE_DRAW_REACH] = "reach",
    [CARE_DRAW_WISH] = "wish",
    [CARE_DRAW_FOUND] = "found",
    [CARE_DRAW_TRIAGE_NOISE] = "triage_noise",
    [CARE_DRAW_REGISTERED] = "registered",
    [CARE_DRAW_SCHOOL] = "school",
    [CARE_DRAW_AGE_BAND] = "age_band",
    [CARE_DRAW_AGE] = "age",
    [CARE_DRAW_SEVERITY] = "severity",
    [CARE_DRAW_RECOVERY] = "recovery",
    [CARE_DRAW_TELLS] = "tells",
    [CARE_DRAW_SUPPORTED] = "supported",
};
