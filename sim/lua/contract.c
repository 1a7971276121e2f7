/*
 * The contract of a scenario: who gives a line's money, how its provider is paid and what a post costs; dates, bounds and reviews.
 *
 * Invariant: a term that is kept is good by itself where it is read; what terms say against each other, the lines and the run is looked
 * at once all has been read (scn_check_contract), with where each was written.
 */
#include "sim/lua/loader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define POUNDS_MAX 1e11
#define MONTH_DAYS (365.25 / 12)

static scn_spot_t
spot_of(const scn_at_t *at)
{
    return (scn_spot_t){ at->file, at->line };
}

static void
fault_at(scn_loader_t *ld, const scn_spot_t *spot, const char *text)
{
    scn_error(ld, spot->file, spot->line, "contract: %s", text);
}

/* ---- funders ---- */

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static void
add_funder(scn_loader_t *ld, const scn_at_t *at, const char *name, double part, double share[CARE_FUNDERS_MAX])
{
    size_t f = care_spec_funder(ld->spec, name);

    if (f == CARE_FUNDERS_MAX) {
        scn_fault(ld, at, "there are more than %d funders", CARE_FUNDERS_MAX - CARE_FUNDERS);
    } else {
        share[f] += part;
    }
}

/* The table on top: shares by name, in the order of the names. */
static void
read_funders(scn_loader_t *ld, const scn_at_t *at, double share[CARE_FUNDERS_MAX])
{
    scn_want_t want = scn_want("share", 0.0, 1.0);
    const char *name[CARE_FUNDERS_MAX] = { NULL };
    double part = 0, sum = 0;
    size_t n = 0;
    scn_at_t child;

    for (lua_pushnil(ld->L); lua_next(ld->L, -2) != 0; lua_pop(ld->L, 1)) {
        if (lua_type(ld->L, -2) != LUA_TSTRING || n == CARE_FUNDERS_MAX) {
            scn_fault(ld, at,
                "'funder' must be a name, or shares of at most %d names such as { icb = share(0.6), ... }",
                CARE_FUNDERS_MAX);
            lua_pop(ld->L, 2);
            return;
        }
        name[n++] = lua_tostring(ld->L, -2);
    }
    qsort(name, n, sizeof(*name), compare_names);
    for (size_t i = 0; i < n; i++) {
        lua_getfield(ld->L, -1, name[i]);
        scn_at_key(ld, at, name[i], &child);
        if (strlen(name[i]) >= SIM_NAME_MAX) {
            scn_fault(ld, &child, "the name of a funder is longer than %d characters", SIM_NAME_MAX - 1);
        } else if (scn_number(ld, &child, &want, &part)) {
            add_funder(ld, &child, name[i], part, share);
            sum += part;
        }
        lua_pop(ld->L, 1);
    }
    if (fabs(sum - 1) > 1e-9) {
        scn_fault(ld, at, "the shares of its funders sum to %.10g, not 1", sum);
    }
}

void
scn_read_funder(scn_loader_t *ld, const scn_at_t *at, double share[CARE_FUNDERS_MAX])
{
    char name[SIM_NAME_MAX];

    memset(share, 0, CARE_FUNDERS_MAX * sizeof(*share));
    if (lua_istable(ld->L, -1)) {
        read_funders(ld, at, share);
    } else if (scn_name(ld, at, name)) {
        add_funder(ld, at, name, 1, share);
    }
}

/* ---- what a post costs ---- */

static void
post_salary(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("pounds/year", 1.0, 1e7);
    care_post_t *post = row;

    (void) scn_number(ld, at, &want, &post->salary);
}

static void
post_non_pay(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("pounds/year", 0.0, 1e7);
    care_post_t *post = row;

    (void) scn_number(ld, at, &want, &post->non_pay);
}

