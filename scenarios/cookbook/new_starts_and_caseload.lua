-- Two gates before a diary with time to spare: so many new starts a week, or so many in treatment at a time.
-- simmer, SimPy: a caseload is a second resource, held from the first booking to the last session.
-- Exact, by hand. Starts: 2 units x 0.75 a week are 3 / 14 a day, and who starts is seen the day after: 364 x 3 / 14 =
-- 78 in 365 days.
-- Caseload: 20 are booked on day 0 and seen on days 1, 8, 15, 22 and 29, when the next 20 are booked, and so on: every
-- 29 days. Twelve times 20 have finished by day 348; the thirteenth 20 had three sessions more: 12 x 20 x 5 + 20 x 3 =
-- 1,260.
return scenario {
  name = "new_starts_and_caseload",
  years = days(365),
  pools = {
    { name = "by_starts", kind = "diary", open = "every",
      units = 2, minutes_per_unit = hours(12), starts_per_unit = per_week(0.75) },
    { name = "by_caseload", kind = "diary", open = "every",
      units = 2, minutes_per_unit = hours(12), caseload_per_unit = 10 },
  },
  stages = {
    { name = "brief", pool = "by_starts", contact = minutes(60), takes_start = true },
    { name = "course", pool = "by_caseload", contact = minutes(60), sessions = fixed(5),
      gap = fixed(weeks(1)), takes_start = true },
  },
  initial = { { stage = "brief", count = 200 }, { stage = "course", count = 400 } },
}
