#include "sim/cli/trial.h"

#include "sim/cli/cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- arms ---- */

/* Faults that only show when a plan's pathway is compiled are told where the scenario's row was written. */
static void
report_fault(void *ctx, const sim_fault_t *fault)
{
    const cli_arm_t *arm = ctx;
    scn_message_t place = scn_place(arm->scenario, fault->room, fault->index);

    if (arm->why != NULL) {
        if (arm->why[0] == '\0') {
            (void) snprintf(arm->why, arm->why_size, "%s", fault->text);
        }
    } else if (place.line > 0) {
        cli_error("%s:%d: plan \"%s\": %s", place.file, place.line, arm->name, fault->text);
    } else {
        cli_error("%s: plan \"%s\": %s", place.file, arm->name, fault->text);
    }
}

static const char *
plan_colour(const care_plan_t *plan)
{
    return plan != NULL && plan->n_layers > 0 ? plan->layer[0].offer->colour : "";
}

static char *
arm_name(const care_spec_t *spec, const care_plan_t *plan, bool several)
{
    const char *name = plan != NULL ? plan->name : spec->name;
    size_t size = strlen(spec->name) + strlen(name) + 2;
    char *text = malloc(size);

    if (text != NULL && several && plan != NULL) {
        (void) snprintf(text, size, "%s/%s", spec->name, name);
    } else if (text != NULL) {
        (void) snprintf(text, size, "%s", name);
    }
    return text;
}

static int
add_arm(cli_trial_t *self, const scn_t *scenario, const care_plan_t *plan, bool several)
{
    const care_spec_t *spec = scn_spec(scenario);
    cli_arm_t *arm = &self->arm[self->n_arms];

    memset(arm, 0, sizeof(*arm));
    arm->scenario = scenario;
    arm->plan = plan;
    arm->why = self->why;
    arm->why_size = self->why_size;
    arm->colour = plan_colour(plan);
    arm->name = arm_name(spec, plan, several);
    self->n_arms++;
    if (arm->name == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i + 1 < self->n_arms; i++) {
        if (strcmp(self->arm[i].name, arm->name) == 0) {
            cli_error("two plans are called \"%s\"", arm->name);
            return SIM_ERR_SCENARIO;
        }
    }
    return care_model_init(&arm->model, spec, plan, report_fault, arm);
}

static size_t
count_plans(const scn_t *scenario)
{
    const care_spec_t *spec = scn_spec(scenario);

    return spec->is_care && spec->n_plans > 0 ? spec->n_plans : 1;
}

static const care_plan_t *
plan_at(const scn_t *scenario, size_t i)
{
    const care_spec_t *spec = scn_spec(scenario);

    return spec->is_care && i < spec->n_plans ? &spec->plan[i] : NULL;
}

static bool
is_called(const scn_t *scenario, const care_plan_t *plan, const char *name)
{
    const care_spec_t *spec = scn_spec(scenario);
    size_t n = strlen(spec->name);

    if (strcmp(plan != NULL ? plan->name : spec->name, name) == 0) {
        return true;
    }
    return plan != NULL && strncmp(name, spec->name, n) == 0 && name[n] == '/' && strcmp(name + n + 1, plan->name) == 0;
}

static int
complain_plan(const scn_t *const *scenario, size_t n, const char *name)
{
    const char *candidate[CARE_PLANS_MAX];
    size_t n_candidates = 0;

    for (size_t s = 0; s < n; s++) {
        for (size_t i = 0; i < count_plans(scenario[s]) && n_candidates < CARE_PLANS_MAX; i++) {
            const care_plan_t *plan = plan_at(scenario[s], i);

            candidate[n_candidates++] = plan != NULL ? plan->name : scn_spec(scenario[s])->name;
        }
    }
    const char *near = cli_nearest(name, candidate, n_candidates);

    if (near != NULL) {
        cli_error("--plans: there is no plan '%s' (did you mean '%s'?)", name, near);
    } else {
        cli_error("--plans: there is no plan '%s'; `weir check` lists them", name);
    }
    return SIM_ERR_NOT_FOUND;
}

static int
add_named(cli_trial_t *self, const scn_t *const *scenario, size_t n, const char *name)
{
    size_t before = self->n_arms;
    int ret = 0;

    for (size_t s = 0; ret == 0 && s < n; s++) {
        for (size_t i = 0; ret == 0 && i < count_plans(scenario[s]); i++) {
            if (is_called(scenario[s], plan_at(scenario[s], i), name)) {
                ret = add_arm(self, scenario[s], plan_at(scenario[s], i), n > 1);
            }
        }
    }
    return ret == 0 && self->n_arms == before ? complain_plan(scenario, n, name) : ret;
}

