#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the UTF-8 character at text (RFC 3629), 0 when there is none. */
static size_t
character(const unsigned char *text)
{
    size_t n = text[0] < 0x80 ? 1 : text[0] >= 0xc2 && text[0] < 0xe0 ? 2 : (text[0] & 0xf0) == 0xe0 ? 3 : 4;

    if (text[0] >= 0x80 && (text[0] < 0xc2 || text[0] > 0xf4)) {
        return 0;
    }
    for (size_t i = 1; i < n; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
        (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f)) {
        return 0;
    }
    return n;
}

char *
plot_clean(const char *text)
{
    char *clean = malloc(strlen(text) + 4), *to = clean;

    while (clean != NULL && *text != '\0') {
        size_t n = character((const unsigned char *) text);

        if (n == 0) {
            *to++ = '?';
        } else if (n == 1) {
            *to++ = *text > 0x1f && *text != 0x7f ? *text : ' ';
        } else {
            memcpy(to, text, n);
            to += n;
        }
        text += n == 0 ? 1 : n;
    }
    if (clean != NULL) {
        *to = '\0';
    }
    return clean;
}

size_t
plot_length(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++) {
        n += (*text & 0xc0) != 0x80;
    }
    return n;
}

void
plot_cut(char *text, size_t n)
{
    size_t seen = 0;
    char *at = text;

    if (plot_length(text) <= n) {
        return;
    }
    for (; *at != '\0'; at++) {
        seen += (*at & 0xc0) != 0x80;
        if (seen == n) {
            break;
        }
    }
    memcpy(at, "\xe2\x80\xa6", 4);
}

void
plot_quote(FILE *out, const char *text)
{
    char *clean = plot_clean(text);

    (void) fputc('\'', out);
    for (const char *at = clean; at != NULL && *at != '\0'; at++) {
        (void) fputs(*at == '\'' ? "'" : "", out);
        (void) fputc(*at, out);
    }
    (void) fputc('\'', out);
    free(clean);
}

void
plot_let_text(FILE *out, const char *name, const char *text)
{
    (void) fprintf(out, "%s = ", name);
    plot_quote(out, text);
    (void) fputc('\n', out);
}

static void
number(FILE *out, double value)
{
    if (isfinite(value)) {
        (void) fprintf(out, "%.10g", value);
    } else {
        (void) fputs("NaN", out);
    }
}

void
plot_let(FILE *out, const char *name, double value)
{
    (void) fprintf(out, "%s = ", name);
    number(out, value);
    (void) fputc('\n', out);
}

void
plot_let_numbers(FILE *out, const char *name, size_t n, const double *value)
{
    (void) fprintf(out, "array %s[%zu] = [", name, n);
    for (size_t i = 0; i < n; i++) {
        (void) fputs(i > 0 ? ", " : "", out);
        number(out, value[i]);
    }
    (void) fputs("]\n", out);
}

void
plot_field(FILE *out, double value)
{
    (void) fputc('\t', out);
    number(out, value);
}

void
plot_end_line(FILE *out, const char *text)
{
    char *clean = plot_clean(text);

    (void) fprintf(out, "\t%s\n", clean != NULL ? clean : "");
    free(clean);
}

double
plot_step(double max, int most)
{
    double ten = pow(10, floor(log10(max / most)));

    for (double at = 1; at < 10; at *= at == 2 ? 2.5 : 2) {
        if (max <= at * ten * most * (1 + 1e-9)) {
            return at * ten;
        }
    }
    return 10 * ten;
}
