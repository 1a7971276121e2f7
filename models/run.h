/*
 * One replication of the care system: schools, children, posts and money, riding on one replication of the engine.
 *
 * Invariant: every entity of the pathway owns one child record; a child's draws come from its own key; a school's attributes come
 * from a key that no replication or plan changes (the area is the same area), its behaviour from the replication's. At every
 * month's end income equals spending plus what is unspent.
 */
#ifndef CARE_RUN_H
#define CARE_RUN_H

#include "models/care.h"
#include "models/ledger.h"
#include "models/measures.h"

#include <stdint.h>

typedef struct {
    uint64_t area_key;      /* the same in every replication */
    uint64_t key;           /* of this replication */
    uint8_t type, quintile; /* quintile 0 = most deprived */
    uint32_t cluster;
    double roll;
    double quality;                      /* link quality, CASCADE scale */
    double hours;                        /* delivered this month */
    uint32_t covered;                    /* bit l: layer l */
    uint32_t on_trial;                   /* bit l: served by layer l, but not counted as covered yet */
    int64_t paid_pence;                  /* what the school pays this contract year, all layers */
    uint32_t joined;                     /* bit l: its cluster has joined layer l */
    double held;                         /* children in direct work with a link worker */
    uint32_t bought;                     /* bit l: bought from layer l last time it was asked */
    double visit_hours[CARE_LAYERS_MAX]; /* a school-week of visits this term, besides consultations */
    double left_hours[CARE_LAYERS_MAX];  /* bought and not yet used */
    uint32_t member[CARE_LAYERS_MAX];    /* of the layer's family of pools */
} care_school_t;

#define CARE_CHILD_BYTES 64 /* a cache line: a child is looked at at every contact */

typedef struct {
    uint64_t key;
    uint32_t school;
    uint8_t source, cls, layer; /* layer 255 = none */
    uint8_t state;              /* CARE_CHILD_* */
    double severity;
    double onset_days;               /* of the concern or request */
    double recovery;                 /* unit exponential: recovers when the integrated hazard reaches it */
    double treated_from, treated_to; /* NaN when not */
    double registered_days;          /* of the present spell; NaN when none is open */
} care_child_t;

/* Numbers present, kept by group. */
enum { CARE_LEVEL_WAITING, CARE_LEVEL_CASELOAD, CARE_LEVEL_OPEN, CARE_LEVELS };

/* Model events: kind in the top bits, a number below. */
enum {
    CARE_EVENT_YEAR = 1,
    CARE_EVENT_TERM = 2,
    CARE_EVENT_MOVE = 3,
    CARE_EVENT_OPEN = 4,
    CARE_EVENT_DUE = 5,
    CARE_EVENT_FUNDING = 6,
    CARE_EVENT_REVIEW = 7,
    CARE_EVENT_SHIFT = 24
};
#define CARE_REVIEW_SHIFT                                                                                              \
    12 /* of a review's number in that of CARE_EVENT_REVIEW; below it, how often it has been held */
#define CARE_REVIEW_AT 0.05 /* 01:12: after the books of a month, before its lines change */
#define CARE_DUE_SHIFT 20 /* of a layer's number in the number of CARE_EVENT_DUE; below it, what the layer asked for */

enum {
    CARE_CHILD_ACCEPTED = 1,
    CARE_CHILD_REMITS = 2,
    CARE_CHILD_HELPED = 4,
    CARE_CHILD_SEEN = 8,
    CARE_CHILD_UNFOUND = 16,
    CARE_CHILD_TURNED_AWAY = 32,
    CARE_CHILD_GAVE_UP = 64, /* these three: why its need is unmet, as things stand */
    CARE_CHILD_LINKED = 128  /* referred after an offer's consultation */
};

/* Staff who come or go at a scheduled time. */
typedef enum {
    CARE_MOVE_LINK,
    CARE_MOVE_CORE_EXTRA,
    CARE_MOVE_CORE_REFILL,
    CARE_MOVE_LINE,
    CARE_MOVE_LEARNT
} care_move_kind_t;

typedef struct {
    care_move_kind_t kind;
    size_t owner; /* a layer, or a budget line */
    double wte;   /* of a line: posts relative to those of the first year */
} care_move_t;

