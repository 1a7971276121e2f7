-- Surrey in three lots: staff of one lot never help another, children are handed over between lots, and money moves from clinical
-- work to early help as planned. The other half of surrey.lua.

local surrey <const> = require "lib.surrey"

local lines <const> = surrey.lot_lines()

return surrey.scenario {
  name = "surrey_lots",
  title = "Surrey: three lots",
  area = surrey.area(),
  lines = lines,
  shifts = {
    { from_line = "clinical", to_line = "early", share_per_year = assumption(share(0.01), "planned move to early intervention"),
      from = "2022-04-01", years = 5 },
  },
  -- For `weir split`: what is planned for early help is a floor, and crisis work is not cut.
  split = {
    limits = {
      { name = "minimum early intervention", lot = "early", at_least = assumption(share(0.15), "of all money") },
      { name = "crisis work is kept", lines = "crisis", at_least = lines[3].per_year },
    },
    objectives = { { kpi = "cohort_seen_4w" }, { kpi = "unmet_need" }, { kpi = "cohort_seen_18w" } },
    reps = 5,
  },
  plans = { { name = "lots", title = "Three lots", offer = "none" } },
  build = surrey.build_lots(lines),
}
