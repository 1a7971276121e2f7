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
};

static void
say(const char *what, double value, const char *unit)
{
    (void) printf("%-44s %.4g%s\n", what, value, unit);
}

/* What is asked against what there is, a week, with a list: load, wait, drift. */
static void
answer_list(const char *what, double asked, double places, double waiting)
{
    double spare = places - asked;

    (void) printf("%-44s %.1f%%%s\n", what, 100.0 * asked / places,
        spare < 0 ? ": more than there is, the list grows without end" : "");
    if (waiting > 0) {
        (void) printf("%-44s %.0f days\n", "  wait of one who joins now, first come", waiting / places * 7.0);
    }
    if (spare < 0) {
        say("  the list grows by", -spare * QUARTER_WEEKS, " a quarter");
    } else if (waiting > 0 && spare > 0) {
        say("  weeks to clear the list", waiting / spare, "");
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
    answer_list("Partnership: % utilisation", asked / QUARTER_WEEKS, can / QUARTER_WEEKS, v[KEY_WAITING]);
    choices = accepted * 4 * QUARTER_WEEKS / v[KEY_WEEKS] / (1.0 - v[KEY_DNA]);
    say("Choice appointments needed", choices, " a working week");
    if (!isnan(v[KEY_CHOICE])) {
        double places = v[KEY_CHOICE] * (1.0 - v[KEY_DNA]) * v[KEY_WEEKS] / (4 * QUARTER_WEEKS);

        answer_list("Choice: % utilisation", accepted, places, v[KEY_WAITING_CHOICE]);
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
            "`weir evidence capa` tells the sources.\n",
    .examples = "weir capa accepted=12/week partnership=36\n"
                "weir capa accepted=620/year partnership=30 choice=14 waiting=80 dna=5%\n",
    .args_min = 1,
    .args_max = KEYS,
    .options = 0,
    .run = run_capa,
};
