#include "sim/cli/rows.h"

#include "sim/cli/export.h"

typedef struct {
    FILE *out;
    bool json, begun;
} rows_t;

static void
write_head(const store_field_t *field, size_t n, FILE *out)
{
    for (size_t i = 0; i < n; i++) {
        (void) fprintf(out, "%s%s", field[i].name, i + 1 < n ? "," : "\n");
    }
}

void
cli_field_write(const store_field_t *field, bool json, FILE *out)
{
    char number[32];

    cli_shortest(number, sizeof(number), field->number);
    if (field->text != NULL && json) {
        cli_json_field(field->name, field->text, out);
    } else if (field->text != NULL) {
        cli_csv_field(field->text, out);
    } else if (json) {
        (void) fprintf(out, "\"%s\":%s", field->name, number[0] == '\0' ? "null" : number);
    } else {
        (void) fputs(number, out);
    }
}

static int
write_row(void *ctx, const store_field_t *field, size_t n)
{
    rows_t *rows = ctx;

    if (!rows->json && !rows->begun) {
        write_head(field, n, rows->out);
    }
    (void) fputs(!rows->json ? "" : rows->begun ? ",\n{" : "\n{", rows->out);
    for (size_t i = 0; i < n; i++) {
        (void) fputs(i > 0 ? "," : "", rows->out);
        cli_field_write(&field[i], rows->json, rows->out);
    }
    (void) fputs(rows->json ? "}" : "\n", rows->out);
    rows->begun = true;
    return ferror(rows->out) ? SIM_ERR_IO : 0;
}

int
cli_rows_write(store_reader_t *reader, const char *table, bool json, FILE *out)
{
    rows_t rows = { .out = out, .json = json };
    int ret;

    (void) fputs(json ? "[" : "", out);
    ret = store_rows(reader, table, write_row, &rows);
    (void) fputs(json ? "\n]\n" : "", out);
    return ret == 0 && (fflush(out) != 0 || ferror(out)) ? SIM_ERR_IO : ret;
}
