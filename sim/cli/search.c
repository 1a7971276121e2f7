#include "sim/cli/search.h"

#include "sim/cli/search_stages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- limits ---- */

static int
add_limits(exp_mixture_t *mixture, const care_split_t *split, const bool *leave_out)
{
    int ret = 0;

    exp_mixture_init(mixture, split->n_lines);
    for (size_t i = 0; ret == 0 && i < split->n_limits; i++) {
        const care_limit_t *limit = &split->limit[i];

        if (!leave_out[i]) {
            ret = exp_mixture_limit(mixture, limit->of, limit->least,
                limit->is_share ? limit->amount : limit->amount / split->total);
        }
    }
    return ret == 0 ? exp_mixture_ready(mixture) : ret;
}

/* The limits without which, each alone, the others could be kept. */
static void
complain_limits(exp_mixture_t *mixture, const care_split_t *split, bool *leave_out)
{
    char text[1024] = "";
    size_t used = 0, first = split->n_limits;

    for (size_t i = 0; i < split->n_limits; i++) {
        leave_out[i] = true;
        leave_out[i] = add_limits(mixture, split, leave_out) != 0;
    }
    for (size_t i = 0; i < split->n_limits && used < sizeof(text); i++) {
        const care_limit_t *limit = &split->limit[i];

        if (!leave_out[i]) {
            used += (size_t) snprintf(text + used, sizeof(text) - used, "%s%s (%s)", used > 0 ? "; " : "", limit->name,
                limit->place);
            first = first == split->n_limits || strchr(split->limit[first].place, ':') == NULL ? i : first;
        }
    }
    (void) fprintf(stderr, "%s: no split of %.0f pounds a year keeps these limits together: %s\n",
        first < split->n_limits && strchr(split->limit[first].place, ':') != NULL ? split->limit[first].place
        : split->given                                                            ? split->place
                                                                                  : "split",
        split->total, text);
}

int
cli_search_limits(exp_mixture_t *mixture, const care_split_t *split, const care_spec_t *spec)
{
    bool leave_out[CARE_SPLIT_LIMITS_MAX] = { false };
    int ret;

    (void) spec;
    ret = add_limits(mixture, split, leave_out);
    if (ret == SIM_ERR_NOT_FOUND) {
        complain_limits(mixture, split, leave_out);
        ret = SIM_ERR_SCENARIO;
    }
    return ret;
}

/* ---- what is judged ---- */

static const char *
place_of(const care_split_t *split)
{
    return split->given ? split->place : "split";
}

static int
no_cell(const cli_search_t *self, const care_measure_t *of, size_t cell)
{
    if (cell != SIZE_MAX) {
        return 0;
    }
    (void) fprintf(stderr, "%s: '%s' is not kept for group \"%s\" and period \"%s\"\n", place_of(self->split), of->kpi,
        of->group, of->period);
    return SIM_ERR_SCENARIO;
}

static int
find_cells(cli_search_t *self)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < self->split->n_aims; i++) {
        const care_measure_t *of = &self->split->aim[i].of;

        self->goal[i].cell = cli_candidates_cell(self->all, of);
        self->goal[i].to_one = self->split->aim[i].row->sense == CARE_AIM_ONE;
        ret = no_cell(self, of, self->goal[i].cell);
    }
    for (size_t i = 0; ret == 0 && i < self->split->n_outcomes; i++) {
        self->outcome_cell[i] = cli_candidates_cell(self->all, &self->split->outcome[i].of);
        ret = no_cell(self, &self->split->outcome[i].of, self->outcome_cell[i]);
    }
    return ret;
}

/* What matters of an objective; where nobody says, 2% of what today's split gives. */
static double
matters_of(const cli_search_t *self, size_t aim)
{
    const care_aim_t *it = &self->split->aim[aim];
    double matters = isnan(it->matters) ? it->row->matters : it->matters;
    ana_interval_t now;

    if (isnan(matters)) {
        cli_candidates_estimate(self->all, self->current, self->goal[aim].cell, 0, &now);
        matters = now.mean != 0 && isfinite(now.mean) ? fabs(0.02 * now.mean) : 1;
    }
    return matters;
}

int
cli_search_weigh(cli_search_t *self)
{
    const care_split_t *split = self->split;
    double lead;

    self->lead = 0;
    while (self->lead + 1 < split->n_aims && !(split->aim[self->lead].weight > 0)) {
        self->lead++;
    }
    lead = matters_of(self, self->lead) / split->aim[self->lead].weight;
    self->n_goals = split->n_aims;
    for (size_t i = 0; i < split->n_aims; i++) {
        double sign = split->aim[i].row->sense == CARE_AIM_MORE ? 1 : -1;
        ana_interval_t now;

        self->goal[i].factor = sign * split->aim[i].weight * lead / matters_of(self, i);
        cli_candidates_estimate(self->all, self->current, self->goal[i].cell, 0, &now);
        if (now.n == 0) {
            (void) fprintf(stderr, "%s: '%s' of \"%s\" in \"%s\" is not known in this scenario\n", place_of(split),
                split->aim[i].of.kpi, split->aim[i].of.group, split->aim[i].of.period);
            return SIM_ERR_SCENARIO;
        }
    }
    self->matters = isnan(self->how.matters) ? matters_of(self, self->lead) : self->how.matters;
    return 0;
}

