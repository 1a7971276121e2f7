-- Surrey in three lots, where no move of money is planned, but each April while fewer than 70% of a year's referrals are seen within 18
-- weeks, 5% of the clinical line's money moves to early help. Compare with surrey_lots.lua. docs/systems/surrey.md tells what it shows.

local surrey <const> = require "lib.surrey"

local lines <const> = surrey.lot_lines()

return surrey.scenario {
  name = "surrey_lots_rule",
  title = "Surrey: three lots and a rule",
  area = surrey.area(),
  lines = lines,
  contract = { go_live = "2021-04-01", term = ev "surrey_term", extension = ev "surrey_contract_ext", extended = true,
    reviews = {
      { name = "april", every = years(1),
        ["if"] = { kpi = "cohort_seen_18w", below = assumption(share(0.7), "the rule of an example"), over = months(12) },
        move = assumption(share(0.05), "... a year"), from_line = "clinical", to_line = "early" },
    } },
  plans = { { name = "rule", title = "Three lots, a rule", offer = "none" } },
  build = surrey.build_lots(lines),
}
