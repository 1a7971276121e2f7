#include "sim/cli/backsolve.h"

#include "sim/experiment/experiment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 200.0        /* of the line's money, about */
#define RUNS_A_LEVER 6     /* of each replication, about: for the bar */
#define MOST_CORRECTIONS 8 /* of an answer by its last run */

/* ---- values ---- */

size_t
cli_backsolve_own(const cli_backsolve_t *self, size_t target)
{
    (void) self;
    return target;
}

size_t
cli_backsolve_left(const cli_backsolve_t *self, size_t target)
{
    return self->n_targets + target;
}

size_t
cli_backsolve_until(const cli_backsolve_t *self, size_t target, size_t month)
{
    return 2 * self->n_targets + target * self->n_months + month;
}

size_t
cli_backsolve_vacant(const cli_backsolve_t *self, size_t line, size_t month)
{
    return (2 + self->n_months) * self->n_targets + line * self->n_months + month;
}

size_t
cli_backsolve_unspent(const cli_backsolve_t *self, size_t line, size_t month)
{
    return cli_backsolve_vacant(self, self->trial.arm[0].model.spec->n_lines + line, month);
}

size_t
cli_backsolve_load(const cli_backsolve_t *self, size_t pool)
{
    return cli_backsolve_unspent(self, self->trial.arm[0].model.spec->n_lines, 0) + pool;
}

static size_t
find_kpi(const cli_trial_t *trial, const char *name)
{
    size_t i = 0;

    while (i < trial->n_kpis && strcmp(trial->kpi[i].name, name) != 0) {
        i++;
    }
    return i;
}

static size_t
find_group(const cli_trial_t *trial, const char *dimension, const char *name)
{
    char group[2 * SIM_NAME_MAX + 16];
    size_t i = 0;

    (void) snprintf(group, sizeof(group), "%s=%s", dimension, name);
    while (i < trial->n_groups && strcmp(trial->group[i].name, group) != 0) {
        i++;
    }
    return i;
}

/* Take a value from a cell, if there is one. */
static void
want(cli_backsolve_t *self, size_t value, size_t kpi, size_t group, size_t period)
{
    const cli_trial_t *trial = &self->trial;

    if (kpi < trial->n_kpis && group < trial->n_groups) {
        self->at[value] = cli_trial_find(trial, kpi, group, period);
    }
}

/* A target's measure in every period like its own: each month, or each year. */
static void
want_target(cli_backsolve_t *self, size_t t)
{
    const cli_target_t *target = &self->target[t];
    size_t kpi = (size_t) (target->kpi - self->trial.kpi);
    char left[SIM_NAME_MAX + 32];

    if (strncmp(target->kpi->name, "cohort_seen_", 12) == 0) {
        (void) snprintf(left, sizeof(left), "cohort_left_%s", target->kpi->name + 12);
        want(self, cli_backsolve_left(self, t), find_kpi(&self->trial, left), target->group_index,
            target->period_index);
    }
    for (size_t p = 0; p < self->trial.n_periods; p++) {
        const sim_period_t *period = &self->trial.period[p];

        if (period->kind == self->trial.period[target->period_index].kind && period->whole) {
            want(self, cli_backsolve_until(self, t, period->end_month - 1), kpi, target->group_index, p);
        }
    }
}

static void
want_line(cli_backsolve_t *self, size_t line, const size_t *month)
{
    const care_spec_t *spec = self->trial.arm[0].model.spec;
    size_t group = find_group(&self->trial, "line", spec->line[line].name);
    size_t vacant = find_kpi(&self->trial, "vacancies_wte"), unspent = find_kpi(&self->trial, "unspent_pounds");

    for (size_t m = 0; m < self->n_months; m++) {
        want(self, cli_backsolve_vacant(self, line, m), vacant, group, month[m]);
        want(self, cli_backsolve_unspent(self, line, m), unspent, group, month[m]);
    }
}

/* The contract year in which the first target is due. */
static void
want_loads(cli_backsolve_t *self)
{
    const sim_pathway_t *pathway = &self->trial.arm[0].model.pathway;
    size_t due = self->trial.period[self->target[0].period_index].end_month, kpi = find_kpi(&self->trial, "load");

    for (size_t p = 0; p < self->trial.n_periods; p++) {
        const sim_period_t *period = &self->trial.period[p];

        for (size_t i = 0; i < self->n_pools && period->kind == SIM_PERIOD_YEAR; i++) {
            if (period->first_month < due && due <= period->end_month) {
                want(self, cli_backsolve_load(self, i), kpi, find_group(&self->trial, "pool", pathway->pool[i].name),
                    p);
            }
        }
    }
}

