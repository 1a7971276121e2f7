/*
 * weir capa: the arithmetic of the Choice and Partnership Approach (York and Kingsbury 2009): what a team's half-days can take on a
 * quarter, against what is accepted. It answers at once and checks the simulation.
 */
#include "sim/cli/cli.h"
#include "sim/cli/quick.h"

#include <math.h>
#include <stdio.h>

#define QUARTER_WEEKS (365.25 / 28.0)

enum {
    KEY_ACCEPTED,
    KEY_PARTNERSHIP,
    KEY_CHOICE,
    KEY_WAITING_CHOICE,
    KEY_WAITING,
    KEY_WEEKS,
    KEY_APPOINTMENTS,
    KEY_SESSIONS,
    KEY_TRANSFER,
    KEY_DNA,
    KEY_TARGET,
    KEYS
};

static const quick_row_t ROW[KEYS] = {
    [KEY_ACCEPTED] = { "accepted", QUICK_RATE, false, NAN, 1e-9, 1e6, "" },
    [KEY_PARTNERSHIP] = { "partnership", QUICK_NUMBER, false, NAN, 0.01, 1e5, "" },
    [KEY_CHOICE] = { "choice", QUICK_NUMBER, true, NAN, 0.01, 1e6, "" },
    [KEY_WAITING_CHOICE] = { "waiting_choice", QUICK_NUMBER, false, 0, 0, 1e7, "" },
    [KEY_WAITING] = { "waiting", QUICK_NUMBER, false, 0, 0, 1e7, "" },
    [KEY_WEEKS] = { "weeks", QUICK_NUMBER, false, 45, 1, 52.2, "capa_weeks" },
    [KEY_APPOINTMENTS] = { "appointments", QUICK_NUMBER, false, 2, 0.1, 20, "capa_appts_halfday" },
    [KEY_SESSIONS] = { "sessions", QUICK_NUMBER, false, 7.5, 1, 200, "capa_mean_sessions" },
    [KEY_TRANSFER] = { "transfer", QUICK_SHARE, false, 0.66, 0, 1, "capa_transfer" },
    [KEY_DNA] = { "dna", QUICK_SHARE, false, 0, 0, 0.9, "" },
    [KEY_TARGET] = { "target", QUICK_TIME, false, 18 * 168.0, 0, 1e6, "" },
};

static void
say(const char *what, double value, const char *unit)
{
    (void) printf("%-44s %.4g%s\n", what, value, unit);
}

/* One step of the pathway, a week. */
typedef struct {
    const char *what;
    double asked, places, waiting, target; /* target in weeks */
} list_t;

/*
 * Who joins a list first come, first served waits its length over the places a week. A list that grows keeps to the target
 * until it is target x places long; from then on all who join breach.
 */
static void
answer_breaches(const list_t *self)
{
    double longest = self->target * self->places, spare = self->places - self->asked;
    double a_month = self->asked * 365.25 / 84.0;

    if (self->waiting > longest) {
        say("  breaches per month, of those who join now", a_month, "");
        if (spare > 0) {
            say("  weeks until none breaches", (self->waiting - longest) / spare, "");
        }
    } else if (spare < 0) {
        (void) printf("%-44s 0 now, %.4g of those who join from week %.0f on\n", "  breaches per month", a_month,
            ceil((longest - self->waiting) / -spare));
    } else {
        say("  breaches per month", 0, "");
    }
}

/* What is asked against what there is, with a list: load, wait, breaches, drift. */
static void
answer_list(const list_t *self)
{
    double spare = self->places - self->asked;

    (void) printf("%-44s %.1f%%%s\n", self->what, 100.0 * self->asked / self->places,
        spare < 0 ? ": more than there is, the list grows without end" : "");
    if (self->waiting > 0) {
        (void) printf("%-44s %.0f days\n", "  wait of one who joins now, first come",
            self->waiting / self->places * 7.0);
    }
    answer_breaches(self);
    if (spare < 0) {
        say("  the list grows by", -spare * QUARTER_WEEKS, " a quarter");
    } else if (self->waiting > 0 && spare > 0) {
        say("  weeks to clear the list", self->waiting / spare, "");
    }
}

static cli_exit_t
run_capa(const cli_options_t *options)
{
    double v[KEYS], halfday, can, accepted, asked, choices;

    if (!cli_quick_read("capa", options, ROW, KEYS, v)) {
        return CLI_USAGE;
    }
    halfday = v[KEY_WEEKS] / 4.0 * v[KEY_APPOINTMENTS] * (1.0 - v[KEY_DNA]) / v[KEY_SESSIONS];
    accepted = v[KEY_ACCEPTED] * 168.0;
    can = v[KEY_PARTNERSHIP] * halfday;
    asked = accepted * QUARTER_WEEKS * v[KEY_TRANSFER];
    say("new cases a half-day session and quarter", halfday, "");
    say("new Partnerships the job plan takes on", can, " a quarter");
    say("new Partnerships asked for", asked, " a quarter");
    say("Partnership half-days needed", asked / halfday, " a week");
    answer_list(&(list_t){ "Partnership: % utilisation", asked / QUARTER_WEEKS, can / QUARTER_WEEKS, v[KEY_WAITING],
        v[KEY_TARGET] / 168.0 });
    choices = accepted * 4 * QUARTER_WEEKS / v[KEY_WEEKS] / (1.0 - v[KEY_DNA]);
    say("Choice appointments needed", choices, " a working week");
    if (!isnan(v[KEY_CHOICE])) {
        double places = v[KEY_CHOICE] * (1.0 - v[KEY_DNA]) * v[KEY_WEEKS] / (4 * QUARTER_WEEKS);

        answer_list(&(list_t){
            "Choice: % utilisation", accepted, places, v[KEY_WAITING_CHOICE], v[KEY_TARGET] / 168.0 });
    }
    (void) printf(
        "\nMeans only: chance, seasons, leaving the list and staff who come and go are left out: simulate those.\n");
    return CLI_DONE;
}

const cli_command_t cli_cmd_capa = {
    .name = "capa",
    .args = "KEY=VALUE...",
    .doc = "Choice and Partnership by arithmetic: what a job plan can take on",
    .more = "Answers at once whether a job plan keeps up with what is accepted.\n"
            "  accepted=12/week  referrals accepted: a number a week, month, quarter or year\n"
            "  partnership=36    half-day sessions a week in Partnership, of the whole team\n"
            "  choice=14         Choice appointments offered in a working week (may be left out)\n"
            "  waiting=40        waiting for Partnership now (default 0)\n"
            "  waiting_choice=60 waiting for Choice now (default 0)\n"
            "  weeks=45          working weeks a year (default: capa_weeks)\n"
            "  appointments=2    appointments in a half-day (default: capa_appts_halfday)\n"
            "  sessions=7.5      mean appointments of a Partnership (default: capa_mean_sessions)\n"
            "  transfer=66%      of those seen in Choice, who go on (default: capa_transfer)\n"
            "  dna=5%            appointments missed, whose time is lost (default 0)\n"
            "  target=18weeks    who waits longer for a step breaches (default 18 weeks)\n"
            "`weir evidence capa` tells the sources.\n",
    .examples = "weir capa accepted=12/week partnership=36\n"
                "weir capa accepted=620/year partnership=30 choice=14 waiting=80 dna=5%\n",
    .args_min = 1,
    .args_max = KEYS,
    .options = 0,
    .run = run_capa,
};
