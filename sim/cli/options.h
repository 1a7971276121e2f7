/*
 * Options of the command line: one table gives each its name, argument, meaning and reader; a command says by a mask
 * which it takes. `--name value`, `--name=value` and `-q`, `-h`, `-n`, `-o` are read; `--` ends the options. An
 * argument that may be left out ("[N]") is a number that follows at once.
 *
 * Invariant after cli_options_parse: reps >= 1, jobs >= 1; every string is borrowed from argv.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "sim/core/calendar.h"
#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A set of options is a mask of these bits. */
typedef uint64_t cli_mask_t;
#define CLI_OPT_REPS ((cli_mask_t) 1 << 0)
#define CLI_OPT_SEED ((cli_mask_t) 1 << 1)
#define CLI_OPT_JOBS ((cli_mask_t) 1 << 2)
#define CLI_OPT_OUT ((cli_mask_t) 1 << 3)
#define CLI_OPT_SET ((cli_mask_t) 1 << 4)
#define CLI_OPT_FORMAT ((cli_mask_t) 1 << 5)
#define CLI_OPT_QUIET ((cli_mask_t) 1 << 6)
#define CLI_OPT_PROGRESS ((cli_mask_t) 1 << 7)
#define CLI_OPT_FORCE ((cli_mask_t) 1 << 8)
#define CLI_OPT_DRY_RUN ((cli_mask_t) 1 << 9)
#define CLI_OPT_PLANS ((cli_mask_t) 1 << 10)
#define CLI_OPT_KPI ((cli_mask_t) 1 << 11)
#define CLI_OPT_GROUP ((cli_mask_t) 1 << 12)
#define CLI_OPT_PERIOD ((cli_mask_t) 1 << 13)
#define CLI_OPT_HELP ((cli_mask_t) 1 << 14)
#define CLI_OPT_PRECISION ((cli_mask_t) 1 << 15)
#define CLI_OPT_MAX_REPS ((cli_mask_t) 1 << 16)
#define CLI_OPT_TRACE ((cli_mask_t) 1 << 17)
#define CLI_OPT_WARMUP ((cli_mask_t) 1 << 18)
#define CLI_OPT_SERIES ((cli_mask_t) 1 << 19)
#define CLI_OPT_CUSTOMERS ((cli_mask_t) 1 << 20)
#define CLI_OPT_SCALE ((cli_mask_t) 1 << 21)
#define CLI_OPT_TABLE ((cli_mask_t) 1 << 22)
#define CLI_OPT_BY ((cli_mask_t) 1 << 23)
#define CLI_OPT_TRACE_FROM ((cli_mask_t) 1 << 24)
#define CLI_OPT_TARGET ((cli_mask_t) 1 << 25)
#define CLI_OPT_VARY ((cli_mask_t) 1 << 26)
#define CLI_OPT_FROM ((cli_mask_t) 1 << 27)
#define CLI_OPT_SURE ((cli_mask_t) 1 << 28)
#define CLI_OPT_PCS ((cli_mask_t) 1 << 29)
#define CLI_OPT_MATTERS ((cli_mask_t) 1 << 30)
#define CLI_OPT_WEIGHT ((cli_mask_t) 1 << 31)
#define CLI_OPT_DESIGN ((cli_mask_t) 1 << 33)
#define CLI_OPT_POINTS ((cli_mask_t) 1 << 34)
#define CLI_OPT_FIX ((cli_mask_t) 1 << 35)
#define CLI_OPT_RESUME ((cli_mask_t) 1 << 36)
#define CLI_OPT_RETRY_FAILED ((cli_mask_t) 1 << 37)
#define CLI_OPT_MAX_TIME ((cli_mask_t) 1 << 38)
#define CLI_OPT_SHARD ((cli_mask_t) 1 << 39)
#define CLI_OPT_SUPPRESS ((cli_mask_t) 1 << 44)
#define CLI_OPT_TERMINAL ((cli_mask_t) 1 << 45)
/* The answers of `weir init`, in the order of answer[]. */
#define CLI_OPT_POPULATION ((cli_mask_t) 1 << 50)
#define CLI_OPT_SCHOOLS ((cli_mask_t) 1 << 51)
#define CLI_OPT_REQUESTS ((cli_mask_t) 1 << 52)
#define CLI_OPT_STAFF ((cli_mask_t) 1 << 53)
#define CLI_OPT_SPEND ((cli_mask_t) 1 << 54)
#define CLI_OPT_EXTRA ((cli_mask_t) 1 << 55)
#define CLI_ANSWERS 6

