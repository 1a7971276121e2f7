/*
 * The care system as a scenario describes it: schools, concerns, front door, children, workforce, money, and the plans to be
 * compared. A care_spec_t is plain data, filled by the scenario loader, checked and completed by care_spec_prepare, and then
 * shared, read-only, by every replication of every plan.
 *
 * The pathway itself is data too (sim_pathway_t). Its stages take part in the care system by their role, and the choices that
 * depend on children and schools are decisions with named labels; both are listed here, and nothing else about a stage is known
 * to the models.
 */
#ifndef CARE_CARE_H
#define CARE_CARE_H

#include "models/about.h"
#include "models/fact.h"
#include "models/ledger.h"
#include "models/offer.h"
#include "models/param.h"
#include "sim/core/calendar.h"
#include "sim/core/pathway.h"
#include "sim/core/replication.h"

#include <stdbool.h>
#include <stdint.h>

/* What a stage is to the care system (sim_stage_t.tag). */
typedef enum {
    CARE_ROLE_NONE = 0,
    CARE_ROLE_SCHOOL,  /* a concern has arisen in a school: coverage, consultation, referral are decided here */
    CARE_ROLE_CONSULT, /* an offer's consultation (added by offers) */
    CARE_ROLE_ALONE,   /* the school decides without the offer it asked */
    CARE_ROLE_CARRY,   /* direct work by a link worker (added by offers) */
    CARE_ROLE_DOOR,    /* a request reaches the service */
    CARE_ROLE_TRIAGE,  /* a registered spell is triaged */
    CARE_ROLE_WAIT,    /* first contact is given here; until then the spell is waiting */
    CARE_ROLE_TREAT,   /* treatment: recovery is faster from its first session */
    CARE_ROLE_CLOSE,   /* no more contacts are planned; the spell is still open */
    CARE_ROLE_RETURN,  /* the spell is closed; a child that was turned away, or discharged, may come back */
    CARE_ROLE_RELAPSE, /* a discharged child is ill again */
    CARE_ROLE_CHOICE,  /* a Choice appointment given by a link worker (added by offers) */
    CARE_ROLES
} care_role_t;

/* Decisions a stage may ask for (sim_stage_t.decision), with their labels. */
typedef enum {
    CARE_DECIDE_CONCERN,
    CARE_DECIDE_CONTACT,
    CARE_DECIDE_CHOICE,
    CARE_DECIDE_ALONE,
    CARE_DECIDE_DOOR,
    CARE_DECIDE_TRIAGE,
    CARE_DECISIONS
} care_decision_t;

typedef struct {
    const char *name; /* in a scenario: decide = "triage" */
    const char *doc;
    size_t n_labels;
    const char *label[SIM_OUTCOME_MAX];
} care_decision_row_t;

extern const char *const CARE_ROLE_NAME[CARE_ROLES]; /* "", "school", "consult", ... as written in scenarios */
extern const care_decision_row_t CARE_DECISION[CARE_DECISIONS];

/* Where a request comes from (sim_source_t.tag and dimension "source"). */
typedef enum {
    CARE_SOURCE_SCHOOL,
    CARE_SOURCE_SCHOOL_GP,
    CARE_SOURCE_GP,
    CARE_SOURCE_OTHER,
    CARE_SOURCES
} care_source_t;
extern const char *const CARE_SOURCE_NAME[CARE_SOURCES]; /* "school", "school_gp", "gp", "other" */

typedef enum { CARE_PRIMARY, CARE_SECONDARY, CARE_SPECIAL, CARE_SCHOOL_TYPES } care_school_type_t;
extern const char *const CARE_SCHOOL_TYPE_NAME[CARE_SCHOOL_TYPES];

