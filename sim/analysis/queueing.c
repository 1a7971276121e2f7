#include "sim/analysis/queueing.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Finite and at least 0. */
static bool
valid(double x)
{
    return x >= 0 && !isinf(x);
}

static bool
valid_moments(ana_moments_t m)
{
    return valid(m.mean) && valid(m.square) && m.square >= m.mean * m.mean * (1 - 1e-12);
}

ana_moments_t
ana_moments(double mean, double cv)
{
    return (ana_moments_t){ mean, mean * mean * (1 + cv * cv) };
}

static ana_moments_t
moments_nan(void)
{
    return (ana_moments_t){ NAN, NAN };
}

static ana_station_t
station_nan(void)
{
    return (ana_station_t){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
}

/* ---- exponential service, many servers ---- */

double
ana_erlang_b(int c, double a)
{
    double inverse = 1;

    if (c < 0 || !valid(a)) {
        return NAN;
    }
    for (int k = 1; k <= c; k++) {
        inverse = 1 + inverse * k / a;
    }
    return 1 / inverse;
}

double
ana_overflow_mean(int c, double a)
{
    return a * ana_erlang_b(c, a);
}

double
ana_overflow_variance(int c, double a)
{
    double mean = ana_overflow_mean(c, a);

    return mean * (1 - mean + a / (c + 1 + mean - a));
}

double
ana_erlang_c(int c, double a)
{
    double lost = ana_erlang_b(c, a);

    return c < 1 ? NAN : a >= c ? 1 : c * lost / (c - a * (1 - lost));
}

double
ana_mmc_wait(int c, double arrival_rate, double mean_service)
{
    double a = arrival_rate * mean_service;

    if (c < 1 || !valid(arrival_rate) || !valid(mean_service)) {
        return NAN;
    }
    return a >= c ? INFINITY : ana_erlang_c(c, a) * mean_service / (c - a);
}

double
ana_mmc_wait_above(int c, double arrival_rate, double mean_service, double t)
{
    double a = arrival_rate * mean_service;

    if (c < 1 || !valid(arrival_rate) || !valid(mean_service) || !(t >= 0)) {
        return NAN;
    }
    return a >= c ? 1 : ana_erlang_c(c, a) * exp(-(c - a) * t / mean_service);
}

double
ana_mmc_sojourn_above(int c, double arrival_rate, double mean_service, double t)
{
    double a = arrival_rate * mean_service, waits = ana_erlang_c(c, a), x, faster;

    if (c < 1 || !valid(arrival_rate) || !(mean_service > 0) || !valid(mean_service) || !valid(t)) {
        return NAN;
    }
    if (a >= c) {
        return 1;
    }
    /* Those who wait take an exponential time of rate c - a, and one of rate 1, in units of a service. */
    x = t / mean_service;
    faster = c - a - 1;
    return exp(-x) * (1 + waits * (faster == 0 ? x : -expm1(-faster * x) / faster));
}

/* E[wait^2] of first come, first served, made that of another order; the same in M/G/1 and in M/M/c. */
static double
square_of_order(ana_order_t order, double rho, double square)
{
    switch (order) {
    case ANA_LIFO:
        return square / (1 - rho);
    case ANA_RANDOM:
        return square * 2 / (2 - rho);
    default:
        return square;
    }
}

double
ana_mmc_wait_square(ana_order_t order, int c, double arrival_rate, double mean_service)
{
    double wait = ana_mmc_wait(c, arrival_rate, mean_service), rho = arrival_rate * mean_service / c;

    return isfinite(wait) ? square_of_order(order, rho, 2 * wait * mean_service / (c * (1 - rho))) : wait;
}

double
ana_mg1_wait_square(ana_order_t order, double arrival_rate, double mean, double square, double cube)
{
    double rho = arrival_rate * mean, wait = arrival_rate * square / (2 * (1 - rho));

    if (!valid(arrival_rate) || !valid_moments((ana_moments_t){ mean, square }) || !valid(cube)) {
        return NAN;
    }
    if (rho >= 1) {
        return INFINITY;
    }
    return square_of_order(order, rho, 2 * wait * wait + arrival_rate * cube / (3 * (1 - rho)));
}

double
ana_mginf_probability(int n, double a)
{
    if (n < 0 || !valid(a)) {
        return NAN;
    }
    return a == 0 ? n == 0 : exp(n * log(a) - a - lgamma(n + 1.0));
}

/* What follows by Little's law from system, queue and throughput. */
static void
apply_little(ana_station_t *self, int c, double mean_service)
{
    self->wait = self->queue / self->throughput;
    self->sojourn = self->system / self->throughput;
    self->utilisation = self->throughput * mean_service / c;
}

/* p(n) / p(c) of M/M/c/K, below c going down and above going up, so that neither overflows by c. */
static double
mmck_ratio(int n, int c, double a)
{
    double ratio = 1;

    for (int k = c; k > n; k--) {
        ratio *= k / a;
    }
    return n > c ? pow(a / c, n - c) : ratio;
}

double
ana_mmck_probability(int n, int c, int capacity, double arrival_rate, double mean_service)
{
    double a = arrival_rate * mean_service, total = 0;

    if (c < 1 || capacity < c || !(a > 0) || !valid(arrival_rate) || !valid(mean_service)) {
        return NAN;
    }
    for (int k = 0; k <= capacity; k++) {
        total += mmck_ratio(k, c, a);
    }
    return n < 0 || n > capacity ? 0 : mmck_ratio(n, c, a) / total;
}

ana_station_t
ana_mmck(int c, int capacity, double arrival_rate, double mean_service)
{
    ana_station_t self = { 0 };
    double a = arrival_rate * mean_service, total = 0;

    if (c < 1 || capacity < c || !(a > 0) || !valid(arrival_rate) || !valid(mean_service)) {
        return station_nan();
    }
    for (int n = 0; n <= capacity; n++) {
        double p = mmck_ratio(n, c, a);

        total += p;
        self.system += n * p;
        self.queue += n > c ? (n - c) * p : 0;
    }
    self.system /= total;
    self.queue /= total;
    self.empty = mmck_ratio(0, c, a) / total;
    self.lost = mmck_ratio(capacity, c, a) / total;
    self.throughput = arrival_rate * (1 - self.lost);
    apply_little(&self, c, mean_service);
    return self;
}

ana_station_t
ana_finite_source(int c, int population, double mean_away, double mean_service)
{
    ana_station_t self = { 0 };
    double p = 1, total = 0;

    if (c < 1 || population < 1 || !(mean_away > 0) || !(mean_service > 0) || !valid(mean_away + mean_service)) {
        return station_nan();
    }
    /* Downwards from all of them there. */
    for (int n = population; n >= 0; n--) {
        total += p;
        self.system += n * p;
        self.queue += n > c ? (n - c) * p : 0;
        self.empty = p;
        p *= (n < c ? n : c) * mean_away / ((population - n + 1) * mean_service);
    }
    self.system /= total;
    self.queue /= total;
    self.empty /= total;
    self.throughput = (population - self.system) / mean_away;
    apply_little(&self, c, mean_service);
    return self;
}

int
ana_birth_death(size_t n, const double *birth, const double *death, double *p)
{
    double total = 1;

    for (size_t k = 0; k < n; k++) {
        if (!valid(birth[k]) || !(death[k] > 0) || !valid(death[k])) {
            return SIM_ERR_BAD_PARAM;
        }
    }
    p[0] = 1;
    for (size_t k = 0; k < n; k++) {
        p[k + 1] = p[k] * birth[k] / death[k];
        total += p[k + 1];
    }
    for (size_t k = 0; k <= n; k++) {
        p[k] /= total;
    }
    return SIM_OK;
}

static bool
valid_patience(int c, double arrival_rate, double mean_service, double patience)
{
    return c >= 1 && arrival_rate > 0 && valid(arrival_rate) && mean_service > 0 && valid(mean_service) && patience > 0;
}

ana_erlang_a_t
ana_erlang_a(int c, double arrival_rate, double mean_service, double mean_patience)
{
    ana_erlang_a_t result = { 0, 0, 0, 0 };
    double mu = 1 / mean_service, theta = 1 / mean_patience, p = 1, total = 0, busy = 0;

    if (!valid_patience(c, arrival_rate, mean_service, mean_patience)) {
        return (ana_erlang_a_t){ NAN, NAN, NAN, NAN };
    }
    /* p is proportional to the probability of n present; far out it only falls, until it no longer counts. */
    for (int n = 0; n < 10000000 && (n <= c || p > total * 1e-18); n++) {
        total += p;
        busy += p * (n < c ? n : c);
        result.queue += n > c ? p * (n - c) : 0;
        result.wait += n >= c ? p : 0;
        p *= arrival_rate / (n + 1 <= c ? (n + 1) * mu : c * mu + (n + 1 - c) * theta);
    }
    result.queue /= total;
    result.wait /= total;
    result.utilisation = busy / total / c;
    result.abandon = theta * result.queue / arrival_rate;
    return result;
}

/* The integral of x^power exp(g x) from 0 to d, power 0 or 1. */
static double
growth_integral(int power, double g, double d)
{
    double sum = 0, term = 1;

    if (fabs(g * d) > 1) {
        return power == 0 ? expm1(g * d) / g : (1 + exp(g * d) * (g * d - 1)) / (g * g);
    }
    for (int k = 0; k < 24; k++) {
        sum += term / (k + power + 1);
        term *= g * d / (k + 1);
    }
    return sum * pow(d, power + 1);
}

ana_erlang_a_t
ana_erlang_fixed_patience(int c, double arrival_rate, double mean_service, double patience)
{
    ana_erlang_a_t result;
    double drain = c / mean_service, g = arrival_rate - drain, free, above, waiting, total;

    if (!valid_patience(c, arrival_rate, mean_service, patience) || isinf(patience)) {
        return (ana_erlang_a_t){ NAN, NAN, NAN, NAN };
    }
    free = 1 / ana_erlang_b(c - 1, arrival_rate * mean_service);
    above = arrival_rate * exp(g * patience) / drain;
    waiting = arrival_rate * growth_integral(0, g, patience) + above;
    total = free + waiting;
    result.abandon = above / total;
    result.wait = waiting / total;
    result.queue = arrival_rate * (arrival_rate * growth_integral(1, g, patience) + patience * above) / total;
    result.utilisation = arrival_rate * (1 - result.abandon) / drain;
    return result;
}

/* ---- one server ---- */

double
ana_mg1_wait(double arrival_rate, double mean_service, double cv)
{
    double rho = arrival_rate * mean_service;

    if (!valid(arrival_rate) || !valid(mean_service) || !valid(cv)) {
        return NAN;
    }
    return rho >= 1 ? INFINITY : rho * mean_service * (1 + cv * cv) / (2 * (1 - rho));
}

/* Mean wait in M/G/1 by the moments, and what is added to it. */
static double
mg1_wait_and(double arrival_rate, ana_moments_t service, double more)
{
    double rho = arrival_rate * service.mean;

    if (isinf(service.mean) || isinf(service.square)) {
        return INFINITY;
    }
    if (!valid(arrival_rate) || !valid_moments(service) || !valid(more)) {
        return NAN;
    }
    return rho >= 1 ? INFINITY : arrival_rate * service.square / (2 * (1 - rho)) + more;
}

/* The root below 1 of a convex function that is positive at 0 and 0 at 1: Newton's method from 0 rises to it. */
static double
first_root(double (*f)(double x, double u, int k, double *slope), double u, int k)
{
    double x = 0;

    for (int i = 0; i < 200; i++) {
        double slope, value = f(x, u, k, &slope), next = x - value / slope;

        if (!(next > x) || next >= 1) {
            break;
        }
        x = next;
    }
    return x;
}

/* E[exp(-(1 - x) A / S)] - x for A Erlang of k phases or fixed, u = E[A] / E[S]. */
static double
gm1_equation(double x, double u, int k, double *slope)
{
    double base = k == 0 ? exp(-u * (1 - x)) : 1 / (1 + u * (1 - x) / k), value = k == 0 ? base : pow(base, k);

    *slope = (k == 0 ? u * value : u * value * base) - 1;
    return value - x;
}

double
ana_gm1_wait(int k, double arrival_rate, double mean_service)
{
    double rho = arrival_rate * mean_service, root;

    if (k < 0 || !(arrival_rate > 0) || !valid(arrival_rate) || !(mean_service > 0) || !valid(mean_service)) {
        return NAN;
    }
    if (rho >= 1) {
        return INFINITY;
    }
    root = first_root(gm1_equation, 1 / rho, k);
    return root * mean_service / (1 - root);
}

double
ana_mg1_sharing_sojourn(double arrival_rate, double mean_service)
{
    double rho = arrival_rate * mean_service;

    if (!valid(arrival_rate) || !valid(mean_service)) {
        return NAN;
    }
    return rho >= 1 ? INFINITY : mean_service / (1 - rho);
}

double
ana_batch_wait(double batch_rate, double mean_batch, double pairs_batch, double mean_service, double cv)
{
    ana_moments_t service = ana_moments(mean_service, cv), work;

    if (!(mean_batch > 0) || !valid(pairs_batch) || !valid(cv) || !valid_moments(service)) {
        return NAN;
    }
    work.mean = mean_batch * mean_service;
    work.square = mean_batch * service.square + pairs_batch * mean_service * mean_service;
    return mg1_wait_and(batch_rate, work, pairs_batch * mean_service / (2 * mean_batch));
}

double
ana_mg1_vacations_wait(double arrival_rate, ana_moments_t service, ana_moments_t vacation)
{
    if (!valid_moments(vacation) || vacation.mean == 0) {
        return NAN;
    }
    return mg1_wait_and(arrival_rate, service, vacation.square / (2 * vacation.mean));
}

double
ana_mg1_one_vacation_wait(double arrival_rate, ana_moments_t service, ana_moments_t vacation, double no_arrival)
{
    if (!valid_moments(vacation) || !(no_arrival >= 0 && no_arrival <= 1)) {
        return NAN;
    }
    return mg1_wait_and(arrival_rate, service,
        arrival_rate * vacation.square / (2 * (no_arrival + arrival_rate * vacation.mean)));
}

double
ana_mg1_setup_wait(double arrival_rate, ana_moments_t service, ana_moments_t setup)
{
    if (!valid_moments(setup)) {
        return NAN;
    }
    return mg1_wait_and(arrival_rate, service,
        (2 * setup.mean + arrival_rate * setup.square) / (2 * (1 + arrival_rate * setup.mean)));
}

ana_moments_t
ana_completion_resume(ana_moments_t service, double rate, ana_moments_t interruption)
{
    double stretch = 1 + rate * interruption.mean;

    if (!valid_moments(service) || !valid(rate) || !valid_moments(interruption)) {
        return moments_nan();
    }
    return (ana_moments_t){ service.mean * stretch,
        service.square * stretch * stretch + rate * service.mean * interruption.square };
}

ana_moments_t
ana_completion_restart(double service, double rate, ana_moments_t interruption)
{
    double through = exp(-rate * service), tries = (1 - through) / through, cut, cut_square, lost, variance, mean;

    if (!valid(service) || !valid(rate) || !valid_moments(interruption)) {
        return moments_nan();
    }
    if (rate * service == 0) {
        return ana_moments(service, 0);
    }
    /* A try that is cut short has an exponential time less than the service's; their number is geometric. */
    cut = growth_integral(1, -rate, service) * rate / (1 - through);
    cut_square = 2 * cut / rate - service * service * through / (1 - through);
    lost = cut + interruption.mean;
    variance = cut_square - cut * cut + interruption.square - interruption.mean * interruption.mean;
    mean = service + tries * lost;
    return (ana_moments_t){ mean, mean * mean + tries * variance + tries / through * lost * lost };
}

ana_moments_t
ana_mg1_busy_period(double arrival_rate, ana_moments_t service)
{
    double idle = 1 - arrival_rate * service.mean;

    if (!valid(arrival_rate) || !valid_moments(service)) {
        return moments_nan();
    }
    if (idle <= 0) {
        return (ana_moments_t){ INFINITY, INFINITY };
    }
    return (ana_moments_t){ service.mean / idle, service.square / (idle * idle * idle) };
}

double
ana_mg1_breakdown_wait(double arrival_rate, ana_moments_t completion, double idle_rate, ana_moments_t repair)
{
    if (!valid(idle_rate) || !valid_moments(repair)) {
        return NAN;
    }
    return mg1_wait_and(arrival_rate, completion, idle_rate * repair.square / (2 * (1 + idle_rate * repair.mean)));
}

/* u - (u + 1) x + x^(b + 1), u the arrivals in a mean service. */
static double
group_equation(double x, double u, int b, double *slope)
{
    double power = pow(x, b);

    *slope = (b + 1) * power - (u + 1);
    return u - (u + 1) * x + x * power;
}

ana_station_t
ana_group_service(int a, int b, double arrival_rate, double mean_service)
{
    ana_station_t self = { 0 };
    double u = arrival_rate * mean_service, root, idle = 0, busy;

    if (a < 1 || b < a || !(u > 0) || !valid(arrival_rate) || !valid(mean_service)) {
        return station_nan();
    }
    if (u >= b) {
        return (ana_station_t){ 0, 0, b / mean_service, INFINITY, INFINITY, INFINITY, INFINITY, 1 };
    }
    /* Busy with n waiting, root^n; idle with n < a waiting, (1 - root^(n+1)) / (1 - root) / u. */
    root = first_root(group_equation, u, b);
    busy = 1 / (1 - root);
    self.queue = root * busy * busy;
    for (int n = 0; n < a; n++) {
        double p = (1 - pow(root, n + 1)) * busy / u;

        idle += p;
        self.queue += n * p;
    }
    self.queue /= idle + busy;
    self.empty = 1 / (u * (idle + busy));
    self.throughput = arrival_rate;
    self.system = self.queue + u;
    apply_little(&self, 1, mean_service);
    self.utilisation = busy / (idle + busy);
    return self;
}

/* ---- classes ---- */

static bool
valid_classes(size_t n, const double *rate, const ana_moments_t *service)
{
    for (size_t k = 0; k < n; k++) {
        if (!valid(rate[k]) || (service != NULL && (!valid_moments(service[k]) || service[k].mean == 0))) {
            return false;
        }
    }
    return true;
}

/* Half the sum of rate E[S^2] over what is served: a class that finds less time than it asks for takes what is left. */
static double
residual_work(size_t n, const double *rate, const ana_moments_t *service)
{
    double left = 1, sum = 0;

    for (size_t k = 0; k < n; k++) {
        double share = fmin(rate[k] * service[k].mean, left);

        sum += share * service[k].square / (2 * service[k].mean);
        left -= share;
    }
    return sum;
}

int
ana_mg1_priority(size_t n, const double *rate, const ana_moments_t *service, double *wait)
{
    double residual, left = 1;

    if (!valid_classes(n, rate, service)) {
        return SIM_ERR_BAD_PARAM;
    }
    residual = residual_work(n, rate, service);
    for (size_t k = 0; k < n; k++) {
        double after = left - rate[k] * service[k].mean;

        wait[k] = after > 0 ? residual / (left * after) : INFINITY;
        left = after;
    }
    return SIM_OK;
}

int
ana_mg1_preemptive(size_t n, const double *rate, const ana_moments_t *service, double *sojourn)
{
    double left = 1;

    if (!valid_classes(n, rate, service)) {
        return SIM_ERR_BAD_PARAM;
    }
    for (size_t k = 0; k < n; k++) {
        double after = left - rate[k] * service[k].mean, residual = residual_work(k + 1, rate, service);

        sojourn[k] = after > 0 ? service[k].mean / left + residual / (left * after) : INFINITY;
        left = after;
    }
    return SIM_OK;
}

static double
sum_of(size_t n, const double *value)
{
    double sum = 0;

    for (size_t k = 0; k < n; k++) {
        sum += value[k];
    }
    return sum;
}

int
ana_mmc_priority(int c, size_t n, const double *rate, double mean_service, double *wait)
{
    double residual, left = 1;

    if (c < 1 || !valid(mean_service) || !valid_classes(n, rate, NULL)) {
        return SIM_ERR_BAD_PARAM;
    }
    residual = ana_erlang_c(c, sum_of(n, rate) * mean_service) * mean_service / c;
    for (size_t k = 0; k < n; k++) {
        double after = left - rate[k] * mean_service / c;

        wait[k] = after > 0 ? residual / (left * after) : INFINITY;
        left = after;
    }
    return SIM_OK;
}

int
ana_mmc_preemptive(int c, size_t n, const double *rate, double mean_service, double *sojourn)
{
    double total = 0, before = 0;

    if (c < 1 || !valid(mean_service) || !valid_classes(n, rate, NULL)) {
        return SIM_ERR_BAD_PARAM;
    }
    for (size_t k = 0; k < n; k++) {
        if (rate[k] == 0) {
            return SIM_ERR_BAD_PARAM;
        }
    }
    for (size_t k = 0; k < n; k++) {
        double present;

        total += rate[k];
        present = total * (mean_service + ana_mmc_wait(c, total, mean_service));
        sojourn[k] = isinf(present) ? INFINITY : (present - before) / rate[k];
        before = present;
    }
    return SIM_OK;
}

double
ana_conserved_work(size_t n, const double *rate, const ana_moments_t *service)
{
    double rho = 0;

    if (!valid_classes(n, rate, service)) {
        return NAN;
    }
    for (size_t k = 0; k < n; k++) {
        rho += rate[k] * service[k].mean;
    }
    return rho >= 1 ? INFINITY : rho * residual_work(n, rate, service) / (1 - rho);
}

/* ---- networks ---- */

static bool
valid_nodes(size_t n, const double *flow, const double *mean_service, const int *servers)
{
    for (size_t i = 0; i < n; i++) {
        if (!valid(flow[i]) || !valid(mean_service[i]) || (servers[i] < 1 && servers[i] != ANA_UNLIMITED)) {
            return false;
        }
    }
    return true;
}

static bool
valid_routing(size_t n, const double *routing)
{
    for (size_t i = 0; i < n; i++) {
        double sum = 0;

        for (size_t j = 0; j < n; j++) {
            sum += routing[i * n + j];
            if (!valid(routing[i * n + j])) {
                return false;
            }
        }
        if (sum > 1 + 1e-12) {
            return false;
        }
    }
    return true;
}

/* x becomes x (I - routing)^-1, in m of n x n. It needs no pivoting, and a pivot is 0 where some never leave. */
static int
solve_traffic(size_t n, const double *routing, double *m, double *x)
{
    for (size_t i = 0; i < n * n; i++) {
        m[i] = (i % (n + 1) == 0) - routing[i % n * n + i / n];
    }
    for (size_t k = 0; k < n; k++) {
        if (!(m[k * n + k] > 1e-12)) {
            return SIM_ERR_BAD_PARAM;
        }
        for (size_t i = k + 1; i < n; i++) {
            double factor = m[i * n + k] / m[k * n + k];

            x[i] -= factor * x[k];
            for (size_t j = k; j < n; j++) {
                m[i * n + j] -= factor * m[k * n + j];
            }
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++) {
            x[k] -= m[k * n + j] * x[j];
        }
        x[k] /= m[k * n + k];
    }
    return SIM_OK;
}

int
ana_jackson_open(size_t n, const double *external, const double *routing, const double *mean_service,
    const int *servers, double *total, double *number)
{
    double *room;
    int ret = SIM_OK;

    if (n == 0 || !valid_nodes(n, external, mean_service, servers) || !valid_routing(n, routing)) {
        return SIM_ERR_BAD_PARAM;
    }
    room = calloc(n * (n + 1), sizeof(*room));
    if (room == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        room[n * n + i] = external[i];
    }
    ret = solve_traffic(n, routing, room, room + n * n);
    for (size_t i = 0; i < n && ret == SIM_OK; i++) {
        double wait;

        total[i] = room[n * n + i];
        wait = servers[i] == ANA_UNLIMITED ? 0 : ana_mmc_wait(servers[i], total[i], mean_service[i]);
        number[i] = total[i] * (wait + mean_service[i]);
    }
    free(room);
    return ret;
}

/* The product-form weights of 0 .. n customers at a node of that demand. */
static void
node_weights(size_t n, double demand, int servers, double *weight)
{
    weight[0] = 1;
    for (size_t k = 1; k <= n; k++) {
        double busy = servers == ANA_UNLIMITED || k < (size_t) servers ? (double) k : servers;

        weight[k] = weight[k - 1] * demand / busy;
    }
}

/* g = g convolved with weight, up to n, from the top so that it can be done in place. */
static void
convolve(size_t n, const double *weight, double *g)
{
    for (size_t k = n + 1; k-- > 0;) {
        double sum = 0;

        for (size_t m = 0; m <= k; m++) {
            sum += weight[m] * g[k - m];
        }
        g[k] = sum;
    }
}

/* The normalising constants of 0 .. population customers at all nodes but one. */
static void
constants_without(size_t skip, size_t n, size_t population, const double *demand, const int *servers, double *weight,
    double *g)
{
    g[0] = 1;
    for (size_t k = 1; k <= population; k++) {
        g[k] = 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (i != skip) {
            node_weights(population, demand[i], servers[i], weight);
            convolve(population, weight, g);
        }
    }
}

int
ana_jackson_closed(size_t n, size_t population, const double *visits, const double *mean_service, const int *servers,
    double *throughput, double *number)
{
    double *demand, *weight, *g, greatest = 0;

    if (n == 0 || population == 0 || !valid_nodes(n, visits, mean_service, servers)) {
        return SIM_ERR_BAD_PARAM;
    }
    demand = calloc(n + 2 * (population + 1), sizeof(*demand));
    if (demand == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    weight = demand + n;
    g = weight + population + 1;
    for (size_t i = 0; i < n; i++) {
        greatest = fmax(greatest, visits[i] * mean_service[i]);
    }
    for (size_t i = 0; i < n; i++) {
        demand[i] = greatest > 0 ? visits[i] * mean_service[i] / greatest : 0;
    }
    for (size_t i = 0; i < n && greatest > 0; i++) {
        double all = 0, fewer = 0, sum = 0;

        constants_without(i, n, population, demand, servers, weight, g);
        node_weights(population, demand[i], servers[i], weight);
        for (size_t k = 0; k <= population; k++) {
            all += weight[k] * g[population - k];
            sum += (double) k * weight[k] * g[population - k];
            fewer += k < population ? weight[k] * g[population - 1 - k] : 0;
        }
        number[i] = sum / all;
        throughput[i] = visits[i] * fewer / all / greatest;
    }
    free(demand);
    return greatest > 0 ? SIM_OK : SIM_ERR_BAD_PARAM;
}

/* ---- rates that change ---- */

double
ana_limited_exponential(double x, const void *mean)
{
    double m = *(const double *) mean;

    return -m * expm1(-x / m);
}

double
ana_limited_fixed(double x, const void *mean)
{
    return fmin(x, *(const double *) mean);
}

double
ana_mtginf_mean(size_t n, const double *start, const double *rate, double t, ana_limited_mean_t limited,
    const void *ctx)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        double end = i + 1 < n ? fmin(start[i + 1], t) : t;

        if (!valid(rate[i]) || (i + 1 < n && !(start[i] < start[i + 1]))) {
            return NAN;
        }
        sum += start[i] < t ? rate[i] * (limited(t - start[i], ctx) - limited(t - end, ctx)) : 0;
    }
    return sum;
}

/* ---- not exact ---- */

double
ana_ggc_wait_approximation(int c, double arrival_rate, double mean_service, double cv_arrival, double cv_service)
{
    if (!valid(cv_arrival) || !valid(cv_service)) {
        return NAN;
    }
    return ana_mmc_wait(c, arrival_rate, mean_service) * (cv_arrival * cv_arrival + cv_service * cv_service) / 2;
}

double
ana_gg1_wait_bound(double arrival_rate, double mean_service, double cv_arrival, double cv_service)
{
    double rho = arrival_rate * mean_service, between = cv_arrival / arrival_rate, service = cv_service * mean_service;

    if (!(arrival_rate > 0) || !valid(arrival_rate) || !valid(mean_service) || !valid(cv_arrival) ||
        !valid(cv_service)) {
        return NAN;
    }
    return rho >= 1 ? INFINITY : arrival_rate * (between * between + service * service) / (2 * (1 - rho));
}
