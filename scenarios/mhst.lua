-- Mental health support teams in a fortieth of England, January 2019 to March 2025: waves of teams go in, coverage comes out.
-- The waves are those counted; `planned` is what was announced before they began. Teams, pupils a team and pupils of England come
-- from separate sources, and coverage was published apart from them.
local camhs <const> = require "lib.camhs"

local part <const> = assumption(share(1 / 40), "the size of an average integrated care board")
local special <const> = assumption(count(1044 + 352), "special schools and PRUs, England 2019")
local pupils <const> = sourced(count(9092073), "Department for Education, all pupils of England, independent schools included", { quality = "A" })
local requests <const> = ev "ref_yr_2019" / years(1) * part
local kent <const> = requests / ev "km_referrals"

-- State schools stand for all: their rolls are raised to the pupils of England.
local rolls <const> = pupils / (ev "eng_primary_schools" * ev "pupils_per_primary" + ev "eng_secondary_schools" * ev "pupils_per_secondary" +
  special * assumption(130, "mean roll of a special school"))

local answer <const> = "Parliamentary answer 93879, 6 January 2022: 183 teams operational, 104 in development"
local function wave(teams) return teams * part end

local function like_kent(posts, what) return assumption(wte(posts) * kent, "as Kent & Medway has for each request: " .. what) end
local function list(n) return assumption(count(n) * kent, "as Kent & Medway has for each request") end

-- A team a wave and January: its first trainees begin, and qualify a year later; then it counts as operational.
local january <const> = { days(1), days(366), days(731), days(1097), days(1462), days(1827) }

local first_areas <const> = ev "im_trailblazer_first" * sourced(58 / 25, "58 teams in the first 25 areas", { quality = "C" })
local planned_wave <const> = (ev "im_trailblazer_cover" * pupils / ev "mhst_pupils" - first_areas) / 3

local function covered(when, plan, period, value, low, high)
  return { name = "Pupils covered, " .. when, plan = plan, kpi = "coverage_pupils_share", period = period, value = value, low = low, high = high }
end

return scenario {
  name = "mhst",
  title = "Mental health support teams in a fortieth of England, 2019 to 2025",
  question = "How many pupils do the waves of teams cover, whom do they treat, and who waits less?",
  start = "2019-01-01",
  years = 6.25,

  schools = {
    primary = ev "eng_primary_schools" * part,
    secondary = ev "eng_secondary_schools" * part,
    special = special * part,
    pupils_primary = ev "pupils_per_primary" * rolls,
    pupils_secondary = ev "pupils_per_secondary" * rolls,
    pupils_special = assumption(130, "mean roll of a special school") * rolls,
  },

  area = camhs.area {
    requests = requests,
    growth = ev "ref_growth_scot",
    wte_triage = like_kent(16, "triage"), wte_urgent = like_kent(58, "urgent"), wte_brief = like_kent(82, "brief"),
    wte_core = like_kent(186, "core"), wte_neuro = like_kent(58, "neuro"),
    waiting_neuro = list(8340), waiting_core = list(3240), waiting_priority = list(255), waiting_brief = list(267),
    waiting_rejected = list(250), waiting_urgent = list(53), caseload = list(16000),
  },

  money = {
    base_per_year = ev "km_budget" * kent,
    base_growth = assumption(ev "ref_growth_scot", "money for today's service keeps pace with referrals"),
    extra_per_year = assumption(pounds(6500000), "enough for every wave"),
  },
  workforce = { recruit_days = assumption(days(0), "a wave is dated by the day on which its trainees begin") },

  plans = {
    { name = "none", title = "No teams", offer = "none" },
    { name = "counted", title = "Waves as counted", offer = "mhst", ring_fenced = 1,
      teams_1 = wave(sourced(count(58), "trailblazers: 1,050 settings and 58 teams; first trainees in January 2019", { quality = "C" })),
      teams_2 = wave(sourced(count(183 - 58), answer, { quality = "A" })), after_2 = days(609),
      teams_3 = wave(sourced(count(104), answer, { quality = "A" })), after_3 = january[3],
      teams_4 = wave(sourced(count(398 - 287), "398 operational in March 2023 (mhst_teams_2024)", { quality = "A" })), after_4 = january[4],
      teams_5 = wave(ev "mhst_teams_2024" - 398), after_5 = january[5],
      teams_6 = wave(sourced(count(109), "109 more due by March 2025 (mhst_teams_2024)", { quality = "A" })), after_6 = january[6] },
    -- 15 to 20 areas first, of as many teams as the 25 first areas had, then equal waves to a fifth or a quarter of the country
    { name = "planned", title = "Waves as announced in 2017", offer = "mhst", ring_fenced = 1,
      teams_1 = wave(first_areas), teams_2 = wave(planned_wave), after_2 = january[2], teams_3 = wave(planned_wave), after_3 = january[3],
      teams_4 = wave(planned_wave), after_4 = january[4] },
  },

  -- Coverage was published of pupils and learners, those of further education among them, who are not in the model's schools: what
  -- comes out is about two points high.
  facts = {
    covered("December 2021, 183 teams", "counted", "2021-12", sourced(share(0.15), answer, { quality = "A" }), 0.12, 0.18),
    covered("March 2023, 398 teams", "counted", "2022-23", ev "mhst_cover_2023", 0.32, 0.38),
    covered("March 2024, 498 teams", "counted", "2023-24", ev "mhst_cover_2024", 0.41, 0.47),
    covered("March 2023, as announced", "planned", "2022-23", ev "im_trailblazer_cover", 0.20, 0.25),
    { name = "Children treated in 2024 (300 to 600 a team)", plan = "counted", kpi = "carried", period = "y6",
      value = ev "mhst_cases_year" * 498 * part, low = 300 * 498 / 40, high = 600 * 498 / 40 },
  },
  facts_reps = 6,

  build = camhs.build,
}
