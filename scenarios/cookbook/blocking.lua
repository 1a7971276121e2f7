-- Blocking after service ("Type I" or manufacturing blocking): who is done but finds the next stage full keeps the server.
-- Ciw: queue_capacities; simmer: seize() the next before release(); SIMUL8: Capacity of a queue.
-- Exact for two servers in a row, no waiting room, arrivals as fast as service: of the five states the worker is free in two,
-- with 2/9 each; 5/9 are turned away, and the worker is blocked 1/9 of the time (Gross et al. 2008, series queues with blocking).
return scenario {
  name = "blocking",
  years = 10,
  warmup = weeks(4),
  pools = { { name = "worker" }, { name = "doctor" } },
  stages = {
    { name = "assess", pool = "worker", service = exponential { mean = days(0.5) }, room = 0, next = "treat" },
    { name = "treat", pool = "doctor", service = exponential { mean = days(0.5) }, room = 0, full = "block" },
  },
  sources = { { name = "letters", rate = per_day(2), to = "assess" } },
}
