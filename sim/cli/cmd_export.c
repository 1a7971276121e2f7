/* weir export: the tidy table of a results file, or its facts, as CSV (RFC 4180) or JSON. */
#include "sim/cli/answers.h"
#include "sim/cli/cli.h"
#include "sim/cli/export.h"
#include "sim/cli/facts.h"
#include "sim/cli/ledger.h"
#include "sim/cli/output.h"
#include "sim/cli/rows.h"
#include "sim/cli/sweep_show.h"
#include "sim/cli/workbook.h"
#include "sim/store/split.h"
#include "sim/store/sweep.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CLI_JSON_VERSION 1 /* of the object that JSON is written in */

typedef struct {
    FILE *out;
    cli_tidy_t format;
    bool begun;
} tidy_t;

cli_tidy_t
cli_tidy_format(const char *name)
{
    return strcmp(name, "csv") == 0 ? CLI_TIDY_CSV : strcmp(name, "json") == 0 ? CLI_TIDY_JSON : CLI_TIDY_UNKNOWN;
}

void
cli_shortest(char *text, size_t size, double value)
{
    if (isnan(value)) {
        (void) snprintf(text, size, "%s", "");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        (void) snprintf(text, size, "%.*g", digits, value == 0.0 ? 0.0 : value);
        if (strtod(text, NULL) == value) {
            return;
        }
    }
}

void
cli_csv_field(const char *text, FILE *out)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        (void) fputs(text, out);
        return;
    }
    (void) fputc('"', out);
    for (; *text != '\0'; text++) {
        (void) fputs(*text == '"' ? "\"" : "", out);
        (void) fputc(*text, out);
    }
    (void) fputc('"', out);
}

static void
json_text(const char *text, FILE *out)
{
    (void) fputc('"', out);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char) *text;

        if (c == '"' || c == '\\') {
            (void) fprintf(out, "\\%c", c);
        } else if (c < 0x20) {
            (void) fprintf(out, "\\u%04x", c);
        } else {
            (void) fputc(c, out);
        }
    }
    (void) fputc('"', out);
}

void
cli_json_name(const char *name, FILE *out)
{
    json_text(name, out);
    (void) fputc(':', out);
}

void
cli_json_field(const char *name, const char *text, FILE *out)
{
    cli_json_name(name, out);
    json_text(text, out);
}

static void
csv_row(const store_row_t *row, const char number[3][32], FILE *out)
{
    const char *const text[] = { row->scenario, row->offer, row->kpi, row->group, row->period };

    for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
        cli_csv_field(text[i], out);
        (void) fputc(',', out);
    }
    (void) fprintf(out, "%s,%s,%s,%u,", number[0], number[1], number[2], row->reps);
    cli_csv_field(row->unit, out);
    (void) fputs("\n", out);
}

static void
json_row(const store_row_t *row, const char number[3][32], FILE *out)
{
    const struct {
        const char *name, *text;
    } field[] = { { "scenario", row->scenario }, { "offer", row->offer }, { "kpi", row->kpi }, { "group", row->group },
        { "period", row->period }, { "unit", row->unit } };

    (void) fputc('{', out);
    for (size_t i = 0; i < sizeof(field) / sizeof(field[0]); i++) {
        cli_json_field(field[i].name, field[i].text, out);
        (void) fputc(',', out);
    }
    (void) fprintf(out, "\"estimate\":%s,\"low\":%s,\"high\":%s,\"reps\":%u}", number[0],
        number[1][0] != '\0' ? number[1] : "null", number[2][0] != '\0' ? number[2] : "null", row->reps);
}

static int
write_row(void *ctx, const store_row_t *row)
{
    tidy_t *tidy = ctx;
    char number[3][32];

    cli_shortest(number[0], sizeof(number[0]), row->estimate);
    cli_shortest(number[1], sizeof(number[1]), row->low);
    cli_shortest(number[2], sizeof(number[2]), row->high);
    if (tidy->format == CLI_TIDY_CSV) {
        csv_row(row, (const char(*)[32]) number, tidy->out);
    } else {
        (void) fputs(tidy->begun ? ",\n" : "\n", tidy->out);
        json_row(row, (const char(*)[32]) number, tidy->out);
    }
    tidy->begun = true;
    return ferror(tidy->out) ? SIM_ERR_IO : 0;
}

