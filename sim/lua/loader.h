/*
 * What the files of this room share: the loader, alive while a scenario is loaded, and the cursor that walks its
 * tables.
 *
 * Invariant: Lua may leave any C function here by a long jump, so whatever is allocated hangs from the loader or from
 * its scn_t before the next call into Lua; nothing is owned by a local variable across one.
 */
#ifndef SCN_LOADER_H
#define SCN_LOADER_H

#include "models/split.h"
#include "sim/core/rate.h"
#include "sim/lua/scenario.h"

#include <lauxlib.h>
#include <lua.h>

#define SCN_PATH_MAX 256
#define SCN_TEXT_MAX 320
#define SCN_MAX_ROWS 4096     /* in one room */
#define SCN_MAX_BUILT 4000000 /* numbers in all distributions and rates together */

/* ---- messages and names (message.c) ---- */

typedef struct {
    size_t n, capacity;
    scn_message_t *item;
} scn_list_t;

typedef struct {
    char *file;
    int line;
} scn_row_place_t;

enum {
    SCN_ROOM_SOURCE,
    SCN_ROOM_STAGE,
    SCN_ROOM_POOL,
    SCN_ROOM_INITIAL,
    SCN_ROOM_AREA,
    SCN_ROOM_FACT,
    SCN_ROOM_PLAN,
    SCN_ROOM_REVIEW,
    SCN_ROOMS
};

struct scn {
    care_spec_t spec;
    care_split_t split;
    scn_list_t error, warning;
    size_t n_params, param_capacity;
    scn_param_t *param;
    size_t n_evidence;
    scn_evidence_t *evidence;
    scn_sweep_t sweep;
    char *text;
    uint64_t hash;
    size_t n_places[SCN_ROOMS];
    scn_row_place_t *place[SCN_ROOMS];
    char *main_file;
    int main_line;
};

/* A text that was read, and the offsets of its lines (made when first needed). */
typedef struct {
    char *name;
    char *text;
    size_t len;
    size_t n_lines;
    size_t *line_start;
} scn_file_t;

/* A node of the index of a table constructor: where a key or an item was written. */
typedef struct {
    const char *key; /* in the file's text; NULL for items */
    size_t key_len;
    long item; /* 1, 2, ... for items */
    int line;
    size_t child, next; /* 0 = none */
} scn_node_t;

/* A call of a constructor such as stage{}. */
typedef struct {
    const char *file;
    int line;
    const char *name; /* of the constructor */
    size_t node;      /* index of its table, made when first needed; SIZE_MAX = not yet */
} scn_note_t;

typedef enum { SCN_SET_WAITING, SCN_SET_DONE, SCN_SET_FAILED } scn_set_state_t;

typedef struct {
    char *text; /* "--set key=value", as messages show it */
    char *key, *value;
    char path[SCN_PATH_MAX]; /* as cursors write it, once applied */
    scn_set_state_t state;
    bool in_areas; /* of a row that every area has */
} scn_override_t;

#define SCN_FLAGS 16

typedef struct {
    const char *file;
    int line;
} scn_spot_t;

/* Where lines, their steps and shifts were written, for what is found wrong when all have been read. */
typedef struct {
    scn_spot_t line[CARE_LINES_MAX], step[CARE_LINES_MAX][CARE_LINE_STEPS_MAX], shift[CARE_SHIFTS_MAX];
} scn_line_spots_t;

/* Where the terms of the contract were written. */
typedef struct {
    scn_spot_t contract, award, go_live, end, extended, early_least, admin_most, review[CARE_REVIEWS_MAX];
} scn_contract_spots_t;

/* An arrival of a list of dates. */
typedef struct {
    double day;
    uint32_t order; /* as given, from 1 */
    uint8_t cls;
} scn_date_t;

/* A name of a stage or a pool that a row mentions. */
typedef struct {
    const char *file;
    int line;
    bool pool;
    char key[SIM_NAME_MAX + 16], name[SIM_NAME_MAX], label[160];
} scn_ref_t;

