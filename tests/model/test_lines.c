/*
 * Budget lines: what a line has pays the posts of its pools. Nothing that happens to a line leaves everything as it was without
 * lines, more money never means fewer posts, a shift moves money and makes none, and every penny is spent or shown as unspent.
 */
#include "models/ledger.h"
#include "tests/model/fixture.h"

#define ONE_LINE                                                                                                       \
    "town.money.base_per_year = nil\n"                                                                                 \
    "town.lines = { { name = 'all', pools = { 'triage', 'urgent', 'brief', 'core', 'neuro' },\n"                       \
    "  per_year = pounds(1150000) } }\n"
/* Uneven sums, so that rounding has something to do. */
#define THREE_LINES                                                                                                        \
    "town.money.base_per_year = nil\n"                                                                                     \
    "town.lines = {\n"                                                                                                     \
    "  { name = 'specialist', lot = 'clinical', pools = { 'triage', 'urgent', 'core' }, per_year = pounds(750000.37) },\n" \
    "  { name = 'early', lot = 'early', pools = { 'brief' }, per_year = pounds(200000.21) },\n"                            \
    "  { name = 'neuro', lot = 'clinical', pools = { 'neuro' }, per_year = pounds(199999.42) },\n"                         \
    "}\n"

static void
run_town(const char *text, const char *const *set, size_t n, const char *plan, area_t *area, care_model_t *model,
    sim_book_t *book)
{
    area_load(area, text, set, n);
    area_model(area, plan, model);
    area_run(model, 0, false, book);
}

static void
end_town(area_t *area, care_model_t *model, sim_book_t *book)
{
    sim_book_free(book);
    care_model_free(model);
    area_free(area);
}

/* Every count of every group but the accounts, to the last bit. */
static void
assert_same_books(sim_book_t *a, sim_book_t *b, size_t *n)
{
    *n = 0;
    for (size_t g = 0; g < a->n_groups; g++) {
        size_t other = book_group(b, a->group[g].name);

        for (size_t c = 0; c < CARE_COUNT_TERMS; c++) { /* the others are of lines */
            for (size_t m = 0; m < a->n_months; m++) {
                double x = *sim_book_at(a, (int) c, g, m), y = *sim_book_at(b, (int) c, other, m);

                if (memcmp(&x, &y, sizeof(x)) != 0) {
                    fail_msg("%s, counter %zu, month %zu: %.17g and %.17g", a->group[g].name, c, m, x, y);
                }
                *n += x != 0;
            }
        }
    }
}

/* Lines whose money stays as it is change nothing: one line for all under a plan that takes staff from core, three under none. */
static void
test_lines_nothing_happens(void **state)
{
    static const struct {
        const char *text, *plan;
    } row[] = { { TOWN_BEGIN ONE_LINE TOWN_END, "specialist" }, { TOWN_BEGIN THREE_LINES TOWN_END, "none" } };
    const char *const set[] = { "years=2" };
    area_t area[2];
    care_model_t model[2];
    sim_book_t book[2];
    size_t n;

    (void) state;
    for (size_t i = 0; i < 2; i++) {
        run_town(TOWN_BEGIN TOWN_END, set, 1, row[i].plan, &area[0], &model[0], &book[0]);
        run_town(row[i].text, set, 1, row[i].plan, &area[1], &model[1], &book[1]);
        assert_true(area[1].spec->money.base_per_year == 1150000);
        assert_same_books(&book[0], &book[1], &n);
        assert_true(n > 10000);
        end_town(&area[0], &model[0], &book[0]);
        end_town(&area[1], &model[1], &book[1]);
    }
}

static int64_t
pence(double pounds)
{
    return llround(pounds * 100);
}

static double
month_of(sim_book_t *book, int counter, const char *group, size_t m)
{
    return book_sum(book, counter, group, m, m + 1);
}

