#define _GNU_SOURCE /* sched_getaffinity */

#include "sim/cli/options.h"

#include "sim/cli/cli.h"
#include "sim/experiment/experiment.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORD_MAX 64
#define REPS_MOST 10000000
#define REPS_WANTED "a whole number from 1 to 10000000"
#define MAX_REPS 1000 /* unless more are asked for */
#define TRACE 20      /* entities */
#define SERIES_MOST 100000
#define SUPPRESS_MOST 1000
#define POINTS_MOST 100000000

typedef struct {
    cli_mask_t bit;
    char letter; /* 0 = none */
    const char *name;
    const char *arg; /* NULL = a switch */
    const char *doc;
    /* @return NULL, or what the value should have been */
    const char *(*read)(cli_options_t *self, const char *value);
} option_t;

static const char *
read_whole(const char *text, uint64_t least, uint64_t most, const char *what, uint64_t *value)
{
    char *end = NULL;

    errno = 0;
    *value = text[0] >= '0' && text[0] <= '9' ? strtoull(text, &end, 10) : 0;
    return end == NULL || *end != '\0' || errno != 0 || *value < least || *value > most ? what : NULL;
}

static const char *
read_reps(cli_options_t *self, const char *value)
{
    uint64_t n;
    const char *fault = read_whole(value, 1, REPS_MOST, REPS_WANTED, &n);

    self->reps = (uint32_t) n;
    return fault;
}

/* "5%" or "0.05". */
static const char *
read_precision(cli_options_t *self, const char *value)
{
    static const char WANTED[] = "a share above 0% and below 100%, such as 5% or 0.05";
    size_t n = strspn(value, "0123456789.");
    bool percent = strcmp(value + n, "%") == 0;
    char *end;

    self->precision = strtod(value, &end) / (percent ? 100.0 : 1.0);
    if (n == 0 || end != value + n || !(percent || *end == '\0')) {
        return WANTED;
    }
    return self->precision > 0.0 && self->precision < 1.0 ? NULL : WANTED;
}

static const char *
read_max_reps(cli_options_t *self, const char *value)
{
    uint64_t n;
    const char *fault = read_whole(value, 1, REPS_MOST, REPS_WANTED, &n);

    self->max_reps = (uint32_t) n;
    return fault;
}

static const char *
read_trace(cli_options_t *self, const char *value)
{
    uint64_t n = TRACE;
    const char *fault =
        value[0] == '\0' ? NULL : read_whole(value, 1, UINT32_MAX - 1, "a whole number from 1 to 4294967294", &n);

    self->trace = (uint32_t) n;
    return fault;
}

static const char *
read_trace_from(cli_options_t *self, const char *value)
{
    return sim_date_parse(value, &self->trace_from) == 0 ? NULL : "a date such as 2025-09-01";
}

static const struct {
    const char *name;
    double days;
} TIME_UNIT[] = { { "", 1.0 }, { "min", 1.0 / 1440.0 }, { "minute", 1.0 / 1440.0 }, { "minutes", 1.0 / 1440.0 },
    { "h", 1.0 / 24.0 }, { "hour", 1.0 / 24.0 }, { "hours", 1.0 / 24.0 }, { "d", 1.0 }, { "day", 1.0 }, { "days", 1.0 },
    { "w", 7.0 }, { "week", 7.0 }, { "weeks", 7.0 }, { "month", 365.25 / 12.0 }, { "months", 365.25 / 12.0 },
    { "y", 365.25 }, { "year", 365.25 }, { "years", 365.25 } };

/* "90", "90d", "12 weeks". */
static bool
read_time(const char *text, double *days)
{
    size_t n = strspn(text, "0123456789.");
    char *end;

    *days = strtod(text, &end);
    if (n == 0 || end != text + n) {
        return false;
    }
    end += strspn(end, " ");
    for (size_t i = 0; i < sizeof(TIME_UNIT) / sizeof(TIME_UNIT[0]); i++) {
        if (strcmp(end, TIME_UNIT[i].name) == 0) {
            *days *= TIME_UNIT[i].days;
            return true;
        }
    }
    return false;
}

static const char *
read_warmup(cli_options_t *self, const char *value)
{
    if (strcmp(value, "mser") == 0) {
        self->warmup_days = NAN;
        return NULL;
    }
    return read_time(value, &self->warmup_days) ? NULL : "mser, a number of days, or a time such as '12 weeks' or 90d";
}

