-- Area B: over 200 schools, too many for a termly visit from a small team. What if schools buy instead? Packages as educational psychology
-- services sell them, bought year by year. Who buys at what price, does the income pay the staff, and what does a free core change?

local average <const> = require "lib.average"

local schools <const> = ev "areaB_schools"
local special <const> = assumption(count(1044 + 352), "special schools and PRUs, England 2019")
local national <const> = ev "eng_primary_schools" + ev "eng_secondary_schools" + special
local requests <const> = ev "km_referrals" * (schools / ev "icb_schools_km")

-- Silver is 10 sessions of 3 hours, gold 15; a primary school takes half as much.
local session <const> = sourced(hours(3), "price_ep_tiers: sessions of 3 hours")
local silver <const> = 10 * session
local ep_price <const> = ev "price_ep_day" * days(1) / 6 -- 6 contact hours a day

local function sold(name, title, price, more)
  local p <const> = { name = name, title = title, offer = "traded", price = price, gold_price = price,
    hours_primary = silver / 2, hours_secondary = silver, hours_special = silver / 2,
    gold_share = assumption(share(0.25), "of those who buy, at the same price an hour") }
  for key, value in pairs(more or {}) do p[key] = value end
  return p
end

local function pay(n) return assumption(pounds(n), "a price to try") end

-- Sheffield's free core: 2 days a year in a primary school, 4 in a secondary.
local core_day <const> = assumption(hours(6), "contact hours of a day")

return scenario {
  name = "traded",
  title = "Area B: 200 schools buy by the hour",
  question = "Who buys at what price, when does the income pay the staff, and what does a free core change?",
  start = "2016-09-01",
  years = 6,

  schools = {
    primary = schools * (ev "eng_primary_schools" / national), secondary = schools * (ev "eng_secondary_schools" / national),
    special = schools * (special / national),
  },
  area = average.area(requests),

  money = {
    base_per_year = average.cost(requests),
    extra_per_year = assumption(pounds(900000), "more than schools pay at any of these prices; what the team does not cost goes to core"),
    cost_per_wte = ev "cost_per_link_fte_2016",
  },

  plans = {
    { name = "none", title = "Nothing sold", offer = "none" },
    sold("p60", "60 pounds an hour", pay(60)),
    sold("ep", "As educational psychologists, 83 pounds", ep_price),
    sold("p100", "100 pounds an hour", pay(100)),
    sold("p130", "130 pounds an hour", pay(130)),
    sold("p160", "160 pounds an hour", pay(160)),
    sold("kept", "100 pounds, a team of 4 kept", pay(100), { posts_least = assumption(wte(4), "a team that is kept") }),
    sold("core", "83 pounds, with a free core", ep_price,
      { core_primary = 2 * core_day, core_secondary = 4 * core_day, core_special = 2 * core_day }),
  },

  facts = {
    { name = "Uptake at 100 pounds, in the end", kpi = "buying_schools_share", plan = "p100", period = "y6",
      value = ev "asm_traded_price_elast", low = 0.45, high = 0.84 },
    -- Sheffield, educational psychology, at that price; nothing was fitted to it, but at 100 pounds uptake is 75% and outside
    { name = "Uptake with a free core", kpi = "buying_schools_share", plan = "core", period = "y6", value = ev "traded_uptake_sheff", low = 0.76, high = 0.92 },
    -- direction only; bounds that 20 replications can tell
    { name = "Uptake at 160 v at 100 pounds", kpi = "buying_schools_share", plan = "p160", versus = "p100", as = "ratio", period = "y6",
      value = assumption(number(0.5), "it falls with price"), high = 0.9 },
    { name = "Least v most deprived fifth, at 160 pounds", kpi = "buying_schools_share", group = "quintile=5", versus_group = "quintile=1",
      plan = "p160", as = "ratio", period = "y6", value = assumption(number(1.6), "four fifths apart; in odds 1.8 at once, more by loyalty"), low = 1 },
  },

  build = average.build,
}
