-- Choice and Partnership: a team of twelve with a job plan, and the rule that follows from it. A weekly half-day of core Partnership
-- sees 2 appointments in each of 11.25 working weeks a quarter; a case takes 7.5; so it takes on 3 new cases a quarter. The same team
-- four times: it accepts 0.95, 1.00 and 1.05 of what its job plan allows, and 1.05 without a weekly allocation of new cases.
local half_day <const> = sourced(hours(3.5), "CAPA: a clinical half-day")
local appointment <const> = half_day / ev "capa_appts_halfday" -- with its notes

-- Half-days a week of the whole team.
local team <const> = { wte = 12, half_days = 10 }
local job_plan <const> = {
  { "choice", 8 },
  { "partnership", 34 },
  { "specific work", 29 },
  { "notes, letters, liaison", 23 },
  { "supervision, team meeting, allocation", 14 },
  { "duty", 8 },
  { "training", 4 },
}
local plan <const>, all = {}, 0
for _, line in ipairs(job_plan) do
  plan[line[1]] = assumption(count(line[2]), "the team's job plan: half-days a week")
  all = all + line[2]
end
if all ~= team.wte * team.half_days then error("the job plan adds up to " .. all .. " half-days") end

-- What the rule allows: new cases a week, and referrals accepted a week.
local new_cases <const> = plan.partnership * ev "capa_multiplier" / 13
local accepts <const> = new_cases / ev "capa_transfer"

-- A weekly half-day is there in 45 weeks; its time is spread over 253 working days.
local a_day <const> = half_day * (ev "capa_weeks" / weeks(1) / 253)
-- 3 a quarter are 12 a year, allocated week by week in the 50.6 weeks that bank holidays leave.
local a_week <const> = ev "capa_multiplier" * 4 / (253 / 5) / weeks(1)
local pools <const>, stages <const>, sources <const> = {}, {}, {}
local function add_team(name, load, allocates)
  local choice <const>, partnership <const> = "choice_" .. name, "partnership_" .. name
  pools[#pools + 1] = { name = choice, kind = "diary", units = plan.choice, minutes_per_unit = a_day, slot = appointment }
  pools[#pools + 1] = { name = partnership, kind = "diary", units = plan.partnership, minutes_per_unit = a_day, slot = appointment,
    starts_per_unit = allocates and a_week or nil, horizon = weeks(13) }
  stages[#stages + 1] = { name = choice, pool = choice, contact = ev "capa_choice_h", admin = appointment - ev "capa_choice_h", dna = ev "capa_dna",
    routes = { { to = partnership, share = ev "capa_transfer" }, { to = "exit", share = 1 - ev "capa_transfer" } } }
  stages[#stages + 1] = { name = partnership, pool = partnership, contact = ev "capa_choice_h", admin = appointment - ev "capa_choice_h",
    takes_start = allocates, sessions = lognormal { mean = ev "capa_mean_sessions", cv = assumption(0.6, "spread of the number of appointments") },
    gap = fixed(assumption(weeks(2), "between appointments")) }
  sources[#sources + 1] = { name = name, to = choice,
    rate = { per_year = accepts * assumption(load, "of what the rule allows") / weeks(1), days = "working" } }
end
add_team("at_95", 0.95, true)
add_team("at_100", 1.00, true)
add_team("at_105", 1.05, true)
add_team("unplanned", 1.05, false)

return scenario {
  name = "capa",
  title = "A CAPA team of twelve: its job plan and what it can accept",
  question = "How many referrals can the team accept a week before its list grows?",
  start = "2025-09-01",
  years = 6,
  pools = pools, stages = stages, sources = sources,
  facts = {
    { name = "New cases a year, at 3 a half-day and quarter", kpi = "served", group = "stage=partnership_at_105", period = "y6",
      value = ev "capa_multiplier" * plan.partnership * 4, low = 388, high = 428 },
    { name = "... with no allocation, by the sessions alone", kpi = "served", group = "stage=partnership_unplanned", period = "y6",
      value = ev "capa_multiplier" * plan.partnership * 4, low = 388, high = 428 },
    { name = "New Partnerships a quarter for each accepted a week, by 13", kpi = "arrivals", group = "stage=partnership_at_95",
      versus_group = "stage=choice_at_95", as = "ratio", value = ev "capa_balance" / 13, low = 8 / 13, high = 9 / 13 },
    { name = "Growth of the list in three years, at 0.95", kpi = "queue_end", group = "stage=partnership_at_95", period = "y6", versus_period = "y3",
      value = sourced(0, "arithmetic: it settles"), low = -15, high = 15 },
    { name = "... at 1.05", kpi = "queue_end", group = "stage=partnership_at_105", period = "y6", versus_period = "y3",
      value = sourced(61, "arithmetic: 0.05 x 7.85 a week x 157 weeks"), low = 30, high = 92 },
    { name = "Weeks to Choice, nine in ten", kpi = "queue_wait_p90_days", group = "stage=choice_at_95", value = ev "capa_target_weeks", low = 0, high = 42 },
  },
  facts_reps = 100,
}
