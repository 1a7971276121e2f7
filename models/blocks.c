/* The parameter blocks of the care system: every number a scenario may set, its unit, range, default and source. */
#include "models/care.h"

#define ROW(type, field, unit, min, max, value, source, doc)                                                           \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(type, field), source, doc                           \
    }
#define NAME(type, field, text, source, doc)                                                                           \
    {                                                                                                                  \
#field, CARE_NAME, "", 0, 0, 0, text, offsetof(type, field), source, doc                                       \
    }
#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

#define PEOPLE(field, unit, min, max, value, source, doc)                                                              \
    ROW(care_population_t, field, unit, min, max, value, source, doc)
static const care_param_t POPULATION[] = {
    PEOPLE(children, "count", 0, 2e7, 0, "assumption", "Children under 18 in the area; 0 = not given."),
    PEOPLE(probable_disorder, "count", 0, 2e7, 0, "assumption",
        "Of them, with a probable mental disorder; 0 = not given."),
};

#define SCHOOL(field, unit, min, max, value, source, doc) ROW(care_schools_t, field, unit, min, max, value, source, doc)
static const care_param_t SCHOOLS[] = {
    SCHOOL(primary, "count", 0, 30000, 20, "assumption", "Number of primary schools."),
    SCHOOL(secondary, "count", 0, 10000, 4, "assumption", "Number of secondary schools, sixth forms included."),
    SCHOOL(special, "count", 0, 5000, 1, "assumption", "Number of special schools and alternative provision."),
    SCHOOL(pupils_primary, "count", 1, 5000, 275, "pupils_per_primary", "Mean roll of a primary school."),
    SCHOOL(pupils_secondary, "count", 1, 5000, 1064, "pupils_per_secondary", "Mean roll of a secondary school."),
    SCHOOL(pupils_special, "count", 1, 5000, 130, "assumption", "Mean roll of a special school."),
    SCHOOL(roll_cv, "", 0, 2, 0.4, "assumption", "Coefficient of variation of rolls within a type."),
    SCHOOL(weight_primary, "", 0, 100, 1.0, "assumption",
        "Concerns a primary school raises, as the unit of the other types."),
    SCHOOL(weight_secondary, "", 0, 100, 5.7, "assumption",
        "Concerns a secondary school raises, relative to a primary school."),
    SCHOOL(weight_special, "", 0, 100, 3.0, "assumption",
        "Concerns a special school raises, relative to a primary school."),
    SCHOOL(deprivation_ratio, "", 1, 10, 1.57, "ineq_refer",
        "Concerns and requests for each pupil, most v least deprived fifth."),
    SCHOOL(cluster_schools, "count", 1, 100, 10, "areaD_schools_per_lead", "Schools in a cluster."),
};

#define CONCERN(field, unit, min, max, value, source, doc)                                                             \
    ROW(care_concern_t, field, unit, min, max, value, source, doc)
static const care_param_t CONCERNS[] = {
    CONCERN(extra_max, "share", 0, 1, 0.30, "asm_unmet_uplift",
        "Concerns that nobody raises today, as a share of those raised; contact may uncover some."),
    CONCERN(wish, "share", 0, 1, 0.449, "consult_base",
        "Share of concerns for which the school wants a consultation (13.6 of 30.3)."),
    CONCERN(wish_slope, "", 0, 2, 0, "assumption",
        "Fall of the log of that share for each point of link quality: confident schools ask less; 0 = off."),
    CONCERN(reach, "share", 0, 1, 0.47, "easy_consult_base", "Share of those wishes that today's duty line meets."),
    CONCERN(refer_consulted, "share", 0, 1, 0.31, "areaI_choice",
        "Share referred to the NHS after today's consultation (50 of 160)."),
    CONCERN(refer_alone, "share", 0, 1, 0.39, "ref_gp_base",
        "Share referred when the school decides alone, at base link quality."),
    CONCERN(refer_slope, "", 0, 2, 0.15, "assumption",
        "Fall of the log of that share for each point of link quality (0 to 0.3)."),
    CONCERN(gp_base, "", -5, 5, 0.376, "ref_gp_base",
        "Logit of the share of NHS referrals that go through a GP, at base link quality."),
    CONCERN(gp_slope, "", 0, 5, 1.16, "ref_gp_end", "Fall of that logit for each point of link quality."),
};

