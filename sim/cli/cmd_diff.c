/* weir diff: what differs between two scenarios as resolved, parameter by parameter, with sources. */
#include "sim/cli/cli.h"
#include "sim/cli/export.h"
#include "sim/cli/load.h"
#include "sim/cli/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One side: its parameters by path. */
typedef struct {
    scn_t *scenario;
    size_t n;
    const scn_param_t **param; /* sorted; owned */
} side_t;

typedef struct {
    size_t changed, only_a, only_b, source, same;
} counts_t;

/* A parameter of one side or both. */
typedef struct {
    const scn_param_t *a, *b; /* NULL: not there */
    const char *kind;         /* "value", "only_a", "only_b", "source", or NULL when both are alike */
} pair_t;

typedef void write_fn(const pair_t *pair, void *ctx);

static int
by_path(const void *a, const void *b)
{
    return strcmp((*(const scn_param_t *const *) a)->path, (*(const scn_param_t *const *) b)->path);
}

static cli_exit_t
load_side(side_t *self, const cli_options_t *options, const char *path)
{
    const scn_param_t *param;
    cli_exit_t code = cli_load(options, path, &self->scenario);

    if (code != CLI_DONE) {
        return code;
    }
    self->n = scn_params(self->scenario, &param);
    self->param = calloc(self->n + 1, sizeof(*self->param));
    if (self->param == NULL) {
        cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
        return CLI_FAILED;
    }
    for (size_t i = 0; i < self->n; i++) {
        self->param[i] = &param[i];
    }
    qsort(self->param, self->n, sizeof(*self->param), by_path);
    return CLI_DONE;
}

static void
free_side(side_t *self)
{
    scn_free(self->scenario);
    free(self->param);
}

static bool
same_value(const scn_param_t *a, const scn_param_t *b)
{
    if (a->is_number != b->is_number) {
        return false;
    }
    return a->is_number ? a->number == b->number && strcmp(a->unit, b->unit) == 0 : strcmp(a->text, b->text) == 0;
}

/* Lines of a file are not sources: what was said at another line of it is the same. */
static bool
same_source(const scn_param_t *a, const scn_param_t *b)
{
    return strcmp(a->source, b->source) == 0 && strcmp(a->evidence, b->evidence) == 0 && a->quality == b->quality;
}

static pair_t
pair_of(const scn_param_t *a, const scn_param_t *b)
{
    pair_t pair = { a, b, NULL };

    if (a == NULL || b == NULL) {
        pair.kind = a == NULL ? "only_b" : "only_a";
    } else if (!same_value(a, b)) {
        pair.kind = "value";
    } else if (!same_source(a, b)) {
        pair.kind = "source";
    }
    return pair;
}

static void
count(counts_t *counts, const pair_t *pair)
{
    size_t *const by_kind[] = { &counts->changed, &counts->only_a, &counts->only_b, &counts->source };
    static const char *const KIND[] = { "value", "only_a", "only_b", "source" };

    counts->same += pair->kind == NULL;
    for (size_t i = 0; pair->kind != NULL && i < sizeof(KIND) / sizeof(KIND[0]); i++) {
        *by_kind[i] += strcmp(pair->kind, KIND[i]) == 0;
    }
}

/* Both lists side by side, in order of their paths. */
static counts_t
walk(const side_t *a, const side_t *b, write_fn *write, void *ctx)
{
    counts_t counts = { 0 };

    for (size_t i = 0, j = 0; i < a->n || j < b->n;) {
        int order = i == a->n ? 1 : j == b->n ? -1 : by_path(&a->param[i], &b->param[j]);
        pair_t pair = pair_of(order <= 0 ? a->param[i] : NULL, order >= 0 ? b->param[j] : NULL);

        count(&counts, &pair);
        if (pair.kind != NULL) {
            write(&pair, ctx);
        }
        i += order <= 0;
        j += order >= 0;
    }
    return counts;
}

/* ---- text ---- */