/* The last month of a run in which all targets are known, offers that begin later included. */
static void
set_short(cli_backsolve_t *self)
{
    const care_model_t *model = &self->trial.arm[0].model;
    double day = self->from_day + 1.0;
    size_t months = 1;

    for (size_t t = 0; t < self->n_targets; t++) {
        const sim_period_t *period = &self->trial.period[self->target[t].period_index];

        day = fmax(day, model->calendar.month_first[period->end_month] + self->target[t].kpi->follow_days);
    }
    for (size_t l = 0; model->plan != NULL && l < model->plan->n_layers; l++) {
        day = fmax(day, model->plan->layer[l].from_day + 1.0);
    }
    while (months < self->n_months && model->calendar.month_first[months] < day) {
        months++;
    }
    self->short_months = months;
}

static void
want_values(cli_backsolve_t *self, const size_t *month)
{
    for (size_t v = 0; v < self->n_values; v++) {
        self->at[v] = self->trial.n_cells;
    }
    for (size_t t = 0; t < self->n_targets; t++) {
        self->at[cli_backsolve_own(self, t)] = self->target[t].cell;
        want_target(self, t);
    }
    for (size_t l = 0; l < self->trial.arm[0].model.spec->n_lines; l++) {
        want_line(self, l, month);
    }
    want_loads(self);
}

static int
want_all(cli_backsolve_t *self)
{
    const cli_trial_t *trial = &self->trial;
    size_t *month;

    self->n_months = trial->arm[0].model.calendar.n_months;
    self->n_pools = trial->arm[0].model.pathway.n_pools;
    self->n_values = cli_backsolve_load(self, self->n_pools);
    self->at = calloc(self->n_values, sizeof(*self->at));
    month = calloc(self->n_months, sizeof(*month));
    if (self->at == NULL || month == NULL) {
        free(month);
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t p = 0; p < trial->n_periods; p++) {
        if (trial->period[p].kind == SIM_PERIOD_MONTH) {
            month[trial->period[p].first_month] = p;
        }
    }
    set_short(self);
    want_values(self, month);
    free(month);
    return 0;
}

/* ---- models ---- */

/* Money that lines have from the day on: more, or less, in proportion to what they have. */
static int
add_steps(const cli_backsolve_t *self, const cli_lever_t *lever, double pounds, care_spec_t *spec)
{
    for (size_t l = 0; l < spec->n_lines; l++) {
        care_line_t *line = &spec->line[l];

        if (!lever->of[l] || pounds == 0.0) {
            continue;
        }
        if (line->n_steps == CARE_LINE_STEPS_MAX) {
            return SIM_ERR_FULL;
        }
        line->step[line->n_steps++] = (care_line_step_t){ .from_day = self->from_day,
            .amount = pounds / spec->scale * lever->pounds[l] / lever->base };
    }
    return 0;
}

static int
make_model(const cli_backsolve_t *self, const cli_tried_level_t *tried, size_t months, care_spec_t *spec,
    care_model_t *model)
{
    const cli_arm_t *arm = &self->trial.arm[0];
    int ret = 0;

    memset(model, 0, sizeof(*model));
    *spec = *arm->model.spec; /* what it points to stays the scenario's */
    if (tried->lever != CLI_BACKSOLVE_NONE) {
        ret = add_steps(self, &self->lever[tried->lever], tried->pounds, spec);
    }
    if (tried->at_once) { /* whoever is paid for is there */
        spec->workforce.recruit_days = spec->workforce.recruit_max = spec->workforce.training_days = 0.0;
        spec->workforce.supply_per_year = spec->workforce.vacancies = 0.0;
    }
    if (months < self->n_months) {
        spec->years = (double) months / 12.0;
    }
    return ret == 0 ? care_model_init(model, spec, arm->plan, NULL, NULL) : ret;
}

int
cli_backsolve_model(const cli_backsolve_t *self, const cli_tried_level_t *tried, care_spec_t *spec, care_model_t *model)
{
    return make_model(self, tried, self->n_months, spec, model);
}

double
cli_backsolve_pounds(const care_model_t *model, size_t line, double day)
{
    return (double) care_budget_at(&model->budget, day)->pence[line] / 100.0;
}

/* Units of the pools that a line pays. */
static double
units_of(const care_model_t *model, size_t line)
{
    const care_line_t *row = &model->spec->line[line];
    double units = 0.0;

    for (size_t p = 0; p < row->n_pools; p++) {
        int pool = sim_pathway_find_pool(&model->pathway, row->pool[p]);

        units += pool < 0 ? 0.0 : model->pathway.pool[pool].units * (double) model->pathway.pool[pool].n_members;
    }
    return units;
}