static const scn_field_t POST_FIELD[] = {
    { "salary", SCN_SPECIAL, 0, 0, true, 0, NULL, post_salary, "pounds a year", "Pay, in the first year." },
    { "on_costs", SCN_SHARE, 0, 2, false, offsetof(care_post_t, on_costs), NULL, NULL, NULL,
        "The employer's pension and insurance, as a share of pay; default 0." },
    { "overheads", SCN_SHARE, 0, 5, false, offsetof(care_post_t, overheads), NULL, NULL, NULL,
        "As a share of pay and on-costs; default 0." },
    { "non_pay", SCN_SPECIAL, 0, 0, false, 0, NULL, post_non_pay, "pounds a year",
        "Travel, training, equipment of a post; default 0." },
};
const scn_room_t SCN_POST = { "post", COUNT_OF(POST_FIELD), POST_FIELD };

/* ---- payment ---- */

static void
read_tariff(scn_loader_t *ld, const scn_at_t *at, double *out)
{
    scn_want_t want = scn_want("pounds", 0.0, 1e7);

    (void) scn_number(ld, at, &want, out);
}

static void
payment_per_contact(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    read_tariff(ld, at, &((care_payment_t *) row)->per_contact);
}

static void
payment_per_start(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    read_tariff(ld, at, &((care_payment_t *) row)->per_start);
}

static void
payment_per_seen(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    read_tariff(ld, at, &((care_payment_t *) row)->per_seen_18w);
}

static void
payment_per_recovered(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    read_tariff(ld, at, &((care_payment_t *) row)->per_recovered);
}

#define PAY(field) offsetof(care_payment_t, field)
static const scn_field_t PAYMENT_FIELD[] = {
    { "block", SCN_SHARE, 0, 1, false, PAY(block), NULL, NULL, NULL,
        "Share of the line's money that is paid whatever is done; default 1, and 0 where there is a tariff." },
    { "per_contact", SCN_SPECIAL, 0, 0, false, 0, NULL, payment_per_contact, "pounds",
        "For each attended contact, in prices of the first year; default 0." },
    { "per_start", SCN_SPECIAL, 0, 0, false, 0, NULL, payment_per_start, "pounds",
        "For each treatment started: a spell's second contact." },
    { "per_seen_18w", SCN_SPECIAL, 0, 0, false, 0, NULL, payment_per_seen, "pounds",
        "For each spell first seen within 18 weeks." },
    { "per_recovered", SCN_SPECIAL, 0, 0, false, 0, NULL, payment_per_recovered, "pounds",
        "For each treated spell closed of a child that has recovered." },
    { "cap", SCN_NUMBER, 0, 100, false, PAY(cap), NULL, NULL, NULL,
        "The most paid in a contract year, as a share of the line's money; default no cap." },
    { "collar", SCN_NUMBER, 0, 100, false, PAY(collar), NULL, NULL, NULL,
        "The least paid in a contract year, as a share of the line's money; default 0." },
    { "gain_share", SCN_SHARE, 0, 1, false, PAY(gain_share), NULL, NULL, NULL,
        "The commissioner's share of what the provider has left of a contract year; default 0." },
    { "risk_share", SCN_SHARE, 0, 1, false, PAY(risk_share), NULL, NULL, NULL,
        "The commissioner's share of what it lacks; default 0." },
    { "share_most", SCN_SHARE, 0, 1, false, PAY(share_most), NULL, NULL, NULL,
        "The most that these two move, as a share of the line's money; default 1." },
    { "reinvest", SCN_SHARE, 0, 1, false, PAY(reinvest), NULL, NULL, NULL,
        "Share of a contract year's surplus or loss that changes the posts of the next; default 0: payment changes no service." },
    { "advance_months", SCN_COUNT, 0, 12, false, PAY(advance_months), NULL, NULL, NULL,
        "Block money is paid for 1, 2, 3, 4, 6 or 12 months ahead, once the report on the time before has come; default 0: month by month." },
    { "late", SCN_SHARE, 0, 1, false, PAY(late), NULL, NULL, NULL, "Share of reports that come late; default 0." },
    { "late_days", SCN_TIME, 0, 730, false, PAY(late_days), NULL, NULL, NULL, "How late they come; default 0." },
    { "missing", SCN_SHARE, 0, 1, false, PAY(missing), NULL, NULL, NULL,
        "Share of reports that never come: the next one brings the money; default 0." },
};
const scn_room_t SCN_PAYMENT = { "payment", COUNT_OF(PAYMENT_FIELD), PAYMENT_FIELD };

