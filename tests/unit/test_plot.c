/*
 * Figures: their texts, where labels go, and the files that are made of a results file with plausible, made-up numbers.
 *
 * Called as `test_plot results FILE CASE` it only writes such a file, for tests of the command: case 0 has eight plans
 * and five replications, 1 one plan and one replication, 2 a plain network, 3 hostile names.
 */
#include "plots/axis.h"
#include "plots/job.h"
#include "plots/place.h"
#include "plots/plot.h"
#include "plots/script.h"
#include "sim/store/flow.h"
#include "sim/store/store.h"

#include "models/care.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define N_OF(x) (sizeof(x) / sizeof((x)[0]))

/* ---- a results file ---- */

enum { CASE_EIGHT, CASE_ONE, CASE_NETWORK, CASE_HOSTILE, CASES };

static const store_plan_t PLAN[] = {
    { "none", "Today's service", "#7f7f7f", "", "kent" },
    { "specialist", "More posts in core", "#000000", "", "kent" },
    { "in_school", "A worker in school", "#d55e00", "", "kent" },
    { "training", "Training for school staff", "#e69f00", "", "kent" },
    { "spoa", "Single point of access", "#0072b2", "", "kent" },
    { "traded", "Schools buy", "#cc79a7", "", "kent" },
    { "cluster", "Clusters of schools", "#009e73", "", "kent" },
    { "tiered", "Universal tiers", "#56b4e9", "", "kent" },
};

#define HOSTILE "it's `touch hacked` $(touch hacked) \"a\\\" {/Bold b} _c ^d @e %s\n|<&> \xff\xc3\xa9"

static const store_plan_t HOSTILE_PLAN[] = {
    { "none", "'; system('touch hacked'); '", "red", "", "kent" },
    { "quote'\"`touch hacked`", "{/Bold=99 x", "#7f7f7f", "", "kent" },
    { "back\\slash_^@&<>", "%s%d%n\nplot x", "#7f7f7f", "", "kent" },
};

static const sim_group_t GROUP[] = {
    { "all", SIM_BY_ALL },
    { "source=school", SIM_BY_DIMS },
    { "source=school_gp", SIM_BY_DIMS },
    { "quintile=1", SIM_BY_DIMS },
    { "quintile=2", SIM_BY_DIMS },
    { "quintile=3", SIM_BY_DIMS },
    { "quintile=4", SIM_BY_DIMS },
    { "quintile=5", SIM_BY_DIMS },
    { "pool=`touch hacked` '%s%d{/Bold x}\n_^@", SIM_BY_POOL },
};

/* Group 0 has every period, the others the whole run. */
static size_t
make_cells(size_t n_kpis, size_t n_periods, const sim_period_t *period, sim_cell_t *cell)
{
    size_t n = 0;

    for (size_t k = 0; k < n_kpis; k++) {
        for (size_t g = 0; g < N_OF(GROUP); g++) {
            for (size_t p = 0; p < n_periods; p++) {
                if (g == 0 || period[p].kind == SIM_PERIOD_ALL) {
                    cell[n++] = (sim_cell_t){ (uint16_t) k, (uint16_t) g, (int32_t) p };
                }
            }
        }
    }
    return n;
}

/* How much a plan does, and a number in [-1, 1] for each replication. */
static double
effect(size_t plan)
{
    static const double EFFECT[] = { 0, 1, 0.55, 0.3, 0.35, 0.5, 0.62, 0.68 };

    return EFFECT[plan % N_OF(EFFECT)];
}

static double
noise(size_t rep, size_t cell)
{
    return sin((double) rep * 12.9898 + (double) cell * 0.7 + 1);
}

static bool
starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static double
share_by(double days, double mean)
{
    return 1 - exp(-days / mean);
}

static double
flow(const char *kpi, size_t group, double e)
{
    static const struct {
        const char *name;
        double a_year, change;
    } FLOW[] = { { "concerns", 31000, 0.1 }, { "consultations", 900, 6 }, { "handled_in_school", 16400, 0.4 },
        { "school_nhs_referrals", 9100, -0.15 }, { "referrals", 24000, -0.1 }, { "accepted", 17000, 0.02 },
        { "first_contacts", 12000, 0.12 }, { "second_contacts", 9000, 0.12 }, { "left_waiting", 5000, -0.1 },
        { "cost_pounds", 49.4e6, 0.05 } };

    for (size_t i = 0; i < N_OF(FLOW); i++) {
        if (strcmp(FLOW[i].name, kpi) == 0) {
            return FLOW[i].a_year * (1 + FLOW[i].change * e) * (group == 0 ? 1 : group == 1 ? 0.12 : 0.16);
        }
    }
    return NAN;
}

