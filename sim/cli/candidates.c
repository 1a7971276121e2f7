#include "sim/cli/candidates.h"

#include "sim/cli/load.h"
#include "sim/experiment/experiment.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETS_MAX (CARE_SPLIT_LINES_MAX * (1 + CARE_LINE_POOLS_MAX) + CARE_SPLIT_SETS_MAX)
#define SET_SIZE 192
#define PROBE 0.9 /* of every line's money: do posts follow? */

/* Overrides of one candidate, after those of the command line. */
typedef struct {
    size_t n;
    char text[SETS_MAX][SET_SIZE];
} sets_t;

static const care_line_t *
line_of(const cli_candidates_t *self, size_t l)
{
    return &scn_spec(self->base)->line[self->split->line[l]];
}

static const sim_pool_t *
find_pool(const care_spec_t *spec, const char *name)
{
    for (size_t i = 0; i < spec->pathway.n_pools; i++) {
        if (strcmp(spec->pathway.pool[i].name, name) == 0) {
            return &spec->pathway.pool[i];
        }
    }
    return NULL;
}

/* ---- overrides ---- */

static void
set_number(sets_t *sets, const char *room, const char *name, const char *field, double value)
{
    (void) snprintf(sets->text[sets->n++], SET_SIZE, "%s.%s.%s=%.17g", room, name, field, value);
}

static void
set_units(const cli_candidates_t *self, sets_t *sets, size_t l, double money)
{
    const care_line_t *line = line_of(self, l);

    for (size_t p = 0; p < line->n_pools; p++) {
        const sim_pool_t *pool = find_pool(scn_spec(self->base), line->pool[p]);
        double units = pool == NULL ? 0 : pool->units * money / line->per_year;

        if (pool != NULL) {
            set_number(sets, "pools", pool->name, "units",
                pool->kind == SIM_POOL_SERVERS ? floor(units + 1e-9) : units);
        }
    }
}

/* The money as it is set: a line without any keeps the least there is, which the line with most gives. */
static void
as_set(const cli_candidates_t *self, const double *money, double *pounds)
{
    size_t most = 0;
    double given = 0;

    for (size_t l = 0; l < self->split->n_lines; l++) {
        pounds[l] = fmax(money[l], CLI_MONEY_LEAST);
        given += pounds[l] - money[l];
        most = money[l] > money[most] ? l : most;
    }
    pounds[most] -= given;
}

static void
make_sets(const cli_candidates_t *self, const double *money, size_t growth, sets_t *sets)
{
    cli_money_t set;

    as_set(self, money, set);
    sets->n = 0;
    for (size_t i = 0; growth > 0 && i < self->split->growth[growth - 1].n_sets; i++) {
        (void) snprintf(sets->text[sets->n++], SET_SIZE, "%s", self->split->growth[growth - 1].set[i]);
    }
    for (size_t l = 0; l < self->split->n_lines; l++) {
        if (set[l] != line_of(self, l)->per_year) {
            set_number(sets, "lines", line_of(self, l)->name, "per_year", set[l]);
            if (!self->follows[l]) {
                set_units(self, sets, l, set[l]);
            }
        }
    }
}

/* All of them as one text, which names the candidate in the journal. */
static char *
make_key(const sets_t *sets)
{
    size_t size = sets->n * (SET_SIZE + 1) + 1, used = 0;
    char *key = malloc(size);

    if (key != NULL) {
        key[0] = '\0';
    }
    for (size_t i = 0; key != NULL && i < sets->n; i++) {
        used += (size_t) snprintf(key + used, size - used, "%s%s", i > 0 ? " " : "", sets->text[i]);
    }
    return key;
}

static int
load(const cli_candidates_t *self, const sets_t *sets, char *why, size_t size, scn_t **scenario)
{
    size_t n = self->options->n_set + sets->n;
    const char **set = calloc(n + 1, sizeof(*set));
    int ret = SIM_ERR_NO_MEMORY;

    *scenario = NULL;
    if (set != NULL) {
        for (size_t i = 0; i < n; i++) {
            set[i] = i < self->options->n_set ? self->options->set[i] : sets->text[i - self->options->n_set];
        }
        ret = cli_load_silently(self->path, set, n, why, size, scenario);
    }
    free(set);
    return ret;
}