static int
add_list(cli_trial_t *self, const scn_t *const *scenario, size_t n, const char *plans)
{
    int ret = 0;

    while (ret == 0 && *plans != '\0') {
        char name[2 * SIM_NAME_MAX];
        size_t length = strcspn(plans, ",");

        (void) snprintf(name, sizeof(name), "%.*s", (int) length, plans);
        plans += length + (plans[length] == ',');
        ret = add_named(self, scenario, n, name);
    }
    return ret;
}

static int
add_all(cli_trial_t *self, const scn_t *const *scenario, size_t n, bool first)
{
    int ret = 0;

    for (size_t s = 0; ret == 0 && s < n; s++) {
        for (size_t i = 0; ret == 0 && i < (first ? 1 : count_plans(scenario[s])); i++) {
            ret = add_arm(self, scenario[s], plan_at(scenario[s], i), n > 1);
        }
    }
    return ret;
}

/*
 * Room for every plan named; a name twice is refused only when it is met, so the list may be longer than the plans
 * are.
 */
static size_t
arms_most(const scn_t *const *scenario, size_t n, const char *plans)
{
    size_t all = 0, items = 1;

    for (size_t s = 0; s < n; s++) {
        all += count_plans(scenario[s]);
    }
    for (const char *c = plans; c != NULL && *c != '\0'; c++) {
        items += *c == ',';
    }
    return all * items;
}

/* ---- what the arms have in common ---- */

static bool
same_periods(const cli_trial_t *self, const sim_period_t *period, size_t n)
{
    bool same = n == self->n_periods;

    for (size_t i = 0; same && i < n; i++) {
        same = strcmp(period[i].name, self->period[i].name) == 0;
    }
    return same;
}

/* One that has the measures of all the others of its kind. */
static const care_spec_t *
fullest(const cli_trial_t *self)
{
    const care_spec_t *spec = self->arm[0].model.spec;

    for (size_t a = 1; a < self->n_arms && spec->is_care && !care_has_terms(spec); a++) {
        spec = self->arm[a].model.spec->is_care ? self->arm[a].model.spec : spec;
    }
    return spec;
}

static int
check_same(const cli_trial_t *self, const cli_arm_t *arm)
{
    sim_period_t *period = NULL;
    size_t n_periods;
    int ret = sim_periods(&arm->model.calendar, &n_periods, &period);

    if (ret == 0 && !same_periods(self, period, n_periods)) {
        cli_error("\"%s\" and \"%s\" cannot be compared: they start on different days or last differently long",
            self->arm[0].name, arm->name);
        ret = SIM_ERR_SCENARIO;
    } else if (ret == 0 && self->arm[0].model.spec->is_care != arm->model.spec->is_care) {
        cli_error("\"%s\" and \"%s\" cannot be compared: one is a care system, the other a plain network",
            self->arm[0].name, arm->name);
        ret = SIM_ERR_SCENARIO;
    }
    free(period);
    return ret;
}

/* ---- the warm-up ---- */

/* The first month that is counted. */
static size_t
first_month(const cli_trial_t *self, double warmup_days)
{
    const care_model_t *model = &self->arm[0].model;
    const sim_calendar_t *calendar = &model->calendar;
    size_t month = 0;

    while (month < calendar->n_months && (model->spec->is_care ? calendar->month_first[month] < warmup_days
                                                               : calendar->month_first[month + 1] <= warmup_days)) {
        month++;
    }
    return month;
}

double
cli_trial_counted_from(const cli_trial_t *self)
{
    const care_model_t *model = &self->arm[0].model;

    return model->spec->is_care ? (double) model->calendar.month_first[first_month(self, self->warmup_days)]
                                : self->warmup_days;
}

int
cli_trial_warm_up(cli_trial_t *self, double days)
{
    size_t first = first_month(self, days);

    if (!(days >= 0.0) || days >= self->arm[0].model.horizon_days || first >= self->arm[0].model.calendar.n_months) {
        cli_error("a warm-up of %g days leaves nothing of a run of %g days%s", days, self->arm[0].model.horizon_days,
            self->arm[0].model.spec->is_care ? ": a care system is counted by whole months" : "");
        return SIM_ERR_BAD_PARAM;
    }
    self->warmup_days = days;
    for (size_t i = 0; i < self->n_periods; i++) {
        self->counted[i] = self->period[i];
        if (self->counted[i].first_month < first) {
            self->counted[i].first_month = first < self->period[i].end_month ? first : self->period[i].end_month;
        }
    }
    return 0;
}