static double
value_of(const sim_kpi_t *kpi, size_t group, const sim_period_t *period, size_t plan, double noise_at)
{
    double e = effect(plan), years = (double) (period->end_month - period->first_month) / 12;

    if (strcmp(kpi->name, "waiting") == 0) {
        return 9000 + (4500 - 9000 * e) * (1 - exp(-(double) period->end_month / 40)) + 150 * noise_at;
    }
    if (starts(kpi->name, "seen_within_") || starts(kpi->name, "open_within_")) {
        return fmin(1,
            share_by(atof(kpi->name + 12) * 7, (kpi->name[0] == 's' ? 150 : 320) * (1 - 0.5 * e)) + 0.003 * noise_at);
    }
    if (strcmp(kpi->name, "cohort_seen_18w") == 0) {
        return 0.41 + 0.09 * e - 0.01 * (group >= 3 ? (double) (5 - (double) (group - 3)) : 2.5) + 0.004 * noise_at;
    }
    if (strcmp(kpi->name, "coverage_schools_share") == 0) {
        return plan == 5 ? 0.2 + 0.06 * (double) group : plan < 2 ? 0 : fmin(1, 0.3 + 0.1 * (double) plan);
    }
    if (strcmp(kpi->name, "extra_spent_pounds") == 0) {
        return plan == 0 ? 0 : (2.45e6 + 4e4 * noise_at - 2e5 * (plan == 5)) * years;
    }
    if (strcmp(kpi->name, "school_paid_pounds") == 0) {
        return plan == 5 ? 1.1e6 * years : plan == 7 ? 0.4e6 * years : 0;
    }
    return flow(kpi->name, group, e) * years * (1 + 0.01 * noise_at);
}

/* The number present of plan p in span i of 40 is i + p; plan 0 never settles, the others after 30 days. */
#define N_SPANS 40

static void
put_series(store_writer_t *writer, size_t n_plans, double days)
{
    char settled[64] = "never";

    for (size_t p = 0; p < n_plans; p++) {
        for (size_t i = 0; i < N_SPANS; i++) {
            const store_span_t span = { .plan = p,
                .span = i,
                .from_day = days * (double) i / N_SPANS,
                .to_day = days * (double) (i + 1) / N_SPANS,
                .kpi = "present",
                .estimate = (double) (i + p),
                .low = NAN,
                .high = NAN,
                .reps = 2 };

            assert_int_equal(store_put_span(writer, &span), 0);
        }
        if (p > 0) {
            (void) strcat(settled, ",30");
        }
    }
    assert_int_equal(store_put_manifest(writer, "settled_days", settled), 0);
    assert_int_equal(store_put_manifest(writer, "warmup_days", "0"), 0);
}

/* Fact i of n is published as 10 (i + 1); simulated is 10% more, but for the second, which is outside. */
static void
put_facts(store_writer_t *writer, size_t n, bool hostile)
{
    for (size_t i = 0; i < n; i++) {
        char name[64];
        double value = (i == 4 ? -10.0 : 10.0) * (double) (i + 1);
        const store_fact_t fact = { .scenario = "kent",
            .name = hostile ? HOSTILE : name,
            .kpi = i % 2 == 0 ? "waiting"
                   : hostile  ? HOSTILE
                              : "contacts",
            .plan = "none",
            .group = "all",
            .period = "y1",
            .unit = "spells",
            .as = "",
            .versus = "",
            .versus_group = "",
            .versus_period = "",
            .value = i == 3 ? 0 : value,
            .accept_low = (value < 0 ? 1.2 : 0.8) * value,
            .accept_high = i == 2 || i == 4 ? NAN : 1.2 * value,
            .quality = "A",
            .source = "a paper",
            .estimate = (i == 1 ? 2 : 1.1) * value,
            .low = value,
            .high = (i == 1 ? 2.1 : 1.2) * value,
            .reps = 5,
            .verdict = i == 1 ? "OUTSIDE" : "inside",
            .reps_needed = NAN };

        (void) snprintf(name, sizeof(name), "fact %zu", i + 1);
        assert_int_equal(store_put_fact(writer, &fact), 0);
    }
}

static void
put_records(store_writer_t *writer, const store_layout_t *layout, uint32_t n_reps)
{
    double *value = calloc(layout->n_cells, sizeof(*value));

    for (uint32_t rep = 0; rep < n_reps; rep++) {
        for (uint32_t arm = 0; arm < layout->n_plans; arm++) {
            exp_record_t record = { .index = rep * layout->n_plans + arm,
                .arm = arm,
                .rep = rep,
                .message = "",
                .n_values = layout->n_cells,
                .value = value };

            for (size_t i = 0; i < layout->n_cells; i++) {
                const sim_cell_t *cell = &layout->cell[i];

                value[i] = value_of(&layout->kpi[cell->kpi], cell->group, &layout->period[cell->period], arm,
                    noise(rep, i + arm));
            }
            assert_int_equal(store_put_record(writer, &record), 0);
        }
    }
    free(value);
}

