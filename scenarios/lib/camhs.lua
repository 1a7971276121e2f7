-- The care pathway of a children's mental health service, from concern to close, as data.
--
-- A scenario says `area = camhs.area { ... }` (the numbers below, all with defaults) and `build = camhs.build`, and gets sources,
-- stages, pools and the initial state. Six streams: R closed at triage, U urgent, B brief, H core with priority, C core, N neurodevelopmental.
-- Streams follow the fit of published figures for Kent & Medway described in docs/calibration.md; numbers called assumption are
-- grade E. Shares are of spells unless said otherwise.


-- Defaults; a scenario overrides any of them in its `area`.
local function defaults()
  return {
    -- demand
    requests = assumption(count(1000), "an example: requests a year"),
    gp_share = ev "ref_src_gp",
    growth = ev "ref_growth_scot",
    concerns_primary = assumption(count(20.1),
      "30.3 decided concerns a pilot school and half-year, of mean weight 1.9 against 3.0 in the pilots, two halves a year: 30.3 x .63 / 1.9 x 2"),
    urgent_gp = assumption(share(0.05), "crisis and eating disorder among children from schools and GPs"),
    urgent_other = assumption(share(0.218), "... from other sources, so that 13% of spells are urgent"),
    neuro = assumption(share(0.213), "neurodevelopmental among the others, so that 13% of spells are"),
    returns = assumption(share(0.15), "turned-away children who come back", { low = 0, high = 0.4 }),
    -- staff, WTE
    wte_triage = assumption(wte(1), "an example"),
    wte_urgent = assumption(wte(2), "an example"),
    wte_brief = assumption(wte(2), "an example"),
    wte_core = assumption(wte(5), "an example"),
    wte_neuro = assumption(wte(2), "an example"),
    contacts_wte = assumption(count(640), "contacts a clinical post and year when every slot is used (233,000 by 380 posts, .96 used)"),
    core_starts_wte = assumption(count(0.624), "new starts a post and week: 116 Choice places by 186 posts"),
    neuro_starts_wte = assumption(count(0.586), "new starts a post and week: 34 by 58 posts"),
    -- what happens
    dna = ev "dna_scot_first",
    cancel = ev "cancel_provider",
    crisis = ev "crisis_while_wait",
    give_up = assumption(per_month(0.015), "leaving the core list unseen"),
    give_up_neuro = assumption(per_month(0.018), "leaving the neurodevelopmental list unseen; badly evidenced and moves the answer",
      { low = 0.008, high = 0.028 }),
    tells = assumption(share(0.40), "recovered while waiting who tell the service and leave"),
    declines = assumption(share(0.60), "of the other recovered, who decline when offered"),
    to_partnership = ev "capa_transfer",
    partnership_sessions = ev "capa_mean_sessions",
    specific_share = assumption(share(0.42), "of those in Partnership, who go on to specific work"),
    specific_sessions = assumption(count(38), "sessions of specific work"),
    specific_gap = assumption(days(8), "between them"),
    urgent_on = assumption(share(0.25), "of urgent spells, who go on to Partnership"),
    close_after = assumption(days(45), "from the last contact to closing the spell"),
    -- today: lists and caseload
    waiting_neuro = count(0), waiting_core = count(0), waiting_priority = count(0), waiting_brief = count(0),
    waiting_rejected = count(0), waiting_urgent = count(0),
    caseload = count(0), caseload_neuro = assumption(share(0.40), "of the caseload"),
  }
end

local season_england <const> = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" }

-- Month factors: all requests follow the index for England; schools raise none in August; the other sources make up the difference.
local function seasons(school_share)
  local all, school, other, total = {}, {}, {}, 0
  for i, month in ipairs(season_england) do
    all[i] = number(ev("season_eng_" .. month))
    school[i] = month == "aug" and 0 or all[i]
    total = total + school[i]
  end
  for i = 1, 12 do
    school[i] = school[i] * 12 / total
    other[i] = math.max(0, (all[i] - school_share * school[i]) / (1 - school_share))
  end
  return school, other
end

local function classes(urgent, neuro)
  local rest = (1 - urgent) * (1 - neuro)
  return {
    emotional = rest * 0.65, behaviour = rest * 0.35,
    neurodevelopmental = (1 - urgent) * neuro,
    eating = urgent * 0.3, crisis = urgent * 0.7,
  }
end

-- Lognormal number of sessions, coefficient of variation .6.
local function sessions(mean) return lognormal { mean = mean, cv = 0.6 } end

