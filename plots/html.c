#include "plots/html.h"

#include "plots/script.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void
html_text(FILE *out, const char *text)
{
    static const char SIGN[] = "&<>\"'";
    static const char *const NAME[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
    char *clean = plot_clean(text);

    for (const char *at = clean; at != NULL && *at != '\0'; at++) {
        const char *sign = strchr(SIGN, *at);

        if (sign != NULL) {
            (void) fputs(NAME[sign - SIGN], out);
        } else {
            (void) fputc(*at, out);
        }
    }
    free(clean);
}

static void __attribute__((format(printf, 2, 0))) say(FILE *out, const char *format, va_list args)
{
    char text[4096];

    (void) vsnprintf(text, sizeof(text), format, args);
    html_text(out, text);
}

void
html_say(FILE *out, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(out, format, args);
    va_end(args);
}

void
html_element(FILE *out, const char *tag, const char *format, ...)
{
    va_list args;

    (void) fprintf(out, "<%s>", tag);
    va_start(args, format);
    say(out, format, args);
    va_end(args);
    (void) fprintf(out, "</%.*s>\n", (int) strcspn(tag, " "), tag);
}

/* ---- tables ---- */

void
html_table_open(FILE *out, const char *caption)
{
    (void) fputs("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"", out);
    html_text(out, caption);
    (void) fputs("\">\n<table>\n<caption>", out);
    html_text(out, caption);
    (void) fputs("</caption>\n<thead>\n", out);
}

void
html_table_body(FILE *out)
{
    (void) fputs("</thead>\n<tbody>\n", out);
}

void
html_table_close(FILE *out)
{
    (void) fputs("</tbody>\n</table>\n</div>\n", out);
}

void
html_row_open(FILE *out)
{
    (void) fputs("<tr>", out);
}

void
html_row_close(FILE *out)
{
    (void) fputs("</tr>\n", out);
}

#define CELL(function, open, close)                                                                                    \
    void function(FILE *out, const char *format, ...)                                                                  \
    {                                                                                                                  \
        va_list args;                                                                                                  \
                                                                                                                       \
        (void) fputs(open, out);                                                                                       \
        va_start(args, format);                                                                                        \
        say(out, format, args);                                                                                        \
        va_end(args);                                                                                                  \
        (void) fputs(close, out);                                                                                      \
    }

CELL(html_column, "<th scope=\"col\">", "</th>")
CELL(html_row_head, "<th scope=\"row\">", "</th>")
CELL(html_words, "<td>", "</td>")

void
html_number(FILE *out, const char *format, ...)
{
    char text[512], *bracket;
    va_list args;

    va_start(args, format);
    (void) vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    bracket = strstr(text, " (");
    if (bracket != NULL) {
        *bracket = '\0';
    }
    (void) fputs("<td class=\"n\">", out);
    html_text(out, text);
    if (bracket != NULL) {
        (void) fputs(" <small>(", out);
        html_text(out, bracket + 2);
        (void) fputs("</small>", out);
    }
    (void) fputs("</td>", out);
}
