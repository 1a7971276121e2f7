/* What a back-solved target looks like on a terminal: the money, what binds where none will do, the path, and what comes after. */
#include "sim/cli/backsolve.h"
#include "sim/cli/table.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MONTHS 3 /* a row of the path is so many months after the one before */
#define TAIL 0.025    /* of an exact 95% interval */
#define TEXT_MAX 1024

static bool
is_feasible(const cli_lever_t *lever)
{
    return lever->answer.level < lever->n_levels;
}

static double
more_of(const cli_lever_t *lever, long level)
{
    return (double) (level - lever->zero) * lever->step;
}

static void
date_of(const cli_backsolve_t *self, double day, char *text, size_t size)
{
    sim_date_t date = sim_calendar_date(&self->trial.arm[0].model.calendar, (long) day);

    (void) snprintf(text, size, "%04d-%02d-%02d", date.year, date.month, date.day);
}

/* ---- what was asked, and how it is with no change ---- */

static void
show_asked(const cli_backsolve_t *self, FILE *out)
{
    const care_spec_t *spec = self->trial.arm[0].model.spec;
    char text[TEXT_MAX];

    (void) fprintf(out, "%s\n", spec->title);
    for (size_t t = 0; t < self->n_targets; t++) {
        cli_target_describe(&self->target[t], &self->trial, text, sizeof(text));
        (void) fprintf(out, "%s%s", t == 0 ? "Asked: " : t + 1 < self->n_targets ? ", " : " and ", text);
    }
    (void) fprintf(out, ",\nin at least %g%% of futures. Plan %s, %u futures (replications), seed %llu.\n\n",
        100.0 * self->sure, self->trial.arm[0].name, self->n_reps, (unsigned long long) self->options->seed);
}

static void
format_mean(const cli_backsolve_t *self, size_t tried, size_t value, const char *unit, char *text, size_t size)
{
    ana_interval_t interval;

    cli_backsolve_mean(self, tried, value, &interval);
    cli_format_interval(text, size, unit, interval.mean, interval.low, interval.high);
}

static void
show_now(const cli_backsolve_t *self, FILE *out)
{
    size_t n, met = cli_backsolve_met(self, 0, CLI_BACKSOLVE_NONE, &n);

    (void) fprintf(out, "With no change %s met in %zu of %zu futures", self->n_targets > 1 ? "all are" : "it is", met,
        n);
    for (size_t t = 0; t < self->n_targets; t++) {
        char mean[96];

        format_mean(self, 0, cli_backsolve_own(self, t), self->target[t].kpi->unit, mean, sizeof(mean));
        (void) fprintf(out, "%s %s in %s is %s", t == 0 ? ":" : ",", self->target[t].kpi->name,
            self->trial.period[self->target[t].period_index].name, mean);
    }
    (void) fputs(".\n", out);
}

/* ---- the lines ---- */

static void
add_money(cli_table_t *table, const cli_lever_t *lever, long level)
{
    char text[64];

    if (level < 0) {
        cli_table_add(table, "-");
    } else {
        cli_format_change(text, sizeof(text), "pounds", more_of(lever, level));
        cli_table_add(table, "%s", text);
    }
}

static double
posts_of(const cli_backsolve_t *self, size_t index)
{
    const cli_tried_level_t *tried = &self->tried[index];
    care_spec_t *spec = malloc(sizeof(*spec));
    care_model_t model;
    double posts = NAN;

    if (spec != NULL && cli_backsolve_model(self, tried, spec, &model) == 0) {
        posts = 0.0;
        for (size_t l = 0; l < spec->n_lines; l++) {
            posts += tried->lever != CLI_BACKSOLVE_NONE && self->lever[tried->lever].of[l]
                         ? cli_backsolve_posts(&model, l, self->from_day)
                         : 0.0;
        }
        care_model_free(&model);
    }
    free(spec);
    return posts;
}

