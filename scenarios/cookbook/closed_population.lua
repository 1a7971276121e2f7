-- A closed population ("finite source", "machine repair"): ten clients for ever, who come back when they need to.
-- simmer: rollback(times = Inf) of ten arrivals; SIMUL8: ten items at the start and no exit; Ciw has open networks only.
-- Exact (Palm 1947): the worker is busy 78.5% of the time, 1.36 wait, for 1.73 days.
return scenario {
  name = "closed_population",
  years = 40,
  warmup = weeks(10),
  pools = { { name = "worker" } },
  stages = {
    { name = "home", service = exponential { mean = days(10) }, next = "clinic" }, -- no pool: each by itself
    { name = "clinic", pool = "worker", service = exponential { mean = days(1) }, next = "home" },
  },
  initial = { { stage = "home", count = 10 } },
}
