/*
 * The tree lies in one array from index 3: the root is node 3, the children of node j are nodes 4j-8 .. 4j-5, so the
 * parent of j is j/4 + 2 and four siblings fill one cache line of 64 bytes.
 *
 * Invariant while a slot is open: every node off the open slot's path to the root is the least of its children; the
 * nodes on that path mean nothing until the slot is replayed, and a replay recomputes each of them from its children.
 * Hence other slots may be cancelled or moved meanwhile, but the root may not be read.
 *
 * Reference: D. E. Knuth, The Art of Computer Programming, vol. 3 (1998), 5.4.1, tree of selection.
 */
#include "sim/core/event_list.h"

#undef NDEBUG /* programmer errors stop the program in release too */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROOT 3
#define RANK_SHIFT 60
#define SEQUENCE_SHIFT 24
#define SEQUENCE_END (UINT64_C(1) << (RANK_SHIFT - SEQUENCE_SHIFT))
#define MAX_SLOTS ((size_t) 1 << SEQUENCE_SHIFT)
#define CACHE_LINE 64

static const sim_event_key_t GREATEST = ~(sim_event_key_t) 0;

static inline size_t
parent_of(size_t j)
{
    return (j >> 2) + 2;
}

/* By address, so that each choice is one conditional move: which key is less cannot be predicted. */
static inline const sim_event_key_t *
lesser(const sim_event_key_t *a, const sim_event_key_t *b)
{
    return *a < *b ? a : b;
}

/* The siblings do not depend on the key that climbs, so each level adds only one comparison to the critical path. */
static inline sim_event_key_t
winner(const sim_event_key_t *node, size_t j, sim_event_key_t key)
{
    const sim_event_key_t *sibling = lesser(lesser(&node[j ^ 1], &node[j ^ 2]), &node[j ^ 3]);

    return *sibling < key ? *sibling : key;
}

static inline sim_event_key_t
make_key(sim_event_list_t *self, double t_days, sim_event_rank_t rank, uint32_t slot)
{
    uint64_t bits;

    assert(t_days >= self->now_days && t_days <= DBL_MAX);
    assert((unsigned) rank <= SIM_RANK_END && self->sequence < SEQUENCE_END);
    memcpy(&bits, &t_days, sizeof(bits));
    bits &= UINT64_MAX >> 1; /* -0 is 0 */
    return (sim_event_key_t) bits << 64 | (uint64_t) rank << RANK_SHIFT | self->sequence++ << SEQUENCE_SHIFT | slot;
}

static inline uint32_t
key_slot(sim_event_key_t key)
{
    return (uint32_t) key & (uint32_t) (MAX_SLOTS - 1);
}

static inline double
key_time(sim_event_key_t key)
{
    uint64_t bits = (uint64_t) (key >> 64);
    double t;

    memcpy(&t, &bits, sizeof(t));
    return t;
}

static inline sim_event_key_t *
node_at(sim_event_key_t *node, size_t byte)
{
    return (sim_event_key_t *) (void *) ((char *) node + byte);
}

/*
 * Give the slot's leaf a key and recompute the whole path to the root. This is the walk that every event pays for:
 * byte offsets save the shifts, and each choice between keys by address is a conditional move (which key is less
 * cannot be predicted). The siblings do not depend on the key that climbs, so a level adds one comparison to the
 * critical path.
 */
static inline void
replay(sim_event_list_t *self, uint32_t slot, sim_event_key_t key)
{
    sim_event_key_t *node = self->node;
    size_t o = (self->first_leaf + slot) * sizeof(*node);

    while (o != ROOT * sizeof(*node)) {
        const sim_event_key_t *p = node_at(node, o ^ 16);
        const sim_event_key_t *q = node_at(node, o ^ 32);
        const sim_event_key_t *r = node_at(node, o ^ 48);

        *node_at(node, o) = key;
        p = *p < *q ? p : q;
        p = *p < *r ? p : r;
        key = *p < key ? *p : key;
        o = (o >> 2 & ~(size_t) 15) + 32;
    }
    node[ROOT] = key;
}