/* The periods counted, as the first scenario says. */
static int
init_warmup(cli_trial_t *self)
{
    const care_spec_t *first = self->arm[0].model.spec;

    self->counted = calloc(self->n_periods + 1, sizeof(*self->counted));
    if (self->counted == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t a = 1; a < self->n_arms && self->unlike == 0; a++) {
        self->unlike = self->arm[a].model.spec->warmup_days != first->warmup_days ? a : 0;
    }
    return cli_trial_warm_up(self, first->warmup_days) == 0 ? 0 : SIM_ERR_SCENARIO;
}

static size_t
find_group(const cli_trial_t *self, const char *name)
{
    size_t i = 0;

    while (i < self->n_groups && strcmp(self->group[i].name, name) != 0) {
        i++;
    }
    return i;
}

/* The groups of a book into the trial's; at[g] is where group g of the book is. */
static int
join_groups(cli_trial_t *self, const sim_book_t *book, size_t *at)
{
    sim_group_t *group = realloc(self->group, (self->n_groups + book->n_groups) * sizeof(*group));

    if (group == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->group = group;
    for (size_t g = 0; g < book->n_groups; g++) {
        at[g] = find_group(self, book->group[g].name);
        if (at[g] == self->n_groups) {
            self->group[self->n_groups++] = book->group[g];
        }
    }
    return 0;
}

/* The cells of an arm, with groups numbered as in the trial. */
static int
arm_cells(cli_trial_t *self, cli_arm_t *arm, sim_cell_t **joined)
{
    sim_book_t book;
    size_t *at = NULL;
    int ret = sim_book_init(&book, &arm->model.pathway, &arm->model.calendar, SIM_COUNTERS, SIM_TALLIES);

    if (ret == 0) {
        ret = sim_cells(&book, self->kpi, self->n_kpis, self->period, self->n_periods, &arm->n_cells, &arm->cell);
    }
    if (ret == 0) {
        at = calloc(book.n_groups, sizeof(*at));
        *joined = calloc(arm->n_cells + 1, sizeof(**joined));
        ret = at == NULL || *joined == NULL ? SIM_ERR_NO_MEMORY : join_groups(self, &book, at);
    }
    for (size_t i = 0; ret == 0 && i < arm->n_cells; i++) {
        (*joined)[i] = arm->cell[i];
        (*joined)[i].group = (uint16_t) at[arm->cell[i].group];
    }
    free(at);
    sim_book_free(&book);
    return ret;
}

static int
compare_cells(const void *a, const void *b)
{
    const sim_cell_t *x = a, *y = b;

    if (x->kpi != y->kpi) {
        return x->kpi < y->kpi ? -1 : 1;
    }
    if (x->group != y->group) {
        return x->group < y->group ? -1 : 1;
    }
    return (x->period > y->period) - (x->period < y->period);
}

/* All cells of all arms, in order, each once. */
static int
merge_cells(cli_trial_t *self, sim_cell_t *const *joined)
{
    size_t n = 0, kept = 0;

    for (size_t a = 0; a < self->n_arms; a++) {
        n += self->arm[a].n_cells;
    }
    self->cell = calloc(n + 1, sizeof(*self->cell));
    if (self->cell == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    n = 0;
    for (size_t a = 0; a < self->n_arms; a++) {
        memcpy(self->cell + n, joined[a], self->arm[a].n_cells * sizeof(**joined));
        n += self->arm[a].n_cells;
    }
    qsort(self->cell, n, sizeof(*self->cell), compare_cells);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || compare_cells(&self->cell[kept - 1], &self->cell[i]) != 0) {
            self->cell[kept++] = self->cell[i];
        }
    }
    self->n_cells = kept;
    return 0;
}

static int
place_cells(const cli_trial_t *self, cli_arm_t *arm, const sim_cell_t *joined)
{
    arm->to = calloc(arm->n_cells + 1, sizeof(*arm->to));
    if (arm->to == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < arm->n_cells; i++) {
        const sim_cell_t *at = bsearch(&joined[i], self->cell, self->n_cells, sizeof(*self->cell), compare_cells);

        arm->to[i] = (size_t) (at - self->cell);
    }
    return 0;
}

