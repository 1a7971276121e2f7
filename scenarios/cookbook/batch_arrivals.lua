-- Batch arrivals: several come together. Ciw: batching_distributions; simmer: a generator with times 0 between;
-- SIMUL8: Batching of a start point.
-- Exact for pairs, M[2]/M/1: a pair waits 2 x 0.24 / (2 x 0.2) = 1.2 days, and its second half a service more: 1.3 on average.
return scenario {
  name = "batch_arrivals",
  years = 20,
  warmup = weeks(10),
  pools = { { name = "worker" } },
  stages = { { name = "clinic", pool = "worker", service = exponential { mean = days(0.2) } } },
  sources = { { name = "families", rate = per_day(2), batch = 2, to = "clinic" } },
}
