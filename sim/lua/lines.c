/*
 * The budget lines of a scenario, with their dated steps, and the shifts of money between them.
 *
 * Invariant: the line that is being read is the last of the spec; what is left of every line over the run is looked at once all has
 * been read (scn_check_lines), with where each row was written.
 */
#include "sim/lua/loader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define POUNDS_MAX 1e11

static void
keep_spot(const scn_at_t *at, scn_spot_t *spot)
{
    *spot = (scn_spot_t){ at->file, at->line };
}

/* ---- steps ---- */

/* NaN: not given. */
typedef struct {
    double from_day, add, times, to;
} step_row_t;

static void
step_from(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    step_row_t *step = row;

    if (scn_any_day(ld, at, &step->from_day) && step->from_day < 0.0) {
        scn_fault(ld, at, "'from' is before the start of the run");
    }
}

static void
step_add(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("pounds/year", -POUNDS_MAX, POUNDS_MAX);
    step_row_t *step = row;

    (void) scn_number(ld, at, &want, &step->add);
}

static void
step_to(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("pounds/year", 0.0, POUNDS_MAX);
    step_row_t *step = row;

    (void) scn_number(ld, at, &want, &step->to);
}

static const scn_field_t LINE_STEP_FIELD[] = {
    { "from", SCN_SPECIAL, 0, 0, true, 0, NULL, step_from, "date or time", "From this day on." },
    { "add", SCN_SPECIAL, 0, 0, false, 0, NULL, step_add, "pounds a year",
        "Added to the line's money; below 0: withdrawn." },
    { "times", SCN_NUMBER, 0, 1000, false, offsetof(step_row_t, times), NULL, NULL, NULL,
        "Or: the line's money is multiplied by this." },
    { "to", SCN_SPECIAL, 0, 0, false, 0, NULL, step_to, "pounds a year",
        "Or: the line's money is this from then on, such as that of a financial year." },
};
const scn_room_t SCN_LINE_STEP = { "step", COUNT_OF(LINE_STEP_FIELD), LINE_STEP_FIELD };

static void
read_step(scn_loader_t *ld, const scn_at_t *at, care_line_t *line)
{
    step_row_t row = { NAN, NAN, NAN, NAN };
    double before = line->n_steps > 0 ? line->step[line->n_steps - 1].from_day : 0.0;
    care_line_step_t *step = &line->step[line->n_steps];

    scn_row(ld, at, &SCN_LINE_STEP, &row);
    if (isnan(row.add) + isnan(row.times) + isnan(row.to) != 2) {
        scn_fault(ld, at, "a step needs one of 'add', 'times' and 'to'");
    }
    if (row.from_day >= 0.0 && row.from_day < before) {
        scn_fault(ld, at, "'steps' must be in the order of their dates");
    }
    *step = (care_line_step_t){ floor(row.from_day), CARE_STEP_TO, row.to };
    if (!isnan(row.add)) {
        *step = (care_line_step_t){ floor(row.from_day), CARE_STEP_ADD, row.add };
    } else if (!isnan(row.times)) {
        *step = (care_line_step_t){ floor(row.from_day), CARE_STEP_TIMES, row.times };
    }
    line->n_steps++;
}

/* ---- lines ---- */

static void
line_pools(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_line_t *line = row;
    long n = scn_array(ld, at, CARE_LINE_POOLS_MAX);
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        char name[SIM_NAME_MAX];
        int other;

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "pool", &item);
        if (scn_name(ld, &item, name)) {
            scn_refer(ld, at, name, true);
            other = care_line_of(ld->spec, name);
            if (other >= 0) {
                scn_fault(ld, at, "the line \"%s\" pays the pool \"%s\" already", ld->spec->line[other].name, name);
            }
            memcpy(line->pool[line->n_pools++], name, sizeof(name));
        }
        lua_pop(ld->L, 1);
    }
}

static void
line_per_year(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("pounds/year", 0.0, POUNDS_MAX);
    care_line_t *line = row;

    (void) scn_number(ld, at, &want, &line->per_year);
}

static void
line_growth(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("share/year", -0.5, 1.0);
    care_line_t *line = row;

    (void) scn_number(ld, at, &want, &line->growth);
}

