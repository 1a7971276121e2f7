/* What went in: published facts against what came out, the assumptions by what they rest on, and every parameter. */
#include "plots/sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define IS_ASSUMED(parameter) (strcmp((parameter)->quality, "E") == 0)
#define PATHS_MOST 6 /* names shown of those that rest on one assumption */

/* ---- facts ---- */

bool
report_has_facts(report_t *self)
{
    store_fact_t *fact = NULL;
    size_t n = 0;
    int ret = store_facts(self->results, &n, &fact);

    free(fact);
    return ret == 0 && n > 0;
}

/* "11,000 to 15,500", "at least 3" */
static void
accepted(const report_t *self, const store_fact_t *fact, char text[REPORT_CELL])
{
    char low[64], high[64];

    self->request->numbers.value(low, sizeof(low), fact->unit, fact->accept_low);
    self->request->numbers.value(high, sizeof(high), fact->unit, fact->accept_high);
    if (isnan(fact->accept_low)) {
        (void) snprintf(text, REPORT_CELL, "at most %s", high);
    } else if (isnan(fact->accept_high)) {
        (void) snprintf(text, REPORT_CELL, "at least %s", low);
    } else {
        (void) snprintf(text, REPORT_CELL, "%s to %s", low, high);
    }
}

static void
put_fact(report_t *self, const store_fact_t *fact)
{
    char text[REPORT_CELL], value[64];

    html_row_open(self->out);
    html_row_head(self->out, "%s", fact->name);
    html_words(self->out, "%s", fact->plan);
    self->request->numbers.value(value, sizeof(value), fact->unit, fact->value);
    html_number(self->out, "%s", value);
    accepted(self, fact, text);
    html_number(self->out, "%s", text);
    self->request->numbers.interval(text, sizeof(text), fact->unit, fact->estimate, fact->low, fact->high);
    html_number(self->out, "%s", text);
    html_words(self->out, "%s", fact->verdict);
    html_words(self->out, "%s%s%s", fact->source, fact->quality[0] != '\0' ? " Grade " : "", fact->quality);
    html_row_close(self->out);
}

static void
put_facts(report_t *self, const store_fact_t *fact, size_t n)
{
    static const char *const HEAD[] = { "What was published", "Plan", "Published", "Accepted", "Simulated", "Verdict",
        "Source" };
    size_t inside = 0, out_of = 0;

    for (size_t i = 0; i < n; i++) {
        inside += strcmp(fact[i].verdict, "inside") == 0;
        out_of += strcmp(fact[i].verdict, "left out") != 0;
    }
    html_element(self->out, "p",
        "%zu of the %zu published facts that this run can be held against lie inside what is accepted. \"Not sure\": more "
        "replications would tell. A fact that was used to fit the model shows that the fit holds; only one that was held back "
        "tests it.",
        inside, out_of);
    html_table_open(self->out, "Published facts and what was simulated");
    html_row_open(self->out);
    for (size_t i = 0; i < sizeof(HEAD) / sizeof(HEAD[0]); i++) {
        html_column(self->out, "%s", HEAD[i]);
    }
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(fact[i].verdict, "left out") != 0) {
            put_fact(self, &fact[i]);
        }
    }
    html_table_close(self->out);
}

int
report_facts(report_t *self)
{
    static const report_figure_t FIGURE = { .figure = "facts", .caption = "Published facts and what was simulated" };
    store_fact_t *fact = NULL;
    size_t n = 0;
    int ret = store_facts(self->results, &n, &fact);

    if (ret == 0) {
        put_facts(self, fact, n);
        ret = report_figure(self, &FIGURE,
            "Each published fact with its accepted range, and what was simulated; the "
            "table above has the numbers.");
    }
    free(fact);
    return ret;
}

/* ---- assumptions ---- */

bool
report_has_parameters(report_t *self)
{
    return self->contents->n_parameters > 0;
}

/* An assumed number, and the ground it rests on: of one that was worked out from others, the ground of the first of them. */
typedef struct {
    const store_parameter_t *parameter;
    const char *ground;
} assumed_t;