void
scn_read_payment(scn_loader_t *ld, const scn_at_t *at, care_payment_t *payment)
{
    payment->block = NAN;
    scn_row(ld, at, &SCN_PAYMENT, payment);
    if (isnan(payment->block)) {
        payment->block =
            payment->per_contact + payment->per_start + payment->per_seen_18w + payment->per_recovered > 0 ? 0 : 1;
    }
    if (payment->collar > payment->cap) {
        scn_fault(ld, at, "'collar' is above 'cap': %g and %g", payment->collar, payment->cap);
    }
    if (payment->late + payment->missing > 1) {
        scn_fault(ld, at, "'late' and 'missing' sum to more than 1: %g", payment->late + payment->missing);
    }
    if (payment->advance_months > 0 && 12 % payment->advance_months != 0) {
        scn_fault(ld, at, "'advance_months' must be 1, 2, 3, 4, 6 or 12, so that a contract year is made of them");
    }
}

/* ---- waves ---- */

static void
wave_from(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_wave_t *wave = row;

    (void) scn_day(ld, at, &wave->from_day);
}

static const scn_field_t WAVE_FIELD[] = {
    { "from", SCN_SPECIAL, 0, 0, true, 0, NULL, wave_from, "date or time", "From this day on." },
    { "share", SCN_SHARE, 0, 1, true, offsetof(care_wave_t, share), NULL, NULL, NULL,
        "Of the line's money, that is released from then on." },
};
const scn_room_t SCN_WAVE = { "wave", COUNT_OF(WAVE_FIELD), WAVE_FIELD };

void
scn_read_waves(scn_loader_t *ld, const scn_at_t *at, care_line_t *line)
{
    long n = scn_array(ld, at, CARE_LINE_WAVES_MAX);
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        care_wave_t *wave = &line->wave[line->n_waves++];

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "wave", &item);
        scn_row(ld, &item, &SCN_WAVE, wave);
        wave->from_day = floor(wave->from_day);
        if (i > 1 && wave->from_day < wave[-1].from_day) {
            scn_fault(ld, &item, "'waves' must be in the order of their dates");
        }
        if (i == n && wave->share < 1) {
            scn_warn(ld, item.file, item.line,
                "%sthe last wave leaves the line at %g of its money for good: shares are of all of it, not added up",
                item.label, wave->share);
        }
        lua_pop(ld->L, 1);
    }
}

/* ---- reviews ---- */

typedef struct {
    care_review_t *review;
    double on_day, every_days, over_days; /* NAN: not given */
} review_row_t;

static bool
can_rule(const sim_kpi_t *kpi)
{
    return (kpi->by & SIM_BY_ALL) != 0 &&
           (kpi->kind == SIM_KPI_RATIO || kpi->kind == SIM_KPI_RATIO_REST || kpi->kind == SIM_KPI_SHARE ||
               kpi->kind == SIM_KPI_LAST || kpi->kind == SIM_KPI_PER_MONTH);
}

static void
rule_kpi(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_review_t *review = ((review_row_t *) row)->review;
    const char *best = NULL;
    unsigned distance = 0;
    char name[64], hint[80];

    if (!scn_string(ld, at, name, sizeof(name))) {
        return;
    }
    for (size_t i = 0; i < CARE_N_KPIS && review->kpi == NULL; i++) {
        if (can_rule(&CARE_KPIS[i]) && strcmp(CARE_KPIS[i].name, name) == 0) {
            review->kpi = &CARE_KPIS[i];
        } else if (can_rule(&CARE_KPIS[i])) {
            scn_nearest(name, CARE_KPIS[i].name, &best, &distance);
        }
    }
    if (review->kpi == NULL) {
        scn_fault(ld, at, "there is no measure \"%s\" that a review can look at%s", name,
            scn_hint(best, hint, sizeof(hint)));
    }
}

