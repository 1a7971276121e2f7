#include "sim/cli/split_target.h"

#include "sim/cli/backsolve.h"
#include "sim/cli/load.h"

#include <stdlib.h>

static cli_exit_t
execute(cli_backsolve_t *work)
{
    int ret = cli_backsolve_run(work);

    if (ret == SIM_ERR_INTERRUPTED) {
        cli_error("interrupted before the answer was known");
        return CLI_INTERRUPTED;
    }
    if (ret == 0) {
        ret = cli_backsolve_show(work, stdout);
    }
    if (ret != 0) {
        cli_error("%s", sim_strerror(ret));
        return CLI_FAILED;
    }
    if (work->failed > 0) {
        cli_error("%llu replications failed, or had nobody to count: they are left out",
            (unsigned long long) work->failed);
    }
    return work->best == CLI_BACKSOLVE_NONE ? CLI_TARGET : work->failed > 0 ? CLI_SOME_FAILED : CLI_DONE;
}

cli_exit_t
cli_split_target(const cli_options_t *options)
{
    scn_t *scenario = NULL;
    cli_backsolve_t *work = calloc(1, sizeof(*work));
    cli_exit_t code = work == NULL ? CLI_FAILED : cli_load(options, options->arg[0], &scenario);

    if (code == CLI_DONE) {
        code = cli_backsolve_init(work, options, scenario);
    }
    if (code == CLI_DONE) {
        code = execute(work);
    }
    if (work != NULL) {
        cli_backsolve_free(work);
    }
    free(work);
    scn_free(scenario);
    return code;
}
