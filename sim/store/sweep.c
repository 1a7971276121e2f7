#include "sim/store/sweep.h"

#include "sim/store/file.h"
#include "sim/store/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PARTIAL ".partial"
#define NUMBER_MAX 100000u
#define COMMIT_RECORDS 8192
#define COMMIT_SECONDS 0.5

/* ---- names ---- */

/* The path with an ending added; NULL when there is no memory. */
static char *
with(const char *path, const char *ending)
{
    size_t size = strlen(path) + strlen(ending) + 1;
    char *name = malloc(size);

    if (name != NULL) {
        (void) snprintf(name, size, "%s%s", path, ending);
    }
    return name;
}

static bool
is_there(const char *path, const char *ending)
{
    char *name = with(path, ending);
    struct stat info;
    bool there = name != NULL && lstat(name, &info) == 0;

    free(name);
    return there;
}

/* The number of the first path that is free, or of the last that is not finished; 0 when there is none. */
static unsigned
find_number(const char *path, bool unfinished)
{
    unsigned found = 0;

    for (unsigned number = 1; number < NUMBER_MAX; number++) {
        char *name = store_numbered(path, number);
        bool partial = name != NULL && is_there(name, PARTIAL), whole = name != NULL && is_there(name, "");

        free(name);
        if (!partial && !whole) {
            return unfinished ? found : number;
        }
        found = partial ? number : found;
    }
    return found;
}

static int
choose_path(store_writer_t *self, const store_target_t *target, bool unfinished)
{
    unsigned number = target->numbered ? find_number(target->path, unfinished) : 1;

    if (number == 0) {
        return SIM_ERR_NOT_FOUND;
    }
    self->lasting = true;
    free(self->path);
    self->path = store_numbered(target->path, number);
    self->temporary = self->path == NULL ? NULL : with(self->path, PARTIAL);
    return self->temporary == NULL ? SIM_ERR_NO_MEMORY : 0;
}

/* ---- opening ---- */

/* Locked for as long as it is open, so that there is no shared index and no second writer. */
static int
open_database(store_writer_t *self)
{
    if (sqlite3_open_v2(self->temporary, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL) != SQLITE_OK) {
        return self->db == NULL ? store_fail(self, SIM_ERR_NO_MEMORY, "out of memory") : store_fail_sql(self);
    }
    if (sqlite3_exec(self->db,
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
            "BEGIN IMMEDIATE",
            NULL, NULL, NULL) != SQLITE_OK) {
        return sqlite3_errcode(self->db) == SQLITE_BUSY
                   ? store_fail(self, SIM_ERR_STORE, "another weir is writing to it")
                   : store_fail_sql(self);
    }
    return 0;
}

static int
prepare(store_writer_t *self)
{
    int ret = store_prepare(self);

    if (ret == 0 && sqlite3_prepare_v2(self->db, "INSERT OR IGNORE INTO point VALUES (?, ?)", -1, &self->point, NULL) !=
                        SQLITE_OK) {
        ret = store_fail_sql(self);
    }
    return ret;
}

static int
create_file(store_writer_t *self, const store_target_t *target)
{
    int error = store_make_directories(self->path), file;
    char what[256], *log;

    if (!target->numbered && !target->force && (is_there(self->path, "") || is_there(self->path, PARTIAL))) {
        return store_fail(self, SIM_ERR_EXISTS,
            is_there(self->path, "") ? "exists already (--force overwrites it)"
                                     : "has been begun already (--resume goes on with it, --force begins anew)");
    }
    if (error == 0 && target->force) {
        log = with(self->temporary, "-wal");
        (void) unlink(self->temporary);
        (void) unlink(log != NULL ? log : "");
        free(log);
    }
    file = error == 0 ? open(self->temporary, O_CREAT | O_EXCL | O_WRONLY, 0666) : -1;
    if (file < 0 || close(file) != 0) {
        (void) snprintf(what, sizeof(what), "cannot write there: %s", strerror(error != 0 ? error : errno));
        return store_fail(self, SIM_ERR_STORE, what);
    }
    return 0;
}