double
cli_backsolve_posts(const care_model_t *model, size_t line, double day)
{
    double first = (double) model->budget.funding[0].pence[line];

    return first > 0.0 ? units_of(model, line) * (double) care_budget_at(&model->budget, day)->pence[line] / first /
                             care_budget_at(&model->budget, day)->prices
                       : 0.0;
}

/* ---- running ---- */

/* Replications of one change of money. */
typedef struct {
    cli_backsolve_t *self;
    cli_tried_level_t *tried;
    cli_arm_t arm; /* the trial's, with another model */
    cli_trial_t trial;
    bool whole;
    size_t n_values;
    char key[160]; /* in the journal */
    uint32_t *rep; /* which */
    uint64_t before;
} batch_t;

/* As far as the targets are known, and them alone. */
static int
run_short(const batch_t *batch, uint32_t rep, double *value, uint64_t *events)
{
    const cli_backsolve_t *self = batch->self;
    const care_how_t how = { .seed = self->trial.seed, .replication = rep, .warmup_days = self->trial.warmup_days };
    care_effort_t effort = { .events = 0 };
    sim_cell_t cell[CLI_TARGETS_MAX];
    sim_book_t book;
    int ret;

    for (size_t t = 0; t < self->n_targets; t++) {
        cell[t] = self->trial.cell[self->target[t].cell];
    }
    memset(&book, 0, sizeof(book));
    ret = care_model_run_as(&batch->arm.model, &how, &book, &effort);
    if (ret == 0) {
        ret = sim_book_extract(&book, self->trial.kpi, self->trial.counted, cell, self->n_targets, value);
    }
    *events = effort.events;
    sim_book_free(&book);
    return ret;
}

static int
run_one(void *ctx, uint32_t arm, uint32_t index, double *value, uint64_t *events)
{
    batch_t *batch = ctx;

    return batch->whole ? cli_trial_run(&batch->trial, arm, batch->rep[index], value, events)
                        : run_short(batch, batch->rep[index], value, events);
}

/* What came of a replication, run or read: one in which a target is not known has failed. */
static void
keep(batch_t *batch, uint32_t rep, const double *value)
{
    const cli_backsolve_t *self = batch->self;
    cli_tried_level_t *tried = batch->tried;
    bool known = value != NULL;

    for (size_t t = 0; known && t < self->n_targets; t++) {
        double own = value[batch->whole ? self->target[t].cell : t];

        tried->own[rep * self->n_targets + t] = own;
        known = isfinite(own);
    }
    if (known && batch->whole) {
        memcpy(tried->whole + rep * self->trial.n_cells, value, self->trial.n_cells * sizeof(*value));
    }
    batch->self->failed += known ? 0u : 1u;
    tried->state[rep] = !known ? CLI_FUTURE_FAILED : batch->whole ? CLI_FUTURE_WHOLE : CLI_FUTURE_SHORT;
}

static int
take_record(void *ctx, const exp_record_t *record)
{
    batch_t *batch = ctx;
    uint32_t rep = batch->rep[record->rep];

    keep(batch, rep, record->status == 0 ? record->value : NULL);
    return batch->self->journal == NULL || record->status != 0
               ? 0
               : store_journal_put(batch->self->journal, batch->key, rep, record->n_values, record->value);
}

static void
show_progress(void *ctx, uint64_t done, uint64_t total, double seconds)
{
    const batch_t *batch = ctx;
    cli_backsolve_t *self = batch->self;
    uint64_t so_far = batch->before + done, all = self->total > so_far ? self->total : so_far;

    (void) total;
    cli_progress_show(&self->bar, so_far, all, self->seconds + seconds);
}

static int
run_batch(batch_t *batch, uint32_t n)
{
    cli_backsolve_t *self = batch->self;
    const exp_design_t design = {
        .n_arms = 1,
        .n_reps = n,
        .jobs = self->options->jobs,
        .n_values = batch->n_values,
        .cancel = &self->interrupt.seen,
        .runner = run_one,
        .runner_ctx = batch,
        .sink = take_record,
        .sink_ctx = batch,
        .progress = show_progress,
        .progress_ctx = batch,
    };
    exp_outcome_t outcome = { .done = 0 };
    int ret = exp_run(&design, &outcome);

    self->done += outcome.done;
    self->seconds += outcome.seconds;
    return ret;
}

