#include "sim/cli/answers.h"

#include "sim/analysis/given.h"
#include "sim/analysis/indices.h"
#include "sim/analysis/morris.h"
#include "sim/analysis/prim.h"
#include "sim/analysis/regress.h"
#include "sim/analysis/value.h"
#include "sim/analysis/variance.h"
#include "sim/cli/export.h"
#include "sim/cli/table.h"
#include "sim/experiment/design.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS_MOST 50000000u /* of one measure, in memory: 400 MB */
#define SEED 1                 /* of bootstraps: the same records give the same answers */
#define TAIL 0.2               /* of an input's ranks, for the bars of a tornado */
#define NAME_MAX_ 256
#define EXACT 1e-6     /* what is left of a variance that inputs explain wholly is rounding */
#define PRIM_POINTS 50 /* fewer are too few to look for a box in */

/* The sweep in memory: the inputs by column, and one measure at a time of all plans. */
typedef struct {
    store_reader_t *reader;
    store_sweep_t sweep;
    size_t n_plans, n_cells, cell; /* cell: the one that is loaded */
    const sim_cell_t *cells;
    bool plan_varies;
    exp_points_t points;
    uint32_t *group; /* of each input */
    size_t n_groups;
    const char **group_name;
    double **x;       /* x[input][point] */
    double **value;   /* value[plan][point * reps + rep]; NaN where there is none */
    double **benefit; /* the same, of what is best */
    double *outcome;  /* of what is looked at */
    size_t *sample;   /* points that are a sample of the space */
    size_t n_sample;
    double **sample_x; /* the inputs there */
    double *sample_outcome, *sample_mean;
    store_answer_t *answer;
    size_t n_answers;
    int error;
} job_t;

/* ---- answers ---- */

static const char *
keep(job_t *job, const char *text)
{
    char *copy = malloc(strlen(text) + 1);

    if (copy == NULL) {
        job->error = SIM_ERR_NO_MEMORY;
        return "";
    }
    return strcpy(copy, text);
}

static void
add(job_t *job, const char *what, const char *offer, const char *input, double estimate, double low, double high,
    size_t n)
{
    store_answer_t *list;

    if (job->n_answers % 256 == 0) {
        list = realloc(job->answer, (job->n_answers + 256) * sizeof(*list));
        if (list == NULL) {
            job->error = SIM_ERR_NO_MEMORY;
            return;
        }
        job->answer = list;
    }
    job->answer[job->n_answers++] = (store_answer_t){ .what = what,
        .offer = keep(job, offer),
        .input = keep(job, input),
        .cell = job->cell,
        .estimate = estimate,
        .low = low,
        .high = high,
        .n = n };
}

static void
add_interval(job_t *job, const char *what, const char *offer, const char *input, const ana_interval_t *interval)
{
    if (!isnan(interval->mean)) {
        add(job, what, offer, input, interval->mean, interval->low, interval->high, interval->n);
    }
}

/* What cannot be worked out from so few points is no failure. */
static bool
worked(job_t *job, int ret)
{
    if (ret == SIM_ERR_NO_MEMORY) {
        job->error = ret;
    }
    return ret == 0;
}

/* ---- loading ---- */

static double **
columns(size_t n, size_t length)
{
    double **column = calloc(n + 1, sizeof(*column));

    for (size_t i = 0; column != NULL && i < n; i++) {
        column[i] = calloc(length + 1, sizeof(**column));
    }
    return column;
}

static bool
complete(double **column, size_t n)
{
    bool all = column != NULL;

    for (size_t i = 0; all && i < n; i++) {
        all = column[i] != NULL;
    }
    return all;
}

static void
free_columns(double **column, size_t n)
{
    for (size_t i = 0; column != NULL && i < n; i++) {
        free(column[i]);
    }
    free(column);
}

