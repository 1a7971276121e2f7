-- A quality gate over Area G's seven clusters of 25 schools: only accredited schools refer to the service directly, the others through a
-- GP. Area M accredited 20 schools, then 60 more, over two years; Area G's gold is a standard that a school must reach.
-- What does the gate do to routes and rejections, before and after schools are through it?

local average <const> = require "lib.average"

local schools <const> = ev "areaG_clusters" * ev "areaG_schools_per_cluster"
local special <const> = assumption(count(1044 + 352), "special schools and PRUs, England 2019")
local national <const> = ev "eng_primary_schools" + ev "eng_secondary_schools" + special
local requests <const> = ev "km_referrals" * (schools / ev "icb_schools_km")

local function gate(first_year, later_years, standard, share)
  return { offer = "gate", first_year = first_year, later_years = later_years, standard = standard, share = share }
end

-- Sessions each term lift link quality; a workshop alone wears off too soon.
local function training(share)
  return { offer = "training", sessions_term = assumption(count(2), "a session each half-term"), share = share }
end

local closed <const> = assumption(count(0), "nobody is accredited")
local open <const> = assumption(number(0), "every school may be assessed")
local gold <const> = assumption(number(0.7), "about the link that the pilots had after half a year")
local silver <const>, bronze <const> = gold * 0.75, gold * 0.5 -- steps towards it: assumptions too

return scenario {
  name = "quality_gate",
  title = "Quality gate: accredited schools refer directly",
  question = "What does a quality gate do to routes and rejections while schools are being accredited, and after?",
  start = "2016-09-01",
  years = 4,

  schools = {
    primary = schools * (ev "eng_primary_schools" / national), secondary = schools * (ev "eng_secondary_schools" / national),
    special = schools * (special / national), cluster_schools = ev "areaG_schools_per_cluster",
  },
  area = average.area(requests),

  workforce = {
    recruit_days = assumption(days(0), "staff are in post when the gate closes"),
    from_core = assumption(share(0), "they are there already"),
  },

  money = {
    base_per_year = average.cost(requests),
    extra_per_year = ev "areaI_rollout_ccg",
    cost_per_wte = ev "cost_per_link_fte_2016",
  },

  plans = {
    { name = "none", title = "No gate", offer = "none" },
    { name = "shut", title = "A gate that nobody passes", gate(closed, closed, open, 1) },
    { name = "waves", title = "20 schools, then 60 a year", gate(ev "areaM_phase2", ev "areaM_final", open, 1) },
    { name = "training", title = "Training, no gate", training(1) },
    { name = "bronze", title = "Training, and a gate at bronze", training(0.8), gate(ev "areaM_phase2", ev "areaM_final", bronze, 0.2) },
    { name = "silver", title = "Training, and a gate at silver", training(0.8), gate(ev "areaM_phase2", ev "areaM_final", silver, 0.2) },
    { name = "gold", title = "Training, and a gate at gold", training(0.8), gate(ev "areaM_phase2", ev "areaM_final", gold, 0.2) },
  },

  facts_reps = 10,
  facts = {
    { name = "Rejected, through a GP", kpi = "rejected_share", group = "source=school_gp", period = "y1",
      value = sourced(share(0.43), "starting point of the model: over three times those of other sources, gp_rej_ratio", { quality = "E" }), low = 0.40, high = 0.46 },
    { name = "Rejected, direct from accredited schools", kpi = "rejected_share", group = "source=school", plan = "waves", period = "y4",
      value = ev "school_refs_declined", low = 0.25, high = 0.36 },
    { name = "Through a GP, no gate", kpi = "through_gp_share", value = ev "ref_gp_base" / (ev "ref_gp_base" + ev "ref_direct_base"), low = 0.53, high = 0.65 },
    { name = "More rejected by a gate that nobody passes", kpi = "rejected", plan = "shut", versus = "none", as = "ratio",
      value = assumption(number(1.05), "41% of schools' referrals move from .31 to .43"), low = 1, high = 1.1 },
    { name = "Accredited in the first year", kpi = "schools_reached", plan = "waves", period = "y1", value = ev "areaM_phase2", low = 20, high = 20 },
    { name = "Accredited in the second year", kpi = "schools_reached", plan = "waves", period = "y2", value = ev "areaM_final", low = 60, high = 60 },
  },

  build = average.build,
}
