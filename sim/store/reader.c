#include "sim/store/sql.h"
#include "sim/store/sweep.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HEADER_BYTES 100

/* Layout of the header: SQLite database file format, section 1.3. */
#define AT_PAGE_SIZE 16
#define AT_CHANGED 24
#define AT_PAGES 28
#define AT_USER_VERSION 60
#define AT_APPLICATION_ID 68
#define AT_VALID_FOR 92

typedef struct {
    uint32_t id;
    const char *name;
    size_t plan, minus;
} offer_t;

typedef struct {
    const char *key, *value;
} line_t;

typedef struct block {
    struct block *next;
    char bytes[];
} block_t;

typedef struct {
    size_t first, end;
} range_t;

struct store_reader {
    char *path;
    sqlite3 *db;
    sqlite3_stmt *estimate, *status;
    store_contents_t contents;
    store_plan_t *plan;
    store_kpi_t *kpi;
    store_group_t *group;
    store_period_t *period;
    store_parameter_t *parameter;
    size_t n_offers, n_lines, n_cells;
    offer_t *offer;
    line_t *line;
    sim_cell_t *cell;
    range_t *of_kpi; /* among which cells those of each KPI are */
    size_t n_inputs;
    store_input_t *input; /* of a sweep */
    block_t *strings;
    store_fault_t fault;
};

/* ---- the file itself ---- */

static uint32_t
big_endian(const unsigned char *byte, int n)
{
    uint32_t value = 0;

    for (int i = 0; i < n; i++) {
        value = value << 8 | byte[i];
    }
    return value;
}

static int
fail(store_fault_t *fault, const char *path, const char *what)
{
    (void) snprintf(fault->text, sizeof(fault->text), "%s: %s", path, what);
    return SIM_ERR_STORE;
}

static int
check_length(const unsigned char *header, long long size, const char *path, store_fault_t *fault)
{
    uint32_t page = big_endian(header + AT_PAGE_SIZE, 2);
    long long whole = (long long) (page == 1 ? 65536 : page) * big_endian(header + AT_PAGES, 4);
    char what[128];

    if (big_endian(header + AT_CHANGED, 4) == big_endian(header + AT_VALID_FOR, 4) && size < whole) {
        (void) snprintf(what, sizeof(what), "is cut short: %lld of %lld bytes", size, whole);
        return fail(fault, path, what);
    }
    return 0;
}

static int
check_header(const unsigned char *header, const char *path, store_fault_t *fault)
{
    uint32_t version = big_endian(header + AT_USER_VERSION, 4);
    char what[128];

    if (memcmp(header, "SQLite format 3", 16) != 0 ||
        big_endian(header + AT_APPLICATION_ID, 4) != STORE_APPLICATION_ID) {
        return fail(fault, path, "is not a results file of weir");
    }
    if (version != STORE_VERSION) {
        (void) snprintf(what, sizeof(what), "was written by %s weir (schema %u; this one reads %d)",
            version > STORE_VERSION ? "a newer" : "another", version, STORE_VERSION);
        return fail(fault, path, what);
    }
    return 0;
}

static int
check_file(const char *path, store_fault_t *fault)
{
    unsigned char header[HEADER_BYTES] = { 0 };
    struct stat info;
    FILE *file = stat(path, &info) == 0 ? fopen(path, "rb") : NULL;
    size_t got;
    int ret;

    if (file == NULL) {
        return fail(fault, path, strerror(errno));
    }
    got = S_ISREG(info.st_mode) ? fread(header, 1, sizeof(header), file) : 0;
    (void) fclose(file);
    if (got < sizeof(header)) {
        return fail(fault, path, "is not a results file of weir");
    }
    ret = check_header(header, path, fault);
    return ret == 0 ? check_length(header, (long long) info.st_size, path, fault) : ret;
}

/* ---- contents ---- */

static int
damaged(store_reader_t *self)
{
    char what[256];

    (void) snprintf(what, sizeof(what), "is damaged: %s", sqlite3_errmsg(self->db));
    return fail(&self->fault, self->path, what);
}

/* A copy of a text column that lives as long as the reader; NULL when there is no memory. */
static const char *
keep(store_reader_t *self, sqlite3_stmt *stmt, int column)
{
    const unsigned char *text = sqlite3_column_text(stmt, column);
    size_t size = text == NULL ? 1 : strlen((const char *) text) + 1;
    block_t *block = malloc(sizeof(*block) + size);

    if (block == NULL) {
        return NULL;
    }
    memcpy(block->bytes, text == NULL ? "" : (const char *) text, size);
    block->next = self->strings;
    self->strings = block;
    return block->bytes;
}

