/*
 * Names and places of results files: directories, numbering, and giving a finished file its name without ever
 * overwriting.
 */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>

/** "out/a.db" and 3 -> "out/a-3.db"; 1 leaves it as it is. Caller frees; NULL when there is no memory. */
char *store_numbered(const char *path, unsigned number);
/** Make the directories that lead to path. @return 0 or errno. */
int store_make_directories(const char *path);
/** Create <path>.partial-<pid> as an empty file. @return 0 or errno; *temporary is the caller's to free. */
int store_make_temporary(const char *path, char **temporary);
/**
Give a finished file its name.
@param force  replace what is there; otherwise the first free of path, path-2, path-3, ... is taken
@return 0 or errno; *name is the caller's to free
*/
int store_place(const char *temporary, const char *path, bool force, char **name);

#endif