/* In each month what a line spends and does not spend is its money, and the lines add up to the whole. */
static void
assert_balanced(const care_model_t *model, sim_book_t *book)
{
    const care_spec_t *spec = model->spec;
    char group[SIM_NAME_MAX + 8];

    for (size_t m = 0; m < book->n_months; m++) {
        int64_t cost = 0, unspent = 0, before = 0;

        for (size_t l = 0; l < spec->n_lines; l++) {
            int64_t to_here = care_budget_month(&model->budget, l + 1, &model->calendar, m);

            (void) snprintf(group, sizeof(group), "line=%s", spec->line[l].name);
            assert_int_equal(pence(month_of(book, CARE_COUNT_COST, group, m)) +
                                 pence(month_of(book, CARE_COUNT_UNSPENT, group, m)),
                to_here - before);
            assert_true(pence(month_of(book, CARE_COUNT_UNSPENT, group, m)) >= 0);
            cost += pence(month_of(book, CARE_COUNT_COST, group, m));
            unspent += pence(month_of(book, CARE_COUNT_UNSPENT, group, m));
            before = to_here;
        }
        assert_int_equal(cost, pence(month_of(book, CARE_COUNT_COST, "all", m)));
        assert_int_equal(unspent, pence(month_of(book, CARE_COUNT_UNSPENT, "all", m)));
    }
}

/*
 * A quarter of the neurodevelopmental line's money goes on 1 March 2026: its posts go the same day. Twice the rest comes on 1 July:
 * posts follow 122 days later, on 31 October, and what was paid for them until then is unspent.
 */
static void
test_lines_steps(void **state)
{
    const char *const set[] = { "years=2" };
    area_t area;
    care_model_t model;
    sim_book_t book;
    double money = 199999.42 * 0.75;

    (void) state;
    run_town(TOWN_BEGIN THREE_LINES
        "town.lines[3].steps = { { from = '2026-03-01', times = 0.75 }, { from = '2026-07-01', add = pounds(149999.57) } }\n" TOWN_END,
        set, 1, "none", &area, &model, &book);
    for (size_t m = 0; m < 24; m++) {
        double units = m < 6 ? 1.9 : m < 13 ? 1.9 * 0.75 : 1.9 * 1.5;

        if (m == 13) {
            continue; /* October 2026: they come on its last day or the first of the next */
        }
        assert_true(fabs(month_of(&book, SIM_COUNT_UNITS, "pool=neuro", m) - units) < 1e-6);
        assert_true(month_of(&book, SIM_COUNT_UNITS, "pool=core", m) == 5.9);
    }
    assert_true(book_sum(&book, CARE_COUNT_UNSPENT, "line=neuro", 0, 10) == 0);
    assert_between("unspent for three months and 29.8 days of October, 1.5 hours less",
        book_sum(&book, CARE_COUNT_UNSPENT, "line=neuro", 10, 24) / (money / 12), 3 + 29.7 / 31, 3 + 29.9 / 31);
    assert_true(fabs(month_of(&book, CARE_COUNT_VACANT, "line=neuro", 11) - 1.9 * 0.75) < 1e-6);
    assert_true(month_of(&book, CARE_COUNT_VACANT, "line=neuro", 23) < 1e-9);
    assert_balanced(&model, &book);
    end_town(&area, &model, &book);
}

/*
 * Money grows by 3% a year and prices by 3%: posts stay. Money stays and prices grow: posts fall by as much, and the money is spent.
 * Growth is at the contract year, and of further posts after the recruitment time.
 */
