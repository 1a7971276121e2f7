-- Kent & Medway as three contracts over eleven years, where the county council's money stays: the other half of
-- kent_medway_contracts.lua.

local contracts <const> = require "lib.kent_medway_contracts"

return contracts {
  name = "kent_medway_kept",
  title = "Kent & Medway in three contracts, the county's money kept",
  question = "What would three contracts give with the county council's money?",
  plan_title = "Money kept",
  -- Given, or fitted (docs/calibration.md): still so when brief help is two teams and the year begins in July.
  facts = {
    { name = "Requests", kpi = "requests", period = "y1", value = ev "km_referrals" * years(1), low = 41580, high = 42420 },
    { name = "Referral spells", kpi = "referrals", period = "y1", value = ev "km_mh_start_q" * 4, low = 36290, high = 37390 },
    { name = "Waiting for a first contact", kpi = "waiting", period = "y1", value = ev "km_mh_wait1", low = 11000, high = 15500 },
    { name = "Caseload", kpi = "caseload", period = "y1", value = ev "km_caseload", low = 14400, high = 17600 },
    { name = "Contacts", kpi = "contacts", period = "y1", value = ev "km_contacts_multiple" + ev "km_contacts_single", low = 209700, high = 256300 },
    { name = "Open spells", kpi = "open_spells", period = "y1", value = ev "km_mh_open", low = 28570, high = 34920 },
    { name = "Public cost", kpi = "cost_pounds", period = "y1", value = ev "km_budget" * years(1), low = pounds(36999000), high = pounds(37001000) },
  },
}
