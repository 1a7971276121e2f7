#include "sim/store/writer.h"
#include "sim/experiment/estimate.h"
#include "sim/store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const STATEMENT[STORE_N_STATEMENTS] = {
    "INSERT OR REPLACE INTO manifest VALUES (?, ?)",
    "INSERT INTO plan VALUES (?, ?, ?, ?, ?, ?)",
    "INSERT INTO kpi VALUES (?, ?, ?, ?)",
    "INSERT INTO grp VALUES (?, ?, ?)",
    "INSERT INTO period VALUES (?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO cell VALUES (?, ?, ?, ?)",
    "INSERT INTO replicate VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO parameter VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO offer VALUES (?, ?, ?, ?)",
    "INSERT INTO estimate VALUES (?, ?, ?, ?, ?, ?)",
    "INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO fact VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO ledger VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
    "SELECT status FROM replicate WHERE id = ?",
};

int
store_fail(store_writer_t *self, int code, const char *what)
{
    if (self->fault.text[0] == '\0') {
        (void) snprintf(self->fault.text, sizeof(self->fault.text), "%s: %s", self->path, what);
    }
    return code;
}

int
store_fail_sql(store_writer_t *self)
{
    int code = sqlite3_errcode(self->db), error = sqlite3_system_errno(self->db);
    char what[256];

    if (code == SQLITE_FULL) {
        return store_fail(self, SIM_ERR_STORE, "the disk is full");
    }
    (void) snprintf(what, sizeof(what), "cannot write: %s",
        (code & 0xff) == SQLITE_IOERR && error != 0 ? strerror(error) : sqlite3_errmsg(self->db));
    return store_fail(self, SIM_ERR_STORE, what);
}

static int
step(store_writer_t *self, store_statement_t which)
{
    return store_step_done(self->stmt[which]) == 0 ? 0 : store_fail_sql(self);
}

