-- The care pathway of a children's mental health service, from concern to close, as data.
--
-- A scenario says `area = camhs.area { ... }` (the numbers below, all with defaults) and `build = camhs.build`, and gets sources,
-- stages, pools and the initial state. Six streams: R closed at triage, U urgent, B brief, H core with priority, C core, N neurodevelopmental.
-- Streams follow the fit of published figures for Kent & Medway described in docs/calibration.md; numbers called assumption are
-- grade E. Shares are of spells unless said otherwise.

-- A number fitted, with the others of its stream, to the published waits and totals (docs/calibration.md).
local function fit(value) return assumption(value, "fitted to published waits and totals, stream by stream; docs/calibration.md") end

-- Defaults; a scenario overrides any of them in its `area`.
local function defaults()
  local nobody <const> = assumption(count(0), "not given: nobody at the start")
  return {
    -- demand
    requests = assumption(per_year(1000), "an example: requests to the front door"),
    gp_share = ev "ref_src_gp",
    growth = ev "ref_growth_scot",
    concerns_primary = assumption(per_year(20.1),
      "30.3 decided concerns a pilot school and half-year, of mean weight 1.9 against 3.0 in the pilots, two halves a year: 30.3 x .63 / 1.9 x 2"),
    urgent_school = assumption(share(0.016), "crisis and eating disorder among concerns of schools, which send all of them on: as from GPs, of those sent"),
    urgent_gp = assumption(share(0.044), "crisis and eating disorder among children from GPs"),
    urgent_other = assumption(share(0.191), "... from other sources, so that 13% of spells are urgent"),
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
    dna_supported = assumption(share(0.75), "missed appointments of children whose school helps them to come, relative to others", { low = 0.5, high = 1 }),
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
    neuro_sessions = fit(24), -- of follow-up after a neurodevelopmental assessment
    urgent_on = assumption(share(0.25), "of urgent spells, who go on to Partnership"),
    close_after = assumption(days(45), "from the last contact to closing the spell"),
    -- today: lists and caseload
    waiting_neuro = nobody, waiting_core = nobody, waiting_priority = nobody, waiting_brief = nobody,
    waiting_rejected = nobody, waiting_urgent = nobody, caseload = nobody, caseload_neuro = assumption(share(0.40), "of the caseload"),
    caseload_idle = nobody, -- beside the caseload: open spells that only wait to be closed
    returning = nobody, -- turned away lately, who will come back
    waited_neuro = fit(months(33)), waited_core = fit(days(205)), -- of those on the list, who has waited longest
  }
end

local month_names <const> = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" }