/* A budget line's posts, relative to those of the first year. */
typedef struct {
    double posts, in_post;                        /* paid for, and filled */
    double post_days, in_days;                    /* ... x days, of the month so far */
    double units;                                 /* of its pools in the first year */
    double contacts, starts, seen_18w, recovered; /* of the month so far, as far as they are paid for */
    int64_t year_money, year_earned, year_spent;  /* of the contract year so far, in pence */
    int64_t reinvested;                           /* of last year's surplus or loss, that changes this year's posts */
    int64_t owed, ahead;                          /* block money earned and not paid; paid and not earned */
    bool due;                                     /* an advance is, once the report has come: */
    double report_day;
} care_line_run_t;

typedef struct care_run care_run_t;

/* What a child or a school draws: each has its own address, the hash of its name (models/vocabulary.c). */
typedef enum {
    CARE_DRAW_REFER,
    CARE_DRAW_CARRY,
    CARE_DRAW_BUYS,
    CARE_DRAW_THROUGH_GP,
    CARE_DRAW_REACH,
    CARE_DRAW_WISH,
    CARE_DRAW_FOUND,
    CARE_DRAW_TRIAGE_NOISE,
    CARE_DRAW_REGISTERED,
    CARE_DRAW_SCHOOL,
    CARE_DRAW_AGE_BAND,
    CARE_DRAW_AGE,
    CARE_DRAW_SEVERITY,
    CARE_DRAW_RECOVERY,
    CARE_DRAW_TELLS,
    CARE_DRAW_SUPPORTED,
    CARE_DRAWS
} care_draw_t;

extern const char *const CARE_DRAW_NAME[CARE_DRAWS];

typedef struct care_layer_run {
    care_run_t *run;
    const care_layer_t *layer;
    size_t number;
    void *state;                      /* offer->state_size bytes, zeroed */
    int pool;                         /* the layer's first pool in the pathway, -1 if none */
    int64_t pence;                    /* its public money this contract year, schools' payments included */
    double posts, in_post;            /* WTE paid for on the link, and filled */
    double learning;                  /* of those in post, WTE that do not work in full yet */
    uint32_t n_hired;                 /* posts recruited so far */
    double core_posts, core_in_post;  /* WTE paid for in core, and filled */
    double post_days, core_post_days; /* filled posts x days, of the month so far */
    int64_t school_pence;             /* schools' payments, this contract year */
    bool trades;                      /* lives by what it sells: */
    int64_t income_pence;             /* ... this contract year, a free core paid by the commissioner included */
    double price;                     /* of its posts, relative to money.cost_per_wte; `start` may change this */
    double own_staff;  /* share of its posts filled from the people who work in core; `start` may change this */
    double absent;     /* WTE of in_post who have left and are not replaced yet */
    double found;      /* rise in detection in schools it covers */
    double line_lost;  /* of the wishes it does not meet, the share that today's duty line is not asked */
    bool open;         /* its start date has come */
    double open_share; /* of the month in which it opened, that it was open */
    size_t open_month;
    bool carved; /* its money has left today's service */
    size_t n_schools;
    uint32_t *order; /* the schools it is meant for, in the order in which they come forward */
    size_t next;     /* how far along the order the layer has come */
} care_layer_run_t;

struct care_run {
    const care_model_t *model;
    const care_spec_t *spec;
    sim_replication_t *rep;
    size_t n_schools;
    care_school_t *school;
    uint32_t *order;           /* schools, in the order in which they come forward */
    double *school_cum[2];     /* cumulative weights: of concerns; of pupils */
    uint32_t *school_guide[2]; /* where to begin to look, by the uniform's first bits */
    size_t n_child, n_free, cap_child;
    care_child_t *child;
    sim_since_t *wait; /* for a first contact, of each child, in its spell */
    uint32_t *free_child;
    size_t n_layers;
    care_layer_run_t layer[CARE_LAYERS_MAX];
    size_t n_moves, cap_moves;
    care_move_t *move;    /* scheduled changes of posts, by the number in their event */
    uint32_t *level;      /* [CARE_LEVELS][n_groups + 1] of the book: present numbers */
    double start_waiting; /* for the drift of the threshold */
    double core_missing;  /* WTE of core posts empty */
    double missing_days;  /* ... x days, of the month so far */
    double staffed_to;    /* until when post-days are reckoned */
    int core_pool;
    double base_units;    /* WTE of today's service in the first year */
    double *owed;         /* by pool: units cut that were not there, taken from the next that come */
    double term_share;    /* of a term, that is left when schools are chosen: 1 but for one under way */
    double year_share;    /* of a contract year, that is left when a layer is funded */
    int64_t carved_pence; /* a year, taken from today's service for the plan */
    double grown;         /* money for today's service now, relative to the first year */
    double prices;        /* what a post costs now, relative to the first year */
    care_line_run_t line[CARE_LINES_MAX];
    int core_line;             /* the line that pays the core pool, -1 if none */
    uint32_t draw[CARE_DRAWS]; /* hashes of the names of draws */
    bool remits[SIM_CLASS_MAX];
    bool urgent[SIM_CLASS_MAX], neuro[SIM_CLASS_MAX];
    care_ledger_t ledger;
    care_budget_t budget; /* the model's, or a copy that reviews may change */
    double market_free;   /* when the labour market has found all who were asked for so far */
    bool counts;          /* contacts are counted by line, since they are paid for: */
    int8_t *line_of;      /* ... the line of each pool, -1 = none */
    uint8_t *paid_line;   /* ... by child: 1 + the line of its last contact, 0 = none */
    void (*tell)(void *ctx, double t_days, const char *text);
    void *tell_ctx;
};