/* Rows of a table, read one by one into an array that is as long as the table. */
typedef struct {
    const char *sql;
    size_t size; /* of an element */
    int (*row)(store_reader_t *self, sqlite3_stmt *stmt, void *element);
} table_t;

static int
count_rows(store_reader_t *self, const char *sql, size_t *n)
{
    sqlite3_stmt *stmt = NULL;
    int ret = SIM_ERR_STORE;
    char count[320];

    (void) snprintf(count, sizeof(count), "SELECT count(*) FROM (%s)", sql);
    if (sqlite3_prepare_v2(self->db, count, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        *n = (size_t) sqlite3_column_int64(stmt, 0);
        ret = 0;
    }
    ret = ret == 0 ? 0 : damaged(self);
    (void) sqlite3_finalize(stmt);
    return ret;
}

static int
read_rows(store_reader_t *self, const table_t *table, size_t n, char *array)
{
    sqlite3_stmt *stmt = NULL;
    int ret = 0, code = sqlite3_prepare_v2(self->db, table->sql, -1, &stmt, NULL);
    size_t i = 0;

    if (code == SQLITE_OK) {
        while (ret == 0 && i < n && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
            ret = table->row(self, stmt, array + i * table->size);
            i++;
        }
    }
    if (ret == 0 && i < n) {
        ret = damaged(self);
    }
    (void) sqlite3_finalize(stmt);
    return ret;
}

static int
read_table(store_reader_t *self, const table_t *table, size_t *n, void *array_pointer)
{
    void *array = NULL;
    int ret = count_rows(self, table->sql, n);

    if (ret != 0) {
        return ret;
    }
    array = calloc(*n + 1, table->size);
    memcpy(array_pointer, &array, sizeof(array));
    if (array == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    return read_rows(self, table, *n, array);
}

static int
row_line(store_reader_t *self, sqlite3_stmt *stmt, void *element)
{
    line_t *line = element;

    line->key = keep(self, stmt, 0);
    line->value = keep(self, stmt, 1);
    return line->key == NULL || line->value == NULL ? SIM_ERR_NO_MEMORY : 0;
}

static int
row_plan(store_reader_t *self, sqlite3_stmt *stmt, void *element)
{
    store_plan_t *plan = element;

    plan->name = keep(self, stmt, 0);
    plan->title = keep(self, stmt, 1);
    plan->colour = keep(self, stmt, 2);
    plan->doc = keep(self, stmt, 3);
    plan->scenario = keep(self, stmt, 4);
    return plan->name == NULL || plan->title == NULL || plan->colour == NULL || plan->doc == NULL ||
                   plan->scenario == NULL
               ? SIM_ERR_NO_MEMORY
               : 0;
}

static int
row_kpi(store_reader_t *self, sqlite3_stmt *stmt, void *element)
{
    store_kpi_t *kpi = element;

    kpi->name = keep(self, stmt, 0);
    kpi->unit = keep(self, stmt, 1);
    kpi->doc = keep(self, stmt, 2);
    return kpi->name == NULL || kpi->unit == NULL || kpi->doc == NULL ? SIM_ERR_NO_MEMORY : 0;
}

static int
row_group(store_reader_t *self, sqlite3_stmt *stmt, void *element)
{
    store_group_t *group = element;

    group->name = keep(self, stmt, 0);
    group->kind = keep(self, stmt, 1);
    return group->name == NULL || group->kind == NULL ? SIM_ERR_NO_MEMORY : 0;
}

static int
row_period(store_reader_t *self, sqlite3_stmt *stmt, void *element)
{
    store_period_t *period = element;

    period->name = keep(self, stmt, 0);
    period->kind = keep(self, stmt, 1);
    period->first_day = (long) sqlite3_column_int64(stmt, 2);
    period->end_day = (long) sqlite3_column_int64(stmt, 3);
    period->first_date = keep(self, stmt, 4);
    period->whole = sqlite3_column_int(stmt, 5) != 0;
    return period->name == NULL || period->kind == NULL || period->first_date == NULL ? SIM_ERR_NO_MEMORY : 0;
}

static int
row_parameter(store_reader_t *self, sqlite3_stmt *stmt, void *element)
{
    store_parameter_t *parameter = element;

    parameter->path = keep(self, stmt, 0);
    parameter->value = store_column_double(stmt, 1);
    parameter->text = keep(self, stmt, 2);
    parameter->unit = keep(self, stmt, 3);
    parameter->low = store_column_double(stmt, 4);
    parameter->high = store_column_double(stmt, 5);
    parameter->quality = keep(self, stmt, 6);
    parameter->range = keep(self, stmt, 7);
    parameter->source = keep(self, stmt, 8);
    parameter->origin = keep(self, stmt, 9);
    parameter->evidence = keep(self, stmt, 10);
    return parameter->path == NULL || parameter->text == NULL || parameter->unit == NULL ||
                   parameter->quality == NULL || parameter->range == NULL || parameter->source == NULL ||
                   parameter->origin == NULL || parameter->evidence == NULL
               ? SIM_ERR_NO_MEMORY
               : 0;
}

static int
row_offer(store_reader_t *self, sqlite3_stmt *stmt, void *element)
{
    offer_t *offer = element;

    offer->id = (uint32_t) sqlite3_column_int64(stmt, 0);
    offer->name = keep(self, stmt, 1);
    offer->plan = (size_t) sqlite3_column_int64(stmt, 2);
    offer->minus = sqlite3_column_type(stmt, 3) == SQLITE_NULL ? SIZE_MAX : (size_t) sqlite3_column_int64(stmt, 3);
    if (offer->plan >= self->contents.n_plans || (offer->minus != SIZE_MAX && offer->minus >= self->contents.n_plans)) {
        return fail(&self->fault, self->path, "is damaged: a difference names no plan");
    }
    return offer->name == NULL ? SIM_ERR_NO_MEMORY : 0;
}

static int
row_cell(store_reader_t *self, sqlite3_stmt *stmt, void *element)
{
    sim_cell_t *cell = element;
    int64_t kpi = sqlite3_column_int64(stmt, 0), group = sqlite3_column_int64(stmt, 1);
    int64_t period = sqlite3_column_int64(stmt, 2);

    if (kpi < 0 || (size_t) kpi >= self->contents.n_kpis || group < 0 || (size_t) group >= self->contents.n_groups ||
        period < 0 || (size_t) period >= self->contents.n_periods) {
        return fail(&self->fault, self->path, "is damaged: a cell names no measure, group or period");
    }
    *cell = (sim_cell_t){ .kpi = (uint16_t) kpi, .group = (uint16_t) group, .period = (int32_t) period };
    return 0;
}

static const table_t LINES = { "SELECT key, value FROM manifest ORDER BY key", sizeof(line_t), row_line };
static const table_t PLANS = { "SELECT name, title, colour, doc, scenario FROM plan ORDER BY id", sizeof(store_plan_t),
    row_plan };
static const table_t KPIS = { "SELECT name, unit, doc FROM kpi ORDER BY id", sizeof(store_kpi_t), row_kpi };
static const table_t GROUPS = { "SELECT name, kind FROM grp ORDER BY id", sizeof(store_group_t), row_group };
static const table_t PERIODS = { "SELECT name, kind, first_day, end_day, first_date, whole FROM period ORDER BY id",
    sizeof(store_period_t), row_period };
static const table_t PARAMETERS = {
    "SELECT path, value, text, unit, low, high, quality, range, source, origin, evidence FROM parameter"
    " ORDER BY id",
    sizeof(store_parameter_t), row_parameter
};
static const table_t OFFERS = { "SELECT id, name, plan, minus FROM offer ORDER BY id", sizeof(offer_t), row_offer };
static const table_t CELLS = { "SELECT kpi, grp, period FROM cell ORDER BY id", sizeof(sim_cell_t), row_cell };

static int
index_cells(store_reader_t *self)
{
    self->of_kpi = calloc(self->contents.n_kpis + 1, sizeof(*self->of_kpi));
    if (self->of_kpi == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < self->n_cells; i++) {
        range_t *range = &self->of_kpi[self->cell[i].kpi];

        range->first = range->end == 0 ? i : range->first;
        range->end = i + 1;
    }
    return 0;
}

static int
read_contents(store_reader_t *self)
{
    store_contents_t *c = &self->contents;
    int ret = read_table(self, &LINES, &self->n_lines, &self->line);

    if (ret == 0) {
        ret = read_table(self, &PLANS, &c->n_plans, &self->plan);
    }
    if (ret == 0) {
        ret = read_table(self, &KPIS, &c->n_kpis, &self->kpi);
    }
    if (ret == 0) {
        ret = read_table(self, &GROUPS, &c->n_groups, &self->group);
    }
    if (ret == 0) {
        ret = read_table(self, &PERIODS, &c->n_periods, &self->period);
    }
    if (ret == 0) {
        ret = read_table(self, &PARAMETERS, &c->n_parameters, &self->parameter);
    }
    if (ret == 0) {
        ret = read_table(self, &OFFERS, &self->n_offers, &self->offer);
    }
    if (ret == 0) {
        ret = read_table(self, &CELLS, &self->n_cells, &self->cell);
    }
    if (ret == 0) {
        ret = index_cells(self);
    }
    c->plan = self->plan;
    c->kpi = self->kpi;
    c->group = self->group;
    c->period = self->period;
    c->parameter = self->parameter;
    return ret;
}

/* One read transaction for the life of the reader: a lock for each of many look-ups would take longer than they do. */
static int
open_database(store_reader_t *self)
{
    static const char ESTIMATE[] = "SELECT estimate, low, high, reps FROM estimate WHERE offer = ? AND cell = ?";
    static const char STATUS[] = "SELECT status FROM replicate WHERE id = ?";
    int code = sqlite3_open_v2(self->path, &self->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX, NULL);

    if (code == SQLITE_OK) {
        code = sqlite3_exec(self->db, "BEGIN", NULL, NULL, NULL);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_prepare_v2(self->db, ESTIMATE, -1, &self->estimate, NULL);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_prepare_v2(self->db, STATUS, -1, &self->status, NULL);
    }
    if (code != SQLITE_OK) {
        return self->db == NULL ? SIM_ERR_NO_MEMORY : damaged(self);
    }
    return read_contents(self);
}

int
store_reader_open(store_reader_t **self, const char *path, store_fault_t *fault)
{
    store_reader_t *reader = calloc(1, sizeof(*reader));
    int ret = SIM_ERR_NO_MEMORY;

    *self = NULL;
    (void) snprintf(fault->text, sizeof(fault->text), "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    if (reader == NULL) {
        return ret;
    }
    reader->path = malloc(strlen(path) + 1);
    if (reader->path != NULL) {
        memcpy(reader->path, path, strlen(path) + 1);
        ret = check_file(path, fault);
        if (ret == 0) {
            ret = open_database(reader);
            *fault = ret == SIM_ERR_STORE ? reader->fault : *fault;
        }
    }
    if (ret != 0) {
        store_reader_free(reader);
        return ret;
    }
    fault->text[0] = '\0';
    *self = reader;
    return 0;
}

void
store_reader_free(store_reader_t *self)
{
    if (self == NULL) {
        return;
    }
    (void) sqlite3_finalize(self->estimate);
    (void) sqlite3_finalize(self->status);
    (void) sqlite3_close(self->db);
    while (self->strings != NULL) {
        block_t *next = self->strings->next;

        free(self->strings);
        self->strings = next;
    }
    free(self->plan);
    free(self->kpi);
    free(self->group);
    free(self->period);
    free(self->parameter);
    free(self->offer);
    free(self->line);
    free(self->cell);
    free(self->of_kpi);
    free(self->input);
    free(self->path);
    free(self);
}

const store_contents_t *
store_contents(const store_reader_t *self)
{
    return &self->contents;
}

const char *
store_manifest(const store_reader_t *self, const char *key)
{
    for (size_t i = 0; i < self->n_lines; i++) {
        if (strcmp(self->line[i].key, key) == 0) {
            return self->line[i].value;
        }
    }
    return "";
}

const char *
store_reader_fault(const store_reader_t *self)
{
    return self->fault.text;
}

/* ---- queries ---- */

/* Whether a comma-separated list (NULL holds everything) holds name, or other (NULL = none). */
static bool
list_has(const char *list, const char *name, const char *other)
{
    if (list == NULL) {
        return true;
    }
    for (const char *item = list;; item += 1) {
        size_t n = strcspn(item, ",");

        if ((strlen(name) == n && strncmp(item, name, n) == 0) ||
            (other != NULL && n > 0 && strlen(other) == n && strncmp(item, other, n) == 0)) {
            return true;
        }
        item += n;
        if (*item == '\0') {
            return false;
        }
    }
}

/* "quintile" selects every "quintile=...". */
static bool
group_in(const char *list, const store_group_t *group)
{
    char dimension[2 * SIM_NAME_MAX];
    size_t n = strcspn(group->name, "=");

    if (n >= sizeof(dimension) || group->name[n] == '\0') {
        return list_has(list, group->name, NULL);
    }
    memcpy(dimension, group->name, n);
    dimension[n] = '\0';
    return list_has(list, group->name, dimension);
}

bool
store_filter_has_group(const store_filter_t *filter, const store_group_t *group)
{
    return filter == NULL || group_in(filter->group, group);
}

bool
store_filter_has_period(const store_filter_t *filter, const store_period_t *period)
{
    return filter == NULL || list_has(filter->period, period->name, period->kind);
}

bool
store_filter_has_kpi(const store_filter_t *filter, const store_kpi_t *kpi)
{
    return filter == NULL || list_has(filter->kpi, kpi->name, NULL);
}

static bool
offer_in(const store_filter_t *filter, const offer_t *offer)
{
    return filter == NULL ||
           (list_has(filter->offer, offer->name, NULL) && !(filter->no_differences && offer->minus != SIZE_MAX));
}

/* Which cells pass; ids in order, so their number is enough. Caller frees *cell. */
static int
select_cells(const store_reader_t *self, const store_filter_t *filter, size_t *n, size_t **cell)
{
    const store_contents_t *c = &self->contents;
    bool *pass = calloc(c->n_kpis + c->n_groups + c->n_periods + 1, sizeof(*pass));
    bool *group, *period;

    *n = 0;
    *cell = calloc(self->n_cells + 1, sizeof(**cell));
    if (pass == NULL || *cell == NULL) {
        free(pass);
        return SIM_ERR_NO_MEMORY;
    }
    group = pass + c->n_kpis;
    period = group + c->n_groups;
    for (size_t i = 0; i < c->n_kpis; i++) {
        pass[i] = store_filter_has_kpi(filter, &c->kpi[i]);
    }
    for (size_t i = 0; i < c->n_groups; i++) {
        group[i] = store_filter_has_group(filter, &c->group[i]);
    }
    for (size_t i = 0; i < c->n_periods; i++) {
        period[i] = store_filter_has_period(filter, &c->period[i]);
    }
    for (size_t i = 0; i < self->n_cells; i++) {
        const sim_cell_t *of = &self->cell[i];

        if (pass[of->kpi] && group[of->group] && period[of->period]) {
            (*cell)[(*n)++] = i;
        }
    }
    free(pass);
    return 0;
}

static void
describe(const store_reader_t *self, const offer_t *offer, size_t cell, store_row_t *row)
{
    const store_contents_t *c = &self->contents;
    const sim_cell_t *of = &self->cell[cell];

    *row = (store_row_t){
        .scenario = c->plan[offer->plan].scenario,
        .offer = offer->name,
        .kpi = c->kpi[of->kpi].name,
        .group = c->group[of->group].name,
        .period = c->period[of->period].name,
        .unit = c->kpi[of->kpi].unit,
        .estimate = NAN,
        .low = NAN,
        .high = NAN,
        .kpi_index = of->kpi,
        .group_index = of->group,
        .period_index = (size_t) of->period,
        .plan_index = offer->plan,
        .minus_index = offer->minus,
    };
}

/* SIM_ERR_NOT_FOUND when the cell has no estimate. */
static int
look_up(store_reader_t *self, const offer_t *offer, size_t cell, store_row_t *row)
{
    int code;

    (void) sqlite3_bind_int64(self->estimate, 1, offer->id);
    (void) sqlite3_bind_int64(self->estimate, 2, (int64_t) cell);
    code = sqlite3_step(self->estimate);
    if (code == SQLITE_ROW) {
        describe(self, offer, cell, row);
        row->estimate = store_column_double(self->estimate, 0);
        row->low = store_column_double(self->estimate, 1);
        row->high = store_column_double(self->estimate, 2);
        row->reps = (uint32_t) sqlite3_column_int64(self->estimate, 3);
    }
    (void) sqlite3_reset(self->estimate);
    return code == SQLITE_ROW ? 0 : code == SQLITE_DONE ? SIM_ERR_NOT_FOUND : damaged(self);
}

static int
query_offer(store_reader_t *self, const offer_t *offer, size_t n, const size_t *cell, store_row_fn *fn, void *ctx)
{
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < n; i++) {
        store_row_t row;

        ret = look_up(self, offer, cell[i], &row);
        ret = ret == 0 ? fn(ctx, &row) : ret == SIM_ERR_NOT_FOUND ? 0 : ret;
    }
    return ret;
}

int
store_query(store_reader_t *self, const store_filter_t *filter, store_row_fn *fn, void *ctx)
{
    size_t n, *cell = NULL;
    int ret = select_cells(self, filter, &n, &cell);

    for (size_t i = 0; ret == 0 && i < self->n_offers; i++) {
        if (offer_in(filter, &self->offer[i])) {
            ret = query_offer(self, &self->offer[i], n, cell, fn, ctx);
        }
    }
    free(cell);
    return ret;
}

/* Index of a cell by names, or SIZE_MAX. The KPI is compared first: it rules out most. */
static size_t
find_cell(const store_reader_t *self, const char *kpi, const char *group, const char *period)
{
    const store_contents_t *c = &self->contents;

    for (size_t k = 0; k < c->n_kpis; k++) {
        if (strcmp(c->kpi[k].name, kpi) != 0) {
            continue;
        }
        for (size_t i = self->of_kpi[k].first; i < self->of_kpi[k].end; i++) {
            const sim_cell_t *of = &self->cell[i];

            if (of->kpi == k && strcmp(c->group[of->group].name, group) == 0 &&
                strcmp(c->period[of->period].name, period) == 0) {
                return i;
            }
        }
    }
    return SIZE_MAX;
}

static const offer_t *
find_offer(const store_reader_t *self, const char *name)
{
    for (size_t i = 0; i < self->n_offers; i++) {
        if (strcmp(self->offer[i].name, name) == 0) {
            return &self->offer[i];
        }
    }
    return NULL;
}

int
store_get(store_reader_t *self, const char *offer, const char *kpi, const char *group, const char *period,
    store_row_t *row)
{
    const offer_t *of = find_offer(self, offer);
    size_t cell = find_cell(self, kpi, group, period);

    *row = (store_row_t){ .estimate = NAN, .low = NAN, .high = NAN };
    return of == NULL || cell == SIZE_MAX ? SIM_ERR_NOT_FOUND : look_up(self, of, cell, row);
}

int
store_replicates(store_reader_t *self, const char *plan, const char *kpi, const char *group, const char *period,
    size_t n, double *value)
{
    const offer_t *of = find_offer(self, plan);
    size_t cell = find_cell(self, kpi, group, period);
    int ret = 0;

    if (of == NULL || of->minus != SIZE_MAX || cell == SIZE_MAX) {
        return SIM_ERR_NOT_FOUND;
    }
    for (size_t rep = 0; ret == 0 && rep < n; rep++) {
        int64_t id = (int64_t) (rep * self->contents.n_plans + of->plan);

        ret = store_fetch(self->db, self->status, id, cell, 1, &value[rep]);
    }
    return ret == 0 ? 0 : damaged(self);
}

/* ---- series ---- */

static void
row_span(sqlite3_stmt *stmt, size_t plan, const char *kpi, store_span_t *span)
{
    *span = (store_span_t){ .plan = plan,
        .span = (size_t) sqlite3_column_int64(stmt, 0),
        .from_day = store_column_double(stmt, 1),
        .to_day = store_column_double(stmt, 2),
        .kpi = kpi,
        .estimate = store_column_double(stmt, 3),
        .low = store_column_double(stmt, 4),
        .high = store_column_double(stmt, 5),
        .reps = (uint32_t) sqlite3_column_int64(stmt, 6) };
}

/* Room for one more, in steps that double. */
static store_span_t *
grow_spans(store_span_t *span, size_t n)
{
    return n > 0 && (n < 64 || (n & (n - 1)) != 0) ? span : realloc(span, (n == 0 ? 64 : 2 * n) * sizeof(*span));
}

static int
read_series(sqlite3_stmt *stmt, size_t plan, const char *kpi, size_t *n, store_span_t **span)
{
    int code;

    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        store_span_t *grown = grow_spans(*span, *n);

        if (grown == NULL) {
            return SQLITE_NOMEM;
        }
        *span = grown;
        row_span(stmt, plan, kpi, &grown[(*n)++]);
    }
    return code;
}

