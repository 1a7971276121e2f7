#include "sim/store/journal.h"

#include "sim/store/file.h"
#include "sim/store/sql.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NUMBER_MAX 10000u
#define COMMIT_SECONDS 0.5
#define COMMIT_RECORDS 4096

struct store_journal {
    char *path;
    sqlite3 *db;
    sqlite3_stmt *put, *get;
    uint64_t uncommitted;
    double committed;
};

static double
now(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

static int
fail(store_fault_t *fault, int code, const char *path, const char *what)
{
    (void) snprintf(fault->text, sizeof(fault->text), "%s: %s", path, what);
    return code;
}

/* ---- names ---- */

static char *
partial_of(const char *path)
{
    size_t size = strlen(path) + sizeof(".partial");
    char *name = malloc(size);

    if (name != NULL) {
        (void) snprintf(name, size, "%s.partial", path);
    }
    return name;
}

static bool
is_there(const char *path)
{
    struct stat info;

    return path != NULL && lstat(path, &info) == 0;
}

/* The results' name: the first that is free, or of the last that is not finished; as it is when it is not numbered. */
static char *
choose_results(const store_target_t *target, bool resume)
{
    char *found = target->numbered ? NULL : store_numbered(target->path, 1);

    for (unsigned number = 1; target->numbered && number < NUMBER_MAX; number++) {
        char *name = store_numbered(target->path, number), *partial = name != NULL ? partial_of(name) : NULL;
        bool whole = is_there(name), begun = is_there(partial);

        free(partial);
        if (name == NULL || (!resume && !whole && !begun)) {
            return name;
        }
        if (resume && begun) {
            free(found);
            found = name;
            continue;
        }
        free(name);
        if (!whole && !begun) {
            break;
        }
    }
    return found != NULL ? found : store_numbered(target->path, 1);
}

/* ---- opening ---- */

static int
sql_fault(store_journal_t *self, store_fault_t *fault)
{
    bool busy = sqlite3_errcode(self->db) == SQLITE_BUSY;

    return fail(fault, SIM_ERR_STORE, self->path, busy ? "another weir is writing to it" : sqlite3_errmsg(self->db));
}

/* Locked while it is open; what is committed outlives the process. */
static int
open_database(store_journal_t *self, store_fault_t *fault)
{
    static const char SCHEMA[] =
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE;"
        "CREATE TABLE IF NOT EXISTS search (what TEXT NOT NULL);"
        "CREATE TABLE IF NOT EXISTS record (key TEXT NOT NULL, rep INTEGER NOT NULL, value BLOB NOT NULL,"
        "    PRIMARY KEY (key, rep)) WITHOUT ROWID;";

    if (sqlite3_open_v2(self->path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX,
            NULL) != SQLITE_OK ||
        sqlite3_exec(self->db, SCHEMA, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(self->db, "INSERT OR REPLACE INTO record VALUES (?, ?, ?)", -1, &self->put, NULL) !=
            SQLITE_OK ||
        sqlite3_prepare_v2(self->db, "SELECT value FROM record WHERE key = ? AND rep = ?", -1, &self->get, NULL) !=
            SQLITE_OK) {
        return sql_fault(self, fault);
    }
    return 0;
}

static int
check_what(store_journal_t *self, const char *what, bool begun, store_fault_t *fault)
{
    sqlite3_stmt *stmt = NULL;
    bool same = false;
    int code = sqlite3_prepare_v2(self->db,
        begun ? "SELECT what = ? FROM search" : "INSERT INTO search SELECT ? WHERE NOT EXISTS (SELECT 1 FROM search)",
        -1, &stmt, NULL);

    if (code == SQLITE_OK) {
        store_bind_text(stmt, 1, what);
        code = sqlite3_step(stmt);
        same = code == SQLITE_ROW && sqlite3_column_int(stmt, 0) != 0;
    }
    (void) sqlite3_finalize(stmt);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return sql_fault(self, fault);
    }
    if (begun && code == SQLITE_DONE) { /* it was ended before it had begun */
        return check_what(self, what, false, fault);
    }
    return !begun || same ? 0
                          : fail(fault, SIM_ERR_EXISTS, self->path,
                                "is of another scenario, other --set, --seed or another version (--force begins anew)");
}

static void
remove_files(const char *path)
{
    static const char *const ENDING[] = { "", "-wal", "-shm" };

    for (size_t i = 0; i < sizeof(ENDING) / sizeof(ENDING[0]); i++) {
        size_t size = strlen(path) + 8;
        char *name = malloc(size);

        if (name != NULL) {
            (void) snprintf(name, size, "%s%s", path, ENDING[i]);
            (void) unlink(name);
        }
        free(name);
    }
}

/* Whether what is there may be used, or must go. */
static int
check_there(const store_journal_t *self, const store_target_t *target, bool resume, const char *results,
    store_fault_t *fault)
{
    bool begun = is_there(self->path), whole = is_there(results);

    if (whole && !target->force && !(resume && begun)) { /* one that ended early may go on */
        return fail(fault, SIM_ERR_EXISTS, results, "exists already (--force overwrites it)");
    }
    if (resume) {
        return begun ? 0 : fail(fault, SIM_ERR_NOT_FOUND, self->path, "there is no search to go on with");
    }
    if (begun && !target->force) {
        return fail(fault, SIM_ERR_EXISTS, self->path,
            "a search was begun there (--resume goes on with it, --force begins anew)");
    }
    return 0;
}

/* One that is there is emptied once it is ours alone; what is no journal goes. */
static int
open_anew(store_journal_t *self, store_fault_t *fault)
{
    int ret = open_database(self, fault);

    if (ret != 0 && sqlite3_errcode(self->db) == SQLITE_NOTADB) {
        (void) sqlite3_close(self->db);
        self->db = NULL;
        remove_files(self->path);
        ret = open_database(self, fault);
    }
    if (ret == 0 && sqlite3_exec(self->db, "DELETE FROM search; DELETE FROM record;", NULL, NULL, NULL) != SQLITE_OK) {
        ret = sql_fault(self, fault);
    }
    return ret;
}

static int
begin(store_journal_t *self, const store_target_t *target, const char *what, bool resume, const char *results,
    store_fault_t *fault)
{
    int ret = check_there(self, target, resume, results, fault), error;

    if (ret != 0) {
        return ret;
    }
    error = store_make_directories(self->path);
    if (error != 0) {
        return fail(fault, SIM_ERR_STORE, self->path, strerror(error));
    }
    ret = resume ? open_database(self, fault) : open_anew(self, fault);
    if (ret == 0) {
        ret = check_what(self, what, resume, fault);
    }
    if (ret == 0 && store_journal_commit(self) != 0) {
        ret = sql_fault(self, fault);
    }
    return ret;
}

int
store_journal_open(store_journal_t **self, const store_target_t *target, const char *what, bool resume, char **results,
    store_fault_t *fault)
{
    store_journal_t *journal = calloc(1, sizeof(*journal));
    int ret = SIM_ERR_NO_MEMORY;

    *self = NULL;
    *results = choose_results(target, resume);
    (void) snprintf(fault->text, sizeof(fault->text), "%s", sim_strerror(ret));
    if (journal != NULL && *results != NULL) {
        journal->path = partial_of(*results);
        journal->committed = now();
    }
    if (journal != NULL && journal->path != NULL) {
        ret = begin(journal, target, what, resume, *results, fault);
    }
    if (ret != 0) {
        store_journal_close(journal, false);
        return ret;
    }
    fault->text[0] = '\0';
    *self = journal;
    return 0;
}

void
store_journal_close(store_journal_t *self, bool done)
{
    if (self == NULL) {
        return;
    }
    if (self->put != NULL) {
        (void) sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL);
    }
    (void) sqlite3_finalize(self->put);
    (void) sqlite3_finalize(self->get);
    (void) sqlite3_close(self->db);
    if (done && self->path != NULL) {
        remove_files(self->path);
    }
    free(self->path);
    free(self);
}