/* Entity flags that the models set; a scenario's routes, timers and shares may ask for them by name, and has further ones of its own. */
#define CARE_FLAG_RECOVERED 1u   /* has recovered unseen */
#define CARE_FLAG_SUPPORTED 2u   /* its school helps it to keep appointments */
#define CARE_FLAG_NOT_REACHED 4u /* gave up waiting for an offer's consultation */
#define CARE_FLAG_CALLER                                                                                               \
    8u /* came by an offer's own source: not among the children that are the same under every plan */
#define CARE_FLAGS 4
extern const char *const CARE_FLAG_NAME[CARE_FLAGS]; /* bit i: "recovered", "supported", "not_reached", "caller" */

enum { CARE_DEADLINE_RECOVERED = 0, CARE_DEADLINE_AGE_OUT = 1 };

/* Dimensions of the results, in this order. */
enum { CARE_DIM_SOURCE, CARE_DIM_PRESENTATION, CARE_DIM_QUINTILE, CARE_DIM_SCHOOL_TYPE, CARE_DIMS };
/* Accounts, to which money is booked: dimensions that no child has; there when the scenario has lines (and lots). */
enum { CARE_ACCOUNT_LINE = CARE_DIMS, CARE_ACCOUNT_LOT };

/* Who gives money: these two, and whom the scenario names. */
enum { CARE_FUNDER_COMMISSIONER, CARE_FUNDER_SCHOOLS, CARE_FUNDERS };

#define CARE_QUINTILES 5
#define CARE_LAYERS_MAX 4
#define CARE_PLANS_MAX 32
#define CARE_LINES_MAX 16
#define CARE_LINE_POOLS_MAX 8
#define CARE_LINE_STEPS_MAX 24
#define CARE_LINE_WAVES_MAX 24
#define CARE_SHIFTS_MAX 8
#define CARE_FUNDERS_MAX 10
#define CARE_REVIEWS_MAX 16
#define CARE_AREAS_MAX 200

/* Parameter blocks: the fields are described in models/blocks.c. Shares are 0..1, times in days, money in pounds. */
typedef struct {
    double children;          /* under 18 */
    double probable_disorder; /* of them */
} care_population_t;

typedef struct {
    double primary, secondary, special;                      /* number of schools */
    double pupils_primary, pupils_secondary, pupils_special; /* mean roll */
    double roll_cv;
    double weight_primary, weight_secondary, weight_special; /* concerns, relative to a primary school */
    double deprivation_ratio;                                /* concerns, most v least deprived fifth */
    double cluster_schools;                                  /* schools in a cluster */
} care_schools_t;

typedef struct {
    double extra_max;  /* most by which contact can raise detection: concerns arrive at 1 + this, the rest unfound */
    double wish;       /* share of concerns for which the school wants a consultation */
    double wish_slope; /* fall of the log of that share with link quality */
    double reach;      /* share of wishes met today (duty line) */
    double refer_consulted;   /* share referred to the NHS after today's consultation */
    double refer_alone;       /* share referred when the school decides alone, at base link quality */
    double refer_slope;       /* b: fall of refer_alone with link quality */
    double gp_base, gp_slope; /* logit of the share of NHS referrals that go through a GP: base - slope (k - k0) */
} care_concern_t;

typedef struct {
    double base;  /* k0, CASCADE scale 0-3 */
    double top;   /* 3 */
    double gain;  /* a year */
    double decay; /* a year */
    /* what a point of quality above the base changes, besides who is referred and how (care_concern_t) */
    double find;   /* concerns uncovered, as a share of those raised today */
    double inform; /* quality of information in the school's referrals */
    double attend; /* share of referred children whose school helps them to keep appointments */
} care_link_t;

typedef struct {
    double registered; /* share of requests that open a spell */
    double severity_mean, severity_mean_other, severity_mean_urgent, severity_sd;
    double threshold;
    double noise;                                         /* sd of the estimate when nothing is known */
    double shrink;                                        /* how far missing information pulls the estimate down */
    double info_gp, info_school, info_linked, info_other; /* quality of information 0..1 */
    double deprivation_shift;                             /* a fifth, in severity units */
    double brief_cut,
        core_cut;           /* estimated severity below which accepted children go to brief, core; above: priority */
    double threshold_drift; /* rise of the threshold when the list has doubled since the start; 0 = off */
} care_door_t;

