#include "sim/cli/output.h"

#include "sim/store/file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

cli_exit_t
cli_output_begin(cli_output_t *self, const char *path, bool force)
{
    struct stat status;
    int error;

    *self = (cli_output_t){ .path = path, .force = force };
    if (!force && lstat(path, &status) == 0) {
        cli_error("%s: exists already (--force overwrites it)", path);
        return CLI_FAILED;
    }
    error = store_make_directories(path);
    if (error == 0) {
        error = store_make_temporary(path, &self->temporary);
    }
    if (error != 0) {
        cli_error("%s: cannot write there: %s", path, strerror(error));
    }
    return error == 0 ? CLI_DONE : CLI_FAILED;
}

/* A name that was taken since stays as it is: store_place numbers ours, which is not what was asked for. */
static int
place(cli_output_t *self)
{
    char *placed = NULL;
    int error = store_place(self->temporary, self->path, self->force, &placed);

    if (error == 0 && strcmp(placed, self->path) != 0) {
        cli_error("%s: was made by another meanwhile; ours is %s", self->path, placed);
    }
    free(placed);
    return error;
}

cli_exit_t
cli_output_end(cli_output_t *self, cli_exit_t code)
{
    int error = code == CLI_DONE && self->temporary != NULL ? place(self) : 0;

    if (error != 0) {
        cli_error("%s: %s", self->path, strerror(error));
        code = CLI_FAILED;
    }
    if (self->temporary != NULL && code != CLI_DONE) {
        (void) unlink(self->temporary);
    }
    free(self->temporary);
    self->temporary = NULL;
    return code;
}
