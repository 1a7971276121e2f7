/*
 * Parameters as data. A block of parameters is a struct of doubles (and names) described by a table: one row a field. The table
 * drives validation, units, defaults, --set, help and the parameter reference; nothing else knows the fields.
 */
#ifndef CARE_PARAM_H
#define CARE_PARAM_H

#include "sim/core/error.h"
#include "sim/core/pathway.h"

#include <stddef.h>

typedef enum { CARE_NUMBER, CARE_NAME } care_param_kind_t;

typedef struct {
    const char *name;
    care_param_kind_t kind; /* CARE_NAME: a char[SIM_NAME_MAX] */
    const char
        *unit; /* "days", "minutes", "hours", "share", "pounds", "pounds/year", "per month", "count", "WTE", "" ... */
    double min, max;
    double value;       /* the default */
    const char *text;   /* default of a name */
    size_t offset;      /* of the field in its struct */
    const char *source; /* evidence id, "assumption", or where the default comes from */
    const char *doc;    /* one sentence */
} care_param_t;

typedef struct {
    const char *name; /* the scenario's field: "schools", "concern", ... */
    const char *doc;
    const care_param_t *param;
    size_t n_params;
    size_t offset; /* of the block in care_spec_t */
} care_block_t;

/** Write every default into a block. */
void care_params_default(const care_param_t *param, size_t n, void *block);
/** Set a number; SIM_ERR_BAD_PARAM when it is outside [min, max] or not finite. */
SIM_MUST_CHECK int care_param_set(const care_param_t *param, void *block, double value);
/** The number in a block (0 for a name). */
double care_param_get(const care_param_t *param, const void *block);

#endif
