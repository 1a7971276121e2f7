#include "sim/experiment/design.h"

#include "sim/experiment/shuffle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_MORRIS 1000
#define HALTON_DIGITS 53
#define BELOW_1 (1.0 - 0x1p-53)

static const char *const NAME[EXP_POINTS_KINDS] = {
    [EXP_POINTS_GRID] = "grid",
    [EXP_POINTS_MC] = "mc",
    [EXP_POINTS_LHS] = "lhs",
    [EXP_POINTS_HALTON] = "halton",
    [EXP_POINTS_SOBOL] = "sobol",
    [EXP_POINTS_MORRIS] = "morris",
    [EXP_POINTS_SALTELLI] = "saltelli",
    [EXP_POINTS_ONE] = "one",
};

const char *
exp_points_kind_name(exp_points_kind_t kind)
{
    return (size_t) kind < EXP_POINTS_KINDS ? NAME[kind] : "unknown";
}

exp_points_kind_t
exp_points_kind_named(const char *name)
{
    size_t kind = 0;

    while (kind < EXP_POINTS_KINDS && strcmp(name, NAME[kind]) != 0) {
        kind++;
    }
    return (exp_points_kind_t) kind;
}

static uint32_t
group_of(const exp_points_t *self, uint32_t input)
{
    return self->spec.group != NULL ? self->spec.group[input] : input;
}

/* ---- making ---- */

static void
fill_defaults(exp_points_spec_t *spec)
{
    if (spec->levels == 0) {
        spec->levels = EXP_MORRIS_LEVELS;
    }
    if (spec->low == 0.0 && spec->high == 0.0) {
        spec->low = EXP_ONE_LOW;
        spec->high = EXP_ONE_HIGH;
    }
}

static bool
is_valid(const exp_points_spec_t *spec)
{
    bool levels_fit = spec->levels % 2 == 0 && spec->levels <= LARGEST_MORRIS;
    bool needs_n = spec->kind != EXP_POINTS_ONE && (spec->kind != EXP_POINTS_GRID || spec->level == NULL);

    return (size_t) spec->kind < EXP_POINTS_KINDS && spec->n_inputs >= 1 && spec->n_inputs <= EXP_INPUTS_MAX &&
           (!needs_n || spec->n >= 1) && levels_fit && spec->low > 0.0 && spec->low < spec->high && spec->high < 1.0;
}

/* Groups are numbered without a gap. */
static int
count_groups(exp_points_t *self)
{
    bool has[EXP_INPUTS_MAX] = { false };
    uint32_t largest = 0, n = 0;

    for (uint32_t input = 0; input < self->spec.n_inputs; input++) {
        uint32_t group = group_of(self, input);

        if (group >= self->spec.n_inputs) {
            return SIM_ERR_BAD_PARAM;
        }
        n += has[group] ? 0 : 1;
        has[group] = true;
        largest = group > largest ? group : largest;
    }
    self->n_groups = n;
    return largest + 1 == n ? 0 : SIM_ERR_BAD_PARAM;
}

/* Which correlations a design can hold. */
static int
check_correlations(const exp_points_t *self)
{
    const exp_points_spec_t *spec = &self->spec;
    bool within = spec->kind == EXP_POINTS_MORRIS || spec->kind == EXP_POINTS_SALTELLI;
    bool none = spec->kind == EXP_POINTS_GRID || spec->kind == EXP_POINTS_ONE;

    for (size_t i = 0; i < spec->n_correlations; i++) {
        const exp_correlation_t *pair = &spec->correlation[i];

        if (none || pair->a >= spec->n_inputs || pair->b >= spec->n_inputs ||
            (within && group_of(self, pair->a) != group_of(self, pair->b))) {
            return SIM_ERR_BAD_PARAM;
        }
    }
    return 0;
}

/* a x b, or a number beyond EXP_POINTS_MAX. */
static uint64_t
times(uint64_t a, uint64_t b)
{
    return b != 0 && a > EXP_POINTS_MAX / b ? EXP_POINTS_MAX + 1 : a * b;
}

static uint64_t
level_of(const exp_points_spec_t *spec, uint32_t input)
{
    return spec->level != NULL ? spec->level[input] : spec->n;
}

static uint64_t
count_grid(const exp_points_spec_t *spec)
{
    uint64_t n = 1;

    for (uint32_t input = 0; input < spec->n_inputs; input++) {
        n = times(n, level_of(spec, input));
    }
    return n;
}

static int
count_points(exp_points_t *self)
{
    const exp_points_spec_t *spec = &self->spec;
    uint64_t n = spec->n;

    self->block = 1;
    if (spec->kind == EXP_POINTS_MORRIS) {
        self->block = (uint64_t) self->n_groups + 1;
    } else if (spec->kind == EXP_POINTS_SALTELLI) {
        self->block = (uint64_t) self->n_groups * (spec->second ? 2 : 1) + 2;
    } else if (spec->kind == EXP_POINTS_ONE) {
        n = 1 + 2 * (uint64_t) self->n_groups;
    } else if (spec->kind == EXP_POINTS_GRID) {
        n = count_grid(spec);
    }
    self->n_points = times(n, self->block);
    if (self->n_points == 0) {
        return SIM_ERR_BAD_PARAM;
    }
    return self->n_points > EXP_POINTS_MAX ? SIM_ERR_FULL : 0;
}

