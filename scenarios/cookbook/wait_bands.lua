-- Wait bands: who has waited two weeks goes before all who have not, who has waited six before both, whatever their priority.
-- (For the NHS's limits write weeks(18), weeks(52).) Ciw, simmer, SIMUL8: a priority that code of yours raises with the wait.
-- Exact: services alike, so the mean wait of all is the same in any order: 0.7 x 3 / 0.3 = 7 days (Kleinrock's conservation
-- law, 1965). Without bands the urgent would wait 0.7 x 3 / 0.825 = 2.55 days, the routine 0.7 x 3 / (0.825 x 0.3) = 8.48.
return scenario {
  name = "wait_bands",
  years = 100,
  warmup = weeks(26),
  classes = { "urgent", "routine" },
  pools = { { name = "worker", bands = { weeks(2), weeks(6) } } },
  stages = {
    { name = "clinic", pool = "worker", service = exponential { mean = days(3) }, by_class = true,
      priority = { urgent = 0, routine = 1 } },
  },
  sources = { { name = "letters", rate = per_day(0.7 / 3), class = { urgent = 0.25, routine = 0.75 }, to = "clinic" } },
}