-- Days of each month. The index is of monthly totals; a source's season is of the rate a day.
local month_days <const> = { 31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

-- Month factors: all requests follow the index for England; schools raise none in August; the other sources make up the difference.
local function seasons(school_share)
  local all, in_school, elsewhere, total = {}, {}, {}, 0
  for i, month in ipairs(month_names) do
    all[i] = ev("season_eng_" .. month)
    in_school[i] = month == "aug" and all[i] * 0 or all[i]
    total = total + in_school[i]
  end
  for i = 1, 12 do
    in_school[i] = in_school[i] * 12 / total
    elsewhere[i] = (all[i] - school_share * in_school[i]) / (1 - school_share)
    local a_day <const> = 365.25 / 12 / month_days[i]
    in_school[i], elsewhere[i] = in_school[i] * a_day, elsewhere[i] * a_day
  end
  return in_school, elsewhere
end

-- Shares of presentations, given those of urgent need and, among the others, of neurodevelopmental need.
local function classes(urgent, neuro)
  local emotional <const> = assumption(share(0.65), "of emotional and behavioural need")
  local eating <const> = assumption(share(0.3), "of urgent need")
  local rest = (1 - urgent) * (1 - neuro)
  return {
    emotional = rest * emotional, behaviour = rest * (1 - emotional),
    neurodevelopmental = (1 - urgent) * neuro,
    eating = urgent * eating, crisis = urgent * (1 - eating),
  }
end

-- Lognormal times by median and spread, and numbers of sessions with coefficient of variation .6.
local function about(median, log_sd) return lognormal { median = fit(median), log_sd = fit(log_sd) } end
local function between(low, high) return uniform { low = fit(low), high = fit(high) } end
local function sessions(mean) return lognormal { mean = mean, cv = fit(0.6) } end
local function every(time) return fixed(fit(time)) end

-- One session for some, a course for the others.
local function brief_or_course(one, course) return mixture { { fit(one), fixed(1) }, { 1 - one, course } } end

local function waiting_timers(a, leaves)
  return {
    { name = "recovered", deadline = "recovery", leave = a.tells, flag = "recovered", to = "exit" },
    { name = "gave_up", rate = leaves, to = "exit" },
    { name = "age_out", deadline = "age_out", to = "exit" },
    { name = "crisis", rate = a.crisis, to = "urgent" },
  }
end

-- Routes: so many go on to a stage, the rest to another.
local function split(on, goes, otherwise)
  return { { to = on, share = goes }, { to = otherwise, share = 1 - goes } }
end

local function stages(a)
  -- A contact of the service: an hour with the child and half an hour of writing up.
  local contact <const> = { contact = fit(minutes(60)), admin = fit(minutes(30)), dna = a.dna, cancel = a.cancel,
    dna_flagged = { share = a.dna * a.dna_supported, flag = "supported" }, is_contact = true }
  local function visit(row)
    for key, value in pairs(contact) do row[key] = value end
    return stage(row)
  end
  local urgent <const> = { "eating", "crisis" }
  local triaged <const> = { advice = "advice", urgent = "urgent", brief = "brief", core = "choice", priority = "choice_priority",
    neuro = "neuro_assessment" }
  local declines <const> = { share = a.declines, flag = "recovered" }
  return {
    stage { name = "school", role = "school", decide = "concern",
      on = { support = "exit", gp = "gp_letter", direct = "door", unfound = "exit" } },
    stage { name = "alone", role = "alone", decide = "alone", on = { support = "exit", gp = "gp_letter", direct = "door" } },
    stage { name = "gp_letter", service = about(days(7), 0.7), next = "door" },
    stage { name = "door", role = "door", decide = "door", routes = {
      { on = "register", class = urgent, to = "triage_urgent" },
      { on = "register", to = "triage" },
      { on = "signpost", to = "exit" } } },
    -- the duty worker, at any hour
    stage { name = "triage_urgent", role = "triage", service = about(days(0.2), 0.7), decide = "triage", on = triaged },
    stage { name = "triage", role = "triage", pool = "triage", contact = ev "asm_triage_min", decide = "triage",
      on = triaged },
    -- R: a letter, and some come back
    stage { name = "advice", service = about(days(7), 0.8), routes = split("away", a.returns, "exit") },
    stage { name = "away", role = "return", service = about(days(90), 0.6), next = "door" },
    -- U
    visit { name = "urgent", role = "wait", pool = "urgent", lead = about(days(1.5), 0.8),
      sessions = brief_or_course(0.2, sessions(fit(8))), second = every(days(9)), gap = every(days(12)),
      routes = split("partnership", a.urgent_on, "closing") },
    -- B
    visit { name = "brief", role = "wait", pool = "brief", lead = about(days(7), 0.7),
      sessions = brief_or_course(0.25, sessions(fit(7))), second = every(days(14)), gap = every(days(17)), next = "closing" },
    -- H: booked ahead as soon as accepted
    visit { name = "choice_priority", role = "wait", pool = "core", takes_start = true, priority = 0,
      notice = between(days(22), days(67)), timers = waiting_timers(a, a.give_up), decline = declines,
      routes = split("partnership", a.to_partnership, "closing") },
    -- C: first come, first served, for the places that H leaves
    visit { name = "choice", role = "wait", pool = "core", takes_start = true, priority = 1,
      notice = between(days(7), days(21)), timers = waiting_timers(a, a.give_up), decline = declines,
      routes = split("partnership", a.to_partnership, "closing") },
    visit { name = "partnership", role = "treat", pool = "core", follow = true, lead = between(days(14), days(56)),
      sessions = sessions(a.partnership_sessions), gap = every(days(21)), routes = split("specific", a.specific_share, "closing") },
    visit { name = "specific", role = "treat", pool = "core", follow = true, sessions = sessions(a.specific_sessions),
      gap = fixed(a.specific_gap), next = "closing" },
    -- N
    visit { name = "neuro_assessment", role = "wait", pool = "neuro", takes_start = true,
      notice = between(days(7), days(21)), sessions = brief_or_course(0.1, fixed(fit(4))), gap = every(days(30)),
      timers = { { name = "gave_up", rate = a.give_up_neuro, to = "exit" },
        { name = "age_out", deadline = "age_out", to = "exit" } },
      routes = split("neuro_follow", fit(share(0.72)), "closing") },
    visit { name = "neuro_follow", role = "treat", pool = "neuro", follow = true, sessions = sessions(a.neuro_sessions),
      gap = every(days(65)), next = "closing" },
    stage { name = "closing", role = "close", service = exponential { mean = a.close_after }, next = "exit" },
  }
end

local function pools(a)
  -- Time of a contact and its share of missed appointments, over 253 working days.
  local a_day <const> = minutes(1) * (a.contacts_wte * 90 / (1 - a.dna - a.cancel) / 253)
  local ahead <const> = fit(weeks(12))
  local function diary(name, units, starts, kept)
    return pool { name = name, kind = "diary", units = units, minutes_per_unit = a_day, starts_per_unit = starts, horizon = ahead,
      kept = kept }
  end
  return {
    pool { name = "triage", kind = "diary", units = a.wte_triage, minutes_per_unit = fit(minutes(300)) },
    diary("urgent", a.wte_urgent, nil, fit(share(0.2))), -- first contacts come soon, however many are in treatment
    diary("brief", a.wte_brief),
    diary("core", a.wte_core, a.core_starts_wte),
    diary("neuro", a.wte_neuro, a.neuro_starts_wte),
  }
end

local function sources(s, a)
  local schools <const> = s.schools
  local weight <const> = (schools.weight_primary or 1) * schools.primary +
    (schools.weight_secondary or assumption(5.7, "concerns of a secondary school, in primary schools")) * schools.secondary +
    (schools.weight_special or assumption(3, "concerns of a special school, in primary schools")) * schools.special
  local concerns <const> = a.concerns_primary * weight
  local sent <const> = 11.3 / 30.3 -- of decided concerns, sent on to the NHS; all of the urgent ones are
  local school_nhs <const> = concerns * (sent + a.urgent_school * (1 - sent))
  local turned_away <const> = assumption(share(0.237), "of requests: registered and closed at triage")
  local fresh <const> = a.requests * (1 - turned_away * a.returns)
  local gp <const> = a.requests * a.gp_share - concerns * (6.7 / 30.3) -- GPs' own, less what schools send through them
  local other <const> = fresh - school_nhs - gp
  if gp < per_year(0) or other < per_year(0) then
    error("area: " .. tostring(a.requests) .. " requests are fewer than these schools send on (" .. tostring(school_nhs) .. ")")
  end
  local in_school <const>, elsewhere <const> = seasons(school_nhs / fresh)
  local function rate(a_year, season, open)
    return { per_year = a_year, growth = a.growth, season = season, days = open }
  end
  return {
    source { name = "school", to = "school", role = "school", office_hours = true,
      rate = rate(concerns, in_school, "school"), class = classes(a.urgent_school, a.neuro) },
    source { name = "gp", to = "door", role = "gp", office_hours = true,
      rate = rate(gp, elsewhere, "working"), class = classes(a.urgent_gp, a.neuro) },
    source { name = "other", to = "door", role = "other",
      rate = rate(other, elsewhere, "every"), class = classes(a.urgent_other, a.neuro) },
  }
end

-- Lists are loaded stream by stream with their own ages; what is left of the caseload is spread over the stages by how long each
-- lasts in the flows above.
local function initial(a)
  local neuro <const> = { neurodevelopmental = 1 }
  local core <const> = { emotional = fit(share(0.65)), behaviour = fit(share(0.35)) }
  local urgent <const> = { eating = fit(share(0.3)), crisis = fit(share(0.7)) }
  local nd <const>, rest <const> = a.caseload * a.caseload_neuro, a.caseload * (1 - a.caseload_neuro)
  local long_ago <const> = fixed(fit(days(200)))
  local function list(name, n, class, age) return { stage = name, count = n, class = class, age = age, role = "other" } end
  local function load(name, all, part, class)
    return { stage = name, count = all * fit(share(part)), class = class, age = long_ago, in_progress = true, role = "other" }
  end
  local function waited(mean, most) return truncate(exponential { mean = fit(mean) }, days(0), most) end
  local rows <const> = {
    list("neuro_assessment", a.waiting_neuro, neuro, waited(months(33.3), a.waited_neuro)),
    list("choice", a.waiting_core, core, waited(months(17), a.waited_core)),
    list("choice_priority", a.waiting_priority, core, between(days(0), days(40))),
    list("brief", a.waiting_brief, core, between(days(0), days(18))),
    list("urgent", a.waiting_urgent, urgent, between(days(0), days(6))),
    list("advice", a.waiting_rejected, core, between(days(0), days(18))),
    load("neuro_assessment", nd, 0.07, neuro), load("neuro_follow", nd, 0.93, neuro),
    load("urgent", rest, 0.08, urgent), load("brief", rest, 0.18, core),
    load("partnership", rest, 0.25, core), load("specific", rest, 0.21, core), load("closing", rest, 0.28, core),
  }
  if number(a.caseload_idle) > 0 then rows[#rows + 1] = load("closing", a.caseload_idle, 1, core) end
  if number(a.returning) > 0 then rows[#rows + 1] = load("away", a.returning, 1, core) end
  return rows
end

local camhs = {}

-- How many letters two names do not share, whatever their order.
local function unlike(a, b)
  local n = {}
  for c in a:gmatch(".") do n[c] = (n[c] or 0) + 1 end
  for c in b:gmatch(".") do n[c] = (n[c] or 0) - 1 end
  local sum = 0
  for _, count in pairs(n) do sum = sum + math.abs(count) end
  return sum
end

-- An area: the defaults with the given values in their place.
function camhs.area(given)
  local a = defaults()
  for key, value in pairs(given) do
    if a[key] == nil then
      local best, least = "", 5
      for name in pairs(a) do
        local n = unlike(tostring(key), name)
        if n < least then best, least = " (did you mean '" .. name .. "'?)", n end
      end
      error("area: unknown field '" .. tostring(key) .. "'" .. best, 2)
    end
    if type(value) ~= "userdata" and type(value) ~= "number" then error("area: '" .. key .. "' must be a number", 2) end
    if number(value) < 0 and key ~= "growth" then error("area: '" .. key .. "' must not be negative", 2) end
    if type(value) == "userdata" and number(a[key]) ~= 0 then
      local ratio <const> = value / a[key] -- of one kind when the units cancel
      if type(ratio) == "userdata" and (ratio.unit:find("pounds") or ratio.unit:find("day") or ratio.unit:find("year") or
        ratio.unit:find("month") or ratio.unit:find("week") or ratio.unit:find("hour")) then
        error("area: '" .. key .. "' is like " .. tostring(a[key]) .. ", but " .. tostring(value) .. " was given", 2)
      end
    end
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