int
cli_tidy_write(store_reader_t *reader, const store_filter_t *filter, cli_tidy_t format, FILE *out)
{
    tidy_t tidy = { .out = out, .format = format };
    int ret;

    (void) fputs(format == CLI_TIDY_CSV ? "scenario,offer,kpi,group,period,estimate,low,high,reps,unit\n" : "[", out);
    ret = store_query(reader, filter, write_row, &tidy);
    if (format == CLI_TIDY_JSON) {
        (void) fputs("\n]\n", out);
    }
    return ret == 0 && (fflush(out) != 0 || ferror(out)) ? SIM_ERR_IO : ret;
}

/* ---- the command ---- */

/* One kind of name that a filter holds: how many there are, what each is called, and how to ask for it. */
typedef struct {
    const char *option, *list;
    size_t n;
    const char *(*name)(const store_contents_t *contents, size_t i);
    bool (*has)(const store_contents_t *contents, const char *item, size_t i);
} names_t;

static const char *
kpi_name(const store_contents_t *contents, size_t i)
{
    return contents->kpi[i].name;
}

static const char *
group_name(const store_contents_t *contents, size_t i)
{
    return contents->group[i].name;
}

static const char *
period_name(const store_contents_t *contents, size_t i)
{
    return contents->period[i].name;
}

static const char *
plan_name(const store_contents_t *contents, size_t i)
{
    return contents->plan[i].name;
}

static bool
kpi_has(const store_contents_t *contents, const char *item, size_t i)
{
    return store_filter_has_kpi(&(store_filter_t){ .kpi = item }, &contents->kpi[i]);
}

static bool
group_has(const store_contents_t *contents, const char *item, size_t i)
{
    return store_filter_has_group(&(store_filter_t){ .group = item }, &contents->group[i]);
}

static bool
period_has(const store_contents_t *contents, const char *item, size_t i)
{
    return store_filter_has_period(&(store_filter_t){ .period = item }, &contents->period[i]);
}

/* A plan, or a difference "a-b": the later plan first. */
static bool
plan_has(const store_contents_t *contents, const char *item, size_t i)
{
    size_t n = strlen(contents->plan[i].name);
    bool has = strcmp(contents->plan[i].name, item) == 0;

    for (size_t j = 0; !has && j < i && strncmp(item, contents->plan[i].name, n) == 0 && item[n] == '-'; j++) {
        has = strcmp(item + n + 1, contents->plan[j].name) == 0;
    }
    return has;
}

static cli_exit_t
complain_name(const store_contents_t *contents, const names_t *names, const char *item)
{
    const char **candidate = calloc(names->n + 1, sizeof(*candidate)), *near = NULL;

    for (size_t i = 0; candidate != NULL && i < names->n; i++) {
        candidate[i] = names->name(contents, i);
    }
    if (candidate != NULL) {
        near = cli_nearest(item, candidate, names->n);
    }
    if (near != NULL) {
        cli_error("--%s: the results have no '%s' (did you mean '%s'?)", names->option, item, near);
    } else {
        cli_error("--%s: the results have no '%s'", names->option, item);
    }
    free(candidate);
    return CLI_USAGE;
}

static cli_exit_t
check_item(const store_contents_t *contents, const names_t *names, const char *item)
{
    for (size_t i = 0; i < names->n; i++) {
        if (names->has(contents, item, i)) {
            return CLI_DONE;
        }
    }
    return complain_name(contents, names, item);
}

static cli_exit_t
check_list(const store_contents_t *contents, const names_t *names)
{
    cli_exit_t code = CLI_DONE;

    for (const char *at = names->list; code == CLI_DONE && at != NULL && *at != '\0';) {
        char item[128];
        size_t n = strcspn(at, ",");

        (void) snprintf(item, sizeof(item), "%.*s", (int) n, at);
        code = check_item(contents, names, item);
        at += n + (at[n] == ',');
    }
    return code;
}

/* A name that matches nothing is a slip of the pen, not a wish for nothing. */
static cli_exit_t
check_filter(const store_contents_t *contents, const cli_options_t *options)
{
    const names_t names[] = {
        { "kpi", options->kpi, contents->n_kpis, kpi_name, kpi_has },
        { "group", options->group, contents->n_groups, group_name, group_has },
        { "period", options->period, contents->n_periods, period_name, period_has },
        { "plans", options->plans, contents->n_plans, plan_name, plan_has },
    };
    cli_exit_t code = CLI_DONE;

    for (size_t i = 0; code == CLI_DONE && i < sizeof(names) / sizeof(names[0]); i++) {
        code = check_list(contents, &names[i]);
    }
    return code;
}

