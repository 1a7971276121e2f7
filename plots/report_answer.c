/* The first screen: the question, the answer in words with how sure it is, the plans side by side, and a picture. */
#include "plots/axis.h"
#include "plots/sections.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* What "best" means. Who is referred changes between plans; the children with a concern or a request do not. */
static const struct {
    const char *kpi, *who, *what, *of;
} ANSWER[] = {
    { "cohort_seen_18w", "those referred", "seen within 18 weeks", "referrals" },
    { "child_helped_18w", "the same children under every plan, all with a concern or a request,",
        "seen, or consulted about, within 18 weeks", NULL },
};

static const report_column_t HEADLINE[] = {
    { "cohort_seen_18w", "Seen within 18 weeks, of those referred", NULL, NULL },
    { "child_helped_18w", "Seen or consulted about within 18 weeks, of the same children", NULL, NULL },
    { "cohort_waiting_52w", "Still waiting at 52 weeks, of those referred", NULL, NULL },
    { "waiting", "Waiting at the end", NULL, NULL },
    { "unmet_need", "Unmet need", NULL, NULL },
    { "cost_pounds", "Public cost, pounds", NULL, NULL },
};
static const report_column_t NETWORK[] = {
    { "arrivals", "Came", NULL, NULL },
    { "served", "Served", NULL, NULL },
    { "left", "Left unserved", NULL, NULL },
    { "queue_wait_mean_days", "Mean wait, days", NULL, NULL },
    { "queue_wait_p90_days", "P90 wait, days", NULL, NULL },
    { "queue_mean", "Mean number waiting", NULL, NULL },
    { "utilisation", "Utilisation", NULL, NULL },
};
#define FEW_REPS 5u
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

typedef struct {
    char text[2048];
    size_t n;
} words_t;

static void __attribute__((format(printf, 2, 3))) say(words_t *words, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(words->text + words->n, sizeof(words->text) - words->n, format, args);
    va_end(args);
    words->n += n > 0 ? (size_t) n : 0;
    words->n = words->n < sizeof(words->text) ? words->n : sizeof(words->text) - 1;
}

static bool
excludes_zero(const store_row_t *row)
{
    return row->low > 0.0 || row->high < 0.0;
}

/* The best plan by a measure, against another. */
typedef struct {
    size_t answer, best, second;
    bool certain; /* that it is better than the second */
    store_row_t row;
} lead_t;

static int
find_lead(report_t *self, size_t answer, lead_t *lead)
{
    store_row_t row;
    int ret;

    *lead = (lead_t){ .answer = answer };
    ret = report_rank(self, ANSWER[answer].kpi, &lead->best, &lead->second);
    if (ret == 0 && lead->best != SIZE_MAX) {
        ret = report_at(self, self->contents->plan[lead->best].name, ANSWER[answer].kpi, "all", "all", &lead->row);
    }
    if (ret == 0 && lead->second != SIZE_MAX) {
        ret = report_difference(self, lead->best, lead->second, ANSWER[answer].kpi, "all", &row);
        lead->certain = excludes_zero(&row);
    }
    return ret;
}

/* "+0.51 (0.38 to 0.63) percentage points against none" */
static int
say_against(report_t *self, words_t *words, const lead_t *lead, size_t other, const char *as)
{
    char text[REPORT_CELL];
    store_row_t row;
    int ret = report_difference(self, lead->best, other, ANSWER[lead->answer].kpi, "all", &row);

    if (ret == 0 && row.reps > 0) {
        self->request->numbers.difference(text, sizeof(text), "share", row.estimate, row.low, row.high);
        say(words, "%s percentage points against %s%s", text, self->job.label[other], as);
    }
    return ret;
}

/* What the difference comes to a year, of those that the share is of. */
static int
say_in_spells(report_t *self, words_t *words, const lead_t *lead, size_t other)
{
    const char *of = ANSWER[lead->answer].of;
    char many[64], all[64];
    store_row_t row, base = { .reps = 0 };
    int ret = report_difference(self, lead->best, other, ANSWER[lead->answer].kpi, "all", &row);

    if (ret == 0 && of != NULL) {
        ret = report_at(self, self->contents->plan[other].name, of, "all", "all", &base);
    }
    if (ret == 0 && base.reps > 0 && row.reps > 0 && self->job.years > 0.0) {
        plot_show_number(many, sizeof(many), "", rint(row.estimate * base.estimate / self->job.years));
        plot_show_number(all, sizeof(all), "", rint(base.estimate / self->job.years));
        say(words, " Against %s that is about %s of the %s %s a year.", self->job.label[other], many, all, of);
    }
    return ret;
}