static void
test_lines_prices(void **state)
{
    static const char *const grow[] = { "years=3", "money.price_growth=0.03" };
    area_t area;
    care_model_t model;
    sim_book_t book;

    (void) state;
    run_town(TOWN_BEGIN THREE_LINES "town.lines[1].growth = 0.03; town.lines[2].growth = 0.0609\n" TOWN_END, grow, 2,
        "none", &area, &model, &book);
    for (size_t m = 0; m < 36; m++) {
        double years = floor((double) m / 12), prices = pow(1.03, years);

        assert_true(fabs(month_of(&book, SIM_COUNT_UNITS, "pool=core", m) - 5.9) < 1e-6);
        assert_true(fabs(month_of(&book, SIM_COUNT_UNITS, "pool=neuro", m) - 1.9 / prices) < 1e-6);
        if (m % 12 < 3 || m % 12 > 4) { /* early: 6.09% against 3% is 3% more posts, four months later */
            double more = m % 12 < 3 ? fmax(years - 1, 0) : years;

            assert_true(fabs(month_of(&book, SIM_COUNT_UNITS, "pool=brief", m) - 2.4 * pow(1.03, more)) < 1e-6);
        }
    }
    assert_true(fabs(book_sum(&book, CARE_COUNT_COST, "line=specialist", 24, 36) - 750000.37 * 1.03 * 1.03) < 0.02);
    assert_true(fabs(book_sum(&book, CARE_COUNT_COST, "line=neuro", 24, 36) - 199999.42) < 0.005);
    assert_true(book_sum(&book, CARE_COUNT_UNSPENT, "line=neuro", 0, 36) == 0);
    assert_balanced(&model, &book);
    end_town(&area, &model, &book);
}

/* Where no line pays a pool, it follows the service's growth, less that of prices, as it does without lines. */
static void
test_lines_unpaid_pools(void **state)
{
    static const char *const grow[] = { "years=2", "money.price_growth=0.02", "money.base_growth=0.1" };
    area_t area;
    care_model_t model;
    sim_book_t book;

    (void) state;
    for (int lines = 0; lines < 2; lines++) {
        run_town(lines ? TOWN_BEGIN THREE_LINES "town.lines[3].pools = {}\n" TOWN_END : TOWN_BEGIN TOWN_END, grow, 3,
            "none", &area, &model, &book);
        assert_true(month_of(&book, SIM_COUNT_UNITS, "pool=neuro", 11) == 1.9);
        assert_true(fabs(month_of(&book, SIM_COUNT_UNITS, "pool=neuro", 12) - 1.9 * 1.1 / 1.02) < 1e-9);
        end_town(&area, &model, &book);
    }
}

/* What is taken for management is spent, and does not change posts; a post costs what prices say. */
static void
test_lines_management(void **state)
{
    static const char *const set[] = { "years=2", "money.price_growth=0.1" };
    area_t area;
    care_model_t model;
    sim_book_t book;

    (void) state;
    run_town(TOWN_BEGIN THREE_LINES "for _, line in ipairs(town.lines) do line.management = 0.0824 end\n" TOWN_END, set,
        2, "specialist", &area, &model, &book);
    assert_true(fabs(book_sum(&book, CARE_COUNT_MANAGEMENT, "all", 0, 12) - 1150000 * 0.0824) < 0.2);
    assert_true(fabs(book_sum(&book, CARE_COUNT_MANAGEMENT, "lot=clinical", 0, 12) - 949999.79 * 0.0824) < 0.2);
    assert_true(month_of(&book, SIM_COUNT_UNITS, "pool=neuro", 0) == 1.9);
    assert_true(fabs(month_of(&book, CARE_COUNT_POSTS, "all", 11) - 200000.0 / 95000) < 1e-6);
    assert_true(fabs(month_of(&book, CARE_COUNT_POSTS, "all", 12) - 200000.0 / 104500) < 1e-6);
    end_town(&area, &model, &book);
}

