-- The list on the first day, with the time that it has waited already. SIMUL8: Start-up, of a queue; simmer: at(rep(0, 20));
-- Ciw: a batch of arrivals at 0.
-- Exact, by hand: the k-th of twenty is seen after k - 1 days and had waited 30: the mean wait is 30 + 9.5 = 39.5 days.
return scenario {
  name = "initial_state",
  years = 1,
  pools = { { name = "worker" } },
  stages = { { name = "clinic", pool = "worker", service = fixed(days(1)) } },
  initial = { { stage = "clinic", count = 20, age = fixed(days(30)) } },
}
