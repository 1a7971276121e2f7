-- A service of average size for so many requests a year: posts, lists and caseload as Kent & Medway has for each request.
local camhs <const> = require "lib.camhs"

local function like_kent(number, share) return assumption(number * share, "as Kent & Medway has for each request") end

local average = {}

-- What camhs.area takes, for `requests` a year that do not grow.
function average.area(requests)
  local share <const> = requests / ev "km_referrals"
  return camhs.area {
    requests = requests,
    growth = assumption(number(0), "demand is held as it is, so that what the plan does stands out"),
    wte_triage = like_kent(wte(16), share), wte_urgent = like_kent(wte(58), share), wte_brief = like_kent(wte(82), share),
    wte_core = like_kent(wte(186), share), wte_neuro = like_kent(wte(58), share),
    waiting_neuro = like_kent(count(8340), share), waiting_core = like_kent(count(3240), share),
    waiting_priority = like_kent(count(255), share), waiting_brief = like_kent(count(267), share),
    waiting_rejected = like_kent(count(250), share), waiting_urgent = like_kent(count(53), share),
    caseload = like_kent(count(16000), share),
  }
end

-- What that service costs a year.
function average.cost(requests) return like_kent(ev "km_budget", requests / ev "km_referrals") end

average.build = camhs.build

return average