static void
add_lever_row(const cli_backsolve_t *self, const cli_lever_t *lever, cli_table_t *table)
{
    size_t n, met = cli_backsolve_met(self, lever->shown, CLI_BACKSOLVE_NONE, &n);
    bool feasible = is_feasible(lever), same = feasible && (long) lever->answer.level == lever->zero;
    char base[64];

    cli_format_value(base, sizeof(base), "pounds", lever->base);
    cli_table_add(table, "%s", lever->name);
    cli_table_add(table, "%s", base);
    if (feasible) {
        add_money(table, lever, (long) lever->answer.level);
        add_money(table, lever, lever->answer.low);
        add_money(table, lever, lever->answer.high);
    } else {
        cli_table_add(table, "not reached");
        add_money(table, lever, (long) lever->n_levels - 1);
        cli_table_add(table, "-");
    }
    cli_table_add(table, "%.1f", lever->posts);
    cli_table_add(table, "%+.1f", same ? 0.0 : posts_of(self, lever->shown) - lever->posts);
    cli_table_add(table, "%zu of %zu", met, n);
}

static int
show_levers(const cli_backsolve_t *self, FILE *out)
{
    static const char *const HEAD[] = { "line", "pounds a year", "least more", "from", "to (95%)", "posts",
        "more posts", "met in" };
    char day[32];
    cli_table_t table;
    int ret;

    date_of(self, self->from_day, day, sizeof(day));
    (void) fprintf(out, "\nLeast more money a year on a line from %s, as of that day's pounds\n", day);
    cli_table_init(&table, sizeof(HEAD) / sizeof(HEAD[0]));
    for (size_t i = 0; i < sizeof(HEAD) / sizeof(HEAD[0]); i++) {
        cli_table_add(&table, "%s", HEAD[i]);
    }
    for (size_t l = 0; l < self->n_levers; l++) {
        add_lever_row(self, &self->lever[l], &table);
    }
    ret = cli_table_print(&table, CLI_PAGE, out);
    cli_table_free(&table);
    return ret;
}

/* ---- in words ---- */

/* Whether the next cheapest line's interval meets that of the cheapest. */
static const cli_lever_t *
close_second(const cli_backsolve_t *self)
{
    const cli_lever_t *best = &self->lever[self->best], *second = NULL;

    for (size_t l = 0; l < self->n_levers; l++) {
        const cli_lever_t *lever = &self->lever[l];

        if (l != self->best && is_feasible(lever) && lever->answer.low >= 0 &&
            (best->answer.high < 0 || more_of(lever, lever->answer.low) <= more_of(best, best->answer.high))) {
            second = second == NULL ||
                             more_of(lever, (long) lever->answer.level) < more_of(second, (long) second->answer.level)
                         ? lever
                         : second;
        }
    }
    return second;
}

static size_t
text_end(const char *text)
{
    return strlen(text);
}

#define APPEND(text, ...) (void) snprintf((text) + text_end(text), TEXT_MAX - text_end(text), __VA_ARGS__)

static void
say_interval(const cli_lever_t *lever, char *text)
{
    char low[64], high[64];

    cli_format_change(low, sizeof(low), "pounds", more_of(lever, lever->answer.low));
    cli_format_change(high, sizeof(high), "pounds", more_of(lever, lever->answer.high));
    if (lever->answer.low >= 0 && lever->answer.high >= 0) {
        APPEND(text, " (95%% interval %s to %s)", low, high);
    } else if (lever->answer.n < lever->answer.reps_needed) {
        APPEND(text, " (an upper end of its interval needs %zu futures or more)", lever->answer.reps_needed);
    } else {
        APPEND(text, " (how much more it may be cannot be said: in some futures the most tried is not enough)");
    }
}

