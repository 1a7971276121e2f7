#include "sim/store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBER_MAX 100000u

/* Where the ending begins: the last dot of the last part, or the end. */
static size_t
ending(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(path, '.');

    return dot == NULL || (slash != NULL && dot < slash) ? strlen(path) : (size_t) (dot - path);
}

char *
store_numbered(const char *path, unsigned number)
{
    size_t size = strlen(path) + 16;
    char *name = malloc(size);

    if (name != NULL && number <= 1) {
        (void) snprintf(name, size, "%s", path);
    } else if (name != NULL) {
        size_t stem = ending(path);

        (void) snprintf(name, size, "%.*s-%u%s", (int) stem, path, number, path + stem);
    }
    return name;
}

int
store_make_directories(const char *path)
{
    char *part = store_numbered(path, 1);
    int ret = part == NULL ? ENOMEM : 0;

    for (char *slash = part == NULL ? NULL : strchr(part + 1, '/'); ret == 0 && slash != NULL;
         slash = strchr(slash + 1, '/')) {
        struct stat info;

        *slash = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST) {
            ret = errno;
        } else if (stat(part, &info) != 0 || !S_ISDIR(info.st_mode)) {
            ret = ENOTDIR;
        }
        *slash = '/';
    }
    free(part);
    return ret;
}

int
store_make_temporary(const char *path, char **temporary)
{
    size_t size = strlen(path) + 48;
    int file = -1;

    *temporary = malloc(size);
    if (*temporary == NULL) {
        return ENOMEM;
    }
    for (unsigned i = 0; i < 1000 && file < 0; i++) {
        int n = snprintf(*temporary, size, "%s.partial-%ld", path, (long) getpid());

        if (i > 0) {
            (void) snprintf(*temporary + n, size - (size_t) n, "-%u", i);
        }
        file = open(*temporary, O_CREAT | O_EXCL | O_WRONLY, 0666);
        if (file < 0 && errno != EEXIST) {
            break;
        }
    }
    if (file < 0) {
        int error = errno;

        free(*temporary);
        *temporary = NULL;
        return error;
    }
    return close(file) == 0 ? 0 : errno;
}

/* A name that is taken stays as it is; where links are not to be had, a look before the rename has to do. */
static int
place_new(const char *temporary, const char *name)
{
    struct stat info;

    if (link(temporary, name) == 0) {
        return unlink(temporary) == 0 ? 0 : errno;
    }
    if (errno == EEXIST || lstat(name, &info) == 0) {
        return EEXIST;
    }
    return rename(temporary, name) == 0 ? 0 : errno;
}

int
store_place(const char *temporary, const char *path, bool force, char **name)
{
    int ret = EEXIST;

    *name = NULL;
    for (unsigned number = 1; ret == EEXIST && number < NUMBER_MAX; number++) {
        free(*name);
        *name = store_numbered(path, number);
        if (*name == NULL) {
            return ENOMEM;
        }
        if (force) {
            return rename(temporary, *name) == 0 ? 0 : errno;
        }
        ret = place_new(temporary, *name);
    }
    return ret;
}
