-- Surrey: early help, clinical work and neurodevelopmental assessment, in one contract or in three lots. What its two scenarios
-- share. Nothing of the size of the service is published in what we have: it is Kent & Medway's, for each child.

local camhs <const> = require "lib.camhs"
local contracts <const> = require "lib.contracts"
local km <const> = require "lib.kent_medway"

local children <const> = assumption(count(260000), "under 18 in Surrey, about as many as at the census of 2021")
local size <const> = children / ev "km_pop_u18"

-- Demand is 1.4 times what was contracted. At Kent & Medway's staffing it is 1.47 times what its clinical teams can do in the first
-- year, so a little more staff for each child makes it 1.4.
local staffing <const> = assumption(number(1.47), "load of Kent & Medway's clinical teams in the first year, as simulated") /
  (1 + ev "surrey_demand_over")

local post <const> = ev "km_budget" / 400
local prices <const> = assumption(number(0.025), "growth of pay and prices, a year")
local uplift <const> = assumption((1 + ev "ref_growth_scot") * (1 + prices) - 1, "money keeps pace with prices and referrals")

local surrey = {}

-- Posts of the whole service. Lots take their second triage out of their own teams, so that both ways cost the same.
local all <const> = {}
for team, posts in pairs(km.wte) do all[team] = posts * size * staffing end
local second <const> = { core = all.triage * assumption(share(0.3), "of the triage team's posts: the clinical lot's own triage"),
  neuro = all.triage * assumption(share(0.2), "... and the neurodevelopmental lot's") }

surrey.one = { triage = all.triage, urgent = all.urgent, staff = all.brief + all.core, neuro = all.neuro }
surrey.lots = { triage = all.triage, urgent = all.urgent, brief = all.brief, core = all.core - second.core, neuro = all.neuro - second.neuro,
  triage_clinical = second.core, triage_neuro = second.neuro }

-- A line of money that pays these pools at first.
function surrey.line(name, lot, posts, pools)
  local sum = posts[pools[1]]
  for i = 2, #pools do sum = sum + posts[pools[i]] end
  return { name = name, lot = lot, pools = pools, per_year = sum * post, growth = uplift }
end

function surrey.area()
  local area <const> = km.area(size)
  area.step_up = assumption(share(0.10), "of early help, who need clinical work")
  area.step_down = assumption(share(0.20), "of those whose Partnership ends, who go on with early help")
  area.kept_first = assumption(share(0.1), "of each day's time in early help and clinical work, kept for first sessions; moves the answer",
    { low = 0, high = 0.2 })
  area.hand_over = assumption(days(14), "from one lot's decision to the other's triage; not in one contract")
  area.neuro_door = assumption(share(0.6), "of other sources' neurodevelopmental requests, made as such")
  area.neuro_other = assumption(share(0.15), "of requests made as neurodevelopmental, whose need is emotional")
  return area
end

-- Requests for a neurodevelopmental assessment are a source of their own, cut out of the others.
local function neuro_source(rows, a, to)
  local other <const> = contracts.find(rows.sources, "other")
  local class <const>, year <const> = other.class, other.rate.per_year
  local neuro <const> = year * class.neurodevelopmental * a.neuro_door
  local requests <const> = neuro / (1 - a.neuro_other)
  local left <const> = year - requests
  local rest <const> = {}
  for name, part in pairs(class) do rest[name] = part * year / left end
  rest.neurodevelopmental = (class.neurodevelopmental * year - neuro) / left
  rest.emotional = (class.emotional * year - requests * a.neuro_other) / left
  rows.sources[#rows.sources + 1] = source { name = "neuro_requests", to = to, role = "other",
    rate = contracts.with(other.rate, { per_year = requests }),
    class = { neurodevelopmental = 1 - a.neuro_other, emotional = a.neuro_other } }
  other.rate, other.class = contracts.with(other.rate, { per_year = left }), rest
end

