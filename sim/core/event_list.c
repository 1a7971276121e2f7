/*
 * The places of the event list: run, heap, buckets of chunks, later. All room is made when slots are added, so that
 * only insert can fail.
 *
 * Invariant: run[run_head] is pending unless the run is over; a cancelled key of the run is GREATEST; every chunk of a
 * bucket but the first is full, so n slots in b buckets need at most n / 7 + b chunks.
 */
#include "sim/core/event_list.h"

#undef NDEBUG /* programmer errors stop the program in release too */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RANK_SHIFT 60
#define SEQUENCE_SHIFT 24
#define SEQUENCE_END (UINT64_C(1) << (RANK_SHIFT - SEQUENCE_SHIFT))
#define MAX_SLOTS ((size_t) 1 << SEQUENCE_SHIFT)
#define CACHE_LINE 64
#define HEAP_MOST 128   /* a heap that is the whole list becomes a window beyond this */
#define WINDOW_LEAST 32 /* and a window of no more than this becomes a heap */
#define SLOTS_A_BUCKET 4
#define LEAST_BUCKETS 64
#define HALVINGS 60
#define NO_CHUNK UINT32_MAX

/* Places, in the upper two bits of where; an index below. A key that left its bucket for the run keeps its old place. */
#define AT_HEAP UINT32_C(0)
#define AT_LATER (UINT32_C(1) << 30)
#define AT_BUCKET (UINT32_C(2) << 30)
#define AT_MASK (UINT32_C(3) << 30)
#define NOWHERE UINT32_MAX
#define ANY SIZE_MAX

static const sim_event_key_t GREATEST = ~(sim_event_key_t) 0;

/* ---- keys ---- */

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
    return (uint32_t) key & SIM_EVENT_SLOT_MASK;
}

static inline double
key_time(sim_event_key_t key)
{
    uint64_t bits = (uint64_t) (key >> 64);
    double t;

    memcpy(&t, &bits, sizeof(t));
    return t;
}

static inline void
set_where(sim_event_list_t *self, sim_event_key_t key, uint32_t place, size_t index)
{
    self->slot[key_slot(key)].where = place | (uint32_t) index;
}

/* ---- heap ---- */

static inline void
heap_set(sim_event_list_t *self, size_t i, sim_event_key_t key)
{
    self->heap[i] = key;
    set_where(self, key, AT_HEAP, i);
}

static inline void
heap_up(sim_event_list_t *self, size_t i, sim_event_key_t key)
{
    while (i > 0 && key < self->heap[(i - 1) / 4]) {
        heap_set(self, i, self->heap[(i - 1) / 4]);
        i = (i - 1) / 4;
    }
    heap_set(self, i, key);
}

static inline void
heap_down(sim_event_list_t *self, size_t i, sim_event_key_t key)
{
    size_t n = self->n_heap, child, least, end;

    for (child = 4 * i + 1; child < n; child = 4 * i + 1) {
        end = child + 4 < n ? child + 4 : n;
        for (least = child++; child < end; child++) {
            least = self->heap[child] < self->heap[least] ? child : least;
        }
        if (key < self->heap[least]) {
            break;
        }
        heap_set(self, i, self->heap[least]);
        i = least;
    }
    heap_set(self, i, key);
}

static inline void
heap_put(sim_event_list_t *self, sim_event_key_t key)
{
    heap_up(self, self->n_heap++, key);
}

static inline void
heap_take(sim_event_list_t *self, size_t i)
{
    sim_event_key_t last = self->heap[--self->n_heap];

    if (i == self->n_heap) {
        return;
    }
    if (i > 0 && last < self->heap[(i - 1) / 4]) {
        heap_up(self, i, last);
    } else {
        heap_down(self, i, last);
    }
}

/* ---- later ---- */

static inline void
later_put(sim_event_list_t *self, sim_event_key_t key)
{
    set_where(self, key, AT_LATER, self->n_later);
    self->later[self->n_later++] = key;
}