/* What was tried already, or room for it. SIZE_MAX without memory. */
static size_t
find_tried(cli_backsolve_t *self, size_t lever, size_t level, bool at_once)
{
    bool none = lever != CLI_BACKSOLVE_NONE && (long) level == self->lever[lever].zero && !at_once;
    cli_tried_level_t wanted = { .lever = none ? CLI_BACKSOLVE_NONE : lever, .level = none ? 0 : level };

    for (size_t i = 0; i < self->n_tried; i++) {
        if (self->tried[i].lever == wanted.lever && self->tried[i].level == wanted.level &&
            self->tried[i].at_once == at_once) {
            return i;
        }
    }
    if (self->n_tried == self->room) {
        size_t room = self->room == 0 ? 32 : 2 * self->room;
        cli_tried_level_t *more = realloc(self->tried, room * sizeof(*more));

        if (more == NULL) {
            return SIZE_MAX;
        }
        self->tried = more;
        self->room = room;
    }
    wanted.at_once = at_once;
    wanted.pounds = wanted.lever == CLI_BACKSOLVE_NONE
                        ? 0.0
                        : (double) ((long) level - self->lever[lever].zero) * self->lever[lever].step;
    wanted.own = calloc(self->n_reps, self->n_targets * sizeof(*wanted.own));
    wanted.state = calloc(self->n_reps, sizeof(*wanted.state));
    self->tried[self->n_tried++] = wanted;
    return wanted.own == NULL || wanted.state == NULL ? SIZE_MAX : self->n_tried - 1;
}

/* Those of the replications that are not run yet, or not as long. */
static uint32_t
choose_reps(const cli_backsolve_t *self, const cli_tried_level_t *tried, const ana_threshold_t *needed, uint32_t *rep)
{
    uint32_t n = 0;

    for (uint32_t r = 0; r < self->n_reps; r++) {
        bool wanted = needed == NULL ? tried->state[r] >= 0 && tried->state[r] < CLI_FUTURE_WHOLE
                                     : tried->state[r] == 0 && ana_threshold_needs(needed, r, tried->level);

        if (wanted) {
            rep[n++] = r;
        }
    }
    return n;
}

/* Those that the journal has are taken from it. Returns how many are left. */
static int
take_from_journal(batch_t *batch, uint32_t *n)
{
    double *value = calloc(batch->n_values, sizeof(*value));
    uint32_t left = 0;
    int ret = value == NULL ? SIM_ERR_NO_MEMORY : 0;

    for (uint32_t i = 0; ret == 0 && i < *n; i++) {
        ret = store_journal_get(batch->self->journal, batch->key, batch->rep[i], batch->n_values, value);
        if (ret == 0) {
            keep(batch, batch->rep[i], value);
        } else if (ret == SIM_ERR_NOT_FOUND) {
            batch->rep[left++] = batch->rep[i];
            ret = 0;
        }
    }
    *n = left;
    free(value);
    return ret;
}

static int
run_batch_of(batch_t *batch, uint32_t n)
{
    cli_backsolve_t *self = batch->self;
    care_spec_t *spec = malloc(sizeof(*spec));
    int ret = spec == NULL ? SIM_ERR_NO_MEMORY : 0;

    if (ret == 0) {
        batch->arm = self->trial.arm[0];
        batch->trial = self->trial;
        batch->trial.arm = &batch->arm;
        ret =
            make_model(self, batch->tried, batch->whole ? self->n_months : self->short_months, spec, &batch->arm.model);
    }
    if (ret == 0) {
        ret = run_batch(batch, n);
        care_model_free(&batch->arm.model);
    }
    free(spec);
    return ret;
}

/* The replications that are needed, as far as the targets are known; or all (NULL), to the end of the run. */
static int
try_level(cli_backsolve_t *self, size_t index, const ana_threshold_t *needed)
{
    cli_tried_level_t *tried = &self->tried[index];
    batch_t batch = { .self = self, .tried = tried, .whole = needed == NULL, .before = self->done };
    uint32_t n;
    int ret = 0;

    batch.n_values = batch.whole ? self->trial.n_cells : self->n_targets;
    (void) snprintf(batch.key, sizeof(batch.key), "%s %+.17g%s%s",
        tried->lever == CLI_BACKSOLVE_NONE ? "" : self->lever[tried->lever].name, tried->pounds,
        tried->at_once ? " at once" : "", batch.whole ? " whole" : "");
    if (batch.whole && tried->whole == NULL) {
        tried->whole = calloc(self->n_reps, self->trial.n_cells * sizeof(*tried->whole));
    }
    batch.rep = calloc(self->n_reps, sizeof(*batch.rep));
    if (batch.rep == NULL || (batch.whole && tried->whole == NULL)) {
        ret = SIM_ERR_NO_MEMORY;
    }
    n = ret == 0 ? choose_reps(self, tried, needed, batch.rep) : 0;
    if (n > 0 && self->journal != NULL) {
        ret = take_from_journal(&batch, &n);
    }
    if (ret == 0 && n > 0) {
        ret = run_batch_of(&batch, n);
    }
    if (self->journal != NULL) {
        int committed = store_journal_commit(self->journal);

        ret = ret == 0 ? committed : ret;
    }
    free(batch.rep);
    return ret;
}