static const char *
read_series(cli_options_t *self, const char *value)
{
    uint64_t n;
    const char *fault = read_whole(value, 0, SERIES_MOST, "a whole number from 0 to 100000", &n);

    self->series = (uint32_t) n;
    return fault;
}

/* Plain decimals, and an exponent as in 2e6. */
static const char *
read_amount(const char *value, double least, double most, const char *wanted, double *amount)
{
    char *end;

    *amount = value[0] >= '0' && value[0] <= '9' && value[1] != 'x' ? strtod(value, &end) : NAN;
    return *amount >= least && *amount <= most && *end == '\0' ? NULL : wanted;
}

static const char *
read_customers(cli_options_t *self, const char *value)
{
    return read_amount(value, 100.0, 1e9, "a number from 100 to 1e9", &self->customers);
}

static const char *
read_scale(cli_options_t *self, const char *value)
{
    return read_amount(value, 0.1, 1000.0, "a number from 0.1 to 1000", &self->scale);
}

bool
cli_read_quantity(const char *text, double *value)
{
    char plain[64];
    size_t n = 0;
    char *end;

    text += strspn(text, " ");
    text += strncmp(text, "\xc2\xa3", 2) == 0 ? 2 : 0; /* a pound sign */
    for (; strchr("0123456789.,", *text) != NULL && *text != '\0' && n + 1 < sizeof(plain); text++) {
        plain[n] = *text;
        n += *text != ',';
    }
    plain[n] = '\0';
    *value = strtod(plain, &end);
    *value *= *text == 'k' ? 1e3 : *text == 'm' ? 1e6 : 1.0;
    text += *text == 'k' || *text == 'm';
    text += strspn(text, " ");
    return n > 0 && *end == '\0' && *text == '\0';
}

static const char *
read_answer(const char *value, double *answer)
{
    return cli_read_quantity(value, answer) ? NULL : "a number such as 42000, 42,000, 42k or 1.1m";
}

static const char *
read_population(cli_options_t *self, const char *value)
{
    return read_answer(value, &self->answer[0]);
}

static const char *
read_schools(cli_options_t *self, const char *value)
{
    return read_answer(value, &self->answer[1]);
}

static const char *
read_requests(cli_options_t *self, const char *value)
{
    return read_answer(value, &self->answer[2]);
}

static const char *
read_staff(cli_options_t *self, const char *value)
{
    return read_answer(value, &self->answer[3]);
}

static const char *
read_spend(cli_options_t *self, const char *value)
{
    return read_answer(value, &self->answer[4]);
}

static const char *
read_extra(cli_options_t *self, const char *value)
{
    return read_answer(value, &self->answer[5]);
}

static const char *
read_seed(cli_options_t *self, const char *value)
{
    return read_whole(value, 0, UINT64_MAX, "a whole number from 0 to 18446744073709551615", &self->seed);
}

static const char *
read_jobs(cli_options_t *self, const char *value)
{
    uint64_t n;
    const char *fault = read_whole(value, 1, EXP_JOBS_MAX, "a whole number from 1 to 1024", &n);

    self->jobs = (unsigned) n;
    return fault;
}

static const char *
read_out(cli_options_t *self, const char *value)
{
    self->out = value;
    return value[0] == '\0' ? "a file name" : NULL;
}

static const char *
read_set(cli_options_t *self, const char *value)
{
    const char *equals = strchr(value, '=');

    self->set[self->n_set++] = value;
    return equals == NULL || equals == value ? "key=value" : NULL;
}

static const char *
read_target(cli_options_t *self, const char *value)
{
    self->target[self->n_target++] = value;
    return value[0] == '\0' ? "a target such as \"cohort_seen_18w >= 0.8 by 2029-03\"" : NULL;
}

static const char *
read_vary(cli_options_t *self, const char *value)
{
    self->vary = value;
    return value[0] == '\0' ? "the name of a budget line" : NULL;
}

static const char *
read_from(cli_options_t *self, const char *value)
{
    return sim_date_parse(value, &self->from) == 0 ? NULL : "a date such as 2026-04-01";
}

/* "0.9" or "90%". */
static const char *
read_sure(cli_options_t *self, const char *value)
{
    static const char WANTED[] = "a probability from 0.01 to 0.99, such as 0.9 or 90%";
    size_t n = strspn(value, "0123456789.");
    bool percent = strcmp(value + n, "%") == 0;
    char *end;

    self->sure = strtod(value, &end) / (percent ? 100.0 : 1.0);
    if (n == 0 || end != value + n || !(percent || *end == '\0')) {
        return WANTED;
    }
    return self->sure >= 0.01 && self->sure <= 0.99 ? NULL : WANTED;
}

