-- A single point of access for an area of 800 schools (type c, scaled): how many lines, which hours, and do calls back or parents'
-- calls pay? Every plan has the same money; what a plan's lines do not cost pays posts in core.
local camhs <const> = require "lib.camhs"

local schools <const> = assumption(count(800), "an area of the size of Kent & Medway")
local national <const> = ev "eng_primary_schools" + ev "eng_secondary_schools" + assumption(count(1044 + 352), "special schools and PRUs, England 2019")
local part <const> = schools / national
local kent <const> = "as fitted for Kent & Medway; docs/calibration.md"
local function list(n) return assumption(count(n), kent) end

-- What is published of the telephone is arithmetic: 800 schools x 8.5 wishes x 80% over 20 weeks are 7.3 calls an hour.
local erlang <const> = "Erlang-A: 7.3 calls an hour of 30 minutes, patience of 6 minutes"
local function lost(lines, value, low, high)
  return { name = "Callers lost by " .. lines .. " lines", plan = "lines" .. lines, kpi = "left_share", group = "stage=spoa_call",
    value = sourced(share(value), erlang), low = low, high = high }
end

local parents <const> = (1 - ev "spa_teacher_share") / ev "spa_teacher_share"

return scenario {
  name = "spoa",
  title = "A single point of access for 800 schools",
  question = "How many lines let schools get a consultation easily, and do they bring more referrals?",
  start = "2025-09-01",
  years = 1,

  schools = {
    primary = ev "eng_primary_schools" * part,
    secondary = ev "eng_secondary_schools" * part,
    special = assumption(count(1044 + 352), "special schools and PRUs, England 2019") * part,
  },

  area = camhs.area {
    requests = ev "km_referrals",
    growth = ev "ref_growth_scot",
    wte_triage = assumption(wte(16), kent), wte_urgent = assumption(wte(58), kent), wte_brief = assumption(wte(82), kent),
    wte_core = assumption(wte(186), kent), wte_neuro = assumption(wte(58), kent),
    waiting_neuro = list(8340), waiting_core = list(3240), waiting_priority = list(255), waiting_brief = list(267),
    waiting_rejected = list(250), waiting_urgent = list(53), caseload = ev "km_caseload",
  },

  money = {
    base_per_year = ev "km_budget",
    extra_per_year = assumption(pounds(2260000), "16 lines of 1.49 posts at 95,000 pounds"),
  },
  workforce = { recruit_days = assumption(days(0), "the lines as they are when staffed") },

  plans = {
    { name = "none", title = "Today's duty line", offer = "none" },
    { name = "lines4", title = "4 lines", offer = "spoa", lines_max = 4 },
    { name = "lines5", title = "5 lines", offer = "spoa", lines_max = 5 },
    { name = "lines7", title = "7 lines", offer = "spoa", lines_max = 7 },
    { name = "rota", title = "7 lines from 10 to 15, 3.5 beside", offer = "spoa", lines_max = 7,
      peak_from = hours(10), peak_to = hours(15), off_peak = 0.5 },
    { name = "call_back", title = "5 lines that call back", offer = "spoa", lines_max = 5, callback = 0.5, callback_message = 0.5 },
    { name = "parents", title = "16 lines, open to parents", offer = "spoa", parents = parents, schools_line = 0 },
  },

  facts = {
    lost(4, 0.228, 0.20, 0.26), lost(5, 0.128, 0.10, 0.16), lost(7, 0.029, 0.01, 0.06),
    { name = "A consultation is easy to get, before", plan = "none", kpi = "consultation_reach", value = ev "easy_consult_base", low = 0.33, high = 0.61 },
    { name = "... and after", plan = "lines7", kpi = "consultation_reach", value = ev "easy_consult_end", low = 0.63, high = 0.91 },
    { name = "Schools' referrals do not surge", plan = "lines7", versus = "none", as = "ratio", kpi = "school_nhs_referrals",
      value = sourced(1, "validation: no measurable change in referrals", { quality = "C" }), low = 0.7, high = 1.1 },
  },
  facts_reps = 12,

  build = camhs.build,
}
