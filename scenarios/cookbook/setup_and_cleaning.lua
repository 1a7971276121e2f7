-- Setup before and cleaning after each service, while the server is taken: the client is there for the setup, not for the
-- cleaning. simmer: a timeout() before release(), after the client has gone on; SIMUL8: changeover.
-- Exact: the room is taken for G = 0.05 days + service; wait 4 E[G^2] / 2(1 - 0.6) = 4 x 0.0325 / 0.8 = 0.1625 days, and with
-- setup and service 0.2825 in the stage.
return scenario {
  name = "setup_and_cleaning",
  years = 10,
  warmup = weeks(4),
  pools = { { name = "room" } },
  stages = {
    { name = "visit", pool = "room", setup = fixed(days(0.02)), service = exponential { mean = days(0.1) },
      cleaning = fixed(days(0.03)) },
  },
  sources = { { name = "letters", rate = per_day(4), to = "visit" } },
}
