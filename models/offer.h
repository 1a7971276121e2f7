/*
 * An offer is a way of organising the link between schools and the service. Each is one file models/offer_<name>.c that defines
 * `const care_offer_t offer_<name>`; the build gathers them into CARE_OFFERS by file name.
 *
 * A layer of a plan is an offer with parameters. Before the pathway is compiled `build` adds the layer's pools, stages and routes;
 * while a replication runs the other hooks decide, and only decide: which schools are covered (`cover`, at the start of each
 * school term), what a year's money buys (`fund`, at the start of each contract year), whether a covered school's wish for
 * consultation is taken (`concern`), what follows a consultation (`contact`) and what the posts filled can do (`staff`). The engine schedules, seizes and records.
 *
 * Invariant: a hook draws only from the school's or the child's own key, so that a school that would buy under one plan is the
 * same school under every plan.
 */
#ifndef CARE_OFFER_H
#define CARE_OFFER_H

#include "models/param.h"
#include "sim/core/error.h"
#include "sim/core/pathway.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct care_run;       /* models/run.h: a replication of the care system */
struct care_layer_run; /* a layer inside it */
struct care_build;     /* models/build.h: a layer being built into the pathway */

typedef enum {
    CARE_CONTACT_SUPPORT,
    CARE_CONTACT_REFER,
    CARE_CONTACT_CARRY,
    CARE_CONTACT_CHOICE, /* a Choice appointment with the link worker: after a consultation only */
    CARE_CONTACT_OTHER   /* ends elsewhere: after a Choice appointment only */
} care_contact_t;

typedef struct care_offer {
    const char *name;
    const char *doc;
    const char *colour; /* "#rrggbb", colour-blind safe, the same in every figure */
    const care_param_t *param;
    size_t n_params;
    size_t param_size;
    size_t state_size; /* per layer and replication, zeroed */
    bool
        unasked; /* `concern` is asked about every concern; otherwise only where the school wishes for a consultation */
    bool treats; /* its direct work is treatment: recovery is faster from the second session until it ends */
    int (*build)(struct care_build *build);
    int (*start)(struct care_layer_run *layer);
    /** A contract year's money. Says what is bought: care_layer_posts, care_layer_core_posts, care_layer_charge. */
    int (*fund)(struct care_layer_run *layer, int year, int64_t pence);
    /** Posts were filled or left: set the units of the layer's pools from layer->in_post. */
    int (*staff)(struct care_layer_run *layer);
    /** A school term starts (or is under way on day 0): say which schools are covered. */
    int (*cover)(struct care_layer_run *layer, int term);
    /** 1 when the layer takes this school's wish for a consultation. */
    int (*concern)(struct care_layer_run *layer, uint32_t child, uint32_t school);
    care_contact_t (*contact)(struct care_layer_run *layer, uint32_t child, uint32_t school);
    /** What follows a Choice appointment that `contact` has asked for. */
    care_contact_t (*choice)(struct care_layer_run *layer, uint32_t child, uint32_t school);
    /** A child of a covered school is accepted at triage: 1 when the link worker sees it instead of the list. */
    int (*takes)(struct care_layer_run *layer, uint32_t child, uint32_t school);
    uint32_t (*member)(struct care_layer_run *layer, uint32_t school);
    /** A wish the layer took was not met: the school stopped waiting, or nobody came. */
    void (*missed)(struct care_layer_run *layer, uint32_t school);
    /** Direct work with a child of this school has ended. */
    void (*carried)(struct care_layer_run *layer, uint32_t school);
    /** What the layer asked for by care_layer_call falls due. */
    int (*due)(struct care_layer_run *layer, uint32_t what);
    /** 0 when this school may not refer directly; asked of every layer that is open and meant for the school. */
    int (*direct)(const struct care_layer_run *layer, uint32_t school);
} care_offer_t;

extern const care_offer_t *const CARE_OFFERS[];
extern const size_t CARE_N_OFFERS;

#endif
