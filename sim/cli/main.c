/* The command `weir`: one table of commands, and what happens before and after each. */
#include "sim/cli/cli.h"
#include "version.h"

#include <ctype.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const cli_command_t *const COMMAND[] = {
    &cli_cmd_check,
    &cli_cmd_run,
    &cli_cmd_compare,
    &cli_cmd_split,
    &cli_cmd_export,
    &cli_cmd_plot,
    &cli_cmd_evidence,
    &cli_cmd_erlang,
    &cli_cmd_capa,
    &cli_cmd_selftest,
    &cli_cmd_bench,
};
#define N_COMMANDS (sizeof(COMMAND) / sizeof(COMMAND[0]))

const char *
cli_version(void)
{
    return WEIR_VERSION;
}

const char *
cli_commit(void)
{
    return WEIR_COMMIT;
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
                 "  help reference         all fields, parameters, offers and measures, in Markdown\n\n"
                 "`weir COMMAND --help` lists its options; `weir --version` tells the version.\n\n"
                 "Start with:\n"
                 "  weir check scenarios/kent_medway.lua\n"
                 "  weir compare scenarios/kent_medway.lua\n\n"
                 "Exit codes: 0 done, 1 failed, 2 usage, 3 invalid scenario, 4 some replications failed,\n"
                 "5 target not met, 130 interrupted\n"
                 "(143 by a second SIGTERM).\n",
        out);
}

static const cli_command_t *
find(const char *name)
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
help(int argc, char **argv)
{
    const cli_command_t *command;

    if (argc < 3 || strcmp(argv[2], "help") == 0 || strcmp(argv[2], "--help") == 0) {
        print_help(stdout);
        return CLI_DONE;
    }
    if (strcmp(argv[2], "reference") == 0) {
        cli_help_reference(stdout);
        return CLI_DONE;
    }
    command = find(argv[2]);
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
        (void) printf("weir %s (%s)\n", WEIR_VERSION, WEIR_COMMIT);
        return CLI_DONE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return CLI_DONE;
    }
    if (strcmp(argv[1], "help") == 0) {
        return help(argc, argv);
    }
    command = find(argv[1]);
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
