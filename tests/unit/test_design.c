/*
 * Designs: Sobol' points against those published and against an independent generator, margins and correlations against
 * their definitions, and what every design promises: point i depends on the description and i alone.
 *
 * Stochastic checks use a fixed seed; the false-alarm rate stands at each.
 */
#include "sim/experiment/design.h"

#include "sim/core/random.h"
#include "sim/experiment/shuffle.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void
make(exp_points_t *points, exp_points_spec_t spec)
{
    assert_int_equal(exp_points_init(points, &spec), 0);
}

/* ---- Sobol' ---- */

/* The first points of the sequence as its authors print them (Joe & Kuo, sobol.cc, three dimensions). */
static const double PUBLISHED[10][3] = {
    { 0.0, 0.0, 0.0 },
    { 0.5, 0.5, 0.5 },
    { 0.75, 0.25, 0.25 },
    { 0.25, 0.75, 0.75 },
    { 0.375, 0.375, 0.625 },
    { 0.875, 0.875, 0.125 },
    { 0.625, 0.125, 0.875 },
    { 0.125, 0.625, 0.375 },
    { 0.1875, 0.3125, 0.9375 },
    { 0.6875, 0.8125, 0.4375 },
};

static void
test_design_sobol_published(void **state)
{
    exp_points_t points;
    double u[3];

    (void) state;
    make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_SOBOL, .n = 10, .n_inputs = 3, .plain = true });
    for (size_t i = 0; i < 10; i++) {
        exp_points_at(&points, i, u);
        assert_memory_equal(u, PUBLISHED[i], sizeof(u));
    }
    exp_points_free(&points);
}

/* All 481 coordinates of a point as one number (FNV-1a over words), by boost::random::sobol_engine of Boost 1.74. */
static const struct {
    uint64_t i;
    uint32_t dimension_41, dimension_481;
    uint64_t all;
} BOOST[] = {
    { 8, 2415919104, 2952790016, 0x4b7b5daeee75f319 },
    { 100, 3053453312, 3925868544, 0xb6e6702ccc75f319 },
    { 1000, 3921674240, 3233808384, 0xa736e3ceca35f319 },
    { 65537, 2840428544, 2337046528, 0xa5edfa34c6237319 },
};

static void
test_design_sobol_all_dimensions(void **state)
{
    exp_sobol_t sobol;

    (void) state;
    assert_int_equal(exp_sobol_init(&sobol, EXP_SOBOL_DIMENSIONS), 0);
    for (size_t k = 0; k < LENGTH(BOOST); k++) {
        uint64_t all = UINT64_C(1469598103934665603);

        for (size_t j = 0; j < EXP_SOBOL_DIMENSIONS; j++) {
            all = (all ^ exp_sobol_bits(&sobol, BOOST[k].i, j)) * UINT64_C(1099511628211);
        }
        assert_int_equal(exp_sobol_bits(&sobol, BOOST[k].i, 40), BOOST[k].dimension_41);
        assert_int_equal(exp_sobol_bits(&sobol, BOOST[k].i, 480), BOOST[k].dimension_481);
        assert_true(all == BOOST[k].all);
    }
    exp_sobol_free(&sobol);
}

/* Every coordinate of points 0 .. n-1 has one point in each nth. */
static void
assert_margins(const exp_points_t *points, uint64_t n)
{
    uint32_t n_inputs = points->spec.n_inputs;
    double *u = calloc(n_inputs, sizeof(*u));
    unsigned char *count = calloc(n_inputs * n, 1);

    assert_true(u != NULL && count != NULL);
    for (uint64_t i = 0; i < n; i++) {
        exp_points_at(points, i, u);
        for (uint32_t j = 0; j < n_inputs; j++) {
            assert_true(u[j] > 0.0 && u[j] < 1.0);
            count[j * n + (size_t) (u[j] * (double) n)]++;
        }
    }
    for (size_t k = 0; k < n_inputs * n; k++) {
        assert_int_equal(count[k], 1);
    }
    free(u);
    free(count);
}