/* A file of before there were series, or facts, has no table of them. */
static bool
has_table(store_reader_t *self, const char *name)
{
    sqlite3_stmt *stmt = NULL;
    bool found = false;

    if (sqlite3_prepare_v2(self->db, "SELECT 1 FROM sqlite_master WHERE name = ?", -1, &stmt, NULL) == SQLITE_OK) {
        store_bind_text(stmt, 1, name);
        found = sqlite3_step(stmt) == SQLITE_ROW;
    }
    (void) sqlite3_finalize(stmt);
    return found;
}

int
store_series(store_reader_t *self, size_t plan, const char *kpi, size_t *n, store_span_t **span)
{
    static const char SELECT[] = "SELECT span, from_day, to_day, estimate, low, high, reps FROM series"
                                 " WHERE plan = ? AND kpi = ? ORDER BY span";
    sqlite3_stmt *stmt = NULL;
    int code = SQLITE_DONE;

    *n = 0;
    *span = NULL;
    if (has_table(self, "series")) {
        code = sqlite3_prepare_v2(self->db, SELECT, -1, &stmt, NULL);
        if (code == SQLITE_OK) {
            (void) sqlite3_bind_int64(stmt, 1, (int64_t) plan);
            store_bind_text(stmt, 2, kpi);
            code = read_series(stmt, plan, kpi, n, span);
        }
        (void) sqlite3_finalize(stmt);
    }
    if (code != SQLITE_DONE) {
        free(*span);
        *span = NULL;
        *n = 0;
        return code == SQLITE_NOMEM ? SIM_ERR_NO_MEMORY : damaged(self);
    }
    return 0;
}