static int
begin(store_writer_t *self, const store_target_t *target)
{
    int ret = choose_path(self, target, false);

    if (ret == 0) {
        ret = create_file(self, target);
    }
    if (ret == 0) {
        ret = open_database(self);
    }
    if (ret == 0) {
        ret = store_make_tables(self);
    }
    if (ret == 0) {
        ret = store_execute(self, STORE_SCHEMA_SWEEP);
    }
    return ret == 0 ? prepare(self) : ret;
}

static bool
has_tables(store_writer_t *self)
{
    sqlite3_stmt *stmt = NULL;
    bool has = sqlite3_prepare_v2(self->db, "SELECT count(*) FROM manifest", -1, &stmt, NULL) == SQLITE_OK &&
               sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0) > 0;

    (void) sqlite3_finalize(stmt);
    return has;
}

/* A file that was ended before its first commit says nothing: it is begun anew. */
static int
go_on(store_writer_t *self)
{
    int ret = open_database(self);

    if (ret == 0 && !has_tables(self)) {
        (void) store_close_database(self);
        (void) unlink(self->temporary);
        return SIM_ERR_NOT_FOUND;
    }
    return ret == 0 ? prepare(self) : ret;
}

static int
resume(store_writer_t *self, const store_target_t *target, bool reopen)
{
    int ret = choose_path(self, target, true);

    if (ret != 0) {
        return ret;
    }
    if (!is_there(self->path, PARTIAL)) {
        if (!is_there(self->path, "")) {
            return SIM_ERR_NOT_FOUND;
        }
        if (!reopen) {
            return store_fail(self, SIM_ERR_EXISTS, "is finished");
        }
        if (rename(self->path, self->temporary) != 0) {
            return store_fail(self, SIM_ERR_STORE, strerror(errno));
        }
    }
    return go_on(self);
}

typedef struct {
    const store_target_t *target;
    bool resume, reopen;
} how_t;

static int
make(store_writer_t **self, const how_t *how, store_fault_t *fault)
{
    store_writer_t *writer = calloc(1, sizeof(*writer));
    int ret = SIM_ERR_NO_MEMORY;

    *self = NULL;
    (void) snprintf(fault->text, sizeof(fault->text), "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    if (writer == NULL) {
        return ret;
    }
    writer->path = store_numbered(how->target->path, 1);
    if (writer->path != NULL) {
        ret = how->resume ? resume(writer, how->target, how->reopen) : begin(writer, how->target);
        writer->force = !how->target->numbered && (how->target->force || how->reopen);
    }
    if (ret != 0) {
        *fault = writer->fault;
        store_writer_free(writer);
        return ret;
    }
    fault->text[0] = '\0';
    *self = writer;
    return 0;
}

int
store_sweep_begin(store_writer_t **self, const store_target_t *target, store_fault_t *fault)
{
    return make(self, &(how_t){ .target = target }, fault);
}

int
store_sweep_resume(store_writer_t **self, const store_target_t *target, bool reopen, store_fault_t *fault)
{
    return make(self, &(how_t){ .target = target, .resume = true, .reopen = reopen }, fault);
}

/* ---- what it says ---- */

int
store_sweep_says(store_writer_t *self, const char *key, char *text, size_t size)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(self->db, "SELECT value FROM manifest WHERE key = ?", -1, &stmt, NULL);

    text[0] = '\0';
    if (code == SQLITE_OK) {
        store_bind_text(stmt, 1, key);
        code = sqlite3_step(stmt);
    }
    if (code == SQLITE_ROW) {
        (void) snprintf(text, size, "%s", (const char *) sqlite3_column_text(stmt, 0));
    }
    (void) sqlite3_finalize(stmt);
    return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : store_fail_sql(self);
}

