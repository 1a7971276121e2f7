/*
 * The pathway of one plan as it was compiled: a box for each source and stage, with how many come to it a year and the load of its
 * team, and an arrow for each route. Boxes stand in layers by the longest way to them, ways back left out (Sugiyama, Tagawa and
 * Toda 1981), and within a layer near those they come from. A route over several layers goes through bends, which it shares with the
 * other routes to the same stage.
 *
 * Invariant: layers and places are of stages that can be reached from a source; a stage that cannot stands in the first layer.
 */
#include "plots/job.h"
#include "plots/script.h"
#include "sim/store/flow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STAGES_MOST 60
#define NODES_MOST 400 /* bends among them */
#define EDGES_MOST 800
#define NAME 64
#define SWEEPS 12
#define TOP 112.0
#define ROW 88.0
#define BOX_HEIGHT 50.0
#define BOX_WIDTH 136.0
#define GAP 18.0     /* between boxes, and the room of a bend */
#define NAME_MOST 19 /* characters that a box has room for */

typedef struct {
    char name[NAME], pool[NAME];
    bool is_source, is_bend;
    int target;             /* of a bend */
    int layer, order, seen; /* seen: 0 not yet, 1 on the way, 2 done */
    double x, y, near;
} node_t;

typedef struct {
    int from, to;
    bool back;
} edge_t;

typedef struct {
    plot_job_t *job;
    size_t n_nodes, n_edges;
    node_t node[NODES_MOST];
    edge_t edge[EDGES_MOST];
    int n_layers, count[NODES_MOST]; /* of each layer */
    bool too_many;
} flow_t;

/* ---- reading ---- */

static int
find_node(const flow_t *flow, const char *name, bool is_source)
{
    for (size_t i = 0; i < flow->n_nodes; i++) {
        if (flow->node[i].is_source == is_source && strcmp(flow->node[i].name, name) == 0) {
            return (int) i;
        }
    }
    return -1;
}

static int
add_node(flow_t *flow, const char *name, const char *pool, bool is_source)
{
    node_t *node = &flow->node[flow->n_nodes];

    if (flow->n_nodes == STAGES_MOST) {
        flow->too_many = true;
        return -1;
    }
    *node = (node_t){ .is_source = is_source };
    (void) snprintf(node->name, sizeof(node->name), "%s", name);
    (void) snprintf(node->pool, sizeof(node->pool), "%s", pool);
    return (int) flow->n_nodes++;
}

static int
take_stage(void *ctx, const store_stage_t *stage)
{
    (void) add_node(ctx, stage->name, stage->pool, false);
    return 0;
}

static bool
has_edge(const flow_t *flow, int from, int to)
{
    for (size_t i = 0; i < flow->n_edges; i++) {
        if (flow->edge[i].from == from && flow->edge[i].to == to) {
            return true;
        }
    }
    return false;
}

/* Ways out are not drawn. */
static int
take_route(void *ctx, const store_route_t *route)
{
    flow_t *flow = ctx;
    int from = find_node(flow, route->from, route->of_source), to = find_node(flow, route->to, false);

    if (from < 0 && route->of_source) {
        from = add_node(flow, route->from, "", true);
    }
    if (from < 0 || to < 0 || !(route->share > 0.0) || has_edge(flow, from, to)) {
        return 0;
    }
    if (flow->n_edges == EDGES_MOST) {
        flow->too_many = true;
        return 0;
    }
    flow->edge[flow->n_edges++] = (edge_t){ from, to, false };
    return 0;
}

/* ---- places ---- */

/* Depth first; an edge to one that is on the way leads back. Sources are at the end of the nodes and are looked at first. */
static void
visit(flow_t *flow, int at)
{
    flow->node[at].seen = 1;
    for (size_t i = 0; i < flow->n_edges; i++) {
        edge_t *edge = &flow->edge[i];

        if (edge->from == at && flow->node[edge->to].seen == 1) {
            edge->back = true;
        } else if (edge->from == at && flow->node[edge->to].seen == 0) {
            visit(flow, edge->to);
        }
    }
    flow->node[at].seen = 2;
}

