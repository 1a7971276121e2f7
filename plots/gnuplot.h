/* The pipe to gnuplot. */
#ifndef PLOTS_GNUPLOT_H
#define PLOTS_GNUPLOT_H

#include "sim/core/error.h"

#include <stddef.h>

/**
Run gnuplot without a shell, in a directory, with a script on its standard input.
@param directory  "" for the present one
@param script     n bytes
@param said       what it said on standard error, at most size - 1 bytes
@return 0; SIM_ERR_UNSUPPORTED when it cannot be started; SIM_ERR_IO when it failed
*/
SIM_MUST_CHECK int plot_gnuplot(const char *directory, const char *script, size_t n, char *said, size_t size);

#endif
