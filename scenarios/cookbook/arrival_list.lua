-- Arrivals from a list, such as an extract of a register: one line each, with a date (or a day after the start) and a class.
-- Ciw: ciw.dists.Sequential; simmer: add_dataframe(); SIMUL8: Schedule, of a start point.
-- Exact, by hand: services of 2 days, arrivals on days 0, 0, 2, 3, 11: waits of 0, 2, 2, 3 and 0 days, on average 1.4.
return scenario {
  name = "arrival_list",
  years = 1,
  classes = { "new", "known" },
  pools = { { name = "worker" } },
  stages = { { name = "clinic", pool = "worker", service = fixed(days(2)), by_class = true } },
  sources = { { name = "register", dates = csv "arrivals.csv", to = "clinic" } },
}
