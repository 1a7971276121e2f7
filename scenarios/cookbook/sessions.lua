-- Treatment of several sessions, of which some are missed by the client or cancelled by the provider and tried again a
-- week later. Two missed in a row end it. Ciw, simmer, SIMUL8: a loop with counters of your own.
-- Exact: of what is not cancelled 0.18 / 0.9 = 0.2 is missed, so a session is reached with 1 - 0.2^2 = 0.96. Of three
-- 0.96 + 0.96^2 + 0.96^3 = 2.766336 are attended, after 1.2 (1 + 0.96 + 0.96^2) = 3.45792 that were not cancelled; of
-- these a ninth more were. The timer runs on between sessions: the tenth is 63 days after the first, so exp(-63 / 63)
-- stay to the end, and they attend 1 + e^-(1/9) + ... + e^-(9/9) = 6.378877 sessions.
return scenario {
  name = "sessions",
  years = 20,
  warmup = weeks(26),
  pools = { { name = "clinic", kind = "diary", open = "every", units = 4, minutes_per_unit = hours(6) } },
  stages = {
    { name = "treatment", pool = "clinic", contact = minutes(45), admin = minutes(15), notice = fixed(weeks(2)),
      sessions = fixed(3), gap = fixed(weeks(1)), dna = 0.18, cancel = 0.1, missed_max = 2 },
    { name = "course", sessions = fixed(10), gap = fixed(weeks(1)), -- no pool: as many as come
      timers = { { name = "moves_away", after = exponential { mean = days(63) }, in_service = true } } },
  },
  sources = {
    { name = "letters", rate = per_day(2), to = "treatment" },
    { name = "volunteers", rate = per_day(2), to = "course" },
  },
}
