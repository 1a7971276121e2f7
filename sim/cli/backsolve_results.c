#include "sim/cli/backsolve_results.h"

#include "sim/cli/manifest.h"
#include "sim/store/split.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TAIL 0.025 /* of an exact 95% interval */

/* ---- candidates ---- */

/* In how many futures the targets are met at a level: by its runs, and by those above and below where it was not run. */
static void
met_at(const cli_backsolve_t *self, size_t i, ana_interval_t *share)
{
    const cli_tried_level_t *tried = &self->tried[i];
    const ana_threshold_t *threshold =
        tried->lever == CLI_BACKSOLVE_NONE || tried->at_once ? NULL : &self->lever[tried->lever].threshold;
    size_t n, met = cli_backsolve_met(self, i, CLI_BACKSOLVE_NONE, &n);

    for (size_t r = 0; threshold != NULL && r < self->n_reps; r++) {
        bool implied = tried->state[r] == CLI_FUTURE_NOT_RUN && threshold->known[r];

        met += implied && threshold->from[r] <= (long) tried->level ? 1u : 0u;
        n += implied && (threshold->from[r] <= (long) tried->level || threshold->below[r] >= (long) tried->level) ? 1u
                                                                                                                  : 0u;
    }
    *share = (ana_interval_t){ .mean = n > 0 ? (double) met / (double) n : NAN, .low = NAN, .high = NAN, .n = n };
    if (n > 0) { /* Clopper and Pearson (1934) */
        share->low = met == 0 ? 0.0 : gsl_cdf_beta_Pinv(TAIL, (double) met, (double) (n - met) + 1.0);
        share->high = met == n ? 1.0 : gsl_cdf_beta_Pinv(1.0 - TAIL, (double) met + 1.0, (double) (n - met));
    }
}

static bool
is_answer(const cli_backsolve_t *self, size_t l, size_t i)
{
    const cli_lever_t *lever = &self->lever[l];

    return lever->shown == i && lever->answer.level < lever->n_levels;
}

static int
put_estimates(const cli_backsolve_t *self, store_writer_t *writer, size_t i, const ana_interval_t *share)
{
    const store_measured_t met = {
        .use = "met", .kpi = "targets_met", .group = "all", .period = "all", .unit = "share"
    };
    int ret = store_put_candidate_estimate(writer, i, &met, share);

    for (size_t t = 0; ret == 0 && t < self->n_targets; t++) {
        const cli_target_t *target = &self->target[t];
        const store_measured_t of = { .use = "target",
            .kpi = target->kpi->name,
            .group = target->group,
            .period = self->trial.period[target->period_index].name,
            .unit = target->kpi->unit,
            .number = t };
        ana_interval_t interval;

        cli_backsolve_mean(self, i, cli_backsolve_own(self, t), &interval);
        if (interval.n > 0) {
            ret = store_put_candidate_estimate(writer, i, &of, &interval);
        }
    }
    return ret;
}

static int
put_candidate(const cli_backsolve_t *self, store_writer_t *writer, size_t i)
{
    const care_spec_t *spec = self->trial.arm[0].model.spec;
    const cli_tried_level_t *tried = &self->tried[i];
    bool now = tried->lever == CLI_BACKSOLVE_NONE;
    const cli_lever_t *lever = now ? &self->lever[0] : &self->lever[tried->lever];
    const char *line[CARE_LINES_MAX];
    double pounds[CARE_LINES_MAX];
    size_t n = 0;
    char name[96];
    bool answer = false, best = self->best != CLI_BACKSOLVE_NONE && is_answer(self, self->best, i);
    store_candidate_t row = { .name = name,
        .stage = now              ? "now"
                 : tried->at_once ? "at_once"
                                  : "target",
        .growth = "",
        .message = "",
        .p_best = NAN,
        .p_near = NAN,
        .regret = NAN,
        .regret_low = NAN,
        .regret_high = NAN };

    for (size_t l = 0; l < self->n_levers; l++) {
        answer = answer || is_answer(self, l, i);
    }
    row.roles = best ? (now ? "chosen current" : "chosen") : now ? "current" : answer ? "answer" : "";
    row.status = best ? "chosen" : "tried";
    (void) snprintf(name, sizeof(name), now ? "now" : "%s %+.0f%s", lever->name, tried->pounds,
        tried->at_once ? " at once" : "");
    for (uint32_t r = 0; r < self->n_reps; r++) {
        row.reps += tried->state[r] != CLI_FUTURE_NOT_RUN ? 1u : 0u;
    }
    for (size_t l = 0; l < spec->n_lines; l++) {
        if (spec->line[l].n_pools > 0) {
            double has = cli_backsolve_pounds(&self->trial.arm[0].model, l, self->from_day);

            line[n] = spec->line[l].name;
            pounds[n++] = has + (!now && lever->of[l] ? tried->pounds * lever->pounds[l] / lever->base : 0.0);
        }
    }
    met_at(self, i, &row.score);
    int ret = store_put_candidate(writer, i, &row, n, line, pounds);

    return ret == 0 ? put_estimates(self, writer, i, &row.score) : ret;
}

