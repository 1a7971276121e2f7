/*
 * The ziggurat's tables against their recurrence in long double, and its variates against the exact distributions.
 *
 * False alarms: each check against a limit of 4 standard errors 6.3e-5, each goodness of fit 1e-6; 13 of the first and
 * ten of the second, 8.3e-4 together. The seeds are fixed.
 */
#include "sim/core/ziggurat.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#define DRAWS 10000000
#define CELLS 1000
#define TAIL_CELLS 20
#define KS_DRAWS 1000000
#define KS_LIMIT 2.693 /* 2 exp(-2 x^2) = 1e-6 */
#define SHARE_LIMIT 1e-6
#define PI_L 3.14159265358979323846264338327950288L
#define SQRT_HALF 0.70710678118654752440

/* ---- the tables ---- */

typedef struct {
    size_t layers;
    const double *width, *top, *rest;
    long double area; /* under the curve, x > 0 */
    long double (*curve)(long double x);
    long double (*beyond)(long double x); /* area beyond x */
} tables_t;

static long double
exponential_curve(long double x)
{
    return expl(-x);
}

static long double
normal_curve(long double x)
{
    return expl(-0.5L * x * x);
}

static long double
normal_beyond(long double x)
{
    return sqrtl(0.5L * PI_L) * erfcl(x / sqrtl(2.0L));
}