static void
find_layers(flow_t *flow)
{
    bool moved = true;

    for (int i = (int) flow->n_nodes - 1; i >= 0; i--) {
        if (flow->node[i].seen == 0) {
            visit(flow, i);
        }
    }
    while (moved) {
        moved = false;
        for (size_t i = 0; i < flow->n_edges; i++) {
            const edge_t *edge = &flow->edge[i];

            if (!edge->back && flow->node[edge->to].layer <= flow->node[edge->from].layer) {
                flow->node[edge->to].layer = flow->node[edge->from].layer + 1;
                moved = true;
            }
        }
    }
}

/* The bend in a layer on the way to a stage; -1 when there is no more room. */
static int
bend_at(flow_t *flow, int target, int layer)
{
    for (size_t i = 0; i < flow->n_nodes; i++) {
        if (flow->node[i].is_bend && flow->node[i].target == target && flow->node[i].layer == layer) {
            return (int) i;
        }
    }
    if (flow->n_nodes == NODES_MOST) {
        flow->too_many = true;
        return -1;
    }
    flow->node[flow->n_nodes] = (node_t){ .is_bend = true, .target = target, .layer = layer };
    return (int) flow->n_nodes++;
}

/* The edges of the first pass: those that are added lead on from bends. */
static void
bend_edges(flow_t *flow)
{
    for (size_t i = 0; i < flow->n_edges && !flow->too_many; i++) {
        edge_t *edge = &flow->edge[i];
        int layer = flow->node[edge->from].layer + 1, to = edge->to;
        int target = flow->node[to].is_bend ? flow->node[to].target : to, bend;

        if (edge->back || flow->node[to].layer <= layer) {
            continue;
        }
        bend = bend_at(flow, target, layer);
        edge->to = bend >= 0 ? bend : to;
        if (bend >= 0 && !has_edge(flow, bend, to)) {
            flow->too_many = flow->n_edges == EDGES_MOST;
            if (!flow->too_many) {
                flow->edge[flow->n_edges++] = (edge_t){ bend, to, false };
            }
        }
    }
}

/* A source stands just above the first stage that it leads to. */
static void
lower_sources(flow_t *flow)
{
    for (size_t i = 0; i < flow->n_edges; i++) {
        node_t *from = &flow->node[flow->edge[i].from];

        if (from->is_source && flow->node[flow->edge[i].to].layer > 0) {
            from->layer = flow->node[flow->edge[i].to].layer - 1;
        }
    }
}

static void
count_layers(flow_t *flow)
{
    flow->n_layers = 0;
    memset(flow->count, 0, sizeof(flow->count));
    for (size_t i = 0; i < flow->n_nodes; i++) {
        node_t *node = &flow->node[i];

        node->order = flow->count[node->layer]++;
        flow->n_layers = node->layer + 1 > flow->n_layers ? node->layer + 1 : flow->n_layers;
    }
}

static double
width_of(const node_t *node)
{
    return node->is_bend ? GAP : BOX_WIDTH + GAP;
}

/* Each layer in its order about the middle. */
static void
place(flow_t *flow)
{
    for (size_t k = 0; k < flow->n_nodes; k++) {
        node_t *node = &flow->node[k];
        double left = 0, all = 0;

        for (size_t i = 0; i < flow->n_nodes; i++) {
            const node_t *other = &flow->node[i];

            left += other->layer == node->layer && other->order < node->order ? width_of(other) : 0;
            all += other->layer == node->layer ? width_of(other) : 0;
        }
        node->x = PLOT_WIDTH / 2 + left + width_of(node) / 2 - all / 2;
        node->y = TOP + ROW * node->layer + BOX_HEIGHT / 2;
    }
}

/* The mean place of those a node comes from, or goes to. */
static void
find_near(flow_t *flow, bool up)
{
    for (size_t k = 0; k < flow->n_nodes; k++) {
        double sum = 0;
        int n = 0;

        for (size_t i = 0; i < flow->n_edges; i++) {
            const edge_t *edge = &flow->edge[i];
            int own = up ? edge->to : edge->from, other = up ? edge->from : edge->to;

            if (own == (int) k && !edge->back) {
                sum += flow->node[other].x;
                n++;
            }
        }
        flow->node[k].near = n > 0 ? sum / n : flow->node[k].x;
    }
}

