#include "sim/cli/templates.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
holds_templates(const char *directory)
{
    char path[4200];

    return snprintf(path, sizeof(path), "%s/style.gp", directory) < (int) sizeof(path) && access(path, R_OK) == 0;
}

void
cli_find_templates(char *directory, size_t size)
{
    char self[4000];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *slash;

    self[n > 0 ? n : 0] = '\0';
    slash = strrchr(self, '/');
    if (slash != NULL) {
        *slash = '\0';
        (void) snprintf(directory, size, "%s/plots", self);
        if (holds_templates(directory)) {
            return;
        }
    }
    (void) snprintf(directory, size, "%s/plots", WEIR_DATADIR);
}
