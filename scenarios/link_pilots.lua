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

-- Two posts for ten schools, as much again for administration: as many hours in visits of either length. The patience is fitted: longer
-- gives more consultations than the survey's 9.5 at most, shorter meets fewer wishes than its 63% at least.
local function visits(name, title, hours_a_visit, weeks_apart)
  return { name = name, title = title, offer = "in_school",
    visit_hours = assumption(hours(hours_a_visit), "two posts for ten schools"), visit_weeks = weeks_apart,
    found = assumption(share(0), "no more concerns than before"),
    patience_days = assumption(days(18), "fitted: the school waits so long on average", { low = 7, high = 28 }),
    duty = assumption(share(0), "the worker is the schools' only contact") }
end

return scenario {
  name = "link_pilots",
  title = "The link pilots: 255 schools, six months of a worker in school",
  question = "What did schools do with their concerns before the link, and with it?",
  start = "2015-09-01",
  years = 10 / 12,
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
    visits("weekly", "Half a day a week", 4.2, 1),
    visits("fortnightly", "A day a fortnight", 8.4, 2),
    { name = "none", title = "Before the link", offer = "none" },
  },

  -- Numbers of the survey are a school and half-year: times 255.
  facts = {
    { name = "Consultations before", kpi = "consultations", plan = "none", value = schools * ev "consult_base",
      low = 255 * 5.8, high = 255 * 7.0 },
    { name = "Consultations with the link", kpi = "consultations", plan = "weekly", value = schools * ev "consult_end",
      low = 255 * 5.5, high = 255 * 9.5 },
    { name = "Consultations, a visit a fortnight", kpi = "consultations", plan = "fortnightly", value = schools * ev "consult_end",
      low = 255 * 5.5, high = 255 * 9.5 },
    { name = "Wishes met", kpi = "consultation_reach", plan = "weekly", value = ev "easy_consult_end", low = 0.63, high = 0.91 },
    { name = "Referrals through GPs, with v before", kpi = "requests", group = "source=school_gp", plan = "weekly", versus = "none",
      as = "ratio", value = ev "ref_gp_end" / ev "ref_gp_base", low = 0, high = 1.1 },
    { name = "Direct referrals, with v before", kpi = "requests", group = "source=school", plan = "weekly", versus = "none",
      as = "ratio", value = ev "ref_direct_end" / ev "ref_direct_base", low = 0.85, high = 1.3 },
    { name = "All NHS referrals, with v before", kpi = "school_nhs_referrals", plan = "weekly", versus = "none", as = "ratio",
      value = 1 + ev "ref_nhs_total_change", low = 0.7, high = 1.1 },
    { name = "To support in school", kpi = "handled_in_school", plan = "weekly", value = schools * ev "ref_inschool_end",
      low = 255 * 16.3, high = 255 * 27.1 },
  },

  build = camhs.build,
}
