-- England, April to June 2024: from each integrated care board's list and open spells of 30 April, as if they were those of the first day,
-- does a quarter bring what was published for it? Its inflow is that of February to April.

local england <const> = require "lib.england"

return scenario {
  name = "england_quarter",
  title = "England, 42 integrated care boards, April to June 2024",
  question = "Does each area's list behave as published over three months?",
  start = "2024-04-01",
  years = 0.25,

  areas = england.areas(),
  plans = { { name = "none", title = "Today's service", offer = "none" } },
  facts = england.facts(),
  facts_reps = 8,

  build = england.build,
}