/* ---- plans ---- */

typedef struct {
    size_t n;
    store_plan_t plan[CARE_LINES_MAX + 2];
    char name[CARE_LINES_MAX + 2][SIM_NAME_MAX + 8], title[CARE_LINES_MAX + 2][160];
    size_t tried[CARE_LINES_MAX + 2];
} plans_t;

static void
add_plan(const cli_backsolve_t *self, plans_t *plans, size_t tried, const char *name, const char *end,
    const char *title)
{
    static const char *const COLOUR[] = { "#7f7f7f", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00" };
    size_t n = plans->n++;

    (void) snprintf(plans->name[n], sizeof(plans->name[n]), "%s%s", name, end);
    for (char *c = plans->name[n]; *c != '\0'; c++) {
        *c = *c == '-' ? '_' : *c; /* it stands for a difference of plans */
    }
    (void) snprintf(plans->title[n], sizeof(plans->title[n]), "%s", title);
    plans->tried[n] = tried;
    plans->plan[n] = (store_plan_t){ .name = plans->name[n],
        .title = plans->title[n],
        .colour = COLOUR[n % (sizeof(COLOUR) / sizeof(COLOUR[0]))],
        .scenario = self->trial.arm[0].model.spec->name,
        .doc = "" };
}

static void
list_plans(const cli_backsolve_t *self, plans_t *plans)
{
    plans->n = 0;
    add_plan(self, plans, 0, "now", "", "Money as it is");
    for (size_t l = 0; l < self->n_levers; l++) {
        const cli_lever_t *lever = &self->lever[l];
        bool most = lever->answer.level >= lever->n_levels;
        char title[160];

        (void) snprintf(title, sizeof(title), "%s %+.0f pounds a year%s", lever->name, self->tried[lever->shown].pounds,
            most ? ", the most that was tried" : "");
        if (lever->shown != 0) { /* else no change is the answer */
            add_plan(self, plans, lever->shown, lever->name, most ? "_most" : "", title);
        }
    }
}

static int
put_records(const cli_backsolve_t *self, store_writer_t *writer, const plans_t *plans)
{
    int ret = 0;

    for (uint32_t r = 0; ret == 0 && r < self->n_reps; r++) {
        for (size_t i = 0; ret == 0 && i < plans->n; i++) {
            const cli_tried_level_t *tried = &self->tried[plans->tried[i]];
            bool known = tried->state[r] == CLI_FUTURE_WHOLE;
            const exp_record_t record = { .index = (uint64_t) r * plans->n + i,
                .arm = (uint32_t) i,
                .rep = r,
                .status = known ? 0 : SIM_ERR_UNSUPPORTED,
                .message = known ? "" : "a target is not known",
                .n_values = self->trial.n_cells,
                .value = known ? tried->whole + (size_t) r * self->trial.n_cells : NULL };

            ret = store_put_record(writer, &record);
        }
    }
    return ret == 0 ? store_put_estimates(writer, self->n_reps) : ret;
}

/* ---- the file ---- */

static int
put_answer(const cli_backsolve_t *self, store_writer_t *writer)
{
    char text[CLI_TARGETS_MAX * 128] = "";
    int ret;

    for (size_t t = 0; t < self->n_targets; t++) {
        size_t used = strlen(text);

        (void) snprintf(text + used, sizeof(text) - used, "%s%s", t > 0 ? "; " : "", self->target[t].text);
    }
    ret = cli_put(writer, "target", "%s", text);
    if (ret == 0) {
        ret = cli_put(writer, "target_sure", "%.10g", self->sure);
    }
    if (ret == 0) {
        ret = cli_put(writer, "target_from_day", "%.10g", self->from_day);
    }
    if (ret == 0 && self->best == CLI_BACKSOLVE_NONE) {
        return cli_put(writer, "target_line", "none");
    }
    const cli_lever_t *best = &self->lever[self->best == CLI_BACKSOLVE_NONE ? 0 : self->best];
    const struct {
        const char *key;
        long level;
    } row[] = { { "target_pounds", (long) best->answer.level }, { "target_pounds_low", best->answer.low },
        { "target_pounds_high", best->answer.high } };

    if (ret == 0) {
        ret = cli_put(writer, "target_line", "%s", best->name);
    }
    for (size_t i = 0; ret == 0 && i < sizeof(row) / sizeof(row[0]); i++) {
        if (row[i].level >= 0) {
            ret = cli_put(writer, row[i].key, "%.10g", (double) (row[i].level - best->zero) * best->step);
        }
    }
    return ret;
}

static int
put_manifest(const cli_backsolve_t *self, const scn_t *scenario, store_writer_t *writer)
{
    const scn_t *base = scenario;
    int ret = cli_put_program(writer, self->options);

    if (ret == 0) {
        ret = cli_put_scenarios(writer, self->options, &base, 1);
    }
    if (ret == 0) {
        ret = cli_put_parameters(writer, &base, 1);
    }
    if (ret == 0) {
        ret = put_answer(self, writer);
    }
    const struct {
        const char *key;
        double number;
    } number[] = { { "reps", self->n_reps }, { "reps_done", self->n_reps }, { "failed", (double) self->failed },
        { "seconds", self->seconds }, { "warmup_days", self->trial.warmup_days } };

    for (size_t i = 0; ret == 0 && i < sizeof(number) / sizeof(number[0]); i++) {
        ret = cli_put(writer, number[i].key, "%.10g", number[i].number);
    }
    if (ret == 0) {
        ret = cli_put(writer, "warmup_from", "scenario");
    }
    if (ret == 0) {
        ret = cli_put(writer, "status", self->failed > 0 ? "some failed" : "complete");
    }
    return ret == 0 ? cli_put_time(writer, "finished") : ret;
}

static int
put_all(const cli_backsolve_t *self, const scn_t *scenario, const plans_t *plans, store_writer_t *writer)
{
    int ret = cli_trial_put_layout_of(&self->trial, plans->n, plans->plan, writer);

    if (ret == 0) {
        ret = store_split_begin(writer);
    }
    for (size_t i = 0; ret == 0 && i < self->n_tried; i++) {
        ret = put_candidate(self, writer, i);
    }
    if (ret == 0) {
        ret = put_records(self, writer, plans);
    }
    if (ret == 0) {
        ret = put_manifest(self, scenario, writer);
    }
    return ret == 0 ? store_writer_finish(writer) : ret;
}

cli_exit_t
cli_backsolve_write(const cli_backsolve_t *self, const scn_t *scenario, const char *results, char **path)
{
    const store_target_t target = { .path = results, .force = self->options->force || self->options->resume };
    store_fault_t fault = { "" };
    store_writer_t *writer = NULL;
    plans_t *plans = calloc(1, sizeof(*plans));
    int ret = plans == NULL ? SIM_ERR_NO_MEMORY : store_writer_create(&writer, &target, &fault);

    if (ret == 0) {
        list_plans(self, plans);
        ret = put_all(self, scenario, plans, writer);
    }
    if (ret == 0) {
        size_t size = strlen(store_writer_path(writer)) + 1;

        *path = malloc(size);
        if (*path != NULL) {
            memcpy(*path, store_writer_path(writer), size);
        }
        ret = *path == NULL ? SIM_ERR_NO_MEMORY : 0;
    }
    if (ret != 0) {
        const char *why = writer != NULL ? store_writer_fault(writer) : fault.text;

        cli_error("%s", why[0] != '\0' ? why : sim_strerror(ret));
    }
    store_writer_free(writer);
    free(plans);
    return ret == 0 ? CLI_DONE : CLI_FAILED;
}
