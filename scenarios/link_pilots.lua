-- The link pilots of 2015-16: 255 schools in 27 areas, two link workers for each area's ten schools. What schools did with their
-- concerns in a half-year, before the link and with it: the survey asked after ten months about the last six.

local camhs <const> = require "lib.camhs"

local schools <const> = ev "pilot_schools"
local primary <const>, secondary <const> = ev "pilot_share_primary", ev "pilot_share_secondary"
local areas <const> = ev "pilot_ccgs"

-- January to June have 6.143 of the 11.5 school months of the season, so these concerns a year are 30.3 a pilot school in that half-year.
local concerns <const> = assumption(per_year(18.9), "30.3 decided concerns a pilot school of weight 2.98 in the half-year asked about")

-- Today's service: the tutorial's town, sixteen times.
local function like_town(value) return assumption(value * 16, "an example: sixteen times the tutorial's town") end

return scenario {
  name = "link_pilots",
  title = "The link pilots: 255 schools, six months of a worker in school",
  question = "What did schools do with their concerns before the link, and with it?",
  start = "2015-09-01",
  years = months(10),
  warmup = months(4),

  schools = { primary = schools * primary, secondary = schools * secondary, special = schools * (1 - primary - secondary) },

  concern = { extra_max = assumption(share(0), "schools had as many concerns with the link as before: 30.0 and 30.3 a half-year") },

  area = camhs.area {
    requests = like_town(per_year(1300)), growth = assumption(number(0), "less than a year"),
    concerns_primary = concerns,
    wte_triage = like_town(wte(0.5)), wte_urgent = like_town(wte(1.8)), wte_brief = like_town(wte(2.4)),
    wte_core = like_town(wte(5.9)), wte_neuro = like_town(wte(1.9)),
    waiting_neuro = like_town(count(250)), waiting_core = like_town(count(100)), caseload = like_town(count(490)),
  },

  workforce = {
    recruit_days = assumption(months(2), "most often two months: backfill_delay_max"),
    recruit_max = ev "backfill_delay_max",
    from_core = assumption(share(0), "posts were backfilled"),
  },

  money = {
    base_per_year = like_town(pounds(1150000)),
    extra_per_year = areas * ev "link_fte_mode" * ev "cost_per_link_fte_2016",
    cost_per_wte = ev "cost_per_link_fte_2016",
  },

  plans = {
    { name = "weekly", title = "Half a day a week", offer = "in_school", visit_hours = hours(4.2), found = 0, patience_days = days(14), duty = 0 },
    { name = "fortnightly", title = "A day a fortnight", offer = "in_school", visit_hours = hours(8.4), visit_weeks = 2, found = 0, patience_days = days(14), duty = 0 },
    { name = "none", title = "Before the link", offer = "none" },
  },

  build = camhs.build,
}
