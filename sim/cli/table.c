#include "sim/cli/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2 /* columns between columns */

void
cli_table_init(cli_table_t *self, size_t n_columns)
{
    *self = (cli_table_t){ .n_columns = n_columns };
}

void
cli_table_free(cli_table_t *self)
{
    for (size_t i = 0; i < self->n_cells; i++) {
        free(self->cell[i]);
    }
    free(self->cell);
    *self = (cli_table_t){ 0 };
}

static void
table_grow(cli_table_t *self)
{
    size_t room = self->room == 0 ? 64 : 2 * self->room;
    char **cell = realloc(self->cell, room * sizeof(*cell));

    if (cell == NULL) {
        self->error = SIM_ERR_NO_MEMORY;
        return;
    }
    self->cell = cell;
    self->room = room;
}

void
cli_table_add(cli_table_t *self, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    (void) vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (self->error == 0 && self->n_cells == self->room) {
        table_grow(self);
    }
    if (self->error != 0) {
        return;
    }
    self->cell[self->n_cells] = malloc(strlen(text) + 1);
    if (self->cell[self->n_cells] == NULL) {
        self->error = SIM_ERR_NO_MEMORY;
        return;
    }
    memcpy(self->cell[self->n_cells++], text, strlen(text) + 1);
}

/* Columns that a UTF-8 text takes: bytes that do not continue a character. */
static size_t
width(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++) {
        n += ((unsigned char) *text & 0xC0) != 0x80;
    }
    return n;
}

static void
print_padded(const char *text, size_t columns, bool right, FILE *out)
{
    size_t n = width(text), pad = columns > n ? columns - n : 0;

    (void) fprintf(out, "%*s%s%*s", right ? (int) pad : 0, "", text, right ? 0 : (int) pad, "");
}

static void
table_widths(const cli_table_t *self, size_t *columns)
{
    for (size_t i = 0; i < self->n_cells; i++) {
        size_t n = width(self->cell[i]), c = i % self->n_columns;

        columns[c] = n > columns[c] ? n : columns[c];
    }
}

static void
print_block(const cli_table_t *self, const size_t *columns, size_t first, size_t end, FILE *out)
{
    size_t n_rows = self->n_cells / self->n_columns;

    for (size_t row = 0; row < n_rows; row++) {
        char *const *cell = self->cell + row * self->n_columns;

        (void) fputs(row == 0 && self->bold_head ? "\033[1m" : "", out);
        print_padded(cell[0], end > first ? columns[0] : 0, false, out);
        for (size_t c = first; c < end; c++) {
            (void) fprintf(out, "%*s", GAP, "");
            print_padded(cell[c], columns[c], true, out);
        }
        (void) fputs(row == 0 && self->bold_head ? "\033[0m\n" : "\n", out);
    }
}

