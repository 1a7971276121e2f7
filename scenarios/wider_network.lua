-- A town with school nurses, educational psychologists and a voluntary sector. School nurses see discharged children every fortnight for
-- three months, as in Area R of the link pilots. Compare with wider_network_without.lua.
local town <const> = require "lib.network_town"

return town {
  name = "wider_network",
  title = "A town with follow-up by school nurses",
  facts = {
    { name = "Contacts of each child followed up", kpi = "sessions_each", group = "stage=nurse_followup", period = "y4",
      value = sourced(count(6), "Mental Health Services and Schools Link Pilots: evaluation (DfE 2017): fortnightly for three months"),
      low = 5.5, high = 6.5 },
  },
  nurses = assumption(wte(2.5), "an example: as many as the discharged take"),
}
