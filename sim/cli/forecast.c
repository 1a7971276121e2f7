#include "sim/cli/forecast.h"

#include "sim/cli/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SHORTER 10.0       /* times */
#define ENOUGH_SECONDS 0.2 /* to be timed */
#define ROW_BYTES 38.0     /* of an estimate in the file: keys, three doubles, and what SQLite adds */
#define NAME_BYTES 13.0    /* of a cell */
#define PARAMETER_BYTES 250.0

static double
now(void)
{
    struct timespec time;

    (void) clock_gettime(CLOCK_MONOTONIC, &time);
    return (double) time.tv_sec + 1e-9 * (double) time.tv_nsec;
}

/* Seconds of the first replication of the first plan. */
static int
measure(const cli_trial_t *trial, double *seconds)
{
    double *value = calloc(cli_trial_values(trial) + 1, sizeof(*value)), from = now();
    uint64_t events;
    int ret = value == NULL ? SIM_ERR_NO_MEMORY : cli_trial_run((void *) (uintptr_t) trial, 0, 0, value, &events);

    *seconds = now() - from;
    free(value);
    return ret;
}

/* The same over a part of the years; *seconds stays 0 when the scenario cannot be cut. */
static int
measure_part(const cli_trial_t *trial, const cli_options_t *options, const char *path, double years, double *seconds)
{
    const char **set = calloc(options->n_set + 1, sizeof(*set));
    cli_trial_t part = { .n_arms = 0 };
    scn_t *scenario = NULL;
    char text[32], fault[8];
    int ret = SIM_ERR_NO_MEMORY;

    *seconds = 0.0;
    if (set != NULL) {
        (void) snprintf(text, sizeof(text), "years=%.6g", years);
        memcpy(set, options->set, options->n_set * sizeof(*set));
        set[options->n_set] = text;
        if (cli_load_silently(path, set, options->n_set + 1, fault, sizeof(fault), &scenario) == 0 &&
            cli_trial_init(&part, (const scn_t *const *) &scenario, 1, NULL, true, trial->seed) == 0) {
            ret = measure(&part, seconds);
        } else {
            ret = 0;
        }
    }
    cli_trial_free(&part);
    scn_free(scenario);
    free(set);
    return ret;
}

int
cli_forecast(const cli_trial_t *trial, const cli_options_t *options, const char *path, cli_forecast_t *forecast)
{
    double years = trial->arm[0].model.spec->years, part = years / SHORTER, seconds = 0.0;
    int ret = measure_part(trial, options, path, part, &seconds);

    if (ret == 0 && seconds < ENOUGH_SECONDS) {
        part = years;
        ret = measure(trial, &seconds);
    }
    *forecast = (cli_forecast_t){ .seconds = seconds * years / part, .measured_for = part };
    return ret;
}

void
cli_forecast_time(char *text, size_t size, double seconds)
{
    if (seconds >= 7200.0) {
        (void) snprintf(text, size, "about %.2g hours", seconds / 3600.0);
    } else if (seconds >= 120.0) {
        (void) snprintf(text, size, "about %.0f minutes", seconds / 60.0);
    } else if (seconds >= 1.5) {
        (void) snprintf(text, size, "about %.0f seconds", seconds);
    } else {
        (void) snprintf(text, size, "about a second");
    }
}

void
cli_forecast_size(char *text, size_t size, double bytes)
{
    static const char *const UNIT[] = { "kB", "MB", "GB", "TB" };
    size_t i = 0;

    for (bytes /= 1e3; bytes >= 1e3 && i + 1 < sizeof(UNIT) / sizeof(UNIT[0]); i++) {
        bytes /= 1e3;
    }
    (void) snprintf(text, size, bytes < 10.0 ? "about %.2g %s" : "about %.0f %s", bytes, UNIT[i]);
}

/* Estimates of a cell: of each plan, and of the differences that the store keeps (STORE_SCHEMA, table estimate). */
static double
estimates(const cli_trial_t *trial, const sim_cell_t *cell)
{
    double n = (double) trial->n_arms;
    sim_period_kind_t kind = trial->period[cell->period].kind;
    bool kept = kind == SIM_PERIOD_ALL || kind == SIM_PERIOD_YEAR;

    return n + (!kept ? 0.0 : cell->group == 0 ? n * (n - 1.0) / 2.0 : n - 1.0);
}

double
cli_forecast_bytes(const cli_trial_t *trial, uint32_t reps)
{
    const scn_param_t *param;
    double bytes = 8.0 * (double) trial->n_cells * (double) trial->n_arms * reps;
    const scn_t *last = NULL;

    for (size_t i = 0; i < trial->n_cells; i++) {
        bytes += NAME_BYTES + ROW_BYTES * estimates(trial, &trial->cell[i]);
    }
    for (size_t i = 0; i < trial->n_arms; i++) {
        bytes += trial->arm[i].scenario != last ? PARAMETER_BYTES * (double) scn_params(trial->arm[i].scenario, &param)
                                                : 0.0;
        last = trial->arm[i].scenario;
    }
    return bytes + 50e3;
}
