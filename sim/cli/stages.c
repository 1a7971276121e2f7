#include "sim/cli/stages.h"

#include "sim/cli/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS_SHOWN 50
#define STATES_SHOWN 20
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

typedef struct {
    const char *kpi, *head;
    bool interval; /* a count is shown without it, to keep to the page */
} column_t;

static const column_t COLUMN[] = {
    { "arrivals", "came", false },
    { "served", "served", false },
    { "left", "left", false },
    { "turned_away", "turned away", false },
    { "baulked", "baulked", false },
    { "interruptions", "interruptions", false },
    { "queue_wait_mean_days", "mean wait, days", true },
    { "queue_wait_p90_days", "P90 wait, days", true },
    { "sojourn_mean_days", "mean time in it, days", true },
};

static const char *
plan_name(const store_reader_t *reader, size_t plan)
{
    return store_contents(reader)->plan[plan].name;
}

/* What follows kind "stage=" in a group's name; NULL for a group of another kind. */
static const char *
name_in(const store_group_t *group, const char *kind)
{
    size_t n = strlen(kind);

    return strncmp(group->name, kind, n) == 0 ? group->name + n : NULL;
}

/* ---- stages and classes ---- */

/* Whether some group of a kind has something in a column. */
static int
tells(store_reader_t *reader, size_t plan, const char *kind, const char *kpi, bool *any)
{
    const store_contents_t *c = store_contents(reader);
    int ret = 0;

    *any = false;
    for (size_t g = 0; ret == 0 && g < c->n_groups && !*any; g++) {
        store_row_t row;

        if (name_in(&c->group[g], kind) != NULL) {
            ret = cli_whole_run(reader, plan_name(reader, plan), kpi, c->group[g].name, &row);
            *any = ret == 0 && !isnan(row.estimate) && row.estimate != 0.0;
        }
    }
    return ret;
}

static int
add_cell(store_reader_t *reader, cli_table_t *table, size_t plan, const column_t *column, const char *group)
{
    store_row_t row;
    char text[64];
    int ret;

    if (column->interval) {
        return cli_add_estimate(reader, table, plan_name(reader, plan), column->kpi, group);
    }
    ret = cli_whole_run(reader, plan_name(reader, plan), column->kpi, group, &row);
    cli_format_value(text, sizeof(text), row.unit == NULL ? "" : row.unit, row.estimate);
    cli_table_add(table, "%s", text);
    return ret;
}

static int
fill_groups(store_reader_t *reader, size_t plan, const char *kind, const column_t *column, size_t n, cli_table_t *table,
    size_t *n_rows)
{
    const store_contents_t *c = store_contents(reader);
    int ret = 0;

    *n_rows = 0;
    for (size_t g = 0; ret == 0 && g < c->n_groups; g++) {
        const char *name = name_in(&c->group[g], kind);

        if (name == NULL || ++*n_rows > GROUPS_SHOWN) {
            continue;
        }
        cli_table_add(table, "%s", name);
        for (size_t i = 0; ret == 0 && i < n; i++) {
            ret = add_cell(reader, table, plan, &column[i], c->group[g].name);
        }
    }
    return ret;
}

static void
say_rest(size_t n, size_t shown, const char *filter, FILE *out)
{
    if (n > shown) {
        (void) fprintf(out, "The other %zu are in the file: weir export FILE %s\n", n - shown, filter);
    }
}

static int
print_groups(store_reader_t *reader, size_t plan, const char *kind, const char *head, const char *title,
    const char *filter, FILE *out)
{
    column_t column[LENGTH(COLUMN)];
    size_t n = 0, n_rows = 0;
    cli_table_t table;
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < LENGTH(COLUMN); i++) {
        bool any = false;

        ret = tells(reader, plan, kind, COLUMN[i].kpi, &any);
        if (any) {
            column[n++] = COLUMN[i];
        }
    }
    cli_table_init(&table, n + 1);
    cli_table_add(&table, "%s", head);
    for (size_t i = 0; i < n; i++) {
        cli_table_add(&table, "%s", column[i].head);
    }
    if (ret == 0) {
        ret = fill_groups(reader, plan, kind, column, n, &table, &n_rows);
    }
    if (ret == 0 && n > 0) {
        cli_heading(title, out);
        ret = cli_print_estimates(&table, out);
        say_rest(n_rows, GROUPS_SHOWN, filter, out);
        return ret;
    }
    cli_table_free(&table);
    return ret;
}

/* ---- states ---- */

