#include "sim/cli/target.h"

#include "models/split.h"
#include "sim/cli/table.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WRITE "write it as \"cohort_seen_18w >= 0.8 by 2029-03\""

static cli_exit_t __attribute__((format(printf, 2, 3))) complain(const cli_target_t *self, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    (void) vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    cli_error("--target \"%s\": %s", self->text, text);
    return CLI_USAGE;
}

/* ---- words ---- */

/* The four words of a target. */
typedef struct {
    char kpi[64], group[112], value[32], period[32];
} words_t;

/* Letters from `from` to `to`, without blanks at the ends. @return whether there is room */
static bool
cut(const char *from, const char *to, char *word, size_t size)
{
    while (from < to && isspace((unsigned char) *from)) {
        from++;
    }
    while (to > from && isspace((unsigned char) to[-1])) {
        to--;
    }
    if ((size_t) (to - from) >= size) {
        return false;
    }
    memcpy(word, from, (size_t) (to - from));
    word[to - from] = '\0';
    return true;
}

/* " by " after the value. */
static const char *
find_by(const char *text)
{
    const char *by = NULL;

    for (const char *at = strstr(text, "by"); at != NULL; at = strstr(at + 1, "by")) {
        if (at > text && isspace((unsigned char) at[-1]) && isspace((unsigned char) at[2])) {
            by = at;
        }
    }
    return by;
}

static cli_exit_t
split_words(cli_target_t *self, words_t *words)
{
    const char *text = self->text, *least = strstr(text, ">="), *most = strstr(text, "<="), *op, *by, *end;

    op = least != NULL ? least : most;
    if (op == NULL || (least != NULL && most != NULL)) {
        return complain(self, "say '>=' (at least) or '<=' (at most), once: " WRITE);
    }
    by = find_by(op);
    if (by == NULL) {
        return complain(self, "says no date: " WRITE);
    }
    self->least = least != NULL;
    text += strspn(text, " \t");
    end = text + strcspn(text, " \t<>");
    if (!cut(text, end, words->kpi, sizeof(words->kpi)) || !cut(end, op, words->group, sizeof(words->group)) ||
        !cut(op + 2, by, words->value, sizeof(words->value)) ||
        !cut(by + 2, by + strlen(by), words->period, sizeof(words->period)) || words->kpi[0] == '\0' ||
        words->value[0] == '\0' || words->period[0] == '\0') {
        return complain(self, WRITE);
    }
    return CLI_DONE;
}

/* ---- the measure ---- */

/* NULL: a target may be set by it. */
static const char *
reason_against(const sim_kpi_t *kpi)
{
    const char *reason = NULL;
    const care_aim_row_t *row = care_aim_find(kpi->name, &reason);

    if (row == NULL) {
        return reason;
    }
    if (row->sense == CARE_AIM_ONE || strstr(kpi->unit, "pounds") != NULL) {
        return "more money does not simply raise or lower it; take cohort_seen_18w";
    }
    return NULL;
}