static int
take(void *ctx, const store_point_record_t *record)
{
    job_t *job = ctx;
    size_t plan = job->plan_varies ? 0 : record->plan;

    if (record->point >= job->sweep.n_points || plan >= job->n_plans) {
        return SIM_ERR_STORE;
    }
    for (size_t i = 0; i < job->sweep.n_inputs; i++) {
        job->x[i][record->point] = record->input[i];
    }
    if (record->value != NULL) {
        job->value[plan][record->point * job->sweep.reps + record->rep] = record->value[job->cell];
    }
    return 0;
}

static int
load_cell(job_t *job, size_t cell)
{
    size_t n = (size_t) job->sweep.n_points * job->sweep.reps;

    job->cell = cell;
    for (size_t p = 0; p < job->n_plans; p++) {
        for (size_t i = 0; i < n; i++) {
            job->value[p][i] = NAN;
        }
    }
    return store_sweep_records(job->reader, take, job);
}

/* Groups as the design numbers them: by first appearance; an input without one is its own. */
static int
find_groups(job_t *job)
{
    size_t n = job->sweep.n_inputs;

    job->group = calloc(n + 1, sizeof(*job->group));
    job->group_name = calloc(n + 1, sizeof(*job->group_name));
    if (job->group == NULL || job->group_name == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        const char *name = job->sweep.input[i].group;

        job->group[i] = (uint32_t) job->n_groups;
        for (size_t k = 0; k < i && name[0] != '\0'; k++) {
            if (strcmp(job->sweep.input[k].group, name) == 0) {
                job->group[i] = job->group[k];
                break;
            }
        }
        if (job->group[i] == job->n_groups) {
            job->group_name[job->n_groups++] = name[0] != '\0' ? name : job->sweep.input[i].name;
        }
    }
    return 0;
}

/* The design again, for what each point is in it; of a grid only the number of points counts. */
static int
find_design(job_t *job)
{
    exp_points_spec_t spec = { .kind = exp_points_kind_named(store_manifest(job->reader, "design")),
        .n = strtoull(store_manifest(job->reader, "n"), NULL, 10),
        .n_inputs = (uint32_t) job->sweep.n_inputs,
        .seed = strtoull(store_manifest(job->reader, "seed"), NULL, 10),
        .group = job->group };

    if (spec.kind != EXP_POINTS_MORRIS && spec.kind != EXP_POINTS_SALTELLI && spec.kind != EXP_POINTS_ONE) {
        spec.kind = EXP_POINTS_MC;
        spec.n = job->sweep.n_points;
    }
    return exp_points_init(&job->points, &spec);
}

/* Points that are a sample of the space: all, or A and B of a Saltelli design; none of one that moves along lines. */
static bool
is_sample(const job_t *job, uint64_t point)
{
    uint32_t part = exp_points_role(&job->points, point).part;

    switch (job->points.spec.kind) {
    case EXP_POINTS_MORRIS:
    case EXP_POINTS_ONE:
        return false;
    case EXP_POINTS_SALTELLI:
        return part == 0 || part + 1 == job->points.block;
    default:
        return true;
    }
}

static int
find_sample(job_t *job)
{
    size_t n = (size_t) job->sweep.n_points;

    job->sample = calloc(n + 1, sizeof(*job->sample));
    if (job->sample == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        if (is_sample(job, i)) {
            job->sample[job->n_sample++] = i;
        }
    }
    job->sample_x = columns(job->sweep.n_inputs, job->n_sample);
    job->sample_outcome = calloc(job->n_sample * job->sweep.reps + 1, sizeof(double));
    job->sample_mean = calloc(job->n_sample + 1, sizeof(double));
    return complete(job->sample_x, job->sweep.n_inputs) && job->sample_outcome != NULL && job->sample_mean != NULL
               ? 0
               : SIM_ERR_NO_MEMORY;
}

