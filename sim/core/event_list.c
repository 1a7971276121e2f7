/*
 * The parts of the event list that are not needed at every event: growth, cancelling, moving, verification.
 */
#include "sim/core/event_list.h"

#undef NDEBUG /* programmer errors stop the program in release too */
#include <assert.h>
#include <math.h>

#define ROOT SIM_EVENT_ROOT
#define MAX_SLOTS ((size_t) 1 << SIM_EVENT_SEQUENCE_SHIFT)
#define CACHE_LINE 64

static const sim_event_key_t GREATEST = ~(sim_event_key_t) 0;

static inline size_t
parent_of(size_t j)
{
    return j / 4 + 2;
}

static inline sim_event_key_t
lesser(sim_event_key_t a, sim_event_key_t b)
{
    return a < b ? a : b;
}

static inline sim_event_key_t
least_sibling(const sim_event_key_t *node, size_t j)
{
    return lesser(lesser(node[j ^ 1], node[j ^ 2]), node[j ^ 3]);
}

/* ---- walks ---- */

/* Another key for a slot, lesser or greater: as far as the winner changes. */
static void
replay(sim_event_list_t *self, uint32_t slot, sim_event_key_t key)
{
    sim_event_key_t *node = self->node;
    size_t j = self->first_leaf + slot;

    for (; j != ROOT && node[j] != key; j = parent_of(j)) {
        node[j] = key;
        key = lesser(least_sibling(node, j), key);
    }
    if (j == ROOT) {
        node[ROOT] = key;
    }
}

/* A key in an unused leaf of a tree with no open slot climbs as far as it wins. */
static void
climb(sim_event_list_t *self, uint32_t slot, sim_event_key_t key)
{
    sim_event_key_t *node = self->node;
    size_t j = self->first_leaf + slot;

    for (; j != ROOT && key < node[j]; j = parent_of(j)) {
        node[j] = key;
    }
    if (j == ROOT) {
        node[ROOT] = lesser(key, node[ROOT]);
    }
}

static void
play_all(sim_event_list_t *self)
{
    size_t j;

    for (j = self->first_leaf + self->n_slots - 4; j > ROOT; j -= 4) {
        self->node[parent_of(j)] = lesser(self->node[j], least_sibling(self->node, j));
    }
}

/* ---- room ---- */

