#include "sim/store/flow.h"

#include "sim/store/sql.h"

const char STORE_SCHEMA_FLOW[] =
    "-- The pathway of each plan as it was compiled. pool '' = unlimited; from_source 1: origin is a source, not a stage;\n"
    "-- target '' = out; share of those with that outcome, of the classes that the route is for.\n"
    "CREATE TABLE stage (id INTEGER PRIMARY KEY, plan INTEGER NOT NULL REFERENCES plan, name TEXT NOT NULL,\n"
    "    pool TEXT NOT NULL);\n"
    "CREATE TABLE route (id INTEGER PRIMARY KEY, plan INTEGER NOT NULL REFERENCES plan, from_source INTEGER NOT NULL,\n"
    "    origin TEXT NOT NULL, outcome TEXT NOT NULL, target TEXT NOT NULL, share REAL NOT NULL);\n";

/* ---- writing ---- */

int
store_flow_begin(store_writer_t *self)
{
    return sqlite3_exec(store_writer_db(self), STORE_SCHEMA_FLOW, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : store_writer_fail(self);
}

static sqlite3_stmt *
prepare(store_writer_t *self, const char *sql)
{
    sqlite3_stmt *stmt = NULL;

    return sqlite3_prepare_v2(store_writer_db(self), sql, -1, &stmt, NULL) == SQLITE_OK ? stmt : NULL;
}

/* Run it once and end it. */
static int
finish(store_writer_t *self, sqlite3_stmt *stmt)
{
    int ret = stmt != NULL && store_step_done(stmt) == 0 ? 0 : store_writer_fail(self);

    (void) sqlite3_finalize(stmt);
    return ret;
}

int
store_put_stage(store_writer_t *self, const store_stage_t *stage)
{
    sqlite3_stmt *stmt = prepare(self, "INSERT INTO stage VALUES (NULL, ?, ?, ?)");

    if (stmt != NULL) {
        (void) sqlite3_bind_int64(stmt, 1, (int64_t) stage->plan);
        store_bind_text(stmt, 2, stage->name);
        store_bind_text(stmt, 3, stage->pool);
    }
    return finish(self, stmt);
}

int
store_put_route(store_writer_t *self, const store_route_t *route)
{
    sqlite3_stmt *stmt = prepare(self, "INSERT INTO route VALUES (NULL, ?, ?, ?, ?, ?, ?)");

    if (stmt != NULL) {
        (void) sqlite3_bind_int64(stmt, 1, (int64_t) route->plan);
        (void) sqlite3_bind_int64(stmt, 2, route->of_source);
        store_bind_text(stmt, 3, route->from);
        store_bind_text(stmt, 4, route->outcome);
        store_bind_text(stmt, 5, route->to);
        (void) sqlite3_bind_double(stmt, 6, route->share);
    }
    return finish(self, stmt);
}

/* ---- reading ---- */

static const char *
text_of(sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *) sqlite3_column_text(stmt, column);

    return text != NULL ? text : "";
}

/* NULL when the file has no such table. */
static sqlite3_stmt *
ask(store_reader_t *self, const char *sql, size_t plan)
{
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v2(store_reader_db(self), sql, -1, &stmt, NULL) != SQLITE_OK) {
        return NULL;
    }
    (void) sqlite3_bind_int64(stmt, 1, (int64_t) plan);
    return stmt;
}

static int
end(sqlite3_stmt *stmt, int ret, int code)
{
    (void) sqlite3_finalize(stmt);
    return ret != 0 ? ret : code == SQLITE_DONE ? 0 : code == SQLITE_NOMEM ? SIM_ERR_NO_MEMORY : SIM_ERR_STORE;
}

int
store_stages(store_reader_t *self, size_t plan, store_stage_fn *fn, void *ctx)
{
    sqlite3_stmt *stmt = ask(self, "SELECT name, pool FROM stage WHERE plan = ? ORDER BY id", plan);
    int ret = 0, code = SQLITE_DONE;

    while (stmt != NULL && ret == 0 && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        ret = fn(ctx, &(store_stage_t){ plan, text_of(stmt, 0), text_of(stmt, 1) });
    }
    return end(stmt, ret, code);
}

int
store_routes(store_reader_t *self, size_t plan, store_route_fn *fn, void *ctx)
{
    sqlite3_stmt *stmt =
        ask(self, "SELECT from_source, origin, outcome, target, share FROM route WHERE plan = ? ORDER BY id", plan);
    int ret = 0, code = SQLITE_DONE;

    while (stmt != NULL && ret == 0 && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        ret = fn(ctx, &(store_route_t){ plan, sqlite3_column_int64(stmt, 0) != 0, text_of(stmt, 1), text_of(stmt, 2),
                          text_of(stmt, 3), store_column_double(stmt, 4) });
    }
    return end(stmt, ret, code);
}
