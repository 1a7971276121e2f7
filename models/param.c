/* Parameters as data: defaults, look-up, and setting within the allowed range. */
#include "models/param.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void *
param_at(const care_param_t *param, void *block)
{
    return (char *) block + param->offset;
}

void
care_params_default(const care_param_t *param, size_t n, void *block)
{
    for (size_t i = 0; i < n; i++) {
        if (param[i].kind == CARE_NAME) {
            snprintf(param_at(&param[i], block), SIM_NAME_MAX, "%s", param[i].text != NULL ? param[i].text : "");
        } else {
            memcpy(param_at(&param[i], block), &param[i].value, sizeof(double));
        }
    }
}

int
care_param_set(const care_param_t *param, void *block, double value)
{
    if (param->kind != CARE_NUMBER || !isfinite(value) || value < param->min || value > param->max) {
        return SIM_ERR_BAD_PARAM;
    }
    memcpy(param_at(param, block), &value, sizeof(value));
    return 0;
}

double
care_param_get(const care_param_t *param, const void *block)
{
    double value = 0.0;

    if (param->kind == CARE_NUMBER) {
        memcpy(&value, (const char *) block + param->offset, sizeof(value));
    }
    return value;
}
