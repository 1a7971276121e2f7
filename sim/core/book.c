/*
 * The book's groups and its recording: counters by month, tallies by month of "all" and by contract year of other
 * groups.
 *
 * Invariant: a tally without bins is empty; the first wait gives it its bins, so groups nobody visits cost nothing.
 */
#include "sim/core/book.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline sim_tally_t *
book_tally(const sim_book_t *self, int tally, size_t group, size_t month)
{
    size_t cell = group == 0 ? month : self->n_months + (group - 1) * self->n_years + month / 12;

    return &self->tally[(size_t) tally * self->n_cells + cell];
}

static void
book_name_group(sim_book_t *self, const char *room, const char *name, int kind)
{
    sim_group_t *group = &self->group[self->n_groups++];

    snprintf(group->name, sizeof(group->name), "%s%s%s", room, room[0] == '\0' ? "" : "=", name);
    group->kind = kind;
}

/* "state=stage:0" ... "state=stage:20+", and "stage_class=stage:class". */
static void
book_name_details(sim_book_t *self, const sim_pathway_t *pathway, size_t s)
{
    const sim_stage_t *stage = &pathway->stage[s];
    char name[2 * SIM_NAME_MAX];
    size_t i;

    for (i = 0; stage->by_class && i < pathway->n_classes; i++) {
        self->first_class[s] = i == 0 ? self->n_groups : self->first_class[s];
        snprintf(name, sizeof(name), "%s:%s", stage->name, pathway->class_name[i]);
        book_name_group(self, "stage_class", name, SIM_BY_CLASS);
    }
    for (i = 0; stage->n_states > 0 && i <= stage->n_states; i++) {
        self->first_state[s] = i == 0 ? self->n_groups : self->first_state[s];
        snprintf(name, sizeof(name), "%s:%zu%s", stage->name, i, i == stage->n_states ? "+" : "");
        book_name_group(self, "state", name, SIM_BY_STATE);
    }
}

static size_t
book_count_groups(const sim_pathway_t *pathway)
{
    size_t n = 1 + pathway->n_pools + pathway->n_stages + pathway->n_areas * (1 + pathway->n_pools), i;

    for (i = 0; i < pathway->n_dims; i++) {
        n += pathway->dim[i].n_levels;
    }
    for (i = 0; i < pathway->n_stages; i++) {
        n += pathway->stage[i].by_class ? pathway->n_classes : 0;
        n += pathway->stage[i].n_states > 0 ? pathway->stage[i].n_states + 1 : 0;
    }
    return n;
}

/* "area=north" ... and "area_pool=north:core" ..., the pools of one area after those of another. */
static void
book_name_areas(sim_book_t *self, const sim_pathway_t *pathway)
{
    char name[2 * SIM_NAME_MAX];
    size_t a, p;

    self->n_areas = pathway->n_areas;
    self->n_pools = pathway->n_pools;
    self->first_area = self->n_groups;
    self->first_area_pool = self->n_groups + pathway->n_areas;
    for (a = 0; a < pathway->n_areas; a++) {
        book_name_group(self, "area", pathway->area[a], SIM_BY_AREA);
    }
    for (a = 0; a < pathway->n_areas; a++) {
        for (p = 0; p < pathway->n_pools; p++) {
            snprintf(name, sizeof(name), "%s:%s", pathway->area[a], pathway->pool[p].name);
            book_name_group(self, "area_pool", name, SIM_BY_AREA_POOL);
        }
    }
}