static void
test_design_sobol_scrambled(void **state)
{
    exp_points_t points, other, shorter;
    double u[2], v[2];

    (void) state;
    make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_SOBOL, .n = 1024, .n_inputs = 481, .seed = 1 });
    assert_margins(&points, 1024);
    exp_points_free(&points);

    make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_SOBOL, .n = 1024, .n_inputs = 2, .seed = 1 });
    make(&other, (exp_points_spec_t){ .kind = EXP_POINTS_SOBOL, .n = 1024, .n_inputs = 2, .seed = 2 });
    make(&shorter, (exp_points_spec_t){ .kind = EXP_POINTS_SOBOL, .n = 8, .n_inputs = 2, .seed = 1 });
    exp_points_at(&points, 5, u);
    exp_points_at(&shorter, 5, v);
    assert_memory_equal(u, v, sizeof(u));
    exp_points_at(&other, 5, v);
    assert_true(u[0] != v[0] && u[1] != v[1]);
    exp_points_free(&points);
    exp_points_free(&other);
    exp_points_free(&shorter);
}

/*
 * Scrambled, a mean is without bias and its error far below that of independent points: over 400 seeds the mean of
 * u_1 u_2 over 64 points. The mean of these lies within 4 standard errors of 1/4 (false alarms 6e-5), and their
 * standard deviation is a tenth of Monte Carlo's, sqrt(7/144/64) = 0.0276, or less.
 */
static void
test_design_sobol_unbiased(void **state)
{
    enum { SEEDS = 400, N = 64 };
    double sum = 0.0, squares = 0.0, sd;

    (void) state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        exp_points_t points;
        double u[2], mean = 0.0;

        make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_SOBOL, .n = N, .n_inputs = 2, .seed = seed });
        for (uint64_t i = 0; i < N; i++) {
            exp_points_at(&points, i, u);
            mean += u[0] * u[1] / N;
        }
        sum += mean - 0.25;
        squares += (mean - 0.25) * (mean - 0.25);
        exp_points_free(&points);
    }
    sd = sqrt((squares - sum * sum / SEEDS) / (SEEDS - 1));
    assert_true(fabs(sum / SEEDS) <= 4.0 * sd / sqrt(SEEDS));
    assert_true(sd > 0.0 && sd <= 0.00276);
}

/* ---- shuffles and Latin hypercubes ---- */

static void
test_design_shuffle_orders(void **state)
{
    static const uint64_t n[] = { 1, 2, 3, 63, 64, 65, 1000, 4096, 5000 };
    unsigned char seen[5000];

    (void) state;
    for (size_t k = 0; k < LENGTH(n); k++) {
        memset(seen, 0, sizeof(seen));
        for (uint64_t i = 0; i < n[k]; i++) {
            uint64_t place = exp_shuffle(k, n[k], i);

            assert_true(place < n[k]);
            assert_int_equal(seen[place]++, 0);
        }
    }
}

/* All 120 orders of five are as likely: 120,000 keys, false alarms (chi-squared, 119 df) 1e-6. */
static void
test_design_shuffle_even(void **state)
{
    enum { KEYS = 120000 };
    static unsigned count[3125];
    double chi = 0.0;
    size_t orders = 0;

    (void) state;
    memset(count, 0, sizeof(count));
    for (uint64_t key = 0; key < KEYS; key++) {
        size_t order = 0;

        for (uint64_t i = 0; i < 5; i++) {
            order = order * 5 + exp_shuffle(sim_mix64(key), 5, i);
        }
        count[order]++;
    }
    for (size_t order = 0; order < LENGTH(count); order++) {
        if (count[order] > 0) {
            chi += (count[order] - KEYS / 120.0) * (count[order] - KEYS / 120.0) / (KEYS / 120.0);
            orders++;
        }
    }
    assert_int_equal(orders, 120);
    assert_true(chi < gsl_cdf_chisq_Qinv(1e-6, 119.0));
}

static double
least_distance(const exp_points_t *points)
{
    double least = INFINITY, a[8], b[8];

    for (uint64_t i = 0; i < points->n_points; i++) {
        exp_points_at(points, i, a);
        for (uint64_t j = 0; j < i; j++) {
            double sum = 0.0;

            exp_points_at(points, j, b);
            for (uint32_t k = 0; k < points->spec.n_inputs; k++) {
                sum += (a[k] - b[k]) * (a[k] - b[k]);
            }
            least = fmin(least, sqrt(sum));
        }
    }
    return least;
}

