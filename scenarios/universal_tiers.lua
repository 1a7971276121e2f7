-- Area I after its pilot: bronze for over 500 schools in five years, 100,000 pounds a year of the commissioner's and as much of the
-- education partnership's; silver and gold for those who buy. Can 20 schools a term a worker be kept, and how many schools are
-- reached?

local average <const> = require "lib.average"

local schools <const> = ev "areaI_rollout_schools"
local special <const> = assumption(count(1044 + 352), "special schools and PRUs, England 2019")
local national <const> = ev "eng_primary_schools" + ev "eng_secondary_schools" + special
local requests <const> = ev "km_referrals" * (schools / ev "icb_schools_km")

-- A bronze term: 3 hours a fortnight for 13 weeks, and four visits.
local visit <const> = assumption(hours(2), "length of a follow-up visit")
local bronze <const> = ev "bronze_session_hours" * ev "bronze_session_freq" * weeks(13) + ev "bronze_visits" * visit
local none <const> = assumption(hours(0), "not on sale")

-- Silver and gold: 10 and 15 sessions of 3 hours, as an educational psychology service sells them.
local silver <const> = sourced(hours(30), "price_ep_tiers: silver is 10 sessions of 3 hours")

local cost_hour <const> = ev "cost_per_link_fte_2016" / assumption(number(787.5), "contact hours of a post and year")
local on_sale <const> = {
  price = cost_hour, gold_price = cost_hour, gold_share = assumption(share(0.25), "of those who buy, at the same price an hour"),
}

local function tiers(name, title, silver_hours, more, most)
  local p <const> = { name = name, title = title, offer = "tiered", bronze_hours = bronze,
    hours_primary = silver_hours, hours_secondary = silver_hours, hours_special = silver_hours }
  for key, value in pairs(more or {}) do p[key] = value end
  for key, value in pairs(most or {}) do p[key] = value end
  return p
end

return scenario {
  name = "universal_tiers",
  title = "Universal tiers: bronze for 500 schools in five years",
  question = "What do 200,000 pounds a year reach in five years, and can the plan of 20 schools a term a worker be kept?",
  start = "2016-09-01",
  years = ev "areaI_rollout_years",

  schools = {
    primary = schools * (ev "eng_primary_schools" / national), secondary = schools * (ev "eng_secondary_schools" / national),
    special = schools * (special / national),
  },
  area = average.area(requests),

  workforce = {
    recruit_days = assumption(days(0), "the pilot's workers stay on"),
    from_core = assumption(share(0), "they are in post already"),
  },

  money = {
    base_per_year = average.cost(requests),
    extra_per_year = ev "areaI_rollout_ccg" * assumption(number(2), "matched by the education partnership"),
    cost_per_wte = ev "cost_per_link_fte_2016",
  },

  contract = { go_live = "2016-09-01", term = ev "areaI_rollout_years", funder = { ccg = share(0.5), education_partnership = share(0.5) } },

  plans = {
    tiers("bronze", "Bronze, as the hours allow", none),
    tiers("promised", "Bronze, 20 schools a term a worker", none, { schools_term = ev "bronze_schools_per_term" }),
    tiers("sold", "Silver and gold within the same total", silver, on_sale),
    tiers("on_top", "Silver and gold paid on top", silver, on_sale, { on_top = 1 }),
    { name = "none", title = "No offer", offer = "none" },
    { name = "specialist", title = "More posts in core", offer = "specialist", pool = "core" },
  },

  facts_reps = 4,
  facts = {
    -- arithmetic: 200,000 pounds at 75,000 a post; 550 hours wanted of 262.5 a term; 787.5 hours over 27.5
    { name = "Posts that 200,000 pounds pay", kpi = "wte_in_post", plan = "bronze", value = assumption(number(2.667), "200,000 / 75,000"), low = 2.66, high = 2.67 },
    { name = "Load of 20 schools a term a worker", kpi = "promised_load", plan = "promised",
      value = assumption(number(550 / 262.5), "20 schools of 27.5 hours, of the contact hours of a post and term"), low = 2, high = 2.2 },
    { name = "Schools a post and year", kpi = "schools_reached_per_wte", plan = "promised",
      value = assumption(number(787.5 / 27.5), "contact hours of a post over those of a bronze term; 60 were planned"), low = 27, high = 30 },
  },

  build = average.build,
}
