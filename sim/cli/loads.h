/*
 * What the flows of a pathway ask of its pools, before anything is run: the traffic equations by stage and class, where
 * an overloaded pool passes on no more than it can serve, x = demand + min(x, capacity) P (Goodman and Massey, The
 * non-ergodic Jackson network, Journal of Applied Probability 21(4), 1984), and the work of those visits over the
 * capacity there is.
 *
 * Nobody is taken to leave a list, to be turned away or to baulk, so a load is what is offered: those whom such an
 * outcome sends on to another pool are not in that pool's load. Routes to the shortest of
 * several stages are taken to share alike.
 */
#ifndef CLI_LOADS_H
#define CLI_LOADS_H

#include "models/care.h"

typedef struct {
    double capacity; /* a year: server-days, or minutes of a diary */
    double load; /* of the work, or of new starts where these are scarcer; NaN when the pool has no capacity, or when
                        all its flow is unknown */
    double per_week; /* visits */
    bool has_more;   /* others come by outcomes such as "full": how many is not known before a run */
    bool
        has_repeats; /* services may be begun again, or servers be held by blocked clients: for how long is not known */
    bool has_exit;   /* some may leave its list unserved, baulk, or find no room: an overload need not make it grow */
} cli_load_t;

/** Arrivals of a source a year, between two days of the run. */
double cli_demand(const sim_source_t *source, double from_day, double to_day);
/**
Loads of every pool between two days of the run.
@param load  n_pools of the model's pathway; capacity is set also when the flows cannot be known
@return 0; SIM_ERR_UNSUPPORTED when flows depend on decisions or flags of the run, nobody comes, or nobody would ever
leave; SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int cli_loads(const care_model_t *model, double from_day, double to_day, cli_load_t *load);
/** How fast the list of an overloaded pool grows, a week, when nobody leaves it; 0 below a load of 1. */
double cli_growth(const cli_load_t *load);

#endif