/* The groups "state=stage:0", ..., "state=stage:n+" of one stage, which follow one another. */
typedef struct {
    const store_group_t *state;
    size_t n;
} ladder_t;

static const char *
number_of(const store_group_t *state)
{
    return strrchr(state->name, ':') + 1;
}

static size_t
find_ladders(const store_contents_t *c, ladder_t *ladder)
{
    size_t n = 0;

    for (size_t g = 0; g < c->n_groups; g++) {
        if (name_in(&c->group[g], "state=") == NULL || strchr(c->group[g].name, ':') == NULL) {
            continue;
        }
        if (strcmp(number_of(&c->group[g]), "0") == 0) {
            ladder[n++] = (ladder_t){ &c->group[g], 0 };
        }
        if (n > 0) {
            ladder[n - 1].n++;
        }
    }
    return n;
}

/* One more than the last state in which some stage ever is. */
static int
count_states(store_reader_t *reader, size_t plan, const ladder_t *ladder, size_t n, size_t *states)
{
    int ret = 0;

    *states = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; ret == 0 && k < ladder[i].n; k++) {
            store_row_t row;

            ret = cli_whole_run(reader, plan_name(reader, plan), "state_share", ladder[i].state[k].name, &row);
            if (ret == 0 && row.estimate > 0.0 && k >= *states) {
                *states = k + 1;
            }
        }
    }
    return ret;
}

/* The share of each stage in one state; where its last state is another row's number, "3+: " stands before it. */
static int
add_state(store_reader_t *reader, cli_table_t *table, size_t plan, const ladder_t *ladder, size_t n, size_t k)
{
    const char *head = NULL;
    int ret = 0;

    for (size_t i = 0; i < n; i++) {
        head = k < ladder[i].n && (head == NULL || strchr(head, '+') != NULL) ? number_of(&ladder[i].state[k]) : head;
    }
    cli_table_add(table, "%s", head);
    for (size_t i = 0; ret == 0 && i < n; i++) {
        const char *number = k < ladder[i].n ? number_of(&ladder[i].state[k]) : NULL;
        store_row_t row;
        char text[160];

        if (number == NULL) {
            cli_table_add(table, "%s", "");
            continue;
        }
        ret = cli_whole_run(reader, plan_name(reader, plan), "state_share", ladder[i].state[k].name, &row);
        cli_format_interval(text, sizeof(text), "share", row.estimate, row.low, row.high);
        cli_table_add(table, "%s%s%s", strcmp(head, number) != 0 ? number : "", strcmp(head, number) != 0 ? ": " : "",
            text);
    }
    return ret;
}

static int
print_ladders(store_reader_t *reader, size_t plan, const ladder_t *ladder, size_t n, FILE *out)
{
    size_t states;
    cli_table_t table;
    int ret = count_states(reader, plan, ladder, n, &states);

    cli_table_init(&table, n + 1);
    cli_table_add(&table, "present");
    for (size_t i = 0; i < n; i++) {
        const char *name = name_in(ladder[i].state, "state=");

        cli_table_add(&table, "%.*s", (int) (strrchr(name, ':') - name), name);
    }
    for (size_t k = 0; ret == 0 && k < states && k < STATES_SHOWN; k++) {
        ret = add_state(reader, &table, plan, ladder, n, k);
    }
    if (ret != 0) {
        cli_table_free(&table);
        return ret;
    }
    cli_heading("Share of the time with so many present", out);
    ret = cli_print_estimates(&table, out);
    say_rest(states, STATES_SHOWN, "--kpi state_share", out);
    return ret;
}

static int
print_states(store_reader_t *reader, size_t plan, FILE *out)
{
    const store_contents_t *c = store_contents(reader);
    ladder_t *ladder = calloc(c->n_groups + 1, sizeof(*ladder));
    size_t n = ladder == NULL ? 0 : find_ladders(c, ladder);
    int ret = ladder == NULL ? SIM_ERR_NO_MEMORY : 0;

    if (n > 0) {
        ret = print_ladders(reader, plan, ladder, n, out);
    }
    free(ladder);
    return ret;
}

int
cli_print_stages(store_reader_t *reader, size_t plan, FILE *out)
{
    int ret = print_groups(reader, plan, "stage=", "stage", "Stages", "--group stage", out);

    if (ret == 0) {
        ret = print_groups(reader, plan, "stage_class=", "stage:class", "Classes", "--group stage_class", out);
    }
    return ret == 0 ? print_states(reader, plan, out) : ret;
}