-- What both ways have: crisis work every day of the year; lists for early help that are left as those for core are; steps up and down;
-- as many new starts as there is room for beside the work begun.
local function common(s, posts, clinical, early)
  local a <const> = s.area
  local rows <const> = camhs.build { area = a, schools = s.schools }
  local stage_of <const> = function(name) return contracts.find(rows.stages, name) end
  local brief <const>, partnership <const> = stage_of "brief", stage_of "partnership"
  local diary <const> = contracts.find(rows.pools, "core")
  local urgent <const> = contracts.find(rows.pools, "urgent")
  local neuro <const> = contracts.find(rows.pools, "neuro")
  brief.timers, brief.decline = stage_of("choice").timers, stage_of("choice").decline
  partnership.routes = { { to = "specific", share = a.specific_share },
    { to = "step_down", share = (1 - a.specific_share) * a.step_down }, { to = "closing", share = (1 - a.specific_share) * (1 - a.step_down) } }
  rows.stages[#rows.stages + 1] = stage(contracts.with(brief, { name = "step_down", role = "treat", pool = early, follow = true,
    sessions = assumption(number(3), "meetings after stepping down"), next = "closing" }, { "timers", "decline", "second" }))
  brief.pool = early
  for _, name in ipairs { "choice", "choice_priority", "partnership", "specific" } do stage_of(name).pool = clinical end
  urgent.open, urgent.minutes_per_unit = "every", urgent.minutes_per_unit * (253 / 365.25)
  rows.pools = { contracts.find(rows.pools, "triage"), urgent, neuro }
  for _, row in ipairs(rows.pools) do row.units = posts[row.name] end
  local function team(name)
    rows.pools[#rows.pools + 1] = pool(contracts.with(diary, { name = name, units = posts[name], kept = a.kept_first }, { "starts_per_unit" }))
  end
  team(clinical)
  if early ~= clinical then team(early) end
  return rows, stage_of
end

-- A copy of the lines as planned: what is set otherwise is set in the scenario's own.
local function as_planned(lines)
  local copy <const> = {}
  for i, line in ipairs(lines) do copy[i] = contracts.with(line, {}) end
  return copy
end

-- Posts follow the money, when it is set otherwise than planned.
local function funded(s, planned, posts)
  local now <const> = {}
  for i, line in ipairs(planned) do
    for _, name in ipairs(line.pools) do now[name] = posts[name] * (s.lines[i].per_year / line.per_year) end
  end
  return now
end

-- One contract: one door, and staff who give early help and clinical work alike.
function surrey.build_one(lines)
  local planned <const> = as_planned(lines)
  return function(s)
    local rows <const>, stage_of <const> = common(s, funded(s, planned, surrey.one), "staff", "staff")
    neuro_source(rows, s.area, "door")
    stage_of("brief").routes = { { to = "choice", share = s.area.step_up }, { to = "closing", share = 1 - s.area.step_up } }
    stage_of("brief").next = nil
    return rows
  end
end

-- Three lots: the early lot keeps the door; who needs another lot's help is handed over, which takes time and a second triage. The
-- neurodevelopmental lot has a door of its own.
function surrey.build_lots(lines)
  local planned <const> = as_planned(lines)
  return function(s)
    local a <const>, posts <const> = s.area, funded(s, planned, surrey.lots)
    local rows <const>, stage_of <const> = common(s, posts, "core", "brief")
    local triage <const> = contracts.find(rows.pools, "triage")
    for _, name in ipairs { "triage_clinical", "triage_neuro" } do
      rows.pools[#rows.pools + 1] = pool(contracts.with(triage, { name = name, units = posts[name] }))
    end
    neuro_source(rows, a, "door_neuro")
    local function add(row) rows.stages[#rows.stages + 1] = stage(row) end
    local function hand(name, team, to)
      add { name = "hand_" .. name, service = lognormal { median = a.hand_over, log_sd = assumption(number(0.5), "spread of hand-overs") },
        next = "again_" .. name }
      add { name = "again_" .. name, pool = team, contact = ev "asm_triage_min", next = to }
    end
    hand("core", "triage_clinical", "choice")
    hand("priority", "triage_clinical", "choice_priority")
    hand("neuro", "triage_neuro", "neuro_assessment")
    hand("brief", "triage", "brief")
    hand("down", "triage", "step_down")
    local first <const>, urgent <const> = stage_of "triage", stage_of "triage_urgent"
    first.on = { advice = "advice", urgent = "urgent", brief = "brief", core = "hand_core", priority = "hand_priority", neuro = "hand_neuro" }
    urgent.on = first.on
    add { name = "door_neuro", role = "door", decide = "door", on = { register = "triage_neuro", signpost = "exit" } }
    add(contracts.with(first, { name = "triage_neuro", pool = "triage_neuro", on = { advice = "advice", urgent = "urgent", brief = "hand_brief",
      core = "hand_core", priority = "hand_priority", neuro = "neuro_assessment" } }))
    stage_of("brief").routes = { { to = "hand_core", share = a.step_up }, { to = "closing", share = 1 - a.step_up } }
    stage_of("brief").next = nil
    stage_of("partnership").routes[2].to = "hand_down"
    return rows
  end
end

-- What the scenarios say alike.
function surrey.scenario(given)
  return scenario(contracts.with({
    question = "Do children wait longer when early help, clinical work and neurodevelopmental assessment are three lots, not one contract?",
    start = "2021-04-01",
    years = ev "surrey_term",
    population = { children = children },
    schools = { primary = km.schools.primary * size, secondary = km.schools.secondary * size, special = km.schools.special * size },
    contract = { go_live = "2021-04-01", term = ev "surrey_term", extension = ev "surrey_contract_ext", extended = true },
    money = { price_growth = prices, extra_per_year = assumption(pounds(0), "no plan beyond the contract") },
    facts_reps = 8,
    facts = {
      { name = "Requests for each 1,000 children, as in Kent & Medway", kpi = "requests_per_1000_children", period = "y1",
        value = ev "km_referrals" / ev "km_pop_u18" * 1000, low = 94, high = 98 },
    },
  }, given))
end

-- The lines of three lots.
function surrey.lot_lines()
  return {
    contracts.with(surrey.line("early", "early", surrey.lots, { "brief", "triage" }), { early = true }),
    surrey.line("clinical", "clinical", surrey.lots, { "core", "triage_clinical" }),
    surrey.line("crisis", "clinical", surrey.lots, { "urgent" }),
    surrey.line("neuro", "neuro", surrey.lots, { "neuro", "triage_neuro" }),
  }
end

return surrey
