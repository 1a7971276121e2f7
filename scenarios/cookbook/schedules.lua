-- Schedules of servers, and what happens to the one in service when they go home. Ciw: ciw.Schedule, its
-- preemption False, "resume", "restart" or "resample"; simmer: schedule(timetable, values, period); SIMUL8: shift patterns.
-- Exact, by hand: on Monday at 16:00 one client comes to each of four workers, for two hours. They close at 17:00.
-- finish: overtime, 2 h. resume: an hour on Tuesday from 09:00, 18 h. restart, resample: all of it on Tuesday, 19 h.
local week <const> = { "mon-fri 09:00-17:00", "sat 10:00-12:00" } -- "sat 10:00-12:00 0.5": with half of the units
local pools <const>, stages <const>, sources <const> = {}, {}, {}
for i, how in ipairs { "finish", "resume", "restart", "resample" } do
  pools[i] = { name = how, timetable = week, on_close = how }
  stages[i] = { name = how, pool = how, service = fixed(hours(2)) }
  sources[i] = { name = how, dates = { hours(16) }, to = how } -- 1 September 2025 is a Monday
end
return scenario { name = "schedules", years = 1, pools = pools, stages = stages, sources = sources }
