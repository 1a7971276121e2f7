-- Vacations: a server that finds nobody does something else for a while, and looks again (M/G/1 with multiple vacations).
-- Ciw, simmer, SIMUL8: other work of lowest priority.
-- Exact: the M/M/1 wait 0.8 days, and the mean rest of a vacation 0.5 / 2 = 0.25: 1.05 days (Levy & Yechiali 1975).
return scenario {
  name = "vacations",
  years = 20,
  warmup = weeks(10),
  pools = { { name = "worker", vacation = fixed(days(0.5)) } },
  stages = { { name = "clinic", pool = "worker", service = exponential { mean = days(0.2) } } },
  sources = { { name = "letters", rate = per_day(4), to = "clinic" } },
}
