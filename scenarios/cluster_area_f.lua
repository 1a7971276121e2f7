-- Clusters in the country: the same money, but a third of the staff's time goes on the road. A hub may buy some of it back with
-- professions that cost less.
local camhs <const> = require "lib.camhs"

local part <const> = assumption(share(0.025), "these schools raise 2.5% of the concerns of those of Kent & Medway")
local function like_kent(posts) return assumption(wte(posts) * part, "that part of what fits Kent & Medway; docs/calibration.md") end
local function list(n) return assumption(count(n) * part, "that part of Kent & Medway's list") end

-- 21 minutes each way for a clinic of two hours, within the 10 to 45 of asm_travel_min.
local travel <const> = assumption(1.35, "staff time for an hour of clinic in the country; in a town 1", { low = 1.17, high = 1.75 })

return scenario {
  name = "cluster_area_f",
  title = "Clinics for 20 rural schools (Area F)",
  question = "What does travel cost a rural cluster, and can other professions make up for it?",
  start = "2025-09-01",
  years = 2,

  schools = {
    primary = assumption(count(17), "20 rural schools, mostly small"), secondary = assumption(count(3), "..."), special = assumption(count(0), "none"),
    pupils_primary = assumption(count(120), "rural schools are small"), cluster_schools = ev "areaD_schools_per_lead",
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
    extra_per_year = assumption(pounds(30000), "about a clinic and a half a week in each cluster, in a town"),
  },

  plans = {
    { name = "none", title = "Today's duty line", offer = "none" },
    { name = "specialist", title = "More posts in core", offer = "specialist" },
    { name = "town", title = "Clinics without travel", offer = "cluster", agree = 1 },
    { name = "rural", title = "Clinics with travel", offer = "cluster", agree = 1, travel = travel },
    { name = "rural_hub", title = "... staffed by four professions", offer = "cluster", agree = 1, travel = travel,
      nurse = 0.3, voluntary = 0.5, psychologist = 0.1 },
  },

  facts = {
    { name = "Clinics lost to the road", plan = "rural", versus = "town", as = "ratio", kpi = "units_end", group = "pool=cluster_clinic",
      value = sourced(0.741, "arithmetic: 1 / 1.35"), low = 0.73, high = 0.75 },
  },

  facts_reps = 2,

  build = camhs.build,
}