int
store_execute(store_writer_t *self, const char *sql)
{
    return sqlite3_exec(self->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : store_fail_sql(self);
}

int
store_make_tables(store_writer_t *self)
{
    char pragmas[128];
    int ret;

    (void) snprintf(pragmas, sizeof(pragmas), "PRAGMA application_id = %d; PRAGMA user_version = %d;",
        STORE_APPLICATION_ID, STORE_VERSION);
    ret = store_execute(self, pragmas);
    if (ret == 0) {
        ret = store_execute(self, STORE_SCHEMA);
    }
    if (ret == 0) {
        ret = store_execute(self, STORE_SCHEMA_SERIES);
    }
    if (ret == 0) {
        ret = store_execute(self, STORE_SCHEMA_FACT);
    }
    return ret == 0 ? store_execute(self, STORE_SCHEMA_LEDGER) : ret;
}

int
store_prepare(store_writer_t *self)
{
    int ret = 0;

    for (int i = 0; ret == 0 && i < STORE_N_STATEMENTS; i++) {
        if (sqlite3_prepare_v2(self->db, STATEMENT[i], -1, &self->stmt[i], NULL) != SQLITE_OK) {
            ret = store_fail_sql(self);
        }
    }
    return ret;
}

/* The file is thrown away unless it is finished, so neither a rollback journal nor syncing on the way has a use. */
static int
open_database(store_writer_t *self)
{
    int ret;

    /* One thread at a time is in the writer: exp_run sees to that. */
    if (sqlite3_open_v2(self->temporary, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        return self->db == NULL ? store_fail(self, SIM_ERR_NO_MEMORY, "out of memory") : store_fail_sql(self);
    }
    ret = store_execute(self,
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN;");
    if (ret == 0) {
        ret = store_make_tables(self);
    }
    return ret == 0 ? store_prepare(self) : ret;
}

static int
check_target(store_writer_t *self, const store_target_t *target)
{
    struct stat info;

    if (lstat(target->path, &info) != 0 || target->numbered) {
        return 0;
    }
    if (S_ISDIR(info.st_mode)) {
        return store_fail(self, SIM_ERR_STORE, "is a directory");
    }
    return target->force ? 0 : store_fail(self, SIM_ERR_EXISTS, "exists already (--force overwrites it)");
}

static int
begin(store_writer_t *self, const store_target_t *target)
{
    int ret = check_target(self, target), error;
    char what[256];

    if (ret != 0) {
        return ret;
    }
    error = store_make_directories(target->path);
    if (error == 0) {
        error = store_make_temporary(target->path, &self->temporary);
    }
    if (error != 0) {
        (void) snprintf(what, sizeof(what), "cannot write there: %s", strerror(error));
        return store_fail(self, SIM_ERR_STORE, what);
    }
    return open_database(self);
}

int
store_writer_create(store_writer_t **self, const store_target_t *target, store_fault_t *fault)
{
    store_writer_t *writer = calloc(1, sizeof(*writer));
    int ret = SIM_ERR_NO_MEMORY;

    *self = NULL;
    (void) snprintf(fault->text, sizeof(fault->text), "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    if (writer == NULL) {
        return ret;
    }
    writer->force = target->force && !target->numbered;
    writer->path = store_numbered(target->path, 1);
    if (writer->path != NULL) {
        ret = begin(writer, target);
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
store_close_database(store_writer_t *self)
{
    int code;

    for (int i = 0; i < STORE_N_STATEMENTS; i++) {
        (void) sqlite3_finalize(self->stmt[i]);
        self->stmt[i] = NULL;
    }
    (void) sqlite3_finalize(self->point);
    self->point = NULL;
    code = sqlite3_close(self->db);
    self->db = NULL;
    return code == SQLITE_OK ? 0 : store_fail(self, SIM_ERR_STORE, "cannot close the file");
}

void
store_writer_free(store_writer_t *self)
{
    if (self == NULL) {
        return;
    }
    (void) store_close_database(self);
    if (self->temporary != NULL && self->placed == NULL && !self->lasting) {
        (void) unlink(self->temporary);
    }
    free(self->path);
    free(self->temporary);
    free(self->placed);
    free(self->scope);
    free(self->bytes);
    free(self);
}

static int
put_plans(store_writer_t *self, const store_layout_t *layout)
{
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_PLAN];
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < layout->n_plans; i++) {
        const store_plan_t *plan = &layout->plan[i];

        (void) sqlite3_bind_int64(stmt, 1, (int64_t) i);
        store_bind_text(stmt, 2, plan->name);
        store_bind_text(stmt, 3, plan->title);
        store_bind_text(stmt, 4, plan->colour);
        store_bind_text(stmt, 5, plan->doc);
        store_bind_text(stmt, 6, plan->scenario);
        ret = step(self, STORE_INSERT_PLAN);
    }
    return ret;
}

static int
put_offer(store_writer_t *self, size_t id, const char *name, size_t plan, size_t minus)
{
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_OFFER];

    (void) sqlite3_bind_int64(stmt, 1, (int64_t) id);
    store_bind_text(stmt, 2, name);
    (void) sqlite3_bind_int64(stmt, 3, (int64_t) plan);
    (void) (minus == SIZE_MAX ? sqlite3_bind_null(stmt, 4) : sqlite3_bind_int64(stmt, 4, (int64_t) minus));
    return step(self, STORE_INSERT_OFFER);
}

static int
put_difference(store_writer_t *self, const store_layout_t *layout, uint32_t plan, uint32_t minus)
{
    size_t size = strlen(layout->plan[plan].name) + strlen(layout->plan[minus].name) + 2;
    char *name = malloc(size);
    int ret = SIM_ERR_NO_MEMORY;

    if (name != NULL) {
        (void) snprintf(name, size, "%s-%s", layout->plan[plan].name, layout->plan[minus].name);
        ret = put_offer(self, layout->n_plans + exp_pair_index(plan, minus), name, plan, minus);
    }
    free(name);
    return ret;
}

static int
put_offers(store_writer_t *self, const store_layout_t *layout)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < layout->n_plans; i++) {
        ret = put_offer(self, i, layout->plan[i].name, i, SIZE_MAX);
    }
    for (uint32_t i = 1; ret == 0 && i < layout->n_plans; i++) {
        for (uint32_t j = 0; ret == 0 && j < i; j++) {
            ret = put_difference(self, layout, i, j);
        }
    }
    return ret;
}

