/* weir evidence: look up the evidence base. */
#include "sim/cli/cli.h"
#include "sim/cli/load.h"
#include "sim/cli/table.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool
contains(const char *text, const char *pattern)
{
    size_t n = strlen(pattern);

    for (; strlen(text) >= n; text++) {
        size_t i = 0;

        while (i < n && tolower((unsigned char) text[i]) == tolower((unsigned char) pattern[i])) {
            i++;
        }
        if (i == n) {
            return true;
        }
        if (*text == '\0') {
            break;
        }
    }
    return false;
}

static bool
matches(const scn_evidence_t *it, const char *pattern)
{
    return contains(it->id, pattern) || contains(it->name, pattern) || contains(it->source, pattern) ||
           contains(it->note, pattern);
}

static void
number(char *text, size_t size, double value)
{
    if (isnan(value)) {
        text[0] = '\0';
    } else if (fabs(value) >= 1e6 && fabs(value) < 1e15 && value == floor(value)) {
        (void) snprintf(text, size, "%.0f", value);
    } else {
        (void) snprintf(text, size, "%.10g", value);
    }
}

static void
quote(const char *text)
{
    bool needed = strpbrk(text, ",\"\r\n") != NULL;

    if (needed) {
        (void) putchar('"');
    }
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            (void) putchar('"');
        }
        (void) putchar(*text);
    }
    if (needed) {
        (void) putchar('"');
    }
}

static void
print_csv(const scn_evidence_t *it)
{
    char value[40], low[40], high[40], quality[2] = { it->quality, '\0' };
    const char *cell[] = { it->id, it->name, value, low, high, it->unit, it->year, it->source, it->where, quality,
        it->range, it->note };

    number(value, sizeof(value), it->value);
    number(low, sizeof(low), it->low);
    number(high, sizeof(high), it->high);
    for (size_t i = 0; i < sizeof(cell) / sizeof(cell[0]); i++) {
        if (i > 0) {
            (void) putchar(',');
        }
        quote(cell[i]);
    }
    (void) putchar('\n');
}

/* A record in a few lines: what it is, its number, who says so. */
static void
print_text(const scn_evidence_t *it)
{
    char value[40], low[40], high[40];

    number(value, sizeof(value), it->value);
    number(low, sizeof(low), it->low);
    number(high, sizeof(high), it->high);
    (void) printf("%s  %s\n    ", it->id, it->name);
    if (value[0] != '\0') {
        (void) printf("%s %s", value, it->unit);
    } else {
        (void) printf("no number");
    }
    if (low[0] != '\0' || high[0] != '\0') {
        (void) printf(" (%s to %s%s%s)", low[0] != '\0' ? low : "?", high[0] != '\0' ? high : "?",
            it->range[0] != '\0' ? ", " : "", it->range);
    }
    (void) printf("; quality %c%s%s%s\n    %s%s%s\n", it->quality != 0 ? it->quality : '-',
        it->quality == 'E' ? ", an assumption" : "", it->year[0] != '\0' ? "; " : "", it->year, it->source,
        it->where[0] != '\0' ? "; " : "", it->where);
    if (it->note[0] != '\0') {
        (void) printf("    %s\n", it->note);
    }
}

static size_t
print_matches(const scn_t *scenario, const char *pattern, bool csv)
{
    const scn_evidence_t *record;
    size_t n = scn_evidence(scenario, &record), found = 0;

    for (size_t i = 0; i < n; i++) {
        if (!matches(&record[i], pattern)) {
            continue;
        }
        if (csv) {
            if (found == 0) {
                (void) puts("id,name,value,low,high,unit,year,source,where,quality,range,note");
            }
            print_csv(&record[i]);
        } else {
            print_text(&record[i]);
        }
        found++;
    }
    return found;
}

static cli_exit_t
run(const cli_options_t *options)
{
    const char *pattern = options->n_args > 0 ? options->arg[0] : "";
    bool csv = options->format != NULL && strcmp(options->format, "csv") == 0;
    scn_t *scenario = NULL;
    cli_exit_t code;

    if (options->format != NULL && !csv && strcmp(options->format, "text") != 0) {
        cli_error("evidence: --format is text or csv, not '%s'", options->format);
        return CLI_USAGE;
    }
    code = cli_load_evidence(&scenario);
    if (code == CLI_DONE && print_matches(scenario, pattern, csv) == 0) {
        cli_note(options, "no record of the evidence matches '%s'", pattern);
        code = CLI_FAILED;
    } else if (code == CLI_SCENARIO) {
        code = CLI_FAILED;
    }
    scn_free(scenario);
    return code;
}

const cli_command_t cli_cmd_evidence = {
    .name = "evidence",
    .args = "[PATTERN]",
    .doc = "look up the evidence base",
    .more = "Prints the records whose id, name, source or note contains PATTERN, whatever the\n"
            "case; all of them without one. Quality E is an assumption. Exit code 1 when\n"
            "nothing matches.\n",
    .examples = "weir evidence capa\n"
                "weir evidence --format csv wait\n",
    .args_min = 0,
    .args_max = 1,
    .options = CLI_OPT_FORMAT | CLI_OPT_QUIET,
    .formats = "text csv",
    .run = run,
};
