/*
 * A sweep's results: a file that grows over several runs of the program and survives the end of any of them. Until it is
 * finished it is named <path>.partial and kept in WAL mode: what was committed is there after kill -9, a power cut or a
 * full disk, and nothing else is. Only one program at a time can write to it.
 *
 * Records are those of `replicate`, with rep = point x replications of each point + replication; they come in any
 * order. A point's values are put with its first record.
 *
 * Invariant: all but points, records and answers is put in one transaction at the beginning, so a file either says what
 * it is or is empty.
 */
#ifndef STORE_SWEEP_H
#define STORE_SWEEP_H

#include "sim/store/store.h"

extern const char STORE_SCHEMA_SWEEP[];

/* An input as it was varied. Texts are never NULL. */
typedef struct {
    const char *path, *name, *group;
    const char *text;  /* "pert(0.01, 0.02, 0.05)", or "fixed" */
    const char *level; /* of one with levels: all of them, joined by '|' */
    size_t n_levels;   /* 0: its values are numbers, otherwise indices of levels */
} store_input_t;

/** Begin a file. @return as store_writer_create */
SIM_MUST_CHECK int store_sweep_begin(store_writer_t **self, const store_target_t *target, store_fault_t *fault);
/**
Go on with a file that was begun. Of a numbered target the last that is not finished is taken.
@param reopen  one that is finished is opened again too
@return 0; SIM_ERR_NOT_FOUND when there is none; SIM_ERR_EXISTS when it is finished; otherwise as store_writer_create
*/
SIM_MUST_CHECK int store_sweep_resume(store_writer_t **self, const store_target_t *target, bool reopen,
    store_fault_t *fault);
/** What a key of the manifest says, into text; "" when there is no such key. */
SIM_MUST_CHECK int store_sweep_says(store_writer_t *self, const char *key, char *text, size_t size);
SIM_MUST_CHECK int store_sweep_put_input(store_writer_t *self, const store_input_t *input);
/** What is known of a file that was begun: the shape of its records. */
void store_sweep_shape(store_writer_t *self, size_t n_plans, size_t n_cells);
SIM_MUST_CHECK int store_sweep_put_point(store_writer_t *self, uint64_t point, const double *value, size_t n);
/** An exp_sink_t; ctx is the writer. Commits now and then. */
SIM_MUST_CHECK int store_sweep_record(void *ctx, const exp_record_t *record);
/** Mark in a bitmap (bit id of byte id / 8) the records that are there, and count them. */
SIM_MUST_CHECK int store_sweep_done(store_writer_t *self, uint64_t n_ids, uint8_t *bitmap, uint64_t *done,
    uint64_t *failed);
/** Take the failed records out. @return their number in *n */
SIM_MUST_CHECK int store_sweep_forget_failed(store_writer_t *self, uint64_t *n);
/** What was put so far is kept from here on. */
SIM_MUST_CHECK int store_sweep_commit(store_writer_t *self);
/** Commit, and give the file its name. */
SIM_MUST_CHECK int store_sweep_finish(store_writer_t *self);
/** The name that the file will have. */
const char *store_sweep_path(const store_writer_t *self);

/* ---- merging ---- */

/** What a file made by store_writer_create, still empty, has in common with a shard: all but points and records. */
SIM_MUST_CHECK int store_merge_begin(store_writer_t *self, const char *shard);
/** The points and records of a shard. What is there already, of another shard, is an error. */
SIM_MUST_CHECK int store_merge_add(store_writer_t *self, const char *shard);

/* ---- reading ---- */

/* The inputs live as long as the reader. */
typedef struct {
    uint64_t n_points;
    uint32_t reps;
    size_t n_inputs;
    const store_input_t *input;
} store_sweep_t;

/* One record. Borrowed until the callback returns. */
typedef struct {
    uint64_t point;
    uint32_t plan, rep;
    int status;
    const char *message;
    double seconds;
    const double *input; /* as many as inputs */
    const double *value; /* as many as cells; NULL when it failed */
} store_point_record_t;

typedef int store_point_fn(void *ctx, const store_point_record_t *record);

/** false when the results are no sweep's. */
bool store_is_sweep(store_reader_t *self);
/** The cells of a record. */
size_t store_cells(const store_reader_t *self, const sim_cell_t **cell);
SIM_MUST_CHECK int store_sweep_contents(store_reader_t *self, store_sweep_t *sweep);
/** How many records there are, and how many of them failed. */
SIM_MUST_CHECK int store_sweep_count(store_reader_t *self, uint64_t *records, uint64_t *failed);
/** All records in order of point, replication and plan; a non-zero answer stops it and is returned. */
SIM_MUST_CHECK int store_sweep_records(store_reader_t *self, store_point_fn *fn, void *ctx);

/* ---- answers ---- */

/* Numbers that are not known are NaN. */
typedef struct {
    const char *what, *offer, *input;
    size_t cell; /* SIZE_MAX: the net benefit */
    double estimate, low, high;
    uint64_t n; /* points that it rests on */
} store_answer_t;

typedef int store_answer_fn(void *ctx, const store_answer_t *answer);

/** Put answers into a finished sweep, instead of those that were there, all or none. */
SIM_MUST_CHECK int store_put_answers(const char *path, size_t n, const store_answer_t *answer, store_fault_t *fault);
/** In the order in which they were put; a non-zero answer of fn stops it and is returned. */
SIM_MUST_CHECK int store_answers(store_reader_t *self, store_answer_fn *fn, void *ctx);

#endif
