-- Area Q of the link pilots: ten schools, two link workers, and a list of twelve weeks. How long does a referral of these schools wait
-- in the ten months after the link begins, when the workers see children themselves and when they only consult?

local camhs <const> = require "lib.camhs"

local schools <const> = ev "pilot_schools_per_ccg"
local primary <const>, secondary <const> = ev "pilot_share_primary", ev "pilot_share_secondary"
local none <const> = assumption(share(0), "left out: one list, for emotional and behavioural need")

-- The worker refers as many as today's duty line: what makes the difference is who sees them.
local today <const> = ev "areaI_choice" / ev "areaI_consultations"
local visit <const> = assumption(hours(4.0), "a half-day a week, as much again for administration: two posts for ten schools")
local patience <const> = assumption(days(18), "as in link_pilots.lua")

local area <const> = camhs.area {
  requests = assumption(per_year(1000), "not used: only the ten schools' referrals are looked at"),
  growth = assumption(number(0), "less than a year"),
  urgent_school = none, urgent_gp = none, neuro = none, returns = none,
  wte_triage = assumption(wte(0.5), "an example: enough"),
  wte_core = assumption(wte(3.4), "with the starts below, the list keeps its twelve weeks without a link"),
  waiting_core = assumption(count(23), "ten weeks of starts; two weeks more pass from the offer of a date to the date"),
}
area.held = assumption(count(2.5), "cases a school that it has held back and refers in the first eight weeks", { low = 0, high = 5 })

-- Concerns come faster for eight weeks, by as many as lead to the cases held back: 11.3 of 30.3 are referred.
local function released(rows, a)
  local source <const> = rows.sources[1]
  local usual <const> = a.concerns_primary * years(8 / 39) * 3 -- of a pilot school of weight 3, in 8 of the 39 school weeks
  local factor <const> = 1 + a.held / (11.3 / 30.3) / usual
  source.rate.steps = { { from = "2015-09-01", factor = factor }, { from = "2015-10-27", factor = 1 / factor } }
  rows.sources = { source }
  rows.initial = { { stage = "choice", count = a.waiting_core, class = { emotional = 0.65, behaviour = 0.35 }, role = "other",
    age = uniform { low = days(0), high = weeks(10) } } }
  return rows
end

return scenario {
  name = "link_area_q",
  title = "Area Q: ten schools, two workers and a list of twelve weeks",
  question = "How long do referrals wait when link workers carry cases, and when they do not?",
  start = "2015-09-01",
  years = 10 / 12,

  schools = { primary = schools * primary, secondary = schools * secondary, special = schools * (1 - primary - secondary) },
  concern = { extra_max = assumption(share(0), "schools had as many concerns with the link as before") },
  door = {
    brief_cut = assumption(number(0), "one list: nobody goes to brief help"),
    core_cut = assumption(number(2), "... or has priority"),
  },
  area = area,

  workforce = {
    recruit_days = assumption(days(0), "the ten months begin when the workers are in post"),
    from_core = assumption(share(0), "posts were backfilled"),
  },
  money = {
    base_per_year = assumption(pounds(430000), "an example"),
    extra_per_year = ev "link_fte_mode" * ev "cost_per_link_fte_2016",
    cost_per_wte = ev "cost_per_link_fte_2016",
  },

  plans = {
    { name = "carries", title = "Workers carry cases", offer = "in_school", takes = assumption(share(0.5), "of accepted children, who can be seen in school"),
      visit_hours = visit, carry = 0, refer = today, found = 0, patience_days = patience, duty = 0 },
    { name = "consults", title = "Workers only consult", offer = "in_school", visit_hours = visit, carry = 0, refer = today, found = 0,
      patience_days = patience, duty = 0 },
    { name = "none", title = "No link", offer = "none" },
  },

  facts = {
    { name = "Referral time before (first month)", kpi = "wait_seen_mean_days", plan = "none", period = "2015-09",
      value = ev "areaQ_wait_before", low = 73.5, high = 94.5 },
    { name = "Referral time in ten months with the link", kpi = "wait_seen_mean_days", plan = "carries",
      value = ev "areaQ_wait_after", low = 38.5, high = 59.5 },
    { name = "... when the workers only consult", kpi = "wait_seen_mean_days", plan = "consults",
      value = assumption(weeks(14.7), "a fluid model; stays or rises"), low = 73.5, high = 126 },
  },
  facts_reps = 100,

  build = function(s) return released(camhs.build(s), s.area) end,
}
