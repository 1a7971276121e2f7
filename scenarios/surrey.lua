-- Surrey in one contract: one door, early help and clinical work by the same staff, a neurodevelopmental team, crisis work every day.
-- Compare with surrey_lots.lua; --set years=5, 7 or 10 gives the terms that were asked about. docs/systems/surrey.md tells what it
-- shows.

local surrey <const> = require "lib.surrey"

local lines <const> = { surrey.line("service", nil, surrey.one, { "triage", "staff", "urgent", "neuro" }) }

return surrey.scenario {
  name = "surrey",
  title = "Surrey: one contract",
  area = surrey.area(),
  lines = lines,
  plans = { { name = "one", title = "One contract", offer = "none" } },
  build = surrey.build_one(lines),
}
