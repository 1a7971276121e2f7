#include "sim/cli/quick.h"

#include "sim/cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEEK_HOURS 168.0
#define KEYS_MAX 32

/* calendar: of the calendar, not of opening */
static const struct {
    const char *name;
    double hours;
    bool calendar;
} UNIT[] = { { "min", 1.0 / 60.0, false }, { "minute", 1.0 / 60.0, false }, { "minutes", 1.0 / 60.0, false },
    { "h", 1.0, false }, { "hour", 1.0, false }, { "hours", 1.0, false }, { "d", 24.0, true }, { "day", 24.0, true },
    { "days", 24.0, true }, { "w", WEEK_HOURS, true }, { "week", WEEK_HOURS, true }, { "weeks", WEEK_HOURS, true },
    { "quarter", 13 * WEEK_HOURS, true }, { "quarters", 13 * WEEK_HOURS, true }, { "month", 365.25 * 2, true },
    { "months", 365.25 * 2, true }, { "year", 365.25 * 24, true }, { "years", 365.25 * 24, true } };

/* Hours of opening in a unit; NaN when it is none. */
static double
unit_hours(const char *name, double open_hours)
{
    for (size_t i = 0; i < sizeof(UNIT) / sizeof(UNIT[0]); i++) {
        if (strcmp(name, UNIT[i].name) == 0) {
            return UNIT[i].hours * (UNIT[i].calendar ? open_hours / WEEK_HOURS : 1.0);
        }
    }
    return NAN;
}

/* @return what was wanted, or NULL */
static const char *
read_value(const quick_row_t *row, const char *text, double open_hours, double *value)
{
    static const char *const WANTED[] = { [QUICK_NUMBER] = "a number",
        [QUICK_SHARE] = "a share such as 0.05 or 5%",
        [QUICK_TIME] = "a time such as 30min, 3.5h, 2weeks",
        [QUICK_RATE] = "a rate such as 7.3/h, 12/week, 500/year" };
    size_t digits = strspn(text, "0123456789.");
    char *end;
    bool good;

    *value = strtod(text, &end);
    good = digits > 0 && end == text + digits;
    end += good ? strspn(end, " ") : 0;
    if (good && row->kind == QUICK_RATE) {
        good = *end == '/';
        *value /= good ? unit_hours(end + 1 + strspn(end + 1, " "), open_hours) : 1.0;
    } else if (good && row->kind == QUICK_TIME) {
        *value *= unit_hours(end, open_hours);
    } else if (good) {
        bool percent = row->kind == QUICK_SHARE && strcmp(end, "%") == 0;

        *value /= percent ? 100.0 : 1.0;
        good = percent || *end == '\0';
    }
    return good && !isnan(*value) ? NULL : WANTED[row->kind];
}

static size_t
find(const quick_row_t *row, size_t n, const char *word, size_t length)
{
    size_t i = 0;

    while (i < n && (strlen(row[i].name) != length || strncmp(row[i].name, word, length) != 0)) {
        i++;
    }
    return i;
}

static bool
complain_key(const char *command, const quick_row_t *row, size_t n, const char *word)
{
    const char *name[KEYS_MAX], *near;

    for (size_t i = 0; i < n; i++) {
        name[i] = row[i].name;
    }
    near = cli_nearest(word, name, n);
    if (near != NULL) {
        cli_error("%s: unknown key '%s' (did you mean '%s'?)", command, word, near);
    } else {
        cli_error("%s: unknown key '%s'; see `weir %s --help`", command, word, command);
    }
    return false;
}

static bool
read_argument(const char *command, const char *word, const quick_row_t *row, size_t n, double open_hours, double *value)
{
    const char *equals = strchr(word, '='), *wanted;
    size_t i = equals != NULL ? find(row, n, word, (size_t) (equals - word)) : n;
    char key[64];

    if (equals == NULL) {
        cli_error("%s: '%s' is not key=value; see `weir %s --help`", command, word, command);
        return false;
    }
    if (i == n) {
        (void) snprintf(key, sizeof(key), "%.*s", (int) (equals - word), word);
        return complain_key(command, row, n, key);
    }
    wanted = read_value(&row[i], equals + 1, open_hours, &value[i]);
    if (wanted != NULL) {
        cli_error("%s: %s: '%s' is not %s", command, row[i].name, equals + 1, wanted);
        return false;
    }
    if (!(value[i] >= row[i].low && value[i] <= row[i].high)) {
        cli_error("%s: %s: %s is outside %g to %g%s", command, row[i].name, equals + 1, row[i].low, row[i].high,
            row[i].kind == QUICK_TIME   ? " hours of opening"
            : row[i].kind == QUICK_RATE ? " an hour of opening"
                                        : "");
        return false;
    }
    return true;
}

bool
cli_quick_read(const char *command, const cli_options_t *options, const quick_row_t *row, size_t n, double *value)
{
    size_t open = find(row, n, "open", strlen("open"));
    bool good = true;

    for (size_t i = 0; i < n; i++) {
        value[i] = row[i].value;
    }
    for (size_t i = 0; i < options->n_args && open < n; i++) { /* first, since others are read by it */
        if (strncmp(options->arg[i], "open=", 5) == 0) {
            good = read_argument(command, options->arg[i], row, n, WEEK_HOURS, value) && good;
        }
    }
    for (size_t i = 0; i < options->n_args && good; i++) {
        if (open == n || strncmp(options->arg[i], "open=", 5) != 0) {
            good = read_argument(command, options->arg[i], row, n, open < n ? value[open] : WEEK_HOURS, value);
        }
    }
    for (size_t i = 0; i < n && good; i++) {
        if (isnan(value[i]) && !row[i].optional) {
            cli_error("%s: '%s=' is missing; see `weir %s --help`", command, row[i].name, command);
            good = false;
        }
    }
    return good;
}

void
cli_quick_time(char *text, size_t size, double hours, double open_hours)
{
    double days = hours / open_hours * 7.0;

    if (isinf(hours)) {
        (void) snprintf(text, size, "without end");
    } else if (hours < 1.0) {
        (void) snprintf(text, size, "%.3g minutes", hours * 60.0);
    } else if (days < 1.5) {
        (void) snprintf(text, size, "%.3g hours", hours);
    } else {
        (void) snprintf(text, size, "%.3g days", days);
    }
}