/* The larger root of x (f(x) - floor) = share, between the maximum and `from`, by bisection; 0 if there is none. */
static long double
larger_root(const tables_t *t, long double floor, long double from, long double share)
{
    long double low = 0.0L, high = from;

    for (int i = 0; i < 300; i++) { /* to the maximum, by thirds */
        long double left = low + (high - low) / 3.0L, right = high - (high - low) / 3.0L;

        if (left * (t->curve(left) - floor) < right * (t->curve(right) - floor)) {
            low = left;
        } else {
            high = right;
        }
    }
    if (low * (t->curve(low) - floor) < share) {
        return 0.0L;
    }
    for (high = from; high - low > LDBL_EPSILON * low;) {
        long double middle = 0.5L * (low + high);

        if (middle == low || middle == high) {
            break;
        }
        if (middle * (t->curve(middle) - floor) > share) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static void
assert_close(double got, long double exact, double relative)
{
    assert_true(fabsl((long double) got - exact) <= (long double) relative * fabsl(exact));
}

static void
check_tables(const tables_t *t)
{
    long double share = t->area / 256.0L, left_out = t->area - (long double) t->layers * share;
    long double before = 50.0L, floor = 0.0L, sum = 0.0L;

    for (size_t i = 0; i <= t->layers; i++) {
        long double x = larger_root(t, floor, before, share);
        long double box = i == 0 ? 0.0L : (before - x) * floor;

        sum += t->beyond(x) - (i == 0 ? 0.0L : t->beyond(before)) - box;
        assert_true((x == 0.0L) == (i == t->layers));
        assert_close(t->width[i] * 0x1p53, x, 1e-15);
        assert_close(t->top[i], t->curve(x), 2e-16);
        assert_close(t->rest[i], sum / left_out, 2e-15);
        before = x;
        floor = t->curve(x);
    }
    assert_true(t->rest[t->layers] == 1.0 && t->top[t->layers] == 1.0);
}

static void
test_ziggurat_tables(void **state)
{
    const tables_t exponential = { SIM_ZIGGURAT_EXPONENTIAL_LAYERS, SIM_ZIGGURAT_EXPONENTIAL,
        SIM_ZIGGURAT_EXPONENTIAL_TOP, SIM_ZIGGURAT_EXPONENTIAL_REST, 1.0L, exponential_curve, exponential_curve };
    const tables_t normal = { SIM_ZIGGURAT_NORMAL_LAYERS, SIM_ZIGGURAT_NORMAL, SIM_ZIGGURAT_NORMAL_TOP,
        SIM_ZIGGURAT_NORMAL_REST, sqrtl(0.5L * PI_L), normal_curve, normal_beyond };
    volatile long double one = 1.0L;

    (void) state;
    if (LDBL_MANT_DIG < 64 || one + 0x1p-60L == one) { /* valgrind's is a double */
        skip();
    }
    check_tables(&exponential);
    check_tables(&normal);
}

/* ---- distribution ---- */

typedef struct {
    double (*draw)(sim_stream_t stream);
    double (*cdf)(double x);
    double (*tail)(double size); /* P(X > size), or P(|X| > size) */
    double edge;                 /* of the tail: the widest rectangle's */
    double moment[5], variance[5];
    bool two_sided;
} family_t;

static double
exponential_cdf(double x)
{
    return -expm1(-x);
}

static double
exponential_tail(double x)
{
    return exp(-x);
}

static double
normal_cdf(double x)
{
    return 0.5 * erfc(-x * SQRT_HALF);
}

static double
normal_tail(double x)
{
    return erfc(x * SQRT_HALF);
}

static family_t
exponential(void)
{
    family_t f = { sim_ziggurat_exponential, exponential_cdf, exponential_tail, SIM_ZIGGURAT_EXPONENTIAL[0] * 0x1p53,
        { 1.0, 1.0, 2.0, 6.0, 24.0 }, { 0.0, 1.0, 20.0, 684.0, 39744.0 }, false };

    return f;
}

static family_t
normal(void)
{
    family_t f = { sim_ziggurat_normal, normal_cdf, normal_tail, SIM_ZIGGURAT_NORMAL[0] * 0x1p53,
        { 1.0, 0.0, 1.0, 0.0, 3.0 }, { 0.0, 1.0, 2.0, 15.0, 96.0 }, true };

    return f;
}

typedef struct {
    double cell[CELLS], tail_cell[TAIL_CELLS];
    double power[5]; /* sums of x^k */
    double tail;
} counts_t;

/* Which of the equiprobable cells of what lies beyond the edge. */
static int
tail_cell(const family_t *f, double size)
{
    int cell = (int) (TAIL_CELLS * f->tail(size) / f->tail(f->edge));

    return cell < TAIL_CELLS ? cell : TAIL_CELLS - 1;
}

static void
count_one(const family_t *f, double x, counts_t *counts)
{
    double size = f->two_sided ? fabs(x) : x;
    int cell = (int) (CELLS * f->cdf(x));

    counts->cell[cell < CELLS ? cell : CELLS - 1]++;
    counts->power[1] += x;
    counts->power[2] += x * x;
    counts->power[3] += x * x * x;
    counts->power[4] += x * x * x * x;
    if (size > f->edge) {
        counts->tail++;
        counts->tail_cell[tail_cell(f, size)]++;
    }
}

/* The p-value of a chi-square over equiprobable cells. */
static double
fit(const double *count, size_t cells, double n)
{
    double expected = n / (double) cells, sum = 0.0;

    for (size_t i = 0; i < cells; i++) {
        sum += (count[i] - expected) * (count[i] - expected) / expected;
    }
    return gsl_cdf_chisq_Q(sum, (double) cells - 1.0);
}

/*
 * Theory: 1000 equiprobable cells of 10,000 draws each, raw moments up to 4, the share beyond the ziggurat's edge (2771
 * draws and more) and 20 equiprobable cells beyond it.
 */
static void
check_distribution(family_t f)
{
    counts_t *counts = calloc(1, sizeof(*counts));
    double tail = f.tail(f.edge) * DRAWS;

    assert_non_null(counts);
    for (uint64_t i = 0; i < DRAWS; i++) {
        count_one(&f, f.draw(sim_draw(sim_mix64(i), 1, 0, 0)), counts);
    }
    assert_true(fit(counts->cell, CELLS, DRAWS) > SHARE_LIMIT);
    assert_true(tail > 2500.0 && fabs(counts->tail - tail) < 4.0 * sqrt(tail));
    assert_true(fit(counts->tail_cell, TAIL_CELLS, counts->tail) > SHARE_LIMIT);
    for (int k = 1; k <= 4; k++) {
        double se = sqrt(f.variance[k] / DRAWS);

        assert_true(se < 0.003 * (f.moment[k] > 0.0 ? f.moment[k] : 1.0));
        assert_true(fabs(counts->power[k] / DRAWS - f.moment[k]) < 4.0 * se);
    }
    free(counts);
}

static void
test_ziggurat_exponential_distribution(void **state)
{
    (void) state;
    check_distribution(exponential());
}

static void
test_ziggurat_normal_distribution(void **state)
{
    (void) state;
    check_distribution(normal());
}

static int
compare_doubles(const void *left, const void *right)
{
    const double *x = left, *y = right;

    return (*x > *y) - (*x < *y);
}

/* The variates of one stream, one after another: Kolmogorov-Smirnov, and the correlation of neighbours. */
static void
check_succession(family_t f, double (*next)(sim_stream_t *stream))
{
    double *x = malloc(KS_DRAWS * sizeof(*x)), worst = 0.0, sum = 0.0;
    sim_stream_t stream = sim_draw(3, 1, 0, 0);

    assert_non_null(x);
    for (size_t i = 0; i < KS_DRAWS; i++) {
        x[i] = next(&stream);
        sum += i > 0 ? (x[i] - f.moment[1]) * (x[i - 1] - f.moment[1]) : 0.0; /* both variances are 1 */
    }
    qsort(x, KS_DRAWS, sizeof(*x), compare_doubles);
    for (size_t i = 0; i < KS_DRAWS; i++) {
        double cdf = f.cdf(x[i]);

        worst = fmax(worst, fmax(cdf - (double) i / KS_DRAWS, (double) (i + 1) / KS_DRAWS - cdf));
    }
    assert_true(sqrt(KS_DRAWS) * worst < KS_LIMIT);
    assert_true(fabs(sum / KS_DRAWS) < 4.0 / sqrt(KS_DRAWS));
    free(x);
}

static void
test_ziggurat_succession(void **state)
{
    (void) state;
    check_succession(exponential(), sim_ziggurat_exponential_next);
    check_succession(normal(), sim_ziggurat_normal_next);
}

/* ---- what the rectangles leave out, by itself ---- */

#define REST_DRAWS 2000000
#define REST_CELLS 24 /* of equal width up to the edge; the tail is one more */

/* The share of from..to that lies above the rectangles: the curve's area less each rectangle's part of it. */
static double
left_out(const family_t *f, const double *width, const double *top, size_t layers, double from, double to)
{
    double unit = f->two_sided ? sqrt(2.0 / (double) PI_L) : 1.0;
    double area = f->tail(from) - f->tail(to);

    for (size_t i = 0; i < layers; i++) {
        double x = width[i] * 0x1p53, high = x < to ? x : to;

        area -= high > from ? unit * (top[i] - (i > 0 ? top[i - 1] : 0.0)) * (high - from) : 0.0;
    }
    return area;
}

static void
check_rest(family_t f, const double *width, const double *top, size_t layers)
{
    double count[REST_CELLS + 1] = { 0.0 }, tail[TAIL_CELLS] = { 0.0 }, chi_square = 0.0, positive = 0.0;
    double whole = 1.0 - (double) layers / 256.0;

    for (uint64_t i = 0; i < REST_DRAWS; i++) {
        sim_stream_t stream = sim_draw(sim_mix64(i), 2, 0, 0);
        uint64_t bits = sim_stream_bits(&stream);
        double x = f.two_sided ? sim_ziggurat_normal_rest(bits, &stream) : sim_ziggurat_exponential_rest(&stream);
        double size = fabs(x);

        assert_true(x > 0.0 || f.two_sided);
        positive += x > 0.0;
        count[size < f.edge ? (int) (REST_CELLS * (size / f.edge)) : REST_CELLS]++;
        if (size > f.edge) {
            tail[tail_cell(&f, size)]++;
        }
    }
    for (int i = 0; i <= REST_CELLS; i++) {
        double from = f.edge * i / REST_CELLS;
        double to = i < REST_CELLS ? f.edge * (i + 1) / REST_CELLS : INFINITY;
        double share = left_out(&f, width, top, layers, from, to);
        double expected = REST_DRAWS * share / whole;

        assert_true(expected > 1000.0);
        chi_square += (count[i] - expected) * (count[i] - expected) / expected;
    }
    assert_true(gsl_cdf_chisq_Q(chi_square, REST_CELLS) > SHARE_LIMIT);
    assert_true(count[REST_CELLS] > 40000.0 && fit(tail, TAIL_CELLS, count[REST_CELLS]) > SHARE_LIMIT);
    assert_true(!f.two_sided || fabs(positive / REST_DRAWS - 0.5) < 4.0 * sqrt(0.25 / REST_DRAWS));
}

static void
test_ziggurat_rest(void **state)
{
    (void) state;
    check_rest(exponential(), SIM_ZIGGURAT_EXPONENTIAL, SIM_ZIGGURAT_EXPONENTIAL_TOP, SIM_ZIGGURAT_EXPONENTIAL_LAYERS);
    check_rest(normal(), SIM_ZIGGURAT_NORMAL, SIM_ZIGGURAT_NORMAL_TOP, SIM_ZIGGURAT_NORMAL_LAYERS);
}

/* ---- words and streams ---- */

/* Inside a rectangle a variate is its width times a fraction in (0,1) or (-1,1), and never 0. */
static void
test_ziggurat_inside(void **state)
{
    (void) state;
    for (size_t layer = 0; layer < SIM_ZIGGURAT_EXPONENTIAL_LAYERS; layer++) {
        double width = SIM_ZIGGURAT_EXPONENTIAL[layer] * 0x1p53;

        assert_true(sim_ziggurat_exponential_inside(0, layer) == SIM_ZIGGURAT_EXPONENTIAL[layer]);
        assert_true(sim_ziggurat_exponential_inside(UINT64_MAX, layer) == width * (1.0 - 0x1p-53));
    }
    for (size_t layer = 0; layer < SIM_ZIGGURAT_NORMAL_LAYERS; layer++) {
        double width = SIM_ZIGGURAT_NORMAL[layer] * 0x1p53;

        assert_true(sim_ziggurat_normal_inside(0, layer) == SIM_ZIGGURAT_NORMAL[layer]);
        assert_true(sim_ziggurat_normal_inside(UINT64_MAX, layer) == -SIM_ZIGGURAT_NORMAL[layer]);
        assert_true(sim_ziggurat_normal_inside(UINT64_MAX >> 1, layer) == width * (1.0 - 0x1p-53));
        assert_true(sim_ziggurat_normal_inside(UINT64_C(1) << 63, layer) == -width * (1.0 - 0x1p-53));
    }
    for (int bit = 12; bit < 64; bit++) { /* each of 52 bits counts, and none of the layer's */
        uint64_t flip = UINT64_C(1) << bit;

        assert_true(sim_ziggurat_exponential_inside(flip, 9) - sim_ziggurat_exponential_inside(0, 9) > 0.0);
        assert_true(sim_ziggurat_normal_inside(flip, 9) != sim_ziggurat_normal_inside(0, 9));
        assert_true(sim_ziggurat_exponential_inside(flip | 255u, 9) == sim_ziggurat_exponential_inside(flip, 9));
        assert_true(sim_ziggurat_normal_inside(flip | 255u, 9) == sim_ziggurat_normal_inside(flip, 9));
    }
}

/* The two forms give the same variate; most take one word of the stream, and those of the rest take more. */
static void
check_stream(double (*draw)(sim_stream_t), double (*next)(sim_stream_t *), size_t layers)
{
    size_t more = 0;

    for (uint64_t i = 0; i < 10000; i++) {
        sim_stream_t stream = sim_draw(i, 4, 0, 0), first = stream;
        uint64_t start = stream.state;
        bool inside = (sim_stream_bits(&first) & 255u) < layers;
        double x = draw(stream);

        assert_true(x == next(&stream));
        assert_true(inside == (stream.state == start + SIM_STEP64));
        more += !inside;
    }
    assert_true(more > 50);
}

static void
test_ziggurat_stream(void **state)
{
    (void) state;
    check_stream(sim_ziggurat_exponential, sim_ziggurat_exponential_next, SIM_ZIGGURAT_EXPONENTIAL_LAYERS);
    check_stream(sim_ziggurat_normal, sim_ziggurat_normal_next, SIM_ZIGGURAT_NORMAL_LAYERS);
}

static uint64_t
fold(uint64_t hash, double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return sim_mix64(hash ^ bits) + SIM_GOLDEN64;
}

typedef struct {
    uint64_t key;
    double exponential, normal;
} known_t;

/* The same with every compiler, processor and libm: some of each kind, and the bits of two hundred thousand. */
static void
test_ziggurat_known_answers(void **state)
{
    static const known_t KNOWN[] = {
        { 0, 0x1.4feb95817fa32p-1, -0x1.2d0ccc359e571p+0 },
        { 33, 0x1.0ebe4d5e17fd9p-3, 0x1.ac1a4f1298f79p-3 },    /* exponential from the rest */
        { 202, 0x1.6ccf3fb8aba55p+1, -0x1.99c05063da36fp-3 },  /* normal from the rest */
        { 320, 0x1.d8e3d815e3a3bp-3, 0x1.0c4e1e480602ep+2 },   /* normal from the tail */
        { 3030, 0x1.0cc7a1ad87387p+3, -0x1.310de689cabc6p+1 }, /* exponential from the tail */
    };
    uint64_t hash = 0;

    (void) state;
    for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++) {
        assert_true(sim_ziggurat_exponential(sim_draw(KNOWN[i].key, 5, 0, 0)) == KNOWN[i].exponential);
        assert_true(sim_ziggurat_normal(sim_draw(KNOWN[i].key, 5, 0, 1)) == KNOWN[i].normal);
    }
    for (uint64_t key = 0; key < 100000; key++) {
        hash = fold(hash, sim_ziggurat_exponential(sim_draw(key, 5, 0, 0)));
        hash = fold(hash, sim_ziggurat_normal(sim_draw(key, 5, 0, 1)));
    }
    assert_true(hash == UINT64_C(0x0BCDBCB1416B9397));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ziggurat_tables),
        cmocka_unit_test(test_ziggurat_exponential_distribution),
        cmocka_unit_test(test_ziggurat_normal_distribution),
        cmocka_unit_test(test_ziggurat_succession),
        cmocka_unit_test(test_ziggurat_rest),
        cmocka_unit_test(test_ziggurat_inside),
        cmocka_unit_test(test_ziggurat_stream),
        cmocka_unit_test(test_ziggurat_known_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
