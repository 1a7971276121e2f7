-- The national workshop programme: 241 cohorts a year of up to 20 schools, two days six weeks apart, for four years. All state schools
-- of England are there, but only one child in twenty, and one post in twenty: schools are what is counted here.
-- How many schools are reached, what becomes of their links, and how many of their referrals still go through a GP?

local average <const> = require "lib.average"

local special <const> = assumption(count(1044 + 352), "special schools and PRUs, England 2019")
local children <const> = assumption(share(0.05), "children simulated; every number of children and posts is of these")
local area <const> = average.area(ev "ref_yr_2019" / years(1) * children)
area.concerns_primary = area.concerns_primary * children

-- The programme's money is what its facilitators take: nothing is known of its price.
local day <const> = ev "im_workshop_hours"
local workshop_hours <const> = number(ev "im_workshops" / days(1)) * day
local hours_year <const> = ev "im_cohorts" * workshop_hours * ev "im_facilitators"
local wte_price <const> = ev "cost_per_link_fte_2016"
local contact_hours <const> = hours(1575) * 0.5

local function workshops(name, title, more)
  local p <const> = { name = name, title = title, offer = "training", cohorts_year = ev "im_cohorts" * years(1),
    cohort_schools = ev "im_schools_per_cohort", days = number(ev "im_workshops" / days(1)), day_hours = day, facilitators = ev "im_facilitators",
    gap_weeks = weeks(6), terms = number(3 * ev "im_years" / years(1)), termly_hours = hours(0) }
  for key, value in pairs(more or {}) do p[key] = value end
  return p
end

return scenario {
  name = "national_workshops",
  title = "National workshop programme: 964 cohorts in four years",
  question = "How many schools do 241 cohorts a year reach in four years, and how much better is their link, while it lasts?",
  start = "2019-09-01",
  years = 6,

  schools = { primary = ev "eng_primary_schools", secondary = ev "eng_secondary_schools", special = special },
  area = area,

  workforce = {
    recruit_days = assumption(days(0), "the programme's facilitators are in post when it begins"),
    from_core = assumption(share(0), "they do not come from local teams"),
  },

  money = {
    base_per_year = average.cost(ev "ref_yr_2019" / years(1) * children),
    extra_per_year = assumption(hours_year / contact_hours * wte_price * 1.02, "what the facilitators cost, and a little for whole cohorts a term"),
    cost_per_wte = wte_price,
  },

  plans = {
    { name = "none", title = "No programme", offer = "none" },
    workshops("full", "Every cohort full"),
    workshops("part_full", "Three places in four taken", { cohort_schools = assumption(count(15), "three places in four") }),
  },

  -- Arithmetic of the programme: 241 cohorts of 20 schools, in one year and in four.
  facts_reps = 2,
  facts = {
    { name = "Schools, every cohort full", kpi = "schools_reached", plan = "full", value = ev "im_total_schools", low = 19280, high = 19280 },
    { name = "Schools in the first year", kpi = "schools_reached", plan = "full", period = "y1",
      value = ev "im_cohorts" * years(1) * ev "im_schools_per_cohort", low = 4820, high = 4820 },
    { name = "Contact hours of workshops a school", kpi = "link_hours", plan = "full", value = ev "im_total_schools" * workshop_hours, low = 250640, high = 250640 },
  },

  build = average.build,
}
