-- A telephone line: callers, call takers, and callers who hang up (M/M/c+M, "Erlang-A": Palm 1957; Garnett, Mandelbaum & Reiman
-- 2002). Ciw: reneging_time_distributions; simmer: renege_in(); SIMUL8: shelf life.
-- Results are in days: 1 minute is 0.000694.
-- Exact: a call a minute for five takers of 5 minutes, patience 4 minutes: 18.5% hang up, 0.739 wait, takers are busy 81.5%.
return scenario {
  name = "call_centre",
  years = 0.25,
  warmup = days(1),
  pools = { { name = "takers", units = 5 } },
  stages = {
    { name = "line", pool = "takers", service = exponential { mean = minutes(5) },
      timers = { { name = "hangs_up", after = exponential { mean = minutes(4) } } } },
  },
  sources = { { name = "calls", rate = per_hour(60), to = "line" } },
}