/* As replay, but stop where the winner stays the same: not for the open slot, whose path is stale. */
static void
replay_changed(sim_event_list_t *self, uint32_t slot, sim_event_key_t key)
{
    sim_event_key_t *node = self->node;
    size_t j = self->first_leaf + slot;

    while (j != ROOT && node[j] != key) {
        node[j] = key;
        key = winner(node, j, key);
        j = parent_of(j);
    }
    if (j == ROOT) {
        node[ROOT] = key;
    }
}

/* A key in an unused leaf of a tree with no open slot climbs as far as it wins. */
static inline void
climb(sim_event_list_t *self, uint32_t slot, sim_event_key_t key)
{
    sim_event_key_t *node = self->node;
    size_t j = self->first_leaf + slot;

    while (j != ROOT && key < node[j]) {
        node[j] = key;
        j = parent_of(j);
    }
    if (j == ROOT) {
        node[ROOT] = key < node[ROOT] ? key : node[ROOT];
    }
}

static void
close_open_slot(sim_event_list_t *self)
{
    if (self->open_slot != SIM_NO_SLOT) {
        replay(self, self->open_slot, GREATEST);
        self->free_slot[self->n_free++] = self->open_slot;
        self->open_slot = SIM_NO_SLOT;
    }
}

static void
play_all(sim_event_list_t *self)
{
    for (size_t j = self->first_leaf + self->n_leaf - 4; j > ROOT; j -= 4) {
        self->node[parent_of(j)] = winner(self->node, j, self->node[j]);
    }
}

/* New slots are stacked so that the lowest number is lent first. */
static void
stack_slots(sim_event_list_t *self, size_t from, size_t to)
{
    for (size_t slot = to; slot > from; slot--) {
        self->free_slot[self->n_free++] = (uint32_t) (slot - 1);
    }
}

/* Make room for n_leaf slots, a power of four. On failure self is as it was. */
static int
resize(sim_event_list_t *self, size_t n_leaf)
{
    size_t first_leaf = (n_leaf - 1) / 3 + ROOT;
    size_t n_node = first_leaf + n_leaf;
    uint32_t *what = realloc(self->what, n_leaf * sizeof(*what));
    uint32_t *free_slot;
    sim_event_key_t *node;

    self->what = what != NULL ? what : self->what;
    free_slot = realloc(self->free_slot, n_leaf * sizeof(*free_slot));
    self->free_slot = free_slot != NULL ? free_slot : self->free_slot;
    node = aligned_alloc(CACHE_LINE, n_node * sizeof(*node));
    if (what == NULL || free_slot == NULL || node == NULL) {
        free(node);
        return SIM_ERR_NO_MEMORY;
    }
    memset(node, 0xff, n_node * sizeof(*node));
    if (self->n_leaf > 0) {
        memcpy(node + first_leaf, self->node + self->first_leaf, self->n_leaf * sizeof(*node));
    }
    memset(what + self->n_leaf, 0, (n_leaf - self->n_leaf) * sizeof(*what));
    free(self->node);
    self->node = node;
    self->first_leaf = first_leaf;
    stack_slots(self, self->n_leaf, n_leaf);
    self->n_leaf = n_leaf;
    play_all(self);
    return 0;
}

int
sim_event_list_init(sim_event_list_t *self, size_t expected)
{
    size_t n_leaf = 4;

    memset(self, 0, sizeof(*self));
    self->open_slot = SIM_NO_SLOT;
    if (expected > MAX_SLOTS) {
        return SIM_ERR_FULL;
    }
    while (n_leaf < expected) {
        n_leaf *= 4;
    }
    return resize(self, n_leaf);
}

void
sim_event_list_free(sim_event_list_t *self)
{
    free(self->node);
    free(self->what);
    free(self->free_slot);
    memset(self, 0, sizeof(*self));
    self->open_slot = SIM_NO_SLOT;
}

/* An unused slot, growing the tree fourfold when all are lent. */
static uint32_t
insert_in_free_slot(sim_event_list_t *self, double t_days, sim_event_rank_t rank, uint32_t what)
{
    uint32_t slot;

    if (self->n_free == 0 && (self->n_leaf == MAX_SLOTS || resize(self, self->n_leaf * 4) != 0)) {
        return SIM_NO_SLOT;
    }
    slot = self->free_slot[self->n_free - 1];
    climb(self, slot, make_key(self, t_days, rank, slot));
    self->n_free--;
    self->what[slot] = what;
    self->pending++;
    return slot;
}

