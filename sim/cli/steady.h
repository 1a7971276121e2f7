/*
 * Whether a results file is of a steady state: how the lists of pools drift, and what one long replication tells by
 * batch means.
 *
 * A pool is unstable when its load is above 1 and its list grows for sure (95%): its means then depend on how long the
 * run is, and no steady state is spoken of.
 */
#ifndef CLI_STEADY_H
#define CLI_STEADY_H

#include "sim/analysis/interval.h"
#include "sim/store/store.h"

#include <stdbool.h>
#include <stdio.h>

/**
Growth of a pool's list a week, within each replication: of its length between the ends of the first and the last
contract year when they are half a year apart; else, in a plain network, those who came less those who went, over the
time counted. NaN when neither is known.
@param group  "pool=core"
*/
SIM_MUST_CHECK int cli_drift(store_reader_t *reader, size_t plan, const char *group, ana_interval_t *per_week);
/** Whether growth is sure; with one replication, whether there is any worth speaking of. */
bool cli_drift_grows(const ana_interval_t *per_week);
/** Whether some pool of the plan is unstable. */
SIM_MUST_CHECK int cli_is_unstable(store_reader_t *reader, size_t plan, bool *unstable);
/** Load and drift of the plan's pools by contract year, when they change from year to year. */
SIM_MUST_CHECK int cli_print_years(store_reader_t *reader, size_t plan, FILE *out);
/** With one replication and a series: mean number present and its interval by batch means. */
SIM_MUST_CHECK int cli_print_batch_means(store_reader_t *reader, size_t plan, FILE *out);

#endif
