/*
 * The parts of the agenda that are not needed at every event: beginning a day, growth, cancelling, moving, verification.
 */
#include "sim/core/agenda.h"

#undef NDEBUG /* programmer errors stop the program in release too */
#include <assert.h>
#include <math.h>

#define MAX_POSITIONS ((size_t) 1 << SIM_EVENT_SEQUENCE_SHIFT)
#define LAST_DAY 1e15 /* whole days are exact well beyond */
#define FIRST_RUN 1024
#define FIRST_CHUNKS 256
#define PARTS_LEAST 64 /* of a day, by which its events are spread out before they are sorted; a power of two */
#define PARTS_MOST 4096
#define SHIFTS_MOST 8 /* an event, on average, in the last pass of a sort */

static const sim_event_key_t GREATEST = ~(sim_event_key_t) 0;

/* ---- life cycle and room ---- */

int
sim_agenda_init(sim_agenda_t *self)
{
    memset(self, 0, sizeof(*self));
    self->free_chunk = self->open_chain = SIM_AGENDA_NOTHING;
    self->tomorrow_days = INFINITY;
    return sim_event_list_init(&self->near, 1);
}

void
sim_agenda_free(sim_agenda_t *self)
{
    sim_event_list_free(&self->near);
    free(self->day);
    free(self->run);
    free(self->spare);
    free(self->key);
    free(self->what);
    free(self->next_chunk);
    memset(self, 0, sizeof(*self));
}

static bool
grow(void *array, size_t size)
{
    void *grown = realloc(*(void **) array, size);

    if (grown != NULL) {
        memcpy(array, &grown, sizeof(grown));
    }
    return grown != NULL;
}

static bool
grow_chunks(sim_agenda_t *self)
{
    size_t n = self->n_chunks == 0 ? FIRST_CHUNKS : 2 * self->n_chunks, positions = n * SIM_AGENDA_CHUNK, c;

    if (positions > MAX_POSITIONS || !grow(&self->key, positions * sizeof(*self->key)) ||
        !grow(&self->what, positions * sizeof(*self->what)) ||
        !grow(&self->next_chunk, n * sizeof(*self->next_chunk))) {
        return false;
    }
    for (c = n; c > self->n_chunks; c--) { /* the lowest number is lent first */
        self->next_chunk[c - 1] = self->free_chunk;
        self->free_chunk = (uint32_t) (c - 1);
    }
    memset(&self->what[self->n_chunks * SIM_AGENDA_CHUNK], 0xff,
        (n - self->n_chunks) * SIM_AGENDA_CHUNK * sizeof(*self->what));
    self->n_chunks = n;
    return true;
}

/* A new chunk at the end of a chain; false when there is no room. */
static bool
lengthen(sim_agenda_t *self, sim_agenda_day_t *day)
{
    uint32_t chunk;

    if (self->free_chunk == SIM_AGENDA_NOTHING && !grow_chunks(self)) {
        return false;
    }
    chunk = self->free_chunk;
    self->free_chunk = self->next_chunk[chunk];
    self->next_chunk[chunk] = SIM_AGENDA_NOTHING;
    if (day->first == SIM_AGENDA_NOTHING) {
        day->first = chunk;
    } else {
        self->next_chunk[(day->end - 1) / SIM_AGENDA_CHUNK] = chunk;
    }
    day->end = chunk * SIM_AGENDA_CHUNK;
    return true;
}

static bool
grow_run(sim_agenda_t *self, size_t n)
{
    size_t room = self->run_room == 0 ? FIRST_RUN : self->run_room;

    while (room < n + 1) {
        room *= 2;
    }
    if (room > self->run_room &&
        (!grow(&self->run, room * sizeof(*self->run)) || !grow(&self->spare, room * sizeof(*self->spare)))) {
        return false;
    }
    self->run_room = room;
    return true;
}

static void
set_tomorrow(sim_agenda_t *self, double days)
{
    uint64_t bits;

    self->tomorrow_days = days <= LAST_DAY ? days : INFINITY;
    memcpy(&bits, &self->tomorrow_days, sizeof(bits));
    self->tomorrow = (sim_event_key_t) bits << 64;
}

/* From now on days are kept, today's too; what is pending stays where it is. */
static bool
start_days(sim_agenda_t *self)
{
    self->day = malloc(SIM_AGENDA_DAYS * sizeof(*self->day));
    if (self->day == NULL || !grow_run(self, 0)) {
        return false;
    }
    memset(self->day, 0xff, SIM_AGENDA_DAYS * sizeof(*self->day));
    for (size_t d = 0; d < SIM_AGENDA_DAYS; d++) {
        self->day[d].end = 0;
    }
    self->run[0] = GREATEST;
    set_tomorrow(self, floor(self->near.now_days));
    self->by_day = true;
    return true;
}

bool
sim_agenda_expect(sim_agenda_t *self, size_t n)
{
    return self->by_day || n < SIM_AGENDA_MANY || start_days(self);
}

