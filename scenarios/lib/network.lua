-- The wider network round the service: school nurses who follow up discharged children, educational psychologists in schools, and a
-- voluntary sector for those turned away; and the discharged who fall ill again.
--
-- A scenario says `area = network.area(camhs.area { ... }, { ... })` and `build = network.build`. Without it nothing here exists:
-- nobody relapses and nobody is followed up. Pools with 0 WTE are left out with their stages.

local camhs <const> = require "lib.camhs"

local network = {}

local function defaults()
  local nobody <const> = assumption(wte(0), "not given: none")
  return {
    -- relapse
    relapse = 1 - ev "su_success", -- of the discharged, within a year
    relapse_within = assumption(months(12), "the year that the share is of"),
    -- school nurses: fortnightly for three months
    wte_nurses = nobody,
    followed = assumption(share(1), "of the discharged whose need can come back, who are offered follow-up"),
    follow_months = ev "areaR_nurse_followup_months",
    follow_gap = assumption(weeks(2), "fortnightly: areaR_nurse_followup_months"),
    follow_contact = assumption(minutes(30), "a contact; as much again for administration is in contact_hours"),
    follow_effect = assumption(number(0.8), "relapse with follow-up, relative to without", { low = 0.5, high = 1 }),
    -- educational psychologists: children whom schools support by themselves
    wte_psychologists = nobody,
    psychology = assumption(share(0.05), "of children supported in school, those seen by an educational psychologist"),
    psychology_hours = assumption(count(3), "hours for each, in one morning: the session that they sell (price_ep_tiers)"),
    -- voluntary sector: children turned away
    wte_voluntary = nobody,
    voluntary = assumption(share(0.3), "of the turned away, who take up help of the voluntary sector"),
    voluntary_sessions = assumption(count(6), "sessions for each"),
    voluntary_returns = assumption(number(0.5), "of them, who come back to the service, relative to the others", { low = 0, high = 1 }),
    contact_hours = assumption(count(787.5), "contact hours of a post and year: half of 45 weeks of 35 hours (capa_weeks, admin_multiplier)"),
  }
end

--- An area with the numbers of the network added.
function network.area(area, given)
  local a = defaults()
  for key, value in pairs(given) do
    if a[key] == nil then error("network: unknown field '" .. tostring(key) .. "'", 2) end
    a[key] = value
  end
  for key, value in pairs(a) do area[key] = value end
  return area
end

local function find(rows, name)
  for _, row in ipairs(rows) do
    if row.name == name then return row end
  end
  error("network: there is no stage \"" .. name .. "\"")
end

-- Time is sold by whole slots, and what is left of a day goes to the next: a post of a few hours a week has few long days.
local function diary(name, units, a, slot, open)
  local days <const> = open == "school" and 195 or 253 -- of a school year; working days
  return pool { name = name, kind = "diary", units = units, minutes_per_unit = hours(1) * (a.contact_hours / days), slot = slot,
    open = open, horizon = weeks(12) }
end

local remits <const> = { "emotional", "behaviour", "eating", "crisis" } -- neurodevelopmental need neither remits nor relapses

-- From closing: follow-up, and then the year in which some fall ill again. One draw decides it, with follow-up or without, so that a
-- child who relapses in spite of follow-up relapses without it too.
local function discharge(rows, a)
  local closing <const> = find(rows.stages, "closing")
  local followed <const> = number(a.wte_nurses) > 0
  closing.next = nil
  closing.routes = { { to = "discharged", class = remits }, { to = "exit" } }
  if followed then
    table.insert(closing.routes, 1, { to = "nurse_followup", class = remits, share = a.followed })
    rows.pools[#rows.pools + 1] = diary("school_nurses", a.wte_nurses, a, a.follow_contact, "school")
    rows.stages[#rows.stages + 1] = stage { name = "nurse_followup", role = "return", pool = "school_nurses", sets = "followed",
      sessions = fixed(number(a.follow_months / a.follow_gap) // 1), gap = fixed(a.follow_gap), contact = a.follow_contact,
      next = "discharged" }
  end
  local again <const> = { { to = "well", share = a.relapse, without = "followed" } }
  if followed then again[2] = { to = "well", share = a.relapse * a.follow_effect, with = "followed" } end
  again[#again + 1] = { to = "exit" }
  local more <const> = {
    stage { name = "discharged", role = "return", routes = again },
    stage { name = "well", service = uniform { low = days(0), high = a.relapse_within }, next = "relapsed" },
    stage { name = "relapsed", role = "relapse", next = "door" },
  }
  for _, row in ipairs(more) do rows.stages[#rows.stages + 1] = row end
end

local function psychologists(rows, a)
  rows.pools[#rows.pools + 1] = diary("psychologists", a.wte_psychologists, a, hours(1) * a.psychology_hours, "school")
  rows.stages[#rows.stages + 1] = stage { name = "psychologist", pool = "psychologists", contact = hours(1) * a.psychology_hours, next = "exit" }
  for _, name in ipairs { "school", "alone" } do
    local row <const> = find(rows.stages, name)
    row.on.support = nil
    row.routes = { { on = "support", to = "psychologist", share = a.psychology }, { on = "support", to = "exit" } }
  end
end

local function voluntary(rows, a)
  local advice <const> = find(rows.stages, "advice")
  rows.pools[#rows.pools + 1] = diary("voluntary", a.wte_voluntary, a, minutes(60))
  advice.routes = { { to = "voluntary", share = a.voluntary }, { to = "away", share = (1 - a.voluntary) * a.returns }, { to = "exit" } }
  rows.stages[#rows.stages + 1] = stage { name = "voluntary", role = "return", pool = "voluntary", sessions = fixed(a.voluntary_sessions),
    gap = fixed(days(7)), contact = minutes(60),
    routes = { { to = "away", share = a.returns * a.voluntary_returns }, { to = "exit" } } }
end

--- The rows of camhs.build, with the network's.
function network.build(s)
  local a <const> = s.area
  local rows <const> = camhs.build(s)
  discharge(rows, a)
  if number(a.wte_psychologists) > 0 then psychologists(rows, a) end
  if number(a.wte_voluntary) > 0 then voluntary(rows, a) end
  return rows
end

return network