/* ---- replications ---- */

int
store_journal_commit(store_journal_t *self)
{
    self->uncommitted = 0;
    self->committed = now();
    return sqlite3_exec(self->db, "COMMIT; BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

int
store_journal_put(store_journal_t *self, const char *key, uint32_t rep, size_t n, const double *value)
{
    unsigned char *bytes = malloc(n * sizeof(double) + 1);
    int ret;

    if (bytes == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    store_encode(value, n, bytes);
    store_bind_text(self->put, 1, key);
    (void) sqlite3_bind_int64(self->put, 2, rep);
    (void) sqlite3_bind_blob64(self->put, 3, bytes, n * sizeof(double), SQLITE_STATIC);
    ret = store_step_done(self->put);
    free(bytes);
    self->uncommitted++;
    if (ret == 0 && (self->uncommitted >= COMMIT_RECORDS || now() - self->committed > COMMIT_SECONDS)) {
        ret = store_journal_commit(self);
    }
    return ret;
}

int
store_journal_get(store_journal_t *self, const char *key, uint32_t rep, size_t n, double *value)
{
    int code, ret = SIM_ERR_NOT_FOUND;

    store_bind_text(self->get, 1, key);
    (void) sqlite3_bind_int64(self->get, 2, rep);
    code = sqlite3_step(self->get);
    if (code == SQLITE_ROW && (size_t) sqlite3_column_bytes(self->get, 0) == n * sizeof(double)) {
        store_decode(sqlite3_column_blob(self->get, 0), n, value);
        ret = 0;
    } else if (code != SQLITE_ROW && code != SQLITE_DONE) {
        ret = SIM_ERR_STORE;
    }
    (void) sqlite3_reset(self->get);
    return ret;
}

uint64_t
store_journal_count(store_journal_t *self)
{
    sqlite3_stmt *stmt = NULL;
    uint64_t n = 0;

    if (sqlite3_prepare_v2(self->db, "SELECT count(*) FROM record", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW) {
        n = (uint64_t) sqlite3_column_int64(stmt, 0);
    }
    (void) sqlite3_finalize(stmt);
    return n;
}

const char *
store_journal_path(const store_journal_t *self)
{
    return self->path;
}
