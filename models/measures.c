/* The KPIs of the care system. One row each; nothing else names them. */
#include "models/measures.h"

#include "models/care.h"

#include <stdlib.h>
#include <string.h>

#define EVERY (SIM_BY_ALL | SIM_BY_DIMS)
#define MONEY (SIM_BY_ALL | SIM_BY_ACCOUNT) /* by budget line and by lot */
#define SUM(name, unit, counter, by, doc)                                                                              \
    {                                                                                                                  \
        name, unit, SIM_KPI_SUM, counter, 0, 0, 0, 0, 0, 0, by, doc                                                    \
    }
#define LAST(name, unit, counter, by, doc)                                                                             \
    {                                                                                                                  \
        name, unit, SIM_KPI_LAST, counter, 0, 0, 0, 0, 0, 0, by, doc                                                   \
    }
#define RATIO(name, unit, a, b, by, doc)                                                                               \
    {                                                                                                                  \
        name, unit, SIM_KPI_RATIO, a, b, 0, 0, 0, 0, 0, by, doc                                                        \
    }
#define COHORT(name, a, b, days, doc)                                                                                  \
    {                                                                                                                  \
        name, "share", SIM_KPI_RATIO, a, b, 0, 0, 0, days, 0, EVERY, doc                                               \
    }
#define QUANTILE(name, tally, q, by, doc)                                                                              \
    {                                                                                                                  \
        name, "days", SIM_KPI_TALLY_QUANTILE, tally, 0, 0, 0, q, 0, 0, by, doc                                         \
    }

#define WITHIN(name, tally, days)                                                                                                \
    {                                                                                                                            \
        name, "share", SIM_KPI_TALLY_WITHIN, tally, 0, 0, 0, days, 0, 0, SIM_BY_ALL,                                             \
            "Distribution of waits: share of those seen, or of those still waiting at month ends (open), at most so many weeks." \
    }

