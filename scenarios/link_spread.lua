-- Two link workers for 10, 20, 60 or 80 of a hundred schools: what is left of a worker's time in each school?

local camhs <const> = require "lib.camhs"

-- A district in the pilots' mix of schools, with schools enough for every plan.
local schools <const> = assumption(count(100), "an example: a district")
local primary <const>, secondary <const> = ev "pilot_share_primary", ev "pilot_share_secondary"
local function like_town(value) return assumption(value * 7, "an example: seven times the tutorial's town") end

-- Two posts give 1,575 contact hours a year. A visit of less than an hour leaves no time for a child.
local function plan(name, title, hours_a_visit, weeks_apart)
  return { name = name, title = title, offer = "in_school", visit_hours = hours(hours_a_visit), visit_weeks = weeks_apart,
    found = 0, patience_days = days(18) }
end

return scenario {
  name = "link_spread",
  title = "Two link workers for ever more schools",
  question = "What is left of a worker's time in each school when two workers serve 10, 20, 60 or 80 schools?",
  start = "2025-09-01",
  years = 2,

  schools = { primary = schools * primary, secondary = schools * secondary, special = schools * (1 - primary - secondary) },
  concern = { extra_max = assumption(share(0), "no more concerns are raised with the link than before") },

  area = camhs.area {
    requests = like_town(per_year(1300)), growth = assumption(number(0), "the same each year"),
    wte_triage = like_town(wte(0.5)), wte_urgent = like_town(wte(1.8)), wte_brief = like_town(wte(2.4)),
    wte_core = like_town(wte(5.9)), wte_neuro = like_town(wte(1.9)),
    waiting_neuro = like_town(count(250)), waiting_core = like_town(count(100)), caseload = like_town(count(490)),
  },

  workforce = {
    recruit_days = assumption(days(0), "workers in post from the first day"),
    from_core = assumption(share(0), "left out, so that only the spread differs"),
  },
  money = {
    base_per_year = like_town(pounds(1150000)),
    extra_per_year = ev "link_fte_mode" * ev "cost_per_link_fte_2016",
    cost_per_wte = ev "cost_per_link_fte_2016",
  },

  plans = {
    plan("five", "5 schools a worker: four hours a week", 4.03, 1),
    plan("ten", "10 schools: two hours a week", 2.01, 1),
    plan("thirty", "30 schools: an hour and a third a fortnight", 1.34, 2),
    plan("forty", "40 schools: an hour a fortnight", 1.0, 2),
  },

  -- Pilot workers had 5 to 10 schools; 30 to 50 were judged too many for a relationship. No number was published: a direction.
  facts = {
    { name = "Hours a school, 40 v 5 schools a worker", kpi = "link_hours_school", plan = "forty", versus = "five", as = "ratio",
      value = assumption(0.125, "5/40, if all the time were used"), low = 0, high = 0.5 },
    { name = "Hours a school, 30 v 10 schools a worker", kpi = "link_hours_school", plan = "thirty", versus = "ten", as = "ratio",
      value = assumption(0.333, "10/30, if all the time were used"), low = 0, high = 0.5 },
  },

  build = camhs.build,
}
