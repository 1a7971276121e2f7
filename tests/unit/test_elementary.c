/* Elementary functions against long double libm (64 bits or more of mantissa), and the normal quantile against GSL. */
#include "sim/core/elementary.h"
#include "sim/core/random.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#define SAMPLES 500000

static double
from_bits(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

static uint64_t
to_bits(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

/* |got - exact| in units of the last place of a double at exact. */
static double
error_ulp(double got, long double exact)
{
    int exponent;

    frexpl(exact, &exponent);
    exponent = exponent - 53 < -1074 ? -1074 : exponent - 53;
    return (double) fabsl(ldexpl((long double) got - exact, -exponent));
}

static double
log_error(double x)
{
    return error_ulp(sim_log(x), logl((long double) x));
}

static double
exp_error(double x)
{
    return error_ulp(sim_exp(x), expl((long double) x));
}

/* Skips where a long double is no better than a double, in the compiler or in what emulates it (valgrind). */
static void
require_long_double(void)
{
    volatile long double one = 1.0L;

    if (LDBL_MANT_DIG < 64 || one + 0x1p-60L == one) {
        skip();
    }
}

static void
test_elementary_log(void **state)
{
    sim_stream_t stream = sim_draw(1, 1, 0, 0);
    double worst = 0.0;

    (void) state;
    require_long_double();
    for (int i = 0; i < SAMPLES; i++) {
        uint64_t bits = sim_stream_bits(&stream);

        worst = fmax(worst, log_error(from_bits(1 + bits % (UINT64_C(0x7FF0000000000000) - 1))));
        worst = fmax(worst, log_error(0.5 + 1.5 * sim_stream_uniform(&stream)));
        worst = fmax(worst, log_error(1.0 + ldexp(sim_stream_uniform(&stream) - 0.5, -(int) (bits % 50))));
        worst = fmax(worst, log_error(sim_stream_uniform(&stream)));
    }
    for (int i = 0; i <= 4096; i++) {
        uint64_t edge = UINT64_C(0x3FE0000000000000) + ((uint64_t) i << 41);

        for (uint64_t near = edge - 2; near <= edge + 2; near++) {
            worst = fmax(worst, log_error(from_bits(near)));
        }
    }
    for (int e = -1074; e <= 1023; e++) {
        worst = fmax(worst, log_error(ldexp(1.0, e)));
    }
    assert_true(worst < 0.54);
    assert_true(worst > 0.45); /* the comparison looks at last places at all */
}

static void
test_elementary_log_edges(void **state)
{
    (void) state;
    assert_true(to_bits(sim_log(1.0)) == 0);
    assert_true(sim_log(0.0) == -INFINITY && sim_log(-0.0) == -INFINITY);
    assert_true(isnan(sim_log(-1.0)) && isnan(sim_log(-INFINITY)) && isnan(sim_log(NAN)));
    assert_true(sim_log(INFINITY) == INFINITY);
    require_long_double();
    assert_true(log_error(5e-324) <= 1.0 && log_error(DBL_MIN) <= 1.0 && log_error(DBL_MAX) <= 1.0);
}

static void
test_elementary_exp(void **state)
{
    sim_stream_t stream = sim_draw(2, 1, 0, 0);
    double worst = 0.0;

    (void) state;
    require_long_double();
    for (int i = 0; i < SAMPLES; i++) {
        double u = sim_stream_uniform(&stream);

        worst = fmax(worst, exp_error(-708.3 + 1418.0 * u));
        worst = fmax(worst, exp_error(2.0 * u - 1.0));
        worst = fmax(worst, exp_error(ldexp(u - 0.5, -(int) (sim_stream_bits(&stream) % 60))));
    }
    for (int n = -94000; n <= 94000; n++) { /* where rounding chooses between two table entries */
        double edge = (n + 0.5) * 0x1.62e42fefa39efp-8;

        worst = fmax(worst, exp_error(edge));
        worst = fmax(worst, exp_error(nextafter(edge, 1000.0)));
    }
    assert_true(worst < 0.52);
    assert_true(worst > 0.45);
}

/* A subnormal result is rounded twice: within one unit of the smallest double. */
static void
test_elementary_exp_edges(void **state)
{
    (void) state;
    assert_true(sim_exp(0.0) == 1.0 && sim_exp(-0.0) == 1.0 && sim_exp(5e-324) == 1.0);
    assert_true(sim_exp(INFINITY) == INFINITY && sim_exp(-INFINITY) == 0.0 && isnan(sim_exp(NAN)));
    assert_true(sim_exp(709.79) == INFINITY && sim_exp(1e300) == INFINITY);
    assert_true(sim_exp(-745.2) == 0.0 && sim_exp(-1e300) == 0.0);
    assert_true(isfinite(sim_exp(709.78)) && sim_exp(-745.0) > 0.0);
    require_long_double();
    for (double x = -745.13; x < -707.0; x += 0.001) {
        assert_true(exp_error(x) <= 1.0);
    }
    for (double x = 708.0; x < 709.78; x += 0.0001) {
        assert_true(exp_error(x) <= 1.0);
    }
}

static void
test_elementary_pow(void **state)
{
    sim_stream_t stream = sim_draw(3, 1, 0, 0);

    (void) state;
    require_long_double();
    for (int i = 0; i < SAMPLES; i++) {
        double x = 100.0 * sim_stream_uniform(&stream);
        double y = 20.0 * sim_stream_uniform(&stream) - 10.0;
        long double exact = powl((long double) x, (long double) y);
        double bound = (fabs(y * log(x)) + 1.0) * 0x1p-52;

        assert_true(fabsl((long double) sim_pow(x, y) / exact - 1.0L) < (long double) bound);
    }
    assert_true(sim_pow(3.0, 0.0) == 1.0 && sim_pow(1.0, 1e9) == 1.0 && sim_pow(0.0, 2.0) == 0.0);
}

static void
test_elementary_normal_quantile(void **state)
{
    sim_stream_t stream = sim_draw(4, 1, 0, 0);

    (void) state;
    for (int i = 0; i < SAMPLES; i++) {
        double u = sim_stream_uniform(&stream);
        double tail = ldexp(u, -(int) (sim_stream_bits(&stream) % 1000));

        assert_true(fabs(sim_normal_quantile(u) - gsl_cdf_ugaussian_Pinv(u)) <=
                    2e-15 * fabs(gsl_cdf_ugaussian_Pinv(u)));
        assert_true(fabs(sim_normal_quantile(tail) / gsl_cdf_ugaussian_Pinv(tail) - 1.0) < 2e-15);
        assert_true(sim_normal_quantile(1.0 - u) == -sim_normal_quantile(u));
    }
    /* Not the same algorithm: GSL's cdf is W.J. Cody's rational approximation. */
    for (double z = -8.0; z <= 3.0; z += 0.01) {
        assert_true(fabs(sim_normal_quantile(gsl_cdf_ugaussian_P(z)) - z) < 1e-13);
    }
}

static void
test_elementary_normal_quantile_errors(void **state)
{
    (void) state;
    assert_true(sim_normal_quantile(0.0) == -INFINITY && sim_normal_quantile(1.0) == INFINITY);
    assert_true(sim_normal_quantile(0.5) == 0.0);
    assert_true(isnan(sim_normal_quantile(-0.1)) && isnan(sim_normal_quantile(1.1)));
    assert_true(isnan(sim_normal_quantile(NAN)));
}

static void
test_elementary_logistic(void **state)
{
    (void) state;
    require_long_double();
    for (double x = -745.0; x <= 745.0; x += 0.0625) {
        double exact = (double) (1.0L / (1.0L + expl(-(long double) x)));

        assert_true(fabs(sim_logistic(x) - exact) <= 4.0 * DBL_EPSILON * exact + 5e-324);
    }
    assert_true(sim_logistic(DBL_MAX) == 1.0 && sim_logistic(-DBL_MAX) == 0.0);
}

static uint64_t
fold(uint64_t hash, double x)
{
    return sim_mix64(hash ^ to_bits(x)) + SIM_GOLDEN64;
}

/* The bits of a million results: the same with every compiler, processor and libm. */
static void
test_elementary_bits(void **state)
{
    sim_stream_t stream = sim_draw(5, 1, 0, 0);
    uint64_t hash = 0;

    (void) state;
    for (int i = 0; i < 250000; i++) {
        double u = sim_stream_uniform(&stream);

        hash = fold(hash, sim_log(u));
        hash = fold(hash, sim_exp(200.0 * u - 100.0));
        hash = fold(hash, sim_normal_quantile(u));
        hash = fold(hash, sim_pow(u, 0.37));
    }
    assert_true(hash == UINT64_C(0x02D4C09ED951EF7C));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_elementary_log),
        cmocka_unit_test(test_elementary_log_edges),
        cmocka_unit_test(test_elementary_exp),
        cmocka_unit_test(test_elementary_exp_edges),
        cmocka_unit_test(test_elementary_pow),
        cmocka_unit_test(test_elementary_normal_quantile),
        cmocka_unit_test(test_elementary_normal_quantile_errors),
        cmocka_unit_test(test_elementary_logistic),
        cmocka_unit_test(test_elementary_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
