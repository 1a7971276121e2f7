-- Area I of the link pilots: 21 schools, weekly drop-ins by 2 and then 3 link workers. What becomes of the consultations, and what the
-- same children would have had without the link?

local camhs <const> = require "lib.camhs"

-- The pilots' mix of school types, for 21 schools.
local schools <const> = ev "areaI_schools"
local secondary <const> = ev "pilot_share_secondary"
local primary <const> = ev "pilot_share_primary"

return scenario {
  name = "link_area_i",
  title = "Area I: 21 schools with weekly drop-ins",
  question = "Of the consultations of a half-year, how many lead to a Choice appointment, and how many to specialist care?",
  start = "2015-10-01",
  years = 0.5,

  schools = {
    primary = schools * primary, secondary = schools * secondary, special = schools * (1 - primary - secondary),
  },

  concern = { extra_max = assumption(share(0), "concerns a school were the same before and after, 30.3 and 30.0: ref_gp_base to ref_inschool_end") },

  area = camhs.area {
    requests = assumption(per_year(1500), "an example: the pilot schools' share of a city's requests"),
    concerns_primary = assumption(per_year(18.1), "30.3 concerns a pilot school, of weight 2.98, in these six months, which hold 56% of a year's"),
    growth = assumption(number(0), "half a year"),
    wte_triage = assumption(wte(0.6), "an example: in proportion to the tutorial's town"),
    wte_urgent = assumption(wte(2.1), "an example"),
    wte_brief = assumption(wte(2.8), "an example"),
    wte_core = assumption(wte(6.8), "an example"),
    wte_neuro = assumption(wte(2.2), "an example"),
    waiting_core = assumption(count(115), "an example"),
    caseload = assumption(count(565), "an example"),
  },

  workforce = {
    recruit_days = assumption(days(0), "the half-year begins when the workers are in post"),
    from_core = assumption(share(0), "the pilot's posts were backfilled"),
  },

  money = {
    base_per_year = assumption(pounds(1330000), "an example"),
    extra_per_year = ev "areaI_fte_start" * ev "cost_per_link_fte_2016",
    cost_per_wte = ev "cost_per_link_fte_2016",
  },

  plans = {
    { name = "link", title = "Weekly drop-ins", offer = "in_school",
      visit_hours = assumption(hours(1.92), "two posts for 21 schools, as much again for administration"),
      choice = ev "areaI_choice" / ev "areaI_consultations", refer = assumption(share(0), "by a Choice appointment only"),
      choice_refer = ev "areaI_specialist" / ev "areaI_choice", choice_school = ev "areaI_school_supported" / ev "areaI_choice",
      carry = assumption(share(0), "drop-ins: no cases are carried"),
      found = assumption(share(0), "no more concerns than before"),
      patience_days = assumption(days(18), "as in link_pilots.lua"),
      duty = assumption(share(0), "the worker is the schools' only contact") },
    { name = "none", title = "Without the link", offer = "none" },
  },

  -- The shares after a consultation are the published ones: what the simulation adds is how many consultations the visits reach.
  facts = {
    { name = "Consultations", kpi = "consultations", plan = "link", value = ev "areaI_consultations", low = 120, high = 200 },
    { name = "Choice appointments", kpi = "link_choice", plan = "link", value = ev "areaI_choice", low = 38, high = 62 },
    { name = "Specialist referrals after Choice", kpi = "link_choice_specialist", plan = "link", value = ev "areaI_specialist", low = 0, high = 7 },
    { name = "Back to school with support", kpi = "link_choice_school", plan = "link", value = ev "areaI_school_supported", low = 21, high = 35 },
    { name = "Referrals without the link, more", kpi = "school_nhs_referrals", plan = "none", versus = "link",
      value = ev "areaI_counterfactual" - ev "areaI_specialist", low = 47, high = 157 },
  },

  build = camhs.build,
}