double
cli_search_score(const cli_search_t *self, size_t candidate, uint32_t rep)
{
    double score = 0;

    for (size_t i = 0; i < self->n_goals; i++) {
        const cli_goal_t *goal = &self->goal[i];
        double value = cli_candidates_value(self->all, candidate, rep, goal->cell);

        if (goal->factor != 0) {
            score += goal->factor * (goal->to_one ? fabs(value - 1) : value);
        }
    }
    return score;
}

uint32_t
cli_search_first(const cli_search_t *self, size_t candidate)
{
    uint32_t seen = self->how.reps;

    return self->all->item[candidate]->reps >= seen + 2 && self->n_survivors > 0 ? seen : 0;
}

/* Scores of replications first .. reps-1; the caller frees. */
static double *
scores(const cli_search_t *self, size_t candidate, uint32_t first, uint32_t reps)
{
    double *score = calloc((size_t) (reps - first) + 1, sizeof(*score));

    for (uint32_t r = first; score != NULL && r < reps; r++) {
        score[r - first] = cli_search_score(self, candidate, r);
    }
    return score;
}

void
cli_search_score_of(const cli_search_t *self, size_t candidate, ana_interval_t *interval)
{
    uint32_t first = cli_search_first(self, candidate), reps = self->all->item[candidate]->reps;
    double *score = scores(self, candidate, first, reps);

    ana_mean_interval(score, 1, score == NULL ? 0 : reps - first, interval);
    free(score);
}

void
cli_search_regret(const cli_search_t *self, size_t a, size_t b, ana_interval_t *interval)
{
    uint32_t reps =
        self->all->item[a]->reps < self->all->item[b]->reps ? self->all->item[a]->reps : self->all->item[b]->reps;
    uint32_t first = cli_search_first(self, a) < reps && cli_search_first(self, b) < reps &&
                             cli_search_first(self, a) == cli_search_first(self, b)
                         ? cli_search_first(self, a)
                         : 0;
    double *x = scores(self, a, first, reps), *y = scores(self, b, first, reps);

    ana_paired(x, y, 1, x == NULL || y == NULL ? 0 : reps - first, interval);
    free(x);
    free(y);
}

static bool
keeps_outcomes(const cli_search_t *self, size_t candidate)
{
    for (size_t i = 0; i < self->split->n_outcomes; i++) {
        const care_outcome_t *outcome = &self->split->outcome[i];
        ana_interval_t is;

        cli_candidates_estimate(self->all, candidate, self->outcome_cell[i], cli_search_first(self, candidate), &is);
        if (is.n == 0 || is.mean < outcome->low || is.mean > outcome->high) {
            return false;
        }
    }
    return true;
}

bool
cli_search_may(const cli_search_t *self, size_t candidate)
{
    const cli_candidate_t *it = self->all->item[candidate];
    double share[EXP_MIXTURE_PARTS] = { 0 };

    for (size_t l = 0; l < self->split->n_lines; l++) {
        share[l] = it->money[l] / self->split->total;
    }
    return !it->refused && it->growth == 0 && it->reps > it->failed && exp_mixture_has(&self->mixture, share, 2e-6) &&
           keeps_outcomes(self, candidate);
}

bool
cli_search_on_frontier(const cli_search_t *self, size_t candidate)
{
    return candidate < self->n_judged && self->on_frontier[candidate];
}

const ana_choice_t *
cli_search_choice(const cli_search_t *self, size_t candidate)
{
    return candidate < self->n_judged && self->choice[candidate].n > 0 ? &self->choice[candidate] : NULL;
}

/* ---- lifecycle ---- */

/* A thousandth of the money, as a round number: splits that differ by less are told apart by nobody. */
static double
choose_grain(double total)
{
    double grain = pow(10, floor(log10(total / 1000)));

    return fmax(total / 1000 >= 5 * grain ? 5 * grain : total / 1000 >= 2 * grain ? 2 * grain : grain, 0.01);
}

int
cli_search_init(cli_search_t *self, cli_candidates_t *all, const cli_search_how_t *how)
{
    memset(self, 0, sizeof(*self));
    self->all = all;
    self->split = all->split;
    self->how = *how;
    self->grain = choose_grain(all->split->total);
    self->current = self->equal = self->need = self->chosen = self->runner_up = CLI_NONE;
    return cli_search_limits(&self->mixture, all->split, scn_spec(all->base));
}

void
cli_search_free(cli_search_t *self)
{
    free(self->choice);
    free(self->on_frontier);
    free(self->survivor);
    free(self->dropped_at);
    memset(self, 0, sizeof(*self));
}

int
cli_search_run(cli_search_t *self)
{
    int ret = cli_search_design(self);

    if (ret == 0) {
        ret = find_cells(self);
    }
    if (ret == 0) {
        ret = cli_search_weigh(self);
    }
    if (ret == 0) {
        ret = cli_search_refine(self);
    }
    if (ret == 0) {
        ret = cli_search_select(self);
    }
    if (ret == 0) {
        ret = cli_search_growth(self);
    }
    return ret == 0 ? cli_search_next(self) : ret;
}
