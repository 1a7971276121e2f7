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

  build = average.build,
}
