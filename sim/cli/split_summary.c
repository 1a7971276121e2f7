#include "sim/cli/split_summary.h"

#include "sim/cli/split_results.h"
#include "sim/cli/summary.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define FRONTIER_MOST 14 /* splits in the table */
#define NEAR_MOST 3      /* other splits named that are as good */
#define GROUPS_MOST 6    /* groups of children named in a sentence */

/* ---- words ---- */

typedef struct {
    char text[6000];
    size_t used;
} words_t;

static void __attribute__((format(printf, 2, 3))) add(words_t *self, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(self->text + self->used, sizeof(self->text) - self->used, format, args);
    va_end(args);
    self->used += n > 0 ? (size_t) n : 0;
    self->used = self->used < sizeof(self->text) ? self->used : sizeof(self->text) - 1;
}

static void
say(words_t *self, FILE *out)
{
    cli_print_wrapped(self->text, CLI_PAGE, out);
    self->used = 0;
    self->text[0] = '\0';
}

static const char *
line_name(const cli_candidates_t *all, size_t l)
{
    return scn_spec(all->base)->line[all->split->line[l]].name;
}

static void
format_money(char *text, size_t size, double pounds)
{
    if (pounds >= 1e6) {
        (void) snprintf(text, size, "%.2fm", pounds / 1e6);
    } else {
        cli_format_value(text, size, "pounds", pounds);
    }
}

void
cli_split_words(const cli_candidates_t *all, const double *money, char *text, size_t size)
{
    double total = cli_candidates_total(all, money);
    size_t used = 0;

    text[0] = '\0';
    for (size_t l = 0; l < all->split->n_lines && used < size; l++) {
        char pounds[40];

        format_money(pounds, sizeof(pounds), money[l]);
        used += (size_t) snprintf(text + used, size - used, "%s%s %s (%.1f%%)", l > 0 ? ", " : "", line_name(all, l),
            pounds, 100 * money[l] / total);
    }
}

void
cli_split_measure(const care_measure_t *of, char *text, size_t size)
{
    bool group = strcmp(of->group, "all") != 0, period = strcmp(of->period, "all") != 0;

    (void) snprintf(text, size, "%s%s%s%s%s", of->kpi, group ? ", " : "", group ? of->group : "", period ? ", " : "",
        period ? of->period : "");
}

static const char *
lead_unit(const cli_search_t *search)
{
    return search->split->aim[search->lead].of.unit;
}

static void
format_score(const cli_search_t *search, char *text, size_t size, const ana_interval_t *score)
{
    cli_format_difference(text, size, lead_unit(search), score->mean, score->low, score->high);
    if (strcmp(lead_unit(search), "share") == 0) {
        size_t n = strlen(text);

        (void) snprintf(text + n, size - n, " points");
    }
}

static void
format_change_points(const cli_search_t *search, char *text, size_t size, double change)
{
    cli_format_change(text, size, lead_unit(search), change);
    if (strcmp(lead_unit(search), "share") == 0) {
        size_t n = strlen(text);

        (void) snprintf(text + n, size - n, " points");
    }
}

/* ---- the problem ---- */

void
cli_split_print_problem(const cli_search_t *search, FILE *out)
{
    const care_split_t *split = search->split;
    char text[600], least[40], most[40];
    words_t words = { .used = 0 };

    format_money(text, sizeof(text), split->total);
    (void) fprintf(out, "%s pounds a year between %zu lines\n", text, split->n_lines);
    for (size_t l = 0; l < split->n_lines; l++) {
        format_money(least, sizeof(least), search->mixture.low[l] * split->total);
        format_money(most, sizeof(most), search->mixture.high[l] * split->total);
        add(&words, "%s%s %s to %s", l > 0 ? ", " : "Within the limits: ", line_name(search->all, l), least, most);
    }
    add(&words, ".");
    say(&words, out);
    add(&words, "Judged by");
    for (size_t g = 0; g < split->n_aims; g++) {
        cli_split_measure(&split->aim[g].of, text, sizeof(text));
        add(&words, "%s %s (weight %g)", g > 0 ? "," : "", text, split->aim[g].weight);
    }
    add(&words, ".");
    say(&words, out);
}

/* ---- the answer ---- */

static size_t
tried_in_all(const cli_search_t *search)
{
    size_t n = 0;

    for (size_t i = 0; i < search->all->n; i++) {
        const cli_candidate_t *it = search->all->item[i];

        n += !it->refused && it->growth == 0 && strcmp(it->stage, "next") != 0;
    }
    return n;
}

