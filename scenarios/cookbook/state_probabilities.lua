-- State probabilities: the share of time with 0, 1, 2 ... present; the last row is "so many or more".
-- Ciw: a StateTracker and state_probabilities(); simmer: get_mon_resources(), weighted by time.
-- Exact for M/M/3 with 2 expected in service: p0 = 1/9, p1 = 2/9, p2 = 2/9, p3 = 4/27, then x 2/3 for each more;
-- the chance to wait, Erlang C, is 4/9.
return scenario {
  name = "state_probabilities",
  years = 10,
  warmup = weeks(4),
  pools = { { name = "team", units = 3 } },
  stages = { { name = "clinic", pool = "team", service = exponential { mean = days(0.5) }, states = 6 } },
  sources = { { name = "letters", rate = per_day(4), to = "clinic" } },
}