typedef struct {
    double age_7_9, age_10_12, age_13_15; /* shares; the rest are 16-17 */
    double urgent_from;                   /* years: youngest with a crisis or an eating disorder */
    double age_out;                       /* years */
    double recovery_per_month;            /* untreated, for classes whose need remits */
    double treatment_multiplier;
} care_children_t;

typedef struct {
    double recruit_days;    /* from money to a person in post */
    double recruit_max;     /* above 0: each post has a time of its own, triangular between 0, recruit_days and this */
    double turnover;        /* share of link posts that are left in a year */
    double induction_days;  /* from starting in a link post to working in full */
    double induction_share; /* of a full post, until then */
    double from_core;       /* share of link posts filled by staff of the core pool */
    double backfill_days;   /* until core has replaced them */
    double vacancies;       /* share of the posts of lines and plans that nobody can be found for */
    double supply_per_year; /* most WTE hired in a year, by all together; 0 = no limit */
    double training_days;   /* from being hired until the post counts as filled */
    char core_pool[SIM_NAME_MAX];
} care_workforce_t;

typedef struct {
    double base_per_year;      /* what today's service costs, in the first year */
    double base_growth;        /* of that money a year, and so, less price_growth, of its posts */
    double price_growth;       /* of what posts cost, a year */
    double extra_per_year;     /* public money for the plan, schools' payments included */
    double carved;             /* share of it that is taken from today's service instead of new */
    double commissioner_equal; /* share of schools' payments that comes on top of it */
    double cost_per_wte;       /* link and specialist posts, all in */
    double hours_per_wte;      /* paid hours a year */
    double contact_share;      /* of paid hours usable for contact */
} care_money_t;

/* A dated change of a line's money. */
typedef enum { CARE_STEP_ADD, CARE_STEP_TIMES, CARE_STEP_TO } care_step_kind_t;

typedef struct {
    double from_day;
    care_step_kind_t kind;
    double amount; /* pounds a year added; a factor; or pounds a year from then on */
} care_line_step_t;

/* From a day on, the share of a line's money that is released. */
typedef struct {
    double from_day;
    double share;
} care_wave_t;

/* What a post costs in the first year: salary x (1 + on_costs) x (1 + overheads) + non_pay. */
typedef struct {
    double salary; /* a year; 0 = not given */
    double on_costs, overheads;
    double non_pay;
} care_post_t;

/*
 * How a line's provider is paid. `block` of the line's money comes as it comes; the rest is earned by what is done. In a contract year
 * it is paid at most `cap` and at least `collar` of the line's money; then the commissioner takes gain_share of what the provider has
 * left, or bears risk_share of what it lacks, at most share_most of the line's money.
 */
typedef struct {
    double block;
    double per_contact, per_start, per_seen_18w, per_recovered; /* pounds, at the prices of the first year */
    double cap, collar;
    double gain_share, risk_share, share_most;
    double reinvest;       /* share of a contract year's surplus or loss that changes the posts of the next */
    size_t advance_months; /* block money is paid for so many months ahead; 0 = month by month */
    double late, missing;  /* shares of reports; the advance is withheld until one has come */
    double late_days;
} care_payment_t;

/* A budget line: money that pays the posts of some pools (models/lines.c). */
typedef struct {
    char name[SIM_NAME_MAX];
    char lot[SIM_NAME_MAX]; /* "" = none */
    size_t n_pools;
    char pool[CARE_LINE_POOLS_MAX][SIM_NAME_MAX];
    double per_year;   /* in the first year, before any step */
    double growth;     /* at each contract year */
    double uplift;     /* at each financial year, on 1 April */
    double management; /* share of the money, taken before posts */
    double admin_most; /* the most that may be; NAN = no cap */
    bool early;        /* early intervention */
    bool has_funder;
    bool has_terms;                  /* says more than lines could before there were contracts */
    double funder[CARE_FUNDERS_MAX]; /* shares, by funder */
    size_t n_steps, n_waves;
    care_line_step_t step[CARE_LINE_STEPS_MAX];
    care_wave_t wave[CARE_LINE_WAVES_MAX];
    care_post_t post;
    care_payment_t payment;
} care_line_t;