/* ---- facts ---- */

static int
row_fact(store_reader_t *self, sqlite3_stmt *stmt, void *element)
{
    store_fact_t *fact = element;
    const char **const text[] = { &fact->scenario, &fact->name, &fact->kpi, &fact->plan, &fact->group, &fact->period,
        &fact->as, &fact->versus, &fact->versus_group, &fact->versus_period, &fact->unit, &fact->quality, &fact->source,
        &fact->verdict };
    double *const number[] = { &fact->value, &fact->accept_low, &fact->accept_high, &fact->estimate, &fact->low,
        &fact->high, &fact->reps_needed };

    for (int i = 0; i < 14; i++) {
        *text[i] = keep(self, stmt, i);
        if (*text[i] == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
    }
    for (int i = 0; i < 7; i++) {
        *number[i] = store_column_double(stmt, 14 + i);
    }
    fact->reps = (uint32_t) sqlite3_column_int64(stmt, 21);
    return 0;
}

int
store_facts(store_reader_t *self, size_t *n, store_fact_t **fact)
{
    static const table_t FACTS = {
        "SELECT scenario, name, kpi, plan, \"group\", period, \"as\", versus, versus_group, versus_period, unit, quality,"
        " source, verdict, value, accept_low, accept_high, estimate, low, high, reps_needed, reps FROM fact ORDER BY id",
        sizeof(store_fact_t), row_fact
    };
    int ret = 0;

    *n = 0;
    *fact = NULL;
    if (has_table(self, "fact")) {
        ret = read_table(self, &FACTS, n, fact);
    }
    if (ret != 0) {
        free(*fact);
        *fact = NULL;
        *n = 0;
    }
    return ret;
}

sqlite3 *
store_reader_db(store_reader_t *self)
{
    return self->db;
}

/* ---- the ledger ---- */

static const char *
ledger_text(sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *) sqlite3_column_text(stmt, column);

    return text != NULL ? text : "";
}

