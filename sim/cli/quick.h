/*
 * Quick answers: arguments KEY=VALUE read against a table, for the commands that answer by formula instead of simulation.
 *
 * Times and rates are kept on one clock, hours of opening: minutes and hours are hours of opening, days and longer are
 * of the calendar, of which a week has `open` hours of opening.
 */
#ifndef CLI_QUICK_H
#define CLI_QUICK_H

#include "sim/cli/options.h"

#include <stddef.h>
#include <stdio.h>

typedef enum { QUICK_NUMBER, QUICK_SHARE, QUICK_TIME, QUICK_RATE } quick_kind_t;

/* A row is a key; value is the default, NaN when it must be given or, when `optional`, is absent. */
typedef struct {
    const char *name;
    quick_kind_t kind;
    bool optional;
    double value, low, high;
    const char *source; /* of the default: an id of the evidence, "assumption", or "" */
} quick_row_t;

/**
Read "key=value" arguments. Every fault is printed.
@param row    n keys; that called "open", if there is one, is the hours of opening of a week
@param value  n numbers: hours, per hour, shares or plain
@return false when something was wrong
*/
bool cli_quick_read(const char *command, const cli_options_t *options, const quick_row_t *row, size_t n, double *value);

/** A time of `hours` of opening as a person says it: "12 minutes", "3.5 hours", "17 days". */
void cli_quick_time(char *text, size_t size, double hours, double open_hours);

#endif
