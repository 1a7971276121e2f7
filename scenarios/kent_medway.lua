-- Kent & Medway: ten years from the go-live of September 2025. How should the link with schools be organised for the money that the
-- county council proposed to withdraw?
-- Every number is evidence (ev), has its own source, or is called an assumption; docs/calibration.md keeps the score.

local km <const> = "NHS England, Mental Health Services Data Set, community waiting times, three months ending June 2024, Kent & Medway"
local fit <const> = "fitted so that the first year keeps the published totals together; docs/calibration.md"

-- National school counts (2019), as many as an area of this size has.
local national <const> = ev "eng_primary_schools" + ev "eng_secondary_schools" + assumption(count(1044 + 352), "special schools and PRUs, England 2019")
local scale_down <const> = ev "icb_schools_km" / national

local camhs <const> = require "lib.camhs"

return scenario {
  name = "kent_medway",
  title = "Kent & Medway, ten years from September 2025",
  question = "With 1.1 million pounds a year, which way of organising the school link gives the shortest waits, and for whom?",
  start = "2025-09-01",
  years = 10,

  population = { children = ev "km_pop_u18", probable_disorder = ev "km_prob_disorder" },

  schools = {
    primary = ev "eng_primary_schools" * scale_down,
    secondary = ev "eng_secondary_schools" * scale_down,
    special = assumption(count(1044 + 352), "special schools and PRUs, England 2019") * scale_down,
  },

  area = camhs.area {
    requests = ev "km_referrals",
    growth = ev "ref_growth_scot",
    wte_triage = assumption(wte(16), fit),
    wte_urgent = assumption(wte(58), fit),
    wte_brief = assumption(wte(82), fit),
    wte_core = assumption(wte(186), fit),
    wte_neuro = assumption(wte(58), fit),
    -- today's lists by stream: with the ages in lib/camhs.lua they give the published bands
    waiting_neuro = sourced(count(8340), km .. "; split by stream: assumption", { quality = "E" }),
    waiting_core = sourced(count(3240), km .. "; split by stream: assumption", { quality = "E" }),
    waiting_priority = sourced(count(255), km .. "; split by stream: assumption", { quality = "E" }),
    waiting_brief = sourced(count(267), km .. "; split by stream: assumption", { quality = "E" }),
    waiting_rejected = sourced(count(250), km .. "; split by stream: assumption", { quality = "E" }),
    waiting_urgent = sourced(count(53), km .. "; split by stream: assumption", { quality = "E" }),
    caseload = ev "km_caseload",
  },

  money = {
    base_per_year = ev "km_budget",
    base_growth = assumption(ev "ref_growth_scot", "money for today's service keeps pace with referrals"),
    extra_per_year = ev "kcc_withdraw",
  },

  plans = {
    { name = "none", title = "Today's service", offer = "none" },
    { name = "specialist", title = "More posts in core", offer = "specialist", pool = "core" },
    { name = "in_school", title = "A worker in school", offer = "in_school" },
    { name = "training", title = "Training for school staff", offer = "training" },
    { name = "spoa", title = "Single point of access", offer = "spoa" },
    { name = "traded", title = "Schools buy", offer = "traded" },
    { name = "cluster", title = "Clusters of schools", offer = "cluster" },
    { name = "tiered", title = "Universal tiers", offer = "tiered" },
  },

  build = camhs.build,
}