static void
test_design_latin_margins(void **state)
{
    static const uint64_t n[] = { 1, 2, 10, 97, 2048, 10000 };

    (void) state;
    for (size_t k = 0; k < LENGTH(n); k++) {
        for (int plain = 0; plain < 2; plain++) {
            exp_points_t points;

            make(&points, (exp_points_spec_t){
                              .kind = EXP_POINTS_LHS, .n = n[k], .n_inputs = 5, .seed = 3, .plain = plain != 0 });
            assert_margins(&points, n[k]);
            assert_int_equal(points.latin.is_spread, plain == 0 && n[k] > 2 && n[k] <= EXP_SPREAD_POINTS);
            exp_points_free(&points);
        }
    }
}

/* The search at least doubles the least distance of 50 points in 4 dimensions. */
static void
test_design_latin_spread(void **state)
{
    exp_points_t plain, spread;
    const exp_points_spec_t spec = { .kind = EXP_POINTS_LHS, .n = 50, .n_inputs = 4, .seed = 5 };
    exp_points_spec_t plainly = spec;

    (void) state;
    plainly.plain = true;
    make(&spread, spec);
    make(&plain, plainly);
    assert_true(least_distance(&spread) > 2.0 * least_distance(&plain));
    exp_points_free(&plain);
    exp_points_free(&spread);
}

/* ---- correlations ---- */

typedef struct {
    double value;
    uint32_t point;
} ranked_t;

static int
compare_ranked(const void *left, const void *right)
{
    const ranked_t *a = left, *b = right;

    return (a->value > b->value) - (a->value < b->value);
}

static double *
ranks_of(const exp_points_t *points, uint32_t input)
{
    size_t n = points->n_points;
    ranked_t *ranked = calloc(n, sizeof(*ranked));
    double *rank = calloc(n, sizeof(*rank)), u[8];

    assert_true(ranked != NULL && rank != NULL);
    for (size_t i = 0; i < n; i++) {
        exp_points_at(points, i, u);
        ranked[i] = (ranked_t){ .value = u[input], .point = (uint32_t) i };
    }
    qsort(ranked, n, sizeof(*ranked), compare_ranked);
    for (size_t i = 0; i < n; i++) {
        rank[ranked[i].point] = (double) i;
    }
    free(ranked);
    return rank;
}

static double
rank_correlation(const exp_points_t *points, uint32_t a, uint32_t b)
{
    double *x = ranks_of(points, a), *y = ranks_of(points, b), sum = 0.0, n = (double) points->n_points;

    for (size_t i = 0; i < points->n_points; i++) {
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    }
    free(x);
    free(y);
    return 1.0 - 6.0 * sum / (n * (n * n - 1.0));
}

static const exp_correlation_t ASKED[] = {
    { .a = 0, .b = 2, .rank = 0.8 },
    { .a = 2, .b = 4, .rank = -0.5 },
    { .a = 0, .b = 4, .rank = -0.3 },
    { .a = 1, .b = 4, .rank = 0.4 },
};

static void
assert_correlations(exp_points_spec_t spec, double within)
{
    exp_points_t points;

    spec.n_inputs = 6;
    spec.correlation = ASKED;
    spec.n_correlations = LENGTH(ASKED);
    make(&points, spec);
    for (size_t i = 0; i < LENGTH(ASKED); i++) {
        assert_true(fabs(rank_correlation(&points, ASKED[i].a, ASKED[i].b) - ASKED[i].rank) <= within);
    }
    assert_true(fabs(rank_correlation(&points, 0, 1)) <= within); /* not asked for, between correlated inputs */
    if (spec.kind == EXP_POINTS_LHS) {
        assert_margins(&points, spec.n);
    }
    exp_points_free(&points);
}

/*
 * Rank correlations within 0.02 of those asked. Latin hypercubes are reordered to have them; Sobol' points have them
 * as evenly as they fill; of 40,000 independent points the standard error is at most 0.005: false alarms 5 x 6e-5.
 */