static const char *
read_format(cli_options_t *self, const char *value)
{
    self->format = value;
    return value[0] == '\0' ? "the name of a format" : NULL;
}

static const char *
read_progress(cli_options_t *self, const char *value)
{
    static const char *const NAME[] = { "auto", "plain", "none" };

    for (int i = 0; i < 3; i++) {
        if (strcmp(value, NAME[i]) == 0) {
            self->progress = (cli_progress_mode_t) i;
            return NULL;
        }
    }
    return "auto, plain or none";
}

static const char *
read_plans(cli_options_t *self, const char *value)
{
    self->plans = value;
    return value[0] == '\0' ? "names of plans, separated by commas" : NULL;
}

static const char *
read_kpi(cli_options_t *self, const char *value)
{
    self->kpi = value;
    return value[0] == '\0' ? "names of measures, separated by commas" : NULL;
}

static const char *
read_group(cli_options_t *self, const char *value)
{
    self->group = value;
    return value[0] == '\0' ? "names of groups, separated by commas" : NULL;
}

static const char *
read_period(cli_options_t *self, const char *value)
{
    self->period = value;
    return value[0] == '\0' ? "names of periods, separated by commas" : NULL;
}

static const char *
read_by(cli_options_t *self, const char *value)
{
    self->by = value;
    return value[0] == '\0' ? "the name of a dimension" : NULL;
}

static const char *
read_table(cli_options_t *self, const char *value)
{
    self->table = value;
    return value[0] == '\0' ? "the name of a table" : NULL;
}

/* "95%" or "0.95". */
static bool
read_share_or_number(const char *value, double *number)
{
    size_t n = strspn(value, "0123456789.eE-");
    bool percent = strcmp(value + n, "%") == 0;
    char *end;

    *number = strtod(value, &end) / (percent ? 100.0 : 1.0);
    return n > 0 && end == value + n && (percent || *end == '\0') && isfinite(*number);
}

static const char *
read_pcs(cli_options_t *self, const char *value)
{
    return read_share_or_number(value, &self->pcs) && self->pcs >= 0.5 && self->pcs < 1.0
               ? NULL
               : "a probability from 50% to below 100%, such as 95% or 0.95";
}

static const char *
read_matters(cli_options_t *self, const char *value)
{
    return read_share_or_number(value, &self->matters) && self->matters > 0.0
               ? NULL
               : "a number above 0, such as 0.5% or 0.005";
}

static const char *
read_weight(cli_options_t *self, const char *value)
{
    self->weight = value;
    return value[0] != '\0' && value[strspn(value, "0123456789.,")] == '\0'
               ? NULL
               : "numbers separated by commas, such as 2,1";
}

static const char *
read_design(cli_options_t *self, const char *value)
{
    self->design = value;
    return value[0] == '\0' ? "the name of a design" : NULL;
}

static const char *
read_points(cli_options_t *self, const char *value)
{
    return read_whole(value, 1, POINTS_MOST, "a whole number from 1 to 100000000", &self->points);
}

static const char *
read_fix(cli_options_t *self, const char *value)
{
    self->fix[self->n_fix++] = value;
    return value[0] == '\0' ? "the path or the name of an input" : NULL;
}

static const char *
read_resume(cli_options_t *self, const char *value)
{
    (void) value;
    self->resume = true;
    return NULL;
}

static const char *
read_retry_failed(cli_options_t *self, const char *value)
{
    (void) value;
    self->retry_failed = true;
    return NULL;
}

/* "90s", "30min", "2h", "1d"; a plain number is of seconds. */
static const char *
read_max_time(cli_options_t *self, const char *value)
{
    size_t n = strspn(value, "0123456789.");
    const char *unit = value + n;
    double days;

    if (unit[0] == '\0' || strcmp(unit, "s") == 0) {
        char *end;

        self->max_seconds = strtod(value, &end);
        return n > 0 && end == value + n && self->max_seconds > 0.0 ? NULL : "a time such as 90s, 30min or 12h";
    }
    if (!read_time(value, &days) || !(days > 0.0)) {
        return "a time such as 90s, 30min or 12h";
    }
    self->max_seconds = 86400.0 * days;
    return NULL;
}

