-- Priorities without interruption: 0 is served first, among equals the first come. Ciw: priority_classes (0 first, too); simmer:
-- `priority` of add_generator (the highest first); SIMUL8: Prioritize, of a queue (the highest label first).
-- Exact (Cobham 1954), with 0.16 days of work found in service: urgent 0.16 / (1 - 0.2) = 0.2 days, routine
-- 0.16 / ((1 - 0.2) (1 - 0.8)) = 1 day.
return scenario {
  name = "priorities",
  years = 20,
  warmup = weeks(10),
  classes = { "urgent", "routine" },
  pools = { { name = "worker" } },
  stages = {
    { name = "clinic", pool = "worker", service = exponential { mean = days(0.2) }, by_class = true,
      priority = { urgent = 0, routine = 1 } },
  },
  sources = {
    { name = "urgent", rate = per_day(1), class = "urgent", to = "clinic" },
    { name = "routine", rate = per_day(3), class = "routine", to = "clinic" },
  },
}
