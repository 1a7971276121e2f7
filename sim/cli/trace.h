/* What happens to single entities: replication 0 of a model, a line an event, those first born only. */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include "models/care.h"
#include "sim/cli/cli.h"

#include <stdio.h>

/** Run replication 0, of several areas in the first, and show the first options->trace entities as it goes, as text or csv, or one after another
    when the format is story. */
cli_exit_t cli_trace(const care_model_t *model, const cli_options_t *options, FILE *out);

#endif