static void
value_text(const scn_param_t *it, char *text, size_t size)
{
    bool plain =
        it != NULL && (strcmp(it->unit, "count") == 0 || strcmp(it->unit, "share") == 0 || it->unit[0] == '\0');

    if (it == NULL) {
        (void) snprintf(text, size, "-");
    } else if (it->is_number) {
        (void) snprintf(text, size, "%.6g%s%s", it->number, plain ? "" : " ", plain ? "" : it->unit);
    } else {
        (void) snprintf(text, size, "%.60s", it->text);
    }
}

/* "+12%", or nothing when it cannot be said. */
static void
change_text(const pair_t *pair, char *text, size_t size)
{
    text[0] = '\0';
    if (pair->a != NULL && pair->b != NULL && pair->a->is_number && pair->b->is_number && pair->a->number != 0.0 &&
        pair->a->number != pair->b->number && strcmp(pair->a->unit, pair->b->unit) == 0) {
        (void) snprintf(text, size, "%+.3g%%", 100.0 * (pair->b->number - pair->a->number) / fabs(pair->a->number));
    }
}

/* Where a value was given or, of one that is the same on both sides, who says so. */
static void
origin_text(const scn_param_t *it, bool source, char *text, size_t size)
{
    const char *from = it == NULL ? "-" : source ? it->source : it->is_default ? "default" : it->origin;
    bool assumed = it != NULL && it->quality == 'E' && strcmp(from, "assumption") != 0;

    (void) snprintf(text, size, "%s%.60s%s", assumed ? "assumption, " : "", from, strlen(from) > 60 ? "..." : "");
}

typedef struct {
    cli_table_t table;
    bool sources; /* those of which only the source differs */
} text_t;

static void
text_row(const pair_t *pair, void *ctx)
{
    text_t *self = ctx;
    const scn_param_t *any = pair->a != NULL ? pair->a : pair->b;
    char a[96], b[96], change[32], from_a[128], from_b[128];

    if ((strcmp(pair->kind, "source") == 0) != self->sources) {
        return;
    }
    value_text(pair->a, a, sizeof(a));
    value_text(pair->b, b, sizeof(b));
    change_text(pair, change, sizeof(change));
    origin_text(pair->a, self->sources, from_a, sizeof(from_a));
    origin_text(pair->b, self->sources, from_b, sizeof(from_b));
    cli_table_add(&self->table, "%s", any->path);
    cli_table_add(&self->table, "%s", a);
    if (!self->sources) {
        cli_table_add(&self->table, "%s", b);
        cli_table_add(&self->table, "%s", change);
    }
    cli_table_add(&self->table, "%s", from_a);
    cli_table_add(&self->table, "%s", from_b);
}

static int
print_text(const side_t *a, const side_t *b, bool sources, counts_t *counts)
{
    static const char *const VALUES[] = { "Parameter", "A", "B", "change", "A from", "B from" };
    static const char *const SOURCES[] = { "Same value, other source", "value", "A from", "B from" };
    text_t text = { .sources = sources };
    size_t n = sources ? 4 : 6;
    int ret = 0;

    cli_table_init(&text.table, n);
    for (size_t i = 0; i < n; i++) {
        cli_table_add(&text.table, "%s", sources ? SOURCES[i] : VALUES[i]);
    }
    *counts = walk(a, b, text_row, &text);
    if (sources ? counts->source > 0 : counts->changed + counts->only_a + counts->only_b > 0) {
        ret = cli_table_print(&text.table, 1000, stdout);
        (void) putchar('\n');
    }
    cli_table_free(&text.table);
    return ret;
}

static cli_exit_t
show_text(const side_t *a, const side_t *b, const char *name_a, const char *name_b)
{
    counts_t counts;
    int ret;

    (void) printf("A: %s, resolved %016llx\nB: %s, resolved %016llx\n\n", name_a,
        (unsigned long long) scn_hash(a->scenario), name_b, (unsigned long long) scn_hash(b->scenario));
    ret = print_text(a, b, false, &counts);
    if (ret == 0) {
        ret = print_text(a, b, true, &counts);
    }
    if (ret != 0) {
        cli_error("%s", sim_strerror(ret));
        return CLI_FAILED;
    }
    if (counts.changed + counts.only_a + counts.only_b + counts.source == 0) {
        (void) printf("No differences: all %zu parameters are alike.\n", counts.same);
    } else {
        (void) printf(
            "%zu values differ, %zu are in A only, %zu in B only; %zu more differ in their source; %zu are alike.\n",
            counts.changed, counts.only_a, counts.only_b, counts.source, counts.same);
    }
    return CLI_DONE;
}