/* More money never means fewer units, in any month, of the line's pools; of the other pools' it changes nothing. */
static void
test_lines_more_money(void **state)
{
    static const double add[] = { -700000, -90000, -1, 0, 1, 90000, 400000 };
    const char *const pool[] = { "pool=triage", "pool=urgent", "pool=core" };
    double before[3][24] = { { 0 } };

    (void) state;
    for (size_t i = 0; i < sizeof(add) / sizeof(add[0]); i++) {
        char step[64];
        const char *const set[] = { "years=2", "scale=0.5", "money.price_growth=0.03", step };
        area_t area;
        care_model_t model;
        sim_book_t book;

        (void) snprintf(step, sizeof(step), "lines.specialist.steps.1.add=%g", add[i]);
        run_town(TOWN_BEGIN THREE_LINES
            "town.lines[1].steps = { { from = '2026-02-10', add = pounds(0) }, { from = '2026-06-01', times = 0.9 } }\n" TOWN_END,
            set, 4, "none", &area, &model, &book);
        for (size_t m = 0; m < 24; m++) {
            for (size_t p = 0; p < 3; p++) {
                double units = month_of(&book, SIM_COUNT_UNITS, pool[p], m);

                assert_true(units >= before[p][m] - 1e-12);
                assert_true(add[i] < 100 || m < 12 || units > before[p][m] * 1.01);
                before[p][m] = units;
            }
            assert_true(fabs(month_of(&book, SIM_COUNT_UNITS, "pool=neuro", m) - (m < 12 ? 0.95 : 0.95 / 1.03)) < 1e-6);
        }
        assert_balanced(&model, &book);
        end_town(&area, &model, &book);
    }
}

/* Four moves of 5% of the specialist line's first-year money to early help: to the penny as much in every month as without. */
static void
test_lines_shift(void **state)
{
    static const char *const set[] = { "years=5" };
    const char *const shift = TOWN_BEGIN THREE_LINES
        "for _, line in ipairs(town.lines) do line.growth = 0.0213 end\n"
        "town.shifts = { { from_line = 'specialist', to_line = 'early', share_per_year = 0.05, from = '2026-03-17', years = 4 } }\n" TOWN_END;
    const char *const stays =
        TOWN_BEGIN THREE_LINES "for _, line in ipairs(town.lines) do line.growth = 0.0213 end\n" TOWN_END;
    area_t area[2];
    care_model_t model[2];
    sim_book_t book;

    (void) state;
    area_load(&area[0], stays, set, 1);
    area_model(&area[0], "none", &model[0]);
    run_town(shift, set, 1, "none", &area[1], &model[1], &book);
    for (size_t m = 0; m < 60; m++) {
        assert_int_equal(care_budget_month(&model[0].budget, 3, &model[0].calendar, m),
            care_budget_month(&model[1].budget, 3, &model[1].calendar, m));
    }
    assert_balanced(&model[1], &book);
    assert_int_equal(model[1].budget.funding[2].day - model[1].budget.funding[1].day,
        168);                        /* 17 March to 1 September */
    for (size_t i = 1; i < 3; i++) { /* the first move, and the growth of what has moved */
        int64_t moved = pence(750000.37 * 0.05);

        assert_in_range(model[1].budget.funding[i].pence[0],
            llround((double) (pence(750000.37) - moved) * (i == 1 ? 1 : 1.0213)) - 1,
            llround((double) (pence(750000.37) - moved) * (i == 1 ? 1 : 1.0213)) + 1);
    }
    assert_true(month_of(&book, SIM_COUNT_UNITS, "pool=core", 6) < 5.9 * 0.951);
    assert_true(month_of(&book, SIM_COUNT_UNITS, "pool=brief", 6) == 2.4);
    assert_true(month_of(&book, SIM_COUNT_UNITS, "pool=brief", 11) > 2.4 * 1.18);
    end_town(&area[1], &model[1], &book);
    care_model_free(&model[0]);
    area_free(&area[0]);
}