static int
ledger_rows(sqlite3_stmt *stmt, size_t n_plans, store_ledger_fn *fn, void *ctx, int *code)
{
    int ret = 0;

    while (ret == 0 && (*code = sqlite3_step(stmt)) == SQLITE_ROW) {
        const store_ledger_t row = { .plan = (size_t) sqlite3_column_int64(stmt, 0),
            .month = ledger_text(stmt, 1),
            .line = ledger_text(stmt, 2),
            .lot = ledger_text(stmt, 3),
            .funder = ledger_text(stmt, 4),
            .account = ledger_text(stmt, 5),
            .debit = sqlite3_column_int64(stmt, 6),
            .credit = sqlite3_column_int64(stmt, 7) };

        ret = row.plan < n_plans ? fn(ctx, &row) : SIM_ERR_STORE;
    }
    return ret;
}

int
store_ledger(store_reader_t *self, store_ledger_fn *fn, void *ctx)
{
    static const char SELECT[] =
        "SELECT plan, month, line, lot, funder, account, debit_pence, credit_pence FROM ledger ORDER BY id";
    sqlite3_stmt *stmt = NULL;
    int code = SQLITE_DONE, ret = 0;

    if (has_table(self, "ledger")) {
        code = sqlite3_prepare_v2(self->db, SELECT, -1, &stmt, NULL);
        if (code == SQLITE_OK) {
            ret = ledger_rows(stmt, self->contents.n_plans, fn, ctx, &code);
        }
        (void) sqlite3_finalize(stmt);
    }
    if (ret != 0 || code == SQLITE_DONE) {
        return ret;
    }
    return code == SQLITE_NOMEM ? SIM_ERR_NO_MEMORY : damaged(self);
}