/* A school, a door, two teams, a way back and a way over several layers. */
static void
put_pathway(store_writer_t *writer, size_t n_plans, bool hostile)
{
    const char *odd = hostile ? HOSTILE : "choice";
    const store_stage_t stage[] = { { 0, "school", "" }, { 0, "door", "" }, { 0, odd, "core" }, { 0, "closing", "" },
        { 0, "away", "" } };
    const store_route_t route[] = { { 0, true, "school", "", "school", 1 }, { 0, false, "school", "direct", "door", 1 },
        { 0, false, "door", "register", odd, 0.7 }, { 0, false, "door", "signpost", "away", 0.3 },
        { 0, false, "away", "done", "door", 0.2 }, { 0, false, odd, "done", "closing", 1 },
        { 0, false, "school", "support", "closing", 0.5 }, { 0, false, "closing", "done", "", 1 },
        { 0, true, "gp", "", "door", 1 } };

    assert_int_equal(store_flow_begin(writer), 0);
    for (size_t p = 0; p < n_plans; p++) {
        for (size_t i = 0; i < N_OF(stage); i++) {
            store_stage_t row = stage[i];

            row.plan = p;
            assert_int_equal(store_put_stage(writer, &row), 0);
        }
        for (size_t i = 0; i < N_OF(route); i++) {
            store_route_t row = route[i];

            row.plan = p;
            assert_int_equal(store_put_route(writer, &row), 0);
        }
    }
}

static void
make_results(const char *path, int which)
{
    const store_target_t target = { .path = path, .force = true };
    bool hostile = which == CASE_HOSTILE, network = which == CASE_NETWORK;
    uint32_t n_reps = which == CASE_ONE ? 1 : 10;
    char reps_done[16];
    sim_calendar_t calendar;
    sim_period_t *period;
    store_writer_t *writer;
    store_fault_t fault;
    store_layout_t layout = { .n_plans = which == CASE_EIGHT ? 8
                                         : hostile           ? 3
                                                             : 1,
        .plan = hostile ? HOSTILE_PLAN : PLAN,
        .kpi = network ? SIM_KPIS : CARE_KPIS,
        .n_kpis = network ? SIM_N_KPIS : CARE_N_KPIS,
        .n_groups = N_OF(GROUP),
        .group = GROUP,
        .calendar = &calendar };
    sim_cell_t *cell;

    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 2025, 9, 1 }, which == CASE_EIGHT ? 3652 : 731), 0);
    assert_int_equal(sim_periods(&calendar, &layout.n_periods, &period), 0);
    cell = calloc(layout.n_kpis * N_OF(GROUP) * layout.n_periods, sizeof(*cell));
    layout.period = period;
    layout.cell = cell;
    layout.n_cells = make_cells(layout.n_kpis, layout.n_periods, period, cell);
    assert_int_equal(store_writer_create(&writer, &target, &fault), 0);
    assert_int_equal(store_put_layout(writer, &layout), 0);
    assert_int_equal(store_put_manifest(writer, "title",
                         hostile ? HOSTILE : "Kent & Medway, ten years from September 2025"),
        0);
    (void) snprintf(reps_done, sizeof(reps_done), "%u", n_reps);
    assert_int_equal(store_put_manifest(writer, "reps_done", reps_done), 0);
    put_records(writer, &layout, n_reps);
    if (!network) {
        put_pathway(writer, layout.n_plans, hostile);
        put_series(writer, layout.n_plans, (double) calendar.n_days);
        put_facts(writer, which == CASE_EIGHT ? 50 : 5, hostile);
    }
    assert_int_equal(store_put_estimates(writer, n_reps), 0);
    assert_int_equal(store_writer_finish(writer), 0);
    store_writer_free(writer);
    free(cell);
    free(period);
    sim_calendar_free(&calendar);
}

/* ---- texts ---- */

static void
assert_clean(const char *text, const char *expected)
{
    char *clean = plot_clean(text);

    assert_string_equal(clean, expected);
    free(clean);
}

static void
test_plot_clean(void **state)
{
    (void) state;
    assert_clean("", "");
    assert_clean("a\nb\tc\x7f"
                 "d",
        "a b c d");
    assert_clean("\xc2\xa3"
                 "5 \xe2\x80\xa6 \xf0\x9f\x98\x80",
        "\xc2\xa3"
        "5 \xe2\x80\xa6 \xf0\x9f\x98\x80");
    assert_clean("\xff\xc3", "??");
    assert_clean("\xc0\xaf\x80\x80", "????");
    assert_clean("\xc0\xaf \xed\xa0\x80 \xe2\x80", "?? ??? ??");
}

static void
test_plot_cut(void **state)
{
    char text[32] = "\xc2\xa3\xc2\xa3\xc2\xa3\xc2\xa3";

    (void) state;
    plot_cut(text, 4);
    assert_int_equal(plot_length(text), 4);
    plot_cut(text, 3);
    assert_string_equal(text, "\xc2\xa3\xc2\xa3\xe2\x80\xa6");
}