static void
say_best(const cli_backsolve_t *self, FILE *out)
{
    const cli_lever_t *best = &self->lever[self->best], *second = close_second(self);
    double more = more_of(best, (long) best->answer.level);
    char text[TEXT_MAX] = "", amount[64];
    bool several = self->n_levers > 1;

    cli_format_change(amount, sizeof(amount), "pounds", more);
    if (best->answer.level == 0) {
        APPEND(text, "%s is not needed for it: it is met with as little money as the line can have.", best->name);
    } else {
        APPEND(text, "%s: %s, %s pounds a year", several ? "Cheapest" : "Answer", best->name,
            more == 0.0 ? "no change in" : amount);
        say_interval(best, text);
        APPEND(text, ", %+.1f posts.%s", more == 0.0 ? 0.0 : posts_of(self, best->shown) - best->posts,
            more < 0.0 ? " Today's money is more than it takes by that date; read on what comes after it." : "");
    }
    if (second != NULL) {
        APPEND(text, " The interval of %s meets that: with more futures (--reps) the order may change.", second->name);
    }
    (void) fputc('\n', out);
    cli_print_wrapped(text, CLI_PAGE, out);
}

static double
load_of(const cli_backsolve_t *self, const cli_lever_t *lever, size_t pool)
{
    ana_interval_t load;

    cli_backsolve_mean(self, lever->shown, cli_backsolve_load(self, pool), &load);
    return load.mean;
}

static bool
is_own(const cli_backsolve_t *self, const cli_lever_t *lever, size_t pool)
{
    const care_model_t *model = &self->trial.arm[0].model;
    int line = care_line_of(model->spec, model->pathway.pool[pool].name);

    return line >= 0 && lever->of[line];
}

/* Pools of other lines, or of none, that have more work than they can do. */
static void
say_overloaded(const cli_backsolve_t *self, const cli_lever_t *lever, char *text)
{
    bool any = false;

    for (size_t p = 0; p < self->n_pools; p++) {
        double load = load_of(self, lever, p);

        if (load > 1.0 && !is_own(self, lever, p)) {
            APPEND(text, "%s %s (load %.2f)", any ? "," : " More work than they can do have in that year:",
                self->trial.arm[0].model.pathway.pool[p].name, load);
            any = true;
        }
    }
    APPEND(text, "%s", any ? "." : "");
}

/* How far the most money gets on the way from today's mean to the target; NaN when it is not a matter of the mean. */
static double
way_of(const cli_backsolve_t *self, const cli_lever_t *lever, size_t t)
{
    ana_interval_t now, most;

    cli_backsolve_mean(self, 0, cli_backsolve_own(self, t), &now);
    cli_backsolve_mean(self, lever->shown, cli_backsolve_own(self, t), &most);
    return (most.mean - now.mean) / (self->target[t].value - now.mean);
}

/* Which targets the most money does not reach, and how near it gets. Returns the one it gets least far with. */
static size_t
say_unmet(const cli_backsolve_t *self, const cli_lever_t *lever, char *text)
{
    size_t worst = CLI_BACKSOLVE_NONE, fewest = SIZE_MAX;

    for (size_t t = 0; t < self->n_targets; t++) {
        size_t n, met = cli_backsolve_met(self, lever->shown, t, &n);
        char mean[96];

        if ((double) met < self->sure * (double) n) {
            format_mean(self, lever->shown, cli_backsolve_own(self, t), self->target[t].kpi->unit, mean, sizeof(mean));
            APPEND(text, "%s %s in %s is then %s and meets the target in %zu of %zu futures",
                worst == CLI_BACKSOLVE_NONE ? "" : ";", self->target[t].kpi->name,
                self->trial.period[self->target[t].period_index].name, mean, met, n);
            worst = met < fewest ? t : worst;
            fewest = met < fewest ? met : fewest;
        }
    }
    APPEND(text, worst == CLI_BACKSOLVE_NONE ? " Each target alone is met often enough, all together are not." : ".");
    return worst;
}

/* No money sees those who leave before they are seen. */
static bool
say_left(const cli_backsolve_t *self, const cli_lever_t *lever, size_t t, char *text)
{
    ana_interval_t left;
    char share[64], most[64];

    cli_backsolve_mean(self, lever->shown, cli_backsolve_left(self, t), &left);
    if (!self->target[t].least || isnan(left.mean) || 1.0 - left.mean >= self->target[t].value) {
        return false;
    }
    cli_format_value(share, sizeof(share), "share", left.mean);
    cli_format_value(most, sizeof(most), "share", 1.0 - left.mean);
    APPEND(text,
        " What binds: %s of those referred are closed without a contact by then, at triage above all, so that at most %s can "
        "be seen whatever is paid; see accepted_seen_18w.",
        share, most);
    return true;
}

