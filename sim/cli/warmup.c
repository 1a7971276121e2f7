#include "sim/cli/warmup.h"

#include "sim/analysis/warmup.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/progress.h"

#include <math.h>
#include <stdlib.h>

#define PILOT_FIRST 0x80000000u /* number of the pilot's first replication: not one that is counted */

static int
pilot_run(void *ctx, uint32_t arm, uint32_t rep, double *value, uint64_t *events)
{
    return cli_trial_run(ctx, arm, PILOT_FIRST + rep, value, events);
}

int
cli_warmup_settled(const cli_trial_t *trial, const exp_series_t *series, uint32_t arm, double *day)
{
    size_t n = trial->n_spans;
    double *present = calloc(n + 1, sizeof(*present));
    ana_mser_t mser = { .enough = false };
    int ret = present == NULL ? SIM_ERR_NO_MEMORY : 0;

    *day = NAN;
    for (size_t i = 0; ret == 0 && i < n; i++) {
        ana_interval_t interval;

        exp_series_at(series, arm, i, &interval);
        present[i] = interval.mean;
    }
    if (ret == 0 && n > 0 && series->reps[arm] > 0) {
        ret = ana_mser5(present, n, &mser);
    }
    if (ret == 0 && mser.enough) {
        *day = trial->arm[arm].model.horizon_days * (double) mser.truncate / (double) n;
    }
    free(present);
    return ret;
}

static int
run_pilot(cli_trial_t *trial, const cli_options_t *options, uint32_t reps, exp_series_t *series)
{
    cli_interrupt_t interrupt;
    cli_progress_t bar;
    exp_outcome_t outcome;
    int ret;

    cli_interrupt_begin(&interrupt, options->quiet, NULL);
    cli_progress_init(&bar, options, "warm-up");
    const exp_design_t design = { .n_arms = (uint32_t) trial->n_arms,
        .n_reps = reps,
        .jobs = options->jobs,
        .n_values = cli_trial_values(trial),
        .cancel = &interrupt.seen,
        .runner = pilot_run,
        .runner_ctx = trial,
        .sink = exp_series_sink,
        .sink_ctx = series,
        .progress = cli_progress_show,
        .progress_ctx = &bar };

    ret = exp_run(&design, &outcome);
    cli_progress_end(&bar);
    cli_interrupt_end(&interrupt);
    return ret;
}

static cli_exit_t
latest(const cli_trial_t *trial, const exp_series_t *series, double *day)
{
    *day = 0.0;
    for (uint32_t arm = 0; arm < trial->n_arms; arm++) {
        double settled;

        if (cli_warmup_settled(trial, series, arm, &settled) != 0) {
            cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
            return CLI_FAILED;
        }
        if (isnan(settled)) {
            cli_error(
                "warm-up: the numbers present under %s do not settle in the first half of %g days (MSER-5, %u "
                "replications): the run is too short, or lists grow for ever; run without --warmup, then `weir plot "
                "FILE welch` shows it",
                trial->arm[arm].name, trial->arm[arm].model.horizon_days, series->reps[arm]);
            return CLI_TARGET;
        }
        *day = fmax(*day, settled);
    }
    return CLI_DONE;
}

cli_exit_t
cli_warmup_pilot(cli_trial_t *trial, const cli_options_t *options, double *day)
{
    uint32_t reps = options->reps < CLI_PILOT_REPS ? CLI_PILOT_REPS : options->reps;
    size_t spans = trial->n_spans;
    cli_exit_t code = CLI_FAILED;
    exp_series_t series;
    int ret;

    cli_trial_keep_series(trial, CLI_SPANS);
    ret = cli_trial_warm_up(trial, 0.0);
    if (ret == 0) {
        ret = exp_series_init(&series, (uint32_t) trial->n_arms, trial->n_cells, 2 * CLI_SPANS, NULL, NULL);
        if (ret == 0) {
            ret = run_pilot(trial, options, reps, &series);
        }
        if (ret == 0) {
            code = latest(trial, &series, day);
        }
        exp_series_free(&series);
    }
    cli_trial_keep_series(trial, spans);
    if (ret == SIM_ERR_INTERRUPTED) {
        cli_error("interrupted before the warm-up was found; nothing is kept");
        return CLI_INTERRUPTED;
    }
    if (ret != 0) {
        cli_error("warm-up: %s", sim_strerror(ret));
    }
    return code;
}
