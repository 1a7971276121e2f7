-- Service in groups ("bulk service"): a group begins when five have come, or when the first has waited half a day.
-- simmer: batch(n, timeout) and separate(); SIMUL8: collect, in routing in; Ciw: slots of a size (ciw.Slotted), without time-out.
-- Exact while a room is always free: with 2 expected in half a day a group has 1 + sum of P(N >= 1..4) = 2.925 members, N being
-- Poisson with mean 2, and the mean wait is sum of k P(N >= k) / (4 x 2.925) = 0.307 days.
return scenario {
  name = "group_service",
  years = 10,
  warmup = weeks(4),
  pools = { { name = "room", units = 8 } },
  stages = { { name = "parents", pool = "room", service = fixed(hours(2)), group = { min = 5, max = 5, wait = hours(12) } } },
  sources = { { name = "families", rate = per_day(4), to = "parents" } },
}
