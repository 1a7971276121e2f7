/*
 * A file that a command writes besides results: filled under a temporary name beside its own, which it gets when it is
 * complete. A file that is there already is kept unless --force was given.
 *
 * Invariant: after cli_output_end nothing is left under the temporary name.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "sim/cli/cli.h"

typedef struct {
    const char *path; /* borrowed */
    char *temporary;  /* to be written; owned */
    bool force;
} cli_output_t;

/** Make the folders and the empty temporary file. @return CLI_DONE, or CLI_FAILED after saying why */
cli_exit_t cli_output_begin(cli_output_t *self, const char *path, bool force);
/** Give the file its name when code is CLI_DONE, else remove it. Safe after a failed begin. @return code, or CLI_FAILED */
cli_exit_t cli_output_end(cli_output_t *self, cli_exit_t code);

#endif