/* Whether a target (CLI_BACKSOLVE_NONE: each of them) is met in a future. */
static bool
is_met(const cli_backsolve_t *self, const cli_tried_level_t *tried, size_t rep, size_t target)
{
    bool met = true;

    for (size_t t = 0; t < self->n_targets; t++) {
        met = met && ((target != CLI_BACKSOLVE_NONE && target != t) ||
                         cli_target_is_met(&self->target[t], tried->own[rep * self->n_targets + t]));
    }
    return met;
}

/* Tell the search what is known at a level. */
static void
put_known(const cli_backsolve_t *self, cli_lever_t *lever, size_t index, size_t level, bool all)
{
    const cli_tried_level_t *tried = &self->tried[index];

    for (size_t r = 0; r < self->n_reps; r++) {
        if (tried->state[r] < 0) {
            ana_threshold_leave_out(&lever->threshold, r);
        } else if (tried->state[r] > 0 && (all || ana_threshold_needs(&lever->threshold, r, level))) {
            ana_threshold_put(&lever->threshold, r, level, is_met(self, tried, r, CLI_BACKSOLVE_NONE));
        }
    }
}

static int
search_levels(cli_backsolve_t *self, size_t l)
{
    cli_lever_t *lever = &self->lever[l];
    size_t level;
    int ret = 0;

    while (ret == 0 && ana_threshold_next(&lever->threshold, &level)) {
        size_t index = find_tried(self, l, level, false);

        if (index == SIZE_MAX) {
            return SIM_ERR_NO_MEMORY;
        }
        ret = try_level(self, index, &lever->threshold);
        put_known(self, lever, index, level, false);
    }
    ana_threshold_answer(&lever->threshold, &lever->answer);
    return ret;
}

/* The answer in all futures; those that fail there move it up. */
static int
confirm(cli_backsolve_t *self, size_t l)
{
    cli_lever_t *lever = &self->lever[l];
    int ret = 0;

    for (int i = 0; ret == 0 && i < MOST_CORRECTIONS; i++) {
        size_t level = lever->answer.level < lever->n_levels ? lever->answer.level : lever->n_levels - 1;
        size_t index = find_tried(self, l, level, false);

        ret = index == SIZE_MAX ? SIM_ERR_NO_MEMORY : try_level(self, index, NULL);
        if (ret != 0) {
            return ret;
        }
        lever->shown = index;
        put_known(self, lever, index, level, true);
        ret = search_levels(self, l);
        if (lever->answer.level == level || lever->answer.level >= lever->n_levels) {
            break;
        }
    }
    return ret;
}

/* The most, with posts filled at once: whether it is the time to find staff that keeps the target out of reach. */
static int
try_at_once(cli_backsolve_t *self, size_t l)
{
    const care_workforce_t *force = &self->trial.arm[0].model.spec->workforce;
    cli_lever_t *lever = &self->lever[l];

    if (!(force->recruit_days + force->training_days + force->supply_per_year + force->vacancies > 0.0)) {
        return 0;
    }
    lever->at_once = find_tried(self, l, lever->n_levels - 1, true);
    return lever->at_once == SIZE_MAX ? SIM_ERR_NO_MEMORY : try_level(self, lever->at_once, NULL);
}

static int
solve_lever(cli_backsolve_t *self, size_t l)
{
    cli_lever_t *lever = &self->lever[l];
    int ret = ana_threshold_init(&lever->threshold, self->n_reps, lever->n_levels, self->sure);

    lever->at_once = lever->shown = CLI_BACKSOLVE_NONE;
    if (ret != 0) {
        return ret;
    }
    put_known(self, lever, 0, (size_t) lever->zero, true); /* no change was tried first */
    ret = search_levels(self, l);
    if (ret == 0) {
        ret = confirm(self, l);
    }
    if (ret == 0 && lever->answer.level >= lever->n_levels) {
        ret = try_at_once(self, l);
    }
    return ret;
}

