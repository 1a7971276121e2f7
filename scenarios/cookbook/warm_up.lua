-- The warm-up: what happens before it is left out of all results. SIMUL8: warm-up period; Ciw, simmer: records of a
-- window. This is the M/M/1 queue, which starts empty.
-- Exact: the wait is 0.8 / (5 - 4) = 0.8 days, so 4 x 0.8 = 3.2 wait (Little 1961), and 4 are present.
return scenario {
  name = "warm_up",
  years = 20,
  warmup = weeks(26),
  pools = { { name = "worker" } },
  stages = { { name = "clinic", pool = "worker", service = exponential { mean = days(0.2) } } },
  sources = { { name = "letters", rate = per_day(4), to = "clinic" } },
}