static void
read_bound(scn_loader_t *ld, const scn_at_t *at, double *out)
{
    scn_want_t want = scn_want("", -1e9, 1e9);

    (void) scn_number(ld, at, &want, out);
}

static void
rule_below(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    read_bound(ld, at, &((review_row_t *) row)->review->below);
}

static void
rule_above(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    read_bound(ld, at, &((review_row_t *) row)->review->above);
}

static void
rule_group(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) scn_string(ld, at, ((review_row_t *) row)->review->group, SIM_NAME_MAX);
}

static const scn_field_t RULE_FIELD[] = {
    { "kpi", SCN_SPECIAL, 0, 0, true, 0, NULL, rule_kpi, "measure", "What is looked at, such as cohort_seen_18w." },
    { "group", SCN_SPECIAL, 0, 0, false, 0, NULL, rule_group, "group",
        "Of whom, such as \"quintile=1\"; default all." },
    { "below", SCN_SPECIAL, 0, 0, false, 0, NULL, rule_below, "number or share", "The rule holds below this." },
    { "above", SCN_SPECIAL, 0, 0, false, 0, NULL, rule_above, "number or share", "Or: above this." },
    { "over", SCN_TIME, 28, 3660, false, offsetof(review_row_t, over_days), NULL, NULL, NULL,
        "Over so many of the last months that are known by then; default a year." },
};
const scn_room_t SCN_RULE = { "rule", COUNT_OF(RULE_FIELD), RULE_FIELD };

static void
review_on(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) scn_any_day(ld, at, &((review_row_t *) row)->on_day);
}

static void
review_if(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    const care_review_t *review = ((review_row_t *) row)->review;

    scn_row(ld, at, &SCN_RULE, row);
    if (isnan(review->below) && isnan(review->above)) {
        scn_fault(ld, at, "a rule needs 'below' or 'above'");
    }
}

static void
review_name(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    (void) scn_name(ld, at, ((review_row_t *) row)->review->name);
}

static void
review_move(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("share", 0.0, 1.0);

    (void) scn_number(ld, at, &want, &((review_row_t *) row)->review->share);
}

static void
review_from_line(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    ((review_row_t *) row)->review->from_line = scn_read_line_name(ld, at);
}

static void
review_to_line(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    ((review_row_t *) row)->review->to_line = scn_read_line_name(ld, at);
}

static const scn_field_t REVIEW_FIELD[] = {
    { "name", SCN_SPECIAL, 0, 0, false, 0, NULL, review_name, "name", "Its name in the trace; default its number." },
    { "on", SCN_SPECIAL, 0, 0, false, 0, NULL, review_on, "date or time",
        "When it is held, for the first time; default after `every` from the go-live." },
    { "every", SCN_TIME, 28, 3660, false, offsetof(review_row_t, every_days), NULL, NULL, NULL,
        "And again each time so much has passed, in whole months; default once." },
    { "if", SCN_SPECIAL, 0, 0, true, 0, NULL, review_if, "rule", "When money moves." },
    { "move", SCN_SPECIAL, 0, 0, true, 0, NULL, review_move, "share",
        "Of the money a year that the first line has on the day: so much moves for good, unless a bound allows less." },
    { "from_line", SCN_SPECIAL, 0, 0, true, 0, NULL, review_from_line, "name", "The line that gives." },
    { "to_line", SCN_SPECIAL, 0, 0, true, 0, NULL, review_to_line, "name", "The line that gets." },
};
const scn_room_t SCN_REVIEW = { "review", COUNT_OF(REVIEW_FIELD), REVIEW_FIELD };

static size_t
whole_months(double days)
{
    return (size_t) fmax(1, floor(days / MONTH_DAYS + 0.5));
}