/* More futures meet the targets with posts filled at once than chance explains: a one-sided sign test of the pairs. */
static bool
is_sooner_better(const cli_backsolve_t *self, const cli_lever_t *lever)
{
    unsigned sooner = 0, later = 0;

    for (uint32_t r = 0; r < self->n_reps; r++) {
        bool once = cli_backsolve_is_met(self, lever->at_once, r), most = cli_backsolve_is_met(self, lever->shown, r);

        sooner += once && !most ? 1u : 0u;
        later += most && !once ? 1u : 0u;
    }
    return sooner > 0 && gsl_cdf_binomial_Q(sooner - 1, 0.5, sooner + later) < 2.0 * TAIL;
}

static bool
say_recruitment(const cli_backsolve_t *self, const cli_lever_t *lever, char *text)
{
    const care_workforce_t *force = &self->trial.arm[0].model.spec->workforce;
    size_t n, met;

    if (lever->at_once == CLI_BACKSOLVE_NONE) {
        return false;
    }
    met = cli_backsolve_met(self, lever->at_once, CLI_BACKSOLVE_NONE, &n);
    if ((double) met < self->sure * (double) n || !is_sooner_better(self, lever)) {
        return false;
    }
    APPEND(text, " What binds: finding staff, which takes %.0f days", force->recruit_days + force->training_days);
    if (force->supply_per_year > 0.0) {
        APPEND(text, " and %.4g to be had a year", force->supply_per_year * self->trial.arm[0].model.spec->scale);
    }
    if (force->vacancies > 0.0) {
        APPEND(text, ", with %.0f%% of posts never filled", 100.0 * force->vacancies);
    }
    APPEND(text, ". With every post filled on the day the money comes it is met in %zu of %zu futures.", met, n);
    return true;
}

/* Whether the line's own pools have room with the most money: then it is not they that bind. */
static void
say_bottleneck(const cli_backsolve_t *self, const cli_lever_t *lever, size_t worst, char *text)
{
    double own = 0.0, way = worst == CLI_BACKSOLVE_NONE ? NAN : way_of(self, lever, worst);

    for (size_t p = 0; p < self->n_pools; p++) {
        own = is_own(self, lever, p) ? fmax(own, load_of(self, lever, p)) : own;
    }
    if (own > 1.0 && lever->capped) {
        APPEND(text,
            " What binds: that bound, for the line's pools then still have more work than they can do (load %.2f).",
            own);
    } else if (own > 1.0) {
        APPEND(text, " What binds: the line's own capacity (load %.2f): more than was tried is needed.", own);
    } else {
        APPEND(text, " What binds: not this line, whose pools then have room (load %.2f)", own);
        if (way >= 1.0) {
            APPEND(text, "; on average the target is met, but not in enough futures.");
        } else {
            APPEND(text, isnan(way) ? "." : "; it gets %.0f%% of the way.", 100.0 * fmax(way, 0.0));
        }
    }
    say_overloaded(self, lever, text);
}

static void
say_infeasible(const cli_backsolve_t *self, const cli_lever_t *lever, FILE *out)
{
    char text[TEXT_MAX] = "";
    size_t worst;

    APPEND(text, "%s: not reached with %.3g times its money%s.", lever->name,
        1.0 + more_of(lever, (long) lever->n_levels - 1) / lever->base,
        lever->capped ? "; a bound that the scenario sets allows no more" : "");
    worst = say_unmet(self, lever, text);
    if (!say_recruitment(self, lever, text) && (worst == CLI_BACKSOLVE_NONE || !say_left(self, lever, worst, text))) {
        say_bottleneck(self, lever, worst, text);
    }
    (void) fputc('\n', out);
    cli_print_wrapped(text, CLI_PAGE, out);
}

