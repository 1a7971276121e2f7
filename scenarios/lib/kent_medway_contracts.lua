-- Kent & Medway's service as three contracts: specialist, therapeutic alliance, education. What its two scenarios share.

local camhs <const> = require "lib.camhs"
local contracts <const> = require "lib.contracts"
local km <const> = require "lib.kent_medway"

-- Every post costs the same: today's money by today's posts.
local all <const> = km.wte.triage + km.wte.urgent + km.wte.brief + km.wte.core + km.wte.neuro
local post <const> = ev "km_budget" / all
local in_school <const> = assumption(share(0.5), "of brief help: mental health support teams, in the education contract")

local planned <const> = {
  specialist = (km.wte.triage + km.wte.urgent + km.wte.core + km.wte.neuro) * post,
  alliance = km.wte.brief * (1 - in_school) * post,
  education = km.wte.brief * in_school * post,
}

local prices <const> = assumption(number(0.025), "growth of pay and prices, a year")
local uplift <const> = assumption((1 + ev "ref_growth_scot") * (1 + prices) - 1, "money of every contract keeps pace with prices and referrals")

local function line(name, pools, steps)
  return { name = name, lot = name, pools = pools, per_year = planned[name], growth = uplift, steps = steps }
end

-- Brief help is given by two teams that share nothing; which of them a child comes to is its own, whatever is paid.
local function build(s)
  local a = contracts.with(s.area, {})
  for _, team in ipairs { "triage", "urgent", "core", "neuro" } do
    a["wte_" .. team] = a["wte_" .. team] * contracts.funded(s, "specialist", planned.specialist)
  end
  local rows = camhs.build { area = a, schools = s.schools }
  local alliance <const> = contracts.find(rows.pools, "brief")
  local education <const> = contracts.with(alliance, { name = "education" })
  local brief <const> = contracts.find(rows.stages, "brief")
  local choice <const> = contracts.find(rows.stages, "choice")
  brief.timers, brief.decline = choice.timers, choice.decline -- a list that grows is left, as that for core is
  alliance.name = "alliance"
  alliance.units = a.wte_brief * (1 - in_school) * contracts.funded(s, "alliance", planned.alliance)
  education.units = a.wte_brief * in_school * contracts.funded(s, "education", planned.education)
  rows.stages[#rows.stages + 1] = stage(contracts.with(brief, { name = "brief_school", pool = "education" }))
  brief.pool = "alliance"
  for _, row in ipairs { "triage", "triage_urgent" } do
    local triaged <const> = contracts.find(rows.stages, row)
    triaged.on = contracts.with(triaged.on, { brief = "brief_team" })
  end
  rows.stages[#rows.stages + 1] = stage { name = "brief_team",
    routes = { { to = "brief_school", share = in_school }, { to = "brief", share = 1 - in_school } } }
  rows.pools[#rows.pools + 1] = pool(education)
  return rows
end

-- `given`: name, title, question, the steps of the alliance's money, reviews, facts.
return function(given)
  return scenario(contracts.with({
    start = "2024-07-01", -- the lists are those of the end of June 2024
    years = 134 / 12, -- to the end of August 2035, ten years from the go-live of September 2025
    population = km.population,
    schools = km.schools,
    area = km.area(),
    money = { price_growth = prices, extra_per_year = assumption(pounds(0), "no plan beyond the contracts") },
    lines = {
      line("specialist", { "triage", "urgent", "core", "neuro" }),
      line("alliance", { "alliance" }, given.alliance_steps),
      line("education", { "education" }),
    },
    contract = { award = "2025-03-01", go_live = "2025-09-01", term = ev "km_contract_years", takes_over = true, reviews = given.reviews },
    -- For `weir split`. What must be kept is assumed: it is the commissioner's to say.
    split = {
      limits = {
        { name = "minimum early intervention", lines = { "alliance", "education" }, at_least = assumption(share(0.15), "of all money") },
        { name = "minimum specialist", lines = "specialist", at_least = assumption(share(0.65), "of all money") },
        { lines = "alliance", at_least = assumption(pounds(1500000), "above what the county withdraws") },
        { lines = "education", at_least = assumption(pounds(1500000), "a team in most districts") },
      },
      objectives = { { kpi = "cohort_seen_4w" }, { kpi = "unmet_need" }, { kpi = "cohort_seen_18w" } },
      outcomes = { { kpi = "equity_ratio", at_most = assumption(number(1.2), "the least deprived fifth at most a fifth sooner") } },
      growth = { { name = "low", set = { "area.growth=0.0177" } }, { name = "central", set = {} }, { name = "high", set = { "area.growth=0.0451" } } },
      reps = 4,
    },
    plans = { { name = "contracts", title = given.plan_title, offer = "none" } },
    build = build,
  }, { name = given.name, title = given.title, question = given.question, facts = given.facts, facts_reps = 8 }))
end