/* The tables that can be written, the default of a run first. */
typedef enum {
    TABLE_ESTIMATES,
    TABLE_FACTS,
    TABLE_LEDGER,
    TABLE_RECORDS, /* this and the next three are of a sweep's results */
    TABLE_FAILED,
    TABLE_ANSWERS,
    TABLE_SCHEDULE,
    TABLE_CANDIDATES, /* this and the next two are views of a search's results */
    TABLE_OF_EACH,
    TABLE_DIFFERENCES,
    N_TABLES
} table_t;
static const char *const TABLE[N_TABLES] = { "estimates", "facts", "ledger", "records", "failed", "answers", "schedule",
    "candidates", "candidate_estimates", "candidate_differences" };

typedef struct {
    store_reader_t *reader;
    table_t table;
    const store_filter_t *filter; /* of the estimates */
    cli_tidy_t format;
    bool workbook;
} job_t;

/* Whether results of this kind have the table at all. */
static bool
has_table(store_reader_t *reader, table_t table)
{
    if (table >= TABLE_CANDIDATES) {
        return store_is_split(reader);
    }
    return table < TABLE_RECORDS || store_is_sweep(reader);
}

static int
write_rows(const job_t *job, FILE *out)
{
    bool json = job->format == CLI_TIDY_JSON;

    switch (job->table) {
    case TABLE_FACTS:
        return cli_facts_write(job->reader, json, out);
    case TABLE_LEDGER:
        return cli_ledger_write(job->reader, json, out);
    case TABLE_RECORDS:
    case TABLE_FAILED:
        return cli_sweep_write(job->reader, job->table == TABLE_FAILED, json, out);
    case TABLE_CANDIDATES:
    case TABLE_OF_EACH:
    case TABLE_DIFFERENCES:
        return cli_rows_write(job->reader, TABLE[job->table], json, out);
    case TABLE_SCHEDULE:
        return cli_schedule_write(job->reader, json, out);
    case TABLE_ANSWERS:
        return cli_answers_write(job->reader, json, out);
    default:
        return cli_tidy_write(job->reader, job->filter, job->format, out);
    }
}

/* Rows of JSON stand in an object that says what they are. */
static int
write_table(const job_t *job, FILE *out)
{
    bool json = job->format == CLI_TIDY_JSON;
    int ret;

    if (json) {
        (void) fprintf(out, "{\"schema_version\":%d,\"table\":\"%s\",", CLI_JSON_VERSION, TABLE[job->table]);
        cli_json_field("weir", cli_version(), out);
        (void) fputc(',', out);
        cli_json_field("scenario_hash", store_manifest(job->reader, "scenario_hash"), out);
        (void) fputs(",\"rows\":", out);
    }
    ret = write_rows(job, out);
    (void) fputs(json ? "}\n" : "", out);
    return ret == 0 && (fflush(out) != 0 || ferror(out)) ? SIM_ERR_IO : ret;
}

/* ---- the workbook ---- */

/* Without a wish for certain estimates: the whole run, then years and months of all. With one, those alone. */
typedef struct {
    const job_t *job;
    bool asked;
} sheets_t;

static const store_filter_t OF_SHEET[] = { { .period = "all" },
    { .period = "year,financial", .group = "all", .no_differences = true },
    { .period = "month", .group = "all", .no_differences = true } };
#define N_ESTIMATES (sizeof(OF_SHEET) / sizeof(OF_SHEET[0]))
#define N_SHEETS (N_ESTIMATES + N_TABLES - 1)

static int
write_estimates(void *ctx, size_t i, FILE *out)
{
    const sheets_t *self = ctx;

    if (self->asked && i > 0) {
        return 0;
    }
    return cli_tidy_write(self->job->reader, self->asked ? self->job->filter : &OF_SHEET[i], CLI_TIDY_CSV, out);
}

static int
write_other(void *ctx, size_t i, FILE *out)
{
    job_t job = *((const sheets_t *) ctx)->job;

    job.format = CLI_TIDY_CSV;
    job.table = (table_t) (i - N_ESTIMATES + 1);
    return has_table(job.reader, job.table) ? write_rows(&job, out) : 0;
}

/* "Candidate estimates" of "candidate_estimates". */
static const char *
sheet_name(const char *table, char name[32])
{
    (void) snprintf(name, 32, "%.30s", table);
    name[0] = (char) toupper((unsigned char) name[0]);
    for (char *at = name; *at != '\0'; at++) {
        *at = *at == '_' ? ' ' : *at;
    }
    return name;
}