/* ---- the path ---- */

typedef struct {
    const cli_backsolve_t *self;
    const cli_lever_t *lever;
    care_model_t model;
    cli_table_t table;
} path_t;

static double
mean_of(const cli_backsolve_t *self, size_t tried, size_t value)
{
    ana_interval_t interval;

    cli_backsolve_mean(self, tried, value, &interval);
    return interval.mean;
}

static void
add_path_row(path_t *path, size_t month)
{
    const cli_backsolve_t *self = path->self;
    const sim_calendar_t *calendar = &path->model.calendar;
    double last = calendar->month_first[month + 1] - 1, pounds = 0.0, posts = 0.0, vacant = 0.0, unspent = 0.0;
    sim_date_t date = sim_calendar_date(calendar, calendar->month_first[month]);
    char text[96];

    for (size_t l = 0; l < path->model.spec->n_lines; l++) {
        if (path->lever->of[l]) {
            pounds += cli_backsolve_pounds(&path->model, l, last) / 12.0;
            posts += cli_backsolve_posts(&path->model, l, last);
            vacant += mean_of(self, path->lever->shown, cli_backsolve_vacant(self, l, month));
            unspent += mean_of(self, path->lever->shown, cli_backsolve_unspent(self, l, month));
        }
    }
    cli_table_add(&path->table, "%04d-%02d", date.year, date.month);
    cli_format_value(text, sizeof(text), "pounds", pounds);
    cli_table_add(&path->table, "%s", text);
    cli_format_value(text, sizeof(text), "pounds", unspent);
    cli_table_add(&path->table, "%s", text);
    cli_table_add(&path->table, "%.1f", posts);
    cli_table_add(&path->table, "%.1f", posts - vacant);
    for (size_t t = 0; t < self->n_targets; t++) {
        size_t n, met = cli_backsolve_met_in(self, path->lever->shown, t, month, &n);

        format_mean(self, path->lever->shown, cli_backsolve_until(self, t, month), self->target[t].kpi->unit, text,
            sizeof(text));
        cli_table_add(&path->table, "%s", n > 0 ? text : "-");
        cli_table_add(&path->table, n > 0 ? "%zu of %zu" : "-", met, n);
    }
}

/* Every PATH_MONTHS to a year after the last target, then every year. */
static bool
is_path_month(const cli_backsolve_t *self, size_t first, size_t month)
{
    size_t last = 0;

    for (size_t t = 0; t < self->n_targets; t++) {
        size_t end = self->trial.period[self->target[t].period_index].end_month;

        last = end > last ? end : last;
    }
    return month <= first || (month - first + 1) % (month < last + 12 ? PATH_MONTHS : 12) == 0;
}

static bool
is_target_month(const cli_backsolve_t *self, size_t month)
{
    for (size_t t = 0; t < self->n_targets; t++) {
        if (self->trial.period[self->target[t].period_index].end_month == month + 1) {
            return true;
        }
    }
    return false;
}

static int
show_path(const cli_backsolve_t *self, const cli_lever_t *lever, FILE *out)
{
    path_t path = { .self = self, .lever = lever };
    care_spec_t *spec = malloc(sizeof(*spec));
    size_t first = sim_calendar_month(&self->trial.arm[0].model.calendar, self->from_day);
    int ret =
        spec == NULL ? SIM_ERR_NO_MEMORY : cli_backsolve_model(self, &self->tried[lever->shown], spec, &path.model);

    if (ret != 0) {
        free(spec);
        return ret;
    }
    (void) fprintf(out, "\nThe path of %s (every month is in the results)\n", lever->name);
    cli_table_init(&path.table, 5 + 2 * self->n_targets);
    cli_table_add(&path.table, "month");
    cli_table_add(&path.table, "pounds");
    cli_table_add(&path.table, "unspent");
    cli_table_add(&path.table, "posts paid");
    cli_table_add(&path.table, "filled");
    for (size_t t = 0; t < self->n_targets; t++) {
        cli_table_add(&path.table, "%s", self->target[t].kpi->name);
        cli_table_add(&path.table, "met in");
    }
    for (size_t m = first > 0 ? first - 1 : 0; m < self->n_months; m++) {
        if (is_path_month(self, first, m) || is_target_month(self, m)) {
            add_path_row(&path, m);
        }
    }
    ret = cli_table_print(&path.table, CLI_PAGE, out);
    if (spec->contract.n_reviews > 0) {
        (void) fputs(
            "Reviews of the contract move money as things turn out: pounds and posts paid are those before them.\n",
            out);
    }
    cli_table_free(&path.table);
    care_model_free(&path.model);
    free(spec);
    return ret;
}