local function waiting_timers(a, leaves)
  return {
    { name = "recovered", deadline = "recovery", leave = a.tells, flag = "recovered", to = "exit" },
    { name = "gave_up", rate = leaves, to = "exit" },
    { name = "age_out", deadline = "age_out", to = "exit" },
    { name = "crisis", rate = a.crisis, to = "urgent" },
  }
end

local function stages(a)
  local dna <const>, cancel <const> = a.dna, a.cancel
  local contact <const> = { contact = minutes(60), admin = minutes(30), dna = dna, cancel = cancel, is_contact = true }
  local function visit(row)
    for key, value in pairs(contact) do if row[key] == nil then row[key] = value end end
    return stage(row)
  end
  return {
    stage { name = "school", role = "school", decide = "concern",
      on = { support = "exit", gp = "gp_letter", direct = "door", unfound = "exit" } },
    stage { name = "alone", role = "alone", decide = "alone", on = { support = "exit", gp = "gp_letter", direct = "door" } },
    stage { name = "gp_letter", service = lognormal { median = days(14), log_sd = 0.7 }, next = "door" },
    stage { name = "door", role = "door", decide = "door", on = { register = "triage", signpost = "exit" } },
    stage { name = "triage", role = "triage", pool = "triage", contact = ev "asm_triage_min", decide = "triage",
      on = { advice = "advice", urgent = "urgent", brief = "brief", core = "choice", priority = "choice_priority",
        neuro = "neuro_assessment" } },
    stage { name = "advice", service = lognormal { median = days(7), log_sd = 0.8 },
      routes = { { to = "away", share = a.returns }, { to = "exit", share = 1 - a.returns } } },
    stage { name = "away", role = "return", service = lognormal { median = days(90), log_sd = 0.6 }, next = "door" },
    -- U
    visit { name = "urgent", role = "wait", pool = "urgent", lead = lognormal { median = days(1.5), log_sd = 0.8 },
      sessions = mixture { { 0.2, fixed(1) }, { 0.8, sessions(8) } }, second = fixed(days(9)), gap = fixed(days(12)),
      routes = { { to = "partnership", share = a.urgent_on }, { to = "closing", share = 1 - a.urgent_on } } },
    -- B
    visit { name = "brief", role = "wait", pool = "brief", lead = lognormal { median = days(7), log_sd = 0.7 },
      sessions = mixture { { 0.25, fixed(1) }, { 0.75, sessions(7) } }, second = fixed(days(11)), gap = fixed(days(17)),
      next = "closing" },
    -- H: booked ahead as soon as accepted
    visit { name = "choice_priority", role = "wait", pool = "core", takes_start = true, priority = 0,
      notice = uniform { low = days(22), high = days(67) }, timers = waiting_timers(a, a.give_up),
      decline = { share = a.declines, flag = "recovered" },
      routes = { { to = "partnership", share = a.to_partnership }, { to = "closing", share = 1 - a.to_partnership } } },
    -- C: first come, first served, for the places that H leaves
    visit { name = "choice", role = "wait", pool = "core", takes_start = true, priority = 1,
      notice = uniform { low = days(7), high = days(21) }, timers = waiting_timers(a, a.give_up),
      decline = { share = a.declines, flag = "recovered" },
      routes = { { to = "partnership", share = a.to_partnership }, { to = "closing", share = 1 - a.to_partnership } } },
    visit { name = "partnership", role = "treat", pool = "core", follow = true,
      lead = uniform { low = days(14), high = days(56) }, sessions = sessions(a.partnership_sessions), gap = fixed(days(21)),
      routes = { { to = "specific", share = a.specific_share }, { to = "closing", share = 1 - a.specific_share } } },
    visit { name = "specific", role = "treat", pool = "core", follow = true, sessions = sessions(a.specific_sessions),
      gap = fixed(a.specific_gap), next = "closing" },
    -- N
    visit { name = "neuro_assessment", role = "wait", pool = "neuro", takes_start = true,
      notice = uniform { low = days(7), high = days(21) },
      timers = { { name = "gave_up", rate = a.give_up_neuro, to = "exit" },
        { name = "age_out", deadline = "age_out", to = "exit" } },
      sessions = mixture { { 0.1, fixed(1) }, { 0.9, fixed(4) } }, gap = fixed(days(30)),
      routes = { { to = "neuro_follow", share = 0.72 }, { to = "closing", share = 0.28 } } },
    visit { name = "neuro_follow", role = "treat", pool = "neuro", follow = true, sessions = sessions(24), gap = fixed(days(65)),
      next = "closing" },
    stage { name = "closing", role = "close", service = exponential { mean = a.close_after }, next = "exit" },
  }
