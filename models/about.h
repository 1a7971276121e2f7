/*
 * What only a person can say of a study: the words of a scenario's `about`. They change no result; the report prints them.
 */
#ifndef CARE_ABOUT_H
#define CARE_ABOUT_H

#include <stddef.h>

#define CARE_ABOUT_SIZE 1200 /* bytes of a text, its end included */

/* name, what readers of the reference are told */
#define CARE_ABOUT_FIELDS(X)                                                                                           \
    X(purpose, "What the model is for, and for whom.")                                                                 \
    X(aims, "What the runs are to find out.")                                                                          \
    X(data, "Where the data came from, beyond the source of each number.")                                             \
    X(preprocessing, "What was done to the data before they were put in.")                                             \
    X(assumptions, "What is assumed beyond the numbers, and why that is fair.")                                        \
    X(sharing, "Where the scenario and its results can be had.")                                                       \
    X(use, "What the results may be used for, and what not.")                                                          \
    X(limitations, "What is known to be wrong or missing.")                                                            \
    X(validation, "What was checked, how and by whom.")                                                                \
    X(uncertainty, "What is not certain beside what the intervals show.")                                              \
    X(commissioner, "Who asked for it.")                                                                               \
    X(analyst, "Who did it.")                                                                                          \
    X(assurer, "Who assured it, not being the analyst.")                                                               \
    X(approver, "Who approved its use.")

#define CARE_ABOUT_MEMBER(name, doc) char name[CARE_ABOUT_SIZE];
typedef struct {
    CARE_ABOUT_FIELDS(CARE_ABOUT_MEMBER)
} care_about_t;
#undef CARE_ABOUT_MEMBER

#endif