/** The seed of what is drawn in an area: a scenario's own, and of one of several areas also of its name. */
uint64_t care_seed(const care_spec_t *spec, uint64_t seed);

/* schools (models/school.c) */
SIM_MUST_CHECK int care_schools_make(care_run_t *run);
/** A school drawn with weight of concerns (by = 0) or pupils (by = 1). */
uint32_t care_school_pick(const care_run_t *run, int by, double uniform);
/** A month of contact and turnover on every school's link quality; hours are used up. */
void care_schools_month(care_run_t *run, size_t month);
void care_school_deliver(care_run_t *run, uint32_t school, double hours);
/** Count for a school, by its fifth and type, in the present month; hours counted here do not move its link quality. */
void care_school_count(care_run_t *run, uint32_t school, int counter, double amount);
/** Set or clear the layer's bit. */
void care_school_cover(care_layer_run_t *layer, uint32_t school, bool covered);

/* children (models/child.c) */
SIM_MUST_CHECK int care_child_new(care_run_t *run, uint32_t *child);
void care_child_free(care_run_t *run, uint32_t child);
/** Fill in a child that has just arrived as `entity`. */
void care_child_make(care_run_t *run, uint32_t child, uint32_t entity, uint32_t tag, bool initial, int stage);
/** Integrated hazard of recovery since onset, at t. */
double care_child_hazard(const care_run_t *run, const care_child_t *child, double t_days);
/** The child is seen by the service, or consulted about: counted once for each, if within 18 weeks of its concern or request. */
void care_child_helped(care_run_t *run, care_child_t *child, const sim_entity_t *entity, bool seen);
/** Count in the month of the child's concern or request, by every dimension but source, which a plan may change. */
void care_child_count(care_run_t *run, const care_child_t *child, const sim_entity_t *entity, int counter);
/** The child is ill again: unrecovered, with a new time to recovery; what it was for the first time has been counted. */
void care_child_relapse(care_run_t *run, care_child_t *child, sim_entity_t *entity);
bool care_child_recovered(const care_run_t *run, const care_child_t *child, double t_days);

/* choices (models/choice.c) */
int care_decide(care_run_t *run, uint32_t entity, int decision);
/** Severity as triage reads it at this visit, and below which it turns away today. */
double care_triage_estimate(const care_run_t *run, const care_child_t *child, uint16_t visit);
double care_triage_threshold(const care_run_t *run);
/** After a consultation: refer with this probability, by the child's own uniform, or support in school. */
care_contact_t care_refers(const care_layer_run_t *layer, uint32_t child, double probability);
/** A hook that takes every wish. */
int care_takes_all(care_layer_run_t *layer, uint32_t child, uint32_t school);

