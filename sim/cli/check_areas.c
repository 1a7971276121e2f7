#include "sim/cli/check_areas.h"

#include "sim/cli/cli.h"
#include "sim/cli/loads.h"
#include "sim/cli/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double
first_year_end(const care_model_t *model)
{
    const sim_calendar_t *calendar = &model->calendar;

    return (double) calendar->month_first[calendar->n_months < 12 ? calendar->n_months : 12];
}

static double
children(const care_model_t *area)
{
    return area->spec->population.children * area->spec->scale;
}

static double
schools(const care_model_t *area)
{
    const care_schools_t *s = &area->spec->schools;
    double scale = area->spec->scale;

    return round(s->primary * scale) + round(s->secondary * scale) + round(s->special * scale);
}

static double
base_pounds(const care_model_t *area)
{
    return area->spec->money.base_per_year * area->spec->scale;
}

static double
extra_pounds(const care_model_t *area)
{
    return area->spec->money.extra_per_year * area->spec->scale;
}

static double
demand(const care_model_t *area, size_t source)
{
    const sim_pathway_t *pathway = &area->pathway;

    return source < pathway->n_sources ? cli_demand(&pathway->source[source], 0.0, first_year_end(area)) : NAN;
}

static double
units(const care_model_t *area, size_t pool)
{
    return area->pathway.pool[pool].units * (double) area->pathway.pool[pool].n_members;
}

/* Of one area, or the sum over all when it is NULL. */
static double
of(const care_model_t *model, const care_model_t *area, double (*what)(const care_model_t *area))
{
    double sum = 0.0;

    for (size_t a = 0; area == NULL && a < model->n_areas; a++) {
        sum += what(&model->area[a]);
    }
    return area != NULL ? what(area) : sum;
}

static double
of_row(const care_model_t *model, const care_model_t *area, double (*what)(const care_model_t *area, size_t row),
    size_t row)
{
    double sum = 0.0;

    for (size_t a = 0; area == NULL && a < model->n_areas; a++) {
        sum += what(&model->area[a], row);
    }
    return area != NULL ? what(area, row) : sum;
}

static void
add_row(const care_model_t *model, cli_table_t *table, const care_model_t *area)
{
    const struct {
        double (*what)(const care_model_t *area);
        const char *unit;
    } column[] = { { children, "" }, { schools, "" }, { base_pounds, "pounds" }, { extra_pounds, "pounds" } };
    char text[64];

    cli_table_add(table, "%s", area != NULL ? area->spec->name : "all");
    for (size_t i = 0; i < sizeof(column) / sizeof(column[0]); i++) {
        cli_format_value(text, sizeof(text), column[i].unit, of(model, area, column[i].what));
        cli_table_add(table, "%s", text);
    }
    for (size_t s = 0; s < model->pathway.n_sources; s++) {
        cli_format_value(text, sizeof(text), "", of_row(model, area, demand, s));
        cli_table_add(table, "%s", text);
    }
    for (size_t p = 0; p < model->pathway.n_pools; p++) {
        cli_table_add(table, "%.6g", of_row(model, area, units, p));
    }
}

static int
print_table(const care_model_t *model)
{
    const sim_pathway_t *pathway = &model->pathway;
    cli_table_t table;
    int ret;

    cli_table_init(&table, 5 + pathway->n_sources + pathway->n_pools);
    cli_table_add(&table, "Area");
    cli_table_add(&table, "children");
    cli_table_add(&table, "schools");
    cli_table_add(&table, "money a year");
    cli_table_add(&table, "extra money");
    for (size_t s = 0; s < pathway->n_sources; s++) {
        cli_table_add(&table, "%s a year", pathway->source[s].name);
    }
    for (size_t p = 0; p < pathway->n_pools; p++) {
        cli_table_add(&table, "units of %s", pathway->pool[p].name);
    }
    for (size_t a = 0; a < model->n_areas; a++) {
        add_row(model, &table, &model->area[a]);
    }
    add_row(model, &table, NULL);
    ret = cli_table_print(&table, CLI_PAGE, stdout);
    cli_table_free(&table);
    (void) putchar('\n');
    return ret;
}

/* The pools' loads in every area into load[n_areas][n_pools]. */
static int
find_loads(const care_model_t *model, cli_load_t *load)
{
    int ret = 0;

    for (size_t a = 0; a < model->n_areas && ret == 0; a++) {
        const care_model_t *area = &model->area[a];

        ret = cli_loads(area, 0.0, area->horizon_days, load + a * model->pathway.n_pools);
    }
    return ret;
}

static void
name_worst(const care_model_t *model, const cli_load_t *load)
{
    size_t n = model->pathway.n_pools;

    for (size_t p = 0; p < n; p++) {
        size_t worst = 0, over = 0;

        for (size_t a = 0; a < model->n_areas; a++) {
            over += load[a * n + p].load > 1.0;
            worst = load[a * n + p].load > load[worst * n + p].load ? a : worst;
        }
        if (isnan(load[worst * n + p].load)) {
            continue;
        }
        (void) printf("%s: load above 1 in %zu of %zu areas; the most is %.2f in %s\n", model->pathway.pool[p].name,
            over, model->n_areas, load[worst * n + p].load, model->area[worst].spec->name);
    }
}

int
cli_check_areas(const care_model_t *model)
{
    cli_load_t *load = calloc(model->n_areas * model->pathway.n_pools + 1, sizeof(*load));
    int ret = load == NULL ? SIM_ERR_NO_MEMORY : print_table(model);

    if (ret == 0) {
        ret = find_loads(model, load);
    }
    if (ret == 0) {
        name_worst(model, load);
    } else if (ret == SIM_ERR_UNSUPPORTED) {
        (void) puts("Loads depend on decisions taken in the run: see the results of `weir run`.");
        ret = 0;
    }
    (void) putchar('\n');
    free(load);
    return ret;
}
