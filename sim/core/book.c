/*
 * The book's groups and its recording: counters by month, tallies by month of "all" and by contract year of other
 * groups.
 *
 * Invariant: a tally without bins is empty; the first wait gives it its bins, so groups nobody visits cost nothing.
 */
#include "sim/core/book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USUAL_DIMS 4

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

static int
book_init_groups(sim_book_t *self, const sim_pathway_t *pathway)
{
    size_t n = 1 + pathway->n_pools + pathway->n_stages, i, k;

    for (i = 0; i < pathway->n_dims; i++) {
        n += pathway->dim[i].n_levels;
    }
    self->group = calloc(n, sizeof(*self->group));
    if (self->group == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    book_name_group(self, "", "all", SIM_BY_ALL);
    self->first_pool = self->n_groups;
    for (i = 0; i < pathway->n_pools; i++) {
        book_name_group(self, "pool", pathway->pool[i].name, SIM_BY_POOL);
    }
    self->first_stage = self->n_groups;
    for (i = 0; i < pathway->n_stages; i++) {
        book_name_group(self, "stage", pathway->stage[i].name, SIM_BY_STAGE);
    }
    self->n_dims = pathway->n_dims;
    for (i = 0; i < pathway->n_dims; i++) {
        self->first_dim[i] = self->n_groups;
        for (k = 0; k < pathway->dim[i].n_levels; k++) {
            book_name_group(self, pathway->dim[i].name, pathway->dim[i].level[k], SIM_BY_DIMS);
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
    return self->count == NULL || self->tally == NULL ? SIM_ERR_NO_MEMORY : 0;
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
    free(self->group);
    memset(self, 0, sizeof(*self));
}

void
sim_book_count_group(sim_book_t *self, int counter, size_t month, size_t group, double amount)
{
    *sim_book_at(self, counter, group, month) += amount;
}

/* With no dimension beyond the levels it is given, so that the usual four make no loop. */
static inline void
book_count_dims(const sim_book_t *self, double *group, const uint8_t *level, size_t n, double amount)
{
    size_t d;

    for (d = 0; d < n; d++) {
        if (level[d] != UINT8_MAX) {
            group[self->first_dim[d] + level[d]] += amount;
        }
    }
}

void
sim_book_count(sim_book_t *self, int counter, size_t month, const uint8_t *level, double amount)
{
    double *group = sim_book_at(self, counter, 0, month);

    group[0] += amount;
    if (level == NULL) {
        return;
    }
    if (self->n_dims == USUAL_DIMS) {
        book_count_dims(self, group, level, USUAL_DIMS, amount);
    } else {
        book_count_dims(self, group, level, self->n_dims, amount);
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
book_wait(sim_book_t *self, sim_tally_t *cell, double days)
{
    if ((cell->bin != NULL || book_open_tally(self, cell)) && sim_tally_add(cell, days) != 0) {
        book_fail(self, SIM_ERR_INVARIANT);
    }
}

void
sim_book_wait_group(sim_book_t *self, int tally, size_t month, size_t group, double days)
{
    book_wait(self, book_tally(self, tally, group, month), days);
}

void
sim_book_wait(sim_book_t *self, int tally, size_t month, const uint8_t *level, double days)
{
    size_t d;

    book_wait(self, book_tally(self, tally, 0, month), days);
    for (d = 0; level != NULL && d < self->n_dims; d++) {
        if (level[d] != UINT8_MAX) {
            book_wait(self, book_tally(self, tally, self->first_dim[d] + level[d], month), days);
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
sim_book_fold(sim_book_t *self, int tally, size_t from_group, size_t to_group)
{
    size_t year;

    for (year = 0; year < self->n_years; year++) {
        book_merge_tally(self, book_tally(self, tally, to_group, 12 * year),
            book_tally(self, tally, from_group, 12 * year));
    }
}

void
sim_book_merge(sim_book_t *self, const sim_book_t *other)
{
    size_t n = self->n_counters * self->n_groups * self->n_months, i;

    for (i = 0; i < n; i++) {
        if (i / self->n_groups % self->n_counters != SIM_COUNT_DAYS) { /* the areas share their days */
            self->count[i] += other->count[i];
        }
    }
    n = self->n_tallies * self->n_cells;
    for (i = 0; i < n; i++) {
        book_merge_tally(self, &self->tally[i], &other->tally[i]);
    }
    book_fail(self, other->error);
}
