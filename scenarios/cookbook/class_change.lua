-- Class change: a route `becomes` another class. Ciw: class_change_matrices (after service) and class_change_time_distributions
-- (while waiting); simmer: set_attribute; SIMUL8: a label changed by an action.
-- Triage makes a quarter "urgent". Who waits for the clinic as "routine" may worsen: a timer, whose name is an outcome like any
-- other; its route leads back to the clinic, to the end of the urgent. The wait is then counted from there.
-- Exact: all services alike, so the clinic has as many present as M/M/1, whoever is served first: 0.8 / (1 - 0.8) = 4.
return scenario {
  name = "class_change",
  years = 20,
  warmup = weeks(10),
  classes = { "routine", "urgent" },
  pools = { { name = "nurse" }, { name = "doctor" } },
  stages = {
    { name = "triage", pool = "nurse", service = exponential { mean = days(0.1) }, routes = {
      { share = 0.25, to = "clinic", becomes = "urgent" },
      { to = "clinic" } } },
    { name = "clinic", pool = "doctor", service = exponential { mean = days(0.2) }, by_class = true,
      priority = { urgent = 0, routine = 1 },
      timers = { { name = "worsens", after = exponential { mean = days(5) }, class = "routine" } },
      routes = { { on = "worsens", to = "clinic", becomes = "urgent" }, { to = "exit" } } },
  },
  sources = { { name = "letters", rate = per_day(4), class = "routine", to = "triage" } },
}
