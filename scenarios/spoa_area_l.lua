-- Type c in a pilot: ten schools, one duty worker with a telephone. A line so small is idle most of the day; which hours it is
-- staffed, and whether it calls back, matter more than how many callers it can take.
local camhs <const> = require "lib.camhs"

return scenario {
  name = "spoa_area_l",
  title = "A duty telephone for ten pilot schools (type c)",
  question = "Does a telephone that is staffed for half the day, and calls back, do as much as one that is staffed all day?",
  start = "2025-09-01",
  years = 1,

  -- Ten schools, half of them primary: the mix of the link pilots.
  schools = {
    primary = assumption(count(5), "half of pilot schools (131 of 255)"),
    secondary = assumption(count(4), "98 of 255, with and without sixth form"),
    special = assumption(count(1), "special schools and alternative provision, 16 of 255"),
  },

  area = camhs.area {
    requests = assumption(per_year(600), "an example: the requests of these schools' area"),
    growth = ev "ref_growth_scot",
    wte_triage = assumption(wte(0.25), "an example"), wte_urgent = assumption(wte(0.9), "an example"),
    wte_brief = assumption(wte(1.2), "an example"), wte_core = assumption(wte(2.7), "an example"),
    wte_neuro = assumption(wte(0.9), "an example"),
    waiting_neuro = assumption(count(115), "an example"), waiting_core = assumption(count(46), "an example"),
    caseload = assumption(count(225), "an example"),
  },

  money = {
    base_per_year = assumption(pounds(530000), "an example"),
    extra_per_year = assumption(pounds(142000), "one line of 40 hours a week, 1.49 posts"),
  },
  workforce = { recruit_days = assumption(days(0), "the line as it is when staffed") },

  plans = {
    { name = "none", title = "Today's duty line", offer = "none" },
    { name = "all_day", title = "One line, all day", offer = "spoa" },
    { name = "mornings", title = "One line, mornings", offer = "spoa", closes = hours(12.5), lines_max = 1 },
    { name = "call_back", title = "Mornings, with calls back", offer = "spoa", closes = hours(12.5), lines_max = 1,
      callback = 0.5, callback_message = 0.5 },
  },

  facts = {
    { name = "A consultation is easy to get, before", plan = "none", kpi = "consultation_reach", value = ev "easy_consult_base", low = 0.33, high = 0.61 },
    { name = "... and after", plan = "all_day", kpi = "consultation_reach", value = ev "easy_consult_end", low = 0.63, high = 0.91 },
  },

  build = camhs.build,
}