static double
more_of(const cli_lever_t *lever, size_t level)
{
    return (double) ((long) level - lever->zero) * lever->step;
}

static bool
is_feasible(const cli_lever_t *lever)
{
    return lever->answer.level < lever->n_levels;
}

int
cli_backsolve_run(cli_backsolve_t *self)
{
    size_t none = find_tried(self, CLI_BACKSOLVE_NONE, 0, false);
    int ret = none == SIZE_MAX ? SIM_ERR_NO_MEMORY : 0;

    self->best = CLI_BACKSOLVE_NONE;
    cli_interrupt_begin(&self->interrupt, self->options->quiet, NULL);
    cli_progress_init(&self->bar, self->options, "split");
    self->total = (uint64_t) self->n_reps * (1 + RUNS_A_LEVER * self->n_levers);
    if (ret == 0) {
        ret = try_level(self, none, NULL);
    }
    for (size_t l = 0; ret == 0 && l < self->n_levers; l++) {
        self->total = self->done + (uint64_t) self->n_reps * RUNS_A_LEVER * (self->n_levers - l);
        ret = solve_lever(self, l);
        if (ret == 0 && is_feasible(&self->lever[l]) &&
            (self->best == CLI_BACKSOLVE_NONE ||
                more_of(&self->lever[l], self->lever[l].answer.level) <
                    more_of(&self->lever[self->best], self->lever[self->best].answer.level))) {
            self->best = l;
        }
    }
    cli_progress_end(&self->bar);
    cli_interrupt_end(&self->interrupt);
    return ret;
}

/* ---- what was tried ---- */

/* NaN when it is not known. */
static double
value_of(const cli_backsolve_t *self, const cli_tried_level_t *tried, size_t rep, size_t value)
{
    bool known = tried->state[rep] == CLI_FUTURE_WHOLE && self->at[value] < self->trial.n_cells;

    return known ? tried->whole[rep * self->trial.n_cells + self->at[value]] : NAN;
}

void
cli_backsolve_mean(const cli_backsolve_t *self, size_t tried, size_t value, ana_interval_t *interval)
{
    double *known = calloc(self->n_reps, sizeof(*known));

    for (uint32_t r = 0; known != NULL && r < self->n_reps; r++) {
        known[r] = value_of(self, &self->tried[tried], r, value);
    }
    ana_mean_interval(known, 1, known == NULL ? 0 : self->n_reps, interval);
    free(known);
}

bool
cli_backsolve_is_met(const cli_backsolve_t *self, size_t tried, size_t rep)
{
    return self->tried[tried].state[rep] > 0 && is_met(self, &self->tried[tried], rep, CLI_BACKSOLVE_NONE);
}

size_t
cli_backsolve_met(const cli_backsolve_t *self, size_t tried, size_t target, size_t *n)
{
    const cli_tried_level_t *level = &self->tried[tried];
    size_t met = 0;

    *n = 0;
    for (uint32_t r = 0; r < self->n_reps; r++) {
        *n += level->state[r] > 0 ? 1u : 0u;
        met += level->state[r] > 0 && is_met(self, level, r, target) ? 1u : 0u;
    }
    return met;
}

size_t
cli_backsolve_met_in(const cli_backsolve_t *self, size_t tried, size_t target, size_t month, size_t *n)
{
    size_t met = 0;

    *n = 0;
    for (uint32_t r = 0; r < self->n_reps; r++) {
        double value = value_of(self, &self->tried[tried], r, cli_backsolve_until(self, target, month));

        *n += isfinite(value) ? 1u : 0u;
        met += isfinite(value) && cli_target_is_met(&self->target[target], value) ? 1u : 0u;
    }
    return met;
}

/* ---- before ---- */

/* 1, 2 or 5 times a power of ten, at most x. */
static double
round_step(double x)
{
    double ten = pow(10.0, floor(log10(x) + 1e-9));

    return ten * (x >= 5.0 * ten ? 5.0 : x >= 2.0 * ten ? 2.0 : 1.0);
}

/* Whether the scenario can be run with so many steps more: its lines' later changes and bounds may be against it. */
static bool
is_allowed(const cli_backsolve_t *self, size_t l, long steps)
{
    const cli_tried_level_t tried = { .lever = l, .pounds = (double) steps * self->lever[l].step };
    care_spec_t *spec = malloc(sizeof(*spec));
    care_model_t model;
    bool allowed = spec != NULL && cli_backsolve_model(self, &tried, spec, &model) == 0;

    if (allowed) {
        care_model_free(&model);
    }
    free(spec);
    return allowed;
}

