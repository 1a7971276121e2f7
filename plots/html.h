/*
 * HTML that is also well-formed XML: every element is closed, every attribute quoted.
 *
 * Invariant: what a user or a scenario has written reaches the page only through html_text and the functions that call it,
 * which leave no sign that HTML would read.
 */
#ifndef PLOTS_HTML_H
#define PLOTS_HTML_H

#include <stddef.h>
#include <stdio.h>

/** Text, clean and with its signs escaped; also for the inside of an attribute. */
void html_text(FILE *out, const char *text);
/** The same of a printed text of at most 4,095 bytes. */
void html_say(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** <tag>text</tag> and a line's end; tag may have attributes ("p class='note'"). */
void html_element(FILE *out, const char *tag, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** A table that scrolls by itself where the page is narrow. */
void html_table_open(FILE *out, const char *caption);
/** Between the rows of the head and the others. */
void html_table_body(FILE *out);
void html_table_close(FILE *out);
void html_row_open(FILE *out);
void html_row_close(FILE *out);
/** Head of a column, or of a row. */
void html_column(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void html_row_head(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** A cell with a number, its interval (what is in brackets) below it; and one with words. */
void html_number(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void html_words(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
