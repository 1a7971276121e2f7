-- Offers on top of one another, and different offers for different schools, with the same money. Of the layers that cover a school the
-- last that takes a wish decides: a school uses what it bought, then its bronze term, and else it telephones.
local camhs <const> = require "lib.camhs"

local part <const> = assumption(share(0.25), "200 of Kent & Medway's 810 schools")
local function like_kent(posts) return assumption(wte(posts) * part, "that part of what fits Kent & Medway; docs/calibration.md") end
local function list(n) return assumption(count(n) * part, "that part of Kent & Medway's list") end

return scenario {
  name = "layered",
  title = "Layers of offers for 200 schools",
  question = "Does a floor for all with more on top do better than one offer for all, and for whom?",
  start = "2025-09-01",
  years = 3,

  schools = {
    primary = assumption(count(158), "200 schools, in the national mix"), secondary = assumption(count(32), "..."),
    special = assumption(count(10), "..."),
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
    extra_per_year = assumption(pounds(900000), "nine and a half posts of the service"),
  },

  plans = {
    { name = "none", title = "Today's service", offer = "none" },
    { name = "specialist", title = "More posts in core", offer = "specialist" },
    { name = "helpline", title = "A helpline for all", offer = "spoa" },
    { name = "bronze", title = "Bronze for all, in waves", offer = "tiered" },
    -- helpline, bronze floor, and what schools buy on top
    { name = "layered", title = "Helpline, bronze floor, traded on top",
      { offer = "spoa", share = 0.35 }, { offer = "tiered", share = 0.35 }, { offer = "traded", share = 0.30 } },
    -- who gets what depends on the school: the deprived a worker, the others what they buy, all the helpline
    { name = "by_need", title = "A worker for the most deprived, traded for others, helpline for all",
      { offer = "spoa", share = 0.3 }, { offer = "traded", share = 0.2, quintiles = { 3, 4, 5 } },
      { offer = "in_school", share = 0.5, quintiles = { 1, 2 }, school_types = { "secondary", "special" } } },
    -- support teams are paid for from January, recruited by May, and begin with the next term
    { name = "teams_later", title = "Helpline, and support teams from the second year",
      { offer = "spoa", share = 0.35 }, { offer = "mhst", share = 0.65, from = "2026-01-01" } },
  },

  build = camhs.build,
}
