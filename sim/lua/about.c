/* What a scenario says of itself. It changes no result, so it is no parameter. */
#include "sim/lua/loader.h"

#include <stdlib.h>

#define ABOUT(name, doc)                                                                                               \
    { #name, SCN_TEXT, 0, CARE_ABOUT_SIZE, false, offsetof(care_about_t, name), NULL, NULL, NULL, doc },
static const scn_field_t ABOUT_FIELD[] = { CARE_ABOUT_FIELDS(ABOUT) };
#undef ABOUT
const scn_room_t SCN_ABOUT = { "about", sizeof(ABOUT_FIELD) / sizeof(ABOUT_FIELD[0]), ABOUT_FIELD };

void
scn_read_about(scn_loader_t *ld, const scn_at_t *at)
{
    care_spec_t *spec = &ld->scn->spec;

    if (spec->about == NULL) {
        spec->about = calloc(1, sizeof(*spec->about));
    }
    if (spec->about == NULL) {
        ld->no_memory = true;
        return;
    }
    ld->unnoted = true;
    scn_row(ld, at, &SCN_ABOUT, spec->about);
    ld->unnoted = false;
}
