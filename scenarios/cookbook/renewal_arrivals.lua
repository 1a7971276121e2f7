-- Arrivals at intervals of any distribution (a renewal process), here always the same and Erlang, to a server each:
-- D/M/1, E2/M/1.
-- Ciw: any distribution of arrivals; simmer: any function of a generator; SIMUL8: any distribution of a start point.
-- Exact: GI/M/1, the wait is 0.2 s / (1 - s), where s = E exp(-5 (1 - s) T), T being the interval. Every 6 hours: s =
-- 0.628630. Erlang of two phases: s = (105 - sqrt(4625)) / 50 = 0.739853. By chance alone (M/M/1) it would be 0.8, and
-- the wait 0.8 days.
return scenario {
  name = "renewal_arrivals",
  years = 20,
  warmup = weeks(10),
  pools = { { name = "fixed" }, { name = "erlang" } },
  stages = {
    { name = "fixed", pool = "fixed", service = exponential { mean = days(0.2) } },
    { name = "erlang", pool = "erlang", service = exponential { mean = days(0.2) } },
  },
  sources = {
    { name = "every_6_hours", between = fixed(hours(6)), to = "fixed" },
    { name = "two_phases", between = erlang { mean = hours(6), phases = 2 }, to = "erlang" },
  },
}
