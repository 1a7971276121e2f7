-- Kent & Medway as it is published: its children, its schools, and today's service. What its scenarios share.

local camhs <const> = require "lib.camhs"

local waits <const> = "NHS England, Mental Health Services Data Set, community waiting times, three months ending June 2024, Kent & Medway"
local fit <const> = "fitted so that the first year keeps the published totals together; docs/calibration.md"

-- National school counts (2019), as many as an area of this size has.
local special <const> = assumption(count(1044 + 352), "special schools and PRUs, England 2019")
local national <const> = ev "eng_primary_schools" + ev "eng_secondary_schools" + special
local scale_down <const> = ev "icb_schools_km" / national

local function listed(n) return sourced(count(n), waits .. "; split by stream: assumption", { quality = "E" }) end

local km = {}

km.population = { children = ev "km_pop_u18", probable_disorder = ev "km_prob_disorder" }

km.schools = {
  primary = ev "eng_primary_schools" * scale_down,
  secondary = ev "eng_secondary_schools" * scale_down,
  special = special * scale_down,
}

-- Clinical posts by team: 400 in all.
km.wte = {
  triage = assumption(wte(16), fit),
  urgent = assumption(wte(58), fit),
  brief = assumption(wte(82), fit),
  core = assumption(wte(186), fit),
  neuro = assumption(wte(58), fit),
}

-- Today's lists by stream: with the ages in lib/camhs.lua they give the published bands.
km.waiting = {
  neuro = listed(8340), core = listed(3240), priority = listed(255), brief = listed(267), rejected = listed(250), urgent = listed(53),
}

-- The area, or one a share of its size with the same staff and lists for each child.
function km.area(size)
  local function part(n) return size and n * size or n end
  local a = { requests = part(ev "km_referrals"), growth = ev "ref_growth_scot", caseload = part(ev "km_caseload") }
  for team, posts in pairs(km.wte) do a["wte_" .. team] = part(posts) end
  for stream, children in pairs(km.waiting) do a["waiting_" .. stream] = part(children) end
  return camhs.area(a)
end

return km