static void
test_design_rank_correlations(void **state)
{
    static const uint64_t n[] = { 64, 100, 1000, 3000 };

    (void) state;
    for (uint64_t seed = 0; seed < 5; seed++) {
        for (size_t k = 0; k < LENGTH(n); k++) {
            assert_correlations((exp_points_spec_t){ .kind = EXP_POINTS_LHS, .n = n[k], .seed = seed }, 0.02);
        }
        assert_correlations((exp_points_spec_t){ .kind = EXP_POINTS_SOBOL, .n = 1024, .seed = seed }, 0.02);
        assert_correlations((exp_points_spec_t){ .kind = EXP_POINTS_HALTON, .n = 4096, .seed = seed }, 0.02);
    }
    assert_correlations((exp_points_spec_t){ .kind = EXP_POINTS_MC, .n = 40000, .seed = 1 }, 0.02);
}

static void
test_design_correlations_errors(void **state)
{
    static const exp_correlation_t impossible[] = { { 0, 1, 0.9 }, { 1, 2, 0.9 }, { 0, 2, -0.9 } };
    static const exp_correlation_t twice[] = { { 0, 1, 0.5 }, { 1, 0, 0.5 } };
    static const exp_correlation_t self[] = { { 1, 1, 0.5 } };
    static const exp_correlation_t far[] = { { 0, 3, 0.5 } };
    static const exp_correlation_t whole[] = { { 0, 1, 1.0 } };
    static const exp_correlation_t fine[] = { { 0, 1, 0.5 } };
    static const uint32_t group[] = { 0, 0, 1 };
    exp_points_spec_t spec = { .kind = EXP_POINTS_LHS, .n = 10, .n_inputs = 3, .n_correlations = 1 };
    exp_points_t points;

    (void) state;
    spec.correlation = self;
    assert_int_equal(exp_points_init(&points, &spec), SIM_ERR_BAD_PARAM);
    spec.correlation = far;
    assert_int_equal(exp_points_init(&points, &spec), SIM_ERR_BAD_PARAM);
    spec.correlation = whole;
    assert_int_equal(exp_points_init(&points, &spec), SIM_ERR_BAD_PARAM);
    spec.correlation = fine;
    spec.kind = EXP_POINTS_GRID;
    assert_int_equal(exp_points_init(&points, &spec), SIM_ERR_BAD_PARAM);
    spec.kind = EXP_POINTS_SALTELLI;
    assert_int_equal(exp_points_init(&points, &spec), SIM_ERR_BAD_PARAM);
    spec.group = group;
    assert_int_equal(exp_points_init(&points, &spec), 0);
    exp_points_free(&points);
    spec.kind = EXP_POINTS_MC;
    spec.correlation = twice;
    spec.n_correlations = 2;
    assert_int_equal(exp_points_init(&points, &spec), SIM_ERR_BAD_PARAM);
    spec.correlation = impossible;
    spec.n_correlations = 3;
    assert_int_equal(exp_points_init(&points, &spec), SIM_ERR_INVARIANT);
}

/* ---- Halton ---- */

/* GSL leaves out the point of zeros. */
static void
test_design_halton_oracle(void **state)
{
    enum { D = 200 };
    gsl_qrng *oracle = gsl_qrng_alloc(gsl_qrng_halton, D);
    exp_points_t points;
    double u[D], v[D];

    (void) state;
    make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_HALTON, .n = 5000, .n_inputs = D, .plain = true });
    for (uint64_t i = 1; i < 5000; i++) {
        exp_points_at(&points, i, u);
        gsl_qrng_get(oracle, v);
        for (size_t j = 0; j < D; j++) {
            assert_true(fabs(u[j] - v[j]) <= 1e-15);
        }
    }
    exp_points_free(&points);
    gsl_qrng_free(oracle);
}

/* The first b^k points of base b have one in each interval of length b^-k, scrambled too. */
static void
test_design_halton_margins(void **state)
{
    exp_points_t points;
    double u[3];
    unsigned count[3][625];

    (void) state;
    make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_HALTON, .n = 1000, .n_inputs = 3, .seed = 4 });
    memset(count, 0, sizeof(count));
    for (uint64_t i = 0; i < 729; i++) {
        static const unsigned cells[] = { 512, 729, 625 };

        exp_points_at(&points, i, u);
        for (size_t j = 0; j < 3; j++) {
            size_t cell = (size_t) (u[j] * cells[j]);

            if (i < cells[j] && cell < 625) {
                assert_int_equal(count[j][cell]++, 0);
            }
        }
    }
    exp_points_free(&points);
}

