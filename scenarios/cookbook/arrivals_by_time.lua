-- Arrivals that depend on the time: a rate by the hour that repeats every day, and a rate by the year with season,
-- growth and a dated step (Poisson processes). Ciw: ciw.dists.PoissonIntervals; simmer: from_to() of several
-- generators; SIMUL8: a time dependent distribution.
-- Exact: 9 x 0.25 + 8 x 2 + 7 x 0.5 = 21.75 calls a day, 15,877.5 in two years. They are answered from 09:00 to 17:00:
-- a wait of 4.5 hours for who calls before, and of 12.5 for who calls after, on average (2.25 x 4.5 + 3.5 x 12.5) /
-- 21.75 = 2.477 hours.
-- Letters of a month: 3652.5 / 365.25 x its days x season x 1.1^(years to its middle) x step: 3,825.4 in 2025, 3,123.2
-- in 2026.
return scenario {
  name = "arrivals_by_time",
  start = "2025-01-01",
  years = days(730),
  pools = { { name = "takers", units = 50, timetable = { "mon-sun 09:00-17:00" } } },
  stages = { { name = "line", pool = "takers", service = fixed(minutes(1)) }, { name = "post" } },
  sources = {
    { name = "calls", to = "line",
      rate = { every = hours(24), edges = { hours(0), hours(9), hours(17), hours(24) },
        rates = { per_hour(0.25), per_hour(2), per_hour(0.5) } } },
    { name = "letters", to = "post",
      rate = { per_year = 3652.5, growth = 0.1, season = { 1, 1, 1, 1, 1, 1, 1, 0.5, 1.5, 1, 1, 1 },
        steps = { { from = "2026-07-01", factor = 0.5 } } } },
  },
}
