/*
 * How long work would take on more workers than there are, from the time each piece took: list scheduling, in which who
 * is free takes the next piece (R.L. Graham, SIAM J. Appl. Math. 17 (1969) 416-429), and shares fixed beforehand.
 */
#ifndef EXP_SCHEDULE_H
#define EXP_SCHEDULE_H

#include "sim/core/error.h"

#include <stddef.h>

/** Until the last is done, when the next piece is taken by who is free first. @return 0 or SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int exp_schedule_stealing(const double *seconds, size_t n, size_t workers, double *makespan);
/** Until the last is done, when worker w has pieces w, w + workers, ... @return 0 or SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int exp_schedule_shards(const double *seconds, size_t n, size_t workers, double *makespan);

#endif
