-- Kent & Medway: ten years from the go-live of September 2025. How should the link with schools be organised for the money that the
-- county council proposed to withdraw?
-- Every number is evidence (ev), has its own source, or is called an assumption; docs/calibration.md keeps the score.

local camhs <const> = require "lib.camhs"
local km <const> = require "lib.kent_medway"

return scenario {
  name = "kent_medway",
  title = "Kent & Medway, ten years from September 2025",
  question = "With 1.1 million pounds a year, which way of organising the school link gives the shortest waits, and for whom?",
  start = "2025-09-01",
  years = 10,

  population = km.population,
  schools = km.schools,
  area = km.area(),

  money = {
    base_per_year = ev "km_budget",
    base_growth = assumption(ev "ref_growth_scot", "money for today's service keeps pace with referrals"),
    extra_per_year = ev "kcc_withdraw",
  },

  plans = {
    { name = "none", title = "Today's service", offer = "none" },
    { name = "specialist", title = "More posts in core", offer = "specialist", pool = "core" },
    { name = "in_school", title = "A worker in school", offer = "in_school" },
    { name = "training", title = "Training for school staff", offer = "training" },
    { name = "spoa", title = "Single point of access", offer = "spoa" },
    { name = "traded", title = "Schools buy", offer = "traded" },
    { name = "cluster", title = "Clusters of schools", offer = "cluster" },
    { name = "tiered", title = "Universal tiers", offer = "tiered" },
  },

  -- What the first year of today's service is to reproduce; docs/calibration.md tells what was fitted and what was held back.
  facts = {
    -- given to the model: tests of the arithmetic between sources and results
    { name = "Requests", kpi = "requests", period = "y1", value = ev "km_referrals" * years(1), low = 41580, high = 42420 },
    { name = "Referral spells", kpi = "referrals", period = "y1", value = ev "km_mh_start_q" * 4, low = 36290, high = 37390 },
    -- fitted
    { name = "Waiting for a first contact", kpi = "waiting", period = "y1", value = ev "km_mh_wait1", low = 11000, high = 15500 },
    { name = "Waited so far, median", kpi = "wait_open_median_days", period = "y1", value = ev "km_mh_wait1_med", low = 187, high = 255 },
    { name = "Waited so far, P90", kpi = "wait_open_p90_days", period = "y1", value = ev "km_mh_wait1_p90", low = 652, high = 882 },
    { name = "First contact, median", kpi = "wait_seen_median_days", period = "y1", value = ev "wait1_median_completed", low = 7, high = 25 },
    { name = "First contact, P90", kpi = "wait_seen_p90_days", period = "y1", value = sourced(days(225), "PQ 10927, England, Sep-Nov 2023"), low = 150, high = 300 },
    { name = "Caseload", kpi = "caseload", period = "y1", value = ev "km_caseload", low = 14400, high = 17600 },
    { name = "Contacts", kpi = "contacts", period = "y1", value = ev "km_contacts_multiple" + ev "km_contacts_single", low = 209700, high = 256300 },
    { name = "Open spells", kpi = "open_spells", period = "y1", value = ev "km_mh_open", low = 28570, high = 34920 },
    { name = "Second contact in 28 days", kpi = "second_contact_28d", period = "y1", value = ev "km_mh_full4w", low = 0.39, high = 0.49 },
    { name = "Rejected, schools' own referrals", kpi = "rejected_share", group = "source=school", period = "y1", value = ev "school_refs_declined", low = 0.28, high = 0.34 },
    { name = "Rejected, GPs v others", kpi = "rejected_share", group = "source=gp", versus_group = "source=other", as = "ratio", period = "y1", value = ev "gp_rej_ratio", low = 2, high = 5 },
    -- held back
    { name = "Rejected, all", kpi = "rejected_share", period = "y1", value = ev "rej_1718", low = 0.18, high = 0.30 },
    { name = "Closed for each started", kpi = "closed_per_started", period = "y1", value = ev "km_mh_close_q" / ev "km_mh_start_q", low = 0.86, high = 1 },
    { name = "Waiting over 52 weeks", kpi = "waiting_over_52w_share", period = "y1", value = ev "km_mh_over52_share", low = 0.29, high = 0.39 },
    { name = "Waiting over 104 weeks", kpi = "waiting_over_104w", period = "y1", value = ev "km_mh_over104", low = 1140, high = 1710 },
    { name = "Referrals, most v least deprived fifth", kpi = "referrals", group = "quintile=1", versus_group = "quintile=5", as = "ratio", period = "y1", value = ev "ineq_refer", low = 1.27, high = 1.87 },
    { name = "Rejections, most v least deprived fifth", kpi = "rejected_share", group = "quintile=1", versus_group = "quintile=5", as = "ratio", period = "y1", value = ev "ineq_reject", low = 1.7, high = 2.3 },
    { name = "Public cost", kpi = "cost_pounds", period = "y1", value = ev "km_budget" * years(1), low = pounds(35150000), high = pounds(38850000) },
  },

  build = camhs.build,
}
