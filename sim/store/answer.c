/* Answers of a sweep, put into the finished file and read from it. */
#include "sim/store/sql.h"
#include "sim/store/sweep.h"

#include <math.h>
#include <stdio.h>

static int
put_one(sqlite3_stmt *stmt, const store_answer_t *answer)
{
    store_bind_text(stmt, 1, answer->what);
    store_bind_text(stmt, 2, answer->offer);
    (void) (answer->cell == SIZE_MAX ? sqlite3_bind_null(stmt, 3)
                                     : sqlite3_bind_int64(stmt, 3, (int64_t) answer->cell));
    store_bind_text(stmt, 4, answer->input);
    store_bind_double(stmt, 5, answer->estimate);
    store_bind_double(stmt, 6, answer->low);
    store_bind_double(stmt, 7, answer->high);
    (void) sqlite3_bind_int64(stmt, 8, (int64_t) answer->n);
    return store_step_done(stmt);
}

static int
put_all(sqlite3 *db, size_t n, const store_answer_t *answer)
{
    static const char INSERT[] = "INSERT INTO answer VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)";
    sqlite3_stmt *stmt = NULL;
    int ret =
        sqlite3_exec(db, "BEGIN IMMEDIATE; DELETE FROM answer", NULL, NULL, NULL) == SQLITE_OK ? 0 : SIM_ERR_STORE;

    if (ret == 0 && sqlite3_prepare_v2(db, INSERT, -1, &stmt, NULL) != SQLITE_OK) {
        ret = SIM_ERR_STORE;
    }
    for (size_t i = 0; ret == 0 && i < n; i++) {
        ret = put_one(stmt, &answer[i]);
    }
    (void) sqlite3_finalize(stmt);
    return ret == 0 && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK ? SIM_ERR_STORE : ret;
}

int
store_put_answers(const char *path, size_t n, const store_answer_t *answer, store_fault_t *fault)
{
    sqlite3 *db = NULL;
    int ret = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL) == SQLITE_OK
                  ? put_all(db, n, answer)
                  : SIM_ERR_STORE;

    if (ret != 0) {
        (void) snprintf(fault->text, sizeof(fault->text), "%s: %s", path,
            db == NULL ? sim_strerror(SIM_ERR_NO_MEMORY) : sqlite3_errmsg(db));
    }
    (void) sqlite3_close(db);
    return ret;
}

static const char *
text_of(sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *) sqlite3_column_text(stmt, column);

    return text == NULL ? "" : text;
}

int
store_answers(store_reader_t *self, store_answer_fn *fn, void *ctx)
{
    static const char SQL[] = "SELECT what, offer, cell, input, estimate, low, high, n FROM answer ORDER BY id";
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(store_reader_db(self), SQL, -1, &stmt, NULL), ret = 0;

    while (ret == 0 && (code == SQLITE_OK || code == SQLITE_ROW)) {
        code = sqlite3_step(stmt);
        if (code == SQLITE_ROW) {
            const store_answer_t answer = { .what = text_of(stmt, 0),
                .offer = text_of(stmt, 1),
                .cell = sqlite3_column_type(stmt, 2) == SQLITE_NULL ? SIZE_MAX : (size_t) sqlite3_column_int64(stmt, 2),
                .input = text_of(stmt, 3),
                .estimate = store_column_double(stmt, 4),
                .low = store_column_double(stmt, 5),
                .high = store_column_double(stmt, 6),
                .n = (uint64_t) sqlite3_column_int64(stmt, 7) };

            ret = fn(ctx, &answer);
        }
    }
    (void) sqlite3_finalize(stmt);
    return ret == 0 && code != SQLITE_DONE ? SIM_ERR_STORE : ret;
}
