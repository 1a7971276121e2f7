-- A pathway of three stages whose arrivals follow the hour of the day, with classes, patience and service times that
-- vary. At scale K demand and servers are K times as many: 10 K (1 + 0.5 sin(2 pi t / 24)) an hour, as 24 hourly means.

-- Means of sin(2 pi t / 24) over the hours 0 to 5: 24 / (2 pi) (cos(2 pi h / 24) - cos(2 pi (h + 1) / 24)). The next
-- six are the same backwards, the other twelve these with a minus.
local WAVE <const> = {
  0.130153756268801, 0.381591505405935, 0.607024424059434,
  0.791089631368574, 0.921243387637375, 0.988615929465369,
}

local BY_HOUR <const> = { edges = {}, rates = {}, every = days(1) }

for hour = 0, 23 do
  local quarter = hour % 12 < 6 and hour % 12 or 11 - hour % 12
  local wave = hour < 12 and WAVE[quarter + 1] or -WAVE[quarter + 1]
  BY_HOUR.edges[hour + 1] = hours(hour)
  BY_HOUR.rates[hour + 1] = per_day(240 * (1 + 0.5 * wave))
end
BY_HOUR.edges[25] = hours(24)

local function place(name, to, mean, extra)
  local row <const> = {
    name = name,
    pool = name,
    service = lognormal { mean = assumption(hours(mean), "a benchmark"), cv = 1 },
    next = to,
  }
  for key, value in pairs(extra or {}) do row[key] = value end
  return stage(row)
end

local function servers(name, n)
  return pool { name = name, kind = "servers", units = assumption(count(n), "a benchmark") }
end

return scenario {
  name = "path",
  title = "Three stages, three classes, arrivals by the hour",
  start = "2025-01-06",
  years = assumption(years(1), "a benchmark: set by the number of customers"),
  classes = { "0", "1", "2" },

  pools = { servers("first", 10), servers("second", 20), servers("third", 30) },
  stages = {
    place("first", "second", 0.85, {
      priority = { ["0"] = 0, ["1"] = 1, ["2"] = 2 },
      by_class = true,
      timers = {
        { name = "reneged", after = exponential { mean = assumption(hours(1), "a benchmark") },
          share = assumption(share(0.2), "a benchmark") },
      },
    }),
    place("second", "third", 1.70),
    place("third", "exit", 2.55),
  },
  sources = {
    source {
      name = "arrivals",
      to = "first",
      rate = BY_HOUR,
      class = { ["0"] = share(0.1), ["1"] = share(0.3), ["2"] = share(0.6) },
    },
  },
}