/* "a; b" rests on "a". */
static bool
rests_on(const char *source, const char *ground)
{
    size_t n = strlen(ground);

    return n > 0 && strncmp(source, ground, n) == 0 && (source[n] == '\0' || source[n] == ';');
}

static void
find_grounds(assumed_t *assumed, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assumed[i].ground = assumed[i].parameter->source;
        for (size_t k = 0; k < n; k++) {
            const char *other = assumed[k].parameter->source;

            if (rests_on(assumed[i].parameter->source, other) && strlen(other) < strlen(assumed[i].ground)) {
                assumed[i].ground = other;
            }
        }
    }
}

/* By ground; first those that rest on it alone. */
static int
by_ground(const void *a, const void *b)
{
    const assumed_t *x = a, *y = b;
    int order = strcmp(x->ground, y->ground);
    size_t n = strlen(x->parameter->source), m = strlen(y->parameter->source);

    return order != 0 ? order : n != m ? (n > m) - (n < m) : strcmp(x->parameter->path, y->parameter->path);
}

static void
put_value(report_t *self, const store_parameter_t *parameter)
{
    if (isnan(parameter->value)) {
        html_say(self->out, "%s", parameter->text);
    } else {
        html_say(self->out, "%.6g%s%s", parameter->value, parameter->unit[0] != '\0' ? " " : "", parameter->unit);
    }
}

static const char *
ground_words(const char *ground)
{
    return ground[0] == '\0'                   ? "no reason is given"
           : strcmp(ground, "assumption") == 0 ? "defaults of the model; docs/reference.md says what each is"
                                               : ground;
}

/* The numbers that rest on one ground. */
static void
put_assumption(report_t *self, const assumed_t *assumed, size_t n, size_t number)
{
    FILE *out = self->out;

    html_row_open(out);
    html_row_head(out, "%zu", number);
    html_words(out, "%s", ground_words(assumed[0].ground));
    html_number(out, "%zu", n);
    (void) fputs("<td>", out);
    for (size_t i = 0; i < n && i < PATHS_MOST; i++) {
        (void) fputs(i > 0 ? ", <code>" : "<code>", out);
        html_text(out, assumed[i].parameter->path);
        (void) fputs("</code> ", out);
        put_value(self, assumed[i].parameter);
    }
    if (n > PATHS_MOST) {
        html_say(out, " and %zu more", n - PATHS_MOST);
    }
    (void) fputs("</td><td></td>", out);
    html_row_close(out);
}

static void
put_assumptions(report_t *self, const assumed_t *assumed, size_t n)
{
    size_t number = 1, next;

    html_table_open(self->out, "Assumptions, by what they rest on");
    html_row_open(self->out);
    html_column(self->out, "No.");
    html_column(self->out, "What is assumed, and on what ground");
    html_column(self->out, "Numbers");
    html_column(self->out, "Which");
    html_column(self->out, "Reviewed by, and what was found");
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t first = 0; first < n; first = next) {
        for (next = first + 1; next < n && strcmp(assumed[next].ground, assumed[first].ground) == 0;) {
            next++;
        }
        put_assumption(self, assumed + first, next - first, number++);
    }
    html_table_close(self->out);
}

static size_t
find_assumed(const report_t *self, assumed_t *assumed, size_t *defaults)
{
    size_t n = 0;

    *defaults = 0;
    for (size_t i = 0; i < self->contents->n_parameters; i++) {
        const store_parameter_t *parameter = &self->contents->parameter[i];

        if (IS_ASSUMED(parameter) && !isnan(parameter->value)) {
            assumed[n++].parameter = parameter;
            *defaults += strcmp(parameter->origin, "default") == 0;
        }
    }
    find_grounds(assumed, n);
    qsort(assumed, n, sizeof(*assumed), by_ground);
    return n;
}

bool
report_has_assumptions(report_t *self)
{
    for (size_t i = 0; i < self->contents->n_parameters; i++) {
        if (IS_ASSUMED(&self->contents->parameter[i]) && !isnan(self->contents->parameter[i].value)) {
            return true;
        }
    }
    return false;
}