typedef struct {
    scn_t *scn;
    care_spec_t *spec; /* that is being read: the scenario's, or an area's of it */
    lua_State *L;
    const scn_reader_t *reader;
    scn_limits_t limits;
    size_t memory_used;
    uint64_t instructions;
    const char *memory_file; /* where memory ran out */
    int memory_line;
    bool no_memory; /* the host's memory, not the scenario's limit */
    size_t n_files;
    scn_file_t *file;
    size_t n_nodes, node_capacity;
    scn_node_t *node;
    unsigned lookups;
    size_t n_notes, note_capacity;
    scn_note_t *note;
    size_t n_overrides;
    scn_override_t *override;
    size_t built;
    int requires;            /* depth of require */
    sim_calendar_t calendar; /* of the run; ready once the start and the years are known */
    bool has_calendar;
    bool is_care;
    bool unnoted; /* what is read is no input of the run: it is left out of the list of parameters */
    /* the row that is being read, and arrays on their way into it */
    sim_source_t source;
    sim_stage_t stage;
    sim_pool_t pool;
    sim_initial_t initial;
    sim_dist_t dist;
    sim_rate_t rate;
    double *array[2];
    scn_date_t *date;
    char *csv;
    bool csv_absent;     /* a CSV file that could not be read was taken as one without lines */
    size_t route_first;  /* first route of the stage that is being read */
    double week_minutes; /* of the pool that is being read; 0 = not given */
    bool kind_given;
    scn_line_spots_t spots;
    scn_contract_spots_t terms;
    char flag[SCN_FLAGS][SIM_NAME_MAX]; /* names of the entity's flags, the models' first */
    size_t n_flags;
    size_t n_refs, ref_capacity;
    scn_ref_t *ref;       /* names to look up once all rows are read */
    const char *building; /* the area whose rows are being built */
    const char *context;  /* what is being done when no Lua runs: an override's text */
} scn_loader_t;

scn_loader_t *scn_loader(lua_State *L);