static void
test_plot_quote(void **state)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    (void) state;
    plot_quote(out, "it's\n`x` \\");
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "'it''s `x` \\'");
    free(text);
}

static void
test_plot_step(void **state)
{
    static const double MAX[] = { 0.03, 1, 7, 6.0, 12, 13, 9999, 13800, 5e7 };

    (void) state;
    assert_float_equal(plot_step(6, 6), 1, 1e-12);
    assert_float_equal(plot_step(13800, 6), 5000, 1e-9);
    for (size_t i = 0; i < N_OF(MAX); i++) {
        double step = plot_step(MAX[i], 6);

        assert_true(MAX[i] / step <= 6 + 1e-6);
        assert_true(MAX[i] / step > 6 / 2.5 - 1e-6);
    }
}

/* ---- places ---- */

static void
test_plot_spread(void **state)
{
    const double apart[] = { 30, 10, 20 }, same[] = { 50, 50, 50 }, low[] = { 1, NAN, 0 }, crowd[] = { 5, 5, 5, 5 };
    double to[4];

    (void) state;
    assert_int_equal(plot_spread(3, apart, 5, 0, 100, to), 0);
    assert_true(to[0] == 30 && to[1] == 10 && to[2] == 20);
    assert_int_equal(plot_spread(3, same, 10, 0, 100, to), 0);
    assert_true(to[0] == 40 && to[1] == 50 && to[2] == 60);
    assert_int_equal(plot_spread(3, low, 10, 0, 100, to), 0);
    assert_true(to[2] == 0 && to[0] == 10 && isnan(to[1]));
    assert_int_equal(plot_spread(3, same, 10, 0, 55, to), 0);
    assert_true(to[0] == 35 && to[2] == 55);
    assert_int_equal(plot_spread(4, crowd, 10, 0, 20, to), 0);
    assert_true(to[0] == 0 && to[3] == 30);
    assert_int_equal(plot_spread(0, same, 10, 0, 55, to), 0);
}

static bool
boxes_meet(const plot_box_t *a, const plot_box_t *b)
{
    return a->left < b->right && b->left < a->right && a->bottom < b->top && b->bottom < a->top;
}

/* Eight plans that cost the same and do nearly the same: the worst of what is usual. */
static void
test_plot_place(void **state)
{
    const plot_box_t area = { 70, 880, 82, 485 };
    plot_label_t label[8];
    plot_box_t point[8];

    (void) state;
    for (size_t i = 0; i < N_OF(label); i++) {
        double y = 300 + 4 * (double) i;

        label[i] = (plot_label_t){ .x = 800, .y = y, .width = 150, .height = 17 };
        point[i] = (plot_box_t){ i == 3 ? 770 : 794, 806, y - 6, y + 6 };
    }
    plot_place(N_OF(label), label, N_OF(point), point, &area);
    for (size_t i = 0; i < N_OF(label); i++) {
        plot_box_t box = plot_label_box(&label[i]);

        assert_true(box.left >= area.left && box.right <= area.right && box.bottom >= area.bottom &&
                    box.top <= area.top);
        for (size_t j = 0; j < N_OF(label); j++) {
            plot_box_t other = plot_label_box(&label[j]);

            assert_false(j != i && boxes_meet(&box, &other));
            assert_false(boxes_meet(&box, &point[j]));
        }
    }
}

/* ---- figures ---- */

typedef struct {
    char directory[64];
    store_reader_t *reader;
    plot_fault_t fault;
} place_t;

static void
begin(place_t *self, int which)
{
    char path[128];
    store_fault_t fault;

    memset(self, 0, sizeof(*self));
    (void) snprintf(self->directory, sizeof(self->directory), "/tmp/test_plot_XXXXXX");
    assert_non_null(mkdtemp(self->directory));
    (void) snprintf(path, sizeof(path), "%s/results.db", self->directory);
    make_results(path, which);
    assert_int_equal(store_reader_open(&self->reader, path, &fault), 0);
    assert_int_equal(unlink(path), 0);
}

/* What the figure is asked for, when it has to be. */
typedef struct {
    const char *figure, *kpi, *group, *by, *plans;
} asked_t;

static int
make_asked(place_t *self, const asked_t *asked, const char *name, bool force)
{
    char out[160];
    const char *format = strrchr(name, '.') + 1;
    const plot_request_t request = { .results = self->reader,
        .figure = plot_find(asked->figure),
        .plans = asked->plans,
        .kpi = asked->kpi,
        .group = asked->group,
        .by = asked->by,
        .templates = "plots",
        .out = out,
        .format = format,
        .force = force };

    (void) snprintf(out, sizeof(out), "%s/%s", self->directory, name);
    self->fault.text[0] = '\0';
    return plot_make(&request, &self->fault);
}

static int
make(place_t *self, const char *figure, const char *name, const char *plans, bool force)
{
    unsigned takes = plot_find(figure)->takes;
    const asked_t asked = { figure, takes & PLOT_TAKES_KPI ? "cohort_seen_18w" : NULL, NULL,
        takes & PLOT_TAKES_BY ? "quintile" : NULL, plans };

    return make_asked(self, &asked, name, force);
}

