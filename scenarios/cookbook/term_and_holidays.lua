-- Shifts by the calendar: open on school days only, with England's terms, half-terms and bank holidays built in.
-- Ciw, simmer and SIMUL8: a schedule that you write out yourself.
-- Exact, by hand: who comes on Friday 24 October 2025 is seen at once; who comes on Saturday waits until the half-term is over,
-- on Monday 3 November: 9 days. On average 4.5.
return scenario {
  name = "term_and_holidays",
  start = "2025-09-01",
  years = 1,
  pools = { { name = "link_worker", open = "school", closed_days = true } },
  stages = { { name = "visit", pool = "link_worker", service = fixed(hours(1)) } },
  sources = { { name = "asked", dates = { "2025-10-24", "2025-10-25" }, to = "visit" } },
}