/* ---- sweeps ---- */

bool
store_is_sweep(store_reader_t *self)
{
    return has_table(self, "input");
}

size_t
store_cells(const store_reader_t *self, const sim_cell_t **cell)
{
    *cell = self->cell;
    return self->n_cells;
}

static int
row_input(store_reader_t *self, sqlite3_stmt *stmt, void *element)
{
    store_input_t *input = element;
    const char **const text[] = { &input->path, &input->name, &input->group, &input->text, &input->level };

    for (int i = 0; i < 5; i++) {
        *text[i] = keep(self, stmt, i);
        if (*text[i] == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
    }
    input->n_levels = (size_t) sqlite3_column_int64(stmt, 5);
    return 0;
}

int
store_sweep_contents(store_reader_t *self, store_sweep_t *sweep)
{
    static const table_t INPUTS = {
        "SELECT path, name, grp, text, level, n_levels FROM input WHERE text <> 'fixed' ORDER BY id",
        sizeof(store_input_t), row_input
    };
    int ret = self->input == NULL ? read_table(self, &INPUTS, &self->n_inputs, &self->input) : 0;

    sweep->n_points = strtoull(store_manifest(self, "points"), NULL, 10);
    sweep->reps = (uint32_t) strtoul(store_manifest(self, "reps"), NULL, 10);
    sweep->n_inputs = self->n_inputs;
    sweep->input = self->input;
    return ret;
}

int
store_sweep_count(store_reader_t *self, uint64_t *records, uint64_t *failed)
{
    sqlite3_stmt *stmt = NULL;
    int ret = 0;

    if (sqlite3_prepare_v2(self->db, "SELECT count(*), total(status <> 0) FROM replicate", -1, &stmt, NULL) ==
            SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW) {
        *records = (uint64_t) sqlite3_column_int64(stmt, 0);
        *failed = (uint64_t) sqlite3_column_int64(stmt, 1);
    } else {
        ret = damaged(self);
    }
    (void) sqlite3_finalize(stmt);
    return ret;
}

/* A row of the query below as a record; its numbers go to `number`. */
static int
take_record(store_reader_t *self, sqlite3_stmt *stmt, uint32_t reps, double *number, store_point_record_t *record)
{
    uint64_t at = (uint64_t) sqlite3_column_int64(stmt, 1);
    size_t n_values = (size_t) sqlite3_column_bytes(stmt, 5) / sizeof(double);
    size_t n_inputs = (size_t) sqlite3_column_bytes(stmt, 6) / sizeof(double);

    record->plan = (uint32_t) sqlite3_column_int64(stmt, 0);
    record->point = at / reps;
    record->rep = (uint32_t) (at % reps);
    record->status = sqlite3_column_int(stmt, 2);
    record->message = (const char *) sqlite3_column_text(stmt, 3);
    record->seconds = sqlite3_column_double(stmt, 4);
    if (record->plan >= self->contents.n_plans || n_inputs != self->n_inputs || record->message == NULL ||
        (record->status == 0 && n_values != self->n_cells)) {
        return fail(&self->fault, self->path, "is damaged: a record has another shape");
    }
    store_decode(sqlite3_column_blob(stmt, 6), n_inputs, number);
    store_decode(sqlite3_column_blob(stmt, 5), record->status == 0 ? n_values : 0, number + n_inputs);
    record->input = number;
    record->value = record->status == 0 ? number + n_inputs : NULL;
    return 0;
}

int
store_sweep_records(store_reader_t *self, store_point_fn *fn, void *ctx)
{
    static const char SQL[] = "SELECT r.plan, r.rep, r.status, r.message, r.seconds, r.value, p.value FROM replicate r"
                              " JOIN point p ON p.id = r.rep / ? ORDER BY r.id";
    store_sweep_t sweep;
    store_point_record_t record;
    sqlite3_stmt *stmt = NULL;
    int ret = store_sweep_contents(self, &sweep), code;
    double *number = ret == 0 ? calloc(self->n_inputs + self->n_cells + 1, sizeof(*number)) : NULL;

    if (ret != 0 || number == NULL) {
        return ret != 0 ? ret : SIM_ERR_NO_MEMORY;
    }
    code = sweep.reps == 0 ? SQLITE_CORRUPT : sqlite3_prepare_v2(self->db, SQL, -1, &stmt, NULL);
    if (code == SQLITE_OK) {
        (void) sqlite3_bind_int64(stmt, 1, sweep.reps);
    }
    while (ret == 0 && (code == SQLITE_OK || code == SQLITE_ROW)) {
        code = sqlite3_step(stmt);
        if (code == SQLITE_ROW) {
            ret = take_record(self, stmt, sweep.reps, number, &record);
            ret = ret == 0 ? fn(ctx, &record) : ret;
        }
    }
    ret = ret == 0 && code != SQLITE_DONE ? damaged(self) : ret;
    (void) sqlite3_finalize(stmt);
    free(number);
    return ret;
}
