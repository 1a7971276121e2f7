#include "sim/cli/split_results.h"

#include "sim/store/split.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMED_MAX 5

typedef struct {
    const char *name, *title, *colour;
    size_t candidate;
} named_t;

/* ---- roles ---- */

void
cli_split_roles(const cli_search_t *search, size_t candidate, char *text, size_t size)
{
    const named_t role[] = { { "chosen", "", "", search->chosen }, { "current", "", "", search->current },
        { "equal", "", "", search->equal }, { "need", "", "", search->need },
        { "runner-up", "", "", search->runner_up } };
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < sizeof(role) / sizeof(role[0]); i++) {
        if (role[i].candidate == candidate && used < size) {
            used += (size_t) snprintf(text + used, size - used, "%s%s", used > 0 ? " " : "", role[i].name);
        }
    }
}

uint32_t
cli_split_common_first(const cli_search_t *search, size_t a, size_t b)
{
    uint32_t x = cli_search_first(search, a), y = cli_search_first(search, b);

    return x == y ? x : 0;
}

static const char *
status_of(const cli_search_t *search, size_t i)
{
    const cli_candidate_t *it = search->all->item[i];

    if (it->refused) {
        return "refused";
    }
    if (i == search->chosen) {
        return "chosen";
    }
    for (size_t s = 0; s < search->n_survivors; s++) {
        if (search->survivor[s] == i) {
            return search->dropped_at[s] > 0 ? "dropped" : "tried";
        }
    }
    return it->growth != 0 || strcmp(it->stage, "next") == 0 || cli_search_may(search, i) ? "tried" : "outside";
}

/* ---- candidates ---- */

static int
put_candidate(const cli_search_t *search, store_writer_t *writer, size_t i)
{
    const cli_candidate_t *it = search->all->item[i];
    const care_spec_t *spec = scn_spec(search->all->base);
    const char *line[CARE_SPLIT_LINES_MAX];
    const ana_choice_t none = { .p_best = NAN, .p_near = NAN, .regret = NAN, .regret_low = NAN, .regret_high = NAN };
    const ana_choice_t *choice = cli_search_choice(search, i) != NULL ? cli_search_choice(search, i) : &none;
    char roles[96];
    store_candidate_t row = { .name = it->name,
        .stage = it->stage,
        .growth = it->growth > 0 ? search->split->growth[it->growth - 1].name : "",
        .roles = roles,
        .status = status_of(search, i),
        .message = it->why,
        .reps = it->reps,
        .first = it->refused ? 0 : cli_search_first(search, i),
        .on_frontier = cli_search_on_frontier(search, i),
        .p_best = choice->p_best,
        .p_near = choice->p_near,
        .regret = choice->regret,
        .regret_low = choice->regret_low,
        .regret_high = choice->regret_high };

    cli_split_roles(search, i, roles, sizeof(roles));
    cli_search_score_of(search, i, &row.score);
    for (size_t l = 0; l < search->split->n_lines; l++) {
        line[l] = spec->line[search->split->line[l]].name;
    }
    return store_put_candidate(writer, i, &row, search->split->n_lines, line, it->money);
}

static store_measured_t
measured(const char *use, const care_measure_t *of, size_t number)
{
    return (store_measured_t){
        .use = use, .kpi = of->kpi, .group = of->group, .period = of->period, .unit = of->unit, .number = number
    };
}

static int
put_measured(const cli_search_t *search, store_writer_t *writer, size_t i, const store_measured_t *of, size_t cell)
{
    ana_interval_t interval;
    int ret;

    cli_candidates_estimate(search->all, i, cell, cli_search_first(search, i), &interval);
    ret = interval.n > 0 ? store_put_candidate_estimate(writer, i, of, &interval) : 0;
    if (ret == 0 && i != search->current && search->all->item[i]->growth == 0) {
        cli_candidates_difference(search->all, i, search->current, cell,
            cli_split_common_first(search, i, search->current), &interval);
        ret = interval.n > 0 ? store_put_candidate_difference(writer, i, search->current, of, &interval) : 0;
    }
    return ret;
}

/* What is watched besides: cells over the whole run and all children of measures that a split may be judged by. */
static int
put_watched(const cli_search_t *search, store_writer_t *writer, size_t i)
{
    const cli_trial_t *trial = &search->all->item[search->current]->trial;
    int ret = 0;

    for (size_t cell = 0; ret == 0 && cell < trial->n_cells; cell++) {
        const sim_cell_t *at = &trial->cell[cell];
        const store_measured_t of = { .use = "watched",
            .kpi = trial->kpi[at->kpi].name,
            .group = trial->group[at->group].name,
            .period = trial->period[at->period].name,
            .unit = trial->kpi[at->kpi].unit };
        const char *reason;

        if (trial->period[at->period].kind == SIM_PERIOD_ALL && trial->group[at->group].kind == SIM_BY_ALL &&
            care_aim_find(of.kpi, &reason) != NULL) {
            ret = put_measured(search, writer, i, &of, cell);
        }
    }
    return ret;
}