/* A key for each dimension: the Saltelli design has two an input. Morris and Monte Carlo points have their own. */
static int
make_keys(exp_points_t *self)
{
    size_t n = 2 * (size_t) self->spec.n_inputs;
    char name[32] = "design.";

    self->key = calloc(n, sizeof(*self->key));
    if (self->key == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    strcat(name, self->spec.kind == EXP_POINTS_SALTELLI ? NAME[EXP_POINTS_SOBOL] : NAME[self->spec.kind]);
    self->source = sim_hash(name);
    for (size_t j = 0; j < n; j++) {
        self->key[j] = sim_key(self->spec.seed, 0, self->source, j);
    }
    return 0;
}

static int
make_primes(exp_points_t *self)
{
    uint32_t n = 0;

    self->prime = calloc(self->spec.n_inputs, sizeof(*self->prime));
    if (self->prime == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (uint32_t candidate = 2; n < self->spec.n_inputs; candidate++) {
        uint32_t j = 0;

        while (j < n && candidate % self->prime[j] != 0) {
            j++;
        }
        if (j == n) {
            self->prime[n++] = candidate;
        }
    }
    return 0;
}

static int
make_tables(exp_points_t *self)
{
    const exp_points_spec_t *spec = &self->spec;

    switch (spec->kind) {
    case EXP_POINTS_LHS:
        return exp_latin_init(&self->latin, spec->n, spec->n_inputs, self->key, &self->normal, !spec->plain);
    case EXP_POINTS_HALTON:
        return make_primes(self);
    case EXP_POINTS_SOBOL:
        return exp_sobol_init(&self->sobol, spec->n_inputs);
    case EXP_POINTS_SALTELLI:
        return exp_sobol_init(&self->sobol, 2 * (size_t) spec->n_inputs);
    default:
        return 0;
    }
}

int
exp_points_init(exp_points_t *self, const exp_points_spec_t *spec)
{
    int ret;

    memset(self, 0, sizeof(*self));
    self->spec = *spec;
    fill_defaults(&self->spec);
    ret = is_valid(&self->spec) ? count_groups(self) : SIM_ERR_BAD_PARAM;
    if (ret == 0) {
        ret = check_correlations(self);
    }
    if (ret == 0) {
        ret = count_points(self);
    }
    if (ret == 0) {
        ret = exp_normal_init(&self->normal, spec->n_inputs, spec->n_correlations, spec->correlation);
    }
    if (ret == 0) {
        ret = make_keys(self);
    }
    if (ret == 0) {
        ret = make_tables(self);
    }
    if (ret != 0) {
        exp_points_free(self);
    }
    return ret;
}

void
exp_points_free(exp_points_t *self)
{
    exp_sobol_free(&self->sobol);
    exp_latin_free(&self->latin);
    exp_normal_free(&self->normal);
    free(self->key);
    free(self->prime);
    memset(self, 0, sizeof(*self));
}

/* ---- coordinates ---- */

static void
grid_at(const exp_points_t *self, uint64_t i, double *u)
{
    for (uint32_t input = self->spec.n_inputs; input-- > 0;) {
        uint64_t levels = level_of(&self->spec, input);

        u[input] = ((double) (i % levels) + 0.5) / (double) levels;
        i /= levels;
    }
}

static void
mc_at(const exp_points_t *self, uint64_t i, double *u)
{
    uint64_t key = sim_key(self->spec.seed, 0, self->source, i);

    for (uint32_t input = 0; input < self->spec.n_inputs; input++) {
        u[input] = sim_uniform(key, input, 0, 0);
    }
}

/* Digit k of a coordinate in its base, turned by a random line modulo the base: every digit is uniform. */
static uint64_t
turn_digit(uint64_t key, unsigned k, uint64_t digit, uint64_t base)
{
    sim_stream_t stream = sim_draw(key, k, 0, 0);
    uint64_t slope = 1 + ((sim_stream_bits(&stream) >> 32) * (base - 1) >> 32);
    uint64_t shift = (sim_stream_bits(&stream) >> 32) * base >> 32;

    return (slope * digit + shift) % base;
}

static double
halton_coordinate(const exp_points_t *self, uint64_t i, uint32_t input)
{
    uint64_t base = self->prime[input];
    uint64_t digit[HALTON_DIGITS];
    double reach, u = 0.0;
    unsigned n = 0;

    /* Digits until they are finer than a double: beyond those of i they are 0, or scrambled zeros. */
    for (reach = 1.0; reach > 0x1p-53; reach /= (double) base) {
        uint64_t rest = i / base, own = i - rest * base;

        digit[n] = self->spec.plain ? own : turn_digit(self->key[input], n, own, base);
        n++;
        i = rest;
    }
    while (n > 0) {
        u = (u + (double) digit[--n]) / (double) base;
    }
    return self->spec.plain ? u : fmin(fmax(u, 0x1p-53), BELOW_1);
}

static void
halton_at(const exp_points_t *self, uint64_t i, double *u)
{
    for (uint32_t input = 0; input < self->spec.n_inputs; input++) {
        u[input] = halton_coordinate(self, i, input);
    }
}

static void
latin_at(const exp_points_t *self, uint64_t i, double *u)
{
    for (uint32_t input = 0; input < self->spec.n_inputs; input++) {
        u[input] = exp_latin_at(&self->latin, i, input);
    }
}

static double
sobol_coordinate(const exp_points_t *self, uint64_t i, size_t dimension)
{
    uint32_t bits = exp_sobol_bits(&self->sobol, i, dimension);

    return self->spec.plain ? (double) bits * 0x1p-32 : exp_sobol_scramble(bits, self->key[dimension]);
}

static void
sobol_at(const exp_points_t *self, uint64_t i, double *u)
{
    for (uint32_t input = 0; input < self->spec.n_inputs; input++) {
        u[input] = sobol_coordinate(self, i, input);
    }
}

/* Whether an input's coordinate at part `part` of a row is B's and not A's. */
static bool
is_from_b(const exp_points_t *self, uint32_t part, uint32_t input)
{
    uint32_t group = group_of(self, input), n = self->n_groups;

    if (part == 0 || part + 1 == self->block) {
        return part != 0;
    }
    return part <= n ? group + 1 == part : group + 1 != part - n;
}

static void
saltelli_at(const exp_points_t *self, uint64_t i, double *u)
{
    uint64_t row = i / self->block;
    uint32_t part = (uint32_t) (i % self->block), n = self->spec.n_inputs;

    for (uint32_t input = 0; input < n; input++) {
        u[input] = sobol_coordinate(self, row, is_from_b(self, part, input) ? (size_t) n + input : input);
    }
}

static uint64_t
trajectory_key(const exp_points_t *self, uint64_t row)
{
    return sim_key(self->spec.seed, 0, self->source, row);
}

/* How many groups have moved when this one has, less 1. */
static uint64_t
place_of_group(const exp_points_t *self, uint64_t key, uint32_t group)
{
    return exp_shuffle(sim_mix64(key), self->n_groups, group);
}

static void
morris_at(const exp_points_t *self, uint64_t i, double *u)
{
    uint64_t key = trajectory_key(self, i / self->block), part = i % self->block;
    unsigned half = self->spec.levels / 2;

    for (uint32_t input = 0; input < self->spec.n_inputs; input++) {
        sim_stream_t stream = sim_draw(key, input, 0, 0);
        uint64_t level = (sim_stream_bits(&stream) >> 32) * half >> 32;
        bool starts_high = sim_stream_bits(&stream) >> 63 != 0;
        bool has_moved = place_of_group(self, key, group_of(self, input)) < part;

        level += starts_high != has_moved ? half : 0;
        u[input] = ((double) level + 0.5) / (double) self->spec.levels;
    }
}

static void
one_at(const exp_points_t *self, uint64_t i, double *u)
{
    for (uint32_t input = 0; input < self->spec.n_inputs; input++) {
        bool moves = i > 0 && group_of(self, input) == (i - 1) / 2;

        u[input] = !moves ? 0.5 : i % 2 == 1 ? self->spec.low : self->spec.high;
    }
}

typedef void at_fn(const exp_points_t *self, uint64_t i, double *u);

static at_fn *const AT[EXP_POINTS_KINDS] = {
    [EXP_POINTS_GRID] = grid_at,
    [EXP_POINTS_MC] = mc_at,
    [EXP_POINTS_LHS] = latin_at,
    [EXP_POINTS_HALTON] = halton_at,
    [EXP_POINTS_SOBOL] = sobol_at,
    [EXP_POINTS_MORRIS] = morris_at,
    [EXP_POINTS_SALTELLI] = saltelli_at,
    [EXP_POINTS_ONE] = one_at,
};

void
exp_points_at(const exp_points_t *self, uint64_t i, double *u)
{
    AT[self->spec.kind](self, i, u);
    if (self->normal.n > 0 && self->spec.kind != EXP_POINTS_LHS) {
        exp_normal_turn(&self->normal, u);
    }
}

/* ---- roles ---- */

static int64_t
moved_group(const exp_points_t *self, uint64_t row, uint32_t part)
{
    if (part == 0) {
        return -1;
    }
    if (self->spec.kind == EXP_POINTS_SALTELLI) {
        return part + 1 == self->block ? -1 : (int64_t) ((part - 1) % self->n_groups);
    }
    for (uint32_t group = 0; group < self->n_groups; group++) {
        if (place_of_group(self, trajectory_key(self, row), group) + 1 == part) {
            return group;
        }
    }
    return -1;
}

exp_point_role_t
exp_points_role(const exp_points_t *self, uint64_t i)
{
    exp_point_role_t role = { .row = i / self->block, .part = (uint32_t) (i % self->block), .group = -1 };

    if (self->spec.kind == EXP_POINTS_ONE) {
        role.group = i == 0 ? -1 : (int64_t) ((i - 1) / 2);
    } else {
        role.group = moved_group(self, role.row, role.part);
    }
    return role;
}