static void
read_review(scn_loader_t *ld, const scn_at_t *at, care_review_t *review, size_t number)
{
    review_row_t row = { review, NAN, NAN, NAN };
    size_t errors = ld->scn->error.n;

    *review = (care_review_t){ .below = NAN, .above = NAN, .group = "all" };
    (void) snprintf(review->name, sizeof(review->name), "%zu", number);
    scn_row(ld, at, &SCN_REVIEW, &row);
    review->over_months = isnan(row.over_days) ? 12 : whole_months(row.over_days);
    review->every_months = isnan(row.every_days) ? 0 : whole_months(row.every_days);
    review->on_day = row.on_day;
    if (isnan(row.on_day) && isnan(row.every_days)) {
        scn_fault(ld, at, "a review needs 'on' or 'every'");
    }
    if (ld->scn->error.n == errors && review->from_line == review->to_line) {
        scn_fault(ld, at, "'from_line' and 'to_line' are one line");
    }
}

/* ---- the contract ---- */

typedef struct {
    care_contract_t *contract;
    double term_days, ends_day, extension_days; /* NAN: not given */
    bool extended, takes_over;
} contract_row_t;

static void
contract_award(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    ld->terms.award = spot_of(at);
    (void) scn_any_day(ld, at, &((contract_row_t *) row)->contract->award_day);
}

static void
contract_go_live(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    ld->terms.go_live = spot_of(at);
    (void) scn_any_day(ld, at, &((contract_row_t *) row)->contract->go_live_day);
}

static void
contract_term(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("years", 1.0 / 400.0, 100.0);
    contract_row_t *it = row;

    ld->terms.end = spot_of(at);
    if (scn_number(ld, at, &want, &it->term_days)) {
        it->term_days *= 365.25;
    }
}

static void
contract_ends(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    ld->terms.end = spot_of(at);
    if (scn_any_day(ld, at, &((contract_row_t *) row)->ends_day)) {
        ((contract_row_t *) row)->ends_day += 1; /* the last day is one of it */
    }
}

static void
contract_extended(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    contract_row_t *it = row;

    ld->terms.extended = spot_of(at);
    if (lua_type(ld->L, -1) != LUA_TBOOLEAN) {
        scn_fault(ld, at, "'extended' must be true or false");
        return;
    }
    it->extended = lua_toboolean(ld->L, -1) != 0;
    scn_note_text(ld, at, it->extended ? "true" : "false");
}

static void
contract_funder(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_read_funder(ld, at, ((contract_row_t *) row)->contract->funder);
}

static void
read_share(scn_loader_t *ld, const scn_at_t *at, scn_spot_t *spot, double *out)
{
    scn_want_t want = scn_want("share", 0.0, 1.0);

    *spot = spot_of(at);
    (void) scn_number(ld, at, &want, out);
}

static void
contract_early_least(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    read_share(ld, at, &ld->terms.early_least, &((contract_row_t *) row)->contract->early_least);
}

static void
contract_admin_most(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    read_share(ld, at, &ld->terms.admin_most, &((contract_row_t *) row)->contract->admin_most);
}

static void
contract_reviews(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_contract_t *contract = ((contract_row_t *) row)->contract;
    long n = scn_array(ld, at, CARE_REVIEWS_MAX);
    scn_at_t item;

    if (ld->spec->n_lines == 0) {
        scn_fault(ld, at, "'reviews' move money between lines, and there are no 'lines'");
        return;
    }
    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "review", &item);
        scn_add_place(ld, SCN_ROOM_REVIEW, &item);
        ld->terms.review[i - 1] = spot_of(&item);
        read_review(ld, &item, &contract->review[contract->n_reviews++], (size_t) i);
        lua_pop(ld->L, 1);
    }
}

