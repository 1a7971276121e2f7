/* The writer as its own files know it: writer.c (a run) and sweep.c (what grows over several runs). */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include "sim/store/sql.h"

typedef enum {
    STORE_INSERT_MANIFEST,
    STORE_INSERT_PLAN,
    STORE_INSERT_KPI,
    STORE_INSERT_GROUP,
    STORE_INSERT_PERIOD,
    STORE_INSERT_CELL,
    STORE_INSERT_REPLICATE,
    STORE_INSERT_PARAMETER,
    STORE_INSERT_OFFER,
    STORE_INSERT_ESTIMATE,
    STORE_INSERT_SERIES,
    STORE_INSERT_FACT,
    STORE_INSERT_LEDGER,
    STORE_SELECT_STATUS,
    STORE_N_STATEMENTS
} store_statement_t;

struct store_writer {
    char *path, *temporary, *placed;
    bool force;
    sqlite3 *db;
    sqlite3_stmt *stmt[STORE_N_STATEMENTS];
    size_t n_plans, n_cells;
    uint8_t *scope;       /* exp_scope_t of each cell */
    unsigned char *bytes; /* 8 n_cells: a record being written */
    store_fault_t fault;
    bool lasting;         /* a sweep: kept when it is not finished */
    uint64_t uncommitted; /* records since the last commit */
    double committed;     /* when that was, in seconds of a clock that only goes forward */
    sqlite3_stmt *point;  /* of a sweep */
};

/** Keep the first fault: what follows is only its consequence. @return code */
int store_fail(store_writer_t *self, int code, const char *what);
/** What SQLite says is wrong. @return SIM_ERR_STORE */
int store_fail_sql(store_writer_t *self);
SIM_MUST_CHECK int store_execute(store_writer_t *self, const char *sql);
/** Statements ready for use; the tables are there. */
SIM_MUST_CHECK int store_prepare(store_writer_t *self);
/** Make the tables of every file. */
SIM_MUST_CHECK int store_make_tables(store_writer_t *self);
int store_close_database(store_writer_t *self);
/** To the disk, so that a file with its final name is whole even after a power cut. */
SIM_MUST_CHECK int store_flush(store_writer_t *self);
/** Close what is committed, flush it, and give the file its name. */
SIM_MUST_CHECK int store_publish(store_writer_t *self);

#endif