/* The most steps up to `most`, or down to it, that are allowed; no change is. */
static long
farthest(const cli_backsolve_t *self, size_t l, long most)
{
    long allowed = 0, refused = most;

    if (is_allowed(self, l, most)) {
        return most;
    }
    while (labs(refused - allowed) > 1) {
        long middle = allowed + (refused - allowed) / 2;

        *(is_allowed(self, l, middle) ? &allowed : &refused) = middle;
    }
    return allowed;
}

static void
set_levels(cli_backsolve_t *self, size_t l)
{
    cli_lever_t *lever = &self->lever[l];
    long most, highest;

    lever->step = round_step(lever->base / STEPS);
    most = (long) ceil(CLI_BACKSOLVE_MOST * lever->base / lever->step);
    lever->zero = -farthest(self, l, -(long) floor(lever->base / lever->step));
    highest = farthest(self, l, most);
    lever->capped = highest < most;
    lever->n_levels = (size_t) (lever->zero + 1 + highest);
}

static cli_exit_t
add_lever(cli_backsolve_t *self, const char *name, const bool *of)
{
    const care_model_t *model = &self->trial.arm[0].model;
    cli_lever_t *lever = &self->lever[self->n_levers];

    memset(lever, 0, sizeof(*lever));
    lever->shown = lever->at_once = CLI_BACKSOLVE_NONE;
    (void) snprintf(lever->name, sizeof(lever->name), "%s", name);
    for (size_t l = 0; l < model->spec->n_lines; l++) {
        lever->of[l] = of[l];
        lever->pounds[l] = of[l] ? cli_backsolve_pounds(model, l, self->from_day) : 0.0;
        lever->base += lever->pounds[l];
        lever->posts += of[l] ? cli_backsolve_posts(model, l, self->from_day) : 0.0;
    }
    if (!(lever->base > 0.0)) {
        cli_error("line \"%s\" has no money yet on the day that it is to change: say a later one with --from", name);
        return CLI_USAGE;
    }
    set_levels(self, self->n_levers);
    self->n_levers++;
    return CLI_DONE;
}

static cli_exit_t
complain_line(const care_spec_t *spec, const char *name)
{
    const char *candidate[CARE_LINES_MAX + 1] = { "all" }, *near;
    size_t n = 1;

    for (size_t l = 0; l < spec->n_lines; l++) {
        if (spec->line[l].n_pools > 0) {
            candidate[n++] = spec->line[l].name;
        }
        if (strcmp(spec->line[l].name, name) == 0) {
            cli_error("--vary: the line '%s' pays no posts, so more money on it changes nothing", name);
            return CLI_USAGE;
        }
    }
    near = cli_nearest(name, candidate, n);
    if (near != NULL) {
        cli_error("--vary: there is no line '%s' (did you mean '%s'?)", name, near);
    } else {
        cli_error("--vary: there is no line '%s'; `weir check` lists them", name);
    }
    return CLI_USAGE;
}

static cli_exit_t
add_all_together(cli_backsolve_t *self)
{
    const care_spec_t *spec = self->trial.arm[0].model.spec;
    bool of[CARE_LINES_MAX] = { false };

    for (size_t l = 0; l < spec->n_lines; l++) {
        of[l] = spec->line[l].n_pools > 0;
    }
    return add_lever(self, "all", of);
}

static cli_exit_t
add_line(cli_backsolve_t *self, size_t l)
{
    bool of[CARE_LINES_MAX] = { false };

    of[l] = true;
    return add_lever(self, self->trial.arm[0].model.spec->line[l].name, of);
}

/* Every line that pays posts, and all together. */
static cli_exit_t
add_every_line(cli_backsolve_t *self)
{
    const care_spec_t *spec = self->trial.arm[0].model.spec;
    cli_exit_t code = CLI_DONE;

    for (size_t l = 0; code == CLI_DONE && l < spec->n_lines; l++) {
        code = spec->line[l].n_pools > 0 ? add_line(self, l) : code;
    }
    return code == CLI_DONE && self->n_levers > 1 ? add_all_together(self) : code;
}

/* One named line, or all together. */
static cli_exit_t
add_named(cli_backsolve_t *self, const char *name)
{
    const care_spec_t *spec = self->trial.arm[0].model.spec;

    for (size_t i = 0; i < self->n_levers; i++) {
        if (strcmp(self->lever[i].name, name) == 0) {
            cli_error("--vary: the line '%s' is there twice", name);
            return CLI_USAGE;
        }
    }
    for (size_t l = 0; l < spec->n_lines; l++) {
        if (strcmp(spec->line[l].name, name) == 0 && spec->line[l].n_pools > 0) {
            return add_line(self, l);
        }
    }
    return strcmp(name, "all") == 0 ? add_all_together(self) : complain_line(spec, name);
}

