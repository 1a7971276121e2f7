/*
 * weir erlang: a team, a telephone line or a clinic as a queue, by formula. Erlang's B and C (1917), and Erlang A when people
 * give up (Palm 1957). It answers at once and checks the simulation; what it leaves out is said with the answer.
 */
#include "sim/analysis/queueing.h"
#include "sim/cli/cli.h"
#include "sim/cli/quick.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SERVERS_MOST 2000

enum { KEY_OPEN, KEY_ARRIVALS, KEY_SERVICE, KEY_SERVERS, KEY_PATIENCE, KEY_TARGET, KEY_SHARE, KEYS };

static const quick_row_t ROW[KEYS] = {
    [KEY_OPEN] = { "open", QUICK_NUMBER, false, 168.0, 0.1, 168.0, "" },
    [KEY_ARRIVALS] = { "arrivals", QUICK_RATE, false, NAN, 1e-9, 1e6, "" },
    [KEY_SERVICE] = { "service", QUICK_TIME, false, NAN, 1e-6, 1e6, "" },
    [KEY_SERVERS] = { "servers", QUICK_NUMBER, false, NAN, 1, SERVERS_MOST, "" },
    [KEY_PATIENCE] = { "patience", QUICK_TIME, true, NAN, 1e-6, 1e6, "" },
    [KEY_TARGET] = { "target", QUICK_TIME, true, NAN, 0, 1e6, "" },
    [KEY_SHARE] = { "share", QUICK_SHARE, false, 0.95, 0.01, 0.9999, "assumption" },
};

typedef struct {
    double open, rate, service, patience, target, share, load;
    int servers;
} erlang_t;

static void
say(const char *what, const char *format, double value, const char *unit)
{
    char text[64];

    (void) snprintf(text, sizeof(text), format, value);
    (void) printf("%-34s %s%s\n", what, text, unit);
}

/* A number of people a month: whole from a hundred on. */
static void
say_count(const char *what, double count)
{
    if (count < 0.01) {
        (void) printf("%-34s under 0.01\n", what);
    } else {
        say(what, count < 100.0 ? "%.3g" : "%.0f", count, "");
    }
}

static void
say_share(const char *what, double share)
{
    say(what, "%.1f%%", 100.0 * share, "");
}

/* In the unit that fits, and in days. */
static void
say_wait(const erlang_t *self, const char *what, double hours)
{
    double days = hours / self->open * 7.0;
    char text[48];

    cli_quick_time(text, sizeof(text), hours, self->open);
    (void) printf("%-34s %s", what, text);
    if (isfinite(hours) && strstr(text, "days") == NULL) {
        (void) printf(" (%.3g days)", days);
    }
    (void) putchar('\n');
}

static double
a_month(const erlang_t *self, double an_hour)
{
    return an_hour * self->open * 365.25 / 12.0 / 7.0;
}

/* Share that waits longer than the target, nobody giving up. */
static double
breach(const erlang_t *self, int servers)
{
    return ana_mmc_wait_above(servers, self->rate, self->service, self->target);
}

static void
answer_target(const erlang_t *self)
{
    int least = (int) floor(self->load) + 1;
    double late = breach(self, self->servers);

    if (isnan(self->target)) {
        return;
    }
    say_share("wait longer than the target", late);
    say_count("breaches per month", late * a_month(self, self->rate));
    while (least < SERVERS_MOST && breach(self, least) > 1.0 - self->share) {
        least++;
    }
    (void) printf("%-34s %d, for %g%% within it\n", "fewest servers for the target", least, 100.0 * self->share);
}

/* Everybody waits: Erlang C. */
static void
answer_waiting(const erlang_t *self)
{
    bool stable = self->load < self->servers;

    (void) printf("\nIf nobody gives up (Erlang C)\n");
    if (!stable) {
        double more = (self->rate - self->servers / self->service) * self->open;

        say("the list grows by", "%.3g", more,
            more > 1e-9 ? " a week: unstable" : " a week on average, but has no end: unstable");
    }
    say_share("% utilisation", stable ? self->load / self->servers : 1.0);
    say_share("have to wait", ana_erlang_c(self->servers, self->load));
    say_wait(self, "average wait", ana_mmc_wait(self->servers, self->rate, self->service));
    if (stable) {
        say("average number waiting", "%.3g", self->rate * ana_mmc_wait(self->servers, self->rate, self->service), "");
    }
    answer_target(self);
}

/* People give up: Erlang A. */
static void
answer_patience(const erlang_t *self)
{
    ana_erlang_a_t a = ana_erlang_a(self->servers, self->rate, self->service, self->patience);

    (void) printf("\nIf people give up after the patience, on average (Erlang A)\n");
    say_share("give up", a.abandon);
    say_count("give up per month", a.abandon * a_month(self, self->rate));
    say_share("% utilisation", a.utilisation);
    say_share("have to wait", a.wait);
    say_wait(self, "average wait, of all", a.queue / self->rate);
}

static cli_exit_t
run_erlang(const cli_options_t *options)
{
    double value[KEYS];
    erlang_t self;

    if (!cli_quick_read("erlang", options, ROW, KEYS, value)) {
        return CLI_USAGE;
    }
    if (value[KEY_SERVERS] != floor(value[KEY_SERVERS])) {
        cli_error("erlang: servers: %g is not a whole number", value[KEY_SERVERS]);
        return CLI_USAGE;
    }
    self = (erlang_t){ value[KEY_OPEN], value[KEY_ARRIVALS], value[KEY_SERVICE], value[KEY_PATIENCE], value[KEY_TARGET],
        value[KEY_SHARE], value[KEY_ARRIVALS] * value[KEY_SERVICE], (int) value[KEY_SERVERS] };
    say("arrivals", "%.4g", self.rate * self.open, " a week");
    say("offered load", "%.3g", self.load, " servers kept busy (erlangs)");
    if (!isnan(self.patience)) {
        answer_patience(&self);
    }
    answer_waiting(&self);
    (void) printf("\nIf nobody can wait (Erlang B)\n");
    say_share("turned away", ana_erlang_b(self.servers, self.load));
    (void) printf(
        "\nExact for chance arrivals at one steady rate and exponential service. Seasons, growth, a list that is there\n"
        "already, missed appointments and staff who come and go are left out: simulate those.\n");
    return CLI_DONE;
}

const cli_command_t cli_cmd_erlang = {
    .name = "erlang",
    .args = "KEY=VALUE...",
    .doc = "a queue by formula: Erlang A, B and C",
    .more = "Answers at once what a team, a telephone line or a clinic does in its steady state.\n"
            "  arrivals=7.3/h    how many come: a number an hour, day, week, month, quarter, year\n"
            "  service=30min     mean length of a service, staff time for each who comes\n"
            "  servers=5         how many are served at a time\n"
            "  patience=6min     mean time until one who waits gives up; without it nobody does\n"
            "  target=2min       what counts as a breach; and servers for\n"
            "  share=95%         so many within the target (default 95%, an assumption)\n"
            "  open=37.5         hours of opening a week (default 168, always). Minutes and hours\n"
            "                    are hours of opening, days and longer are of the calendar.\n",
    .examples = "weir erlang arrivals=7.3/h service=30min servers=5 patience=6min\n"
                "weir erlang arrivals=12/week service=3.5h servers=2 open=37.5 target=18weeks\n",
    .args_min = 1,
    .args_max = KEYS,
    .options = 0,
    .run = run_erlang,
};
