#include "sim/store/sql.h"

#include <math.h>
#include <string.h>

void
store_bind_double(sqlite3_stmt *stmt, int column, double value)
{
    (void) (isnan(value) ? sqlite3_bind_null(stmt, column) : sqlite3_bind_double(stmt, column, value));
}

void
store_bind_text(sqlite3_stmt *stmt, int column, const char *text)
{
    (void) sqlite3_bind_text(stmt, column, text == NULL ? "" : text, -1, SQLITE_STATIC);
}

int
store_step_done(sqlite3_stmt *stmt)
{
    int code = sqlite3_step(stmt);

    (void) sqlite3_reset(stmt);
    return code == SQLITE_DONE ? 0 : SIM_ERR_STORE;
}

double
store_column_double(sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt, column) == SQLITE_NULL ? NAN : sqlite3_column_double(stmt, column);
}

void
store_encode(const double *value, size_t n, unsigned char *byte)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;

        memcpy(&bits, &value[i], sizeof(bits));
        for (int b = 0; b < 8; b++) {
            byte[8 * i + b] = (unsigned char) (bits >> (8 * b));
        }
    }
}

void
store_decode(const unsigned char *byte, size_t n, double *value)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = 0;

        for (int b = 0; b < 8; b++) {
            bits |= (uint64_t) byte[8 * i + b] << (8 * b);
        }
        memcpy(&value[i], &bits, sizeof(bits));
    }
}

static int
read_blob(sqlite3 *db, int64_t id, size_t first, size_t n, double *value)
{
    sqlite3_blob *blob = NULL;
    int ret = SIM_ERR_STORE;

    if (sqlite3_blob_open(db, "main", "replicate", "value", id, 0, &blob) == SQLITE_OK &&
        (size_t) sqlite3_blob_bytes(blob) / sizeof(double) >= first + n &&
        sqlite3_blob_read(blob, value, (int) (n * sizeof(double)), (int) (first * sizeof(double))) == SQLITE_OK) {
        store_decode((const unsigned char *) value, n, value);
        ret = 0;
    }
    (void) sqlite3_blob_close(blob);
    return ret;
}

int
store_fetch(sqlite3 *db, sqlite3_stmt *status, int64_t id, size_t first, size_t n, double *value)
{
    int code;
    bool ran;

    (void) sqlite3_bind_int64(status, 1, id);
    code = sqlite3_step(status);
    ran = code == SQLITE_ROW && sqlite3_column_int(status, 0) == 0;
    (void) sqlite3_reset(status);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return SIM_ERR_STORE;
    }
    if (ran) {
        return read_blob(db, id, first, n, value);
    }
    for (size_t i = 0; i < n; i++) {
        value[i] = NAN;
    }
    return 0;
}
