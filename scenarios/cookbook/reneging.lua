-- Reneging: those who have waited too long leave, and go elsewhere. Ciw: reneging_time_distributions and reneging_destinations;
-- simmer: renege_in(t, out = ...); SIMUL8: shelf life (expiry) of a queue.
-- Exact: patience and service have the same mean, so the number present is Poisson with mean 2 days' arrivals x 1 day = 2;
-- nobody is there e^-2 = 13.5% of the time, and 1 - (1 - e^-2)/2 = 56.8% leave (Palm 1957, Erlang-A).
return scenario {
  name = "reneging",
  years = 10,
  warmup = weeks(4),
  pools = { { name = "worker" } },
  stages = {
    { name = "clinic", pool = "worker", service = exponential { mean = days(1) }, states = 8,
      timers = { { name = "gives_up", after = exponential { mean = days(1) }, to = "helpline" } } },
    { name = "helpline", service = exponential { mean = hours(1) } }, -- no pool: nobody waits
  },
  sources = { { name = "letters", rate = per_day(2), to = "clinic" } },
}