void
store_sweep_shape(store_writer_t *self, size_t n_plans, size_t n_cells)
{
    self->n_plans = n_plans;
    self->n_cells = n_cells;
    free(self->bytes);
    self->bytes = calloc(n_cells + 1, sizeof(double));
}

int
store_sweep_put_input(store_writer_t *self, const store_input_t *input)
{
    const char *const text[] = { input->path, input->name, input->group, input->text, input->level };
    sqlite3_stmt *stmt = NULL;
    int ret = 0;

    if (sqlite3_prepare_v2(self->db, "INSERT INTO input VALUES (NULL, ?, ?, ?, ?, ?, ?)", -1, &stmt, NULL) !=
        SQLITE_OK) {
        return store_fail_sql(self);
    }
    for (int i = 0; i < 5; i++) {
        store_bind_text(stmt, i + 1, text[i]);
    }
    (void) sqlite3_bind_int64(stmt, 6, (int64_t) input->n_levels);
    ret = store_step_done(stmt) == 0 ? 0 : store_fail_sql(self);
    (void) sqlite3_finalize(stmt);
    return ret;
}

/* ---- records ---- */

static double
now_seconds(void)
{
    struct timespec now = { 0, 0 };

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

int
store_sweep_commit(store_writer_t *self)
{
    int ret = store_execute(self, "COMMIT");

    self->uncommitted = 0;
    self->committed = now_seconds();
    return ret == 0 ? store_execute(self, "BEGIN IMMEDIATE") : ret;
}

int
store_sweep_put_point(store_writer_t *self, uint64_t point, const double *value, size_t n)
{
    unsigned char *bytes = malloc(n * sizeof(double) + 1);
    int ret;

    if (bytes == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    store_encode(value, n, bytes);
    (void) sqlite3_bind_int64(self->point, 1, (int64_t) point);
    (void) sqlite3_bind_blob64(self->point, 2, bytes, n * sizeof(double), SQLITE_STATIC);
    ret = store_step_done(self->point) == 0 ? 0 : store_fail_sql(self);
    free(bytes);
    return ret;
}

int
store_sweep_record(void *ctx, const exp_record_t *record)
{
    store_writer_t *self = ctx;
    int ret = self->bytes == NULL ? SIM_ERR_NO_MEMORY : store_put_record(self, record);

    if (ret == 0 && (++self->uncommitted >= COMMIT_RECORDS || now_seconds() - self->committed >= COMMIT_SECONDS)) {
        ret = store_sweep_commit(self);
    }
    return ret;
}

int
store_sweep_done(store_writer_t *self, uint64_t n_ids, uint8_t *bitmap, uint64_t *done, uint64_t *failed)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(self->db, "SELECT id, status FROM replicate ORDER BY id", -1, &stmt, NULL);

    *done = *failed = 0;
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(stmt);
        if (code == SQLITE_ROW) {
            uint64_t id = (uint64_t) sqlite3_column_int64(stmt, 0);

            if (id < n_ids) {
                bitmap[id / 8] |= (uint8_t) (1u << (id % 8));
                *done += 1;
                *failed += sqlite3_column_int(stmt, 1) != 0;
            }
        }
    }
    (void) sqlite3_finalize(stmt);
    return code == SQLITE_DONE ? 0 : store_fail_sql(self);
}

int
store_sweep_forget_failed(store_writer_t *self, uint64_t *n)
{
    int ret = store_execute(self, "DELETE FROM replicate WHERE status <> 0");

    *n = (uint64_t) sqlite3_changes(self->db);
    return ret == 0 ? store_sweep_commit(self) : ret;
}

/* ---- the end ---- */

int
store_sweep_finish(store_writer_t *self)
{
    int ret = store_execute(self, "COMMIT");

    if (ret == 0) {
        ret = store_execute(self, "PRAGMA journal_mode = DELETE");
    }
    return ret == 0 ? store_publish(self) : ret;
}

const char *
store_sweep_path(const store_writer_t *self)
{
    return self->path;
}