/*
 * In high dimensions plain Halton points lie on lines; scrambled they do not: the correlations between neighbouring
 * coordinates 150 .. 199 of 1,000 points, whose standard error is 0.032, all stay below 0.2 (false alarms 50 x 4e-10).
 */
static void
test_design_halton_high_dimensions(void **state)
{
    enum { D = 200, N = 1000 };
    exp_points_t points;
    double u[D], product[D] = { 0.0 };

    (void) state;
    make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_HALTON, .n = N, .n_inputs = D, .seed = 7 });
    for (uint64_t i = 0; i < N; i++) {
        exp_points_at(&points, i, u);
        for (size_t j = 150; j < D; j++) {
            product[j] += 12.0 * (u[j] - 0.5) * (u[j - 1] - 0.5) / N;
        }
    }
    for (size_t j = 150; j < D; j++) {
        assert_true(fabs(product[j]) < 0.2);
    }
    exp_points_free(&points);
}

/* ---- grid, Monte Carlo, one at a time ---- */

static void
test_design_grid(void **state)
{
    static const uint32_t level[] = { 2, 3, 1 };
    static const double expected[6][3] = {
        { 0.25, 1.0 / 6.0, 0.5 },
        { 0.25, 0.5, 0.5 },
        { 0.25, 5.0 / 6.0, 0.5 },
        { 0.75, 1.0 / 6.0, 0.5 },
        { 0.75, 0.5, 0.5 },
        { 0.75, 5.0 / 6.0, 0.5 },
    };
    exp_points_t points;
    double u[3];

    (void) state;
    make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_GRID, .n_inputs = 3, .level = level });
    assert_int_equal(points.n_points, 6);
    for (size_t i = 0; i < 6; i++) {
        exp_points_at(&points, i, u);
        for (size_t j = 0; j < 3; j++) {
            assert_true(fabs(u[j] - expected[i][j]) <= 1e-15);
        }
    }
    exp_points_free(&points);
    make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_GRID, .n = 10, .n_inputs = 4 });
    assert_int_equal(points.n_points, 10000);
    exp_points_free(&points);
}

/* Kolmogorov's statistic of 10,000 x 3 coordinates below 2.5 / sqrt(n): false alarms 2 exp(-12.5) = 8e-6. */
static void
test_design_mc_uniform(void **state)
{
    enum { N = 10000, D = 3 };
    static ranked_t ranked[N * D];
    exp_points_t points;

    (void) state;
    make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_MC, .n = N, .n_inputs = D, .seed = 11 });
    for (uint64_t i = 0; i < N; i++) {
        double u[D];

        exp_points_at(&points, i, u);
        for (size_t j = 0; j < D; j++) {
            ranked[i * D + j].value = u[j];
        }
    }
    qsort(ranked, LENGTH(ranked), sizeof(ranked[0]), compare_ranked);
    for (size_t k = 0; k < LENGTH(ranked); k++) {
        assert_true(fabs(ranked[k].value - ((double) k + 0.5) / LENGTH(ranked)) < 2.5 / sqrt((double) LENGTH(ranked)));
    }
    exp_points_free(&points);
}

static void
test_design_one_at_a_time(void **state)
{
    static const uint32_t group[] = { 0, 1, 1 };
    static const double expected[5][3] = {
        { 0.5, 0.5, 0.5 },
        { 0.1, 0.5, 0.5 },
        { 0.9, 0.5, 0.5 },
        { 0.5, 0.1, 0.1 },
        { 0.5, 0.9, 0.9 },
    };
    static const int64_t moved[] = { -1, 0, 0, 1, 1 };
    exp_points_t points;
    double u[3];

    (void) state;
    make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_ONE, .n_inputs = 3, .group = group });
    assert_int_equal(points.n_points, 5);
    for (size_t i = 0; i < 5; i++) {
        exp_points_at(&points, i, u);
        assert_memory_equal(u, expected[i], sizeof(u));
        assert_true(exp_points_role(&points, i).group == moved[i]);
    }
    exp_points_free(&points);
}

/* ---- Morris and Saltelli ---- */