static void
say_how_sure(const report_t *self, words_t *words, const lead_t *lead)
{
    for (size_t i = 0; i < self->request->n_wins; i++) {
        const plot_wins_t *wins = &self->request->wins[i];

        if (strcmp(wins->kpi, ANSWER[lead->answer].kpi) != 0 || wins->counted < 2) {
            continue;
        }
        say(words, " It is best in %zu of %zu simulated futures", wins->wins[lead->best], wins->counted);
        if (!lead->certain) {
            say(words, ": more replications may tell the two apart, or they are as good as equal.");
        } else if ((double) wins->wins[lead->best] >= 0.95 * (double) wins->counted) {
            say(words, ": chance alone does not put the order in doubt.");
        } else {
            say(words, ": on average it leads, in a single future it need not.");
        }
        return;
    }
    say(words, " With one replication nothing can be said of how sure this is.");
}

/* One sentence: the plan, its share and how sure that is. */
static int
say_sentence(report_t *self, words_t *words, const lead_t *lead)
{
    const char *best = self->job.label[lead->best];
    char text[REPORT_CELL];
    int ret = 0;

    (void) report_cell(self, &lead->row, text);
    if (lead->second == SIZE_MAX) {
        say(words, "Under %s, %s of %s are %s.", best, text, ANSWER[lead->answer].who, ANSWER[lead->answer].what);
        return 0;
    }
    if (!lead->certain) {
        say(words, "It cannot be told whether %s or %s is better: under %s, %s of %s are %s, ", best,
            self->job.label[lead->second], best, text, ANSWER[lead->answer].who, ANSWER[lead->answer].what);
        ret = say_against(self, words, lead, lead->second, "");
    } else {
        say(words, "The best is %s: under it, %s of %s are %s, ", best, text, ANSWER[lead->answer].who,
            ANSWER[lead->answer].what);
        ret = say_against(self, words, lead, lead->best == 0 ? lead->second : 0, "");
        if (ret == 0 && lead->best != 0 && lead->second != 0) {
            say(words, " and ");
            ret = say_against(self, words, lead, lead->second, ", the runner-up");
        }
    }
    say(words, ".");
    return ret;
}

static int
put_lead(report_t *self, size_t answer, size_t *best)
{
    words_t sentence = { .n = 0 }, more = { .n = 0 };
    lead_t lead;
    int ret = find_lead(self, answer, &lead);

    *best = lead.best;
    if (ret != 0 || lead.best == SIZE_MAX) {
        return ret;
    }
    ret = say_sentence(self, &sentence, &lead);
    if (ret == 0 && lead.second != SIZE_MAX) {
        ret = say_in_spells(self, &more, &lead, lead.best == 0 ? lead.second : 0);
        say_how_sure(self, &more, &lead);
    }
    if (answer == 0) {
        html_element(self->out, "p class=\"answer\"", "%s", sentence.text);
        html_element(self->out, "p", "%s", more.text + (more.text[0] == ' '));
    } else {
        html_element(self->out, "p", "Who is referred differs between plans. %s%s", sentence.text, more.text);
    }
    return ret;
}

static int
answer_alone(report_t *self, words_t *words)
{
    const char *plan = self->contents->plan[0].name;
    char seen[REPORT_CELL], waiting[REPORT_CELL];
    store_row_t row;
    int ret = report_at(self, plan, "cohort_seen_18w", "all", "all", &row);

    (void) report_cell(self, &row, seen);
    if (ret == 0) {
        ret = report_at(self, plan, "waiting", "all", "all", &row);
    }
    say(words,
        "Under %s, %s of those referred are seen within 18 weeks; %s are waiting for a first contact at the end.",
        self->job.label[0], seen, report_cell(self, &row, waiting));
    return ret;
}

static int
answer_network(report_t *self, words_t *words)
{
    char wait[REPORT_CELL], busy[REPORT_CELL];
    int ret = 0;

    for (size_t p = 0; ret == 0 && p < self->contents->n_plans && p < 4; p++) {
        const char *plan = self->contents->plan[p].name;
        store_row_t row;

        ret = report_at(self, plan, "queue_wait_mean_days", "all", "all", &row);
        (void) report_cell(self, &row, wait);
        if (ret == 0) {
            ret = report_at(self, plan, "utilisation", "all", "all", &row);
        }
        say(words, "%sUnder %s the mean wait is %s days, and %s of the time there is gets used.", p > 0 ? " " : "",
            self->job.label[p], wait, report_cell(self, &row, busy));
    }
    return ret;
}

static void
warn_of_intervals(report_t *self)
{
    size_t numbers = 0, assumed = 0;

    for (size_t i = 0; i < self->contents->n_parameters; i++) {
        const store_parameter_t *parameter = &self->contents->parameter[i];

        numbers += !isnan(parameter->value);
        assumed += !isnan(parameter->value) && strcmp(parameter->quality, "E") == 0;
    }
    (void) fputs("<p class=\"note\">", self->out);
    html_say(self->out,
        "Brackets are 95%% intervals, of chance alone: they say how far the simulated futures pin down the model's answer, not "
        "how far the model is from the truth.");
    if (assumed > 0) {
        html_say(self->out, " %zu of the %zu numbers are assumptions; another value can change the order. ", assumed,
            numbers);
        (void) fputs("<a href=\"#assumptions\">They are listed below.</a>", self->out);
    }
    if (strtoul(store_manifest(self->results, "reps_done"), NULL, 10) < FEW_REPS) {
        html_say(self->out, " With fewer than %u replications the intervals are rough: use more before deciding.",
            FEW_REPS);
    }
    (void) fputs("</p>\n", self->out);
}

