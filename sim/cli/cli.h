/*
 * The command `weir`: what its commands share. A command is one file that defines a const cli_command_t; main.c lists
 * them in one table, and options.c holds one table of options from which arguments are parsed and every --help is
 * printed.
 *
 * Data goes to stdout; messages and progress to stderr. A command returns one of the exit codes below and never calls
 * exit.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "sim/cli/options.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_SCENARIO = 3,    /* the scenario is invalid */
    CLI_SOME_FAILED = 4, /* finished, but some replications failed */
    CLI_TARGET = 5,      /* a precision or target was not met */
    CLI_INTERRUPTED = 130
} cli_exit_t;

typedef struct cli_command {
    const char *name; /* "run" */
    const char *args; /* "SCENARIO", "RESULTS FIGURE", "[PATTERN]", "" */
    const char *doc;  /* one line, for `weir help` */
    const char
        *more; /* what it does, prints and writes; lines of at most 80 columns, ending in a newline; may be NULL */
    const char *examples;      /* one command a line, each ending in a newline */
    size_t args_min, args_max; /* number of positional arguments; SIZE_MAX = any */
    cli_mask_t options;        /* CLI_OPT_* that it takes; --help always */
    const char *formats;       /* values of --format, separated by spaces, for completion; NULL = none */
    cli_exit_t (*run)(const cli_options_t *options);
} cli_command_t;

/* One file each: cmd_run.c (run and compare), cmd_check.c, cmd_evidence.c, cmd_export.c, cmd_plot.c, ... */
extern const cli_command_t cli_cmd_run;
extern const cli_command_t cli_cmd_compare;
extern const cli_command_t cli_cmd_init;
extern const cli_command_t cli_cmd_diff;
extern const cli_command_t cli_cmd_sweep;
extern const cli_command_t cli_cmd_merge;
extern const cli_command_t cli_cmd_check;
extern const cli_command_t cli_cmd_evidence;
extern const cli_command_t cli_cmd_export;
extern const cli_command_t cli_cmd_plot;
extern const cli_command_t cli_cmd_report;
extern const cli_command_t cli_cmd_erlang;
extern const cli_command_t cli_cmd_capa;
extern const cli_command_t cli_cmd_selftest;
extern const cli_command_t cli_cmd_bench;
extern const cli_command_t cli_cmd_split;

/** "1.0.0", and the commit it was built from ("unknown" outside a repository). */
const char *cli_version(void);
const char *cli_commit(void);

/** The i-th command; NULL past the last. */
const cli_command_t *cli_command(size_t i);
/** By its name; NULL when there is none. */
const cli_command_t *cli_find_command(const char *name);
/** Exit codes and what they mean, a line each. */
extern const char CLI_EXIT_CODES[];

/** The reference of fields, parameters, offers and measures, in Markdown (cmd_help.c). */
void cli_help_reference(FILE *out);
/** The manual page of a command; of the program when command is NULL (manual.c). */
void cli_help_man(const cli_command_t *command, FILE *out);
/** The file that teaches a shell ("bash", "zsh", "fish") to complete; false when the shell is not known (complete.c). */
bool cli_help_completion(const char *shell, FILE *out);
/** What may follow a command line that is being written: "word TAB meaning", a line each (complete.c). */
void cli_help_complete(const char *line, FILE *out);

/** "weir: ..." on stderr, always. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** "weir: ..." on stderr, unless --quiet. */
void cli_note(const cli_options_t *options, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** The candidate nearest in spelling to word, or NULL when none is near. */
const char *cli_nearest(const char *word, const char *const *candidate, size_t n);
/** Whether stdout takes colour: a terminal, NO_COLOR unset or empty, TERM not "dumb". */
bool cli_colour(void);

#endif
