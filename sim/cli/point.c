#include "sim/cli/point.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reasons ---- */

static void
first_error(const scn_t *scenario, char *reason)
{
    const scn_message_t *message;
    size_t n = scenario != NULL ? scn_errors(scenario, &message) : 0;

    if (n == 0) {
        (void) snprintf(reason, CLI_REASON_MAX, "%s", sim_strerror(SIM_ERR_SCENARIO));
    } else if (message[0].line > 0) {
        (void) snprintf(reason, CLI_REASON_MAX, "%s:%d: %s", message[0].file, message[0].line, message[0].text);
    } else {
        (void) snprintf(reason, CLI_REASON_MAX, "%s: %s", message[0].file, message[0].text);
    }
}

static void
keep_fault(void *ctx, const sim_fault_t *fault)
{
    cli_point_plan_t *plan = ctx;

    if (plan->reason[0] == '\0') {
        (void) snprintf(plan->reason, CLI_REASON_MAX, "%s", fault->text);
    }
}

/* ---- ready ---- */

static const care_plan_t *
find_plan(const care_spec_t *spec, const cli_arm_t *arm)
{
    for (size_t i = 0; arm->plan != NULL && i < spec->n_plans; i++) {
        if (strcmp(spec->plan[i].name, arm->plan->name) == 0) {
            return &spec->plan[i];
        }
    }
    return NULL;
}

/* Cells are by period, so every point must run over the same months. */
static bool
same_time(const care_model_t *model, const care_model_t *base)
{
    return model->calendar.n_months == base->calendar.n_months &&
           model->calendar.month_first[model->calendar.n_months] ==
               base->calendar.month_first[base->calendar.n_months] &&
           memcmp(&model->spec->start, &base->spec->start, sizeof(model->spec->start)) == 0;
}

static void
prepare_plan(cli_point_plan_t *plan, const care_spec_t *spec, const cli_arm_t *arm)
{
    const care_plan_t *own = find_plan(spec, arm);

    if (arm->plan != NULL && own == NULL) {
        plan->status = SIM_ERR_SCENARIO;
        (void) snprintf(plan->reason, CLI_REASON_MAX, "there is no plan \"%s\"", arm->plan->name);
        return;
    }
    plan->status = care_model_init(&plan->model, spec, own, keep_fault, plan);
    plan->ready = plan->status == 0;
    if (plan->ready && !same_time(&plan->model, &arm->model)) {
        care_model_free(&plan->model);
        plan->ready = false;
        plan->status = SIM_ERR_SCENARIO;
        (void) snprintf(plan->reason, CLI_REASON_MAX, "it runs over another time than the scenario as it is");
    }
    if (!plan->ready && plan->reason[0] == '\0') {
        (void) snprintf(plan->reason, CLI_REASON_MAX, "%s", sim_strerror(plan->status));
    }
}

static void
refuse_all(cli_point_t *self, int status)
{
    for (size_t a = 0; a < self->n_plans; a++) {
        self->plan[a].status = status;
        first_error(self->scenario, self->plan[a].reason);
    }
}

int
cli_point_init(cli_point_t *self, const cli_shape_t *shape, cli_source_t *source, const char *const *set, size_t n_set,
    const bool *wanted)
{
    const cli_trial_t *trial = shape->trial;
    int ret;

    memset(self, 0, sizeof(*self));
    self->shape = shape;
    self->n_plans = trial->n_arms;
    self->plan = calloc(trial->n_arms, sizeof(*self->plan));
    if (self->plan == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    ret = cli_source_load(source, set, n_set, &self->scenario);
    if (ret != 0) {
        refuse_all(self, ret);
        return ret == SIM_ERR_NO_MEMORY ? ret : 0;
    }
    for (size_t a = 0; a < trial->n_arms; a++) {
        if (wanted[a]) {
            prepare_plan(&self->plan[a], scn_spec(self->scenario), &trial->arm[a]);
        }
    }
    return 0;
}

void
cli_point_free(cli_point_t *self)
{
    for (size_t a = 0; self->plan != NULL && a < self->n_plans; a++) {
        if (self->plan[a].ready) {
            care_model_free(&self->plan[a].model);
        }
    }
    free(self->plan);
    scn_free(self->scenario);
    memset(self, 0, sizeof(*self));
}

/* ---- run ---- */

static bool
find_group(const sim_book_t *book, const char *name, uint16_t *group)
{
    for (size_t g = 0; g < book->n_groups; g++) {
        if (strcmp(book->group[g].name, name) == 0) {
            *group = (uint16_t) g;
            return true;
        }
    }
    return false;
}

static bool
arm_has(const cli_arm_t *arm, size_t cell)
{
    for (size_t i = 0; i < arm->n_cells; i++) {
        if (arm->to[i] == cell) {
            return true;
        }
    }
    return false;
}

/* The chosen cells, one by one: groups are found by name, since a point may have others. */
static int
extract(const cli_shape_t *shape, size_t arm, const sim_book_t *book, double *value)
{
    const cli_trial_t *trial = shape->trial;
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < shape->n_chosen; i++) {
        sim_cell_t cell = trial->cell[shape->chosen[i]];
        const sim_period_t *counted = &trial->counted[cell.period];

        value[i] = NAN;
        if (counted->first_month < counted->end_month && arm_has(&trial->arm[arm], shape->chosen[i]) &&
            find_group(book, trial->group[cell.group].name, &cell.group)) {
            ret = sim_book_extract(book, trial->kpi, trial->counted, &cell, 1, &value[i]);
        }
    }
    return ret;
}

int
cli_point_run(const cli_point_t *self, size_t arm, uint32_t rep, double *value, uint64_t *events, const char **reason)
{
    const cli_trial_t *trial = self->shape->trial;
    const cli_point_plan_t *plan = &self->plan[arm];
    const care_how_t how = { .seed = trial->seed, .replication = rep, .warmup_days = trial->warmup_days };
    care_effort_t effort = { .events = 0 };
    sim_book_t book;
    int ret;

    *reason = plan->reason;
    if (!plan->ready) {
        return plan->status != 0 ? plan->status : SIM_ERR_BAD_PARAM;
    }
    memset(&book, 0, sizeof(book));
    ret = care_model_run_as(&plan->model, &how, &book, &effort);
    if (ret == 0) {
        ret = extract(self->shape, arm, &book, value);
    }
    *events = effort.events;
    *reason = ret == 0 ? "" : sim_strerror(ret);
    sim_book_free(&book);
    return ret;
}
