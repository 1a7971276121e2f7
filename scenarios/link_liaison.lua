-- Mainstreamed liaison, as Area Q committed to: 300,000 pounds a year for five years, four further posts. What do the posts deliver while
-- they are recruited, learn the work and turn over, and what would the same money do in the team itself?

local camhs <const> = require "lib.camhs"

local schools <const> = assumption(count(40), "an example: a district")
local primary <const>, secondary <const> = ev "pilot_share_primary", ev "pilot_share_secondary"
local function like_town(value) return assumption(value * 3, "an example: three times the tutorial's town") end

return scenario {
  name = "link_liaison",
  title = "Mainstreamed liaison: four posts for five years",
  question = "What do four liaison posts deliver, year by year, for 300,000 pounds a year?",
  start = "2016-09-01",
  years = ev "areaQ_years",

  schools = { primary = schools * primary, secondary = schools * secondary, special = schools * (1 - primary - secondary) },
  concern = { extra_max = assumption(share(0), "no more concerns are raised with the link than before") },

  area = camhs.area {
    requests = like_town(per_year(1300)), growth = ev "ref_growth_scot",
    wte_triage = like_town(wte(0.5)), wte_urgent = like_town(wte(1.8)), wte_brief = like_town(wte(2.4)),
    wte_core = like_town(wte(5.9)), wte_neuro = like_town(wte(1.9)),
    waiting_neuro = like_town(count(250)), waiting_core = like_town(count(100)), caseload = like_town(count(490)),
  },

  workforce = {
    recruit_days = ev "asm_recruit_months",
    recruit_max = assumption(months(6), "the longest: asm_recruit_months"),
    turnover = ev "wf_leavers",
    induction_days = assumption(months(6), "half the year that an EMHP trains (emhp_train): these are experienced staff", { low = 0, high = 12 }),
    induction_share = assumption(share(0.5), "of full work, until then", { low = 0.25, high = 0.9 }),
  },

  money = {
    base_per_year = like_town(pounds(1150000)),
    base_growth = assumption(ev "ref_growth_scot", "money for today's service keeps pace with referrals"),
    extra_per_year = ev "areaQ_budget",
    cost_per_wte = ev "cost_per_link_fte_2016",
  },

  contract = { go_live = "2016-09-01", term = ev "areaQ_years", funder = "commissioner" },

  plans = {
    { name = "liaison", title = "Four liaison posts", offer = "in_school", visit_hours = assumption(hours(4.0384), "a half-day a week for twenty schools"),
      found = 0, patience_days = assumption(days(18), "as in link_pilots.lua") },
    { name = "specialist", title = "Four posts in core", offer = "specialist" },
    { name = "none", title = "Today's service", offer = "none" },
  },

  facts = {
    { name = "Pounds for each year of a filled post", kpi = "spent_per_post_pounds", value = ev "cost_per_link_fte_2016",
      low = 74000, high = 76000 },
    { name = "Posts filled at the end of the third year", kpi = "wte_in_post", period = "y3", value = ev "areaQ_extra_fte",
      low = 3.7, high = 4 },
    { name = "Spent in the third year", kpi = "extra_spent_pounds", period = "y3", value = ev "areaQ_budget" * years(1),
      low = 277500, high = 300000 },
  },

  build = camhs.build,
}
