#include "sim/cli/sweep_show.h"

#include "sim/cli/export.h"
#include "sim/store/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- records, one a row ---- */

typedef struct {
    store_reader_t *reader;
    store_sweep_t sweep;
    const sim_cell_t *cell;
    size_t n_cells;
    bool failed, json, begun, first;
    FILE *out;
} table_t;

/* Level i of an input, as long as *n. */
static const char *
level_of(const store_input_t *input, double value, size_t *n)
{
    const char *level = input->level;

    for (size_t i = value > 0.0 ? (size_t) value : 0; i > 0 && *level != '\0'; i--) {
        level += strcspn(level, "|");
        level += *level == '|';
    }
    *n = strcspn(level, "|");
    return level;
}

static void
input_text(const store_input_t *input, double value, char *text, size_t size)
{
    size_t n;

    if (input->n_levels == 0) {
        cli_shortest(text, size, value);
        return;
    }
    const char *level = level_of(input, value, &n);

    (void) snprintf(text, size, "%.*s", (int) n, level);
}

/* "cohort_seen_18w", or with what it is of: "waiting[quintile=1;y1]". */
static void
cell_name(const table_t *table, size_t i, char *text, size_t size)
{
    const store_contents_t *contents = store_contents(table->reader);
    const sim_cell_t *cell = &table->cell[i];
    const char *group = contents->group[cell->group].name, *period = contents->period[cell->period].name;

    if (strcmp(group, "all") == 0 && strcmp(period, "all") == 0) {
        (void) snprintf(text, size, "%s", contents->kpi[cell->kpi].name);
    } else {
        (void) snprintf(text, size, "%s[%s;%s]", contents->kpi[cell->kpi].name, group, period);
    }
}

/* A value as the next field of a row. Names are those of the JSON; a number that is not known is null there. */
static void
put(table_t *table, const char *name, const char *text, bool is_number)
{
    if (!table->json) {
        (void) fputs(table->first ? "" : ",", table->out);
        cli_csv_field(text, table->out);
    } else if (is_number) {
        (void) fputs(table->first ? "" : ",", table->out);
        cli_json_name(name, table->out);
        (void) fputs(text[0] != '\0' ? text : "null", table->out);
    } else {
        (void) fputs(table->first ? "" : ",", table->out);
        cli_json_field(name, text, table->out);
    }
    table->first = false;
}

static void
put_head(table_t *table)
{
    char name[256];

    (void) fputs("point,rep,offer", table->out);
    for (size_t i = 0; i < table->sweep.n_inputs; i++) {
        (void) fputc(',', table->out);
        cli_csv_field(table->sweep.input[i].name, table->out);
    }
    for (size_t i = 0; i < table->n_cells && !table->failed; i++) {
        cell_name(table, i, name, sizeof(name));
        (void) fputc(',', table->out);
        cli_csv_field(name, table->out);
    }
    (void) fputs(table->failed ? ",reason\n" : "\n", table->out);
}

static void
put_values(table_t *table, const store_point_record_t *record)
{
    char name[256], text[256];

    for (size_t i = 0; i < table->sweep.n_inputs; i++) {
        const store_input_t *input = &table->sweep.input[i];

        input_text(input, record->input[i], text, sizeof(text));
        put(table, input->name, text, input->n_levels == 0);
    }
    for (size_t i = 0; i < table->n_cells && !table->failed; i++) {
        cell_name(table, i, name, sizeof(name));
        cli_shortest(text, sizeof(text), record->value[i]);
        put(table, name, text, true);
    }
}

static int
put_row(void *ctx, const store_point_record_t *record)
{
    table_t *table = ctx;
    char text[32];

    if (table->failed != (record->status != 0)) {
        return 0;
    }
    (void) fputs(!table->json ? "" : table->begun ? ",\n{" : "\n{", table->out);
    table->first = table->begun = true;
    (void) snprintf(text, sizeof(text), "%llu", (unsigned long long) record->point);
    put(table, "point", text, true);
    (void) snprintf(text, sizeof(text), "%u", record->rep);
    put(table, "rep", text, true);
    put(table, "offer", store_contents(table->reader)->plan[record->plan].name, false);
    put_values(table, record);
    if (table->failed) {
        put(table, "reason", record->message, false);
    }
    (void) fputs(table->json ? "}" : "\n", table->out);
    return ferror(table->out) ? SIM_ERR_IO : 0;
}

int
cli_sweep_write(store_reader_t *reader, bool failed, bool json, FILE *out)
{
    table_t table = { .reader = reader, .failed = failed, .json = json, .out = out };
    int ret = store_sweep_contents(reader, &table.sweep);

    if (ret != 0) {
        return ret;
    }
    table.n_cells = store_cells(reader, &table.cell);
    if (json) {
        (void) fputc('[', out);
    } else {
        put_head(&table);
    }
    ret = store_sweep_records(reader, put_row, &table);
    (void) fputs(json ? "\n]\n" : "", out);
    return ret == 0 && (fflush(out) != 0 || ferror(out)) ? SIM_ERR_IO : ret;
}