/* Money that moves from one line to another, so much more each year. */
typedef struct {
    size_t from_line, to_line;
    double share_per_year; /* of the first line's first-year money */
    double from_day;
    size_t years;
} care_shift_t;

/* At a review, if a measure of the cohorts known by then is on the wrong side of a bound, money moves from line to line for good. */
typedef struct {
    char name[SIM_NAME_MAX];
    double on_day;
    size_t every_months; /* and again each so many months; 0 = once */
    const sim_kpi_t *kpi;
    char group[SIM_NAME_MAX];
    double below, above; /* NAN = not asked; both: either will do */
    size_t over_months;
    double share; /* of the giving line's money of the day */
    size_t from_line, to_line;
} care_review_t;

/* Days are of the run; those before its start are below 0. */
typedef struct {
    bool given;
    bool takes_over; /* today's service, which the lines pay until it goes live; otherwise they have nothing before */
    double award_day, go_live_day, end_day; /* the end with the extension, if it is taken */
    double funder[CARE_FUNDERS_MAX]; /* of plans, of lines that name none, and of today's service without lines */
    double early_least, admin_most;  /* shares of the lines' money; NAN = none */
    size_t n_reviews;
    care_review_t review[CARE_REVIEWS_MAX];
} care_contract_t;

typedef struct {
    const care_offer_t *offer;
    void *param;            /* the offer's parameter struct; owned */
    double from_day;        /* start of the layer */
    double share;           /* of the plan's extra money; layers sum to 1 */
    uint32_t type_mask;     /* school types it is meant for; 0 = all */
    uint32_t quintile_mask; /* bit 0 = quintile 1 */
} care_layer_t;

typedef struct {
    char name[SIM_NAME_MAX];
    char title[96];
    size_t n_layers;
    care_layer_t layer[CARE_LAYERS_MAX];
} care_plan_t;

/*
 * Areas have schools, pools and money of their own, and no route crosses from one to another. A scenario of several areas holds a
 * spec of each, which has its own name, blocks and pathway, and takes the dates, the scale and the plans from the whole.
 */
typedef struct care_spec {
    bool is_care; /* false: a plain queueing network; nothing below is used but the pathway */
    char name[SIM_NAME_MAX];
    char title[160];
    char question[256];
    sim_date_t start;
    double years;
    double scale;
    double warmup_days;    /* statistics start here; 0 = at once */
    sim_pathway_t pathway; /* not compiled: each plan compiles its own copy with its offers' rows added */
    care_population_t population;
    care_schools_t schools;
    care_concern_t concern;
    care_link_t link;
    care_door_t door;
    care_children_t child;
    care_workforce_t workforce;
    care_money_t money;
    size_t n_lines, n_shifts, n_funders;
    care_line_t line[CARE_LINES_MAX];
    care_shift_t shift[CARE_SHIFTS_MAX];
    char funder[CARE_FUNDERS_MAX][SIM_NAME_MAX];
    care_contract_t contract;
    size_t n_plans;
    care_plan_t plan[CARE_PLANS_MAX];
    size_t n_facts;
    care_fact_t *fact;      /* owned */
    care_about_t *about;    /* owned; NULL = the scenario says nothing of itself */
    unsigned facts_reps;    /* replications that know them well enough */
    bool rescaled, redated; /* scale; or start or years: other than the scenario says, so other than the facts */
    bool is_area;           /* one of several: what is drawn in it depends on its name too */
    size_t n_areas;         /* 0: the scenario is one area, and its own */
    struct care_spec *area; /* owned */
} care_spec_t;

