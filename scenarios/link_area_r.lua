-- Area R's roll-out over a county: eight posts of link workers in schools, and school nurses who see discharged children every fortnight
-- for three months. What do eight posts give each school of a county, and do urgent children get in within the two weeks that were told of?

local average <const> = require "lib.average"
local network <const> = require "lib.network"

-- A county of 300 schools, with requests as Kent & Medway has for each school.
local schools <const> = assumption(count(300), "an example: the county is not named")
local special <const> = assumption(count(1044 + 352), "special schools and PRUs, England 2019")
local national <const> = ev "eng_primary_schools" + ev "eng_secondary_schools" + special
local requests <const> = ev "km_referrals" * (schools / ev "icb_schools_km")

local posts <const> = ev "areaR_rollout_fte"
local panel <const> = ev "areaR_panel_schools"

-- A visit is as long as all the posts' hours last, in 39 school weeks, for so many schools.
local contact_hours <const> = assumption(count(787.5), "contact hours of a post and year: half of 45 weeks of 35 hours (capa_weeks, admin_multiplier)")
local function worker(name, title, n, weeks_apart)
  return { name = name, title = title, offer = "in_school", visit_weeks = weeks_apart,
    visit_hours = hours(1) * (posts * contact_hours / wte(1) * weeks_apart / 39 / n),
    patience_days = assumption(days(18), "as in link_pilots.lua") }
end

return scenario {
  name = "link_area_r",
  title = "Area R: eight link posts over a county",
  question = "What do eight link posts give each school of a county, and who is seen how soon?",
  start = "2016-09-01",
  years = 3,

  schools = {
    primary = schools * (ev "eng_primary_schools" / national), secondary = schools * (ev "eng_secondary_schools" / national),
    special = schools * (special / national),
  },
  area = network.area(average.area(requests), {
    wte_nurses = assumption(wte(30), "as many as the discharged take: about 260 children a post and year"),
  }),

  workforce = { recruit_days = ev "asm_recruit_months", recruit_max = assumption(months(6), "the longest: asm_recruit_months") },
  money = {
    base_per_year = average.cost(requests),
    extra_per_year = posts * ev "cost_per_link_fte_2016" / wte(1),
    cost_per_wte = ev "cost_per_link_fte_2016",
  },

  plans = {
    worker("county", "All schools, a visit a fortnight", schools, 2),
    worker("panel", "49 schools, a visit a week", panel, 1),
    { name = "none", title = "No link", offer = "none" },
  },

  -- Two children were told of, one a week and one a fortnight from assessment: no more than a direction.
  facts = {
    { name = "Half of young people in crisis assessed within", kpi = "wait_seen_median_days", group = "presentation=crisis", plan = "county",
      value = ev "areaR_assess_days", low = 0, high = 14 },
    { name = "Half of those with an eating disorder assessed within", kpi = "wait_seen_median_days", group = "presentation=eating", plan = "county",
      value = ev "areaR_ed_assess_days", low = 0, high = 7 },
    { name = "Contacts of each child followed up", kpi = "sessions_each", group = "stage=nurse_followup", plan = "county", period = "y3",
      value = sourced(count(6), "Mental Health Services and Schools Link Pilots: evaluation (DfE 2017): fortnightly for three months"),
      low = 5.5, high = 6.5 },
    { name = "Posts filled at the end of the third year", kpi = "wte_in_post", plan = "county", period = "y3", value = ev "areaR_rollout_fte",
      low = 7.5, high = 8 },
  },

  build = network.build,
}