static int
join_cells(cli_trial_t *self)
{
    sim_cell_t **joined = calloc(self->n_arms, sizeof(*joined));
    int ret = joined == NULL ? SIM_ERR_NO_MEMORY : 0;

    for (size_t a = 0; ret == 0 && a < self->n_arms; a++) {
        ret = arm_cells(self, &self->arm[a], &joined[a]);
    }
    if (ret == 0) {
        ret = merge_cells(self, joined);
    }
    for (size_t a = 0; ret == 0 && a < self->n_arms; a++) {
        ret = place_cells(self, &self->arm[a], joined[a]);
    }
    for (size_t a = 0; joined != NULL && a < self->n_arms; a++) {
        free(joined[a]);
    }
    free(joined);
    return ret;
}

static int
init(cli_trial_t *self, const scn_t *const *scenario, size_t n, const char *plans, bool first)
{
    int ret;

    self->arm = calloc(arms_most(scenario, n, plans), sizeof(*self->arm));
    if (self->arm == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    ret = plans != NULL ? add_list(self, scenario, n, plans) : add_all(self, scenario, n, first);
    if (ret == 0) {
        ret = sim_periods(&self->arm[0].model.calendar, &self->n_periods, &self->period);
    }
    if (ret == 0) {
        ret = care_kpis(fullest(self), &self->n_kpis, &self->kpi);
    }
    for (size_t a = 1; ret == 0 && a < self->n_arms; a++) {
        ret = check_same(self, &self->arm[a]);
    }
    if (ret == 0) {
        ret = init_warmup(self);
    }
    return ret == 0 ? join_cells(self) : ret;
}

int
cli_trial_init(cli_trial_t *self, const scn_t *const *scenario, size_t n, const char *plans, bool first, uint64_t seed)
{
    memset(self, 0, sizeof(*self));
    self->seed = seed;
    return init(self, scenario, n, plans, first);
}

int
cli_trial_init_silently(cli_trial_t *self, const scn_t *scenario, const char *plans, uint64_t seed, char *why,
    size_t why_size)
{
    memset(self, 0, sizeof(*self));
    self->seed = seed;
    self->why = why;
    self->why_size = why_size;
    why[0] = '\0';
    return init(self, &scenario, 1, plans, true);
}

/* An arm's cells of which the trial still has the place; at[old] is the new one, SIZE_MAX = none. */
static void
keep_arm_cells(cli_arm_t *arm, const size_t *at)
{
    size_t n = 0;

    for (size_t i = 0; i < arm->n_cells; i++) {
        if (at[arm->to[i]] != SIZE_MAX) {
            arm->cell[n] = arm->cell[i];
            arm->to[n++] = at[arm->to[i]];
        }
    }
    arm->n_cells = n;
}

int
cli_trial_keep_cells(cli_trial_t *self, cli_cell_fn *wanted, void *ctx)
{
    size_t *at = calloc(self->n_cells + 1, sizeof(*at)), n = 0;

    if (at == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < self->n_cells; i++) {
        bool keep = wanted(ctx, self, &self->cell[i]);

        at[i] = keep ? n : SIZE_MAX;
        if (keep) {
            self->cell[n++] = self->cell[i];
        }
    }
    self->n_cells = n;
    for (size_t a = 0; a < self->n_arms; a++) {
        keep_arm_cells(&self->arm[a], at);
    }
    free(at);
    return 0;
}

void
cli_trial_keep_series(cli_trial_t *self, size_t n)
{
    self->n_spans = n;
}

int
cli_trial_keep_ledger(cli_trial_t *self)
{
    self->ledger = calloc(self->n_arms, sizeof(*self->ledger));
    return self->ledger == NULL ? SIM_ERR_NO_MEMORY : 0;
}

/* The months of one account; those with nothing booked are left out. */
static int
put_account(const cli_trial_t *self, size_t arm, size_t unit, size_t account, store_writer_t *writer)
{
    const care_spec_t *whole = self->arm[arm].model.spec, *spec = whole->n_areas > 0 ? &whole->area[0] : whole;
    const care_ledger_t *ledger = &self->ledger[arm];
    bool is_line = unit < spec->n_lines, is_funder = account >= CARE_ACC_FUNDER;
    size_t first_month = self->n_periods - ledger->n_months; /* months are the last of the periods */
    int ret = 0;

    for (size_t m = 0; m < ledger->n_months && ret == 0; m++) {
        care_entry_t entry = care_ledger_entry(ledger, unit, account, m);

        if (entry.debit != 0 || entry.credit != 0) {
            ret = store_put_ledger(writer, &(store_ledger_t){ .plan = arm,
                                               .month = self->period[first_month + m].name,
                                               .line = care_ledger_unit(spec, unit),
                                               .lot = is_line ? spec->line[unit].lot : "",
                                               .account = is_funder ? "funder" : CARE_ACCOUNT_NAME[account],
                                               .funder = is_funder ? spec->funder[account - CARE_ACC_FUNDER] : "",
                                               .debit = entry.debit,
                                               .credit = entry.credit });
        }
    }
    return ret;
}

int
cli_trial_put_ledger(const cli_trial_t *self, store_writer_t *writer)
{
    int ret = 0;

    for (size_t arm = 0; self->ledger != NULL && arm < self->n_arms; arm++) {
        const care_ledger_t *ledger = &self->ledger[arm];

        for (size_t i = 0; ledger->entry != NULL && i < ledger->n_units * ledger->n_accounts && ret == 0; i++) {
            ret = put_account(self, arm, i / ledger->n_accounts, i % ledger->n_accounts, writer);
        }
    }
    return ret;
}

size_t
cli_trial_values(const cli_trial_t *self)
{
    return self->n_cells + 2 * self->n_spans;
}

void
cli_trial_free(cli_trial_t *self)
{
    for (size_t a = 0; a < self->n_arms; a++) {
        if (self->ledger != NULL) {
            care_ledger_free(&self->ledger[a]);
        }
        care_model_free(&self->arm[a].model);
        free(self->arm[a].name);
        free(self->arm[a].cell);
        free(self->arm[a].to);
    }
    free(self->ledger);
    free(self->arm);
    free(self->kpi);
    free(self->group);
    free(self->period);
    free(self->counted);
    free(self->cell);
    memset(self, 0, sizeof(*self));
}

/* ---- chosen measures ---- */

static size_t
find_kpi(const cli_trial_t *self, const char *name)
{
    size_t i = 0;

    while (i < self->n_kpis && strcmp(self->kpi[i].name, name) != 0) {
        i++;
    }
    return i;
}

static int
complain_kpi(const cli_trial_t *self, const char *name)
{
    const char **candidate = calloc(self->n_kpis + 1, sizeof(*candidate)), *near;

    if (candidate == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < self->n_kpis; i++) {
        candidate[i] = self->kpi[i].name;
    }
    near = cli_nearest(name, candidate, self->n_kpis);
    if (near != NULL) {
        cli_error("--kpi: there is no measure '%s' (did you mean '%s'?)", name, near);
    } else {
        cli_error("--kpi: there is no measure '%s'; `weir help reference` lists them", name);
    }
    free(candidate);
    return SIM_ERR_NOT_FOUND;
}

/* Group and period 0 are "all". */
static int
find_whole(const cli_trial_t *self, const char *name, size_t *cell)
{
    const sim_cell_t wanted = { .kpi = (uint16_t) find_kpi(self, name) };
    const sim_cell_t *at;

    if (wanted.kpi == self->n_kpis) {
        return complain_kpi(self, name);
    }
    at = bsearch(&wanted, self->cell, self->n_cells, sizeof(*self->cell), compare_cells);
    if (at == NULL) {
        cli_error("--kpi: '%s' is not kept for the whole system and run, only for parts of it", name);
        return SIM_ERR_NOT_FOUND;
    }
    *cell = (size_t) (at - self->cell);
    return 0;
}

size_t
cli_trial_find(const cli_trial_t *self, size_t kpi, size_t group, size_t period)
{
    const sim_cell_t wanted = { .kpi = (uint16_t) kpi, .group = (uint16_t) group, .period = (int32_t) period };
    const sim_cell_t *at = bsearch(&wanted, self->cell, self->n_cells, sizeof(*self->cell), compare_cells);

    return at == NULL ? self->n_cells : (size_t) (at - self->cell);
}

int
cli_trial_cells(const cli_trial_t *self, const char *names, size_t *n, size_t **cell)
{
    int ret = 0;

    *n = 0;
    *cell = calloc(strlen(names) + 1, sizeof(**cell));
    if (*cell == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (const char *item = names; ret == 0 && item != NULL; (*n)++) {
        size_t length = strcspn(item, ",");
        char name[4 * SIM_NAME_MAX];

        (void) snprintf(name, sizeof(name), "%.*s", (int) length, item);
        ret = find_whole(self, name, *cell + *n);
        item = item[length] == ',' ? item + length + 1 : NULL;
    }
    return ret;
}

const char *
cli_trial_kpi(const cli_trial_t *self, size_t cell)
{
    return self->kpi[self->cell[cell].kpi].name;
}

const char *
cli_trial_headline(const cli_trial_t *self)
{
    return find_kpi(self, "cohort_seen_18w") < self->n_kpis ? "cohort_seen_18w,child_helped_18w"
                                                            : "queue_wait_mean_days,present_mean";
}

/* ---- running ---- */

/* A period that is not counted is not known. */
static bool
is_counted(const cli_trial_t *self, const sim_cell_t *cell)
{
    return self->counted[cell->period].first_month < self->counted[cell->period].end_month;
}

static int
extract(const cli_trial_t *self, const cli_arm_t *arm, const sim_book_t *book, double *value)
{
    double *own = calloc(arm->n_cells + 1, sizeof(*own));
    int ret = own == NULL ? SIM_ERR_NO_MEMORY
                          : sim_book_extract(book, self->kpi, self->counted, arm->cell, arm->n_cells, own);

    for (size_t i = 0; i < self->n_cells; i++) {
        value[i] = NAN;
    }
    for (size_t i = 0; ret == 0 && i < arm->n_cells; i++) {
        value[arm->to[i]] = is_counted(self, &arm->cell[i]) ? own[i] : NAN;
    }
    free(own);
    return ret;
}

int
cli_trial_run(void *ctx, uint32_t arm, uint32_t rep, double *value, uint64_t *events)
{
    const cli_trial_t *self = ctx;
    const care_how_t how = { .seed = self->seed,
        .replication = rep,
        .warmup_days = self->warmup_days,
        .n_spans = self->n_spans,
        .ledger = rep == 0 && self->ledger != NULL ? &self->ledger[arm] : NULL };
    care_effort_t effort = { .events = 0 };
    sim_book_t book;
    int ret;

    memset(&book, 0, sizeof(book));
    ret = care_model_run_as(&self->arm[arm].model, &how, &book, &effort);
    if (ret == 0) {
        ret = extract(self, &self->arm[arm], &book, value);
    }
    if (ret == 0 && self->n_spans > 0) {
        memcpy(value + self->n_cells, book.span_present, self->n_spans * sizeof(*value));
        memcpy(value + self->n_cells + self->n_spans, book.span_waiting, self->n_spans * sizeof(*value));
    }
    *events = effort.events;
    sim_book_free(&book);
    return ret;
}

int
cli_trial_put_layout(const cli_trial_t *self, store_writer_t *writer)
{
    store_plan_t *plan = calloc(self->n_arms, sizeof(*plan));
    int ret = SIM_ERR_NO_MEMORY;

    if (plan == NULL) {
        return ret;
    }
    for (size_t a = 0; a < self->n_arms; a++) {
        const cli_arm_t *arm = &self->arm[a];
        const care_spec_t *spec = arm->model.spec;

        plan[a] = (store_plan_t){ .name = arm->name,
            .title = arm->plan != NULL ? arm->plan->title : spec->title,
            .colour = arm->colour,
            .scenario = spec->name,
            .doc = arm->plan != NULL && arm->plan->n_layers > 0 ? arm->plan->layer[0].offer->doc : "" };
    }
    ret = cli_trial_put_layout_of(self, self->n_arms, plan, writer);
    free(plan);
    return ret;
}

int
cli_trial_put_layout_of(const cli_trial_t *self, size_t n_plans, const store_plan_t *plan, store_writer_t *writer)
{
    const store_layout_t layout = {
        .n_plans = n_plans,
        .plan = plan,
        .n_kpis = self->n_kpis,
        .kpi = self->kpi,
        .n_groups = self->n_groups,
        .group = self->group,
        .n_periods = self->n_periods,
        .period = self->period,
        .calendar = &self->arm[0].model.calendar,
        .n_cells = self->n_cells,
        .cell = self->cell,
        .counted_from = cli_trial_counted_from(self),
    };

    return store_put_layout(writer, &layout);
}
