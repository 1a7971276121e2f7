-- Flags: what a client carries along and routes ask for. simmer: set_attribute() and branch(); SIMUL8: labels; Ciw: process-based
-- or custom routing.
-- A stage or a source `sets` a flag. Here all are seen twice: who comes back to the desk with "assessed" is treated and goes.
-- A quarter comes from school, which shortens the second visit to a call.
-- Exact: assess 4 a day; second visits 3 a day in the clinic, 1 a day by telephone.
return scenario {
  name = "flags_and_routes",
  years = 10,
  warmup = weeks(10),
  pools = { { name = "team", units = 2 } },
  stages = {
    { name = "desk", routes = {
      { without = "assessed", to = "assess" },
      { with = { "assessed", "from_school" }, to = "call" },
      { with = "assessed", without = "from_school", to = "treat" } } },
    { name = "assess", pool = "team", service = exponential { mean = days(0.2) }, sets = "assessed", next = "desk" },
    { name = "treat", pool = "team", service = exponential { mean = days(0.2) } },
    { name = "call", pool = "team", service = exponential { mean = days(0.2) } },
  },
  sources = {
    { name = "school", rate = per_day(1), sets = "from_school", to = "desk" },
    { name = "gp", rate = per_day(3), to = "desk" },
  },
}