/* One group at a time moves by half the levels, all of its inputs at once, and each group once a trajectory. */
static void
test_design_morris(void **state)
{
    enum { D = 5, R = 200 };
    static const uint32_t group[D] = { 0, 1, 1, 2, 3 };
    unsigned at_level[D][6] = { { 0 } }, first_moved[4] = { 0 }, rises[D] = { 0 };
    exp_points_t points;

    (void) state;
    make(&points, (exp_points_spec_t){
                      .kind = EXP_POINTS_MORRIS, .n = R, .n_inputs = D, .seed = 9, .group = group, .levels = 6 });
    assert_int_equal(points.n_points, 5 * R);
    for (uint64_t i = 0; i < points.n_points; i++) {
        exp_point_role_t role = exp_points_role(&points, i);
        double u[D], before[D];

        exp_points_at(&points, i, u);
        exp_points_at(&points, i - (i > 0), before);
        assert_int_equal(role.row, i / 5);
        assert_int_equal(role.part, i % 5);
        assert_true((role.group == -1) == (role.part == 0));
        for (size_t j = 0; j < D; j++) {
            double moved = role.group == (int64_t) group[j] ? 0.5 : 0.0;

            at_level[j][(size_t) (u[j] * 6.0)]++;
            rises[j] += role.part > 0 && u[j] > before[j] ? 1 : 0;
            assert_true(role.part == 0 || fabs(fabs(u[j] - before[j]) - moved) <= 1e-15);
        }
        if (role.part == 1) {
            first_moved[role.group]++;
        }
    }
    /* Every level, order and direction occurs; of 1,000 or 200 with probability 1/6 or 1/4, below 1e-10 not to. */
    for (size_t j = 0; j < D; j++) {
        assert_true(rises[j] > 0 && rises[j] < R);
        for (size_t level = 0; level < 6; level++) {
            assert_true(at_level[j][level] > 0);
        }
    }
    for (size_t g = 0; g < 4; g++) {
        assert_true(first_moved[g] > 0);
    }
    exp_points_free(&points);
}

static void
check_row(const exp_points_t *points, uint64_t row, const uint32_t *group)
{
    double a[5], b[5], u[5];
    uint64_t first = row * points->block;

    exp_points_at(points, first, a);
    exp_points_at(points, first + points->block - 1, b);
    for (uint32_t part = 1; part + 1 < points->block; part++) {
        exp_point_role_t role = exp_points_role(points, first + part);

        exp_points_at(points, first + part, u);
        assert_int_equal(role.row, row);
        assert_int_equal(role.part, part);
        assert_int_equal(role.group, (part - 1) % points->n_groups);
        for (size_t j = 0; j < 5; j++) {
            bool mine = group[j] == (part - 1) % points->n_groups;

            assert_true(u[j] == (mine == (part <= points->n_groups) ? b[j] : a[j]));
            assert_true(a[j] != b[j]);
        }
    }
}

static void
test_design_saltelli(void **state)
{
    static const uint32_t alone[] = { 0, 1, 2, 3, 4 }, together[] = { 0, 1, 1, 2, 0 };

    (void) state;
    for (int second = 0; second < 2; second++) {
        for (int grouped = 0; grouped < 2; grouped++) {
            exp_points_t points;
            const uint32_t *group = grouped != 0 ? together : alone;
            uint64_t n_groups = grouped != 0 ? 3 : 5;

            make(&points, (exp_points_spec_t){ .kind = EXP_POINTS_SALTELLI,
                              .n = 16,
                              .n_inputs = 5,
                              .seed = 2,
                              .group = grouped != 0 ? together : NULL,
                              .second = second != 0 });
            assert_int_equal(points.n_points, 16 * (n_groups * (second + 1) + 2));
            for (uint64_t row = 0; row < 16; row++) {
                check_row(&points, row, group);
            }
            exp_points_free(&points);
        }
    }
}

/* ---- what all promise ---- */

