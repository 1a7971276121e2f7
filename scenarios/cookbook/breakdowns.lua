-- Breakdowns: a server fails after a time, busy or not, and is repaired; what it was doing then goes on.
-- SIMUL8: efficiency, with the time between breakdowns by the clock and the time to repair; simmer, SimPy: a generator of high
-- priority that seizes a preemptive resource.
-- Exact: there 4 / (4 + 1) = 80% of the time, so busy 0.4 / 0.8 = 50% of it; wait 0.65, and with the repairs that fall into it
-- a service of 0.25 days: 0.9 in all (Avi-Itzhak & Naor 1963, model A).
return scenario {
  name = "breakdowns",
  years = 20,
  warmup = weeks(10),
  pools = {
    { name = "system", fails = { after = exponential { mean = days(4) }, repair = exponential { mean = days(1) },
      on_failure = "resume" } },
  },
  stages = { { name = "entry", pool = "system", service = exponential { mean = days(0.2) } } },
  sources = { { name = "letters", rate = per_day(2), to = "entry" } },
}
