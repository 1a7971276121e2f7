/* weir split --target: the least money with which targets are met, from the options to the exit code. */
#ifndef CLI_SPLIT_TARGET_H
#define CLI_SPLIT_TARGET_H

#include "sim/cli/cli.h"

/** @return CLI_TARGET when no line that may vary reaches the targets */
cli_exit_t cli_split_target(const cli_options_t *options);

#endif