static void
line_steps(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_line_t *line = row;
    size_t l = (size_t) (line - ld->spec->line);
    long n = scn_array(ld, at, CARE_LINE_STEPS_MAX);
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "step", &item);
        keep_spot(&item, &ld->spots.step[l][i - 1]);
        read_step(ld, &item, line);
        lua_pop(ld->L, 1);
    }
}

/* The rest of a line is of contracts (sim/lua/contract.c), and it is noted that it was said. */
static void
line_uplift(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("share/year", -0.5, 1.0);
    care_line_t *line = row;

    line->has_terms = true;
    (void) scn_number(ld, at, &want, &line->uplift);
}

static void
line_admin_most(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    scn_want_t want = scn_want("share", 0.0, 1.0);
    care_line_t *line = row;

    line->has_terms = true;
    if (scn_number(ld, at, &want, &line->admin_most) && line->management > line->admin_most) {
        scn_fault(ld, at, "'management' takes %.4g of the line's money, more than 'admin_most' allows: %.4g",
            line->management, line->admin_most);
    }
}

static void
line_funder(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_line_t *line = row;

    line->has_terms = line->has_funder = true;
    scn_read_funder(ld, at, line->funder);
}

static void
line_waves(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_line_t *line = row;

    line->has_terms = true;
    scn_read_waves(ld, at, line);
}

static void
line_post(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_line_t *line = row;

    line->has_terms = true;
    scn_row(ld, at, &SCN_POST, &line->post);
}

static void
line_payment(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_line_t *line = row;

    line->has_terms = true;
    scn_read_payment(ld, at, &line->payment);
}

static const scn_field_t LINE_FIELD[] = {
    { "name", SCN_NAME, 0, 0, true, offsetof(care_line_t, name), NULL, NULL, NULL,
        "Its name in the results: group `line=NAME`." },
    { "lot", SCN_NAME, 0, 0, false, offsetof(care_line_t, lot), NULL, NULL, NULL,
        "The lot of the contract that it belongs to: group `lot=NAME`." },
    { "pools", SCN_SPECIAL, 0, 0, false, 0, NULL, line_pools, "array of pools",
        "The pools whose posts it pays; none: it is spent as it comes." },
    { "per_year", SCN_SPECIAL, 0, 0, true, 0, NULL, line_per_year, "pounds a year",
        "In the first year: what the units of its pools cost." },
    { "growth", SCN_SPECIAL, 0, 0, false, 0, NULL, line_growth, "share a year",
        "Growth of the money at each contract year; default 0." },
    { "uplift", SCN_SPECIAL, 0, 0, false, 0, NULL, line_uplift, "share a year",
        "Growth of the money at each financial year, on 1 April; default 0." },
    { "management", SCN_SHARE, 0, 1, false, offsetof(care_line_t, management), NULL, NULL, NULL,
        "Share of the money that is taken before posts; default 0." },
    { "admin_most", SCN_SPECIAL, 0, 0, false, 0, NULL, line_admin_most, "share",
        "The most that `management` may be; default no cap." },
    { "funder", SCN_SPECIAL, 0, 0, false, 0, NULL, line_funder, "name, or shares by name",
        "Who gives the money; default the contract's funder, or \"commissioner\"." },
    { "early", SCN_BOOL, 0, 0, false, offsetof(care_line_t, early), NULL, NULL, NULL,
        "Whether it is early intervention, of which the contract may ask a share; default false." },
    { "post", SCN_SPECIAL, 0, 0, false, 0, NULL, line_post, "post",
        "What a post costs: then the money makes the posts, and the units of its pools only say how they share them." },
    { "payment", SCN_SPECIAL, 0, 0, false, 0, NULL, line_payment, "payment",
        "How the provider is paid; default all of the money as it comes." },
    { "waves", SCN_SPECIAL, 0, 0, false, 0, NULL, line_waves, "array of waves",
        "From when which share of all the money is released, in order, the last usually 1; default all from the start or the contract's go-live." },
    { "steps", SCN_SPECIAL, 0, 0, false, 0, NULL, line_steps, "array of steps", "Dated changes, in order." },
};
const scn_room_t SCN_LINE = { "line", COUNT_OF(LINE_FIELD), LINE_FIELD };

static int
find_line(const care_spec_t *spec, const char *name)
{
    for (size_t l = 0; l < spec->n_lines; l++) {
        if (strcmp(spec->line[l].name, name) == 0) {
            return (int) l;
        }
    }
    return -1;
}

