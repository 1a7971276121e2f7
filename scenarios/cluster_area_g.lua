-- Clusters for a city: seven localities of 25 schools. Two hours a week for 25 schools are less than five minutes for each; more
-- clinics need more money, and each locality has only its own.
local camhs <const> = require "lib.camhs"

local part <const> = assumption(share(0.216), "175 of 810 schools")
local function like_kent(posts) return assumption(wte(posts) * part, "that part of what fits Kent & Medway; docs/calibration.md") end
local function list(n) return assumption(count(n) * part, "that part of Kent & Medway's list") end

return scenario {
  name = "cluster_area_g",
  title = "Seven localities of 25 schools (Area G)",
  question = "How many clinics a week does a locality of 25 schools need?",
  start = "2025-09-01",
  years = 2,

  schools = {
    primary = assumption(count(138), "175 schools, in the national mix"), secondary = assumption(count(28), "..."),
    special = assumption(count(9), "..."), cluster_schools = ev "areaG_schools_per_cluster",
  },

  area = camhs.area {
    requests = ev "km_referrals" * part,
    growth = ev "ref_growth_scot",
    wte_triage = like_kent(16), wte_urgent = like_kent(58), wte_brief = like_kent(82), wte_core = like_kent(186), wte_neuro = like_kent(58),
    waiting_neuro = list(8340), waiting_core = list(3240), waiting_priority = list(255), waiting_brief = list(267),
    waiting_rejected = list(250), waiting_urgent = list(53), caseload = ev "km_caseload" * part,
  },

  money = {
    base_per_year = ev "km_budget" * part,
    extra_per_year = assumption(pounds(400000), "enough for six clinics a week in each locality"),
  },

  plans = {
    { name = "none", title = "Today's duty line", offer = "none" },
    { name = "specialist", title = "More posts in core", offer = "specialist" },
    { name = "one", title = "A clinic a week", offer = "cluster", agree = 1, clinics_max = 1 },
    { name = "three", title = "Three a week", offer = "cluster", agree = 1, clinics_max = 3 },
    { name = "six", title = "Six a week", offer = "cluster", agree = 1, clinics_max = 6 },
    { name = "heads", title = "Six a week, where 60% of heads agree", offer = "cluster", agree = 0.6, clinics_max = 6 },
  },

  facts = {
    { name = "Schools in seven clusters", plan = "one", kpi = "coverage_schools", value = ev "areaG_clusters" * ev "areaG_schools_per_cluster", low = 174, high = 176 },
    { name = "Clinics a week", plan = "one", kpi = "units_end", group = "pool=cluster_clinic", value = ev "areaG_clusters", low = 6.99, high = 7.01 },
  },

  facts_reps = 2,

  build = camhs.build,
}