/* "3/8", or left out: as the environment says. */
static const char *
read_shard(cli_options_t *self, const char *value)
{
    static const char WANTED[] = "a shard such as 3/8: from 1/8 to 8/8";
    unsigned shard, shards;
    char rest;

    if (value[0] == '\0') {
        return NULL;
    }
    if (sscanf(value, "%7u/%7u%c", &shard, &shards, &rest) != 2 || shard < 1 || shard > shards) {
        return WANTED;
    }
    self->shard = shard;
    self->shards = shards;
    return NULL;
}

static const char *
read_suppress(cli_options_t *self, const char *value)
{
    uint64_t n;
    const char *fault = read_whole(value, 0, SUPPRESS_MOST, "a whole number from 0 to 1000", &n);

    self->suppress = (uint32_t) n;
    return fault;
}

static const char *
read_terminal(cli_options_t *self, const char *value)
{
    (void) value;
    self->terminal = true;
    return NULL;
}

static const char *
read_quiet(cli_options_t *self, const char *value)
{
    (void) value;
    self->quiet = true;
    return NULL;
}

static const char *
read_force(cli_options_t *self, const char *value)
{
    (void) value;
    self->force = true;
    return NULL;
}

static const char *
read_dry_run(cli_options_t *self, const char *value)
{
    (void) value;
    self->dry_run = true;
    return NULL;
}

static const char *
read_help(cli_options_t *self, const char *value)
{
    (void) value;
    self->help = true;
    return NULL;
}