/* posts (models/workforce.c) */
/** The layer now pays for `wte` posts; further ones are filled after the recruitment time, spare ones end now. */
SIM_MUST_CHECK int care_layer_posts(care_layer_run_t *layer, double wte);
/** Money the layer does not need pays so many posts in core. */
SIM_MUST_CHECK int care_layer_core_posts(care_layer_run_t *layer, double wte);
/** Each line now pays for what its money and prices allow: further posts are filled after the recruitment time, spare ones end now. */
SIM_MUST_CHECK int care_lines_fund(care_run_t *run);
/** Money for today's service, relative to the first year, at the prices of the first year. */
double care_real_growth(const care_run_t *run);
/** What a post costs a year, in pence. */
double care_post_pence(const care_run_t *run);
/** So many of those in post have left; their pay stays unspent until the layer says that they are replaced. */
void care_layer_absent(care_layer_run_t *layer, double wte);
/** Money that pays so many of the layer's posts, in posts of core. */
double care_layer_as_core(const care_layer_run_t *layer, double wte);
/** Posts of the layer's price that so much a year pays. */
double care_layer_wte(const care_layer_run_t *layer, int64_t pence_per_year);
double care_layer_contact_hours(const care_layer_run_t *layer);
/** Money of this year that schools' payments add to the layer's, once it has sold: counted as the layer's from here on. */
int64_t care_layer_on_top(care_layer_run_t *layer);
/** More or fewer units of a pool. What is cut beyond what is there is owed, so that nothing comes of it when others return. */
SIM_MUST_CHECK int care_change_units(care_run_t *run, int pool, size_t member, double change);
/** Contact hours that the layer's posts have in the term that begins, or in what is left of the one under way. */
double care_term_hours(const care_layer_run_t *layer);
/** The layer begins: what of its money is not new leaves today's service, and the core pool's posts that it paid. */
SIM_MUST_CHECK int care_layer_carve(care_layer_run_t *layer);
/** Have the offer's `due` called on the first school day from `day` on, with `what` < 2^20; never after the run's end. */
SIM_MUST_CHECK int care_layer_call(care_layer_run_t *layer, double day, uint32_t what);
/** Hours promised to schools, and hours of staff in post to keep the promise with: their ratio is the KPI promised_load. */
void care_layer_promise(care_layer_run_t *layer, double promised_hours, double staff_hours);
/** The full posts that those in post amount to: new staff do less. */
double care_layer_able(const care_layer_run_t *layer);
/** A month of turnover: some leave, and are replaced after the recruitment time. */
SIM_MUST_CHECK int care_month_turnover(care_run_t *run, size_t month);
/** Whether a child has recovered a year after its concern: counted once, when that is known. */
void care_child_outcome(care_run_t *run, const care_child_t *child, const sim_entity_t *entity);
/** Carry out a scheduled move. */
SIM_MUST_CHECK int care_move(care_run_t *run, uint32_t index);
/** A school's payment for this contract year. */
void care_layer_charge(care_layer_run_t *layer, uint32_t school, int64_t pence);
/** Post-days up to now, before anything changes. */
void care_workforce_reckon(care_run_t *run);

/** Before anything else: some of the lines' posts nobody can be found for. */
SIM_MUST_CHECK int care_lines_open(care_run_t *run);

/* reviews (models/contract.c) */
/** Have a review held for the first time (0) or again, if that is within the contract and the run. */
SIM_MUST_CHECK int care_review_plan(care_run_t *run, size_t number, size_t times);
/** Hold it. */
SIM_MUST_CHECK int care_review(care_run_t *run, uint32_t what);

/* money (models/money.c) */
/** Money and posts of a month. */
void care_month_money(care_run_t *run, size_t month);
/** Money that funders give to a unit of the ledger, by their shares. */
void care_money_fund(care_run_t *run, size_t unit, size_t month, const double *share, int64_t pence);
/** Money that the provider spends on what an account is for. */
void care_money_spend(care_run_t *run, size_t unit, size_t month, care_account_t account, int64_t pence);
/** After the last month: 0, or SIM_ERR_INVARIANT when the ledger does not balance, or is not of the money that there was. */
SIM_MUST_CHECK int care_money_verify(const care_run_t *run);

/* payment (models/payment.c) */
/** Money that the provider has earned and is paid at once. */
void care_payment_earn(care_run_t *run, size_t unit, size_t month, care_account_t income, int64_t pence);
/** An attended contact, and a spell that is closed, of which a line's provider may be paid. */
void care_payment_contact(care_run_t *run, const care_child_t *child, const sim_entity_t *entity);
void care_payment_closed(care_run_t *run, const care_child_t *child, const sim_entity_t *entity);
/** What a line's provider earns in a month and is paid, when what it spent is known. */
void care_payment_line(care_run_t *run, size_t l, size_t month, int64_t money);

#endif
