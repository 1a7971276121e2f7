/* The same money spent on more posts in a named pool of the service: the comparator every link must beat. */
#include "models/build.h"
#include "models/run.h"

#include <string.h>

typedef struct {
    char pool[SIM_NAME_MAX];
} specialist_t;

typedef struct {
    double applied; /* WTE already added to the pool */
} specialist_state_t;

static const care_param_t PARAM[] = {
    { "pool", CARE_NAME, "", 0, 0, 0, "core", offsetof(specialist_t, pool), "assumption",
        "The pool that gets the posts." },
};

static int
specialist_build(care_build_t *build)
{
    const specialist_t *param = build->layer->param;

    return sim_pathway_find_pool(build->pathway, param->pool) >= 0
               ? 0
               : care_build_refuse(build, "there is no pool \"%s\" to give posts to", param->pool);
}

static int
specialist_start(care_layer_run_t *layer)
{
    const specialist_t *param = layer->layer->param;

    layer->pool = sim_pathway_find_pool(&layer->run->model->pathway, param->pool);
    return 0;
}

static int
specialist_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    (void) year;
    return care_layer_posts(layer, care_layer_wte(layer, pence));
}

/* A change, not a level: other moves of staff act on the same pool. */
static int
specialist_staff(care_layer_run_t *layer)
{
    specialist_state_t *state = layer->state;
    double change = layer->in_post - state->applied;

    state->applied = layer->in_post;
    return care_change_units(layer->run, layer->pool, 0, change);
}

const care_offer_t offer_specialist = {
    .name = "specialist",
    .doc = "The same money spent on more posts in a named pool of the specialist service.",
    .colour = "#000000",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(specialist_t),
    .state_size = sizeof(specialist_state_t),
    .build = specialist_build,
    .start = specialist_start,
    .fund = specialist_fund,
    .staff = specialist_staff,
};
