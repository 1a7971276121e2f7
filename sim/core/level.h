/*
 * A time-persistent statistic: a level that changes at events and is averaged over time (number waiting, servers busy).
 *
 * The integral of a level over [0, t] is value x t less each change times when it happened, so a change costs two
 * additions. Time counts from the last restart, which keeps the terms of the size of the integral.
 *
 * Invariant: moment is the sum of the changes since the restart, each times its time.
 */
#ifndef SIM_LEVEL_H
#define SIM_LEVEL_H

typedef struct {
    double value;
    double moment;
} sim_level_t;

static inline void
sim_level_init(sim_level_t *self, double value)
{
    self->value = value;
    self->moment = 0;
}

/** t_days since the restart, not before the last change. */
static inline void
sim_level_add(sim_level_t *self, double t_days, double change)
{
    self->value += change;
    self->moment += change * t_days;
}

/** Level x days from the restart to t_days; the level itself goes on. */
static inline double
sim_level_area(const sim_level_t *self, double t_days)
{
    return self->value * t_days - self->moment;
}

/** The level is kept, its past forgotten; time counts from now on. */
static inline void
sim_level_restart(sim_level_t *self)
{
    self->moment = 0;
}

#endif
