-- A small town whose schools have clinics for clusters and, some of them, a worker of their own: for following single children from
-- concern to outcome, as docs/children.md does.

local camhs <const> = require "lib.camhs"

return scenario {
  name = "twenty_children",
  title = "Twenty children of a small town",
  question = "Is what happens to single children believable?",
  start = "2025-09-01",
  years = 3,

  schools = { primary = count(20), secondary = count(4), special = count(1) },

  area = camhs.area {
    requests = assumption(per_year(1300), "an example: the town of the tutorial"),
    wte_triage = assumption(wte(0.5), "an example"),
    wte_urgent = assumption(wte(1.8), "an example"),
    wte_brief = assumption(wte(2.4), "an example"),
    wte_core = assumption(wte(5.9), "an example"),
    wte_neuro = assumption(wte(1.9), "an example"),
    waiting_neuro = assumption(count(250), "an example"),
    waiting_core = assumption(count(100), "an example"),
    caseload = assumption(count(490), "an example"),
  },

  money = {
    base_per_year = assumption(pounds(1150000), "an example: 12.5 posts at 92,000 pounds"),
    extra_per_year = assumption(pounds(120000), "an example"),
  },

  plans = {
    { name = "linked", title = "Clusters, and a worker in some schools",
      { offer = "cluster", share = 0.5 },
      { offer = "in_school", share = 0.5 } },
  },

  build = camhs.build,
}
