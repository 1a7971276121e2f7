-- Capacity that changes on a date; and letters that come in office hours and join the list only after a lead, such as
-- triage.
-- Ciw: ciw.Schedule; simmer: schedule(timetable, values); SIMUL8: shift patterns.
-- Exact, by hand: of 300 who wait, the first hundred are seen one a day, the others from day 100 on two a day: the mean
-- wait is (0 + 1 + ... + 99 + 2 (100 + 101 + ... + 199)) / 300 = 116.1667 days. Letters come at 12:30 on average,
-- between 08:30 and 16:30. Three days later they are on the list, and wait 4.5 hours until 17:00; reading takes a
-- minute: 3 + 4.5 / 24 + 1 / 1440 = 3.188194 days.
return scenario {
  name = "dated_capacity",
  start = "2025-09-01",
  years = 1,
  pools = {
    { name = "worker", units = 1, steps = { { from = "2025-12-10", units = 2 } } },
    { name = "readers", units = 50, timetable = { "mon-sun 17:00-18:00" } },
  },
  stages = {
    { name = "clinic", pool = "worker", service = fixed(days(1)) },
    { name = "triage", pool = "readers", lead = fixed(days(3)), service = fixed(minutes(1)) },
  },
  initial = { { stage = "clinic", count = 300 } },
  sources = { { name = "letters", rate = per_day(5), office_hours = true, to = "triage" } },
}