/* Size of a file in the directory, which it removes; -1 when it is not there. */
static long
take(const place_t *self, const char *name)
{
    char path[160];
    struct stat info;

    (void) snprintf(path, sizeof(path), "%s/%s", self->directory, name);
    if (stat(path, &info) != 0) {
        return -1;
    }
    assert_int_equal(unlink(path), 0);
    return (long) info.st_size;
}

/* Nothing must be left. */
static void
end(place_t *self)
{
    store_reader_free(self->reader);
    assert_int_equal(rmdir(self->directory), 0);
}

static void
assert_made(place_t *self, const char *figure, const char *format)
{
    char name[64];

    (void) snprintf(name, sizeof(name), "%s.%s", figure, format);
    if (make(self, figure, name, NULL, false) != 0) {
        fail_msg("%s: %s", name, self->fault.text);
    }
    assert_true(take(self, name) > 3000);
    (void) snprintf(name, sizeof(name), "%s.gp", figure);
    assert_true(take(self, name) > 1000);
    (void) snprintf(name, sizeof(name), "%s.dat", figure);
    assert_true(take(self, name) > 50);
}

/* Figures that a single replication of a single plan cannot have. */
static bool
needs_more(const char *figure)
{
    static const char *const MORE[] = { "gain", "fan", "converge", "waterfall" };
    bool found = false;

    for (size_t i = 0; i < N_OF(MORE); i++) {
        found = found || strcmp(MORE[i], figure) == 0;
    }
    return found;
}

static void
test_plot_make(void **state)
{
    (void) state;
    for (int which = 0; which < CASES; which++) {
        place_t place;

        begin(&place, which);
        for (size_t i = 0; i < PLOT_N_FIGURES; i++) {
            if (which == CASE_NETWORK) {
                bool takes = PLOT_FIGURES[i].takes != 0;

                assert_int_equal(make(&place, PLOT_FIGURES[i].name, "a.svg", NULL, false),
                    takes ? SIM_ERR_BAD_PARAM : SIM_ERR_NOT_FOUND);
                assert_non_null(strstr(place.fault.text, takes ? "no measure" : PLOT_FIGURES[i].name));
            } else if (which == CASE_ONE && needs_more(PLOT_FIGURES[i].name)) {
                assert_int_equal(make(&place, PLOT_FIGURES[i].name, "a.svg", NULL, false), SIM_ERR_NOT_FOUND);
                assert_non_null(strstr(place.fault.text, PLOT_FIGURES[i].name));
            } else {
                assert_made(&place, PLOT_FIGURES[i].name, "svg");
            }
        }
        end(&place);
        assert_int_not_equal(access("hacked", F_OK), 0);
    }
}

static void
test_plot_formats(void **state)
{
    place_t place;

    (void) state;
    begin(&place, CASE_EIGHT);
    for (size_t i = 0; i < PLOT_N_FORMATS; i++) {
        assert_made(&place, "list", PLOT_FORMATS[i]);
    }
    end(&place);
}

static char *
read_text(const place_t *self, const char *name)
{
    static char text[20000];
    char path[160];
    FILE *file;
    size_t n;

    (void) snprintf(path, sizeof(path), "%s/%s", self->directory, name);
    file = fopen(path, "r");
    assert_non_null(file);
    n = fread(text, 1, sizeof(text) - 1, file);
    assert_int_equal(fclose(file), 0);
    text[n] = '\0';
    return text;
}

/* A straight line is its own moving average, up to the last window (2 spans of 40 on either side). */
static void
test_plot_welch(void **state)
{
    unsigned lines = 0, known = 0;
    place_t place;
    char *text;

    (void) state;
    begin(&place, CASE_EIGHT);
    assert_int_equal(make(&place, "welch", "a.svg", "none", false), 0);
    text = read_text(&place, "a.dat");
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        double at, present;
        char average[32];

        if (line[0] == '#') {
            continue;
        }
        assert_int_equal(sscanf(line, "%lf\t%lf\t%31s", &at, &present, average), 3);
        assert_true(fabs(present - lines) < 1e-9);
        assert_true(fabs(at - (lines + 0.5) * 3652 / N_SPANS / 365.25) < 1e-6); /* ten years: in years */
        if (strcmp(average, "NaN") != 0) {
            assert_true(fabs(atof(average) - lines) < 1e-9);
            known++;
        }
        lines++;
    }
    assert_int_equal(lines, N_SPANS);
    assert_int_equal(known, N_SPANS - 2);
    text = read_text(&place, "a.gp");
    assert_non_null(strstr(text, "Settled[1] = [NaN]"));
    assert_non_null(strstr(text, ": not settled within half the run'"));
    assert_non_null(strstr(text, "x_title = 'years since the start'"));
    assert_null(strstr(text, "95% intervals"));
    assert_int_equal(make(&place, "welch", "a.svg", NULL, true), 0);
    text = read_text(&place, "a.gp");
    assert_non_null(strstr(text, "Settled[8] = [NaN, 0.08213552"));
    assert_non_null(strstr(text, ": settled after 0.0821 years'"));
    assert_true(take(&place, "a.svg") > 3000 && take(&place, "a.gp") > 0 && take(&place, "a.dat") > 0);
    end(&place);
}

