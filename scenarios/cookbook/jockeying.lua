-- The shortest queue, and jockeying: a route to several stages takes the one with the fewest present, and the last of a queue
-- moves when another is shorter by two. Ciw: ciw.routing.LoadBalancing (JoinShortestQueue looks only at those who wait; what Ciw
-- calls jockeying is reneging to another node); simmer: select(policy = "shortest-queue"); SIMUL8: routing out.
-- Exact: no server is idle while someone waits, so it is M/M/2: 2 x 0.5 / (1 - 0.5^2) = 1.333 present, of whom 0.333 wait.
return scenario {
  name = "jockeying",
  years = 20,
  warmup = weeks(10),
  pools = { { name = "anna" }, { name = "ben" } },
  stages = {
    { name = "door", next = { "with_anna", "with_ben" } },
    { name = "with_anna", pool = "anna", service = exponential { mean = days(0.4) }, jockey = "desks" },
    { name = "with_ben", pool = "ben", service = exponential { mean = days(0.4) }, jockey = "desks" },
  },
  sources = { { name = "letters", rate = per_day(2.5), to = "door" } },
}