#define LINK(field, unit, min, max, value, source, doc) ROW(care_link_t, field, unit, min, max, value, source, doc)
static const care_param_t LINKS[] = {
    LINK(base, "", 0, 3, 0.37, "cascade_mean_change", "Link quality without a link, CASCADE scale 0 to 3."),
    LINK(top, "", 0.1, 3, 3.0, "cascade_mean_change", "The top of the scale."),
    LINK(gain, "", 0, 20, 2.3, "assumption", "Gain a year at saturating contact."),
    LINK(decay, "", 0, 20, 0.35, "assumption", "Share of the gain lost a year (staff turnover)."),
    LINK(find, "share", 0, 1, 0, "asm_unmet_uplift",
        "Concerns uncovered by each point above the base, as a share of those raised today (0: referrals do not surge; swept to 0.3)."),
    LINK(inform, "share", 0, 1, 0.10, "assumption",
        "Rise of the quality of information in a school's referrals with each point, up to that after a consultation (0 to 0.2)."),
    LINK(attend, "share", 0, 1, 0.25, "assumption",
        "Share of the children a school refers whom it helps to keep appointments, for each point (0 to 0.5)."),
};

#define DOOR(field, unit, min, max, value, source, doc) ROW(care_door_t, field, unit, min, max, value, source, doc)
static const care_param_t DOORS[] = {
    DOOR(registered, "share", 0, 1, 0.861, "km_mh_start_q",
        "Share of requests that open a referral spell, crisis and eating disorder apart, which all do (together 36,840 of 42,000)."),
    DOOR(severity_mean, "", 0, 1, 0.557, "assumption", "Mean severity of children referred by schools and GPs."),
    DOOR(severity_mean_other, "", 0, 1, 0.628, "assumption", "Mean severity of children from other sources."),
    DOOR(severity_mean_urgent, "", 0, 1, 0.80, "assumption",
        "Mean severity of children with a crisis or an eating disorder."),
    DOOR(severity_sd, "", 0.001, 1, 0.15, "assumption", "Standard deviation of severity."),
    DOOR(threshold, "", 0, 1, 0.40, "assumption", "Estimated severity below which a referral is turned away."),
    DOOR(noise, "", 0, 1, 0.20, "assumption", "Standard deviation of the estimate when nothing is known of the child."),
    DOOR(shrink, "", 0, 1, 0.136, "assumption", "How far missing information pulls the estimate down."),
    DOOR(info_gp, "share", 0, 1, 0.13, "gp_rej_ratio",
        "Quality of information in a GP's letter (gives 43% turned away)."),
    DOOR(info_school, "share", 0, 1, 0.50, "school_refs_declined",
        "Quality of information from a school (gives 31% turned away)."),
    DOOR(info_linked, "share", 0, 1, 0.90, "assumption",
        "Quality after a consultation with a link worker (gives 18%)."),
    DOOR(info_other, "share", 0, 1, 0.70, "assumption", "Quality of information from other sources (gives 11%)."),
    DOOR(deprivation_shift, "", 0, 0.5, 0.0275, "ineq_reject",
        "Estimated severity lost for each fifth more deprived (rejections twice as likely in the most as in the least)."),
    DOOR(brief_cut, "", 0, 2, 0.585, "assumption",
        "Estimated severity below which an accepted child goes to brief help."),
    DOOR(core_cut, "", 0, 2, 0.790, "assumption",
        "Estimated severity below which it goes to core; above, to core with priority."),
    DOOR(threshold_drift, "", 0, 1, 0.0, "wf_thresholds_raised",
        "Rise of the threshold when the list has doubled; 0 = off."),
};

#define CHILD(field, unit, min, max, value, source, doc) ROW(care_children_t, field, unit, min, max, value, source, doc)
static const care_param_t CHILDREN[] = {
    CHILD(age_7_9, "share", 0, 1, 0.155, "cc_age_treated",
        "Share of referred children aged 5 to 9 (44 of 283 thousand treated)."),
    CHILD(age_10_12, "share", 0, 1, 0.258, "cc_age_treated", "Share aged 10 to 12."),
    CHILD(age_13_15, "share", 0, 1, 0.399, "cc_age_treated", "Share aged 13 to 15; the rest are 16 or 17."),
    CHILD(urgent_from, "years", 0, 26, 11, "assumption",
        "Age from which children come with a crisis or an eating disorder."),
    CHILD(age_out, "years", 1, 26, 18, "surrey_age_span", "Age at which a child leaves the service's lists."),
    CHILD(recovery_per_month, "per month", 0, 1, 0.065, "remit_untreated_1y", "Hazard of recovery without treatment."),
    CHILD(treatment_multiplier, "", 1, 10, 1.6, "assumption", "Treatment multiplies that hazard by this."),
};