/* ---- csv ---- */

static void
csv_side(const scn_param_t *it)
{
    char number[32] = "", quality[2] = { it != NULL ? it->quality : '\0', '\0' };
    const char *const rest[] = { it != NULL ? it->unit : "", quality, it != NULL ? it->origin : "",
        it != NULL ? it->source : "" };

    if (it != NULL && it->is_number) {
        cli_shortest(number, sizeof(number), it->number);
    }
    (void) putchar(',');
    cli_csv_field(it == NULL ? "" : it->is_number ? number : it->text, stdout);
    for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++) {
        (void) putchar(',');
        cli_csv_field(rest[i], stdout);
    }
}

static void
csv_row(const pair_t *pair, void *ctx)
{
    (void) ctx;
    cli_csv_field(pair->a != NULL ? pair->a->path : pair->b->path, stdout);
    (void) printf(",%s", pair->kind);
    csv_side(pair->a);
    csv_side(pair->b);
    (void) putchar('\n');
}

static void
show_csv(const side_t *a, const side_t *b)
{
    (void) puts(
        "parameter,difference,a_value,a_unit,a_quality,a_origin,a_source,b_value,b_unit,b_quality,b_origin,b_source");
    (void) walk(a, b, csv_row, NULL);
}

/* ---- the command ---- */

/* One scenario: as its file says, against what --set makes of it. */
static cli_exit_t
check_usage(const cli_options_t *options)
{
    if (options->format != NULL && strcmp(options->format, "text") != 0 && strcmp(options->format, "csv") != 0) {
        cli_error("diff: --format: '%s' is not text or csv", options->format);
        return CLI_USAGE;
    }
    if (options->n_args == 1 && options->n_set == 0) {
        cli_error("diff: with one scenario, say by --set what to compare it with; or name another");
        return CLI_USAGE;
    }
    return CLI_DONE;
}

static cli_exit_t
run_diff(const cli_options_t *options)
{
    cli_options_t plain = *options;
    side_t a = { NULL, 0, NULL }, b = { NULL, 0, NULL };
    const char *second = options->arg[options->n_args - 1];
    cli_exit_t code = check_usage(options), other = CLI_DONE;

    plain.n_set = options->n_args == 1 ? 0 : options->n_set;
    if (code == CLI_DONE) {
        code = load_side(&a, &plain, options->arg[0]);
        other = load_side(&b, options, second);
        code = code == CLI_DONE ? other : code;
    }
    if (code == CLI_DONE && options->format != NULL && strcmp(options->format, "csv") == 0) {
        show_csv(&a, &b);
    } else if (code == CLI_DONE) {
        code = show_text(&a, &b, options->arg[0], options->n_args == 1 ? "the same with --set" : second);
    }
    free_side(&a);
    free_side(&b);
    return code;
}

const cli_command_t cli_cmd_diff = {
    .name = "diff",
    .args = "SCENARIO [SCENARIO]",
    .doc = "what differs between two scenarios as resolved",
    .more = "Shows every parameter whose value differs or that only one has, with the change and\n"
            "where each value came from; then those of the same value from another source. With\n"
            "one scenario and --set: what --set changes, what follows from it included. With two\n"
            "--set holds for both. The exit code is 0 whether they differ or not.\n"
            "--format is text (the default) or csv: parameter, difference (value, source, only_a\n"
            "or only_b), then value, unit, quality, origin and source of each.\n",
    .examples = "weir diff scenarios/kent_medway.lua scenarios/kent_medway_kept.lua\n"
                "weir diff scenarios/tutorial.lua --set area.wte_core=8\n",
    .args_min = 1,
    .args_max = 2,
    .options = CLI_OPT_SET | CLI_OPT_FORMAT | CLI_OPT_QUIET,
    .formats = "text csv",
    .run = run_diff,
};