void
scn_read_lines(scn_loader_t *ld, const scn_at_t *at)
{
    care_spec_t *spec = ld->spec;
    long n = scn_array(ld, at, CARE_LINES_MAX);
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        care_line_t *line = &spec->line[spec->n_lines++];

        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "line", &item);
        keep_spot(&item, &ld->spots.line[i - 1]);
        care_line_init(line);
        scn_row(ld, &item, &SCN_LINE, line);
        if (line->name[0] != '\0' && find_line(spec, line->name) < i - 1) {
            scn_fault(ld, &item, "the name is used twice");
        }
        lua_pop(ld->L, 1);
    }
    if (n == 0) {
        scn_fault(ld, at, "'lines' is empty");
    }
}

/* ---- shifts ---- */

size_t
scn_read_line_name(scn_loader_t *ld, const scn_at_t *at)
{
    const care_spec_t *spec = ld->spec;
    const char *best = NULL;
    unsigned distance = 0;
    char name[SIM_NAME_MAX], hint[80];
    int line;

    if (!scn_name(ld, at, name)) {
        return 0;
    }
    line = find_line(spec, name);
    for (size_t l = 0; line < 0 && l < spec->n_lines; l++) {
        scn_nearest(name, spec->line[l].name, &best, &distance);
    }
    if (line < 0) {
        scn_fault(ld, at, "there is no line \"%s\"%s", name, scn_hint(best, hint, sizeof(hint)));
    }
    return line < 0 ? 0 : (size_t) line;
}

static void
shift_from_line(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_shift_t *shift = row;

    shift->from_line = scn_read_line_name(ld, at);
}

static void
shift_to_line(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_shift_t *shift = row;

    shift->to_line = scn_read_line_name(ld, at);
}

static void
shift_from(scn_loader_t *ld, const scn_at_t *at, void *row)
{
    care_shift_t *shift = row;

    if (scn_any_day(ld, at, &shift->from_day) && shift->from_day < 0.0) {
        scn_fault(ld, at, "'from' is before the start of the run");
        shift->from_day = 0.0;
    }
}

static const scn_field_t SHIFT_FIELD[] = {
    { "from_line", SCN_SPECIAL, 0, 0, true, 0, NULL, shift_from_line, "name", "The line that gives." },
    { "to_line", SCN_SPECIAL, 0, 0, true, 0, NULL, shift_to_line, "name", "The line that gets." },
    { "share_per_year", SCN_SHARE, 0, 1, true, offsetof(care_shift_t, share_per_year), NULL, NULL, NULL,
        "Of the first line's first-year money: so much moves, and each year so much more." },
    { "from", SCN_SPECIAL, 0, 0, true, 0, NULL, shift_from, "date or time",
        "The first move; the others on its anniversaries." },
    { "years", SCN_COUNT, 1, 50, true, offsetof(care_shift_t, years), NULL, NULL, NULL, "How many moves." },
};
const scn_room_t SCN_SHIFT = { "shift", COUNT_OF(SHIFT_FIELD), SHIFT_FIELD };

void
scn_read_shifts(scn_loader_t *ld, const scn_at_t *at)
{
    care_spec_t *spec = ld->spec;
    long n = scn_array(ld, at, CARE_SHIFTS_MAX);
    size_t errors;
    scn_at_t item;

    for (long i = 1; i <= n; i++) {
        care_shift_t *shift = &spec->shift[spec->n_shifts++];

        errors = ld->scn->error.n;
        lua_rawgeti(ld->L, -1, i);
        scn_at_item(ld, at, i, "shift", &item);
        keep_spot(&item, &ld->spots.shift[i - 1]);
        scn_row(ld, &item, &SCN_SHIFT, shift);
        if (ld->scn->error.n == errors && shift->from_line == shift->to_line) {
            scn_fault(ld, &item, "'from_line' and 'to_line' are one line");
        }
        lua_pop(ld->L, 1);
    }
}

/* ---- all of them ---- */