uint32_t
sim_agenda_insert_anew(sim_agenda_t *self, double t_days, sim_event_rank_t rank, uint32_t what)
{
    if (!self->by_day && self->near.pending >= SIM_AGENDA_MANY && !start_days(self)) {
        return SIM_NO_SLOT;
    }
    return sim_event_list_insert(&self->near, t_days, rank, what);
}

uint32_t
sim_agenda_lengthen(sim_agenda_t *self, sim_agenda_day_t *day, double t_days, sim_event_rank_t rank, uint32_t what)
{
    return lengthen(self, day) ? sim_agenda_append(self, day, t_days, rank, what) : SIM_NO_SLOT;
}

/* ---- days ---- */

/* In order but for few that stand close by; what is left undone when too much is out of order is left to qsort. */
static bool
insertion_sort(sim_event_key_t *key, size_t n)
{
    size_t shifts = 0, i, j;

    for (i = 1; i < n && shifts <= SHIFTS_MOST * n + PARTS_LEAST; i++) {
        sim_event_key_t moved = key[i];

        for (j = i; j > 0 && moved < key[j - 1]; j--) {
            key[j] = key[j - 1];
        }
        key[j] = moved;
        shifts += i - j;
    }
    return i >= n;
}

static int
compare_keys(const void *a, const void *b)
{
    const sim_event_key_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* The part of its day, of so many. */
static inline size_t
part_of(sim_event_key_t key, double day, double parts)
{
    return (size_t) ((sim_event_key_time(key) - day) * parts);
}

/* From spare to key by parts of the day, about as many as there are events, in an order that keeps that of equals. */
static void
spread(sim_event_key_t *restrict key, const sim_event_key_t *restrict spare, size_t n, double day)
{
    uint32_t end[PARTS_MOST + 1];
    size_t parts = PARTS_LEAST, i;

    while (parts < n && parts < PARTS_MOST) {
        parts *= 2;
    }
    memset(end, 0, (parts + 1) * sizeof(*end));
    for (i = 0; i < n; i++) {
        end[part_of(spare[i], day, (double) parts) + 1]++;
    }
    for (i = 1; i < parts; i++) {
        end[i] += end[i - 1];
    }
    for (i = 0; i < n; i++) {
        key[end[part_of(spare[i], day, (double) parts)]++] = spare[i];
    }
}

static void
sort_run(sim_agenda_t *self)
{
    size_t n = self->run_n;

    spread(self->run, self->spare, n, self->tomorrow_days - 1);
    if (!insertion_sort(self->run, n)) {
        qsort(self->run, n, sizeof(*self->run), compare_keys);
    }
    self->run[n] = GREATEST;
}

static void
free_chain(sim_agenda_t *self, uint32_t chunk)
{
    while (chunk != SIM_AGENDA_NOTHING) {
        uint32_t next = self->next_chunk[chunk];

        self->next_chunk[chunk] = self->free_chunk;
        self->free_chunk = chunk;
        chunk = next;
    }
}

static size_t
events_in(const sim_agenda_day_t *day, uint32_t chunk)
{
    return chunk == (day->end - 1) / SIM_AGENDA_CHUNK ? (day->end - 1) % SIM_AGENDA_CHUNK + 1 : SIM_AGENDA_CHUNK;
}

/* What was written days ago is far away by now. */
static inline void
fetch_chunk(const sim_agenda_t *self, uint32_t chunk)
{
    size_t from = (size_t) chunk * SIM_AGENDA_CHUNK;

    __builtin_prefetch(&self->key[from]);
    __builtin_prefetch(&self->key[from + SIM_AGENDA_CHUNK / 2]);
    __builtin_prefetch(&self->what[from]);
}

/* The chain of a day becomes the run. */
static bool
open_chain(sim_agenda_t *self, sim_agenda_day_t *day)
{
    size_t n = 0, most = 0, i;
    uint32_t c;

    for (c = day->first; c != SIM_AGENDA_NOTHING; c = self->next_chunk[c]) {
        fetch_chunk(self, c);
        most += SIM_AGENDA_CHUNK;
    }
    if (!grow_run(self, most)) {
        return false;
    }
    for (c = day->first; c != SIM_AGENDA_NOTHING; c = self->next_chunk[c]) {
        size_t from = (size_t) c * SIM_AGENDA_CHUNK, end = from + events_in(day, c);

        for (i = from; i < end; i++) {
            self->spare[n] = self->key[i];
            n += self->what[i] != SIM_AGENDA_NOTHING;
        }
    }
    self->run_n = n;
    self->run_next = 0;
    self->n_ahead -= n;
    self->n_today = n;
    self->open_chain = day->first;
    *day = (sim_agenda_day_t){ SIM_AGENDA_NOTHING, 0 };
    sort_run(self);
    return true;
}

/* False without memory. */
static bool
begin_day(sim_agenda_t *self)
{
    double near_days = sim_event_key_time(sim_event_list_first(&self->near)), day = self->tomorrow_days;
    sim_agenda_day_t *next;

    free_chain(self, self->open_chain);
    self->open_chain = SIM_AGENDA_NOTHING;
    if (self->n_ahead == 0) {
        day = floor(near_days);
        set_tomorrow(self, day + 1);
        return true;
    }
    for (; self->day[(size_t) day % SIM_AGENDA_DAYS].first == SIM_AGENDA_NOTHING; day++) {
    }
    if (self->near.pending > 0 && near_days < day) {
        day = floor(near_days);
    }
    next = &self->day[(size_t) day % SIM_AGENDA_DAYS];
    set_tomorrow(self, day + 1);
    return open_chain(self, next);
}

bool
sim_agenda_go_on(sim_agenda_t *self)
{
    bool is_over = self->run[self->run_next] == GREATEST && sim_event_list_first(&self->near) >= self->tomorrow;

    return sim_agenda_pending(self) > 0 && (!is_over || begin_day(self));
}

/* ---- cancelling and moving ---- */

static uint32_t
position_of(const sim_agenda_t *self, uint32_t slot)
{
    uint32_t at = slot & ~SIM_AGENDA_CHAINED;

    assert(at < self->n_chunks * SIM_AGENDA_CHUNK && self->what[at] != SIM_AGENDA_NOTHING);
    return at;
}

void
sim_agenda_cancel(sim_agenda_t *self, uint32_t slot)
{
    uint32_t at;

    if ((slot & SIM_AGENDA_CHAINED) == 0) {
        sim_event_list_cancel(&self->near, slot);
        return;
    }
    at = position_of(self, slot);
    self->what[at] = SIM_AGENDA_NOTHING;
    if (self->key[at] < self->tomorrow) {
        self->n_today--;
    } else {
        self->n_ahead--;
    }
}

uint32_t
sim_agenda_move(sim_agenda_t *self, uint32_t slot, double t_days, sim_event_rank_t rank)
{
    uint32_t what;

    if ((slot & SIM_AGENDA_CHAINED) == 0) {
        if (!(t_days >= self->tomorrow_days)) {
            sim_event_list_move(&self->near, slot, t_days, rank);
            return slot;
        }
        what = sim_event_list_what(&self->near, slot);
    } else {
        what = self->what[position_of(self, slot)];
    }
    sim_agenda_cancel(self, slot);
    return sim_agenda_insert(self, t_days, rank, what);
}

/* ---- looking in ---- */

size_t
sim_agenda_bytes(const sim_agenda_t *self)
{
    return sim_event_list_bytes(&self->near) + (self->by_day ? SIM_AGENDA_DAYS * sizeof(*self->day) : 0) +
           2 * self->run_room * sizeof(*self->run) +
           self->n_chunks * (SIM_AGENDA_CHUNK * (sizeof(*self->key) + sizeof(*self->what)) + sizeof(*self->next_chunk));
}

/* Pending events of a chain, which lie in their day, each with its own position; SIZE_MAX when one does not. */
static size_t
count_chain(const sim_agenda_t *self, size_t d)
{
    size_t n = 0, i;
    uint32_t c;

    for (c = self->day[d].first; c != SIM_AGENDA_NOTHING; c = self->next_chunk[c]) {
        size_t from = (size_t) c * SIM_AGENDA_CHUNK, end = from + events_in(&self->day[d], c);

        for (i = from; i < end; i++) {
            sim_event_key_t key = self->key[i];

            if (self->what[i] == SIM_AGENDA_NOTHING) {
                continue;
            }
            if (key < self->tomorrow || sim_event_key_slot(key) != i ||
                (size_t) sim_event_key_time(key) % SIM_AGENDA_DAYS != d) {
                return SIZE_MAX;
            }
            n++;
        }
    }
    return n;
}

static bool
run_holds(const sim_agenda_t *self)
{
    bool good = self->run_next <= self->run_n && self->run[self->run_n] == GREATEST;
    size_t n = 0, i;

    for (i = self->run_next; good && i < self->run_n; i++) {
        good = self->run[i] < self->tomorrow && self->run[i] < self->run[i + 1] &&
               sim_event_key_time(self->run[i]) >= self->near.now_days;
        n += self->what[sim_event_key_slot(self->run[i])] != SIM_AGENDA_NOTHING;
    }
    return good && n == self->n_today;
}

int
sim_agenda_verify(const sim_agenda_t *self)
{
    size_t n = 0, d, of_day;
    bool good = sim_event_list_verify(&self->near) == 0;

    if (!self->by_day) {
        return good && sim_agenda_pending(self) == self->near.pending ? 0 : SIM_ERR_INVARIANT;
    }
    for (d = 0; good && d < SIM_AGENDA_DAYS; d++) {
        of_day = count_chain(self, d);
        good = of_day != SIZE_MAX;
        n += of_day;
    }
    return good && n == self->n_ahead && run_holds(self) && self->near.now_days < self->tomorrow_days + 1
               ? 0
               : SIM_ERR_INVARIANT;
}
