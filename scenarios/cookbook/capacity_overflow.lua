-- A finite capacity, and where those who find it full go. Ciw: queue_capacities (they leave); simmer: queue_size and
-- seize(reject = ...); SIMUL8: Capacity of a queue.
-- Exact: three rooms lose the Erlang-B share B(3, 2) = 4/19 = 21.1% of those who come; the two rooms of the neighbour lose
-- B(5, 2) / B(3, 2) = 17.4% of those who come there, for all five lose B(5, 2) = 3.67%.
return scenario {
  name = "capacity_overflow",
  years = 10,
  warmup = weeks(4),
  pools = { { name = "ward", units = 3 }, { name = "neighbour", units = 2 } },
  stages = {
    { name = "near", pool = "ward", service = exponential { mean = days(1) }, limit = 3,
      routes = { { on = "full", to = "far" }, { to = "exit" } } },
    { name = "far", pool = "neighbour", service = exponential { mean = days(1) }, limit = 2 },
  },
  sources = { { name = "emergencies", rate = per_day(2), to = "near" } },
}
