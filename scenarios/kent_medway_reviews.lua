-- Kent & Medway as three contracts with a review each September: while fewer than 70% of a year's referrals are seen within 18 weeks, 5% of
-- the specialist contract's money moves to the alliance. Compare with kent_medway_contracts.lua, which is the same without reviews.
-- docs/systems/kent_medway_contracts.md tells what it shows.

local contracts <const> = require "lib.kent_medway_contracts"

return contracts {
  name = "kent_medway_reviews",
  title = "Kent & Medway in three contracts, with yearly reviews",
  question = "What does a rule that moves money to early help do, while waits are not met?",
  plan_title = "Money withdrawn, reviews",
  alliance_steps = { { from = "2024-09-01", add = -1 * ev "kcc_withdraw" } },
  reviews = {
    { name = "yearly", every = years(1),
      ["if"] = { kpi = "cohort_seen_18w", below = assumption(share(0.7), "the rule of an example"), over = months(12) },
      move = assumption(share(0.05), "... a year"), from_line = "specialist", to_line = "alliance" },
  },
}