static cli_exit_t
write_workbook(const job_t *job, const cli_options_t *options, const char *path)
{
    cli_sheet_t sheet[N_SHEETS] = { { "Estimates", write_estimates }, { "Years", write_estimates },
        { "Months", write_estimates } };
    char name[N_SHEETS][32];
    sheets_t sheets = { job, (options->given & (CLI_OPT_KPI | CLI_OPT_GROUP | CLI_OPT_PERIOD | CLI_OPT_PLANS)) != 0 };
    char fault[256];
    int ret;

    for (size_t i = N_ESTIMATES; i < N_SHEETS; i++) {
        sheet[i] = (cli_sheet_t){ sheet_name(TABLE[i - N_ESTIMATES + 1], name[i]), write_other };
    }
    ret = cli_workbook_write(job->reader, sheet, N_SHEETS, &sheets, path, fault, sizeof(fault));

    if (ret == SIM_ERR_FULL) {
        cli_error("%s; choose some by --kpi, --group, --period or --plans", fault);
    } else if (ret != 0) {
        cli_error("%s: %s", options->out,
            fault[0] != '\0'       ? fault
            : ret == SIM_ERR_STORE ? store_reader_fault(job->reader)
                                   : sim_strerror(ret));
    }
    return ret == 0 ? CLI_DONE : CLI_FAILED;
}

/* ---- where to ---- */

static cli_exit_t
write_text(const job_t *job, const cli_options_t *options, const char *path)
{
    FILE *out = fopen(path, "w");
    int ret = out == NULL ? SIM_ERR_IO : write_table(job, out);

    if (out != NULL && fclose(out) != 0 && ret == 0) {
        ret = SIM_ERR_IO;
    }
    if (ret != 0) {
        cli_error("%s: %s", options->out, ret == SIM_ERR_STORE ? store_reader_fault(job->reader) : sim_strerror(ret));
    }
    return ret == 0 ? CLI_DONE : CLI_FAILED;
}

static cli_exit_t
write_file(const job_t *job, const cli_options_t *options)
{
    cli_output_t output;
    cli_exit_t code = cli_output_begin(&output, options->out, options->force);

    if (code == CLI_DONE) {
        code =
            job->workbook ? write_workbook(job, options, output.temporary) : write_text(job, options, output.temporary);
    }
    return cli_output_end(&output, code);
}

static void
complain_table(const char *name)
{
    char all[256] = "";
    size_t used = 0;

    for (size_t i = 0; i < N_TABLES; i++) {
        used += (size_t) snprintf(all + used, sizeof(all) - used, "%s%s",
            i == 0              ? ""
            : i + 1 == N_TABLES ? " or "
                                : ", ",
            TABLE[i]);
    }
    cli_error("export: --table: '%s' is not %s", name, all);
}

/* The table asked for, or the default: records of a sweep, estimates of a run. */
static cli_exit_t
choose_table(job_t *job, const cli_options_t *options)
{
    bool sweep = store_is_sweep(job->reader);

    job->table = sweep ? TABLE_RECORDS : TABLE_ESTIMATES;
    if (options->table != NULL) {
        for (job->table = 0; job->table < N_TABLES && strcmp(options->table, TABLE[job->table]) != 0;) {
            job->table++;
        }
    }
    if (job->table == N_TABLES) {
        complain_table(options->table);
        return CLI_USAGE;
    }
    if (!has_table(job->reader, job->table)) {
        cli_error("export: --table %s is of %s results, and these are not", options->table,
            job->table >= TABLE_CANDIDATES ? "a search among splits'" : "a sweep's");
        return CLI_USAGE;
    }
    if (job->table != TABLE_ESTIMATES &&
        options->given & (CLI_OPT_KPI | CLI_OPT_GROUP | CLI_OPT_PERIOD | CLI_OPT_PLANS)) {
        cli_error("export: --kpi, --group, --period and --plans choose estimates; --table %s gives all of them",
            TABLE[job->table]);
        return CLI_USAGE;
    }
    return CLI_DONE;
}

static cli_exit_t
write_out(const job_t *job, const cli_options_t *options)
{
    int ret;

    if (options->out != NULL) {
        return write_file(job, options);
    }
    ret = write_table(job, stdout);
    if (ret != 0) {
        cli_error("%s", ret == SIM_ERR_STORE ? store_reader_fault(job->reader) : "cannot write to standard output");
    }
    return ret == 0 ? CLI_DONE : CLI_FAILED;
}