/* ---- the scenario's own price of a post ---- */

/* Whether units of the line's pools are made of its money: they change when the money does. */
static bool
units_follow(const care_spec_t *base, const care_spec_t *probe, const care_line_t *line)
{
    for (size_t p = 0; p < line->n_pools; p++) {
        const sim_pool_t *was = find_pool(base, line->pool[p]), *is = find_pool(probe, line->pool[p]);

        if (was != NULL && is != NULL && was->units != is->units) {
            return true;
        }
    }
    return false;
}

static int
probe_lines(cli_candidates_t *self)
{
    cli_money_t money;
    scn_t *probe = NULL;
    sets_t *sets = malloc(sizeof(*sets));
    char why[256];
    int ret = SIM_ERR_NO_MEMORY;

    if (sets == NULL) {
        return ret;
    }
    for (size_t l = 0; l < self->split->n_lines; l++) {
        self->follows[l] = true;
        money[l] = PROBE * line_of(self, l)->per_year;
    }
    make_sets(self, money, 0, sets);
    ret = load(self, sets, why, sizeof(why), &probe);
    if (ret == SIM_ERR_SCENARIO) {
        cli_error("the lines cannot be divided: with a tenth less on each, %s", why);
    }
    for (size_t l = 0; ret == 0 && l < self->split->n_lines; l++) {
        self->follows[l] = units_follow(scn_spec(self->base), scn_spec(probe), line_of(self, l));
    }
    scn_free(probe);
    free(sets);
    return ret;
}

int
cli_candidates_init(cli_candidates_t *self, const cli_options_t *options, const char *path, const scn_t *base,
    const care_split_t *split)
{
    memset(self, 0, sizeof(*self));
    self->options = options;
    self->path = path;
    self->base = base;
    self->split = split;
    return probe_lines(self);
}

static void
candidate_free(cli_candidate_t *self)
{
    cli_trial_free(&self->trial);
    scn_free(self->scenario);
    free(self->value);
    free(self->key);
    free(self);
}

void
cli_candidates_free(cli_candidates_t *self)
{
    for (size_t i = 0; i < self->n; i++) {
        candidate_free(self->item[i]);
    }
    free(self->item);
    memset(self, 0, sizeof(*self));
}

int
cli_candidates_want(cli_candidates_t *self, const care_measure_t *measure)
{
    if (self->n_wanted == CLI_WANTED_MAX) {
        return SIM_ERR_FULL;
    }
    self->wanted[self->n_wanted++] = *measure;
    return 0;
}

/* ---- what is kept ---- */

static bool
is_measure(const cli_trial_t *trial, const sim_cell_t *cell, const care_measure_t *measure)
{
    return strcmp(trial->kpi[cell->kpi].name, measure->kpi) == 0 &&
           strcmp(trial->group[cell->group].name, measure->group) == 0 &&
           strcmp(trial->period[cell->period].name, measure->period) == 0;
}

static bool
is_kept(void *ctx, const cli_trial_t *trial, const sim_cell_t *cell)
{
    const cli_candidates_t *self = ctx;
    sim_period_kind_t kind = trial->period[cell->period].kind;
    bool whole = kind == SIM_PERIOD_ALL, all = trial->group[cell->group].kind == SIM_BY_ALL;
    const char *reason;

    if (whole && all) {
        return true;
    }
    if ((whole || (all && kind == SIM_PERIOD_YEAR)) && care_aim_find(trial->kpi[cell->kpi].name, &reason) != NULL) {
        return true;
    }
    for (size_t i = 0; i < self->n_wanted; i++) {
        if (is_measure(trial, cell, &self->wanted[i])) {
            return true;
        }
    }
    return false;
}