static const option_t OPTION[] = {
    { CLI_OPT_DESIGN, 0, "design", "NAME", "how the points are chosen; see above", read_design },
    { CLI_OPT_POINTS, 'n', "points", "N", "size of the design; see above", read_points },
    { CLI_OPT_FIX, 0, "fix", "INPUT", "keep an input as it is, by its path or name; may be repeated", read_fix },
    { CLI_OPT_REPS, 'n', "reps", "N", "replications of each plan (default 20)", read_reps },
    { CLI_OPT_PRECISION, 0, "precision", "SHARE",
        "add replications until intervals are within this share (5% or 0.05); see above", read_precision },
    { CLI_OPT_MAX_REPS, 0, "max-reps", "N", "replications at most, for --precision (default 1000)", read_max_reps },
    { CLI_OPT_WARMUP, 0, "warmup", "TIME",
        "leave out what happens before: days, '12 weeks', 90d, or mser to find it; see above", read_warmup },
    { CLI_OPT_SERIES, 0, "series", "N", "keep numbers present in N spans of the run (default 1000; a care system 0)",
        read_series },
    { CLI_OPT_TRACE, 0, "trace", "[N]", "show what happens to the first N (default 20), and write no results",
        read_trace },
    { CLI_OPT_TRACE_FROM, 0, "trace-from", "DATE", "of those who come on this day or later (default: all)",
        read_trace_from },
    { CLI_OPT_CUSTOMERS, 0, "customers", "N", "customers that come, about (defaults: see above)", read_customers },
    { CLI_OPT_SCALE, 0, "scale", "K", "demand and capacity alike times this (default 1)", read_scale },
    { CLI_OPT_SEED, 0, "seed", "N", "master seed; the same seed gives the same results (default 1)", read_seed },
    { CLI_OPT_JOBS, 'j', "jobs", "N", "threads; results do not depend on it (default: all cores)", read_jobs },
    { CLI_OPT_SET, 0, "set", "KEY=VALUE", "change a parameter of the scenario; may be repeated", read_set },
    { CLI_OPT_TARGET, 0, "target", "TARGET", "what is to be reached, and when; may be repeated; see above",
        read_target },
    { CLI_OPT_VARY, 0, "vary", "LINE",
        "the budget line that gets more or less money; all: all together (default: each)", read_vary },
    { CLI_OPT_FROM, 0, "from", "DATE", "day on which its money changes (default: the first of the run)", read_from },
    { CLI_OPT_SURE, 0, "sure", "SHARE", "probability with which targets are to be met (default 0.9)", read_sure },
    { CLI_OPT_PLANS, 0, "plans", "A,B", "only these plans; the first is the one to compare with", read_plans },
    { CLI_OPT_KPI, 0, "kpi", "A,B", "only these measures; when running, those that --precision is for", read_kpi },
    { CLI_OPT_GROUP, 0, "group", "A,B", "only these groups: all, quintile=1, or quintile for every fifth", read_group },
    { CLI_OPT_PERIOD, 0, "period", "A,B", "only these periods: all, y1, 2026-27, 2026-03, or year, financial, month",
        read_period },
    { CLI_OPT_BY, 0, "by", "DIM", "the dimension whose levels are shown: quintile, source, stage, pool, ...", read_by },
    { CLI_OPT_TABLE, 0, "table", "NAME", "which table; see above", read_table },
    { CLI_OPT_SUPPRESS, 0, "suppress", "N", "leave out groups with a count above 0 and below N (default 5)",
        read_suppress },
    { CLI_OPT_TERMINAL, 0, "terminal", NULL, "draw in the terminal, in letters, and write no file", read_terminal },
    { CLI_OPT_POPULATION, 0, "population", "N", "children under 18 in the area", read_population },
    { CLI_OPT_SCHOOLS, 0, "schools", "N", "schools, all types together", read_schools },
    { CLI_OPT_REQUESTS, 0, "requests", "N", "requests to the service a year", read_requests },
    { CLI_OPT_STAFF, 0, "staff", "WTE", "clinical staff in post", read_staff },
    { CLI_OPT_SPEND, 0, "spend", "POUNDS", "what the service costs a year", read_spend },
    { CLI_OPT_EXTRA, 0, "extra", "POUNDS", "public money a year on top, for the plans", read_extra },
    { CLI_OPT_OUT, 'o', "out", "FILE", "file to write", read_out },
    { CLI_OPT_FORMAT, 0, "format", "NAME", "format of what is written; see above", read_format },
    { CLI_OPT_FORCE, 0, "force", NULL, "overwrite the file named by --out", read_force },
    { CLI_OPT_PCS, 0, "pcs", "P", "probability of a correct selection (default 95%)", read_pcs },
    { CLI_OPT_MATTERS, 0, "matters", "X", "smallest difference of the score that matters (0.5% or 0.005)",
        read_matters },
    { CLI_OPT_WEIGHT, 0, "weight", "A,B", "weights of the objectives, in the scenario's order", read_weight },
    { CLI_OPT_RESUME, 0, "resume", NULL, "go on with a file that was begun; without one, begin", read_resume },
    { CLI_OPT_RETRY_FAILED, 0, "retry-failed", NULL, "run again what failed, also of a finished file",
        read_retry_failed },
    { CLI_OPT_MAX_TIME, 0, "max-time", "TIME", "stop after 90s, 30min or 12h, to be resumed", read_max_time },
    { CLI_OPT_SHARD, 0, "shard", "[I/N]", "only the I-th of N parts; without I/N as Slurm's array says", read_shard },
    { CLI_OPT_DRY_RUN, 0, "dry-run", NULL, "say what would be done, and do nothing", read_dry_run },
    { CLI_OPT_PROGRESS, 0, "progress", "MODE", "auto (a bar on a terminal), plain (lines) or none", read_progress },
    { CLI_OPT_QUIET, 'q', "quiet", NULL, "no progress and no notes on stderr; errors are still shown", read_quiet },
    { CLI_OPT_HELP, 'h', "help", NULL, "show this help", read_help },
};
#define N_OPTIONS (sizeof(OPTION) / sizeof(OPTION[0]))

unsigned
cli_cores(void)
{
    cpu_set_t set;
    int n = 0;

    if (sched_getaffinity(0, sizeof(set), &set) == 0) {
        n = CPU_COUNT(&set);
    }
    if (n < 1) {
        n = (int) sysconf(_SC_NPROCESSORS_ONLN);
    }
    return n < 1 ? 1 : n > EXP_JOBS_MAX ? EXP_JOBS_MAX : (unsigned) n;
}

bool
cli_list_has(const char *list, const char *name)
{
    size_t length = strlen(name);

    for (const char *item = list; item != NULL; item += 1) {
        size_t n = strcspn(item, ",");

        if (n == length && strncmp(item, name, n) == 0) {
            return true;
        }
        item += n;
        if (*item == '\0') {
            return false;
        }
    }
    return true;
}

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance: letters added, dropped, changed or swapped with their neighbour (Damerau 1964). */
static size_t
distance(const char *a, const char *b)
{
    size_t row[3][WORD_MAX + 1], n = strlen(b);

    for (size_t j = 0; j <= n; j++) {
        row[0][j] = j;
    }
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= n; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = least(now[j], before[j - 2] + 1);
            }
        }
    }
    return row[strlen(a) % 3][n];
}

