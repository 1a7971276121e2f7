-- Who is next: the first come, the last come, or anyone. Ciw: service_disciplines, ciw.disciplines.FIFO, LIFO and SIRO;
-- simmer, SimPy: first come only; SIMUL8: Oldest or Youngest, of routing in.
-- Exact: the mean wait is 0.8 days in any order; one in ten of the first come waits over ln(0.8 / 0.1) / (5 - 4) = 2.08 days.
return scenario {
  name = "random_and_lifo",
  years = 20,
  warmup = weeks(10),
  pools = { { name = "fifo" }, { name = "lifo", discipline = "lifo" }, { name = "siro", discipline = "random" } },
  stages = {
    { name = "first", pool = "fifo", service = exponential { mean = days(0.2) } },
    { name = "last", pool = "lifo", service = exponential { mean = days(0.2) } },
    { name = "any", pool = "siro", service = exponential { mean = days(0.2) } },
  },
  sources = {
    { name = "a", rate = per_day(4), to = "first" },
    { name = "b", rate = per_day(4), to = "last" },
    { name = "c", rate = per_day(4), to = "any" },
  },
}