static cli_exit_t
add_levers(cli_backsolve_t *self)
{
    const char *vary = self->options->vary;
    cli_exit_t code = CLI_DONE;

    if (vary == NULL) {
        return add_every_line(self);
    }
    while (code == CLI_DONE && *vary != '\0') {
        char name[2 * SIM_NAME_MAX];
        size_t length = strcspn(vary, ",");

        (void) snprintf(name, sizeof(name), "%.*s", (int) length, vary);
        vary += length + (vary[length] == ',');
        code = add_named(self, name);
    }
    return code;
}

static cli_exit_t
read_day(cli_backsolve_t *self)
{
    const sim_calendar_t *calendar = &self->trial.arm[0].model.calendar;
    const cli_options_t *options = self->options;

    if (!(options->given & CLI_OPT_FROM)) {
        return CLI_DONE;
    }
    self->from_day = (double) (sim_date_serial(options->from) - calendar->start_serial);
    if (self->from_day < 0.0 || self->from_day >= (double) calendar->n_days) {
        sim_date_t first = sim_calendar_date(calendar, 0),
                   last = sim_calendar_date(calendar, (long) calendar->n_days - 1);

        cli_error("--from: %04d-%02d-%02d is outside the run, which is from %04d-%02d-%02d to %04d-%02d-%02d",
            options->from.year, options->from.month, options->from.day, first.year, first.month, first.day, last.year,
            last.month, last.day);
        return CLI_USAGE;
    }
    return CLI_DONE;
}

static cli_exit_t
check_scenario(const care_spec_t *spec)
{
    const char *why = !spec->is_care       ? "it is a plain network, which refers nobody"
                      : spec->n_areas > 0  ? "it has several areas, each with money of its own: run one area alone"
                      : spec->n_lines == 0 ? "it has no budget lines: `lines` says what money pays which pools"
                                           : NULL;

    if (why != NULL) {
        cli_error("--target: money cannot be back-solved in \"%s\": %s", spec->name, why);
        return CLI_SCENARIO;
    }
    return CLI_DONE;
}

static cli_exit_t
init_trial(cli_backsolve_t *self, const scn_t *scenario)
{
    int ret = cli_trial_init(&self->trial, &scenario, 1, self->options->plans, true, self->options->seed);

    if (ret == SIM_ERR_NO_MEMORY) {
        cli_error("%s", sim_strerror(ret));
        return CLI_FAILED;
    }
    return ret == 0 ? CLI_DONE : ret == SIM_ERR_NOT_FOUND ? CLI_USAGE : CLI_SCENARIO;
}

cli_exit_t
cli_backsolve_init(cli_backsolve_t *self, const cli_options_t *options, const scn_t *scenario)
{
    cli_exit_t code = check_scenario(scn_spec(scenario)), each;

    memset(self, 0, sizeof(*self));
    self->options = options;
    self->sure = options->given & CLI_OPT_SURE ? options->sure : CLI_BACKSOLVE_SURE;
    self->n_reps = options->given & CLI_OPT_REPS ? options->reps : CLI_BACKSOLVE_REPS;
    if (code == CLI_DONE) {
        code = init_trial(self, scenario);
    }
    if (code != CLI_DONE) {
        return code;
    }
    for (size_t t = 0; t < options->n_target && t < CLI_TARGETS_MAX; t++) {
        each = cli_target_read(&self->target[self->n_targets++], options->target[t], &self->trial);
        code = each == CLI_DONE ? code : each;
    }
    each = read_day(self);
    code = each == CLI_DONE ? code : each;
    if (code == CLI_DONE) {
        code = add_levers(self);
    }
    if (code == CLI_DONE && want_all(self) != 0) {
        cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
        code = CLI_FAILED;
    }
    return code;
}

void
cli_backsolve_free(cli_backsolve_t *self)
{
    for (size_t i = 0; i < self->n_tried; i++) {
        free(self->tried[i].own);
        free(self->tried[i].whole);
        free(self->tried[i].state);
    }
    for (size_t l = 0; l < CARE_LINES_MAX + 1; l++) {
        ana_threshold_free(&self->lever[l].threshold);
    }
    free(self->tried);
    free(self->at);
    cli_trial_free(&self->trial);
}