/* Orders within the layers by those places; ties keep theirs. */
static void
reorder(flow_t *flow)
{
    for (size_t k = 0; k < flow->n_nodes; k++) {
        node_t *node = &flow->node[k];
        int order = 0;

        for (size_t i = 0; i < flow->n_nodes; i++) {
            const node_t *other = &flow->node[i];

            if (other->layer == node->layer &&
                (other->near < node->near - 1e-9 || (fabs(other->near - node->near) <= 1e-9 && i < k))) {
                order++;
            }
        }
        node->order = order;
    }
}

static void
arrange(flow_t *flow)
{
    find_layers(flow);
    lower_sources(flow);
    bend_edges(flow);
    count_layers(flow);
    for (int i = 0; i < SWEEPS; i++) {
        place(flow);
        find_near(flow, i % 2 == 0);
        reorder(flow);
    }
    place(flow);
}

/* ---- writing ---- */

static int
read_value(flow_t *flow, const char *kpi, const char *dimension, const char *level, double *value)
{
    plot_job_t *job = flow->job;
    char group[NAME + 16];
    store_row_t row;
    int ret;

    (void) snprintf(group, sizeof(group), "%s=%s", dimension, level);
    ret = store_get(job->results, store_contents(job->results)->plan[job->plan[0]].name, kpi, group, "all", &row);
    *value = row.reps > 0 ? row.estimate : NAN;
    job->reps = row.reps > job->reps ? row.reps : job->reps;
    return ret == SIM_ERR_NOT_FOUND ? 0 : ret;
}

static void
put_text(FILE *out, const char *array, size_t i, const char *text)
{
    (void) fprintf(out, "%s[%zu] = ", array, i);
    plot_quote(out, text);
    (void) fputc('\n', out);
}

/* Name, how many come a year, and the team with its load. */
static int
put_node(flow_t *flow, size_t at, size_t i)
{
    const node_t *node = &flow->node[at];
    plot_job_t *job = flow->job;
    char name[4 * NAME], many[32] = "", team[NAME + 64] = "";
    double came = NAN, load = NAN;
    int ret = 0;

    if (!node->is_source) {
        ret = read_value(flow, "arrivals", "stage", node->name, &came);
    }
    if (ret == 0 && node->pool[0] != '\0') {
        ret = read_value(flow, "load", "pool", node->pool, &load);
    }
    if (!isnan(came) && job->years > 0) {
        (void) snprintf(many, sizeof(many), "%.0f", came / job->years);
    }
    (void) snprintf(name, sizeof(name), "%s", node->name);
    plot_cut(name, NAME_MOST);
    put_text(job->script, "Node", i + 1, name);
    put_text(job->script, "Many", i + 1, many);
    if (node->pool[0] != '\0') {
        (void) snprintf(name, sizeof(name), "%s", node->pool);
        plot_cut(name, NAME_MOST - 6);
        (void) snprintf(team, sizeof(team), isnan(load) ? "%.80s" : "%.80s: load %.2f", name, load);
    }
    put_text(job->script, "Team", i + 1, team);
    (void) fprintf(job->script, "Node_x[%zu] = %.6g\nNode_y[%zu] = %.6g\nIs_source[%zu] = %d\nIs_over[%zu] = %d\n",
        i + 1, node->x, i + 1, node->y, i + 1, node->is_source, i + 1, load > 1.0);
    (void) fprintf(job->data, "%.6g\t%.6g\t%d\t%d", node->x, node->y, node->is_source, load > 1.0);
    plot_field(job->data, came / job->years);
    plot_field(job->data, load);
    plot_end_line(job->data, node->name);
    return ret;
}

/* kind: 0 to a box, 1 to a bend, 2 back */
static void
put_edge(flow_t *flow, const edge_t *edge)
{
    const node_t *from = &flow->node[edge->from], *to = &flow->node[edge->to];
    double half = BOX_HEIGHT / 2, side = edge->back ? BOX_WIDTH / 2 : 0;
    const node_t *origin = from->is_bend ? &flow->node[from->target] : from,
                 *end = to->is_bend ? &flow->node[to->target] : to;

    (void) fprintf(flow->job->data, "%.6g\t%.6g\t%.6g\t%.6g\t%d\t%s%s", from->x + side,
        from->y + (edge->back ? 0 : half), to->x + side, to->y - (edge->back ? 0 : half), edge->back ? 2 : to->is_bend,
        from->is_bend ? "on to " : "", origin->name);
    plot_end_line(flow->job->data, end->name);
}