static int
put_kpis(store_writer_t *self, const store_layout_t *layout)
{
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_KPI];
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < layout->n_kpis; i++) {
        (void) sqlite3_bind_int64(stmt, 1, (int64_t) i);
        store_bind_text(stmt, 2, layout->kpi[i].name);
        store_bind_text(stmt, 3, layout->kpi[i].unit);
        store_bind_text(stmt, 4, layout->kpi[i].doc);
        ret = step(self, STORE_INSERT_KPI);
    }
    return ret;
}

static const char *
group_kind(int kind)
{
    switch (kind) {
    case SIM_BY_ALL:
        return "all";
    case SIM_BY_POOL:
        return "pool";
    case SIM_BY_STAGE:
        return "stage";
    default:
        return "dimension";
    }
}

static int
put_groups(store_writer_t *self, const store_layout_t *layout)
{
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_GROUP];
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < layout->n_groups; i++) {
        (void) sqlite3_bind_int64(stmt, 1, (int64_t) i);
        store_bind_text(stmt, 2, layout->group[i].name);
        store_bind_text(stmt, 3, group_kind(layout->group[i].kind));
        ret = step(self, STORE_INSERT_GROUP);
    }
    return ret;
}

/* A year of which the warm-up leaves a part is not whole; "all" is what is counted. */
static int
put_period(store_writer_t *self, const store_layout_t *layout, size_t id)
{
    static const char *const KIND[] = { "all", "year", "financial", "month" };
    const sim_calendar_t *calendar = layout->calendar;
    const sim_period_t *period = &layout->period[id];
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_PERIOD];
    long first = calendar->month_first[period->first_month], end = calendar->month_first[period->end_month];
    sim_date_t date = sim_calendar_date(calendar, first);
    char text[40];

    (void) snprintf(text, sizeof(text), "%04d-%02d-%02d", date.year, date.month, date.day);
    (void) sqlite3_bind_int64(stmt, 1, (int64_t) id);
    store_bind_text(stmt, 2, period->name);
    store_bind_text(stmt, 3, KIND[period->kind]);
    (void) sqlite3_bind_int64(stmt, 4, first);
    (void) sqlite3_bind_int64(stmt, 5, end);
    store_bind_text(stmt, 6, text);
    (void) sqlite3_bind_int(stmt, 7,
        period->whole && (period->kind == SIM_PERIOD_ALL || (double) first >= layout->counted_from));
    return step(self, STORE_INSERT_PERIOD);
}

static exp_scope_t
cell_scope(const store_layout_t *layout, const sim_cell_t *cell)
{
    sim_period_kind_t kind = layout->period[cell->period].kind;

    if (kind != SIM_PERIOD_ALL && kind != SIM_PERIOD_YEAR) {
        return EXP_PLANS_ONLY;
    }
    return layout->group[cell->group].kind == SIM_BY_ALL ? EXP_ALL_PAIRS : EXP_AGAINST_FIRST;
}

static int
put_cells(store_writer_t *self, const store_layout_t *layout)
{
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_CELL];
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < layout->n_cells; i++) {
        self->scope[i] = (uint8_t) cell_scope(layout, &layout->cell[i]);
        (void) sqlite3_bind_int64(stmt, 1, (int64_t) i);
        (void) sqlite3_bind_int(stmt, 2, layout->cell[i].kpi);
        (void) sqlite3_bind_int(stmt, 3, layout->cell[i].group);
        (void) sqlite3_bind_int(stmt, 4, layout->cell[i].period);
        ret = step(self, STORE_INSERT_CELL);
    }
    return ret;
}

int
store_put_layout(store_writer_t *self, const store_layout_t *layout)
{
    int ret;

    self->n_plans = layout->n_plans;
    self->n_cells = layout->n_cells;
    self->scope = calloc(layout->n_cells + 1, sizeof(*self->scope));
    self->bytes = calloc(layout->n_cells + 1, sizeof(double));
    if (self->scope == NULL || self->bytes == NULL) {
        return store_fail(self, SIM_ERR_NO_MEMORY, sim_strerror(SIM_ERR_NO_MEMORY));
    }
    ret = put_plans(self, layout);
    if (ret == 0) {
        ret = put_offers(self, layout);
    }
    if (ret == 0) {
        ret = put_kpis(self, layout);
    }
    if (ret == 0) {
        ret = put_groups(self, layout);
    }
    for (size_t i = 0; ret == 0 && i < layout->n_periods; i++) {
        ret = put_period(self, layout, i);
    }
    return ret == 0 ? put_cells(self, layout) : ret;
}

