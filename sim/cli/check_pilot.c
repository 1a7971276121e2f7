#include "sim/cli/check_pilot.h"

#include "sim/cli/load.h"
#include "sim/cli/trial.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t
find_load(const cli_trial_t *trial, size_t group)
{
    size_t kpi = 0;

    while (kpi < trial->n_kpis && strcmp(trial->kpi[kpi].name, "load") != 0) {
        kpi++;
    }
    return kpi < trial->n_kpis ? cli_trial_find(trial, kpi, group, 0) : trial->n_cells;
}

static void
print_loads(const cli_trial_t *trial, const double *value)
{
    size_t n = 0, n_short = 0;

    (void) printf("One replication of its first year has these loads:");
    for (size_t g = 0; g < trial->n_groups; g++) {
        size_t cell = strncmp(trial->group[g].name, "pool=", 5) == 0 ? find_load(trial, g) : trial->n_cells;

        if (cell < trial->n_cells && !isnan(value[cell])) {
            (void) printf("%s %s %.2f", n++ > 0 ? "," : "", trial->group[g].name + 5, value[cell]);
            n_short += value[cell] > 1.0;
        }
    }
    (void) printf(".\n");
    for (size_t g = 0; n_short > 0 && g < trial->n_groups; g++) {
        size_t cell = strncmp(trial->group[g].name, "pool=", 5) == 0 ? find_load(trial, g) : trial->n_cells;

        if (cell < trial->n_cells && value[cell] > 1.0) {
            (void) printf("%s: %.0f%% more work than it can do: its list grows, or people leave it unserved\n",
                trial->group[g].name + 5, 100.0 * (value[cell] - 1.0));
        }
    }
}

static int
run_one(const scn_t *scenario)
{
    cli_trial_t trial = { .n_arms = 0 };
    double *value = NULL;
    uint64_t events;
    int ret = cli_trial_init(&trial, &scenario, 1, NULL, true, 1);

    if (ret == 0) {
        value = calloc(cli_trial_values(&trial) + 1, sizeof(*value));
        ret = value == NULL ? SIM_ERR_NO_MEMORY : cli_trial_run(&trial, 0, 0, value, &events);
    }
    if (ret == 0) {
        print_loads(&trial, value);
    }
    free(value);
    cli_trial_free(&trial);
    return ret;
}

int
cli_check_pilot(const cli_options_t *options, const care_spec_t *spec)
{
    const char **set = calloc(options->n_set + 1, sizeof(*set));
    scn_t *scenario = NULL;
    char fault[8];
    int ret = 0;

    if (set == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    memcpy(set, options->set, options->n_set * sizeof(*set));
    set[options->n_set] = "years=1";
    if (cli_load_silently(options->arg[0], set, options->n_set + (spec->years > 1.0), fault, sizeof(fault),
            &scenario) == 0) {
        ret = run_one(scenario);
    }
    scn_free(scenario);
    free(set);
    return ret;
}
