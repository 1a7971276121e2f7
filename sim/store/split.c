#include "sim/store/split.h"

#include "sim/store/sql.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS_MAX 32

const char STORE_SCHEMA_SPLIT[] =
    "-- Every split that was tried. stage: named, design, refine, growth, next. growth '' is the scenario's own. roles:\n"
    "-- chosen, current, equal, need, runner-up, separated by spaces. status: chosen, tried, dropped (from the\n"
    "-- selection), outside (of what is asked of a split), refused (message says why). Estimates are of replications\n"
    "-- first .. reps-1: of those in the selection, only the ones that the search had not seen. score: mean and 95%\n"
    "-- interval, more is better. p_best: probability that it is the best; p_near: that it is no further from the best\n"
    "-- than matters; regret: how much better the best is.\n"
    "CREATE TABLE candidate (id INTEGER PRIMARY KEY, name TEXT NOT NULL, stage TEXT NOT NULL, growth TEXT NOT NULL,\n"
    "    roles TEXT NOT NULL, status TEXT NOT NULL, message TEXT NOT NULL, reps INTEGER NOT NULL,\n"
    "    first INTEGER NOT NULL, on_frontier INTEGER NOT NULL, score REAL, score_low REAL, score_high REAL,\n"
    "    p_best REAL, p_near REAL, regret REAL, regret_low REAL, regret_high REAL);\n"
    "CREATE TABLE candidate_line (candidate INTEGER NOT NULL REFERENCES candidate, number INTEGER NOT NULL,\n"
    "    line TEXT NOT NULL, pounds REAL NOT NULL, share REAL NOT NULL, PRIMARY KEY (candidate, number)) WITHOUT ROWID;\n"
    "\n"
    "-- use: objective, outcome (both numbered as in the scenario), watched.\n"
    "CREATE TABLE candidate_estimate (candidate INTEGER NOT NULL REFERENCES candidate, use TEXT NOT NULL,\n"
    "    number INTEGER NOT NULL, kpi TEXT NOT NULL, \"group\" TEXT NOT NULL, period TEXT NOT NULL, unit TEXT NOT NULL,\n"
    "    estimate REAL, low REAL, high REAL, reps INTEGER NOT NULL);\n"
    "-- Paired: candidate less minus. use: regret (of the score), or as above.\n"
    "CREATE TABLE candidate_difference (candidate INTEGER NOT NULL REFERENCES candidate,\n"
    "    minus INTEGER NOT NULL REFERENCES candidate, use TEXT NOT NULL, number INTEGER NOT NULL, kpi TEXT NOT NULL,\n"
    "    \"group\" TEXT NOT NULL, period TEXT NOT NULL, unit TEXT NOT NULL, estimate REAL, low REAL, high REAL,\n"
    "    reps INTEGER NOT NULL);\n"
    "-- A replication of a candidate: a number for each row of `cell`, as in `replicate`.\n"
    "CREATE TABLE candidate_replicate (candidate INTEGER NOT NULL REFERENCES candidate, rep INTEGER NOT NULL,\n"
    "    value BLOB, PRIMARY KEY (candidate, rep)) WITHOUT ROWID;\n";

/* More of it, since a string has a length that every compiler must take: what `weir export` writes. */
static const char VIEWS[] =
    "CREATE VIEW candidates AS SELECT c.name AS candidate, c.stage, c.growth, c.roles, c.status, c.reps, l.line, l.pounds,\n"
    "    l.share, c.on_frontier, c.score, c.score_low, c.score_high, c.p_best, c.p_near, c.regret, c.regret_low,\n"
    "    c.regret_high, c.message FROM candidate c JOIN candidate_line l ON l.candidate = c.id ORDER BY c.id, l.number;\n"
    "CREATE VIEW candidate_estimates AS SELECT c.name AS candidate, c.stage, c.growth, e.use, e.kpi, e.\"group\", e.period,\n"
    "    e.estimate, e.low, e.high, e.reps, e.unit FROM candidate_estimate e JOIN candidate c ON c.id = e.candidate\n"
    "    ORDER BY e.rowid;\n"
    "CREATE VIEW candidate_differences AS SELECT c.name AS candidate, m.name AS minus, d.use, d.kpi, d.\"group\", d.period,\n"
    "    d.estimate, d.low, d.high, d.reps, d.unit FROM candidate_difference d JOIN candidate c ON c.id = d.candidate\n"
    "    JOIN candidate m ON m.id = d.minus ORDER BY d.rowid;\n";

/* What the figure shows: each split in the plane of the first two objectives, or of the money of its first line and the one
   objective. */