static void
test_plot_welch_errors(void **state)
{
    place_t place;

    (void) state;
    begin(&place, CASE_NETWORK);
    assert_int_equal(make(&place, "welch", "a.svg", NULL, false), SIM_ERR_NOT_FOUND);
    assert_non_null(strstr(place.fault.text, "run with --series"));
    end(&place);
}

/* ---- one measure, and facts ---- */

static void
test_plot_axis(void **state)
{
    static const struct {
        double least, most, low, high;
    } ROW[] = { { 0, 13800, 0, 14000 }, { 9000, 13800, 9000, 14000 }, { 2000, 13800, 0, 14000 },
        { 0.38, 0.41, 0.38, 0.41 }, { -5, 12, -6, 12 }, { -12, -2, -12, 0 }, { 0, 0, 0, 0.5 }, { 100, 100, 95, 105 } };

    (void) state;
    for (size_t i = 0; i < N_OF(ROW); i++) {
        plot_axis_t axis = plot_axis(ROW[i].least, ROW[i].most, 10);

        assert_float_equal(axis.low, ROW[i].low, 1e-9);
        assert_float_equal(axis.high, ROW[i].high, 1e-9);
    }
    for (double least = 1e-6; least < 1e6; least *= 1.7) {
        for (double span = 1; span < 1e5; span *= 3.1) {
            plot_axis_t axis = plot_axis_log(least, least * span);

            assert_true(axis.low <= least * (1 + 1e-8) && axis.high >= least * span * (1 - 1e-8));
            assert_true(axis.low > least / 2.6 && axis.high < 2.6 * least * (span > 2.6 ? span : 2.6));
        }
    }
}

/* The n-th number of the line of a data file that begins with `first` and a tab. */
static double
number_of(const char *text, const char *first, int n)
{
    char begin_line[32];
    const char *at;

    (void) snprintf(begin_line, sizeof(begin_line), "\n%s\t", first);
    at = strstr(text, begin_line);
    assert_non_null(at);
    for (at++; n > 0; n--) {
        at = strchr(at, '\t') + 1;
    }
    return atof(at);
}

static unsigned
count_lines(char *text)
{
    unsigned n = 0;

    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        n += line[0] != '#';
    }
    return n;
}

static void
take_all(const place_t *place)
{
    assert_true(take(place, "a.svg") > 3000 && take(place, "a.gp") > 0 && take(place, "a.dat") > 0);
}

/* Numbers waiting move by month; shares are the same in every month but for noise, so they are shown by year. */
static void
test_plot_trend(void **state)
{
    const asked_t waiting = { "trend", "waiting", NULL, NULL, "tiered" };
    const asked_t seen = { "trend", "cohort_seen_18w", NULL, NULL, "none" };
    place_t place;
    store_row_t row;
    char *text;

    (void) state;
    begin(&place, CASE_EIGHT);
    assert_int_equal(make_asked(&place, &waiting, "a.svg", false), 0);
    text = read_text(&place, "a.dat");
    assert_int_equal(store_get(place.reader, "tiered", "waiting", "all", "2025-09", &row), 0);
    assert_true(fabs(number_of(text, "15", 1) - row.estimate) < 1e-5);
    assert_true(fabs(number_of(text, "15", 3) - row.high) < 1e-5);
    assert_int_equal(count_lines(text), 120);
    text = read_text(&place, "a.gp");
    assert_non_null(strstr(text, "title = 'waiting, by month'"));
    assert_non_null(strstr(text, "xtics add ('2027' 487)"));
    assert_int_equal(make_asked(&place, &seen, "a.svg", true), 0);
    text = read_text(&place, "a.dat");
    assert_int_equal(store_get(place.reader, "none", "cohort_seen_18w", "all", "y2", &row), 0);
    assert_true(fabs(number_of(text, "547.5", 1) - row.estimate) < 1e-9);
    assert_int_equal(count_lines(text), 10);
    assert_non_null(strstr(read_text(&place, "a.gp"), "title = 'cohort\\_seen\\_18w, by contract year'"));
    take_all(&place);
    end(&place);
}

