#include "sim/analysis/queueing.h"

#include <math.h>

double
ana_erlang_b(int c, double a)
{
    double inverse = 1;

    for (int k = 1; k <= c; k++) {
        inverse = 1 + inverse * k / a;
    }
    return 1 / inverse;
}

double
ana_erlang_c(int c, double a)
{
    double lost = ana_erlang_b(c, a);

    return a >= c ? 1 : c * lost / (c - a * (1 - lost));
}

double
ana_mmc_wait(int c, double arrival_rate, double mean_service)
{
    double a = arrival_rate * mean_service;

    return a >= c ? INFINITY : ana_erlang_c(c, a) * mean_service / (c - a);
}

double
ana_mg1_wait(double arrival_rate, double mean_service, double cv)
{
    double rho = arrival_rate * mean_service;

    return rho >= 1 ? INFINITY : rho * mean_service * (1 + cv * cv) / (2 * (1 - rho));
}

ana_erlang_a_t
ana_erlang_a(int c, double arrival_rate, double mean_service, double mean_patience)
{
    ana_erlang_a_t result = { 0, 0, 0, 0 };
    double mu = 1 / mean_service, theta = 1 / mean_patience, p = 1, total = 0, busy = 0;

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
