/*
 * The pathway of each plan as it was compiled, offers' rows included: its stages with their pools, and where its sources and
 * the stages' outcomes lead. Tables `stage` and `route`; files of before there were these have none.
 */
#ifndef STORE_FLOW_H
#define STORE_FLOW_H

#include "sim/store/store.h"

extern const char STORE_SCHEMA_FLOW[];

typedef struct {
    size_t plan;
    const char *name, *pool; /* pool "" = unlimited */
} store_stage_t;

typedef struct {
    size_t plan;
    bool of_source;                  /* from is a source, not a stage */
    const char *from, *outcome, *to; /* to "" = out */
    double share;                    /* of those with that outcome, of the classes that it is for */
} store_route_t;

/** Make the tables; once, before the rows. */
SIM_MUST_CHECK int store_flow_begin(store_writer_t *self);
SIM_MUST_CHECK int store_put_stage(store_writer_t *self, const store_stage_t *stage);
SIM_MUST_CHECK int store_put_route(store_writer_t *self, const store_route_t *route);

/* A row at a time, in the order they were put; texts are borrowed for the call. A non-zero answer stops it and is returned. */
typedef int store_stage_fn(void *ctx, const store_stage_t *stage);
typedef int store_route_fn(void *ctx, const store_route_t *route);
SIM_MUST_CHECK int store_stages(store_reader_t *self, size_t plan, store_stage_fn *fn, void *ctx);
SIM_MUST_CHECK int store_routes(store_reader_t *self, size_t plan, store_route_fn *fn, void *ctx);

#endif
