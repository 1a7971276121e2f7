/* The answers of a sweep on a terminal, and as a table for export. */
#include "sim/cli/answers.h"
#include "sim/cli/export.h"
#include "sim/cli/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 10 /* inputs */
#define TEXT 160

typedef struct {
    char what[24], offer[TEXT], input[TEXT];
    size_t cell;
    double estimate, low, high;
} answer_t;

typedef struct {
    store_reader_t *reader;
    const store_contents_t *contents;
    const sim_cell_t *cells;
    size_t n_cells, n;
    answer_t *answer;
    FILE *out;
} show_t;

static int
take(void *ctx, const store_answer_t *from)
{
    show_t *show = ctx;
    answer_t *list = show->n % 256 == 0 ? realloc(show->answer, (show->n + 256) * sizeof(*list)) : show->answer;

    if (list == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    show->answer = list;
    list = &list[show->n++];
    (void) snprintf(list->what, sizeof(list->what), "%s", from->what);
    (void) snprintf(list->offer, sizeof(list->offer), "%s", from->offer);
    (void) snprintf(list->input, sizeof(list->input), "%s", from->input);
    list->cell = from->cell;
    list->estimate = from->estimate;
    list->low = from->low;
    list->high = from->high;
    return 0;
}

static const answer_t *
find(const show_t *show, const char *what, const char *offer, const char *input, size_t cell)
{
    for (size_t i = 0; i < show->n; i++) {
        const answer_t *it = &show->answer[i];

        if (it->cell == cell && strcmp(it->what, what) == 0 && strcmp(it->offer, offer) == 0 &&
            strcmp(it->input, input) == 0) {
            return it;
        }
    }
    return NULL;
}

static double
number(const answer_t *answer)
{
    return answer != NULL ? answer->estimate : NAN;
}

/* ---- how far results spread ---- */

static int
show_spread(const show_t *show, size_t cell)
{
    static const char *const HEAD[] = { "mean", "5%", "50%", "95%", "sd, not known", "sd, chance", "not known" };
    static const char *const WHAT[] = { "mean", "p05", "p50", "p95", "ignorance_sd", "chance_sd", "ignorance_share" };
    const store_kpi_t *kpi = &show->contents->kpi[show->cells[cell].kpi];
    cli_table_t table;
    bool any = false;
    int ret;

    for (size_t i = 0; i < show->n && !any; i++) {
        any = show->answer[i].cell == cell && strcmp(show->answer[i].what, "mean") == 0;
    }
    if (!any) {
        return 0;
    }
    (void) fprintf(show->out, "\n%s: over what is not known\n", kpi->name);
    cli_table_init(&table, 8);
    cli_table_add(&table, "plan");
    for (size_t i = 0; i < 7; i++) {
        cli_table_add(&table, "%s", HEAD[i]);
    }
    for (size_t i = 0; i < show->n; i++) {
        const answer_t *it = &show->answer[i];

        if (it->cell != cell || strcmp(it->what, "mean") != 0) {
            continue;
        }
        cli_table_add(&table, "%s", it->offer);
        for (size_t k = 0; k < 7; k++) {
            char text[64];

            cli_format_value(text, sizeof(text), k == 6 ? "share" : kpi->unit,
                number(find(show, WHAT[k], it->offer, "", cell)));
            cli_table_add(&table, "%s", text);
        }
    }
    ret = cli_table_print(&table, CLI_PAGE, show->out);
    cli_table_free(&table);
    return ret;
}

/* ---- what drives them ---- */

static const struct {
    const char *what, *title;
} DRIVER[] = { { "total", "share of the variance that goes with it (total index)" },
    { "mu_star", "mean size of its effects (mu*)" }, { "prcc", "partial rank correlation" },
    { "at_high", "the outcome where it is low, and where it is high" } };

/* The measure of importance that the design gave. */
static size_t
choose_driver(const show_t *show)
{
    for (size_t d = 0; d < sizeof(DRIVER) / sizeof(DRIVER[0]); d++) {
        for (size_t i = 0; i < show->n; i++) {
            if (strcmp(show->answer[i].what, DRIVER[d].what) == 0) {
                return d;
            }
        }
    }
    return SIZE_MAX;
}

/* Input names, those first that weigh most for any offer; at most SHOWN. */
static size_t
rank_inputs(const show_t *show, const char *what, size_t cell, const char *name[SHOWN])
{
    double size[SHOWN];
    size_t n = 0;

    for (size_t i = 0; i < show->n; i++) {
        const answer_t *it = &show->answer[i];
        size_t at = 0;

        if (it->cell != cell || strcmp(it->what, what) != 0 || it->input[0] == '\0') {
            continue;
        }
        while (at < n && strcmp(name[at], it->input) != 0) {
            at++;
        }
        if (at < n && size[at] >= fabs(it->estimate)) {
            continue;
        }
        if (at == n && n == SHOWN) {
            at = n - 1;
            if (size[at] >= fabs(it->estimate)) {
                continue;
            }
        }
        n = at == n ? n + 1 : n;
        for (; at > 0 && size[at - 1] < fabs(it->estimate); at--) {
            size[at] = size[at - 1];
            name[at] = name[at - 1];
        }
        size[at] = fabs(it->estimate);
        name[at] = it->input;
    }
    return n;
}

/* Of differences from the first plan when there are some, else of the plan. */
static int
show_drivers(const show_t *show, size_t cell)
{
    const store_kpi_t *kpi = &show->contents->kpi[show->cells[cell].kpi];
    const char *name[SHOWN], *offer[CLI_PAGE];
    size_t driver = choose_driver(show), n_offers = 0, n;
    cli_table_t table;
    int ret;

    if (driver == SIZE_MAX) {
        return 0;
    }
    n = rank_inputs(show, DRIVER[driver].what, cell, name);
    for (size_t i = 0; i < show->n && n > 0 && n_offers < 40; i++) {
        const answer_t *it = &show->answer[i];
        bool plain = strchr(it->offer, '-') == NULL || show->contents->n_plans == 1;

        if (it->cell == cell && strcmp(it->what, DRIVER[driver].what) == 0 && strcmp(it->input, name[0]) == 0 &&
            (!plain || show->contents->n_plans == 1 || strcmp(it->offer, "all") == 0)) {
            offer[n_offers++] = it->offer;
        }
    }
    if (n == 0 || n_offers == 0) {
        return 0;
    }
    (void) fprintf(show->out, "\n%s: what drives it, as %s\n", kpi->name, DRIVER[driver].title);
    cli_table_init(&table, n_offers + 1);
    cli_table_add(&table, "input");
    for (size_t o = 0; o < n_offers; o++) {
        cli_table_add(&table, "%s", offer[o]);
    }
    for (size_t i = 0; i < n; i++) {
        cli_table_add(&table, "%s", name[i]);
        for (size_t o = 0; o < n_offers; o++) {
            const answer_t *it = find(show, DRIVER[driver].what, offer[o], name[i], cell);

            if (it == NULL) {
                cli_table_add(&table, "-");
            } else if (strcmp(it->what, "at_high") == 0) {
                cli_table_add(&table, "%.4g, %.4g", number(find(show, "at_low", offer[o], name[i], cell)),
                    it->estimate);
            } else if (isnan(it->low)) {
                cli_table_add(&table, "%.2f (interval not known)", it->estimate);
            } else {
                cli_table_add(&table, "%.2f (%.2f to %.2f)", it->estimate, it->low, it->high);
            }
        }
    }
    ret = cli_table_print(&table, CLI_PAGE, show->out);
    cli_table_free(&table);
    return ret;
}

/* ---- the choice ---- */

static int
show_choice(const show_t *show)
{
    bool worth = store_manifest(show->reader, "worth")[0] != '\0';
    const char *unit = worth ? "pounds" : show->contents->kpi[show->cells[0].kpi].unit;
    const char *name[SHOWN];
    size_t n = rank_inputs(show, "evppi", SIZE_MAX, name);
    cli_table_t table;
    char text[3][64];
    int ret;

    if (find(show, "unclear", "", "", SIZE_MAX) == NULL) {
        return 0;
    }
    (void) fprintf(show->out, "\nWhich plan is best, by %s\n",
        worth ? "the net benefit in pounds that the scenario's `worth` says"
              : show->contents->kpi[show->cells[0].kpi].name);
    cli_table_init(&table, 4);
    cli_table_add(&table, "plan");
    cli_table_add(&table, "mean");
    cli_table_add(&table, "best at");
    cli_table_add(&table, "lost if chosen");
    for (size_t p = 0; p < show->contents->n_plans; p++) {
        const char *plan = show->contents->plan[p].name;

        cli_format_value(text[0], 64, unit, number(find(show, "benefit", plan, "", SIZE_MAX)));
        cli_format_value(text[1], 64, "share", number(find(show, "best", plan, "", SIZE_MAX)));
        cli_format_value(text[2], 64, unit, number(find(show, "regret", plan, "", SIZE_MAX)));
        cli_table_add(&table, "%s", plan);
        for (size_t i = 0; i < 3; i++) {
            cli_table_add(&table, "%s", text[i]);
        }
    }
    ret = cli_table_print(&table, CLI_PAGE, show->out);
    cli_table_free(&table);
    cli_format_value(text[0], 64, unit, fmax(0.0, number(find(show, "evpi_lower", "", "", SIZE_MAX))));
    cli_format_value(text[1], 64, unit, number(find(show, "evpi_upper", "", "", SIZE_MAX)));
    (void) fprintf(show->out, "To know all inputs before choosing is worth between %s and %s.\n", text[0], text[1]);
    for (size_t i = 0; i < n && i < 5; i++) {
        const answer_t *it = find(show, "evppi", "", name[i], SIZE_MAX);
        char value[3][64];

        cli_format_value(value[0], 64, unit, it->estimate);
        cli_format_value(value[1], 64, unit, it->low);
        cli_format_value(value[2], 64, unit, it->high);
        (void) fprintf(show->out, "%s %s alone: %s (%s to %s)\n", i == 0 ? "To know" : "       ", name[i], value[0],
            value[1], value[2]);
    }
    return ret;
}

/* "cluster does worse than none at 30% of the points, mostly where growth is above 0.06 (...)". */
static void
show_boxes(const show_t *show)
{
    for (size_t p = 1; p < show->contents->n_plans; p++) {
        const char *plan = show->contents->plan[p].name;
        const answer_t *worse = find(show, "worse", plan, "", SIZE_MAX);
        const answer_t *coverage = find(show, "worse_coverage", plan, "", SIZE_MAX);
        bool any = false;

        if (worse == NULL) {
            continue;
        }
        (void) fprintf(show->out, "%s does worse than %s at %.0f%% of the points", plan, show->contents->plan[0].name,
            100.0 * worse->estimate);
        for (size_t i = 0; i < show->n && coverage != NULL; i++) {
            const answer_t *it = &show->answer[i];
            bool above = strcmp(it->what, "worse_above") == 0, below = strcmp(it->what, "worse_below") == 0;

            if (strcmp(it->offer, plan) == 0 && (above || below)) {
                (void) fprintf(show->out, "%s %s is %s %.4g", any ? " and" : ", mostly where", it->input,
                    above ? "above" : "below", it->estimate);
                any = true;
            }
        }
        if (any) {
            (void) fprintf(show->out, " (%.0f%% of such points are there, and at %.0f%% of the points there it does)",
                100.0 * coverage->estimate, 100.0 * number(find(show, "worse_density", plan, "", SIZE_MAX)));
        }
        (void) fputs(".\n", show->out);
    }
}

cli_exit_t
cli_answers_show(const char *path, FILE *out)
{
    show_t show = { .out = out };
    store_fault_t fault = { "" };
    int ret = store_reader_open(&show.reader, path, &fault);

    if (ret == 0) {
        show.contents = store_contents(show.reader);
        show.n_cells = store_cells(show.reader, &show.cells);
        ret = store_answers(show.reader, take, &show);
    }
    if (ret == 0) {
        const char *title = store_manifest(show.reader, "title");

        (void) fprintf(out, "%s%s%s: %s points of a %s design, %s replications of each, seed %s\n", title,
            title[0] != '\0' ? "\n" : "", store_manifest(show.reader, "scenario"),
            store_manifest(show.reader, "points"), store_manifest(show.reader, "design"),
            store_manifest(show.reader, "reps"), store_manifest(show.reader, "seed"));
    }
    for (size_t c = 0; ret == 0 && c < show.n_cells && show.n > 0; c++) {
        if (show.cells[c].group == 0 && show.cells[c].period == 0) {
            ret = show_spread(&show, c);
            ret = ret == 0 ? show_drivers(&show, c) : ret;
        }
    }
    if (ret == 0 && show.n > 0) {
        ret = show_choice(&show);
        show_boxes(&show);
    }
    if (ret != 0) {
        cli_error("%s", fault.text[0] != '\0' ? fault.text : sim_strerror(ret));
    }
    free(show.answer);
    store_reader_free(show.reader);
    return ret == 0 ? CLI_DONE : CLI_FAILED;
}

/* ---- export ---- */

typedef struct {
    store_reader_t *reader;
    const sim_cell_t *cells;
    bool json, begun;
    FILE *out;
} table_t;

static int
write_row(void *ctx, const store_answer_t *answer)
{
    table_t *table = ctx;
    const store_contents_t *contents = store_contents(table->reader);
    const sim_cell_t *cell = answer->cell != SIZE_MAX ? &table->cells[answer->cell] : NULL;
    const struct {
        const char *name, *text;
    } field[] = { { "what", answer->what }, { "offer", answer->offer },
        { "kpi", cell != NULL ? contents->kpi[cell->kpi].name : "" },
        { "group", cell != NULL ? contents->group[cell->group].name : "" },
        { "period", cell != NULL ? contents->period[cell->period].name : "" }, { "input", answer->input } };
    const char *const NUMBER[] = { "estimate", "low", "high" };
    const double value[] = { answer->estimate, answer->low, answer->high };
    char text[32];

    (void) fputs(!table->json ? "" : table->begun ? ",\n{" : "\n{", table->out);
    for (size_t i = 0; i < 6; i++) {
        if (table->json) {
            cli_json_field(field[i].name, field[i].text, table->out);
        } else {
            cli_csv_field(field[i].text, table->out);
        }
        (void) fputc(',', table->out);
    }
    for (size_t i = 0; i < 3; i++) {
        cli_shortest(text, sizeof(text), value[i]);
        if (table->json) {
            cli_json_name(NUMBER[i], table->out);
        }
        (void) fprintf(table->out, "%s,", table->json && text[0] == '\0' ? "null" : text);
    }
    (void) fprintf(table->out, table->json ? "\"n\":%llu}" : "%llu\n", (unsigned long long) answer->n);
    table->begun = true;
    return ferror(table->out) ? SIM_ERR_IO : 0;
}

int
cli_answers_write(store_reader_t *reader, bool json, FILE *out)
{
    table_t table = { .reader = reader, .json = json, .out = out };
    int ret;

    (void) store_cells(reader, &table.cells);
    (void) fputs(json ? "[" : "what,offer,kpi,group,period,input,estimate,low,high,n\n", out);
    ret = store_answers(reader, write_row, &table);
    (void) fputs(json ? "\n]\n" : "", out);
    return ret == 0 && (fflush(out) != 0 || ferror(out)) ? SIM_ERR_IO : ret;
}
