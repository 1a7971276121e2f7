#include "models/rota.h"

#include "models/build.h"

#include <math.h>
#include <stdlib.h>

#define ROTA_ALL_WEEKS (365.25 / 7)
#define ROTA_WORKING_WEEKS (253 / 5.0)
#define ROTA_ENTRIES (7 * 4 + 1)

double
care_rota_weeks(const care_rota_t *self)
{
    return self->saturday + self->sunday > 0 ? ROTA_ALL_WEEKS
           : self->all_year > 0              ? ROTA_WORKING_WEEKS
                                             : CARE_SCHOOL_WEEKS;
}

/* A day's changes: opens, peak, off-peak again, closes. */
static void
rota_day(const care_rota_t *self, double time[4], double share[4])
{
    time[0] = self->opens;
    time[3] = fmax(self->opens, self->closes);
    time[1] = fmin(fmax(self->peak_from, time[0]), time[3]);
    time[2] = fmin(fmax(self->peak_to, time[1]), time[3]);
    share[0] = share[2] = self->off_peak;
    share[1] = 1;
    share[3] = 0;
}

static double
rota_weekday(const care_rota_t *self, int weekday)
{
    return weekday < 5 ? 1 : weekday == 5 ? self->saturday : self->sunday;
}

double
care_rota_hours(const care_rota_t *self)
{
    double time[4], share[4], day = 0, days = 0;

    rota_day(self, time, share);
    for (int i = 0; i < 3; i++) {
        day += (time[i + 1] - time[i]) * share[i];
    }
    for (int weekday = 0; weekday < 7; weekday++) {
        days += rota_weekday(self, weekday);
    }
    return day * days;
}

/* An entry at the same time replaces the one before; one that says what held already is left out. */
static void
rota_entry(sim_steps_t *steps, double day, double share)
{
    if (steps->n > 0 && steps->day[steps->n - 1] >= day) {
        steps->n--;
    }
    if (steps->n > 0 && steps->value[steps->n - 1] == share) {
        return;
    }
    steps->day[steps->n] = day;
    steps->value[steps->n++] = share;
}

int
care_rota_pool(const care_rota_t *self, sim_date_t start, sim_pool_t *pool)
{
    sim_steps_t *steps = &pool->timetable;
    double time[4], share[4];

    if (care_rota_hours(self) <= 0) {
        return SIM_ERR_BAD_PARAM;
    }
    steps->day = calloc(ROTA_ENTRIES, sizeof(*steps->day));
    steps->value = calloc(ROTA_ENTRIES, sizeof(*steps->value));
    if (steps->day == NULL || steps->value == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    rota_day(self, time, share);
    rota_entry(steps, 0, 0);
    for (int d = 0; d < 7; d++) {
        double staffed = rota_weekday(self, (sim_date_weekday(start) + d) % 7);

        for (int i = 0; i < 4 && d + time[i] / 24 < 7; i++) {
            rota_entry(steps, d + time[i] / 24, share[i] * staffed);
        }
    }
    pool->cycle_days = 7;
    pool->closed_days = true;
    pool->open = self->saturday + self->sunday > 0 ? SIM_OPEN_EVERY
                 : self->all_year > 0              ? SIM_OPEN_WORKING
                                                   : SIM_OPEN_SCHOOL;
    return 0;
}
