/* What the care system counts, after the engine's own counters and tallies; models/measures.c makes KPIs of them. */
#ifndef CARE_MEASURES_H
#define CARE_MEASURES_H

#include "sim/core/book.h"

enum {
    CARE_COUNT_REQUESTS = SIM_COUNTERS, /* requests reaching the front door */
    CARE_COUNT_REFERRALS,               /* spells registered */
    CARE_COUNT_SIGNPOSTED,
    CARE_COUNT_ACCEPTED,
    CARE_COUNT_REJECTED,
    CARE_COUNT_FIRST_CONTACTS,
    CARE_COUNT_SECOND_CONTACTS,
    CARE_COUNT_SECOND_28,    /* of them, within 28 days of registration */
    CARE_COUNT_TREATED,      /* spells of need that can remit, when the last contact of two or more has been */
    CARE_COUNT_TREATED_WELL, /* of them, with the child recovered */
    CARE_COUNT_CONTACTS,
    CARE_COUNT_MISSED, /* by the client */
    CARE_COUNT_CLOSED,
    CARE_COUNT_LEFT_WAITING, /* accepted spells that ended before a first contact */
    CARE_COUNT_CRISES,
    CARE_COUNT_BREACHES,      /* spells that pass 18 weeks without a first contact, in the month they do */
    CARE_COUNT_CONCERNS,      /* raised in schools, those nobody finds excluded */
    CARE_COUNT_WISHES,        /* of them, with a wish for consultation */
    CARE_COUNT_CONSULTATIONS, /* held, by an offer or today's duty line */
    CARE_COUNT_LINK_CONSULTATIONS,
    CARE_COUNT_LINK_ASKED,   /* wishes taken to an offer */
    CARE_COUNT_GAVE_UP_LINK, /* of them, not reached */
    CARE_COUNT_IN_SCHOOL,    /* concerns handled in school */
    CARE_COUNT_CARRIED,      /* of them, in direct work with a link worker */
    CARE_COUNT_CHOICE,       /* Choice appointments given by a link worker */
    CARE_COUNT_CHOICE_NHS,   /* of them, referred on to the NHS */
    CARE_COUNT_CHOICE_BACK,  /* ... back to school with support */
    CARE_COUNT_CHOICE_OTHER, /* ... ended elsewhere */
    CARE_COUNT_TAKEN,        /* accepted children that a link worker sees instead of the list */
    CARE_COUNT_RELAPSES,     /* discharged children ill again */
    CARE_COUNT_SCHOOL_NHS,   /* concerns sent on to the NHS */
    CARE_COUNT_THROUGH_GP,   /* of them, by way of a GP */
    CARE_COUNT_UNMET,        /* children, when they leave the system; one of the next three */
    CARE_COUNT_UNFOUND,
    CARE_COUNT_TURNED_AWAY,
    CARE_COUNT_GAVE_UP,
    CARE_COUNT_LINK_HOURS,     /* delivered to schools */
    CARE_COUNT_PROMISED_HOURS, /* to schools, by offers that plan so many schools a worker */
    CARE_COUNT_STAFF_HOURS,    /* contact hours that those offers' staff in post have */
    CARE_COUNT_REACHED,        /* schools given a first stage: a workshop, a bronze term, an accreditation */
    CARE_COUNT_POST_YEARS,     /* link posts filled x years */
    CARE_COUNT_SOLD_HOURS,     /* bought by schools */
    CARE_COUNT_TRADED_INCOME,  /* pounds paid by schools to offers that live by what they sell, */
    CARE_COUNT_TRADED_SURPLUS, /* ... and what is left of it when their staff are paid */
    CARE_COUNT_CHILD_COHORT, /* children with a concern or request, found or not, by its month: the same under every plan */
    CARE_COUNT_CHILD_SEEN,   /* of them, with a first contact within 18 weeks */
    CARE_COUNT_CHILD_HELPED, /* of them, with a first contact or a consultation about them within 18 weeks */
    CARE_COUNT_CHILDREN,     /* children whose need can remit, by month of concern or request */
    CARE_COUNT_RECOVERED_12, /* of them, recovered within 12 months */
    /* referral cohorts, by month of registration */
    CARE_COUNT_SEEN_4,
    CARE_COUNT_SEEN_18,
    CARE_COUNT_SEEN_52,
    CARE_COUNT_LEFT_4,
    CARE_COUNT_LEFT_18,
    CARE_COUNT_LEFT_52,
    CARE_COUNT_ACCEPTED_COHORT, /* accepted spells by month of registration */
    CARE_COUNT_ACCEPTED_SEEN_18,
    CARE_COUNT_ACCEPTED_SEEN_52,
    CARE_COUNT_ACCEPTED_LEFT_52,
    /* levels at month ends */
    CARE_COUNT_WAITING,
    CARE_COUNT_CASELOAD,
    CARE_COUNT_OPEN,
    CARE_COUNT_OVER_52,
    CARE_COUNT_OVER_104,
    CARE_COUNT_SCHOOLS,
    CARE_COUNT_COVERED,
    CARE_COUNT_BUYERS, /* schools that bought for this contract year */
    CARE_COUNT_PUPILS,
    CARE_COUNT_PUPILS_COVERED,
    CARE_COUNT_LINK_QUALITY, /* sum over schools */
    CARE_COUNT_POSTS,        /* link and extra posts in post, WTE */
    CARE_COUNT_VACANT,       /* posts paid for and not filled, core's backfill included */
    CARE_COUNT_CHILD_YEARS,  /* children under 18 x years, and those with a probable disorder */
    CARE_COUNT_DISORDER_YEARS,
    /* money, pounds */
    CARE_COUNT_COST,
    CARE_COUNT_MANAGEMENT, /* taken by budget lines before posts */
    CARE_COUNT_COMMISSIONER_COST,
    CARE_COUNT_SCHOOL_PAID,
    CARE_COUNT_UNSPENT,
    CARE_COUNT_EXTRA_SPENT,
    /* what only contracts have names for */
    CARE_COUNT_TERMS,
    CARE_COUNT_FUNDED = CARE_COUNT_TERMS, /* pounds given to lines and plans, */
    CARE_COUNT_EARNED,                    /* ... earned by the provider, */
    CARE_COUNT_SURPLUS,                   /* ... and left to it when all is paid */
    CARE_COUNT_KEPT,                      /* given and not earned */
    CARE_COUNT_CASH,                      /* level */
    CARE_COUNT_POSTS_BUDGETED,            /* levels, WTE */
    CARE_COUNT_POSTS_IN,
    CARE_COUNT_REVIEWS,
    CARE_COUNT_REVIEW_MOVED, /* pounds a year */
    CARE_COUNTERS_END
};
enum {
    CARE_TALLY_SEEN = SIM_TALLIES, /* days from registration to first contact, by month of the contact */
    CARE_TALLY_OPEN,               /* days waited so far, at month ends */
    CARE_TALLY_LINK,               /* days a school waits for a consultation */
    CARE_TALLIES_END
};
#define CARE_N_COUNTERS (CARE_COUNTERS_END - SIM_COUNTERS)
#define CARE_N_TALLIES (CARE_TALLIES_END - SIM_TALLIES)

#endif