int
report_assumptions(report_t *self)
{
    assumed_t *assumed = calloc(self->contents->n_parameters + 1, sizeof(*assumed));
    size_t n, defaults;

    if (assumed == NULL) {
        return report_no_memory(self);
    }
    n = find_assumed(self, assumed, &defaults);
    html_element(self->out, "p",
        "Numbers that nobody has measured (grade E): %zu, gathered by the ground that is given for each. %zu of them are defaults of the "
        "model that the scenario does not change. The last column is for those who review them.",
        n, defaults);
    put_assumptions(self, assumed, n);
    free(assumed);
    return 0;
}

/* ---- parameters ---- */

/* Letters of a path that name its room: "pools" of "pools.core.units", with the scenario's name before it. */
static size_t
room_of(const char *path)
{
    return strcspn(path, ".");
}

static void
put_parameter(report_t *self, const store_parameter_t *parameter)
{
    char low[64] = "", high[64] = "";

    if (!isnan(parameter->low)) {
        (void) snprintf(low, sizeof(low), "%.4g", parameter->low);
    }
    if (!isnan(parameter->high)) {
        (void) snprintf(high, sizeof(high), "%.4g", parameter->high);
    }
    html_row_open(self->out);
    html_row_head(self->out, "%s", parameter->path);
    (void) fputs("<td>", self->out);
    put_value(self, parameter);
    (void) fputs("</td>", self->out);
    html_number(self->out, "%s%s%s%s%s", low, low[0] != '\0' || high[0] != '\0' ? " to " : "", high,
        parameter->range[0] != '\0' ? ", " : "", parameter->range);
    html_words(self->out, "%s", IS_ASSUMED(parameter) ? "E: assumption" : parameter->quality);
    html_words(self->out, "%s", parameter->source);
    html_words(self->out, "%s", parameter->origin);
    html_row_close(self->out);
}

static size_t
put_room(report_t *self, size_t first)
{
    static const char *const HEAD[] = { "Name", "Value", "Range", "Grade", "Source", "Where it was given" };
    const store_parameter_t *parameter = self->contents->parameter;
    size_t n = room_of(parameter[first].path), end = first;
    char caption[200];

    while (end < self->contents->n_parameters && room_of(parameter[end].path) == n &&
           strncmp(parameter[end].path, parameter[first].path, n) == 0) {
        end++;
    }
    (void) snprintf(caption, sizeof(caption), "Parameters: %.*s", (int) (n < 100 ? n : 100), parameter[first].path);
    (void) fputs("<details>\n<summary>", self->out);
    html_say(self->out, "%.*s (%zu)", (int) (n < 100 ? n : 100), parameter[first].path, end - first);
    (void) fputs("</summary>\n", self->out);
    html_table_open(self->out, caption);
    html_row_open(self->out);
    for (size_t i = 0; i < sizeof(HEAD) / sizeof(HEAD[0]); i++) {
        html_column(self->out, "%s", HEAD[i]);
    }
    html_row_close(self->out);
    html_table_body(self->out);
    for (size_t i = first; i < end; i++) {
        put_parameter(self, &parameter[i]);
    }
    html_table_close(self->out);
    (void) fputs("</details>\n", self->out);
    return end;
}

int
report_parameters(report_t *self)
{
    static const char GRADE[] = "ABCDE";
    size_t n[sizeof(GRADE)] = { 0 };

    for (size_t i = 0; i < self->contents->n_parameters; i++) {
        const char *at = strchr(GRADE, self->contents->parameter[i].quality[0]);

        n[at != NULL && *at != '\0' ? (size_t) (at - GRADE) : sizeof(GRADE) - 1]++;
    }
    html_element(self->out, "p",
        "%zu parameters: %zu of grade A (official statistics), %zu B (research), %zu C (evaluations and documents), %zu D (single sources), "
        "%zu E (assumptions), and %zu without a grade (names, dates, the shape of the model). Ranges come with the evidence: of uncertainty, of spread between places, or of a trend.",
        self->contents->n_parameters, n[0], n[1], n[2], n[3], n[4], n[5]);
    for (size_t i = 0; i < self->contents->n_parameters;) {
        i = put_room(self, i);
    }
    return 0;
}