/* Dimensions of accounts come after the others, and areas last: all groups before them are those of an area's own book. */
static int
book_init_groups(sim_book_t *self, const sim_pathway_t *pathway)
{
    size_t i, k;

    self->group = calloc(book_count_groups(pathway), sizeof(*self->group));
    self->first_class = calloc(2 * pathway->n_stages + 1, sizeof(*self->first_class));
    if (self->group == NULL || self->first_class == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->first_state = self->first_class + pathway->n_stages;
    book_name_group(self, "", "all", SIM_BY_ALL);
    self->first_pool = self->n_groups;
    for (i = 0; i < pathway->n_pools; i++) {
        book_name_group(self, "pool", pathway->pool[i].name, SIM_BY_POOL);
    }
    self->first_stage = self->n_groups;
    for (i = 0; i < pathway->n_stages; i++) {
        book_name_group(self, "stage", pathway->stage[i].name, SIM_BY_STAGE);
    }
    for (i = 0; i < pathway->n_stages; i++) {
        book_name_details(self, pathway, i);
    }
    for (i = 0; i < pathway->n_dims; i++) {
        const sim_dim_t *dim = &pathway->dim[i];

        self->n_dims += dim->account ? 0 : 1;
        self->first_dim[i] = self->n_groups;
        for (k = 0; k < dim->n_levels; k++) {
            book_name_group(self, dim->name, dim->level[k], dim->account ? SIM_BY_ACCOUNT : SIM_BY_DIMS);
        }
    }
    book_name_areas(self, pathway);
    return 0;
}

/* The group of each level of each dimension, those that are not there included. */
static int
book_init_levels(sim_book_t *self, const sim_pathway_t *pathway)
{
    size_t d, k;

    if (self->n_groups >= UINT16_MAX) {
        return SIM_ERR_FULL;
    }
    self->group_of = malloc(SIM_DIM_MAX * sizeof(*self->group_of));
    if (self->group_of == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (d = 0; d < SIM_DIM_MAX; d++) {
        for (k = 0; k <= UINT8_MAX; k++) {
            bool is_there = d < pathway->n_dims && k < pathway->dim[d].n_levels;

            self->group_of[d][k] = (uint16_t) (is_there ? self->first_dim[d] + k : self->n_groups);
        }
    }
    return 0;
}

int
sim_book_init(sim_book_t *self, const sim_pathway_t *pathway, const sim_calendar_t *calendar, size_t n_counters,
    size_t n_tallies)
{
    int ret;

    memset(self, 0, sizeof(*self));
    if (n_counters < SIM_COUNTERS || n_tallies < SIM_TALLIES) {
        return SIM_ERR_BAD_PARAM;
    }
    self->calendar = calendar;
    self->n_months = calendar->n_months;
    self->n_years = (calendar->n_months + 11) / 12;
    self->n_counters = n_counters;
    self->n_tallies = n_tallies;
    ret = book_init_groups(self, pathway);
    if (ret != 0) {
        return ret;
    }
    self->n_cells = self->n_months + (self->n_groups - 1) * self->n_years;
    self->count = calloc(n_counters * self->n_groups * self->n_months, sizeof(*self->count));
    self->tally = calloc(n_tallies * self->n_cells, sizeof(*self->tally));
    self->ones = calloc(n_counters * (self->n_groups + 1), sizeof(*self->ones));
    if (self->count == NULL || self->tally == NULL || self->ones == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    return book_init_levels(self, pathway);
}

int
sim_book_keep_series(sim_book_t *self, size_t n)
{
    self->span_present = calloc(2 * n + 1, sizeof(*self->span_present));
    if (self->span_present == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    self->span_waiting = self->span_present + n;
    self->n_spans = n;
    return 0;
}

void
sim_book_reset(sim_book_t *self)
{
    size_t i;

    memset(self->count, 0, self->n_counters * self->n_groups * self->n_months * sizeof(*self->count));
    memset(self->ones, 0, self->n_counters * (self->n_groups + 1) * sizeof(*self->ones));
    for (i = 0; i < self->n_tallies * self->n_cells; i++) {
        if (self->tally[i].bin != NULL) {
            sim_tally_clear(&self->tally[i]);
        }
    }
}

void
sim_book_free(sim_book_t *self)
{
    size_t i, n = self->tally == NULL ? 0 : self->n_tallies * self->n_cells;

    for (i = 0; i < n; i++) {
        if (self->tally[i].bin != NULL) {
            sim_tally_free(&self->tally[i]);
        }
    }
    free(self->tally);
    free(self->count);
    free(self->ones);
    free(self->group_of);
    free(self->group);
    free(self->first_class);
    free(self->span_present);
    memset(self, 0, sizeof(*self));
}

void
sim_book_count_group(sim_book_t *self, int counter, size_t month, size_t group, double amount)
{
    *sim_book_at(self, counter, group, month) += amount;
}

void
sim_book_settle(sim_book_t *self, size_t month)
{
    size_t c, g;

    for (c = 0; c < self->n_counters; c++) {
        uint32_t *ones = &self->ones[c * (self->n_groups + 1)];
        double *count = sim_book_at(self, (int) c, 0, month);

        for (g = 0; ones[0] > 0 && g < self->n_groups; g++) {
            count[g] += ones[g];
        }
        if (ones[0] > 0) {
            memset(ones, 0, (self->n_groups + 1) * sizeof(*ones));
        }
    }
}

static inline void
book_count_dim(const sim_book_t *self, double *group, const uint8_t *level, size_t d, double amount)
{
    if (level[d] != UINT8_MAX) {
        group[self->first_dim[d] + level[d]] += amount;
    }
}

void
sim_book_count(sim_book_t *self, int counter, size_t month, const uint8_t *level, double amount)
{
    double *group = sim_book_at(self, counter, 0, month);
    size_t n = level == NULL ? 0 : self->n_dims, d = 0;

    group[0] += amount;
    if (n >= 4) { /* the usual few without a loop */
        book_count_dim(self, group, level, 0, amount);
        book_count_dim(self, group, level, 1, amount);
        book_count_dim(self, group, level, 2, amount);
        book_count_dim(self, group, level, 3, amount);
        d = 4;
    }
    for (; d < n; d++) {
        book_count_dim(self, group, level, d, amount);
    }
}

static void
book_fail(sim_book_t *self, int error)
{
    if (self->error == 0) { /* the first stays */
        self->error = error;
    }
}

/* Whether the tally has its bins, which it gets here when it is first used. */
static bool
book_open_tally(sim_book_t *self, sim_tally_t *tally)
{
    int ret = tally->bin != NULL ? 0 : sim_tally_init(tally);

    if (ret != 0) {
        tally->bin = NULL;
        book_fail(self, ret);
    }
    return ret == 0;
}

static inline void
book_wait(sim_book_t *self, sim_tally_t *cell, double days, size_t bin)
{
    if ((cell->bin != NULL || book_open_tally(self, cell)) && sim_tally_add_in(cell, days, bin) != 0) {
        book_fail(self, SIM_ERR_INVARIANT);
    }
}

/* Whether a wait is one; a wrong one fails the book. */
static inline bool
book_is_wait(sim_book_t *self, double days)
{
    bool good = sim_tally_is_wait(days + 0.0);

    if (!good) {
        book_fail(self, SIM_ERR_INVARIANT);
    }
    return good;
}

void
sim_book_wait_group(sim_book_t *self, int tally, size_t month, size_t group, double days)
{
    if (book_is_wait(self, days)) {
        book_wait(self, book_tally(self, tally, group, month), days, sim_tally_bin(days + 0.0));
    }
}

void
sim_book_wait(sim_book_t *self, int tally, size_t month, const uint8_t *level, double days)
{
    size_t d, bin, year = month / 12;
    sim_tally_t *first = &self->tally[(size_t) tally * self->n_cells + self->n_months];

    if (!book_is_wait(self, days)) {
        return;
    }
    bin = sim_tally_bin(days + 0.0);
    book_wait(self, book_tally(self, tally, 0, month), days, bin);
    for (d = 0; level != NULL && d < self->n_dims; d++) {
        if (level[d] != UINT8_MAX) {
            book_wait(self, &first[(self->first_dim[d] + level[d] - 1) * self->n_years + year], days, bin);
        }
    }
}

void
sim_book_waits(sim_book_t *self, int tally, size_t month, double end_days, size_t n, const sim_since_t *who)
{
    size_t n_years = self->n_years, n_dims = self->n_dims, n_groups = self->n_groups, i, d;
    sim_tally_t *all = book_tally(self, tally, 0, month);
    sim_tally_t *first = &self->tally[(size_t) tally * self->n_cells + self->n_months + month / 12];

    for (i = 0; i < n; i++) {
        double days = end_days - who[i].since_days;
        size_t bin;

        if (isnan(days) || !book_is_wait(self, days)) {
            continue;
        }
        bin = sim_tally_bin(days + 0.0);
        book_wait(self, all, days, bin);
        for (d = 0; d < n_dims; d++) {
            size_t group = self->group_of[d][who[i].level[d]];

            if (group < n_groups) {
                book_wait(self, &first[(group - 1) * n_years], days, bin);
            }
        }
    }
}

static void
book_merge_tally(sim_book_t *self, sim_tally_t *to, const sim_tally_t *from)
{
    if (from->bin != NULL && book_open_tally(self, to)) {
        book_fail(self, sim_tally_merge(to, from));
    }
}

void
sim_book_tally(sim_book_t *self, int tally, size_t month, size_t group, const sim_tally_t *waits)
{
    if (waits->count > 0) {
        book_merge_tally(self, book_tally(self, tally, group, month), waits);
    }
}

void
sim_book_fold(sim_book_t *self, int tally, size_t from_group, size_t to_group)
{
    size_t year;

    for (year = 0; year < self->n_years; year++) {
        book_merge_tally(self, book_tally(self, tally, to_group, 12 * year),
            book_tally(self, tally, from_group, 12 * year));
    }
}

/* A row of counts, of one counter and month: every group to the same, and once more to the groups of the area. */
static void
book_add_row(const sim_book_t *self, double *to, const sim_book_t *other, const double *from, size_t area, bool days)
{
    double *pool = to + self->first_area_pool + area * self->n_pools;
    size_t i;

    for (i = 0; i < other->n_groups; i++) {
        to[i] = days ? from[i] : to[i] + from[i]; /* the areas share their days */
    }
    to[self->first_area + area] = from[0];
    for (i = 0; i < self->n_pools; i++) {
        pool[i] = from[self->first_pool + i];
    }
}

static void
book_add_waits(sim_book_t *self, size_t to, const sim_book_t *other, size_t from)
{
    size_t t, m;

    for (t = 0; t < self->n_tallies; t++) {
        for (m = 0; m < self->n_months; m += from == 0 ? 1 : 12) {
            book_merge_tally(self, book_tally(self, (int) t, to, m), book_tally(other, (int) t, from, m));
        }
    }
}

void
sim_book_add_area(sim_book_t *self, size_t area, const sim_book_t *other)
{
    size_t rows = self->n_counters * self->n_months, i;

    for (i = 0; i < rows; i++) {
        book_add_row(self, &self->count[i * self->n_groups], other, &other->count[i * other->n_groups], area,
            i % self->n_counters == SIM_COUNT_DAYS);
    }
    for (i = 0; i < other->n_groups; i++) {
        book_add_waits(self, i, other, i);
    }
    book_add_waits(self, self->first_area + area, other, 0);
    for (i = 0; i < self->n_pools; i++) {
        book_add_waits(self, self->first_area_pool + area * self->n_pools + i, other, self->first_pool + i);
    }
    for (i = 0; i < 2 * self->n_spans && self->n_spans == other->n_spans; i++) {
        self->span_present[i] += other->span_present[i];
    }
    book_fail(self, other->error);
}