static void
later_take(sim_event_list_t *self, size_t i)
{
    sim_event_key_t last = self->later[--self->n_later];

    if (i < self->n_later) {
        self->later[i] = last;
        set_where(self, last, AT_LATER, i);
    }
}

/* ---- buckets ---- */

/* n_buckets when beyond the window; monotone in t, whatever the rounding. */
static inline size_t
bucket_of(const sim_event_list_t *self, double t_days)
{
    double place = (t_days - self->base_days) * self->per_day;

    return place < (double) self->n_buckets ? (size_t) place : self->n_buckets;
}

static uint32_t
chunk_lend(sim_event_list_t *self, uint32_t next)
{
    uint32_t c = self->free_chunk;

    if (c == NO_CHUNK) {
        c = self->n_chunks++;
    } else {
        self->free_chunk = self->chunk[c].next;
    }
    self->chunk[c].next = next;
    return c;
}

static inline void
chunk_free(sim_event_list_t *self, uint32_t c)
{
    self->chunk[c].next = self->free_chunk;
    self->free_chunk = c;
}

/* Writes to the chunk without reading it: it is far from the cache. */
static inline void
bucket_put(sim_event_list_t *self, size_t b, sim_event_key_t key)
{
    uint32_t at = self->bucket[b];

    if (at == NO_CHUNK || at % 8 == SIM_EVENT_CHUNK) {
        at = 8 * chunk_lend(self, at == NO_CHUNK ? at : at / 8);
        self->used[b / 64] |= UINT64_C(1) << b % 64;
    }
    self->chunk[at / 8].key[at % 8] = key;
    self->bucket[b] = at + 1;
    set_where(self, key, AT_BUCKET, at);
}

static void
bucket_empty(sim_event_list_t *self, size_t b)
{
    self->bucket[b] = NO_CHUNK;
    self->used[b / 64] &= ~(UINT64_C(1) << b % 64);
}

/* The hole is filled with the last key of the bucket's first chunk. */
static void
bucket_take(sim_event_list_t *self, uint32_t index)
{
    sim_event_key_t *hole = &self->chunk[index / 8].key[index % 8], last;
    size_t b = bucket_of(self, key_time(*hole));
    uint32_t at = --self->bucket[b], next = self->chunk[at / 8].next;

    last = self->chunk[at / 8].key[at % 8];
    if (index != at) {
        *hole = last;
        set_where(self, last, AT_BUCKET, index);
    }
    if (at % 8 > 0) {
        return;
    }
    chunk_free(self, at / 8);
    if (next == NO_CHUNK) {
        bucket_empty(self, b);
    } else {
        self->bucket[b] = 8 * next + SIM_EVENT_CHUNK;
    }
}

/* ---- the next run ---- */

/* The first used bucket from b on, or n_buckets. */
static size_t
find_used(const sim_event_list_t *self, size_t b)
{
    size_t words = (self->n_buckets + 63) / 64, w = b / 64;
    uint64_t bits;

    if (b >= self->n_buckets) {
        return self->n_buckets;
    }
    bits = self->used[w] & UINT64_MAX << b % 64;
    while (bits == 0 && ++w < words) {
        bits = self->used[w];
    }
    return bits == 0 ? self->n_buckets : 64 * w + (size_t) __builtin_ctzll(bits);
}

static inline void
run_put(sim_event_list_t *self, sim_event_key_t key)
{
    sim_event_key_t *to = &self->run[self->run_end++];

    for (; to > self->run && key < to[-1]; to--) {
        *to = to[-1];
    }
    *to = key;
}

/* The run has no room for a bucket: it joins the heap instead. */
static void
run_give_up(sim_event_list_t *self)
{
    size_t i;

    for (i = 0; i < self->run_end; i++) {
        heap_put(self, self->run[i]);
    }
    self->run_end = 0;
}

static inline void
open_chunk(sim_event_list_t *self, const sim_event_chunk_t *chunk, size_t n)
{
    size_t i;

    if (self->run_end + n > SIM_EVENT_RUN) {
        run_give_up(self);
    }
    for (i = 0; i < n; i++) {
        __builtin_prefetch(&self->slot[key_slot(chunk->key[i])], 1);
        run_put(self, chunk->key[i]);
    }
}