#define FORCE(field, unit, min, max, value, source, doc)                                                               \
    ROW(care_workforce_t, field, unit, min, max, value, source, doc)
static const care_param_t WORKFORCE[] = {
    FORCE(recruit_days, "days", 0, 730, 121.75, "asm_recruit_months", "From the money to a person in post."),
    FORCE(recruit_max, "days", 0, 1095, 0, "backfill_delay_max",
        "Above 0, each post is filled after a time of its own: triangular from 0 to this, most often recruit_days."),
    FORCE(turnover, "share/year", 0, 2, 0, "wf_leavers", "Share of link posts whose holders leave in a year."),
    FORCE(induction_days, "days", 0, 1095, 0, "assumption", "From starting in a link post to working in full."),
    FORCE(induction_share, "share", 0, 1, 0.5, "assumption", "Share of full work that a new holder does until then."),
    FORCE(from_core, "share", 0, 1, 0.50, "assumption", "Share of new posts filled by staff who leave the core pool."),
    FORCE(backfill_days, "days", 0, 730, 121.75, "asm_recruit_months", "Until core has replaced them."),
    FORCE(vacancies, "share", 0, 0.99, 0, "assumption",
        "Share of the posts of budget lines and plans that nobody can be found for: unfilled, their money unspent."),
    FORCE(supply_per_year, "WTE", 0, 1e6, 0, "assumption",
        "Above 0, the most WTE that the labour market yields in a year, to all lines, plans and backfilling together."),
    FORCE(training_days, "days", 0, 1095, 0, "assumption",
        "Training of those hired for lines and plans, until which a post counts as unfilled."),
    NAME(care_workforce_t, core_pool, "core", "assumption",
        "The pool they come from, and that unspent money returns to."),
};

#define MONEY(field, unit, min, max, value, source, doc) ROW(care_money_t, field, unit, min, max, value, source, doc)
static const care_param_t MONEYS[] = {
    MONEY(base_per_year, "pounds/year", 0, 1e11, 0, "assumption",
        "What today's service costs; where there are lines, the sum of their first-year money."),
    MONEY(base_growth, "share/year", -0.5, 1, 0, "assumption",
        "Growth of that money a year; of today's posts, less price_growth. Lines have their own."),
    MONEY(price_growth, "share/year", -0.5, 1, 0, "assumption",
        "Growth of pay and prices a year: of what every post costs."),
    MONEY(extra_per_year, "pounds/year", 0, 1e11, 100000, "areaI_rollout_ccg",
        "Public money for each plan, schools' payments included, on top of today's service."),
    MONEY(carved, "share", 0, 1, 0, "assumption",
        "Share of that money that is not new but taken from today's service: posts of the core pool end when a plan begins."),
    MONEY(commissioner_equal, "share", 0, 1, 0, "assumption",
        "Share of schools' payments that comes on top: 0, total public money is equal between plans; 1, the commissioner's is."),
    MONEY(cost_per_wte, "pounds/year", 1000, 1e7, 95000, "cost_per_link_fte_2016",
        "All-in cost of a post (75,000 pounds in 2016, uprated)."),
    MONEY(hours_per_wte, "hours", 1, 2500, 1575, "capa_weeks", "Paid hours a year (45 weeks of 35 hours)."),
    MONEY(contact_share, "share", 0.01, 1, 0.5, "admin_multiplier",
        "Share of paid hours usable for contact (planning and administration double the time)."),
};

#define BLOCK(name, doc, table)                                                                                        \
    {                                                                                                                  \
#name, doc, table, COUNT_OF(table), offsetof(care_spec_t, name)                                                \
    }

const care_block_t CARE_BLOCKS[] = {
    BLOCK(population, "The children of the area, to set results against.", POPULATION),
    BLOCK(schools, "The schools of the area, made from counts and rolls.", SCHOOLS),
    BLOCK(concern, "What schools do with a concern when there is no offer.", CONCERNS),
    BLOCK(link, "How the quality of the link between a school and the service moves.", LINKS),
    BLOCK(door, "Registration and triage.", DOORS),
    BLOCK(child, "Children: age and recovery.", CHILDREN),
    BLOCK(workforce, "Recruitment.", WORKFORCE),
    BLOCK(money, "Money.", MONEYS),
};
const size_t CARE_N_BLOCKS = COUNT_OF(CARE_BLOCKS);