/* The upper end of the exact interval of a share (Clopper and Pearson 1934). */
static double
upper_share(size_t met, size_t n)
{
    return met == n ? 1.0 : gsl_cdf_beta_Pinv(1.0 - TAIL, (double) met + 1.0, (double) (n - met));
}

/* The first month after its date in which a target is surely met more seldom than asked; SIZE_MAX when there is none. */
static size_t
fails_from(const cli_backsolve_t *self, const cli_lever_t *lever, size_t t, size_t *last)
{
    size_t fails = SIZE_MAX;

    *last = SIZE_MAX;
    for (size_t m = self->trial.period[self->target[t].period_index].end_month; m < self->n_months; m++) {
        size_t n, met = cli_backsolve_met_in(self, lever->shown, t, m, &n);

        if (n > 0 && fails == SIZE_MAX && upper_share(met, n) < self->sure) {
            fails = m;
        }
        *last = n > 0 ? m : *last;
    }
    return fails;
}

/* The period like a target's own that ends with a month. */
static const char *
period_until(const cli_backsolve_t *self, size_t t, size_t month)
{
    const sim_period_t *own = &self->trial.period[self->target[t].period_index], *found = own;

    for (size_t p = 0; p < self->trial.n_periods; p++) {
        const sim_period_t *period = &self->trial.period[p];

        found = period->kind == own->kind && period->end_month == month + 1 ? period : found;
    }
    return found->name;
}

static void
say_after(const cli_backsolve_t *self, const cli_lever_t *lever, FILE *out)
{
    char text[TEXT_MAX] = "After its date: ";

    for (size_t t = 0; t < self->n_targets; t++) {
        size_t last, fails = fails_from(self, lever, t, &last), n, met;

        APPEND(text, "%s%s ", t > 0 ? " " : "", self->target[t].kpi->name);
        if (last == SIZE_MAX) {
            APPEND(text, "is not known any more.");
            continue;
        }
        met = cli_backsolve_met_in(self, lever->shown, t, fails == SIZE_MAX ? last : fails, &n);
        APPEND(text,
            fails == SIZE_MAX ? "holds as long as it is known, to %s (met then in %zu of %zu futures)."
                              : "does not hold: in %s it is met in %zu of %zu futures, fewer than asked.",
            period_until(self, t, fails == SIZE_MAX ? last : fails), met, n);
        if (fails != SIZE_MAX && last != fails) {
            met = cli_backsolve_met_in(self, lever->shown, t, last, &n);
            APPEND(text, " In %s, the last that is known, in %zu.", period_until(self, t, last), met);
        }
    }
    cli_print_wrapped(text, CLI_PAGE, out);
}

int
cli_backsolve_show(const cli_backsolve_t *self, FILE *out)
{
    int ret;

    show_asked(self, out);
    show_now(self, out);
    ret = show_levers(self, out);
    if (self->best != CLI_BACKSOLVE_NONE) {
        say_best(self, out);
    }
    for (size_t l = 0; l < self->n_levers; l++) {
        if (!is_feasible(&self->lever[l])) {
            say_infeasible(self, &self->lever[l], out);
        }
    }
    if (ret == 0 && self->best != CLI_BACKSOLVE_NONE) {
        ret = show_path(self, &self->lever[self->best], out);
        say_after(self, &self->lever[self->best], out);
    }
    return ret;
}