static void
say_sure(const cli_search_t *search, words_t *words)
{
    const ana_choice_t *choice = &search->choice[search->chosen];
    char matters[64];

    format_change_points(search, matters, sizeof(matters), search->matters);
    add(words,
        " Of the %zu %s it is the best with probability %.2f, and no more than %s from the best with probability %.2f.",
        search->n_survivors > 1 ? search->n_survivors : tried_in_all(search),
        search->n_survivors > 1 ? "most promising" : "tried", choice->p_best, matters + (matters[0] == '+'),
        choice->p_near);
    if (search->reached && search->n_survivors > 1) {
        add(words,
            " Selected among these %zu with a probability of %.2f of being right when the best "
            "leads by %s, after %u replications that the search had not seen.",
            search->n_survivors, search->how.pcs, matters + (matters[0] == '+'), search->selection_reps);
    } else if (!search->reached) {
        add(words, " The selection was NOT finished: the probability of %.2f that was asked for is not reached.",
            search->how.pcs);
    }
}

/* Others that are as good, as far as it matters and chance can tell. */
static void
say_near(const cli_search_t *search, words_t *words)
{
    size_t said = 0;

    for (size_t i = 0; i < search->n_judged && said < NEAR_MOST; i++) {
        const ana_choice_t *choice = cli_search_choice(search, i);
        char text[600], matters[64];

        if (choice != NULL && i != search->chosen && choice->p_near >= 0.95) {
            cli_split_words(search->all, search->all->item[i]->money, text, sizeof(text));
            format_change_points(search, matters, sizeof(matters), search->matters);
            if (said == 0) {
                add(words, " As good, to within %s with a probability of 0.95:", matters + (matters[0] == '+'));
            }
            add(words, "%s %s%s", said++ > 0 ? ";" : "", text, i == search->current ? ", the present split" : "");
        }
    }
    add(words, said > 0 ? "." : "");
}

static void
say_gain(const cli_search_t *search, words_t *words)
{
    ana_interval_t gain;
    char text[128];

    if (search->chosen == search->current) {
        add(words, " That is the present split.");
        return;
    }
    cli_search_regret(search, search->chosen, search->current, &gain);
    format_score(search, text, sizeof(text), &gain);
    add(words, " Against the present split its score is %s%s.", text,
        gain.low > 0    ? ""
        : gain.high < 0 ? ": worse, but the present split is outside what is asked"
                        : ": chance may explain it");
    if (!cli_search_may(search, search->current)) {
        add(words, " The present split does not keep what is asked of a split.");
    }
}

/* Limits that the chosen split touches. */
static void
say_bounds(const cli_search_t *search, words_t *words)
{
    const double *money = search->all->item[search->chosen]->money;
    bool first = true;

    for (size_t i = 0; i < search->split->n_limits; i++) {
        const care_limit_t *limit = &search->split->limit[i];
        double sum = 0, at = limit->is_share ? limit->amount * search->split->total : limit->amount;

        for (size_t l = 0; l < search->split->n_lines; l++) {
            sum += limit->of[l] ? money[l] : 0;
        }
        if (fabs(sum - at) <= 2 * search->grain) {
            add(words, "%s %s (%s)", first ? " It stands at a limit:" : ";", limit->name, limit->place);
            first = false;
        }
    }
    add(words, first ? "" : ".");
}

/* What comes first: is there a reason to change anything? */
static void
say_verdict(const cli_search_t *search, words_t *words)
{
    const ana_choice_t *current = cli_search_choice(search, search->current);
    char matters[64];

    if (current == NULL || search->chosen == search->current || !cli_search_may(search, search->current) ||
        current->p_near < 0.95) {
        return;
    }
    format_change_points(search, matters, sizeof(matters), search->matters);
    add(words,
        "The present split may as well stay: that no other is better by more than %s, the smallest difference that "
        "matters, has a probability of %.2f.",
        matters + (matters[0] == '+'), current->p_near);
}