int
store_put_manifest(store_writer_t *self, const char *key, const char *value)
{
    store_bind_text(self->stmt[STORE_INSERT_MANIFEST], 1, key);
    store_bind_text(self->stmt[STORE_INSERT_MANIFEST], 2, value);
    return step(self, STORE_INSERT_MANIFEST);
}

int
store_put_parameter(store_writer_t *self, const store_parameter_t *parameter)
{
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_PARAMETER];

    store_bind_text(stmt, 1, parameter->path);
    store_bind_double(stmt, 2, parameter->value);
    store_bind_text(stmt, 3, parameter->text);
    store_bind_text(stmt, 4, parameter->unit);
    store_bind_double(stmt, 5, parameter->low);
    store_bind_double(stmt, 6, parameter->high);
    store_bind_text(stmt, 7, parameter->quality);
    store_bind_text(stmt, 8, parameter->range);
    store_bind_text(stmt, 9, parameter->source);
    store_bind_text(stmt, 10, parameter->origin);
    store_bind_text(stmt, 11, parameter->evidence);
    return step(self, STORE_INSERT_PARAMETER);
}

int
store_put_record(void *ctx, const exp_record_t *record)
{
    store_writer_t *self = ctx;
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_REPLICATE];

    if (record->n_values != self->n_cells || record->arm >= self->n_plans) {
        return SIM_ERR_BAD_PARAM;
    }
    (void) sqlite3_bind_int64(stmt, 1, (int64_t) record->rep * (int64_t) self->n_plans + record->arm);
    (void) sqlite3_bind_int64(stmt, 2, record->arm);
    (void) sqlite3_bind_int64(stmt, 3, record->rep);
    (void) sqlite3_bind_int(stmt, 4, record->status);
    store_bind_text(stmt, 5, record->message);
    (void) sqlite3_bind_int64(stmt, 6, (int64_t) record->events);
    (void) sqlite3_bind_double(stmt, 7, record->seconds);
    (void) sqlite3_bind_null(stmt, 8);
    if (record->value != NULL) {
        store_encode(record->value, self->n_cells, self->bytes);
        (void) sqlite3_bind_blob64(stmt, 8, self->bytes, self->n_cells * sizeof(double), SQLITE_STATIC);
    }
    return step(self, STORE_INSERT_REPLICATE);
}

static int
fetch(void *ctx, uint32_t arm, uint32_t rep, size_t first, size_t n, double *value)
{
    store_writer_t *self = ctx;
    int64_t id = (int64_t) rep * (int64_t) self->n_plans + arm;

    return store_fetch(self->db, self->stmt[STORE_SELECT_STATUS], id, first, n, value) == 0 ? 0 : store_fail_sql(self);
}

static exp_scope_t
scope(void *ctx, size_t cell)
{
    const store_writer_t *self = ctx;

    return (exp_scope_t) self->scope[cell];
}

static int
put_estimate(void *ctx, uint32_t arm, uint32_t minus, size_t cell, const ana_interval_t *interval)
{
    store_writer_t *self = ctx;
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_ESTIMATE];
    size_t offer = minus == EXP_NO_ARM ? arm : self->n_plans + exp_pair_index(arm, minus);

    (void) sqlite3_bind_int64(stmt, 1, (int64_t) offer);
    (void) sqlite3_bind_int64(stmt, 2, (int64_t) cell);
    (void) sqlite3_bind_double(stmt, 3, interval->mean);
    store_bind_double(stmt, 4, interval->low);
    store_bind_double(stmt, 5, interval->high);
    (void) sqlite3_bind_int64(stmt, 6, (int64_t) interval->n);
    return step(self, STORE_INSERT_ESTIMATE);
}

int
store_put_estimates(store_writer_t *self, uint32_t n_reps)
{
    const exp_estimate_t estimate = {
        .n_arms = (uint32_t) self->n_plans,
        .n_reps = n_reps,
        .n_cells = self->n_cells,
        .fetch = fetch,
        .scope = scope,
        .sink = put_estimate,
        .ctx = self,
    };
    int ret = exp_estimate(&estimate);

    return ret == 0 ? 0 : store_fail(self, ret, sim_strerror(ret));
}

