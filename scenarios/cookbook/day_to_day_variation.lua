-- Good and bad days: each day's rate is multiplied by a draw of its own, of mean 1 (a doubly stochastic Poisson process).
-- Ciw, simmer, SIMUL8: a distribution of arrivals of your own.
-- Exact for a stay of one day and an exponential factor: nobody is there ln(3) / 4 = 27.5% of the time; with the same rate
-- every day it would be e^-2 = 13.5%. The mean is 2 in both.
return scenario {
  name = "day_to_day_variation",
  years = 10,
  warmup = weeks(4),
  stages = {
    { name = "varying", service = fixed(days(1)), states = 10 },
    { name = "steady", service = fixed(days(1)), states = 10 },
  },
  sources = {
    { name = "a", rate = per_day(2), day_factor = exponential { mean = 1 }, to = "varying" },
    { name = "b", rate = per_day(2), to = "steady" },
  },
}
