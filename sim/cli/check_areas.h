/* What weir check says of several areas: who and what each has, and which is most loaded. */
#ifndef CLI_CHECK_AREAS_H
#define CLI_CHECK_AREAS_H

#include "models/care.h"

/** A row for each area of a model, and their sum; then, where the flows alone tell loads, the worst area of each pool. */
SIM_MUST_CHECK int cli_check_areas(const care_model_t *model);

#endif