static void
put_edges(flow_t *flow)
{
    (void) fputs("\n\n# x\ty\tto x\tto y\tkind (0 to a box, 1 to a bend, 2 back)\tfrom\tto\n", flow->job->data);
    for (size_t i = 0; i < flow->n_edges; i++) {
        put_edge(flow, &flow->edge[i]);
    }
    for (size_t i = 0; i < flow->n_nodes; i++) { /* straight down beside the boxes of a layer */
        const node_t *bend = &flow->node[i];

        if (bend->is_bend) {
            (void) fprintf(flow->job->data, "%.6g\t%.6g\t%.6g\t%.6g\t1\ton", bend->x, bend->y - BOX_HEIGHT / 2, bend->x,
                bend->y + BOX_HEIGHT / 2);
            plot_end_line(flow->job->data, flow->node[bend->target].name);
        }
    }
}

static size_t
count_boxes(const flow_t *flow)
{
    size_t n = 0;

    for (size_t i = 0; i < flow->n_nodes; i++) {
        n += !flow->node[i].is_bend;
    }
    return n;
}

static int
put_figure(flow_t *flow)
{
    static const char *const ARRAY[] = { "Node", "Many", "Team", "Node_x", "Node_y", "Is_source", "Is_over" };
    plot_job_t *job = flow->job;
    int ret = 0;

    plot_let(job->script, "height", TOP + ROW * flow->n_layers + 8);
    plot_let(job->script, "n_nodes", (double) count_boxes(flow));
    plot_let(job->script, "half_wide", BOX_WIDTH / 2);
    plot_let(job->script, "half_high", BOX_HEIGHT / 2);
    for (size_t i = 0; i < sizeof(ARRAY) / sizeof(ARRAY[0]); i++) {
        (void) fprintf(job->script, "array %s[n_nodes]\n", ARRAY[i]);
    }
    (void) fputs("# x\ty\tsource\toverloaded\ta year\tload\tname\n", job->data);
    for (size_t i = 0, at = 0; ret == 0 && i < flow->n_nodes; i++) {
        ret = flow->node[i].is_bend ? 0 : put_node(flow, i, at++);
    }
    put_edges(flow);
    plot_title(job, "The pathway under %s", job->label[0]);
    job->no_intervals = true;
    return ret == 0 ? 0 : plot_fail(job->fault, ret, "%s", store_reader_fault(job->results));
}

static bool
is_too_wide(const flow_t *flow)
{
    bool wide = flow->too_many;

    for (size_t i = 0; i < flow->n_nodes; i++) {
        double half = flow->node[i].is_bend ? 0 : BOX_WIDTH / 2;

        wide = wide || flow->node[i].x - half < 0 || flow->node[i].x + half > PLOT_WIDTH;
    }
    return wide;
}

static int
make(flow_t *flow)
{
    plot_job_t *job = flow->job;
    int ret = store_stages(job->results, job->plan[0], take_stage, flow);

    if (ret == 0) {
        ret = store_routes(job->results, job->plan[0], take_route, flow);
    }
    if (ret != 0) {
        return plot_fail(job->fault, ret, "%s", store_reader_fault(job->results));
    }
    if (flow->n_nodes == 0) {
        return plot_fail(job->fault, SIM_ERR_NOT_FOUND,
            "the figure 'flow' shows the pathway, which these results do not hold");
    }
    arrange(flow);
    if (is_too_wide(flow)) {
        return plot_fail(job->fault, SIM_ERR_NOT_FOUND,
            "the figure 'flow' has no room for so many stages side by side");
    }
    return put_figure(flow);
}

int
plot_write_flow(plot_job_t *job)
{
    flow_t *flow = calloc(1, sizeof(*flow));
    int ret;

    if (flow == NULL) {
        return plot_fail(job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    }
    flow->job = job;
    ret = make(flow);
    free(flow);
    return ret;
}
