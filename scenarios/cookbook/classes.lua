-- Classes of clients: "customer classes" in Ciw, attributes in simmer, labels in SIMUL8.
-- A source deals them out; routes, priorities, timers and reports ask for them. What differs in service is a stage of its own:
-- here both stages share one worker, first come first served. With `by_class` a stage reports each class.
-- Exact: M/G/1 of the mixture, wait = rate x E[S^2] / 2(1 - load) = 4 x 0.095 / 0.6 = 0.633 days (Pollaczek-Khinchine).
return scenario {
  name = "classes",
  years = 20,
  warmup = weeks(10),
  classes = { "simple", "complex" },
  pools = { { name = "worker" } },
  stages = {
    { name = "desk", by_class = true, routes = { -- no service of its own: it only sends on
      { class = "simple", to = "short" },
      { class = "complex", to = "long" } } },
    { name = "short", pool = "worker", service = exponential { mean = days(0.1) } },
    { name = "long", pool = "worker", service = exponential { mean = days(0.4) } },
  },
  sources = {
    { name = "letters", rate = per_day(4), class = { simple = 0.75, complex = 0.25 }, to = "desk" },
  },
}