/* Texts are cut at SCN_TEXT_MAX. After 200 messages the rest is counted only. */
void scn_list_add(scn_loader_t *ld, scn_list_t *list, const char *file, int line, const char *text);
void scn_error(scn_loader_t *ld, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void scn_warn(scn_loader_t *ld, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** Sort by file and line and drop repetitions. */
void scn_list_sort(scn_list_t *list);
void scn_list_free(scn_list_t *list);
char *scn_strdup(scn_loader_t *ld, const char *text);
/** Edits (insert, delete, change, swap) between two words, or limit + 1 when there are more. */
unsigned scn_distance(const char *a, const char *b, unsigned limit);
/** Keep in *best the candidate nearest to word, if it is near enough to be what was meant. */
void scn_nearest(const char *word, const char *candidate, const char **best, unsigned *distance);
/** " (did you mean 'best'?)", or "" when best is NULL. */
const char *scn_hint(const char *best, char *buffer, size_t size);
/** A number as a person writes it: the shortest of up to 15 digits that reads back, else 17. */
const char *scn_format(double value, char *buffer, size_t size);

/* ---- places (place.c) ---- */

/** Index of the table constructor that is the argument of the call of `name` on a line of a file; 0 when not found.
   Index of the table constructor that is the argument of the call of `name` on a line of a file; 0 when not found. */
size_t scn_index_call(scn_loader_t *ld, const char *file, int line, const char *name);
/** Child of an indexed table by key (or by item when key is NULL); 0 when there is none. */
size_t scn_index_child(const scn_loader_t *ld, size_t node, const char *key, long item);

/* ---- sandbox (sandbox.c) ---- */

SIM_MUST_CHECK int scn_sandbox_open(scn_loader_t *ld);
void scn_sandbox_close(scn_loader_t *ld);
/** Read and run a module or the scenario (main): leaves one value on the stack. Raises Lua errors. */
void scn_sandbox_run(lua_State *L, const char *name, bool is_main);
/** Call a C function under protection; what it raises goes to the errors. 0, SIM_ERR_SCENARIO or SIM_ERR_NO_MEMORY.
   Call a C function under protection; what it raises goes to the errors. 0, SIM_ERR_SCENARIO or SIM_ERR_NO_MEMORY. */
SIM_MUST_CHECK int scn_protected(scn_loader_t *ld, lua_CFunction function);
/** Message handler that puts file and line before the message. */
int scn_traceback(lua_State *L);
/** File and line of the innermost Lua function that runs; false when there is none. */
bool scn_running(lua_State *L, const char **file, int *line);
/** Note the running line for the table on top of the stack. */
void scn_note_table(lua_State *L, const char *constructor);
/** Note a place for the table on top of the stack. */
void scn_note_place(lua_State *L, const char *file, int line);
/** The note of the table at idx, or NULL. */
const scn_note_t *scn_noted(scn_loader_t *ld, int idx);
/** The text of a file, or NULL with *code when it cannot be had; raises nothing. */
const scn_file_t *scn_try(scn_loader_t *ld, const char *name, int *code);
/** Charge work done outside the interpreter to the limit of instructions. */
void scn_charge(lua_State *L, double instructions);
/** Read a text through the reader; kept until the loader ends. Raises a Lua error when it cannot be had. */
const scn_file_t *scn_read(lua_State *L, const char *name);
/** The same, but with an error in the list, at the running line, and NULL: what else is wrong can be told too. */
const scn_file_t *scn_read_or_tell(lua_State *L, const char *name);
void scn_library_open(lua_State *L);
/** Whether the table at idx is a line of a CSV file. */
bool scn_is_csv_row(lua_State *L, int idx);

/* ---- values (value.c) ---- */

typedef struct {
    double mag, low, high; /* in the unit; low and high NaN when not known */
    int t, m;              /* exponents of time and of money */
    double second;         /* the unit of time, in seconds */
    char unit[24];         /* how it is shown */
    char grade;            /* 'A' .. 'E', 0 = none */
    char kind;             /* 'l' written in the scenario, 'e' evidence, 's' sourced, 'a' assumption, 'd' derived */
    char range[12];
    char ids[160];
    char source[256];
} scn_value_t;

void scn_values_open(lua_State *L);
/** The value object at idx, or NULL. */
const scn_value_t *scn_tovalue(lua_State *L, int idx);
/** A number or a value object as a value; false for anything else. */
bool scn_getvalue(lua_State *L, int idx, scn_value_t *value);
void scn_pushvalue(lua_State *L, const scn_value_t *value);
void scn_value_plain(scn_value_t *value, double number);
/** The magnitude of x, given in a value's unit, in another unit of the same dimensions. */
double scn_value_in(const scn_value_t *value, double x, double second);
/** Fill dimensions from the text of a unit as the evidence and the parameter tables write it; factor on the number.
   Fill dimensions from the text of a unit as the evidence and the parameter tables write it; factor on the number. */
void scn_unit(const char *unit, scn_value_t *value, double *factor);
/** "a time", "a rate", "money", "a number". */
const char *scn_dimension(int t, int m);
/** "2 weeks" */
const char *scn_show(const scn_value_t *value, char *buffer, size_t size);

#define SCN_DAY 86400.0

/* ---- evidence (evidence.c) ---- */

void scn_evidence_open(lua_State *L);
/** Load lib/evidence.lua when it has not been; raises Lua errors. */
void scn_evidence_need(lua_State *L);
scn_evidence_t *scn_evidence_find(scn_t *scn, const char *id);
void scn_evidence_free(scn_t *scn);

/* ---- distributions (distribution.c) ---- */

void scn_dists_open(lua_State *L);
/** Whether there is a distribution at idx. */
bool scn_isdist(lua_State *L, int idx);
/** 1 when its values are times, 0 for counts. */
int scn_dist_time(lua_State *L, int idx);
/** Build the distribution at idx (days for times) into dist. 0 or an error. */
SIM_MUST_CHECK int scn_dist_build(lua_State *L, int idx, sim_dist_t *dist);
/** "gamma" */
const char *scn_dist_name(lua_State *L, int idx);
/** Push the table of the distribution's arguments. */
void scn_dist_args(lua_State *L, int idx);
/** Push the truncation (low, high as values or nil); false when there is none. */
bool scn_dist_bounds(lua_State *L, int idx);
/** Push a new distribution like that at idx with the arguments in the table on top, which it replaces. Raises. */
void scn_dist_again(lua_State *L, int idx);

/* ---- cursors and fields (field.c) ---- */

typedef struct {
    const char *file;
    int line;
    size_t node;
    bool overridden; /* set by --set: file says by which */
    char key[SIM_NAME_MAX + 16];
    char path[SCN_PATH_MAX];
    char label[160]; /* `stage "choice": ` */
} scn_at_t;

typedef enum {
    SCN_NAME,
    SCN_TEXT,
    SCN_BOOL,
    SCN_NUMBER,
    SCN_SHARE,
    SCN_WHOLE,
    SCN_COUNT,
    SCN_TIME,
    SCN_MINUTES,
    SCN_WHOLE_DAYS,
    SCN_DIST_TIME,
    SCN_DIST_COUNT,
    SCN_CHOICE,
    SCN_SPECIAL
} scn_kind_t;

/* A field of a room. Its value goes to `offset` of the row: char[SIM_NAME_MAX], char[max], bool, double, double, unsigned,
   size_t, double days, double minutes, int days, sim_dist_t, uint32_t. A special one has its reader, called with the value on
   top. */
typedef struct {
    const char *name;
    scn_kind_t kind;
    double min, max;
    bool required;
    size_t offset;
    const char *const *choice; /* NULL-terminated */
    void (*special)(scn_loader_t *ld, const scn_at_t *at, void *row);
    const char *shape; /* kind of a special field, for the reference */
    const char *doc;
} scn_field_t;

typedef struct {
    const char *name; /* "stage" */
    size_t n;
    const scn_field_t *field;
} scn_room_t;

extern const scn_room_t SCN_SCENARIO, SCN_POOL, SCN_POOL_STEP, SCN_TIMETABLE, SCN_ENTRY, SCN_FAILS, SCN_STAGE,
    SCN_TIMER, SCN_DECLINE, SCN_FLAGGED, SCN_BAULK, SCN_GROUP, SCN_ROUTE, SCN_SOURCE, SCN_RATE, SCN_RATE_STEP,
    SCN_PIECES, SCN_DATE, SCN_INITIAL, SCN_PLAN, SCN_LAYER, SCN_LINE, SCN_LINE_STEP, SCN_SHIFT, SCN_POST, SCN_PAYMENT,
    SCN_WAVE, SCN_CONTRACT, SCN_REVIEW, SCN_RULE, SCN_SPLIT, SCN_SPLIT_LIMIT, SCN_SPLIT_CAP, SCN_SPLIT_AIM,
    SCN_SPLIT_OUTCOME, SCN_SPLIT_GROWTH, SCN_FACT, SCN_ABOUT, SCN_AREA, SCN_SWEEP, SCN_INPUT, SCN_CORRELATION,
    SCN_WORTH;

void scn_at_top(scn_loader_t *ld, scn_at_t *at);
/** Cursor of the child with a key, whose value is on top of the stack. */
void scn_at_key(scn_loader_t *ld, const scn_at_t *at, const char *key, scn_at_t *child);
/** Cursor of item i, whose value is on top; its path uses the item's name when it has a good one. */
void scn_at_item(scn_loader_t *ld, const scn_at_t *at, long i, const char *room, scn_at_t *child);
/** An error at a cursor, with its label before the text. */
void scn_fault(scn_loader_t *ld, const scn_at_t *at, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Read the table on top of the stack as a row of a room: known fields into row, unknown ones rejected. */
void scn_row(scn_loader_t *ld, const scn_at_t *at, const scn_room_t *room, void *row);
/** Reject fields of the table on top that `known` does not know. */
void scn_unknown(scn_loader_t *ld, const scn_at_t *at, const char *const *known, size_t n);
/** Number of items of the table on top, or -1 with an error when it is not an array of at most max. */
long scn_array(scn_loader_t *ld, const scn_at_t *at, size_t max);

typedef struct {
    int t, m;
    double second; /* unit of time in which the number is wanted */
    double min, max;
    const char *unit; /* as shown in messages and in the list of parameters */
} scn_want_t;

/** What a unit of the parameter tables asks for. */
scn_want_t scn_want(const char *unit, double min, double max);

/** Read the value on top as a number of the wanted dimension; notes the parameter. false with an error. */
bool scn_number(scn_loader_t *ld, const scn_at_t *at, const scn_want_t *want, double *out);
/** Read a distribution, or a number or time that means a fixed one. */
bool scn_dist(scn_loader_t *ld, const scn_at_t *at, int t, sim_dist_t *out);
bool scn_string(scn_loader_t *ld, const scn_at_t *at, char *out, size_t size);
/** A name: letters, digits, _ and -. */
bool scn_name(scn_loader_t *ld, const scn_at_t *at, char out[SIM_NAME_MAX]);
bool scn_choice(scn_loader_t *ld, const scn_at_t *at, const char *const *choice, size_t n, size_t *index);
/** A date ("2027-04-01"), or a time after the start; days from the start, below 0 when before it. */
bool scn_any_day(scn_loader_t *ld, const scn_at_t *at, double *day);
/** ... where a date before the start means the start, with a warning. */
bool scn_day(scn_loader_t *ld, const scn_at_t *at, double *day);
/** The override that set a path, or NULL. */
const scn_override_t *scn_overridden(const scn_loader_t *ld, const char *path);
/** Note what was read, for the list of parameters and the hash. */
void scn_note_text(scn_loader_t *ld, const scn_at_t *at, const char *text);
void scn_note_value(scn_loader_t *ld, const scn_at_t *at, const scn_value_t *value, const char *unit);
void scn_note_default(scn_loader_t *ld, const scn_at_t *at, const care_param_t *param, const void *block);
/** Look the name up later: a stage (or "exit"), or a pool. */
void scn_refer(scn_loader_t *ld, const scn_at_t *at, const char *name, bool pool);

/* ---- rooms ---- */

/** Memory ran out when ret is not 0: a pathway's rows fail for nothing else. */
void scn_moved(scn_loader_t *ld, int ret);
/** Index of a class, or the number of classes. */
size_t scn_class_find(const sim_pathway_t *pathway, const char *name);
void scn_unknown_class(scn_loader_t *ld, const scn_at_t *at, const char *name);
/** An error when `first`, the first row of that name in the room, is there already. */
void scn_check_new_name(scn_loader_t *ld, const scn_at_t *at, int room, int first, const char *name);
/** Dated steps, rows { from = date, <value> }, into ld->array. Returns their number. */
size_t scn_read_steps(scn_loader_t *ld, const scn_at_t *at, const scn_room_t *room);
/** Numbers into *array. Returns how many. */
size_t scn_read_list(scn_loader_t *ld, const scn_at_t *at, const char *unit, size_t max, double **array);
/** The field `from` of a step. */
void scn_step_from(scn_loader_t *ld, const scn_at_t *at, void *row);
/** A name of a flag, or an array of them, as bits. */
uint32_t scn_read_flags(scn_loader_t *ld, const scn_at_t *at);
/** The name of a stage, or "exit". */
bool scn_read_target(scn_loader_t *ld, const scn_at_t *at, char to[SIM_NAME_MAX]);
/** Read the array on top of the stack. */
void scn_read_pools(scn_loader_t *ld, const scn_at_t *at);
void scn_read_stages(scn_loader_t *ld, const scn_at_t *at);
void scn_read_sources(scn_loader_t *ld, const scn_at_t *at);
void scn_read_initial(scn_loader_t *ld, const scn_at_t *at);
void scn_read_plans(scn_loader_t *ld, const scn_at_t *at);
void scn_read_facts(scn_loader_t *ld, const scn_at_t *at);
/** Into the scenario's own spec. */
void scn_read_about(scn_loader_t *ld, const scn_at_t *at);
void scn_read_facts_reps(scn_loader_t *ld, const scn_at_t *at);
void scn_read_lines(scn_loader_t *ld, const scn_at_t *at);
void scn_read_sweep(scn_loader_t *ld, const scn_at_t *at);
void scn_sweep_free(scn_t *scn);
void scn_read_shifts(scn_loader_t *ld, const scn_at_t *at);
/** The number of the line that the name on top is of; 0 with an error when there is none. */
size_t scn_read_line_name(scn_loader_t *ld, const scn_at_t *at);
void scn_read_split(scn_loader_t *ld, const scn_at_t *at);
/** Whether what the lines have, from the start to the end, can be: once all rows and blocks are read. */
void scn_check_lines(scn_loader_t *ld, const scn_at_t *at);
/** Today's service costs what its lines have: written into the scenario on top where it does not say. */
void scn_default_base(lua_State *L);
void scn_read_block(scn_loader_t *ld, const scn_at_t *at, const care_block_t *block);
/** Shares by class name in the table on top (or one class's name), into share[SIM_CLASS_MAX]. */
void scn_read_classes(scn_loader_t *ld, const scn_at_t *at, double *share);
/** Fields of parameters of the table on top into a block; the rest keep and note their defaults. */
void scn_read_params(scn_loader_t *ld, const scn_at_t *at, const care_param_t *param, size_t n, void *block);
void scn_add_place(scn_loader_t *ld, int room, const scn_at_t *at);
/** The named values of the table on top, which a library's `build` understands: noted only. */
void scn_read_values(scn_loader_t *ld, const scn_at_t *at);
/** The block of the care system whose name is the cursor's key. */
void scn_read_named_block(scn_loader_t *ld, const scn_at_t *at, void *row);
/** The scenario table is on top of the stack. */
void scn_read_scenario(scn_loader_t *ld);
/** Classes, pools, stages, sources and initial rows of the table on top, into ld->spec. */
void scn_read_rows(scn_loader_t *ld, const scn_at_t *at);
/** Names of the rooms that `build` fills, NULL-terminated. */
extern const char *const SCN_BUILT[];
/** Call `build` of the table on top with it; what it returns is appended to its rooms. */
void scn_run_build(lua_State *L);

/* ---- contracts (contract.c) ---- */

/** A funder's name, or shares by name, which sum to 1. */
void scn_read_funder(scn_loader_t *ld, const scn_at_t *at, double share[CARE_FUNDERS_MAX]);
void scn_read_waves(scn_loader_t *ld, const scn_at_t *at, care_line_t *line);
void scn_read_payment(scn_loader_t *ld, const scn_at_t *at, care_payment_t *payment);
/** The contract; lines and plans have been read. */
void scn_read_contract(scn_loader_t *ld, const scn_at_t *at);
/** What the contract says against the lines, the run and itself; before scn_check_lines. */
void scn_check_contract(scn_loader_t *ld);
/** That the lines' money breaks a bound. */
void scn_say_bound(scn_loader_t *ld, const care_budget_fault_t *fault);

/* ---- areas (areas.c) ---- */

/** Whether the scenario on top has areas. */
bool scn_has_areas(lua_State *L);
/** Build the rows of every area of the scenario on top. */
void scn_areas_build(lua_State *L);
/** Push the rows of area i, from 1; false with nothing pushed when there is no such area. */
bool scn_push_area_rows(lua_State *L, lua_Integer i);
/** Read the areas of the scenario on top, whose own blocks have been read. */
void scn_read_areas(scn_loader_t *ld, const scn_at_t *at);
/** Whether the spec of the table on top is of the care system. */
bool scn_is_care(lua_State *L);
/** Give the table on top one plan for each offer. */
void scn_default_plans(lua_State *L);

/* ---- overrides (override.c) ---- */

/** "money.price" for "areas.north.money.price"; the path itself when it is of no area. */
const char *scn_path_in_area(const char *path);
SIM_MUST_CHECK int scn_overrides_init(scn_loader_t *ld, const char *const *text, size_t n);
/** Apply those that wait to the table on top; when last, those that match nothing are errors. Raises Lua errors. */
void scn_overrides_apply(scn_loader_t *ld, bool last);
/** Replace the number of a record of the evidence, when an override says so. */
void scn_overrides_evidence(scn_loader_t *ld, scn_evidence_t *record);

#endif