static cli_exit_t
check_format(const job_t *job, const cli_options_t *options)
{
    if (job->format == CLI_TIDY_UNKNOWN && !job->workbook) {
        cli_error("export: --format: '%s' is not csv, json or xlsx", options->format);
        return CLI_USAGE;
    }
    if (job->workbook && options->out == NULL) {
        cli_error("export: --format xlsx: a workbook needs a name: --out FILE.xlsx");
        return CLI_USAGE;
    }
    if (job->workbook && options->table != NULL) {
        cli_error("export: --format xlsx: a workbook holds all tables, so --table does not go with it");
        return CLI_USAGE;
    }
    return CLI_DONE;
}

static cli_exit_t
run_export(const cli_options_t *options)
{
    const store_filter_t filter = {
        .kpi = options->kpi, .group = options->group, .period = options->period, .offer = options->plans
    };
    job_t job = { .filter = &filter, .format = cli_tidy_format(options->format != NULL ? options->format : "csv") };
    store_fault_t fault = { "" };
    cli_exit_t code;

    job.workbook = options->format != NULL && strcmp(options->format, "xlsx") == 0;
    code = check_format(&job, options);
    if (code != CLI_DONE) {
        return code;
    }
    if (store_reader_open(&job.reader, options->arg[0], &fault) != 0) {
        cli_error("%s", fault.text);
        return CLI_FAILED;
    }
    code = job.workbook ? CLI_DONE : choose_table(&job, options);
    if (code == CLI_DONE) {
        code = check_filter(store_contents(job.reader), options);
    }
    if (code == CLI_DONE) {
        code = write_out(&job, options);
    }
    store_reader_free(job.reader);
    return code;
}

const cli_command_t cli_cmd_export = {
    .name = "export",
    .args = "RESULTS",
    .doc = "write the results as a tidy table, csv or json, or as a workbook, xlsx",
    .more = "One row an estimate: scenario,offer,kpi,group,period,estimate,low,high,reps,unit.\n"
            "offer is a plan, or \"a-b\" for the paired difference of two; low and high are the\n"
            "95% interval, empty with one replication; what no replication knows has no row.\n"
            "--plans takes plans and differences, the later plan first: tiered-none.\n"
            "--table facts gives instead the published facts and what became of each:\n"
            "scenario,name,kpi,plan,group,period,as,versus,versus_group,versus_period,unit,value,\n"
            "accept_low,accept_high,estimate,low,high,reps,verdict,reps_needed,quality,source.\n"
            "--table ledger gives the ledger of the first replication of each plan, to the penny:\n"
            "plan,month,line,lot,funder,account,debit_pounds,credit_pounds.\n"
            "Of a sweep --table records (the default) gives one row a replication of a plan at a point:\n"
            "point,rep,offer, each input and each measure; --table failed those that failed, and why;\n"
            "--table answers what it says: what,offer,kpi,group,period,input,estimate,low,high,n;\n"
            "--table schedule how long it would take on 1, 2, 4, ... 1,024 workers.\n"
            "Of a search (`weir split`) --table candidates gives every split that was tried, a row a\n"
            "budget line; candidate_estimates its measures; candidate_differences what it gains.\n"
            "--format is csv (the default) or json; without --out it goes to standard output. JSON is\n"
            "an object: schema_version, table, weir (version), scenario_hash and rows.\n"
            "--format xlsx writes a workbook of all tables to the file named by --out: a summary with\n"
            "charts, the list by month, estimates (of the whole run, and by year and month for all\n"
            "children together; or those chosen by --kpi, --group, --period, --plans), facts, ledger,\n"
            "parameters with their sources, measures, and what was run.\n",
    .examples = "weir export out/kent_medway-compare.db --out kent_medway.csv\n"
                "weir export out/kent_medway-compare.db --kpi cohort_seen_18w --group quintile\n"
                "weir export out/kent_medway-compare.db --kpi waiting --period month --format json\n"
                "weir export out/kent_medway-compare.db --format xlsx --out kent_medway.xlsx\n"
                "weir export out/kent_medway-compare.db --table facts\n"
                "weir export out/kent_medway-compare.db --table ledger\n"
                "weir export out/tutorial-sweep.db --table records\n",
    .args_min = 1,
    .args_max = 1,
    .options = CLI_OPT_FORMAT | CLI_OPT_OUT | CLI_OPT_KPI | CLI_OPT_GROUP | CLI_OPT_PERIOD | CLI_OPT_PLANS |
               CLI_OPT_TABLE | CLI_OPT_FORCE | CLI_OPT_QUIET,
    .formats = "csv json xlsx",
    .run = run_export,
};
