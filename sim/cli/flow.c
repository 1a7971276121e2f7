#include "sim/cli/flow.h"

#include "sim/store/flow.h"

static const char *
stage_name(const sim_pathway_t *pathway, int stage)
{
    return stage == SIM_EXIT ? "" : pathway->stage[stage].name;
}

static int
put_stages(const sim_pathway_t *pathway, size_t plan, store_writer_t *writer)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < pathway->n_stages; i++) {
        ret = store_put_stage(writer, &(store_stage_t){ plan, pathway->stage[i].name, pathway->stage[i].pool });
    }
    return ret;
}

static int
put_sources(const sim_pathway_t *pathway, size_t plan, store_writer_t *writer)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < pathway->n_sources; i++) {
        const sim_source_t *source = &pathway->source[i];

        ret = store_put_route(writer, &(store_route_t){ .plan = plan,
                                          .of_source = true,
                                          .from = source->name,
                                          .outcome = "",
                                          .to = stage_name(pathway, source->target),
                                          .share = 1 });
    }
    return ret;
}

/* Of several stages, of which the shortest is taken, each. */
static int
put_route(const sim_pathway_t *pathway, const sim_route_t *route, size_t plan, store_writer_t *writer)
{
    store_route_t row = { .plan = plan,
        .from = pathway->stage[route->stage].name,
        .outcome = route->outcome,
        .to = stage_name(pathway, route->target),
        .share = route->probability };
    int ret = store_put_route(writer, &row);

    for (size_t k = 0; ret == 0 && k < route->n_shortest; k++) {
        row.to = stage_name(pathway, route->shortest[k]);
        ret = store_put_route(writer, &row);
    }
    return ret;
}

int
cli_flow_put(const cli_trial_t *trial, store_writer_t *writer)
{
    int ret = store_flow_begin(writer);

    for (size_t a = 0; ret == 0 && a < trial->n_arms; a++) {
        const sim_pathway_t *pathway = &trial->arm[a].model.pathway;

        ret = put_stages(pathway, a, writer);
        if (ret == 0) {
            ret = put_sources(pathway, a, writer);
        }
        for (size_t r = 0; ret == 0 && r < pathway->n_routes; r++) {
            ret = put_route(pathway, &pathway->route[r], a, writer);
        }
    }
    return ret;
}
