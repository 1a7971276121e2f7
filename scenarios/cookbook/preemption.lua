-- Pre-emption: a higher priority interrupts a service, which later goes on where it stopped (resume), begins again with the
-- same length (restart), or with a new draw (resample). Three workers side by side; services of 0.2 days.
-- Ciw: priority_classes = ({...}, ["resume", "restart", "resample"]); simmer: add_resource(preemptive = TRUE) and
-- add_generator(restart = ...).
-- Exact for the routine: resume 0.2 / 0.8 + 0.08 / (0.8 x 0.2) = 0.75 days in the stage (White & Christie 1958); restart 1.309
-- (Gaver 1962, Avi-Itzhak & Naor 1963). Services of one length cannot tell resample from restart.
local stages <const>, sources <const> = {}, {}
for i, how in ipairs { "resume", "restart", "resample" } do
  stages[i] = { name = how, pool = how, service = fixed(days(0.2)), by_class = true, priority = { urgent = 0, routine = 1 } }
  sources[2 * i - 1] = { name = "urgent_" .. how, rate = per_day(1), class = "urgent", to = how }
  sources[2 * i] = { name = "routine_" .. how, rate = per_day(3), class = "routine", to = how }
end
return scenario {
  name = "preemption",
  years = 20,
  warmup = weeks(10),
  classes = { "urgent", "routine" },
  pools = {
    { name = "resume", preempt = "resume" },
    { name = "restart", preempt = "restart" },
    { name = "resample", preempt = "resample" },
  },
  stages = stages,
  sources = sources,
}
