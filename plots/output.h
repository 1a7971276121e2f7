/*
 * Texts in memory, and files that are never half-written: a temporary file beside the target gets its name when it is
 * whole.
 */
#ifndef PLOTS_OUTPUT_H
#define PLOTS_OUTPUT_H

#include "plots/plot.h"

#include <stdio.h>

/* A text in memory that is written as a stream; after plot_text_close it is `text`. */
typedef struct {
    char *text;
    size_t n;
    FILE *stream;
} plot_text_t;

SIM_MUST_CHECK int plot_text_open(plot_text_t *self, plot_fault_t *fault);
SIM_MUST_CHECK int plot_text_close(plot_text_t *self, plot_fault_t *fault);
/** Safe on a zeroed one. */
void plot_text_free(plot_text_t *self);

/** "a" (n bytes of it), "b" and "c" in one; NULL when there is no memory. */
char *plot_join(const char *a, size_t n, const char *b, const char *c);
/** Add a file's bytes to a stream. @return 0 or SIM_ERR_IO */
SIM_MUST_CHECK int plot_copy_file(const char *directory, const char *name, FILE *out, plot_fault_t *fault);
/** SIM_ERR_EXISTS when there is something of that name. */
SIM_MUST_CHECK int plot_check_absent(const char *path, plot_fault_t *fault);
/** Give a temporary file its name. Without force, a name that was taken meanwhile is an error too. */
SIM_MUST_CHECK int plot_place_file(const char *temporary, const char *path, bool force, plot_fault_t *fault);
SIM_MUST_CHECK int plot_write_text(const char *path, const plot_text_t *text, bool force, plot_fault_t *fault);

/**
Make a figure of which no file is kept, and take its bytes; request->out is not looked at.
@return as plot_make; SIM_ERR_UNSUPPORTED when gnuplot cannot be started. The caller frees even on error.
*/
SIM_MUST_CHECK int plot_draw_text(const plot_request_t *request, plot_text_t *bytes, plot_fault_t *fault);

#endif
