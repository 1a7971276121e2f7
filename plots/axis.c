#include "plots/axis.h"

#include "plots/script.h"

#include <math.h>
#include <string.h>

#define TICKS_MOST 40

plot_axis_t
plot_axis(double least, double most, int steps)
{
    bool from_zero = (least >= 0 && least <= 0.5 * most) || (most <= 0 && most >= 0.5 * least);
    double low = from_zero ? fmin(least, 0) : least, high = from_zero ? fmax(most, 0) : most, step;

    low = from_zero && least >= 0 ? 0 : low;
    high = from_zero && most <= 0 ? 0 : high;
    if (!(high - low > 1e-9 * fmax(fabs(high), fabs(low)))) {
        double room = high == 0 ? 0.5 : 0.05 * fabs(high);

        low -= low == 0 ? 0 : room;
        high += room;
    }
    step = plot_step(high - low, steps);
    return (plot_axis_t){ step * floor(low / step + 1e-9), step * ceil(high / step - 1e-9), step, false };
}

void
plot_within(const char *unit, double least_estimate, double most_estimate, double *least, double *most)
{
    if (least_estimate >= 0) {
        *least = fmax(*least, 0);
        *most = strcmp(unit, "share") == 0 && most_estimate <= 1 ? fmin(*most, 1) : *most;
    }
}

/* The k-th of ..., 1, 2, 5, 10, 20, 50, ...; the 0th is 1. */
static double
round_number(int k)
{
    static const double DIGIT[] = { 1, 2, 5 };
    int decade = (int) floor(k / 3.0);

    return DIGIT[k - 3 * decade] * pow(10, decade);
}

plot_axis_t
plot_axis_log(double least, double most)
{
    int from = 3 * (int) floor(log10(least)), to;

    while (round_number(from + 1) <= least * (1 + 1e-9)) {
        from++;
    }
    to = from + 1;
    while (round_number(to) < most * (1 - 1e-9)) {
        to++;
    }
    return (plot_axis_t){ round_number(from), round_number(to), 10, true };
}

static double
greatest(const plot_axis_t *axis)
{
    return fmax(fabs(axis->low), fabs(axis->high));
}

static double
scale_of(const plot_axis_t *axis, const char *unit)
{
    double most = axis->is_log || strcmp(unit, "pounds") != 0 ? 0 : greatest(axis);

    return most >= 2e6 ? 1e6 : most >= 2e4 ? 1e3 : 1;
}

const char *
plot_unit_name(const plot_axis_t *axis, const char *unit)
{
    double scale = scale_of(axis, unit);

    if (strcmp(unit, "pounds") == 0) {
        return scale == 1e6 ? "£ million" : scale == 1e3 ? "£ thousand" : "£";
    }
    return strcmp(unit, "share") == 0 ? "" : unit;
}

static void
with_thousands(char *text, size_t size, double value)
{
    char digits[64];
    size_t at = 0, n;

    (void) snprintf(digits, sizeof(digits), "%.0f", fabs(value));
    n = strlen(digits);
    if (value < 0 && at + 1 < size) {
        text[at++] = '-';
    }
    for (size_t i = 0; i < n && at + 2 < size; i++) {
        if (i > 0 && (n - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = '\0';
}

void
plot_show_number(char *text, size_t size, const char *unit, double value)
{
    if (strcmp(unit, "share") == 0) {
        (void) snprintf(text, size, "%.3g%%", 100 * value);
    } else if (strcmp(unit, "pounds") == 0 && fabs(value) >= 1e6) {
        (void) snprintf(text, size, "£%.4gm", value / 1e6);
    } else if (fabs(value) >= 100) {
        with_thousands(text, size, value);
    } else {
        (void) snprintf(text, size, "%.3g", value);
    }
}

/* A tick's label is a format of gnuplot: a percent sign is written twice. */
static void
name_tick(char *text, size_t size, const plot_axis_t *axis, const char *unit, double value)
{
    double step = axis->step / scale_of(axis, unit);
    bool share = strcmp(unit, "share") == 0;

    value /= scale_of(axis, unit);
    if (share) {
        (void) snprintf(text, size, "%.10g%%%%", 100 * value);
    } else if (axis->is_log ? value >= 1000 : step >= 1 && fabs(value) >= 1000) {
        with_thousands(text, size, value);
    } else {
        (void) snprintf(text, size, "%.6g", value);
    }
}

/* Over more than three decades only the powers of ten have room. */
static size_t
make_log_ticks(const plot_axis_t *axis, double *tick)
{
    int k = 3 * (int) floor(log10(axis->low) + 1e-9), each = axis->high > 1001 * axis->low ? 3 : 1;
    size_t n = 0;

    for (; n < TICKS_MOST && round_number(k) <= axis->high * (1 + 1e-9); k += each) {
        if (round_number(k) >= axis->low * (1 - 1e-9)) {
            tick[n++] = round_number(k);
        }
    }
    return n;
}

static size_t
make_ticks(const plot_axis_t *axis, double *tick)
{
    size_t n = 0;

    while (n < TICKS_MOST && axis->low + (double) n * axis->step <= axis->high + 1e-6 * axis->step) {
        double at = axis->low + (double) n * axis->step;

        tick[n++] = fabs(at) < 1e-6 * axis->step ? 0 : at;
    }
    return n;
}

void
plot_put_axis(FILE *script, char name, const plot_axis_t *axis, const char *unit)
{
    double tick[TICKS_MOST];
    size_t n = axis->is_log ? make_log_ticks(axis, tick) : make_ticks(axis, tick);
    char text[80];

    /* gnuplot leaves out a tick at the very beginning of a logarithmic axis */
    (void) fprintf(script, "%c_low = %.10g\n%c_top = %.10g\n", name, axis->low * (axis->is_log ? 1 - 1e-6 : 1), name,
        axis->high);
    (void) snprintf(text, sizeof(text), "%c_tick", name);
    plot_let_numbers(script, text, n, tick);
    (void) fprintf(script, "array %c_tick_name[%zu] = [", name, n);
    for (size_t i = 0; i < n; i++) {
        name_tick(text, sizeof(text), axis, unit, tick[i]);
        (void) fputs(i > 0 ? ", " : "", script);
        plot_quote(script, text);
    }
    (void) fputs("]\n", script);
}