extern const care_block_t CARE_BLOCKS[];
extern const size_t CARE_N_BLOCKS;

void care_spec_init(care_spec_t *self);
/** A line of a spec, paid in full by the commissioner, as it comes. */
void care_line_init(care_line_t *self);
/** The number of the funder of that name, who is added when new; CARE_FUNDERS_MAX when there is no more room. */
size_t care_spec_funder(care_spec_t *self, const char *name);
/** Whether anything is said of money that only contracts know: then their measures are kept. */
bool care_has_terms(const care_spec_t *self);
void care_spec_free(care_spec_t *self);
/** Make room for areas, each with the dates, scale and blocks of the whole. @return 0 or SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int care_spec_add_areas(care_spec_t *self, size_t n);
/** Add a plan with no layers. @return the plan, or NULL when there are CARE_PLANS_MAX. */
care_plan_t *care_spec_add_plan(care_spec_t *self, const char *name);
/** Add a layer with the offer's defaults. @return the layer, or NULL (too many, no memory). */
care_layer_t *care_plan_add_layer(care_plan_t *self, const care_offer_t *offer);

/** Add a copy of a fact. @return 0 or SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int care_spec_add_fact(care_spec_t *self, const care_fact_t *fact);
/* What prices and the lines' money are from a day on, until the next. */
typedef struct {
    long day;
    double prices;                 /* what a post costs, relative to the first year */
    int64_t pence[CARE_LINES_MAX]; /* a year, of each line */
} care_funding_t;

/* All of them, by day, over a run: the contract years, and the days on which a line's money changes (models/lines.c). */
typedef struct {
    size_t n;
    care_funding_t *funding; /* owned */
} care_budget_t;

/* A change that cannot be: it would leave a line with less than nothing. Or a bound of the contract that the money breaks. */
typedef enum { CARE_FAULT_STEP, CARE_FAULT_SHIFT, CARE_FAULT_EARLY, CARE_FAULT_ADMIN } care_fault_kind_t;

typedef struct {
    care_fault_kind_t kind;
    size_t line, index;     /* of the line that is short; of its step, or of the shift */
    double pounds_per_year; /* that it would be left with */
    long day;               /* of a bound: from when on, */
    double share;           /* ... and what it then is */
} care_budget_fault_t;

/**
The money of every line over the days of a calendar.
@return 0, SIM_ERR_NO_MEMORY, or SIM_ERR_SCENARIO with `fault` filled in
*/
SIM_MUST_CHECK int care_budget_init(care_budget_t *self, const care_spec_t *spec, const sim_calendar_t *calendar,
    care_budget_fault_t *fault);
void care_budget_free(care_budget_t *self);
/** A copy with room for further changes. */
SIM_MUST_CHECK int care_budget_copy(care_budget_t *self, const care_budget_t *from, size_t spare);
/** Whether the contract's bounds hold on every day (models/contract.c); if not, `fault` says which does not, and when. */
bool care_budget_holds(const care_budget_t *self, const care_spec_t *spec, care_budget_fault_t *fault);
/**
Move so many pence a year from line to line, from a day on, for good: fewer when a line would be left with less than nothing or a bound
would be broken. There must be room for one more change.
@return what was moved
*/
int64_t care_budget_move(care_budget_t *self, const care_spec_t *spec, long day, size_t from, size_t to, int64_t pence);
/** The day, counted from the start, of the same date some months after a day, or the last of its month. */
long care_months_later(const sim_calendar_t *calendar, double from_day, size_t months);
/** The days that a run lasts. */
double care_horizon(const care_spec_t *spec);
/** What holds at a time. */
const care_funding_t *care_budget_at(const care_budget_t *self, double t_days);
/** Whole pence of a month of the run that lines 0 .. n-1 have together: what one line has is a difference, so that lines always
    add up, and money that moves between them is never lost to rounding. */