const char *
cli_nearest(const char *word, const char *const *candidate, size_t n)
{
    size_t best = strlen(word) / 3 + 1;
    const char *found = NULL;

    if (strlen(word) > WORD_MAX) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        if (strlen(candidate[i]) <= WORD_MAX) {
            size_t d = distance(word, candidate[i]);

            if (d <= best && (found == NULL || d < best)) {
                best = d;
                found = candidate[i];
            }
        }
    }
    return found;
}

static int
complain_unknown(const cli_command_t *command, const char *word, char *error, size_t error_size)
{
    const char *name[N_OPTIONS], *near;
    size_t n = 0;

    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (cli_takes(command, OPTION[i].bit)) {
            name[n++] = OPTION[i].name;
        }
    }
    near = cli_nearest(word + strspn(word, "-"), name, n);
    if (near != NULL) {
        (void) snprintf(error, error_size, "unknown option '%s' (did you mean '--%s'?)", word, near);
    } else {
        (void) snprintf(error, error_size, "unknown option '%s'; see `weir %s --help`", word, command->name);
    }
    return SIM_ERR_BAD_PARAM;
}

/* An option by its long name of n letters. */
static const option_t *
find_name(const char *name, size_t n)
{
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (strlen(OPTION[i].name) == n && strncmp(OPTION[i].name, name, n) == 0) {
            return &OPTION[i];
        }
    }
    return NULL;
}

/* A letter means the first of the command's options that has it. */
static const option_t *
find_letter(const cli_command_t *command, char letter)
{
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (OPTION[i].letter == letter && (command->options | CLI_OPT_HELP) & OPTION[i].bit) {
            return &OPTION[i];
        }
    }
    return NULL;
}

static int
apply(cli_options_t *self, const option_t *option, const char *value, char *error, size_t error_size)
{
    const char *wanted = option->read(self, value);

    self->given |= option->bit;
    if (wanted == NULL) {
        return 0;
    }
    (void) snprintf(error, error_size, "--%s: '%s' is not %s", option->name, value, wanted);
    return SIM_ERR_BAD_PARAM;
}

/* The word that follows an option: its value, which may be left out when it is not a number, or two with a stroke. */
static const char *
next_word(cli_options_t *self, const option_t *option, int *at)
{
    bool optional = option->arg[0] == '[';
    const char *word = *at + 1 < self->argc ? self->argv[*at + 1] : NULL;

    if (optional && (word == NULL || word[0] == '\0' || word[strspn(word, "0123456789/")] != '\0')) {
        return "";
    }
    *at += word != NULL;
    return word;
}

/* One option at argv[*at], and its value. */
static int
parse_option(cli_options_t *self, const cli_command_t *command, int *at, char *error, size_t error_size)
{
    const char *word = self->argv[*at], *equals = NULL, *value = "";
    bool is_long = word[1] == '-';
    char name[WORD_MAX];
    const option_t *option;

    if (is_long) {
        equals = strchr(word, '=');
        size_t n = equals != NULL ? (size_t) (equals - word) : strlen(word);

        (void) snprintf(name, sizeof(name), "%.*s", (int) n, word);
        option = find_name(word + 2, n - 2);
    } else {
        (void) snprintf(name, sizeof(name), "%s", word);
        option = word[2] == '\0' ? find_letter(command, word[1]) : NULL;
    }
    if (option == NULL || !cli_takes(command, option->bit)) {
        return complain_unknown(command, name, error, error_size);
    }
    if (option->arg == NULL && equals != NULL) {
        (void) snprintf(error, error_size, "--%s takes no value", option->name);
        return SIM_ERR_BAD_PARAM;
    }
    if (option->arg != NULL) {
        value = equals != NULL ? equals + 1 : next_word(self, option, at);
    }
    if (value == NULL) {
        (void) snprintf(error, error_size, "--%s needs a value: %s", option->name, option->arg);
        return SIM_ERR_BAD_PARAM;
    }
    return apply(self, option, value, error, error_size);
}

static int
check_args(const cli_options_t *self, const cli_command_t *command, char *error, size_t error_size)
{
    if (self->help || (self->n_args >= command->args_min && self->n_args <= command->args_max)) {
        return 0;
    }
    if (self->n_args < command->args_min) {
        (void) snprintf(error, error_size, "something is missing: weir %s %s", command->name, command->args);
    } else {
        (void) snprintf(error, error_size, "'%s' is one argument too many: weir %s %s", self->arg[command->args_max],
            command->name, command->args);
    }
    return SIM_ERR_BAD_PARAM;
}

