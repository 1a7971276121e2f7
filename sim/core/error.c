#include "sim/core/error.h"

#include <stddef.h>

static const char *const SENTENCE[] = {
    "no error",
    "out of memory",
    "a value is outside its allowed range",
    "a limit of the engine was reached",
    "not found",
    "a file could not be read or written",
    "the results file could not be read or written",
    "the scenario is invalid",
    "interrupted",
    "not supported",
    "the engine found its own state inconsistent",
    "the file exists already",
};

const char *
sim_strerror(int code)
{
    size_t index = (size_t) - (long) code;

    if (code > 0 || index >= sizeof(SENTENCE) / sizeof(SENTENCE[0])) {
        return "unknown error";
    }
    return SENTENCE[index];
}