/* Servers come and go whole, and what comes back after it went is what there was. */
static void
test_lines_servers(void **state)
{
    area_t area;
    care_model_t model;
    sim_book_t book;
    const char *const set[] = { "years=2", "workforce.recruit_days=0" };

    (void) state;
    run_town(TOWN_BEGIN THREE_LINES
        "town.build = function(s)\n"
        "  local rows = camhs.build(s)\n"
        "  rows.pools[#rows.pools + 1] = pool { name = 'desk', kind = 'servers', units = 5 }\n"
        "  return rows\n"
        "end\n"
        "town.lines[3].pools[2] = 'desk'\n"
        "town.lines[3].steps = { { from = '2025-10-01', times = 0.87 }, { from = '2025-11-01', times = 0.87 },\n"
        "  { from = '2025-12-01', times = 1 / 0.87 / 0.87 } }\n" TOWN_END,
        set, 2, "none", &area, &model, &book);
    assert_true(month_of(&book, SIM_COUNT_UNITS, "pool=desk", 0) == 5);
    assert_true(month_of(&book, SIM_COUNT_UNITS, "pool=desk", 1) == 4);
    assert_true(month_of(&book, SIM_COUNT_UNITS, "pool=desk", 2) == 4);
    assert_true(month_of(&book, SIM_COUNT_UNITS, "pool=desk", 3) == 5);
    end_town(&area, &model, &book);
}

/* What each line takes of a year's money is its own, within a penny a change, whatever the lines, steps and shifts. */
static void
test_lines_random_budgets(void **state)
{
    static care_spec_t spec; /* large */
    sim_calendar_t calendar;
    uint64_t draw = 1;

    (void) state;
    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 2025, 4, 1 }, 3652), 0);
    for (int trial = 0; trial < 500; trial++) {
        care_budget_fault_t fault;
        care_budget_t budget;

#define DRAW(n) ((draw = draw * 6364136223846793005u + 1442695040888963407u), (size_t) ((draw >> 33) % (n)))
        care_spec_init(&spec);
        spec.n_lines = 1 + DRAW(CARE_LINES_MAX);
        for (size_t l = 0; l < spec.n_lines; l++) {
            care_line_t *line = &spec.line[l];

            line->per_year = 1000 + (double) DRAW(100000000) / 100;
            line->growth = (double) DRAW(100) / 1000;
            line->n_steps = DRAW(5);
            for (size_t i = 0; i < line->n_steps; i++) {
                double day = 700.0 * (double) i + (double) DRAW(700);
                double amount = i % 2 == 0 ? (double) DRAW(200) / 100 : (double) DRAW(100000);

                line->step[i] = (care_line_step_t){ day, i % 2 == 0, amount };
            }
        }
        spec.n_shifts = spec.n_lines > 1 ? DRAW(3) : 0;
        for (size_t s = 0; s < spec.n_shifts; s++) {
            double day = (double) DRAW(3000);

            spec.shift[s] = (care_shift_t){ s, 1 - s, 0.01, day, 1 + DRAW(4) };
        }
        if (care_budget_init(&budget, &spec, &calendar, &fault) != 0) {
            assert_true(fault.pounds_per_year < 0);
            continue;
        }
        for (size_t l = 0; l < spec.n_lines; l++) {
            double exact = 0, had = 0;

            for (size_t i = 0; i < budget.n; i++) {
                long end = i + 1 < budget.n ? budget.funding[i + 1].day : 3652;

                for (long day = budget.funding[i].day; day < end; day++) {
                    size_t m = sim_calendar_month(&calendar, (double) day);

                    exact += (double) budget.funding[i].pence[l] / 12 /
                             (calendar.month_first[m + 1] - calendar.month_first[m]);
                }
            }
            for (size_t m = 0; m < calendar.n_months; m++) {
                had += (double) (care_budget_month(&budget, l + 1, &calendar, m) -
                                 care_budget_month(&budget, l, &calendar, m));
            }
            assert_true(fabs(had - exact) <= 2.0 * (double) budget.n);
        }
        care_budget_free(&budget);
    }
    sim_calendar_free(&calendar);
}