static const scn_field_t CONTRACT_FIELD[] = {
    { "award", SCN_SPECIAL, 0, 0, false, 0, NULL, contract_award, "date",
        "Posts are looked for from this day on; default the go-live." },
    { "go_live", SCN_SPECIAL, 0, 0, true, 0, NULL, contract_go_live, "date",
        "Money comes from this day on; it may be before the run." },
    { "takes_over", SCN_BOOL, 0, 0, false, offsetof(contract_row_t, takes_over), NULL, NULL, NULL,
        "Whether lines pay today's service until the go-live; default false: they have nothing before it." },
    { "term", SCN_SPECIAL, 0, 0, false, 0, NULL, contract_term, "time", "How long it lasts from its go-live." },
    { "ends", SCN_SPECIAL, 0, 0, false, 0, NULL, contract_ends, "date", "Or: its last day." },
    { "extension", SCN_TIME, 1, 36525, false, offsetof(contract_row_t, extension_days), NULL, NULL, NULL,
        "By how much it may be extended." },
    { "extended", SCN_SPECIAL, 0, 0, false, 0, NULL, contract_extended, "true or false",
        "Whether it is; default false." },
    { "funder", SCN_SPECIAL, 0, 0, false, 0, NULL, contract_funder, "name, or shares by name",
        "Who gives the money of plans, and of lines that name none; default \"commissioner\"." },
    { "early_least", SCN_SPECIAL, 0, 0, false, 0, NULL, contract_early_least, "share",
        "The least that lines of early intervention have of all lines' money, at any time; default none." },
    { "admin_most", SCN_SPECIAL, 0, 0, false, 0, NULL, contract_admin_most, "share",
        "The most that management takes of all lines' money, at any time; default no cap." },
    { "reviews", SCN_SPECIAL, 0, 0, false, 0, NULL, contract_reviews, "array of reviews",
        "When and by what rule money moves from line to line." },
};
const scn_room_t SCN_CONTRACT = { "contract", COUNT_OF(CONTRACT_FIELD), CONTRACT_FIELD };

/* The day after so many days from a day, to the date when they are whole months. */
static double
later(const scn_loader_t *ld, double from_day, double days)
{
    double months = days / MONTH_DAYS;

    return fabs(months - floor(months + 0.5)) < 0.01
               ? (double) care_months_later(&ld->calendar, from_day, (size_t) floor(months + 0.5))
               : floor(from_day + days);
}

static void
set_end(scn_loader_t *ld, const scn_at_t *at, const contract_row_t *row)
{
    care_contract_t *contract = row->contract;

    if (isnan(row->term_days) == isnan(row->ends_day)) {
        scn_fault(ld, at, "'%s': a contract needs either 'term' or 'ends'", at->key);
        return;
    }
    contract->end_day = isnan(row->ends_day) ? later(ld, contract->go_live_day, row->term_days) : row->ends_day;
    if (row->extended && isnan(row->extension_days)) {
        fault_at(ld, &ld->terms.extended, "it is extended, but 'extension' does not say by how much");
    } else if (row->extended) {
        contract->end_day = later(ld, contract->end_day, row->extension_days);
    }
}

void
scn_read_contract(scn_loader_t *ld, const scn_at_t *at)
{
    care_contract_t *contract = &ld->spec->contract;
    contract_row_t row = { contract, NAN, NAN, NAN, false, false };
    scn_at_t named = *at;
    size_t errors = ld->scn->error.n;

    ld->terms.contract = ld->terms.award = ld->terms.go_live = ld->terms.end = spot_of(at);
    contract->award_day = contract->go_live_day = NAN;
    (void) snprintf(named.label, sizeof(named.label), "contract: ");
    scn_row(ld, &named, &SCN_CONTRACT, &row);
    if (ld->scn->error.n > errors || !ld->has_calendar || isnan(contract->go_live_day)) {
        return;
    }
    contract->given = true;
    contract->takes_over = row.takes_over;
    contract->award_day = isnan(contract->award_day) ? contract->go_live_day : contract->award_day;
    set_end(ld, &named, &row);
    for (size_t r = 0; r < contract->n_reviews; r++) {
        care_review_t *review = &contract->review[r];

        if (isnan(review->on_day)) {
            review->on_day = (double) care_months_later(&ld->calendar, contract->go_live_day, review->every_months);
        }
    }
}

/* ---- against each other ---- */

static void
date_of(const scn_loader_t *ld, double day, char text[16])
{
    sim_date_t date = sim_date_from_serial(sim_date_serial(ld->spec->start) + (int64_t) day);

    (void) snprintf(text, 16, "%04d-%02d-%02d", date.year % 10000, date.month % 100, date.day % 100);
}

