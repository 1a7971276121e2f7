/* The pipe to gnuplot. */
#ifndef PLOTS_GNUPLOT_H
#define PLOTS_GNUPLOT_H

#include "sim/core/error.h"

#include <stddef.h>

/**
Run gnuplot without a shell, with a script on its standard input.
@param script  n bytes
@param said    what it said, at most size - 1 bytes
@return 0; SIM_ERR_UNSUPPORTED when it cannot be started; SIM_ERR_IO when it failed
*/
SIM_MUST_CHECK int plot_gnuplot(const char *script, size_t n, char *said, size_t size);

#endif
