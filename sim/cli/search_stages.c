#include "sim/cli/search_stages.h"

#include "sim/analysis/pareto.h"
#include "sim/analysis/surface.h"
#include "sim/core/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define POOL 600 /* points among which the next splits are found */
#define ROUNDS 4 /* of refinement, each nearer to the best than the one before: */
#define NEARER 0.55
#define SURVIVORS 10 /* into the selection, at most */
#define BLOCK 5      /* replications of the selection at a time */

static double
now(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

/* ---- running ---- */

static void
show_progress(void *ctx, uint64_t done, uint64_t total, double seconds)
{
    cli_search_t *self = ctx;
    uint64_t all = self->planned > self->done + total ? self->planned : self->done + total;

    (void) seconds;
    if (self->bar != NULL) {
        cli_progress_show(self->bar, self->done + done, all, now() - self->began);
    }
}

/* Every candidate for which wanted[i] is not 0 up to so many replications. */
static int
run(cli_search_t *self, const uint32_t *wanted)
{
    uint64_t before = self->all->simulated;
    int ret = cli_candidates_run(self->all, wanted, self->cancel, show_progress, self);

    self->done += self->all->simulated - before;
    return ret;
}

static int
run_all(cli_search_t *self, uint32_t reps)
{
    uint32_t *wanted = calloc(self->all->n + 1, sizeof(*wanted));
    int ret = SIM_ERR_NO_MEMORY;

    for (size_t i = 0; wanted != NULL && i < self->all->n; i++) {
        wanted[i] = reps;
    }
    if (wanted != NULL) {
        ret = run(self, wanted);
    }
    free(wanted);
    return ret;
}

/* Seconds that are left of the user's, less what growth and next will take. */
static double
time_left(const cli_search_t *self)
{
    double each = self->all->simulated > 0 ? self->all->seconds / (double) self->all->simulated : 0;
    uint64_t later = (uint64_t) self->how.reps * (CLI_SEARCH_TRIED * self->split->n_growths + 2 * self->split->n_lines);

    return self->how.seconds - (now() - self->began) - each * (double) later / self->all->options->jobs;
}

/* ---- adding ---- */

/* Round to the grain; the line with most takes what is left over. */
static void
to_money(const cli_search_t *self, const double *share, double *money)
{
    size_t n = self->split->n_lines, most = 0;
    double sum = 0;

    for (size_t l = 0; l < n; l++) {
        most = share[l] > share[most] ? l : most;
    }
    for (size_t l = 0; l < n; l++) {
        money[l] = fmax(self->grain * round(share[l] * self->split->total / self->grain), 0);
        sum += l == most ? 0 : money[l];
    }
    money[most] = self->split->total - sum;
}

static void
to_share(const cli_search_t *self, const double *money, double *share)
{
    memset(share, 0, EXP_MIXTURE_PARTS * sizeof(*share));
    for (size_t l = 0; l < self->split->n_lines; l++) {
        share[l] = money[l] / self->split->total;
    }
}

/* A split as it is rounded where that keeps the limits, else as it is to the penny. */
static int
add_share(cli_search_t *self, const char *stage, const double *share)
{
    cli_money_t money;
    double rounded[EXP_MIXTURE_PARTS];
    char name[40];
    size_t index, n = self->all->n;

    to_money(self, share, money);
    to_share(self, money, rounded);
    if (!exp_mixture_has(&self->mixture, rounded, 1e-9)) {
        double grain = self->grain;

        self->grain = 0.01;
        to_money(self, share, money);
        self->grain = grain;
    }
    (void) snprintf(name, sizeof(name), "s%zu", n + 1);
    return cli_candidates_add(self->all, name, stage, 0, money, &index);
}

/* The present split of the total: when that is not what the lines have, in their proportion. */
static int
add_current(cli_search_t *self)
{
    const care_spec_t *spec = scn_spec(self->all->base);
    cli_money_t money;
    double sum = 0;

    for (size_t l = 0; l < self->split->n_lines; l++) {
        money[l] = spec->line[self->split->line[l]].per_year;
        sum += money[l];
    }
    for (size_t l = 0; l < self->split->n_lines && fabs(sum - self->split->total) > 0.005; l++) {
        money[l] *= self->split->total / sum;
    }
    return cli_candidates_add(self->all, "current", "named", 0, money, &self->current);
}

static int
add_named(cli_search_t *self)
{
    cli_money_t equal, need;
    double sum = 0;
    int ret = add_current(self);

    for (size_t l = 0; l < self->split->n_lines; l++) {
        sum += self->split->need[l];
    }
    for (size_t l = 0; l < self->split->n_lines; l++) {
        equal[l] = self->split->total / (double) self->split->n_lines;
        need[l] = self->split->total * self->split->need[l] / sum;
    }
    if (ret == 0) {
        ret = cli_candidates_add(self->all, "equal", "named", 0, equal, &self->equal);
    }
    if (ret == 0 && self->split->has_need) {
        ret = cli_candidates_add(self->all, "need", "named", 0, need, &self->need);
    }
    return ret;
}

/* ---- design ---- */

size_t
cli_search_design_size(const cli_search_t *self)
{
    return self->how.design > 0 ? self->how.design : 3 + 6 * (self->split->n_lines - 1);
}

size_t
cli_search_round_size(const cli_search_t *self)
{
    return 2 + 2 * (self->split->n_lines - 1);
}

static uint64_t
key_of(const cli_search_t *self, uint64_t number)
{
    return sim_key(self->all->options->seed, 0, sim_hash("split"), number);
}

/* All splits had so far, as shares. @return their number */
static size_t
shares_had(const cli_search_t *self, exp_mix_t *had)
{
    size_t n = 0;

    for (size_t i = 0; i < self->all->n; i++) {
        if (self->all->item[i]->growth == 0) {
            to_share(self, self->all->item[i]->money, had[n++].x);
        }
    }
    return n;
}

static int
spread(cli_search_t *self, const exp_mix_t *pool, exp_mix_t *had)
{
    size_t wanted = cli_search_design_size(self), n;
    int ret = add_share(self, "design", self->mixture.centre);

    n = shares_had(self, had);

    while (ret == 0 && n < wanted) {
        size_t p = exp_mixture_farthest(&self->mixture, n, had, POOL, pool, 1e-3);

        if (p == POOL) {
            break; /* the limits leave room for no more */
        }
        had[n++] = pool[p];
        ret = add_share(self, "design", pool[p].x);
    }
    return ret;
}

static int
check_any(const cli_search_t *self)
{
    const char *why = "";

    for (size_t i = 0; i < self->all->n; i++) {
        if (!self->all->item[i]->refused) {
            return 0;
        }
        why = self->all->item[i]->why;
    }
    (void) fprintf(stderr, "%s: none of %zu splits can be: %s\n", self->split->given ? self->split->place : "split",
        self->all->n, why);
    return SIM_ERR_SCENARIO;
}

int
cli_search_design(cli_search_t *self)
{
    exp_mix_t *pool = calloc(POOL, sizeof(*pool)), *had = calloc(cli_search_design_size(self) + 8, sizeof(*had));
    int ret = pool == NULL || had == NULL ? SIM_ERR_NO_MEMORY : add_named(self);

    self->began = now();
    if (ret == 0 && self->all->item[self->current]->refused) {
        (void) fprintf(stderr, "%s: the present split cannot be: %s\n",
            self->split->given ? self->split->place : "split", self->all->item[self->current]->why);
        ret = SIM_ERR_SCENARIO;
    }
    if (ret == 0) {
        exp_mixture_sample(&self->mixture, key_of(self, 0), POOL, pool);
        ret = spread(self, pool, had);
    }
    if (ret == 0) {
        ret = check_any(self);
    }
    free(pool);
    free(had);
    return ret == 0 ? run_all(self, self->how.reps) : ret;
}

/* ---- refine ---- */

/* What surfaces are fitted to: splits that were run, and each objective's means. */
typedef struct {
    size_t n;
    size_t *candidate;
    double *share;                     /* [n][EXP_MIXTURE_PARTS], scaled by the range */
    double *mean[CARE_SPLIT_AIMS_MAX]; /* of each objective's part of the score, more is better */
    double *weight;
} data_t;

static void
scale(const cli_search_t *self, const double *share, double *scaled)
{
    for (size_t l = 0; l < self->split->n_lines; l++) {
        double range = self->mixture.high[l] - self->mixture.low[l];

        scaled[l] = range > 1e-12 ? (share[l] - self->mixture.centre[l]) / range : 0;
    }
}

static void
data_free(data_t *data)
{
    free(data->candidate);
    free(data->share);
    free(data->weight);
    for (size_t g = 0; g < CARE_SPLIT_AIMS_MAX; g++) {
        free(data->mean[g]);
    }
}

/* An objective's mean, with the sign that makes more better. */
static double
goal_mean(const cli_search_t *self, size_t candidate, size_t goal)
{
    const cli_goal_t *it = &self->goal[goal];
    double sign = self->split->aim[goal].row->sense == CARE_AIM_MORE ? 1 : -1, sum = 0;
    uint32_t n = 0;

    for (uint32_t r = cli_search_first(self, candidate); r < self->all->item[candidate]->reps; r++) {
        double value = cli_candidates_value(self->all, candidate, r, it->cell);

        if (isfinite(value)) {
            sum += sign * (it->to_one ? fabs(value - 1) : value);
            n++;
        }
    }
    return n > 0 ? sum / n : NAN;
}

static int
data_make(const cli_search_t *self, data_t *data)
{
    size_t room = self->all->n + 1;

    memset(data, 0, sizeof(*data));
    data->candidate = calloc(room, sizeof(*data->candidate));
    data->share = calloc(room * EXP_MIXTURE_PARTS, sizeof(*data->share));
    data->weight = calloc(room, sizeof(*data->weight));
    for (size_t g = 0; g < self->n_goals; g++) {
        data->mean[g] = calloc(room, sizeof(**data->mean));
        if (data->mean[g] == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
    }
    if (data->candidate == NULL || data->share == NULL || data->weight == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < self->all->n; i++) {
        double share[EXP_MIXTURE_PARTS];

        if (self->all->item[i]->refused || self->all->item[i]->growth != 0) {
            continue;
        }
        to_share(self, self->all->item[i]->money, share);
        scale(self, share, data->share + data->n * EXP_MIXTURE_PARTS);
        for (size_t g = 0; g < self->n_goals; g++) {
            data->mean[g][data->n] = goal_mean(self, i, g);
        }
        data->candidate[data->n++] = i;
    }
    return 0;
}

/* Of those that may be chosen, or of all when none may: the one that weights make best. */
static size_t
best_of(const cli_search_t *self, const data_t *data, const double *weight)
{
    size_t best = data->n;
    double most = -INFINITY;

    for (int may = 1; may >= 0 && best == data->n; may--) {
        for (size_t i = 0; i < data->n; i++) {
            double score = 0;

            for (size_t g = 0; g < self->n_goals; g++) {
                score += weight[g] == 0 ? 0 : weight[g] * data->mean[g][i];
            }
            if (score > most && (may == 0 || cli_search_may(self, data->candidate[i]))) {
                most = score;
                best = i;
            }
        }
    }
    return best;
}

/* The surface counts what is near: within `reach` ranges fully, farther less. */
static int
fit(const cli_search_t *self, data_t *data, const double *centre, double reach, ana_surface_t *surface)
{
    int ret = 0;

    for (size_t i = 0; i < data->n; i++) {
        double sum = 0;

        for (size_t l = 0; l < self->split->n_lines; l++) {
            double d = data->share[i * EXP_MIXTURE_PARTS + l] - centre[l];

            sum += d * d;
        }
        data->weight[i] = 1 / (1 + sum / (reach * reach));
    }
    for (size_t g = 0; ret == 0 && g < self->n_goals; g++) {
        ret = ana_surface_fit(&surface[g], self->split->n_lines - 1, data->n, data->share, EXP_MIXTURE_PARTS,
            data->mean[g], data->weight);
    }
    return ret;
}

/* The point of the pool that promises most, not too near to those had. */
static size_t
most_promising(const cli_search_t *self, const ana_surface_t *surface, const double *weight, const exp_mix_t *pool,
    size_t n_had, const exp_mix_t *had, double apart)
{
    size_t found = POOL;
    double most = -INFINITY;

    for (size_t p = 0; p < POOL; p++) {
        double score = 0, nearest = INFINITY;
        double x[EXP_MIXTURE_PARTS] = { 0 };

        scale(self, pool[p].x, x);
        for (size_t g = 0; g < self->n_goals; g++) {
            score += weight[g] == 0 ? 0 : weight[g] * ana_surface_at(&surface[g], x);
        }
        for (size_t h = 0; h < n_had && score > most && nearest > apart; h++) {
            nearest = fmin(nearest, exp_mixture_distance(&self->mixture, had[h].x, pool[p].x));
        }
        if (score > most && nearest > apart) {
            most = score;
            found = p;
        }
    }
    return found;
}

/* The weights of proposal i: the user's for every other, each objective's alone in turn for the rest. */
static void
proposal_weights(const cli_search_t *self, size_t i, double *weight)
{
    size_t alone = (i / 2) % self->n_goals;

    for (size_t g = 0; g < self->n_goals; g++) {
        weight[g] = i % 2 == 0 || self->n_goals == 1 ? fabs(self->goal[g].factor) : (double) (g == alone);
    }
}

/* One proposal: the pool is drawn together around the best so far by the same weights. */
static int
propose(cli_search_t *self, data_t *data, size_t round, size_t i, const exp_mix_t *sample, exp_mix_t *pool,
    exp_mix_t *had)
{
    double weight[CARE_SPLIT_AIMS_MAX], shrink = pow(NEARER, (double) (round + 1)), reach = fmax(shrink, 0.2);
    ana_surface_t surface[CARE_SPLIT_AIMS_MAX];
    double centre[EXP_MIXTURE_PARTS] = { 0 };
    size_t best, p, n_had = shares_had(self, had);
    int ret;

    proposal_weights(self, i, weight);
    best = best_of(self, data, weight);
    to_share(self, self->all->item[data->candidate[best]]->money, centre);
    if (!exp_mixture_has(&self->mixture, centre, 1e-6)) {
        memcpy(centre, self->mixture.centre, sizeof(centre));
    }
    for (size_t k = 0; k < POOL; k++) {
        for (size_t l = 0; l < self->split->n_lines; l++) {
            pool[k].x[l] = centre[l] + shrink * (sample[k].x[l] - centre[l]);
        }
    }
    ret = fit(self, data, data->share + best * EXP_MIXTURE_PARTS, reach, surface);
    if (ret != 0) {
        return ret;
    }
    p = most_promising(self, surface, weight, pool, n_had, had, 0.12 * shrink);
    return p < POOL ? add_share(self, "refine", pool[p].x) : 0;
}

static int
refine_round(cli_search_t *self, size_t round, exp_mix_t *sample, exp_mix_t *pool)
{
    size_t room = self->all->n + cli_search_round_size(self) + 1;
    exp_mix_t *had = calloc(room, sizeof(*had));
    data_t data;
    int ret = data_make(self, &data);

    if (had == NULL || data.n == 0) {
        ret = ret != 0 ? ret : SIM_ERR_NO_MEMORY;
    }
    exp_mixture_sample(&self->mixture, key_of(self, round + 1), POOL, sample);
    for (size_t i = 0; ret == 0 && i < cli_search_round_size(self); i++) {
        ret = propose(self, &data, round, i, sample, pool, had);
    }
    data_free(&data);
    free(had);
    return ret == 0 ? run_all(self, self->how.reps) : ret;
}

int
cli_search_refine(cli_search_t *self)
{
    exp_mix_t *sample = calloc(POOL, sizeof(*sample)), *pool = calloc(POOL, sizeof(*pool));
    int ret = sample == NULL || pool == NULL ? SIM_ERR_NO_MEMORY : 0;

    for (size_t round = 0; ret == 0 && round < ROUNDS && time_left(self) > 0; round++) {
        ret = refine_round(self, round, sample, pool);
    }
    free(sample);
    free(pool);
    return ret;
}

/* ---- select ---- */

typedef struct {
    size_t candidate;
    double score;
} ranked_t;

static int
by_score(const void *a, const void *b)
{
    const ranked_t *x = a, *y = b;

    return x->score != y->score ? (x->score < y->score ? 1 : -1)
                                : (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

/* Those that may be chosen, best first. @return their number; the caller frees *ranked */
static size_t
rank(const cli_search_t *self, ranked_t **ranked)
{
    size_t n = 0;

    *ranked = calloc(self->all->n + 1, sizeof(**ranked));
    for (size_t i = 0; *ranked != NULL && i < self->all->n; i++) {
        ana_interval_t score;

        if (self->all->item[i]->growth == 0 && cli_search_may(self, i)) {
            cli_search_score_of(self, i, &score);
            (*ranked)[n++] = (ranked_t){ i, score.mean };
        }
    }
    if (n > 0) {
        qsort(*ranked, n, sizeof(**ranked), by_score);
    }
    return n;
}

/* Those that may still be the best, by more than does not matter. */
static int
choose_survivors(cli_search_t *self)
{
    ranked_t *ranked;
    size_t n = rank(self, &ranked);

    self->survivor = calloc(SURVIVORS, sizeof(*self->survivor));
    self->dropped_at = calloc(SURVIVORS, sizeof(*self->dropped_at));
    if (ranked == NULL || self->survivor == NULL || self->dropped_at == NULL) {
        free(ranked);
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n && self->n_survivors < SURVIVORS; i++) {
        ana_interval_t lost = { .low = 0 };

        if (i > 1) {
            cli_search_regret(self, ranked[0].candidate, ranked[i].candidate, &lost);
        }
        if (i < 2 || lost.low < self->matters) {
            self->survivor[self->n_survivors++] = ranked[i].candidate;
        }
    }
    free(ranked);
    if (n == 0) {
        (void) fprintf(stderr,
            "%s: none of the %zu splits that were tried can be run and keeps the limits and the outcomes that are asked "
            "for\n",
            self->split->given ? self->split->place : "split", self->all->n);
        for (size_t i = 0; i < self->all->n; i++) {
            if (self->all->item[i]->refused) {
                (void) fprintf(stderr, "%s: %s\n", self->all->item[i]->name, self->all->item[i]->why);
                break;
            }
        }
        return SIM_ERR_NOT_FOUND;
    }
    return 0;
}

/* Those that are still in, and those that everyone is compared with, up to so many. */
static int
run_selection(cli_search_t *self, const ana_selection_t *selection, uint32_t reps)
{
    uint32_t *wanted = calloc(self->all->n + 1, sizeof(*wanted));
    const size_t named[] = { self->current, self->equal, self->need };
    int ret;

    if (wanted == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < self->n_survivors; i++) {
        wanted[self->survivor[i]] = selection->alive[i] ? reps : 0;
    }
    for (size_t i = 0; i < 3; i++) {
        if (named[i] != CLI_NONE) {
            wanted[named[i]] = reps;
        }
    }
    ret = run(self, wanted);
    free(wanted);
    return ret;
}

static void
feed(const cli_search_t *self, ana_selection_t *selection, uint32_t from, uint32_t to)
{
    double value[SURVIVORS];

    for (uint32_t r = from; r < to && !ana_selection_done(selection); r++) {
        for (size_t i = 0; i < self->n_survivors; i++) {
            value[i] = selection->alive[i] ? cli_search_score(self, self->survivor[i], r) : 0;
        }
        (void) ana_selection_add(selection, value);
    }
}

static uint32_t
first_reps(const cli_search_t *self)
{
    uint32_t room = self->how.max_reps > self->how.reps ? self->how.max_reps - self->how.reps : 0;

    return room < ANA_SELECTION_FIRST ? room : ANA_SELECTION_FIRST;
}

/* From the replications that no earlier stage has seen. */
static int
run_sequence(cli_search_t *self, ana_selection_t *selection)
{
    uint32_t at = self->how.reps, step = first_reps(self);
    int ret = 0;

    while (ret == 0 && !ana_selection_done(selection) && at + step <= self->how.max_reps && time_left(self) > 0) {
        ret = run_selection(self, selection, at + step);
        if (ret == 0) {
            feed(self, selection, at, at + step);
            at += step;
        }
        step = BLOCK;
    }
    self->selection_reps = at - self->how.reps;
    return ret;
}

static void
take_selection(cli_search_t *self, const ana_selection_t *selection)
{
    size_t best = ana_selection_best(selection), second = CLI_NONE;

    self->reached = ana_selection_done(selection);
    self->chosen = self->survivor[best];
    for (size_t i = 0; i < self->n_survivors; i++) {
        self->dropped_at[i] = selection->dropped_at[i];
        if (i != best && (second == CLI_NONE || (selection->alive[i] && !selection->alive[second]) ||
                             (!selection->alive[i] && !selection->alive[second] &&
                                 selection->dropped_at[i] > selection->dropped_at[second]))) {
            second = i;
        }
    }
    self->runner_up = second == CLI_NONE ? CLI_NONE : self->survivor[second];
}

/* Whether a replication of a candidate tells how good it is: those by which it was picked do not, when there are others. */
static bool
tells(const cli_search_t *self, size_t candidate, uint32_t rep, bool selected)
{
    uint32_t first = cli_search_first(self, candidate);

    return cli_search_may(self, candidate) && rep < self->all->item[candidate]->reps &&
           (!selected || (first > 0 && rep >= first));
}

/* How sure: the probability that each is best; of those in the selection, when there was one. */
static int
judge(cli_search_t *self)
{
    bool selected = false;
    uint32_t most = self->how.reps + self->selection_reps;
    size_t n = self->all->n;
    double *score = calloc(n * most + 1, sizeof(*score));
    const double **value = calloc(n + 1, sizeof(*value));
    int ret = SIM_ERR_NO_MEMORY;

    self->choice = calloc(n + 1, sizeof(*self->choice));
    if (score != NULL && value != NULL && self->choice != NULL) {
        for (size_t i = 0; i < n; i++) {
            selected = selected || cli_search_first(self, i) > 0;
        }
        for (size_t i = 0; i < n; i++) {
            value[i] = score + i * most;
            for (uint32_t r = 0; r < most; r++) {
                score[i * most + r] = tells(self, i, r, selected) ? cli_search_score(self, i, r) : NAN;
            }
        }
        const ana_sample_t sample = { .value = value,
            .n_candidates = n,
            .n_measures = 1,
            .n_reps = most,
            .draws = ANA_DRAWS,
            .seed = self->all->options->seed };

        ret = ana_choose(&sample, 0, true, self->matters, self->choice);
    }
    free(score);
    free(value);
    return ret;
}

static int
mark_frontier(cli_search_t *self)
{
    size_t n = self->all->n, *dominated = calloc(n + 1, sizeof(*dominated));
    double *mean = calloc(n * self->n_goals + 1, sizeof(*mean));
    bool greatest[CARE_SPLIT_AIMS_MAX];

    self->on_frontier = calloc(n + 1, sizeof(*self->on_frontier));
    if (dominated != NULL && mean != NULL && self->on_frontier != NULL) {
        for (size_t g = 0; g < self->n_goals; g++) {
            greatest[g] = true;
            for (size_t i = 0; i < n; i++) {
                mean[g * n + i] = cli_search_may(self, i) ? goal_mean(self, i, g) : NAN;
            }
        }
        ana_pareto(mean, n, self->n_goals, greatest, dominated);
        for (size_t i = 0; i < n; i++) {
            self->on_frontier[i] = dominated[i] == ANA_ON_FRONTIER;
        }
    }
    free(mean);
    free(dominated);
    return self->on_frontier == NULL ? SIM_ERR_NO_MEMORY : 0;
}

int
cli_search_select(cli_search_t *self)
{
    ana_selection_t selection;
    int ret = choose_survivors(self);

    if (ret != 0) {
        return ret;
    }
    const ana_selection_rule_t rule = { .n_candidates = self->n_survivors,
        .n_first = first_reps(self) < 2 ? 2 : first_reps(self),
        .greatest = true,
        .difference = self->matters,
        .confidence = self->how.pcs };

    ret = ana_selection_init(&selection, &rule);
    if (ret == 0) {
        ret = run_sequence(self, &selection);
    }
    if (ret == 0) {
        take_selection(self, &selection);
        ret = judge(self);
    }
    ana_selection_free(&selection);
    ret = ret == 0 ? mark_frontier(self) : ret;
    self->n_judged = ret == 0 ? self->all->n : 0;
    return ret;
}

/* ---- growth ---- */

static void
try_one(cli_search_t *self, size_t candidate)
{
    for (size_t i = 0; i < self->n_tried; i++) {
        if (self->tried[i].own == candidate) {
            return;
        }
    }
    if (candidate != CLI_NONE && self->n_tried < CLI_SEARCH_TRIED) {
        self->tried[self->n_tried++].own = candidate;
    }
}

/* The chosen, the runner-up, those that it is compared with, and the best of the others. */
static int
list_tried(cli_search_t *self)
{
    ranked_t *ranked;
    size_t n;

    try_one(self, self->chosen);
    try_one(self, self->current);
    try_one(self, self->equal);
    try_one(self, self->need);
    try_one(self, self->runner_up);
    n = rank(self, &ranked);
    for (size_t i = 0; ranked != NULL && i < n; i++) {
        if (cli_search_on_frontier(self, ranked[i].candidate)) {
            try_one(self, ranked[i].candidate);
        }
    }
    free(ranked);
    return 0;
}

static int
add_tried(cli_search_t *self, cli_tried_t *it)
{
    int ret = 0;

    for (size_t g = 0; ret == 0 && g < self->split->n_growths; g++) {
        char name[96];
        const cli_candidate_t *own = self->all->item[it->own];
        cli_money_t money;

        if (self->split->growth[g].n_sets == 0) { /* the scenario as it is */
            it->under[g] = it->own;
            continue;
        }
        memcpy(money, own->money, sizeof(money));
        (void) snprintf(name, sizeof(name), "%.20s.%.18s", own->name, self->split->growth[g].name);
        ret = cli_candidates_add(self->all, name, "growth", g + 1, money, &it->under[g]);
        if (ret == 0 && self->all->item[it->under[g]]->refused) {
            (void) fprintf(stderr, "%s: growth \"%s\": %s\n", self->split->growth[g].place, self->split->growth[g].name,
                self->all->item[it->under[g]]->why);
            ret = SIM_ERR_SCENARIO;
        }
    }
    return ret;
}

static int
judge_growth(cli_search_t *self)
{
    size_t n = self->n_tried, n_growths = self->split->n_growths;
    double *score = calloc(n * n_growths * self->how.reps + 1, sizeof(*score));
    const double **value = calloc(n * n_growths + 1, sizeof(*value));
    ana_robust_t *robust = calloc(n + 1, sizeof(*robust));
    int ret = SIM_ERR_NO_MEMORY;

    if (score != NULL && value != NULL && robust != NULL) {
        for (size_t k = 0; k < n * n_growths; k++) {
            value[k] = score + k * self->how.reps;
            for (uint32_t r = 0; r < self->how.reps; r++) {
                score[k * self->how.reps + r] = cli_search_score(self, self->tried[k % n].under[k / n], r);
            }
        }
        const ana_sample_t sample = { .value = value,
            .n_candidates = n,
            .n_measures = n_growths,
            .n_reps = self->how.reps,
            .draws = ANA_DRAWS,
            .seed = self->all->options->seed };

        ret = ana_choose_robust(&sample, true, robust);
    }
    for (size_t i = 0; ret == 0 && i < n; i++) {
        self->tried[i].robust = robust[i];
    }
    free(score);
    free(value);
    free(robust);
    return ret;
}

int
cli_search_growth(cli_search_t *self)
{
    int ret = self->split->n_growths > 0 ? list_tried(self) : 0;

    for (size_t i = 0; ret == 0 && i < self->n_tried; i++) {
        ret = add_tried(self, &self->tried[i]);
    }
    if (ret == 0 && self->n_tried > 0) {
        ret = run_all(self, self->how.reps);
    }
    return ret == 0 && self->n_tried > 0 ? judge_growth(self) : ret;
}

/* ---- next ---- */

static int
add_next(cli_search_t *self, size_t line, double change, size_t *index)
{
    const care_line_t *of = &scn_spec(self->all->base)->line[self->split->line[line]];
    cli_money_t money;
    char name[96];

    *index = CLI_NONE;
    memcpy(money, self->all->item[self->chosen]->money, sizeof(money));
    money[line] += change;
    if (money[line] < 0) {
        return 0;
    }
    (void) snprintf(name, sizeof(name), "%.30s.%s", of->name, change > 0 ? "more" : "less");
    return cli_candidates_add(self->all, name, "next", 0, money, index);
}

int
cli_search_next(cli_search_t *self)
{
    int ret = 0;

    for (size_t l = 0; ret == 0 && l < self->split->n_lines; l++) {
        ret = add_next(self, l, self->split->next, &self->next_more[l]);
        if (ret == 0) {
            ret = add_next(self, l, -self->split->next, &self->next_less[l]);
        }
    }
    return ret == 0 ? run_all(self, self->how.reps) : ret;
}

uint64_t
cli_search_planned(const cli_search_t *self)
{
    size_t splits = cli_search_design_size(self) + ROUNDS * cli_search_round_size(self);
    size_t later =
        (self->split->n_growths > 0 ? CLI_SEARCH_TRIED * self->split->n_growths : 0) + 2 * self->split->n_lines;

    return (uint64_t) self->how.reps * (splits + later) + (uint64_t) ANA_SELECTION_FIRST * (SURVIVORS + 2);
}