/* Growth may turn the order. */
static void
say_safer(const cli_search_t *search, words_t *words)
{
    const cli_tried_t *safest = search->tried;
    char text[600];

    for (size_t i = 0; i < search->n_tried; i++) {
        safest = search->tried[i].robust.regret < safest->robust.regret ? &search->tried[i] : safest;
    }
    if (search->n_tried > 0 && safest != search->tried) {
        cli_split_words(search->all, search->all->item[safest->own]->money, text, sizeof(text));
        add(words, " Under other growth the greatest regret is less with %s%s.", text,
            safest->own == search->current ? ", the present split" : "");
    }
}

void
cli_split_answer(const cli_search_t *search, char *verdict, size_t verdict_size, char *answer, size_t answer_size)
{
    words_t words = { .used = 0 };
    char text[600];

    words.text[0] = '\0';
    say_verdict(search, &words);
    (void) snprintf(verdict, verdict_size, "%s", words.text);
    words.used = 0;
    cli_split_words(search->all, search->all->item[search->chosen]->money, text, sizeof(text));
    add(&words, "Best of %zu splits of %.0f pounds a year: %s.", tried_in_all(search), search->split->total, text);
    say_gain(search, &words);
    say_sure(search, &words);
    say_near(search, &words);
    say_safer(search, &words);
    say_bounds(search, &words);
    (void) snprintf(answer, answer_size, "%s", words.text);
}

static void
print_answer(const cli_search_t *search, FILE *out)
{
    words_t words = { .used = 0 };
    char verdict[600], answer[sizeof(words.text)];

    cli_split_answer(search, verdict, sizeof(verdict), answer, sizeof(answer));
    add(&words, "%s%s%s", verdict, verdict[0] != '\0' ? " " : "", answer);
    (void) fputc('\n', out);
    say(&words, out);
}

/* ---- the frontier ---- */

typedef struct {
    size_t candidate;
    double score;
} shown_t;

