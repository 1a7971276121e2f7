/*
 * Progress on stderr: a bar with the time left on a terminal, a line for each tenth with --progress plain, else
 * nothing.
 *
 * Invariant: after cli_progress_end the cursor is at the beginning of an empty line.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "sim/cli/options.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    bool bar, lines;
    bool drawn;
    const char *label;   /* borrowed */
    double last_seconds; /* when the bar was last drawn */
    unsigned last_tenth;
} cli_progress_t;

void cli_progress_init(cli_progress_t *self, const cli_options_t *options, const char *label);
/** An exp_progress_t; ctx is the cli_progress_t. */
void cli_progress_show(void *ctx, uint64_t done, uint64_t total, double seconds);
void cli_progress_end(cli_progress_t *self);

#endif