size_t
cli_candidates_cell(const cli_candidates_t *self, const care_measure_t *measure)
{
    const cli_trial_t *trial = NULL;

    for (size_t i = 0; i < self->n && trial == NULL; i++) {
        trial = self->item[i]->refused ? NULL : &self->item[i]->trial;
    }
    for (size_t i = 0; trial != NULL && i < trial->n_cells; i++) {
        if (is_measure(trial, &trial->cell[i], measure)) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* ---- adding ---- */

static int __attribute__((format(printf, 2, 3))) refuse(cli_candidate_t *it, const char *format, ...)
{
    va_list args;

    it->refused = true;
    va_start(args, format);
    (void) vsnprintf(it->why, sizeof(it->why), format, args);
    va_end(args);
    return 0;
}

/* What all lines have in a period, in pounds a year. */
static double
cost_of(const care_model_t *model, const sim_period_t *period)
{
    double pounds = 0;

    for (size_t m = period->first_month; m < period->end_month; m++) {
        pounds += (double) care_budget_month(&model->budget, model->spec->n_lines, &model->calendar, m) / 100;
    }
    return pounds * 12 / (double) (period->end_month - period->first_month) / model->spec->scale;
}

/* Affordability is known without simulation. */
static int
check_caps(const cli_candidates_t *self, cli_candidate_t *it)
{
    const cli_trial_t *trial = &it->trial;

    for (size_t c = 0; c < self->split->n_caps; c++) {
        const care_cap_t *cap = &self->split->cap[c];
        bool found = false;

        for (size_t p = 0; p < trial->n_periods; p++) {
            const sim_period_t *period = &trial->period[p];
            bool meant =
                cap->period[0] == '\0' ? period->kind == SIM_PERIOD_YEAR : strcmp(period->name, cap->period) == 0;
            double cost = meant ? cost_of(&trial->arm[0].model, period) : 0;

            found |= meant;

            if (cost > cap->pounds + 0.5) {
                return refuse(it, "%s: %.0f pounds in %s, above the %.0f that are affordable", cap->place, cost,
                    period->name, cap->pounds);
            }
        }
        if (!found) {
            return refuse(it, "%s: there is no period \"%s\" in the run", cap->place, cap->period);
        }
    }
    return 0;
}

/* Whether the scenario took the money as it was given. */
static bool
took_money(const cli_candidates_t *self, const cli_candidate_t *it)
{
    cli_money_t wanted;

    as_set(self, it->money, wanted);
    for (size_t l = 0; l < self->split->n_lines; l++) {
        double has = scn_spec(it->scenario)->line[self->split->line[l]].per_year;

        if (fabs(has - wanted[l]) > 1e-9 * fabs(wanted[l]) + 1e-6) {
            return false;
        }
    }
    return true;
}

static int
make_trial(cli_candidates_t *self, cli_candidate_t *it)
{
    int ret = cli_trial_init_silently(&it->trial, it->scenario, self->options->plans, self->options->seed, it->why,
        sizeof(it->why));

    if (ret == SIM_ERR_NO_MEMORY) {
        return ret;
    }
    if (ret != 0) {
        it->refused = true;
        return it->why[0] != '\0' ? 0 : refuse(it, "%s", sim_strerror(ret));
    }
    ret = check_caps(self, it);
    if (ret == 0) {
        ret = cli_trial_keep_cells(&it->trial, is_kept, self);
    }
    if (ret == 0 && self->n_cells == 0) {
        self->n_cells = it->trial.n_cells;
    }
    return ret == 0 && self->n_cells != it->trial.n_cells ? refuse(it, "its results have other rows") : ret;
}

static int
make_candidate(cli_candidates_t *self, cli_candidate_t *it)
{
    sets_t *sets = malloc(sizeof(*sets));
    int ret = SIM_ERR_NO_MEMORY;

    if (sets == NULL) {
        return ret;
    }
    make_sets(self, it->money, it->growth, sets);
    it->key = make_key(sets);
    if (it->key != NULL) {
        ret = load(self, sets, it->why, sizeof(it->why), &it->scenario);
    }
    it->refused = ret == SIM_ERR_SCENARIO;
    ret = it->refused ? 0 : ret;
    if (ret == 0 && !it->refused && !took_money(self, it)) {
        ret = refuse(it, "the scenario does not take the money as it is set");
    }
    if (ret == 0 && !it->refused) {
        ret = make_trial(self, it);
    }
    free(sets);
    return ret;
}

static size_t
find(const cli_candidates_t *self, const double *money, size_t growth)
{
    for (size_t i = 0; i < self->n; i++) {
        bool same = self->item[i]->growth == growth;

        for (size_t l = 0; same && l < self->split->n_lines; l++) {
            same = fabs(self->item[i]->money[l] - money[l]) < 0.005;
        }
        if (same) {
            return i;
        }
    }
    return self->n;
}

static int
grow(cli_candidates_t *self)
{
    cli_candidate_t **item;

    if (self->n < self->room) {
        return 0;
    }
    item = realloc(self->item, (2 * self->room + 16) * sizeof(*item));
    if (item == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->item = item;
    self->room = 2 * self->room + 16;
    return 0;
}

int
cli_candidates_add(cli_candidates_t *self, const char *name, const char *stage, size_t growth, const double *money,
    size_t *index)
{
    cli_candidate_t *it;

    *index = find(self, money, growth);
    if (*index < self->n) {
        return 0;
    }
    it = grow(self) == 0 ? calloc(1, sizeof(*it)) : NULL;
    if (it == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->item[self->n++] = it;
    it->stage = stage;
    it->growth = growth;
    memcpy(it->money, money, self->split->n_lines * sizeof(*money));
    (void) snprintf(it->name, sizeof(it->name), "%s", name);
    return make_candidate(self, it);
}

double
cli_candidates_total(const cli_candidates_t *self, const double *money)
{
    double sum = 0;

    for (size_t l = 0; l < self->split->n_lines; l++) {
        sum += money[l];
    }
    return sum;
}

/* ---- running ---- */

typedef struct {
    uint32_t candidate, rep;
} task_t;

typedef struct {
    cli_candidates_t *self;
    task_t *task;
    size_t n;
    exp_progress_t *progress;
    void *progress_ctx;
} batch_t;

static int
run_task(void *ctx, uint32_t arm, uint32_t rep, double *value, uint64_t *events)
{
    const batch_t *batch = ctx;
    const task_t *task = &batch->task[arm];

    (void) rep;
    return cli_trial_run(&batch->self->item[task->candidate]->trial, 0, task->rep, value, events);
}

static int
keep_value(cli_candidates_t *self, cli_candidate_t *it, const double *value)
{
    double *to;

    if (it->reps == it->room) {
        uint32_t room = 2 * it->room + 8;

        to = realloc(it->value, (size_t) room * self->n_cells * sizeof(*to));
        if (to == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
        it->value = to;
        it->room = room;
    }
    to = it->value + (size_t) it->reps * self->n_cells;
    for (size_t i = 0; i < self->n_cells; i++) {
        to[i] = value != NULL ? value[i] : NAN;
    }
    it->failed += value == NULL;
    self->failed += value == NULL;
    it->reps++;
    return 0;
}

/* Records come in order, so a candidate's replications do. */
static int
take_record(void *ctx, const exp_record_t *record)
{
    const batch_t *batch = ctx;
    cli_candidates_t *self = batch->self;
    cli_candidate_t *it = self->item[batch->task[record->arm].candidate];
    int ret = keep_value(self, it, record->value);

    self->simulated++;
    self->seconds += record->seconds;
    it->seconds += record->seconds;
    it->events += record->events;
    if (ret == 0 && self->journal != NULL && record->value != NULL) {
        ret = store_journal_put(self->journal, it->key, batch->task[record->arm].rep, self->n_cells, record->value);
    }
    return ret;
}

/* What an earlier search has left. */
static int
recall(cli_candidates_t *self, cli_candidate_t *it, uint32_t reps)
{
    double *value = calloc(self->n_cells + 1, sizeof(*value));
    int ret = value == NULL ? SIM_ERR_NO_MEMORY : 0;

    while (ret == 0 && it->reps < reps) {
        ret = store_journal_get(self->journal, it->key, it->reps, self->n_cells, value);
        if (ret == 0) {
            ret = keep_value(self, it, value);
        }
    }
    free(value);
    return ret == SIM_ERR_NOT_FOUND ? 0 : ret;
}

/* Replication by replication, all candidates of each, so that an interruption leaves them even. */
static int
list_tasks(cli_candidates_t *self, const uint32_t *reps, batch_t *batch)
{
    uint32_t most = 0;
    size_t n = 0;

    for (size_t i = 0; i < self->n; i++) {
        uint32_t wanted = self->item[i]->refused ? 0 : reps[i];

        most = wanted > most ? wanted : most;
        n += wanted > self->item[i]->reps ? wanted - self->item[i]->reps : 0;
    }
    batch->task = calloc(n + 1, sizeof(*batch->task));
    if (batch->task == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (uint32_t rep = 0; rep < most; rep++) {
        for (size_t i = 0; i < self->n; i++) {
            if (!self->item[i]->refused && rep >= self->item[i]->reps && rep < reps[i]) {
                batch->task[batch->n++] = (task_t){ (uint32_t) i, rep };
            }
        }
    }
    return 0;
}

static int
run_batch(cli_candidates_t *self, batch_t *batch, const atomic_int *cancel)
{
    exp_outcome_t outcome;
    const exp_design_t design = {
        .n_arms = (uint32_t) batch->n,
        .n_reps = 1,
        .jobs = self->options->jobs,
        .n_values = self->n_cells,
        .cancel = cancel,
        .runner = run_task,
        .runner_ctx = batch,
        .sink = take_record,
        .sink_ctx = batch,
        .progress = batch->progress,
        .progress_ctx = batch->progress_ctx,
    };

    return batch->n == 0 ? 0 : exp_run(&design, &outcome);
}

int
cli_candidates_run(cli_candidates_t *self, const uint32_t *reps, const atomic_int *cancel, exp_progress_t *progress,
    void *progress_ctx)
{
    batch_t batch = { .self = self, .progress = progress, .progress_ctx = progress_ctx };
    int ret = 0;

    for (size_t i = 0; ret == 0 && self->journal != NULL && i < self->n; i++) {
        ret = self->item[i]->refused ? 0 : recall(self, self->item[i], reps[i]);
    }
    if (ret == 0) {
        ret = list_tasks(self, reps, &batch);
    }
    if (ret == 0) {
        ret = run_batch(self, &batch, cancel);
    }
    free(batch.task);
    return ret;
}

/* ---- asking ---- */

double
cli_candidates_value(const cli_candidates_t *self, size_t candidate, uint32_t rep, size_t cell)
{
    const cli_candidate_t *it = self->item[candidate];

    return rep < it->reps && cell < self->n_cells ? it->value[(size_t) rep * self->n_cells + cell] : NAN;
}

void
cli_candidates_estimate(const cli_candidates_t *self, size_t candidate, size_t cell, uint32_t first,
    ana_interval_t *interval)
{
    const cli_candidate_t *it = self->item[candidate];
    size_t n = cell < self->n_cells && it->reps > first ? it->reps - first : 0;

    ana_mean_interval(n > 0 ? it->value + (size_t) first * self->n_cells + cell : NULL, self->n_cells, n, interval);
}

void
cli_candidates_difference(const cli_candidates_t *self, size_t a, size_t b, size_t cell, uint32_t first,
    ana_interval_t *interval)
{
    const cli_candidate_t *x = self->item[a], *y = self->item[b];
    uint32_t reps = x->reps < y->reps ? x->reps : y->reps;
    size_t n = cell < self->n_cells && reps > first ? reps - first : 0, at = (size_t) first * self->n_cells + cell;

    ana_paired(n > 0 ? x->value + at : NULL, n > 0 ? y->value + at : NULL, self->n_cells, n, interval);
}
