-- The same town and the same children as in wider_network.lua, without the follow-up.
local town <const> = require "lib.network_town"

return town {
  name = "wider_network_without",
  title = "The same town without follow-up",
  nurses = assumption(wte(0), "no follow-up"),
  facts = {
    { name = "Discharged who come back within a year", kpi = "arrivals", group = "stage=well", versus_group = "stage=discharged",
      as = "ratio", value = 1 - ev "su_success", low = 0.289, high = 0.63 },
  },
}
