-- A network of queues in a row and with branches (Jackson 1957): each station is as if alone.
-- Ciw: a routing matrix; simmer: branch(); SIMUL8: routing out, percent.
-- Exact: triage 4 a day, load 0.8, 4 present; clinic 2.5 a day of two workers, load 0.625, 2.05 present; group 1 a day, load
-- 0.5, 1 present; together 7.05.
return scenario {
  name = "jackson",
  years = 20,
  warmup = weeks(10),
  pools = { { name = "door" }, { name = "team", units = 2 }, { name = "room" } },
  stages = {
    { name = "triage", pool = "door", service = exponential { mean = days(0.2) },
      routes = { { share = 0.5, to = "clinic" }, { share = 0.125, to = "group" }, { to = "exit" } } },
    { name = "clinic", pool = "team", service = exponential { mean = days(0.5) },
      routes = { { share = 0.2, to = "group" }, { share = 0.2, to = "clinic" }, { to = "exit" } } },
    { name = "group", pool = "room", service = exponential { mean = days(0.5) } },
  },
  sources = { { name = "letters", rate = per_day(4), to = "triage" } },
}