static int
put_estimates(const cli_search_t *search, store_writer_t *writer, size_t i)
{
    const care_split_t *split = search->split;
    int ret = 0;

    for (size_t g = 0; ret == 0 && g < search->n_goals; g++) {
        const store_measured_t of = measured("objective", &split->aim[g].of, g);

        ret = put_measured(search, writer, i, &of, search->goal[g].cell);
    }
    for (size_t o = 0; ret == 0 && o < split->n_outcomes; o++) {
        const store_measured_t of = measured("outcome", &split->outcome[o].of, o);

        ret = put_measured(search, writer, i, &of, search->outcome_cell[o]);
    }
    return ret == 0 ? put_watched(search, writer, i) : ret;
}

/* What is lost by each of those with a name instead of the chosen; and what more or less money on a line does. */
static int
put_regret(const cli_search_t *search, store_writer_t *writer, size_t other, const char *use)
{
    const care_measure_t *lead = &search->split->aim[search->lead].of;
    const store_measured_t of = { .use = use, .kpi = "score", .group = "all", .period = "all", .unit = lead->unit };
    ana_interval_t lost;

    if (other == CLI_NONE || other == search->chosen || search->all->item[other]->refused) {
        return 0;
    }
    if (strcmp(use, "regret") == 0) {
        cli_search_regret(search, search->chosen, other, &lost);
        return store_put_candidate_difference(writer, search->chosen, other, &of, &lost);
    }
    cli_search_regret(search, other, search->chosen, &lost);
    return store_put_candidate_difference(writer, other, search->chosen, &of, &lost);
}

static int
put_differences(const cli_search_t *search, store_writer_t *writer)
{
    const size_t other[] = { search->current, search->equal, search->need, search->runner_up };
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < sizeof(other) / sizeof(other[0]); i++) {
        ret = put_regret(search, writer, other[i], "regret");
    }
    for (size_t l = 0; ret == 0 && l < search->split->n_lines; l++) {
        ret = put_regret(search, writer, search->next_more[l], "next");
        if (ret == 0) {
            ret = put_regret(search, writer, search->next_less[l], "next");
        }
    }
    return ret;
}

static int
put_records(const cli_search_t *search, store_writer_t *writer, size_t i)
{
    const cli_candidate_t *it = search->all->item[i];
    int ret = 0;

    for (uint32_t r = 0; ret == 0 && r < it->reps; r++) {
        ret = store_put_candidate_record(writer, i, r, search->all->n_cells,
            it->value + (size_t) r * search->all->n_cells);
    }
    return ret;
}

/* ---- plans ---- */

static size_t
list_named(const cli_search_t *search, named_t *named)
{
    const named_t all[] = { { "current", "The present split", "#7f7f7f", search->current },
        { "chosen", "The split that the search found", "#0072b2", search->chosen },
        { "equal", "Equal shares", "#e69f00", search->equal }, { "need", "By need", "#009e73", search->need },
        { "runner_up", "The runner-up", "#cc79a7", search->runner_up } };
    size_t n = 0;

    for (size_t i = 0; i < NAMED_MAX; i++) {
        bool there = all[i].candidate != CLI_NONE && !search->all->item[all[i].candidate]->refused;

        for (size_t j = 0; there && j < n; j++) {
            there = named[j].candidate != all[i].candidate;
        }
        if (there) {
            named[n++] = all[i];
        }
    }
    return n;
}

/* The replications that estimates are taken from; those that all with a name have. */
static int
put_plans(const cli_search_t *search, store_writer_t *writer, size_t n, const named_t *named)
{
    uint32_t first = 0, most = 0;
    int ret = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t reps = search->all->item[named[i].candidate]->reps;

        most = reps > most ? reps : most;
        first = i == 0 ? cli_search_first(search, named[i].candidate)
                       : cli_split_common_first(search, named[0].candidate, named[i].candidate);
    }
    for (uint32_t r = first; ret == 0 && r < most; r++) {
        for (size_t i = 0; ret == 0 && i < n; i++) {
            const cli_candidate_t *it = search->all->item[named[i].candidate];
            const exp_record_t record = { .index = (uint64_t) r * n + i,
                .arm = (uint32_t) i,
                .rep = r,
                .message = "",
                .n_values = search->all->n_cells,
                .value = it->value + (size_t) r * search->all->n_cells };

            ret = r < it->reps ? store_put_record(writer, &record) : 0;
        }
    }
    return ret == 0 ? store_put_estimates(writer, most) : ret;
}

int
cli_split_put(const cli_search_t *search, store_writer_t *writer)
{
    named_t named[NAMED_MAX] = { { .name = "" } };
    store_plan_t plan[NAMED_MAX];
    size_t n = list_named(search, named);
    int ret;

    for (size_t i = 0; i < n; i++) {
        plan[i] = (store_plan_t){ .name = named[i].name,
            .title = named[i].title,
            .colour = named[i].colour,
            .scenario = scn_spec(search->all->base)->name,
            .doc = "" };
    }
    ret = cli_trial_put_layout_of(&search->all->item[search->current]->trial, n, plan, writer);
    if (ret == 0) {
        ret = store_split_begin(writer);
    }
    for (size_t i = 0; ret == 0 && i < search->all->n; i++) {
        ret = put_candidate(search, writer, i);
        if (ret == 0 && !search->all->item[i]->refused) {
            ret = put_estimates(search, writer, i);
        }
        if (ret == 0 && !search->all->item[i]->refused) {
            ret = put_records(search, writer, i);
        }
    }
    if (ret == 0) {
        ret = put_differences(search, writer);
    }
    return ret == 0 ? put_plans(search, writer, n, named) : ret;
}
