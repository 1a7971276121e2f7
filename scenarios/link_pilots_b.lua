-- Link pilots, type b: three areas of ten schools (Areas E, H and M are of this type) buy from a menu of training and consultation.
-- Ten months on, when the pilots were surveyed again: what do staff know, who is referred and how, and how many calls are saved?

local average <const> = require "lib.average"

local areas <const> = assumption(number(3), "Areas E, H and M; a pilot area has ten schools")
local schools <const> = ev "pilot_schools_per_ccg" * areas
local primary <const>, secondary <const> = ev "pilot_share_primary", ev "pilot_share_secondary"
local requests <const> = assumption(per_year(3000), "what these schools send on, and as many from elsewhere as is usual")

-- Wishes for a consultation before and after: those held over the share of schools that could get one easily.
local wishes_before <const> = ev "consult_base" / ev "easy_consult_base"
local wishes_after <const> = ev "consult_end" / ev "easy_consult_end"
local quality_rise <const> = ev "cascade_mean_change" / 7

-- Six statements on a scale of four points, before and after; the mean rise has a standard error of about 0.1.
local knowledge_rise = number(0)
for _, statement in ipairs { "a", "b", "c", "d", "e", "f" } do
  knowledge_rise = knowledge_rise + (ev("know_" .. statement .. "_end") - ev("know_" .. statement .. "_base")) / 6
end

local menu <const> = {
  offer = "training", days = 0, termly_hours = hours(0),
  sessions_term = assumption(count(2), "a session each half-term"), session_hours = ev "training_slot_hours",
  refer = assumption(share(0.14), "between a link worker's 8% and the duty line's 31%"),
}

local two <const> = ev "im_school_attendees"
local three <const> = sourced(count(3), "max_leads_per_school: up to three in Area H")
local half <const> = assumption(share(0.5), "half of the team's time")

local function plan(name, title, more)
  local p <const> = { name = name, title = title }
  for key, value in pairs(menu) do p[key] = value end
  for key, value in pairs(more) do p[key] = value end
  return p
end

return scenario {
  name = "link_pilots_b",
  title = "Link pilots, type b: training and consultation in 30 schools",
  question = "What does a menu of training and consultation change in ten months, in what schools know and whom they refer?",
  start = "2015-09-01",
  years = months(10),

  schools = { primary = schools * primary, secondary = schools * secondary, special = schools * (1 - primary - secondary) },

  concern = {
    extra_max = assumption(share(0), "concerns a school were the same before and after"),
    wish_slope = assumption((wishes_before / wishes_after - 1) / quality_rise,
      "wishes fell from 6.4/.47 to 7.5/.77 a half-year while link quality rose by 4.48/7: to first order"),
  },

  area = average.area(requests),

  workforce = {
    recruit_days = assumption(days(0), "the year begins when the staff are in post"),
    from_core = assumption(share(0), "the pilots' posts were backfilled"),
  },

  money = {
    base_per_year = average.cost(requests),
    extra_per_year = (ev "pilot_nhs_grant" + ev "pilot_match") * areas / years(1),
    cost_per_wte = ev "cost_per_link_fte_2016",
  },

  plans = {
    { name = "none", title = "No pilot", offer = "none" },
    plan("menu", "Training and consultation", { staff_school = two, consult_share = half }),
    plan("training", "Training alone", { staff_school = two }),
    plan("three_staff", "Three staff a school", { staff_school = three, consult_share = half }),
  },

  -- Three areas of ten schools. Counts are compared with the same children without the pilot.
  facts = {
    -- no number was fitted to these six; which plan stands for a fact, and what is accepted of calls, was settled after first results
    { name = "Rise of staff's knowledge", kpi = "link_quality", plan = "training", versus = "none", value = knowledge_rise, low = 0.15, high = 0.55 },
    { name = "Referrals through a GP", kpi = "requests", group = "source=school_gp", plan = "menu", versus = "none", as = "ratio",
      value = ev "ref_gp_end" / ev "ref_gp_base", low = 0, high = 1.1 },
    { name = "Direct referrals", kpi = "requests", group = "source=school", plan = "menu", versus = "none", as = "ratio",
      value = ev "ref_direct_end" / ev "ref_direct_base", low = 0.85, high = 1.3 },
    { name = "All referrals to the NHS", kpi = "school_nhs_referrals", plan = "menu", versus = "none", as = "ratio",
      value = ev "ref_nhs_total_change" + 1, low = 0.7, high = 1.1 },
    { name = "Handled in school", kpi = "handled_in_school", plan = "menu", versus = "none", as = "ratio",
      value = ev "ref_inschool_end" / ev "ref_inschool_base", low = 0.86, high = 1.43 },
    { name = "Calls saved, three areas", kpi = "consultation_wishes", plan = "menu", versus = "none",
      value = ev "areaM_calls_saved" * -3, low = -180, high = -60 },
    -- the slope of wishes was taken from these two
    { name = "Consultations", kpi = "consultations", plan = "menu", versus = "none", as = "ratio",
      value = ev "consult_end" / ev "consult_base", low = 0.86, high = 1.48 },
    { name = "Consultations for each wish", kpi = "consultation_reach", plan = "menu", value = ev "easy_consult_end", low = 0.63, high = 0.91 },
    -- the equation of link quality was fitted to it, at 1.5 hours a week
    { name = "Rise of link quality", kpi = "link_quality", plan = "menu", versus = "none", value = quality_rise, low = 0.4, high = 0.9 },
  },

  build = average.build,
}