static void
check_dates(scn_loader_t *ld)
{
    const care_contract_t *contract = &ld->spec->contract;
    double horizon = care_horizon(ld->spec);
    char end[16], last[16];

    date_of(ld, contract->end_day - 1, end);
    date_of(ld, horizon - 1, last);
    if (contract->award_day > contract->go_live_day) {
        fault_at(ld, &ld->terms.award, "'award' is after 'go_live'");
    }
    if (contract->end_day <= contract->go_live_day) {
        fault_at(ld, &ld->terms.end, "it ends before it starts");
        return;
    }
    if (contract->go_live_day >= horizon && !contract->takes_over) {
        fault_at(ld, &ld->terms.go_live, "'go_live' is after the end of the run");
    } else if (contract->end_day < horizon) {
        scn_error(ld, ld->terms.end.file, ld->terms.end.line,
            "contract: it ends on %s, but the run goes on until %s: make 'years' less, or extend it", end, last);
    }
}

static void
check_reviews(scn_loader_t *ld)
{
    const care_contract_t *contract = &ld->spec->contract;

    for (size_t r = 0; r < contract->n_reviews; r++) {
        const care_review_t *review = &contract->review[r];
        const scn_spot_t *spot = &ld->terms.review[r];

        if (review->on_day < contract->go_live_day || review->on_day >= contract->end_day) {
            char on[16], live[16], end[16];

            date_of(ld, review->on_day, on);
            date_of(ld, contract->go_live_day, live);
            date_of(ld, contract->end_day - 1, end);
            scn_error(ld, spot->file, spot->line,
                "contract: review %s is on %s, outside the contract's term of %s to %s", review->name, on, live, end);
        }
    }
}

void
scn_check_contract(scn_loader_t *ld)
{
    care_spec_t *spec = ld->spec;
    const care_contract_t *contract = &spec->contract;

    if (!contract->given || ld->scn->error.n > 0) {
        return;
    }
    if (spec->n_lines == 0 && !isnan(contract->early_least)) {
        fault_at(ld, &ld->terms.early_least, "'early_least' is of lines, and there are no 'lines'");
    }
    if (spec->n_lines == 0 && !isnan(contract->admin_most)) {
        fault_at(ld, &ld->terms.admin_most, "'admin_most' is of lines, and there are no 'lines'");
    }
    check_dates(ld);
    check_reviews(ld);
    for (size_t l = 0; l < spec->n_lines; l++) {
        if (!spec->line[l].has_funder) {
            memcpy(spec->line[l].funder, contract->funder, sizeof(contract->funder));
        }
    }
    for (size_t p = 0; p < spec->n_plans; p++) {
        for (size_t l = 0; l < spec->plan[p].n_layers; l++) {
            care_layer_t *layer = &spec->plan[p].layer[l];

            if (layer->offer->fund != NULL) { /* otherwise it brings nothing that could begin */
                layer->from_day = fmax(layer->from_day, contract->go_live_day);
            }
        }
    }
}

void
scn_say_bound(scn_loader_t *ld, const care_budget_fault_t *fault)
{
    const care_contract_t *contract = &ld->spec->contract;
    bool early = fault->kind == CARE_FAULT_EARLY;
    const scn_spot_t *spot = early ? &ld->terms.early_least : &ld->terms.admin_most;
    char names[160] = "", day[16];
    size_t used = 0;

    date_of(ld, (double) fault->day, day);
    for (size_t l = 0; l < ld->spec->n_lines; l++) {
        const care_line_t *line = &ld->spec->line[l];

        if ((early ? line->early : line->management > contract->admin_most) && used < sizeof(names)) {
            used += (size_t) snprintf(names + used, sizeof(names) - used, "%s\"%s\"", used > 0 ? ", " : "", line->name);
        }
    }
    scn_error(ld, spot->file, spot->line, "contract: '%s' is %.4g, but from %s on %s %s has %.4g of the lines' money",
        early ? "early_least" : "admin_most", early ? contract->early_least : contract->admin_most, day,
        early ? "early intervention, line" : "management, most of all of line", names[0] != '\0' ? names : "(none)",
        fault->share);
}
