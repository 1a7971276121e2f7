-- Appointments: a diary sells the slots of open days, and each client is booked into the next free one; who finds none within
-- the horizon waits on a list. Ciw: ciw.Slotted (no booking ahead); simmer, SIMUL8: a schedule of the resource.
-- Here one slot of an hour every day at 09:00, booked from the day after the letter on.
-- Exact: 21 hours on average to the next day's slot, and behind the others 0.8 / (2 (1 - 0.8)) = 2 days (M/D/1): 2.875 days.
return scenario {
  name = "slots_and_diaries",
  years = 20,
  warmup = weeks(10),
  pools = { { name = "clinic", kind = "diary", open = "every", minutes_per_unit = minutes(60), slot = minutes(60) } },
  stages = { { name = "appointment", pool = "clinic", contact = minutes(45), admin = minutes(15) } },
  sources = { { name = "letters", rate = per_day(0.8), to = "appointment" } },
}
