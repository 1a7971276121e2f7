#include "sim/experiment/latin.h"

#include "sim/experiment/shuffle.h"

#include <stdlib.h>
#include <string.h>

#define WORK_MAX 50000000u /* distances looked at */
#define TRIES_A_POINT 500u

/* A search under way. */
typedef struct {
    exp_latin_t *latin;
    double *square;       /* squared distances of pairs, n_points rows of as many, in places */
    const uint32_t *free; /* the inputs whose places may be exchanged */
    size_t n_free;
    sim_stream_t stream;
} spread_t;

static uint32_t *
make_places(uint64_t key, uint64_t n_points)
{
    uint32_t *place = calloc(n_points, sizeof(*place));

    for (uint64_t i = 0; place != NULL && i < n_points; i++) {
        place[i] = (uint32_t) exp_shuffle(key, n_points, i);
    }
    return place;
}

static int
correlate(exp_latin_t *self, const exp_normal_t *normal)
{
    uint32_t **column = calloc(normal->n, sizeof(*column));
    int ret = column == NULL ? SIM_ERR_NO_MEMORY : 0;

    for (size_t k = 0; ret == 0 && k < normal->n; k++) {
        column[k] = make_places(self->key[normal->input[k]], self->n_points);
        self->place[normal->input[k]] = column[k];
        ret = column[k] == NULL ? SIM_ERR_NO_MEMORY : 0;
    }
    if (ret == 0) {
        ret = exp_normal_reorder(normal, self->n_points, column);
    }
    free(column);
    return ret;
}

/* ---- spreading out ---- */

static double
square_of(double x)
{
    return x * x;
}

/* distance^-16 of a squared distance */
static double
nearness(double square)
{
    return 1.0 / square_of(square_of(square_of(square)));
}

static void
fill_squares(spread_t *self)
{
    const exp_latin_t *latin = self->latin;
    size_t n = latin->n_points;

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            double sum = 0.0;

            for (uint32_t input = 0; input < latin->n_inputs; input++) {
                sum += square_of((double) latin->place[input][i] - (double) latin->place[input][j]);
            }
            self->square[i * n + j] = self->square[j * n + i] = sum;
        }
    }
}

/* What exchanging the places of a and b changes of their squared distances to j. */
static double
change_for(const uint32_t *place, size_t a, size_t b, size_t j)
{
    return square_of((double) place[b] - (double) place[j]) - square_of((double) place[a] - (double) place[j]);
}

static bool
is_better(const spread_t *self, const uint32_t *place, size_t a, size_t b)
{
    size_t n = self->latin->n_points;
    double before = 0.0, after = 0.0;

    for (size_t j = 0; j < n; j++) {
        if (j != a && j != b) {
            double to_a = self->square[a * n + j], to_b = self->square[b * n + j];
            double change = change_for(place, a, b, j);

            before += nearness(to_a) + nearness(to_b);
            after += nearness(to_a + change) + nearness(to_b - change);
        }
    }
    return after < before;
}

static void
exchange(spread_t *self, uint32_t *place, size_t a, size_t b)
{
    size_t n = self->latin->n_points;
    uint32_t kept = place[a];

    for (size_t j = 0; j < n; j++) {
        if (j != a && j != b) {
            double change = change_for(place, a, b, j);

            self->square[a * n + j] = self->square[j * n + a] = self->square[a * n + j] + change;
            self->square[b * n + j] = self->square[j * n + b] = self->square[b * n + j] - change;
        }
    }
    place[a] = place[b];
    place[b] = kept;
}

static size_t
draw_below(sim_stream_t *stream, size_t n)
{
    return (size_t) ((sim_stream_bits(stream) >> 32) * n >> 32);
}

static void
search(spread_t *self)
{
    size_t n = self->latin->n_points;
    size_t tries = WORK_MAX / n < TRIES_A_POINT * n ? WORK_MAX / n : TRIES_A_POINT * n;

    for (size_t i = 0; i < tries; i++) {
        uint32_t *place = self->latin->place[self->free[draw_below(&self->stream, self->n_free)]];
        size_t a = draw_below(&self->stream, n), b = draw_below(&self->stream, n);

        if (a != b && is_better(self, place, a, b)) {
            exchange(self, place, a, b);
        }
    }
}

static int
make_all_places(exp_latin_t *self, uint32_t *uncorrelated, size_t *n_uncorrelated)
{
    *n_uncorrelated = 0;
    for (uint32_t input = 0; input < self->n_inputs; input++) {
        if (self->place[input] == NULL) {
            uncorrelated[(*n_uncorrelated)++] = input;
            self->place[input] = make_places(self->key[input], self->n_points);
        }
        if (self->place[input] == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
    }
    return 0;
}

static int
spread_out(exp_latin_t *self)
{
    uint32_t *uncorrelated = calloc(self->n_inputs, sizeof(*uncorrelated));
    spread_t spread = { .latin = self, .free = uncorrelated };
    int ret = uncorrelated == NULL ? SIM_ERR_NO_MEMORY : make_all_places(self, uncorrelated, &spread.n_free);

    spread.stream = sim_draw(self->key[0], sim_hash("design.spread"), 0, 0);
    spread.square = calloc(self->n_points * self->n_points, sizeof(*spread.square));
    if (ret == 0 && spread.square == NULL) {
        ret = SIM_ERR_NO_MEMORY;
    }
    if (ret == 0 && spread.n_free > 0) {
        fill_squares(&spread);
        search(&spread);
        self->is_spread = true;
    }
    free(spread.square);
    free(uncorrelated);
    return ret;
}

/* ---- the whole ---- */

int
exp_latin_init(exp_latin_t *self, uint64_t n_points, uint32_t n_inputs, const uint64_t *key, const exp_normal_t *normal,
    bool spread)
{
    int ret = 0;

    *self = (exp_latin_t){ .n_points = n_points, .n_inputs = n_inputs, .key = key };
    self->place = calloc(n_inputs, sizeof(*self->place));
    if (self->place == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    if (normal->n > 0) {
        ret = correlate(self, normal);
    }
    if (ret == 0 && spread && n_inputs > 1 && n_points > 2 && n_points <= EXP_SPREAD_POINTS) {
        ret = spread_out(self);
    }
    return ret;
}

void
exp_latin_free(exp_latin_t *self)
{
    for (uint32_t input = 0; self->place != NULL && input < self->n_inputs; input++) {
        free(self->place[input]);
    }
    free(self->place);
    memset(self, 0, sizeof(*self));
}

double
exp_latin_at(const exp_latin_t *self, uint64_t i, uint32_t input)
{
    const uint32_t *place = self->place[input];
    uint64_t cell = place != NULL ? place[i] : exp_shuffle(self->key[input], self->n_points, i);

    return ((double) cell + exp_jitter(sim_draw(self->key[input], (uint32_t) i, UINT16_MAX, 0))) /
           (double) self->n_points;
}
