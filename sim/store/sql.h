/* SQLite in few words, for the writer and the reader only. */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include "sim/store/store.h"

#include <sqlite3.h>

/** NaN becomes NULL. */
void store_bind_double(sqlite3_stmt *stmt, int column, double value);
/** Borrowed until the next step; NULL becomes "". */
void store_bind_text(sqlite3_stmt *stmt, int column, const char *text);
/** Run a statement that gives no rows, and make it ready for the next use. */
SIM_MUST_CHECK int store_step_done(sqlite3_stmt *stmt);
/** NULL becomes NaN. */
double store_column_double(sqlite3_stmt *stmt, int column);

/** Little-endian bytes of n doubles into byte[8 n], and back. */
void store_encode(const double *value, size_t n, unsigned char *byte);
void store_decode(const unsigned char *byte, size_t n, double *value);

/**
Cells [first, first + n) of replicate `id`; NaN when it failed or is not there.
@param status  prepared "SELECT status FROM replicate WHERE id = ?"
*/
SIM_MUST_CHECK int store_fetch(sqlite3 *db, sqlite3_stmt *status, int64_t id, size_t first, size_t n, double *value);

/** The database of a writer and of a reader, for tables that have a file of their own here. */
sqlite3 *store_writer_db(store_writer_t *self);
/** What SQLite says is wrong becomes the writer's fault. @return SIM_ERR_STORE */
int store_writer_fail(store_writer_t *self);
sqlite3 *store_reader_db(store_reader_t *self);

#endif