static int
put_answers(report_t *self)
{
    size_t best[LENGTH(ANSWER)] = { SIZE_MAX, SIZE_MAX };
    int ret = 0;

    for (size_t i = 0; ret == 0 && i < LENGTH(ANSWER); i++) {
        ret = report_kpi(self, ANSWER[i].kpi) == NULL ? 0 : put_lead(self, i, &best[i]);
    }
    if (ret == 0 && best[1] != SIZE_MAX && best[0] != best[1]) {
        html_element(self->out, "p",
            "The two do not name the same plan: the first counts only those who are referred, the second everyone in need.");
    }
    return ret;
}

/* A search has chosen by its own objectives; what the report would call best may be another. */
static void
put_chosen(report_t *self)
{
    const char *verdict = store_manifest(self->results, "split_verdict");

    html_element(self->out, "p class=\"answer\"",
        "%s%sOf the splits that were tried the best is %s; the probability of that is %.0f%%.", verdict,
        verdict[0] != '\0' ? " " : "", store_manifest(self->results, "split_chosen"),
        100.0 * strtod(store_manifest(self->results, "split_p_best"), NULL));
    html_element(self->out, "p", "%s", store_manifest(self->results, "split_answer"));
    html_element(self->out, "p",
        "Best is what the search was asked for (the scenario's block split), and probabilities are of chance alone. Below are the splits that "
        "have a name, beside each other; weir split prints all that were tried.");
}

static int
put_answer(report_t *self)
{
    words_t words = { .n = 0 };
    int ret;

    if (store_manifest(self->results, "split_chosen")[0] != '\0') {
        put_chosen(self);
        return 0;
    }
    if (self->is_care && self->contents->n_plans > 1) {
        return put_answers(self);
    }
    ret = self->is_care ? answer_alone(self, &words) : answer_network(self, &words);
    html_element(self->out, "p class=\"answer\"", "%s", words.text);
    return ret;
}

/* A row for each plan but the first. */
static int
put_gains(report_t *self)
{
    char caption[200], text[REPORT_CELL];
    int ret = 0;

    (void) snprintf(caption, sizeof(caption), "Against %s: paired differences (shares in percentage points)",
        self->job.label[0]);
    html_table_open(self->out, caption);
    html_row_open(self->out);
    html_column(self->out, "Plan");
    for (size_t i = 0; i < LENGTH(HEADLINE); i++) {
        html_column(self->out, "%s", HEADLINE[i].head);
    }
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t p = 1; ret == 0 && p < self->contents->n_plans; p++) {
        html_row_open(self->out);
        html_row_head(self->out, "%s", self->job.label[p]);
        for (size_t i = 0; ret == 0 && i < LENGTH(HEADLINE); i++) {
            store_row_t row;

            ret = report_difference(self, p, 0, HEADLINE[i].kpi, "all", &row);
            html_number(self->out, "%s", report_cell(self, &row, text));
        }
        html_row_close(self->out);
    }
    html_table_close(self->out);
    return ret;
}

/* Of several plans what each gains; of one its list. */
static int
put_picture(report_t *self)
{
    static const report_figure_t GAIN = { .figure = "gain", .caption = "What each plan gains on the first" };
    char alt[1500];
    size_t n;
    int ret = 0;

    if (self->contents->n_plans < 2) {
        return 0;
    }
    n = (size_t) snprintf(alt, sizeof(alt),
        "Percentage points more, of those referred, seen within 18 weeks than under %s:", self->job.label[0]);
    for (size_t p = 1; ret == 0 && p < self->contents->n_plans && n < sizeof(alt); p++) {
        char text[REPORT_CELL];
        store_row_t row;

        ret = report_difference(self, p, 0, ANSWER[0].kpi, "all", &row);
        n += (size_t) snprintf(alt + n, sizeof(alt) - n, "%s %s %s", p > 1 ? "," : "", self->job.label[p],
            report_cell(self, &row, text));
    }
    ret = ret == 0 ? report_figure(self, &GAIN, alt) : ret;
    return ret == 0 ? put_gains(self) : ret;
}

int
report_answer(report_t *self)
{
    const char *question = store_manifest(self->results, "question");
    int ret;

    if (question[0] != '\0') {
        html_element(self->out, "p class=\"question\"", "%s", question);
    }
    ret = put_answer(self);
    if (ret == 0 && self->is_care) {
        ret = report_plans(self, "The plans side by side, over the whole run", HEADLINE, LENGTH(HEADLINE));
        warn_of_intervals(self);
        ret = ret == 0 ? put_picture(self) : ret;
    } else if (ret == 0) {
        ret = report_plans(self, "Over the whole run", NETWORK, LENGTH(NETWORK));
        warn_of_intervals(self);
    }
    return ret;
}
