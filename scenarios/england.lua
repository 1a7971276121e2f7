-- England: 42 integrated care boards over ten years from April 2024. Each has its own inflow, list and open spells (NHS England's figures
-- of 30 April 2024); schools, staff and money are scaled from Kent & Medway. docs/systems/england.md says what is assumed and what fits.

local england <const> = require "lib.england"

return scenario {
  name = "england",
  title = "England, 42 integrated care boards, ten years from April 2024",
  question = "If every area spent as much a child as Kent proposed to withdraw, where would which plan shorten waits?",
  start = "2024-04-01",
  years = 10,

  money = { base_growth = assumption(ev "ref_growth_scot", "money for today's service keeps pace with referrals") },

  areas = england.areas(),

  plans = {
    { name = "none", title = "Today's service", offer = "none" },
    { name = "specialist", title = "More posts in core", offer = "specialist", pool = "core" },
    { name = "spoa", title = "Single point of access", offer = "spoa" },
    { name = "cluster", title = "Clusters of schools", offer = "cluster" },
  },

  build = england.build,
}