/* Points are the same from another object, in another order, and strictly inside the cube. */
static void
test_design_pure(void **state)
{
    (void) state;
    for (size_t kind = 0; kind < EXP_POINTS_KINDS; kind++) {
        const exp_points_spec_t spec = { .kind = (exp_points_kind_t) kind, .n = 7, .n_inputs = 3, .seed = 6 };
        exp_points_t points, again;
        double u[3], v[3];

        make(&points, spec);
        make(&again, spec);
        for (uint64_t i = 0; i < points.n_points; i++) {
            uint64_t back = points.n_points - 1 - i;

            exp_points_at(&points, back, v);
            exp_points_at(&again, i, u);
            exp_points_at(&points, i, v);
            assert_memory_equal(u, v, sizeof(u));
            assert_true(u[0] > 0.0 && u[0] < 1.0 && u[2] > 0.0 && u[2] < 1.0);
        }
        assert_int_equal(exp_points_kind_named(exp_points_kind_name(spec.kind)), kind);
        exp_points_free(&points);
        exp_points_free(&again);
    }
    assert_int_equal(exp_points_kind_named("sobel"), EXP_POINTS_KINDS);
}

static void
test_design_errors(void **state)
{
    static const uint32_t gap[] = { 0, 2, 2 }, beyond[] = { 0, 1, 7 }, none[] = { 2, 0, 2 };
    const exp_points_spec_t wrong[] = {
        { .kind = EXP_POINTS_MC, .n = 0, .n_inputs = 3 },
        { .kind = EXP_POINTS_MC, .n = 10, .n_inputs = 0 },
        { .kind = EXP_POINTS_MC, .n = 10, .n_inputs = EXP_INPUTS_MAX + 1 },
        { .kind = EXP_POINTS_KINDS, .n = 10, .n_inputs = 3 },
        { .kind = EXP_POINTS_MORRIS, .n = 10, .n_inputs = 3, .levels = 5 },
        { .kind = EXP_POINTS_MORRIS, .n = 10, .n_inputs = 3, .group = gap },
        { .kind = EXP_POINTS_MORRIS, .n = 10, .n_inputs = 3, .group = beyond },
        { .kind = EXP_POINTS_GRID, .n_inputs = 3, .level = none },
        { .kind = EXP_POINTS_ONE, .n_inputs = 3, .low = 0.9, .high = 0.1 },
    };
    const exp_points_spec_t full[] = {
        { .kind = EXP_POINTS_GRID, .n = 10, .n_inputs = 300 },
        { .kind = EXP_POINTS_MC, .n = EXP_POINTS_MAX + 1, .n_inputs = 1 },
        { .kind = EXP_POINTS_SALTELLI, .n = UINT64_MAX, .n_inputs = 4 },
    };
    exp_points_t points;

    (void) state;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        assert_int_equal(exp_points_init(&points, &wrong[i]), SIM_ERR_BAD_PARAM);
        exp_points_free(&points);
    }
    for (size_t i = 0; i < LENGTH(full); i++) {
        assert_int_equal(exp_points_init(&points, &full[i]), SIM_ERR_FULL);
    }
    assert_int_equal(exp_points_init(&points,
                         &(exp_points_spec_t){
                             .kind = EXP_POINTS_SOBOL, .n = 4, .n_inputs = EXP_SOBOL_DIMENSIONS + 1 }),
        SIM_ERR_UNSUPPORTED);
    assert_int_equal(exp_points_init(&points,
                         &(exp_points_spec_t){ .kind = EXP_POINTS_SALTELLI, .n = 4, .n_inputs = 241 }),
        SIM_ERR_UNSUPPORTED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_design_sobol_published),
        cmocka_unit_test(test_design_sobol_all_dimensions),
        cmocka_unit_test(test_design_sobol_scrambled),
        cmocka_unit_test(test_design_sobol_unbiased),
        cmocka_unit_test(test_design_shuffle_orders),
        cmocka_unit_test(test_design_shuffle_even),
        cmocka_unit_test(test_design_latin_margins),
        cmocka_unit_test(test_design_latin_spread),
        cmocka_unit_test(test_design_rank_correlations),
        cmocka_unit_test(test_design_correlations_errors),
        cmocka_unit_test(test_design_halton_oracle),
        cmocka_unit_test(test_design_halton_margins),
        cmocka_unit_test(test_design_halton_high_dimensions),
        cmocka_unit_test(test_design_grid),
        cmocka_unit_test(test_design_mc_uniform),
        cmocka_unit_test(test_design_one_at_a_time),
        cmocka_unit_test(test_design_morris),
        cmocka_unit_test(test_design_saltelli),
        cmocka_unit_test(test_design_pure),
        cmocka_unit_test(test_design_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
