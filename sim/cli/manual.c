/*
 * weir help man: manual pages in troff (man(7)), from the tables of commands and options.
 *
 * Invariant: what a table says is shown as it stands: dashes, backslashes and dots at the beginning of a line are
 * escaped.
 */
#include "sim/cli/cli.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void
letters(const char *text, size_t n, FILE *out)
{
    for (size_t i = 0; i < n; i++) {
        if (i == 0 && (text[i] == '.' || text[i] == '\'')) {
            (void) fputs("\\&", out);
        }
        switch (text[i]) {
        case '\\':
            (void) fputs("\\e", out);
            break;
        case '-':
        case '\'':
        case '`':
        case '^':
        case '~':
            (void) fputs(text[i] == '-'    ? "\\-"
                         : text[i] == '\'' ? "\\(aq"
                         : text[i] == '`'  ? "\\(ga"
                         : text[i] == '^'  ? "\\(ha"
                                           : "\\(ti",
                out);
            break;
        default:
            (void) fputc(text[i], out);
        }
    }
}

static void
put(const char *text, FILE *out)
{
    letters(text, strlen(text), out);
}

/* A sentence: capital, full stop. */
static void
sentence(const char *text, FILE *out)
{
    (void) fputc(toupper((unsigned char) text[0]), out);
    put(text + 1, out);
    (void) fputs(".\n", out);
}

static bool
is_table_line(const char *line, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (line[i] == ' ' && line[i - 1] == ' ') {
            return true;
        }
    }
    return n > 0 && line[0] == ' ';
}

/* Text of lines: words flow, lines with columns stay as they are. */
static void
flow(const char *text, FILE *out)
{
    bool table = false;

    for (const char *line = text; *line != '\0';) {
        size_t n = strcspn(line, "\n");

        if (is_table_line(line, n) != table) {
            (void) fputs(table ? ".EE\n.PP\n" : ".PP\n.EX\n", out);
            table = !table;
        }
        if (n == 0) {
            (void) fputs(".PP\n", out);
        } else {
            letters(line, n, out);
            (void) fputc('\n', out);
        }
        line += n + (line[n] == '\n');
    }
    (void) fputs(table ? ".EE\n" : "", out);
}

static void
option(const cli_option_doc_t *doc, FILE *out)
{
    (void) fputs(".TP\n", out);
    if (doc->letter != 0) {
        (void) fprintf(out, "\\fB\\-%c\\fR, ", doc->letter);
    }
    (void) fputs("\\fB\\-\\-", out);
    put(doc->name, out);
    (void) fputs("\\fR", out);
    if (doc->arg != NULL) {
        (void) fputs(" \\fI", out);
        put(doc->arg, out);
        (void) fputs("\\fR", out);
    }
    (void) fputc('\n', out);
    put(doc->doc, out);
    (void) fputc('\n', out);
}

static void
examples(const char *text, FILE *out)
{
    if (text != NULL && text[0] != '\0') {
        (void) fputs(".SH EXAMPLES\n.EX\n", out);
        for (const char *line = text; *line != '\0';) {
            size_t n = strcspn(line, "\n");

            letters(line, n, out);
            (void) fputc('\n', out);
            line += n + (line[n] == '\n');
        }
        (void) fputs(".EE\n", out);
    }
}

static void
exit_codes(FILE *out)
{
    (void) fputs(".SH EXIT STATUS\n", out);
    for (const char *line = CLI_EXIT_CODES; *line != '\0';) {
        size_t code = strcspn(line, " "), n = strcspn(line, "\n");

        (void) fprintf(out, ".TP\n\\fB%.*s\\fR\n", (int) code, line);
        letters(line + code + 1, n - code - 1, out);
        (void) fputc('\n', out);
        line += n + 1;
    }
}

static void
title(const char *name, FILE *out)
{
    (void) fputs(".TH ", out);
    for (; *name != '\0'; name++) {
        (void) fputc(toupper((unsigned char) *name), out);
    }
    (void) fprintf(out, " 1 \"\" \"Weir %s\" \"Weir\"\n.ad l\n", cli_version());
}

static void
command_page(const cli_command_t *command, FILE *out)
{
    char name[64];
    cli_option_doc_t doc;

    (void) snprintf(name, sizeof(name), "weir-%s", command->name);
    title(name, out);
    (void) fprintf(out, ".SH NAME\nweir\\-%s \\- %c", command->name, tolower((unsigned char) command->doc[0]));
    put(command->doc + 1, out);
    (void) fprintf(out, "\n.SH SYNOPSIS\n\\fBweir %s\\fR \\fI", command->name);
    put(command->args, out);
    (void) fprintf(out, "\\fR%s\n.SH DESCRIPTION\n", command->options != 0 ? " [\\fIOPTIONS\\fR]" : "");
    sentence(command->doc, out);
    if (command->more != NULL) {
        (void) fputs(".PP\n", out);
        flow(command->more, out);
    }
    (void) fputs(".SH OPTIONS\n", out);
    for (size_t i = 0; cli_option_doc(i, &doc); i++) {
        if (cli_takes(command, doc.bit)) {
            option(&doc, out);
        }
    }
    exit_codes(out);
    examples(command->examples, out);
    (void) fputs(".SH SEE ALSO\n.BR weir (1)\n", out);
}

static void
program_page(FILE *out)
{
    title("weir", out);
    (void) fputs(
        ".SH NAME\nweir \\- simulate children and young people\\(aqs mental health services and their links with "
        "schools\n.SH SYNOPSIS\n\\fBweir\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]\n"
        ".SH DESCRIPTION\nWho waits, how long, at what cost, under each way of organising the services, on the same "
        "simulated children.\nA scenario is a Lua file; results go to one SQLite file, from which tables and "
        "figures are made.\n.SH COMMANDS\n",
        out);
    for (size_t i = 0; cli_command(i) != NULL; i++) {
        const cli_command_t *command = cli_command(i);

        (void) fprintf(out, ".TP\n\\fBweir %s\\fR \\fI", command->name);
        put(command->args, out);
        (void) fputs("\\fR\n", out);
        sentence(command->doc, out);
    }
    (void) fputs(".TP\n\\fBweir help\\fR [\\fICOMMAND\\fR | \\fIreference\\fR]\n"
                 "Explain a command, or print all fields, parameters, offers and measures in Markdown.\n"
                 ".SH ENVIRONMENT\n.TP\n\\fBNO_COLOR\\fR\nWhen set and not empty, nothing is shown in bold or colour.\n"
                 ".TP\n\\fBTERM\\fR\nWhen it is \\fBdumb\\fR there is neither colour nor a progress bar.\n",
        out);
    exit_codes(out);
    (void) fputs(
        ".SH FILES\nScenarios, figures\\(aq templates and the evidence base are looked for beside the program, then in "
        "\\fI",
        out);
    put(WEIR_DATADIR, out);
    (void) fputs("\\fR.\n", out);
    examples("weir check scenarios/tutorial.lua\n"
             "weir compare scenarios/tutorial.lua --out out/town\n"
             "weir plot out/town.db list\n",
        out);
    (void) fputs(".SH SEE ALSO\n", out);
    for (size_t i = 0; cli_command(i) != NULL; i++) {
        (void) fprintf(out, ".BR weir\\-%s (1)%s\n", cli_command(i)->name, cli_command(i + 1) != NULL ? "," : "");
    }
}

void
cli_help_man(const cli_command_t *command, FILE *out)
{
    if (command != NULL) {
        command_page(command, out);
    } else {
        program_page(out);
    }
}