static void
say_short(scn_loader_t *ld, const care_budget_fault_t *fault)
{
    const char *name = ld->spec->line[fault->line].name;
    const scn_spot_t *spot =
        fault->kind == CARE_FAULT_SHIFT ? &ld->spots.shift[fault->index] : &ld->spots.step[fault->line][fault->index];

    if (fault->kind >= CARE_FAULT_EARLY) {
        scn_say_bound(ld, fault);
    } else if (fault->kind == CARE_FAULT_SHIFT) {
        scn_error(ld, spot->file, spot->line,
            "shift %zu: takes more than there is: the line \"%s\" would be left with %.2f pounds a year",
            fault->index + 1, name, fault->pounds_per_year);
    } else {
        scn_error(ld, spot->file, spot->line,
            "line \"%s\", step %zu: takes more than there is: %.2f pounds a year would be left", name, fault->index + 1,
            fault->pounds_per_year);
    }
}

static void
check_budget(scn_loader_t *ld)
{
    sim_calendar_t run = ld->calendar; /* the same days, but for those after the end */
    care_budget_t budget;
    care_budget_fault_t fault;
    int ret;

    run.n_days = (size_t) ceil(ld->spec->years * 365.25);
    ret = care_budget_init(&budget, ld->spec, &run, &fault);
    if (ret == 0) {
        care_budget_free(&budget);
    } else if (ret == SIM_ERR_SCENARIO) {
        say_short(ld, &fault);
    } else {
        ld->no_memory = true;
    }
}

/* The scenario is on top: where its money.base_per_year was written. */
static void
base_place(scn_loader_t *ld, const scn_at_t *at, scn_at_t *base)
{
    scn_at_t money;

    lua_getfield(ld->L, -1, "money");
    scn_at_key(ld, at, "money", &money);
    snprintf(money.label, sizeof(money.label), "money: ");
    lua_getfield(ld->L, -1, "base_per_year");
    scn_at_key(ld, &money, "base_per_year", base);
    lua_pop(ld->L, 2);
}

void
scn_check_lines(scn_loader_t *ld, const scn_at_t *at)
{
    care_spec_t *spec = ld->spec;
    double sum = 0.0;
    scn_at_t base;

    if (spec->n_lines == 0 || ld->scn->error.n > 0 || !ld->has_calendar) {
        return;
    }
    for (size_t l = 0; l < spec->n_lines; l++) {
        sum += spec->line[l].per_year;
        if (spec->line[l].n_pools > 0 && !(spec->line[l].per_year > 0.0)) {
            scn_error(ld, ld->spots.line[l].file, ld->spots.line[l].line,
                "line \"%s\": a line that pays pools must have money in the first year", spec->line[l].name);
        }
    }
    if (spec->money.base_per_year > 0.0 && fabs(spec->money.base_per_year - sum) > 0.005) {
        base_place(ld, at, &base);
        scn_fault(ld, &base, "'base_per_year' is %.2f pounds, but the lines have %.2f in the first year: leave it out",
            spec->money.base_per_year, sum);
        return;
    }
    if (spec->money.carved > 0.0) {
        base_place(ld, at, &base);
        scn_fault(ld, &base,
            "'carved' takes money from today's service as a whole: where there are lines, say it by a step of one");
    }
    spec->money.base_per_year = sum;
    check_budget(ld);
}

/* Push the lines of the scenario on top, and on them the sum of their money; false when it cannot be told. */
static bool
sum_lines(lua_State *L)
{
    scn_value_t value, sum;
    bool good = lua_getfield(L, -1, "lines") == LUA_TTABLE;
    lua_Integer n = good ? (lua_Integer) lua_rawlen(L, -1) : 0;

    for (lua_Integer i = 1; good && i <= n; i++) {
        good = lua_rawgeti(L, i > 1 ? -2 : -1, i) == LUA_TTABLE;
        if (good) {
            lua_getfield(L, -1, "per_year");
            lua_remove(L, -2);
            good = scn_getvalue(L, -1, &value);
        }
        if (good && i > 1) {
            good = scn_getvalue(L, -2, &sum) && sum.t == value.t && sum.m == value.m;
        }
        if (good && i > 1) {
            lua_arith(L, LUA_OPADD);
        }
    }
    return good && n > 0;
}

void
scn_default_base(lua_State *L)
{
    int top = lua_gettop(L);
    bool given;

    if (lua_getfield(L, top, "money") == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
    }
    given = !lua_istable(L, -1) || lua_getfield(L, -1, "base_per_year") != LUA_TNIL;
    lua_pushvalue(L, top);
    if (!given && sum_lines(L)) {
        lua_setfield(L, top + 1, "base_per_year");
        lua_pushvalue(L, top + 1);
        lua_setfield(L, top, "money");
    }
    lua_settop(L, top);
}
