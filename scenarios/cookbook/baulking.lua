-- Baulking: who sees a long queue does not join it. Ciw: baulking_functions; simmer: leave() with a probability that looks at
-- get_queue_count(); SIMUL8: routing out by condition. The steps count those who wait, not the one in service.
-- Exact (a birth-death process, arrivals as fast as service): weights of 0 to 5 present 1, 1, 1, 1, 1/2, 1/4, so that
-- (1/2 x 1 + 1/2 x 1/2 + 1 x 1/4) / 4.75 = 4/19 = 21.1% baulk.
return scenario {
  name = "baulking",
  years = 10,
  warmup = weeks(4),
  pools = { { name = "worker" } },
  stages = {
    { name = "clinic", pool = "worker", service = exponential { mean = days(0.5) }, states = 6,
      baulk = { { from = 2, share = 0.5 }, { from = 4, share = 1 } },
      routes = { { on = "baulked", to = "leaflet" }, { to = "exit" } } },
    { name = "leaflet" },
  },
  sources = { { name = "letters", rate = per_day(2), to = "clinic" } },
}