typedef enum { CLI_PROGRESS_AUTO, CLI_PROGRESS_PLAIN, CLI_PROGRESS_NONE } cli_progress_mode_t;

struct cli_command;

typedef struct {
    cli_mask_t given;  /* CLI_OPT_* that the user gave */
    uint32_t reps;     /* default 20 */
    uint32_t max_reps; /* default 1000, or reps when that is more */
    double precision;  /* half-width over mean, in (0, 1); 0: not given */
    uint64_t seed;     /* default 1 */
    unsigned jobs;     /* default: the cores this process may use */
    const char *out;   /* NULL: the command's default */
    size_t n_set;
    const char **set;      /* "key=value", in the order given */
    const char *format;    /* NULL: the command's default */
    uint32_t trace;        /* entities to follow; default 20 */
    sim_date_t trace_from; /* only those that come on this day or later; given when year is not 0 */
    double warmup_days;    /* NaN: to be found by MSER-5 */
    uint32_t series;       /* spans */
    double customers, scale;
    double answer[CLI_ANSWERS]; /* population, schools, requests, staff, spend, extra */
    bool quiet, force, dry_run, help;
    cli_progress_mode_t progress;
    size_t n_target;
    const char **target; /* "MEASURE >= VALUE by DATE", in the order given */
    const char *vary;    /* comma-separated lines; NULL = each */
    sim_date_t from;     /* given when year is not 0 */
    double sure;         /* a probability; 0: not given */
    const char *plans;   /* comma-separated lists; NULL = all */
    const char *kpi, *group, *period;
    const char *by;     /* a dimension */
    double pcs;         /* probability of a correct selection; default 0.95 */
    double matters;     /* smallest difference that matters; NaN: not given */
    const char *weight; /* of objectives, separated by commas; NULL: as the scenario says */
    const char *design; /* NULL: the command's default */
    uint64_t points;    /* of a design; given with CLI_OPT_POINTS */
    size_t n_fix;
    const char **fix; /* paths, in the order given */
    bool resume, retry_failed;
    double max_seconds;     /* 0: no limit */
    uint32_t shard, shards; /* from 1; 0: to be taken from the environment */
    const char *table;      /* NULL: the command's default */
    uint32_t suppress;      /* least count of a group that is shown; default 5 */
    bool terminal;
    size_t n_args;
    const char **arg; /* positional */
    int argc;         /* the command line as it was given */
    char **argv;
} cli_options_t;

/**
Read the arguments that follow the command's name.
@param argc, argv  those of main; argv[1] is the command
@param error       what was wrong, with the likely intention
@return 0, SIM_ERR_BAD_PARAM with error filled, or SIM_ERR_NO_MEMORY. The caller frees even on error.
*/
SIM_MUST_CHECK int cli_options_parse(cli_options_t *self, const struct cli_command *command, int argc, char **argv,
    char *error, size_t error_size);
void cli_options_free(cli_options_t *self);
/* An option as help, manual pages and completion show it. */
typedef struct {
    cli_mask_t bit;
    char letter;           /* 0 = none */
    const char *name;      /* without the dashes */
    const char *arg, *doc; /* arg: NULL = a switch */
} cli_option_doc_t;

/** The i-th option of the table; false past the last. */
bool cli_option_doc(size_t i, cli_option_doc_t *doc);
/** Whether a command takes an option. */
bool cli_takes(const struct cli_command *command, cli_mask_t bit);
/** Usage, options and examples of a command. */
void cli_options_help(const struct cli_command *command, FILE *out);
/** "42000", "42,000", "42k", "1.1m", "£150k"; false when it is none of these. */
bool cli_read_quantity(const char *text, double *value);
/** Number of cores this process may run on; at least 1. */
unsigned cli_cores(void);
/** Whether name is in a comma-separated list; a NULL list holds everything. */
bool cli_list_has(const char *list, const char *name);

#endif
