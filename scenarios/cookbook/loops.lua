-- A loop: half of those seen come back for another visit. Ciw: a routing matrix with the node itself; simmer: rollback();
-- SIMUL8: routing out, percent.
-- Exact (Jackson 1957): 2 / (1 - 0.5) = 4 visits a day, each 1 / (5 - 4) = 1 day; 2 visits each, so 2 days in the pathway.
return scenario {
  name = "loops",
  years = 30,
  warmup = weeks(10),
  pools = { { name = "worker" } },
  stages = {
    { name = "visit", pool = "worker", service = exponential { mean = days(0.2) },
      routes = { { share = 0.5, to = "visit" }, { to = "exit" } } },
  },
  sources = { { name = "letters", rate = per_day(2), to = "visit" } },
}
