/* What a terminal shows of a finished search: the answer in words, and its tables. */
#ifndef CLI_SPLIT_SUMMARY_H
#define CLI_SPLIT_SUMMARY_H

#include "sim/cli/search.h"

#include <stdio.h>

/** @return 0 or SIM_ERR_NO_MEMORY */
SIM_MUST_CHECK int cli_split_print(const cli_search_t *search, FILE *out);
/** Whether there is a reason to leave the present split, and the answer in full, as print has them. verdict may come out "". */
void cli_split_answer(const cli_search_t *search, char *verdict, size_t verdict_size, char *answer, size_t answer_size);
/** "one 275,000 (35.3%), two ...": a split's money by line. */
void cli_split_words(const cli_candidates_t *all, const double *money, char *text, size_t size);
/** How a measure is called in a table: "cohort_seen_18w", "cohort_seen_18w, presentation=emotional, y2". */
void cli_split_measure(const care_measure_t *of, char *text, size_t size);
/** What is divided, between whom, within what, and by what it is judged. */
void cli_split_print_problem(const cli_search_t *search, FILE *out);

#endif