int
cli_table_print(const cli_table_t *self, size_t page, FILE *out)
{
    size_t *columns = self->error != 0 ? NULL : calloc(self->n_columns, sizeof(*columns));

    if (columns == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    table_widths(self, columns);
    for (size_t first = 1; first < self->n_columns || first == 1;) {
        size_t end = first, total = columns[0];

        while (end < self->n_columns && (end == first || total + GAP + columns[end] <= page)) {
            total += GAP + columns[end++];
        }
        (void) fputs(first > 1 ? "\n" : "", out);
        print_block(self, columns, first, end, out);
        first = end > first ? end : first + 1;
    }
    free(columns);
    return 0;
}

/* ---- numbers ---- */

static void
with_thousands(char *text, size_t size, double value)
{
    char digits[64];
    size_t at = 0, n;

    (void) snprintf(digits, sizeof(digits), "%.0f", fabs(value));
    n = strlen(digits);
    if (value < 0 && strcmp(digits, "0") != 0 && at + 1 < size) {
        text[at++] = '-';
    }
    for (size_t i = 0; i < n && at + 2 < size; i++) {
        if (i > 0 && (n - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = '\0';
}

/* As many decimals as the greatest of the numbers shown together needs. */
static void
plain_number(char *text, size_t size, double value, double greatest)
{
    if (isnan(value)) {
        (void) snprintf(text, size, "-");
    } else if (greatest >= 1e15) {
        (void) snprintf(text, size, "%.4g", value);
    } else if (greatest >= 99.95) {
        with_thousands(text, size, value);
    } else {
        int decimals = greatest >= 9.995 || greatest == 0.0 ? 1 : greatest >= 0.0995 ? 2 : 4;

        (void) snprintf(text, size, "%.*f", decimals, value);
    }
}

static bool
is_share(const char *unit)
{
    return strcmp(unit, "share") == 0;
}

static bool
is_pounds(const char *unit)
{
    return strcmp(unit, "pounds") == 0;
}

static void
format_among(char *text, size_t size, const char *unit, double value, double greatest)
{
    if (isnan(value)) {
        (void) snprintf(text, size, "-");
    } else if (is_share(unit)) {
        (void) snprintf(text, size, "%.1f%%", fabs(value) < 0.0005 ? 0.0 : 100.0 * value);
    } else if (is_pounds(unit) && greatest >= 1e6) {
        (void) snprintf(text, size, "%.2fm", value / 1e6);
    } else if (is_pounds(unit)) {
        with_thousands(text, size, value);
    } else {
        plain_number(text, size, value, greatest);
    }
}

static void
change_among(char *text, size_t size, const char *unit, double value, double greatest)
{
    char number[64];

    if (is_share(unit) && !isnan(value)) {
        (void) snprintf(number, sizeof(number), "%.2f", fabs(100.0 * value));
    } else {
        format_among(number, sizeof(number), unit, fabs(value), greatest);
    }
    bool none = isnan(value) || strspn(number, "0.,") == strlen(number);

    (void) snprintf(text, size, "%s%s", none ? "" : value < 0.0 ? "-" : "+", number);
}

static double
greatest_of(double value, double low, double high)
{
    return fmax(fabs(value), fmax(fabs(low), fabs(high))); /* fmax leaves out NaN */
}

void
cli_format_value(char *text, size_t size, const char *unit, double value)
{
    format_among(text, size, unit, value, fabs(value));
}

void
cli_format_change(char *text, size_t size, const char *unit, double value)
{
    change_among(text, size, unit, value, fabs(value));
}

void
cli_clip_share(const char *unit, double value, double *low, double *high)
{
    if (is_share(unit) && value >= 0.0 && value <= 1.0 && !isnan(*low)) {
        *low = fmax(*low, 0.0);
        *high = fmin(*high, 1.0);
    }
}

/* "a to b", without a percent sign: the estimate before it has one. */
static void
limits(char *text, size_t size, const char *unit, double low, double high, double greatest)
{
    char a[64], b[64];

    format_among(a, sizeof(a), unit, low, greatest);
    format_among(b, sizeof(b), unit, high, greatest);
    a[strcspn(a, "%")] = '\0';
    b[strcspn(b, "%")] = '\0';
    (void) snprintf(text, size, "%s to %s", a, b);
}

void
cli_format_interval(char *text, size_t size, const char *unit, double value, double low, double high)
{
    double greatest = greatest_of(value, low, high);
    char number[64], bracket[160];

    format_among(number, sizeof(number), unit, value, greatest);
    if (isnan(low) || isnan(high)) {
        (void) snprintf(text, size, "%s", number);
        return;
    }
    cli_clip_share(unit, value, &low, &high);
    limits(bracket, sizeof(bracket), unit, low, high, greatest);
    (void) snprintf(text, size, "%s (%s)", number, bracket);
}

void
cli_format_difference(char *text, size_t size, const char *unit, double value, double low, double high)
{
    double greatest = greatest_of(value, low, high);
    char number[64], a[64], b[64];

    change_among(number, sizeof(number), unit, value, greatest);
    if (isnan(low) || isnan(high)) {
        (void) snprintf(text, size, "%s", number);
        return;
    }
    change_among(a, sizeof(a), unit, low, greatest);
    change_among(b, sizeof(b), unit, high, greatest);
    (void) snprintf(text, size, "%s (%s to %s)", number, a + (a[0] == '+'), b + (b[0] == '+'));
}

void
cli_print_wrapped(const char *text, size_t page, FILE *out)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t n = strcspn(text, " ");
        char word[512];

        (void) snprintf(word, sizeof(word), "%.*s", (int) n, text);
        if (column > 0 && column + 1 + width(word) > page) {
            (void) fputc('\n', out);
            column = 0;
        }
        column += width(word) + (column > 0);
        (void) fprintf(out, "%s%s", column > width(word) ? " " : "", word);
        text += n + strspn(text + n, " ");
    }
    (void) fputc('\n', out);
}
