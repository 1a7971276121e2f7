/*
 * Text of gnuplot scripts and data files.
 *
 * Invariant: whatever the text given, what is written is one token: a string in single quotes, or a number.
 */
#ifndef PLOTS_SCRIPT_H
#define PLOTS_SCRIPT_H

#include <stddef.h>
#include <stdio.h>

/**
A copy without control characters and with ? for bytes that are not UTF-8; caller frees; NULL when there is no memory.
*/
char *plot_clean(const char *text);
/**
Cut a clean text to at most n characters, the last then being an ellipsis; text has room for what it holds and 3
bytes.
*/
void plot_cut(char *text, size_t n);
/** Characters of a clean text. */
size_t plot_length(const char *text);
/** The text in single quotes, clean. Memory failing, the quotes are empty. */
void plot_quote(FILE *out, const char *text);
/** name = 'text' */
void plot_let_text(FILE *out, const char *name, const char *text);
/** name = value; NaN is written as gnuplot's. */
void plot_let(FILE *out, const char *name, double value);
/** array name[n] = [...] of numbers; n >= 1. */
void plot_let_numbers(FILE *out, const char *name, size_t n, const double *value);
/** A field of a data file after a tab: the number, or NaN. */
void plot_field(FILE *out, double value);

/** The last field of a line, a text, and the line's end. */
void plot_end_line(FILE *out, const char *text);

/** A round step with at most `most` of them up to max > 0: 1, 2 or 5 times a power of ten. */
double plot_step(double max, int most);

#endif