/* Lua that spoils the town, and what is said of it; the last of the town's lines is line 37 of the text. */
static void
test_lines_errors(void **state)
{
#define LINES(more) TOWN_BEGIN THREE_LINES more TOWN_END
    static const struct {
        const char *text, *set, *error;
    } row[] = {
        { LINES("town.lines[2].pools = { 'breif' }\n"), NULL,
            "line \"early\": there is no pool \"breif\" (did you mean 'brief'?)" },
        { LINES("town.lines[2].pools = { 'core' }\n"), NULL,
            "line \"early\": the line \"specialist\" pays the pool \"core\" already" },
        { LINES("town.lines[2].pools = { 'brief', 'brief' }\n"), NULL, "pays the pool \"brief\" already" },
        { LINES("town.lines[2].name = 'neuro'\n"), NULL, "line \"neuro\": the name is used twice" },
        { LINES("town.lines[2].per_year = pounds(-1)\n"), NULL,
            "line \"early\": 'per_year' must be 0 or more pounds/year; -1 pounds was given" },
        { LINES("town.lines[2].per_year = pounds(0)\n"), NULL,
            "line \"early\": a line that pays pools must have money in the first year" },
        { LINES("town.lines[2].per_year = nil\n"), NULL, "line \"early\": 'per_year' is missing" },
        { LINES("town.lines[2].poolz = {}\n"), NULL, "unknown field 'poolz' (did you mean 'pools'?)" },
        { LINES("town.lines[2].management = 1.5\n"), NULL, "'management' must be between 0 and 1; 1.5 was given" },
        { LINES("town.lines[2].steps = { { from = '2025-08-31', times = 2 } }\n"), NULL,
            "line \"early\", step 1: 'from' is before the start of the run" },
        { LINES("town.lines[2].steps = { { from = '2026-08-31', times = 2 }, { from = '2026-08-30', times = 2 } }\n"),
            NULL, "line \"early\", step 2: 'steps' must be in the order of their dates" },
        { LINES("town.lines[2].steps = { { from = '2026-08-31' } }\n"), NULL,
            "line \"early\", step 1: a step needs one of 'add', 'times' and 'to'" },
        { LINES("town.lines[2].steps = { { from = '2026-08-31', add = pounds(1), times = 2 } }\n"), NULL,
            "a step needs one of 'add', 'times' and 'to'" },
        { LINES(
              "town.lines[2].steps = { { from = '2026-03-01', add = pounds(-150000) }, { from = '2026-04-01', add = pounds(-60000) } }\n"),
            NULL, "line \"early\", step 2: takes more than there is: -9999.79 pounds a year would be left" },
        { LINES(
              "town.shifts = { { from_line = 'special', to_line = 'early', share_per_year = 0.1, from = '2026-01-01', years = 2 } }\n"),
            NULL, "shift 1: there is no line \"special\" (did you mean 'specialist'?)" },
        { LINES(
              "town.shifts = { { from_line = 'early', to_line = 'early', share_per_year = 0.1, from = '2026-01-01', years = 2 } }\n"),
            NULL, "shift 1: 'from_line' and 'to_line' are one line" },
        { LINES(
              "town.shifts = { { from_line = 'early', to_line = 'neuro', share_per_year = 0.1, from = '2025-01-01', years = 2 } }\n"),
            NULL, "shift 1: 'from' is before the start of the run" },
        { LINES(
              "town.years = 4; town.shifts = { { from_line = 'early', to_line = 'neuro', share_per_year = 0.4, from = '2026-01-01', years = 3 } }\n"),
            NULL, "shift 1: takes more than there is: the line \"early\" would be left with -40000.03 pounds a year" },
        { LINES("town.money.base_per_year = pounds(1149999)\n"), NULL,
            "money: 'base_per_year' is 1149999.00 pounds, but the lines have 1150000.00 in the first year: leave it out" },
        { LINES("town.lines = {}\n"), NULL, "'lines' is empty" },
        { LINES(""), "lines.earlier.per_year=5", "did you mean 'early'?" },
    };

    (void) state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        area_t area = { .text = row[i].text };
        scn_reader_t reader = { area_read, &area };
        const scn_message_t *message = NULL;
        size_t n, found = 0;

        if (scn_load(&reader, "test.lua", &row[i].set, row[i].set != NULL, NULL, &area.scenario) != SIM_ERR_SCENARIO) {
            fail_msg("not refused: %s", row[i].error);
        }
        n = scn_errors(area.scenario, &message);
        for (size_t k = 0; k < n; k++) {
            found += strstr(message[k].text, row[i].error) != NULL;
            assert_true(row[i].set != NULL || (strcmp(message[k].file, "test.lua") == 0 && message[k].line > 20));
        }
        if (found != 1 || n != 1) { /* one mistake, one message */
            print_message("    expected: %s\n", row[i].error);
            for (size_t k = 0; k < n; k++) {
                print_message("    %s:%d: %s\n", message[k].file, message[k].line, message[k].text);
            }
            fail();
        }
        scn_free(area.scenario);
    }
}

