-- Bradford: a peripatetic mental health service for adults, given by voluntary organisations to three lots of general practices. Each
-- lot has its own money and its own staff; a fee for management is paid on top. The same engine and the same counts as for
-- children, without schools. docs/systems/bradford.md tells what it shows.

-- Lot one is at work from the first day. The others open a month apart and are fully staffed a month later, so that all are within
-- three months (brad_rampup_months).
local lots <const> = {
  { name = "one", people = ev "brad_lot1_pop", money = ev "brad_lot1_budget", opens = "2024-04-01", day = days(0) },
  { name = "two", people = ev "brad_lot2_pop", money = ev "brad_lot2_budget", opens = "2024-05-01", day = days(30) },
  { name = "three", people = ev "brad_lot3_pop", money = ev "brad_lot3_budget", opens = "2024-06-01", day = days(61) },
}

local area <const> = {
  post = assumption(ev "afc_b4" * (1 + ev "afc_oncost"), "a support worker of a voluntary organisation costs what band 4 does"),
  contacts_post = assumption(count(640), "contacts a post and year when every slot is used, as in lib/camhs.lua"),
  referrals = assumption(number(0.0019), "a year for each person registered; not published, moves the answer", { low = 0.0015, high = 0.0024 }),
  contact = assumption(minutes(60), "a meeting"),
  records = assumption(minutes(60), "travel and records of a meeting"),
  missed = ev "dna_scot_first",
  cancelled = ev "cancel_provider",
  first = assumption(days(7), "to the first meeting, when there is room"),
  second = assumption(days(9), "from the first to the second meeting"),
  gap = assumption(days(18), "between the others"),
  meetings = assumption(number(8), "with one person"),
  gave_up = assumption(per_month(0.05), "of those who wait, who cannot be reached any more"),
  step_up = assumption(share(0.10), "to the community mental health team"),
  step_down = assumption(share(0.40), "to groups and peers, with a worker at hand"),
  again = assumption(share(0.10), "of those who stepped down, who step up again"),
}

-- Nobody before a lot opens; then as many a day, all year.
local function arrivals(a, lot)
  local rate <const> = per_year(1) * (lot.people * a.referrals)
  if lot.day == days(0) then return { edges = { days(0), years(20) }, rates = { rate } } end
  return { edges = { days(0), lot.day, years(20) }, rates = { per_year(0), rate } }
end

