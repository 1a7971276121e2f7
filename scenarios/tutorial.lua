-- A small town: 25 schools, one specialist team, two years. Runs in about a second.
-- Copy this file, change the numbers to your own area's, and run  weir check  on it.

local camhs <const> = require "lib.camhs"

return scenario {
  name = "tutorial",
  title = "A small town with 25 schools",
  question = "Which way of organising the school link gives the shortest waits?",
  start = "2025-09-01",
  years = 2,

  schools = { primary = count(20), secondary = count(4), special = count(1) },

  area = camhs.area {
    requests = assumption(per_year(1300), "an example: requests to the service"),
    growth = ev "ref_growth_scot",
    wte_triage = assumption(wte(0.5), "an example: staff in each team"),
    wte_urgent = assumption(wte(1.8), "an example"),
    wte_brief = assumption(wte(2.4), "an example"),
    wte_core = assumption(wte(5.9), "an example"),
    wte_neuro = assumption(wte(1.9), "an example"),
    waiting_neuro = assumption(count(250), "an example: today's lists"),
    waiting_core = assumption(count(100), "an example"),
    caseload = assumption(count(490), "an example: children in treatment today"),
  },

  money = {
    base_per_year = assumption(pounds(1150000), "an example: 12.5 posts at 92,000 pounds"),
    extra_per_year = assumption(pounds(60000), "an example: the same for every plan"),
  },

  plans = {
    { name = "none", offer = "none" },
    { name = "specialist", offer = "specialist" },
    { name = "cluster", offer = "cluster" },
    { name = "traded", offer = "traded" },
  },

  build = camhs.build,
}