uint32_t
sim_event_list_insert(sim_event_list_t *self, double t_days, sim_event_rank_t rank, uint32_t what)
{
    uint32_t slot = self->open_slot;

    if (slot == SIM_NO_SLOT) {
        return insert_in_free_slot(self, t_days, rank, what);
    }
    self->what[slot] = what;
    self->open_slot = SIM_NO_SLOT;
    self->pending++;
    replay(self, slot, make_key(self, t_days, rank, slot));
    return slot;
}

static void
assert_lent(const sim_event_list_t *self, uint32_t slot)
{
    assert(slot < self->n_leaf && slot != self->open_slot && self->node[self->first_leaf + slot] != GREATEST);
}

void
sim_event_list_cancel(sim_event_list_t *self, uint32_t slot)
{
    assert_lent(self, slot);
    replay_changed(self, slot, GREATEST);
    self->free_slot[self->n_free++] = slot;
    self->pending--;
}

void
sim_event_list_move(sim_event_list_t *self, uint32_t slot, double t_days, sim_event_rank_t rank)
{
    assert_lent(self, slot);
    replay_changed(self, slot, make_key(self, t_days, rank, slot));
}

bool
sim_event_list_pop(sim_event_list_t *self, double *t_days, uint32_t *what)
{
    sim_event_key_t key;

    if (self->pending == 0) {
        return false;
    }
    close_open_slot(self);
    key = self->node[ROOT];
    self->open_slot = key_slot(key);
    self->pending--;
    self->now_days = key_time(key);
    *t_days = self->now_days;
    *what = self->what[self->open_slot];
    return true;
}

double
sim_event_list_next_time(const sim_event_list_t *self)
{
    sim_event_key_t key = GREATEST;

    if (self->pending == 0) {
        return INFINITY;
    }
    if (self->open_slot == SIM_NO_SLOT) {
        return key_time(self->node[ROOT]);
    }
    for (size_t j = self->first_leaf + self->open_slot; j != ROOT; j = parent_of(j)) {
        key = winner(self->node, j, key);
    }
    return key_time(key);
}

static bool
on_path(const sim_event_list_t *self, uint32_t slot, size_t node)
{
    size_t j = self->first_leaf + slot;

    while (j > node) {
        j = parent_of(j);
    }
    return j == node;
}

/* Nodes off the open slot's path are the least of their children. */
static bool
tree_holds(const sim_event_list_t *self)
{
    bool open = self->open_slot != SIM_NO_SLOT;

    for (size_t j = ROOT; j < self->first_leaf; j++) {
        size_t child = 4 * j - 8;
        sim_event_key_t least = winner(self->node, child, self->node[child]);

        if (self->node[j] != least && !(open && on_path(self, self->open_slot, j))) {
            return false;
        }
    }
    return true;
}

/* A pending leaf carries its own slot, a sequence number given out before, and a time not yet passed. */
static bool
leaf_holds(const sim_event_list_t *self, uint32_t slot)
{
    sim_event_key_t key = self->node[self->first_leaf + slot];
    uint64_t sequence = ((uint64_t) key >> SEQUENCE_SHIFT) & (SEQUENCE_END - 1);

    return key_slot(key) == slot && sequence < self->sequence && key_time(key) >= self->now_days;
}

int
sim_event_list_verify(const sim_event_list_t *self)
{
    size_t open = self->open_slot != SIM_NO_SLOT;
    size_t n_pending = 0;
    size_t slot_sum = open ? self->open_slot : 0; /* each slot is pending, open or free, once */
    bool good = self->n_free + self->pending + open == self->n_leaf && tree_holds(self);

    for (uint32_t slot = 0; slot < self->n_leaf; slot++) {
        if (slot != self->open_slot && self->node[self->first_leaf + slot] != GREATEST) {
            good = good && leaf_holds(self, slot);
            n_pending++;
            slot_sum += slot;
        }
    }
    for (size_t i = 0; good && i < self->n_free; i++) {
        uint32_t slot = self->free_slot[i];

        good = slot < self->n_leaf && self->node[self->first_leaf + slot] == GREATEST;
        slot_sum += slot;
    }
    good = good && n_pending == self->pending && slot_sum == self->n_leaf * (self->n_leaf - 1) / 2;
    return good ? 0 : SIM_ERR_INVARIANT;
}
