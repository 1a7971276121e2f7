-- Kent & Medway as three contracts over eleven years. The county council withdraws its money on 1 September 2024; compare with
-- kent_medway_kept.lua, where it stays. docs/systems/kent_medway_contracts.md tells what it shows.

local contracts <const> = require "lib.kent_medway_contracts"

return contracts {
  name = "kent_medway_contracts",
  title = "Kent & Medway in three contracts, the county's money withdrawn",
  question = "What does the withdrawal of the county council's money do over ten years and more, and to whom?",
  plan_title = "Money withdrawn",
  -- All of it from early help: an assumption.
  alliance_steps = { { from = "2024-09-01", add = -1 * ev "kcc_withdraw" } },
  facts = {
    { name = "Spent in the first year, two months with the county's money", kpi = "cost_pounds", period = "y1",
      value = ev "km_budget" * years(1) - ev "kcc_withdraw" * years(10 / 12), low = pounds(36069000), high = pounds(36070000) },
    { name = "... on early help's contract", kpi = "cost_pounds", group = "line=alliance", period = "y1",
      value = ev "km_budget" * years(41 / 400) - ev "kcc_withdraw" * years(10 / 12), low = pounds(2861600), high = pounds(2861700) },
  },
}
