/*
 * Mental health support teams, in waves. Each team serves the schools of so many pupils, cluster by cluster: it meets the school about
 * any concern and treats mild and moderate need itself. Its practitioners are trainees for a year, with part of a caseload; some
 * leave, and trainees replace them. Teams are a family of diaries: nothing crosses from one team to another.
 *
 * Teams lie on a line: team t serves the pupils from t to t + 1 times pupils_team, in the order in which clusters come forward, and
 * waves take up the line one after another. Invariant: for each wave, trainees + qualified + vacant = filled teams x practitioners.
 */
#include "models/build.h"
#include "models/run.h"
#include "sim/core/elementary.h"

#include <math.h>

#define WAVES 8
#define TERMS_A_YEAR 3 /* of training, and in which turnover is counted */

typedef struct {
    double teams[WAVES], after[WAVES];
    double pupils_team, staff, practitioners, sessions_week, weeks, senior_sessions, trainee_load, turnover;
    double sessions, meeting_minutes, suits_from, suits_to, refer, found, patience_days;
    double cost_post, own_staff, ring_fenced;
} mhst_t;

#define ROW(field, unit, min, max, value, source, doc)                                                                 \
    {                                                                                                                  \
#field, CARE_NUMBER, unit, min, max, value, NULL, offsetof(mhst_t, field), source, doc                         \
    }