int64_t care_budget_month(const care_budget_t *self, size_t n_lines, const sim_calendar_t *calendar, size_t month);
/** The whole pence of a yearly sum that fall in a month of the year, so that twelve months make the year. */
int64_t care_money_month(int64_t pence_per_year, size_t month);
/** The line that pays a pool, or -1. */
int care_line_of(const care_spec_t *spec, const char *pool);
/** What a post costs in the first year; 0 when nothing is said of it. */
double care_post_pounds(const care_post_t *post);
/** Units of the ledger: each line, or today's service where there are none; then the plan. */
size_t care_ledger_units(const care_spec_t *spec);
/** The name of one: a line's, "service" or "plan". */
const char *care_ledger_unit(const care_spec_t *spec, size_t unit);
/** The lots that lines name, in that order, and the lot of each line (-1 = none). @return their number */
size_t care_lots(const care_spec_t *spec, const char *name[CARE_LINES_MAX], int lot_of[CARE_LINES_MAX]);

/*
 * A plan made ready to run: its pathway with the offers' rows, compiled; its calendar. Of several areas, the model of each; the
 * pathway of the whole is then that of the first area, by whose rows all results are named.
 */
typedef struct care_model {
    const care_spec_t *spec; /* borrowed */
    const care_plan_t *plan; /* borrowed; NULL for a plain network */
    sim_calendar_t calendar;
    sim_pathway_t pathway;
    care_budget_t budget;
    double horizon_days;
    size_t n_areas; /* 0: it stands alone */
    struct care_model *area;
} care_model_t;

/** Faults (compile faults, parameters that contradict each other) go to report. */
SIM_MUST_CHECK int care_model_init(care_model_t *self, const care_spec_t *spec, const care_plan_t *plan,
    void (*report)(void *ctx, const sim_fault_t *fault), void *ctx);
void care_model_free(care_model_t *self);

/* How a replication is run. */
typedef struct {
    uint64_t seed;
    uint32_t replication;
    bool verify;        /* check every invariant (slow) */
    double warmup_days; /* what is counted before is forgotten; below 0: as the scenario says */
    size_t n_spans;     /* of the series of numbers present and waiting; 0 = none */
    /* A line of the trace, and what the care system adds to it ("" of a plain network); NULL = none. Several areas are not traced
       together: trace the model of one. */
    void (*trace)(void *ctx, const sim_trace_t *line, const char *note);
    void *trace_ctx;
    /* What happens to the whole, such as a review; called with trace_ctx. NULL = none. */
    void (*tell)(void *ctx, double t_days, const char *text);
    /* Empty; gets the ledger, which the caller frees; of several areas, their sum. NULL = not wanted. */
    care_ledger_t *ledger;
} care_how_t;

/* What it took. */
typedef struct {
    uint64_t events;
    size_t bytes;         /* held for entities and pending events */
    size_t peak_entities; /* the most there were at one time */
} care_effort_t;

/** Run one replication of a model, one area after another. On success the book is the caller's to free and borrows the model's calendar. */
SIM_MUST_CHECK int care_model_run_as(const care_model_t *self, const care_how_t *how, sim_book_t *book,
    care_effort_t *effort);
/** The same with the scenario's warm-up and no series. */
SIM_MUST_CHECK int care_model_run(const care_model_t *self, uint64_t seed, uint32_t replication, bool verify,
    sim_book_t *book, uint64_t *events);

/** KPIs of the care system (models/measures.c); the engine's SIM_KPIS go with them. */
extern const sim_kpi_t CARE_KPIS[];
extern const size_t CARE_N_KPIS;
/** The joined table for a scenario: the model's first (none for a plain network), then the engine's. Caller frees. */
SIM_MUST_CHECK int care_kpis(const care_spec_t *spec, size_t *n, sim_kpi_t **kpi);

#endif
