/*
 * What a search leaves in its results file: the candidates' tables, and the splits that have a name (current, chosen, equal,
 * need, runner_up) as plans with their replications, so that export and plot show them as they show any plans.
 */
#ifndef CLI_SPLIT_RESULTS_H
#define CLI_SPLIT_RESULTS_H

#include "sim/cli/search.h"

/** "chosen equal": what a candidate is to the search, in text. */
void cli_split_roles(const cli_search_t *search, size_t candidate, char *text, size_t size);
/** Whether the replications of two candidates' estimates are the same ones. */
uint32_t cli_split_common_first(const cli_search_t *search, size_t a, size_t b);
/** Everything but the manifest's end. */
SIM_MUST_CHECK int cli_split_put(const cli_search_t *search, store_writer_t *writer);

#endif