#define WAVE(n, teams_default)                                                                                         \
    { "teams_" #n, CARE_NUMBER, "count", 0, 1e5, teams_default, NULL,                                                  \
        offsetof(mhst_t, teams) + (n - 1) * sizeof(double), "assumption", "Teams of wave " #n "." },                   \
    {                                                                                                                  \
        "after_" #n, CARE_NUMBER, "days", 0, 36525, 365.25 * (n - 1), NULL,                                            \
            offsetof(mhst_t, after) + (n - 1) * sizeof(double), "assumption",                                          \
            "When its posts are paid for, from the layer's start; it begins with the next school term."                \
    }

static const care_param_t PARAM[] = {
    WAVE(1, 1e5),
    WAVE(2, 0),
    WAVE(3, 0),
    WAVE(4, 0),
    WAVE(5, 0),
    WAVE(6, 0),
    WAVE(7, 0),
    WAVE(8, 0),
    ROW(pupils_team, "count", 100, 1e6, 8400, "mhst_pupils", "Pupils that a team serves."),
    ROW(staff, "WTE", 1, 100, 8, "mhst_staff", "Posts in a team."),
    ROW(practitioners, "WTE", 0, 100, 4, "mhst_staff", "Of them, education mental health practitioners."),
    ROW(sessions_week, "count", 0, 40, 10, "mhst_cases_year",
        "Attended sessions a week of a qualified practitioner (so that 4 treat 300 a year at 6 sessions)."),
    ROW(weeks, "count", 1, 52, 45, "capa_weeks", "Working weeks a year."),
    ROW(senior_sessions, "count", 0, 200, 15, "assumption",
        "Sessions a week of the team's other clinicians: 10 of the practitioner, 5 of the therapist, who supervises."),
    ROW(trainee_load, "share", 0, 1, 0.4, "emhp_train", "A trainee's sessions, relative to the qualified."),
    ROW(turnover, "share", 0, 0.9, 0.22, "emhp_turnover", "Practitioners who leave in a year."),
    ROW(sessions, "count", 1, 60, 6, "mhst_sessions", "Weekly sessions of a case, the first meeting among them."),
    ROW(meeting_minutes, "minutes", 5, 240, 60, "assumption", "A session, or a meeting about a child."),
    ROW(suits_from, "", 0, 2, 0.35, "assumption", "Severity from which the team treats; below it advises the school."),
    ROW(suits_to, "", 0, 2, 0.70, "assumption", "Severity beyond its remit, as is neurodevelopmental need."),
    ROW(refer, "share", 0, 1, 0.6, "assumption", "Share of those beyond its remit that it refers to the NHS service."),
    ROW(found, "share", 0, 1, 0.1, "asm_unmet_uplift", "Concerns uncovered, as a share of those raised today."),
    ROW(patience_days, "days", 1, 365, 28, "assumption", "Mean time until a school stops waiting for a meeting."),
    ROW(cost_post, "pounds/year", 1000, 1e6, 49900, "afc_b5",
        "All-in cost of a post: four of band 5, two of band 7, one each of bands 6 and 4, and 35%."),
    ROW(own_staff, "share", 0, 1, 0.375, "mhst_staff",
        "Share of the posts filled by staff such as work in core (3 of 8)."),
    ROW(ring_fenced, "", 0, 1, 0, "assumption",
        "1: money that the waves do not need stays unspent; 0: it goes to core."),
};

/* A wave's teams in post, and their practitioners. */
typedef struct {
    double filled;
    double intake;                 /* in post, training starts with the next term */
    double training[TERMS_A_YEAR]; /* by terms begun */
    double qualified, vacant;
    int terms; /* begun since its first staff came */
} mhst_wave_t;

typedef struct {
    mhst_wave_t wave[WAVES];
} mhst_state_t;

static int
mhst_build(care_build_t *build)
{
    const mhst_t *param = build->layer->param;
    const care_schools_t *s = &build->spec->schools;
    double pupils =
        s->primary * s->pupils_primary + s->secondary * s->pupils_secondary + s->special * s->pupils_special;
    size_t teams = 1 + (size_t) ceil(1.5 * pupils * build->spec->scale / param->pupils_team);
    const care_consult_t meeting = { "meeting", "team", param->meeting_minutes, 0, param->patience_days, true, "case" };
    sim_stage_t *stage;
    int ret;

    if (param->practitioners > param->staff) {
        return care_build_refuse(build, "a team of %g staff cannot have %g practitioners", param->staff,
            param->practitioners);
    }
    if (param->suits_from > param->suits_to) {
        return care_build_refuse(build, "it suits nobody: suits_from %g is above suits_to %g", param->suits_from,
            param->suits_to);
    }
    ret = care_build_diary(build, "team", teams, SIM_OPEN_WORKING, param->meeting_minutes * param->weeks / 253,
        param->meeting_minutes);

    if (ret == 0) {
        ret = care_build_carry(build, "case", "team", fmax(1, param->sessions - 1), true);
    }
    if (ret == 0) {
        stage = &build->pathway->stage[build->pathway->n_stages - 1];
        stage->contact_minutes = param->meeting_minutes;
        ret = sim_dist_init_fixed(&stage->lead, 7);
    }
    return ret != 0 ? ret : care_build_consult(build, &meeting);
}

/* Schools of one cluster come forward together: each school is moved up behind the first of its cluster. */
static void
mhst_by_clusters(care_layer_run_t *layer)
{
    const care_school_t *school = layer->run->school;
    size_t end;

    for (size_t i = 0; i < layer->n_schools; i = end) {
        end = i + 1;
        for (size_t j = end; j < layer->n_schools; j++) {
            uint32_t it = layer->order[j];

            if (school[it].cluster == school[layer->order[i]].cluster) {
                layer->order[j] = layer->order[end];
                layer->order[end++] = it;
            }
        }
    }
}

static int
mhst_start(care_layer_run_t *layer)
{
    const mhst_t *param = layer->layer->param;
    double pupils = 0, last;

    layer->pool = sim_pathway_find_pool(&layer->run->model->pathway, "mhst_team");
    layer->found = param->found;
    layer->price = param->cost_post / layer->run->spec->money.cost_per_wte;
    layer->own_staff = param->own_staff;
    last = (double) layer->run->model->pathway.pool[layer->pool].n_members - 1;
    mhst_by_clusters(layer);
    for (size_t i = 0; i < layer->n_schools; i++) {
        care_school_t *school = &layer->run->school[layer->order[i]];

        school->member[layer->number] = (uint32_t) fmin(last, (pupils + school->roll / 2) / param->pupils_team);
        pupils += school->roll;
    }
    return 0;
}

/* Teams whose date has come. */
static double
mhst_due(const care_layer_run_t *layer, double now)
{
    const mhst_t *param = layer->layer->param;
    double pupils = 0, teams = 0;

    for (size_t i = 0; i < layer->n_schools; i++) {
        pupils += layer->run->school[layer->order[i]].roll;
    }
    for (int w = 0; w < WAVES; w++) {
        teams += now - layer->layer->from_day >= param->after[w] - 1e-9 ? param->teams[w] * layer->run->spec->scale : 0;
    }
    return fmin(teams, pupils / param->pupils_team);
}

static int
mhst_fund(care_layer_run_t *layer, int year, int64_t pence)
{
    const mhst_t *param = layer->layer->param;
    double wte = care_layer_wte(layer, pence);
    double posts = fmin(wte, mhst_due(layer, sim_replication_now(layer->run->rep)) * param->staff);
    int ret = 0;

    (void) year;
    if (fabs(posts - layer->posts) > 1e-9) {
        ret = care_layer_posts(layer, posts);
    }
    return ret != 0 || param->ring_fenced > 0 ? ret
                                              : care_layer_core_posts(layer, care_layer_as_core(layer, wte - posts));
}

/* ---- practitioners ---- */

static double
mhst_in_training(const mhst_wave_t *wave)
{
    double n = wave->intake;

    for (int t = 0; t < TERMS_A_YEAR; t++) {
        n += wave->training[t];
    }
    return n;
}

static void
mhst_thin(mhst_wave_t *wave, double share)
{
    wave->intake *= share;
    wave->qualified *= share;
    wave->vacant *= share;
    for (int t = 0; t < TERMS_A_YEAR; t++) {
        wave->training[t] *= share;
    }
}

/* Teams in post are handed to the waves in their order; new ones bring people to be trained. */
static void
mhst_fill(care_layer_run_t *layer)
{
    const mhst_t *param = layer->layer->param;
    mhst_state_t *state = layer->state;
    double left = layer->in_post / param->staff;

    for (int w = 0; w < WAVES; w++) {
        mhst_wave_t *wave = &state->wave[w];
        double filled = fmin(left, param->teams[w] * layer->run->spec->scale);

        if (filled > wave->filled) {
            wave->intake += (filled - wave->filled) * param->practitioners;
        } else if (filled < wave->filled) {
            mhst_thin(wave, filled / wave->filled);
        }
        wave->filled = filled;
        left = left - filled < 1e-9 ? 0 : left - filled;
    }
}

/* A term begins: a year's trainees qualify, those who left in the last one are replaced, others leave. */
static void
mhst_term(mhst_wave_t *wave, double leave)
{
    double left = 0;

    for (int t = 0; t < TERMS_A_YEAR; t++) {
        left += wave->training[t] * leave;
        wave->training[t] *= 1 - leave;
    }
    left += wave->qualified * leave;
    wave->qualified = wave->qualified * (1 - leave) + wave->training[TERMS_A_YEAR - 1];
    for (int t = TERMS_A_YEAR - 1; t > 0; t--) {
        wave->training[t] = wave->training[t - 1];
    }
    wave->training[0] = wave->intake + wave->vacant;
    wave->intake = 0;
    wave->vacant = left;
    wave->terms += wave->filled > 0 ? 1 : 0;
}

/* ---- teams and schools ---- */

/* Sessions a week of a team of the wave. */
static double
mhst_sessions(const mhst_t *param, const mhst_wave_t *wave)
{
    double load = wave->qualified + param->trainee_load * (mhst_in_training(wave) - wave->intake);

    return wave->filled > 0 ? param->sessions_week * load / wave->filled + param->senior_sessions : 0;
}

static int
mhst_units(care_layer_run_t *layer)
{
    const mhst_state_t *state = layer->state;
    size_t members = layer->run->model->pathway.pool[layer->pool].n_members;
    int ret = 0;

    for (size_t t = 0; t < members && ret == 0; t++) {
        double from = 0, sessions = 0;

        for (int w = 0; w < WAVES; w++) {
            double part = fmin((double) t + 1, from + state->wave[w].filled) - fmax((double) t, from);

            sessions += fmax(0, part) * mhst_sessions(layer->layer->param, &state->wave[w]);
            from += state->wave[w].filled;
        }
        ret = sim_replication_set_units(layer->run->rep, layer->pool, t, sessions);
    }
    return ret;
}

/* The wave that serves the pupils at this place of the line, or -1. */
static int
mhst_wave_at(const mhst_state_t *state, double team)
{
    double to = 0;

    for (int w = 0; w < WAVES; w++) {
        to += state->wave[w].filled;
        if (team < to) {
            return w;
        }
    }
    return -1;
}

/* A school is served from when its team begins, and counted as covered from when the team's first trainees have qualified. */
static void
mhst_schools(care_layer_run_t *layer)
{
    const mhst_t *param = layer->layer->param;
    const mhst_state_t *state = layer->state;
    double pupils = 0;

    for (size_t i = 0; i < layer->n_schools; i++) {
        care_school_t *school = &layer->run->school[layer->order[i]];
        int w = mhst_wave_at(state, (pupils + school->roll / 2) / param->pupils_team);
        uint32_t bit = 1u << layer->number;
        bool begun = w >= 0 && state->wave[w].terms > 0;

        care_school_cover(layer, layer->order[i], begun);
        school->on_trial &= ~bit;
        school->on_trial |= begun && state->wave[w].terms <= TERMS_A_YEAR ? bit : 0;
        pupils += school->roll;
    }
}

static int
mhst_show(care_layer_run_t *layer)
{
    mhst_schools(layer);
    return mhst_units(layer);
}

/* Posts filled on the day on which a term starts begin with it; others with the next. */
static int
mhst_staff(care_layer_run_t *layer)
{
    mhst_state_t *state = layer->state;
    const care_run_t *run = layer->run;
    double now = sim_replication_now(run->rep);

    mhst_fill(layer);
    if (sim_calendar_is(&run->model->calendar, (long) now, SIM_DAY_TERM_START)) {
        for (int w = 0; w < WAVES; w++) {
            state->wave[w].training[0] += state->wave[w].intake;
            state->wave[w].terms += state->wave[w].intake > 0 && state->wave[w].terms == 0 ? 1 : 0;
            state->wave[w].intake = 0;
        }
    }
    return mhst_show(layer);
}

static int
mhst_cover(care_layer_run_t *layer, int term)
{
    const mhst_t *param = layer->layer->param;
    mhst_state_t *state = layer->state;
    double leave = 1 - sim_exp(sim_log(1 - param->turnover) / TERMS_A_YEAR), absent = 0;
    int ret;

    (void) term;
    for (int w = 0; w < WAVES; w++) {
        mhst_term(&state->wave[w], leave);
        absent += state->wave[w].vacant;
    }
    care_layer_absent(layer, absent);
    ret = mhst_show(layer);
    return ret != 0 ? ret : mhst_fund(layer, 0, layer->pence);
}

static uint32_t
mhst_member(care_layer_run_t *layer, uint32_t school)
{
    return layer->run->school[school].member[layer->number];
}

static care_contact_t
mhst_contact(care_layer_run_t *layer, uint32_t child_index, uint32_t school)
{
    const mhst_t *param = layer->layer->param;
    const care_run_t *run = layer->run;
    const care_child_t *child = &run->child[child_index];

    (void) school;
    if (run->neuro[child->cls] || child->severity >= param->suits_to) {
        return care_refers(layer, child_index, param->refer);
    }
    return child->severity < param->suits_from ? CARE_CONTACT_SUPPORT : CARE_CONTACT_CARRY;
}

const care_offer_t offer_mhst = {
    .name = "mhst",
    .doc =
        "Mental health support teams, in waves: each meets its schools about any concern and treats mild and moderate need.",
    .colour = "#999933",
    .param = PARAM,
    .n_params = sizeof(PARAM) / sizeof(PARAM[0]),
    .param_size = sizeof(mhst_t),
    .state_size = sizeof(mhst_state_t),
    .unasked = true,
    .treats = true,
    .build = mhst_build,
    .start = mhst_start,
    .fund = mhst_fund,
    .staff = mhst_staff,
    .cover = mhst_cover,
    .concern = care_takes_all,
    .contact = mhst_contact,
    .member = mhst_member,
};