static int
by_score(const void *a, const void *b)
{
    const shown_t *x = a, *y = b;

    return x->score != y->score ? (x->score < y->score ? 1 : -1)
                                : (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

static bool
is_named(const cli_search_t *search, size_t i)
{
    return i == search->chosen || i == search->current || i == search->equal || i == search->need ||
           i == search->runner_up;
}

/* The frontier, and those with a name, best first; of more than the table holds, the best. */
static size_t
list_shown(const cli_search_t *search, shown_t *shown)
{
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < search->all->n; i++) {
        ana_interval_t score;

        if (!search->all->item[i]->refused && (is_named(search, i) || cli_search_on_frontier(search, i))) {
            cli_search_score_of(search, i, &score);
            shown[n++] = (shown_t){ i, score.mean };
        }
    }
    qsort(shown, n, sizeof(*shown), by_score);
    for (size_t i = 0; i < n; i++) {
        if (is_named(search, shown[i].candidate) || kept < FRONTIER_MOST) {
            shown[kept++] = shown[i];
        }
    }
    return kept;
}

static void
add_candidate_name(const cli_search_t *search, cli_table_t *table, size_t i)
{
    char roles[96];

    cli_split_roles(search, i, roles, sizeof(roles));
    cli_table_add(table, "%s%s", roles[0] != '\0' ? roles : search->all->item[i]->name,
        cli_search_on_frontier(search, i) ? "" : " (off)");
}

static void
add_frontier_row(const cli_search_t *search, cli_table_t *table, size_t i)
{
    const cli_candidate_t *it = search->all->item[i];
    ana_interval_t is;
    char text[128];

    add_candidate_name(search, table, i);
    for (size_t l = 0; l < search->split->n_lines; l++) {
        format_money(text, sizeof(text), it->money[l]);
        cli_table_add(table, "%s %.1f%%", text, 100 * it->money[l] / search->split->total);
    }
    for (size_t g = 0; g < search->n_goals; g++) {
        cli_candidates_estimate(search->all, i, search->goal[g].cell, cli_search_first(search, i), &is);
        cli_format_interval(text, sizeof(text), search->split->aim[g].of.unit, is.mean, is.low, is.high);
        cli_table_add(table, "%s", text);
    }
    cli_search_regret(search, i, search->current, &is);
    cli_format_difference(text, sizeof(text), lead_unit(search), is.mean, is.low, is.high);
    cli_table_add(table, "%s", i == search->current ? "0" : text);
    if (cli_search_choice(search, i) != NULL) {
        cli_table_add(table, "%.2f", cli_search_choice(search, i)->p_best);
    } else {
        cli_table_add(table, "-");
    }
    cli_table_add(table, "%u", it->reps);
}

static int
print_frontier(const cli_search_t *search, FILE *out)
{
    size_t n_columns = 1 + search->split->n_lines + search->n_goals + 3;
    shown_t *shown = calloc(search->all->n + 1, sizeof(*shown));
    cli_table_t table;
    char text[200];
    int ret = SIM_ERR_NO_MEMORY;

    cli_heading("The frontier: no split that was tried is better in every objective", out);
    cli_table_init(&table, n_columns);
    cli_table_add(&table, "split");
    for (size_t l = 0; l < search->split->n_lines; l++) {
        cli_table_add(&table, "%s", line_name(search->all, l));
    }
    for (size_t g = 0; g < search->n_goals; g++) {
        cli_split_measure(&search->split->aim[g].of, text, sizeof(text));
        cli_table_add(&table, "%s", text);
    }
    cli_table_add(&table, "score v present");
    cli_table_add(&table, "P(best)");
    cli_table_add(&table, "reps");
    if (shown != NULL) {
        size_t n = list_shown(search, shown);

        bool off = false;

        for (size_t i = 0; i < n; i++) {
            add_frontier_row(search, &table, shown[i].candidate);
            off = off || !cli_search_on_frontier(search, shown[i].candidate);
        }
        ret = cli_table_print(&table, CLI_PAGE, out);
        (void) fputs(off ? "(off): not on the frontier, shown beside it. current: the present split.\n" : "", out);
    }
    cli_table_free(&table);
    free(shown);
    return ret;
}

/* ---- regret ---- */

static void
add_regret_row(const cli_search_t *search, cli_table_t *table, const char *name, size_t other)
{
    ana_interval_t lost;
    char text[128];

    if (other == CLI_NONE || other == search->chosen || search->all->item[other]->refused) {
        return;
    }
    cli_table_add(table, "%s", name);
    cli_search_regret(search, search->chosen, other, &lost);
    cli_format_difference(text, sizeof(text), lead_unit(search), lost.mean, lost.low, lost.high);
    cli_table_add(table, "%s%s", text, lost.low > 0 || lost.high < 0 ? "*" : "");
    for (size_t g = 0; g < search->n_goals; g++) {
        cli_candidates_difference(search->all, search->chosen, other, search->goal[g].cell,
            cli_split_common_first(search, search->chosen, other), &lost);
        cli_format_difference(text, sizeof(text), search->split->aim[g].of.unit, lost.mean, lost.low, lost.high);
        cli_table_add(table, "%s%s", text, lost.low > 0 || lost.high < 0 ? "*" : "");
    }
}

static int
print_regret(const cli_search_t *search, FILE *out)
{
    cli_table_t table;
    char text[200];
    int ret;

    cli_heading(
        "What the chosen split gains on others: paired difference (95% interval; shares in points; * excludes 0)", out);
    cli_table_init(&table, 2 + search->n_goals);
    cli_table_add(&table, "against");
    cli_table_add(&table, "score");
    for (size_t g = 0; g < search->n_goals; g++) {
        cli_split_measure(&search->split->aim[g].of, text, sizeof(text));
        cli_table_add(&table, "%s", text);
    }
    add_regret_row(search, &table, "the present split", search->current);
    add_regret_row(search, &table, "equal shares", search->equal);
    add_regret_row(search, &table, "by need", search->need);
    add_regret_row(search, &table, "the runner-up", search->runner_up);
    ret = table.n_cells > table.n_columns ? cli_table_print(&table, CLI_PAGE, out) : 0;
    cli_table_free(&table);
    return ret;
}

/* First contacts by group of children: who gains and who is displaced by the chosen split. */
static void
print_displaced(const cli_search_t *search, FILE *out)
{
    const cli_trial_t *trial = &search->all->item[search->current]->trial;
    double years = trial->arm[0].model.horizon_days / 365.25;
    uint32_t first = cli_split_common_first(search, search->chosen, search->current);
    words_t words = { .used = 0 };
    size_t named = 0;

    for (size_t i = 0; i < trial->n_cells && search->chosen != search->current && named < GROUPS_MOST; i++) {
        const sim_cell_t *cell = &trial->cell[i];
        const char *group = trial->group[cell->group].name;
        ana_interval_t change;

        if (strcmp(trial->kpi[cell->kpi].name, "first_contacts") != 0 ||
            trial->period[cell->period].kind != SIM_PERIOD_ALL || strncmp(group, "presentation=", 13) != 0) {
            continue;
        }
        cli_candidates_difference(search->all, search->chosen, search->current, i, first, &change);
        if (change.low > 0 || change.high < 0) {
            char text[128];

            cli_format_difference(text, sizeof(text), "spells", change.mean / years, change.low / years,
                change.high / years);
            add(&words, "%s %s %s", named++ > 0 ? ";" : "First contacts a year against the present split:", group + 13,
                text);
        }
    }
    if (named > 0) {
        add(&words, ".");
        (void) fputc('\n', out);
        say(&words, out);
    }
}

/* ---- growth ---- */

static double
mean_score(const cli_search_t *search, size_t candidate)
{
    ana_interval_t score;

    cli_search_score_of(search, candidate, &score);
    return score.mean;
}

static void
add_growth_row(const cli_search_t *search, cli_table_t *table, const cli_tried_t *it)
{
    char text[64];

    add_candidate_name(search, table, it->own);
    for (size_t g = 0; g < search->split->n_growths; g++) {
        cli_format_change(text, sizeof(text), lead_unit(search),
            mean_score(search, it->under[g]) - mean_score(search, search->tried[0].under[g]));
        cli_table_add(table, "%s", it == search->tried ? "0" : text);
    }
    cli_format_change(text, sizeof(text), lead_unit(search), it->robust.worst - search->tried[0].robust.worst);
    cli_table_add(table, "%s", it == search->tried ? "0" : text);
    cli_format_change(text, sizeof(text), lead_unit(search), it->robust.regret);
    cli_table_add(table, "%s", text + (text[0] == '+'));
    cli_table_add(table, "%.2f", it->robust.p_minimax);
}

static void
say_robust(const cli_search_t *search, FILE *out)
{
    const cli_tried_t *minimax = search->tried, *maximin = search->tried;
    words_t words = { .used = 0 };
    char text[600];

    for (size_t i = 0; i < search->n_tried; i++) {
        minimax = search->tried[i].robust.regret < minimax->robust.regret ? &search->tried[i] : minimax;
        maximin = search->tried[i].robust.worst > maximin->robust.worst ? &search->tried[i] : maximin;
    }
    cli_split_words(search->all, search->all->item[minimax->own]->money, text, sizeof(text));
    add(&words,
        "Worst case: the score in the future that is worst for a split, less that of the chosen split in its own. ");
    add(&words, "The greatest regret is least with %s%s.", text, minimax == search->tried ? ", the chosen split" : "");
    cli_split_words(search->all, search->all->item[maximin->own]->money, text, sizeof(text));
    if (maximin != minimax) {
        add(&words, " The worst case is best with %s%s.", text, maximin == search->tried ? ", the chosen split" : "");
    } else {
        add(&words, " Its worst case is the best too.");
    }
    say(&words, out);
}

static int
print_growth(const cli_search_t *search, FILE *out)
{
    cli_table_t table;
    int ret;

    if (search->n_tried == 0) {
        return 0;
    }
    cli_heading("Under other growth: score and worst case against the chosen split, greatest regret", out);
    cli_table_init(&table, 1 + search->split->n_growths + 3);
    cli_table_add(&table, "split");
    for (size_t g = 0; g < search->split->n_growths; g++) {
        cli_table_add(&table, "%s", search->split->growth[g].name);
    }
    cli_table_add(&table, "worst case");
    cli_table_add(&table, "greatest regret");
    cli_table_add(&table, "P(least regret)");
    for (size_t i = 0; i < search->n_tried; i++) {
        add_growth_row(search, &table, &search->tried[i]);
    }
    ret = cli_table_print(&table, CLI_PAGE, out);
    cli_table_free(&table);
    say_robust(search, out);
    return ret;
}

/* ---- next ---- */

typedef struct {
    size_t seen, referred; /* cells; SIZE_MAX: there is none */
    double years;
} count_t;

/* Change in children first seen, a year. */
static void
seen_change(const cli_search_t *search, const count_t *count, size_t a, ana_interval_t *change)
{
    uint32_t first = cli_split_common_first(search, a, search->chosen);

    cli_candidates_difference(search->all, a, search->chosen, count->seen, first, change);
    change->mean /= count->years;
    change->low /= count->years;
    change->high /= count->years;
}

static void
add_next_row(const cli_search_t *search, const count_t *count, cli_table_t *table, size_t l)
{
    size_t more = search->next_more[l], less = search->next_less[l];
    bool has_more = more != CLI_NONE && !search->all->item[more]->refused;
    bool has_less = less != CLI_NONE && !search->all->item[less]->refused;
    ana_interval_t gain = { .mean = NAN, .low = NAN, .high = NAN }, seen = gain, lost = gain, all, share;
    char text[128];

    cli_table_add(table, "%s", line_name(search->all, l));
    if (has_more) {
        cli_search_regret(search, more, search->chosen, &gain);
        seen_change(search, count, more, &seen);
    }
    if (has_less) {
        seen_change(search, count, less, &lost);
    }
    cli_format_difference(text, sizeof(text), lead_unit(search), gain.mean, gain.low, gain.high);
    cli_table_add(table, "%s", text);
    cli_format_difference(text, sizeof(text), "spells", seen.mean, seen.low, seen.high);
    cli_table_add(table, "%s", text);
    cli_format_difference(text, sizeof(text), "spells", -lost.mean, -lost.high, -lost.low);
    cli_table_add(table, "%s", text);
    cli_candidates_estimate(search->all, search->chosen, count->seen, 0, &all);
    cli_candidates_estimate(search->all, search->chosen, count->referred, 0, &share);
    cli_table_add(table, seen.mean > 0 && all.mean > 0 ? "%.0f" : "-", seen.mean / (all.mean / share.mean));
}

static int
print_next(const cli_search_t *search, FILE *out)
{
    const care_measure_t seen = { .kpi = "first_contacts", .group = "all", .period = "all" };
    const care_measure_t referred = { .kpi = "referrals", .group = "all", .period = "all" };
    const count_t count = { cli_candidates_cell(search->all, &seen), cli_candidates_cell(search->all, &referred),
        search->all->item[search->current]->trial.arm[0].model.horizon_days / 365.25 };
    char head[160], money[40];
    cli_table_t table;
    int ret;

    cli_format_value(money, sizeof(money), "pounds", search->split->next);
    (void) snprintf(head, sizeof(head), "What %s pounds a year more do on each line of the chosen split", money);
    cli_heading(head, out);
    cli_table_init(&table, 5);
    cli_table_add(&table, "line");
    cli_table_add(&table, "score");
    cli_table_add(&table, "first seen a year");
    cli_table_add(&table, "displaced when taken away");
    cli_table_add(&table, "break-even: referrals avoided");
    for (size_t l = 0; l < search->split->n_lines; l++) {
        add_next_row(search, &count, &table, l);
    }
    ret = cli_table_print(&table, CLI_PAGE, out);
    cli_table_free(&table);
    (void) fputs(
        "Displaced: those a year no longer first seen when the same sum is taken from the line. Break-even: to do as\n"
        "much for those who wait, the same sum spent elsewhere has to avoid so many referrals a year.\n",
        out);
    return ret;
}

/* ---- how it was found ---- */

static void
print_effort(const cli_search_t *search, FILE *out)
{
    static const char *const STAGE[] = { "named", "design", "refine", "growth", "next" };
    words_t words = { .used = 0 };
    uint64_t reps = 0;

    (void) fputc('\n', out);
    add(&words, "Tried:");
    for (size_t s = 0; s < sizeof(STAGE) / sizeof(STAGE[0]); s++) {
        size_t n = 0;

        for (size_t i = 0; i < search->all->n; i++) {
            n += strcmp(search->all->item[i]->stage, STAGE[s]) == 0 && !search->all->item[i]->refused;
        }
        add(&words, "%s %zu %s", s > 0 ? "," : "", n, STAGE[s]);
    }
    for (size_t i = 0; i < search->all->n; i++) {
        reps += search->all->item[i]->reps;
    }
    add(&words, "; %u replications of each, and up to %u more in the selection of %zu: %llu in all.", search->how.reps,
        search->selection_reps, search->n_survivors, (unsigned long long) reps);
    say(&words, out);
}

int
cli_split_print(const cli_search_t *search, FILE *out)
{
    int ret;

    cli_split_print_problem(search, out);
    print_answer(search, out);
    ret = print_frontier(search, out);
    if (ret == 0) {
        ret = print_regret(search, out);
    }
    print_displaced(search, out);
    if (ret == 0) {
        ret = print_growth(search, out);
    }
    if (ret == 0) {
        ret = print_next(search, out);
    }
    print_effort(search, out);
    return ret;
}
