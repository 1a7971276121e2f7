#include "sim/cli/ledger.h"

#include "sim/cli/export.h"

#include <inttypes.h>

typedef struct {
    const store_contents_t *contents;
    FILE *out;
    bool json, begun;
} ledger_t;

static void
write_pounds(int64_t pence, FILE *out)
{
    (void) fprintf(out, "%" PRId64 ".%02d", pence / 100, (int) (pence % 100));
}

static int
write_row(void *ctx, const store_ledger_t *row)
{
    static const char *const NAME[] = { "plan", "month", "line", "lot", "funder", "account" };
    ledger_t *self = ctx;
    const char *const text[] = { self->contents->plan[row->plan].name, row->month, row->line, row->lot, row->funder,
        row->account };

    (void) fputs(!self->json ? "" : self->begun ? ",\n{" : "[\n{", self->out);
    for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
        if (self->json) {
            cli_json_field(NAME[i], text[i], self->out);
        } else {
            cli_csv_field(text[i], self->out);
        }
        (void) fputc(',', self->out);
    }
    (void) fputs(self->json ? "\"debit_pounds\":" : "", self->out);
    write_pounds(row->debit, self->out);
    (void) fputs(self->json ? ",\"credit_pounds\":" : ",", self->out);
    write_pounds(row->credit, self->out);
    (void) fputs(self->json ? "}" : "\n", self->out);
    self->begun = true;
    return ferror(self->out) ? SIM_ERR_IO : 0;
}

int
cli_ledger_write(store_reader_t *reader, bool json, FILE *out)
{
    ledger_t self = { store_contents(reader), out, json, false };
    int ret;

    (void) fputs(json ? "" : "plan,month,line,lot,funder,account,debit_pounds,credit_pounds\n", out);
    ret = store_ledger(reader, write_row, &self);
    (void) fputs(!json ? "" : self.begun ? "\n]\n" : "[\n]\n", out);
    return ret == 0 && (fflush(out) != 0 || ferror(out)) ? SIM_ERR_IO : ret;
}