/* Of --reps and --max-reps the one that was not given gives way. */
static void
settle_reps(cli_options_t *self)
{
    if (!(self->given & CLI_OPT_MAX_REPS) && self->max_reps < self->reps) {
        self->max_reps = self->reps;
    } else if (!(self->given & CLI_OPT_REPS) && self->reps > self->max_reps) {
        self->reps = self->max_reps;
    }
}

int
cli_options_parse(cli_options_t *self, const cli_command_t *command, int argc, char **argv, char *error,
    size_t error_size)
{
    bool options_end = false;
    int ret = 0;

    *self = (cli_options_t){ .reps = 20,
        .max_reps = MAX_REPS,
        .seed = 1,
        .jobs = cli_cores(),
        .scale = 1.0,
        .pcs = 0.95,
        .matters = NAN,
        .suppress = 5,
        .argc = argc,
        .argv = argv };
    self->set = calloc((size_t) argc + 1, sizeof(*self->set));
    self->fix = calloc((size_t) argc + 1, sizeof(*self->fix));
    self->arg = calloc((size_t) argc + 1, sizeof(*self->arg));
    self->target = calloc((size_t) argc + 1, sizeof(*self->target));
    if (self->set == NULL || self->fix == NULL || self->arg == NULL || self->target == NULL) {
        (void) snprintf(error, error_size, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
        return SIM_ERR_NO_MEMORY;
    }
    for (int i = 2; ret == 0 && i < argc; i++) {
        if (options_end || argv[i][0] != '-' || argv[i][1] == '\0') {
            self->arg[self->n_args++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            options_end = true;
        } else {
            ret = parse_option(self, command, &i, error, error_size);
        }
    }
    settle_reps(self);
    return ret == 0 ? check_args(self, command, error, error_size) : ret;
}

void
cli_options_free(cli_options_t *self)
{
    free(self->set);
    free(self->fix);
    free(self->arg);
    free(self->target);
    self->set = NULL;
    self->fix = NULL;
    self->arg = NULL;
}

bool
cli_option_doc(size_t i, cli_option_doc_t *doc)
{
    if (i >= N_OPTIONS) {
        return false;
    }
    *doc = (cli_option_doc_t){ .bit = OPTION[i].bit,
        .letter = OPTION[i].letter,
        .name = OPTION[i].name,
        .arg = OPTION[i].arg,
        .doc = OPTION[i].doc };
    return true;
}

bool
cli_takes(const cli_command_t *command, cli_mask_t bit)
{
    return ((command->options | CLI_OPT_HELP) & bit) != 0;
}

static void
help_option(const cli_command_t *command, const option_t *option, FILE *out)
{
    char left[40], letter[8] = "    ";

    if (option->letter != 0 && find_letter(command, option->letter) == option) {
        (void) snprintf(letter, sizeof(letter), "-%c, ", option->letter);
    }
    (void) snprintf(left, sizeof(left), "%s--%s%s%s", letter, option->name, option->arg != NULL ? " " : "",
        option->arg != NULL ? option->arg : "");
    (void) fprintf(out, "  %-22s %s\n", left, option->doc);
}

static void
help_examples(const char *examples, FILE *out)
{
    (void) fputs("\nExamples:\n", out);
    for (const char *line = examples; *line != '\0';) {
        size_t n = strcspn(line, "\n");

        (void) fprintf(out, "  %.*s\n", (int) n, line);
        line += n + (line[n] == '\n');
    }
}

void
cli_options_help(const cli_command_t *command, FILE *out)
{
    (void) fprintf(out, "Usage: weir %s%s%s%s\n\n%c%s.\n", command->name, command->args[0] != '\0' ? " " : "",
        command->args, command->options != 0 ? " [OPTIONS]" : "", toupper((unsigned char) command->doc[0]),
        command->doc + 1);
    if (command->more != NULL) {
        (void) fprintf(out, "\n%s", command->more);
    }
    (void) fputs("\nOptions:\n", out);
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (cli_takes(command, OPTION[i].bit)) {
            help_option(command, &OPTION[i], out);
        }
    }
    if (command->examples != NULL && command->examples[0] != '\0') {
        help_examples(command->examples, out);
    }
}