/* A tree of n slots with the leaves that self has, its other nodes unplayed. On failure self is as it was. */
static int
grow_tree(sim_event_list_t *self, size_t n)
{
    size_t first_leaf = (n - 1) / 3 + ROOT;
    sim_event_key_t *node = aligned_alloc(CACHE_LINE, (first_leaf + n + 3) / 4 * CACHE_LINE);

    if (node == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    memset(node + first_leaf, 0xff, n * sizeof(*node));
    if (self->n_slots > 0) {
        memcpy(node + first_leaf, self->node + self->first_leaf, self->n_slots * sizeof(*node));
    }
    free(self->node);
    self->node = node;
    self->first_leaf = first_leaf;
    return 0;
}

/* Make room for n slots, a power of four; none is open. On failure self holds what it held. */
static int
resize(sim_event_list_t *self, size_t n)
{
    uint32_t *what = realloc(self->what, n * sizeof(*what)), *free_slot;
    size_t slot;

    self->what = what != NULL ? what : self->what;
    free_slot = realloc(self->free_slot, n * sizeof(*free_slot));
    self->free_slot = free_slot != NULL ? free_slot : self->free_slot;
    if (what == NULL || free_slot == NULL || grow_tree(self, n) != 0) {
        return SIM_ERR_NO_MEMORY;
    }
    memset(what + self->n_slots, 0, (n - self->n_slots) * sizeof(*what));
    for (slot = n; slot > self->n_slots; slot--) { /* the lowest number is lent first */
        self->free_slot[self->n_free++] = (uint32_t) (slot - 1);
    }
    self->n_slots = n;
    play_all(self);
    return 0;
}

int
sim_event_list_init(sim_event_list_t *self, size_t expected)
{
    size_t n = 4;

    memset(self, 0, sizeof(*self));
    self->open_slot = self->soon = self->soon_named = SIM_NO_SLOT;
    if (expected > MAX_SLOTS) {
        return SIM_ERR_FULL;
    }
    while (n < expected) {
        n *= 4;
    }
    return resize(self, n);
}

void
sim_event_list_free(sim_event_list_t *self)
{
    free(self->node);
    free(self->what);
    free(self->free_slot);
    memset(self, 0, sizeof(*self));
    self->open_slot = self->soon = self->soon_named = SIM_NO_SLOT;
}

/* ---- what users do ---- */

void
sim_event_list_close(sim_event_list_t *self)
{
    sim_event_list_play(self, self->open_slot, GREATEST);
    self->free_slot[self->n_free++] = self->open_slot;
    self->open_slot = SIM_NO_SLOT;
}

uint32_t
sim_event_list_insert_anew(sim_event_list_t *self, double t_days, sim_event_rank_t rank, uint32_t what)
{
    uint32_t slot;

    if (self->n_free == 0 && (self->n_slots == MAX_SLOTS || resize(self, self->n_slots * 4) != 0)) {
        return SIM_NO_SLOT;
    }
    slot = self->free_slot[self->n_free - 1];
    climb(self, slot, sim_event_list_key(self, t_days, rank, slot));
    self->n_free--;
    self->what[slot] = what;
    self->pending++;
    return slot;
}

static void
assert_lent(const sim_event_list_t *self, uint32_t slot)
{
    assert(slot < self->n_slots && slot != self->open_slot && self->node[self->first_leaf + slot] != GREATEST);
}

void
sim_event_list_cancel(sim_event_list_t *self, uint32_t slot)
{
    assert_lent(self, slot);
    replay(self, slot, GREATEST);
    self->free_slot[self->n_free++] = slot;
    self->pending--;
}

void
sim_event_list_move(sim_event_list_t *self, uint32_t slot, double t_days, sim_event_rank_t rank)
{
    assert_lent(self, slot);
    replay(self, slot, sim_event_list_key(self, t_days, rank, slot));
}

uint32_t
sim_event_list_what(const sim_event_list_t *self, uint32_t slot)
{
    assert_lent(self, slot);
    return self->what[slot];
}

double
sim_event_list_next_time(const sim_event_list_t *self)
{
    sim_event_key_t key = GREATEST;
    size_t j = ROOT;

    if (self->pending == 0) {
        return INFINITY;
    }
    if (self->open_slot == SIM_NO_SLOT) {
        key = self->node[ROOT];
    } else {
        j = self->first_leaf + self->open_slot;
    }
    for (; j != ROOT; j = parent_of(j)) {
        key = lesser(least_sibling(self->node, j), key);
    }
    return sim_event_key_time(key);
}

/* ---- verification ---- */

static bool
tree_holds(const sim_event_list_t *self)
{
    bool good = true;
    size_t j, child;

    for (j = ROOT; good && j < self->first_leaf; j++) {
        child = 4 * j - 8;
        good = self->node[j] == lesser(self->node[child], least_sibling(self->node, child));
    }
    return good;
}

/* A pending leaf carries its own slot, a sequence number given out before, and a time not yet passed. */
static bool
leaf_holds(const sim_event_list_t *self, uint32_t slot)
{
    sim_event_key_t key = self->node[self->first_leaf + slot];
    uint64_t sequence = (uint64_t) key & ((UINT64_C(1) << SIM_EVENT_RANK_SHIFT) - MAX_SLOTS);

    return sim_event_key_slot(key) == slot && sequence < self->sequence && sim_event_key_time(key) >= self->now_days;
}

/* Each slot is pending, open or free, once. */
static bool
slots_hold(const sim_event_list_t *self)
{
    size_t open = self->open_slot != SIM_NO_SLOT, pending = 0, sum = open ? self->open_slot : 0, i;
    bool good = self->n_free + self->pending + open == self->n_slots;
    uint32_t slot;

    for (slot = 0; good && slot < self->n_slots; slot++) {
        if (slot != self->open_slot && self->node[self->first_leaf + slot] != GREATEST) {
            good = leaf_holds(self, slot);
            pending++;
            sum += slot;
        }
    }
    for (i = 0; good && i < self->n_free; i++) {
        slot = self->free_slot[i];
        good = slot < self->n_slots && self->node[self->first_leaf + slot] == GREATEST;
        sum += slot;
    }
    return good && pending == self->pending && sum == self->n_slots * (self->n_slots - 1) / 2;
}

int
sim_event_list_verify(const sim_event_list_t *self)
{
    return slots_hold(self) && tree_holds(self) ? 0 : SIM_ERR_INVARIANT;
}

size_t
sim_event_list_bytes(const sim_event_list_t *self)
{
    return (self->first_leaf + self->n_slots) * sizeof(*self->node) +
           self->n_slots * (sizeof(*self->what) + sizeof(*self->free_slot));
}
