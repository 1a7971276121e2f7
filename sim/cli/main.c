/* The command `weir`: one table of commands, and what happens before and after each. */
#include "sim/cli/cli.h"

#include <ctype.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const cli_command_t *const COMMAND[] = {
    &cli_cmd_init,
    &cli_cmd_check,
    &cli_cmd_diff,
    &cli_cmd_run,
    &cli_cmd_compare,
    &cli_cmd_split,
    &cli_cmd_sweep,
    &cli_cmd_merge,
    &cli_cmd_export,
    &cli_cmd_plot,
    &cli_cmd_report,
    &cli_cmd_evidence,
    &cli_cmd_erlang,
    &cli_cmd_capa,
    &cli_cmd_selftest,
    &cli_cmd_bench,
};
#define N_COMMANDS (sizeof(COMMAND) / sizeof(COMMAND[0]))

const char CLI_EXIT_CODES[] = "0 done\n"
                              "1 failed\n"
                              "2 usage\n"
                              "3 invalid scenario\n"
                              "4 some replications failed\n"
                              "5 target not met\n"
                              "130 interrupted (143 by a second SIGTERM)\n";

const cli_command_t *
cli_command(size_t i)
{
    return i < N_COMMANDS ? COMMAND[i] : NULL;
}

static void
print_exit_codes(FILE *out)
{
    (void) fputs("\nExit codes:\n", out);
    for (const char *line = CLI_EXIT_CODES; *line != '\0';) {
        size_t code = strcspn(line, " "), n = strcspn(line, "\n");

        (void) fprintf(out, "  %3.*s  %.*s\n", (int) code, line, (int) (n - code - 1), line + code + 1);
        line += n + 1;
    }
}

static void
print_help(FILE *out)
{
    (void) fputs("Usage: weir COMMAND [ARGUMENTS] [OPTIONS]\n\n"
                 "Simulates children and young people's mental health services and their links\n"
                 "with schools: who waits, how long, at what cost, under each way of organising them.\n\n"
                 "Commands:\n",
        out);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        char left[48];

        (void) snprintf(left, sizeof(left), "%s %s", COMMAND[i]->name, COMMAND[i]->args);
        (void) fprintf(out, "  %-22s %c%s\n", left, tolower((unsigned char) COMMAND[i]->doc[0]), COMMAND[i]->doc + 1);
    }
    (void) fputs("  help [COMMAND]         explain a command\n"
                 "  help reference         all fields, parameters, offers and measures, in Markdown\n"
                 "  help man [COMMAND]     its manual page, or that of weir, in troff\n"
                 "  help completion SHELL  what teaches bash, zsh or fish to complete\n\n"
                 "`weir COMMAND --help` lists its options; `weir --version` tells the version.\n\n"
                 "Start with:\n"
                 "  weir check scenarios/kent_medway.lua\n"
                 "  weir compare scenarios/kent_medway.lua\n",
        out);
    print_exit_codes(out);
}

const cli_command_t *
cli_find_command(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(COMMAND[i]->name, name) == 0) {
            return COMMAND[i];
        }
    }
    return NULL;
}

static cli_exit_t
complain_command(const char *name)
{
    const char *candidate[N_COMMANDS + 1], *near;

    for (size_t i = 0; i < N_COMMANDS; i++) {
        candidate[i] = COMMAND[i]->name;
    }
    candidate[N_COMMANDS] = "help";
    near = cli_nearest(name + strspn(name, "-"), candidate, N_COMMANDS + 1);
    if (near != NULL) {
        cli_error("unknown command '%s' (did you mean '%s'?)", name, near);
    } else {
        cli_error("unknown command '%s'; see `weir help`", name);
    }
    return CLI_USAGE;
}

static cli_exit_t
help_reference(const char *name)
{
    (void) name;
    cli_help_reference(stdout);
    return CLI_DONE;
}

static cli_exit_t
help_man(const char *name)
{
    const cli_command_t *command = cli_find_command(name);

    if (command == NULL && name[0] != '\0') {
        return complain_command(name);
    }
    cli_help_man(command, stdout);
    return CLI_DONE;
}

static cli_exit_t
help_completion(const char *name)
{
    if (!cli_help_completion(name, stdout)) {
        cli_error("help completion: '%s' is not bash, zsh or fish", name);
        return CLI_USAGE;
    }
    return CLI_DONE;
}

/* For the shells' completion. */
static cli_exit_t
help_complete(const char *line)
{
    cli_help_complete(line, stdout);
    return CLI_DONE;
}

/* For `make install`. */
static cli_exit_t
help_commands(const char *name)
{
    (void) name;
    for (size_t i = 0; i < N_COMMANDS; i++) {
        (void) puts(COMMAND[i]->name);
    }
    return CLI_DONE;
}

static const struct {
    const char *name;
    cli_exit_t (*run)(const char *word);
} HELP[] = { { "reference", help_reference }, { "man", help_man }, { "completion", help_completion },
    { "complete", help_complete }, { "commands", help_commands } };

static cli_exit_t
help(int argc, char **argv)
{
    const cli_command_t *command;

    if (argc < 3 || strcmp(argv[2], "help") == 0 || strcmp(argv[2], "--help") == 0) {
        print_help(stdout);
        return CLI_DONE;
    }
    for (size_t i = 0; i < sizeof(HELP) / sizeof(HELP[0]); i++) {
        if (strcmp(argv[2], HELP[i].name) == 0) {
            return HELP[i].run(argc > 3 ? argv[3] : "");
        }
    }
    command = cli_find_command(argv[2]);
    if (command == NULL) {
        return complain_command(argv[2]);
    }
    cli_options_help(command, stdout);
    return CLI_DONE;
}

static cli_exit_t
run_command(const cli_command_t *command, int argc, char **argv)
{
    cli_options_t options;
    char error[512] = "";
    int ret = cli_options_parse(&options, command, argc, argv, error, sizeof(error));
    cli_exit_t code = CLI_DONE;

    if (ret != 0) {
        cli_error("%s: %s", command->name, error);
        code = ret == SIM_ERR_NO_MEMORY ? CLI_FAILED : CLI_USAGE;
    } else if (options.help) {
        cli_options_help(command, stdout);
    } else {
        code = command->run(&options);
    }
    cli_options_free(&options);
    return code;
}

static cli_exit_t
dispatch(int argc, char **argv)
{
    const cli_command_t *command;

    if (argc < 2) {
        print_help(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        (void) printf("weir %s (%s)\n", cli_version(), cli_commit());
        return CLI_DONE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return CLI_DONE;
    }
    if (strcmp(argv[1], "help") == 0) {
        return help(argc, argv);
    }
    command = cli_find_command(argv[1]);
    return command == NULL ? complain_command(argv[1]) : run_command(command, argc, argv);
}

int
main(int argc, char **argv)
{
    cli_exit_t code;

    (void) gsl_set_error_handler_off();
    (void) signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error to report, not a reason to be killed */
    code = dispatch(argc, argv);
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == CLI_DONE) {
        cli_error("cannot write to standard output");
        code = CLI_FAILED;
    }
    return (int) code;
}