end

local function pools(a)
  -- Time of a contact and its share of missed appointments, over 253 working days.
  local minutes_wte <const> = a.contacts_wte * 90 / (1 - a.dna - a.cancel) / 253
  local function diary(name, units, starts, horizon)
    return pool { name = name, kind = "diary", units = units, minutes_per_unit = minutes(number(minutes_wte)),
      starts_per_unit = starts, horizon = horizon }
  end
  return {
    pool { name = "triage", kind = "diary", units = a.wte_triage, minutes_per_unit = minutes(300) },
    diary("urgent", a.wte_urgent),
    diary("brief", a.wte_brief),
    diary("core", a.wte_core, a.core_starts_wte, weeks(12)),
    diary("neuro", a.wte_neuro, a.neuro_starts_wte, weeks(12)),
  }
end

local function sources(s, a)
  local schools <const> = s.schools
  local weight <const> = schools.primary + 5.7 * schools.secondary + 3 * schools.special
  local concerns <const> = a.concerns_primary * weight
  local school_nhs <const> = number(concerns) * 0.373 -- 11.3 of 30.3 decided concerns are sent on
  local fresh <const> = number(a.requests) * (1 - 0.877 * 0.27 * number(a.returns))
  local gp <const> = math.max(0, number(a.requests) * number(a.gp_share) - school_nhs * 0.593)
  local other <const> = math.max(0, fresh - school_nhs - gp)
  local in_school <const>, elsewhere <const> = seasons(school_nhs / fresh)
  local function rate(a_year, season, open)
    return { per_year = a_year, growth = a.growth, season = season, days = open }
  end
  return {
    source { name = "school", to = "school", role = "school", office_hours = true,
      rate = rate(number(concerns) * 1.30, in_school, "school"), class = classes(number(a.urgent_gp), number(a.neuro)) },
    source { name = "gp", to = "door", role = "gp", office_hours = true,
      rate = rate(gp, elsewhere, "working"), class = classes(number(a.urgent_gp), number(a.neuro)) },
    source { name = "other", to = "door", role = "other",
      rate = rate(other, elsewhere, "every"), class = classes(number(a.urgent_other), number(a.neuro)) },
  }
end

-- Lists are loaded stream by stream with their own ages; what is left of the caseload is spread over the stages by how long each
-- lasts in the flows above (assumption).
local function initial(a)
  local core <const> = { emotional = 0.65, behaviour = 0.35 }
  local urgent <const> = { eating = 0.3, crisis = 0.7 }
  local neuro <const> = { neurodevelopmental = 1 }
  local rest <const> = number(a.caseload) * (1 - number(a.caseload_neuro))
  local nd <const> = number(a.caseload) * number(a.caseload_neuro)
  local function list(name, n, class, age) return { stage = name, count = n, class = class, age = age, role = "other" } end
  local function load(name, n, class)
    return { stage = name, count = n, class = class, age = fixed(days(200)), in_progress = true, role = "other" }
  end
  return {
    list("neuro_assessment", a.waiting_neuro, neuro, truncate(exponential { mean = months(33.3) }, days(0), months(33))),
    list("choice", a.waiting_core, core, truncate(exponential { mean = months(17) }, days(0), days(205))),
    list("choice_priority", a.waiting_priority, core, uniform { low = days(0), high = days(40) }),
    list("brief", a.waiting_brief, core, uniform { low = days(0), high = days(18) }),
    list("urgent", a.waiting_urgent, urgent, uniform { low = days(0), high = days(6) }),
    list("advice", a.waiting_rejected, core, uniform { low = days(0), high = days(18) }),
    load("neuro_assessment", nd * 0.07, neuro), load("neuro_follow", nd * 0.93, neuro),
    load("urgent", rest * 0.08, urgent), load("brief", rest * 0.18, core),
    load("partnership", rest * 0.25, core), load("specific", rest * 0.21, core), load("closing", rest * 0.28, core),
  }
end

local camhs = {}

-- An area: the defaults with the given values in their place.
function camhs.area(given)
  local a = defaults()
  for key, value in pairs(given) do
    if a[key] == nil then error("area: unknown field '" .. tostring(key) .. "'", 2) end
    a[key] = value
  end
  return a
end

-- The rows of the pathway: what a scenario's `build` returns.
function camhs.build(s)
  local a = s.area
  return {
    classes = { "emotional", "behaviour", "neurodevelopmental", "eating", "crisis" },
    sources = sources(s, a), stages = stages(a), pools = pools(a), initial = initial(a),
  }
end

return camhs
