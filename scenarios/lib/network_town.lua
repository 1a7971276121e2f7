-- The tutorial's town with a wider network, for the two scenarios that differ only in the school nurses' follow-up.

local camhs <const> = require "lib.camhs"
local network <const> = require "lib.network"

-- given: name, title, nurses (WTE) and perhaps facts.
return function(given)
  return scenario {
    name = given.name,
    title = given.title,
    question = "What does follow-up by school nurses after discharge take, and what does it save?",
    start = "2025-09-01",
    years = 4,

    schools = { primary = count(20), secondary = count(4), special = count(1) },

    area = network.area(camhs.area {
      requests = assumption(per_year(1300), "an example, as in the tutorial"), growth = assumption(number(0), "left out"),
      wte_triage = assumption(wte(0.5), "an example"), wte_urgent = assumption(wte(1.8), "an example"),
      wte_brief = assumption(wte(2.4), "an example"), wte_core = assumption(wte(5.9), "an example"),
      wte_neuro = assumption(wte(1.9), "an example"),
      waiting_neuro = assumption(count(250), "an example"), waiting_core = assumption(count(100), "an example"),
      caseload = assumption(count(490), "an example"),
    }, {
      wte_nurses = given.nurses,
      wte_psychologists = assumption(wte(0.2), "an example"),
      wte_voluntary = assumption(wte(0.8), "an example"),
    }),

    money = {
      base_per_year = assumption(pounds(1150000), "an example, as in the tutorial"),
      extra_per_year = assumption(pounds(60000), "an example, as in the tutorial"),
    },

    plans = {
      { name = "none", title = "Today's service", offer = "none" },
      { name = "in_school", title = "A worker in school", offer = "in_school" },
    },

    facts = given.facts,

    build = network.build,
  }
end