static inline void
fetch_chunk(const sim_event_list_t *self, uint32_t c)
{
    if (c != NO_CHUNK) {
        __builtin_prefetch(&self->chunk[c], 1);
        __builtin_prefetch(&self->chunk[c].key[SIM_EVENT_CHUNK - 1], 1);
    }
}

/* The rest of the next bucket, whose first chunk was fetched when the one before was opened, and the one after it. */
static void
fetch_buckets(const sim_event_list_t *self, size_t b)
{
    b = find_used(self, b);
    if (b < self->n_buckets) {
        fetch_chunk(self, self->chunk[self->bucket[b] / 8].next);
        b = find_used(self, b + 1);
        fetch_chunk(self, b < self->n_buckets ? self->bucket[b] / 8 : NO_CHUNK);
    }
}

/* A bucket becomes the run (and the heap, when it is more than a run holds). */
static void
open_bucket(sim_event_list_t *self, size_t b)
{
    uint32_t at = self->bucket[b], n = at % 8, c, next;

    self->run_head = self->run_end = 0;
    for (c = at / 8; c != NO_CHUNK; c = next) {
        next = self->chunk[c].next;
        open_chunk(self, &self->chunk[c], n);
        chunk_free(self, c);
        n = SIM_EVENT_CHUNK;
    }
    bucket_empty(self, b);
    self->next_bucket = b + 1;
    fetch_buckets(self, b + 1);
}

static size_t
count_before(const sim_event_list_t *self, double span)
{
    size_t i, n = 0;

    for (i = 0; i < self->n_later; i++) {
        n += key_time(self->later[i]) - self->base_days < span;
    }
    return n;
}

/* A span that holds more than half of what is later (or all), and no more than half in its own first half. */
static void
lay_window(sim_event_list_t *self)
{
    double most = 0, span, t;
    size_t i;

    self->base_days = DBL_MAX;
    for (i = 0; i < self->n_later; i++) {
        t = key_time(self->later[i]);
        self->base_days = t < self->base_days ? t : self->base_days;
        most = t > most ? t : most;
    }
    span = most - self->base_days;
    for (i = 0; i < HALVINGS && 2 * count_before(self, span / 2) > self->n_later; i++) {
        span /= 2;
    }
    self->n_buckets = self->n_slots / SLOTS_A_BUCKET;
    self->n_buckets = self->n_buckets < LEAST_BUCKETS ? LEAST_BUCKETS : self->n_buckets;
    self->next_bucket = 0;
    self->per_day = (double) self->n_buckets / span;
    self->per_day = self->per_day <= DBL_MAX ? self->per_day : 0;
    memset(self->bucket, 0xff, self->n_buckets * sizeof(*self->bucket));
    memset(self->used, 0, (self->n_buckets + 63) / 64 * sizeof(*self->used));
}

static void
fill_window(sim_event_list_t *self)
{
    size_t n = self->n_later, i, b;

    self->n_later = 0;
    for (i = 0; i < n; i++) {
        sim_event_key_t key = self->later[i];

        b = bucket_of(self, key_time(key));
        if (b < self->n_buckets) {
            bucket_put(self, b, key);
        } else {
            later_put(self, key);
        }
    }
}

/* Every time falls in the first bucket, which is taken: all goes to the heap. */
static void
become_heap(sim_event_list_t *self)
{
    self->only_heap = true;
    self->base_days = self->per_day = 0;
    self->n_buckets = self->next_bucket = 1;
    while (self->n_later > 0) {
        heap_put(self, self->later[--self->n_later]);
    }
}

/* No buckets: all is later, until the next pop lays a window. */
static void
stop_being_heap(sim_event_list_t *self)
{
    self->only_heap = false;
    self->n_buckets = self->next_bucket = 0;
    while (self->n_heap > 0) {
        later_put(self, self->heap[--self->n_heap]);
    }
}