int
store_put_span(store_writer_t *self, const store_span_t *span)
{
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_SERIES];

    (void) sqlite3_bind_int64(stmt, 1, (int64_t) span->plan);
    (void) sqlite3_bind_int64(stmt, 2, (int64_t) span->span);
    (void) sqlite3_bind_double(stmt, 3, span->from_day);
    (void) sqlite3_bind_double(stmt, 4, span->to_day);
    store_bind_text(stmt, 5, span->kpi);
    (void) sqlite3_bind_double(stmt, 6, span->estimate);
    store_bind_double(stmt, 7, span->low);
    store_bind_double(stmt, 8, span->high);
    (void) sqlite3_bind_int64(stmt, 9, (int64_t) span->reps);
    return step(self, STORE_INSERT_SERIES);
}

int
store_written(store_writer_t *self, size_t plan, size_t cell, size_t n, double *value)
{
    int ret = 0;

    for (size_t rep = 0; ret == 0 && rep < n; rep++) {
        ret = fetch(self, (uint32_t) plan, (uint32_t) rep, cell, 1, &value[rep]);
    }
    return ret;
}

int
store_put_fact(store_writer_t *self, const store_fact_t *fact)
{
    const char *const text[] = { fact->scenario, fact->name, fact->kpi, fact->plan, fact->group, fact->period, fact->as,
        fact->versus, fact->versus_group, fact->versus_period, fact->unit };
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_FACT];

    for (int i = 0; i < 11; i++) {
        store_bind_text(stmt, i + 1, text[i]);
    }
    (void) sqlite3_bind_double(stmt, 12, fact->value);
    store_bind_double(stmt, 13, fact->accept_low);
    store_bind_double(stmt, 14, fact->accept_high);
    store_bind_text(stmt, 15, fact->quality);
    store_bind_text(stmt, 16, fact->source);
    store_bind_double(stmt, 17, fact->estimate);
    store_bind_double(stmt, 18, fact->low);
    store_bind_double(stmt, 19, fact->high);
    (void) sqlite3_bind_int64(stmt, 20, (int64_t) fact->reps);
    store_bind_text(stmt, 21, fact->verdict);
    store_bind_double(stmt, 22, fact->reps_needed);
    return step(self, STORE_INSERT_FACT);
}

int
store_put_ledger(store_writer_t *self, const store_ledger_t *row)
{
    const char *const text[] = { row->month, row->line, row->lot, row->funder, row->account };
    sqlite3_stmt *stmt = self->stmt[STORE_INSERT_LEDGER];

    (void) sqlite3_bind_int64(stmt, 1, (int64_t) row->plan);
    for (int i = 0; i < 5; i++) {
        store_bind_text(stmt, i + 2, text[i]);
    }
    (void) sqlite3_bind_int64(stmt, 7, row->debit);
    (void) sqlite3_bind_int64(stmt, 8, row->credit);
    return step(self, STORE_INSERT_LEDGER);
}

int
store_flush(store_writer_t *self)
{
    int file = open(self->temporary, O_RDONLY);
    bool done = file >= 0 && fsync(file) == 0;

    if (file >= 0) {
        (void) close(file);
    }
    return done ? 0 : store_fail(self, SIM_ERR_STORE, "cannot write to the disk");
}

int
store_publish(store_writer_t *self)
{
    int ret = store_close_database(self), error;
    char *name = NULL;

    if (ret == 0) {
        ret = store_flush(self);
    }
    if (ret != 0) {
        return ret;
    }
    error = store_place(self->temporary, self->path, self->force, &name);
    if (error != 0) {
        free(name);
        return store_fail(self, SIM_ERR_STORE, strerror(error));
    }
    self->placed = name;
    return 0;
}

int
store_writer_finish(store_writer_t *self)
{
    int ret = store_execute(self, "COMMIT");

    return ret == 0 ? store_publish(self) : ret;
}

const char *
store_writer_path(const store_writer_t *self)
{
    return self->placed != NULL ? self->placed : self->temporary;
}

const char *
store_writer_fault(const store_writer_t *self)
{
    return self->fault.text;
}

sqlite3 *
store_writer_db(store_writer_t *self)
{
    return self->db;
}

int
store_writer_fail(store_writer_t *self)
{
    return store_fail_sql(self);
}