const sim_kpi_t CARE_KPIS[] = {
    SUM("requests", "requests", CARE_COUNT_REQUESTS, EVERY, "Requests that reached the front door."),
    { "requests_per_1000_children", "requests/year", SIM_KPI_RATIO, CARE_COUNT_REQUESTS, CARE_COUNT_CHILD_YEARS, 0, 0,
        0, 0, 1000, SIM_BY_ALL, "Requests a year for each 1,000 children under 18." },
    RATIO("access_share", "ratio", CARE_COUNT_FIRST_CONTACTS, CARE_COUNT_DISORDER_YEARS, SIM_BY_ALL,
        "Spells first seen in a year for each child with a probable disorder."),
    SUM("referrals", "spells", CARE_COUNT_REFERRALS, EVERY, "Referral spells registered."),
    SUM("accepted", "spells", CARE_COUNT_ACCEPTED, EVERY, "Spells accepted at triage."),
    SUM("rejected", "spells", CARE_COUNT_REJECTED, EVERY, "Spells closed at triage with advice."),
    SUM("signposted", "requests", CARE_COUNT_SIGNPOSTED, EVERY, "Requests closed at the door without a spell."),
    RATIO("rejected_share", "share", CARE_COUNT_REJECTED, CARE_COUNT_REFERRALS, EVERY,
        "Share of registered spells closed at triage."),
    COHORT("cohort_seen_4w", CARE_COUNT_SEEN_4, CARE_COUNT_REFERRALS, 28,
        "Of all spells registered in the period, the share with a first contact within 4 weeks."),
    COHORT("cohort_seen_18w", CARE_COUNT_SEEN_18, CARE_COUNT_REFERRALS, 126,
        "Of all spells registered in the period, the share with a first contact within 18 weeks."),
    COHORT("cohort_seen_52w", CARE_COUNT_SEEN_52, CARE_COUNT_REFERRALS, 364,
        "Of all spells registered in the period, the share with a first contact within 52 weeks."),
    COHORT("cohort_left_4w", CARE_COUNT_LEFT_4, CARE_COUNT_REFERRALS, 28,
        "Of all spells registered, the share closed within 4 weeks without a contact, those closed at triage included."),
    COHORT("cohort_left_18w", CARE_COUNT_LEFT_18, CARE_COUNT_REFERRALS, 126,
        "Of all spells registered, the share closed within 18 weeks without a contact, those closed at triage included."),
    COHORT("cohort_left_52w", CARE_COUNT_LEFT_52, CARE_COUNT_REFERRALS, 364,
        "Of all spells registered, the share closed within 52 weeks without a contact, those closed at triage included."),
    { "cohort_waiting_4w", "share", SIM_KPI_RATIO_REST, CARE_COUNT_REFERRALS, CARE_COUNT_SEEN_4, CARE_COUNT_LEFT_4, 0,
        0, 28, 0, EVERY, "Of all spells registered, the share neither seen nor closed after 4 weeks." },
    { "cohort_waiting_18w", "share", SIM_KPI_RATIO_REST, CARE_COUNT_REFERRALS, CARE_COUNT_SEEN_18, CARE_COUNT_LEFT_18,
        0, 0, 126, 0, EVERY, "Of all spells registered, the share neither seen nor closed after 18 weeks." },
    { "cohort_waiting_52w", "share", SIM_KPI_RATIO_REST, CARE_COUNT_REFERRALS, CARE_COUNT_SEEN_52, CARE_COUNT_LEFT_52,
        0, 0, 364, 0, EVERY, "Of all spells registered, the share neither seen nor closed after 52 weeks." },
    COHORT("accepted_seen_18w", CARE_COUNT_ACCEPTED_SEEN_18, CARE_COUNT_ACCEPTED_COHORT, 154,
        "Of accepted spells, the share with a first contact within 18 weeks of registration."),
    { "accepted_waiting_52w", "share", SIM_KPI_RATIO_REST, CARE_COUNT_ACCEPTED_COHORT, CARE_COUNT_ACCEPTED_SEEN_52,
        CARE_COUNT_ACCEPTED_LEFT_52, 0, 0, 392, 0, EVERY,
        "Of accepted spells, the share still waiting after 52 weeks." },
    COHORT("child_seen_18w", CARE_COUNT_CHILD_SEEN, CARE_COUNT_CHILD_COHORT, 126,
        "Of all children with a concern or request in the period, found or not, the same under every plan, the share with a first contact "
        "of the service within 18 weeks."),
    COHORT("child_helped_18w", CARE_COUNT_CHILD_HELPED, CARE_COUNT_CHILD_COHORT, 126,
        "Of the same children, all those with a concern or request in the period, the share with a first contact, or a consultation about "
        "them by an offer or today's duty line, within 18 weeks."),
    LAST("waiting", "spells", CARE_COUNT_WAITING, EVERY,
        "Registered spells without a first contact, at the end of the period."),
    LAST("caseload", "spells", CARE_COUNT_CASELOAD, EVERY,
        "Spells with a first contact and not closed, at the end of the period."),
    LAST("open_spells", "spells", CARE_COUNT_OPEN, EVERY, "All open spells at the end of the period."),
    { "waiting_over_52w_share", "share", SIM_KPI_LEVEL_RATIO, CARE_COUNT_OVER_52, CARE_COUNT_WAITING, 0, 0, 0, 0, 0,
        SIM_BY_ALL, "Share of those waiting who have waited over 52 weeks, at the end of the period." },
    LAST("waiting_over_104w", "spells", CARE_COUNT_OVER_104, SIM_BY_ALL,
        "Spells waiting over 104 weeks at the end of the period."),
    QUANTILE("wait_open_median_days", CARE_TALLY_OPEN, 0.5, EVERY,
        "Median days waited so far by those waiting for a first contact at the ends of the months."),
    QUANTILE("wait_open_p90_days", CARE_TALLY_OPEN, 0.9, EVERY,
        "Days waited so far that one in ten of those waiting for a first contact at the ends of the months exceed."),
    QUANTILE("wait_seen_median_days", CARE_TALLY_SEEN, 0.5, EVERY,
        "Descriptive: median days from registration to first contact of those seen in the period."),
    QUANTILE("wait_seen_p90_days", CARE_TALLY_SEEN, 0.9, EVERY,
        "Descriptive: 90th percentile of the days from registration to first contact of those seen in the period."),
    { "wait_seen_mean_days", "days", SIM_KPI_TALLY_MEAN, CARE_TALLY_SEEN, 0, 0, 0, 0, 0, 0, EVERY,
        "Descriptive: mean days from registration to first contact of those seen in the period." },
    { "within_4_weeks", "share", SIM_KPI_TALLY_WITHIN, CARE_TALLY_SEEN, 0, 0, 0, 28, 0, 0, EVERY,
        "Descriptive: of first contacts in the period, the share within 4 weeks of registration." },
    WITHIN("seen_within_2w", CARE_TALLY_SEEN, 14),
    WITHIN("seen_within_4w", CARE_TALLY_SEEN, 28),
    WITHIN("seen_within_8w", CARE_TALLY_SEEN, 56),
    WITHIN("seen_within_18w", CARE_TALLY_SEEN, 126),
    WITHIN("seen_within_26w", CARE_TALLY_SEEN, 182),
    WITHIN("seen_within_52w", CARE_TALLY_SEEN, 364),
    WITHIN("seen_within_78w", CARE_TALLY_SEEN, 546),
    WITHIN("seen_within_104w", CARE_TALLY_SEEN, 728),
    WITHIN("seen_within_156w", CARE_TALLY_SEEN, 1092),
    WITHIN("open_within_2w", CARE_TALLY_OPEN, 14),
    WITHIN("open_within_4w", CARE_TALLY_OPEN, 28),
    WITHIN("open_within_8w", CARE_TALLY_OPEN, 56),
    WITHIN("open_within_18w", CARE_TALLY_OPEN, 126),
    WITHIN("open_within_26w", CARE_TALLY_OPEN, 182),
    WITHIN("open_within_52w", CARE_TALLY_OPEN, 364),
    WITHIN("open_within_78w", CARE_TALLY_OPEN, 546),
    WITHIN("open_within_104w", CARE_TALLY_OPEN, 728),
    WITHIN("open_within_156w", CARE_TALLY_OPEN, 1092),
    { "breaches_per_month", "spells/month", SIM_KPI_PER_MONTH, CARE_COUNT_BREACHES, 0, 0, 0, 0, 0, 0, EVERY,
        "Spells a month that pass 18 weeks without a first contact." },
    SUM("first_contacts", "spells", CARE_COUNT_FIRST_CONTACTS, EVERY, "Spells with their first contact in the period."),
    SUM("contacts", "contacts", CARE_COUNT_CONTACTS, EVERY, "Attended contacts of the service."),
    { "dna_share", "share", SIM_KPI_SHARE, CARE_COUNT_MISSED, CARE_COUNT_CONTACTS, 0, 0, 0, 0, 0, EVERY,
        "Appointments that the child or family missed, as a share of those not cancelled by the service." },
    SUM("second_contacts", "spells", CARE_COUNT_SECOND_CONTACTS, EVERY,
        "Spells with their second contact in the period: treatment started."),
    RATIO("second_contact_28d", "share", CARE_COUNT_SECOND_28, CARE_COUNT_SECOND_CONTACTS, EVERY,
        "Of second contacts in the period, the share within 28 days of registration."),
    SUM("closed", "spells", CARE_COUNT_CLOSED, EVERY, "Spells closed."),
    RATIO("closed_per_started", "ratio", CARE_COUNT_CLOSED, CARE_COUNT_REFERRALS, SIM_BY_ALL,
        "Spells closed for each one registered."),
    SUM("left_waiting", "spells", CARE_COUNT_LEFT_WAITING, EVERY, "Accepted spells that ended before a first contact."),
    SUM("crises", "crises", CARE_COUNT_CRISES, EVERY, "Crises while waiting."),
    SUM("concerns", "concerns", CARE_COUNT_CONCERNS, EVERY, "Concerns raised in schools."),
    SUM("consultation_wishes", "concerns", CARE_COUNT_WISHES, EVERY,
        "Concerns about which a school wanted a consultation, met or not."),
    SUM("consultations", "consultations", CARE_COUNT_CONSULTATIONS, EVERY,
        "Consultations about a child, today's duty line included."),
    RATIO("consultation_reach", "ratio", CARE_COUNT_CONSULTATIONS, CARE_COUNT_WISHES, EVERY,
        "Consultations for each wish of a school in the period; over the run, the share of wishes that are met."),
    SUM("link_asked", "consultations", CARE_COUNT_LINK_ASKED, SIM_BY_ALL, "Wishes taken to the offer."),
    SUM("link_gave_up", "consultations", CARE_COUNT_GAVE_UP_LINK, SIM_BY_ALL,
        "Of them, given up before being reached; missed appointments apart."),
    RATIO("link_gave_up_share", "ratio", CARE_COUNT_GAVE_UP_LINK, CARE_COUNT_LINK_ASKED, SIM_BY_ALL,
        "Share of wishes taken to the offer that are given up before being reached."),
    QUANTILE("link_wait_median_days", CARE_TALLY_LINK, 0.5, SIM_BY_ALL,
        "Median days a school waits for the offer's consultation."),
    SUM("handled_in_school", "concerns", CARE_COUNT_IN_SCHOOL, EVERY,
        "Concerns handled in school, with or without help."),
    SUM("carried", "children", CARE_COUNT_CARRIED, EVERY, "Children in direct work with a link worker."),
    SUM("link_choice", "appointments", CARE_COUNT_CHOICE, EVERY, "Choice appointments given by a link worker."),
    SUM("link_choice_specialist", "children", CARE_COUNT_CHOICE_NHS, EVERY, "Of them, referred on to the NHS."),
    SUM("link_choice_school", "children", CARE_COUNT_CHOICE_BACK, EVERY, "... back to school with support."),
    SUM("link_choice_other", "children", CARE_COUNT_CHOICE_OTHER, EVERY, "... ended elsewhere."),
    SUM("link_taken", "children", CARE_COUNT_TAKEN, EVERY,
        "Children accepted at triage whom a link worker sees in school instead of the list."),
    SUM("treated", "spells", CARE_COUNT_TREATED, EVERY,
        "Spells opened in the run, of need that can remit, whose treatment of two contacts or more ended in the period."),
    RATIO("treated_recovered_share", "share", CARE_COUNT_TREATED_WELL, CARE_COUNT_TREATED, EVERY,
        "Of them, the share with the child recovered by then."),
    SUM("relapses", "children", CARE_COUNT_RELAPSES, EVERY, "Discharged children who are ill again."),
    SUM("school_nhs_referrals", "concerns", CARE_COUNT_SCHOOL_NHS, EVERY,
        "Concerns that schools send on to the NHS, directly or by a GP."),
    RATIO("through_gp_share", "share", CARE_COUNT_THROUGH_GP, CARE_COUNT_SCHOOL_NHS, EVERY,
        "Of concerns that schools send on to the NHS, the share that goes through a GP."),
    SUM("unmet_need", "children", CARE_COUNT_UNMET, EVERY,
        "Children above the threshold of severity who got nothing, each counted once, when they leave the system: not found, turned away, "
        "or gave up."),
    SUM("unmet_unfound", "children", CARE_COUNT_UNFOUND, EVERY, "Unmet need because nobody raised a concern."),
    SUM("unmet_turned_away", "children", CARE_COUNT_TURNED_AWAY, EVERY,
        "Unmet need of those turned away at triage unrecovered, and not accepted later."),
    SUM("unmet_gave_up", "children", CARE_COUNT_GAVE_UP, EVERY,
        "Unmet need of those accepted who gave up or aged out unrecovered before a first contact."),
    { "improved", "children", SIM_KPI_SUM, CARE_COUNT_RECOVERED_12, 0, 0, 0, 0, 366, 0, EVERY,
        "Children with a concern or request in the period, found or not, whose need can remit, recovered 12 months later." },
    COHORT("recovered_12m_share", CARE_COUNT_RECOVERED_12, CARE_COUNT_CHILDREN, 366,
        "Of all children with a concern or request whose need can remit, found or not, the share recovered 12 months later."),
    SUM("cost_pounds", "pounds", CARE_COUNT_COST, MONEY, "Public money spent, schools' payments included."),
    SUM("management_pounds", "pounds", CARE_COUNT_MANAGEMENT, MONEY,
        "Of it, what budget lines take for management before posts."),
    SUM("commissioner_cost_pounds", "pounds", CARE_COUNT_COMMISSIONER_COST, SIM_BY_ALL,
        "Money spent by the commissioner."),
    SUM("extra_spent_pounds", "pounds", CARE_COUNT_EXTRA_SPENT, SIM_BY_ALL,
        "Spent on the plan beyond today's service."),
    SUM("school_paid_pounds", "pounds", CARE_COUNT_SCHOOL_PAID, EVERY, "Paid by schools."),
    SUM("unspent_pounds", "pounds", CARE_COUNT_UNSPENT, MONEY,
        "Money for posts not yet filled; negative: the provider's loss."),
    RATIO("cost_per_child_pounds", "pounds", CARE_COUNT_COST, CARE_COUNT_FIRST_CONTACTS, SIM_BY_ALL,
        "Cost for each child first seen."),
    LAST("coverage_schools", "schools", CARE_COUNT_COVERED, EVERY,
        "Schools that hold the offer at the end of the period."),
    { "coverage_schools_share", "share", SIM_KPI_LEVEL_RATIO, CARE_COUNT_COVERED, CARE_COUNT_SCHOOLS, 0, 0, 0, 0, 0,
        EVERY, "Share of schools that hold the offer." },
    { "buying_schools_share", "share", SIM_KPI_LEVEL_RATIO, CARE_COUNT_BUYERS, CARE_COUNT_SCHOOLS, 0, 0, 0, 0, 0, EVERY,
        "Share of schools that have bought a package for the contract year." },
    { "coverage_pupils_share", "share", SIM_KPI_LEVEL_RATIO, CARE_COUNT_PUPILS_COVERED, CARE_COUNT_PUPILS, 0, 0, 0, 0,
        0, EVERY, "Share of pupils in schools that hold the offer." },
    { "link_quality", "0-3", SIM_KPI_LEVEL_RATIO, CARE_COUNT_LINK_QUALITY, CARE_COUNT_SCHOOLS, 0, 0, 0, 0, 0, EVERY,
        "Mean link quality of schools at the end of the period, CASCADE scale." },
    SUM("link_hours", "hours", CARE_COUNT_LINK_HOURS, EVERY, "Hours of contact and training delivered to schools."),
    RATIO("promised_load", "ratio", CARE_COUNT_PROMISED_HOURS, CARE_COUNT_STAFF_HOURS, SIM_BY_ALL,
        "Hours promised to schools for each contact hour of the staff in post, of offers that plan so many schools a worker; "
        "above 1 the plan cannot be kept."),
    SUM("schools_reached", "schools", CARE_COUNT_REACHED, EVERY,
        "Schools given a workshop, a bronze term or an accreditation; one that has it again is counted again."),
    RATIO("schools_reached_per_wte", "schools/WTE-year", CARE_COUNT_REACHED, CARE_COUNT_POST_YEARS, SIM_BY_ALL,
        "The same, for each year of a filled post on the link."),
    SUM("sold_hours", "hours", CARE_COUNT_SOLD_HOURS, EVERY, "Hours that schools bought, in the month of the sale."),
    SUM("traded_income_pounds", "pounds", CARE_COUNT_TRADED_INCOME, SIM_BY_ALL,
        "Paid to an offer that lives by what it sells."),
    SUM("traded_surplus_pounds", "pounds", CARE_COUNT_TRADED_SURPLUS, SIM_BY_ALL,
        "What that offer has left when its staff are paid; negative: the provider's loss."),
    { "link_hours_school", "hours/year", SIM_KPI_RATIO, CARE_COUNT_LINK_HOURS, CARE_COUNT_COVERED, 0, 0, 0, 0, 12,
        EVERY, "Hours of contact and training a year for each school that holds the offer." },
    RATIO("spent_per_post_pounds", "pounds/WTE-year", CARE_COUNT_EXTRA_SPENT, CARE_COUNT_POST_YEARS, SIM_BY_ALL,
        "Spent on the plan beyond today's service for each year of a filled link post."),
    LAST("wte_in_post", "WTE", CARE_COUNT_POSTS, SIM_BY_ALL,
        "Posts of the plan that are filled, at the end of the period."),
    LAST("vacancies_wte", "WTE", CARE_COUNT_VACANT, MONEY,
        "Posts paid for and not filled, the core posts they emptied included."),
    { "equity_ratio", "ratio", SIM_KPI_GROUP_RATIO, CARE_COUNT_SEEN_18, CARE_COUNT_REFERRALS, CARE_DIM_QUINTILE, 0, 0,
        126, 0, SIM_BY_ALL,
        "Share seen within 18 weeks, least over most deprived fifth: above 1, the least deprived are seen sooner." },
    /* kept where something is said of money that only contracts know (care_has_terms) */
    SUM("funded_pounds", "pounds", CARE_COUNT_FUNDED, MONEY, "Money given to budget lines and plans by their funders."),
    SUM("provider_income_pounds", "pounds", CARE_COUNT_EARNED, MONEY,
        "Of it, what the provider earned: block, activity, outcome, traded, adjustments."),
    SUM("provider_surplus_pounds", "pounds", CARE_COUNT_SURPLUS, MONEY,
        "What the provider has left of its income when all is paid; negative: its loss."),
    SUM("kept_pounds", "pounds", CARE_COUNT_KEPT, MONEY,
        "What the commissioner keeps of the money it gave; negative: it bought more than it gave money for."),
    LAST("provider_cash_pounds", "pounds", CARE_COUNT_CASH, MONEY,
        "What the provider has in the bank at the end of the period; negative: it has borrowed."),
    LAST("posts_budgeted", "WTE", CARE_COUNT_POSTS_BUDGETED, MONEY,
        "Posts of lines and plans that money is there for."),
    LAST("posts_in_post", "WTE", CARE_COUNT_POSTS_IN, MONEY,
        "Of them, filled; core posts emptied by a plan not counted."),
    { "posts_unfilled", "WTE", SIM_KPI_LAST, CARE_COUNT_VACANT, 0, 0, 0, 0, 0, 0, MONEY,
        "Of them, not filled: their money is unspent." },
    SUM("reviews_fired", "reviews", CARE_COUNT_REVIEWS, SIM_BY_ALL, "Reviews that moved money."),
    SUM("review_moved_pounds", "pounds/year", CARE_COUNT_REVIEW_MOVED, SIM_BY_ALL,
        "Money a year that reviews moved from line to line, in the period of the move."),
};
#define N_TERMS 10
const size_t CARE_N_KPIS = sizeof(CARE_KPIS) / sizeof(CARE_KPIS[0]);

int
care_kpis(const care_spec_t *spec, size_t *n, sim_kpi_t **kpi)
{
    size_t n_care = !spec->is_care ? 0 : care_has_terms(spec) ? CARE_N_KPIS : CARE_N_KPIS - N_TERMS;

    *n = n_care + SIM_N_KPIS;
    *kpi = malloc(*n * sizeof(**kpi));
    if (*kpi == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    memcpy(*kpi, CARE_KPIS, n_care * sizeof(**kpi));
    memcpy(*kpi + n_care, SIM_KPIS, SIM_N_KPIS * sizeof(**kpi));
    return 0;
}