static void
test_plot_groups(void **state)
{
    const asked_t quintile = { "groups", "cohort_seen_18w", NULL, "quintile", "traded" };
    const asked_t pool = { "groups", "cohort_seen_18w", NULL, "pool", NULL };
    place_t place;
    store_row_t row;
    char *text;

    (void) state;
    begin(&place, CASE_EIGHT);
    assert_int_equal(make_asked(&place, &quintile, "a.svg", false), 0);
    text = read_text(&place, "a.dat");
    assert_int_equal(store_get(place.reader, "traded", "cohort_seen_18w", "quintile=4", "all", &row), 0);
    assert_true(fabs(number_of(text, "4", 1) - row.estimate) < 1e-9 && fabs(number_of(text, "4", 2) - row.low) < 1e-9);
    assert_int_equal(count_lines(text), 5);
    assert_non_null(strstr(read_text(&place, "a.gp"),
        "Level[n_levels] = ['1 (most deprived)', '2', '3', '4', '5 (least deprived)']"));
    assert_int_equal(make_asked(&place, &pool, "a.svg", true), 0);
    assert_int_not_equal(access("hacked", F_OK), 0); /* the pool has a hostile name */
    take_all(&place);
    end(&place);
}

/* What is missing, not there, or not for the figure. */
static void
test_plot_asked_errors(void **state)
{
    static const struct {
        asked_t asked;
        int error;
        const char *words;
    } ROW[] = { { { .figure = "trend" }, SIM_ERR_BAD_PARAM, "needs --kpi" },
        { { .figure = "trend", .kpi = "x" }, SIM_ERR_BAD_PARAM, "no measure 'x'" },
        { { .figure = "trend", .kpi = "waiting", .by = "quintile" }, SIM_ERR_BAD_PARAM, "takes no --by" },
        { { .figure = "trend", .kpi = "waiting", .group = "quintile=1" }, SIM_ERR_NOT_FOUND,
            "neither by month nor by whole contract year" },
        { { .figure = "groups", .kpi = "waiting" }, SIM_ERR_BAD_PARAM, "needs --by" },
        { { .figure = "groups", .kpi = "waiting", .by = "quint" }, SIM_ERR_BAD_PARAM,
            "no dimension 'quint' (they have source, quintile, pool)" },
        { { .figure = "groups", .kpi = "load", .by = "quintile" }, SIM_ERR_BAD_PARAM, "no measure 'load'" },
        { { .figure = "groups", .kpi = "equity_ratio", .by = "quintile" }, SIM_ERR_NOT_FOUND,
            "do not have 'equity_ratio' by quintile, nor by any other dimension" } };
    place_t place;

    (void) state;
    begin(&place, CASE_ONE);
    for (size_t i = 0; i < N_OF(ROW); i++) {
        assert_int_equal(make_asked(&place, &ROW[i].asked, "a.svg", false), ROW[i].error);
        assert_non_null(strstr(place.fault.text, ROW[i].words));
    }
    end(&place);
}

/* Few facts are rows, as shares of what was published, without the one of which 0 was. */
static void
test_plot_facts_rows(void **state)
{
    place_t place;
    char *text;

    (void) state;
    begin(&place, CASE_ONE);
    assert_int_equal(make(&place, "facts", "a.svg", NULL, false), 0);
    text = read_text(&place, "a.dat");
    assert_true(fabs(number_of(text, "2", 4) - 2) < 1e-9 && fabs(number_of(text, "2", 6) - 2.1) < 1e-9);
    assert_true(fabs(number_of(text, "2", 2) - 0.8) < 1e-9);
    assert_true(number_of(text, "2", 7) == 1 && number_of(text, "1", 7) == 0);
    assert_true(number_of(text, "3", 3) > 2); /* no upper bound: as far as the axis goes */
    assert_true(number_of(text, "4", 2) < 0.8 && fabs(number_of(text, "4", 3) - 1.2) < 1e-9); /* -50, at least -60 */
    assert_int_equal(count_lines(text), 4);
    text = read_text(&place, "a.gp");
    assert_non_null(strstr(text, "4 of 5 inside what is accepted'"));
    assert_non_null(strstr(text, "rows = 1\n"));
    assert_non_null(strstr(text, "dropped = 1\n"));
    assert_non_null(strstr(text, "'40 (20)'"));
    take_all(&place);
    end(&place);
}

static void
test_plot_facts_points(void **state)
{
    place_t place;
    char *text;

    (void) state;
    begin(&place, CASE_EIGHT);
    assert_int_equal(make(&place, "facts", "a.svg", NULL, false), 0);
    text = read_text(&place, "a.dat");
    assert_true(number_of(text, "50", 1) == 500 && fabs(number_of(text, "50", 4) - 550) < 1e-9);
    assert_true(number_of(text, "49", 8) == 1 && number_of(text, "50", 8) == 2);
    text = read_text(&place, "a.gp");
    assert_non_null(strstr(text, "rows = 0\n"));
    assert_non_null(strstr(text, "Kind[n_kinds] = ['waiting', 'contacts']"));
    take_all(&place);
    end(&place);
}