static int
prepare(job_t *job)
{
    size_t n = (size_t) job->sweep.n_points * job->sweep.reps;
    int ret;

    job->plan_varies =
        strcmp(store_manifest(job->reader, "plans_a_point"), "1") == 0 && store_contents(job->reader)->n_plans > 1;
    job->n_plans = job->plan_varies ? 1 : store_contents(job->reader)->n_plans;
    job->n_cells = store_cells(job->reader, &job->cells);
    if (n > NUMBERS_MOST / (job->n_plans + job->sweep.n_inputs)) {
        return SIM_ERR_FULL;
    }
    job->x = columns(job->sweep.n_inputs, (size_t) job->sweep.n_points);
    job->value = columns(job->n_plans, n);
    job->benefit = columns(job->n_plans, n);
    job->outcome = calloc(n + 1, sizeof(double));
    if (!complete(job->x, job->sweep.n_inputs) || !complete(job->value, job->n_plans) ||
        !complete(job->benefit, job->n_plans) || job->outcome == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    ret = find_groups(job);
    if (ret == 0) {
        ret = find_design(job);
    }
    return ret == 0 ? find_sample(job) : ret;
}

/* ---- one outcome ---- */

/* The sample's part of the outcome and of the inputs. */
static void
take_sample(job_t *job)
{
    size_t reps = job->sweep.reps;

    for (size_t s = 0; s < job->n_sample; s++) {
        double sum = 0.0;

        for (size_t r = 0; r < reps; r++) {
            job->sample_outcome[s * reps + r] = job->outcome[job->sample[s] * reps + r];
            sum += job->sample_outcome[s * reps + r];
        }
        job->sample_mean[s] = sum / (double) reps; /* NaN when a replication is not known */
        for (size_t i = 0; i < job->sweep.n_inputs; i++) {
            job->sample_x[i][s] = job->x[i][job->sample[s]];
        }
    }
}

static int
compare(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}

/* Mean, and the 5%, 50% and 95% points of what may be, over the sample. */
static void
spread(job_t *job, const char *offer)
{
    static const struct {
        const char *what;
        double share;
    } POINT[] = { { "p05", 0.05 }, { "p50", 0.5 }, { "p95", 0.95 } };
    double *known = calloc(job->n_sample + 1, sizeof(*known));
    ana_interval_t mean;
    size_t n = 0;

    if (known == NULL) {
        job->error = SIM_ERR_NO_MEMORY;
        return;
    }
    for (size_t s = 0; s < job->n_sample; s++) {
        if (!isnan(job->sample_mean[s])) {
            known[n++] = job->sample_mean[s];
        }
    }
    ana_mean_interval(known, 1, n, &mean);
    add_interval(job, "mean", offer, "", &mean);
    qsort(known, n, sizeof(*known), compare);
    for (size_t i = 0; n >= 2 && i < 3; i++) {
        double at = POINT[i].share * (double) (n - 1);
        size_t below = (size_t) at, above = below + 1 < n ? below + 1 : below;

        add(job, POINT[i].what, offer, "", known[below] + (at - (double) below) * (known[above] - known[below]), NAN,
            NAN, n);
    }
    free(known);
}

static void
split_variance(job_t *job, const char *offer)
{
    ana_split_t split;

    if (worked(job, ana_split_variance(job->sample_outcome, job->n_sample, job->sweep.reps, true, ANA_BOOTSTRAP, SEED,
                        &split))) {
        add(job, "ignorance_sd", offer, "", sqrt(split.ignorance), NAN, NAN, split.share.n);
        add(job, "chance_sd", offer, "", sqrt(split.chance_shared + split.chance_own), NAN, NAN, split.share.n);
        add_interval(job, "ignorance_share", offer, "", &split.share);
    }
}

static void
from_sample(job_t *job, const char *offer)
{
    const ana_inputs_t inputs = { (const double *const *) job->sample_x, job->sweep.n_inputs, job->n_sample };
    const ana_outcome_t outcome = {
        .value = job->sample_outcome, .n_reps = job->sweep.reps, .common = true, .draws = ANA_BOOTSTRAP, .seed = SEED
    };
    size_t n = job->sweep.n_inputs;
    ana_interval_t *first = calloc(n + 1, sizeof(*first));
    ana_coefficient_t *coefficient = calloc(n + 1, sizeof(*coefficient));
    ana_bar_t *bar = calloc(n + 1, sizeof(*bar));
    double r2;

    if (first == NULL || coefficient == NULL || bar == NULL) {
        job->error = SIM_ERR_NO_MEMORY;
    } else {
        bool has_first =
            job->points.spec.kind != EXP_POINTS_SALTELLI && worked(job, ana_given_first(&inputs, &outcome, first));
        bool has_ranks = worked(job, ana_regress(&inputs, job->sample_mean, true, coefficient, &r2));
        bool has_bars = job->n_sample >= 10 && worked(job, ana_tornado(&inputs, job->sample_mean, TAIL, bar));

        for (size_t i = 0; i < n; i++) {
            const char *name = job->sweep.input[i].name;

            if (has_first) {
                add_interval(job, "first", offer, name, &first[i]);
            }
            if (has_ranks) {
                bool nothing_left = 1.0 - r2 < EXACT && fabs(coefficient[i].standard.mean) < EXACT;

                add_interval(job, "srrc", offer, name, &coefficient[i].standard);
                if (!nothing_left) { /* else its partial correlation is 0 / 0 */
                    add_interval(job, "prcc", offer, name, &coefficient[i].partial);
                }
            }
            if (has_bars) {
                add_interval(job, "at_low", offer, name, &bar[i].low);
                add_interval(job, "at_high", offer, name, &bar[i].high);
            }
        }
        if (has_ranks) {
            add(job, "rank_r2", offer, "", r2, NAN, NAN, job->n_sample);
        }
    }
    free(first);
    free(coefficient);
    free(bar);
}

static void
from_rows(job_t *job, const char *offer)
{
    const ana_rows_t rows = { .value = job->outcome,
        .n_rows = (size_t) job->points.spec.n,
        .n_groups = job->n_groups,
        .n_reps = job->sweep.reps,
        .common = true,
        .draws = ANA_BOOTSTRAP,
        .seed = SEED };
    ana_index_t *index = calloc(job->n_groups + 1, sizeof(*index));

    if (index == NULL) {
        job->error = SIM_ERR_NO_MEMORY;
    } else if (worked(job, ana_indices(&rows, index, NULL))) {
        for (size_t g = 0; g < job->n_groups; g++) {
            add_interval(job, "first", offer, job->group_name[g], &index[g].first);
            add_interval(job, "total", offer, job->group_name[g], &index[g].total);
        }
    }
    free(index);
}

/* Which group moved to each point, and by how much its first input. */
static bool
moves(const job_t *job, int64_t *moved, double *step)
{
    double *before = calloc(job->sweep.n_inputs + 1, sizeof(*before));
    double *after = calloc(job->sweep.n_inputs + 1, sizeof(*after));
    bool good = before != NULL && after != NULL;

    for (uint64_t i = 0; good && i < job->sweep.n_points; i++) {
        size_t input = 0;

        moved[i] = exp_points_role(&job->points, i).group;
        exp_points_at(&job->points, i, after);
        while (moved[i] >= 0 && input + 1 < job->sweep.n_inputs && job->group[input] != (uint64_t) moved[i]) {
            input++;
        }
        step[i] = moved[i] >= 0 ? after[input] - before[input] : 1.0;
        memcpy(before, after, job->sweep.n_inputs * sizeof(*before));
    }
    free(before);
    free(after);
    return good;
}

static void
from_trajectories(job_t *job, const char *offer)
{
    int64_t *moved = calloc((size_t) job->sweep.n_points + 1, sizeof(*moved));
    double *step = calloc((size_t) job->sweep.n_points + 1, sizeof(*step));
    ana_effect_t *effect = calloc(job->n_groups + 1, sizeof(*effect));
    const ana_trajectories_t trajectories = { .value = job->outcome,
        .moved = moved,
        .step = step,
        .n_trajectories = (size_t) job->points.spec.n,
        .n_groups = job->n_groups,
        .n_reps = job->sweep.reps,
        .draws = ANA_BOOTSTRAP,
        .seed = SEED };

    if (moved == NULL || step == NULL || effect == NULL || !moves(job, moved, step)) {
        job->error = SIM_ERR_NO_MEMORY;
    } else if (worked(job, ana_morris(&trajectories, effect))) {
        for (size_t g = 0; g < job->n_groups; g++) {
            add_interval(job, "mu", offer, job->group_name[g], &effect[g].mu);
            add_interval(job, "mu_star", offer, job->group_name[g], &effect[g].mu_star);
            add_interval(job, "sigma", offer, job->group_name[g], &effect[g].sigma);
        }
    }
    free(moved);
    free(step);
    free(effect);
}

/* One group at a time: all in the middle, then each low and high. */
static void
from_lines(job_t *job, const char *offer)
{
    size_t reps = job->sweep.reps;

    for (uint64_t i = 0; i < job->sweep.n_points; i++) {
        int64_t group = exp_points_role(&job->points, i).group;
        const char *what = group < 0 ? "at_middle" : i % 2 == 1 ? "at_low" : "at_high";
        ana_interval_t interval;

        ana_mean_interval(job->outcome + i * reps, 1, reps, &interval);
        add_interval(job, what, offer, group < 0 ? "" : job->group_name[group], &interval);
    }
}

static void
look_at(job_t *job, const char *offer)
{
    take_sample(job);
    if (job->n_sample > 0) {
        spread(job, offer);
        split_variance(job, offer);
        from_sample(job, offer);
    }
    if (job->points.spec.kind == EXP_POINTS_SALTELLI) {
        from_rows(job, offer);
    } else if (job->points.spec.kind == EXP_POINTS_MORRIS) {
        from_trajectories(job, offer);
    } else if (job->points.spec.kind == EXP_POINTS_ONE) {
        from_lines(job, offer);
    }
}

/* ---- the choice ---- */

/* What the pounds of the manifest, "kpi=pounds,...", say one more of a measure is worth; 0 when nothing. */
static double
worth_of(const job_t *job, const char *kpi)
{
    size_t n = strlen(kpi);

    for (const char *at = store_manifest(job->reader, "worth"); *at != '\0';) {
        if (strncmp(at, kpi, n) == 0 && at[n] == '=') {
            return strtod(at + n + 1, NULL);
        }
        at += strcspn(at, ",");
        at += *at == ',';
    }
    return 0.0;
}

/* Without a worth the first measure decides: the more the better. */
static double
weight_of(const job_t *job, size_t cell)
{
    const store_contents_t *contents = store_contents(job->reader);
    bool whole = strcmp(contents->group[job->cells[cell].group].name, "all") == 0 &&
                 strcmp(contents->period[job->cells[cell].period].name, "all") == 0;

    if (store_manifest(job->reader, "worth")[0] == '\0') {
        return cell == 0 ? 1.0 : 0.0;
    }
    return whole ? worth_of(job, contents->kpi[job->cells[cell].kpi].name) : 0.0;
}

static void
add_benefit(job_t *job, double weight)
{
    size_t n = (size_t) job->sweep.n_points * job->sweep.reps;

    for (size_t p = 0; p < job->n_plans && weight != 0.0; p++) {
        for (size_t i = 0; i < n; i++) {
            job->benefit[p][i] += weight * job->value[p][i];
        }
    }
}

/* Only the sample's points count: the benefit is moved to the front. */
static void
keep_sample(job_t *job)
{
    size_t reps = job->sweep.reps;

    for (size_t p = 0; p < job->n_plans; p++) {
        for (size_t s = 0; s < job->n_sample; s++) {
            memmove(job->benefit[p] + s * reps, job->benefit[p] + job->sample[s] * reps, reps * sizeof(double));
        }
    }
}

static void
value_inputs(job_t *job, const ana_decision_t *decision)
{
    const ana_inputs_t inputs = { (const double *const *) job->sample_x, job->sweep.n_inputs, job->n_sample };

    for (size_t i = 0; i < job->sweep.n_inputs; i++) {
        ana_partial_t partial;

        if (worked(job, ana_evppi(decision, &inputs, 1, &i, ANA_VALUE_DRAWS, SEED, &partial))) {
            add_interval(job, "evppi", "", job->sweep.input[i].name, &partial.value);
            add(job, "evppi_bias", "", job->sweep.input[i].name, partial.bias, NAN, NAN, partial.value.n);
        }
    }
}

/* 1 where a plan does worse than the first, by the means of replications; NaN where it is not known. */
static size_t
mark_worse(const job_t *job, size_t plan, double *y)
{
    size_t reps = job->sweep.reps, worse = 0;

    for (size_t s = 0; s < job->n_sample; s++) {
        double gain = 0.0;

        for (size_t r = 0; r < reps; r++) {
            gain += job->benefit[plan][s * reps + r] - job->benefit[0][s * reps + r];
        }
        y[s] = isnan(gain) ? NAN : gain < 0.0 ? 1.0 : 0.0;
        worse += gain < 0.0;
    }
    return worse;
}

static void
add_box(job_t *job, const char *plan, const ana_prim_t *prim)
{
    add(job, "worse_coverage", plan, "", prim->box.coverage, NAN, NAN, prim->box.n);
    add(job, "worse_density", plan, "", prim->box.density, NAN, NAN, prim->box.n);
    for (size_t i = 0; i < prim->n_inputs; i++) {
        const ana_limit_t *limit = &prim->limit[i];

        if (job->sweep.input[i].n_levels == 0 && isfinite(limit->low)) {
            add(job, "worse_above", plan, job->sweep.input[i].name, limit->low, NAN, NAN, prim->box.n);
        }
        if (job->sweep.input[i].n_levels == 0 && isfinite(limit->high)) {
            add(job, "worse_below", plan, job->sweep.input[i].name, limit->high, NAN, NAN, prim->box.n);
        }
        for (size_t k = 0; k < job->sweep.input[i].n_levels && k < ANA_CATEGORIES_MAX; k++) {
            if (!(limit->categories >> k & 1)) {
                add(job, "worse_without", plan, job->sweep.input[i].name, (double) k, NAN, NAN, prim->box.n);
            }
        }
    }
}

/* Where each plan does worse than the first: a box, when that is so at some points and not at most. */
static void
discover(job_t *job)
{
    const store_contents_t *contents = store_contents(job->reader);
    double *y = calloc(job->n_sample + 1, sizeof(*y));
    bool *categorical = calloc(job->sweep.n_inputs + 1, sizeof(*categorical));

    if (y == NULL || categorical == NULL) {
        job->error = SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; job->error == 0 && i < job->sweep.n_inputs; i++) {
        categorical[i] = job->sweep.input[i].n_levels > 0;
    }
    for (size_t p = 1; job->error == 0 && p < job->n_plans && job->n_sample >= PRIM_POINTS; p++) {
        const ana_prim_rule_t rule = {
            .inputs = { (const double *const *) job->sample_x, job->sweep.n_inputs, job->n_sample },
            .y = y,
            .categorical = categorical,
            .slice = ANA_PRIM_SLICE,
            .least = ANA_PRIM_LEAST,
        };
        size_t worse = mark_worse(job, p, y);
        ana_prim_t prim;

        add(job, "worse", contents->plan[p].name, "", (double) worse / (double) job->n_sample, NAN, NAN, job->n_sample);
        if (20 * worse < job->n_sample || 20 * worse > 19 * job->n_sample) {
            continue;
        }
        memset(&prim, 0, sizeof(prim));
        if (worked(job, ana_prim_init(&prim, &rule))) {
            add_box(job, contents->plan[p].name, &prim);
        }
        ana_prim_free(&prim);
    }
    free(y);
    free(categorical);
}

static void
choose(job_t *job)
{
    const store_contents_t *contents = store_contents(job->reader);
    const ana_decision_t decision = { (const double *const *) job->benefit, job->n_plans, job->n_sample,
        job->sweep.reps };
    ana_offer_t offer[ANA_OFFERS_MAX];
    ana_information_t information;

    job->cell = SIZE_MAX;
    keep_sample(job);
    if (!worked(job, ana_decide(&decision, offer, &information))) {
        return;
    }
    for (size_t p = 0; p < job->n_plans; p++) {
        add_interval(job, "benefit", contents->plan[p].name, "", &offer[p].mean);
        add_interval(job, "best", contents->plan[p].name, "", &offer[p].p_best);
        add_interval(job, "regret", contents->plan[p].name, "", &offer[p].regret);
    }
    add(job, "choice", contents->plan[information.best].name, "", 1.0, NAN, NAN, information.n_points);
    add(job, "unclear", "", "", information.unclear, NAN, NAN, information.n_points);
    add_interval(job, "evpi_upper", "", "", &information.upper);
    add_interval(job, "evpi_lower", "", "", &information.lower);
    value_inputs(job, &decision);
    discover(job);
}

/* ---- all of it ---- */

static void
look_at_plans(job_t *job)
{
    const store_contents_t *contents = store_contents(job->reader);
    size_t n = (size_t) job->sweep.n_points * job->sweep.reps;

    for (size_t p = 0; p < job->n_plans && job->error == 0; p++) {
        memcpy(job->outcome, job->value[p], n * sizeof(double));
        look_at(job, job->plan_varies ? "all" : contents->plan[p].name);
    }
    for (size_t p = 1; p < job->n_plans && job->error == 0; p++) {
        char name[NAME_MAX_];

        for (size_t i = 0; i < n; i++) {
            job->outcome[i] = job->value[p][i] - job->value[0][i];
        }
        (void) snprintf(name, sizeof(name), "%s-%s", contents->plan[p].name, contents->plan[0].name);
        look_at(job, name);
    }
}

static int
work_out(job_t *job)
{
    int ret = 0;

    for (size_t c = 0; ret == 0 && c < job->n_cells; c++) {
        ret = load_cell(job, c);
        if (ret == 0) {
            look_at_plans(job);
            add_benefit(job, weight_of(job, c));
            ret = job->error;
        }
    }
    if (ret == 0 && job->n_plans > 1 && job->n_plans <= ANA_OFFERS_MAX && job->n_sample > 0) {
        choose(job);
    }
    return ret == 0 ? job->error : ret;
}

static void
job_free(job_t *job)
{
    for (size_t i = 0; i < job->n_answers; i++) {
        free((char *) job->answer[i].offer);
        free((char *) job->answer[i].input);
    }
    free(job->answer);
    free_columns(job->x, job->sweep.n_inputs);
    free_columns(job->value, job->n_plans);
    free_columns(job->benefit, job->n_plans);
    free_columns(job->sample_x, job->sweep.n_inputs);
    free(job->outcome);
    free(job->sample);
    free(job->sample_outcome);
    free(job->sample_mean);
    free(job->group);
    free(job->group_name);
    exp_points_free(&job->points);
    store_reader_free(job->reader);
}

cli_exit_t
cli_answers_make(const char *path, const cli_options_t *options)
{
    job_t job = { .n_plans = 0 };
    store_fault_t fault = { "" };
    int ret = store_reader_open(&job.reader, path, &fault);

    if (ret == 0) {
        ret = store_sweep_contents(job.reader, &job.sweep);
    }
    if (ret == 0) {
        ret = prepare(&job);
    }
    if (ret == SIM_ERR_FULL) {
        cli_note(options, "there are too many records to be analysed in memory: export them");
        job_free(&job);
        return CLI_DONE;
    }
    if (ret == 0) {
        ret = work_out(&job);
    }
    if (ret == SIM_ERR_STORE && fault.text[0] == '\0') {
        (void) snprintf(fault.text, sizeof(fault.text), "%s", store_reader_fault(job.reader));
    }
    store_reader_free(job.reader);
    job.reader = NULL;
    if (ret == 0) {
        ret = store_put_answers(path, job.n_answers, job.answer, &fault);
    }
    job_free(&job);
    if (ret != 0) {
        cli_error("%s", fault.text[0] != '\0' ? fault.text : sim_strerror(ret));
    }
    return ret == 0 ? CLI_DONE : CLI_FAILED;
}