static cli_exit_t
find_kpi(cli_target_t *self, const char *name, const cli_trial_t *trial)
{
    const char **candidate = calloc(trial->n_kpis + 1, sizeof(*candidate)), *near;
    cli_exit_t code = CLI_DONE;

    if (candidate == NULL) {
        return complain(self, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    }
    for (size_t i = 0; i < trial->n_kpis; i++) {
        candidate[i] = trial->kpi[i].name;
        self->kpi = strcmp(candidate[i], name) == 0 ? &trial->kpi[i] : self->kpi;
    }
    near = cli_nearest(name, candidate, trial->n_kpis);
    if (self->kpi == NULL && near != NULL) {
        code = complain(self, "there is no measure '%s' (did you mean '%s'?)", name, near);
    } else if (self->kpi == NULL) {
        code = complain(self, "there is no measure '%s'; `weir help reference` lists them", name);
    } else if (reason_against(self->kpi) != NULL) {
        code = complain(self, "a target is not set by %s: %s", name, reason_against(self->kpi));
    }
    free(candidate);
    return code;
}

static cli_exit_t
read_value(cli_target_t *self, const char *text)
{
    size_t n = strspn(text, "0123456789.");
    bool percent = strcmp(text + n, "%") == 0, share = strcmp(self->kpi->unit, "share") == 0;
    char *end;

    self->value = strtod(text, &end) / (percent ? 100.0 : 1.0);
    if (n == 0 || end != text + n || !(percent || *end == '\0')) {
        return complain(self, "'%s' is not a number such as 0.8 or 80%%", text);
    }
    if (share && self->value > 1.0) {
        return complain(self, "%s is a share, from 0 to 1: write 0.8 or 80%%, not %s", self->kpi->name, text);
    }
    return CLI_DONE;
}

/* ---- whom and when ---- */

static cli_exit_t
find_group(cli_target_t *self, const char *name, const cli_trial_t *trial)
{
    const char **candidate = calloc(trial->n_groups + 1, sizeof(*candidate)), *near;
    size_t i = 0;

    (void) snprintf(self->group, sizeof(self->group), "%s", name[0] != '\0' ? name : "all");
    while (i < trial->n_groups && strcmp(trial->group[i].name, self->group) != 0) {
        i++;
    }
    self->group_index = i;
    for (size_t g = 0; candidate != NULL && g < trial->n_groups; g++) {
        candidate[g] = trial->group[g].name;
    }
    near = candidate == NULL ? NULL : cli_nearest(self->group, candidate, trial->n_groups);
    free(candidate);
    if (i < trial->n_groups) {
        return CLI_DONE;
    }
    return near != NULL ? complain(self, "there is no group '%s' (did you mean '%s'?)", name, near)
                        : complain(self, "there is no group '%s'", name);
}

/* A day stands for its month. */
static void
month_of_day(char *period)
{
    sim_date_t date;

    if (sim_date_parse(period, &date) == 0) {
        period[7] = '\0';
    }
}

static cli_exit_t
find_period(cli_target_t *self, char *name, const cli_trial_t *trial)
{
    const sim_calendar_t *calendar = &trial->arm[0].model.calendar;
    sim_date_t first = sim_calendar_date(calendar, 0), last = sim_calendar_date(calendar, (long) calendar->n_days - 1);
    size_t found = trial->n_periods;

    month_of_day(name);
    for (size_t p = 0; p < trial->n_periods; p++) { /* months are last, and go before a year of the same name */
        found = trial->period[p].kind != SIM_PERIOD_ALL && strcmp(trial->period[p].name, name) == 0 ? p : found;
    }
    self->period_index = found;
    if (found < trial->n_periods) {
        return CLI_DONE;
    }
    return complain(self,
        "'%s' is no month (2029-03), contract year (y3) or financial year (2028-29) of the run, which is from "
        "%04d-%02d-%02d to %04d-%02d-%02d",
        name, first.year, first.month, first.day, last.year, last.month, last.day);
}

/* Cohorts are followed for a while after their last month. */
static cli_exit_t
check_known(cli_target_t *self, const cli_trial_t *trial)
{
    const sim_calendar_t *calendar = &trial->arm[0].model.calendar;
    const sim_period_t *period = &trial->period[self->period_index], *counted = &trial->counted[self->period_index];
    double day = calendar->month_first[period->end_month] + self->kpi->follow_days;
    sim_date_t until = sim_calendar_date(calendar, (long) day),
               end = sim_calendar_date(calendar, (long) calendar->n_days);

    if (day > (double) calendar->n_days) {
        return complain(self,
            "who is referred in %s must be followed for %g weeks, to %04d-%02d-%02d, and the run ends before %04d-%02d-%02d:"
            " take an earlier date, or a longer run (--set years=...)",
            period->name, self->kpi->follow_days / 7.0, until.year, until.month, until.day, end.year, end.month,
            end.day);
    }
    if (counted->first_month >= counted->end_month || counted->first_month > period->first_month) {
        return complain(self, "%s begins before the warm-up ends", period->name);
    }
    return CLI_DONE;
}

static cli_exit_t
find_cell(cli_target_t *self, const cli_trial_t *trial)
{
    self->cell = cli_trial_find(trial, (size_t) (self->kpi - trial->kpi), self->group_index, self->period_index);
    if (self->cell < trial->n_cells) {
        return CLI_DONE;
    }
    return complain(self, "%s of %s is not kept for %s%s", self->kpi->name, self->group,
        trial->period[self->period_index].name,
        trial->period[self->period_index].kind == SIM_PERIOD_YEAR ? "" : ", only for contract years, if at all: y3");
}

cli_exit_t
cli_target_read(cli_target_t *self, const char *text, const cli_trial_t *trial)
{
    words_t words;
    cli_exit_t code;

    *self = (cli_target_t){ .text = text };
    code = split_words(self, &words);
    if (code == CLI_DONE) {
        code = find_kpi(self, words.kpi, trial);
    }
    if (code == CLI_DONE) {
        code = read_value(self, words.value);
    }
    if (code == CLI_DONE) {
        code = find_group(self, words.group, trial);
    }
    if (code == CLI_DONE) {
        code = find_period(self, words.period, trial);
    }
    if (code == CLI_DONE) {
        code = check_known(self, trial);
    }
    return code == CLI_DONE ? find_cell(self, trial) : code;
}

bool
cli_target_is_met(const cli_target_t *self, double value)
{
    return self->least ? value >= self->value : value <= self->value;
}

void
cli_target_describe(const cli_target_t *self, const cli_trial_t *trial, char *text, size_t size)
{
    char value[64];
    bool all = strcmp(self->group, "all") == 0;

    cli_format_value(value, sizeof(value), self->kpi->unit, self->value);
    (void) snprintf(text, size, "%s%s%s at %s %s by %s", self->kpi->name, all ? "" : " of ", all ? "" : self->group,
        self->least ? "least" : "most", value, trial->period[self->period_index].name);
}
