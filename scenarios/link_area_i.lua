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
  years = months(6),

  schools = {
    primary = schools * primary, secondary = schools * secondary, special = schools * (1 - primary - secondary),
  },

  concern = { extra_max = assumption(share(0), "concerns a school were the same before and after, 30.3 and 30.0: ref_gp_base to ref_inschool_end") },

  area = camhs.area {
    requests = assumption(per_year(1500), "an example: the pilot schools' share of a city's requests"),
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
    { name = "two", title = "Two workers", offer = "in_school",
      visit_hours = hours(1), choice = share(0.3125), refer = 0, carry = 0, found = 0 },
    { name = "none", title = "Without the link", offer = "none" },
  },

  build = camhs.build,
}