/* Something is pending, but neither in the run nor in the heap. */
static void
open_next(sim_event_list_t *self)
{
    size_t b = find_used(self, self->next_bucket);

    if (b == self->n_buckets) {
        if (self->n_later <= WINDOW_LEAST) {
            become_heap(self);
            return;
        }
        lay_window(self);
        fill_window(self);
        b = 0;
    }
    open_bucket(self, b);
}

/* ---- room ---- */

static void *
grow(void *array, size_t size, bool *good)
{
    void *grown = realloc(array, size);

    *good = *good && grown != NULL;
    return grown != NULL ? grown : array;
}

static int
grow_chunks(sim_event_list_t *self, size_t n)
{
    sim_event_chunk_t *chunk = aligned_alloc(CACHE_LINE, n * sizeof(*chunk));

    if (chunk == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    if (self->n_chunks > 0) {
        memcpy(chunk, self->chunk, self->n_chunks * sizeof(*chunk));
    }
    free(self->chunk);
    self->chunk = chunk;
    return 0;
}

/* Make room for n slots. On failure self holds what it held. The lowest number is lent first. */
static int
resize(sim_event_list_t *self, size_t n)
{
    size_t buckets = n / SLOTS_A_BUCKET < LEAST_BUCKETS ? LEAST_BUCKETS : n / SLOTS_A_BUCKET;
    bool good = true;
    size_t slot;

    self->slot = grow(self->slot, n * sizeof(*self->slot), &good);
    self->free_slot = grow(self->free_slot, n * sizeof(*self->free_slot), &good);
    self->heap = grow(self->heap, n * sizeof(*self->heap), &good);
    self->later = grow(self->later, n * sizeof(*self->later), &good);
    self->bucket = grow(self->bucket, buckets * sizeof(*self->bucket), &good);
    self->used = grow(self->used, (buckets + 63) / 64 * sizeof(*self->used), &good);
    if (!good || grow_chunks(self, buckets + n / SIM_EVENT_CHUNK + 1) != 0) {
        return SIM_ERR_NO_MEMORY;
    }
    for (slot = n; slot > self->n_slots; slot--) {
        self->slot[slot - 1] = (sim_event_slot_t){ 0, NOWHERE };
        self->free_slot[self->n_free++] = (uint32_t) (slot - 1);
    }
    self->n_slots = n;
    return 0;
}

int
sim_event_list_init(sim_event_list_t *self, size_t expected)
{
    size_t n = 4;

    memset(self, 0, sizeof(*self));
    self->free_chunk = NO_CHUNK;
    if (expected > MAX_SLOTS) {
        return SIM_ERR_FULL;
    }
    while (n < expected) {
        n *= 4;
    }
    become_heap(self);
    return resize(self, n);
}

void
sim_event_list_free(sim_event_list_t *self)
{
    free(self->slot);
    free(self->free_slot);
    free(self->heap);
    free(self->later);
    free(self->bucket);
    free(self->used);
    free(self->chunk);
    memset(self, 0, sizeof(*self));
}

/* ---- what users do ---- */

static inline void
place(sim_event_list_t *self, sim_event_key_t key)
{
    size_t b;

    if (self->only_heap && self->n_heap == HEAP_MOST) {
        stop_being_heap(self);
    }
    b = bucket_of(self, key_time(key));
    if (b == self->n_buckets) {
        later_put(self, key);
    } else if (b < self->next_bucket) {
        heap_put(self, key);
    } else {
        bucket_put(self, b, key);
    }
}

static inline void
skip_cancelled(sim_event_list_t *self)
{
    while (self->run_head < self->run_end && self->run[self->run_head] == GREATEST) {
        self->run_head++;
    }
}

/*
 * Whether the slot's key is in the bucket that its place names; else it is in the run, though a copy of it may still
 * stand in the chunk it left.
 */
static inline bool
in_bucket(const sim_event_list_t *self, uint32_t slot, uint32_t index)
{
    sim_event_key_t key = self->chunk[index / 8].key[index % 8];

    return key_slot(key) == slot && bucket_of(self, key_time(key)) >= self->next_bucket;
}

static void
run_take(sim_event_list_t *self, uint32_t slot)
{
    size_t i = self->run_head;

    while (key_slot(self->run[i]) != slot || self->run[i] == GREATEST) {
        i++;
        assert(i < self->run_end);
    }
    self->run[i] = GREATEST;
    skip_cancelled(self);
}

static void
take(sim_event_list_t *self, uint32_t slot)
{
    uint32_t where, index;

    assert(slot < self->n_slots && self->slot[slot].where != NOWHERE);
    where = self->slot[slot].where;
    index = where & ~AT_MASK;
    if ((where & AT_MASK) == AT_HEAP) {
        heap_take(self, index);
    } else if ((where & AT_MASK) == AT_LATER) {
        later_take(self, index);
    } else if (in_bucket(self, slot, index)) {
        bucket_take(self, index);
    } else {
        run_take(self, slot);
    }
}

static inline void
free_slot(sim_event_list_t *self, uint32_t slot)
{
    self->slot[slot].where = NOWHERE;
    self->free_slot[self->n_free++] = slot;
    self->pending--;
}

uint32_t
sim_event_list_insert(sim_event_list_t *self, double t_days, sim_event_rank_t rank, uint32_t what)
{
    uint32_t slot;

    if (self->n_free == 0 && (self->n_slots == MAX_SLOTS || resize(self, self->n_slots * 4) != 0)) {
        return SIM_NO_SLOT;
    }
    slot = self->free_slot[--self->n_free];
    self->slot[slot].what = what;
    self->pending++;
    place(self, make_key(self, t_days, rank, slot));
    return slot;
}

void
sim_event_list_cancel(sim_event_list_t *self, uint32_t slot)
{
    take(self, slot);
    free_slot(self, slot);
}

void
sim_event_list_move(sim_event_list_t *self, uint32_t slot, double t_days, sim_event_rank_t rank)
{
    take(self, slot);
    place(self, make_key(self, t_days, rank, slot));
}

bool
sim_event_list_pop(sim_event_list_t *self, double *t_days, uint32_t *what)
{
    sim_event_key_t key;

    if (self->pending == 0) {
        return false;
    }
    if (self->run_head == self->run_end && self->n_heap == 0) {
        open_next(self);
    }
    key = self->run_head < self->run_end ? self->run[self->run_head] : GREATEST;
    if (self->n_heap > 0 && self->heap[0] < key) {
        key = self->heap[0];
        heap_take(self, 0);
    } else {
        self->run_head++;
        skip_cancelled(self);
    }
    self->now_days = key_time(key);
    *t_days = self->now_days;
    *what = self->slot[key_slot(key)].what;
    free_slot(self, key_slot(key));
    return true;
}

static sim_event_key_t
least_of(const sim_event_key_t *key, size_t n, sim_event_key_t least)
{
    size_t i;

    for (i = 0; i < n; i++) {
        least = key[i] < least ? key[i] : least;
    }
    return least;
}

static sim_event_key_t
least_of_bucket(const sim_event_list_t *self, size_t b)
{
    uint32_t at = self->bucket[b], n = at % 8, c;
    sim_event_key_t least = GREATEST;

    for (c = at / 8; c != NO_CHUNK; c = self->chunk[c].next) {
        least = least_of(self->chunk[c].key, n, least);
        n = SIM_EVENT_CHUNK;
    }
    return least;
}

double
sim_event_list_next_time(const sim_event_list_t *self)
{
    sim_event_key_t key = least_of(self->heap, self->n_heap > 0, GREATEST);
    size_t b = find_used(self, self->next_bucket);

    if (self->pending == 0) {
        return INFINITY;
    }
    key = least_of(self->run + self->run_head, self->run_head < self->run_end, key);
    if (key == GREATEST) {
        key = b < self->n_buckets ? least_of_bucket(self, b) : least_of(self->later, self->n_later, key);
    }
    return key_time(key);
}

/* ---- verification ---- */

/* A pending key stands where its slot says, with a sequence number given out before and a time not yet passed. */
static bool
key_holds(const sim_event_list_t *self, sim_event_key_t key, uint32_t place, size_t index)
{
    uint64_t sequence = ((uint64_t) key >> SEQUENCE_SHIFT) & (SEQUENCE_END - 1);
    uint32_t slot = key_slot(key);

    return slot < self->n_slots && sequence < self->sequence && key_time(key) >= self->now_days &&
           (index == ANY ? (self->slot[slot].where & AT_MASK) == place
                         : self->slot[slot].where == (place | (uint32_t) index));
}

static bool
heap_holds(const sim_event_list_t *self, size_t *n)
{
    bool good = true;
    size_t i;

    for (i = 0; i < self->n_heap; i++) {
        good = good && key_holds(self, self->heap[i], AT_HEAP, i) &&
               (i == 0 || self->heap[(i - 1) / 4] < self->heap[i]) &&
               bucket_of(self, key_time(self->heap[i])) < self->next_bucket;
    }
    *n += self->n_heap;
    return good;
}

static bool
run_holds(const sim_event_list_t *self, size_t *n)
{
    bool good = self->run_head >= self->run_end || self->run[self->run_head] != GREATEST;
    sim_event_key_t last = 0;
    size_t i;

    for (i = self->run_head; i < self->run_end; i++) {
        sim_event_key_t key = self->run[i];

        if (key != GREATEST) {
            good = good && key > last && key_holds(self, key, AT_BUCKET, ANY) &&
                   !in_bucket(self, key_slot(key), self->slot[key_slot(key)].where & ~AT_MASK) &&
                   bucket_of(self, key_time(key)) < self->next_bucket;
            last = key;
            (*n)++;
        }
    }
    return good;
}

static bool
bucket_holds(const sim_event_list_t *self, size_t b, size_t *n)
{
    bool used = self->bucket[b] != NO_CHUNK, good = (self->used[b / 64] >> b % 64 & 1) == used;
    uint32_t c = used ? self->bucket[b] / 8 : NO_CHUNK, in_chunk = self->bucket[b] % 8, i;

    good = good && in_chunk > 0;
    for (; good && c != NO_CHUNK; c = self->chunk[c].next) {
        const sim_event_key_t *key = self->chunk[c].key;

        for (i = 0; good && i < in_chunk; i++) {
            good = key_holds(self, key[i], AT_BUCKET, 8 * (size_t) c + i) && bucket_of(self, key_time(key[i])) == b;
        }
        *n += in_chunk;
        in_chunk = SIM_EVENT_CHUNK;
    }
    return good;
}

static bool
later_holds(const sim_event_list_t *self, size_t *n)
{
    bool good = true;
    size_t i;

    for (i = 0; i < self->n_later; i++) {
        good = good && key_holds(self, self->later[i], AT_LATER, i) &&
               bucket_of(self, key_time(self->later[i])) == self->n_buckets;
    }
    *n += self->n_later;
    return good;
}

/* Each slot is pending or free, once. */
static bool
slots_hold(const sim_event_list_t *self)
{
    size_t lent = 0, sum = 0, i;

    for (i = 0; i < self->n_slots; i++) {
        lent += self->slot[i].where != NOWHERE;
        sum += self->slot[i].where != NOWHERE ? i : 0;
    }
    for (i = 0; i < self->n_free; i++) {
        sum += self->free_slot[i];
    }
    return lent == self->pending && lent + self->n_free == self->n_slots &&
           sum == self->n_slots * (self->n_slots - 1) / 2;
}

int
sim_event_list_verify(const sim_event_list_t *self)
{
    bool good = slots_hold(self);
    size_t n = 0, b;

    good = good && heap_holds(self, &n) && run_holds(self, &n) && later_holds(self, &n);
    for (b = self->next_bucket; good && b < self->n_buckets; b++) {
        good = bucket_holds(self, b, &n);
    }
    return good && n == self->pending ? 0 : SIM_ERR_INVARIANT;
}
