/*
 * A scenario: a Lua file turned into plain data (care_spec_t), with a list of every parameter and where it came from.
 *
 * The file is untrusted. It runs in a sandbox: text only, no files, processes, clock or chance, limits of memory and
 * of instructions, and `require` and `csv` through the caller's reader alone. Nothing is printed and nothing exits:
 * whatever is wrong goes, all in one pass, to a list of errors with the user's file and line.
 *
 * Lifecycle: scn_load gives a scn_t also when it fails, so that the errors can be read; scn_free ends it. A scn_t
 * holds no Lua state: it is read-only data that threads may share.
 */
#ifndef SCN_SCENARIO_H
#define SCN_SCENARIO_H

#include "models/care.h"
#include "models/split.h"
#include "sim/core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct scn scn_t;

/**
Where texts come from: the scenario itself (its name as given to scn_load), modules ("lib/camhs.lua") and CSV files.
Names of modules and CSV files are relative, hold letters, digits, _ - . and /, and never "..".
read returns 0 and a malloc'd text that the loader frees, or a negative error (SIM_ERR_NOT_FOUND, SIM_ERR_IO).
*/
typedef struct {
    int (*read)(void *ctx, const char *name, char **text, size_t *len);
    void *ctx;
} scn_reader_t;

typedef struct {
    size_t memory_bytes;   /* of the scenario's own data; 0 = 256 MiB */
    uint64_t instructions; /* 0 = 200 million */
} scn_limits_t;

/* line 0: about the whole of `file`, which may also be an override ("--set years=x"). */
typedef struct {
    const char *file;
    int line;
    const char *text;
} scn_message_t;

/* A parameter as resolved. NaN and "" where there is none. */
typedef struct {
    const char *path; /* "stages.choice.dna": what --set takes */
    const char *text; /* the value as a person writes it: "2 weeks", "0.1", "\"core\"" */
    bool is_number;
    double number; /* in `unit` */
    const char *unit;
    double low, high;     /* in `unit` */
    char quality;         /* 'A' .. 'E', 0 = not graded */
    const char *range;    /* "uncertainty", "spread", "trend", "none" or "" */
    const char *source;   /* who says so */
    const char *origin;   /* "evidence capa_weeks", "scenarios/x.lua:12", "--set years=3", "default" */
    const char *evidence; /* ids that the value was made from: "capa_weeks, wte_cost" */
    bool is_default;
} scn_param_t;

typedef struct {
    const char *id, *name, *unit, *year, *source, *where, *range, *note; /* never NULL */
    double value, low, high;                                             /* NaN where there is none */
    char quality;                                                        /* 'A' .. 'E' or 0 */
    bool used;                                                           /* the scenario took it by ev */
} scn_evidence_t;

#define SCN_INPUTS_MAX 256
#define SCN_LEVELS_MAX 256
#define SCN_INPUT_PATH_MAX 256
#define SCN_LEVEL_MAX 64

/* An uncertain input of a sweep: numbers with a distribution, or levels with weights. */
typedef struct {
    char path[SCN_INPUT_PATH_MAX]; /* what --set takes, or "plan" */
    char name[96];                 /* what readers are shown; the path when none is given */
    char group[96];                /* inputs that are looked at together; "" = by itself */
    bool is_time;                  /* the numbers are days */
    bool whole;                    /* numbers are rounded to whole ones */
    sim_dist_t dist;               /* not given: it has levels */
    size_t n_levels;
    char (*level)[SCN_LEVEL_MAX]; /* as --set takes them */
    double *weight;               /* as many; they need not add up to 1 */
    const char *file;             /* where it is written */
    int line;
} scn_input_t;

/* A rank correlation (Spearman's) that two inputs are to have. */
typedef struct {
    size_t a, b;
    double rank;
} scn_correlation_t;

/* What the net benefit of a plan is counted in: pounds for a unit of a measure (below 0 for what costs). */
typedef struct {
    char kpi[96];
    double pounds;
} scn_worth_t;

/* The scenario's field `sweep`. Lists of names are comma-separated, "" = not given. */
typedef struct {
    bool given;
    size_t n_inputs, n_correlations, n_worths;
    scn_input_t *input;
    scn_correlation_t *correlation;
    scn_worth_t *worth;
    char kpis[1024], groups[1024], periods[512], plans[1024], fixed[4096];
} scn_sweep_t;

/**
Load a scenario.
@param overrides  n texts "key=value" (--set), later ones win; key is a parameter's path or "ev.<evidence id>"
@param limits     NULL = the defaults
@param out        the scenario; NULL only when memory ran out at once. scn_free it, also on error.
@return 0, SIM_ERR_SCENARIO (see the errors), or SIM_ERR_NO_MEMORY
*/
SIM_MUST_CHECK int scn_load(const scn_reader_t *reader, const char *name, const char *const *overrides, size_t n,
    const scn_limits_t *limits, scn_t **out);
/** Only the evidence base, "lib/evidence.lua". */
SIM_MUST_CHECK int scn_load_evidence(const scn_reader_t *reader, scn_t **out);
void scn_free(scn_t *self);

/** Valid after a load that returned 0; owned by self. */
const care_spec_t *scn_spec(const scn_t *self);
/** How its money may be divided, as far as the scenario says: care_split_default fills in the rest. */
const care_split_t *scn_split(const scn_t *self);
/** In order of file and line. Borrowed pointers, valid until scn_free. */
size_t scn_errors(const scn_t *self, const scn_message_t **message);
size_t scn_warnings(const scn_t *self, const scn_message_t **message);
size_t scn_params(const scn_t *self, const scn_param_t **param);
size_t scn_evidence(const scn_t *self, const scn_evidence_t **record);
/** What `weir sweep` is to vary; not given when the scenario does not say. */
const scn_sweep_t *scn_sweep(const scn_t *self);
/** The resolved scenario, "path = value" a line; what the hash is of. */
const char *scn_text(const scn_t *self);
/** FNV-1a, 64 bits, of scn_text. */
uint64_t scn_hash(const scn_t *self);
/** Where a row of the pathway was written: room and index as in sim_fault_t. Falls back to the scenario's own line.
   Where a row of the pathway was written: room and index as in sim_fault_t. Falls back to the scenario's own line. */
scn_message_t scn_place(const scn_t *self, const char *room, size_t index);

/* The fields that a scenario may have, for the reference. */
typedef struct {
    const char *room; /* "scenario", "stage", ... */
    const char *name;
    const char *kind; /* "time", "distribution of times", ... */
    bool required;
    const char *doc;
} scn_field_doc_t;

/** The i-th field of all rooms; false past the end. Blocks and offers have their own tables (CARE_BLOCKS,
   CARE_OFFERS). */
bool scn_field_doc(size_t i, scn_field_doc_t *doc);

#endif
