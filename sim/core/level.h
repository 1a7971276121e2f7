/*
 * A time-persistent statistic: a level that changes at events and is averaged over time (number waiting, servers busy).
 *
 * Invariant: area is the integral of the level from the last reset to `at_days`.
 */
#ifndef SIM_LEVEL_H
#define SIM_LEVEL_H

typedef struct {
    double value;
    double at_days;
    double area; /* level x days */
} sim_level_t;

static inline void
sim_level_init(sim_level_t *self, double t_days, double value)
{
    self->value = value;
    self->at_days = t_days;
    self->area = 0;
}

static inline void
sim_level_set(sim_level_t *self, double t_days, double value)
{
    self->area += self->value * (t_days - self->at_days);
    self->at_days = t_days;
    self->value = value;
}

static inline void
sim_level_add(sim_level_t *self, double t_days, double change)
{
    sim_level_set(self, t_days, self->value + change);
}

/** Integral so far, closed at t_days; the level itself goes on. */
static inline double
sim_level_area(sim_level_t *self, double t_days)
{
    sim_level_set(self, t_days, self->value);
    return self->area;
}

#endif
