/* Which Weir this is: what the build wrote into version.h. */
#include "version.h"

#include "sim/cli/cli.h"

const char *
cli_version(void)
{
    return WEIR_VERSION;
}

const char *
cli_commit(void)
{
    return WEIR_COMMIT;
}