-- The rows of one lot: those of the others with other names.
local function add_lot(rows, s, i)
  local a <const>, lot <const>, line <const> = s.area, lots[i], s.lines[i]
  local function named(stage) return stage .. "_" .. lot.name end
  local function add(row) rows.stages[#rows.stages + 1] = stage(row) end
  local function meet(row)
    row.pool, row.contact, row.admin, row.dna, row.cancel, row.is_contact = named "team", a.contact, a.records, a.missed, a.cancelled, true
    add(row)
  end
  line.steps[2].add = line.per_year -- what opens is what the line has, also when it is set otherwise
  local minutes_post <const> = minutes(1) * (a.contacts_post * ((a.contact + a.records) / minutes(1)) / (1 - a.missed - a.cancelled) / 253)
  rows.classes[i] = lot.name
  rows.pools[i] = pool { name = named "team", kind = "diary", units = line.per_year * (1 - line.management) / a.post,
    minutes_per_unit = minutes_post, horizon = assumption(weeks(6), "how far ahead meetings are booked") }
  rows.sources[i] = source { name = named "referrals", to = named "door", role = "other", office_hours = true, rate = arrivals(a, lot),
    class = { [lot.name] = 1 } }
  local work <const> = named "work"
  add { name = named "door", role = "door", decide = "door", on = { register = named "accept", signpost = "exit" } }
  add { name = named "accept", role = "triage", decide = "triage",
    on = { advice = "exit", urgent = work, brief = work, core = work, priority = work, neuro = work } }
  meet { name = work, role = "wait", lead = lognormal { median = a.first, log_sd = assumption(number(0.5), "spread") },
    sessions = lognormal { mean = a.meetings, cv = assumption(number(0.6), "spread") }, second = a.second, gap = a.gap,
    timers = { { name = "gave_up", rate = a.gave_up, to = "exit" } },
    routes = { { to = named "step_up", share = a.step_up }, { to = named "step_down", share = a.step_down },
      { to = named "closing", share = 1 - a.step_up - a.step_down } } }
  -- down: fewer meetings, further apart
  meet { name = named "step_down", role = "treat", follow = true, sessions = assumption(number(3), "meetings after stepping down"),
    gap = assumption(days(30), "between them"),
    routes = { { to = work, share = a.again }, { to = named "closing", share = 1 - a.again } } }
  -- up: a joint meeting with the other team, and the person is theirs
  meet { name = named "step_up", role = "treat", follow = true, sessions = assumption(number(1), "a joint meeting"), next = named "closing" }
  add { name = named "closing", role = "close", service = exponential { mean = assumption(days(30), "to closing") }, next = "exit" }
end

local function build(s)
  local rows <const> = { classes = {}, sources = {}, stages = {}, pools = {} }
  for i = 1, #lots do add_lot(rows, s, i) end
  return rows
end

local function lot_line(lot)
  return { name = lot.name, lot = lot.name, pools = { "team_" .. lot.name }, per_year = lot.money, management = ev "brad_admin_cap",
    admin_most = ev "brad_admin_cap",
    steps = { { from = "2024-04-01", times = 0 }, { from = lot.opens, add = lot.money } } } -- nothing until it opens
end

local fee <const> = ev "brad_mgmt_fee" * ev "brad_total"
local function exactly(name, group, value, kpi)
  return { name = name, kpi = kpi or "cost_pounds", group = group, period = "2025-26", value = value * years(1),
    low = value * years(1) - pounds(0.5), high = value * years(1) + pounds(0.5) }
end

return scenario {
  name = "bradford",
  title = "Bradford: a peripatetic service for adults in three lots",
  question = "Do three small lots see people twice within four weeks, and what does the money buy?",
  start = "2024-04-01",
  years = ev "brad_contract",

  schools = { primary = 0, secondary = 0, special = 0 }, -- adults
  door = { registered = 1, threshold = 0, noise = 0, shrink = 0 }, -- whoever is referred is taken on
  child = { recovery_per_month = per_month(0) }, -- what becomes of adults is not modelled
  area = area,
  workforce = { recruit_days = assumption(days(30), "from a lot's opening to its full staff") },
  money = { extra_per_year = assumption(pounds(0), "no plan beyond the contract") },

  lines = { lot_line(lots[1]), lot_line(lots[2]), lot_line(lots[3]), { name = "fee", per_year = fee, management = 1 } },

  contract = { go_live = "2024-04-01", term = ev "brad_contract" },

  plans = { { name = "lots", title = "Three lots", offer = "none" } },

  -- For `weir split`: the lots' money, the fee apart. The standard is two contacts within four weeks; the first of them counts for all
  -- who are referred.
  split = {
    lines = { "one", "two", "three" },
    need = { one = ev "brad_lot1_pop", two = ev "brad_lot2_pop", three = ev "brad_lot3_pop" },
    objectives = { { kpi = "cohort_seen_4w" }, { kpi = "cohort_seen_18w" } },
    growth = { { name = "low", set = { "area.referrals=0.0015" } }, { name = "central", set = {} }, { name = "high", set = { "area.referrals=0.0024" } } },
  },

  facts = {
    exactly("Lot one, a full year", "line=one", ev "brad_lot1_budget"),
    exactly("Lot two", "line=two", ev "brad_lot2_budget"),
    exactly("Lot three", "line=three", ev "brad_lot3_budget"),
    exactly("Fee: 8.24% of 850,000 pounds", "line=fee", fee),
    exactly("Lots and fee", "all", ev "brad_lot1_budget" + ev "brad_lot2_budget" + ev "brad_lot3_budget" + fee),
    exactly("Administration of lot one: 30%", "line=one", ev "brad_lot1_budget" * ev "brad_admin_cap", "management_pounds"),
  },

  build = build,
}