static void
test_plot_facts_errors(void **state)
{
    place_t place;

    (void) state;
    begin(&place, CASE_NETWORK);
    assert_int_equal(make(&place, "facts", "a.svg", NULL, false), SIM_ERR_NOT_FOUND);
    assert_non_null(strstr(place.fault.text, "hold none"));
    end(&place);
    begin(&place, CASE_EIGHT);
    assert_int_equal(make(&place, "facts", "a.svg", "tiered", false), SIM_ERR_NOT_FOUND);
    assert_non_null(strstr(place.fault.text, "none of the 50 facts"));
    end(&place);
}

/* Names that gnuplot or a shell would take for a command. */
static void
test_plot_names(void **state)
{
    static const char *const NAME[] = { "|touch hacked; '\"`touch hacked`.svg", "<touch hacked.svg", "-e.svg",
        "a b.c.svg" };
    static const char *const KEPT[][2] = { { "|touch hacked; '\"`touch hacked`.gp",
                                               "|touch hacked; '\"`touch hacked`.dat" },
        { "<touch hacked.gp", "<touch hacked.dat" }, { "-e.gp", "-e.dat" }, { "a b.c.gp", "a b.c.dat" } };
    place_t place;

    (void) state;
    begin(&place, CASE_ONE);
    for (size_t i = 0; i < N_OF(NAME); i++) {
        assert_int_equal(make(&place, "list", NAME[i], NULL, false), 0);
        assert_true(take(&place, NAME[i]) > 3000);
        assert_true(take(&place, KEPT[i][0]) > 0 && take(&place, KEPT[i][1]) > 0);
    }
    assert_int_equal(make(&place, "list", "a\nb.svg", NULL, false), SIM_ERR_BAD_PARAM);
    end(&place);
}

/* The script of one format serves the next; one that someone changed is not overwritten. */
static void
test_plot_exists(void **state)
{
    char path[160];
    place_t place;
    FILE *file;

    (void) state;
    begin(&place, CASE_ONE);
    assert_int_equal(make(&place, "waits", "a.svg", NULL, false), 0);
    assert_int_equal(make(&place, "waits", "a.svg", NULL, false), SIM_ERR_EXISTS);
    assert_int_equal(make(&place, "waits", "a.png", NULL, false), 0);
    assert_true(take(&place, "a.png") > 3000);
    (void) snprintf(path, sizeof(path), "%s/a.gp", place.directory);
    file = fopen(path, "a");
    assert_non_null(file);
    (void) fputs("# mine\n", file);
    (void) fclose(file);
    assert_int_equal(make(&place, "waits", "a.png", NULL, false), SIM_ERR_EXISTS);
    assert_int_equal(take(&place, "a.png"), -1);
    assert_int_equal(make(&place, "waits", "a.png", NULL, true), 0);
    assert_true(take(&place, "a.png") > 3000 && take(&place, "a.svg") > 3000);
    assert_true(take(&place, "a.gp") > 0 && take(&place, "a.dat") > 0);
    end(&place);
}

static void
test_plot_errors(void **state)
{
    char *path = strdup(getenv("PATH"));
    place_t place;

    (void) state;
    assert_null(plot_find("lists"));
    begin(&place, CASE_ONE);
    assert_int_equal(make(&place, "list", "a.svg", "none,tired", false), SIM_ERR_BAD_PARAM);
    assert_non_null(strstr(place.fault.text, "'tired'"));
    assert_int_equal(make(&place, "list", "a.svg", "", false), SIM_ERR_BAD_PARAM);
    assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);
    assert_int_equal(make(&place, "list", "a.svg", NULL, false), SIM_ERR_UNSUPPORTED);
    assert_non_null(strstr(place.fault.text, "gnuplot-nox"));
    assert_int_equal(setenv("PATH", path, 1), 0);
    assert_true(take(&place, "a.gp") > 1000 && take(&place, "a.dat") > 50);
    assert_int_equal(take(&place, "a.svg"), -1);
    end(&place);
    free(path);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plot_clean),
        cmocka_unit_test(test_plot_cut),
        cmocka_unit_test(test_plot_quote),
        cmocka_unit_test(test_plot_step),
        cmocka_unit_test(test_plot_spread),
        cmocka_unit_test(test_plot_place),
        cmocka_unit_test(test_plot_make),
        cmocka_unit_test(test_plot_formats),
        cmocka_unit_test(test_plot_welch),
        cmocka_unit_test(test_plot_welch_errors),
        cmocka_unit_test(test_plot_axis),
        cmocka_unit_test(test_plot_trend),
        cmocka_unit_test(test_plot_groups),
        cmocka_unit_test(test_plot_asked_errors),
        cmocka_unit_test(test_plot_facts_rows),
        cmocka_unit_test(test_plot_facts_points),
        cmocka_unit_test(test_plot_facts_errors),
        cmocka_unit_test(test_plot_names),
        cmocka_unit_test(test_plot_exists),
        cmocka_unit_test(test_plot_errors),
    };

    if (argc == 4 && strcmp(argv[1], "results") == 0) {
        make_results(argv[2], atoi(argv[3]));
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