/* The ledger of a run is of the money that there was: each line's, month by month, and of its funders alone. */
static void
test_lines_ledger(void **state)
{
    const char *const set[] = { "years=2", "money.price_growth=0.03" };
    care_ledger_t ledger = { .entry = NULL };
    const care_how_t how = { .seed = 1, .warmup_days = -1, .ledger = &ledger };
    care_effort_t effort;
    area_t area;
    care_model_t model;
    sim_book_t book;

    (void) state;
    area_load(&area, TOWN_BEGIN THREE_LINES "town.lines[2].management = 0.1\n" TOWN_END, set, 2);
    area_model(&area, "traded", &model);
    assert_int_equal(care_model_run_as(&model, &how, &book, &effort), 0);
    assert_int_equal(ledger.n_units, 4); /* three lines and the plan */
    assert_int_equal(care_ledger_verify(&ledger, ledger.n_months), 0);
    for (size_t m = 0; m < 24; m++) {
        int64_t given = 0;

        for (size_t l = 0; l < 3; l++) {
            given += care_ledger_funded(&ledger, l, m);
            assert_int_equal(given, care_budget_month(&model.budget, l + 1, &model.calendar, m));
            assert_int_equal(care_ledger_funded(&ledger, l, m),
                care_ledger_entry(&ledger, l, CARE_ACC_FUNDER + CARE_FUNDER_COMMISSIONER, m).credit);
        }
        assert_int_equal(care_ledger_entry(&ledger, 3, CARE_ACC_TRADED, m).credit,
            pence(month_of(&book, CARE_COUNT_SCHOOL_PAID, "all", m)));
        assert_int_equal(care_ledger_entry(&ledger, 1, CARE_ACC_MANAGEMENT, m).debit,
            pence(month_of(&book, CARE_COUNT_MANAGEMENT, "line=early", m)));
    }
    care_ledger_free(&ledger);
    end_town(&area, &model, &book);
}

int
main(void)
{
    const struct CMUnitTest test[] = {
        cmocka_unit_test(test_lines_nothing_happens),
        cmocka_unit_test(test_lines_steps),
        cmocka_unit_test(test_lines_prices),
        cmocka_unit_test(test_lines_unpaid_pools),
        cmocka_unit_test(test_lines_management),
        cmocka_unit_test(test_lines_more_money),
        cmocka_unit_test(test_lines_shift),
        cmocka_unit_test(test_lines_servers),
        cmocka_unit_test(test_lines_random_budgets),
        cmocka_unit_test(test_lines_errors),
        cmocka_unit_test(test_lines_ledger),
    };

    return cmocka_run_group_tests(test, NULL, NULL);
}
