-- Clusters in a pilot: three leads, each with ten schools and a clinic of two hours a week, 0.2 hours for each school and week. Who
-- works in the hub, and who pays, change what the same clinics cost; nothing that one cluster leaves unused serves another.
local camhs <const> = require "lib.camhs"

local part <const> = assumption(share(0.062), "these schools raise 6.2% of the concerns of those of Kent & Medway")
local function like_kent(posts) return assumption(wte(posts) * part, "that part of what fits Kent & Medway; docs/calibration.md") end
local function list(n) return assumption(count(n) * part, "that part of Kent & Medway's list") end

return scenario {
  name = "cluster_area_d",
  title = "Weekly clinics for three clusters of ten schools (Area D)",
  question = "What do weekly clinics of two hours for ten schools do, and what do the professions of the hub change?",
  start = "2025-09-01",
  years = 2,

  -- The mix of the link pilots.
  schools = {
    primary = assumption(count(15), "half of pilot schools"), secondary = assumption(count(12), "two in five"),
    special = assumption(count(3), "one in ten"), cluster_schools = ev "areaD_schools_per_lead",
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
    extra_per_year = assumption(pounds(60000), "twice what the three clinics cost"),
  },

  plans = {
    { name = "none", title = "Today's duty line", offer = "none" },
    { name = "specialist", title = "More posts in core", offer = "specialist" },
    { name = "clinics", title = "A clinic a week, the service's staff", offer = "cluster", agree = 1, clinics_max = 1 },
    { name = "hub", title = "... staffed by four professions", offer = "cluster", agree = 1, clinics_max = 1,
      psychologist = 0.2, nurse = 0.3, voluntary = 0.2 },
    { name = "pooled", title = "... half of it paid by the schools", offer = "cluster", agree = 1, clinics_max = 1, pooled = 0.5 },
    { name = "top_sliced", title = "... half of it top-sliced, some clusters stay out", offer = "cluster", clinics_max = 1, top_sliced = 0.5 },
  },

  facts = {
    { name = "Clinics a week (3 leads)", plan = "clinics", kpi = "units_end", group = "pool=cluster_clinic", value = ev "areaD_leads", low = 2.99, high = 3.01 },
    { name = "Consultations a year (7.5 a school and half-year)", plan = "clinics", kpi = "consultations", period = "y2",
      value = ev "consult_end" * 2 * 30, low = 330, high = 570 },
    { name = "Schools' referrals do not surge", plan = "clinics", versus = "none", as = "ratio", kpi = "school_nhs_referrals", period = "y2",
      value = sourced(1, "validation: no measurable change in referrals", { quality = "C" }), low = 0.7, high = 1.1 },
  },

  facts_reps = 8,

  build = camhs.build,
}