static const char PLANE[] =
    "CREATE VIEW candidate_plane AS SELECT c.name, c.roles, c.status, c.on_frontier, c.reps,\n"
    "    a.kpi AS x_kpi, a.\"group\" AS x_group, a.unit AS x_unit, a.estimate AS x, a.low AS x_low, a.high AS x_high,\n"
    "    b.kpi AS y_kpi, b.\"group\" AS y_group, b.unit AS y_unit, b.estimate AS y, b.low AS y_low, b.high AS y_high,\n"
    "    l.line, l.pounds FROM candidate c\n"
    "    JOIN candidate_estimate a ON a.candidate = c.id AND a.use = 'objective' AND a.number = 0\n"
    "    LEFT JOIN candidate_estimate b ON b.candidate = c.id AND b.use = 'objective' AND b.number = 1\n"
    "    JOIN candidate_line l ON l.candidate = c.id AND l.number = 0\n"
    "    WHERE c.growth = '' AND c.stage <> 'next' AND c.status <> 'refused' ORDER BY c.id;\n";

/* ---- writing ---- */

static int
fail(store_writer_t *self)
{
    return store_writer_fail(self);
}

int
store_split_begin(store_writer_t *self)
{
    sqlite3 *db = store_writer_db(self);

    return sqlite3_exec(db, STORE_SCHEMA_SPLIT, NULL, NULL, NULL) == SQLITE_OK &&
                   sqlite3_exec(db, VIEWS, NULL, NULL, NULL) == SQLITE_OK &&
                   sqlite3_exec(db, PLANE, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : fail(self);
}

/* Run a prepared statement once and end it. */
static int
finish(store_writer_t *self, sqlite3_stmt *stmt)
{
    int ret = stmt != NULL && store_step_done(stmt) == 0 ? 0 : fail(self);

    (void) sqlite3_finalize(stmt);
    return ret;
}

static sqlite3_stmt *
prepare(store_writer_t *self, const char *sql)
{
    sqlite3_stmt *stmt = NULL;

    return sqlite3_prepare_v2(store_writer_db(self), sql, -1, &stmt, NULL) == SQLITE_OK ? stmt : NULL;
}

static void
bind_interval(sqlite3_stmt *stmt, int column, const ana_interval_t *interval)
{
    store_bind_double(stmt, column, interval->n > 0 ? interval->mean : NAN);
    store_bind_double(stmt, column + 1, interval->n > 1 ? interval->low : NAN);
    store_bind_double(stmt, column + 2, interval->n > 1 ? interval->high : NAN);
}

static int
put_line(store_writer_t *self, size_t id, size_t number, const char *line, double pounds, double total)
{
    sqlite3_stmt *stmt = prepare(self, "INSERT INTO candidate_line VALUES (?, ?, ?, ?, ?)");

    if (stmt != NULL) {
        (void) sqlite3_bind_int64(stmt, 1, (int64_t) id);
        (void) sqlite3_bind_int64(stmt, 2, (int64_t) number);
        store_bind_text(stmt, 3, line);
        (void) sqlite3_bind_double(stmt, 4, pounds);
        (void) sqlite3_bind_double(stmt, 5, total > 0 ? pounds / total : 0);
    }
    return finish(self, stmt);
}

static void
bind_candidate(sqlite3_stmt *stmt, size_t id, const store_candidate_t *it)
{
    const char *const text[] = { it->name, it->stage, it->growth, it->roles, it->status, it->message };

    (void) sqlite3_bind_int64(stmt, 1, (int64_t) id);
    for (int i = 0; i < 6; i++) {
        store_bind_text(stmt, 2 + i, text[i]);
    }
    (void) sqlite3_bind_int64(stmt, 8, it->reps);
    (void) sqlite3_bind_int64(stmt, 9, it->first);
    (void) sqlite3_bind_int(stmt, 10, it->on_frontier);
    bind_interval(stmt, 11, &it->score);
    store_bind_double(stmt, 14, it->p_best);
    store_bind_double(stmt, 15, it->p_near);
    store_bind_double(stmt, 16, it->regret);
    store_bind_double(stmt, 17, it->regret_low);
    store_bind_double(stmt, 18, it->regret_high);
}

int
store_put_candidate(store_writer_t *self, size_t id, const store_candidate_t *candidate, size_t n,
    const char *const *line, const double *pounds)
{
    sqlite3_stmt *stmt = prepare(self, "INSERT INTO candidate VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    double total = 0;
    int ret;

    if (stmt != NULL) {
        bind_candidate(stmt, id, candidate);
    }
    ret = finish(self, stmt);
    for (size_t l = 0; l < n; l++) {
        total += pounds[l];
    }
    for (size_t l = 0; ret == 0 && l < n; l++) {
        ret = put_line(self, id, l, line[l], pounds[l], total);
    }
    return ret;
}

static int
put_measured(store_writer_t *self, sqlite3_stmt *stmt, int column, const store_measured_t *of,
    const ana_interval_t *interval)
{
    if (stmt != NULL) {
        store_bind_text(stmt, column, of->use);
        (void) sqlite3_bind_int64(stmt, column + 1, (int64_t) of->number);
        store_bind_text(stmt, column + 2, of->kpi);
        store_bind_text(stmt, column + 3, of->group);
        store_bind_text(stmt, column + 4, of->period);
        store_bind_text(stmt, column + 5, of->unit);
        bind_interval(stmt, column + 6, interval);
        (void) sqlite3_bind_int64(stmt, column + 9, (int64_t) interval->n);
    }
    return finish(self, stmt);
}

int
store_put_candidate_estimate(store_writer_t *self, size_t id, const store_measured_t *of,
    const ana_interval_t *interval)
{
    sqlite3_stmt *stmt = prepare(self, "INSERT INTO candidate_estimate VALUES (?,?,?,?,?,?,?,?,?,?,?)");

    if (stmt != NULL) {
        (void) sqlite3_bind_int64(stmt, 1, (int64_t) id);
    }
    return put_measured(self, stmt, 2, of, interval);
}

int
store_put_candidate_difference(store_writer_t *self, size_t id, size_t minus, const store_measured_t *of,
    const ana_interval_t *interval)
{
    sqlite3_stmt *stmt = prepare(self, "INSERT INTO candidate_difference VALUES (?,?,?,?,?,?,?,?,?,?,?,?)");

    if (stmt != NULL) {
        (void) sqlite3_bind_int64(stmt, 1, (int64_t) id);
        (void) sqlite3_bind_int64(stmt, 2, (int64_t) minus);
    }
    return put_measured(self, stmt, 3, of, interval);
}

int
store_put_candidate_record(store_writer_t *self, size_t id, uint32_t rep, size_t n, const double *value)
{
    sqlite3_stmt *stmt = prepare(self, "INSERT INTO candidate_replicate VALUES (?, ?, ?)");
    unsigned char *bytes = malloc(n * sizeof(double) + 1);
    int ret;

    if (bytes != NULL && stmt != NULL) {
        store_encode(value, n, bytes);
        (void) sqlite3_bind_int64(stmt, 1, (int64_t) id);
        (void) sqlite3_bind_int64(stmt, 2, rep);
        (void) sqlite3_bind_blob64(stmt, 3, bytes, n * sizeof(double), SQLITE_STATIC);
    }
    ret = bytes == NULL ? SIM_ERR_NO_MEMORY : 0;
    if (ret == 0) {
        ret = finish(self, stmt);
    } else {
        (void) sqlite3_finalize(stmt);
    }
    free(bytes);
    return ret;
}

/* ---- reading ---- */

static bool
has(store_reader_t *self, const char *name)
{
    sqlite3_stmt *stmt = NULL;
    bool found = false;

    if (sqlite3_prepare_v2(store_reader_db(self), "SELECT 1 FROM sqlite_master WHERE name = ?", -1, &stmt, NULL) ==
        SQLITE_OK) {
        store_bind_text(stmt, 1, name);
        found = sqlite3_step(stmt) == SQLITE_ROW;
    }
    (void) sqlite3_finalize(stmt);
    return found;
}

bool
store_is_split(store_reader_t *self)
{
    return has(self, "candidate");
}

static int
give_row(sqlite3_stmt *stmt, store_fields_fn *fn, void *ctx)
{
    store_field_t field[FIELDS_MAX];
    size_t n = (size_t) sqlite3_column_count(stmt);

    for (size_t i = 0; i < n && i < FIELDS_MAX; i++) {
        bool text = sqlite3_column_type(stmt, (int) i) == SQLITE_TEXT;

        field[i] = (store_field_t){ .name = sqlite3_column_name(stmt, (int) i),
            .text = text ? (const char *) sqlite3_column_text(stmt, (int) i) : NULL,
            .number = text ? NAN : store_column_double(stmt, (int) i) };
    }
    return fn(ctx, field, n < FIELDS_MAX ? n : FIELDS_MAX);
}

int
store_rows(store_reader_t *self, const char *table, store_fields_fn *fn, void *ctx)
{
    sqlite3_stmt *stmt = NULL;
    char sql[80];
    int code, ret = 0;

    if (!has(self, table)) {
        return SIM_ERR_NOT_FOUND;
    }
    (void) snprintf(sql, sizeof(sql), "SELECT * FROM \"%.40s\"", table);
    code = sqlite3_prepare_v2(store_reader_db(self), sql, -1, &stmt, NULL);
    while (code == SQLITE_OK && ret == 0 && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        ret = give_row(stmt, fn, ctx);
        code = SQLITE_OK;
    }
    (void) sqlite3_finalize(stmt);
    return ret != 0 ? ret : code == SQLITE_DONE ? 0 : SIM_ERR_STORE;
}
